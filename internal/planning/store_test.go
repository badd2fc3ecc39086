package planning

import (
	"path/filepath"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/quality"
	"kaiwu/internal/sales"
)

// A plan of a million planned orders, which come item by item from the engine, is stored on a real disk, in chunks that let others write between them.
func BenchmarkStore(b *testing.B) {
	const orders = 1_000_000
	schemas := []db.Schema{{Room: "masterdata", FS: masterdata.Schema}, {Room: "inventory", FS: inventory.Schema}, {Room: "quality", FS: quality.Schema}, {Room: "purchasing", FS: purchasing.Schema},
		{Room: "production", FS: production.Schema}, {Room: "sales", FS: sales.Schema}, {Room: "planning", FS: Schema}, {Room: "kit", FS: notice.Schema}}
	ctx := kittest.Ctx(b)
	d, err := db.Open(ctx, filepath.Join(b.TempDir(), "kaiwu.db"), db.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	if err := d.Migrate(ctx, schemas...); err != nil {
		b.Fatal(err)
	}
	m := &Module{DB: d}
	for b.Loop() {
		b.StopTimer() // the plan is there; storing it is what counts
		p := &plan{site: masterdata.Site{ID: 1, Code: "F1"}, run: runRow{ID: d.ID(), Site: 1, Today: "2026-03-09", Orders: orders}, orders: make([]orderRow, 0, orders)}
		for n := range orders {
			p.orders = append(p.orders, orderRow{ID: d.ID(), Run: p.run.ID, N: int64(n), Item: db.ID(n / 50), Kind: "make", Qty: num.Int(int64(n%100 + 1)), Yield: num.Int(int64(n%100 + 1)), Start: "2026-03-09", Due: "2026-03-12",
				Possible: "2026-03-12", Level: 3, BOMVersion: "1", WantedFor: "SO2603-0001, SO2603-0002", State: "planned"})
		}
		b.StartTimer()
		if err := m.store(ctx, []*plan{p}, 0); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(orders*float64(b.N)/b.Elapsed().Seconds(), "orders/s")
}
