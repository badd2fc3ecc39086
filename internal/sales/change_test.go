package sales_test

import (
	"context"
	"fmt"
	"math/rand"
	"strings"
	"sync"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/production"
	"kaiwu/internal/sales"
)

func ptr[T any](v T) *T { return &v }

func (s *shop) change(t testing.TB, order string, in sales.ChangeOrder) (sales.Consequences, string) {
	t.Helper()
	in.Reason = "customer called"
	return act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Consequences, error) { return s.Change(ctx, tx, order, in) })
}

// A change tells what follows from it, asks what becomes of each work order, and does just that.
func TestChangeAfterWorkOrders(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 30 L1 2026-09-01", "CUP 20 L2 2026-08-01")
		so := s.order(t, "CUP 100 2026-03-20", "MUG 10 2026-03-20")
		s.allocate(t, so)
		work := s.make(t, so).Orders
		if got := s.state(t, so); got != "planned | CUP 100 s0 a50 w50 | MUG 10 s0 a0 w10" || len(work) != 2 {
			t.Fatal(got, work)
		}
		// 100 → 40: ten of the promised cups (those that keep longest) become free, and nobody needs the work order
		in := sales.ChangeOrder{Lines: []sales.ChangeLine{{Line: 1, Qty: ptr(dec("40")), Due: ptr("2026-03-25"), Priority: ptr(int64(1)), Note: ptr("blue")}}}
		c, err := s.PreviewChange(kittest.Ctx(t), d.Read(), so, in)
		if err != nil {
			t.Fatal(err)
		}
		l := c.Lines[0]
		if len(l.Released) != 1 || l.Released[0].Lot != "L1" || l.Released[0].Qty != dec("10") || l.Surplus != dec("50") || l.Before.Qty != dec("100") || l.After.Due != "2026-03-25" {
			t.Errorf("consequences: %+v", l)
		}
		if w := c.Work[0]; !w.Asked || w.Suggest != "cancel" || w.Begun || strings.Join(w.Answers, " ") != "keep stock cancel" {
			t.Errorf("work order: %+v", w)
		}
		if got := s.state(t, so); got != "planned | CUP 100 s0 a50 w50 | MUG 10 s0 a0 w10" {
			t.Error("the preview changed something:", got)
		}
		if _, code := s.change(t, so, in); code != "sales.has_work" {
			t.Errorf("without an answer: %q", code)
		}
		in.Work = []sales.WorkAnswer{{Order: work[0].Number, Answer: "cancel"}}
		if _, code := s.change(t, so, in); code != "" {
			t.Fatal(code)
		}
		if got := s.state(t, so); got != "planned | CUP 40 s0 a40 w0 | MUG 10 s0 a0 w10" {
			t.Error(got)
		}
		// what was begun can only go on
		s.begin(t, work[1].Number, "4")
		gone := sales.ChangeOrder{Lines: []sales.ChangeLine{{Line: 2, Cancel: true}}, Add: []sales.NewLine{{Item: "PUMP", Qty: dec("2"), Due: "2026-04-01"}}, Customer: ptr("C2"), Note: ptr("urgent")}
		for answer, want := range map[string]string{"cancel": "sales.work_begun", "keep": "sales.answer_not_possible", "": "sales.has_work"} {
			gone.Work = nil
			if answer != "" {
				gone.Work = []sales.WorkAnswer{{Order: work[1].Number, Answer: answer}}
			}
			if _, code := s.change(t, so, gone); code != want {
				t.Errorf("answer %q: %q", answer, code)
			}
		}
		gone.Work = []sales.WorkAnswer{{Order: work[1].Number, Answer: "stock"}}
		if _, code := s.change(t, so, gone); code != "" {
			t.Fatal(code)
		}
		if got := s.state(t, so); got != "open | CUP 40 s0 a40 w0 | MUG 10 s0 a0 w0 cancelled | PUMP 2 s0 a0 w0" {
			t.Error(got)
		}
		must(t, s, func(ctx context.Context, tx *db.Tx) (production.Received, error) { // it is nobody's: into stock, free
			return s.Production.Receive(ctx, tx, production.Receive{Order: work[1].Number})
		})
		other := s.order(t, "MUG 4 2026-03-20")
		s.allocate(t, other)
		if got := s.state(t, other); got != "ready | MUG 4 s0 a4 w0" {
			t.Error(got)
		}
		if tr := s.track(t, so); tr.Customer.Code != "C2" || tr.Note != "urgent" || tr.Lines[0].Priority != 1 || tr.Lines[0].Note != "blue" {
			t.Errorf("%+v", tr)
		}
		type payload struct {
			P string `db:"payload"`
		}
		events, err := db.All[payload](kittest.Ctx(t), d.Read(), `SELECT payload FROM kit_event WHERE name = 'sales.changed' AND subject = $1 ORDER BY id`, "so:"+so)
		if err != nil || len(events) != 2 || !strings.Contains(events[0].P, `"qty":"100"`) || !strings.Contains(events[0].P, `"qty":"40"`) || !strings.Contains(events[1].P, `"customer_after":"C2"`) {
			t.Errorf("events tell before and after: %v %v", events, err)
		}
		s.balanced(t)
	})
}

