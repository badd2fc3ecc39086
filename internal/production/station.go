package production

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// FloorCenter is a work center by code and name.
type FloorCenter struct {
	Code string `json:"code" db:"code"`
	Name string `json:"name" db:"name"`
	ID   db.ID  `json:"-" db:"id"`
	Site db.ID  `json:"-" db:"site_id"`
}

// centersOf finds the work centers that a list of codes names; "all" and "" are every one that the actor sees.
func centersOf(ctx context.Context, q db.Querier, at string) ([]FloorCenter, error) {
	codes := strings.FieldsFunc(at, func(r rune) bool { return r == ',' || r == ' ' })
	var w db.Where
	w.And("active")
	identity.Scope("site_id", "")(ctx, &w)
	if at != "all" {
		db.In(&w, "code", codes)
	}
	list, err := db.All[FloorCenter](ctx, q, `SELECT id, site_id, code, name FROM v_work_center`+w.String()+` ORDER BY code`, w.Args...)
	if err != nil {
		return nil, err
	}
	for _, c := range codes {
		if at != "all" && !slices.ContainsFunc(list, func(f FloorCenter) bool { return f.Code == c }) {
			return nil, fault.NotFound("masterdata.work_center_unknown", "there is no work center %s", c).With("code", c)
		}
	}
	return list, nil
}

func idsOf(list []FloorCenter) []db.ID {
	out := make([]db.ID, len(list))
	for i, c := range list {
		out[i] = c.ID
	}
	return out
}

// FloorOp is an operation as its card at the station shows it.
type FloorOp struct {
	ID         db.ID        `json:"id" db:"id"`
	Order      string       `json:"order" db:"order_number"`
	Item       string       `json:"item" db:"item"`
	ItemName   string       `json:"item_name" db:"item_name"`
	UoM        string       `json:"uom" db:"uom"`
	Op         int64        `json:"op" db:"op"`
	Name       string       `json:"name" db:"name"`
	WorkCenter string       `json:"work_center" db:"work_center"`
	CenterName string       `json:"work_center_name" db:"center_name"`
	Status     string       `json:"status" db:"status"`
	Report     bool         `json:"report" db:"report" doc:"False: its pieces count at the next report point"`
	OrderQty   num.Dec      `json:"order_qty" db:"order_qty"`
	Good       num.Dec      `json:"good" db:"good"`
	Left       num.Dec      `json:"left" db:"remaining" doc:"What can be reported now"`
	Due        string       `json:"due" db:"due"`
	Priority   int64        `json:"priority" db:"priority"`
	Rush       bool         `json:"rush" db:"-" doc:"Priority 1 or 2"`
	Late       bool         `json:"late" db:"-" doc:"Its day has gone"`
	RunningMS  int64        `json:"running_ms" db:"running_ms"`
	SettingMS  int64        `json:"setting_ms" db:"setting_ms" doc:"Since when somebody sets it up, 0 = it is not being set up"`
	SetupMS    int64        `json:"setup_ms" db:"setup_ms" doc:"How long setting up takes by the routing, 0 = there is none"`
	Tool       string       `json:"tool" db:"tool" doc:"To be scanned when the work begins"`
	Crew       []CrewMember `json:"crew" db:"-" doc:"Who works at it now"`
	Paused     string       `json:"paused" db:"-" doc:"Why it stands still"`
	PausedMS   int64        `json:"paused_ms" db:"-" doc:"Since when"`
	Missing    []FloorPart  `json:"missing" db:"-" doc:"Material that has to be brought first"`
	PrevOp     int64        `json:"prev_op" db:"prev_op" doc:"The report point that it waits for"`
	PrevName   string       `json:"prev_name" db:"prev_name"`
	PrevCenter string       `json:"prev_center" db:"prev_center"`
	PrevState  string       `json:"prev_state" db:"-" enum:"running,paused,idle" doc:"What happens there now"`
	Call       string       `json:"call" db:"-" doc:"Kind of an open call for help here"`
	Blocked    bool         `json:"blocked" db:"-" doc:"Stopped until that call is resolved"`
	Picture    db.ID        `json:"picture" db:"-" doc:"Attachment that shows the item, 0 = none"`
	Asks       bool         `json:"asks" db:"asks" doc:"It asks for process parameters"`
	PointID    db.ID        `json:"-" db:"report_id"`
	PrevRuns   int64        `json:"-" db:"prev_running"`
	ItemID     db.ID        `json:"-" db:"item_id"`
	OrderID    db.ID        `json:"-" db:"order_id"`
	CenterID   db.ID        `json:"-" db:"work_center_id"`
}

