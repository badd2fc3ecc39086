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

// A die makes 200 plates and is then away for three hours. What was made since it was reground counts: after 120 an order
// of 80 still goes, and the urgent one of 100 waits until the die is sharp, and says so; when somebody says that it was
// reground, that begins at once.
func TestToolIsReground(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := open(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		p := pack.New()
		p.Site.Code, p.Site.Name = "F1", "一厂"
		p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: "PRESS", Name: "PRESS", EfficiencyPct: num.Int(100), Kind: "machine", Capacity: 2})
		p.Items = append(p.Items, pack.Item{Code: "BAR", Name: "BAR", UOM: "pcs", Kind: "buy", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100)}, pack.Item{Code: "PLATE", Name: "PLATE", UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100)})
		p.BOMs = append(p.BOMs, pack.BOMLine{Product: "PLATE", Version: "1", Role: "component", Item: "BAR", Qty: num.One, Op: 10, Issue: "none"})
		p.Routings = append(p.Routings, pack.Operation{Product: "PLATE", Version: "1", Op: 10, Name: "press", WorkCenter: "PRESS", RunMin: num.MustParse("0.5"), Report: true, Inspection: "none", Tool: "DIE"})
		p.Tools = append(p.Tools, pack.Tool{Code: "DIE", Name: "DIE", Kind: "die", LifeCount: 200, LifeUnit: "shots", RegrindHours: num.Int(3), Quantity: 1})
		if err := d.InBatch(ctx, "import", func(b *db.Batch) error { return s.Master.Load(masterdata.Loading(ctx, b), b, p) }, func(tx *db.Tx, b *db.Batch) error { return s.Master.Publish(masterdata.Loading(ctx, b), tx, b) }); err != nil {
			t.Fatal(err)
		}
		var err error
		if s.items, err = masterdata.AllItems(ctx, d.Read()); err != nil {
			t.Fatal(err)
		}
		first := s.order(t, "PLATE", 120, "2026-03-20", 1)
		if _, err := run(t, d, s.prod.Start, production.Run{Order: first, Op: 10, Tool: "DIE"}); err != nil {
			t.Fatal(err)
		}
		clock.Add(time.Hour)
		if _, err := run(t, d, s.prod.Report, production.Report{Order: first, Op: 10, Good: num.Int(110), Scrap: num.Int(10), ScrapReason: "other"}); err != nil {
			t.Fatal(err)
		}
		next := s.order(t, "PLATE", 100, "2026-03-20", 1)
		small := s.order(t, "PLATE", 80, "2026-03-20", 5)
		clock.Add(time.Minute)
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
		now := d.Now().UnixMilli()
		bars := publish()
		if b := bars[small]; b.StartMS != now || b.Why != "now" { // 120 and 80 are 200
			t.Errorf("%+v", b)
		}
		if b := bars[next]; b.StartMS != bars[small].EndMS+3*3_600_000 || b.Why != "regrind" || b.By != bars[small].ID {
			t.Errorf("200 of 200 done, and 100 more: %s %s", time.UnixMilli(b.StartMS).Sub(time.UnixMilli(now)), b.Why)
		}
		tool, err := db.One[int64](ctx, d.Read(), `SELECT rev FROM md_tool WHERE code = 'DIE'`)
		if err != nil {
			t.Fatal(err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			p, err := s.Master.RegroundTool(ctx, tx, "DIE", masterdata.Switch{Rev: tool})
			if err == nil && (p.RegroundMS != tx.NowMS() || p.RegrindHours != num.Int(3) || p.LifeCount != 200) {
				t.Errorf("%+v", p)
			}
			return err
		})
		clock.Add(time.Minute)
		now = d.Now().UnixMilli()
		if b := publish()[next]; b.StartMS != now || b.Why != "now" {
			t.Errorf("reground: %+v", b)
		}
		// in hours of work: 100 plates take 50 minutes, 80 more would be an hour and a half
		one, hours, zero := int64(1), "hours", int64(0)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Master.EditTool(ctx, tx, "DIE", masterdata.EditTool{Edited: masterdata.Edited{Rev: tool + 1}, ToolValues: masterdata.ToolValues{LifeCount: &one, LifeUnit: &hours}})
			return err
		})
		if bars = publish(); bars[next].Why != "now" || bars[small].StartMS != bars[next].EndMS+3*3_600_000 || bars[small].Why != "regrind" {
			t.Errorf("a life of an hour: %+v, then %+v", bars[next], bars[small])
		}
		if _, err := run(t, d, s.prod.Start, production.Run{Order: next, Op: 10, Tool: "DIE"}); err != nil {
			t.Fatal(err)
		}
		clock.Add(time.Hour)
		if _, err := run(t, d, s.prod.Report, production.Report{Order: next, Op: 10, Good: num.Int(100)}); err != nil {
			t.Fatal(err)
		}
		clock.Add(time.Minute)
		now = d.Now().UnixMilli()
		if b := publish()[small]; b.StartMS != now+3*3_600_000 || b.Why != "regrind" {
			t.Errorf("50 minutes done: %+v", b)
		}
		// without a life there is nothing to grind
		err = d.InTx(ctx, func(tx *db.Tx) error {
			_, err := s.Master.EditTool(ctx, tx, "DIE", masterdata.EditTool{Edited: masterdata.Edited{Rev: tool + 2}, ToolValues: masterdata.ToolValues{LifeCount: &zero}})
			return err
		})
		if _, refused := fault.As(err); !refused {
			t.Error(err)
		}
	})
}

