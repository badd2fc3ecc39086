package sales

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
)

// NewReturn announces goods that a customer sends back.
type NewReturn struct {
	Shipment  string          `json:"shipment,omitempty" maxLength:"64" doc:"Left out with a complaint"`
	Complaint string          `json:"complaint,omitempty" maxLength:"64"`
	Reason    string          `json:"reason" minLength:"1" maxLength:"1000"`
	Wish      string          `json:"wish,omitempty" enum:"replace,credit,repair,none," doc:"What the customer wants; empty: none"`
	Lines     []NewReturnLine `json:"lines,omitempty" maxItems:"200" doc:"Empty: what the complaint says, else all of the shipment"`
}

// NewReturnLine is a quantity of a lot of the shipment.
type NewReturnLine struct {
	Line    int64    `json:"line" doc:"Line of the sales order"`
	Lot     string   `json:"lot,omitempty" maxLength:"100"`
	Qty     num.Dec  `json:"qty,omitempty" doc:"0 = all of it"`
	Serials []string `json:"serials,omitempty" maxItems:"5000"`
}

// Return is a return with its lines and facts.
type Return struct {
	ID          db.ID        `json:"id" db:"id"`
	Number      string       `json:"number" db:"number"`
	Status      string       `json:"status" db:"status" enum:"expected,part_received,received,inspected,done,cancelled"`
	Site        db.ID        `json:"-" db:"site_id"`
	PartnerID   db.ID        `json:"-" db:"customer_id"`
	Customer    string       `json:"customer" db:"customer"`
	Name        string       `json:"customer_name" db:"customer_name"`
	Order       string       `json:"order" db:"order_number"`
	Shipment    string       `json:"shipment" db:"shipment"`
	Complaint   string       `json:"complaint" db:"complaint"`
	Reason      string       `json:"reason" db:"reason"`
	Wish        string       `json:"wish" db:"wish"`
	AtMS        int64        `json:"at_ms" db:"at_ms"`
	Actor       string       `json:"actor" db:"actor"`
	ClosedMS    int64        `json:"closed_ms" db:"closed_ms"`
	CloseReason string       `json:"close_reason" db:"close_reason"`
	CreditMS    int64        `json:"credit_ms" db:"credit_ms" doc:"When the ERP was asked for a credit note"`
	CreditNote  string       `json:"credit_note" db:"credit_note"`
	ReplacedBy  string       `json:"replaced_by" db:"replaced_by" doc:"Sales order that replaces the goods"`
	Lines       []ReturnLine `json:"lines" db:"-"`
	Facts       []ReturnFact `json:"facts" db:"-"`
}

// ReturnLine is a lot that comes back: received = passed + failed + not judged; what is judged goes to stock, to rework,
// to scrap or back.
type ReturnLine struct {
	ID       db.ID    `json:"id" db:"id"`
	Line     int64    `json:"line" db:"line"`
	Item     string   `json:"item" db:"item"`
	Name     string   `json:"name" db:"name"`
	UoM      string   `json:"uom" db:"uom"`
	Decimals int      `json:"decimals" db:"decimals"`
	Tracking string   `json:"tracking" db:"tracking"`
	Lot      string   `json:"lot" db:"lot"`
	Serials  []string `json:"serials" db:"-" doc:"Expected, as ranges"`
	Qty      num.Dec  `json:"qty" db:"qty"`
	Received num.Dec  `json:"received" db:"received"`
	Passed   num.Dec  `json:"passed" db:"passed"`
	Failed   num.Dec  `json:"failed" db:"failed"`
	Stocked  num.Dec  `json:"stocked" db:"stocked"`
	Reworked num.Dec  `json:"reworked" db:"reworked"`
	Scrapped num.Dec  `json:"scrapped" db:"scrapped"`
	SentBack num.Dec  `json:"sent_back" db:"sent_back"`
	ItemID   db.ID    `json:"-" db:"item_id"`
	LotID    db.ID    `json:"-" db:"lot_id"`
	Text     string   `json:"-" db:"serials"`
}

func (l *ReturnLine) gone() num.Dec { return l.Stocked + l.Reworked + l.Scrapped + l.SentBack }

// ReturnFact is what happened to a line.
type ReturnFact struct {
	ID       db.ID   `json:"id" db:"id"`
	Line     int64   `json:"line" db:"line"`
	Act      string  `json:"act" db:"act" enum:"receive,stock,rework,scrap,back"`
	Qty      num.Dec `json:"qty" db:"qty"`
	Serials  string  `json:"serials" db:"serials"`
	Location string  `json:"location" db:"location"`
	Document string  `json:"document" db:"document" doc:"Inspection or rework order"`
	Reason   string  `json:"reason" db:"reason"`
	AtMS     int64   `json:"at_ms" db:"at_ms"`
	Actor    string  `json:"actor" db:"actor"`
	Undo     bool    `json:"undo" db:"undo"`
	Undone   bool    `json:"undone" db:"undone"`
}

const returnStatus = `CASE WHEN x.received = 0 AND r.closed_ms > 0 THEN 'cancelled' WHEN x.received = 0 THEN 'expected'
	WHEN x.received < x.qty AND r.closed_ms = 0 THEN 'part_received' WHEN x.gone = x.received THEN 'done' WHEN x.judged = x.received THEN 'inspected' ELSE 'received' END`

const returnHead = `so_return r JOIN (SELECT return_id, sum(qty) AS qty, sum(received) AS received, sum(passed + failed) AS judged, sum(stocked + reworked + scrapped + sent_back) AS gone FROM so_return_line GROUP BY return_id) x ON x.return_id = r.id`

type returnRow struct {
	ID        db.ID   `db:"id"`
	Number    string  `db:"number"`
	Site      db.ID   `db:"site_id"`
	Customer  db.ID   `db:"customer_id"`
	Order     db.ID   `db:"order_id"`
	Shipment  db.ID   `db:"shipment_id"`
	Complaint db.ID   `db:"complaint_id"`
	Reason    string  `db:"reason"`
	Wish      string  `db:"wish"`
	At        int64   `db:"at_ms"`
	Actor     string  `db:"actor"`
	Key       *string `db:"client_key"`
}

