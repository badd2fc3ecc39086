package finite

import (
	"slices"

	"kaiwu/internal/kit/num"
)

// Sequence is a schedule without its times: the operations that are free, each after those it waits for as far as the
// one who made it cared, and the way to do each.
type Sequence struct {
	order []int32
	mode  []int32 // by operation; -1 where it is not known
	hold  []int64 // by operation, not before: the place that it keeps though it could start earlier; nil where none does
}

func (q *Sequence) clone() *Sequence {
	return &Sequence{slices.Clone(q.order), slices.Clone(q.mode), slices.Clone(q.hold)}
}

func (q *Sequence) copy(from *Sequence) {
	q.order = append(q.order[:0], from.order...)
	q.mode = append(q.mode[:0], from.mode...)
	q.hold = append(q.hold[:0], from.hold...)
}

// slot is an operation with its times.
type slot struct {
	start, end, setup int64
	mode              int32 // -1: it has no place
	worker, piece     int32
	by                int32 // operation, -1 for none
	why               Why
}

// track is what a machine, a piece of a tool or a worker has done so far.
type track struct {
	free   int64
	class  int32   // what a machine is set up for
	passed int32   // reservations that lie behind
	last   int32   // operation, -1 for none
	joined num.Dec // pieces in the batch that last began; of a tool, its wear since it was reground
}

// reservation is the place of a fixed operation.
type reservation struct {
	from, to int64
	change   int64 // changeover that its set-up holds
	class    int32
	op       int32
}

// decoder gives operations their places, one after the other.
type decoder struct {
	*Shop
	slots                        []slot
	tracks                       []track         // of the machines, then the pieces of tools, then the workers
	machines, pieces, workers    []track         // parts of tracks
	onMachine, onPiece, onWorker [][]reservation // the same for all decoders of a shop
	waiting                      []bool          // was offered before it was ready
	placed                       []int32
	hold                         []int64 // of the sequence; empty where nothing is held
	lastFixed                    []int64 // by piece of a tool, when what is fixed lets it go
	orders                       []tally
}

// tally is what an order has come to.
type tally struct {
	open     int32 // operations without a place
	children int32 // orders that it still waits for
	childEnd int64 // when those that are done are
	childBy  int32 // the operation that ended last
	first    int32 // its first operation
	last     int32 // behind its last one
	uses     int32 // the first that waits for the orders that make its parts
	parted   bool  // it has operations in parts
}

