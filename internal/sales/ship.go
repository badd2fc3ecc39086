package sales

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Ship asks to send goods of one order. Without lines, all that is allocated goes; of lines on a pick list, what was
// picked.
type Ship struct {
	Order   string     `json:"order" minLength:"1" doc:"Sales order number"`
	Lines   []ShipLine `json:"lines,omitempty" doc:"Left out: what was picked, and of lines on no pick list all that is allocated; an empty list is refused"`
	Carrier string     `json:"carrier,omitempty" doc:"Carrier code"`
	Waybill string     `json:"waybill,omitempty" maxLength:"60"`
	Cartons int64      `json:"cartons,omitempty" minimum:"0" maximum:"9999" doc:"Default 1; with packing, its number of cartons"`
	Packing []Carton   `json:"packing,omitempty" maxItems:"2000" doc:"What is in which carton; all that goes, or nothing"`
	Note    string     `json:"note,omitempty" maxLength:"500"`
	Beside  string     `json:"beside,omitempty" maxLength:"500" doc:"Why something else goes than the order's pick lists have brought; without it that is refused"`
	Sure    bool       `json:"confirmed,omitempty" doc:"Ship more than the books have: the answer to inventory.owe_ask"`
}

// ShipLine names a line and, when scanned, the lot or the serial numbers that go.
type ShipLine struct {
	Line    int64    `json:"line" minimum:"1"`
	Qty     num.Dec  `json:"qty"`
	Lot     string   `json:"lot,omitempty"`
	Serials []string `json:"serials,omitempty"`
}

// Shipped is a shipment as stored.
type Shipped struct {
	ID     db.ID        `json:"id"`
	Number string       `json:"number"`
	Order  string       `json:"order"`
	Lines  []ShippedLot `json:"lines"`
	Closed []int64      `json:"closed,omitempty" doc:"Lines that are done though a little less than ordered was shipped"`
	Beside string       `json:"beside,omitempty" doc:"Why something else went than was picked"`
}

// ShippedLot is a quantity of one lot that left.
type ShippedLot struct {
	Line    int64    `json:"line" db:"line"`
	Item    string   `json:"item" db:"item"`
	Name    string   `json:"name" db:"name"`
	UoM     string   `json:"uom" db:"uom"`
	Lot     string   `json:"lot" db:"lot"`
	Qty     num.Dec  `json:"qty" db:"qty"`
	Serials []string `json:"serials" db:"-"`
}

type shipmentRow struct {
	ID       db.ID   `db:"id"`
	Number   string  `db:"number"`
	Site     db.ID   `db:"site_id"`
	Order    db.ID   `db:"order_id"`
	Customer db.ID   `db:"customer_id"`
	Carrier  db.ID   `db:"carrier_id"`
	Waybill  string  `db:"waybill"`
	Cartons  int64   `db:"cartons"`
	Note     string  `db:"note"`
	At       int64   `db:"shipped_ms"`
	By       string  `db:"shipped_by"`
	Key      *string `db:"client_key"`
}

type shipmentLineRow struct {
	ID       db.ID   `db:"id"`
	Shipment db.ID   `db:"shipment_id"`
	Line     db.ID   `db:"line_id"`
	Item     db.ID   `db:"item_id"`
	Lot      db.ID   `db:"lot_id"`
	LotNo    string  `db:"lot"`
	Location db.ID   `db:"location_id"`
	Qty      num.Dec `db:"qty"`
	Serials  string  `db:"serials"`
}