func TestChangeRefusals(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 50 L1")
		so := s.order(t, "CUP 10 2026-03-20", "MUG 5 2026-03-20")
		s.allocate(t, so)
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Shipped, error) {
			return s.Ship(ctx, tx, sales.Ship{Order: so, Lines: []sales.ShipLine{{Line: 1, Qty: dec("4")}}})
		})
		dead := s.order(t, "CUP 1 2026-03-20")
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.Cancel(ctx, tx, dead, sales.Cancel{Reason: "x"})
		})
		line := func(l sales.ChangeLine) sales.ChangeOrder { return sales.ChangeOrder{Lines: []sales.ChangeLine{l}} }
		for name, c := range map[string]struct {
			order string
			in    sales.ChangeOrder
			want  string
		}{
			"nothing":           {so, sales.ChangeOrder{}, "sales.nothing_changed"},
			"no such order":     {"SO0", line(sales.ChangeLine{Line: 1}), "sales.order_unknown"},
			"cancelled":         {dead, line(sales.ChangeLine{Line: 1, Qty: ptr(dec("2"))}), "sales.cancelled"},
			"no such line":      {so, line(sales.ChangeLine{Line: 9}), "sales.line_unknown"},
			"twice":             {so, sales.ChangeOrder{Lines: []sales.ChangeLine{{Line: 2}, {Line: 2}}}, "sales.line_twice"},
			"less than shipped": {so, line(sales.ChangeLine{Line: 1, Qty: ptr(dec("3"))}), "sales.below_shipped"},
			"zero":              {so, line(sales.ChangeLine{Line: 2, Qty: ptr(dec("0"))}), "sales.qty_not_positive"},
			"half a mug":        {so, line(sales.ChangeLine{Line: 2, Qty: ptr(dec("2.5"))}), "sales.decimals"},
			"no date":           {so, line(sales.ChangeLine{Line: 2, Due: ptr("soon")}), "sales.date_invalid"},
			"priority":          {so, line(sales.ChangeLine{Line: 2, Priority: ptr(int64(0))}), "sales.priority_range"},
			"shipped line":      {so, line(sales.ChangeLine{Line: 1, Cancel: true}), "sales.line_shipped"},
			"customer shipped":  {so, sales.ChangeOrder{Customer: ptr("C2")}, "sales.customer_shipped"},
			"a carrier":         {so, sales.ChangeOrder{Customer: ptr("SF")}, "sales.not_customer"},
			"added nonsense":    {so, sales.ChangeOrder{Add: []sales.NewLine{{Item: "NONE", Qty: dec("1"), Due: "2026-03-20"}}}, "masterdata.item_unknown"},
			"line number taken": {so, sales.ChangeOrder{Add: []sales.NewLine{{Line: 1, Item: "CUP", Qty: dec("1"), Due: "2026-03-20"}}}, "sales.line_twice"},
		} {
			before := s.state(t, so)
			if _, code := s.change(t, c.order, c.in); code != c.want {
				t.Errorf("%s: %q, want %q", name, code, c.want)
			}
			if got := s.state(t, so); got != before {
				t.Errorf("%s left something behind: %s", name, got)
			}
		}
		s.balanced(t)
	})
}

