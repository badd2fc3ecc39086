package mrp

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"kaiwu/internal/kit/num"
)

// change makes a few changes in a factory: what a day brings, and now and then another bill of materials or a new item.
func change(r *rand.Rand, p *Problem) *Problem {
	q := *p
	q.Items, q.Demands, q.Supplies, q.Works, q.Versions = slices.Clone(p.Items), slices.Clone(p.Demands), slices.Clone(p.Supplies), slices.Clone(p.Works), nil
	for _, v := range p.Versions {
		v.Lines = slices.Clone(v.Lines)
		q.Versions = append(q.Versions, v)
	}
	for range r.IntN(4) {
		switch r.IntN(9) {
		case 0, 1:
			q.Demands = append(q.Demands, Demand{Item: int32(r.IntN(3)), Day: q.Today + 3, Qty: num.Int(4), Source: Source{Sales, 900}, Parent: -1, Priority: 3})
		case 2:
			q.Demands[r.IntN(len(q.Demands))].Qty += num.One
		case 3:
			at := r.IntN(len(q.Demands))
			q.Demands = slices.Delete(q.Demands, at, at+1)
			if len(q.Demands) == 0 {
				return &q
			}
		case 4:
			if len(q.Supplies) > 0 {
				q.Supplies[r.IntN(len(q.Supplies))].Qty += num.One
			}
		case 5:
			q.Items[r.IntN(len(q.Items))].LeadDays++
		case 6:
			v := &q.Versions[r.IntN(len(q.Versions))]
			v.Lines[r.IntN(len(v.Lines))].Qty += num.One
		case 7: // a new item above all others
			i := int32(len(q.Items))
			q.Items = append(q.Items, Item{Code: "A-NEW", Kind: Make, Decimals: 0, LeadDays: 2, YieldPct: num.Int(100)})
			q.Versions = append(q.Versions, Version{Item: i, From: -Never, To: Never, Lines: []Line{{Item: int32(r.IntN(len(p.Items))), Qty: num.Int(2)}}})
			q.Demands = append(q.Demands, Demand{Item: i, Day: q.Today + 9, Qty: num.Int(3), Source: Source{Sales, 901}, Parent: -1})
			return &q
		case 8:
			if len(q.Works) > 0 {
				q.Works[r.IntN(len(q.Works))].Qty += num.One
			}
		}
	}
	return &q
}

// numbered gives every need and supply a reference of its own, in another order of the rows.
func numbered(p *Problem) {
	for k := range p.Demands {
		p.Demands[k].Source = Source{Sales, int32(100 + k)}
	}
	for k := range p.Supplies {
		p.Supplies[k].Source.Ref = int32(300 + k)
	}
	for k := range p.Works {
		p.Works[k].Ref = int32(500 + k)
	}
}

