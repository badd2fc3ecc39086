package sales

import (
	"context"
	"strconv"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// NewOrder is a sales order as a person enters it or a shop sends it.
type NewOrder struct {
	Number   string    `json:"number,omitempty" maxLength:"40" doc:"Empty: the next number of the series"`
	Site     string    `json:"site,omitempty" doc:"Site code; empty: the first site"`
	Customer string    `json:"customer,omitempty" doc:"Customer code"`
	Channel  string    `json:"channel,omitempty" maxLength:"40" doc:"Where the order came from: taobao, jd, b2b …"`
	Note     string    `json:"note,omitempty" maxLength:"1000"`
	Lines    []NewLine `json:"lines" doc:"What is ordered"`
}

// NewLine is one ordered item.
type NewLine struct {
	Line       int64    `json:"line,omitempty" doc:"0: the next free line number"`
	Item       string   `json:"item" doc:"Item code"`
	Qty        num.Dec  `json:"qty"`
	Due        string   `json:"due" doc:"Date on which the customer wants it, YYYY-MM-DD"`
	Priority   int64    `json:"priority,omitempty" doc:"1 is first; default 5"`
	UnitPrice  *num.Dec `json:"unit_price,omitempty" mask:"price"`
	BOMVersion string   `json:"bom_version,omitempty"`
	Note       string   `json:"note,omitempty" maxLength:"1000"`
}

// Created names a new document.
type Created struct {
	ID     db.ID  `json:"id"`
	Number string `json:"number"`
}

type orderRow struct {
	ID       db.ID   `db:"id"`
	BatchID  db.ID   `db:"batch_id"`
	Site     db.ID   `db:"site_id"`
	Number   string  `db:"number"`
	Customer db.ID   `db:"customer_id"`
	Channel  string  `db:"channel"`
	Note     string  `db:"note"`
	Ordered  int64   `db:"ordered_ms"`
	Key      *string `db:"client_key"`
}

type lineRow struct {
	ID         db.ID    `db:"id"`
	BatchID    db.ID    `db:"batch_id"`
	Order      db.ID    `db:"order_id"`
	Line       int64    `db:"line"`
	Item       db.ID    `db:"item_id"`
	Qty        num.Dec  `db:"qty"`
	Due        string   `db:"due"`
	Priority   int64    `db:"priority"`
	UnitPrice  *num.Dec `db:"unit_price"`
	BOMVersion string   `db:"bom_version"`
	Note       string   `db:"note"`
}

// OrderedEvent is the payload of sales.ordered.
type OrderedEvent struct {
	Number   string    `json:"number"`
	Customer string    `json:"customer"`
	Channel  string    `json:"channel"`
	Lines    []NewLine `json:"lines"`
}

// Create enters a sales order with its lines. Every fault of every line is told at once.
func (m *Module) Create(ctx context.Context, tx *db.Tx, in NewOrder) (Created, error) {
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return Created{}, err
	}
	if len(in.Lines) == 0 {
		return Created{}, fault.Invalid("sales.no_lines", "an order needs at least one line")
	}
	row := orderRow{ID: tx.ID(), Site: site.ID, Number: in.Number, Channel: in.Channel, Note: in.Note, Ordered: tx.NowMS(), Key: key(tx)}
	if in.Customer != "" {
		p, err := masterdata.PartnerByCode(ctx, tx, in.Customer)
		if err != nil {
			return Created{}, err
		}
		if !p.Is("customer") {
			return Created{}, fault.Invalid("sales.not_customer", "partner %s is not a customer", in.Customer).With("code", in.Customer)
		}
		row.Customer = p.ID
	}
	if row.Number == "" {
		if row.Number, err = tx.Number("so"); err != nil {
			return Created{}, err
		}
	} else if _, taken, err := db.Get[db.ID](ctx, tx, `SELECT id FROM so_order WHERE number = $1`, row.Number); err != nil || taken {
		if taken {
			err = fault.Conflict("sales.number_taken", "sales order %s exists already", row.Number).With("number", row.Number)
		}
		return Created{}, err
	} else if err := tx.NumbersUsed(ctx, "so", row.Number); err != nil {
		return Created{}, err
	}
	lines, err := newLines(ctx, tx, row.ID, in.Lines)
	if err != nil {
		return Created{}, err
	}
	if err := db.Insert(ctx, tx, "so_order", row); err != nil {
		return Created{}, err
	}
	if err := db.Insert(ctx, tx, "so_line", lines...); err != nil {
		return Created{}, err
	}
	tx.Emit(db.Event{Name: "sales.ordered", Subject: "so:" + row.Number, Site: site.ID, Partner: row.Customer,
		Payload: OrderedEvent{row.Number, in.Customer, in.Channel, in.Lines}})
	return Created{row.ID, row.Number}, nil
}

