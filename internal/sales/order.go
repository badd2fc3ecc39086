package sales

import (
	"context"
	"slices"
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
	ShipTo   string    `json:"ship_to,omitempty" maxLength:"100" doc:"Label of one of the customer's addresses; empty: the one for deliveries, else the customer's own"`
	Note     string    `json:"note,omitempty" maxLength:"1000" doc:"Note"`
	Lines    []NewLine `json:"lines" doc:"What is ordered"`
}

// NewLine is one ordered item.
type NewLine struct {
	Line       int64    `json:"line,omitempty" doc:"0: the next free line number"`
	Item       string   `json:"item" doc:"Item code"`
	Qty        num.Dec  `json:"qty"`
	UoM        string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the item's; empty: its own. It is converted exactly; the unit price stays that of the item's own unit"`
	Due        string   `json:"due" doc:"Date on which the customer wants it, YYYY-MM-DD"`
	Priority   int64    `json:"priority,omitempty" doc:"1 is first; default 5"`
	UnitPrice  *num.Dec `json:"unit_price,omitempty" mask:"sales_price"`
	BOMVersion string   `json:"bom_version,omitempty" doc:"The version that the customer names; another one than that in force on the due date needs an answer before it is made"`
	Answer     string   `json:"version_answer,omitempty" enum:"named,effective," doc:"Which of the two versions is made"`
	Supply     string   `json:"supply,omitempty" enum:"stock,make,both," doc:"From stock, made, or stock first and the rest made; empty: as it comes"`
	Note       string   `json:"note,omitempty" maxLength:"1000" doc:"Note"`
	Kind       string   `json:"kind,omitempty" enum:"toll," doc:"toll: made from material that the customer supplies; empty: by its bill"`
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
	ShipTo   string  `db:"ship_to"`
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
	Answer     string   `db:"version_answer"`
	Use        string   `db:"bom_use"`
	Supply     string   `db:"supply"`
	From       db.ID    `db:"split_from"`
	Note       string   `db:"note"`
	Channel    string   `db:"channel"`
	Kind       string   `db:"kind"`
	masterdata.Entered
}

// OrderedEvent is the payload of sales.ordered.
type OrderedEvent struct {
	Number   string        `json:"number"`
	Customer string        `json:"customer"`
	Channel  string        `json:"channel"`
	Lines    []OrderedLine `json:"lines"`
	Source   string        `json:"source,omitempty" enum:"file," doc:"file: it came in a file or a factory pack; empty: a person entered it, or a shop sent it"`
}

// OrderedLine is a line as it stands: in the item's own unit, and as it was entered where that was in another.
type OrderedLine struct {
	NewLine
	masterdata.Entered
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
		p, err := customerByCode(ctx, tx, in.Customer)
		if err != nil {
			return Created{}, err
		}
		row.Customer = p.ID
	}
	if row.ShipTo, err = shipTo(ctx, tx, row.Customer, in.ShipTo); err != nil {
		return Created{}, err
	}
	if row.Number, err = m.freeNumber(ctx, tx, in.Number); err != nil {
		return Created{}, err
	}
	lines, told, err := m.newLines(ctx, tx, order{ID: row.ID, Channel: row.Channel, Customer: row.Customer}, in.Lines)
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
		Payload: OrderedEvent{Number: row.Number, Customer: in.Customer, Channel: in.Channel, Lines: told}})
	return Created{row.ID, row.Number}, nil
}

// freeNumber is the next number of the series, or the wished one when nobody has it.
func (m *Module) freeNumber(ctx context.Context, tx *db.Tx, wish string) (string, error) {
	if wish == "" {
		return tx.Number("so")
	}
	_, taken, err := db.Get[db.ID](ctx, tx, `SELECT id FROM so_order WHERE number = $1`, wish)
	if taken {
		err = fault.Conflict("sales.number_taken", "sales order %s exists already", wish).With("number", wish)
	}
	if err != nil {
		return "", err
	}
	return wish, tx.NumbersUsed(ctx, "so", wish)
}

