package production

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

var (
	opStateByCode = fmt.Sprintf(opStateSQL, "code")
	opStateByID   = fmt.Sprintf(opStateSQL, "id")
)

// opState reads the operation with its order, the report point before it, who works and on which machine.
func (m *Module) opState(ctx context.Context, q db.Querier, order string, op int64, workers []string, machine string) (*opState, error) {
	var s opState
	var ok bool
	var err error
	if len(workers) > 0 {
		s, ok, err = db.Get[opState](ctx, q, opStateByCode, order, op, workers[0], machine)
	} else {
		s, ok, err = db.Get[opState](ctx, q, opStateByID, order, op, actor.From(ctx).WorkerID, machine)
	}
	if err != nil {
		return nil, err
	}
	if !ok || !actor.From(ctx).SeesSite(int64(s.Site)) {
		o, err := orderByNumber(ctx, q, order)
		if err != nil {
			return nil, err
		}
		return nil, fault.NotFound("production.op_unknown", "%s has no operation %d", o.Number, op).With("order", o.Number).With("op", op)
	}
	if s.WorkerID == 0 && len(workers) > 0 {
		w, err := masterdata.WorkerByBadge(ctx, q, workers[0])
		if fault.Is(err, "masterdata.badge_unknown") {
			return nil, fault.NotFound("masterdata.worker_unknown", "there is no worker %s", workers[0]).With("code", workers[0])
		}
		if err != nil {
			return nil, err
		}
		s.WorkerID, s.WorkerName, s.WorkerOn = w.ID, w.Name, true
	}
	if s.WorkerID != 0 && !s.WorkerOn {
		return nil, fault.Conflict("production.worker_left", "%s does not work here any more", s.WorkerName).With("worker", s.WorkerName)
	}
	if machine != "" && s.MachineID == 0 {
		return nil, fault.NotFound("production.machine_unknown", "there is no machine %s at this site", machine).With("machine", machine)
	}
	return &s, nil
}

type orderHead struct {
	ID     db.ID   `db:"id"`
	Number string  `db:"number"`
	Site   db.ID   `db:"site_id"`
	Item   db.ID   `db:"item_id"`
	Qty    num.Dec `db:"qty"`
	Status string  `db:"status"`
	Hold   int64   `db:"hold_ms"`
	Why    string  `db:"hold_reason"`
}

func orderByNumber(ctx context.Context, q db.Querier, number string) (orderHead, error) {
	o, ok, err := db.Get[orderHead](ctx, q, `SELECT id, number, site_id, item_id, qty, status, hold_ms, hold_reason FROM wo_order WHERE number = $1 AND batch_id NOT IN (SELECT id FROM kit_batch)`, number)
	if err == nil && (!ok || !actor.From(ctx).SeesSite(int64(o.Site))) {
		err = fault.NotFound("production.order_unknown", "there is no work order %s", number).With("order", number)
	}
	return o, err
}

// NumberOf is a work order's number.
func NumberOf(ctx context.Context, q db.Querier, id db.ID) (string, error) {
	n, ok, err := db.Get[string](ctx, q, `SELECT number FROM v_work_order WHERE id = $1`, id)
	if err == nil && !ok {
		err = fault.NotFound("production.order_unknown", "there is no work order %s", id).With("order", id)
	}
	return n, err
}

type reportRow struct {
	ID           db.ID
	Key          string
	Order, Op    db.ID
	Kind         string
	Good         num.Dec
	Scrap        num.Dec
	Rework       num.Dec
	Before       num.Dec
	ScrapReason  string
	ReworkReason string
	Note         string
	Worker       db.ID
	WorkerName   string
	Machine      db.ID
	Start        int64
	Happened     int64
	Recorded     int64
	Posting      string
	Shift        string
	Actor        string
	Reverses     db.ID
	Labour       []Share
	masterdata.Entered
}

