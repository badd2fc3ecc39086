package purchasing

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// Check names every order of the pack that the company has already. When all that is open at the site is what the
// pack brings there is nothing to do, and nothing to refuse.
func (m *Module) Check(ctx context.Context, q db.Querier, p *pack.Pack) ([]fault.Field, error) {
	if len(p.PurchaseOrders) == 0 {
		return nil, nil
	}
	var out []fault.Field
	add := func(l *pack.PurchaseLine, column, value, code string, params map[string]string) {
		params["value"], params["file"], params["row"], params["column"] = value, "purchase_orders.csv", strconv.Itoa(l.Row), column
		out = append(out, fault.Field{Where: "purchase_orders.csv:" + strconv.Itoa(l.Row) + ":" + column, Code: code, Value: value, Params: params, Detail: Messages[code].Render("en", params)})
	}
	items, err := masterdata.PackDecimals(ctx, q, p)
	if err != nil {
		return nil, err
	}
	for i := range p.PurchaseOrders {
		l := &p.PurchaseOrders[i]
		if n, known := items[l.Item]; known && !l.Qty.Fits(n) {
			add(l, "qty", l.Qty.String(), "purchasing.decimals", map[string]string{"item": l.Item, "decimals": strconv.Itoa(n)})
		}
	}
	same, err := m.same(ctx, q, p)
	if err != nil || same {
		return out, err
	}
	taken := map[string]bool{}
	if err := db.Each(ctx, q, `SELECT number FROM po_order`, nil, func(n *string) error { taken[*n] = true; return nil }); err != nil {
		return nil, err
	}
	told := map[string]bool{}
	for i := range p.PurchaseOrders {
		l := &p.PurchaseOrders[i]
		if taken[l.Order] && !told[l.Order] {
			told[l.Order] = true
			add(l, "order", l.Order, "purchasing.number_taken", map[string]string{"number": l.Order})
		}
	}
	return out, nil
}

// same says whether the site's open orders are those of the pack.
func (m *Module) same(ctx context.Context, q db.Querier, p *pack.Pack) (bool, error) {
	sites, err := masterdata.Sites(ctx, q)
	if err != nil {
		return false, err
	}
	for _, s := range sites {
		if s.Code != p.Site.Code && (p.Site.Code != "" || len(sites) != 1) {
			continue
		}
		have := pack.New()
		if err := m.Dump(ctx, q, s.ID, have); err != nil {
			return false, err
		}
		return slices.EqualFunc(have.PurchaseOrders, p.PurchaseOrders, func(a, b pack.PurchaseLine) bool {
			if (a.UnitPrice == nil) != (b.UnitPrice == nil) || a.UnitPrice != nil && *a.UnitPrice != *b.UnitPrice {
				return false
			}
			a.Row, b.Row, a.UnitPrice, b.UnitPrice = 0, 0, nil, nil
			return a == b
		}), nil
	}
	return false, nil
}

// Load writes the pack's purchase orders into the batch.
func (m *Module) Load(ctx context.Context, b *db.Batch, p *pack.Pack) error {
	if len(p.PurchaseOrders) == 0 {
		return nil
	}
	q := b.Read()
	if same, err := m.same(ctx, q, p); err != nil || same {
		return err
	}
	site := masterdata.LoadedSite(ctx)
	items, err := masterdata.AllItems(ctx, q)
	if err != nil {
		return err
	}
	partners, err := masterdata.AllPartners(ctx, q)
	if err != nil {
		return err
	}
	var orders []orderRow
	at := map[string]int{}
	lines := make([]lineRow, len(p.PurchaseOrders))
	of := map[db.ID][]lineRow{}
	for i := range p.PurchaseOrders {
		l := &p.PurchaseOrders[i]
		n, ok := at[l.Order]
		if !ok {
			n = len(orders)
			at[l.Order] = n
			orders = append(orders, orderRow{ID: b.NewID(), Number: l.Order, Site: site.ID, Supplier: partners[l.Supplier].ID, Ordered: b.Now().UnixMilli(), By: actor.From(ctx).Name, Batch: b.ID})
		}
		item, ok := items[l.Item]
		if !ok {
			return fault.NotFound("masterdata.item_unknown", "there is no item %s", l.Item).With("code", l.Item)
		}
		lines[i] = lineRow{ID: b.NewID(), Order: orders[n].ID, Line: int64(l.Line), Kind: lineKind("", item), Item: item.ID, Qty: l.Qty, Due: l.Due, UnitPrice: l.UnitPrice, Ord: int64(i + 1), Batch: b.ID}
		of[orders[n].ID] = append(of[orders[n].ID], lines[i])
	}
	for i := range orders {
		orders[i].Kind = kindOf(of[orders[i].ID])
	}
	if err := chunks(ctx, b, "po_order", orders); err != nil {
		return err
	}
	return chunks(ctx, b, "po_line", lines)
}

func chunks[R any](ctx context.Context, b *db.Batch, table string, rows []R) error {
	return b.Chunked(ctx, len(rows), func(tx *db.Tx, from, to int) error { return db.Insert(ctx, tx, table, rows[from:to]...) })
}

// Publish tells of the load in the transaction that lets it be seen.
func (m *Module) Publish(ctx context.Context, tx *db.Tx, b *db.Batch) error {
	type counts struct {
		Orders int `db:"orders"`
		Lines  int `db:"lines"`
	}
	n, err := db.One[counts](ctx, tx, `SELECT (SELECT count(*) FROM po_order WHERE batch_id = $1) AS orders, (SELECT count(*) FROM po_line WHERE batch_id = $1) AS lines`, b.ID)
	if err == nil && n.Orders > 0 {
		site := masterdata.LoadedSite(ctx)
		tx.Emit(db.Event{Name: EventLoaded, Subject: "site:" + site.Code, Site: site.ID, Payload: Loaded(n)})
	}
	return err
}

// Dump fills purchase_orders.csv with what is still to come: ordered less received, in the order of the file that it
// came from, then by number.
func (m *Module) Dump(ctx context.Context, q db.Querier, site db.ID, p *pack.Pack) error {
	type line struct {
		Order    string   `db:"number"`
		Line     int      `db:"line"`
		Supplier string   `db:"supplier"`
		Item     string   `db:"item"`
		Qty      num.Dec  `db:"qty"`
		Received num.Dec  `db:"received"`
		Due      string   `db:"due"`
		Price    *num.Dec `db:"unit_price"`
		Ord      int64    `db:"ord"`
	}
	lines, err := db.All[line](ctx, q, `SELECT o.number, l.line, coalesce(p.code, '') AS supplier, i.code AS item, l.qty, l.received, l.due, l.unit_price, l.ord
		FROM po_line l JOIN po_order o ON o.id = l.order_id JOIN v_item i ON i.id = l.item_id LEFT JOIN v_partner p ON p.id = o.supplier_id
		WHERE o.site_id = $1 AND NOT l.closed AND (l.received < l.qty OR l.qty = 0 AND l.received = 0) AND l.`+unpublished, site)
	if err != nil {
		return err
	}
	slices.SortFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(last(a.Ord), last(b.Ord)), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Line, b.Line))
	})
	for _, l := range lines {
		p.PurchaseOrders = append(p.PurchaseOrders, pack.PurchaseLine{Order: l.Order, Line: l.Line, Supplier: l.Supplier, Item: l.Item, Qty: l.Qty - l.Received, Due: l.Due, UnitPrice: l.Price})
	}
	return nil
}

// last puts what came from no file behind what did.
func last(ord int64) int64 {
	if ord == 0 {
		return 1 << 62
	}
	return ord
}
