package db

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"kaiwu/internal/kit/fault"
)

// Batch is bulk work (import, plan, cost run) that must be all or nothing without holding the writer: rows are
// written in chunks with the batch's id in their batch_id column and stay invisible while kit_batch holds that
// id (readers and views say `batch_id NOT IN (SELECT id FROM kit_batch)`); one short transaction publishes them
// all by deleting that one row. A batch that ends without publishing is swept.
type Batch struct {
	ID ID
	d  *DB
}

// Read is the reader pool; what the batch has written is there, but not in views.
func (b *Batch) Read() Querier { return b.d.Read() }

// NewID makes an identifier, so that rows can name each other before they are written.
func (b *Batch) NewID() ID { return b.d.ID() }

// Now is the moment of the injected clock.
func (b *Batch) Now() time.Time { return b.d.Now() }

// ChunkTime is how long one chunk may hold the writer: scans go on meanwhile.
const ChunkTime = 25 * time.Millisecond

// dead in alive_ms says that somebody is sweeping the batch: it takes no more rows and is never published.
const dead = -1

func swept(id ID) error {
	return fault.Busy("db.batch_swept", "batch %s was given up by another process while it ran, nothing of it was kept; start it again", id)
}

// InBatch runs fn; when it returns nil, publish runs in the transaction that makes the batch visible.
func (d *DB) InBatch(ctx context.Context, name string, fn func(b *Batch) error, publish func(tx *Tx, b *Batch) error) error {
	b := &Batch{d: d}
	err := d.InTx(ctx, func(tx *Tx) error {
		b.ID = tx.ID()
		_, err := tx.Exec(ctx, `INSERT INTO kit_batch (id, name, started_ms, alive_ms) VALUES ($1, $2, $3, $3)`, b.ID, name, tx.NowMS())
		return err
	})
	if err != nil {
		return err
	}
	if err = fn(b); err == nil {
		err = d.InTx(ctx, func(tx *Tx) error {
			if publish != nil {
				if err := publish(tx, b); err != nil {
					return err
				}
			}
			n, err := tx.Exec(ctx, `DELETE FROM kit_batch WHERE id = $1 AND alive_ms <> $2`, b.ID, dead)
			if err == nil && n == 0 {
				err = swept(b.ID)
			}
			return err
		})
	}
	if err != nil {
		// where the outcome of publishing is unknown the row tells: a published batch has none and is left alone
		if e := d.sweep(context.WithoutCancel(ctx), b.ID, math.MaxInt64); e != nil {
			return fmt.Errorf("%w (and the unpublished rows wait for the next sweep: %v)", err, e)
		}
	}
	return err
}

// Chunked calls write for index ranges of n rows, as many at a time as fit ChunkTime.
func (b *Batch) Chunked(ctx context.Context, n int, write func(tx *Tx, from, to int) error) error {
	size := 64
	for from := 0; from < n; {
		to := min(from+size, n)
		start := time.Now()
		err := b.d.InTx(ctx, func(tx *Tx) error {
			start = time.Now() // without the wait in the queue
			n, err := tx.Exec(ctx, `UPDATE kit_batch SET alive_ms = $1 WHERE id = $2 AND alive_ms <> $3`, tx.NowMS(), b.ID, dead)
			if err == nil && n == 0 {
				err = swept(b.ID)
			}
			if err != nil {
				return err
			}
			return write(tx, from, to)
		})
		if err != nil {
			return err
		}
		switch took := time.Since(start); {
		case took > ChunkTime && size > 8:
			size /= 2
		case took < ChunkTime/3 && size < 4096:
			size *= 2
		}
		from = to
	}
	return nil
}

// SweepBatches removes what abandoned batches (a killed process) left behind.
func (d *DB) SweepBatches(ctx context.Context, olderThan time.Duration) error {
	before := d.Now().Add(-olderThan).UnixMilli()
	ids, err := All[ID](ctx, d.Read(), `SELECT id FROM kit_batch WHERE alive_ms < $1`, before)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := d.sweep(ctx, id, before); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes the rows of a batch without a sign of life since before. It is declared dead first, so that one that
// was only slow cannot publish what is half gone; one that was published meanwhile keeps its rows. A table that
// others still refer to refuses; it is tried again once they are empty.
func (d *DB) sweep(ctx context.Context, id ID, before int64) error {
	var mine bool
	err := d.InTx(ctx, func(tx *Tx) error {
		n, err := tx.Exec(ctx, `UPDATE kit_batch SET alive_ms = $1 WHERE id = $2 AND alive_ms < $3`, dead, id, before)
		mine = n > 0
		return err
	})
	if err != nil || !mine {
		return err
	}
	for todo := slices.Clone(d.bulk); len(todo) > 0; {
		var later []string
		var refused error
		for _, table := range todo {
			if err := d.sweepTable(ctx, table, id); err != nil {
				later, refused = append(later, table), err
			}
		}
		if len(later) == len(todo) {
			return refused
		}
		todo = later
	}
	return d.InTx(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM kit_batch WHERE id = $1`, id)
		return err
	})
}

func (d *DB) sweepTable(ctx context.Context, table string, id ID) error {
	for {
		var n int64
		err := d.InTx(ctx, func(tx *Tx) (err error) {
			n, err = tx.Exec(ctx, `DELETE FROM `+table+` WHERE id IN (SELECT id FROM `+table+` WHERE batch_id = $1 LIMIT 1000)`, id)
			return err
		})
		if err != nil || n < 1000 {
			return err
		}
	}
}
