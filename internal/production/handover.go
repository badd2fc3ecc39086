package production

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// HandOver signs what one shift leaves to the next.
type HandOver struct {
	WorkCenters []string `json:"work_centers" minItems:"1" maxItems:"20" doc:"Codes"`
	Note        string   `json:"note,omitempty" maxLength:"2000" doc:"What the next shift must know"`
}

// TakeOver accepts it.
type TakeOver struct {
	Number string `json:"number" minLength:"1" maxLength:"64"`
	Note   string `json:"note,omitempty" maxLength:"500"`
}

// HandoverOp is an operation as it is left.
type HandoverOp struct {
	Order    string  `json:"order"`
	Item     string  `json:"item"`
	ItemName string  `json:"item_name"`
	UoM      string  `json:"uom"`
	Op       int64   `json:"op"`
	Name     string  `json:"name"`
	Center   string  `json:"work_center"`
	Status   string  `json:"status"`
	Qty      num.Dec `json:"qty"`
	Good     num.Dec `json:"good"`
	Left     num.Dec `json:"left"`
	Reason   string  `json:"reason,omitempty"`
	Call     string  `json:"call,omitempty"`
	Due      string  `json:"due"`
	Late     bool    `json:"late"`
}

// HandoverDone is what was made in the shift.
type HandoverDone struct {
	Order    string  `json:"order" db:"order_number"`
	ItemName string  `json:"item_name" db:"item_name"`
	UoM      string  `json:"uom" db:"uom"`
	Op       int64   `json:"op" db:"op"`
	Name     string  `json:"name" db:"name"`
	Good     num.Dec `json:"good" db:"good"`
	Scrap    num.Dec `json:"scrap" db:"scrap"`
	Rework   num.Dec `json:"rework" db:"rework"`
}

// HandoverBody is what both have seen.
type HandoverBody struct {
	Open    []HandoverOp   `json:"open"`
	Done    []HandoverDone `json:"done"`
	Calls   []CallRow      `json:"calls"`
	Stopped []StoppedBy    `json:"stopped"`
}

// Handover is the document.
type Handover struct {
	ID          db.ID        `json:"id" sql:"h.id" db:"id"`
	Number      string       `json:"number" sql:"h.number" db:"number" doc:"Number"`
	WorkCenters string       `json:"work_centers" sql:"h.work_centers" db:"work_centers" doc:"Work centers"`
	Day         string       `json:"day" sql:"h.day" db:"day" doc:"Business date"`
	Shift       string       `json:"shift" sql:"h.shift" db:"shift" doc:"Shift"`
	Note        string       `json:"note" sql:"h.note" db:"note" doc:"Note"`
	OutBy       string       `json:"out_by" sql:"h.out_by" db:"out_by" doc:"Handed over by"`
	OutMS       int64        `json:"out_ms" sql:"h.out_ms" db:"out_ms" doc:"Handed over"`
	InBy        string       `json:"in_by" sql:"h.in_by" db:"in_by" doc:"Taken over by"`
	InMS        int64        `json:"in_ms" sql:"h.in_ms" db:"in_ms" doc:"Taken over"`
	InNote      string       `json:"in_note" sql:"h.in_note" db:"in_note" doc:"Note of the next shift"`
	Replaced    string       `json:"replaced_by,omitempty" sql:"h.replaced_by" db:"replaced_by" doc:"The later one of the same person that took its place"`
	Replaces    string       `json:"replaces,omitempty" db:"-" doc:"His own that waited until now"`
	Body        HandoverBody `json:"body" db:"-"`
}

// HandoverEvent is the payload of handing and taking over.
type HandoverEvent struct {
	Handover
}

var handoverTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Handover"}, "number": {Zh: "交接单号", En: "Number"}, "work_centers": {Zh: "工作中心", En: "Work centers"}, "day": {Zh: "业务日期", En: "Business date"}, "shift": {Zh: "班次", En: "Shift"}, "note": {Zh: "备注", En: "Note"},
	"out_by": {Zh: "交班人", En: "Handed over by"}, "out_ms": {Zh: "交班时间", En: "Handed over"}, "in_by": {Zh: "接班人", En: "Taken over by"}, "in_ms": {Zh: "接班时间", En: "Taken over"}, "in_note": {Zh: "接班备注", En: "Note of the next shift"}, "replaced_by": {Zh: "被取代为", En: "Replaced by"},
}

