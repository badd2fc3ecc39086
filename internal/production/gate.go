package production

import (
	"context"
	"fmt"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/quality"
)

// Gates of an operation: pieces that wait for a judgement go nowhere, neither to the next operation nor into stock.
const (
	gateFirst = "first" // the first good report is judged before the next one is taken
	gateEach  = "each"  // every good report is judged
)

// gateOf is the rule of a report point over the operations that it counts for: the stricter one.
func gateOf(was, inspection string) string {
	switch {
	case inspection == gateEach || was == gateEach:
		return gateEach
	case inspection == gateFirst:
		return gateFirst
	}
	return was
}

// asks is whether a report of good pieces has to be judged.
func (s *opState) asks(good num.Dec) bool {
	return good > 0 && (s.Gate == gateEach || s.Gate == gateFirst && s.Passed == 0)
}

// judges is the gate by which the good pieces of a report have to be judged: the operation's own, or, where one of their
// readings holds the operation, one for them alone.
func (s *opState) judges(good num.Dec, readings []readingRow) string {
	if s.asks(good) {
		return s.Gate
	}
	if good > 0 && does(readings) == beyondOp {
		return gateEach
	}
	return ""
}

// firstWaits refuses work on an operation whose first pieces nobody has judged.
func (m *Module) firstWaits(ctx context.Context, q db.Querier, s *opState) error {
	if f := s.patrolFailed(); f != nil {
		return f
	}
	if s.Gate != gateFirst || s.Unjudged == 0 {
		return nil
	}
	number, _, err := db.Get[string](ctx, q, `SELECT number FROM v_inspection WHERE order_id = $1 AND order_id <> 0 AND op = $2 AND kind = 'first' AND status = 'open' ORDER BY number LIMIT 1`, s.Order, s.Op)
	if err != nil {
		return err
	}
	return fault.Conflict("production.first_waits", "the first pieces of operation %d %s of %s wait for inspection %s; nothing more is reported there until it is judged", s.Op, s.Name, s.Number, number).
		With("op", s.Op).With("name", s.Name).With("order", s.Number).With("inspection", number).With("qty", s.Unjudged)
}

// awaited is the inspection that an operation waits for.
type awaited struct {
	Number string `db:"number"`
	Bad    bool   `db:"bad"`
}

const awaitedInspection = `SELECT p.patrol_bad > 0 AS bad, CASE WHEN p.patrol_bad > 0 THEN p.patrol_open ELSE coalesce((SELECT min(x.number) FROM v_inspection x
	WHERE x.order_id = p.order_id AND x.order_id <> 0 AND x.op = p.op AND x.kind IN ('first', 'each') AND x.status = 'open'), '') END AS number FROM wo_op p WHERE p.id = $1`

// judged hears what quality says of pieces at an operation. What passed goes on; what failed leaves the good pieces by
// a report of its own, for rework or as scrap. The mirror of a judgement brings them back, while nobody has used them.
func (m *Module) judged(ctx context.Context, tx *db.Tx, j quality.Judged) error {
	switch {
	case j.Kind == inspectionPatrol, j.DocKind == docSuspect, (j.Kind == gateFirst || j.Kind == gateEach) && j.DocKind == "wo_report":
	default:
		return nil
	}
	type at struct {
		Number string `db:"number"`
		Op     int64  `db:"op"`
	}
	where, ok, err := db.Get[at](ctx, tx, `SELECT o.number, q.op FROM v_inspection q JOIN wo_order o ON o.id = q.order_id WHERE q.number = $1`, j.Number)
	if err != nil || !ok {
		return err
	}
	s, err := m.opState(ctx, tx, where.Number, where.Op, nil, "")
	if err != nil {
		return err
	}
	if s.Status == "closed" || s.Status == "cancelled" {
		return nil // its pieces go nowhere any more; the judgement stands for itself
	}
	if j.Kind == inspectionPatrol {
		return m.patrolJudged(ctx, tx, s, j)
	}
	before := s.flow()
	after := before
	row := reportRow{ID: tx.ID(), Key: fmt.Sprintf("judgement:%s", j.ID), Order: s.Order, Op: s.ID, Kind: "inspection", Good: -j.Failed, Before: before.total(), Note: j.Reason,
		WorkerName: actor.From(ctx).Name, Recorded: tx.NowMS(), Actor: actor.From(ctx).Name}
	if j.Reverses != 0 {
		if err := m.mayBringBack(ctx, tx, s, j); err != nil {
			return err
		}
	}
	if j.Failed != 0 {
		if err := m.sort(ctx, tx, s, &row, j); err != nil {
			return err
		}
		after = flow{in: before.in, good: before.good + row.Good, scrap: before.scrap + row.Scrap, rework: before.rework + row.Rework}
	}
	left := s.Unjudged - j.Passed - j.Failed
	n, err := tx.Exec(ctx, `UPDATE wo_op SET unjudged = $1, passed = passed + $2 WHERE id = $3 AND unjudged = $4 AND good = $5`, left, j.Passed, s.ID, s.Unjudged, after.good)
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrRetry
	}
	out := Reported{Good: after.good, Scrap: after.scrap, Rework: after.rework, OrderStatus: "started"}
	if j.Reverses != 0 {
		if err := m.reopen(ctx, tx, s); err != nil {
			return err
		}
	} else if s.PrevDone && after.wip() <= 0 && after.rework == 0 && left == 0 {
		out.OpDone = true
		completed, err := m.finish(ctx, tx, s, after.good)
		if err != nil {
			return err
		}
		if completed {
			out.OrderStatus = "completed"
		}
	}
	if j.Failed != 0 {
		tx.Emit(db.Event{Name: EventReported, Subject: "wo:" + s.Number, Site: s.Site, HappenedMS: row.Happened, Reason: j.Reason, Payload: reportedEvent(s, &row, nil, out)})
	}
	return nil
}

