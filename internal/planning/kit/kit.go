// Package kit says which orders have all their parts: how many sets of each can be built today, by which day the rest,
// what is missing, and which one part would complete the most orders.
//
// It is pure: values in, values out, no database, no clock. Quantities are exact as those of planning/mrp: scrap and
// yield are rounded up to what can be started; lot rules do not count, since nobody has to build a whole lot to have a
// complete set.
//
// How what there is gets dealt out: work orders first, since their material is spoken for, then the others; among
// each, the better priority first, then the earlier due date, then the order of the input. An order takes, level by
// level from the product down, what is reserved for it, then stock, then what is coming in the order in which it comes;
// only what is still open is broken down into its parts. What one order takes is gone for the next, whether or not it
// has all of its parts. What it has to order or build takes the lead time of that quantity, where more takes longer; so
// many sets can be had by a day when an order of so many would have all its parts on it.
//
// What another site brings (mrp.Transfer) is a part like one that is bought: short as long as it is not here. When it
// can be here hangs on that site: what lies free there, what comes there, and what has to be made and bought there
// first; an order takes that too, behind whoever has precedence, and nothing of it counts as a part that it misses here.
//
// Promises, each a property test against a slow reading of these rules: nothing is dealt twice; sets today are the most
// that could be built; an order is complete exactly when its sets today are its quantity; a part unlocks exactly the
// orders that become complete when there is plenty of it and nothing else changes.
package kit

import (
	"cmp"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/planning/mrp"
)

// Lot is stock that anybody may take.
type Lot struct {
	Item    int32
	Qty     num.Dec
	Expires cal.Day
}

// Coming is what a document will bring.
type Coming struct {
	Item int32
	Day  cal.Day
	Qty  num.Dec
	Ref  int32 // the caller's
	Work int32 // place in Orders of the work order that brings it; -1: it comes from outside
}

// Claim is taken before anybody else.
type Claim struct {
	Item int32
	Qty  num.Dec
}

// Part is what an order needs of an item: Per for one, with scrap, less what the order has taken already.
type Part struct {
	Item     int32
	Per      num.Dec
	ScrapPct num.Dec
	Held     num.Dec
}

// Order wants Qty of an item. A work order has its own list of parts; all others have none and want the item itself.
type Order struct {
	Item     int32
	Qty      num.Dec
	Due      cal.Day
	Priority uint8
	Work     bool
	Parts    []Part
	Own      []Claim // reserved for it, not in Stock
}

// Problem is everything that the answer rests on.
type Problem struct {
	Today     cal.Day
	Calendar  *cal.Calendar
	Calendars []*cal.Calendar // of further sites, as those of mrp.Problem
	Items     []mrp.Item
	Versions  []mrp.Version
	Stock     []Lot
	Coming    []Coming
	Claims    []Claim
	Orders    []Order
	Detail    func(order int32) bool // whose Uses are wanted; nil: nobody's
	Watch     func(item int32) bool  // of which items they are wanted; nil: of all
	Steps     func(order int32) bool // whose Steps are wanted; nil: nobody's
}

// Use is what an order takes of an item.
type Use struct {
	Item   int32
	Need   num.Dec
	Own    num.Dec // reserved for it
	Stock  num.Dec
	Coming num.Dec
	Short  num.Dec // of what is not made of parts: to be ordered newly, or brought from another site
	Built  num.Dec // of what is made: to be built of its parts
	There  num.Dec // of Short, lies free at the site that brings it
	Day    cal.Day // when all of it can be there, to be used; Never: nobody can say
	From   []Share // what is coming, by Ref
	Away   bool    // at another site, for what it has to bring

	at int32 // place of the node
}

// Share is a part of what is coming.
type Share struct {
	Ref int32
	Qty num.Dec
	Day cal.Day
}

// Short is a part that is not all there today.
type Short struct {
	Item   int32
	Qty    num.Dec // missing today
	Coming num.Dec // of it, on its way
	There  num.Dec // of it, lies free at the site that brings it
	Day    cal.Day // when all of it can be there

	at int32 // place of the node
}

