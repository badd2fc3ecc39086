package db_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// A backup taken on one engine restores on the other, and the event chain still holds.
func TestBackupCrossesEngines(t *testing.T) {
	kittest.Each(t, thing, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			tx.Emit(db.Event{Name: "made", Subject: "th:1", Payload: map[string]string{"名": "物料 <&>"}})
			for i := range 1200 {
				tx.Queue(`INSERT INTO th_thing (id, name, qty, ok, ext) VALUES ($1, $2, $3, $4, $5)`, tx.ID(), fmt.Sprintf("名\n\"%d\"", i), int64(1)<<60+int64(i), i%3 == 0, `{"a": [1, "x"]}`)
			}
			return nil
		})
		for n := int64(0); n == 0; {
			n, _ = db.One[int64](ctx, d.Read(), `SELECT count(*) FROM kit_event WHERE seq IS NOT NULL`)
		}
		var file bytes.Buffer
		info, err := d.Dump(ctx, &file)
		if err != nil || info.Rows["th_thing"] != 1200 {
			t.Fatal(info, err)
		}
		for name, target := range map[string]func() *db.DB{
			"sqlite":   func() *db.DB { r, _ := db.Open(ctx, filepath.Join(t.TempDir(), "r.db"), db.Options{}); return r },
			"postgres": func() *db.DB { r, _ := db.Open(ctx, kittest.EmptyPostgres(t), db.Options{}); return r },
		} {
			r := target()
			defer r.Close()
			if _, err := r.Restore(ctx, bytes.NewReader(file.Bytes()), thing...); err != nil {
				t.Fatal(name, err)
			}
			type full struct {
				row
				Ext string `db:"ext"`
			}
			q := `SELECT id, name, qty, ok, ext ->> 'a' AS ext FROM th_thing ORDER BY id`
			a, err := db.All[full](ctx, d.Read(), q)
			if err != nil {
				t.Fatal(err)
			}
			b, err := db.All[full](ctx, r.Read(), q)
			if err != nil || len(a) != len(b) {
				t.Fatal(name, len(a), len(b), err)
			}
			for i := range a {
				if a[i].row != b[i].row {
					t.Fatalf("%s: %+v became %+v", name, a[i], b[i])
				}
			}
			evs, err := db.All[db.LogRow](ctx, r.Read(), `SELECT `+db.LogColumns+` FROM kit_event ORDER BY seq`)
			if err != nil || len(evs) != 1 || db.Chain("", &evs[0]) != evs[0].Hash {
				t.Error(name, "the chain broke on the way", err)
			}
			kittest.Do(t, r, func(ctx context.Context, tx *db.Tx) error {
				tx.Emit(db.Event{Name: "more", Payload: 1})
				return nil
			})
			if _, err := r.Restore(ctx, bytes.NewReader(file.Bytes()), thing...); err == nil {
				t.Error(name, "a backup was restored over data")
			}
		}
		for what, bad := range map[string][]byte{"cut": file.Bytes()[:file.Len()-20], "empty": nil} {
			if _, err := db.ReadDump(bytes.NewReader(bad)); err == nil {
				t.Errorf("a %s backup was read", what)
			}
		}
	})
}
