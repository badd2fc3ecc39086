package production

import (
	"context"
	"strconv"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Card is what the floor sees of one operation after a scan: what it is, what is left, and whether it can go on.
type Card struct {
	Order       string     `json:"order" db:"number"`
	OrderStatus string     `json:"order_status" db:"order_status"`
	Item        string     `json:"item" db:"item"`
	ItemName    string     `json:"item_name" db:"item_name"`
	Spec        string     `json:"spec" db:"spec"`
	UoM         string     `json:"uom" db:"uom"`
	Decimals    int        `json:"decimals" db:"decimals"`
	Qty         num.Dec    `json:"qty" db:"order_qty"`
	Due         string     `json:"due" db:"due"`
	Priority    int64      `json:"priority" db:"priority"`
	SalesOrder  string     `json:"sales_order" db:"sales_order"`
	Op          int64      `json:"op" db:"op"`
	Name        string     `json:"name" db:"name"`
	WorkCenter  string     `json:"work_center" db:"work_center"`
	CenterName  string     `json:"work_center_name" db:"work_center_name"`
	Status      string     `json:"status" db:"status"`
	Inspection  string     `json:"inspection" db:"inspection"`
	Tool        string     `json:"tool" db:"tool" doc:"To be scanned when the work begins"`
	Skill       string     `json:"skill" db:"skill" doc:"Demanded of who begins"`
	SettingMS   int64      `json:"setting_ms" db:"setting_ms" doc:"Since when somebody sets it up, 0 = nobody"`
	SetupMS     int64      `json:"setup_ms" db:"setup_ms" doc:"How long setting up takes by the routing, 0 = there is none"`
	QtyIn       num.Dec    `json:"qty_in" db:"qty_in" doc:"Pieces that have come to this operation"`
	Good        num.Dec    `json:"good" db:"good"`
	Scrap       num.Dec    `json:"scrap" db:"scrap"`
	Rework      num.Dec    `json:"rework" db:"rework" doc:"Set aside to be done again"`
	Remaining   num.Dec    `json:"remaining" db:"remaining" doc:"What can be reported now"`
	StartedMS   int64      `json:"started_ms" db:"started_ms"`
	RunningMS   int64      `json:"running_ms" db:"running_ms" doc:"Since when somebody works on it, 0 = nobody"`
	StartedBy   string     `json:"started_by" db:"-"`
	Ops         []CardOp   `json:"ops" db:"-" doc:"All operations of the order"`
	Material    []Material `json:"material" db:"-" doc:"What this operation uses"`
	Reports     []CardDone `json:"reports" db:"-" doc:"The last reports of this operation"`
	OpID        db.ID      `json:"-" db:"id"`
	OrderID     db.ID      `json:"-" db:"order_id"`
	ReportID    db.ID      `json:"-" db:"report_id"`
	Site        db.ID      `json:"-" db:"site_id"`
	IsPoint     bool       `json:"report" db:"report" doc:"False: nothing is reported here, its pieces count at the next report point"`
}

// CardOp is an operation of the order in one line.
type CardOp struct {
	Op         int64   `json:"op" db:"op"`
	Name       string  `json:"name" db:"name"`
	WorkCenter string  `json:"work_center" db:"work_center"`
	Status     string  `json:"status" db:"status"`
	Good       num.Dec `json:"good" db:"good"`
	Remaining  num.Dec `json:"remaining" db:"remaining"`
	Report     bool    `json:"report" db:"report"`
}

// CardDone is a report in one line, so that the last one can be undone.
type CardDone struct {
	ID       db.ID   `json:"id" db:"id"`
	Kind     string  `json:"kind" db:"kind"`
	Good     num.Dec `json:"good" db:"good"`
	Scrap    num.Dec `json:"scrap" db:"scrap"`
	Rework   num.Dec `json:"rework" db:"rework"`
	Worker   string  `json:"worker" db:"worker"`
	AtMS     int64   `json:"at_ms" db:"happened_ms"`
	Reversed bool    `json:"reversed" db:"reversed"`
	masterdata.Entered
}

// travelerCode reads a scanned or typed work order code; op 0 = the order.
func travelerCode(text string) (number string, op int64, ok bool) {
	c, ok := label.ParseCode(text)
	if !ok {
		return "", 0, false
	}
	switch c.Kind {
	case label.WorkOrder:
		return c.Number, 0, true
	case label.WorkOrderOp:
		return c.Number, int64(c.Op), true
	case label.Bare:
		if n, o, two := strings.Cut(c.Number, "/"); two {
			if i, err := strconv.ParseInt(o, 10, 32); err == nil && i > 0 {
				return n, i, true
			}
		}
		return c.Number, 0, true
	}
	return "", 0, false
}

const opCardFrom = ` FROM v_wo_op p LEFT JOIN v_work_center c ON c.id = p.work_center_id`

// Scan turns a traveler's code into the card of the operation that it means: the scanned one, or the next that has
// something to do.
func (m *Module) Scan(ctx context.Context, q db.Querier, code string) (Card, error) {
	number, op, ok := travelerCode(code)
	if !ok {
		return Card{}, fault.Invalid("production.code_unreadable", "%q is no code of ours; scan again", code).With("code", code)
	}
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return Card{}, err
	}
	ops, err := m.cardOps(ctx, q, o.ID)
	if err != nil {
		return Card{}, err
	}
	if op == 0 {
		op = nextOp(ops)
	}
	card, ok, err := db.Get[Card](ctx, q, `
		SELECT p.order_number AS number, p.order_status, i.code AS item, i.name AS item_name, i.spec, i.uom, i.decimals, p.order_qty, p.due, p.priority, o.sales_order, p.op, p.name,
		       coalesce(c.code, '') AS work_center, coalesce(c.name, '') AS work_center_name, p.status, p.inspection, p.tool, p.skill, p.setting_ms, p.setup_ms, p.qty_in, p.good, p.scrap, p.rework,
		       p.qty_in - p.done AS remaining, p.started_ms, p.running_ms, p.id, p.order_id, p.report_id, p.site_id, p.report`+opCardFrom+`
		JOIN wo_order o ON o.id = p.order_id JOIN v_item i ON i.id = p.item_id WHERE p.order_id = $1 AND p.op = $2`, o.ID, op)
	if err != nil {
		return Card{}, err
	}
	if !ok {
		return Card{}, fault.NotFound("production.op_unknown", "%s has no operation %d", number, op).With("order", number).With("op", op)
	}
	card.Remaining, card.Ops = max(card.Remaining, 0), ops
	if card.StartedBy, _, err = db.Get[string](ctx, q, `SELECT coalesce(w.name, r.actor) FROM wo_run r LEFT JOIN v_worker w ON w.id = r.worker_id
		WHERE r.order_id = $1 AND r.op_id = $2 AND r.kind = 'start' ORDER BY r.recorded_ms DESC LIMIT 1`, o.ID, card.ReportID); err != nil {
		return Card{}, err
	}
	if card.Material, err = m.material(ctx, q, o.ID, card.Site, card.ReportID); err != nil {
		return Card{}, err
	}
	card.Reports, err = db.All[CardDone](ctx, q, `SELECT r.id, r.kind, r.good, r.scrap, r.rework, r.worker, r.happened_ms, r.reversed, f.entered_qty, f.entered_uom FROM v_wo_report r JOIN wo_report f ON f.id = r.id
		WHERE r.order_id = $1 AND r.op_id = $2 ORDER BY r.recorded_ms DESC, r.id DESC LIMIT 5`, o.ID, card.ReportID)
	return card, err
}

