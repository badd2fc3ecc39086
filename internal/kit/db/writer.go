package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

const (
	groupMax  = 512                   // requests a commit
	groupTime = 20 * time.Millisecond // after which a group takes no more
	queueMax  = 4096
	minSQLite = 3_053_002 // below 3.53.2: WAL-reset corruption or FTS5 CVE-2026-11822
)

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
			if r.err = w.c.grouping(false); r.err == nil {
				r.err = guarded(func() error { return r.fn(w.c) })
				if err := w.c.grouping(true); r.err == nil {
					r.err = err
				}
			}
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

	learning sync.Map
	learners sync.WaitGroup
	open     context.Context
	shut     context.CancelFunc
}

func (p *readPool) known(q string) *sql.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.st[q]
}

// learn prepares a text for those who come later, when a connection is free.
func (p *readPool) learn(q string) {
	if p.full(q) {
		return
	}
	if _, busy := p.learning.LoadOrStore(q, true); busy {
		return
	}
	p.learners.Go(func() {
		defer p.learning.Delete(q)
		if _, err := p.stmt(p.open, q); err != nil {
			slog.Debug("prepare", "err", err) // whoever asks next meets the same error and tells of it
		}
	})
}

func (p *readPool) stmt(ctx context.Context, q string) (*sql.Stmt, error) {
	if st := p.known(q); st != nil {
		return st, nil
	}
	st, err := p.db.PrepareContext(ctx, anonymous(q))
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
	p.shut()
	p.learners.Wait()
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

// query never waits for a second connection: views that all hold one and all want to prepare a new text on another
// would wait for each other for ever.
func (v viewTx) query(ctx context.Context, q string, args []any) (rows, error) {
	count(ctx)
	st := v.p.known(q)
	if st == nil {
		v.p.learn(q)
		r, err := v.tx.QueryContext(ctx, anonymous(q), args...)
		return r, wrap(err, q)
	}
	r, err := v.tx.StmtContext(ctx, st).QueryContext(ctx, args...)
	return r, wrap(err, q)
}
