package inventory

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// piece is one piece with a serial number, and where it is.
type piece struct {
	ID          db.ID     `db:"id"`
	Item        db.ID     `db:"item_id"`
	Number      string    `db:"number"`
	Lot         db.ID     `db:"lot_id"`
	Kind        PlaceKind `db:"place_kind"`
	Ref         db.ID     `db:"place_ref"`
	Status      string    `db:"status"`
	Site        db.ID     `db:"site_id"`
	Reservation db.ID     `db:"reservation_id"`
	Ord         int64     `db:"ord"`
	Batch       db.ID     `db:"batch_id"`
	Container   db.ID     `db:"container_id"`
}

const pieceColumns = `id, item_id, number, lot_id, place_kind, place_ref, status, site_id, reservation_id, ord, batch_id, container_id`

// piecesOf finds pieces of an item by number, in the order asked for.
func piecesOf(ctx context.Context, q db.Querier, item masterdata.Item, numbers []string) ([]piece, error) {
	by, err := lookUp(ctx, q, item.ID, numbers, unpublished)
	if err != nil {
		return nil, err
	}
	out := make([]piece, len(numbers))
	seen := make(map[string]bool, len(numbers))
	for i, n := range numbers {
		p, ok := by[n]
		if !ok {
			return nil, serialUnknown(ctx, q, item, n)
		}
		if seen[n] {
			return nil, fault.Invalid("inventory.serial_twice", "serial %s was scanned twice", n).With("serial", n)
		}
		seen[n] = true
		out[i] = p
	}
	return out, nil
}

// unpublished hides the rows of a load that goes on.
const unpublished = `batch_id NOT IN (SELECT id FROM kit_batch)`

func serialUnknown(ctx context.Context, q db.Querier, item masterdata.Item, number string) error {
	other, ok, err := db.Get[db.ID](ctx, q, `SELECT item_id FROM inv_serial WHERE number = $1 AND `+unpublished+` ORDER BY id LIMIT 1`, number)
	if err != nil {
		return err
	}
	if ok {
		it, err := masterdata.ItemByID(ctx, q, other)
		if err != nil {
			return err
		}
		return fault.Conflict("inventory.serial_other_item", "serial %s is %s %s, not %s", number, it.Code, it.Name, item.Code).
			With("serial", number).With("other", it.Code).With("other_name", it.Name).With("item", item.Code)
	}
	return fault.NotFound("inventory.serial_unknown", "%s has no serial %s", item.Code, number).With("serial", number).With("item", item.Code)
}

type run struct {
	ID    db.ID `db:"id"`
	Move  db.ID `db:"move_id"`
	First db.ID `db:"first_id"`
	Last  db.ID `db:"last_id"`
	Batch db.ID `db:"batch_id"`
}

// longestRun: identifiers made in one millisecond follow one another, at most 4,096 of them.
const longestRun = 4096

// runs presses sorted identifiers into stretches without a gap, so that a run never names a piece that was not meant.
func runs(newID func() db.ID, move db.ID, ids []db.ID) []run {
	slices.Sort(ids)
	var out []run
	for _, id := range ids {
		if n := len(out); n > 0 && out[n-1].Last+1 == id && id-out[n-1].First < longestRun {
			out[n-1].Last = id
			continue
		}
		out = append(out, run{ID: newID(), Move: move, First: id, Last: id})
	}
	return out
}

// movePieces writes which pieces each move carried and where they are now. A piece that is no longer where the move
// takes it from makes the command start over.
func movePieces(ctx context.Context, tx *db.Tx, moves []move) error {
	var all []run
	for i := range moves {
		v := &moves[i]
		if len(v.pieces) == 0 {
			continue
		}
		ids := make([]db.ID, len(v.pieces))
		for j, p := range v.pieces {
			ids[j] = p.ID
		}
		rs := runs(tx.ID, v.ID, ids)
		for _, r := range rs {
			n, err := tx.Exec(ctx, `UPDATE inv_serial SET place_kind = $1, place_ref = $2, status = $3, site_id = $4, container_id = $10, reservation_id = 0
				WHERE id BETWEEN $5 AND $6 AND place_kind = $7 AND place_ref = $8 AND status = $9 AND container_id = $11`,
				v.ToKind, v.ToRef, v.ToStatus, v.Site, r.First, r.Last, v.FromKind, v.FromRef, v.FromStatus, v.ToContainer, v.Container)
			if err != nil {
				return err
			}
			if n != int64(r.Last-r.First+1) {
				return db.ErrRetry
			}
		}
		all = append(all, rs...)
	}
	if len(all) == 0 {
		return nil
	}
	return db.Insert(ctx, tx, "inv_move_serial", all...)
}

// piecesOfMoves are the pieces that moves carried.
func piecesOfMoves(ctx context.Context, q db.Querier, moves []db.ID) (map[db.ID][]piece, error) {
	type carried struct {
		piece
		Move db.ID `db:"move_id"`
	}
	out := map[db.ID][]piece{}
	for part := range slices.Chunk(moves, 500) {
		var w db.Where
		db.In(&w, "r.move_id", part)
		err := db.Each(ctx, q, `SELECT r.move_id, s.id, s.item_id, s.number, s.lot_id, s.place_kind, s.place_ref, s.status, s.site_id, s.reservation_id, s.ord, s.batch_id, s.container_id
			FROM inv_move_serial r JOIN inv_serial s ON s.id BETWEEN r.first_id AND r.last_id`+w.String()+` ORDER BY s.number`, w.Args,
			func(c *carried) error { out[c.Move] = append(out[c.Move], c.piece); return nil })
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// PiecesOf are the numbers of the pieces of a lot that a document moved, moves that were undone left out.
func PiecesOf(ctx context.Context, q db.Querier, docKind string, doc, lot db.ID) ([]string, error) {
	return db.All[string](ctx, q, `SELECT s.number FROM inv_move m JOIN inv_move_serial r ON r.move_id = m.id JOIN inv_serial s ON s.id BETWEEN r.first_id AND r.last_id
		WHERE m.doc_id = $1 AND m.doc_kind = $2 AND m.lot_id = $3 AND m.reverses = 0 AND NOT EXISTS (SELECT 1 FROM inv_move x WHERE x.reverses = m.id AND x.reverses <> 0) ORDER BY s.number`, doc, docKind, lot)
}
