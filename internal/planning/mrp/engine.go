package mrp

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// Planner plans a problem, and plans it anew for what changed.
type Planner struct {
	p        *Problem
	plan     Plan
	days     []workdays // by calendar
	versions [][]int32  // of each item
	pos      []int32    // place of each item in the planning order
	levels   [][]int32  // the items of each level, by code
	late     [][]int32  // of each level those that are an output of another of the same level: planned after them, one by one
	usedIn   csr        // lines that name an item as component
	outOf    csr        // lines that name it as output of something planned before it
	alone    []bool     // in late
	needs    [][]need   // from outside, of each item
	lots     [][]lot
	workers  []*worker
	got      []result
	faults   []Fault // of what stands before the plan
	swap     *swaps  // nil: nothing stands for anything
}

// result is what the planning of one item gives.
type result struct {
	orders   []Order // until they have their place in the plan
	count    int32   // of orders
	passes   []Pass
	messages []Message
	faults   []Fault
}

type need struct {
	qty    num.Dec
	day    cal.Day
	parent int32 // item whose order needs it, or the item itself
	src    packed
	prio   uint8
}

type lot struct {
	qty     num.Dec
	day     cal.Day
	expires cal.Day
	was     cal.Day // the day that its document says
	src     packed
	n       int32 // place among the item's lots
	fixed   bool
}

// use is a line of a version.
type use struct{ version, line int32 }

// csr holds the lines of each item one after the other.
type csr struct {
	from []int32
	uses []use
}

func (c *csr) of(i int32) []use { return c.uses[c.from[i]:c.from[i+1]] }

// Run plans. A loop in the bills of materials is the only thing that it refuses; everything else is planned as far as
// it is sound, with a fault for each thing that is not.
func Run(p *Problem) (*Plan, error) {
	m, err := New(p)
	if err != nil {
		return nil, err
	}
	return m.Run(), nil
}

// New orders the items. The problem must not change afterwards but through the Planner.
func New(p *Problem) (*Planner, error) {
	n := len(p.Items)
	m := &Planner{p: p, versions: make([][]int32, n), needs: make([][]need, n), lots: make([][]lot, n), alone: make([]bool, n), got: make([]result, n)}
	m.plan = Plan{today: p.Today, pegs: make([][]peg, n), first: make([]int32, n), firstOut: make([]int32, n)}
	for range runtime.GOMAXPROCS(0) {
		m.workers = append(m.workers, &worker{Planner: m})
	}
	for _, c := range append([]*cal.Calendar{p.Calendar}, p.Calendars...) {
		m.days = append(m.days, newWorkdays(c, p.Today))
	}
	for v := range p.Versions {
		i := p.Versions[v].Item
		m.versions[i] = append(m.versions[i], int32(v))
	}
	if err := m.order(); err != nil {
		return nil, err
	}
	m.index()
	m.outside()
	return m, nil
}

// order is the items in planning order: by low-level code over the components of all versions, then by code.
func (m *Planner) order() error {
	p := m.p
	uses := make([]int32, len(p.Items)) // how many lines name the item as component
	for v := range p.Versions {
		for _, l := range p.Versions[v].Lines {
			if l.Role == Component {
				uses[l.Item]++
			}
		}
	}
	m.swap = newSwaps(m)
	for _, items := range m.swap.before() {
		for _, i := range items {
			uses[i]++
		}
	}
	level := make([]int16, len(p.Items))
	queue := make([]int32, 0, len(p.Items))
	for i := range p.Items {
		if uses[i] == 0 {
			queue = append(queue, int32(i))
		}
	}
	for at := 0; at < len(queue); at++ {
		i := queue[at]
		below := func(x int32) {
			level[x] = max(level[x], level[i]+1)
			if uses[x]--; uses[x] == 0 {
				queue = append(queue, x)
			}
		}
		for _, v := range m.versions[i] {
			for _, l := range p.Versions[v].Lines {
				if l.Role == Component {
					below(l.Item)
				}
			}
		}
		for _, x := range m.swap.before()[i] {
			below(x)
		}
	}
	if len(queue) < len(p.Items) {
		return m.loop(uses)
	}
	slices.SortFunc(queue, func(a, b int32) int {
		return cmp.Or(cmp.Compare(level[a], level[b]), cmp.Compare(p.Items[a].Code, p.Items[b].Code), cmp.Compare(a, b))
	})
	m.pos = make([]int32, len(p.Items))
	for n, i := range queue {
		m.pos[i] = int32(n)
	}
	m.plan.Levels, m.plan.Sequence = level, queue
	return nil
}

