package inventory

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

func (h *house) centers(t testing.TB, codes ...string) {
	t.Helper()
	h.do(t, func(ctx context.Context, tx *db.Tx) error {
		cal := tx.ID()
		for _, c := range codes {
			id := tx.ID()
			h.ids[c], h.names[id] = id, c
			tx.Queue(`INSERT INTO md_work_center (id, site_id, code, name, kind, calendar_id, capacity, efficiency_pct, cost_per_hour) VALUES ($1, $2, $3, $3, 'hand', $4, 1, 100000000, 0)`, id, h.site, c, cal)
		}
		return nil
	})
}

// TestTakeNear: the own place at the line gives first, other places of the line last.
func TestTakeNear(t *testing.T) {
	cases := []struct{ near, take, want string }{
		{"", "SCREW 5", ":5@LINE/A1"},
		{"LINE/A2", "SCREW 5", ":5@LINE/A2"},
		{"LINE/A2", "SCREW 25", ":10@LINE/A2 :15@RM"},
		{"LINE/A2", "SCREW 45", ":10@LINE/A2 :30@RM :5@LINE/A1"},
		{"LINE", "SCREW 35", ":30@RM :5@LINE/A1"},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "SCREW 10 - LINE/A1 rec=2026-01-01", "SCREW 10 - LINE/A2 rec=2026-02-01", "SCREW 30 - RM rec=2026-01-15")
		for _, c := range cases {
			t.Run(c.near+" "+c.take, func(t *testing.T) {
				h.try(t, func(ctx context.Context, tx *db.Tx) error {
					take := h.parseTake(c.take)
					take.Near = h.ids[c.near]
					picks, err := h.Move(ctx, tx, h.doc(tx, "test"), Place{Kind: Consumed}, take)
					if got := h.say(picks, err); ours(err) && got != c.want {
						t.Errorf("got %s, want %s", got, c.want)
					}
					return err
				})
			})
		}
	})
}

