package production

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Detail is everything about one work order.
type Detail struct {
	Number         string          `json:"number" db:"number"`
	Status         string          `json:"status" db:"status" enum:"planned,released,started,completed,closed,cancelled"`
	Site           string          `json:"site" db:"site"`
	Item           string          `json:"item" db:"item"`
	Name           string          `json:"name" db:"name"`
	Spec           string          `json:"spec" db:"spec"`
	UoM            string          `json:"uom" db:"uom"`
	Decimals       int             `json:"decimals" db:"decimals"`
	Tracking       string          `json:"tracking" db:"tracking"`
	Qty            num.Dec         `json:"qty" db:"qty"`
	Good           num.Dec         `json:"good" db:"good"`
	Scrap          num.Dec         `json:"scrap" db:"scrap"`
	Received       num.Dec         `json:"received" db:"received"`
	Receivable     num.Dec         `json:"receivable" db:"-" doc:"What may go into stock now"`
	Waiting        num.Dec         `json:"waiting_inspection" db:"-"`
	Failed         num.Dec         `json:"failed" db:"-" doc:"Failed the final inspection"`
	ProgressPct    int64           `json:"progress_pct" db:"-" doc:"Pieces done at all report points, of all that must be done"`
	Due            string          `json:"due" db:"due"`
	Start          string          `json:"start" db:"start"`
	Priority       int64           `json:"priority" db:"priority"`
	BOMVersion     string          `json:"bom_version" db:"bom_used"`
	RoutingVersion string          `json:"routing_version" db:"routing_used"`
	SalesOrder     string          `json:"sales_order" db:"sales_order"`
	FinalGate      bool            `json:"final_gate" db:"final_gate"`
	CreatedMS      int64           `json:"created_ms" db:"created_ms"`
	ReleasedMS     int64           `json:"released_ms" db:"released_ms"`
	StartedMS      int64           `json:"started_ms" db:"started_ms"`
	CompletedMS    int64           `json:"completed_ms" db:"completed_ms"`
	ClosedMS       int64           `json:"closed_ms" db:"closed_ms"`
	EndReason      string          `json:"end_reason" db:"end_reason"`
	Ops            []DetailOp      `json:"ops" db:"-"`
	Components     []Material      `json:"components" db:"-"`
	Reports        []ReportRow     `json:"reports" db:"-" doc:"The last hundred"`
	Issues         []DetailIssue   `json:"issues" db:"-"`
	Receipts       []DetailReceipt `json:"receipts" db:"-"`
	Outputs        []DetailOutput  `json:"outputs" db:"-" doc:"Co- and by-products: expected and received"`
	Inspections    []DetailInsp    `json:"inspections" db:"-"`
	State          string          `json:"state" db:"state" enum:"planned,released,started,paused,waiting_material,waiting_previous,waiting_inspection,completed,closed,closed_short,failed,hold,cancelled" doc:"The status with what the facts add: held, paused, waiting, how it ended"`
	WaitsFor       string          `json:"waits_for" db:"-" enum:"material,inspection,release,previous," doc:"What keeps the work from going on"`
	HoldMS         int64           `json:"hold_ms" db:"hold_ms"`
	HoldReason     string          `json:"hold_reason" db:"hold_reason"`
	VersionAnswer  string          `json:"version_answer" db:"version_answer"`
	MinQty         num.Dec         `json:"min_qty" db:"min_qty" doc:"Reported at the first report point: less than this it cannot become, more than the rest cannot be split off"`
	Family         []Relative      `json:"family" db:"-" doc:"Orders that it was split off or merged with"`
	AtOrder        []AtOrder       `json:"at_order" db:"-" doc:"Material that lies at the order, lot by lot"`
	Variances      []DetailOwed    `json:"variances" db:"-" doc:"Material that was short at a report"`
	Substitutions  []SubstituteRow `json:"substitutions" db:"-" doc:"Substitutes that were asked for, and the answers"`
	Scraps         []DetailScrap   `json:"scraps" db:"-" doc:"Material that stations scrapped"`
	Leftovers      []LeftoverDone  `json:"leftovers" db:"-" doc:"What became of material when the order ended"`
	Kind           string          `json:"kind" db:"kind" enum:"normal,toll,rework"`
	Owner          string          `json:"owner" db:"owner" doc:"Customer who supplies the material of a toll order"`
	KeepNumber     bool            `json:"keep_number" db:"keep_number" doc:"Reworked pieces keep their lot and serial numbers"`
	ReworkWhy      string          `json:"rework_why" db:"rework_why"`
	ReworkOf       string          `json:"rework_of" db:"rework_of" doc:"Inspection or return that the reworked pieces come from"`
	Aside          num.Dec         `json:"aside" db:"aside" doc:"Failed pieces that went to rework orders"`
	Reworks        []string        `json:"reworks" db:"-" doc:"Rework orders that took pieces of this order or its lots"`
	ID             db.ID           `json:"id" db:"id"`
	SiteID         db.ID           `json:"-" db:"site_id"`
	Opening        num.Dec         `json:"-" db:"opening"`
	LastUnjudged   num.Dec         `json:"-" db:"last_unjudged"`
}

