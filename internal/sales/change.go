package sales

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
)

// ChangeOrder is what becomes different about an order that was entered. What is left out stays as it is.
type ChangeOrder struct {
	Customer *string      `json:"customer,omitempty" doc:"Customer code"`
	ShipTo   *string      `json:"ship_to,omitempty" maxLength:"100" doc:"Label of one of the customer's addresses; empty: the one for deliveries. Another customer starts without one"`
	Note     *string      `json:"note,omitempty" maxLength:"1000"`
	Lines    []ChangeLine `json:"lines,omitempty" maxItems:"1000"`
	Add      []NewLine    `json:"add,omitempty" maxItems:"1000" doc:"Lines that come to it"`
	Work     []WorkAnswer `json:"work,omitempty" doc:"What becomes of each work order that is no longer needed"`
	Dates    string       `json:"dates,omitempty" enum:"follow,keep," doc:"follow (and when left out): open work orders get the due date of the lines they are made for; keep: they keep theirs"`
	Reason   string       `json:"reason,omitempty" maxLength:"500"`
}

// ChangeLine changes one line, or cancels it.
type ChangeLine struct {
	Line      int64    `json:"line" minimum:"1"`
	Qty       *num.Dec `json:"qty,omitempty"`
	UoM       string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the item's; empty: its own"`
	Due       *string  `json:"due,omitempty"`
	Priority  *int64   `json:"priority,omitempty"`
	UnitPrice *num.Dec `json:"unit_price,omitempty" mask:"sales_price"`
	Note      *string  `json:"note,omitempty" maxLength:"1000"`
	Supply    *string  `json:"supply,omitempty" enum:"stock,make,both," doc:"Where it comes from; empty: as it comes"`
	Cancel    bool     `json:"cancel,omitempty"`
}

// WorkAnswer says what becomes of a work order that the order no longer needs.
type WorkAnswer struct {
	Order  string `json:"order" doc:"Work order number"`
	Answer string `json:"answer" enum:"keep,shrink,stock,cancel" doc:"keep: goes on for this line, what is too much goes to stock; shrink: makes only what is still wanted, when nothing was done on it; stock: goes on for stock; cancel: only when nothing was done on it"`
}

// Consequences are what a change does beside what it says.
type Consequences struct {
	Order     string            `json:"order"`
	Lines     []LineConsequence `json:"lines" doc:"Lines that change"`
	Work      []AffectedWork    `json:"work" doc:"Work orders of these lines"`
	Shipments []string          `json:"shipments" doc:"What has left already"`
	Tolerance num.Dec           `json:"tolerance_pct" doc:"How much more or less the customer takes, in percent"`
}

// LineConsequence is one line before and after.
type LineConsequence struct {
	Line      int64          `json:"line"`
	Item      string         `json:"item"`
	Name      string         `json:"name"`
	UoM       string         `json:"uom"`
	Before    LineFacts      `json:"before"`
	After     LineFacts      `json:"after"`
	Cancelled bool           `json:"cancelled"`
	Shipped   num.Dec        `json:"shipped"`
	Allocated num.Dec        `json:"allocated" doc:"Promised before the change"`
	Released  []AllocatedLot `json:"released" doc:"Promised lots that become free"`
	Coming    num.Dec        `json:"coming" doc:"From open work orders"`
	Surplus   num.Dec        `json:"surplus" doc:"Of that, what nobody has ordered any more"`
	Open      num.Dec        `json:"open" doc:"What is still to be found: neither shipped, promised nor in work"`
}

// LineFacts is what a person may change about a line.
type LineFacts struct {
	Qty       num.Dec  `json:"qty"`
	Due       string   `json:"due"`
	Priority  int64    `json:"priority"`
	UnitPrice *num.Dec `json:"unit_price,omitempty" mask:"sales_price"`
	Note      string   `json:"note"`
	Supply    string   `json:"supply"`
	masterdata.Entered
}

// AffectedWork is a work order of a line that changes.
type AffectedWork struct {
	Number   string   `json:"number"`
	Line     int64    `json:"line"`
	Qty      num.Dec  `json:"qty"`
	Good     num.Dec  `json:"good"`
	Received num.Dec  `json:"received"`
	Coming   num.Dec  `json:"coming" doc:"What this line still gets from it"`
	Status   string   `json:"status"`
	Due      string   `json:"due"`
	DueAfter string   `json:"due_after" doc:"Its due date after the change, when dates follow; the same as due when it stays"`
	Begun    bool     `json:"begun"`
	Shared   bool     `json:"shared" doc:"It is made for other lines too"`
	Asked    bool     `json:"asked" doc:"The change needs an answer for it"`
	Answers  []string `json:"answers"`
	Suggest  string   `json:"suggest"`
}

