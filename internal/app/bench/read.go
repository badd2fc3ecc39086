package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/production"
)

const (
	readWriters = 16
	readOrders  = 100_000
	readLines   = 10
)

// question is one thing that people ask of a large factory.
type question struct {
	name string
	path func(r *rand.Rand) string
}

// questions are the lists and details that a day's work asks for; each is asked as often as the others.
func (v *volume) questions() []question {
	fixed := func(p string) func(*rand.Rand) string { return func(*rand.Rand) string { return p } }
	order := func(format string) func(*rand.Rand) string {
		return func(r *rand.Rand) string { return fmt.Sprintf(format, v.workOrder(r.IntN(v.work))) }
	}
	part := func(format string) func(*rand.Rand) string {
		return func(r *rand.Rand) string { return fmt.Sprintf(format, v.item("P", r.IntN(v.buy))) }
	}
	return []question{
		{"work orders, first page", fixed("/production/orders")},
		{"work orders, open, by due date backwards", fixed("/production/orders?filter=status:eq:released&sort=-due")},
		{"work orders of an item", func(r *rand.Rand) string {
			return "/production/orders?filter=item:eq:" + v.item("F", r.IntN(v.finished))
		}},
		{"work orders due in a week", func(r *rand.Rand) string {
			d := v.today.AddDate(0, 0, r.IntN(80))
			return "/production/orders?filter=due:ge:" + d.Format(time.DateOnly) + "&filter=due:lt:" + d.AddDate(0, 0, 7).Format(time.DateOnly)
		}},
		{"work orders, text search", order("/production/orders?q=%s")},
		{"work order, everything of it", order("/production/orders/%s")},
		{"work order's time line", order("/events?subject=wo:%s")},
		{"a station's work", func(r *rand.Rand) string {
			return fmt.Sprintf("/production/stations/%s-WC%03d", v.site, r.IntN(v.centers))
		}},
		{"open operations, first page", fixed("/production/operations")},
		{"scan of a traveler", order("/production/scan?code=%s")},
		{"reports, newest", fixed("/production/reports")},
		{"moves, newest", fixed("/inventory/moves")},
		{"moves of an item", part("/inventory/moves?item=%s")},
		{"moves of a document", order("/inventory/moves?document=%s")},
		{"stock of an item", part("/inventory/stock?item=%s")},
		{"stock, first page", fixed("/inventory/stock")},
		{"stock card of an item", part("/inventory/items/%s")},
		{"items, first page", fixed("/masterdata/items")},
		{"items, text search", part("/masterdata/items?q=%s")},
		{"item, everything of it", part("/masterdata/items/%s")},
		{"search of a number", order("/search?q=%s")},
		{"search of an item", part("/search?q=%s")},
	}
}

// Read measures lists and details over loopback HTTP at 100,000 work orders and 1,000,000 moves while 16 clients write.
func Read(ctx context.Context, o Options) (Result, error) {
	r, err := o.prepare("read")
	if err != nil {
		return r, err
	}
	v := &volume{site: "R1", finished: 2000, open: 100, buy: 5000, centers: 120, lines: readLines, work: readOrders, issue: "backflush"}
	return o.reading(ctx, r, v)
}

func (o Options) reading(ctx context.Context, r Result, v *volume) (_ Result, err error) {
	readers := o.Clients
	o.Clients = readWriters
	f, err := o.grown(ctx, v)
	if err != nil {
		return r, err
	}
	defer f.done()
	moves, err := db.One[int64](ctx, f.DB.Read(), `SELECT count(*) FROM inv_move`)
	if err != nil {
		return r, err
	}
	s, err := f.serve(ctx, readers, identity.Boss)
	if err != nil {
		return r, err
	}
	defer s.done()
	questions := v.questions()
	for _, q := range questions { // each once, so that its statements are prepared
		if _, err := s.call(ctx, "GET", q.path(rand.New(rand.NewPCG(1, 1))), "", nil); err != nil {
			return r, err
		}
	}
	o.say("asking %d kinds of questions over %d connections for %s while %d clients write …", len(questions), readers, o.For, readWriters)
	var stop atomic.Bool
	wrote := make(chan sample, 1)
	writing := make(chan error, 1)
	go func() {
		got, err := drive(ctx, readWriters, time.Hour, func(ctx context.Context, c int) error {
			if stop.Load() {
				return errDone
			}
			return f.report(ctx, "own", c)
		})
		if errors.Is(err, errDone) {
			err = nil
		}
		wrote <- got
		writing <- err
	}()
	per := make([]sample, len(questions))
	var mu sync.Mutex
	rnd := make([]*rand.Rand, readers)
	for c := range rnd {
		rnd[c] = rand.New(rand.NewPCG(7, uint64(c)))
	}
	ask := &side{name: "all questions", act: func(ctx context.Context, c int) error {
		n := rnd[c].IntN(len(questions))
		start := time.Now()
		_, err := s.call(ctx, "GET", questions[n].path(rnd[c]), "", nil)
		took := time.Since(start)
		mu.Lock()
		per[n].lats = append(per[n].lats, took)
		mu.Unlock()
		return err
	}}
	small := &side{name: "limit: the smallest list", act: func(ctx context.Context, c int) error {
		_, err := s.call(ctx, "GET", "/production/reasons", "", nil)
		return err
	}}
	err = takeTurns(ctx, readers, o.For, ask, ask, ask, small)
	stop.Store(true)
	writes := <-wrote
	if err = errors.Join(err, <-writing); err != nil {
		return r, err
	}
	r.fill(&ask.all, small.all.rate())
	r.Clients = readers
	r.Ratio = round(ask.all.rate() / small.all.rate())
	r.Parts = []Part{ask.all.part(ask.name), small.all.part(small.name), writes.part(fmt.Sprintf("meanwhile: reports of %d clients", readWriters))}
	for i := range r.Parts {
		r.Parts[i].CPU = 0 // readers and writers share the process
	}
	for i, q := range questions {
		p := &per[i]
		p.ops, p.took = int64(len(p.lats)), ask.all.took
		r.Parts = append(r.Parts, p.part("  "+q.name))
		r.below(q.name+", p99 ms", p.ms(0.99), 50)
	}
	r.below("all questions, p99 ms", r.P99, 50)
	r.Explains = []string{
		fmt.Sprintf("at %d work orders and %d moves in the ledger; ops_per_s: answers a second over %d keep-alive connections, every kind of question as often as every other, while %d clients report without a pause", v.work, moves, readers, readWriters),
		"p50_ms, p99_ms: from sending a question to having read its answer",
		"limit_ops_per_s: answers of the smallest list (nine rows) through the same door beside the same writers in the same run",
		"ratio: answers ÷ limit",
	}
	return r, nil
}

