package planning

import (
	"cmp"
	"context"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/mrp"
)

// problem is the planning problem of a site, and which rows its indices stand for.
type problem struct {
	mrp.Problem
	m        *Module
	site     masterdata.Site
	sites    []masterdata.Site // the first is the one that was asked for
	here     []map[db.ID]int32 // index of an item at each site
	items    []itemRow
	at       map[db.ID]int32      // index of an item at the site
	aside    []mrp.Version        // of items that another site brings
	owners   map[db.ID]string     // who supplies what customers supply
	routed   map[routedAt]bool    // items with a routing
	generals []masterdata.General // substitutes that are approved in general
	docs     []doc                // what a Source's Ref names, for all kinds but planned orders and passes
}

// doc is a document, a lot or a forecast behind a need or a supply.
type doc struct {
	ID     db.ID
	Number string
	Line   int64
	kind   mrp.Origin

	shipped num.Dec // of a sales line
}

type itemRow struct {
	ID         db.ID    `db:"id"`
	Code       string   `db:"code"`
	Name       string   `db:"name"`
	UoM        string   `db:"uom"`
	Decimals   int      `db:"decimals"`
	Kind       string   `db:"kind"`
	ShelfDays  int      `db:"shelf_life_days"`
	LeadDays   int      `db:"lead_days"`
	Safety     num.Dec  `db:"safety_stock"`
	MinLot     num.Dec  `db:"min_lot"`
	Multiple   num.Dec  `db:"lot_multiple"`
	MaxLot     num.Dec  `db:"max_lot"`
	LotRule    string   `db:"lot_rule"`
	FixedLot   num.Dec  `db:"fixed_lot"`
	PeriodDays int      `db:"period_days"`
	YieldPct   num.Dec  `db:"yield_pct"`
	Reorder    *num.Dec `db:"reorder_point"`
	Max        *num.Dec `db:"max_stock"`
	Supplier   db.ID    `db:"supplier_id"`
	LeadPer    num.Dec  `db:"lead_per"`
	PerDays    int      `db:"lead_per_days"`
	LeadFrom   string   `db:"lead_from"`
	SupplySite db.ID    `db:"supply_site_id"`
	Transfer   int      `db:"transfer_days"`

	site int // whose it is
}

// itemSelect reads what planning knows of items at the site $1.
const itemSelect = `SELECT i.id, i.code, i.name, i.uom, i.decimals, i.kind, i.shelf_life_days, coalesce(s.lead_days, 0) AS lead_days, coalesce(s.safety_stock, 0) AS safety_stock,
		  coalesce(s.min_lot, 0) AS min_lot, coalesce(s.lot_multiple, 0) AS lot_multiple, coalesce(s.max_lot, 0) AS max_lot, coalesce(s.lot_rule, 'lot_for_lot') AS lot_rule,
		  coalesce(s.fixed_lot, 0) AS fixed_lot, coalesce(s.period_days, 0) AS period_days, coalesce(s.yield_pct, 100000000) AS yield_pct, s.reorder_point, s.max_stock, coalesce(s.supplier_id, 0) AS supplier_id,
		  coalesce(pl.lead_per, 0) AS lead_per, coalesce(pl.lead_per_days, 0) AS lead_per_days, coalesce(pl.lead_from, 'days') AS lead_from, coalesce(pl.supply_site_id, 0) AS supply_site_id, coalesce(pl.transfer_days, 0) AS transfer_days
		FROM v_item i LEFT JOIN v_item_site s ON s.item_id = i.id AND s.site_id = $1 LEFT JOIN v_item_plan pl ON pl.item_id = i.id AND pl.site_id = $1`

var (
	kinds = map[string]mrp.Kind{"make": mrp.Make, "buy": mrp.Buy, "subcontract": mrp.Subcontract, "phantom": mrp.Phantom, "customer": mrp.Customer}
	rules = map[string]mrp.Rule{"lot_for_lot": mrp.LotForLot, "fixed": mrp.Fixed, "period": mrp.Period}
)

func (p *problem) ref(kind mrp.Origin, id db.ID, number string, line int64) mrp.Source {
	p.docs = append(p.docs, doc{ID: id, Number: number, Line: line, kind: kind})
	return mrp.Source{Kind: kind, Ref: int32(len(p.docs) - 1)}
}

