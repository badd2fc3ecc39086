package solver

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

// Options of a search. It ends when the context ends, when Spent reaches 1, when Moves are done or when the lower
// bound is reached, whichever is first; one of the first three must be there.
type Options struct {
	Tardiness bool // search for the least weighted tardiness instead of the makespan
	Threads   int
	Seed      uint64
	Moves     int64            // for all threads together; with one thread and no other limit the result is reproducible
	Spent     func() float64   // the part of the budget that is used up; called from all threads
	Found     func(cost int64) // told of each better schedule, each better than the one before
}

// Solve searches; it always returns a feasible schedule, even where the context is over already.
func Solve(ctx context.Context, p *Problem, opt Options) (*Schedule, error) {
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("check the problem: %w", err)
	}
	if opt.Tardiness && p.Due == nil {
		return nil, fmt.Errorf("there are no due dates: search for the makespan, or give the jobs due dates")
	}
	s := &shared{p: p, opt: opt, ctx: ctx, target: p.Bound(opt.Tardiness), best: newPlan(p.Ops())}
	s.cost.Store(1 << 62)
	threads := max(1, opt.Threads)
	p.construct(s.best, opt.Tardiness, 0, &rng{opt.Seed})
	first := newPlan(p.Ops())
	first.copy(s.best)
	s.offer(first)
	var wg sync.WaitGroup
	for k := range threads {
		h := &hunt{shared: s, rnd: rng{opt.Seed*0x2545f4914f6cdd1d + uint64(k)<<32}, limit: opt.Moves / int64(threads), ask: max(1, 128-int64(p.Ops()/100))}
		if k == threads-1 {
			h.run()
			continue
		}
		wg.Go(h.run)
	}
	wg.Wait()
	out := p.schedule(s.best)
	out.LowerBound = s.target
	return out, nil
}

// shared is what the threads have in common.
type shared struct {
	p      *Problem
	opt    Options
	ctx    context.Context
	target int64
	cost   atomic.Int64 // of best

	mu    sync.Mutex
	best  *plan
	elite []*plan
	stale int // how many were not let in since one was
}

// offer makes a plan known that may be the best of all.
func (s *shared) offer(a *plan) {
	if a.cost >= s.cost.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.cost >= s.cost.Load() {
		return
	}
	s.best.copy(a)
	s.cost.Store(a.cost)
	if s.opt.Found != nil {
		s.opt.Found(a.cost)
	}
}

// hunt is one thread of the search.
type hunt struct {
	*shared
	rnd   rng
	count int64
	limit int64
	ask   int64 // the budget is asked after so many moves
	over  bool
	warm  bool // the search begins between two of the elite
}

// spent counts a move and tells whether it was the last one.
func (h *hunt) spent() bool {
	h.count++
	if h.opt.Moves > 0 && h.count >= h.limit {
		h.over = true
	}
	if h.count%h.ask == 0 && (h.ctx.Err() != nil || h.cost.Load() <= h.target || h.opt.Spent != nil && h.opt.Spent() >= 1) {
		h.over = true
	}
	return h.over
}

type engine interface {
	// improve replaces a by the best it finds from there on.
	improve(h *hunt, a *plan)
}

const (
	eliteSize = 12
	// of a thousand operations so many must differ between any two of the elite
	different = 50
	// after so many in a row that were not let in, the elite has come together
	patience = 40
)

// run builds an elite of good and different solutions, then searches between two of them, over and over.
func (h *hunt) run() {
	p := h.p
	var e engine
	switch {
	case h.opt.Tardiness:
		e = newTardy(p)
	case p.flexible() || p.Setup != nil:
		e = newFlexible(p)
	default:
		e = newJobshop(p)
	}
	a, b, child := newPlan(p.Ops()), newPlan(p.Ops()), newPlan(p.Ops())
	key := make([]int64, p.Ops())
	for first := true; !h.over && h.cost.Load() > h.target; first = false {
		h.count++ // a search that finds nothing to move costs something as well
		if h.spent() && !first {
			return
		}
		if h.warm = h.parents(a, b); h.warm {
			share := 300 + int64(h.rnd.below(425))
			p.mix(child, a, b, share, key, &h.rnd)
		} else {
			p.construct(child, h.opt.Tardiness, 0.3, &h.rnd)
		}
		e.improve(h, child)
		h.admit(child)
	}
}

// parents copies two of the elite; it is false while the elite is still to be filled.
func (h *hunt) parents(a, b *plan) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := int32(len(h.elite))
	if n < eliteSize {
		return false
	}
	i := h.rnd.below(n)
	j := h.rnd.below(n - 1)
	if j >= i {
		j++
	}
	a.copy(h.elite[i])
	b.copy(h.elite[j])
	return true
}

// admit lets a plan into the elite in place of the worst, or of one that is much like it and no better. When for long
// nothing was let in, the elite has come together: another one is begun. Its best is not taken along, since all that is mixed
// with it would come out there again; shared.best knows it.
func (h *hunt) admit(a *plan) {
	h.mu.Lock()
	defer h.mu.Unlock()
	worst, near := -1, -1
	least := len(a.order) * different / 1000
	for i, e := range h.elite {
		if worst < 0 || e.cost > h.elite[worst].cost {
			worst = i
		}
		if d := e.distance(a); d <= least {
			least, near = d, i
		}
	}
	h.stale++
	switch {
	case near >= 0:
		if a.cost < h.elite[near].cost {
			h.elite[near].copy(a)
			h.stale = 0
		}
	case len(h.elite) < eliteSize:
		e := newPlan(len(a.order))
		e.copy(a)
		h.elite = append(h.elite, e)
		h.stale = 0
	case a.cost < h.elite[worst].cost:
		h.elite[worst].copy(a)
		h.stale = 0
	}
	if h.stale > patience {
		h.stale, h.elite = 0, h.elite[:0]
	}
}

// distance is the number of operations that are done on another machine or after another one.
func (a *plan) distance(b *plan) int {
	differ := 0
	for o := range a.prev {
		if a.prev[o] != b.prev[o] || a.mode[o] != b.mode[o] {
			differ++
		}
	}
	return differ
}
