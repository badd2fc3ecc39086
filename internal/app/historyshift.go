package app

import (
	"context"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
	"kaiwu/internal/scheduling"
)

// task is an operation on its way through the shop, and what happens to it next.
type task struct {
	op      db.ID
	center  db.ID
	machine string
	setupMS int64 // by the schedule
	workMS  int64
	qty     num.Dec
	split   bool // the next step need not wait for all pieces
	next    string
	at      int64
	who     worker
	role    string
	why     string // somebody without the skill began it
	rests   bool   // it stopped once
	tries   int
}

// shop is what the history knows of the floor between two acts.
type shop struct {
	tasks   []task
	cals    map[db.ID]*cal.Calendar // by work center
	centers map[db.ID]string
	runs    map[string]db.ID // which operation a machine is at
}

// takePlan lets the floor work by the schedule that is live: what has not begun goes by its newest place.
func (h *history) takePlan(ctx context.Context) error {
	type slot struct {
		Op      db.ID   `db:"op_id"`
		Center  db.ID   `db:"work_center_id"`
		Machine string  `db:"machine"`
		StartMS int64   `db:"start_ms"`
		EndMS   int64   `db:"end_ms"`
		SetupMS int64   `db:"setup_ms"`
		Lot     num.Dec `db:"transfer_lot"`
		Qty     num.Dec `db:"qty"`
		RunMin  num.Dec `db:"run_min"`
		Batch   num.Dec `db:"batch_min"`
		Speed   num.Dec `db:"speed"`
	}
	slots, err := db.All[slot](ctx, h.a.DB.Read(), `SELECT s.op_id, s.work_center_id, s.machine, s.start_ms, s.end_ms, s.setup_ms, s.qty, p.transfer_lot, p.run_min, p.batch_min, coalesce(k.speed_pct, 0) AS speed
		FROM v_slot s JOIN v_wo_op p ON p.id = s.op_id LEFT JOIN v_machine k ON k.code = s.machine AND k.work_center_id = s.work_center_id
		WHERE s.state <> 'unplaced' AND p.report AND p.order_status IN ('released', 'started') ORDER BY s.start_ms, s.id`)
	if err != nil {
		return err
	}
	if h.shop.cals == nil {
		type center struct {
			ID   db.ID  `db:"id"`
			Code string `db:"code"`
		}
		centers, err := db.All[center](ctx, h.a.DB.Read(), `SELECT id, code FROM v_work_center ORDER BY code`)
		if err != nil {
			return err
		}
		var ids []db.ID
		h.shop.runs, h.shop.centers = map[string]db.ID{}, map[db.ID]string{}
		for _, c := range centers {
			ids = append(ids, c.ID)
			h.shop.centers[c.ID] = c.Code
		}
		if h.shop.cals, err = masterdata.CalendarsOf(ctx, h.a.DB.Read(), ids); err != nil {
			return err
		}
	}
	h.shop.tasks = slices.DeleteFunc(h.shop.tasks, func(t task) bool { return t.next == "begin" })
	for _, s := range slots {
		if slices.ContainsFunc(h.shop.tasks, func(t task) bool { return t.op == s.Op }) {
			continue
		}
		work, err := s.Qty.Mul(s.RunMin)
		if err == nil && s.Speed > 0 {
			work, err = (work * 100).Div(s.Speed)
		}
		if err != nil {
			return err
		}
		t := task{op: s.Op, center: s.Center, machine: s.Machine, setupMS: s.SetupMS, qty: s.Qty, workMS: max(int64(work+s.Batch)*60_000/int64(num.One), 60_000), split: s.Lot > 0 && s.Qty > s.Lot, next: "begin"}
		c := h.shop.cals[s.Center] // a step that waits for lots of the one before begins as late as its place allows
		t.at = c.NextWork(max(s.StartMS, c.SubWork(s.EndMS, t.workMS+t.setupMS)) + int64(h.rnd.IntN(8)-3)*60_000 + int64(h.rnd.IntN(60))*1000)
		h.shop.tasks = append(h.shop.tasks, t)
	}
	again, err := db.All[slot](ctx, h.a.DB.Read(), `SELECT id AS op_id, work_center_id, '' AS machine, 0 AS start_ms, 0 AS end_ms, 0 AS setup_ms, rework AS qty, transfer_lot, run_min, batch_min, 0 AS speed FROM v_wo_op
		WHERE report AND rework > 0 AND status IN ('ready', 'paused') AND order_status IN ('released', 'started') ORDER BY order_number, op`)
	if err != nil {
		return err
	}
	for i, s := range again { // what an inspection sent back stands in no schedule
		if !slices.ContainsFunc(h.shop.tasks, func(t task) bool { return t.op == s.Op }) {
			h.shop.tasks = append(h.shop.tasks, task{op: s.Op, center: s.Center, workMS: 15 * 60_000, next: "begin", at: h.shop.cals[s.Center].NextWork(h.now.UnixMilli() + int64(i+1)*1_800_000)})
		}
	}
	return nil
}

