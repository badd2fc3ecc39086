package dispatch

import "cmp"

// patience is how many operations of a queue may say that they rather wait before a machine stays idle until
// something happens. Without a bound a long queue behind a frozen slot is walked over and over.
const patience = 64

// dispatch gives the free machines of a work center something to do. Operations are asked in the order of the
// rule; each takes the machine on which it ends first. One that would end sooner on a machine which is still busy
// waits for it, and those after it count that machine as taken, so that a slow machine stands idle for the one
// operation that gains by waiting and not for the whole queue.
func (s *solver) dispatch(c int) {
	s.round++
	cc := &s.centers[c]
	for waited := 0; waited < patience && s.anyFree(cc); {
		i := s.mostUrgent(cc)
		if i < 0 {
			return
		}
		x := &s.ops[i]
		best, start, end, setup := -1, int64(0), never, int64(0)
		for n := range x.modes {
			st, en, se := s.fit(x, x.modes[n], s.now)
			if en < end || (en == end && best >= 0 && st < start) {
				best, start, end, setup = n, st, en, se
			}
		}
		if best < 0 {
			x.dead = true // no machine has hours for it, ever
			continue
		}
		m := &s.machines[x.modes[best].machine]
		if start <= s.now {
			s.take(i, x.modes[best], start, end, setup)
			continue
		}
		waited++
		x.deferred = s.round
		if m.free > s.now {
			m.claim, m.claimRound = end, s.round
		}
		s.wakeAt(x.modes[best].machine, start)
	}
}

func (s *solver) wakeAt(m int, at int64) {
	if s.machines[m].wake != at {
		s.machines[m].wake = at
		s.push(at, -1-m)
	}
}

// anyFree says whether a machine could start something this instant. One that is free but off work is asked again
// when its hours begin; one that is busy, when it ends.
func (s *solver) anyFree(c *center) bool {
	if c.infinite {
		return len(c.queue) > 0
	}
	for _, n := range c.machines {
		m := &s.machines[n]
		s.pass(m, s.now)
		inFrozen := m.passed < len(m.reserved) && m.reserved[m.passed].from <= s.now
		if m.free > s.now || inFrozen || m.claimRound == s.round {
			continue
		}
		at := next(m.cal, s.now)
		if at == s.now {
			return true
		}
		s.wakeAt(n, at)
	}
	return false
}

// mostUrgent finds the operation that the rule puts first and forgets those that are placed.
func (s *solver) mostUrgent(c *center) int {
	best, kept := -1, c.queue[:0]
	for _, i := range c.queue {
		x := &s.ops[i]
		if x.slot != nil || x.dead {
			continue
		}
		kept = append(kept, i)
		if x.deferred != s.round && (best < 0 || s.before(i, best)) {
			best = i
		}
	}
	c.queue = kept
	return best
}

func (s *solver) before(i, j int) bool {
	a, b := &s.ops[i], &s.ops[j]
	if s.p.Rule == ByRatio {
		if d := cmp.Compare(s.ratio(a), s.ratio(b)); d != 0 {
			return d < 0
		}
	}
	for n := range a.key {
		if a.key[n] != b.key[n] {
			return a.key[n] < b.key[n]
		}
	}
	return i < j
}

// ratio is the critical ratio in thousandths: time left ÷ work left. Below 1000 the order is late already.
func (s *solver) ratio(x *op) int64 {
	left := min(s.p.Orders[x.order].due()-s.now, horizon)
	return left * 1000 / max(x.left, 1)
}

// fit is the earliest slot of an operation on a machine from t on: after what is there, in working hours, in
// front of a frozen slot only when it leaves room for that slot's changeover, and not ending before the last lot
// from the operation before has come through.
func (s *solver) fit(x *op, md mode, t int64) (start, end, setup int64) {
	m := &s.machines[md.machine]
	c := &s.centers[m.center]
	o := &s.p.Orders[x.order]
	in := &o.Ops[x.index]
	t = max(t, x.ready)
	notBefore := s.lastLot(x, md)
	if c.infinite {
		start = next(m.cal, t)
		if in.SetupMS+md.run == 0 {
			start = t // the lead counts every hour
		}
		return start, max(min(add(m.cal, start, in.SetupMS+md.run)+in.LeadMS, never), notBefore), in.SetupMS
	}
	s.pass(m, s.now)
	free, family, known := m.free, m.family, m.set
	if m.claimRound == s.round {
		free = max(free, m.claim)
	}
	for r := m.passed; ; r++ {
		setup = in.SetupMS + c.changeover(known, family, o.Family)
		work := setup + md.run
		start = next(m.cal, max(t, free))
		if start >= never {
			return never, never, 0
		}
		if late := sub(m.cal, notBefore, work); late > start {
			start = next(m.cal, late) // rather start later than stand with half a lot
		}
		end = max(add(m.cal, start, work), notBefore)
		if r >= len(m.reserved) {
			return start, end, setup
		}
		ahead := &m.reserved[r]
		if end <= ahead.from && c.changeover(true, o.Family, ahead.family) <= ahead.change {
			return start, end, setup
		}
		free, family, known = max(free, ahead.to), ahead.family, true
	}
}

// lastLot is the instant before which an operation cannot end: the last pieces from the operation before still
// have to go through this machine.
func (s *solver) lastLot(x *op, md mode) int64 {
	i := s.first[x.order] + x.index
	if x.index == 0 || s.ops[i-1].slot == nil {
		return -never
	}
	return add(s.machines[md.machine].cal, s.ops[i-1].slot.EndMS, md.lastLot)
}