// fix places what is started or frozen: in the order of starts, each not before the one ahead of it on its machine has
// ended. A tool and a worker are taken where one is free; what happens on the floor is not refused for want of them.
func (s *Shop) fix() *decoder {
	d := &decoder{Shop: s, slots: make([]slot, len(s.ops)), orders: make([]tally, len(s.p.Orders)), waiting: make([]bool, len(s.ops))}
	pieces := 0
	for _, t := range s.tools {
		pieces += int(t.count)
	}
	d.tracks = make([]track, len(s.machines)+pieces+len(s.workers))
	d.divide(pieces)
	d.onMachine, d.onPiece, d.onWorker = make([][]reservation, len(s.machines)), make([][]reservation, pieces), make([][]reservation, len(s.workers))
	for i := range d.slots {
		d.slots[i] = slot{mode: -1, worker: -1, piece: -1, by: -1}
	}
	for k := range d.tracks {
		d.tracks[k] = track{free: s.p.NowMS, class: -1, last: -1}
	}
	d.lastFixed = make([]int64, pieces)
	for k := range s.tools {
		for p := s.tools[k].first; p < s.tools[k].first+s.tools[k].count; p++ {
			d.lastFixed[p] = s.p.NowMS
			if s.tools[k].life > 0 {
				d.pieces[p].joined = s.tools[k].used
			}
		}
	}
	for m := range s.machines {
		d.machines[m].class = s.machines[m].class
	}
	for i := range s.p.Orders {
		d.orders[i] = tally{children: int32(len(s.p.Orders[i].After)), childBy: -1, first: s.first[i], last: s.first[i+1], uses: s.first[i] + int32(s.p.Orders[i].AfterOp)}
		for k := s.first[i]; k < s.first[i+1]; k++ {
			d.orders[i].parted = d.orders[i].parted || s.ops[k].sibling
		}
		if t := &d.orders[i]; t.uses < t.last {
			t.uses = s.about[t.uses].head
		}
	}
	for i := range s.ops {
		if s.ops[i].state != Done {
			d.orders[s.ops[i].order].open++
		}
	}
	type end struct {
		at    int64
		class int32
	}
	machines, tools, workers := make([]end, len(s.machines)), make([]int64, pieces), make([]int64, len(s.workers))
	for m := range s.machines {
		machines[m] = end{s.p.NowMS, s.machines[m].class}
	}
	for _, i := range s.fixed {
		x, in := &s.ops[i], s.in(i)
		md := &s.modes[s.about[i].fixedMode]
		m, c := &s.machines[md.machine], &s.centers[s.machines[md.machine].center]
		sl := slot{mode: s.about[i].fixedMode, worker: -1, piece: -1, by: -1, why: Fixed}
		if c.infinite {
			sl.start, sl.setup = in.StartMS, x.setup
			if x.state == Frozen {
				sl.start = max(sl.start, s.p.NowMS)
			}
			if sl.end = s.outside(i, md, sl.start); sl.end >= never {
				continue
			}
			sl.end = max(s.p.NowMS, sl.end)
		} else {
			last := &machines[md.machine]
			sl.start = max(last.at, s.p.NowMS)
			change := int64(0)
			if x.state == Frozen {
				sl.start = max(sl.start, in.StartMS)
				change = c.changeover(last.class, md.class)
				sl.setup = x.setup + change
			}
			hours, run := m.hours, md.run
			if x.state == Started && in.LeftMS > 0 {
				run = in.LeftMS
			}
			sl.start = hours.next(sl.start)
			if sl.end = hours.add(sl.start, sl.setup+run); sl.end >= never {
				continue
			}
			*last = end{sl.end, md.class}
			if x.tool >= 0 {
				t := &s.tools[x.tool]
				for k := t.first; k < t.first+t.count; k++ {
					if tools[k] <= sl.start {
						sl.piece, tools[k] = k, sl.end
						d.onPiece[k] = append(d.onPiece[k], reservation{from: sl.start, to: sl.end, op: i})
						if d.lastFixed[k] = sl.end; t.life > 0 {
							d.pieces[k].joined += s.about[i].wear
						}
						break
					}
				}
			}
			if x.skill >= 0 {
				if k := s.freeWorker(x.skill, workers, sl.start); k >= 0 {
					sl.worker, workers[k] = k, sl.end
					d.onWorker[k] = append(d.onWorker[k], reservation{from: sl.start, to: sl.end, op: i})
				}
			}
			d.onMachine[md.machine] = append(d.onMachine[md.machine], reservation{sl.start, sl.end, change, md.class, i})
		}
		d.slots[i] = sl
		d.count(i)
	}
	for _, lists := range [][][]reservation{d.onPiece, d.onWorker} {
		for k := range lists {
			slices.SortFunc(lists[k], func(a, b reservation) int { return int(min(max(a.from-b.from, -1), 1)) })
		}
	}
	for i := range s.p.Orders { // nothing is left to do of it
		if d.orders[i].open == 0 {
			d.finished(int32(i))
		}
	}
	return d
}

// freeWorker is one with a skill who is free at a moment, -1 when nobody is.
func (s *Shop) freeWorker(skill int32, free []int64, at int64) int32 {
	for _, c := range s.skilled[skill] {
		for _, k := range c.workers {
			if free[k] <= at {
				return k
			}
		}
	}
	return -1
}

