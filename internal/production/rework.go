package production

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Kinds of work orders.
const (
	KindNormal = "normal"
	KindToll   = "toll"   // from material that a customer supplies
	KindRework = "rework" // consumes the product itself and gives it back
)

// NewRework asks for an order that puts finished pieces right: it takes them, extra material and a short routing of
// its own, and gives the same product back.
type NewRework struct {
	Site       string       `json:"site,omitempty" maxLength:"64" doc:"Site code; empty: the first site"`
	Item       string       `json:"item,omitempty" maxLength:"100" doc:"Product; left out with an inspection"`
	Qty        num.Dec      `json:"qty,omitempty" doc:"0 = all that is named"`
	Lot        string       `json:"lot,omitempty" maxLength:"100"`
	Serials    []string     `json:"serials,omitempty" maxItems:"5000" doc:"Pieces; ranges such as SN0001..SN0100 will do"`
	Location   string       `json:"location,omitempty" maxLength:"100" doc:"Where they lie; empty: wherever"`
	Held       bool         `json:"held,omitempty" doc:"Take them from hold"`
	Inspection string       `json:"inspection,omitempty" maxLength:"64" doc:"Final inspection whose failed pieces are reworked"`
	NewNumber  bool         `json:"new_number,omitempty" doc:"The pieces get a new lot or new serial numbers; else they keep theirs"`
	Due        string       `json:"due,omitempty" doc:"Empty: today"`
	Priority   int64        `json:"priority,omitempty" minimum:"0" maximum:"99" doc:"0 = 3: before what is new"`
	Reason     string       `json:"reason" minLength:"1" maxLength:"500"`
	Parts      []ReworkPart `json:"parts,omitempty" maxItems:"100" doc:"Extra material"`
	Ops        []ReworkOp   `json:"ops,omitempty" maxItems:"30" doc:"Empty: one step where the product is finished"`

	Of       string           `json:"-"` // the document that it comes from
	From     []inventory.Take `json:"-"` // of a room that answers for the goods itself
	Returned bool             `json:"-"`
}

// ReworkPart is extra material for each piece.
type ReworkPart struct {
	Item string  `json:"item" minLength:"1" maxLength:"100"`
	Qty  num.Dec `json:"qty" doc:"For one piece"`
}

// ReworkOp is a step of the order's own routing.
type ReworkOp struct {
	Name       string  `json:"name" minLength:"1" maxLength:"100"`
	WorkCenter string  `json:"work_center" minLength:"1" maxLength:"64"`
	Minutes    num.Dec `json:"minutes,omitempty" doc:"For one piece"`
	Inspection string  `json:"inspection,omitempty" enum:"none,final," doc:"final: judged before it goes to stock"`
}

// ReworkMade is the payload of production.rework_made: the order and which pieces it took.
type ReworkMade struct {
	Order
	Reason string `json:"reason"`
	Of     string `json:"of,omitempty" doc:"Inspection or return that the pieces come from"`
	Keep   bool   `json:"keep_number"`
	Took   []Took `json:"took"`
}

// Took is what the order took of a lot.
type Took struct {
	Lot     string   `json:"lot"`
	Qty     num.Dec  `json:"qty"`
	Serials []string `json:"serials,omitempty" doc:"As ranges"`
}

