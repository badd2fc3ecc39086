package production

import (
	"context"
	"encoding/json"
	"fmt"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

type toldReport struct {
	ID      db.ID   `db:"id"`
	Kind    string  `db:"kind"`
	OpID    db.ID   `db:"op_id"`
	Good    num.Dec `db:"good"`
	Scrap   num.Dec `db:"scrap"`
	Rework  num.Dec `db:"rework"`
	Worker  db.ID   `db:"worker_id"`
	Name    string  `db:"worker"`
	Machine db.ID   `db:"machine_id"`
	Start   int64   `db:"start_ms"`
	End     int64   `db:"happened_ms"`
	Posting string  `db:"posting_date"`
	Shift   string  `db:"shift"`
	Why     string  `db:"scrap_reason"`
	Again   string  `db:"rework_reason"`
	Undoes  db.ID   `db:"reverses"`
}

// VerifyTold compares the reports with what the events told of them, so that a quantity, a name or a time that
// somebody altered in the table is found. Opening quantities of an import are no events and are left out.
func (m *Module) VerifyTold(ctx context.Context, q db.Querier, each func(names []string, fn func(e *db.LogRow) error) error) (records int64, err error) {
	told := map[db.ID]toldReport{}
	err = each([]string{EventReported, EventUndone}, func(e *db.LogRow) error {
		if e.Name == EventUndone {
			var u ReportUndone
			if err := json.Unmarshal([]byte(e.Payload), &u); err != nil {
				return fmt.Errorf("event %s: %w", e.ID, err)
			}
			told[u.ID] = toldReport{ID: u.ID, Undoes: u.Report, Good: -u.Good, Scrap: -u.Scrap, Rework: -u.Rework}
			return nil
		}
		var r ReportedEvent
		if err := json.Unmarshal([]byte(e.Payload), &r); err != nil {
			return fmt.Errorf("event %s: %w", e.ID, err)
		}
		told[r.ID] = toldReport{r.ID, r.Kind, r.OpID, r.Good, r.Scrap, r.Rework, r.WorkerID, r.Worker, r.MachineID, r.StartMS, r.EndMS, r.PostingDate, r.Shift, r.ScrapReason, r.ReworkReason, 0}
		return nil
	})
	if err != nil {
		return 0, err
	}
	err = db.Each(ctx, q, `SELECT id, kind, op_id, good, scrap, rework, worker_id, worker, machine_id, start_ms, happened_ms, posting_date, shift, scrap_reason, rework_reason, reverses
		FROM wo_report WHERE batch_id = 0 ORDER BY id`, nil, func(r *toldReport) error {
		records++
		was, ok := told[r.ID]
		if !ok {
			return fmt.Errorf("wo_report %s: no event tells of it", r.ID)
		}
		delete(told, r.ID)
		have := *r
		if r.Undoes != 0 { // its event tells the quantities and which report it takes back
			have = toldReport{ID: r.ID, Undoes: r.Undoes, Good: r.Good, Scrap: r.Scrap, Rework: r.Rework}
		}
		if have != was {
			return fmt.Errorf("wo_report %s: it was changed after its event told of it", r.ID)
		}
		return nil
	})
	if err != nil {
		return records, err
	}
	for id := range told {
		return records, fmt.Errorf("wo_report %s: an event tells of it, but it is gone", id)
	}
	return records, nil
}
