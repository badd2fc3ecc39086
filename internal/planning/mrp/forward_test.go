package mrp

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"kaiwu/internal/kit/num"
)

// Nobody can say when an order is done exactly when a customer's part that it needs is not all there, or one of its
// parts comes from an order of which nobody can say it: read letter by letter, order by order and peg by peg.
func TestWhoWaitsForACustomersPart(t *testing.T) {
	waiting := 0
	for seed := range uint64(600) {
		p := random(rand.New(rand.NewPCG(41, seed)))
		p.Pegs = true
		m, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		plan := m.Run()
		f := m.Forward()
		missing := map[int32]bool{} // customers' parts
		for _, o := range plan.Orders {
			if o.Short {
				missing[o.Item] = true
			}
		}
		pegs := map[int32][]Peg{} // by planned order that needs
		for g := range plan.AllPegs() {
			if g.Demand.Kind == Planned {
				pegs[g.Demand.Ref] = append(pegs[g.Demand.Ref], g)
			}
		}
		for n, o := range plan.Orders {
			want := o.Short
			need, whole := map[int32]num.Dec{}, true
			if o.Version >= 0 {
				for _, l := range p.Versions[o.Version].Lines {
					if l.Role == Component && !l.None && missing[l.Item] {
						q, err := num.Gross(o.Qty, l.Qty, l.ScrapPct)
						if err != nil {
							whole = false
						}
						need[l.Item] += q
					}
				}
			}
			for _, g := range pegs[int32(n)] {
				if missing[g.Item] {
					need[g.Item] -= g.Qty
				}
				switch g.Supply.Kind {
				case Planned: // a by-product comes on the day of the plan
					want = want || f.Orders[g.Supply.Ref] == Never
				case Through:
					want = want || f.Passes[g.Supply.Ref] == Never
				}
			}
			for _, left := range need {
				want = want || left > 0
			}
			if whole && want != (f.Orders[n] == Never) {
				t.Fatalf("seed %d: %s of %s waits for ever %v, want %v", seed, o.Qty, p.Items[o.Item].Code, !want, want)
			}
			if want && !o.Short {
				waiting++
			}
		}
	}
	if waiting < 100 {
		t.Errorf("only %d orders wait", waiting)
	}
}

// One customer's part that is short, in so many orders: the time of one order stays what it is.
func BenchmarkForward(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := &Problem{Today: monday, Pegs: true, Items: []Item{{Code: "A", YieldPct: num.Int(100)}, {Code: "THEIRS", Kind: Customer, YieldPct: num.Int(100)}},
				Versions: []Version{{Item: 0, From: -Never, To: Never, Lines: []Line{{Item: 1, Qty: num.One}}}},
				Supplies: []Supply{{Item: 1, Day: monday, Expires: Never, Qty: num.Int(int64(n / 2))}}}
			for k := range n {
				p.Items = append(p.Items, Item{Code: fmt.Sprintf("P%06d", k), YieldPct: num.Int(100)})
				p.Versions = append(p.Versions, Version{Item: int32(k + 2), From: -Never, To: Never, Lines: []Line{{Item: 1, Qty: num.One}}})
				p.Demands = append(p.Demands, Demand{Item: int32(k + 2), Day: monday + 9, Qty: num.One, Source: Source{Sales, int32(k)}, Parent: -1})
			}
			m, err := New(p)
			if err != nil {
				b.Fatal(err)
			}
			m.Run()
			for b.Loop() {
				m.Forward()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/order")
		})
	}
}
