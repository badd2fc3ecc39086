package production

import (
	"context"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/quality"
)

// Receive brings finished pieces into stock.
type Receive struct {
	Order    string   `json:"order" minLength:"1" maxLength:"64"`
	Qty      num.Dec  `json:"qty,omitempty" doc:"0 = all that may be received"`
	UoM      string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the item's; empty: its own"`
	Lot      string   `json:"lot,omitempty" maxLength:"64" doc:"Empty = a new number is made"`
	Serials  []string `json:"serials,omitempty" maxItems:"5000" doc:"Scanned serial numbers; empty = they are made by rule"`
	Location string   `json:"location,omitempty" maxLength:"64" doc:"Empty = the finished goods warehouse"`

	Parts []UnitParts `json:"parts,omitempty" maxItems:"200" doc:"Which pieces sit in which of the serials"`

	Outputs []Output `json:"outputs,omitempty" maxItems:"100" doc:"Co- and by-products that come along; left out = what the bill expects of these pieces, an empty list = none"`
}

// Received is a receipt of finished goods.
type Received struct {
	ID        db.ID    `json:"id"`
	Number    string   `json:"number"`
	OrderID   db.ID    `json:"order_id"`
	Order     string   `json:"order"`
	SalesLine db.ID    `json:"sales_line_id,omitempty"`
	Site      db.ID    `json:"site_id"`
	ItemID    db.ID    `json:"item_id"`
	Item      string   `json:"item"`
	Name      string   `json:"name"`
	UoM       string   `json:"uom"`
	Qty       num.Dec  `json:"qty"`
	Lot       string   `json:"lot"`
	Serials   []string `json:"serials,omitempty"`
	ExpiresOn string   `json:"expires_on,omitempty"`
	Location  string   `json:"location"`
	Open      num.Dec  `json:"open" doc:"What may still be received now"`
	masterdata.Entered

	Outputs []OutputDone `json:"outputs,omitempty" doc:"Co- and by-products that came along, each with a receipt of its own"`
}

type receiveState struct {
	orderHead
	SalesLine db.ID   `db:"sales_line_id"`
	Gate      bool    `db:"final_gate"`
	Received  num.Dec `db:"received"`
	Opening   num.Dec `db:"opening"`
	Good      num.Dec `db:"good"`
	Unjudged  num.Dec `db:"unjudged"`
	Kind      string  `db:"kind"`
	Keep      bool    `db:"keep_number"`
	kept      bool    // the pieces of this receipt keep their serial numbers
}

func (m *Module) receiveState(ctx context.Context, q db.Querier, number string) (receiveState, error) {
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return receiveState{}, err
	}
	s, err := db.One[receiveState](ctx, q, `SELECT o.id, o.number, o.site_id, o.item_id, o.qty, o.status, o.hold_ms, o.hold_reason, o.sales_line_id, o.final_gate, o.received, o.opening, l.good, l.unjudged, o.kind, o.keep_number
		FROM wo_order o JOIN wo_op l ON l.id = o.last_op_id WHERE o.id = $1`, o.ID)
	return s, err
}

// mayReceive is how much may go into stock, and what stands against more.
func (m *Module) mayReceive(ctx context.Context, q db.Querier, s *receiveState) (open, waiting, failed num.Dec, err error) {
	if !s.Gate {
		return s.Good - s.Unjudged - s.Received, s.Unjudged, 0, nil
	}
	passed, failed, waiting, err := m.Quality.Passed(ctx, q, "final", s.ID)
	return min(passed+s.Opening, s.Good-s.Unjudged) - s.Received, waiting, failed, err
}

// mayMove refuses an order into which or out of which nothing goes any more.
func (s *receiveState) mayMove() *fault.Error {
	if s.Status == "cancelled" || s.Status == "closed" {
		return fault.Conflict("production.closed", "%s is closed", s.Number).With("order", s.Number)
	}
	if s.Hold > 0 {
		return onHold(s.Number, s.Why)
	}
	return nil
}