// read builds the planning problem of a site alone from one snapshot: what another site brings counts like something
// that is bought.
func (m *Module) read(ctx context.Context, q db.Querier, site masterdata.Site, today string) (*problem, error) {
	return m.readSites(ctx, q, []masterdata.Site{site}, today)
}

// readSites builds one problem of several sites, the first of which is the one that was asked for; what one brings
// another is planned through.
func (m *Module) readSites(ctx context.Context, q db.Querier, sites []masterdata.Site, today string) (*problem, error) {
	day, err := cal.ParseDay(today)
	if err != nil {
		return nil, err
	}
	p, err := m.frame(ctx, q, sites, day)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context, db.Querier) error{p.readOwners, p.readStock, p.readPurchases, p.readWork, p.readSales, p.readOwn, p.readTransfers, p.readOwed, p.readSubstitutes} {
		if err := p.each(ctx, q, step); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// each takes a step for one site after the other.
func (p *problem) each(ctx context.Context, q db.Querier, step func(context.Context, db.Querier) error) error {
	for n := range p.sites {
		p.turn(n)
		if err := step(ctx, q); err != nil {
			return err
		}
	}
	p.turn(0)
	return nil
}

// turn makes a site the one that is read.
func (p *problem) turn(n int) {
	p.site = p.sites[n]
	if n < len(p.here) {
		p.at = p.here[n]
	}
}

func (p *problem) readOwners(ctx context.Context, q db.Querier) error {
	if p.owners != nil {
		return nil
	}
	type owned struct {
		Item db.ID  `db:"item_id"`
		Name string `db:"name"`
	}
	p.owners = map[db.ID]string{}
	return db.Each(ctx, q, `SELECT o.item_id, p.name FROM v_owned_item o JOIN v_partner p ON p.id = o.owner_id`, nil, func(r *owned) error { p.owners[r.Item] = r.Name; return nil })
}

func (p *problem) readItems(ctx context.Context, q db.Querier) error {
	n := len(p.here)
	at := map[db.ID]int32{}
	p.here, p.at = append(p.here, at), at
	c, err := masterdata.SiteCalendar(ctx, q, p.site.ID)
	if err != nil {
		return err
	}
	if n == 0 {
		p.Calendar = c
	} else {
		p.Calendars = append(p.Calendars, c)
	}
	list, err := db.All[itemRow](ctx, q, itemSelect+` ORDER BY i.code`, p.site.ID)
	if err != nil {
		return err
	}
	if err := db.Each(ctx, q, `SELECT DISTINCT item_id FROM v_routing WHERE site_id = $1`, []any{p.site.ID}, func(id *db.ID) error { p.routed[routedAt{n, *id}] = true; return nil }); err != nil {
		return err
	}
	first := len(p.items)
	for i := range list {
		x := &list[i]
		x.site = n
		at[x.ID] = int32(first + i)
		it := mrp.Item{Code: x.Code, Kind: kinds[x.Kind], Rule: rules[x.LotRule], Decimals: x.Decimals, LeadDays: x.LeadDays, PeriodDays: x.PeriodDays, Safety: x.Safety, MinLot: x.MinLot, Multiple: x.Multiple,
			MaxLot: x.MaxLot, FixedLot: x.FixedLot, YieldPct: x.YieldPct, ShelfDays: x.ShelfDays, LeadPer: x.LeadPer, LeadPerDays: x.PerDays, Calendar: int32(n)}
		if n > 0 {
			it.Code += " @ " + p.site.Code
		}
		if x.brought() {
			it.Kind, it.LeadDays, it.LeadPer, it.YieldPct = mrp.Buy, x.Transfer, 0, num.Int(100)
			if p.known(x.SupplySite) >= 0 {
				it.Kind = mrp.Transfer
			}
		}
		p.Items = append(p.Items, it)
	}
	p.items = append(p.items, list...)
	return p.leadByRouting(ctx, q, first, c)
}

func (p *problem) readBOMs(ctx context.Context, q db.Querier) error {
	type row struct {
		BOM     db.ID   `db:"bom_id"`
		Product db.ID   `db:"product_id"`
		Version string  `db:"version"`
		From    string  `db:"effective_from"`
		To      string  `db:"effective_to"`
		Role    string  `db:"role"`
		Item    db.ID   `db:"item_id"`
		Qty     num.Dec `db:"qty"`
		Scrap   num.Dec `db:"scrap_pct"`
		Issue   string  `db:"issue"`
	}
	index := map[db.ID]int{}
	var mine []mrp.Version
	err := db.Each(ctx, q, `SELECT l.bom_id, b.item_id AS product_id, b.version, b.effective_from, b.effective_to, l.role, l.item_id, l.qty, l.scrap_pct, l.issue
		FROM v_bom_line l JOIN v_bom b ON b.id = l.bom_id ORDER BY l.bom_id, l.line`, nil, func(r *row) error {
		n, ok := index[r.BOM]
		if !ok {
			n = len(mine)
			index[r.BOM] = n
			v := mrp.Version{Item: p.at[r.Product], Name: r.Version, From: -mrp.Never, To: mrp.Never}
			var err error
			if r.From != "" {
				if v.From, err = cal.ParseDay(r.From); err != nil {
					return err
				}
			}
			if r.To != "" {
				if v.To, err = cal.ParseDay(r.To); err != nil {
					return err
				}
			}
			mine = append(mine, v)
		}
		role := mrp.Component
		if r.Role != "component" {
			role = mrp.Output
		}
		mine[n].Lines = append(mine[n].Lines, mrp.Line{Item: p.at[r.Item], Role: role, Backflush: r.Issue == "backflush", None: r.Issue == "none", Qty: r.Qty, ScrapPct: r.Scrap})
		return nil
	})
	if err != nil {
		return err
	}
	for _, v := range mine { // what another site brings is not made here; an order that exists keeps its parts
		if p.items[v.Item].brought() {
			p.aside = append(p.aside, v)
		} else {
			p.Versions = append(p.Versions, v)
		}
	}
	p.bring()
	for _, list := range [][]mrp.Version{p.Versions, p.aside} {
		sortVersions(list)
	}
	return nil
}

// readStock takes what is usable: not on hold, not in quarantine; what customers own counts for items that they supply.
func (p *problem) readStock(ctx context.Context, q db.Querier) error {
	type row struct {
		Item    db.ID   `db:"item_id"`
		Lot     db.ID   `db:"lot_id"`
		Number  string  `db:"number"`
		Expires string  `db:"expires_on"`
		Store   string  `db:"kind"`
		Qty     num.Dec `db:"qty"`
	}
	return db.Each(ctx, q, `SELECT s.item_id, s.lot_id, coalesce(l.number, '') AS number, coalesce(l.expires_on, '') AS expires_on, w.warehouse_kind AS kind, CAST(sum(s.qty) AS BIGINT) AS qty
		FROM v_stock s JOIN v_location w ON w.id = s.location_id LEFT JOIN v_lot l ON l.id = s.lot_id
		WHERE s.site_id = $1 AND s.status = 'available' AND w.warehouse_kind <> 'quarantine'
		GROUP BY s.item_id, s.lot_id, l.number, l.expires_on, w.warehouse_kind ORDER BY s.item_id, s.lot_id, w.warehouse_kind`, []any{p.site.ID}, func(r *row) error {
		i, ok := p.at[r.Item]
		if !ok || (r.Store == "customer_owned") != (p.Items[i].Kind == mrp.Customer) {
			return nil
		}
		expires := mrp.Never
		if r.Expires != "" && r.Expires < "9999" {
			var err error
			if expires, err = cal.ParseDay(r.Expires); err != nil {
				return err
			}
		}
		p.Supplies = append(p.Supplies, mrp.Supply{Item: i, Day: p.Today, Expires: expires, Qty: r.Qty, Source: p.ref(mrp.Stock, r.Lot, r.Number, 0)})
		return nil
	})
}

// readPurchases takes what is ordered outside and has not come. Subcontracted work needs parts, less those that lie at
// the subcontractor.
func (p *problem) readPurchases(ctx context.Context, q db.Querier) error {
	type out struct {
		Partner db.ID   `db:"partner_id"`
		Item    db.ID   `db:"item_id"`
		Qty     num.Dec `db:"qty"`
	}
	type place struct{ partner, item db.ID }
	sent := map[place]num.Dec{}
	err := db.Each(ctx, q, `SELECT partner_id, item_id, CAST(sum(qty) AS BIGINT) AS qty FROM v_stock_outside WHERE site_id = $1 GROUP BY partner_id, item_id`, []any{p.site.ID}, func(r *out) error {
		sent[place{r.Partner, r.Item}] = r.Qty
		return nil
	})
	if err != nil {
		return err
	}
	type asked struct {
		ID     db.ID   `db:"id"`
		Number string  `db:"number"`
		Item   db.ID   `db:"item_id"`
		Qty    num.Dec `db:"qty"`
		Due    string  `db:"due"`
	}
	err = db.Each(ctx, q, `SELECT id, number, item_id, qty, due FROM v_requisition WHERE site_id = $1 ORDER BY due, number`, []any{p.site.ID}, func(r *asked) error {
		if i, ok := p.at[r.Item]; ok {
			p.Supplies = append(p.Supplies, mrp.Supply{Item: i, Day: p.day(r.Due), Expires: mrp.Never, Qty: r.Qty, Source: p.ref(mrp.Requisition, r.ID, r.Number, 0)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	type row struct {
		ID       db.ID   `db:"id"`
		Number   string  `db:"order_number"`
		Line     int64   `db:"line"`
		Supplier db.ID   `db:"supplier_id"`
		Kind     string  `db:"kind"`
		Item     db.ID   `db:"item_id"`
		Open     num.Dec `db:"open"`
		Due      string  `db:"due"`
	}
	return db.Each(ctx, q, `SELECT id, order_number, line, supplier_id, kind, item_id, qty - received AS open, due FROM v_purchase_line
		WHERE site_id = $1 AND NOT closed AND qty > received ORDER BY due, order_number, line`, []any{p.site.ID}, func(r *row) error {
		i, ok := p.at[r.Item]
		if !ok {
			return nil
		}
		due := p.day(r.Due)
		kind := mrp.Purchase
		if r.Kind == "subcontract" {
			kind = mrp.Subcontracted
		}
		src := p.ref(kind, r.ID, r.Number, r.Line)
		p.Supplies = append(p.Supplies, mrp.Supply{Item: i, Day: due, Expires: mrp.Never, Qty: r.Open, Source: src})
		if kind != mrp.Subcontracted {
			return nil
		}
		start := due - cal.Day(p.Items[i].Lead(r.Open))
		for _, l := range p.linesOf(i, due) {
			need, err := p.Gross(r.Open, &l)
			if err != nil {
				return err
			}
			at := place{r.Supplier, p.items[l.Item].ID}
			there := min(sent[at], need)
			sent[at] -= there
			p.Demands = append(p.Demands, mrp.Demand{Item: l.Item, Day: start, Qty: need - there, Source: src, Parent: i, Priority: usual})
		}
		return nil
	})
}

// usual is the priority of what has none.
const usual = 5

// linesOf are the parts of an item by the version in force on a day.
func (p *problem) linesOf(item int32, day cal.Day) (out []mrp.Line) {
	list := p.Versions
	if p.items[item].brought() {
		list = p.aside
	}
	best := -1
	from, _ := slices.BinarySearchFunc(list, item, func(v mrp.Version, i int32) int { return cmp.Compare(v.Item, i) })
	for v := from; v < len(list) && list[v].Item == item; v++ {
		if x := &list[v]; x.From <= day && day <= x.To {
			best = v
		}
	}
	if best < 0 {
		return nil
	}
	for _, l := range list[best].Lines {
		if l.Role == mrp.Component && !l.None {
			out = append(out, l)
		}
	}
	return out
}

// day reads a date of a document; an empty one means now.
func (p *problem) day(date string) cal.Day {
	d, err := cal.ParseDay(date)
	if err != nil {
		return p.Today
	}
	return d
}

// readWork takes what work orders will still bring, and the parts that they still need by their own copy of the bill.
func (p *problem) readWork(ctx context.Context, q db.Querier) error {
	type row struct {
		ID       db.ID   `db:"id"`
		Number   string  `db:"number"`
		Item     db.ID   `db:"item_id"`
		Qty      num.Dec `db:"qty"`
		Good     num.Dec `db:"good"`
		Scrap    num.Dec `db:"scrap"`
		Received num.Dec `db:"received"`
		Due      string  `db:"due"`
		Status   string  `db:"status"`
	}
	refs := map[db.ID]mrp.Source{}
	err := db.Each(ctx, q, `SELECT id, number, item_id, qty, good, scrap, received, due, status FROM v_work_order
		WHERE site_id = $1 AND status IN ('planned', 'released', 'started', 'completed') ORDER BY number`, []any{p.site.ID}, func(r *row) error {
		i, ok := p.at[r.Item]
		if !ok {
			return nil
		}
		src := p.ref(mrp.WorkOrder, r.ID, r.Number, 0)
		refs[r.ID] = src
		coming := max(r.Good-r.Received, 0)
		if r.Status != "completed" {
			rest, err := num.MulDivDown(int64(max(r.Qty-r.Good-r.Scrap, 0)), int64(p.Items[i].YieldPct), 100*int64(num.One))
			if err != nil {
				return err
			}
			coming += num.Dec(rest)
		}
		p.Supplies = append(p.Supplies, mrp.Supply{Item: i, Day: p.day(r.Due), Expires: mrp.Never, Qty: coming, Source: src, Fixed: r.Status == "started" || r.Status == "completed"})
		return nil
	})
	if err != nil {
		return err
	}
	needs, err := p.m.Production.OpenNeedsOf(ctx, q, p.site.ID, nil)
	for _, n := range needs {
		i, ok := p.at[n.Item]
		src, known := refs[n.Order]
		if ok && known {
			p.Demands = append(p.Demands, mrp.Demand{Item: i, Day: p.day(n.Date), Qty: n.Qty, Source: src, Parent: p.at[n.Product], Priority: priority(n.Priority)})
		}
	}
	return err
}

func priority(p int64) uint8 {
	if p <= 0 {
		return usual
	}
	return uint8(min(p, 255))
}

// readSales takes the open lines of sales orders, and forecasts as far as no order has taken their place.
func (p *problem) readSales(ctx context.Context, q db.Querier) error {
	type row struct {
		ID       db.ID   `db:"id"`
		Number   string  `db:"order_number"`
		Line     int64   `db:"line"`
		Item     db.ID   `db:"item_id"`
		Qty      num.Dec `db:"qty"`
		Shipped  num.Dec `db:"shipped"`
		Due      string  `db:"due"`
		Priority int64   `db:"priority"`
	}
	back, err := masterdata.IntSetting(ctx, q, SettingConsumeBack, "15")
	if err != nil {
		return err
	}
	ahead, err := masterdata.IntSetting(ctx, q, SettingConsumeAhead, "15")
	if err != nil {
		return err
	}
	var ordered []consumer
	// what was shipped still eats up the forecast that it was meant by
	err = db.Each(ctx, q, `SELECT id, order_number, line, item_id, qty, shipped, due, priority FROM v_sales_line
		WHERE site_id = $1 AND NOT cancelled AND (shipped < qty OR due >= $2) ORDER BY due, order_number, line`, []any{p.site.ID, (p.Today - cal.Day(max(back, ahead))).String()}, func(r *row) error {
		i, ok := p.at[r.Item]
		if !ok {
			return nil
		}
		due := p.day(r.Due)
		ordered = append(ordered, consumer{i, due, r.Qty})
		if open := r.Qty - r.Shipped; open > 0 {
			p.Demands = append(p.Demands, mrp.Demand{Item: i, Day: due, Qty: open, Source: p.ref(mrp.Sales, r.ID, r.Number, r.Line), Parent: -1, Priority: priority(r.Priority)})
			p.docs[len(p.docs)-1].shipped = r.Shipped
		}
		return nil
	})
	if err != nil {
		return err
	}
	type fc struct {
		ID   db.ID   `db:"id"`
		Item db.ID   `db:"item_id"`
		Date string  `db:"date"`
		Qty  num.Dec `db:"qty"`
	}
	var list []consumer
	var ids []fc
	err = db.Each(ctx, q, `SELECT id, item_id, date, qty FROM v_forecast WHERE site_id = $1 ORDER BY item_id, date, id`, []any{p.site.ID}, func(r *fc) error {
		if i, ok := p.at[r.Item]; ok {
			list, ids = append(list, consumer{i, p.day(r.Date), r.Qty}), append(ids, *r)
		}
		return nil
	})
	for k, left := range consume(list, ordered, int(back), int(ahead)) {
		// a forecast of a day that has passed is of no more use: what was meant by it came as orders, or did not come
		if left > 0 && list[k].day >= p.Today {
			p.Demands = append(p.Demands, mrp.Demand{Item: list[k].item, Day: list[k].day, Qty: left, Source: p.ref(mrp.Forecast, ids[k].ID, ids[k].Date, 0), Parent: -1, Priority: last})
		}
	}
	return err
}

// last is the priority of what nobody has ordered yet.
const last = 9

type consumer struct {
	item int32
	day  cal.Day
	qty  num.Dec
}

// consume lets orders eat up forecasts: each order, in the order of its day, those up to back days before it, the
// nearest first, then those up to ahead days after it. It gives what is left of each forecast; these are sorted by
// item and day.
func consume(list []consumer, orders []consumer, back, ahead int) []num.Dec {
	left := make([]num.Dec, len(list))
	for k := range list {
		left[k] = list[k].qty
	}
	for _, o := range orders {
		qty := o.qty
		at, _ := slices.BinarySearchFunc(list, o, func(f, o consumer) int {
			return cmp.Or(cmp.Compare(f.item, o.item), cmp.Compare(f.day, o.day+1))
		})
		for k := at - 1; k >= 0 && qty > 0 && list[k].item == o.item && int(o.day-list[k].day) <= back; k-- {
			eaten := min(left[k], qty)
			left[k], qty = left[k]-eaten, qty-eaten
		}
		for k := at; k < len(list) && qty > 0 && list[k].item == o.item && int(list[k].day-o.day) <= ahead; k++ {
			eaten := min(left[k], qty)
			left[k], qty = left[k]-eaten, qty-eaten
		}
	}
	return left
}

// readOwn takes firm planned orders and what the planner entered by hand.
func (p *problem) readOwn(ctx context.Context, q db.Querier) error {
	firm, err := db.All[firmRow](ctx, q, `SELECT `+firmColumns+` FROM mrp_firm f WHERE f.site_id = $1 AND f.state = 'firm' ORDER BY f.number`, p.site.ID)
	if err != nil {
		return err
	}
	for _, f := range firm {
		i, ok := p.at[f.Item]
		if !ok {
			continue
		}
		src := p.ref(mrp.Firm, f.ID, f.Number, 0)
		if f.Kind == "buy" || f.Kind == "transfer" && p.Items[i].Kind != mrp.Transfer || f.Kind != "transfer" && p.items[i].brought() {
			p.Supplies = append(p.Supplies, mrp.Supply{Item: i, Day: p.day(f.Due), Expires: mrp.Never, Qty: f.Qty, Source: src})
			continue
		}
		p.Works = append(p.Works, mrp.Work{Ref: src.Ref, Item: i, Qty: f.Qty, Due: p.day(f.Due), Start: p.day(f.Start), HasStart: f.Start != "", Firm: true, Version: -1, Priority: priority(f.Priority)})
	}
	type row struct {
		ID   db.ID   `db:"id"`
		Item db.ID   `db:"item_id"`
		Due  string  `db:"due"`
		Qty  num.Dec `db:"qty"`
		Note string  `db:"note"`
	}
	return db.Each(ctx, q, `SELECT id, item_id, due, qty, note FROM mrp_demand WHERE site_id = $1 ORDER BY due, id`, []any{p.site.ID}, func(r *row) error {
		if i, ok := p.at[r.Item]; ok {
			p.Demands = append(p.Demands, mrp.Demand{Item: i, Day: p.day(r.Due), Qty: r.Qty, Source: p.ref(mrp.Manual, r.ID, cmp.Or(r.Note, r.Due), 0), Parent: -1, Priority: usual})
		}
		return nil
	})
}
