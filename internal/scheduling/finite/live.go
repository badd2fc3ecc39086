package finite

// live is a decoded sequence of which one operation at a time is moved, and which is decoded anew only where that makes
// a difference.
//
// It walks the changed order from the first place that differs on, with two sets of tracks beside each other: how
// machines, tools and workers stood there before, and how they stand now. An operation is placed anew only where what it
// asks differs between the two, or where what it waits for has moved; any other has its old place, and leaves its mark
// in both. When the two are the same and nothing that has moved is still to be followed, the rest is as it was.
type live struct {
	*decoder          // slots are those of now, tracks those of the place that the walk has come to
	old      []track  // how the tracks stood there before the change
	q        Sequence // in the order in which it is placed
	at       []int32  // by operation, its place in the order; -1 for none
	marks    []mark   // by operation
	gap      int
	kept     [][]track // how the tracks stand before each gap-th place
	fresh    [][]track // the same after the change that is tried
	ref      *Reference
	shares   []Value // by order
	total    Value

	nextFree, prevFree []int32 // by operation, the free one after and before it in its order; -1 for none. Of parts, the last one before and the first one after all of them
	firstUse, lastFree []int32 // by order; the first that waits for the orders that make its parts
	toolOf             []int32 // by piece

	// of the change that is tried
	turn        int32
	lo, hi, end int     // where the order differs, and where the walk ended
	window      []int32 // the order there before
	moved       []mark  // operations whose place in the order is another, as they were
	isMoved     []int32 // by operation, the turn
	changed     []int32 // by operation, the turn in which it got another slot
	stale       []int32 // by order, the turn in which one that it waits for did
	touched     []int32 // orders whose share differs
	isTouched   []int32 // by order, the turn
	reach       int     // so far the walk has to go
	dirty       []bool  // by track
	dirties     int
	dirtyTool   []int32 // by tool, how many of its pieces
	dirtyWorker int32
	undoes      []undo
	tallies     []undoTally
	sharesWere  []Value // of touched
	totalWas    Value
	modeWas     int32
	holdWas     int64
	limit       Part    // of the bar: Tardiness or Later
	hidden      []int32 // by order, the turn in which it waits for the one that moves
	hideFrom    []int32 // and from which of its operations on
	bar         int64   // a walk is given up where, after patient operations, the guess is above
	guess       int64   // tardiness, as far as it can be seen
	guesses     []guess // by order
	chain       []int32
}

// mark is what an operation leaves behind it.
type mark struct {
	track         track // of its machine
	op, machine   int32 // -1: no machine
	piece, worker int32
}

type undo struct {
	mark mark
	slot slot
}

// guess of an order's tardiness: it moves as its operation that was placed last.
type guess struct {
	turn int32
	more int64
}

// patient is how many operations are placed anew before a walk may be given up.
const patient = 30

// delay counts what an operation that ends later or earlier by some time makes its order late.
func (l *live) delay(o int32, by int64) {
	due := l.p.Orders[o].DueMS
	if due == 0 {
		return
	}
	if l.limit == Later {
		due += l.ref.late[o]
	}
	end := l.shares[o][Makespan] + l.p.NowMS
	more := (max(0, end+by-due) - max(0, end-due)) * l.p.Orders[o].weight()
	g := &l.guesses[o]
	if g.turn != l.turn {
		*g = guess{turn: l.turn}
	}
	l.guess += more - g.more
	g.more = more
}

type undoTally struct {
	order int32
	end   int64
	by    int32
}

