package kit_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/planning/kit"
	"kaiwu/internal/planning/mrp"
)

// factory makes orders for products of which each uses its share of the parts, a tenth of them through sub-assemblies.
func factory(orders, parts, each int) *kit.Problem {
	r := rand.New(rand.NewPCG(1, 2))
	p := &kit.Problem{Today: cal.MustDay("2026-03-02")}
	const products, subs = 50, 100
	for i := range products + subs + parts {
		it := mrp.Item{Code: fmt.Sprintf("I%05d", i), Kind: mrp.Make, YieldPct: num.Int(100), LeadDays: 3}
		if i >= products+subs {
			it.Kind = mrp.Buy
			p.Stock = append(p.Stock, kit.Lot{Item: int32(i), Qty: num.Int(int64(orders * each / parts * (1 + r.IntN(20)))), Expires: mrp.Never})
			if r.IntN(2) == 0 {
				p.Coming = append(p.Coming, kit.Coming{Item: int32(i), Day: p.Today + cal.Day(r.IntN(40)), Qty: num.Int(int64(orders)), Work: -1})
			}
		}
		p.Items = append(p.Items, it)
	}
	for i := range products + subs {
		v := mrp.Version{Item: int32(i), From: -mrp.Never, To: mrp.Never}
		lines := each
		if i >= products {
			lines = 20
		}
		for k := range lines {
			to := products + subs + (i*17+k)%parts
			if i < products && k%10 == 0 {
				to = products + r.IntN(subs)
			}
			v.Lines = append(v.Lines, mrp.Line{Item: int32(to), Qty: num.One, ScrapPct: num.Dec(r.IntN(3)) * num.One})
		}
		p.Versions = append(p.Versions, v)
	}
	for range orders {
		p.Orders = append(p.Orders, kit.Order{Item: int32(r.IntN(products)), Qty: num.Int(int64(1 + r.IntN(50))), Due: p.Today + cal.Day(r.IntN(60)), Priority: uint8(1 + r.IntN(9))})
	}
	return p
}

func BenchmarkAnalyse(b *testing.B) {
	for _, c := range []struct {
		name                string
		orders, parts, each int
	}{
		{"1000_orders_2000_parts_100_each", 1000, 2000, 100},
		{"1000_orders_2000_parts_all_in_each", 1000, 2000, 2000},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := factory(c.orders, c.parts, c.each)
			for b.Loop() {
				a, err := kit.Analyse(p)
				if err != nil {
					b.Fatal(err)
				}
				if len(a.Unlocks) == 0 {
					b.Fatal("nothing is short: the case shows nothing")
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e9/float64(c.orders*c.parts), "ns/cell")
		})
	}
}
