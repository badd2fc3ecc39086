package kit_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/planning/kit"
	"kaiwu/internal/planning/mrp"
)

// slow reads the rules of the package letter by letter, in rationals and without any of its code: it follows each need
// down by recursion and tries set after set.
type slow struct {
	p       *kit.Problem
	stock   map[int32]*big.Rat
	coming  map[int32][]*kit.Coming
	left    map[*kit.Coming]*big.Rat
	short   map[int32]map[int32]bool // of each order the parts that are not there
	waits   map[int32]map[int32]bool
	settled bool
}

func rat(d num.Dec) *big.Rat { return big.NewRat(int64(d), 1_000_000) }

// up rounds up to so many decimals.
func up(x *big.Rat, decimals int) *big.Rat {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	n := new(big.Int).Mul(x.Num(), scale)
	q, m := new(big.Int).DivMod(n, x.Denom(), new(big.Int))
	if m.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return new(big.Rat).SetFrac(q, scale)
}

// gross counts in whole pieces what is counted in pieces; what a phantom hands on is not counted.
func (s *slow) gross(part int32, t *big.Rat, per, scrap num.Dec) *big.Rat {
	x := new(big.Rat).Mul(t, rat(per))
	decimals := 6
	if it := &s.p.Items[part]; it.Kind != mrp.Phantom {
		decimals = it.Decimals
	}
	return up(x.Quo(x, new(big.Rat).Sub(big.NewRat(1, 1), new(big.Rat).Quo(rat(scrap), big.NewRat(100, 1)))), decimals)
}

func (s *slow) fill() {
	s.stock, s.coming, s.left = map[int32]*big.Rat{}, map[int32][]*kit.Coming{}, map[*kit.Coming]*big.Rat{}
	for i := range s.p.Items {
		s.stock[int32(i)] = new(big.Rat)
	}
	for _, l := range s.p.Stock {
		if l.Expires > s.p.Today {
			s.stock[l.Item].Add(s.stock[l.Item], rat(l.Qty))
		}
	}
	for k := range s.p.Coming {
		c := &s.p.Coming[k]
		s.coming[c.Item] = append(s.coming[c.Item], c)
		s.left[c] = rat(c.Qty)
	}
	for _, list := range s.coming {
		slices.SortStableFunc(list, func(a, b *kit.Coming) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Ref, b.Ref)) })
	}
	for _, c := range s.p.Claims {
		s.take(c.Item, rat(c.Qty), nil)
	}
}

// take gives what there is and what comes of an item; what is left is to be made or ordered.
func (s *slow) take(i int32, x *big.Rat, told func(c *kit.Coming)) *big.Rat {
	x = s.shelf(i, x)
	for _, c := range s.coming[i] {
		if x.Sign() <= 0 || s.left[c].Sign() == 0 {
			continue
		}
		part := new(big.Rat).Set(x)
		if part.Cmp(s.left[c]) > 0 {
			part.Set(s.left[c])
		}
		x, s.left[c] = new(big.Rat).Sub(x, part), new(big.Rat).Sub(s.left[c], part)
		if told != nil {
			told(c)
		}
	}
	return x
}

func (s *slow) shelf(i int32, x *big.Rat) *big.Rat {
	part := new(big.Rat).Set(x)
	if part.Cmp(s.stock[i]) > 0 {
		part.Set(s.stock[i])
	}
	s.stock[i] = new(big.Rat).Sub(s.stock[i], part)
	return new(big.Rat).Sub(x, part)
}

func (s *slow) bill(i int32) []mrp.Line {
	for _, v := range s.p.Versions {
		if v.Item == i {
			return v.Lines
		}
	}
	return nil
}

