package scheduling

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/scheduling/finite"
)

// RunRule asks for a new schedule.
type RunRule struct {
	Rule string `json:"rule,omitempty" enum:"priority,edd,cr,spt" doc:"What goes first: priority (default), due date, critical ratio, shortest operation"`
	Site string `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`

	Seconds int `json:"seconds,omitempty" minimum:"0" maximum:"20" doc:"How long to look for a better one than the rule gives"`
}

// Result says how the new live schedule looks.
type Result struct {
	Run       db.ID  `json:"run"`
	Site      string `json:"site"`
	Rule      string `json:"rule"`
	Orders    int64  `json:"orders"`
	Ops       int64  `json:"ops"`
	Late      int64  `json:"late" doc:"Orders that end after their due date"`
	LateMS    int64  `json:"late_ms" doc:"All of their lateness"`
	Unplaced  int64  `json:"unplaced" doc:"Operations that no machine can ever do"`
	Conflicts int64  `json:"conflicts" doc:"Started operations that begin before the one before them allows"`
	EndMS     int64  `json:"end_ms"`
}

type runRow struct {
	ID        db.ID  `db:"id"`
	Site      db.ID  `db:"site_id"`
	Rule      string `db:"rule"`
	Live      bool   `db:"live"`
	NowMS     int64  `db:"now_ms"`
	EndMS     int64  `db:"end_ms"`
	Orders    int64  `db:"orders"`
	Ops       int64  `db:"ops"`
	Late      int64  `db:"late"`
	LateMS    int64  `db:"late_ms"`
	Unplaced  int64  `db:"unplaced"`
	Conflicts int64  `db:"conflicts"`
	TookMS    int64  `db:"took_ms"`
	Actor     string `db:"actor"`
	Recorded  int64  `db:"recorded_ms"`
	Batch     db.ID  `db:"batch_id"`
	Draft     bool   `db:"draft"`
	Name      string `db:"name"`
	Base      db.ID  `db:"base_id"`
	Changes   string `db:"changes"`
	Goal      string `db:"goal"`
	SetupMS   int64  `db:"setup_ms"`
	WaitingMS int64  `db:"waiting_ms"`
	Moved     int64  `db:"moved"`
	UpsetMS   int64  `db:"upset_ms"`

	Superseded int64 `db:"superseded_ms"`
	TolMS      int64 `db:"tol_ms"`
}

type slotRow struct {
	ID       db.ID   `db:"id"`
	Run      db.ID   `db:"run_id"`
	Order    db.ID   `db:"order_id"`
	Op       db.ID   `db:"op_id"`
	Center   db.ID   `db:"work_center_id"`
	Machine  string  `db:"machine"`
	StartMS  int64   `db:"start_ms"`
	EndMS    int64   `db:"end_ms"`
	SetupMS  int64   `db:"setup_ms"`
	Qty      num.Dec `db:"qty"`
	State    string  `db:"state"`
	Conflict bool    `db:"conflict"`
	Batch    db.ID   `db:"batch_id"`
	Why      string  `db:"why"`
	By       db.ID   `db:"by_op"`
	Worker   string  `db:"worker"`
	Part     db.ID   `db:"part_id"`
	PartDoc  string  `db:"part_doc"`
	PartMS   int64   `db:"part_ms"`
	SplitNo  int     `db:"split_no"`
	SplitOf  int     `db:"split_of"`
	BySplit  int     `db:"by_split"`
}

func (s *slotRow) key() piece { return piece{s.Op, s.SplitNo} }

type endRow struct {
	ID      db.ID `db:"id"`
	Run     db.ID `db:"run_id"`
	Order   db.ID `db:"order_id"`
	StartMS int64 `db:"start_ms"`
	EndMS   int64 `db:"end_ms"`
	DueMS   int64 `db:"due_ms"`
	LateMS  int64 `db:"late_ms"`
	Batch   db.ID `db:"batch_id"`
}

type loadRow struct {
	ID        db.ID `db:"id"`
	Run       db.ID `db:"run_id"`
	Center    db.ID `db:"work_center_id"`
	BusyMS    int64 `db:"busy_ms"`
	SetupMS   int64 `db:"setup_ms"`
	Available int64 `db:"available_ms"`
	Batch     db.ID `db:"batch_id"`
}

// plan is a schedule as rows.
type plan struct {
	site  masterdata.Site
	run   runRow
	slots []slotRow
	ends  []endRow
	loads []loadRow
}

