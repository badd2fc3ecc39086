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
	Lot     string   `json:"lot,omitempty" maxLength:"100" doc:"Lot"`
	Qty     num.Dec  `json:"qty,omitempty" doc:"0 = all of it"`
	Serials []string `json:"serials,omitempty" maxItems:"5000" doc:"Serial numbers"`
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