// FloorPart is a part that an operation waits for.
type FloorPart struct {
	Item      string  `json:"item" db:"item"`
	Name      string  `json:"name" db:"name"`
	UoM       string  `json:"uom" db:"uom"`
	Missing   num.Dec `json:"missing" db:"missing" doc:"Not issued yet"`
	Available num.Dec `json:"available" db:"available" doc:"Usable stock of the site"`
	Point     db.ID   `json:"-" db:"report_id"`
}

// FloorStation is what the people at some work centers can do now.
type FloorStation struct {
	Centers []FloorCenter `json:"centers"`
	Ready   int           `json:"ready" doc:"Ready or paused"`
	Running int           `json:"running"`
	Waiting int           `json:"waiting"`
	Calls   int           `json:"calls" doc:"Open calls for help"`
	More    bool          `json:"more" doc:"There is more than is listed"`
	Ops     []FloorOp     `json:"ops" doc:"Running first, then ready, then those that wait; each by urgency"`
}

const floorOps = 300

const floorColumns = `
	SELECT p.id, p.order_id, p.order_number, p.item_id, i.code AS item, i.name AS item_name, i.uom, p.op, p.name, coalesce(c.code, '') AS work_center, coalesce(c.name, '') AS center_name, p.status, p.report,
	       p.order_qty, p.good, p.qty_in - p.done AS remaining, p.due, p.priority, p.running_ms, p.setting_ms, p.setup_ms, p.tool, p.work_center_id, p.report_id, own.params <> '' AS asks,
	       coalesce(b.op, 0) AS prev_op, coalesce(b.name, '') AS prev_name, coalesce(bc.name, '') AS prev_center, coalesce(b.running_ms, 0) AS prev_running
	FROM v_wo_op p JOIN wo_op own ON own.id = p.id JOIN v_item i ON i.id = p.item_id LEFT JOIN v_work_center c ON c.id = p.work_center_id
	LEFT JOIN wo_op b ON b.id = p.prev_id LEFT JOIN v_work_center bc ON bc.id = b.work_center_id`

// AtStation lists what some work centers have to do, by what they can do now, with who works on it, what exactly is
// missing and who was called. A fixed number of statements, however long the list is.
func (m *Module) AtStation(ctx context.Context, q db.Querier, at string) (FloorStation, error) {
	centers, err := centersOf(ctx, q, at)
	if err != nil {
		return FloorStation{}, err
	}
	out := FloorStation{Centers: centers, Ops: []FloorOp{}}
	if len(centers) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "p.work_center_id", idsOf(centers))
	w.And("p.own_done_ms = 0 AND p.order_status IN ('released', 'started')")
	ops, err := db.All[FloorOp](ctx, q, floorColumns+w.String()+` ORDER BY p.priority, p.due, p.id LIMIT `+itoa(floorOps+1), w.Args...)
	if err != nil {
		return out, err
	}
	out.More = len(ops) > floorOps
	ops = ops[:min(len(ops), floorOps)]
	w.And("p.own_running_ms > 0") // however far down the list they stand
	running, err := db.All[FloorOp](ctx, q, floorColumns+w.String()+` ORDER BY p.id`, w.Args...)
	if err != nil {
		return out, err
	}
	for _, r := range running {
		if !slices.ContainsFunc(ops, func(x FloorOp) bool { return x.ID == r.ID }) {
			ops = append(ops, r)
		}
	}
	slices.SortStableFunc(ops, func(a, b FloorOp) int { return cmp.Compare(floorRank(a.Status), floorRank(b.Status)) })
	if err := m.dress(ctx, q, ops); err != nil {
		return out, err
	}
	for _, o := range ops {
		switch floorRank(o.Status) {
		case 0:
			out.Running++
		case 1:
			out.Ready++
		default:
			out.Waiting++
		}
	}
	calls, err := m.Calls(ctx, q, idsOf(centers)...)
	out.Ops, out.Calls = ops, len(calls.Items)
	return out, err
}

