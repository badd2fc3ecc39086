package production

import (
	"context"
	"fmt"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Output says how much of a co- or by-product goes into stock.
type Output struct {
	Line     int64    `json:"line" minimum:"1" doc:"Line of the order's bill"`
	Qty      num.Dec  `json:"qty"`
	Lot      string   `json:"lot,omitempty" maxLength:"64" doc:"Empty = a new number is made"`
	Serials  []string `json:"serials,omitempty" maxItems:"5000" doc:"Empty = they are made by rule"`
	Location string   `json:"location,omitempty" maxLength:"64" doc:"Empty = where the finished goods go"`
}

// ReceiveOutputs brings co- and by-products into stock without finished goods: chips that are weighed in the evening.
type ReceiveOutputs struct {
	Order   string   `json:"order" minLength:"1" maxLength:"64"`
	Outputs []Output `json:"outputs" minItems:"1" maxItems:"100"`
}

// OutputsReceived is what went into stock of an order's co- and by-products.
type OutputsReceived struct {
	OrderID db.ID        `json:"order_id"`
	Order   string       `json:"order"`
	Site    db.ID        `json:"site_id"`
	Receipt string       `json:"receipt,omitempty" doc:"The receipt of finished goods that brought them along"`
	Outputs []OutputDone `json:"outputs"`
}

// OutputDone is one co- or by-product that went into stock, by a receipt of its own.
type OutputDone struct {
	ID        db.ID    `json:"id"`
	Number    string   `json:"number" doc:"Its receipt; labels and undo go by it"`
	Line      int64    `json:"line"`
	Role      string   `json:"role" enum:"coproduct,byproduct"`
	ItemID    db.ID    `json:"item_id"`
	Item      string   `json:"item"`
	Name      string   `json:"name"`
	UoM       string   `json:"uom"`
	Qty       num.Dec  `json:"qty"`
	Lot       string   `json:"lot"`
	Serials   []string `json:"serials,omitempty"`
	ExpiresOn string   `json:"expires_on,omitempty"`
	Location  string   `json:"location"`
	Received  num.Dec  `json:"received" doc:"Of this line so far"`
}

// DetailOutput is a co- or by-product of a work order: what its bill expects, what has come.
type DetailOutput struct {
	Line     int64   `json:"line" db:"line"`
	Role     string  `json:"role" db:"role" enum:"coproduct,byproduct"`
	Item     string  `json:"item" db:"item"`
	Name     string  `json:"name" db:"name"`
	UoM      string  `json:"uom" db:"uom"`
	Decimals int     `json:"decimals" db:"decimals"`
	Tracking string  `json:"tracking" db:"tracking"`
	Op       int64   `json:"op" db:"op" doc:"The report point where it falls"`
	Per      num.Dec `json:"per" db:"per" doc:"For one piece of the product"`
	Planned  num.Dec `json:"planned" db:"-" doc:"For the order's quantity"`
	Expected num.Dec `json:"expected" db:"-" doc:"For the good pieces so far"`
	Received num.Dec `json:"received" db:"received"`
	Missing  num.Dec `json:"missing" db:"-" doc:"Expected and not received"`
	Proposed num.Dec `json:"proposed" db:"-" doc:"What a receipt of the quantity asked for brings along; on the order itself: of all that may be received now"`
	Most     num.Dec `json:"most" db:"-" doc:"What may be received now at most: by the pieces reported, with the tolerance"`
	ID       db.ID   `json:"-" db:"id"`
	ItemID   db.ID   `json:"-" db:"item_id"`
	Done     num.Dec `json:"-" db:"done"`
}

// SettingOutput is by how many percent more than its bill expects of a co- or by-product may be received.
const SettingOutput = "production.output_tolerance_pct"

// yield is what t pieces bring of a co- or by-product: rounded down to its decimals, as what may be counted on.
func yield(t, per num.Dec, decimals int) (num.Dec, error) {
	if t <= 0 {
		return 0, nil
	}
	n, err := num.MulDivDown(int64(t), int64(per), int64(num.One))
	if err != nil {
		return 0, err
	}
	return num.Dec(n) - num.Dec(n)%smallest(decimals), nil
}

// proposed is what a receipt of qty pieces brings along of a line, when received of the product and had of the line
// are in stock: its own share, and less where more has come before.
func proposed(received, qty, per, had num.Dec, decimals int) (num.Dec, error) {
	before, err := yield(received, per, decimals)
	if err != nil {
		return 0, err
	}
	after, err := yield(received+qty, per, decimals)
	return max(min(after-before, after-had), 0), err
}

// outputs lists the co- and by-products of an order: qty is what a receipt of finished goods would bring now.
func (m *Module) outputs(ctx context.Context, q db.Querier, s *receiveState, qty num.Dec) ([]DetailOutput, error) {
	list, err := db.All[DetailOutput](ctx, q, `SELECT c.id, c.line, c.role, c.item_id, i.code AS item, i.name, i.uom, c.decimals, i.tracking, p.op, c.qty AS per, c.received, p.good + p.scrap + p.rework AS done
		FROM wo_component c JOIN wo_op p ON p.id = c.report_id JOIN v_item i ON i.id = c.item_id WHERE c.order_id = $1 AND c.role <> 'component' ORDER BY c.line`, s.ID)
	if err != nil || len(list) == 0 {
		return list, err
	}
	pct, err := masterdata.Setting(ctx, q, SettingOutput, outputTolerance)
	if err != nil {
		return nil, err
	}
	tolerance, err := num.Parse(pct)
	if err != nil || tolerance < 0 {
		tolerance = num.MustParse(outputTolerance)
	}
	for i := range list {
		o := &list[i]
		if o.Planned, err = yield(s.Qty, o.Per, o.Decimals); err != nil {
			return nil, err
		}
		if o.Expected, err = yield(s.Good, o.Per, o.Decimals); err != nil {
			return nil, err
		}
		if o.Proposed, err = proposed(s.Received, qty, o.Per, o.Received, o.Decimals); err != nil {
			return nil, err
		}
		top, err := norm(o.Done, o.Per, 0, o.Decimals)
		if err != nil {
			return nil, err
		}
		extra, err := num.MulDivUp(int64(top), int64(tolerance), 100*int64(num.One))
		if err != nil {
			return nil, err
		}
		if top, err = (top + num.Dec(extra)).RoundUp(o.Decimals); err != nil {
			return nil, err
		}
		o.Missing, o.Most = max(o.Expected-o.Received, 0), max(top-o.Received, 0)
	}
	return list, nil
}

const outputTolerance = "20"

// PreviewOutputs says which co- and by-products a receipt of so many pieces brings along; 0 = all that may be received.
func (m *Module) PreviewOutputs(ctx context.Context, q db.Querier, number string, qty num.Dec) ([]DetailOutput, error) {
	s, err := m.receiveState(ctx, q, number)
	if err != nil {
		return nil, err
	}
	if qty <= 0 {
		open, _, _, err := m.mayReceive(ctx, q, &s)
		if err != nil {
			return nil, err
		}
		qty = max(open, 0)
	}
	return m.outputs(ctx, q, &s, qty)
}

// ReceiveOutputs puts co- and by-products into stock on their own.
func (m *Module) ReceiveOutputs(ctx context.Context, tx *db.Tx, in ReceiveOutputs) (OutputsReceived, error) {
	s, err := m.receiveState(ctx, tx, in.Order)
	if err != nil {
		return OutputsReceived{}, err
	}
	if f := s.mayMove(); f != nil {
		return OutputsReceived{}, f
	}
	if len(in.Outputs) == 0 {
		return OutputsReceived{}, fault.Invalid("production.output_nothing", "say how much of which co- or by-product goes into stock")
	}
	for i, o := range in.Outputs {
		if o.Qty <= 0 {
			return OutputsReceived{}, fault.Invalid("production.output_nothing", "say how much of which co- or by-product goes into stock").
				At(fault.Field{Where: fmt.Sprintf("body.outputs[%d].qty", i), Code: "production.output_nothing", Detail: "the quantity must be above zero"})
		}
	}
	list, err := m.outputs(ctx, tx, &s, 0)
	if err != nil {
		return OutputsReceived{}, err
	}
	return m.bookOutputs(ctx, tx, &s, list, in.Outputs, Received{})
}

// alongside is what comes with a receipt of finished goods: what somebody said, or the proposal when nobody did.
func (m *Module) alongside(ctx context.Context, tx *db.Tx, s *receiveState, in Receive, with Received) (OutputsReceived, error) {
	if in.Outputs != nil && len(in.Outputs) == 0 {
		return OutputsReceived{}, nil
	}
	list, err := m.outputs(ctx, tx, s, with.Qty)
	if err != nil {
		return OutputsReceived{}, err
	}
	said := in.Outputs
	if said == nil {
		for _, o := range list {
			said = append(said, Output{Line: o.Line, Qty: min(o.Proposed, o.Most)})
		}
	}
	return m.bookOutputs(ctx, tx, s, list, said, with)
}

// bookOutputs checks and books each output: a lot of its own, a receipt of its own, the line's sum. The WHERE of the
// sum is the lock. A quantity of zero says that nothing came.
func (m *Module) bookOutputs(ctx context.Context, tx *db.Tx, s *receiveState, list []DetailOutput, said []Output, with Received) (OutputsReceived, error) {
	out := OutputsReceived{OrderID: s.ID, Order: s.Number, Site: s.Site, Receipt: with.Number, Outputs: []OutputDone{}}
	lines := make(map[int64]*DetailOutput, len(list))
	ids := make([]db.ID, 0, len(list))
	for i := range list {
		lines[list[i].Line] = &list[i]
		ids = append(ids, list[i].ItemID)
	}
	items, err := masterdata.Items(ctx, tx, ids)
	if err != nil {
		return out, err
	}
	for i, o := range said {
		l, at := lines[o.Line], func(field string) string { return fmt.Sprintf("body.outputs[%d].%s", i, field) }
		if l == nil {
			return out, fault.Invalid("production.output_unknown", "line %d of %s is no co- or by-product, or is named twice", o.Line, s.Number).With("line", o.Line).With("order", s.Number).
				At(fault.Field{Where: at("line"), Code: "production.output_unknown", Detail: "no co- or by-product"})
		}
		delete(lines, o.Line) // a second time it is unknown
		switch {
		case o.Qty == 0:
			continue
		case o.Qty < 0:
			return out, fault.Invalid("production.qty_negative", "quantities cannot be below zero; to take a receipt back, undo it").
				At(fault.Field{Where: at("qty"), Code: "production.qty_negative", Detail: "below zero"})
		case !o.Qty.Fits(l.Decimals):
			return out, fault.Invalid("production.decimals", "quantities of %s have at most %d decimals, got %s", l.Item, l.Decimals, o.Qty).With("item", l.Item).With("decimals", l.Decimals).With("qty", o.Qty).
				At(fault.Field{Where: at("qty"), Code: "production.decimals", Detail: "too many decimals"})
		case o.Qty > l.Most:
			return out, fault.Conflict("production.output_too_much", "%s %s of %s are more than %s can have brought: at most %s now", o.Qty, l.UoM, l.Item, s.Number, l.Most).
				With("qty", o.Qty).With("uom", l.UoM).With("item", l.Item).With("order", s.Number).With("most", l.Most).
				At(fault.Field{Where: at("qty"), Code: "production.output_too_much", Detail: "more than the pieces reported can have brought"})
		}
		done, err := m.bookOutput(ctx, tx, s, l, items[l.ItemID], o, with)
		if err != nil {
			return out, err
		}
		out.Outputs = append(out.Outputs, done)
	}
	if len(out.Outputs) > 0 {
		tx.Emit(db.Event{Name: EventOutputs, Subject: "wo:" + s.Number, Site: s.Site, Payload: out})
	}
	return out, nil
}

func (m *Module) bookOutput(ctx context.Context, tx *db.Tx, s *receiveState, l *DetailOutput, item masterdata.Item, o Output, with Received) (OutputDone, error) {
	place := o.Location
	if place == "" {
		place = with.Location
	}
	loc, err := m.receiptLocation(ctx, tx, s.Site, place)
	if err != nil {
		return OutputDone{}, err
	}
	number, err := tx.Number("receipt")
	if err != nil {
		return OutputDone{}, err
	}
	done := OutputDone{ID: tx.ID(), Number: number, Line: l.Line, Role: l.Role, ItemID: l.ItemID, Item: l.Item, Name: l.Name, UoM: l.UoM, Qty: o.Qty, Location: loc.Code, Received: l.Received + o.Qty}
	put := inventory.Put{Item: l.ItemID, Qty: o.Qty, Lot: o.Lot, Serials: o.Serials, To: inventory.Place{Kind: inventory.Stock, Ref: loc.ID}}
	if item.ShelfLifeDays > 0 {
		put.ExpiresOn = inventory.Expiry(item, tx.Today())
		done.ExpiresOn = put.ExpiresOn
	}
	picks, err := m.Inventory.Put(ctx, tx, inventory.Doc{Kind: "wo_receipt", ID: done.ID, Number: number, Order: s.ID, Site: s.Site}, inventory.Place{Kind: inventory.Produced}, put)
	if err != nil {
		return OutputDone{}, err
	}
	for _, p := range picks {
		done.Lot = p.LotNumber
		done.Serials = append(done.Serials, p.Serials...)
	}
	return done, bookOutputRow(ctx, tx, s, l.ID, l.ItemID, l.Line, l.Received, done, o.Qty, with.ID, 0)
}

func bookOutputRow(ctx context.Context, tx *db.Tx, s *receiveState, component, item db.ID, line int64, had num.Dec, r OutputDone, qty num.Dec, with, reverses db.ID) error {
	key := tx.Key()
	if key == "" {
		key = r.ID.String()
	}
	n, err := tx.Exec(ctx, `INSERT INTO wo_receipt (id, key, number, order_id, item_id, qty, lot, location, happened_ms, recorded_ms, actor, reverses, serials, component_id, with_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13, $14) ON CONFLICT (key) DO NOTHING`,
		r.ID, fmt.Sprintf("%s/%d", key, line), r.Number, s.ID, item, qty, r.Lot, r.Location, tx.NowMS(), actor.From(ctx).Name, reverses, strings.Join(r.Serials, "\n"), component, with)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("production.already_recorded", "this was recorded already; nothing was booked twice").With("order", s.Number)
	}
	n, err = tx.Exec(ctx, `UPDATE wo_component SET received = received + $1 WHERE id = $2 AND received = $3`, qty, component, had)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	return err
}

