package solver

import "math/bits"

// jobshop is a tabu search for the makespan where each operation stays on its machine and there are no set-ups. A move
// takes an operation of a critical block to the block's beginning or end, or the first or last one into the block
// (N7); heads and tails of what lies between tell what it would bring (Balas and Vazacopoulos).
type jobshop struct {
	g      *graph
	path   []int32
	head   []int32 // scratch of the estimates
	tabu   []int32 // by pair of operations of a machine: until when the first may not come back before the second
	mask   uint32
	row    []uint32 // by slot, its row in tabu
	rank   []uint32 // by slot, its column
	place  []uint32 // by mode, its number among those of its machine
	may    []uint32 // by machine, how many modes it has
	base   []uint32 // by machine, where its table begins
	it     int32
	tenure int32
	rounds int
}

func newJobshop(p *Problem) *jobshop {
	g := newGraph(p)
	n := p.Ops()
	s := &jobshop{g: g, path: make([]int32, n), head: make([]int32, n), row: make([]uint32, len(g.nodes)), rank: make([]uint32, len(g.nodes)),
		place: make([]uint32, len(p.Mode)), base: make([]uint32, p.Machines), may: make([]uint32, p.Machines),
		tenure: int32(10 + p.Jobs()/p.Machines), rounds: 12_500}
	for k, m := range p.Mode {
		s.place[k] = s.may[m.Machine]
		s.may[m.Machine]++
	}
	all := uint64(0)
	for m, k := range s.may {
		s.base[m] = uint32(all)
		all += uint64(k) * uint64(k)
	}
	// in a very large problem pairs share a cell, and some more is forbidden than need be
	size := uint64(1) << bits.Len64(min(all, 1<<22))
	s.tabu, s.mask = make([]int32, size), uint32(size-1)
	return s
}

