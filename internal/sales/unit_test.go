package sales_test

import (
	"context"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/sales"
)

// An order line entered, added and changed in boxes; what is shipped, promised and made knows pieces only. A part that
// is split off in pieces forgets the boxes, and what is no whole number of pieces is refused by its field.
func TestLinesInBoxes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		must(t, s, func(ctx context.Context, tx *db.Tx) (masterdata.ItemDetail, error) {
			md := masterdata.New()
			it, err := md.ItemDetail(ctx, tx, "CUP", s.site, tx.Today())
			if err != nil {
				return it, err
			}
			return md.ChangeUnits(ctx, tx, "CUP", masterdata.EditUnits{Rev: it.Rev, Units: []masterdata.UnitValues{{UoM: "箱", Own: dec("12"), Per: dec("1"), Decimals: 2}}})
		})
		line := func(qty, uom string) sales.NewLine {
			return sales.NewLine{Item: "CUP", Qty: dec(qty), UoM: uom, Due: "2026-03-20", UnitPrice: ptr(dec("3"))}
		}
		in := sales.NewOrder{Customer: "C1", Lines: []sales.NewLine{line("2", "箱"), line("5", "pcs")}}
		so := must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) { return s.Create(ctx, tx, in) }).Number
		if in.Lines[0].Qty != dec("2") || in.Lines[0].UoM != "箱" {
			t.Errorf("the command was altered, so a second run would convert twice: %+v", in.Lines[0])
		}
		see := func(want ...string) {
			t.Helper()
			for i, l := range s.track(t, so).Lines {
				got := l.Qty.String()
				if l.EnteredUoM != "" {
					got += "=" + l.EnteredQty.String() + l.EnteredUoM
				}
				if i >= len(want) || got != want[i] {
					t.Errorf("line %d: %s, want %v", l.Line, got, want)
				}
			}
		}
		see("24=2箱", "5")
		for _, c := range []struct{ qty, uom, want string }{{"0.3", "箱", "masterdata.unit_inexact"}, {"1", "托", "masterdata.unit_not_of_item"}, {"0.125", "箱", "masterdata.unit_decimals"}} {
			if _, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
				return s.Create(ctx, tx, sales.NewOrder{Customer: "C1", Lines: []sales.NewLine{line(c.qty, c.uom)}})
			}); code != c.want {
				t.Errorf("%s %s: %s", c.qty, c.uom, code)
			}
			if _, code := s.change(t, so, sales.ChangeOrder{Lines: []sales.ChangeLine{{Line: 1, Qty: ptr(dec(c.qty)), UoM: c.uom}}}); code != c.want {
				t.Errorf("changed to %s %s: %s", c.qty, c.uom, code)
			}
		}
		c, code := s.change(t, so, sales.ChangeOrder{Lines: []sales.ChangeLine{{Line: 1, Qty: ptr(dec("3")), UoM: "箱"}, {Line: 2, Qty: ptr(dec("6"))}}, Add: []sales.NewLine{line("0.5", "箱")}})
		if code != "" || c.Lines[0].Before.EnteredQty != dec("2") || c.Lines[0].After.Qty != dec("36") || c.Lines[0].After.EnteredUoM != "箱" {
			t.Fatal(code, c.Lines)
		}
		see("36=3箱", "6", "6=0.5箱")
		type told struct {
			Added []sales.OrderedLine `json:"added"`
		}
		if e := kittest.Last[told](t, d, "sales.changed"); len(e.Added) != 1 || e.Added[0].Qty != dec("6") || e.Added[0].EnteredQty != dec("0.5") || e.Added[0].UoM != "" {
			t.Errorf("%+v", e)
		}
		// another date leaves the boxes, another quantity in pieces forgets them
		if _, code := s.change(t, so, sales.ChangeOrder{Lines: []sales.ChangeLine{{Line: 1, Due: ptr("2026-03-25")}, {Line: 3, Qty: ptr(dec("7"))}}}); code != "" {
			t.Fatal(code)
		}
		see("36=3箱", "6", "7")
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.Split(ctx, tx, so, sales.SplitOrder{Lines: []sales.SplitLine{{Line: 1, Qty: num.Int(6)}}})
		})
		see("30", "6", "7", "6")
		// in boxes stays what was in boxes and gives boxes
		if _, code := s.change(t, so, sales.ChangeOrder{Lines: []sales.ChangeLine{{Line: 1, Qty: ptr(dec("3")), UoM: "箱"}}}); code != "" {
			t.Fatal(code)
		}
		split := func(qty, uom string) string {
			_, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
				return s.Split(ctx, tx, so, sales.SplitOrder{Lines: []sales.SplitLine{{Line: 1, Qty: dec(qty), UoM: uom}}})
			})
			return code
		}
		if a, b := split("0.3", "箱"), split("4", "箱"); a != "masterdata.unit_inexact" || b != "sales.over_ship" {
			t.Error(a, b)
		}
		if code := split("1", "箱"); code != "" {
			t.Fatal(code)
		}
		see("24=2箱", "6", "7", "6", "12=1箱")
		if e := kittest.Last[sales.SplitEvent](t, d, "sales.split"); e.Lines[0].Qty != dec("12") || e.Lines[0].EnteredQty != dec("1") || e.Lines[0].UoM != "" {
			t.Errorf("%+v", e)
		}
		s.balanced(t)
	})
}
