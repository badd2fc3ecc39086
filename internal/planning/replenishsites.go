package planning

import (
	"cmp"
	"context"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// how says how a suggestion's item is obtained, when an order of today is there, and how long needs are looked ahead:
// what another site brings is a transfer from it.
func (p *problem) how(i int32, r *suggestionRow) {
	it := &p.items[i]
	r.Kind, r.Supplier, r.From = it.Kind, it.Supplier, 0
	due := p.Today + cal.Day(p.ahead(i))
	switch {
	case it.brought():
		r.Kind, r.Supplier, r.From = "transfer", 0, it.SupplySite
	case it.Kind != "buy" && p.Calendar != nil:
		due = p.Calendar.ForwardDays(p.Today, it.LeadDays)
	}
	r.Due = due.String()
}

// Look takes a look at one site, or at each that the caller sees; where one fails the others are looked at all the same.
func (m *Module) Look(ctx context.Context, in Check) (Checked, error) {
	if in.Site != "" {
		return m.Replenish(ctx, in)
	}
	sites, err := masterdata.Sites(ctx, m.DB.Read())
	if err != nil {
		return Checked{}, err
	}
	if len(sites) < 2 {
		return m.Replenish(ctx, in)
	}
	var out Checked
	var failed error
	for _, s := range sites {
		c, err := m.Replenish(ctx, Check{Site: s.Code})
		if err != nil {
			failed = cmp.Or(failed, err)
			continue
		}
		out.Watched, out.Made, out.Kept, out.Gone = out.Watched+c.Watched, out.Made+c.Made, out.Kept+c.Kept, out.Gone+c.Gone
		out.Sites = append(out.Sites, c)
	}
	return out, failed
}

// ahead is how many days what is ordered today takes.
func (p *problem) ahead(i int32) int {
	if it := &p.items[i]; it.brought() {
		return it.Transfer
	}
	return p.items[i].LeadDays
}

// siteCodes are those of the sites that suggestions name.
func siteCodes(ctx context.Context, q db.Querier) (map[db.ID]string, error) {
	sites, err := masterdata.Sites(ctx, q)
	out := make(map[db.ID]string, len(sites))
	for _, s := range sites {
		out[s.ID] = s.Code
	}
	return out, err
}

// bring asks other sites for what suggestions want of them, one transfer for each site and day.
func (m *Module) bring(ctx context.Context, tx *db.Tx, rows []*suggestionRow, sites map[db.ID]masterdata.Site, items map[db.ID]masterdata.Item, out *Accepted) error {
	if len(rows) == 0 {
		return nil
	}
	if !actor.From(ctx).Can("inventory.between") {
		return fault.Forbidden("web.forbidden", "permission %s is needed", "inventory.between").With("perm", "inventory.between")
	}
	type key struct{ site, item db.ID }
	type row struct {
		Site db.ID `db:"site_id"`
		Item db.ID `db:"item_id"`
		Days int   `db:"transfer_days"`
	}
	days := map[key]int{}
	var ids []db.ID
	for _, r := range rows {
		ids = append(ids, r.Item)
	}
	var w db.Where
	db.In(&w, "item_id", ids)
	if err := db.Each(ctx, tx, `SELECT site_id, item_id, transfer_days FROM v_item_plan`+w.String(), w.Args, func(r *row) error { days[key{r.Site, r.Item}] = r.Days; return nil }); err != nil {
		return err
	}
	lists := map[db.ID][]candidate{}
	var order []db.ID
	for _, r := range rows {
		today := tx.Now().In(sites[r.Site].Location()).Format(time.DateOnly)
		due, err := cal.ParseDay(max(r.Due, today))
		if err != nil {
			return err
		}
		if lists[r.Site] == nil {
			order = append(order, r.Site)
		}
		lists[r.Site] = append(lists[r.Site], candidate{name: items[r.Item].Code, kind: "transfer", item: r.Item, qty: r.Qty, start: (due - cal.Day(days[key{r.Site, r.Item}])).String(), due: due.String(), priority: usual, sources: []Source{}, fromSite: r.From,
			source: "replenishment", done: func(kind, number string) { r.DocKind, r.DocNumber = kind, number }})
	}
	made := Released{}
	for _, site := range order {
		if err := m.releaseTransfers(ctx, tx, sites[site], lists[site], items, &made); err != nil {
			return err
		}
	}
	out.Documents = append(out.Documents, made.Documents...)
	return nil
}