// Rework carries out a NewRework: the order is made, released, and the pieces are at it.
func (m *Module) Rework(ctx context.Context, tx *db.Tx, in NewRework) (ReworkMade, error) {
	site, err := reworkSite(ctx, tx, in.Site)
	if err != nil {
		return ReworkMade{}, err
	}
	out := ReworkMade{Reason: strings.TrimSpace(in.Reason), Of: in.Of, Keep: !in.NewNumber}
	if out.Reason == "" {
		return out, fault.Invalid("production.rework_reason", "say what has to be put right")
	}
	if in.Serials, err = inventory.Pieces(in.Serials); err != nil {
		return out, err
	}
	var failed *failedPieces
	if in.Inspection != "" {
		if failed, err = m.failedOf(ctx, tx, in.Inspection, in.Qty); err != nil {
			return out, err
		}
		in.Item, in.Qty, site.ID, out.Of = failed.Code, failed.qty, failed.Site, in.Inspection
	}
	item, err := masterdata.ItemByCode(ctx, tx, in.Item)
	if err != nil {
		return out, err
	}
	if len(in.Serials) > 0 && in.Qty == 0 {
		in.Qty = num.Int(int64(len(in.Serials)))
	}
	if item.Kind != "make" && item.Kind != "subcontract" {
		return out, fault.Invalid("production.not_made", "%s is not made here", item.Code).With("item", item.Code)
	}
	takes := in.From
	if failed == nil && takes == nil {
		if in.Lot == "" && len(in.Serials) == 0 && item.Tracking != "none" {
			return out, fault.Invalid("production.rework_which", "say which lot or which pieces of %s are reworked", item.Code).With("item", item.Code)
		}
		t := inventory.Take{Item: item.ID, Qty: in.Qty, Lot: strings.TrimSpace(in.Lot), Serials: in.Serials}
		if in.Held {
			t.Status = inventory.Held
		}
		if in.Location != "" {
			l, err := masterdata.LocationByCode(ctx, tx, site.ID, locationCode(in.Location))
			if err != nil {
				return out, err
			}
			t.From = inventory.Place{Kind: inventory.Stock, Ref: l.ID}
		}
		if t.Qty == 0 {
			if t.Qty, err = lying(ctx, tx, site.ID, t); err != nil {
				return out, err
			}
		}
		takes, in.Qty = []inventory.Take{t}, t.Qty
	}
	switch {
	case in.Qty <= 0:
		return out, fault.Invalid("production.qty_not_positive", "the quantity of %s must be above zero, got %s", item.Code, in.Qty).With("item", item.Code).With("qty", in.Qty)
	case !in.Qty.Fits(item.Decimals):
		return out, fault.Invalid("production.decimals", "quantities of %s have at most %d decimals, got %s", item.Code, item.Decimals, in.Qty).With("item", item.Code).With("decimals", item.Decimals).With("qty", in.Qty)
	}
	row, err := m.reworkOrder(ctx, tx, site.ID, item, in, &out)
	if err != nil {
		return out, err
	}
	if failed != nil {
		if takes, err = m.setAside(ctx, tx, failed, item, row.Number); err != nil {
			return out, err
		}
	}
	if err := m.bring(ctx, tx, row, item, takes, in.Returned || failed != nil, &out); err != nil {
		return out, err
	}
	tx.Emit(db.Event{Name: EventRework, Subject: "wo:" + row.Number, Site: row.Site, Reason: out.Reason, Payload: out})
	return out, nil
}

func reworkSite(ctx context.Context, q db.Querier, code string) (masterdata.Site, error) {
	if code == "" {
		return masterdata.DefaultSite(ctx, q)
	}
	return masterdata.SiteByCode(ctx, q, code)
}

// lying is how much of what a take names there is.
func lying(ctx context.Context, q db.Querier, site db.ID, t inventory.Take) (num.Dec, error) {
	status := t.Status
	if status == "" {
		status = inventory.Available
	}
	return db.One[num.Dec](ctx, q, `SELECT CAST(coalesce(sum(s.qty - s.reserved), 0) AS BIGINT) FROM v_stock s LEFT JOIN v_lot l ON l.id = s.lot_id
		WHERE s.site_id = $1 AND s.item_id = $2 AND s.status = $3 AND (CAST($4 AS TEXT) = '' OR l.number = $4) AND (CAST($5 AS BIGINT) = 0 OR s.location_id = $5)`, site, t.Item, status, t.Lot, t.From.Ref)
}

