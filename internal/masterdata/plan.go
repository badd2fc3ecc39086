package masterdata

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/pack"
)

// planner compares a pack with what is there.
type planner struct {
	ctx   context.Context
	q     db.Querier
	newID func() db.ID
	batch db.ID
	now   int64
	p     *pack.Pack
	out   *loading

	partners, items, centers, calendars map[string]db.ID
	tools                               []string // that the pack lists
	sites                               map[string]db.ID
	worded                              map[string]*pack.Planning // how an item is planned, by its code
	// whose prices are hidden cannot have meant to take them away: the pack that they exported had none
	hidePrice, hideCost bool
}

func plan(ctx context.Context, q db.Querier, newID func() db.ID, batch db.ID, now int64, p *pack.Pack) (*loading, error) {
	l := &planner{ctx: ctx, q: q, newID: newID, batch: batch, now: now, p: p, out: &loading{}, hidePrice: !actor.From(ctx).Can("see.price"), hideCost: !actor.From(ctx).Can("see.cost")}
	for _, step := range []func() error{l.site, l.calendar, l.partner, l.item, l.uom, l.bom, l.workCenter, l.machine, l.changeover, l.routing, l.warehouse, l.worker, l.tool, l.named} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return l.out, nil
}

// add keeps a part and what it does with a file; file "" counts nowhere.
func (l *planner) add(file string, rows int, c Count, parts ...part) {
	l.out.parts = append(l.out.parts, parts...)
	if file != "" && rows > 0 {
		c.File, c.Rows = file, rows
		l.out.counts = append(l.out.counts, c)
	}
}

// have reads the rows that are there, by key.
func have[R any, K comparable](l *planner, table, cond string, args []any, key func(*R) K) (map[K]*R, error) {
	out := map[K]*R{}
	w := ask(l.ctx, "t")
	if cond != "" {
		w.And(cond, args...)
	}
	err := db.Each(l.ctx, l.q, `SELECT t.* FROM `+table+` t`+w.String(), w.Args, func(r *R) error {
		c := *r
		out[key(&c)] = &c
		return nil
	})
	return out, err
}

func (l *planner) site() error {
	t := &table[siteRow, *siteRow]{name: "md_site"}
	s := l.p.Site
	rows := 1
	if s.Code == "" {
		// a pack without a site goes to the one that is there, or makes one that no export mentions
		d, err := Sites(l.ctx, l.q)
		if err != nil {
			return err
		}
		if len(d) > 0 {
			l.out.site = d[0]
			return nil
		}
		s.Code, rows = MainWarehouse, 0
	}
	old, err := have(l, "md_site", "t.code = ?", []any{s.Code}, func(r *siteRow) string { return r.Code })
	if err != nil {
		return err
	}
	row := siteRow{Code: s.Code, Name: s.Name, Zone: s.TimeZone, Currency: s.Currency, Today: s.Today, Implicit: rows == 0}
	id, _ := t.put(l, old[s.Code], row)
	l.out.site = Site{ID: id, Code: row.Code, Name: row.Name, TimeZone: row.Zone, Currency: row.Currency, Today: row.Today, Implicit: row.Implicit}
	l.add("site.csv", rows, t.count(), t)
	return nil
}

func (l *planner) siteID() db.ID { return l.out.site.ID }

func (l *planner) partner() error {
	t := &table[partnerRow, *partnerRow]{name: "md_partner"}
	old, err := have(l, "md_partner", "", nil, func(r *partnerRow) string { return r.Code })
	if err != nil {
		return err
	}
	l.partners = make(map[string]db.ID, len(old))
	for code, r := range old {
		l.partners[code] = r.ID
	}
	used, rows := make([]db.ID, len(l.p.Partners)), make([]partnerRow, len(l.p.Partners))
	for i, p := range l.p.Partners {
		row := partnerRow{Code: p.Code, Name: p.Name, Kinds: strings.Join(p.Kinds, ";"), Phone: p.Phone, Email: p.Email, Address: p.Address, Active: true, Ext: "{}"}
		if o := old[p.Code]; o != nil { // what the file does not say stays
			row.Active, row.Ext, row.Carrier, row.OverPct, row.UnderPct, row.Terms = o.Active, o.Ext, o.Carrier, o.OverPct, o.UnderPct, o.Terms
		} else {
			row.ID = l.newID()
			l.partners[p.Code] = row.ID
		}
		rows[i] = row
	}
	for i, p := range l.p.Partners { // a carrier may stand behind its customers
		row := rows[i]
		if p.Carrier != "" {
			row.Carrier = l.partners[p.Carrier]
		}
		if p.OverPct != nil {
			row.OverPct = p.OverPct
		}
		if p.UnderPct != nil {
			row.UnderPct = p.UnderPct
		}
		if p.Terms != "" {
			row.Terms = p.Terms
		}
		if o := old[p.Code]; o != nil {
			l.tell("partners.csv", p.Code, *o, row)
			if o.Carrier != row.Carrier {
				l.differ("partners.csv", p.Code, "carrier", codeOf(l.partners, o.Carrier), codeOf(l.partners, row.Carrier))
			}
		}
		used[i], _ = t.put(l, old[p.Code], row)
		l.partners[p.Code] = used[i]
	}
	l.add("partners.csv", len(l.p.Partners), t.count(), t)
	return l.use("partner", used)
}

