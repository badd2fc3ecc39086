package scheduling

import (
	"context"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// SlotRow is a line of the dispatch list: what a work center is to do, and whether it can begin.
type SlotRow struct {
	ID         db.ID   `json:"id" sql:"s.id" doc:"Slot"`
	WorkCenter string  `json:"work_center" sql:"c.code" doc:"Work center"`
	CenterName string  `json:"work_center_name" sql:"c.name" doc:"Work center name"`
	Machine    string  `json:"machine" sql:"s.machine" doc:"Machine"`
	Order      string  `json:"order" sql:"p.order_number" doc:"Work order"`
	Item       string  `json:"item" sql:"i.code" doc:"Item"`
	ItemName   string  `json:"item_name" sql:"i.name" doc:"Name"`
	Op         int64   `json:"op" sql:"p.op" doc:"Operation no."`
	Name       string  `json:"name" sql:"p.name" doc:"Operation"`
	Status     string  `json:"status" sql:"CASE WHEN p.status = 'running' AND s.split_no > 0 AND s.state <> 'started' AND EXISTS (SELECT 1 FROM aps_slot z WHERE z.run_id = s.run_id AND z.order_id = s.order_id AND z.op_id = s.op_id AND z.split_no <> s.split_no AND (z.state = 'started' OR z.start_ms < s.start_ms OR z.start_ms = s.start_ms AND z.split_no < s.split_no)) THEN 'ready' ELSE p.status END" doc:"Status"`
	Rank       int64   `json:"rank" sql:"CASE WHEN p.status = 'running' AND s.split_no > 0 AND s.state <> 'started' AND EXISTS (SELECT 1 FROM aps_slot z WHERE z.run_id = s.run_id AND z.order_id = s.order_id AND z.op_id = s.op_id AND z.split_no <> s.split_no AND (z.state = 'started' OR z.start_ms < s.start_ms OR z.start_ms = s.start_ms AND z.split_no < s.split_no)) THEN 1 WHEN p.status = 'running' THEN 0 WHEN p.status IN ('ready', 'paused') THEN 1 WHEN p.status = 'waiting_material' THEN 2 ELSE 3 END" doc:"Can begin: 0 runs, 1 ready, 2 waits for material, 3 waits"`
	SplitNo    int64   `json:"split_no" sql:"s.split_no" doc:"Part of the operation, 0 = all of it"`
	SplitOf    int64   `json:"split_of" sql:"s.split_of" doc:"Parts of the operation, 0 = not split"`
	StartMS    int64   `json:"start_ms" sql:"s.start_ms" doc:"Start"`
	EndMS      int64   `json:"end_ms" sql:"s.end_ms" doc:"End"`
	SetupMS    int64   `json:"setup_ms" sql:"s.setup_ms" doc:"Set-up"`
	Qty        num.Dec `json:"qty" sql:"s.qty" doc:"Quantity"`
	Good       num.Dec `json:"good" sql:"p.good" doc:"Good"`
	Due        string  `json:"due" sql:"p.due" doc:"Due"`
	Priority   int64   `json:"priority" sql:"p.priority" doc:"Priority"`
	LateMS     int64   `json:"late_ms" sql:"coalesce(e.late_ms, 0)" doc:"Order is late by"`
	State      string  `json:"state" sql:"s.state" doc:"In the schedule"`
	Conflict   bool    `json:"conflict" sql:"s.conflict" doc:"Conflict"`
}

var slotTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Slot"}, "work_center": {Zh: "工作中心", En: "Work center"}, "work_center_name": {Zh: "工作中心名称", En: "Work center name"}, "machine": {Zh: "设备", En: "Machine"},
	"order": {Zh: "工单号", En: "Work order"}, "item": {Zh: "物料", En: "Item"}, "item_name": {Zh: "名称", En: "Name"}, "op": {Zh: "工序号", En: "Operation no."}, "name": {Zh: "工序", En: "Operation"},
	"status": {Zh: "状态", En: "Status"}, "rank": {Zh: "可开工", En: "Can begin"}, "split_no": {Zh: "第几份", En: "Part"}, "split_of": {Zh: "共几份", En: "Parts"}, "start_ms": {Zh: "计划开始", En: "Start"}, "end_ms": {Zh: "计划结束", En: "End"}, "setup_ms": {Zh: "准备时间", En: "Set-up"},
	"qty": {Zh: "数量", En: "Quantity"}, "good": {Zh: "合格", En: "Good"}, "due": {Zh: "交期", En: "Due"}, "priority": {Zh: "优先级", En: "Priority"}, "late_ms": {Zh: "工单延误", En: "Late by"},
	"state": {Zh: "排程状态", En: "In the schedule"}, "conflict": {Zh: "冲突", En: "Conflict"},
}

