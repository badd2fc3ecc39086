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
	"kaiwu/internal/production"
	"kaiwu/internal/scheduling"
)

// made lets a pin order of so many pieces run for so many minutes at the lathe, after a set-up, and with a breakdown of
// an hour in the middle where asked for.
func (s *shop) made(t testing.TB, qty int64, setup, minutes, broken time.Duration) {
	t.Helper()
	clock := kittest.ClockOf(s.d)
	number := s.order(t, "PIN", qty, "2026-03-20", 5)
	start := func(kind string) {
		if _, err := run(t, s.d, s.prod.Start, production.Run{Order: number, Op: 10, Kind: kind}); err != nil {
			t.Fatal(err)
		}
	}
	if setup > 0 {
		start("setup")
		clock.Add(setup)
	}
	start("")
	clock.Add(minutes / 2)
	if broken > 0 {
		if _, err := run(t, s.d, s.prod.Pause, production.Run{Order: number, Op: 10, Reason: "machine"}); err != nil {
			t.Fatal(err)
		}
		clock.Add(broken)
		start("")
	}
	clock.Add(minutes - minutes/2)
	if _, err := run(t, s.d, s.prod.Report, production.Report{Order: number, Op: 10, Good: num.Int(qty)}); err != nil {
		t.Fatal(err)
	}
}

