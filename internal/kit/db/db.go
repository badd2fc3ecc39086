// Package db is the only place that knows there are two SQL engines. Rooms write one SQL text with $1
// placeholders (docs/portable-sql.md) and run it inside InTx.
//
// What it promises: an acknowledged InTx survives power loss; a refused one changes nothing; a closure sees a
// serialisable world on both engines. On SQLite one writer goroutine runs the waiting closures each in its
// savepoint and answers them after one COMMIT (writer.go); on PostgreSQL each closure is one SERIALIZABLE
// transaction, retried on conflict (postgres.go). A closure therefore does database work only and may run
// more than once.
package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kaiwu/internal/kit/fault"
)

// Engine names the SQL engine below.
type Engine string

const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

var (
	// ErrAborted: the group's transaction was lost (disk full, I/O error); nothing of it is stored.
	ErrAborted = errors.New("db: transaction aborted, nothing stored")
	// ErrUnknown: COMMIT failed in a way that leaves the outcome open; the idempotency key tells.
	ErrUnknown = errors.New("db: outcome of the commit unknown")
	// ErrRetry asks InTx to start over: somebody else changed the row the closure planned on.
	ErrRetry = errors.New("db: row changed under us")
	// ErrClosed: the database is shutting down.
	ErrClosed = errors.New("db: closed")
	// ErrNoRow: One found nothing.
	ErrNoRow = errors.New("db: no row")
)

// Options tune Open; the zero value is right for a server.
type Options struct {
	Readers int              // reader connections on SQLite, pool size on PostgreSQL; default 8 and 32
	Now     func() time.Time // default time.Now
	Zone    *time.Location   // where document numbers change their month; default Asia/Shanghai
	NoGroup bool             // SQLite: one COMMIT per request; for the benchmark that shows what grouping is worth
}

// DB hands out transactions.
type DB struct {
	engine Engine
	opt    Options
	w      *writer       // SQLite
	read   *readPool     // SQLite
	pg     *pgxpool.Pool // PostgreSQL
	ids    idSource
	nums   numbers
	bulk   []string // tables with a batch_id column, found by Migrate

	watch  sync.Mutex
	watchs map[chan struct{}]struct{}
	stop   context.CancelFunc
	wg     sync.WaitGroup
	closed atomic.Bool
}

// Open takes "postgres://…" (or key=value words) or the name of a SQLite file.
func Open(ctx context.Context, dsn string, opt Options) (*DB, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Zone == nil {
		z, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			return nil, err
		}
		opt.Zone = z
	}
	d := &DB{opt: opt, watchs: map[chan struct{}]struct{}{}}
	d.nums.blocks = map[string]*block{}
	d.ids.now = opt.Now
	var bg context.Context
	bg, d.stop = context.WithCancel(context.WithoutCancel(ctx))
	var err error
	if IsPostgres(dsn) {
		d.engine = Postgres
		err = d.openPostgres(ctx, bg, dsn)
	} else {
		d.engine = SQLite
		err = d.openSQLite(dsn)
	}
	if err != nil {
		d.stop()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return d, nil
}

// IsPostgres says which engine a DSN means.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") || strings.Contains(dsn, "host=")
}

// Close waits for the running group and closes every connection.
func (d *DB) Close() error {
	if d.closed.Swap(true) {
		return nil
	}
	d.stop()
	d.wg.Wait()
	if d.pg != nil {
		d.releaseNode()
		d.pg.Close()
		return nil
	}
	d.w.close()
	return errors.Join(d.read.close(), d.w.c.close()) // the writer last: it puts the WAL into the file
}

func (d *DB) Engine() Engine       { return d.engine }
func (d *DB) Now() time.Time       { return d.opt.Now() }
func (d *DB) Zone() *time.Location { return d.opt.Zone }

// Querier is what a query function asks for: a transaction, a snapshot or the reader pool.
type Querier interface {
	query(ctx context.Context, q string, args []any) (rows, error)
}

type rows interface {
	Next() bool
	Scan(...any) error
	Columns() ([]string, error)
	Close() error
	Err() error
}

// Tx is one unit of work: a transaction, the moment it began, and the events it appends when it commits.
type Tx struct {
	d      *DB
	ctx    context.Context
	now    time.Time
	key    string
	c      conn
	events []logRow
	after  []func()
}

// conn is what each engine's transaction can do.
type conn interface {
	Querier
	exec(ctx context.Context, q string, args []any) (int64, error)
	queue(q string, args []any)
	flush(ctx context.Context) error
}

type keyCtx struct{}

// WithKey puts the client's idempotency key into the context; tx.Key returns it.
func WithKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, keyCtx{}, key)
}

func keyOf(ctx context.Context) string { k, _ := ctx.Value(keyCtx{}).(string); return k }

func (t *Tx) Now() time.Time       { return t.now }
func (t *Tx) NowMS() int64         { return t.now.UnixMilli() }
func (t *Tx) Zone() *time.Location { return t.d.opt.Zone }

// Today is the business date in the company's time zone.
func (t *Tx) Today() string { return t.now.In(t.d.opt.Zone).Format(time.DateOnly) }

// Key is the client's idempotency key, "" when there is none. A fact stores it in a unique column of its own.
func (t *Tx) Key() string { return t.key }

