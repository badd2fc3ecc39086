package cal

import (
	"sort"
	"time"
)

// Span is working time from From up to, not including, To.
type Span struct{ From, To int64 }

// Working time is looked up in tables of one year each, made when first asked for: one binary search and one
// subtraction instead of a walk over days, and the right answer in years with a change of the clock. Outside these
// years no listed calendar works, so that a search for hours that do not exist ends.
const (
	firstYear = 1970
	lastYear  = 2199
)

// year holds the working spans between two New Years, merged, with the work done before each.
type year struct {
	spans []Span
	done  []int64
	total int64
}

func (c *Calendar) year(y int) *year {
	if y < firstYear || y > lastYear {
		return &year{}
	}
	p := &c.years[y-firstYear]
	if t := p.Load(); t != nil {
		return t
	}
	t := c.build(y)
	p.Store(t)
	return t
}

func (c *Calendar) build(y int) *year {
	first, next := civil(y, 1, 1), civil(y+1, 1, 1)
	begin, end := c.at(first, 0), c.at(next, 0)
	t := &year{}
	for d := first - 1; d <= next; d++ { // a night shift of the last evening reaches in; a shift of zone may too
		for _, h := range c.hours(d) {
			s := Span{max(c.at(d, h.From), begin), min(c.at(d, h.To), end)}
			if s.From >= s.To {
				continue
			}
			if n := len(t.spans); n > 0 && s.From <= t.spans[n-1].To {
				t.spans[n-1].To = max(t.spans[n-1].To, s.To)
				continue
			}
			t.spans = append(t.spans, s)
		}
	}
	t.done = make([]int64, len(t.spans))
	for i, s := range t.spans {
		t.done[i] = t.total
		t.total += s.To - s.From
	}
	return t
}

// upTo is the work in this year before ms.
func (t *year) upTo(ms int64) int64 {
	i := sort.Search(len(t.spans), func(i int) bool { return t.spans[i].To > ms })
	if i == len(t.spans) {
		return t.total
	}
	return t.done[i] + max(0, ms-t.spans[i].From)
}

func (c *Calendar) yearOf(ms int64) int { return time.UnixMilli(ms).In(c.loc).Year() }

// after says whether any work may come in year y or later, before whether in y or earlier. A night shift of the
// last listed day reaches into the year after it.
func (c *Calendar) after(y int) bool  { return y <= lastYear && (!c.idle || y <= c.lastListed+1) }
func (c *Calendar) before(y int) bool { return y >= firstYear && (!c.idle || y >= c.firstListed) }

// AddWork is the earliest instant by which workMS of work is done from start on. No work takes no time, even
// outside hours. Never when the calendar runs out of hours.
func (c *Calendar) AddWork(start, workMS int64) int64 {
	if workMS <= 0 || start >= Never {
		return start
	}
	if c.always {
		return min(start+workMS, Never)
	}
	y := c.yearOf(start)
	t := c.year(y)
	need := t.upTo(start) + workMS
	for need > t.total {
		need -= t.total
		if y = max(y+1, firstYear); !c.after(y) {
			return Never
		}
		t = c.year(y)
	}
	i := sort.Search(len(t.done), func(i int) bool { return t.done[i] >= need }) - 1
	return t.spans[i].From + need - t.done[i]
}

// SubWork is the latest instant from which workMS of work is done by end; -Never when there are no hours.
func (c *Calendar) SubWork(end, workMS int64) int64 {
	if workMS <= 0 || end <= -Never {
		return end
	}
	if c.always {
		return max(end-workMS, -Never)
	}
	y := c.yearOf(end)
	t := c.year(y)
	left := t.upTo(end) - workMS
	for left < 0 {
		if y = min(y-1, lastYear); !c.before(y) {
			return -Never
		}
		t = c.year(y)
		left += t.total
	}
	i := sort.Search(len(t.done), func(i int) bool { return t.done[i] > left }) - 1
	return t.spans[i].From + left - t.done[i]
}

// WorkBetween is the working time from a to b; 0 when b is not after a.
func (c *Calendar) WorkBetween(a, b int64) int64 {
	if b <= a {
		return 0
	}
	if c.always {
		return b - a
	}
	ya, yb := c.yearOf(a), c.yearOf(b)
	sum := -c.year(ya).upTo(a)
	for y := max(ya, firstYear); y < min(yb, lastYear+1); y++ {
		sum += c.year(y).total
	}
	return sum + c.year(yb).upTo(b)
}

// NextWork is the first working instant at or after ms, Never when there is none.
func (c *Calendar) NextWork(ms int64) int64 {
	if c.always || ms >= Never {
		return ms
	}
	for y := max(c.yearOf(ms), firstYear); c.after(y); y++ {
		t := c.year(y)
		i := sort.Search(len(t.spans), func(i int) bool { return t.spans[i].To > ms })
		if i < len(t.spans) {
			return max(ms, t.spans[i].From)
		}
	}
	return Never
}

// Spans lists the working time between two instants, merged and in order. The caller keeps the window sensible.
func (c *Calendar) Spans(from, to int64) []Span {
	var out []Span
	if to <= from {
		return nil
	}
	if c.always {
		return []Span{{from, to}}
	}
	for y := max(c.yearOf(from), firstYear); y <= c.yearOf(to) && c.after(y); y++ {
		t := c.year(y)
		for i := sort.Search(len(t.spans), func(i int) bool { return t.spans[i].To > from }); i < len(t.spans) && t.spans[i].From < to; i++ {
			s := Span{max(t.spans[i].From, from), min(t.spans[i].To, to)}
			if n := len(out); n > 0 && out[n-1].To == s.From {
				out[n-1].To = s.To
				continue
			}
			out = append(out, s)
		}
	}
	return out
}
