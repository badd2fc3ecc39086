package production

import (
	"context"
	"slices"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// OrderRow is a line of the list of work orders.
type OrderRow struct {
	ID          db.ID   `json:"id" sql:"o.id" doc:"Work order"`
	Number      string  `json:"number" sql:"o.number" doc:"Number"`
	Item        string  `json:"item" sql:"i.code" doc:"Item"`
	Name        string  `json:"name" sql:"i.name" doc:"Name"`
	UoM         string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Qty         num.Dec `json:"qty" sql:"o.qty" doc:"Quantity"`
	Good        num.Dec `json:"good" sql:"l.good" doc:"Finished"`
	Scrap       num.Dec `json:"scrap" doc:"Scrapped at all operations"`
	Received    num.Dec `json:"received" sql:"o.received" doc:"In stock"`
	Due         string  `json:"due" sql:"o.due" doc:"Due"`
	Start       string  `json:"start" sql:"o.start" doc:"Planned start"`
	Priority    int64   `json:"priority" sql:"o.priority" doc:"Priority"`
	Status      string  `json:"status" sql:"o.status" doc:"Status"`
	State       string  `json:"state" sql:"CASE WHEN o.cancelled_ms > 0 THEN 'cancelled' WHEN o.closed_ms > 0 THEN CASE o.end_kind WHEN 'failed' THEN 'failed' WHEN 'short' THEN 'closed_short' ELSE 'closed' END WHEN o.hold_ms > 0 THEN 'hold' WHEN o.completed_ms > 0 THEN CASE WHEN o.final_gate AND EXISTS (SELECT 1 FROM v_inspection x WHERE x.order_id = o.id AND x.order_id <> 0 AND x.kind = 'final' AND x.status = 'open') THEN 'waiting_inspection' ELSE 'completed' END WHEN o.started_ms = 0 THEN o.status ELSE CASE (SELECT min(CASE p.status WHEN 'running' THEN 1 WHEN 'paused' THEN 2 WHEN 'ready' THEN 3 WHEN 'waiting_material' THEN 4 WHEN 'waiting_inspection' THEN 5 WHEN 'hold' THEN 6 WHEN 'waiting_previous' THEN 7 END) FROM v_wo_op p WHERE p.order_id = o.id AND p.report) WHEN 2 THEN 'paused' WHEN 4 THEN 'waiting_material' WHEN 5 THEN 'waiting_inspection' WHEN 6 THEN 'hold' WHEN 7 THEN 'waiting_previous' ELSE 'started' END END" doc:"State"`
	WaitsFor    string  `json:"waits_for" doc:"Waits for"`
	SalesOrder  string  `json:"sales_order" sql:"o.sales_order" doc:"Sales order"`
	FinalGate   bool    `json:"final_gate" sql:"o.final_gate" doc:"Final inspection"`
	Kind        string  `json:"kind" sql:"o.kind" doc:"Kind"`
	Owner       string  `json:"owner" sql:"coalesce((SELECT p.name FROM v_partner p WHERE p.id = o.owner_id), '')" doc:"Customer who supplies the material"`
	CreatedMS   int64   `json:"created_ms" sql:"o.created_ms" doc:"Created"`
	ReleasedMS  int64   `json:"released_ms" sql:"o.released_ms" doc:"Released"`
	StartedMS   int64   `json:"started_ms" sql:"o.started_ms" doc:"Started"`
	CompletedMS int64   `json:"completed_ms" sql:"o.completed_ms" doc:"Completed"`
}

var orderTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Work order"}, "number": {Zh: "工单号", En: "Number"}, "item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"}, "uom": {Zh: "单位", En: "Unit"},
	"qty": {Zh: "数量", En: "Quantity"}, "good": {Zh: "完工", En: "Finished"}, "scrap": {Zh: "报废", En: "Scrapped"}, "received": {Zh: "已入库", En: "In stock"},
	"due": {Zh: "交期", En: "Due"}, "start": {Zh: "计划开工", En: "Planned start"}, "priority": {Zh: "优先级", En: "Priority"}, "status": {Zh: "状态", En: "Status"},
	"state": {Zh: "实际状态", En: "State"}, "waits_for": {Zh: "在等", En: "Waits for"}, "sales_order": {Zh: "销售订单", En: "Sales order"}, "final_gate": {Zh: "终检", En: "Final inspection"}, "kind": {Zh: "类型", En: "Kind"}, "owner": {Zh: "供料客户", En: "Customer who supplies the material"}, "created_ms": {Zh: "创建时间", En: "Created"},
	"released_ms": {Zh: "下达时间", En: "Released"}, "started_ms": {Zh: "开工时间", En: "Started"}, "completed_ms": {Zh: "完工时间", En: "Completed"},
}

