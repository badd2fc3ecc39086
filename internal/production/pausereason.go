package production

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// PauseReason says why an operation stands still.
type PauseReason struct {
	Code   string `json:"code" db:"code" minLength:"1" maxLength:"32" pattern:"^[a-z][a-z0-9_]*$" patternDescription:"code"`
	NameZh string `json:"name_zh" db:"name_zh" minLength:"1" maxLength:"60"`
	NameEn string `json:"name_en" db:"name_en" minLength:"1" maxLength:"60"`
	Active bool   `json:"active" db:"active" doc:"Offered on the floor"`
	Rank   int64  `json:"rank" db:"rank" minimum:"0" maximum:"9999" doc:"Small numbers first"`
}

// PauseReasonEvent is the payload of a changed reason.
type PauseReasonEvent struct {
	Before *PauseReason `json:"before,omitempty"`
	After  PauseReason  `json:"after"`
}

// PauseReasons lists them all, in the order in which the floor shows them.
func (m *Module) PauseReasons(ctx context.Context, q db.Querier) ([]PauseReason, error) {
	return db.All[PauseReason](ctx, q, `SELECT code, name_zh, name_en, active, rank FROM wo_pause_reason ORDER BY rank, code`)
}

// SavePauseReason adds a reason or changes it; one that was used is switched off, not removed.
func (m *Module) SavePauseReason(ctx context.Context, tx *db.Tx, in PauseReason) (PauseReason, error) {
	in.NameZh, in.NameEn = strings.TrimSpace(in.NameZh), strings.TrimSpace(in.NameEn)
	if in.NameZh == "" || in.NameEn == "" {
		return in, fault.Invalid("production.pause_names", "a reason needs its name in both languages").With("code", in.Code)
	}
	was, known, err := db.Get[PauseReason](ctx, tx, `SELECT code, name_zh, name_en, active, rank FROM wo_pause_reason WHERE code = $1`, in.Code)
	if err != nil || known && was == in {
		return in, err
	}
	tx.Queue(`INSERT INTO wo_pause_reason (code, name_zh, name_en, active, rank) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (code) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en, active = excluded.active, rank = excluded.rank`, in.Code, in.NameZh, in.NameEn, in.Active, in.Rank)
	e := PauseReasonEvent{After: in}
	if known {
		e.Before = &was
	}
	tx.Emit(db.Event{Name: EventPauseReason, Subject: "pause:" + in.Code, Payload: e})
	return in, nil
}

// Stoppage is a time in which somebody had begun an operation and nobody went on.
type Stoppage struct {
	Order      string `json:"order"`
	Op         int64  `json:"op"`
	OpName     string `json:"op_name"`
	WorkCenter string `json:"work_center"`
	Reason     string `json:"reason" doc:"Code of the list, else what was typed; empty = nobody said why"`
	Worker     string `json:"worker"`
	FromMS     int64  `json:"from_ms"`
	ToMS       int64  `json:"to_ms" doc:"0 = it still stands"`
	MS         int64  `json:"ms"`
}

// StoppedBy is the time lost by one reason.
type StoppedBy struct {
	Reason string `json:"reason"`
	MS     int64  `json:"ms"`
	Count  int64  `json:"count"`
	Now    int64  `json:"now" doc:"How many of them stand still at this moment"`
}

// Stoppages is the time lost in a span, by reason.
type Stoppages struct {
	FromMS  int64       `json:"from_ms"`
	ToMS    int64       `json:"to_ms"`
	Reasons []StoppedBy `json:"reasons" doc:"Most time first"`
	Items   []Stoppage  `json:"items" doc:"Newest first, at most 200"`
}

type runFact struct {
	Op     db.ID  `db:"op_id"`
	Kind   string `db:"kind"`
	Reason string `db:"reason"`
	Worker string `db:"worker"`
	At     int64  `db:"happened_ms"`
	Done   int64  `db:"done_ms"`
	Order  string `db:"order_number"`
	No     int64  `db:"op"`
	Name   string `db:"op_name"`
	Center string `db:"work_center"`
}

