package app

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/sales"
)

// A promotion: 5,000 order lines of a night are planned in one run and all that is to be made for them is released in one
// act. Nothing is lost on the way, nothing is made twice, and the second planner is told.
func TestAPromotionIsReleased(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner := h.logIn("planner")
		const lines, of = 5000, 250
		due := planner.call("POST", "/planning/run", o{}).s("today")
		day, err := time.Parse(time.DateOnly, due)
		if err != nil {
			t.Fatal(err)
		}
		before, err := db.One[num.Dec](kittest.Ctx(t), d.Read(), `SELECT CAST(coalesce(sum(qty), 0) AS BIGINT) FROM v_sales_line`)
		if err != nil {
			t.Fatal(err)
		}
		for n := range lines / of {
			list := make([]sales.NewLine, of)
			for i := range list {
				list[i] = sales.NewLine{Item: "FG-CM1", Qty: num.One, Due: day.AddDate(0, 0, 40+(n*of+i)%30).Format(time.DateOnly), Priority: 5}
			}
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := h.a.Sales.Create(ctx, tx, sales.NewOrder{Number: fmt.Sprintf("PROMO-%02d", n), Customer: "C01", Channel: "promotion", Lines: list})
				return err
			})
		}
		run := planner.call("POST", "/planning/run", o{})
		type made struct {
			N    int64   `db:"n"`
			Kind string  `db:"kind"`
			Qty  num.Dec `db:"qty"`
		}
		orders, err := db.All[made](kittest.Ctx(t), d.Read(), `SELECT p.n, p.kind, p.qty FROM v_planned_order p JOIN v_item i ON i.id = p.item_id WHERE p.live AND i.code = 'FG-CM1' ORDER BY p.n`)
		if err != nil || len(orders) == 0 {
			t.Fatal(len(orders), err)
		}
		var pick []int64
		var want num.Dec
		for _, x := range orders {
			pick, want = append(pick, x.N), want+x.Qty
		}
		out := planner.call("POST", "/planning/release", o{"run": run.s("run"), "orders": pick, "release_to_floor": true}).list("documents")
		var got num.Dec
		for _, x := range out {
			if x.s("kind") != "work_order" {
				t.Fatalf("released as %v", x)
			}
			got += num.MustParse(x.s("qty"))
		}
		if len(out) != len(orders) || got != want {
			t.Errorf("%d documents of %s for %d orders of %s", len(out), got, len(orders), want)
		}
		planner.refused("POST", "/planning/release", o{"run": run.s("run"), "orders": pick[:1]}, "planning.taken")
		if after, err := db.One[num.Dec](kittest.Ctx(t), d.Read(), `SELECT CAST(coalesce(sum(qty), 0) AS BIGINT) FROM v_sales_line`); err != nil || after-before != num.Int(lines) {
			t.Errorf("%s ordered: %v", after-before, err)
		}
		// planned anew, nothing more of it is to be made
		planner.call("POST", "/planning/run", o{})
		if more, err := db.One[num.Dec](kittest.Ctx(t), d.Read(), `SELECT CAST(coalesce(sum(p.qty), 0) AS BIGINT) FROM v_planned_order p JOIN v_item i ON i.id = p.item_id WHERE p.live AND i.code = 'FG-CM1'`); err != nil || more != 0 {
			t.Errorf("%s more are planned: %v", more, err)
		}
		h.verify()
	})
}