// Part now, part later: lots and work orders stay with the first part as far as it needs them.
func TestSplitAndMerge(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 30 L1", "MUG 5 M1")
		so := s.order(t, "CUP 100 2026-03-20", "MUG 5 2026-03-20")
		s.allocate(t, so)
		s.make(t, so)
		split := func(in sales.SplitOrder) (sales.Created, string) {
			return act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) { return s.Split(ctx, tx, so, in) })
		}
		if _, code := split(sales.SplitOrder{Lines: []sales.SplitLine{{Line: 1, Qty: dec("80"), Due: "2026-04-10"}}}); code != "" {
			t.Fatal(code)
		}
		if got := s.state(t, so); got != "planned | CUP 20 s0 a20 w0 | MUG 5 s0 a5 w0 | CUP 80 s0 a10 w70" {
			t.Error(got)
		}
		for want, in := range map[string]sales.SplitOrder{
			"sales.split_whole":      {Lines: []sales.SplitLine{{Line: 1, Qty: dec("20")}}},
			"sales.over_ship":        {Lines: []sales.SplitLine{{Line: 1, Qty: dec("21")}}},
			"sales.qty_not_positive": {Lines: []sales.SplitLine{{Line: 1}}},
			"sales.line_unknown":     {Lines: []sales.SplitLine{{Line: 7, Qty: dec("1")}}},
			"sales.date_invalid":     {Lines: []sales.SplitLine{{Line: 1, Qty: dec("1"), Due: "x"}}},
			"sales.line_twice":       {Lines: []sales.SplitLine{{Line: 1, Qty: dec("1")}, {Line: 1, Qty: dec("1")}}},
			"sales.split_all":        {NewOrder: true, Lines: []sales.SplitLine{{Line: 1, Qty: dec("20")}, {Line: 2, Qty: dec("5")}, {Line: 3, Qty: dec("80")}}},
			"sales.number_taken":     {NewOrder: true, Number: so, Lines: []sales.SplitLine{{Line: 1, Qty: dec("1")}}},
		} {
			if _, code := split(in); code != want {
				t.Errorf("%q, want %q", code, want)
			}
		}
		later, code := split(sales.SplitOrder{NewOrder: true, Lines: []sales.SplitLine{{Line: 3, Qty: dec("80")}, {Line: 2, Qty: dec("2")}}})
		if code != "" {
			t.Fatal(code)
		}
		if a, b := s.state(t, so), s.state(t, later.Number); a != "ready | CUP 20 s0 a20 w0 | MUG 3 s0 a3 w0" || b != "planned | CUP 80 s0 a10 w70 | MUG 2 s0 a2 w0" {
			t.Error(a, b)
		}
		if w := s.track(t, later.Number).Lines[0].Work; len(w) != 1 {
			t.Error("the work order did not go with its part", w)
		}
		merge := func(into string, orders ...string) string {
			_, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
				return s.Merge(ctx, tx, sales.MergeOrders{Into: into, Orders: orders})
			})
			return code
		}
		foreign := s.orderOf(t, "C2", "", "CUP 1 2026-03-20")
		gone := s.order(t, "MUG 1 2026-03-20")
		s.stock(t, "MUG 1 M2")
		s.allocate(t, gone)
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Shipped, error) {
			return s.Ship(ctx, tx, sales.Ship{Order: gone})
		})
		for _, c := range [][3]string{{so, so, "sales.merge_self"}, {so, foreign, "sales.merge_customer"}, {so, gone, "sales.merge_shipped"}, {so, "SO0", "sales.order_unknown"}} {
			if got := merge(c[0], c[1]); got != c[2] {
				t.Errorf("merge %s: %q, want %q", c[1], got, c[2])
			}
		}
		if code := merge(so, later.Number); code != "" {
			t.Fatal(code)
		}
		if got := s.state(t, so); got != "planned | CUP 20 s0 a20 w0 | MUG 3 s0 a3 w0 | CUP 80 s0 a10 w70 | MUG 2 s0 a2 w0" {
			t.Error(got)
		}
		if tr := s.track(t, later.Number); tr.Status != "cancelled" || tr.MergedInto != so {
			t.Errorf("%+v", tr)
		}
		if got := merge(so, later.Number); got != "sales.cancelled" {
			t.Error(got)
		}
		s.balanced(t)
	})
}