// Step says how many sets can be built from a day on.
type Step struct {
	Day  cal.Day
	Sets num.Dec
}

// Result is the answer for one order.
type Result struct {
	Sets     num.Dec // can be built, or lie there, today
	Stock    num.Dec // of these, finished ones
	Complete bool
	Ready    cal.Day // when the last part is there
	Done     cal.Day // when all are finished, the lead times of what is built counted
	Short    []Short // by place in Items
	Waits    []int32 // work orders that are not complete themselves
	Uses     []Use
	Steps    []Step
	Overflow bool // the figures are beyond what can be reckoned with; it took nothing
	block    int32
}

// Unlock says what one part would do.
type Unlock struct {
	Item   int32
	Orders []int32 // that become complete by it
	Qty    num.Dec // that these need
	Short  num.Dec // that all orders need
}

// Answer is the whole.
type Answer struct {
	Results []Result // of each order
	Unlocks []Unlock // best first
	Left    []num.Dec
}

const (
	none = int32(-1)
	many = int32(-2)
)

type node struct {
	item     int32
	from, to int32 // lines
	leaf     bool
	sent     bool // another site brings it: its line is the same item there
	away     bool // needed only for what another site brings
}

type line struct {
	to       int32 // place of the node
	per      num.Dec
	scrapPct num.Dec
}

// tree is what one product is made of, each item once, what uses it before it.
type tree struct {
	nodes []node
	lines []line
	roots []int32 // the node of each part of the order
	away  bool    // other sites have nodes
	grows bool    // the lead time of something grows with its quantity
}

type engine struct {
	*Problem
	bom     []int32 // version of each item in force today, -1
	pos     []int32
	piece   []num.Dec // the least of an item that is counted; of a phantom, which nobody counts, the least there is
	stock   []num.Dec
	coming  [][]Coming
	head    []int32 // of coming
	ahead   []cal.Day
	trees   map[int32]*tree
	at      []int32 // scratch: place of an item in the tree being built
	need    []num.Dec
	built   []num.Dec
	took    []num.Dec // of the stock
	day     []cal.Day
	own     map[int32]num.Dec
	results []Result
	state   []uint8   // of work orders: 0 unknown, 1 asked, 2 known
	was     []cal.Day // when each work order is done, as far as is known while others are dealt to
	hangs   bool      // something has to be brought that a work order of another site makes
}

// Analyse deals everything out.
func Analyse(p *Problem) (*Answer, error) {
	e := &engine{Problem: p, trees: map[int32]*tree{}, results: make([]Result, len(p.Orders)), state: make([]uint8, len(p.Orders))}
	if err := e.order(); err != nil {
		return nil, err
	}
	n := len(p.Items)
	e.at, e.ahead = make([]int32, n), make([]cal.Day, n)
	e.piece = make([]num.Dec, n)
	for i := range e.at {
		e.at[i], e.ahead[i] = none, -1
		if e.piece[i] = e.unit(int32(i)); p.Items[i].Kind == mrp.Phantom {
			e.piece[i] = 1
		}
	}
	var works, others []int32
	for i := range p.Orders {
		if p.Orders[i].Work {
			works = append(works, int32(i))
		} else {
			others = append(others, int32(i))
		}
	}
	e.sort(works)
	e.sort(others)
	// who waits for whom among work orders is known once all of them have been dealt to; where another site brings what a
	// work order makes there, its day is known only then, and the days are asked for again until they stand
	e.was = make([]cal.Day, len(p.Orders))
	for round := 0; ; round++ {
		e.reset()
		clear(e.state)
		for _, o := range works {
			e.deal(o, false)
		}
		stands := true
		for _, o := range works {
			e.settle(o)
			if done := e.results[o].Done; done != e.was[o] {
				stands = false
				if e.was[o] = done; round > len(works) { // they wait for each other
					e.was[o] = mrp.Never
				}
			}
		}
		if stands || !e.hangs || round > len(works)+1 {
			break
		}
	}
	e.reset()
	for _, o := range works {
		before := e.results[o]
		e.deal(o, true)
		r := &e.results[o]
		r.Complete, r.Ready, r.Done, r.block, r.Waits = before.Complete, before.Ready, before.Done, before.block, before.Waits
	}
	for _, o := range others {
		e.deal(o, true)
		e.settle(o)
	}
	return &Answer{Results: e.results, Unlocks: e.unlocks(), Left: e.stock}, nil
}