// loop names a loop among the items that still have uses.
func (m *Planner) loop(uses []int32) error {
	above := make(map[int32]int32) // of an item in the rest, one that uses it and is in the rest too
	for v := range m.p.Versions {
		x := &m.p.Versions[v]
		for _, l := range x.Lines {
			if l.Role == Component && uses[x.Item] > 0 && uses[l.Item] > 0 {
				above[l.Item] = x.Item
			}
		}
	}
	var at int32
	for i := range uses {
		if uses[i] > 0 {
			at = int32(i)
			break
		}
	}
	for range len(above) { // into the loop
		at = above[at]
	}
	e := &LoopError{Items: []string{m.p.Items[at].Code}}
	for i := above[at]; ; i = above[i] {
		e.Items = append(e.Items, m.p.Items[i].Code)
		if i == at {
			slices.Reverse(e.Items)
			return e
		}
	}
}

// index turns the bills of materials round, so that an item finds those that use it, in planning order.
func (m *Planner) index() {
	byPos := make([]int32, 0, len(m.p.Versions))
	for _, i := range m.plan.Sequence {
		byPos = append(byPos, m.versions[i]...)
	}
	build := func(role Role) csr {
		c := csr{from: make([]int32, len(m.p.Items)+1)}
		counts := func(x *Version, l *Line) bool {
			return l.Role == role && (role == Component && !l.None || role == Output && m.pos[x.Item] < m.pos[l.Item])
		}
		total := int32(0)
		for v := range m.p.Versions {
			x := &m.p.Versions[v]
			for l := range x.Lines {
				if counts(x, &x.Lines[l]) {
					c.from[x.Lines[l].Item+1]++
					total++
				}
			}
		}
		for i := range m.p.Items {
			c.from[i+1] += c.from[i]
		}
		at := slices.Clone(c.from)
		c.uses = make([]use, total)
		for _, v := range byPos {
			x := &m.p.Versions[v]
			for l := range x.Lines {
				if counts(x, &x.Lines[l]) {
					i := x.Lines[l].Item
					c.uses[at[i]] = use{v, int32(l)}
					at[i]++
				}
			}
		}
		return c
	}
	m.usedIn, m.outOf = build(Component), build(Output)
	for _, i := range m.plan.Sequence {
		l := int(m.plan.Levels[i])
		if l == len(m.levels) {
			m.levels, m.late = append(m.levels, nil), append(m.late, nil)
		}
		if m.swap.takes(i) || slices.ContainsFunc(m.outOf.of(i), func(u use) bool { return m.plan.Levels[m.p.Versions[u.version].Item] == int16(l) }) {
			m.late[l] = append(m.late[l], i)
			m.alone[i] = true
		} else {
			m.levels[l] = append(m.levels[l], i)
		}
	}
}

// outside takes over what comes from outside the plan: demands, supplies, and work orders with the needs of their parts.
func (m *Planner) outside() {
	p := m.p
	needs, lots := make([]int32, len(p.Items)), make([]int32, len(p.Items))
	for i := range p.Demands {
		needs[p.Demands[i].Item]++
	}
	for i := range p.Supplies {
		lots[p.Supplies[i].Item]++
	}
	allNeeds, allLots := make([]need, len(p.Demands)), make([]lot, len(p.Supplies))
	n, l := 0, 0
	for i := range p.Items {
		a, b := n+int(needs[i]), l+int(lots[i])
		m.needs[i], m.lots[i] = allNeeds[n:n:a], allLots[l:l:b]
		n, l = a, b
	}
	for i := range p.Demands {
		m.demand(&p.Demands[i])
	}
	for i := range p.Supplies {
		s := &p.Supplies[i]
		m.supply(s.Item, s.Day, s.Expires, s.Qty, s.Source, s.Fixed)
	}
	for i := range p.Works {
		m.work(&p.Works[i])
	}
}

func (m *Planner) demand(d *Demand) {
	parent := d.Parent
	if parent < 0 {
		parent = d.Item
	}
	m.need(d.Item, d.Day, d.Qty, d.Source, parent, d.Priority)
}

func (m *Planner) need(item int32, day cal.Day, qty num.Dec, src Source, parent int32, prio uint8) {
	if day > m.p.Today+LastDay {
		m.fault("mrp.far_day", item, day, nil)
	} else if qty > 0 {
		m.needs[item] = append(m.needs[item], need{day: max(day, m.p.Today), parent: parent, qty: qty, src: src.pack(), prio: prio})
	}
}