// stoppages folds the runs of operations, ordered by operation and time, into the times between a pause and what
// ended it: the next start, the end of the operation, or nothing yet. Only what lies between from and to counts.
func stoppages(runs []runFact, from, to int64) []Stoppage {
	var out []Stoppage
	for i, r := range runs {
		if r.Kind != "pause" {
			continue
		}
		end := int64(0)
		for _, n := range runs[i+1:] {
			if n.Op != r.Op {
				break
			}
			if n.Kind == "start" {
				end = n.At
				break
			}
		}
		if end == 0 {
			end = r.Done
		}
		s := Stoppage{Order: r.Order, Op: r.No, OpName: r.Name, WorkCenter: r.Center, Reason: r.Reason, Worker: r.Worker, FromMS: r.At, ToMS: end}
		upto := to
		if end != 0 {
			upto = min(end, to)
		}
		if s.MS = upto - max(r.At, from); s.MS <= 0 && (end != 0 || r.At > to) {
			continue
		}
		s.MS = max(s.MS, 0)
		out = append(out, s)
	}
	return out
}

func byReason(list []Stoppage) []StoppedBy {
	sums := map[string]*StoppedBy{}
	for _, s := range list {
		r := sums[s.Reason]
		if r == nil {
			r = &StoppedBy{Reason: s.Reason}
			sums[s.Reason] = r
		}
		r.MS, r.Count = r.MS+s.MS, r.Count+1
		if s.ToMS == 0 {
			r.Now++
		}
	}
	out := []StoppedBy{}
	for _, r := range sums {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b StoppedBy) int {
		return cmp.Or(cmp.Compare(b.MS, a.MS), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}

// stoppedSince looks so far back for pauses that have not ended when a span begins.
const stoppedSince = 7 * 24 * time.Hour

// Stopped adds up the time lost between two instants, by reason.
func (m *Module) Stopped(ctx context.Context, q db.Querier, from, to int64, centers ...db.ID) (Stoppages, error) {
	out := Stoppages{FromMS: from, ToMS: to}
	var err error
	if out.Items, err = m.stopped(ctx, q, from, to, centers...); err != nil {
		return out, err
	}
	out.Reasons = byReason(out.Items)
	slices.SortStableFunc(out.Items, func(a, b Stoppage) int { return cmp.Compare(b.FromMS, a.FromMS) })
	if out.Items = out.Items[:min(len(out.Items), 200)]; out.Items == nil {
		out.Items = []Stoppage{}
	}
	return out, nil
}

func (m *Module) stopped(ctx context.Context, q db.Querier, from, to int64, centers ...db.ID) ([]Stoppage, error) {
	var w db.Where
	w.And("n.recorded_ms >= ?", from-stoppedSince.Milliseconds())
	w.And("n.recorded_ms <= ?", to)
	w.And("n.kind IN ('start', 'pause')")
	identity.Scope("o.site_id", "")(ctx, &w)
	db.In(&w, "p.work_center_id", centers)
	runs, err := db.All[runFact](ctx, q, `
		SELECT n.op_id, n.kind, n.reason, coalesce(k.name, n.actor) AS worker, n.happened_ms, CASE WHEN p.done_ms > 0 THEN p.done_ms ELSE o.closed_ms + o.cancelled_ms END AS done_ms, o.number AS order_number, p.op, p.name AS op_name, coalesce(c.code, '') AS work_center
		FROM wo_run n JOIN wo_op p ON p.id = n.op_id JOIN wo_order o ON o.id = n.order_id LEFT JOIN v_worker k ON k.id = n.worker_id LEFT JOIN v_work_center c ON c.id = p.work_center_id`+
		w.String()+` ORDER BY n.op_id, n.recorded_ms, n.id`, w.Args...)
	return stoppages(runs, from, to), err
}
