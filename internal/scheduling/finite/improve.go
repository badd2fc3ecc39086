package finite

import (
	"context"
	"math/rand/v2"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// Options of a search. It ends when the context ends, when Spent reaches 1 or when Moves are done, whichever is first;
// one of them must be there.
type Options struct {
	Goal    Goal       // nil = OnTime
	Ref     *Reference // what Upset compares with, or nil
	Threads int        // 0 = 1
	Seed    uint64
	Moves   int            // of all threads together; with one thread and no other limit the result is reproducible
	Spent   func() float64 // part of the budget that is used up; called from all threads
	Found   func(v Value)  // told of each better value

	// Progress is told how far the search is, every 100 milliseconds and once at the end, never twice at a time.
	Progress func(Progress)
}

// Progress of a search.
type Progress struct {
	Moves int64 // changes tried, by all threads
	Found int   // better schedules found
	Value Value // of the best
	Bound Value // no schedule is below it; of tardiness, late orders and makespan
}

const progressEvery = 100 * time.Millisecond

// Improve looks for a better sequence, beginning with one, and returns the best that it has found, at worst the same.
//
// It is a late-acceptance search (Burke and Bykov 2017): a change is kept when it makes things no worse than they were
// some changes ago. A change takes an operation that an order is late for to before the one that it waits for, or to
// another machine; or puts one beside another of its family; or moves any one. One that is seen to make much late is
// given up before all that follows is known. What a repair holds in its place stays there until a change takes it, where
// the goal counts what moves; else nothing is held.
func (s *Shop) Improve(ctx context.Context, from *Sequence, opt Options) (*Sequence, Value) {
	if opt.Goal == nil {
		opt.Goal = OnTime
	}
	start := from
	if len(from.hold) > 0 && !opt.Goal.calm() {
		start = from.clone()
		start.hold = nil
	}
	seekers := make([]*seeker, max(1, opt.Threads))
	for k := range seekers {
		seekers[k] = &seeker{live: s.live(start, opt.Ref), rnd: rand.New(rand.NewPCG(opt.Seed, uint64(k))), moves: opt.Moves / len(seekers), limited: opt.Moves > 0}
	}
	b := &board{opt: opt, best: seekers[0].q.clone(), value: seekers[0].total}
	if start != from {
		if v := s.Value(from, opt.Ref); opt.Goal.compare(&v, &b.value) < 0 {
			b.best, b.value = from.clone(), v
		}
	}
	defer b.report(s)()
	var all sync.WaitGroup
	for _, h := range seekers {
		h.b = b
		all.Go(func() { h.run(ctx) })
	}
	all.Wait()
	return b.best, b.value
}

// board is what the threads know together.
type board struct {
	opt   Options
	mu    sync.Mutex
	best  *Sequence
	value Value
	found int
	tried atomic.Int64
}

// report tells of the progress until what it returns is called.
func (b *board) report(s *Shop) (end func()) {
	tell := b.opt.Progress
	if tell == nil {
		return func() {}
	}
	bound := s.Bound()
	say := func() {
		b.mu.Lock()
		p := Progress{Moves: b.tried.Load(), Found: b.found, Value: b.value, Bound: bound}
		b.mu.Unlock()
		tell(p)
	}
	done, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		t := time.NewTicker(progressEvery)
		defer t.Stop()
		for {
			select {
			case <-done:
				say()
				return
			case <-t.C:
				say()
			}
		}
	}()
	return func() { close(done); <-over }
}

func (b *board) offer(q *Sequence, v *Value) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.opt.Goal.compare(v, &b.value) >= 0 {
		return
	}
	b.best.copy(q)
	b.value = *v
	b.found++
	if b.opt.Found != nil {
		b.opt.Found(*v)
	}
}

type seeker struct {
	*live
	b       *board
	rnd     *rand.Rand
	moves   int
	limited bool
	late    []int32 // orders that are late, or are later than they were, each as often as it counts
	away    []int32 // operations that have left their place, where the goal counts that
}

const memory = 60 // how many changes ago a value is compared with

func (h *seeker) run(ctx context.Context) {
	if len(h.q.order) < 2 {
		return
	}
	value := h.total
	h.count()
	goal := h.b.opt.Goal
	tardy := len(goal) > 0 && slices.Equal(goal[0], OnTime[0])
	calm := h.ref != nil && len(goal) > 1 && slices.Equal(goal[0], Calm[0]) && slices.Equal(goal[1], Calm[1])
	if calm {
		h.limit = Later
	}
	history := slices.Repeat([]Value{value}, memory)
	for n := 0; !h.limited || n < h.moves; n++ {
		if n%16 == 0 && (ctx.Err() != nil || h.b.opt.Spent != nil && h.b.opt.Spent() >= 1) {
			return
		}
		h.b.tried.Add(1)
		c, ok := h.change()
		if !ok {
			continue
		}
		old := &history[n%memory]
		switch {
		case tardy:
			h.bar = max(old[Tardiness], value[Tardiness])
		case calm && value[Rush] == 0 && old[Rush] == 0:
			h.bar = max(goal.level(1, old), goal.level(1, &value))
		default:
			h.bar = never
		}
		v, ok := h.move(c.op, c.to, c.mode)
		if !ok {
			continue
		}
		if goal.compare(&v, old) > 0 && goal.compare(&v, &value) > 0 {
			h.undo()
			continue
		}
		h.keep()
		if value = v; goal.compare(&v, old) < 0 {
			*old = v
		}
		h.count()
		h.b.offer(&h.q, &value)
	}
}