// leaveBegun keeps the others away from what somebody is at, or has stopped.
func (h *history) leaveBegun(ctx context.Context) error {
	begun, err := db.All[db.ID](ctx, h.a.DB.Read(), `SELECT id FROM v_wo_op WHERE status IN ('running', 'paused') ORDER BY id`)
	h.shop.tasks = slices.DeleteFunc(h.shop.tasks, func(t task) bool { return t.next == "begin" && slices.Contains(begun, t.op) })
	return err
}

// workUntil lets everything happen on the floor that happens until then, in the order of time.
func (h *history) workUntil(ctx context.Context, day, hour, minute int) error {
	until := h.today.AddDate(0, 0, day-demoDays).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute).UnixMilli()
	for {
		at := -1
		for i, t := range h.shop.tasks {
			if at < 0 || t.at < h.shop.tasks[at].at {
				at = i
			}
		}
		if at < 0 || h.shop.tasks[at].at > until {
			return nil
		}
		t := h.shop.tasks[at]
		h.shop.tasks = slices.Delete(h.shop.tasks, at, at+1)
		if t.at > h.now.UnixMilli() {
			h.now = time.UnixMilli(t.at).In(h.today.Location())
			h.a.opt.Clock.set(h.now)
		}
		more, err := h.step(ctx, &t)
		if err != nil {
			return err
		}
		if more {
			t.at = h.shop.cals[t.center].NextWork(max(t.at, h.now.UnixMilli()))
			h.shop.tasks = append(h.shop.tasks, t)
		} else if h.shop.runs[t.machine] == t.op {
			delete(h.shop.runs, t.machine)
		}
	}
}

// step does what comes next and says whether there is more.
func (h *history) step(ctx context.Context, t *task) (bool, error) {
	o, found, err := db.Get[readyOp](ctx, h.a.DB.Read(), `SELECT order_number, order_id, op, work_center_id, qty_in, done, status, tool, skill, rework, item_id, batch_min, inspection FROM v_wo_op WHERE id = $1 AND report AND order_status IN ('released', 'started')`, t.op)
	if err != nil || !found || o.Status == "done" {
		return false, err
	}
	switch t.next {
	case "begin":
		return h.begin(ctx, t, o)
	case "run", "resume":
		return h.run(ctx, t, o)
	case "stop":
		reasons := []string{"machine", "material", "tool", "quality", "machine"}
		run := production.Run{Order: o.Order, Op: o.Op, Worker: t.who.Code, Reason: reasons[h.rnd.IntN(len(reasons))]}
		t.next = "resume"
		h.ends(t, int64(9+h.rnd.IntN(22))*60_000)
		return h.ran(ctx, t, run, h.a.Production.Pause)
	}
	return h.report(ctx, t, o)
}

// again tries what does not go yet some minutes later.
func (h *history) again(t *task, minutes int) (bool, error) {
	t.tries++
	t.at = h.now.UnixMilli() + int64(minutes+h.rnd.IntN(6))*60_000
	return t.tries < 200, nil
}

// ends is when so much working time is over.
func (h *history) ends(t *task, ms int64) {
	t.at = h.shop.cals[t.center].AddWork(h.now.UnixMilli(), max(ms, 60_000))
}

