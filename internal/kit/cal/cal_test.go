package cal

import (
	"testing"
	"time"
)

func zone(t testing.TB, name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func hours(t testing.TB, spans ...string) []Hours {
	var out []Hours
	for _, s := range spans {
		f, err1 := ParseClock(s[:5])
		to, err2 := ParseClock(s[6:])
		if err1 != nil || err2 != nil {
			t.Fatal(s)
		}
		out = append(out, Hours{From: f, To: to})
	}
	return out
}

// office works Monday to Friday with lunch, nights Monday to Thursday; 1 May closed, one Saturday open.
func office(t testing.TB, loc *time.Location) *Calendar {
	var w Week
	for i := range 5 {
		w[i] = hours(t, "13:00-17:00", "08:00-12:00")
		if i < 4 {
			w[i] = append(w[i], Hours{From: 22 * 60, To: 6 * 60, Name: "night"})
		}
	}
	c, err := New(loc, w, map[string][]Hours{"2026-05-01": nil, "2026-05-09": hours(t, "08:00-10:00")})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const hour = int64(3600_000)

func TestAddAndSubWork(t *testing.T) {
	loc := zone(t, "Asia/Shanghai")
	c := office(t, loc)
	at := func(s string) int64 {
		v, err := time.ParseInLocation("2006-01-02T15:04", s, loc)
		if err != nil {
			t.Fatal(err)
		}
		return v.UnixMilli()
	}
	for _, x := range []struct {
		name, start string
		hours       int64
		end, back   string // back: SubWork(end), the latest start
	}{
		{"inside", "2026-03-02T08:00", 2, "2026-03-02T10:00", "2026-03-02T08:00"},
		{"to lunch", "2026-03-02T08:00", 4, "2026-03-02T12:00", "2026-03-02T08:00"},
		{"over lunch", "2026-03-02T11:00", 2, "2026-03-02T14:00", "2026-03-02T11:00"},
		{"from lunch", "2026-03-02T12:30", 1, "2026-03-02T14:00", "2026-03-02T13:00"},
		{"into the night", "2026-03-02T16:00", 4, "2026-03-03T01:00", "2026-03-02T16:00"},
		{"over the weekend", "2026-03-06T16:00", 2, "2026-03-09T09:00", "2026-03-06T16:00"},
		{"over a holiday", "2026-04-30T23:00", 8, "2026-05-04T09:00", "2026-04-30T23:00"},
		{"from a holiday", "2026-05-01T09:00", 3, "2026-05-04T11:00", "2026-05-04T08:00"},
		{"to an open Saturday", "2026-05-08T16:00", 2, "2026-05-09T09:00", "2026-05-08T16:00"},
		{"no work takes no time", "2026-03-08T03:00", 0, "2026-03-08T03:00", "2026-03-08T03:00"},
		{"a week", "2026-03-02T08:00", 72, "2026-03-06T17:00", "2026-03-02T08:00"},
	} {
		end := c.AddWork(at(x.start), x.hours*hour)
		if end != at(x.end) {
			t.Errorf("%s: end %s, want %s", x.name, time.UnixMilli(end).In(loc), x.end)
		}
		if got := c.SubWork(end, x.hours*hour); got != at(x.back) {
			t.Errorf("%s: back to %s, want %s", x.name, time.UnixMilli(got).In(loc), x.back)
		}
	}
}

func TestDaylightSaving(t *testing.T) {
	loc := zone(t, "Europe/Berlin")
	var w Week
	for i := range w {
		w[i] = hours(t, "22:00-06:00")
	}
	c, err := New(loc, w, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		day  string
		work int64
	}{{"2026-03-28", 7}, {"2026-10-24", 9}, {"2026-06-01", 8}} {
		d := MustDay(x.day)
		from, to := c.at(d, 22*60), c.at(d, 30*60)
		if got := c.WorkBetween(from, to); got != x.work*hour {
			t.Errorf("night of %s works %d h, want %d", x.day, got/hour, x.work)
		}
		if got := c.AddWork(from, x.work*hour); got != to {
			t.Errorf("night of %s ends %s", x.day, time.UnixMilli(got).In(loc))
		}
	}
	// 02:30 does not exist on 29 March: hours that begin then begin with the change itself
	if got, want := time.UnixMilli(c.at(MustDay("2026-03-29"), 150)).UTC(), time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("02:30 in the gap is %s", got)
	}
	// 02:30 exists twice on 25 October: the first counts
	if got, want := time.UnixMilli(c.at(MustDay("2026-10-25"), 150)).UTC(), time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("02:30 in the fold is %s", got)
	}
}

