package masterdata_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
)

func TestCalendarRefusals(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := floor(t, d)
		c := webtest.Must(t, h, webtest.Boss(), "POST", "/masterdata/calendars", m{"code": "night", "name": "夜班"})
		rev := c.Get("rev")
		webtest.Must(t, h, webtest.Boss(), "PUT", "/masterdata/calendars/night/week", m{"rev": rev, "spans": []m{{"weekday": 1, "from": "20:00", "to": "08:00", "shift": "夜"}, {"weekday": 2, "from": "08:00", "to": "12:00"}}})
		rev = 2
		day := func(days ...m) m { return m{"rev": rev, "days": days} }
		for _, c := range []struct {
			name, method, path string
			body               any
			want               string
		}{
			{"code taken, no such copy", "POST", "/masterdata/calendars", m{"code": "two", "copy_of": "no"}, "code item_exists, copy_of no_calendar"},
			{"stale", "PUT", "/masterdata/calendars/night/week", m{"rev": 1, "spans": []m{}}, "masterdata.stale"},
			{"unknown", "PUT", "/masterdata/calendars/no/days", day(m{"from": "2026-05-01", "what": "closed"}), "masterdata.calendar_unknown"},
			{"clock", "PUT", "/masterdata/calendars/night/week", m{"rev": rev, "spans": []m{{"weekday": 1, "from": "8:00", "to": "25:00"}}}, "spans[0].from clock_bad"},
			{"empty span", "PUT", "/masterdata/calendars/night/week", m{"rev": rev, "spans": []m{{"weekday": 1, "from": "08:00", "to": "08:00"}}}, "spans[0].to hours_empty"},
			{"overlap", "PUT", "/masterdata/calendars/night/week", m{"rev": rev, "spans": []m{{"weekday": 3, "from": "08:00", "to": "12:00"}, {"weekday": 3, "from": "11:00", "to": "17:00"}}}, "spans[1].from hours_overlap"},
			{"Sunday's night runs into Monday", "PUT", "/masterdata/calendars/night/week", m{"rev": rev, "spans": []m{{"weekday": 7, "from": "22:00", "to": "09:00"}, {"weekday": 1, "from": "08:00", "to": "17:00"}}}, "spans[1].from hours_overlap"},
			{"date", "PUT", "/masterdata/calendars/night/days", day(m{"from": "2026-02-30", "what": "closed"}), "days[0].from date_bad"},
			{"order", "PUT", "/masterdata/calendars/night/days", day(m{"from": "2026-05-05", "to": "2026-05-01", "what": "closed"}), "days[0].to dates_order"},
			{"many", "PUT", "/masterdata/calendars/night/days", day(m{"from": "2026-01-01", "to": "2036-01-01", "what": "closed"}), "days[0].to dates_many"},
			{"hours without spans", "PUT", "/masterdata/calendars/night/days", day(m{"from": "2026-05-05", "what": "hours"}), "days[0].spans needed"},
			{"whose weekday", "PUT", "/masterdata/calendars/night/days", day(m{"from": "2026-05-05", "what": "weekday"}), "days[0].weekday needed"},
			{"into the morning after", "PUT", "/masterdata/calendars/night/days", day(m{"from": "2026-05-04", "what": "hours", "spans": []m{{"from": "20:00", "to": "08:30"}}}), "days days_overlap"},
			{"month", "GET", "/masterdata/calendars/night/month?month=2026-13", nil, "masterdata.month_bad"},
			{"impact is checked alike", "POST", "/masterdata/calendars/night/days/impact", day(m{"from": "x", "what": "closed"}), "days[0].from date_bad"},
		} {
			if got := faultsOf(t, h, c.method, c.path, c.body); got != c.want {
				t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
			}
		}
	})
}

