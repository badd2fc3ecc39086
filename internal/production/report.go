package production

import (
	"context"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/quality"
)

// Report says how many pieces of an operation are finished.
type Report struct {
	Order        string    `json:"order" minLength:"1" maxLength:"64" doc:"Work order number"`
	Op           int64     `json:"op" minimum:"1" doc:"Operation number of the routing"`
	Good         num.Dec   `json:"good"`
	UoM          string    `json:"uom,omitempty" maxLength:"100" doc:"Unit of good, one of the item's; empty: its own. Scrap and rework are counted in the item's own"`
	Scrap        num.Dec   `json:"scrap,omitempty"`
	Rework       num.Dec   `json:"rework,omitempty" doc:"Pieces set aside to be done again at this operation"`
	FromRework   bool      `json:"from_rework,omitempty" doc:"The good and scrapped pieces come out of those set aside for rework"`
	ScrapReason  string    `json:"scrap_reason,omitempty" maxLength:"32"`
	ReworkReason string    `json:"rework_reason,omitempty" maxLength:"32"`
	Workers      []string  `json:"workers,omitempty" maxItems:"20" doc:"Worker codes; empty = who is logged in"`
	Minutes      []num.Dec `json:"minutes,omitempty" maxItems:"20" doc:"How the time is shared among the workers, in their order; empty = evenly"`
	Machine      string    `json:"machine,omitempty" maxLength:"64"`
	StartMS      int64     `json:"start_ms,omitempty" doc:"When the work began; 0 = when the operation was started"`
	EndMS        int64     `json:"end_ms,omitempty" doc:"When it was finished; 0 = now"`
	Note         string    `json:"note,omitempty" maxLength:"500"`
	Readings
	ConfirmShort bool `json:"confirm_short,omitempty" doc:"Yes, report although material is missing; asked for by items whose policy is to ask"`
}

// Reported is what a report has done.
type Reported struct {
	ID          db.ID   `json:"id" doc:"Names the report for an undo"`
	Order       string  `json:"order"`
	Op          int64   `json:"op"`
	OpName      string  `json:"op_name"`
	Good        num.Dec `json:"good" doc:"Good pieces of the operation so far"`
	Scrap       num.Dec `json:"scrap"`
	Rework      num.Dec `json:"rework"`
	Remaining   num.Dec `json:"remaining" doc:"What can still be reported at this operation now"`
	OpDone      bool    `json:"op_done"`
	OrderStatus string  `json:"order_status"`
	Inspection  string  `json:"inspection,omitempty" doc:"Number of the inspection that was asked for"`
	Patrol      string  `json:"patrol,omitempty" doc:"Number of the patrol that became due by this report; it holds nothing up"`
	Used        []Used  `json:"used" doc:"Material that the report consumed"`
	Short       []Used  `json:"short,omitempty" doc:"Material that was not there: a variance is open until it is settled"`
	masterdata.Entered
}

// Used is a quantity of a lot that a report consumed.
type Used struct {
	Item string  `json:"item"`
	Lot  string  `json:"lot,omitempty"`
	Qty  num.Dec `json:"qty"`
}

