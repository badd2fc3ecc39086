package planning

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// What an engineering change touches, and when a part that goes out is used up.

// useDays is how far back the average use of an item is looked at, where no plan says what it is needed for.
const useDays = 90

// usableWhere is what may be used of an item, at the sites that the caller sees.
const usableWhere = `s.status = 'available' AND w.warehouse_kind <> 'quarantine' AND (w.warehouse_kind = 'customer_owned') = (i.kind = 'customer')`

type itemQty struct {
	Item db.ID   `db:"item_id"`
	Qty  num.Dec `db:"qty"`
}

func sums(ctx context.Context, q db.Querier, sql string, column, site string, items []db.ID, more ...string) (map[db.ID]num.Dec, error) {
	out := map[db.ID]num.Dec{}
	if len(items) == 0 {
		return out, nil
	}
	w := db.Where{}
	db.In(&w, column, items)
	for _, c := range more {
		w.And(c)
	}
	identity.Scope(site, "")(ctx, &w)
	return out, db.Each(ctx, q, sql+w.String()+` GROUP BY `+column, w.Args, func(r *itemQty) error { out[r.Item] = r.Qty; return nil })
}

func usableOf(ctx context.Context, q db.Querier, items []db.ID) (map[db.ID]num.Dec, error) {
	return sums(ctx, q, `SELECT s.item_id, CAST(sum(s.qty) AS BIGINT) AS qty FROM v_stock s JOIN v_location w ON w.id = s.location_id JOIN v_item i ON i.id = s.item_id`, "s.item_id", "s.site_id", items, usableWhere)
}

func onOrder(ctx context.Context, q db.Querier, items []db.ID) (map[db.ID]num.Dec, error) {
	return sums(ctx, q, `SELECT l.item_id, CAST(sum(l.qty - l.received) AS BIGINT) AS qty FROM v_purchase_line l`, "l.item_id", "l.site_id", items, "NOT l.closed", "l.qty > l.received")
}

// inWork is what released work orders will still bring.
func inWork(ctx context.Context, q db.Querier, items []db.ID) (map[db.ID]num.Dec, error) {
	return sums(ctx, q, `SELECT o.item_id, CAST(sum(CASE WHEN o.status = 'completed' THEN o.good ELSE o.qty - o.scrap END - o.received) AS BIGINT) AS qty FROM v_work_order o`, "o.item_id", "o.site_id", items,
		"o.status IN ('released', 'started', 'completed')", "CASE WHEN o.status = 'completed' THEN o.good ELSE o.qty - o.scrap END > o.received")
}

// UsedUp says what there is of an item in the whole company, what is still to come, and when it is used up: by the needs
// of the live plans and of open orders; behind their last day, or without any, by average use.
func (m *Module) UsedUp(ctx context.Context, q db.Querier, it masterdata.Item, today string) (u masterdata.UseUp, err error) {
	u.Basis = "none"
	ctx = everySite(ctx)
	one := []db.ID{it.ID}
	usable, err := usableOf(ctx, q, one)
	if err != nil {
		return u, err
	}
	bought, err := onOrder(ctx, q, one)
	if err != nil {
		return u, err
	}
	made, err := inWork(ctx, q, one)
	if err != nil {
		return u, err
	}
	u.Usable, u.Receipts = usable[it.ID], bought[it.ID]+made[it.ID]
	sites, err := masterdata.Sites(ctx, q)
	if err != nil {
		return u, err
	}
	needs := map[string]num.Dec{}
	var used num.Dec
	from, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return u, err
	}
	for _, s := range sites {
		run, planned, err := db.Get[db.ID](ctx, q, `SELECT id FROM mrp_run WHERE site_id = $1 AND live`, s.ID)
		if err != nil {
			return u, err
		}
		if planned {
			n, err := netOf(ctx, q, run, it.ID)
			if err != nil {
				return u, err
			}
			for _, e := range n.Needs {
				needs[max(e.Day, today)] += e.Qty
			}
		} else {
			open, err := m.Production.OpenNeedsOf(ctx, q, s.ID, one)
			if err != nil {
				return u, err
			}
			for _, n := range open {
				needs[max(n.Date, today)] += n.Qty
			}
		}
		uses, _, err := usesOf(ctx, q, s.ID, from.AddDate(0, 0, -useDays).Format(time.DateOnly), today)
		if err != nil {
			return u, err
		}
		for _, n := range uses[it.ID] {
			used += n
		}
	}
	u.On, u.Basis = usedUpOn(from, u.Usable+u.Receipts, needs, used)
	return u, nil
}

