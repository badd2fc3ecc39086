package planning

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/mrp"
)

// readTogether reads a site as of today, with those that bring it items or get some from it.
func (m *Module) readTogether(ctx context.Context, q db.Querier, site masterdata.Site) (*problem, error) {
	sites, err := together(ctx, q, site)
	if err != nil {
		return nil, err
	}
	return m.readSites(ctx, q, sites, m.DB.Now().In(site.Location()).Format(time.DateOnly))
}

type routedAt struct {
	site int
	item db.ID
}

// brought says that another site brings the item.
func (x *itemRow) brought() bool {
	return x.SupplySite != 0 && x.Kind != "phantom" && x.Kind != "customer"
}

// known is the place of a site among those that are planned together, -1 for none of them.
func (p *problem) known(site db.ID) int {
	return slices.IndexFunc(p.sites, func(s masterdata.Site) bool { return s.ID == site })
}

// bring joins the items that one site brings another, once all sites have their items: like a bill of materials of one
// line, so a transfer is a need of the site that sends.
func (p *problem) bring() {
	if p.site.ID != p.sites[len(p.sites)-1].ID {
		return
	}
	for i := range p.items {
		x := &p.items[i]
		if p.Items[i].Kind != mrp.Transfer {
			continue
		}
		from := p.here[p.known(x.SupplySite)][x.ID]
		p.Versions = append(p.Versions, mrp.Version{Item: int32(i), From: -mrp.Never, To: mrp.Never, Lines: []mrp.Line{{Item: from, Qty: num.One}}})
	}
}

