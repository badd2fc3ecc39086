package bench

import (
	"context"
	"io"
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

// The limit writes what a report writes: as many rows to each table, or the ratio would mean nothing.
func TestLimitWritesTheSameRows(t *testing.T) {
	r, err := Report(t.Context(), Options{Data: t.TempDir(), Clients: 4, For: 200 * time.Millisecond, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if r.Ops == 0 || r.Limit == 0 || len(r.Parts) != 4 {
		t.Errorf("%+v", r)
	}
}
