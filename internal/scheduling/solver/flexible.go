package solver

// flexible is a tabu search for the makespan where operations may choose their machine or set-ups depend on the
// order. A move takes a critical operation out and puts it where it fits best on any of its machines (Mastrolilli and
// Gambardella); heads and tails are those of the graph without it, so that the way through it is exact.
type flexible struct {
	g      *graph
	path   []int32
	tabu   []int32 // by mode: until when the operation may not come back to it
	dirty  []int32 // by slot
	mark   int32
	undo   []int32
	undoT  []int32
	it     int32
	rounds int
}

func newFlexible(p *Problem) *flexible {
	g := newGraph(p)
	n := p.Ops()
	return &flexible{g: g, path: make([]int32, n), tabu: make([]int32, len(p.Mode)), dirty: make([]int32, len(g.nodes)),
		undo: make([]int32, 0, n), undoT: make([]int32, 0, n), rounds: 4000}
}

type insertion struct {
	value, way    int32 // the makespan expected, and the way through the operation
	x, mode       int32
	before, after int32
	ties          int32
}

func (k *insertion) offer(c insertion, rnd *rng) {
	switch {
	case c.value < k.value || c.value == k.value && c.way < k.way:
		*k = c
		k.ties = 1
	case c.value == k.value && c.way == k.way:
		ties := k.ties + 1
		if rnd.below(ties) == 0 {
			*k = c
		}
		k.ties = ties
	}
}

func (s *flexible) improve(h *hunt, a *plan) {
	g := s.g
	g.load(a)
	n := int32(len(g.order))
	g.heads(0)
	g.tails(n - 1)
	best := g.makespan()
	g.save(a, int64(best))
	h.offer(a)
	if s.it > 1<<30 {
		clear(s.tabu)
		s.it = 0
	}
	s.it += 10_000
	for x := range g.nodes {
		g.nodes[x].e2, g.nodes[x].t2 = g.nodes[x].e, g.nodes[x].t
	}
	c := best
	for idle := 0; idle < s.rounds && int64(best) > h.target && !h.spent(); idle++ {
		s.it++
		path := g.critical(s.path, c, &h.rnd)
		top := insertion{value: 1 << 30}
		alt := insertion{value: 1 << 30}
		count := int32(0)
		for _, x := range path {
			s.consider(h, x, best, &top, &alt, &count)
		}
		if top.ties == 0 {
			if count == 0 {
				return
			}
			top = alt
		}
		x := top.x
		was := g.ops[x].mode
		before, after := g.nodes[x].mp, g.nodes[x].ms
		k := int32(len(g.p.modes(g.ops[x].op)))
		s.tabu[was] = s.it + int32(len(path))/2 + k + h.rnd.below(int32(len(path))/2+2)
		sp := span{g.nodes[x].pos, g.nodes[x].pos}
		g.unlink(x)
		if !g.place(x, top.mode, top.before, top.after, &sp) {
			g.place(x, was, before, after, &sp)
		}
		g.heads(sp.lo)
		g.tails(sp.hi)
		for _, y := range g.order[sp.lo:] {
			g.nodes[y].e2 = g.nodes[y].e
		}
		for _, y := range g.order[:sp.hi+1] {
			g.nodes[y].t2 = g.nodes[y].t
		}
		if c = g.makespan(); c < best {
			best, idle = c, 0
			g.save(a, int64(best))
			h.offer(a)
		}
	}
}

