package scheduling

import (
	"cmp"
	"context"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/scheduling/finite"
)

// Gantt is a schedule as bars over machines.
type Gantt struct {
	Run      db.ID     `json:"run"`
	Draft    bool      `json:"draft"`
	Name     string    `json:"name,omitempty" doc:"Of a draft"`
	By       string    `json:"by,omitempty" doc:"Who made or published it"`
	MadeMS   int64     `json:"made_ms,omitempty"`
	Changes  []Change  `json:"changes" doc:"What a draft supposes"`
	Goal     []string  `json:"goal" doc:"Of a draft: parts by importance"`
	Live     db.ID     `json:"live" doc:"The schedule that is live; of a draft the one that it was made beside"`
	Site     string    `json:"site"`
	Rule     string    `json:"rule"`
	NowMS    int64     `json:"now_ms" doc:"The moment it was made for"`
	FreezeMS int64     `json:"freeze_ms" doc:"What begins before it keeps its place; 0 = nothing is frozen"`
	Figures  Figures   `json:"figures"`
	FromMS   int64     `json:"from_ms" doc:"Hours are told from here"`
	ToMS     int64     `json:"to_ms" doc:"to here"`
	Hours    [][]int64 `json:"hours" doc:"Working hours of the calendars in use: start, end, start, end …"`
	Machines []Lane    `json:"machines" doc:"In the order of work centers"`
	Bars     []Bar     `json:"bars" doc:"By start"`
	Told     []ToldRow `json:"told" doc:"What people have told the schedule and counts"`
	People   []Person  `json:"people" doc:"Workers of whom the schedule knows something"`
}

// Lane is a machine.
type Lane struct {
	Machine    string `json:"machine" db:"machine"`
	WorkCenter string `json:"work_center" db:"work_center"`
	Name       string `json:"work_center_name" db:"name"`
	Kind       string `json:"kind" db:"kind"`
	Hours      int    `json:"hours" doc:"Which of the hours; -1 = it works always"`
}

// Bar is an operation in time.
type Bar struct {
	ID         string  `json:"id" db:"-" doc:"Operation; of a part with its number behind a slash"`
	OpID       db.ID   `json:"-" db:"op_id"`
	SplitNo    int     `json:"split_no,omitempty" db:"split_no" doc:"Which part of the operation; left out = all of it"`
	SplitOf    int     `json:"split_of,omitempty" db:"split_of" doc:"Of how many"`
	Order      string  `json:"order" db:"order_number"`
	Op         int     `json:"op" db:"op"`
	Name       string  `json:"name" db:"name"`
	Item       string  `json:"item" db:"item"`
	ItemName   string  `json:"item_name" db:"item_name"`
	Family     string  `json:"family" db:"family"`
	WorkCenter string  `json:"work_center" db:"work_center"`
	Machine    string  `json:"machine" db:"machine" doc:"Empty where nothing can do it"`
	Worker     string  `json:"worker,omitempty" db:"worker"`
	StartMS    int64   `json:"start_ms" db:"start_ms"`
	EndMS      int64   `json:"end_ms" db:"end_ms"`
	SetupMS    int64   `json:"setup_ms" db:"setup_ms"`
	Qty        num.Dec `json:"qty" db:"qty"`
	Good       num.Dec `json:"good" db:"good"`
	State      string  `json:"state" db:"state" enum:"free,frozen,pinned,started,unplaced"`
	Status     string  `json:"status" db:"status"`
	Why        string  `json:"why" db:"why" enum:"now,release,parts,before,children,machine,tool,worker,hours,fixed,frozen,last_lot,planned,regrind" doc:"What it could not start earlier for"`
	By         string  `json:"by,omitempty" db:"-" doc:"The operation or part that it waits for"`
	ByOp       db.ID   `json:"-" db:"by_op"`
	BySplit    int     `json:"-" db:"by_split"`
	Part       string  `json:"part,omitempty" db:"part" doc:"The part that it waits for"`
	PartName   string  `json:"part_name,omitempty" db:"part_name"`
	PartDoc    string  `json:"part_doc,omitempty" db:"part_doc" doc:"Document that brings it"`
	PartMS     int64   `json:"part_ms,omitempty" db:"part_ms" doc:"When it is there"`
	DueMS      int64   `json:"due_ms" db:"due_ms" doc:"Of the order; 0 = none"`
	LateMS     int64   `json:"late_ms" db:"late_ms" doc:"Of the order"`
	Priority   int     `json:"priority" db:"priority"`
	Tool       string  `json:"tool,omitempty" db:"tool"`
	Skill      string  `json:"skill,omitempty" db:"skill"`
	Machines   string  `json:"alternatives" db:"alternatives" doc:"Work centers that can do it too, by spaces"`
	Conflict   bool    `json:"conflict,omitempty" db:"conflict"`
}