// DetailOp is an operation of the order's own routing.
type DetailOp struct {
	Op         int64   `json:"op" db:"op"`
	Name       string  `json:"name" db:"name"`
	WorkCenter string  `json:"work_center" db:"work_center"`
	CenterName string  `json:"work_center_name" db:"work_center_name"`
	Status     string  `json:"status" db:"status"`
	Report     bool    `json:"report" db:"report"`
	Inspection string  `json:"inspection" db:"inspection"`
	QtyIn      num.Dec `json:"qty_in" db:"qty_in"`
	Good       num.Dec `json:"good" db:"good"`
	Scrap      num.Dec `json:"scrap" db:"scrap"`
	Rework     num.Dec `json:"rework" db:"rework"`
	Unjudged   num.Dec `json:"unjudged" db:"unjudged" doc:"Good pieces that wait for a judgement: they go nowhere until then"`
	WIP        num.Dec `json:"wip" db:"wip" doc:"Came in and is not reported"`
	SetupMS    int64   `json:"setup_ms" db:"setup_ms"`
	RunMS      int64   `json:"run_ms" db:"run_ms"`
	PieceRate  num.Dec `json:"piece_rate" db:"piece_rate" mask:"price"`
	Tool       string  `json:"tool" db:"tool"`
	Skill      string  `json:"skill" db:"skill"`
	StartedMS  int64   `json:"started_ms" db:"started_ms"`
	RunningMS  int64   `json:"running_ms" db:"running_ms"`
	DoneMS     int64   `json:"done_ms" db:"done_ms"`
	SettingMS  int64   `json:"setting_ms" db:"setting_ms"`

	Params   []masterdata.Param `json:"params" db:"-" doc:"Process parameters that it asks for"`
	HeldMS   int64              `json:"held_ms" db:"held_ms" doc:"Since when it alone is held, 0 = it is not"`
	Held     string             `json:"held_reason" db:"held_reason"`
	Measured bool               `json:"start_recorded" db:"start_recorded" doc:"Those of the start are recorded"`
	Stored   string             `json:"-" db:"params"`
}

// DetailIssue is material that was brought or taken back.
type DetailIssue struct {
	ID   db.ID   `json:"id" db:"id"`
	Kind string  `json:"kind" db:"kind" enum:"issue,return,scrap"`
	Item string  `json:"item" db:"item"`
	Name string  `json:"name" db:"name"`
	UoM  string  `json:"uom" db:"uom"`
	Lot  string  `json:"lot" db:"lot"`
	Qty  num.Dec `json:"qty" db:"qty"`
	masterdata.Entered
	OverBy string `json:"over_by" db:"over_by" doc:"Who allowed more than the norm"`
	Pick   string `json:"pick" db:"pick" doc:"The pick list that it came by"`
	Reason string `json:"over_reason" db:"over_reason"`
	AtMS   int64  `json:"at_ms" db:"recorded_ms"`
	Actor  string `json:"actor" db:"actor"`
}