func (m *Module) cardOps(ctx context.Context, q db.Querier, order db.ID) ([]CardOp, error) {
	ops, err := db.All[CardOp](ctx, q, `SELECT p.op, p.name, coalesce(c.code, '') AS work_center, p.status, p.good, p.qty_in - p.done AS remaining, p.report`+opCardFrom+`
		WHERE p.order_id = $1 ORDER BY p.op`, order)
	for i := range ops {
		ops[i].Remaining = max(ops[i].Remaining, 0)
	}
	return ops, err
}

// nextOp is the operation that a person with the traveler in hand most likely means: one that runs, else the last
// that can begin, else the first that is not done.
func nextOp(ops []CardOp) int64 {
	for _, want := range []func(string) bool{
		func(s string) bool { return s == "running" },
		func(s string) bool { return s == "ready" || s == "paused" || s == "waiting_material" },
		func(s string) bool { return s != "done" },
		func(string) bool { return true },
	} {
		for i := len(ops) - 1; i >= 0; i-- {
			if want(ops[i].Status) && ops[i].Report {
				if want("waiting_previous") { // of those that cannot go on the first one holds the others up
					for _, o := range ops {
						if want(o.Status) && o.Report {
							return o.Op
						}
					}
				}
				return ops[i].Op
			}
		}
	}
	return 0
}

// Material is a component line as people see it.
type Material struct {
	Line        int64      `json:"line" db:"line" doc:"Line"`
	Item        string     `json:"item" db:"item" doc:"Item"`
	Name        string     `json:"name" db:"name" doc:"Name"`
	UoM         string     `json:"uom" db:"uom" doc:"Unit"`
	Role        string     `json:"role" db:"role" doc:"Component, co-product or by-product"`
	Issue       string     `json:"issue" db:"issue" enum:"pick,backflush,none" doc:"Issue method"`
	Op          int64      `json:"op" db:"op" doc:"The report point that uses it"`
	Qty         num.Dec    `json:"qty" db:"qty" doc:"Per piece"`
	ScrapPct    num.Dec    `json:"scrap_pct" db:"scrap_pct"`
	Required    num.Dec    `json:"required" db:"required"`
	Issued      num.Dec    `json:"issued" db:"issued"`
	Consumed    num.Dec    `json:"consumed" db:"-"`
	Scrapped    num.Dec    `json:"scrapped" db:"scrapped" doc:"Scrapped at the station"`
	Variance    num.Dec    `json:"variance" db:"-" doc:"Used and scrapped beyond the norm of the pieces reported"`
	WIP         num.Dec    `json:"wip" db:"-" doc:"Issued and not consumed"`
	Open        num.Dec    `json:"open" db:"-" doc:"Still to be issued or drawn"`
	Available   num.Dec    `json:"available" db:"available" doc:"Usable stock of the site"`
	State       string     `json:"state" db:"-" enum:"complete,partial,missing,short,ok,none" doc:"Whether all of it is there"`
	Substitutes []string   `json:"substitutes" db:"-" doc:"Items that may take its place, by priority"`
	Lots        []shelfLot `json:"lots" db:"-" doc:"Lots to take, first expiry first"`
	ItemID      db.ID      `json:"-" db:"item_id"`
	Decimals    int        `json:"-" db:"decimals"`
	Adjust      num.Dec    `json:"-" db:"adjust"`
	Shift       num.Dec    `json:"-" db:"shift"`
	Done        num.Dec    `json:"-" db:"done"`
	Subs        string     `json:"-" db:"subs"`
	Near        db.ID      `json:"-" db:"near"`
}

