package mrp

import (
	"cmp"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// worker plans items one after the other, with the memory that it needs for one.
type worker struct {
	*Planner
	item   int32
	it     *Item
	safety num.Dec
	from   cal.Day // safety stock counts from here on
	needs  []need  // what is left of them, by day
	lots   []lot   // what has not come yet
	have   shelf
	ahead_ shelf // of the look into the coming days of a period

	n, sorted []need
	s         []lot
	keys      []uint64
	counts    []int32
	touched   []touch // what became of each lot
	rooms     [][]Order
	room      int     // how many of the rooms are in use
	orders    []Order // of the item, in a room that many share
	passes    []Pass
	pegs      []peg
	messages  []Message
	faults    []Fault
}

// touch is what became of a lot: how much was used, for which day first, and whether it came on top of the safety stock.
type touch struct {
	used  num.Dec
	first cal.Day
	extra bool
}

// plan plans one item: all its needs are known, because all that use it have been planned.
func (w *worker) plan(i int32) {
	w.item, w.it = i, &w.p.Items[i]
	w.passes, w.pegs, w.messages, w.faults = tail(w.passes), tail(w.pegs), w.messages[:0], w.faults[:0]
	if w.orders = w.orders[len(w.orders):]; cap(w.orders) < 64 {
		if w.room++; w.room > len(w.rooms) {
			w.rooms = append(w.rooms, make([]Order, 0, 1<<14))
		}
		w.orders = w.rooms[w.room-1]
	}
	w.safety = w.it.Safety
	if w.it.Kind == Phantom || w.it.Kind == Customer {
		w.safety = 0
	}
	w.gather()
	w.needs, w.lots = w.n, w.s
	w.have.reset()
	if len(w.n) > 0 || w.safety > 0 || w.p.Messages && len(w.s) > 0 {
		w.from = w.ahead(i, w.p.Today, w.safety)
		w.run()
	}
	w.swap.leave(w)
	w.got[i] = result{orders: slices.Clip(w.orders), count: int32(len(w.orders)), passes: slices.Clip(w.passes), messages: slices.Clone(w.messages), faults: slices.Clone(w.faults)}
	w.Planner.plan.pegs[i] = slices.Clip(w.pegs)
}

// tail is the free end of a big piece of memory, or of a new one. What is appended to it stays where it is, unless one
// item fills it up.
func tail[T any](room []T) []T {
	if cap(room)-len(room) < 64 {
		return make([]T, 0, 1<<14)
	}
	return room[len(room):]
}

func (w *worker) fail(code string, item int32, day cal.Day, err error) {
	w.faults = append(w.faults, Fault{code, item, day, err})
}

// gather collects the item's needs by day, and on a day by kind, number and quantity; and its supplies by the day they
// come, stock before orders.
func (w *worker) gather() {
	m, i := w.Planner, w.item
	w.n, w.s = w.n[:0], w.s[:0]
	outside := m.needs[i]
	slices.SortFunc(outside, func(a, b need) int {
		if a.src != b.src {
			return cmp.Compare(a.src, b.src)
		}
		return cmp.Compare(a.qty, b.qty)
	})
	at, _ := slices.BinarySearchFunc(outside, Planned, func(n need, k Origin) int { return cmp.Compare(n.src.kind(), k) })
	w.n = append(w.n, outside[:at]...)
	w.pull()
	w.n = append(w.n, outside[at:]...)
	w.byDay()

	w.s = append(w.s, m.lots[i]...)
	for _, u := range m.outOf.of(i) {
		x := &m.p.Versions[u.version]
		orders, first := m.orders(x.Item), m.plan.first[x.Item]
		for k := range orders {
			o := &orders[k]
			if o.Version != u.version {
				continue
			}
			n, err := num.MulDivUp(int64(o.Qty), int64(x.Lines[u.line].Qty), int64(num.One))
			if err != nil {
				w.fail("mrp.overflow", i, o.Due, err)
				continue
			}
			w.s = append(w.s, lot{day: max(o.Due, m.p.Today), was: o.Due, expires: Never, qty: num.Dec(n), src: Source{PlannedBy, first + int32(k)}.pack(), fixed: true})
		}
	}
	slices.SortFunc(w.s, func(a, b lot) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.src.kind(), b.src.kind()), cmp.Compare(a.expires, b.expires), cmp.Compare(a.src, b.src), cmp.Compare(a.qty, b.qty))
	})
	if m.p.Messages {
		w.touched = w.touched[:0]
		for k := range w.s {
			w.s[k].n = int32(k)
			w.touched = append(w.touched, touch{first: Never})
		}
	}
}