type returnLineRow struct {
	ID      db.ID   `db:"id"`
	Return  db.ID   `db:"return_id"`
	Line    int64   `db:"line"`
	Shipped db.ID   `db:"shipment_line_id"`
	OrderLn int64   `db:"order_line"`
	Item    db.ID   `db:"item_id"`
	LotID   db.ID   `db:"lot_id"`
	Lot     string  `db:"lot"`
	Serials string  `db:"serials"`
	Qty     num.Dec `db:"qty"`
}

// sent is a shipment line with what of it is not on a return yet.
type sent struct {
	ID       db.ID   `db:"id"`
	Line     int64   `db:"line"`
	Item     db.ID   `db:"item_id"`
	Code     string  `db:"code"`
	Decimals int     `db:"decimals"`
	LotID    db.ID   `db:"lot_id"`
	Lot      string  `db:"lot"`
	Qty      num.Dec `db:"qty"`
	Serials  string  `db:"serials"`
	Back     num.Dec `db:"back"`
}

// CreateReturn expects goods of a shipment back.
func (m *Module) CreateReturn(ctx context.Context, tx *db.Tx, in NewReturn) (Return, error) {
	row := returnRow{ID: tx.ID(), Reason: strings.TrimSpace(in.Reason), Wish: in.Wish, At: tx.NowMS(), Actor: actor.From(ctx).Name, Key: key(tx)}
	if row.Reason == "" {
		return Return{}, fault.Invalid("sales.return_reason", "say why the goods come back")
	}
	if row.Wish == "" {
		row.Wish = "none"
	}
	var c Complaint
	var err error
	if in.Complaint != "" {
		if c, err = m.Complaint(ctx, tx, in.Complaint); err != nil {
			return Return{}, err
		}
		row.Complaint = c.ID
		if in.Shipment == "" {
			in.Shipment = c.Shipment
		}
	}
	if in.Shipment == "" {
		return Return{}, fault.Invalid("sales.return_shipment", "say which shipment brought the goods")
	}
	s, err := shipmentByNumber(ctx, tx, in.Shipment)
	if err != nil {
		return Return{}, err
	}
	if s.Reversed > 0 {
		return Return{}, fault.Conflict("sales.reversed", "shipment %s was taken back", s.Number).With("number", s.Number)
	}
	if c.ID != 0 && c.PartnerID != s.Customer {
		return Return{}, fault.Conflict("sales.not_in_shipment", "shipment %s did not bring these goods to this customer", s.Number).With("number", s.Number)
	}
	row.Site, row.Customer, row.Order, row.Shipment = s.Site, s.Customer, s.Order, s.ID
	all, err := db.All[sent](ctx, tx, `SELECT l.id, o.line, l.item_id, i.code, i.decimals, l.lot_id, l.lot, l.qty, l.serials,
		CAST(coalesce((SELECT sum(CASE WHEN r.closed_ms > 0 THEN x.received ELSE x.qty END) FROM so_return_line x JOIN so_return r ON r.id = x.return_id WHERE x.shipment_line_id = l.id), 0) AS BIGINT) AS back
		FROM so_shipment_line l JOIN so_line o ON o.id = l.line_id JOIN v_item i ON i.id = l.item_id WHERE l.shipment_id = $1 ORDER BY o.line, l.id`, s.ID)
	if err != nil {
		return Return{}, err
	}
	if len(in.Lines) == 0 {
		in.Lines = wished(all, c)
	}
	var lines []returnLineRow
	for n, l := range in.Lines {
		r, err := returnLine(all, l, s.Number)
		if f, ok := fault.As(err); ok {
			return Return{}, f.At(fault.Field{Where: fmt.Sprintf("body.lines[%d]", n), Code: f.Code, Detail: f.Detail, Params: f.Params})
		}
		if err != nil {
			return Return{}, err
		}
		for _, x := range r {
			x.ID, x.Return, x.Line = tx.ID(), row.ID, int64(len(lines)+1)
			lines = append(lines, x)
		}
	}
	if len(lines) == 0 {
		return Return{}, fault.Conflict("sales.return_nothing", "all of shipment %s is on a return already", s.Number).With("number", s.Number)
	}
	if row.Number, err = tx.Number("rma"); err != nil {
		return Return{}, err
	}
	if err := db.Insert(ctx, tx, "so_return", row); err != nil {
		return Return{}, err
	}
	if err := db.Insert(ctx, tx, "so_return_line", lines...); err != nil {
		return Return{}, err
	}
	return m.tellReturn(ctx, tx, row.Number, "sales.return_expected", row.Reason)
}

// wished is what a complaint is about, else all that is not back.
func wished(all []sent, c Complaint) (out []NewReturnLine) {
	for _, s := range all {
		open := s.Qty - s.Back
		if open <= 0 || c.ID != 0 && (s.Item != c.ItemID || c.LotID != 0 && s.LotID != c.LotID) {
			continue
		}
		l := NewReturnLine{Line: s.Line, Lot: s.Lot, Qty: open}
		if c.ID != 0 {
			l.Qty = min(open, c.Qty)
			if c.Serial != "" {
				if !strings.Contains(" "+s.Serials+" ", " "+c.Serial+" ") {
					continue
				}
				l.Serials = []string{c.Serial}
			}
			return []NewReturnLine{l}
		}
		out = append(out, l)
	}
	return out
}