// OutputUndone is the mirror of the receipt of a co- or by-product.
type OutputUndone struct {
	ID       db.ID   `json:"id"`
	Number   string  `json:"number"`
	Receipt  string  `json:"receipt" doc:"What was taken back"`
	Line     int64   `json:"line"`
	ItemID   db.ID   `json:"item_id"`
	Item     string  `json:"item"`
	Qty      num.Dec `json:"qty"`
	Lot      string  `json:"lot"`
	Received num.Dec `json:"received" doc:"What stays received of the line"`
}

// OutputsUndone is the payload of production.outputs_undone.
type OutputsUndone struct {
	OrderID db.ID          `json:"order_id"`
	Order   string         `json:"order"`
	Site    db.ID          `json:"site_id"`
	Outputs []OutputUndone `json:"outputs"`
}

// undoOutputs mirrors the receipts of co- and by-products that the condition names; inventory refuses what has gone on.
func (m *Module) undoOutputs(ctx context.Context, tx *db.Tx, s *receiveState, where string, id db.ID, reason string) ([]OutputUndone, error) {
	type row struct {
		ID        db.ID   `db:"id"`
		Number    string  `db:"number"`
		Component db.ID   `db:"component_id"`
		Item      db.ID   `db:"item_id"`
		Code      string  `db:"code"`
		Line      int64   `db:"line"`
		Had       num.Dec `db:"received"`
		Qty       num.Dec `db:"qty"`
		Lot       string  `db:"lot"`
		Location  string  `db:"location"`
	}
	rows, err := db.All[row](ctx, tx, `SELECT r.id, r.number, r.component_id, r.item_id, i.code, c.line, c.received, r.qty, r.lot, r.location
		FROM wo_receipt r JOIN wo_component c ON c.id = r.component_id JOIN v_item i ON i.id = r.item_id
		WHERE `+where+` AND r.component_id <> 0 AND r.reverses = 0 AND NOT EXISTS (SELECT 1 FROM wo_receipt x WHERE x.reverses = r.id AND x.reverses <> 0) ORDER BY c.line, r.id`, id)
	if err != nil {
		return nil, err
	}
	out := make([]OutputUndone, 0, len(rows))
	for _, r := range rows {
		number, err := tx.Number("receipt")
		if err != nil {
			return nil, err
		}
		back := OutputDone{ID: tx.ID(), Number: number, Lot: r.Lot, Location: r.Location}
		if err := m.Inventory.Reverse(ctx, tx, inventory.Doc{Kind: "wo_receipt", ID: back.ID, Number: number, Order: s.ID, Site: s.Site, Reason: reason}, "wo_receipt", r.ID); err != nil {
			return nil, err
		}
		if err := bookOutputRow(ctx, tx, s, r.Component, r.Item, r.Line, r.Had, back, -r.Qty, 0, r.ID); err != nil {
			return nil, err
		}
		out = append(out, OutputUndone{ID: back.ID, Number: number, Receipt: r.Number, Line: r.Line, ItemID: r.Item, Item: r.Code, Qty: r.Qty, Lot: r.Lot, Received: r.Had - r.Qty})
	}
	if len(out) > 0 {
		tx.Emit(db.Event{Name: EventOutputsUndone, Subject: "wo:" + s.Number, Site: s.Site, Reason: reason, Payload: OutputsUndone{s.ID, s.Number, s.Site, out}})
	}
	return out, nil
}