// An order with work orders can be cancelled: what is not begun with it, what is begun goes on for stock.
func TestCancelWithWork(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		so := s.order(t, "CUP 10 2026-03-20", "MUG 5 2026-03-21")
		work := s.make(t, so).Orders
		s.begin(t, work[0].Number, "3")
		cancel := func(answers ...sales.WorkAnswer) string {
			_, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
				return s.Cancel(ctx, tx, so, sales.Cancel{Reason: "customer gone", Work: answers})
			})
			return code
		}
		c, err := s.PreviewCancel(kittest.Ctx(t), d.Read(), so)
		if err != nil || len(c.Work) != 2 || c.Work[0].Suggest != "stock" || c.Work[1].Suggest != "cancel" {
			t.Fatalf("%+v %v", c.Work, err)
		}
		if got := cancel(); got != "sales.has_work" {
			t.Error(got)
		}
		if got := cancel(sales.WorkAnswer{Order: work[0].Number, Answer: "cancel"}, sales.WorkAnswer{Order: work[1].Number, Answer: "cancel"}); got != "sales.work_begun" {
			t.Error(got)
		}
		if got := cancel(sales.WorkAnswer{Order: work[0].Number, Answer: "stock"}, sales.WorkAnswer{Order: work[1].Number, Answer: "cancel"}); got != "" {
			t.Error(got)
		}
		if got := s.state(t, so); got != "cancelled | CUP 10 s0 a0 w0 cancelled | MUG 5 s0 a0 w0 cancelled" {
			t.Error(got)
		}
		s.finish(t, work[0].Number, "7")
		if got := s.state(t, so); got != "cancelled | CUP 10 s0 a0 w0 cancelled | MUG 5 s0 a0 w0 cancelled" {
			t.Error("a cancelled order was promised goods:", got)
		}
		s.balanced(t)
	})
}

