package masterdata

import (
	"cmp"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

func (l *planner) item() error {
	t, ts := &table[itemRow, *itemRow]{name: "md_item"}, &table[itemSiteRow, *itemSiteRow]{name: "md_item_site"}
	old, err := have(l, "md_item", "", nil, func(r *itemRow) string { return r.Code })
	if err != nil {
		return err
	}
	oldSite, err := have(l, "md_item_site", "t.site_id = ?", []any{l.siteID()}, func(r *itemSiteRow) db.ID { return r.Item })
	if err != nil {
		return err
	}
	l.items = make(map[string]db.ID, len(old)+len(l.p.Items))
	for code, r := range old {
		l.items[code] = r.ID
	}
	var c Count
	if err := l.words(); err != nil {
		return err
	}
	for i, p := range l.p.Items {
		row := itemRow{Code: p.Code, Name: p.Name, Spec: p.Spec, UoM: p.UOM, Kind: p.Kind, Tracking: p.Tracking, Family: p.Family, Decimals: p.Decimals,
			ShelfLife: p.ShelfLifeDays, GTIN: p.GTIN, Barcode: p.Barcode, HomeSite: l.siteID(), Active: true, Ext: "{}", CreatedMS: l.now, UpdatedMS: l.now}
		o := old[p.Code]
		if o != nil {
			row.HomeSite, row.Active, row.Ext, row.CreatedMS, row.UpdatedMS, row.Picture = o.HomeSite, o.Active, o.Ext, o.CreatedMS, o.UpdatedMS, o.Picture
		}
		if o != nil {
			l.tell("items.csv", p.Code, *o, row)
		}
		id, differs := t.put(l, o, row)
		if differs && o != nil {
			t.changed[len(t.changed)-1].UpdatedMS = l.now
		}
		l.items[p.Code] = id
		site := itemSiteRow{Item: id, Site: l.siteID(), LeadDays: p.LeadDays, SafetyStock: p.SafetyStock, MinLot: p.MinLot, LotMultiple: p.LotMultiple, MaxLot: p.MaxLot,
			LotRule: p.LotRule, FixedLot: p.FixedLot, PeriodDays: p.PeriodDays, ReorderPoint: p.ReorderPoint, MaxStock: p.MaxStock, YieldPct: p.YieldPct,
			StandardCost: p.StandardCost, PurchasePrice: p.PurchasePrice, Supplier: l.partners[p.Supplier], Ord: int64(i + 1)}
		os := oldSite[id]
		site.LeadFrom = "days"
		if os != nil {
			site.LeadPer, site.LeadPerDays, site.LeadFrom, site.SupplySite, site.TransferDays = os.LeadPer, os.LeadPerDays, os.LeadFrom, os.SupplySite, os.TransferDays
			site.Ord = os.Ord
			if l.hidePrice {
				site.PurchasePrice = os.PurchasePrice
			}
			if l.hideCost {
				site.StandardCost = os.StandardCost
			}
		}
		if os != nil {
			l.tell("items.csv", p.Code, *os, site)
			if os.Supplier != site.Supplier {
				l.differ("items.csv", p.Code, "supplier", codeOf(l.partners, os.Supplier), codeOf(l.partners, site.Supplier))
			}
		}
		if w := l.worded[p.Code]; w != nil {
			l.say(&site, w)
		}
		_, differsHere := ts.put(l, os, site)
		switch {
		case o == nil:
			c.New++
		case differs || differsHere:
			c.Changed++
		default:
			c.Same++
		}
	}
	l.add("items.csv", len(l.p.Items), c, t, ts)
	return l.planning(oldSite)
}

func (l *planner) uom() error {
	t := &table[uomRow, *uomRow]{name: "md_uom"}
	if len(l.p.UOMs) == 0 {
		return nil
	}
	type key struct {
		item db.ID
		uom  string
	}
	old, err := have(l, "md_uom", "", nil, func(r *uomRow) key { return key{r.Item, r.UoM} })
	if err != nil {
		return err
	}
	for i, u := range l.p.UOMs {
		if u.Per == 0 {
			u.Per = num.One
		}
		row := uomRow{Item: l.items[u.Item], UoM: u.UOM, Own: u.Factor, Per: u.Per, Decimals: u.Decimals, Ord: int64(i + 1)}
		if row.Factor, err = u.Factor.Div(u.Per); err != nil {
			row.Factor = num.Max // only for reading
		}
		o := old[key{row.Item, row.UoM}]
		if o != nil {
			row.Ord = o.Ord
		}
		t.put(l, o, row)
	}
	l.add("uoms.csv", len(l.p.UOMs), t.count(), t)
	return nil
}

type versionKey struct {
	item    db.ID
	version string
}

func openEnd(s string) string {
	if s == "" {
		return OpenEnd
	}
	return s
}

func (l *planner) bom() error {
	rows := l.p.BOMs
	if len(rows) == 0 {
		return nil
	}
	t, lines := &table[bomHead, *bomHead]{name: "md_bom"}, &collection[bomLine]{name: "md_bom_line", owner: "bom_id"}
	old, err := have(l, "md_bom", "", nil, func(r *bomHead) versionKey { return versionKey{r.Item, r.Version} })
	if err != nil {
		return err
	}
	// the lines of a version need not stand together in the file
	of := map[versionKey][]int{}
	var order []versionKey
	for i := range rows {
		k := versionKey{l.items[rows[i].Product], rows[i].Version}
		if of[k] == nil {
			order = append(order, k)
		}
		of[k] = append(of[k], i)
	}
	there := map[db.ID]*BOM{}
	for _, k := range order {
		if o := old[k]; o != nil {
			there[o.ID] = &BOM{}
		}
	}
	if err := bomLines(l.ctx, l.q, there); err != nil {
		return err
	}
	var c Count
	for _, k := range order {
		want := make([]BOMLine, len(of[k]))
		for n, i := range of[k] {
			r := &rows[i]
			var subs []db.ID
			for _, s := range r.Substitutes {
				subs = append(subs, l.items[s])
			}
			want[n] = BOMLine{n + 1, r.Role, l.items[r.Item], r.Qty, r.ScrapPct, r.Op, r.Issue, subs, r.CostSharePct}
		}
		o, first := old[k], &rows[of[k][0]]
		row := bomHead{Item: k.item, Version: k.version, From: first.EffectiveFrom, To: openEnd(first.EffectiveTo)}
		id, differs := t.put(l, o, row)
		if o != nil {
			if sameSet(want, there[id].Lines, compareBOMLines) {
				if differs {
					c.Changed += len(want)
				} else {
					c.Same += len(want)
				}
				continue
			}
			c.Changed += len(want)
			lines.old = append(lines.old, id)
			if !differs { // who looked at the version must see that it changed
				t.same--
				o.Rev++
				t.changed = append(t.changed, *o)
			}
		} else {
			c.New += len(want)
		}
		for n, i := range of[k] {
			w := &want[n]
			lines.fresh = append(lines.fresh, bomLine{ID: l.newID(), Batch: l.batch, Ord: int64(i + 1), bomLineRow: bomLineRow{BOM: id, Line: w.Line, Role: w.Role, Item: w.ItemID,
				Qty: w.Qty, ScrapPct: w.ScrapPct, Op: w.Op, Issue: w.Issue, Substitutes: joinIDs(w.Substitutes), CostSharePct: w.CostSharePct}})
		}
	}
	l.add("boms.csv", len(rows), c, t, lines)
	return nil
}

// compareBOMLines leaves out the line number, which only counts.
func compareBOMLines(a, b *BOMLine) int {
	return cmp.Or(cmp.Compare(a.ItemID, b.ItemID), strings.Compare(a.Role, b.Role), cmp.Compare(a.Op, b.Op), cmp.Compare(a.Qty, b.Qty), cmp.Compare(a.ScrapPct, b.ScrapPct),
		strings.Compare(a.Issue, b.Issue), slices.Compare(a.Substitutes, b.Substitutes), compareMaybe(a.CostSharePct, b.CostSharePct))
}

func compareMaybe(a, b *num.Dec) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return cmp.Compare(*a, *b)
}
