package planning_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
)

// roughly shows what work centers say: "W behind 4>1" with the weeks that have load, and the demands whose day differs.
func roughly(r *planning.RoughCut) (out []string) {
	for _, c := range r.Centers {
		x := fmt.Sprintf("%s behind %d>%d", c.Center, c.BehindWas, c.Behind)
		for _, w := range c.Weeks {
			if w.Load+w.LoadWas > 0 || w.Hours != w.HoursWas {
				x += fmt.Sprintf(" %s %d>%d of %d>%d", w.Week[5:], w.LoadWas/60_000, w.Load/60_000, w.HoursWas/60_000, w.Hours/60_000)
			}
		}
		out = append(out, x)
	}
	for _, l := range r.Late {
		out = append(out, fmt.Sprintf("%s due %s: %s>%s %s", l.Number, l.Due[5:], l.Was, l.Is, l.Cause))
	}
	return out
}

// A what-if may suppose that a work center does more or less: it says, rough-cut, how far behind the work center is, week
// by week, and which orders come on another day. Adopting leaves it to whoever keeps the work center.
func TestWhatIfCapacity(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.stock(t, "BODY", 90000)
		s.stock(t, "SCREW", 90000)
		s.order(t, "SO1", "LAMP", 8000, "2026-03-04", 5) // W works all day, 1,440 minutes, a lamp a minute; 960 are left of today
		s.order(t, "SO2", "LAMP", 3000, "2026-03-12", 5)
		s.run(t)
		percent := func(n int) *int { return &n }
		ran := func(changes ...planning.Change) planning.Scenario {
			t.Helper()
			w, err := s.RunScenario(ctx, s.whatIf(t, changes...))
			if err != nil || w.Rough == nil || w.Diff == nil {
				t.Fatalf("%+v, %v", w, err)
			}
			return w
		}
		twice := planning.Change{Kind: "capacity", Center: "W", Percent: percent(200)}
		w := ran(twice)
		// 8,000 minutes are 960 and five days, the 7th; with twice as much 1,920 and three double days
		if got := roughly(w.Rough); len(got) != 2 || !strings.HasPrefix(got[0], "W behind 3>1 03-02 8000>8000 of 9600>19200 03-09 3000>3000 of 10080>20160 03-16 ") || got[1] != "SO1 due 03-04: 2026-03-07>2026-03-05 W" {
			t.Errorf("twice as much: %q", got)
		}
		if len(w.Diff.Items) != 0 {
			t.Errorf("the plan itself does not move: %+v", w.Diff.Items)
		}
		twice.Day, twice.To = "2026-03-03", "2026-03-03"
		differs(t, "one day of overtime", roughly(ran(twice).Rough), "W behind 3>2 03-02 8000>8000 of 9600>11040 03-09 3000>3000 of 10080>10080", "SO1 due 03-04: 2026-03-07>2026-03-06 W")
		differs(t, "it stands a week", roughly(ran(planning.Change{Kind: "capacity", Center: "W", Percent: percent(0), Day: "2026-03-09", To: "2026-03-13"}).Rough),
			"W behind 3>3 03-02 8000>8000 of 9600>9600 03-09 3000>3000 of 10080>2880", "SO2 due 03-12: >2026-03-14 W") // 9,600 by Sunday, the rest on Saturday
		qty := num.Int(8000)
		differs(t, "more demand", roughly(ran(planning.Change{Kind: "demand", Item: "LAMP", Qty: &qty, Day: "2026-03-13"}).Rough),
			"W behind 3>3 03-02 8000>8000 of 9600>9600 03-09 3000>11000 of 10080>10080", "what-if 1 due 03-13: >2026-03-15 W")
		if got := roughly(ran(planning.Change{Kind: "capacity", Center: "W", Percent: percent(0)}).Rough); !strings.HasPrefix(got[0], "W behind 3>-1 ") || !slices.Equal(got[1:], []string{"SO1 due 03-04: 2026-03-07>? W", "SO2 due 03-12: >? W"}) {
			t.Errorf("it stands for good: %q", got)
		}

		number := s.whatIf(t, twice)
		differs(t, "adopting", said(s.preview(t, ctx, number).Steps), "1 none left capacity")
		if out, err := s.adopt(ctx, number, 0); err != nil || len(out.Left) != 1 || out.Done != 0 || out.Steps[0].Center != "W" || *out.Steps[0].After.Percent != 200 {
			t.Errorf("%+v, %v", out, err)
		}
		_, err := s.RunScenario(ctx, s.whatIf(t, planning.Change{Kind: "capacity", Center: "NO", Percent: percent(10)}))
		refused(t, err, "masterdata.work_center_unknown")
		for _, bad := range []planning.Change{{Kind: "capacity", Center: "W"}, {Kind: "capacity", Percent: percent(10)}, {Kind: "capacity", Center: "W", Percent: percent(10), Day: "2026-03-09", To: "2026-03-08"}, {Kind: "capacity", Center: "W", Percent: percent(10), To: "2026-02-27"}} {
			err := d.InTx(ctx, func(tx *db.Tx) error {
				_, err := s.CreateScenario(ctx, tx, planning.NewScenario{Name: "x", Changes: []planning.Change{bad}})
				return err
			})
			refused(t, err, "planning.change_bad")
		}
	})
}