// Receive puts pieces that are good, and passed the final inspection where there is one, into stock with a lot or
// serial numbers.
func (m *Module) Receive(ctx context.Context, tx *db.Tx, in Receive) (Received, error) {
	s, err := m.receiveState(ctx, tx, in.Order)
	if err != nil {
		return Received{}, err
	}
	if f := s.mayMove(); f != nil {
		return Received{}, f
	}
	item, err := masterdata.ItemByID(ctx, tx, s.Item)
	if err != nil {
		return Received{}, err
	}
	said := masterdata.Entered{}
	if in.Qty, said, err = masterdata.InOwn(ctx, tx, item, "qty", in.Qty, in.UoM); err != nil {
		return Received{}, err
	}
	open, waiting, failed, err := m.mayReceive(ctx, tx, &s)
	if err != nil {
		return Received{}, err
	}
	if in.Qty == 0 {
		if in.Qty = max(open, 0); len(in.Serials) > 0 {
			in.Qty = num.Int(int64(len(in.Serials)))
		}
	}
	switch {
	case in.Qty < 0:
		return Received{}, fault.Invalid("production.qty_negative", "quantities cannot be below zero; to take a receipt back, undo it")
	case open <= 0 && waiting == 0:
		return Received{}, fault.Conflict("production.nothing_open", "no piece of %s is ready for stock; report finished pieces first", s.Number).With("order", s.Number).With("failed", failed)
	case (in.Qty > open || open <= 0) && waiting > 0:
		return Received{}, fault.Conflict("production.not_inspected", "%s pieces of %s wait for the final inspection; only %s may be received", waiting, s.Number, max(open, 0)).
			With("waiting", waiting).With("order", s.Number).With("open", max(open, 0)).With("qty", in.Qty)
	case in.Qty > open:
		return Received{}, fault.Conflict("production.nothing_to_receive", "only %s pieces of %s are ready for stock, not %s; %s failed the inspection", max(open, 0), s.Number, in.Qty, failed).
			With("open", max(open, 0)).With("order", s.Number).With("qty", in.Qty).With("failed", failed)
	}
	loc, err := m.receiptLocation(ctx, tx, s.Site, in.Location)
	if err != nil {
		return Received{}, err
	}
	number, err := tx.Number("receipt")
	if err != nil {
		return Received{}, err
	}
	if err := m.keepNumbers(ctx, tx, &s, item, &in); err != nil {
		return Received{}, err
	}
	put := inventory.Put{Item: s.Item, Qty: in.Qty, Lot: in.Lot, Serials: in.Serials, To: inventory.Place{Kind: inventory.Stock, Ref: loc.ID}}
	if item.ShelfLifeDays > 0 && !s.kept {
		put.ExpiresOn = inventory.Expiry(item, tx.Today())
	}
	out := Received{ID: tx.ID(), Number: number, OrderID: s.ID, Order: s.Number, SalesLine: s.SalesLine, Site: s.Site, ItemID: s.Item, Item: item.Code, Name: item.Name,
		UoM: item.UoM, Qty: in.Qty, ExpiresOn: put.ExpiresOn, Location: loc.Code, Open: open - in.Qty, Entered: said}
	picks, err := m.Inventory.Put(ctx, tx, inventory.Doc{Kind: "wo_receipt", ID: out.ID, Number: number, Order: s.ID, Site: s.Site}, inventory.Place{Kind: inventory.Produced}, put)
	if err != nil {
		return Received{}, err
	}
	for _, p := range picks {
		out.Lot = p.LotNumber
		out.Serials = append(out.Serials, p.Serials...)
	}
	if err := m.bookReceipt(ctx, tx, &s, out, in.Qty, 0); err != nil {
		return Received{}, err
	}
	for _, p := range in.Parts {
		if err := m.bind(ctx, tx, s.orderHead, BindSerials{Unit: p.Serial, Parts: p.Parts}); err != nil {
			return Received{}, err
		}
	}
	for _, hear := range m.OnReceived {
		if err := hear(ctx, tx, out); err != nil {
			return Received{}, err
		}
	}
	tx.Emit(db.Event{Name: EventReceived, Subject: "wo:" + s.Number, Site: s.Site, Payload: out})
	others, err := m.alongside(ctx, tx, &s, in, out)
	out.Outputs = others.Outputs // told by an event of their own
	return out, err
}