// ToldRow is what somebody told the schedule.
type ToldRow struct {
	ID       db.ID  `json:"id" sql:"x.id" db:"id" doc:"No."`
	Kind     string `json:"kind" sql:"x.kind" db:"kind" doc:"What"`
	Order    string `json:"order" sql:"coalesce(o.number, '')" db:"order_number" doc:"Work order"`
	Op       int64  `json:"op" sql:"coalesce(p.op, 0)" db:"op" doc:"Operation no."`
	SplitNo  int64  `json:"split_no" sql:"x.split_no" db:"split_no" doc:"Part of the operation, 0 = all of it"`
	Machine  string `json:"machine" sql:"x.machine" db:"machine" doc:"Machine"`
	FromMS   int64  `json:"from_ms" sql:"x.from_ms" db:"from_ms" doc:"From"`
	ToMS     int64  `json:"to_ms" sql:"x.to_ms" db:"to_ms" doc:"To"`
	Note     string `json:"note" sql:"x.note" db:"note" doc:"Why"`
	Actor    string `json:"actor" sql:"x.actor" db:"actor" doc:"By"`
	Recorded int64  `json:"recorded_ms" sql:"x.recorded_ms" db:"recorded_ms" doc:"At"`
	EndedMS  int64  `json:"ended_ms" sql:"x.ended_ms" db:"ended_ms" doc:"Ended"`
}

var toldTitles = map[string]fault.Text{
	"id": {Zh: "编号", En: "No."}, "kind": {Zh: "指令", En: "What"}, "order": {Zh: "工单号", En: "Work order"}, "op": {Zh: "工序号", En: "Operation no."}, "split_no": {Zh: "第几份", En: "Part"}, "machine": {Zh: "设备", En: "Machine"},
	"from_ms": {Zh: "从", En: "From"}, "to_ms": {Zh: "到", En: "To"}, "note": {Zh: "原因", En: "Why"}, "actor": {Zh: "操作人", En: "By"}, "recorded_ms": {Zh: "时间", En: "At"}, "ended_ms": {Zh: "结束于", En: "Ended"},
}

const toldFrom = `aps_told x LEFT JOIN v_work_order o ON o.id = x.order_id LEFT JOIN v_wo_op p ON p.id = x.op_id`

// DraftRow is a draft in the list.
type DraftRow struct {
	ID        db.ID  `json:"id" sql:"r.id" doc:"Draft"`
	Site      string `json:"site" sql:"t.code" doc:"Site"`
	Name      string `json:"name" sql:"r.name" doc:"Name"`
	Stale     bool   `json:"stale" sql:"NOT EXISTS (SELECT 1 FROM aps_run l WHERE l.id = r.base_id AND l.live)" doc:"Another schedule has been published since"`
	Goal      string `json:"goal" sql:"r.goal" doc:"Goal"`
	Late      int64  `json:"late" sql:"r.late" doc:"Late orders"`
	LateMS    int64  `json:"late_ms" sql:"r.late_ms" doc:"Lateness"`
	SetupMS   int64  `json:"setup_ms" sql:"r.setup_ms" doc:"Set-up"`
	WaitingMS int64  `json:"waiting_ms" sql:"r.waiting_ms" doc:"Lying in between"`
	EndMS     int64  `json:"end_ms" sql:"r.end_ms" doc:"Ends"`
	Moved     int64  `json:"moved" sql:"r.moved" doc:"Operations moved"`
	UpsetMS   int64  `json:"upset_ms" sql:"r.upset_ms" doc:"Moved by"`
	Actor     string `json:"actor" sql:"r.actor" doc:"By"`
	Recorded  int64  `json:"recorded_ms" sql:"r.recorded_ms" doc:"At"`
}

var draftTitles = map[string]fault.Text{
	"id": {Zh: "方案号", En: "Draft"}, "site": {Zh: "工厂", En: "Site"}, "name": {Zh: "名称", En: "Name"}, "stale": {Zh: "已过时", En: "Stale"}, "goal": {Zh: "目标", En: "Goal"}, "late": {Zh: "延误工单", En: "Late orders"},
	"late_ms": {Zh: "延误合计", En: "Lateness"}, "setup_ms": {Zh: "准备时间", En: "Set-up"}, "waiting_ms": {Zh: "工序间等待", En: "Lying in between"}, "end_ms": {Zh: "结束", En: "Ends"},
	"moved": {Zh: "移动工序", En: "Operations moved"}, "upset_ms": {Zh: "移动合计", En: "Moved by"}, "actor": {Zh: "操作人", En: "By"}, "recorded_ms": {Zh: "时间", En: "At"},
}

