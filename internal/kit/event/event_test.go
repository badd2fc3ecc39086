package event_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/event"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
)

var schemas = []db.Schema{{Room: "thing", FS: fstest.MapFS{"schema/20260102T0000_thing.sql": {Data: []byte(`
CREATE TABLE te_effect (id BIGINT PRIMARY KEY, subscriber TEXT NOT NULL, seq BIGINT NOT NULL, name TEXT NOT NULL);
CREATE TABLE te_total (name TEXT PRIMARY KEY, n BIGINT NOT NULL);
`)}}}}

func emit(t *testing.T, d *db.DB, names ...string) {
	t.Helper()
	kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
		for i, n := range names {
			tx.Emit(db.Event{Name: n, Subject: fmt.Sprintf("thing:%d", i), Payload: map[string]any{"n": i, "price": "9.5"}})
		}
		return nil
	})
}

func effect(ctx context.Context, tx *db.Tx, who string, e db.LogRow) error {
	if _, err := tx.Exec(ctx, `INSERT INTO te_total (name, n) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET n = te_total.n + 1`, who); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO te_effect (id, subscriber, seq, name) VALUES ($1, $2, $3, $4)`, tx.ID(), who, e.Seq, e.Name)
	return err
}

func one(t *testing.T, d *db.DB, q string, args ...any) int64 {
	t.Helper()
	n, err := db.One[int64](t.Context(), d.Read(), q, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func quick(b *event.Bus) *event.Bus {
	b.Backoff = []time.Duration{time.Millisecond, time.Millisecond}
	return b
}

func drain(t *testing.T, b *event.Bus) {
	t.Helper()
	if err := b.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestPatternsAndOrder(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		b := quick(event.New(d))
		got := map[string][]int64{}
		hear := func(who string) event.Handler {
			return func(_ context.Context, _ *db.Tx, e db.LogRow) error { got[who] = append(got[who], e.Seq); return nil }
		}
		b.Subscribe("stock.issued", "exact", hear("exact"))
		b.Subscribe("stock.*", "prefix", hear("prefix"))
		b.Subscribe("*", "all", hear("all"))
		b.Subscribe("order.made", "two", hear("two"))
		b.Subscribe("stock.issued", "two", hear("two"))
		emit(t, d, "stock.issued", "stockpile.x", "order.made", "stock.put")
		drain(t, b)
		late := quick(event.New(d))
		late.Subscribe("*", "late", hear("late"), event.FromNow)
		late.Subscribe("*", "history", hear("history"))
		drain(t, late)
		emit(t, d, "stock.issued")
		drain(t, b)
		drain(t, late)
		for who, want := range map[string]string{"exact": "[1 5]", "prefix": "[1 4 5]", "all": "[1 2 3 4 5]", "two": "[1 3 5]", "late": "[5]", "history": "[1 2 3 4 5]"} {
			if s := fmt.Sprint(got[who]); s != want {
				t.Errorf("%s heard %s, want %s", who, s, want)
			}
		}
	})
}

// The effect and the cursor are one: whatever breaks off between them, each event takes effect once.
func TestExactlyOnceOverCrashes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		const n = 60
		for range n {
			emit(t, d, "thing.made")
		}
		var calls atomic.Int64
		for life := 0; ; life++ { // each life of the process ends at another moment
			ctx, kill := context.WithCancel(t.Context())
			b := quick(event.New(d))
			b.Subscribe("thing.*", "sum", func(ctx context.Context, tx *db.Tx, e db.LogRow) error {
				if err := effect(ctx, tx, "sum", e); err != nil {
					return err
				}
				switch c := calls.Add(1); {
				case life < 6 && c%7 == 3:
					kill() // after the effect, before the cursor
				case life < 6 && c%11 == 5:
					panic("killed")
				}
				return nil
			})
			err := b.Drain(ctx)
			kill()
			if err == nil {
				break
			}
		}
		if got := one(t, d, `SELECT n FROM te_total WHERE name = 'sum'`); got != n {
			t.Errorf("%d effects of %d events", got, n)
		}
		if got := one(t, d, `SELECT count(*) FROM (SELECT DISTINCT seq FROM te_effect) AS s`); got != n {
			t.Errorf("%d different events of %d", got, n)
		}
	})
}

func TestTwoProcessesOneEffect(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		var buses []*event.Bus
		for range 3 {
			b := quick(event.New(d))
			b.Subscribe("thing.*", "sum", func(ctx context.Context, tx *db.Tx, e db.LogRow) error { return effect(ctx, tx, "sum", e) })
			buses = append(buses, b)
			wg.Go(func() { b.Run(ctx) })
		}
		for range 40 {
			emit(t, d, "thing.made", "other.made", "thing.made")
		}
		drain(t, buses[0])
		stop()
		wg.Wait()
		if got := one(t, d, `SELECT n FROM te_total WHERE name = 'sum'`); got != 80 {
			t.Errorf("%d effects of 80 events", got)
		}
	})
}

// A transaction that began first and commits last has the lower transaction id, and a later number.
func TestLateCommitIsMissedByNobody(t *testing.T) {
	d := kittest.Postgres(t, schemas)
	b := quick(event.New(d))
	var heard []string
	b.Subscribe("*", "all", func(_ context.Context, _ *db.Tx, e db.LogRow) error { heard = append(heard, e.Subject); return nil })
	began, commit, done := make(chan struct{}), make(chan struct{}), make(chan error)
	ctx := actor.With(t.Context(), actor.System)
	go func() {
		var once sync.Once
		done <- d.InTx(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO te_total (name, n) VALUES ('slow', 1)`); err != nil { // takes its transaction id
				return err
			}
			tx.Emit(db.Event{Name: "x", Subject: "slow"})
			once.Do(func() { close(began) })
			<-commit
			return nil
		})
	}()
	<-began
	for i := range 3 {
		if err := d.InTx(ctx, func(tx *db.Tx) error {
			tx.Emit(db.Event{Name: "x", Subject: fmt.Sprint("fast", i)})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	drain(t, b)
	if s := fmt.Sprint(heard); s != "[fast0 fast1 fast2]" {
		t.Error(s)
	}
	close(commit)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	drain(t, b)
	if s := fmt.Sprint(heard); s != "[fast0 fast1 fast2 slow]" {
		t.Error(s)
	}
}

func TestFailingEventIsParked(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		b := quick(event.New(d))
		broken := true
		var alarms []string
		b.Subscribe("thing.*", "sum", func(ctx context.Context, tx *db.Tx, e db.LogRow) error {
			if err := effect(ctx, tx, "sum", e); err != nil {
				return err
			}
			if broken && e.Name == "thing.bad" {
				return errors.New("cannot digest")
			}
			return nil
		})
		b.Subscribe("kit.*", "alarm", func(_ context.Context, _ *db.Tx, e db.LogRow) error {
			alarms = append(alarms, e.Name+" "+e.Subject)
			return errors.New("even the alarm fails")
		})
		emit(t, d, "thing.good", "thing.good", "thing.bad", "thing.good")
		drain(t, b)
		if got := one(t, d, `SELECT n FROM te_total WHERE name = 'sum'`); got != 3 {
			t.Errorf("%d effects, want the three good ones", got)
		}
		type row struct {
			ID    db.ID  `db:"id"`
			Who   string `db:"subscriber"`
			Seq   int64  `db:"seq"`
			Error string `db:"error"`
			Tries int64  `db:"tries"`
		}
		ps, err := db.All[row](t.Context(), d.Read(), `SELECT id, subscriber, seq, error, tries FROM kit_parked ORDER BY seq`)
		if err != nil || len(ps) != 2 || ps[0].Seq != 3 || ps[0].Error != "cannot digest" || ps[0].Tries != 3 || ps[1].Who != "alarm" {
			t.Fatal(ps, err)
		}
		if len(alarms) != 3 || alarms[0] != "kit.event_parked subscriber:sum" { // tried three times, and no alarm about the alarm
			t.Error(alarms)
		}
		replay := func() error {
			return d.InTx(kittest.Ctx(t), func(tx *db.Tx) error { return b.Replay(kittest.Ctx(t), tx, ps[0].ID) })
		}
		if err := replay(); err == nil || err.Error() != "cannot digest" {
			t.Error(err)
		}
		broken = false
		if err := replay(); err != nil {
			t.Fatal(err)
		}
		if got := one(t, d, `SELECT n FROM te_total WHERE name = 'sum'`); got != 4 {
			t.Error(got)
		}
		if err := replay(); !fault.Is(err, "event.parked_solved") {
			t.Error(err)
		}
		if err := d.InTx(kittest.Ctx(t), func(tx *db.Tx) error { return b.Skip(kittest.Ctx(t), tx, ps[1].ID, "seen") }); err != nil {
			t.Error(err)
		}
		if p, err := b.Progress(t.Context()); err != nil || len(p.Subscribers) != 2 || p.Subscribers[0].Parked != 0 {
			t.Error(p, err)
		}
	})
}

