package production

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/quality"
)

// A patrol looks at an operation while it runs: after so many pieces, or so many hours after the last look. It holds
// nothing up while it waits. One that fails stops the operation until a second look passes, and holds the good pieces
// made since the look before, as far as nobody has used them: they are judged like those of the rule each.
const (
	inspectionPatrol = "patrol"
	docPatrol        = "wo_patrol"   // what asks for a patrol
	docSuspect       = "patrol_hold" // a judgement that failed one, asking for the pieces made meanwhile
	jobPatrol        = "production.patrol"
)

// What becomes due when, for each site.
const (
	SettingPatrolPieces = "production.patrol_pieces"
	SettingPatrolHours  = "production.patrol_hours"
	SettingPatrolSample = "production.patrol_sample"

	patrolPieces, patrolHours, patrolSample = "200", "2", "1"
)

// patrolRule is what a site has chosen; 0 = never by this.
type patrolRule struct {
	pieces, sample num.Dec
	hours          time.Duration
}

func patrolRuleOf(ctx context.Context, q db.Querier, site db.ID) (r patrolRule, err error) {
	s, err := masterdata.SiteByID(ctx, q, site)
	if err != nil {
		return r, err
	}
	pieces, errP := masterdata.IntSetting(ctx, q, SettingPatrolPieces+"."+s.Code, patrolPieces)
	hours, errH := masterdata.IntSetting(ctx, q, SettingPatrolHours+"."+s.Code, patrolHours)
	sample, errS := masterdata.IntSetting(ctx, q, SettingPatrolSample+"."+s.Code, patrolSample)
	return patrolRule{pieces: num.Int(pieces), sample: num.Int(max(sample, 1)), hours: time.Duration(hours) * time.Hour}, errors.Join(errP, errH, errS)
}

// patrolOp is an operation that somebody goes round to.
type patrolOp struct {
	ID     db.ID   `db:"id"`
	Order  db.ID   `db:"order_id"`
	Number string  `db:"number"`
	Op     int64   `db:"op"`
	Item   db.ID   `db:"item_id"`
	Site   db.ID   `db:"site_id"`
	Total  num.Dec `db:"total"`
}

func (s *opState) patrolled(total num.Dec) patrolOp {
	return patrolOp{s.ID, s.Order, s.Number, s.Op, s.Item, s.Site, total}
}

// patrolAfter asks for a patrol when a report has made enough pieces since the last one was asked for.
func (m *Module) patrolAfter(ctx context.Context, tx *db.Tx, s *opState, total num.Dec) (string, error) {
	if !s.Patrol || s.PatrolOpen != "" {
		return "", nil
	}
	r, err := patrolRuleOf(ctx, tx, s.Site)
	if err != nil || r.pieces == 0 || total-s.PatrolAt < r.pieces {
		return "", err
	}
	return m.askPatrol(ctx, tx, s.patrolled(total), r)
}

func (m *Module) askPatrol(ctx context.Context, tx *db.Tx, p patrolOp, r patrolRule) (string, error) {
	doc := inventory.Doc{Kind: docPatrol, ID: tx.ID(), Number: p.Number, Line: p.Op, Order: p.Order, Site: p.Site}
	number, err := m.Quality.Request(ctx, tx, quality.Req{Kind: inspectionPatrol, Doc: doc, Item: p.Item, Qty: r.sample, OrderID: p.Order, Op: p.Op})
	tx.Queue(`UPDATE wo_op SET patrol_at = $1, patrol_ms = $2, patrol_open = $3 WHERE id = $4`, p.Total, tx.NowMS(), number, p.ID)
	return number, err
}

