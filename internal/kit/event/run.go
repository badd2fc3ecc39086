package event

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

const (
	batchRows = 100
	batchTime = 15 * time.Millisecond // how long one transaction may hold the writer
	persist   = 10_000                // events of no interest are passed without a write, up to so many
	idle      = 2 * time.Second       // look without being woken: another process may have parked or died
)

type subscriber struct {
	b        *Bus
	name     string
	handlers []handler
	fromNow  bool

	mu     sync.Mutex // Run and Drain take turns
	loaded bool
	stored int64 // the cursor as we believe it is in the database
	at     int64 // everything up to here was dealt with or is of no interest
	tries  int   // failures of the event after at
}

// Run serves every subscriber until the context ends. Several processes may run the same subscribers: whoever moves
// the cursor first has done the work, the other's transaction is refused.
func (b *Bus) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, s := range b.all() {
		wg.Go(func() { s.run(ctx) })
	}
	wg.Wait()
}

func (b *Bus) all() []*subscriber {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.subs)
}

func (s *subscriber) run(ctx context.Context) {
	news, stop := s.b.d.Watch()
	defer stop()
	t := time.NewTicker(idle)
	defer t.Stop()
	for ctx.Err() == nil {
		if more := s.turn(ctx); more {
			continue
		}
		select {
		case <-ctx.Done():
		case <-news:
		case <-t.C:
		}
	}
}

