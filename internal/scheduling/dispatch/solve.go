package dispatch

import (
	"container/heap"
	"slices"
)

// Solve makes the schedule. An error means that the problem contradicts itself, never that it is hard.
func Solve(p *Problem) (*Schedule, error) {
	pl, err := prepare(p)
	if err != nil {
		return nil, err
	}
	s := &solver{plant: pl, now: p.NowMS}
	s.fix()
	for i := range p.Orders {
		s.release(i)
	}
	for m := range s.machines {
		s.push(p.NowMS, -1-m)
	}
	for len(s.events) > 0 {
		s.now = s.events[0].at
		for len(s.events) > 0 && s.events[0].at == s.now {
			e := heap.Pop(&s.events).(event)
			if e.what >= 0 {
				s.arrive(e.what)
			} else {
				s.wakeUp(-1 - e.what)
			}
		}
		for c := range s.centers {
			if s.centers[c].dirty {
				s.centers[c].dirty = false
				s.dispatch(c)
			}
		}
	}
	return s.result(), nil
}

type solver struct {
	*plant
	now    int64
	events events
	round  int64
}

// event: an operation becomes ready (what ≥ 0), or a machine can be asked again (what = -1 - machine).
type event struct {
	at   int64
	what int
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || (e[i].at == e[j].at && e[i].what < e[j].what)
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	x := old[len(old)-1]
	*e = old[:len(old)-1]
	return x
}

func (s *solver) push(at int64, what int) {
	if at < never {
		heap.Push(&s.events, event{max(at, s.now), what}) // what a frozen slot allowed long ago is allowed now
	}
}

// fix places what is started or frozen: in the order of starts, each not before the one ahead of it on its
// machine has ended.
func (s *solver) fix() {
	var fixed []int
	for i := range s.ops {
		if st := s.in(i).State; st == Started || st == Frozen {
			fixed = append(fixed, i)
		}
	}
	slices.SortStableFunc(fixed, func(a, b int) int {
		x, y := s.in(a), s.in(b)
		if x.State != y.State { // what runs comes before what is planned
			return int(y.State) - int(x.State)
		}
		switch {
		case x.StartMS < y.StartMS:
			return -1
		case x.StartMS > y.StartMS:
			return 1
		}
		return 0
	})
	last := make([]int64, len(s.machines)) // end of what is fixed so far
	family := make([]string, len(s.machines))
	known := make([]bool, len(s.machines))
	for m := range s.machines {
		last[m], family[m], known[m] = s.p.NowMS, s.machines[m].family, s.machines[m].set
	}
	for _, i := range fixed {
		x, in := &s.ops[i], s.in(i)
		m := &s.machines[x.mode.machine]
		c := &s.centers[m.center]
		fam := s.p.Orders[x.order].Family
		if c.infinite {
			start := in.StartMS
			if in.State == Frozen {
				start = max(start, s.p.NowMS)
			}
			if end := s.outside(x, start); end < never {
				s.place(i, x.mode, start, max(s.p.NowMS, end), in.SetupMS)
			} else {
				x.dead = true
			}
			continue
		}
		at := x.mode.machine
		start, setup, change := max(last[at], s.p.NowMS), int64(0), int64(0)
		if in.State == Frozen {
			start = max(start, in.StartMS)
			change = c.changeover(known[at], family[at], fam)
			setup = in.SetupMS + change
		}
		start = next(m.cal, start)
		end := add(m.cal, start, setup+x.mode.run)
		if end >= never {
			x.dead = true
			continue
		}
		last[at], family[at], known[at] = end, fam, true
		m.reserved = append(m.reserved, reservation{start, end, fam, change})
		s.push(end, -1-at)
		s.place(i, x.mode, start, end, setup)
	}
}

func (s *solver) in(i int) *Op { return &s.p.Orders[s.ops[i].order].Ops[s.ops[i].index] }

// outside is when a subcontractor sends the pieces back.
func (s *solver) outside(x *op, start int64) int64 {
	o := &s.p.Orders[x.order].Ops[x.index]
	return min(add(s.machines[x.mode.machine].cal, start, o.SetupMS+x.mode.run)+o.LeadMS, never)
}

