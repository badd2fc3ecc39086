package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/fstest"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

var thing = []db.Schema{{Room: "thing", FS: fstest.MapFS{"schema/20260102T0000_thing.sql": {Data: []byte(`
CREATE TABLE th_thing (
  id    BIGINT PRIMARY KEY,
  name  TEXT NOT NULL UNIQUE,
  qty   BIGINT NOT NULL, -- a comment; with a semicolon
  ok    BOOLEAN NOT NULL,
  ext   JSONB NOT NULL DEFAULT '{}',
  batch_id BIGINT NOT NULL DEFAULT 0
);
CREATE VIEW v_thing AS SELECT id, name, qty, ok FROM th_thing WHERE batch_id NOT IN (SELECT id FROM kit_batch);
`)}}}}

type row struct {
	ID   db.ID   `db:"id"`
	Name string  `db:"name"`
	Qty  num.Dec `db:"qty"`
	OK   bool    `db:"ok"`
}

func TestRoundTrip(t *testing.T) {
	kittest.Each(t, thing, func(t *testing.T, d *db.DB) {
		var in []row
		for i := range 1000 {
			in = append(in, row{d.ID(), fmt.Sprintf("物料%04d", i), num.Dec(i) * 1_500_000, i%2 == 0})
		}
		d.NumberRule("wo", "MO{yymm}-{0000}")
		var number string
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			var err error
			if number, err = tx.Number("wo"); err != nil {
				return err
			}
			tx.Emit(db.Event{Name: "thing.made", Subject: "thing:1", Payload: map[string]string{"a": "b"}})
			return db.Insert(ctx, tx, "th_thing", in...)
		})
		if number != "MO2603-0001" {
			t.Error(number)
		}
		out, err := db.All[row](t.Context(), d.Read(), `SELECT id, name, qty, ok FROM v_thing ORDER BY name`)
		if err != nil || len(out) != 1000 || out[7] != in[7] || out[8] != in[8] {
			t.Fatal(len(out), err, out[:min(len(out), 9)])
		}
		sum, err := db.One[int64](t.Context(), d.Read(), `SELECT CAST(coalesce(sum(qty), 0) AS BIGINT) FROM th_thing WHERE ok`)
		if err != nil || sum != 499*500*1_500_000 {
			t.Error(sum, err)
		}
		wait, stop := d.Watch()
		defer stop()
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			tx.Emit(db.Event{Name: "thing.more", Subject: "thing:1", Payload: 1})
			return nil
		})
		for {
			evs, err := db.All[db.LogRow](t.Context(), d.Read(), `SELECT `+db.LogColumns+` FROM kit_event WHERE seq IS NOT NULL ORDER BY seq`)
			if err != nil {
				t.Fatal(err)
			}
			if len(evs) == 2 {
				prev := ""
				for i := range evs {
					if h := db.Chain(prev, &evs[i]); h != evs[i].Hash || evs[i].Seq != int64(i+1) {
						t.Errorf("event %d: chain broken", i)
					}
					prev = evs[i].Hash
				}
				return
			}
			<-wait
		}
	})
}

func TestRefusedChangesNothing(t *testing.T) {
	kittest.Each(t, thing, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		no := errors.New("no")
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				err := d.InTx(ctx, func(tx *db.Tx) error {
					if err := db.Insert(ctx, tx, "th_thing", row{tx.ID(), fmt.Sprint(i), 1, true}); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return no
					case 2:
						panic("oops")
					}
					return nil
				})
				if (err == nil) != (i%3 == 0) || (i%3 == 1) != errors.Is(err, no) {
					t.Errorf("%d: %v", i, err)
				}
			}()
		}
		wg.Wait()
		if n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM th_thing`); n != 20 || err != nil {
			t.Error(n, err)
		}
	})
}

func TestOnceReplays(t *testing.T) {
	kittest.Each(t, thing, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		call := func(key, input string) (out string, err error) {
			err = d.InTx(ctx, func(tx *db.Tx) error {
				out, err = db.Once(ctx, tx, "t", key, []byte(input), func() (string, error) {
					return "made " + input, db.Insert(ctx, tx, "th_thing", row{tx.ID(), input, 1, true})
				})
				return err
			})
			return
		}
		for range 2 {
			if out, err := call("k", "a"); out != "made a" || err != nil {
				t.Fatal(out, err)
			}
		}
		if _, err := call("k", "b"); err == nil {
			t.Error("a key came back with other bytes and was taken")
		}
	})
}

func TestBatchIsAllOrNothing(t *testing.T) {
	type brow struct {
		row
		Batch db.ID `db:"batch_id"`
	}
	kittest.Each(t, thing, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		for _, fail := range []bool{true, false} {
			err := d.InBatch(ctx, "test", func(b *db.Batch) error {
				err := b.Chunked(ctx, 500, func(tx *db.Tx, from, to int) error {
					var rs []brow
					for i := from; i < to; i++ {
						rs = append(rs, brow{row{tx.ID(), fmt.Sprint(i), 1, true}, b.ID})
					}
					return db.Insert(ctx, tx, "th_thing", rs...)
				})
				if n, _ := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM v_thing`); n != 0 {
					t.Errorf("%d unpublished rows are visible", n)
				}
				if fail {
					return errors.New("bad row 499")
				}
				return err
			}, nil)
			n, _ := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM v_thing`)
			all, _ := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM th_thing`)
			if fail && (err == nil || n+all != 0) || !fail && (err != nil || n != 500) {
				t.Errorf("fail %v: %v, %d visible of %d", fail, err, n, all)
			}
		}
	})
}

// Whether a batch is published is decided once: a sweep that comes late takes nothing away, and a batch that was given
// up takes nothing in.
func TestSweepAndPublishExcludeEachOther(t *testing.T) {
	type brow struct {
		row
		Batch db.ID `db:"batch_id"`
	}
	kittest.Each(t, thing, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		fill := func(b *db.Batch) error {
			return b.Chunked(ctx, 10, func(tx *db.Tx, from, to int) error {
				for i := from; i < to; i++ {
					if err := db.Insert(ctx, tx, "th_thing", brow{row{tx.ID(), fmt.Sprint(tx.ID()), 1, true}, b.ID}); err != nil {
						return err
					}
				}
				return nil
			})
		}
		count := func() int64 {
			n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM th_thing`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		var done db.ID
		if err := d.InBatch(ctx, "test", func(b *db.Batch) error { done = b.ID; return fill(b) }, nil); err != nil {
			t.Fatal(err)
		}
		if err := d.Sweep(ctx, done); err != nil || count() != 10 {
			t.Errorf("after a late sweep %d rows of a published batch, %v", count(), err)
		}
		for name, fn := range map[string]func(b *db.Batch) error{
			"publishes": func(b *db.Batch) error { return nil },
			"goes on":   fill,
		} {
			err := d.InBatch(ctx, "test", func(b *db.Batch) error {
				if err := errors.Join(fill(b), d.Sweep(ctx, b.ID)); err != nil {
					return err
				}
				return fn(b)
			}, nil)
			if !fault.Is(err, "db.batch_swept") || count() != 10 {
				t.Errorf("a batch that was given up %s: %v, %d rows", name, err, count())
			}
		}
	})
}
