package masterdata

import (
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Rows of the lists. Their SQL reads this room's tables; the list adds that nothing unpublished is shown.
type (
	// ItemRow shows the planning values of the item's home site.
	ItemRow struct {
		ID            db.ID    `json:"id" sql:"i.id" doc:"Id"`
		Code          string   `json:"code" sql:"i.code" doc:"Code"`
		Name          string   `json:"name" sql:"i.name" doc:"Name"`
		Spec          string   `json:"spec" sql:"i.spec" doc:"Specification"`
		UoM           string   `json:"uom" sql:"i.uom" doc:"Unit"`
		Kind          string   `json:"kind" sql:"i.kind" doc:"Kind"`
		Tracking      string   `json:"tracking" sql:"i.tracking" doc:"Tracking"`
		Family        string   `json:"family" sql:"i.family" doc:"Family"`
		Decimals      int      `json:"decimals" sql:"i.decimals" doc:"Decimals"`
		ShelfLifeDays int      `json:"shelf_life_days" sql:"i.shelf_life_days" doc:"Shelf life, days"`
		LeadDays      int      `json:"lead_days" sql:"coalesce(s.lead_days, 0)" doc:"Lead time, days"`
		SafetyStock   num.Dec  `json:"safety_stock" sql:"coalesce(s.safety_stock, 0)" doc:"Safety stock"`
		MinLot        num.Dec  `json:"min_lot" sql:"coalesce(s.min_lot, 0)" doc:"Minimum lot"`
		LotMultiple   num.Dec  `json:"lot_multiple" sql:"coalesce(s.lot_multiple, 0)" doc:"Lot multiple"`
		MaxLot        num.Dec  `json:"max_lot" sql:"coalesce(s.max_lot, 0)" doc:"Maximum lot"`
		LotRule       string   `json:"lot_rule" sql:"coalesce(s.lot_rule, 'lot_for_lot')" doc:"Lot rule"`
		ReorderPoint  *num.Dec `json:"reorder_point,omitempty" sql:"s.reorder_point" doc:"Reorder point"`
		YieldPct      num.Dec  `json:"yield_pct" sql:"coalesce(s.yield_pct, 100000000)" doc:"Yield %"`
		Supplier      string   `json:"supplier" sql:"coalesce(p.code, '')" doc:"Supplier"`
		SupplySite    string   `json:"supply_site" sql:"coalesce((SELECT f.code FROM md_site f WHERE f.id = s.supply_site_id), '')" doc:"Brought from site"`
		GTIN          string   `json:"gtin" sql:"i.gtin" doc:"GTIN"`
		Barcode       string   `json:"barcode" sql:"i.barcode" doc:"Bar code"`
		StandardCost  *num.Dec `json:"standard_cost,omitempty" sql:"s.standard_cost" doc:"Standard cost" mask:"cost"`
		PurchasePrice *num.Dec `json:"purchase_price,omitempty" sql:"s.purchase_price" doc:"Purchase price" mask:"price"`
		Picture       db.ID    `json:"picture" sql:"i.picture" doc:"Picture, 0 = none"`
		Status        string   `json:"status" sql:"CASE WHEN i.active THEN 'active' ELSE 'inactive' END" doc:"Status"`
		UpdatedMS     int64    `json:"updated_ms" sql:"i.updated_ms" doc:"Changed"`
	}
	// BOMRow is a version.
	BOMRow struct {
		ID      db.ID  `json:"id" sql:"b.id" doc:"Id"`
		Product string `json:"product" sql:"i.code" doc:"Product"`
		Name    string `json:"name" sql:"i.name" doc:"Name"`
		Kind    string `json:"kind" sql:"i.kind" doc:"Kind"`
		Version string `json:"version" sql:"b.version" doc:"Version"`
		From    string `json:"effective_from" sql:"b.effective_from" doc:"From"`
		To      string `json:"effective_to" sql:"b.effective_to" doc:"To"`
		Lines   int64  `json:"lines" sql:"(SELECT count(*) FROM md_bom_line l WHERE l.bom_id = b.id AND l.batch_id NOT IN (SELECT id FROM kit_batch))" doc:"Lines"`
	}
	// RoutingRow is a version.
	RoutingRow struct {
		ID      db.ID  `json:"id" sql:"r.id" doc:"Id"`
		Product string `json:"product" sql:"i.code" doc:"Product"`
		Name    string `json:"name" sql:"i.name" doc:"Name"`
		Version string `json:"version" sql:"r.version" doc:"Version"`
		Site    string `json:"site" sql:"s.code" doc:"Site"`
		Ops     int64  `json:"ops" sql:"(SELECT count(*) FROM md_routing_op o WHERE o.routing_id = r.id AND o.batch_id NOT IN (SELECT id FROM kit_batch))" doc:"Operations"`
	}
	// WorkCenterRow is a work center with the number of its machines.
	WorkCenterRow struct {
		ID            db.ID   `json:"id" sql:"w.id" doc:"Id"`
		Site          string  `json:"site" sql:"s.code" doc:"Site"`
		Code          string  `json:"code" sql:"w.code" doc:"Code"`
		Name          string  `json:"name" sql:"w.name" doc:"Name"`
		Kind          string  `json:"kind" sql:"w.kind" doc:"Kind"`
		Calendar      string  `json:"calendar" sql:"coalesce(c.code, '')" doc:"Calendar"`
		Capacity      int     `json:"capacity" sql:"w.capacity" doc:"Capacity"`
		Machines      int64   `json:"machines" sql:"(SELECT count(*) FROM md_machine m WHERE m.work_center_id = w.id AND m.batch_id NOT IN (SELECT id FROM kit_batch))" doc:"Machines"`
		EfficiencyPct num.Dec `json:"efficiency_pct" sql:"w.efficiency_pct" doc:"Efficiency %"`
		CostPerHour   num.Dec `json:"cost_per_hour" sql:"w.cost_per_hour" doc:"Cost per hour" mask:"cost"`
		Status        string  `json:"status" sql:"CASE WHEN w.active THEN 'active' ELSE 'inactive' END" doc:"Status"`
	}
	// MachineRow is a machine.
	MachineRow struct {
		ID            db.ID   `json:"id" sql:"m.id" doc:"Id"`
		Site          string  `json:"site" sql:"s.code" doc:"Site"`
		Code          string  `json:"code" sql:"m.code" doc:"Code"`
		Name          string  `json:"name" sql:"m.name" doc:"Name"`
		WorkCenter    string  `json:"work_center" sql:"w.code" doc:"Work center"`
		Calendar      string  `json:"calendar" sql:"coalesce(c.code, '')" doc:"Calendar"`
		SpeedPct      num.Dec `json:"speed_pct" sql:"m.speed_pct" doc:"Speed %"`
		EfficiencyPct num.Dec `json:"efficiency_pct" sql:"m.efficiency_pct" doc:"Efficiency %; 0 = the work center's"`
		BatchCapacity num.Dec `json:"batch_capacity" sql:"m.batch_capacity" doc:"Batch capacity"`
		Status        string  `json:"status" sql:"CASE WHEN m.active THEN 'active' ELSE 'inactive' END" doc:"Status"`
		Rev           int64   `json:"rev" sql:"m.rev" doc:"Changes so far"`
	}
	// CalendarRow is a calendar.
	CalendarRow struct {
		ID    db.ID  `json:"id" sql:"c.id" doc:"Id"`
		Site  string `json:"site" sql:"s.code" doc:"Site"`
		Code  string `json:"code" sql:"c.code" doc:"Calendar"`
		Name  string `json:"name" sql:"c.name" doc:"Name"`
		Spans int64  `json:"spans" sql:"(SELECT count(*) FROM md_calendar_hours h WHERE h.calendar_id = c.id AND h.batch_id NOT IN (SELECT id FROM kit_batch))" doc:"Spans a week; 0 = works every minute"`
		Days  int64  `json:"days" sql:"(SELECT count(DISTINCT d.date) FROM md_calendar_day d WHERE d.calendar_id = c.id AND d.batch_id NOT IN (SELECT id FROM kit_batch))" doc:"Special days"`
		Users int64  `json:"work_centers" sql:"(SELECT count(*) FROM md_work_center w WHERE w.calendar_id = c.id AND w.batch_id NOT IN (SELECT id FROM kit_batch))" doc:"Work centers"`
	}
	// SiteRow is a factory.
	SiteRow struct {
		ID       db.ID  `json:"id" sql:"s.id" doc:"Id"`
		Code     string `json:"code" sql:"s.code" doc:"Code"`
		Name     string `json:"name" sql:"s.name" doc:"Name"`
		TimeZone string `json:"time_zone" sql:"s.time_zone" doc:"Time zone"`
		Currency string `json:"currency" sql:"s.currency" doc:"Currency"`
		Today    string `json:"today" sql:"s.today" doc:"Fixed date that counts as today; empty: the calendar"`
	}
	// PartnerRow is a partner.
	PartnerRow struct {
		ID      db.ID  `json:"id" sql:"p.id" doc:"Id"`
		Code    string `json:"code" sql:"p.code" doc:"Code"`
		Name    string `json:"name" sql:"p.name" doc:"Name"`
		Kinds   string `json:"kinds" sql:"p.kinds" doc:"Kinds"`
		Phone   string `json:"phone" sql:"p.phone" doc:"Phone"`
		Email   string `json:"email" sql:"p.email" doc:"Mail"`
		Address string `json:"address" sql:"p.address" doc:"Address"`
		Status  string `json:"status" sql:"CASE WHEN p.active THEN 'active' ELSE 'inactive' END" doc:"Status"`
	}
	// WarehouseRow is a warehouse.
	WarehouseRow struct {
		ID        db.ID  `json:"id" sql:"w.id" doc:"Id"`
		Site      string `json:"site" sql:"s.code" doc:"Site"`
		Code      string `json:"code" sql:"w.code" doc:"Code"`
		Name      string `json:"name" sql:"w.name" doc:"Name"`
		Kind      string `json:"kind" sql:"w.kind" doc:"Kind"`
		InCosting bool   `json:"in_costing" sql:"w.in_costing" doc:"In costing"`
		Locations int64  `json:"locations" sql:"(SELECT count(*) FROM md_location l WHERE l.warehouse_id = w.id AND l.place <> '' AND l.batch_id NOT IN (SELECT id FROM kit_batch))" doc:"Locations"`
		Status    string `json:"status" sql:"CASE WHEN w.active THEN 'active' ELSE 'inactive' END" doc:"Status"`
	}
	// LocationRow is a location.
	LocationRow struct {
		ID        db.ID  `json:"id" sql:"l.id" doc:"Id"`
		Site      string `json:"site" sql:"s.code" doc:"Site"`
		Code      string `json:"code" sql:"l.code" doc:"Label"`
		Warehouse string `json:"warehouse" sql:"w.code" doc:"Warehouse"`
		Place     string `json:"place" sql:"l.place" doc:"Place"`
		Kind      string `json:"warehouse_kind" sql:"w.kind" doc:"Kind of warehouse"`
		Name      string `json:"name" sql:"l.name" doc:"Name"`
		Status    string `json:"status" sql:"CASE WHEN l.active THEN 'active' ELSE 'inactive' END" doc:"Status"`
		Rev       int64  `json:"rev" sql:"l.rev" doc:"Changes so far"`
	}
	// WorkerRow is a worker.
	WorkerRow struct {
		ID     db.ID  `json:"id" sql:"w.id" doc:"Id"`
		Code   string `json:"code" sql:"w.code" doc:"Code"`
		Name   string `json:"name" sql:"w.name" doc:"Name"`
		Badge  string `json:"badge" sql:"w.badge" doc:"Badge"`
		Team   string `json:"team" sql:"w.team" doc:"Team"`
		Skills string `json:"skills" sql:"w.skills" doc:"Skills"`
		Status string `json:"status" sql:"CASE WHEN w.active THEN 'active' ELSE 'inactive' END" doc:"Status"`
	}
	// ToolRow is a tool.
	ToolRow struct {
		ID        db.ID  `json:"id" sql:"t.id" doc:"Id"`
		Site      string `json:"site" sql:"s.code" doc:"Site"`
		Code      string `json:"code" sql:"t.code" doc:"Code"`
		Name      string `json:"name" sql:"t.name" doc:"Name"`
		Kind      string `json:"kind" sql:"t.kind" doc:"Kind"`
		LifeCount int64  `json:"life_count" sql:"t.life_count" doc:"Life, 0 = not counted"`
		LifeUnit  string `json:"life_unit" sql:"t.life_unit" doc:"Unit of life"`

		RegrindHours num.Dec `json:"regrind_hours" sql:"t.regrind_hours" doc:"Hours away to be reground"`
		RegroundMS   int64   `json:"reground_ms" sql:"t.reground_ms" doc:"Reground last"`

		Quantity int64  `json:"quantity" sql:"t.quantity" doc:"How many there are"`
		Location string `json:"location" sql:"t.location" doc:"Where it is kept"`
		Fits     int64  `json:"fits" sql:"(SELECT count(*) FROM md_tool_use u WHERE u.tool_id = t.id AND u.batch_id NOT IN (SELECT id FROM kit_batch))" doc:"Items and operations that it fits; 0 = whatever names it"`
		Status   string `json:"status" sql:"CASE WHEN t.active THEN 'active' ELSE 'inactive' END" doc:"Status"`
	}
	// SkillRow is a skill with how many active workers have it.
	SkillRow struct {
		ID      db.ID  `json:"id" sql:"k.id" doc:"Id"`
		Code    string `json:"code" sql:"k.code" doc:"Code"`
		Name    string `json:"name" sql:"k.name" doc:"Name"`
		Note    string `json:"note" sql:"k.note" doc:"Note"`
		Workers int64  `json:"workers" sql:"(SELECT count(*) FROM v_worker_skill v JOIN md_worker w ON w.id = v.worker_id WHERE v.skill = k.code AND w.active)" doc:"Active workers who have it"`
		Status  string `json:"status" sql:"CASE WHEN k.active THEN 'active' ELSE 'inactive' END" doc:"Status"`
		Rev     int64  `json:"rev" sql:"k.rev" doc:"Changes so far"`
	}
	// TeamRow is a team with how many active workers belong to it.
	TeamRow struct {
		ID         db.ID  `json:"id" sql:"t.id" doc:"Id"`
		Code       string `json:"code" sql:"t.code" doc:"Code"`
		Name       string `json:"name" sql:"t.name" doc:"Name"`
		Leader     string `json:"leader" sql:"coalesce(l.code, '')" doc:"Number of the leader"`
		LeaderName string `json:"leader_name" sql:"coalesce(l.name, '')" doc:"Leader"`
		Workers    int64  `json:"workers" sql:"(SELECT count(*) FROM md_worker w WHERE w.team = t.code AND w.active AND w.batch_id NOT IN (SELECT id FROM kit_batch))" doc:"Active workers"`
		Status     string `json:"status" sql:"CASE WHEN t.active THEN 'active' ELSE 'inactive' END" doc:"Status"`
		Rev        int64  `json:"rev" sql:"t.rev" doc:"Changes so far"`
	}
)
