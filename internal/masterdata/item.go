package masterdata

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
)

// Item is anything stocked, bought, made or sold. YieldPct, LeadDays and SupplierID are those of its home site.
type Item struct {
	ID            db.ID   `db:"id" json:"id"`
	Code          string  `db:"code" json:"code"`
	Name          string  `db:"name" json:"name"`
	Spec          string  `db:"spec" json:"spec"`
	UoM           string  `db:"uom" json:"uom"`
	Decimals      int     `db:"decimals" json:"decimals"`
	Kind          string  `db:"kind" json:"kind"`         // make buy subcontract phantom customer
	Tracking      string  `db:"tracking" json:"tracking"` // none lot serial
	Family        string  `db:"family" json:"family"`
	ShelfLifeDays int     `db:"shelf_life_days" json:"shelf_life_days"` // 0 = keeps for ever
	GTIN          string  `db:"gtin" json:"gtin"`
	Barcode       string  `db:"barcode" json:"barcode"`
	Active        bool    `db:"active" json:"active"`
	HomeSite      db.ID   `db:"home_site" json:"-"`
	YieldPct      num.Dec `db:"yield_pct" json:"yield_pct"`
	LeadDays      int     `db:"lead_days" json:"lead_days"`
	SupplierID    db.ID   `db:"supplier_id" json:"-"`
}

const itemFrom = ` i.id, i.code, i.name, i.spec, i.uom, i.decimals, i.kind, i.tracking, i.family, i.shelf_life_days, i.gtin, i.barcode, i.active, i.home_site,
	coalesce(s.yield_pct, 100000000) AS yield_pct, coalesce(s.lead_days, 0) AS lead_days, coalesce(s.supplier_id, 0) AS supplier_id
	FROM md_item i LEFT JOIN md_item_site s ON s.item_id = i.id AND s.site_id = i.home_site`

// ItemByCode finds an item by its code.
func ItemByCode(ctx context.Context, q db.Querier, code string) (Item, error) {
	it, ok, err := db.Get[Item](ctx, q, `SELECT`+itemFrom+` WHERE `+seen("i")+` AND i.code = $2`, batchOf(ctx), code)
	if err == nil && !ok {
		err = itemUnknown(code)
	}
	return it, err
}

func itemUnknown(code any) error {
	return fault.NotFound("masterdata.item_unknown", "there is no item %s", code).With("code", code)
}

// ItemByID finds an item by its id.
func ItemByID(ctx context.Context, q db.Querier, id db.ID) (Item, error) {
	it, ok, err := db.Get[Item](ctx, q, `SELECT`+itemFrom+` WHERE `+seen("i")+` AND i.id = $2`, batchOf(ctx), id)
	if err == nil && !ok {
		err = itemUnknown(id)
	}
	return it, err
}

// Items are those of the ids that exist.
func Items(ctx context.Context, q db.Querier, ids []db.ID) (map[db.ID]Item, error) {
	out := make(map[db.ID]Item, len(ids))
	err := inChunks(ids, func(part []db.ID) error {
		w := ask(ctx, "i")
		db.In(w, "i.id", part)
		return db.Each(ctx, q, `SELECT`+itemFrom+w.String(), w.Args, func(it *Item) error { out[it.ID] = *it; return nil })
	})
	return out, err
}

// ItemsByCode are those of the codes that exist.
func ItemsByCode(ctx context.Context, q db.Querier, codes []string) (map[string]Item, error) {
	out := make(map[string]Item, len(codes))
	err := inChunks(codes, func(part []string) error {
		w := ask(ctx, "i")
		db.In(w, "i.code", part)
		return db.Each(ctx, q, `SELECT`+itemFrom+w.String(), w.Args, func(it *Item) error { out[it.Code] = *it; return nil })
	})
	return out, err
}

// AllItems are all of the company by code, for loads and plans.
func AllItems(ctx context.Context, q db.Querier) (map[string]Item, error) {
	out := map[string]Item{}
	w := ask(ctx, "i")
	err := db.Each(ctx, q, `SELECT`+itemFrom+w.String(), w.Args, func(it *Item) error { out[it.Code] = *it; return nil })
	return out, err
}

// PackDecimals is how many decimals the quantities of the items have that a pack's purchase orders name: as the
// pack says, else as the company has them. An item that neither knows is not among them.
func PackDecimals(ctx context.Context, q db.Querier, p *pack.Pack) (map[string]int, error) {
	out := make(map[string]int, len(p.Items))
	for i := range p.Items {
		out[p.Items[i].Code] = p.Items[i].Decimals
	}
	var others []string
	ask := func(code string) {
		if _, ok := out[code]; !ok && code != "" {
			others = append(others, code)
		}
	}
	for i := range p.PurchaseOrders {
		ask(p.PurchaseOrders[i].Item)
	}
	slices.Sort(others)
	known, err := ItemsByCode(ctx, q, slices.Compact(others))
	for code, it := range known {
		out[code] = it.Decimals
	}
	return out, err
}
