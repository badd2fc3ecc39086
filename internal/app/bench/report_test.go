package bench

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
)

const benchClients = 64

// parallel lets 64 clients share b.N calls.
func parallel(b *testing.B, act func(ctx context.Context, client int) error) {
	b.SetParallelism(benchClients / runtime.GOMAXPROCS(0))
	var next atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		client := int(next.Add(1)-1) % benchClients
		for pb.Next() {
			if err := act(b.Context(), client); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func testFloor(tb testing.TB, name string) *floor {
	tb.Helper()
	o := Options{Data: tb.TempDir(), Clients: benchClients, Log: io.Discard}
	f, err := o.openFloor(tb.Context(), name, db.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(f.done)
	return f
}

func BenchmarkReport(b *testing.B) {
	f := testFloor(b, "report")
	for _, kind := range [...]string{"own", "hot"} {
		b.Run(kind, func(b *testing.B) {
			parallel(b, func(ctx context.Context, c int) error { return f.report(ctx, kind, c) })
		})
	}
}

func BenchmarkReportLimit(b *testing.B) {
	w, err := newBare(b.Context(), testFloor(b, "limit"), benchClients)
	if err != nil {
		b.Fatal(err)
	}
	parallel(b, w.write)
}

func quick(t *testing.T, clients int) Options {
	dir := t.TempDir()
	if _, ram, err := diskOf(dir); ram || err != nil { // the temporary folder may be one
		var err error
		if dir, err = os.MkdirTemp(".", "bench-test-"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(dir) })
	}
	return Options{Data: dir, Clients: clients, For: 300 * time.Millisecond, Log: io.Discard}
}

// complete checks that a result has what the command line promises; never how fast it was.
func complete(t *testing.T, r Result, err error, o Options) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if r.Ops == 0 || r.OpsPerS <= 0 || r.P50 <= 0 || r.P99 < r.P50 || r.Limit <= 0 || r.Ratio <= 0 || len(r.Parts) == 0 || len(r.Checks) == 0 || len(r.Explains) == 0 || r.Machine.Cores == 0 {
		t.Errorf("%+v", r)
	}
	left, err := os.ReadDir(o.Data)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if r.Bench != "read" {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

// The limit writes what a report writes: as many rows to each table, or Report refuses to compare.
func TestReport(t *testing.T) {
	o := quick(t, 4)
	r, err := Report(t.Context(), o)
	complete(t, r, err, o)
}

func TestHTTP(t *testing.T) {
	o := quick(t, 4)
	r, err := HTTP(t.Context(), o)
	complete(t, r, err, o)
}

func TestImport(t *testing.T) {
	o := quick(t, 1)
	r, err := o.prepare("import")
	if err != nil {
		t.Fatal(err)
	}
	r, err = o.importing(t.Context(), r, &volume{site: "T1", finished: 20, open: 20, sub: 10, buy: 40, centers: 4, lines: 6, work: 50, sales: 50, issue: "backflush", today: time.Now()})
	complete(t, r, err, o)
}

// Every question has an answer, also from a factory that was kept.
func TestRead(t *testing.T) {
	o := quick(t, 2)
	for range 2 {
		r, err := o.prepare("read")
		if err != nil {
			t.Fatal(err)
		}
		r, err = o.reading(t.Context(), r, &volume{site: "T1", finished: 20, open: 5, buy: 40, centers: 4, lines: 6, work: 60, issue: "backflush"})
		complete(t, r, err, o)
	}
}

func TestRAMDiskIsRefused(t *testing.T) {
	dir, err := os.MkdirTemp("/dev/shm", "kaiwu-")
	if err != nil {
		return // no RAM disk here to be refused
	}
	defer os.RemoveAll(dir)
	o := Options{Data: dir, Clients: 1, For: time.Second, Log: io.Discard}
	if _, ram, err := diskOf(dir); err != nil || !ram {
		t.Logf("/dev/shm is no RAM disk here: %v", err)
		return
	}
	if _, err := Report(t.Context(), o); !errors.Is(err, ErrRAMDisk) {
		t.Error(err)
	}
}

func TestAnotherDatabase(t *testing.T) {
	for dsn, want := range map[string]string{
		"postgres://u:p@h:5432/kaiwu?sslmode=disable": "postgres://u:p@h:5432/b?sslmode=disable",
		"postgres://h":               "postgres://h/b",
		"host=/tmp user=kaiwu":       "host=/tmp user=kaiwu dbname=b",
		"host=/tmp dbname=x user=u ": "host=/tmp dbname=x user=u  dbname=b",
	} {
		if got := another(dsn, "b"); got != want {
			t.Errorf("%s: %s", dsn, got)
		}
	}
}
