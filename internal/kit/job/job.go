// Package job does what takes longer than a request: imports, plans, sweeps, schedules.
//
// What it promises: a job is stored in the transaction that asks for it; it runs at least once, on one process at a
// time; when its process dies another takes it over after the lease; it can be watched and cancelled. A job writes
// through Job.Tx, which refuses once the lease is lost, so that a process that was only slow does not write beside
// the one that took over.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
)

// The states of a job.
const (
	Waiting   = "waiting"
	Running   = "running"
	Done      = "done"
	Failed    = "failed"
	Cancelled = "cancelled"
)

var (
	// ErrCancelled: a person asked the job to stop.
	ErrCancelled = errors.New("job: cancelled")
	// ErrLost: the lease ran out and another process has the job.
	ErrLost = errors.New("job: lease lost")

	errShutdown = errors.New("job: this process is shutting down")
)

// Func does a job. Its result is stored as JSON. A refusal (a fault of the 4xx kind) fails the job at once, any other
// error lets it be tried again.
type Func func(ctx context.Context, j *Job) (result any, err error)

// Opts of Enqueue.
type Opts struct {
	UniqueKey string    // while a job of this kind with this key waits or runs, asking again finds that one
	RunAt     time.Time // not before
}

// Runner runs jobs of the kinds that were registered with it.
type Runner struct {
	d       *db.DB
	Workers int           // jobs at a time, default 2
	Lease   time.Duration // how long a silent process keeps a job, default 30 s
	Tries   int           // default 5
	Backoff time.Duration // wait after the first failure, doubled each time; default 5 s

	mu        sync.Mutex
	kinds     map[string]Func
	schedules []schedule
	running   map[db.ID]context.CancelCauseFunc
	wake      chan struct{}
}

// New makes a runner that knows the house-keeping jobs.
func New(d *db.DB) *Runner {
	r := &Runner{d: d, Workers: 2, Lease: 30 * time.Second, Tries: 5, Backoff: 5 * time.Second, kinds: map[string]Func{}, running: map[db.ID]context.CancelCauseFunc{}, wake: make(chan struct{}, 1)}
	r.housekeeping()
	return r
}

// Register says how jobs of a kind are done. All kinds are registered before Run.
func (r *Runner) Register(kind string, fn Func) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kinds[kind] != nil {
		panic("job: two functions for " + kind) // seen at start, by whoever wrote it
	}
	r.kinds[kind] = fn
}

type jobRow struct {
	ID      db.ID  `db:"id"`
	Kind    string `db:"kind"`
	Unique  string `db:"unique_key"`
	Input   string `db:"input"`
	State   string `db:"state"`
	RunMS   int64  `db:"run_ms"`
	ActorID db.ID  `db:"actor_id"`
	Actor   string `db:"actor"`
	Created int64  `db:"created_ms"`
}

// Enqueue stores a job together with whatever else the transaction does.
func (r *Runner) Enqueue(ctx context.Context, tx *db.Tx, kind string, input any, o Opts) (db.ID, error) {
	r.mu.Lock()
	known := r.kinds[kind] != nil
	r.mu.Unlock()
	if !known {
		return 0, fmt.Errorf("job: kind %q is not registered", kind)
	}
	in, err := json.Marshal(input)
	if err != nil {
		return 0, fmt.Errorf("job %s: input: %w", kind, err)
	}
	act := actor.From(ctx)
	j := jobRow{ID: tx.ID(), Kind: kind, Unique: o.UniqueKey, Input: string(in), State: Waiting, RunMS: tx.NowMS(), ActorID: db.ID(act.UserID), Actor: act.Name, Created: tx.NowMS()}
	if !o.RunAt.IsZero() {
		j.RunMS = o.RunAt.UnixMilli()
	}
	n, err := tx.Exec(ctx, `INSERT INTO kit_job (id, kind, unique_key, input, state, run_ms, actor_id, actor, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (kind, unique_key) WHERE unique_key <> '' AND state IN ('waiting', 'running') DO NOTHING`,
		j.ID, j.Kind, j.Unique, j.Input, j.State, j.RunMS, j.ActorID, j.Actor, j.Created)
	if err != nil {
		return 0, err
	}
	if n == 0 {
		return db.One[db.ID](ctx, tx, `SELECT id FROM kit_job WHERE kind = $1 AND unique_key = $2 AND state IN ('waiting', 'running')`, kind, o.UniqueKey)
	}
	tx.After(r.poke)
	return j.ID, nil
}

func (r *Runner) poke() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Job is one run of a job.
type Job struct {
	ID    db.ID
	Kind  string
	Tries int // this run is the n-th

	r      *Runner
	input  string
	holder string
	mu     sync.Mutex
	told   time.Time
}

// Decode reads the input.
func (j *Job) Decode(into any) error { return json.Unmarshal([]byte(j.input), into) }

// DB is for reading.
func (j *Job) DB() *db.DB { return j.r.d }

// Tx runs fn in a transaction that is refused with ErrLost when another process has taken the job over.
func (j *Job) Tx(ctx context.Context, fn func(tx *db.Tx) error) error {
	return j.r.d.InTx(ctx, func(tx *db.Tx) error {
		if err := j.hold(ctx, tx); err != nil {
			return err
		}
		return fn(tx)
	})
}

func (j *Job) hold(ctx context.Context, tx *db.Tx) error {
	n, err := tx.Exec(ctx, `UPDATE kit_job SET lease_ms = $1 WHERE id = $2 AND holder = $3 AND state = 'running'`, tx.NowMS()+j.r.Lease.Milliseconds(), j.ID, j.holder)
	if err == nil && n == 0 {
		err = ErrLost
	}
	return err
}

// Progress tells how far the job is; at most twice a second reaches the database. It is also the place to stop:
// once the job is cancelled or lost, it says so.
func (j *Job) Progress(ctx context.Context, done, total int64, note string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	j.mu.Lock()
	soon := time.Since(j.told) < 500*time.Millisecond && done < total
	if !soon {
		j.told = time.Now()
	}
	j.mu.Unlock()
	if soon {
		return nil
	}
	return j.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE kit_job SET done = $1, total = $2, note = $3 WHERE id = $4`, done, total, note, j.ID)
		return err
	})
}