// reworkOrder writes the order with its own bill and routing: the product itself is its first component.
func (m *Module) reworkOrder(ctx context.Context, tx *db.Tx, site db.ID, item masterdata.Item, in NewRework, out *ReworkMade) (*orderRow, error) {
	number, err := tx.Number("wo")
	if err != nil {
		return nil, err
	}
	row := &orderRow{ID: tx.ID(), Number: number, Site: site, Item: item.ID, Qty: in.Qty, Due: in.Due, Start: tx.Today(), Priority: in.Priority, Created: tx.NowMS(), Released: tx.NowMS(),
		Kind: KindRework, Keep: out.Keep, ReworkWhy: out.Reason, ReworkOf: out.Of}
	if row.Due == "" {
		row.Due = tx.Today()
	}
	if row.Priority == 0 {
		row.Priority = 3
	}
	p := &plan{today: tx.Today(), items: map[db.ID]masterdata.Item{item.ID: item}}
	if f := p.check(NewOrder{Item: item.ID, Qty: in.Qty, Due: row.Due, Start: row.Start}); f != nil {
		return nil, f
	}
	ops, err := reworkOps(ctx, tx, site, item, in.Ops)
	if err != nil {
		return nil, err
	}
	rows := orderRows{orders: []*orderRow{row}, ops: copyOps(tx.ID, row, ops)}
	add := func(of masterdata.Item, qty num.Dec) error {
		need, err := norm(in.Qty, qty, 0, of.Decimals)
		if err != nil {
			return fault.Invalid("production.too_much", "%s of %s need more %s than can be counted", in.Qty, item.Code, of.Code).With("item", item.Code).With("component", of.Code).With("qty", in.Qty)
		}
		rows.components = append(rows.components, componentRow{ID: tx.ID(), Order: row.ID, Line: int64(len(rows.components) + 1), Item: of.ID, Role: "component", Issue: "pick",
			Op: rows.ops[0].Op, ReportID: usedAt(rows.ops, int(rows.ops[0].Op)), Qty: qty, Decimals: int64(of.Decimals), Required: need})
		return nil
	}
	if err := add(item, num.One); err != nil {
		return nil, err
	}
	for i, x := range in.Parts {
		of, err := masterdata.ItemByCode(ctx, tx, x.Item)
		if err != nil {
			return nil, err
		}
		switch {
		case of.ID == item.ID || slices.ContainsFunc(rows.components, func(c componentRow) bool { return c.Item == of.ID }):
			return nil, fault.Invalid("production.rework_part", "%s is named twice", of.Code).With("item", of.Code).At(fault.Field{Where: fmt.Sprintf("body.parts[%d].item", i), Code: "production.rework_part", Value: of.Code, Params: map[string]string{"item": of.Code}})
		case x.Qty <= 0:
			return nil, fault.Invalid("production.qty_not_positive", "the quantity of %s must be above zero, got %s", of.Code, x.Qty).With("item", of.Code).With("qty", x.Qty)
		}
		if err := add(of, x.Qty); err != nil {
			return nil, err
		}
	}
	if err := rows.write(ctx, tx); err != nil {
		return nil, err
	}
	out.Order = Order{ID: row.ID, Number: number, Site: site, Item: item.ID, ItemCode: item.Code, ItemName: item.Name, Qty: in.Qty, Due: row.Due, Start: row.Start, Priority: row.Priority}
	tx.Emit(db.Event{Name: EventCreated, Subject: "wo:" + number, Site: site, Reason: out.Reason, Payload: out.Order})
	tx.Emit(db.Event{Name: EventReleased, Subject: "wo:" + number, Site: site, Payload: Released{[]string{number}}})
	return row, nil
}

// reworkOps are the steps that were named, or one where the product is finished.
func reworkOps(ctx context.Context, q db.Querier, site db.ID, item masterdata.Item, in []ReworkOp) ([]masterdata.RoutingOp, error) {
	var out []masterdata.RoutingOp
	for i, o := range in {
		type center struct {
			ID db.ID `db:"id"`
		}
		c, ok, err := db.Get[center](ctx, q, `SELECT id FROM v_work_center WHERE site_id = $1 AND code = $2`, site, o.WorkCenter)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fault.NotFound("production.rework_center", "there is no work center %s at this site", o.WorkCenter).With("work_center", o.WorkCenter).
				At(fault.Field{Where: fmt.Sprintf("body.ops[%d].work_center", i), Code: "production.rework_center", Value: o.WorkCenter, Params: map[string]string{"work_center": o.WorkCenter}})
		}
		if o.Minutes < 0 {
			return nil, fault.Invalid("production.qty_negative", "minutes cannot be below zero")
		}
		r := masterdata.RoutingOp{Op: 10 * (i + 1), Name: o.Name, WorkCenterID: c.ID, RunMin: o.Minutes, Report: true, Inspection: "none"}
		if o.Inspection != "" {
			r.Inspection = o.Inspection
		}
		out = append(out, r)
	}
	if len(out) > 0 {
		return out, nil
	}
	type last struct {
		Center db.ID `db:"work_center_id"`
		Final  bool  `db:"final_gate"`
	}
	l, ok, err := db.Get[last](ctx, q, `SELECT p.work_center_id, o.final_gate FROM wo_order o JOIN wo_op p ON p.id = o.last_op_id WHERE o.item_id = $1 AND o.site_id = $2 AND o.kind <> 'rework' ORDER BY o.id DESC LIMIT 1`, item.ID, site)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.Invalid("production.rework_ops", "say where %s is reworked: it was never made here", item.Code).With("item", item.Code)
	}
	r := masterdata.RoutingOp{Op: 10, Name: "返修 Rework", WorkCenterID: l.Center, Report: true, Inspection: "none"}
	if l.Final {
		r.Inspection = "final"
	}
	return []masterdata.RoutingOp{r}, nil
}

