package masterdata

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// RoutingOpRow is a step of a routing's page.
type RoutingOpRow struct {
	Op           int         `json:"op"`
	Name         string      `json:"name"`
	WorkCenter   string      `json:"work_center"`
	WorkCenterAs string      `json:"work_center_name"`
	SetupMin     num.Dec     `json:"setup_min"`
	RunMin       num.Dec     `json:"run_min" doc:"Minutes for one product"`
	BatchMin     num.Dec     `json:"batch_min" doc:"Minutes for one run of a batch machine"`
	TransferLot  num.Dec     `json:"transfer_lot" doc:"Pieces after which the next step may start, 0 = all together"`
	SplitMax     int         `json:"split_max" doc:"Machines that may do it at the same time, each a part; 1 = it is not split"`
	SplitMin     num.Dec     `json:"split_min" doc:"Pieces that a part has at least"`
	Report       bool        `json:"report" doc:"People report here"`
	Inspection   string      `json:"inspection"`
	PieceRate    num.Dec     `json:"piece_rate" mask:"price"`
	Tool         string      `json:"tool"`
	Skill        string      `json:"skill"`
	Alternatives []OtherPath `json:"alternatives"`
	Params       []Param     `json:"params" doc:"Process parameters that people record"`
}

// OtherPath is another work center that can do the step.
type OtherPath struct {
	WorkCenter string  `json:"work_center"`
	RunMin     num.Dec `json:"run_min"`
}

// RoutingPage is a routing version.
type RoutingPage struct {
	Product  string         `json:"product"`
	Name     string         `json:"name"`
	Version  string         `json:"version"`
	Versions []Version      `json:"versions"`
	Ops      []RoutingOpRow `json:"ops"`
}

func routingPage(ctx context.Context, q db.Querier, product, version, date string) (RoutingPage, error) {
	p := RoutingPage{Product: product, Ops: []RoutingOpRow{}}
	it, err := ItemByCode(ctx, q, product)
	if err != nil {
		return p, err
	}
	p.Name = it.Name
	if p.Versions, err = versions(ctx, q, "md_routing", "md_routing_op", "routing_id", it.ID, date); err != nil {
		return p, err
	}
	r, ok, err := EffectiveRouting(ctx, q, it.ID, date, version)
	if err != nil {
		return p, err
	}
	if !ok {
		return p, fault.NotFound("masterdata.routing_unknown", "%s has no routing version %s", product, version).With("item", product).With("version", version)
	}
	p.Version = r.Version
	p.Ops, err = opRows(ctx, q, r.ID)
	return p, err
}

// WorkCenterPage is a work center with what belongs to it.
type WorkCenterPage struct {
	WorkCenter
	Site        string       `json:"site"`
	Rev         int64        `json:"rev" doc:"To be sent with a change"`
	Calendar    string       `json:"calendar" doc:"Empty: works every minute"`
	Machines    []MachineOf  `json:"machines"`
	Changeovers []Changeover `json:"changeovers"`
}

// MachineOf is a machine on its work center's page.
type MachineOf struct {
	Machine
	Calendar string `db:"calendar" json:"calendar" doc:"Empty: the work center's"`
}

func workCenterPage(ctx context.Context, q db.Querier, site, code string) (WorkCenterPage, error) {
	w, err := workCenterNamed(ctx, q, site, code)
	if err != nil {
		return WorkCenterPage{}, err
	}
	return workCenterOf(ctx, q, w)
}

func workCenterOf(ctx context.Context, q db.Querier, w WorkCenter) (WorkCenterPage, error) {
	p := WorkCenterPage{WorkCenter: w}
	type head struct {
		Site string `db:"site"`
		Rev  int64  `db:"rev"`
	}
	h, err := db.One[head](ctx, q, `SELECT s.code AS site, w.rev FROM md_work_center w JOIN md_site s ON s.id = w.site_id WHERE w.id = $1`, w.ID)
	if err != nil {
		return p, err
	}
	p.Site, p.Rev = h.Site, h.Rev
	if p.Calendar, _, err = db.Get[string](ctx, q, `SELECT c.code FROM md_calendar c WHERE `+seen("c")+` AND c.id = $2`, batchOf(ctx), p.CalendarID); err != nil {
		return p, err
	}
	if p.Machines, err = db.All[MachineOf](ctx, q, `SELECT m.id, m.site_id, m.work_center_id, m.code, m.name, m.calendar_id, m.speed_pct, m.efficiency_pct, m.batch_capacity, m.active, coalesce(c.code, '') AS calendar
		FROM md_machine m LEFT JOIN md_calendar c ON c.id = m.calendar_id WHERE `+seen("m")+` AND m.work_center_id = $2 ORDER BY m.ord, m.id`, batchOf(ctx), p.ID); err != nil {
		return p, err
	}
	p.Changeovers, err = db.All[Changeover](ctx, q, `SELECT c.work_center_id, c.from_family, c.to_family, c.minutes FROM md_changeover c WHERE `+seen("c")+` AND c.work_center_id = $2 ORDER BY c.ord, c.id`, batchOf(ctx), p.ID)
	return p, err
}