func (m *Module) bookReceipt(ctx context.Context, tx *db.Tx, s *receiveState, r Received, qty num.Dec, reverses db.ID) error {
	key := tx.Key()
	if key == "" {
		key = r.ID.String()
	}
	n, err := tx.Exec(ctx, `INSERT INTO wo_receipt (id, key, number, order_id, item_id, qty, lot, location, happened_ms, recorded_ms, actor, reverses, serials, entered_qty, entered_uom)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13, $14) ON CONFLICT (key) DO NOTHING`,
		r.ID, key, r.Number, s.ID, s.Item, qty, r.Lot, r.Location, tx.NowMS(), actor.From(ctx).Name, reverses, strings.Join(r.Serials, "\n"), r.EnteredQty, r.EnteredUoM)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("production.already_recorded", "this was recorded already; nothing was booked twice").With("order", s.Number)
	}
	n, err = tx.Exec(ctx, `UPDATE wo_order SET received = received + $1 WHERE id = $2 AND received = $3`, qty, s.ID, s.Received)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	return err
}

// UndoReceipt takes a receipt back while the goods are still there.
type UndoReceipt struct {
	Receipt string `json:"receipt" minLength:"1" maxLength:"64" doc:"Receipt number"`
	Reason  string `json:"reason" minLength:"1" maxLength:"500"`
}

// Unreceived is a receipt that was taken back.
type Unreceived struct {
	ID       db.ID   `json:"id"`
	Number   string  `json:"number"`
	Receipt  string  `json:"receipt"`
	Order    string  `json:"order"`
	Qty      num.Dec `json:"qty"`
	Lot      string  `json:"lot"`
	Received num.Dec `json:"received" doc:"What stays received of the order, or of the line"`
	masterdata.Entered

	Outputs []OutputUndone `json:"outputs,omitempty" doc:"Co- and by-products that went back"`
}

// UndoReceipt mirrors a receipt, and with finished goods the co- and by-products that came along; inventory refuses
// when a lot has gone on.
func (m *Module) UndoReceipt(ctx context.Context, tx *db.Tx, in UndoReceipt) (Unreceived, error) {
	type row struct {
		ID       db.ID   `db:"id"`
		Order    string  `db:"number"`
		Qty      num.Dec `db:"qty"`
		Lot      string  `db:"lot"`
		Location string  `db:"location"`
		Reverses db.ID   `db:"reverses"`
		Reversed bool    `db:"reversed"`
		Part     db.ID   `db:"component_id"`
		masterdata.Entered
	}
	r, ok, err := db.Get[row](ctx, tx, `SELECT r.id, o.number, r.qty, r.lot, r.location, r.reverses, r.component_id, r.entered_qty, r.entered_uom, EXISTS (SELECT 1 FROM wo_receipt x WHERE x.reverses = r.id AND x.reverses <> 0) AS reversed
		FROM wo_receipt r JOIN wo_order o ON o.id = r.order_id WHERE r.number = $1`, in.Receipt)
	if err != nil {
		return Unreceived{}, err
	}
	if !ok {
		return Unreceived{}, fault.NotFound("production.receipt_unknown", "there is no receipt %s", in.Receipt).With("number", in.Receipt)
	}
	s, err := m.receiveState(ctx, tx, r.Order)
	if err != nil {
		return Unreceived{}, err
	}
	if r.Reversed || r.Reverses != 0 {
		return Unreceived{}, fault.Conflict("production.undone_already", "this was already undone").With("order", s.Number)
	}
	if s.Status == "closed" {
		return Unreceived{}, fault.Conflict("production.closed", "%s is closed", s.Number).With("order", s.Number)
	}
	if s.Hold > 0 {
		return Unreceived{}, onHold(s.Number, s.Why)
	}
	if r.Part != 0 {
		back, err := m.undoOutputs(ctx, tx, &s, "r.id = $1", r.ID, in.Reason)
		if err != nil || len(back) == 0 {
			return Unreceived{}, err
		}
		b := back[0]
		return Unreceived{ID: b.ID, Number: b.Number, Receipt: in.Receipt, Order: s.Number, Qty: b.Qty, Lot: b.Lot, Received: b.Received, Outputs: back}, nil
	}
	outputs, err := m.undoOutputs(ctx, tx, &s, "r.with_id = $1", r.ID, in.Reason)
	if err != nil {
		return Unreceived{}, err
	}
	number, err := tx.Number("receipt")
	if err != nil {
		return Unreceived{}, err
	}
	back := Received{ID: tx.ID(), Number: number, Lot: r.Lot, Location: r.Location, Entered: masterdata.Entered{EnteredQty: -r.EnteredQty, EnteredUoM: r.EnteredUoM}}
	if err := m.Inventory.Reverse(ctx, tx, inventory.Doc{Kind: "wo_receipt", ID: back.ID, Number: number, Order: s.ID, Site: s.Site, Reason: in.Reason}, "wo_receipt", r.ID); err != nil {
		return Unreceived{}, err
	}
	if err := m.forgetNumbers(ctx, tx, &s); err != nil {
		return Unreceived{}, err
	}
	if err := m.bookReceipt(ctx, tx, &s, back, -r.Qty, r.ID); err != nil {
		return Unreceived{}, err
	}
	out := Unreceived{ID: back.ID, Number: number, Receipt: in.Receipt, Order: s.Number, Qty: r.Qty, Lot: r.Lot, Received: s.Received - r.Qty, Entered: r.Entered}
	tx.Emit(db.Event{Name: EventUnreceive, Subject: "wo:" + s.Number, Site: s.Site, Reason: in.Reason, Payload: out})
	out.Outputs = outputs // told by an event of their own
	return out, nil
}

