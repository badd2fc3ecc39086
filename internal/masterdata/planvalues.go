package masterdata

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
)

// supplySite sets the site that an item is brought from. That site may not get the item from here, directly or round
// about.
func (e *editor) supplySite() error {
	if e.in.SupplySite == nil {
		return nil
	}
	s := &e.p.site
	if *e.in.SupplySite == "" {
		s.SupplySite = 0
		return nil
	}
	from, err := SiteByCode(e.ctx, e.tx, *e.in.SupplySite)
	switch {
	case fault.Is(err, "masterdata.site_unknown"):
		e.bad("supply_site", "masterdata.site_unknown", *e.in.SupplySite, "code", *e.in.SupplySite)
		return nil
	case err != nil:
		return err
	case from.ID == s.Site:
		e.bad("supply_site", "masterdata.supply_site_self", from.Code)
		return nil
	}
	s.SupplySite = from.ID
	by, err := supplied(e.ctx, e.tx, []db.ID{e.p.item.ID})
	if err != nil {
		return err
	}
	if by[e.p.item.ID] == nil {
		by[e.p.item.ID] = map[db.ID]db.ID{}
	}
	by[e.p.item.ID][s.Site] = from.ID
	if at, loops := round(by[e.p.item.ID], s.Site); loops {
		via, err := SiteByID(e.ctx, e.tx, at)
		if err != nil {
			return err
		}
		e.bad("supply_site", "masterdata.supply_site_loop", from.Code, "site", via.Code)
	}
	return nil
}

// supplied says of items which site brings them to which: item, site, site that it comes from.
func supplied(ctx context.Context, q db.Querier, items []db.ID) (map[db.ID]map[db.ID]db.ID, error) {
	type row struct {
		Item db.ID `db:"item_id"`
		Site db.ID `db:"site_id"`
		From db.ID `db:"supply_site_id"`
	}
	out := map[db.ID]map[db.ID]db.ID{}
	return out, inChunks(items, func(part []db.ID) error {
		w := ask(ctx, "t")
		w.And("t.supply_site_id <> 0")
		db.In(w, "t.item_id", part)
		return db.Each(ctx, q, `SELECT t.item_id, t.site_id, t.supply_site_id FROM md_item_site t`+w.String(), w.Args, func(r *row) error {
			if out[r.Item] == nil {
				out[r.Item] = map[db.ID]db.ID{}
			}
			out[r.Item][r.Site] = r.From
			return nil
		})
	})
}

// round follows an item from site to site; it names the one that leads back to where it began.
func round(from map[db.ID]db.ID, site db.ID) (at db.ID, loops bool) {
	at = from[site]
	for range from {
		next := from[at]
		if next == 0 {
			return 0, false
		}
		if next == site {
			return next, true
		}
		at = next
	}
	return at, true
}

// words notes what planning.csv says of each item.
func (l *planner) words() error {
	if len(l.p.Planning) == 0 {
		return nil
	}
	l.sites, l.worded = map[string]db.ID{}, map[string]*pack.Planning{}
	for i := range l.p.Planning {
		l.worded[l.p.Planning[i].Item] = &l.p.Planning[i]
	}
	return db.Each(l.ctx, l.q, `SELECT `+siteCols+` WHERE `+seen("s"), []any{l.batch}, func(s *Site) error { l.sites[s.Code] = s.ID; return nil })
}

func (l *planner) say(s *itemSiteRow, p *pack.Planning) {
	s.LeadPer, s.LeadPerDays, s.LeadFrom, s.SupplySite, s.TransferDays = p.LeadPer, p.LeadPerDays, p.LeadFrom, l.sites[p.SupplySite], p.TransferDays
}

// planning takes planning.csv for the items that the pack does not list.
func (l *planner) planning(old map[db.ID]*itemSiteRow) error {
	listed := map[string]bool{}
	for i := range l.p.Items {
		listed[l.p.Items[i].Code] = true
	}
	t := &table[itemSiteRow, *itemSiteRow]{name: "md_item_site"}
	for i := range l.p.Planning {
		p := &l.p.Planning[i]
		if listed[p.Item] {
			t.same++
			continue
		}
		id := l.items[p.Item]
		row := itemSiteRow{Item: id, Site: l.siteID(), LotRule: "lot_for_lot", YieldPct: num.Int(100), Ord: int64(len(old) + i + 1)}
		o := old[id]
		if o != nil {
			row = *o
		}
		l.say(&row, p)
		if o != nil {
			l.tell("planning.csv", p.Item, *o, row)
		}
		t.put(l, o, row)
	}
	l.add("planning.csv", len(l.p.Planning), t.count(), t)
	return nil
}

// planning is the list of the product's own; the export of a factory does not hold it.
func (d *dump) planning() error {
	if !d.all {
		return nil
	}
	sites, err := d.codes("md_site")
	if err != nil {
		return err
	}
	type row struct {
		Code string `db:"code"`
		itemSiteRow
	}
	return each(d, `SELECT i.code, s.* FROM md_item_site s JOIN md_item i ON i.id = s.item_id WHERE `+seen("s")+` AND s.site_id = $2 ORDER BY s.ord, s.id`, func(r *row) {
		d.p.Planning = append(d.p.Planning, pack.Planning{Item: r.Code, LeadPer: r.LeadPer, LeadPerDays: r.LeadPerDays, LeadFrom: r.LeadFrom, SupplySite: sites[r.SupplySite], TransferDays: r.TransferDays})
	})
}

// sitesSupply finds a site that would bring an item to itself, round about.
func (c *checker) sitesSupply() error {
	var codes []string
	for i := range c.p.Planning {
		if c.p.Planning[i].SupplySite != "" {
			codes = append(codes, c.p.Planning[i].Item)
		}
	}
	if len(codes) == 0 || c.site.ID == 0 {
		return nil
	}
	type row struct {
		ID   db.ID  `db:"id"`
		Code string `db:"code"`
	}
	ids, known := map[string]db.ID{}, []db.ID{}
	if err := inChunks(codes, func(part []string) error {
		w := ask(c.ctx, "t")
		db.In(w, "t.code", part)
		return db.Each(c.ctx, c.q, `SELECT t.id, t.code FROM md_item t`+w.String(), w.Args, func(r *row) error {
			ids[r.Code], known = r.ID, append(known, r.ID)
			return nil
		})
	}); err != nil {
		return err
	}
	by, err := supplied(c.ctx, c.q, known)
	if err != nil {
		return err
	}
	sites, names := map[string]db.ID{}, map[db.ID]string{}
	if err := db.Each(c.ctx, c.q, `SELECT `+siteCols+` WHERE `+seen("s"), []any{batchOf(c.ctx)}, func(s *Site) error { sites[s.Code], names[s.ID] = s.ID, s.Code; return nil }); err != nil {
		return err
	}
	for i := range c.p.Planning {
		p := &c.p.Planning[i]
		if p.SupplySite == "" {
			continue
		}
		from := by[ids[p.Item]]
		if from == nil {
			from = map[db.ID]db.ID{}
		}
		from[c.site.ID] = sites[p.SupplySite]
		if sites[p.SupplySite] == c.site.ID {
			c.add(Messages, "masterdata.supply_site_self", "planning.csv", p.Row, "supply_site", p.SupplySite)
		} else if at, loops := round(from, c.site.ID); loops {
			c.add(Messages, "masterdata.supply_site_loop", "planning.csv", p.Row, "supply_site", p.SupplySite, "site", names[at])
		}
	}
	return nil
}