// byDay sorts the needs by day; those of a day keep their order.
func (w *worker) byDay() {
	n := w.n
	if len(n) < 2 {
		return
	}
	first, last, sorted := n[0].day, n[0].day, true
	for k := 1; k < len(n); k++ {
		sorted = sorted && n[k-1].day <= n[k].day
		first, last = min(first, n[k].day), max(last, n[k].day)
	}
	if sorted {
		return
	}
	w.sorted = slices.Grow(w.sorted[:0], len(n))[:len(n)]
	if days := int(last-first) + 1; days <= 8*len(n)+64 { // count how many come before each
		w.counts = slices.Grow(w.counts[:0], days+1)[:days+1]
		counts := w.counts
		clear(counts)
		for k := range n {
			counts[n[k].day-first+1]++
		}
		for d := 1; d < days; d++ {
			counts[d] += counts[d-1]
		}
		for k := range n {
			at := &counts[n[k].day-first]
			w.sorted[*at] = n[k]
			*at++
		}
	} else {
		w.keys = w.keys[:0]
		for k := range n {
			w.keys = append(w.keys, uint64(n[k].day-first)<<32|uint64(k))
		}
		slices.Sort(w.keys)
		for at, k := range w.keys {
			w.sorted[at] = n[uint32(k)]
		}
	}
	w.n, w.sorted = w.sorted, n
}

// pull asks those that use the item what their orders, and passes, need of it.
func (w *worker) pull() {
	m, i := w.Planner, w.item
	lines := m.usedIn.of(i)
	var through []need
	for _, u := range lines {
		x := &m.p.Versions[u.version]
		l := &x.Lines[u.line]
		if m.p.Items[x.Item].Kind == Phantom {
			g, first := &m.got[x.Item], m.plan.firstOut[x.Item]
			for k := range g.passes {
				if s := &g.passes[k]; s.Version == u.version {
					w.add(&through, s.Qty, l, s.Day, Source{Through, first + int32(k)}, x.Item, s.Priority)
				}
			}
			continue
		}
		orders, first := m.orders(x.Item), m.plan.first[x.Item]
		for k := range orders {
			if o := &orders[k]; o.Version == u.version {
				w.add(&w.n, o.Qty, l, o.Start, Source{Planned, first + int32(k)}, x.Item, o.Priority)
			}
		}
	}
	w.n = append(w.n, through...)
}

func (w *worker) add(to *[]need, qty num.Dec, l *Line, day cal.Day, src Source, parent int32, prio uint8) {
	n, err := w.p.Gross(qty, l)
	if err != nil {
		w.fail("mrp.overflow", l.Item, day, err)
		return
	}
	if n > 0 {
		*to = append(*to, need{day: max(day, w.p.Today), parent: parent, qty: n, src: src.pack(), prio: prio})
	}
}

// day is the next day with something to do: a need, or the first day of the safety stock.
func (w *worker) day(after cal.Day, needs []need) (cal.Day, bool) {
	d, ok := Never, false
	if len(needs) > 0 {
		d, ok = needs[0].day, true
	}
	if w.safety > 0 && w.from > after && w.from <= d {
		d, ok = w.from, true
	}
	return d, ok
}

func (w *worker) run() {
	m := w.Planner
	if m.p.Messages {
		w.come(m.p.Today)
		w.have.expire(m.p.Today)
		if w.have.total < w.safety {
			w.messages = append(w.messages, Message{Act: BelowSafety, Item: w.item, From: m.p.Today, To: m.p.Today, Qty: w.safety - w.have.total})
		}
		defer w.judge()
	}
	for now := m.p.Today - 1; ; {
		d, ok := w.day(now, w.needs)
		if !ok {
			return
		}
		now = d
		n := 0
		for n < len(w.needs) && w.needs[n].day == d {
			n++
		}
		today := w.needs[:n]
		w.needs = w.needs[n:]
		byPriority(today)
		w.come(d)
		w.have.expire(d)
		open := w.serve(today, d)
		if len(open) > 0 && w.swap.takes(w.item) {
			open = w.swap.stand(w, open, d)
		}
		if len(open) > 0 && m.p.Expedite > 0 {
			open = w.hurry(open, d)
		}
		var rest num.Dec
		for i := range open {
			rest += open[i].qty
		}
		if w.it.Kind == Phantom {
			w.pass(open, rest, d)
			continue
		}
		net := rest
		if d >= w.from && w.have.total < w.safety {
			net += w.safety - w.have.total
		}
		if net <= 0 {
			continue
		}
		if w.it.Kind == Customer {
			w.orders = append(w.orders, Order{Item: w.item, Version: -1, Short: true, Past: d < m.p.Today, Priority: best(open), Qty: net, Start: d, Due: d})
			continue
		}
		if w.it.Rule == Period {
			net += w.period(d, rest, net)
		}
		if err := w.order(d, net, best(open)); err != nil {
			w.fail("mrp.overflow", w.item, d, err)
		}
		w.serve(open, d)
	}
}