func floorRank(status string) int {
	switch status {
	case "running":
		return 0
	case "ready", "paused":
		return 1
	}
	return 2
}

// dress adds to operations what stands in other tables, one statement for each kind of it.
func (m *Module) dress(ctx context.Context, q db.Querier, ops []FloorOp) error {
	var centers []db.ID
	for i := range ops {
		if c := ops[i].CenterID; c != 0 && !slices.Contains(centers, c) {
			centers = append(centers, c)
		}
	}
	days, err := m.workDays(ctx, q, centers, m.d.Now().UnixMilli())
	if err != nil {
		return err
	}
	today := m.today() // where nobody says which work center it is
	var points, short, paused, runs []db.ID
	var items []string
	for i := range ops {
		o := &ops[i]
		o.Left, o.Rush, o.Late = max(o.Left, 0), o.Priority <= 2, o.Due != "" && o.Due < cmp.Or(days[o.CenterID].Day, today)
		o.Crew, o.Missing = []CrewMember{}, []FloorPart{}
		points = append(points, o.PointID)
		switch o.Status {
		case "running":
			runs = append(runs, o.PointID)
		case "paused":
			paused = append(paused, o.PointID)
		case "waiting_material":
			short = append(short, o.PointID)
		}
		switch {
		case o.PrevRuns > 0:
			o.PrevState = "running"
		case o.PrevRuns < 0:
			o.PrevState = "paused"
		case o.PrevOp > 0:
			o.PrevState = "idle"
		}
		if s := "item:" + o.Item; !slices.Contains(items, s) {
			items = append(items, s)
		}
	}
	people, err := crewOf(ctx, q, runs)
	if err != nil {
		return err
	}
	missing, err := m.missing(ctx, q, short)
	if err != nil {
		return err
	}
	still, err := standing(ctx, q, paused)
	if err != nil {
		return err
	}
	calls, err := openCalls(ctx, q, points)
	if err != nil {
		return err
	}
	var pictures map[string]db.ID
	if m.Pictures != nil {
		if pictures, err = m.Pictures(ctx, q, items); err != nil {
			return err
		}
	}
	for i := range ops {
		o := &ops[i]
		for _, c := range people {
			if c.Op == o.PointID {
				o.Crew = append(o.Crew, c)
			}
		}
		for _, p := range missing {
			if p.Point == o.PointID && o.Status == "waiting_material" {
				o.Missing = append(o.Missing, p)
			}
		}
		if s, ok := still[o.PointID]; ok && o.Status == "paused" {
			o.Paused, o.PausedMS = s.Reason, s.At
		}
		if c, ok := calls[o.PointID]; ok {
			o.Call, o.Blocked = c.Kind, c.Blocks
		}
		o.Picture = pictures["item:"+o.Item]
	}
	return nil
}

// missing names the parts without which operations cannot begin.
func (m *Module) missing(ctx context.Context, q db.Querier, points []db.ID) ([]FloorPart, error) {
	if len(points) == 0 {
		return nil, nil
	}
	w := db.Where{Args: []any{m.today()}}
	w.And("c.issue = 'pick' AND c.role = 'component' AND c.covered <= p.good + p.scrap + p.rework AND c.required > c.issued")
	db.In(&w, "c.report_id", points)
	return db.All[FloorPart](ctx, q, `
		SELECT c.report_id, i.code AS item, i.name, i.uom, c.required - c.issued AS missing,
		       CAST(coalesce((SELECT sum(s.qty - s.reserved) FROM v_stock s JOIN v_location l ON l.id = s.location_id LEFT JOIN v_lot t ON t.id = s.lot_id
		         WHERE s.item_id = c.item_id AND s.site_id = o.site_id AND s.status = 'available' AND coalesce(t.expires_on, '9999-12-31') > $1
		           AND (l.warehouse_kind IN ('normal', 'line') OR (l.warehouse_kind = 'customer_owned' AND i.kind = 'customer'))), 0) AS BIGINT) AS available
		FROM wo_component c JOIN wo_op p ON p.id = c.report_id JOIN wo_order o ON o.id = c.order_id JOIN v_item i ON i.id = c.item_id`+w.String()+` ORDER BY c.report_id, c.line`, w.Args...)
}

