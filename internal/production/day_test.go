package production_test

import (
	"context"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/production"
)

// A night shift belongs to the day on which it starts: at two in the morning the board still counts the evening's
// pieces and its stoppage, and nothing is late that the night may still finish; when the night is over it begins anew.
func TestBoardCountsTheProductionDay(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		clock := kittest.ClockOf(d)
		o, p := f.order(t, "PUMP", "20"), f.order(t, "PLAIN", "5")
		must(t, d, func(ctx context.Context, tx *db.Tx, number string) (int64, error) {
			if _, err := tx.Exec(ctx, `UPDATE wo_op SET due = '2026-03-02' WHERE order_id = (SELECT id FROM wo_order WHERE number = $1)`, number); err != nil {
				return 0, err
			}
			return tx.Exec(ctx, `UPDATE wo_order SET due = '2026-03-02' WHERE number = $1`, number)
		}, o)
		clock.Set(kittest.Start.Add(13 * time.Hour)) // 21:00 on Monday the 2nd
		must(t, d, f.Start, production.Run{Order: o, Op: 10, Worker: "W1"})
		must(t, d, f.Module.Report, report(o, "10 g4"))
		must(t, d, f.Start, production.Run{Order: p, Op: 10, Worker: "W2"})
		must(t, d, f.Pause, production.Run{Order: p, Op: 10, Worker: "W2", Reason: "tool"})
		look := func() (production.Board, production.BoardCenter) {
			t.Helper()
			b, err := f.BoardOf(kittest.Ctx(t), d.Read(), "all")
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range b.Centers {
				if c.Code == "LINE" {
					return b, c
				}
			}
			t.Fatal("no line")
			return b, production.BoardCenter{}
		}
		clock.Add(5 * time.Hour) // 02:00 on Tuesday
		must(t, d, f.Module.Report, report(o, "10 g3"))
		b, c := look()
		if b.Day != "2026-03-02" || c.Done != num.Int(7) || c.Late != 0 || b.LateCount != 0 || c.Plan != num.Int(20) {
			t.Errorf("in the night: day %s, done %s of %s, late %d and %d", b.Day, c.Done, c.Plan, c.Late, b.LateCount)
		}
		if len(b.Stopped) != 1 || b.Stopped[0].MS != (5*time.Hour).Milliseconds() {
			t.Errorf("the stoppage began in the evening: %+v", b.Stopped)
		}
		if len(b.People) != 1 || b.People[0].Done != num.Int(7) {
			t.Errorf("%+v", b.People)
		}
		at, err := f.AtStation(kittest.Ctx(t), d.Read(), "LINE")
		if err != nil || at.Ops[0].Late {
			t.Errorf("late while its night shift works: %+v %v", at.Ops[0], err)
		}
		clock.Add(3 * time.Hour) // 05:00: the night ended at four
		b, c = look()
		if b.Day != "2026-03-03" || c.Done != 0 || c.Late != 1 || b.LateCount != 1 {
			t.Errorf("after the night: day %s, done %s, late %d and %d", b.Day, c.Done, c.Late, b.LateCount)
		}
		if len(b.Stopped) != 1 || b.Stopped[0].MS != time.Hour.Milliseconds() {
			t.Errorf("of the stoppage one hour is of today: %+v", b.Stopped)
		}
		balanced(t, f)
	})
}

// Setting up comes first and is timed apart; who set up together goes on together, and the minutes of a team are the
// time that the work took, no more and no less.
func TestSetUpFirstThenTheTeamShares(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		clock := kittest.ClockOf(d)
		o := f.order(t, "PUMP", "20")
		floor := func() production.OpFloor {
			t.Helper()
			x, err := f.OpOnFloor(kittest.Ctx(t), d.Read(), o, 10)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		if x := floor(); x.SetupMS != 600_000 || x.SettingMS != 0 {
			t.Errorf("before: %+v", x)
		}
		must(t, d, f.Start, production.Run{Order: o, Op: 10, Worker: "W1", Kind: "setup"})
		must(t, d, f.Join, production.Run{Order: o, Op: 10, Worker: "W2"})
		clock.Add(12 * time.Minute)
		if x := floor(); x.SettingMS == 0 || x.SinceMS != 0 || len(x.Crew) != 2 {
			t.Errorf("setting up: %+v", x)
		}
		must(t, d, f.Start, production.Run{Order: o, Op: 10, Worker: "W1"})
		x := floor()
		if x.SettingMS != 0 || x.SetupDone != 720_000 || len(x.Crew) != 2 || x.SinceMS != clock.Now().UnixMilli() {
			t.Errorf("running: %+v", x)
		}
		clock.Add(time.Hour)
		two := report(o, "10 g5")
		two.Workers, two.Minutes = []string{"W1", "W2"}, []num.Dec{num.Int(45), num.Int(20)}
		if _, err := run(t, d, f.Module.Report, two); code(err) != "production.minutes_sum" {
			t.Errorf("65 minutes of an hour: %v", err)
		}
		two.Minutes[1] = num.Int(15)
		must(t, d, f.Module.Report, two)
		if x := floor(); x.SinceMS != clock.Now().UnixMilli() {
			t.Errorf("what is reported is shared: %+v", x)
		}
		clock.Add(10 * time.Minute)
		two = report(o, "10 g1")
		two.Workers, two.Minutes = []string{"W1", "W2"}, []num.Dec{num.Int(40), num.Int(30)} // the whole run again
		if _, err := run(t, d, f.Module.Report, two); code(err) != "production.minutes_sum" {
			t.Errorf("time shared twice: %v", err)
		}
		two.Minutes = []num.Dec{num.Int(4), num.Int(6)}
		must(t, d, f.Module.Report, two)
		// a call that stops a set-up ends it
		p := f.order(t, "PLAIN", "5")
		must(t, d, f.Start, production.Run{Order: p, Op: 10, Worker: "W1", Kind: "setup"})
		clock.Add(3 * time.Minute)
		must(t, d, f.Help, production.Call{Order: p, Op: 10, Kind: "machine", Block: true})
		y, err := f.OpOnFloor(kittest.Ctx(t), d.Read(), p, 10)
		if err != nil || y.SettingMS != 0 || y.SetupDone != 180_000 || y.Paused != "machine" {
			t.Errorf("stopped while it was set up: %+v %v", y, err)
		}
		balanced(t, f)
	})
}
