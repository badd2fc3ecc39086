package pack

import (
	"slices"
	"time"

	"kaiwu/internal/kit/cal"
)

// the open end of a validity is no date and stays where it is
const openEnd = "9999-12-31"

func (f *file[T]) shift(p *Pack, days int) {
	rows := slices.Clone(f.load(p))
	var v T
	fields, _ := f.row(&v)
	for i := range rows {
		v = rows[i]
		for n, c := range f.cols {
			if c.kind == date {
				s := fields[n].(*string)
				*s = shiftDate(*s, days)
			}
		}
		rows[i] = v
	}
	f.store(p, rows)
}

func shiftDate(s string, days int) string {
	d, err := cal.ParseDay(s)
	if err != nil || s == openEnd {
		return s
	}
	lo, hi := cal.MustDay("0001-01-01"), cal.MustDay("9999-12-30")
	return cal.Day(min(max(int64(d)+int64(days), int64(lo)), int64(hi))).String()
}

// Shift moves the whole factory in time by a number of days: today, orders, lots, validities and calendar days
// alike. With a multiple of 7 every date keeps its weekday, so that weekly calendars still fit; with any other
// number a due date may fall on a Sunday. Open ends stay open.
func (p *Pack) Shift(days int) {
	for _, f := range files {
		f.shift(p, days)
	}
}

// ShiftTo moves the pack by whole weeks so that its today becomes the given date or one of the six days before.
// It returns the number of days; 0 for a pack without a today.
func (p *Pack) ShiftTo(today string) int {
	to, err1 := cal.ParseDay(today)
	from, err2 := cal.ParseDay(p.Site.Today)
	if err1 != nil || err2 != nil {
		return 0
	}
	n := int(to - from)
	days := n - ((n%7)+7)%7
	p.Shift(days)
	return days
}

func loadZone(name string) (*time.Location, error) {
	if name == "Local" { // the machine's zone is not the factory's
		return nil, cal.ErrDate
	}
	return time.LoadLocation(name)
}

// Location is the site's time zone.
func (p *Pack) Location() *time.Location {
	l, err := loadZone(p.Site.TimeZone)
	if err != nil {
		return time.UTC
	}
	return l
}

// HasCalendar says whether the pack lists the calendar at all.
func (p *Pack) HasCalendar(name string) bool {
	return slices.ContainsFunc(p.Calendars, func(h CalendarHours) bool { return h.Calendar == name }) ||
		slices.ContainsFunc(p.CalendarDays, func(d CalendarDay) bool { return d.Calendar == name })
}

// Calendar builds one of the pack's calendars; a name it does not list works every minute, and one of which it
// lists only days works every minute of all others.
func (p *Pack) Calendar(name string) (*cal.Calendar, error) {
	loc := p.Location()
	if !p.HasCalendar(name) {
		return cal.Always(loc), nil
	}
	var week cal.Week
	weekly := false
	for _, h := range p.Calendars {
		if h.Calendar == name && h.Weekday >= 1 && h.Weekday <= 7 {
			span, err := hours(h.From, h.To)
			if err != nil {
				return nil, err
			}
			weekly = true
			week[h.Weekday-1] = append(week[h.Weekday-1], span)
		}
	}
	if !weekly {
		week = cal.AllWeek()
	}
	days := map[string][]cal.Hours{}
	for _, d := range p.CalendarDays {
		if d.Calendar != name {
			continue
		}
		days[d.Date] = append(days[d.Date], []cal.Hours{}...)
		if d.From != "" {
			span, err := hours(d.From, d.To)
			if err != nil {
				return nil, err
			}
			days[d.Date] = append(days[d.Date], span)
		}
	}
	return cal.New(loc, week, days)
}

func hours(from, to string) (cal.Hours, error) {
	f, err := cal.ParseClock(from)
	if err != nil {
		return cal.Hours{}, err
	}
	t, err := cal.ParseClock(to)
	return cal.Hours{From: f, To: t}, err
}