// Gantt reads a schedule: a draft by its number, or the live one of a site.
func (m *Module) Gantt(ctx context.Context, q db.Querier, site string, run db.ID) (Gantt, error) {
	var r runRow
	var s masterdata.Site
	var err error
	if run != 0 {
		r, s, err = draftOf(ctx, q, run)
	} else if s, err = siteOf(ctx, q, site); err == nil {
		r, err = liveRun(ctx, q, s.ID)
	}
	if err != nil {
		return Gantt{}, err
	}
	h := headOf(&r, &r, s.Code)
	g := Gantt{Run: r.ID, Draft: r.Draft, Name: r.Name, By: r.Actor, MadeMS: r.Recorded, Changes: []Change{}, Goal: h.Goal, Live: r.ID, Site: s.Code, Rule: r.Rule, NowMS: r.NowMS, Figures: h.Is,
		Hours: [][]int64{}, Machines: []Lane{}, Bars: []Bar{}, Told: []ToldRow{}, People: []Person{}}
	if r.Draft {
		g.Live, g.Changes = r.Base, h.Changes
	}
	now := m.DB.Now().UnixMilli()
	ahead, err := frozenMS(ctx, q)
	if err != nil {
		return g, err
	}
	if ahead > 0 {
		g.FreezeMS = now + ahead
	}
	p := &problem{Problem: &finite.Problem{NowMS: now}, centers: map[string]db.ID{}}
	codes, err := p.plant(ctx, q, s)
	if err != nil {
		return g, err
	}
	if r.ID != 0 {
		g.Bars, err = db.All[Bar](ctx, q, `SELECT s.op_id, s.split_no, s.split_of, s.by_split, p.order_number, p.op, p.name, i.code AS item, i.name AS item_name, i.family, c.code AS work_center, s.machine, s.worker, s.start_ms, s.end_ms, s.setup_ms, s.qty, p.good,
			       s.state, p.status, s.why, s.by_op, coalesce(k.code, '') AS part, coalesce(k.name, '') AS part_name, s.part_doc, s.part_ms, coalesce(e.due_ms, 0) AS due_ms, coalesce(e.late_ms, 0) AS late_ms, p.priority, p.tool, p.skill, p.alternatives, s.conflict
			FROM aps_slot s JOIN v_wo_op p ON p.id = s.op_id JOIN v_item i ON i.id = p.item_id JOIN v_work_center c ON c.id = s.work_center_id
			LEFT JOIN v_item k ON k.id = s.part_id LEFT JOIN aps_end e ON e.run_id = s.run_id AND e.order_id = s.order_id
			WHERE s.run_id = $1 AND p.own_done_ms = 0 ORDER BY s.start_ms, s.id`, r.ID)
		if err != nil {
			return g, err
		}
	}
	beginParts(g.Bars)
	const day = 24 * 3_600_000
	g.FromMS, g.ToMS = now, now
	for i := range g.Bars {
		b := &g.Bars[i]
		b.ID, b.By = barID(b.OpID, b.SplitNo), barID(b.ByOp, b.BySplit)
		if b.Machines, err = centersOf(b.Machines, codes); err != nil {
			return g, err
		}
		if b.StartMS > 0 {
			g.FromMS, g.ToMS = min(g.FromMS, b.StartMS), max(g.ToMS, b.EndMS)
		}
	}
	g.FromMS, g.ToMS = max(g.FromMS, now-60*day)-2*day, min(g.ToMS, now+360*day)+14*day
	index := map[*cal.Calendar]int{nil: -1}
	hoursOf := func(c *cal.Calendar) int {
		n, ok := index[c]
		if !ok {
			n = len(g.Hours)
			index[c] = n
			spans := []int64{}
			for _, x := range c.Spans(g.FromMS, g.ToMS) {
				spans = append(spans, x.From, x.To)
			}
			g.Hours = append(g.Hours, spans)
		}
		return n
	}
	for i := range p.WorkCenters {
		w := &p.WorkCenters[i]
		for _, k := range w.List() {
			g.Machines = append(g.Machines, Lane{k.Code, w.Code, p.names[w.Code], w.Kind, hoursOf(cmp.Or(k.Calendar, w.Calendar))})
		}
	}
	if err := g.people(ctx, q, s.ID, hoursOf, p.calendars); err != nil {
		return g, err
	}
	if g.Told, err = db.All[ToldRow](ctx, q, `SELECT x.id, x.kind, coalesce(o.number, '') AS order_number, coalesce(p.op, 0) AS op, x.split_no, x.machine, x.from_ms, x.to_ms, x.note, x.actor, x.recorded_ms, x.ended_ms FROM `+toldFrom+`
		WHERE x.site_id = $1 AND x.ended_ms = 0 AND (x.to_ms = 0 OR x.to_ms > $2) ORDER BY x.id`, s.ID, now); err != nil {
		return g, err
	}
	return g, nil
}

