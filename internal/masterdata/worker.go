package masterdata

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Worker is a person of the floor.
type Worker struct {
	ID     db.ID  `db:"id" json:"id"`
	Code   string `db:"code" json:"code"`
	Name   string `db:"name" json:"name"`
	Badge  string `db:"badge" json:"badge"`
	Team   string `db:"team" json:"team"`
	Skills string `db:"skills" json:"skills"` // ';' between
	Active bool   `db:"active" json:"active"`
}

const workerFrom = ` w.id, w.code, w.name, w.badge, w.team, w.skills, w.active FROM md_worker w`

// WorkerByCode finds a worker.
func WorkerByCode(ctx context.Context, q db.Querier, code string) (Worker, error) {
	w, ok, err := db.Get[Worker](ctx, q, `SELECT`+workerFrom+` WHERE `+seen("w")+` AND w.code = $2`, batchOf(ctx), code)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.worker_unknown", "there is no worker %s", code).With("code", code)
	}
	return w, err
}

// WorkerByID finds a worker.
func WorkerByID(ctx context.Context, q db.Querier, id db.ID) (Worker, error) {
	w, ok, err := db.Get[Worker](ctx, q, `SELECT`+workerFrom+` WHERE `+seen("w")+` AND w.id = $2`, batchOf(ctx), id)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.worker_unknown", "there is no worker with id %s", id).With("code", id)
	}
	return w, err
}

// WorkerByBadge finds who carries a badge; someone inactive is not let in.
func WorkerByBadge(ctx context.Context, q db.Querier, badge string) (Worker, error) {
	w, ok, err := db.Get[Worker](ctx, q, `SELECT`+workerFrom+` WHERE `+seen("w")+` AND w.badge = $2 AND w.badge <> '' AND w.active ORDER BY w.id`, batchOf(ctx), badge)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.badge_unknown", "no active worker carries the badge %s", badge).With("badge", badge)
	}
	return w, err
}