// bring moves the pieces into the order's WIP and books them as issued. Held goods that wait for a judgement are not
// reworked past it; a room that judged them itself says so.
func (m *Module) bring(ctx context.Context, tx *db.Tx, row *orderRow, item masterdata.Item, takes []inventory.Take, judged bool, out *ReworkMade) error {
	id := tx.ID()
	picks, err := m.Inventory.Move(ctx, tx, inventory.Doc{Kind: "wo_issue", ID: id, Number: row.Number, Order: row.ID, Site: row.Site, Reason: out.Reason}, inventory.Place{Kind: inventory.WIP, Ref: row.ID}, takes...)
	if err != nil {
		return err
	}
	var lots []db.ID
	var facts []Used
	for _, p := range picks {
		if p.Lot != 0 && !slices.Contains(lots, p.Lot) {
			lots = append(lots, p.Lot)
		}
		facts = append(facts, Used{item.Code, p.LotNumber, p.Qty})
		i := slices.IndexFunc(out.Took, func(t Took) bool { return t.Lot == p.LotNumber })
		if i < 0 {
			i, out.Took = len(out.Took), append(out.Took, Took{Lot: p.LotNumber})
		}
		out.Took[i].Qty += p.Qty
		out.Took[i].Serials = append(out.Took[i].Serials, p.Serials...)
	}
	for i := range out.Took {
		out.Took[i].Serials = inventory.Ranges(out.Took[i].Serials)
	}
	if out.Keep && item.Tracking == "lot" && len(out.Took) > 1 {
		return fault.Conflict("production.rework_lots", "these pieces of %s are of %d lots; make an order for each, or give them a new lot", item.Code, len(out.Took)).With("item", item.Code).With("lots", len(out.Took))
	}
	if !judged && m.Inventory.MayRelease != nil && slices.ContainsFunc(takes, func(t inventory.Take) bool { return t.Status == inventory.Held }) {
		if err := m.Inventory.MayRelease(ctx, tx, lots); err != nil {
			return err
		}
	}
	lines, err := db.All[pickLine](ctx, tx, pickLineSQL, row.ID)
	if err != nil {
		return err
	}
	return m.bookIssue(ctx, tx, orderHead{ID: row.ID, Number: row.Number, Site: row.Site, Item: row.Item, Qty: row.Qty, Status: "released"}, &lines[0],
		fact{kind: "issue", item: item.ID, lots: facts, id: id, qty: row.Qty, reason: out.Reason})
}

// failedPieces are those of a final inspection that nobody has reworked.
type failedPieces struct {
	Order  db.ID   `db:"order_id"`
	Number string  `db:"number"`
	Site   db.ID   `db:"site_id"`
	Code   string  `db:"code"`
	Failed num.Dec `db:"failed"`
	Aside  num.Dec `db:"aside"`
	qty    num.Dec
}

