package production

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
)

// Run says that somebody begins or pauses an operation.
type Run struct {
	Order   string `json:"order" minLength:"1" maxLength:"64"`
	Op      int64  `json:"op" minimum:"1"`
	Worker  string `json:"worker,omitempty" maxLength:"64" doc:"Worker code; empty = who is logged in"`
	Machine string `json:"machine,omitempty" maxLength:"64"`
	Reason  string `json:"reason,omitempty" maxLength:"500" doc:"Why it pauses"`

	Kind     string `json:"kind,omitempty" enum:"run,setup" doc:"Setting up or running; empty = run"`
	Tool     string `json:"tool,omitempty" maxLength:"200" doc:"Code of the tool, where the operation demands one"`
	Override string `json:"override,omitempty" maxLength:"500" doc:"Why somebody without the demanded skill may begin all the same; needs the permission production.override, or a voucher"`
	Voucher  string `json:"voucher,omitempty" maxLength:"100" doc:"The word of a shift leader who has scanned his badge here (operation vouch); goes with override, once"`

	Readings

	overrideBy string
}

// Ran is a start or a pause.
type Ran struct {
	ID      db.ID  `json:"id"`
	Order   string `json:"order"`
	Op      int64  `json:"op"`
	OpName  string `json:"op_name"`
	Kind    string `json:"kind" enum:"start,pause"`
	Worker  string `json:"worker"`
	Machine string `json:"machine,omitempty"`
	AtMS    int64  `json:"at_ms"`
	Status  string `json:"status" enum:"running,paused"`

	Work     string `json:"work,omitempty" enum:"run,setup"`
	Tool     string `json:"tool,omitempty"`
	Override string `json:"override,omitempty" doc:"Why somebody without the demanded skill began"`
	By       string `json:"override_by,omitempty" doc:"Who said so"`
	SetupMS  int64  `json:"setup_ms,omitempty" doc:"How long the set-up took that ended by it"`
}

// Start records who begins an operation, when and on which machine.
func (m *Module) Start(ctx context.Context, tx *db.Tx, in Run) (Ran, error) {
	s, err := m.runState(ctx, tx, in)
	if err != nil {
		return Ran{}, err
	}
	if f := s.blocked(); f != nil {
		return Ran{}, f
	}
	if f := s.opHeld(); f != nil {
		return Ran{}, f
	}
	if err := m.firstWaits(ctx, tx, s); err != nil {
		return Ran{}, err
	}
	f := s.flow()
	if s.PrevID != 0 && f.wip() <= 0 && s.Rework == 0 {
		return Ran{}, fault.Conflict("production.nothing_here", "no pieces have come to operation %d %s yet; operation %d is reported first", s.Op, s.Name, s.PrevOp).
			With("op", s.Op).With("name", s.Name).With("prev", s.PrevOp).With("order", s.Number)
	}
	if s.PrevID == 0 && f.wip() <= 0 && s.Rework == 0 {
		err := m.mayExceed(ctx, tx, s, f, 1)
		if _, full := fault.As(err); !full && err != nil {
			return Ran{}, err
		} else if full {
			return Ran{}, fault.Conflict("production.all_reported", "all pieces of operation %d %s of %s are reported", s.Op, s.Name, s.Number).
				With("op", s.Op).With("name", s.Name).With("order", s.Number)
		}
	}
	readings, err := m.atStart(ctx, tx, s, in)
	if err != nil {
		return Ran{}, err
	}
	setting := int64(0)
	if in.Kind == "setup" {
		setting = tx.NowMS()
	}
	if s.RunningMS > 0 && (s.SettingMS == 0 || setting > 0) { // from setting up one goes on to running
		return Ran{}, fault.Conflict("production.runs_already", "operation %d %s of %s is running already", s.Op, s.Name, s.Number).
			With("op", s.Op).With("name", s.Name).With("order", s.Number)
	}
	var stay []CrewMember // who set it up together goes on together
	if s.SettingMS > 0 {
		if stay, err = crewOf(ctx, tx, []db.ID{s.ID}); err != nil {
			return Ran{}, err
		}
		in.Tool = s.Tool // it was scanned when setting up began
	}
	if s.SettingMS == 0 || !slices.ContainsFunc(stay, func(c CrewMember) bool { return c.Worker == s.WorkerID }) {
		if err := s.fit(ctx, tx, &in); err != nil {
			return Ran{}, err
		}
	}
	if err := m.endSetup(ctx, tx, s, tx.NowMS()); err != nil {
		return Ran{}, err
	}
	tx.Queue(`UPDATE wo_op SET running_ms = $1, setting_ms = $3, started_ms = CASE WHEN started_ms = 0 THEN $1 ELSE started_ms END WHERE id = $2`, tx.NowMS(), s.ID, setting)
	if s.OrderStart == 0 {
		tx.Queue(`UPDATE wo_order SET started_ms = $1 WHERE id = $2 AND started_ms = 0`, tx.NowMS(), s.Order)
	}
	out, err := m.bookRun(ctx, tx, s, in, "start", EventStarted)
	if err != nil {
		return out, err
	}
	if err := m.keepReadings(ctx, tx, s, readings, 0, tx.NowMS(), ""); err != nil {
		return out, err
	}
	for _, c := range stay {
		if c.Worker == s.WorkerID || c.Worker == 0 {
			continue
		}
		other := *s
		other.WorkerID, other.WorkerName, other.MachineID = c.Worker, c.Name, 0
		id, err := m.runRow(ctx, tx, &other, Run{}, "join", "")
		if err != nil {
			return out, err
		}
		tx.Emit(db.Event{Name: EventJoined, Subject: "wo:" + s.Number, Site: s.Site, Payload: Crewed{ID: id, Order: s.Number, Op: s.Op, OpName: s.Name, Kind: "join", Worker: c.Name, AtMS: tx.NowMS()}})
	}
	return out, nil
}