// begin fetches parts, finds somebody and sets up.
func (h *history) begin(ctx context.Context, t *task, o readyOp) (bool, error) {
	if other := h.shop.runs[t.machine]; t.machine != "" && other != 0 && other != t.op && o.BatchMin == 0 {
		return h.again(t, 4)
	}
	if o.Status == "running" { // somebody else is at it
		return false, nil
	}
	if !slices.Contains([]string{"ready", "paused", "waiting_material"}, o.Status) {
		return h.again(t, 8)
	}
	if o.In-o.Done < t.qty/2 && o.Rework == 0 && t.tries < 20 { // too few pieces to begin with
		return h.again(t, 6)
	}
	if ok, err := h.issue(ctx, o); err != nil {
		return false, err
	} else if !ok {
		return h.again(t, 45)
	}
	t.who, t.role, t.why = h.able(o.Skill)
	if t.setupMS < 5*60_000 || o.BatchMin > 0 || o.Status == "paused" {
		t.workMS += t.setupMS
		return h.run(ctx, t, o)
	}
	ok, err := h.ran(ctx, t, production.Run{Order: o.Order, Op: o.Op, Worker: t.who.Code, Machine: t.machine, Tool: o.Tool, Kind: "setup", Override: t.why}, h.a.Production.Start)
	if err != nil {
		return false, err
	}
	if !ok {
		return h.again(t, 20)
	}
	t.next, h.shop.runs[t.machine] = "run", t.op
	h.ends(t, h.real(t.setupMS, o, "setup"))
	return true, nil
}

func (h *history) run(ctx context.Context, t *task, o readyOp) (bool, error) {
	ok, err := h.ran(ctx, t, production.Run{Order: o.Order, Op: o.Op, Worker: t.who.Code, Machine: t.machine, Tool: o.Tool, Override: t.why, Readings: h.measured(o, true)}, h.a.Production.Start)
	if err != nil {
		return false, err
	}
	if !ok {
		t.next = "begin"
		return h.again(t, 20)
	}
	h.shop.runs[t.machine] = t.op
	if t.next != "resume" {
		t.workMS = h.real(t.workMS, o, "run")
	}
	ms := t.workMS
	switch {
	case !t.rests && ms > 20*60_000 && h.rnd.IntN(10) == 0:
		t.rests, t.next, ms = true, "stop", ms*2/5
	case t.split:
		t.next, ms = "part", ms/2
	default:
		t.next = "report"
	}
	t.workMS -= ms
	h.ends(t, ms)
	return true, nil
}

// report says what is done: a part of it, so that the next step can begin, or what there is.
func (h *history) report(ctx context.Context, t *task, o readyOp) (bool, error) {
	r := production.Report{Order: o.Order, Op: o.Op, Good: o.In - o.Done, Workers: []string{t.who.Code}, Machine: t.machine, Readings: h.measured(o, false)}
	if r.Good <= 0 { // what an inspection sent back is done again; or the step before has to bring more
		if o.Rework <= 0 {
			return h.again(t, 10)
		}
		r.Good, r.FromRework = o.Rework, true
	}
	part := t.next == "part"
	t.split, t.next = false, "report"
	switch {
	case r.FromRework:
	case part && r.Good >= num.Int(2):
		r.Good = (r.Good / 2 / num.One) * num.One
	case r.Good >= num.Int(20) && h.rnd.IntN(8) == 0:
		r.Scrap, r.ScrapReason, r.Good = num.One, "appearance", r.Good-num.One
	}
	done, ok, err := do(h.as(ctx, "operator"), h, func(ctx context.Context, tx *db.Tx) (production.Reported, error) {
		return h.a.Production.Report(ctx, tx, r)
	})
	if err != nil {
		return false, err
	}
	if !ok {
		return h.again(t, 30)
	}
	if h.rnd.IntN(60) == 0 { // a slip of the finger, taken back and reported again
		h.soon()
		if _, _, err := do(h.as(ctx, "shift_leader"), h, func(ctx context.Context, tx *db.Tx) (production.Undone, error) {
			return h.a.Production.Undo(ctx, tx, production.Undo{Report: done.ID, Reason: "数量录错，重新报工"})
		}); err != nil {
			return false, err
		}
		return h.again(t, 1)
	}
	if !h.last || o.Inspection == "first" { // what else the last day makes waits for today's inspector
		if err := h.settle(ctx, o.ID); err != nil {
			return false, err
		}
	}
	if done.OpDone {
		return false, nil
	}
	h.ends(t, max(t.workMS, 10*60_000))
	return true, nil
}