// returnLine finds which shipment lines the goods left with: pieces by their numbers, else the lot, or all of the order's line.
func returnLine(all []sent, l NewReturnLine, shipment string) ([]returnLineRow, error) {
	l.Lot = strings.TrimSpace(l.Lot)
	serials, err := inventory.Pieces(l.Serials)
	if err != nil {
		return nil, err
	}
	var of []*sent
	var shipped, back num.Dec
	known := map[string]bool{}
	for i := range all {
		if s := &all[i]; s.Line == l.Line && (l.Lot == "" || s.Lot == l.Lot) {
			of, shipped, back = append(of, s), shipped+s.Qty, back+s.Back
			for _, n := range strings.Fields(s.Serials) {
				known[n] = true
			}
		}
	}
	if len(of) == 0 {
		return nil, fault.NotFound("sales.return_line", "shipment %s has no line %d with lot %s", shipment, l.Line, l.Lot).With("number", shipment).With("line", l.Line).With("lot", l.Lot)
	}
	for _, n := range serials {
		if !known[n] {
			return nil, fault.Conflict("sales.return_serial", "serial %s did not leave with %s", n, shipment).With("serial", n).With("number", shipment)
		}
	}
	if l.Qty == 0 {
		if l.Qty = shipped - back; len(serials) > 0 {
			l.Qty = num.Int(int64(len(serials)))
		}
	}
	switch {
	case l.Qty <= 0 || l.Qty > shipped-back:
		return nil, fault.Conflict("sales.return_much", "of line %d, lot %s, %s were shipped and %s are on returns; %s is too much", l.Line, l.Lot, shipped, back, l.Qty).
			With("line", l.Line).With("lot", l.Lot).With("shipped", shipped).With("back", back).With("qty", l.Qty)
	case !l.Qty.Fits(of[0].Decimals):
		return nil, fault.Invalid("sales.decimals", "quantity of %s has at most %d decimals", of[0].Code, of[0].Decimals).With("item", of[0].Code).With("decimals", of[0].Decimals).With("qty", l.Qty)
	case len(serials) > 0 && num.Int(int64(len(serials))) != l.Qty:
		return nil, fault.Invalid("sales.return_serials", "%s pieces and %d serial numbers", l.Qty, len(serials)).With("qty", l.Qty).With("serials", len(serials))
	}
	var out []returnLineRow
	left := l.Qty
	for _, s := range of {
		part, mine := min(left, s.Qty-s.Back), []string{}
		went := strings.Fields(s.Serials)
		if len(serials) > 0 {
			for _, n := range serials {
				if slices.Contains(went, n) {
					mine = append(mine, n)
				}
			}
			if part = num.Int(int64(len(mine))); part > s.Qty-s.Back {
				return nil, fault.Conflict("sales.return_much", "of line %d, lot %s, %s were shipped and %s are on returns; %s is too much", l.Line, s.Lot, s.Qty, s.Back, part).
					With("line", l.Line).With("lot", s.Lot).With("shipped", s.Qty).With("back", s.Back).With("qty", part)
			}
		} else if part == s.Qty {
			mine = went
		}
		if part <= 0 {
			continue
		}
		left -= part
		s.Back += part
		out = append(out, returnLineRow{Shipped: s.ID, OrderLn: s.Line, Item: s.Item, LotID: s.LotID, Lot: s.Lot, Serials: strings.Join(inventory.Ranges(mine), ","), Qty: part})
	}
	return out, nil
}

// Return reads a return.
func (m *Module) Return(ctx context.Context, q db.Querier, number string) (Return, error) {
	r, ok, err := db.Get[Return](ctx, q, `SELECT r.id, r.number, `+returnStatus+` AS status, r.site_id, r.customer_id, p.code AS customer, p.name AS customer_name, o.number AS order_number, s.number AS shipment, coalesce(c.number, '') AS complaint,
		r.reason, r.wish, r.at_ms, r.actor, r.closed_ms, r.close_reason, r.credit_ms, r.credit_note, r.replaced_by
		FROM `+returnHead+` JOIN v_partner p ON p.id = r.customer_id JOIN so_order o ON o.id = r.order_id JOIN so_shipment s ON s.id = r.shipment_id LEFT JOIN so_complaint c ON c.id = r.complaint_id WHERE r.number = $1`, number)
	if err != nil {
		return r, err
	}
	if !ok || identity.See(ctx, r.Site, r.PartnerID) != nil {
		return r, fault.NotFound("sales.return_unknown", "there is no return %s", number).With("number", number)
	}
	if r.Lines, err = db.All[ReturnLine](ctx, q, `SELECT l.id, l.line, i.code AS item, i.name, i.uom, i.decimals, i.tracking, l.lot, l.serials, l.qty, l.received, l.passed, l.failed, l.stocked, l.reworked, l.scrapped, l.sent_back, l.item_id, l.lot_id
		FROM so_return_line l JOIN v_item i ON i.id = l.item_id WHERE l.return_id = $1 ORDER BY l.line`, r.ID); err != nil {
		return r, err
	}
	for i := range r.Lines {
		r.Lines[i].Serials = []string{}
		if t := r.Lines[i].Text; t != "" {
			r.Lines[i].Serials = strings.Split(t, ",")
		}
	}
	r.Facts, err = db.All[ReturnFact](ctx, q, `SELECT f.id, l.line, f.act, f.qty, f.serials, f.location, f.document, f.reason, f.at_ms, f.actor, f.reverses <> 0 AS undo,
		EXISTS (SELECT 1 FROM so_return_fact x WHERE x.reverses = f.id AND x.reverses <> 0) AS undone FROM so_return_fact f JOIN so_return_line l ON l.id = f.line_id WHERE f.return_id = $1 ORDER BY f.at_ms, f.id`, r.ID)
	if r.Facts == nil {
		r.Facts = []ReturnFact{}
	}
	if actor.From(ctx).Partner != 0 {
		r.Actor = ""
		for i := range r.Facts {
			r.Facts[i].Actor, r.Facts[i].Location, r.Facts[i].Document = "", "", ""
		}
	}
	return r, err
}

func (m *Module) tellReturn(ctx context.Context, tx *db.Tx, number, event, reason string) (Return, error) {
	r, err := m.Return(ctx, tx, number)
	if err == nil {
		tx.Emit(db.Event{Name: event, Subject: "rma:" + number, Site: r.Site, Partner: r.PartnerID, Reason: reason, Payload: r})
	}
	return r, err
}

