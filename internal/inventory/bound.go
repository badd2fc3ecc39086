package inventory

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Bound is a piece that sits in a unit.
type Bound struct {
	UnitItem string `json:"unit_item" db:"unit_item"`
	Unit     string `json:"unit" db:"unit"`
	Item     string `json:"item" db:"item"`
	Name     string `json:"name" db:"name"`
	Serial   string `json:"serial" db:"part"`
	Order    db.ID  `json:"order_id" db:"order_id"`
	AtMS     int64  `json:"at_ms" db:"bound_ms"`
	By       string `json:"by" db:"bound_by"`
}

func bounds(ctx context.Context, q db.Querier, w *db.Where) ([]Bound, error) {
	out, err := db.All[Bound](ctx, q, `SELECT u.code AS unit_item, b.unit, i.code AS item, i.name, b.part, b.order_id, b.bound_ms, b.bound_by
		FROM v_bound b JOIN v_item u ON u.id = b.unit_item_id JOIN v_item i ON i.id = b.part_item_id`+w.String()+` ORDER BY b.unit, i.code, b.part`, w.Args...)
	if out == nil {
		out = []Bound{}
	}
	return out, err
}

// BoundFor is which piece sits in which unit of an order.
func BoundFor(ctx context.Context, q db.Querier, order db.ID) ([]Bound, error) {
	var w db.Where
	w.And("b.order_id = ?", order)
	return bounds(ctx, q, &w)
}

// piecesFor are the pieces of an order: those that it made, or those that were issued to it or used for it.
const piecesFor = `FROM inv_serial s JOIN inv_move_serial r ON s.id BETWEEN r.first_id AND r.last_id JOIN inv_move m ON m.id = r.move_id`

// PieceOf is a piece that an order made or used.
type PieceOf struct {
	ID     db.ID  `db:"id" json:"-"`
	Item   db.ID  `db:"item_id" json:"-"`
	Number string `db:"number" json:"serial"`
}

// MadeFor are the pieces that an order made, those of receipts that were undone left out.
func MadeFor(ctx context.Context, q db.Querier, order db.ID) ([]PieceOf, error) {
	return db.All[PieceOf](ctx, q, `SELECT DISTINCT s.id, s.item_id, s.number `+piecesFor+`
		WHERE m.order_id = $1 AND m.from_kind = 'produced' AND s.place_kind <> 'produced' ORDER BY s.number`, order)
}

// UsedFor are the pieces that an order has in its WIP or used up.
func UsedFor(ctx context.Context, q db.Querier, order db.ID) ([]PieceOf, error) {
	return db.All[PieceOf](ctx, q, `SELECT DISTINCT s.id, s.item_id, s.number `+piecesFor+`
		WHERE m.order_id = $1 AND m.to_kind IN ('wip', 'consumed') AND s.place_kind IN ('wip', 'consumed') ORDER BY s.number`, order)
}

// Bind notes which pieces sit in a unit that an order made. Each must have been issued to that order or used for it,
// and sits in one unit only.
func (m *Module) Bind(ctx context.Context, tx *db.Tx, order db.ID, unit PieceOf, parts []PieceOf) error {
	ids := make([]db.ID, len(parts))
	for i, p := range parts {
		ids[i] = p.ID
	}
	var w db.Where
	db.In(&w, "b.part_id", ids)
	if len(ids) == 0 {
		return nil
	}
	old, err := bounds(ctx, tx, &w)
	if err != nil {
		return err
	}
	if len(old) > 0 {
		b := old[0]
		return fault.Conflict("inventory.bound_already", "%s %s sits in %s %s already; take it out there first", b.Item, b.Serial, b.UnitItem, b.Unit).
			With("item", b.Item).With("serial", b.Serial).With("unit", b.Unit)
	}
	// what was bound before and came back to the shelf since sits there no longer
	var stale db.Where
	stale.Args = []any{tx.NowMS(), actor.From(ctx).Name}
	db.In(&stale, "part_id", ids)
	stale.And("loosed_ms = 0")
	if _, err := tx.Exec(ctx, `UPDATE inv_bound SET loosed_ms = $1, loosed_by = $2`+stale.String(), stale.Args...); err != nil {
		return err
	}
	type row struct {
		ID    db.ID  `db:"id"`
		Unit  db.ID  `db:"unit_id"`
		Part  db.ID  `db:"part_id"`
		Order db.ID  `db:"order_id"`
		MS    int64  `db:"bound_ms"`
		By    string `db:"bound_by"`
	}
	rows := make([]row, len(parts))
	for i, p := range parts {
		rows[i] = row{tx.ID(), unit.ID, p.ID, order, tx.NowMS(), actor.From(ctx).Name}
	}
	return db.Insert(ctx, tx, "inv_bound", rows...)
}

// Loosen takes pieces out of a unit; it says how many sat there.
func (m *Module) Loosen(ctx context.Context, tx *db.Tx, order, unit db.ID, parts []db.ID, reason string) (int64, error) {
	var w db.Where
	w.Args = []any{tx.NowMS(), actor.From(ctx).Name, reason}
	w.And("order_id = ?", order)
	w.And("unit_id = ?", unit)
	w.And("loosed_ms = 0")
	db.In(&w, "part_id", parts)
	return tx.Exec(ctx, `UPDATE inv_bound SET loosed_ms = $1, loosed_by = $2, reason = $3`+w.String(), w.Args...)
}

// boundOf is what sits in a piece and in what it sits.
func boundOf(ctx context.Context, q db.Querier, piece db.ID) (in []Bound, of *Bound, err error) {
	var w db.Where
	w.And("(b.unit_id = ? OR b.part_id = ?)", piece, piece)
	all, err := db.All[struct {
		Bound
		Part db.ID `db:"part_id"`
	}](ctx, q, `SELECT b.part_id, u.code AS unit_item, b.unit, i.code AS item, i.name, b.part, b.order_id, b.bound_ms, b.bound_by
		FROM v_bound b JOIN v_item u ON u.id = b.unit_item_id JOIN v_item i ON i.id = b.part_item_id`+w.String()+` ORDER BY i.code, b.part`, w.Args...)
	in = []Bound{}
	for i := range all {
		if all[i].Part == piece {
			of = &all[i].Bound
		} else {
			in = append(in, all[i].Bound)
		}
	}
	return in, of, err
}

// Piece finds a scanned number among pieces: of an item when it is named.
func Piece(all []PieceOf, item db.ID, number string) (PieceOf, bool) {
	i := slices.IndexFunc(all, func(p PieceOf) bool { return p.Number == strings.TrimSpace(number) && (item == 0 || p.Item == item) })
	if i < 0 {
		return PieceOf{}, false
	}
	return all[i], true
}
