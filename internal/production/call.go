package production

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// Call asks for help at an operation.
type Call struct {
	Order string  `json:"order" minLength:"1" maxLength:"64" doc:"Work order number"`
	Op    int64   `json:"op" minimum:"1"`
	Kind  string  `json:"kind" enum:"material,machine,quality,tool,other"`
	Item  string  `json:"item,omitempty" maxLength:"64" doc:"The part that is short: one of the order's bill"`
	Qty   num.Dec `json:"qty,omitempty" doc:"How much of it"`
	Text  string  `json:"text,omitempty" maxLength:"500"`
	Block bool    `json:"block,omitempty" doc:"Nothing is started or reported at this operation until the call is resolved; what runs is paused"`
}

// CallAnswer says something about a call.
type CallAnswer struct {
	Call db.ID  `json:"call" doc:"The call"`
	Note string `json:"note,omitempty" maxLength:"500" doc:"What was done"`
}

// CallRow is a call with its states and times.
type CallRow struct {
	ID          db.ID   `json:"id" sql:"k.id" db:"id" doc:"Call"`
	Order       string  `json:"order" sql:"o.number" db:"order_number" doc:"Work order"`
	Op          int64   `json:"op" sql:"p.op" db:"op" doc:"Operation no."`
	OpName      string  `json:"op_name" sql:"p.name" db:"op_name" doc:"Operation"`
	WorkCenter  string  `json:"work_center" sql:"coalesce(c.code, '')" db:"work_center" doc:"Work center"`
	CenterName  string  `json:"work_center_name" sql:"coalesce(c.name, '')" db:"work_center_name" doc:"Work center name"`
	Product     string  `json:"product" sql:"f.name" db:"product" doc:"Product"`
	Kind        string  `json:"kind" sql:"k.kind" db:"kind" doc:"Kind" enum:"material,machine,quality,tool,other"`
	Part        string  `json:"part" sql:"coalesce(i.code, '')" db:"part" doc:"Part that is short"`
	PartName    string  `json:"part_name" sql:"coalesce(i.name, '')" db:"part_name" doc:"Name of the part"`
	Qty         num.Dec `json:"qty" sql:"k.qty" db:"qty" doc:"Quantity"`
	UoM         string  `json:"uom" sql:"coalesce(i.uom, '')" db:"uom" doc:"Unit"`
	Text        string  `json:"text" sql:"k.text" db:"text" doc:"Words"`
	Blocks      bool    `json:"blocks" sql:"k.blocks" db:"blocks" doc:"Stops the operation"`
	State       string  `json:"state" sql:"k.state" db:"state" doc:"State" enum:"called,escalated,taken,resolved"`
	Role        string  `json:"role" sql:"k.role" db:"role" doc:"Who is asked"`
	Caller      string  `json:"caller" sql:"k.actor" db:"caller" doc:"Called by"`
	CalledMS    int64   `json:"called_ms" sql:"k.called_ms" db:"called_ms" doc:"Called"`
	EscalatedMS int64   `json:"escalated_ms" sql:"k.escalated_ms" db:"escalated_ms" doc:"Passed on"`
	TakenMS     int64   `json:"taken_ms" sql:"k.taken_ms" db:"taken_ms" doc:"On the way since"`
	TakenBy     string  `json:"taken_by" sql:"k.taken_by" db:"taken_by" doc:"Who came"`
	ResolvedMS  int64   `json:"resolved_ms" sql:"k.resolved_ms" db:"resolved_ms" doc:"Resolved"`
	ResolvedBy  string  `json:"resolved_by" sql:"k.resolved_by" db:"resolved_by" doc:"Resolved by"`
	Note        string  `json:"note" sql:"k.note" db:"note" doc:"What was done"`
}

var callTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Call"}, "order": {Zh: "工单号", En: "Work order"}, "op": {Zh: "工序号", En: "Operation no."}, "op_name": {Zh: "工序", En: "Operation"}, "work_center": {Zh: "工作中心", En: "Work center"},
	"work_center_name": {Zh: "工作中心名称", En: "Work center name"}, "product": {Zh: "产品", En: "Product"}, "kind": {Zh: "类型", En: "Kind"}, "part": {Zh: "缺料物料", En: "Part that is short"},
	"part_name": {Zh: "物料名称", En: "Name of the part"}, "qty": {Zh: "数量", En: "Quantity"}, "uom": {Zh: "单位", En: "Unit"}, "text": {Zh: "说明", En: "Words"}, "blocks": {Zh: "停工待处理", En: "Stops the operation"},
	"state": {Zh: "状态", En: "State"}, "role": {Zh: "责任角色", En: "Who is asked"}, "caller": {Zh: "呼叫人", En: "Called by"}, "called_ms": {Zh: "呼叫时间", En: "Called"}, "escalated_ms": {Zh: "升级时间", En: "Passed on"},
	"taken_ms": {Zh: "响应时间", En: "On the way since"}, "taken_by": {Zh: "响应人", En: "Who came"}, "resolved_ms": {Zh: "解决时间", En: "Resolved"}, "resolved_by": {Zh: "解决人", En: "Resolved by"}, "note": {Zh: "处理结果", En: "What was done"},
}

const callFrom = `wo_call k JOIN wo_order o ON o.id = k.order_id JOIN wo_op p ON p.id = k.op_id JOIN v_item f ON f.id = o.item_id LEFT JOIN v_item i ON i.id = k.item_id LEFT JOIN v_work_center c ON c.id = k.work_center_id`

const callColumns = `SELECT k.id, o.number AS order_number, p.op, p.name AS op_name, coalesce(c.code, '') AS work_center, coalesce(c.name, '') AS work_center_name, f.name AS product, k.kind,
	coalesce(i.code, '') AS part, coalesce(i.name, '') AS part_name, k.qty, coalesce(i.uom, '') AS uom, k.text, k.blocks, k.state, k.role, k.actor AS caller,
	k.called_ms, k.escalated_ms, k.taken_ms, k.taken_by, k.resolved_ms, k.resolved_by, k.note FROM ` + callFrom

var callList = web.ListSpec[CallRow]{From: callFrom, Key: "k.id", Sort: "-called_ms", Search: []string{"o.number", "i.code", "i.name", "k.text", "k.actor"}, Scope: identity.Scope("k.site_id", ""), Titles: callTitles, File: "calls"}

// CallEvent is the whole fact of what happened to a call.
type CallEvent struct {
	CallRow
	OrderID db.ID  `json:"order_id"`
	ItemID  db.ID  `json:"item_id,omitempty"`
	Level   int64  `json:"level"`
	From    string `json:"from,omitempty" doc:"Who was asked before"`
}

// chain says who is asked about what, first to last: who does not answer in time is followed by the next.
var chain = map[string][]string{
	"material": {identity.Warehouse, identity.ShiftLeader, identity.Boss},
	"machine":  {identity.Maintenance, identity.ShiftLeader, identity.Boss},
	"tool":     {identity.Maintenance, identity.ShiftLeader, identity.Boss},
	"quality":  {identity.Quality, identity.ShiftLeader, identity.Boss},
	"other":    {identity.ShiftLeader, identity.Planner, identity.Boss},
}

// pauseFor is the reason under which a call that stops an operation pauses it.
var pauseFor = map[string]string{"material": "material", "machine": "machine", "tool": "tool", "quality": "quality", "other": "other"}

