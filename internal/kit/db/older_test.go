package db_test

import (
	"context"
	"testing"
	"testing/fstest"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// A file of an older version goes through the migrations that have come since: its rows stay, a data migration is
// held to its conditions before and after, and one whose condition fails changes nothing at all.
func TestOlderFileIsBroughtUp(t *testing.T) {
	newer := func(before, text, after string) []db.Schema {
		files := fstest.MapFS{"schema/20260302T0000_grade.sql": {Data: []byte(text)}, "schema/20260302T0000_grade.before.sql": {Data: []byte(before)}, "schema/20260302T0000_grade.after.sql": {Data: []byte(after)}}
		return append(thing[:1:1], db.Schema{Room: "thing", FS: files})
	}
	const grade = `ALTER TABLE th_thing ADD COLUMN grade TEXT NOT NULL DEFAULT ''; UPDATE th_thing SET grade = CASE WHEN qty > 5 THEN 'A' ELSE 'B' END;`
	kittest.Each(t, thing, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return db.Insert(ctx, tx, "th_thing", row{1, "old", 4, true}, row{2, "older", 9, false})
		})
		if err := d.Migrate(ctx, newer("", grade, `SELECT id FROM th_thing WHERE grade = 'B'`)...); err == nil {
			t.Fatal("a migration went on although rows were left that it should have changed")
		}
		if _, err := db.All[string](ctx, d.Read(), `SELECT grade FROM th_thing`); err == nil {
			t.Fatal("half of it stayed")
		}
		if err := d.Migrate(ctx, newer(`SELECT id FROM th_thing WHERE qty = 4`, grade, "")...); err == nil {
			t.Fatal("a migration began although its condition did not hold")
		}
		if err := d.Migrate(ctx, newer(`SELECT id FROM th_thing WHERE qty < 0`, grade, `SELECT id FROM th_thing WHERE grade = ''`)...); err != nil {
			t.Fatal(err)
		}
		got, err := db.All[string](ctx, d.Read(), `SELECT name || grade FROM th_thing ORDER BY id`)
		if err != nil || len(got) != 2 || got[0] != "oldB" || got[1] != "olderA" {
			t.Error(got, err)
		}
	})
}
