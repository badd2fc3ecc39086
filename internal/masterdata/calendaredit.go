package masterdata

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// DaySpan is working time of a day; it may pass midnight and belongs to the day on which it starts. A break is the
// time between two spans.
type DaySpan struct {
	From  string `json:"from" maxLength:"5" doc:"HH:MM on the wall"`
	To    string `json:"to" maxLength:"5" doc:"HH:MM, before or equal to from: on the next day"`
	Shift string `json:"shift,omitempty" maxLength:"50" doc:"Name of the shift; spans of one name are one shift with breaks"`
}

// NewCalendar makes a calendar, empty (every minute works) or as a copy.
type NewCalendar struct {
	Site   string `json:"site,omitempty" maxLength:"100" doc:"Code of the site; default the caller's first"`
	Code   string `json:"code" maxLength:"100" doc:"Code, unique in the site; the one called site counts working days of the whole site"`
	Name   string `json:"name,omitempty" maxLength:"200" doc:"Name"`
	CopyOf string `json:"copy_of,omitempty" maxLength:"100" doc:"Calendar whose week and special days it takes"`
}

// EditCalendar changes its name.
type EditCalendar struct {
	Edited
	Name *string `json:"name,omitempty" maxLength:"200" doc:"Name"`
}

// EditWeek replaces the weekly pattern.
type EditWeek struct {
	Edited
	Spans []WeekSpan `json:"spans" maxItems:"200" doc:"All spans of the week; none: works every minute"`
}

// WeekSpan is a span of a weekday.
type WeekSpan struct {
	Weekday int `json:"weekday" minimum:"1" maximum:"7" doc:"1 = Monday"`
	DaySpan
}

// EditDays gives dates hours of their own, or takes them away again.
type EditDays struct {
	Edited
	Days []DayEdit `json:"days" minItems:"1" maxItems:"400" doc:"What changes; a later one goes before an earlier one"`
}

// DayEdit is about one date or all dates from one to another.
type DayEdit struct {
	From    string    `json:"from" maxLength:"10" doc:"First date"`
	To      string    `json:"to,omitempty" maxLength:"10" doc:"Last date; empty: only the first"`
	What    string    `json:"what" enum:"closed,hours,weekday,usual" doc:"closed; hours of its own; the hours of a weekday; as its own weekday again"`
	Spans   []DaySpan `json:"spans,omitempty" maxItems:"20" doc:"hours: the spans"`
	Weekday int       `json:"weekday,omitempty" minimum:"0" maximum:"7" doc:"weekday: whose hours it takes, 1 = Monday"`
	Note    string    `json:"note,omitempty" maxLength:"100" doc:"Why, such as the holiday's name"`
}

// Impact says what a change of a calendar does to working time.
type Impact struct {
	Dates       int           `json:"dates" doc:"Dates that change"`
	Months      []MonthImpact `json:"months"`
	WorkCenters []string      `json:"work_centers" doc:"Work centers that keep it"`
	Machines    []string      `json:"machines" doc:"Machines that keep it"`
}

// MonthImpact is a month before and after.
type MonthImpact struct {
	Month  string `json:"month"`
	Before int64  `json:"before_min" doc:"Working minutes as it is"`
	After  int64  `json:"after_min" doc:"Working minutes after the change"`
}

// MonthPage is a month of a calendar, day by day.
type MonthPage struct {
	Month       string     `json:"month"`
	Days        []MonthDay `json:"days"`
	Minutes     int64      `json:"minutes" doc:"Working minutes of the month"`
	Usual       int64      `json:"usual_min" doc:"What the weekly pattern alone would give"`
	WorkingDays int        `json:"working_days"`
}

// MonthDay is a date with its hours.
type MonthDay struct {
	Date    string    `json:"date"`
	Weekday int       `json:"weekday" doc:"1 = Monday"`
	Kind    string    `json:"kind" doc:"usual, closed or hours: whether the date has hours of its own"`
	Minutes int64     `json:"minutes" doc:"Working minutes of the spans that start on it"`
	Usual   int64     `json:"usual_min" doc:"What its weekday would give"`
	Spans   []DaySpan `json:"spans"`
	Note    string    `json:"note"`
}

