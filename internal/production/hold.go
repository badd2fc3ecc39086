package production

import (
	"context"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/notice"
)

// Hold stops all work on an order, or lets it go on.
type Hold struct {
	Order  string `json:"order" minLength:"1" maxLength:"64"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// Held is an order that was put on hold or set free.
type Held struct {
	Order  string  `json:"order"`
	Held   bool    `json:"held"`
	Reason string  `json:"reason"`
	Paused []int64 `json:"paused,omitempty" doc:"Operations that ran and were paused by it"`
}

func onHold(number, reason string) *fault.Error {
	return fault.Conflict("production.on_hold", "%s is on hold: %s. Nothing may be done on it until it is set free", number, reason).With("order", number).With("reason", reason)
}

// Hold puts an order on hold: what runs pauses, and every later act is refused until it is set free.
func (m *Module) Hold(ctx context.Context, tx *db.Tx, in Hold) (Held, error) {
	o, err := orderByNumber(ctx, tx, in.Order)
	if err != nil {
		return Held{}, err
	}
	switch {
	case o.Status == "cancelled" || o.Status == "closed":
		return Held{}, fault.Conflict("production.closed", "%s is closed", o.Number).With("order", o.Number)
	case o.Hold > 0:
		return Held{}, onHold(o.Number, o.Why)
	}
	running, err := db.All[opRun](ctx, tx, `SELECT id, op, setting_ms FROM wo_op WHERE order_id = $1 AND running_ms > 0 AND report ORDER BY op`, o.ID)
	if err != nil {
		return Held{}, err
	}
	out := Held{Order: o.Number, Held: true, Reason: in.Reason}
	for _, p := range running {
		out.Paused = append(out.Paused, p.Op)
		if err := m.pauseOp(ctx, tx, o.ID, p, in.Reason); err != nil {
			return Held{}, err
		}
	}
	return m.mark(ctx, tx, o, out, tx.NowMS(), "hold", EventHeld)
}

// Unhold sets an order free again; the operations that ran stay paused until somebody goes on.
func (m *Module) Unhold(ctx context.Context, tx *db.Tx, in Hold) (Held, error) {
	o, err := orderByNumber(ctx, tx, in.Order)
	if err != nil {
		return Held{}, err
	}
	if o.Hold == 0 {
		return Held{}, fault.Conflict("production.not_on_hold", "%s is not on hold", o.Number).With("order", o.Number)
	}
	alarm, err := db.One[bool](ctx, tx, `SELECT EXISTS (SELECT 1 FROM wo_reading WHERE order_id = $1 AND outside)`, o.ID)
	if err == nil && alarm {
		err = notice.Gone(ctx, tx, NoticeBeyond, heldKey(o.Number))
	}
	if err != nil {
		return Held{}, err
	}
	return m.mark(ctx, tx, o, Held{Order: o.Number, Reason: in.Reason}, 0, "unhold", EventUnheld)
}

func (m *Module) mark(ctx context.Context, tx *db.Tx, o orderHead, out Held, at int64, kind, event string) (Held, error) {
	why := out.Reason
	if at == 0 {
		why = ""
	}
	n, err := tx.Exec(ctx, `UPDATE wo_order SET hold_ms = $1, hold_reason = $2 WHERE id = $3 AND hold_ms = $4 AND status = $5`, at, why, o.ID, o.Hold, o.Status)
	if err != nil {
		return Held{}, err
	}
	if n == 0 {
		return Held{}, db.ErrRetry
	}
	tx.Queue(`INSERT INTO wo_hold (id, order_id, kind, reason, recorded_ms, actor) VALUES ($1, $2, $3, $4, $5, $6)`, tx.ID(), o.ID, kind, out.Reason, tx.NowMS(), actor.From(ctx).Name)
	tx.Emit(db.Event{Name: event, Subject: "wo:" + o.Number, Site: o.Site, Reason: out.Reason, Payload: out})
	return out, nil
}

type opRun struct {
	ID        db.ID `db:"id"`
	Op        int64 `db:"op"`
	SettingMS int64 `db:"setting_ms"`
}

// pauseOp pauses an operation from outside: the order is held, so nobody works on it any more.
func (m *Module) pauseOp(ctx context.Context, tx *db.Tx, order db.ID, p opRun, reason string) error {
	type who struct {
		Worker  db.ID `db:"worker_id"`
		Machine db.ID `db:"machine_id"`
	}
	w, _, err := db.Get[who](ctx, tx, `SELECT worker_id, machine_id FROM wo_run WHERE order_id = $1 AND op_id = $2 AND kind = 'start' ORDER BY recorded_ms DESC, id DESC LIMIT 1`, order, p.ID)
	if err != nil {
		return err
	}
	m.setUp(tx, order, p.ID, w.Worker, p.SettingMS, tx.NowMS())
	id := tx.ID()
	tx.Queue(`UPDATE wo_op SET running_ms = -1, setting_ms = 0 WHERE id = $1`, p.ID)
	tx.Queue(`INSERT INTO wo_run (id, key, order_id, op_id, kind, worker_id, machine_id, reason, happened_ms, recorded_ms, actor)
		VALUES ($1, $2, $3, $4, 'pause', $5, $6, $7, $8, $8, $9)`, id, id.String(), order, p.ID, w.Worker, w.Machine, reason, tx.NowMS(), actor.From(ctx).Name)
	return nil
}