// ReceiveReturn takes goods in that come back. They stay on hold and wait for a judgement.
type ReceiveReturn struct {
	Code     string   `json:"code,omitempty" maxLength:"200" doc:"Label of the lot or piece; else the line is named"`
	Line     int64    `json:"line,omitempty"`
	Qty      num.Dec  `json:"qty,omitempty" doc:"0 = all that is still expected"`
	Serials  []string `json:"serials,omitempty" maxItems:"5000"`
	Location string   `json:"location,omitempty" maxLength:"100" doc:"Empty: where they were shipped from"`
	Note     string   `json:"note,omitempty" maxLength:"500"`
}

type factRow struct {
	ID         db.ID   `db:"id"`
	Return     db.ID   `db:"return_id"`
	Line       db.ID   `db:"line_id"`
	Act        string  `db:"act"`
	Qty        num.Dec `db:"qty"`
	Serials    string  `db:"serials"`
	Location   string  `db:"location"`
	LocationID db.ID   `db:"location_id"`
	Document   string  `db:"document"`
	Reason     string  `db:"reason"`
	At         int64   `db:"at_ms"`
	Actor      string  `db:"actor"`
	Reverses   db.ID   `db:"reverses"`
	Key        *string `db:"client_key"`
}

// ReceiveReturn carries out a ReceiveReturn.
func (m *Module) ReceiveReturn(ctx context.Context, tx *db.Tx, number string, in ReceiveReturn) (Return, error) {
	r, err := m.openReturn(ctx, tx, number)
	if err != nil {
		return r, err
	}
	if in.Serials, err = inventory.Pieces(in.Serials); err != nil {
		return r, err
	}
	l, err := m.comesBack(ctx, tx, &r, &in)
	if err != nil {
		return r, err
	}
	open := l.Qty - l.Received
	if in.Qty == 0 {
		if in.Qty = open; len(in.Serials) > 0 {
			in.Qty = num.Int(int64(len(in.Serials)))
		}
	}
	switch {
	case in.Qty <= 0 || in.Qty > open:
		return r, fault.Conflict("sales.return_over", "%s %s of %s are still expected on %s, not %s", open, l.UoM, l.Item, number, in.Qty).With("open", open).With("uom", l.UoM).With("item", l.Item).With("number", number).With("qty", in.Qty)
	case !in.Qty.Fits(l.Decimals):
		return r, fault.Invalid("sales.decimals", "quantity of %s has at most %d decimals", l.Item, l.Decimals).With("item", l.Item).With("decimals", l.Decimals).With("qty", in.Qty)
	}
	if l.Tracking == "serial" {
		expected, err := inventory.Pieces(l.Serials)
		if err != nil {
			return r, err
		}
		if len(in.Serials) == 0 && in.Qty == l.Qty && len(expected) > 0 {
			in.Serials = expected
		}
		if num.Int(int64(len(in.Serials))) != in.Qty {
			return r, fault.Invalid("sales.return_serials", "%s pieces and %d serial numbers", in.Qty, len(in.Serials)).With("qty", in.Qty).With("serials", len(in.Serials))
		}
		for _, n := range in.Serials {
			if len(expected) > 0 && !slices.Contains(expected, n) {
				return r, fault.Conflict("sales.return_other_piece", "serial %s is not expected on %s", n, number).With("serial", n).With("number", number)
			}
		}
	}
	loc, err := returnTo(ctx, tx, r, l, in.Location)
	if err != nil {
		return r, err
	}
	f := factRow{ID: tx.ID(), Return: r.ID, Line: l.ID, Act: "receive", Qty: in.Qty, Serials: strings.Join(inventory.Ranges(in.Serials), ","), Location: loc.Code, LocationID: loc.ID, Reason: strings.TrimSpace(in.Note), At: tx.NowMS(), Actor: actor.From(ctx).Name, Key: key(tx)}
	doc := inventory.Doc{Kind: "so_return", ID: f.ID, Number: r.Number, Line: l.Line, Site: r.Site, Reason: r.Reason}
	picks, err := m.Inventory.Put(ctx, tx, doc, inventory.Place{Kind: inventory.Customer, Ref: r.PartnerID},
		inventory.Put{Item: l.ItemID, Qty: in.Qty, Lot: l.Lot, Serials: in.Serials, To: inventory.Place{Kind: inventory.Stock, Ref: loc.ID}, Status: inventory.Held})
	if err != nil {
		return r, err
	}
	if f.Document, err = m.Production.Quality.Request(ctx, tx, quality.Req{Kind: "return", Doc: doc, Item: l.ItemID, Lot: picks[0].Lot, Qty: in.Qty}); err != nil {
		return r, err
	}
	if err := m.bookReturn(ctx, tx, f, "received"); err != nil {
		return r, err
	}
	return m.tellReturn(ctx, tx, number, "sales.return_received", f.Reason)
}

func (m *Module) openReturn(ctx context.Context, q db.Querier, number string) (Return, error) {
	r, err := m.Return(ctx, q, number)
	if err == nil && r.ClosedMS > 0 {
		err = fault.Conflict("sales.return_closed", "%s is closed: nothing more is expected", number).With("number", number)
	}
	return r, err
}