// Ship moves the goods to the customer and writes the shipment. What is allocated to a line goes first; a line
// that names a lot or serials takes exactly those.
func (m *Module) Ship(ctx context.Context, tx *db.Tx, in Ship) (Shipped, error) {
	o, err := orderByNumber(ctx, tx, in.Order)
	if err != nil {
		return Shipped{}, err
	}
	if o.Cancelled > 0 {
		return Shipped{}, fault.Conflict("sales.cancelled", "order %s is cancelled", o.Number).With("number", o.Number)
	}
	in.Beside = strings.TrimSpace(in.Beside)
	if in.Lines != nil && len(in.Lines) == 0 {
		return Shipped{}, fault.Invalid("sales.ship_nothing", "no lines are named; name what goes, or leave lines out to ship all that is allocated").With("number", o.Number).
			At(fault.Field{Where: "body.lines", Code: "sales.ship_nothing", Value: "[]", Params: map[string]string{"number": o.Number}})
	}
	row := shipmentRow{ID: tx.ID(), Site: o.Site, Order: o.ID, Customer: o.Customer, Waybill: in.Waybill, Cartons: max(in.Cartons, 1), Note: in.Note, At: tx.NowMS(), By: actor.From(ctx).Name, Key: key(tx)}
	if in.Carrier != "" {
		p, err := masterdata.PartnerByCode(ctx, tx, in.Carrier)
		if err != nil {
			return Shipped{}, err
		}
		if !p.Is("carrier") {
			return Shipped{}, fault.Invalid("sales.not_carrier", "partner %s is not a carrier", in.Carrier).With("code", in.Carrier)
		}
		row.Carrier = p.ID
	}
	if len(in.Packing) > 0 {
		row.Cartons = int64(len(in.Packing))
	}
	lines, err := linesOf(ctx, tx, o.ID)
	if err != nil {
		return Shipped{}, err
	}
	if len(lines) > 0 && len(in.Lines) == 0 && !slices.ContainsFunc(lines, func(l line) bool { return l.Closed == 0 && l.Shipped < l.Qty }) {
		return Shipped{}, fault.Conflict("sales.already_shipped", "order %s is already shipped", o.Number).With("number", o.Number)
	}
	pct, err := tolerance(ctx, tx, o.Customer)
	if err != nil {
		return Shipped{}, err
	}
	wanted, beside, err := m.wanted(ctx, tx, o, lines, in, pct)
	if err != nil {
		return Shipped{}, err
	}
	if len(wanted) == 0 {
		return Shipped{}, fault.Conflict("sales.nothing_to_ship", "nothing is allocated to %s", o.Number).With("number", o.Number)
	}
	if row.Number, err = tx.Number("shp"); err != nil {
		return Shipped{}, err
	}
	out := Shipped{ID: row.ID, Number: row.Number, Order: o.Number}
	if beside {
		out.Beside = in.Beside
	}
	var stored []shipmentLineRow
	for _, w := range wanted {
		item, err := masterdata.ItemByID(ctx, tx, w.line.Item)
		if err != nil {
			return Shipped{}, err
		}
		// the promise to this line is turned into the move; what it keeps is promised again below
		if err := m.Inventory.Unreserve(ctx, tx, "so_line", w.line.ID); err != nil {
			return Shipped{}, err
		}
		doc := inventory.Doc{Kind: "shipment", ID: row.ID, Number: row.Number, Line: w.line.Line, Site: o.Site, MayOwe: true, Sure: in.Sure}
		picks, err := m.Inventory.Move(ctx, tx, doc, inventory.Place{Kind: "customer", Ref: o.Customer}, w.takes...)
		if err != nil {
			return Shipped{}, err
		}
		var qty num.Dec
		for _, p := range picks {
			qty += p.Qty
			stored = append(stored, shipmentLineRow{tx.ID(), row.ID, w.line.ID, p.Item, p.Lot, p.LotNumber, p.From.Ref, p.Qty, strings.Join(p.Serials, " ")})
			out.Lines = append(out.Lines, ShippedLot{w.line.Line, item.Code, item.Name, item.UoM, p.LotNumber, p.Qty, p.Serials})
		}
		// the WHERE clause is the rule: a line never ships more than was ordered and the customer takes
		allowance := slack(w.line.Qty, pct, item.Decimals)
		n, err := tx.Exec(ctx, `UPDATE so_line SET shipped = shipped + $1, most = CASE WHEN shipped + $1 > qty THEN qty + $3 ELSE most END
			WHERE id = $2 AND closed_ms = 0 AND cancelled_ms = 0 AND shipped + $1 <= qty + $3`, qty, w.line.ID, allowance)
		if err != nil {
			return Shipped{}, err
		}
		if n == 0 {
			return Shipped{}, overShip(o, w.line, qty)
		}
		w.line.Shipped += qty
		if allowance > 0 && w.line.Shipped < w.line.Qty && w.line.Shipped >= w.line.Qty-allowance {
			tx.Queue(`UPDATE so_line SET closed_ms = $1, close_reason = $2 WHERE id = $3`, tx.NowMS(), withinTolerance, w.line.ID)
			out.Closed = append(out.Closed, w.line.Line)
			continue
		}
		// what it keeps stays the same lots: they may stand on a pick list or lie ready
		still, _ := divide(remaining(w.promised, picks), w.kept)
		if err := m.promise(ctx, tx, o, w.line, still); err != nil {
			return Shipped{}, err
		}
		if more := w.kept - sum(still); more > 0 {
			if _, _, err := m.allocateLine(ctx, tx, o, w.line, more); err != nil {
				return Shipped{}, err
			}
		}
	}
	if err := db.Insert(ctx, tx, "so_shipment", row); err != nil {
		return Shipped{}, err
	}
	if err := db.Insert(ctx, tx, "so_shipment_line", stored...); err != nil {
		return Shipped{}, err
	}
	if err := packed(ctx, tx, row.ID, lines, stored, in.Packing); err != nil {
		return Shipped{}, err
	}
	tx.Emit(db.Event{Name: "sales.shipped", Subject: "so:" + o.Number, Site: o.Site, Partner: o.Customer, Reason: out.Beside, Payload: out})
	return out, nil
}