// opState is an operation with its order and the report point before it: all that a report has to know, in one row.
type opState struct {
	Order       db.ID   `db:"order_id"`
	Number      string  `db:"number"`
	Site        db.ID   `db:"site_id"`
	Item        db.ID   `db:"item_id"`
	Decimals    int     `db:"decimals"`
	Qty         num.Dec `db:"qty"`
	Status      string  `db:"status"`
	OrderStart  int64   `db:"order_started_ms"`
	Released    int64   `db:"order_released_ms"`
	LastOp      db.ID   `db:"last_op_id"`
	FinalGate   bool    `db:"final_gate"`
	Received    num.Dec `db:"received"`
	ID          db.ID   `db:"id"`
	Op          int64   `db:"op"`
	Name        string  `db:"name"`
	WorkCenter  db.ID   `db:"work_center_id"`
	IsPoint     bool    `db:"report"`
	ReportID    db.ID   `db:"report_id"`
	PrevID      db.ID   `db:"prev_id"`
	Good        num.Dec `db:"good"`
	Scrap       num.Dec `db:"scrap"`
	Rework      num.Dec `db:"rework"`
	StartedMS   int64   `db:"started_ms"`
	RunningMS   int64   `db:"running_ms"`
	PrevOp      int64   `db:"prev_op"`
	PrevGood    num.Dec `db:"prev_good"`
	PrevDone    bool    `db:"prev_done"`
	WorkerID    db.ID   `db:"worker_id"`
	WorkerName  string  `db:"worker_name"`
	WorkerOn    bool    `db:"worker_active"`
	MachineID   db.ID   `db:"machine_id"`
	MachineAt   db.ID   `db:"machine_center"`
	MachineSite db.ID   `db:"machine_site"`
	Hold        int64   `db:"hold_ms"`
	HoldReason  string  `db:"hold_reason"`
	SettingMS   int64   `db:"setting_ms"`
	Tool        string  `db:"tool"`
	Skill       string  `db:"skill"`
	Skills      string  `db:"worker_skills"`
	Params      string  `db:"params"`
	Gate        string  `db:"gate"`
	Unjudged    num.Dec `db:"unjudged"` // good pieces that wait for a judgement
	Passed      num.Dec `db:"passed"`
	Patrol      bool    `db:"patrol"`
	PatrolAt    num.Dec `db:"patrol_at"`   // pieces made when a patrol was last asked for
	PatrolOpen  string  `db:"patrol_open"` // the patrol that nobody has judged
	PatrolBad   int64   `db:"patrol_bad"`  // since when the operation is stopped because one failed
	BlockedBy   string  `db:"blocked_by"`  // kind of the open call that stops this operation
	OpHold      int64   `db:"op_held_ms"`  // since when this operation alone is held
	OpHoldWhy   string  `db:"op_held_reason"`
	OpHoldFor   db.ID   `db:"op_held_report"` // the report that caused it
	Tracking    string  `db:"tracking"`
	ItemCode    string  `db:"item_code"`
}

const opStateSQL = `
	SELECT o.id AS order_id, o.number, o.site_id, o.item_id, i.decimals, o.qty, o.status, o.started_ms AS order_started_ms, CASE WHEN o.released_ms > 0 THEN o.released_ms ELSE o.created_ms END AS order_released_ms, o.last_op_id, o.final_gate, o.received,
	       p.id, p.op, p.name, p.work_center_id, p.report, p.report_id, p.prev_id, p.good, p.scrap, p.rework, p.started_ms, p.running_ms,
	       coalesce(b.op, 0) AS prev_op, coalesce(b.good - b.unjudged, 0) AS prev_good, coalesce(b.done_ms, 1) > 0 AS prev_done,
	       coalesce(w.id, 0) AS worker_id, coalesce(w.name, '') AS worker_name, coalesce(w.active, FALSE) AS worker_active,
	       coalesce(k.id, 0) AS machine_id, coalesce(k.work_center_id, 0) AS machine_center, coalesce(k.site_id, 0) AS machine_site,
	       o.hold_ms, o.hold_reason, p.setting_ms, p.tool, p.skill, p.params, p.gate, p.unjudged, p.passed, p.patrol, p.patrol_at, p.patrol_open, p.patrol_bad, coalesce(w.skills, '') AS worker_skills,
	       p.held_ms AS op_held_ms, p.held_reason AS op_held_reason, p.held_report AS op_held_report, i.tracking, i.code AS item_code,
	       coalesce((SELECT min(x.kind) FROM wo_call x WHERE x.point_id = p.id AND x.resolved_ms = 0 AND x.blocks), '') AS blocked_by
	FROM wo_order o
	JOIN wo_op p ON p.order_id = o.id AND p.op = $2
	JOIN v_item i ON i.id = o.item_id
	LEFT JOIN wo_op b ON b.id = p.prev_id
	LEFT JOIN v_worker w ON w.%s = $3
	LEFT JOIN v_machine k ON k.code = $4 AND k.site_id = o.site_id
	WHERE o.number = $1 AND o.batch_id NOT IN (SELECT id FROM kit_batch)`

func (s *opState) flow() flow {
	f := flow{good: s.Good, scrap: s.Scrap, rework: s.Rework}
	f.in = input(s.PrevID == 0, s.Qty, s.PrevGood, f.total())
	return f
}

