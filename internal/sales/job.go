package sales

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/num"
)

// KindMakeWork is the job that makes the work orders of very many lines.
const KindMakeWork = "sales.make_work"

// KindReserve is the daily job that promises lots to the lines that have come near.
const KindReserve = "sales.reserve"

// chunk is how many lines are made in one transaction: few enough that nobody waits long for his turn.
const chunk = 100

// Background gives the room the runner of jobs, and says how its own is done.
func (m *Module) Background(r *job.Runner) {
	m.jobs = r
	r.Register(KindMakeWork, func(ctx context.Context, j *job.Job) (any, error) {
		var in MakeWork
		if err := j.Decode(&in); err != nil {
			return nil, err
		}
		return m.MakeAll(ctx, j.DB().Read(), in, j.Tx, func(done, total int64) error { return j.Progress(ctx, done, total, "") })
	})
	r.Register(KindReserve, func(ctx context.Context, j *job.Job) (any, error) {
		return m.ReserveDue(ctx, j.DB().Read(), j.Tx)
	})
	if err := r.Daily("reserve", "01:10", KindReserve, nil); err != nil {
		panic(err) // the time above is no time of day
	}
}

// Started names a job.
type Started struct {
	Job db.ID `json:"job"`
}

// StartWork asks for the work orders in the background. While one such job runs, asking again finds that one.
func (m *Module) StartWork(ctx context.Context, tx *db.Tx, in MakeWork) (Started, error) {
	id, err := m.jobs.Enqueue(ctx, tx, KindMakeWork, in, job.Opts{UniqueKey: "all"})
	return Started{id}, err
}

// AllMade sums up what a job made.
type AllMade struct {
	Lines   int            `json:"lines" doc:"Lines looked at"`
	Orders  int            `json:"orders" doc:"Work orders made"`
	Skipped map[string]int `json:"skipped" doc:"Lines without a new work order, by reason"`
	Short   []ShortItem    `json:"short"`
	Refused []RefusedPart  `json:"refused" doc:"Parts of which nothing could be made, and why"`
}

// RefusedPart is a set of lines of which nothing was made because one of them cannot be.
type RefusedPart struct {
	Lines  int    `json:"lines"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// MakeAll makes the work orders of any number of lines, part by part, each part wholly or not at all. Lines that go
// together are in one part. What an earlier run has made is covered, so that it can be run again at any time.
func (m *Module) MakeAll(ctx context.Context, q db.Querier, in MakeWork, do func(context.Context, func(*db.Tx) error) error, tell func(done, total int64) error) (AllMade, error) {
	out := AllMade{Skipped: map[string]int{}, Short: []ShortItem{}, Refused: []RefusedPart{}}
	lines, err := openLines(ctx, q, in)
	if err != nil {
		return out, err
	}
	// whatever the rules put together shares item and order, or item and due day: whole items make the parts, and an
	// item with very many lines is cut between days
	var parts [][]db.ID
	byItem := map[db.ID][]openLine{}
	var items []db.ID
	for _, l := range lines {
		if l.Open <= 0 {
			out.Skipped["covered"]++
			continue
		}
		if byItem[l.Item] == nil {
			items = append(items, l.Item)
		}
		byItem[l.Item] = append(byItem[l.Item], l)
	}
	rules, err := m.activeRules(ctx, q)
	if err != nil {
		return out, err
	}
	byOrder := slices.ContainsFunc(rules, func(r ruled) bool { return r.Grouping == "order" })
	var part []db.ID
	for _, item := range items {
		for i, l := range byItem[item] {
			if len(part) >= chunk && (i == 0 || !byOrder && byItem[item][i-1].Due != l.Due || len(part) >= 5*chunk) {
				parts, part = append(parts, part), nil
			}
			part = append(part, l.ID)
		}
	}
	if len(part) > 0 {
		parts = append(parts, part)
	}
	out.Lines = len(lines)
	total := int64(len(lines) - out.Skipped["covered"])
	short := map[string]int{}
	var done int64
	for _, ids := range parts {
		if err := tell(done, total); err != nil {
			return out, err
		}
		var made WorkMade
		err := do(ctx, func(tx *db.Tx) (err error) {
			made, err = m.MakeWork(ctx, tx, MakeWork{Lines: ids, DueTo: in.DueTo, Parts: in.Parts, Release: in.Release})
			return err
		})
		if f, refused := fault.As(err); refused && f.Kind != fault.KindBusy { // the others are made all the same
			out.Refused = append(out.Refused, RefusedPart{len(ids), f.Code, f.Detail})
			done += int64(len(ids))
			continue
		}
		if err != nil {
			return out, err
		}
		out.Orders += len(made.Orders)
		for _, s := range made.Skipped {
			out.Skipped[s.Reason]++
		}
		for _, s := range made.Short {
			i, ok := short[s.Item]
			if !ok {
				i, out.Short = len(out.Short), append(out.Short, s)
				out.Short[i].Qty = num.Dec(0)
				short[s.Item] = i
			}
			out.Short[i].Qty += s.Qty
		}
		done += int64(len(ids))
	}
	return out, tell(total, total)
}
