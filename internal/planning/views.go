package planning

import (
	"context"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// PlannedRow is a planned order of the live plan.
type PlannedRow struct {
	ID        db.ID   `json:"id" sql:"o.id" doc:"Row"`
	N         int64   `json:"n" sql:"o.n + 1" doc:"No."`
	Run       db.ID   `json:"run" sql:"o.run_id" doc:"Plan"`
	Item      string  `json:"item" sql:"i.code" doc:"Item"`
	Name      string  `json:"name" sql:"i.name" doc:"Name"`
	Site      string  `json:"site" sql:"(SELECT s.code FROM v_site s WHERE s.id = r.site_id)" doc:"Site"`
	Kind      string  `json:"kind" sql:"o.kind" doc:"Kind"`
	Qty       num.Dec `json:"qty" sql:"o.qty" doc:"Quantity"`
	UoM       string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Start     string  `json:"start" sql:"o.start" doc:"Start"`
	Due       string  `json:"due" sql:"o.due" doc:"Due"`
	Possible  string  `json:"possible" sql:"o.possible" doc:"Possible on"`
	Past      bool    `json:"past" sql:"o.past" doc:"Should have begun"`
	Priority  int64   `json:"priority" sql:"o.priority" doc:"Priority"`
	Level     int64   `json:"level" sql:"o.level" doc:"Level"`
	WantedFor string  `json:"wanted_for" sql:"o.wanted_for" doc:"For"`
	Supplier  string  `json:"supplier" sql:"coalesce(p.code, '')" doc:"Supplier"`
	SupName   string  `json:"supplier_name" sql:"coalesce(p.name, '')" doc:"Supplier name"`
	Version   string  `json:"bom_version" sql:"o.bom_version" doc:"BOM version"`
	FromSite  string  `json:"from_site" sql:"coalesce((SELECT f.code FROM v_site f WHERE f.id = o.from_site_id), '')" doc:"From site"`
	State     string  `json:"state" sql:"o.state" doc:"State"`
	Document  string  `json:"document" sql:"o.doc_number" doc:"Document"`
	DocKind   string  `json:"document_kind" sql:"o.doc_kind" doc:"Document kind"`
}

var plannedTitles = map[string]fault.Text{
	"site": {Zh: "工厂", En: "Site"},
	"id":   {Zh: "内部号", En: "Row"}, "n": {Zh: "序号", En: "No."}, "run": {Zh: "计划版本", En: "Plan"}, "item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"}, "kind": {Zh: "类型", En: "Kind"},
	"qty": {Zh: "数量", En: "Quantity"}, "uom": {Zh: "单位", En: "Unit"}, "start": {Zh: "开始", En: "Start"}, "due": {Zh: "需求日", En: "Due"}, "possible": {Zh: "最早可到", En: "Possible on"},
	"past": {Zh: "已过开始日", En: "Should have begun"}, "priority": {Zh: "优先级", En: "Priority"}, "level": {Zh: "层次", En: "Level"}, "wanted_for": {Zh: "为谁", En: "For"},
	"supplier": {Zh: "供应商", En: "Supplier"}, "supplier_name": {Zh: "供应商名称", En: "Supplier name"}, "bom_version": {Zh: "清单版本", En: "BOM version"}, "state": {Zh: "状态", En: "State"},
	"document": {Zh: "单据", En: "Document"}, "document_kind": {Zh: "单据类型", En: "Document kind"}, "from_site": {Zh: "调出工厂", En: "From site"},
}

