package finite

import (
	"cmp"
	"slices"
)

// Part of what makes a schedule good or bad; less of each is better.
type Part int

const (
	Tardiness  Part = iota // milliseconds after the due date, times the order's weight
	LateOrders             // orders that end after their due date
	Setup                  // milliseconds of set-up and changeover
	Makespan               // milliseconds from now to the end of everything
	Waiting                // milliseconds that orders lie between two operations
	Upset                  // milliseconds by which operations leave the place that they had (see Was), beyond the tolerance; a change of machine counts as MoveMS
	Later                  // milliseconds of tardiness that orders did not have (see Was), times the order's weight; of a new order all
	Moved                  // operations that leave the place that they had, beyond the tolerance
	Rush                   // the tardiness of rush orders alone
	parts
)

var partNames = [...]string{"tardiness", "late_orders", "setup", "makespan", "waiting", "upset", "later", "moved", "rush"}

func (p Part) String() string { return partNames[p] }

// PartOf is the part of a name.
func PartOf(name string) (Part, bool) {
	for i, n := range partNames {
		if n == name {
			return Part(i), true
		}
	}
	return 0, false
}

// Value of a schedule in its parts.
type Value [parts]int64

// Weighted is a part with what it counts beside the others of its level.
type Weighted struct {
	Part   Part
	Weight int64
}

// Goal is what a search looks for: the first level decides, the next only between equals. Within a level weights do.
type Goal [][]Weighted

// Sooner is for trying what more time, hours or parts would bring: deliver, then let nothing lie, then change little.
var Sooner = Goal{{{Tardiness, 1}}, {{Waiting, 1}}, {{Upset, 1}}, {{Setup, 1}}, {{Makespan, 1}}}

// OnTime is the goal of most factories: deliver, then change little, then change over little, then be done early.
var OnTime = Goal{{{Tardiness, 1}}, {{Upset, 1}}, {{Setup, 1}}, {{Makespan, 1}}, {{Waiting, 1}}}

// Calm is the goal of a repair: rush orders are on time, nobody else becomes later than people know, and little moves;
// only then is anything made better than it was. So that it does not take turning everything round to save somebody a
// minute, an operation that moves counts as four hours of an order of weight 1.
var Calm = Goal{{{Rush, 1}}, {{Later, 1}, {Moved, 4 * 3600_000}}, {{Upset, 1}}, {{Tardiness, 1}}, {{Setup, 1}}, {{Makespan, 1}}, {{Waiting, 1}}}

// rush says whether an order is one.
func (o *Order) rush() bool { return o.Weight >= 100 }

// level of a goal, added up.
func (g Goal) level(n int, v *Value) (sum int64) {
	for _, w := range g[n] {
		sum += w.Weight * v[w.Part]
	}
	return sum
}

// calm says whether the first level counts what leaves its place.
func (g Goal) calm() bool {
	return len(g) > 0 && slices.ContainsFunc(g[0], func(w Weighted) bool { return w.Part >= Upset })
}

// Less says whether a schedule of value a is better than one of value b.
func (g Goal) Less(a, b Value) bool { return g.compare(&a, &b) < 0 }

func (g Goal) compare(a, b *Value) int {
	for n := range g {
		if c := cmp.Compare(g.level(n, a), g.level(n, b)); c != 0 {
			return c
		}
	}
	return 0
}

// Was is the place that an operation had in the schedule that people know.
type Was struct {
	StartMS int64
	Machine string
	EndMS   int64 // 0: what its work takes from StartMS on
}

// Reference is what Upset compares with.
type Reference struct {
	ToleranceMS int64 // so much nobody minds
	MoveMS      int64 // what a change of machine counts
	start       []int64
	machine     []int32 // -1: it had no place
	late        []int64 // by order, its tardiness
}

// weight of an order in Tardiness.
func (o *Order) weight() int64 {
	if o.Weight > 0 {
		return o.Weight
	}
	return int64(max(1, 6-o.priority()))
}

// value of what is decoded. Operations that found no place make it worse than any that did.
func (d *decoder) value(ref *Reference) (v Value) {
	for o := range d.p.Orders {
		x := d.share(int32(o), ref)
		v.add(&x)
	}
	return v
}