// usedUpOn is the day on which a stock is used up: the day of the need that takes the last of it; when needs leave some,
// what is left lasts as long as the average need of the days they span, or else the average use of the past, says.
func usedUpOn(today time.Time, stock num.Dec, needs map[string]num.Dec, used num.Dec) (day, basis string) {
	days := make([]string, 0, len(needs))
	for d := range needs {
		days = append(days, d)
	}
	slices.Sort(days)
	left := stock
	for _, d := range days {
		if left -= needs[d]; left <= 0 {
			return d, "plan"
		}
	}
	from, per, span := today, used, int64(useDays)
	basis = "use"
	if n := len(days); n > 0 {
		last, err := time.Parse(time.DateOnly, days[n-1])
		if err == nil {
			from = last
			if d := int64(last.Sub(today).Hours()/24) + 1; used <= 0 || d >= 14 { // fewer days say little about the average
				per, span, basis = stock-left, d, "plan"
			}
		}
	}
	if per <= 0 {
		return "", "none"
	}
	n, err := num.MulDivUp(int64(left), span, int64(per))
	if err != nil || n > 3650 { // ten years are never
		return "", "none"
	}
	return from.AddDate(0, 0, int(n)).Format(time.DateOnly), basis
}

// everySite looks at the whole company: what a change waits for is not a matter of what one person sees.
func everySite(ctx context.Context) context.Context {
	act := *actor.From(ctx)
	act.Sites = nil
	return actor.With(ctx, &act)
}

// ImpactDoc is a document that a change touches.
type ImpactDoc struct {
	Number string  `json:"number" db:"number"`
	Line   int64   `json:"line,omitempty" db:"line"`
	Item   string  `json:"item" db:"item"`
	Name   string  `json:"name" db:"name"`
	UoM    string  `json:"uom" db:"uom"`
	Site   string  `json:"site" db:"site"`
	Who    string  `json:"who,omitempty" db:"who" doc:"Customer or supplier"`
	Qty    num.Dec `json:"qty" db:"qty"`
	Open   num.Dec `json:"open" db:"open" doc:"Not shipped, received or made yet"`
	Due    string  `json:"due" db:"due"`
	Status string  `json:"status" db:"status"`
	BOM    string  `json:"bom_version,omitempty" db:"bom_version" doc:"That the order copied, or that the customer names"`
}

// ImpactMaterial is a part that goes out, comes in or is taken in another quantity.
type ImpactMaterial struct {
	Product  string  `json:"product" doc:"Whose bill it is"`
	Item     string  `json:"item"`
	Name     string  `json:"name"`
	UoM      string  `json:"uom"`
	Change   string  `json:"change" enum:"out,in,changed"`
	Before   num.Dec `json:"before" doc:"For one product"`
	After    num.Dec `json:"after" doc:"For one product"`
	Usable   num.Dec `json:"usable" doc:"Stock that may be used"`
	OnOrder  num.Dec `json:"on_order" doc:"Open purchase and subcontract orders"`
	InWork   num.Dec `json:"in_work" doc:"Still to come from released work orders"`
	Needed   num.Dec `json:"needed" doc:"Open needs of work orders"`
	OtherUse int64   `json:"other_use" doc:"Other products that have it in a bill in force"`
	Lead     int     `json:"lead_days"`
}

// ChangeImpact is all that a change touches. What the caller may not read is named in hidden and empty.
type ChangeImpact struct {
	Number    string           `json:"number"`
	Products  []string         `json:"products" doc:"The items that change, and everything they go into"`
	Sales     []ImpactDoc      `json:"sales"`
	Planned   []ImpactDoc      `json:"planned" doc:"Planned orders of the live plans, and firm ones"`
	Work      []ImpactDoc      `json:"work" doc:"Work orders that are not over"`
	Materials []ImpactMaterial `json:"materials"`
	Purchases []ImpactDoc      `json:"purchases" doc:"Open purchase and subcontract orders of these parts"`
	Hidden    []string         `json:"hidden"`
}

