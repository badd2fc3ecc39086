package sales_test

import (
	"context"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/production"
	"kaiwu/internal/sales"
)

// A lot that is in hand and not in the books is shipped where the item's policy says so.
func TestShipByPolicy(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 5 L1")
		so := s.order(t, "CUP 10 2026-03-20")
		in := sales.Ship{Order: so, Lines: []sales.ShipLine{{Line: 1, Qty: dec("8"), Lot: "L1"}}}
		ship := func() error {
			return s.d.InTx(kittest.Ctx(t), func(tx *db.Tx) error {
				_, err := s.Ship(kittest.Ctx(t), tx, in)
				return err
			})
		}
		if err := ship(); !fault.Is(err, "inventory.lot_short") {
			t.Error("by default it is refused:", err)
		}
		must(t, s, func(ctx context.Context, tx *db.Tx) (production.ShortPolicy, error) {
			return s.Production.SetShortPolicy(ctx, tx, production.ShortPolicy{Item: "CUP", Policy: inventory.OweAsk})
		})
		if err := ship(); !fault.Is(err, "inventory.owe_ask") {
			t.Error("who ships it is asked:", err)
		}
		in.Sure = true
		if err := ship(); err != nil {
			t.Fatal(err)
		}
		if owed, err := db.One[num.Dec](t.Context(), d.Read(), `SELECT qty FROM v_owed`); err != nil || owed != dec("3") {
			t.Error("owed", owed, err)
		}
		s.balanced(t)
	})
}