// Report records finished pieces: the fact, the balance law, the material that the norm says, the status, the event,
// and after the last operation the request for a final inspection.
func (m *Module) Report(ctx context.Context, tx *db.Tx, in Report) (Reported, error) {
	if f := in.check(); f != nil {
		return Reported{}, f
	}
	s, err := m.opState(ctx, tx, in.Order, in.Op, in.Workers, in.Machine)
	if err != nil {
		return Reported{}, err
	}
	if f := s.open(); f != nil {
		return Reported{}, f
	}
	if f := s.blocked(); f != nil {
		return Reported{}, f
	}
	if f := s.opHeld(); f != nil {
		return Reported{}, f
	}
	if err := m.firstWaits(ctx, tx, s); err != nil {
		return Reported{}, err
	}
	said, err := inPieces(ctx, tx, s, &in)
	if err != nil {
		return Reported{}, err
	}
	f, n := s.flow(), in.Good+in.Scrap+in.Rework
	for _, q := range [...]num.Dec{in.Good, in.Scrap, in.Rework} {
		if !q.Fits(s.Decimals) {
			return Reported{}, fault.Invalid("production.decimals", "quantities of this item have at most %d decimals, got %s", s.Decimals, q).
				With("item", in.Order).With("decimals", s.Decimals).With("qty", q)
		}
	}
	row := reportRow{ID: tx.ID(), Key: tx.Key(), Order: s.Order, Op: s.ID, Kind: "report", Good: in.Good, Scrap: in.Scrap, Rework: in.Rework, Before: f.total(),
		ScrapReason: in.ScrapReason, ReworkReason: in.ReworkReason, Note: in.Note, Entered: said, Worker: s.WorkerID, WorkerName: s.WorkerName, Machine: s.MachineID,
		Recorded: tx.NowMS(), Actor: actor.From(ctx).Name}
	if row.Key == "" {
		row.Key = row.ID.String()
	}
	if in.FromRework {
		if row.Kind, row.Rework = "rework", -n; n > s.Rework {
			return Reported{}, fault.Conflict("production.over_rework", "only %s pieces wait for rework at operation %d, not %s", s.Rework, s.Op, n).
				With("remaining", s.Rework).With("qty", n).With("op", s.Op).With("name", s.Name)
		}
	} else if n > f.wip() {
		if err := m.mayExceed(ctx, tx, s, f, n); err != nil {
			return Reported{}, err
		}
	}
	if err := m.when(ctx, tx, s, &row, in.StartMS, in.EndMS); err != nil {
		return Reported{}, err
	}
	if err := m.checkReasons(ctx, tx, in); err != nil {
		return Reported{}, err
	}
	readings, err := m.atReport(ctx, tx, s, in.Readings, reported{before: f.total(), pieces: n, whole: in.Good + in.Rework, again: in.FromRework})
	if err != nil {
		return Reported{}, err
	}
	more, err := m.team(ctx, tx, s, &row, in.Workers)
	if err != nil {
		return Reported{}, err
	}
	if len(more) > 0 && in.StartMS == 0 && row.Start < row.Happened { // the time of the report before is shared already
		since, err := unreported(ctx, tx, s.ID, row.Start)
		if err != nil {
			return Reported{}, err
		}
		row.Start = min(since, row.Happened)
	}
	after := flow{good: f.good + row.Good, scrap: f.scrap + row.Scrap, rework: f.rework + row.Rework}
	after.in = input(s.PrevID == 0, s.Qty, s.PrevGood, after.total())
	if err := m.book(ctx, tx, s, &row, f, more); err != nil {
		return Reported{}, err
	}
	if len(more) > 0 || s.SettingMS > 0 {
		if err := m.bookLabour(ctx, tx, s, &row, more, in.Minutes); err != nil {
			return Reported{}, err
		}
	}
	used, short, err := m.consume(ctx, tx, s, &row, f.total(), after.total(), in.ConfirmShort)
	if err != nil {
		return Reported{}, err
	}
	out := Reported{ID: row.ID, Order: s.Number, Op: s.Op, OpName: s.Name, Good: after.good, Scrap: after.scrap, Rework: after.rework,
		Remaining: max(after.wip(), 0), OrderStatus: "started", Used: used, Short: short, Entered: said}
	waits := s.Unjudged
	if gate := s.judges(row.Good, readings); gate != "" {
		if out.Inspection, err = m.Quality.Request(ctx, tx, quality.Req{Kind: gate, Doc: m.doc(s, &row), Item: s.Item, Qty: row.Good, OrderID: s.Order, Op: s.Op}); err != nil {
			return out, err
		}
		waits += row.Good
		tx.Queue(`UPDATE wo_op SET unjudged = unjudged + $1 WHERE id = $2`, row.Good, s.ID)
	}
	if out.Patrol, err = m.patrolAfter(ctx, tx, s, after.total()); err != nil {
		return out, err
	}
	if s.PrevDone && after.wip() <= 0 && after.rework == 0 && waits == 0 {
		out.OpDone = true
		completed, err := m.finish(ctx, tx, s, after.good)
		if err != nil {
			return out, err
		}
		if completed {
			out.OrderStatus = "completed"
		}
	}
	if s.FinalGate && s.ID == s.LastOp && row.Good > 0 {
		if out.Inspection, err = m.Quality.Request(ctx, tx, quality.Req{Kind: "final", Doc: m.doc(s, &row), Item: s.Item, Qty: row.Good, OrderID: s.Order, Op: s.Op}); err != nil {
			return out, err
		}
	}
	tx.Emit(db.Event{Name: EventReported, Subject: "wo:" + s.Number, Site: s.Site, HappenedMS: row.Happened, Reason: row.ScrapReason + row.ReworkReason,
		Payload: reportedEvent(s, &row, used, out)})
	return out, m.keepReadings(ctx, tx, s, readings, row.ID, row.Happened, out.Inspection)
}

