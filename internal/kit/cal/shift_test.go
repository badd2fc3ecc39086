package cal

import (
	"testing"
	"time"
)

// Spans of one name are one shift with breaks: what follows a break after midnight belongs to the day on which the
// shift started.
func TestNightShiftWithBreak(t *testing.T) {
	loc := zone(t, "Asia/Shanghai")
	var w Week
	for i := range w {
		day := hours(t, "08:00-12:00", "13:00-20:00")
		day[0].Name, day[1].Name = "day", "day"
		night := hours(t, "20:00-01:00", "01:30-04:00", "04:30-07:00")
		for j := range night {
			night[j].Name = "night"
		}
		w[i] = append(append(day, night[0]), night[1:]...)
	}
	c, err := New(loc, w, nil)
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) int64 {
		v, err := time.ParseInLocation("2006-01-02T15:04", s, loc)
		if err != nil {
			t.Fatal(err)
		}
		return v.UnixMilli()
	}
	for _, x := range []struct {
		at, day, name string
		in            bool
	}{
		{"2026-03-02T12:30", "2026-03-02", "day", false}, // lunch
		{"2026-03-02T21:00", "2026-03-02", "night", true},
		{"2026-03-03T00:30", "2026-03-02", "night", true},
		{"2026-03-03T01:15", "2026-03-02", "night", false}, // its break
		{"2026-03-03T02:00", "2026-03-02", "night", true},
		{"2026-03-03T04:15", "2026-03-02", "night", false},
		{"2026-03-03T06:59", "2026-03-02", "night", true},
		{"2026-03-03T07:00", "2026-03-03", "", false}, // nobody works
		{"2026-03-03T08:00", "2026-03-03", "day", true},
	} {
		s, in := c.ShiftAt(at(x.at))
		if s.Day.String() != x.day || s.Name != x.name || in != x.in {
			t.Errorf("%s: %s %q %v", x.at, s.Day, s.Name, in)
		}
		if from, to := c.ShiftDay(s.Day); at(x.at) < from || at(x.at) >= to {
			t.Errorf("%s lies outside the production day %s", x.at, s.Day)
		}
	}
	if from, to := c.ShiftDay(MustDay("2026-03-02")); from != at("2026-03-02T07:00") || to != at("2026-03-03T07:00") {
		t.Errorf("the day of the 2nd goes from %d to %d", from, to)
	}
	round := Always(loc)
	if s, _ := round.ShiftAt(at("2026-03-03T02:00")); s.Day.String() != "2026-03-03" {
		t.Errorf("round the clock the day is the date: %s", s.Day)
	}
}
