package production

import (
	"context"
	"fmt"
	"strconv"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// One operation may be held alone, while the other operations of its order and other orders go on: a reading that is
// beyond its limits does it where the parameter says so. Nothing is started or reported there until somebody who may
// hold orders sets it free; the good pieces of the report wait for a judgement.

// FreeOp sets a held operation free.
type FreeOp struct {
	Order  string `json:"order" minLength:"1" maxLength:"64"`
	Op     int64  `json:"op" minimum:"1"`
	Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why the work may go on"`
}

// OpHeld is an operation that was put on hold or set free.
type OpHeld struct {
	Order      string `json:"order"`
	Op         int64  `json:"op"`
	OpName     string `json:"op_name"`
	Held       bool   `json:"held"`
	Reason     string `json:"reason"`
	Report     db.ID  `json:"report,omitempty" doc:"The report whose reading caused it"`
	Inspection string `json:"inspection,omitempty" doc:"In which the good pieces of that report are judged"`
	Paused     bool   `json:"paused,omitempty" doc:"It ran, and was paused by it"`
}

// opHeldKey is the cause of a notice that goes when the operation is set free.
func opHeldKey(order string, op int64) string {
	return "held:" + order + "/" + strconv.FormatInt(op, 10)
}

// opHeld refuses work on an operation that is held alone.
func (s *opState) opHeld() *fault.Error {
	if s.OpHold == 0 {
		return nil
	}
	return fault.Conflict("production.op_on_hold", "operation %d %s of %s is on hold: %s. Nothing is started or reported there until it is set free", s.Op, s.Name, s.Number, s.OpHoldWhy).
		With("op", s.Op).With("name", s.Name).With("order", s.Number).With("reason", s.OpHoldWhy)
}

// holdOp holds an operation: what runs there pauses.
func (m *Module) holdOp(ctx context.Context, tx *db.Tx, s *opState, reason string, report db.ID, inspection string) error {
	out := OpHeld{Order: s.Number, Op: s.Op, OpName: s.Name, Held: true, Reason: reason, Report: report, Inspection: inspection}
	run, running, err := db.Get[opRun](ctx, tx, `SELECT id, op, setting_ms FROM wo_op WHERE id = $1 AND running_ms > 0`, s.ID)
	if err != nil {
		return err
	}
	if running {
		out.Paused = true
		if err := m.pauseOp(ctx, tx, s.Order, run, reason); err != nil {
			return err
		}
	}
	n, err := tx.Exec(ctx, `UPDATE wo_op SET held_ms = $1, held_reason = $2, held_by = $3, held_report = $4 WHERE id = $5 AND held_ms = 0`, tx.NowMS(), reason, actor.From(ctx).Name, report, s.ID)
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrRetry
	}
	m.tellOpHold(ctx, tx, s.Order, s.ID, s.Site, out, "hold", EventOpHeld)
	return nil
}

func (m *Module) tellOpHold(ctx context.Context, tx *db.Tx, order, op, site db.ID, out OpHeld, kind, event string) {
	tx.Queue(`INSERT INTO wo_hold (id, order_id, op_id, kind, reason, recorded_ms, actor) VALUES ($1, $2, $3, $4, $5, $6, $7)`, tx.ID(), order, op, kind, out.Reason, tx.NowMS(), actor.From(ctx).Name)
	tx.Emit(db.Event{Name: event, Subject: "wo:" + out.Order, Site: site, Reason: out.Reason, Payload: out})
}

// FreeOp lets work at a held operation go on; who worked there starts it again.
func (m *Module) FreeOp(ctx context.Context, tx *db.Tx, in FreeOp) (OpHeld, error) {
	s, err := m.opState(ctx, tx, in.Order, in.Op, nil, "")
	if err != nil {
		return OpHeld{}, err
	}
	if s.OpHold == 0 {
		return OpHeld{}, fault.Conflict("production.op_not_on_hold", "operation %d %s of %s is not on hold", s.Op, s.Name, s.Number).With("op", s.Op).With("name", s.Name).With("order", s.Number)
	}
	return m.freeOp(ctx, tx, s, in.Reason)
}

func (m *Module) freeOp(ctx context.Context, tx *db.Tx, s *opState, reason string) (OpHeld, error) {
	out := OpHeld{Order: s.Number, Op: s.Op, OpName: s.Name, Reason: reason, Report: s.OpHoldFor}
	n, err := tx.Exec(ctx, `UPDATE wo_op SET held_ms = 0, held_reason = '', held_by = '', held_report = 0 WHERE id = $1 AND held_ms = $2`, s.ID, s.OpHold)
	if err != nil {
		return out, err
	}
	if n == 0 {
		return out, db.ErrRetry
	}
	m.tellOpHold(ctx, tx, s.Order, s.ID, s.Site, out, "unhold", EventOpUnheld)
	return out, notice.Gone(ctx, tx, NoticeBeyond, opHeldKey(s.Number, s.Op))
}

