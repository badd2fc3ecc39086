package production

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Split takes a quantity off a work order and makes an order of its own of it.
type Split struct {
	Order    string  `json:"order" minLength:"1" maxLength:"64"`
	Qty      num.Dec `json:"qty" doc:"What goes to the new order; only pieces that nothing was reported of yet"`
	UoM      string  `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the item's; empty: its own"`
	Due      string  `json:"due,omitempty" maxLength:"10" doc:"Due date of the new order; empty = the same"`
	Start    string  `json:"start,omitempty" maxLength:"10" doc:"Planned start of the new order; empty = the same"`
	Priority int64   `json:"priority,omitempty" minimum:"0" maximum:"9" doc:"0 = the same"`
	Material string  `json:"material,omitempty" enum:"stay,share" doc:"Issued material: stays with the old order, or its share goes along"`
	Reason   string  `json:"reason" minLength:"1" maxLength:"500"`
}

// Parted is what a split has made.
type Parted struct {
	Order    string  `json:"order"`
	Left     num.Dec `json:"left" doc:"Quantity that stays with the order"`
	New      Order   `json:"new"`
	Material []Used  `json:"material" doc:"Issued material that went along"`
	Reason   string  `json:"reason"`
	masterdata.Entered
}

// copied is an order as the acts on whole orders read it: the row, the operations, the components.
type copied struct {
	orderRow
	Status    string  `db:"status"`
	Hold      int64   `db:"hold_ms"`
	Why       string  `db:"hold_reason"`
	Decimals  int     `db:"decimals"`
	ItemCode  string  `db:"item"`
	ItemName  string  `db:"item_name"`
	UoM       string  `db:"uom"`
	FirstDone num.Dec `db:"first_done"` // reported at the first report point
	ops       []opRow
	comps     []compRow
	doneAt    map[db.ID]num.Dec // pieces reported at each report point
	openAt    map[db.ID]num.Dec // of these, those that were there when the order was imported
}

type compRow struct {
	componentRow
	Issued num.Dec `db:"issued"`
	Adjust num.Dec `db:"adjust"`
	Shift  num.Dec `db:"shift"`
	Done   num.Dec `db:"done"` // pieces reported at its report point
	// Opening are the pieces that were there when the order was imported.
	Opening num.Dec `db:"opening"`
	Code    string  `db:"code"`
	Name    string  `db:"name"`
	UoM     string  `db:"uom"`
}

