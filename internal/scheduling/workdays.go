package scheduling

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"strings"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// workday is what is known of one weekday of a calendar: its hours, and those that were worked.
type workday struct {
	weeks, hits int64
	open        bool // often enough to propose it
	was, is     []masterdata.DaySpan
	worked      spread // hours outside the calendar in a week that had some; of a day that lay idle 0
}

const (
	quarter = 15 // minutes that hours are rounded to
	little  = 60 // minutes outside the calendar that are no habit
	atLeast = 4  // weeks in which somebody worked at all
)

// often: in three of four weeks.
func often(hits, weeks int64) bool { return weeks >= atLeast && hits*4 >= weeks*3 }

// workdays compare, weekday by weekday, the hours of each calendar with when its work was done: what was worked outside
// them again and again, and whole days on which work lay and nobody came.
func (e *evidence) workdays() error {
	c := e.capacity
	for o, b := range c.owners {
		id := e.centers[o.center].CalendarID
		if o.machine != 0 {
			id = e.machines[o.machine].CalendarID
		}
		when, pattern := e.cals[id], c.patterns[id]
		if when == nil || len(pattern) == 0 {
			continue
		}
		monday := when.DayOf(c.now)
		monday -= cal.Day(monday.Weekday() - 1)
		var weeks []cal.Day // Mondays of those in which somebody worked
		for n := c.weeks; n > 0; n-- {
			d := monday - cal.Day(7*n)
			if cal.Overlap(b.ran, cal.Span{From: when.DayStart(d), To: when.DayStart(d + 7)}) > 0 {
				weeks = append(weeks, d)
			}
		}
		for day := 1; day <= 7; day++ {
			key := timeKey{Kind: "calendar", Center: o.center, Machine: o.machine, Weekday: day}
			w, samples := b.weekday(when, pattern, weeks, day)
			if w != nil {
				c.days[key], e.samples[key] = w, samples
			}
		}
	}
	return nil
}

// outside is what was worked of a date out of its calendar's hours, in minutes of the day.
type outside struct {
	day      cal.Day
	from, to int
	minutes  int64
}

// weekday finds what is usual on a weekday; nil where that is what the calendar says.
func (b *busy) weekday(when *cal.Calendar, pattern []masterdata.WeekSpan, weeks []cal.Day, day int) (*workday, []Sampled) {
	w := &workday{weeks: int64(len(weeks))}
	first, last := 1440, 0
	for _, s := range pattern {
		if s.Weekday != day {
			continue
		}
		w.was = append(w.was, s.DaySpan)
		from, _ := cal.ParseClock(s.From)
		to, _ := cal.ParseClock(s.To)
		if to <= from {
			to += 1440
		}
		first, last = min(first, from), max(last, to)
	}
	w.is = slices.Clone(w.was)
	var before, after []outside
	idle := int64(0)
	for _, monday := range weeks {
		d := monday + cal.Day(day-1)
		start, end := when.DayStart(d), when.DayStart(d+1)
		if len(w.was) == 0 {
			before = append(before, b.outside(when, d, start, end)...)
			continue
		}
		before = append(before, b.outside(when, d, start, start+int64(first)*60_000)...)
		if last < 1440 {
			after = append(after, b.outside(when, d, start+int64(last)*60_000, end)...)
		}
		var plan, there, ran int64
		for _, s := range when.Spans(start, end) {
			plan, there, ran = plan+s.To-s.From, there+cal.Overlap(b.there, s), ran+cal.Overlap(b.ran, s)
		}
		if plan > 0 && ran == 0 && there*2 >= plan {
			idle++
		}
	}
	var samples []Sampled
	apply := func(list []outside, put func(from, to int)) {
		hits := int64(len(list))
		if hits < 2 {
			return
		}
		var froms, tos, minutes []sample
		for _, x := range list {
			froms, tos, minutes = append(froms, sample{value: num.Int(int64(x.from)), weight: 1}), append(tos, sample{value: num.Int(int64(x.to)), weight: 1}), append(minutes, sample{value: num.Dec(x.minutes) * num.One / 60, weight: 1})
			samples = append(samples, Sampled{AtMS: when.DayStart(x.day) + int64(x.from)*60_000, Hours: cal.Clock(x.from) + "-" + cal.Clock(x.to), Pieces: num.One, Minutes: num.Int(x.minutes), Value: num.Dec(x.minutes) * num.One / 60})
		}
		round := func(v num.Dec) int { return (int(v/num.One) + quarter/2) / quarter * quarter }
		from, to := round(spreadOf(froms).Median), min(round(spreadOf(tos).Median), 1440)
		if w.hits < hits {
			w.hits, w.worked = hits, spreadOf(minutes)
		}
		if often(hits, w.weeks) && to > from {
			w.open = true
			put(from, to)
		}
	}
	apply(before, func(from, to int) {
		if n := 0; len(w.was) > 0 && first-to <= little { // up to the first span: it begins earlier
			w.is[n].From = cal.Clock(from)
			return
		}
		w.is = slices.Insert(w.is, 0, masterdata.DaySpan{From: cal.Clock(from), To: cal.Clock(to)})
	})
	apply(after, func(from, to int) {
		if n := len(w.is) - 1; n >= 0 && from-last <= little {
			w.is[n].To = cal.Clock(to)
			return
		}
		w.is = append(w.is, masterdata.DaySpan{From: cal.Clock(from), To: cal.Clock(to)})
	})
	if w.hits == 0 && often(idle, w.weeks) {
		w.hits, w.open, w.is = idle, true, nil
	}
	if w.hits == 0 {
		return nil, nil
	}
	return w, samples
}

