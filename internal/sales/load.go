package sales

import (
	"context"
	"slices"
	"strconv"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

type forecastRow struct {
	ID    db.ID   `db:"id"`
	Batch db.ID   `db:"batch_id"`
	Site  db.ID   `db:"site_id"`
	Item  db.ID   `db:"item_id"`
	Date  string  `db:"date"`
	Qty   num.Dec `db:"qty"`
}

// Check names every sales order of the pack that the company has with another content. An order that is open just as the pack says is no fault: it stays.
func (m *Module) Check(ctx context.Context, q db.Querier, p *pack.Pack) ([]fault.Field, error) {
	var out []fault.Field
	same, taken, err := m.known(ctx, q, p)
	if err != nil {
		return nil, err
	}
	bad := func(file string, row int, column, value, code string, params map[string]string) {
		params["value"], params["file"], params["row"], params["column"] = value, file, strconv.Itoa(row), column
		out = append(out, fault.Field{Where: file + ":" + strconv.Itoa(row) + ":" + column, Code: code, Value: value, Params: params, Detail: Messages[code].Render("en", params)})
	}
	told := map[string]bool{}
	for i := range p.SalesOrders {
		l := &p.SalesOrders[i]
		if taken[l.Order] && !same[l.Order] && !told[l.Order] {
			told[l.Order] = true
			bad("sales_orders.csv", l.Row, "order", l.Order, "sales.number_taken", map[string]string{"number": l.Order})
		}
	}
	return out, nil
}

// known says which numbers are taken, and which of the pack's orders are open at its site just as it says. A price
// that is missing from the pack was hidden from whoever made it.
func (m *Module) known(ctx context.Context, q db.Querier, p *pack.Pack) (same, taken map[string]bool, err error) {
	same, taken = map[string]bool{}, map[string]bool{}
	if len(p.SalesOrders) == 0 {
		return same, taken, nil
	}
	if err := db.Each(ctx, q, `SELECT number FROM so_order`, nil, func(n *string) error { taken[*n] = true; return nil }); err != nil || len(taken) == 0 {
		return same, taken, err
	}
	sites, err := masterdata.Sites(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	have, want := map[string][]pack.SalesLine{}, map[string][]pack.SalesLine{}
	for _, s := range sites {
		if s.Code != p.Site.Code && (p.Site.Code != "" || len(sites) != 1) {
			continue
		}
		open := pack.New()
		if err := m.Dump(ctx, q, s.ID, open); err != nil {
			return nil, nil, err
		}
		for _, l := range open.SalesOrders {
			have[l.Order] = append(have[l.Order], l)
		}
	}
	for _, l := range p.SalesOrders {
		want[l.Order] = append(want[l.Order], l)
	}
	for number, lines := range want {
		same[number] = slices.EqualFunc(lines, have[number], func(a, b pack.SalesLine) bool {
			priced := a.UnitPrice == nil || b.UnitPrice != nil && *a.UnitPrice == *b.UnitPrice
			a.Row, b.Row, a.UnitPrice, b.UnitPrice = 0, 0, nil, nil
			return priced && a == b
		})
	}
	return same, taken, nil
}

// Load writes the pack's sales orders and forecasts into the batch.
func (m *Module) Load(ctx context.Context, b *db.Batch, p *pack.Pack) error {
	site := masterdata.LoadedSite(ctx)
	items, err := masterdata.AllItems(ctx, b.Read())
	if err != nil {
		return err
	}
	partners, err := masterdata.AllPartners(ctx, b.Read())
	if err != nil {
		return err
	}
	_, taken, err := m.known(ctx, b.Read(), p)
	if err != nil {
		return err
	}
	orders := make([]orderRow, 0, len(p.SalesOrders))
	lines := make([]lineRow, 0, len(p.SalesOrders))
	byNumber := map[string]db.ID{}
	now := b.Now().UnixMilli()
	for i := range p.SalesOrders {
		l := &p.SalesOrders[i]
		if taken[l.Order] { // Check found it to be the same
			continue
		}
		id, ok := byNumber[l.Order]
		if !ok {
			id = b.NewID()
			byNumber[l.Order] = id
			orders = append(orders, orderRow{ID: id, BatchID: b.ID, Site: site.ID, Number: l.Order, Customer: partners[l.Customer].ID, Channel: l.Channel, Ordered: now})
		}
		lines = append(lines, lineRow{ID: b.NewID(), BatchID: b.ID, Order: id, Line: int64(l.Line), Item: items[l.Item].ID, Qty: l.Qty, Due: l.Due, Priority: int64(l.Priority),
			UnitPrice: l.UnitPrice, BOMVersion: l.BOMVersion, Note: l.Note, Channel: l.Channel})
	}
	forecasts, err := newForecasts(ctx, b, site.ID, items, p)
	if err != nil {
		return err
	}
	if err := chunks(ctx, b, "so_order", orders); err != nil {
		return err
	}
	if err := chunks(ctx, b, "so_line", lines); err != nil {
		return err
	}
	return chunks(ctx, b, "so_forecast", forecasts)
}

// newForecasts leaves out what is there already. A pack speaks for each item and date that it names: when it says
// anything else about one, its rows replace those that are there (Publish).
func newForecasts(ctx context.Context, b *db.Batch, site db.ID, items map[string]masterdata.Item, p *pack.Pack) ([]forecastRow, error) {
	type key struct {
		item db.ID
		date string
	}
	was, now := map[key][]num.Dec{}, map[key][]num.Dec{}
	if err := db.Each(ctx, b.Read(), `SELECT id, batch_id, site_id, item_id, date, qty FROM so_forecast WHERE site_id = $1 AND batch_id NOT IN (SELECT id FROM kit_batch) ORDER BY id`, []any{site},
		func(f *forecastRow) error {
			was[key{f.Item, f.Date}] = append(was[key{f.Item, f.Date}], f.Qty)
			return nil
		}); err != nil {
		return nil, err
	}
	for _, f := range p.Forecasts {
		k := key{items[f.Item].ID, f.Date}
		now[k] = append(now[k], f.Qty)
	}
	var out []forecastRow
	for _, f := range p.Forecasts {
		if k := (key{items[f.Item].ID, f.Date}); !slices.Equal(was[k], now[k]) {
			out = append(out, forecastRow{ID: b.NewID(), Batch: b.ID, Site: site, Item: k.item, Date: f.Date, Qty: f.Qty})
		}
	}
	return out, nil
}

func chunks[R any](ctx context.Context, b *db.Batch, table string, rows []R) error {
	return b.Chunked(ctx, len(rows), func(tx *db.Tx, from, to int) error {
		return db.Insert(ctx, tx, table, rows[from:to]...)
	})
}

// LoadedEvent is the payload of sales.loaded.
type LoadedEvent struct {
	Orders    int `json:"orders"`
	Lines     int `json:"lines"`
	Forecasts int `json:"forecasts"`
}

// Publish takes away the forecasts that the load replaces and tells of it, in the transaction that publishes it.
func (m *Module) Publish(ctx context.Context, tx *db.Tx, b *db.Batch) error {
	if _, err := tx.Exec(ctx, `DELETE FROM so_forecast WHERE batch_id <> $1 AND site_id = $2
		AND EXISTS (SELECT 1 FROM so_forecast n WHERE n.batch_id = $1 AND n.site_id = so_forecast.site_id AND n.item_id = so_forecast.item_id AND n.date = so_forecast.date)`,
		b.ID, masterdata.LoadedSite(ctx).ID); err != nil {
		return err
	}
	type counts struct {
		Orders    int `db:"orders"`
		Lines     int `db:"lines"`
		Forecasts int `db:"forecasts"`
	}
	n, err := db.One[counts](ctx, tx, `SELECT (SELECT count(*) FROM so_order WHERE batch_id = $1) AS orders, (SELECT count(*) FROM so_line WHERE batch_id = $1) AS lines,
		(SELECT count(*) FROM so_forecast WHERE batch_id = $1) AS forecasts`, b.ID)
	if err != nil {
		return err
	}
	numbers, err := loaded(ctx, tx, b)
	if err != nil {
		return err
	}
	if err := tx.NumbersUsed(ctx, "so", numbers...); err != nil {
		return err
	}
	if n.Orders+n.Forecasts > 0 {
		tx.Emit(db.Event{Name: "sales.loaded", Subject: "site:" + masterdata.LoadedSite(ctx).Code, Site: masterdata.LoadedSite(ctx).ID, Payload: LoadedEvent(n)})
	}
	return nil
}

// loaded tells each order of a load as one that is entered by hand is told, and names them. Items and customers may come
// with the load, so they are asked for by the load's own eyes.
func loaded(ctx context.Context, tx *db.Tx, b *db.Batch) (numbers []string, err error) {
	type row struct {
		Number   string `db:"number"`
		Site     db.ID  `db:"site_id"`
		Customer db.ID  `db:"customer_id"`
		lineRow
	}
	rows, err := db.All[row](ctx, tx, `SELECT o.number, o.site_id, o.customer_id, l.line, l.item_id, l.qty, l.due, l.priority, l.unit_price, l.bom_version, l.note, l.channel
		FROM so_order o JOIN so_line l ON l.order_id = o.id WHERE o.batch_id = $1 ORDER BY o.id, l.line`, b.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := make([]db.ID, len(rows))
	for n := range rows {
		ids[n] = rows[n].Item
	}
	slices.Sort(ids)
	items, err := masterdata.Items(ctx, tx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	partners, err := masterdata.AllPartners(ctx, tx)
	if err != nil {
		return nil, err
	}
	customers := make(map[db.ID]string, len(partners))
	for code, p := range partners {
		customers[p.ID] = code
	}
	for n := 0; n < len(rows); {
		r := &rows[n]
		told := OrderedEvent{Number: r.Number, Customer: customers[r.Customer], Channel: r.Channel, Source: "file"}
		for ; n < len(rows) && rows[n].Number == r.Number; n++ {
			l := &rows[n].lineRow
			told.Lines = append(told.Lines, OrderedLine{NewLine: NewLine{Line: l.Line, Item: items[l.Item].Code, Qty: l.Qty, Due: l.Due, Priority: l.Priority, UnitPrice: l.UnitPrice, BOMVersion: l.BOMVersion, Note: l.Note}})
		}
		numbers = append(numbers, r.Number)
		tx.Emit(db.Event{Name: "sales.ordered", Subject: "so:" + r.Number, Site: r.Site, Partner: r.Customer, Payload: told})
	}
	return numbers, nil
}

// Dump fills the pack with what is still open: ordered less shipped. Identifiers of one load grow in the order of its
// file, so they keep that order; nothing else is read off them.
func (m *Module) Dump(ctx context.Context, q db.Querier, site db.ID, p *pack.Pack) error {
	type row struct {
		Order      string   `db:"number"`
		Line       int      `db:"line"`
		Customer   string   `db:"customer"`
		Item       string   `db:"item"`
		Qty        num.Dec  `db:"qty"`
		Due        string   `db:"due"`
		Priority   int      `db:"priority"`
		UnitPrice  *num.Dec `db:"unit_price"`
		Channel    string   `db:"channel"`
		BOMVersion string   `db:"bom_version"`
		Note       string   `db:"note"`
	}
	err := db.Each(ctx, q, `
		SELECT o.number, l.line, coalesce(p.code, '') AS customer, i.code AS item, l.qty - l.shipped AS qty, l.due, l.priority, l.unit_price, l.channel, l.bom_version, l.note
		FROM so_line l JOIN so_order o ON o.id = l.order_id JOIN v_item i ON i.id = l.item_id LEFT JOIN v_partner p ON p.id = o.customer_id
		WHERE o.site_id = $1 AND o.cancelled_ms = 0 AND l.cancelled_ms = 0 AND l.closed_ms = 0 AND l.shipped < l.qty AND l.batch_id NOT IN (SELECT id FROM kit_batch)
		ORDER BY l.id`, []any{site}, func(r *row) error {
		p.SalesOrders = append(p.SalesOrders, pack.SalesLine{Order: r.Order, Line: r.Line, Customer: r.Customer, Item: r.Item, Qty: r.Qty, Due: r.Due, Priority: r.Priority,
			UnitPrice: r.UnitPrice, Channel: r.Channel, BOMVersion: r.BOMVersion, Note: r.Note})
		return nil
	})
	if err != nil {
		return err
	}
	type forecast struct {
		Item string  `db:"item"`
		Date string  `db:"date"`
		Qty  num.Dec `db:"qty"`
	}
	return db.Each(ctx, q, `SELECT i.code AS item, f.date, f.qty FROM so_forecast f JOIN v_item i ON i.id = f.item_id
		WHERE f.site_id = $1 AND f.batch_id NOT IN (SELECT id FROM kit_batch) ORDER BY f.id`, []any{site}, func(f *forecast) error {
		p.Forecasts = append(p.Forecasts, pack.Forecast{Item: f.Item, Date: f.Date, Qty: f.Qty})
		return nil
	})
}
