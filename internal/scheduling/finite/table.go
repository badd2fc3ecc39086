package finite

import (
	"sort"

	"kaiwu/internal/kit/cal"
)

// table is working time as the inner loops ask for it: spans from now on, with the work before each and a bucket for
// each stretch of time, so that no question is a search. Beyond its end the calendar itself is asked; where two were
// cut with each other there is nothing beyond.
type table struct {
	always  bool
	base    int64
	spans   []span
	total   int64
	bucket  []int32 // by stretch of 2^stretch ms, the first span that ends in it or later
	further *cal.Calendar
	end     int64
}

// span in which is worked.
type span struct {
	From, To int64
	done     int64 // work before it
}

const (
	stretch = 22                         // a bucket is 70 minutes
	ahead   = int64(800 * 24 * 3600_000) // tables reach so far
)

func newTable(c *cal.Calendar, over, down []cal.Span, now int64) *table {
	if c == nil && len(down) == 0 {
		return &table{always: true}
	}
	t := &table{base: now, end: now + ahead, further: c}
	for _, d := range down {
		t.end = max(t.end, min(d.To, now+2*ahead))
	}
	var spans []cal.Span
	if c == nil {
		spans, t.further = []cal.Span{{From: now, To: t.end}}, forever
	} else {
		spans = c.Spans(now, t.end)
	}
	if len(over) > 0 && c != nil {
		spans = cal.Merge(spans, cal.Clip(over, now, t.end))
	}
	if len(down) > 0 {
		spans = cal.Minus(spans, down)
	}
	t.spans = make([]span, len(spans))
	for i, s := range spans {
		t.spans[i] = span{From: s.From, To: s.To}
	}
	t.index()
	return t
}

var forever = cal.Always(nil)

func (t *table) index() {
	t.total = 0
	for i := range t.spans {
		s := &t.spans[i]
		s.done = t.total
		t.total += s.To - s.From
	}
	t.bucket = make([]int32, (t.end-t.base)>>stretch+1)
	i := int32(0)
	for b := range t.bucket {
		from := t.base + int64(b)<<stretch
		for int(i) < len(t.spans) && t.spans[i].To <= from {
			i++
		}
		t.bucket[b] = i
	}
}

// cut is the time in which both work.
func (t *table) cut(u *table) *table {
	switch {
	case t.always:
		return u
	case u.always || t == u:
		return t
	}
	x := &table{base: t.base, end: min(t.end, u.end)}
	for i, k := 0, 0; i < len(t.spans) && k < len(u.spans); {
		a, b := t.spans[i], u.spans[k]
		if from, to := max(a.From, b.From), min(a.To, b.To); from < to {
			x.spans = append(x.spans, span{From: from, To: to})
		}
		if a.To <= b.To {
			i++
		} else {
			k++
		}
	}
	x.index()
	return x
}

// at is the first span that ends after ms, for ms inside the table.
func (t *table) at(ms int64) int32 {
	i := t.bucket[(max(ms, t.base)-t.base)>>stretch]
	for int(i) < len(t.spans) && t.spans[i].To <= ms {
		i++
	}
	return i
}

// next is the first working instant at or after ms.
func (t *table) next(ms int64) int64 {
	if t.always || ms >= never {
		return ms
	}
	if ms < t.end {
		if i := t.at(ms); int(i) < len(t.spans) {
			return max(ms, t.spans[i].From)
		}
	}
	if t.further == nil {
		return never
	}
	return t.further.NextWork(max(ms, t.end))
}

// from is when so much work is done that begins at a moment that lies in or before a span and behind the one before;
// else what of it is left at the end of the table.
func (t *table) from(i int32, ms, work int64) (end, left int64) {
	s := &t.spans[i]
	at := max(ms, s.From)
	if work <= s.To-at {
		return at + work, 0
	}
	need := s.done + at - s.From + work
	if need > t.total {
		return 0, need - t.total
	}
	k := int(i) + 1
	for to := min(k+7, len(t.spans)); k < to; k++ {
		if x := &t.spans[k]; x.done+x.To-x.From >= need {
			return x.From + need - x.done, 0
		}
	}
	k = sort.Search(len(t.spans), func(n int) bool { return t.spans[n].done >= need }) - 1
	return t.spans[k].From + need - t.spans[k].done, 0
}

// begin is the first working instant at or after ms, and when so much work is done from there on.
func (t *table) begin(ms, work int64) (start, end int64) {
	if t.always {
		return ms, min(ms+work, never)
	}
	if ms < t.end && work > 0 {
		if i := t.at(ms); int(i) < len(t.spans) {
			if end, left := t.from(i, ms, work); left == 0 {
				return max(ms, t.spans[i].From), end
			}
		}
	}
	start = t.next(ms)
	return start, t.add(start, work)
}

// add is the earliest instant by which so much work is done from ms on.
func (t *table) add(ms, work int64) int64 {
	if t.always || work <= 0 || ms >= never {
		return min(ms+max(work, 0), never)
	}
	rest := work
	if ms < t.end {
		if i := t.at(ms); int(i) < len(t.spans) {
			if end, left := t.from(i, ms, work); left == 0 {
				return end
			} else {
				rest = left
			}
		}
	}
	if t.further == nil {
		return never
	}
	return t.further.AddWork(max(ms, t.end), rest)
}

// sub is the latest instant from which so much work is done by ms; something before the table where it would lie there.
func (t *table) sub(ms, work int64) int64 {
	if t.always || work <= 0 {
		return ms - max(work, 0)
	}
	if ms >= never {
		return never
	}
	if ms > t.end {
		if t.further == nil {
			return -never
		}
		beyond := t.further.WorkBetween(t.end, ms)
		if beyond >= work {
			return t.further.SubWork(ms, work)
		}
		ms, work = t.end, work-beyond
	}
	upTo := t.total
	if ms < t.end {
		if i := int(t.at(ms)); i < len(t.spans) {
			upTo = t.spans[i].done + max(0, ms-t.spans[i].From)
		}
	}
	left := upTo - work
	if left < 0 {
		return -never
	}
	k := sort.Search(len(t.spans), func(n int) bool { return t.spans[n].done > left }) - 1
	return t.spans[k].From + left - t.spans[k].done
}

// between is the working time from a to b.
func (t *table) between(a, b int64) int64 {
	if b <= a {
		return 0
	}
	if t.always {
		return b - a
	}
	return t.upTo(b) - t.upTo(a)
}

func (t *table) upTo(ms int64) int64 {
	if ms < t.end {
		if i := int(t.at(ms)); i < len(t.spans) {
			return t.spans[i].done + max(0, ms-t.spans[i].From)
		}
		return t.total
	}
	if t.further == nil {
		return t.total
	}
	return t.total + t.further.WorkBetween(t.end, ms)
}