var calendarsNoun = noun[calendarRow, *calendarRow, CalendarPage]{"calendar", "md_calendar", func(ctx context.Context, q db.Querier, r calendarRow) (CalendarPage, error) {
	s, err := SiteByID(ctx, q, r.Site)
	if err != nil {
		return CalendarPage{}, err
	}
	return calendarOf(ctx, q, s, r)
}}

func calendarRowOf(ctx context.Context, q db.Querier, site, code string) (r calendarRow, s Site, err error) {
	if s, err = siteNamed(ctx, q, site); err != nil {
		return r, s, err
	}
	r, ok, err := rowAt[calendarRow](ctx, q, "md_calendar", code, s.ID)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.calendar_unknown", "site %s has no calendar %s", s.Code, code).With("code", code).With("site", s.Code)
	}
	return r, s, err
}

// CreateCalendar makes a calendar.
func (m *Module) CreateCalendar(ctx context.Context, tx *db.Tx, in NewCalendar) (out CalendarPage, err error) {
	site, err := siteNamed(ctx, tx, in.Site)
	if err != nil {
		return out, err
	}
	f, r := &form{ctx: ctx, tx: tx}, calendarRow{Site: site.ID}
	if r.Code, err = f.code(in.Code, "md_calendar", site.ID); err != nil {
		return out, err
	}
	f.text("name", &r.Name, &in.Name)
	var from calendarRow
	if in.CopyOf != "" {
		from, _, err = calendarRowOf(ctx, tx, in.Site, in.CopyOf)
		if fault.Is(err, "masterdata.calendar_unknown") {
			f.bad("copy_of", "masterdata.no_calendar", in.CopyOf)
		} else if err != nil {
			return out, err
		}
	}
	return calendarsNoun.add(f, r, r.Code, site.ID, func(id db.ID) error {
		if from.ID == 0 {
			return nil
		}
		hours, days, err := spansOf(ctx, tx, from.ID)
		if err != nil {
			return err
		}
		for i := range hours {
			hours[i].ID, hours[i].Calendar, hours[i].Batch = tx.ID(), id, 0
		}
		for i := range days {
			days[i].ID, days[i].Calendar, days[i].Batch = tx.ID(), id, 0
		}
		if err := db.Insert(ctx, tx, "md_calendar_hours", hours...); err != nil {
			return err
		}
		return db.Insert(ctx, tx, "md_calendar_day", days...)
	})
}

// EditCalendar changes what the input says.
func (m *Module) EditCalendar(ctx context.Context, tx *db.Tx, code string, in EditCalendar) (out CalendarPage, err error) {
	was, site, err := calendarRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx, tx: tx}
	return calendarsNoun.change(f, was, code, site.ID, in.Edited, func(r *calendarRow) (func() error, error) { f.text("name", &r.Name, in.Name); return nil, nil })
}

func spansOf(ctx context.Context, q db.Querier, id db.ID) (hours []calendarHours, days []calendarDay, err error) {
	if hours, err = db.All[calendarHours](ctx, q, `SELECT t.* FROM md_calendar_hours t WHERE `+seen("t")+` AND t.calendar_id = $2 ORDER BY t.weekday, t.from_time, t.to_time`, batchOf(ctx), id); err != nil {
		return nil, nil, err
	}
	days, err = db.All[calendarDay](ctx, q, `SELECT t.* FROM md_calendar_day t WHERE `+seen("t")+` AND t.calendar_id = $2 ORDER BY t.date, t.from_time, t.to_time`, batchOf(ctx), id)
	return hours, days, err
}

func compile(zone string, hours []calendarHours, days []calendarDay) (*cal.Calendar, error) {
	h, d := make([]hoursRow, len(hours)), make([]dayRow, len(days))
	for i := range hours {
		h[i] = hours[i].hoursRow
	}
	for i := range days {
		d[i] = days[i].dayRow
		d[i].Note = ""
	}
	return buildCalendar(zone, h, d)
}

// minutesOf reads a span; to is absolute, after from.
func (f *form) minutesOf(field string, s DaySpan) (from, to int, ok bool) {
	from, err1 := cal.ParseClock(s.From)
	to, err2 := cal.ParseClock(s.To)
	switch {
	case err1 != nil || from == 1440:
		f.bad(field+".from", "masterdata.clock_bad", s.From)
	case err2 != nil:
		f.bad(field+".to", "masterdata.clock_bad", s.To)
	case from == to:
		f.bad(field+".to", "masterdata.hours_empty", s.To)
	default:
		if to < from {
			to += 1440
		}
		return from, to, true
	}
	return 0, 0, false
}

