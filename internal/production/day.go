package production

import (
	"context"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/masterdata"
)

// workDay is the production day of a work center: a night shift belongs to the day on which it starts. Reports,
// hand-overs, the board and the wall count by it.
type workDay struct {
	Day      string // 2026-03-02
	Shift    string // as the calendar names it, may be empty
	From, To int64
}

func dayIn(c *cal.Calendar, at int64) workDay {
	s, _ := c.ShiftAt(at)
	from, to := c.ShiftDay(s.Day)
	return workDay{Day: s.Day.String(), Shift: s.Name, From: min(from, at), To: max(to, at)}
}

// workDays are the production days of some work centers at an instant: two statements more, however many they are,
// and none while the calendars are fresh.
func (m *Module) workDays(ctx context.Context, q db.Querier, centers []db.ID, at int64) (map[db.ID]workDay, error) {
	now := m.d.Now().UnixMilli()
	cals, unknown := map[db.ID]*cal.Calendar{}, []db.ID(nil)
	m.mu.Lock()
	for _, id := range centers {
		if k, ok := m.cals[id]; ok && now < k.until && now > k.until-2*calendarKept {
			cals[id] = k.cal
		} else {
			unknown = append(unknown, id)
		}
	}
	m.mu.Unlock()
	read, err := masterdata.CalendarsOf(ctx, q, unknown)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	for id, c := range read {
		cals[id], m.cals[id] = c, keptCalendar{c, now + calendarKept}
	}
	m.mu.Unlock()
	out := make(map[db.ID]workDay, len(centers))
	for id, c := range cals {
		out[id] = dayIn(c, at)
	}
	return out, nil
}

// sameDay puts together the work centers that have the same production day, the earliest day first.
func sameDay(ids []db.ID, days map[db.ID]workDay) (out []dayCenters) {
	for _, id := range ids {
		d := days[id]
		i := slices.IndexFunc(out, func(x dayCenters) bool { return x.Day == d.Day && x.From == d.From && x.To == d.To })
		if i < 0 {
			i, out = len(out), append(out, dayCenters{workDay: d})
		}
		out[i].IDs = append(out[i].IDs, id)
	}
	slices.SortStableFunc(out, func(a, b dayCenters) int { return int(a.From - b.From) })
	return out
}

type dayCenters struct {
	workDay
	IDs []db.ID
}