// live decodes a sequence to try changes on.
func (s *Shop) live(q *Sequence, ref *Reference) *live {
	n, orders := len(s.ops), len(s.p.Orders)
	l := &live{decoder: s.decoder(), ref: ref, at: make([]int32, n), marks: make([]mark, n), shares: make([]Value, orders),
		nextFree: make([]int32, n), prevFree: make([]int32, n), firstUse: make([]int32, orders), lastFree: make([]int32, orders),
		isMoved: make([]int32, n), changed: make([]int32, n), stale: make([]int32, orders), isTouched: make([]int32, orders), hidden: make([]int32, orders), hideFrom: make([]int32, orders), guesses: make([]guess, orders), bar: never, dirtyTool: make([]int32, len(s.tools))}
	l.old, l.dirty = make([]track, len(l.tracks)), make([]bool, len(l.tracks))
	for t := range s.tools {
		for range s.tools[t].count {
			l.toolOf = append(l.toolOf, int32(t))
		}
	}
	for o := range orders {
		last := int32(-1)
		l.firstUse[o] = -1
		for i := s.first[o]; i < s.first[o+1]; i++ {
			l.nextFree[i], l.prevFree[i] = -1, -1
			if s.ops[i].state != Free {
				continue
			}
			if l.prevFree[i] = last; last >= 0 {
				l.nextFree[last] = i
			}
			if l.firstUse[o] < 0 && i >= l.orders[o].uses {
				l.firstUse[o] = i
			}
			last = i
		}
		l.lastFree[o] = last
		if l.orders[o].parted {
			l.passSiblings(int32(o))
		}
	}
	l.load(q)
	return l
}

// load decodes a whole sequence.
func (l *live) load(q *Sequence) {
	l.decode(q)
	l.q.order = append(l.q.order[:0], l.placed...)
	l.q.mode, l.q.hold = l.q.mode[:0], append(l.q.hold[:0], q.hold...)
	l.hold = l.q.hold
	for i := range l.slots {
		l.q.mode, l.at[i] = append(l.q.mode, l.slots[i].mode), -1
	}
	l.gap = max(256, len(l.q.order)/128)
	l.kept = l.kept[:0]
	l.reset()
	for n, i := range l.q.order {
		if n%l.gap == 0 {
			l.kept = append(l.kept, append([]track(nil), l.tracks...))
		}
		var f fitted
		l.fit(i, l.q.mode[i], l.p.NowMS, 0, &f)
		l.place(i, l.q.mode[i], &f)
		l.note(i)
		l.at[i] = int32(n)
	}
	for len(l.fresh) < len(l.kept) {
		l.fresh = append(l.fresh, make([]track, len(l.tracks)))
	}
	l.total = Value{}
	for o := range l.shares {
		l.shares[o] = l.share(int32(o), l.ref)
		l.total.add(&l.shares[o])
	}
}

// note takes down what an operation has left behind it.
func (l *live) note(i int32) {
	sl := &l.slots[i]
	m := &l.modes[sl.mode]
	k := &l.marks[i]
	*k = mark{op: i, machine: -1, piece: sl.piece, worker: sl.worker}
	if m.hours != nil {
		k.machine, k.track = m.machine, l.machines[m.machine]
	}
}

// leave puts the mark of an operation into tracks.
func (l *live) leave(k *mark, tracks []track) {
	if k.machine < 0 {
		return
	}
	tracks[k.machine] = k.track
	if k.piece >= 0 {
		t := &tracks[len(l.machines)+int(k.piece)]
		t.free, t.last = max(t.free, k.track.free), k.op
		if x := &l.tools[l.toolOf[k.piece]]; x.life > 0 {
			t.joined = x.worn(t.joined, l.about[k.op].wear)
		}
	}
	if k.worker >= 0 {
		t := &tracks[len(l.machines)+len(l.pieces)+int(k.worker)]
		t.free, t.last = max(t.free, k.track.free), k.op
	}
}

// compare sees whether the tracks of a mark differ from what they were.
func (l *live) compare(k *mark) {
	if k.machine < 0 {
		return
	}
	l.differ(k.machine)
	if k.piece >= 0 {
		if n := l.differ(int32(len(l.machines)) + k.piece); n != 0 {
			l.dirtyTool[l.toolOf[k.piece]] += n
		}
	}
	if k.worker >= 0 {
		l.dirtyWorker += l.differ(int32(len(l.machines)+len(l.pieces)) + k.worker)
	}
}

func (l *live) differ(t int32) int32 {
	is := l.tracks[t] != l.old[t]
	if x := &l.tracks[t]; !is && x.joined > 0 && int(t) < len(l.machines) { // who joins its batch begins with it
		is = l.changed[x.last] == l.turn
	}
	switch {
	case is == l.dirty[t]:
		return 0
	case is:
		l.dirty[t] = true
		l.dirties++
		return 1
	}
	l.dirty[t] = false
	l.dirties--
	return -1
}

