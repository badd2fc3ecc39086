package finite

import "kaiwu/internal/kit/num"

// An operation may be split over machines: its parts stand behind each other in Order.Ops, with one Seq, each with its own
// quantity, state and place. They do not wait for each other: each waits for all of the operation before, and what follows
// waits for all of them. There is no overlap by
// transfer lots into an operation in parts nor out of one, since nobody can say which lot goes to which part. Two parts are
// never on one machine at a time, and a part runs in no batch with others.

// group is the stretch of Ops that the parts of an operation take; of one that is whole it is itself.
func (o *Order) group(k int) (from, to int) {
	from, to = k, k+1
	if o.Ops[k].Whole == 0 {
		return from, to
	}
	same := func(n int) bool { return o.Ops[n].Whole > 0 && o.Ops[n].Seq == o.Ops[k].Seq }
	for from > 0 && same(from-1) {
		from--
	}
	for to < len(o.Ops) && same(to) {
		to++
	}
	return from, to
}

// whole says whether an operation is in one piece.
func (o *Order) whole(k int) bool {
	from, to := o.group(k)
	return to-from == 1
}

// overlaps says whether an operation may begin before the one ahead of it is done.
func (o *Order) overlaps(k int) bool { return k > 0 && o.whole(k-1) && o.whole(k) }

// checkSplit refuses parts that are not what their operation makes.
func (o *Order) checkSplit(k int) error {
	x := &o.Ops[k]
	if x.Part < 0 || x.Whole < 0 || (x.Part > 0) != (x.Whole > 0) {
		return bad("part %d of a quantity of %s", x.Part, x.Whole)
	}
	from, to := o.group(k)
	if x.Whole == 0 || k > from {
		return nil
	}
	var sum num.Dec
	for n := from; n < to; n++ {
		y := &o.Ops[n]
		if y.Whole != x.Whole || y.Qty <= 0 && (y.State == Free || y.State == Frozen) {
			return bad("part %d has a quantity of %s of %s", y.Part, y.Qty, y.Whole)
		}
		sum += y.Qty
	}
	if sum != x.Whole {
		return bad("its parts make %s of %s", sum, x.Whole)
	}
	return nil
}

// cut notes of each operation of an order where its parts stand.
func (s *Shop) cut(i int) {
	o := &s.p.Orders[i]
	first := int(s.first[i])
	for k := range o.Ops {
		from, to := o.group(k)
		x := &s.ops[first+k]
		s.about[first+k].head, s.about[first+k].tail = int32(first+from), int32(first+to)
		x.sibling = k > from
		x.split = to-from > 1 || from > 0 && !o.whole(from-1)
		x.fans = to-from > 1 || to < len(o.Ops) && !o.whole(to)
	}
}

// ahead is the stretch of operations that one waits for: all parts of the one before it; empty where it is the first.
func (s *Shop) ahead(i int32) (from, to int32) {
	to = s.about[i].head
	if s.ops[to].index == 0 {
		return to, to
	}
	return s.about[to-1].head, to
}

// next is the stretch of operations that wait for one.
func (s *Shop) next(i int32) (from, to int32) {
	from = s.about[i].tail
	if from >= s.first[s.ops[i].order+1] {
		return from, from
	}
	return from, s.about[from].tail
}

// readyParts is ready for an operation of an order with parts.
func (d *decoder) readyParts(i int32) bool {
	for from, to := d.ahead(i); from < to; from, to = d.ahead(from) {
		free := false
		for j := from; j < to; j++ {
			switch {
			case d.ops[j].state == Done:
			case d.slots[j].mode < 0:
				return false
			case d.ops[j].state == Free:
				free = true // what is before it has its place as well
			}
		}
		if free {
			return true
		}
	}
	return true
}

// openFrom is the first stretch of parts at or behind one in which something has no place, empty where there is none.
func (d *decoder) openFrom(from, to int32) (int32, int32) {
	for from < to {
		for j := from; j < to; j++ {
			if d.ops[j].state != Done && d.slots[j].mode < 0 {
				return from, to
			}
		}
		from, to = d.next(from)
	}
	return from, from
}

// offerBehind is what offer does when an operation of an order with parts has its place.
func (d *decoder) offerBehind(i int32, modes []int32) {
	from, to := d.openFrom(d.next(i))
	if from == to && d.orders[d.ops[i].order].open == 0 {
		d.offerParents(d.ops[i].order, modes)
	}
	d.offerAll(from, to, modes)
}

