package inventory

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Put brings goods from outside into real places: received from a supplier, produced, sent back by a customer, found
// at a count. Lots and serial numbers are made where the item is tracked and none is named.
func (m *Module) Put(ctx context.Context, tx *db.Tx, doc Doc, from Place, puts ...Put) ([]Picked, error) {
	if err := doc.complete(ctx, tx); err != nil {
		return nil, err
	}
	if !from.Kind.known() || from.Kind.Real() {
		return nil, fault.Invalid("inventory.place_bad", "goods cannot come from %q", from.Kind).With("place", from.Kind)
	}
	ids := make([]db.ID, len(puts))
	for i := range puts {
		ids[i] = puts[i].Item
	}
	slices.Sort(ids)
	items, err := masterdata.Items(ctx, tx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	puts = slices.Clone(puts) // the command may run again
	if err := owners(ctx, tx, from, puts, items); err != nil {
		return nil, err
	}
	moves := make([]move, 0, len(puts))
	var fresh []piece
	for i := range puts {
		vs, made, err := m.put(ctx, tx, doc, from, &puts[i], items)
		if err != nil {
			return nil, err
		}
		moves, fresh = append(moves, vs...), append(fresh, made...)
	}
	if len(fresh) > 0 {
		if err := db.Insert(ctx, tx, "inv_serial", fresh...); err != nil {
			return nil, err
		}
	}
	return m.post(ctx, tx, doc, moves, nil, func(id db.ID) bool { return items[id].Tracking != "serial" })
}

// put plans one of them: a move, and one more for each lot of pieces that come back.
func (m *Module) put(ctx context.Context, tx *db.Tx, doc Doc, from Place, p *Put, items map[db.ID]masterdata.Item) ([]move, []piece, error) {
	var err error
	if p.Serials, err = pieceNumbers(p.Serials); err != nil {
		return nil, nil, err
	}
	if err := checkQty(items, p.Item, p.Qty, p.Serials, true, from.Kind == Adjust); err != nil {
		return nil, nil, err
	}
	item := items[p.Item]
	if p.Status == "" {
		p.Status = Available
	}
	if p.Status != Available && p.Status != Held {
		return nil, nil, fault.Invalid("inventory.status_bad", "there is no stock status %q", p.Status).With("status", p.Status)
	}
	switch {
	case !p.To.Kind.Real() || p.To.Ref == 0:
		return nil, nil, fault.Invalid("inventory.place_bad", "goods cannot be put to %q", p.To.Kind).With("place", p.To.Kind)
	case p.To.Kind == Stock:
		if err := mayEnter(ctx, tx, doc.Site, p.To.Ref, map[db.ID]masterdata.Item{item.ID: item}); err != nil {
			return nil, nil, err
		}
	}
	into := func(lot Lot, qty num.Dec, pieces []piece) move {
		v := doc.move(ctx, tx)
		v.Item, v.Lot, v.Qty, v.number, v.expires, v.pieces = item.ID, lot.ID, qty, lot.Number, lot.ExpiresOn, pieces
		v.FromKind, v.FromRef = from.Kind, from.Ref
		v.ToKind, v.ToRef, v.ToStatus, v.ToContainer, v.Owner = p.To.Kind, p.To.Ref, p.Status, p.Into, p.owner
		return v
	}
	if item.Tracking != "serial" {
		lot, err := lotFor(ctx, tx, doc, p, item, from)
		return []move{into(lot, p.Qty, nil)}, nil, err
	}
	numbers, back, err := putPieces(ctx, tx, p, item, from)
	if err != nil {
		return nil, nil, err
	}
	var moves []move
	for _, g := range back {
		lot, err := lotByID(ctx, tx, g[0].Lot)
		if err != nil {
			return nil, nil, err
		}
		if p.Lot != "" && lot.Number != p.Lot {
			return nil, nil, fault.Conflict("inventory.serial_other_lot", "serial %s of %s belongs to another lot", g[0].Number, item.Code).
				With("serial", g[0].Number).With("item", item.Code).With("lot", lot.Number)
		}
		moves = append(moves, into(lot, num.Int(int64(len(g))), g))
	}
	if len(numbers) == 0 {
		return moves, nil, nil
	}
	lot, err := lotFor(ctx, tx, doc, p, item, from)
	if err != nil {
		return nil, nil, err
	}
	fresh := make([]piece, len(numbers))
	for i, n := range numbers {
		fresh[i] = piece{ID: tx.ID(), Item: item.ID, Number: n, Lot: lot.ID, Kind: from.Kind, Ref: from.Ref, Site: doc.Site}
	}
	return append(moves, into(lot, num.Int(int64(len(fresh))), fresh)), fresh, nil
}

// putPieces tells new numbers from pieces that went out before and now come back from where they went, by lot.
func putPieces(ctx context.Context, tx *db.Tx, p *Put, item masterdata.Item, from Place) (numbers []string, back [][]piece, err error) {
	all := p.Serials
	if len(all) == 0 {
		all, err = tx.Numbers("serial", int(p.Qty/num.One))
		return all, nil, err
	}
	have, err := lookUp(ctx, tx, item.ID, all, "")
	if err != nil {
		return nil, nil, err
	}
	seen := make(map[string]bool, len(all))
	for _, n := range all {
		if n == "" || len(n) > 100 {
			return nil, nil, fault.Invalid("inventory.serial_bad", "a serial number has 1 to 100 characters")
		}
		if seen[n] {
			return nil, nil, fault.Invalid("inventory.serial_twice", "serial %s was scanned twice", n).With("serial", n)
		}
		seen[n] = true
		old, ok := have[n]
		switch {
		case !ok:
			numbers = append(numbers, n)
		case old.Kind != from.Kind || old.Ref != from.Ref:
			return nil, nil, fault.Conflict("inventory.serial_exists", "%s has a piece with serial %s already", item.Code, n).With("serial", n).With("item", item.Code)
		default:
			i := slices.IndexFunc(back, func(g []piece) bool { return g[0].Lot == old.Lot })
			if i < 0 {
				i, back = len(back), append(back, nil)
			}
			back[i] = append(back[i], old)
		}
	}
	return numbers, back, nil
}