// needs of an order, item by item: those that use it come first, since an item uses only later ones.
func (s *slow) go_(at int32, sets num.Dec, today bool) bool {
	o := &s.p.Orders[at]
	need := make([]*big.Rat, len(s.p.Items))
	for i := range need {
		need[i] = new(big.Rat)
	}
	if o.Work {
		for _, p := range o.Parts {
			x := new(big.Rat).Sub(s.gross(p.Item, rat(sets), p.Per, p.ScrapPct), rat(p.Held))
			if x.Sign() > 0 {
				need[p.Item].Add(need[p.Item], x)
			}
		}
	} else {
		need[o.Item].Add(need[o.Item], rat(sets))
	}
	fine := true
	for n := range need {
		i := int32(n)
		x := need[i]
		for _, c := range o.Own {
			if c.Item == i {
				if x.Sub(x, rat(c.Qty)); x.Sign() < 0 {
					x.SetInt64(0)
				}
			}
		}
		if x.Sign() == 0 {
			continue
		}
		leaf := s.bill(i) == nil
		sent := s.p.Items[i].Kind == mrp.Transfer
		away := s.p.Items[i].Calendar != s.p.Items[o.Item].Calendar // is no part of the order
		lying := s.shelf(i, x)
		outside := false
		rest := s.take(i, lying, func(c *kit.Coming) {
			if away {
				return
			}
			if c.Work < 0 {
				outside = true
			} else if s.waits[at] != nil {
				s.waits[at][c.Work] = true
			}
			if c.Work < 0 || !s.settled || !s.complete(c.Work, map[int32]bool{}) {
				fine = false
			}
		})
		if outside || !away && (leaf || sent) && rest.Sign() > 0 {
			fine = false
			if s.short[at] != nil {
				s.short[at][i] = true
			}
		}
		if rest.Sign() == 0 || leaf {
			continue
		}
		it := &s.p.Items[i]
		if it.Kind != mrp.Phantom {
			rest = up(new(big.Rat).Quo(new(big.Rat).Mul(rest, big.NewRat(100, 1)), rat(it.YieldPct)), it.Decimals)
		}
		for _, l := range s.bill(i) {
			if l.Role == mrp.Component && !l.None {
				need[l.Item].Add(need[l.Item], s.gross(l.Item, rest, l.Qty, l.ScrapPct))
			}
		}
	}
	return fine
}

func (s *slow) complete(at int32, asked map[int32]bool) bool {
	if asked[at] {
		return false
	}
	asked[at] = true // on the way down to here: a circle
	defer delete(asked, at)
	if len(s.short[at]) > 0 {
		return false
	}
	for w := range s.waits[at] {
		if !s.complete(w, asked) {
			return false
		}
	}
	return true
}

func (s *slow) queue() (works, others []int32) {
	for i := range s.p.Orders {
		if s.p.Orders[i].Work {
			works = append(works, int32(i))
		} else {
			others = append(others, int32(i))
		}
	}
	for _, list := range [][]int32{works, others} {
		slices.SortStableFunc(list, func(a, b int32) int {
			x, y := &s.p.Orders[a], &s.p.Orders[b]
			return cmp.Or(cmp.Compare(x.Priority, y.Priority), cmp.Compare(x.Due, y.Due))
		})
	}
	return works, others
}

// run deals everything out and says which orders are complete.
func (s *slow) run() []bool {
	s.short, s.waits, s.settled = map[int32]map[int32]bool{}, map[int32]map[int32]bool{}, false
	s.fill()
	works, others := s.queue()
	for _, at := range append(works, others...) {
		s.short[at], s.waits[at] = map[int32]bool{}, map[int32]bool{}
		s.go_(at, s.p.Orders[at].Qty, false)
	}
	s.settled = true
	out := make([]bool, len(s.p.Orders))
	for at := range out {
		out[at] = s.complete(int32(at), map[int32]bool{})
	}
	return out
}

// sets tries one set after the other, each on a fresh copy of what is left when the order's turn comes.
func (s *slow) sets(who int32) num.Dec {
	s.run()
	short, waits := s.short, s.waits
	best := num.Dec(-1)
	unit := num.One
	for range s.p.Items[s.p.Orders[who].Item].Decimals {
		unit /= 10
	}
	o := &s.p.Orders[who]
	try := func(n num.Dec) bool {
		s.short, s.waits = map[int32]map[int32]bool{}, map[int32]map[int32]bool{}
		s.fill()
		works, others := s.queue()
		for _, at := range append(works, others...) {
			if at == who {
				s.short, s.waits = short, waits
				saved, held := s.short[who], s.waits[who]
				s.short[who], s.waits[who] = nil, nil
				fine := s.go_(who, n, true)
				s.short[who], s.waits[who] = saved, held
				return fine
			}
			s.go_(at, s.p.Orders[at].Qty, false)
		}
		return false
	}
	for n := num.Dec(0); n <= o.Qty; n += unit {
		if try(n) {
			best = n
		}
	}
	return best
}

