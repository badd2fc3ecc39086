package scheduling_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/scheduling"
)

// Two welders, one of them on the evening shift: what demands their skill is done when one of them is there and the
// machine works, by whom the schedule says, and not while he is absent. The next drag counts with an absence that was
// told a moment ago, and one that is taken back is none.
func TestWorkersHours(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		p := pack.New()
		p.Site.Code, p.Site.Name = "F1", "一厂"
		p.Items = append(p.Items, pack.Item{Code: "FRAME", Name: "FRAME", UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One})
		p.BOMs = append(p.BOMs, pack.BOMLine{Product: "FRAME", Version: "1", Role: "component", Item: "BAR", Qty: num.One, Op: 10, Issue: "none"})
		p.Items = append(p.Items, pack.Item{Code: "BAR", Name: "BAR", UOM: "pcs", Kind: "buy", Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One})
		p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: "WELD", Name: "WELD", Calendar: "long", EfficiencyPct: 100 * num.One, Kind: "machine", Capacity: 2})
		p.Routings = append(p.Routings, pack.Operation{Product: "FRAME", Version: "1", Op: 10, Name: "weld", WorkCenter: "WELD", RunMin: num.One, Skill: "weld", Report: true, Inspection: "none"})
		for day := 1; day <= 5; day++ {
			p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "long", Weekday: day, From: "06:00", To: "22:00"}, pack.CalendarHours{Calendar: "late", Weekday: day, From: "14:00", To: "22:00"})
		}
		p.Workers = []pack.Worker{{Code: "LI", Name: "Li", Skills: []string{"weld"}}, {Code: "MA", Name: "Ma", Skills: []string{"weld"}}}
		ctx := kittest.Ctx(t)
		if err := d.InBatch(ctx, "import", func(b *db.Batch) error { return s.Master.Load(masterdata.Loading(ctx, b), b, p) }, func(tx *db.Tx, b *db.Batch) error { return s.Master.Publish(masterdata.Loading(ctx, b), tx, b) }); err != nil {
			t.Fatal(err)
		}
		items, err := masterdata.AllItems(ctx, d.Read())
		if err != nil {
			t.Fatal(err)
		}
		s.items = items
		a, b := s.order(t, "FRAME", 120, "2026-03-04", 5), s.order(t, "FRAME", 120, "2026-03-05", 5)
		who := func() string {
			t.Helper()
			kittest.ClockOf(d).Add(time.Second)
			if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
				t.Fatal(err)
			}
			g, err := s.Gantt(kittest.Ctx(t), d.Read(), "", 0)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]string{}
			for _, x := range g.Bars {
				out[x.Order] = fmt.Sprintf("%s %s-%s", x.Worker, at(s, x.StartMS), at(s, x.EndMS)[4:])
			}
			return out[a] + ", " + out[b]
		}
		want := func(what, w string) {
			t.Helper()
			if got := who(); got != w {
				t.Errorf("%s: %s, want %s", what, got, w)
			}
		}
		want("whenever the machine works", "LI Mon 08:00-10:00, MA Mon 08:00-10:00")
		if _, err := run(t, d, s.SetShift, scheduling.Shift{Workers: []string{"MA"}, Calendar: "late"}); err != nil {
			t.Fatal(err)
		}
		want("the evening shift", "LI Mon 08:00-10:00, LI Mon 10:00-12:00")
		nine := kittest.Start.Add(time.Hour).UnixMilli()
		off := scheduling.Absent{Workers: []string{"LI"}, FromMS: nine, ToMS: kittest.Start.Add(50 * time.Hour).UnixMilli(), Reason: "ill"}
		g, err := s.Gantt(kittest.Ctx(t), d.Read(), "", 0)
		if err != nil {
			t.Fatal(err)
		}
		drag := func() int64 {
			t.Helper()
			var got scheduling.Draft
			if err := d.View(kittest.Ctx(t), func(q db.Querier) (err error) {
				got, err = s.Preview(kittest.Ctx(t), q, scheduling.Propose{Live: g.Run, Changes: []scheduling.Change{{Kind: "pin", Order: b, Op: 10, Machine: "WELD#2", FromMS: kittest.Start.Add(2 * time.Hour).UnixMilli()}}})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return got.Moved
		}
		drag()
		if _, err := run(t, d, s.AddAbsence, off); err != nil {
			t.Fatal(err)
		}
		if drag() == 0 {
			t.Error("a drag right after it does not count with the absence")
		}
		want("he is ill", "MA Mon 14:00-16:00, MA Mon 16:00-18:00")
		if g, err = s.Gantt(kittest.Ctx(t), d.Read(), "", 0); err != nil || len(g.People) != 2 || g.People[0].Worker != "LI" || g.People[0].Hours != -1 || len(g.People[0].Off) != 1 || g.People[0].Off[0] != (scheduling.Away{FromMS: off.FromMS, ToMS: off.ToMS, Reason: "ill"}) {
			t.Errorf("the Gantt does not draw that he is ill: %+v %v", g.People, err)
		}
		if late := g.People[1]; late.Hours < 0 || len(late.Off) != 0 || at(s, g.Hours[late.Hours][0])[4:] != "14:00" {
			t.Errorf("the Gantt does not know the evening shift: %+v", late)
		}
		bad := off
		bad.ToMS = bad.FromMS
		if _, err := run(t, d, s.AddAbsence, bad); !fault.Is(err, "scheduling.absence_bad") {
			t.Error(err)
		}
		bad = off
		bad.Workers = []string{"LI", "NOBODY"}
		if _, err := run(t, d, s.AddAbsence, bad); !fault.Is(err, "scheduling.worker_unknown") {
			t.Error(err)
		}
		if _, err := run(t, d, s.SetShift, scheduling.Shift{Workers: []string{"LI"}, Calendar: "night"}); !fault.Is(err, "scheduling.calendar_unknown") {
			t.Error(err)
		}
		api := web.New(http.NewServeMux(), d)
		s.Routes(api)
		list := webtest.Must(t, api.Handler(), webtest.Boss(), "GET", "/scheduling/absences", nil).Items()
		if len(list) != 1 || list[0]["worker"] != "LI" || list[0]["reason"] != "ill" {
			t.Fatalf("%v", list)
		}
		hours := webtest.Must(t, api.Handler(), webtest.Boss(), "GET", "/scheduling/workers?sort=worker", nil).Items()
		if len(hours) != 2 || hours[1]["calendar"] != "late" || fmt.Sprint(hours[0]["absences"]) != "1" {
			t.Errorf("%v", hours)
		}
		id, err := db.One[db.ID](ctx, d.Read(), `SELECT id FROM aps_absence`)
		if err != nil {
			t.Fatal(err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { _, err := s.EndAbsence(ctx, tx, id); return err })
		if _, err := run(t, d, s.SetShift, scheduling.Shift{Workers: []string{"MA"}}); err != nil {
			t.Fatal(err)
		}
		want("everybody is there again", "LI Mon 08:00-10:00, MA Mon 08:00-10:00")
		if g, err = s.Gantt(kittest.Ctx(t), d.Read(), "", 0); err != nil || len(g.People) != 2 || len(g.People[0].Off) != 0 {
			t.Errorf("an absence that was taken back is drawn: %+v %v", g.People, err)
		}
	})
}
