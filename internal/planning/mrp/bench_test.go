package mrp_test

import (
	"runtime"
	"testing"

	"kaiwu/internal/planning/mrp"
	"kaiwu/internal/planning/mrp/synth"
)

func BenchmarkRun(b *testing.B) {
	for _, c := range []struct {
		name string
		size synth.Size
	}{
		{"20k_items_100k_demands", synth.Size{Items: 20_000, Levels: 6, Lines: 90_000, Demands: 100_000, Days: 365}},
		{"200k_items_1M_demands", synth.Size{Items: 200_000, Levels: 10, Lines: 900_000, Demands: 1_000_000, Days: 365}},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := synth.Factory(c.size, 1)
			p.Pegs, p.Messages, p.Expedite = true, true, 14
			var plan *mrp.Plan
			for b.Loop() {
				var err error
				if plan, err = mrp.Run(p); err != nil {
					b.Fatal(err)
				}
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(len(plan.Orders)), "orders")
			pegs := 0
			for range plan.AllPegs() {
				pegs++
			}
			b.ReportMetric(float64(pegs), "pegs")
			b.ReportMetric(float64(m.Sys)/1e6, "MB-sys")
			b.ReportMetric(float64(len(plan.Orders))/(b.Elapsed().Seconds()/float64(b.N)), "orders/s")
		})
	}
}

// One inquiry beside 1,000 open orders: the demand is entered, what it touches is planned anew, and every date is
// worked out.
func BenchmarkPromise(b *testing.B) {
	for _, c := range []struct {
		name string
		size synth.Size
	}{
		{"2k_items_1k_orders", synth.Size{Items: 2_000, Levels: 6, Lines: 9_000, Demands: 1_000, Days: 90}},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := synth.Factory(c.size, 1)
			p.Pegs, p.Messages, p.Expedite = true, true, 14
			planner, err := mrp.New(p)
			if err != nil {
				b.Fatal(err)
			}
			planner.Run()
			n := int32(0)
			for b.Loop() {
				n++
				src := mrp.Source{Kind: mrp.Sales, Ref: 1_000_000 + n}
				planner.Replan(planner.Add(mrp.Demand{Item: n % 300, Day: p.Today + 30, Qty: 10_000_000, Source: src, Parent: -1, Priority: 5}))
				if f := planner.Forward(); f.Demands[src] < p.Today {
					b.Fatal("no day")
				}
			}
		})
	}
}
