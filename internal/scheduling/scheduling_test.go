package scheduling_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/quality"
	"kaiwu/internal/sales"
	"kaiwu/internal/scheduling"
)

var schemas = []db.Schema{{Room: "masterdata", FS: masterdata.Schema}, {Room: "inventory", FS: inventory.Schema}, {Room: "quality", FS: quality.Schema}, {Room: "kit", FS: notice.Schema}, {Room: "purchasing", FS: purchasing.Schema},
	{Room: "production", FS: production.Schema}, {Room: "sales", FS: sales.Schema}, {Room: "planning", FS: planning.Schema}, {Room: "scheduling", FS: scheduling.Schema}}

type shop struct {
	*scheduling.Module
	prod  *production.Module
	d     *db.DB
	items map[string]masterdata.Item
}

// open builds a shop with one saw and two lathes, which work from 8 to 12 and 13 to 17 on weekdays. A shaft is sawn
// (one minute) and turned (two minutes, in lots of 10); a pin is only turned, or sawn.
func open(t testing.TB, d *db.DB) *shop {
	t.Helper()
	p := pack.New()
	p.Site.Code, p.Site.Name = "F1", "一厂"
	for _, i := range []struct{ code, kind, family string }{{"SHAFT", "make", "A"}, {"PIN", "make", "B"}, {"BAR", "buy", ""}} {
		p.Items = append(p.Items, pack.Item{Code: i.code, Name: i.code, UOM: "pcs", Kind: i.kind, Family: i.family, Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One})
	}
	for _, i := range []string{"SHAFT", "PIN"} {
		p.BOMs = append(p.BOMs, pack.BOMLine{Product: i, Version: "1", Role: "component", Item: "BAR", Qty: num.One, Op: 10, Issue: "none"})
	}
	op := func(item string, n int, center, run, lot string, alt ...pack.Alternative) {
		p.Routings = append(p.Routings, pack.Operation{Product: item, Version: "1", Op: n, Name: center, WorkCenter: center, RunMin: num.MustParse(run), TransferLot: num.MustParse(lot), Report: true, Inspection: "none", Alternatives: alt})
	}
	op("SHAFT", 10, "SAW", "1", "10")
	op("SHAFT", 20, "LATHE", "2", "0")
	op("PIN", 10, "LATHE", "1", "0", pack.Alternative{WorkCenter: "SAW", RunMin: num.MustParse("6")})
	for _, c := range []struct {
		code string
		n    int
	}{{"SAW", 1}, {"LATHE", 2}} {
		p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: c.code, Name: c.code, Calendar: "day", EfficiencyPct: 100 * num.One, Kind: "machine", Capacity: c.n})
	}
	for day := 1; day <= 5; day++ {
		p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "day", Weekday: day, From: "08:00", To: "12:00"}, pack.CalendarHours{Calendar: "day", Weekday: day, From: "13:00", To: "17:00"})
	}
	p.Changeovers = []pack.Changeover{{WorkCenter: "LATHE", FromFamily: "*", ToFamily: "*", Minutes: 15 * num.One}, {WorkCenter: "LATHE", FromFamily: "A", ToFamily: "A", Minutes: 0}, {WorkCenter: "LATHE", FromFamily: "B", ToFamily: "B", Minutes: 0}}
	ctx := kittest.Ctx(t)
	md := masterdata.New()
	if err := d.InBatch(ctx, "import", func(b *db.Batch) error {
		ctx = masterdata.Loading(ctx, b)
		return md.Load(ctx, b, p)
	}, func(tx *db.Tx, b *db.Batch) error { return md.Publish(ctx, tx, b) }); err != nil {
		t.Fatal(err)
	}
	items, err := masterdata.AllItems(kittest.Ctx(t), d.Read())
	if err != nil {
		t.Fatal(err)
	}
	m := scheduling.New(d)
	m.Master = md
	return &shop{m, production.New(d, inventory.New(d), quality.New(d)), d, items}
}

func (s *shop) order(t testing.TB, item string, qty int64, due string, priority int64) string {
	t.Helper()
	var number string
	kittest.Do(t, s.d, func(ctx context.Context, tx *db.Tx) error {
		o, err := s.prod.CreateOrders(ctx, tx, []production.NewOrder{{Item: s.items[item].ID, Qty: num.Int(qty), Due: due, Priority: priority}})
		if err != nil {
			return err
		}
		number = o[0].Number
		return s.prod.ReleaseOrders(ctx, tx, []db.ID{o[0].ID})
	})
	return number
}

