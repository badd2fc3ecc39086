package inventory

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

type reservation struct {
	ID        db.ID   `db:"id"`
	Balance   db.ID   `db:"balance_id"`
	Item      db.ID   `db:"item_id"`
	Lot       db.ID   `db:"lot_id"`
	Location  db.ID   `db:"location_id"`
	Site      db.ID   `db:"site_id"`
	Qty       num.Dec `db:"qty"`
	DocKind   string  `db:"doc_kind"`
	DocID     db.ID   `db:"doc_id"`
	DocNumber string  `db:"doc_number"`
	DocLine   int64   `db:"doc_line"`
	MadeMS    int64   `db:"made_ms"`
}

const reservationColumns = `id, balance_id, item_id, lot_id, location_id, site_id, qty, doc_kind, doc_id, doc_number, doc_line, made_ms`

// Reserve promises stock to a document: nobody else can take it, and it stays where it is. What is chosen is what Move
// would choose; pieces with serials are chosen too when none are named.
func (m *Module) Reserve(ctx context.Context, tx *db.Tx, doc Doc, takes ...Take) ([]Picked, error) {
	if err := doc.complete(ctx, tx); err != nil {
		return nil, err
	}
	p, err := m.plan(ctx, tx, doc, takes, use{to: Place{Kind: Customer}, choose: true})
	if err != nil {
		return nil, err
	}
	var rows []reservation
	out := picked(p.moves)
	tell := Reservation{DocKind: doc.Kind, DocID: doc.ID, DocNumber: doc.Number}
	for i, d := range p.draws {
		v := &p.moves[i]
		out[i].Move, out[i].To = 0, Place{}
		pieces := v.pieces
		for _, t := range d.rows {
			r := reservation{tx.ID(), t.row.ID, v.Item, v.Lot, v.FromRef, doc.Site, t.qty, doc.Kind, doc.ID, doc.Number, doc.Line, tx.NowMS()}
			rows = append(rows, r)
			n, err := tx.Exec(ctx, `UPDATE inv_balance SET reserved = reserved + $1 WHERE id = $2 AND qty - reserved - $1 >= 0`, t.qty, t.row.ID)
			if err != nil {
				return nil, err
			}
			if n == 0 {
				return nil, db.ErrRetry
			}
			if len(pieces) > 0 {
				n := min(int(t.qty/num.One), len(pieces))
				if err := promise(ctx, tx, pieces[:n], r.ID); err != nil {
					return nil, err
				}
				pieces = pieces[n:]
			}
		}
		tell.Lines = append(tell.Lines, ReservedOf{v.Item, v.Lot, v.FromRef, v.Qty, out[i].Serials})
	}
	if err := db.Insert(ctx, tx, "inv_reservation", rows...); err != nil {
		return nil, err
	}
	tx.Emit(db.Event{Name: EventReserved, Subject: doc.Kind + ":" + doc.Number, Site: doc.Site, HappenedMS: doc.HappenedMS, Reason: doc.Reason, Payload: tell})
	return out, nil
}

// promise notes at pieces for which reservation they stand.
func promise(ctx context.Context, tx *db.Tx, pieces []piece, reservation db.ID) error {
	ids := make([]db.ID, len(pieces))
	for i, p := range pieces {
		ids[i] = p.ID
	}
	for _, r := range runs(tx.ID, 0, ids) {
		n, err := tx.Exec(ctx, `UPDATE inv_serial SET reservation_id = $1 WHERE id BETWEEN $2 AND $3 AND reservation_id = 0`, reservation, r.First, r.Last)
		if err != nil {
			return err
		}
		if n != int64(r.Last-r.First+1) {
			return db.ErrRetry
		}
	}
	return nil
}

// Unreserve frees all that is promised to a document.
func (m *Module) Unreserve(ctx context.Context, tx *db.Tx, kind string, id db.ID) error {
	rs, err := db.All[reservation](ctx, tx, `SELECT `+reservationColumns+` FROM inv_reservation WHERE doc_id = $1 AND doc_kind = $2 ORDER BY id`, id, kind)
	if err != nil || len(rs) == 0 {
		return err
	}
	return free(ctx, tx, allOf(rs), "")
}

// cut is what a reservation loses: all of it, or a part, of pieces the named ones.
type cut struct {
	reservation
	qty     num.Dec
	serials []string
}

func allOf(rs []reservation) []cut {
	out := make([]cut, len(rs))
	for i, r := range rs {
		out[i] = cut{r, r.Qty, nil}
	}
	return out
}

