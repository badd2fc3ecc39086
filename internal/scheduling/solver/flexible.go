package solver

import "slices"

// flexible is a tabu search for the makespan where operations may choose their machine or set-ups depend on the
// order. A move takes a critical operation out and puts it where it fits best on any of its machines (Mastrolilli and
// Gambardella); heads and tails are those of the graph without it, so that the way through it is exact.
type flexible struct {
	g      *graph
	path   []int32
	tabu   []int32 // by mode: until when the operation may not come back to it
	seenE  []int32 // by slot: the mark under which e2 was computed
	seenT  []int32
	mark   int32
	cursor []int32 // by machine, a place to begin to look
	it     int32
	zero   bool // some operations take no time
	rounds int
	fixed  *jobshop // searches with the machines as they are; nil with set-ups
}

func newFlexible(p *Problem) *flexible {
	g := newGraph(p)
	n := p.Ops()
	s := &flexible{g: g, path: make([]int32, n), tabu: make([]int32, len(p.Mode)), seenE: make([]int32, len(g.nodes)), seenT: make([]int32, len(g.nodes)), rounds: 1000, cursor: make([]int32, p.Machines)}
	s.zero = slices.ContainsFunc(p.Mode, func(m Mode) bool { return m.Time == 0 })
	if p.Setup == nil {
		s.fixed = newJobshop(p)
		s.fixed.rounds = max(500, 10*n)
	}
	return s
}

type insertion struct {
	value         int32 // the longest way through the operation
	x, mode       int32
	before, after int32
	ties          int32
}

func (k *insertion) offer(c insertion, rnd *rng) {
	switch {
	case c.value < k.value:
		*k = c
		k.ties = 1
	case c.value == k.value:
		ties := k.ties + 1
		if rnd.below(ties) == 0 {
			*k = c
		}
		k.ties = ties
	}
}

func (s *flexible) improve(h *hunt, a *plan) {
	if s.fixed == nil {
		s.search(h, a)
		return
	}
	// where there is little choice the search for sequences alone is much quicker; the two take turns
	s.fixed.improve(h, a)
	for s.search(h, a); !h.over; s.search(h, a) {
		was := a.cost
		if s.fixed.improve(h, a); a.cost == was {
			return
		}
	}
}

// search replaces a by the best it finds from there on.
func (s *flexible) search(h *hunt, a *plan) {
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
	c := best
	for idle := 0; idle < s.rounds && int64(best) > h.target && !h.spent(); idle++ {
		s.it++
		path := g.critical(s.path, c, &h.rnd)
		top := insertion{value: 1 << 30}
		for m := range s.cursor {
			s.cursor[m] = g.none
		}
		if !g.setup || h.rnd.next()&7 != 0 || !s.between(h, path, &top) {
			for _, x := range path {
				s.consider(h, x, best, &top, nil)
			}
		}
		if top.ties == 0 {
			// everything is forbidden: any move of any operation on the way
			from := h.rnd.below(int32(len(path)))
			for i := range path {
				if s.consider(h, path[(int(from)+i)%len(path)], 0, nil, &top); top.ties > 0 {
					break
				}
			}
			if top.ties == 0 && g.setup {
				continue // another of the longest ways, or one off it, may be
			} else if top.ties == 0 {
				return // nothing on the critical path can be moved
			}
		}
		x := top.x
		was := g.ops[x].mode
		before, after := g.nodes[x].mp, g.nodes[x].ms
		k := int32(len(g.p.modes(g.ops[x].op)))
		long := int32(len(path))
		s.tabu[was] = s.it + long + k + h.rnd.below(long+2)
		sp := span{g.nodes[x].pos, g.nodes[x].pos}
		g.unlink(x)
		if !g.place(x, top.mode, top.before, top.after, &sp) {
			g.place(x, was, before, after, &sp)
		}
		g.heads(sp.lo)
		g.tails(sp.hi)
		if c = g.makespan(); c < best {
			best, idle = c, 0
			g.save(a, int64(best))
			h.offer(a)
		}
	}
}

// between takes any operation, one off the critical path too, to before one of the path: two short set-ups may be less
// than a long one. It is false where the one that chance chose has no place there.
func (s *flexible) between(h *hunt, path []int32, top *insertion) bool {
	g := s.g
	y := path[h.rnd.below(int32(len(path)))]
	if h.rnd.next()&7 == 0 {
		y = g.order[h.rnd.below(int32(len(g.order)))] // what stands in the way of such a move is on no critical path itself
	}
	x := g.order[h.rnd.below(int32(len(g.order)))]
	before, machine := g.nodes[y].mp, g.ops[y].mach
	if x == y || before == x {
		return false
	}
	for k := g.p.ModeAt[g.ops[x].op]; k < g.p.ModeAt[g.ops[x].op+1]; k++ {
		if g.p.Mode[k].Machine == machine {
			top.offer(insertion{x: x, mode: k, before: before, after: y}, &h.rnd)
		}
	}
	return top.ties > 0
}

