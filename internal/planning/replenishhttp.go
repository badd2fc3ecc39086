package planning

import (
	"context"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// SuggestionListRow is a suggestion in the list.
type SuggestionListRow struct {
	ID        db.ID    `json:"id" sql:"s.id" doc:"Suggestion"`
	Item      string   `json:"item" sql:"i.code" doc:"Item"`
	Name      string   `json:"name" sql:"i.name" doc:"Name"`
	Kind      string   `json:"kind" sql:"s.kind" doc:"Kind"`
	UoM       string   `json:"uom" sql:"i.uom" doc:"Unit"`
	Position  num.Dec  `json:"position" sql:"s.available + s.coming - s.needed" doc:"Available and coming less needed"`
	Available num.Dec  `json:"available" sql:"s.available" doc:"Usable stock"`
	Coming    num.Dec  `json:"coming" sql:"s.coming" doc:"Coming"`
	Needed    num.Dec  `json:"needed" sql:"s.needed" doc:"Needed within the lead time"`
	Line      num.Dec  `json:"line" sql:"s.line" doc:"Reorder point or safety stock"`
	LineKind  string   `json:"line_kind" sql:"s.line_kind" doc:"Which of them"`
	Max       *num.Dec `json:"max_stock,omitempty" sql:"s.max_stock" doc:"Maximum"`
	Suggested num.Dec  `json:"suggested" sql:"s.suggested" doc:"By the rule"`
	Qty       num.Dec  `json:"qty" sql:"s.qty" doc:"To order"`
	Due       string   `json:"due" sql:"s.due" doc:"Due"`
	Supplier  string   `json:"supplier" sql:"coalesce(p.code, '')" doc:"Supplier"`
	SupName   string   `json:"supplier_name" sql:"coalesce(p.name, '')" doc:"Supplier name"`
	Site      string   `json:"site" sql:"(SELECT t.code FROM v_site t WHERE t.id = s.site_id)" doc:"Site"`
	From      string   `json:"from_site" sql:"coalesce((SELECT f.code FROM v_site f WHERE f.id = s.from_site_id), '')" doc:"From site"`
	Changed   bool     `json:"changed" sql:"s.changed" doc:"Changed by a person"`
	State     string   `json:"state" sql:"s.state" doc:"State"`
	Reason    string   `json:"reason" sql:"s.reason" doc:"Why dismissed"`
	Until     string   `json:"until" sql:"s.until" doc:"Dismissed until"`
	DocKind   string   `json:"document_kind" sql:"s.doc_kind" doc:"Document kind"`
	Document  string   `json:"document" sql:"s.doc_number" doc:"Document"`
	Version   int64    `json:"version" sql:"s.version" doc:"Version"`
	Made      int64    `json:"made_ms" sql:"s.made_ms" doc:"Suggested"`
	Checked   int64    `json:"checked_ms" sql:"s.checked_ms" doc:"Looked at"`
	Decided   int64    `json:"decided_ms" sql:"s.decided_ms" doc:"Decided"`
	By        string   `json:"decided_by" sql:"s.decided_by" doc:"By"`
}

var suggestionTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Row"}, "item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"}, "kind": {Zh: "类型", En: "Kind"}, "uom": {Zh: "单位", En: "Unit"}, "position": {Zh: "净可用", En: "Position"}, "available": {Zh: "可用库存", En: "Usable stock"},
	"coming": {Zh: "在途在制", En: "Coming"}, "needed": {Zh: "提前期内需求", En: "Needed within the lead time"}, "line": {Zh: "补货线", En: "Line"}, "line_kind": {Zh: "补货线依据", En: "Line is"}, "max_stock": {Zh: "最高库存", En: "Maximum"},
	"suggested": {Zh: "规则建议量", En: "By the rule"}, "qty": {Zh: "补货数量", En: "To order"}, "due": {Zh: "到货日", En: "Due"}, "supplier": {Zh: "供应商", En: "Supplier"}, "supplier_name": {Zh: "供应商名称", En: "Supplier name"}, "site": {Zh: "工厂", En: "Site"}, "from_site": {Zh: "调出工厂", En: "From site"}, "changed": {Zh: "人工改过", En: "Changed by a person"},
	"state": {Zh: "状态", En: "State"}, "reason": {Zh: "不补的原因", En: "Why dismissed"}, "until": {Zh: "暂不补到", En: "Dismissed until"}, "document_kind": {Zh: "单据类型", En: "Document kind"}, "document": {Zh: "单据", En: "Document"}, "version": {Zh: "版本", En: "Version"},
	"made_ms": {Zh: "建议时间", En: "Suggested"}, "checked_ms": {Zh: "核对时间", En: "Looked at"}, "decided_ms": {Zh: "处理时间", En: "Decided"}, "decided_by": {Zh: "处理人", En: "By"},
}

