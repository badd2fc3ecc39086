package masterdata

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

type hoursRow struct {
	Calendar db.ID  `db:"calendar_id"`
	Weekday  int    `db:"weekday"`
	From     string `db:"from_time"`
	To       string `db:"to_time"`
	Shift    string `db:"shift"`
}

type dayRow struct {
	Calendar db.ID  `db:"calendar_id"`
	Date     string `db:"date"`
	From     string `db:"from_time"`
	To       string `db:"to_time"`
	Shift    string `db:"shift"`
	Note     string `db:"note"`
}

// CalendarOf is when a work center works. One that names no calendar, or one without hours, works every minute.
func CalendarOf(ctx context.Context, q db.Querier, workCenter db.ID) (*cal.Calendar, error) {
	type row struct {
		Calendar db.ID  `db:"calendar_id"`
		Zone     string `db:"time_zone"`
	}
	r, ok, err := db.Get[row](ctx, q, `SELECT w.calendar_id, s.time_zone FROM md_work_center w JOIN md_site s ON s.id = w.site_id WHERE `+seen("w")+` AND w.id = $2`, batchOf(ctx), workCenter)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, workCenterUnknown(workCenter)
	}
	return calendar(ctx, q, r.Calendar, r.Zone)
}

// CalendarsOf is CalendarOf for several work centers at once, in a fixed number of statements.
func CalendarsOf(ctx context.Context, q db.Querier, workCenters []db.ID) (map[db.ID]*cal.Calendar, error) {
	type row struct {
		ID       db.ID  `db:"id"`
		Calendar db.ID  `db:"calendar_id"`
		Zone     string `db:"time_zone"`
	}
	out := make(map[db.ID]*cal.Calendar, len(workCenters))
	if len(workCenters) == 0 {
		return out, nil
	}
	w := ask(ctx, "w")
	db.In(w, "w.id", workCenters)
	centers, err := db.All[row](ctx, q, `SELECT w.id, w.calendar_id, s.time_zone FROM md_work_center w JOIN md_site s ON s.id = w.site_id`+w.String(), w.Args...)
	if err != nil {
		return nil, err
	}
	var ids []db.ID
	for _, c := range centers {
		if c.Calendar != 0 && !slices.Contains(ids, c.Calendar) {
			ids = append(ids, c.Calendar)
		}
	}
	hours, days := map[db.ID][]hoursRow{}, map[db.ID][]dayRow{}
	if len(ids) > 0 {
		h := ask(ctx, "h")
		db.In(h, "h.calendar_id", ids)
		if err := db.Each(ctx, q, `SELECT h.calendar_id, h.weekday, h.from_time, h.to_time, h.shift FROM md_calendar_hours h`+h.String()+` ORDER BY h.weekday, h.from_time, h.to_time`, h.Args, func(r *hoursRow) error {
			hours[r.Calendar] = append(hours[r.Calendar], *r)
			return nil
		}); err != nil {
			return nil, err
		}
		d := ask(ctx, "d")
		db.In(d, "d.calendar_id", ids)
		if err := db.Each(ctx, q, `SELECT d.calendar_id, d.date, d.from_time, d.to_time, d.shift, '' AS note FROM md_calendar_day d`+d.String()+` ORDER BY d.date, d.from_time`, d.Args, func(r *dayRow) error {
			days[r.Calendar] = append(days[r.Calendar], *r)
			return nil
		}); err != nil {
			return nil, err
		}
	}
	for _, c := range centers {
		if out[c.ID], err = built.get(c.Zone, hours[c.Calendar], days[c.Calendar]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// SiteCalendar is the calendar by which a site counts working days: the one named "site", else every day.
func SiteCalendar(ctx context.Context, q db.Querier, site db.ID) (*cal.Calendar, error) {
	s, err := SiteByID(ctx, q, site)
	if err != nil {
		return nil, err
	}
	id, _, err := db.Get[db.ID](ctx, q, `SELECT c.id FROM md_calendar c WHERE `+seen("c")+` AND c.code = 'site' AND c.site_id = $2`, batchOf(ctx), site)
	if err != nil {
		return nil, err
	}
	return calendar(ctx, q, id, s.TimeZone)
}

// Calendars are all calendars of the company by id, each in its site's time zone.
func Calendars(ctx context.Context, q db.Querier) (map[db.ID]*cal.Calendar, error) {
	type row struct {
		ID   db.ID  `db:"id"`
		Zone string `db:"time_zone"`
	}
	all, err := db.All[row](ctx, q, `SELECT c.id, s.time_zone FROM md_calendar c JOIN md_site s ON s.id = c.site_id WHERE `+seen("c")+` ORDER BY c.id`, batchOf(ctx))
	if err != nil {
		return nil, err
	}
	out := make(map[db.ID]*cal.Calendar, len(all))
	for _, r := range all {
		if out[r.ID], err = calendar(ctx, q, r.ID, r.Zone); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func calendar(ctx context.Context, q db.Querier, id db.ID, zone string) (*cal.Calendar, error) {
	var hours []hoursRow
	var days []dayRow
	if id != 0 {
		var err error
		if hours, err = db.All[hoursRow](ctx, q, `SELECT h.calendar_id, h.weekday, h.from_time, h.to_time, h.shift FROM md_calendar_hours h WHERE `+seen("h")+` AND h.calendar_id = $2 ORDER BY h.weekday, h.from_time, h.to_time`, batchOf(ctx), id); err != nil {
			return nil, err
		}
		if days, err = db.All[dayRow](ctx, q, `SELECT d.calendar_id, d.date, d.from_time, d.to_time, d.shift, '' AS note FROM md_calendar_day d WHERE `+seen("d")+` AND d.calendar_id = $2 ORDER BY d.date, d.from_time`, batchOf(ctx), id); err != nil {
			return nil, err
		}
	}
	return built.get(zone, hours, days)
}

// built keeps calendars by what they say: working hours are counted from tables of a year that cost more to make
// than to ask, and a calendar never changes.
var built = &calendars{m: map[string]*cal.Calendar{}}

type calendars struct {
	mu sync.Mutex
	m  map[string]*cal.Calendar
}

func (c *calendars) get(zone string, hours []hoursRow, days []dayRow) (*cal.Calendar, error) {
	var b strings.Builder
	b.WriteString(zone)
	for _, h := range hours {
		fmt.Fprintf(&b, "\n%d %s %s %s", h.Weekday, h.From, h.To, h.Shift)
	}
	for _, d := range days {
		fmt.Fprintf(&b, "\n%s %s %s %s", d.Date, d.From, d.To, d.Shift)
	}
	key := b.String()
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.m[key]; k != nil {
		return k, nil
	}
	k, err := buildCalendar(zone, hours, days)
	if err != nil {
		return nil, err
	}
	if len(c.m) >= 1000 {
		clear(c.m)
	}
	c.m[key] = k
	return k, nil
}

func buildCalendar(zone string, hours []hoursRow, days []dayRow) (*cal.Calendar, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fault.Invalid("masterdata.zone_unknown", "there is no time zone %s", zone).With("zone", zone)
	}
	if len(hours) == 0 && len(days) == 0 {
		return cal.Always(loc), nil
	}
	week := cal.AllWeek()
	if len(hours) > 0 {
		week = cal.Week{}
		for _, h := range hours {
			s, err := span(h.From, h.To, h.Shift)
			if err != nil {
				return nil, err
			}
			week[h.Weekday-1] = append(week[h.Weekday-1], s)
		}
	}
	own := map[string][]cal.Hours{}
	for _, d := range days {
		if d.From == "" && d.To == "" {
			if own[d.Date] == nil {
				own[d.Date] = []cal.Hours{}
			}
			continue
		}
		s, err := span(d.From, d.To, d.Shift)
		if err != nil {
			return nil, err
		}
		own[d.Date] = append(own[d.Date], s)
	}
	return cal.New(loc, week, own)
}

func span(from, to, shift string) (cal.Hours, error) {
	f, err := cal.ParseClock(from)
	if err != nil {
		return cal.Hours{}, err
	}
	t, err := cal.ParseClock(to)
	return cal.Hours{From: f, To: t, Name: shift}, err
}
