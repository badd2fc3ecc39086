package purchasing

import (
	"context"
	"testing"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

// Goods that came yesterday and were forgotten are received for yesterday by who may do that, with a reason.
func TestReceiptOfAnEarlierDay(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		yesterday := kittest.Start.UnixMilli()
		kittest.ClockOf(d).Add(24 * time.Hour)
		keeper := actor.With(t.Context(), &actor.Actor{Name: "keeper", Perms: map[string]bool{"purchasing.receive": true}})
		may := actor.With(t.Context(), &actor.Actor{Name: "keeper", Perms: map[string]bool{"purchasing.receive": true, "inventory.backdate": true}})
		receive := func(ctx context.Context, reason string) string {
			err := d.InTx(ctx, func(tx *db.Tx) error {
				_, err := h.Receive(ctx, tx, Receive{Order: "P1", Line: 1, Qty: num.Int(5), Lot: "LATE", Reason: reason, HappenedMS: yesterday})
				return err
			})
			if err == nil {
				return ""
			}
			return code(err)
		}
		if got := receive(keeper, "forgotten"); got != "inventory.backdate_perm" {
			t.Errorf("without the permission: %q", got)
		}
		if got := receive(may, ""); got != "inventory.backdate_reason" {
			t.Errorf("without a reason: %q", got)
		}
		if n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM po_receipt`); err != nil || n != 0 {
			t.Error("a refused receipt left something behind", n, err)
		}
		if got := receive(may, "forgotten"); got != "" {
			t.Fatalf("with both: %q", got)
		}
		got, err := db.One[string](t.Context(), d.Read(), `SELECT concat(l.received_on, ' ', r.posting_date, ' ', CASE WHEN r.happened_ms = $1 AND m.happened_ms = $1 THEN 'then' ELSE 'now' END)
			FROM po_receipt r JOIN v_lot l ON l.number = r.lot JOIN v_move m ON m.doc_kind = 'po_receipt' AND m.doc_id = r.id`, yesterday)
		if want := kittest.Start.Format(time.DateOnly) + " " + kittest.Start.Format(time.DateOnly) + " then"; err != nil || got != want {
			t.Errorf("%s, want %s (%v)", got, want, err)
		}
		balanced(t, h, d.Read())
	})
}