// comesBack finds the line that the goods belong to.
func (m *Module) comesBack(ctx context.Context, q db.Querier, r *Return, in *ReceiveReturn) (*ReturnLine, error) {
	if in.Code == "" {
		return r.line(in.Line)
	}
	item, lot, serial, err := goods(ctx, q, in.Code)
	if err != nil {
		return nil, err
	}
	if serial != "" {
		if !slices.Contains(in.Serials, serial) {
			in.Serials = append(in.Serials, serial)
		}
		if lot, _, err = db.Get[string](ctx, q, `SELECT coalesce(l.number, '') FROM v_serial s LEFT JOIN v_lot l ON l.id = s.lot_id WHERE s.item_id = $1 AND s.number = $2`, item.ID, serial); err != nil {
			return nil, err
		}
	}
	var other *ReturnLine
	for i := range r.Lines {
		l := &r.Lines[i]
		if serial != "" && l.ItemID == item.ID && len(l.Serials) > 0 {
			expected, err := inventory.Pieces(l.Serials)
			if err != nil {
				return nil, err
			}
			if slices.Contains(expected, serial) {
				return l, nil
			}
		}
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.ItemID != item.ID || lot != "" && l.Lot != lot {
			continue
		}
		if l.Received < l.Qty {
			return l, nil
		}
		other = l
	}
	if other != nil {
		return other, nil // says that nothing more is expected
	}
	return nil, fault.Conflict("sales.return_unexpected", "%s %s is not expected on %s", item.Code, lot, r.Number).With("item", item.Code).With("lot", lot).With("number", r.Number)
}

func (r *Return) line(n int64) (*ReturnLine, error) {
	for i := range r.Lines {
		if r.Lines[i].Line == n || n == 0 && len(r.Lines) == 1 {
			return &r.Lines[i], nil
		}
	}
	return nil, fault.NotFound("sales.return_no_line", "%s has no line %d", r.Number, n).With("number", r.Number).With("line", n)
}

// returnTo is where returned goods are put: what was scanned, else where the last ones of this return went, else where they were
// shipped from.
func returnTo(ctx context.Context, q db.Querier, r Return, l *ReturnLine, scanned string) (masterdata.Location, error) {
	if scanned != "" {
		return masterdata.LocationByCode(ctx, q, r.Site, locationCode(scanned))
	}
	id, ok, err := db.Get[db.ID](ctx, q, `SELECT location_id FROM so_return_fact WHERE return_id = $1 AND act = 'receive' AND reverses = 0 ORDER BY id DESC LIMIT 1`, r.ID)
	if err == nil && !ok {
		id, err = db.One[db.ID](ctx, q, `SELECT s.location_id FROM so_shipment_line s JOIN so_return_line l ON l.shipment_line_id = s.id WHERE l.id = $1`, l.ID)
	}
	if err != nil {
		return masterdata.Location{}, err
	}
	return masterdata.LocationByID(ctx, q, id)
}

// bookReturn appends the fact and its sum. The CHECKs of the line are the balance; the WHERE names what was read.
func (m *Module) bookReturn(ctx context.Context, tx *db.Tx, f factRow, column string) error {
	if err := db.Insert(ctx, tx, "so_return_fact", f); err != nil {
		return err
	}
	cond := map[string]string{
		"received": `received + $1 <= qty AND received + $1 >= passed + failed`,
		"stocked":  `stocked + $1 <= passed AND stocked + reworked + scrapped + sent_back + $1 <= passed + failed`,
	}[column]
	if cond == "" {
		cond = `stocked + reworked + scrapped + sent_back + $1 <= passed + failed`
	}
	n, err := tx.Exec(ctx, `UPDATE so_return_line SET `+column+` = `+column+` + $1 WHERE id = $2 AND `+column+` + $1 >= 0 AND `+cond, f.Qty, f.Line)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	return err
}

