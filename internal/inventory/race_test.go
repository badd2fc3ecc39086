package inventory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

// crowd runs n commands at once and counts who won, who was refused with the code, and who got something else.
func crowd(t *testing.T, h *house, n int, code string, fn func(ctx context.Context, tx *db.Tx, i int) error) (won, refused int) {
	t.Helper()
	ctx := kittest.Ctx(t)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			err := h.d.InTx(ctx, func(tx *db.Tx) error { return fn(ctx, tx, i) })
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case fault.Is(err, code):
				refused++
			default:
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	balanced(t, h, h.d.Read())
	return won, refused
}

func TestTakeRace(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "PUMP 10 L1 RM")
		won, refused := crowd(t, h, 16, "inventory.short", func(ctx context.Context, tx *db.Tx, i int) error {
			_, err := h.Move(ctx, tx, h.raced(tx, "use", i), Place{Kind: Consumed}, h.parseTake("PUMP 1"))
			return err
		})
		if won != 10 || refused != 6 || h.stock(t, "PUMP") != "" {
			t.Error(won, refused, h.stock(t, "PUMP"))
		}
	})
}

// raced is doc without the counter, which a race would race for.
func (h *house) raced(tx *db.Tx, kind string, i int) Doc {
	return Doc{Kind: kind, ID: tx.ID(), Number: fmt.Sprint(kind, i), Site: h.site}
}

// A busy screw, shared out over slots where the engine has several writers: all of it is used, and nothing more.
func TestSplitTakeRace(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "SCREW 200 - RM")
		want := int64(1)
		if d.Engine() == db.Postgres {
			want = 8
		}
		if rows, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM inv_balance`); err != nil || rows != want {
			t.Errorf("%d rows (%v)", rows, err)
		}
		won, refused := crowd(t, h, 24, "inventory.short", func(ctx context.Context, tx *db.Tx, i int) error {
			_, err := h.Move(ctx, tx, h.raced(tx, "use", i), Place{Kind: Consumed}, h.parseTake("SCREW 10"))
			return err
		})
		if won != 20 || refused != 4 || h.stock(t, "SCREW") != "" {
			t.Error(won, refused, h.stock(t, "SCREW"))
		}
		// the last taker may have seen its own slot only; whoever takes next clears the empty ones away
		h.put(t, "SCREW 1 - LINE")
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Move(ctx, tx, h.doc(tx, "use"), Place{Kind: Consumed}, h.parseTake("SCREW 1"))
			return err
		})
		h.put(t, "SCREW 1 - RM/A2")
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Move(ctx, tx, h.doc(tx, "use"), Place{Kind: Consumed}, h.parseTake("SCREW 1"))
			return err
		})
		if rows, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM inv_balance`); err != nil || rows != 0 {
			t.Errorf("%d empty rows stay (%v)", rows, err)
		}
	})
}

// Promised, taken, held and moved at once: each quantity goes one way only.
func TestEverythingRace(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "PUMP 9 L1 RM")
		won, _ := crowd(t, h, 12, "inventory.short", func(ctx context.Context, tx *db.Tx, i int) (err error) {
			switch i % 4 {
			case 0:
				_, err = h.Move(ctx, tx, h.raced(tx, "use", i), Place{Kind: Consumed}, h.parseTake("PUMP 1"))
			case 1:
				_, err = h.Reserve(ctx, tx, h.raced(tx, "so", i), h.parseTake("PUMP 1"))
			case 2:
				_, err = h.Move(ctx, tx, h.raced(tx, "ship", i), Place{Customer, h.ids["C1"]}, h.parseTake("PUMP 1"))
			case 3:
				_, err = h.Put(ctx, tx, h.raced(tx, "in", i), Place{Supplier, 0}, Put{Item: h.ids["PUMP"], Qty: num.One, Lot: "L1", To: h.at("RM")})
			}
			return err
		})
		if won != 12 || h.stock(t, "PUMP") != "L1:6@RM+3" {
			t.Error(won, h.stock(t, "PUMP"))
		}
	})
}

// A document is undone once, whoever asks.
func TestUndoRace(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		doc := h.put(t, "PUMP 10 L1 RM", "SCREW 500 - RM")
		h.put(t, "PUMP 10 L1 RM", "SCREW 500 - RM")
		won, refused := crowd(t, h, 6, "inventory.nothing_to_undo", func(ctx context.Context, tx *db.Tx, i int) error {
			return h.Reverse(ctx, tx, h.raced(tx, "undo", i), doc.Kind, doc.ID)
		})
		if won != 1 || refused != 5 || h.stock(t, "PUMP") != "L1:10@RM" || h.stock(t, "SCREW") != ":500@RM" {
			t.Error(won, refused, h.stock(t, "PUMP"), h.stock(t, "SCREW"))
		}
	})
}