type wantedLine struct {
	line     line
	takes    []inventory.Take
	promised []inventory.Picked // before it ships; what lies ready first
	kept     num.Dec            // of that, what does not go with this shipment
}

// remaining is what is left of a promise when the moved lots are gone.
func remaining(promised, moved []inventory.Picked) (out []inventory.Picked) {
	left := slices.Clone(moved)
	for _, r := range promised {
		for i := range left {
			g := &left[i]
			if g.Lot != r.Lot || g.From != r.From || g.Qty == 0 {
				continue
			}
			if len(r.Serials) == 0 {
				n := min(r.Qty, g.Qty)
				r.Qty, g.Qty = r.Qty-n, g.Qty-n
				continue
			}
			r.Serials = slices.DeleteFunc(slices.Clone(r.Serials), func(s string) bool { return slices.Contains(g.Serials, s) })
			r.Qty = num.Dec(len(r.Serials)) * num.One
		}
		if r.Qty > 0 {
			out = append(out, r)
		}
	}
	return out
}

// wanted turns the request into takes per line: what was picked, else the allocated lots, or what a person scanned. It
// says whether something else goes than was picked, which wants a reason.
func (m *Module) wanted(ctx context.Context, tx *db.Tx, o order, lines []line, in Ship, pct num.Dec) (out []wantedLine, beside bool, err error) {
	asked := map[int64][]ShipLine{}
	for _, a := range in.Lines {
		if !slices.ContainsFunc(lines, func(l line) bool { return l.Line == a.Line }) {
			return nil, false, fault.NotFound("sales.line_unknown", "order %s has no line %d", o.Number, a.Line).With("number", o.Number).With("line", a.Line)
		}
		asked[a.Line] = append(asked[a.Line], a)
	}
	picked, err := baskets(ctx, tx, idsOf(lines))
	if err != nil {
		return nil, false, err
	}
	var unwalked *fault.Error
	for _, l := range lines {
		if len(in.Lines) > 0 && len(asked[l.Line]) == 0 {
			continue
		}
		reserved, err := m.Inventory.Reserved(ctx, tx, "so_line", l.ID)
		if err != nil {
			return nil, false, err
		}
		w := wantedLine{line: l, promised: reserved}
		free := sum(reserved)
		b := picked[l.ID]
		if len(in.Lines) == 0 {
			going := reserved
			if b.rules() {
				ready, rest := b.clone().divide(reserved)
				switch {
				case in.Beside != "":
					beside = beside || len(rest) > 0
				case len(ready) == 0 && len(rest) > 0:
					going, unwalked = nil, notPicked(o, l, b, free, "")
				default:
					going = ready
				}
			}
			for _, r := range going {
				w.takes = append(w.takes, inventory.Take{Item: l.Item, Qty: r.Qty, Lot: r.LotNumber, Serials: r.Serials, From: r.From})
			}
			w.kept = free - sum(going)
		} else {
			other, err := m.named(ctx, tx, o, l, &w, asked[l.Line], reserved, b, pct)
			if err != nil {
				return nil, false, err
			}
			if other != nil && in.Beside == "" {
				return nil, false, other
			}
			beside = beside || other != nil
		}
		if len(w.takes) > 0 {
			out = append(out, w)
		}
	}
	if len(out) == 0 && unwalked != nil {
		return nil, false, unwalked
	}
	return out, beside, nil
}