// returnJudged hears what quality says of returned goods.
func (m *Module) returnJudged(ctx context.Context, tx *db.Tx, j quality.Judged) error {
	if j.Kind != "return" || j.DocKind != "so_return" {
		return nil
	}
	type row struct {
		ID     db.ID  `db:"id"`
		Number string `db:"number"`
		Line   db.ID  `db:"line_id"`
	}
	f, ok, err := db.Get[row](ctx, tx, `SELECT f.id, r.number, f.line_id FROM so_return_fact f JOIN so_return r ON r.id = f.return_id WHERE f.id = $1`, j.DocID)
	if err != nil || !ok {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE so_return_line SET passed = passed + $1, failed = failed + $2
		WHERE id = $3 AND passed + $1 >= stocked AND passed + failed + $1 + $2 >= stocked + reworked + scrapped + sent_back AND failed + $2 >= 0`, j.Passed, j.Failed, f.Line)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("sales.return_moved_on", "goods of %s went on since they were judged; undo that first", f.Number).With("number", f.Number)
	}
	_, err = m.tellReturn(ctx, tx, f.Number, "sales.return_judged", j.Reason)
	return err
}

// Dispose says what becomes of judged goods of a return.
type Dispose struct {
	Line    int64                   `json:"line"`
	Act     string                  `json:"act" enum:"stock,rework,scrap,back" doc:"stock: usable again, only what passed; back: to the customer"`
	Qty     num.Dec                 `json:"qty,omitempty" doc:"0 = all that is judged and here; to stock all that passed"`
	Serials []string                `json:"serials,omitempty" maxItems:"5000"`
	Reason  string                  `json:"reason" minLength:"1" maxLength:"500"`
	Parts   []production.ReworkPart `json:"parts,omitempty" maxItems:"100" doc:"Of a rework: extra material"`
	Ops     []production.ReworkOp   `json:"ops,omitempty" maxItems:"30" doc:"Of a rework: its steps"`
	NewLot  bool                    `json:"new_number,omitempty" doc:"Of a rework: the pieces get new numbers"`
}

// Dispose carries out a Dispose.
func (m *Module) Dispose(ctx context.Context, tx *db.Tx, number string, in Dispose) (Return, error) {
	r, err := m.Return(ctx, tx, number)
	if err != nil {
		return r, err
	}
	l, err := r.line(in.Line)
	if err != nil {
		return r, err
	}
	if in.Serials, err = inventory.Pieces(in.Serials); err != nil {
		return r, err
	}
	open := l.Passed + l.Failed - l.gone()
	if in.Act == "stock" {
		open = min(open, l.Passed-l.Stocked)
	}
	if in.Qty == 0 {
		if in.Qty = open; len(in.Serials) > 0 {
			in.Qty = num.Int(int64(len(in.Serials)))
		}
	}
	switch {
	case in.Qty <= 0 || in.Qty > open:
		return r, fault.Conflict("sales.return_not_judged", "%s %s of line %d are judged and may go there, not %s", open, l.UoM, l.Line, in.Qty).With("open", open).With("uom", l.UoM).With("line", l.Line).With("qty", in.Qty)
	case !in.Qty.Fits(l.Decimals):
		return r, fault.Invalid("sales.decimals", "quantity of %s has at most %d decimals", l.Item, l.Decimals).With("item", l.Item).With("decimals", l.Decimals).With("qty", in.Qty)
	}
	if l.Tracking == "serial" {
		if in.Serials, err = m.whichPieces(ctx, tx, r, l, in); err != nil {
			return r, err
		}
	}
	t := inventory.Take{Item: l.ItemID, Qty: in.Qty, LotID: l.LotID, NoLot: l.LotID == 0, Serials: in.Serials, Status: inventory.Held}
	if at, ok, err := db.Get[db.ID](ctx, tx, `SELECT f.location_id FROM so_return_fact f WHERE f.line_id = $1 AND f.act = 'receive' AND f.reverses = 0
		AND (SELECT coalesce(sum(s.qty), 0) FROM v_stock s WHERE s.item_id = $2 AND s.lot_id = $3 AND s.location_id = f.location_id AND s.status = 'hold') >= $4 ORDER BY f.id DESC LIMIT 1`, l.ID, l.ItemID, l.LotID, in.Qty); err != nil {
		return r, err
	} else if ok {
		t.From = inventory.Place{Kind: inventory.Stock, Ref: at}
	}
	f := factRow{ID: tx.ID(), Return: r.ID, Line: l.ID, Act: in.Act, Qty: in.Qty, Serials: strings.Join(inventory.Ranges(in.Serials), ","), Reason: strings.TrimSpace(in.Reason), At: tx.NowMS(), Actor: actor.From(ctx).Name, Key: key(tx)}
	doc := inventory.Doc{Kind: "so_return", ID: f.ID, Number: r.Number, Line: l.Line, Site: r.Site, Reason: f.Reason}
	column := "stocked"
	var picks []inventory.Picked
	switch in.Act {
	case "stock":
		picks, err = m.Inventory.Release(ctx, tx, doc, t)
	case "scrap":
		column = "scrapped"
		picks, err = m.Inventory.Move(ctx, tx, doc, inventory.Place{Kind: inventory.Scrap}, t)
	case "back":
		column = "sent_back"
		picks, err = m.Inventory.Move(ctx, tx, doc, inventory.Place{Kind: inventory.Customer, Ref: r.PartnerID}, t)
	case "rework":
		column = "reworked"
		var made production.ReworkMade
		site, serr := masterdata.SiteByID(ctx, tx, r.Site)
		if serr != nil {
			return r, serr
		}
		made, err = m.Production.Rework(ctx, tx, production.NewRework{Site: site.Code, Item: l.Item, Qty: in.Qty, Reason: f.Reason, Parts: in.Parts, Ops: in.Ops, NewNumber: in.NewLot, Of: r.Number, From: []inventory.Take{t}, Returned: true})
		f.Document = made.Number
	}
	if err != nil {
		return r, err
	}
	if len(picks) > 0 && picks[0].From.Ref != 0 {
		loc, err := masterdata.LocationByID(ctx, tx, picks[0].From.Ref)
		if err != nil {
			return r, err
		}
		f.Location, f.LocationID = loc.Code, loc.ID
	}
	if err := m.bookReturn(ctx, tx, f, column); err != nil {
		return r, err
	}
	return m.tellReturn(ctx, tx, number, "sales.return_disposed", f.Reason)
}

// whichPieces names the pieces: those that are still here, and to stock only what passed.
func (m *Module) whichPieces(ctx context.Context, q db.Querier, r Return, l *ReturnLine, in Dispose) ([]string, error) {
	var here, bad []string
	facts, err := db.All[factRow](ctx, q, `SELECT f.id, f.serials, f.act, f.qty FROM so_return_fact f WHERE f.line_id = $1 AND f.reverses = 0 AND NOT EXISTS (SELECT 1 FROM so_return_fact x WHERE x.reverses = f.id AND x.reverses <> 0) ORDER BY f.id`, l.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range facts {
		numbers, err := inventory.Pieces(strings.Split(f.Serials, ","))
		if err != nil {
			return nil, err
		}
		if f.Act != "receive" {
			here = slices.DeleteFunc(here, func(n string) bool { return slices.Contains(numbers, n) })
			continue
		}
		here = append(here, numbers...)
		failed, err := m.Production.Quality.FailedPieces(ctx, q, "so_return", f.ID)
		if err != nil {
			return nil, err
		}
		bad = append(bad, failed...)
	}
	if in.Act == "stock" {
		here = slices.DeleteFunc(here, func(n string) bool { return slices.Contains(bad, n) })
	}
	if len(in.Serials) == 0 && num.Int(int64(len(here))) == in.Qty {
		return here, nil
	}
	for _, n := range in.Serials {
		if !slices.Contains(here, n) {
			return nil, fault.Conflict("sales.return_piece", "serial %s is not here or did not pass", n).With("serial", n).With("number", r.Number)
		}
	}
	if num.Int(int64(len(in.Serials))) != in.Qty {
		return nil, fault.Invalid("sales.return_serials", "%s pieces and %d serial numbers", in.Qty, len(in.Serials)).With("qty", in.Qty).With("serials", len(in.Serials))
	}
	return in.Serials, nil
}

// UndoReturnFact takes a step back.
type UndoReturnFact struct {
	Fact   db.ID  `json:"fact"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// UndoReturnFact mirrors a receipt that is not judged, or a disposition whose goods are where it left them.
func (m *Module) UndoReturnFact(ctx context.Context, tx *db.Tx, number string, in UndoReturnFact) (Return, error) {
	r, err := m.Return(ctx, tx, number)
	if err != nil {
		return r, err
	}
	i := slices.IndexFunc(r.Facts, func(f ReturnFact) bool { return f.ID == in.Fact })
	if i < 0 || r.Facts[i].Undo || r.Facts[i].Undone {
		return r, fault.Conflict("sales.return_undone", "this step of %s was taken back already, or is none", number).With("number", number)
	}
	f := r.Facts[i]
	l, err := r.line(f.Line)
	if err != nil {
		return r, err
	}
	if f.Act == "rework" {
		return r, fault.Conflict("sales.return_in_rework", "the pieces are at rework order %s; close it and give them back there", f.Document).With("order", f.Document)
	}
	if f.Act == "receive" {
		if err := m.Production.Quality.Cancel(ctx, tx, "so_return", f.ID, in.Reason); err != nil {
			return r, err
		}
	}
	back := factRow{ID: tx.ID(), Return: r.ID, Line: l.ID, Act: f.Act, Qty: -f.Qty, Serials: f.Serials, Location: f.Location, Document: f.Document, Reason: in.Reason, At: tx.NowMS(), Actor: actor.From(ctx).Name, Reverses: f.ID, Key: key(tx)}
	if err := m.Inventory.Reverse(ctx, tx, inventory.Doc{Kind: "so_return_undo", ID: back.ID, Number: r.Number, Line: l.Line, Site: r.Site, Reason: in.Reason}, "so_return", f.ID); err != nil {
		return r, err
	}
	column := map[string]string{"receive": "received", "stock": "stocked", "scrap": "scrapped", "back": "sent_back"}[f.Act]
	if err := m.bookReturn(ctx, tx, back, column); err != nil {
		return r, err
	}
	return m.tellReturn(ctx, tx, number, "sales.return_undone", in.Reason)
}

// CloseReturn ends a return of which nothing more comes.
func (m *Module) CloseReturn(ctx context.Context, tx *db.Tx, number string, in Undo) (Return, error) {
	r, err := m.openReturn(ctx, tx, number)
	if err != nil {
		return r, err
	}
	n, err := tx.Exec(ctx, `UPDATE so_return SET closed_ms = $1, close_reason = $2 WHERE id = $3 AND closed_ms = 0`, tx.NowMS(), in.Reason, r.ID)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	if err != nil {
		return r, err
	}
	return m.tellReturn(ctx, tx, number, "sales.return_closed", in.Reason)
}

// CreditReturn asks the ERP for a credit note. There are no money documents here: it is a flag and an event.
type CreditReturn struct {
	Note string `json:"note" minLength:"1" maxLength:"500"`
}

// CreditReturn carries out a CreditReturn.
func (m *Module) CreditReturn(ctx context.Context, tx *db.Tx, number string, in CreditReturn) (Return, error) {
	r, err := m.settled(ctx, tx, number)
	if err != nil {
		return r, err
	}
	n, err := tx.Exec(ctx, `UPDATE so_return SET credit_ms = $1, credit_note = $2 WHERE id = $3 AND credit_ms = 0 AND replaced_by = ''`, tx.NowMS(), strings.TrimSpace(in.Note), r.ID)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	if err != nil {
		return r, err
	}
	return m.tellReturn(ctx, tx, number, "sales.credit_requested", in.Note)
}

// settled refuses a return that is settled with the customer, and one of which nothing has come.
func (m *Module) settled(ctx context.Context, q db.Querier, number string) (Return, error) {
	r, err := m.Return(ctx, q, number)
	switch {
	case err != nil:
	case r.CreditMS > 0 || r.ReplacedBy != "":
		err = fault.Conflict("sales.return_settled", "%s is settled already: %s", number, r.ReplacedBy).With("number", number).With("by", r.ReplacedBy)
	case !slices.ContainsFunc(r.Lines, func(l ReturnLine) bool { return l.Received > 0 }):
		err = fault.Conflict("sales.return_not_here", "nothing of %s has come back yet", number).With("number", number)
	}
	return r, err
}

// ReplaceReturn orders the same goods again for the customer, without a price.
type ReplaceReturn struct {
	Due string `json:"due" minLength:"10" maxLength:"10"`
}

// ReplaceReturn carries out a ReplaceReturn.
func (m *Module) ReplaceReturn(ctx context.Context, tx *db.Tx, number string, in ReplaceReturn) (Return, error) {
	r, err := m.settled(ctx, tx, number)
	if err != nil {
		return r, err
	}
	site, err := masterdata.SiteByID(ctx, tx, r.Site)
	if err != nil {
		return r, err
	}
	o := NewOrder{Site: site.Code, Customer: r.Customer, Channel: "replacement", Note: r.Number}
	free := num.Dec(0)
	for _, l := range r.Lines {
		if l.Received > l.SentBack { // what went back to him he has
			o.Lines = append(o.Lines, NewLine{Item: l.Item, Qty: l.Received - l.SentBack, Due: in.Due, Priority: 1, UnitPrice: &free, Note: r.Number})
		}
	}
	if len(o.Lines) == 0 {
		return r, fault.Conflict("sales.return_not_here", "nothing of %s has come back yet", number).With("number", number)
	}
	made, err := m.Create(ctx, tx, o)
	if err != nil {
		return r, err
	}
	n, err := tx.Exec(ctx, `UPDATE so_return SET replaced_by = $1 WHERE id = $2 AND credit_ms = 0 AND replaced_by = ''`, made.Number, r.ID)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	if err != nil {
		return r, err
	}
	return m.tellReturn(ctx, tx, number, "sales.return_replaced", made.Number)
}

// ReturnRow is a line of the list.
type ReturnRow struct {
	ID        db.ID   `json:"id" sql:"r.id" doc:"Return"`
	Number    string  `json:"number" sql:"r.number" doc:"Return"`
	Status    string  `json:"status" sql:"CASE WHEN x.received = 0 AND r.closed_ms > 0 THEN 'cancelled' WHEN x.received = 0 THEN 'expected' WHEN x.received < x.qty AND r.closed_ms = 0 THEN 'part_received' WHEN x.gone = x.received THEN 'done' WHEN x.judged = x.received THEN 'inspected' ELSE 'received' END" doc:"Status"`
	Customer  string  `json:"customer" sql:"p.name" doc:"Customer"`
	Items     string  `json:"items" sql:"(SELECT string_agg(i.name, ', ' ORDER BY l.line) FROM so_return_line l JOIN v_item i ON i.id = l.item_id WHERE l.return_id = r.id)" doc:"Items"`
	Qty       num.Dec `json:"qty" sql:"CAST(x.qty AS BIGINT)" doc:"Expected"`
	Received  num.Dec `json:"received" sql:"CAST(x.received AS BIGINT)" doc:"Received"`
	Shipment  string  `json:"shipment" sql:"s.number" doc:"Shipment"`
	Order     string  `json:"order" sql:"o.number" doc:"Order"`
	Complaint string  `json:"complaint" sql:"coalesce(c.number, '')" doc:"Complaint"`
	Wish      string  `json:"wish" sql:"r.wish" doc:"The customer wants"`
	Settled   string  `json:"settled" sql:"CASE WHEN r.credit_ms > 0 THEN 'credit' WHEN r.replaced_by <> '' THEN 'replace' ELSE '' END" doc:"Settled by"`
	Reason    string  `json:"reason" sql:"r.reason" doc:"Reason"`
	At        int64   `json:"at_ms" sql:"r.at_ms" doc:"At"`
}

const returnFrom = returnHead + ` JOIN v_partner p ON p.id = r.customer_id JOIN so_order o ON o.id = r.order_id JOIN so_shipment s ON s.id = r.shipment_id LEFT JOIN so_complaint c ON c.id = r.complaint_id`

func (m *Module) returnRoutes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number" doc:"Return"`
	}
	web.List(a, web.Op{Path: "/sales/returns", ID: "listCustomerReturns", Summary: "Goods that customers send back", Perm: "sales.read"},
		web.ListSpec[ReturnRow]{From: returnFrom, Key: "r.id", Sort: "-at_ms", Search: []string{"r.number", "s.number", "o.number", "p.name"}, Scope: seen("r.site_id", "r.customer_id", "")})
	web.Command(a, web.Op{Path: "/sales/returns", ID: "createCustomerReturn", Summary: "Expect goods of a shipment back", Perm: "sales.return"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewReturn }) (Return, error) {
			return m.CreateReturn(ctx, tx, in.Body)
		})
	web.Query(a, web.Op{Path: "/sales/returns/{number}", ID: "getCustomerReturn", Summary: "A return with what became of it", Perm: "sales.read"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (Return, error) {
			return m.Return(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/sales/returns/{number}/receive", ID: "receiveCustomerReturn", Summary: "Take returned goods in: they are held and wait for a judgement", Perm: "sales.take_back"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body ReceiveReturn
		}) (Return, error) {
			return m.ReceiveReturn(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/returns/{number}/dispose", ID: "disposeCustomerReturn", Summary: "Say what becomes of judged goods: to stock, rework, scrap or back to the customer", Perm: "sales.dispose"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Dispose
		}) (Return, error) {
			return m.Dispose(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/returns/{number}/undo", ID: "undoCustomerReturnStep", Summary: "Take a step of a return back", Perm: "sales.undo"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body UndoReturnFact
		}) (Return, error) {
			return m.UndoReturnFact(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/returns/{number}/close", ID: "closeCustomerReturn", Summary: "Nothing more is expected on a return", Perm: "sales.return"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Undo
		}) (Return, error) {
			return m.CloseReturn(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/returns/{number}/credit", ID: "creditCustomerReturn", Summary: "Ask the ERP for a credit note", Perm: "sales.return"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body CreditReturn
		}) (Return, error) {
			return m.CreditReturn(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/returns/{number}/replace", ID: "replaceCustomerReturn", Summary: "Order the returned goods again for the customer, without a price", Perm: "sales.return"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body ReplaceReturn
		}) (Return, error) {
			return m.ReplaceReturn(ctx, tx, in.Number, in.Body)
		})
}