// Impact looks at what is open for the items of a change.
func (m *Module) Impact(ctx context.Context, q db.Querier, number, today string) (out ChangeImpact, err error) {
	out = ChangeImpact{Number: number, Products: []string{}, Sales: []ImpactDoc{}, Planned: []ImpactDoc{}, Work: []ImpactDoc{}, Materials: []ImpactMaterial{}, Purchases: []ImpactDoc{}, Hidden: []string{}}
	page, err := m.Master.ChangePage(ctx, q, number, today)
	if err != nil {
		return out, err
	}
	var own, above []string
	for _, p := range page.Parts {
		if p.Kind == "item" && slices.Contains(own, p.Item) {
			continue
		}
		own = append(own, p.Item)
	}
	for _, code := range own {
		it, err := masterdata.ItemByCode(ctx, q, code)
		if err != nil {
			return out, err
		}
		uses, _, err := masterdata.WhereUsed(ctx, q, it, today)
		if err != nil {
			return out, err
		}
		for _, u := range uses {
			if u.Today && u.As == "component" && !slices.Contains(own, u.Item) && !slices.Contains(above, u.Item) {
				above = append(above, u.Item)
			}
		}
	}
	out.Products = append(out.Products, own...)
	out.Products = append(out.Products, above...)
	products, err := idsOf(ctx, q, out.Products)
	if err != nil {
		return out, err
	}
	made, err := idsOf(ctx, q, own)
	if err != nil {
		return out, err
	}
	may := actor.From(ctx).Can
	docs := func(perm, name string, into *[]ImpactDoc, sql, site string, column string, items []db.ID, order string, more ...string) error {
		if !may(perm) {
			out.Hidden = append(out.Hidden, name)
			return nil
		}
		if len(items) == 0 {
			return nil
		}
		w := db.Where{}
		db.In(&w, column, items)
		for _, c := range more {
			w.And(c)
		}
		identity.Scope(site, "")(ctx, &w)
		rows, err := db.All[ImpactDoc](ctx, q, sql+w.String()+` ORDER BY `+order+` LIMIT 500`, w.Args...)
		*into = append(*into, rows...)
		return err
	}
	const names = `i.code AS item, i.name, i.uom, t.code AS site`
	if err := docs("sales.read", "sales", &out.Sales, `SELECT l.order_number AS number, l.line, `+names+`, coalesce(p.name, '') AS who, l.qty, l.qty - l.shipped AS open, l.due, 'open' AS status, l.bom_version
		FROM v_sales_line l JOIN v_item i ON i.id = l.item_id JOIN v_site t ON t.id = l.site_id LEFT JOIN v_partner p ON p.id = l.customer_id`, "l.site_id", "l.item_id", products, "l.due, l.order_number, l.line", "NOT l.cancelled", "l.shipped < l.qty"); err != nil {
		return out, err
	}
	if err := docs("planning.read", "planned", &out.Planned, `SELECT '' AS number, o.n AS line, `+names+`, '' AS who, o.qty, o.qty AS open, o.due, o.state AS status, '' AS bom_version
		FROM v_planned_order o JOIN v_item i ON i.id = o.item_id JOIN v_site t ON t.id = o.site_id`, "o.site_id", "o.item_id", made, "o.due, o.n", "o.live", "o.doc_number = ''"); err != nil {
		return out, err
	}
	if may("planning.read") {
		if err := docs("planning.read", "planned", &out.Planned, `SELECT f.number, CAST(0 AS BIGINT) AS line, `+names+`, '' AS who, f.qty, f.qty AS open, f.due, f.state AS status, '' AS bom_version
			FROM mrp_firm f JOIN v_item i ON i.id = f.item_id JOIN v_site t ON t.id = f.site_id`, "f.site_id", "f.item_id", made, "f.due, f.number", "f.state = 'firm'"); err != nil {
			return out, err
		}
	}
	if err := docs("production.read", "work", &out.Work, `SELECT o.number, CAST(0 AS BIGINT) AS line, `+names+`, '' AS who, o.qty, o.qty - o.good - o.scrap AS open, o.due, o.status, o.bom_version
		FROM v_work_order o JOIN v_item i ON i.id = o.item_id JOIN v_site t ON t.id = o.site_id`, "o.site_id", "o.item_id", made, "CASE o.status WHEN 'started' THEN 0 WHEN 'released' THEN 1 ELSE 2 END, o.due, o.number", "o.status IN ('planned', 'released', 'started')"); err != nil {
		return out, err
	}
	if err := m.impactMaterials(ctx, q, &page, &out, today); err != nil {
		return out, err
	}
	var parts []string
	for _, x := range out.Materials {
		parts = append(parts, x.Item)
	}
	slices.Sort(parts)
	bought, err := idsOf(ctx, q, slices.Compact(parts))
	if err != nil {
		return out, err
	}
	return out, docs("purchasing.read", "purchases", &out.Purchases, `SELECT l.order_number AS number, l.line, `+names+`, coalesce(p.name, '') AS who, l.qty, l.qty - l.received AS open, l.due, 'open' AS status, '' AS bom_version
		FROM v_purchase_line l JOIN v_item i ON i.id = l.item_id JOIN v_site t ON t.id = l.site_id LEFT JOIN v_partner p ON p.id = l.supplier_id`, "l.site_id", "l.item_id", bought, "l.due, l.order_number, l.line", "NOT l.closed", "l.received < l.qty")
}

