package mrp

import (
	"cmp"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// item plans one item: all its needs are known, because all that use it have been planned.
func (m *planner) item(i int32) {
	it := &m.Items[i]
	safety := it.Safety
	if it.Kind == Phantom || it.Kind == Customer {
		safety = 0
	}
	if m.needOf[i] < 0 && safety == 0 {
		return
	}
	m.gather(i)
	w := walk{m: m, item: i, it: it, safety: safety, from: m.safetyFrom(i), needs: m.n, lots: m.s}
	w.have.reset()
	w.run()
}

// gather puts the item's needs and supplies into order: needs by day, supplies by the day they come and then stock
// before orders.
func (m *planner) gather(i int32) {
	m.n, m.s = m.n[:0], m.s[:0]
	for at := m.needOf[i]; at >= 0; at = m.needs[at].next {
		m.n = append(m.n, m.needs[at])
	}
	for at := m.lotOf[i]; at >= 0; at = m.lots[at].next {
		m.s = append(m.s, m.lots[at])
	}
	slices.SortFunc(m.n, func(a, b need) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.src.Kind, b.src.Kind), cmp.Compare(a.src.Ref, b.src.Ref), cmp.Compare(a.qty, b.qty))
	})
	slices.SortFunc(m.s, func(a, b lot) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.src.Kind, b.src.Kind), cmp.Compare(a.expires, b.expires), cmp.Compare(a.src.Ref, b.src.Ref), cmp.Compare(a.qty, b.qty))
	})
}

// safetyFrom is the first day from today on whose order would not have to start before today.
func (m *planner) safetyFrom(i int32) cal.Day {
	it := &m.Items[i]
	if it.LeadDays > 0 && (it.Kind == Make || it.Kind == Subcontract) {
		return m.days.on(m.Today-1, it.LeadDays) + 1
	}
	return m.Today + cal.Day(it.LeadDays)
}

// walk goes through the days of one item on which something is needed.
type walk struct {
	m      *planner
	item   int32
	it     *Item
	safety num.Dec
	from   cal.Day // safety stock counts from here on
	needs  []need  // what is left of them, by day
	lots   []lot   // what has not come yet
	have   shelf
	ahead  shelf // of the look into the coming days of a period
}

// day is the next day with something to do: a need, or the first day of the safety stock.
func (w *walk) day(after cal.Day, needs []need) (cal.Day, bool) {
	d, ok := Never, false
	if len(needs) > 0 {
		d, ok = needs[0].day, true
	}
	if w.safety > 0 && w.from > after && w.from <= d {
		d, ok = w.from, true
	}
	return d, ok
}

func (w *walk) run() {
	m := w.m
	for now := m.Today - 1; ; {
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
		w.lots = arrive(&w.have, w.lots, d)
		w.have.expire(d)
		open := w.serve(today, d)
		var rest num.Dec
		for i := range open {
			rest += open[i].qty
		}
		if w.it.Kind == Phantom {
			w.pass(rest, d)
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
			m.plan.Orders = append(m.plan.Orders, Order{Item: w.item, Version: -1, Short: true, Past: d < m.Today, Qty: net, Start: d, Due: d})
			continue
		}
		if w.it.Rule == Period {
			net += w.period(d, rest, net)
		}
		if err := w.order(d, net); err != nil {
			m.fault("mrp.overflow", w.item, d, err)
		}
		w.serve(open, d)
	}
}

// arrive puts what has come by a day onto the shelf.
func arrive(s *shelf, lots []lot, d cal.Day) []lot {
	for len(lots) > 0 && lots[0].day <= d {
		s.put(lots[0])
		lots = lots[1:]
	}
	return lots
}

// serve gives the needs of a day what there is, and leaves what is still open.
func (w *walk) serve(needs []need, d cal.Day) (open []need) {
	kept := 0
	for i := range needs {
		n := needs[i]
		var told func(l *lot, part num.Dec)
		if w.m.Pegs {
			told = func(l *lot, part num.Dec) {
				w.m.plan.Pegs = append(w.m.plan.Pegs, Peg{Item: w.item, Supply: l.src, SupplyDay: l.day, Qty: part, Demand: n.src, DemandItem: n.parent, DemandDay: n.day})
			}
		}
		if n.qty = w.have.take(n.qty, told); n.qty > 0 {
			needs[kept] = n
			kept++
		}
	}
	return needs[:kept]
}

// pass hands a phantom's rest on to its components, on the same day and without an order.
func (w *walk) pass(rest num.Dec, d cal.Day) {
	if rest <= 0 {
		return
	}
	v := w.m.effective(w.item, d)
	if v < 0 {
		w.m.fault("mrp.no_bom", w.item, d, nil)
		return
	}
	x := &w.m.Versions[v]
	for i := range x.Lines {
		l := &x.Lines[i]
		if l.Role != Component || l.None {
			continue
		}
		n, err := num.Gross(rest, l.Qty, l.ScrapPct)
		if err != nil {
			w.m.fault("mrp.overflow", l.Item, d, err)
			continue
		}
		w.m.need(l.Item, d, n, Source{Through, w.item}, w.item)
	}
}

// period adds the net needs of the later days that the order of day d covers, day by day, what was wanted so far
// counted as supply.
func (w *walk) period(d cal.Day, rest, net num.Dec) (more num.Dec) {
	w.have.clone(&w.ahead)
	s := &w.ahead
	s.put(lot{day: d, expires: Never, qty: net})
	s.take(rest, nil)
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
			open += s.take(needs[0].qty, nil)
			needs = needs[1:]
		}
		n := open
		if now >= w.from && s.total < w.safety {
			n += w.safety - s.total
		}
		if n > 0 {
			s.put(lot{day: now, expires: Never, qty: n})
			s.take(open, nil)
			more += n
		}
	}
}

// order makes the planned orders for a wanted quantity and passes them on to the components.
func (w *walk) order(due cal.Day, wanted num.Dec) error {
	m, it := w.m, w.it
	started, err := it.started(wanted)
	if err != nil {
		return err
	}
	start := m.start(w.item, due)
	v := int32(-1)
	if it.Kind != Buy {
		if v = m.effective(w.item, start); v < 0 {
			m.fault("mrp.no_bom", w.item, start, nil)
		}
	}
	return it.lots(started, func(qty num.Dec) error {
		yield, err := num.MulDivDown(int64(qty), int64(it.YieldPct), 100*int64(num.One))
		if err != nil {
			return err
		}
		ref := int32(len(m.plan.Orders))
		src := Source{Planned, ref}
		m.plan.Orders = append(m.plan.Orders, Order{Item: w.item, Version: v, Past: start < m.Today, Qty: qty, Yield: num.Dec(yield), Start: start, Due: due})
		w.have.put(lot{day: due, expires: Never, qty: num.Dec(yield), src: src})
		if v >= 0 {
			m.explode(v, qty, start, due, src, Source{PlannedBy, ref}, false)
		}
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