// grown is a factory that has worked for a long time. It is kept below the data folder, since it takes minutes to grow;
// on PostgreSQL it is made each time, since nothing may stay in the cluster.
func (o *Options) grown(ctx context.Context, v *volume) (_ *floor, err error) {
	v.today = time.Now()
	if o.DSN != "" {
		d, done, err := o.fresh(ctx, "read", db.Options{})
		if err != nil {
			return nil, err
		}
		f, err := o.grow(ctx, d, v)
		if err != nil {
			done()
			return nil, err
		}
		f.done = done
		return f, nil
	}
	dir := filepath.Join(o.Data, fmt.Sprintf("bench-read-kept-%d-%d", v.work, v.centers))
	whole := filepath.Join(dir, "whole") // written last: a factory that was not finished is made anew
	if kept, err := os.ReadFile(whole); err == nil {
		if v.today, err = time.Parse(time.DateOnly, string(kept)); err == nil {
			o.say("using the factory kept in %s", dir)
			f, err := keptIn(ctx, dir)
			if err == nil {
				return f, nil
			}
			o.say("it is of no use any more (%v)", err)
		}
	}
	v.today = time.Now()
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, filepath.Join(dir, "kaiwu.db"), db.Options{})
	if err != nil {
		return nil, err
	}
	f, err := o.grow(ctx, d, v)
	if err == nil {
		err = os.WriteFile(whole, []byte(v.today.Format(time.DateOnly)), 0o600)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	f.done = func() { d.Close() }
	return f, nil
}

func keptIn(ctx context.Context, dir string) (*floor, error) {
	d, err := db.Open(ctx, filepath.Join(dir, "kaiwu.db"), db.Options{})
	if err != nil {
		return nil, err
	}
	f, err := reopen(ctx, d)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	f.done = func() { d.Close() }
	return f, nil
}

// grow makes the orders by an import and the moves by reports, as years of work would have: what is read is what
// the product writes.
func (o *Options) grow(ctx context.Context, d *db.DB, v *volume) (*floor, error) {
	o.say("making a factory with %d work orders (kept for the next time) …", v.work)
	boss := actor.With(ctx, actor.System)
	f, err := newFloor(boss, d, plant(readWriters))
	if err != nil {
		return nil, err
	}
	if _, err := f.Packs.Import(boss, v.pack(), nil, nil); err != nil {
		return nil, err
	}
	reports := v.work // of ten lines each
	o.say("making %d moves by %d reports …", reports*v.lines, reports)
	var next atomic.Int64
	tenth := int64(reports/10 + 1)
	_, err = drive(ctx, 256, time.Hour, func(ctx context.Context, c int) error {
		n := next.Add(1) - 1
		if n >= int64(reports) {
			return errDone
		}
		if n%tenth == 0 && n > 0 {
			o.say("  %d %%", (n*100+50)/int64(reports))
		}
		id := d.ID()
		in := production.Report{Order: v.workOrder(int(n)), Op: 30, Good: num.Int(50 + n%50)}
		if v.isOpen(int(n)) {
			in.Op, in.Good = 10, num.Int(25)
		}
		ctx = db.WithKey(operator(ctx, c, f.workers[c%len(f.workers)]), "grow-"+strconv.FormatInt(int64(id), 10))
		return d.InTx(ctx, func(tx *db.Tx) error {
			_, err := db.Once(ctx, tx, "reportOperation:1", tx.Key(), []byte(in.Order), func() (production.Reported, error) { return f.Production.Report(ctx, tx, in) })
			return err
		})
	})
	if !errors.Is(err, errDone) {
		return nil, err
	}
	return f, nil
}