// arrive puts what has come by a day onto the shelf.
func arrive(s *shelf, lots []lot, d cal.Day) []lot {
	for len(lots) > 0 && lots[0].day <= d {
		if lots[0].qty > 0 {
			s.put(lots[0])
		}
		lots = lots[1:]
	}
	return lots
}

// come is arrive, and notes which lots came on top of the safety stock.
func (w *worker) come(d cal.Day) {
	if w.p.Messages {
		for k := range w.lots {
			if w.lots[k].day > d {
				break
			}
			w.touched[w.lots[k].n].extra = w.safety == 0 || w.have.total >= w.safety
		}
	}
	w.lots = arrive(&w.have, w.lots, d)
}

// byPriority puts the needs of a day into the order in which they are served.
func byPriority(needs []need) {
	for i := 1; i < len(needs); i++ {
		if needs[i].prio != needs[0].prio {
			slices.SortStableFunc(needs, func(a, b need) int { return cmp.Compare(a.prio, b.prio) })
			return
		}
	}
}

// best is the best priority of the needs; without any, the last there is.
func best(needs []need) uint8 {
	if len(needs) == 0 {
		return 0
	}
	b := needs[0].prio
	for i := range needs {
		b = min(b, needs[i].prio)
	}
	return b
}

// hurry asks orders that exist and come soon after the day to come on it.
func (w *worker) hurry(open []need, d cal.Day) []need {
	for k := range w.lots {
		l := &w.lots[k]
		if len(open) == 0 || l.day > d+cal.Day(w.p.Expedite) {
			return open
		}
		if l.fixed || l.src.kind() == Stock || l.qty == 0 || l.expires <= d {
			continue
		}
		come := *l
		l.qty = 0
		w.messages = append(w.messages, Message{Act: Expedite, Item: w.item, Supply: come.src.open(), From: come.was, To: d, Qty: come.qty})
		w.have.put(come)
		open = w.serve(open, d)
	}
	return open
}

// judge says what should happen to the orders that exist and were not asked to hurry.
func (w *worker) judge() {
	w.come(Never - 1)
	spare := w.have.total - w.safety
	hurried := map[Source]bool{}
	for _, x := range w.messages {
		if x.Act == Expedite {
			hurried[x.Supply] = true
		}
	}
	for k := len(w.s) - 1; k >= 0; k-- {
		l, t := &w.s[k], &w.touched[k]
		if l.src.kind() == Stock || l.src.kind() == PlannedBy || l.src.kind() == ByProduct || hurried[l.src.open()] {
			continue
		}
		x := Message{Item: w.item, Supply: l.src.open(), From: l.was, To: l.was, Qty: l.qty}
		if over := min(spare, l.qty-t.used); t.used > 0 && !l.fixed && over > max(w.it.Multiple, w.it.MinLot, w.it.FixedLot) {
			w.messages = append(w.messages, Message{Act: Reduce, Item: w.item, Supply: l.src.open(), From: l.was, To: l.was, Qty: over})
			spare -= over
		}
		switch {
		case t.used == 0 && !l.fixed && spare >= l.qty:
			x.Act, x.To = Cancel, 0
			spare -= l.qty
		case t.used > 0 && !l.fixed && t.extra && t.first != Never && int(t.first-l.day) > w.p.DeferAfter:
			x.Act, x.To = Defer, t.first
		case l.was < w.p.Today:
			x.Act, x.To = PastDue, w.p.Today
		default:
			continue
		}
		w.messages = append(w.messages, x)
	}
}

// serve gives the needs of a day what there is, and leaves what is still open.
func (w *worker) serve(needs []need, d cal.Day) (open []need) {
	have, pegs := &w.have, w.pegs
	kept := 0
	for i := range needs {
		n := &needs[i]
		for n.qty > 0 {
			l := have.next()
			if l == nil {
				break
			}
			part := min(n.qty, l.qty)
			n.qty -= part
			if w.p.Pegs {
				pegs = append(pegs, peg{qty: part, supply: l.src, demand: n.src, demandItem: n.parent, supplyDay: w.after(l.day), demandDay: w.after(n.day)})
			}
			if w.p.Messages && l.n >= 0 {
				t := &w.touched[l.n]
				t.used += part
				t.first = min(t.first, n.day)
			}
			have.use(l, part)
		}
		if n.qty > 0 {
			needs[kept] = *n
			kept++
		}
	}
	w.pegs = pegs
	return needs[:kept]
}

