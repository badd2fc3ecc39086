package scheduling

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// TimeRow is what the floor really takes, beside what is planned.
type TimeRow struct {
	ID         db.ID   `json:"id" sql:"x.id" db:"id" doc:"Row"`
	Site       string  `json:"site" sql:"t.code" db:"site" doc:"Site"`
	Kind       string  `json:"kind" sql:"x.kind" db:"kind" enum:"run,setup,changeover,efficiency,available,calendar" doc:"Kind"`
	Item       string  `json:"item" sql:"coalesce(i.code, '')" db:"item" doc:"Item"`
	ItemName   string  `json:"item_name" sql:"coalesce(i.name, '')" db:"item_name" doc:"Name"`
	Op         int64   `json:"op" sql:"x.op" db:"op" doc:"Operation no."`
	WorkCenter string  `json:"work_center" sql:"c.code" db:"work_center" doc:"Work center"`
	CenterName string  `json:"work_center_name" sql:"c.name" db:"work_center_name" doc:"Work center name"`
	Routing    string  `json:"routing" sql:"x.routing" db:"routing" doc:"Routing version"`
	Planned    num.Dec `json:"planned" sql:"x.planned" db:"planned" doc:"Planned"`
	Median     num.Dec `json:"median" sql:"x.median" db:"median" doc:"Real (median)"`
	Q1         num.Dec `json:"q1" sql:"x.q1" db:"q1" doc:"Lower quartile"`
	Q3         num.Dec `json:"q3" sql:"x.q3" db:"q3" doc:"Upper quartile"`
	Diff       num.Dec `json:"diff_pct" sql:"x.diff_pct" db:"diff_pct" doc:"Difference %"`
	N          int64   `json:"n" sql:"x.n" db:"n" doc:"Reports"`
	Pieces     num.Dec `json:"pieces" sql:"x.pieces" db:"pieces" doc:"Pieces"`
	Outliers   int64   `json:"outliers" sql:"x.outliers" db:"outliers" doc:"Outliers"`
	Orders     int64   `json:"open_orders" sql:"x.open_orders" db:"open_orders" doc:"Open orders"`
	EffectMS   int64   `json:"effect_ms" sql:"x.effect_ms" db:"effect_ms" doc:"Open orders take longer by"`
	State      string  `json:"state" sql:"x.state" db:"state" enum:"open,near,few,declined,asked" doc:"State"`
	MadeMS     int64   `json:"made_ms" sql:"x.made_ms" db:"made_ms" doc:"Found"`
	From       string  `json:"from_family" sql:"x.from_family" db:"from_family" doc:"From family"`
	To         string  `json:"to_family" sql:"x.to_family" db:"to_family" doc:"To family"`
	Machine    string  `json:"machine" sql:"coalesce(k.code, '')" db:"machine" doc:"Machine"`
	Weekday    int64   `json:"weekday" sql:"x.weekday" db:"weekday" doc:"Weekday"`
	Weeks      int64   `json:"weeks" sql:"x.weeks" db:"weeks" doc:"Weeks looked at"`

	HoursPlanned num.Dec `json:"hours_planned" sql:"x.hours_planned" db:"hours_planned" doc:"Hours a day by the calendar"`
	HoursReal    num.Dec `json:"hours_real" sql:"x.hours_real" db:"hours_real" doc:"Hours a day really"`
	HoursWas     string  `json:"hours_was" sql:"x.hours_was" db:"hours_was" doc:"Hours by the calendar"`
	HoursIs      string  `json:"hours_is" sql:"x.hours_is" db:"hours_is" doc:"Hours as worked"`
}

const timeFrom = `aps_time x JOIN v_site t ON t.id = x.site_id JOIN v_work_center c ON c.id = x.work_center_id LEFT JOIN v_item i ON i.id = x.item_id LEFT JOIN v_machine k ON k.id = x.machine_id`