// count lists what is to be mended.
func (h *seeker) count() {
	h.late, h.away = h.late[:0], h.away[:0]
	for o := range h.shares {
		if h.limit == Later && h.shares[o][Moved] > 0 {
			for i := h.first[o]; i < h.first[o+1]; i++ {
				if h.at[i] >= 0 && h.ref.machine[i] >= 0 && (h.slots[i].start != h.ref.start[i] || h.modes[h.slots[i].mode].machine != h.ref.machine[i]) {
					h.away = append(h.away, i)
				}
			}
		}
		if x := &h.shares[o]; h.limit == Later && x[Later]+x[Rush] > 0 || h.limit != Later && x[LateOrders] > 0 {
			for range min(h.p.Orders[o].weight(), 20) {
				h.late = append(h.late, int32(o))
			}
		}
	}
}

// change is an operation to go before what stands at a place (-1: it stays where it is), in a mode (-1: the one in
// which it ends first).
type change struct {
	op   int32
	to   int
	mode int32
}

// change chooses one; it is false where chance chose something that cannot be changed.
func (h *seeker) change() (change, bool) {
	r := h.rnd.IntN(10)
	switch {
	case len(h.away) > 0 && r%2 == 0:
		return h.home()
	case r < 6 && len(h.late) > 0:
		return h.hasten()
	case r < 8:
		return h.beside()
	}
	i := h.any()
	to := int(h.at[i]) + h.rnd.IntN(81) - 40
	if h.rnd.IntN(4) == 0 {
		return h.elsewhere(i)
	}
	return h.before(i, to)
}

func (h *seeker) any() int32 { return h.q.order[h.rnd.IntN(len(h.q.order))] }

// hasten goes back along what a late order waits for, to an operation that waits for a machine, a tool or a worker,
// and gives it the place of the one that it waits for, or another machine.
func (h *seeker) hasten() (change, bool) {
	o := h.late[h.rnd.IntN(len(h.late))]
	i := int32(-1)
	for k := h.first[o+1] - 1; k >= h.first[o]; k-- {
		if h.slots[k].mode >= 0 {
			i = k
			break
		}
	}
	var waits []int32
	for steps := 0; i >= 0 && steps < 200; steps++ {
		sl := &h.slots[i]
		switch sl.why {
		case OnMachine, OnTool, Regrind, OnWorker, Planned:
			if h.ops[i].state == Free {
				waits = append(waits, i)
			}
		}
		i = sl.by
	}
	if len(waits) == 0 {
		return change{}, false
	}
	i = waits[h.rnd.IntN(min(len(waits), 8))]
	if h.rnd.IntN(4) == 0 {
		return h.elsewhere(i)
	}
	if h.slots[i].why == Planned {
		return change{i, -1, h.q.mode[i]}, true
	}
	by := h.slots[i].by
	if by < 0 || h.ops[by].state != Free {
		return h.elsewhere(i)
	}
	if h.rnd.IntN(3) == 0 { // the other one goes behind instead, or away
		if h.rnd.IntN(2) == 0 {
			return h.elsewhere(by)
		}
		return h.before(by, int(h.at[i])+1)
	}
	for range h.rnd.IntN(3) { // sometimes past several
		if b := h.slots[by].by; b >= 0 && h.slots[by].why == OnMachine && h.ops[b].state == Free {
			by = b
		}
	}
	return h.before(i, int(h.at[by]))
}

// home takes an operation that has left its place back there, or puts it to another moment.
func (h *seeker) home() (change, bool) {
	i := h.away[h.rnd.IntN(len(h.away))]
	want, mode := h.ref.start[i], h.q.mode[i]
	if h.rnd.IntN(2) == 0 { // near where it is, on any machine
		if h.rnd.IntN(2) == 0 {
			return h.elsewhere(i)
		}
		return h.before(i, int(h.at[i])+h.rnd.IntN(2001)-1000)
	}
	for k := h.about[i].from; k < h.about[i].to; k++ {
		if h.modes[k].machine == h.ref.machine[i] {
			mode = k
		}
	}
	to := sort.Search(len(h.q.order), func(n int) bool { return h.slots[h.q.order[n]].start >= want }) // nearly sorted is enough
	return change{i, to, mode}, true
}

// beside puts an operation that a machine was changed over for behind another of its family on that machine.
func (h *seeker) beside() (change, bool) {
	for range 20 {
		i := h.any()
		sl := &h.slots[i]
		if sl.setup <= h.ops[i].setup {
			continue
		}
		class, machine := h.modes[sl.mode].class, h.modes[sl.mode].machine
		n, step := int(h.at[i]), 1-2*h.rnd.IntN(2)
		for k := n + step; k >= 0 && k < len(h.q.order) && k-n < 2000 && n-k < 2000; k += step {
			j := h.q.order[k]
			if m := &h.modes[h.slots[j].mode]; m.machine == machine && m.class == class {
				return h.before(i, k+1)
			}
		}
	}
	return change{}, false
}

// elsewhere gives an operation another mode.
func (h *seeker) elsewhere(i int32) (change, bool) {
	x := &h.about[i]
	if x.to-x.from < 2 {
		return change{}, false
	}
	k := x.from + int32(h.rnd.IntN(int(x.to-x.from)))
	if k == h.q.mode[i] {
		k = -1 // whatever ends first
	}
	return change{i, -1, k}, true
}

// before gives an operation another place in the order.
func (h *seeker) before(i int32, to int) (change, bool) {
	return change{i, max(0, min(to, len(h.q.order))), h.q.mode[i]}, true
}