func (e *engine) sort(list []int32) {
	slices.SortStableFunc(list, func(a, b int32) int {
		x, y := &e.Orders[a], &e.Orders[b]
		return cmp.Or(cmp.Compare(x.Priority, y.Priority), cmp.Compare(x.Due, y.Due))
	})
}

// order finds the bill in force today of each item, and puts what uses an item before it.
func (e *engine) order() error {
	n := len(e.Items)
	e.bom, e.pos = make([]int32, n), make([]int32, n)
	for i := range e.bom {
		e.bom[i] = -1
	}
	for v := range e.Versions {
		x := &e.Versions[v]
		if b := e.bom[x.Item]; x.From <= e.Today && e.Today <= x.To && (b < 0 || x.From >= e.Versions[b].From) {
			e.bom[x.Item] = int32(v)
		}
	}
	uses := make([]int32, n)
	each := func(i int32, f func(l *mrp.Line)) {
		if v := e.bom[i]; v >= 0 {
			for k := range e.Versions[v].Lines {
				if l := &e.Versions[v].Lines[k]; l.Role == mrp.Component && !l.None && l.Qty > 0 {
					f(l)
				}
			}
		}
	}
	for i := range n {
		each(int32(i), func(l *mrp.Line) { uses[l.Item]++ })
	}
	queue := make([]int32, 0, n)
	for i := range n {
		if uses[i] == 0 {
			queue = append(queue, int32(i))
		}
	}
	for at := 0; at < len(queue); at++ {
		e.pos[queue[at]] = int32(at)
		each(queue[at], func(l *mrp.Line) {
			if uses[l.Item]--; uses[l.Item] == 0 {
				queue = append(queue, l.Item)
			}
		})
	}
	if len(queue) < n {
		loop := &mrp.LoopError{}
		for i := range n {
			if uses[i] > 0 {
				loop.Items = append(loop.Items, e.Items[i].Code)
			}
		}
		return loop
	}
	return nil
}

// reset puts everything back on the shelf.
func (e *engine) reset() {
	n := len(e.Items)
	e.stock, e.coming, e.head = make([]num.Dec, n), make([][]Coming, n), make([]int32, n)
	for _, l := range e.Stock {
		if l.Expires > e.Today && l.Qty > 0 {
			e.stock[l.Item] += l.Qty
		}
	}
	for _, c := range e.Coming {
		if c.Qty > 0 {
			c.Day = max(c.Day, e.Today)
			e.coming[c.Item] = append(e.coming[c.Item], c)
		}
	}
	for i := range e.coming {
		slices.SortStableFunc(e.coming[i], func(a, b Coming) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Ref, b.Ref)) })
	}
	for _, c := range e.Claims {
		x := max(c.Qty, 0)
		part := min(x, e.stock[c.Item])
		e.stock[c.Item] -= part
		for x -= part; x > 0 && int(e.head[c.Item]) < len(e.coming[c.Item]); {
			come := &e.coming[c.Item][e.head[c.Item]]
			part := min(x, come.Qty)
			if x, come.Qty = x-part, come.Qty-part; come.Qty == 0 {
				e.head[c.Item]++
			}
		}
	}
}

// treeOf is what an order is made of.
func (e *engine) treeOf(o *Order) *tree {
	if o.Work {
		roots := make([]int32, len(o.Parts))
		for k := range o.Parts {
			roots[k] = o.Parts[k].Item
		}
		return e.grow(roots)
	}
	if t := e.trees[o.Item]; t != nil {
		return t
	}
	t := e.grow([]int32{o.Item})
	e.trees[o.Item] = t
	return t
}

