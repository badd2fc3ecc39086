package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // SQLite without cgo
)

const (
	groupMax  = 512                   // requests a commit
	groupTime = 20 * time.Millisecond // after which a group takes no more
	queueMax  = 4096
	minSQLite = 3_053_002 // below 3.53.2: WAL-reset corruption or FTS5 CVE-2026-11822
)

func (d *DB) openSQLite(ctx context.Context, path string) error {
	// busy_timeout comes first: the other pragmas may meet a lock
	dsn := func(mode string) string {
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=wal_autocheckpoint(1000)&_pragma=cache_size(-65536)&_dqs=0" + mode
	}
	wdb, err := sql.Open("sqlite", dsn("&_txlock=immediate"))
	if err != nil {
		return err
	}
	wdb.SetMaxOpenConns(1)
	fail := func(err error) error { return errors.Join(err, wdb.Close()) }
	c, err := wdb.Conn(ctx)
	if err != nil {
		return fail(err)
	}
	var mode, version string
	var sync, number int
	if err := errors.Join(c.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode), c.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&sync),
		c.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version)); err != nil {
		return fail(err)
	}
	var a, b, e int
	fmt.Sscanf(version, "%d.%d.%d", &a, &b, &e)
	if number = a*1_000_000 + b*1000 + e; number < minSQLite || mode != "wal" || sync != 2 {
		return fail(fmt.Errorf("SQLite %s with journal_mode=%s synchronous=%d would not keep the promise of a durable write", version, mode, sync))
	}
	rdb, err := sql.Open("sqlite", dsn("&_pragma=query_only(1)"))
	if err != nil {
		return fail(err)
	}
	n := d.opt.Readers
	if n == 0 {
		n = 8
	}
	rdb.SetMaxOpenConns(n)
	rdb.SetMaxIdleConns(n)
	d.read = &readPool{db: rdb, st: map[string]*sql.Stmt{}}
	d.w = &writer{d: d, db: wdb, q: make(chan *req, queueMax), quit: make(chan struct{}), fin: make(chan struct{})}
	d.w.c = &sqliteConn{c: c, st: map[string]*sql.Stmt{}}
	d.w.max = groupMax
	if d.opt.NoGroup {
		d.w.max = 1
	}
	go d.w.loop()
	return nil
}

// sqliteConn is the only connection that writes. Statements run without the request's context: one that ends
// inside a statement would make SQLite roll back the whole group.
type sqliteConn struct {
	c   *sql.Conn
	st  map[string]*sql.Stmt
	err error // the first failure of a queued statement
}

func (s *sqliteConn) stmt(q string) (*sql.Stmt, error) {
	if st := s.st[q]; st != nil {
		return st, nil
	}
	if len(s.st) >= 2000 { // built texts (IN lists) must not grow the cache for ever
		for k, st := range s.st {
			st.Close()
			delete(s.st, k)
		}
	}
	st, err := s.c.PrepareContext(context.Background(), q)
	if err == nil {
		s.st[q] = st
	}
	return st, err
}

