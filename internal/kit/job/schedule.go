package job

import (
	"context"
	"fmt"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
)

// schedule asks for a job whenever a new slot has begun. Which slot was served last is a cursor in the database, so
// several processes ask once, and what was missed while none ran is made up for once.
type schedule struct {
	name  string
	kind  string
	input any
	slot  func(now time.Time) int64 // grows with time
}

// Every runs a job of a kind in each period.
func (r *Runner) Every(name string, period time.Duration, kind string, input any) {
	r.add(schedule{name, kind, input, func(now time.Time) int64 { return now.UnixMilli() / period.Milliseconds() }})
}

// Daily runs a job once for each day at hh:mm on the clocks of the factory. A day has one such slot also when the
// clock is put forward over that time or back through it.
func (r *Runner) Daily(name, at, kind string, input any) error {
	t, err := time.Parse("15:04", at)
	if err != nil {
		return fmt.Errorf("schedule %s: %q is not a time of day such as 02:30", name, at)
	}
	r.add(schedule{name, kind, input, func(now time.Time) int64 {
		return dailySlot(now.In(r.d.Zone()), t.Hour(), t.Minute())
	}})
	return nil
}

// dailySlot numbers the last day whose time has come: 20260302.
func dailySlot(now time.Time, hour, minute int) int64 {
	y, m, d := now.Date()
	if now.Before(time.Date(y, m, d, hour, minute, 0, 0, now.Location())) {
		y, m, d = time.Date(y, m, d-1, 12, 0, 0, 0, now.Location()).Date() // noon: every day has one
	}
	return int64(y)*10000 + int64(m)*100 + int64(d)
}

func (r *Runner) add(s schedule) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.schedules = append(r.schedules, s)
}

// tick asks for the jobs whose slot has begun.
func (r *Runner) tick(ctx context.Context) error {
	r.mu.Lock()
	list := r.schedules
	r.mu.Unlock()
	ctx = actor.With(ctx, &actor.Actor{Name: "schedule", Perms: map[string]bool{"*": true}, Origin: "job", Locale: "zh"})
	for _, s := range list {
		slot := s.slot(r.d.Now())
		cursor := "schedule:" + s.name
		at, known, err := db.Get[int64](ctx, r.d.Read(), `SELECT seq FROM kit_cursor WHERE subscriber = $1`, cursor)
		if err != nil {
			return err
		}
		if known && at >= slot {
			continue
		}
		err = r.d.InTx(ctx, func(tx *db.Tx) error {
			if !known { // new here: the next slot is its first
				_, err := tx.Exec(ctx, `INSERT INTO kit_cursor (subscriber, seq, moved_ms) VALUES ($1, $2, $3) ON CONFLICT (subscriber) DO NOTHING`, cursor, slot, tx.NowMS())
				return err
			}
			n, err := tx.Exec(ctx, `UPDATE kit_cursor SET seq = $1, moved_ms = $2 WHERE subscriber = $3 AND seq < $1`, slot, tx.NowMS(), cursor)
			if err != nil || n == 0 {
				return err
			}
			_, err = r.Enqueue(ctx, tx, s.kind, s.input, Opts{UniqueKey: cursor})
			return err
		})
		if err != nil {
			return fmt.Errorf("schedule %s: %w", s.name, err)
		}
	}
	return nil
}