// book writes the fact and its sums. The WHERE of the totals is the lock: who reported meanwhile has moved them,
// and the whole report is thought through afresh. The key is unique for ever, so a repeated scan adds nothing.
func (m *Module) book(ctx context.Context, tx *db.Tx, s *opState, r *reportRow, before flow, more []db.ID) error {
	n, err := tx.Exec(ctx, `INSERT INTO wo_report (id, key, order_id, op_id, kind, good, scrap, rework, before_qty, scrap_reason, rework_reason, note, worker_id, worker, machine_id,
			start_ms, happened_ms, recorded_ms, posting_date, shift, actor, reverses, entered_qty, entered_uom)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24) ON CONFLICT (key) DO NOTHING`,
		r.ID, r.Key, r.Order, r.Op, r.Kind, r.Good, r.Scrap, r.Rework, r.Before, r.ScrapReason, r.ReworkReason, r.Note, r.Worker, r.WorkerName, r.Machine,
		r.Start, r.Happened, r.Recorded, r.Posting, r.Shift, r.Actor, r.Reverses, r.EnteredQty, r.EnteredUoM)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("production.already_recorded", "this was recorded already; nothing was booked twice").With("order", s.Number)
	}
	n, err = tx.Exec(ctx, `UPDATE wo_op SET good = good + $1, scrap = scrap + $2, rework = rework + $3 WHERE id = $4 AND good = $5 AND scrap = $6 AND rework = $7 AND unjudged = $8`,
		r.Good, r.Scrap, r.Rework, s.ID, before.good, before.scrap, before.rework, s.Unjudged)
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrRetry
	}
	if s.StartedMS == 0 { // who reports has begun; a column without an index, so that on PostgreSQL no index page changes under those who read it
		tx.Queue(`UPDATE wo_op SET started_ms = $1 WHERE id = $2 AND started_ms = 0`, max(r.Start, 1), s.ID)
	}
	if s.OrderStart == 0 {
		tx.Queue(`UPDATE wo_order SET started_ms = $1 WHERE id = $2 AND started_ms = 0`, max(r.Start, 1), s.Order)
	}
	for _, w := range more {
		tx.Queue(`INSERT INTO wo_report_worker (report_id, worker_id) VALUES ($1, $2)`, r.ID, w)
	}
	return nil
}

// team finds the further people of a report and puts everybody's name on the fact.
func (m *Module) team(ctx context.Context, q db.Querier, s *opState, r *reportRow, codes []string) (more []db.ID, err error) {
	if len(codes) < 2 {
		return nil, nil
	}
	names := []string{s.WorkerName}
	seen := map[db.ID]bool{s.WorkerID: true}
	for _, c := range codes[1:] {
		w, err := masterdata.WorkerByCode(ctx, q, c)
		if err != nil {
			return nil, err
		}
		if !w.Active {
			return nil, fault.Conflict("production.worker_left", "%s does not work here any more", w.Name).With("worker", w.Name)
		}
		if !seen[w.ID] {
			seen[w.ID] = true
			more, names = append(more, w.ID), append(names, w.Name)
		}
	}
	r.WorkerName = strings.Join(names, ", ")
	return more, nil
}

// checkReasons looks reasons up only where one is given: most reports are good.
func (m *Module) checkReasons(ctx context.Context, q db.Querier, in Report) error {
	for kind, code := range map[string]string{"scrap": in.ScrapReason, "rework": in.ReworkReason} {
		if code == "" {
			continue
		}
		_, ok, err := db.Get[string](ctx, q, `SELECT code FROM wo_reason WHERE code = $1 AND kind IN ('both', $2)`, code, kind)
		if err != nil {
			return err
		}
		if !ok {
			return fault.Invalid("production.reason_unknown", "there is no reason %s for this", code).With("reason", code)
		}
	}
	return nil
}

// calendarKept is how long the calendar of a work center is remembered: a report asks only which shift it is.
const calendarKept = int64(time.Minute / time.Millisecond)

// finish marks the operation done and every later one that thereby cannot get another piece; when the last one is
// done the order is completed.
func (m *Module) finish(ctx context.Context, tx *db.Tx, s *opState, good num.Dec) (completed bool, err error) {
	done := []db.ID{s.ID}
	completed = s.ID == s.LastOp
	if !completed {
		type point struct {
			ID     db.ID   `db:"id"`
			Good   num.Dec `db:"good"`
			Scrap  num.Dec `db:"scrap"`
			Rework num.Dec `db:"rework"`
			Wait   num.Dec `db:"unjudged"`
		}
		later, err := db.All[point](ctx, tx, `SELECT id, good, scrap, rework, unjudged FROM wo_op WHERE order_id = $1 AND op > $2 AND report ORDER BY op`, s.Order, s.Op)
		if err != nil {
			return false, err
		}
		for _, p := range later {
			if p.Good+p.Scrap+p.Rework < good || p.Rework > 0 || p.Wait > 0 {
				break
			}
			done, good = append(done, p.ID), p.Good
			completed = completed || p.ID == s.LastOp
		}
	}
	for _, id := range done {
		tx.Queue(`UPDATE wo_op SET done_ms = $1, running_ms = 0 WHERE order_id = $2 AND report_id = $3`, tx.NowMS(), s.Order, id)
	}
	if completed {
		tx.Queue(`UPDATE wo_order SET completed_ms = $1 WHERE id = $2`, tx.NowMS(), s.Order)
	}
	return completed, nil
}