// after is a day as a peg keeps it.
func (w *worker) after(d cal.Day) uint16 { return uint16(d - w.p.Today) }

// pass hands a phantom's rest on to its components, on the same day and without an order.
func (w *worker) pass(open []need, rest num.Dec, d cal.Day) {
	if rest <= 0 {
		return
	}
	v := w.effective(w.item, d)
	if v < 0 {
		w.fail("mrp.no_bom", w.item, d, nil)
		return
	}
	if w.p.Pegs {
		for i := range open {
			n := &open[i]
			w.pegs = append(w.pegs, peg{qty: n.qty, supply: Source{Through, int32(len(w.passes))}.pack(), demand: n.src, demandItem: n.parent, supplyDay: w.after(d), demandDay: w.after(n.day)})
		}
	}
	w.passes = append(w.passes, Pass{Item: w.item, Version: v, Day: d, Priority: best(open), Qty: rest})
}

// period adds the net needs of the later days that the order of day d covers, day by day, what was wanted so far
// counted as supply.
func (w *worker) period(d cal.Day, rest, net num.Dec) (more num.Dec) {
	w.have.clone(&w.ahead_)
	s := &w.ahead_
	s.put(lot{day: d, expires: Never, qty: net})
	s.take(rest)
	needs, lots := w.needs, w.lots
	for now := d; ; {
		next, ok := w.day(now, needs)
		if !ok || next >= d+cal.Day(w.it.PeriodDays) {
			return more
		}
		now = next
		lots = arrive(s, lots, now)
		s.expire(now)
		var open num.Dec
		for len(needs) > 0 && needs[0].day == now {
			open += s.take(needs[0].qty)
			needs = needs[1:]
		}
		n := open
		if now >= w.from && s.total < w.safety {
			n += w.safety - s.total
		}
		if n > 0 {
			s.put(lot{day: now, expires: Never, qty: n})
			s.take(open)
			more += n
		}
	}
}

// order makes the planned orders for a wanted quantity.
func (w *worker) order(due cal.Day, wanted num.Dec, prio uint8) error {
	started, err := w.it.started(wanted)
	if err != nil {
		return err
	}
	expires := Never
	if w.it.ShelfDays > 0 {
		expires = due + cal.Day(w.it.ShelfDays)
	}
	start, v, first := due, int32(-1), true
	return w.it.lots(started, func(qty num.Dec) error {
		if from := w.start(w.item, due, qty); first || from != start { // one day for all, unless more takes longer
			start, first = from, false
			if w.it.Kind != Buy {
				if v = w.effective(w.item, start); v < 0 {
					w.fail("mrp.no_bom", w.item, start, nil)
				}
			}
		}
		yield, err := num.MulDivDown(int64(qty), int64(w.it.YieldPct), 100*int64(num.One))
		if err != nil {
			return err
		}
		w.have.put(lot{day: due, was: due, expires: expires, qty: num.Dec(yield), src: Source{Planned, int32(len(w.orders))}.pack(), n: -1})
		w.orders = append(w.orders, Order{Item: w.item, Version: v, Past: start < w.p.Today, Priority: prio, Qty: qty, Yield: num.Dec(yield), Start: start, Due: due})
		return nil
	})
}

// started is the quantity to start so that wanted come out.
func (it *Item) started(wanted num.Dec) (num.Dec, error) {
	q := wanted
	if it.YieldPct != num.Int(100) {
		n, err := num.MulDivUp(int64(wanted), 100*int64(num.One), int64(it.YieldPct))
		if err != nil {
			return 0, err
		}
		q = num.Dec(n)
	}
	return q.RoundUp(it.Decimals)
}

// lots cuts a quantity into orders by the item's lot rule.
func (it *Item) lots(q num.Dec, each func(qty num.Dec) error) error {
	if it.Rule == Fixed && it.FixedLot > 0 {
		for n := (int64(q) + int64(it.FixedLot) - 1) / int64(it.FixedLot); n > 0; n-- {
			if err := each(it.FixedLot); err != nil {
				return err
			}
		}
		return nil
	}
	q = max(q, it.MinLot)
	most := it.MaxLot
	if it.Multiple > 0 {
		if over := q % it.Multiple; over > 0 {
			q += it.Multiple - over
		}
		most -= most % it.Multiple
	}
	if q > num.Max || q < 0 {
		return num.ErrOverflow
	}
	for most > 0 && q > most {
		if err := each(most); err != nil {
			return err
		}
		q -= most
	}
	return each(q)
}
