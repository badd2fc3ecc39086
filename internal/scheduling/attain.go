package scheduling

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

const (
	// SettingAttain is by how many minutes an operation may be later than planned and still counts as planned.
	SettingAttain = "scheduling.attain_min"
	// SettingKeep is how many publications keep their operations.
	SettingKeep = "scheduling.keep_publications"
	// KindDays is the job that keeps the plan of the day that begins.
	KindDays = "scheduling.days"
)

const (
	keepDays = 400 // plans of days
	askDays  = 62  // that one may ask for at once
)

// Fact is an operation as it was planned and as it went.
type Fact struct {
	ID         db.ID   `json:"id" sql:"x.id" doc:"Row"`
	Run        db.ID   `json:"run" sql:"x.run_id" doc:"Publication"`
	Day        string  `json:"day" sql:"x.day" doc:"Day"`
	Order      string  `json:"order" sql:"p.order_number" doc:"Work order"`
	Item       string  `json:"item" sql:"i.code" doc:"Item"`
	ItemName   string  `json:"item_name" sql:"i.name" doc:"Name"`
	Op         int64   `json:"op" sql:"p.op" doc:"Operation no."`
	Name       string  `json:"name" sql:"p.name" doc:"Operation"`
	WorkCenter string  `json:"work_center" sql:"c.code" doc:"Work center"`
	CenterName string  `json:"work_center_name" sql:"c.name" doc:"Work center name"`
	Machine    string  `json:"machine" sql:"x.machine" doc:"Machine"`
	Qty        num.Dec `json:"qty" sql:"x.qty" doc:"Quantity"`
	StartMS    int64   `json:"start_ms" sql:"x.start_ms" doc:"Planned start"`
	EndMS      int64   `json:"end_ms" sql:"x.end_ms" doc:"Planned end"`
	LimitMS    int64   `json:"limit_ms" sql:"x.limit_ms" doc:"As planned until"`
	StartedMS  int64   `json:"started_ms" sql:"p.started_ms" doc:"Started"`
	DoneMS     int64   `json:"done_ms" sql:"p.own_done_ms" doc:"Finished"`
	OffMS      int64   `json:"off_ms" sql:"CASE WHEN p.own_done_ms > 0 THEN p.own_done_ms - x.end_ms ELSE 0 END" doc:"Finished later than planned by"`
	Result     string  `json:"result" sql:"CASE WHEN p.order_status = 'cancelled' THEN 'cancelled' WHEN p.own_done_ms = 0 THEN 'open' WHEN p.own_done_ms <= x.limit_ms THEN 'on_time' ELSE 'late' END" enum:"on_time,late,open,cancelled" doc:"Result"`
}

var factTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Row"}, "run": {Zh: "排程号", En: "Publication"}, "day": {Zh: "日期", En: "Day"}, "order": {Zh: "工单号", En: "Work order"}, "item": {Zh: "物料", En: "Item"}, "item_name": {Zh: "名称", En: "Name"},
	"op": {Zh: "工序号", En: "Operation no."}, "name": {Zh: "工序", En: "Operation"}, "work_center": {Zh: "工作中心", En: "Work center"}, "work_center_name": {Zh: "工作中心名称", En: "Work center name"}, "machine": {Zh: "设备", En: "Machine"},
	"qty": {Zh: "数量", En: "Quantity"}, "start_ms": {Zh: "计划开始", En: "Planned start"}, "end_ms": {Zh: "计划结束", En: "Planned end"}, "limit_ms": {Zh: "按计划完成期限", En: "As planned until"}, "started_ms": {Zh: "实际开始", En: "Started"},
	"done_ms": {Zh: "实际完成", En: "Finished"}, "off_ms": {Zh: "比计划晚", En: "Later than planned by"}, "result": {Zh: "结果", En: "Result"},
}

