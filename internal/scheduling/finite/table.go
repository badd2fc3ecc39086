package finite

import (
	"slices"

	"kaiwu/internal/kit/cal"
)

// table is working time as the inner loops ask for it: spans from now on, with the work before each and a bucket for
// each stretch of time, so that no question is a search. Beyond its end the calendar itself is asked; where two were
// cut with each other there is nothing beyond.
type table struct {
	always  bool
	base    int64
	spans   []cal.Span
	done    []int64 // work before each span
	total   int64
	bucket  []int32 // by stretch of 2^stretch ms, the first span that ends in it or later
	further *cal.Calendar
	end     int64
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
	if c == nil {
		t.spans, t.further = []cal.Span{{From: now, To: t.end}}, forever
	} else {
		t.spans = c.Spans(now, t.end)
	}
	if len(over) > 0 && c != nil {
		t.spans = with(t.spans, over, now, t.end)
	}
	if len(down) > 0 {
		t.spans = without(t.spans, down)
	}
	t.index()
	return t
}

// with puts overtime into the spans, between two moments.
func with(spans, over []cal.Span, from, to int64) []cal.Span {
	all := slices.Clone(spans)
	for _, o := range over {
		if o.From, o.To = max(o.From, from), min(o.To, to); o.From < o.To {
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b cal.Span) int { return int(min(max(a.From-b.From, -1), 1)) })
	out := all[:0]
	for _, s := range all {
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

var forever = cal.Always(nil)

// without takes what is down out of the spans.
func without(spans, down []cal.Span) []cal.Span {
	down = slices.Clone(down)
	slices.SortFunc(down, func(a, b cal.Span) int { return int(min(max(a.From-b.From, -1), 1)) })
	var out []cal.Span
	for _, s := range spans {
		for _, d := range down {
			if d.To <= s.From || d.From >= s.To || d.To <= d.From {
				continue
			}
			if d.From > s.From {
				out = append(out, cal.Span{From: s.From, To: d.From})
			}
			s.From = min(d.To, s.To)
		}
		if s.From < s.To {
			out = append(out, s)
		}
	}
	return out
}

func (t *table) index() {
	t.done = make([]int64, len(t.spans))
	t.total = 0
	for i, s := range t.spans {
		t.done[i] = t.total
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
			x.spans = append(x.spans, cal.Span{From: from, To: to})
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

// add is the earliest instant by which so much work is done from ms on.
func (t *table) add(ms, work int64) int64 {
	if t.always || work <= 0 || ms >= never {
		return min(ms+max(work, 0), never)
	}
	rest := work
	if ms < t.end {
		i := int(t.at(ms))
		if i < len(t.spans) {
			s := t.spans[i]
			from := max(ms, s.From)
			if work <= s.To-from {
				return from + work
			}
			need := t.done[i] + from - s.From + work
			if need <= t.total {
				k := i + 1
				for k < min(i+8, len(t.spans)) && t.done[k]+t.spans[k].To-t.spans[k].From < need {
					k++
				}
				if k == i+8 {
					k, _ = slices.BinarySearch(t.done, need)
					k--
				}
				return t.spans[k].From + need - t.done[k]
			}
			rest = need - t.total
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
			upTo = t.done[i] + max(0, ms-t.spans[i].From)
		}
	}
	left := upTo - work
	if left < 0 {
		return -never
	}
	k, found := slices.BinarySearch(t.done, left)
	if !found {
		k--
	}
	return t.spans[k].From + left - t.done[k]
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
			return t.done[i] + max(0, ms-t.spans[i].From)
		}
		return t.total
	}
	if t.further == nil {
		return t.total
	}
	return t.total + t.further.WorkBetween(t.end, ms)
}
