package scheduling

import (
	"context"
	"encoding/json"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
)

// RepairRow is what happened on the floor, and what the draft made of it does.
type RepairRow struct {
	ID       db.ID  `json:"id" sql:"x.id" db:"id" doc:"No."`
	Site     string `json:"site" sql:"t.code" db:"site" doc:"Site"`
	Kind     string `json:"kind" sql:"x.kind" db:"kind" enum:"machine,material,quality,slow" doc:"What happened"`
	Machine  string `json:"machine" sql:"x.machine" db:"machine" doc:"Machine"`
	Item     string `json:"item" sql:"coalesce(i.code, '')" db:"item" doc:"Item"`
	ItemName string `json:"item_name" sql:"coalesce(i.name, '')" db:"item_name" doc:"Name"`
	Order    string `json:"order" sql:"coalesce(o.number, '')" db:"order_number" doc:"Work order"`
	Op       int64  `json:"op" sql:"x.op" db:"op" doc:"Operation no."`
	Document string `json:"document" sql:"x.document" db:"document" doc:"Document"`
	SinceMS  int64  `json:"since_ms" sql:"x.since_ms" db:"since_ms" doc:"Since"`
	UntilMS  int64  `json:"until_ms" sql:"x.until_ms" db:"until_ms" doc:"Supposed to be over"`
	Moved    int64  `json:"moved" sql:"x.moved" db:"moved" doc:"Operations moved"`
	NewLate  int64  `json:"new_late" sql:"x.new_late" db:"new_late" doc:"Orders that become later"`
	WorseMS  int64  `json:"worse_ms" sql:"x.worse_ms" db:"worse_ms" doc:"Later by, all together"`
	State    string `json:"state" sql:"x.state" db:"state" enum:"open,calm,adopted,auto,dismissed,gone" doc:"State"`
	Draft    db.ID  `json:"draft" sql:"x.draft_id" db:"draft_id" doc:"Draft"`
	Reason   string `json:"reason" sql:"x.reason" db:"reason" doc:"Why"`
	Actor    string `json:"actor" sql:"x.actor" db:"actor" doc:"By"`
	FoundMS  int64  `json:"found_ms" sql:"x.found_ms" db:"found_ms" doc:"Found"`
	Decided  int64  `json:"decided_ms" sql:"x.decided_ms" db:"decided_ms" doc:"Decided"`
}

const repairFrom = `aps_repair x JOIN v_site t ON t.id = x.site_id LEFT JOIN v_item i ON i.id = x.item_id LEFT JOIN v_work_order o ON o.id = x.order_id`

var repairTitles = map[string]fault.Text{
	"id": {Zh: "编号", En: "No."}, "site": {Zh: "工厂", En: "Site"}, "kind": {Zh: "事件", En: "What happened"}, "machine": {Zh: "设备", En: "Machine"}, "item": {Zh: "物料", En: "Item"}, "item_name": {Zh: "名称", En: "Name"},
	"order": {Zh: "工单号", En: "Work order"}, "op": {Zh: "工序号", En: "Operation no."}, "document": {Zh: "单据", En: "Document"}, "since_ms": {Zh: "起始", En: "Since"}, "until_ms": {Zh: "预计恢复", En: "Supposed to be over"},
	"moved": {Zh: "移动工序", En: "Operations moved"}, "new_late": {Zh: "更晚的工单", En: "Orders that become later"}, "worse_ms": {Zh: "合计更晚", En: "Later by, all together"}, "state": {Zh: "状态", En: "State"},
	"draft": {Zh: "方案号", En: "Draft"}, "reason": {Zh: "原因", En: "Why"}, "actor": {Zh: "处理人", En: "By"}, "found_ms": {Zh: "发现时间", En: "Found"}, "decided_ms": {Zh: "处理时间", En: "Decided"},
}

// RepairPage is a repair with the orders that end at another time.
type RepairPage struct {
	RepairRow
	Stale bool       `json:"stale" doc:"Another schedule has been published since; a new draft comes within a minute if the cause stands"`
	Ends  []EndMoved `json:"ends" doc:"Those that become later first; at most 50"`
}

// Repair reads one repair.
func (m *Module) Repair(ctx context.Context, q db.Querier, id db.ID) (p RepairPage, err error) {
	r, _, err := repairByID(ctx, q, id)
	if err != nil {
		return p, err
	}
	p.Ends = []EndMoved{}
	_ = json.Unmarshal([]byte(r.Ends), &p.Ends) // written by this room
	live, err := liveRun(ctx, q, r.Site)
	if err != nil {
		return p, err
	}
	p.Stale = r.Decided == 0 && live.ID != r.Live
	p.RepairRow, _, err = db.Get[RepairRow](ctx, q, `SELECT x.id, t.code AS site, x.kind, x.machine, coalesce(i.code, '') AS item, coalesce(i.name, '') AS item_name, coalesce(o.number, '') AS order_number, x.op, x.document,
		x.since_ms, x.until_ms, x.moved, x.new_late, x.worse_ms, x.state, x.draft_id, x.reason, x.actor, x.found_ms, x.decided_ms FROM `+repairFrom+` WHERE x.id = $1`, id)
	return p, err
}

func (m *Module) repairRoutes(a *web.API) {
	type one struct {
		ID db.ID `path:"id" doc:"Repair"`
	}
	web.List(a, web.Op{Path: "/scheduling/repairs", ID: "listRepairs", Summary: "What happened on the floor, and the schedules repaired by themselves", Perm: "scheduling.read"},
		web.ListSpec[RepairRow]{From: repairFrom, Key: "x.id", Sort: "-found_ms", Search: []string{"x.cause", "x.document", "i.name", "o.number"}, Scope: identity.Scope("x.site_id", ""), Titles: repairTitles})
	web.Act(a, web.Op{Path: "/scheduling/repairs/look", ID: "lookForRepairs", Summary: "Look at the floor now instead of at the next minute", Perm: "scheduling.repair"},
		func(ctx context.Context, in *struct {
			Body struct {
				Site string `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
			}
		}) (Watched, error) {
			return m.Watch(ctx, in.Body.Site)
		})
	web.QueryView(a, web.Op{Path: "/scheduling/repairs/{id}", ID: "getRepair", Summary: "A repair with who becomes late and by how much", Perm: "scheduling.read"},
		func(ctx context.Context, q db.Querier, in *one) (RepairPage, error) { return m.Repair(ctx, q, in.ID) })
	web.Command(a, web.Op{Path: "/scheduling/repairs/{id}/adopt", ID: "adoptRepair", Summary: "Publish the repaired schedule", Perm: "scheduling.repair"},
		func(ctx context.Context, tx *db.Tx, in *one) (Result, error) { return m.AdoptRepair(ctx, tx, in.ID) })
	web.Act(a, web.Op{Path: "/scheduling/repairs/{id}/dismiss", ID: "dismissRepair", Summary: "Leave the schedule as it is", Perm: "scheduling.repair"},
		func(ctx context.Context, in *struct {
			ID   db.ID `path:"id" doc:"Repair"`
			Body struct {
				Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why"`
			}
		}) (struct{}, error) {
			return m.DismissRepair(ctx, in.ID, in.Body.Reason)
		})
}