// Pause records that nobody works on the operation for now.
func (m *Module) Pause(ctx context.Context, tx *db.Tx, in Run) (Ran, error) {
	s, err := m.runState(ctx, tx, in)
	if err != nil {
		return Ran{}, err
	}
	if s.RunningMS <= 0 {
		return Ran{}, fault.Conflict("production.runs_not", "operation %d %s of %s is not running", s.Op, s.Name, s.Number).
			With("op", s.Op).With("name", s.Name).With("order", s.Number)
	}
	if err := m.endSetup(ctx, tx, s, tx.NowMS()); err != nil {
		return Ran{}, err
	}
	tx.Queue(`UPDATE wo_op SET running_ms = -1, setting_ms = 0 WHERE id = $1`, s.ID)
	return m.bookRun(ctx, tx, s, in, "pause", EventPaused)
}

func (m *Module) runState(ctx context.Context, tx *db.Tx, in Run) (*opState, error) {
	var workers []string
	if in.Worker != "" {
		workers = []string{in.Worker}
	}
	s, err := m.opState(ctx, tx, in.Order, in.Op, workers, in.Machine)
	if err != nil {
		return nil, err
	}
	if f := s.open(); f != nil {
		return nil, f
	}
	return s, nil
}

func (m *Module) bookRun(ctx context.Context, tx *db.Tx, s *opState, in Run, kind, event string) (Ran, error) {
	return m.bookRunAs(ctx, tx, s, in, kind, event, tx.Key())
}

func (m *Module) bookRunAs(ctx context.Context, tx *db.Tx, s *opState, in Run, kind, event, key string) (Ran, error) {
	id, err := m.runRow(ctx, tx, s, in, kind, key)
	if err != nil {
		return Ran{}, err
	}
	out := Ran{ID: id, Order: s.Number, Op: s.Op, OpName: s.Name, Kind: kind, Worker: s.WorkerName, Machine: in.Machine, AtMS: tx.NowMS(), Status: "running", Work: cmp.Or(in.Kind, "run"), Tool: in.Tool, Override: in.Override, By: in.overrideBy}
	if kind == "pause" {
		out.Status, out.Work = "paused", ""
	}
	if s.SettingMS > 0 {
		out.SetupMS = tx.NowMS() - s.SettingMS
	}
	tx.Emit(db.Event{Name: event, Subject: "wo:" + s.Number, Site: s.Site, Reason: in.Reason, Payload: out})
	return out, nil
}

// runRow appends who began, paused, joined or left.
func (m *Module) runRow(ctx context.Context, tx *db.Tx, s *opState, in Run, kind, key string) (db.ID, error) {
	id := tx.ID()
	if key == "" {
		key = id.String()
	}
	n, err := tx.Exec(ctx, `INSERT INTO wo_run (id, key, order_id, op_id, kind, worker_id, machine_id, reason, happened_ms, recorded_ms, actor, work, override, override_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13) ON CONFLICT (key) DO NOTHING`,
		id, key, s.Order, s.ID, kind, s.WorkerID, s.MachineID, in.Reason, tx.NowMS(), actor.From(ctx).Name, cmp.Or(in.Kind, "run"), in.Override, in.overrideBy)
	if err == nil && n == 0 {
		err = fault.Conflict("production.already_recorded", "this was recorded already; nothing was booked twice").With("order", s.Number)
	}
	return id, err
}

// fit checks what an operation demands of who begins: the skill, unless somebody who may says why not, and the tool.
func (s *opState) fit(ctx context.Context, tx *db.Tx, in *Run) error {
	if s.Tool != "" {
		code := strings.TrimSpace(in.Tool)
		if c, ok := label.ParseCode(code); ok {
			code = c.Number
		}
		switch {
		case code == "":
			return fault.Conflict("production.tool_missing", "operation %d %s needs the tool %s: scan it", s.Op, s.Name, s.Tool).With("tool", s.Tool).With("op", s.Op).With("name", s.Name).With("order", s.Number)
		case !strings.EqualFold(code, s.Tool):
			return fault.Conflict("production.tool_wrong", "operation %d %s needs the tool %s, not %s", s.Op, s.Name, s.Tool, code).
				With("tool", s.Tool).With("got", code).With("op", s.Op).With("name", s.Name).With("order", s.Number)
		}
		in.Tool = s.Tool
	}
	if s.Skill == "" || slices.ContainsFunc(strings.Split(s.Skills, ";"), func(k string) bool { return strings.EqualFold(strings.TrimSpace(k), s.Skill) }) {
		in.Override, in.Voucher = "", "" // nothing to override
		return nil
	}
	may := actor.From(ctx).Can("production.override")
	if in.Override = strings.TrimSpace(in.Override); in.Override != "" {
		if may {
			in.overrideBy = actor.From(ctx).Name
			return nil
		}
		if in.Voucher != "" {
			by, err := identity.UseVoucher(ctx, tx, in.Voucher, "production.override")
			in.overrideBy = by
			return err
		}
	}
	if in.Override != "" {
		return fault.Forbidden("production.override_not_yours", "only a shift leader can let somebody without the skill %s begin", s.Skill).With("skill", s.Skill).With("worker", s.WorkerName)
	}
	who := s.WorkerName
	if who == "" {
		who = actor.From(ctx).Name
	}
	return fault.Conflict("production.skill_missing", "%s does not have the skill %s that operation %d %s demands", who, s.Skill, s.Op, s.Name).
		With("worker", who).With("skill", s.Skill).With("op", s.Op).With("name", s.Name).With("order", s.Number).With("may", may)
}
