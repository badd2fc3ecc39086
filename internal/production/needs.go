package production

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Need is material that an order asks for.
type Need struct {
	Order    db.ID   `db:"order_id"`
	Site     db.ID   `db:"site_id"`
	Item     db.ID   `db:"item_id"`
	Qty      num.Dec `db:"required"`
	Date     string  `db:"need_date"` // planned start, else due
	Priority int64   `db:"priority"`
}

// Needs are all components of the orders, by their copy of the bill.
func (m *Module) Needs(ctx context.Context, q db.Querier, orders []Order) ([]Need, error) {
	var out []Need
	for part := range slices.Chunk(orders, 500) {
		ids := make([]db.ID, len(part))
		for i, o := range part {
			ids[i] = o.ID
		}
		var w db.Where
		db.In(&w, "c.order_id", ids)
		w.And("c.role = 'component'")
		w.And("c.issue <> 'none'")
		rows, err := db.All[Need](ctx, q, `SELECT c.order_id, o.site_id, c.item_id, c.required, CASE WHEN o.start <> '' THEN o.start ELSE o.due END AS need_date, o.priority
			FROM wo_component c JOIN wo_order o ON o.id = c.order_id`+w.String()+` ORDER BY o.priority, o.due, o.number, c.line`, w.Args...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// OpenNeeds is what open orders of a site still have to take of items: of picked lines what was not issued yet, of
// backflushed ones the norm of the pieces not reported yet, and what reports owe, since that has left the norm and not
// the shelf.
func (m *Module) OpenNeeds(ctx context.Context, q db.Querier, site db.ID, items []db.ID) (map[db.ID]num.Dec, error) {
	type row struct {
		Item     db.ID   `db:"item_id"`
		Issue    string  `db:"issue"`
		Qty      num.Dec `db:"qty"`
		ScrapPct num.Dec `db:"scrap_pct"`
		Decimals int     `db:"decimals"`
		Required num.Dec `db:"required"`
		Issued   num.Dec `db:"issued"`
		Adjust   num.Dec `db:"adjust"`
		Done     num.Dec `db:"done"`
	}
	type debt struct {
		Item db.ID   `db:"item_id"`
		Qty  num.Dec `db:"qty"`
	}
	out := map[db.ID]num.Dec{}
	for part := range slices.Chunk(items, 500) {
		w := db.Where{Args: []any{site}}
		db.In(&w, "c.item_id", part)
		err := db.Each(ctx, q, `SELECT c.item_id, c.issue, c.qty, c.scrap_pct, c.decimals, c.required, c.issued, c.adjust, p.good + p.scrap + p.rework AS done
			FROM wo_component c JOIN wo_order o ON o.id = c.order_id JOIN wo_op p ON p.id = c.report_id`+w.String()+` AND o.site_id = $1 AND c.role = 'component' AND c.issue <> 'none'
			  AND o.status IN ('planned', 'released', 'started') AND o.batch_id NOT IN (SELECT id FROM kit_batch)`, w.Args, func(r *row) error {
			gone := r.Issued
			if r.Issue == "backflush" {
				used, err := norm(r.Done, r.Qty, r.ScrapPct, r.Decimals)
				if err != nil {
					return err
				}
				gone = used + r.Adjust
			}
			out[r.Item] += max(r.Required-gone, 0)
			return nil
		})
		if err != nil {
			return nil, err
		}
		w = db.Where{Args: []any{site}}
		db.In(&w, "v.item_id", part)
		err = db.Each(ctx, q, `SELECT v.item_id, CAST(sum(v.qty) AS BIGINT) AS qty FROM wo_variance v JOIN wo_order o ON o.id = v.order_id JOIN wo_component c ON c.id = v.component_id`+
			w.String()+` AND o.site_id = $1 AND c.issue = 'backflush' AND o.status IN ('released', 'started', 'completed') GROUP BY v.item_id`, w.Args, func(r *debt) error {
			out[r.Item] += r.Qty
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