func (s *sqliteConn) exec(_ context.Context, q string, args []any) (int64, error) {
	if s.err != nil {
		return 0, s.err
	}
	st, err := s.stmt(q)
	if err != nil {
		return 0, err
	}
	r, err := st.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (s *sqliteConn) query(_ context.Context, q string, args []any) (rows, error) {
	if s.err != nil {
		return nil, s.err
	}
	st, err := s.stmt(q)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(context.Background(), args...)
}

func (s *sqliteConn) queue(q string, args []any) {
	if _, err := s.exec(nil, q, args); err != nil && s.err == nil {
		s.err = wrap(err, q)
	}
}

func (s *sqliteConn) flush(context.Context) error { return s.err }

func (s *sqliteConn) do(q string) error {
	s.err = nil
	_, err := s.exec(nil, q, nil)
	return err
}

// close ends the statements first: with one of them open SQLite would not bring its log file into the database.
func (s *sqliteConn) close() {
	for _, st := range s.st {
		st.Close()
	}
	s.c.Close()
}

type req struct {
	ctx    context.Context
	fn     func(conn) error
	events func() []logRow
	err    error
	done   chan struct{}
	solo   bool // outside any transaction: migrations, backups
}

// writer owns the writing connection and commits in groups.
type writer struct {
	d    *DB
	db   *sql.DB
	c    *sqliteConn
	q    chan *req
	quit chan struct{}
	fin  chan struct{}
	once sync.Once
	max  int
	head logHead
}

func (w *writer) close() { w.once.Do(func() { close(w.quit) }); <-w.fin }

// do queues a request. It waits for the outcome even when ctx ends after the request has begun.
func (w *writer) do(ctx context.Context, r *req) error {
	r.done = make(chan struct{})
	select {
	case w.q <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return ErrClosed
	}
	select {
	case <-r.done:
		return r.err
	case <-w.fin:
		select {
		case <-r.done:
			return r.err
		default:
			return ErrClosed
		}
	}
}

func (w *writer) loop() {
	defer close(w.fin)
	for {
		select {
		case r := <-w.q:
			w.serve(r)
		case <-w.quit:
			for { // what is queued still gets its outcome
				select {
				case r := <-w.q:
					w.serve(r)
				default:
					w.c.close()
					return
				}
			}
		}
	}
}

func (w *writer) serve(r *req) {
	for r != nil {
		if !r.solo {
			r = w.group(r)
			continue
		}
		if r.err = r.ctx.Err(); r.err == nil {
			w.c.err = nil
			r.err = guarded(func() error { return r.fn(w.c) })
		}
		close(r.done)
		r = nil
	}
}

// group runs first and whatever is queued behind it in one transaction; it returns a solo request it met.
func (w *writer) group(first *req) (solo *req) {
	ran := make([]*req, 0, 64)
	lost := func(err error) {
		// refusals too: they may have been computed from a neighbour's lost rows
		for _, r := range ran {
			r.err = err
			close(r.done)
		}
		w.head.known = false
	}
	if err := w.c.do("BEGIN IMMEDIATE"); err != nil {
		ran = append(ran, first)
		lost(fmt.Errorf("%w: %v", ErrAborted, err))
		return nil
	}
	start := time.Now()
	for r := first; r != nil; {
		ran = append(ran, r)
		if r.err = r.ctx.Err(); r.err == nil {
			if err := w.one(r); err != nil {
				w.c.do("ROLLBACK") // does nothing where SQLite has rolled back already
				lost(fmt.Errorf("%w: %v", ErrAborted, err))
				return nil
			}
		}
		r = nil
		if len(ran) < w.max && time.Since(start) < groupTime {
			select {
			case r = <-w.q:
				if r.solo {
					solo, r = r, nil
				}
			default:
			}
		}
	}
	var events []logRow
	for _, r := range ran {
		if r.err == nil {
			events = append(events, r.events()...)
		}
	}
	if err := w.append(events); err != nil {
		w.c.do("ROLLBACK")
		lost(fmt.Errorf("%w: append events: %v", ErrAborted, err))
		return solo
	}
	if err := w.c.do("COMMIT"); err != nil {
		if e := w.c.do("ROLLBACK"); e == nil { // still open, so nothing was committed
			lost(fmt.Errorf("%w: %v", ErrAborted, err))
		} else {
			lost(fmt.Errorf("%w: %v", ErrUnknown, err))
		}
		return solo
	}
	for _, r := range ran {
		close(r.done)
	}
	if len(events) > 0 {
		w.d.wake()
	}
	return solo
}

// one runs a request in its savepoint. A non-nil result says that SQLite has dropped the whole transaction.
func (w *writer) one(r *req) error {
	if err := w.c.do("SAVEPOINT r"); err != nil {
		return err
	}
	r.err = guarded(func() error { return r.fn(w.c) })
	if r.err == nil {
		r.err = w.c.err
	}
	if r.err != nil {
		// an error that rolled back the transaction takes the savepoint with it
		if err := w.c.do("ROLLBACK TO r"); err != nil {
			return errors.Join(r.err, err)
		}
	}
	return w.c.do("RELEASE r")
}

func guarded(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("use case panicked", "panic", p, "at", frames(debug.Stack()))
			err = fmt.Errorf("use case panicked: %v", p)
		}
	}()
	return fn()
}

// frames keeps the few lines of a stack that name the place.
func frames(stack []byte) string {
	lines := strings.Split(string(stack), "\n")
	return strings.Join(lines[min(7, len(lines)):min(13, len(lines))], " ")
}

// readPool: several connections that may only read, with prepared statements kept per text.
type readPool struct {
	db *sql.DB
	mu sync.RWMutex
	st map[string]*sql.Stmt
}

func (p *readPool) stmt(ctx context.Context, q string) (*sql.Stmt, error) {
	p.mu.RLock()
	st := p.st[q]
	p.mu.RUnlock()
	if st != nil {
		return st, nil
	}
	st, err := p.db.PrepareContext(ctx, q)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if old := p.st[q]; old != nil {
		st.Close()
		return old, nil
	}
	p.st[q] = st
	return st, nil
}

// full: built texts beyond this many are not kept, so that the cache cannot grow for ever.
func (p *readPool) full(q string) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return len(p.st) >= 2000 && p.st[q] == nil
}

func (p *readPool) query(ctx context.Context, q string, args []any) (rows, error) {
	count(ctx)
	if p.full(q) {
		r, err := p.db.QueryContext(ctx, q, args...)
		return r, wrap(err, q)
	}
	st, err := p.stmt(ctx, q)
	if err != nil {
		return nil, wrap(err, q)
	}
	r, err := st.QueryContext(ctx, args...)
	return r, wrap(err, q)
}

func (p *readPool) view(ctx context.Context, fn func(Querier) error) error {
	tx, err := p.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return fn(viewTx{tx, p})
}

func (p *readPool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, st := range p.st {
		st.Close()
	}
	return p.db.Close()
}

type viewTx struct {
	tx *sql.Tx
	p  *readPool
}

func (v viewTx) query(ctx context.Context, q string, args []any) (rows, error) {
	count(ctx)
	if v.p.full(q) {
		r, err := v.tx.QueryContext(ctx, q, args...)
		return r, wrap(err, q)
	}
	st, err := v.p.stmt(ctx, q)
	if err != nil {
		return nil, wrap(err, q)
	}
	r, err := v.tx.StmtContext(ctx, st).QueryContext(ctx, args...)
	return r, wrap(err, q)
}