// inPieces turns good pieces that were counted in another unit into the item's own, exactly; nothing is read when they
// were not.
func inPieces(ctx context.Context, q db.Querier, s *opState, in *Report) (masterdata.Entered, error) {
	if in.UoM == "" || in.Good == 0 {
		return masterdata.Entered{}, nil
	}
	item, err := masterdata.ItemByID(ctx, q, s.Item)
	if err != nil {
		return masterdata.Entered{}, err
	}
	own, said, err := masterdata.InOwn(ctx, q, item, "good", in.Good, in.UoM)
	in.Good = own
	return said, err
}

func (in *Report) check() *fault.Error {
	switch {
	case in.Good < 0 || in.Scrap < 0 || in.Rework < 0 || in.Good > num.Max || in.Scrap > num.Max || in.Rework > num.Max:
		return fault.Invalid("production.qty_negative", "quantities cannot be below zero; to take a report back, undo it")
	case in.Good == 0 && in.Scrap == 0 && in.Rework == 0:
		return fault.Invalid("production.qty_nothing", "say how many pieces are good, scrapped or to be reworked")
	case in.FromRework && in.Rework > 0:
		return fault.Invalid("production.rework_again", "reworked pieces are good or scrapped; what needs more work simply stays")
	case in.Scrap > 0 && in.ScrapReason == "":
		return fault.Invalid("production.reason_missing", "say why %s pieces are scrapped", in.Scrap).With("qty", in.Scrap)
	case in.Rework > 0 && in.ReworkReason == "":
		return fault.Invalid("production.reason_missing", "say why %s pieces must be reworked", in.Rework).With("qty", in.Rework)
	}
	return nil
}

// open refuses an order or operation on which nothing may be reported, in words.
func (s *opState) open() *fault.Error {
	switch s.Status {
	case "planned":
		return fault.Conflict("production.not_released", "%s is not released yet", s.Number).With("order", s.Number)
	case "cancelled":
		return fault.Conflict("production.cancelled", "%s was cancelled", s.Number).With("order", s.Number)
	case "closed":
		return fault.Conflict("production.closed", "%s is closed", s.Number).With("order", s.Number)
	case "completed":
		return fault.Conflict("production.finished", "%s is finished: every piece is reported", s.Number).With("order", s.Number)
	}
	if s.Hold > 0 {
		return onHold(s.Number, s.HoldReason)
	}
	if !s.IsPoint {
		return fault.Conflict("production.no_report_point", "nothing is reported at operation %d %s; its pieces count at the next report point", s.Op, s.Name).
			With("op", s.Op).With("name", s.Name)
	}
	return nil
}