// NetRow is an item of the live plan.
type NetRow struct {
	ID      db.ID   `json:"id" sql:"x.id" doc:"Row"`
	Item    string  `json:"item" sql:"i.code" doc:"Item"`
	Name    string  `json:"name" sql:"i.name" doc:"Name"`
	Site    string  `json:"site" sql:"(SELECT s.code FROM v_site s WHERE s.id = r.site_id)" doc:"Site"`
	Kind    string  `json:"kind" sql:"i.kind" doc:"Kind"`
	UoM     string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Stock   num.Dec `json:"stock" sql:"x.stock" doc:"Usable stock"`
	Needed  num.Dec `json:"needed" sql:"x.needed" doc:"Needed"`
	Coming  num.Dec `json:"coming" sql:"x.coming" doc:"Coming"`
	Planned num.Dec `json:"planned" sql:"x.planned" doc:"Planned"`
	Short   bool    `json:"short" sql:"CASE WHEN x.short_on <> '' THEN TRUE ELSE FALSE END" doc:"Not covered"`
	ShortOn string  `json:"short_on" sql:"x.short_on" doc:"Not covered from"`
}

var netTitles = map[string]fault.Text{
	"site": {Zh: "工厂", En: "Site"},
	"id":   {Zh: "内部号", En: "Row"}, "item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"}, "kind": {Zh: "类型", En: "Kind"}, "uom": {Zh: "单位", En: "Unit"}, "stock": {Zh: "可用库存", En: "Usable stock"},
	"needed": {Zh: "总需求", En: "Needed"}, "coming": {Zh: "在途在制", En: "Coming"}, "planned": {Zh: "计划订单", En: "Planned"}, "short": {Zh: "未覆盖", En: "Not covered"}, "short_on": {Zh: "缺料日", En: "Not covered from"},
}

// MessageRow is an exception of the live plan.
type MessageRow struct {
	ID       db.ID   `json:"id" sql:"x.id" doc:"Message"`
	Act      string  `json:"act" sql:"x.act" doc:"What to do"`
	Item     string  `json:"item" sql:"i.code" doc:"Item"`
	Name     string  `json:"name" sql:"i.name" doc:"Name"`
	Site     string  `json:"site" sql:"(SELECT s.code FROM v_site s WHERE s.id = r.site_id)" doc:"Site"`
	UoM      string  `json:"uom" sql:"i.uom" doc:"Unit"`
	DocKind  string  `json:"document_kind" sql:"x.doc_kind" doc:"Document kind"`
	Document string  `json:"document" sql:"x.doc_number" doc:"Document"`
	Line     int64   `json:"line" sql:"x.doc_line" doc:"Line"`
	From     string  `json:"from" sql:"x.from_day" doc:"From"`
	To       string  `json:"to" sql:"x.to_day" doc:"To"`
	Qty      num.Dec `json:"qty" sql:"x.qty" doc:"Quantity"`
	Cause    string  `json:"cause" sql:"x.cause" doc:"Because of"`
	State    string  `json:"state" sql:"x.state" doc:"State"`
	Note     string  `json:"note" sql:"x.note" doc:"Note"`
	Did      string  `json:"did" sql:"x.did" doc:"What was done: changed, cancelled, asked"`
	Request  string  `json:"request" sql:"x.request" doc:"Change request"`
	By       string  `json:"judged_by" sql:"x.judged_by" doc:"By"`
	Judged   int64   `json:"judged_ms" sql:"x.judged_ms" doc:"At"`
	Rank     int64   `json:"rank" sql:"CASE x.act WHEN 'late' THEN 0 WHEN 'negative' THEN 0 WHEN 'no_bom' THEN 1 WHEN 'overflow' THEN 1 WHEN 'far_day' THEN 1 WHEN 'no_supplier' THEN 1 WHEN 'no_routing' THEN 1 WHEN 'no_lot' THEN 1 WHEN 'past_due' THEN 2 WHEN 'ask_customer' THEN 2 WHEN 'expedite' THEN 3 WHEN 'below_safety' THEN 4 WHEN 'cancel' THEN 5 WHEN 'reduce' THEN 5 ELSE 6 END" doc:"Urgency"`
}