// named turns the named quantities of one line into takes. What lies ready goes first; other is what of it was not
// picked though the line is on a pick list.
func (m *Module) named(ctx context.Context, tx *db.Tx, o order, l line, w *wantedLine, asked []ShipLine, reserved []inventory.Picked, b *basket, pct num.Dec) (other *fault.Error, err error) {
	item, err := masterdata.ItemByID(ctx, tx, l.Item)
	if err != nil {
		return nil, err
	}
	if l.Closed > 0 {
		return nil, fault.Conflict("sales.line_closed", "line %d of %s is closed", l.Line, o.Number).With("number", o.Number).With("line", l.Line)
	}
	free := sum(reserved)
	left, picked := l.Qty+slack(l.Qty, pct, item.Decimals)-l.Shipped, b
	if b.rules() {
		ready, rest := b.clone().divide(reserved)
		reserved, picked = append(ready, rest...), b.clone()
		w.promised = slices.Clone(reserved)
	}
	var going num.Dec
	for _, a := range asked {
		if a.Qty <= 0 {
			return nil, fault.Invalid("sales.ship_qty", "the quantity to ship of line %d must be above zero, not %s", l.Line, a.Qty).
				With("number", o.Number).With("line", l.Line).With("qty", a.Qty)
		}
		if going += a.Qty; going > left {
			return nil, overShip(o, l, a.Qty)
		}
		if b.rules() {
			pieces, err := inventory.Pieces(a.Serials)
			if err != nil {
				return nil, err
			}
			if picked.take(a.Lot, a.Qty, pieces) < a.Qty && other == nil {
				other = notPicked(o, l, b, a.Qty, a.Lot)
			}
		}
		if a.Lot != "" || len(a.Serials) > 0 {
			w.takes = append(w.takes, inventory.Take{Item: l.Item, Qty: a.Qty, Lot: a.Lot, Serials: a.Serials})
			continue
		}
		need := a.Qty
		for i := range reserved {
			r := &reserved[i]
			if take := min(need, r.Qty); take > 0 {
				serials := r.Serials
				if len(serials) > 0 {
					n := int(take / num.One)
					serials, r.Serials = serials[:n], serials[n:]
				}
				w.takes = append(w.takes, inventory.Take{Item: l.Item, Qty: take, Lot: r.LotNumber, Serials: serials, From: r.From})
				r.Qty -= take
				need -= take
			}
		}
		if need > 0 {
			w.takes = append(w.takes, inventory.Take{Item: l.Item, Qty: need})
		}
	}
	w.kept = max(free-going, 0)
	return other, nil
}

// withinTolerance is why a line closed by itself.
const withinTolerance = "tolerance"

func overShip(o order, l line, qty num.Dec) error {
	if l.Shipped >= l.Qty {
		return fault.Conflict("sales.line_sent", "line %d of %s is already shipped (%s)", l.Line, o.Number, l.Shipped).
			With("number", o.Number).With("line", l.Line).With("shipped", l.Shipped).With("qty", qty)
	}
	return fault.Conflict("sales.over_ship", "line %d of %s has %s left to ship, not %s", l.Line, o.Number, l.Qty-l.Shipped, qty).
		With("number", o.Number).With("line", l.Line).With("remaining", l.Qty-l.Shipped).With("qty", qty)
}

