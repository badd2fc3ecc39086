package production

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// orderRows collects the rows of many orders, so that they are written set by set.
type orderRows struct {
	orders     []*orderRow
	ops        []opRow
	components []componentRow
}

type orderRow struct {
	ID             db.ID   `db:"id"`
	Number         string  `db:"number"`
	Site           db.ID   `db:"site_id"`
	Item           db.ID   `db:"item_id"`
	Qty            num.Dec `db:"qty"`
	Due            string  `db:"due"`
	Start          string  `db:"start"`
	Priority       int64   `db:"priority"`
	BOMVersion     string  `db:"bom_version"`
	RoutingVersion string  `db:"routing_version"`
	BOMUsed        string  `db:"bom_used"`
	RoutingUsed    string  `db:"routing_used"`
	SalesLine      db.ID   `db:"sales_line_id"`
	SalesOrder     string  `db:"sales_order"`
	FirstOp        db.ID   `db:"first_op_id"`
	LastOp         db.ID   `db:"last_op_id"`
	FinalGate      bool    `db:"final_gate"`
	Received       num.Dec `db:"received"`
	Opening        num.Dec `db:"opening"`
	Created        int64   `db:"created_ms"`
	Released       int64   `db:"released_ms"`
	Started        int64   `db:"started_ms"`
	Completed      int64   `db:"completed_ms"`
	Ord            int64   `db:"ord"`
	Answer         string  `db:"version_answer"`
	Batch          db.ID   `db:"batch_id"`
	Kind           string  `db:"kind"`
	Owner          db.ID   `db:"owner_id"`
	Keep           bool    `db:"keep_number"`
	ReworkWhy      string  `db:"rework_why"`
	ReworkOf       string  `db:"rework_of"`
}

type opRow struct {
	ID          db.ID   `db:"id"`
	Order       db.ID   `db:"order_id"`
	Op          int64   `db:"op"`
	Name        string  `db:"name"`
	WorkCenter  db.ID   `db:"work_center_id"`
	SetupMS     int64   `db:"setup_ms"`
	RunMin      num.Dec `db:"run_min"`
	BatchMin    num.Dec `db:"batch_min"`
	RunMS       int64   `db:"run_ms"`
	TransferLot num.Dec `db:"transfer_lot"`
	Report      bool    `db:"report"`
	Inspection  string  `db:"inspection"`
	PieceRate   num.Dec `db:"piece_rate"`
	Tool        string  `db:"tool"`
	Skill       string  `db:"skill"`
	Alternative string  `db:"alternatives"`
	ReportID    db.ID   `db:"report_id"`
	PrevID      db.ID   `db:"prev_id"`
	Good        num.Dec `db:"good"`
	DoneMS      int64   `db:"done_ms"`
	Priority    int64   `db:"priority"`
	Due         string  `db:"due"`
	Batch       db.ID   `db:"batch_id"`
	Gate        string  `db:"gate"`
	Patrol      bool    `db:"patrol"`
	Params      string  `db:"params"`
}

type componentRow struct {
	ID          db.ID   `db:"id"`
	Order       db.ID   `db:"order_id"`
	Line        int64   `db:"line"`
	Item        db.ID   `db:"item_id"`
	Role        string  `db:"role"`
	Issue       string  `db:"issue"`
	Op          int64   `db:"op"`
	ReportID    db.ID   `db:"report_id"`
	Qty         num.Dec `db:"qty"`
	ScrapPct    num.Dec `db:"scrap_pct"`
	Decimals    int64   `db:"decimals"`
	Required    num.Dec `db:"required"`
	Substitutes string  `db:"substitutes"`
	Batch       db.ID   `db:"batch_id"`
}

type made struct {
	Order
	row *orderRow
}

