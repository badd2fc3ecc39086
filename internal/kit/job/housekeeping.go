package job

import (
	"context"
	"time"

	"kaiwu/internal/kit/db"
)

const (
	keepAnswers = 30 * 24 * time.Hour // after that a repeated key finds the fact's own key column
	keepJobs    = 90 * 24 * time.Hour
	deadBatch   = time.Hour
	sweepRows   = 500 // one transaction holds the writer a few milliseconds
)

// Swept is the result of a house-keeping run.
type Swept struct {
	Answers int64 `json:"answers"`
	Jobs    int64 `json:"jobs"`
}

func (r *Runner) housekeeping() {
	r.Register("kit.housekeeping", func(ctx context.Context, j *Job) (any, error) {
		now := r.d.Now()
		var s Swept
		var err error
		if s.Answers, err = j.sweep(ctx, `DELETE FROM kit_once WHERE (scope, key) IN (SELECT scope, key FROM kit_once WHERE created_ms < $1 LIMIT $2)`, now.Add(-keepAnswers)); err != nil {
			return nil, err
		}
		if s.Jobs, err = j.sweep(ctx, `DELETE FROM kit_job WHERE id IN (SELECT id FROM kit_job WHERE state IN ('done', 'failed', 'cancelled') AND finished_ms < $1 LIMIT $2)`, now.Add(-keepJobs)); err != nil {
			return nil, err
		}
		return s, r.d.SweepBatches(ctx, deadBatch)
	})
	r.Every("housekeeping", time.Hour, "kit.housekeeping", nil)
}

// sweep repeats a bounded DELETE until nothing is left.
func (j *Job) sweep(ctx context.Context, text string, before time.Time) (sum int64, err error) {
	for {
		var n int64
		if err := j.Tx(ctx, func(tx *db.Tx) (err error) {
			n, err = tx.Exec(ctx, text, before.UnixMilli(), int64(sweepRows))
			return err
		}); err != nil {
			return sum, err
		}
		if sum += n; n < sweepRows {
			return sum, nil
		}
	}
}
