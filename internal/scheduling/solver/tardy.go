package solver

import "math"

// tardy anneals for the weighted tardiness: a move changes the sequence on a critical way of a late job, or the
// machine of an operation on it, and is evaluated exactly.
type tardy struct {
	g                *graph
	path             []int32
	undo             []was
	steps            int
	scale, hot, cold float64
	flexible         bool
}

type was struct{ x, e int32 }

func newTardy(p *Problem) *tardy {
	n := p.Ops()
	s := &tardy{g: newGraph(p), path: make([]int32, n), undo: make([]was, 0, n), steps: 1_000_000, hot: 3, cold: 0.4, flexible: p.flexible()}
	weight, time := 0.0, 0.0
	for _, w := range p.Weight {
		weight += float64(w)
	}
	for _, m := range p.Mode {
		time += float64(m.Time)
	}
	s.scale = max(1, weight/float64(max(1, p.Jobs()))*time/float64(max(1, len(p.Mode))))
	return s
}

func (s *tardy) improve(h *hunt, a *plan) {
	g := s.g
	g.load(a)
	g.heads(0)
	cost := g.tardiness()
	best := cost
	g.save(a, best)
	h.offer(a)
	hot, cold, steps := s.hot*s.scale, s.cold*s.scale, s.steps
	if h.warm {
		hot, steps = 0.4*hot, steps/2
	}
	if h.opt.Moves > 0 { // a small budget shall see the cold end as well
		steps = min(steps, max(100, int(h.limit/4)))
	}
	cool := math.Pow(cold/hot, 1/float64(steps/100))
	temp := hot
	for i := 0; i < steps && best > h.target && !h.spent(); i++ {
		if i%100 == 99 {
			temp *= cool
		}
		x := s.late(h)
		path := g.walk(s.path, x, &h.rnd)
		y := path[h.rnd.below(int32(len(path)))]
		ny := &g.nodes[y]
		before, after, mode := ny.mp, ny.ms, g.ops[y].mode
		toMode, toBefore, toAfter := mode, before, after
		op := g.ops[y].op
		if g.setup && h.rnd.next()&7 == 0 {
			// any operation before one that is late: two short set-ups may be less than a long one
			z := y
			if h.rnd.next()&7 == 0 {
				z = g.order[h.rnd.below(int32(len(g.order)))] // what stands in the way of such a move is on no late way itself
			}
			y = g.order[h.rnd.below(int32(len(g.order)))]
			ny, op = &g.nodes[y], g.ops[y].op
			before, after, mode = ny.mp, ny.ms, g.ops[y].mode
			toMode = g.p.ModeAt[op] + h.rnd.below(g.p.ModeAt[op+1]-g.p.ModeAt[op])
			if z == y || g.nodes[z].mp == y || g.p.Mode[toMode].Machine != g.ops[z].mach {
				continue
			}
			toBefore, toAfter = g.nodes[z].mp, z
		} else if toMode = s.anyMode(h, op, mode); toMode != mode && g.p.Mode[toMode].Machine != g.ops[y].mach {
			m := g.p.Mode[toMode].Machine
			toBefore, toAfter = g.none, g.first[m]
			ready := g.nodes[y-1].e
			for toAfter != g.none && g.nodes[toAfter].e <= ready {
				toBefore, toAfter = toAfter, g.nodes[toAfter].ms
			}
			for toAfter != g.none && h.rnd.next()&1 == 0 {
				toBefore, toAfter = toAfter, g.nodes[toAfter].ms
			}
		} else if toMode == mode {
			u := ny.mp
			if u == g.none || g.nodes[u].e+g.change(g.ops[y].mach, u, y) != ny.e-ny.d {
				continue // it waits for its job
			}
			if u == y-1 {
				continue
			}
			// a few places forward, as far as the job allows
			for h.rnd.below(10) < 3 {
				b := g.nodes[u].mp
				if b == g.none || g.nodes[b].e <= g.nodes[y-1].e || g.nodes[b].e != g.nodes[u].e-g.nodes[u].d {
					break
				}
				u = b
			}
			if u != ny.mp && h.rnd.next()&1 == 0 {
				// the first of the stretch behind y instead of y before it
				y, u = u, y
				ny = &g.nodes[y]
				before, after, mode = ny.mp, ny.ms, g.ops[y].mode
				toMode, toBefore, toAfter = mode, u, g.nodes[u].ms
			} else {
				toBefore, toAfter = g.nodes[u].mp, u
			}
		}
		sp := span{ny.pos, ny.pos}
		g.unlink(y)
		if !g.place(y, toMode, toBefore, toAfter, &sp) {
			g.place(y, mode, before, after, &sp)
			continue
		}
		s.retime(sp.lo)
		now := g.tardiness()
		if now > cost && float64(now-cost) > -temp*math.Log(1-h.rnd.unit()) {
			g.unlink(y)
			g.place(y, mode, before, after, &sp)
			for _, w := range s.undo {
				g.nodes[w.x].e = w.e
			}
			continue
		}
		cost = now
		if cost < best {
			best = cost
			g.save(a, best)
			h.offer(a)
		}
	}
}

// anyMode is mostly the mode as it is, sometimes any of the operation's.
func (s *tardy) anyMode(h *hunt, op, mode int32) int32 {
	if k := s.g.p.ModeAt[op+1] - s.g.p.ModeAt[op]; k > 1 && h.rnd.next()&3 == 0 {
		return s.g.p.ModeAt[op] + h.rnd.below(k)
	}
	return mode
}

// late is the last operation of a job that is late, each with the same chance.
func (s *tardy) late(h *hunt) int32 {
	g := s.g
	x, ties := g.ends[0], int32(0)
	for i, e := range g.ends {
		if j := g.job[i]; g.nodes[e].e > g.p.Due[j] && g.p.Weight[j] > 0 {
			if ties++; ties == 1 || h.rnd.below(ties) == 0 {
				x = e
			}
		}
	}
	return x
}

// retime computes the ends anew from a place in the order and remembers what they were.
func (s *tardy) retime(from int32) {
	g := s.g
	nodes := g.nodes
	s.undo = s.undo[:0]
	for _, x := range g.order[from:] {
		nd := &nodes[x]
		e := nodes[nd.mp].e
		if g.setup {
			e += g.change(g.ops[x].mach, nd.mp, x)
		}
		e = max(e, nodes[x-1].e) + nd.d
		if e != nd.e {
			s.undo = append(s.undo, was{x, nd.e})
			nd.e = e
		}
	}
}
