package inventory

import (
	"context"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Backdate is for rooms whose documents may say when they happened: a day before today needs the permission
// inventory.backdate and a reason, and what such a document takes must have been there at every moment since.
func (doc *Doc) Backdate(ctx context.Context, tx *db.Tx) error { return doc.mayBackdate(ctx, tx) }

// mayBackdate lets a document count for a day before today only when its author may do that and says why.
func (doc *Doc) mayBackdate(ctx context.Context, tx *db.Tx) error {
	date, today := doc.Date(tx), tx.Today()
	if doc.back = date < today; !doc.back {
		return nil
	}
	switch {
	case !actor.From(ctx).Can("inventory.backdate"):
		return fault.Forbidden("inventory.backdate_perm", "%s is before today, %s; that needs the permission inventory.backdate", date, today).With("date", date).With("today", today)
	case doc.Reason == "":
		return fault.Invalid("inventory.backdate_reason", "booking back to %s needs a reason", date).With("date", date).At(fault.Field{Where: "body.reason", Code: "inventory.backdate_reason", Detail: "booking back needs a reason", Params: map[string]string{"date": date}})
	}
	return nil
}

// KeepsHistory is the second half of Backdate, asked once the goods have moved.
func (m *Module) KeepsHistory(ctx context.Context, tx *db.Tx, doc Doc, picks []Picked) error {
	return m.keepsHistory(ctx, tx, doc, picks)
}

// keepsHistory refuses a document of the past after which there would have been less than nothing at some moment. The
// moves are written already and count: from the moment of the document on, the sums of what was there are read anew.
func (m *Module) keepsHistory(ctx context.Context, tx *db.Tx, doc Doc, picks []Picked) error {
	if !doc.back {
		return nil
	}
	type low struct {
		At  int64   `db:"happened_ms"`
		Qty num.Dec `db:"run"`
	}
	for _, p := range picks { // one item, a few lots
		if p.From.Kind != Stock {
			continue
		}
		l, bad, err := db.Get[low](ctx, tx, `WITH d (happened_ms, qty) AS (
				SELECT happened_ms, CAST(sum(CASE WHEN to_kind = 'stock' AND to_ref = $2 THEN qty ELSE 0 END - CASE WHEN from_kind = 'stock' AND from_ref = $2 THEN qty ELSE 0 END) AS BIGINT)
				FROM inv_move WHERE item_id = $1 AND lot_id = $3 AND (to_kind = 'stock' AND to_ref = $2 OR from_kind = 'stock' AND from_ref = $2) AND `+unpublished+` GROUP BY happened_ms),
			s (happened_ms, run) AS (SELECT happened_ms, CAST(sum(qty) OVER (ORDER BY happened_ms) AS BIGINT) FROM d)
			SELECT happened_ms, run FROM s WHERE happened_ms >= $4 AND run < 0 ORDER BY happened_ms LIMIT 1`, p.Item, p.From.Ref, p.Lot, doc.HappenedMS)
		if err != nil {
			return err
		}
		if bad {
			it, err := masterdata.ItemByID(ctx, tx, p.Item)
			if err != nil {
				return err
			}
			when := time.UnixMilli(l.At).In(tx.Zone()).Format("2006-01-02 15:04")
			return fault.Conflict("inventory.history_negative", "booked back to %s, there would have been %s of %s on %s", doc.Date(tx), l.Qty, it.Code, when).
				With("date", doc.Date(tx)).With("item", it.Code).With("lot", p.LotNumber).With("qty", l.Qty).With("when", when)
		}
	}
	return nil
}