// ID makes a new identifier.
func (t *Tx) ID() ID { return t.d.ids.next() }

// Slots is over how many rows a hot balance is split: 1 where one writer makes contention impossible.
func (t *Tx) Slots() int64 {
	if t.d.engine == Postgres {
		return 8
	}
	return 1
}

// Slot picks a row for this transaction's take of a hot balance.
func (t *Tx) Slot() int64 { return rand.Int64N(t.Slots()) }

// After runs fn once the transaction is stored; it must not write.
func (t *Tx) After(fn func()) { t.after = append(t.after, fn) }

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(ctx context.Context, q string, args ...any) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	count(ctx)
	n, err := t.c.exec(ctx, q, args)
	return n, wrap(err, q)
}

// Queue runs a statement whose result nobody needs: at once on SQLite, in one round trip with its neighbours
// on PostgreSQL. An error comes with the next query or the commit.
func (t *Tx) Queue(q string, args ...any) { count(t.ctx); t.c.queue(q, args) }

func (t *Tx) query(ctx context.Context, q string, args []any) (rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	count(ctx)
	r, err := t.c.query(ctx, q, args)
	return r, wrap(err, q)
}

func wrap(err error, q string) error {
	if err == nil {
		return nil
	}
	if len(q) > 120 {
		q = q[:120] + "…"
	}
	return fmt.Errorf("%w [%s]", err, strings.Join(strings.Fields(q), " "))
}

// maxTries is generous: under sixty-four takers of one hot row PostgreSQL refuses a dozen times and the next one wins.
const maxTries = 40

// InTx runs fn in one transaction and returns after it is durably stored, or refused as a whole. It starts
// over on a serialisation conflict, on ErrRetry, when a document number block must be leased first, and once
// more when its group was lost.
func (d *DB) InTx(ctx context.Context, fn func(*Tx) error) error {
	aborted := false
	for try := 1; ; try++ {
		if d.closed.Load() {
			return ErrClosed
		}
		err := d.once(ctx, fn)
		var need *needNumbers
		switch {
		case err == nil:
			return nil
		case errors.As(err, &need):
			if err := d.lease(ctx, need); err != nil {
				return err
			}
		case errors.Is(err, ErrAborted):
			if aborted {
				slog.ErrorContext(ctx, "write lost twice", "err", err)
				return fault.Busy("db.aborted", "the database could not store this, nothing was changed; try again").With("reason", err)
			}
			aborted = true
		case errors.Is(err, ErrUnknown):
			return fault.Busy("db.unknown", "the database did not confirm; send the same request again").With("reason", err)
		case !d.again(err):
			return err
		}
		if try >= maxTries {
			return fault.Busy("db.busy", "gave up after %d attempts", try)
		}
		if need == nil && d.engine == Postgres {
			wait := time.Duration(rand.Int64N(int64(time.Millisecond) << min(try, 7)))
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(wait):
			}
		}
	}
}

func (d *DB) once(ctx context.Context, fn func(*Tx) error) error {
	var t *Tx
	run := func(c conn) error {
		t = &Tx{d: d, ctx: ctx, now: d.opt.Now().UTC(), key: keyOf(ctx), c: c}
		if err := fn(t); err != nil {
			return err
		}
		return c.flush(ctx)
	}
	var err error
	if d.engine == SQLite {
		err = d.w.do(ctx, &req{ctx: ctx, fn: run, events: func() []logRow { return t.events }})
	} else {
		err = d.pgTx(ctx, func(c *pgConn) error {
			if err := run(c); err != nil {
				return err
			}
			return d.appendPostgres(ctx, c, t.events)
		})
	}
	if err == nil {
		for _, f := range t.after {
			f()
		}
	}
	return err
}

func (d *DB) again(err error) bool {
	return errors.Is(err, ErrRetry) || (d.engine == Postgres && pgConflict(err))
}

// Read is the reader pool: each query sees the newest committed state.
func (d *DB) Read() Querier {
	if d.engine == SQLite {
		return d.read
	}
	return pgRead{d.pg}
}

// View runs fn on one consistent snapshot.
func (d *DB) View(ctx context.Context, fn func(Querier) error) error {
	if d.engine == SQLite {
		return d.read.view(ctx, fn)
	}
	return d.pgView(ctx, fn)
}

// Watch tells of new numbered events: the channel gets a value after each commit that appended some.
func (d *DB) Watch() (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	d.watch.Lock()
	d.watchs[ch] = struct{}{}
	d.watch.Unlock()
	return ch, func() { d.watch.Lock(); delete(d.watchs, ch); d.watch.Unlock() }
}

func (d *DB) wake() {
	d.watch.Lock()
	defer d.watch.Unlock()
	for ch := range d.watchs {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

type countCtx struct{}

// Counting returns a context under which every statement adds one to the counter: for tests that hold the
// number of statements of a use case.
func Counting(ctx context.Context) (context.Context, *atomic.Int64) {
	var n atomic.Int64
	return context.WithValue(ctx, countCtx{}, &n), &n
}

func count(ctx context.Context) {
	if n, ok := ctx.Value(countCtx{}).(*atomic.Int64); ok {
		n.Add(1)
	}
}
