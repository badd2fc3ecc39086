package production

import (
	"context"
	"slices"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
)

// BindSerials says which pieces sit in a unit that the order made.
type BindSerials struct {
	Unit  string   `json:"unit" minLength:"1" maxLength:"200" doc:"Serial number of the unit, as scanned"`
	Parts []string `json:"parts" minItems:"1" maxItems:"200" doc:"Serial numbers of the pieces in it, as scanned"`
}

// LoosenSerials takes pieces out of a unit again.
type LoosenSerials struct {
	BindSerials
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// UnitParts are the pieces of one unit, given with its receipt.
type UnitParts struct {
	Serial string   `json:"serial" minLength:"1" maxLength:"200"`
	Parts  []string `json:"parts" minItems:"1" maxItems:"200"`
}

// Unit is a piece that the order made, with the pieces in it.
type Unit struct {
	Serial string      `json:"serial"`
	Parts  []PartPiece `json:"parts"`
}

// PartPiece is a piece that the order used.
type PartPiece struct {
	Item   string `json:"item"`
	Name   string `json:"name"`
	Serial string `json:"serial"`
	Unit   string `json:"unit,omitempty" doc:"The unit that it sits in"`
}

// PerUnit is how many pieces of a part belong into one unit.
type PerUnit struct {
	Item string  `json:"item"`
	Name string  `json:"name"`
	Qty  num.Dec `json:"qty"`
}

// Serials are the units of an order and the pieces in them.
type Serials struct {
	Order string      `json:"order"`
	Item  string      `json:"item"`
	Units []Unit      `json:"units"`
	Free  []PartPiece `json:"free" doc:"Pieces issued to the order or used for it that sit in no unit yet"`
	Per   []PerUnit   `json:"per" doc:"Parts with serial numbers that belong into one unit"`
}

// SerialsBound is the payload of production.serials_bound and production.serials_loosed.
type SerialsBound struct {
	Order  string      `json:"order"`
	Unit   string      `json:"unit"`
	Parts  []PartPiece `json:"parts"`
	Reason string      `json:"reason,omitempty"`
}

type serialPart struct {
	Item db.ID   `db:"item_id"`
	Code string  `db:"code"`
	Name string  `db:"name"`
	Qty  num.Dec `db:"qty"`
}

// serialParts are the lines of the order's own bill whose pieces have numbers.
func serialParts(ctx context.Context, q db.Querier, order db.ID) ([]serialPart, error) {
	return db.All[serialPart](ctx, q, `SELECT c.item_id, i.code, i.name, c.qty FROM wo_component c JOIN v_item i ON i.id = c.item_id
		WHERE c.order_id = $1 AND c.role = 'component' AND i.tracking = 'serial' ORDER BY c.line`, order)
}

// OrderSerials reads them.
func (m *Module) OrderSerials(ctx context.Context, q db.Querier, number string) (Serials, error) {
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return Serials{}, err
	}
	out := Serials{Order: o.Number, Units: []Unit{}, Free: []PartPiece{}, Per: []PerUnit{}}
	if out.Item, err = itemCode(ctx, q, o.Item); err != nil {
		return out, err
	}
	lines, err := serialParts(ctx, q, o.ID)
	if err != nil {
		return out, err
	}
	for _, l := range lines {
		out.Per = append(out.Per, PerUnit{l.Code, l.Name, l.Qty})
	}
	made, err := inventory.MadeFor(ctx, q, o.ID)
	if err != nil {
		return out, err
	}
	used, err := inventory.UsedFor(ctx, q, o.ID)
	if err != nil {
		return out, err
	}
	bound, err := inventory.BoundFor(ctx, q, o.ID)
	if err != nil {
		return out, err
	}
	names, err := namesOf(ctx, q, used)
	if err != nil {
		return out, err
	}
	at := map[string]int{}
	for _, u := range made {
		at[u.Number] = len(out.Units)
		out.Units = append(out.Units, Unit{u.Number, []PartPiece{}})
	}
	sits := map[[2]string]bool{}
	for _, b := range bound {
		sits[[2]string{b.Item, b.Serial}] = true
		if i, ok := at[b.Unit]; ok {
			out.Units[i].Parts = append(out.Units[i].Parts, PartPiece{b.Item, b.Name, b.Serial, b.Unit})
		}
	}
	for _, p := range used {
		if n := names[p.Item]; !sits[[2]string{n.Code, p.Number}] {
			out.Free = append(out.Free, PartPiece{Item: n.Code, Name: n.Name, Serial: p.Number})
		}
	}
	return out, nil
}

type named struct {
	ID   db.ID  `db:"id"`
	Code string `db:"code"`
	Name string `db:"name"`
}

func namesOf(ctx context.Context, q db.Querier, pieces []inventory.PieceOf) (map[db.ID]named, error) {
	out := map[db.ID]named{}
	if len(pieces) == 0 {
		return out, nil
	}
	var ids []db.ID
	for _, p := range pieces {
		if !slices.Contains(ids, p.Item) {
			ids = append(ids, p.Item)
		}
	}
	var w db.Where
	db.In(&w, "id", ids)
	return out, db.Each(ctx, q, `SELECT id, code, name FROM v_item`+w.String(), w.Args, func(n *named) error { out[n.ID] = *n; return nil })
}