// Patrol asks for a patrol at every operation that runs and that nobody has looked at for long enough, and says how
// many became due.
func (m *Module) Patrol(ctx context.Context, tx *db.Tx) (int, error) {
	sites, err := masterdata.Sites(ctx, tx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, s := range sites {
		r, err := patrolRuleOf(ctx, tx, s.ID)
		if err != nil || r.hours == 0 {
			if err != nil {
				return n, err
			}
			continue
		}
		due, err := db.All[patrolOp](ctx, tx, `SELECT p.id, p.order_id, o.number, p.op, o.item_id, o.site_id, p.good + p.scrap + p.rework AS total
			FROM wo_op p JOIN wo_order o ON o.id = p.order_id
			WHERE p.patrol AND p.running_ms > 0 AND p.done_ms = 0 AND p.patrol_open = '' AND p.patrol_bad = 0 AND o.site_id = $1 AND o.status = 'started' AND o.hold_ms = 0
			  AND p.started_ms <= $2 AND p.patrol_ms <= $2 AND p.setting_ms = 0 AND o.batch_id NOT IN (SELECT id FROM kit_batch) ORDER BY p.id LIMIT 200`, s.ID, tx.Now().Add(-r.hours).UnixMilli())
		if err != nil {
			return n, err
		}
		for _, p := range due {
			if _, err := m.askPatrol(ctx, tx, p, r); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

func (m *Module) patrolWork(r *job.Runner) {
	r.Register(jobPatrol, func(ctx context.Context, j *job.Job) (any, error) {
		n := 0
		err := j.Tx(ctx, func(tx *db.Tx) (err error) { n, err = m.Patrol(ctx, tx); return err })
		return map[string]int{"due": n}, err
	})
	r.Every("patrol", 10*time.Minute, jobPatrol, nil)
}

// patrolFailed refuses work on an operation whose patrol has failed, until a second look passes.
func (s *opState) patrolFailed() *fault.Error {
	if s.PatrolBad == 0 {
		return nil
	}
	return fault.Conflict("production.patrol_failed", "the patrol at operation %d %s of %s failed; nothing more is started or reported there until inspection %s passes", s.Op, s.Name, s.Number, s.PatrolOpen).
		With("op", s.Op).With("name", s.Name).With("order", s.Number).With("inspection", s.PatrolOpen)
}

// looked is a patrol of an operation.
type looked struct {
	Number string  `db:"number"`
	Passed num.Dec `db:"passed"`
	Failed num.Dec `db:"failed"`
	ID     db.ID   `db:"id"`
	Kind   string  `db:"doc_kind"`
	Doc    db.ID   `db:"doc_id"`
}

// patrolJudged hears what was found on the round.
func (m *Module) patrolJudged(ctx context.Context, tx *db.Tx, s *opState, j quality.Judged) error {
	all, err := db.All[looked](ctx, tx, `SELECT number, passed, failed, id, doc_kind, doc_id FROM v_inspection
		WHERE order_id = $1 AND order_id <> 0 AND op = $2 AND kind = 'patrol' AND status <> 'cancelled' ORDER BY requested_ms, id`, s.Order, s.Op)
	if err != nil {
		return err
	}
	at := 0
	for at < len(all) && all[at].Number != j.Number {
		at++
	}
	if at == len(all) {
		return fmt.Errorf("patrol %s of %s is not among its inspections", j.Number, s.Number)
	}
	this, before := all[at], all[:at]
	if j.Reverses != 0 {
		return m.patrolUndone(ctx, tx, s, j, this, before, all[at+1:])
	}
	f := s.flow()
	if j.Failed > 0 && this.Failed == j.Failed { // what failed first stops the operation; a further piece changes nothing
		if err := m.suspect(ctx, tx, s, j, before); err != nil {
			return err
		}
		if s.RunningMS > 0 {
			if err := m.endSetup(ctx, tx, s, tx.NowMS()); err != nil {
				return err
			}
			tx.Queue(`UPDATE wo_op SET running_ms = -1, setting_ms = 0 WHERE id = $1`, s.ID)
			if _, err := m.bookRunAs(ctx, tx, s, Run{Order: s.Number, Op: s.Op, Reason: pauseFor["quality"]}, "pause", EventPaused, "patrol "+j.ID.String()); err != nil {
				return err
			}
		}
	}
	goesOn := !s.PrevDone || f.wip() > 0 || s.Rework > 0 // somebody still works there
	switch {
	case this.Failed > 0 && goesOn && j.Open == 0:
		r, err := patrolRuleOf(ctx, tx, s.Site)
		if err != nil {
			return err
		}
		tx.Queue(`UPDATE wo_op SET patrol_bad = $1 WHERE id = $2`, tx.NowMS(), s.ID)
		_, err = m.askPatrol(ctx, tx, s.patrolled(f.total()), r)
		return err
	case this.Failed > 0 && goesOn:
		tx.Queue(`UPDATE wo_op SET patrol_bad = $1 WHERE id = $2`, tx.NowMS(), s.ID)
	case j.Open == 0:
		tx.Queue(`UPDATE wo_op SET patrol_bad = 0, patrol_open = '' WHERE id = $1 AND patrol_open = $2`, s.ID, j.Number)
	}
	return nil
}

// suspect asks for a judgement of the good pieces made since the look before, as far as they are still here: after one
// that passed they are unknown, after one that failed everything before was held by it.
func (m *Module) suspect(ctx context.Context, tx *db.Tx, s *opState, j quality.Judged, before []looked) error {
	since := db.ID(0) // numbers follow time, also within a millisecond
	if len(before) > 0 {
		since = before[len(before)-1].ID
	}
	made, err := db.One[num.Dec](ctx, tx, `SELECT CAST(coalesce(sum(good), 0) AS BIGINT) FROM wo_report WHERE order_id = $1 AND op_id = $2 AND id > $3`, s.Order, s.ID, since)
	if err != nil {
		return err
	}
	used := s.Received
	if s.ID != s.LastOp {
		if used, err = db.One[num.Dec](ctx, tx, `SELECT CAST(coalesce(sum(good + scrap + rework), 0) AS BIGINT) FROM wo_op WHERE order_id = $1 AND prev_id = $2 AND report`, s.Order, s.ID); err != nil {
			return err
		}
	}
	held := min(made, s.Good-s.Unjudged-used)
	if held <= 0 {
		return nil
	}
	doc := inventory.Doc{Kind: docSuspect, ID: j.ID, Number: s.Number, Line: s.Op, Order: s.Order, Site: s.Site}
	if _, err := m.Quality.Request(ctx, tx, quality.Req{Kind: gateEach, Doc: doc, Item: s.Item, Qty: held, OrderID: s.Order, Op: s.Op}); err != nil {
		return err
	}
	tx.Queue(`UPDATE wo_op SET unjudged = unjudged + $1 WHERE id = $2`, held, s.ID)
	return m.reopen(ctx, tx, s)
}

// patrolUndone takes back what a judgement has set going, while nobody has judged any of it.
func (m *Module) patrolUndone(ctx context.Context, tx *db.Tx, s *opState, j quality.Judged, this looked, before, later []looked) error {
	for _, l := range later {
		if l.Passed+l.Failed > 0 {
			return fault.Conflict("production.patrol_later", "inspection %s has looked at operation %d %s of %s since; undo its judgement first", l.Number, s.Op, s.Name, s.Number).
				With("inspection", l.Number).With("op", s.Op).With("name", s.Name).With("order", s.Number)
		}
		if err := m.Quality.Cancel(ctx, tx, l.Kind, l.Doc, j.Reason); err != nil {
			return err
		}
	}
	held, err := db.One[num.Dec](ctx, tx, `SELECT CAST(coalesce(sum(qty), 0) AS BIGINT) FROM v_inspection WHERE doc_id = $1 AND doc_kind = '`+docSuspect+`' AND status <> 'cancelled'`, j.Reverses)
	if err != nil {
		return err
	}
	if held > 0 {
		if err := m.Quality.Cancel(ctx, tx, docSuspect, j.Reverses, j.Reason); err != nil {
			return err
		}
		tx.Queue(`UPDATE wo_op SET unjudged = unjudged - $1 WHERE id = $2`, held, s.ID)
	}
	bad := this.Failed > 0 || len(before) > 0 && before[len(before)-1].Failed > 0
	since := int64(0)
	if bad {
		since = tx.NowMS()
	}
	tx.Queue(`UPDATE wo_op SET patrol_bad = $1, patrol_open = $2 WHERE id = $3`, since, j.Number, s.ID)
	if f := s.flow(); s.PrevDone && f.wip() <= 0 && s.Rework == 0 && s.Unjudged == held && held > 0 {
		_, err = m.finish(ctx, tx, s, s.Good)
	}
	return err
}

// verifyPatrols: the patrol that an operation waits for is open, and one that is stopped has one that failed.
func verifyPatrols(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		Order string `db:"number"`
		Op    int64  `db:"op"`
		Open  string `db:"patrol_open"`
	}
	return db.Each(ctx, q, `SELECT o.number, p.op, p.patrol_open FROM wo_op p JOIN wo_order o ON o.id = p.order_id
		WHERE o.status NOT IN ('closed', 'cancelled') AND (
		  p.patrol_open <> coalesce((SELECT max(x.number) FROM v_inspection x WHERE x.order_id = p.order_id AND x.order_id <> 0 AND x.op = p.op AND x.kind = 'patrol' AND x.status = 'open'), '')
		  OR p.patrol_bad > 0 AND NOT EXISTS (SELECT 1 FROM v_inspection x WHERE x.order_id = p.order_id AND x.order_id <> 0 AND x.op = p.op AND x.kind = 'patrol' AND x.status <> 'cancelled' AND x.failed > 0))
		ORDER BY o.number, p.op`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s operation %d: its patrol is said to be %q, its inspections say otherwise", b.Order, b.Op, b.Open))
		return nil
	})
}