// Net change gives the plan that a run of everything gives: orders, numbers, passes, pegs, messages and faults, on
// hundreds of random factories of one and of several sites with whatever changes in them; and it leaves alone what
// nothing has happened to.
func TestNetChangeIsARunOfEverything(t *testing.T) {
	looked, all, untouched := 0, 0, 0
	for seed := range uint64(250) {
		r := rand.New(rand.NewPCG(23, seed))
		p := random(r)
		if seed%3 == 0 {
			p = several(r)
		}
		numbered(p)
		p.Pegs, p.Messages, p.Expedite, p.DeferAfter = true, true, int(seed%2)*9, 2
		then, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		then.Run()
		q := change(r, p)
		same := reflect.DeepEqual(p, q)
		shift := int32(r.IntN(50)) // documents are numbered anew by every reading
		for k := range q.Demands {
			q.Demands[k].Source.Ref += shift
		}
		for k := range q.Supplies {
			q.Supplies[k].Source.Ref += shift
		}
		for k := range q.Works {
			q.Works[k].Ref += shift
		}
		now, err := New(q)
		if err != nil {
			continue // a loop
		}
		f := Former{Planner: then, Same: func(now, then Source) bool { return now.Kind == then.Kind && now.Ref == then.Ref+shift }}
		for i := range q.Items {
			if i < len(p.Items) {
				f.Items = append(f.Items, int32(i))
			} else {
				f.Items = append(f.Items, -1)
			}
		}
		got, why := now.Net(f)
		again, err := New(q)
		if err != nil {
			t.Fatal(err)
		}
		want := again.Run()
		if !slices.Equal(got.Orders, want.Orders) || !slices.Equal(got.Passes, want.Passes) {
			t.Fatalf("seed %d:\n got %v\nwant %v", seed, got.Orders, want.Orders)
		}
		if a, b := fmt.Sprint(slices.Collect(got.AllPegs())), fmt.Sprint(slices.Collect(want.AllPegs())); a != b {
			t.Fatalf("seed %d: pegs\n got %s\nwant %s", seed, a, b)
		}
		if a, b := fmt.Sprint(got.Messages), fmt.Sprint(want.Messages); a != b {
			t.Fatalf("seed %d: messages\n got %s\nwant %s", seed, a, b)
		}
		if a, b := fmt.Sprint(got.Faults), fmt.Sprint(want.Faults); a != b {
			t.Fatalf("seed %d: faults\n got %s\nwant %s", seed, a, b)
		}
		if a, b := now.Forward(), again.Forward(); !reflect.DeepEqual(a, b) {
			t.Fatalf("seed %d: possible days differ", seed)
		}
		n := 0
		for _, y := range why {
			if y != 0 {
				n++
			}
		}
		if same {
			if untouched++; n > 0 {
				t.Fatalf("seed %d: nothing changed and %d items were planned", seed, n)
			}
		}
		looked, all = looked+n, all+len(why)
	}
	if looked*2 > all || looked == 0 || untouched == 0 {
		t.Errorf("%d of %d items were planned anew, %d times nothing had changed", looked, all, untouched)
	}
}

// Each cause is named, and what an order needs is looked at only where its orders have become different.
func TestNetChangeSaysWhy(t *testing.T) {
	item := func(code string, k Kind) Item {
		return Item{Code: code, Kind: k, LeadDays: 1, YieldPct: num.Int(100)}
	}
	base := func() *Problem {
		return &Problem{Today: monday, Pegs: true, Items: []Item{item("LAMP", Make), item("BODY", Make), item("SCREW", Buy), item("DESK", Make)},
			Versions: []Version{{Item: 0, From: -Never, To: Never, Lines: []Line{{Item: 1, Qty: num.One}}}, {Item: 1, From: -Never, To: Never, Lines: []Line{{Item: 2, Qty: num.One}}}, {Item: 3, From: -Never, To: Never, Lines: []Line{{Item: 2, Qty: num.One}}}},
			Demands:  []Demand{{Item: 0, Day: monday + 20, Qty: num.Int(5), Source: Source{Sales, 1}, Parent: -1}, {Item: 3, Day: monday + 20, Qty: num.Int(5), Source: Source{Sales, 2}, Parent: -1}}}
	}
	for _, c := range []struct {
		name   string
		change func(p *Problem)
		want   string
	}{
		{"nothing", func(*Problem) {}, "[] [] [] []"},
		{"an order", func(p *Problem) { p.Demands[0].Qty++ }, "[demand] [above] [above] []"},
		{"another order for as much", func(p *Problem) { p.Demands[0].Source.Ref = 7 }, "[demand] [] [] []"},
		{"stock", func(p *Problem) {
			p.Supplies = append(p.Supplies, Supply{Item: 1, Day: monday, Expires: Never, Qty: num.Int(5)})
		}, "[] [stock] [above] []"},
		{"a purchase", func(p *Problem) {
			p.Supplies = append(p.Supplies, Supply{Item: 2, Day: monday, Expires: Never, Qty: num.Int(5), Source: Source{Purchase, 1}})
		}, "[] [] [supply] []"},
		{"lead time", func(p *Problem) { p.Items[3].LeadDays = 3 }, "[] [] [above] [params]"},
		{"bill", func(p *Problem) { p.Versions[2].Lines[0].Qty = num.Int(2) }, "[] [] [bom] [bom]"},
	} {
		p, q := base(), base()
		c.change(q)
		then, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		then.Run()
		now, err := New(q)
		if err != nil {
			t.Fatal(err)
		}
		_, why := now.Net(Former{Planner: then, Items: []int32{0, 1, 2, 3}, Same: func(a, b Source) bool { return a == b }})
		got := ""
		for _, y := range why {
			got += fmt.Sprint(y.Names(), " ")
		}
		if got = got[:len(got)-1]; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