// free ends reservations of one document, or makes them smaller.
func free(ctx context.Context, tx *db.Tx, rs []cut, why string) error {
	tell := Reservation{DocKind: rs[0].DocKind, DocID: rs[0].DocID, DocNumber: rs[0].DocNumber, Why: why}
	for _, r := range rs {
		n, err := tx.Exec(ctx, `UPDATE inv_balance SET reserved = reserved - $1 WHERE id = $2 AND reserved - $1 >= 0`, r.qty, r.Balance)
		if err != nil {
			return err
		}
		if n == 0 {
			return db.ErrRetry
		}
		if r.qty < r.Qty {
			n, err := tx.Exec(ctx, `UPDATE inv_reservation SET qty = qty - $1 WHERE id = $2 AND qty - $1 > 0`, r.qty, r.ID)
			if err != nil {
				return err
			}
			if n == 0 {
				return db.ErrRetry
			}
			for part := range slices.Chunk(r.serials, 500) {
				w := db.Where{}
				w.And("reservation_id = ?", r.ID)
				w.And("item_id = ?", r.Item)
				db.In(&w, "number", part)
				tx.Queue(`UPDATE inv_serial SET reservation_id = 0`+w.String(), w.Args...)
			}
		} else {
			tx.Queue(`UPDATE inv_serial SET reservation_id = 0 WHERE reservation_id = $1 AND reservation_id <> 0`, r.ID)
			tx.Queue(`DELETE FROM inv_reservation WHERE id = $1`, r.ID)
		}
		tell.Lines = append(tell.Lines, ReservedOf{Item: r.Item, Lot: r.Lot, Location: r.Location, Qty: r.qty, Serials: r.serials})
	}
	tx.Emit(db.Event{Name: EventUnreserved, Subject: rs[0].DocKind + ":" + rs[0].DocNumber, Site: rs[0].Site, Reason: why, Payload: tell})
	return nil
}

// Reserved is what is promised to a document, one for each lot and location, first expiry first.
func (m *Module) Reserved(ctx context.Context, q db.Querier, kind string, id db.ID) ([]Picked, error) {
	type line struct {
		ID       db.ID   `db:"id"`
		Item     db.ID   `db:"item_id"`
		Lot      db.ID   `db:"lot_id"`
		Location db.ID   `db:"location_id"`
		Qty      num.Dec `db:"qty"`
		Number   string  `db:"number"`
		Expires  string  `db:"expires_on"`
	}
	lines, err := db.All[line](ctx, q, `SELECT r.id, r.item_id, r.lot_id, r.location_id, r.qty, coalesce(l.number, '') AS number, coalesce(l.expires_on, '`+OpenEnd+`') AS expires_on
		FROM inv_reservation r LEFT JOIN inv_lot l ON l.id = r.lot_id WHERE r.doc_id = $1 AND r.doc_kind = $2
		ORDER BY r.item_id, coalesce(l.expires_on, '`+OpenEnd+`'), coalesce(l.received_on, '`+OpenEnd+`'), l.number, r.id`, id, kind)
	if err != nil {
		return nil, err
	}
	out := []Picked{}
	for _, l := range lines {
		serials, err := db.All[string](ctx, q, `SELECT number FROM inv_serial WHERE reservation_id = $1 AND reservation_id <> 0 ORDER BY number`, l.ID)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(out, func(p Picked) bool { return p.Item == l.Item && p.Lot == l.Lot && p.From.Ref == l.Location })
		if i < 0 {
			p := Picked{Item: l.Item, Lot: l.Lot, LotNumber: l.Number, From: Place{Stock, l.Location}}
			if l.Expires != OpenEnd {
				p.ExpiresOn = l.Expires
			}
			i, out = len(out), append(out, p)
		}
		out[i].Qty += l.Qty
		out[i].Serials = append(out[i].Serials, serials...)
	}
	return out, nil
}

// OnHand is how much of an item a site has: available for anybody now; held, expired or in quarantine; promised.
func (m *Module) OnHand(ctx context.Context, q db.Querier, site, item db.ID) (available, held, reserved num.Dec, err error) {
	all, err := m.OnHands(ctx, q, site, []db.ID{item}, "")
	s := all[item]
	return s.Available, s.Held, s.Reserved, err
}

// Level is how much of an item a site has.
type Level struct {
	Available num.Dec `json:"available"`
	Held      num.Dec `json:"held"`
	Reserved  num.Dec `json:"reserved"`
}

// OnHands is OnHand for several items; usable is judged at the date, "" = now.
func (m *Module) OnHands(ctx context.Context, q db.Querier, site db.ID, items []db.ID, date string) (map[db.ID]Level, error) {
	type sum struct {
		Item     db.ID   `db:"item_id"`
		Usable   bool    `db:"usable"`
		Qty      num.Dec `db:"qty"`
		Reserved num.Dec `db:"reserved"`
	}
	if date == "" {
		date = m.today(q)
	}
	out := map[db.ID]Level{}
	for part := range slices.Chunk(items, 500) {
		w := db.Where{Args: []any{date}}
		db.In(&w, "b.item_id", part)
		w.And("b.site_id = ?", site)
		w.And("b.place_kind = 'stock'")
		w.And("b." + unpublished)
		err := db.Each(ctx, q, `SELECT item_id, usable, CAST(sum(qty) AS BIGINT) AS qty, CAST(sum(reserved) AS BIGINT) AS reserved FROM (
			SELECT b.item_id, b.qty, b.reserved, b.status = '`+Available+`' AND w.warehouse_kind <> 'quarantine' AND (w.warehouse_kind <> 'customer_owned' OR i.kind = 'customer') AND coalesce(l.expires_on, '`+OpenEnd+`') > $1 AS usable
			FROM inv_balance b JOIN v_location w ON w.id = b.place_ref JOIN v_item i ON i.id = b.item_id LEFT JOIN inv_lot l ON l.id = b.lot_id`+w.String()+`) s GROUP BY item_id, usable`, w.Args,
			func(s *sum) error {
				v := out[s.Item]
				if s.Usable {
					v.Available += s.Qty - s.Reserved
				} else {
					v.Held += s.Qty - s.Reserved
				}
				v.Reserved += s.Reserved
				out[s.Item] = v
				return nil
			})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