func newLines(ctx context.Context, tx *db.Tx, order db.ID, in []NewLine) ([]lineRow, error) {
	bad := fault.Invalid("web.invalid", "some lines are not right")
	at := func(i int, field string, f *fault.Error, value string) {
		f.With("line", in[i].Line)
		bad.At(fault.Field{Where: "body.lines[" + strconv.Itoa(i) + "]." + field, Code: f.Code, Detail: f.Detail, Value: value, Params: f.Params})
	}
	used := map[int64]bool{}
	var last int64
	out := make([]lineRow, len(in))
	for i := range in {
		l := &in[i]
		if l.Line == 0 {
			l.Line = last + 1
		}
		last = max(last, l.Line)
		if used[l.Line] {
			at(i, "line", fault.Invalid("sales.line_twice", "line %d appears twice", l.Line), strconv.FormatInt(l.Line, 10))
		}
		used[l.Line] = true
		if l.Priority == 0 {
			l.Priority = 5
		}
		if l.Priority < 1 {
			at(i, "priority", fault.Invalid("sales.priority_range", "priority must be 1 or more"), strconv.FormatInt(l.Priority, 10))
		}
		if l.Qty <= 0 {
			at(i, "qty", fault.Invalid("sales.qty_not_positive", "quantity must be above zero"), l.Qty.String())
		}
		if _, err := time.Parse(time.DateOnly, l.Due); err != nil {
			at(i, "due", fault.Invalid("sales.date_invalid", "%q is not a date", l.Due).With("due", l.Due), l.Due)
		}
		item, err := masterdata.ItemByCode(ctx, tx, l.Item)
		if f, ok := fault.As(err); ok {
			at(i, "item", f, l.Item)
		} else if err != nil {
			return nil, err
		} else if !l.Qty.Fits(item.Decimals) {
			at(i, "qty", fault.Invalid("sales.decimals", "quantity of %s has at most %d decimals", l.Item, item.Decimals).
				With("item", l.Item).With("decimals", item.Decimals).With("qty", l.Qty), l.Qty.String())
		}
		out[i] = lineRow{ID: tx.ID(), Order: order, Line: l.Line, Item: item.ID, Qty: l.Qty, Due: l.Due, Priority: l.Priority, UnitPrice: l.UnitPrice, BOMVersion: l.BOMVersion, Note: l.Note}
	}
	if len(bad.Fields) > 0 {
		return nil, bad
	}
	return out, nil
}

// Cancel asks to cancel an order that has not been shipped and has no running work order.
type Cancel struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// Cancel releases what was allocated and closes the order.
func (m *Module) Cancel(ctx context.Context, tx *db.Tx, number string, in Cancel) (Created, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return Created{}, err
	}
	if o.Cancelled > 0 {
		return Created{}, fault.Conflict("sales.cancelled", "order %s is cancelled", number).With("number", number)
	}
	lines, err := linesOf(ctx, tx, o.ID)
	if err != nil {
		return Created{}, err
	}
	for _, l := range lines {
		if l.Shipped > 0 {
			return Created{}, fault.Conflict("sales.has_shipments", "order %s has shipments", number).With("number", number)
		}
		work, err := db.All[string](ctx, tx, `SELECT number FROM v_work_order WHERE sales_line_id = $1 AND status NOT IN ('closed', 'cancelled') ORDER BY number LIMIT 3`, l.ID)
		if err != nil {
			return Created{}, err
		}
		if len(work) > 0 {
			return Created{}, fault.Conflict("sales.has_work", "order %s has work orders %v", number, work).With("number", number).With("orders", work)
		}
		if err := m.Inventory.Unreserve(ctx, tx, "so_line", l.ID); err != nil {
			return Created{}, err
		}
	}
	tx.Queue(`UPDATE so_order SET cancelled_ms = $1 WHERE id = $2`, tx.NowMS(), o.ID)
	tx.Emit(db.Event{Name: "sales.cancelled", Subject: "so:" + number, Site: o.Site, Partner: o.Customer, Reason: in.Reason, Payload: map[string]string{"number": number}})
	return Created{o.ID, number}, nil
}

type order struct {
	ID        db.ID  `db:"id"`
	Number    string `db:"number"`
	Site      db.ID  `db:"site_id"`
	Customer  db.ID  `db:"customer_id"`
	Channel   string `db:"channel"`
	Note      string `db:"note"`
	Ordered   int64  `db:"ordered_ms"`
	Cancelled int64  `db:"cancelled_ms"`
}

// orderByNumber finds an order that the actor may see: an outside party its own only, others as if it did not exist.
func orderByNumber(ctx context.Context, q db.Querier, number string) (order, error) {
	o, ok, err := db.Get[order](ctx, q, `SELECT id, number, site_id, customer_id, channel, note, ordered_ms, cancelled_ms FROM so_order
		WHERE number = $1 AND batch_id NOT IN (SELECT id FROM kit_batch)`, number)
	if err != nil {
		return o, err
	}
	if !ok || identity.See(ctx, o.Site, o.Customer) != nil {
		return o, fault.NotFound("sales.order_unknown", "no sales order %s", number).With("number", number)
	}
	return o, nil
}

type line struct {
	ID         db.ID   `db:"id"`
	Line       int64   `db:"line"`
	Item       db.ID   `db:"item_id"`
	Qty        num.Dec `db:"qty"`
	Due        string  `db:"due"`
	Priority   int64   `db:"priority"`
	BOMVersion string  `db:"bom_version"`
	Shipped    num.Dec `db:"shipped"`
}

func linesOf(ctx context.Context, q db.Querier, order db.ID) ([]line, error) {
	return db.All[line](ctx, q, `SELECT id, line, item_id, qty, due, priority, bom_version, shipped FROM so_line WHERE order_id = $1 AND cancelled_ms = 0 ORDER BY line`, order)
}

func siteOf(ctx context.Context, q db.Querier, code string) (masterdata.Site, error) {
	if code == "" {
		return masterdata.DefaultSite(ctx, q)
	}
	return masterdata.SiteByCode(ctx, q, code)
}

// key is the client's key as a fact stores it: NULL when there is none, so that the unique index lets many have none.
func key(tx *db.Tx) *string {
	if k := tx.Key(); k != "" {
		return &k
	}
	return nil
}

// Visible refuses who may not see the order, as if it did not exist.
func (m *Module) Visible(ctx context.Context, q db.Querier, number string) error {
	_, err := orderByNumber(ctx, q, number)
	return err
}