// OpRow is a line of the list of open operations: what each work center has to do.
type OpRow struct {
	ID         db.ID   `json:"id" sql:"p.id" doc:"Operation"`
	Order      string  `json:"order" sql:"p.order_number" doc:"Work order"`
	Item       string  `json:"item" sql:"i.code" doc:"Item"`
	ItemName   string  `json:"item_name" sql:"i.name" doc:"Name"`
	UoM        string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Op         int64   `json:"op" sql:"p.op" doc:"Operation no."`
	Name       string  `json:"name" sql:"p.name" doc:"Operation"`
	WorkCenter string  `json:"work_center" sql:"coalesce(c.code, '')" doc:"Work center"`
	CenterName string  `json:"work_center_name" sql:"coalesce(c.name, '')" doc:"Work center name"`
	Status     string  `json:"status" sql:"p.status" doc:"Status"`
	OrderQty   num.Dec `json:"order_qty" sql:"p.order_qty" doc:"Order quantity"`
	QtyIn      num.Dec `json:"qty_in" sql:"p.qty_in" doc:"Came in"`
	Good       num.Dec `json:"good" sql:"p.good" doc:"Good"`
	Scrap      num.Dec `json:"scrap" sql:"p.scrap" doc:"Scrapped"`
	Rework     num.Dec `json:"rework" sql:"p.rework" doc:"To rework"`
	Due        string  `json:"due" sql:"p.due" doc:"Due"`
	Priority   int64   `json:"priority" sql:"p.priority" doc:"Priority"`
	Report     bool    `json:"report" sql:"p.report" doc:"Report point"`
	StartedMS  int64   `json:"started_ms" sql:"p.started_ms" doc:"Started"`
	RunningMS  int64   `json:"running_ms" sql:"p.running_ms" doc:"Running since"`
}

var opTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Operation"}, "order": {Zh: "工单号", En: "Work order"}, "item": {Zh: "物料", En: "Item"}, "item_name": {Zh: "名称", En: "Name"}, "uom": {Zh: "单位", En: "Unit"},
	"op": {Zh: "工序号", En: "Operation no."}, "name": {Zh: "工序", En: "Operation"}, "work_center": {Zh: "工作中心", En: "Work center"}, "work_center_name": {Zh: "工作中心名称", En: "Work center name"},
	"status": {Zh: "状态", En: "Status"}, "order_qty": {Zh: "工单数量", En: "Order quantity"}, "qty_in": {Zh: "投入", En: "Came in"}, "good": {Zh: "合格", En: "Good"},
	"scrap": {Zh: "报废", En: "Scrapped"}, "rework": {Zh: "待返工", En: "To rework"}, "due": {Zh: "交期", En: "Due"}, "priority": {Zh: "优先级", En: "Priority"},
	"report": {Zh: "报工点", En: "Report point"}, "started_ms": {Zh: "开工时间", En: "Started"}, "running_ms": {Zh: "进行中自", En: "Running since"},
}

