package scheduling

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Settings of learning times.
const (
	SettingLearnDays = "scheduling.learn_days"
	SettingLearnMin  = "scheduling.learn_min"
	SettingLearnPct  = "scheduling.learn_pct"
)

// KindLearn is the nightly job that learns times.
const KindLearn = "scheduling.learn"

// EventLearned tells that times were learned: Learned. EventTimes tells what was decided about one: TimeDecided.
const (
	EventLearned = "scheduling.learned"
	EventTimes   = "scheduling.time_decided"
)

// Learn asks to learn times now.
type Learn struct {
	Site string `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
}

// Learned says what was found.
type Learned struct {
	Site  string `json:"site"`
	Steps int64  `json:"steps" doc:"Times that something is known of"`
	Open  int64  `json:"open" doc:"Times that differ from the plan enough to be adopted"`
	Few   int64  `json:"few" doc:"Too few reports to say anything"`
}

type timeRow struct {
	ID       db.ID   `db:"id"`
	Site     db.ID   `db:"site_id"`
	Kind     string  `db:"kind"`
	Item     db.ID   `db:"item_id"`
	Op       int     `db:"op"`
	Center   db.ID   `db:"work_center_id"`
	Routing  string  `db:"routing"`
	Planned  num.Dec `db:"planned"`
	Q1       num.Dec `db:"q1"`
	Median   num.Dec `db:"median"`
	Q3       num.Dec `db:"q3"`
	N        int64   `db:"n"`
	Pieces   num.Dec `db:"pieces"`
	Outliers int64   `db:"outliers"`
	Diff     num.Dec `db:"diff_pct"`
	Orders   int64   `db:"open_orders"`
	EffectMS int64   `db:"effect_ms"`
	State    string  `db:"state"`
	Declined num.Dec `db:"declined_at"`
	MadeMS   int64   `db:"made_ms"`
	From     string  `db:"from_family"`
	To       string  `db:"to_family"`
	Machine  db.ID   `db:"machine_id"`
	Weekday  int     `db:"weekday"`
	Weeks    int64   `db:"weeks"`

	HoursPlanned num.Dec `db:"hours_planned"`
	HoursReal    num.Dec `db:"hours_real"`
	HoursWas     string  `db:"hours_was"`
	HoursIs      string  `db:"hours_is"`
}

func (r *timeRow) key() timeKey {
	return timeKey{r.Kind, r.Item, r.Op, r.Center, r.From, r.To, r.Machine, r.Weekday}
}

// timeKey is what a time is of.
type timeKey struct {
	Kind   string
	Item   db.ID
	Op     int
	Center db.ID

	From, To string // of a changeover: families, or * for any
	Machine  db.ID  // whose hours they are; of a calendar 0 = the work center's
	Weekday  int    // of a calendar
}

// Sampled is a report or a set-up as a sample.
type Sampled struct {
	Order   string  `json:"order"`
	AtMS    int64   `json:"at_ms"`
	Worker  string  `json:"worker"`
	Machine string  `json:"machine"`
	Pieces  num.Dec `json:"pieces"`
	Minutes num.Dec `json:"minutes" doc:"Working time of it, pauses and hours out of the calendar left out"`
	Value   num.Dec `json:"value" doc:"Minutes a piece; of a set-up its minutes"`
	Outlier bool    `json:"outlier" doc:"Too far from the others to count"`
	Shift   string  `json:"shift,omitempty" doc:"Of availability: shift of the calendar"`
	Hours   string  `json:"hours,omitempty" doc:"Of a calendar: from when to when was worked outside it"`

	machine db.ID
}

// fact is a report that can be timed.
type fact struct {
	ID      db.ID   `db:"id"`
	Order   db.ID   `db:"order_id"`
	Number  string  `db:"order_number"`
	OpID    db.ID   `db:"op_id"`
	Item    db.ID   `db:"item_id"`
	Op      int     `db:"op"`
	Center  db.ID   `db:"work_center_id"`
	Pieces  num.Dec `db:"pieces"`
	Worker  string  `db:"worker"`
	Machine db.ID   `db:"machine_id"`
	StartMS int64   `db:"start_ms"`
	EndMS   int64   `db:"happened_ms"`
}

type runFact struct {
	OpID    db.ID  `db:"op_id"`
	Kind    string `db:"kind"`
	Work    string `db:"work"`
	Reason  string `db:"reason"`
	Machine db.ID  `db:"machine_id"`
	AtMS    int64  `db:"happened_ms"`
}

type stretch struct {
	From, To int64
	Machine  db.ID
	Setup    bool
	Lost     string // reason of a pause
}

// evidence is what the floor said in the days that are looked at.
type evidence struct {
	site     masterdata.Site
	since    int64
	centers  map[db.ID]masterdata.WorkCenter
	machines map[db.ID]masterdata.Machine
	cals     map[db.ID]*cal.Calendar
	samples  map[timeKey][]Sampled
	speeds   map[db.ID]num.Dec
	matrix   map[db.ID][]masterdata.Changeover // by work center
	capacity *capacity
}

func (e *evidence) worked(center db.ID, from, to int64) int64 {
	c := e.cals[e.centers[center].CalendarID]
	if c == nil || to <= from {
		return max(to-from, 0)
	}
	if ms := c.WorkBetween(from, to); ms > 0 {
		return ms
	}
	return to - from // all of it out of hours: overtime that the calendar does not know
}

// stretches folds starts and pauses of one operation into the time in which it ran, was set up, or stood still. Until
// is where the last one ends.
func stretches(runs []runFact, until int64) (out []stretch) {
	var open *stretch
	end := func(at int64) {
		if open != nil && at > open.From {
			open.To = at
			out = append(out, *open)
		}
		open = nil
	}
	for i := range runs {
		r := &runs[i]
		switch r.Kind {
		case "start":
			end(r.AtMS)
			open = &stretch{From: r.AtMS, Machine: r.Machine, Setup: r.Work == "setup"}
		case "pause":
			end(r.AtMS)
			open = &stretch{From: r.AtMS, Machine: r.Machine, Lost: cmp.Or(r.Reason, "other")}
		}
	}
	end(until)
	return out
}

// gather reads the evidence of a site: reports that count, starts and pauses, set-ups.
func (m *Module) gather(ctx context.Context, q db.Querier, site masterdata.Site, now int64, only *timeKey) (*evidence, error) {
	days, err := masterdata.IntSetting(ctx, q, SettingLearnDays, "90")
	if err != nil {
		return nil, err
	}
	least, err := masterdata.IntSetting(ctx, q, SettingLearnMin, "5")
	if err != nil {
		return nil, err
	}
	e := &evidence{site: site, since: now - days*24*3_600_000, machines: map[db.ID]masterdata.Machine{}, samples: map[timeKey][]Sampled{}, speeds: map[db.ID]num.Dec{}}
	if e.centers, err = masterdata.WorkCenters(ctx, q, site.ID); err != nil {
		return nil, err
	}
	list, err := masterdata.Machines(ctx, q, site.ID)
	if err != nil {
		return nil, err
	}
	for _, k := range list {
		e.machines[k.ID] = k
	}
	if e.cals, err = masterdata.Calendars(ctx, q); err != nil {
		return nil, err
	}
	if only == nil || only.Kind == "available" || only.Kind == "calendar" {
		if err := e.gatherCapacity(ctx, q, now); err != nil || only != nil {
			return e, err
		}
	}
	var w db.Where
	w.And("r.site_id = ? AND r.recorded_ms >= ? AND r.kind = 'report'", site.ID, e.since)
	if only != nil && only.Item == 0 {
		w.And("p.work_center_id = ?", only.Center)
	} else if only != nil {
		w.And("r.item_id = ? AND p.op = ? AND p.work_center_id = ?", only.Item, only.Op, only.Center)
	}
	// an operation whose report speaks for others too tells nothing of its own time
	w.And("k.kind <> 'rework' AND NOT r.reversed AND r.reverses = 0 AND NOT EXISTS (SELECT 1 FROM v_wo_op x WHERE x.order_id = r.order_id AND x.report_id = r.op_id AND x.id <> r.op_id)")
	// where several machines were at it at the same time nobody can say what one of them takes
	w.And("NOT EXISTS (SELECT 1 FROM v_wo_run j WHERE j.order_id = r.order_id AND j.op_id = r.op_id AND j.kind = 'join' AND j.machine_id <> 0 AND j.machine_id NOT IN (SELECT b.machine_id FROM v_wo_run b WHERE b.order_id = r.order_id AND b.op_id = r.op_id AND b.kind = 'start'))")
	facts, err := db.All[fact](ctx, q, `SELECT r.id, r.order_id, r.order_number, r.op_id, r.item_id, r.op, r.work_center_id, r.good + r.scrap + r.rework AS pieces, r.worker, r.machine_id, r.start_ms, r.happened_ms
		FROM v_wo_report r JOIN v_wo_op p ON p.id = r.op_id JOIN v_wo_kind k ON k.order_id = r.order_id`+w.String()+` ORDER BY r.op_id, r.happened_ms, r.id`, w.Args...)
	if err != nil {
		return nil, err
	}
	runs := map[db.ID][]runFact{}
	if err := db.Each(ctx, q, `SELECT n.op_id, n.kind, n.work, n.reason, n.machine_id, n.happened_ms FROM v_wo_run n
		WHERE n.kind IN ('start', 'pause') AND n.op_id IN (SELECT r.op_id FROM v_wo_report r WHERE r.site_id = $1 AND r.recorded_ms >= $2) ORDER BY n.op_id, n.happened_ms, n.id`, []any{site.ID, e.since},
		func(r *runFact) error { runs[r.OpID] = append(runs[r.OpID], *r); return nil }); err != nil {
		return nil, err
	}
	ran := map[db.ID]map[int64]int64{}
	for i := 0; i < len(facts); {
		j := i
		for j < len(facts) && facts[j].OpID == facts[i].OpID {
			j++
		}
		e.operation(facts[i:j], runs[facts[i].OpID], ran)
		i = j
	}
	if only == nil || only.Kind == "setup" || only.Kind == "changeover" {
		if err := e.setups(ctx, q, only, least); err != nil {
			return nil, err
		}
	}
	if only == nil || only.Kind == "efficiency" {
		e.efficiency(ran)
	}
	return e, nil
}

// operation times the reports of one operation: what ran between the report before and this one, in working hours.
func (e *evidence) operation(facts []fact, runs []runFact, ran map[db.ID]map[int64]int64) {
	f := &facts[0]
	center, ok := e.centers[f.Center]
	if !ok || center.Kind == "subcontract" || center.Kind == "batch" {
		return
	}
	spans := stretches(runs, facts[len(facts)-1].EndMS)
	for _, s := range spans {
		if e.elsewhere(s.Machine, f.Center) {
			continue
		}
		day := s.From / (24 * 3_600_000)
		switch ms := e.worked(f.Center, s.From, s.To); {
		case s.Lost != "" && !planned(s.Lost):
			e.day(ran, f.Center, day, 0, ms)
		case s.Lost == "" && !s.Setup:
			e.day(ran, f.Center, day, ms, 0)
		}
	}
	key, since := timeKey{Kind: "run", Item: f.Item, Op: f.Op, Center: f.Center}, int64(0)
	for i := range facts {
		f := &facts[i]
		var ms int64
		machine := f.Machine
		if len(spans) == 0 {
			ms = e.worked(f.Center, max(f.StartMS, since), f.EndMS)
		}
		for _, s := range spans {
			if from, to := max(s.From, since), min(s.To, f.EndMS); s.Lost == "" && !s.Setup && to > from {
				ms += e.worked(f.Center, from, to)
				machine = cmp.Or(machine, s.Machine)
			}
		}
		since = f.EndMS
		if f.Pieces <= 0 || ms <= 0 {
			continue // reported in one go at the end: nothing is known of its time
		}
		if e.elsewhere(machine, f.Center) {
			continue
		}
		minutes := num.Dec(ms * int64(num.One) / 60_000)
		v, err := minutes.Div(f.Pieces)
		if err != nil || v <= 0 {
			continue
		}
		if k := e.machines[machine]; k.SpeedPct > 0 { // the routing is told for a machine of full speed
			if v, err = v.Mul(k.SpeedPct); err != nil {
				continue
			}
			v /= 100
		}
		e.samples[key] = append(e.samples[key], Sampled{Order: f.Number, AtMS: f.EndMS, Worker: f.Worker, Machine: e.machines[machine].Code, Pieces: f.Pieces, Minutes: minutes, Value: v, machine: machine})
	}
}

// elsewhere says whether a machine is of another work center, which has its own time for the step: what was done there says
// nothing of this one.
func (e *evidence) elsewhere(machine, center db.ID) bool {
	k, known := e.machines[machine]
	return known && k.WorkCenterID != center
}

// planned are pauses that are no loss of a work center: breaks and hand-overs stand in its calendar, set-ups in the routing.
func planned(reason string) bool {
	return slices.Contains([]string{"break", "shift_end", "setup"}, reason)
}

// day adds up per day in two parts: what ran and what was lost.
func (e *evidence) day(ran map[db.ID]map[int64]int64, center db.ID, day, ms, lost int64) {
	if ran[center] == nil {
		ran[center] = map[int64]int64{}
	}
	ran[center][day*2] += ms
	ran[center][day*2+1] += lost
}

// efficiency is, day by day, what of the time at work was not lost by stoppages. A day weighs as much as its time.
func (e *evidence) efficiency(ran map[db.ID]map[int64]int64) {
	for center, days := range ran {
		key := timeKey{Kind: "efficiency", Center: center}
		for k, ms := range days {
			if k%2 != 0 {
				continue
			}
			all := ms + days[k+1]
			if all <= 0 {
				continue
			}
			pct, err := num.MulDiv(ms, int64(num.Int(100)), all)
			if err != nil {
				continue
			}
			e.samples[key] = append(e.samples[key], Sampled{AtMS: k / 2 * 24 * 3_600_000, Pieces: num.Dec(all * int64(num.One) / 60_000), Minutes: num.Dec(ms * int64(num.One) / 60_000), Value: num.Dec(pct)})
		}
		slices.SortFunc(e.samples[key], func(a, b Sampled) int { return cmp.Compare(a.AtMS, b.AtMS) })
	}
}

// judge marks outliers and tells the spread.
func judge(list []Sampled) spread {
	in := make([]sample, len(list))
	for i := range list {
		in[i] = sample{value: list[i].Value, weight: int64(list[i].Pieces)}
	}
	s := spreadOf(in)
	for i := range list {
		list[i].Outlier = in[i].outlier
	}
	return s
}

// LearnTimes finds anew what the floor of a site really takes, and what of it differs from the plan.
func (m *Module) LearnTimes(ctx context.Context, in Learn) (out Learned, err error) {
	var rows []timeRow
	var site masterdata.Site
	now := m.DB.Now().UnixMilli()
	if err := m.DB.View(ctx, func(q db.Querier) (err error) {
		if site, err = siteOf(ctx, q, in.Site); err != nil {
			return err
		}
		rows, err = m.learn(ctx, q, site, now)
		return err
	}); err != nil {
		return out, err
	}
	out = Learned{Site: site.Code, Steps: int64(len(rows))}
	for _, r := range rows {
		switch r.State {
		case "open":
			out.Open++
		case "few":
			out.Few++
		}
	}
	return out, m.DB.InTx(ctx, func(tx *db.Tx) error {
		if _, decided, err := db.Get[db.ID](ctx, tx, `SELECT id FROM aps_time_act WHERE site_id = $1 AND recorded_ms >= $2 LIMIT 1`, site.ID, now); err != nil || decided {
			return err // somebody has decided meanwhile: his word stands, the next night finds it anew
		}
		if _, err := tx.Exec(ctx, `DELETE FROM aps_time WHERE site_id = $1`, site.ID); err != nil {
			return err
		}
		tx.Emit(db.Event{Name: EventLearned, Subject: "site:" + site.Code, Site: site.ID, Payload: out})
		return db.Insert(ctx, tx, "aps_time", rows...)
	})
}

// learn is LearnTimes without writing. A row keeps its id and what was decided of it.
func (m *Module) learn(ctx context.Context, q db.Querier, site masterdata.Site, now int64) ([]timeRow, error) {
	least, err := masterdata.IntSetting(ctx, q, SettingLearnMin, "5")
	if err != nil {
		return nil, err
	}
	pct, err := masterdata.IntSetting(ctx, q, SettingLearnPct, "10")
	if err != nil {
		return nil, err
	}
	e, err := m.gather(ctx, q, site, now, nil)
	if err != nil {
		return nil, err
	}
	old := map[timeKey]timeRow{}
	if err := db.Each(ctx, q, `SELECT * FROM aps_time WHERE site_id = $1`, []any{site.ID}, func(r *timeRow) error { old[r.key()] = *r; return nil }); err != nil {
		return nil, err
	}
	var items []db.ID
	for k := range e.samples {
		if k.Item != 0 {
			items = append(items, k.Item)
		}
	}
	slices.Sort(items)
	items = slices.Compact(items)
	routes, err := masterdata.EffectiveRoutings(ctx, q, items, cal.Always(site.Location()).DateOf(now))
	if err != nil {
		return nil, err
	}
	rows := []timeRow{}
	for k, list := range e.samples {
		r := timeRow{ID: m.DB.ID(), Site: site.ID, Kind: k.Kind, Item: k.Item, Op: k.Op, Center: k.Center, MadeMS: now, From: k.From, To: k.To, Machine: k.Machine, Weekday: k.Weekday}
		enough := least
		switch k.Kind {
		case "available":
			r.Planned, enough = e.planned(k.Machine), e.capacity.shifts
		case "calendar":
			if was, known := old[k]; known {
				r.ID = was.ID
			}
			e.capacity.days[k].row(&r, old[k])
			rows = append(rows, r)
			continue
		case "efficiency":
			if r.Planned = e.centers[k.Center].EfficiencyPct; r.Planned == 0 {
				r.Planned = num.Int(100)
			}
		case "changeover":
			_, r.Planned = matrixLine(e.matrix[k.Center], k.From, k.To)
		default:
			route := routes[k.Item]
			i := slices.IndexFunc(route.Ops, func(o masterdata.RoutingOp) bool { return o.Op == k.Op && o.WorkCenterID == k.Center })
			if i < 0 {
				continue // the routing in force does not do it like this any more
			}
			r.Routing, r.Planned = route.Version, route.Ops[i].RunMin
			if k.Kind == "setup" {
				r.Planned = num.Dec(route.Ops[i].SetupMS * int64(num.One) / 60_000)
			}
		}
		s := judge(list)
		r.Q1, r.Median, r.Q3, r.N, r.Pieces, r.Outliers = s.Q1, s.Median, s.Q3, int64(s.N), num.Dec(s.Weight), int64(s.Outliers)
		r.Diff = diff(r.Planned, r.Median)
		r.State = "near"
		switch was, known := old[k]; {
		case r.N < enough:
			r.State = "few"
		case max(r.Diff, -r.Diff) >= num.Int(pct):
			r.State = "open"
			if d := diff(was.Declined, r.Median); known && was.Declined > 0 && max(d, -d) < num.Int(pct) {
				r.State, r.Declined = "declined", was.Declined
			}
			if known && was.State == "asked" && was.Planned == r.Planned {
				r.State = "asked"
			}
		}
		if was, known := old[k]; known {
			r.ID = was.ID
		}
		if k.Kind == "available" {
			e.capacity.hours(&r)
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b timeRow) int { return cmp.Compare(a.ID, b.ID) })
	if err := effects(ctx, q, site, rows); err != nil {
		return nil, err
	}
	return rows, changeoverEffects(ctx, q, site, rows, e.matrix)
}

// diff is by how many per cent b is above a.
func diff(a, b num.Dec) num.Dec {
	if a == 0 {
		if b == 0 {
			return 0
		}
		return num.Int(100)
	}
	d, err := num.MulDiv(int64(b-a), int64(num.Int(100)), int64(a))
	if err != nil || d > int64(num.Int(1_000_000)) {
		return num.Int(1_000_000)
	}
	return num.Dec(d) / (num.One / 10) * (num.One / 10) // one decimal says enough
}

// effects tell what open orders would take if they took what the floor takes.
func effects(ctx context.Context, q db.Querier, site masterdata.Site, rows []timeRow) error {
	type open struct {
		Item    db.ID   `db:"item_id"`
		Op      int     `db:"op"`
		Center  db.ID   `db:"work_center_id"`
		Qty     num.Dec `db:"qty"`
		SetupMS int64   `db:"setup_ms"`
		RunMin  num.Dec `db:"run_min"`
		Started int64   `db:"started_ms"`
	}
	at := map[timeKey]*timeRow{}
	for i := range rows {
		at[rows[i].key()] = &rows[i]
	}
	return db.Each(ctx, q, `SELECT item_id, op, work_center_id, order_qty - good - scrap AS qty, setup_ms, run_min, started_ms FROM v_wo_op
		WHERE site_id = $1 AND own_done_ms = 0 AND order_status IN ('planned', 'released', 'started')`, []any{site.ID}, func(o *open) error {
		if r := at[timeKey{Kind: "run", Item: o.Item, Op: o.Op, Center: o.Center}]; r != nil && o.Qty > 0 {
			minutes, err := o.Qty.Mul(r.Median - o.RunMin)
			if err != nil {
				return err
			}
			ms, err := num.MulDiv(int64(minutes), 60_000, int64(num.One))
			if err != nil {
				return err
			}
			r.Orders++
			r.EffectMS += ms
		}
		if r := at[timeKey{Kind: "setup", Item: o.Item, Op: o.Op, Center: o.Center}]; r != nil && o.Started == 0 {
			ms, err := masterdata.Millis(r.Median)
			if err != nil {
				return err
			}
			r.Orders++
			r.EffectMS += ms - o.SetupMS
		}
		return nil
	})
}

// DecideTimes adopts or declines what was found.
type DecideTimes struct {
	Times  []db.ID `json:"times" minItems:"1" maxItems:"200" doc:"Rows of listTimes"`
	Adopt  bool    `json:"adopt" doc:"false: decline, which needs a reason"`
	Reason string  `json:"reason,omitempty" maxLength:"500"`
}

// TimeDecided is a decision.
type TimeDecided struct {
	Kind       string  `json:"kind"`
	Item       string  `json:"item,omitempty"`
	Op         int     `json:"op,omitempty"`
	WorkCenter string  `json:"work_center"`
	Act        string  `json:"act" enum:"adopted,asked,declined"`
	Was        num.Dec `json:"was"`
	Found      num.Dec `json:"found"`
	N          int64   `json:"n"`
	Pieces     num.Dec `json:"pieces"`
	Document   string  `json:"document,omitempty" doc:"Routing version that has it, or the change that asks for it"`
	From       string  `json:"from_family,omitempty" doc:"Of a changeover; * = any"`
	To         string  `json:"to_family,omitempty" doc:"Of a changeover; * = any"`
	Machine    string  `json:"machine,omitempty" doc:"Whose hours they are"`
	Weekday    int     `json:"weekday,omitempty" doc:"Of a calendar, 1 = Monday"`
	HoursWas   string  `json:"hours_was,omitempty" doc:"Of a calendar: the spans of the weekday"`
	HoursIs    string  `json:"hours_is,omitempty" doc:"Of a calendar: as they are worked"`
}

// TimesDecided are the decisions of one act.
type TimesDecided struct {
	Decided []TimeDecided `json:"decided"`
}

type timeAct struct {
	ID       db.ID   `db:"id"`
	Site     db.ID   `db:"site_id"`
	Kind     string  `db:"kind"`
	Item     db.ID   `db:"item_id"`
	Op       int     `db:"op"`
	Center   db.ID   `db:"work_center_id"`
	Act      string  `db:"act"`
	Was      num.Dec `db:"was"`
	Found    num.Dec `db:"found"`
	N        int64   `db:"n"`
	Pieces   num.Dec `db:"pieces"`
	Document string  `db:"document"`
	Reason   string  `db:"reason"`
	Actor    string  `db:"actor"`
	Recorded int64   `db:"recorded_ms"`
	From     string  `db:"from_family"`
	To       string  `db:"to_family"`
	Machine  db.ID   `db:"machine_id"`
	Weekday  int     `db:"weekday"`
	Weeks    int64   `db:"weeks"`
	HoursWas string  `db:"hours_was"`
	HoursIs  string  `db:"hours_is"`
}

func timeByID(ctx context.Context, q db.Querier, id db.ID) (timeRow, error) {
	r, ok, err := db.Get[timeRow](ctx, q, `SELECT * FROM aps_time WHERE id = $1`, id)
	if err == nil && ok {
		err = identity.SeeSite(ctx, r.Site)
	}
	if err == nil && !ok {
		err = fault.NotFound("scheduling.time_unknown", "there is no learned time %d", id).With("id", id)
	}
	return r, err
}

// DecideTimes makes the median of what was found the planned value: a new version of each routing, or a change that
// asks for it where versions move by changes alone; of an efficiency the work center's, of availability the machine's,
// of a calendar the hours of the weekday, of a changeover the line of its matrix. Declined is not proposed again
// until it moves on.
func (m *Module) DecideTimes(ctx context.Context, tx *db.Tx, in DecideTimes) (out TimesDecided, err error) {
	out.Decided = []TimeDecided{}
	if !in.Adopt && in.Reason == "" {
		return out, fault.Invalid("scheduling.decline_reason", "say why it is declined").At(fault.Field{Where: "body.reason", Code: "scheduling.decline_reason", Detail: "needed"})
	}
	var w db.Where
	ids := slices.Clone(in.Times)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	db.In(&w, "id", ids)
	rows, err := db.All[timeRow](ctx, tx, `SELECT * FROM aps_time`+w.String()+` ORDER BY site_id, item_id, op, kind, id`, w.Args...)
	if err != nil {
		return out, err
	}
	var items []db.ID
	for _, r := range rows {
		if err := identity.SeeSite(ctx, r.Site); err != nil {
			return out, err
		}
		if r.Item != 0 {
			items = append(items, r.Item)
		}
		if in.Adopt && (r.State == "few" || r.Median <= 0 && r.Kind != "changeover" && r.Kind != "calendar") {
			return out, fault.Conflict("scheduling.time_few", "only %d reports: too few to adopt", r.N).With("n", r.N)
		}
		if r.State == "asked" {
			return out, fault.Conflict("scheduling.time_asked", "a change asks for it already")
		}
	}
	for _, id := range ids {
		if !slices.ContainsFunc(rows, func(r timeRow) bool { return r.ID == id }) {
			return out, fault.NotFound("scheduling.time_unknown", "there is no learned time %d", id).With("id", id)
		}
	}
	names, err := masterdata.Items(ctx, tx, items)
	if err != nil {
		return out, err
	}
	var acts []timeAct
	for i := 0; i < len(rows); {
		j := i + 1
		for j < len(rows) && rows[i].Item != 0 && rows[j].Item == rows[i].Item && rows[j].Site == rows[i].Site {
			j++
		}
		part := rows[i:j]
		i = j
		centers, err := masterdata.WorkCenters(ctx, tx, part[0].Site)
		if err != nil {
			return out, err
		}
		act, document := "declined", ""
		if in.Adopt {
			if act, document, err = m.adopt(ctx, tx, part, names, centers, in.Reason); err != nil {
				return out, err
			}
		}
		site, err := masterdata.SiteByID(ctx, tx, part[0].Site)
		if err != nil {
			return out, err
		}
		machine, err := machineCode(ctx, tx, part[0].Machine)
		if err != nil {
			return out, err
		}
		for _, r := range part {
			d := TimeDecided{r.Kind, names[r.Item].Code, r.Op, centers[r.Center].Code, act, r.Planned, r.Median, r.N, r.Pieces, document, r.From, r.To, machine, r.Weekday, r.HoursWas, r.HoursIs}
			out.Decided = append(out.Decided, d)
			acts = append(acts, timeAct{tx.ID(), r.Site, r.Kind, r.Item, r.Op, r.Center, act, r.Planned, r.Median, r.N, r.Pieces, document, in.Reason, actor.From(ctx).Name, tx.NowMS(), r.From, r.To, r.Machine, r.Weekday, r.Weeks, r.HoursWas, r.HoursIs})
			tx.Emit(db.Event{Name: EventTimes, Subject: "site:" + site.Code, Site: r.Site, Reason: in.Reason, Payload: d})
			switch act {
			case "adopted":
				tx.Queue(`UPDATE aps_time SET state = 'near', planned = median, diff_pct = 0, effect_ms = 0, declined_at = 0, hours_was = hours_is, routing = $1 WHERE id = $2`, document, r.ID)
			case "asked":
				tx.Queue(`UPDATE aps_time SET state = 'asked' WHERE id = $1`, r.ID)
			default:
				tx.Queue(`UPDATE aps_time SET state = 'declined', declined_at = median WHERE id = $1`, r.ID)
			}
		}
	}
	return out, db.Insert(ctx, tx, "aps_time_act", acts...)
}

// adopt gives all times of one item, or the efficiency of one work center, their new value.
func (m *Module) adopt(ctx context.Context, tx *db.Tx, part []timeRow, names map[db.ID]masterdata.Item, centers map[db.ID]masterdata.WorkCenter, reason string) (act, document string, err error) {
	if reason == "" {
		reason = "实际工时 / actual times"
	}
	if part[0].Kind == "efficiency" {
		site, err := masterdata.SiteByID(ctx, tx, part[0].Site)
		if err != nil {
			return "", "", err
		}
		return "adopted", "", m.Master.ChangeEfficiency(ctx, tx, site.Code, centers[part[0].Center].Code, max(part[0].Median, num.One), reason)
	}
	if r := &part[0]; r.Kind == "available" || r.Kind == "calendar" {
		return m.adoptCapacity(ctx, tx, r, centers, reason)
	}
	if r := &part[0]; r.Kind == "changeover" {
		site, err := masterdata.SiteByID(ctx, tx, r.Site)
		if err != nil {
			return "", "", err
		}
		return "adopted", "", m.Master.ChangeChangeover(ctx, tx, site.Code, centers[r.Center].Code, masterdata.NewChangeover{FromFamily: r.From, ToFamily: r.To, Minutes: r.Median}, reason)
	}
	var steps []masterdata.StepTime
	for i := range part {
		s := masterdata.StepTime{Op: part[i].Op, RunMin: &part[i].Median}
		if part[i].Kind == "setup" {
			s = masterdata.StepTime{Op: part[i].Op, SetupMin: &part[i].Median}
		}
		steps = append(steps, s)
	}
	r, err := m.Master.ChangeTimes(ctx, tx, names[part[0].Item].Code, steps, reason)
	if r.Change != "" {
		return "asked", r.Change, err
	}
	return "adopted", r.Version, err
}

// Background learns times each night and looks at the floor each minute.
func (m *Module) Background(r *job.Runner) {
	r.Register(KindLearn, func(ctx context.Context, j *job.Job) (any, error) {
		sites, err := masterdata.Sites(ctx, j.DB().Read())
		if err != nil {
			return nil, err
		}
		var out []Learned
		for _, s := range sites {
			l, err := m.LearnTimes(ctx, Learn{Site: s.Code})
			if err != nil {
				return out, err
			}
			out = append(out, l)
		}
		return out, nil
	})
	if err := r.Daily("learn", "02:40", KindLearn, nil); err != nil {
		panic(err) // the time above is no time of day
	}
	r.Register(KindWatch, func(ctx context.Context, j *job.Job) (any, error) { return m.WatchAll(ctx) })
	r.Every("repair", time.Minute, KindWatch, nil)
	m.attainWork(r)
	m.jobs = r
	r.Register(KindSearch, m.runSearch)
}