// use notes which of the company's partners and workers the site's file names.
func (l *planner) use(kind string, ids []db.ID) error {
	c := &collection[useRow]{name: "md_site_use"}
	old, err := have(l, "md_site_use", "t.site_id = ? AND t.kind = ?", []any{l.siteID(), kind}, func(r *useRow) db.ID { return r.Ref })
	if err != nil {
		return err
	}
	for i, id := range ids {
		if old[id] == nil {
			c.fresh = append(c.fresh, useRow{ID: l.newID(), Batch: l.batch, Site: l.siteID(), Kind: kind, Ref: id, Ord: int64(i + 1)})
		}
	}
	l.add("", 0, Count{}, c)
	return nil
}

func (l *planner) worker() error {
	t := &table[workerRow, *workerRow]{name: "md_worker"}
	old, err := have(l, "md_worker", "", nil, func(r *workerRow) string { return r.Code })
	if err != nil {
		return err
	}
	used := make([]db.ID, len(l.p.Workers))
	for i, w := range l.p.Workers {
		row := workerRow{Code: w.Code, Name: w.Name, Badge: w.Badge, Team: w.Team, Skills: strings.Join(w.Skills, ";"), Active: true, Ext: "{}"}
		if o := old[w.Code]; o != nil {
			row.Active, row.Ext = o.Active, o.Ext
		}
		id, differs := t.put(l, old[w.Code], row)
		if used[i] = id; differs && w.Badge != "" && row.Active {
			l.out.workers = append(l.out.workers, Worker{ID: id, Code: row.Code, Name: row.Name, Badge: row.Badge, Team: row.Team, Skills: row.Skills, Active: true})
		}
	}
	l.add("workers.csv", len(l.p.Workers), t.count(), t)
	return l.use("worker", used)
}

// warehouse makes each warehouse with its own place, and the places that stock.csv names.
func (l *planner) warehouse() error {
	t := &table[warehouseRow, *warehouseRow]{name: "md_warehouse"}
	old, err := have(l, "md_warehouse", "t.site_id = ?", []any{l.siteID()}, func(r *warehouseRow) string { return r.Code })
	if err != nil {
		return err
	}
	ids := make(map[string]db.ID, len(old))
	for code, r := range old {
		ids[code] = r.ID
	}
	for i, w := range l.p.Warehouses {
		row := warehouseRow{Site: l.siteID(), Code: w.Code, Name: w.Name, Kind: w.Kind, InCosting: w.InCosting, Active: true, Ord: int64(i + 1)}
		if o := old[w.Code]; o != nil {
			row.Active = o.Active
			if !o.Implicit {
				row.Ord = o.Ord
			}
		}
		ids[w.Code], _ = t.put(l, old[w.Code], row)
	}
	c := t.count()
	places := &table[locationRow, *locationRow]{name: "md_location"}
	there, err := have(l, "md_location", "t.site_id = ?", []any{l.siteID()}, func(r *locationRow) string { return r.Code })
	if err != nil {
		return err
	}
	place := func(warehouse, name string) {
		code := LocationCode(warehouse, name)
		if there[code] == nil {
			r := locationRow{Site: l.siteID(), Warehouse: ids[warehouse], Code: code, Place: name, Active: true}
			r.ID, _ = places.put(l, nil, r)
			there[code] = &r
		}
	}
	for _, w := range l.p.Warehouses {
		place(w.Code, "")
	}
	for _, s := range l.p.Stock {
		wh := s.Warehouse
		if wh == "" {
			wh = MainWarehouse
			if ids[wh] == 0 {
				ids[wh], _ = t.put(l, nil, warehouseRow{Site: l.siteID(), Code: wh, Kind: "normal", InCosting: true, Implicit: true, Active: true})
			}
		}
		place(wh, "")
		place(wh, s.Location)
	}
	listed := &table[locationRow, *locationRow]{name: "md_location"}
	for i, p := range l.p.Locations {
		code := LocationCode(p.Warehouse, p.Place)
		row, o := locationRow{Site: l.siteID(), Warehouse: ids[p.Warehouse], Code: code, Place: p.Place, Name: p.Name, Active: true, Ord: int64(i + 1)}, there[code]
		if at := slices.IndexFunc(places.fresh, func(r locationRow) bool { return r.Code == code }); at >= 0 { // stock names it too
			places.fresh[at].Name, places.fresh[at].Ord = row.Name, row.Ord
			listed.same++
			continue
		}
		if o != nil {
			row.Active = o.Active
			if p.Name == "" {
				row.Name = o.Name
			}
			if o.Ord != 0 || row.Name == o.Name { // what the list does not change stays as it came to be
				row.Ord = o.Ord
			}
		}
		listed.put(l, o, row)
	}
	l.add("warehouses.csv", len(l.p.Warehouses), c, t, places)
	l.add("locations.csv", len(l.p.Locations), listed.count(), listed)
	return nil
}

// sameSet says whether two collections hold the same rows, whatever their order.
func sameSet[R any](a, b []R, cmp func(x, y *R) int) bool {
	if len(a) != len(b) {
		return false
	}
	x, y := slices.Clone(a), slices.Clone(b)
	less := func(p, q R) int { return cmp(&p, &q) }
	slices.SortFunc(x, less)
	slices.SortFunc(y, less)
	for i := range x {
		if cmp(&x[i], &y[i]) != 0 {
			return false
		}
	}
	return true
}