// head is the earliest end of y in the graph without x, which is unlinked. Only what begins after x's end can differ,
// and only what is near x is ever asked for, so that it is computed when asked.
func (s *flexible) head(x, y int32) int32 {
	g := s.g
	nd := &g.nodes[y]
	if nx := &g.nodes[x]; y == x {
		return g.nodes[x-1].e
	} else if nd.e-nd.d < nx.e {
		return nd.e
	}
	if s.seenE[y] == s.mark {
		return nd.e2
	}
	e := max(s.head(x, y-1), s.head(x, nd.mp)+g.change(g.ops[y].mach, nd.mp, y))
	s.seenE[y] = s.mark
	nd.e2 = e + nd.d
	return nd.e2
}

// tail is the same for the way to the end: only what ends before x begins can differ.
func (s *flexible) tail(x, y int32) int32 {
	g := s.g
	nd := &g.nodes[y]
	if nx := &g.nodes[x]; y == x {
		return g.nodes[x+1].t
	} else if nd.t-nd.d < nx.t {
		return nd.t
	}
	if s.seenT[y] == s.mark {
		return nd.t2
	}
	t := max(s.tail(x, y+1), s.tail(x, nd.ms)+g.change(g.ops[y].mach, y, nd.ms))
	s.seenT[y] = s.mark
	nd.t2 = t + nd.d
	return nd.t2
}

// consider offers every place for x on each of its machines that surely closes no loop.
func (s *flexible) consider(h *hunt, x, best int32, top, alt *insertion) {
	g := s.g
	nodes := g.nodes
	nx := &nodes[x]
	wasBefore, wasAfter, wasMode := nx.mp, nx.ms, g.ops[x].mode
	op := g.ops[x].op
	if s.alone(x, op) {
		return
	}
	g.unlink(x)
	s.mark++
	head, tail := nodes[x-1].e, nodes[x+1].t
	// times do not tell that an operation of no time is behind x; the slots up to last are
	last := x
	for s.zero && g.ops[last+1].op >= 0 {
		last++
	}
	ends, way0 := nx.e, nx.t
	for k := g.p.ModeAt[op]; k < g.p.ModeAt[op+1]; k++ {
		m := g.p.Mode[k]
		forbidden := s.tabu[k] > s.it
		// before those that end after x could begin at the earliest, but behind those with a longer way to go
		// what was found for the operation before it on the way is near
		before, after := s.cursor[m.Machine], g.first[m.Machine]
		if before == x {
			before = nx.mp
		}
		for before != g.none && (nodes[before].e > head || s.zero) {
			before = nodes[before].mp
		}
		if before != g.none {
			after = nodes[before].ms
		}
		e, t := int32(0), int32(0)
		for after != g.none && nodes[after].e <= head && !(after > x && after <= last) {
			before, after = after, nodes[after].ms
		}
		s.cursor[m.Machine] = before
		if before != g.none {
			e = nodes[before].e
			if e-nodes[before].d >= ends {
				e = s.head(x, before)
			}
		}
		for after != g.none {
			nd := &nodes[after]
			if nd.e-nd.d < ends || after > x && after <= last {
				break // it ends after x could begin, and x has no part in that
			}
			f := s.head(x, after)
			if f > head {
				break
			}
			before, after, e = after, nd.ms, f
		}
		for g.setup && before != g.none && s.tail(x, before) <= tail {
			before, after = nodes[before].mp, before // without set-ups any of these places would be as good
			if e = 0; before != g.none {
				e = s.head(x, before)
			}
		}
		for {
			if t = 0; after != g.none {
				if t = nodes[after].t; t-nodes[after].d >= way0 {
					t = s.tail(x, after)
				}
			}
			if k != wasMode || before != wasBefore || after != wasAfter {
				way := max(head, e+g.change(m.Machine, before, x)) + m.Time + max(tail, t+g.change(m.Machine, x, after))
				if alt != nil {
					if alt.ties++; h.rnd.below(alt.ties) == 0 {
						alt.x, alt.mode, alt.before, alt.after = x, k, before, after
					}
				}
				if top != nil && way <= top.value && (!forbidden || way < best) {
					top.offer(insertion{value: way, x: x, mode: k, before: before, after: after}, &h.rnd)
				}
			}
			if after == g.none {
				break
			}
			f := nodes[after].e
			if f-nodes[after].d >= ends {
				f = s.head(x, after)
			}
			// without set-ups no place behind one with as long a way to go is better; with them one may be
			if (t < tail || t == tail && (!g.setup || s.zero || after == x+1)) && f > head || after > x && after <= last {
				break
			}
			before, after, e = after, nodes[after].ms, f
		}
	}
	g.ops[x].mode, g.ops[x].mach = wasMode, g.p.Mode[wasMode].Machine
	g.link(x, wasBefore, wasAfter)
}

// alone tells whether x has nowhere to go: one mode, and nothing else on that machine.
func (s *flexible) alone(x, op int32) bool {
	g := s.g
	nx := &g.nodes[x]
	return nx.mp == g.none && nx.ms == g.none && g.p.ModeAt[op+1]-g.p.ModeAt[op] == 1
}