// Assumptions may name work centers of another site that is planned together: what it makes leaves sooner or later, each
// site's work centers and orders are told by itself, to those who see that site.
func TestWhatIfCapacityElsewhere(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.second(t) // F2 gets BODY from F1, three days on the way
		ctx := kittest.Ctx(t)
		s.stock(t, "BLANK", 90000)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Enter(ctx, tx, planning.NewDemand{Site: "F2", Item: "BODY", Due: "2026-03-08", Qty: num.Int(8000), Note: "N2"})
			return err
		})
		s.order(t, "SO1", "BODY", 100, "2026-03-06", 5)
		if _, err := s.Run(ctx, planning.RunPlan{Site: "F2"}); err != nil {
			t.Fatal(err)
		}
		percent := func(n int) *int { return &n }
		ran := func(c planning.Change) (planning.Scenario, error) {
			t.Helper()
			var number string
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				w, err := s.CreateScenario(ctx, tx, planning.NewScenario{Site: "F2", Name: "x", Changes: []planning.Change{c}})
				number = w.Number
				return err
			})
			return s.RunScenario(ctx, number)
		}
		w, err := ran(planning.Change{Kind: "capacity", Center: "W", Site: "F1", Percent: percent(200)})
		if err != nil || len(w.Rough.Centers) != 1 || w.Rough.Centers[0].Site != "F1" {
			t.Fatalf("%+v, %v", w.Rough, err)
		}
		// at F1 8,000 bodies are due on the 5th and done on the 7th, a hundred more behind them; with twice as much on the 5th
		want := []string{"N2 due 03-08: 2026-03-10> ", "SO1@F1 due 03-06: 2026-03-07> "}
		late := func(r *planning.RoughCut) (out []string) {
			for _, l := range r.Late {
				at := ""
				if l.Site != "" {
					at = "@" + l.Site
				}
				out = append(out, fmt.Sprintf("%s%s due %s: %s>%s %s%s", l.Number, at, l.Due[5:], l.Was, l.Is, l.CauseSite, l.Cause))
			}
			slices.Sort(out)
			return out
		}
		differs(t, "twice as much at F1", late(w.Rough), want...)
		// nobody else has a W: the site need not be named
		if w, err = ran(planning.Change{Kind: "capacity", Center: "W", Percent: percent(50)}); err != nil || len(w.Rough.Centers) != 1 || w.Rough.Centers[0].Site != "F1" || w.Rough.Late[0].CauseSite != "F1" {
			t.Errorf("%+v, %v", w.Rough, err)
		}
		f2, err := masterdata.SiteByCode(ctx, d.Read(), "F2")
		if err != nil {
			t.Fatal(err)
		}
		there := actor.With(t.Context(), &actor.Actor{Name: "there", UserID: 9, Sites: []int64{int64(f2.ID)}, Perms: map[string]bool{"*": true}})
		blind, err := s.Scenario(there, d.Read(), w.Number)
		if err != nil || len(blind.Rough.Centers) != 0 || len(blind.Rough.Late) != 1 || blind.Rough.Late[0].Number != "N2" || blind.Rough.Late[0].Cause != "" || blind.Rough.Late[0].CauseSite != "F1" {
			t.Errorf("%+v, %v", blind.Rough, err)
		}
		_, err = s.RunScenario(there, w.Number)
		refused(t, err, "masterdata.work_center_unknown")
		_, err = ran(planning.Change{Kind: "capacity", Center: "W", Site: "F9", Percent: percent(50)})
		refused(t, err, "planning.site_apart")
		differs(t, "adopting", said(s.preview(t, ctx, w.Number).Steps), "1 none left capacity")
	})
}