func (e *engine) grow(roots []int32) *tree {
	t := &tree{}
	var found []int32
	add := func(i int32) {
		if e.at[i] == none {
			e.at[i] = 0
			found = append(found, i)
		}
	}
	for _, i := range roots {
		add(i)
	}
	lines := func(i int32) []mrp.Line {
		if v := e.bom[i]; v >= 0 && e.Items[i].Kind != mrp.Buy && e.Items[i].Kind != mrp.Customer {
			return e.Versions[v].Lines
		}
		return nil
	}
	for at := 0; at < len(found); at++ {
		for k := range lines(found[at]) {
			if l := &lines(found[at])[k]; l.Role == mrp.Component && !l.None && l.Qty > 0 {
				add(l.Item)
			}
		}
	}
	slices.SortFunc(found, func(a, b int32) int { return cmp.Compare(e.pos[a], e.pos[b]) })
	for k, i := range found {
		e.at[i] = int32(k)
	}
	t.nodes = make([]node, len(found))
	for k, i := range found {
		nd := node{item: i, from: int32(len(t.lines))}
		for x := range lines(i) {
			if l := &lines(i)[x]; l.Role == mrp.Component && !l.None && l.Qty > 0 {
				t.lines = append(t.lines, line{e.at[l.Item], l.Qty, l.ScrapPct})
			}
		}
		nd.to = int32(len(t.lines))
		nd.leaf = lines(i) == nil
		nd.sent = !nd.leaf && e.Items[i].Kind == mrp.Transfer
		nd.away = true
		t.nodes[k] = nd
		t.grows = t.grows || grows(&e.Items[i])
	}
	for _, i := range roots {
		t.roots = append(t.roots, e.at[i])
		t.nodes[e.at[i]].away = false
	}
	for k := range t.nodes {
		nd := &t.nodes[k]
		t.away = t.away || nd.sent
		for x := nd.from; x < nd.to && !nd.away && !nd.sent; x++ {
			t.nodes[t.lines[x].to].away = false
		}
	}
	for _, i := range found {
		e.at[i] = none
	}
	return t
}

// begin writes the needs of so many sets at the roots.
func (e *engine) begin(o *Order, t *tree, sets num.Dec) bool {
	if cap(e.need) < len(t.nodes) {
		e.need, e.built, e.took, e.day = make([]num.Dec, len(t.nodes)), make([]num.Dec, len(t.nodes)), make([]num.Dec, len(t.nodes)), make([]cal.Day, len(t.nodes))
	}
	e.need, e.built, e.took, e.day = e.need[:len(t.nodes)], e.built[:len(t.nodes)], e.took[:len(t.nodes)], e.day[:len(t.nodes)]
	clear(e.need)
	if !o.Work {
		e.need[t.roots[0]] = sets
		return true
	}
	for k := range o.Parts {
		p := &o.Parts[k]
		q, err := num.Gross(sets, p.Per, p.ScrapPct)
		if err != nil {
			return false
		}
		q = e.counted(p.Item, q)
		e.need[t.roots[k]] += max(q-p.Held, 0)
	}
	return true
}

// down hands what has to be built on to the parts.
func (e *engine) down(t *tree, nd *node, open num.Dec) (num.Dec, bool) {
	it := &e.Items[nd.item]
	started := open
	if it.Kind != mrp.Phantom {
		if it.YieldPct != num.Int(100) && it.YieldPct > 0 {
			n, err := num.MulDivUp(int64(open), 100*int64(num.One), int64(it.YieldPct))
			if err != nil {
				return 0, false
			}
			started = num.Dec(n)
		}
		q, err := started.RoundUp(it.Decimals)
		if err != nil {
			return 0, false
		}
		started = q
	}
	for k := nd.from; k < nd.to; k++ {
		l := &t.lines[k]
		var q num.Dec
		var err error
		if l.scrapPct == 0 && l.per == num.One { // most lines
			q = started
		} else {
			q, err = num.Gross(started, l.per, l.scrapPct)
		}
		q = e.counted(t.nodes[l.to].item, q)
		if err != nil || e.need[l.to] > num.Max-q {
			return 0, false
		}
		e.need[l.to] += q
	}
	return started, true
}