var messageTitles = map[string]fault.Text{
	"site": {Zh: "工厂", En: "Site"},
	"id":   {Zh: "内部号", En: "Message"}, "act": {Zh: "建议", En: "What to do"}, "item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"}, "uom": {Zh: "单位", En: "Unit"}, "document_kind": {Zh: "单据类型", En: "Document kind"},
	"document": {Zh: "单据", En: "Document"}, "line": {Zh: "行", En: "Line"}, "from": {Zh: "原日期", En: "From"}, "to": {Zh: "建议日期", En: "To"}, "qty": {Zh: "数量", En: "Quantity"}, "cause": {Zh: "原因", En: "Because of"},
	"state": {Zh: "处理", En: "State"}, "note": {Zh: "备注", En: "Note"}, "rank": {Zh: "紧急度", En: "Urgency"},
	"did": {Zh: "做了什么", En: "What was done"}, "request": {Zh: "变更请求", En: "Change request"}, "judged_by": {Zh: "处理人", En: "By"}, "judged_ms": {Zh: "处理时间", En: "At"},
}

// RunListRow is a plan in the list of plans.
type RunListRow struct {
	ID       db.ID  `json:"id" sql:"r.id" doc:"Plan"`
	Site     string `json:"site" sql:"t.code" doc:"Site"`
	Live     bool   `json:"live" sql:"r.live" doc:"Live"`
	Today    string `json:"today" sql:"r.today" doc:"Stands on"`
	Items    int64  `json:"items" sql:"r.items" doc:"Items"`
	Demands  int64  `json:"demands" sql:"r.demands" doc:"Demands"`
	Supplies int64  `json:"supplies" sql:"r.supplies" doc:"Supplies"`
	Orders   int64  `json:"orders" sql:"r.orders" doc:"Planned orders"`
	Past     int64  `json:"past" sql:"r.past" doc:"Should have begun"`
	Late     int64  `json:"late" sql:"r.late" doc:"Late demands"`
	Messages int64  `json:"messages" sql:"r.messages" doc:"Messages"`
	TookMS   int64  `json:"took_ms" sql:"r.took_ms" doc:"Took"`
	Actor    string `json:"actor" sql:"r.actor" doc:"By"`
	Recorded int64  `json:"recorded_ms" sql:"r.recorded_ms" doc:"At"`
	Mode     string `json:"mode" sql:"r.mode" doc:"How it was made"`
	Looked   int64  `json:"looked" sql:"r.looked" doc:"Items looked at again"`
	Of       int64  `json:"of" sql:"r.of_items" doc:"Of so many items"`
}

var runTitles = map[string]fault.Text{
	"id": {Zh: "计划版本", En: "Plan"}, "site": {Zh: "工厂", En: "Site"}, "live": {Zh: "生效", En: "Live"}, "today": {Zh: "计划日", En: "Stands on"}, "items": {Zh: "物料数", En: "Items"}, "demands": {Zh: "需求数", En: "Demands"},
	"supplies": {Zh: "供应数", En: "Supplies"}, "orders": {Zh: "计划订单", En: "Planned orders"}, "past": {Zh: "已过开始日", En: "Should have begun"}, "late": {Zh: "延误需求", En: "Late demands"},
	"messages": {Zh: "建议数", En: "Messages"}, "took_ms": {Zh: "用时", En: "Took"}, "actor": {Zh: "操作人", En: "By"}, "recorded_ms": {Zh: "时间", En: "At"},
	"mode": {Zh: "运行方式", En: "How it was made"}, "looked": {Zh: "重新计算的物料", En: "Items looked at again"}, "of": {Zh: "物料总数", En: "Of so many items"},
}