var capacityTitles = map[string]fault.Text{
	"machine": {Zh: "设备", En: "Machine"}, "weekday": {Zh: "星期", En: "Weekday"}, "weeks": {Zh: "统计周数", En: "Weeks looked at"}, "hours_planned": {Zh: "日历每天小时", En: "Hours a day by the calendar"}, "hours_real": {Zh: "实际每天小时", En: "Hours a day really"},
	"hours_was": {Zh: "日历时段", En: "Hours by the calendar"}, "hours_is": {Zh: "实际时段", En: "Hours as worked"},
}

func init() {
	for key, title := range capacityTitles {
		timeTitles[key] = title
		if key != "hours_planned" && key != "hours_real" {
			timeActTitles[key] = title
		}
	}
}

var timeTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Row"}, "site": {Zh: "工厂", En: "Site"}, "kind": {Zh: "类型", En: "Kind"}, "item": {Zh: "物料", En: "Item"}, "item_name": {Zh: "名称", En: "Name"}, "op": {Zh: "工序号", En: "Operation no."},
	"work_center": {Zh: "工作中心", En: "Work center"}, "work_center_name": {Zh: "工作中心名称", En: "Work center name"}, "routing": {Zh: "工艺版本", En: "Routing version"}, "planned": {Zh: "计划", En: "Planned"},
	"median": {Zh: "实际（中位数）", En: "Real (median)"}, "q1": {Zh: "下四分位", En: "Lower quartile"}, "q3": {Zh: "上四分位", En: "Upper quartile"}, "diff_pct": {Zh: "差异 %", En: "Difference %"}, "n": {Zh: "报工次数", En: "Reports"},
	"pieces": {Zh: "件数", En: "Pieces"}, "outliers": {Zh: "离群值", En: "Outliers"}, "open_orders": {Zh: "未完工单", En: "Open orders"}, "effect_ms": {Zh: "未完工单多用", En: "Open orders take longer by"}, "state": {Zh: "状态", En: "State"},
	"made_ms": {Zh: "计算时间", En: "Found"}, "from_family": {Zh: "换型前产品族", En: "From family"}, "to_family": {Zh: "换型后产品族", En: "To family"},
}

// TimeActRow is a decision about a time.
type TimeActRow struct {
	ID         db.ID   `json:"id" sql:"x.id" db:"id" doc:"Row"`
	Kind       string  `json:"kind" sql:"x.kind" db:"kind" doc:"Kind"`
	Item       string  `json:"item" sql:"coalesce(i.code, '')" db:"item" doc:"Item"`
	ItemName   string  `json:"item_name" sql:"coalesce(i.name, '')" db:"item_name" doc:"Name"`
	Op         int64   `json:"op" sql:"x.op" db:"op" doc:"Operation no."`
	WorkCenter string  `json:"work_center" sql:"c.code" db:"work_center" doc:"Work center"`
	Act        string  `json:"act" sql:"x.act" db:"act" doc:"Decision"`
	Was        num.Dec `json:"was" sql:"x.was" db:"was" doc:"Planned"`
	Found      num.Dec `json:"found" sql:"x.found" db:"found" doc:"Real (median)"`
	N          int64   `json:"n" sql:"x.n" db:"n" doc:"Reports"`
	Pieces     num.Dec `json:"pieces" sql:"x.pieces" db:"pieces" doc:"Pieces"`
	Document   string  `json:"document" sql:"x.document" db:"document" doc:"Version or change"`
	Reason     string  `json:"reason" sql:"x.reason" db:"reason" doc:"Why"`
	Actor      string  `json:"actor" sql:"x.actor" db:"actor" doc:"By"`
	Recorded   int64   `json:"recorded_ms" sql:"x.recorded_ms" db:"recorded_ms" doc:"At"`
	From       string  `json:"from_family" sql:"x.from_family" db:"from_family" doc:"From family"`
	To         string  `json:"to_family" sql:"x.to_family" db:"to_family" doc:"To family"`
	Machine    string  `json:"machine" sql:"coalesce(k.code, '')" db:"machine" doc:"Machine"`
	Weekday    int64   `json:"weekday" sql:"x.weekday" db:"weekday" doc:"Weekday"`
	Weeks      int64   `json:"weeks" sql:"x.weeks" db:"weeks" doc:"Weeks looked at"`
	HoursWas   string  `json:"hours_was" sql:"x.hours_was" db:"hours_was" doc:"Hours by the calendar"`
	HoursIs    string  `json:"hours_is" sql:"x.hours_is" db:"hours_is" doc:"Hours as worked"`
}