// add copies bill and routing of one order into rows. strict refuses an item without them; an import does not,
// because a pack may bring orders of items that need no material or have no routing yet.
func (p *plan) add(id func() db.ID, rows *orderRows, o NewOrder, number string, strict bool) (made, *fault.Error) {
	if f := p.check(o); f != nil {
		return made{}, f
	}
	item := p.items[o.Item]
	bom, hasBOM := p.boms[versionKey{o.Item, o.BOMVersion, p.day(o)}.normal()]
	routing, hasRouting := p.routings[versionKey{o.Item, o.RoutingVersion, p.day(o)}.normal()]
	if !hasBOM && (strict || o.BOMVersion != "") {
		return made{}, fault.Conflict("production.no_bom", "%s has no bill of materials %s effective on %s", item.Code, o.BOMVersion, p.day(o)).
			With("item", item.Code).With("version", o.BOMVersion).With("date", p.day(o))
	}
	if !hasRouting && (strict || o.RoutingVersion != "") {
		return made{}, fault.Conflict("production.no_routing", "%s has no routing %s effective on %s", item.Code, o.RoutingVersion, p.day(o)).
			With("item", item.Code).With("version", o.RoutingVersion).With("date", p.day(o))
	}
	if o.Priority == 0 {
		o.Priority = 5
	}
	row := &orderRow{ID: id(), Number: number, Site: o.Site, Item: o.Item, Qty: o.Qty, Due: o.Due, Start: o.Start, Priority: o.Priority,
		BOMVersion: o.BOMVersion, RoutingVersion: o.RoutingVersion, BOMUsed: bom.Version, RoutingUsed: routing.Version,
		SalesLine: o.SalesLine, SalesOrder: o.SalesRef, Answer: o.VersionAnswer, Kind: KindNormal}
	ops := copyOps(id, row, moveTo(o.WorkCenter, routing.Ops))
	lines, f := p.explode(bom.Lines, num.One, 0, 0, p.day(o), 0)
	if f != nil {
		return made{}, f
	}
	for i, l := range lines {
		c := p.items[l.item]
		if owner := p.owners[l.item]; owner != 0 && l.Role == "component" {
			if row.Owner != 0 && row.Owner != owner {
				return made{}, fault.Conflict("production.two_owners", "the bill of %s needs material of two customers, %s among it; one order serves one customer", item.Code, c.Code).
					With("item", item.Code).With("component", c.Code)
			}
			row.Kind, row.Owner = KindToll, owner
		}
		need, err := norm(o.Qty, l.qty, l.scrap, c.Decimals)
		if err != nil {
			return made{}, fault.Invalid("production.too_much", "%s of %s need more %s than can be counted", o.Qty, item.Code, c.Code).
				With("item", item.Code).With("component", c.Code).With("qty", o.Qty)
		}
		rows.components = append(rows.components, componentRow{ID: id(), Order: row.ID, Line: int64(i + 1), Item: l.item, Role: l.Role, Issue: l.Issue,
			Op: int64(l.op), ReportID: usedAt(ops, l.op), Qty: l.qty, ScrapPct: l.scrap, Decimals: int64(c.Decimals), Required: need,
			Substitutes: joinIDs(l.Substitutes)})
	}
	rows.orders = append(rows.orders, row)
	rows.ops = append(rows.ops, ops...)
	return made{Order{ID: row.ID, Number: number, Site: o.Site, Item: o.Item, ItemCode: item.Code, ItemName: item.Name, Qty: o.Qty, Due: o.Due,
		Start: o.Start, Priority: o.Priority, SalesRef: o.SalesRef, Answer: o.VersionAnswer}, row}, nil
}

// moveTo gives the operations that a work center can do as an alternative to it; the one that the routing names
// becomes the alternative.
func moveTo(center db.ID, ops []masterdata.RoutingOp) []masterdata.RoutingOp {
	if center == 0 {
		return ops
	}
	ops = slices.Clone(ops)
	for i := range ops {
		o := &ops[i]
		at := slices.IndexFunc(o.Alternatives, func(a masterdata.Alternative) bool { return a.WorkCenterID == center })
		if at < 0 {
			continue
		}
		o.Alternatives = slices.Clone(o.Alternatives)
		was := masterdata.Alternative{WorkCenterID: o.WorkCenterID, RunMin: o.RunMin}
		o.WorkCenterID, o.RunMin, o.Alternatives[at] = center, o.Alternatives[at].RunMin, was
	}
	return ops
}

// copyOps copies the routing and ties each operation to its report point: an operation that is not reported takes
// its quantities from the next that is; behind the last one, from that. The last operation always counts when no
// other does.
func copyOps(id func() db.ID, row *orderRow, ops []masterdata.RoutingOp) []opRow {
	if len(ops) == 0 { // nothing known of the work: one step, so that it can be reported
		ops = []masterdata.RoutingOp{{Op: 10, Report: true, Inspection: "none"}}
	}
	ops = slices.Clone(ops)
	slices.SortFunc(ops, func(a, b masterdata.RoutingOp) int { return int(a.Op) - int(b.Op) })
	last := len(ops) - 1
	for i, o := range ops {
		if o.Report {
			last = i
		}
	}
	ops[last].Report = true
	out := make([]opRow, len(ops))
	for i, o := range ops {
		out[i] = opRow{ID: id(), Order: row.ID, Op: int64(o.Op), Name: o.Name, WorkCenter: o.WorkCenterID, SetupMS: o.SetupMS, RunMin: o.RunMin,
			BatchMin: o.BatchMin, RunMS: runMS(row.Qty, o.RunMin, o.BatchMin), TransferLot: o.TransferLot, Report: o.Report, Inspection: o.Inspection, PieceRate: o.PieceRate,
			Tool: o.Tool, Skill: o.Skill, Alternative: joinAlternatives(o.Alternatives), Priority: row.Priority, Due: row.Due, Params: o.Params}
		row.FinalGate = row.FinalGate || o.Inspection == "final"
	}
	next := out[last].ID
	for i := len(out) - 1; i >= 0; i-- {
		if i <= last && out[i].Report {
			next = out[i].ID
		}
		out[i].ReportID = next
	}
	for i := range out { // of the operations that a report point counts for the strictest rule
		p := slices.IndexFunc(out, func(o opRow) bool { return o.ID == out[i].ReportID })
		out[p].Gate = gateOf(out[p].Gate, out[i].Inspection)
		out[p].Patrol = out[p].Patrol || out[i].Inspection == inspectionPatrol
	}
	var prev db.ID // the report point before
	for i := range out {
		if i > 0 && out[i-1].Report && i <= last {
			prev = out[i-1].ID
		}
		out[i].PrevID = prev
		if i > last {
			out[i].PrevID = out[last].PrevID
		}
		if out[i].Report && row.FirstOp == 0 {
			row.FirstOp = out[i].ID
		}
	}
	row.LastOp = out[last].ID
	return out
}