func (m *Module) failedOf(ctx context.Context, q db.Querier, inspection string, qty num.Dec) (*failedPieces, error) {
	f, ok, err := db.Get[failedPieces](ctx, q, `SELECT o.id AS order_id, o.number, o.site_id, i.code, o.aside, CAST((SELECT coalesce(sum(y.failed), 0) FROM v_inspection y WHERE y.order_id = o.id AND y.kind = 'final' AND y.status <> 'cancelled') AS BIGINT) AS failed
		FROM v_inspection x JOIN wo_order o ON o.id = x.order_id JOIN v_item i ON i.id = o.item_id WHERE x.number = $1 AND x.kind = 'final' AND x.status <> 'cancelled'`, inspection)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.NotFound("production.rework_inspection", "%s is no final inspection of a work order", inspection).With("number", inspection)
	}
	open := f.Failed - f.Aside
	if f.qty = qty; qty == 0 {
		f.qty = open
	}
	if f.qty <= 0 || f.qty > open {
		return nil, fault.Conflict("production.rework_failed", "%s pieces of %s failed and wait for rework, not %s", max(open, 0), f.Number, f.qty).With("open", max(open, 0)).With("order", f.Number).With("qty", f.qty)
	}
	return &f, nil
}

// setAside takes failed pieces out of the order that made them: they are put on hold in stock, made by that order, and
// are its no more. The WHERE clause is the rule: never more than failed.
func (m *Module) setAside(ctx context.Context, tx *db.Tx, f *failedPieces, item masterdata.Item, to string) ([]inventory.Take, error) {
	n, err := tx.Exec(ctx, `UPDATE wo_order SET aside = aside + $1 WHERE id = $2 AND aside = $3`, f.qty, f.Order, f.Aside)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, db.ErrRetry
	}
	loc, err := m.receiptLocation(ctx, tx, f.Site, "")
	if err != nil {
		return nil, err
	}
	put := inventory.Put{Item: item.ID, Qty: f.qty, To: inventory.Place{Kind: inventory.Stock, Ref: loc.ID}, Status: inventory.Held}
	if item.ShelfLifeDays > 0 {
		put.ExpiresOn = inventory.Expiry(item, tx.Today())
	}
	picks, err := m.Inventory.Put(ctx, tx, inventory.Doc{Kind: "wo_aside", ID: tx.ID(), Number: to, Order: f.Order, Site: f.Site}, inventory.Place{Kind: inventory.Produced}, put)
	var out []inventory.Take
	for _, p := range picks {
		out = append(out, inventory.Take{Item: item.ID, Qty: p.Qty, LotID: p.Lot, NoLot: p.Lot == 0, Serials: p.Serials, From: p.To, Status: inventory.Held})
	}
	return out, err
}

// keepNumbers gives what comes out of a rework order the lot and the serial numbers that went in.
func (m *Module) keepNumbers(ctx context.Context, tx *db.Tx, s *receiveState, item masterdata.Item, in *Receive) error {
	if s.Kind != KindRework || item.Tracking == "none" {
		return nil
	}
	if item.Tracking == "lot" {
		if !s.Keep || in.Lot != "" {
			return nil
		}
		lot, ok, err := db.Get[string](ctx, tx, `SELECT l.number FROM v_move v JOIN v_lot l ON l.id = v.lot_id WHERE v.order_id = $1 AND v.item_id = $2 AND v.to_kind = 'wip' ORDER BY v.id LIMIT 1`, s.ID, s.Item)
		if err == nil && ok {
			in.Lot, s.kept = lot, true
		}
		return err
	}
	numbers, err := inventory.Pieces(in.Serials)
	if err != nil {
		return err
	}
	used, err := inventory.UsedPieces(ctx, tx, s.ID, s.Item, inventory.Consumed)
	if err != nil {
		return err
	}
	if len(numbers) == 0 {
		if !s.Keep {
			return nil
		}
		n := min(int(in.Qty/num.One), len(used))
		numbers = used[:n]
		in.Serials = numbers
	}
	same := slices.DeleteFunc(slices.Clone(numbers), func(n string) bool { return !slices.Contains(used, n) })
	if s.Keep && len(same) < len(numbers) {
		return m.Inventory.Remake(ctx, tx, s.ID, item, numbers) // says which is not one of them
	}
	if len(same) == 0 {
		return nil
	}
	s.kept = true
	return m.Inventory.Remake(ctx, tx, s.ID, item, same)
}

