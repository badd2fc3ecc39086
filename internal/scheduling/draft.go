package scheduling

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/scheduling/finite"
)

// Propose asks for a draft: the live schedule under changes, with as little upset as the goal allows.
type Propose struct {
	Site    string   `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
	Name    string   `json:"name,omitempty" maxLength:"100"`
	Live    db.ID    `json:"live,omitempty" doc:"The live schedule that was looked at; another one is refused. 0 = whichever is live"`
	Changes []Change `json:"changes,omitempty" maxItems:"500"`
	Goal    []string `json:"goal,omitempty" maxItems:"6" doc:"Parts by importance: tardiness, late_orders, setup, makespan, waiting, upset. Empty: rush orders on time, nobody else later than published, little moved; with overtime, capacity, drop, parts at once or fresh: tardiness, upset, setup, makespan, waiting"`
	Fresh   bool     `json:"fresh,omitempty" doc:"Also think of a schedule that keeps nothing of the live one"`
	Seconds int      `json:"seconds,omitempty" minimum:"0" maximum:"20" doc:"How long to look for a better one; 0 = the first feasible one"`
}

// DraftHead is a draft in figures, the live schedule's beside them.
type DraftHead struct {
	ID      db.ID    `json:"id"`
	Site    string   `json:"site"`
	Name    string   `json:"name"`
	Live    db.ID    `json:"live" doc:"The live schedule that it was made beside"`
	Changes []Change `json:"changes"`
	Goal    []string `json:"goal"`
	Is      Figures  `json:"is"`
	Was     Figures  `json:"was"`
	Moved   int64    `json:"moved" doc:"Operations at another time or machine"`
	UpsetMS int64    `json:"upset_ms" doc:"By how much, all together"`
	By      string   `json:"by"`
	MadeMS  int64    `json:"made_ms"`
}

// Figures of a schedule.
type Figures struct {
	Orders    int64 `json:"orders"`
	Ops       int64 `json:"ops"`
	Late      int64 `json:"late" doc:"Orders that end after their due date"`
	LateMS    int64 `json:"late_ms"`
	SetupMS   int64 `json:"setup_ms"`
	WaitingMS int64 `json:"waiting_ms" doc:"Orders lying between two operations"`
	Unplaced  int64 `json:"unplaced"`
	Conflicts int64 `json:"conflicts"`
	EndMS     int64 `json:"end_ms"`
}

func (r *runRow) figures() Figures {
	return Figures{r.Orders, r.Ops, r.Late, r.LateMS, r.SetupMS, r.WaitingMS, r.Unplaced, r.Conflicts, r.EndMS}
}

// Draft is a draft with its difference to the live schedule.
type Draft struct {
	DraftHead
	Ends []EndMoved `json:"ends" doc:"Orders that end at another time; those that become late first, then those that are saved"`
	Bars []BarMoved `json:"bars" doc:"Operations at another time or machine, by their new start"`
}

// EndMoved is an order whose end differs.
type EndMoved struct {
	Order   string `json:"order" db:"number"`
	Item    string `json:"item" db:"code"`
	Name    string `json:"item_name" db:"name"`
	Due     string `json:"due" db:"due"`
	EndWas  int64  `json:"end_was_ms" db:"end_was" doc:"0: it was not in the schedule"`
	EndIs   int64  `json:"end_is_ms" db:"end_is" doc:"0: it is not in the schedule any more"`
	LateWas int64  `json:"late_was_ms" db:"late_was"`
	LateIs  int64  `json:"late_is_ms" db:"late_is"`
}

// BarMoved is an operation whose place differs.
type BarMoved struct {
	ID         string  `json:"id" doc:"Operation; of a part with its number behind a slash"`
	Order      string  `json:"order"`
	Op         int     `json:"op"`
	SplitNo    int     `json:"split_no,omitempty" doc:"Which part of the operation; left out = all of it"`
	SplitOf    int     `json:"split_of,omitempty" doc:"Of how many"`
	Qty        num.Dec `json:"qty"`
	Machine    string  `json:"machine"`
	MachineWas string  `json:"machine_was" doc:"Empty: it had no place"`
	StartMS    int64   `json:"start_ms"`
	EndMS      int64   `json:"end_ms"`
	SetupMS    int64   `json:"setup_ms"`
	StartWas   int64   `json:"start_was_ms"`
	EndWas     int64   `json:"end_was_ms"`
	State      string  `json:"state"`
	Why        string  `json:"why"`
	By         string  `json:"by,omitempty" doc:"The operation or part that it waits for"`
	Part       string  `json:"part,omitempty" doc:"The part that it waits for"`
	PartName   string  `json:"part_name,omitempty"`
	PartDoc    string  `json:"part_doc,omitempty" doc:"Document that brings it"`
	PartMS     int64   `json:"part_ms,omitempty" doc:"When it is there"`
	Conflict   bool    `json:"conflict,omitempty"`
}

// thought is a draft that is not stored.
type thought struct {
	*plan
	site    masterdata.Site
	id      func() db.ID
	prob    *problem
	live    runRow
	was     map[piece]wasRow
	ended   map[db.ID]endWas // of the live schedule
	changes []Change
	weigh   finite.Goal
	shop    *finite.Shop
	seq     *finite.Sequence // the best so far
	ref     *finite.Reference
	head0   runRow
	put     map[db.ID]bool // operations that somebody has put elsewhere
}

// goalOf is what a draft is to be good at: what was chosen; else to upset little, but where it supposes that there is
// more to work with, to be on time and let nothing lie.
func goalOf(in Propose, now int64) (finite.Goal, error) {
	names := in.Goal
	if len(names) == 0 {
		more := in.Fresh || slices.ContainsFunc(in.Changes, func(c Change) bool {
			return c.Kind == "overtime" || c.Kind == "capacity" || c.Kind == "drop" || c.Kind == "parts" && c.FromMS <= now
		})
		if more {
			return finite.Sooner, nil
		}
		return finite.Calm, nil
	}
	var out finite.Goal
	for _, n := range names {
		p, ok := finite.PartOf(n)
		if !ok {
			return nil, fault.Invalid("scheduling.goal_unknown", "there is no goal %q", n).With("part", n).With("parts", "tardiness, late_orders, setup, makespan, waiting, upset")
		}
		out = append(out, []finite.Weighted{{Part: p, Weight: 1}})
	}
	return out, nil
}

// begin finds what a draft is of, and refuses what cannot be supposed.
func (m *Module) begin(ctx context.Context, q db.Querier, in Propose, now time.Time) (*thought, error) {
	goal, err := goalOf(in, now.UnixMilli())
	if err != nil {
		return nil, err
	}
	site, err := siteOf(ctx, q, in.Site)
	if err != nil {
		return nil, err
	}
	t := &thought{changes: slices.Clone(in.Changes), weigh: goal, site: site, put: map[db.ID]bool{}}
	if err := resolve(ctx, q, site.ID, t.changes); err != nil {
		return nil, err
	}
	for i := range t.changes {
		if c := &t.changes[i]; c.Kind == "pin" {
			t.put[c.op] = true
		}
	}
	if t.live, err = liveRun(ctx, q, site.ID); err != nil {
		return nil, err
	}
	if t.live.ID == 0 {
		return nil, fault.Conflict("scheduling.no_live", "there is no live schedule")
	}
	if in.Live != 0 && in.Live != t.live.ID {
		return nil, published(t.live)
	}
	return t, nil
}

// prepare makes the problem of a draft and its first answer. What follows needs no database.
func (m *Module) prepare(ctx context.Context, q db.Querier, in Propose, now time.Time, id func() db.ID) (*thought, error) {
	t, err := m.begin(ctx, q, in, now)
	if err != nil {
		return nil, err
	}
	if t.was, err = places(ctx, q, t.live.ID); err != nil {
		return nil, err
	}
	if t.ended, err = endsOf(ctx, q, t.live.ID); err != nil {
		return nil, err
	}
	if t.prob, err = m.present(ctx, q, t.site, finite.Rule(t.live.Rule), now.UnixMilli(), t.was, t.changes, t.live.NowMS, true); err != nil {
		return nil, err
	}
	if t.shop, err = finite.New(t.prob.Problem); err != nil {
		return nil, contradicts(err)
	}
	kept, fresh, ref := t.shop.Follow(t.prob.was(t.was))
	ref.ToleranceMS, ref.MoveMS = 5*60_000, 4*3_600_000
	t.ref = ref
	t.answer(in, kept, fresh)
	return t, t.entitle(in, now.UnixMilli(), actor.From(ctx).Name, id)
}

// answer is the first that is feasible.
func (t *thought) answer(in Propose, kept *finite.Sequence, fresh []int32) {
	var value finite.Value
	t.seq, value = t.shop.Repair(kept, fresh, t.ref, t.weigh)
	if in.Fresh {
		if other := t.shop.ByRule(); t.weigh.Less(t.shop.Value(other, t.ref), value) {
			t.seq = other
		}
	}
}

// entitle writes down what the draft is.
func (t *thought) entitle(in Propose, now int64, by string, id func() db.ID) error {
	text, err := json.Marshal(in.Changes)
	t.id = id
	t.head0 = runRow{ID: id(), Rule: t.live.Rule, NowMS: now, Actor: by, Base: t.live.ID, Draft: true, Name: in.Name, Changes: string(text), Goal: strings.Join(in.Goal, " ")}
	return err
}

// improve looks for a better answer for some seconds.
func (t *thought) improve(ctx context.Context, seconds int) {
	if seconds > 0 {
		within, end := context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
		t.seq, _ = t.shop.Improve(within, t.seq, finite.Options{Goal: t.weigh, Ref: t.ref, Threads: 2})
		end()
	}
}

// finish makes rows of the best answer.
func (m *Module) finish(t *thought) (err error) {
	if t.plan, err = m.planOf(t.site, t.prob, t.shop, t.seq, t.ref, t.head0, t.id); err == nil {
		t.count()
	}
	return err
}

// count finds how many operations have moved.
func (t *thought) count() {
	for i := range t.slots {
		s := &t.slots[i]
		if w, ok := placeOf(t.was, s.key()); s.State != "unplaced" && s.State != "started" && (!ok || t.moved(s, w)) {
			t.run.Moved++
		}
	}
}

// moved says whether a place differs from the one that people know by more than nobody minds; what somebody has put there
// differs by every second.
func (t *thought) moved(s *slotRow, w wasRow) bool {
	away := max(s.EndMS-w.EndMS, w.EndMS-s.EndMS)
	if s.State != "started" { // what runs is told from now on
		away = max(away, s.StartMS-w.StartMS, w.StartMS-s.StartMS)
	}
	noise := t.prob.noise
	if t.put[s.Op] {
		noise = 0
	}
	return w.Machine != s.Machine || away > 0 && away >= noise
}

func published(live runRow) error {
	return fault.Conflict("scheduling.published", "%s has published another schedule", live.Actor).With("by", live.Actor).With("at", time.UnixMilli(live.Recorded).Format("15:04")).With("run", live.ID)
}

// bars are the operations that stand elsewhere than in the live schedule.
func (t *thought) bars(ctx context.Context, q db.Querier) ([]BarMoved, error) {
	at := t.prob.index()
	parts, err := itemsOf(ctx, q, t.slots)
	if err != nil {
		return nil, err
	}
	out := []BarMoved{}
	for i := range t.slots {
		s := &t.slots[i]
		w, _ := placeOf(t.was, s.key())
		if s.State == "unplaced" || !t.moved(s, w) {
			continue
		}
		k, n := parts[s.Part], at[s.Order]
		out = append(out, BarMoved{barID(s.Op, s.SplitNo), t.prob.Orders[n].Number, t.prob.Orders[n].Ops[slices.Index(t.prob.ops[n], s.Op)].Seq, s.SplitNo, s.SplitOf, s.Qty, s.Machine, w.Machine, s.StartMS, s.EndMS, s.SetupMS, w.StartMS, w.EndMS, s.State, s.Why, barID(s.By, s.BySplit), k.Code, k.Name, s.PartDoc, s.PartMS, s.Conflict})
	}
	slices.SortStableFunc(out, func(a, b BarMoved) int { return cmp.Compare(a.StartMS, b.StartMS) })
	return out, nil
}

type itemName struct {
	ID   db.ID  `db:"id"`
	Code string `db:"code"`
	Name string `db:"name"`
}

// itemsOf names the parts that slots wait for.
func itemsOf(ctx context.Context, q db.Querier, slots []slotRow) (map[db.ID]itemName, error) {
	var ids []db.ID
	for i := range slots {
		if slots[i].Part != 0 {
			ids = append(ids, slots[i].Part)
		}
	}
	slices.Sort(ids)
	out := map[db.ID]itemName{}
	for part := range slices.Chunk(slices.Compact(ids), 500) {
		var w db.Where
		db.In(&w, "id", part)
		if err := db.Each(ctx, q, `SELECT id, code, name FROM v_item`+w.String(), w.Args, func(r *itemName) error { out[r.ID] = *r; return nil }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *thought) head() DraftHead {
	return headOf(&t.run, &t.live, t.site.Code)
}

func headOf(r, live *runRow, site string) DraftHead {
	h := DraftHead{ID: r.ID, Site: site, Name: r.Name, Live: r.Base, Changes: []Change{}, Goal: strings.Fields(r.Goal), Is: r.figures(), Was: live.figures(), Moved: r.Moved, UpsetMS: r.UpsetMS, By: r.Actor, MadeMS: r.Recorded}
	_ = json.Unmarshal([]byte(cmp.Or(r.Changes, "[]")), &h.Changes) // written by this room
	return h
}

// Preview works a draft out and stores nothing: what a drag would do.
func (m *Module) Preview(ctx context.Context, q db.Querier, in Propose) (Draft, error) {
	none := func() db.ID { return 0 } // its rows are for nobody
	t, err := m.think(ctx, q, in, m.DB.Now(), none)
	if err != nil {
		return Draft{}, err
	}
	s, v := t.shop.Outcome(t.seq, t.ref)
	t.plan = unchecked(t.site, t.prob, s, v, t.head0, none)
	t.count()
	d := Draft{DraftHead: t.head()}
	if d.Bars, err = t.bars(ctx, q); err != nil {
		return d, err
	}
	d.Ends, err = t.ends(ctx, q)
	return d, err
}

// endWas is when an order ends in a schedule.
type endWas struct {
	Order  db.ID `db:"order_id"`
	EndMS  int64 `db:"end_ms"`
	LateMS int64 `db:"late_ms"`
}

func endsOf(ctx context.Context, q db.Querier, run db.ID) (map[db.ID]endWas, error) {
	out := map[db.ID]endWas{}
	err := db.Each(ctx, q, `SELECT order_id, end_ms, late_ms FROM aps_end WHERE run_id = $1`, []any{run}, func(e *endWas) error { out[e.Order] = *e; return nil })
	return out, err
}

// ends are the orders that end at another time.
func (t *thought) ends(ctx context.Context, q db.Querier) ([]EndMoved, error) {
	moved := map[db.ID]*EndMoved{}
	var ids []db.ID
	for _, e := range t.plan.ends {
		w := t.ended[e.Order]
		if away := max(w.EndMS-e.EndMS, e.EndMS-w.EndMS); away > 0 && away >= t.prob.noise {
			moved[e.Order] = &EndMoved{EndWas: w.EndMS, EndIs: e.EndMS, LateWas: w.LateMS, LateIs: e.LateMS}
			ids = append(ids, e.Order)
		}
	}
	if len(ids) == 0 {
		return []EndMoved{}, nil
	}
	slices.SortFunc(ids, func(a, b db.ID) int { return endRank(moved[a], moved[b]) })
	ids = ids[:min(len(ids), 500)] // more nobody reads; the figures count all
	type doc struct {
		ID     db.ID  `db:"id"`
		Number string `db:"number"`
		Code   string `db:"code"`
		Name   string `db:"name"`
		Due    string `db:"due"`
	}
	var w db.Where
	db.In(&w, "o.id", ids)
	if err := db.Each(ctx, q, `SELECT o.id, o.number, i.code, i.name, o.due FROM v_work_order o JOIN v_item i ON i.id = o.item_id`+w.String(), w.Args, func(d *doc) error {
		x := moved[d.ID]
		x.Order, x.Item, x.Name, x.Due = d.Number, d.Code, d.Name, d.Due
		return nil
	}); err != nil {
		return nil, err
	}
	out := make([]EndMoved, 0, len(ids))
	for _, id := range ids {
		out = append(out, *moved[id])
	}
	return out, nil
}

// endRank puts what becomes late first, then what is saved, then the rest, the most first.
func endRank(a, b *EndMoved) int {
	class := func(x *EndMoved) int {
		switch {
		case x.LateIs > x.LateWas:
			return 0
		case x.LateIs < x.LateWas:
			return 1
		}
		return 2
	}
	by := func(x *EndMoved) int64 { return max(x.LateIs-x.LateWas, x.LateWas-x.LateIs) }
	return cmp.Or(cmp.Compare(class(a), class(b)), -cmp.Compare(by(a), by(b)), cmp.Compare(a.EndIs, b.EndIs))
}

// Propose works a draft out and keeps it, beside the live schedule.
func (m *Module) Propose(ctx context.Context, in Propose) (Draft, error) {
	var t *thought
	if err := m.DB.View(ctx, func(q db.Querier) (err error) {
		t, err = m.prepare(ctx, q, in, m.DB.Now(), m.DB.ID)
		return err
	}); err != nil {
		return Draft{}, err
	}
	t.improve(ctx, in.Seconds)
	return m.keep(ctx, t)
}

// keep stores a draft beside the live schedule.
func (m *Module) keep(ctx context.Context, t *thought) (d Draft, err error) {
	if err := m.finish(t); err != nil {
		return d, err
	}
	d.DraftHead = t.head()
	if err := m.DB.View(ctx, func(q db.Querier) (err error) {
		if d.Bars, err = t.bars(ctx, q); err != nil {
			return err
		}
		d.Ends, err = t.ends(ctx, q)
		return err
	}); err != nil {
		return Draft{}, err
	}
	err = m.store(ctx, t.plan, func(tx *db.Tx) error {
		t.run.Recorded = tx.NowMS()
		t.run.TookMS = max(tx.NowMS()-t.run.NowMS, 0)
		d.MadeMS = t.run.Recorded
		tx.Emit(db.Event{Name: EventDrafted, Subject: "site:" + t.site.Code, Site: t.site.ID, Payload: d.DraftHead})
		return db.Insert(ctx, tx, "aps_run", t.run)
	})
	if err != nil {
		return Draft{}, err
	}
	return d, m.forgetDrafts(ctx, t.site.ID)
}

const keepDrafts = 20

// forgetDrafts removes the oldest, so that trying things does not fill the disk.
func (m *Module) forgetDrafts(ctx context.Context, site db.ID) error {
	old, err := db.All[db.ID](ctx, m.DB.Read(), `SELECT id FROM aps_run WHERE site_id = $1 AND draft ORDER BY recorded_ms DESC, id DESC LIMIT 20 OFFSET $2`, site, keepDrafts)
	if err != nil {
		return err
	}
	for _, run := range old {
		if err := m.empty(ctx, run); err != nil {
			return err
		}
		if err := m.DB.InTx(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM aps_run WHERE id = $1 AND draft`, run)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