// A holiday, a make-up day, overtime, and back again: the month shows what was set, the impact told it beforehand.
func TestCalendarDays(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h, boss := floor(t, d), webtest.Boss()
		webtest.Must(t, h, boss, "POST", "/masterdata/calendars", m{"code": "c"})
		var spans []m
		for day := 1; day <= 5; day++ {
			spans = append(spans, m{"weekday": day, "from": "08:00", "to": "12:00", "shift": "白"}, m{"weekday": day, "from": "13:00", "to": "17:00", "shift": "白"}, m{"weekday": day, "from": "20:00", "to": "04:00", "shift": "夜"})
		}
		see := webtest.Must(t, h, boss, "POST", "/masterdata/calendars/c/week/impact", m{"rev": 1, "spans": spans})
		if len(see.Get("months").([]any)) != 3 || see.Str("months", 0, "before_min") == see.Str("months", 0, "after_min") {
			t.Fatal(see)
		}
		c := webtest.Must(t, h, boss, "PUT", "/masterdata/calendars/c/week", m{"rev": 1, "spans": spans})
		month := func(at string) webtest.JSON {
			return webtest.Must(t, h, boss, "GET", "/masterdata/calendars/c/month?month="+at, nil)
		}
		if may := month("2026-05"); may.Str("minutes") != "20160" || may.Str("working_days") != "21" || may.Str("days", 3, "spans", 2, "to") != "04:00" || may.Str("days", 3, "minutes") != "960" {
			t.Fatal(may.Str("minutes"), may.Get("days", 3))
		}
		change := m{"rev": c.Get("rev"), "reason": "五一", "days": []m{
			{"from": "2026-05-01", "to": "2026-05-05", "what": "closed", "note": "劳动节"}, {"from": "2026-05-09", "what": "weekday", "weekday": 1, "note": "补班"},
			{"from": "2026-05-16", "what": "hours", "spans": []m{{"from": "22:00", "to": "02:00", "shift": "加班"}}}}}
		see = webtest.Must(t, h, boss, "POST", "/masterdata/calendars/c/days/impact", change)
		c = webtest.Must(t, h, boss, "PUT", "/masterdata/calendars/c/days", change)
		may := month("2026-05")
		if want := fmt.Sprint(20160 - 3*960 + 960 + 240); may.Str("minutes") != want || see.Str("months", 0, "after_min") != want || see.Str("months", 0, "before_min") != "20160" || see.Str("dates") != "7" {
			t.Fatal(may.Str("minutes"), want, see)
		}
		for i, want := range map[int]string{0: "closed 0 劳动节", 1: "closed 0 劳动节", 5: "usual 960 ", 8: "hours 960 补班", 15: "hours 240 "} {
			if got := may.Str("days", i, "kind") + " " + may.Str("days", i, "minutes") + " " + may.Str("days", i, "note"); got != want {
				t.Errorf("May %d: %s, want %s", i+1, got, want)
			}
		}
		same := webtest.Must(t, h, boss, "PUT", "/masterdata/calendars/c/days", m{"rev": c.Get("rev"), "days": []m{{"from": "2026-05-02", "what": "closed", "note": "劳动节"}}})
		if same.Get("rev") != c.Get("rev") {
			t.Fatal("nothing changed, and it counted")
		}
		c = webtest.Must(t, h, boss, "PUT", "/masterdata/calendars/c/days", m{"rev": c.Get("rev"), "days": []m{{"from": "2026-05-01", "to": "2026-05-31", "what": "usual"}}})
		if may := month("2026-05"); may.Str("minutes") != "20160" || len(c.Get("days").([]any)) != 0 {
			t.Fatal(may.Str("minutes"), c.Get("days"))
		}
		// a copy says the same, under its own name
		webtest.Must(t, h, boss, "POST", "/masterdata/calendars", m{"code": "c2", "copy_of": "c"})
		if got := webtest.Must(t, h, boss, "GET", "/masterdata/calendars/c2/month?month=2026-05", nil); got.Str("minutes") != "20160" || got.Str("days", 3, "spans", 2, "shift") != "夜" {
			t.Fatal(got.Str("minutes"))
		}
		// a file without shift names says nothing about them
		out := dump(t, d, "NB1")
		for i := range out.Calendars {
			out.Calendars[i].Shift = ""
		}
		mustLoad(t, d, out)
		if got := month("2026-05"); got.Str("days", 3, "spans", 2, "shift") != "夜" {
			t.Fatal("a load took the names away")
		}
	})
}