// share of an order in the value.
func (d *decoder) share(o int32, ref *Reference) (v Value) {
	s := d.Shop
	end, before, own := int64(0), int64(0), int64(0) // own: when the parts of an operation are done
	for i := s.first[o]; i < s.first[o+1]; i++ {
		sl := &d.slots[i]
		if sl.mode < 0 {
			if s.ops[i].state != Done {
				v[Tardiness] += horizon / 1000
				v[Later] += horizon / 1000
			}
			continue
		}
		v[Setup] += sl.setup
		if !s.ops[i].sibling {
			before, own = own, 0
		}
		if before > 0 && sl.start > before {
			v[Waiting] += sl.start - before
		}
		own = max(own, sl.end)
		end = max(end, sl.end)
		if ref != nil && ref.machine[i] >= 0 {
			by, away := abs(sl.start-ref.start[i])-ref.ToleranceMS, s.modes[sl.mode].machine != ref.machine[i]
			if by > 0 {
				v[Upset] += by
			}
			if away {
				v[Upset] += ref.MoveMS
			}
			if by > 0 || away {
				v[Moved]++
			}
		}
	}
	v[Makespan] = max(0, end-s.p.NowMS)
	if due := s.p.Orders[o].DueMS; due != 0 && end > due {
		v[LateOrders]++
		v[Tardiness] += (end - due) * s.p.Orders[o].weight()
		if s.p.Orders[o].rush() {
			v[Rush] += v[Tardiness]
		}
		if ref != nil {
			v[Later] += max(0, end-due-ref.late[o]) * s.p.Orders[o].weight()
		}
	}
	return v
}

// add puts the share of an order to that of others.
func (v *Value) add(x *Value) {
	for p := range v {
		if Part(p) == Makespan {
			v[p] = max(v[p], x[p])
		} else {
			v[p] += x[p]
		}
	}
}

// Value says how good a sequence is; ref may be nil.
func (s *Shop) Value(q *Sequence, ref *Reference) Value { return s.Valuer(ref)(q) }

// Valuer is Value for many sequences one after the other.
func (s *Shop) Valuer(ref *Reference) func(*Sequence) Value {
	d := s.decoder()
	return func(q *Sequence) Value {
		d.decode(q)
		return d.value(ref)
	}
}

// Bound is a value that no schedule can be below, in each part for itself: of the makespan, the longest order if it had
// the shop for itself; of tardiness and late orders, what each order would have then. The other parts have none.
func (s *Shop) Bound() (v Value) {
	d := s.decoder()
	done := make([]int64, len(s.p.Orders)) // memory of end
	for o := range done {
		done[o] = -1
	}
	var end func(o int32) int64
	end = func(o int32) int64 {
		if done[o] >= 0 {
			return done[o]
		}
		at := s.p.NowMS
		children := at
		for _, c := range s.p.Orders[o].After {
			children = max(children, end(int32(c)))
		}
		last, begin := s.p.NowMS, at // begin: when the parts of an operation may
		for i := s.first[o]; i < s.first[o+1]; i++ {
			x := &s.ops[i]
			if !x.sibling {
				begin, at = at, s.p.NowMS // what follows one that is fixed or done does not ask for what is before it
			}
			switch {
			case x.state == Done:
				continue
			case x.state != Free:
				if d.slots[i].mode >= 0 {
					last = max(last, d.slots[i].end)
				}
				continue
			}
			from, best, next := max(begin, x.release), never, never
			if i >= d.orders[o].uses {
				from = max(from, children)
			}
			for k := s.about[i].from; k < s.about[i].to; k++ {
				m := &s.modes[k]
				if m.hours == nil {
					e := s.outside(i, m, from)
					best, next = min(best, e), min(next, e)
					continue
				}
				e := m.hours.add(from, m.run)
				best = min(best, e)
				if m.toFirst >= 0 {
					e = min(e, m.hours.add(from, m.toFirst))
				}
				next = min(next, e)
			}
			if best >= never {
				break // it has no place in any schedule
			}
			if x.joins {
				best, next = from, from // it may join a batch that has long begun
			}
			last, at = max(last, best), max(at, next)
		}
		done[o] = last
		return last
	}
	for o := range s.p.Orders {
		e := end(int32(o))
		if !slices.ContainsFunc(s.p.Orders[o].Ops, func(x Op) bool { return x.State != Done }) {
			continue
		}
		v[Makespan] = max(v[Makespan], e-s.p.NowMS)
		if due := s.p.Orders[o].DueMS; due != 0 && e > due {
			v[LateOrders]++
			v[Tardiness] += (e - due) * s.p.Orders[o].weight()
		}
	}
	return v
}
