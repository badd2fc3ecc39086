package scheduling_test

import (
	"context"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/production"
	"kaiwu/internal/scheduling"
)

// press adds two presses and a line to the shop, which work from 8 to 12 and 13 to 17 on weekdays by the calendar that
// everybody keeps, and by one that only the line keeps.
func (s *shop) press(t testing.TB) {
	t.Helper()
	ctx := kittest.Ctx(t)
	p := pack.New()
	p.Site.Code, p.Site.Name = "F1", "一厂"
	p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: "PRESS", Name: "PRESS", Calendar: "day", EfficiencyPct: num.Int(100), Kind: "machine", Capacity: 1}, pack.WorkCenter{Code: "LINE", Name: "LINE", Calendar: "line", EfficiencyPct: num.Int(100), Kind: "line", Capacity: 1})
	p.Machines = append(p.Machines, pack.Machine{Code: "P1", Name: "P1", WorkCenter: "PRESS", SpeedPct: num.Int(100)}, pack.Machine{Code: "P2", Name: "P2", WorkCenter: "PRESS", SpeedPct: num.Int(100)}, pack.Machine{Code: "L1", Name: "L1", WorkCenter: "LINE", SpeedPct: num.Int(100)})
	for day := 1; day <= 5; day++ {
		p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "line", Weekday: day, From: "08:00", To: "12:00", Shift: "early"}, pack.CalendarHours{Calendar: "line", Weekday: day, From: "13:00", To: "17:00", Shift: "early"},
			pack.CalendarHours{Calendar: "day", Weekday: day, From: "08:00", To: "12:00"}, pack.CalendarHours{Calendar: "day", Weekday: day, From: "13:00", To: "17:00"})
	}
	for _, x := range [][2]string{{"PLATE", "PRESS"}, {"BOX", "LINE"}} {
		p.Items = append(p.Items, pack.Item{Code: x[0], Name: x[0], UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100)})
		p.BOMs = append(p.BOMs, pack.BOMLine{Product: x[0], Version: "1", Role: "component", Item: "BAR", Qty: num.One, Op: 10, Issue: "none"})
		p.Routings = append(p.Routings, pack.Operation{Product: x[0], Version: "1", Op: 10, Name: x[1], WorkCenter: x[1], RunMin: num.One, Report: true, Inspection: "none"})
	}
	p.Items = append(p.Items, pack.Item{Code: "BAR", Name: "BAR", UOM: "pcs", Kind: "buy", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100)})
	if err := s.d.InBatch(ctx, "import", func(b *db.Batch) error { return s.Master.Load(masterdata.Loading(ctx, b), b, p) }, func(tx *db.Tx, b *db.Batch) error { return s.Master.Publish(masterdata.Loading(ctx, b), tx, b) }); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.items, err = masterdata.AllItems(ctx, s.d.Read()); err != nil {
		t.Fatal(err)
	}
}

// to lets the clock go on to a time of a day, counted from the Monday on which the test begins.
func (s *shop) to(t testing.TB, day, hour, minute int) {
	t.Helper()
	clock := kittest.ClockOf(s.d)
	at := kittest.Start.Add(time.Duration(day)*24*time.Hour + time.Duration(hour-8)*time.Hour + time.Duration(minute)*time.Minute)
	if d := at.Sub(s.d.Now()); d > 0 {
		clock.Add(d)
	}
}

