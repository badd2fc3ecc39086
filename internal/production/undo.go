package production

import (
	"context"
	"strconv"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Undo takes a report back by its mirror: pieces, consumption and the request for inspection.
type Undo struct {
	Report db.ID  `json:"report" doc:"Identifier that the report answered"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// Undone says what an undo has done.
type Undone struct {
	ID     db.ID   `json:"id" doc:"The reversal"`
	Order  string  `json:"order"`
	Op     int64   `json:"op"`
	Good   num.Dec `json:"good" doc:"Good pieces of the operation after it"`
	Scrap  num.Dec `json:"scrap"`
	Rework num.Dec `json:"rework"`
	masterdata.Entered
}

type undoState struct {
	ID         db.ID   `db:"id"`
	Kind       string  `db:"kind"`
	Good       num.Dec `db:"good"`
	Scrap      num.Dec `db:"scrap"`
	Rework     num.Dec `db:"rework"`
	Worker     db.ID   `db:"worker_id"`
	WorkerName string  `db:"worker"`
	Machine    db.ID   `db:"machine_id"`
	Start      int64   `db:"start_ms"`
	Recorded   int64   `db:"recorded_ms"`
	Number     string  `db:"number"`
	Op         int64   `db:"op"`
	Reversed   bool    `db:"reversed"`
	NextOp     int64   `db:"next_op"`
	NextName   string  `db:"next_name"`
	NextTotal  num.Dec `db:"next_total"`
	Waiting    num.Dec `db:"waiting"` // of its good pieces for a judgement
	Asked      bool    `db:"asked"`   // its good pieces were to be judged
	masterdata.Entered
}

// Undo refuses what later steps have already used: first they are undone, the last one first.
func (m *Module) Undo(ctx context.Context, tx *db.Tx, in Undo) (Undone, error) {
	u, ok, err := db.Get[undoState](ctx, tx, `
		SELECT r.id, r.kind, r.good, r.scrap, r.rework, r.worker_id, r.worker, r.machine_id, r.start_ms, r.recorded_ms, r.entered_qty, r.entered_uom, o.number, p.op,
		       EXISTS (SELECT 1 FROM wo_report x WHERE x.reverses = r.id AND x.reverses <> 0) AS reversed,
		       coalesce(n.op, 0) AS next_op, coalesce(n.name, '') AS next_name, coalesce(n.good + n.scrap + n.rework, 0) AS next_total,
		       CAST(coalesce((SELECT sum(x.qty - x.passed - x.failed) FROM v_inspection x WHERE x.doc_id = r.id AND x.doc_kind = 'wo_report' AND x.kind IN ('first', 'each') AND x.status <> 'cancelled'), 0) AS BIGINT) AS waiting,
		       EXISTS (SELECT 1 FROM v_inspection x WHERE x.doc_id = r.id AND x.doc_kind = 'wo_report' AND x.kind IN ('first', 'each') AND x.status <> 'cancelled') AS asked
		FROM wo_report r
		JOIN wo_order o ON o.id = r.order_id
		JOIN wo_op p ON p.id = r.op_id
		LEFT JOIN wo_op n ON n.order_id = r.order_id AND n.prev_id = r.op_id AND n.report
		WHERE r.id = $1 AND o.batch_id NOT IN (SELECT id FROM kit_batch)`, in.Report)
	if err != nil {
		return Undone{}, err
	}
	if !ok {
		return Undone{}, fault.NotFound("production.report_unknown", "there is no such report")
	}
	s, err := m.opState(ctx, tx, u.Number, u.Op, nil, "")
	if err != nil {
		return Undone{}, err
	}
	if f := u.refuse(s); f != nil {
		return Undone{}, f
	}
	if err := u.mayUndo(ctx, tx); err != nil {
		return Undone{}, err
	}
	if f := s.opHeld(); f != nil && !actor.From(ctx).Can("production.hold") { // who decides on it takes reports back, nobody else
		return Undone{}, f
	}
	row := reportRow{ID: tx.ID(), Key: tx.Key(), Order: s.Order, Op: s.ID, Kind: "reversal", Good: -u.Good, Scrap: -u.Scrap, Rework: -u.Rework, Note: in.Reason,
		Worker: u.Worker, WorkerName: u.WorkerName, Machine: u.Machine, Recorded: tx.NowMS(), Actor: actor.From(ctx).Name, Reverses: u.ID, Entered: masterdata.Entered{EnteredQty: -u.EnteredQty, EnteredUoM: u.EnteredUoM}}
	if row.Key == "" {
		row.Key = row.ID.String()
	}
	if err := m.when(ctx, tx, s, &row, 0, 0); err != nil {
		return Undone{}, err
	}
	row.Start = row.Happened
	before := s.flow()
	row.Before = before.total()
	after := flow{good: before.good - u.Good, scrap: before.scrap - u.Scrap, rework: before.rework - u.Rework}
	if (s.FinalGate && s.ID == s.LastOp || s.Gate != "" || u.Asked) && u.Good > 0 {
		if err := m.Quality.Cancel(ctx, tx, "wo_report", u.ID, in.Reason); err != nil {
			return Undone{}, err
		}
	}
	if err := m.book(ctx, tx, s, &row, before, nil); err != nil {
		return Undone{}, err
	}
	if u.Waiting > 0 {
		tx.Queue(`UPDATE wo_op SET unjudged = unjudged - $1 WHERE id = $2`, u.Waiting, s.ID)
	}
	if after.total() < before.total() {
		if err := m.undoMoves(ctx, tx, s, &row, u.ID, before.total(), after.total(), in.Reason); err != nil {
			return Undone{}, err
		}
	}
	if err := m.reopen(ctx, tx, s); err != nil {
		return Undone{}, err
	}
	if s.Params != "" { // its readings stay, and say by its mirror that they do not count
		if err := notice.Gone(ctx, tx, NoticeBeyond, u.ID.String()); err != nil {
			return Undone{}, err
		}
	}
	if s.OpHold > 0 && s.OpHoldFor == u.ID { // what held the operation does not count any more
		if _, err := m.freeOp(ctx, tx, s, in.Reason); err != nil {
			return Undone{}, err
		}
	}
	out := Undone{ID: row.ID, Order: s.Number, Op: s.Op, Good: after.good, Scrap: after.scrap, Rework: after.rework, Entered: u.Entered}
	tx.Emit(db.Event{Name: EventUndone, Subject: "wo:" + s.Number, Site: s.Site, HappenedMS: row.Happened, Reason: in.Reason,
		Payload: ReportUndone{ID: row.ID, Report: u.ID, Order: s.Number, Op: s.Op, Good: u.Good, Scrap: u.Scrap, Rework: u.Rework,
			WorkerID: u.Worker, GoodAfter: after.good, ScrapAfter: after.scrap, ReworkAfter: after.rework, Entered: u.Entered}})
	return out, nil
}

func (u *undoState) refuse(s *opState) *fault.Error {
	left := max(s.Good-u.Good-(s.Unjudged-u.Waiting), 0) // what is judged, or needs no judgement, without it
	switch {
	case u.Reversed:
		return fault.Conflict("production.undone_already", "this report was already undone")
	case u.Kind == "inspection":
		return fault.Conflict("production.undo_judgement", "these pieces failed an inspection; undo the judgement there").With("order", s.Number)
	case u.Kind == "reversal" || u.Kind == "opening":
		return fault.Conflict("production.not_undoable", "a reversal or an imported progress cannot be undone; report instead")
	case s.Status == "closed" || s.Status == "cancelled":
		return fault.Conflict("production.closed", "%s is closed", s.Number).With("order", s.Number)
	case s.Hold > 0:
		return onHold(s.Number, s.HoldReason)
	case s.Patrol && s.Unjudged > u.Waiting && s.Good-u.Good < s.Unjudged-u.Waiting:
		return fault.Conflict("production.suspect_waits", "%s good pieces of operation %d %s of %s wait for a judgement since a patrol failed; judge them first", s.Unjudged-u.Waiting, s.Op, s.Name, s.Number).
			With("qty", s.Unjudged-u.Waiting).With("op", s.Op).With("name", s.Name).With("order", s.Number)
	case u.NextTotal > left:
		return fault.Conflict("production.used_by_next", "operation %d %s has already used these pieces: %s are reported there. Undo there first", u.NextOp, u.NextName, u.NextTotal).
			With("op", u.NextOp).With("name", u.NextName).With("qty", u.NextTotal).With("order", s.Number)
	case s.ID == s.LastOp && s.Received > left:
		return fault.Conflict("production.received_already", "%s of %s are in stock already; undo the receipt first", s.Received, s.Number).
			With("qty", s.Received).With("order", s.Number)
	case u.Rework > s.Rework:
		return fault.Conflict("production.reworked_already", "pieces of this report were reworked since; undo that report first").With("order", s.Number)
	}
	return nil
}

// undoMoves mirrors what the report consumed.
func (m *Module) undoMoves(ctx context.Context, tx *db.Tx, s *opState, r *reportRow, report db.ID, before, after num.Dec, reason string) error {
	type row struct {
		Item db.ID   `db:"item_id"`
		Qty  num.Dec `db:"qty"`
	}
	rows, err := db.All[row](ctx, tx, `SELECT item_id, CAST(sum(qty) AS BIGINT) AS qty FROM v_move WHERE doc_id = $1 AND doc_kind = 'wo_report' AND to_kind = 'consumed' AND NOT reversed GROUP BY item_id`, report)
	if err != nil {
		return err
	}
	mirrored := make(map[db.ID]num.Dec, len(rows))
	for _, r := range rows {
		mirrored[r.Item] = r.Qty
	}
	if len(rows) > 0 {
		doc := inventory.Doc{Kind: "wo_report", ID: r.ID, Number: s.Number, Line: s.Op, Order: s.Order, Site: s.Site, HappenedMS: r.Happened, Reason: reason}
		if err := m.Inventory.Reverse(ctx, tx, doc, "wo_report", report); err != nil {
			return err
		}
	}
	if err := m.undoVariance(ctx, tx, s, report, reason, mirrored); err != nil {
		return err
	}
	return undoConsumption(ctx, tx, s.Order, s.ID, before, after, mirrored)
}

// SettingUndoMinutes is for how many minutes a worker may take back a report of his own; a shift leader any, any time.
const SettingUndoMinutes = "production.undo_minutes"

// mayUndo: who slipped puts it right while it is fresh; later, or for somebody else, the shift leader does.
func (u *undoState) mayUndo(ctx context.Context, tx *db.Tx) error {
	a := actor.From(ctx)
	if a.Can("production.undo_any") {
		return nil
	}
	if own := a.WorkerID != 0 && db.ID(a.WorkerID) == u.Worker; !own {
		return fault.Forbidden("production.undo_not_own", "this report of %s belongs to %s; a shift leader can take it back", u.Number, u.WorkerName).
			With("order", u.Number).With("worker", u.WorkerName)
	}
	text, err := masterdata.Setting(ctx, tx, SettingUndoMinutes, "30")
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32)
	if err != nil || n < 0 {
		n = 30
	}
	if tx.NowMS()-u.Recorded > n*60_000 {
		return fault.Forbidden("production.undo_too_late", "your own report can be taken back for %d minutes; now a shift leader has to", n).
			With("minutes", n).With("order", u.Number)
	}
	return nil
}

// reopen computes the status from the facts that stay: this operation and the later ones are open again, and an
// order on which nothing is left has not started.
func (m *Module) reopen(ctx context.Context, tx *db.Tx, s *opState) error {
	tx.Queue(`UPDATE wo_op SET done_ms = 0 WHERE order_id = $1 AND done_ms > 0 AND (op >= $2 OR report_id = $3)`, s.Order, s.Op, s.ID)
	tx.Queue(`UPDATE wo_order SET completed_ms = 0 WHERE id = $1 AND completed_ms > 0`, s.Order)
	const live = `SELECT 1 FROM wo_report r WHERE r.kind <> 'reversal' AND NOT EXISTS (SELECT 1 FROM wo_report x WHERE x.reverses = r.id AND x.reverses <> 0)`
	tx.Queue(`UPDATE wo_op SET started_ms = 0, running_ms = 0, setting_ms = 0 WHERE id = $1 AND NOT EXISTS (`+live+` AND r.op_id = wo_op.id AND r.order_id = wo_op.order_id)
		AND NOT EXISTS (SELECT 1 FROM wo_run n WHERE n.op_id = wo_op.id AND n.order_id = wo_op.order_id)`, s.ID)
	tx.Queue(`UPDATE wo_order SET started_ms = 0 WHERE id = $1 AND NOT EXISTS (`+live+` AND r.kind <> 'opening' AND r.order_id = wo_order.id)
		AND NOT EXISTS (SELECT 1 FROM wo_run n WHERE n.order_id = wo_order.id)`, s.Order)
	return nil
}
