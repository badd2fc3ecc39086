package production_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
	"kaiwu/internal/production"
)

const (
	clients  = 64
	products = 16 // each with six parts of its own, so four clients share a part
)

// BenchmarkReport: 64 clients report pieces of their own orders, each report with a backflush of six lines; beside
// it the bare engine commits the same row writes by the same group commit. Run it on a disk, not in memory:
// TMPDIR=/some/disk go test -run ^$ -bench Report -benchtime 5s ./internal/production
func BenchmarkReport(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		open := map[string]func(testing.TB, []db.Schema) *db.DB{"sqlite": kittest.SQLite, "postgres": kittest.Postgres}[engine]
		b.Run(engine+"/report", func(b *testing.B) {
			f, orders := benchFactory(b, open(b, schemas))
			hammer(b, func(ctx context.Context, client int) error {
				return f.d.InTx(ctx, func(tx *db.Tx) error {
					_, err := f.Report(ctx, tx, production.Report{Order: orders[client], Op: 10, Good: num.One, Workers: []string{"W1"}})
					return err
				})
			})
		})
		b.Run(engine+"/bare", func(b *testing.B) {
			f, orders := benchFactory(b, open(b, schemas))
			bare := newBare(b, f, orders)
			hammer(b, bare.write)
		})
	}
}

