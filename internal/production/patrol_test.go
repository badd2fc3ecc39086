package production_test

import (
	"context"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
)

// patrolled is a plant where WELD is welded (somebody goes round) and packed.
func patrolled(t *testing.T, d *db.DB) *floor {
	t.Helper()
	f := bare(t, d)
	p := plant()
	p.Items = append(p.Items, pack.Item{Code: "WELD", Name: "WELD", UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: dec("100")})
	p.BOMs = append(p.BOMs, pack.BOMLine{Product: "WELD", Version: "1", Role: "component", Item: "BOX", Qty: dec("1"), Op: 10, Issue: "backflush"})
	for _, o := range []struct {
		n          int
		inspection string
	}{{10, "patrol"}, {20, "none"}} {
		p.Routings = append(p.Routings, pack.Operation{Product: "WELD", Version: "1", Op: o.n, Name: "op", WorkCenter: "LINE", RunMin: dec("1"), TransferLot: dec("1"), Report: true, Inspection: o.inspection})
	}
	f.load(t, p)
	f.stock(t, "BOX 1000")
	return f
}

func choose(t *testing.T, d *db.DB, f *floor, name, value string) {
	t.Helper()
	kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
		s, err := masterdata.SiteByID(ctx, tx, f.site)
		if err != nil {
			return err
		}
		return masterdata.SetSetting(ctx, tx, name+"."+s.Code, value)
	})
}

// A patrol becomes due after so many pieces, holds nothing up, and is not asked for twice; one that fails stops the
// operation until a second look passes and holds the pieces made since the last good one; all of it can be taken back.
func TestPatrolByPieces(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := patrolled(t, d)
		choose(t, d, f, production.SettingPatrolPieces, "4")
		choose(t, d, f, production.SettingPatrolSample, "2")
		wo := f.order(t, "WELD", "30")
		judge := func(number, passed, failed, then string) quality.Judged {
			t.Helper()
			defer balanced(t, f)
			return must(t, d, f.Quality.Judge, quality.Judge{Inspection: number, Passed: dec(passed), Failed: dec(failed), Reason: "pores", Then: then})
		}
		is := func(want string) {
			t.Helper()
			p := f.detail(t, wo).Ops[0]
			if got := p.Status + " " + p.Good.String() + " of which wait " + p.Unjudged.String(); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		open := func(kind string) (number string) {
			for _, i := range f.detail(t, wo).Inspections {
				if i.Status == "open" && i.Kind == kind {
					number += i.Number
				}
			}
			return number
		}
		must(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1"})
		if r := must(t, d, f.Report, report(wo, "10 g3")); r.Patrol != "" || r.Inspection != "" {
			t.Errorf("three pieces ask for nothing: %+v", r)
		}
		first := must(t, d, f.Report, report(wo, "10 g1"))
		if first.Patrol == "" || open("patrol") != first.Patrol {
			t.Fatalf("four pieces ask for a patrol: %+v", first)
		}
		if r := must(t, d, f.Report, report(wo, "10 g5")); r.Patrol != "" || open("patrol") != first.Patrol {
			t.Errorf("a second one was asked for beside the first: %+v", r)
		}
		is("running 9 of which wait 0") // it holds nothing up
		must(t, d, f.Report, report(wo, "20 g2"))
		judge(first.Patrol, "2", "0", "")
		second := must(t, d, f.Report, report(wo, "10 g1")) // ten were made, the last look was asked for at four
		if second.Patrol == "" || second.Patrol == first.Patrol {
			t.Fatalf("%+v", second)
		}
		must(t, d, f.Report, report(wo, "20 g3"))

		// five and one were made since the look that passed, ten less five used are here: five wait
		j := judge(second.Patrol, "1", "1", "")
		is("waiting_inspection 10 of which wait 5")
		again := open("patrol")
		stands := func(number string, failed bool) {
			t.Helper()
			o, err := f.OpOnFloor(kittest.Ctx(t), d.Read(), wo, 10)
			if err != nil {
				t.Fatal(err)
			}
			if o.Inspection != number || o.PatrolFailed != failed {
				t.Errorf("the page of the operation names %q (failed %v), want %q (%v)", o.Inspection, o.PatrolFailed, number, failed)
			}
		}
		stands(again, true) // the people there read which look they wait for
		for _, c := range []struct {
			err  error
			want string
		}{
			{second2(run(t, d, f.Report, report(wo, "10 g1"))), "production.patrol_failed"},
			{second2(run(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1"})), "production.patrol_failed"},
			{second2(run(t, d, f.Report, report(wo, "20 g1"))), "production.over_input"},
			{second2(run(t, d, f.Undo, production.Undo{Report: first.ID, Reason: "x"})), "production.used_by_next"},
		} {
			if code(c.err) != c.want {
				t.Errorf("%v, want %s", c.err, c.want)
			}
		}
		// judged wrongly: taken back, the operation goes on and the look is open again
		must(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "the gauge was wrong"})
		is("paused 10 of which wait 0")
		stands("", false)
		if open("patrol") != second.Patrol || open("each") != "" {
			t.Error(open("patrol"), open("each"))
		}
		balanced(t, f)
		j = judge(second.Patrol, "1", "1", "")
		again = open("patrol")

		// the pieces are judged by themselves, the second look by itself
		suspects := open("each")
		judge(suspects, "3", "2", "scrap")
		is("waiting_inspection 8 of which wait 0")
		if _, err := run(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "x"}); code(err) != "quality.judged_already" {
			t.Error(err)
		}
		judge(again, "0", "2", "")
		third := open("patrol")
		if third == again || third == "" || open("each") != "" {
			t.Error("a second look that fails asks for a third, and nothing was made meanwhile:", third, open("each"))
		}
		if _, err := run(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "x"}); code(err) != "production.patrol_later" {
			t.Error(err)
		}
		good := judge(third, "2", "0", "")
		is("paused 8 of which wait 0")
		must(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: good.ID, Reason: "x"})
		is("waiting_inspection 8 of which wait 0")
		judge(third, "2", "0", "")
		must(t, d, f.Report, report(wo, "10 g20"))
		is("done 28 of which wait 0")
		balanced(t, f)

		// a patrol of an operation that is done stops nobody; what is still here is held
		j = judge(open("patrol"), "0", "2", "")
		if n := f.detail(t, wo).Ops[0].Unjudged; n != dec("20") || open("patrol") != "" {
			t.Error(n, open("patrol"))
		}
		must(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "x"})
		is("done 28 of which wait 0")
		balanced(t, f)
	})
}

