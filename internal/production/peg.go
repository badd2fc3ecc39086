package production

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// Peg says for which sales order line a work order is made from now on; line 0 = to stock.
type Peg struct {
	Order string `json:"order"`
	Line  db.ID  `json:"sales_line_id"`
	Ref   string `json:"sales_order" doc:"The sales order's number; empty = to stock"`
	Was   string `json:"was" doc:"The sales order before"`
}

// EventRepegged is told once for each work order that is made for somebody else from now on.
const EventRepegged = "production.repegged" // Peg

// Repeg moves work orders to other sales lines or to stock. What was made already stays where it is.
func (m *Module) Repeg(ctx context.Context, tx *db.Tx, reason string, pegs ...Peg) error {
	type row struct {
		ID     db.ID  `db:"id"`
		Number string `db:"number"`
		Site   db.ID  `db:"site_id"`
		Ref    string `db:"sales_order"`
	}
	numbers := make([]string, len(pegs))
	for i, p := range pegs {
		numbers[i] = p.Order
	}
	byNumber := map[string]row{}
	for part := range slices.Chunk(numbers, 500) {
		var w db.Where
		db.In(&w, "number", part)
		w.And("batch_id NOT IN (SELECT id FROM kit_batch)")
		rows, err := db.All[row](ctx, tx, `SELECT id, number, site_id, sales_order FROM wo_order`+w.String(), w.Args...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			byNumber[r.Number] = r
		}
	}
	for _, p := range pegs {
		r, ok := byNumber[p.Order]
		if !ok {
			return fault.NotFound("production.order_unknown", "there is no work order %s", p.Order).With("order", p.Order)
		}
		p.Was = r.Ref
		tx.Queue(`UPDATE wo_order SET sales_line_id = $1, sales_order = $2 WHERE id = $3`, p.Line, p.Ref, r.ID)
		tx.Emit(db.Event{Name: EventRepegged, Subject: "wo:" + r.Number, Site: r.Site, Reason: reason, Payload: p})
	}
	return nil
}

// Redate gives a work order another due date, because the date it is made for has changed.
type Redate struct {
	Order string
	Due   string
}

// RedateAll gives open work orders other due dates, all at once. A planned start behind the new date is open again.
func (m *Module) RedateAll(ctx context.Context, tx *db.Tx, reason string, dates ...Redate) error {
	type row struct {
		ID       db.ID   `db:"id"`
		Number   string  `db:"number"`
		Site     db.ID   `db:"site_id"`
		Qty      num.Dec `db:"qty"`
		Due      string  `db:"due"`
		Start    string  `db:"start"`
		Priority int64   `db:"priority"`
		Status   string  `db:"status"`
	}
	due := map[string]string{}
	numbers := make([]string, len(dates))
	for i, r := range dates {
		if f := checkDays(r.Due, ""); f != nil {
			return f
		}
		numbers[i], due[r.Order] = r.Order, r.Due
	}
	for part := range slices.Chunk(numbers, 500) {
		var w db.Where
		db.In(&w, "number", part)
		w.And("status NOT IN ('closed', 'cancelled')")
		w.And("batch_id NOT IN (SELECT id FROM kit_batch)")
		rows, err := db.All[row](ctx, tx, `SELECT id, number, site_id, qty, due, start, priority, status FROM wo_order`+w.String()+` ORDER BY id`, w.Args...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			to := ChangeSide{r.Qty, due[r.Number], r.Start, r.Priority}
			if to.Start > to.Due {
				to.Start = ""
			}
			was := ChangeSide{r.Qty, r.Due, r.Start, r.Priority}
			if was == to {
				continue
			}
			m.redate(tx, r.ID, to.Due, to.Start, to.Priority)
			tx.Emit(db.Event{Name: EventChanged, Subject: "wo:" + r.Number, Site: r.Site, Reason: reason, Payload: Changed{Order: r.Number, Before: was, After: to, Status: r.Status, Reason: reason}})
		}
	}
	return nil
}