// material lists the components of an order, those of one report point when it is given.
func (m *Module) material(ctx context.Context, q db.Querier, order, site, point db.ID) ([]Material, error) {
	var w db.Where
	w.Args = []any{site, m.today()}
	w.And("c.order_id = ?", order)
	if point != 0 {
		w.And("c.report_id = ?", point)
	}
	list, err := db.All[Material](ctx, q, `
		SELECT c.line, i.code AS item, i.name, i.uom, c.role, c.issue, p.op, c.qty, c.scrap_pct, c.required, c.issued, c.item_id, c.decimals, c.adjust, c.shift,
		       p.good + p.scrap + p.rework AS done, c.substitutes AS subs, coalesce(n.location_id, 0) AS near, CAST(coalesce((SELECT sum(x.qty) FROM wo_scrap x WHERE x.order_id = c.order_id AND x.component_id = c.id), 0) AS BIGINT) AS scrapped,
		       CAST(coalesce((SELECT sum(s.qty - s.reserved) FROM v_stock s JOIN v_location l ON l.id = s.location_id LEFT JOIN v_lot t ON t.id = s.lot_id
		         WHERE s.item_id = c.item_id AND s.site_id = $1 AND s.status = 'available' AND coalesce(t.expires_on, '9999-12-31') > $2
		           AND (l.warehouse_kind IN ('normal', 'line') OR (l.warehouse_kind = 'customer_owned' AND i.kind = 'customer'))), 0) AS BIGINT) AS available
		FROM wo_component c JOIN v_item i ON i.id = c.item_id JOIN wo_op p ON p.id = c.report_id LEFT JOIN v_line_side n ON n.item_id = c.item_id AND n.work_center_id = p.work_center_id`+w.String()+` ORDER BY c.line`, w.Args...)
	if err != nil {
		return nil, err
	}
	for i := range list {
		c := &list[i]
		if c.Role == "component" && c.Issue != "none" {
			if c.Consumed, err = norm(c.Done, c.Qty, c.ScrapPct, c.Decimals); err != nil {
				return nil, err
			}
			c.Consumed += c.Adjust + c.Shift
			c.Variance = c.Adjust + c.Scrapped
		}
		c.Substitutes = []string{}
		for _, id := range splitIDs(c.Subs) {
			code, err := itemCode(ctx, q, id)
			if err != nil {
				return nil, err
			}
			c.Substitutes = append(c.Substitutes, code)
		}
		c.state()
	}
	return list, nil
}

func (c *Material) state() {
	switch {
	case c.Role != "component" || c.Issue == "none":
		c.State = "none"
	case c.Issue == "pick":
		c.WIP, c.Open = max(c.Issued-c.Consumed, 0), max(c.Required-c.Issued, 0)
		switch {
		case c.Open == 0:
			c.State = "complete"
		case c.Issued > 0:
			c.State = "partial"
		default:
			c.State = "missing"
		}
	default:
		c.Open = max(c.Required-c.Consumed, 0)
		if c.State = "ok"; c.Available < c.Open {
			c.State = "short"
		}
	}
}

// PickList is what is still to be brought to an order, with the lots to take.
type PickList struct {
	Order string     `json:"order"`
	Lines []Material `json:"lines"`
}

// Picks proposes for every picked line that is not complete the lots to take, first expiry first.
func (m *Module) Picks(ctx context.Context, q db.Querier, number string) (PickList, error) {
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return PickList{}, err
	}
	all, err := m.material(ctx, q, o.ID, o.Site, 0)
	if err != nil {
		return PickList{}, err
	}
	out := PickList{Order: o.Number, Lines: []Material{}}
	for _, c := range all {
		if c.Issue != "pick" || c.Role != "component" {
			continue
		}
		lots, err := usable(ctx, q, o.Site, c.ItemID, m.today())
		if err != nil {
			return out, err
		}
		nearFirst(lots, c.Near)
		c.Lots = []shelfLot{}
		left := c.Open
		for _, l := range lots {
			if left <= 0 {
				break
			}
			l.Qty = min(l.Qty, left)
			left -= l.Qty
			c.Lots = append(c.Lots, l)
		}
		out.Lines = append(out.Lines, c)
	}
	return out, nil
}
