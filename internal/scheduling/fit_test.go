package scheduling_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
	"kaiwu/internal/scheduling"
)

// Work without an order takes the gaps that the live schedule leaves, moves nothing, waits for its parts and for what
// goes into it, and says which work center it waits for. Where no schedule is live there is no answer.
func TestFit(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		site, err := masterdata.DefaultSite(ctx, d.Read())
		if err != nil {
			t.Fatal(err)
		}
		monday, err := cal.ParseDay("2026-03-02")
		if err != nil {
			t.Fatal(err)
		}
		fit := func(jobs ...planning.Job) []planning.Fitted {
			t.Helper()
			for n := range jobs {
				jobs[n].Due = monday + 4
				jobs[n].Priority = cmp.Or(jobs[n].Priority, 5)
			}
			f, err := s.Fit(ctx, d.Read(), site, jobs)
			if err != nil || f.Found != planning.Scheduled {
				t.Fatal(f.Found, err)
			}
			return f.Jobs
		}
		job := func(item string, qty int64, from cal.Day, after ...int) planning.Job {
			return planning.Job{Item: s.items[item].ID, Qty: num.Int(qty), From: from, After: after}
		}
		if f, err := s.Fit(ctx, d.Read(), site, []planning.Job{job("PIN", 1, monday)}); f.Found != planning.NoSchedule || err != nil {
			t.Error("without a schedule", f.Found, err)
		}
		big := s.order(t, "SHAFT", 480, "2026-03-06", 5) // the saw has nothing else on Monday, a lathe until Tuesday
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		before := s.plan(t, big)
		for _, c := range []struct {
			why  string
			jobs []planning.Job
			want planning.Fitted // of the last
		}{
			{"the other lathe is free", []planning.Job{job("PIN", 60, monday)}, planning.Fitted{Day: monday, Center: "LATHE"}},
			{"its parts come on Wednesday", []planning.Job{job("PIN", 60, monday+2)}, planning.Fitted{Day: monday + 2, Center: "LATHE"}},
			{"the saw is free on Tuesday", []planning.Job{job("SHAFT", 60, monday)}, planning.Fitted{Day: monday + 1, Center: "SAW"}},
			{"an urgent one moves nothing", []planning.Job{{Item: s.items["SHAFT"].ID, Qty: num.Int(60), From: monday, Priority: 1}}, planning.Fitted{Day: monday + 1, Center: "SAW"}},
			{"the first takes the saw's Tuesday", []planning.Job{job("SHAFT", 480, monday), job("SHAFT", 60, monday)}, planning.Fitted{Day: monday + 2, Center: "SAW"}},
			{"it waits for what goes into it", []planning.Job{job("SHAFT", 60, monday+1), job("PIN", 480, monday, 0)}, planning.Fitted{Day: monday + 2, Center: "LATHE"}},
		} {
			f := fit(c.jobs...)
			if got := f[len(f)-1]; got != c.want {
				t.Errorf("%s: %v %s, want %v %s", c.why, got.Day, got.Center, c.want.Day, c.want.Center)
			}
		}
		if after := s.plan(t, big); after != before {
			t.Errorf("the schedule was %s, is %s", before, after)
		}
		many := make([]planning.Job, 10_001) // of two operations each
		for n := range many {
			many[n] = job("SHAFT", 1, monday)
		}
		if f, err := s.Fit(ctx, d.Read(), site, many); f.Found != planning.TooMuch || err != nil {
			t.Error("20,002 operations", f.Found, err)
		}
		// what work centers have to do for it: 480 minutes on the saw are ahead; the lathes have two days until 10:10, one of them runs since 8:10
		mine := job("SHAFT", 60, monday)
		mine.Due, mine.Priority, mine.Own = monday+4, 5, true
		if f, err := s.Fit(ctx, d.Read(), site, []planning.Job{mine}); err != nil || len(f.Loads) != 2 {
			t.Errorf("%+v, %v", f.Loads, err)
		} else {
			var got []string
			for _, l := range f.Loads {
				got = append(got, fmt.Sprintf("%s own %d ahead %d of %d until %s", l.Center, l.Own/60_000, l.Ahead/60_000, l.Hours/60_000, l.Until))
			}
			if want := []string{"LATHE own 120 ahead 600 of 1220 until 2026-03-03", "SAW own 60 ahead 480 of 540 until 2026-03-03"}; !slices.Equal(got, want) {
				t.Errorf("loads %q", got)
			}
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { // the second lathe is sold, and work stood on it
			if _, err := tx.Exec(ctx, `UPDATE aps_slot SET machine = 'LATHE#2' WHERE machine = 'LATHE#1'`); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `UPDATE md_work_center SET capacity = 1 WHERE code = 'LATHE'`)
			return err
		})
		if f := fit(job("SHAFT", 60, monday)); f[0].Day < monday+1 {
			t.Errorf("without the lathe: %v", f[0])
		}
	})
}
