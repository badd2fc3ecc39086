package db_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

func reopen(t *testing.T, path string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), path, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(t.Context(), thing...); err != nil {
		t.Fatal(err)
	}
	return d
}

// The WAL is cut at random bytes, as a power cut would: every write acknowledged before the cut is there whole,
// and what is there is always a prefix of what was written.
func TestTornWAL(t *testing.T) {
	ctx := kittest.Ctx(t)
	dir := t.TempDir()
	live := filepath.Join(dir, "live.db")
	d := reopen(t, live)
	size := func() int64 {
		st, err := os.Stat(live + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return st.Size()
	}
	base := size()
	type ack struct {
		n   int
		wal int64
	}
	var acks []ack
	for i := range 120 {
		err := d.InTx(ctx, func(tx *db.Tx) error {
			tx.Emit(db.Event{Name: "t", Subject: fmt.Sprint(i), Payload: i})
			for j := range 3 {
				if err := db.Insert(ctx, tx, "th_thing", row{tx.ID(), fmt.Sprintf("%d-%d", i, j), 1, true}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		acks = append(acks, ack{i, size()})
	}
	if acks[len(acks)-1].wal == base {
		t.Fatal("the WAL did not grow; the test cuts nothing")
	}
	main, err := os.ReadFile(live)
	if err != nil {
		t.Fatal(err)
	}
	wal, err := os.ReadFile(live + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range 40 {
		cut := base + rnd.Int64N(int64(len(wal))-base)
		torn := bytes.Clone(wal[:cut])
		switch round % 3 {
		case 1: // garbage behind the cut
			junk := make([]byte, 3000)
			for i := range junk {
				junk[i] = byte(rnd.Int())
			}
			torn = append(torn, junk...)
		case 2: // the last sector never arrived
			clear(torn[max(0, len(torn)-512):])
		}
		path := filepath.Join(dir, fmt.Sprintf("torn%d.db", round))
		if err := errors.Join(os.WriteFile(path, main, 0o600), os.WriteFile(path+"-wal", torn, 0o600)); err != nil {
			t.Fatal(err)
		}
		r, err := db.Open(ctx, path, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		n, err := db.One[int64](ctx, r.Read(), `SELECT count(*) FROM th_thing`)
		if err != nil {
			t.Fatal(err)
		}
		events, err := db.One[int64](ctx, r.Read(), `SELECT count(*) FROM kit_event`)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := db.One[int64](ctx, r.Read(), `SELECT count(*) FROM th_thing WHERE substr(name, 1, length(name) - 2) IN (SELECT subject FROM kit_event)`)
		if err != nil {
			t.Fatal(err)
		}
		acknowledged := 0
		for _, a := range acks {
			if a.wal <= cut-512 {
				acknowledged = a.n + 1
			}
		}
		if n%3 != 0 || n != events*3 || whole != n || int(events) < acknowledged {
			t.Errorf("cut at %d of %d: %d rows, %d events, %d were acknowledged before", cut, len(wal), n, events, acknowledged)
		}
		r.Close()
		os.Remove(path)
		os.Remove(path + "-wal")
	}
}

// The disk fills up in the middle of groups: every answer nil is stored, every other answer is not.
func TestDiskFull(t *testing.T) {
	ctx := kittest.Ctx(t)
	d := reopen(t, filepath.Join(t.TempDir(), "full.db"))
	pages, err := db.One[int64](ctx, d.Read(), `PRAGMA page_count`)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Solo(ctx, func(s *db.Solo) error {
		_, err := db.All[int64](ctx, s, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+40))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var stored, lost atomic.Int64
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 40 {
				err := d.InTx(ctx, func(tx *db.Tx) error {
					return db.Insert(ctx, tx, "th_thing", row{tx.ID(), fmt.Sprintf("%d-%d-%s", g, i, bytes.Repeat([]byte{'x'}, 500)), 1, true})
				})
				if err == nil {
					stored.Add(1)
				} else {
					lost.Add(1)
				}
			}
		}()
	}
	wg.Wait()
	n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM th_thing`)
	if err != nil || n != stored.Load() || lost.Load() == 0 {
		t.Errorf("%d rows, %d answered stored, %d answered lost: %v", n, stored.Load(), lost.Load(), err)
	}
	// room again: the writer goes on
	if err := d.Solo(ctx, func(s *db.Solo) error {
		_, err := db.All[int64](ctx, s, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+4000))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
		return db.Insert(ctx, tx, "th_thing", row{tx.ID(), "after", 1, true})
	})
}

// A request whose caller has gone before its turn is skipped; one that has begun is undone alone when its
// context ends between two statements; neighbours are stored.
func TestCancel(t *testing.T) {
	kittest.Each(t, thing, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if err := d.InTx(gone, func(tx *db.Tx) error { t.Error("ran for nobody"); return nil }); err == nil {
			t.Error("a request of a closed context was acknowledged")
		}
		leaving, cancel := context.WithCancel(ctx)
		err := d.InTx(leaving, func(tx *db.Tx) error {
			if err := db.Insert(leaving, tx, "th_thing", row{tx.ID(), "half", 1, true}); err != nil {
				return err
			}
			cancel()
			_, err := tx.Exec(leaving, `UPDATE th_thing SET qty = 2`)
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return db.Insert(ctx, tx, "th_thing", row{tx.ID(), "whole", 1, true})
		})
		if names, err := db.All[string](ctx, d.Read(), `SELECT name FROM th_thing`); err != nil || fmt.Sprint(names) != "[whole]" {
			t.Error(names, err)
		}
	})
}

// Check-then-write code that is right under one writer is right under many transactions.
func TestSerialisable(t *testing.T) {
	kittest.Each(t, thing, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		full := errors.New("full")
		var wg sync.WaitGroup
		var won atomic.Int64
		for range 24 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				err := d.InTx(ctx, func(tx *db.Tx) error {
					n, err := db.One[int64](ctx, tx, `SELECT count(*) FROM th_thing WHERE ok`)
					if err != nil {
						return err
					}
					if n >= 5 {
						return full
					}
					return db.Insert(ctx, tx, "th_thing", row{tx.ID(), fmt.Sprint(tx.ID()), 1, true})
				})
				if err == nil {
					won.Add(1)
				}
			}()
		}
		wg.Wait()
		n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM th_thing`)
		if n != won.Load() || n > 5 || n == 0 || err != nil {
			t.Errorf("%d rows, %d winners, %v", n, won.Load(), err)
		}
	})
}

// On PostgreSQL a transaction that began first may commit last: its event gets a later number, and a reader of
// the numbered log misses nothing.
func TestLateCommitIsNumbered(t *testing.T) {
	kittest.Each(t, thing, func(t *testing.T, d *db.DB) {
		if d.Engine() != db.Postgres {
			return
		}
		ctx := kittest.Ctx(t)
		begun, finish := make(chan struct{}), make(chan struct{})
		done := make(chan error)
		var once sync.Once
		go func() {
			done <- d.InTx(ctx, func(tx *db.Tx) error {
				if err := db.Insert(ctx, tx, "th_thing", row{tx.ID(), "late", 1, true}); err != nil { // takes its transaction id here
					return err
				}
				once.Do(func() { close(begun) })
				<-finish
				tx.Emit(db.Event{Name: "late", Payload: 1})
				return nil
			})
		}()
		<-begun
		sealed := func(want int) []string {
			ch, stop := d.Watch()
			defer stop()
			for {
				names, err := db.All[string](ctx, d.Read(), `SELECT name FROM kit_event WHERE seq IS NOT NULL ORDER BY seq`)
				if err != nil {
					t.Fatal(err)
				}
				if len(names) >= want {
					return names
				}
				select {
				case <-ch:
				case <-time.After(20 * time.Second):
					t.Fatalf("only %v are numbered", names)
				}
			}
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			tx.Emit(db.Event{Name: "early", Payload: 1})
			return nil
		})
		sealed(1)
		close(finish)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(sealed(2)); got != "[early late]" {
			t.Error(got)
		}
	})
}

func TestMigrations(t *testing.T) {
	kittest.Each(t, thing, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		if err := d.Migrate(ctx, thing...); err != nil {
			t.Error("again:", err)
		}
		if err := d.Migrate(ctx); err == nil {
			t.Error("a program that lacks a migration opened the newer database")
		}
		changed := []db.Schema{{Room: "thing", FS: fsOf("20260102T0000_thing", "CREATE TABLE th_other (id BIGINT PRIMARY KEY);")}}
		if err := d.Migrate(ctx, changed...); err == nil {
			t.Error("a migration that changed after it ran was taken")
		}
		bad := append(thing[:1:1], db.Schema{Room: "thing", FS: fsOf("20260103T0000_bad", "CREATE TABLE th_two (id BIGINT PRIMARY KEY); INSERT INTO th_nosuch VALUES (1);")})
		if err := d.Migrate(ctx, bad...); err == nil {
			t.Error("a broken migration passed")
		}
		if _, err := db.All[int64](ctx, d.Read(), `SELECT id FROM th_two`); err == nil {
			t.Error("half of a broken migration stayed")
		}
	})
}

func TestIDsRise(t *testing.T) {
	d := kittest.SQLite(t, nil)
	var last db.ID
	for range 20_000 { // more than one millisecond's 4,096 under a clock that stands still
		id := d.ID()
		if id <= last {
			t.Fatalf("%d after %d", id, last)
		}
		last = id
	}
}

func TestNumbersAcrossMonths(t *testing.T) {
	kittest.Each(t, nil, func(t *testing.T, d *db.DB) {
		d.NumberRule("wo", "MO{yymm}-{000}")
		take := func(n int) (out []string) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) { out, err = tx.Numbers("wo", n); return })
			return
		}
		if got := take(1); got[0] != "MO2603-001" {
			t.Error(got)
		}
		seen := map[string]bool{}
		for range 30 {
			for _, n := range take(7) {
				if seen[n] {
					t.Fatalf("%s twice", n)
				}
				seen[n] = true
			}
		}
		kittest.ClockOf(d).Add(31 * 24 * time.Hour)
		if got := take(2); got[0] != "MO2604-001" || got[1] != "MO2604-002" {
			t.Error(got)
		}
	})
}