// mayExceed lets the first report point make more than was ordered, within the tolerance; later ones can only use
// the pieces that came.
func (m *Module) mayExceed(ctx context.Context, tx *db.Tx, s *opState, f flow, n num.Dec) error {
	remaining := max(f.wip(), 0)
	if s.PrevID != 0 {
		if !s.PrevDone {
			return fault.Conflict("production.over_input", "operation %d %s has only %s pieces from operation %d, not %s", s.Op, s.Name, remaining, s.PrevOp, n).
				With("remaining", remaining).With("qty", n).With("op", s.Op).With("name", s.Name).With("prev", s.PrevOp).With("order", s.Number)
		}
		return overReport(s, remaining, n)
	}
	text, err := masterdata.Setting(ctx, tx, SettingTolerance, "0")
	if err != nil {
		return err
	}
	pct, err := num.Parse(text)
	if err != nil || pct < 0 {
		pct = 0
	}
	extra, err := num.MulDivDown(int64(s.Qty), int64(pct), 100*int64(num.One))
	if err != nil {
		return err
	}
	if left := s.Qty + num.Dec(extra) - f.total(); n > left {
		return overReport(s, max(left, 0), n)
	}
	return nil
}

func overReport(s *opState, remaining, n num.Dec) error {
	return fault.Conflict("production.over_report", "only %s pieces are left to report at operation %d %s of %s, not %s", remaining, s.Op, s.Name, s.Number, n).
		With("remaining", remaining).With("qty", n).With("op", s.Op).With("name", s.Name).With("order", s.Number)
}

// SettingTolerance is by how many percent of its quantity more than an order asks for may be reported at its first
// report point.
const SettingTolerance = "production.report_tolerance_pct"

const clockSkew = int64(5 * time.Minute / time.Millisecond)

// when fills the times of the fact and the business date that its shift belongs to.
func (m *Module) when(ctx context.Context, tx *db.Tx, s *opState, row *reportRow, start, end int64) error {
	if row.Happened = end; end == 0 {
		row.Happened = tx.NowMS()
	}
	if row.Start = start; start == 0 {
		row.Start = s.RunningMS
		if s.SettingMS > 0 && s.SettingMS == s.RunningMS { // nobody said that setting up was over: all of it was set-up
			row.Start = row.Happened
		}
		if row.Start <= 0 || row.Start > row.Happened {
			row.Start = row.Happened
		}
	}
	if row.Happened > tx.NowMS()+clockSkew {
		return fault.Invalid("production.future", "the report says it will be finished in the future; check the clock of the device")
	}
	if row.Start > row.Happened || row.Start < 0 {
		return fault.Invalid("production.ends_before_start", "the work ends before it begins")
	}
	for _, at := range [...]int64{row.Start, row.Happened} { // nobody works on an order before there is one
		if at < s.Released-clockSkew && (start != 0 || end != 0) {
			const minute = "2006-01-02 15:04"
			told, from := time.UnixMilli(at).In(tx.Zone()).Format(minute), time.UnixMilli(s.Released).In(tx.Zone()).Format(minute)
			return fault.Invalid("production.before_release", "%s is before %s was released (%s)", told, s.Number, from).
				With("order", s.Number).With("at", told).With("released", from)
		}
	}
	if s.WorkCenter == 0 {
		row.Posting = tx.Now().In(tx.Zone()).Format(time.DateOnly)
	} else {
		days, err := m.workDays(ctx, tx, []db.ID{s.WorkCenter}, row.Happened)
		if err != nil {
			return err
		}
		row.Posting, row.Shift = days[s.WorkCenter].Day, days[s.WorkCenter].Shift
	}
	for _, g := range m.Guards {
		if err := g(ctx, tx, s.Site, row.Posting); err != nil {
			return err
		}
	}
	return nil
}

func (m *Module) doc(s *opState, row *reportRow) inventory.Doc {
	return inventory.Doc{Kind: "wo_report", ID: row.ID, Number: s.Number, Line: s.Op, Order: s.Order, Site: s.Site, HappenedMS: row.Happened}
}
