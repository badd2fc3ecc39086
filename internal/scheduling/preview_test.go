package scheduling_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
	"kaiwu/internal/scheduling"
)

// full is a factory with so many orders of five operations over machines in groups of four, and its live schedule.
func full(t testing.TB, d *db.DB, orders, machines int) *shop {
	t.Helper()
	p := pack.New()
	p.Site.Code, p.Site.Name = "F1", "一厂"
	groups := machines / 4
	for day := 1; day <= 5; day++ {
		p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "day", Weekday: day, From: "08:00", To: "12:00"}, pack.CalendarHours{Calendar: "day", Weekday: day, From: "13:00", To: "17:00"})
	}
	for c := range groups {
		code := fmt.Sprintf("W%02d", c)
		p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: code, Name: code, Calendar: "day", EfficiencyPct: 100 * num.One, Kind: "machine", Capacity: 4})
		p.Changeovers = append(p.Changeovers, pack.Changeover{WorkCenter: code, FromFamily: "*", ToFamily: "*", Minutes: 15 * num.One})
	}
	p.Items = append(p.Items, pack.Item{Code: "BAR", Name: "BAR", UOM: "pcs", Kind: "buy", Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One})
	for n := range 40 {
		code := fmt.Sprintf("I%02d", n)
		p.Items = append(p.Items, pack.Item{Code: code, Name: code, UOM: "pcs", Kind: "make", Family: string(rune('A' + n%6)), Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One})
		p.BOMs = append(p.BOMs, pack.BOMLine{Product: code, Version: "1", Role: "component", Item: "BAR", Qty: num.One, Op: 10, Issue: "none"})
		for k := range 5 {
			p.Routings = append(p.Routings, pack.Operation{Product: code, Version: "1", Op: 10 * (k + 1), Name: code, WorkCenter: fmt.Sprintf("W%02d", (n*7+k*11)%groups), SetupMin: num.Int(int64(5 + n%4*5)), RunMin: num.Int(int64(1 + (n+k)%4)), TransferLot: num.Int(10), Report: true, Inspection: "none"})
		}
	}
	ctx := kittest.Ctx(t)
	md := masterdata.New()
	if err := d.InBatch(ctx, "import", func(b *db.Batch) error { return md.Load(masterdata.Loading(ctx, b), b, p) }, func(tx *db.Tx, b *db.Batch) error { return md.Publish(masterdata.Loading(ctx, b), tx, b) }); err != nil {
		t.Fatal(err)
	}
	items, err := masterdata.AllItems(ctx, d.Read())
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{scheduling.New(d), production.New(d, inventory.New(d), quality.New(d)), d, items}
	for from := range slices.Chunk(slices.Collect(func(yield func(int) bool) {
		for n := range orders {
			if !yield(n) {
				return
			}
		}
	}), 200) {
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			var list []production.NewOrder
			for _, n := range from {
				list = append(list, production.NewOrder{Item: items[fmt.Sprintf("I%02d", n%40)].ID, Qty: num.Int(int64(20 + n*13%60)), Due: kittest.Start.AddDate(0, 0, 2+n%60).Format("2006-01-02"), Priority: int64(1 + n%5)})
			}
			_, err := s.prod.CreateOrders(ctx, tx, list)
			return err
		})
	}
	if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
		t.Fatal(err)
	}
	return s
}