// One piece goes to one customer.
func TestPieceRace(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "UNIT 3 - FG sn=a,b,c")
		won, refused := crowd(t, h, 6, "inventory.serial_gone", func(ctx context.Context, tx *db.Tx, i int) error {
			_, err := h.Move(ctx, tx, h.raced(tx, "ship", i), Place{Customer, h.ids["C1"]}, h.parseTake("UNIT 1 - - sn="+[]string{"a", "b"}[i%2]))
			return err
		})
		if won != 2 || refused != 4 || h.stock(t, "UNIT") != ":1@FG" {
			t.Error(won, refused, h.stock(t, "UNIT"))
		}
	})
}

// Any history, with undoing and refusals in it, keeps every promise; and when everything is undone from its end,
// nothing is left.
func TestHistories(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		if d.Engine() == db.SQLite {
			next := int64(0)
			h.slots = func(*db.Tx) (int64, int64) { next = (next*5 + 3) % 4; return 4, next }
		}
		old := splitFrom
		splitFrom = num.Int(12)
		t.Cleanup(func() { splitFrom = old })
		rapid.Check(t, func(rt *rapid.T) {
			var drawn []func(ctx context.Context, tx *db.Tx, log *[]Doc) error
			for range rapid.IntRange(1, 14).Draw(rt, "acts") {
				drawn = append(drawn, h.anAct(rt))
			}
			ctx := kittest.Ctx(t)
			err := d.InTx(ctx, func(tx *db.Tx) error {
				var log []Doc
				for i, fn := range drawn {
					if err := fn(ctx, tx, &log); err != nil {
						if _, refused := fault.As(err); !refused {
							return err
						}
					}
					for _, err := range h.Verify(ctx, tx) {
						rt.Errorf("after act %d: %v", i, err)
					}
				}
				for i := len(log) - 1; i >= 0; i-- {
					if err := h.Unreserve(ctx, tx, log[i].Kind, log[i].ID); err != nil {
						return err
					}
				}
				// an undoing in the middle may have used later goods, so the way back is not always the order of the log
				for left := log; len(left) > 0; {
					var stuck []Doc
					var why error
					for i := len(left) - 1; i >= 0; i-- {
						err := h.Reverse(ctx, tx, h.doc(tx, "end"), left[i].Kind, left[i].ID)
						if _, refused := fault.As(err); err != nil && !refused {
							return err
						}
						if err != nil && !fault.Is(err, "inventory.nothing_to_undo") {
							stuck, why = append([]Doc{left[i]}, stuck...), err
						}
					}
					if len(stuck) == len(left) {
						// a hold and its release that an undo has gone past balance each other and stay
						if !slices.ContainsFunc(stuck, func(d Doc) bool { return d.Kind != "hold" && d.Kind != "release" }) {
							break
						}
						return fmt.Errorf("undo %s: %w", stuck[0].Number, why)
					}
					left = stuck
				}
				for _, err := range h.Verify(ctx, tx) {
					rt.Errorf("at the end: %v", err)
				}
				left, err := db.One[num.Dec](ctx, tx, `SELECT CAST(coalesce(sum(qty), 0) AS BIGINT) FROM inv_balance`)
				if err == nil && left != 0 {
					rt.Errorf("%s are left", left)
				}
				if err != nil {
					return err
				}
				return errUndo
			})
			if err.Error() != errUndo.Error() {
				rt.Fatal(err)
			}
		})
	})
}

