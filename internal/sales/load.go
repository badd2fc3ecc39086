package sales

import (
	"context"
	"fmt"

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

// Check names every sales order of the pack that the company has already, and every order whose lines disagree on
// what belongs to the whole order.
func (m *Module) Check(ctx context.Context, q db.Querier, p *pack.Pack) ([]fault.Field, error) {
	var out []fault.Field
	have := map[string]bool{}
	if err := db.Each(ctx, q, `SELECT number FROM so_order`, nil, func(n *string) error { have[*n] = true; return nil }); err != nil {
		return nil, err
	}
	first := map[string]*pack.SalesLine{}
	bad := func(l *pack.SalesLine, column, value, code, detail string) {
		where := fmt.Sprintf("sales_orders.csv:%d:%s", l.Row, column)
		out = append(out, fault.Field{Where: where, Code: code, Detail: detail, Value: value, Params: map[string]string{"number": l.Order, "value": value}})
	}
	for i := range p.SalesOrders {
		l := &p.SalesOrders[i]
		f := first[l.Order]
		switch {
		case f == nil:
			first[l.Order] = l
			if have[l.Order] {
				bad(l, "order", l.Order, "sales.number_taken", "sales order "+l.Order+" exists already; leave it out or change it on its page")
			}
		case f.Channel != l.Channel:
			bad(l, "channel", l.Channel, "sales.channel_differs", "the lines of order "+l.Order+" name different channels; give each channel an order of its own")
		}
	}
	return out, nil
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
	orders := make([]orderRow, 0, len(p.SalesOrders))
	lines := make([]lineRow, len(p.SalesOrders))
	byNumber := map[string]db.ID{}
	now := b.Now().UnixMilli()
	for i := range p.SalesOrders {
		l := &p.SalesOrders[i]
		id, ok := byNumber[l.Order]
		if !ok {
			id = b.NewID()
			byNumber[l.Order] = id
			orders = append(orders, orderRow{ID: id, BatchID: b.ID, Site: site.ID, Number: l.Order, Customer: partners[l.Customer].ID, Channel: l.Channel, Ordered: now})
		}
		lines[i] = lineRow{ID: b.NewID(), BatchID: b.ID, Order: id, Line: int64(l.Line), Item: items[l.Item].ID, Qty: l.Qty, Due: l.Due, Priority: int64(l.Priority),
			UnitPrice: l.UnitPrice, BOMVersion: l.BOMVersion, Note: l.Note}
	}
	forecasts := make([]forecastRow, len(p.Forecasts))
	for i, f := range p.Forecasts {
		forecasts[i] = forecastRow{ID: b.NewID(), Batch: b.ID, Site: site.ID, Item: items[f.Item].ID, Date: f.Date, Qty: f.Qty}
	}
	if err := chunks(ctx, b, "so_order", orders); err != nil {
		return err
	}
	if err := chunks(ctx, b, "so_line", lines); err != nil {
		return err
	}
	return chunks(ctx, b, "so_forecast", forecasts)
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

// Publish tells of the load in the transaction that publishes it.
func (m *Module) Publish(ctx context.Context, tx *db.Tx, b *db.Batch) error {
	type counts struct {
		Orders    int `db:"orders"`
		Lines     int `db:"lines"`
		Forecasts int `db:"forecasts"`
	}
	n, err := db.One[counts](ctx, tx, `SELECT (SELECT count(*) FROM so_order WHERE batch_id = $1) AS orders, (SELECT count(*) FROM so_line WHERE batch_id = $1) AS lines,
		(SELECT count(*) FROM so_forecast WHERE batch_id = $1) AS forecasts`, b.ID)
	if err == nil && n.Orders+n.Forecasts > 0 {
		tx.Emit(db.Event{Name: "sales.loaded", Subject: "site:" + masterdata.LoadedSite(ctx).Code, Site: masterdata.LoadedSite(ctx).ID, Payload: LoadedEvent(n)})
	}
	return err
}

// Dump fills the pack with what is still open: ordered less shipped.
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
		SELECT o.number, l.line, coalesce(p.code, '') AS customer, i.code AS item, l.qty - l.shipped AS qty, l.due, l.priority, l.unit_price, o.channel, l.bom_version, l.note
		FROM so_line l JOIN so_order o ON o.id = l.order_id JOIN v_item i ON i.id = l.item_id LEFT JOIN v_partner p ON p.id = o.customer_id
		WHERE o.site_id = $1 AND o.cancelled_ms = 0 AND l.cancelled_ms = 0 AND l.shipped < l.qty AND l.batch_id NOT IN (SELECT id FROM kit_batch)
		ORDER BY o.number, l.line`, []any{site}, func(r *row) error {
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
		WHERE f.site_id = $1 AND f.batch_id NOT IN (SELECT id FROM kit_batch) ORDER BY i.code, f.date, f.id`, []any{site}, func(f *forecast) error {
		p.Forecasts = append(p.Forecasts, pack.Forecast{Item: f.Item, Date: f.Date, Qty: f.Qty})
		return nil
	})
}