// A customer takes a little more or less; then the line is done by itself. A person may close one short, and open it
// again.
func TestToleranceAndClosing(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 500 L1")
		ship := func(so, qty string) (sales.Shipped, string) {
			return act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Shipped, error) {
				return s.Ship(ctx, tx, sales.Ship{Order: so, Lines: []sales.ShipLine{{Line: 1, Qty: dec(qty)}}})
			})
		}
		set := func(customer, pct string) string {
			var p *num.Dec
			if pct != "" {
				p = ptr(dec(pct))
			}
			_, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Tolerance, error) {
				return s.SetTolerance(ctx, tx, sales.Tolerance{Customer: customer, Pct: p})
			})
			return code
		}
		strict := s.order(t, "CUP 100 2026-03-20")
		if _, code := ship(strict, "101"); code != "sales.over_ship" {
			t.Error(code)
		}
		if a, b, c := set("C1", "101"), set("SF", "1"), set("C1", "5"); a != "sales.tolerance_range" || b != "sales.not_customer" || c != "" {
			t.Error(a, b, c)
		}
		if _, code := ship(strict, "106"); code != "sales.over_ship" {
			t.Error(code)
		}
		s.allocate(t, strict)
		over, code := ship(strict, "105")
		if code != "" || s.state(t, strict) != "shipped | CUP 100 s105 a0 w0" {
			t.Error(code, s.state(t, strict))
		}
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.UndoShipment(ctx, tx, over.Number, sales.Undo{Reason: "x"})
		})
		if out, code := ship(strict, "94"); code != "" || len(out.Closed) != 0 {
			t.Error(code, out.Closed)
		}
		last, code := ship(strict, "1")
		if code != "" || len(last.Closed) != 1 || s.state(t, strict) != "shipped | CUP 100 s95 a0 w0" {
			t.Error(code, last.Closed, s.state(t, strict))
		}
		if _, code := ship(strict, "1"); code != "sales.line_closed" {
			t.Error(code)
		}
		if made := s.make(t, strict); len(made.Orders) != 0 {
			t.Error("what is done needs no work order")
		}
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.UndoShipment(ctx, tx, last.Number, sales.Undo{Reason: "x"})
		})
		if got := s.state(t, strict); got != "part_shipped | CUP 100 s94 a0 w0" {
			t.Error(got)
		}
		set("C1", "")
		set("", "1")
		if tol, err := s.Tolerances(kittest.Ctx(t), d.Read()); err != nil || tol.Default != dec("1") || len(tol.Customers) != 0 {
			t.Error(tol, err)
		}
		s.allocate(t, strict)
		closeLines := func(in sales.CloseLines) string {
			_, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) { return s.Close(ctx, tx, strict, in) })
			return code
		}
		if a, b, c, e := closeLines(sales.CloseLines{}), closeLines(sales.CloseLines{Reason: "agreed"}), closeLines(sales.CloseLines{Reason: "x", Lines: []int64{1}}), closeLines(sales.CloseLines{Reason: "x", Lines: []int64{4}}); a != "sales.reason_missing" || b != "" || c != "sales.line_state" || e != "sales.line_unknown" {
			t.Error(a, b, c, e)
		}
		if got := s.state(t, strict); got != "shipped | CUP 100 s94 a0 w0" {
			t.Error(got)
		}
		if _, code := s.change(t, strict, sales.ChangeOrder{Lines: []sales.ChangeLine{{Line: 1, Qty: ptr(dec("95"))}}}); code != "sales.line_closed" {
			t.Error(code)
		}
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.Reopen(ctx, tx, strict, sales.CloseLines{})
		})
		if got := s.state(t, strict); got != "part_shipped | CUP 100 s94 a0 w0" {
			t.Error(got)
		}
		s.balanced(t)
	})
}