// outside is what was worked of a part of a date out of the calendar's hours; nothing where that is little, or only here
// and there. Nobody pauses what he leaves for the night: so only what lies between words of the floor counts, and what
// goes on from the hours before or into those after.
func (b *busy) outside(when *cal.Calendar, d cal.Day, from, to int64) []outside {
	at, _ := slices.BinarySearch(b.said, from)
	end, _ := slices.BinarySearch(b.said, to)
	if at == end {
		return nil
	}
	if when.WorkBetween(from-1, from) == 0 {
		from = b.said[at]
	}
	if when.WorkBetween(to, to+1) == 0 {
		to = b.said[end-1]
	}
	x := outside{day: d, from: 1440}
	hours, start := when.Spans(from, to), when.DayStart(d)
	for i := sort.Search(len(b.ran), func(i int) bool { return b.ran[i].To > from }); i < len(b.ran) && b.ran[i].From < to; i++ {
		s := cal.Span{From: max(b.ran[i].From, from), To: min(b.ran[i].To, to)}
		ms := s.To - s.From - cal.Overlap(hours, s)
		if ms <= 0 {
			continue
		}
		x.minutes += ms / 60_000
		x.from, x.to = min(x.from, int((s.From-start)/60_000)), max(x.to, int((s.To-start)/60_000))
	}
	if x.minutes < little || x.minutes*2 < int64(x.to-x.from) {
		return nil
	}
	return []outside{x}
}

// hoursText says spans as people write them, 08:00-12:00 13:00-17:00.
func hoursText(list []masterdata.DaySpan) string {
	var out []string
	for _, s := range list {
		out = append(out, s.From+"-"+s.To)
	}
	return strings.Join(out, " ")
}

// hoursOf is the length of spans in hours.
func hoursOf(list []masterdata.DaySpan) num.Dec {
	var minutes int64
	for _, s := range list {
		from, _ := cal.ParseClock(s.From)
		to, _ := cal.ParseClock(s.To)
		if to <= from {
			to += 1440
		}
		minutes += int64(to - from)
	}
	return num.Dec(minutes) * num.One / 60
}

// row is a workday as it is kept. What was declined comes again only with other hours.
func (w *workday) row(r *timeRow, was timeRow) {
	r.Weeks, r.N, r.HoursWas, r.HoursIs = w.weeks, w.hits, hoursText(w.was), hoursText(w.is)
	r.Planned, r.Median, r.Q1, r.Q3, r.Outliers = hoursOf(w.was), hoursOf(w.is), w.worked.Q1, w.worked.Q3, int64(w.worked.Outliers)
	r.HoursPlanned, r.HoursReal, r.Diff = r.Planned, r.Median, diff(r.Planned, r.Median)
	switch {
	case !w.open:
		r.State = "few"
	case was.State == "declined" && was.HoursIs == r.HoursIs:
		r.State = "declined"
	default:
		r.State = "open"
	}
}

// spansOf reads what hoursText has written; spans that the calendar had keep the names of their shifts.
func spansOf(text string, had []masterdata.WeekSpan, weekday int) []masterdata.DaySpan {
	var out []masterdata.DaySpan
	var own []masterdata.DaySpan
	for _, h := range had {
		if h.Weekday == weekday {
			own = append(own, h.DaySpan)
		}
	}
	for n, part := range strings.Fields(text) {
		from, to, _ := strings.Cut(part, "-")
		s := masterdata.DaySpan{From: from, To: to}
		for _, h := range own {
			if h.From == from || h.To == to {
				s.Shift = h.Shift
			}
		}
		if s.Shift == "" && len(own) > 0 {
			s.Shift = own[min(n, len(own)-1)].Shift
		}
		out = append(out, s)
	}
	return out
}

// adoptCapacity gives a machine the share of its hours in which it is really there, or a weekday the hours that are
// really worked.
func (m *Module) adoptCapacity(ctx context.Context, tx *db.Tx, r *timeRow, centers map[db.ID]masterdata.WorkCenter, reason string) (act, document string, err error) {
	site, err := masterdata.SiteByID(ctx, tx, r.Site)
	if err != nil {
		return "", "", err
	}
	machine, err := machineCode(ctx, tx, r.Machine)
	if err != nil {
		return "", "", err
	}
	if r.Kind == "available" {
		return "adopted", "", m.Master.ChangeMachineEfficiency(ctx, tx, site.Code, machine, max(r.Median/(num.One/10)*(num.One/10), num.One), reason)
	}
	weeks, err := masterdata.Weeks(ctx, tx)
	if err != nil {
		return "", "", err
	}
	id := centers[r.Center].CalendarID
	if r.Machine != 0 {
		if id, _, err = db.Get[db.ID](ctx, tx, `SELECT calendar_id FROM v_machine WHERE id = $1`, r.Machine); err != nil {
			return "", "", err
		}
	}
	code, err := m.Master.ChangeWeekday(ctx, tx, site.Code, centers[r.Center].Code, machine, r.Weekday, spansOf(r.HoursIs, weeks[id], r.Weekday), cmp.Or(reason, r.HoursIs))
	return "adopted", code, err
}

// machineCode names a machine, empty for 0.
func machineCode(ctx context.Context, q db.Querier, id db.ID) (string, error) {
	if id == 0 {
		return "", nil
	}
	code, _, err := db.Get[string](ctx, q, `SELECT code FROM v_machine WHERE id = $1`, id)
	return code, err
}
