package scheduling_test

import (
	"context"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/scheduling"
)

// A shaft is sawn since eight, and pins are about to be turned on both lathes. A minute and a half later nothing has been
// told: nothing moves, whatever is asked. The lathe that breaks down moves its own pin and nobody else's; with the setting
// at 0 every second counts. Half an hour later the sawing goes on as it was planned, though nobody has reported a piece.
func TestTheClockMovesNothing(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := open(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		shaft := s.order(t, "SHAFT", 120, "2026-03-04", 1)
		next := s.order(t, "SHAFT", 60, "2026-03-05", 2)
		for range 4 {
			s.order(t, "PIN", 60, "2026-03-05", 3)
		}
		if _, err := run(t, d, s.prod.Start, production.Run{Order: shaft, Op: 10}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		was := s.plan(t, next)
		think := func(changes ...scheduling.Change) scheduling.Draft {
			t.Helper()
			p, err := s.Preview(ctx, d.Read(), scheduling.Propose{Changes: changes})
			if err != nil {
				t.Fatal(err)
			}
			d, err := s.Propose(ctx, scheduling.Propose{Changes: changes})
			if err != nil || d.Moved != p.Moved || len(d.Bars) != len(p.Bars) || len(d.Ends) != len(p.Ends) {
				t.Fatalf("preview %+v, draft %+v, %v", p, d, err)
			}
			return d
		}
		clock.Add(30 * time.Second)
		again, err := s.Propose(ctx, scheduling.Propose{})
		if err != nil {
			t.Fatal(err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { _, err := s.PublishDraft(ctx, tx, again.ID); return err })
		clock.Add(60 * time.Second)
		if d := think(); d.Moved != 0 || len(d.Bars)+len(d.Ends) != 0 || d.UpsetMS != 0 {
			t.Errorf("a minute and a half moves %d: %+v %+v", d.Moved, d.Bars, d.Ends)
		}
		down := scheduling.Change{Kind: "down", Machine: "LATHE#1", FromMS: d.Now().UnixMilli(), ToMS: d.Now().Add(72 * time.Hour).UnixMilli()}
		for _, b := range think(down).Bars {
			if b.MachineWas != "LATHE#1" && b.Machine == b.MachineWas && max(b.StartMS-b.StartWas, b.StartWas-b.StartMS) < 2*60_000 {
				t.Errorf("moved by %d s: %+v", (b.StartMS-b.StartWas)/1000, b)
			}
		}
		// by hand every minute counts
		var pin scheduling.BarMoved
		for _, b := range think(down).Bars {
			if b.MachineWas == "LATHE#1" {
				pin = b
			}
		}
		pinned := think(scheduling.Change{Kind: "pin", Order: pin.Order, Op: pin.Op, Machine: pin.MachineWas, FromMS: pin.StartWas + 60_000})
		if len(pinned.Bars) == 0 {
			t.Error("an operation that somebody has put a minute later is not listed")
		}
		clock.Add(20 * time.Minute) // the saw cuts, and the pins have not begun: these are late, what is sawn is not
		d1 := think()
		for _, b := range d1.Bars {
			if b.Order == shaft && b.Op == 10 || b.Order == next && b.Op == 10 {
				t.Errorf("%+v moves because nobody has reported", b)
			}
		}
		if d1.Moved == 0 {
			t.Error("pins that have not begun are not late")
		}
		if _, err := run(t, d, s.prod.Report, production.Report{Order: shaft, Op: 10, Good: num.Int(21)}); err != nil {
			t.Fatal(err)
		}
		clock.Add(10 * time.Minute)
		for _, b := range think().Bars { // 21 in 21.5 minutes, and ten minutes ago: as planned
			if b.Order == next && b.Op == 10 {
				t.Errorf("%s was %s: %+v", next, was, b)
			}
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, scheduling.SettingNoise, "0")
		})
		found := false
		for _, b := range think().Bars {
			found = found || b.Order == next && b.Op == 10 && b.StartMS-b.StartWas == 30_000
		}
		if !found {
			t.Error("with the setting at 0 half a minute counts")
		}
	})
}