// Whatever people do one after the other, every promise holds.
func TestAnySequenceIsClean(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Tolerance, error) {
			return s.SetTolerance(ctx, tx, sales.Tolerance{Customer: "C1", Pct: ptr(dec("10"))})
		})
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.WorkRules, error) {
			return s.SaveRules(ctx, tx, sales.WorkRules{Rules: []sales.WorkRule{{Name: "mugs", Active: true, Item: "MUG", Grouping: "item_day"}}})
		})
		s.stock(t, "CUP 60 L1 2026-09-01", "CUP 60 L2 2026-08-01", "MUG 40 M1", "PUMP 6 P1,P2,P3,P4,P5,P6")
		rnd := rand.New(rand.NewSource(7))
		orders := []string{}
		for range 4 {
			orders = append(orders, s.order(t, "CUP 20 2026-03-20", "MUG 15 2026-03-20", "PUMP 2 2026-03-22"))
		}
		pick := func() string { return orders[rnd.Intn(len(orders))] }
		qty := func() num.Dec { return num.Int(int64(1 + rnd.Intn(25))) }
		answers := func(ws []sales.AffectedWork) (out []sales.WorkAnswer) {
			for _, w := range ws {
				out = append(out, sales.WorkAnswer{Order: w.Number, Answer: w.Answers[rnd.Intn(len(w.Answers))]})
			}
			return out
		}
		done := map[string]int{}
		ctx := kittest.Ctx(t)
		for step := range 240 {
			so := pick()
			verb := []string{"change", "split", "merge", "cancel", "ship", "undo", "make", "allocate", "finish", "close", "reopen", "pick"}[rnd.Intn(12)]
			err := d.InTx(ctx, func(tx *db.Tx) (err error) {
				switch verb {
				case "change":
					in := sales.ChangeOrder{Reason: "x", Lines: []sales.ChangeLine{{Line: int64(1 + rnd.Intn(3)), Qty: ptr(qty()), Cancel: rnd.Intn(6) == 0}}}
					c, e := s.PreviewChange(ctx, tx, so, in)
					if err = e; err == nil {
						in.Work = answers(c.Work)
						_, err = s.Change(ctx, tx, so, in)
					}
				case "split":
					_, err = s.Split(ctx, tx, so, sales.SplitOrder{NewOrder: rnd.Intn(2) == 0, Lines: []sales.SplitLine{{Line: int64(1 + rnd.Intn(3)), Qty: qty()}}})
				case "merge":
					_, err = s.Merge(ctx, tx, sales.MergeOrders{Into: so, Orders: []string{pick()}})
				case "cancel":
					if rnd.Intn(3) > 0 {
						return nil
					}
					c, e := s.PreviewCancel(ctx, tx, so)
					if err = e; err == nil {
						_, err = s.Cancel(ctx, tx, so, sales.Cancel{Reason: "x", Work: answers(c.Work)})
					}
				case "ship":
					in := sales.Ship{Order: so}
					if rnd.Intn(2) == 0 {
						in.Lines = []sales.ShipLine{{Line: int64(1 + rnd.Intn(2)), Qty: qty()}}
					}
					_, err = s.Ship(ctx, tx, in)
				case "undo":
					numbers, e := db.All[string](ctx, tx, `SELECT number FROM so_shipment ORDER BY id`)
					if err = e; err == nil && len(numbers) > 0 {
						_, err = s.UndoShipment(ctx, tx, numbers[rnd.Intn(len(numbers))], sales.Undo{Reason: "x"})
					}
				case "make":
					_, err = s.MakeWork(ctx, tx, sales.MakeWork{Orders: []string{so, orders[0]}, Release: true})
				case "allocate":
					_, err = s.Allocate(ctx, tx, so)
				case "finish":
					numbers, e := db.All[string](ctx, tx, `SELECT number FROM v_work_order WHERE status IN ('released', 'started') ORDER BY number`)
					if err = e; err == nil && len(numbers) > 0 {
						n := numbers[rnd.Intn(len(numbers))]
						if _, err = s.Production.Report(ctx, tx, production.Report{Order: n, Op: 10, Good: num.Int(int64(1 + rnd.Intn(6))), Workers: []string{"W1"}}); err == nil {
							_, err = s.Production.Receive(ctx, tx, production.Receive{Order: n})
						}
					}
				case "close":
					if rnd.Intn(4) == 0 {
						_, err = s.Close(ctx, tx, so, sales.CloseLines{Reason: "x"})
					}
				case "reopen":
					_, err = s.Reopen(ctx, tx, so, sales.CloseLines{})
				case "pick":
					_, err = s.MakePick(ctx, tx, sales.NewPick{Orders: []string{so}})
				}
				return err
			})
			if _, refused := fault.As(err); err != nil && !refused {
				t.Fatal(verb, err)
			}
			if err == nil {
				done[verb]++
			}
			if verb == "split" && err == nil {
				if orders, err = db.All[string](ctx, d.Read(), `SELECT number FROM so_order WHERE cancelled_ms = 0 ORDER BY id`); err != nil {
					t.Fatal(err)
				}
			}
			if len(orders) < 2 || step%40 == 39 {
				orders = append(orders, s.order(t, "CUP 20 2026-03-20", "MUG 15 2026-03-20", "PUMP 1 2026-03-22"))
			}
			if step%10 == 9 {
				s.balanced(t)
			}
			if t.Failed() {
				t.Fatalf("after step %d, %s of %s", step, verb, so)
			}
		}
		for _, verb := range []string{"change", "split", "merge", "ship", "undo", "make", "allocate", "finish", "reopen", "pick"} {
			if done[verb] == 0 {
				t.Errorf("%s never happened: %v", verb, done)
			}
		}
	})
}

