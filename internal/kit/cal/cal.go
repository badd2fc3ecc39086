// Package cal is the one calendar of the house: planning, dragging a bar and costing all count with it, so that
// six hours of work stay six hours whoever moves them.
//
// A Calendar has weekly hours (several spans a weekday, which may pass midnight), days with hours of their own
// (or none), and a time zone. Hours are what the clock on the wall shows; work is counted in real milliseconds,
// so a night shift over the change to summer time has one hour less. A span belongs to the date on which it
// starts: a report at two in the morning counts for yesterday's night shift.
//
// It promises: AddWork(s, w) is the earliest instant by which w of work is done from s on, SubWork(e, w) the
// latest from which it is done by e, WorkBetween counts the same minutes, and all of them agree. A Calendar
// never changes and may be used from many goroutines.
package cal

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync/atomic"
	"time"

	_ "time/tzdata" // a factory's Windows box has no time zone files
)

// Never is the instant at which work is done that a calendar has no hours for.
const Never = int64(math.MaxInt64 / 4)

// Hours is one span of a day in minutes after its midnight. To ≤ From passes midnight; To = 1440 is "24:00".
type Hours struct {
	From, To int
	Name     string // shift name, for people
}

// ErrHours: the hours are outside a day, or empty.
var ErrHours = errors.New("hours must start before 24:00 and may not be empty")

// Week is the weekly pattern, Monday first.
type Week [7][]Hours

// Calendar answers every question about working time.
type Calendar struct {
	loc                     *time.Location
	week                    Week
	days                    map[Day][]Hours
	always                  bool // a calendar nobody listed: every minute works
	idle                    bool // no hours in any week: only listed days can work
	firstListed, lastListed int  // years of the listed days
	years                   [lastYear - firstYear + 1]atomic.Pointer[year]
}

// New makes a calendar. A day in days replaces that date's weekly hours; no hours = closed.
func New(loc *time.Location, week Week, days map[string][]Hours) (*Calendar, error) {
	c := &Calendar{loc: loc, days: make(map[Day][]Hours, len(days)), idle: true}
	for i, hs := range week {
		own, err := tidy(hs)
		if err != nil {
			return nil, fmt.Errorf("weekday %d: %w", i+1, err)
		}
		c.week[i] = own
		c.idle = c.idle && len(own) == 0
	}
	for s, hs := range days {
		d, err := ParseDay(s)
		if err != nil {
			return nil, fmt.Errorf("calendar day %q: %w", s, err)
		}
		if c.days[d], err = tidy(hs); err != nil {
			return nil, fmt.Errorf("calendar day %s: %w", s, err)
		}
		y, _, _ := d.Date()
		if c.lastListed = max(c.lastListed, y); c.firstListed == 0 || y < c.firstListed {
			c.firstListed = y
		}
	}
	return c, nil
}

// Always is the calendar of a work center that names none: every minute of every day.
func Always(loc *time.Location) *Calendar {
	c := &Calendar{loc: loc, always: true}
	for i := range c.week {
		c.week[i] = []Hours{{0, 1440, ""}}
	}
	return c
}

// AllWeek is the pattern that works every minute; use it with days that are closed.
func AllWeek() (w Week) {
	for i := range w {
		w[i] = []Hours{{0, 1440, ""}}
	}
	return w
}

// tidy copies the hours with To made absolute (after From) and puts them in order.
func tidy(hs []Hours) ([]Hours, error) {
	out := make([]Hours, 0, len(hs))
	for _, h := range hs {
		if h.From < 0 || h.From >= 1440 || h.To < 0 || h.To > 1440 || h.From == h.To {
			return nil, fmt.Errorf("%s-%s: %w", clock(h.From), clock(h.To), ErrHours)
		}
		if h.To < h.From {
			h.To += 1440
		}
		at := len(out)
		for at > 0 && out[at-1].From > h.From {
			at--
		}
		out = append(out, Hours{})
		copy(out[at+1:], out[at:])
		out[at] = h
	}
	return out, nil
}