// Publish makes a new schedule of what is open now and puts it in the place of the live one. It reads one snapshot,
// thinks outside any transaction, writes unseen in chunks, and becomes live in one short transaction: the floor goes
// on reporting meanwhile.
func (m *Module) Publish(ctx context.Context, in RunRule) (Result, error) {
	var p *plan
	err := m.DB.View(ctx, func(q db.Querier) (err error) {
		p, err = m.solve(ctx, q, in, m.DB.Now(), m.DB.ID)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	if err := m.store(ctx, p, func(tx *db.Tx) error { return p.golive(ctx, tx) }); err != nil {
		return Result{}, err
	}
	return p.result(), m.forget(ctx, p.site.ID)
}

// store writes a plan unseen, in chunks, and lets end make something of it.
func (m *Module) store(ctx context.Context, p *plan, end func(tx *db.Tx) error) error {
	return m.DB.InBatch(ctx, "schedule", func(b *db.Batch) error {
		p.mark(b.ID)
		if err := b.Chunked(ctx, len(p.slots), func(tx *db.Tx, from, to int) error { return db.Insert(ctx, tx, "aps_slot", p.slots[from:to]...) }); err != nil {
			return err
		}
		if err := b.Chunked(ctx, len(p.ends), func(tx *db.Tx, from, to int) error { return db.Insert(ctx, tx, "aps_end", p.ends[from:to]...) }); err != nil {
			return err
		}
		return b.Chunked(ctx, len(p.loads), func(tx *db.Tx, from, to int) error { return db.Insert(ctx, tx, "aps_load", p.loads[from:to]...) })
	}, func(tx *db.Tx, _ *db.Batch) error { return end(tx) })
}

// Run is Publish inside a transaction, for callers that are in one and plan little.
func (m *Module) Run(ctx context.Context, tx *db.Tx, in RunRule) (Result, error) {
	p, err := m.solve(ctx, tx, in, tx.Now(), tx.ID)
	if err != nil {
		return Result{}, err
	}
	if err := db.Insert(ctx, tx, "aps_slot", p.slots...); err != nil {
		return Result{}, err
	}
	if err := db.Insert(ctx, tx, "aps_end", p.ends...); err != nil {
		return Result{}, err
	}
	if err := db.Insert(ctx, tx, "aps_load", p.loads...); err != nil {
		return Result{}, err
	}
	return p.result(), p.golive(ctx, tx)
}

func (m *Module) solve(ctx context.Context, q db.Querier, in RunRule, now time.Time, id func() db.ID) (*plan, error) {
	rule := finite.Rule(in.Rule)
	switch rule {
	case "":
		rule = finite.ByPriority
	case finite.ByPriority, finite.ByDue, finite.ByRatio, finite.ByShort:
	default:
		return nil, fault.Invalid("scheduling.rule_unknown", "there is no rule %q", in.Rule).With("rule", in.Rule)
	}
	site, err := siteOf(ctx, q, in.Site)
	if err != nil {
		return nil, err
	}
	began := now.UnixMilli()
	live, err := liveRun(ctx, q, site.ID)
	if err != nil {
		return nil, err
	}
	was, err := places(ctx, q, live.ID)
	if err != nil {
		return nil, err
	}
	prob, err := m.present(ctx, q, site, rule, began, was, nil, live.NowMS, false)
	if err != nil {
		return nil, err
	}
	shop, err := finite.New(prob.Problem)
	if err != nil {
		return nil, contradicts(err)
	}
	seq := shop.ByRule()
	if in.Seconds > 0 {
		within, end := context.WithTimeout(ctx, time.Duration(in.Seconds)*time.Second)
		seq, _ = shop.Improve(within, seq, finite.Options{Threads: 2})
		end()
	}
	_, _, ref := shop.Follow(prob.was(was))
	return m.planOf(site, prob, shop, seq, ref, runRow{ID: id(), Rule: string(rule), NowMS: began, Actor: actor.From(ctx).Name, Base: live.ID}, id)
}

// present is the problem as it stands: what is open, what people have told, and what begins so soon that it keeps its
// place; and what a draft supposes beyond that.
func (m *Module) present(ctx context.Context, q db.Querier, site masterdata.Site, rule finite.Rule, now int64, was map[piece]wasRow, more []Change, liveMS int64, beside bool) (*problem, error) {
	prob, list, k, err := m.stands(ctx, q, site, rule, now)
	if err != nil {
		return nil, err
	}
	if k.liveMS = liveMS; !beside {
		k.noise = 0
	}
	return prob, prob.present(list, more, was, k)
}

// was answers for the engine where an operation was.
func (p *problem) was(was map[piece]wasRow) func(order, op int) (finite.Was, bool) {
	return func(order, op int) (finite.Was, bool) {
		w, ok := placeOf(was, p.key(order, op))
		return finite.Was{StartMS: w.StartMS, Machine: w.Machine, EndMS: w.EndMS}, ok
	}
}

// planOf turns a sequence into rows, after the engine's judge has seen it.
func (m *Module) planOf(site masterdata.Site, prob *problem, shop *finite.Shop, seq *finite.Sequence, ref *finite.Reference, run runRow, id func() db.ID) (*plan, error) {
	s, v := shop.Outcome(seq, ref)
	if err := checked(prob.Problem, s); err != nil {
		return nil, err
	}
	return unchecked(site, prob, s, v, run, id), nil
}

// unchecked turns a schedule into rows that nobody keeps.
func unchecked(site masterdata.Site, prob *problem, s *finite.Schedule, v finite.Value, run runRow, id func() db.ID) *plan {
	run.Site, run.EndMS, run.Orders, run.Conflicts, run.Unplaced, run.Recorded = site.ID, s.EndMS, int64(len(prob.Orders)), int64(len(s.Conflicts)), int64(len(s.Unplaced)), run.NowMS
	run.SetupMS, run.WaitingMS, run.UpsetMS = v[finite.Setup], v[finite.Waiting], v[finite.Upset]
	p := &plan{site: site, run: run}
	p.rows(prob, s, id)
	return p
}

func contradicts(err error) error {
	if errors.Is(err, finite.ErrProblem) || errors.Is(err, num.ErrOverflow) {
		return fault.Conflict("scheduling.contradicts", "%v", err).With("reason", err)
	}
	return err
}

func liveRun(ctx context.Context, q db.Querier, site db.ID) (runRow, error) {
	r, _, err := db.Get[runRow](ctx, q, `SELECT * FROM aps_run WHERE site_id = $1 AND live`, site)
	return r, err
}

// checked: nothing is published that does not pass the engine's own judge.
func checked(p *finite.Problem, s *finite.Schedule) error {
	if err := finite.Check(p, s); err != nil {
		return fmt.Errorf("schedule does not pass its check: %w", err)
	}
	return nil
}

func siteOf(ctx context.Context, q db.Querier, code string) (masterdata.Site, error) {
	if code == "" {
		return masterdata.DefaultSite(ctx, q)
	}
	s, err := masterdata.SiteByCode(ctx, q, code)
	if err == nil {
		err = identity.SeeSite(ctx, s.ID)
	}
	return s, err
}

var stateNames = map[finite.State]string{finite.Free: "free", finite.Frozen: "frozen", finite.Started: "started"}

func (p *plan) rows(prob *problem, s *finite.Schedule, id func() db.ID) {
	conflict := map[[2]int]bool{}
	for _, c := range s.Conflicts {
		conflict[[2]int{c.Order, c.Op}] = true
	}
	first := make([]int64, len(prob.Orders))
	p.slots, p.ends = make([]slotRow, 0, len(s.Slots)+len(s.Unplaced)), make([]endRow, 0, len(s.Orders))
	for _, x := range s.Slots {
		p.slots = append(p.slots, slotRow{ID: id(), Run: p.run.ID, Order: prob.orders[x.Order], Op: prob.ops[x.Order][x.Op], Center: prob.centers[x.WorkCenter], Machine: x.Machine,
			StartMS: x.StartMS, EndMS: x.EndMS, SetupMS: x.SetupMS, Qty: x.Qty, State: stateNames[x.State], Conflict: conflict[[2]int{x.Order, x.Op}], Why: x.Why.String(), Worker: x.Worker})
		row := &p.slots[len(p.slots)-1]
		if x.By >= 0 {
			by := prob.key(s.Slots[x.By].Order, s.Slots[x.By].Op)
			row.By, row.BySplit = by.op, by.no
		}
		if row.SplitNo = prob.Orders[x.Order].Ops[x.Op].Part; row.SplitNo > 0 {
			row.SplitOf = prob.count(x.Order, x.Op)
		}
		if w, ok := prob.waits[row.Op]; ok && (x.Why == finite.Parts || x.Why == finite.Hours && x.By < 0) { // it comes before they begin to work
			row.Why, row.Part, row.PartDoc, row.PartMS = finite.Parts.String(), w.item, w.doc, w.ms
		}
		if x.State == finite.Frozen && prob.pinned[row.key()] {
			row.State = "pinned"
		}
		if first[x.Order] == 0 || x.StartMS < first[x.Order] {
			first[x.Order] = x.StartMS
		}
	}
	stuck := map[int]bool{}
	for _, u := range s.Unplaced {
		stuck[u.Order] = true
		op := &prob.Orders[u.Order].Ops[u.Op]
		p.slots = append(p.slots, slotRow{ID: id(), Run: p.run.ID, Order: prob.orders[u.Order], Op: prob.ops[u.Order][u.Op], Center: prob.centers[op.WorkCenter], Qty: op.Qty, State: "unplaced", SplitNo: op.Part})
		if op.Part > 0 {
			p.slots[len(p.slots)-1].SplitOf = prob.count(u.Order, u.Op)
		}
	}
	p.run.Ops = int64(len(p.slots))
	for i, e := range s.Orders {
		if e.EndMS == 0 || stuck[i] { // an order with a step that nobody can do has no end
			continue
		}
		p.ends = append(p.ends, endRow{ID: id(), Run: p.run.ID, Order: prob.orders[i], StartMS: first[i], EndMS: e.EndMS, DueMS: prob.Orders[i].DueMS, LateMS: e.LateMS})
		if e.LateMS > 0 {
			p.run.Late++
			p.run.LateMS += e.LateMS
		}
	}
	for _, l := range s.Loads {
		p.loads = append(p.loads, loadRow{ID: id(), Run: p.run.ID, Center: prob.centers[l.WorkCenter], BusyMS: l.BusyMS, SetupMS: l.SetupMS, Available: l.AvailableMS})
	}
}

func (p *plan) mark(batch db.ID) {
	for i := range p.slots {
		p.slots[i].Batch = batch
	}
	for i := range p.ends {
		p.ends[i].Batch = batch
	}
	for i := range p.loads {
		p.loads[i].Batch = batch
	}
}

// golive puts the run in the place of the one before it.
func (p *plan) golive(ctx context.Context, tx *db.Tx) error {
	live, err := liveRun(ctx, tx, p.site.ID)
	if err != nil {
		return err
	}
	if live.Recorded > p.run.NowMS && live.ID != p.run.Base { // somebody was quicker
		return published(live)
	}
	if err := supersede(ctx, tx, p.site); err != nil {
		return err
	}
	if p.run.TolMS, err = tolerance(ctx, tx); err != nil {
		return err
	}
	p.run.Live, p.run.TookMS, p.run.Recorded = true, max(tx.NowMS()-p.run.NowMS, 0), tx.NowMS()
	if err := db.Insert(ctx, tx, "aps_run", p.run); err != nil {
		return err
	}
	if err := keepPlans(ctx, tx, p.site, p.run); err != nil {
		return err
	}
	tx.Emit(db.Event{Name: EventPublished, Subject: "site:" + p.site.Code, Site: p.site.ID, Payload: p.result()})
	return nil
}

func (p *plan) result() Result {
	r := p.run
	return Result{r.ID, p.site.Code, r.Rule, r.Orders, r.Ops, r.Late, r.LateMS, r.Unplaced, r.Conflicts, r.EndMS}
}

// forget removes the slots of old runs, a few rows at a time; their summary stays.
func (m *Module) forget(ctx context.Context, site db.ID) error {
	keep, err := keepRuns(ctx, m.DB.Read())
	if err != nil {
		return err
	}
	old, err := db.All[db.ID](ctx, m.DB.Read(), `SELECT id FROM (SELECT id, recorded_ms FROM aps_run WHERE site_id = $1 AND NOT live AND NOT draft ORDER BY recorded_ms DESC, id DESC LIMIT 1000 OFFSET $2) r
		WHERE EXISTS (SELECT 1 FROM aps_slot s WHERE s.run_id = r.id) ORDER BY recorded_ms LIMIT 20`, site, keep-1)
	if err != nil {
		return err
	}
	for _, run := range old {
		if err := m.empty(ctx, run); err != nil {
			return err
		}
	}
	return nil
}

// empty removes the rows of a run.
func (m *Module) empty(ctx context.Context, run db.ID) error {
	for _, table := range []string{"aps_slot", "aps_end", "aps_load"} {
		for {
			var n int64
			err := m.DB.InTx(ctx, func(tx *db.Tx) (err error) {
				n, err = tx.Exec(ctx, `DELETE FROM `+table+` WHERE id IN (SELECT id FROM `+table+` WHERE run_id = $1 LIMIT 1000)`, run)
				return err
			})
			if err != nil {
				return err
			}
			if n < 1000 {
				break
			}
		}
	}
	return nil
}