// forgetNumbers: pieces of a receipt that was undone are used up by the order again.
func (m *Module) forgetNumbers(ctx context.Context, tx *db.Tx, s *receiveState) error {
	if s.Kind != KindRework {
		return nil
	}
	item, err := masterdata.ItemByID(ctx, tx, s.Item)
	if err != nil || item.Tracking != "serial" {
		return err
	}
	back, err := inventory.UsedPieces(ctx, tx, s.ID, s.Item, inventory.Produced)
	if err != nil || len(back) == 0 {
		return err
	}
	return m.Inventory.Unmake(ctx, tx, s.ID, item, back)
}

// holdUnfinished: pieces that leave a rework order without being reworked are still not right.
func (m *Module) holdUnfinished(ctx context.Context, tx *db.Tx, o orderHead, item db.ID, picks []inventory.Picked) error {
	if item != o.Item {
		return nil
	}
	why, ok, err := db.Get[string](ctx, tx, `SELECT rework_why FROM wo_order WHERE id = $1 AND kind = 'rework'`, o.ID)
	if err != nil || !ok {
		return err
	}
	takes := make([]inventory.Take, len(picks))
	for i, p := range picks {
		takes[i] = inventory.Take{Item: p.Item, Qty: p.Qty, LotID: p.Lot, NoLot: p.Lot == 0, Serials: p.Serials, From: p.To}
	}
	_, err = m.Inventory.Hold(ctx, tx, inventory.Doc{Kind: "hold", ID: tx.ID(), Number: o.Number, Site: o.Site, Reason: why}, takes...)
	return err
}

// mayServe keeps what a customer supplies for the orders of that customer.
func mayServe(ctx context.Context, q db.Querier, o orderHead, sub masterdata.Item) error {
	if sub.Kind != "customer" {
		return nil
	}
	of, err := inventory.Owners(ctx, q, []db.ID{sub.ID})
	if err != nil || of[sub.ID] == 0 {
		return err
	}
	owner, err := db.One[db.ID](ctx, q, `SELECT owner_id FROM wo_order WHERE id = $1`, o.ID)
	if err == nil && owner != of[sub.ID] {
		err = fault.Conflict("production.others_material", "%s is supplied by a customer; %s is not made for him", sub.Code, o.Number).With("item", sub.Code).With("order", o.Number)
	}
	return err
}

// reworksOf are the rework orders that took what the order made.
func reworksOf(ctx context.Context, q db.Querier, order db.ID) ([]string, error) {
	out, err := db.All[string](ctx, q, `SELECT DISTINCT r.number FROM wo_order o JOIN wo_order r ON r.item_id = o.item_id AND r.kind = 'rework' AND r.id <> o.id
		JOIN v_move v ON v.order_id = r.id AND v.to_kind = 'wip' AND v.item_id = o.item_id AND v.lot_id <> 0
		JOIN v_move b ON b.lot_id = v.lot_id AND b.order_id = o.id AND b.from_kind = 'produced' WHERE o.id = $1 ORDER BY r.number`, order)
	if out == nil {
		out = []string{}
	}
	return out, err
}

// verifyAside: no more failed pieces went to rework than failed.
func verifyAside(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		Order string  `db:"number"`
		Aside num.Dec `db:"aside"`
		Moved num.Dec `db:"moved"`
	}
	return db.Each(ctx, q, `SELECT o.number, o.aside, CAST(coalesce(v.qty, 0) AS BIGINT) AS moved FROM wo_order o
		LEFT JOIN (SELECT order_id, sum(qty) AS qty FROM v_move WHERE doc_kind = 'wo_aside' GROUP BY order_id) v ON v.order_id = o.id
		LEFT JOIN (SELECT order_id, sum(failed) AS failed FROM v_inspection WHERE kind = 'final' AND status <> 'cancelled' AND order_id <> 0 GROUP BY order_id) x ON x.order_id = o.id
		WHERE o.aside <> coalesce(v.qty, 0) OR o.aside > coalesce(x.failed, 0) ORDER BY o.number`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s: %s failed pieces went to rework, its moves say %s, or fewer failed", b.Order, b.Aside, b.Moved))
		return nil
	})
}