func (s *shop) capacity(t testing.TB) map[string]scheduling.TimePage {
	t.Helper()
	ctx := kittest.Ctx(t)
	kittest.ClockOf(s.d).Add(time.Minute)
	if _, err := s.LearnTimes(ctx, scheduling.Learn{}); err != nil {
		t.Fatal(err)
	}
	ids, err := db.All[db.ID](ctx, s.d.Read(), `SELECT id FROM aps_time ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]scheduling.TimePage{}
	for _, id := range ids {
		p, err := s.Time(ctx, s.d.Read(), id)
		if err != nil {
			t.Fatal(err)
		}
		if p.Kind == "available" || p.Kind == "calendar" {
			out[p.Kind+" "+p.WorkCenter+" "+p.Machine+" "+string(rune('0'+p.Weekday))] = p
		}
	}
	return out
}

// Press 1 has work all day and stands still for an hour and a half of each; press 2 runs through. Over twelve days that is
// 81 % of 8 hours, whatever the one day of a big breakdown says; adopted, it is the machine's own efficiency, press 2
// keeps the work center's, and the next schedule has longer bars on press 1 alone. Nothing is adopted by itself.
func TestAvailabilityLearned(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx := open(t, d), kittest.Ctx(t)
		s.press(t)
		act := func(fn func(context.Context, *db.Tx, production.Run) (production.Ran, error), in production.Run) {
			t.Helper()
			if _, err := run(t, d, fn, in); err != nil {
				t.Fatal(err)
			}
		}
		one, two := s.order(t, "PLATE", 10_000, "2026-04-20", 5), s.order(t, "PLATE", 10_000, "2026-04-20", 5)
		worked := 0
		for day := 0; worked < 12; day++ {
			if day%7 > 4 {
				continue
			}
			worked++
			s.to(t, day, 8, 0)
			act(s.prod.Start, production.Run{Order: one, Op: 10, Machine: "P1"})
			act(s.prod.Start, production.Run{Order: two, Op: 10, Machine: "P2"})
			s.to(t, day, 10, 0)
			act(s.prod.Pause, production.Run{Order: one, Op: 10, Reason: "material"})
			if worked == 3 { // the day of the big breakdown
				s.to(t, day, 16, 0)
			} else {
				s.to(t, day, 11, 30)
			}
			act(s.prod.Start, production.Run{Order: one, Op: 10, Machine: "P1"})
			s.to(t, day, 17, 0)
			for n, number := range []string{one, two} {
				good := int64(480 - 20*n)
				if n == 0 {
					good = 390
				}
				if _, err := run(t, d, s.prod.Report, production.Report{Order: number, Op: 10, Good: num.Int(good), Scrap: num.Int(int64(10 * n)), ScrapReason: "other"}); err != nil {
					t.Fatal(err)
				}
				act(s.prod.Pause, production.Run{Order: number, Op: 10, Reason: "shift_end"})
			}
			if worked == 5 {
				if got := s.capacity(t)["available PRESS P1 0"]; got.State != "few" || got.N < 3 {
					t.Errorf("after five days: %+v", got.TimeRow)
				}
			}
		}
		s.to(t, 17, 8, 0)
		got := s.capacity(t)
		p1, p2 := got["available PRESS P1 0"], got["available PRESS P2 0"]
		if p1.State != "open" || p1.Planned != num.Int(100) || p1.Median != num.MustParse("81.25") || p1.N != 11 || p1.Outliers != 1 || p1.HoursPlanned != num.Int(8) || p1.HoursReal != num.MustParse("6.5") || p1.Q1 != p1.Q3 {
			t.Errorf("%+v", p1.TimeRow)
		}
		if p2.State != "near" || p2.Median != num.Int(100) {
			t.Errorf("%+v", p2.TimeRow)
		}
		if o := p1.OEE; o == nil || o.Available < num.Int(75) || o.Available > num.Int(80) || o.Quality != num.Int(100) || len(o.Losses) != 1 || o.Losses[0].Reason != "material" || o.OEE < num.Int(80) || o.OEE > num.Int(82) {
			t.Errorf("%+v", o)
		}
		if o := p2.OEE; o == nil || o.Available != num.Int(100) || o.Quality >= num.Int(100) || o.Performance < num.Int(95) || o.Performance > num.Int(101) {
			t.Errorf("%+v", o)
		}
		if len(p1.Samples) != 12 || p1.Samples[0].Machine != "P1" || p1.Samples[0].Minutes != num.Int(390) {
			t.Errorf("%+v", p1.Samples)
		}
		next := s.order(t, "PLATE", 480, "2026-04-20", 1)
		lengths := func() map[string]time.Duration {
			t.Helper()
			out := map[string]time.Duration{}
			for _, machine := range []string{"P1", "P2"} {
				dr, err := s.Preview(ctx, d.Read(), scheduling.Propose{Changes: []scheduling.Change{{Kind: "pin", Order: next, Op: 10, Machine: machine, FromMS: d.Now().Add(24 * 30 * time.Hour).UnixMilli()}}})
				if err != nil {
					t.Fatal(err)
				}
				for _, b := range dr.Bars {
					if b.Order == next {
						out[machine] = time.Duration(b.EndMS-b.StartMS) * time.Millisecond
					}
				}
			}
			return out
		}
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		was := lengths()
		decide := func(in scheduling.DecideTimes) (out scheduling.TimesDecided, err error) {
			err = d.InTx(ctx, func(tx *db.Tx) error { out, err = s.DecideTimes(ctx, tx, in); return err })
			return out, err
		}
		if m, err := masterdata.Machines(ctx, d.Read(), p1site(t, d)); err != nil || m[0].EfficiencyPct != 0 {
			t.Errorf("adopted by itself: %+v %v", m, err)
		}
		out, err := decide(scheduling.DecideTimes{Times: []db.ID{p1.ID}, Adopt: true, Reason: "12 days"})
		if err != nil || len(out.Decided) != 1 || out.Decided[0].Act != "adopted" || out.Decided[0].Machine != "P1" || out.Decided[0].Found != num.MustParse("81.25") {
			t.Fatalf("%+v %v", out, err)
		}
		kittest.ClockOf(d).Add(time.Minute)
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		is := lengths()
		if is["P1"] <= was["P1"] || is["P2"] != was["P2"] {
			t.Errorf("bars were %v and are %v", was, is)
		}
		if p := s.capacity(t)["available PRESS P1 0"]; p.State != "near" || p.Planned != num.MustParse("81.2") || len(p.Acts) != 1 || p.Acts[0].Reason != "12 days" || p.Acts[0].Machine != "P1" {
			t.Errorf("%+v %+v", p.TimeRow, p.Acts)
		}
	})
}

func p1site(t testing.TB, d *db.DB) db.ID {
	t.Helper()
	id, err := db.One[db.ID](kittest.Ctx(t), d.Read(), `SELECT id FROM v_site WHERE code = 'F1'`)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// The line works on Saturday mornings in six of eight weeks, and until seven on Wednesdays; what lies started over a
// Sunday is no work. Both are proposed with their hours; declined, they do not come again; adopted, the calendar that only
// the line keeps has them. The presses keep theirs with everybody: they get a copy, and nobody else's hours change.
func TestCalendarsLearned(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx := open(t, d), kittest.Ctx(t)
		s.press(t)
		work := func(item, machine string, day int, from, to [2]int) {
			t.Helper()
			s.to(t, day, from[0], from[1])
			number := s.order(t, item, 100, "2026-06-20", 5)
			if _, err := run(t, d, s.prod.Start, production.Run{Order: number, Op: 10, Machine: machine}); err != nil {
				t.Fatal(err)
			}
			s.to(t, day, to[0], to[1])
			if _, err := run(t, d, s.prod.Report, production.Report{Order: number, Op: 10, Good: num.Int(100)}); err != nil {
				t.Fatal(err)
			}
		}
		for week := range 8 {
			day := week * 7
			work("BOX", "L1", day, [2]int{8, 0}, [2]int{11, 0})
			if week != 1 && week != 2 {
				work("BOX", "L1", day+2, [2]int{14, 0}, [2]int{18, 55 + week%3*4})
			}
			work("PLATE", "P1", day+3, [2]int{9, 0}, [2]int{10, 0})
			if week != 3 && week != 5 {
				work("BOX", "L1", day+5, [2]int{8, 2 + week%3}, [2]int{11, 55 + week%3*4})
				s.to(t, day+5, 13, 0)
			}
			if week > 0 {
				work("PLATE", "P2", day+5, [2]int{14, 0}, [2]int{16, 0})
			}
			long := s.order(t, "BOX", 100, "2026-06-20", 5) // left as it is over Sunday
			if _, err := run(t, d, s.prod.Start, production.Run{Order: long, Op: 10, Machine: "L1"}); err != nil {
				t.Fatal(err)
			}
			s.to(t, day+7, 8, 0)
			if _, err := run(t, d, s.prod.Report, production.Report{Order: long, Op: 10, Good: num.Int(100)}); err != nil {
				t.Fatal(err)
			}
		}
		s.to(t, 56, 9, 0)
		got := s.capacity(t)
		sat, wed, press := got["calendar LINE  6"], got["calendar LINE  3"], got["calendar PRESS  6"]
		if sat.State != "open" || sat.N < 6 || sat.Weeks != 8 || sat.HoursWas != "" || sat.HoursIs != "08:00-12:00" || sat.Planned != 0 || sat.Median != num.Int(4) || len(sat.Samples) < 6 {
			t.Errorf("%+v %+v", sat.TimeRow, sat.Samples)
		}
		if wed.State != "open" || wed.N != 6 || wed.HoursWas != "08:00-12:00 13:00-17:00" || wed.HoursIs != "08:00-12:00 13:00-19:00" || wed.Diff != num.Int(25) {
			t.Errorf("%+v", wed.TimeRow)
		}
		if press.State != "open" || press.N != 7 || press.HoursIs != "14:00-16:00" {
			t.Errorf("%+v", press.TimeRow)
		}
		if sunday, ok := got["calendar LINE  7"]; ok {
			t.Errorf("nobody works on Sundays: %+v %+v", sunday.TimeRow, sunday.Samples)
		}
		decide := func(in scheduling.DecideTimes) (out scheduling.TimesDecided, err error) {
			err = d.InTx(ctx, func(tx *db.Tx) error { out, err = s.DecideTimes(ctx, tx, in); return err })
			return out, err
		}
		if _, err := decide(scheduling.DecideTimes{Times: []db.ID{wed.ID}, Reason: "only while the new hall is built"}); err != nil {
			t.Fatal(err)
		}
		if p := s.capacity(t)["calendar LINE  3"]; p.State != "declined" || len(p.Acts) != 1 || p.Acts[0].HoursIs != wed.HoursIs {
			t.Errorf("declined is proposed again: %+v %+v", p.TimeRow, p.Acts)
		}
		sites := p1site(t, d)
		hours := func(center string, day string) int64 {
			t.Helper()
			w, err := masterdata.WorkCenterAt(ctx, d.Read(), sites, center)
			if err != nil {
				t.Fatal(err)
			}
			c, err := masterdata.CalendarOf(ctx, d.Read(), w.ID)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.ParseInLocation("2006-01-02", day, d.Zone())
			if err != nil {
				t.Fatal(err)
			}
			return c.WorkBetween(at.UnixMilli(), at.AddDate(0, 0, 1).UnixMilli()) / 3_600_000
		}
		const saturday = "2026-06-06"
		out, err := decide(scheduling.DecideTimes{Times: []db.ID{sat.ID, press.ID}, Adopt: true, Reason: "eight weeks"})
		if err != nil || len(out.Decided) != 2 {
			t.Fatalf("%+v %v", out, err)
		}
		for _, x := range out.Decided {
			if want := map[string]string{"LINE": "line", "PRESS": "day-PRESS"}[x.WorkCenter]; x.Document != want || x.Weekday != 6 || x.HoursIs == "" {
				t.Errorf("%+v", x)
			}
		}
		for center, want := range map[string]int64{"LINE": 4, "PRESS": 2, "SAW": 0} {
			if got := hours(center, saturday); got != want {
				t.Errorf("%s works %d hours on Saturdays, want %d", center, got, want)
			}
			if got := hours(center, "2026-06-03"); got != 8 {
				t.Errorf("%s works %d hours on Wednesdays", center, got)
			}
		}
		if _, ok := s.capacity(t)["calendar LINE  6"]; ok {
			t.Error("the calendar has it, and it is proposed still")
		}
		if _, err := decide(scheduling.DecideTimes{Times: []db.ID{sat.ID}, Adopt: true}); !fault.Is(err, "scheduling.time_unknown") {
			t.Error(err)
		}
	})
}
