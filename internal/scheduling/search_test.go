package scheduling_test

import (
	"context"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/scheduling"
)

// A search runs as a job: each better schedule is told, what it found is a draft. Told to stop it keeps the best at once,
// however long it might have looked; called off as a job it keeps nothing, and the live schedule stands.
func TestSearch(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx := open(t, d), kittest.Ctx(t)
		r := job.New(d)
		s.Background(r)
		begin := func(in scheduling.StartSearch) (scheduling.Search, error) {
			return run(t, d, s.StartSearch, in)
		}
		if _, err := begin(scheduling.StartSearch{Seconds: 1}); !fault.Is(err, "scheduling.no_live") {
			t.Errorf("nothing to begin with: %v", err)
		}
		for range 12 {
			s.order(t, "SHAFT", 90, "2026-03-03", 5)
			s.order(t, "PIN", 90, "2026-03-03", 5)
		}
		res, err := s.Publish(ctx, scheduling.RunRule{Rule: "spt"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := begin(scheduling.StartSearch{Seconds: 1, Draft: scheduling.Propose{Live: 7}}); !fault.Is(err, "scheduling.published") {
			t.Errorf("another live schedule: %v", err)
		}
		short, err := begin(scheduling.StartSearch{Seconds: 1, Draft: scheduling.Propose{Name: "short", Goal: []string{"tardiness"}}})
		if err != nil || short.State != "waiting" || len(short.Points) != 0 {
			t.Fatalf("%+v %v", short, err)
		}
		long, err := begin(scheduling.StartSearch{Seconds: 900, Draft: scheduling.Propose{Name: "long"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := run(t, d, s.StopSearch, long.ID); err != nil {
			t.Fatal(err)
		}
		off, err := begin(scheduling.StartSearch{Seconds: 900})
		if err != nil {
			t.Fatal(err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { return r.Cancel(ctx, tx, off.ID) })
		if err := r.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			id   db.ID
			stop bool
		}{{short.ID, false}, {long.ID, true}} {
			got, err := s.Search(ctx, d.Read(), x.id)
			if err != nil || got.State != "done" || got.Draft == 0 || got.Stop != x.stop || len(got.Points) == 0 {
				t.Fatalf("%+v %v", got, err)
			}
			for i := 1; i < len(got.Points); i++ {
				if got.Points[i].Tardiness > got.Points[i-1].Tardiness {
					t.Errorf("a worse schedule was told as a better one: %+v", got.Points)
				}
			}
			if last := got.Points[len(got.Points)-1]; last.Tardiness < got.Bound.Tardiness || got.Bound.Makespan == 0 || last.Makespan < got.Bound.Makespan {
				t.Errorf("below the bound: %+v, %+v", last, got.Bound)
			}
			g, err := s.Gantt(ctx, d.Read(), "", got.Draft)
			if err != nil || !g.Draft || g.Live != res.Run || len(g.Bars) != 36 {
				t.Errorf("%+v %v", g.Figures, err)
			}
		}
		if got, err := s.Search(ctx, d.Read(), off.ID); err != nil || got.Draft != 0 {
			t.Errorf("called off: %+v %v", got, err)
		}
		if _, err := s.Search(ctx, d.Read(), 7); !fault.Is(err, "scheduling.search_unknown") {
			t.Error(err)
		}
	})
}