// move tries an operation at another place in the order (before what stands at to; -1 leaves it where it is) and in
// another mode (-1: the one in which it ends first); what held it back holds no longer. It says what the value then is, and false where the change is none,
// leaves something without a place, or is given up (bar): everything is then as it was. Otherwise keep or undo must
// follow.
func (l *live) move(i int32, to int, mode int32) (Value, bool) {
	l.turn++
	from := int(l.at[i])
	if from < 0 {
		return l.total, false
	}
	l.lo, l.hi, l.modeWas = from, from+1, l.q.mode[i]
	l.window, l.moved, l.touched, l.undoes, l.tallies, l.sharesWere = l.window[:0], l.moved[:0], l.touched[:0], l.undoes[:0], l.tallies[:0], l.sharesWere[:0]
	order := l.q.order
	if to >= 0 && to < from { // not before what it waits for
		if b := l.prevFree[i]; b >= 0 {
			to = max(to, int(l.lastPlace(l.about[b].head, l.about[b].tail))+1)
		}
		if o := l.ops[i].order; l.firstUse[o] >= 0 && l.about[i].head == l.about[l.firstUse[o]].head {
			for _, c := range l.p.Orders[o].After {
				if l.lastFree[c] >= 0 {
					to = max(to, int(l.done(int32(c)))+1)
				}
			}
		}
	}
	switch {
	case to < 0 || to == from || to == from+1:
		if mode == l.modeWas && l.held(i) <= l.p.NowMS {
			return l.total, false
		}
		l.window = append(l.window, i)
		l.mark(i)
	case to < from:
		l.lo, l.hi = to, from+1
		l.window = append(l.window, order[to:from+1]...)
		copy(order[to+1:from+1], order[to:from])
		order[to] = i
		l.mark(i)
	default:
		l.hi = to
		l.window = append(l.window, order[from:to]...)
		l.later(i, from, to)
	}
	for n := l.lo; n < l.hi; n++ {
		l.at[order[n]] = int32(n)
	}
	l.q.mode[i] = mode
	if len(l.hold) > 0 {
		l.holdWas, l.hold[i] = l.hold[i], 0
	}
	l.totalWas, l.reach, l.guess = l.total, 0, l.total[l.limit]
	for k := range l.moved {
		o := l.ops[l.moved[k].op].order
		l.outdate(o)
	}
	if !l.walk() {
		l.undo()
		return l.total, false
	}
	l.q.mode[i] = l.slots[i].mode
	l.sum()
	return l.total, true
}

func (l *live) mark(i int32) {
	l.moved = append(l.moved, l.marks[i])
	l.isMoved[i] = l.turn
}

// later takes an operation from its place to before another, and what waits for it comes right behind it.
func (l *live) later(i int32, from, to int) {
	order := l.q.order
	l.hideBehind(l.ops[i].order, l.about[i].tail)
	n := from
	for _, j := range l.window[1:] {
		if o := l.ops[j].order; l.hidden[o] == l.turn && j >= l.hideFrom[o] {
			l.waiting[j] = true
			continue
		}
		order[n] = j
		n++
	}
	l.chain = l.chain[:0]
	l.waiting[i] = true
	l.follow(i, to)
	for _, j := range l.chain {
		order[n] = j
		n++
		l.mark(j)
	}
}

// hide notes that what is of an order from one of its operations on waits for the operation that moves, and what waits
// for that order.
func (l *live) hide(o, from int32) {
	if l.hidden[o] == l.turn || from < 0 || l.lastFree[o] < from { // nothing of it is free: it does not wait
		return
	}
	l.hideBehind(o, from)
}

func (l *live) hideBehind(o, from int32) {
	l.hidden[o], l.hideFrom[o] = l.turn, from
	for _, q := range l.parents[o] {
		l.hide(q, l.firstUse[q])
	}
}

