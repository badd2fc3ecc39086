package finite

import (
	"cmp"
	"slices"
)

// squeeze makes the sequence of a repair in which nearly everything stays where it was. What can stay, stays, as if it
// were fixed. What is new, or cannot stay, is put one after the other into the gaps between; or before something that
// can rather wait and is then put into a gap itself. What comes behind it in its order moves only where it must.
//
// Rush orders take what makes them on time if nothing else is in their way, or with hurry everything as early as it can
// be had. It is nil where so much cannot stay that there is no point. Whatever it gives is feasible, as any sequence is.
func (s *Shop) squeeze(q *Sequence, fresh []int32, ref *Reference, hurry bool) *Sequence {
	z := &squeezer{decoder: s.decoder(), ref: ref, hurry: hurry, mode: q.mode, depth: make([]int8, len(s.ops)), times: make([]int8, len(s.ops)), level: make([]int32, len(s.p.Orders)), gaps: map[int32]*roundGap{}}
	z.stay(q)
	if len(z.homeless)+len(fresh) > most {
		return nil
	}
	z.homeless = append(z.homeless, fresh...)
	for o := range z.level {
		z.level[o] = -1
	}
	for len(z.homeless) > 0 {
		z.house(z.pick())
	}
	return z.sequence(q)
}

const (
	most    = 2000 // operations that are put anew one by one
	places  = 8    // places on a machine, one behind the other, that are tried
	victims = 3    // operations that one may take the place of
	deep    = 2    // so often what has lost its place may take another's
	again   = 3    // so often one operation is put anew
)

type squeezer struct {
	*decoder
	ref      *Reference
	hurry    bool
	mode     []int32
	homeless []int32
	depth    []int8  // of an operation that has lost its place, how many came before it
	times    []int8  // how often it was put anew
	anew     []int32 // what was put anew
	round    int32
	gaps     map[int32]*roundGap
	torn     []int32 // machines of which something was taken away
	level    []int32 // of an order, how many stand below it; -1: not known
}

type roundGap struct {
	option
	round int32
}

// stay places everything that can be where it was, and turns that into reservations.
func (z *squeezer) stay(q *Sequence) {
	z.hold = q.hold
	for _, i := range q.order {
		var f fitted
		k := q.mode[i]
		o := z.ops[i].order
		if z.ref.late[o] > 0 && z.p.Orders[o].rush() { // it looks for a better place
			k = -1
		}
		if k >= 0 {
			z.fit(i, k, z.p.NowMS, 0, &f)
		}
		if k < 0 || f.end >= never || f.start > z.ref.start[i]+z.ref.ToleranceMS {
			z.homeless = append(z.homeless, i)
			continue
		}
		z.place(i, k, &f)
	}
	z.hold = nil
	copy(z.tracks, z.begin.tracks)
	for _, lists := range []*[][]reservation{&z.onMachine, &z.onPiece, &z.onWorker} {
		*lists = slices.Clone(*lists)
		for k := range *lists {
			(*lists)[k] = slices.Clone((*lists)[k])
		}
	}
	for _, i := range z.placed {
		z.reserve(i)
	}
	for _, i := range z.placed { // what was placed before what it waits for
		if z.slots[i].mode >= 0 {
			z.behind(i, 0)
		}
	}
	for m := range z.onMachine {
		z.torn = append(z.torn, int32(m))
	}
	z.mend(0)
}