// BenchmarkPreview is the server's side of one drag in a schedule of 10,000 operations, with the JSON of its answer: after
// other drags, and where the floor has reported something before each.
func BenchmarkPreview(b *testing.B) {
	d := kittest.SQLite(b, schemas)
	s := full(b, d, 2000, 200)
	g, err := s.Gantt(kittest.Ctx(b), d.Read(), "", 0)
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	var took []time.Duration
	drag := func(b *testing.B) {
		x := g.Bars[(n*37)%4000]
		n++
		began := time.Now()
		err := d.View(kittest.Ctx(b), func(q db.Querier) error {
			got, err := s.Preview(kittest.Ctx(b), q, scheduling.Propose{Live: g.Run, Changes: []scheduling.Change{{Kind: "pin", Order: x.Order, Op: x.Op, Machine: x.Machine, FromMS: x.StartMS + 2*3_600_000}}})
			if err == nil {
				_, err = json.Marshal(got)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	tell := func(b *testing.B) {
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		b.ReportMetric(float64(len(g.Bars)), "operations")
	}
	b.Run("drag", func(b *testing.B) {
		drag(b)
		took = nil
		for b.Loop() {
			drag(b)
		}
		tell(b)
	})
	b.Run("changed", func(b *testing.B) {
		took = nil
		for b.Loop() {
			kittest.Do(b, d, func(_ context.Context, tx *db.Tx) error {
				tx.Emit(db.Event{Name: "production.reported", Subject: "wo:X"})
				return nil
			})
			drag(b)
		}
		tell(b)
	})
}

// What a preview has in memory is never older than the database: whatever another person changes, the next drag counts
// with it. And with nothing changed it answers what the first one did, as a draft would.
func TestPreviewSeesChanges(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		a := s.order(t, "PIN", 60, "2026-03-04", 5)
		b := s.order(t, "PIN", 60, "2026-03-04", 5)
		if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		ten := kittest.Start.Add(2 * time.Hour).UnixMilli()
		ask := func(changes ...scheduling.Change) string {
			t.Helper()
			var got scheduling.Draft
			if err := d.View(kittest.Ctx(t), func(q db.Querier) (err error) {
				got, err = s.Preview(kittest.Ctx(t), q, scheduling.Propose{Changes: append(changes, scheduling.Change{Kind: "pin", Order: a, Op: 10, Machine: "LATHE#1", FromMS: ten})})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, x := range got.Bars {
				out = append(out, fmt.Sprintf("%s %s %s-%s %s", x.Order, x.Machine, at(s, x.StartMS), at(s, x.EndMS), x.State))
			}
			return fmt.Sprint(got.Is.Orders, out)
		}
		first := ask()
		if want := fmt.Sprintf("2 [%s LATHE#1 Mon 10:00-Mon 11:00 pinned]", a); first != want {
			t.Fatalf("%s, want %s", first, want)
		}
		n := kittest.Statements(t, kittest.Ctx(t), func(ctx context.Context) error {
			return d.View(ctx, func(q db.Querier) error {
				_, err := s.Preview(ctx, q, scheduling.Propose{Changes: []scheduling.Change{{Kind: "pin", Order: b, Op: 10, Machine: "LATHE#2", FromMS: ten}}})
				return err
			})
		})
		if n > 8 {
			t.Errorf("%d statements where nothing has changed", n)
		}
		if again := ask(); again != first {
			t.Errorf("%s, and first %s", again, first)
		}
		down := scheduling.Change{Kind: "down", Machine: "LATHE#2", FromMS: kittest.Start.UnixMilli(), ToMS: ten}
		with := ask(down)
		if ask() != first || ask(down) != with || with == first {
			t.Errorf("a drag has left something for the next: %s", ask())
		}
		steps := []struct {
			what string
			do   func()
			want string
		}{
			{"another order", func() { s.order(t, "PIN", 30, "2026-03-04", 5) }, "3 ["},
			{"pieces reported", func() {
				if _, err := run(t, d, s.prod.Report, production.Report{Order: a, Op: 10, Good: num.Int(30)}); err != nil {
					t.Fatal(err)
				}
			}, fmt.Sprintf("%s LATHE#1 Mon 10:00-Mon 10:30 pinned", a)},
			{"the calendar of a machine", func() {
				kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
					return masterdata.SetSetting(ctx, tx, scheduling.SettingFreeze, "720")
				})
			}, "LATHE#1 Mon 10:00-Mon 10:30"},
			{"it gets later", func() { kittest.ClockOf(d).Add(150 * time.Minute) }, fmt.Sprintf("%s LATHE#1 Mon 10:30-Mon 11:00", a)},
		}
		for _, x := range steps {
			x.do()
			got := ask()
			p, err := s.Propose(kittest.Ctx(t), scheduling.Propose{Changes: []scheduling.Change{{Kind: "pin", Order: a, Op: 10, Machine: "LATHE#1", FromMS: ten}}})
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, y := range p.Bars {
				out = append(out, fmt.Sprintf("%s %s %s-%s %s", y.Order, y.Machine, at(s, y.StartMS), at(s, y.EndMS), y.State))
			}
			if want := fmt.Sprint(p.Is.Orders, out); got != want || !strings.Contains(got, x.want) {
				t.Errorf("%s: the preview says %s, a draft %s", x.what, got, want)
			}
		}
	})
}