// draw makes a factory of one site, or of two of which the first gets items from the second.
func draw(t *rapid.T) *kit.Problem {
	p := &kit.Problem{Today: cal.MustDay("2026-03-02"), Calendars: []*cal.Calendar{nil}}
	each, sites := rapid.IntRange(2, 6).Draw(t, "items"), rapid.IntRange(1, 2).Draw(t, "sites")
	dec := func(name string, list ...string) num.Dec { return num.MustParse(rapid.SampledFrom(list).Draw(t, name)) }
	n := each * sites
	for i := range n {
		site := i / each
		last := (site+1)*each - 1
		it := mrp.Item{Code: fmt.Sprintf("I%d", i), Kind: mrp.Make, YieldPct: dec("yield", "100", "100", "90", "33.3"), Decimals: rapid.IntRange(0, 1).Draw(t, "decimals"), LeadDays: rapid.IntRange(0, 5).Draw(t, "lead"), Calendar: int32(site)}
		lines := 0
		v := mrp.Version{Item: int32(i), Name: "1", From: -mrp.Never, To: mrp.Never}
		if site < sites-1 && rapid.IntRange(0, 2).Draw(t, "sent") == 0 {
			it.Kind, it.YieldPct = mrp.Transfer, num.Int(100)
			p.Versions = append(p.Versions, mrp.Version{Item: int32(i), Name: "1", From: -mrp.Never, To: mrp.Never, Lines: []mrp.Line{{Item: int32(i + each), Qty: num.One}}})
		} else if i < last {
			lines = rapid.IntRange(0, 3).Draw(t, "lines")
		}
		for range lines {
			v.Lines = append(v.Lines, mrp.Line{Item: int32(rapid.IntRange(i+1, last).Draw(t, "part")), Qty: dec("per", "1", "2", "0.5", "0.333333"), ScrapPct: dec("scrap", "0", "0", "3", "12.5")})
		}
		switch {
		case it.Kind == mrp.Transfer:
		case lines == 0:
			it.Kind = mrp.Buy
		case rapid.IntRange(0, 4).Draw(t, "phantom") == 0:
			it.Kind = mrp.Phantom
		}
		if lines > 0 {
			p.Versions = append(p.Versions, v)
		}
		p.Items = append(p.Items, it)
		if rapid.Bool().Draw(t, "has stock") {
			p.Stock = append(p.Stock, kit.Lot{Item: int32(i), Qty: dec("stock", "1", "3", "7.5", "20"), Expires: rapid.SampledFrom([]cal.Day{mrp.Never, mrp.Never, p.Today}).Draw(t, "expires")})
		}
		if rapid.IntRange(0, 3).Draw(t, "claims") == 0 {
			p.Claims = append(p.Claims, kit.Claim{Item: int32(i), Qty: dec("claim", "1", "4")})
		}
		if (it.Kind == mrp.Buy || it.Kind == mrp.Transfer) && rapid.IntRange(0, 2).Draw(t, "comes") == 0 {
			p.Coming = append(p.Coming, kit.Coming{Item: int32(i), Day: p.Today + cal.Day(rapid.IntRange(0, 9).Draw(t, "day")), Qty: dec("coming", "2", "5", "30"), Ref: int32(len(p.Coming)), Work: -1})
		}
	}
	for k := range rapid.IntRange(1, 5).Draw(t, "orders") {
		o := kit.Order{Item: int32(rapid.IntRange(0, n-1).Draw(t, "item")), Qty: num.Int(int64(rapid.IntRange(1, 6).Draw(t, "qty"))), Due: p.Today + cal.Day(rapid.IntRange(0, 4).Draw(t, "due")), Priority: uint8(rapid.IntRange(1, 3).Draw(t, "priority"))}
		if p.Items[o.Item].Kind == mrp.Make && rapid.IntRange(0, 2).Draw(t, "work") == 0 {
			o.Work = true
			for _, v := range p.Versions {
				if v.Item == o.Item {
					for _, l := range v.Lines {
						o.Parts = append(o.Parts, kit.Part{Item: l.Item, Per: l.Qty, ScrapPct: l.ScrapPct, Held: dec("held", "0", "0", "1")})
					}
				}
			}
			p.Coming = append(p.Coming, kit.Coming{Item: o.Item, Day: o.Due, Qty: o.Qty, Ref: int32(len(p.Coming)), Work: int32(k)})
		} else if rapid.IntRange(0, 3).Draw(t, "reserved") == 0 {
			o.Own = append(o.Own, kit.Claim{Item: o.Item, Qty: num.One})
		}
		p.Orders = append(p.Orders, o)
	}
	return p
}

