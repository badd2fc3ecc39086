package finite

import "slices"

// Pin is the shop with some free operations put on a machine at a time by a person: what New would make of p, which is
// the same problem but for their State, Machine and StartMS. It costs a copy of the operations where New asks every
// calendar. ok is false where only New can say what that means.
func (s *Shop) Pin(p *Problem, ops [][2]int) (_ *Shop, ok bool) {
	n := *s
	n.p, n.ops, n.about, n.fixed = p, slices.Clone(s.ops), slices.Clone(s.about), slices.Clone(s.fixed)
	for _, k := range ops {
		i := s.first[k[0]] + int32(k[1])
		in := &p.Orders[k[0]].Ops[k[1]]
		x, y := &n.ops[i], &n.about[i]
		if in.State != Frozen || x.state != Free && x.state != Frozen || abs(in.StartMS) > horizon {
			return nil, false
		}
		m := slices.IndexFunc(s.machines, func(m machine) bool { return m.code == in.Machine })
		at := slices.IndexFunc(s.modes[y.from:y.to], func(d mode) bool { return int(d.machine) == m })
		if m < 0 || at < 0 || x.state == Frozen && y.fixedMode >= y.to { // where the routing does not put it
			return nil, false
		}
		if x.state == Free {
			n.fixed = append(n.fixed, i)
		}
		x.state, y.fixedMode = Frozen, y.from+int32(at)
		x.joins, x.simple = false, x.tool < 0 && x.skill < 0
	}
	slices.Sort(n.fixed)
	n.sortFixed()
	n.begin = nil
	n.begin = n.fix()
	return &n, true
}

// Unpinned is a sequence of the shop before Pin, and what had no place there, without what is fixed now.
func (s *Shop) Unpinned(q *Sequence, fresh []int32) (*Sequence, []int32) {
	fixed := func(i int32) bool { return s.ops[i].state != Free }
	q = q.clone()
	q.order = slices.DeleteFunc(q.order, fixed)
	for _, i := range s.fixed {
		q.mode[i] = -1
	}
	return q, slices.DeleteFunc(slices.Clone(fresh), fixed)
}