// EndRow is an order of the live schedule with its lateness.
type EndRow struct {
	ID       db.ID  `json:"id" sql:"e.id" doc:"Row"`
	Order    string `json:"order" sql:"o.number" doc:"Work order"`
	Item     string `json:"item" sql:"i.code" doc:"Item"`
	ItemName string `json:"item_name" sql:"i.name" doc:"Name"`
	Status   string `json:"status" sql:"o.status" doc:"Status"`
	Due      string `json:"due" sql:"o.due" doc:"Due"`
	Priority int64  `json:"priority" sql:"o.priority" doc:"Priority"`
	Sales    string `json:"sales_order" sql:"o.sales_order" doc:"Sales order"`
	StartMS  int64  `json:"start_ms" sql:"e.start_ms" doc:"Start"`
	EndMS    int64  `json:"end_ms" sql:"e.end_ms" doc:"End"`
	LateMS   int64  `json:"late_ms" sql:"e.late_ms" doc:"Late by"`
}

var endTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Row"}, "order": {Zh: "工单号", En: "Work order"}, "item": {Zh: "物料", En: "Item"}, "item_name": {Zh: "名称", En: "Name"}, "status": {Zh: "状态", En: "Status"},
	"due": {Zh: "交期", En: "Due"}, "priority": {Zh: "优先级", En: "Priority"}, "sales_order": {Zh: "销售订单", En: "Sales order"}, "start_ms": {Zh: "计划开始", En: "Start"},
	"end_ms": {Zh: "计划结束", En: "End"}, "late_ms": {Zh: "延误", En: "Late by"},
}

// RunRow is a run in the list of runs.
type RunRow struct {
	ID        db.ID  `json:"id" sql:"r.id" doc:"Run"`
	Site      string `json:"site" sql:"t.code" doc:"Site"`
	Rule      string `json:"rule" sql:"r.rule" doc:"Rule"`
	Name      string `json:"name" sql:"r.name" doc:"Name"`
	Live      bool   `json:"live" sql:"r.live" doc:"Live"`
	NowMS     int64  `json:"now_ms" sql:"r.now_ms" doc:"Plans from"`
	EndMS     int64  `json:"end_ms" sql:"r.end_ms" doc:"Ends"`
	Orders    int64  `json:"orders" sql:"r.orders" doc:"Orders"`
	Ops       int64  `json:"ops" sql:"r.ops" doc:"Operations"`
	Late      int64  `json:"late" sql:"r.late" doc:"Late orders"`
	LateMS    int64  `json:"late_ms" sql:"r.late_ms" doc:"Lateness"`
	SetupMS   int64  `json:"setup_ms" sql:"r.setup_ms" doc:"Set-up"`
	WaitingMS int64  `json:"waiting_ms" sql:"r.waiting_ms" doc:"Lying in between"`
	Unplaced  int64  `json:"unplaced" sql:"r.unplaced" doc:"Not placed"`
	Conflicts int64  `json:"conflicts" sql:"r.conflicts" doc:"Conflicts"`
	Actor     string `json:"actor" sql:"r.actor" doc:"By"`
	Recorded  int64  `json:"recorded_ms" sql:"r.recorded_ms" doc:"At"`

	Moved      int64 `json:"moved" sql:"r.moved" doc:"Operations moved"`
	Superseded int64 `json:"superseded_ms" sql:"r.superseded_ms" doc:"Superseded; 0 = live, or long ago"`
	Kept       bool  `json:"kept" sql:"EXISTS (SELECT 1 FROM aps_slot s WHERE s.run_id = r.id)" doc:"Its operations are kept"`
}

var runTitles = map[string]fault.Text{
	"id": {Zh: "排程号", En: "Run"}, "site": {Zh: "工厂", En: "Site"}, "rule": {Zh: "规则", En: "Rule"}, "name": {Zh: "名称", En: "Name"}, "moved": {Zh: "移动工序", En: "Operations moved"}, "superseded_ms": {Zh: "被替换于", En: "Superseded"}, "kept": {Zh: "保留明细", En: "Operations kept"},
	"live": {Zh: "生效", En: "Live"}, "now_ms": {Zh: "排程起点", En: "Plans from"},
	"end_ms": {Zh: "结束", En: "Ends"}, "orders": {Zh: "工单数", En: "Orders"}, "ops": {Zh: "工序数", En: "Operations"}, "late": {Zh: "延误工单", En: "Late orders"}, "late_ms": {Zh: "延误合计", En: "Lateness"},
	"setup_ms": {Zh: "准备时间", En: "Set-up"}, "waiting_ms": {Zh: "工序间等待", En: "Lying in between"}, "unplaced": {Zh: "排不下", En: "Not placed"}, "conflicts": {Zh: "冲突", En: "Conflicts"}, "actor": {Zh: "操作人", En: "By"}, "recorded_ms": {Zh: "时间", En: "At"},
}

