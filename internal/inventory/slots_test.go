package inventory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// shelfGen draws the rows of one item: shelves whole or split, in any order, with reservations.
func shelfGen(t *rapid.T) []*row {
	var rows []*row
	n := rapid.IntRange(0, 6).Draw(t, "shelves")
	for i := range n {
		head := row{Lot: db.ID(i + 1), Ref: 7, Expires: fmt.Sprintf("2026-0%d-01", rapid.IntRange(1, 4).Draw(t, "expires")), Received: fmt.Sprintf("2026-0%d-01", rapid.IntRange(1, 3).Draw(t, "received"))}
		if rapid.Bool().Draw(t, "line") {
			head.Warehouse = "line"
		}
		slots := []int64{whole}
		if rapid.Bool().Draw(t, "split") {
			slots = []int64{0, 1, 2, 3}
			if rapid.Bool().Draw(t, "added to") {
				slots = append(slots, whole)
			}
		}
		for _, s := range slots {
			r := head
			r.ID, r.Slot = db.ID(len(rows)+1), s
			r.Qty = num.Dec(rapid.Int64Range(0, 9).Draw(t, "qty"))
			r.Reserved = num.Dec(rapid.Int64Range(0, int64(r.Qty)).Draw(t, "reserved"))
			rows = append(rows, &r)
		}
	}
	return rapid.Permutation(rows).Draw(t, "order")
}

// Nothing is invented or lost, no shelf gives more than it has free, and none is touched while one before it is not
// used up.
func TestChooseProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := shelfGen(t)
		need := num.Dec(rapid.Int64Range(1, 60).Draw(t, "need"))
		draws, short, sure := choose(rows, need, 2, true)
		if !sure {
			t.Fatal("not sure although all slots are there")
		}
		var got, free num.Dec
		for _, r := range rows {
			free += r.free()
		}
		for _, d := range draws {
			var sum num.Dec
			for _, rt := range d.rows {
				if sum += rt.qty; rt.qty <= 0 || rt.qty > rt.row.free() {
					t.Fatalf("row %d gives %s of %s", rt.row.ID, rt.qty, rt.row.free())
				}
			}
			if sum != d.qty {
				t.Fatalf("a draw of %s is made of %s", d.qty, sum)
			}
			got += d.qty
		}
		if got+short != need || short > 0 && got != free {
			t.Fatalf("need %s: got %s, short %s, free %s", need, got, short, free)
		}
		commit(draws)
		all := shelves(rows, 2)
		for i, s := range all {
			if s.free > 0 {
				for _, later := range all[i+1:] {
					for _, r := range later.rows {
						if r.took > 0 {
							t.Fatalf("shelf %d was used before shelf %d was empty", later.head().Lot, s.head().Lot)
						}
					}
				}
			}
		}
	})
}

// A taker that sees its own slot only is either sure, and then chooses what it would choose from all, or says so.
func TestOneSlotChoosesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := shelfGen(t)
		need := num.Dec(rapid.Int64Range(1, 60).Draw(t, "need"))
		mine := rapid.Int64Range(0, 3).Draw(t, "slot")
		var part []*row
		for _, r := range rows {
			if r.Slot == whole || r.Slot == mine {
				part = append(part, r)
			}
		}
		some, short1, sure := choose(part, need, mine, false)
		if !sure {
			return
		}
		all, short2, _ := choose(rows, need, mine, true)
		say := func(ds []draw, short num.Dec) string {
			s := fmt.Sprint("short ", short)
			for _, d := range ds {
				s += fmt.Sprintf(" %d:%s", d.of.Lot, d.qty)
			}
			return s
		}
		if say(some, short1) != say(all, short2) {
			t.Fatalf("slot %d: %s, all: %s", mine, say(some, short1), say(all, short2))
		}
	})
}

