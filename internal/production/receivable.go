package production

import (
	"context"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Receivable is a work order with finished pieces that have not gone into stock.
type Receivable struct {
	Order      string  `json:"order" db:"number"`
	Item       string  `json:"item" db:"item"`
	Name       string  `json:"name" db:"name"`
	UoM        string  `json:"uom" db:"uom"`
	Qty        num.Dec `json:"qty" db:"qty"`
	Good       num.Dec `json:"good" db:"good"`
	Received   num.Dec `json:"received" db:"received"`
	Receivable num.Dec `json:"receivable" db:"receivable" doc:"What may go into stock now"`
	Waiting    num.Dec `json:"waiting_inspection" db:"waiting"`
	Due        string  `json:"due" db:"due"`
	SalesOrder string  `json:"sales_order" db:"sales_order"`
}

// Receivable lists what stands finished beside the line: first what may go into stock now, then what waits for its
// final inspection, by due date. At most 200; the conditions on wo_order are those of its partial index.
func (m *Module) Receivable(ctx context.Context, q db.Querier) ([]Receivable, error) {
	var w db.Where
	w.And("o.received < o.qty AND o.started_ms > 0 AND o.closed_ms = 0 AND o.cancelled_ms = 0")
	w.And("l.good > o.received")
	identity.Scope("o.site_id", "")(ctx, &w)
	w.And("o.batch_id NOT IN (SELECT id FROM kit_batch)")
	all, err := db.All[Receivable](ctx, q, `SELECT * FROM (
		SELECT o.number, i.code AS item, i.name, i.uom, o.qty, l.good, o.received, o.due, o.sales_order,
		       CAST(CASE WHEN o.final_gate THEN o.opening + coalesce((SELECT sum(x.passed) FROM v_inspection x WHERE x.order_id = o.id AND x.order_id <> 0 AND x.kind = 'final' AND x.status <> 'cancelled'), 0)
		            ELSE l.good - l.unjudged END - o.received AS BIGINT) AS receivable,
		       CAST(CASE WHEN o.final_gate THEN coalesce((SELECT sum(x.qty - x.passed - x.failed) FROM v_inspection x WHERE x.order_id = o.id AND x.order_id <> 0 AND x.kind = 'final' AND x.status <> 'cancelled'), 0)
		            ELSE l.unjudged END AS BIGINT) AS waiting
		FROM wo_order o JOIN wo_op l ON l.id = o.last_op_id JOIN v_item i ON i.id = o.item_id`+w.String()+`) r
		WHERE r.receivable > 0 OR r.waiting > 0 ORDER BY CASE WHEN r.receivable > 0 THEN 0 ELSE 1 END, r.due, r.number LIMIT 200`, w.Args...)
	for i := range all {
		all[i].Receivable = max(all[i].Receivable, 0)
	}
	return all, err
}