// counted is a need rounded up to the decimals in which an item is counted, as a work order draws it.
func (e *engine) counted(i int32, q num.Dec) num.Dec {
	if over := q % e.piece[i]; over > 0 {
		q += e.piece[i] - over
	}
	return q
}

// ownOf is what is reserved for an order of an item.
func (o *Order) ownOf(item int32) (own num.Dec) {
	for k := range o.Own {
		if o.Own[k].Item == item {
			own += o.Own[k].Qty
		}
	}
	return own
}

// fits says whether so many sets can be had by a day; today counts only what lies there and work orders that have all
// their parts.
func (e *engine) fits(o *Order, t *tree, sets num.Dec, by cal.Day) bool {
	if !e.begin(o, t, sets) {
		return false
	}
	away := t.away && by > e.Today
	if away {
		clear(e.built)
	}
	for k := range t.nodes {
		x := e.need[k]
		if away {
			e.day[k] = e.Today
		}
		if x <= 0 {
			continue
		}
		nd := &t.nodes[k]
		if len(o.Own) > 0 {
			x -= o.ownOf(nd.item)
		}
		if x -= e.stock[nd.item]; x <= 0 {
			continue
		}
		for _, c := range e.coming[nd.item][e.head[nd.item]:] {
			if !nd.away && !e.usable(&c, by) {
				return false
			}
			if away {
				e.day[k] = max(e.day[k], e.comes(&c))
			}
			if x -= c.Qty; x <= 0 {
				break
			}
		}
		if x <= 0 {
			continue
		}
		if by == e.Today && (nd.leaf || nd.sent) {
			return false
		}
		if nd.leaf {
			day := e.newly(nd.item, x)
			if day > by {
				return false
			}
			e.day[k] = max(e.day[k], day)
			continue
		}
		started, ok := e.down(t, nd, x)
		if !ok {
			return false
		}
		if away {
			e.built[k] = started
		}
	}
	if away {
		e.upward(t)
		for k := range t.nodes {
			if nd := &t.nodes[k]; nd.sent && !nd.away && e.day[k] > by {
				return false
			}
		}
	}
	return true
}

// upward says when what is built, or brought, can be there, the parts first.
func (e *engine) upward(t *tree) {
	for k := len(t.nodes) - 1; k >= 0; k-- {
		if e.built[k] <= 0 {
			continue
		}
		nd := &t.nodes[k]
		start := e.Today
		for n := nd.from; n < nd.to; n++ {
			start = max(start, e.day[t.lines[n].to])
		}
		e.day[k] = max(e.day[k], e.finished(nd.item, start, e.built[k]))
	}
}

// comes is when what a document brings is there.
func (e *engine) comes(c *Coming) cal.Day {
	switch {
	case c.Work < 0:
		return c.Day
	case e.state[c.Work] == 2:
		return max(c.Day, e.results[c.Work].Done)
	}
	return max(c.Day, e.was[c.Work])
}

func (e *engine) usable(c *Coming, by cal.Day) bool {
	if c.Work >= 0 {
		w := &e.results[c.Work]
		if e.state[c.Work] == 2 && w.Complete {
			return true
		}
		return by > e.Today && e.state[c.Work] == 2 && max(c.Day, w.Done) <= by
	}
	return by > e.Today && c.Day <= by
}

// newly is when so much of what is ordered or made today is there.
func (e *engine) newly(i int32, qty num.Dec) cal.Day {
	switch e.Items[i].Kind {
	case mrp.Customer, mrp.Phantom:
		return mrp.Never
	}
	if grows(&e.Items[i]) {
		qty = e.started(i, qty)
	}
	return e.finished(i, e.Today, qty)
}

// grows says that an order of more takes longer.
func grows(it *mrp.Item) bool { return it.LeadPer > 0 || it.DayMin > 0 }

// started is what has to be begun so that so much comes out; beyond the arithmetic, the most there is.
func (e *engine) started(i int32, open num.Dec) num.Dec {
	it := &e.Items[i]
	if it.YieldPct != num.Int(100) && it.YieldPct > 0 {
		n, err := num.MulDivUp(int64(open), 100*int64(num.One), int64(it.YieldPct))
		if err != nil {
			return num.Max
		}
		open = num.Dec(n)
	}
	q, err := open.RoundUp(it.Decimals)
	if err != nil {
		return num.Max
	}
	return q
}

