package production

import (
	"context"
	"strconv"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// Load writes the pack's work orders into the batch: each gets its own copy of bill and routing, and what is done
// already becomes the opening report of every report point. It comes after masterdata in the same load.
func (m *Module) Load(ctx context.Context, b *db.Batch, p *pack.Pack) error {
	if len(p.WorkOrders) == 0 {
		return nil
	}
	q, site := b.Read(), masterdata.LoadedSite(ctx)
	codes := make([]string, 0, len(p.WorkOrders))
	numbers := make([]string, 0, len(p.WorkOrders))
	for _, o := range p.WorkOrders {
		codes, numbers = append(codes, o.Item), append(numbers, o.Order)
	}
	items, err := masterdata.ItemsByCode(ctx, q, codes)
	if err != nil {
		return err
	}
	known, err := m.known(ctx, q, numbers)
	if err != nil {
		return err
	}
	var in []NewOrder
	var from []*pack.WorkOrder
	for i := range p.WorkOrders {
		o := &p.WorkOrders[i]
		id := items[o.Item].ID
		if k, ok := known[o.Order]; ok {
			if k.Site != site.ID || k.Item != id || k.Qty != o.Qty {
				return fault.Conflict("production.order_exists", "work order %s exists already with another content", o.Order).With("order", o.Order)
			}
			continue
		}
		in = append(in, NewOrder{Site: site.ID, Item: id, Qty: o.Qty, Due: o.Due, Start: o.Start, SalesRef: o.SalesOrder, Priority: int64(o.Priority),
			BOMVersion: o.BOMVersion, RoutingVersion: o.RoutingVersion})
		from = append(from, o)
	}
	today := p.Site.Today
	if today == "" {
		today = b.Now().In(site.Location()).Format(time.DateOnly)
	}
	plan, err := newPlan(ctx, q, in, today)
	if err != nil {
		return err
	}
	var rows orderRows
	var opening []openingRow
	now := b.Now().UnixMilli()
	for i, o := range in {
		w := from[i]
		made, f := plan.add(b.NewID, &rows, o, w.Order, false)
		if f != nil {
			return f.With("row", w.Row).With("file", "work_orders.csv")
		}
		made.row.Created, made.row.Ord = now, int64(w.Row)
		if w.Status != "planned" {
			made.row.Released = now
		}
		if w.Status == "started" {
			made.row.Started = now
		}
		if w.DoneQty > 0 {
			opening = append(opening, rows.progress(b, made.row, w.DoneQty, now, today, actor.From(ctx).Name)...)
		}
	}
	return rows.load(ctx, b, opening)
}

// Publish tells of the orders that the load brought.
func (m *Module) Publish(ctx context.Context, tx *db.Tx, b *db.Batch) error {
	n, err := db.One[int64](ctx, tx, `SELECT count(*) FROM wo_order WHERE batch_id = $1 AND batch_id <> 0`, b.ID)
	if err != nil || n == 0 {
		return err
	}
	site := masterdata.LoadedSite(ctx)
	tx.Emit(db.Event{Name: EventImported, Subject: "site:" + site.Code, Site: site.ID, Payload: Imported{Site: site.Code, Batch: b.ID, Orders: n}})
	return nil
}

// Check finds what Load would refuse, by file, row and column: orders that exist with another content, items that are
// not made, quantities finer than their item.
func (m *Module) Check(ctx context.Context, q db.Querier, p *pack.Pack) ([]fault.Field, error) {
	if len(p.WorkOrders) == 0 {
		return nil, nil
	}
	type kind struct {
		kind     string
		decimals int
	}
	items := make(map[string]kind, len(p.Items))
	for i := range p.Items {
		items[p.Items[i].Code] = kind{p.Items[i].Kind, p.Items[i].Decimals}
	}
	var codes, numbers []string
	for i := range p.WorkOrders {
		numbers = append(numbers, p.WorkOrders[i].Order)
		if _, ok := items[p.WorkOrders[i].Item]; !ok {
			codes = append(codes, p.WorkOrders[i].Item)
		}
	}
	more, err := masterdata.ItemsByCode(ctx, q, codes)
	if err != nil {
		return nil, err
	}
	for code, it := range more {
		items[code] = kind{it.Kind, it.Decimals}
	}
	known, err := m.known(ctx, q, numbers)
	if err != nil {
		return nil, err
	}
	var out []fault.Field
	for i := range p.WorkOrders {
		o := &p.WorkOrders[i]
		add := func(code, column, value string) {
			f := fault.Field{Where: "work_orders.csv:" + strconv.Itoa(o.Row) + ":" + column, Code: code, Value: value, Params: map[string]string{"order": o.Order, "item": o.Item, "qty": value,
				"decimals": strconv.Itoa(items[o.Item].decimals), "file": "work_orders.csv", "row": strconv.Itoa(o.Row), "column": column, "value": value}}
			f.Detail = Messages[code].Render("en", f.Params)
			out = append(out, f)
		}
		it, ok := items[o.Item]
		k, exists := known[o.Order]
		switch {
		case !ok: // pack's own check has said so
		case it.kind != "make" && it.kind != "subcontract":
			add("production.not_made", "item", o.Item)
		case !o.Qty.Fits(it.decimals):
			add("production.decimals", "qty", o.Qty.String())
		case !o.DoneQty.Fits(it.decimals):
			add("production.decimals", "done_qty", o.DoneQty.String())
		case exists && (k.Qty != o.Qty || k.Code != o.Item):
			add("production.order_exists", "order", o.Order)
		}
	}
	return out, nil
}

type knownOrder struct {
	Number string  `db:"number"`
	Site   db.ID   `db:"site_id"`
	Item   db.ID   `db:"item_id"`
	Code   string  `db:"code"`
	Qty    num.Dec `db:"qty"`
}

func (m *Module) known(ctx context.Context, q db.Querier, numbers []string) (map[string]knownOrder, error) {
	out := map[string]knownOrder{}
	for len(numbers) > 0 {
		n := min(len(numbers), 500)
		var w db.Where
		db.In(&w, "o.number", numbers[:n])
		if err := db.Each(ctx, q, `SELECT o.number, o.site_id, o.item_id, i.code, o.qty FROM wo_order o JOIN v_item i ON i.id = o.item_id`+w.String(), w.Args, func(k *knownOrder) error { out[k.Number] = *k; return nil }); err != nil {
			return nil, err
		}
		numbers = numbers[n:]
	}
	return out, nil
}

type openingRow struct {
	ID         db.ID   `db:"id"`
	Key        string  `db:"key"`
	Order      db.ID   `db:"order_id"`
	Op         db.ID   `db:"op_id"`
	Kind       string  `db:"kind"`
	Good       num.Dec `db:"good"`
	Scrap      num.Dec `db:"scrap"`
	Rework     num.Dec `db:"rework"`
	Before     num.Dec `db:"before_qty"`
	Worker     db.ID   `db:"worker_id"`
	WorkerName string  `db:"worker"`
	Machine    db.ID   `db:"machine_id"`
	Start      int64   `db:"start_ms"`
	Happened   int64   `db:"happened_ms"`
	Recorded   int64   `db:"recorded_ms"`
	Posting    string  `db:"posting_date"`
	Actor      string  `db:"actor"`
	Batch      db.ID   `db:"batch_id"`
}

// progress gives the order that was added last its opening reports: the pieces passed every report point and are in
// stock.
func (r *orderRows) progress(b *db.Batch, o *orderRow, done num.Dec, now int64, today, who string) []openingRow {
	var out []openingRow
	for i := len(r.ops) - 1; i >= 0 && r.ops[i].Order == o.ID; i-- {
		p := &r.ops[i]
		if done >= o.Qty {
			p.DoneMS = now
		}
		if !p.Report {
			continue
		}
		p.Good = done
		id := b.NewID()
		out = append(out, openingRow{ID: id, Key: id.String(), Order: o.ID, Op: p.ID, Kind: "opening", Good: done, Start: now, Happened: now, Recorded: now,
			Posting: today, Actor: who, Batch: b.ID})
	}
	o.Received, o.Opening = done, done
	if done >= o.Qty {
		o.Completed = now
	}
	return out
}

func (r *orderRows) load(ctx context.Context, b *db.Batch, opening []openingRow) error {
	for i := range r.orders {
		r.orders[i].Batch = b.ID
	}
	for i := range r.ops {
		r.ops[i].Batch = b.ID
	}
	for i := range r.components {
		r.components[i].Batch = b.ID
	}
	if err := b.Chunked(ctx, len(r.orders), func(tx *db.Tx, from, to int) error {
		part := orderRows{orders: r.orders[from:to]}
		return part.write(ctx, tx)
	}); err != nil {
		return err
	}
	if err := b.Chunked(ctx, len(r.ops), func(tx *db.Tx, from, to int) error { return db.Insert(ctx, tx, "wo_op", r.ops[from:to]...) }); err != nil {
		return err
	}
	if err := b.Chunked(ctx, len(r.components), func(tx *db.Tx, from, to int) error {
		return db.Insert(ctx, tx, "wo_component", r.components[from:to]...)
	}); err != nil {
		return err
	}
	return b.Chunked(ctx, len(opening), func(tx *db.Tx, from, to int) error { return db.Insert(ctx, tx, "wo_report", opening[from:to]...) })
}

// Dump fills the pack with the site's open work orders; done is what went into stock, as planning reads it.
func (m *Module) Dump(ctx context.Context, q db.Querier, site db.ID, p *pack.Pack) error {
	type row struct {
		Number   string  `db:"number"`
		Item     string  `db:"code"`
		Qty      num.Dec `db:"qty"`
		Due      string  `db:"due"`
		Start    string  `db:"start"`
		Priority int64   `db:"priority"`
		Status   string  `db:"status"`
		Received num.Dec `db:"received"`
		BOM      string  `db:"bom_version"`
		Routing  string  `db:"routing_version"`
		Sales    string  `db:"sales_order"`
	}
	return db.Each(ctx, q, `SELECT o.number, i.code, o.qty, o.due, o.start, o.priority, o.received, o.bom_version, o.routing_version, o.sales_order,
			CASE WHEN o.started_ms > 0 THEN 'started' WHEN o.released_ms > 0 THEN 'released' ELSE 'planned' END AS status
		FROM wo_order o JOIN v_item i ON i.id = o.item_id
		WHERE o.site_id = $1 AND o.closed_ms = 0 AND o.cancelled_ms = 0 AND (o.completed_ms = 0 OR o.completed_ms = o.created_ms OR o.received < o.qty)
		  AND o.batch_id NOT IN (SELECT id FROM kit_batch)
		ORDER BY CASE WHEN o.ord = 0 THEN 1 ELSE 0 END, o.ord, o.created_ms, o.number`, []any{site}, func(r *row) error {
		p.WorkOrders = append(p.WorkOrders, pack.WorkOrder{Order: r.Number, Item: r.Item, Qty: r.Qty, Due: r.Due, Start: r.Start, Status: r.Status, DoneQty: r.Received,
			BOMVersion: r.BOM, RoutingVersion: r.Routing, SalesOrder: r.Sales, Priority: int(r.Priority)})
		return nil
	})
}