// Two people ship the same lot, and two make work orders of the same lines: it happens once.
func TestRaces(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 10 L1")
		a, b := s.order(t, "CUP 10 2026-03-20"), s.order(t, "CUP 10 2026-03-20")
		crowd := func(n int, fn func(ctx context.Context, tx *db.Tx, i int) error) (won int, codes string) {
			var mu sync.Mutex
			var wg sync.WaitGroup
			ctx := kittest.Ctx(t)
			for i := range n {
				wg.Go(func() {
					err := d.InTx(ctx, func(tx *db.Tx) error { return fn(ctx, tx, i) })
					mu.Lock()
					defer mu.Unlock()
					if f, ok := fault.As(err); ok {
						codes = f.Code
					} else if err != nil {
						t.Error(err)
					} else {
						won++
					}
				})
			}
			wg.Wait()
			return won, codes
		}
		won, code := crowd(6, func(ctx context.Context, tx *db.Tx, i int) error {
			_, err := s.Ship(ctx, tx, sales.Ship{Order: []string{a, b}[i%2], Lines: []sales.ShipLine{{Line: 1, Qty: dec("10"), Lot: "L1"}}})
			return err
		})
		if won != 1 || code == "" {
			t.Errorf("%d people shipped the same ten cups (%s)", won, code)
		}
		so := s.order(t, "MUG 7 2026-03-20", "PUMP 3 2026-03-20")
		made := make([]int, 6)
		if won, code := crowd(6, func(ctx context.Context, tx *db.Tx, i int) error {
			m, err := s.MakeWork(ctx, tx, sales.MakeWork{Orders: []string{so}})
			made[i] = len(m.Orders)
			return err
		}); won != 6 {
			t.Error(won, code)
		}
		if fmt.Sprint(sumOf(made)) != "2" || s.state(t, so) != "planned | MUG 7 s0 a0 w7 | PUMP 3 s0 a0 w3" {
			t.Error(made, s.state(t, so))
		}
		s.balanced(t)
	})
}

func sumOf(ns []int) (n int) {
	for _, x := range ns {
		n += x
	}
	return n
}

// When a line becomes due on another day, what is made for it follows, unless somebody wants it otherwise.
func TestWorkOrdersFollowTheDueDate(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.rules(t, sales.WorkRule{Name: "mugs", Active: true, Item: "MUG", Grouping: "order"})
		so := s.order(t, "CUP 10 2026-03-20", "MUG 4 2026-03-22", "MUG 6 2026-03-24")
		work := s.make(t, so).Orders
		if len(work) != 2 {
			t.Fatal(work)
		}
		cup, mug := work[0].Number, work[1].Number
		dues := func() string {
			out, err := db.All[string](kittest.Ctx(t), d.Read(), `SELECT DISTINCT o.due || '/' || p.due || ' ' || o.start FROM wo_order o JOIN wo_op p ON p.order_id = o.id WHERE o.number IN ($1, $2) ORDER BY 1`, cup, mug)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Join(out, ", ")
		}
		move := func(line int64, due, dates string) string {
			in := sales.ChangeOrder{Dates: dates, Lines: []sales.ChangeLine{{Line: line, Due: &due}}}
			c, err := s.PreviewChange(kittest.Ctx(t), d.Read(), so, in)
			if err != nil {
				return err.Error()
			}
			if _, code := s.change(t, so, in); code != "" {
				return code
			}
			return c.Work[0].Due + " " + c.Work[0].DueAfter
		}
		for _, c := range []struct{ line, due, dates, said, want string }{
			{"1", "2026-03-25", "", "2026-03-20 2026-03-25", "2026-03-22/2026-03-22 , 2026-03-25/2026-03-25 "},
			{"1", "2026-03-19", "keep", "2026-03-25 2026-03-19", "2026-03-22/2026-03-22 , 2026-03-25/2026-03-25 "},
			{"1", "2026-03-18", "follow", "2026-03-25 2026-03-18", "2026-03-18/2026-03-18 , 2026-03-22/2026-03-22 "},
			// made for two lines: the earlier one says when
			{"2", "2026-03-30", "", "2026-03-22 2026-03-24", "2026-03-18/2026-03-18 , 2026-03-24/2026-03-24 "},
			{"3", "2026-04-01", "", "2026-03-24 2026-03-30", "2026-03-18/2026-03-18 , 2026-03-30/2026-03-30 "},
			{"2", "2026-04-05", "", "2026-03-30 2026-04-01", "2026-03-18/2026-03-18 , 2026-04-01/2026-04-01 "},
		} {
			n := int64(c.line[0] - '0')
			if said := move(n, c.due, c.dates); said != c.said {
				t.Errorf("%s %s: %q, want %q", c.line, c.due, said, c.said)
			}
			if got := dues(); got != c.want {
				t.Errorf("%s %s: %q, want %q", c.line, c.due, got, c.want)
			}
		}
		// a date of its own, set before, stays; it moves only when it would be late
		must(t, s, func(ctx context.Context, tx *db.Tx) (production.Changed, error) {
			return s.Production.Change(ctx, tx, production.Change{Order: cup, Due: "2026-03-10", Start: "2026-03-09", Reason: "early"})
		})
		if said := move(1, "2026-03-28", ""); said != "2026-03-10 2026-03-10" {
			t.Error(said)
		}
		if said := move(1, "2026-03-05", ""); said != "2026-03-10 2026-03-05" {
			t.Error(said)
		}
		if got := dues(); !strings.HasPrefix(got, "2026-03-05/2026-03-05 ,") { // the start behind it is open again
			t.Error(got)
		}
		said, err := db.All[string](kittest.Ctx(t), d.Read(), `SELECT payload FROM kit_event WHERE name = 'production.changed' AND subject = $1 ORDER BY id`, "wo:"+cup)
		if err != nil || len(said) != 4 || !strings.Contains(said[0], `"due":"2026-03-25"`) {
			t.Error(said, err)
		}
		s.balanced(t)
	})
}