func TestShiftAt(t *testing.T) {
	loc := zone(t, "Asia/Shanghai")
	c := office(t, loc)
	for _, x := range []struct {
		at, day, name string
		in            bool
	}{
		{"2026-03-03T02:00", "2026-03-02", "night", true},
		{"2026-03-02T22:00", "2026-03-02", "night", true},
		{"2026-03-03T06:00", "2026-03-03", "", false},
		{"2026-03-03T09:00", "2026-03-03", "", true},
		{"2026-05-01T03:00", "2026-04-30", "night", true},
		{"2026-05-01T09:00", "2026-05-01", "", false},
	} {
		v, _ := time.ParseInLocation("2006-01-02T15:04", x.at, loc)
		s, in := c.ShiftAt(v.UnixMilli())
		if s.Day.String() != x.day || s.Name != x.name || in != x.in {
			t.Errorf("%s: %s %q %v", x.at, s.Day, s.Name, in)
		}
	}
}

func TestWorkingDaysBack(t *testing.T) {
	c := office(t, time.UTC)
	for _, x := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-03-09", 0, "2026-03-09"}, {"2026-03-09", 1, "2026-03-06"}, {"2026-03-08", 0, "2026-03-08"},
		{"2026-03-08", 1, "2026-03-06"}, {"2026-03-09", 6, "2026-02-27"}, {"2026-05-04", 1, "2026-04-30"}, {"2026-05-11", 1, "2026-05-09"},
	} {
		if got, _ := c.WorkingDaysBack(x.from, x.n); got != x.want {
			t.Errorf("%s back %d: %s, want %s", x.from, x.n, got, x.want)
		}
		if x.n > 0 {
			if got := c.ForwardDays(MustDay(x.want), x.n); got != MustDay(x.from) && c.Works(MustDay(x.from)) {
				t.Errorf("%s on %d: %s", x.want, x.n, got)
			}
		}
	}
	closed, _ := New(time.UTC, Week{}, nil)
	if got := closed.BackDays(MustDay("2026-03-09"), 3); got.String() != "2026-03-06" {
		t.Errorf("a calendar without hours counts calendar days, got %s", got)
	}
}

func TestNoHours(t *testing.T) {
	c, _ := New(time.UTC, Week{}, map[string][]Hours{"2026-12-31": {{From: 22 * 60, To: 6 * 60}}})
	day := c.DayStart(MustDay("2026-03-01"))
	if got := c.AddWork(day, 8*hour); c.DateOf(got) != "2027-01-01" {
		t.Errorf("the only night ends %s", time.UnixMilli(got).UTC())
	}
	if got := c.AddWork(day, 9*hour); got != Never {
		t.Errorf("got %d, want Never", got)
	}
	if got := c.NextWork(c.DayStart(MustDay("2027-02-01"))); got != Never {
		t.Errorf("got %d, want Never", got)
	}
	if got := c.SubWork(day, 1); got != -Never {
		t.Errorf("got %d, want -Never", got)
	}
	a := Always(time.UTC)
	if a.AddWork(day, 5) != day+5 || a.SubWork(day, 5) != day-5 || a.WorkBetween(day, day+7) != 7 || !a.Works(1) {
		t.Error("always works")
	}
}

func TestRefusals(t *testing.T) {
	for _, h := range []Hours{{From: 60, To: 60}, {From: -1, To: 5}, {From: 1440, To: 60}, {From: 0, To: 1441}} {
		if _, err := New(time.UTC, Week{{h}}, nil); err == nil {
			t.Errorf("%v accepted", h)
		}
	}
	for _, s := range []string{"", "2026-2-3", "2026-02-30", "2026-13-01", "0000-01-01", "2026/02/03", "2026-02-0x", "2025-02-29"} {
		if _, err := ParseDay(s); err == nil {
			t.Errorf("%q accepted", s)
		}
	}
	for _, s := range []string{"8:00", "08:60", "24:01", "ab:cd", "+8:00", "08-00"} {
		if _, err := ParseClock(s); err == nil {
			t.Errorf("%q accepted", s)
		}
	}
}

// A day's own work is what its spans say: a night counts on the evening it starts, overlaps once, summer time in truth.
func TestWorkOf(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	night := []Hours{{From: 22 * 60, To: 6 * 60, Name: "N"}}
	c, err := New(loc, Week{night, night, night, night, night, night, {}}, map[string][]Hours{
		"2026-05-01": {}, "2026-05-02": {{From: 480, To: 720}, {From: 660, To: 780}}, "2026-03-28": night, "2026-05-03": {{From: 0, To: 1440}}})
	if err != nil {
		t.Fatal(err)
	}
	for date, want := range map[string]int64{"2026-05-04": 480, "2026-05-01": 0, "2026-05-02": 300, "2026-03-28": 420, "2026-05-03": 1440, "2026-05-10": 0} {
		if got := c.WorkOf(MustDay(date)) / 60_000; got != want {
			t.Errorf("%s: %d minutes, want %d", date, got, want)
		}
	}
	if h := c.HoursOf(MustDay("2026-05-04")); len(h) != 1 || h[0].To != 30*60 || h[0].Name != "N" || Clock(h[0].From) != "22:00" {
		t.Error(h)
	}
}
