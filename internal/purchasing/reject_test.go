package purchasing

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/quality"
)

// here is what lies of an item: usable and on hold.
func (h *house) here(t testing.TB, q db.Querier, item string) string {
	t.Helper()
	type sums struct {
		Good num.Dec `db:"good"`
		Held num.Dec `db:"held"`
	}
	s, err := db.One[sums](t.Context(), q, `SELECT CAST(coalesce(sum(CASE WHEN s.status = 'available' THEN s.qty END), 0) AS BIGINT) AS good, CAST(coalesce(sum(CASE WHEN s.status = 'hold' THEN s.qty END), 0) AS BIGINT) AS held
		FROM v_stock s JOIN v_item i ON i.id = s.item_id WHERE i.code = $1`, item)
	if err != nil {
		t.Fatal(err)
	}
	return s.Good.String() + "+" + s.Held.String()
}

func (h *house) rule(t testing.TB, in quality.SetRule) {
	t.Helper()
	if err := h.do(t, func(ctx context.Context, tx *db.Tx) error { _, err := h.Quality.SetRule(ctx, tx, in); return err }); err != nil {
		t.Fatal(err)
	}
}

// F4: goods that a rule names are on hold until judged; the judgement by quantity splits them: what passes is free,
// what fails goes back, and the order expects it again.
func TestIncomingInspection(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.rule(t, quality.SetRule{Item: "RAW", Inspect: true})
		var r Received
		var j quality.Judged
		var back SentBack
		step := func(name, want string, fn func(ctx context.Context, tx *db.Tx) error) {
			t.Helper()
			err := h.do(t, fn)
			got := h.here(t, d.Read(), "RAW")
			if f, ok := fault.As(err); ok {
				got = f.Code
			} else if err != nil {
				t.Fatal(name, err)
			}
			if got != want {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
			balanced(t, h, d.Read())
		}
		receive := func(ctx context.Context, tx *db.Tx) (err error) {
			r, err = h.Receive(ctx, tx, Receive{Order: "P1", Line: 1, Qty: num.Int(40)})
			return err
		}
		judge := func(in quality.Judge) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				in.Inspection = r.Inspections[0]
				out, err := h.Quality.Judge(ctx, tx, in)
				if err == nil {
					j = out
				}
				return err
			}
		}
		sendBack := func(in SendBack) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) (err error) {
				out, err := h.SendBack(ctx, tx, r.Number, in)
				if err == nil {
					back = out
				}
				return err
			}
		}
		h.Inventory.MayRelease = h.Quality.BlockHeld
		step("received", "100+40", receive)
		if !r.Held || len(r.Inspections) != 1 {
			t.Fatalf("%+v", r)
		}
		step("released past the judgement", "quality.judge_first", func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Inventory.ReleaseGoods(ctx, tx, inventory.HoldStock{Item: "RAW", Lot: r.Lot, Reason: "in a hurry"})
			return err
		})
		step("nothing failed yet", "purchasing.nothing_rejected", sendBack(SendBack{Act: "return"}))
		step("10 failed", "100+40", judge(quality.Judge{Failed: num.Int(10), Reason: "bent"}))
		bad := j.ID
		step("25 passed", "125+15", judge(quality.Judge{Passed: num.Int(25)}))
		good := j.ID
		step("more than failed", "purchasing.reject_over", sendBack(SendBack{Act: "return", Qty: num.Int(11)}))
		step("8 go back", "125+7", sendBack(SendBack{Act: "return", Qty: num.Int(8)}))
		if back.Open != num.Int(68) || back.Left != num.Int(2) {
			t.Errorf("the order expects %s again, %s are left", back.Open, back.Left)
		}
		first := back.Number
		step("2 are scrapped", "125+5", sendBack(SendBack{Act: "scrap"}))
		if back.Open != num.Int(68) {
			t.Error("scrap is not owed again", back.Open)
		}
		step("a judgement on which goods went", "purchasing.reject_gone", func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Quality.UndoJudgement(ctx, tx, quality.UndoJudgement{Judgement: bad, Reason: "x"})
			return err
		})
		step("the receipt of judged goods", "quality.judged_already", func(ctx context.Context, tx *db.Tx) error {
			_, err := h.UndoReceipt(ctx, tx, r.Number, Undo{Reason: "x"})
			return err
		})
		step("the return taken back", "125+13", func(ctx context.Context, tx *db.Tx) error {
			_, err := h.UndoReturn(ctx, tx, first, Undo{Reason: "x"})
			return err
		})
		step("the pass taken back", "100+38", func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Quality.UndoJudgement(ctx, tx, quality.UndoJudgement{Judgement: good, Reason: "x"})
			return err
		})
		step("the rest is received again, within the order", "100+103", func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Receive(ctx, tx, Receive{Order: "P1", Line: 1, Qty: num.Int(65)})
			return err
		})
		step("a receipt that nobody has judged is undone", "100+103", func(ctx context.Context, tx *db.Tx) error {
			r, err := h.Receive(ctx, tx, Receive{Order: "P1", Line: 7, Qty: num.Int(4)})
			if err == nil {
				_, err = h.UndoReceipt(ctx, tx, r.Number, Undo{Reason: "x"})
			}
			return err
		})
	})
}

