package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

func (d *DB) openPostgres(ctx, bg context.Context, dsn string) error {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return err
	}
	cfg.MaxConns = 32
	if d.opt.Readers > 0 {
		cfg.MaxConns = int32(d.opt.Readers)
	}
	if d.pg, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return err
	}
	fail := func(err error) error { d.pg.Close(); return err }
	var version int
	var collate string
	if err := d.pg.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, datcollate FROM pg_database WHERE datname = current_database()`).Scan(&version, &collate); err != nil {
		return fail(err)
	}
	if version < 150000 {
		return fail(fmt.Errorf("PostgreSQL %d is too old, 15 or newer is needed", version/10000))
	}
	if collate != "C" && collate != "POSIX" && collate != "C.UTF-8" {
		slog.Warn("the database should be created with the C locale, so that text sorts as on SQLite", "collate", collate)
	}
	if err := d.takeNode(ctx); err != nil {
		return fail(err)
	}
	d.wg.Add(2)
	go func() { defer d.wg.Done(); d.renewNode(bg) }()
	go func() { defer d.wg.Done(); d.seal(bg) }()
	return nil
}

func pgConflict(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}

func (d *DB) pgTx(ctx context.Context, fn func(*pgConn) error) error {
	tx, err := d.pg.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.Serializable})
	if err != nil {
		return err
	}
	// the outcome is learnt even when the caller has gone: a commit once begun is not broken off
	defer tx.Rollback(context.WithoutCancel(ctx))
	c := &pgConn{tx: tx}
	err = guarded(func() error { return fn(c) })
	switch {
	case c.conflict != nil: // whatever was made of it: nothing after it was done
		return c.conflict
	case err != nil:
		return err
	}
	if err := tx.Commit(context.WithoutCancel(ctx)); err != nil {
		if _, ok := errors.AsType[*pgconn.PgError](err); ok || errors.Is(err, pgx.ErrTxCommitRollback) {
			return err
		}
		return fmt.Errorf("%w: %v", ErrUnknown, err)
	}
	return nil
}

func (d *DB) pgView(ctx context.Context, fn func(Querier) error) error {
	tx, err := d.pg.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	return fn(pgRead{tx})
}

// pgConn is one transaction; queued statements go out as one batch before the next answer is needed.
type pgConn struct {
	tx       pgx.Tx
	batch    pgx.Batch
	conflict error // the first refusal that asks for another try
}

func (c *pgConn) noted(err error) error {
	if c.conflict == nil && pgConflict(err) {
		c.conflict = err
	}
	return err
}

func (c *pgConn) flush(ctx context.Context) error {
	if c.batch.Len() == 0 {
		return nil
	}
	b := c.batch
	c.batch = pgx.Batch{}
	return c.noted(c.tx.SendBatch(ctx, &b).Close())
}

func (c *pgConn) queue(q string, args []any) { c.batch.Queue(q, args...) }

func (c *pgConn) exec(ctx context.Context, q string, args []any) (int64, error) {
	if c.batch.Len() > 0 { // ride along: one round trip for all
		b := c.batch
		c.batch = pgx.Batch{}
		b.Queue(q, args...)
		res := c.tx.SendBatch(ctx, &b)
		var tag pgconn.CommandTag
		var err error
		for range b.Len() {
			if tag, err = res.Exec(); err != nil {
				break
			}
		}
		return tag.RowsAffected(), c.noted(errors.Join(err, res.Close()))
	}
	tag, err := c.tx.Exec(ctx, q, args...)
	return tag.RowsAffected(), c.noted(err)
}

func (c *pgConn) query(ctx context.Context, q string, args []any) (rows, error) {
	if err := c.flush(ctx); err != nil {
		return nil, err
	}
	r, err := pgRead{c.tx}.do(ctx, q, args)
	if err != nil {
		return nil, c.noted(err)
	}
	return notedRows{r, c}, nil
}

// notedRows are rows of a transaction: a refusal may come with any of them.
type notedRows struct {
	rows
	c *pgConn
}

func (r notedRows) Err() error   { return r.c.noted(r.rows.Err()) }
func (r notedRows) Close() error { return r.c.noted(r.rows.Close()) }

type pgQuerier interface {
	Query(ctx context.Context, q string, args ...any) (pgx.Rows, error)
}

type pgRead struct{ q pgQuerier }

func (p pgRead) query(ctx context.Context, q string, args []any) (rows, error) {
	count(ctx)
	r, err := p.do(ctx, q, args)
	return r, wrap(err, q)
}

func (p pgRead) do(ctx context.Context, q string, args []any) (rows, error) {
	r, err := p.q.Query(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	return pgRows{r}, nil
}

type pgRows struct{ pgx.Rows }

func (r pgRows) Close() error { r.Rows.Close(); return r.Rows.Err() }
func (r pgRows) Columns() ([]string, error) {
	f := r.FieldDescriptions()
	c := make([]string, len(f))
	for i := range f {
		c[i] = f[i].Name
	}
	return c, nil
}

const nodeLease = 2 * time.Minute

// takeNode leases one of 1,024 node numbers, so that identifiers of several processes never meet.
func (d *DB) takeNode(ctx context.Context) error {
	if _, err := d.pg.Exec(ctx, `CREATE TABLE IF NOT EXISTS kit_node (node BIGINT PRIMARY KEY, expires_ms BIGINT NOT NULL)`); err != nil && !duplicateTable(err) {
		return err
	}
	now := d.opt.Now().UnixMilli()
	var node int64
	err := d.pg.QueryRow(ctx, `
		INSERT INTO kit_node (node, expires_ms)
		SELECT n, $1 FROM generate_series(0, 1023) n
		WHERE NOT EXISTS (SELECT 1 FROM kit_node k WHERE k.node = n AND k.expires_ms > $2)
		ORDER BY random() LIMIT 1
		ON CONFLICT (node) DO UPDATE SET expires_ms = excluded.expires_ms WHERE kit_node.expires_ms <= $2
		RETURNING node`, now+nodeLease.Milliseconds(), now).Scan(&node)
	if errors.Is(err, pgx.ErrNoRows) {
		return errors.New("all 1,024 node numbers are leased")
	}
	if err != nil {
		return err
	}
	d.ids.mu.Lock()
	d.ids.node = node
	d.ids.mu.Unlock()
	return nil
}

func duplicateTable(err error) bool { // two processes creating it in the same instant
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "42P07" || pg.Code == "23505")
}

func (d *DB) renewNode(ctx context.Context) {
	t := time.NewTicker(nodeLease / 4)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			d.ids.mu.Lock()
			node := d.ids.node
			d.ids.mu.Unlock()
			now := d.opt.Now().UnixMilli()
			tag, err := d.pg.Exec(ctx, `UPDATE kit_node SET expires_ms = $1 WHERE node = $2 AND expires_ms > $3`, now+nodeLease.Milliseconds(), node, now)
			if err == nil && tag.RowsAffected() == 0 { // the lease ran out while we slept
				err = d.takeNode(ctx)
			}
			if err != nil && ctx.Err() == nil {
				slog.Error("renew node lease", "err", err)
			}
		}
	}
}

func (d *DB) releaseNode() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	d.pg.Exec(ctx, `DELETE FROM kit_node WHERE node = $1`, d.ids.node)
}

type pgSolo struct{ *pgxpool.Conn }

func (p pgSolo) query(ctx context.Context, q string, args []any) (rows, error) {
	return pgRead{p.Conn}.do(ctx, q, args)
}

func (p pgSolo) exec(ctx context.Context, q string, args []any) (int64, error) {
	tag, err := p.Conn.Exec(ctx, q, args...)
	return tag.RowsAffected(), err
}
