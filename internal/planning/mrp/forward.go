package mrp

import "kaiwu/internal/kit/cal"

// Forward is what is possible when nothing can start before today.
type Forward struct {
	Orders  []cal.Day // of each planned order, when it can be done; Never when a customer's part is missing
	Passes  []cal.Day
	Demands map[Source]cal.Day // of each need from outside, when all of it can be there
	Blocks  map[Source]Source  // of each need from outside that comes late: the supply at the bottom that makes it so
}

// Forward goes through the plan from the lowest level up: an order starts when the last of its parts can be there, and
// not before today, and takes its lead time. The plan must have pegs. What has no bill of materials counts as if it
// needed no parts.
func (m *Planner) Forward() *Forward {
	p := &m.plan
	f := &Forward{Orders: make([]cal.Day, len(p.Orders)), Passes: make([]cal.Day, len(p.Passes)), Demands: map[Source]cal.Day{}, Blocks: map[Source]Source{}}
	ready := make([]cal.Day, len(p.Orders)) // when the parts of an order are there
	why := make([]Source, len(p.Orders))    // which part comes last
	whyPass := make([]Source, len(p.Passes))
	for k := range ready {
		ready[k] = m.p.Today
	}
	short := map[int32]bool{}
	for k := len(p.Sequence) - 1; k >= 0; k-- {
		i := p.Sequence[k]
		for n := range m.orders(i) {
			ref := m.plan.first[i] + int32(n)
			o := &p.Orders[ref]
			if o.Short {
				f.Orders[ref] = Never
				short[i] = true
				continue
			}
			done := Never
			if ready[ref] < Never {
				if o.Start >= ready[ref] {
					done = o.Due
				} else {
					done = max(o.Due, m.ahead(i, ready[ref], o.Qty))
				}
			}
			f.Orders[ref] = done
		}
		for g := range p.Pegs(i) {
			day, by := g.SupplyDay, g.Supply
			switch g.Supply.Kind {
			case Planned, PlannedBy:
				day = f.Orders[g.Supply.Ref]
				if w := why[g.Supply.Ref]; w != (Source{}) {
					by = w
				}
			case Through:
				day = f.Passes[g.Supply.Ref]
				if w := whyPass[g.Supply.Ref]; w != (Source{}) {
					by = w
				}
			}
			switch g.Demand.Kind {
			case Planned:
				if day > ready[g.Demand.Ref] {
					ready[g.Demand.Ref] = day
					if day > p.Orders[g.Demand.Ref].Start {
						why[g.Demand.Ref] = by
					}
				}
			case Through:
				if day > f.Passes[g.Demand.Ref] {
					f.Passes[g.Demand.Ref] = day
					if day > p.Passes[g.Demand.Ref].Day {
						whyPass[g.Demand.Ref] = by
					}
				}
			default:
				if day > f.Demands[g.Demand] {
					f.Demands[g.Demand] = day
					if day > g.DemandDay {
						f.Blocks[g.Demand] = by
					}
				}
			}
		}
		if short[i] { // what a customer has not sent is pegged to nobody: all that uses it waits
			for _, u := range m.usedIn.of(i) {
				x := m.p.Versions[u.version].Item
				for n := range m.orders(x) {
					if ref := m.plan.first[x] + int32(n); p.Orders[ref].Version == u.version && m.unserved(i, Source{Planned, ref}) {
						ready[ref], why[ref] = Never, Source{Planned, m.plan.first[i]}
					}
				}
			}
		}
	}
	return f
}

// unserved says whether a need of an item is not wholly pegged.
func (m *Planner) unserved(i int32, src Source) bool {
	w := worker{Planner: m, item: i, it: &m.p.Items[i]}
	w.pull()
	for _, n := range w.n {
		if n.src.open() != src {
			continue
		}
		left := n.qty
		for g := range m.plan.Pegs(i) {
			if g.Demand == src {
				left -= g.Qty
			}
		}
		return left > 0
	}
	return false
}