// follow puts an operation and what has waited for it alone into the chain, in the order in which decode does.
func (l *live) follow(i int32, to int) {
	for i >= 0 {
		l.waiting[i] = false
		l.chain = append(l.chain, i)
		j := l.nextFree[i]
		if x := &l.about[i]; x.tail-x.head > 1 && l.waits(x.head, x.tail, to) {
			return // for the other parts
		}
		if j >= 0 && l.about[j].tail-l.about[j].head > 1 {
			l.followParts(l.about[j].head, l.about[j].tail, to)
			return
		}
		if j >= 0 {
			if i = -1; l.waiting[j] {
				i = j
			}
			continue
		}
		for _, q := range l.parents[l.ops[i].order] {
			j := l.firstUse[q]
			if j < 0 {
				continue
			}
			ready := true
			for _, c := range l.p.Orders[q].After {
				if b := l.lastFree[c]; b >= 0 && l.waits(l.about[b].head, l.about[b].tail, to) {
					ready = false
				}
			}
			if ready {
				l.followParts(l.about[j].head, l.about[j].tail, to)
			}
		}
		return
	}
}

// outdate notes that what an order ends by may be another.
func (l *live) outdate(o int32) {
	for _, q := range l.parents[o] {
		l.stale[q] = l.turn
		if l.orders[q].parted {
			l.reach = max(l.reach, int(l.lastPlace(l.first[q], l.first[q+1])))
			continue
		}
		j := l.lastFree[q]
		for j >= 0 && l.at[j] < 0 { // the last ones may have no place
			j = l.prevFree[j]
		}
		if j >= 0 {
			l.reach = max(l.reach, int(l.at[j]))
		}
	}
}

// rewind sets the tracks to how they stand before a place in the order.
func (l *live) rewind(to int) {
	k := to / l.gap
	copy(l.tracks, l.kept[k])
	for _, i := range l.q.order[k*l.gap : to] {
		l.leave(&l.marks[i], l.tracks)
	}
	copy(l.old, l.tracks)
	if l.dirties > 0 {
		clear(l.dirty)
		clear(l.dirtyTool)
		l.dirties, l.dirtyWorker = 0, 0
	}
}

// walk places anew what the change makes a difference for; false where something would have no place.
func (l *live) walk() bool {
	l.rewind(l.lo)
	n, w := l.lo, 0
	next := (l.lo/l.gap + 1) * l.gap
	for ; n < len(l.q.order); n++ {
		if n == l.hi {
			for ; w < len(l.window); w++ {
				l.passed(l.window[w])
			}
		}
		if n == next {
			copy(l.fresh[n/l.gap], l.tracks)
			next += l.gap
		}
		if n >= l.hi && l.dirties == 0 && n > l.reach {
			break
		}
		j := l.q.order[n]
		if l.isMoved[j] == l.turn {
			if !l.again(j) {
				return false
			}
			l.compare(&l.marks[j])
			continue
		}
		if n < l.hi {
			for ; l.window[w] != j; w++ {
				l.passed(l.window[w])
			}
			w++
		}
		k := &l.marks[j]
		if !l.asks(j, k) {
			l.leave(k, l.tracks)
			l.leave(k, l.old)
			continue
		}
		was := *k
		if !l.again(j) {
			return false
		}
		l.leave(&was, l.old)
		l.compare(&was)
		l.compare(k)
	}
	l.end = n
	return true
}

// passed is where an operation stood that has moved.
func (l *live) passed(i int32) {
	for k := range l.moved {
		if m := &l.moved[k]; m.op == i {
			l.leave(m, l.old)
			l.compare(m)
			return
		}
	}
}

// asks says whether anything that the place of an operation depends on may differ.
func (l *live) asks(j int32, k *mark) bool {
	x := &l.ops[j]
	switch {
	case k.machine >= 0 && l.dirty[k.machine],
		x.index > 0 && !x.split && l.changed[j-1] == l.turn,
		x.split && l.partsChanged(j),
		l.stale[x.order] == l.turn && l.ends(x.order):
		return true
	case x.simple:
		return false
	case x.tool >= 0 && l.dirtyTool[x.tool] > 0,
		x.skill >= 0 && l.dirtyWorker > 0,
		x.joins && k.machine >= 0 && l.machines[k.machine].last >= 0 && l.changed[l.machines[k.machine].last] == l.turn:
		return true
	}
	return false
}