// offerAll offers those of some parts that have waited.
func (d *decoder) offerAll(from, to int32, modes []int32) {
	for j := from; j < to; j++ {
		if d.waiting[j] && d.slots[j].mode < 0 && d.ready(j) {
			d.offer(j, modes)
		}
	}
}

// offerParents offers what has waited for an order that is done now.
func (d *decoder) offerParents(o int32, modes []int32) {
	for _, q := range d.parents[o] {
		j := d.firstFree(q)
		switch {
		case j < 0 || d.orders[q].children > 0:
		case d.orders[q].parted:
			d.offerAll(d.about[j].head, d.about[j].tail, modes)
		case d.waiting[j]:
			d.offer(j, modes)
		}
	}
}

// releaseParts tells the rule of those of some parts that are ready.
func (r *ruler) releaseParts(from, to int32) {
	for j := from; j < to; j++ {
		if r.ops[j].state == Free && r.slots[j].mode < 0 && r.ready(j) {
			at, _, _ := r.from(j)
			r.push(at, j)
		}
	}
}

// allAhead is when all parts of the operation before one are done, and which is the last, -1 for none.
func (d *decoder) allAhead(i int32) (at int64, by int32) {
	at, by = -never, -1
	from, to := d.ahead(i)
	for j := from; j < to; j++ {
		if sl := &d.slots[j]; sl.mode >= 0 && sl.end > at {
			at, by = sl.end, j
		}
	}
	return at, by
}

// tooEarlyForParts says whether a fixed operation begins before all parts of the one before it are done.
func (d *decoder) tooEarlyForParts(i int32) bool {
	from, to := d.ahead(i)
	for j := from; j < to; j++ {
		if sl := &d.slots[j]; sl.mode < 0 && d.ops[j].state != Done || sl.mode >= 0 && sl.end > d.slots[i].start {
			return true
		}
	}
	return false
}

// partsChanged says whether a part of the operation before one has another slot.
func (l *live) partsChanged(i int32) bool {
	from, to := l.ahead(i)
	for j := from; j < to; j++ {
		if l.changed[j] == l.turn {
			return true
		}
	}
	return false
}

// passSiblings lets the free operations before and after one of an order be those of other operations than its own.
func (l *live) passSiblings(o int32) {
	for i := l.first[o]; i < l.first[o+1]; i++ {
		for b := l.prevFree[i]; b >= 0 && l.about[b].head == l.about[i].head; b = l.prevFree[b] {
			l.prevFree[i] = l.prevFree[b]
		}
	}
	for i := l.first[o+1] - 1; i >= l.first[o]; i-- {
		for j := l.nextFree[i]; j >= 0 && l.about[j].head == l.about[i].head; j = l.nextFree[j] {
			l.nextFree[i] = l.nextFree[j]
		}
	}
}

// lastPlace is the last place in the order that one of some operations has, -1 for none.
func (l *live) lastPlace(from, to int32) (at int32) {
	at = -1
	for j := from; j < to; j++ {
		if l.ops[j].state == Free {
			at = max(at, l.at[j])
		}
	}
	return at
}

// done is the place in the order with which an order is done.
func (l *live) done(o int32) int32 {
	if l.orders[o].parted {
		return l.lastPlace(l.first[o], l.first[o+1])
	}
	return l.at[l.lastFree[o]]
}

// waits says whether one of some operations has no place yet before one in the order.
func (l *live) waits(from, to int32, before int) bool {
	for j := from; j < to; j++ {
		if l.ops[j].state == Free && (l.waiting[j] || int(l.at[j]) >= before) {
			return true
		}
	}
	return false
}

// followParts is follow for those of some parts that have waited.
func (l *live) followParts(from, to int32, before int) {
	for j := from; j < to; j++ {
		if l.ops[j].state == Free && l.waiting[j] {
			l.follow(j, before)
		}
	}
}

// reachParts lets the walk go on to all that waits for an operation.
func (l *live) reachParts(i int32) {
	from, to := l.next(i)
	for j := from; j < to; j++ {
		if l.ops[j].state == Free && l.at[j] >= 0 {
			l.reach = max(l.reach, int(l.at[j]))
		}
	}
}