// LevelListRow is a proposal of stock levels in the list.
type LevelListRow struct {
	ID        db.ID    `json:"id" sql:"l.id" doc:"Proposal"`
	Item      string   `json:"item" sql:"i.code" doc:"Item"`
	Name      string   `json:"name" sql:"i.name" doc:"Name"`
	UoM       string   `json:"uom" sql:"i.uom" doc:"Unit"`
	Safety    num.Dec  `json:"safety_stock" sql:"l.safety" doc:"Safety stock"`
	SafetyWas num.Dec  `json:"safety_stock_was" sql:"l.safety_was" doc:"Safety stock before"`
	Reorder   num.Dec  `json:"reorder_point" sql:"l.reorder" doc:"Reorder point"`
	Was       *num.Dec `json:"reorder_point_was,omitempty" sql:"l.reorder_was" doc:"Reorder point before"`
	Max       num.Dec  `json:"max_stock" sql:"l.max_stock" doc:"Maximum"`
	MaxWas    *num.Dec `json:"max_stock_was,omitempty" sql:"l.max_was" doc:"Maximum before"`
	Daily     num.Dec  `json:"daily" sql:"l.daily" doc:"Mean daily use"`
	Sigma     num.Dec  `json:"sigma" sql:"l.sigma" doc:"Standard deviation of daily use"`
	Days      int64    `json:"days" sql:"l.days" doc:"Days of history"`
	Used      num.Dec  `json:"used" sql:"l.used" doc:"Used in them"`
	Lead      num.Dec  `json:"lead_days" sql:"l.lead" doc:"Mean lead time, days"`
	LeadSigma num.Dec  `json:"lead_sigma" sql:"l.lead_sigma" doc:"Standard deviation of the lead time"`
	Leads     int64    `json:"leads" sql:"l.leads" doc:"Receipts behind the lead time; 0 = the item's own"`
	Service   string   `json:"service" sql:"l.service" doc:"Service level, percent"`
	Z         num.Dec  `json:"z" sql:"l.z" doc:"Factor of the service level"`
	State     string   `json:"state" sql:"l.state" doc:"State"`
	Note      string   `json:"note" sql:"l.note" doc:"Note"`
	Made      int64    `json:"made_ms" sql:"l.made_ms" doc:"Proposed"`
	By        string   `json:"made_by" sql:"l.made_by" doc:"Asked for by"`
	Decided   int64    `json:"decided_ms" sql:"l.decided_ms" doc:"Decided"`
	DecidedBy string   `json:"decided_by" sql:"l.decided_by" doc:"By"`
	Site      string   `json:"site" sql:"(SELECT t.code FROM v_site t WHERE t.id = l.site_id)" doc:"Site"`
}

var levelTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Row"}, "item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"}, "site": {Zh: "工厂", En: "Site"}, "uom": {Zh: "单位", En: "Unit"}, "safety_stock": {Zh: "安全库存", En: "Safety stock"}, "safety_stock_was": {Zh: "原安全库存", En: "Safety stock before"},
	"reorder_point": {Zh: "补货点", En: "Reorder point"}, "reorder_point_was": {Zh: "原补货点", En: "Reorder point before"}, "max_stock": {Zh: "最高库存", En: "Maximum"}, "max_stock_was": {Zh: "原最高库存", En: "Maximum before"}, "daily": {Zh: "日均用量", En: "Mean daily use"},
	"sigma": {Zh: "日用量标准差", En: "Deviation of daily use"}, "days": {Zh: "统计天数", En: "Days of history"}, "used": {Zh: "期间用量", En: "Used in them"}, "lead_days": {Zh: "平均提前期（天）", En: "Mean lead time (days)"}, "lead_sigma": {Zh: "提前期标准差", En: "Deviation of the lead time"},
	"leads": {Zh: "收货次数", En: "Receipts"}, "service": {Zh: "服务水平 %", En: "Service level %"}, "z": {Zh: "系数 z", En: "Factor z"}, "state": {Zh: "状态", En: "State"}, "note": {Zh: "备注", En: "Note"}, "made_ms": {Zh: "建议时间", En: "Proposed"}, "made_by": {Zh: "发起人", En: "Asked for by"},
	"decided_ms": {Zh: "处理时间", En: "Decided"}, "decided_by": {Zh: "处理人", En: "By"},
}

func (m *Module) replenishRoutes(a *web.API) {
	web.Act(a, web.Op{Path: "/planning/replenish", ID: "checkReplenishment", Summary: "Look now for items at or below their reorder point, at one site or every one", Perm: "planning.replenish", Timeout: 5 * time.Minute},
		func(ctx context.Context, in *struct{ Body Check }) (Checked, error) { return m.Look(ctx, in.Body) })
	web.List(a, web.Op{Path: "/planning/suggestions", ID: "listSuggestions", Summary: "What to order of items that run low, and what became of it", Perm: "planning.read"},
		web.ListSpec[SuggestionListRow]{From: `mrp_suggestion s JOIN v_item i ON i.id = s.item_id LEFT JOIN v_partner p ON p.id = s.supplier_id`, Key: "s.id", Sort: "due,item", Search: []string{"i.code", "i.name", "p.code", "p.name", "s.doc_number"},
			Scope: identity.Scope("s.site_id", ""), Titles: suggestionTitles, File: "replenishment"})
	web.Command(a, web.Op{Path: "/planning/suggestions/accept", ID: "acceptSuggestions", Summary: "Make requisitions, purchase orders, work orders or transfers of suggestions", Perm: "planning.replenish"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Accept }) (Accepted, error) {
			return m.Accept(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/planning/suggestions/dismiss", ID: "dismissSuggestions", Summary: "Say why suggestions are not followed", Perm: "planning.replenish"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Dismiss }) (Done, error) {
			return m.Dismiss(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/planning/suggestions/{id}", ID: "changeSuggestion", Summary: "Change quantity, day or supplier of a suggestion", Perm: "planning.replenish"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ID   db.ID `path:"id"`
			Body ChangeSuggestion
		}) (Suggestion, error) {
			return m.ChangeSuggestion(ctx, tx, in.ID, in.Body)
		})
	web.List(a, web.Op{Path: "/planning/levels", ID: "listStockLevels", Summary: "Stock levels proposed from use, and what became of them", Perm: "planning.read"},
		web.ListSpec[LevelListRow]{From: `mrp_level l JOIN v_item i ON i.id = l.item_id`, Key: "l.id", Sort: "-made_ms,item", Search: []string{"i.code", "i.name", "l.note"}, Scope: identity.Scope("l.site_id", ""), Titles: levelTitles, File: "stock-levels"})
	web.Command(a, web.Op{Path: "/planning/levels", ID: "proposeStockLevels", Summary: "Compute safety stock, reorder point and maximum from what was used", Perm: "planning.replenish", Timeout: 2 * time.Minute},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body ProposeLevels }) (Proposed, error) {
			return m.ProposeStock(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/planning/levels/decide", ID: "decideStockLevels", Summary: "Adopt proposed stock levels, or reject them", Perm: "masterdata.write"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body DecideLevels }) (Done, error) {
			return m.Decide(ctx, tx, in.Body)
		})
}