// TestSupply: a part is called by scan or by itself, once; the keeper's list goes through the bins by expiry; what is
// brought is checked, ends the call, and counts no more when it is undone.
func TestSupply(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.centers(t, "W1", "W2")
		h.put(t, "PUMP 4 L1 RM/A2 exp=2026-05-01", "PUMP 20 L2 RM/A1 exp=2026-06-01", "PUMP 3 L3 LINE/A1", "PUMP 9 L4 QA", "SCREW 8 - RM", "SCREW 2 - LINE/A1")
		set := func(in SetSupply) (code string) {
			h.try(t, func(ctx context.Context, tx *db.Tx) error {
				_, err := h.SetSupply(ctx, tx, in)
				if code = h.say(nil, err); !ours(err) {
					return err
				}
				return nil
			})
			return code
		}
		n := num.MustParse
		for want, in := range map[string]SetSupply{
			"masterdata.work_center_unknown": {WorkCenter: "W9", Item: "PUMP", Location: "LINE/A1", Least: n("1"), Most: n("2")},
			"inventory.not_line_side":        {WorkCenter: "W1", Item: "PUMP", Location: "RM", Least: n("1"), Most: n("2")},
			"inventory.supply_range":         {WorkCenter: "W1", Item: "PUMP", Location: "LINE/A1", Least: n("2"), Most: n("2")},
			"inventory.supply_serial":        {WorkCenter: "W1", Item: "UNIT", Location: "LINE/A1", Least: n("1"), Most: n("2")},
			"inventory.decimals":             {WorkCenter: "W1", Item: "PUMP", Location: "LINE/A1", Least: n("0.5"), Most: n("2")},
		} {
			if got := set(in); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			for _, in := range []SetSupply{{WorkCenter: "W1", Item: "PUMP", Location: "LINE/A1", Least: n("5"), Most: n("12"), Itself: true}, {WorkCenter: "W1", Item: "SCREW", Location: "LINE/A1", Least: n("5"), Most: n("20")}} {
				if _, err := h.SetSupply(ctx, tx, in); err != nil {
					return err
				}
			}
			return nil
		})
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			made, err := h.CheckSupply(ctx, tx)
			if err == nil && made != 1 {
				t.Error("what calls by itself:", made)
			}
			return err
		})
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			made, err := h.CheckSupply(ctx, tx)
			if err == nil && made != 0 {
				t.Error("called twice:", made)
			}
			return err
		})
		loop := func(item string) db.ID {
			id, err := db.One[db.ID](t.Context(), d.Read(), `SELECT id FROM inv_supply WHERE item_id = $1`, h.ids[item])
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		var screws string
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			c, err := h.Supply(ctx, tx, CallSupply{Supply: loop("SCREW")})
			if err == nil && c.Qty != n("18") {
				t.Error(c.Qty)
			}
			screws = c.Number
			return err
		})
		h.try(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Supply(ctx, tx, CallSupply{Supply: loop("SCREW")})
			if got := h.say(nil, err); ours(err) && got != "inventory.supply_called" {
				t.Error(got)
			}
			return err
		})
		walk := func() string {
			w, err := h.Walk(kittest.Ctx(t), d.Read(), "")
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, s := range w.Stops {
				out = append(out, fmt.Sprintf("%s %s %s %s>%s", s.From, s.Item, s.Lot, s.Qty, s.To))
			}
			for _, s := range w.Short {
				out = append(out, fmt.Sprintf("short %s %s", s.Item, s.Qty))
			}
			return strings.Join(out, "; ")
		}
		if got, want := walk(), "RM SCREW  8>LINE/A1; RM/A1 PUMP L2 5>LINE/A1; RM/A2 PUMP L1 4>LINE/A1; short SCREW 10"; got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
		pumps, err := db.One[string](t.Context(), d.Read(), `SELECT number FROM v_supply_call WHERE item_id = $1`, h.ids["PUMP"])
		if err != nil {
			t.Fatal(err)
		}
		bring := func(number string, in BringSupply) (doc, code string) {
			ctx := kittest.Ctx(t)
			err := d.InTx(ctx, func(tx *db.Tx) error {
				e, err := h.Bring(ctx, tx, number, in)
				doc = e.Number
				return err
			})
			return doc, h.say(nil, err)
		}
		for want, in := range map[string]BringSupply{
			"inventory.supply_other_item":  {Code: "SCREW", Qty: n("1"), From: "RM", To: "LINE/A1"},
			"inventory.supply_other_place": {Code: "KW:LOT:PUMP/L1", Qty: n("4"), From: "RM/A2", To: "LINE/A2"},
			"inventory.lot_short":          {Code: "KW:LOT:PUMP/L1", Qty: n("5"), From: "RM/A2", To: "LINE/A1"},
		} {
			if _, got := bring(pumps, in); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		first, code := bring(pumps, BringSupply{Code: "KW:LOT:PUMP/L1", Qty: n("4"), From: "RM/A2", To: "LINE/A1"})
		if code != "" || walk() != "RM SCREW  8>LINE/A1; RM/A1 PUMP L2 5>LINE/A1; short SCREW 10" {
			t.Error(code, walk())
		}
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Undo(ctx, tx, UndoEntry{Number: first, Reason: "wrong box"})
			return err
		})
		if got := walk(); got != "RM SCREW  8>LINE/A1; RM/A1 PUMP L2 5>LINE/A1; RM/A2 PUMP L1 4>LINE/A1; short SCREW 10" {
			t.Error("what was undone is asked for again:", got)
		}
		if _, code := bring(pumps, BringSupply{Code: "KW:LOT:PUMP/L2", Qty: n("9"), From: "RM/A1", To: "LINE/A1"}); code != "" {
			t.Error(code)
		}
		if _, code := bring(pumps, BringSupply{Code: "KW:LOT:PUMP/L2", Qty: n("1"), From: "RM/A1", To: "LINE/A1"}); code != "inventory.supply_ended" {
			t.Error(code)
		}
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.DropSupply(ctx, tx, screws, DropSupply{Reason: "no need"})
			return err
		})
		if got := walk(); got != "" {
			t.Error(got)
		}
		balanced(t, h, d.Read())
	})
}