// MissingOutput is a co- or by-product that the good pieces should have brought and that never came.
type MissingOutput struct {
	Line     int64   `json:"line"`
	Item     string  `json:"item"`
	UoM      string  `json:"uom"`
	Expected num.Dec `json:"expected"`
	Received num.Dec `json:"received"`
	Missing  num.Dec `json:"missing"`
}

// missed lists what an order that ends has not brought.
func (m *Module) missed(ctx context.Context, q db.Querier, r endRow) ([]MissingOutput, error) {
	list, err := m.outputs(ctx, q, &receiveState{orderHead: r.orderHead, Received: r.Received, Good: r.Good}, 0)
	var out []MissingOutput
	for _, o := range list {
		if o.Missing > 0 {
			out = append(out, MissingOutput{o.Line, o.Item, o.UoM, o.Expected, o.Received, o.Missing})
		}
	}
	return out, err
}

// verifyOutputs: what a line says of its receipts is their sum, and only co- and by-products are received by line.
func verifyOutputs(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		Order    string  `db:"number"`
		Line     int64   `db:"line"`
		Received num.Dec `db:"received"`
		Facts    num.Dec `db:"facts"`
	}
	return db.Each(ctx, q, `
		SELECT o.number, c.line, c.received, CAST(coalesce(f.qty, 0) AS BIGINT) AS facts
		FROM wo_component c JOIN wo_order o ON o.id = c.order_id
		LEFT JOIN (SELECT component_id, sum(qty) AS qty FROM wo_receipt WHERE component_id <> 0 GROUP BY component_id) f ON f.component_id = c.id
		WHERE (c.received <> coalesce(f.qty, 0) OR c.received < 0 OR (c.role = 'component' AND f.component_id IS NOT NULL)) ORDER BY o.number, c.line`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s line %d: %s received of it, its receipts add up to %s", b.Order, b.Line, b.Received, b.Facts))
		return nil
	})
}
