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
	Report       bool        `json:"report" doc:"People report here"`
	Inspection   string      `json:"inspection"`
	PieceRate    num.Dec     `json:"piece_rate" mask:"price"`
	Tool         string      `json:"tool"`
	Skill        string      `json:"skill"`
	Alternatives []OtherPath `json:"alternatives"`
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
	var p WorkCenterPage
	var err error
	if site == "" {
		p.WorkCenter, err = WorkCenterByCode(ctx, q, code)
	} else if s, e := siteNamed(ctx, q, site); e != nil {
		err = e
	} else {
		p.WorkCenter, err = WorkCenterAt(ctx, q, s.ID, code)
	}
	if err != nil {
		return p, err
	}
	if p.Calendar, _, err = db.Get[string](ctx, q, `SELECT c.code FROM md_calendar c WHERE `+seen("c")+` AND c.id = $2`, batchOf(ctx), p.CalendarID); err != nil {
		return p, err
	}
	if p.Machines, err = db.All[MachineOf](ctx, q, `SELECT m.id, m.site_id, m.work_center_id, m.code, m.name, m.calendar_id, m.speed_pct, m.batch_capacity, m.active, coalesce(c.code, '') AS calendar
		FROM md_machine m LEFT JOIN md_calendar c ON c.id = m.calendar_id WHERE `+seen("m")+` AND m.work_center_id = $2 ORDER BY m.ord, m.id`, batchOf(ctx), p.ID); err != nil {
		return p, err
	}
	p.Changeovers, err = db.All[Changeover](ctx, q, `SELECT c.work_center_id, c.from_family, c.to_family, c.minutes FROM md_changeover c WHERE `+seen("c")+` AND c.work_center_id = $2 ORDER BY c.ord, c.id`, batchOf(ctx), p.ID)
	return p, err
}

// CalendarPage is a calendar: its week and its special days.
type CalendarPage struct {
	Code  string         `json:"code"`
	Site  string         `json:"site"`
	Zone  string         `json:"time_zone"`
	Week  []CalendarSpan `json:"week" doc:"Empty: works every minute"`
	Days  []CalendarDate `json:"days"`
	Users []string       `json:"work_centers" doc:"Work centers that keep it"`
}

// CalendarSpan is working time of a weekday; a span may pass midnight.
type CalendarSpan struct {
	Weekday int    `db:"weekday" json:"weekday" doc:"1 = Monday"`
	From    string `db:"from_time" json:"from"`
	To      string `db:"to_time" json:"to"`
}

// CalendarDate is working time of one date instead of its weekday's; both empty: closed.
type CalendarDate struct {
	Date string `db:"date" json:"date"`
	From string `db:"from_time" json:"from"`
	To   string `db:"to_time" json:"to"`
}

func calendarPage(ctx context.Context, q db.Querier, site, code string) (CalendarPage, error) {
	s, err := siteNamed(ctx, q, site)
	p := CalendarPage{Code: code, Site: s.Code, Zone: s.TimeZone}
	if err != nil {
		return p, err
	}
	id, ok, err := db.Get[db.ID](ctx, q, `SELECT c.id FROM md_calendar c WHERE `+seen("c")+` AND c.code = $2 AND c.site_id = $3`, batchOf(ctx), code, s.ID)
	if err != nil {
		return p, err
	}
	if !ok {
		return p, fault.NotFound("masterdata.calendar_unknown", "site %s has no calendar %s", s.Code, code).With("code", code).With("site", s.Code)
	}
	if p.Week, err = db.All[CalendarSpan](ctx, q, `SELECT h.weekday, h.from_time, h.to_time FROM md_calendar_hours h WHERE `+seen("h")+` AND h.calendar_id = $2 ORDER BY h.weekday, h.from_time`, batchOf(ctx), id); err != nil {
		return p, err
	}
	if p.Days, err = db.All[CalendarDate](ctx, q, `SELECT d.date, d.from_time, d.to_time FROM md_calendar_day d WHERE `+seen("d")+` AND d.calendar_id = $2 ORDER BY d.date, d.from_time`, batchOf(ctx), id); err != nil {
		return p, err
	}
	p.Users, err = db.All[string](ctx, q, `SELECT w.code FROM md_work_center w WHERE `+seen("w")+` AND w.calendar_id = $2 ORDER BY w.ord, w.id`, batchOf(ctx), id)
	return p, err
}

// WarehousePage is a warehouse with its locations.
type WarehousePage struct {
	Code      string     `db:"code" json:"code"`
	Name      string     `db:"name" json:"name"`
	Site      string     `db:"site" json:"site"`
	Kind      string     `db:"kind" json:"kind"`
	InCosting bool       `db:"in_costing" json:"in_costing"`
	Locations []Location `json:"locations"`
}

func warehousePage(ctx context.Context, q db.Querier, site, code string) (WarehousePage, error) {
	s, err := siteNamed(ctx, q, site)
	if err != nil {
		return WarehousePage{}, err
	}
	p, ok, err := db.Get[WarehousePage](ctx, q, `SELECT w.code, w.name, '' AS site, w.kind, w.in_costing FROM md_warehouse w WHERE `+seen("w")+` AND w.code = $2 AND w.site_id = $3`, batchOf(ctx), code, s.ID)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.warehouse_unknown", "site %s has no warehouse %s", s.Code, code).With("code", code).With("site", s.Code)
	}
	if err != nil {
		return p, err
	}
	p.Site = s.Code
	p.Locations, err = db.All[Location](ctx, q, `SELECT`+locationFrom+` WHERE `+seen("l")+` AND w.code = $2 AND l.site_id = $3 ORDER BY l.code`, batchOf(ctx), code, s.ID)
	return p, err
}