// FirmListRow is a firm order in the list.
type FirmListRow struct {
	ID       db.ID    `json:"id" sql:"f.id" doc:"Row"`
	Number   string   `json:"number" sql:"f.number" doc:"Firm order"`
	Item     string   `json:"item" sql:"i.code" doc:"Item"`
	Name     string   `json:"name" sql:"i.name" doc:"Name"`
	Site     string   `json:"site" sql:"(SELECT s.code FROM v_site s WHERE s.id = f.site_id)" doc:"Site"`
	Kind     string   `json:"kind" sql:"f.kind" doc:"Kind"`
	Qty      num.Dec  `json:"qty" sql:"f.qty" doc:"Quantity"`
	UoM      string   `json:"uom" sql:"i.uom" doc:"Unit"`
	Start    string   `json:"start" sql:"f.start" doc:"Start"`
	Due      string   `json:"due" sql:"f.due" doc:"Due"`
	Supplier string   `json:"supplier" sql:"coalesce(p.name, '')" doc:"Supplier"`
	FromSite string   `json:"from_site" sql:"coalesce((SELECT t.code FROM v_site t WHERE t.id = f.from_site_id), '')" doc:"From site"`
	Note     string   `json:"note" sql:"f.note" doc:"Note"`
	State    string   `json:"state" sql:"f.state" doc:"State"`
	DocKind  string   `json:"document_kind" sql:"f.doc_kind" doc:"Document kind"`
	Document string   `json:"document" sql:"f.doc_number" doc:"Document"`
	Version  int64    `json:"version" sql:"f.version" doc:"Version"`
	By       string   `json:"made_by" sql:"f.made_by" doc:"By"`
	Made     int64    `json:"made_ms" sql:"f.made_ms" doc:"At"`
	Sources  []Source `json:"sources" doc:"Needs behind it when it was made"`
}

var firmTitles = map[string]fault.Text{
	"site": {Zh: "工厂", En: "Site"},
	"id":   {Zh: "内部号", En: "Row"}, "number": {Zh: "锁定订单", En: "Firm order"}, "item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"}, "kind": {Zh: "类型", En: "Kind"}, "qty": {Zh: "数量", En: "Quantity"},
	"uom": {Zh: "单位", En: "Unit"}, "start": {Zh: "开始", En: "Start"}, "due": {Zh: "需求日", En: "Due"}, "supplier": {Zh: "供应商", En: "Supplier"}, "from_site": {Zh: "调出工厂", En: "From site"}, "note": {Zh: "备注", En: "Note"}, "state": {Zh: "状态", En: "State"},
	"document_kind": {Zh: "单据类型", En: "Document kind"}, "document": {Zh: "单据", En: "Document"}, "version": {Zh: "版本", En: "Version"}, "made_by": {Zh: "操作人", En: "By"}, "made_ms": {Zh: "时间", En: "At"},
}

// DemandRow is a need that the planner entered.
type DemandRow struct {
	ID   db.ID   `json:"id" sql:"d.id" doc:"Row"`
	Item string  `json:"item" sql:"i.code" doc:"Item"`
	Name string  `json:"name" sql:"i.name" doc:"Name"`
	Site string  `json:"site" sql:"(SELECT s.code FROM v_site s WHERE s.id = d.site_id)" doc:"Site"`
	Due  string  `json:"due" sql:"d.due" doc:"Due"`
	Qty  num.Dec `json:"qty" sql:"d.qty" doc:"Quantity"`
	UoM  string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Note string  `json:"note" sql:"d.note" doc:"Note"`
	By   string  `json:"made_by" sql:"d.made_by" doc:"By"`
	Made int64   `json:"made_ms" sql:"d.made_ms" doc:"At"`
}

var demandTitles = map[string]fault.Text{
	"site": {Zh: "工厂", En: "Site"},
	"id":   {Zh: "内部号", En: "Row"}, "item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"}, "due": {Zh: "需求日", En: "Due"}, "qty": {Zh: "数量", En: "Quantity"}, "uom": {Zh: "单位", En: "Unit"},
	"note": {Zh: "备注", En: "Note"}, "made_by": {Zh: "操作人", En: "By"}, "made_ms": {Zh: "时间", En: "At"},
}

// Triage says what was done about messages.
type Triage struct {
	Messages []db.ID `json:"messages" minItems:"1" maxItems:"5000"`
	State    string  `json:"state" enum:"open,done,ignored"`
	Note     string  `json:"note,omitempty" maxLength:"500"`
}