// LoadRow is how full a work center is by the live schedule.
type LoadRow struct {
	ID          db.ID  `json:"id" sql:"l.id" doc:"Row"`
	WorkCenter  string `json:"work_center" sql:"c.code" doc:"Work center"`
	Name        string `json:"name" sql:"c.name" doc:"Name"`
	BusyMS      int64  `json:"busy_ms" sql:"l.busy_ms" doc:"Planned work"`
	SetupMS     int64  `json:"setup_ms" sql:"l.setup_ms" doc:"Set-up"`
	AvailableMS int64  `json:"available_ms" sql:"l.available_ms" doc:"Working time"`
}

var loadTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Row"}, "work_center": {Zh: "工作中心", En: "Work center"}, "name": {Zh: "名称", En: "Name"}, "busy_ms": {Zh: "计划负荷", En: "Planned work"},
	"setup_ms": {Zh: "准备时间", En: "Set-up"}, "available_ms": {Zh: "可用工时", En: "Working time"},
}

// Schedule is the plan of one order.
type Schedule struct {
	Order   string         `json:"order" db:"number"`
	Due     string         `json:"due" db:"due"`
	StartMS int64          `json:"start_ms" db:"start_ms"`
	EndMS   int64          `json:"end_ms" db:"end_ms" doc:"0 when a step cannot be placed"`
	LateMS  int64          `json:"late_ms" db:"late_ms"`
	Slots   []ScheduleSlot `json:"slots" db:"-"`
	ID      db.ID          `json:"-" db:"id"`
	Site    db.ID          `json:"-" db:"site_id"`
}

// ScheduleSlot is an operation of the order in time.
type ScheduleSlot struct {
	Op         int64   `json:"op" db:"op"`
	Name       string  `json:"name" db:"name"`
	WorkCenter string  `json:"work_center" db:"work_center"`
	Machine    string  `json:"machine" db:"machine"`
	SplitNo    int     `json:"split_no,omitempty" db:"split_no" doc:"Which part of the operation; left out = all of it"`
	SplitOf    int     `json:"split_of,omitempty" db:"split_of" doc:"Of how many"`
	StartMS    int64   `json:"start_ms" db:"start_ms"`
	EndMS      int64   `json:"end_ms" db:"end_ms"`
	SetupMS    int64   `json:"setup_ms" db:"setup_ms"`
	Qty        num.Dec `json:"qty" db:"qty"`
	State      string  `json:"state" db:"state" enum:"free,started,unplaced"`
	Status     string  `json:"status" db:"status"`
	Conflict   bool    `json:"conflict" db:"conflict"`
}

// Order reads the plan of one work order from the live schedule.
func (m *Module) Order(ctx context.Context, q db.Querier, number string) (Schedule, error) {
	s, ok, err := db.Get[Schedule](ctx, q, `SELECT o.id, o.site_id, o.number, o.due, coalesce(e.start_ms, 0) AS start_ms, coalesce(e.end_ms, 0) AS end_ms, coalesce(e.late_ms, 0) AS late_ms
		FROM v_work_order o LEFT JOIN v_schedule e ON e.order_id = o.id WHERE o.number = $1`, number)
	if err != nil {
		return s, err
	}
	if !ok || !actor.From(ctx).SeesSite(int64(s.Site)) {
		return s, fault.NotFound("production.order_unknown", "there is no work order %s", number).With("order", number)
	}
	if s.Slots, err = db.All[ScheduleSlot](ctx, q, `SELECT p.op, p.name, c.code AS work_center, s.machine, s.split_no, s.split_of, s.start_ms, s.end_ms, s.setup_ms, s.qty, s.state, p.status, s.conflict
		FROM v_slot s JOIN v_wo_op p ON p.id = s.op_id JOIN v_work_center c ON c.id = s.work_center_id WHERE s.order_id = $1 ORDER BY p.op, s.split_no`, s.ID); err != nil {
		return s, err
	}
	if len(s.Slots) == 0 {
		return s, fault.NotFound("scheduling.not_planned", "%s is not in the live schedule", number).With("order", number)
	}
	return s, nil
}

