package mrp

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// The lead time of an order grows by begun lots, and by the time that fills working days.
func TestLead(t *testing.T) {
	for _, c := range []struct {
		item Item
		qty  int64
		want int
	}{
		{Item{LeadDays: 3}, 1000, 3},
		{Item{LeadDays: 3, LeadPer: num.Int(100), LeadPerDays: 2}, 100, 5},
		{Item{LeadDays: 3, LeadPer: num.Int(100), LeadPerDays: 2}, 101, 7},
		{Item{SetupMin: num.Int(30), RunMin: num.One, DayMin: num.Int(480)}, 450, 1},
		{Item{SetupMin: num.Int(30), RunMin: num.One, DayMin: num.Int(480)}, 451, 2},
		{Item{LeadDays: 1, LeadPer: num.One, LeadPerDays: 3650}, 1 << 30, LastDay},
	} {
		if got := c.item.Lead(num.Int(c.qty)); got != c.want {
			t.Errorf("%+v of %d: %d, want %d", c.item, c.qty, got, c.want)
		}
	}
	// each order cut off by the largest lot starts by its own quantity
	it := Item{Code: "A", Kind: Buy, Decimals: 6, YieldPct: num.Int(100), MaxLot: num.Int(100), LeadPer: num.Int(10), LeadPerDays: 1}
	plan, err := Run(&Problem{Today: monday, Items: []Item{it}, Demands: []Demand{{Day: monday + 60, Qty: num.Int(130), Source: Source{Sales, 1}, Parent: -1}}})
	if err != nil || len(plan.Orders) != 2 || plan.Orders[0].Start != monday+50 || plan.Orders[1].Start != monday+57 {
		t.Errorf("%+v %v", plan.Orders, err)
	}
}

// several makes a factory of two or three sites out of a random one: some items are brought from the site before.
func several(r *rand.Rand) *Problem {
	one := random(r)
	p := &Problem{Today: one.Today, Calendar: one.Calendar, Pegs: true}
	n, sites := len(one.Items), 2+r.IntN(2)
	for s := range sites {
		at := int32(s * n)
		if s > 0 {
			p.Calendars = append(p.Calendars, one.Calendar)
		}
		brought := make([]bool, n)
		for i, it := range one.Items {
			it.Code, it.Calendar = fmt.Sprintf("%s @ %d", it.Code, s), int32(s)
			if brought[i] = s > 0 && it.Kind != Phantom && it.Kind != Customer && r.IntN(3) == 0; brought[i] {
				it.Kind, it.LeadDays, it.YieldPct = Transfer, r.IntN(4), num.Int(100)
			}
			p.Items = append(p.Items, it)
		}
		for i := range one.Items {
			if brought[i] {
				p.Versions = append(p.Versions, Version{Item: at + int32(i), From: -Never, To: Never, Lines: []Line{{Item: at + int32(i-n), Qty: num.One}}})
			}
		}
		for _, v := range one.Versions {
			if !brought[v.Item] {
				v.Lines = slices.Clone(v.Lines)
				for k := range v.Lines {
					v.Lines[k].Item += at
				}
				v.Item += at
				p.Versions = append(p.Versions, v)
			}
		}
		for k, d := range one.Demands {
			d.Item, d.Source = d.Item+at, Source{Sales, int32(s*1000 + k)}
			p.Demands = append(p.Demands, d)
		}
		for k, x := range one.Supplies {
			if r.IntN(2) == 0 {
				x.Item, x.Source.Ref = x.Item+at, int32(s*1000+k)
				p.Supplies = append(p.Supplies, x)
			}
		}
	}
	return p
}

// Over the sites a transfer balances: what one site's order says is to the millionth what the other has as a need, on
// the day on which it leaves; nothing is pegged twice, and every need is served.
func TestTransfersBalance(t *testing.T) {
	tried := 0
	for seed := range uint64(300) {
		p := several(rand.New(rand.NewPCG(17, seed)))
		plan, err := Run(p)
		if err != nil {
			t.Fatal(err)
		}
		pegged(t, seed, p, plan)
		got := map[int32]num.Dec{}
		for g := range plan.AllPegs() {
			if g.Demand.Kind == Planned && p.Items[plan.Orders[g.Demand.Ref].Item].Kind == Transfer {
				if g.DemandDay != max(plan.Orders[g.Demand.Ref].Start, p.Today) {
					t.Fatalf("seed %d: a transfer leaves on another day than it is needed", seed)
				}
				got[g.Demand.Ref] += g.Qty
			}
		}
		for n, o := range plan.Orders {
			if p.Items[o.Item].Kind != Transfer {
				continue
			}
			tried++
			from := p.Versions[o.Version].Lines[0].Item
			if got[int32(n)] > o.Qty || got[int32(n)] < o.Qty && p.Items[from].Kind != Phantom && !slices.ContainsFunc(plan.Faults, func(f Fault) bool { return f.Item == from }) {
				t.Fatalf("seed %d: %s of %s are sent, %s are brought", seed, got[int32(n)], p.Items[o.Item].Code, o.Qty)
			}
		}
		// the order of the input's rows changes nothing
		rows := func(plan *Plan, p *Problem) (out []string) {
			for _, o := range plan.Orders {
				out = append(out, fmt.Sprint(p.Items[o.Item].Code, o.Qty, o.Start, o.Due))
			}
			slices.Sort(out)
			return out
		}
		want := rows(plan, p)
		rand.New(rand.NewPCG(1, seed)).Shuffle(len(p.Demands), func(i, j int) { p.Demands[i], p.Demands[j] = p.Demands[j], p.Demands[i] })
		again, err := Run(p)
		if err != nil || !slices.Equal(rows(again, p), want) {
			t.Fatalf("seed %d: another order of rows, another plan", seed)
		}
	}
	if tried < 500 {
		t.Fatalf("only %d transfers", tried)
	}
}