// Done counts what was changed.
type Done struct {
	Count int64 `json:"count"`
}

// Triage marks messages.
func (m *Module) Triage(ctx context.Context, tx *db.Tx, in Triage) (Done, error) {
	var out Done
	type row struct {
		ID    db.ID  `db:"id"`
		Site  db.ID  `db:"site_id"`
		State string `db:"state"`
		Asked string `db:"request"`
	}
	sites := map[db.ID]bool{}
	if in.Note = strings.TrimSpace(in.Note); in.State == "ignored" && in.Note == "" {
		return out, fault.Invalid("planning.ignore_reason", "say why it is ignored")
	}
	by, at := actor.From(ctx).Name, tx.NowMS()
	if in.State == "open" {
		by, at = "", 0
	}
	for part := range slices.Chunk(in.Messages, 500) {
		var w db.Where
		db.In(&w, "x.id", part)
		rows, err := db.All[row](ctx, tx, `SELECT x.id, r.site_id, x.state, x.request FROM mrp_message x JOIN mrp_run r ON r.id = x.run_id`+w.String()+` AND r.live`, w.Args...)
		if err != nil {
			return out, err
		}
		if len(rows) < len(part) {
			return out, fault.NotFound("planning.message_unknown", "%d of the messages are not in the live plan", len(part)-len(rows))
		}
		for _, r := range rows {
			if err := identity.SeeSite(ctx, r.Site); err != nil {
				return out, err
			}
			if r.State == "asked" {
				return out, fault.Conflict("planning.message_asked", "%s waits for the buyer", r.Asked).With("request", r.Asked)
			}
			sites[r.Site] = true
			tx.Queue(`UPDATE mrp_message SET state = $1, note = $2, did = '', request = '', judged_by = $3, judged_ms = $4 WHERE id = $5`, in.State, in.Note, by, at, r.ID)
			out.Count++
		}
	}
	for id := range sites {
		site, err := masterdata.SiteByID(ctx, tx, id)
		if err != nil {
			return out, err
		}
		tx.Emit(db.Event{Name: EventTriaged, Subject: "site:" + site.Code, Site: id, Reason: in.Note, Payload: in})
	}
	return out, nil
}

// NewDemand is a need that the planner enters: a trial lot, an exhibition, what he knows and no order says.
type NewDemand struct {
	Site string  `json:"site,omitempty" maxLength:"64" doc:"Site code; default the caller's"`
	Item string  `json:"item" minLength:"1" maxLength:"100" doc:"Item code"`
	Due  string  `json:"due" maxLength:"10"`
	Qty  num.Dec `json:"qty"`
	Note string  `json:"note,omitempty" maxLength:"200" doc:"Note"`
}

// Entered names a demand.
type Entered struct {
	ID db.ID `json:"id"`
}

// Enter stores a demand; the next run takes it.
func (m *Module) Enter(ctx context.Context, tx *db.Tx, in NewDemand) (Entered, error) {
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return Entered{}, err
	}
	it, err := masterdata.ItemByCode(ctx, tx, strings.TrimSpace(in.Item))
	if err != nil {
		return Entered{}, err
	}
	if err := enterable(it, site, in.Due, in.Qty, tx.Now()); err != nil {
		return Entered{}, err
	}
	type row struct {
		ID   db.ID   `db:"id"`
		Site db.ID   `db:"site_id"`
		Item db.ID   `db:"item_id"`
		Due  string  `db:"due"`
		Qty  num.Dec `db:"qty"`
		Note string  `db:"note"`
		Made int64   `db:"made_ms"`
		By   string  `db:"made_by"`
	}
	r := row{tx.ID(), site.ID, it.ID, in.Due, in.Qty, strings.TrimSpace(in.Note), tx.NowMS(), actor.From(ctx).Name}
	tx.Emit(db.Event{Name: EventDemand, Subject: "item:" + it.Code, Site: site.ID, Payload: DemandTold{r.ID.String(), it.Code, r.Due, r.Qty, r.Note, false}})
	return Entered{r.ID}, db.Insert(ctx, tx, "mrp_demand", r)
}