// The kit and unlock analyses agree with the letter of the rules on hundreds of small factories.
func TestAgainstTheLetterOfTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t)
		p.Detail = func(int32) bool { return true }
		got, err := kit.Analyse(p)
		if err != nil {
			t.Fatal(err)
		}
		s := &slow{p: p}
		complete := s.run()
		for i := range p.Items {
			if rat(got.Left[i]).Cmp(s.stock[int32(i)]) != 0 {
				t.Fatalf("%s: %s left, want %s", p.Items[i].Code, got.Left[i], s.stock[int32(i)].FloatString(6))
			}
		}
		for k := range p.Orders {
			r := &got.Results[k]
			if r.Complete != complete[k] {
				t.Fatalf("order %d complete %v, want %v", k, r.Complete, complete[k])
			}
			var short []int32
			for i := range s.short[int32(k)] {
				short = append(short, i)
			}
			slices.Sort(short)
			var mine []int32
			for _, x := range r.Short {
				mine = append(mine, x.Item)
			}
			if !slices.Equal(short, mine) {
				t.Fatalf("order %d misses %v, want %v", k, mine, short)
			}
			if r.Complete != (r.Sets == p.Orders[k].Qty) {
				t.Fatalf("order %d: complete %v with %s sets", k, r.Complete, r.Sets)
			}
			if r.Complete != (r.Ready == p.Today) && r.Complete {
				t.Fatalf("order %d is complete on %s", k, r.Ready)
			}
		}
		k := int32(rapid.IntRange(0, len(p.Orders)-1).Draw(t, "which"))
		if want := s.sets(k); got.Results[k].Sets != want {
			t.Fatalf("order %d: %s sets, want %s", k, got.Results[k].Sets, want)
		}

		// a part alone: give plenty of it and see which orders become complete
		for i := range p.Items {
			if p.Items[i].Kind != mrp.Buy && p.Items[i].Kind != mrp.Transfer {
				continue
			}
			more := *p
			more.Stock = append(slices.Clone(p.Stock), kit.Lot{Item: int32(i), Qty: num.Int(1_000_000), Expires: mrp.Never})
			then := (&slow{p: &more}).run()
			var want, mine []int32
			for k := range then {
				if then[k] && !complete[k] && p.Items[p.Orders[k].Item].Calendar == p.Items[i].Calendar { // what need not be brought serves others there
					want = append(want, int32(k))
				}
			}
			var just num.Dec
			for _, u := range got.Unlocks {
				if u.Item == int32(i) {
					mine, just = u.Orders, u.Qty
				}
			}
			if !slices.Equal(want, mine) {
				t.Fatalf("%s unlocks %v, want %v", p.Items[i].Code, mine, want)
			}
			if (just > 0) != (len(mine) > 0) {
				t.Fatalf("%s unlocks %v with %s", p.Items[i].Code, mine, just)
			}
		}
	})
}

