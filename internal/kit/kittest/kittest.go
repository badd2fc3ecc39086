// Package kittest gives a test a fresh database on each engine and a clock that it moves itself.
package kittest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
)

// Clock stands still until a test moves it.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Start is the moment at which every test begins: Monday 2 March 2026, 08:00 in Shanghai.
var Start = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func (c *Clock) Now() time.Time      { c.mu.Lock(); defer c.mu.Unlock(); return c.at }
func (c *Clock) Add(d time.Duration) { c.mu.Lock(); c.at = c.at.Add(d); c.mu.Unlock() }
func (c *Clock) Set(t time.Time)     { c.mu.Lock(); c.at = t; c.mu.Unlock() }

var clocks sync.Map // *db.DB -> *Clock

// ClockOf finds the clock of a test database.
func ClockOf(d *db.DB) *Clock { c, _ := clocks.Load(d); return c.(*Clock) }

// Each runs fn on SQLite and on PostgreSQL side by side, each with an empty database that has the schemas; what fn
// takes from outside must bear two users.
func Each(t *testing.T, schemas []db.Schema, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	var both sync.WaitGroup
	both.Go(func() { t.Run("sqlite", func(t *testing.T) { fn(t, SQLite(t, schemas)) }) })
	both.Go(func() { t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t, schemas)) }) })
	both.Wait()
}

// SQLite opens a new file with the schemas.
func SQLite(t testing.TB, schemas []db.Schema) *db.DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "kaiwu.db"), schemas)
}

// Postgres opens a new database: a file copy of a template that was migrated once.
func Postgres(t testing.TB, schemas []db.Schema) *db.DB {
	t.Helper()
	return open(t, PostgresDSN(t, schemas), schemas)
}

// PostgresDSN makes a new database and names it.
func PostgresDSN(t testing.TB, schemas []db.Schema) string {
	t.Helper()
	s, err := cluster()
	if err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	tpl, err := s.template(t.Context(), schemas)
	if err != nil {
		t.Fatalf("template database: %v", err)
	}
	name := fmt.Sprintf("t%d_%d", pid, seq.Add(1))
	if err := s.admin(t.Context(), fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, tpl)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.admin(context.Background(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return s.dsn(name)
}

func open(t testing.TB, dsn string, schemas []db.Schema) *db.DB {
	t.Helper()
	c := &Clock{at: Start}
	d, err := db.Open(t.Context(), dsn, db.Options{Now: c.Now, Readers: 8})
	if err != nil {
		t.Fatal(err)
	}
	clocks.Store(d, c)
	t.Cleanup(func() { clocks.Delete(d); d.Close() })
	if err := d.Migrate(t.Context(), schemas...); err != nil {
		t.Fatal(err)
	}
	return d
}

// Ctx is a context in which the system acts.
func Ctx(t testing.TB) context.Context { return actor.With(t.Context(), actor.System) }

// Do runs fn in a transaction and fails the test on error.
func Do(t testing.TB, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	ctx := Ctx(t)
	if err := d.InTx(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

// Statements counts the statements that fn needs.
func Statements(t testing.TB, ctx context.Context, fn func(ctx context.Context) error) int64 {
	t.Helper()
	ctx, n := db.Counting(ctx)
	if err := fn(ctx); err != nil {
		t.Fatal(err)
	}
	return n.Load()
}

// UsesIndex fails when SQLite would read a whole table for the query.
func UsesIndex(t testing.TB, d *db.DB, query string, args ...any) {
	t.Helper()
	if d.Engine() != db.SQLite {
		return
	}
	type step struct {
		ID      int64  `db:"id"`
		Parent  int64  `db:"parent"`
		NotUsed int64  `db:"notused"`
		Detail  string `db:"detail"`
	}
	steps, err := db.All[step](t.Context(), d.Read(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if strings.HasPrefix(s.Detail, "SCAN ") && !strings.Contains(s.Detail, "USING") && !strings.Contains(s.Detail, "CONSTANT") {
			t.Errorf("%s: %s", query, s.Detail)
		}
	}
}

func (s *server) template(ctx context.Context, schemas []db.Schema) (string, error) {
	h := sha256.New()
	for _, sc := range schemas {
		names, err := fs.Glob(sc.FS, "schema/*.sql")
		if err != nil {
			return "", err
		}
		for _, n := range names {
			b, err := fs.ReadFile(sc.FS, n)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(h, "%s\n%s\n", n, b)
		}
	}
	name := fmt.Sprintf("tpl%d_%s", pid, hex.EncodeToString(h.Sum(nil))[:12])
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made[name] {
		return name, nil
	}
	if err := s.admin(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	d, err := db.Open(ctx, s.dsn(name), db.Options{})
	if err != nil {
		return "", err
	}
	if err := errors.Join(d.Migrate(ctx, schemas...), d.Close()); err != nil {
		return "", err
	}
	s.made[name] = true
	return name, nil
}

func (s *server) admin(ctx context.Context, q string) error {
	c, err := pgx.Connect(ctx, s.dsn("postgres"))
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, q)
	return err
}

// EmptyPostgres makes a database without any table and names it.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	s, err := cluster()
	if err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	name := fmt.Sprintf("t%d_%d", pid, seq.Add(1))
	if err := s.admin(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.admin(context.Background(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return s.dsn(name)
}
