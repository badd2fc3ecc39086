package production

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// CrewMember is somebody who works at an operation now.
type CrewMember struct {
	Code    string `json:"code" db:"code" doc:"Worker code, empty for somebody from the office"`
	Name    string `json:"name" db:"name"`
	SinceMS int64  `json:"since_ms" db:"since_ms"`
	Op      db.ID  `json:"-" db:"op_id"`
	Worker  db.ID  `json:"-" db:"worker_id"`
}

// Crewed is the payload of somebody joining or leaving.
type Crewed struct {
	ID     db.ID  `json:"id"`
	Order  string `json:"order"`
	Op     int64  `json:"op"`
	OpName string `json:"op_name"`
	Kind   string `json:"kind" enum:"join,leave"`
	Worker string `json:"worker"`
	AtMS   int64  `json:"at_ms"`
}

// crewOf finds who works at operations. Whoever began or joined since the operation runs, and has not left, is
// there; a pause sends everybody away.
func crewOf(ctx context.Context, q db.Querier, ops []db.ID) ([]CrewMember, error) {
	if len(ops) == 0 {
		return nil, nil
	}
	var w db.Where
	db.In(&w, "p.id", ops)
	w.And("p.running_ms > 0")
	return db.All[CrewMember](ctx, q, `
		SELECT coalesce(k.code, '') AS code, coalesce(k.name, x.actor) AS name, x.first_ms AS since_ms, x.op_id, x.worker_id
		FROM (SELECT n.op_id, n.worker_id, n.kind, n.actor, n.happened_ms AS first_ms,
		             row_number() OVER (PARTITION BY n.op_id, n.worker_id ORDER BY n.recorded_ms DESC, n.id DESC) AS rn
		      FROM wo_op p JOIN wo_run n ON n.op_id = p.id AND n.recorded_ms >= p.running_ms`+w.String()+`) x
		LEFT JOIN v_worker k ON k.id = x.worker_id
		WHERE x.rn = 1 AND x.kind IN ('start', 'join') ORDER BY x.first_ms, code`, w.Args...)
}

// Join clocks somebody on at an operation that runs: several people work at one piece of work.
func (m *Module) Join(ctx context.Context, tx *db.Tx, in Run) (Crewed, error) {
	return m.crewFact(ctx, tx, in, "join")
}

// Leave clocks somebody off; the last one pauses the operation instead, and says why.
func (m *Module) Leave(ctx context.Context, tx *db.Tx, in Run) (Crewed, error) {
	return m.crewFact(ctx, tx, in, "leave")
}

func (m *Module) crewFact(ctx context.Context, tx *db.Tx, in Run, kind string) (Crewed, error) {
	s, err := m.runState(ctx, tx, in)
	if err != nil {
		return Crewed{}, err
	}
	if s.RunningMS <= 0 {
		return Crewed{}, fault.Conflict("production.runs_not", "operation %d %s of %s is not running", s.Op, s.Name, s.Number).
			With("op", s.Op).With("name", s.Name).With("order", s.Number)
	}
	if s.WorkerID == 0 {
		return Crewed{}, fault.Conflict("production.no_worker", "no worker stands behind this log-in; scan a badge")
	}
	on, err := crewOf(ctx, tx, []db.ID{s.ID})
	if err != nil {
		return Crewed{}, err
	}
	here := false
	for _, c := range on {
		here = here || c.Worker == s.WorkerID
	}
	switch {
	case kind == "join" && here:
		return Crewed{}, fault.Conflict("production.joined_already", "%s works at this operation already", s.WorkerName).With("worker", s.WorkerName)
	case kind == "leave" && !here:
		return Crewed{}, fault.Conflict("production.not_joined", "%s does not work at this operation", s.WorkerName).With("worker", s.WorkerName)
	case kind == "leave" && len(on) == 1:
		return Crewed{}, fault.Conflict("production.last_here", "%s is the last one here; pause the operation instead", s.WorkerName).With("worker", s.WorkerName)
	}
	event := map[string]string{"join": EventJoined, "leave": EventLeft}[kind]
	id, err := m.runRow(ctx, tx, s, in, kind, tx.Key())
	if err != nil {
		return Crewed{}, err
	}
	out := Crewed{ID: id, Order: s.Number, Op: s.Op, OpName: s.Name, Kind: kind, Worker: s.WorkerName, AtMS: tx.NowMS()}
	tx.Emit(db.Event{Name: event, Subject: "wo:" + s.Number, Site: s.Site, Payload: out})
	return out, nil
}
