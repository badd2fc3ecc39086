package production

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
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
	Hold   int64  `db:"hold_ms"`
	Why    string `db:"hold_reason"`
}

// Release releases planned orders, all or none.
func (m *Module) Release(ctx context.Context, tx *db.Tx, in Release) (Released, error) {
	seen := map[string]releaseRow{}
	for part := range slices.Chunk(in.Orders, 500) {
		var w db.Where
		db.In(&w, "o.number", part)
		w.And("o.batch_id NOT IN (SELECT id FROM kit_batch)")
		rows, err := db.All[releaseRow](ctx, tx, `SELECT o.id, o.number, o.site_id, o.status, o.hold_ms, o.hold_reason FROM wo_order o`+w.String(), w.Args...)
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
		case r.Hold > 0:
			return Released{}, onHold(n, r.Why)
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