func (s *jobshop) improve(h *hunt, a *plan) {
	g := s.g
	g.load(a)
	for _, x := range g.order {
		mode, m := g.ops[x].mode, g.ops[x].mach
		s.rank[x] = s.place[mode]
		s.row[x] = s.base[m] + s.place[mode]*s.may[m]
	}
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
	s.it += 1000 // what was forbidden is forgotten
	c := best
	for idle := 0; idle < s.rounds && int64(best) > h.target && !h.spent(); idle++ {
		s.it++
		u, after, ok := s.choose(h, c, best)
		if !ok {
			return // nothing on the critical path can be moved: the schedule is optimal
		}
		nd := &g.nodes[u]
		wasBefore, wasAfter, mode := nd.mp, nd.ms, g.ops[u].mode
		before := g.none
		sp := span{nd.pos, nd.pos}
		if after == wasAfter || after == g.none || g.nodes[after].pos > nd.pos {
			before = g.last[g.ops[u].mach]
			if after != g.none {
				before = g.nodes[after].mp
			}
			s.forbidForward(h, u, before)
		} else {
			before = g.nodes[after].mp
			s.forbidBackward(h, u, after)
		}
		g.unlink(u)
		if !g.place(u, mode, before, after, &sp) {
			g.place(u, mode, wasBefore, wasAfter, &sp)
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

// forbidForward forbids u, which moves behind v, to come back before any that it passes.
func (s *jobshop) forbidForward(h *hunt, u, v int32) {
	until := s.it + s.tenure + h.rnd.below(s.tenure/2+1)
	for x := s.g.nodes[u].ms; ; x = s.g.nodes[x].ms {
		s.tabu[(s.row[u]+s.rank[x])&s.mask] = until
		if x == v {
			return
		}
	}
}

// forbidBackward forbids v, which moves before u, to go back behind any that it passes.
func (s *jobshop) forbidBackward(h *hunt, v, u int32) {
	until := s.it + s.tenure + h.rnd.below(s.tenure/2+1)
	for x := s.g.nodes[v].mp; ; x = s.g.nodes[x].mp {
		s.tabu[(s.row[x]+s.rank[v])&s.mask] = until
		if x == u {
			return
		}
	}
}

// critical walks one longest way, by chance where there are several, and returns its operations in order.
func (g *graph) critical(path []int32, c int32, rnd *rng) []int32 {
	x, ties := int32(-1), int32(0)
	for _, e := range g.ends {
		if g.nodes[e].e == c {
			if ties++; ties == 1 || rnd.below(ties) == 0 {
				x = e
			}
		}
	}
	return g.walk(path, x, rnd)
}

// walk fills path from its end with what x waits for, and returns that part.
func (g *graph) walk(path []int32, x int32, rnd *rng) []int32 {
	at := len(path)
	for {
		at--
		path[at] = x
		nd := &g.nodes[x]
		start := nd.e - nd.d
		byMachine := nd.mp != g.none && g.nodes[nd.mp].e+g.change(g.ops[x].mach, nd.mp, x) == start
		byJob := g.ops[x-1].op >= 0 && g.nodes[x-1].e == start
		switch {
		case byMachine && byJob:
			if rnd.next()&1 == 0 {
				x = nd.mp
			} else {
				x--
			}
		case byMachine:
			x = nd.mp
		case byJob:
			x--
		default:
			return path[at:]
		}
		if at == 0 {
			return path // only operations that take no time can lead in a circle of waits
		}
	}
}

type pick struct {
	value int32
	u     int32
	after int32
	ties  int32
}

func (k *pick) offer(value, u, after int32, rnd *rng) {
	switch {
	case value < k.value:
		*k = pick{value, u, after, 1}
	case value == k.value:
		if k.ties++; rnd.below(k.ties) == 0 {
			k.u, k.after = u, after
		}
	}
}

// choose is the best move that is not forbidden or is better than everything known; any if all are forbidden.
func (s *jobshop) choose(h *hunt, c, best int32) (int32, int32, bool) {
	g := s.g
	path := g.critical(s.path, c, &h.rnd)
	top := pick{value: 1 << 30}
	anyU, anyAfter, count := int32(0), int32(0), int32(0)
	try := func(block []int32, forward bool) {
		var value int32
		var forbidden bool
		var u, after int32
		if forward {
			u, after = block[0], g.nodes[block[len(block)-1]].ms
			if last := block[len(block)-1]; last == u+1 || g.nodes[last].t < g.nodes[u+1].t {
				return
			}
			value, forbidden = s.forward(block)
		} else {
			u, after = block[len(block)-1], block[0]
			if block[0] == u-1 || g.nodes[block[0]].e < g.nodes[u-1].e {
				return
			}
			value, forbidden = s.backward(block)
		}
		if count++; h.rnd.below(count) == 0 {
			anyU, anyAfter = u, after
		}
		if forbidden && value >= best {
			return
		}
		top.offer(value, u, after, &h.rnd)
	}
	for i := 0; i < len(path); {
		j := i
		for j+1 < len(path) && g.nodes[path[j]].ms == path[j+1] {
			j++
		}
		b := path[i : j+1]
		k := len(b) - 1
		// before the first block nothing is to be gained, unless its job was only released then; nor behind the last one
		start, end := i == 0 && g.nodes[b[0]].e == g.nodes[b[0]].d, j == len(path)-1
		i = j + 1
		if k == 0 {
			continue
		}
		if k == 1 {
			if !start || !end {
				try(b, true)
			}
			continue
		}
		if !end || start && end {
			for f := range k {
				try(b[f:], true) // to the end
			}
			if !start {
				for f := 1; f < k; f++ {
					try(b[:f+1], true) // the first one inside
				}
			}
		}
		if !start {
			for f := 1; f <= k; f++ {
				if f == 1 && !end && k > 1 {
					continue // the same swap as above
				}
				try(b[:f+1], false) // to the beginning
			}
			if !end {
				for f := 1; f < k-1; f++ {
					try(b[f:], false) // the last one inside
				}
			}
		}
	}
	if count == 0 {
		return 0, 0, false
	}
	if top.ties == 0 {
		return anyU, anyAfter, true
	}
	return top.u, top.after, true
}

// forward estimates the longest way through what changes when block[0] moves behind the block.
func (s *jobshop) forward(block []int32) (int32, bool) {
	nodes := s.g.nodes
	k := len(block) - 1
	head := s.head[:k+1]
	u, v := block[0], block[k]
	nu := &nodes[u]
	prev := nodes[nu.mp].e
	forbidden := false
	rank := s.rank[u]
	for i, x := range block[1:] {
		start := max(nodes[x-1].e, prev)
		head[i] = start
		prev = start + nodes[x].d
		forbidden = forbidden || s.tabu[(s.row[x]+rank)&s.mask] > s.it
	}
	next := nu.d + max(nodes[u+1].t, nodes[nodes[v].ms].t)
	value := max(nodes[u-1].e, prev) + next
	for i := k; i >= 1; i-- {
		x := block[i]
		next = nodes[x].d + max(nodes[x+1].t, next)
		value = max(value, head[i-1]+next)
	}
	return value, forbidden
}

// backward does so when the last of the block moves before it.
func (s *jobshop) backward(block []int32) (int32, bool) {
	nodes := s.g.nodes
	k := len(block) - 1
	head := s.head[:k+1]
	u, v := block[0], block[k]
	nv := &nodes[v]
	first := max(nodes[v-1].e, nodes[nodes[u].mp].e)
	prev := first + nv.d
	forbidden := false
	row := s.row[v]
	for i, x := range block[:k] {
		start := max(nodes[x-1].e, prev)
		head[i] = start
		prev = start + nodes[x].d
		forbidden = forbidden || s.tabu[(row+s.rank[x])&s.mask] > s.it
	}
	next := nodes[nv.ms].t
	value := int32(0)
	for i := k - 1; i >= 0; i-- {
		x := block[i]
		next = nodes[x].d + max(nodes[x+1].t, next)
		value = max(value, head[i]+next)
	}
	return max(value, first+nv.d+max(nodes[v+1].t, next)), forbidden
}
