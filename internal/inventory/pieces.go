package inventory

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// on says whether the piece is one of those that the balance row counts.
func (p *piece) on(r *row) bool {
	return p.Kind == r.Kind && p.Ref == r.Ref && p.Lot == r.Lot && p.Status == r.Status && (r.Owner == 0 || r.ItemKind == "customer") && r.Container == p.Container
}

// choosePieces finds the pieces of a take, those of one shelf together. rows are what the take may use.
func choosePieces(ctx context.Context, tx *db.Tx, t *Take, item masterdata.Item, rows []*row, u use) ([][]piece, error) {
	if len(t.Serials) == 0 {
		return firstPieces(ctx, tx, t, item, rows, u)
	}
	ps, err := piecesOf(ctx, tx, item, t.Serials)
	if err != nil {
		return nil, err
	}
	var groups [][]piece
	for _, p := range ps {
		if !slices.ContainsFunc(rows, p.on) {
			return nil, whyNotPiece(ctx, tx, t, item, &p)
		}
		if p.Reservation != 0 && !u.any {
			return nil, reservedPiece(ctx, tx, item, &p)
		}
		i := slices.IndexFunc(groups, func(g []piece) bool {
			return g[0].Ref == p.Ref && g[0].Lot == p.Lot && g[0].Status == p.Status && g[0].Container == p.Container
		})
		if i < 0 {
			i, groups = len(groups), append(groups, nil)
		}
		groups[i] = append(groups[i], p)
	}
	return groups, nil
}

// firstPieces takes the pieces in the order of the shelves, the free ones of each by number.
func firstPieces(ctx context.Context, tx *db.Tx, t *Take, item masterdata.Item, rows []*row, u use) ([][]piece, error) {
	free := " AND reservation_id = 0"
	if u.any {
		free = ""
	}
	var groups [][]piece
	need := int64(t.Qty / num.One)
	for _, s := range shelves(rows, whole) {
		if need == 0 {
			break
		}
		h := s.head()
		ps, err := db.All[piece](ctx, tx, `SELECT `+pieceColumns+` FROM inv_serial
			WHERE item_id = $1 AND place_kind = $2 AND place_ref = $3 AND status = $4 AND lot_id = $5 AND container_id = $6`+free+` ORDER BY reservation_id, number LIMIT $7`,
			item.ID, h.Kind, h.Ref, h.Status, h.Lot, h.Container, need)
		if err != nil {
			return nil, err
		}
		if len(ps) > 0 {
			groups = append(groups, ps)
			need -= int64(len(ps))
		}
	}
	if need > 0 {
		return nil, fault.Conflict("inventory.short_pieces", "%d pieces of %s are missing", need, item.Code).With("short", need).With("item", item.Code).With("name", item.Name)
	}
	return groups, nil
}

func reservedPiece(ctx context.Context, q db.Querier, item masterdata.Item, p *piece) error {
	doc, _, err := db.Get[string](ctx, q, `SELECT doc_number FROM inv_reservation WHERE id = $1`, p.Reservation)
	if err != nil {
		return err
	}
	return fault.Conflict("inventory.serial_reserved", "serial %s of %s is promised to %s; scan another piece", p.Number, item.Code, doc).
		With("serial", p.Number).With("item", item.Code).With("document", doc)
}

// whyNotPiece says in an operator's words why a scanned piece cannot be used here.
func whyNotPiece(ctx context.Context, q db.Querier, t *Take, item masterdata.Item, p *piece) error {
	say := func(code, detail string) *fault.Error {
		return fault.Conflict(code, detail, p.Number, item.Code).With("serial", p.Number).With("item", item.Code)
	}
	if p.Kind != Stock {
		want := t.From.Kind
		if want != "" && p.Kind == want {
			return say("inventory.serial_other_order", "serial %s of %s was issued to another order")
		}
		return say("inventory.serial_gone", "serial %s of %s is no longer in stock").With("place", p.Kind)
	}
	if p.Status == Held && t.Status != Held {
		return say("inventory.serial_held", "serial %s of %s is on hold; do not use it and ask quality")
	}
	l, err := masterdata.LocationByID(ctx, q, p.Ref)
	if err != nil {
		return err
	}
	if t.Lot != "" {
		if lot, ok, err := db.Get[string](ctx, q, `SELECT number FROM inv_lot WHERE id = $1`, p.Lot); err != nil || ok && lot != t.Lot {
			if err != nil {
				return err
			}
			return say("inventory.serial_other_lot", "serial %s of %s belongs to another lot").With("lot", lot)
		}
	}
	if l.WarehouseKind == "quarantine" {
		return say("inventory.serial_quarantine", "serial %s of %s is in quarantine").With("place", l.Code)
	}
	if t.In != 0 && !(t.In == Loose && p.Container == 0 || t.In == p.Container) {
		return say("inventory.serial_other_container", "serial %s of %s is in another container or in none")
	}
	if t.From.Ref != 0 && p.Ref != t.From.Ref {
		return say("inventory.serial_elsewhere", "serial %s of %s is at another location").With("place", l.Code)
	}
	return say("inventory.serial_expired", "serial %s of %s is past its expiry date")
}