// beginParts says of an operation that runs which parts nobody has begun: all but those that the schedule knows as started,
// and where it knows of none, all but the one that is planned first. These can be begun. The dispatch list says the same.
func beginParts(bars []Bar) {
	runs := map[db.ID]bool{}
	for i := range bars {
		if b := &bars[i]; b.SplitNo > 0 && b.State == "started" {
			runs[b.OpID] = true
		}
	}
	for i := range bars { // in the order of their starts
		if b := &bars[i]; b.SplitNo > 0 && b.Status == "running" && b.State != "started" {
			if runs[b.OpID] {
				b.Status = "ready"
			}
			runs[b.OpID] = true
		}
	}
}

// centersOf names the work centers of a routing's other ways.
func centersOf(text string, codes map[db.ID]string) (string, error) {
	ways, err := production.Alternatives(text)
	var out []string
	for _, w := range ways {
		if c := codes[w.WorkCenterID]; c != "" {
			out = append(out, c)
		}
	}
	return strings.Join(out, " "), err
}

// draftRoutes are those of drafts, of the Gantt and of what people tell.
func (m *Module) draftRoutes(a *web.API) {
	web.QueryView(a, web.Op{Path: "/scheduling/gantt", ID: "getGantt", Summary: "The live schedule, or a draft, as bars over machines", Perm: "scheduling.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Site string `query:"site" doc:"Empty = your first site"`
			Run  db.ID  `query:"run" doc:"A draft; 0 = the live schedule"`
		}) (Gantt, error) {
			return m.Gantt(ctx, q, in.Site, in.Run)
		})
	web.Act(a, web.Op{Path: "/scheduling/preview", ID: "previewSchedule", Summary: "What changes would do, without keeping it", Perm: "scheduling.run"},
		func(ctx context.Context, in *struct{ Body Propose }) (out Draft, err error) {
			err = m.DB.View(ctx, func(q db.Querier) error { out, err = m.Preview(ctx, q, in.Body); return err })
			return out, err
		})
	web.Act(a, web.Op{Path: "/scheduling/drafts", ID: "proposeSchedule", Summary: "Work a draft out and keep it beside the live schedule", Perm: "scheduling.run"},
		func(ctx context.Context, in *struct{ Body Propose }) (Draft, error) { return m.Propose(ctx, in.Body) })
	web.List(a, web.Op{Path: "/scheduling/drafts", ID: "listDrafts", Summary: "Drafts beside the live schedule", Perm: "scheduling.read"},
		web.ListSpec[DraftRow]{From: `aps_run r JOIN v_site t ON t.id = r.site_id`, Key: "r.id", Sort: "-recorded_ms", Search: []string{"r.name", "r.actor"},
			Scope: func(ctx context.Context, w *db.Where) { identity.Scope("r.site_id", "")(ctx, w); w.And("r.draft") }, Titles: draftTitles})
	web.Command(a, web.Op{Path: "/scheduling/drafts/{id}/publish", ID: "publishDraft", Summary: "Make a draft the live schedule, and what it supposes told", Perm: "scheduling.run"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ID db.ID `path:"id" doc:"Draft"`
		}) (Result, error) {
			return m.PublishDraft(ctx, tx, in.ID)
		})
	web.Act(a, web.Op{Path: "/scheduling/drafts/{id}/drop", ID: "dropDraft", Summary: "Throw a draft away", Perm: "scheduling.run"},
		func(ctx context.Context, in *struct {
			ID db.ID `path:"id" doc:"Draft"`
		}) (struct{}, error) {
			return m.DropDraft(ctx, in.ID)
		})
	web.List(a, web.Op{Path: "/scheduling/told", ID: "listTold", Summary: "What people have told the schedule", Perm: "scheduling.read"},
		web.ListSpec[ToldRow]{From: toldFrom, Key: "x.id", Sort: "-recorded_ms", Search: []string{"x.machine", "x.note", "x.actor"}, Scope: identity.Scope("x.site_id", ""), Titles: toldTitles})
	web.Command(a, web.Op{Path: "/scheduling/told/{id}/end", ID: "endTold", Summary: "Take back what was told", Perm: "scheduling.run"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ID db.ID `path:"id" doc:"Number"`
		}) (struct{}, error) {
			return m.EndTold(ctx, tx, in.ID)
		})
}