// DetailReceipt is what went into stock.
type DetailReceipt struct {
	Number string  `json:"number" db:"number"`
	Item   string  `json:"item" db:"item"`
	Name   string  `json:"name" db:"name"`
	UoM    string  `json:"uom" db:"uom"`
	Line   int64   `json:"line" db:"line" doc:"Of a co- or by-product its line of the bill, 0 = finished goods"`
	Qty    num.Dec `json:"qty" db:"qty"`
	masterdata.Entered
	Lot      string `json:"lot" db:"lot"`
	Location string `json:"location" db:"location"`
	AtMS     int64  `json:"at_ms" db:"recorded_ms"`
	Actor    string `json:"actor" db:"actor"`
	Reversed bool   `json:"reversed" db:"reversed"`
	Undo     bool   `json:"undo" db:"undo" doc:"Takes an earlier receipt back"`
}

// DetailInsp is an inspection of the order.
type DetailInsp struct {
	Number string  `json:"number" db:"number"`
	Kind   string  `json:"kind" db:"kind"`
	Qty    num.Dec `json:"qty" db:"qty"`
	Passed num.Dec `json:"passed" db:"passed"`
	Failed num.Dec `json:"failed" db:"failed"`
	Status string  `json:"status" db:"status"`
	AtMS   int64   `json:"requested_ms" db:"requested_ms"`
}