func second2[T any](_ T, err error) error { return err }

// By time: only what runs, hours after its start and after the last look; 0 = never.
func TestPatrolByHours(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := patrolled(t, d)
		clock := kittest.ClockOf(d)
		due := func(want int) {
			t.Helper()
			n, err := run(t, d, func(ctx context.Context, tx *db.Tx, _ struct{}) (int, error) { return f.Patrol(ctx, tx) }, struct{}{})
			if n != want || err != nil {
				t.Errorf("%d due, want %d: %v", n, want, err)
			}
		}
		a, b := f.order(t, "WELD", "30"), f.order(t, "WELD", "30")
		must(t, d, f.Start, production.Run{Order: a, Op: 10, Worker: "W1"})
		must(t, d, f.Start, production.Run{Order: b, Op: 10, Worker: "W1"})
		must(t, d, f.Pause, production.Run{Order: b, Op: 10, Worker: "W1", Reason: "meal"})
		clock.Add(119 * time.Minute)
		due(0)
		clock.Add(2 * time.Minute)
		due(1)
		clock.Add(5 * time.Hour)
		due(0) // nobody has looked yet
		i := f.detail(t, a).Inspections
		if len(i) != 1 || i[0].Kind != "patrol" || i[0].Qty != dec("1") {
			t.Fatalf("%+v", i)
		}
		must(t, d, f.Quality.Judge, quality.Judge{Inspection: i[0].Number, Passed: dec("1")})
		due(1) // seven hours after it was asked for
		choose(t, d, f, production.SettingPatrolHours, "0")
		must(t, d, f.Start, production.Run{Order: b, Op: 10, Worker: "W1"})
		due(0)
		choose(t, d, f, production.SettingPatrolHours, "8")
		due(0)
		clock.Add(2 * time.Hour)
		due(1)
		balanced(t, f)
	})
}
