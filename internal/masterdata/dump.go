package masterdata

import (
	"context"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
)

// Dump fills the pack with the master data of a site, in the order in which it came.
func (m *Module) Dump(ctx context.Context, q db.Querier, site db.ID, p *pack.Pack) error {
	return dumpInto(&dump{ctx: ctx, q: q, site: site, p: p})
}

// DumpAll is Dump with the places and tools that nobody listed, for the export of a single list.
func (m *Module) DumpAll(ctx context.Context, q db.Querier, site db.ID, p *pack.Pack) error {
	return dumpInto(&dump{ctx: ctx, q: q, site: site, p: p, all: true})
}

func dumpInto(d *dump) error {
	for _, step := range []func() error{d.head, d.items, d.units, d.boms, d.routings, d.resources, d.calendars, d.people, d.places, d.tools, d.planning} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

type dump struct {
	ctx     context.Context
	q       db.Querier
	site    db.ID
	p       *pack.Pack
	all     bool // also what was made because something named it
	items_  map[db.ID]string
	centers map[db.ID]string
}

// each runs a query whose $1 is the batch and $2 the site.
func each[T any](d *dump, text string, fn func(*T)) error {
	return db.Each(d.ctx, d.q, text, []any{batchOf(d.ctx), d.site}, func(r *T) error { fn(r); return nil })
}

type idCode struct {
	ID   db.ID  `db:"id"`
	Code string `db:"code"`
}

func (d *dump) codes(table string) (map[db.ID]string, error) {
	out := map[db.ID]string{}
	w := ask(d.ctx, "t")
	err := db.Each(d.ctx, d.q, `SELECT t.id, t.code FROM `+table+` t`+w.String(), w.Args, func(r *idCode) error { out[r.ID] = r.Code; return nil })
	return out, err
}

func (d *dump) head() (err error) {
	s, err := SiteByID(d.ctx, d.q, d.site)
	if err != nil {
		return err
	}
	d.p.Site = pack.Site{Code: s.Code, Name: s.Name, TimeZone: s.TimeZone, Currency: s.Currency, Today: s.Today}
	if s.Implicit {
		d.p.Site = pack.New().Site
	}
	if d.items_, err = d.codes("md_item"); err == nil {
		d.centers, err = d.codes("md_work_center")
	}
	return err
}

func (d *dump) items() error {
	partners, err := d.codes("md_partner")
	if err != nil {
		return err
	}
	type row struct {
		Code      string `db:"code"`
		Name      string `db:"name"`
		Spec      string `db:"spec"`
		UoM       string `db:"uom"`
		Kind      string `db:"kind"`
		Tracking  string `db:"tracking"`
		Family    string `db:"family"`
		Decimals  int    `db:"decimals"`
		ShelfLife int    `db:"shelf_life_days"`
		GTIN      string `db:"gtin"`
		Barcode   string `db:"barcode"`
		itemSiteRow
	}
	return each(d, `SELECT i.code, i.name, i.spec, i.uom, i.kind, i.tracking, i.family, i.decimals, i.shelf_life_days, i.gtin, i.barcode, s.*
		FROM md_item_site s JOIN md_item i ON i.id = s.item_id WHERE `+seen("s")+` AND s.site_id = $2 ORDER BY s.ord, s.id`, func(r *row) {
		d.p.Items = append(d.p.Items, pack.Item{Code: r.Code, Name: r.Name, Spec: r.Spec, UOM: r.UoM, Kind: r.Kind, Tracking: r.Tracking, Family: r.Family, LeadDays: r.LeadDays,
			SafetyStock: r.SafetyStock, MinLot: r.MinLot, LotMultiple: r.LotMultiple, MaxLot: r.MaxLot, LotRule: r.LotRule, FixedLot: r.FixedLot, PeriodDays: r.PeriodDays,
			ReorderPoint: r.ReorderPoint, MaxStock: r.MaxStock, YieldPct: r.YieldPct, Decimals: r.Decimals, ShelfLifeDays: r.ShelfLife, StandardCost: r.StandardCost,
			PurchasePrice: r.PurchasePrice, Supplier: partners[r.Supplier], GTIN: r.GTIN, Barcode: r.Barcode})
	})
}

// atSite limits rows of an item to items that the site has.
const atSite = ` AND EXISTS (SELECT 1 FROM md_item_site s WHERE s.item_id = t.item_id AND s.site_id = $2 AND (s.batch_id = $1 OR s.batch_id NOT IN (SELECT id FROM kit_batch)))`

func (d *dump) units() error {
	return each(d, `SELECT t.* FROM md_uom t WHERE `+seen("t")+atSite+` ORDER BY t.ord, t.id`, func(r *uomRow) {
		d.p.UOMs = append(d.p.UOMs, pack.UOM{Item: d.items_[r.Item], UOM: r.UoM, Factor: r.Own, Per: r.Per, Decimals: r.Decimals})
	})
}

func (d *dump) boms() error {
	heads := map[db.ID]bomHead{}
	if err := each(d, `SELECT t.* FROM md_bom t WHERE `+seen("t")+atSite, func(r *bomHead) { heads[r.ID] = *r }); err != nil {
		return err
	}
	w := ask(d.ctx, "t")
	return db.Each(d.ctx, d.q, `SELECT t.* FROM md_bom_line t`+w.String()+` ORDER BY t.ord, t.id`, w.Args, func(r *bomLine) error {
		h, ours := heads[r.BOM]
		if !ours {
			return nil
		}
		if h.To == OpenEnd {
			h.To = ""
		}
		var subs []string
		for _, id := range splitIDs(r.Substitutes) {
			subs = append(subs, d.items_[id])
		}
		d.p.BOMs = append(d.p.BOMs, pack.BOMLine{Product: d.items_[h.Item], Version: h.Version, EffectiveFrom: h.From, EffectiveTo: h.To, Role: r.Role, Item: d.items_[r.Item],
			Qty: r.Qty, ScrapPct: r.ScrapPct, Op: r.Op, Issue: r.Issue, Substitutes: subs, CostSharePct: r.CostSharePct})
		return nil
	})
}

func (d *dump) routings() error {
	type row struct {
		Item    db.ID  `db:"item_id"`
		Version string `db:"version"`
		routingOpRow
	}
	return each(d, `SELECT t.item_id, t.version, o.routing_id, `+routingOpCols+` FROM md_routing_op o JOIN md_routing t ON t.id = o.routing_id
		WHERE `+seen("o")+` AND t.site_id = $2 ORDER BY o.ord, o.id`, func(r *row) {
		var alts []pack.Alternative
		for _, a := range splitAlternatives(r.Alternatives) {
			alts = append(alts, pack.Alternative{WorkCenter: d.centers[a.WorkCenterID], RunMin: a.RunMin})
		}
		d.p.Routings = append(d.p.Routings, pack.Operation{Product: d.items_[r.Item], Version: r.Version, Op: r.Op, Name: r.Name, WorkCenter: d.centers[r.WorkCenter], SetupMin: r.SetupMin,
			RunMin: r.RunMin, BatchMin: r.BatchMin, TransferLot: r.TransferLot, Report: r.Report, Inspection: r.Inspection, PieceRate: r.PieceRate, Tool: r.Tool, Skill: r.Skill, Alternatives: alts})
	})
}

func (d *dump) resources() error {
	calendars, err := d.codes("md_calendar")
	if err != nil {
		return err
	}
	if err := each(d, `SELECT t.* FROM md_work_center t WHERE `+seen("t")+` AND t.site_id = $2 ORDER BY t.ord, t.id`, func(r *workCenterRow) {
		d.p.WorkCenters = append(d.p.WorkCenters, pack.WorkCenter{Code: r.Code, Name: r.Name, Calendar: calendars[r.Calendar], CostPerHour: r.Cost, EfficiencyPct: r.Efficiency, Kind: r.Kind, Capacity: r.Capacity})
	}); err != nil {
		return err
	}
	if err := each(d, `SELECT t.* FROM md_machine t WHERE `+seen("t")+` AND t.site_id = $2 ORDER BY t.ord, t.id`, func(r *machineRow) {
		d.p.Machines = append(d.p.Machines, pack.Machine{Code: r.Code, Name: r.Name, WorkCenter: d.centers[r.WorkCenter], Calendar: calendars[r.Calendar], SpeedPct: r.Speed, EfficiencyPct: r.Efficiency, BatchCapacity: r.BatchCapacity})
	}); err != nil {
		return err
	}
	return each(d, `SELECT t.* FROM md_changeover t JOIN md_work_center w ON w.id = t.work_center_id WHERE `+seen("t")+` AND w.site_id = $2 ORDER BY t.ord, t.id`, func(r *changeoverRow) {
		d.p.Changeovers = append(d.p.Changeovers, pack.Changeover{WorkCenter: d.centers[r.WorkCenter], FromFamily: r.From, ToFamily: r.To, Minutes: num.Dec(r.Minutes)})
	})
}

func (d *dump) calendars() error {
	codes, err := d.codes("md_calendar")
	if err != nil {
		return err
	}
	if err := each(d, `SELECT t.* FROM md_calendar_hours t JOIN md_calendar c ON c.id = t.calendar_id WHERE `+seen("t")+` AND c.site_id = $2 ORDER BY t.ord, t.id`, func(r *calendarHours) {
		d.p.Calendars = append(d.p.Calendars, pack.CalendarHours{Calendar: codes[r.Calendar], Weekday: r.Weekday, From: r.From, To: r.To, Shift: r.Shift})
	}); err != nil {
		return err
	}
	return each(d, `SELECT t.* FROM md_calendar_day t JOIN md_calendar c ON c.id = t.calendar_id WHERE `+seen("t")+` AND c.site_id = $2 ORDER BY t.ord, t.id`, func(r *calendarDay) {
		d.p.CalendarDays = append(d.p.CalendarDays, pack.CalendarDay{Calendar: codes[r.Calendar], Date: r.Date, From: r.From, To: r.To, Shift: r.Shift, Note: r.Note})
	})
}

// people are the partners, warehouses and workers.
func (d *dump) people() error {
	carriers, err := d.codes("md_partner")
	if err != nil {
		return err
	}
	if err := each(d, `SELECT t.* FROM md_partner t JOIN md_site_use u ON u.ref_id = t.id AND u.kind = 'partner' WHERE `+seen("u")+` AND u.site_id = $2 ORDER BY u.ord, u.id`, func(r *partnerRow) {
		d.p.Partners = append(d.p.Partners, pack.Partner{Code: r.Code, Name: r.Name, Kinds: strings.Split(r.Kinds, ";"), Phone: r.Phone, Email: r.Email, Address: r.Address, Carrier: carriers[r.Carrier], OverPct: r.OverPct, UnderPct: r.UnderPct, Terms: r.Terms})
	}); err != nil {
		return err
	}
	if err := each(d, `SELECT t.* FROM md_warehouse t WHERE `+seen("t")+` AND t.site_id = $2 AND NOT t.implicit ORDER BY t.ord, t.id`, func(r *warehouseRow) {
		d.p.Warehouses = append(d.p.Warehouses, pack.Warehouse{Code: r.Code, Name: r.Name, Kind: r.Kind, InCosting: r.InCosting})
	}); err != nil {
		return err
	}
	return each(d, `SELECT t.* FROM md_worker t JOIN md_site_use u ON u.ref_id = t.id AND u.kind = 'worker' WHERE `+seen("u")+` AND u.site_id = $2 ORDER BY u.ord, u.id`, func(r *workerRow) {
		var skills []string
		if r.Skills != "" {
			skills = strings.Split(r.Skills, ";")
		}
		d.p.Workers = append(d.p.Workers, pack.Worker{Code: r.Code, Name: r.Name, Badge: r.Badge, Team: r.Team, Skills: skills})
	})
}
