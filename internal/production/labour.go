package production

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Share is one person's part of the time of a report.
type Share struct {
	WorkerID db.ID  `json:"worker_id"`
	Kind     string `json:"kind"`
	MS       int64  `json:"ms"`
}

// bookLabour writes the time that the report alone does not tell: the set-up that ends with it, and the shares of
// several workers. Even shares, or by the minutes that were given; they add up to the report's time to the
// millisecond.
func (m *Module) bookLabour(ctx context.Context, tx *db.Tx, s *opState, r *reportRow, more []db.ID, minutes []num.Dec) error {
	if s.SettingMS > 0 {
		if err := m.endSetup(ctx, tx, s, r.Start); err != nil {
			return err
		}
		tx.Queue(`UPDATE wo_op SET setting_ms = 0 WHERE id = $1`, s.ID)
	}
	if len(more) == 0 {
		return nil
	}
	team := append([]db.ID{r.Worker}, more...)
	weights, rule := make([]int64, len(team)), "even"
	for i := range weights {
		weights[i] = 1
	}
	if len(minutes) > 0 {
		if len(minutes) != len(team) {
			return fault.Invalid("production.minutes_count", "%d workers and %d times: give each worker's minutes, in their order", len(team), len(minutes)).
				With("workers", len(team)).With("minutes", len(minutes))
		}
		rule = "minutes"
		var all num.Dec
		for i, n := range minutes {
			if n < 0 || n > num.Max/num.Int(20) {
				return fault.Invalid("production.qty_negative", "minutes cannot be below zero")
			}
			weights[i], all = int64(n), all+n
		}
		if all == 0 {
			return fault.Invalid("production.minutes_count", "the minutes of the workers are all zero").With("workers", len(team)).With("minutes", 0)
		}
		if f := balanced(all, r.Happened-r.Start); f != nil {
			return f
		}
	}
	parts, err := num.Split(num.Dec(r.Happened-r.Start), weights)
	if err != nil {
		return err
	}
	for i, w := range team {
		tx.Queue(`INSERT INTO wo_labour (id, order_id, op_id, report_id, worker_id, kind, start_ms, end_ms, ms, rule, recorded_ms) VALUES ($1, $2, $3, $4, $5, 'run', $6, $7, $8, $9, $10)`,
			tx.ID(), s.Order, s.ID, r.ID, w, r.Start, r.Happened, int64(parts[i]), rule, tx.NowMS())
		r.Labour = append(r.Labour, Share{w, "run", int64(parts[i])})
	}
	return nil
}

// balanced refuses minutes of a team that are not the time of the report; half a minute of each is rounding. Where
// nobody said when the work began there is no time to be shared, and the minutes are only a proportion.
func balanced(all num.Dec, ms int64) *fault.Error {
	if ms <= 0 {
		return nil
	}
	const minute = int64(60_000)
	have := num.Dec(ms * int64(num.One) / minute)
	if diff := all - have; diff > num.One || diff < -num.One {
		whole := num.Int((ms + minute/2) / minute)
		return fault.Invalid("production.minutes_sum", "the minutes of the workers add up to %s, the work took %s", all, whole).
			With("sum", all).With("minutes", whole).
			At(fault.Field{Where: "body.minutes", Code: "production.minutes_sum", Detail: fmt.Sprintf("add up to %s, not %s", all, whole), Value: all.String(), Params: map[string]string{"sum": all.String(), "minutes": whole.String()}})
	}
	return nil
}

// unreported is from when on the time of an operation has not been reported yet: its start, or the last report since.
func unreported(ctx context.Context, q db.Querier, op db.ID, running int64) (int64, error) {
	last, err := db.One[int64](ctx, q, `SELECT CAST(coalesce(max(r.happened_ms), 0) AS BIGINT) FROM wo_report r WHERE r.op_id = $1 AND r.kind IN ('report', 'rework')
		AND NOT EXISTS (SELECT 1 FROM wo_report u WHERE u.reverses = r.id AND u.reverses <> 0)`, op)
	return max(last, running), err
}

// endSetup closes the set-up that runs, in the name of who began it.
func (m *Module) endSetup(ctx context.Context, tx *db.Tx, s *opState, end int64) error {
	if s.SettingMS == 0 {
		return nil
	}
	worker, _, err := db.Get[db.ID](ctx, tx, `SELECT worker_id FROM wo_run WHERE order_id = $1 AND op_id = $2 AND kind = 'start' AND work = 'setup' ORDER BY recorded_ms DESC, id DESC LIMIT 1`, s.Order, s.ID)
	if err != nil {
		return err
	}
	m.setUp(tx, s.Order, s.ID, worker, s.SettingMS, end)
	return nil
}

func (m *Module) setUp(tx *db.Tx, order, op, worker db.ID, start, end int64) {
	if start == 0 {
		return
	}
	end = max(end, start)
	tx.Queue(`INSERT INTO wo_labour (id, order_id, op_id, report_id, worker_id, kind, start_ms, end_ms, ms, rule, recorded_ms) VALUES ($1, $2, $3, 0, $4, 'setup', $5, $6, $7, 'setup', $8)`,
		tx.ID(), order, op, worker, start, end, end-start, tx.NowMS())
}