// What may be used for what, from where it lies.
func TestUsable(t *testing.T) {
	ours, theirs := masterdata.Item{Kind: "buy"}, masterdata.Item{Kind: "customer"}
	named, anywhere := Take{Lot: "L"}, Take{}
	consume, scrap, hold := use{to: Place{Kind: Consumed}}, use{to: Place{Kind: Scrap}}, use{any: true}
	for _, c := range []struct {
		warehouse, expires string
		kind               PlaceKind
		take               Take
		item               masterdata.Item
		for_               use
		want               bool
	}{
		{"normal", "2026-03-03", Stock, anywhere, ours, consume, true},
		{"normal", "2026-03-02", Stock, anywhere, ours, consume, false}, // the day itself is too late
		{"normal", "2026-03-02", Stock, named, ours, consume, false},
		{"normal", "2026-03-02", Stock, named, ours, scrap, true},
		{"normal", "2026-03-02", Stock, anywhere, ours, scrap, false}, // nobody said which
		{"line", "2026-03-03", Stock, anywhere, ours, consume, true},
		{"quarantine", OpenEnd, Stock, anywhere, ours, consume, false},
		{"quarantine", OpenEnd, Stock, named, ours, consume, false},
		{"quarantine", OpenEnd, Stock, named, ours, use{to: Place{Kind: Stock}}, true},
		{"quarantine", OpenEnd, Stock, anywhere, ours, hold, true},
		{"customer_owned", OpenEnd, Stock, anywhere, ours, consume, false},
		{"customer_owned", OpenEnd, Stock, anywhere, theirs, consume, true},
		{"", "2026-03-01", WIP, anywhere, ours, consume, true}, // it was fit when it was issued
	} {
		if got := usable(&row{Kind: c.kind, Warehouse: c.warehouse, Expires: c.expires}, &c.take, c.item, "2026-03-02", c.for_); got != c.want {
			t.Errorf("%+v: %t", c, got)
		}
	}
}

// The same history on split and on whole balances gives the same picks, the same stock and the same refusals.
func TestSplitBalancesBehaveAsOne(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		old := splitFrom
		splitFrom = num.Int(8)
		t.Cleanup(func() { splitFrom = old })
		next := int64(0)
		one := func(*db.Tx) (int64, int64) { return 1, 0 }
		four := func(*db.Tx) (int64, int64) { next = (next*5 + 3) % 4; return 4, next }
		lots := []string{"X1", "X2", "X3"}
		rapid.Check(t, func(rt *rapid.T) {
			todo := steps(rt, lots) // drawn before: rapid draws by panicking, which a transaction would catch
			var said [2]string
			for i, slots := range []func(*db.Tx) (int64, int64){one, four} {
				h.slots = slots
				var log string
				h.try(t, func(ctx context.Context, tx *db.Tx) error {
					log = ""
					for _, s := range todo {
						var picks []Picked
						var err error
						switch s.kind {
						case "put":
							_, err = h.Put(ctx, tx, h.doc(tx, "r"), Place{Supplier, 0}, Put{Item: h.ids["PUMP"], Qty: s.qty, Lot: s.lot, To: h.at(s.place), ExpiresOn: "2027-0" + s.lot[1:] + "-01", ReceivedOn: "2026-01-01"})
						case "take":
							picks, err = h.Move(ctx, tx, h.doc(tx, "t"), Place{Kind: Consumed}, Take{Item: h.ids["PUMP"], Qty: s.qty})
						case "lot":
							picks, err = h.Move(ctx, tx, h.doc(tx, "t"), Place{Kind: Consumed}, Take{Item: h.ids["PUMP"], Qty: s.qty, Lot: s.lot})
						case "twice":
							picks, err = h.Move(ctx, tx, h.doc(tx, "t"), Place{Kind: Consumed}, Take{Item: h.ids["PUMP"], Qty: s.qty}, Take{Item: h.ids["PUMP"], Qty: s.qty})
						case "transfer":
							picks, err = h.Move(ctx, tx, h.doc(tx, "t"), h.at("FG"), Take{Item: h.ids["PUMP"], Qty: s.qty, From: h.at(s.place)})
						}
						if !ours(err) {
							return err
						}
						log += s.kind + " " + h.say(picks, err) + "; "
					}
					log += levels(rt, ctx, tx, h)
					return nil
				})
				said[i] = log
			}
			if said[0] != said[1] {
				rt.Fatalf("whole: %s\nsplit: %s", said[0], said[1])
			}
		})
	})
}

type stepOf struct {
	kind, lot, place string
	qty              num.Dec
}

func steps(t *rapid.T, lots []string) (drawn []stepOf) {
	for range rapid.IntRange(1, 12).Draw(t, "steps") {
		drawn = append(drawn, stepOf{rapid.SampledFrom([]string{"put", "put", "take", "take", "lot", "twice", "transfer"}).Draw(t, "kind"), rapid.SampledFrom(lots).Draw(t, "lot"),
			rapid.SampledFrom([]string{"RM", "RM/A1", "LINE"}).Draw(t, "place"), num.Int(rapid.Int64Range(1, 40).Draw(t, "qty"))})
	}
	return drawn
}

func levels(t *rapid.T, ctx context.Context, q db.Querier, h *house) string {
	bs, err := balances(ctx, q, h.ids["PUMP"], nil)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(bs, func(a, b Balance) int { return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Lot, b.Lot)) })
	out := ""
	for _, b := range bs {
		out += fmt.Sprintf("%s %s@%s, ", b.Lot, b.Qty, b.Place)
	}
	return out
}