const timeActFrom = `aps_time_act x JOIN v_work_center c ON c.id = x.work_center_id LEFT JOIN v_item i ON i.id = x.item_id LEFT JOIN v_machine k ON k.id = x.machine_id`

var timeActTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Row"}, "kind": {Zh: "类型", En: "Kind"}, "item": {Zh: "物料", En: "Item"}, "item_name": {Zh: "名称", En: "Name"}, "op": {Zh: "工序号", En: "Operation no."}, "work_center": {Zh: "工作中心", En: "Work center"},
	"act": {Zh: "决定", En: "Decision"}, "was": {Zh: "原计划", En: "Planned"}, "found": {Zh: "实际（中位数）", En: "Real (median)"}, "n": {Zh: "报工次数", En: "Reports"}, "pieces": {Zh: "件数", En: "Pieces"},
	"document": {Zh: "版本或变更", En: "Version or change"}, "reason": {Zh: "原因", En: "Why"}, "actor": {Zh: "操作人", En: "By"}, "recorded_ms": {Zh: "时间", En: "At"},
	"from_family": {Zh: "换型前产品族", En: "From family"}, "to_family": {Zh: "换型后产品族", En: "To family"},
}

// MachineTime is what a time is on one machine.
type MachineTime struct {
	Machine string  `json:"machine"`
	N       int64   `json:"n"`
	Pieces  num.Dec `json:"pieces"`
	Q1      num.Dec `json:"q1"`
	Median  num.Dec `json:"median"`
	Q3      num.Dec `json:"q3"`
}

// TimePage is a time with the reports that it comes from.
type TimePage struct {
	TimeRow
	SinceMS  int64         `json:"since_ms" doc:"Reports since then were looked at"`
	Samples  []Sampled     `json:"samples" doc:"The newest first, at most 500"`
	Machines []MachineTime `json:"machines" doc:"Where it is known on which machine it was"`
	Acts     []TimeActRow  `json:"acts"`
	OEE      *OEE          `json:"oee,omitempty" doc:"Of availability: what became of the hours"`
}

