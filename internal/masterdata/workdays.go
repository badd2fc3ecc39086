package masterdata

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// Weeks are the weekly patterns of all calendars that have one, by id.
func Weeks(ctx context.Context, q db.Querier) (map[db.ID][]WeekSpan, error) {
	out := map[db.ID][]WeekSpan{}
	return out, db.Each(ctx, q, `SELECT h.calendar_id, h.weekday, h.from_time, h.to_time, h.shift FROM md_calendar_hours h WHERE `+seen("h")+` ORDER BY h.calendar_id, h.weekday, h.from_time, h.to_time`, []any{batchOf(ctx)}, func(r *hoursRow) error {
		out[r.Calendar] = append(out[r.Calendar], WeekSpan{r.Weekday, DaySpan{r.From, r.To, r.Shift}})
		return nil
	})
}

// ChangeMachineEfficiency gives a machine an efficiency of its own.
func (m *Module) ChangeMachineEfficiency(ctx context.Context, tx *db.Tx, site, code string, pct num.Dec, reason string) error {
	r, err := machineRowOf(ctx, tx, site, code)
	if err != nil {
		return err
	}
	_, err = m.EditMachine(ctx, tx, code, EditMachine{Edited: Edited{Site: site, Rev: r.Rev, Reason: reason}, MachineValues: MachineValues{EfficiencyPct: &pct}})
	return err
}

// ChangeWeekday gives a weekday other hours in the calendar of a work center, or in that of a machine which keeps one of
// its own. A calendar that others keep too, or by which the site counts its working days, stays as it is: the work center
// or the machine gets a copy. It answers the calendar that has the hours.
func (m *Module) ChangeWeekday(ctx context.Context, tx *db.Tx, site, center, machine string, weekday int, spans []DaySpan, reason string) (string, error) {
	w, err := workCenterRowOf(ctx, tx, site, center)
	if err != nil {
		return "", err
	}
	owner, keeps := center, w.Calendar
	var k machineRow
	if machine != "" {
		if k, err = machineRowOf(ctx, tx, site, machine); err != nil {
			return "", err
		}
		owner, keeps = machine, k.Calendar
	}
	code, _, err := db.Get[string](ctx, tx, `SELECT c.code FROM md_calendar c WHERE c.id = $1`, keeps)
	if err != nil {
		return "", err
	}
	if code == "" {
		return "", fault.Conflict("masterdata.no_own_calendar", "%s keeps no calendar", owner).With("code", owner)
	}
	r, s, err := calendarRowOf(ctx, tx, site, code)
	if err != nil {
		return "", err
	}
	page, err := calendarOf(ctx, tx, s, r)
	if err != nil {
		return "", err
	}
	others := func(list []string, own string) bool {
		return slices.ContainsFunc(list, func(c string) bool { return c != own })
	}
	if shared := code == "site" || others(page.Users, center) || others(page.Machines, machine) || machine != "" && len(page.Users) > 0; shared {
		if page, err = m.ownCalendar(ctx, tx, s, page, owner); err != nil {
			return "", err
		}
		in := page.Code
		if machine != "" {
			_, err = m.EditMachine(ctx, tx, machine, EditMachine{Edited: Edited{Site: site, Rev: k.Rev, Reason: reason}, MachineValues: MachineValues{Calendar: &in}})
		} else {
			_, err = m.EditWorkCenter(ctx, tx, center, EditWorkCenter{Edited: Edited{Site: site, Rev: w.Rev, Reason: reason}, WorkCenterValues: WorkCenterValues{Calendar: &in}})
		}
		if err != nil {
			return "", err
		}
	}
	week := EditWeek{Edited: Edited{Site: site, Rev: page.Rev, Reason: reason}}
	for _, h := range page.Week {
		if h.Weekday != weekday {
			week.Spans = append(week.Spans, WeekSpan{h.Weekday, DaySpan{h.From, h.To, h.Shift}})
		}
	}
	for _, d := range spans {
		week.Spans = append(week.Spans, WeekSpan{weekday, d})
	}
	if len(week.Spans) == 0 { // an empty week would work every minute
		return "", fault.Conflict("masterdata.week_empty", "calendar %s would have no hours left", page.Code).With("code", page.Code)
	}
	page, err = m.EditWeek(ctx, tx, page.Code, week)
	return page.Code, err
}

// ownCalendar is a copy of a calendar for one who keeps it with others.
func (m *Module) ownCalendar(ctx context.Context, tx *db.Tx, s Site, from CalendarPage, owner string) (CalendarPage, error) {
	code := from.Code + "-" + owner
	for n := 2; ; n++ {
		_, there, err := rowAt[calendarRow](ctx, tx, "md_calendar", code, s.ID)
		if err != nil {
			return CalendarPage{}, err
		}
		if !there {
			break
		}
		code = from.Code + "-" + owner + "-" + pad(n, 2)
	}
	return m.CreateCalendar(ctx, tx, NewCalendar{Site: s.Code, Code: code, Name: from.Name, CopyOf: from.Code})
}