func draftOf(ctx context.Context, q db.Querier, id db.ID) (runRow, masterdata.Site, error) {
	r, ok, err := db.Get[runRow](ctx, q, `SELECT * FROM aps_run WHERE id = $1 AND draft`, id)
	if err == nil && ok {
		err = identity.SeeSite(ctx, r.Site)
	}
	if err == nil && !ok {
		err = fault.NotFound("scheduling.draft_unknown", "there is no draft %d", id).With("id", id)
	}
	if err != nil {
		return r, masterdata.Site{}, err
	}
	site, err := masterdata.SiteByID(ctx, q, r.Site)
	return r, site, err
}

// PublishDraft makes a draft the live schedule, and what it supposes told. It is refused when another schedule has been
// published since it was made.
func (m *Module) PublishDraft(ctx context.Context, tx *db.Tx, id db.ID) (Result, error) {
	r, site, err := draftOf(ctx, tx, id)
	if err != nil {
		return Result{}, err
	}
	live, err := liveRun(ctx, tx, r.Site)
	if err != nil {
		return Result{}, err
	}
	if live.ID != r.Base {
		return Result{}, published(live)
	}
	changes := headOf(&r, &live, site.Code).Changes
	for _, c := range changes {
		if c.Kind == "drop" || c.Kind == "capacity" {
			return Result{}, fault.Conflict("scheduling.draft_only", "%s cannot be published", c.Kind).With("kind", c.Kind)
		}
	}
	if err := resolve(ctx, tx, r.Site, changes); err != nil {
		return Result{}, err
	}
	if err := remember(ctx, tx, r.Site, changes); err != nil {
		return Result{}, err
	}
	if err := supersede(ctx, tx, site); err != nil {
		return Result{}, err
	}
	tol, err := tolerance(ctx, tx)
	if err != nil {
		return Result{}, err
	}
	if _, err := tx.Exec(ctx, `UPDATE aps_run SET live = TRUE, draft = FALSE, recorded_ms = $1, actor = $2, tol_ms = $3 WHERE id = $4`, tx.NowMS(), actor.From(ctx).Name, tol, id); err != nil {
		return Result{}, err
	}
	for _, c := range changes {
		tx.Emit(db.Event{Name: EventTold, Subject: "site:" + site.Code, Site: r.Site, Payload: Told{Kind: c.Kind, Order: c.Order, Op: c.Op, SplitNo: c.SplitNo, Machine: c.Machine, FromMS: c.FromMS, ToMS: c.ToMS, Note: c.Note}})
	}
	p := &plan{site: site, run: r}
	tx.Emit(db.Event{Name: EventPublished, Subject: "site:" + site.Code, Site: r.Site, Payload: p.result()})
	return p.result(), nil
}

// DropDraft throws a draft away.
func (m *Module) DropDraft(ctx context.Context, id db.ID) (struct{}, error) {
	if _, _, err := draftOf(ctx, m.DB.Read(), id); err != nil {
		return struct{}{}, err
	}
	if err := m.DB.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM aps_run WHERE id = $1 AND draft`, id)
		return err
	}); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, m.empty(ctx, id)
}
