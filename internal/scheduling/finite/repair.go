package finite

import (
	"cmp"
	"slices"
	"sort"
)

// Follow is the sequence that keeps what people know: every operation in the order of its former start, on its former
// machine where it may still be done there. The second result is what has no former place. ref is what Upset compares
// with.
func (s *Shop) Follow(was func(order, op int) (Was, bool)) (q *Sequence, fresh []int32, ref *Reference) {
	q = &Sequence{mode: make([]int32, len(s.ops))}
	ref = &Reference{start: make([]int64, len(s.ops)), machine: make([]int32, len(s.ops)), late: make([]int64, len(s.p.Orders))}
	byName := make(map[string]int32, len(s.machines))
	for m := range s.machines {
		byName[s.machines[m].code] = int32(m)
	}
	for i := range s.ops {
		x := &s.ops[i]
		q.mode[i], ref.machine[i] = -1, -1
		if x.state == Done {
			continue
		}
		w, ok := was(int(x.order), int(x.index))
		if ok {
			if m, known := byName[w.Machine]; known {
				ref.start[i], ref.machine[i] = w.StartMS, m
				s.wasLate(int32(i), w, ref)
			} else {
				ok = false
			}
		}
		if x.state != Free {
			continue
		}
		if !ok {
			fresh = append(fresh, int32(i))
			continue
		}
		q.order = append(q.order, int32(i))
		for k := s.about[i].from; k < s.about[i].to; k++ {
			if s.modes[k].machine == ref.machine[i] {
				q.mode[i] = k
			}
		}
	}
	byTime(q.order, func(i int32) int64 { return ref.start[i] })
	return q, fresh, ref
}

// byTime sorts operations by a time, equal ones by their number.
func byTime(ops []int32, time func(i int32) int64) {
	type key struct {
		at int64
		i  int32
	}
	keys := make([]key, len(ops))
	for n, i := range ops {
		keys[n] = key{time(i), i}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if a.at != b.at {
			if a.at < b.at {
				return -1
			}
			return 1
		}
		return int(a.i - b.i)
	})
	for n := range keys {
		ops[n] = keys[n].i
	}
}

// wasLate takes down how late an order was by the end of one of its operations.
func (s *Shop) wasLate(i int32, w Was, ref *Reference) {
	o := s.ops[i].order
	due := s.p.Orders[o].DueMS
	if due == 0 {
		return
	}
	end := w.EndMS
	if end == 0 {
		end = w.StartMS
		for k := s.about[i].from; k < s.about[i].to; k++ {
			if m := &s.modes[k]; m.machine == ref.machine[i] && m.hours != nil {
				end = m.hours.add(end, m.run)
			}
		}
	}
	ref.late[o] = max(ref.late[o], end-due)
}