// freeAll ends the holds of an order that is over, and what was to be done for them.
func (m *Module) freeAll(ctx context.Context, tx *db.Tx, o orderHead, reason string) error {
	type held struct {
		ID   db.ID  `db:"id"`
		Op   int64  `db:"op"`
		Name string `db:"name"`
	}
	ops, err := db.All[held](ctx, tx, `SELECT id, op, name FROM wo_op WHERE order_id = $1 AND held_ms > 0 ORDER BY op`, o.ID)
	if err != nil {
		return err
	}
	var keys []string
	if o.Hold > 0 {
		keys = append(keys, heldKey(o.Number))
	}
	for _, p := range ops {
		keys = append(keys, opHeldKey(o.Number, p.Op))
		m.tellOpHold(ctx, tx, o.ID, p.ID, o.Site, OpHeld{Order: o.Number, Op: p.Op, OpName: p.Name, Reason: reason}, "unhold", EventOpUnheld)
	}
	if len(ops) > 0 {
		tx.Queue(`UPDATE wo_op SET held_ms = 0, held_reason = '', held_by = '', held_report = 0 WHERE order_id = $1 AND held_ms > 0`, o.ID)
	}
	if len(keys) == 0 {
		return nil
	}
	return notice.Gone(ctx, tx, NoticeBeyond, keys...)
}

// HeldOpRow is a held operation in the list of those that wait for somebody to decide.
type HeldOpRow struct {
	ID         db.ID   `json:"id" sql:"p.id" doc:"Row"`
	Order      string  `json:"order" sql:"o.number" doc:"Work order"`
	Item       string  `json:"item" sql:"i.code" doc:"Item"`
	ItemName   string  `json:"item_name" sql:"i.name" doc:"Name"`
	UoM        string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Op         int64   `json:"op" sql:"p.op" doc:"Operation no."`
	Name       string  `json:"name" sql:"p.name" doc:"Operation"`
	WorkCenter string  `json:"work_center" sql:"coalesce(c.code, '')" doc:"Work center"`
	Reason     string  `json:"reason" sql:"p.held_reason" doc:"Why it is held"`
	By         string  `json:"by" sql:"p.held_by" doc:"Recorded by"`
	SinceMS    int64   `json:"since_ms" sql:"p.held_ms" doc:"Held since"`
	Waiting    num.Dec `json:"waiting" sql:"p.unjudged" doc:"Pieces that wait for a judgement"`
	Inspection string  `json:"inspection" sql:"coalesce((SELECT min(x.number) FROM v_inspection x WHERE x.doc_id = p.held_report AND x.doc_kind = 'wo_report' AND x.kind IN ('first', 'each') AND x.status = 'open' AND p.held_report <> 0), '')" doc:"Inspection of these pieces"`
	Due        string  `json:"due" sql:"o.due" doc:"Due"`
}

var heldOpTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Row"}, "order": {Zh: "工单号", En: "Work order"}, "item": {Zh: "物料", En: "Item"}, "item_name": {Zh: "名称", En: "Name"}, "uom": {Zh: "单位", En: "Unit"}, "op": {Zh: "工序号", En: "Operation no."}, "name": {Zh: "工序", En: "Operation"},
	"work_center": {Zh: "工作中心", En: "Work center"}, "reason": {Zh: "暂挂原因", En: "Why it is held"}, "by": {Zh: "记录人", En: "Recorded by"}, "since_ms": {Zh: "暂挂时间", En: "Held since"}, "waiting": {Zh: "待判定件数", En: "Pieces that wait for a judgement"},
	"inspection": {Zh: "检验单", En: "Inspection of these pieces"}, "due": {Zh: "交期", En: "Due"},
}

func (m *Module) opHoldRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/production/held-operations", ID: "listHeldOperations", Summary: "Operations that are held alone until somebody decides", Perm: "production.read"},
		web.ListSpec[HeldOpRow]{From: `wo_op p JOIN wo_order o ON o.id = p.order_id JOIN v_item i ON i.id = o.item_id LEFT JOIN v_work_center c ON c.id = p.work_center_id`, Key: "p.id", Sort: "since_ms",
			Search: []string{"o.number", "i.code", "i.name", "p.name"}, Scope: heldOps, Titles: heldOpTitles})
	web.Command(a, web.Op{Path: "/production/operations/unhold", ID: "unholdOperation", Summary: "Set a held operation free", Perm: "production.hold"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body FreeOp }) (OpHeld, error) {
			return m.FreeOp(ctx, tx, in.Body)
		})
}

func heldOps(ctx context.Context, w *db.Where) {
	published("o.site_id")(ctx, w)
	w.And("p.held_ms > 0")
}

// verifyOpHolds: what an operation says of its hold is what the last fact of it says.
func verifyOpHolds(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		Order string `db:"number"`
		Op    int64  `db:"op"`
	}
	return db.Each(ctx, q, `SELECT o.number, p.op FROM wo_op p JOIN wo_order o ON o.id = p.order_id
		WHERE (p.held_ms > 0 AND (o.status IN ('closed', 'cancelled') OR coalesce((SELECT h.kind FROM wo_hold h WHERE h.op_id = p.id AND h.order_id = p.order_id ORDER BY h.id DESC LIMIT 1), '') <> 'hold'))
		   OR (p.held_ms = 0 AND coalesce((SELECT h.kind FROM wo_hold h WHERE h.op_id = p.id AND h.order_id = p.order_id ORDER BY h.id DESC LIMIT 1), '') = 'hold') ORDER BY o.number, p.op`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s operation %d: whether it is held is not what its facts say", b.Order, b.Op))
		return nil
	})
}