// hammer runs b.N calls from all clients and says how many a second.
func hammer(b *testing.B, call func(ctx context.Context, client int) error) {
	b.Helper()
	ctx := actor.With(b.Context(), actor.System)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for c := range clients {
		wg.Go(func() {
			for next.Add(1) <= int64(b.N) {
				if err := call(ctx, c); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}

// benchFactory makes products of six backflushed parts, one order for each client, and stock without end.
func benchFactory(b *testing.B, d *db.DB) (*floor, []string) {
	b.Helper()
	f := bare(b, d)
	p := plant()
	item, screw, op := p.Items[2], p.Items[6], p.Routings[len(p.Routings)-1] // those of PLAIN
	var stock []string
	for n := range products {
		item.Code, op.Product = fmt.Sprint("HOT", n), fmt.Sprint("HOT", n)
		p.Items, p.Routings = append(p.Items, item), append(p.Routings, op)
		for i := range 6 {
			screw.Code, screw.Decimals = fmt.Sprintf("PART%d-%d", n, i), 3
			p.Items = append(p.Items, screw)
			p.BOMs = append(p.BOMs, pack.BOMLine{Product: item.Code, Version: "1", Role: "component", Item: screw.Code, Qty: num.Dec(1_000_000 + i*100_000), ScrapPct: num.Dec(i * 100_000), Op: 10, Issue: "backflush"})
			stock = append(stock, screw.Code+" 900000000")
		}
	}
	f.load(b, p)
	f.stock(b, stock...)
	orders := make([]string, clients)
	for i := range orders {
		orders[i] = f.order(b, fmt.Sprint("HOT", i%products), "1000000000")
		must(b, d, f.Report, production.Report{Order: orders[i], Op: 10, Good: num.One}) // the work has begun
	}
	// a factory has more orders than clients; with statistics PostgreSQL reads them by index, and a read locks no table
	many := make([]production.NewOrder, 3000)
	for i := range many {
		many[i] = production.NewOrder{Item: f.items["COFFEE"].ID, Qty: num.One, Due: "2026-04-01"}
	}
	must(b, d, f.CreateOrders, many)
	if err := d.Solo(b.Context(), func(s *db.Solo) error { return s.Exec(b.Context(), "ANALYZE") }); err != nil {
		b.Fatal(err)
	}
	return f, orders
}

// bareRows are the rows that one report of the benchmark adds or changes, taken from a real one.
type bareRows struct {
	d        *db.DB
	ops      []db.ID
	balances []db.ID
	report   string // INSERT … VALUES with $1 id, $2 key, $3 op
	moves    string // six rows, $1… ids
	events   []db.Event
}

func newBare(b *testing.B, f *floor, orders []string) *bareRows {
	b.Helper()
	ctx := kittest.Ctx(b)
	r := &bareRows{d: f.d}
	for _, o := range orders {
		id, err := db.One[db.ID](ctx, f.d.Read(), `SELECT p.id FROM wo_op p JOIN wo_order o ON o.id = p.order_id WHERE o.number = $1`, o)
		if err != nil {
			b.Fatal(err)
		}
		r.ops = append(r.ops, id)
	}
	must(b, f.d, f.Report, production.Report{Order: orders[0], Op: 10, Good: num.One, Workers: []string{"W1"}})
	var err error
	if r.balances, err = db.All[db.ID](ctx, f.d.Read(), `SELECT b.id FROM inv_balance b JOIN v_item i ON i.id = b.item_id WHERE i.code LIKE 'PART%' ORDER BY b.slot, b.id LIMIT 96`); err != nil {
		b.Fatal(err)
	}
	type ev struct {
		Name    string `db:"name"`
		Subject string `db:"subject"`
		Payload string `db:"payload"`
	}
	evs, err := db.All[ev](ctx, f.d.Read(), `SELECT name, subject, payload FROM kit_event WHERE name IN ('production.reported', 'inventory.moved') ORDER BY recorded_ms DESC, id DESC LIMIT 2`)
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range evs {
		r.events = append(r.events, db.Event{Name: e.Name, Subject: e.Subject, Payload: rawJSON(e.Payload)})
	}
	return r
}

type rawJSON string

func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

// write is what any program must do that keeps the same facts: no reading, no thinking, the fewest statements.
func (r *bareRows) write(ctx context.Context, client int) error {
	return r.d.InTx(ctx, func(tx *db.Tx) error {
		id := tx.ID()
		tx.Queue(`INSERT INTO wo_report (id, key, order_id, op_id, kind, good, scrap, rework, before_qty, worker_id, worker, machine_id, start_ms, happened_ms, recorded_ms, posting_date, actor)
			VALUES ($1, $2, $3, $4, 'report', 1000000, 0, 0, $5, 7, '王芳', 0, $5, $5, $5, '2026-03-02', 'system')`, id, id.String(), r.ops[client], r.ops[client], tx.NowMS())
		tx.Queue(`UPDATE wo_op SET good = good + 1000000 WHERE id = $1`, r.ops[client])
		in := make([]string, 6)
		args := make([]any, 6)
		for i := range in {
			in[i], args[i] = fmt.Sprint("$", i+1), r.balances[(client%products*6+i)%len(r.balances)]
		}
		tx.Queue(`UPDATE inv_balance SET qty = qty - 1000000 WHERE id IN (`+strings.Join(in, ", ")+`)`, args...)
		rows := make([]bareMove, 6)
		for i := range rows {
			rows[i] = bareMove{ID: tx.ID(), Item: r.balances[i%len(r.balances)], Qty: num.One, FromKind: "stock", FromRef: 5, FromStatus: "available", ToKind: "consumed", Site: 1, DocKind: "wo_report", DocID: id,
				DocNumber: "MO2603-0001", DocLine: 10, Order: r.ops[client], Happened: tx.NowMS(), Recorded: tx.NowMS(), Posting: "2026-03-02", Actor: "system"}
		}
		if err := db.Insert(ctx, tx, "inv_move", rows...); err != nil {
			return err
		}
		for _, e := range r.events {
			tx.Emit(e)
		}
		return nil
	})
}

type bareMove struct {
	ID         db.ID   `db:"id"`
	Item       db.ID   `db:"item_id"`
	Lot        db.ID   `db:"lot_id"`
	Qty        num.Dec `db:"qty"`
	FromKind   string  `db:"from_kind"`
	FromRef    db.ID   `db:"from_ref"`
	FromStatus string  `db:"from_status"`
	ToKind     string  `db:"to_kind"`
	ToRef      db.ID   `db:"to_ref"`
	ToStatus   string  `db:"to_status"`
	Owner      db.ID   `db:"owner_id"`
	Container  db.ID   `db:"container_id"`
	Site       db.ID   `db:"site_id"`
	DocKind    string  `db:"doc_kind"`
	DocID      db.ID   `db:"doc_id"`
	DocNumber  string  `db:"doc_number"`
	DocLine    int64   `db:"doc_line"`
	Order      db.ID   `db:"order_id"`
	Happened   int64   `db:"happened_ms"`
	Recorded   int64   `db:"recorded_ms"`
	Posting    string  `db:"posting_date"`
	Actor      string  `db:"actor"`
	Reason     string  `db:"reason"`
	Reverses   db.ID   `db:"reverses"`
}