// By each day that the steps name, and not before, so many sets can be built.
func TestSteps(t *testing.T) {
	p := &kit.Problem{Today: cal.MustDay("2026-03-02"), Items: []mrp.Item{
		{Code: "LAMP", Kind: mrp.Make, YieldPct: num.Int(100), LeadDays: 2}, {Code: "SCREW", Kind: mrp.Buy, YieldPct: num.Int(100), LeadDays: 20}, {Code: "BULB", Kind: mrp.Buy, YieldPct: num.Int(100), LeadDays: 7}},
		Versions: []mrp.Version{{Item: 0, From: -mrp.Never, To: mrp.Never, Lines: []mrp.Line{{Item: 1, Qty: num.Int(2)}, {Item: 2, Qty: num.One}}}},
		Stock:    []kit.Lot{{Item: 0, Qty: num.Int(2), Expires: mrp.Never}, {Item: 1, Qty: num.Int(9), Expires: mrp.Never}, {Item: 2, Qty: num.Int(3), Expires: mrp.Never}},
		Coming:   []kit.Coming{{Item: 1, Day: cal.MustDay("2026-03-05"), Qty: num.Int(3), Work: -1}},
		Orders:   []kit.Order{{Item: 0, Qty: num.Int(10)}},
		Steps:    func(int32) bool { return true }, Detail: func(int32) bool { return true }}
	a, err := kit.Analyse(p)
	if err != nil {
		t.Fatal(err)
	}
	r := &a.Results[0]
	// two lie there, three more for three bulbs; on 9 March there are bulbs for all and screws for six; on the 22nd all
	want := "[{2026-03-02 5} {2026-03-09 8} {2026-03-22 10}]"
	if got := fmt.Sprint(r.Steps); got != want {
		t.Errorf("steps %s, want %s", got, want)
	}
	if r.Ready.String() != "2026-03-22" || r.Done.String() != "2026-03-24" {
		t.Errorf("ready %s, done %s", r.Ready, r.Done)
	}
	if len(r.Short) != 2 || r.Short[0].Qty != num.Int(7) || r.Short[0].Coming != num.Int(3) || r.Short[1].Qty != num.Int(5) {
		t.Errorf("short %+v", r.Short)
	}
}

func TestLoopIsNamed(t *testing.T) {
	line := func(i int32) []mrp.Line { return []mrp.Line{{Item: i, Qty: num.One}} }
	p := &kit.Problem{Items: []mrp.Item{{Code: "A", Kind: mrp.Make}, {Code: "B", Kind: mrp.Make}}, Versions: []mrp.Version{{Item: 0, From: -1, To: 1, Lines: line(1)}, {Item: 1, From: -1, To: 1, Lines: line(0)}}}
	if _, err := kit.Analyse(p); err == nil {
		t.Error("a loop was analysed")
	}
}

// Figures too big for the arithmetic are said, and the rest is analysed.
func TestOverflowIsSaid(t *testing.T) {
	p := &kit.Problem{Today: 1, Items: []mrp.Item{{Code: "A", Kind: mrp.Make, YieldPct: num.Int(100)}, {Code: "B", Kind: mrp.Buy, YieldPct: num.Int(100)}},
		Versions: []mrp.Version{{Item: 0, From: 0, To: 9, Lines: []mrp.Line{{Item: 1, Qty: num.Max}}}},
		Stock:    []kit.Lot{{Item: 1, Qty: num.One, Expires: mrp.Never}},
		Orders:   []kit.Order{{Item: 0, Qty: num.Max}, {Item: 1, Qty: num.One}}}
	a, err := kit.Analyse(p)
	if err != nil || !a.Results[0].Overflow || a.Results[0].Complete || !a.Results[1].Complete {
		t.Errorf("%v %+v", err, a.Results)
	}
}

