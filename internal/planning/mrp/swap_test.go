package mrp

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// standing allows substitutes in a random factory, in general and for single documents.
func standing(r *rand.Rand, p *Problem) {
	for _, v := range p.Versions {
		for _, l := range v.Lines {
			if l.Role == Output || r.IntN(2) == 0 {
				continue
			}
			x := Substitute{Item: l.Item, Sub: int32(r.IntN(len(p.Items))), Source: Source{Kind: Planned}, Qty: num.Max, Parent: v.Item, From: -Never, To: Never}
			if r.IntN(4) == 0 {
				x.From, x.To = p.Today+cal.Day(r.IntN(10)), p.Today+cal.Day(10+r.IntN(10))
			}
			if x.Sub != x.Item {
				p.Substitutes = append(p.Substitutes, x)
			}
		}
	}
	for k := range p.Demands {
		if r.IntN(4) == 0 && p.Demands[k].Source.Kind == Sales {
			p.Substitutes = append(p.Substitutes, Substitute{Item: p.Demands[k].Item, Sub: int32(r.IntN(len(p.Items))), Source: p.Demands[k].Source, Qty: num.Int(4)})
		}
	}
	for k := range p.Substitutes {
		p.Supplies = append(p.Supplies, Supply{Item: p.Substitutes[k].Sub, Day: p.Today, Expires: Never, Qty: num.Int(int64(1 + r.IntN(60)))})
	}
	numbered(p)
}

// With substitutes too: nothing is pegged twice; of each item and day what came and what stood for it is what was needed
// and what is left; a swap takes no stock that its own item needs; the order of the input's rows changes nothing.
func TestSubstitutesBalance(t *testing.T) {
	swaps := 0
	for seed := range uint64(900) {
		r := rand.New(rand.NewPCG(31, seed))
		p := random(r)
		standing(r, p)
		p.Pegs = true
		m, err := New(p)
		if err != nil {
			continue
		}
		plan := m.Run()
		pegged(t, seed, p, plan)
		given, taken, lots := map[Source]num.Dec{}, map[Source]num.Dec{}, map[Source]num.Dec{}
		for g := range plan.AllPegs() {
			given[g.Supply] += g.Qty
			if g.Demand.Kind == Swapped {
				taken[g.Demand] += g.Qty
			}
			if g.Supply.Kind == Stock {
				lots[g.Supply] += g.Qty
			}
		}
		for k, x := range plan.Swaps {
			swaps++
			src := Source{Swapped, int32(k)}
			if given[src] != x.Qty || taken[src] != x.Qty {
				t.Fatalf("seed %d: swap %+v is pegged %s of %s", seed, x, given[src], taken[src])
			}
		}
		for _, s := range p.Supplies {
			if s.Source.Kind == Stock && lots[s.Source] > s.Qty {
				t.Fatalf("seed %d: lot %+v gives %s", seed, s, lots[s.Source])
			}
		}
		rows := func(plan *Plan, p *Problem) (out []string) {
			for _, o := range plan.Orders {
				out = append(out, fmt.Sprint(p.Items[o.Item].Code, o.Qty, o.Start, o.Due))
			}
			for _, x := range plan.Swaps {
				out = append(out, fmt.Sprint(p.Items[x.Item].Code, p.Items[x.Sub].Code, x.Day, x.Qty))
			}
			slices.Sort(out)
			return out
		}
		want := rows(plan, p)
		rand.New(rand.NewPCG(1, seed)).Shuffle(len(p.Demands), func(i, j int) { p.Demands[i], p.Demands[j] = p.Demands[j], p.Demands[i] })
		rand.New(rand.NewPCG(2, seed)).Shuffle(len(p.Supplies), func(i, j int) { p.Supplies[i], p.Supplies[j] = p.Supplies[j], p.Supplies[i] })
		again, err := Run(p)
		if err != nil || !slices.Equal(rows(again, p), want) {
			t.Fatalf("seed %d: another order of rows, another plan:\n%v\n%v", seed, want, rows(again, p))
		}
	}
	if swaps < 300 {
		t.Fatalf("only %d swaps", swaps)
	}
}