// Repair makes a feasible schedule of the present facts out of the former one; goal says what is best, nil is Calm: that
// upsets it little. It does no search: Improve goes on from it.
//
// All others are held where they were (Sequence.hold), so that a gap stays a gap. Tried are what cannot stay put into
// gaps, taking the place of what can wait (squeeze.go), and simply pushing back what is in the way.
func (s *Shop) Repair(q *Sequence, fresh []int32, ref *Reference, goal Goal) (*Sequence, Value) {
	if goal == nil {
		goal = Calm
	}
	q = q.clone()
	q.hold = make([]int64, len(s.ops))
	for _, i := range q.order {
		q.hold[i] = ref.start[i]
	}
	d := s.decoder()
	var best *Sequence
	var value Value
	found := 0
	try := func(c *Sequence) {
		if d.decode(c); len(d.placed) < len(c.order) { // what finds no place on its machine looks for another
			for _, i := range c.order {
				if d.slots[i].mode < 0 {
					c.mode[i] = -1
				}
			}
			d.decode(c)
		}
		if v := d.value(ref); len(d.placed) > found || len(d.placed) == found && (best == nil || goal.compare(&v, &value) < 0) {
			c.order = append(c.order[:0], d.placed...)
			best, value, found = c, v, len(d.placed)
		}
	}
	if away := s.squeeze(q, fresh, ref, false); away != nil {
		try(away)
		if value[Rush] > 0 {
			try(s.squeeze(q, fresh, ref, true))
		}
		few := int64(0)
		if len(q.order) > 2000 { // pushing back moves more, and looking at it takes time
			few = int64(len(q.order) / 20)
		}
		if goal.calm() && value[Rush] == 0 && value[Moved] <= few && (value[Later] == 0 || few > 0) && len(best.order) == len(q.order)+len(fresh) {
			return best, value
		}
	}
	if len(fresh) == 0 {
		try(q.clone())
	} else {
		places := int64(6)
		if best != nil { // it is seldom better to push everything back
			places = 1
		}
		for n := range places {
			try(s.insert(q, fresh, ref, n*n*int64(len(q.order))/(places*places))) // closer at the beginning, where it matters
		}
		try(s.insert(q, fresh, ref, int64(len(q.order))))
	}
	if away := s.fromDown(best, ref); away != nil {
		try(away)
	}
	if !goal.calm() { // then what can begin earlier may
		loose := best.clone()
		loose.hold = nil
		try(loose)
		if len(fresh) == 0 {
			q.hold = nil
			try(q)
		}
	}
	if found < len(q.order)+len(fresh) { // hours that end, and what is held has used them up: the rule may find places for more
		if rule := s.ByRule(); len(rule.order) > found {
			try(rule)
		}
	}
	return best, value
}

// insert puts new operations into the order: the first of each order not before a place, each next one where it can
// begin at the earliest.
func (s *Shop) insert(q *Sequence, fresh []int32, ref *Reference, place int64) *Sequence {
	start := func(n int) int64 { return ref.start[q.order[n]] }
	type put struct {
		at int64 // the time that it is sorted in by
		i  int32
	}
	var puts []put
	order, at, begin := int32(-1), int64(0), int64(0)
	for _, i := range fresh {
		x := &s.ops[i]
		if x.order != order {
			order, at = x.order, s.p.NowMS
			if place > 0 && place <= int64(len(q.order)) {
				at = max(at, start(int(place)-1)+1)
			}
		}
		if !x.sibling || len(puts) == 0 || puts[len(puts)-1].i != i-1 {
			begin = at
		}
		begin = max(begin, x.release)
		puts = append(puts, put{begin, i})
		run := never
		for k := s.about[i].from; k < s.about[i].to; k++ {
			m := &s.modes[k]
			work := m.run
			if m.toFirst >= 0 {
				work = m.toFirst
			}
			if m.hours == nil {
				run = min(run, x.setup+work+s.about[i].lead)
			} else {
				run = min(run, m.hours.add(begin, x.setup+work)-begin)
			}
		}
		at = max(at, min(begin+run, never))
	}
	slices.SortStableFunc(puts, func(a, b put) int { return cmp.Compare(a.at, b.at) })
	out := &Sequence{order: make([]int32, 0, len(q.order)+len(fresh)), mode: slices.Clone(q.mode), hold: slices.Clone(q.hold)}
	n := 0
	for _, p := range puts {
		to := sort.Search(len(q.order), func(k int) bool { return start(k) >= p.at })
		if to > n {
			out.order = append(out.order, q.order[n:to]...)
			n = to
		}
		out.order = append(out.order, p.i)
	}
	out.order = append(out.order, q.order[n:]...)
	return out
}

// fromDown lets operations that stand on a machine while it is down look for another; nil where there are none.
func (s *Shop) fromDown(q *Sequence, ref *Reference) *Sequence {
	var out *Sequence
	for _, i := range q.order {
		k := q.mode[i]
		if k < 0 || s.about[i].to-s.about[i].from < 2 {
			continue
		}
		m := &s.machines[s.modes[k].machine]
		end := ref.start[i] + s.modes[k].run
		for _, x := range m.down {
			if x.From < end && ref.start[i] < x.To {
				if out == nil {
					out = q.clone()
				}
				out.mode[i] = -1
				break
			}
		}
	}
	return out
}