// newLines checks lines and puts them into the items' own units.
func (m *Module) newLines(ctx context.Context, tx *db.Tx, o order, said []NewLine) ([]lineRow, []OrderedLine, error) {
	in := slices.Clone(said) // the command may run again, so it stays as it was said
	bad := fault.Invalid("web.invalid", "some lines are not right")
	at := func(i int, field string, f *fault.Error, value string) {
		f.With("line", in[i].Line)
		bad.At(fault.Field{Where: "body.lines[" + strconv.Itoa(i) + "]." + field, Code: f.Code, Detail: f.Detail, Value: value, Params: f.Params})
	}
	units, err := unitsOfLines(ctx, tx, in)
	if err != nil {
		return nil, nil, err
	}
	used := map[int64]bool{}
	var last int64
	out, told := make([]lineRow, len(in)), make([]OrderedLine, len(in))
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
			return nil, nil, err
		} else if own, entered, err := units.InOwn(item, "qty", l.Qty, l.UoM); err != nil {
			f, _ := fault.As(err)
			at(i, f.Params["field"], f, f.Params["value"])
		} else if l.Qty, l.UoM, told[i].Entered = own, "", entered; !l.Qty.Fits(item.Decimals) {
			at(i, "qty", fault.Invalid("sales.decimals", "quantity of %s has at most %d decimals", l.Item, item.Decimals).
				With("item", l.Item).With("decimals", item.Decimals).With("qty", l.Qty), l.Qty.String())
		}
		told[i].NewLine = *l
		out[i] = lineRow{ID: tx.ID(), Order: o.ID, Channel: o.Channel, Line: l.Line, Item: item.ID, Qty: l.Qty, Due: l.Due, Priority: l.Priority, UnitPrice: l.UnitPrice, BOMVersion: l.BOMVersion, Answer: l.Answer, Supply: l.Supply, Note: l.Note,
			Entered: told[i].Entered}
	}
	if len(bad.Fields) > 0 {
		return nil, nil, bad
	}
	if err := m.tollLines(ctx, tx, o.Customer, in, out); err != nil {
		return nil, nil, err
	}
	for i := range out {
		told[i].Kind = out[i].Kind
	}
	return out, told, nameVersions(ctx, tx, in, out)
}

// unitsOfLines reads the units of the items whose quantities are entered in another one.
func unitsOfLines(ctx context.Context, q db.Querier, lines []NewLine) (masterdata.UnitBook, error) {
	var codes []string
	for _, l := range lines {
		if l.UoM != "" {
			codes = append(codes, l.Item)
		}
	}
	items, err := masterdata.ItemsByCode(ctx, q, codes)
	if err != nil {
		return nil, err
	}
	ids := make([]db.ID, 0, len(items))
	for _, it := range items {
		ids = append(ids, it.ID)
	}
	return masterdata.Units(ctx, q, ids)
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
	Merged    db.ID  `db:"merged_into"`
	Split     db.ID  `db:"split_from"`
	ShipTo    string `db:"ship_to"`
}

const orderColumns = `id, number, site_id, customer_id, channel, note, ordered_ms, cancelled_ms, merged_into, split_from, ship_to`

// orderByNumber finds an order that the actor may see: an outside party its own only, others as if it did not exist.
func orderByNumber(ctx context.Context, q db.Querier, number string) (order, error) {
	o, ok, err := db.Get[order](ctx, q, `SELECT `+orderColumns+` FROM so_order
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
	ID         db.ID    `db:"id"`
	Line       int64    `db:"line"`
	Item       db.ID    `db:"item_id"`
	Qty        num.Dec  `db:"qty"`
	Due        string   `db:"due"`
	Priority   int64    `db:"priority"`
	BOMVersion string   `db:"bom_version"`
	Answer     string   `db:"version_answer"`
	Use        string   `db:"bom_use"`
	Supply     string   `db:"supply"`
	Price      *num.Dec `db:"unit_price"`
	Note       string   `db:"note"`
	Channel    string   `db:"channel"`
	Shipped    num.Dec  `db:"shipped"`
	Most       num.Dec  `db:"most"`
	Closed     int64    `db:"closed_ms"`
	Why        string   `db:"close_reason"`
	Cancelled  int64    `db:"cancelled_ms"`
	Soft       int64    `db:"soft_ms"`
	Kind       string   `db:"kind"`
	masterdata.Entered
}

const lineColumns = `id, line, item_id, qty, due, priority, bom_version, version_answer, bom_use, supply, unit_price, note, channel, shipped, most, closed_ms, close_reason, cancelled_ms, soft_ms, kind, entered_qty, entered_uom`

// linesOf are the lines of an order that were not cancelled; closed ones are among them.
func linesOf(ctx context.Context, q db.Querier, order db.ID) ([]line, error) {
	return db.All[line](ctx, q, `SELECT `+lineColumns+` FROM so_line WHERE order_id = $1 AND cancelled_ms = 0 ORDER BY line`, order)
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
