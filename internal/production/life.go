package production

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// Release lets the floor begin with work orders.
type Release struct {
	Orders []string `json:"orders" minItems:"1" maxItems:"5000" doc:"Work order numbers"`
}

// Released says which orders were released; those released before are no error.
type Released struct {
	Orders []string `json:"orders"`
}

type releaseRow struct {
	ID     db.ID  `db:"id"`
	Number string `db:"number"`
	Site   db.ID  `db:"site_id"`
	Status string `db:"status"`
}

// Release releases planned orders, all or none.
func (m *Module) Release(ctx context.Context, tx *db.Tx, in Release) (Released, error) {
	seen := map[string]releaseRow{}
	for part := range slices.Chunk(in.Orders, 500) {
		var w db.Where
		db.In(&w, "o.number", part)
		w.And("o.batch_id NOT IN (SELECT id FROM kit_batch)")
		rows, err := db.All[releaseRow](ctx, tx, `SELECT o.id, o.number, o.site_id, o.status FROM wo_order o`+w.String(), w.Args...)
		if err != nil {
			return Released{}, err
		}
		for _, r := range rows {
			seen[r.Number] = r
		}
	}
	todo := make([]releaseRow, 0, len(in.Orders))
	for _, n := range in.Orders {
		r, ok := seen[n]
		switch {
		case !ok:
			return Released{}, fault.NotFound("production.order_unknown", "there is no work order %s", n).With("order", n)
		case r.Status == "cancelled":
			return Released{}, fault.Conflict("production.cancelled", "%s was cancelled", n).With("order", n)
		case r.Status == "planned":
			todo = append(todo, r)
			r.Status = "released"
			seen[n] = r
		}
	}
	return m.release(ctx, tx, todo)
}

// ReleaseOrders is Release for orders that the caller has just made.
func (m *Module) ReleaseOrders(ctx context.Context, tx *db.Tx, ids []db.ID) error {
	var todo []releaseRow
	for part := range slices.Chunk(ids, 500) {
		var w db.Where
		db.In(&w, "o.id", part)
		w.And("o.status = 'planned'")
		rows, err := db.All[releaseRow](ctx, tx, `SELECT o.id, o.number, o.site_id, o.status FROM wo_order o`+w.String()+` ORDER BY o.id`, w.Args...)
		if err != nil {
			return err
		}
		todo = append(todo, rows...)
	}
	_, err := m.release(ctx, tx, todo)
	return err
}

func (m *Module) release(ctx context.Context, tx *db.Tx, rows []releaseRow) (Released, error) {
	out := Released{Orders: make([]string, 0, len(rows))}
	for part := range slices.Chunk(rows, 500) {
		ids := make([]db.ID, len(part))
		for i, r := range part {
			ids[i] = r.ID
			out.Orders = append(out.Orders, r.Number)
		}
		w := db.Where{Args: []any{tx.NowMS()}}
		db.In(&w, "id", ids)
		w.And("released_ms = 0")
		if _, err := tx.Exec(ctx, `UPDATE wo_order SET released_ms = $1`+w.String(), w.Args...); err != nil {
			return out, err
		}
	}
	for _, r := range rows {
		tx.Emit(db.Event{Name: EventReleased, Subject: "wo:" + r.Number, Site: r.Site, Payload: Released{[]string{r.Number}}})
	}
	return out, nil
}

// End cancels an order that has not begun, or closes one, finished or short.
type End struct {
	Order  string `json:"order" minLength:"1" maxLength:"64"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// Ended is an order that was cancelled or closed.
type Ended struct {
	Order    string  `json:"order"`
	Status   string  `json:"status"`
	Reason   string  `json:"reason"`
	Qty      num.Dec `json:"qty"`
	Received num.Dec `json:"received"`
}

type endRow struct {
	orderHead
	Received num.Dec `db:"received"`
}

func (m *Module) endRow(ctx context.Context, tx *db.Tx, number string) (endRow, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return endRow{}, err
	}
	r, err := db.One[endRow](ctx, tx, `SELECT id, number, site_id, item_id, qty, status, received FROM wo_order WHERE id = $1`, o.ID)
	if err != nil {
		return r, err
	}
	if r.Status == "closed" || r.Status == "cancelled" {
		return r, fault.Conflict("production.closed", "%s is closed", r.Number).With("order", r.Number)
	}
	wip, err := m.inWIP(ctx, tx, o.ID)
	if err != nil {
		return r, err
	}
	for item, qty := range wip {
		if qty > 0 {
			code, err := itemCode(ctx, tx, item)
			if err != nil {
				return r, err
			}
			return r, fault.Conflict("production.material_left", "%s of %s are still at %s; return them to stock first", qty, code, r.Number).
				With("qty", qty).With("item", code).With("order", r.Number)
		}
	}
	return r, nil
}

// Cancel ends an order on which nothing was done.
func (m *Module) Cancel(ctx context.Context, tx *db.Tx, in End) (Ended, error) {
	r, err := m.endRow(ctx, tx, in.Order)
	if err != nil {
		return Ended{}, err
	}
	if r.Status != "planned" && r.Status != "released" {
		return Ended{}, fault.Conflict("production.has_begun", "work on %s has begun; undo its reports, or close it short", r.Number).With("order", r.Number)
	}
	return m.end(ctx, tx, r, "cancelled", in.Reason)
}

// Close ends an order for good: finished, or short with a reason.
func (m *Module) Close(ctx context.Context, tx *db.Tx, in End) (Ended, error) {
	r, err := m.endRow(ctx, tx, in.Order)
	if err != nil {
		return Ended{}, err
	}
	if r.Status == "planned" || r.Status == "released" {
		return Ended{}, fault.Conflict("production.not_begun", "work on %s has not begun; cancel it instead", r.Number).With("order", r.Number)
	}
	return m.end(ctx, tx, r, "closed", in.Reason)
}

func (m *Module) end(ctx context.Context, tx *db.Tx, r endRow, status, reason string) (Ended, error) {
	text, name := `UPDATE wo_order SET closed_ms = $1, end_reason = $2 WHERE id = $3 AND status = $4`, EventClosed
	if status == "cancelled" {
		text, name = `UPDATE wo_order SET cancelled_ms = $1, end_reason = $2 WHERE id = $3 AND status = $4`, EventCancelled
	}
	n, err := tx.Exec(ctx, text, tx.NowMS(), reason, r.ID, r.Status)
	if err != nil {
		return Ended{}, err
	}
	if n == 0 {
		return Ended{}, db.ErrRetry
	}
	tx.Queue(`UPDATE wo_op SET done_ms = $1, running_ms = 0 WHERE order_id = $2 AND done_ms = 0`, tx.NowMS(), r.ID)
	out := Ended{Order: r.Number, Status: status, Reason: reason, Qty: r.Qty, Received: r.Received}
	tx.Emit(db.Event{Name: name, Subject: "wo:" + r.Number, Site: r.Site, Reason: reason, Payload: out})
	return out, nil
}