type interval struct {
	from, to int
	field    string
}

// apart notes spans that run into each other; round is the length of the week after which they come again, 0 never.
func (f *form) apart(all []interval, round int) {
	slices.SortFunc(all, func(a, b interval) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	for i, s := range all {
		next := interval{}
		switch {
		case i+1 < len(all):
			next = all[i+1]
		case round > 0 && len(all) > 1:
			next = all[0]
			next.from += round
		default:
			return
		}
		if s.to > next.from {
			f.bad(cmp.Or(next.field, s.field)+".from", "masterdata.hours_overlap", cal.Clock(next.from%1440), "until", cal.Clock(s.to%1440))
			return
		}
	}
}

func (f *form) weekRows(id db.ID, spans []WeekSpan) (rows []calendarHours) {
	var all []interval
	for i, s := range spans {
		at := fieldAt("spans", i)
		shift := ""
		f.text(at+".shift", &shift, &s.Shift)
		if from, to, ok := f.minutesOf(at, s.DaySpan); ok {
			day := (s.Weekday - 1) * 1440
			all = append(all, interval{day + from, day + to, at})
		}
		rows = append(rows, calendarHours{Ord: int64(i + 1), hoursRow: hoursRow{id, s.Weekday, s.From, s.To, shift}})
	}
	f.apart(all, 7*1440)
	return rows
}

// EditWeek replaces the weekly pattern.
func (m *Module) EditWeek(ctx context.Context, tx *db.Tx, code string, in EditWeek) (out CalendarPage, err error) {
	was, site, err := calendarRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx, tx: tx}
	return calendarsNoun.change(f, was, code, site.ID, in.Edited, func(*calendarRow) (func() error, error) {
		now := f.weekRows(was.ID, in.Spans)
		have, _, err := spansOf(ctx, tx, was.ID)
		if err != nil || sameSet(have, now, func(a, b *calendarHours) int {
			return cmp.Or(cmp.Compare(a.Weekday, b.Weekday), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), strings.Compare(a.Shift, b.Shift))
		}) {
			return nil, err
		}
		return func() error {
			for i := range now {
				now[i].ID = tx.ID()
			}
			return swap(ctx, tx, "md_calendar_hours", "calendar_id", was.ID, now)
		}, nil
	})
}

// WeekImpact says what EditWeek would do in this month and the two after it.
func (m *Module) WeekImpact(ctx context.Context, q db.Querier, code, today string, in EditWeek) (out Impact, err error) {
	was, site, err := calendarRowOf(ctx, q, in.Site, code)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx}
	now := f.weekRows(was.ID, in.Spans)
	if err := f.refuse(); err != nil {
		return out, err
	}
	hours, days, err := spansOf(ctx, q, was.ID)
	if err != nil {
		return out, err
	}
	d, err := cal.ParseDay(today)
	if err != nil {
		return out, err
	}
	var months []string
	for range 3 {
		months = append(months, d.String()[:7])
		y, mo, _ := d.Date()
		d = firstOf(y, mo+1)
	}
	return m.impact(ctx, q, was, site, 0, months, [2][]calendarHours{hours, now}, [2][]calendarDay{days, days})
}

func firstOf(y, m int) cal.Day {
	if m > 12 {
		y, m = y+1, m-12
	}
	return cal.MustDay(pad(y, 4) + "-" + pad(m, 2) + "-01")
}

func pad(n, width int) string {
	s := ""
	for ; width > 0; width-- {
		s = string(rune('0'+n%10)) + s
		n /= 10
	}
	return s
}

func (m *Module) impact(ctx context.Context, q db.Querier, r calendarRow, site Site, dates int, months []string, hours [2][]calendarHours, days [2][]calendarDay) (out Impact, err error) {
	page, err := calendarOf(ctx, q, site, r)
	if err != nil {
		return out, err
	}
	out = Impact{Dates: dates, Months: []MonthImpact{}, WorkCenters: page.Users, Machines: page.Machines}
	var c [2]*cal.Calendar
	for i := range c {
		if c[i], err = compile(site.TimeZone, hours[i], days[i]); err != nil {
			return out, err
		}
	}
	for _, month := range months {
		from, to, err := monthDays(month)
		if err != nil {
			return out, err
		}
		x := MonthImpact{Month: month}
		for d := from; d <= to; d++ {
			x.Before += c[0].WorkOf(d) / 60_000
			x.After += c[1].WorkOf(d) / 60_000
		}
		out.Months = append(out.Months, x)
	}
	return out, nil
}

