package inventory

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// Remake lets pieces that an order took apart come out of it again under their own numbers: the next Put from
// produced takes them. Pieces that were used for another order, or not at all, are refused.
func (m *Module) Remake(ctx context.Context, tx *db.Tx, order db.ID, item masterdata.Item, serials []string) error {
	return m.reuse(ctx, tx, order, item, serials, Consumed, Produced)
}

// Unmake takes a Remake back, after the receipt was undone.
func (m *Module) Unmake(ctx context.Context, tx *db.Tx, order db.ID, item masterdata.Item, serials []string) error {
	return m.reuse(ctx, tx, order, item, serials, Produced, Consumed)
}

func (m *Module) reuse(ctx context.Context, tx *db.Tx, order db.ID, item masterdata.Item, serials []string, from, to PlaceKind) error {
	numbers, err := pieceNumbers(serials)
	if err != nil {
		return err
	}
	used, err := UsedPieces(ctx, tx, order, item.ID, from)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		if !slices.Contains(used, n) {
			return fault.Conflict("inventory.not_remade", "serial %s of %s is none of the pieces that this order took apart", n, item.Code).With("serial", n).With("item", item.Code)
		}
	}
	for part := range slices.Chunk(numbers, 500) {
		w := db.Where{Args: []any{to}}
		w.And("item_id = ?", item.ID)
		w.And("place_kind = ?", from)
		db.In(&w, "number", part)
		n, err := tx.Exec(ctx, `UPDATE inv_serial SET place_kind = $1`+w.String(), w.Args...)
		if err != nil {
			return err
		}
		if n != int64(len(part)) {
			return db.ErrRetry
		}
	}
	return nil
}

// UsedPieces are the pieces of an item that an order used up and that are there now: consumed, or made anew.
func UsedPieces(ctx context.Context, q db.Querier, order, item db.ID, now PlaceKind) ([]string, error) {
	return db.All[string](ctx, q, `SELECT DISTINCT s.number FROM inv_move m JOIN inv_move_serial r ON r.move_id = m.id JOIN inv_serial s ON s.id BETWEEN r.first_id AND r.last_id
		WHERE m.order_id = $1 AND m.order_id <> 0 AND m.item_id = $2 AND m.to_kind = 'consumed' AND m.reverses = 0
		AND NOT EXISTS (SELECT 1 FROM inv_move x WHERE x.reverses = m.id AND x.reverses <> 0) AND s.place_kind = $3 ORDER BY s.number`, order, item, now)
}

// MadePiece are the orders that a piece came out of.
func MadePiece(ctx context.Context, q db.Querier, item db.ID, serial string) ([]db.ID, error) {
	return db.All[db.ID](ctx, q, `SELECT DISTINCT m.order_id FROM inv_serial s JOIN inv_move_serial r ON r.first_id <= s.id AND r.last_id >= s.id JOIN inv_move m ON m.id = r.move_id
		WHERE s.item_id = $1 AND s.number = $2 AND m.from_kind = 'produced' AND m.reverses = 0 AND m.order_id <> 0
		AND NOT EXISTS (SELECT 1 FROM inv_move x WHERE x.reverses = m.id AND x.reverses <> 0) ORDER BY m.order_id`, item, serial)
}