// serialScanned reads a label of a piece, or its bare number; item is "" where the label does not say.
func serialScanned(scan string) (item, number string) {
	if c, ok := label.ParseCode(scan); ok && c.Kind == label.Serial {
		return c.Item, c.Number
	}
	return "", scan
}

// unitAndParts finds the unit and the pieces that were scanned among those of the order.
func (m *Module) unitAndParts(ctx context.Context, q db.Querier, o orderHead, in BindSerials) (unit inventory.PieceOf, parts []inventory.PieceOf, told []PartPiece, err error) {
	made, err := inventory.MadeFor(ctx, q, o.ID)
	if err != nil {
		return unit, nil, nil, err
	}
	_, number := serialScanned(in.Unit)
	unit, ok := inventory.Piece(made, o.Item, number)
	if !ok {
		return unit, nil, nil, fault.NotFound("production.unit_unknown", "%s made no piece %s that is received", o.Number, number).With("order", o.Number).With("serial", number)
	}
	used, err := inventory.UsedFor(ctx, q, o.ID)
	if err != nil {
		return unit, nil, nil, err
	}
	names, err := namesOf(ctx, q, used)
	if err != nil {
		return unit, nil, nil, err
	}
	for _, scan := range in.Parts {
		item, number := serialScanned(scan)
		var id db.ID
		for _, n := range names {
			if n.Code == item {
				id = n.ID
			}
		}
		p, ok := inventory.Piece(used, id, number)
		if !ok || item != "" && id == 0 {
			return unit, nil, nil, fault.NotFound("production.part_not_used", "piece %s was neither issued to %s nor used for it", number, o.Number).With("order", o.Number).With("serial", number)
		}
		if slices.Contains(parts, p) {
			return unit, nil, nil, fault.Invalid("inventory.serial_twice", "serial %s was scanned twice", number).With("serial", number)
		}
		parts = append(parts, p)
		told = append(told, PartPiece{names[p.Item].Code, names[p.Item].Name, p.Number, unit.Number})
	}
	return unit, parts, told, nil
}

// Bind notes which pieces sit in a unit: never more of a part than its bill says.
func (m *Module) Bind(ctx context.Context, tx *db.Tx, number string, in BindSerials) (Serials, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return Serials{}, err
	}
	if err := m.bind(ctx, tx, o, in); err != nil {
		return Serials{}, err
	}
	return m.OrderSerials(ctx, tx, number)
}

func (m *Module) bind(ctx context.Context, tx *db.Tx, o orderHead, in BindSerials) error {
	unit, parts, told, err := m.unitAndParts(ctx, tx, o, in)
	if err != nil {
		return err
	}
	if err := m.Inventory.Bind(ctx, tx, o.ID, unit, parts); err != nil {
		return err
	}
	lines, err := serialParts(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	bound, err := inventory.BoundFor(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		var n num.Dec
		for _, b := range bound {
			if b.Unit == unit.Number && b.Item == l.Code {
				n += num.One
			}
		}
		var most num.Dec // of all lines that name the item
		for _, x := range lines {
			if x.Item == l.Item {
				most += x.Qty
			}
		}
		if n > most {
			return fault.Conflict("production.unit_full", "%s pieces of %s belong into one unit; %s has them", most, l.Code, unit.Number).With("qty", most).With("item", l.Code).With("unit", unit.Number)
		}
	}
	tx.Emit(db.Event{Name: EventBound, Subject: "wo:" + o.Number, Site: o.Site, Payload: SerialsBound{Order: o.Number, Unit: unit.Number, Parts: told}})
	return nil
}

// LoosenSerials takes pieces out of a unit that were bound to it by mistake.
func (m *Module) LoosenSerials(ctx context.Context, tx *db.Tx, number string, in LoosenSerials) (Serials, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return Serials{}, err
	}
	unit, parts, told, err := m.unitAndParts(ctx, tx, o, in.BindSerials)
	if err != nil {
		return Serials{}, err
	}
	ids := make([]db.ID, len(parts))
	for i, p := range parts {
		ids[i] = p.ID
	}
	n, err := m.Inventory.Loosen(ctx, tx, o.ID, unit.ID, ids, in.Reason)
	if err != nil {
		return Serials{}, err
	}
	if n != int64(len(ids)) {
		return Serials{}, fault.Conflict("production.not_inside", "not all of these pieces sit in %s", unit.Number).With("unit", unit.Number)
	}
	tx.Emit(db.Event{Name: EventLoosed, Subject: "wo:" + o.Number, Site: o.Site, Reason: in.Reason, Payload: SerialsBound{Order: o.Number, Unit: unit.Number, Parts: told, Reason: in.Reason}})
	return m.OrderSerials(ctx, tx, number)
}
