package db_test

import (
	"context"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// News is told once, of the rooms that one asks for, whether the events have their numbers already or not.
func TestNews(t *testing.T) {
	kittest.Each(t, nil, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		emit := func(name string) {
			kittest.Do(t, d, func(_ context.Context, tx *db.Tx) error {
				tx.Emit(db.Event{Name: name, Subject: "x:1"})
				return nil
			})
		}
		var mark db.Mark
		ask := func(want bool, what string) {
			t.Helper()
			m, is, err := db.News(ctx, d.Read(), mark, "a", "b")
			if err != nil || is != want {
				t.Fatalf("%s: news %v, want %v %v", what, is, want, err)
			}
			mark = m
		}
		ask(true, "nothing is known")
		ask(false, "an empty log")
		emit("a.done")
		ask(true, "a.done")
		ask(false, "told")
		for end := time.Now().Add(10 * time.Second); ; { // that it gets its number is no news
			n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM kit_event WHERE seq IS NULL`)
			if err != nil || time.Now().After(end) {
				t.Fatal("no number was given", err)
			}
			if n == 0 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		ask(false, "only numbered")
		emit("c.done")
		emit("ab.done")
		ask(false, "of others")
		emit("c.done")
		emit("b.done")
		ask(true, "b.done")
	})
}
