package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

const poll = time.Second // other processes' jobs and times that have come

// Run works until the context ends; running jobs then go back to the queue and count as not tried.
func (r *Runner) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for range max(r.Workers, 1) {
		wg.Go(func() { r.worker(ctx) })
	}
	t := time.NewTicker(poll)
	defer t.Stop()
	for ctx.Err() == nil {
		if err := r.tick(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "schedules", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-t.C:
		}
	}
	wg.Wait()
}

func (r *Runner) worker(ctx context.Context) {
	t := time.NewTicker(poll)
	defer t.Stop()
	for ctx.Err() == nil {
		ran, err := r.one(ctx)
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "job queue", "err", err)
		}
		if ran && err == nil {
			r.poke() // there may be more: another worker looks too
			continue
		}
		select {
		case <-ctx.Done():
		case <-r.wake:
		case <-t.C:
		}
	}
}

// Drain runs what is due, schedules too, until nothing is. For tests and for commands that end.
func (r *Runner) Drain(ctx context.Context) error {
	if err := r.tick(ctx); err != nil {
		return err
	}
	for {
		if ran, err := r.one(ctx); err != nil || !ran {
			return err
		}
	}
}

type due struct {
	ID      db.ID  `db:"id"`
	Kind    string `db:"kind"`
	Input   string `db:"input"`
	Tries   int64  `db:"tries"`
	Cancel  bool   `db:"cancel"`
	ActorID db.ID  `db:"actor_id"`
	Actor   string `db:"actor"`
}

// open is what may be claimed: waiting and due, or running under a lease that has passed.
const open = `((state = 'waiting' AND run_ms <= $1) OR (state = 'running' AND lease_ms < $1))`

func (r *Runner) one(ctx context.Context) (ran bool, err error) {
	j, d, err := r.claim(ctx)
	if j == nil || err != nil {
		return false, err
	}
	r.work(ctx, j, d)
	return true, nil
}

// claim takes the oldest due job. The WHERE clause is the lock: of two claimants one changes no row.
func (r *Runner) claim(ctx context.Context) (*Job, due, error) {
	r.mu.Lock()
	kinds := slices.Sorted(maps.Keys(r.kinds))
	r.mu.Unlock()
	now := r.d.Now().UnixMilli()
	w := db.Where{Args: []any{now}} // $1
	w.And(open)
	db.In(&w, "kind", kinds)
	list, err := db.All[due](ctx, r.d.Read(), `SELECT id, kind, input, tries, cancel, actor_id, actor FROM kit_job`+w.String()+` ORDER BY run_ms, id LIMIT 8`, w.Args...)
	if err != nil {
		return nil, due{}, err
	}
	for _, d := range list {
		j := &Job{ID: d.ID, Kind: d.Kind, Tries: int(d.Tries) + 1, r: r, input: d.Input}
		mine := false
		err := r.d.InTx(actor.With(ctx, actor.System), func(tx *db.Tx) error {
			j.holder = tx.ID().String()
			mine = false
			if d.Cancel || int(d.Tries) >= r.Tries { // its process died while it should stop, or kills every process
				state, text := Cancelled, ""
				if !d.Cancel {
					state, text = Failed, fmt.Sprintf("given up after %d attempts that did not end", d.Tries)
				}
				n, err := tx.Exec(ctx, `UPDATE kit_job SET state = $2, error = $3, finished_ms = $1 WHERE id = $4 AND `+open, tx.NowMS(), state, text, d.ID)
				if err == nil && n == 1 {
					tx.Emit(db.Event{Name: "kit.job_" + state, Subject: "job:" + d.ID.String(), Payload: Ended{d.Kind, int(d.Tries), text}})
				}
				return err
			}
			n, err := tx.Exec(ctx, `UPDATE kit_job SET state = 'running', holder = $2, lease_ms = $3, tries = tries + 1 WHERE id = $4 AND `+open,
				tx.NowMS(), j.holder, tx.NowMS()+r.Lease.Milliseconds(), d.ID)
			mine = n == 1
			return err
		})
		if err != nil || mine {
			return j, d, err
		}
	}
	return nil, due{}, nil
}

