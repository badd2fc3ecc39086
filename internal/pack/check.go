package pack

import (
	"strconv"
	"strings"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// check finds what no single cell shows: doubles, references, dates that contradict each other, loops.
func (r *reader) check() {
	r.checkSite()
	r.checkItems()
	r.checkBOMs()
	r.checkRoutings()
	r.checkResources()
	r.checkCalendars()
	r.checkStock()
	r.checkOrders()
	r.checkPlanning()
}

// once finds keys that stand twice. The key of a row is its columns; a row without them was a fault already.
type once struct {
	c      *faults
	file   string
	column string
	seen   map[string]int
}

func (r *reader) once(file, column string) *once {
	return &once{r.c, file, column, map[string]int{}}
}

func (o *once) row(row int, parts ...string) {
	for _, p := range parts {
		if p == "" {
			return
		}
	}
	key := strings.Join(parts, "\x00")
	if first, dup := o.seen[key]; dup {
		o.c.add(o.file, row, o.column, strings.Join(parts, " "), "pack.duplicate", "first", strconv.Itoa(first))
		return
	}
	o.seen[key] = row
}

// refs answers whether a code of one noun exists.
type refs struct {
	r    *reader
	noun string
	here map[string]bool
	open bool // nothing to check against
}

func (r *reader) refs(noun, file string) *refs {
	_, there := r.usable[file]
	return &refs{r, noun, map[string]bool{}, (!there && r.known == nil) || (there && !r.usable[file])}
}

func (f *refs) check(file string, row int, column, code string) {
	if code == "" || f.open || f.here[code] {
		return
	}
	if f.r.known != nil && f.r.known(Ref{Noun: f.noun, Code: code}) {
		f.here[code] = true // asked once
		return
	}
	f.r.c.add(file, row, column, code, "pack.unknown_"+f.noun)
}

// versions is refs for BOM and routing versions of a product.
type versions struct {
	refs
	here map[[2]string]bool
}

func (f *versions) check(file string, row int, column, product, version string) {
	if product == "" || version == "" || f.open || f.here[[2]string{product, version}] {
		return
	}
	if f.r.known != nil && f.r.known(Ref{Noun: f.noun, Code: product, Version: version}) {
		return
	}
	f.r.c.add(file, row, column, version, "pack.unknown_"+f.noun, "item", product)
}

func (r *reader) items() *refs {
	f := r.refs("item", "items.csv")
	if _, there := r.usable["items.csv"]; !there {
		f.open = r.known == nil // then its absence is the fault
	}
	for i := range r.p.Items {
		f.here[r.p.Items[i].Code] = true
	}
	return f
}

func (r *reader) partners() *refs {
	f := r.refs("partner", "partners.csv")
	for i := range r.p.Partners {
		f.here[r.p.Partners[i].Code] = true
	}
	return f
}

func (r *reader) workCenters() *refs {
	f := r.refs("work_center", "work_centers.csv")
	for i := range r.p.WorkCenters {
		f.here[r.p.WorkCenters[i].Code] = true
	}
	return f
}

func (r *reader) warehouses() *refs {
	f := r.refs("warehouse", "warehouses.csv")
	for i := range r.p.Warehouses {
		f.here[r.p.Warehouses[i].Code] = true
	}
	return f
}

func (r *reader) checkSite() {
	s := &r.p.Site
	if s.Row == 0 {
		return
	}
	if _, err := loadZone(s.TimeZone); err != nil {
		r.c.add("site.csv", s.Row, "time_zone", s.TimeZone, "pack.time_zone")
	}
	if len(s.Currency) != 3 || strings.Trim(s.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		r.c.add("site.csv", s.Row, "currency", s.Currency, "pack.currency")
	}
}

func (r *reader) checkItems() {
	codes := r.once("items.csv", "code")
	partners := r.partners()
	for i := range r.p.Items {
		it := &r.p.Items[i]
		codes.row(it.Row, it.Code)
		partners.check("items.csv", it.Row, "supplier", it.Supplier)
		if it.LotRule == "fixed" && it.FixedLot == 0 {
			r.c.add("items.csv", it.Row, "fixed_lot", "", "pack.fixed_lot")
		}
		if it.MaxLot > 0 && it.MaxLot < it.LotMultiple {
			r.c.add("items.csv", it.Row, "max_lot", it.MaxLot.String(), "pack.max_lot", "multiple", it.LotMultiple.String())
		}
	}
	own := map[string]string{}
	for i := range r.p.Items {
		own[r.p.Items[i].Code] = r.p.Items[i].UOM
	}
	items, units := r.items(), r.once("uoms.csv", "uom")
	for i := range r.p.UOMs {
		u := &r.p.UOMs[i]
		if u.UOM == own[u.Item] && u.UOM != "" && u.Factor != num.One && u.Factor != 0 {
			r.c.add("uoms.csv", u.Row, "factor", u.Factor.String(), "pack.own_unit", "uom", u.UOM, "item", u.Item)
		}
		items.check("uoms.csv", u.Row, "item", u.Item)
		units.row(u.Row, u.Item, u.UOM)
	}
}

func (r *reader) checkResources() {
	wcs := r.workCenters()
	codes := r.once("work_centers.csv", "code")
	for i := range r.p.WorkCenters {
		codes.row(r.p.WorkCenters[i].Row, r.p.WorkCenters[i].Code)
	}
	codes = r.once("machines.csv", "code")
	for i := range r.p.Machines {
		m := &r.p.Machines[i]
		codes.row(m.Row, m.Code)
		wcs.check("machines.csv", m.Row, "work_center", m.WorkCenter)
	}
	codes = r.once("changeovers.csv", "from_family")
	for i := range r.p.Changeovers {
		c := &r.p.Changeovers[i]
		codes.row(c.Row, c.WorkCenter, c.FromFamily, c.ToFamily)
		wcs.check("changeovers.csv", c.Row, "work_center", c.WorkCenter)
	}
	codes = r.once("partners.csv", "code")
	partners := r.partners()
	for i := range r.p.Partners {
		codes.row(r.p.Partners[i].Row, r.p.Partners[i].Code)
		partners.check("partners.csv", r.p.Partners[i].Row, "carrier", r.p.Partners[i].Carrier)
	}
	codes = r.once("warehouses.csv", "code")
	for i := range r.p.Warehouses {
		codes.row(r.p.Warehouses[i].Row, r.p.Warehouses[i].Code)
	}
	codes = r.once("workers.csv", "code")
	badges := r.once("workers.csv", "badge")
	for i := range r.p.Workers {
		codes.row(r.p.Workers[i].Row, r.p.Workers[i].Code)
		badges.row(r.p.Workers[i].Row, r.p.Workers[i].Badge)
	}
	codes, whs := r.once("locations.csv", "place"), r.warehouses()
	for i := range r.p.Locations {
		l := &r.p.Locations[i]
		codes.row(l.Row, l.Warehouse, l.Place)
		whs.check("locations.csv", l.Row, "warehouse", l.Warehouse)
	}
	codes = r.once("tools.csv", "code")
	items := r.items()
	for i := range r.p.Tools {
		t := &r.p.Tools[i]
		codes.row(t.Row, t.Code)
		for _, f := range t.Fits {
			code, op, some := CutFit(f)
			if some && op == 0 {
				r.c.add("tools.csv", t.Row, "fits", f, "pack.fit")
				continue
			}
			items.check("tools.csv", t.Row, "fits", code)
		}
	}
}

func (r *reader) checkPlanning() {
	codes, items, sites := r.once("planning.csv", "item"), r.items(), r.refs("site", "")
	for i := range r.p.Planning {
		p := &r.p.Planning[i]
		codes.row(p.Row, p.Item)
		items.check("planning.csv", p.Row, "item", p.Item)
		sites.check("planning.csv", p.Row, "supply_site", p.SupplySite)
		switch {
		case p.LeadPer > 0 && p.LeadPerDays == 0:
			r.c.add("planning.csv", p.Row, "lead_per_days", "", "pack.lead_per_days")
		case p.SupplySite != "" && p.SupplySite == r.p.Site.Code:
			r.c.add("planning.csv", p.Row, "supply_site", p.SupplySite, "pack.supply_site_self")
		}
	}
}

// CutFit takes "item:op" apart; some says whether a step was named, op is 0 when it is no number.
func CutFit(s string) (item string, op int, some bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0, false
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n <= 0 || n > 1_000_000 {
		n = 0
	}
	return s[:i], n, true
}

// checkRoutings: `calendar` of a work center is no reference, because a calendar that nobody lists works always.
func (r *reader) checkRoutings() {
	items, wcs, ops := r.items(), r.workCenters(), r.once("routings.csv", "op")
	for i := range r.p.Routings {
		o := &r.p.Routings[i]
		items.check("routings.csv", o.Row, "product", o.Product)
		wcs.check("routings.csv", o.Row, "work_center", o.WorkCenter)
		for _, a := range o.Alternatives {
			wcs.check("routings.csv", o.Row, "alternatives", a.WorkCenter)
		}
		if o.Op > 0 {
			ops.row(o.Row, o.Product, o.Version, strconv.Itoa(o.Op))
		}
	}
}

func (r *reader) checkCalendars() {
	for i := range r.p.Calendars {
		if h := &r.p.Calendars[i]; h.From != "" && h.From == h.To {
			r.c.add("calendars.csv", h.Row, "to", h.To, "pack.hours_empty")
		}
	}
	type day struct{ calendar, date string }
	first := map[day]*CalendarDay{}
	for i := range r.p.CalendarDays {
		d := &r.p.CalendarDays[i]
		switch {
		case (d.From == "") != (d.To == ""):
			r.c.add("calendar_days.csv", d.Row, "from", d.From, "pack.hours_half")
		case d.From != "" && d.From == d.To:
			r.c.add("calendar_days.csv", d.Row, "to", d.To, "pack.hours_empty")
		}
		k := day{d.Calendar, d.Date}
		if f := first[k]; f == nil {
			first[k] = d
		} else if (f.From == "") != (d.From == "") {
			r.c.add("calendar_days.csv", d.Row, "date", d.Date, "pack.day_mixed", "first", strconv.Itoa(f.Row))
		}
	}
}

func (r *reader) checkStock() {
	items, whs, serials := r.items(), r.warehouses(), r.once("stock.csv", "serial")
	for i := range r.p.Stock {
		s := &r.p.Stock[i]
		items.check("stock.csv", s.Row, "item", s.Item)
		whs.check("stock.csv", s.Row, "warehouse", s.Warehouse)
		if s.Serial == "" {
			continue
		}
		serials.row(s.Row, s.Item, s.Serial)
		if s.Qty.String() != "1" {
			r.c.add("stock.csv", s.Row, "qty", s.Qty.String(), "pack.serial_qty", "serial", s.Serial)
		}
	}
}

func (r *reader) checkOrders() {
	items, partners := r.items(), r.partners()
	boms := &versions{*r.refs("bom", "boms.csv"), map[[2]string]bool{}}
	for i := range r.p.BOMs {
		boms.here[[2]string{r.p.BOMs[i].Product, r.p.BOMs[i].Version}] = true
	}
	routings := &versions{*r.refs("routing", "routings.csv"), map[[2]string]bool{}}
	for i := range r.p.Routings {
		routings.here[[2]string{r.p.Routings[i].Product, r.p.Routings[i].Version}] = true
	}

	lines, heads := r.once("sales_orders.csv", "order"), map[string]*SalesLine{}
	for i := range r.p.SalesOrders {
		s := &r.p.SalesOrders[i]
		lines.row(s.Row, s.Order, strconv.Itoa(s.Line))
		items.check("sales_orders.csv", s.Row, "item", s.Item)
		partners.check("sales_orders.csv", s.Row, "customer", s.Customer)
		boms.check("sales_orders.csv", s.Row, "bom_version", s.Item, s.BOMVersion)
		if h := heads[s.Order]; h == nil {
			heads[s.Order] = s
		} else if s.Order != "" && h.Customer != s.Customer {
			r.c.add("sales_orders.csv", s.Row, "customer", s.Customer, "pack.order_mixed", "order", s.Order, "first", strconv.Itoa(h.Row))
		}
	}
	lines, suppliers := r.once("purchase_orders.csv", "order"), map[string]*PurchaseLine{}
	for i := range r.p.PurchaseOrders {
		s := &r.p.PurchaseOrders[i]
		lines.row(s.Row, s.Order, strconv.Itoa(s.Line))
		items.check("purchase_orders.csv", s.Row, "item", s.Item)
		partners.check("purchase_orders.csv", s.Row, "supplier", s.Supplier)
		if h := suppliers[s.Order]; h == nil {
			suppliers[s.Order] = s
		} else if s.Order != "" && h.Supplier != s.Supplier {
			r.c.add("purchase_orders.csv", s.Row, "supplier", s.Supplier, "pack.order_mixed", "order", s.Order, "first", strconv.Itoa(h.Row))
		}
	}
	for i := range r.p.Forecasts {
		items.check("forecasts.csv", r.p.Forecasts[i].Row, "item", r.p.Forecasts[i].Item)
	}
	orders := r.once("work_orders.csv", "order")
	for i := range r.p.WorkOrders {
		w := &r.p.WorkOrders[i]
		orders.row(w.Row, w.Order)
		items.check("work_orders.csv", w.Row, "item", w.Item)
		boms.check("work_orders.csv", w.Row, "bom_version", w.Item, w.BOMVersion)
		routings.check("work_orders.csv", w.Row, "routing_version", w.Item, w.RoutingVersion)
	}
}

func validDates(from, to string) bool {
	f, err1 := cal.ParseDay(from)
	t, err2 := cal.ParseDay(to)
	return err1 != nil || err2 != nil || f <= t
}