const (
	factJoins = ` x JOIN v_wo_op p ON p.id = x.op_id JOIN v_item i ON i.id = p.item_id JOIN v_work_center c ON c.id = x.work_center_id`
	// slotFacts are the operations of publications as aps_day has those of days.
	slotFacts = `(SELECT s.id, r.site_id, '' AS day, s.run_id, s.order_id, s.op_id, s.work_center_id, s.machine, ` + partsStart + ` AS start_ms, s.end_ms, s.end_ms + r.tol_ms AS limit_ms, ` + partsQty + ` AS qty
		FROM aps_slot s JOIN aps_run r ON r.id = s.run_id WHERE NOT r.draft AND s.state <> 'unplaced' AND ` + lastPart + `)`

	// An operation in parts is done when its last part is: that one stands for all of them.
	siblings   = ` FROM aps_slot o WHERE o.order_id = s.order_id AND o.run_id = s.run_id AND o.op_id = s.op_id`
	partsStart = `CASE WHEN s.split_no = 0 THEN s.start_ms ELSE (SELECT min(o.start_ms)` + siblings + `) END`
	partsQty   = `CASE WHEN s.split_no = 0 THEN s.qty ELSE (SELECT CAST(sum(o.qty) AS BIGINT)` + siblings + `) END`
	lastPart   = `(s.split_no = 0 OR NOT EXISTS (SELECT 1` + siblings + ` AND (o.end_ms > s.end_ms OR o.end_ms = s.end_ms AND o.split_no < s.split_no)))`
)

// Attained counts operations that were planned for a time. Those of cancelled orders are left out.
type Attained struct {
	Key      string  `json:"key" doc:"Day, work center or work order; empty = all"`
	Name     string  `json:"name,omitempty"`
	Planned  int64   `json:"planned" doc:"Operations that were to end"`
	OnTime   int64   `json:"on_time" doc:"Of them finished as planned: not later than the planned end and the tolerance"`
	Late     int64   `json:"late" doc:"Finished later"`
	Open     int64   `json:"open" doc:"Not finished, though the time is over"`
	Coming   int64   `json:"coming" doc:"Their time is not over yet; they do not count"`
	Rate     num.Dec `json:"rate" doc:"Attainment: on_time ÷ (planned − coming), per cent; 0 where nothing counts"`
	ToStart  int64   `json:"to_start" doc:"Operations that were to begin by now"`
	Started  int64   `json:"started" doc:"Of them begun as planned"`
	StartPct num.Dec `json:"start_rate" doc:"started ÷ to_start, per cent"`
	OffMS    int64   `json:"off_ms" doc:"By how much the finished ones ended later than planned, on average; below zero: earlier"`

	off, done int64
}

// PlanAndFact compares plan and fact.
type PlanAndFact struct {
	Site    string     `json:"site"`
	From    string     `json:"from" doc:"First day"`
	To      string     `json:"to" doc:"Last day"`
	TolMS   int64      `json:"tolerance_ms" doc:"By so much later still counts as planned"`
	Total   Attained   `json:"total"`
	Days    []Attained `json:"days"`
	Centers []Attained `json:"centers" doc:"Work centers, the worst first"`
	Orders  []Attained `json:"orders" doc:"Work orders, the worst first; at most 200"`
}

// Publication is a schedule that was live, with what became of what it planned while it was.
type Publication struct {
	Head  RunRow      `json:"publication"`
	Facts PlanAndFact `json:"facts"`
}

// AskAttainment says of which days.
type AskAttainment struct {
	Site string `query:"site" maxLength:"64" doc:"Empty = your first site"`
	From string `query:"from" maxLength:"10" doc:"First day; empty: 13 days before the last"`
	To   string `query:"to" maxLength:"10" doc:"Last day; empty: today. At most 62 days"`
}

type factRow struct {
	Day        string `db:"day"`
	Order      string `db:"order_number"`
	Item       string `db:"item_name"`
	Center     string `db:"center"`
	CenterName string `db:"center_name"`
	StartMS    int64  `db:"start_ms"`
	EndMS      int64  `db:"end_ms"`
	LimitMS    int64  `db:"limit_ms"`
	StartedMS  int64  `db:"started_ms"`
	DoneMS     int64  `db:"done_ms"`
}

const factColumns = `x.day, p.order_number, i.name AS item_name, c.code AS center, c.name AS center_name, x.start_ms, x.end_ms, x.limit_ms, p.started_ms, p.own_done_ms AS done_ms`

