package mrp

import (
	"cmp"
	"slices"
)

// Why says what about an item has changed since a former plan; none: its part of that plan was taken over.
type Why uint16

const (
	NewItem Why = 1 << iota
	Params
	Bills // its own bill of materials, or one that names it
	Needs // from outside
	Stocks
	Orders // documents that bring it
	Above  // what uses it is planned otherwise
	Stands // it may stand for something, or something for it: what one item leaves over another takes
	All    // everything was planned anew
)

var whyNames = [...]string{"new", "params", "bom", "demand", "stock", "supply", "above", "substitute", "all"}

// Names are the causes one by one.
func (y Why) Names() (out []string) {
	for n, name := range whyNames {
		if y&(1<<n) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// Has says whether a cause is among them.
func (y Why) Has(cause Why) bool { return y&cause != 0 }

// Former is a plan that stands already, for Net.
type Former struct {
	Planner *Planner // which has Run, on the same day with the same calendars
	Items   []int32  // of each item, its place there; -1: it was not there
	// Same says whether a need or a supply from outside is the one that it was then.
	Same func(now, then Source) bool
}

// Net plans the items of which something has changed since a former plan, and of those below them the ones whose needs
// have become different by it; the rest it takes over. The plan is the one that Run gives, pegs, numbers and messages
// included. It says of each item why it was planned. What may stand for something, and what something may stand for, is
// always planned: what one of these leaves over another takes.
func (m *Planner) Net(f Former) (*Plan, []Why) {
	n := m.netting(f)
	why := n.why
	m.swap.each(func(i int32) { why[i] |= Stands })
	f.Planner.swap.each(func(k int32) {
		if i := n.now[k]; i >= 0 {
			why[i] |= Stands
		}
	})
	m.swap.again()
	m.plan.Orders, m.plan.Passes, m.plan.Swaps = nil, nil, nil
	var anew []int32
	for l, items := range m.levels {
		anew = anew[:0]
		for _, i := range items {
			if why[i] != 0 {
				anew = append(anew, i)
			} else {
				n.take(i)
			}
		}
		m.side(anew)
		for _, i := range items {
			n.place(i)
		}
		for _, i := range m.late[l] {
			if why[i] != 0 {
				m.workers[0].plan(i)
			} else {
				n.take(i)
			}
			n.place(i)
		}
		m.placed()
	}
	m.finish()
	return &m.plan, why
}

// Differ says what about each item by itself is not as it was in a former plan, and plans nothing.
func (m *Planner) Differ(f Former) []Why { return m.netting(f).why }

func (m *Planner) netting(f Former) *netting {
	n := &netting{Planner: m, then: f.Planner, f: f, why: make([]Why, len(m.got)), now: make([]int32, len(f.Planner.got)), refs: make([]map[packed]packed, len(m.got))}
	for k := range n.now {
		n.now[k] = -1
	}
	for i, k := range f.Items {
		if k >= 0 {
			n.now[k] = int32(i)
		}
	}
	for i := range n.why {
		n.compare(int32(i))
	}
	return n
}

type netting struct {
	*Planner
	then *Planner
	f    Former
	why  []Why
	now  []int32             // of each item then, its place now
	refs []map[packed]packed // of each item that is as it was, its needs and supplies from outside: then → now
}

// was is the place of an item then.
func (n *netting) was(i int32) int32 { return n.f.Items[i] }

// compare says what differs about an item by itself.
func (n *netting) compare(i int32) {
	k := n.was(i)
	if k < 0 {
		n.why[i] = NewItem
		return
	}
	a, b := n.p.Items[i], n.then.p.Items[k]
	if a.Code = b.Code; a != b {
		n.why[i] |= Params
	}
	if !n.bills(i, k) || !n.uses(n.usedIn.of(i), n.then.usedIn.of(k)) || !n.uses(n.outOf.of(i), n.then.outOf.of(k)) {
		n.why[i] |= Bills
	}
	refs := map[packed]packed{}
	bySrc := func(a, b need) int {
		return cmp.Or(cmp.Compare(a.src, b.src), cmp.Compare(a.qty, b.qty), cmp.Compare(a.day, b.day))
	}
	needs, needsWere := slices.SortedFunc(slices.Values(n.needs[i]), bySrc), slices.SortedFunc(slices.Values(n.then.needs[k]), bySrc)
	same := slices.EqualFunc(needs, needsWere, func(a, b need) bool {
		refs[b.src] = a.src
		return a.qty == b.qty && a.day == b.day && a.prio == b.prio && n.was(a.parent) == b.parent && n.same(a.src, b.src)
	})
	if !same {
		n.why[i] |= Needs
	}
	byCome := func(a, b lot) int {
		return cmp.Or(cmp.Compare(a.src.kind(), b.src.kind()), cmp.Compare(a.day, b.day), cmp.Compare(a.expires, b.expires), cmp.Compare(a.src, b.src), cmp.Compare(a.qty, b.qty))
	}
	lots, lotsWere := slices.SortedFunc(slices.Values(n.lots[i]), byCome), slices.SortedFunc(slices.Values(n.then.lots[k]), byCome)
	differ := func(stock bool) bool {
		pick := func(l lot) bool { return (l.src.kind() == Stock) != stock }
		return !slices.EqualFunc(slices.DeleteFunc(slices.Clone(lots), pick), slices.DeleteFunc(slices.Clone(lotsWere), pick), func(a, b lot) bool {
			refs[b.src] = a.src
			return a.qty == b.qty && a.day == b.day && a.was == b.was && a.expires == b.expires && a.fixed == b.fixed && n.same(a.src, b.src)
		})
	}
	if differ(true) {
		n.why[i] |= Stocks
	}
	if differ(false) {
		n.why[i] |= Orders
	}
	n.refs[i] = refs
}

func (n *netting) same(now, then packed) bool {
	return now.kind() == then.kind() && n.f.Same(now.open(), then.open())
}

// line compares lines of bills.
func (n *netting) line(a, b Line) bool {
	item := n.was(a.Item) == b.Item
	a.Item = b.Item
	return item && a == b
}

func (n *netting) bills(i, k int32) bool {
	return slices.EqualFunc(n.versions[i], n.then.versions[k], func(v, w int32) bool {
		a, b := &n.p.Versions[v], &n.then.p.Versions[w]
		return a.Name == b.Name && a.From == b.From && a.To == b.To && slices.EqualFunc(a.Lines, b.Lines, n.line)
	})
}

// uses compares the lines that name an item, and the order in which those that use it are planned.
func (n *netting) uses(now, then []use) bool {
	return slices.EqualFunc(now, then, func(a, b use) bool {
		x, y := &n.p.Versions[a.version], &n.then.p.Versions[b.version]
		return n.was(x.Item) == y.Item && n.ordinal(a.version) == n.then.ordinal(b.version) && n.line(x.Lines[a.line], y.Lines[b.line])
	})
}

// ordinal is the place of a version among those of its item.
func (m *Planner) ordinal(v int32) int {
	if v < 0 {
		return -1
	}
	return slices.Index(m.versions[m.p.Versions[v].Item], v)
}

// version is what a version of an item then is now; -1: none.
func (n *netting) version(i, v int32) int32 {
	at := n.then.ordinal(v)
	if at < 0 || at >= len(n.versions[i]) {
		return -1
	}
	return n.versions[i][at]
}

// take takes over what the former plan has of an item.
func (n *netting) take(i int32) {
	k := n.was(i)
	was, g := &n.then.got[k], &n.got[i]
	*g = result{count: was.count}
	for _, o := range n.then.orders(k) {
		o.Item, o.Version = i, n.version(i, o.Version)
		g.orders = append(g.orders, o)
	}
	for _, p := range was.passes {
		p.Item, p.Version = i, n.version(i, p.Version)
		g.passes = append(g.passes, p)
	}
	for _, x := range was.messages {
		if x.Item = i; x.Act != BelowSafety { // which is of no supply
			x.Supply = n.refs[i][x.Supply.pack()].open()
		}
		g.messages = append(g.messages, x)
	}
	for _, x := range was.faults {
		x.Item = n.now[x.Item]
		g.faults = append(g.faults, x)
	}
	pegs := slices.Clone(n.then.plan.pegs[k])
	for at := range pegs {
		p := &pegs[at]
		parent := p.demandItem
		p.demandItem = n.now[parent]
		p.demand = n.ref(i, p.demand, parent)
		switch p.supply.kind() {
		case Planned, Through: // numbered among the item's own
		case PlannedBy:
			p.supply = n.ref(i, p.supply, n.then.plan.Orders[p.supply.ref()].Item)
		default:
			p.supply = n.refs[i][p.supply]
		}
	}
	n.plan.pegs[i] = pegs
}

// ref is what a need or supply of an item then is now; those of planned orders and passes belong to another item.
func (n *netting) ref(i int32, s packed, owner int32) packed {
	switch s.kind() {
	case Planned, PlannedBy:
		return Source{s.kind(), s.ref() - n.then.plan.first[owner] + n.plan.first[n.now[owner]]}.pack()
	case Through:
		return Source{Through, s.ref() - n.then.plan.firstOut[owner] + n.plan.firstOut[n.now[owner]]}.pack()
	}
	return n.refs[i][s]
}

// place numbers the item's orders and passes, and where they differ from the former ones marks what the item needs.
func (n *netting) place(i int32) {
	n.Planner.place(i)
	if n.why[i] == 0 {
		return
	}
	if k := n.was(i); k >= 0 {
		same := func(a, b int32) bool { return n.ordinal(a) == n.then.ordinal(b) }
		if slices.EqualFunc(n.orders(i), n.then.orders(k), func(a, b Order) bool {
			v := same(a.Version, b.Version)
			a.Item, a.Version = b.Item, b.Version
			return v && a == b
		}) && slices.EqualFunc(n.got[i].passes, n.then.got[k].passes, func(a, b Pass) bool {
			v := same(a.Version, b.Version)
			a.Item, a.Version = b.Item, b.Version
			return v && a == b
		}) {
			return
		}
	}
	for _, v := range n.versions[i] {
		for _, l := range n.p.Versions[v].Lines {
			if l.Role == Component && !l.None || l.Role == Output && n.pos[i] < n.pos[l.Item] {
				n.why[l.Item] |= Above
			}
		}
	}
}