func (r *Runner) work(ctx context.Context, j *Job, d due) {
	act := &actor.Actor{UserID: int64(d.ActorID), Name: d.Actor, Perms: map[string]bool{"*": true}, Origin: "job", Request: "job-" + d.ID.String(), Locale: "zh"}
	run, cancel := context.WithCancelCause(actor.With(ctx, act))
	defer cancel(nil)
	r.mu.Lock()
	fn := r.kinds[j.Kind]
	r.running[j.ID] = cancel
	r.mu.Unlock()
	defer func() { r.mu.Lock(); delete(r.running, j.ID); r.mu.Unlock() }()

	beats := make(chan struct{})
	go func() { defer close(beats); j.beat(run, cancel) }()
	result, err := call(run, fn, j)
	why := context.Cause(run)
	if why != nil && ctx.Err() != nil && !errors.Is(why, ErrCancelled) && !errors.Is(why, ErrLost) {
		why = errShutdown
	}
	cancel(nil)
	<-beats
	// what became of it is stored even while we shut down
	end, stop := context.WithTimeout(actor.With(context.WithoutCancel(ctx), act), 10*time.Second)
	defer stop()
	if e := j.finish(end, result, err, why); e != nil {
		slog.ErrorContext(ctx, "job ended and could not be marked; it will be taken over", "job", j.ID, "kind", j.Kind, "err", e)
	}
}

func call(ctx context.Context, fn Func, j *Job) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.ErrorContext(ctx, "job panicked", "job", j.ID, "kind", j.Kind, "err", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return fn(ctx, j)
}

// beat renews the lease and listens for a cancellation made in another process.
func (j *Job) beat(ctx context.Context, cancel context.CancelCauseFunc) {
	t := time.NewTicker(j.r.Lease / 3)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		var stop, found bool
		err := j.r.d.InTx(ctx, func(tx *db.Tx) (err error) {
			stop, found, err = db.Get[bool](ctx, tx, `UPDATE kit_job SET lease_ms = $1 WHERE id = $2 AND holder = $3 AND state = 'running' RETURNING cancel`,
				tx.NowMS()+j.r.Lease.Milliseconds(), j.ID, j.holder)
			return err
		})
		switch {
		case err != nil:
			if ctx.Err() == nil {
				slog.WarnContext(ctx, "job lease not renewed", "job", j.ID, "err", err)
			}
		case !found:
			cancel(ErrLost)
		case stop:
			cancel(ErrCancelled)
		}
	}
}

// Ended is the payload of kit.job_done, kit.job_failed and kit.job_cancelled.
type Ended struct {
	Kind  string `json:"kind"`
	Tries int    `json:"tries"`
	Error string `json:"error,omitempty"`
}

// finish writes what became of a run; the holder guards it, so that a job that was taken over is left alone.
func (j *Job) finish(ctx context.Context, result any, err, why error) error {
	state, text, out, runMS := Done, "", "", int64(0)
	tries := j.Tries
	switch f, refused := fault.As(err); {
	case errors.Is(err, ErrLost) || errors.Is(why, ErrLost):
		return nil
	case err == nil:
		b, e := json.Marshal(result)
		if e != nil {
			state, text = Failed, "result: "+e.Error()
		}
		out = string(b)
	case errors.Is(why, ErrCancelled) || errors.Is(err, ErrCancelled):
		state = Cancelled
	case errors.Is(why, errShutdown):
		state, tries, runMS = Waiting, j.Tries-1, j.r.d.Now().UnixMilli()
	case refused && f.Kind != fault.KindBusy || j.Tries >= j.r.Tries:
		state, text = Failed, err.Error()
		if refused {
			b, _ := json.Marshal(map[string]any{"code": f.Code, "params": f.Params, "errors": f.Fields})
			out = string(b)
		}
	default:
		wait := min(j.r.Backoff<<(j.Tries-1), 30*time.Minute)
		state, text, runMS = Waiting, err.Error(), j.r.d.Now().Add(wait).UnixMilli()
	}
	if r := []rune(text); len(r) > 4000 {
		text = string(r[:4000])
	}
	return j.r.d.InTx(ctx, func(tx *db.Tx) error {
		finished := tx.NowMS()
		if state == Waiting {
			finished = 0
		}
		n, err := tx.Exec(ctx, `UPDATE kit_job SET state = $1, error = $2, result = $3, tries = $4, finished_ms = $5, lease_ms = 0, holder = '',
			run_ms = CASE WHEN CAST($6 AS BIGINT) > 0 THEN CAST($6 AS BIGINT) ELSE run_ms END WHERE id = $7 AND holder = $8 AND state = 'running'`,
			state, text, out, int64(tries), finished, runMS, j.ID, j.holder)
		if err == nil && n == 1 && state != Waiting {
			tx.Emit(db.Event{Name: "kit.job_" + state, Subject: "job:" + j.ID.String(), Payload: Ended{j.Kind, j.Tries, text}})
		}
		return err
	})
}