// HandoverRow is a line of the list.
type HandoverRow struct {
	ID          db.ID  `json:"id" sql:"h.id"`
	Number      string `json:"number" sql:"h.number" doc:"Number"`
	WorkCenters string `json:"work_centers" sql:"h.work_centers" doc:"Work centers"`
	Day         string `json:"day" sql:"h.day" doc:"Business date"`
	Shift       string `json:"shift" sql:"h.shift" doc:"Shift"`
	Note        string `json:"note" sql:"h.note" doc:"Note"`
	OutBy       string `json:"out_by" sql:"h.out_by" doc:"Handed over by"`
	OutMS       int64  `json:"out_ms" sql:"h.out_ms" doc:"Handed over"`
	InBy        string `json:"in_by" sql:"h.in_by" doc:"Taken over by"`
	InMS        int64  `json:"in_ms" sql:"h.in_ms" doc:"Taken over"`
	Replaced    string `json:"replaced_by" sql:"h.replaced_by" doc:"The later hand-over of the same person that stands in its place"`
}

var handoverList = web.ListSpec[HandoverRow]{From: "wo_handover h", Key: "h.id", Sort: "-out_ms", Search: []string{"h.number", "h.work_centers", "h.note", "h.out_by", "h.in_by"}, Scope: identity.Scope("h.site_id", ""), Titles: handoverTitles, File: "handovers"}

// HandoverDraft is what would be handed over now.
type HandoverDraft struct {
	Centers []FloorCenter `json:"centers"`
	Day     string        `json:"day"`
	Shift   string        `json:"shift"`
	Waiting string        `json:"waiting" doc:"Number of the last handover of these work centers that nobody has taken over yet"`
	Body    HandoverBody  `json:"body"`
}

// Draft puts together what a shift leaves: operations begun or stopped, what it made, calls, time lost.
func (m *Module) Draft(ctx context.Context, q db.Querier, at string) (HandoverDraft, error) {
	out := HandoverDraft{Body: HandoverBody{Open: []HandoverOp{}, Done: []HandoverDone{}}}
	centers, err := centersOf(ctx, q, at)
	if err != nil {
		return out, err
	}
	if len(centers) == 0 || len(centers) > 20 {
		return out, fault.Invalid("production.handover_where", "say which work centers are handed over, at most 20")
	}
	out.Centers = centers
	ids := idsOf(centers)
	now := m.d.Now().In(m.d.Zone())
	days, err := m.workDays(ctx, q, ids, now.UnixMilli())
	if err != nil {
		return out, err
	}
	out.Day, out.Shift = days[ids[0]].Day, days[ids[0]].Shift
	var w db.Where
	db.In(&w, "p.work_center_id", ids)
	w.And("p.own_done_ms = 0 AND p.own_running_ms <> 0 AND p.report AND p.order_status IN ('released', 'started')")
	ops, err := db.All[FloorOp](ctx, q, floorColumns+w.String()+` ORDER BY p.priority, p.due, p.id LIMIT 300`, w.Args...)
	if err != nil {
		return out, err
	}
	if err := m.dress(ctx, q, ops); err != nil {
		return out, err
	}
	for _, o := range ops {
		out.Body.Open = append(out.Body.Open, HandoverOp{Order: o.Order, Item: o.Item, ItemName: o.ItemName, UoM: o.UoM, Op: o.Op, Name: o.Name, Center: o.WorkCenter, Status: o.Status,
			Qty: o.OrderQty, Good: o.Good, Left: o.Left, Reason: o.Paused, Call: o.Call, Due: o.Due, Late: o.Late})
	}
	var d db.Where
	d.And("r.recorded_ms >= ?", now.Add(-36*time.Hour).UnixMilli())
	d.And("r.posting_date = ?", out.Day)
	d.And("r.shift = ?", out.Shift)
	db.In(&d, "p.work_center_id", ids)
	done, err := db.All[HandoverDone](ctx, q, `SELECT o.number AS order_number, i.name AS item_name, i.uom, p.op, p.name, CAST(sum(r.good) AS BIGINT) AS good, CAST(sum(r.scrap) AS BIGINT) AS scrap, CAST(sum(r.rework) AS BIGINT) AS rework
		FROM wo_report r JOIN wo_op p ON p.id = r.op_id JOIN wo_order o ON o.id = r.order_id JOIN v_item i ON i.id = o.item_id`+d.String()+`
		GROUP BY o.number, i.name, i.uom, p.op, p.name HAVING sum(r.good) <> 0 OR sum(r.scrap) <> 0 OR sum(r.rework) <> 0 ORDER BY o.number, p.op`, d.Args...)
	if err != nil {
		return out, err
	}
	out.Body.Done = append(out.Body.Done, done...)
	calls, err := m.Calls(ctx, q, ids...)
	if err != nil {
		return out, err
	}
	out.Body.Calls = calls.Items
	if out.Body.Stopped, err = m.stoppedToday(ctx, q, sameDay(ids, days), now.UnixMilli()); err != nil {
		return out, err
	}
	out.Waiting, _, err = db.Get[string](ctx, q, `SELECT number FROM wo_handover WHERE work_centers = $1 AND in_ms = 0 AND replaced_by = '' ORDER BY out_ms DESC, id DESC LIMIT 1`, joined(centers))
	return out, err
}