// whole reads orders with their copies, in the order asked for.
func (m *Module) whole(ctx context.Context, q db.Querier, numbers []string) ([]*copied, error) {
	var w db.Where
	db.In(&w, "o.number", numbers)
	w.And("o.batch_id NOT IN (SELECT id FROM kit_batch)")
	rows, err := db.All[copied](ctx, q, `SELECT o.id, o.number, o.site_id, o.item_id, o.qty, o.due, o.start, o.priority, o.bom_version, o.routing_version, o.bom_used, o.routing_used,
		o.sales_line_id, o.sales_order, o.first_op_id, o.last_op_id, o.final_gate, o.received, o.opening, o.created_ms, o.released_ms, o.started_ms, o.completed_ms, o.version_answer, o.kind, o.owner_id, o.keep_number, o.rework_why, o.rework_of,
		o.status, o.hold_ms, o.hold_reason, i.decimals, i.code AS item, i.name AS item_name, i.uom, f.good + f.scrap + f.rework AS first_done
		FROM wo_order o JOIN v_item i ON i.id = o.item_id JOIN wo_op f ON f.id = o.first_op_id`+w.String(), w.Args...)
	if err != nil {
		return nil, err
	}
	out := make([]*copied, len(numbers))
	ids := make([]db.ID, 0, len(rows))
	for i, n := range numbers {
		k := slices.IndexFunc(rows, func(c copied) bool { return c.Number == n })
		if k < 0 || !actor.From(ctx).SeesSite(int64(rows[k].Site)) {
			return nil, fault.NotFound("production.order_unknown", "there is no work order %s", n).With("order", n)
		}
		out[i] = &rows[k]
		ids = append(ids, rows[k].ID)
	}
	var wo, wc db.Where
	db.In(&wo, "order_id", ids)
	ops, err := db.All[opRow](ctx, q, `SELECT id, order_id, op, name, work_center_id, setup_ms, run_min, batch_min, run_ms, transfer_lot, split_max, split_min, report, inspection, piece_rate, tool, skill, alternatives, params,
		report_id, prev_id, good, done_ms, priority, due, gate, patrol FROM wo_op`+wo.String()+` ORDER BY order_id, op`, wo.Args...)
	if err != nil {
		return nil, err
	}
	db.In(&wc, "c.order_id", ids)
	comps, err := db.All[compRow](ctx, q, `SELECT c.id, c.order_id, c.line, c.item_id, c.role, c.issue, c.op, c.report_id, c.qty, c.scrap_pct, c.decimals, c.required, c.substitutes,
		c.issued, c.adjust, c.shift, p.good + p.scrap + p.rework AS done, i.code, i.name, i.uom, CAST(0 AS BIGINT) AS opening
		FROM wo_component c JOIN wo_op p ON p.id = c.report_id JOIN v_item i ON i.id = c.item_id`+wc.String()+` ORDER BY c.order_id, c.line`, wc.Args...)
	if err != nil {
		return nil, err
	}
	type point struct {
		ID   db.ID   `db:"id"`
		Done num.Dec `db:"done"`
		Open num.Dec `db:"opening"`
	}
	doneAt, openAt := map[db.ID]num.Dec{}, map[db.ID]num.Dec{}
	var wp db.Where
	db.In(&wp, "p.order_id", ids)
	if err := db.Each(ctx, q, `SELECT p.id, p.good + p.scrap + p.rework AS done, CAST(coalesce((SELECT sum(r.good + r.scrap + r.rework) FROM wo_report r WHERE r.order_id = p.order_id AND r.op_id = p.id AND r.kind = 'opening'), 0) AS BIGINT) AS opening
		FROM wo_op p`+wp.String(), wp.Args, func(p *point) error { doneAt[p.ID], openAt[p.ID] = p.Done, p.Open; return nil }); err != nil {
		return nil, err
	}
	for _, c := range out {
		c.doneAt, c.openAt = doneAt, openAt
		for _, p := range ops {
			if p.Order == c.ID {
				c.ops = append(c.ops, p)
			}
		}
		for _, p := range comps {
			if p.Order == c.ID {
				p.Opening = openAt[p.ReportID]
				c.comps = append(c.comps, p)
			}
		}
	}
	return out, nil
}

func (c *copied) head() orderHead {
	return orderHead{ID: c.ID, Number: c.Number, Site: c.Site, Item: c.Item, Qty: c.Qty, Status: c.Status, Hold: c.Hold, Why: c.Why}
}

func (c *copied) open() *fault.Error {
	switch {
	case c.Status == "cancelled":
		return fault.Conflict("production.cancelled", "%s was cancelled", c.Number).With("order", c.Number)
	case c.Status == "closed":
		return fault.Conflict("production.closed", "%s is closed", c.Number).With("order", c.Number)
	case c.Hold > 0:
		return onHold(c.Number, c.Why)
	case c.Kind == KindRework:
		return fault.Conflict("production.rework_fixed", "%s reworks chosen pieces: it is not split, merged or changed. Close it and make another", c.Number).With("order", c.Number)
	}
	return nil
}

// resize gives the order another quantity: what its lines require, how long its operations run, and from the facts
// which of them are done by that.
func (m *Module) resize(ctx context.Context, tx *db.Tx, c *copied, qty num.Dec) error {
	n, err := tx.Exec(ctx, `UPDATE wo_order SET qty = $1 WHERE id = $2 AND qty = $3 AND status = $4 AND received = $5`, qty, c.ID, c.Qty, c.Status, c.Received)
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrRetry
	}
	for i := range c.comps {
		k := &c.comps[i]
		if k.Required, err = norm(qty, k.Qty, k.ScrapPct, int(k.Decimals)); err != nil {
			return fault.Invalid("production.too_much", "%s of %s need more %s than can be counted", qty, c.ItemCode, k.Code).With("item", c.ItemCode).With("component", k.Code).With("qty", qty)
		}
		k.Required = max(k.Required+k.Shift, 0)
		tx.Queue(`UPDATE wo_component SET required = $1 WHERE id = $2`, k.Required, k.ID)
	}
	for i := range c.ops {
		c.ops[i].RunMS = runMS(qty, c.ops[i].RunMin, c.ops[i].BatchMin)
		tx.Queue(`UPDATE wo_op SET run_ms = $1 WHERE id = $2`, c.ops[i].RunMS, c.ops[i].ID)
	}
	c.Qty = qty
	return m.recount(ctx, tx, c.ID, qty)
}

