package mrp

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

var monday = cal.MustDay("2026-03-09")

func said(plan *Plan, p *Problem) (out []string) {
	for i := range plan.Messages {
		for _, x := range plan.Messages[i] {
			out = append(out, fmt.Sprintf("%s %s %s/%d %s>%s %s", x.Act, p.Items[i].Code, x.Supply.Kind, x.Supply.Ref, x.From, x.To, x.Qty))
		}
	}
	return out
}

// Existing orders are told to come earlier, later, not at all, or that they are late; a new order is planned only where
// none comes soon enough.
func TestMessages(t *testing.T) {
	day := func(n int) cal.Day { return monday + cal.Day(n) }
	item := Item{Code: "A", Kind: Buy, LeadDays: 5, YieldPct: num.Int(100), Decimals: 6}
	order := func(d int, q int64, ref int32) Supply {
		return Supply{Item: 0, Day: day(d), Expires: Never, Qty: num.Int(q), Source: Source{Purchase, ref}}
	}
	want := func(d int, q int64) Demand {
		return Demand{Item: 0, Day: day(d), Qty: num.Int(q), Source: Source{Sales, int32(d)}, Parent: -1}
	}
	fixed := order(20, 10, 1)
	fixed.Fixed = true
	safe := item
	safe.Safety = num.Int(10)
	for _, c := range []struct {
		name    string
		item    Item
		demands []Demand
		supply  []Supply
		said    []string
		planned int
	}{
		{"comes in time", item, []Demand{want(10, 10)}, []Supply{order(9, 10, 1)}, nil, 0},
		{"comes after the need", item, []Demand{want(10, 10)}, []Supply{order(20, 10, 1)}, []string{"expedite A purchase_order/1 2026-03-29>2026-03-19 10"}, 0},
		{"comes long after the need", item, []Demand{want(10, 10)}, []Supply{order(60, 10, 1)}, []string{"cancel A purchase_order/1 2026-05-08>1970-01-01 10"}, 1},
		{"cannot be moved", item, []Demand{want(10, 10)}, []Supply{fixed}, nil, 1},
		{"comes long before", item, []Demand{want(30, 10)}, []Supply{order(9, 10, 1)}, []string{"defer A purchase_order/1 2026-03-18>2026-04-08 10"}, 0},
		{"comes a little before", item, []Demand{want(11, 10)}, []Supply{order(9, 10, 1)}, nil, 0},
		{"is more than anybody wants", item, []Demand{want(10, 10)}, []Supply{order(9, 25, 1)}, []string{"reduce A purchase_order/1 2026-03-18>2026-03-18 15"}, 0},
		{"wanted by nobody", item, nil, []Supply{order(9, 10, 1)}, []string{"cancel A purchase_order/1 2026-03-18>1970-01-01 10"}, 0},
		{"should have come", item, []Demand{want(1, 10)}, []Supply{order(-3, 10, 1)}, []string{"past_due A purchase_order/1 2026-03-06>2026-03-09 10"}, 0},
		{"is the safety stock", safe, nil, []Supply{order(3, 10, 1)}, []string{"below_safety A stock/0 2026-03-09>2026-03-09 10"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &Problem{Today: monday, Items: []Item{c.item}, Demands: c.demands, Supplies: c.supply, Pegs: true, Messages: true, Expedite: 30, DeferAfter: 3}
			plan, err := Run(p)
			if err != nil {
				t.Fatal(err)
			}
			if got := said(plan, p); !slices.Equal(got, c.said) {
				t.Errorf("said %v, want %v", got, c.said)
			}
			if len(plan.Orders) != c.planned {
				t.Errorf("planned %v, want %d", plan.Orders, c.planned)
			}
		})
	}
}

// On a day the better priority is served first, down to the parts.
func TestPriority(t *testing.T) {
	p := &Problem{Today: monday, Pegs: true,
		Items:    []Item{{Code: "P", Kind: Make, YieldPct: num.Int(100), Decimals: 6}, {Code: "Q", Kind: Make, YieldPct: num.Int(100), Decimals: 6}, {Code: "X", Kind: Buy, LeadDays: 9, YieldPct: num.Int(100), Decimals: 6}},
		Versions: []Version{{Item: 0, From: -Never, To: Never, Lines: []Line{{Item: 2, Qty: num.One}}}, {Item: 1, From: -Never, To: Never, Lines: []Line{{Item: 2, Qty: num.One}}}},
		Demands:  []Demand{{Item: 0, Day: monday, Qty: num.Int(5), Source: Source{Sales, 1}, Parent: -1, Priority: 5}, {Item: 1, Day: monday, Qty: num.Int(5), Source: Source{Sales, 2}, Parent: -1, Priority: 1}},
		Supplies: []Supply{{Item: 2, Day: monday, Expires: Never, Qty: num.Int(5), Source: Source{Stock, 7}}}}
	m, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	plan := m.Run()
	for g := range plan.Pegs(2) {
		if g.Supply.Kind == Stock && g.DemandItem != 1 {
			t.Errorf("stock went to %+v", g)
		}
	}
	f := m.Forward()
	if got := f.Demands[Source{Sales, 2}]; got != monday {
		t.Errorf("the first can be had on %s", got)
	}
	if got, want := f.Demands[Source{Sales, 1}], monday+9; got != want {
		t.Errorf("the other can be had on %s, want %s", got, want)
	}
	if got := f.Blocks[Source{Sales, 1}]; got.Kind != Planned || plan.Orders[got.Ref].Item != 2 {
		t.Errorf("it waits for %+v", got)
	}
}