func (m *Planner) supply(item int32, day, expires cal.Day, qty num.Dec, src Source, fixed bool) {
	if day > m.p.Today+LastDay {
		m.fault("mrp.far_day", item, day, nil)
	} else if qty > 0 {
		m.lots[item] = append(m.lots[item], lot{day: max(day, m.p.Today), was: day, expires: expires, qty: qty, src: src.pack(), fixed: fixed})
	}
}

func (m *Planner) fault(code string, item int32, day cal.Day, err error) {
	m.faults = append(m.faults, Fault{code, item, day, err})
}

// work turns a work order into its supply and its open component needs.
func (m *Planner) work(w *Work) {
	if w.Qty <= 0 {
		return
	}
	src := Source{WorkOrder, w.Ref}
	if w.Firm {
		src.Kind = Firm
	}
	start := w.Start
	if !w.HasStart {
		start = m.start(w.Item, w.Due, w.Qty)
	}
	yield, err := num.MulDivDown(int64(w.Qty), int64(m.p.Items[w.Item].YieldPct), 100*int64(num.One))
	if err != nil {
		m.fault("mrp.overflow", w.Item, w.Due, err)
		return
	}
	m.supply(w.Item, w.Due, Never, num.Dec(yield), src, w.Started)
	v := w.Version
	if v < 0 {
		if v = m.effective(w.Item, start); v < 0 {
			m.fault("mrp.no_bom", w.Item, start, nil)
			return
		}
	}
	x := &m.p.Versions[v]
	for i := range x.Lines {
		l := &x.Lines[i]
		if l.Role == Output {
			if m.pos[x.Item] < m.pos[l.Item] {
				n, err := num.MulDivUp(int64(w.Qty), int64(l.Qty), int64(num.One))
				if err != nil {
					m.fault("mrp.overflow", l.Item, w.Due, err)
					continue
				}
				m.supply(l.Item, w.Due, Never, num.Dec(n), Source{ByProduct, w.Ref}, true)
			}
			continue
		}
		if l.None || w.Started && !l.Backflush {
			continue
		}
		n, err := m.p.Gross(w.Qty, l)
		if err != nil {
			m.fault("mrp.overflow", l.Item, start, err)
			continue
		}
		m.need(l.Item, start, n, src, x.Item, w.Priority)
	}
}

// effective is the version of an item in force on a day: the latest start wins, then the later in the slice.
func (m *Planner) effective(item int32, day cal.Day) int32 {
	best := int32(-1)
	for _, v := range m.versions[item] {
		x := &m.p.Versions[v]
		if x.From <= day && day <= x.To && (best < 0 || x.From >= m.p.Versions[best].From) {
			best = v
		}
	}
	return best
}

// start of an order of a quantity that is due on a day.
func (m *Planner) start(item int32, due cal.Day, qty num.Dec) cal.Day {
	it := &m.p.Items[item]
	days := it.LeadDays
	if it.LeadPer > 0 || it.DayMin > 0 {
		days = it.Lead(qty)
	}
	if it.Kind == Make || it.Kind == Subcontract {
		return m.days[it.Calendar].back(due, days)
	}
	return due - cal.Day(days)
}

// ahead is the day on which an order of a quantity that starts on a day is done.
func (m *Planner) ahead(item int32, start cal.Day, qty num.Dec) cal.Day {
	it := &m.p.Items[item]
	days := it.LeadDays
	if it.LeadPer > 0 || it.DayMin > 0 {
		days = it.Lead(qty)
	}
	if days > 0 && (it.Kind == Make || it.Kind == Subcontract) {
		return m.days[it.Calendar].on(start-1, days) + 1
	}
	return start + cal.Day(days)
}

// Run plans everything, the items of a level side by side.
func (m *Planner) Run() *Plan {
	m.plan.Orders, m.plan.Passes, m.plan.Swaps = nil, nil, nil
	m.swap.again()
	for l, items := range m.levels {
		m.side(items)
		orders := 0
		for _, i := range items {
			orders += len(m.got[i].orders)
		}
		if free := cap(m.plan.Orders) - len(m.plan.Orders); free < orders { // the levels below bring about as many
			m.plan.Orders = slices.Grow(m.plan.Orders, max(orders, min(orders*(len(m.levels)-l), 1<<24)))
		}
		for _, i := range items {
			m.place(i)
		}
		for _, i := range m.late[l] {
			m.workers[0].plan(i)
			m.place(i)
		}
		m.placed()
	}
	m.finish()
	return &m.plan
}

// finish collects the messages and faults of the items.
func (m *Planner) finish() {
	m.plan.Messages, m.plan.Faults = make([][]Message, len(m.got)), slices.Clone(m.faults)
	for _, i := range m.plan.Sequence {
		m.plan.Messages[i] = m.got[i].messages
		m.plan.Faults = append(m.plan.Faults, m.got[i].faults...)
	}
}

