package inventory

import (
	"context"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

func part(lot, qty string) LotPart { return LotPart{Lot: lot, Qty: num.MustParse(qty)} }

// TestRelotRefusals: what may be split and merged, and what may not.
func TestRelotRefusals(t *testing.T) {
	split := func(item, lot, at string, parts ...LotPart) func(*house, context.Context, *db.Tx) (Relotted, error) {
		return func(h *house, ctx context.Context, tx *db.Tx) (Relotted, error) {
			return h.Split(ctx, tx, SplitLot{Item: item, Lot: lot, Location: at, Parts: parts})
		}
	}
	merge := func(item, at, to string, held bool, parts ...LotPart) func(*house, context.Context, *db.Tx) (Relotted, error) {
		return func(h *house, ctx context.Context, tx *db.Tx) (Relotted, error) {
			return h.Merge(ctx, tx, MergeLots{Item: item, Location: at, To: to, Held: held, Lots: parts})
		}
	}
	cases := []struct {
		name string
		do   func(*house, context.Context, *db.Tx) (Relotted, error)
		want string // lot:qty/expiry of what is new, or the refusal
	}{
		{"in two", split("PUMP", "L1", "RM", part("A", "3"), part("B", "1")), "A:3/2026-06-01 B:1/2026-06-01"},
		{"all of it", split("PUMP", "L1", "RM", part("A", "10")), "A:10/2026-06-01"},
		{"more than there is", split("PUMP", "L1", "RM", part("A", "6"), part("B", "5")), "inventory.lot_not_loose"},
		{"nothing", split("PUMP", "L1", "RM", part("A", "0")), "inventory.qty_not_positive"},
		{"into a number that is there", split("PUMP", "L1", "RM", part("L2", "1")), "inventory.lot_exists"},
		{"one number twice", split("PUMP", "L1", "RM", part("A", "1"), part("A", "1")), "inventory.lot_twice"},
		{"no lot named", split("PUMP", "", "RM", part("A", "1")), "inventory.lot_missing"},
		{"elsewhere", split("PUMP", "L1", "FG", part("A", "1")), "inventory.lot_not_loose"},
		{"promised", split("PUMP", "L5", "RM", part("A", "3")), "inventory.lot_not_loose"},
		{"in a container", split("PUMP", "L7", "RM", part("A", "1")), "inventory.lot_not_loose"},
		{"not by lot", split("SCREW", "", "RM", part("A", "1")), "inventory.not_by_lot"},
		{"pieces", split("UNIT", "", "FG", part("A", "1")), "inventory.not_by_lot"},
		{"two lots", merge("PUMP", "RM", "M", false, part("L1", "0"), part("L2", "2")), "M:12/2026-05-20"},
		{"far apart", merge("PUMP", "RM", "M", false, part("L1", "0"), part("L3", "0")), "inventory.merge_expiry"},
		{"one that keeps for ever", merge("PUMP", "RM", "M", false, part("L1", "0"), part("L4", "0")), "inventory.merge_expiry"},
		{"one of them on hold", merge("PUMP", "RM", "M", false, part("L1", "0"), part("L6", "0")), "inventory.lot_not_loose"},
		{"both on hold", merge("PUMP", "RM", "M", true, part("L6", "0"), part("L8", "0")), "M:3/2026-06-01"},
		{"one twice", merge("PUMP", "RM", "M", false, part("L1", "1"), part("L1", "1")), "inventory.lot_twice"},
		{"another item's", merge("PUMP", "RM", "M", false, part("L1", "1"), part("P1", "1")), "inventory.lot_other_item"},
		{"a label that was scanned", merge("PUMP", "RM", "M", false, part("KW:LOT:PUMP/L1", "1"), part("L2", "1")), "M:2/2026-05-20"},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "PUMP 10 L1 RM exp=2026-06-01", "PUMP 5 L2 RM exp=2026-05-20", "PUMP 5 L3 RM exp=2026-12-01", "PUMP 5 L4 RM", "PUMP 4 L5 RM exp=2026-06-01", "PUMP 1 L6 RM exp=2026-06-01 st=hold", "PUMP 2 L7 RM exp=2026-06-01",
			"PUMP 2 L8 RM exp=2026-06-01 st=hold", "PLATE 4 P1 RM", "SCREW 4 - RM", "UNIT 1 - FG sn=U1")
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			if _, err := h.Reserve(ctx, tx, h.doc(tx, "so_line"), Take{Item: h.ids["PUMP"], Qty: num.Int(2), Lot: "L5"}); err != nil {
				return err
			}
			if _, err := h.NewContainers(ctx, tx, NewContainer{Code: "BOX1", Location: "RM"}); err != nil {
				return err
			}
			_, err := h.Fill(ctx, tx, "BOX1", FillContainer{Item: "PUMP", Lot: "L7", Qty: num.Int(2)})
			return err
		})
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				h.try(t, func(ctx context.Context, tx *db.Tx) error {
					r, err := c.do(h, ctx, tx)
					got := h.say(nil, err)
					for _, p := range r.To {
						got = strings.TrimSpace(got + " " + p.Lot + ":" + p.Qty.String() + "/" + p.ExpiresOn)
					}
					if ours(err) && got != c.want {
						t.Errorf("got %s, want %s", got, c.want)
					}
					return err
				})
			})
		}
		h.MayRelease = func(context.Context, db.Querier, []db.ID) error { return fault.Conflict("quality.open", "not judged") }
		h.try(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Merge(ctx, tx, MergeLots{Item: "PUMP", Location: "RM", Held: true, Lots: []LotPart{part("L6", "0"), part("L8", "0")}})
			if ours(err) && !fault.Is(err, "quality.open") {
				t.Error("lots that wait for a judgement were merged:", err)
			}
			return err
		})
	})
}