// recount computes from the facts which operations are done, after the order's quantity changed.
func (m *Module) recount(ctx context.Context, tx *db.Tx, order db.ID, qty num.Dec) error {
	type point struct {
		ID     db.ID   `db:"id"`
		Prev   db.ID   `db:"prev_id"`
		Good   num.Dec `db:"good"`
		Scrap  num.Dec `db:"scrap"`
		Rework num.Dec `db:"rework"`
		DoneMS int64   `db:"done_ms"`
		Wait   num.Dec `db:"unjudged"`
	}
	points, err := db.All[point](ctx, tx, `SELECT id, prev_id, good, scrap, rework, done_ms, unjudged FROM wo_op WHERE order_id = $1 AND report ORDER BY op`, order)
	if err != nil {
		return err
	}
	done, good := true, num.Dec(0)
	for i, p := range points {
		f := flow{good: p.Good, scrap: p.Scrap, rework: p.Rework}
		f.in = input(i == 0, qty, good, f.total())
		done, good = done && f.wip() <= 0 && f.rework == 0 && p.Wait == 0, p.Good-p.Wait
		if done == (p.DoneMS > 0) {
			continue
		}
		at, text := int64(0), `UPDATE wo_op SET done_ms = $1 WHERE order_id = $2 AND report_id = $3`
		if done {
			at, text = tx.NowMS(), `UPDATE wo_op SET done_ms = $1, running_ms = 0 WHERE order_id = $2 AND report_id = $3`
		}
		tx.Queue(text, at, order, p.ID)
	}
	if done {
		tx.Queue(`UPDATE wo_order SET completed_ms = $1 WHERE id = $2 AND completed_ms = 0 AND started_ms > 0`, tx.NowMS(), order)
	} else {
		tx.Queue(`UPDATE wo_order SET completed_ms = 0 WHERE id = $1 AND completed_ms > 0`, order)
	}
	return nil
}