// without sets heads and tails of the graph without x, which is unlinked, and keeps a list of what it changed.
func (s *flexible) without(x int32) {
	g := s.g
	nodes, order, dirty := g.nodes, g.order, s.dirty
	s.mark++
	mark := s.mark
	nx := &nodes[x]
	s.undo, s.undoT = s.undo[:0], s.undoT[:0]
	nx.e2, nx.t2 = nodes[x-1].e, nodes[x+1].t
	last := int32(-1)
	if g.ops[x+1].op >= 0 {
		dirty[x+1] = mark
		last = nodes[x+1].pos
	}
	if nx.ms != g.none {
		dirty[nx.ms] = mark
		last = max(last, nodes[nx.ms].pos)
	}
	for i := nx.pos + 1; i <= last; i++ {
		y := order[i]
		if dirty[y] != mark {
			continue
		}
		nd := &nodes[y]
		e := nodes[y-1].e2
		if f := nodes[nd.mp].e2; g.setup {
			e = max(e, f+g.change(g.ops[y].mach, nd.mp, y))
		} else if f > e {
			e = f
		}
		if e += nd.d; e == nd.e {
			continue
		}
		nd.e2 = e
		s.undo = append(s.undo, y)
		if g.ops[y+1].op >= 0 {
			dirty[y+1] = mark
			last = max(last, nodes[y+1].pos)
		}
		if nd.ms != g.none {
			dirty[nd.ms] = mark
			last = max(last, nodes[nd.ms].pos)
		}
	}
	s.mark++
	mark = s.mark
	first := int32(1 << 30)
	if g.ops[x-1].op >= 0 {
		dirty[x-1] = mark
		first = nodes[x-1].pos
	}
	if nx.mp != g.none {
		dirty[nx.mp] = mark
		first = min(first, nodes[nx.mp].pos)
	}
	for i := nx.pos - 1; i >= first; i-- {
		y := order[i]
		if dirty[y] != mark {
			continue
		}
		nd := &nodes[y]
		t := nodes[y+1].t2
		if f := nodes[nd.ms].t2; g.setup {
			t = max(t, f+g.change(g.ops[y].mach, y, nd.ms))
		} else if f > t {
			t = f
		}
		if t += nd.d; t == nd.t {
			continue
		}
		nd.t2 = t
		s.undoT = append(s.undoT, y)
		if g.ops[y-1].op >= 0 {
			dirty[y-1] = mark
			first = min(first, nodes[y-1].pos)
		}
		if nd.mp != g.none {
			dirty[nd.mp] = mark
			first = min(first, nodes[nd.mp].pos)
		}
	}
}

func (s *flexible) restore(x int32) {
	nodes := s.g.nodes
	nodes[x].e2, nodes[x].t2 = nodes[x].e, nodes[x].t
	for _, y := range s.undo {
		nodes[y].e2 = nodes[y].e
	}
	for _, y := range s.undoT {
		nodes[y].t2 = nodes[y].t
	}
}

// consider offers every place for x on each of its machines that surely closes no loop.
func (s *flexible) consider(h *hunt, x, best int32, top, alt *insertion, count *int32) {
	g := s.g
	nodes := g.nodes
	nx := &nodes[x]
	wasBefore, wasAfter, wasMode := nx.mp, nx.ms, g.ops[x].mode
	op := g.ops[x].op
	if s.alone(x, op) {
		return
	}
	g.unlink(x)
	s.without(x)
	rest := int32(0) // the makespan without x
	for _, e := range g.ends {
		rest = max(rest, nodes[e].e2)
	}
	head, tail := nx.e2, nx.t2
	for k := g.p.ModeAt[op]; k < g.p.ModeAt[op+1]; k++ {
		m := g.p.Mode[k]
		forbidden := s.tabu[k] > s.it
		// before those that end after x could begin at the earliest, but behind those with a longer way to go
		after := g.first[m.Machine]
		before := g.none
		for after != g.none && nodes[after].e2 <= head {
			before, after = after, nodes[after].ms
		}
		for g.setup && before != g.none && nodes[before].t2 <= tail {
			before, after = nodes[before].mp, before // without set-ups any of these places would be as good
		}
		for {
			if k != wasMode || before != wasBefore || after != wasAfter {
				e, t := nodes[before].e2, nodes[after].t2
				if g.setup {
					if before != g.none {
						e += g.p.Setup[m.Machine][int(g.ops[before].op)*len(g.slot)+int(op)]
					}
					if after != g.none {
						t += g.p.Setup[m.Machine][int(op)*len(g.slot)+int(g.ops[after].op)]
					}
				}
				way := max(head, e) + m.Time + max(tail, t)
				c := insertion{value: max(way, rest), way: way, x: x, mode: k, before: before, after: after}
				if *count++; h.rnd.below(*count) == 0 {
					ties := alt.ties
					*alt = c
					alt.ties = ties
				}
				if !forbidden || c.value < best {
					top.offer(c, &h.rnd)
				}
			}
			if after == g.none || nodes[after].t2 <= tail && nodes[after].e2 > head {
				break
			}
			before, after = after, nodes[after].ms
		}
	}
	g.ops[x].mode, g.ops[x].mach = wasMode, g.p.Mode[wasMode].Machine
	g.link(x, wasBefore, wasAfter)
	s.restore(x)
}

// alone tells whether x has nowhere to go: one mode, and nothing else on that machine.
func (s *flexible) alone(x, op int32) bool {
	g := s.g
	nx := &g.nodes[x]
	return nx.mp == g.none && nx.ms == g.none && g.p.ModeAt[op+1]-g.p.ModeAt[op] == 1
}