// verifyReturns: the sums of a line are its facts and its judgements.
func verifyReturns(ctx context.Context, q db.Querier) ([]string, error) {
	type bad struct {
		Number string `db:"number"`
		Line   int64  `db:"line"`
	}
	rows, err := db.All[bad](ctx, q, `SELECT r.number, l.line FROM so_return_line l JOIN so_return r ON r.id = l.return_id
		LEFT JOIN (SELECT line_id, sum(CASE WHEN act = 'receive' THEN qty ELSE 0 END) AS received, sum(CASE WHEN act = 'stock' THEN qty ELSE 0 END) AS stocked, sum(CASE WHEN act = 'rework' THEN qty ELSE 0 END) AS reworked,
			sum(CASE WHEN act = 'scrap' THEN qty ELSE 0 END) AS scrapped, sum(CASE WHEN act = 'back' THEN qty ELSE 0 END) AS sent_back FROM so_return_fact GROUP BY line_id) f ON f.line_id = l.id
		LEFT JOIN (SELECT f.line_id, sum(i.passed) AS passed, sum(i.failed) AS failed FROM so_return_fact f JOIN v_inspection i ON i.doc_id = f.id AND i.doc_kind = 'so_return' AND i.status <> 'cancelled' GROUP BY f.line_id) j ON j.line_id = l.id
		WHERE l.received <> coalesce(f.received, 0) OR l.stocked <> coalesce(f.stocked, 0) OR l.reworked <> coalesce(f.reworked, 0) OR l.scrapped <> coalesce(f.scrapped, 0) OR l.sent_back <> coalesce(f.sent_back, 0)
			OR l.passed <> coalesce(j.passed, 0) OR l.failed <> coalesce(j.failed, 0) ORDER BY r.number, l.line`)
	var out []string
	for _, b := range rows {
		out = append(out, fmt.Sprintf("return %s line %d: its sums are not those of its steps and judgements", b.Number, b.Line))
	}
	return out, err
}