type still struct {
	Op     db.ID  `db:"op_id"`
	Reason string `db:"reason"`
	Worker string `db:"worker"`
	At     int64  `db:"happened_ms"`
}

// standing says why and since when operations are paused.
func standing(ctx context.Context, q db.Querier, ops []db.ID) (map[db.ID]still, error) {
	out := map[db.ID]still{}
	if len(ops) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "n.op_id", ops)
	w.And("n.kind = 'pause'")
	return out, db.Each(ctx, q, `SELECT x.op_id, x.reason, coalesce(k.name, x.actor) AS worker, x.happened_ms
		FROM (SELECT n.op_id, n.reason, n.worker_id, n.actor, n.happened_ms, row_number() OVER (PARTITION BY n.op_id ORDER BY n.recorded_ms DESC, n.id DESC) AS rn FROM wo_run n`+w.String()+`) x
		LEFT JOIN v_worker k ON k.id = x.worker_id WHERE x.rn = 1`, w.Args, func(s *still) error { out[s.Op] = *s; return nil })
}

type openCall struct {
	Point  db.ID  `db:"point_id"`
	Kind   string `db:"kind"`
	Blocks bool   `db:"blocks"`
}

// openCalls finds for report points the call that matters most: one that stops the work before one that does not.
func openCalls(ctx context.Context, q db.Querier, points []db.ID) (map[db.ID]openCall, error) {
	out := map[db.ID]openCall{}
	if len(points) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "point_id", points)
	w.And("resolved_ms = 0")
	return out, db.Each(ctx, q, `SELECT point_id, kind, blocks FROM wo_call`+w.String()+` ORDER BY called_ms, id`, w.Args, func(c *openCall) error {
		if was, ok := out[c.Point]; !ok || c.Blocks && !was.Blocks {
			out[c.Point] = *c
		}
		return nil
	})
}

// OpFloor is what the page of an operation shows besides its card.
type OpFloor struct {
	Order    string       `json:"order"`
	Op       int64        `json:"op"`
	Crew     []CrewMember `json:"crew"`
	Machine  string       `json:"machine" doc:"On which it was begun last"`
	Paused   string       `json:"paused"`
	PausedMS int64        `json:"paused_ms"`
	Calls    []CallRow    `json:"calls" doc:"Open calls of this operation"`
	Blocked  bool         `json:"blocked"`
	Missing  []FloorPart  `json:"missing"`
	Picture  db.ID        `json:"picture"`
	PrevOp   int64        `json:"prev_op"`
	PrevName string       `json:"prev_name"`
	Prev     string       `json:"prev_state"`

	SettingMS int64              `json:"setting_ms" doc:"Since when it is being set up, 0 = it is not"`
	SetupMS   int64              `json:"setup_ms" doc:"How long setting up takes by the routing"`
	SetupDone int64              `json:"setup_done_ms" doc:"How long it has been set up so far, without what is going on now"`
	Params    []masterdata.Param `json:"params" doc:"Process parameters that it asks for"`
	Started   bool               `json:"start_recorded" doc:"Those of the start are recorded"`

	SinceMS int64 `json:"since_ms" doc:"From when on a report counts time: the start, or the report before it; 0 = it does not run"`

	Inspection   string `json:"inspection" doc:"The inspection without which nothing goes on here: of the first pieces, or the second look after a patrol that failed"`
	PatrolFailed bool   `json:"patrol_failed" doc:"A patrol failed: stopped until the second look passes"`

	HeldMS  int64   `json:"held_ms" doc:"Since when this operation alone is held, 0 = it is not"`
	Held    string  `json:"held_reason"`
	Pieces  num.Dec `json:"pieces" doc:"Reported at it so far: what single pieces are numbered by"`
	Serials bool    `json:"serials" doc:"Its pieces have serial numbers"`
}

