package inventory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Hold puts goods on hold where they lie: nobody may use them until they are released. With quantity 0 it is all of
// the lot, wherever. What is not promised is held first; then promises are cut by what is missing, the least urgent
// first, and the rest of them stays.
func (m *Module) Hold(ctx context.Context, tx *db.Tx, doc Doc, takes ...Take) ([]Picked, error) {
	return m.restate(ctx, tx, doc, Available, Held, takes)
}

// Release makes held goods usable again.
func (m *Module) Release(ctx context.Context, tx *db.Tx, doc Doc, takes ...Take) ([]Picked, error) {
	return m.restate(ctx, tx, doc, Held, Available, takes)
}

func (m *Module) restate(ctx context.Context, tx *db.Tx, doc Doc, from, to string, takes []Take) ([]Picked, error) {
	if err := doc.complete(ctx, tx); err != nil {
		return nil, err
	}
	takes = slices.Clone(takes)
	for i := range takes {
		t := &takes[i]
		t.Status, t.Lot = from, strings.TrimSpace(t.Lot)
		var err error
		if t.Serials, err = pieceNumbers(t.Serials); err != nil {
			return nil, err
		}
		if t.From.Kind != "" && t.From.Kind != Stock {
			return nil, fault.Invalid("inventory.place_bad", "goods at %q cannot be held", t.From.Kind).With("place", t.From.Kind)
		}
		if err := m.makeRoom(ctx, tx, doc, t, "hold"); err != nil {
			return nil, err
		}
	}
	p, err := m.plan(ctx, tx, doc, takes, use{any: true})
	if err != nil {
		return nil, err
	}
	for i := range p.moves {
		v := &p.moves[i]
		v.ToKind, v.ToRef, v.ToStatus, v.ToContainer = v.FromKind, v.FromRef, to, v.Container
	}
	name := EventHeld
	if to == Available {
		name = EventReleased
	}
	tellLots(tx, name, doc, p.moves, func(item db.ID) string { return p.items[item].Code })
	return m.post(ctx, tx, doc, p.moves, p.rows, p.splits)
}

// makeRoom finds how much "all of it" is, and frees what is promised of the goods where what is free does not do.
func (m *Module) makeRoom(ctx context.Context, tx *db.Tx, doc Doc, t *Take, why string) error {
	rows, err := readRows(ctx, tx, sourceOf(t), doc.Site, []db.ID{t.Item}, allSlots)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(r *row) bool { return !t.matches(r) })
	var all, unpromised num.Dec
	var w db.Where
	var with []db.ID
	for _, r := range rows {
		all += r.Qty
		unpromised += r.Qty - r.Reserved
		if r.Reserved > 0 {
			with = append(with, r.ID)
		}
	}
	if t.Qty == 0 && len(t.Serials) == 0 {
		if t.Qty = all; all == 0 {
			item, err := masterdata.ItemByID(ctx, tx, t.Item)
			if err != nil {
				return err
			}
			t.Qty = num.One
			return whyShort(ctx, tx, doc, t, item, t.Qty, use{any: true})
		}
	}
	if t.Qty == 0 {
		t.Qty = num.Int(int64(len(t.Serials)))
	}
	if len(with) == 0 || len(t.Serials) == 0 && t.Qty <= unpromised {
		return nil
	}
	db.In(&w, "balance_id", with)
	rs, err := db.All[reservation](ctx, tx, `SELECT `+reservationColumns+` FROM inv_reservation`+w.String()+` ORDER BY made_ms DESC, id DESC`, w.Args...)
	if err != nil {
		return err
	}
	var pieces map[db.ID][]string
	if len(t.Serials) > 0 {
		if pieces, err = promisedPieces(ctx, tx, t); err != nil {
			return err
		}
	} else if rs, err = m.leastUrgentFirst(ctx, tx, rs); err != nil {
		return err
	}
	lack := t.Qty - unpromised
	byDoc := map[db.ID][]cut{}
	for _, r := range rs {
		c := cut{r, min(r.Qty, lack), nil}
		if len(t.Serials) > 0 {
			c.serials = pieces[r.ID]
			c.qty = min(r.Qty, num.Int(int64(len(c.serials))))
		}
		if c.qty <= 0 {
			continue
		}
		lack -= c.qty
		byDoc[r.DocID] = append(byDoc[r.DocID], c)
	}
	for _, d := range slices.Sorted(maps.Keys(byDoc)) {
		if err := free(ctx, tx, byDoc[d], why); err != nil {
			return err
		}
	}
	return nil
}

// Urgency is what a document says of itself: priority 1 goes first, then what is due first.
type Urgency struct {
	Priority int64  `db:"priority"`
	Due      string `db:"due"`
	ID       db.ID  `db:"id"`
}

// leastUrgentFirst puts the lowest priority first, then what is due last, then what was promised last. A document that
// says nothing of itself comes before those that do.
func (m *Module) leastUrgentFirst(ctx context.Context, q db.Querier, rs []reservation) ([]reservation, error) {
	byKind := map[string][]db.ID{}
	for _, r := range rs {
		if m.Rank[r.DocKind] != nil && !slices.Contains(byKind[r.DocKind], r.DocID) {
			byKind[r.DocKind] = append(byKind[r.DocKind], r.DocID)
		}
	}
	urgent := map[db.ID]Urgency{}
	for kind, docs := range byKind {
		for part := range slices.Chunk(docs, 500) {
			some, err := m.Rank[kind](ctx, q, part)
			if err != nil {
				return nil, err
			}
			maps.Copy(urgent, some)
		}
	}
	rs = slices.Clone(rs)
	slices.SortStableFunc(rs, func(a, b reservation) int { // they come in the order in which they were made, the last first
		ua, knownA := urgent[a.DocID]
		ub, knownB := urgent[b.DocID]
		switch {
		case knownA && !knownB:
			return 1
		case knownB && !knownA:
			return -1
		}
		return cmp.Or(cmp.Compare(ub.Priority, ua.Priority), cmp.Compare(ub.Due, ua.Due))
	})
	return rs, nil
}

// promisedPieces are the named pieces that are promised, by the reservation that they stand for.
func promisedPieces(ctx context.Context, tx *db.Tx, t *Take) (map[db.ID][]string, error) {
	type promised struct {
		Number      string `db:"number"`
		Reservation db.ID  `db:"reservation_id"`
	}
	out := map[db.ID][]string{}
	for part := range slices.Chunk(t.Serials, 500) {
		var w db.Where
		w.And("item_id = ?", t.Item)
		w.And("reservation_id <> 0")
		db.In(&w, "number", part)
		found, err := db.All[promised](ctx, tx, `SELECT number, reservation_id FROM inv_serial`+w.String(), w.Args...)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			out[p.Reservation] = append(out[p.Reservation], p.Number)
		}
	}
	return out, nil
}
