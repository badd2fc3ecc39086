package solver

// graph is the disjunctive graph of one solution. Operations live in slots: each job's lie side by side, with an empty
// slot before and behind, so that the neighbours in the job are the slots x-1 and x+1 and no loop asks whether there
// are any. The empty slot before a job ends at the job's release. The last slot stands for "none" in the sequences of
// the machines.
type graph struct {
	p     *Problem
	nodes []node
	ops   []info  // by slot, what the inner loops do not need
	slot  []int32 // by operation
	none  int32
	first []int32 // by machine, the slot it begins with
	last  []int32 // by machine
	order []int32 // all slots with operations, each behind those it waits for
	ends  []int32 // the last slot of each job with operations
	job   []int32 // of ends
	setup bool
	seen  []int32 // by slot, marks of addArc
	mark  int32
	aside []int32 // scratch of addArc
}

type node struct {
	mp, ms int32 // before and after on the machine
	d      int32 // duration
	e      int32 // earliest end
	t      int32 // longest way from its start to the end of everything
	pos    int32 // in order
	e2, t2 int32 // the same two without the operation that is being moved
}

type info struct {
	op, job, mode, mach int32
}

func newGraph(p *Problem) *graph {
	n, jobs := p.Ops(), p.Jobs()
	g := &graph{p: p, nodes: make([]node, n+jobs+2), ops: make([]info, n+jobs+2), slot: make([]int32, n), none: int32(n + jobs + 1),
		first: make([]int32, p.Machines), last: make([]int32, p.Machines), order: make([]int32, n),
		seen: make([]int32, n+jobs+2), aside: make([]int32, 0, n), setup: p.Setup != nil}
	for x := range g.ops {
		g.ops[x] = info{-1, -1, -1, -1}
		g.nodes[x].mp, g.nodes[x].ms = g.none, g.none
		g.nodes[x].d = 1 << 30 // of the empty slots: they begin before anything and so wait for nothing
	}
	for j := range jobs {
		at := p.JobOp[j] + int32(j)
		g.nodes[at].e, g.nodes[at].e2 = p.Release[j], p.Release[j]
		for o := p.JobOp[j]; o < p.JobOp[j+1]; o++ {
			at++
			g.slot[o] = at
			g.ops[at] = info{op: o, job: int32(j)}
		}
		if p.JobOp[j] < p.JobOp[j+1] {
			g.ends, g.job = append(g.ends, at), append(g.job, int32(j))
		}
	}
	return g
}

// load takes over a plan.
func (g *graph) load(a *plan) {
	for m := range g.first {
		g.first[m], g.last[m] = g.none, g.none
	}
	for i, o := range a.order {
		x := g.slot[o]
		g.order[i] = x
		mode := g.p.Mode[a.mode[o]]
		nd := &g.nodes[x]
		g.ops[x].mode, g.ops[x].mach = a.mode[o], mode.Machine
		nd.d, nd.pos, nd.ms = mode.Time, int32(i), g.none
		nd.mp = g.last[mode.Machine]
		if nd.mp == g.none {
			g.first[mode.Machine] = x
		} else {
			g.nodes[nd.mp].ms = x
		}
		g.last[mode.Machine] = x
	}
}

// save writes the solution down; the graph's times must be right.
func (g *graph) save(a *plan, cost int64) {
	for i, x := range g.order {
		o := g.ops[x].op
		a.order[i] = o
		a.mode[o] = g.ops[x].mode
		a.start[o] = g.nodes[x].e - g.nodes[x].d
		a.prev[o] = g.ops[g.nodes[x].mp].op
	}
	a.cost = cost
}

// change is the set-up between two slots on a machine.
func (g *graph) change(m, a, b int32) int32 {
	if !g.setup || a == g.none || b == g.none {
		return 0
	}
	return g.p.Setup[m][int(g.ops[a].op)*len(g.slot)+int(g.ops[b].op)]
}

// heads computes the earliest ends of everything from a place in the order on.
func (g *graph) heads(from int32) {
	nodes := g.nodes
	if g.setup {
		for _, x := range g.order[from:] {
			nd := &nodes[x]
			nd.e = max(nodes[x-1].e, nodes[nd.mp].e+g.change(g.ops[x].mach, nd.mp, x)) + nd.d
		}
		return
	}
	for _, x := range g.order[from:] {
		nd := &nodes[x]
		nd.e = max(nodes[x-1].e, nodes[nd.mp].e) + nd.d
	}
}