// OpOnFloor reads who works at an operation, on what, why it stands still, and who was called.
func (m *Module) OpOnFloor(ctx context.Context, q db.Querier, order string, op int64) (OpFloor, error) {
	o, err := orderByNumber(ctx, q, order)
	if err != nil {
		return OpFloor{}, err
	}
	ops, err := db.All[FloorOp](ctx, q, floorColumns+` WHERE p.order_id = $1 AND p.op = $2`, o.ID, op)
	if err != nil {
		return OpFloor{}, err
	}
	if len(ops) == 0 {
		return OpFloor{}, fault.NotFound("production.op_unknown", "%s has no operation %d", order, op).With("order", order).With("op", op)
	}
	if err := m.dress(ctx, q, ops); err != nil {
		return OpFloor{}, err
	}
	f := ops[0]
	out := OpFloor{Order: f.Order, Op: f.Op, Crew: f.Crew, Paused: f.Paused, PausedMS: f.PausedMS, Blocked: f.Blocked, Missing: f.Missing, Picture: f.Picture, PrevOp: f.PrevOp, PrevName: f.PrevName, Prev: f.PrevState}
	if out.Machine, _, err = db.Get[string](ctx, q, `SELECT coalesce(k.code, '') FROM wo_run n LEFT JOIN v_machine k ON k.id = n.machine_id
		WHERE n.op_id = $1 AND n.kind = 'start' ORDER BY n.recorded_ms DESC, n.id DESC LIMIT 1`, f.PointID); err != nil {
		return out, err
	}
	if err = out.asks(ctx, q, f.PointID); err != nil {
		return out, err
	}
	out.SettingMS, out.SetupMS = f.SettingMS, f.SetupMS
	if out.SetupDone, err = db.One[int64](ctx, q, `SELECT CAST(coalesce(sum(ms), 0) AS BIGINT) FROM wo_labour WHERE op_id = $1 AND kind = 'setup'`, f.PointID); err != nil {
		return out, err
	}
	if f.RunningMS > 0 && f.SettingMS == 0 {
		if out.SinceMS, err = unreported(ctx, q, f.PointID, f.RunningMS); err != nil {
			return out, err
		}
	}
	if f.Status == "waiting_inspection" {
		w, _, err := db.Get[awaited](ctx, q, awaitedInspection, f.PointID)
		if err != nil {
			return out, err
		}
		out.Inspection, out.PatrolFailed = w.Number, w.Bad
	}
	out.Calls, err = db.All[CallRow](ctx, q, callColumns+` WHERE k.point_id = $1 AND k.resolved_ms = 0 ORDER BY k.called_ms, k.id`, f.PointID)
	if out.Calls == nil {
		out.Calls = []CallRow{}
	}
	return out, err
}

// MyStation is the work centers that a tablet stands at.
type MyStation struct {
	Enrolled bool          `json:"enrolled" doc:"The server remembers it; else the device does by itself"`
	Device   string        `json:"device"`
	Centers  []FloorCenter `json:"centers"`
}

// Bind keeps on the server which work centers an enrolled tablet stands at.
type Bind struct {
	Centers []string `json:"centers" maxItems:"20" doc:"Work center codes; none = the tablet is nobody's"`
}

// StationOf reads the binding of the tablet that asks.
func (m *Module) StationOf(ctx context.Context, q db.Querier) (MyStation, error) {
	out := MyStation{Centers: []FloorCenter{}}
	t, ok, err := identity.TabletOf(ctx, q)
	if err != nil || !ok {
		return out, err
	}
	out.Enrolled, out.Device = true, t.Name
	if len(t.Codes()) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "code", t.Codes())
	list, err := db.All[FloorCenter](ctx, q, `SELECT id, site_id, code, name FROM v_work_center`+w.String()+` ORDER BY code`, w.Args...)
	out.Centers = append(out.Centers, list...)
	return out, err
}

// BindStation changes it.
func (m *Module) BindStation(ctx context.Context, tx *db.Tx, in Bind) (MyStation, error) {
	for _, c := range in.Centers {
		if _, err := masterdata.WorkCenterByCode(ctx, tx, c); err != nil {
			return MyStation{}, err
		}
	}
	if _, err := identity.BindTablet(ctx, tx, in.Centers); err != nil {
		return MyStation{}, err
	}
	return m.StationOf(ctx, tx)
}