// ReportRow is a line of the list of reports.
type ReportRow struct {
	ID           db.ID   `json:"id" sql:"r.id" db:"id" doc:"Report"`
	Order        string  `json:"order" sql:"o.number" db:"order_number" doc:"Work order"`
	Item         string  `json:"item" sql:"i.code" db:"item" doc:"Item"`
	Op           int64   `json:"op" sql:"p.op" db:"op" doc:"Operation no."`
	OpName       string  `json:"op_name" sql:"p.name" db:"op_name" doc:"Operation"`
	Kind         string  `json:"kind" sql:"r.kind" db:"kind" doc:"Kind"`
	Good         num.Dec `json:"good" sql:"r.good" db:"good" doc:"Good"`
	Scrap        num.Dec `json:"scrap" sql:"r.scrap" db:"scrap" doc:"Scrapped"`
	Rework       num.Dec `json:"rework" sql:"r.rework" db:"rework" doc:"To rework"`
	ScrapReason  string  `json:"scrap_reason" sql:"r.scrap_reason" db:"scrap_reason" doc:"Scrap reason"`
	ReworkReason string  `json:"rework_reason" sql:"r.rework_reason" db:"rework_reason" doc:"Rework reason"`
	Note         string  `json:"note" sql:"r.note" db:"note" doc:"Note"`
	Worker       string  `json:"worker" sql:"r.worker" db:"worker" doc:"Worker"`
	Machine      string  `json:"machine" sql:"coalesce(k.code, '')" db:"machine" doc:"Machine"`
	StartMS      int64   `json:"start_ms" sql:"r.start_ms" db:"start_ms" doc:"From"`
	EndMS        int64   `json:"end_ms" sql:"r.happened_ms" db:"happened_ms" doc:"To"`
	RecordedMS   int64   `json:"recorded_ms" sql:"r.recorded_ms" db:"recorded_ms" doc:"Recorded"`
	PostingDate  string  `json:"posting_date" sql:"r.posting_date" db:"posting_date" doc:"Business date"`
	Actor        string  `json:"actor" sql:"r.actor" db:"actor" doc:"Recorded by"`
	Reversed     bool    `json:"reversed" sql:"EXISTS (SELECT 1 FROM wo_report x WHERE x.reverses = r.id AND x.reverses <> 0)" db:"reversed" doc:"Undone"`
	EnteredQty   num.Dec `json:"entered_qty" sql:"r.entered_qty" db:"entered_qty" doc:"Good, as entered"`
	EnteredUoM   string  `json:"entered_uom" sql:"r.entered_uom" db:"entered_uom" doc:"Unit of that"`
}

var reportTitles = map[string]fault.Text{
	"id": {Zh: "报工号", En: "Report"}, "order": {Zh: "工单号", En: "Work order"}, "item": {Zh: "物料", En: "Item"}, "op": {Zh: "工序号", En: "Operation no."}, "op_name": {Zh: "工序", En: "Operation"},
	"kind": {Zh: "类型", En: "Kind"}, "good": {Zh: "合格", En: "Good"}, "scrap": {Zh: "报废", En: "Scrapped"}, "rework": {Zh: "返工", En: "To rework"},
	"scrap_reason": {Zh: "报废原因", En: "Scrap reason"}, "rework_reason": {Zh: "返工原因", En: "Rework reason"}, "note": {Zh: "备注", En: "Note"}, "worker": {Zh: "员工", En: "Worker"},
	"machine": {Zh: "设备", En: "Machine"}, "start_ms": {Zh: "开始", En: "From"}, "end_ms": {Zh: "结束", En: "To"}, "recorded_ms": {Zh: "记录时间", En: "Recorded"},
	"posting_date": {Zh: "业务日期", En: "Business date"}, "actor": {Zh: "记录人", En: "Recorded by"}, "reversed": {Zh: "已撤销", En: "Undone"},
	"entered_qty": {Zh: "录入的合格数", En: "Good, as entered"}, "entered_uom": {Zh: "录入单位", En: "Unit of that"},
}

var owedTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Variance"}, "order": {Zh: "工单号", En: "Work order"}, "product": {Zh: "产品", En: "Product"}, "item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"},
	"uom": {Zh: "单位", En: "Unit"}, "qty": {Zh: "未结数量", En: "Open"}, "issue": {Zh: "发料方式", En: "Issue method"}, "opened_ms": {Zh: "欠料时间", En: "Since"},
}