// reserve keeps the place of an operation free of others.
func (z *squeezer) reserve(i int32) {
	sl := &z.slots[i]
	m := &z.modes[sl.mode]
	if m.hours == nil || z.shares(i) {
		return
	}
	put := func(list *[]reservation) {
		r := reservation{sl.start, sl.end, sl.setup - z.ops[i].setup, m.class, i}
		at, _ := slices.BinarySearchFunc(*list, r, func(a, b reservation) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
		*list = slices.Insert(*list, at, r)
	}
	put(&z.onMachine[m.machine])
	if sl.piece >= 0 {
		put(&z.onPiece[sl.piece])
	}
	if sl.worker >= 0 {
		put(&z.onWorker[sl.worker])
	}
}

// evict takes an operation out of its place.
func (z *squeezer) evict(i int32, depth int8) {
	sl := &z.slots[i]
	m := z.modes[sl.mode].machine
	drop := func(list *[]reservation) {
		*list = slices.DeleteFunc(*list, func(r reservation) bool { return r.op == i })
	}
	drop(&z.onMachine[m])
	if sl.piece >= 0 {
		drop(&z.onPiece[sl.piece])
	}
	if sl.worker >= 0 {
		drop(&z.onWorker[sl.worker])
	}
	if !slices.Contains(z.torn, m) {
		z.torn = append(z.torn, m)
	}
	*sl = slot{mode: -1, worker: -1, piece: -1, by: -1}
	z.depth[i] = depth
	z.homeless = append(z.homeless, i)
}

// movable says whether an operation may lose its place.
func (z *squeezer) movable(i int32) bool {
	return z.ops[i].state == Free && !z.ops[i].joins && z.times[i] < again
}

// pick takes the operation that is to be put next: children before parents, urgent orders first.
func (z *squeezer) pick() int32 {
	best := 0
	for n := range z.homeless {
		if z.before(z.homeless[n], z.homeless[best]) {
			best = n
		}
	}
	i := z.homeless[best]
	z.homeless = slices.Delete(z.homeless, best, best+1)
	return i
}

func (z *squeezer) before(i, j int32) bool {
	a, b := z.ops[i].order, z.ops[j].order
	if a == b {
		return i < j
	}
	return cmp.Or(cmp.Compare(z.levelOf(a), z.levelOf(b)), cmp.Compare(z.p.Orders[b].weight(), z.p.Orders[a].weight()), cmp.Compare(z.p.Orders[a].due(), z.p.Orders[b].due()), cmp.Compare(a, b)) < 0
}

func (z *squeezer) levelOf(o int32) int32 {
	if z.level[o] < 0 {
		n := int32(0)
		for _, c := range z.p.Orders[o].After {
			n = max(n, z.levelOf(int32(c))+1)
		}
		z.level[o] = n
	}
	return z.level[o]
}

// option is a place for an operation and what it costs.
type option struct {
	f       fitted
	mode    int32
	rush    int64 // tardiness of rush orders
	late    int64 // tardiness that orders did not have
	moved   int
	victims []int32
}

func (a *option) better(b *option) bool {
	return cmp.Or(cmp.Compare(a.rush, b.rush), cmp.Compare(a.cost(), b.cost()), cmp.Compare(a.f.end, b.f.end)) < 0
}

// cost is the second level of Calm.
func (a *option) cost() int64 { return a.late + int64(a.moved)*Calm[1][1].Weight }

// cost adds what it costs that an operation ends at a moment.
func (z *squeezer) cost(a *option, i, k int32, end int64) {
	late := z.later(i, k, end)
	if z.p.Orders[z.ops[i].order].rush() {
		a.rush += late
	}
	a.late += late
}

// house puts an operation at the best place that there is for it.
func (z *squeezer) house(i int32) {
	x := &z.ops[i]
	if z.times[i]++; z.times[i] == 1 {
		z.anew = append(z.anew, i)
	}
	z.round++
	z.childrenEnd(x.order)
	best := z.gap(i)
	if best.late > 0 && z.depth[i] < deep && !x.joins {
		for k := z.about[i].from; k < z.about[i].to; k++ {
			if z.modes[k].hours != nil {
				z.cutIn(i, k, &best)
			}
		}
	}
	if best.mode < 0 {
		return // there is none, ever
	}
	for _, v := range best.victims {
		z.evict(v, z.depth[i]+1)
	}
	z.slots[i] = slot{start: best.f.start, end: best.f.end, setup: best.f.setup, mode: best.mode, worker: best.f.worker, piece: best.f.piece, by: best.f.by, why: best.f.why}
	z.reserve(i)
	z.behind(i, z.depth[i])
	z.mend(z.depth[i])
}

// mend sees to it that on machines of which something was taken away each operation has the changeover that it needs
// behind what is before it now: it gets longer where there is room, else it loses its place too.
func (z *squeezer) mend(depth int8) {
	for len(z.torn) > 0 {
		m := z.torn[len(z.torn)-1]
		z.torn = z.torn[:len(z.torn)-1]
		c := &z.centers[z.Shop.machines[m].center]
		for n := 0; n < len(z.onMachine[m]); n++ {
			class := z.Shop.machines[m].class
			if n > 0 {
				class = z.onMachine[m][n-1].class
			}
			r := z.onMachine[m][n]
			need := c.changeover(class, r.class)
			switch {
			case need <= r.change:
			case z.movable(r.op) && z.grow(m, n, need):
				z.behind(r.op, depth)
				n = -1 // that may have changed the list
			case z.movable(r.op):
				z.evict(r.op, depth)
				n = -1
			case n > 0 && z.movable(z.onMachine[m][n-1].op):
				z.evict(z.onMachine[m][n-1].op, depth)
				n = -1
			}
		}
	}
}

// grow gives an operation a longer changeover, where nothing is in the way.
func (z *squeezer) grow(m int32, n int, change int64) bool {
	r := &z.onMachine[m][n]
	sl := &z.slots[r.op]
	if sl.piece >= 0 || sl.worker >= 0 {
		return false
	}
	setup := z.ops[r.op].setup + change
	end := z.modes[sl.mode].hours.add(sl.start, setup+z.modes[sl.mode].run)
	if end >= never || n+1 < len(z.onMachine[m]) && z.onMachine[m][n+1].from < end {
		return false
	}
	sl.setup, sl.end = setup, max(end, sl.end)
	r.to, r.change = sl.end, change
	return true
}

// behind evicts what waits for an operation and can no longer stay.
func (z *squeezer) behind(i int32, depth int8) {
	x := &z.ops[i]
	for j, to := z.Shop.next(i); j < to; j++ {
		if z.slots[j].mode >= 0 && z.movable(j) && z.tooEarly(j) {
			z.evict(j, depth)
		}
	}
	for _, p := range z.parents[x.order] {
		for j := z.orders[p].uses; j < z.first[p+1]; j++ {
			if z.slots[j].mode >= 0 && z.slots[j].start < z.slots[i].end && z.movable(j) {
				z.evict(j, depth)
			}
		}
	}
}

// childrenEnd finds out when what an order waits for is done, as far as that has a place.
func (z *squeezer) childrenEnd(o int32) {
	t := &z.orders[o]
	t.childEnd, t.childBy = z.begin.orders[o].childEnd, -1
	for _, c := range z.p.Orders[o].After {
		for j := z.first[c]; j < z.first[c+1]; j++ {
			if z.slots[j].mode >= 0 && z.slots[j].end > t.childEnd {
				t.childEnd, t.childBy = z.slots[j].end, j
			}
		}
	}
}

// gap is the place where an operation ends first without anything else losing its own.
func (z *squeezer) gap(i int32) option {
	best := option{f: fitted{end: never}, mode: -1}
	for k := z.about[i].from; k < z.about[i].to; k++ {
		if f := z.into(i, k); f.end < best.f.end || f.end == best.f.end && f.end < never && z.modes[k].machine == z.ref.machine[i] {
			best.f, best.mode = f, k
		}
	}
	if best.mode >= 0 {
		z.cost(&best, i, best.mode, best.f.end)
	}
	return best
}

// gapOf is gap for one that has its place; while one operation is put it stays the same.
func (z *squeezer) gapOf(i int32) option {
	g := z.gaps[i]
	if g == nil {
		g = &roundGap{}
		z.gaps[i] = g
	}
	if g.round != z.round {
		z.childrenEnd(z.ops[i].order)
		g.round, g.option = z.round, z.gap(i)
	}
	return g.option
}

// into is the place of an operation among the reservations, with whichever piece of its tool is free first.
func (z *squeezer) into(i, k int32) (f fitted) {
	x := &z.ops[i]
	if x.tool < 0 || z.modes[k].hours == nil {
		z.fit(i, k, z.p.NowMS, 0, &f)
		return f
	}
	f.end = never
	t := &z.tools[x.tool]
	for p := t.first; p < t.first+t.count; p++ {
		at, why, by := z.from(i)
		var g fitted
		z.fitWith(i, &z.modes[k], at, 0, p, why, by, &g)
		if g.end < f.end {
			f = g
		}
	}
	return f
}

// later is the tardiness that an order did not have, when one of its operations ends at a moment and what comes behind
// it needs only its work.
func (z *squeezer) later(i, k int32, end int64) int64 {
	o := z.ops[i].order
	due := z.p.Orders[o].DueMS
	if due == 0 || end >= never {
		return max(0, end/never)
	}
	if j := z.about[i].tail; j < z.first[o+1] {
		if left := z.about[j].left; z.modes[k].hours != nil {
			end = z.modes[k].hours.add(end, left)
		} else {
			end += left
		}
	}
	late := z.ref.late[o]
	if z.hurry && z.p.Orders[o].rush() {
		due, late = z.p.NowMS, 0
	}
	return max(0, end-due-late) * z.p.Orders[o].weight()
}

// cutIn tries to put an operation on a machine in front of what stands there, one place after the other.
func (z *squeezer) cutIn(i, k int32, best *option) {
	m := &z.modes[k]
	list := z.onMachine[m.machine]
	defer func() { z.onMachine[m.machine] = list }()
	at, _, _ := z.from(i)
	n := 0
	for n < len(list) && list[n].to <= at {
		n++
	}
	for tries := 0; n < len(list) && tries < places; n, tries = n+1, tries+1 {
		if !z.movable(list[n].op) {
			continue
		}
		front := slices.Clone(list[:n])
		for _, r := range list[n:] {
			if !z.movable(r.op) {
				front = append(front, r)
			}
		}
		z.onMachine[m.machine] = front
		f := z.into(i, k)
		z.onMachine[m.machine] = list
		if f.end >= never {
			return
		}
		o := option{f: f, mode: k}
		z.cost(&o, i, k, f.end)
		if cmp.Or(cmp.Compare(o.rush, best.rush), cmp.Compare(o.cost(), best.cost())) > 0 {
			return // it only gets later
		}
		for _, r := range list[n:] {
			if !z.movable(r.op) {
				continue
			}
			if r.from >= f.end && z.centers[m.center].changeover(m.class, r.class) <= r.change {
				break
			}
			o.victims = append(o.victims, r.op)
			if len(o.victims) > victims {
				break
			}
		}
		if len(o.victims) > victims {
			continue
		}
		for _, v := range o.victims {
			g := z.gapOf(v)
			o.late, o.rush = o.late+g.late, o.rush+g.rush
			o.moved++
			for j := z.about[v].tail; j < z.first[z.ops[v].order+1] && z.slots[j].mode >= 0 && z.slots[j].start < g.f.end; j++ {
				o.moved++
			}
			if z.ops[v].order == z.ops[i].order {
				o.moved += 100 // nothing is won
			}
		}
		if o.better(best) {
			*best = o
		}
	}
}

// sequence is the order of the starts; what stands where it was is held there.
func (z *squeezer) sequence(q *Sequence) *Sequence {
	out := &Sequence{order: make([]int32, 0, len(q.order)+len(z.anew)), mode: slices.Clone(q.mode), hold: slices.Clone(q.hold)}
	at := func(i int32) int64 {
		if z.slots[i].mode < 0 {
			return never
		}
		return z.slots[i].start
	}
	byTime(z.anew, at)
	n := 0
	next := func(before int64) {
		for ; n < len(z.anew) && at(z.anew[n]) < before; n++ {
			i := z.anew[n]
			out.order = append(out.order, i)
			out.hold[i] = 0
			if k := z.slots[i].mode; k >= 0 {
				out.mode[i] = k
			}
		}
	}
	for _, i := range q.order {
		if z.times[i] == 0 {
			next(z.slots[i].start)
			out.order = append(out.order, i)
		}
	}
	next(never + 1)
	return out
}