// edit is a change thought through: nothing is written yet.
type edit struct {
	order    order
	customer *masterdata.Partner
	lines    []lineEdit
	out      Consequences
	pct      num.Dec
	shipTo   *string
}

type lineEdit struct {
	line
	item   masterdata.Item
	before LineFacts
	after  LineFacts
	cancel bool
	keep   num.Dec // of what is promised
	excess num.Dec // of what its work orders bring, what nobody wants any more
	work   []lineWork
}

// consider thinks a change through: it refuses what cannot be and finds what follows from the rest.
func (m *Module) consider(ctx context.Context, q db.Querier, number string, in ChangeOrder) (*edit, error) {
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return nil, err
	}
	if o.Cancelled > 0 {
		return nil, fault.Conflict("sales.cancelled", "order %s is cancelled", number).With("number", number)
	}
	e := &edit{order: o, out: Consequences{Order: number, Lines: []LineConsequence{}, Work: []AffectedWork{}}}
	if e.out.Shipments, err = db.All[string](ctx, q, `SELECT number FROM so_shipment WHERE order_id = $1 AND reversed_ms = 0 ORDER BY shipped_ms, id`, o.ID); err != nil {
		return nil, err
	}
	if in.Customer != nil {
		p, err := customerByCode(ctx, q, *in.Customer)
		if err != nil {
			return nil, err
		}
		if p.ID != o.Customer && len(e.out.Shipments) > 0 {
			return nil, fault.Conflict("sales.customer_shipped", "order %s has shipments, so its customer stays", number).With("number", number)
		}
		e.customer = &p
	}
	customer := o.Customer
	if e.customer != nil {
		customer = e.customer.ID
	}
	if in.ShipTo != nil {
		if *in.ShipTo, err = shipTo(ctx, q, customer, *in.ShipTo); err != nil {
			return nil, err
		}
	} else if customer != o.Customer && o.ShipTo != "" {
		in.ShipTo = new("") // the address was the other customer's
	}
	e.shipTo = in.ShipTo
	if e.pct, err = tolerance(ctx, q, customer); err != nil {
		return nil, err
	}
	e.out.Tolerance = e.pct
	return e, m.considerLines(ctx, q, e, in)
}