// ParseClock reads HH:MM; 24:00 is allowed as the end of a day.
func ParseClock(s string) (minutes int, err error) {
	if len(s) == 5 && s[2] == ':' {
		h, e1 := strconv.ParseUint(s[:2], 10, 8)
		m, e2 := strconv.ParseUint(s[3:], 10, 8)
		if e1 == nil && e2 == nil && m < 60 && h*60+m <= 1440 {
			return int(h*60 + m), nil
		}
	}
	return 0, errors.New("not a time HH:MM")
}

// Clock writes minutes after midnight as HH:MM.
func Clock(m int) string { return clock(m) }

func clock(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// Location is the calendar's time zone.
func (c *Calendar) Location() *time.Location { return c.loc }

// hours of a date, To absolute.
func (c *Calendar) hours(d Day) []Hours {
	if hs, ok := c.days[d]; ok {
		return hs
	}
	return c.week[mod7(int(d)+3)]
}

// Works says whether the date has hours of its own; the tail of the night before does not count.
func (c *Calendar) Works(d Day) bool { return len(c.hours(d)) > 0 }

// HoursOf are the spans of a date as they stand in the calendar, To absolute: a night shift ends after 1440. They
// belong to the date on which they start.
func (c *Calendar) HoursOf(d Day) []Hours { return append([]Hours{}, c.hours(d)...) }

// WorkOf is the work of the date's own spans in real milliseconds; where two overlap it counts once.
func (c *Calendar) WorkOf(d Day) (ms int64) {
	var until int64 = math.MinInt64
	for _, h := range c.hours(d) {
		from, to := max(c.at(d, h.From), until), c.at(d, h.To)
		if to > from {
			ms += to - from
			until = to
		}
	}
	return ms
}

// DayOf is the date on the wall at an instant.
func (c *Calendar) DayOf(ms int64) Day { return DayOf(time.UnixMilli(ms).In(c.loc)) }

// DateOf is DayOf as text.
func (c *Calendar) DateOf(ms int64) string { return c.DayOf(ms).String() }

// DayStart is the first instant of a date.
func (c *Calendar) DayStart(d Day) int64 { return c.at(d, 0) }

// BackDays counts n working days back from d: 0 is d itself, 1 the working day before it. With no working day
// left it counts calendar days, because a plan needs a date.
func (c *Calendar) BackDays(d Day, n int) Day { return c.step(d, n, -1) }

// ForwardDays counts n working days on from d.
func (c *Calendar) ForwardDays(d Day, n int) Day { return c.step(d, n, 1) }

func (c *Calendar) step(d Day, n int, dir Day) Day {
	if c.always || n <= 0 {
		return d + dir*Day(max(n, 0))
	}
	for n > 0 {
		if c.idle && !c.listedBeyond(d, dir) {
			return d + dir*Day(n)
		}
		d += dir
		if c.Works(d) {
			n--
		}
	}
	return d
}

// listedBeyond says whether a listed working day lies beyond d; asked only of calendars without weekly hours.
func (c *Calendar) listedBeyond(d, dir Day) bool {
	for l, hs := range c.days {
		if len(hs) > 0 && (l-d)*dir > 0 {
			return true
		}
	}
	return false
}

// WorkingDaysBack is BackDays on text dates.
func (c *Calendar) WorkingDaysBack(date string, n int) (string, error) {
	d, err := ParseDay(date)
	if err != nil {
		return "", err
	}
	return c.BackDays(d, n).String(), nil
}

// Shift is the span of work that an instant lies in.
type Shift struct {
	Day      Day    // business date: the date on which the shift started
	Name     string // as the calendar names it, may be empty
	From, To int64
}

// longestBreak is how far two spans of one name may stand apart to be one shift with a break.
const longestBreak = 180

// ShiftAt finds the shift of an instant; where two spans overlap, the one that started last. Spans of one name are
// one shift with breaks: what follows a break after midnight still belongs to the day on which the shift started,
// and so does the break itself (false, because nobody works). Otherwise, outside hours, it answers the date on the
// wall and false.
func (c *Calendar) ShiftAt(ms int64) (Shift, bool) {
	today := c.DayOf(ms)
	for _, d := range [...]Day{today, today - 1} {
		hs := c.hours(d)
		for i := len(hs) - 1; i >= 0; i-- {
			from, to := c.at(d, hs[i].From), c.at(d, hs[i].To)
			if from <= ms && ms < to {
				return Shift{c.startOf(d, hs[i]), hs[i].Name, from, to}, true
			}
		}
	}
	for _, next := range c.hours(today) { // a break: before it and after it the same shift
		to := c.at(today, next.From)
		if next.Name == "" || to <= ms {
			continue
		}
		day := c.startOf(today, next)
		for _, d := range [...]Day{today, today - 1} {
			for _, h := range c.hours(d) {
				if from := c.at(d, h.To); h.Name == next.Name && from <= ms && to-from <= longestBreak*60_000 && c.startOf(d, h) == day {
					return Shift{day, h.Name, from, to}, false
				}
			}
		}
	}
	return Shift{Day: today}, false
}

// startOf is the date on which the shift of a span started: the one before, when the span goes on in the morning
// with a shift of the same name that was at work in the night.
func (c *Calendar) startOf(d Day, h Hours) Day {
	const noon = 720
	if h.Name == "" || h.To > noon {
		return d
	}
	first := h.From
	for again := true; again; { // earlier breaks of the same night
		again = false
		for _, x := range c.hours(d) {
			if x.Name == h.Name && x.From < first && first-x.To <= longestBreak {
				first, again = x.From, true
			}
		}
	}
	for _, x := range c.hours(d - 1) {
		if gap := first - (x.To - 1440); x.Name == h.Name && x.From >= noon && x.To >= 1440 && gap >= 0 && gap <= longestBreak {
			return d - 1
		}
	}
	return d
}

// ShiftDay is the production day d: from where the night shift of the day before ends, midnight at the earliest, to
// where its own ends.
func (c *Calendar) ShiftDay(d Day) (from, to int64) { return c.nightEnd(d), c.nightEnd(d + 1) }

// nightEnd is when the last shift that started before the date is over, its midnight at the earliest.
func (c *Calendar) nightEnd(d Day) int64 {
	end := c.at(d, 0)
	for _, h := range c.hours(d - 1) {
		if h.To > 1440 {
			end = max(end, c.at(d-1, h.To))
		}
	}
	for _, h := range c.hours(d) {
		if c.startOf(d, h) < d {
			end = max(end, c.at(d, h.To))
		}
	}
	return end
}

// at is the first instant at which the wall shows minute m of the date, or later: in the hour that summer time
// skips it is the change itself, in the hour that winter repeats the first of the two. Growing with m, so spans
// that touch on the wall touch in time.
func (c *Calendar) at(d Day, m int) int64 {
	wall := int64(d)*dayMS + int64(m)*60_000
	const reach = 36 * 3600 * 1000 // farther than any offset or change of offset
	before, after := c.offset(wall-reach), c.offset(wall+reach)
	t := wall - before
	if before == after {
		return t
	}
	u := wall - after
	tOK, uOK := c.offset(t) == before, c.offset(u) == after
	switch {
	case tOK && uOK:
		return min(t, u)
	case tOK:
		return t
	case uOK:
		return u
	}
	from, _ := time.UnixMilli(t).In(c.loc).ZoneBounds()
	return from.UnixMilli()
}

func (c *Calendar) offset(ms int64) int64 {
	_, s := time.UnixMilli(ms).In(c.loc).Zone()
	return int64(s) * 1000
}