// Lot for lot supply, what stands in and stock are what is needed, to the millionth, when nothing is left of what was
// planned; and more stock never plans more of anything.
func TestSubstitutesLotForLot(t *testing.T) {
	swaps := 0
	for seed := range uint64(900) {
		r := rand.New(rand.NewPCG(37, seed))
		p := random(r)
		for i := range p.Items {
			it := &p.Items[i]
			it.Rule, it.MinLot, it.Multiple, it.MaxLot, it.FixedLot, it.YieldPct, it.Decimals, it.Safety = LotForLot, 0, 0, 0, 0, num.Int(100), 6, 0
		}
		for v := range p.Versions {
			p.Versions[v].From, p.Versions[v].To = -Never, Never
			p.Versions[v].Lines = slices.DeleteFunc(p.Versions[v].Lines, func(l Line) bool { return l.Role == Output })
		}
		standing(r, p)
		for i := range p.Supplies {
			p.Supplies[i].Expires = Never
		}
		for k := range p.Substitutes { // an approval that ends lets stock that comes later take what it would have
			p.Substitutes[k].From, p.Substitutes[k].To = -Never, Never
		}
		sum := func() []num.Dec {
			plan, err := Run(p)
			if err != nil {
				t.Fatal(err)
			}
			swaps += len(plan.Swaps)
			out := make([]num.Dec, len(p.Items))
			for _, o := range plan.Orders {
				out[o.Item] += o.Qty
			}
			return out
		}
		if _, err := New(p); err != nil {
			continue
		}
		p.Pegs = true
		plan, _ := Run(p)
		into := map[Source]num.Dec{}
		for g := range plan.AllPegs() {
			into[g.Supply] += g.Qty
		}
		for n, o := range plan.Orders {
			if !o.Short && into[Source{Planned, int32(n)}] != o.Yield {
				t.Fatalf("seed %d: %+v gives %s", seed, o, into[Source{Planned, int32(n)}])
			}
		}
		before := sum()
		p.Supplies = append(p.Supplies, Supply{Item: int32(r.IntN(len(p.Items))), Day: p.Today, Expires: Never, Qty: num.Int(int64(1 + r.IntN(30))), Source: Source{Stock, 9000}})
		for i, q := range sum() {
			if q > before[i] {
				t.Fatalf("seed %d: with more stock %s is planned at %s instead of %s", seed, p.Items[i].Code, q, before[i])
			}
		}
	}
	if swaps < 300 {
		t.Fatalf("only %d swaps", swaps)
	}
}

// A net change where substitutes are approved gives the plan that a run of everything gives, and takes over what they do
// not touch.
func TestNetChangeWithSubstitutes(t *testing.T) {
	looked, all, swaps := 0, 0, 0
	for seed := range uint64(250) {
		r := rand.New(rand.NewPCG(41, seed))
		p := random(r)
		standing(r, p)
		if len(p.Substitutes) > 4 {
			p.Substitutes = p.Substitutes[:4]
		}
		p.Pegs, p.Messages, p.DeferAfter = true, true, 2
		then, err := New(p)
		if err != nil {
			continue
		}
		then.Run()
		q := change(r, p)
		q.Substitutes = slices.Clone(p.Substitutes)
		if len(q.Substitutes) > 0 && r.IntN(3) == 0 {
			q.Substitutes = q.Substitutes[1:]
		}
		now, err := New(q)
		if err != nil {
			continue
		}
		f := Former{Planner: then, Same: func(now, then Source) bool { return now == then }}
		for i := range q.Items {
			if i < len(p.Items) {
				f.Items = append(f.Items, int32(i))
			} else {
				f.Items = append(f.Items, -1)
			}
		}
		got, why := now.Net(f)
		want, err := Run(q)
		if err != nil {
			t.Fatal(err)
		}
		swaps += len(want.Swaps)
		if !slices.Equal(got.Orders, want.Orders) || !slices.Equal(got.Passes, want.Passes) || !slices.Equal(got.Swaps, want.Swaps) {
			t.Fatalf("seed %d:\n got %v %v\nwant %v %v", seed, got.Orders, got.Swaps, want.Orders, want.Swaps)
		}
		if a, b := fmt.Sprint(slices.Collect(got.AllPegs())), fmt.Sprint(slices.Collect(want.AllPegs())); a != b {
			t.Fatalf("seed %d: pegs\n got %s\nwant %s", seed, a, b)
		}
		if !reflect.DeepEqual(got.Messages, want.Messages) && fmt.Sprint(got.Messages) != fmt.Sprint(want.Messages) {
			t.Fatalf("seed %d: messages", seed)
		}
		for _, y := range why {
			if y != 0 {
				looked++
			}
		}
		all += len(why)
	}
	if looked == all || swaps < 50 {
		t.Errorf("%d of %d items were planned anew, %d swaps", looked, all, swaps)
	}
}