// finished is when an order of so much of an item that starts on a day is done.
func (e *engine) finished(i int32, start cal.Day, qty num.Dec) cal.Day {
	it := &e.Items[i]
	if start >= mrp.Never {
		return mrp.Never
	}
	lead, constant := it.LeadDays, !grows(it)
	if !constant {
		lead = it.Lead(qty)
	}
	if it.Kind == mrp.Phantom || lead <= 0 {
		return start
	}
	c := e.Calendar
	if it.Calendar > 0 {
		c = e.Calendars[it.Calendar-1]
	}
	if it.Kind == mrp.Buy || it.Kind == mrp.Transfer || c == nil {
		return start + cal.Day(lead)
	}
	if start == e.Today && constant {
		if e.ahead[i] < 0 {
			e.ahead[i] = c.ForwardDays(start-1, lead) + 1
		}
		return e.ahead[i]
	}
	return c.ForwardDays(start-1, lead) + 1
}

// sets finds the most sets that can be had by a day, at least low.
func (e *engine) sets(o *Order, t *tree, low num.Dec, by cal.Day) num.Dec {
	if e.fits(o, t, o.Qty, by) {
		return o.Qty
	}
	unit := num.One
	for range e.Items[o.Item].Decimals {
		unit /= 10
	}
	lo, hi := int64(low/unit), int64((o.Qty-1)/unit)
	for step := int64(1); lo < hi; { // near the lower end first: most orders that miss something can have none more
		mid := min(lo+step, hi)
		if step > 1<<20 || step > (hi-lo)/2 {
			mid = lo + (hi-lo+1)/2
		}
		if e.fits(o, t, num.Dec(mid)*unit, by) {
			lo = mid
		} else {
			hi = mid - 1
		}
		step *= 8
	}
	if got := num.Dec(lo) * unit; got > low {
		return got
	}
	return low
}