// decoder is a new one with what is fixed in its place.
func (s *Shop) decoder() *decoder {
	d := *s.begin
	d.slots, d.tracks = slices.Clone(d.slots), slices.Clone(d.tracks)
	d.divide(len(d.pieces))
	d.orders, d.waiting, d.placed = slices.Clone(d.orders), slices.Clone(d.waiting), make([]int32, 0, len(d.ops))
	return &d
}

// divide says which of the tracks are whose.
func (d *decoder) divide(pieces int) {
	m := len(d.Shop.machines)
	d.machines, d.pieces, d.workers = d.tracks[:m:m], d.tracks[m:m+pieces:m+pieces], d.tracks[m+pieces:]
}

func (d *decoder) reset() {
	b := d.begin
	copy(d.slots, b.slots)
	copy(d.tracks, b.tracks)
	copy(d.orders, b.orders)
	clear(d.waiting)
	d.placed = d.placed[:0]
}

// decode gives every operation of a sequence its times; afterwards placed is the order in which that was done.
func (d *decoder) decode(q *Sequence) {
	d.reset()
	d.hold = q.hold
	for _, i := range q.order {
		d.offer(i, q.mode)
	}
}

// offer places an operation if what it waits for has its place, and after it those that have waited for it; else it
// waits.
func (d *decoder) offer(i int32, modes []int32) {
	for i >= 0 {
		if !d.ready(i) {
			d.waiting[i] = true
			return
		}
		k := modes[i]
		var f fitted
		if k >= 0 {
			d.fit(i, k, d.p.NowMS, 0, &f)
		} else {
			f, k = d.best(i)
		}
		if f.end >= never {
			return // no machine has hours for it, ever
		}
		d.place(i, k, &f)
		x := &d.ops[i]
		next := int32(-1)
		if d.orders[x.order].parted {
			d.offerBehind(i, modes)
		} else if j := d.following(i); j >= 0 {
			if d.waiting[j] {
				next = j
			}
		} else if d.orders[x.order].open == 0 {
			d.offerParents(x.order, modes)
		}
		i = next
	}
}

// following is the next operation of the order that has no place, -1 for none.
func (d *decoder) following(i int32) int32 {
	end := d.orders[d.ops[i].order].last
	if j := i + 1; j < end && d.slots[j].mode < 0 && d.ops[j].state == Free {
		return j
	}
	for j := i + 1; j < end; j++ {
		if d.ops[j].state != Done && d.slots[j].mode < 0 {
			return j
		}
	}
	return -1
}

func (d *decoder) firstFree(order int32) int32 {
	for j := d.first[order]; j < d.first[order+1]; j++ {
		if d.ops[j].state != Done && d.slots[j].mode < 0 {
			return j
		}
	}
	return -1
}

// ready says whether all that an operation waits for has its place.
func (d *decoder) ready(i int32) bool {
	x := &d.ops[i]
	o := &d.orders[x.order]
	if o.children > 0 && i >= o.uses || x.state != Free {
		return false
	}
	if o.parted {
		return d.readyParts(i)
	}
	for j := i - 1; j >= d.first[x.order]; j-- {
		switch {
		case d.ops[j].state == Done:
		case d.slots[j].mode < 0:
			return false
		case d.ops[j].state == Free:
			return true // what is before it has its place as well
		}
	}
	return true
}

// count takes note that an operation has its place.
func (d *decoder) count(i int32) {
	o := d.ops[i].order
	if d.orders[o].open--; d.orders[o].open == 0 && len(d.parents[o]) > 0 && d.begin != nil {
		d.finished(o)
	}
}

// finished tells those that wait for an order when it is done.
func (d *decoder) finished(o int32) {
	end, by := d.p.NowMS, int32(-1)
	for j := d.first[o]; j < d.first[o+1]; j++ {
		if d.slots[j].mode >= 0 && d.slots[j].end > end {
			end, by = d.slots[j].end, j
		}
	}
	for _, q := range d.parents[o] {
		d.orders[q].children--
		if end > d.orders[q].childEnd {
			d.orders[q].childEnd, d.orders[q].childBy = end, by
		}
	}
}