// ends finds out anew when the orders that an order waits for are done, and says whether that differs.
func (l *live) ends(o int32) bool {
	b := &l.begin.orders[o]
	end, by, at := b.childEnd, b.childBy, int32(-1)
	for _, c := range l.p.Orders[o].After {
		last := l.lastFree[c]
		if last < 0 {
			continue // it ends as at the beginning
		}
		e, who := l.p.NowMS, int32(-1)
		for j := l.first[c]; j < l.first[c+1]; j++ {
			if l.slots[j].mode >= 0 && l.slots[j].end > e {
				e, who = l.slots[j].end, j
			}
		}
		if done := l.done(int32(c)); e > end || e == end && at >= 0 && done < at { // of equal ones, that which is done first
			end, by, at = e, who, done
		}
	}
	t := &l.orders[o]
	if t.childEnd == end && t.childBy == by {
		for k := range l.tallies {
			if l.tallies[k].order == o {
				return true
			}
		}
		l.stale[o] = 0
		return false
	}
	l.tallies = append(l.tallies, undoTally{o, t.childEnd, t.childBy})
	t.childEnd, t.childBy = end, by
	return true
}

// again places an operation anew.
func (l *live) again(j int32) bool {
	x := &l.ops[j]
	if l.stale[x.order] == l.turn {
		l.ends(x.order)
	}
	k := l.q.mode[j]
	var f fitted
	if k >= 0 {
		l.fit(j, k, l.p.NowMS, 0, &f)
	} else {
		f, k = l.best(j)
	}
	if f.end >= never {
		return false
	}
	l.undoes = append(l.undoes, undo{l.marks[j], l.slots[j]})
	l.seat(j, k, &f)
	l.note(j)
	if l.slots[j] == l.undoes[len(l.undoes)-1].slot {
		return true
	}
	l.changed[j] = l.turn
	l.delay(x.order, l.slots[j].end-l.undoes[len(l.undoes)-1].slot.end)
	if len(l.undoes) >= patient && l.guess > l.bar {
		return false
	}
	if o := x.order; l.isTouched[o] != l.turn {
		l.isTouched[o] = l.turn
		l.touched = append(l.touched, o)
	}
	if x.fans {
		l.reachParts(j)
	} else if y := j + 1; y < l.first[x.order+1] && l.ops[y].state == Free && l.at[y] >= 0 {
		l.reach = max(l.reach, int(l.at[y]))
	}
	if len(l.parents[x.order]) > 0 {
		l.outdate(x.order)
	}
	return true
}

// sum brings the value up to date.
func (l *live) sum() {
	longest := false
	for _, o := range l.touched {
		was := l.shares[o]
		l.sharesWere = append(l.sharesWere, was)
		is := l.share(o, l.ref)
		for p := range is {
			if Part(p) != Makespan {
				l.total[p] += is[p] - was[p]
			}
		}
		l.shares[o] = is
		longest = longest || was[Makespan] == l.total[Makespan]
		l.total[Makespan] = max(l.total[Makespan], is[Makespan])
	}
	if longest {
		l.total[Makespan] = 0
		for o := range l.shares {
			l.total[Makespan] = max(l.total[Makespan], l.shares[o][Makespan])
		}
	}
}

// keep makes the change that was tried last the state from which the next is tried.
func (l *live) keep() {
	for k := l.lo/l.gap + 1; k*l.gap < min(l.end+1, len(l.q.order)); k++ {
		l.kept[k], l.fresh[k] = l.fresh[k], l.kept[k]
	}
}

// undo takes the change that was tried last back.
func (l *live) undo() {
	for k := range l.undoes {
		u := &l.undoes[k]
		l.slots[u.mark.op], l.marks[u.mark.op] = u.slot, u.mark
	}
	for k := range l.tallies {
		u := &l.tallies[len(l.tallies)-1-k]
		l.orders[u.order].childEnd, l.orders[u.order].childBy = u.end, u.by
	}
	for k := range l.sharesWere {
		l.shares[l.touched[k]] = l.sharesWere[k]
	}
	l.total = l.totalWas
	copy(l.q.order[l.lo:], l.window)
	for n := l.lo; n < l.hi; n++ {
		l.at[l.q.order[n]] = int32(n)
	}
	l.q.mode[l.moved[0].op] = l.modeWas
	if len(l.hold) > 0 {
		l.hold[l.moved[0].op] = l.holdWas
	}
}