func (a *Attained) add(r *factRow, now int64) {
	a.Planned++
	switch {
	case r.DoneMS > 0 && r.DoneMS <= r.LimitMS:
		a.OnTime++
	case r.DoneMS > 0:
		a.Late++
	case r.LimitMS > now:
		a.Coming++
	default:
		a.Open++
	}
	if r.DoneMS > 0 {
		a.off, a.done = a.off+r.DoneMS-r.EndMS, a.done+1
	}
	began, limit := cmp.Or(r.StartedMS, r.DoneMS), r.StartMS+r.LimitMS-r.EndMS
	if began > 0 || limit <= now {
		a.ToStart++
		if began > 0 && began <= limit {
			a.Started++
		}
	}
}

func (a *Attained) close() error {
	rate := func(part, of int64) (num.Dec, error) {
		if of == 0 {
			return 0, nil
		}
		n, err := num.MulDiv(part*100, int64(num.One), of)
		return num.Dec(n), err
	}
	var err error
	if a.done > 0 {
		a.OffMS = a.off / a.done
	}
	if a.Rate, err = rate(a.OnTime, a.Planned-a.Coming); err != nil {
		return err
	}
	a.StartPct, err = rate(a.Started, a.ToStart)
	return err
}

// compare counts rows by day, work center and order.
func compare(out *PlanAndFact, rows []factRow, zone *cal.Calendar, now int64) error {
	days, centers, orders := map[string]*Attained{}, map[string]*Attained{}, map[string]*Attained{}
	get := func(of map[string]*Attained, key, name string) *Attained {
		if of[key] == nil {
			of[key] = &Attained{Key: key, Name: name}
		}
		return of[key]
	}
	for i := range rows {
		r := &rows[i]
		for _, a := range []*Attained{&out.Total, get(days, cmp.Or(r.Day, zone.DateOf(r.EndMS-1)), ""), get(centers, r.Center, r.CenterName), get(orders, r.Order, r.Item)} {
			a.add(r, now)
		}
	}
	list := func(of map[string]*Attained, rank func(a, b Attained) int) ([]Attained, error) {
		list := make([]Attained, 0, len(of))
		for _, a := range of {
			if err := a.close(); err != nil {
				return nil, err
			}
			list = append(list, *a)
		}
		slices.SortFunc(list, func(a, b Attained) int { return cmp.Or(rank(a, b), cmp.Compare(a.Key, b.Key)) })
		return list, nil
	}
	worst := func(a, b Attained) int { return cmp.Compare(b.Open+b.Late, a.Open+a.Late) }
	var err error
	if out.Days, err = list(days, func(a, b Attained) int { return 0 }); err != nil {
		return err
	}
	if out.Centers, err = list(centers, worst); err != nil {
		return err
	}
	if out.Orders, err = list(orders, worst); err != nil {
		return err
	}
	out.Orders = out.Orders[:min(len(out.Orders), 200)]
	return out.Total.close()
}

// Attainment compares the plans of days with what was done.
func (m *Module) Attainment(ctx context.Context, q db.Querier, in AskAttainment) (out PlanAndFact, err error) {
	site, err := siteOf(ctx, q, in.Site)
	if err != nil {
		return out, err
	}
	zone, now := cal.Always(site.Location()), m.DB.Now()
	day := func(field, text, or string) (cal.Day, error) {
		d, err := cal.ParseDay(cmp.Or(text, or))
		if err != nil {
			err = fault.Invalid("scheduling.day_bad", "%s: %q is no day", field, text).With("field", field).With("value", text)
		}
		return d, err
	}
	to, err := day("to", in.To, zone.DateOf(now.UnixMilli()))
	if err != nil {
		return out, err
	}
	from, err := day("from", in.From, (to - 13).String())
	if err != nil {
		return out, err
	}
	if from > to || to-from >= askDays {
		return out, fault.Invalid("scheduling.days_bad", "from %s to %s: at most %d days, the first not after the last", from, to, askDays).With("from", from.String()).With("to", to.String()).With("max", askDays)
	}
	if out.TolMS, err = tolerance(ctx, q); err != nil {
		return out, err
	}
	rows, err := db.All[factRow](ctx, q, `SELECT `+factColumns+` FROM aps_day`+factJoins+` WHERE x.site_id = $1 AND x.day >= $2 AND x.day <= $3 AND p.order_status <> 'cancelled' ORDER BY x.end_ms, x.id`, site.ID, from.String(), to.String())
	if err != nil {
		return out, err
	}
	out.Site, out.From, out.To = site.Code, from.String(), to.String()
	return out, compare(&out, rows, zone, now.UnixMilli())
}