// fitted is where an operation can go.
type fitted struct {
	start, end, setup int64
	class             int32
	passed            int32
	worker, piece, by int32
	why               Why
	join              bool
}

// from is the earliest moment that the order and its parts allow an operation, and why.
func (d *decoder) from(i int32) (int64, Why, int32) {
	x := &d.ops[i]
	at, why, by := x.release, Now, int32(-1)
	if at > d.p.NowMS {
		if why = Release; x.parts {
			why = Parts
		}
	}
	if o := &d.orders[x.order]; o.childEnd > at && i >= o.uses {
		at, why, by = o.childEnd, Children, o.childBy
	}
	if x.split {
		if t, last := d.allAhead(i); t > at {
			at, why, by = t, Before, last
		}
	} else if x.index > 0 && d.slots[i-1].mode >= 0 {
		if t := d.transfer(i - 1); t > at {
			at, why, by = t, Before, i-1
		}
	}
	return at, why, by
}

// hours in which an operation that has its place is worked.
func (d *decoder) hours(sl *slot) *table {
	m := &d.modes[sl.mode]
	if sl.worker >= 0 && sl.why != Fixed { // what is on the floor goes on, whoever is there
		return d.both[m.ours][d.Shop.workers[sl.worker].theirs]
	}
	return m.hours
}

// transfer is when the operation after i may start, as far as i allows.
func (d *decoder) transfer(i int32) int64 {
	sl := &d.slots[i]
	m := &d.modes[sl.mode]
	if m.toFirst < 0 || m.hours == nil {
		return sl.end // what is outside comes back together
	}
	return min(sl.end, d.hours(sl).add(sl.start, sl.setup+m.toFirst))
}

// outside is when a subcontractor sends the pieces back.
func (s *Shop) outside(i int32, md *mode, start int64) int64 {
	return min(add(s.machines[md.machine].out, start, s.ops[i].setup+md.run)+s.about[i].lead, never)
}

// held is the moment before which an operation is not to start, though it could.
func (d *decoder) held(i int32) int64 {
	if len(d.hold) == 0 {
		return -never
	}
	return d.hold[i]
}

// best is the mode in which an operation ends first.
func (d *decoder) best(i int32) (f fitted, k int32) {
	f.end, k = never, -1
	for n := d.about[i].from; n < d.about[i].to; n++ {
		var g fitted
		if d.fit(i, n, d.p.NowMS, 0, &g); g.end < f.end || g.end == f.end && k >= 0 && g.start < f.start {
			f, k = g, n
		}
	}
	return f, k
}

// fit is the earliest place of an operation in a mode from t on: after what its machine does, in working hours, with a
// free piece of its tool and a free worker, in front of a fixed operation only where it leaves room for that one's
// changeover, and not ending before the last lot from the operation before has come through. The machine counts as
// taken until claim.
func (d *decoder) fit(i, k int32, t, claim int64, f *fitted) {
	x, m := &d.ops[i], &d.modes[k]
	at, why, by := d.from(i)
	if t > at {
		at = t
	}
	if m.hours == nil {
		*f = d.fitOutside(i, m, at, why, by)
		return
	}
	if x.simple {
		d.fitTo(i, m, m.hours, at, claim, -1, -1, why, by, f)
		return
	}
	if x.joins && d.Shop.machines[m.machine].batch > 0 {
		if g, ok := d.join(i, m, max(at, d.held(i))); ok {
			*f = g
			return
		}
	}
	piece := int32(-1)
	if x.tool >= 0 {
		t := &d.tools[x.tool]
		piece = t.first
		if t.life > 0 {
			piece = d.piece(i, t)
		}
		for p := t.first + 1; t.life == 0 && p < t.first+t.count; p++ {
			if d.pieces[p].free < d.pieces[piece].free {
				piece = p
			}
		}
	}
	d.fitWith(i, m, at, claim, piece, why, by, f)
}

