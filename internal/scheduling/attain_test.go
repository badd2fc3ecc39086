package scheduling_test

import (
	"net/http"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/production"
	"kaiwu/internal/scheduling"
)

// Three shafts are to be sawn on Monday morning: one is done in time, one an hour late, one not at all. A schedule that
// is made anew at noon does not make the day look better, and what was planned for Tuesday counts on Tuesday.
func TestAttainment(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := open(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		a := s.order(t, "PIN", 60, "2026-03-02", 1)     // LATHE#1 8-9
		b := s.order(t, "PIN", 60, "2026-03-02", 2)     // LATHE#2 8-9
		c := s.order(t, "PIN", 120, "2026-03-02", 3)    // LATHE#1 9-11
		long := s.order(t, "PIN", 600, "2026-03-05", 9) // ends on Tuesday
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		report := func(order string, qty int64) {
			t.Helper()
			if _, err := run(t, d, s.prod.Report, production.Report{Order: order, Op: 10, Good: num.Int(qty)}); err != nil {
				t.Fatal(err)
			}
		}
		ask := func(in scheduling.AskAttainment) scheduling.PlanAndFact {
			t.Helper()
			p, err := s.Attainment(ctx, d.Read(), in)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		if p := ask(scheduling.AskAttainment{}); p.Total.Planned != 3 || p.Total.Coming != 3 || p.Total.Rate != 0 || p.From != "2026-02-17" || p.To != "2026-03-02" {
			t.Errorf("at eight: %+v", p.Total)
		}
		clock.Add(80 * time.Minute)
		report(a, 60) // 9:20: within the half hour
		clock.Add(40 * time.Minute)
		report(b, 60)            // 10:00: late
		clock.Add(2 * time.Hour) // noon: c is open, and is planned anew for the afternoon
		second, err := s.Publish(ctx, scheduling.RunRule{})
		if err != nil {
			t.Fatal(err)
		}
		p := ask(scheduling.AskAttainment{From: "2026-03-02", To: "2026-03-02"})
		if x := p.Total; x.Planned != 3 || x.OnTime != 1 || x.Late != 1 || x.Open != 1 || x.Rate.String() != "33.333333" || x.OffMS != 40*60_000 {
			t.Errorf("at noon: %+v", x)
		}
		if len(p.Centers) != 1 || p.Centers[0].Key != "LATHE" || len(p.Orders) != 3 || p.Orders[2].Key != a || len(p.Days) != 1 {
			t.Errorf("%+v", p)
		}
		clock.Add(21 * time.Hour) // Tuesday 9:00
		if err := s.KeepDays(ctx); err != nil {
			t.Fatal(err)
		}
		report(c, 120)
		p = ask(scheduling.AskAttainment{})
		if len(p.Days) != 2 || p.Days[1].Key != "2026-03-03" || p.Days[1].Planned != 1 || p.Days[0].Late != 2 || p.Days[0].Open != 0 {
			t.Errorf("Tuesday: %+v", p.Days)
		}
		_ = long
		// the publications: the first was live from eight to noon
		runs, err := db.All[db.ID](ctx, d.Read(), `SELECT id FROM aps_run ORDER BY recorded_ms`)
		if err != nil || len(runs) != 2 || runs[1] != second.Run {
			t.Fatal(runs, err)
		}
		one, err := s.Published(ctx, d.Read(), runs[0])
		if err != nil || one.Head.Live || !one.Head.Kept || one.Head.Superseded != kittest.Start.Add(4*time.Hour).UnixMilli() || one.Facts.Total.Planned != 3 || one.Facts.Total.Late != 2 {
			t.Errorf("%+v %v", one, err)
		}
		two, err := s.Published(ctx, d.Read(), runs[1])
		if err != nil || !two.Head.Live || two.Facts.Total.Planned != 1 || two.Facts.Orders[0].Key != c {
			t.Errorf("%+v %v", two.Facts, err)
		}
		if _, err := s.Published(ctx, d.Read(), 7); !fault.Is(err, "scheduling.run_unknown") {
			t.Error(err)
		}
		if _, err := s.Attainment(ctx, d.Read(), scheduling.AskAttainment{From: "2026-03-09", To: "2026-03-02"}); !fault.Is(err, "scheduling.days_bad") {
			t.Error(err)
		}
		if _, err := s.Attainment(ctx, d.Read(), scheduling.AskAttainment{From: "soon"}); !fault.Is(err, "scheduling.day_bad") {
			t.Error(err)
		}
		api := web.New(http.NewServeMux(), d)
		s.Routes(api)
		for path, want := range map[string]int{"/scheduling/facts": 4, "/scheduling/facts?filter=result:eq:late": 2, "/scheduling/published?filter=run:eq:" + runs[0].String(): 4, "/scheduling/runs?filter=kept:eq:true": 2} {
			if got := len(webtest.Must(t, api.Handler(), webtest.Boss(), "GET", path, nil).Items()); got != want {
				t.Errorf("%s: %d rows, want %d", path, got, want)
			}
		}
	})
}
