package job

import (
	"context"
	"encoding/json"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
)

// Line is a job in the list: everybody sees their own, jobs.manage all.
type Line struct {
	ID         db.ID  `json:"id" sql:"j.id" db:"id"`
	Kind       string `json:"kind" sql:"j.kind" db:"kind" doc:"Kind"`
	State      string `json:"state" sql:"j.state" db:"state" doc:"State: waiting, running, done, failed, cancelled"`
	Done       int64  `json:"done" sql:"j.done" db:"done" doc:"Done"`
	Total      int64  `json:"total" sql:"j.total" db:"total" doc:"Of"`
	Note       string `json:"note" sql:"j.note" db:"note" doc:"Note"`
	Error      string `json:"error" sql:"j.error" db:"error" doc:"Error"`
	Tries      int64  `json:"tries" sql:"j.tries" db:"tries" doc:"Attempts"`
	Cancel     bool   `json:"cancel" sql:"j.cancel" db:"cancel" doc:"Asked to stop"`
	Actor      string `json:"actor" sql:"j.actor" db:"actor" doc:"Asked for by"`
	RunMS      int64  `json:"run_ms" sql:"j.run_ms" db:"run_ms" doc:"Not before"`
	CreatedMS  int64  `json:"created_ms" sql:"j.created_ms" db:"created_ms" doc:"Asked for"`
	FinishedMS int64  `json:"finished_ms" sql:"j.finished_ms" db:"finished_ms" doc:"Ended"`
}

// Detail is one job with what went in and came out.
type Detail struct {
	Line
	Input  any `json:"input"`
	Result any `json:"result" doc:"The job's result; of a refused job code, params and errors"`
}

// Get reads a job; other people's jobs do not exist for those who lack jobs.manage.
func Get(ctx context.Context, q db.Querier, id db.ID) (Detail, error) {
	type row struct {
		Line
		ActorID db.ID  `db:"actor_id"`
		In      string `db:"input"`
		Out     string `db:"result"`
	}
	r, ok, err := db.Get[row](ctx, q, `SELECT id, kind, state, done, total, note, error, tries, cancel, actor, run_ms, created_ms, finished_ms, actor_id, input, result FROM kit_job WHERE id = $1`, id)
	if err != nil {
		return Detail{}, err
	}
	if act := actor.From(ctx); !ok || !act.Can("jobs.manage") && int64(r.ActorID) != act.UserID {
		return Detail{}, fault.NotFound("job.unknown", "there is no job %s", id).With("id", id)
	}
	d := Detail{Line: r.Line}
	if r.In != "" {
		if err := json.Unmarshal([]byte(r.In), &d.Input); err != nil {
			return d, err
		}
	}
	if r.Out != "" {
		if err := json.Unmarshal([]byte(r.Out), &d.Result); err != nil {
			return d, err
		}
	}
	return d, nil
}

// Cancel stops a job: one that waits never runs, one that runs is told at its next step.
func (r *Runner) Cancel(ctx context.Context, tx *db.Tx, id db.ID) error {
	d, err := Get(ctx, tx, id)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE kit_job SET state = 'cancelled', cancel = TRUE, finished_ms = $1 WHERE id = $2 AND state = 'waiting'`, tx.NowMS(), id)
	if err != nil {
		return err
	}
	if n == 1 {
		tx.Emit(db.Event{Name: "kit.job_cancelled", Subject: "job:" + id.String(), Payload: Ended{Kind: d.Kind, Tries: int(d.Tries)}})
		return nil
	}
	n, err = tx.Exec(ctx, `UPDATE kit_job SET cancel = TRUE WHERE id = $1 AND state = 'running'`, id)
	if err == nil && n == 0 {
		return fault.Conflict("job.ended", "job %s has already ended (%s)", id, d.State).With("id", id).With("state", d.State)
	}
	tx.After(func() { // here at once; another process hears it at its next heartbeat
		r.mu.Lock()
		defer r.mu.Unlock()
		if stop := r.running[id]; stop != nil {
			stop(ErrCancelled)
		}
	})
	return err
}

// Routes registers list, detail and cancellation.
func (r *Runner) Routes(a *web.API) {
	a.Messages(Messages)
	web.List(a, web.Op{Path: "/jobs", ID: "listJobs", Module: "kit", Summary: "Background jobs"},
		web.ListSpec[Line]{From: "kit_job j", Key: "j.id", Sort: "-created_ms", Search: []string{"j.kind", "j.note", "j.actor"},
			Scope: func(ctx context.Context, w *db.Where) {
				if act := actor.From(ctx); !act.Can("jobs.manage") {
					w.And("j.actor_id = ?", act.UserID)
				}
			}})
	type one struct {
		ID db.ID `path:"id"`
	}
	web.Query(a, web.Op{Path: "/jobs/{id}", ID: "getJob", Module: "kit", Summary: "A background job with its result"},
		func(ctx context.Context, q db.Querier, in *one) (Detail, error) { return Get(ctx, q, in.ID) })
	web.Command(a, web.Op{Path: "/jobs/{id}/cancel", ID: "cancelJob", Module: "kit", Summary: "Stop a background job"},
		func(ctx context.Context, tx *db.Tx, in *one) (Detail, error) {
			if err := r.Cancel(ctx, tx, in.ID); err != nil {
				return Detail{}, err
			}
			return Get(ctx, tx, in.ID)
		})
}