// fitWith is fit with a certain piece of a tool, from a moment on.
func (d *decoder) fitWith(i int32, m *mode, at, claim int64, piece int32, why Why, by int32, f *fitted) {
	x := &d.ops[i]
	if x.skill < 0 {
		d.fitTo(i, m, m.hours, at, claim, piece, -1, why, by, f)
		return
	}
	f.end = never
	for _, c := range d.skilled[x.skill] {
		hours := d.both[m.ours][c.theirs]
		first := c.workers[0] // of those of one shift who are bound to nothing, the one that is free first
		for _, w := range c.workers {
			if d.workers[w].free < d.workers[first].free {
				first = w
			}
		}
		for _, w := range c.workers {
			if w != first && len(d.onWorker[w]) == 0 {
				continue
			}
			var g fitted
			d.fitTo(i, m, hours, at, claim, piece, w, why, by, &g)
			if g.end < f.end || g.end == f.end && g.end < never && g.start < f.start {
				*f = g
			}
		}
	}
}

func (d *decoder) fitOutside(i int32, m *mode, at int64, why Why, by int32) fitted {
	x := &d.ops[i]
	out := d.Shop.machines[m.machine].out
	if h := d.held(i); h > at {
		at, why, by = h, Planned, -1
	}
	f := fitted{start: next(out, at), setup: x.setup, worker: -1, piece: -1, by: by, why: why}
	if x.setup+m.run == 0 {
		f.start = at // the lead counts every hour
	} else if f.start > at {
		f.why, f.by = Hours, -1
	}
	f.end = d.outside(i, m, f.start)
	if x.index > 0 && !x.split && d.slots[i-1].mode >= 0 {
		f.end = max(f.end, add(out, d.slots[i-1].end, m.lastLot))
	}
	return f
}

// join puts an operation into the batch that its machine has begun last, where that takes it still.
func (d *decoder) join(i int32, m *mode, at int64) (fitted, bool) {
	mt := &d.machines[m.machine]
	if mt.last < 0 || mt.joined == 0 {
		return fitted{}, false
	}
	x, y := &d.ops[i], &d.slots[mt.last]
	o, q := &d.p.Orders[x.order], &d.p.Orders[d.ops[mt.last].order]
	if y.start < at || o.Family != q.Family || m.run != d.modes[y.mode].run || mt.joined+d.about[i].qty > d.Shop.machines[m.machine].batch {
		return fitted{}, false
	}
	if x.index > 0 && !x.split && d.slots[i-1].mode >= 0 && m.hours.add(d.slots[i-1].end, m.lastLot) > y.end {
		return fitted{}, false
	}
	return fitted{start: y.start, end: y.end, setup: y.setup, class: m.class, passed: mt.passed, worker: -1, piece: -1, by: mt.last, why: OnMachine, join: true}, true
}

