package inventory

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Reverse undoes the moves of a document by their mirrors: each quantity goes back to the place, lot and state that it
// came from. It is refused when something of it has gone on since; that has to be undone first. doc is the document
// of the undoing; the mirrors keep the order that the originals were for.
func (m *Module) Reverse(ctx context.Context, tx *db.Tx, doc Doc, kind string, id db.ID) error {
	if err := doc.complete(ctx, tx); err != nil {
		return err
	}
	old, err := db.All[move](ctx, tx, `SELECT `+moveColumns+` FROM inv_move o WHERE doc_id = $1 AND doc_kind = $2 AND reverses = 0
		AND NOT EXISTS (SELECT 1 FROM inv_move r WHERE r.reverses = o.id AND r.reverses <> 0) ORDER BY id`, id, kind)
	if err != nil {
		return err
	}
	owed, err := owedBy(ctx, tx, kind, id)
	if err != nil {
		return err
	}
	for i := range owed { // goods that went on to what was owed come back first
		if f := &owed[i]; f.Kind == "settle" && f.Qty < 0 {
			if err := m.unsettle(ctx, tx, doc, f); err != nil {
				return err
			}
		}
	}
	if len(old) == 0 {
		return fault.Conflict("inventory.nothing_to_undo", "nothing of this document is left to undo")
	}
	ids := make([]db.ID, len(old))
	items := make([]db.ID, len(old))
	for i := range old {
		ids[i], items[i] = old[i].ID, old[i].Item
	}
	pieces, err := piecesOfMoves(ctx, tx, ids)
	if err != nil {
		return err
	}
	slices.Sort(items)
	known, err := masterdata.Items(ctx, tx, slices.Compact(items))
	if err != nil {
		return err
	}
	// What one mirror brings back another may take away again (issued to an order, then consumed there), so the
	// ledger is asked for the net of each balance only.
	need := map[key]num.Dec{}
	mirrors := make([]move, 0, len(old))
	for i := len(old) - 1; i >= 0; i-- {
		o := &old[i]
		v := doc.move(ctx, tx)
		v.Item, v.Lot, v.Qty, v.Order, v.Reverses, v.Owner, v.Container, v.ToContainer, v.Site = o.Item, o.Lot, o.Qty, o.Order, o.ID, o.Owner, o.ToContainer, o.Container, o.Site
		v.FromKind, v.FromRef, v.FromStatus, v.ToKind, v.ToRef, v.ToStatus = o.ToKind, o.ToRef, o.ToStatus, o.FromKind, o.FromRef, o.FromStatus
		v.pieces = pieces[o.ID]
		lot, err := lotByID(ctx, tx, o.Lot)
		if err != nil {
			return err
		}
		v.number, v.expires = lot.Number, lot.ExpiresOn
		mirrors = append(mirrors, v)
		if v.FromKind.Real() {
			need[v.from()] += v.Qty
		}
		if v.ToKind.Real() {
			need[v.to()] -= v.Qty
		}
	}
	rows, err := m.undoRows(ctx, tx, need, known)
	if err != nil {
		return err
	}
	if err := stillThere(pieces, mirrors, known); err != nil {
		return err
	}
	if err := m.postNet(ctx, tx, doc, mirrors, rows, need, func(item db.ID) bool { return known[item].Tracking != "serial" }); err != nil {
		return err
	}
	if err := followContainers(ctx, tx, mirrors); err != nil {
		return err
	}
	return m.undoOwed(ctx, tx, doc, owed)
}

// undoRows takes what has to leave each balance on the whole.
func (m *Module) undoRows(ctx context.Context, tx *db.Tx, need map[key]num.Dec, known map[db.ID]masterdata.Item) ([]*row, error) {
	var out []*row
	for _, k := range sortedKeys(need) {
		if need[k] <= 0 {
			continue
		}
		rows, err := readRows(ctx, tx, source{k.Kind, k.Ref, k.Status}, k.Site, []db.ID{k.Item}, allSlots)
		if err != nil {
			return nil, err
		}
		rows = slices.DeleteFunc(rows, func(r *row) bool { return r.key() != k })
		draws, short, _ := choose(rows, need[k], whole, true)
		if short > 0 {
			lot, err := lotByID(ctx, tx, k.Lot)
			if err != nil {
				return nil, err
			}
			it := known[k.Item]
			return nil, fault.Conflict("inventory.moved_on", "%s %s of %s, lot %s, have gone on since; undo that first", short, it.UoM, it.Code, lot.Number).
				With("short", short).With("uom", it.UoM).With("item", it.Code).With("name", it.Name).With("lot", lot.Number)
		}
		commit(draws)
		out = append(out, rows...)
	}
	return out, nil
}

func sortedKeys(m map[key]num.Dec) []key {
	out := make([]key, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b key) int {
		switch {
		case a.Item != b.Item:
			return int(min(max(a.Item-b.Item, -1), 1))
		case a.Lot != b.Lot:
			return int(min(max(a.Lot-b.Lot, -1), 1))
		}
		return int(min(max(a.Ref-b.Ref, -1), 1))
	})
	return out
}

// stillThere refuses to undo the move of a piece that has moved again; pieces that the same document moved twice are
// followed from the last move back.
func stillThere(pieces map[db.ID][]piece, mirrors []move, known map[db.ID]masterdata.Item) error {
	type at struct {
		kind      PlaceKind
		ref       db.ID
		status    string
		container db.ID
	}
	where := map[db.ID]at{}
	for i := range mirrors {
		v := &mirrors[i]
		for _, p := range pieces[v.Reverses] {
			now, ok := where[p.ID]
			if !ok {
				now = at{p.Kind, p.Ref, p.Status, p.Container}
				if p.Reservation != 0 {
					now.kind = ""
				}
			}
			if now != (at{v.FromKind, v.FromRef, v.FromStatus, v.Container}) {
				return fault.Conflict("inventory.serial_moved_on", "serial %s of %s has gone on since; undo that first", p.Number, known[p.Item].Code).
					With("serial", p.Number).With("item", known[p.Item].Code)
			}
			where[p.ID] = at{v.ToKind, v.ToRef, v.ToStatus, v.ToContainer}
		}
	}
	return nil
}