// LabourRow is working time of one person at one operation. Time in which somebody worked alone on several
// operations at once is shared among them, so that nobody's hour counts twice.
type LabourRow struct {
	ID      db.ID  `json:"id" db:"id"`
	Order   string `json:"order" db:"order_number"`
	Op      int64  `json:"op" db:"op"`
	OpName  string `json:"op_name" db:"op_name"`
	Worker  string `json:"worker" db:"worker"`
	Name    string `json:"name" db:"name"`
	Kind    string `json:"kind" db:"kind" enum:"setup,run"`
	StartMS int64  `json:"start_ms" db:"start_ms"`
	EndMS   int64  `json:"end_ms" db:"end_ms"`
	MS      int64  `json:"ms" db:"ms" doc:"What counts for this operation"`
	Rule    string `json:"rule" db:"rule" enum:"alone,even,minutes,setup,parallel" doc:"How it was found: alone, shared evenly or by minutes with others, set-up, or shared among operations that ran at once"`

	WorkerID db.ID `json:"-" db:"worker_id"`
	OrderID  db.ID `json:"-" db:"order_id"`
}

const labourSQL = `SELECT l.id, o.number AS order_number, p.op, p.name AS op_name, coalesce(w.code, '') AS worker, coalesce(w.name, '') AS name, l.kind, l.start_ms, l.end_ms, l.ms, l.rule, l.worker_id, l.order_id
	FROM v_wo_labour l JOIN wo_order o ON o.id = l.order_id JOIN wo_op p ON p.id = l.op_id LEFT JOIN v_worker w ON w.id = l.worker_id`

// OrderLabour is the working time of an order. What its people did elsewhere at the same time counts in, so that a
// person at two operations at once gives each its part.
func (m *Module) OrderLabour(ctx context.Context, q db.Querier, number string) ([]LabourRow, error) {
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return nil, err
	}
	own, err := db.All[LabourRow](ctx, q, labourSQL+` WHERE l.order_id = $1`, o.ID)
	if err != nil || len(own) == 0 {
		return []LabourRow{}, err
	}
	from, to := own[0].StartMS, own[0].EndMS
	workers := map[db.ID]bool{}
	for _, r := range own {
		from, to, workers[r.WorkerID] = min(from, r.StartMS), max(to, r.EndMS), true
	}
	var ids []db.ID
	for id := range workers {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var w db.Where
	db.In(&w, "l.worker_id", ids)
	w.And("l.end_ms > ?", from)
	w.And("l.start_ms < ?", to)
	w.And("l.order_id <> ?", o.ID)
	others, err := db.All[LabourRow](ctx, q, labourSQL+w.String(), w.Args...)
	if err != nil {
		return nil, err
	}
	all := parallel(append(own, others...))
	return slices.DeleteFunc(all, func(r LabourRow) bool { return r.OrderID != o.ID }), nil
}

// WorkerLabour is the working time of one person on one day.
func (m *Module) WorkerLabour(ctx context.Context, q db.Querier, worker string, from, to int64) ([]LabourRow, error) {
	w, err := masterdata.WorkerByCode(ctx, q, worker)
	if err != nil {
		return nil, err
	}
	rows, err := db.All[LabourRow](ctx, q, labourSQL+` WHERE l.worker_id = $1 AND l.end_ms > $2 AND l.start_ms < $3 AND o.batch_id NOT IN (SELECT id FROM kit_batch)`, w.ID, from, to)
	return parallel(rows), err
}

// parallel shares each stretch of time in which one person worked alone on several operations evenly among them:
// what a person's operations get adds up to the time in which he worked. Shares of a team were settled by the report.
func parallel(rows []LabourRow) []LabourRow {
	slices.SortFunc(rows, func(a, b LabourRow) int { return cmp.Or(cmp.Compare(a.StartMS, b.StartMS), cmp.Compare(a.ID, b.ID)) })
	mine := map[db.ID][]int{}
	for i, r := range rows {
		if (r.Rule == "alone" || r.Rule == "setup") && r.WorkerID != 0 {
			mine[r.WorkerID] = append(mine[r.WorkerID], i)
		}
	}
	for _, list := range mine {
		var cuts []int64
		for _, i := range list {
			cuts = append(cuts, rows[i].StartMS, rows[i].EndMS)
		}
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
		got := make(map[int]int64, len(list))
		at := make(map[int]bool, len(list))
		for c := 1; c < len(cuts); c++ {
			var on []int
			for _, i := range list {
				if rows[i].StartMS <= cuts[c-1] && rows[i].EndMS >= cuts[c] {
					on = append(on, i)
				}
			}
			if len(on) == 0 {
				continue
			}
			weights := make([]int64, len(on))
			for k := range weights {
				weights[k] = 1
			}
			parts, err := num.Split(num.Dec(cuts[c]-cuts[c-1]), weights)
			if err != nil {
				continue
			}
			for k, i := range on {
				got[i] += int64(parts[k])
				at[i] = at[i] || len(on) > 1
			}
		}
		for _, i := range list {
			if rows[i].MS = got[i]; at[i] && rows[i].Rule == "alone" {
				rows[i].Rule = "parallel"
			}
		}
	}
	return rows
}
