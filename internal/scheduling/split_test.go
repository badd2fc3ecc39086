package scheduling_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
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

// splitShop is the shop in which shafts may be turned on both lathes at once, 20 on each at least.
func splitShop(t testing.TB, d *db.DB) *shop {
	s := open(t, d)
	kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE md_routing_op SET split_max = 3, split_min = 20000000 WHERE op = 20`)
		return err
	})
	return s
}

// bars shows an order's operations as "20 1/2 LATHE#1 Mon 10:00-12:00 60 free".
func (s *shop) bars(t testing.TB, order string) string {
	t.Helper()
	g, err := s.Gantt(kittest.Ctx(t), s.d.Read(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, b := range g.Bars {
		if b.Order == order {
			out = append(out, fmt.Sprintf("%d %d/%d %s %s-%s %s %s", b.Op, b.SplitNo, b.SplitOf, b.Machine, at(s, b.StartMS), at(s, b.EndMS), b.Qty, b.State))
		}
	}
	return strings.Join(out, "; ")
}

// floorSays shows what the dispatch list says of an order's parts, and checks that the chart says the same.
func (s *shop) floorSays(t testing.TB, order string) string {
	t.Helper()
	sql := func(field string) string {
		f, _ := reflect.TypeFor[scheduling.SlotRow]().FieldByName(field)
		return f.Tag.Get("sql")
	}
	type row struct {
		No     int    `db:"split_no"`
		Status string `db:"status"`
		Rank   int    `db:"rank"`
	}
	rows, err := db.All[row](kittest.Ctx(t), s.d.Read(), `SELECT s.split_no, `+sql("Status")+` AS status, `+sql("Rank")+` AS rank FROM aps_slot s JOIN aps_run r ON r.id = s.run_id AND r.live JOIN v_wo_op p ON p.id = s.op_id
		WHERE p.order_number = $1 ORDER BY s.split_no`, order)
	if err != nil {
		t.Fatal(err)
	}
	g, err := s.Gantt(kittest.Ctx(t), s.d.Read(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		for _, b := range g.Bars {
			if b.Order == order && b.SplitNo == r.No && b.Status != r.Status {
				t.Errorf("part %d is %s in the chart and %s in the list", r.No, b.Status, r.Status)
			}
		}
		out = append(out, fmt.Sprint(r.No, " ", r.Status, " ", r.Rank))
	}
	return strings.Join(out, "; ")
}

// An operation that may be split is done on both lathes at once; what follows from it stands at each of its parts.
func TestSplitOperation(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := splitShop(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		publish := func() {
			t.Helper()
			if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
				t.Fatal(err)
			}
		}
		want := func(what, order, text string) {
			t.Helper()
			if got := s.bars(t, order); got != text {
				t.Errorf("%s:\ngot  %s\nwant %s", what, got, text)
			}
		}
		a := s.order(t, "SHAFT", 121, "2026-03-04", 1)
		few := s.order(t, "SHAFT", 30, "2026-03-05", 2)
		publish()
		want("at first", a, "10 0/0 SAW#1 Mon 08:00-Mon 10:01 121 free; 20 1/2 LATHE#1 Mon 10:01-Mon 13:03 61 free; 20 2/2 LATHE#2 Mon 10:01-Mon 13:01 60 free")
		if got := s.bars(t, few); strings.Contains(got, "/2") {
			t.Errorf("30 are too few for parts of 20: %s", got)
		}
		if got := s.plan(t, a); got != "10 SAW#1 Mon 08:00-10:01; 20 LATHE#1 Mon 10:01-13:03; 20 LATHE#2 Mon 10:01-13:01" {
			t.Errorf("the order's plan: %s", got)
		}
		// a part is pinned for itself
		two := clock.Now().Add(6 * time.Hour).UnixMilli()
		pin := scheduling.Change{Kind: "pin", Order: a, Op: 20, SplitNo: 2, Machine: "LATHE#2", FromMS: two}
		for _, ask := range []func() (scheduling.Draft, error){
			func() (scheduling.Draft, error) {
				return s.Preview(ctx, d.Read(), scheduling.Propose{Changes: []scheduling.Change{pin}})
			},
			func() (scheduling.Draft, error) {
				return s.Propose(ctx, scheduling.Propose{Changes: []scheduling.Change{pin}})
			},
		} {
			p, err := ask()
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range p.Bars {
				if b.Order == a && (b.SplitNo != 2 || b.StartMS != two || !strings.HasSuffix(b.ID, "/2") || b.Qty != num.Int(60)) {
					t.Errorf("pinned: %+v", b)
				}
			}
			if len(p.Bars) == 0 {
				t.Error("nothing is pinned")
			}
			if p.ID != 0 {
				kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { _, err := s.PublishDraft(ctx, tx, p.ID); return err })
			}
		}
		publish()
		want("pinned", a, "10 0/0 SAW#1 Mon 08:00-Mon 10:01 121 free; 20 1/2 LATHE#1 Mon 10:01-Mon 13:03 61 free; 20 2/2 LATHE#2 Mon 14:00-Mon 16:00 60 pinned")
		// what runs is the part that is planned first; what is reported counts for all, and the rest is shared anew
		clock.Add(2*time.Hour + 10*time.Minute)
		if _, err := run(t, d, s.prod.Report, production.Report{Order: a, Op: 10, Good: num.Int(121)}); err != nil {
			t.Fatal(err)
		}
		if _, err := run(t, d, s.prod.Start, production.Run{Order: a, Op: 20}); err != nil {
			t.Fatal(err)
		}
		clock.Add(30 * time.Minute)
		publish()
		want("it runs", a, "20 1/2 LATHE#1 Mon 10:40-Mon 13:12 61 started; 20 2/2 LATHE#2 Mon 14:00-Mon 16:00 60 pinned")
		clock.Add(time.Minute)
		if _, err := run(t, d, s.prod.Report, production.Report{Order: a, Op: 20, Good: num.Int(41)}); err != nil {
			t.Fatal(err)
		}
		publish()
		want("reported", a, "20 1/2 LATHE#1 Mon 10:41-Mon 13:01 40 started; 20 2/2 LATHE#2 Mon 14:00-Mon 15:20 40 pinned")
		// a lathe is down: the other part stays
		p, err := s.Propose(ctx, scheduling.Propose{Changes: []scheduling.Change{{Kind: "down", Machine: "LATHE#1", FromMS: clock.Now().UnixMilli(), ToMS: clock.Now().Add(2 * time.Hour).UnixMilli()}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range p.Bars {
			if b.Order == a && b.SplitNo != 1 {
				t.Errorf("a lathe is down, and %+v moves", b)
			}
		}
		// what was planned is judged once for the operation, by its last part
		clock.Add(9 * time.Hour)
		publish()
		done, err := s.Published(ctx, d.Read(), p.Live)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range done.Facts.Orders {
			if x.Key == a && (x.Planned != 1 || x.Open != 1) {
				t.Errorf("the two parts of the operation that is left are judged as %+v", x)
			}
		}
		if len(done.Facts.Orders) != 2 {
			t.Errorf("%+v", done.Facts.Orders)
		}
		// too few are left for parts
		if _, err := run(t, d, s.prod.Report, production.Report{Order: a, Op: 20, Good: num.Int(50)}); err != nil {
			t.Fatal(err)
		}
		publish()
		if got := s.bars(t, a); strings.Contains(got, "/2") || !strings.HasPrefix(got, "20 0/0 LATHE#1 ") {
			t.Errorf("30 are left: %s", got)
		}
	})
}

// Parts run where somebody has begun them, and where somebody has joined on another machine; what nobody is at is free. A
// pack says how an operation may be split.
func TestPartsRun(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := open(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		p := pack.New()
		p.Site.Code, p.Site.Name = "F1", "一厂"
		p.WorkCenters = []pack.WorkCenter{{Code: "PRESS", Name: "PRESS", Calendar: "day", EfficiencyPct: num.Int(100), Kind: "machine", Capacity: 1}}
		p.Machines = []pack.Machine{{Code: "P1", Name: "P1", WorkCenter: "PRESS", SpeedPct: num.Int(100)}, {Code: "P2", Name: "P2", WorkCenter: "PRESS", SpeedPct: num.Int(100)}}
		p.Workers = []pack.Worker{{Code: "LI", Name: "Li"}, {Code: "MA", Name: "Ma"}}
		p.Items = []pack.Item{{Code: "PLATE", Name: "PLATE", UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100)}, {Code: "BAR", Name: "BAR", UOM: "pcs", Kind: "buy", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100)}}
		p.BOMs = []pack.BOMLine{{Product: "PLATE", Version: "1", Role: "component", Item: "BAR", Qty: num.One, Op: 10, Issue: "none"}}
		p.Routings = []pack.Operation{{Product: "PLATE", Version: "1", Op: 10, Name: "PRESS", WorkCenter: "PRESS", SetupMin: num.Int(10), RunMin: num.One, SplitMax: 4, SplitMin: num.Int(5), Report: true, Inspection: "none"}}
		for day := 1; day <= 5; day++ {
			p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "day", Weekday: day, From: "08:00", To: "12:00"}, pack.CalendarHours{Calendar: "day", Weekday: day, From: "13:00", To: "17:00"})
		}
		if err := d.InBatch(ctx, "import", func(b *db.Batch) error { return s.Master.Load(masterdata.Loading(ctx, b), b, p) }, func(tx *db.Tx, b *db.Batch) error { return s.Master.Publish(masterdata.Loading(ctx, b), tx, b) }); err != nil {
			t.Fatal(err)
		}
		var err error
		if s.items, err = masterdata.AllItems(ctx, d.Read()); err != nil {
			t.Fatal(err)
		}
		want := func(what, order, text string) {
			t.Helper()
			if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
				t.Fatal(err)
			}
			if got := s.bars(t, order); got != text {
				t.Errorf("%s:\ngot  %s\nwant %s", what, got, text)
			}
		}
		a := s.order(t, "PLATE", 120, "2026-03-04", 1)
		short := s.order(t, "PLATE", 18, "2026-03-04", 2)
		want("two presses, though four might", a, "10 1/2 P1 Mon 08:00-Mon 09:10 60 free; 10 2/2 P2 Mon 08:00-Mon 09:10 60 free")
		want("a part of 9 would be set up for longer than it runs", short, "10 0/0 P1 Mon 09:10-Mon 09:38 18 free")
		clock.Add(time.Minute)
		if _, err := run(t, d, s.prod.Start, production.Run{Order: a, Op: 10, Worker: "LI", Machine: "P2"}); err != nil {
			t.Fatal(err)
		}
		clock.Add(30 * time.Minute)
		says := func(text string) {
			t.Helper()
			if got := s.floorSays(t, a); got != text {
				t.Errorf("the floor is told %s, want %s", got, text)
			}
		}
		says("1 running 0; 2 ready 1") // by the schedule from before, in which both parts are free
		want("the second part was begun", a, "10 1/2 P1 Mon 08:31-Mon 09:41 60 free; 10 2/2 P2 Mon 08:31-Mon 09:01 60 started")
		says("1 ready 1; 2 running 0")
		clock.Add(time.Minute)
		if _, err := run(t, d, s.prod.Join, production.Run{Order: a, Op: 10, Worker: "MA", Machine: "P1"}); err != nil {
			t.Fatal(err)
		}
		clock.Add(10 * time.Minute)
		want("somebody has joined on the other press", a, "10 1/2 P1 Mon 08:42-Mon 09:32 60 started; 10 2/2 P2 Mon 08:42-Mon 09:01 60 started")
		says("1 running 0; 2 running 0")
		if _, err := run(t, d, s.prod.Leave, production.Run{Order: a, Op: 10, Worker: "MA"}); err != nil {
			t.Fatal(err)
		}
		want("and has left", a, "10 1/2 P1 Mon 08:42-Mon 09:52 60 free; 10 2/2 P2 Mon 08:42-Mon 09:01 60 started")
		// what two presses did together says nothing of what one of them takes
		clock.Add(20 * time.Minute)
		if _, err := run(t, d, s.prod.Report, production.Report{Order: a, Op: 10, Good: num.Int(120), Workers: []string{"LI"}}); err != nil {
			t.Fatal(err)
		}
		clock.Add(time.Minute)
		if _, err := s.LearnTimes(ctx, scheduling.Learn{}); err != nil {
			t.Fatal(err)
		}
		if n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM aps_time WHERE kind = 'run'`); err != nil || n != 0 {
			t.Errorf("%d times were learned, %v", n, err)
		}
		site, err := masterdata.SiteByCode(ctx, d.Read(), "F1")
		if err != nil {
			t.Fatal(err)
		}
		dump := pack.New()
		if err := s.Master.Dump(ctx, d.Read(), site.ID, dump); err != nil {
			t.Fatal(err)
		}
		for _, r := range dump.Routings {
			if r.Product == "PLATE" && (r.SplitMax != 4 || r.SplitMin != num.Int(5)) || r.Product == "PIN" && r.SplitMax != 1 {
				t.Errorf("exported: %+v", r)
			}
		}
	})
}