var policyTitles = map[string]fault.Text{
	"item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"}, "policy": {Zh: "缺料策略", En: "Policy"}, "at_ms": {Zh: "设定时间", En: "Since"}, "actor": {Zh: "设定人", En: "By"},
}

const (
	orderFrom  = `wo_order o LEFT JOIN wo_op l ON l.id = o.last_op_id JOIN v_item i ON i.id = o.item_id`
	opFrom     = `v_wo_op p JOIN v_item i ON i.id = p.item_id LEFT JOIN v_work_center c ON c.id = p.work_center_id`
	reportFrom = `wo_report r JOIN wo_order o ON o.id = r.order_id JOIN wo_op p ON p.id = r.op_id JOIN v_item i ON i.id = o.item_id LEFT JOIN v_machine k ON k.id = r.machine_id`
)

// byNumberOrItem finds orders by what people scan, without reading all of them.
var byNumberOrItem = []web.Code{{Expr: "o.number"}, {Expr: "i.code", Narrow: "o.item_id IN (SELECT id FROM v_item WHERE code >= ? AND code < ?)"}}

// scrapped adds up the scrap of the orders of one page: as a column it would be added up for every row that is sorted.
func scrapped(ctx context.Context, q db.Querier, rows []OrderRow) error {
	ids := make([]db.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	type sum struct {
		Order db.ID   `db:"order_id"`
		Scrap num.Dec `db:"scrap"`
	}
	var w db.Where
	db.In(&w, "order_id", ids)
	w.And("scrap > 0")
	sums, err := db.All[sum](ctx, q, `SELECT order_id, CAST(sum(scrap) AS BIGINT) AS scrap FROM wo_op`+w.String()+` GROUP BY order_id`, w.Args...)
	for _, s := range sums {
		rows[slices.Index(ids, s.Order)].Scrap = s.Scrap
	}
	if err != nil {
		return err
	}
	waits, err := waitsFor(ctx, q, ids)
	for i := range rows {
		rows[i].WaitsFor = waiting(rows[i].State, waits[rows[i].ID])
	}
	return err
}

// published keeps a list to what the actor may see and a load has published.
func published(site string) func(ctx context.Context, w *db.Where) {
	scope := identity.Scope(site, "")
	return func(ctx context.Context, w *db.Where) {
		scope(ctx, w)
		w.And("o.batch_id NOT IN (SELECT id FROM kit_batch)")
	}
}

func owed(ctx context.Context, w *db.Where) {
	published("o.site_id")(ctx, w)
	w.And("v.qty > 0")
}

func openOps(ctx context.Context, w *db.Where) {
	identity.Scope("p.site_id", "")(ctx, w)
	w.And("p.own_done_ms = 0")
	w.And("coalesce(p.order_status, '') IN ('released', 'started')") // coalesce: read by urgency, not by status and then sorted
}

// Find resolves a work order's number for the global search and the scan box.
func (m *Module) Find(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	number, op, ok := travelerCode(text)
	if !ok {
		return nil, nil
	}
	var w db.Where
	w.And("o.number >= ?", number)
	w.And("o.number < ?", number+"\U0010ffff")
	published("o.site_id")(ctx, &w)
	type hit struct {
		Number string `db:"number"`
		Name   string `db:"name"`
		Status string `db:"status"`
	}
	rows, err := db.All[hit](ctx, q, `SELECT o.number, i.name, o.status FROM wo_order o JOIN v_item i ON i.id = o.item_id`+w.String()+` ORDER BY o.number LIMIT 5`, w.Args...)
	if err != nil {
		return nil, err
	}
	out := make([]web.Hit, 0, len(rows))
	for _, r := range rows {
		if op != 0 && r.Number != number {
			continue
		}
		out = append(out, web.Hit{Kind: "work_order", Title: r.Number, Sub: r.Name + " · " + r.Status, URL: "/production/orders/" + r.Number})
	}
	return out, nil
}