// When less is wanted than a work order makes that nobody has begun, it is made smaller; one that is begun is not.
func TestChangeShrinksWork(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		so := s.order(t, "CUP 100 2026-03-20")
		work := s.make(t, so).Orders
		in := sales.ChangeOrder{Lines: []sales.ChangeLine{{Line: 1, Qty: ptr(dec("40"))}}}
		c, err := s.PreviewChange(kittest.Ctx(t), d.Read(), so, in)
		if err != nil {
			t.Fatal(err)
		}
		if w := c.Work[0]; w.Suggest != "shrink" || strings.Join(w.Answers, " ") != "keep shrink stock cancel" {
			t.Errorf("%+v", w)
		}
		in.Work = []sales.WorkAnswer{{Order: work[0].Number, Answer: "shrink"}}
		if _, code := s.change(t, so, in); code != "" {
			t.Fatal(code)
		}
		if got := s.state(t, so); got != "planned | CUP 40 s0 a0 w40" {
			t.Error(got)
		}
		// more is wanted again: a second work order; then so little that the one goes and the other shrinks
		if _, code := s.change(t, so, sales.ChangeOrder{Lines: []sales.ChangeLine{{Line: 1, Qty: ptr(dec("70"))}}}); code != "" {
			t.Fatal(code)
		}
		more := s.make(t, so).Orders
		in = sales.ChangeOrder{Lines: []sales.ChangeLine{{Line: 1, Qty: ptr(dec("35"))}}}
		if c, err = s.PreviewChange(kittest.Ctx(t), d.Read(), so, in); err != nil {
			t.Fatal(err)
		}
		if len(c.Work) != 2 || c.Lines[0].Surplus != dec("35") {
			t.Fatalf("%+v", c)
		}
		in.Work = []sales.WorkAnswer{{Order: work[0].Number, Answer: "shrink"}, {Order: more[0].Number, Answer: "cancel"}}
		if _, code := s.change(t, so, in); code != "" {
			t.Fatal(code)
		}
		if got := s.state(t, so); got != "planned | CUP 35 s0 a0 w35" {
			t.Error(got)
		}
		s.begin(t, work[0].Number, "3")
		if got := s.state(t, so); got != "in_work | CUP 35 s0 a0 w35" {
			t.Error(got)
		}
		in = sales.ChangeOrder{Lines: []sales.ChangeLine{{Line: 1, Qty: ptr(dec("20"))}}, Work: []sales.WorkAnswer{{Order: work[0].Number, Answer: "shrink"}}}
		if _, code := s.change(t, so, in); code != "sales.answer_not_possible" {
			t.Error(code)
		}
		s.balanced(t)
	})
}