// link writes down where a quantity went from order to order.
func link(ctx context.Context, tx *db.Tx, kind string, from, to db.ID, qty num.Dec, reason string, said masterdata.Entered) {
	tx.Queue(`INSERT INTO wo_link (id, kind, from_id, to_id, qty, reason, recorded_ms, actor, entered_qty, entered_uom) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		tx.ID(), kind, from, to, qty, reason, tx.NowMS(), actor.From(ctx).Name, said.EnteredQty, said.EnteredUoM)
}

func checkDays(days ...string) *fault.Error {
	for _, d := range days {
		if _, err := cal.ParseDay(d); err != nil && d != "" {
			return fault.Invalid("production.date_invalid", "%q is not a date such as 2026-03-09", d).With("date", d)
		}
	}
	return nil
}

// Split parts an order, also after its start: what is not reported yet at its first report point may go. The new
// order gets the same copy of bill and routing, keeps the sales line, and its share of the issued material by choice.
func (m *Module) Split(ctx context.Context, tx *db.Tx, in Split) (Parted, error) {
	if f := checkDays(in.Due, in.Start); f != nil {
		return Parted{}, f
	}
	all, err := m.whole(ctx, tx, []string{in.Order})
	if err != nil {
		return Parted{}, err
	}
	c := all[0]
	if f := c.open(); f != nil {
		return Parted{}, f
	}
	var said masterdata.Entered
	if in.Qty, said, err = masterdata.InOwn(ctx, tx, masterdata.Item{ID: c.Item, Code: c.ItemCode, UoM: c.UoM, Decimals: c.Decimals}, "qty", in.Qty, in.UoM); err != nil {
		return Parted{}, err
	}
	free := c.Qty - c.FirstDone
	if c.FirstDone == 0 {
		free = c.Qty - smallest(c.Decimals) // something has to stay
	}
	switch {
	case in.Qty <= 0:
		return Parted{}, fault.Invalid("production.qty_not_positive", "the quantity of %s must be above zero, got %s", c.ItemCode, in.Qty).With("item", c.ItemCode).With("qty", in.Qty)
	case !in.Qty.Fits(c.Decimals):
		return Parted{}, fault.Invalid("production.decimals", "quantities of %s have at most %d decimals, got %s", c.ItemCode, c.Decimals, in.Qty).With("item", c.ItemCode).With("decimals", c.Decimals).With("qty", in.Qty)
	case in.Qty > free:
		return Parted{}, fault.Conflict("production.split_too_much", "at most %s of %s can be split off: %s of %s are reported already", max(free, 0), c.Number, c.FirstDone, c.Qty).
			With("free", max(free, 0)).With("order", c.Number).With("done", c.FirstDone).With("qty", in.Qty)
	}
	number, err := tx.Number("wo")
	if err != nil {
		return Parted{}, err
	}
	before := c.Qty
	fresh := c.orderRow
	fresh.ID, fresh.Number, fresh.Qty, fresh.Received, fresh.Opening, fresh.Created, fresh.Started, fresh.Completed, fresh.Ord = tx.ID(), number, in.Qty, 0, 0, tx.NowMS(), 0, 0, 0
	if fresh.Released > 0 {
		fresh.Released = tx.NowMS()
	}
	if in.Due != "" {
		fresh.Due = in.Due
	}
	if in.Start != "" {
		fresh.Start = in.Start
	}
	if in.Priority != 0 {
		fresh.Priority = in.Priority
	}
	rows := orderRows{orders: []*orderRow{&fresh}}
	ids := map[db.ID]db.ID{}
	for _, p := range c.ops {
		ids[p.ID] = tx.ID()
	}
	for _, p := range c.ops {
		p.ID, p.Order, p.ReportID, p.PrevID, p.Good, p.DoneMS, p.Priority, p.Due = ids[p.ID], fresh.ID, ids[p.ReportID], ids[p.PrevID], 0, 0, fresh.Priority, fresh.Due
		p.RunMS = runMS(in.Qty, p.RunMin, p.BatchMin)
		rows.ops = append(rows.ops, p)
	}
	fresh.FirstOp, fresh.LastOp = ids[c.FirstOp], ids[c.LastOp]
	for _, k := range c.comps {
		if k.Qty == 0 { // went out by a change: what was used of it stays with the old order
			continue
		}
		r := k.componentRow
		r.ID, r.Order, r.ReportID = tx.ID(), fresh.ID, ids[k.ReportID]
		if r.Required, err = norm(in.Qty, k.Qty, k.ScrapPct, int(k.Decimals)); err != nil {
			return Parted{}, err
		}
		rows.components = append(rows.components, r)
	}
	if err := m.resize(ctx, tx, c, c.Qty-in.Qty); err != nil {
		return Parted{}, err
	}
	if err := rows.write(ctx, tx); err != nil {
		return Parted{}, err
	}
	if err := carryGeneral(ctx, tx, []db.ID{fresh.ID}); err != nil {
		return Parted{}, err
	}
	link(ctx, tx, "split", c.ID, fresh.ID, in.Qty, in.Reason, said)
	if err := inheritChanges(ctx, tx, c.ID, fresh.ID); err != nil {
		return Parted{}, err
	}
	out := Parted{Order: c.Number, Left: c.Qty, Reason: in.Reason, Material: []Used{}, Entered: said,
		New: Order{ID: fresh.ID, Number: number, Site: c.Site, Item: c.Item, ItemCode: c.ItemCode, ItemName: c.ItemName, Qty: in.Qty, Due: fresh.Due, Start: fresh.Start, Priority: fresh.Priority, SalesRef: c.SalesOrder}}
	tx.Emit(db.Event{Name: EventCreated, Subject: "wo:" + number, Site: c.Site, Reason: in.Reason, Payload: out.New})
	if fresh.Released > 0 {
		tx.Emit(db.Event{Name: EventReleased, Subject: "wo:" + number, Site: c.Site, Payload: Released{[]string{number}}})
	}
	if in.Material == "share" && fresh.Released > 0 {
		to := orderHead{ID: fresh.ID, Number: number, Site: c.Site, Item: c.Item, Qty: in.Qty, Status: "released"}
		if out.Material, err = m.share(ctx, tx, c, to, before, in.Qty); err != nil {
			return Parted{}, err
		}
	}
	tx.Emit(db.Event{Name: EventSplit, Subject: "wo:" + c.Number, Site: c.Site, Reason: in.Reason, Payload: out})
	return out, nil
}

// share moves to the new order its part of what lies at the old one: of each picked line, what is there for the
// pieces not made yet, in proportion. It goes by the shelf it came from, so that both orders keep whole issue facts.
func (m *Module) share(ctx context.Context, tx *db.Tx, c *copied, to orderHead, before, qty num.Dec) ([]Used, error) {
	here, err := m.atOrder(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	out := []Used{}
	lines, err := db.All[pickLine](ctx, tx, pickLineSQL, to.ID)
	if err != nil {
		return nil, err
	}
	for i := range c.comps {
		k := &c.comps[i]
		if k.Issue != "pick" || k.Role != "component" || k.Issued == 0 || before <= k.Done {
			continue
		}
		used, err := norm(k.Done, k.Qty, k.ScrapPct, int(k.Decimals))
		if err != nil {
			return nil, err
		}
		left := max(k.Issued-used-k.Adjust-k.Shift, 0)
		part, err := num.MulDivDown(int64(left), int64(qty), int64(before-k.Done))
		if err != nil {
			return nil, err
		}
		want := num.Dec(part) - num.Dec(part)%smallest(int(k.Decimals))
		at := slices.IndexFunc(lines, func(l pickLine) bool { return l.Item == k.Item && l.Issue == "pick" && l.Qty == k.Qty && l.Issued == 0 })
		for j := range here {
			h := &here[j]
			if want <= 0 || at < 0 || h.Qty <= 0 || (h.ItemID != k.Item && !slices.Contains(splitIDs(k.Substitutes), h.ItemID)) {
				continue
			}
			n := min(h.Qty, want)
			back, err := m.putBack(ctx, tx, c.head(), h, n, "")
			if err != nil {
				return nil, err
			}
			h.Qty, want = h.Qty-n, want-n
			loc, err := masterdata.LocationByCode(ctx, tx, c.Site, back.Location)
			if err != nil {
				return nil, err
			}
			id := tx.ID()
			picks, err := m.Inventory.Move(ctx, tx, inventory.Doc{Kind: "wo_issue", ID: id, Number: to.Number, Line: lines[at].Op, Order: to.ID, Site: to.Site},
				inventory.Place{Kind: inventory.WIP, Ref: to.ID}, inventory.Take{Item: h.ItemID, Qty: n, Lot: h.Lot, Serials: back.serials, From: inventory.Place{Kind: inventory.Stock, Ref: loc.ID}})
			if err != nil {
				return nil, err
			}
			var lots []Used
			for _, p := range picks {
				lots = append(lots, Used{h.Item, p.LotNumber, p.Qty})
			}
			if err := m.bookIssue(ctx, tx, to, &lines[at], fact{kind: "issue", item: h.ItemID, lots: lots, id: id, qty: n}); err != nil {
				return nil, err
			}
			lines[at].Issued += n
			out = append(out, lots...)
			tx.Emit(db.Event{Name: EventIssued, Subject: "wo:" + to.Number, Site: to.Site, Payload: Issued{ID: id, Order: to.Number, Item: h.Item, Name: h.Name, UoM: h.UoM, Lots: lots, Qty: n,
				Required: lines[at].Required, Issued: lines[at].Issued, Remaining: max(lines[at].Required-lines[at].Issued, 0), Warnings: []Warning{}}})
		}
	}
	return out, nil
}

func smallest(decimals int) num.Dec {
	n := num.One
	for range decimals {
		n /= 10
	}
	return max(n, 1)
}

// Merge makes one work order of several.
type Merge struct {
	Into   string   `json:"into" minLength:"1" maxLength:"64" doc:"The order that stays"`
	Orders []string `json:"orders" minItems:"1" maxItems:"100" doc:"The orders that go into it"`
	Reason string   `json:"reason" minLength:"1" maxLength:"500"`
}

// Merged is an order that took others in.
type Merged struct {
	Order    string   `json:"order"`
	Qty      num.Dec  `json:"qty"`
	Due      string   `json:"due"`
	Priority int64    `json:"priority"`
	Orders   []string `json:"orders"`
	Reason   string   `json:"reason"`
}

// Merge takes orders of the same item with the same copy of bill and routing into one, before any work began. It is
// due when the first of them is; the others are cancelled and say where they went.
func (m *Module) Merge(ctx context.Context, tx *db.Tx, in Merge) (Merged, error) {
	numbers := []string{in.Into}
	for _, n := range in.Orders {
		if slices.Contains(numbers, n) {
			return Merged{}, fault.Invalid("production.merge_itself", "%s is named twice", n).With("order", n)
		}
		numbers = append(numbers, n)
	}
	all, err := m.whole(ctx, tx, numbers)
	if err != nil {
		return Merged{}, err
	}
	into := all[0]
	qty, due, start, priority := into.Qty, into.Due, into.Start, into.Priority
	for i, c := range all {
		if f := c.open(); f != nil {
			return Merged{}, f
		}
		if c.Status != "planned" && c.Status != "released" {
			return Merged{}, fault.Conflict("production.merge_begun", "work on %s has begun; it cannot be merged any more", c.Number).With("order", c.Number)
		}
		if i == 0 {
			continue
		}
		if why := into.unlike(c); why != "" {
			return Merged{}, fault.Conflict("production.merge_unlike", "%s and %s differ in %s", into.Number, c.Number, why).With("order", c.Number).With("into", into.Number).With("what", why)
		}
		if slices.ContainsFunc(c.comps, func(k compRow) bool { return k.Issued > 0 }) {
			return Merged{}, fault.Conflict("production.merge_issued", "material was issued to %s; return it first, or merge into that order", c.Number).With("order", c.Number)
		}
		qty += c.Qty
		due, priority = min(due, c.Due), min(priority, c.Priority)
		if start == "" || c.Start != "" && c.Start < start {
			start = c.Start
		}
	}
	if qty > num.Max {
		return Merged{}, fault.Invalid("production.too_much", "together they are more than can be counted").With("component", into.ItemCode)
	}
	if err := m.resize(ctx, tx, into, qty); err != nil {
		return Merged{}, err
	}
	if into.Status == "planned" && slices.ContainsFunc(all[1:], func(c *copied) bool { return c.Status == "released" }) {
		if _, err := m.release(ctx, tx, []releaseRow{{ID: into.ID, Number: into.Number, Site: into.Site}}); err != nil {
			return Merged{}, err
		}
	}
	m.redate(tx, into.ID, due, start, priority)
	out := Merged{Order: into.Number, Qty: qty, Due: due, Priority: priority, Reason: in.Reason}
	for _, c := range all[1:] {
		n, err := tx.Exec(ctx, `UPDATE wo_order SET cancelled_ms = $1, end_reason = $2, end_kind = 'merged' WHERE id = $3 AND status = $4`, tx.NowMS(), in.Reason, c.ID, c.Status)
		if err != nil {
			return Merged{}, err
		}
		if n == 0 {
			return Merged{}, db.ErrRetry
		}
		tx.Queue(`UPDATE wo_op SET done_ms = $1, running_ms = 0 WHERE order_id = $2 AND done_ms = 0`, tx.NowMS(), c.ID)
		link(ctx, tx, "merge", c.ID, into.ID, c.Qty, in.Reason, masterdata.Entered{})
		out.Orders = append(out.Orders, c.Number)
		tx.Emit(db.Event{Name: EventCancelled, Subject: "wo:" + c.Number, Site: c.Site, Reason: in.Reason, Payload: Ended{Order: c.Number, Status: "cancelled", Reason: in.Reason, Qty: c.Qty, Kind: "merged"}})
	}
	tx.Emit(db.Event{Name: EventMerged, Subject: "wo:" + into.Number, Site: into.Site, Reason: in.Reason, Payload: out})
	return out, nil
}

// unlike says in a word what keeps two orders from being one.
func (c *copied) unlike(d *copied) string {
	line := func(k compRow) string {
		return fmt.Sprint(k.Item, k.Role, k.Issue, k.Op, k.Qty, k.ScrapPct, k.Substitutes)
	}
	op := func(p opRow) string {
		return fmt.Sprint(p.Op, p.Name, p.WorkCenter, p.SetupMS, p.RunMin, p.BatchMin, p.TransferLot, p.SplitMax, p.SplitMin, p.Report, p.Inspection, p.PieceRate, p.Tool, p.Skill, p.Alternative, p.Params)
	}
	switch {
	case c.Item != d.Item:
		return "item"
	case c.Site != d.Site:
		return "site"
	case c.SalesLine != d.SalesLine || c.SalesOrder != d.SalesOrder:
		return "sales"
	case !slices.EqualFunc(c.comps, d.comps, func(a, b compRow) bool { return line(a) == line(b) }):
		return "bom"
	case !slices.EqualFunc(c.ops, d.ops, func(a, b opRow) bool { return op(a) == op(b) }):
		return "routing"
	}
	return ""
}

func (m *Module) redate(tx *db.Tx, order db.ID, due, start string, priority int64) {
	tx.Queue(`UPDATE wo_order SET due = $1, start = $2, priority = $3 WHERE id = $4`, due, start, priority, order)
	tx.Queue(`UPDATE wo_op SET due = $1, priority = $2 WHERE order_id = $3`, due, priority, order)
}

// Change gives an order another quantity, date or priority, also after its release.
type Change struct {
	Order    string  `json:"order" minLength:"1" maxLength:"64"`
	Qty      num.Dec `json:"qty,omitempty" doc:"0 = as it is"`
	Due      string  `json:"due,omitempty" maxLength:"10" doc:"Empty = as it is"`
	Start    string  `json:"start,omitempty" maxLength:"10" doc:"Empty = as it is, - = open"`
	Priority int64   `json:"priority,omitempty" minimum:"0" maximum:"9" doc:"0 = as it is"`
	Reason   string  `json:"reason" minLength:"1" maxLength:"500"`
}

// ChangePreview is what a change would do; nothing is written.
type ChangePreview struct {
	Order      string          `json:"order"`
	Status     string          `json:"status"`
	Before     ChangeSide      `json:"before"`
	After      ChangeSide      `json:"after"`
	MinQty     num.Dec         `json:"min_qty" doc:"So many are reported already at the first report point"`
	Allowed    bool            `json:"allowed"`
	Consequent []string        `json:"consequences" doc:"below_reported, completes, reopens, too_much_issued, material_short, sales_differs, nothing" enum:"below_reported,completes,reopens,too_much_issued,material_short,sales_differs,nothing"`
	Components []ChangedNeed   `json:"components" doc:"Lines whose need changes"`
	Ops        []ChangedEffort `json:"ops" doc:"Standard minutes"`
	SalesOrder string          `json:"sales_order"`
}

// ChangeSide is one side of a change.
type ChangeSide struct {
	Qty      num.Dec `json:"qty"`
	Due      string  `json:"due"`
	Start    string  `json:"start"`
	Priority int64   `json:"priority"`
}

// ChangedNeed is a component line before and after.
type ChangedNeed struct {
	Item    string  `json:"item"`
	Name    string  `json:"name"`
	UoM     string  `json:"uom"`
	Issue   string  `json:"issue"`
	Before  num.Dec `json:"before"`
	After   num.Dec `json:"after"`
	Issued  num.Dec `json:"issued"`
	TooMuch num.Dec `json:"too_much" doc:"Issued beyond the new need: to be returned"`
	Missing num.Dec `json:"missing" doc:"Needed beyond what was issued and what the stock has"`
}

// ChangedEffort is the time of an operation before and after.
type ChangedEffort struct {
	Op     int64  `json:"op"`
	Name   string `json:"name"`
	Before int64  `json:"before_ms"`
	After  int64  `json:"after_ms"`
}

// Changed is the fact of a change.
type Changed struct {
	Order  string     `json:"order"`
	Before ChangeSide `json:"before"`
	After  ChangeSide `json:"after"`
	Status string     `json:"status"`
	Reason string     `json:"reason"`
}

func (c *copied) changed(in Change) (ChangeSide, *fault.Error) {
	if f := checkDays(in.Due, strings.TrimPrefix(in.Start, "-")); f != nil {
		return ChangeSide{}, f
	}
	to := ChangeSide{c.Qty, c.Due, c.Start, c.Priority}
	if in.Qty != 0 {
		to.Qty = in.Qty
	}
	if in.Due != "" {
		to.Due = in.Due
	}
	if in.Start != "" {
		to.Start = strings.TrimPrefix(in.Start, "-")
	}
	if in.Priority != 0 {
		to.Priority = in.Priority
	}
	switch {
	case to.Qty <= 0 || to.Qty > num.Max:
		return to, fault.Invalid("production.qty_not_positive", "the quantity of %s must be above zero, got %s", c.ItemCode, to.Qty).With("item", c.ItemCode).With("qty", to.Qty)
	case !to.Qty.Fits(c.Decimals):
		return to, fault.Invalid("production.decimals", "quantities of %s have at most %d decimals, got %s", c.ItemCode, c.Decimals, to.Qty).With("item", c.ItemCode).With("decimals", c.Decimals).With("qty", to.Qty)
	}
	return to, nil
}

// PreviewChange says what a change would do.
func (m *Module) PreviewChange(ctx context.Context, q db.Querier, in Change) (ChangePreview, error) {
	all, err := m.whole(ctx, q, []string{in.Order})
	if err != nil {
		return ChangePreview{}, err
	}
	c := all[0]
	to, f := c.changed(in)
	if f != nil {
		return ChangePreview{}, f
	}
	out := ChangePreview{Order: c.Number, Status: c.Status, Before: ChangeSide{c.Qty, c.Due, c.Start, c.Priority}, After: to, MinQty: c.FirstDone, SalesOrder: c.SalesOrder,
		Allowed: c.open() == nil, Consequent: []string{}, Components: []ChangedNeed{}, Ops: []ChangedEffort{}}
	say := func(what string) {
		if !slices.Contains(out.Consequent, what) {
			out.Consequent = append(out.Consequent, what)
		}
	}
	if to.Qty < min(c.FirstDone, c.Qty) {
		out.Allowed = false
		say("below_reported")
	}
	if to.Qty != c.Qty {
		stock, err := m.material(ctx, q, c.ID, c.Site, 0)
		if err != nil {
			return out, err
		}
		for _, k := range c.comps {
			is, err := norm(to.Qty, k.Qty, k.ScrapPct, int(k.Decimals))
			if err != nil {
				return out, fault.Invalid("production.too_much", "%s need more %s than can be counted", to.Qty, k.Code).With("item", c.ItemCode).With("component", k.Code).With("qty", to.Qty)
			}
			is = max(is+k.Shift, 0)
			if k.Role != "component" || k.Issue == "none" || is == k.Required {
				continue
			}
			n := ChangedNeed{Item: k.Code, Name: k.Name, UoM: k.UoM, Issue: k.Issue, Before: k.Required, After: is, Issued: k.Issued}
			gone := k.Issued
			if k.Issue == "backflush" {
				used, err := norm(k.Done, k.Qty, k.ScrapPct, int(k.Decimals))
				if err != nil {
					return out, err
				}
				gone = used + k.Adjust + k.Shift
			} else {
				n.TooMuch = max(k.Issued-is, 0)
			}
			for _, s := range stock {
				if s.Line == k.Line {
					n.Missing = max(is-gone-s.Available, 0)
				}
			}
			if n.TooMuch > 0 {
				say("too_much_issued")
			}
			if n.Missing > 0 {
				say("material_short")
			}
			out.Components = append(out.Components, n)
		}
		for _, p := range c.ops {
			if ms := runMS(to.Qty, p.RunMin, p.BatchMin); ms != p.RunMS {
				out.Ops = append(out.Ops, ChangedEffort{p.Op, p.Name, p.RunMS + p.SetupMS, ms + p.SetupMS})
			}
		}
		switch {
		case c.FirstDone > 0 && to.Qty == c.FirstDone && c.Qty > c.FirstDone:
			say("completes")
		case c.Status == "completed" && to.Qty > c.FirstDone:
			say("reopens")
		}
		if c.SalesLine != 0 {
			say("sales_differs")
		}
	}
	if out.Before == out.After {
		say("nothing")
	}
	return out, nil
}

// Change changes an order; below what is reported it cannot go.
func (m *Module) Change(ctx context.Context, tx *db.Tx, in Change) (Changed, error) {
	all, err := m.whole(ctx, tx, []string{in.Order})
	if err != nil {
		return Changed{}, err
	}
	c := all[0]
	if f := c.open(); f != nil {
		return Changed{}, f
	}
	to, f := c.changed(in)
	if f != nil {
		return Changed{}, f
	}
	out := Changed{Order: c.Number, Before: ChangeSide{c.Qty, c.Due, c.Start, c.Priority}, After: to, Reason: in.Reason}
	switch {
	case out.Before == to:
		return Changed{}, fault.Invalid("production.nothing_changes", "%s is like that already", c.Number).With("order", c.Number)
	case to.Qty < min(c.FirstDone, c.Qty):
		return Changed{}, fault.Conflict("production.below_reported", "%s of %s are reported already; it cannot be less", c.FirstDone, c.Number).With("done", c.FirstDone).With("order", c.Number).With("qty", to.Qty)
	}
	if to.Qty != c.Qty {
		if err := m.resize(ctx, tx, c, to.Qty); err != nil {
			return Changed{}, err
		}
	}
	if out.Before.Due != to.Due || out.Before.Start != to.Start || out.Before.Priority != to.Priority {
		m.redate(tx, c.ID, to.Due, to.Start, to.Priority)
	}
	if out.Status, err = db.One[string](ctx, tx, `SELECT status FROM wo_order WHERE id = $1`, c.ID); err != nil {
		return Changed{}, err
	}
	tx.Emit(db.Event{Name: EventChanged, Subject: "wo:" + c.Number, Site: c.Site, Reason: in.Reason, Payload: out})
	return out, nil
}