func joined(centers []FloorCenter) string {
	codes := make([]string, len(centers))
	for i, c := range centers {
		codes[i] = c.Code
	}
	return strings.Join(codes, " ")
}

// Sign keeps what is handed over now, in the name of the one who leaves. Of the same work centers one waits at a time:
// another person takes it over before he hands over himself, and who signs again replaces his own.
func (m *Module) Sign(ctx context.Context, tx *db.Tx, in HandOver) (Handover, error) {
	slices.Sort(in.WorkCenters)
	d, err := m.Draft(ctx, tx, strings.Join(slices.Compact(in.WorkCenters), ","))
	if err != nil {
		return Handover{}, err
	}
	body, err := json.Marshal(d.Body)
	if err != nil {
		return Handover{}, fmt.Errorf("handover: %w", err)
	}
	act := actor.From(ctx)
	if d.Waiting != "" {
		w, _, out, err := handoverBy(ctx, tx, d.Waiting)
		if err != nil {
			return Handover{}, err
		}
		if out != act.UserID {
			return Handover{}, fault.Conflict("production.handover_waits", "%s of %s still waits to be taken over; take it over first, then hand over", w.Number, w.OutBy).With("number", w.Number).With("by", w.OutBy)
		}
	}
	number, err := tx.Number("handover")
	if err != nil {
		return Handover{}, err
	}
	h := Handover{ID: tx.ID(), Number: number, WorkCenters: joined(d.Centers), Day: d.Day, Shift: d.Shift, Note: strings.TrimSpace(in.Note), OutBy: act.Name, OutMS: tx.NowMS(), Body: d.Body}
	key := tx.Key()
	if key == "" {
		key = h.ID.String()
	}
	n, err := tx.Exec(ctx, `INSERT INTO wo_handover (id, key, number, site_id, work_centers, day, shift, note, body, out_id, out_by, out_ms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (key) DO NOTHING`,
		h.ID, key, h.Number, d.Centers[0].Site, h.WorkCenters, h.Day, h.Shift, h.Note, string(body), act.UserID, h.OutBy, h.OutMS)
	if err != nil {
		return h, err
	}
	if n == 0 {
		return h, fault.Conflict("production.already_recorded", "this was recorded already; nothing was booked twice")
	}
	if d.Waiting != "" {
		if n, err := tx.Exec(ctx, `UPDATE wo_handover SET replaced_by = $1 WHERE number = $2 AND in_ms = 0 AND replaced_by = ''`, h.Number, d.Waiting); err != nil {
			return h, err
		} else if n == 0 {
			return h, db.ErrRetry
		}
		h.Replaces = d.Waiting
	}
	tx.Emit(db.Event{Name: EventHandedOver, Subject: "handover:" + h.Number, Site: d.Centers[0].Site, Reason: h.Note, Payload: HandoverEvent{h}})
	return h, nil
}