// deal gives an order what it needs.
func (e *engine) deal(at int32, full bool) {
	o, r := &e.Orders[at], &e.results[at]
	*r = Result{Ready: e.Today, Done: e.Today, block: none}
	if o.Qty <= 0 {
		r.Complete = true
		return
	}
	t := e.treeOf(o)
	if !e.possible(o, t) {
		r.Overflow, r.Ready, r.Done, r.block = true, mrp.Never, mrp.Never, many
		return
	}
	if full {
		if !o.Work {
			r.Stock = min(o.Qty, e.stock[o.Item]+o.ownOf(o.Item))
			if unit := e.unit(o.Item); r.Stock < o.Qty {
				r.Stock -= r.Stock % unit
			}
		}
		r.Sets = e.sets(o, t, r.Stock, e.Today)
		if e.Steps != nil && e.Steps(at) {
			e.steps(o, t, r)
		}
	}
	detail := full && e.Detail != nil && e.Detail(at)
	e.begin(o, t, o.Qty)
	clear(e.built)
	for k := range t.nodes {
		e.day[k], e.took[k] = e.Today, 0
		need := e.need[k]
		if need <= 0 {
			continue
		}
		nd := &t.nodes[k]
		i := nd.item
		u := Use{Item: i, Need: need, Day: e.Today, Away: nd.away, at: int32(k)}
		x := need
		if len(o.Own) > 0 {
			u.Own = min(x, o.ownOf(i))
			x -= u.Own
		}
		u.Stock = min(x, e.stock[i])
		e.took[k] = u.Stock
		e.stock[i] -= u.Stock
		x -= u.Stock
		missing := x
		for x > 0 && int(e.head[i]) < len(e.coming[i]) {
			c := &e.coming[i][e.head[i]]
			part := min(x, c.Qty)
			x, c.Qty, u.Coming = x-part, c.Qty-part, u.Coming+part
			day := c.Day
			if c.Work >= 0 {
				switch {
				case nd.away:
					e.hangs = true
					day = e.comes(c)
				case e.state[c.Work] == 2:
					day = e.comes(c)
				}
				if !nd.away && !slices.Contains(r.Waits, c.Work) {
					r.Waits = append(r.Waits, c.Work)
				}
				missing -= part
			}
			if detail {
				u.From = append(u.From, Share{c.Ref, part, day})
			}
			u.Day = max(u.Day, day)
			if c.Work < 0 && !nd.away { // when a work order's parts are there is its own affair
				r.Ready = max(r.Ready, day)
			}
			if c.Qty == 0 {
				e.head[i]++
			}
		}
		if x > 0 && nd.leaf {
			u.Short = x
			u.Day = max(u.Day, e.newly(i, x))
			if !nd.away {
				r.Ready = max(r.Ready, u.Day)
			}
		} else if x > 0 {
			e.built[k], _ = e.down(t, nd, x)
			if nd.sent && !nd.away {
				u.Short = x
			} else {
				u.Built = x
				missing -= x
			}
		}
		if missing > 0 && !nd.away {
			r.Short = append(r.Short, Short{Item: i, Qty: missing, Coming: missing - u.Short, Day: u.Day, at: int32(k)})
		}
		e.day[k] = u.Day
		if detail && (e.Watch == nil || e.Watch(i)) {
			r.Uses = append(r.Uses, u)
		}
	}
	e.upward(t)
	for _, k := range t.roots {
		r.Done = max(r.Done, e.day[k])
	}
	for n := range r.Short {
		s := &r.Short[n]
		nd := &t.nodes[s.at]
		if !nd.sent || e.built[s.at] <= 0 {
			continue
		}
		there := &e.took[t.lines[nd.from].to]
		s.Day, s.There = e.day[s.at], min(e.built[s.at], *there)
		*there -= s.There // what lies there is brought once
		r.Ready = max(r.Ready, s.Day)
	}
	if detail {
		for n := range r.Uses {
			u := &r.Uses[n]
			u.Day = e.day[u.at]
			if !t.nodes[u.at].sent {
				continue
			}
			if s := slices.IndexFunc(r.Short, func(s Short) bool { return s.at == u.at }); s >= 0 {
				u.There = r.Short[s].There
			}
		}
		slices.SortFunc(r.Uses, func(a, b Use) int { return cmp.Compare(a.Item, b.Item) })
	}
	slices.SortFunc(r.Short, func(a, b Short) int { return cmp.Compare(a.Item, b.Item) })
}

func (e *engine) unit(i int32) num.Dec {
	unit := num.One
	for range e.Items[i].Decimals {
		unit /= 10
	}
	return max(unit, 1)
}

// possible says whether the whole order can be reckoned with, with nothing in stock.
func (e *engine) possible(o *Order, t *tree) bool {
	if !e.begin(o, t, o.Qty) {
		return false
	}
	for k := range t.nodes {
		if e.need[k] > 0 && !t.nodes[k].leaf {
			if _, ok := e.down(t, &t.nodes[k], e.need[k]); !ok {
				return false
			}
		}
	}
	return true
}

// settle says whether an order is complete, when, and what holds it up, once those that it waits for are settled.
func (e *engine) settle(at int32) {
	if e.state[at] == 2 {
		return
	}
	r, o := &e.results[at], &e.Orders[at]
	if e.state[at] == 1 || r.Overflow { // a circle of work orders: nobody can say
		r.Ready, r.Done, r.block, r.Complete = mrp.Never, mrp.Never, many, false
		e.state[at] = 2
		return
	}
	e.state[at] = 1
	own := r.Ready
	block := none
	for k := range r.Short {
		block = both(block, r.Short[k].Item)
	}
	waits := r.Waits[:0]
	for _, w := range r.Waits {
		e.settle(w)
		x := &e.results[w]
		if !x.Complete {
			block = both(block, x.block)
			waits = append(waits, w)
		}
		own = max(own, x.Ready)
		r.Done = max(r.Done, x.Done)
	}
	r.Waits = waits
	r.block, r.Complete, r.Ready = block, block == none && len(waits) == 0, own
	if o.Work {
		r.Done = max(o.Due, e.Today)
		if !r.Complete {
			r.Done = max(r.Done, e.finished(o.Item, r.Ready, o.Qty))
		}
	}
	e.state[at] = 2
}

