package finite

import (
	"cmp"
	"slices"
)

// Solve makes a schedule by the problem's rule: it walks forward in time and, whenever a machine falls free, gives it
// the most urgent operation that is ready, as a good foreman would. An error means that the problem contradicts itself,
// never that it is hard.
func Solve(p *Problem) (*Schedule, error) {
	s, err := New(p)
	if err != nil {
		return nil, err
	}
	return s.Schedule(s.ByRule()), nil
}

// ByRule is the sequence that the problem's rule gives.
func (s *Shop) ByRule() *Sequence {
	r := &ruler{decoder: s.decoder(), now: s.p.NowMS, queues: make([]queue, len(s.centers)), dead: make([]bool, len(s.ops)), asked: make([]int64, len(s.machines)),
		claim: make([]int64, len(s.machines)), claimed: make([]int64, len(s.machines)), waits: make([]int64, len(s.ops))}
	for m := range r.asked {
		r.asked[m] = s.p.NowMS
		if s.machines[m].hours != nil {
			r.push(s.p.NowMS, -1-int32(m))
		}
	}
	for _, i := range s.fixed {
		if sl := &r.slots[i]; sl.mode >= 0 && s.modes[sl.mode].hours != nil {
			r.push(sl.end, -1-s.modes[sl.mode].machine)
		}
	}
	for o := range s.p.Orders {
		r.release(int32(o))
	}
	for len(r.events) > 0 {
		r.now = r.events[0].at
		for len(r.events) > 0 && r.events[0].at == r.now {
			if e := r.pop(); e.what >= 0 {
				r.arrive(e.what)
			} else {
				r.wakeUp(-1 - e.what)
			}
		}
		slices.Sort(r.dirty)
		for _, c := range r.dirty {
			r.queues[c].dirty = false
			r.dispatch(c)
		}
		r.dirty = r.dirty[:0]
	}
	return r.sequence()
}

// sequence is the order and the modes of what has its place.
func (d *decoder) sequence() *Sequence {
	q := &Sequence{order: slices.Clone(d.placed), mode: make([]int32, len(d.ops))}
	for i := range d.slots {
		q.mode[i] = d.slots[i].mode
	}
	return q
}

type ruler struct {
	*decoder
	now     int64
	events  []happening
	queues  []queue
	dirty   []int32
	dead    []bool
	asked   []int64 // by machine, the last moment at which somebody wanted to be woken there
	claim   []int64 // by machine, the end of what a more urgent operation waits to do there
	claimed []int64 // in this round
	waits   []int64 // by operation, the round in which it waits
	round   int64
	aside   []int32
}

// queue holds the operations that are ready at a work center: a heap by the rule, but for the rule whose order changes
// with the time.
type queue struct {
	ops   []int32
	dirty bool
}

// patience is how many operations of a queue may say that they rather wait before a machine stays idle until something
// happens. Without a bound a long queue behind a frozen operation is walked over and over.
const patience = 64

// happening: an operation becomes ready (what ≥ 0), or a machine can be asked again (what = -1 - machine).
type happening struct {
	at   int64
	what int32
}

func (h happening) before(g happening) bool { return h.at < g.at || h.at == g.at && h.what < g.what }

func (r *ruler) push(at int64, what int32) {
	if at >= never {
		return
	}
	x := happening{max(at, r.now), what} // what a frozen operation allowed long ago is allowed now
	e := append(r.events, x)
	i := len(e) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !x.before(e[up]) {
			break
		}
		e[i] = e[up]
		i = up
	}
	e[i] = x
	r.events = e
}

func (r *ruler) pop() happening {
	e := r.events
	top, x := e[0], e[len(e)-1]
	e = e[:len(e)-1]
	i := 0
	for {
		c := 2*i + 1
		if c >= len(e) {
			break
		}
		if c+1 < len(e) && e[c+1].before(e[c]) {
			c++
		}
		if !e[c].before(x) {
			break
		}
		e[i] = e[c]
		i = c
	}
	if len(e) > 0 {
		e[i] = x
	}
	r.events = e
	return top
}

// release finds the first free operation of an order and when it is ready.
func (r *ruler) release(o int32) {
	if j := r.firstFree(o); j >= 0 && r.orders[o].parted {
		r.releaseParts(r.about[j].head, r.about[j].tail)
	} else if j >= 0 && r.ready(j) {
		at, _, _ := r.from(j)
		r.push(at, j)
	}
}

func (r *ruler) arrive(i int32) {
	x := &r.about[i]
	if len(x.centers) == 1 && r.centers[x.centers[0]].infinite { // a subcontractor never has to be waited for
		var f fitted
		if r.fit(i, x.from, r.now, 0, &f); f.end < never {
			r.take(i, x.from, &f)
		} else {
			r.dead[i] = true
		}
		return
	}
	for _, c := range x.centers {
		q := &r.queues[c]
		q.ops = append(q.ops, i)
		if r.p.Rule != ByRatio {
			r.up(q.ops)
		}
		r.touch(c)
	}
}

func (r *ruler) touch(c int32) {
	if q := &r.queues[c]; !q.dirty {
		q.dirty = true
		r.dirty = append(r.dirty, c)
	}
}

func (r *ruler) wakeUp(m int32) {
	mm := &r.Shop.machines[m]
	if at := mm.hours.next(r.now); at > r.now {
		r.push(at, -1-m)
		return
	}
	r.touch(mm.center)
}

