package inventory

import (
	"context"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

// lenient gives each item a policy by its code.
func (h *house) lenient(policy map[string]string) {
	h.OwePolicy = func(_ context.Context, _ db.Querier, items []db.ID) (map[db.ID]string, error) {
		out := map[db.ID]string{}
		for _, i := range items {
			out[i] = policy[h.names[i]]
		}
		return out, nil
	}
}

func (h *house) owed(t testing.TB, item string) num.Dec {
	t.Helper()
	n, err := db.One[num.Dec](t.Context(), h.d.Read(), `SELECT CAST(coalesce(sum(qty), 0) AS BIGINT) FROM v_owed WHERE item_id = $1`, h.ids[item])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOwePolicy(t *testing.T) {
	cases := []struct {
		name, policy, take string
		may, sure          bool
		want               string
	}{
		{"blocked", OweBlock, "SCREW 12", true, false, "inventory.short"},
		{"who does not ask for it is refused", OweAllow, "SCREW 12", false, false, "inventory.short"},
		{"allowed", OweAllow, "SCREW 12", true, false, ":12@RM"},
		{"asked", OweAsk, "SCREW 12", true, false, "inventory.owe_ask"},
		{"said yes", OweAsk, "SCREW 12", true, true, ":12@RM"},
		{"at the named place", OweAllow, "SCREW 3 - FG", true, false, ":3@FG"},
		{"a lot by its label", OweAllow, "PUMP 7 L1", true, false, "L1:7@RM"},
		{"a lot that nobody named", OweAllow, "PUMP 7", true, false, "inventory.short_expired"},
		{"promised to others", OweAllow, "GLUE 3", true, false, "inventory.short"},
		{"on hold", OweAllow, "PLATE 3 P1", true, false, "inventory.held"},
		{"expired", OweAllow, "PUMP 30 L2", true, false, "inventory.expired"},
		{"pieces with numbers", OweAllow, "UNIT 1 - - sn=U9", true, false, "inventory.serial_unknown"},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "SCREW 10 - RM rec=2026-01-01", "PUMP 5 L1 RM rec=2026-01-01", "PUMP 5 L2 RM rec=2026-01-01 exp=2026-03-02", "GLUE 2 - RM rec=2026-01-01", "PLATE 2 P1 RM st=hold")
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Reserve(ctx, tx, h.doc(tx, "so_line"), Take{Item: h.ids["GLUE"], Qty: num.One})
			return err
		})
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				h.lenient(map[string]string{"SCREW": c.policy, "PUMP": c.policy, "GLUE": c.policy, "PLATE": c.policy, "UNIT": c.policy})
				h.try(t, func(ctx context.Context, tx *db.Tx) error {
					doc := h.doc(tx, "test")
					doc.MayOwe, doc.Sure = c.may, c.sure
					picks, err := h.Move(ctx, tx, doc, Place{Kind: Consumed}, h.parseTake(c.take))
					var sum []Picked // what the find and the shelf gave is one
					for _, p := range picks {
						if n := len(sum); n > 0 && sum[n-1].LotNumber == p.LotNumber && sum[n-1].From == p.From {
							sum[n-1].Qty += p.Qty
							continue
						}
						sum = append(sum, p)
					}
					if got := h.say(sum, err); ours(err) && got != c.want {
						t.Errorf("got %s, want %s", got, c.want)
					}
					return err
				})
			})
		}
	})
}

// TestOwedIsClearedByReceiptCountAndUndo: what was taken from nothing is given back by the next receipt, made true by
// a count, or taken back with what took it, in whatever order; the ledger stays whole.
func TestOwedIsClearedByReceiptCountAndUndo(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.lenient(map[string]string{"SCREW": OweAllow, "PUMP": OweAllow})
		h.put(t, "SCREW 10 - RM", "PUMP 5 L1 RM")
		take := func(words string) (doc Doc) {
			h.do(t, func(ctx context.Context, tx *db.Tx) error {
				doc = h.doc(tx, "issue")
				doc.MayOwe = true
				_, err := h.Move(ctx, tx, doc, Place{WIP, 7}, h.parseTake(words))
				return err
			})
			return doc
		}
		undo := func(doc Doc) {
			t.Helper()
			h.do(t, func(ctx context.Context, tx *db.Tx) error {
				return h.Reverse(ctx, tx, h.doc(tx, "undo"), doc.Kind, doc.ID)
			})
		}
		check := func(what, item string, owed string, stock string) {
			t.Helper()
			if got := h.owed(t, item).String(); got != owed {
				t.Errorf("%s: %s owed, want %s", what, got, owed)
			}
			if got := h.stock(t, item); got != stock {
				t.Errorf("%s: stock %q, want %q", what, got, stock)
			}
			for _, err := range h.Verify(t.Context(), h.d.Read()) {
				t.Errorf("%s: %v", what, err)
			}
		}
		first := take("SCREW 14")
		check("taken", "SCREW", "4", ":10@wip :4@wip")
		came := h.put(t, "SCREW 3 - RM/A1")
		check("a part came", "SCREW", "1", ":10@wip :4@wip")
		undo(came)
		check("its receipt was a mistake", "SCREW", "4", ":10@wip :4@wip")
		came = h.put(t, "SCREW 9 - RM/A1")
		check("all came", "SCREW", "0", ":10@wip :4@wip :5@RM/A1")
		undo(first)
		check("the issue was a mistake", "SCREW", "0", ":10@RM :9@RM/A1")
		undo(came)
		check("and the receipt", "SCREW", "0", ":10@RM")

		second := take("SCREW 12 - RM")
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			n := num.Int(3)
			_, err := h.Adjust(ctx, tx, AdjustStock{Item: "SCREW", Location: "RM", Counted: &n, Reason: "counted"})
			return err
		})
		check("counted", "SCREW", "0", ":10@wip :2@wip :3@RM")
		undo(second)
		check("what comes back after the count is there", "SCREW", "0", ":10@RM :5@RM")

		take("PUMP 6 L1")
		h.put(t, "PUMP 2 L9 RM")
		check("another lot settles nothing", "PUMP", "1", "L1:6@wip L9:2@RM")
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			var n num.Dec
			if _, err := h.Adjust(ctx, tx, AdjustStock{Item: "PUMP", Lot: "L1", Location: "RM", Counted: &n, Reason: "counted"}); err != nil {
				return err
			}
			_, err := h.Adjust(ctx, tx, AdjustStock{Item: "PUMP", Lot: "L1", Location: "RM", Counted: &n, Reason: "counted"})
			if !fault.Is(err, "inventory.no_change") {
				t.Errorf("counted twice: %v", err)
			}
			return nil
		})
		check("counted as none", "PUMP", "0", "L1:6@wip L9:2@RM")

		take("PUMP 4 L9")
		id, err := db.One[db.ID](t.Context(), d.Read(), `SELECT id FROM v_owed WHERE item_id = $1`, h.ids["PUMP"])
		if err != nil {
			t.Fatal(err)
		}
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.WriteOffOwed(ctx, tx, id, WriteOffOwed{Reason: "label of another box"})
			return err
		})
		check("written off", "PUMP", "0", "L1:6@wip L9:4@wip")
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE inv_owed SET qty = qty + 1 WHERE id = $1`, id)
			return err
		})
		if len(h.Verify(t.Context(), h.d.Read())) == 0 {
			t.Error("an altered variance was not found")
		}
	})
}