// What a change touches, planned anew, gives the plan that a run of everything gives.
func TestReplan(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(11, seed))
		p := random(r)
		p.Pegs = true
		n := len(p.Demands)
		whole := *p
		before := *p
		before.Demands = slices.Clone(p.Demands[:n*2/3])
		m, err := New(&before)
		if err != nil {
			t.Fatal(err)
		}
		m.Run()
		plan, anew := m.Replan(m.Add(p.Demands[n*2/3:]...))
		if anew == 0 && n*2/3 < n {
			t.Fatal("nothing was planned anew")
		}
		_, want := planned(t, &whole)
		var got []string
		for _, o := range plan.Orders {
			if o.Qty > 0 {
				got = append(got, orderRow(p, &o))
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d:\n got %v\nwant %v", seed, got, want)
		}
		gave := map[Source]num.Dec{}
		for g := range plan.AllPegs() {
			if g.Supply.Kind == Planned {
				if gave[g.Supply] += g.Qty; gave[g.Supply] > plan.Orders[g.Supply.Ref].Yield {
					t.Fatalf("seed %d: order %d gives more than it yields", seed, g.Supply.Ref)
				}
			}
			if g.Demand.Kind == Planned && plan.Orders[g.Demand.Ref].Qty == 0 {
				t.Fatalf("seed %d: a peg to an order that is gone", seed)
			}
		}
	}
}

// Lot for lot, more stock never plans more of anything.
func TestMoreStockNeverPlansMore(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(13, seed))
		p := random(r)
		for i := range p.Items {
			it := &p.Items[i]
			it.Rule, it.MinLot, it.Multiple, it.MaxLot, it.FixedLot, it.YieldPct, it.Decimals, it.Safety = LotForLot, 0, 0, 0, 0, num.Int(100), 6, 0
		}
		for i := range p.Supplies {
			p.Supplies[i].Expires = Never
		}
		for v := range p.Versions {
			p.Versions[v].From, p.Versions[v].To = -Never, Never
			p.Versions[v].Lines = slices.DeleteFunc(p.Versions[v].Lines, func(l Line) bool { return l.Role == Output })
		}
		sum := func() []num.Dec {
			plan, err := Run(p)
			if err != nil {
				t.Fatal(err)
			}
			out := make([]num.Dec, len(p.Items))
			for _, o := range plan.Orders {
				out[o.Item] += o.Qty
			}
			return out
		}
		before := sum()
		p.Supplies = append(p.Supplies, Supply{Item: int32(r.IntN(len(p.Items))), Day: monday, Expires: Never, Qty: num.Int(int64(1 + r.IntN(30)))})
		for i, q := range sum() {
			if q > before[i] {
				t.Fatalf("seed %d: with more stock %s is planned at %s instead of %s", seed, p.Items[i].Code, q, before[i])
			}
		}
	}
}

// What lies beyond the days that a plan can count is told, and the rest is planned.
func TestFarDay(t *testing.T) {
	p := &Problem{Today: monday, Pegs: true, Items: []Item{{Code: "X", Kind: Buy, YieldPct: num.Int(100), Decimals: 6}},
		Demands: []Demand{{Item: 0, Day: monday + 70_000, Qty: num.One, Source: Source{Sales, 1}, Parent: -1}, {Item: 0, Day: monday + LastDay, Qty: num.Int(3), Source: Source{Sales, 2}, Parent: -1}}}
	plan, err := Run(p)
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Faults) != 1 || plan.Faults[0].Code != "mrp.far_day" || plan.Faults[0].Day != monday+70_000 {
		t.Errorf("faults %+v", plan.Faults)
	}
	for g := range plan.Pegs(0) {
		if g.DemandDay != monday+LastDay || g.SupplyDay != monday+LastDay || g.Qty != num.Int(3) || g.Demand.Ref != 2 {
			t.Errorf("peg %+v", g)
		}
	}
}