// Time reads one time with its evidence, as it is now.
func (m *Module) Time(ctx context.Context, q db.Querier, id db.ID) (p TimePage, err error) {
	r, err := timeByID(ctx, q, id)
	if err != nil {
		return p, err
	}
	if p.TimeRow, _, err = db.Get[TimeRow](ctx, q, `SELECT x.id, t.code AS site, x.kind, coalesce(i.code, '') AS item, coalesce(i.name, '') AS item_name, x.op, c.code AS work_center, c.name AS work_center_name, x.routing,
		x.planned, x.median, x.q1, x.q3, x.diff_pct, x.n, x.pieces, x.outliers, x.open_orders, x.effect_ms, x.state, x.made_ms, x.from_family, x.to_family, coalesce(k.code, '') AS machine, x.weekday, x.weeks, x.hours_planned, x.hours_real, x.hours_was, x.hours_is FROM `+timeFrom+` WHERE x.id = $1`, id); err != nil {
		return p, err
	}
	site, err := masterdata.SiteByID(ctx, q, r.Site)
	if err != nil {
		return p, err
	}
	key := r.key()
	e, err := m.gather(ctx, q, site, m.DB.Now().UnixMilli(), &key)
	if err != nil {
		return p, err
	}
	p.SinceMS, p.Samples, p.Machines = e.since, e.samples[key], []MachineTime{}
	judge(p.Samples)
	if r.Kind == "available" {
		if p.OEE, err = e.oee(ctx, q, r.Machine); err != nil {
			return p, err
		}
	}
	by := map[string][]sample{}
	for _, s := range p.Samples {
		if s.Machine != "" && !s.Outlier && r.Machine == 0 {
			by[s.Machine] = append(by[s.Machine], sample{value: s.Value, weight: int64(s.Pieces)})
		}
	}
	for machine, list := range by {
		s := spreadOf(list)
		p.Machines = append(p.Machines, MachineTime{machine, int64(s.N), num.Dec(s.Weight), s.Q1, s.Median, s.Q3})
	}
	slices.SortFunc(p.Machines, func(a, b MachineTime) int { return strings.Compare(a.Machine, b.Machine) })
	slices.Reverse(p.Samples)
	slices.SortStableFunc(p.Samples, func(a, b Sampled) int { return int(min(max(b.AtMS-a.AtMS, -1), 1)) })
	p.Samples = append([]Sampled{}, p.Samples[:min(len(p.Samples), 500)]...)
	p.Acts, err = db.All[TimeActRow](ctx, q, `SELECT x.id, x.kind, coalesce(i.code, '') AS item, coalesce(i.name, '') AS item_name, x.op, c.code AS work_center, x.act, x.was, x.found, x.n, x.pieces, x.document, x.reason, x.actor, x.recorded_ms, x.from_family, x.to_family, coalesce(k.code, '') AS machine, x.weekday, x.weeks, x.hours_was, x.hours_is FROM `+timeActFrom+`
		WHERE x.site_id = $1 AND x.kind = $2 AND x.item_id = $3 AND x.op = $4 AND x.work_center_id = $5 AND x.from_family = $6 AND x.to_family = $7 AND x.machine_id = $8 AND x.weekday = $9 ORDER BY x.recorded_ms DESC, x.id DESC`, r.Site, r.Kind, r.Item, r.Op, r.Center, r.From, r.To, r.Machine, r.Weekday)
	return p, err
}

func (m *Module) timeRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/scheduling/times", ID: "listTimes", Summary: "What set-up, changeover, run and stoppages really take, beside the plan", Perm: "scheduling.read"},
		web.ListSpec[TimeRow]{From: timeFrom, Key: "x.id", Sort: "-effect_ms,-diff_pct", Search: []string{"i.code", "i.name", "c.code", "c.name", "k.code", "x.from_family", "x.to_family"}, Scope: identity.Scope("x.site_id", ""), Titles: timeTitles})
	web.Act(a, web.Op{Path: "/scheduling/times/learn", ID: "learnTimes", Summary: "Find anew what the floor really takes", Perm: "scheduling.learn"},
		func(ctx context.Context, in *struct{ Body Learn }) (Learned, error) {
			return m.LearnTimes(ctx, in.Body)
		})
	web.Command(a, web.Op{Path: "/scheduling/times/decide", ID: "decideTimes", Summary: "Adopt learned times into routings, or decline them", Perm: "scheduling.learn"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body DecideTimes }) (TimesDecided, error) {
			return m.DecideTimes(ctx, tx, in.Body)
		})
	web.List(a, web.Op{Path: "/scheduling/time-decisions", ID: "listTimeDecisions", Summary: "Times that were adopted or declined", Perm: "scheduling.read"},
		web.ListSpec[TimeActRow]{From: timeActFrom, Key: "x.id", Sort: "-recorded_ms", Search: []string{"i.code", "i.name", "c.code", "k.code", "x.actor", "x.reason"}, Scope: identity.Scope("x.site_id", ""), Titles: timeActTitles})
	web.QueryView(a, web.Op{Path: "/scheduling/times/{id}", ID: "getTime", Summary: "A learned time with the reports that it comes from", Perm: "scheduling.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			ID db.ID `path:"id" doc:"Row of listTimes"`
		}) (TimePage, error) {
			return m.Time(ctx, q, in.ID)
		})
}