// Order reads a work order with all that happened to it: one statement for each kind of line.
func (m *Module) Order(ctx context.Context, q db.Querier, number string) (Detail, error) {
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return Detail{}, err
	}
	d, err := db.One[Detail](ctx, q, `
		SELECT o.id, o.site_id, o.number, o.status, s.code AS site, i.code AS item, i.name, i.spec, i.uom, i.decimals, i.tracking, o.qty, l.good, l.unjudged AS last_unjudged, o.received, o.opening, o.due, o.start, o.priority,
		       CAST((SELECT coalesce(sum(p.scrap), 0) FROM wo_op p WHERE p.order_id = o.id) AS BIGINT) AS scrap, o.bom_used, o.routing_used, o.sales_order, o.final_gate,
		       o.created_ms, o.released_ms, o.started_ms, o.completed_ms, o.closed_ms + o.cancelled_ms AS closed_ms, o.end_reason,
		       o.hold_ms, o.hold_reason, o.version_answer, o.kind, o.keep_number, o.rework_why, o.rework_of, o.aside, coalesce((SELECT p.name FROM v_partner p WHERE p.id = o.owner_id), '') AS owner, f.good + f.scrap + f.rework AS min_qty, `+stateSQL+` AS state
		FROM wo_order o JOIN wo_op l ON l.id = o.last_op_id JOIN wo_op f ON f.id = o.first_op_id JOIN v_item i ON i.id = o.item_id JOIN v_site s ON s.id = o.site_id WHERE o.id = $1`, o.ID)
	if err != nil {
		return d, err
	}
	if d.Ops, err = db.All[DetailOp](ctx, q, `
		SELECT p.op, p.name, coalesce(c.code, '') AS work_center, coalesce(c.name, '') AS work_center_name, p.status, p.report, p.inspection, p.qty_in, p.good, p.scrap, p.rework,
		       p.qty_in - p.done AS wip, p.unjudged, p.setup_ms, p.run_ms, x.piece_rate, p.tool, p.skill, p.started_ms, p.running_ms, p.done_ms, p.setting_ms, x.held_ms, x.held_reason, x.params, EXISTS (SELECT 1 FROM v_wo_reading v WHERE v.op_id = p.id AND v.taken = 'start' AND NOT v.reversed) AS start_recorded`+opCardFrom+`
		JOIN wo_op x ON x.id = p.id WHERE p.order_id = $1 ORDER BY p.op`, o.ID); err != nil {
		return d, err
	}
	for i := range d.Ops {
		if d.Ops[i].Params, err = masterdata.Params(d.Ops[i].Stored); err != nil {
			return d, err
		}
	}
	if d.Components, err = m.material(ctx, q, o.ID, o.Site, 0); err != nil {
		return d, err
	}
	if d.Reports, err = db.All[ReportRow](ctx, q, `
		SELECT r.id, r.order_number, i.code AS item, r.op, r.op_name, r.kind, r.good, r.scrap, r.rework, r.scrap_reason, r.rework_reason, r.note, r.worker, coalesce(k.code, '') AS machine,
		       r.start_ms, r.happened_ms, r.recorded_ms, r.posting_date, r.actor, r.reversed, f.entered_qty, f.entered_uom
		FROM v_wo_report r JOIN wo_report f ON f.id = r.id JOIN v_item i ON i.id = r.item_id LEFT JOIN v_machine k ON k.id = r.machine_id WHERE r.order_id = $1 ORDER BY r.recorded_ms DESC, r.id DESC LIMIT 100`, o.ID); err != nil {
		return d, err
	}
	if d.Issues, err = db.All[DetailIssue](ctx, q, `SELECT s.id, s.kind, i.code AS item, i.name, i.uom, s.lot, s.qty, CASE WHEN s.kind = 'return' THEN -s.entered_qty ELSE s.entered_qty END AS entered_qty, s.entered_uom, s.over_reason, s.over_by, coalesce(k.number, '') AS pick, s.recorded_ms, s.actor
		FROM wo_issue s JOIN v_item i ON i.id = s.item_id LEFT JOIN wo_pick k ON k.id = s.pick_id WHERE s.order_id = $1 ORDER BY s.recorded_ms, s.id`, o.ID); err != nil {
		return d, err
	}
	if d.Receipts, err = db.All[DetailReceipt](ctx, q, `SELECT r.number, i.code AS item, i.name, i.uom, coalesce(c.line, 0) AS line, r.qty, r.entered_qty, r.entered_uom, r.lot, r.location, r.recorded_ms, r.actor, r.reverses <> 0 AS undo,
		EXISTS (SELECT 1 FROM wo_receipt x WHERE x.reverses = r.id AND x.reverses <> 0) AS reversed
		FROM wo_receipt r JOIN v_item i ON i.id = r.item_id LEFT JOIN wo_component c ON c.id = r.component_id WHERE r.order_id = $1 ORDER BY r.recorded_ms, r.id`, o.ID); err != nil {
		return d, err
	}
	if d.Inspections, err = db.All[DetailInsp](ctx, q, `SELECT number, kind, qty, passed, failed, status, requested_ms FROM v_inspection WHERE order_id = $1 AND order_id <> 0 ORDER BY requested_ms, number`, o.ID); err != nil {
		return d, err
	}
	s := receiveState{orderHead: o, Gate: d.FinalGate, Received: d.Received, Opening: d.Opening, Good: d.Good, Unjudged: d.LastUnjudged}
	if d.Receivable, d.Waiting, d.Failed, err = m.mayReceive(ctx, q, &s); err != nil {
		return d, err
	}
	d.Receivable = max(d.Receivable, 0)
	if d.Outputs, err = m.outputs(ctx, q, &s, d.Receivable); err != nil {
		return d, err
	}
	if err := m.tell(ctx, q, &d); err != nil {
		return d, err
	}
	if d.Scraps, err = scrapsOf(ctx, q, o.ID); err != nil {
		return d, err
	}
	if d.Substitutions, err = substitutesOf(ctx, q, "order_id", o.ID); err != nil {
		return d, err
	}
	if d.Reworks, err = reworksOf(ctx, q, o.ID); err != nil {
		return d, err
	}
	d.ProgressPct, err = progress(d)
	return d, err
}

// progress counts pieces over all report points: what is done of what is to be done; scrap needs nothing more.
func progress(d Detail) (int64, error) {
	var done, all num.Dec
	left := d.Qty
	for _, p := range d.Ops {
		if p.Report {
			all += left
			done += p.Good + p.Scrap
			left = max(left-p.Scrap, 0)
		}
	}
	if all <= 0 {
		return 100, nil
	}
	pct, err := num.MulDivDown(int64(done), 100, int64(all))
	return min(pct, 100), err
}