func (r *ruler) up(h []int32) {
	i := len(h) - 1
	x := h[i]
	for i > 0 {
		p := (i - 1) / 2
		if !r.before(x, h[p]) {
			break
		}
		h[i] = h[p]
		i = p
	}
	h[i] = x
}

// urgent takes the operation out of the queue that the rule puts first among those that do not wait, -1 for none.
func (r *ruler) urgent(q *queue) int32 {
	if r.p.Rule == ByRatio {
		best, kept := -1, q.ops[:0]
		for _, i := range q.ops {
			if r.slots[i].mode >= 0 || r.dead[i] {
				continue
			}
			kept = append(kept, i)
			if r.waits[i] != r.round && (best < 0 || r.before(i, kept[best])) {
				best = len(kept) - 1
			}
		}
		q.ops = kept
		if best < 0 {
			return -1
		}
		i := kept[best]
		q.ops = slices.Delete(kept, best, best+1)
		return i
	}
	for len(q.ops) > 0 {
		h := q.ops
		top, x := h[0], h[len(h)-1]
		h = h[:len(h)-1]
		i := 0
		for {
			c := 2*i + 1
			if c >= len(h) {
				break
			}
			if c+1 < len(h) && r.before(h[c+1], h[c]) {
				c++
			}
			if !r.before(h[c], x) {
				break
			}
			h[i] = h[c]
			i = c
		}
		if len(h) > 0 {
			h[i] = x
		}
		q.ops = h
		if r.slots[top].mode < 0 && !r.dead[top] {
			return top
		}
	}
	return -1
}

func (r *ruler) before(i, j int32) bool {
	a, b := &r.about[i], &r.about[j]
	if r.p.Rule == ByRatio {
		if d := cmp.Compare(r.ratio(i), r.ratio(j)); d != 0 {
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
func (r *ruler) ratio(i int32) int64 {
	left := min(r.p.Orders[r.ops[i].order].due()-r.now, horizon)
	return left * 1000 / max(r.about[i].left, 1)
}

// dispatch gives the free machines of a work center something to do. Operations are asked in the order of the rule;
// each takes the machine on which it ends first. One that would end sooner on a machine which is still busy waits for
// it, and those after it count that machine as taken, so that a slow machine stands idle for the one operation that
// gains by waiting and not for the whole queue.
func (r *ruler) dispatch(c int32) {
	r.round++
	q := &r.queues[c]
	r.aside = r.aside[:0]
	for len(r.aside) < patience && r.anyFree(c) {
		i := r.urgent(q)
		if i < 0 {
			break
		}
		x := &r.about[i]
		best, at := fitted{end: never}, int32(-1)
		for k := x.from; k < x.to; k++ {
			claim := int64(0)
			if m := r.modes[k].machine; r.claimed[m] == r.round {
				claim = r.claim[m]
			}
			var f fitted
			if r.fit(i, k, r.now, claim, &f); f.end < best.end || f.end == best.end && at >= 0 && f.start < best.start {
				best, at = f, k
			}
		}
		if at < 0 {
			r.dead[i] = true // no machine has hours for it, ever
			continue
		}
		if best.start <= r.now {
			r.take(i, at, &best)
			continue
		}
		r.aside = append(r.aside, i)
		r.waits[i] = r.round
		m := r.modes[at].machine
		if r.Shop.machines[m].hours != nil {
			if r.decoder.machines[m].free > r.now {
				r.claim[m], r.claimed[m] = best.end, r.round
			}
			r.wakeAt(m, best.start)
		} else {
			r.push(best.start, i)
		}
	}
	for _, i := range r.aside {
		q.ops = append(q.ops, i)
		if r.p.Rule != ByRatio {
			r.up(q.ops)
		}
	}
}

func (r *ruler) wakeAt(m int32, at int64) {
	if r.asked[m] != at {
		r.asked[m] = at
		r.push(at, -1-m)
	}
}

// anyFree says whether a machine could start something this instant. One that is free but off work is asked again when
// its hours begin; one that is busy, when it ends.
func (r *ruler) anyFree(c int32) bool {
	x := &r.centers[c]
	if x.infinite {
		return len(r.queues[c].ops) > 0
	}
	for _, n := range x.machines {
		m := &r.decoder.machines[n]
		list := r.onMachine[n]
		for int(m.passed) < len(list) && list[m.passed].to <= r.now {
			a := &list[m.passed]
			m.free, m.class, m.last = max(m.free, a.to), a.class, a.op
			m.joined = 0
			m.passed++
		}
		fixed := int(m.passed) < len(list) && list[m.passed].from <= r.now
		if m.free > r.now || fixed || r.claimed[n] == r.round {
			continue
		}
		at := r.Shop.machines[n].hours.next(r.now)
		if at == r.now {
			return true
		}
		r.wakeAt(n, at)
	}
	return false
}

// take places an operation and lets its order, and those that wait for it, go on.
func (r *ruler) take(i, k int32, f *fitted) {
	r.place(i, k, f)
	if m := &r.modes[k]; m.hours != nil {
		r.push(f.end, -1-m.machine)
	}
	if r.orders[r.ops[i].order].parted {
		if from, to := r.openFrom(r.next(i)); from < to {
			r.releaseParts(from, to)
			return
		}
	} else if j := r.following(i); j >= 0 {
		if r.ready(j) {
			at, _, _ := r.from(j)
			r.push(at, j)
		}
		return
	}
	if o := r.ops[i].order; r.orders[o].open == 0 {
		for _, q := range r.parents[o] {
			if r.firstFree(q) >= r.orders[q].uses { // what is ahead of that has been released
				r.release(q)
			}
		}
	}
}
