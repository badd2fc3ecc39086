package db_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// Events that had no number yet when the backup was taken get theirs where it is restored, after all others.
func TestBackupOfUnnumberedEvents(t *testing.T) {
	ctx := kittest.Ctx(t)
	dsn := kittest.PostgresDSN(t, thing)
	d, err := db.Open(ctx, dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	say := func(d *db.DB, n int) {
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			for i := range n {
				tx.Emit(db.Event{Name: "said", Payload: i})
			}
			return nil
		})
	}
	say(d, 700)
	for n := int64(0); n < 700; {
		n, _ = db.One[int64](ctx, d.Read(), `SELECT count(*) FROM kit_event WHERE seq IS NOT NULL`)
	}
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(0x6b61697775)); err != nil { // the sealer must wait
		t.Fatal(err)
	}
	say(d, 3)
	say(d, 2)
	var file bytes.Buffer
	if _, err := d.Dump(ctx, &file); err != nil {
		t.Fatal(err)
	}
	for name, dsn := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "r.db"), "postgres": kittest.EmptyPostgres(t)} {
		r, err := db.Open(ctx, dsn, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if _, err := r.Restore(ctx, bytes.NewReader(file.Bytes()), thing...); err != nil {
			t.Fatal(name, err)
		}
		say(r, 1)
		for n := int64(1); n > 0; {
			n, _ = db.One[int64](ctx, r.Read(), `SELECT count(*) FROM kit_event WHERE seq IS NULL`)
		}
		prev, last := "", int64(0)
		if err := db.Each(ctx, r.Read(), `SELECT `+db.LogColumns+` FROM kit_event ORDER BY seq`, nil, func(e *db.LogRow) error {
			if last++; e.Seq != last || db.Chain(prev, e) != e.Hash {
				t.Fatalf("%s: event %d stands at place %d or does not fit the one before", name, e.Seq, last)
			}
			prev = e.Hash
			return nil
		}); err != nil || last != 706 {
			t.Error(name, last, err)
		}
	}
}

// A database that was closed is one file: whoever copies it has everything.
func TestClosedIsOneFile(t *testing.T) {
	dir := t.TempDir()
	d, err := db.Open(t.Context(), filepath.Join(dir, "a.db"), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context(), thing...); err != nil {
		t.Fatal(err)
	}
	if _, err := db.All[string](t.Context(), d.Read(), `SELECT name FROM kit_migration WHERE name > $1`, ""); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Error(left, err)
	}
}

// As many views as there are connections, each with a text that nobody has used yet, do not wait for each other.
func TestViewsDoNotStarveEachOther(t *testing.T) {
	d, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"), db.Options{Readers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var inside, all sync.WaitGroup
	inside.Add(2)
	for i := range 2 {
		all.Go(func() {
			err := d.View(ctx, func(q db.Querier) error {
				inside.Done()
				inside.Wait()
				for n := range 20 {
					if got, err := db.One[int64](ctx, q, fmt.Sprintf(`SELECT CAST($1 AS BIGINT) + %d`, 100*i+n), int64(1)); err != nil || got != int64(100*i+n+1) {
						return fmt.Errorf("%d: %w", got, err)
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestPendingAndSound(t *testing.T) {
	kittest.Each(t, nil, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		if p, err := d.Pending(ctx, thing...); err != nil || len(p) != 1 {
			t.Fatal(p, err)
		}
		if err := d.Migrate(ctx, thing...); err != nil {
			t.Fatal(err)
		}
		if p, err := d.Pending(ctx, thing...); err != nil || len(p) != 0 {
			t.Error(p, err)
		}
		if _, err := d.Pending(ctx); err == nil {
			t.Error("a database of a newer program was taken for an older one")
		}
		if found, err := d.Sound(ctx, d.Read()); err != nil || found != "" {
			t.Error(found, err)
		}
	})
}