// release finds the first free operation of an order and when it is ready.
func (s *solver) release(i int) {
	if len(s.p.Orders[i].Ops) > 0 {
		s.follow(s.first[i], max(s.p.NowMS, s.p.Orders[i].ReleaseMS))
	}
}

// follow goes along the order from operation i on, past what is done or fixed, to each operation that can now
// be made ready: one that follows a placed operation, or the first.
func (s *solver) follow(i int, ready int64) {
	order := s.ops[i].order
	for ; i < len(s.ops) && s.ops[i].order == order; i++ {
		x := &s.ops[i]
		switch {
		case x.dead:
			return
		case s.in(i).State == Done:
			continue
		case x.slot == nil:
			x.ready = ready
			s.push(ready, i)
			return
		}
		ready = max(s.p.NowMS, s.p.Orders[order].ReleaseMS, s.transfer(i))
	}
}

// transfer is when the operation after i may start, as far as i allows.
func (s *solver) transfer(i int) int64 {
	x := &s.ops[i]
	if x.mode.toFirst < 0 || s.centers[s.machines[x.mode.machine].center].infinite {
		return x.slot.EndMS // what is outside comes back together
	}
	return min(x.slot.EndMS, add(s.machines[x.mode.machine].cal, x.slot.StartMS, x.slot.SetupMS+x.mode.toFirst))
}

func (s *solver) arrive(i int) {
	x := &s.ops[i]
	for _, c := range x.centers {
		if !s.centers[c].infinite {
			s.centers[c].queue = append(s.centers[c].queue, i)
			s.centers[c].dirty = true
			continue
		}
		if x.slot == nil && len(x.centers) == 1 {
			s.sendOut(i)
		} else {
			s.centers[c].queue = append(s.centers[c].queue, i)
			s.centers[c].dirty = true
		}
	}
}

// sendOut places an operation at its only subcontractor, who never has to be waited for.
func (s *solver) sendOut(i int) {
	x := &s.ops[i]
	start, end, setup := s.fit(x, x.modes[0], s.now)
	if end >= never {
		x.dead = true
		return
	}
	s.take(i, x.modes[0], start, end, setup)
}

func (s *solver) wakeUp(m int) {
	mm := &s.machines[m]
	if at := next(mm.cal, s.now); at > s.now {
		s.push(at, -1-m)
		return
	}
	s.centers[mm.center].dirty = true
}

// place writes the slot; take does it for an operation that was free, and lets the order go on.
func (s *solver) place(i int, md mode, start, end, setup int64) {
	x := &s.ops[i]
	in := s.in(i)
	m := &s.machines[md.machine]
	x.mode = md
	x.slot = &Slot{Order: x.order, Op: x.index, WorkCenter: s.centers[m.center].code, Machine: m.code,
		StartMS: start, EndMS: end, SetupMS: setup, Qty: s.p.Orders[x.order].quantity(in), State: in.State}
}

func (s *solver) take(i int, md mode, start, end, setup int64) {
	s.place(i, md, start, end, setup)
	x := &s.ops[i]
	if m := &s.machines[md.machine]; !s.centers[m.center].infinite {
		s.pass(m, start)
		m.free, m.family, m.set = end, s.p.Orders[x.order].Family, true
		s.push(end, -1-md.machine)
	}
	s.follow(i, 0)
}

// pass leaves behind the reservations that lie before an instant.
func (s *solver) pass(m *machine, at int64) {
	for m.passed < len(m.reserved) && m.reserved[m.passed].to <= at {
		r := &m.reserved[m.passed]
		m.free, m.family, m.set = max(m.free, r.to), r.family, true
		m.passed++
	}
}

// changeover between two families; the more a line names, the more it counts.
func (c *center) changeover(known bool, from, to string) int64 {
	if !known || c.change == nil {
		return 0
	}
	for _, k := range [...][2]string{{from, to}, {from, "*"}, {"*", to}, {"*", "*"}} {
		if ms, ok := c.change[k]; ok {
			return ms
		}
	}
	return 0
}