// Expected is when work orders end by the live schedule; one that is not in it is missing.
func Expected(ctx context.Context, q db.Querier, orders []db.ID) (map[db.ID]int64, error) {
	type row struct {
		Order db.ID `db:"order_id"`
		EndMS int64 `db:"end_ms"`
	}
	out := make(map[db.ID]int64, len(orders))
	if len(orders) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "order_id", orders)
	err := db.Each(ctx, q, `SELECT order_id, end_ms FROM v_schedule`+w.String(), w.Args, func(r *row) error { out[r.Order] = r.EndMS; return nil })
	return out, err
}

func live(site string) func(ctx context.Context, w *db.Where) {
	scope := identity.Scope(site, "")
	return func(ctx context.Context, w *db.Where) {
		scope(ctx, w)
		w.And("r.live")
	}
}

func notDraft(ctx context.Context, w *db.Where) {
	identity.Scope("r.site_id", "")(ctx, w)
	w.And("NOT r.draft")
}

// Routes lists everything the outside may ask of scheduling.
func (m *Module) Routes(a *web.API) {
	web.Act(a, web.Op{Path: "/scheduling/run", ID: "runSchedule", Summary: "Make a new schedule and put it in the place of the live one", Perm: "scheduling.run"},
		func(ctx context.Context, in *struct{ Body RunRule }) (Result, error) { return m.Publish(ctx, in.Body) })
	m.draftRoutes(a)
	m.timeRoutes(a)
	m.repairRoutes(a)
	m.attainRoutes(a)
	m.searchRoutes(a)
	m.peopleRoutes(a)
	open := live("r.site_id")
	web.List(a, web.Op{Path: "/scheduling/dispatch", ID: "listDispatch", Summary: "What each work center is to do next, what can begin first", Perm: "scheduling.read"},
		web.ListSpec[SlotRow]{From: `aps_slot s JOIN aps_run r ON r.id = s.run_id JOIN v_wo_op p ON p.id = s.op_id JOIN v_item i ON i.id = p.item_id JOIN v_work_center c ON c.id = s.work_center_id
			LEFT JOIN aps_end e ON e.run_id = s.run_id AND e.order_id = s.order_id`, Key: "s.id", Sort: "rank,start_ms", Search: []string{"p.order_number", "i.code", "i.name"},
			Scope: func(ctx context.Context, w *db.Where) {
				open(ctx, w)
				w.And("p.own_done_ms = 0")
			}, Titles: slotTitles})
	web.List(a, web.Op{Path: "/scheduling/orders", ID: "listScheduledOrders", Summary: "Work orders of the live schedule with their lateness", Perm: "scheduling.read"},
		web.ListSpec[EndRow]{From: `aps_end e JOIN aps_run r ON r.id = e.run_id JOIN v_work_order o ON o.id = e.order_id JOIN v_item i ON i.id = o.item_id`, Key: "e.id", Sort: "-late_ms,end_ms",
			Search: []string{"o.number", "i.code", "i.name", "o.sales_order"}, Scope: open, Titles: endTitles})
	web.List(a, web.Op{Path: "/scheduling/runs", ID: "listScheduleRuns", Summary: "Schedules that were made", Perm: "scheduling.read"},
		web.ListSpec[RunRow]{From: `aps_run r JOIN v_site t ON t.id = r.site_id`, Key: "r.id", Sort: "-recorded_ms", Search: []string{"r.rule", "r.actor"}, Scope: notDraft, Titles: runTitles})
	web.List(a, web.Op{Path: "/scheduling/loads", ID: "listLoads", Summary: "How full each work center is by the live schedule", Perm: "scheduling.read"},
		web.ListSpec[LoadRow]{From: `aps_load l JOIN aps_run r ON r.id = l.run_id JOIN v_work_center c ON c.id = l.work_center_id`, Key: "l.id", Sort: "-busy_ms", Search: []string{"c.code", "c.name"}, Scope: open, Titles: loadTitles})
	web.QueryView(a, web.Op{Path: "/scheduling/orders/{number}", ID: "getOrderSchedule", Summary: "The plan of one work order", Perm: "scheduling.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Number string `path:"number" doc:"Work order number"`
		}) (Schedule, error) {
			return m.Order(ctx, q, in.Number)
		})
}