// sort books the failed pieces out of the good ones, or the mirror of that.
func (m *Module) sort(ctx context.Context, tx *db.Tx, s *opState, row *reportRow, j quality.Judged) error {
	if j.Reverses != 0 {
		type was struct {
			ID     db.ID   `db:"id"`
			Good   num.Dec `db:"good"`
			Scrap  num.Dec `db:"scrap"`
			Rework num.Dec `db:"rework"`
		}
		w, err := db.One[was](ctx, tx, `SELECT id, good, scrap, rework FROM wo_report WHERE key = $1`, fmt.Sprintf("judgement:%s", j.Reverses))
		if err != nil {
			return err
		}
		if w.Rework > s.Rework {
			return fault.Conflict("production.reworked_already", "pieces of this report were reworked since; undo that report first").With("order", s.Number)
		}
		row.Kind, row.Reverses, row.Good, row.Scrap, row.Rework = "reversal", w.ID, -w.Good, -w.Scrap, -w.Rework
	} else if j.Then == "scrap" {
		row.Scrap, row.ScrapReason = j.Failed, reasonInspection
	} else {
		row.Rework, row.ReworkReason = j.Failed, reasonInspection
	}
	if err := m.when(ctx, tx, s, row, 0, 0); err != nil {
		return err
	}
	row.Start = row.Happened // judging is nobody's working time at the operation
	return m.book(ctx, tx, s, row, flow{good: s.Good, scrap: s.Scrap, rework: s.Rework}, nil)
}

// reasonInspection is why pieces that failed their inspection are scrapped or reworked.
const reasonInspection = "inspection"

// mayBringBack keeps a judgement whose pieces the next operation or the stock has.
func (m *Module) mayBringBack(ctx context.Context, tx *db.Tx, s *opState, j quality.Judged) error {
	free := s.Good - s.Unjudged + j.Passed // j.Passed is below zero
	if s.ID == s.LastOp {
		if s.Received > free {
			return fault.Conflict("production.received_already", "%s of %s are in stock already; undo the receipt first", s.Received, s.Number).With("qty", s.Received).With("order", s.Number)
		}
		return nil
	}
	type next struct {
		Op    int64   `db:"op"`
		Name  string  `db:"name"`
		Total num.Dec `db:"total"`
	}
	n, ok, err := db.Get[next](ctx, tx, `SELECT op, name, good + scrap + rework AS total FROM wo_op WHERE order_id = $1 AND prev_id = $2 AND report ORDER BY op LIMIT 1`, s.Order, s.ID)
	if err == nil && ok && n.Total > free {
		err = fault.Conflict("production.used_by_next", "operation %d %s has already used these pieces: %s are reported there. Undo there first", n.Op, n.Name, n.Total).
			With("op", n.Op).With("name", n.Name).With("qty", n.Total).With("order", s.Number)
	}
	return err
}

// verifyGates: what waits for a judgement and what passed is what the inspections of the operation say.
func verifyGates(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		Order    string  `db:"number"`
		Op       int64   `db:"op"`
		Unjudged num.Dec `db:"unjudged"`
		Open     num.Dec `db:"open"`
	}
	return db.Each(ctx, q, `
		SELECT o.number, p.op, p.unjudged, CAST(coalesce(x.open, 0) AS BIGINT) AS open
		FROM wo_op p JOIN wo_order o ON o.id = p.order_id
		LEFT JOIN (SELECT order_id, op, sum(qty - passed - failed) AS open, sum(passed) AS passed FROM v_inspection WHERE kind IN ('first', 'each') AND status <> 'cancelled' AND order_id <> 0 GROUP BY order_id, op) x
		  ON x.order_id = p.order_id AND x.op = p.op
		WHERE (p.unjudged <> coalesce(x.open, 0) OR p.passed <> coalesce(x.passed, 0) OR p.unjudged > p.good) AND o.status NOT IN ('closed', 'cancelled') ORDER BY o.number, p.op`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s operation %d: %s pieces wait for a judgement, its inspections say %s", b.Order, b.Op, b.Unjudged, b.Open))
		return nil
	})
}