// CalendarPage is a calendar: its week and its special days.
type CalendarPage struct {
	Code     string         `json:"code"`
	Name     string         `json:"name"`
	Site     string         `json:"site"`
	Zone     string         `json:"time_zone"`
	Rev      int64          `json:"rev" doc:"To be sent with a change"`
	Week     []CalendarSpan `json:"week" doc:"Empty: works every minute"`
	Days     []CalendarDate `json:"days"`
	Users    []string       `json:"work_centers" doc:"Work centers that keep it"`
	Machines []string       `json:"machines" doc:"Machines that keep it instead of their work center's"`
}

// CalendarSpan is working time of a weekday; a span may pass midnight.
type CalendarSpan struct {
	Weekday int    `db:"weekday" json:"weekday" doc:"1 = Monday"`
	From    string `db:"from_time" json:"from"`
	To      string `db:"to_time" json:"to"`
	Shift   string `db:"shift" json:"shift" doc:"Spans of one name are one shift with breaks"`
}

// CalendarDate is working time of one date instead of its weekday's; both empty: closed.
type CalendarDate struct {
	Date  string `db:"date" json:"date"`
	From  string `db:"from_time" json:"from"`
	To    string `db:"to_time" json:"to"`
	Shift string `db:"shift" json:"shift"`
	Note  string `db:"note" json:"note"`
}

func calendarPage(ctx context.Context, q db.Querier, site, code string) (CalendarPage, error) {
	r, s, err := calendarRowOf(ctx, q, site, code)
	if err != nil {
		return CalendarPage{}, err
	}
	return calendarOf(ctx, q, s, r)
}

func calendarOf(ctx context.Context, q db.Querier, s Site, r calendarRow) (p CalendarPage, err error) {
	p, id := CalendarPage{Code: r.Code, Name: r.Name, Site: s.Code, Zone: s.TimeZone, Rev: r.Rev}, r.ID
	if p.Week, err = db.All[CalendarSpan](ctx, q, `SELECT h.weekday, h.from_time, h.to_time, h.shift FROM md_calendar_hours h WHERE `+seen("h")+` AND h.calendar_id = $2 ORDER BY h.weekday, h.from_time`, batchOf(ctx), id); err != nil {
		return p, err
	}
	if p.Days, err = db.All[CalendarDate](ctx, q, `SELECT d.date, d.from_time, d.to_time, d.shift, d.note FROM md_calendar_day d WHERE `+seen("d")+` AND d.calendar_id = $2 ORDER BY d.date, d.from_time`, batchOf(ctx), id); err != nil {
		return p, err
	}
	if p.Users, err = db.All[string](ctx, q, `SELECT w.code FROM md_work_center w WHERE `+seen("w")+` AND w.calendar_id = $2 ORDER BY w.ord, w.id`, batchOf(ctx), id); err != nil {
		return p, err
	}
	p.Machines, err = db.All[string](ctx, q, `SELECT m.code FROM md_machine m WHERE `+seen("m")+` AND m.calendar_id = $2 ORDER BY m.ord, m.id`, batchOf(ctx), id)
	return p, err
}

// WarehousePage is a warehouse with its locations.
type WarehousePage struct {
	Code      string    `db:"code" json:"code"`
	Name      string    `db:"name" json:"name"`
	Site      string    `db:"site" json:"site"`
	Kind      string    `db:"kind" json:"kind"`
	InCosting bool      `db:"in_costing" json:"in_costing"`
	Active    bool      `db:"active" json:"active"`
	Rev       int64     `db:"rev" json:"rev" doc:"To be sent with a change"`
	Locations []PlaceOf `json:"locations"`
}

// PlaceOf is a place on its warehouse's page.
type PlaceOf struct {
	Location
	Name string `db:"name" json:"name"`
	Rev  int64  `db:"rev" json:"rev" doc:"To be sent with a change"`
}

func warehousePage(ctx context.Context, q db.Querier, site, code string) (WarehousePage, error) {
	s, err := siteNamed(ctx, q, site)
	if err != nil {
		return WarehousePage{}, err
	}
	p, ok, err := db.Get[WarehousePage](ctx, q, `SELECT w.code, w.name, '' AS site, w.kind, w.in_costing, w.active, w.rev FROM md_warehouse w WHERE `+seen("w")+` AND w.code = $2 AND w.site_id = $3`, batchOf(ctx), code, s.ID)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.warehouse_unknown", "site %s has no warehouse %s", s.Code, code).With("code", code).With("site", s.Code)
	}
	if err != nil {
		return p, err
	}
	p.Site = s.Code
	p.Locations, err = db.All[PlaceOf](ctx, q, `SELECT l.name, l.rev,`+locationFrom+` WHERE `+seen("l")+` AND w.code = $2 AND l.site_id = $3 ORDER BY l.code`, batchOf(ctx), code, s.ID)
	return p, err
}