// Drop takes a demand back.
func (m *Module) Drop(ctx context.Context, tx *db.Tx, id db.ID) (Entered, error) {
	type row struct {
		Site db.ID   `db:"site_id"`
		Item string  `db:"code"`
		Due  string  `db:"due"`
		Qty  num.Dec `db:"qty"`
		Note string  `db:"note"`
	}
	r, ok, err := db.Get[row](ctx, tx, `SELECT d.site_id, i.code, d.due, d.qty, d.note FROM mrp_demand d JOIN v_item i ON i.id = d.item_id WHERE d.id = $1`, id)
	if err == nil && ok {
		err = identity.SeeSite(ctx, r.Site)
	}
	if err == nil && !ok {
		err = fault.NotFound("planning.demand_unknown", "there is no demand %s", id)
	}
	if err != nil {
		return Entered{}, err
	}
	tx.Queue(`DELETE FROM mrp_demand WHERE id = $1`, id)
	tx.Emit(db.Event{Name: EventDemand, Subject: "item:" + r.Item, Site: r.Site, Payload: DemandTold{id.String(), r.Item, r.Due, r.Qty, r.Note, true}})
	return Entered{id}, nil
}

// KindRun is the job that plans every site at night.
const KindRun = "planning.run"

// Background says how the nightly run and the hourly look at stock levels are done.
func (m *Module) Background(r *job.Runner) {
	m.replenishing(r)
	m.slowly(r)
	r.Register(KindRun, func(ctx context.Context, j *job.Job) (any, error) {
		sites, err := masterdata.Sites(ctx, j.DB().Read())
		if err != nil {
			return nil, err
		}
		var out []Result
		for _, s := range sites {
			if slices.ContainsFunc(out, func(r Result) bool { return r.Site == s.Code }) {
				continue // planned together with another
			}
			p, err := m.runAll(ctx, RunPlan{Site: s.Code})
			if err != nil {
				return out, err
			}
			out = append(out, p...)
		}
		return out, nil
	})
	if err := r.Daily("plan", "02:10", KindRun, nil); err != nil {
		panic(err) // the time above is no time of day
	}
}

func scoped(ctx context.Context, w *db.Where) {
	identity.Scope("r.site_id", "")(ctx, w)
	w.And("r.live")
}