// Published reads a publication with what it planned for the time in which it was live.
func (m *Module) Published(ctx context.Context, q db.Querier, id db.ID) (p Publication, err error) {
	r, ok, err := db.Get[runRow](ctx, q, `SELECT * FROM aps_run WHERE id = $1 AND NOT draft`, id)
	if err == nil && ok {
		err = identity.SeeSite(ctx, r.Site)
	}
	if err == nil && !ok {
		err = fault.NotFound("scheduling.run_unknown", "there is no publication %d", id).With("id", id)
	}
	if err != nil {
		return p, err
	}
	site, err := masterdata.SiteByID(ctx, q, r.Site)
	if err != nil {
		return p, err
	}
	now := m.DB.Now().UnixMilli()
	until := cmp.Or(r.Superseded, now)
	rows, err := db.All[factRow](ctx, q, `SELECT `+factColumns+` FROM `+slotFacts+factJoins+` WHERE x.run_id = $1 AND x.end_ms > $2 AND x.end_ms <= $3 AND p.order_status <> 'cancelled' ORDER BY x.end_ms, x.id`, r.ID, r.Recorded, until)
	if err != nil {
		return p, err
	}
	kept, err := db.One[bool](ctx, q, `SELECT EXISTS (SELECT 1 FROM aps_slot WHERE run_id = $1)`, id)
	if err != nil {
		return p, err
	}
	p.Head = RunRow{ID: r.ID, Site: site.Code, Rule: r.Rule, Name: r.Name, Live: r.Live, NowMS: r.NowMS, EndMS: r.EndMS, Orders: r.Orders, Ops: r.Ops, Late: r.Late, LateMS: r.LateMS, SetupMS: r.SetupMS, WaitingMS: r.WaitingMS,
		Moved: r.Moved, Unplaced: r.Unplaced, Conflicts: r.Conflicts, Actor: r.Actor, Recorded: r.Recorded, Superseded: r.Superseded, Kept: kept}
	zone := cal.Always(site.Location())
	p.Facts = PlanAndFact{Site: site.Code, From: zone.DateOf(r.Recorded), To: zone.DateOf(until), TolMS: r.TolMS}
	return p, compare(&p.Facts, rows, zone, now)
}

func tolerance(ctx context.Context, q db.Querier) (int64, error) {
	n, err := masterdata.IntSetting(ctx, q, SettingAttain, "30")
	return n * 60_000, err
}

// supersede takes the live schedule out of its place. The plans of days that have begun meanwhile are kept first.
func supersede(ctx context.Context, tx *db.Tx, site masterdata.Site) error {
	live, err := liveRun(ctx, tx, site.ID)
	if err != nil || live.ID == 0 {
		return err
	}
	if err := keepPlans(ctx, tx, site, live); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE aps_run SET live = FALSE, superseded_ms = $1 WHERE id = $2`, tx.NowMS(), live.ID)
	return err
}

// keepPlans keeps the plans of all days up to today that are not kept yet: nothing has been published since, so the live
// schedule is the one that was live when they began. Of the first day of all it is what was published on it.
func keepPlans(ctx context.Context, tx *db.Tx, site masterdata.Site, live runRow) error {
	if live.ID == 0 {
		return nil
	}
	zone := cal.Always(site.Location())
	today, err := cal.ParseDay(zone.DateOf(tx.NowMS()))
	if err != nil {
		return err
	}
	text, ok, err := db.Get[string](ctx, tx, `SELECT day FROM aps_day_kept WHERE site_id = $1`, site.ID)
	if err != nil {
		return err
	}
	var from cal.Day
	if ok {
		if from, err = cal.ParseDay(text); err == nil {
			from++
		}
	} else {
		from, err = cal.ParseDay(zone.DateOf(live.Recorded))
	}
	if err != nil || from > today {
		return err
	}
	tol, err := tolerance(ctx, tx)
	if err != nil {
		return err
	}
	for d := max(from, today-askDays); d <= today; d++ {
		if _, err := tx.Exec(ctx, `INSERT INTO aps_day (id, site_id, day, run_id, order_id, op_id, work_center_id, machine, start_ms, end_ms, limit_ms, qty)
			SELECT s.id, CAST($1 AS BIGINT), CAST($2 AS TEXT), s.run_id, s.order_id, s.op_id, s.work_center_id, s.machine, `+partsStart+`, s.end_ms, s.end_ms + $3, `+partsQty+` FROM aps_slot s
			WHERE s.run_id = $4 AND s.state <> 'unplaced' AND `+lastPart+` AND s.end_ms > $5 AND s.end_ms <= $6 ON CONFLICT (id) DO NOTHING`,
			site.ID, d.String(), tol, live.ID, zone.DayStart(d), zone.DayStart(d+1)); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `DELETE FROM aps_day WHERE site_id = $1 AND day < $2`, site.ID, (today - keepDays).String()); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO aps_day_kept (site_id, day) VALUES ($1, $2) ON CONFLICT (site_id) DO UPDATE SET day = excluded.day`, site.ID, today.String())
	return err
}

