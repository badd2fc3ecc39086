package cal

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var zones = []string{"Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"}

func drawCalendar(t *rapid.T) *Calendar {
	loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	span := rapid.Custom(func(t *rapid.T) Hours {
		from := rapid.IntRange(0, 1439).Draw(t, "from")
		to := rapid.IntRange(0, 1440).Draw(t, "to")
		if to == from {
			to++
		}
		return Hours{From: from, To: to}
	})
	var w Week
	for i := range w {
		w[i] = rapid.SliceOfN(span, 0, 3).Draw(t, "day")
	}
	w[rapid.IntRange(0, 6).Draw(t, "sure")] = []Hours{{From: 8 * 60, To: 17 * 60}}
	days := map[string][]Hours{}
	for range rapid.IntRange(0, 5).Draw(t, "exceptions") {
		d := Day(rapid.IntRange(20400, 20900).Draw(t, "exception"))
		days[d.String()] = rapid.SliceOfN(span, 0, 2).Draw(t, "hours")
	}
	c, err := New(loc, w, days)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// instants around changes of the clock, New Year and the exceptions
func drawInstant(t *rapid.T) int64 {
	base := MustDay(rapid.SampledFrom([]string{"2026-03-28", "2026-10-25", "2026-12-31", "2025-12-30", "2026-04-05", "2011-12-29"}).Draw(t, "around"))
	return int64(base)*dayMS + rapid.Int64Range(-3*dayMS, 4*dayMS).Draw(t, "offset")
}

// What AddWork adds, WorkBetween counts and SubWork takes away, and no earlier end or later start would do.
func TestWorkAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, start := drawCalendar(t), drawInstant(t)
		work := rapid.Int64Range(1, 500*hour).Draw(t, "work")
		end := c.AddWork(start, work)
		if got := c.WorkBetween(start, end); got != work {
			t.Fatalf("worked %d of %d", got, work)
		}
		if got := c.WorkBetween(start, end-1); got != work-1 {
			t.Fatalf("not the earliest end: %d of %d a millisecond before", got, work)
		}
		back := c.SubWork(end, work)
		if back < start || c.WorkBetween(back, end) != work || c.WorkBetween(back+1, end) != work-1 {
			t.Fatalf("back to %d from start %d", back, start)
		}
		if next := c.NextWork(start); next != back && start == next {
			t.Fatalf("started in work at %d, came back to %d", start, back)
		}
		split := rapid.Int64Range(0, work).Draw(t, "split")
		if got := c.AddWork(c.AddWork(start, split), work-split); got != end {
			t.Fatalf("in two parts it ends %d, in one %d", got, end)
		}
	})
}

// Spans, NextWork and WorkBetween see the same working time; a walk over minutes of the wall clock agrees.
func TestSpansAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, a := drawCalendar(t), drawInstant(t)
		b := a + rapid.Int64Range(0, 12*dayMS).Draw(t, "window")
		var sum, last int64
		last = -Never
		for _, s := range c.Spans(a, b) {
			if s.From >= s.To || s.From <= last || s.From < a || s.To > b {
				t.Fatalf("span %v after %d in %d..%d", s, last, a, b)
			}
			if c.NextWork(s.From) != s.From || (s.To < b && c.NextWork(s.To) == s.To) {
				t.Fatalf("span %v is not all of its hours", s)
			}
			if _, in := c.ShiftAt(s.From); !in {
				t.Fatalf("no shift at %d", s.From)
			}
			last, sum = s.To, sum+s.To-s.From
		}
		if got := c.WorkBetween(a, b); got != sum {
			t.Fatalf("spans hold %d, WorkBetween says %d", sum, got)
		}
		at := rapid.Int64Range(a, b).Draw(t, "at")
		_, in := c.ShiftAt(at)
		if works := c.NextWork(at) == at; works != in {
			t.Fatalf("at %s NextWork says %v, ShiftAt %v", time.UnixMilli(at).In(c.loc), works, in)
		}
	})
}

func TestDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.IntRange(-700000, 2900000).Draw(t, "day"))
		want := time.Unix(int64(d)*86400, 0).UTC()
		if d.String() != want.Format(time.DateOnly) || DayOf(want) != d || (d.Weekday()+6)%7 != (int(want.Weekday())+6)%7 {
			t.Fatalf("%d is %s weekday %d, want %s", d, d, d.Weekday(), want)
		}
		if back, err := ParseDay(d.String()); err != nil || back != d {
			t.Fatalf("%s reads as %d, %v", d, back, err)
		}
	})
}