// The most exact rule decides; goods that no rule names are free at once, those that somebody doubts are not.
func TestIncomingRules(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		try := func(want bool, in Receive) {
			t.Helper()
			h.try(t, func(ctx context.Context, tx *db.Tx) error {
				r, err := h.Receive(ctx, tx, in)
				if err == nil && (r.Held != want || (len(r.Inspections) > 0) != want) {
					t.Errorf("%+v: held %v", in, r.Held)
				}
				if err == nil && !in.Hold { // the order says it before
					o, err := h.Order(ctx, tx, in.Order, tx.Today())
					if err != nil || o.Lines[max(in.Line, 1)-1].Inspect != want {
						t.Errorf("%+v: the order says %+v %v", in, o.Lines, err)
					}
				}
				return err
			})
		}
		raw := Receive{Order: "P1", Line: 1, Qty: num.Int(1)}
		doubted := raw
		doubted.Hold = true
		try(false, raw)
		try(true, doubted)
		h.rule(t, quality.SetRule{Supplier: "S1", Inspect: true})
		try(true, raw)
		try(true, Receive{Order: "P1", Line: 2, Qty: num.Int(1)})
		try(false, Receive{Order: "P3", Qty: num.Int(1)}) // of another supplier
		h.rule(t, quality.SetRule{Item: "RAW", Inspect: false})
		try(false, raw)
		h.rule(t, quality.SetRule{Item: "RAW", Supplier: "S1", Inspect: true})
		try(true, raw)
		h.rule(t, quality.SetRule{Supplier: "W1", Inspect: true}) // subcontracted work too
		try(true, Receive{Order: "P3", Qty: num.Int(1)})
		for want, in := range map[string]quality.SetRule{"quality.rule_of_what": {Inspect: true}, "quality.rule_item_or_family": {Item: "RAW", Family: "F"}, "masterdata.item_unknown": {Item: "???"}, "masterdata.partner_unknown": {Supplier: "???"}} {
			if err := h.do(t, func(ctx context.Context, tx *db.Tx) error { _, err := h.Quality.SetRule(ctx, tx, in); return err }); code(err) != want {
				t.Error(code(err), want)
			}
		}
	})
}

// Complaint 25: pieces are judged by quantity or by number, with a split result, and none is judged twice.
func TestComplaint25JudgedByPiece(t *testing.T) {
	cases := []struct {
		name string
		in   []quality.Judge
		want string // usable+held, or the refusal
	}{
		{"all pass", []quality.Judge{{Passed: num.Int(100)}}, "100+0"},
		{"two fail by number, the rest passes by quantity", []quality.Judge{{Passed: num.Int(98), Failed: num.Int(2), FailedSerials: []string{"S003..S004"}, Reason: "x"}}, "98+2"},
		{"in parts", []quality.Judge{{Passed: num.Int(50), PassedSerials: []string{"S001..S050"}}, {Failed: num.Int(1), FailedSerials: []string{"S051"}, Reason: "x"}, {Passed: num.Int(49)}}, "99+1"},
		{"which ones failed?", []quality.Judge{{Failed: num.Int(2), Reason: "x"}}, "quality.serials_needed"},
		{"which ones passed?", []quality.Judge{{Passed: num.Int(2)}}, "quality.serials_needed"},
		{"judged already", []quality.Judge{{Passed: num.Int(1), PassedSerials: []string{"S001"}}, {Failed: num.Int(1), FailedSerials: []string{"S001"}, Reason: "x"}}, "quality.serial_not_here"},
		{"a piece of another receipt", []quality.Judge{{Passed: num.Int(1), PassedSerials: []string{"S999"}}}, "quality.serial_not_here"},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.rule(t, quality.SetRule{Item: "PUMP", Inspect: true})
		for _, c := range cases {
			h.try(t, func(ctx context.Context, tx *db.Tx) error {
				r, err := h.Receive(ctx, tx, Receive{Item: "PUMP", Supplier: "S1", Qty: num.Int(100), Serials: []string{"S001..S100"}, Reason: "test"})
				if err != nil {
					return err
				}
				for _, in := range c.in {
					in.Inspection = r.Inspections[0]
					if _, err = h.Quality.Judge(ctx, tx, in); err != nil {
						break
					}
				}
				if f, ok := fault.As(err); ok {
					if f.Code != c.want {
						t.Errorf("%s: got %s, want %s", c.name, f.Code, c.want)
					}
					return err
				} else if err != nil {
					return err
				}
				if got := h.here(t, tx, "PUMP"); got != c.want {
					t.Errorf("%s: got %s, want %s", c.name, got, c.want)
				}
				if c.name == "in parts" { // the piece that failed goes back, and no other
					out, err := h.SendBack(ctx, tx, r.Number, SendBack{Act: "return"})
					if err != nil {
						return err
					}
					if s := strings.Join(out.Serials, ","); s != "S051" {
						t.Error("went back:", s)
					}
				}
				return nil
			})
		}
	})
}