func (h *history) ran(ctx context.Context, t *task, run production.Run, act func(context.Context, *db.Tx, production.Run) (production.Ran, error)) (bool, error) {
	_, ok, err := do(h.as(ctx, t.role), h, func(ctx context.Context, tx *db.Tx) (production.Ran, error) { return act(ctx, tx, run) })
	return ok, err
}

// issue brings the parts that a step waits for.
func (h *history) issue(ctx context.Context, o readyOp) (bool, error) {
	if o.Status != "waiting_material" {
		return true, nil
	}
	needs, err := db.All[string](ctx, h.a.DB.Read(), `SELECT i.code FROM v_wo_component c JOIN v_item i ON i.id = c.item_id JOIN v_wo_op p ON p.report_id = c.report_id AND p.order_id = c.order_id AND p.op = $2
		WHERE c.order_id = $1 AND c.issue = 'pick' AND c.role = 'component' AND c.issued < c.required ORDER BY c.line`, o.ID, o.Op)
	if err != nil {
		return false, err
	}
	for _, item := range needs {
		h.soon()
		_, ok, err := do(h.as(ctx, "warehouse"), h, func(ctx context.Context, tx *db.Tx) (production.Issued, error) {
			return h.a.Production.Issue(ctx, tx, production.Issue{Order: o.Order, Code: item})
		})
		if err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// forStock makes shells and liners ahead of the orders that need them, a few each evening.
func (h *history) forStock(ctx context.Context, day int) error {
	parts := []string{"M-CM1-SHELL", "M-WD1-LINER", "M-AF1-SHELL", "M-CM2-LINER", "M-WD1-SHELL", "M-CM3-LINER", "M-CM2-SHELL", "M-AF2-LINER", "M-WD2-SHELL", "M-CM1-LINER"}
	var list []production.CreateLine
	for i := range 2 {
		list = append(list, production.CreateLine{Item: parts[(2*day+i)%len(parts)], Qty: num.Int(int64(40 + 20*(day%2))), Due: h.now.AddDate(0, 0, 3).Format(time.DateOnly)})
	}
	_, _, err := do(h.as(ctx, "planner"), h, func(ctx context.Context, tx *db.Tx) (production.Created, error) {
		return h.a.Production.Create(ctx, tx, production.Create{Orders: list, Release: true})
	})
	return err
}

// stage brings the parts of some steps that come next to their machines.
func (h *history) stage(ctx context.Context, most int64) error {
	ops, err := db.All[readyOp](ctx, h.a.DB.Read(), `SELECT order_number, order_id, op, work_center_id, qty_in, done, status, tool, skill, rework, item_id, batch_min, inspection FROM v_wo_op WHERE report AND status = 'waiting_material' ORDER BY due, order_number, op LIMIT $1`, most)
	if err != nil {
		return err
	}
	for _, o := range ops {
		if _, err := h.issue(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// settle judges what a report has put before the inspector and brings into stock what passed; of all orders where none is named.
func (h *history) settle(ctx context.Context, order db.ID) error {
	type waiting struct {
		Number string  `db:"number"`
		Open   num.Dec `db:"open"`
	}
	todo, err := db.All[waiting](ctx, h.a.DB.Read(), `SELECT number, qty - passed - failed AS open FROM v_inspection WHERE status = 'open' AND qty > passed + failed AND (order_id = $1 OR $1 = 0) ORDER BY number LIMIT 60`, order)
	if err != nil {
		return err
	}
	for _, i := range todo {
		h.soon()
		j := quality.Judge{Inspection: i.Number, Passed: i.Open}
		if i.Open >= num.Int(10) && h.rnd.IntN(12) == 0 {
			j.Passed, j.Failed, j.Reason = i.Open-num.One, num.One, "功能测试不通过"
		}
		if _, _, err := do(h.as(ctx, "quality"), h, func(ctx context.Context, tx *db.Tx) (quality.Judged, error) {
			return h.a.Quality.Judge(ctx, tx, j)
		}); err != nil {
			return err
		}
	}
	orders, err := db.All[string](ctx, h.a.DB.Read(), `SELECT number FROM v_work_order WHERE (id = $1 OR $1 = 0) AND status IN ('started', 'completed') AND good > received ORDER BY number LIMIT 80`, order)
	if err != nil {
		return err
	}
	for _, number := range orders {
		h.soon()
		if _, _, err := do(h.as(ctx, "warehouse"), h, func(ctx context.Context, tx *db.Tx) (production.Received, error) {
			return h.a.Production.Receive(ctx, tx, production.Receive{Order: number})
		}); err != nil {
			return err
		}
	}
	return nil
}

// real is how long something planned takes here: packing and the newest machine are slower than their routings say, the
// lines change over quicker; the rest is near, one day better than another.
func (h *history) real(ms int64, o readyOp, kind string) int64 {
	f := fnv.New32a()
	_, _ = f.Write([]byte(strconv.FormatInt(int64(o.Op), 10) + kind + h.shop.centers[o.Center]))
	pct := 95 + int64(f.Sum32()%6)
	switch code := h.shop.centers[o.Center]; {
	case code == "PACK" && kind == "run":
		pct = 114
	case code == "LINE" && kind == "run" && o.Item == h.ageItem:
		pct = 121
	case code == "LINE" && kind == "setup":
		pct = 78
	}
	return ms * (pct*10 + int64(h.rnd.IntN(80)-40)) / 1000
}

// able is who begins: the one whom chance chose, or the next who can do it; else the shift leader lets him.
func (h *history) able(skill string) (w worker, role, why string) {
	at := h.rnd.IntN(len(h.workers))
	for i := range h.workers {
		if w = h.workers[(at+i)%len(h.workers)]; skill == "" || slices.Contains(strings.Split(w.Skills, ";"), skill) {
			return w, "operator", ""
		}
	}
	return h.workers[at], "shift_leader", "班组长在旁指导"
}

// absences are a welder's leave and a training day; and the maintenance of a press that is known ahead.
func (h *history) absences(ctx context.Context) error {
	at := func(days, hour, minute int) int64 {
		return h.today.AddDate(0, 0, days).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute).UnixMilli()
	}
	welders := slices.DeleteFunc(slices.Clone(h.workers), func(w worker) bool { return !slices.Contains(strings.Split(w.Skills, ";"), "焊工") })
	planner := h.as(ctx, "planner")
	for i, w := range welders[:min(len(welders), 2)] {
		in := scheduling.Absent{Workers: []string{w.Code}, FromMS: at(1, 8, 0), ToMS: at(2, 17, 30), Reason: "事假"}
		if i == 1 {
			in = scheduling.Absent{Workers: []string{w.Code}, FromMS: at(3, 13, 0), ToMS: at(3, 17, 30), Reason: "焊工证复审培训"}
		}
		if _, _, err := do(planner, h, func(ctx context.Context, tx *db.Tx) (struct{}, error) { return h.a.Scheduling.AddAbsence(ctx, tx, in) }); err != nil {
			return err
		}
	}
	d, err := h.a.Scheduling.Propose(planner, scheduling.Propose{Name: "设备保养", Changes: []scheduling.Change{
		{Kind: "down", Machine: "INJ-02", FromMS: at(1, 13, 0), ToMS: at(1, 22, 0), Note: "季度保养"},
		{Kind: "down", Machine: "LINE-03", FromMS: at(2, 8, 0), ToMS: at(2, 12, 0), Note: "皮带更换"}}})
	if err != nil {
		return err
	}
	_, _, err = do(planner, h, func(ctx context.Context, tx *db.Tx) (scheduling.Result, error) {
		return h.a.Scheduling.PublishDraft(ctx, tx, d.ID)
	})
	return err
}