// monthDays are the first and the last day of "2026-05".
func monthDays(month string) (from, to cal.Day, err error) {
	if from, err = cal.ParseDay(month + "-01"); err != nil {
		return 0, 0, fault.Invalid("masterdata.month_bad", "%q is not a month such as 2026-05", month).With("value", month)
	}
	y, mo, _ := from.Date()
	return from, firstOf(y, mo+1) - 1, nil
}

// most dates that one change may touch: two years of holidays.
const mostDates = 800

// dayPlan is what a change of days comes to.
type dayPlan struct {
	dates  []string // touched, in order
	months []string
	now    []calendarDay // of the touched dates
	all    []calendarDay // of all dates, afterwards
	hours  []calendarHours
	was    []calendarDay
}

func planDays(f *form, q db.Querier, r calendarRow, zone string, in []DayEdit) (p dayPlan, err error) {
	if p.hours, p.was, err = spansOf(f.ctx, q, r.ID); err != nil {
		return p, err
	}
	week := map[int][]DaySpan{}
	for _, h := range p.hours {
		week[h.Weekday] = append(week[h.Weekday], DaySpan{h.From, h.To, h.Shift})
	}
	if len(p.hours) == 0 {
		for d := 1; d <= 7; d++ {
			week[d] = []DaySpan{{"00:00", "24:00", ""}}
		}
	}
	touched := map[string][]calendarDay{}
	for i, e := range in {
		at := fieldAt("days", i)
		from, err1 := cal.ParseDay(e.From)
		to, err2 := from, error(nil)
		if e.To != "" {
			to, err2 = cal.ParseDay(e.To)
		}
		note := ""
		f.text(at+".note", &note, &e.Note)
		switch {
		case err1 != nil:
			f.bad(at+".from", "masterdata.date_bad", e.From)
			continue
		case err2 != nil:
			f.bad(at+".to", "masterdata.date_bad", e.To)
			continue
		case to < from:
			f.bad(at+".to", "masterdata.dates_order", e.To, "from", e.From)
			continue
		case len(touched)+int(to-from) >= mostDates:
			f.bad(at+".to", "masterdata.dates_many", e.To)
			continue
		}
		spans := e.Spans
		switch e.What {
		case "closed", "usual":
			spans = nil
		case "weekday":
			if e.Weekday == 0 {
				f.bad(at+".weekday", "masterdata.needed", "")
			}
			spans = week[e.Weekday]
		case "hours":
			if len(spans) == 0 {
				f.bad(at+".spans", "masterdata.needed", "")
			}
		}
		var all []interval
		for n, s := range spans {
			shift := ""
			f.text(at+"."+fieldAt("spans", n)+".shift", &shift, &s.Shift)
			if a, b, ok := f.minutesOf(at+"."+fieldAt("spans", n), s); ok {
				all = append(all, interval{a, b, at + "." + fieldAt("spans", n)})
			}
		}
		f.apart(all, 0)
		for d := from; d <= to; d++ {
			var rows []calendarDay
			for _, s := range spans {
				rows = append(rows, calendarDay{dayRow: dayRow{r.ID, d.String(), s.From, s.To, strings.TrimSpace(s.Shift), note}})
			}
			if len(spans) == 0 && e.What != "usual" {
				rows = []calendarDay{{dayRow: dayRow{r.ID, d.String(), "", "", "", note}}}
			}
			touched[d.String()] = rows
		}
	}
	if len(f.faults) > 0 {
		return p, nil
	}
	for date := range touched {
		p.dates = append(p.dates, date)
	}
	slices.Sort(p.dates)
	for _, d := range p.was {
		if _, ok := touched[d.Date]; !ok {
			p.all = append(p.all, d)
		}
	}
	for _, date := range p.dates {
		p.now = append(p.now, touched[date]...)
		if month := date[:7]; len(p.months) == 0 || p.months[len(p.months)-1] != month {
			p.months = append(p.months, month)
		}
	}
	p.all = append(p.all, p.now...)
	c, err := compile(zone, p.hours, p.all)
	if err != nil {
		return p, err
	}
	// a night shift may not run into the morning of the day after
	for _, date := range p.dates {
		d := cal.MustDay(date)
		for _, pair := range [][2]cal.Day{{d - 1, d}, {d, d + 1}} {
			last := 0
			for _, h := range c.HoursOf(pair[0]) {
				last = max(last, h.To)
			}
			if next := c.HoursOf(pair[1]); len(next) > 0 && last-1440 > next[0].From {
				f.bad("days", "masterdata.days_overlap", pair[1].String(), "date", pair[0].String(), "next", pair[1].String(), "until", cal.Clock(last-1440))
				return p, nil
			}
		}
	}
	return p, nil
}

