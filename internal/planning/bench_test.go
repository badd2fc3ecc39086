package planning_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
	"kaiwu/internal/purchasing"
)

// The arithmetic names the safety stock only from the day on from which it counts; before it, rounding is rounding.
func TestWhyAgainstSafetyStock(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := openWith(t, d, func(p *pack.Pack) {
			at := slices.IndexFunc(p.Items, func(i pack.Item) bool { return i.Code == "BLANK" })
			p.Items[at].SafetyStock, p.Items[at].LotMultiple = num.Int(100), num.Int(50)
		})
		s.order(t, "SO1", "LAMP", 10, "2026-03-05", 5)
		s.order(t, "SO2", "LAMP", 50, "2026-03-20", 5)
		s.run(t)
		type row struct {
			N   int64  `db:"n"`
			Due string `db:"due"`
		}
		rows, err := db.All[row](t.Context(), d.Read(), `SELECT o.n + 1 AS n, o.due FROM mrp_order o JOIN v_item i ON i.id = o.item_id WHERE i.code = 'BLANK' ORDER BY o.due, o.n`)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rows {
			why, err := s.Why(kittest.Ctx(t), d.Read(), "", r.N)
			if err != nil {
				t.Fatal(err)
			}
			var steps []string
			for _, x := range why.Steps {
				steps = append(steps, fmt.Sprintf("%s %s", x.Code, x.Qty))
			}
			got = append(got, fmt.Sprintf("%s %s: %s", r.Due[5:], why.Qty, strings.Join(steps, ", ")))
		}
		want := []string{"03-02 50: needed 10, multiple 40", "03-05 100: safety 60, multiple 40", "03-17 50: needed 50, planned_before -40, planned_before -10, safety 10, multiple 40"}
		if !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
	})
}

// A document that is asked to come earlier says for whose order, and a merged order knows the customers' orders at the
// top of its needs after the plan that it was made from is gone.
func TestReasonsReachTheCustomer(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.order(t, "SO1", "LAMP", 10, "2026-03-18", 5)
		s.order(t, "SO2", "LAMP", 5, "2026-03-20", 5)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Purchasing.Create(ctx, tx, purchasing.NewOrder{Number: "PO1", Supplier: "S1", Lines: []purchasing.NewLine{{Item: "SCREW", Qty: num.Int(30), Due: "2026-03-25"}}})
			return err
		})
		s.run(t)
		if got := s.messages(t); !slices.Contains(got, "expedite SCREW PO1 2026-03-25>2026-03-16 SO1, SO2") {
			t.Errorf("messages %q", got)
		}
		n, err := db.All[int64](ctx, d.Read(), `SELECT o.n + 1 FROM mrp_order o JOIN v_item i ON i.id = o.item_id WHERE i.code = 'BLANK' ORDER BY o.n`)
		if err != nil || len(n) != 2 {
			t.Fatalf("%v, %v", n, err)
		}
		var firm planning.Firmed
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			firm, err = s.Firm(ctx, tx, planning.MakeFirm{Pick: planning.Pick{Orders: n}, Merge: "supplier"})
			return err
		})
		s.run(t)
		var made planning.Released
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			made, err = s.Release(ctx, tx, planning.Release{Firm: firm.Orders})
			return err
		})
		var tops []string
		for _, x := range made.Documents[0].Sources {
			tops = append(tops, x.For+" "+x.Top)
		}
		if len(made.Documents) != 1 || !slices.Equal(tops, []string{"BODY SO1", "BODY SO2"}) {
			t.Errorf("the purchase order is for %q", tops)
		}
		hits, err := s.Find(ctx, d.Read(), firm.Orders[0][:4])
		if err != nil || len(hits) != 1 || hits[0].Title != firm.Orders[0] || hits[0].URL != "/planning/firm/"+firm.Orders[0] {
			t.Errorf("found %+v, %v", hits, err)
		}
	})
}
