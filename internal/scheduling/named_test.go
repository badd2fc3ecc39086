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

// Two presses: what was begun on one that somebody named is there, and what runs without a name is on the other, whatever
// the schedule had.
func TestNamedMachineIsBelieved(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := open(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		p := pack.New()
		p.Site.Code, p.Site.Name = "F1", "一厂"
		p.WorkCenters = []pack.WorkCenter{{Code: "PRESS", Name: "PRESS", EfficiencyPct: num.Int(100), Kind: "machine", Capacity: 1}}
		p.Machines = []pack.Machine{{Code: "P1", Name: "P1", WorkCenter: "PRESS", SpeedPct: num.Int(100)}, {Code: "P2", Name: "P2", WorkCenter: "PRESS", SpeedPct: num.Int(100)}}
		p.Items = []pack.Item{{Code: "PLATE", Name: "PLATE", UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100)}, {Code: "BAR", Name: "BAR", UOM: "pcs", Kind: "buy", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100)}}
		p.BOMs = []pack.BOMLine{{Product: "PLATE", Version: "1", Role: "component", Item: "BAR", Qty: num.One, Op: 10, Issue: "none"}}
		p.Routings = []pack.Operation{{Product: "PLATE", Version: "1", Op: 10, Name: "PRESS", WorkCenter: "PRESS", RunMin: num.One, Report: true, Inspection: "none"}}
		if err := d.InBatch(ctx, "import", func(b *db.Batch) error { return s.Master.Load(masterdata.Loading(ctx, b), b, p) }, func(tx *db.Tx, b *db.Batch) error { return s.Master.Publish(masterdata.Loading(ctx, b), tx, b) }); err != nil {
			t.Fatal(err)
		}
		var err error
		if s.items, err = masterdata.AllItems(ctx, d.Read()); err != nil {
			t.Fatal(err)
		}
		first, second := s.order(t, "PLATE", 60, "2026-03-04", 1), s.order(t, "PLATE", 60, "2026-03-04", 2)
		publish := func() map[string]scheduling.Bar {
			t.Helper()
			if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
				t.Fatal(err)
			}
			g, err := s.Gantt(ctx, d.Read(), "", 0)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]scheduling.Bar{}
			for _, b := range g.Bars {
				out[b.Order] = b
			}
			return out
		}
		if bars := publish(); bars[first].Machine != "P1" || bars[second].Machine != "P2" {
			t.Fatalf("%+v", bars)
		}
		if _, err := run(t, d, s.prod.Start, production.Run{Order: first, Op: 10}); err != nil {
			t.Fatal(err)
		}
		clock.Add(time.Minute)
		if _, err := run(t, d, s.prod.Start, production.Run{Order: second, Op: 10, Machine: "P1"}); err != nil {
			t.Fatal(err)
		}
		clock.Add(time.Minute)
		if bars := publish(); bars[first].Machine != "P2" || bars[first].State != "started" || bars[second].Machine != "P1" || bars[second].State != "started" {
			t.Errorf("first %s %s, second %s %s", bars[first].Machine, bars[first].State, bars[second].Machine, bars[second].State)
		}
		// a pin of the first part is one of the whole, and the other way round; what is too far away is a slip
		third := s.order(t, "PLATE", 10, "2026-03-04", 3)
		publish()
		at := d.Now().Add(8 * time.Hour).UnixMilli()
		for no := range 2 {
			x, err := s.Propose(ctx, scheduling.Propose{Changes: []scheduling.Change{{Kind: "pin", Order: third, Op: 10, SplitNo: no, Machine: "P1", FromMS: at}}})
			if err != nil {
				t.Fatal(err)
			}
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { _, err := s.PublishDraft(ctx, tx, x.ID); return err })
		}
		if g, err := s.Gantt(ctx, d.Read(), "", 0); err != nil || len(g.Told) != 1 || g.Told[0].SplitNo != 1 {
			t.Errorf("%+v, %v", g.Told, err)
		}
		var many []scheduling.Change
		for range 12 {
			many = append(many, scheduling.Change{Kind: "capacity", WorkCenter: "PRESS"})
		}
		if _, err := s.Preview(ctx, d.Read(), scheduling.Propose{Changes: many}); err != nil {
			t.Errorf("twelve presses more: %v", err)
		}
		for _, c := range []scheduling.Change{{Kind: "pin", Order: third, Op: 10, Machine: "P1", FromMS: 1 << 60}, {Kind: "pin", Order: third, Op: 10, SplitNo: 2, Machine: "P1", FromMS: at}, {Kind: "parts", Order: third, FromMS: 1 << 60}, {Kind: "overtime", Machine: "P1", FromMS: at, ToMS: 1 << 60}} {
			if _, err := s.Preview(ctx, d.Read(), scheduling.Propose{Changes: []scheduling.Change{c}}); !fault.Is(err, "scheduling.change_bad") {
				t.Errorf("%+v: %v", c, err)
			}
		}
	})
}