func (m *Module) considerLines(ctx context.Context, q db.Querier, e *edit, in ChangeOrder) error {
	lines, err := linesOf(ctx, q, e.order.ID)
	if err != nil {
		return err
	}
	var ids, items, others []db.ID
	for _, c := range in.Lines {
		if i := slices.IndexFunc(lines, func(l line) bool { return l.Line == c.Line }); i >= 0 {
			ids, items = append(ids, lines[i].ID), append(items, lines[i].Item)
			if c.UoM != "" {
				others = append(others, lines[i].Item)
			}
		}
	}
	units, err := masterdata.Units(ctx, q, others)
	if err != nil {
		return err
	}
	byID, err := masterdata.Items(ctx, q, items)
	if err != nil {
		return err
	}
	work, err := openWork(ctx, q, ids)
	if err != nil {
		return err
	}
	bad := fault.Invalid("web.invalid", "some lines are not right")
	seen := map[int64]bool{}
	for n, c := range in.Lines {
		at := func(field, value string, f *fault.Error) {
			f.With("line", c.Line).With("number", e.order.Number)
			bad.At(fault.Field{Where: "body.lines[" + strconv.Itoa(n) + "]." + field, Code: f.Code, Detail: f.Detail, Value: value, Params: f.Params})
		}
		i := slices.IndexFunc(lines, func(l line) bool { return l.Line == c.Line })
		switch {
		case i < 0:
			at("line", strconv.FormatInt(c.Line, 10), fault.NotFound("sales.line_unknown", "order %s has no line %d", e.order.Number, c.Line))
			continue
		case seen[c.Line]:
			at("line", strconv.FormatInt(c.Line, 10), fault.Invalid("sales.line_twice", "line %d appears twice", c.Line))
			continue
		case lines[i].Closed > 0:
			at("line", strconv.FormatInt(c.Line, 10), fault.Conflict("sales.line_closed", "line %d is closed", c.Line))
			continue
		}
		seen[c.Line] = true
		l := lineEdit{line: lines[i], item: byID[lines[i].Item], work: work[lines[i].ID], cancel: c.Cancel}
		l.before = LineFacts{l.Qty, l.Due, l.Priority, l.Price, l.Note, l.Supply, l.Entered}
		l.after = l.before
		if c.Qty != nil {
			own, entered, err := units.InOwn(l.item, "qty", *c.Qty, c.UoM)
			if f, ok := fault.As(err); ok {
				own = l.before.Qty
				at(f.Params["field"], f.Params["value"], f)
			}
			l.after.Qty, l.after.Entered = own, entered
			switch {
			case err != nil:
			case own <= 0:
				at("qty", c.Qty.String(), fault.Invalid("sales.qty_not_positive", "quantity must be above zero"))
			case !own.Fits(l.item.Decimals):
				at("qty", c.Qty.String(), fault.Invalid("sales.decimals", "quantity of %s has at most %d decimals", l.item.Code, l.item.Decimals).With("item", l.item.Code).With("decimals", l.item.Decimals).With("qty", own))
			case own < l.Shipped:
				at("qty", c.Qty.String(), fault.Conflict("sales.below_shipped", "%s of line %d have been shipped", l.Shipped, c.Line).With("shipped", l.Shipped).With("qty", own))
			}
		}
		if c.Due != nil {
			if l.after.Due = *c.Due; !isDate(*c.Due) {
				at("due", *c.Due, fault.Invalid("sales.date_invalid", "%q is not a date", *c.Due).With("due", *c.Due))
			}
		}
		if c.Priority != nil {
			if l.after.Priority = *c.Priority; *c.Priority < 1 {
				at("priority", strconv.FormatInt(*c.Priority, 10), fault.Invalid("sales.priority_range", "priority must be 1 or more"))
			}
		}
		if c.UnitPrice != nil {
			l.after.UnitPrice = c.UnitPrice
		}
		if c.Note != nil {
			l.after.Note = *c.Note
		}
		if c.Supply != nil {
			l.after.Supply = *c.Supply
		}
		if c.Cancel && l.Shipped > 0 {
			at("cancel", "true", fault.Conflict("sales.line_shipped", "%s of line %d have been shipped; close it short instead", l.Shipped, c.Line).With("shipped", l.Shipped))
		}
		if err := m.follow(ctx, q, e, &l); err != nil {
			return err
		}
		e.lines = append(e.lines, l)
	}
	if err := redated(ctx, q, e); err != nil {
		return err
	}
	if len(bad.Fields) == 1 {
		f := bad.Fields[0]
		return &fault.Error{Kind: fault.KindConflict, Code: f.Code, Detail: f.Detail, Params: f.Params, Fields: bad.Fields}
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// redated finds out which work orders become due on another day: those that were due with the earliest line they are
// made for, and those that would be late for it. A date of its own before that day is somebody's decision and stays.
func redated(ctx context.Context, q db.Querier, e *edit) error {
	moved, off := map[db.ID]lineEdit{}, map[db.ID]bool{}
	dues := map[string][2]string{} // work order -> earliest due date of its lines, before and after
	earliest := func(number, before, after string) {
		d, ok := dues[number]
		if !ok || before < d[0] {
			d[0] = before
		}
		if !ok || after < d[1] {
			d[1] = after
		}
		dues[number] = d
	}
	var shared []db.ID
	for _, l := range e.lines {
		off[l.ID] = l.cancel
		if l.cancel || l.before.Due == l.after.Due || !isDate(l.after.Due) {
			continue
		}
		moved[l.ID] = l
		for _, w := range l.work {
			if w.Peg != 0 {
				shared = append(shared, w.Order)
			} else {
				earliest(w.Number, l.before.Due, l.after.Due)
			}
		}
	}
	for part := range slices.Chunk(shared, 500) {
		type row struct {
			Number string `db:"number"`
			Line   db.ID  `db:"id"`
			Due    string `db:"due"`
		}
		var w db.Where
		db.In(&w, "p.order_id", part)
		w.And("l.cancelled_ms = 0")
		w.And("l.closed_ms = 0")
		err := db.Each(ctx, q, `SELECT w.number, l.id, l.due FROM so_peg p JOIN so_line l ON l.id = p.line_id JOIN v_work_order w ON w.id = p.order_id`+w.String(), w.Args, func(r *row) error {
			if l, ok := moved[r.Line]; ok {
				earliest(r.Number, r.Due, l.after.Due)
			} else if !off[r.Line] {
				earliest(r.Number, r.Due, r.Due)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for i := range e.out.Work {
		w := &e.out.Work[i]
		if d, ok := dues[w.Number]; ok && d[0] != d[1] && (w.Due == d[0] || w.Due > d[1]) {
			w.DueAfter = d[1]
		}
	}
	return nil
}

func isDate(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil }

// follow finds out what a changed line means for its promised lots and its work orders. A work order that is not
// begun and due last is the first that can go.
func (m *Module) follow(ctx context.Context, q db.Querier, e *edit, l *lineEdit) error {
	have, err := m.Inventory.Reserved(ctx, q, "so_line", l.ID)
	if err != nil {
		return err
	}
	allocated := sum(have)
	want := max(l.after.Qty-l.Shipped, 0)
	if l.cancel {
		want = 0
	}
	l.keep = min(allocated, want)
	_, freed := divide(have, l.keep)
	c := LineConsequence{Line: l.Line, Item: l.item.Code, Name: l.item.Name, UoM: l.item.UoM, Before: l.before, After: l.after, Cancelled: l.cancel, Shipped: l.Shipped, Allocated: allocated,
		Released: lotsOf(l.Line, l.item.Code, freed), Coming: inWork(l.work)}
	need := want - l.keep
	c.Surplus, c.Open = max(c.Coming-need, 0), max(need-c.Coming, 0)
	l.excess = c.Surplus
	less := want < max(l.before.Qty-l.Shipped, 0) // an order that was always too much asks nobody anything
	e.out.Work = append(e.out.Work, m.affected(l, c.Surplus, less)...)
	e.out.Lines = append(e.out.Lines, c)
	return nil
}

func (m *Module) affected(l *lineEdit, surplus num.Dec, less bool) []AffectedWork {
	out := make([]AffectedWork, len(l.work))
	order := make([]int, len(l.work))
	for i, w := range l.work {
		order[i] = i
		a := AffectedWork{Number: w.Number, Line: l.Line, Qty: w.Qty, Good: w.Good, Received: w.Received, Coming: w.Coming, Status: w.Status, Due: w.Due, DueAfter: w.Due, Begun: w.begun(),
			Shared: w.Peg != 0, Asked: l.cancel || less && surplus > 0, Answers: []string{}, Suggest: "keep"}
		if !l.cancel {
			a.Answers = append(a.Answers, "keep")
		}
		if a.Asked && !l.cancel && !a.Begun && !a.Shared && surplus > 0 && (surplus < w.Coming || len(l.work) > 1) {
			a.Answers = append(a.Answers, "shrink")
		}
		a.Answers = append(a.Answers, "stock")
		if !a.Begun && !a.Shared {
			a.Answers = append(a.Answers, "cancel")
		}
		out[i] = a
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if x, y := l.work[a].begun(), l.work[b].begun(); x != y {
			if x {
				return 1
			}
			return -1
		}
		return strings.Compare(l.work[b].Due, l.work[a].Due)
	})
	for _, i := range order {
		if !out[i].Asked || !l.cancel && out[i].Coming > surplus {
			if surplus > 0 && slices.Contains(out[i].Answers, "shrink") {
				out[i].Suggest, surplus = "shrink", 0
			}
			continue
		}
		surplus -= out[i].Coming
		if out[i].Suggest = "stock"; slices.Contains(out[i].Answers, "cancel") {
			out[i].Suggest = "cancel"
		}
	}
	return out
}

func sum(ps []inventory.Picked) (n num.Dec) {
	for _, p := range ps {
		n += p.Qty
	}
	return n
}

// PreviewChange shows what a change would do, without doing it.
func (m *Module) PreviewChange(ctx context.Context, q db.Querier, number string, in ChangeOrder) (Consequences, error) {
	e, err := m.consider(ctx, q, number, in)
	if err != nil {
		return Consequences{}, err
	}
	return e.out, nil
}

// ChangedEvent is the payload of sales.changed.
type ChangedEvent struct {
	Number         string            `json:"number"`
	CustomerBefore string            `json:"customer_before,omitempty"`
	CustomerAfter  string            `json:"customer_after,omitempty"`
	ShipToBefore   *string           `json:"ship_to_before,omitempty"`
	ShipToAfter    *string           `json:"ship_to_after,omitempty"`
	NoteBefore     *string           `json:"note_before,omitempty"`
	NoteAfter      *string           `json:"note_after,omitempty"`
	Lines          []LineConsequence `json:"lines"`
	Added          []OrderedLine     `json:"added"`
	Work           []WorkAnswer      `json:"work"`
	Redated        []RedatedWork     `json:"redated" doc:"Work orders that became due on another day with it"`
}

// RedatedWork is a work order whose due date followed that of the order.
type RedatedWork struct {
	Order  string `json:"order"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// followDates gives the work orders of the changed lines their new due dates, but for those that are cancelled or go
// to stock with the same change.
func (m *Module) followDates(ctx context.Context, tx *db.Tx, e *edit, tell *ChangedEvent, in ChangeOrder) error {
	tell.Redated = []RedatedWork{}
	if in.Dates == "keep" {
		return nil
	}
	var dates []production.Redate
	for _, w := range e.out.Work {
		gone := slices.ContainsFunc(in.Work, func(a WorkAnswer) bool { return a.Order == w.Number && a.Answer != "keep" && a.Answer != "shrink" })
		if gone || w.DueAfter == w.Due || slices.ContainsFunc(tell.Redated, func(r RedatedWork) bool { return r.Order == w.Number }) {
			continue
		}
		tell.Redated = append(tell.Redated, RedatedWork{w.Number, w.Due, w.DueAfter})
		dates = append(dates, production.Redate{Order: w.Number, Due: w.DueAfter})
	}
	reason := in.Reason
	if reason == "" {
		reason = e.order.Number
	}
	return m.Production.RedateAll(ctx, tx, reason, dates...)
}

// Change carries a change out. Each work order that it makes superfluous needs an answer.
func (m *Module) Change(ctx context.Context, tx *db.Tx, number string, in ChangeOrder) (Consequences, error) {
	e, err := m.consider(ctx, tx, number, in)
	if err != nil {
		return Consequences{}, err
	}
	if len(in.Lines)+len(in.Add) == 0 && in.Customer == nil && in.Note == nil && in.ShipTo == nil {
		return Consequences{}, fault.Invalid("sales.nothing_changed", "nothing about order %s would change", number).With("number", number)
	}
	tell := ChangedEvent{Number: number, Lines: e.out.Lines, Added: []OrderedLine{}, Work: in.Work}
	if err := m.settle(ctx, tx, e, in.Work, in.Reason); err != nil {
		return Consequences{}, err
	}
	if err := m.followDates(ctx, tx, e, &tell, in); err != nil {
		return Consequences{}, err
	}
	o := e.order
	for _, l := range e.lines {
		if l.cancel {
			tx.Queue(`UPDATE so_line SET cancelled_ms = $1 WHERE id = $2`, tx.NowMS(), l.ID)
			continue
		}
		// the WHERE clause is the rule: never less than what has left
		n, err := tx.Exec(ctx, `UPDATE so_line SET qty = $1, due = $2, priority = $3, unit_price = $4, note = $5, supply = $6, entered_qty = $7, entered_uom = $8 WHERE id = $9 AND shipped <= $1`,
			l.after.Qty, l.after.Due, l.after.Priority, l.after.UnitPrice, l.after.Note, l.after.Supply, l.after.EnteredQty, l.after.EnteredUoM, l.ID)
		if err != nil {
			return Consequences{}, err
		}
		if n == 0 {
			return Consequences{}, db.ErrRetry
		}
	}
	if len(in.Add) > 0 {
		if tell.Added, err = m.addLines(ctx, tx, o, in.Add); err != nil {
			return Consequences{}, err
		}
	}
	if e.customer != nil && e.customer.ID != o.Customer {
		was, _, err := db.Get[string](ctx, tx, `SELECT code FROM v_partner WHERE id = $1`, o.Customer)
		if err != nil {
			return Consequences{}, err
		}
		tell.CustomerBefore, tell.CustomerAfter = was, e.customer.Code
		o.Customer = e.customer.ID
		tx.Queue(`UPDATE so_order SET customer_id = $1 WHERE id = $2`, o.Customer, o.ID)
	}
	if e.shipTo != nil && *e.shipTo != o.ShipTo {
		tell.ShipToBefore, tell.ShipToAfter = &o.ShipTo, e.shipTo
		tx.Queue(`UPDATE so_order SET ship_to = $1 WHERE id = $2`, *e.shipTo, o.ID)
	}
	if in.Note != nil && *in.Note != o.Note {
		tell.NoteBefore, tell.NoteAfter = &o.Note, in.Note
		tx.Queue(`UPDATE so_order SET note = $1 WHERE id = $2`, *in.Note, o.ID)
	}
	tx.Emit(db.Event{Name: "sales.changed", Subject: "so:" + number, Site: o.Site, Partner: o.Customer, Reason: in.Reason, Payload: tell})
	return e.out, nil
}

func (m *Module) addLines(ctx context.Context, tx *db.Tx, o order, add []NewLine) ([]OrderedLine, error) {
	last, err := lastLine(ctx, tx, o.ID)
	if err != nil {
		return nil, err
	}
	for i := range add {
		if add[i].Line == 0 {
			last++
			add[i].Line = last
		} else if add[i].Line <= last {
			return nil, fault.Conflict("sales.line_twice", "line %d appears twice", add[i].Line).With("line", add[i].Line)
		} else {
			last = add[i].Line
		}
	}
	rows, told, err := m.newLines(ctx, tx, o, add)
	if f, ok := fault.As(err); ok {
		for i := range f.Fields {
			f.Fields[i].Where = strings.Replace(f.Fields[i].Where, "body.lines[", "body.add[", 1)
		}
	}
	if err != nil {
		return nil, err
	}
	return told, db.Insert(ctx, tx, "so_line", rows...)
}

func lastLine(ctx context.Context, q db.Querier, order db.ID) (int64, error) {
	return db.One[int64](ctx, q, `SELECT CAST(coalesce(max(line), 0) AS BIGINT) FROM so_line WHERE order_id = $1`, order)
}

// settle frees the lots that are no longer wanted and does with each work order what was answered.
func (m *Module) settle(ctx context.Context, tx *db.Tx, e *edit, answers []WorkAnswer, reason string) error {
	said := map[string]string{}
	for _, a := range answers {
		said[a.Order] = a.Answer
	}
	var open []string
	for _, w := range e.out.Work {
		a, ok := said[w.Number]
		switch {
		case !ok && w.Asked:
			open = append(open, w.Number)
		case ok && !slices.Contains(w.Answers, a):
			code := "sales.answer_not_possible"
			if a == "cancel" && w.Begun {
				code = "sales.work_begun"
			}
			return fault.Conflict(code, "%s cannot be answered with %s", w.Number, a).With("order", w.Number).With("answer", a).With("line", w.Line)
		}
	}
	if len(open) > 0 {
		return fault.Conflict("sales.has_work", "work orders %v of order %s need an answer", open, e.order.Number).With("number", e.order.Number).With("orders", strings.Join(open, ", "))
	}
	if reason == "" {
		reason = e.order.Number
	}
	done := map[string]bool{}
	for _, l := range e.lines {
		if _, err := m.keepPromise(ctx, tx, e.order, l.line, l.keep); err != nil {
			return err
		}
		var toStock []lineWork
		for _, w := range l.work {
			switch said[w.Number] {
			case "stock":
				toStock = append(toStock, w)
			case "cancel":
				if done[w.Number] {
					continue
				}
				done[w.Number] = true
				if _, err := m.Production.Cancel(ctx, tx, production.End{Order: w.Number, Reason: reason}); err != nil {
					return err
				}
			}
		}
		if err := m.handOver(ctx, tx, reason, toStock, 0, ""); err != nil {
			return err
		}
		if err := m.shrink(ctx, tx, l.work, said, l.excess, reason); err != nil {
			return err
		}
	}
	return nil
}

// shrink makes work orders smaller by what is too much once those that go to stock or end are taken off.
func (m *Module) shrink(ctx context.Context, tx *db.Tx, work []lineWork, said map[string]string, surplus num.Dec, reason string) error {
	for _, w := range work {
		if a := said[w.Number]; a == "stock" || a == "cancel" {
			surplus -= w.Coming
		}
	}
	for _, w := range work {
		cut := min(surplus, w.Coming)
		if said[w.Number] != "shrink" || cut <= 0 {
			continue
		}
		surplus -= cut
		var err error
		if cut == w.Qty {
			_, err = m.Production.Cancel(ctx, tx, production.End{Order: w.Number, Reason: reason})
		} else {
			_, err = m.Production.Change(ctx, tx, production.Change{Order: w.Number, Qty: w.Qty - cut, Reason: reason})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