// Complaint 12: what passed of one receipt frees nothing of another, though both are of one item and lie in one place.
func TestComplaint12JudgementFreesItsOwnReceipt(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.rule(t, quality.SetRule{Supplier: "S1", Inspect: true})
		var a, b Received
		for _, x := range []struct {
			to  *Received
			lot string
		}{{&a, "EARLY"}, {&b, "LATE"}} {
			if err := h.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
				*x.to, err = h.Receive(ctx, tx, Receive{Order: "P1", Line: 2, Qty: num.Int(3), SupplierLot: x.lot})
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Quality.Judge(ctx, tx, quality.Judge{Inspection: b.Inspections[0], Passed: num.Int(3)})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		free, err := db.All[string](t.Context(), d.Read(), `SELECT l.supplier_lot FROM v_stock s JOIN v_lot l ON l.id = s.lot_id WHERE s.status = 'available' AND l.supplier_lot <> ''`)
		if err != nil || strings.Join(free, " ") != "LATE" {
			t.Error(free, err)
		}
		balanced(t, h, d.Read())
	})
}

// Complaint 13: one page says of a lot where it came from, where it is and who has it, also when a part went back.
func TestComplaint13LotPage(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		var lot string
		if err := h.do(t, func(ctx context.Context, tx *db.Tx) error {
			r, err := h.Receive(ctx, tx, Receive{Order: "P1", Line: 1, Qty: num.Int(10), Hold: true})
			if err != nil {
				return err
			}
			lot = r.Lot
			if _, err := h.Quality.Judge(ctx, tx, quality.Judge{Inspection: r.Inspections[0], Passed: num.Int(7), Failed: num.Int(3), Reason: "bent"}); err != nil {
				return err
			}
			if _, err := h.SendBack(ctx, tx, r.Number, SendBack{Act: "return", Qty: num.Int(2)}); err != nil {
				return err
			}
			customer, err := db.One[db.ID](ctx, tx, `SELECT id FROM v_partner WHERE code = 'C1'`)
			if err != nil {
				return err
			}
			item, err := db.One[db.ID](ctx, tx, `SELECT id FROM v_item WHERE code = 'RAW'`)
			if err != nil {
				return err
			}
			_, err = h.Inventory.Move(ctx, tx, inventory.Doc{Kind: "shipment", ID: tx.ID(), Number: "SH1"}, inventory.Place{Kind: inventory.Customer, Ref: customer}, inventory.Take{Item: item, Qty: num.Int(4), Lot: lot})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		c, err := h.Inventory.LotCard(kittest.Ctx(t), d.Read(), "RAW", lot)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(c.Supplier, c.OnHand, c.Held, len(c.Customers), c.Customers[0].Code, c.Customers[0].Qty, len(c.Moves)); got != fmt.Sprint("S1", 4, 1, 1, "C1", 4, 4) {
			t.Error(got)
		}
	})
}

// Two send the last rejected goods back at once: they go once.
func TestSendBackRace(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		var r Received
		if err := h.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
			if r, err = h.Receive(ctx, tx, Receive{Order: "P1", Line: 1, Qty: num.Int(10), Hold: true}); err != nil {
				return err
			}
			_, err = h.Quality.Judge(ctx, tx, quality.Judge{Inspection: r.Inspections[0], Failed: num.Int(10), Reason: "bent"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 8 {
			wg.Go(func() {
				err := h.do(t, func(ctx context.Context, tx *db.Tx) error {
					_, err := h.SendBack(ctx, tx, r.Number, SendBack{Act: "return", Qty: num.Int(4)})
					return err
				})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won++
				case code(err) != "purchasing.reject_over":
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 2 || h.here(t, d.Read(), "RAW") != "100+2" {
			t.Error(won, h.here(t, d.Read(), "RAW"))
		}
		balanced(t, h, d.Read())
	})
}
