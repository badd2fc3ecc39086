package planning_test

import (
	"context"
	"slices"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// A customer's order that becomes late is told once: not by the next run, not after somebody has read it off; when it is
// in time again its notice goes, and late once more it is told again.
func TestLateIsToldOnce(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		told := func() []string {
			list, err := db.All[string](kittest.Ctx(t), d.Read(), `SELECT params FROM kit_notice WHERE kind = 'planning.late' ORDER BY id`)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		open := func() int64 {
			n, err := db.One[int64](kittest.Ctx(t), d.Read(), `SELECT count(*) FROM kit_notice WHERE kind = 'planning.late' AND done_ms = 0`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		exec := func(q string) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, q)
				return err
			})
		}
		s.order(t, "SO1", "LAMP", 10, "2026-04-24", 5)
		s.run(t)
		if got := told(); len(got) != 0 {
			t.Fatal(got)
		}
		exec(`UPDATE so_line SET due = '2026-03-04'`)
		s.run(t)
		want := `{"cause":"SCREW","document":"SO1","from":"2026-03-04","item":"LAMP","to":"2026-03-11"}`
		if got := told(); !slices.Equal(got, []string{want}) {
			t.Fatalf("told %v", got)
		}
		s.run(t)
		exec(`UPDATE kit_notice SET done_ms = 1`)
		s.run(t)
		if got := told(); len(got) != 1 {
			t.Errorf("told again each night: %v", got)
		}
		exec(`UPDATE kit_notice SET done_ms = 0`)
		exec(`UPDATE so_line SET due = '2026-04-24'`)
		s.run(t)
		if open() != 0 {
			t.Error("in time again, and the notice stays")
		}
		exec(`UPDATE so_line SET due = '2026-03-05'`)
		s.run(t)
		if got := told(); len(got) != 2 || open() != 1 {
			t.Errorf("late once more: %v", got)
		}
		for range 13 {
			s.order(t, "", "LAMP", 1, "2026-03-03", 5)
		}
		s.run(t)
		if n, err := db.One[int64](kittest.Ctx(t), d.Read(), `SELECT count(*) FROM kit_notice WHERE kind = 'planning.many_late'`); err != nil || n != 1 || len(told()) != 2 {
			t.Errorf("13 at once: %d in one, %d single %v", n, len(told()), err)
		}
	})
}