// What runs on the machine of another work center that can do it stays there, at that one's time for each piece.
func TestRunsAtAnotherWorkCenter(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := open(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		pin := s.order(t, "PIN", 30, "2026-03-04", 1)
		want := func(what, text string) {
			t.Helper()
			if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
				t.Fatal(err)
			}
			if got := s.bars(t, pin); got != text {
				t.Errorf("%s:\ngot  %s\nwant %s", what, got, text)
			}
		}
		want("at first", "10 0/0 LATHE#1 Mon 08:00-Mon 08:30 30 free")
		x, err := s.Propose(ctx, scheduling.Propose{Changes: []scheduling.Change{{Kind: "pin", Order: pin, Op: 10, Machine: "SAW#1", FromMS: d.Now().UnixMilli()}}})
		if err != nil {
			t.Fatal(err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { _, err := s.PublishDraft(ctx, tx, x.ID); return err })
		if _, err := run(t, d, s.prod.Start, production.Run{Order: pin, Op: 10}); err != nil {
			t.Fatal(err)
		}
		clock.Add(time.Minute)
		want("it is sawn", "10 0/0 SAW#1 Mon 08:01-Mon 11:00 30 started")
		clock.Add(59 * time.Minute)
		if _, err := run(t, d, s.prod.Report, production.Report{Order: pin, Op: 10, Good: num.Int(10)}); err != nil {
			t.Fatal(err)
		}
		clock.Add(30 * time.Minute) // 20 of 6 minutes each, and half an hour of that is over
		want("ten are reported", "10 0/0 SAW#1 Mon 09:30-Mon 11:00 20 started")
	})
}

// What was done on the machine of an alternative work center teaches nothing of the one that the routing names.
func TestNothingIsLearnedFromElsewhere(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := open(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		p := pack.New()
		p.Site.Code, p.Site.Name = "F1", "一厂"
		for _, c := range []string{"PRESS", "HAMMER"} {
			p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: c, Name: c, EfficiencyPct: num.Int(100), Kind: "machine", Capacity: 1})
			p.Machines = append(p.Machines, pack.Machine{Code: c + "-1", Name: c, WorkCenter: c, SpeedPct: num.Int(100)})
		}
		p.Items = []pack.Item{{Code: "PLATE", Name: "PLATE", UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100)}, {Code: "BAR", Name: "BAR", UOM: "pcs", Kind: "buy", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100)}}
		p.BOMs = []pack.BOMLine{{Product: "PLATE", Version: "1", Role: "component", Item: "BAR", Qty: num.One, Op: 10, Issue: "none"}}
		p.Routings = []pack.Operation{{Product: "PLATE", Version: "1", Op: 10, Name: "PRESS", WorkCenter: "PRESS", RunMin: num.One, Report: true, Inspection: "none", Alternatives: []pack.Alternative{{WorkCenter: "HAMMER", RunMin: num.Int(6)}}}}
		if err := d.InBatch(ctx, "import", func(b *db.Batch) error { return s.Master.Load(masterdata.Loading(ctx, b), b, p) }, func(tx *db.Tx, b *db.Batch) error { return s.Master.Publish(masterdata.Loading(ctx, b), tx, b) }); err != nil {
			t.Fatal(err)
		}
		var err error
		if s.items, err = masterdata.AllItems(ctx, d.Read()); err != nil {
			t.Fatal(err)
		}
		learned := func() int64 {
			t.Helper()
			if _, err := s.LearnTimes(ctx, scheduling.Learn{}); err != nil {
				t.Fatal(err)
			}
			n, err := db.One[int64](ctx, d.Read(), `SELECT coalesce(sum(n), 0) FROM aps_time WHERE kind IN ('run', 'efficiency')`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, x := range []struct {
			machine string
			minutes int
			want    int64
		}{{"HAMMER-1", 60, 0}, {"PRESS-1", 10, 2}} {
			order := s.order(t, "PLATE", 10, "2026-03-04", 1)
			if _, err := run(t, d, s.prod.Start, production.Run{Order: order, Op: 10, Machine: x.machine}); err != nil {
				t.Fatal(err)
			}
			clock.Add(time.Duration(x.minutes) * time.Minute)
			if _, err := run(t, d, s.prod.Report, production.Report{Order: order, Op: 10, Good: num.Int(10)}); err != nil {
				t.Fatal(err)
			}
			clock.Add(time.Minute)
			if n := learned(); n != x.want {
				t.Errorf("after work on %s: %d samples, want %d", x.machine, n, x.want)
			}
		}
	})
}
