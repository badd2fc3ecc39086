package db

import (
	"context"
	"fmt"
	"slices"
	"time"
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
			n, err := tx.Exec(ctx, `DELETE FROM kit_batch WHERE id = $1`, b.ID)
			if err == nil && n == 0 {
				err = fmt.Errorf("batch %s was swept while it ran", b.ID)
			}
			return err
		})
	}
	if err != nil {
		if e := d.sweep(context.WithoutCancel(ctx), b.ID); e != nil {
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
			tx.Queue(`UPDATE kit_batch SET alive_ms = $1 WHERE id = $2`, tx.NowMS(), b.ID)
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
	ids, err := All[ID](ctx, d.Read(), `SELECT id FROM kit_batch WHERE alive_ms < $1`, d.Now().Add(-olderThan).UnixMilli())
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := d.sweep(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes a batch's rows. A table that others still refer to refuses; it is tried again once they are empty.
func (d *DB) sweep(ctx context.Context, id ID) error {
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
