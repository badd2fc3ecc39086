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

// OpenNeed is what open orders of a site still have to take of an item: of picked lines what was not issued yet, of
// backflushed ones the norm of the pieces not reported yet.
func (m *Module) OpenNeed(ctx context.Context, q db.Querier, site, item db.ID) (num.Dec, error) {
	type row struct {
		Issue    string  `db:"issue"`
		Qty      num.Dec `db:"qty"`
		ScrapPct num.Dec `db:"scrap_pct"`
		Decimals int     `db:"decimals"`
		Required num.Dec `db:"required"`
		Issued   num.Dec `db:"issued"`
		Adjust   num.Dec `db:"adjust"`
		Done     num.Dec `db:"done"`
	}
	rows, err := db.All[row](ctx, q, `SELECT c.issue, c.qty, c.scrap_pct, c.decimals, c.required, c.issued, c.adjust, p.good + p.scrap + p.rework AS done
		FROM wo_component c JOIN wo_order o ON o.id = c.order_id JOIN wo_op p ON p.id = c.report_id
		WHERE c.item_id = $1 AND o.site_id = $2 AND c.role = 'component' AND c.issue <> 'none' AND o.status IN ('planned', 'released', 'started')
		  AND o.batch_id NOT IN (SELECT id FROM kit_batch)`, item, site)
	var sum num.Dec
	for _, r := range rows {
		gone := r.Issued
		if r.Issue == "backflush" {
			used, err := norm(r.Done, r.Qty, r.ScrapPct, r.Decimals)
			if err != nil {
				return 0, err
			}
			gone = used + r.Adjust
		}
		sum += max(r.Required-gone, 0)
	}
	if err != nil {
		return 0, err
	}
	// what reports owe has left the norm and not the shelf
	owed, err := db.One[num.Dec](ctx, q, `SELECT CAST(coalesce(sum(v.qty), 0) AS BIGINT) FROM wo_variance v JOIN wo_order o ON o.id = v.order_id JOIN wo_component c ON c.id = v.component_id
		WHERE v.item_id = $1 AND o.site_id = $2 AND c.issue = 'backflush' AND o.status IN ('released', 'started', 'completed')`, item, site)
	return sum + owed, err
}