// A step that is reported at a later one has used its tool for what was reported there.
func TestToolOfStepReportedLater(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := open(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		p := pack.New()
		p.Site.Code, p.Site.Name = "F1", "一厂"
		for _, c := range []string{"PRESS", "PACK"} {
			p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: c, Name: c, EfficiencyPct: num.Int(100), Kind: "machine", Capacity: 1})
		}
		p.Items = append(p.Items, pack.Item{Code: "BAR", Name: "BAR", UOM: "pcs", Kind: "buy", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100)}, pack.Item{Code: "PLATE", Name: "PLATE", UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100)})
		p.BOMs = append(p.BOMs, pack.BOMLine{Product: "PLATE", Version: "1", Role: "component", Item: "BAR", Qty: num.One, Op: 10, Issue: "none"})
		p.Routings = append(p.Routings, pack.Operation{Product: "PLATE", Version: "1", Op: 10, Name: "press", WorkCenter: "PRESS", RunMin: num.MustParse("0.5"), Inspection: "none", Tool: "DIE"},
			pack.Operation{Product: "PLATE", Version: "1", Op: 20, Name: "pack", WorkCenter: "PACK", RunMin: num.MustParse("0.1"), Report: true, Inspection: "none"})
		p.Tools = append(p.Tools, pack.Tool{Code: "DIE", Name: "DIE", Kind: "die", LifeCount: 200, LifeUnit: "shots", RegrindHours: num.Int(3), Quantity: 1})
		if err := d.InBatch(ctx, "import", func(b *db.Batch) error { return s.Master.Load(masterdata.Loading(ctx, b), b, p) }, func(tx *db.Tx, b *db.Batch) error { return s.Master.Publish(masterdata.Loading(ctx, b), tx, b) }); err != nil {
			t.Fatal(err)
		}
		var err error
		if s.items, err = masterdata.AllItems(ctx, d.Read()); err != nil {
			t.Fatal(err)
		}
		first := s.order(t, "PLATE", 150, "2026-03-20", 1)
		clock.Add(time.Hour)
		if _, err := run(t, d, s.prod.Report, production.Report{Order: first, Op: 20, Good: num.Int(150)}); err != nil {
			t.Fatal(err)
		}
		next := s.order(t, "PLATE", 100, "2026-03-20", 1)
		clock.Add(time.Minute)
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		g, err := s.Gantt(ctx, d.Read(), "", 0)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, b := range g.Bars {
			if b.Order == next && b.Op == 10 {
				if found = true; b.StartMS != d.Now().UnixMilli()+3*3_600_000 || b.Why != "regrind" {
					t.Errorf("150 of 200 done, and 100 more: %+v", b)
				}
			}
		}
		if !found {
			t.Error("it has no place")
		}
	})
}