func (s *shop) times(t testing.TB) map[string]scheduling.TimePage {
	t.Helper()
	ids, err := db.All[db.ID](kittest.Ctx(t), s.d.Read(), `SELECT id FROM aps_time ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]scheduling.TimePage{}
	for _, id := range ids {
		p, err := s.Time(kittest.Ctx(t), s.d.Read(), id)
		if err != nil {
			t.Fatal(err)
		}
		out[p.Kind+" "+p.Item] = p
	}
	return out
}

// A pin is planned to take a minute and takes 90 seconds. The pause for a breakdown is no part of it, and one report
// in which somebody forgot the clock is an outlier. Adopted, the next order's bar is as long as the floor needs; the
// stoppage shows as the lathe's efficiency.
func TestTimesLearned(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx := open(t, d), kittest.Ctx(t)
		for range 5 {
			s.made(t, 10, 6*time.Minute, 15*time.Minute, 0)
		}
		s.made(t, 10, 0, 15*time.Minute, 30*time.Minute)
		s.made(t, 1, 0, 40*time.Minute, 0)
		open := s.order(t, "PIN", 100, "2026-03-20", 5)
		l, err := s.LearnTimes(ctx, scheduling.Learn{})
		if err != nil || l.Open != 2 || l.Few != 1 {
			t.Errorf("%+v %v", l, err)
		}
		got := s.times(t)
		pin := got["run PIN"]
		if pin.State != "open" || pin.Planned != num.One || pin.Median != num.MustParse("1.5") || pin.N != 6 || pin.Outliers != 1 || pin.Pieces != num.Int(60) || pin.Diff != num.Int(50) || pin.Orders != 1 || pin.EffectMS != 50*60_000 {
			t.Errorf("%+v", pin.TimeRow)
		}
		outliers := 0
		for _, x := range pin.Samples {
			if x.Outlier {
				outliers++
				if x.Pieces != num.One || x.Minutes != num.Int(40) {
					t.Errorf("%+v", x)
				}
			}
		}
		if len(pin.Samples) != 7 || outliers != 1 {
			t.Errorf("%d samples, %d outliers", len(pin.Samples), outliers)
		}
		if setup := got["setup PIN"]; setup.State != "open" || setup.Median != num.Int(6) || setup.N != 5 {
			t.Errorf("%+v", setup.TimeRow)
		}
		if eff := got["efficiency "]; eff.State != "few" || eff.Median >= num.Int(100) || eff.Median < num.Int(70) { // 130 of 160 minutes of one day
			t.Errorf("%+v", eff.TimeRow)
		}

		decide := func(in scheduling.DecideTimes) (out scheduling.TimesDecided, err error) {
			err = d.InTx(ctx, func(tx *db.Tx) error { out, err = s.DecideTimes(ctx, tx, in); return err })
			return out, err
		}
		if _, err := decide(scheduling.DecideTimes{Times: []db.ID{pin.ID}}); !fault.Is(err, "scheduling.decline_reason") {
			t.Error(err)
		}
		if _, err := decide(scheduling.DecideTimes{Times: []db.ID{got["efficiency "].ID}, Adopt: true}); !fault.Is(err, "scheduling.time_few") {
			t.Error(err)
		}
		if _, err := decide(scheduling.DecideTimes{Times: []db.ID{pin.ID}, Reason: "new knife"}); err != nil {
			t.Fatal(err)
		}
		kittest.ClockOf(d).Add(time.Minute)
		if _, err := s.LearnTimes(ctx, scheduling.Learn{}); err != nil {
			t.Fatal(err)
		}
		if p := s.times(t)["run PIN"]; p.State != "declined" || p.ID != pin.ID || len(p.Acts) != 1 || p.Acts[0].Reason != "new knife" {
			t.Errorf("declined is proposed again: %+v", p.TimeRow)
		}
		done, err := decide(scheduling.DecideTimes{Times: []db.ID{pin.ID, got["setup PIN"].ID}, Adopt: true})
		if err != nil || len(done.Decided) != 2 || done.Decided[0].Document != "2" || done.Decided[0].Act != "adopted" {
			t.Fatalf("%+v %v", done, err)
		}
		next := s.order(t, "PIN", 60, "2026-03-20", 1)
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		for number, want := range map[string]time.Duration{next: 96 * time.Minute, open: 100 * time.Minute} { // an order that exists keeps its copy
			p, err := s.Order(ctx, d.Read(), number)
			if err != nil || time.Duration(p.Slots[0].EndMS-p.Slots[0].StartMS)*time.Millisecond < want-time.Minute {
				t.Errorf("%s: %+v %v", number, p.Slots, err)
			}
			if got := p.Slots[0]; number == next && got.SetupMS+0 < 6*60_000 {
				t.Errorf("set-up of %d ms", got.SetupMS)
			}
		}
		kittest.ClockOf(d).Add(time.Minute)
		if _, err := s.LearnTimes(ctx, scheduling.Learn{}); err != nil {
			t.Fatal(err)
		}
		if p := s.times(t)["run PIN"]; p.State != "near" || p.Planned != num.MustParse("1.5") || p.Routing != "2" || len(p.Acts) != 2 {
			t.Errorf("%+v", p.TimeRow)
		}
	})
}

// Where versions move by changes alone, a time is adopted by a change that waits for its approval.
func TestTimesByChange(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx := open(t, d), kittest.Ctx(t)
		d.NumberRule("change", "EC{yymm}-{0000}")
		for range 5 {
			s.made(t, 10, 0, 15*time.Minute, 0)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, masterdata.SettingChangeOnly, "1")
		})
		if _, err := s.LearnTimes(ctx, scheduling.Learn{}); err != nil {
			t.Fatal(err)
		}
		pin := s.times(t)["run PIN"]
		var out scheduling.TimesDecided
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			out, err = s.DecideTimes(ctx, tx, scheduling.DecideTimes{Times: []db.ID{pin.ID}, Adopt: true, Reason: "measured"})
			return err
		})
		if len(out.Decided) != 1 || out.Decided[0].Act != "asked" || out.Decided[0].Document == "" {
			t.Fatalf("%+v", out)
		}
		page, err := s.Master.ChangePage(ctx, d.Read(), out.Decided[0].Document, "2026-03-02")
		if err != nil || page.State != "requested" {
			t.Fatalf("%s %v", page.State, err)
		}
		kittest.ClockOf(d).Add(time.Minute)
		if _, err := s.LearnTimes(ctx, scheduling.Learn{}); err != nil {
			t.Fatal(err)
		}
		if p := s.times(t)["run PIN"]; p.State != "asked" || p.Planned != num.One {
			t.Errorf("%+v", p.TimeRow)
		}
	})
}