// EditDays gives dates hours of their own, or takes them away again.
func (m *Module) EditDays(ctx context.Context, tx *db.Tx, code string, in EditDays) (out CalendarPage, err error) {
	was, site, err := calendarRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx, tx: tx}
	return calendarsNoun.change(f, was, code, site.ID, in.Edited, func(*calendarRow) (func() error, error) {
		p, err := planDays(f, tx, was, site.TimeZone, in.Days)
		if err != nil || sameSet(p.was, p.all, func(a, b *calendarDay) int {
			return cmp.Or(strings.Compare(a.Date, b.Date), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), strings.Compare(a.Shift, b.Shift), strings.Compare(a.Note, b.Note))
		}) {
			return nil, err
		}
		return func() error {
			if err := inChunks(p.dates, func(part []string) error {
				w := db.Where{Args: []any{was.ID}}
				w.And("calendar_id = $1")
				db.In(&w, "date", part)
				_, err := tx.Exec(ctx, `DELETE FROM md_calendar_day`+w.String(), w.Args...)
				return err
			}); err != nil {
				return err
			}
			ord := int64(0)
			for _, d := range p.was {
				ord = max(ord, d.Ord)
			}
			for i := range p.now {
				p.now[i].ID, p.now[i].Ord = tx.ID(), ord+int64(i)+1
			}
			return db.Insert(ctx, tx, "md_calendar_day", p.now...)
		}, nil
	})
}

// DaysImpact says what EditDays would do to the months it touches.
func (m *Module) DaysImpact(ctx context.Context, q db.Querier, code string, in EditDays) (out Impact, err error) {
	was, site, err := calendarRowOf(ctx, q, in.Site, code)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx}
	p, err := planDays(f, q, was, site.TimeZone, in.Days)
	if err == nil {
		err = f.refuse()
	}
	if err != nil {
		return out, err
	}
	return m.impact(ctx, q, was, site, len(p.dates), p.months, [2][]calendarHours{p.hours, p.hours}, [2][]calendarDay{p.was, p.all})
}

// Month is a month of a calendar, day by day.
func (m *Module) Month(ctx context.Context, q db.Querier, site, code, month string) (out MonthPage, err error) {
	r, s, err := calendarRowOf(ctx, q, site, code)
	if err != nil {
		return out, err
	}
	from, to, err := monthDays(month)
	if err != nil {
		return out, err
	}
	hours, days, err := spansOf(ctx, q, r.ID)
	if err != nil {
		return out, err
	}
	whole, err := compile(s.TimeZone, hours, days)
	if err != nil {
		return out, err
	}
	usual, err := compile(s.TimeZone, hours, nil)
	if err != nil {
		return out, err
	}
	own := map[string]calendarDay{}
	for _, d := range days {
		own[d.Date] = d
	}
	out = MonthPage{Month: month, Days: []MonthDay{}}
	for d := from; d <= to; d++ {
		x := MonthDay{Date: d.String(), Weekday: d.Weekday(), Kind: "usual", Minutes: whole.WorkOf(d) / 60_000, Usual: usual.WorkOf(d) / 60_000, Spans: []DaySpan{}}
		for _, h := range whole.HoursOf(d) {
			to := h.To
			if to > 1440 {
				to -= 1440
			}
			x.Spans = append(x.Spans, DaySpan{cal.Clock(h.From), cal.Clock(to), h.Name})
		}
		if o, ok := own[x.Date]; ok {
			x.Note, x.Kind = o.Note, "hours"
			if len(x.Spans) == 0 {
				x.Kind = "closed"
			}
		}
		out.Minutes, out.Usual = out.Minutes+x.Minutes, out.Usual+x.Usual
		if x.Minutes > 0 {
			out.WorkingDays++
		}
		out.Days = append(out.Days, x)
	}
	return out, nil
}