// tails computes the ways to the end of everything up to a place in the order.
func (g *graph) tails(to int32) {
	nodes := g.nodes
	if g.setup {
		for i := to; i >= 0; i-- {
			x := g.order[i]
			nd := &nodes[x]
			nd.t = max(nodes[x+1].t, nodes[nd.ms].t+g.change(g.ops[x].mach, x, nd.ms)) + nd.d
		}
		return
	}
	order := g.order[:to+1]
	for i := len(order) - 1; i >= 0; i-- {
		x := order[i]
		nd := &nodes[x]
		nd.t = max(nodes[x+1].t, nodes[nd.ms].t) + nd.d
	}
}

func (g *graph) makespan() int32 {
	c := int32(0)
	for _, x := range g.ends {
		c = max(c, g.nodes[x].e)
	}
	return c
}

func (g *graph) tardiness() int64 {
	sum := int64(0)
	for i, x := range g.ends {
		j := g.job[i]
		if late := int64(g.nodes[x].e) - int64(g.p.Due[j]); late > 0 {
			sum += late * int64(g.p.Weight[j])
		}
	}
	return sum
}

// unlink takes x out of its machine's sequence; its own links stay, so that link puts it back.
func (g *graph) unlink(x int32) {
	nd := &g.nodes[x]
	m := g.ops[x].mach
	if nd.mp == g.none {
		g.first[m] = nd.ms
	} else {
		g.nodes[nd.mp].ms = nd.ms
	}
	if nd.ms == g.none {
		g.last[m] = nd.mp
	} else {
		g.nodes[nd.ms].mp = nd.mp
	}
}

// link puts x on its machine between two neighbours.
func (g *graph) link(x, before, after int32) {
	nd := &g.nodes[x]
	m := g.ops[x].mach
	nd.mp, nd.ms = before, after
	if before == g.none {
		g.first[m] = x
	} else {
		g.nodes[before].ms = x
	}
	if after == g.none {
		g.last[m] = x
	} else {
		g.nodes[after].mp = x
	}
}

// span is the part of the order that a move has touched.
type span struct{ lo, hi int32 }

func (s *span) add(lo, hi int32) { s.lo, s.hi = min(s.lo, lo), max(s.hi, hi) }

// place puts x, which is in no sequence, into the one of the mode's machine between two neighbours and mends the order.
// Where that would close a loop it says so and leaves the order sound for the graph without x on a machine.
func (g *graph) place(x, mode, before, after int32, s *span) bool {
	m := g.p.Mode[mode]
	g.ops[x].mode, g.ops[x].mach = mode, m.Machine
	nd := &g.nodes[x]
	nd.d = m.Time
	s.add(nd.pos, nd.pos)
	if before != g.none {
		nd.mp, nd.ms = g.none, g.none // only the job's arcs lead away from x as yet
		if !g.behind(before, x, s) {
			return false
		}
	}
	g.link(x, before, after)
	if after != g.none {
		// the neighbour's arc to x is there, that from x not yet for the purpose of the order
		if !g.behind(x, after, s) {
			g.unlink(x)
			return false
		}
	}
	return true
}

// behind mends the order so that b stands behind a: what waits for b inside the stretch moves behind a. It is false,
// and the order unchanged, if a waits for b. Arcs into b that the links do not show yet do no harm.
func (g *graph) behind(a, b int32, s *span) bool {
	nodes, order := g.nodes, g.order
	lo, hi := nodes[b].pos, nodes[a].pos
	if hi < lo {
		return true
	}
	g.mark++
	mark, seen := g.mark, g.seen
	seen[b] = mark
	aside := append(g.aside[:0], b)
	for i := lo + 1; i <= hi; i++ {
		x := order[i]
		if seen[x-1] == mark || seen[nodes[x].mp] == mark {
			if x == a {
				return false
			}
			seen[x] = mark
			aside = append(aside, x)
		}
	}
	w := lo
	for i := lo; i <= hi; i++ {
		x := order[i]
		if seen[x] != mark {
			order[w] = x
			nodes[x].pos = w
			w++
		}
	}
	for _, x := range aside {
		order[w] = x
		nodes[x].pos = w
		w++
	}
	s.add(lo, hi)
	return true
}
