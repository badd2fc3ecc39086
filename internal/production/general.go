package production

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// approvedQty is how much of the component of a request x a substitute may stand for: what comes with the order in
// general stands for all that the component needs.
const approvedQty = `CASE WHEN x.general_id <> 0 THEN c.required ELSE x.qty END`

type subRow struct {
	ID        db.ID   `db:"id"`
	Order     db.ID   `db:"order_id"`
	Comp      db.ID   `db:"component_id"`
	Item      db.ID   `db:"item_id"`
	Sub       db.ID   `db:"sub_id"`
	Qty       num.Dec `db:"qty"`
	Listed    bool    `db:"listed"`
	Reason    string  `db:"reason"`
	State     string  `db:"state"`
	AskedMS   int64   `db:"asked_ms"`
	AskedBy   string  `db:"asked_by"`
	AskedID   int64   `db:"asked_id"`
	DecidedMS int64   `db:"decided_ms"`
	DecidedBy string  `db:"decided_by"`
	General   db.ID   `db:"general_id"`
}

// carryGeneral gives orders the substitutes that are approved in general for their product on their day, where their
// own bill lists them. What the order uses anyway, or what stands for something else
// in it, is left out: it could not be told apart.
func carryGeneral(ctx context.Context, tx *db.Tx, orders []db.ID) error {
	type row struct {
		subRow
		Subs string `db:"substitutes"`
	}
	for part := range slices.Chunk(orders, 500) {
		w := db.Where{Args: []any{tx.Today()}}
		db.In(&w, "o.id", part)
		w.And(`c.role = 'component' AND c.issue <> 'none' AND c.qty > 0 AND g.valid_from <= CASE WHEN o.start <> '' THEN o.start ELSE $1 END AND g.valid_to >= CASE WHEN o.start <> '' THEN o.start ELSE $1 END
			AND NOT EXISTS (SELECT 1 FROM wo_substitute x WHERE x.component_id = c.id AND x.general_id = g.id)
			AND NOT EXISTS (SELECT 1 FROM wo_component e WHERE e.order_id = c.order_id AND e.role = 'component' AND e.item_id = g.sub_id)`)
		rows, err := db.All[row](ctx, tx, `SELECT g.id, c.order_id, c.id AS component_id, c.item_id, g.sub_id, c.required AS qty, TRUE AS listed, g.reason, 'approved' AS state, g.asked_ms, g.asked_by, g.asked_id, g.decided_ms, g.decided_by,
			g.id AS general_id, c.substitutes
			FROM v_general_substitute g JOIN wo_order o ON o.item_id = g.product_id JOIN wo_component c ON c.order_id = o.id AND c.item_id = g.item_id`+w.String()+` ORDER BY c.order_id, c.line, g.id`, w.Args...)
		if err != nil {
			return err
		}
		type at struct{ order, sub db.ID }
		of := map[at]db.ID{}
		var fresh []subRow
		for _, r := range rows {
			k := at{r.Order, r.Sub}
			if first := of[k]; !slices.Contains(splitIDs(r.Subs), r.Sub) || first != 0 && first != r.Item {
				continue
			}
			of[k] = r.Item
			r.ID, r.Qty = tx.ID(), max(r.Qty, 1)
			fresh = append(fresh, r.subRow)
		}
		if err := db.Insert(ctx, tx, "wo_substitute", fresh...); err != nil {
			return err
		}
	}
	return nil
}