// TestRelotIsTraced: a trace goes through a split and a merge in both directions, to the customer and to the supplier,
// and the undoing of a document takes it out again.
func TestRelotIsTraced(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "PUMP 10 L1 RM exp=2026-06-01", "PUMP 5 L2 RM exp=2026-05-20", "PUMP 1 L9 RM")
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			if _, err := h.Split(ctx, tx, SplitLot{Item: "PUMP", Lot: "L1", Location: "RM", Parts: []LotPart{part("L1a", "4")}}); err != nil {
				return err
			}
			if _, err := h.Merge(ctx, tx, MergeLots{Item: "PUMP", Location: "RM", To: "M", Lots: []LotPart{part("L1a", "0"), part("L2", "0")}}); err != nil {
				return err
			}
			_, err := h.Move(ctx, tx, h.doc(tx, "shipment"), Place{Customer, h.ids["C1"]}, h.parseTake("PUMP 2 M"))
			return err
		})
		balanced(t, h, d.Read())
		if got := h.stock(t, "PUMP"); got != "L1:6@RM L9:1@RM M:7@RM" {
			t.Error(got)
		}
		ctx := kittest.Ctx(t)
		card := func(lot string) (from, used, customers string) {
			c, err := h.LotCard(ctx, d.Read(), "PUMP", lot)
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range c.MadeFrom {
				from += k.Lot + " "
			}
			for _, k := range c.UsedIn {
				used += k.Lot + " "
			}
			for _, s := range c.Customers {
				customers += s.Code + ":" + s.Lot + " "
			}
			return
		}
		if _, used, who := card("L1"); used != "L1a " || who != "C1:M " {
			t.Error("from L1 to the customer:", used, who)
		}
		if from, _, _ := card("M"); from != "L1a L2 " && from != "L2 L1a " {
			t.Error("back from M:", from)
		}
		lot, err := LotByNumber(ctx, d.Read(), h.ids["PUMP"], "M")
		if err != nil || lot.ExpiresOn != "2026-05-20" {
			t.Errorf("%+v %v", lot, err)
		}
		back, err := From(ctx, d.Read(), []db.ID{lot.ID})
		if err != nil || len(back) != 3 {
			t.Error("over both documents:", back, err)
		}
		var number string
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			r, err := h.Split(ctx, tx, SplitLot{Item: "PUMP", Lot: "L9", Location: "RM", Parts: []LotPart{{Qty: num.One}}})
			number = r.Number
			return err
		})
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Undo(ctx, tx, UndoEntry{Number: number, Reason: "mistake"})
			return err
		})
		if got := h.stock(t, "PUMP"); got != "L1:6@RM L9:1@RM M:7@RM" {
			t.Error("after undoing:", got)
		}
		if _, used, _ := card("L9"); used != "" {
			t.Error("what was undone is in the trace:", used)
		}
		balanced(t, h, d.Read())
	})
}