func (d *decoder) fitTo(i int32, m *mode, hours *table, from, claim int64, piece, worker int32, why0 Why, by0 int32, f *fitted) {
	x, mt := &d.ops[i], &d.machines[m.machine]
	c := &d.centers[m.center]
	free, class, p, last := mt.free, mt.class, mt.passed, mt.last
	reserved, hold := d.onMachine[m.machine], d.held(i)
	keeps := OnMachine
	for int(p) < len(reserved) && reserved[p].to <= max(from, free) {
		free, class, last = max(free, reserved[p].to), reserved[p].class, reserved[p].op
		p++
	}
	notBefore := -never // where pieces come before all are done, the last ones bind the end
	if x.index > 0 && !x.split {
		if b := &d.slots[i-1]; b.mode >= 0 && (d.modes[b.mode].toFirst >= 0 || m.lastLot > m.run) {
			notBefore = hours.add(b.end, m.lastLot)
		}
	}
	var pieceFree, workerFree int64
	var pieceBy, workerBy, pp, wp int32 = -1, -1, 0, 0
	blunt := OnTool
	if piece >= 0 {
		pieceFree, pieceBy = d.pieces[piece].free, d.pieces[piece].last
		if t := &d.tools[x.tool]; t.life > 0 {
			var away bool
			if pieceFree, away = d.sharp(i, t, piece); away {
				blunt = Regrind
			}
		}
	}
	if worker >= 0 {
		workerFree, workerBy = d.workers[worker].free, d.workers[worker].last
	}
	for {
		at, why, by := from, why0, by0
		if max(free, claim) > at {
			at, why, by = max(free, claim), keeps, last
		}
		if pieceFree > at {
			at, why, by = pieceFree, blunt, pieceBy
		}
		if workerFree > at {
			at, why, by = workerFree, OnWorker, workerBy
		}
		if hold > at {
			at, why, by = hold, Planned, -1
		}
		setup := x.setup + c.changeover(class, m.class)
		work := setup + m.run
		start, end := hours.begin(at, work)
		if start >= never {
			f.start, f.end = never, never
			return
		}
		if start > at {
			why, by = Hours, -1
		}
		if end < notBefore {
			if late := hours.sub(notBefore, work); late > start {
				start, why, by = hours.next(late), LastLot, i-1 // rather start later than stand with half a lot
			}
			end = max(hours.add(start, work), notBefore)
		}
		if end >= never {
			f.start, f.end = never, never
			return
		}
		if int(p) < len(reserved) {
			if a := &reserved[p]; end > a.from || c.changeover(m.class, a.class) > a.change {
				free, class, last, keeps = max(free, a.to), a.class, a.op, Keeps
				p++
				continue
			}
		}
		if piece >= 0 {
			if a := clash(d.onPiece[piece], &pp, start, end); a != nil {
				pieceFree, pieceBy, blunt = a.to, a.op, OnTool
				continue
			}
		}
		if worker >= 0 {
			if a := clash(d.onWorker[worker], &wp, start, end); a != nil {
				workerFree, workerBy = a.to, a.op
				continue
			}
		}
		*f = fitted{start: start, end: end, setup: setup, class: m.class, passed: p, worker: worker, piece: piece, by: by, why: why}
		return
	}
}

// clash is the first reservation that a time meets.
func clash(list []reservation, at *int32, start, end int64) *reservation {
	for int(*at) < len(list) && list[*at].to <= start {
		*at++
	}
	if int(*at) < len(list) && list[*at].from < end {
		return &list[*at]
	}
	return nil
}

// place gives an operation the place that fit has found, and its order knows it.
func (d *decoder) place(i, k int32, f *fitted) {
	d.seat(i, k, f)
	d.placed = append(d.placed, i)
	d.count(i)
}

// seat gives an operation the place that fit has found.
func (d *decoder) seat(i, k int32, f *fitted) {
	m := &d.modes[k]
	d.slots[i] = slot{start: f.start, end: f.end, setup: f.setup, mode: k, worker: f.worker, piece: f.piece, by: f.by, why: f.why}
	if m.hours != nil {
		mt := &d.machines[m.machine]
		if f.join {
			mt.joined += d.about[i].qty
		} else {
			*mt = track{free: f.end, class: f.class, passed: f.passed, last: i}
			if d.ops[i].joins && d.about[i].qty <= d.Shop.machines[m.machine].batch {
				mt.joined = d.about[i].qty
			}
		}
		if f.piece >= 0 {
			t := &d.pieces[f.piece]
			t.free, t.last = max(t.free, f.end), i
			if k := &d.tools[d.ops[i].tool]; k.life > 0 {
				t.joined = k.worn(t.joined, d.about[i].wear)
			}
		}
		if f.worker >= 0 {
			t := &d.workers[f.worker]
			t.free, t.last = max(t.free, f.end), i
		}
	}
}