// Routes lists everything the outside may ask of planning.
func (m *Module) Routes(a *web.API) {
	m.replenishRoutes(a)
	m.slowRoutes(a)
	web.Act(a, web.Op{Path: "/planning/run", ID: "runPlan", Summary: "Make a new plan of a site and put it in the place of the live one", Perm: "planning.run", Timeout: 10 * time.Minute},
		func(ctx context.Context, in *struct{ Body RunPlan }) (Result, error) { return m.Run(ctx, in.Body) })
	web.List(a, web.Op{Path: "/planning/runs", ID: "listPlans", Summary: "Plans that were made", Perm: "planning.read"},
		web.ListSpec[RunListRow]{From: `mrp_run r JOIN v_site t ON t.id = r.site_id`, Key: "r.id", Sort: "-recorded_ms", Search: []string{"r.actor"}, Scope: func(ctx context.Context, w *db.Where) {
			identity.Scope("r.site_id", "")(ctx, w)
			w.And("r.scenario_id = 0")
		}, Titles: runTitles})
	web.QueryView(a, web.Op{Path: "/planning/runs/{id}", ID: "getPlanRun", Summary: "How a plan was made: of a net change, what was looked at again and why", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			ID db.ID `path:"id"`
		}) (Result, error) {
			return m.PlanRun(ctx, q, in.ID)
		})
	web.List(a, web.Op{Path: "/planning/orders", ID: "listPlannedOrders", Summary: "Planned orders of the live plan", Perm: "planning.read"},
		web.ListSpec[PlannedRow]{From: `mrp_order o JOIN mrp_run r ON r.id = o.run_id JOIN v_item i ON i.id = o.item_id LEFT JOIN v_partner p ON p.id = o.supplier_id`, Key: "o.id", Sort: "start,level,item",
			Search: []string{"i.code", "i.name", "o.wanted_for", "o.doc_number"}, Scope: scoped, Titles: plannedTitles})
	web.List(a, web.Op{Path: "/planning/items", ID: "listPlannedItems", Summary: "Items of the live plan with stock, need and what is planned", Perm: "planning.read"},
		web.ListSpec[NetRow]{From: `mrp_item x JOIN mrp_run r ON r.id = x.run_id JOIN v_item i ON i.id = x.item_id`, Key: "x.id", Sort: "-short,short_on,item", Search: []string{"i.code", "i.name"}, Scope: scoped, Titles: netTitles})
	web.List(a, web.Op{Path: "/planning/messages", ID: "listPlanMessages", Summary: "What should happen to existing documents, and what could not be planned", Perm: "planning.read"},
		web.ListSpec[MessageRow]{From: `mrp_message x JOIN mrp_run r ON r.id = x.run_id JOIN v_item i ON i.id = x.item_id`, Key: "x.id", Sort: "rank,from,item", Search: []string{"i.code", "i.name", "x.doc_number", "x.cause"}, Scope: scoped, Titles: messageTitles})
	web.List(a, web.Op{Path: "/planning/substitutes", ID: "listPlanSubstitutes", Summary: "Where the live plan uses one item instead of another, with the arithmetic", Perm: "planning.read"},
		web.ListSpec[SwapRow]{From: swapFrom, Key: "x.id", Sort: "day,item", Search: []string{"i.code", "i.name", "s.code", "s.name", "p.code", "x.doc_number"}, Scope: scoped, Titles: swapTitles})
	web.List(a, web.Op{Path: "/planning/firm", ID: "listFirmOrders", Summary: "Planned orders that are held, and what became of them", Perm: "planning.read"},
		web.ListSpec[FirmListRow]{From: `mrp_firm f JOIN v_item i ON i.id = f.item_id LEFT JOIN v_partner p ON p.id = f.supplier_id`, Key: "f.id", Sort: "-made_ms", Search: []string{"f.number", "i.code", "i.name", "f.doc_number", "f.note"},
			Scope: identity.Scope("f.site_id", ""), Titles: firmTitles, Post: func(ctx context.Context, q db.Querier, rows []FirmListRow) error {
				ids := make([]db.ID, len(rows))
				at := map[db.ID]int{}
				for i := range rows {
					ids[i], at[rows[i].ID], rows[i].Sources = rows[i].ID, i, []Source{}
				}
				var w db.Where
				db.In(&w, "f.id", ids)
				list, err := db.All[firmRow](ctx, q, `SELECT `+firmColumns+` FROM mrp_firm f`+w.String(), w.Args...)
				if err != nil {
					return err
				}
				for i := range list {
					if from := list[i].from(); from != nil {
						rows[at[list[i].ID]].Sources = from
					}
				}
				return nil
			}})
	web.List(a, web.Op{Path: "/planning/demands", ID: "listPlanDemands", Summary: "Needs that planners entered", Perm: "planning.read"},
		web.ListSpec[DemandRow]{From: `mrp_demand d JOIN v_item i ON i.id = d.item_id`, Key: "d.id", Sort: "due,item", Search: []string{"i.code", "i.name", "d.note"}, Scope: identity.Scope("d.site_id", ""), Titles: demandTitles})
	type Site struct {
		Site string `query:"site" maxLength:"64" doc:"Empty = your first site"`
	}
	web.QueryView(a, web.Op{Path: "/planning/items/{code}", ID: "getPlannedItem", Summary: "An item on the bench: needs, supplies, who takes what, projected stock", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Site
			Code string `path:"code"`
		}) (ItemPage, error) {
			return m.Item(ctx, q, in.Code, in.Site.Site)
		})
	web.QueryView(a, web.Op{Path: "/planning/orders/{n}/why", ID: "whyPlannedOrder", Summary: "The arithmetic of a planned order", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Site
			N int64 `path:"n" minimum:"1"`
		}) (Why, error) {
			return m.Why(ctx, q, in.Site.Site, in.N)
		})
	web.QueryView(a, web.Op{Path: "/planning/origin", ID: "whyDocument", Summary: "The arithmetic behind a document that came out of a plan", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *AskOrigin) (Origins, error) { return m.Origin(ctx, q, in) })
	web.QueryView(a, web.Op{Path: "/planning/trace", ID: "tracePlan", Summary: "Pegging of a need or supply, up to the customer's order and down to the last part", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *AskTrace) (Trace, error) { return m.Trace(ctx, q, in) })
	web.QueryView(a, web.Op{Path: "/planning/forecast", ID: "proposeForecast", Summary: "What is likely to be ordered, from what was, with the error of the method", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *AskForecast) (Proposals, error) {
			return m.Propose(ctx, q, in, a.DB.Now())
		})
	web.QueryView(a, web.Op{Path: "/planning/compare", ID: "comparePlans", Summary: "What moved between two plans, and why", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Before db.ID `query:"before" required:"true"`
			After  db.ID `query:"after" required:"true"`
		}) (Comparison, error) {
			return m.Compare(ctx, q, in.Before, in.After)
		})
	m.scenarioRoutes(a)
	web.Command(a, web.Op{Path: "/planning/firm", ID: "firmPlannedOrders", Summary: "Hold planned orders, one by one or merged by a rule", Perm: "planning.firm"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body MakeFirm }) (Firmed, error) {
			return m.Firm(ctx, tx, in.Body)
		})
	type ByNumber struct {
		Number string `path:"number"`
	}
	web.Command(a, web.Op{Path: "/planning/firm/{number}", ID: "editFirmOrder", Summary: "Change a firm order", Perm: "planning.firm"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body EditFirm
		}) (Firmed, error) {
			return m.Edit(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/planning/firm/{number}/split", ID: "splitFirmOrder", Summary: "Divide a firm order in two", Perm: "planning.firm"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body SplitFirm
		}) (Firmed, error) {
			return m.Split(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/planning/firm/{number}/withdraw", ID: "withdrawFirmOrder", Summary: "Give up a firm order", Perm: "planning.firm"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body struct {
				Reason string `json:"reason,omitempty" maxLength:"500"`
			}
		}) (Firmed, error) {
			return m.Withdraw(ctx, tx, in.Number, in.Body.Reason)
		})
	web.Command(a, web.Op{Path: "/planning/release", ID: "releasePlannedOrders", Summary: "Make work, purchase and subcontract orders of planned and firm ones", Perm: "planning.release"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Release }) (Released, error) {
			return m.Release(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/planning/messages", ID: "triagePlanMessages", Summary: "Mark messages as done or ignored", Perm: "planning.firm"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Triage }) (Done, error) {
			return m.Triage(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/planning/messages/accept", ID: "acceptPlanMessages", Summary: "Do what messages ask for: change the document, or ask the buyer", Perm: "planning.firm"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Follow }) (Followed, error) {
			return m.Follow(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/planning/demands", ID: "enterPlanDemand", Summary: "Enter a need that no order says", Perm: "planning.firm"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewDemand }) (Entered, error) {
			return m.Enter(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/planning/demands/{id}/drop", ID: "dropPlanDemand", Summary: "Take such a need back", Perm: "planning.firm"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ID db.ID `path:"id"`
		}) (Entered, error) {
			return m.Drop(ctx, tx, in.ID)
		})
	m.answers(a)
	m.changeRoutes(a)
}