// Help records that somebody calls for help, and asks whoever is responsible for that kind of trouble.
func (m *Module) Help(ctx context.Context, tx *db.Tx, in Call) (CallRow, error) {
	roles := chain[in.Kind]
	if roles == nil {
		return CallRow{}, fault.Invalid("production.call_kind", "there is no kind of call %q", in.Kind).With("kind", in.Kind)
	}
	s, err := m.opState(ctx, tx, in.Order, in.Op, nil, "")
	if err != nil {
		return CallRow{}, err
	}
	switch s.Status {
	case "planned", "cancelled", "closed":
		return CallRow{}, s.open()
	}
	if in.Qty < 0 || in.Qty > num.Max {
		return CallRow{}, fault.Invalid("production.qty_negative", "quantities cannot be below zero")
	}
	if in.Kind == "material" && in.Item == "" {
		return CallRow{}, fault.Invalid("production.call_part", "say which part is missing").With("order", s.Number)
	}
	if in.Kind == "other" && in.Text == "" {
		return CallRow{}, fault.Invalid("production.call_text", "say in a few words what the matter is")
	}
	var item db.ID
	if in.Item != "" {
		var ok bool
		item, ok, err = db.Get[db.ID](ctx, tx, `SELECT c.item_id FROM wo_component c JOIN v_item i ON i.id = c.item_id WHERE c.order_id = $1 AND i.code = $2`, s.Order, in.Item)
		if err != nil {
			return CallRow{}, err
		}
		if !ok {
			return CallRow{}, fault.Invalid("production.call_not_part", "%s is no part of %s", in.Item, s.Number).With("item", in.Item).With("order", s.Number)
		}
	}
	// the same trouble called twice is one call
	if twice, ok, err := db.Get[db.ID](ctx, tx, `SELECT id FROM wo_call WHERE order_id = $1 AND op_id = $2 AND kind = $3 AND item_id = $4 AND resolved_ms = 0`, s.Order, s.ID, in.Kind, item); err != nil {
		return CallRow{}, err
	} else if ok {
		return CallRow{}, fault.Conflict("production.called_already", "this has been called already").With("order", s.Number).With("call", twice).With("id", twice)
	}
	act := actor.From(ctx)
	id := tx.ID()
	if _, err := tx.Exec(ctx, `INSERT INTO wo_call (id, order_id, op_id, point_id, work_center_id, site_id, kind, item_id, qty, text, blocks, worker_id, actor_id, actor, called_ms, role)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		id, s.Order, s.ID, s.ReportID, s.WorkCenter, s.Site, in.Kind, item, in.Qty, in.Text, in.Block, s.WorkerID, act.UserID, act.Name, tx.NowMS(), roles[0]); err != nil {
		return CallRow{}, err
	}
	row, err := m.callFact(ctx, tx, id, "called", roles[0], "", EventCalled, "")
	if err != nil {
		return row, err
	}
	if in.Block && s.IsPoint && s.RunningMS > 0 { // what is stopped does not run
		if err := m.endSetup(ctx, tx, s, tx.NowMS()); err != nil {
			return row, err
		}
		tx.Queue(`UPDATE wo_op SET running_ms = -1, setting_ms = 0 WHERE id = $1`, s.ID)
		if _, err := m.bookRunAs(ctx, tx, s, Run{Order: in.Order, Op: in.Op, Reason: pauseFor[in.Kind]}, "pause", EventPaused, "call "+id.String()); err != nil {
			return row, err
		}
	}
	return row, m.escalateLater(ctx, tx, id)
}

// TakeCall says "I am on my way".
func (m *Module) TakeCall(ctx context.Context, tx *db.Tx, in CallAnswer) (CallRow, error) {
	c, err := callByID(ctx, tx, in.Call)
	if err != nil {
		return CallRow{}, err
	}
	act := actor.From(ctx)
	n, err := tx.Exec(ctx, `UPDATE wo_call SET taken_ms = $1, taken_by = $2 WHERE id = $3 AND taken_ms = 0 AND resolved_ms = 0`, tx.NowMS(), act.Name, in.Call)
	if err != nil {
		return CallRow{}, err
	}
	if n == 0 {
		if c.ResolvedMS > 0 {
			return CallRow{}, callOver(c)
		}
		return CallRow{}, fault.Conflict("production.call_taken", "%s is on the way already", c.TakenBy).With("by", c.TakenBy)
	}
	return m.callFact(ctx, tx, in.Call, "taken", c.Role, in.Note, EventCallTaken, "")
}

// ResolveCall ends a call: by who answers calls, or by who called and has helped himself.
func (m *Module) ResolveCall(ctx context.Context, tx *db.Tx, in CallAnswer) (CallRow, error) {
	c, err := callByID(ctx, tx, in.Call)
	if err != nil {
		return CallRow{}, err
	}
	act := actor.From(ctx)
	if !act.Can("production.answer") {
		own, err := db.One[int64](ctx, tx, `SELECT actor_id FROM wo_call WHERE id = $1`, in.Call)
		if err != nil {
			return CallRow{}, err
		}
		if own != act.UserID {
			return CallRow{}, fault.Forbidden("production.call_others", "only who called, or who answers calls, may end it").With("by", c.Caller)
		}
	}
	if in.Note == "" {
		return CallRow{}, fault.Invalid("production.call_note", "say what was done")
	}
	n, err := tx.Exec(ctx, `UPDATE wo_call SET resolved_ms = $1, resolved_by = $2, note = $3 WHERE id = $4 AND resolved_ms = 0`, tx.NowMS(), act.Name, in.Note, in.Call)
	if err != nil {
		return CallRow{}, err
	}
	if n == 0 {
		return CallRow{}, callOver(c)
	}
	return m.callFact(ctx, tx, in.Call, "resolved", c.Role, in.Note, EventCallResolved, "")
}

func callOver(c CallRow) *fault.Error {
	return fault.Conflict("production.call_over", "this call was resolved already by %s", c.ResolvedBy).With("by", c.ResolvedBy)
}

// Escalate passes a call that nobody has taken on to the next role; done is true when nothing is left to do.
func (m *Module) Escalate(ctx context.Context, tx *db.Tx, id db.ID) (row CallRow, done bool, err error) {
	type head struct {
		Kind     string `db:"kind"`
		Role     string `db:"role"`
		Level    int64  `db:"level"`
		Taken    int64  `db:"taken_ms"`
		Resolved int64  `db:"resolved_ms"`
	}
	h, ok, err := db.Get[head](ctx, tx, `SELECT kind, role, level, taken_ms, resolved_ms FROM wo_call WHERE id = $1`, id)
	if err != nil || !ok || h.Taken > 0 || h.Resolved > 0 {
		return row, true, err
	}
	roles := chain[h.Kind]
	next := h.Level + 1
	if int(next) >= len(roles) {
		return row, true, nil
	}
	n, err := tx.Exec(ctx, `UPDATE wo_call SET level = $1, role = $2, escalated_ms = $3 WHERE id = $4 AND level = $5 AND taken_ms = 0 AND resolved_ms = 0`, next, roles[next], tx.NowMS(), id, h.Level)
	if err != nil || n == 0 {
		return row, true, err
	}
	row, err = m.callFact(ctx, tx, id, "escalated", roles[next], "", EventEscalated, h.Role)
	return row, int(next)+1 >= len(roles), err
}

// SettingEscalate is after how many minutes without an answer a call is passed on to the next role; 0 = never.
const SettingEscalate = "production.call_escalate_min"

const jobEscalate = "production.escalate_call"

type escalation struct {
	Call db.ID `json:"call"`
}

func escalateAfter(ctx context.Context, q db.Querier) (time.Duration, error) {
	text, err := masterdata.Setting(ctx, q, SettingEscalate, "10")
	if err != nil {
		return 0, err
	}
	min, err := strconv.ParseInt(text, 10, 32)
	if err != nil || min < 0 {
		min = 10
	}
	return time.Duration(min) * time.Minute, nil
}

func (m *Module) escalateLater(ctx context.Context, tx *db.Tx, id db.ID) error {
	if m.Jobs == nil {
		return nil
	}
	after, err := escalateAfter(ctx, tx)
	if err != nil || after == 0 {
		return err
	}
	_, err = m.Jobs.Enqueue(ctx, tx, jobEscalate, escalation{id}, job.Opts{RunAt: tx.Now().Add(after)})
	return err
}

// Work registers what production does in the background.
func (m *Module) Work(r *job.Runner) {
	m.Jobs = r
	m.patrolWork(r)
	r.Register(jobEscalate, func(ctx context.Context, j *job.Job) (any, error) {
		var in escalation
		if err := j.Decode(&in); err != nil {
			return nil, err
		}
		var out CallRow
		err := j.Tx(ctx, func(tx *db.Tx) error {
			row, done, err := m.Escalate(ctx, tx, in.Call)
			if out = row; err != nil || done {
				return err
			}
			return m.escalateLater(ctx, tx, in.Call)
		})
		return map[string]string{"asked": out.Role}, err
	})
}

// callFact appends what happened, and tells of it.
func (m *Module) callFact(ctx context.Context, tx *db.Tx, id db.ID, kind, role, note, event, from string) (CallRow, error) {
	act := actor.From(ctx)
	fact, key := tx.ID(), tx.Key()
	if key == "" {
		key = fact.String()
	}
	n, err := tx.Exec(ctx, `INSERT INTO wo_call_fact (id, key, call_id, kind, role, actor_id, actor, note, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		fact, key, id, kind, role, act.UserID, act.Name, note, tx.NowMS())
	if err != nil {
		return CallRow{}, err
	}
	if n == 0 {
		return CallRow{}, fault.Conflict("production.already_recorded", "this was recorded already; nothing was booked twice")
	}
	row, err := callByID(ctx, tx, id)
	if err != nil {
		return row, err
	}
	type ids struct {
		Order db.ID `db:"order_id"`
		Item  db.ID `db:"item_id"`
		Site  db.ID `db:"site_id"`
		Level int64 `db:"level"`
	}
	x, err := db.One[ids](ctx, tx, `SELECT order_id, item_id, site_id, level FROM wo_call WHERE id = $1`, id)
	if err != nil {
		return row, err
	}
	tx.Emit(db.Event{Name: event, Subject: "wo:" + row.Order, Site: x.Site, Reason: note, Payload: CallEvent{row, x.Order, x.Item, x.Level, from}})
	return row, nil
}

func callByID(ctx context.Context, q db.Querier, id db.ID) (CallRow, error) {
	var w db.Where
	w.And("k.id = ?", id)
	identity.Scope("k.site_id", "")(ctx, &w)
	c, ok, err := db.Get[CallRow](ctx, q, callColumns+w.String(), w.Args...)
	if err == nil && !ok {
		err = fault.NotFound("production.call_unknown", "there is no such call").With("call", id)
	}
	return c, err
}

// CallDetail is a call with everything that happened to it.
type CallDetail struct {
	CallRow
	Facts []CallStep `json:"facts"`
}

// CallStep is one of the facts of a call.
type CallStep struct {
	Kind  string `json:"kind" db:"kind" enum:"called,escalated,taken,resolved"`
	Role  string `json:"role" db:"role"`
	Actor string `json:"actor" db:"actor"`
	Note  string `json:"note" db:"note"`
	AtMS  int64  `json:"at_ms" db:"at_ms"`
}

// CallOf reads a call.
func (m *Module) CallOf(ctx context.Context, q db.Querier, id db.ID) (CallDetail, error) {
	row, err := callByID(ctx, q, id)
	if err != nil {
		return CallDetail{}, err
	}
	steps, err := db.All[CallStep](ctx, q, `SELECT kind, role, actor, note, at_ms FROM wo_call_fact WHERE call_id = $1 ORDER BY at_ms, id`, id)
	return CallDetail{row, steps}, err
}

// OpenCalls are the calls that nobody has resolved, those that ask the actor's roles first.
type OpenCalls struct {
	Mine  int       `json:"mine" doc:"How many of them ask the caller's roles and nobody is on the way"`
	Items []CallRow `json:"items"`
}

// Calls lists what is open, those that ask the actor first, each group oldest first.
func (m *Module) Calls(ctx context.Context, q db.Querier, centers ...db.ID) (OpenCalls, error) {
	var w db.Where
	w.And("k.resolved_ms = 0")
	identity.Scope("k.site_id", "")(ctx, &w)
	db.In(&w, "k.work_center_id", centers)
	rows, err := db.All[CallRow](ctx, q, callColumns+w.String()+` ORDER BY k.called_ms, k.id LIMIT 200`, w.Args...)
	out := OpenCalls{Items: []CallRow{}}
	if err != nil {
		return out, err
	}
	roles := actor.From(ctx).Roles
	var rest []CallRow
	for _, r := range rows {
		if slices.Contains(roles, r.Role) && r.TakenMS == 0 {
			out.Items, out.Mine = append(out.Items, r), out.Mine+1
		} else {
			rest = append(rest, r)
		}
	}
	out.Items = append(out.Items, rest...)
	return out, nil
}

// blocked refuses an operation that somebody has stopped until help comes.
func (s *opState) blocked() *fault.Error {
	if s.BlockedBy == "" {
		return nil
	}
	return fault.Conflict("production.blocked_"+s.BlockedBy, "operation %d %s of %s is stopped until the call for help (%s) is resolved", s.Op, s.Name, s.Number, s.BlockedBy).
		With("order", s.Number).With("op", s.Op).With("name", s.Name)
}

// verifyCalls: the newest state of a call is what its facts say.
func verifyCalls(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		ID    db.ID  `db:"id"`
		Order string `db:"number"`
	}
	return db.Each(ctx, q, `
		SELECT c.id, o.number FROM wo_call c JOIN wo_order o ON o.id = c.order_id
		LEFT JOIN (SELECT call_id, max(CASE WHEN kind = 'taken' THEN at_ms ELSE 0 END) AS taken, max(CASE WHEN kind = 'resolved' THEN at_ms ELSE 0 END) AS resolved,
		             count(CASE WHEN kind = 'escalated' THEN 1 END) AS level, count(CASE WHEN kind = 'called' THEN 1 END) AS called FROM wo_call_fact GROUP BY call_id) f ON f.call_id = c.id
		WHERE coalesce(f.called, 0) <> 1 OR f.taken <> c.taken_ms OR f.resolved <> c.resolved_ms OR f.level <> c.level ORDER BY c.id`, nil, func(b *bad) error {
		*out = append(*out, "call for help "+b.ID.String()+" of work order "+b.Order+": its state is not what its facts say")
		return nil
	})
}