// When what another site brings can be here, and everything made of it, the planning engine says the same: on factories
// of two sites in which each item has one use, for one order of today.
func TestDaysAreThoseOfThePlan(t *testing.T) {
	var hours cal.Week
	for _, d := range []int{1, 2, 3, 4, 6} {
		hours[d] = []cal.Hours{{From: 480, To: 960}}
	}
	week, err := cal.New(nil, hours, nil)
	if err != nil {
		t.Fatal(err)
	}
	brought, parts := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		grew := false
		p := &kit.Problem{Today: cal.MustDay("2026-03-05"), Calendars: []*cal.Calendar{week}}
		each := rapid.IntRange(2, 7).Draw(t, "items")
		parent := make([]int, each)
		for i := 1; i < each; i++ {
			parent[i] = rapid.IntRange(0, i-1).Draw(t, "parent")
		}
		for site := range 2 {
			for i := range each {
				at := int32(site*each + i)
				it := mrp.Item{Code: fmt.Sprintf("I%d", at), Kind: mrp.Buy, YieldPct: num.Int(100), LeadDays: rapid.IntRange(0, 6).Draw(t, "lead"), Calendar: int32(site)}
				switch rapid.IntRange(0, 3).Draw(t, "grows") { // more takes longer: by begun lots, or by working time
				case 0:
					it.LeadPer, it.LeadPerDays = num.Int(int64(rapid.IntRange(1, 4).Draw(t, "lead per"))), rapid.IntRange(1, 3).Draw(t, "lead per days")
				case 1:
					it.SetupMin, it.RunMin, it.DayMin = num.Int(30), num.Int(int64(rapid.IntRange(20, 300).Draw(t, "run"))), num.Int(480)
				}
				v := mrp.Version{Item: at, From: -mrp.Never, To: mrp.Never}
				for k := i + 1; k < each; k++ {
					if parent[k] == i {
						v.Lines = append(v.Lines, mrp.Line{Item: int32(site*each + k), Qty: num.Int(int64(rapid.IntRange(1, 3).Draw(t, "per")))})
					}
				}
				if len(v.Lines) > 0 {
					it.Kind = mrp.Make
				}
				if site == 0 && (i == each-1 || rapid.IntRange(0, 3).Draw(t, "sent") == 0) {
					it.Kind, v.Lines, it.DayMin = mrp.Transfer, []mrp.Line{{Item: at + int32(each), Qty: num.One}}, 0
				}
				if it.Kind == mrp.Buy {
					it.DayMin = 0
				}
				grew = grew || it.LeadPer+it.DayMin > 0
				if len(v.Lines) > 0 {
					p.Versions = append(p.Versions, v)
				}
				if q := rapid.IntRange(0, 8).Draw(t, "stock"); q > 4 {
					p.Stock = append(p.Stock, kit.Lot{Item: at, Qty: num.Int(int64(q)), Expires: mrp.Never})
				}
				p.Items = append(p.Items, it)
			}
		}
		o := kit.Order{Item: 0, Qty: num.Int(int64(rapid.IntRange(1, 9).Draw(t, "qty"))), Due: p.Today}
		p.Orders = []kit.Order{o}
		p.Steps, p.Detail = func(int32) bool { return true }, func(int32) bool { return true }
		got, err := kit.Analyse(p)
		if err != nil {
			t.Fatal(err)
		}
		want := &mrp.Problem{Today: p.Today, Calendars: p.Calendars, Items: p.Items, Versions: p.Versions, Pegs: true, Demands: []mrp.Demand{{Item: 0, Day: o.Due, Qty: o.Qty, Source: mrp.Source{Kind: mrp.Sales}, Parent: -1}}}
		for k, l := range p.Stock {
			want.Supplies = append(want.Supplies, mrp.Supply{Item: l.Item, Day: p.Today, Expires: mrp.Never, Qty: l.Qty, Source: mrp.Source{Kind: mrp.Stock, Ref: int32(k)}})
		}
		m, err := mrp.New(want)
		if err != nil {
			t.Fatal(err)
		}
		plan := m.Run()
		r := &got.Results[0]
		if day := m.Forward().Demands[mrp.Source{Kind: mrp.Sales}]; r.Done != day {
			t.Fatalf("done %s, the plan says %s", r.Done, day)
		}
		planned := map[int32]num.Dec{}
		for _, x := range plan.Orders {
			planned[x.Item] += x.Qty
		}
		for _, u := range r.Uses {
			if u.Short+u.Built != planned[u.Item] {
				t.Fatalf("%s: %s short and %s built, the plan orders %s", p.Items[u.Item].Code, u.Short, u.Built, planned[u.Item])
			}
			if there := u.There; there > 0 {
				brought++
				if i := slices.IndexFunc(r.Uses, func(x kit.Use) bool { return x.Item == u.Item+int32(each) }); r.Uses[i].Stock != there || !r.Uses[i].Away {
					t.Fatalf("%s of %s lie there, the order takes %s", there, p.Items[u.Item].Code, r.Uses[i].Stock)
				}
			}
		}
		if last := r.Steps[len(r.Steps)-1]; r.Ready > p.Today && (last.Sets != o.Qty || last.Day != r.Ready) {
			t.Fatalf("the last step is %v, ready %s", last, r.Ready)
		}
		// set after set: so many can be had by a day when an order of so many would be ready by it
		ready := map[int64]cal.Day{}
		days := map[cal.Day]bool{p.Today: true}
		for n := int64(1); n <= int64(o.Qty/num.One); n++ {
			q := *p
			q.Orders = []kit.Order{{Item: 0, Qty: num.Int(n), Due: o.Due}}
			a, err := kit.Analyse(&q)
			if err != nil {
				t.Fatal(err)
			}
			ready[n] = a.Results[0].Ready
			if ready[n] == p.Today && !a.Results[0].Complete { // ordered and there on the same day: that is not said to lie there
				return
			}
			days[ready[n]] = true
		}
		var steps []kit.Step
		for _, d := range slices.Sorted(maps.Keys(days)) {
			var sets num.Dec
			for n, on := range ready {
				if on <= d {
					sets = max(sets, num.Int(n))
				}
			}
			if len(steps) == 0 || sets > steps[len(steps)-1].Sets {
				steps = append(steps, kit.Step{Day: d, Sets: sets})
			}
		}
		if !slices.Equal(r.Steps, steps) {
			t.Fatalf("steps %v, want %v", r.Steps, steps)
		}
		if grew && len(steps) > 2 {
			parts++
		}
	})
	if brought == 0 || parts == 0 {
		t.Errorf("brought %d times, in parts by a lead time that grows %d times", brought, parts)
	}
}