func TestVerifyChainNamesTheFirstBrokenRecord(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		emit(t, d, "a", "b", "c", "d", "e", "f")
		drain(t, event.New(d))
		for _, from := range []int64{0, 1, 4} {
			if err := event.VerifyChain(t.Context(), d.Read(), from); err != nil {
				t.Fatal(from, err)
			}
		}
		change := func(q string, args ...any) {
			t.Helper()
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, q, args...); return err })
		}
		change(`UPDATE kit_event SET payload = replace(payload, '9.5', '9.6') WHERE seq IN (3, 5)`)
		err := event.VerifyChain(t.Context(), d.Read(), 1)
		if f, ok := fault.As(err); !ok || f.Code != "event.chain_broken" || f.Params["seq"] != "3" {
			t.Error(err)
		}
		change(`UPDATE kit_event SET payload = replace(payload, '9.6', '9.5')`)
		change(`UPDATE kit_event SET actor = 'somebody else' WHERE seq = 6`)
		if f, _ := fault.As(event.VerifyChain(t.Context(), d.Read(), 4)); f == nil || f.Params["seq"] != "6" {
			t.Error(f)
		}
		change(`DELETE FROM kit_event WHERE seq = 2`)
		if f, _ := fault.As(event.VerifyChain(t.Context(), d.Read(), 1)); f == nil || f.Code != "event.chain_gap" || f.Params["seq"] != "2" {
			t.Error(f)
		}
	})
}