// Undo names why a document is reversed.
type Undo struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// UndoShipment takes a shipment back by its mirror: the lots return to the places they came from.
func (m *Module) UndoShipment(ctx context.Context, tx *db.Tx, number string, in Undo) (Created, error) {
	if strings.TrimSpace(in.Reason) == "" {
		return Created{}, fault.Invalid("sales.reason_missing", "a reason is required")
	}
	s, err := shipmentByNumber(ctx, tx, number)
	if err != nil {
		return Created{}, err
	}
	n, err := tx.Exec(ctx, `UPDATE so_shipment SET reversed_ms = $1 WHERE id = $2 AND reversed_ms = 0`, tx.NowMS(), s.ID)
	if err != nil {
		return Created{}, err
	}
	if n == 0 {
		return Created{}, fault.Conflict("sales.already_reversed", "shipment %s has been reversed", number).With("number", number)
	}
	if err := m.Inventory.Reverse(ctx, tx, inventory.Doc{Kind: "shipment_undo", ID: tx.ID(), Number: number, Site: s.Site, Reason: in.Reason}, "shipment", s.ID); err != nil {
		return Created{}, err
	}
	type sum struct {
		Line db.ID   `db:"line_id"`
		Qty  num.Dec `db:"qty"`
	}
	sums, err := db.All[sum](ctx, tx, `SELECT line_id, CAST(sum(qty) AS BIGINT) AS qty FROM so_shipment_line WHERE shipment_id = $1 GROUP BY line_id`, s.ID)
	if err != nil {
		return Created{}, err
	}
	for _, l := range sums {
		// what was done within the tolerance is so no more; what a person closed stays closed
		tx.Queue(`UPDATE so_line SET shipped = shipped - $1, closed_ms = CASE WHEN close_reason = $3 THEN 0 ELSE closed_ms END, close_reason = CASE WHEN close_reason = $3 THEN '' ELSE close_reason END WHERE id = $2`,
			l.Qty, l.Line, withinTolerance)
	}
	tx.Emit(db.Event{Name: "sales.shipment_reversed", Subject: "so:" + s.OrderNumber, Site: s.Site, Partner: s.Customer, Reason: in.Reason, Payload: map[string]string{"shipment": number, "order": s.OrderNumber}})
	return Created{s.ID, number}, nil
}

type shipment struct {
	ID          db.ID  `db:"id"`
	Number      string `db:"number"`
	Site        db.ID  `db:"site_id"`
	Order       db.ID  `db:"order_id"`
	OrderNumber string `db:"order_number"`
	Customer    db.ID  `db:"customer_id"`
	ShipTo      string `db:"ship_to"`
	Carrier     db.ID  `db:"carrier_id"`
	Waybill     string `db:"waybill"`
	Cartons     int64  `db:"cartons"`
	Note        string `db:"note"`
	At          int64  `db:"shipped_ms"`
	By          string `db:"shipped_by"`
	Reversed    int64  `db:"reversed_ms"`
}

func shipmentByNumber(ctx context.Context, q db.Querier, number string) (shipment, error) {
	s, ok, err := db.Get[shipment](ctx, q, `SELECT s.id, s.number, s.site_id, s.order_id, o.number AS order_number, s.customer_id, o.ship_to, s.carrier_id, s.waybill, s.cartons, s.note, s.shipped_ms, s.shipped_by, s.reversed_ms
		FROM so_shipment s JOIN so_order o ON o.id = s.order_id WHERE s.number = $1`, number)
	if err != nil {
		return s, err
	}
	if !ok || identity.See(ctx, s.Site, s.Customer) != nil {
		return s, fault.NotFound("sales.shipment_unknown", "no shipment %s", number).With("number", number)
	}
	return s, nil
}