func TestNumbersFromOutsideAreNotGivenAgain(t *testing.T) {
	kittest.Each(t, nil, func(t *testing.T, d *db.DB) {
		d.NumberRule("wo", "MO{yymm}-{0000}")
		one := func() (n string) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) { n, err = tx.Number("wo"); return })
			return
		}
		used := func(n ...string) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { return tx.NumbersUsed(ctx, "wo", n...) })
		}
		used("MO2603-0003", "MO2603-12", "MO001", "SO2603-0099", "MO2604-0007")
		if got := one(); got != "MO2603-0013" {
			t.Error(got)
		}
		used("MO2603-0014", "MO2603-0001")
		if got := one(); got != "MO2603-0015" {
			t.Error(got)
		}
		used("MO2603-0999")
		if got := one(); got != "MO2603-1000" {
			t.Error(got)
		}
	})
}

// A use case that makes something else of a conflict, or nothing at all, is begun anew all the same.
func TestSwallowedConflictIsTriedAgain(t *testing.T) {
	kittest.Each(t, thing, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		var id db.ID
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			id = tx.ID()
			return db.Insert(ctx, tx, "th_thing", row{id, "one", 1, true})
		})
		for _, what := range []string{"renamed", "ignored"} {
			tries := 0
			err := d.InTx(ctx, func(tx *db.Tx) error {
				if _, err := db.One[int64](ctx, tx, `SELECT qty FROM th_thing WHERE id = $1`, id); err != nil {
					return err
				}
				if tries++; tries == 1 && d.Engine() == db.Postgres { // somebody is quicker
					if err := d.InTx(ctx, func(tx *db.Tx) error {
						_, err := tx.Exec(ctx, `UPDATE th_thing SET qty = qty + 10 WHERE id = $1`, id)
						return err
					}); err != nil {
						return err
					}
				}
				_, err := tx.Exec(ctx, `UPDATE th_thing SET qty = qty + 1 WHERE id = $1`, id)
				if err != nil && what == "renamed" {
					return errors.New("cannot be stored")
				}
				return nil
			})
			if err != nil || d.Engine() == db.Postgres && tries != 2 {
				t.Errorf("%s: %v after %d tries", what, err, tries)
			}
		}
		n, err := db.One[int64](ctx, d.Read(), `SELECT qty FROM th_thing WHERE id = $1`, id)
		if want := map[bool]int64{true: 23, false: 3}[d.Engine() == db.Postgres]; n != want || err != nil {
			t.Errorf("%d instead of %d, %v", n, want, err)
		}
	})
}