// Drain works until every subscriber has seen every event, also those that handlers emit meanwhile. For tests and
// for commands that end.
func (b *Bus) Drain(ctx context.Context) error {
	news, stop := b.d.Watch()
	defer stop()
	t := time.NewTicker(20 * time.Millisecond)
	defer t.Stop()
	for {
		open, err := db.One[int64](ctx, b.d.Read(), `SELECT count(*) FROM kit_event WHERE seq IS NULL`)
		if err != nil {
			return err
		}
		if open > 0 { // committed, not yet numbered
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-news:
			case <-t.C:
			}
			continue
		}
		before, err := b.head(ctx)
		if err != nil {
			return err
		}
		for _, s := range b.all() {
			for s.turn(ctx) {
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		after, err := b.head(ctx)
		if err != nil {
			return err
		}
		open, err = db.One[int64](ctx, b.d.Read(), `SELECT count(*) FROM kit_event WHERE seq IS NULL`)
		if err != nil {
			return err
		}
		behind := slices.ContainsFunc(b.all(), func(s *subscriber) bool { s.mu.Lock(); defer s.mu.Unlock(); return s.at < after })
		if before == after && open == 0 && !behind {
			return nil
		}
	}
}

func (b *Bus) head(ctx context.Context) (int64, error) {
	return db.One[int64](ctx, b.d.Read(), `SELECT CAST(coalesce(max(seq), 0) AS BIGINT) FROM kit_event`)
}

// turn does one step and says whether there may be more to do. A failure is waited for here.
func (s *subscriber) turn(ctx context.Context) (more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	more, err := s.step(ctx)
	if err == nil || ctx.Err() != nil {
		return more && ctx.Err() == nil
	}
	wait := time.Second
	if bad, ok := errors.AsType[*failed](err); ok && !broken(err) {
		s.tries++
		if s.tries > len(s.b.Backoff) {
			if err = s.park(ctx, bad); err == nil {
				return true
			}
		} else {
			wait = s.b.Backoff[s.tries-1]
		}
		slog.WarnContext(ctx, "subscriber failed", "subscriber", s.name, "seq", bad.e.Seq, "event", bad.e.Name, "tries", s.tries, "err", err)
	} else {
		slog.ErrorContext(ctx, "subscriber cannot work", "subscriber", s.name, "err", err)
	}
	select {
	case <-ctx.Done():
	case <-time.After(wait):
	}
	return true
}

// broken tells a machine in trouble, which is waited out, from an event that cannot be dealt with.
func broken(err error) bool {
	return errors.Is(err, db.ErrClosed) || fault.Is(err, "db.aborted") || fault.Is(err, "db.unknown") || fault.Is(err, "db.busy") || errors.Is(err, context.Canceled)
}

// failed is a handler's error with the event that it happened on.
type failed struct {
	i   int
	e   db.LogRow
	err error
}

func (f *failed) Error() string { return fmt.Sprintf("event %d %s: %v", f.e.Seq, f.e.Name, f.err) }
func (f *failed) Unwrap() error { return f.err }

// errMoved: another process has moved the cursor.
var errMoved = errors.New("cursor moved by another process")

func (s *subscriber) step(ctx context.Context) (more bool, err error) {
	if !s.loaded {
		if err := s.load(ctx); err != nil {
			return false, err
		}
	}
	head, err := s.b.head(ctx)
	if err != nil || head <= s.at {
		return false, err
	}
	w := db.Where{}
	w.And("seq > ? AND seq <= ?", s.at, head)
	var patterns []string
	for _, h := range s.handlers {
		patterns = append(patterns, h.pattern)
	}
	among(&w, "name", patterns)
	rows, err := db.All[db.LogRow](ctx, s.b.d.Read(), `SELECT `+db.LogColumns+` FROM kit_event`+w.String()+` ORDER BY seq`+w.Number(" LIMIT ?", batchRows), w.Args...)
	if err != nil {
		return false, err
	}
	if len(rows) == 0 {
		s.at = head
		if s.at-s.stored >= persist {
			return false, s.apply(ctx, nil)
		}
		return false, nil
	}
	err = s.apply(ctx, rows)
	if bad, ok := errors.AsType[*failed](err); ok && bad.i > 0 && !broken(err) {
		err = s.apply(ctx, rows[:bad.i]) // what stands before the bad one is not held up
	}
	if errors.Is(err, errMoved) {
		s.loaded = false
		return true, nil
	}
	return true, err
}

// apply runs the handlers and moves the cursor, all or nothing. Without rows it moves the cursor to at.
func (s *subscriber) apply(ctx context.Context, rows []db.LogRow) error {
	ctx = actor.With(ctx, &actor.Actor{Name: "system", Perms: map[string]bool{"*": true}, Origin: "event:" + s.name, Locale: "zh"})
	to := s.at
	err := s.b.d.InTx(ctx, func(tx *db.Tx) error {
		to = s.at
		// the guard: of two processes that read the same cursor one finds it moved, and its effects are undone
		n, err := tx.Exec(ctx, `UPDATE kit_cursor SET moved_ms = $1 WHERE subscriber = $2 AND seq = $3`, tx.NowMS(), s.name, s.stored)
		if err != nil {
			return err
		}
		if n == 0 {
			return errMoved
		}
		start := time.Now()
		for i, e := range rows {
			for _, h := range s.handlers {
				if !matches(h.pattern, e.Name) {
					continue
				}
				if err := h.fn(ctx, tx, e); err != nil {
					return &failed{i, e, err}
				}
			}
			to = e.Seq
			if time.Since(start) > batchTime {
				break
			}
		}
		_, err = tx.Exec(ctx, `UPDATE kit_cursor SET seq = $1 WHERE subscriber = $2`, to, s.name)
		return err
	})
	if err == nil {
		s.stored, s.at, s.tries = to, to, 0
	}
	return err
}

func (s *subscriber) load(ctx context.Context) error {
	from := int64(0)
	var err error
	if s.fromNow {
		if from, err = s.b.head(ctx); err != nil {
			return err
		}
	}
	err = s.b.d.InTx(actor.With(ctx, actor.System), func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO kit_cursor (subscriber, seq, moved_ms) VALUES ($1, $2, $3) ON CONFLICT (subscriber) DO NOTHING`, s.name, from, tx.NowMS()); err != nil {
			return err
		}
		s.stored, err = db.One[int64](ctx, tx, `SELECT seq FROM kit_cursor WHERE subscriber = $1`, s.name)
		return err
	})
	if err == nil {
		s.at, s.loaded, s.tries = s.stored, true, 0
	}
	return err
}