// What another site brings is short until it is here; when it can be here hangs on what lies there, comes there, and is
// still to be made there. A work order that makes it there counts with the day on which it can be done.
func TestBrought(t *testing.T) {
	day := cal.MustDay
	p := &kit.Problem{Today: day("2026-03-02"), Calendars: []*cal.Calendar{nil}, Items: []mrp.Item{
		{Code: "LAMP", Kind: mrp.Make, YieldPct: num.Int(100), LeadDays: 2}, {Code: "BODY", Kind: mrp.Transfer, YieldPct: num.Int(100), LeadDays: 3},
		{Code: "BODY @ 2", Kind: mrp.Make, YieldPct: num.Int(100), LeadDays: 1, Calendar: 1}, {Code: "BLANK @ 2", Kind: mrp.Buy, YieldPct: num.Int(100), LeadDays: 7, Calendar: 1}},
		Versions: []mrp.Version{{Item: 0, From: -mrp.Never, To: mrp.Never, Lines: []mrp.Line{{Item: 1, Qty: num.One}}}, {Item: 1, From: -mrp.Never, To: mrp.Never, Lines: []mrp.Line{{Item: 2, Qty: num.One}}},
			{Item: 2, From: -mrp.Never, To: mrp.Never, Lines: []mrp.Line{{Item: 3, Qty: num.One}}}},
		Stock: []kit.Lot{{Item: 1, Qty: num.Int(2), Expires: mrp.Never}, {Item: 2, Qty: num.Int(5), Expires: mrp.Never}},
		Orders: []kit.Order{{Item: 0, Qty: num.Int(10), Priority: 5}, {Item: 2, Qty: num.Int(2), Priority: 1},
			{Item: 2, Qty: num.Int(3), Due: day("2026-03-03"), Work: true, Parts: []kit.Part{{Item: 3, Per: num.One}}}},
		Coming: []kit.Coming{{Item: 2, Day: day("2026-03-03"), Qty: num.Int(3), Work: 2}},
		Steps:  func(int32) bool { return true }, Detail: func(int32) bool { return true }}
	a, err := kit.Analyse(p)
	if err != nil {
		t.Fatal(err)
	}
	// two bodies are here; of the five there two are for a better order, three are brought by the 5th; the work order
	// waits seven days for its blanks and makes three by the 10th; two more of blanks that are bought: the same day
	r := &a.Results[0]
	if want := "[{2026-03-02 2} {2026-03-05 5} {2026-03-13 10}]"; fmt.Sprint(r.Steps) != want {
		t.Errorf("steps %v, want %s", r.Steps, want)
	}
	if r.Ready != day("2026-03-13") || r.Done != day("2026-03-15") || len(r.Short) != 1 || len(r.Waits) != 0 || r.Complete {
		t.Errorf("%+v", r)
	}
	if s := r.Short[0]; s.Item != 1 || s.Qty != num.Int(8) || s.There != num.Int(3) || s.Coming != 0 || s.Day != r.Ready {
		t.Errorf("%+v", s)
	}
	if len(a.Unlocks) == 0 || !slices.ContainsFunc(a.Unlocks, func(u kit.Unlock) bool { return u.Item == 1 && slices.Equal(u.Orders, []int32{0}) }) {
		t.Errorf("%+v", a.Unlocks)
	}
}
