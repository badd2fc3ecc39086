// Package synth makes planning problems of any size from a seed, for benchmarks: a factory in levels, finished products
// on top, purchased parts at the bottom, with stock, lead times and lot rules of every kind.
package synth

import (
	"fmt"
	"math/rand/v2"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/planning/mrp"
)

// Size says how big the problem is.
type Size struct {
	Items, Levels, Lines, Demands, Days int

	LotForLot bool // no lot rules: an order for every day on which something is needed
}

// Factory makes a problem of this size. Items are spread evenly over the levels; each that is made has its share of
// the lines, to items of lower levels, mostly the next; demands fall on the items of the first level on all days.
func Factory(s Size, seed uint64) *mrp.Problem {
	r := rand.New(rand.NewPCG(seed, 1))
	p := &mrp.Problem{Today: cal.MustDay("2026-03-09"), Items: make([]mrp.Item, s.Items)}
	per := s.Items / s.Levels
	level := func(i int) int { return min(i/per, s.Levels-1) }
	for i := range p.Items {
		it := &p.Items[i]
		*it = mrp.Item{Code: fmt.Sprintf("I%07d", i), Kind: mrp.Make, LeadDays: 1 + r.IntN(4), YieldPct: num.Int(100), Decimals: 3}
		if level(i) == s.Levels-1 {
			it.Kind, it.LeadDays = mrp.Buy, 3+r.IntN(25)
		}
		switch r.IntN(6) {
		case 0:
			it.Multiple, it.Safety = num.Int(10), num.Int(int64(r.IntN(200)))
		case 1, 2:
			it.Rule, it.PeriodDays = mrp.Period, 7
		case 3:
			it.Rule, it.PeriodDays = mrp.Period, 14
		case 4, 5:
			it.Rule, it.PeriodDays = mrp.Period, 28
		}
		if s.LotForLot {
			it.Rule, it.PeriodDays, it.Multiple = mrp.LotForLot, 0, 0
		}
		if r.IntN(2) == 0 {
			p.Supplies = append(p.Supplies, mrp.Supply{Item: int32(i), Day: p.Today, Expires: mrp.Never, Qty: num.Int(int64(10 + r.IntN(1000))), Source: mrp.Source{Kind: mrp.Stock, Ref: int32(len(p.Supplies))}})
		}
	}
	made := per * (s.Levels - 1)
	for i := range made {
		n := s.Lines/made + btoi(i < s.Lines%made)
		v := mrp.Version{Item: int32(i), Name: "1", From: -mrp.Never, To: mrp.Never, Lines: make([]mrp.Line, n)}
		for k := range v.Lines {
			below := level(i) + 1
			if r.IntN(4) == 0 {
				below += r.IntN(s.Levels - below)
			}
			first := below * per
			count := per
			if below == s.Levels-1 {
				count = s.Items - first
			}
			v.Lines[k] = mrp.Line{Item: int32(first + r.IntN(count)), Qty: num.One >> r.IntN(2)}
		}
		p.Versions = append(p.Versions, v)
	}
	for i := range s.Demands {
		p.Demands = append(p.Demands, mrp.Demand{Item: int32(r.IntN(per)), Day: p.Today + cal.Day(r.IntN(s.Days)), Qty: num.Int(int64(1 + r.IntN(5))), Source: mrp.Source{Kind: mrp.Sales, Ref: int32(i)}, Parent: -1})
	}
	return p
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
