package scheduling_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/production"
	"kaiwu/internal/scheduling"
)

// Red after blue is quicker than the matrix says and blue after red slower; the step's own set-up, which is within, is
// not blamed for it. Adopted, the matrix has a line for each pair and keeps the one for any; the next schedule counts
// with them, and what was adopted is near.
func TestChangeoversLearned(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx := open(t, d), kittest.Ctx(t)
		p := pack.New()
		p.Site.Code, p.Site.Name = "F1", "一厂"
		p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: "MOULD", Name: "MOULD", Calendar: "long", EfficiencyPct: 100 * num.One, Kind: "machine", Capacity: 1})
		p.Machines = append(p.Machines, pack.Machine{Code: "M1", Name: "M1", WorkCenter: "MOULD", SpeedPct: 100 * num.One})
		for day := 1; day <= 6; day++ {
			p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "long", Weekday: day, From: "00:00", To: "24:00"})
		}
		p.Items = append(p.Items, pack.Item{Code: "GRAIN", Name: "GRAIN", UOM: "pcs", Kind: "buy", Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One})
		for _, family := range []string{"red", "blue"} {
			p.Items = append(p.Items, pack.Item{Code: family, Name: family, Family: family, UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One})
			p.BOMs = append(p.BOMs, pack.BOMLine{Product: family, Version: "1", Role: "component", Item: "GRAIN", Qty: num.One, Op: 10, Issue: "none"})
			p.Routings = append(p.Routings, pack.Operation{Product: family, Version: "1", Op: 10, Name: "mould", WorkCenter: "MOULD", SetupMin: num.Int(5), RunMin: num.One, Report: true, Inspection: "none"})
		}
		p.Changeovers = []pack.Changeover{{WorkCenter: "MOULD", FromFamily: "*", ToFamily: "*", Minutes: num.Int(20)}, {WorkCenter: "MOULD", FromFamily: "red", ToFamily: "blue", Minutes: num.Int(30)}}
		if err := d.InBatch(ctx, "import", func(b *db.Batch) error { return s.Master.Load(masterdata.Loading(ctx, b), b, p) }, func(tx *db.Tx, b *db.Batch) error { return s.Master.Publish(masterdata.Loading(ctx, b), tx, b) }); err != nil {
			t.Fatal(err)
		}
		var err error
		if s.items, err = masterdata.AllItems(ctx, d.Read()); err != nil {
			t.Fatal(err)
		}
		clock, machine := kittest.ClockOf(d), "" // nobody names the only machine, until somebody does
		made := func(item string, setup time.Duration) {
			t.Helper()
			number := s.order(t, item, 10, "2026-03-20", 5)
			for _, kind := range []string{"setup", ""} {
				if _, err := run(t, d, s.prod.Start, production.Run{Order: number, Op: 10, Kind: kind, Machine: machine}); err != nil {
					t.Fatal(err)
				}
				if kind == "setup" {
					clock.Add(setup)
				}
			}
			clock.Add(10 * time.Minute)
			if _, err := run(t, d, s.prod.Report, production.Report{Order: number, Op: 10, Good: num.Int(10)}); err != nil {
				t.Fatal(err)
			}
		}
		made("red", 5*time.Minute) // nobody knows what was there before: a set-up and nothing else
		for i := range 5 {
			made("blue", 47*time.Minute)
			made("red", time.Duration(16+i%3)*time.Minute)
		}
		learn := func() map[string]scheduling.TimePage {
			t.Helper()
			clock.Add(time.Minute)
			if _, err := s.LearnTimes(ctx, scheduling.Learn{}); err != nil {
				t.Fatal(err)
			}
			ids, err := db.All[db.ID](ctx, d.Read(), `SELECT id FROM aps_time ORDER BY id`)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]scheduling.TimePage{}
			for _, id := range ids {
				p, err := s.Time(ctx, d.Read(), id)
				if err != nil {
					t.Fatal(err)
				}
				out[p.Kind+" "+p.Item+p.From+">"+p.To] = p
			}
			return out
		}
		got := learn()
		blue, red := got["changeover red>blue"], got["changeover blue>red"]
		if blue.State != "open" || blue.Planned != num.Int(30) || blue.Median != num.Int(42) || blue.N != 5 || len(blue.Samples) != 5 || blue.Samples[0].Minutes != num.Int(47) || blue.Samples[0].Value != num.Int(42) {
			t.Errorf("red to blue: %+v %+v", blue.TimeRow, blue.Samples)
		}
		if red.State != "open" || red.Planned != num.Int(20) || red.Median != num.Int(12) || red.N != 5 {
			t.Errorf("blue to red: %+v", red.TimeRow)
		}
		if setup := got["setup red>"]; setup.N != 1 || setup.State != "few" || setup.Median != num.Int(5) {
			t.Errorf("the set-up is blamed for changeovers: %+v", setup.TimeRow)
		}
		if _, there := got["setup blue>"]; there {
			t.Error("a set-up that held a changeover counts as one of its own")
		}
		var done scheduling.TimesDecided
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			done, err = s.DecideTimes(ctx, tx, scheduling.DecideTimes{Times: []db.ID{blue.ID, red.ID}, Adopt: true, Reason: "measured"})
			return err
		})
		if len(done.Decided) != 2 || done.Decided[0].Act != "adopted" || done.Decided[0].From+done.Decided[1].From == "" {
			t.Errorf("%+v", done)
		}
		site, err := masterdata.DefaultSite(ctx, d.Read())
		if err != nil {
			t.Fatal(err)
		}
		lines, err := masterdata.Changeovers(ctx, d.Read(), site.ID)
		at := slices.IndexFunc(lines, func(l masterdata.Changeover) bool { return l.FromFamily == "red" })
		matrix := ""
		for _, l := range lines {
			if l.WorkCenterID == lines[at].WorkCenterID {
				matrix += fmt.Sprintf("%s>%s %s;", l.FromFamily, l.ToFamily, l.Minutes)
			}
		}
		if err != nil || matrix != "*>* 20;red>blue 42;blue>red 12;" {
			t.Errorf("the matrix: %s %v", matrix, err)
		}
		a, b := s.order(t, "red", 10, "2026-03-20", 1), s.order(t, "blue", 10, "2026-03-20", 2)
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		setups := map[string]int64{}
		g, err := s.Gantt(ctx, d.Read(), "", 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range g.Bars {
			setups[x.Order] = x.SetupMS / 60_000
		}
		if setups[a] != 5 || setups[b] != 47 {
			t.Errorf("the schedule sets up for %d and %d minutes, want 5 and 47", setups[a], setups[b])
		}
		machine = "M1"
		made("blue", 47*time.Minute) // now it is known what stands on the machine
		c := s.order(t, "red", 10, "2026-03-20", 1)
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		if g, err = s.Gantt(ctx, d.Read(), "", 0); err != nil || g.Bars[0].SetupMS != 17*60_000 || g.Bars[0].Order != a && g.Bars[0].Order != c {
			t.Errorf("what the machine is set up for is forgotten: %+v %v", g.Bars[0], err)
		}
		after := learn()
		if p := after["changeover red>blue"]; p.State != "near" || p.Planned != num.Int(42) || p.N != 6 || len(p.Acts) != 1 || p.Acts[0].Was != num.Int(30) || p.Orders == 0 || p.EffectMS != 0 {
			t.Errorf("after it was adopted: %+v %+v", p.TimeRow, p.Acts)
		}
	})
}