func idsOf(ctx context.Context, q db.Querier, codes []string) ([]db.ID, error) {
	items, err := masterdata.ItemsByCode(ctx, q, codes)
	out := make([]db.ID, 0, len(items))
	for _, it := range items {
		out = append(out, it.ID)
	}
	slices.Sort(out)
	return out, err
}

func (m *Module) impactMaterials(ctx context.Context, q db.Querier, page *masterdata.ChangePage, out *ChangeImpact, today string) error {
	if !actor.From(ctx).Can("inventory.read") {
		out.Hidden = append(out.Hidden, "materials")
		return nil
	}
	var codes []string
	for _, p := range page.Parts {
		if p.BOM == nil {
			continue
		}
		at := map[string]int{}
		for _, l := range p.BOM.Lines {
			if l.Role != "component" {
				continue
			}
			k, ok := at[l.Item]
			if !ok {
				k = len(out.Materials)
				at[l.Item] = k
				out.Materials = append(out.Materials, ImpactMaterial{Product: p.Item, Item: l.Item, Name: l.Name, UoM: l.UoM})
				codes = append(codes, l.Item)
			}
			x := &out.Materials[k]
			if l.A != nil {
				x.Before += l.A.Qty
			}
			if l.B != nil {
				x.After += l.B.Qty
			}
		}
	}
	slices.Sort(codes)
	items, err := masterdata.ItemsByCode(ctx, q, slices.Compact(codes))
	if err != nil {
		return err
	}
	ids := make([]db.ID, 0, len(items))
	for _, it := range items {
		ids = append(ids, it.ID)
	}
	slices.Sort(ids)
	stock, err := usableOf(ctx, q, ids)
	if err != nil {
		return err
	}
	bought, err := onOrder(ctx, q, ids)
	if err != nil {
		return err
	}
	made, err := inWork(ctx, q, ids)
	if err != nil {
		return err
	}
	sites, err := masterdata.Sites(ctx, q)
	if err != nil {
		return err
	}
	needed := map[db.ID]num.Dec{}
	if len(ids) > 0 {
		for _, s := range sites {
			if !actor.From(ctx).SeesSite(int64(s.ID)) {
				continue
			}
			open, err := m.Production.OpenNeeds(ctx, q, s.ID, ids)
			if err != nil {
				return err
			}
			for id, n := range open {
				needed[id] += n
			}
		}
	}
	others, err := otherProducts(ctx, q, ids, today)
	if err != nil {
		return err
	}
	for i := range out.Materials {
		x := &out.Materials[i]
		it := items[x.Item]
		x.Usable, x.OnOrder, x.InWork, x.Needed, x.Lead = stock[it.ID], bought[it.ID], made[it.ID], needed[it.ID], it.LeadDays
		for _, p := range others[it.ID] {
			if p != x.Product {
				x.OtherUse++
			}
		}
		switch {
		case x.After == 0:
			x.Change = "out"
		case x.Before == 0:
			x.Change = "in"
		default:
			x.Change = "changed"
		}
	}
	slices.SortStableFunc(out.Materials, func(a, b ImpactMaterial) int {
		rank := map[string]int{"out": 0, "in": 1, "changed": 2}
		return cmp.Or(cmp.Compare(rank[a.Change], rank[b.Change]), cmp.Compare(a.Item, b.Item))
	})
	return nil
}

// otherProducts are the products that have an item in a version that holds on the day.
func otherProducts(ctx context.Context, q db.Querier, items []db.ID, day string) (map[db.ID][]string, error) {
	out := map[db.ID][]string{}
	if len(items) == 0 {
		return out, nil
	}
	type row struct {
		Item    db.ID  `db:"item_id"`
		Product string `db:"product"`
	}
	w := db.Where{Args: []any{day}}
	db.In(&w, "l.item_id", items)
	return out, db.Each(ctx, q, `SELECT DISTINCT l.item_id, p.code AS product FROM v_bom_line l JOIN v_bom b ON b.id = l.bom_id JOIN v_item p ON p.id = b.item_id`+w.String()+`
		AND l.role = 'component' AND b.effective_from <= $1 AND b.effective_to >= $1`, w.Args, func(r *row) error { out[r.Item] = append(out[r.Item], r.Product); return nil })
}

func (m *Module) changeRoutes(a *web.API) {
	web.QueryView(a, web.Op{Path: "/planning/changes/{number}/impact", ID: "getChangeImpact", Summary: "What an engineering change touches: open orders, plans, stock and purchases of the parts that go out and come in", Perm: "masterdata.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Number string `path:"number" maxLength:"40"`
		}) (ChangeImpact, error) {
			return m.Impact(ctx, q, in.Number, a.DB.Now().In(a.DB.Zone()).Format(time.DateOnly))
		})
}