func both(a, b int32) int32 {
	switch {
	case a == none || a == b:
		return b
	case b == none:
		return a
	}
	return many
}

// steps are the days on which more sets can be built.
func (e *engine) steps(o *Order, t *tree, r *Result) {
	r.Steps = append(r.Steps, Step{e.Today, r.Sets})
	if r.Sets >= o.Qty {
		return
	}
	var days []cal.Day
	of := make([][]cal.Day, len(t.nodes))
	most := make([]num.Dec, len(t.nodes)) // that may have to be begun of each
	if t.grows && e.possible(o, t) {
		for k := range t.nodes {
			most[k] = e.started(t.nodes[k].item, e.need[k])
		}
	}
	for k := len(t.nodes) - 1; k >= 0; k-- {
		nd := &t.nodes[k]
		i := nd.item
		for _, c := range e.coming[i][e.head[i]:] {
			of[k] = append(of[k], e.comes(&c))
		}
		switch {
		case nd.leaf:
			of[k] = append(of[k], e.newly(i, most[k]))
		case nd.sent || nd.away: // when it can be brought hangs on the days of what it is made of there
			of[k] = append(of[k], e.finished(i, e.Today, most[k]))
			for n := nd.from; n < nd.to; n++ {
				for _, d := range of[t.lines[n].to] {
					of[k] = append(of[k], e.finished(i, d, most[k]))
				}
			}
		}
		slices.Sort(of[k])
		if of[k] = slices.Compact(of[k]); !nd.away {
			days = append(days, of[k]...)
		}
	}
	slices.Sort(days)
	days = slices.DeleteFunc(slices.Compact(days), func(d cal.Day) bool { return d <= e.Today || d >= mrp.Never })
	if t.grows && len(days) > 0 { // fewer may be there on any earlier day
		last := days[len(days)-1]
		e.between(o, t, r, e.Today, r.Sets, last, e.sets(o, t, r.Sets, last))
		return
	}
	for _, d := range days {
		last := r.Steps[len(r.Steps)-1].Sets
		if got := e.sets(o, t, last, d); got > last {
			r.Steps = append(r.Steps, Step{d, got})
			if got >= o.Qty {
				return
			}
		}
	}
}

// mostSteps are those of one order; beyond, several days are told as the last of them.
const mostSteps = 60

// between finds the days after one and up to another on which more sets can be built, knowing how many on both.
func (e *engine) between(o *Order, t *tree, r *Result, from cal.Day, few num.Dec, to cal.Day, many num.Dec) {
	if many <= few {
		return
	}
	if to-from <= 1 || len(r.Steps) >= mostSteps-1 {
		r.Steps = append(r.Steps, Step{to, many})
		return
	}
	mid := from + (to-from)/2
	some := e.sets(o, t, few, mid)
	e.between(o, t, r, from, few, mid, some)
	e.between(o, t, r, mid, some, to, many)
}

// unlocks ranks the parts: an order becomes complete by a part when it misses nothing else.
func (e *engine) unlocks() []Unlock {
	at := map[int32]*Unlock{}
	get := func(i int32) *Unlock {
		if at[i] == nil {
			at[i] = &Unlock{Item: i}
		}
		return at[i]
	}
	for k := range e.results {
		r := &e.results[k]
		for _, s := range r.Short {
			u := get(s.Item)
			u.Short += s.Qty
			if r.block == s.Item {
				u.Qty += s.Qty
			}
		}
		if !r.Complete && r.block >= 0 {
			u := get(r.block)
			u.Orders = append(u.Orders, int32(k))
		}
	}
	out := make([]Unlock, 0, len(at))
	for _, u := range at {
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b Unlock) int {
		return cmp.Or(-cmp.Compare(len(a.Orders), len(b.Orders)), -cmp.Compare(a.Short, b.Short), cmp.Compare(e.Items[a.Item].Code, e.Items[b.Item].Code))
	})
	return out
}