// KeepDays keeps the plan of the day that begins, at all sites.
func (m *Module) KeepDays(ctx context.Context) error {
	sites, err := masterdata.Sites(ctx, m.DB.Read())
	if err != nil {
		return err
	}
	for _, s := range sites {
		if err := m.DB.InTx(ctx, func(tx *db.Tx) error {
			live, err := liveRun(ctx, tx, s.ID)
			if err != nil {
				return err
			}
			return keepPlans(ctx, tx, s, live)
		}); err != nil {
			return err
		}
		if err := m.forget(ctx, s.ID); err != nil {
			return err
		}
	}
	return nil
}

// keepRuns is how many publications keep their operations.
func keepRuns(ctx context.Context, q db.Querier) (int, error) {
	text, err := masterdata.Setting(ctx, q, SettingKeep, "20")
	n, _ := strconv.Atoi(text) // the settings page lets only whole numbers in
	return max(n, 2), err
}

func (m *Module) attainWork(r *job.Runner) {
	r.Register(KindDays, func(ctx context.Context, j *job.Job) (any, error) { return nil, m.KeepDays(ctx) })
	if err := r.Daily("plan-days", "00:05", KindDays, nil); err != nil {
		panic(err) // the time above is no time of day
	}
}

func (m *Module) attainRoutes(a *web.API) {
	web.QueryView(a, web.Op{Path: "/scheduling/attainment", ID: "getAttainment", Summary: "How much of what was planned was done as planned, by day, work center and work order", Perm: "scheduling.read"},
		func(ctx context.Context, q db.Querier, in *AskAttainment) (PlanAndFact, error) {
			return m.Attainment(ctx, q, *in)
		})
	web.QueryView(a, web.Op{Path: "/scheduling/runs/{id}", ID: "getPublication", Summary: "A publication with what became of what it planned while it was live", Perm: "scheduling.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			ID db.ID `path:"id" doc:"Run"`
		}) (Publication, error) {
			return m.Published(ctx, q, in.ID)
		})
	web.List(a, web.Op{Path: "/scheduling/facts", ID: "listPlanFacts", Summary: "Operations that were planned for a day, and what became of them", Perm: "scheduling.read"},
		web.ListSpec[Fact]{From: `aps_day` + factJoins, Key: "x.id", Sort: "-day,end_ms", Search: []string{"p.order_number", "i.code", "i.name", "c.code"}, Scope: identity.Scope("x.site_id", ""), Titles: factTitles})
	web.List(a, web.Op{Path: "/scheduling/published", ID: "listPublishedOps", Summary: "Operations of publications, and what became of them", Perm: "scheduling.read"},
		web.ListSpec[Fact]{From: slotFacts + factJoins, Key: "x.id", Sort: "end_ms", Search: []string{"p.order_number", "i.code", "i.name", "c.code"}, Scope: identity.Scope("x.site_id", ""), Titles: factTitles})
}
