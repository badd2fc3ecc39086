package sales_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/sales"
)

// What was picked is what goes; something else goes only when somebody says why.
func TestShipWhatWasPicked(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 10 L1 2026-08-01", "CUP 10 L2 2026-09-01", "PUMP 3 P1,P2,P3", "MUG 5 M1")
		so := s.order(t, "CUP 12 2026-03-20", "PUMP 2 2026-03-20", "MUG 2 2026-03-20")
		s.allocate(t, so)
		list := must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Pick, error) {
			return s.MakePick(ctx, tx, sales.NewPick{Orders: []string{so}})
		})
		scan := func(code, qty string) {
			t.Helper()
			must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Pick, error) {
				return s.Scan(ctx, tx, list.Number, sales.ScanPick{Code: code, Qty: dec(qty)})
			})
		}
		ship := func(in sales.Ship) string {
			in.Order = so
			out, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Shipped, error) { return s.Ship(ctx, tx, in) })
			if code != "" {
				return code
			}
			var text []string
			for _, l := range out.Lines {
				text = append(text, fmt.Sprintf("%d %s %s%v", l.Line, l.Lot, l.Qty, l.Serials))
			}
			return strings.Join(append(text, out.Beside), " | ")
		}
		line := func(n int64, qty, lot string, serials ...string) []sales.ShipLine {
			return []sales.ShipLine{{Line: n, Qty: dec(qty), Lot: lot, Serials: serials}}
		}
		want := func(got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
		want(ship(sales.Ship{}), "sales.pick_not_walked")
		want(ship(sales.Ship{Lines: line(1, "1", "")}), "sales.pick_not_walked")
		scan("L2", "2")
		scan("L1", "3")
		scan("P2", "1")
		if l := s.track(t, so).Lines; len(l[0].Picked) != 2 || l[0].ToPick != dec("7") || strings.Join(l[1].Picked[0].Serials, " ") != "P2" || len(l[2].Picked) != 0 || l[2].ToPick != dec("2") {
			t.Errorf("the order shows what lies ready: %+v", l)
		}
		want(ship(sales.Ship{Lines: line(1, "4", "L1")}), "sales.not_picked")
		want(ship(sales.Ship{Lines: line(1, "6", "")}), "sales.not_picked")
		want(ship(sales.Ship{Lines: line(2, "1", "", "P1")}), "sales.not_picked")
		want(ship(sales.Ship{Lines: line(3, "1", "M1")}), "sales.pick_not_walked")
		want(ship(sales.Ship{Lines: append(line(1, "2", "L1"), line(1, "2", "L1")...)}), "sales.not_picked")
		want(ship(sales.Ship{Lines: line(1, "1", "L2")}), "1 L2 1[] | ")
		want(ship(sales.Ship{Lines: line(1, "2", "L2")}), "sales.not_picked") // one of the two has left
		want(ship(sales.Ship{}), "1 L1 3[] | 1 L2 1[] | 2  1[P2] | ")
		if l := s.track(t, so).Lines; len(l[0].Picked) != 0 || l[0].ToPick != dec("7") || l[0].Allocated != dec("7") || l[1].Allocated != dec("1") {
			t.Errorf("what has left lies ready no more, the rest stays promised: %+v", l)
		}
		want(ship(sales.Ship{Lines: line(2, "1", "", "P3")}), "sales.pick_not_walked")
		want(ship(sales.Ship{Lines: line(2, "1", "", "P3"), Beside: " P1 is scratched "}), "2  1[P3] | P1 is scratched")
		want(ship(sales.Ship{}), "sales.pick_not_walked")
		scan("M1", "1")
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Pick, error) {
			return s.MissPick(ctx, tx, list.Number, sales.ShortPick{Pos: posOf(list, "MUG"), Why: "broken"})
		})
		want(ship(sales.Ship{}), "3 M1 1[] | ")
		want(ship(sales.Ship{Lines: line(3, "1", "M1")}), "3 M1 1[] | ") // the list is done with this line: it has no word any more
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.DropPick(ctx, tx, list.Number, sales.Undo{Reason: "x"})
		})
		want(ship(sales.Ship{}), "1 L1 7[] | ")
		s.balanced(t)
	})
}

func posOf(p sales.Pick, item string) int64 {
	for _, l := range p.Lines {
		if l.Item == item {
			return l.Pos
		}
	}
	return 0
}

// The whole promise may go past the list, but somebody says why.
func TestShipAllPastThePickList(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 10 L1")
		so := s.order(t, "CUP 5 2026-03-20")
		s.allocate(t, so)
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Pick, error) {
			return s.MakePick(ctx, tx, sales.NewPick{Orders: []string{so}})
		})
		out := must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Shipped, error) {
			return s.Ship(ctx, tx, sales.Ship{Order: so, Beside: "truck waits"})
		})
		if out.Beside != "truck waits" || out.Lines[0].Qty != dec("5") {
			t.Error(out)
		}
		why, err := db.One[string](kittest.Ctx(t), d.Read(), `SELECT reason FROM kit_event WHERE name = 'sales.shipped'`)
		if err != nil || why != "truck waits" {
			t.Error(why, err)
		}
		s.balanced(t)
	})
}
