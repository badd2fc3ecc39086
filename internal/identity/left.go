package identity

import (
	"context"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
)

// WorkerSwitched shuts out the users of a worker who left, at once, and lets them in again when they return. Oneself
// stays in: who runs the company may also stand in the list of workers.
func (m *Module) WorkerSwitched(ctx context.Context, tx *db.Tx, worker db.ID, active bool) error {
	users, err := db.All[userRow](ctx, tx, `SELECT `+userColumns+` FROM id_user WHERE worker_id = $1 AND disabled = $2 AND id <> $3`, worker, active, db.ID(actor.From(ctx).UserID))
	if err != nil || len(users) == 0 {
		return err
	}
	for _, r := range users {
		before, err := full(ctx, tx, r)
		if err != nil {
			return err
		}
		r.Disabled, r.Changed = !active, tx.NowMS()
		tx.Queue(`UPDATE id_user SET disabled = $1, changed_ms = $2 WHERE id = $3`, r.Disabled, r.Changed, r.ID)
		after, err := full(ctx, tx, r)
		if err != nil {
			return err
		}
		tx.Emit(db.Event{Name: UserChanged, Subject: "user:" + r.Login, Payload: Change{Before: before, After: after}})
		if !active {
			if err := m.EndAll(ctx, tx, r.ID); err != nil {
				return err
			}
		}
	}
	if err := m.someoneLeft(ctx, tx); err != nil {
		return err
	}
	m.changed(tx)
	return nil
}

// BadgeTaken takes the badge from the users of a worker who carries none any more.
func (m *Module) BadgeTaken(ctx context.Context, tx *db.Tx, worker db.ID) error {
	n, err := tx.Exec(ctx, `UPDATE id_user SET badge = '', changed_ms = $1 WHERE worker_id = $2 AND badge <> ''`, tx.NowMS(), worker)
	if err == nil && n > 0 {
		m.changed(tx)
	}
	return err
}