// side plans items of one level, none of which needs another, side by side.
func (m *Planner) side(items []int32) {
	const part = 64
	if len(items) < 2*part || len(m.workers) == 1 {
		for _, i := range items {
			m.workers[0].plan(i)
		}
		return
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for _, w := range m.workers {
		all.Go(func() {
			for {
				to := int(next.Add(part))
				if to-part >= len(items) {
					return
				}
				for _, i := range items[to-part : min(to, len(items))] {
					w.plan(i)
				}
			}
		})
	}
	all.Wait()
}

// place numbers the item's orders and passes.
func (m *Planner) place(i int32) {
	g := &m.got[i]
	m.plan.first[i], m.plan.firstOut[i] = int32(len(m.plan.Orders)), int32(len(m.plan.Passes))
	m.plan.Orders, m.plan.Passes = append(m.plan.Orders, g.orders...), append(m.plan.Passes, g.passes...)
	g.orders = nil
}

// placed lets the workers use again where the orders lay that have their place now.
func (m *Planner) placed() {
	for _, w := range m.workers {
		w.room, w.orders = 0, nil
	}
}

// orders of an item as they stand in the plan.
func (m *Planner) orders(i int32) []Order {
	return m.plan.Orders[m.plan.first[i]:][:m.got[i].count]
}

// Add enters demands, and says which items they are of.
func (m *Planner) Add(demands ...Demand) (changed []int32) {
	for i := range demands {
		m.demand(&demands[i])
		changed = append(changed, demands[i].Item)
	}
	return changed
}

// Replan plans the changed items anew, and of those below them the ones whose needs have changed by it. The plan is the
// one that Run gave, with what is different put in its place. Faults of the former plan stay in it. Where substitutes
// are approved everything is planned anew, as what one item leaves over another takes.
func (m *Planner) Replan(changed []int32) (plan *Plan, planned int) {
	if m.swap != nil {
		return m.Run(), len(m.got)
	}
	dirty, late := make([][]int32, len(m.levels)), make([][]int32, len(m.levels))
	seen := make([]bool, len(m.got))
	mark := func(i int32) {
		if seen[i] {
			return
		}
		seen[i] = true
		to := &dirty[m.plan.Levels[i]]
		if m.alone[i] {
			to = &late[m.plan.Levels[i]]
		}
		*to = append(*to, i)
	}
	for _, i := range changed {
		mark(i)
	}
	inOrder := func(a, b int32) int { return cmp.Compare(m.pos[a], m.pos[b]) }
	var was []int32
	for l := range dirty {
		slices.SortFunc(dirty[l], inOrder)
		was = was[:0]
		for _, i := range dirty[l] {
			was = append(was, m.got[i].count, int32(len(m.got[i].passes)))
		}
		m.side(dirty[l])
		for k, i := range dirty[l] {
			m.replace(i, was[2*k], was[2*k+1], mark)
		}
		planned += len(dirty[l])
		for len(late[l]) > 0 { // one may make another late one of the level dirty, which comes after it
			i := slices.MinFunc(late[l], inOrder)
			late[l] = slices.DeleteFunc(late[l], func(x int32) bool { return x == i })
			orders, passes := m.got[i].count, int32(len(m.got[i].passes))
			m.workers[0].plan(i)
			m.replace(i, orders, passes, mark)
			planned++
		}
		m.placed()
	}
	return &m.plan, planned
}

// replace puts what an item that was planned anew has got where the former was, and marks what it needs where that has
// become different.
func (m *Planner) replace(i, orders, passes int32, mark func(int32)) {
	g := &m.got[i]
	m.plan.Messages[i] = g.messages
	for _, f := range g.faults { // also where nothing is planned for it because of them
		if !slices.ContainsFunc(m.plan.Faults, func(o Fault) bool { return o.Code == f.Code && o.Item == f.Item && o.Day == f.Day }) {
			m.plan.Faults = append(m.plan.Faults, f)
		}
	}
	before, through := m.plan.Orders[m.plan.first[i]:][:orders], m.plan.Passes[m.plan.firstOut[i]:][:passes]
	if slices.Equal(before, g.orders) && slices.Equal(through, g.passes) {
		g.orders = nil
		return
	}
	clear(before)
	clear(through)
	m.place(i)
	for _, v := range m.versions[i] {
		for _, line := range m.p.Versions[v].Lines {
			if line.Role == Component && !line.None || line.Role == Output && m.pos[i] < m.pos[line.Item] {
				mark(line.Item)
			}
		}
	}
}
