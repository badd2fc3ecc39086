package production

import (
	"context"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Return brings unused material of a work order back into stock.
type Return struct {
	Order    string   `json:"order" minLength:"1" maxLength:"64"`
	Code     string   `json:"code" minLength:"1" maxLength:"200" doc:"What was scanned: a lot, a serial number or an item"`
	Item     string   `json:"item,omitempty" maxLength:"64"`
	Serials  []string `json:"serials,omitempty" maxItems:"1000"`
	Qty      num.Dec  `json:"qty,omitempty" doc:"0 = all of it that is still at the order"`
	UoM      string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the item's; empty: its own"`
	Location string   `json:"location,omitempty" maxLength:"64" doc:"Where it goes; empty = where it came from"`
}

// Returned says what went back and where.
type Returned struct {
	ID       db.ID   `json:"id"`
	Order    string  `json:"order"`
	Item     string  `json:"item"`
	Name     string  `json:"name"`
	UoM      string  `json:"uom"`
	Qty      num.Dec `json:"qty"`
	Lots     []Used  `json:"lots"`
	Location string  `json:"location"`
	Issued   num.Dec `json:"issued" doc:"What stays issued"`
	masterdata.Entered

	serials []string
}

// Return takes material out of the order's WIP; what was consumed cannot come back.
func (m *Module) Return(ctx context.Context, tx *db.Tx, in Return) (Returned, error) {
	o, err := orderByNumber(ctx, tx, in.Order)
	if err != nil {
		return Returned{}, err
	}
	if o.Hold > 0 {
		return Returned{}, onHold(o.Number, o.Why)
	}
	lines, err := db.All[pickLine](ctx, tx, pickLineSQL, o.ID)
	if err != nil {
		return Returned{}, err
	}
	item, lot, serials, err := m.scanned(ctx, tx, Issue{Order: in.Order, Code: in.Code, Item: in.Item, Serials: in.Serials}, lines)
	if err != nil {
		return Returned{}, err
	}
	said := masterdata.Entered{}
	if in.Qty, said, err = masterdata.InOwn(ctx, tx, item, "qty", in.Qty, in.UoM); err != nil {
		return Returned{}, err
	}
	here, err := m.lotsInWIP(ctx, tx, o.ID, item.ID)
	if err != nil {
		return Returned{}, err
	}
	var have num.Dec
	var from db.ID
	for _, h := range here {
		if lot == "" || h.Lot == lot {
			have, from = have+h.Qty, h.From
		}
	}
	if len(serials) > 0 && in.Qty == 0 {
		in.Qty = num.Int(int64(len(serials)))
	}
	if in.Qty == 0 {
		in.Qty = have
	}
	if in.Qty > have || have == 0 {
		return Returned{}, fault.Conflict("production.not_at_order", "only %s %s of %s %s are at %s, not %s", have, item.UoM, item.Code, lot, o.Number, in.Qty).
			With("have", have).With("uom", item.UoM).With("item", item.Code).With("lot", lot).With("order", o.Number).With("qty", in.Qty)
	}
	loc, err := m.backTo(ctx, tx, o.Site, in.Location, from)
	if err != nil {
		return Returned{}, err
	}
	id := tx.ID()
	picks, err := m.Inventory.Move(ctx, tx, inventory.Doc{Kind: "wo_issue", ID: id, Number: o.Number, Order: o.ID, Site: o.Site}, inventory.Place{Kind: inventory.Stock, Ref: loc.ID},
		inventory.Take{Item: item.ID, Qty: in.Qty, Lot: lot, Serials: serials, From: inventory.Place{Kind: inventory.WIP, Ref: o.ID}})
	if err != nil {
		return Returned{}, err
	}
	if err := m.holdUnfinished(ctx, tx, o, item.ID, picks); err != nil {
		return Returned{}, err
	}
	out := Returned{ID: id, Order: o.Number, Item: item.Code, Name: item.Name, UoM: item.UoM, Qty: in.Qty, Location: loc.Code, Entered: said}
	for _, p := range picks {
		out.Lots = append(out.Lots, Used{item.Code, p.LotNumber, p.Qty})
	}
	if out.Issued, err = m.bookReturn(ctx, tx, o, lines, item.ID, id, out.Lots, in.Qty, tx.Key(), said); err != nil {
		return Returned{}, err
	}
	tx.Emit(db.Event{Name: EventReturned, Subject: "wo:" + o.Number, Site: o.Site, Payload: out})
	return out, nil
}

// bookReturn spreads what came back over the lines of the item: the line that needs it least gives first.
func (m *Module) bookReturn(ctx context.Context, tx *db.Tx, o orderHead, lines []pickLine, item, id db.ID, lots []Used, qty num.Dec, key string, said masterdata.Entered) (stays num.Dec, err error) {
	left := qty
	for i := range lines {
		l := &lines[len(lines)-1-i]
		if part := min(left, l.Issued); part > 0 && l.Issue == "pick" && l.takes(item) {
			told, rowID := lots, id
			if part != qty { // over several lines: the facts name the line, the event the lots
				told = []Used{{Qty: part}}
				if len(lots) == 1 {
					told[0].Lot = lots[0].Lot
				}
			}
			if left != qty {
				rowID, key = tx.ID(), ""
			}
			if err := m.bookIssue(ctx, tx, o, l, fact{kind: "return", item: item, lots: told, id: rowID, key: key, qty: -part, said: said}); err != nil {
				return 0, err
			}
			said = masterdata.Entered{}
			stays += l.Issued - part
			left -= part
		}
	}
	return stays, nil
}

type wipLot struct {
	Lot  string  `db:"number"`
	Qty  num.Dec `db:"qty"`
	From db.ID   `db:"loc"`
}

// lotsInWIP is what lies at the order of one item, and where it came from.
func (m *Module) lotsInWIP(ctx context.Context, q db.Querier, order, item db.ID) ([]wipLot, error) {
	return db.All[wipLot](ctx, q, `
		SELECT coalesce(l.number, '') AS number, coalesce(max(CASE WHEN v.to_kind = 'wip' AND v.from_kind = 'stock' THEN v.from_ref END), 0) AS loc,
		       CAST(sum(CASE WHEN v.to_kind = 'wip' AND v.to_ref = $1 THEN v.qty ELSE 0 END - CASE WHEN v.from_kind = 'wip' AND v.from_ref = $1 THEN v.qty ELSE 0 END) AS BIGINT) AS qty
		FROM v_move v LEFT JOIN v_lot l ON l.id = v.lot_id
		WHERE v.order_id = $1 AND v.item_id = $2 AND (v.to_kind = 'wip' OR v.from_kind = 'wip') GROUP BY l.number ORDER BY 1`, order, item)
}

func (m *Module) backTo(ctx context.Context, q db.Querier, site db.ID, code string, from db.ID) (masterdata.Location, error) {
	if code != "" {
		return masterdata.LocationByCode(ctx, q, site, locationCode(code))
	}
	if from != 0 {
		return masterdata.LocationByID(ctx, q, from)
	}
	return m.receiptLocation(ctx, q, site, "")
}
