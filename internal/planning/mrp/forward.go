package mrp

import (
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

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
func (m *Planner) Forward() *Forward { return m.ForwardFrom(nil) }

// ForwardFrom is Forward with planned orders, by their number, that are done on a day at the soonest: something else
// than their parts holds them up.
func (m *Planner) ForwardFrom(soonest map[int32]cal.Day) *Forward {
	p := &m.plan
	f := &Forward{Orders: make([]cal.Day, len(p.Orders)), Passes: make([]cal.Day, len(p.Passes)), Demands: map[Source]cal.Day{}, Blocks: map[Source]Source{}}
	ready := make([]cal.Day, len(p.Orders)) // when the parts of an order are there
	why := make([]Source, len(p.Orders))    // which part comes last
	whyPass := make([]Source, len(p.Passes))
	for k := range ready {
		ready[k] = m.p.Today
	}
	short := map[int32]bool{}
	w := worker{Planner: m}
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
			if d, ok := soonest[ref]; ok && d > done {
				done, why[ref] = d, Source{Planned, ref}
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
			left := m.unserved(i, &w)
			for _, u := range m.usedIn.of(i) {
				x := m.p.Versions[u.version].Item
				for n := range m.orders(x) {
					if ref := m.plan.first[x] + int32(n); p.Orders[ref].Version == u.version && left[ref] > 0 {
						ready[ref], why[ref] = Never, Source{Planned, m.plan.first[i]}
					}
				}
			}
		}
	}
	return f
}

// unserved is what of an item is not pegged, of each planned order that needs it: one step for each need and one for
// each peg of the item.
func (m *Planner) unserved(i int32, w *worker) map[int32]num.Dec {
	w.item, w.it, w.n = i, &m.p.Items[i], w.n[:0]
	w.pull()
	left := make(map[int32]num.Dec, len(w.n))
	for k := range w.n {
		if n := &w.n[k]; n.src.kind() == Planned {
			left[n.src.ref()] += n.qty
		}
	}
	for g := range m.plan.Pegs(i) {
		if g.Demand.Kind == Planned {
			left[g.Demand.Ref] -= g.Qty
		}
	}
	return left
}