// Accept is the signature of the one who takes over: somebody else, once.
func (m *Module) Accept(ctx context.Context, tx *db.Tx, in TakeOver) (Handover, error) {
	h, site, out, err := handoverBy(ctx, tx, in.Number)
	if err != nil {
		return h, err
	}
	act := actor.From(ctx)
	if h.InMS > 0 {
		return h, fault.Conflict("production.handover_taken", "%s was taken over by %s", h.Number, h.InBy).With("number", h.Number).With("by", h.InBy)
	}
	if h.Replaced != "" {
		return h, fault.Conflict("production.handover_replaced", "%s was replaced by %s; take that one over", h.Number, h.Replaced).With("number", h.Number).With("by", h.Replaced)
	}
	if out == act.UserID {
		return h, fault.Conflict("production.handover_own", "%s was handed over by you; somebody else takes it over", h.Number).With("number", h.Number).With("by", h.OutBy)
	}
	n, err := tx.Exec(ctx, `UPDATE wo_handover SET in_id = $1, in_by = $2, in_ms = $3, in_note = $4 WHERE id = $5 AND in_ms = 0 AND replaced_by = ''`, act.UserID, act.Name, tx.NowMS(), strings.TrimSpace(in.Note), h.ID)
	if err != nil {
		return h, err
	}
	if n == 0 {
		return h, db.ErrRetry
	}
	h.InBy, h.InMS, h.InNote = act.Name, tx.NowMS(), strings.TrimSpace(in.Note)
	tx.Emit(db.Event{Name: EventTakenOver, Subject: "handover:" + h.Number, Site: site, Reason: h.InNote, Payload: HandoverEvent{h}})
	return h, nil
}

func handoverBy(ctx context.Context, q db.Querier, number string) (h Handover, site db.ID, out int64, err error) {
	type row struct {
		Handover
		Text string `db:"body_text"`
		Site db.ID  `db:"site_id"`
		Out  int64  `db:"out_id"`
	}
	r, ok, err := db.Get[row](ctx, q, `SELECT h.id, h.number, h.work_centers, h.day, h.shift, h.note, h.out_by, h.out_ms, h.in_by, h.in_ms, h.in_note, h.replaced_by, h.body AS body_text, h.site_id, h.out_id FROM wo_handover h WHERE h.number = $1`, number)
	if err != nil {
		return h, 0, 0, err
	}
	if !ok || !actor.From(ctx).SeesSite(int64(r.Site)) {
		return h, 0, 0, fault.NotFound("production.handover_unknown", "there is no handover %s", number).With("number", number)
	}
	err = json.Unmarshal([]byte(r.Text), &r.Body)
	return r.Handover, r.Site, r.Out, err
}

// HandoverOf reads a handover.
func (m *Module) HandoverOf(ctx context.Context, q db.Querier, number string) (Handover, error) {
	h, _, _, err := handoverBy(ctx, q, number)
	return h, err
}

// HandoverSheet prints it.
func (m *Module) HandoverSheet(ctx context.Context, q db.Querier, number string, now time.Time) (web.File, error) {
	h, err := m.HandoverOf(ctx, q, number)
	if err != nil {
		return web.File{}, err
	}
	names := map[string]string{}
	reasons, err := m.PauseReasons(ctx, q)
	if err != nil {
		return web.File{}, err
	}
	zh := web.Locale(ctx) != "en"
	for _, r := range reasons {
		if names[r.Code] = r.NameEn; zh {
			names[r.Code] = r.NameZh
		}
	}
	word := func(code string) string {
		if n := names[code]; n != "" {
			return n
		}
		return code
	}
	at := func(ms int64) string {
		if ms == 0 {
			return ""
		}
		return time.UnixMilli(ms).In(now.Location()).Format("2006-01-02 15:04")
	}
	s := label.Handover{Number: h.Number, Centers: h.WorkCenters, Day: h.Day, Shift: h.Shift, Note: h.Note, OutBy: h.OutBy, OutAt: at(h.OutMS), InBy: h.InBy, InAt: at(h.InMS), InNote: h.InNote}
	for _, o := range h.Body.Open {
		s.Open = append(s.Open, label.HandoverLine{Order: o.Order, Item: o.ItemName, Op: fmt.Sprintf("%d %s", o.Op, o.Name), Qty: o.Good.String() + " / " + o.Qty.String() + " " + o.UoM, State: o.Status, Why: word(o.Reason)})
	}
	for _, o := range h.Body.Done {
		s.Done = append(s.Done, label.HandoverLine{Order: o.Order, Item: o.ItemName, Op: fmt.Sprintf("%d %s", o.Op, o.Name), Qty: o.Good.String() + " " + o.UoM, Scrap: (o.Scrap + o.Rework).String()})
	}
	for _, c := range h.Body.Calls {
		s.Calls = append(s.Calls, label.HandoverLine{Order: c.Order, Op: fmt.Sprintf("%d %s", c.Op, c.OpName), State: c.Kind, Item: strings.TrimSpace(c.PartName + " " + c.Text), Why: c.Caller + "  " + at(c.CalledMS)})
	}
	return printed(label.Handovers(label.Opt{Locale: web.Locale(ctx), At: now}, s), "handover-"+number, "pdf")
}