// mayUnjudge keeps a judgement whose pieces are in stock.
func (m *Module) mayUnjudge(ctx context.Context, tx *db.Tx, u quality.Reversal) error {
	if u.Kind != "final" {
		return nil
	}
	passed, failed, _, err := m.Quality.Passed(ctx, tx, "final", u.Order)
	if err != nil {
		return err
	}
	type row struct {
		Number   string  `db:"number"`
		Received num.Dec `db:"received"`
		Aside    num.Dec `db:"aside"`
	}
	o, ok, err := db.Get[row](ctx, tx, `SELECT number, received - opening AS received, aside FROM wo_order WHERE id = $1`, u.Order)
	if err != nil || !ok {
		return err
	}
	if o.Aside > failed-u.Failed {
		return fault.Conflict("production.reworked_already", "pieces of this inspection went to a rework order since").With("order", o.Number)
	}
	if o.Received > passed-u.Passed {
		return fault.Conflict("production.received_already", "%s of %s are in stock already; undo the receipt first", o.Received, o.Number).With("qty", o.Received).With("order", o.Number)
	}
	return nil
}

// SettingReceipt names the location that finished goods go to.
const SettingReceipt = "production.receipt_location"

// receiptLocation is what a person scanned, else the company's choice, else warehouse FG, else the first that keeps
// ordinary goods.
func (m *Module) receiptLocation(ctx context.Context, q db.Querier, site db.ID, code string) (masterdata.Location, error) {
	if code != "" {
		return masterdata.LocationByCode(ctx, q, site, locationCode(code))
	}
	chosen, err := masterdata.Setting(ctx, q, SettingReceipt, "")
	if err != nil {
		return masterdata.Location{}, err
	}
	if chosen != "" {
		return masterdata.LocationByCode(ctx, q, site, chosen)
	}
	id, ok, err := db.Get[db.ID](ctx, q, `SELECT id FROM v_location WHERE site_id = $1 AND warehouse_kind = 'normal' AND place = '' AND active
		ORDER BY CASE WHEN code = 'FG' THEN 0 ELSE 1 END, implicit, id LIMIT 1`, site)
	if err != nil {
		return masterdata.Location{}, err
	}
	if !ok {
		return masterdata.Location{}, fault.Conflict("production.no_location", "this site has no warehouse for finished goods; name a location")
	}
	return masterdata.LocationByID(ctx, q, id)
}

// locationCode reads a location's label or its bare code.
func locationCode(scan string) string {
	if c, ok := label.ParseCode(scan); ok && c.Kind == label.Location {
		return c.Number
	}
	return scan
}