// anAct draws one act of a history.
func (h *house) anAct(t *rapid.T) func(ctx context.Context, tx *db.Tx, log *[]Doc) error {
	item := rapid.SampledFrom([]string{"PUMP", "SCREW", "UNIT"}).Draw(t, "item")
	qty := rapid.Int64Range(1, 30).Draw(t, "qty")
	place := rapid.SampledFrom([]string{"RM", "RM/A1", "FG"}).Draw(t, "place")
	verb := rapid.SampledFrom([]string{"put", "put", "take", "issue", "use", "move", "hold", "release", "reserve", "free", "undo"}).Draw(t, "verb")
	lot := ""
	if item == "PUMP" {
		lot = rapid.SampledFrom([]string{"H1", "H2"}).Draw(t, "lot")
	}
	if item == "UNIT" {
		qty = qty%3 + 1
	}
	which := rapid.IntRange(0, 20).Draw(t, "which")
	return func(ctx context.Context, tx *db.Tx, log *[]Doc) (err error) {
		doc := h.doc(tx, verb)
		doc.Order = 7
		take := Take{Item: h.ids[item], Qty: num.Int(qty), Lot: lot}
		if verb == "move" {
			take.From = h.at("RM")
		}
		if verb == "use" {
			take.From = Place{WIP, 7}
		}
		if item == "UNIT" && verb != "use" && verb != "reserve" && verb != "put" {
			// whichever pieces come first
			if take.Serials, err = db.All[string](ctx, tx, `SELECT number FROM inv_serial WHERE item_id = $1 AND place_kind = 'stock' ORDER BY number LIMIT $2`, take.Item, qty); err != nil {
				return err
			}
			if take.Qty = num.Int(int64(len(take.Serials))); take.Qty == 0 {
				return nil
			}
		}
		switch verb {
		case "put":
			_, err = h.Put(ctx, tx, doc, Place{Supplier, 0}, Put{Item: take.Item, Qty: take.Qty, Lot: lot, To: h.at(place), ReceivedOn: "2026-01-01"})
		case "take":
			_, err = h.Move(ctx, tx, doc, Place{Kind: Consumed}, take)
		case "issue":
			_, err = h.Move(ctx, tx, doc, Place{WIP, 7}, take)
		case "use":
			_, err = h.Move(ctx, tx, doc, Place{Kind: Consumed}, take)
		case "move":
			_, err = h.Move(ctx, tx, doc, h.at(place), take)
		case "hold":
			_, err = h.Hold(ctx, tx, doc, take)
		case "release":
			_, err = h.Release(ctx, tx, doc, take)
		case "reserve":
			_, err = h.Reserve(ctx, tx, doc, take)
		case "free":
			if len(*log) > 0 {
				of := (*log)[which%len(*log)]
				return h.Unreserve(ctx, tx, of.Kind, of.ID)
			}
			return nil
		case "undo":
			if len(*log) > 0 {
				of := (*log)[which%len(*log)]
				return h.Reverse(ctx, tx, doc, of.Kind, of.ID)
			}
			return nil
		}
		if err == nil {
			*log = append(*log, doc)
		}
		return err
	}
}

// A row that is not what the plan saw is not touched: the command starts over.
func TestStalePlanIsNotCarriedOut(t *testing.T) {
	houses := map[string]*house{"sqlite": build(t, kittest.SQLite(t, schemas)), "postgres": build(t, kittest.Postgres(t, schemas))}
	both := func(t *testing.T, fn func(t *testing.T, h *house)) {
		for name, h := range houses {
			t.Run(name, func(t *testing.T) { fn(t, h) })
		}
	}
	for _, c := range []struct {
		name      string
		have      num.Dec // by now
		reserved  num.Dec
		take, saw num.Dec
	}{
		{"less is there", num.Int(4), 0, num.Int(5), num.Int(10)},
		{"some was promised", num.Int(10), num.Int(6), num.Int(5), num.Int(10)},
		{"less is there than all that the plan takes", num.Int(9), 0, num.Int(10), num.Int(10)},
		{"more came while the plan takes all", num.Int(11), 0, num.Int(10), num.Int(10)},
		{"the row is gone", 0, 0, num.Int(5), num.Int(10)},
	} {
		t.Run(c.name, func(t *testing.T) {
			both(t, func(t *testing.T, h *house) {
				d := h.d
				h.wipe(t)
				h.put(t, "PUMP 10 L1 RM", "PLATE 10 P1 RM")
				ctx := kittest.Ctx(t)
				seen := false
				err := d.InTx(ctx, func(tx *db.Tx) error {
					if seen {
						return errUndo // it has started over
					}
					rows, err := readRows(ctx, tx, source{Stock, 0, Available}, h.site, []db.ID{h.ids["PUMP"], h.ids["PLATE"]}, allSlots)
					if err != nil {
						return err
					}
					for _, r := range rows {
						if r.took = num.One; r.Item == h.ids["PUMP"] {
							r.took = c.take
							if c.have == 0 {
								_, err = tx.Exec(ctx, `DELETE FROM inv_balance WHERE id = $1`, r.ID)
							} else {
								_, err = tx.Exec(ctx, `UPDATE inv_balance SET qty = $1, reserved = $2 WHERE id = $3`, c.have, c.reserved, r.ID)
							}
							if err != nil {
								return err
							}
						}
					}
					err = takeRows(ctx, tx, rows)
					seen = errors.Is(err, db.ErrRetry)
					return err
				})
				if !seen || !errors.Is(err, errUndo) {
					t.Errorf("carried out on a stale plan: %v", err)
				}
			})
		})
	}
}