// plan shows an order's slots as "10 SAW#1 Mon 08:00-09:00".
func (s *shop) plan(t testing.TB, number string) string {
	t.Helper()
	p, err := s.Order(kittest.Ctx(t), s.d.Read(), number)
	if err != nil {
		return err.Error()
	}
	at := func(ms int64) string { return time.UnixMilli(ms).In(s.d.Zone()).Format("Mon 15:04") }
	var out []string
	for _, x := range p.Slots {
		if x.State == "unplaced" {
			out = append(out, fmt.Sprintf("%d nowhere", x.Op))
			continue
		}
		out = append(out, fmt.Sprintf("%d %s %s-%s", x.Op, x.Machine, at(x.StartMS), at(x.EndMS)[4:]))
	}
	if p.LateMS > 0 {
		out = append(out, "late "+time.Duration(p.LateMS*int64(time.Millisecond)).String())
	}
	return strings.Join(out, "; ")
}

func TestRun(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		shaft := s.order(t, "SHAFT", 60, "2026-03-03", 5) // the clock stands at Monday 8:00
		urgent := s.order(t, "SHAFT", 30, "2026-03-04", 1)
		pin := s.order(t, "PIN", 240, "2026-03-01", 5)
		r, err := s.Publish(ctx, scheduling.RunRule{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Orders != 3 || r.Late != 1 || r.Rule != "priority" || r.Site != "F1" {
			t.Errorf("%+v", r)
		}
		for number, want := range map[string]string{
			urgent: "10 SAW#1 Mon 08:00-08:30; 20 LATHE#2 Mon 08:10-09:10",
			shaft:  "10 SAW#1 Mon 08:30-09:30; 20 LATHE#2 Mon 09:10-11:10",
			pin:    "10 LATHE#1 Mon 08:00-12:00; late 12h0m0s",
		} {
			if got := s.plan(t, number); got != want {
				t.Errorf("%s: got %s, want %s", number, got, want)
			}
		}
		// the urgent order runs on the other lathe for a third of its time, and nobody has reported yet: it stays there, and
		// the next schedule goes round what is left of it
		if _, err := run(t, d, s.prod.Report, production.Report{Order: urgent, Op: 10, Good: num.Int(30)}); err != nil {
			t.Fatal(err)
		}
		kittest.ClockOf(d).Add(20 * time.Minute)
		if _, err := run(t, d, s.prod.Start, production.Run{Order: urgent, Op: 20}); err != nil {
			t.Fatal(err)
		}
		kittest.ClockOf(d).Add(20 * time.Minute)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Run(ctx, tx, scheduling.RunRule{Rule: "edd"})
			return err
		})
		if got := s.plan(t, urgent); got != "20 LATHE#2 Mon 08:40-09:20" {
			t.Error(got)
		}
		n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM aps_run WHERE live`)
		if err != nil || n != 1 {
			t.Error(n, "live schedules", err)
		}
		ids, err := db.All[db.ID](t.Context(), d.Read(), `SELECT id FROM v_work_order WHERE number = $1`, urgent)
		if err != nil {
			t.Fatal(err)
		}
		ends, err := scheduling.Expected(t.Context(), d.Read(), ids)
		if err != nil || len(ends) != 1 || ends[ids[0]] != kittest.Start.Add(80*time.Minute).UnixMilli() {
			t.Error(ends, err)
		}
		if _, err := s.Publish(ctx, scheduling.RunRule{Rule: "guess"}); !fault.Is(err, "scheduling.rule_unknown") {
			t.Error(err)
		}
	})
}

func run[In, Out any](t testing.TB, d *db.DB, use func(context.Context, *db.Tx, In) (Out, error), in In) (out Out, err error) {
	t.Helper()
	ctx := kittest.Ctx(t)
	err = d.InTx(ctx, func(tx *db.Tx) (err error) { out, err = use(ctx, tx, in); return err })
	return out, err
}

// Old schedules are forgotten, all but their summary; the rows of the live one stay.
func TestForget(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.order(t, "SHAFT", 10, "2026-03-09", 5)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, scheduling.SettingKeep, "5")
		})
		for range 8 {
			kittest.ClockOf(d).Add(time.Minute)
			if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
				t.Fatal(err)
			}
		}
		runs, _ := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM aps_run`)
		slots, _ := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM aps_slot`)
		if runs != 8 || slots != 2*5 {
			t.Errorf("%d runs, %d slots", runs, slots)
		}
	})
}

// Every list answers on both engines.
func TestLists(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.order(t, "SHAFT", 10, "2026-03-09", 5)
		if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		a := web.New(http.NewServeMux(), d)
		s.Routes(a)
		for path, want := range map[string]int{"/scheduling/dispatch": 2, "/scheduling/dispatch?filter=work_center:eq:SAW&sort=start_ms": 1, "/scheduling/orders": 1, "/scheduling/runs": 1, "/scheduling/loads": 2} {
			if got := len(webtest.Must(t, a.Handler(), webtest.Boss(), "GET", path, nil).Items()); got != want {
				t.Errorf("%s: %d rows, want %d", path, got, want)
			}
		}
	})
}