// Two sites that bring each other the same item are named as a loop.
func TestTransferLoop(t *testing.T) {
	_, err := Run(&Problem{Today: monday, Items: []Item{{Code: "X @ A", Kind: Transfer, YieldPct: num.Int(100)}, {Code: "X @ B", Kind: Transfer, YieldPct: num.Int(100)}},
		Versions: []Version{{Item: 0, From: -Never, To: Never, Lines: []Line{{Item: 1, Qty: num.One}}}, {Item: 1, From: -Never, To: Never, Lines: []Line{{Item: 0, Qty: num.One}}}}})
	if loop, ok := err.(*LoopError); !ok || len(loop.Items) != 3 {
		t.Error(err)
	}
}

// What is short is covered by the stock of what is approved in its place, in the order in which it is said, no more than
// was approved, and not what the substitute itself needs or keeps as safety stock; the rest is planned.
func TestSubstitutes(t *testing.T) {
	item := func(code string) Item {
		return Item{Code: code, Kind: Buy, Decimals: 6, YieldPct: num.Int(100)}
	}
	stock := func(i int32, q int64, expires cal.Day, ref int32) Supply {
		return Supply{Item: i, Day: monday, Expires: expires, Qty: num.Int(q), Source: Source{Stock, ref}}
	}
	wo := Source{WorkOrder, 1}
	need := func(i int32, q int64, day cal.Day, src Source) Demand {
		return Demand{Item: i, Day: day, Qty: num.Int(q), Source: src, Parent: i}
	}
	for _, c := range []struct {
		name string
		p    Problem
		want string // planned, and what stood for it
	}{
		{"covers", Problem{Demands: []Demand{need(0, 10, monday+5, wo)}, Supplies: []Supply{stock(1, 6, Never, 1), stock(0, 1, Never, 2)}, Substitutes: []Substitute{{Item: 0, Sub: 1, Source: wo, Qty: num.Int(20)}}}, "A 3 | B 6"},
		{"no more than approved", Problem{Demands: []Demand{need(0, 10, monday+5, wo)}, Supplies: []Supply{stock(1, 6, Never, 1)}, Substitutes: []Substitute{{Item: 0, Sub: 1, Source: wo, Qty: num.Int(4)}}}, "A 6 | B 4"},
		{"by priority", Problem{Demands: []Demand{need(0, 10, monday+5, wo)}, Supplies: []Supply{stock(1, 6, Never, 1), stock(2, 6, Never, 2)}, Substitutes: []Substitute{{Item: 0, Sub: 2, Source: wo, Qty: num.Int(20)}, {Item: 0, Sub: 1, Source: wo, Qty: num.Int(20)}}}, " | C 6 B 4"},
		{"not for another", Problem{Demands: []Demand{need(0, 10, monday+5, Source{Sales, 4})}, Supplies: []Supply{stock(1, 6, Never, 1)}, Substitutes: []Substitute{{Item: 0, Sub: 1, Source: wo, Qty: num.Int(20)}}}, "A 10 | "},
		{"its own needs go first", Problem{Demands: []Demand{need(0, 10, monday+5, wo), need(1, 4, monday+90, Source{Sales, 3})}, Supplies: []Supply{stock(1, 6, Never, 1)}, Substitutes: []Substitute{{Item: 0, Sub: 1, Source: wo, Qty: num.Int(20)}}}, "A 8 | B 2"},
		{"expired", Problem{Demands: []Demand{need(0, 10, monday+5, wo)}, Supplies: []Supply{stock(1, 6, monday+5, 1)}, Substitutes: []Substitute{{Item: 0, Sub: 1, Source: wo, Qty: num.Int(20)}}}, "A 10 | "},
		{"each for the other", Problem{Demands: []Demand{need(0, 10, monday+5, wo), need(1, 5, monday+5, wo)}, Supplies: []Supply{stock(1, 8, Never, 1), stock(0, 2, Never, 2)}, Substitutes: []Substitute{{Item: 0, Sub: 1, Source: wo, Qty: num.Int(20)}, {Item: 1, Sub: 0, Source: wo, Qty: num.Int(20)}}}, "A 5 | B 3"},
		{"switched off", Problem{Demands: []Demand{need(0, 10, monday+5, wo)}, Supplies: []Supply{stock(1, 6, Never, 1)}}, "A 10 | "},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := c.p
			p.Today, p.Pegs, p.Items = monday, true, []Item{item("A"), item("B"), item("C")}
			m, err := New(&p)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // planned anew gives the same
				plan := m.Run()
				var got string
				for _, o := range plan.Orders {
					got += fmt.Sprintf("%s %s ", p.Items[o.Item].Code, o.Qty)
				}
				got += "|"
				used := map[Source]num.Dec{}
				for _, x := range plan.Swaps {
					got += fmt.Sprintf(" %s %s", p.Items[x.Sub].Code, x.Qty)
				}
				for g := range plan.AllPegs() {
					used[g.Supply] += g.Qty
				}
				for k, x := range plan.Swaps {
					if used[Source{Swapped, int32(k)}] != x.Qty {
						t.Errorf("%+v is pegged %s", x, used[Source{Swapped, int32(k)}])
					}
				}
				for _, s := range p.Supplies {
					if used[s.Source] > s.Qty {
						t.Errorf("%+v gives %s", s, used[s.Source])
					}
				}
				if want := c.want; got != want && got != want+" " && got+" " != want && "  "+got != want && " "+got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
}