// together are the sites that bring each other items, the one that was asked for first.
func together(ctx context.Context, q db.Querier, site masterdata.Site) ([]masterdata.Site, error) {
	type pair struct {
		A db.ID `db:"site_id"`
		B db.ID `db:"supply_site_id"`
	}
	pairs, err := db.All[pair](ctx, q, `SELECT DISTINCT site_id, supply_site_id FROM v_item_plan WHERE supply_site_id <> 0 ORDER BY site_id, supply_site_id`)
	if err != nil || len(pairs) == 0 {
		return []masterdata.Site{site}, err
	}
	ids := []db.ID{site.ID}
	for at := 0; at < len(ids); at++ {
		for _, x := range pairs {
			for _, y := range [][2]db.ID{{x.A, x.B}, {x.B, x.A}} {
				if y[0] == ids[at] && !slices.Contains(ids, y[1]) {
					ids = append(ids, y[1])
				}
			}
		}
	}
	slices.Sort(ids[1:])
	out := []masterdata.Site{site}
	for _, id := range ids[1:] {
		s, err := masterdata.SiteByID(ctx, q, id)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// leadByRouting gives items whose lead time comes from their routing its set-up and run time, in working days of the
// site.
func (p *problem) leadByRouting(ctx context.Context, q db.Querier, first int, c *cal.Calendar) error {
	var ids []db.ID
	for i := first; i < len(p.items); i++ {
		if x := &p.items[i]; x.LeadFrom == "routing" && !x.brought() && (x.Kind == "make" || x.Kind == "subcontract") {
			ids = append(ids, x.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	routes, err := masterdata.EffectiveRoutings(ctx, q, ids, p.Today.String())
	if err != nil {
		return err
	}
	day := workMinutes(c, p.Today)
	for _, id := range ids {
		it := &p.Items[p.at[id]]
		var setup int64
		for _, op := range routes[id].Ops {
			setup += op.SetupMS
			it.RunMin += op.RunMin
			it.SetupMin += op.BatchMin
		}
		minutes, err := num.MulDivUp(setup, int64(num.One), 60_000)
		if err != nil {
			return err
		}
		if it.SetupMin += num.Dec(minutes); it.SetupMin+it.RunMin > 0 {
			it.DayMin = day
		}
	}
	return nil
}

// workMinutes are those of an ordinary working day: the most frequent of the coming four weeks, 24 hours without a
// calendar.
func workMinutes(c *cal.Calendar, today cal.Day) num.Dec {
	if c == nil {
		return num.Int(24 * 60)
	}
	times := map[int64]int{}
	var best int64
	for d := today; d < today+28; d++ {
		if ms := c.WorkOf(d); ms > 0 {
			if times[ms]++; times[ms] > times[best] || times[ms] == times[best] && ms < best {
				best = ms
			}
		}
	}
	if best < 60_000 {
		return num.Int(24 * 60)
	}
	return num.Int(best / 60_000)
}

// readTransfers takes what goes from one site to another: for the one that receives what is on the way or will be sent,
// for the one that sends what it has not sent yet.
func (p *problem) readTransfers(ctx context.Context, q db.Querier) error {
	type row struct {
		ID      db.ID   `db:"id"`
		Number  string  `db:"number"`
		Line    int64   `db:"line"`
		From    db.ID   `db:"from_site_id"`
		Item    db.ID   `db:"item_id"`
		Asked   num.Dec `db:"asked"`
		Transit num.Dec `db:"transit"`
		ShipOn  string  `db:"ship_on"`
		Due     string  `db:"due"`
	}
	return db.Each(ctx, q, `SELECT l.id, l.number, l.line, l.from_site_id, l.item_id, CASE WHEN l.closed_ms > 0 THEN 0 ELSE l.qty - (l.sent - l.back) END AS asked, l.sent - l.received - l.back - l.lost AS transit, l.ship_on, l.due
		FROM v_site_transfer_line l WHERE (l.from_site_id = $1 OR l.to_site_id = $1) AND (l.sent - l.received - l.back - l.lost > 0 OR l.closed_ms = 0 AND l.qty > l.sent - l.back) ORDER BY l.due, l.number, l.line`,
		[]any{p.site.ID}, func(r *row) error {
			i, ok := p.at[r.Item]
			if !ok {
				return nil
			}
			asked := max(r.Asked, 0)
			if r.From == p.site.ID {
				if asked > 0 {
					p.Demands = append(p.Demands, mrp.Demand{Item: i, Day: p.day(r.ShipOn), Qty: asked, Source: p.ref(mrp.Transit, r.ID, r.Number, r.Line), Parent: -1, Priority: usual})
				}
				return nil
			}
			src := p.ref(mrp.Transit, r.ID, r.Number, r.Line)
			p.Supplies = append(p.Supplies, mrp.Supply{Item: i, Day: p.day(r.Due), Expires: mrp.Never, Qty: asked + max(r.Transit, 0), Source: src, Fixed: r.Transit > 0})
			return nil
		})
}

// first is the priority of what must be filled up before anything else.
const firstOfAll = 1

// readOwed takes goods that were taken although the books had none: the next that come fill them up.
func (p *problem) readOwed(ctx context.Context, q db.Querier) error {
	type row struct {
		Item db.ID   `db:"item_id"`
		Qty  num.Dec `db:"qty"`
	}
	return db.Each(ctx, q, `SELECT item_id, CAST(sum(qty) AS BIGINT) AS qty FROM v_owed WHERE site_id = $1 GROUP BY item_id HAVING sum(qty) > 0 ORDER BY item_id`, []any{p.site.ID}, func(r *row) error {
		if i, ok := p.at[r.Item]; ok {
			p.Demands = append(p.Demands, mrp.Demand{Item: i, Day: p.Today, Qty: r.Qty, Source: p.ref(mrp.Owed, r.Item, "", 0), Parent: -1, Priority: firstOfAll})
		}
		return nil
	})
}

// readSubstitutes takes what was approved for work orders, and in general for what is planned: stock of one item that may
// stand for a component.
func (p *problem) readSubstitutes(ctx context.Context, q db.Querier) error {
	use, err := masterdata.Setting(ctx, q, SettingSubstitutes, "1")
	if err != nil || use != "1" {
		return err
	}
	list, err := p.m.Production.ApprovedSubstitutes(ctx, q, p.site.ID)
	if err != nil {
		return err
	}
	works := map[db.ID]mrp.Source{}
	if len(list) > 0 {
		for k := range p.docs {
			if p.docs[k].kind == mrp.WorkOrder {
				works[p.docs[k].ID] = mrp.Source{Kind: mrp.WorkOrder, Ref: int32(k)}
			}
		}
	}
	for _, x := range list {
		item, known := p.at[x.Item]
		sub, stocked := p.at[x.Sub]
		if src, ok := works[x.Order]; ok && known && stocked {
			p.Substitutes = append(p.Substitutes, mrp.Substitute{Item: item, Sub: sub, Source: src, Qty: x.Qty})
		}
	}
	if p.generals == nil {
		if p.generals, err = masterdata.PlannedSubstitutes(ctx, q); err != nil {
			return err
		}
	}
	for _, x := range p.generals {
		product, made := p.at[x.Product]
		item, known := p.at[x.Item]
		sub, stocked := p.at[x.Sub]
		if !made || !known || !stocked || p.Items[product].Kind != mrp.Make {
			continue
		}
		from, to := -mrp.Never, mrp.Never
		if x.From != "" {
			from = p.day(x.From)
		}
		if x.To < masterdata.OpenEnd {
			to = p.day(x.To)
		}
		p.Substitutes = append(p.Substitutes, mrp.Substitute{Item: item, Sub: sub, Source: mrp.Source{Kind: mrp.Planned}, Qty: num.Max, Parent: product, From: from, To: to})
	}
	return nil
}

// releaseTransfers asks other sites, one document for each site and day on which it leaves.
func (m *Module) releaseTransfers(ctx context.Context, tx *db.Tx, site masterdata.Site, list []candidate, items map[db.ID]masterdata.Item, out *Released) error {
	type key struct {
		from       db.ID
		start, due string
	}
	of := map[key][]candidate{}
	var keys []key
	today := tx.Today()
	for _, c := range list {
		if c.kind != "transfer" {
			continue
		}
		if c.fromSite == 0 {
			return fault.Conflict("planning.no_site", "%s is brought from no site any more", items[c.item].Code).With("item", items[c.item].Code).With("order", c.name)
		}
		k := key{c.fromSite, max(c.start, today), ""}
		k.due = max(c.due, k.start)
		if of[k] == nil {
			keys = append(keys, k)
		}
		of[k] = append(of[k], c)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.start, b.start), cmp.Compare(a.due, b.due))
	})
	for _, k := range keys {
		from, err := masterdata.SiteByID(ctx, tx, k.from)
		if err != nil {
			return err
		}
		in := inventory.NewSiteTransfer{From: from.Code, To: site.Code, ShipOn: k.start, Due: k.due, Source: "planning"}
		var sources []Source
		var names []string
		for _, c := range of[k] {
			in.Lines = append(in.Lines, inventory.NewTransferLine{Item: items[c.item].Code, Qty: c.qty})
			sources, names = append(sources, c.sources...), append(names, c.name)
		}
		in.WantedFor = wantedBy(sources)
		t, err := m.Production.Inventory.PlanTransfer(ctx, tx, in)
		if err != nil {
			return err
		}
		for _, c := range of[k] {
			c.done("transfer", t.Number)
		}
		d := ReleasedDoc{Kind: "transfer", Number: t.Number, From: names, Sources: merged(sources)}
		if len(of[k]) == 1 {
			d.Item, d.Qty = items[of[k][0].item].Code, of[k][0].qty
		}
		out.Documents = append(out.Documents, d)
	}
	return nil
}

// otherRun is the plan of another site that was made together with a run; 0 when it is not, or the caller may not see
// that site.
func otherRun(ctx context.Context, q db.Querier, run db.ID, site string) (db.ID, error) {
	type row struct {
		Run  db.ID `db:"id"`
		Site db.ID `db:"site_id"`
	}
	r, ok, err := db.Get[row](ctx, q, `SELECT o.id, o.site_id FROM mrp_run o JOIN mrp_run r ON r.group_id = o.group_id AND r.group_id <> 0 JOIN v_site s ON s.id = o.site_id WHERE r.id = $1 AND s.code = $2`, run, site)
	if err != nil || !ok || identity.SeeSite(ctx, r.Site) != nil {
		return 0, err
	}
	return r.Run, nil
}