// runMS is how long a quantity runs.
func runMS(qty, runMin, batchMin num.Dec) int64 {
	run, err := num.MulDiv(int64(qty), int64(runMin), int64(num.One))
	if err != nil {
		run = 0 // no clock counts that far; planning shows the piece time
	}
	ms, err := num.MulDivUp(run+int64(batchMin), 60_000, int64(num.One))
	if err != nil {
		return 0
	}
	return ms
}

// usedAt is the report point that uses a component: the first at or after the operation the bill names. A line
// that names none is used where the pieces begin.
func usedAt(ops []opRow, op int) db.ID {
	for _, o := range ops {
		if o.Report && o.Op >= int64(op) {
			return o.ID
		}
	}
	return ops[len(ops)-1].ReportID
}

type line struct {
	masterdata.BOMLine
	item       db.ID
	op         int
	qty, scrap num.Dec
}

// explode copies the lines and blows through phantoms: their components are used where the phantom stood.
func (p *plan) explode(in []masterdata.BOMLine, per, scrap num.Dec, op int, day string, depth int) ([]line, *fault.Error) {
	var out []line
	for _, l := range in {
		qty, err := num.MulDivUp(int64(l.Qty), int64(per), int64(num.One))
		if err != nil {
			return nil, fault.Invalid("production.too_much", "the bill needs more %s than can be counted", p.items[l.ItemID].Code).
				With("component", p.items[l.ItemID].Code)
		}
		pct := scrap
		if l.ScrapPct > 0 { // 1 − (1−a)(1−b)
			left, _ := num.MulDiv(int64(100*num.One-scrap), int64(100*num.One-l.ScrapPct), int64(100*num.One))
			pct = 100*num.One - num.Dec(left)
		}
		at := int(l.Op)
		if depth > 0 {
			at = op
		}
		if p.items[l.ItemID].Kind == "phantom" && l.Role == "component" {
			if depth > maxDepth {
				return nil, fault.Conflict("production.bom_too_deep", "phantoms are nested more than %d levels deep", maxDepth).With("levels", maxDepth)
			}
			sub, f := p.explode(p.boms[versionKey{l.ItemID, "", day}].Lines, num.Dec(qty), pct, at, day, depth+1)
			if f != nil {
				return nil, f
			}
			out = append(out, sub...)
			continue
		}
		out = append(out, line{l, l.ItemID, at, num.Dec(qty), pct})
	}
	return out, nil
}

func joinIDs(ids []db.ID) string {
	s := make([]string, len(ids))
	for i, id := range ids {
		s[i] = id.String()
	}
	return strings.Join(s, " ")
}

func joinAlternatives(list []masterdata.Alternative) string {
	s := make([]string, len(list))
	for i, a := range list {
		s[i] = a.WorkCenterID.String() + ":" + a.RunMin.String()
	}
	return strings.Join(s, " ")
}

// Alternatives reads what v_wo_op says of other work centers.
func Alternatives(s string) ([]masterdata.Alternative, error) {
	var out []masterdata.Alternative
	for f := range strings.FieldsSeq(s) {
		id, min, _ := strings.Cut(f, ":")
		var a masterdata.Alternative
		if err := a.WorkCenterID.UnmarshalText([]byte(id)); err != nil {
			return nil, err
		}
		var err error
		if a.RunMin, err = num.Parse(min); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

func splitIDs(s string) []db.ID {
	var out []db.ID
	for _, f := range strings.Fields(s) {
		var id db.ID
		if id.UnmarshalText([]byte(f)) == nil {
			out = append(out, id)
		}
	}
	return out
}

func (r *orderRows) write(ctx context.Context, tx *db.Tx) error {
	orders := make([]orderRow, len(r.orders))
	for i, o := range r.orders {
		orders[i] = *o
	}
	if err := db.Insert(ctx, tx, "wo_order", orders...); err != nil {
		return err
	}
	if err := db.Insert(ctx, tx, "wo_op", r.ops...); err != nil {
		return err
	}
	return db.Insert(ctx, tx, "wo_component", r.components...)
}