// Whatever hours a day is given: the month counts exactly those minutes on that day, the ones before and after keep
// theirs, every minute of a night shift belongs to the day on which it starts, and undoing gives back what was.
func TestCalendarDayProperty(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	mustLoad(t, d, read(t, "factories/small-appliance"))
	mod := masterdata.New()
	ctx := kittest.Ctx(t)
	var page masterdata.CalendarPage
	inTx := func(fn func(tx *db.Tx) error) error { return d.InTx(ctx, fn) }
	if err := inTx(func(tx *db.Tx) (err error) {
		page, err = mod.CreateCalendar(ctx, tx, masterdata.NewCalendar{Code: "p"})
		if err != nil {
			return err
		}
		var week []masterdata.WeekSpan
		for day := 1; day <= 6; day++ {
			week = append(week, masterdata.WeekSpan{Weekday: day, DaySpan: masterdata.DaySpan{From: "08:00", To: "12:00"}}, masterdata.WeekSpan{Weekday: day, DaySpan: masterdata.DaySpan{From: "13:00", To: "18:00"}})
		}
		page, err = mod.EditWeek(ctx, tx, "p", masterdata.EditWeek{Edited: masterdata.Edited{Rev: page.Rev}, Spans: week})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	day := func(date string) masterdata.MonthDay {
		mo, err := mod.Month(ctx, d.Read(), "", "p", date[:7])
		if err != nil {
			t.Fatal(err)
		}
		return mo.Days[int(cal.MustDay(date)-cal.MustDay(date[:7]+"-01"))]
	}
	rapid.Check(t, func(t *rapid.T) {
		date := cal.MustDay("2026-01-02") + cal.Day(rapid.IntRange(0, 700).Draw(t, "day"))
		// spans from the morning on, apart from each other, the last one perhaps into the night
		at, want := rapid.IntRange(0, 600).Draw(t, "start"), 0
		var spans []masterdata.DaySpan
		for range rapid.IntRange(1, 4).Draw(t, "spans") {
			from := at + rapid.IntRange(0, 120).Draw(t, "gap")
			to := from + rapid.IntRange(1, 400).Draw(t, "long")
			if from >= 1440 || to > 1440+480 { // 08:00 of the day after is when that begins
				break
			}
			spans, want, at = append(spans, masterdata.DaySpan{From: cal.Clock(from), To: cal.Clock((to-1)%1440 + 1), Shift: "x"}), want+to-from, to
			if to >= 1440 {
				break
			}
		}
		if len(spans) == 0 {
			t.Skip()
		}
		before, after := day((date - 1).String()), day((date + 1).String())
		was := day(date.String())
		set := func(e masterdata.DayEdit) error {
			return inTx(func(tx *db.Tx) (err error) {
				next, err := mod.EditDays(ctx, tx, "p", masterdata.EditDays{Edited: masterdata.Edited{Rev: page.Rev}, Days: []masterdata.DayEdit{e}})
				if err == nil {
					page = next
				}
				return err
			})
		}
		if err := set(masterdata.DayEdit{From: date.String(), What: "hours", Spans: spans}); err != nil {
			t.Fatal(err)
		}
		got := day(date.String())
		if got.Minutes != int64(want) || got.Kind != "hours" || len(got.Spans) != len(spans) {
			t.Fatalf("%v: %d minutes, want %d: %+v", spans, got.Minutes, want, got)
		}
		if day((date-1).String()).Minutes != before.Minutes || day((date+1).String()).Minutes != after.Minutes {
			t.Fatal("a neighbour changed")
		}
		// the calendar that planning uses says the same, and knows whose minutes the night's are
		all, err := masterdata.Calendars(ctx, d.Read())
		if err != nil {
			t.Fatal(err)
		}
		id, err := db.One[db.ID](ctx, d.Read(), `SELECT id FROM v_calendar WHERE code = 'p'`)
		if err != nil {
			t.Fatal(err)
		}
		last := spans[len(spans)-1]
		end, _ := cal.ParseClock(last.To)
		from, _ := cal.ParseClock(last.From)
		if end <= from {
			end += 1440
		}
		start := all[id].DayStart(date)
		shift, in := all[id].ShiftAt(start + int64(end)*60_000 - 1)
		if !in || shift.Day != date || shift.Name != "x" {
			t.Fatalf("the last minute of %v of %s belongs to %s %q", last, date, shift.Day, shift.Name)
		}
		if err := set(masterdata.DayEdit{From: date.String(), What: "usual"}); err != nil {
			t.Fatal(err)
		}
		if back := day(date.String()); back.Minutes != was.Minutes || back.Kind != "usual" {
			t.Fatalf("%+v came back as %+v", was, back)
		}
	})
}
