package planning

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/sales"
)

// AdoptStep is what becomes of one assumption when a what-if is adopted: the room that it belongs to does it, or it is left
// for people, and why.
type AdoptStep struct {
	Row      int       `json:"row" doc:"Place of the assumption, from 1"`
	Act      string    `json:"act" enum:"demand,sales_change,sales_cancel,purchase_change,purchase_close,purchase_ask,requisition_change,requisition_drop,work_change,work_cancel,firm_change,firm_withdraw,item_change,none" doc:"none: nothing that could be done for it"`
	State    string    `json:"state" enum:"ready,done,same,left,refused" doc:"ready: adopting does it; done: it was done; same: it is so already; left: for people, see why; refused: its room refuses it, and nothing is adopted while it stands"`
	Document string    `json:"document,omitempty"`
	Line     int64     `json:"line,omitempty"`
	Item     string    `json:"item,omitempty"`
	Center   string    `json:"center,omitempty" doc:"Work center"`
	Site     string    `json:"site,omitempty" doc:"Of a work center: the site that the assumption names"`
	Before   *StepSide `json:"before,omitempty"`
	After    *StepSide `json:"after,omitempty"`
	Why      string    `json:"why,omitempty" enum:"supposed,right,work,shipped,begun,material,transfer,capacity," doc:"Of what is left. supposed: goods that are only supposed; right: the caller may not, see perm; work: work orders need an answer; shipped: part of it has left; begun: work has begun; material: material lies at the order; transfer: settled between two sites; capacity: a calendar or work center is changed on its own page"`
	Perm     string    `json:"perm,omitempty" doc:"Of why right: what it asks for"`
	Work     []string  `json:"work,omitempty" doc:"Of why work: the work orders"`
	Request  string    `json:"request,omitempty" doc:"What the buyer was asked: he settles it with the supplier"`
	Code     string    `json:"code,omitempty" doc:"Of what is refused: the refusal"`
	Message  string    `json:"message,omitempty" doc:"Of what is refused: in the reader's language"`

	refusal *fault.Error
	do      *target
}

// StepSide is what an assumption changes, before or after.
type StepSide struct {
	Qty    *num.Dec `json:"qty,omitempty"`
	Due    string   `json:"due,omitempty"`
	Lead   *int     `json:"lead_days,omitempty"`
	Safety *num.Dec `json:"safety_stock,omitempty"`

	Percent *int   `json:"percent,omitempty"`
	To      string `json:"to,omitempty" doc:"Of capacity: up to this day"`
}

// Adoption is what adopting a what-if would do.
type Adoption struct {
	Number  string      `json:"number"`
	Version int64       `json:"version" doc:"Of the what-if; give it to adopt what was looked at"`
	Steps   []AdoptStep `json:"steps" doc:"While one of them is refused nothing is adopted"`
}

// Adopted says what adopting a what-if did, and what is left for people because it is theirs to do.
type Adopted struct {
	Number string      `json:"number"`
	Done   int         `json:"done" doc:"Assumptions that are real now"`
	Left   []Change    `json:"left" doc:"Assumptions that are not: see steps for why"`
	Steps  []AdoptStep `json:"steps"`
}

// target is a document, line or item that assumptions are about. Several about the same come to one change, the last
// one counting.
type target struct {
	kind    string // sales purchase requisition work firm transfer item
	number  string
	line    int64
	item    db.ID
	code    string
	qty     num.Dec
	done    num.Dec // shipped, of a sales line
	due     string
	status  string
	version int64
	wantQty *num.Dec
	wantDue string
	gone    bool
	whole   bool // gone with its whole order
	lead    *int
	safety  *num.Dec
	brought bool
	wasLead int
	was     num.Dec // safety stock
}

func (t *target) wish(c *Change) {
	if c.Qty != nil {
		t.wantQty = c.Qty
	}
	if c.Day != "" {
		t.wantDue = c.Day
	}
	if c.Lead != nil {
		t.lead = c.Lead
	}
	if c.Safety != nil {
		t.safety = c.Safety
	}
	t.gone = t.gone || c.Gone
}

// step begins the step of a target as it stands.
func (t *target) step(row int) AdoptStep {
	st := AdoptStep{Row: row, Act: "none", State: "ready", Document: t.number, Line: t.line, Item: t.code, do: t}
	if t.kind == "item" {
		st.Before, st.After = &StepSide{}, &StepSide{}
		if t.lead != nil {
			st.Before.Lead, st.After.Lead = &t.wasLead, t.lead
		}
		if t.safety != nil {
			st.Before.Safety, st.After.Safety = &t.was, t.safety
		}
		return st
	}
	st.Before = &StepSide{Qty: &t.qty, Due: t.due}
	if !t.gone {
		after := *st.Before
		if t.wantQty != nil {
			after.Qty = t.wantQty
		}
		if t.wantDue != "" {
			after.Due = t.wantDue
		}
		st.After = &after
	}
	return st
}

// same says that nothing would change.
func (t *target) same() bool {
	if t.kind == "item" {
		return (t.lead == nil || *t.lead == t.wasLead) && (t.safety == nil || *t.safety == t.was)
	}
	return !t.gone && (t.wantQty == nil || *t.wantQty == t.qty) && (t.wantDue == "" || t.wantDue == t.due)
}

func (st *AdoptStep) left(why string) { st.State, st.Why = "left", why }

// may leaves a step for somebody else when the caller lacks the permission.
func (st *AdoptStep) may(ctx context.Context, perm string) bool {
	if actor.From(ctx).Can(perm) {
		return true
	}
	st.left("right")
	st.Perm = perm
	return false
}

// refuse takes a refusal of the step's room into the step; what is no refusal is an error.
func (st *AdoptStep) refuse(err error) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	st.State, st.Code, st.Message, st.refusal = "refused", f.Code, f.Detail, f
	return nil
}

// weigh thinks the adoption of assumptions through: nothing is written.
func (m *Module) weigh(ctx context.Context, q db.Querier, site masterdata.Site, s *scenarioRow) ([]AdoptStep, error) {
	list := s.changes()
	all, err := targetsOf(ctx, q, site, list)
	if err != nil {
		return nil, err
	}
	steps := []AdoptStep{}
	for n := range list {
		c := &list[n]
		of := all[n]
		switch {
		case c.Kind == "stock":
			steps = append(steps, AdoptStep{Row: n + 1, Act: "none", State: "left", Why: "supposed", Item: c.Item, After: &StepSide{Qty: c.Qty}})
		case c.Kind == "capacity":
			steps = append(steps, capacityStep(n+1, c))
		case c.Kind == "demand":
			st := AdoptStep{Row: n + 1, Act: "demand", State: "ready", Item: c.Item, After: &StepSide{Qty: c.Qty, Due: c.Day}}
			if err := m.mayEnter(ctx, q, site, c); err != nil {
				if err := st.refuse(err); err != nil {
					return nil, err
				}
			}
			steps = append(steps, st)
		case len(of) == 0:
			st := AdoptStep{Row: n + 1, Act: "none", Document: c.Number, Line: c.Line, Item: c.Item}
			if c.Item != "" {
				err = fault.NotFound("masterdata.item_unknown", "there is no item %s", c.Item).With("code", c.Item)
			} else {
				err = fault.NotFound("planning.change_names_nothing", "changes[%d]: nothing open is called %s", n, c.Number).With("row", n+1).With("number", c.Number)
			}
			if err := st.refuse(err); err != nil {
				return nil, err
			}
			steps = append(steps, st)
		}
		for _, t := range of {
			steps = append(steps, t.step(n+1))
		}
	}
	return steps, m.judge(ctx, q, site, s, steps)
}

// mayEnter says what the demand of an assumption would be refused for.
func (m *Module) mayEnter(ctx context.Context, q db.Querier, site masterdata.Site, c *Change) error {
	it, err := masterdata.ItemByCode(ctx, q, c.Item)
	if err != nil {
		return err
	}
	return enterable(it, site, c.Day, *c.Qty, m.DB.Now())
}

// enterable refuses a demand that cannot be.
func enterable(it masterdata.Item, site masterdata.Site, due string, qty num.Dec, now time.Time) error {
	if err := sound(it, qty); err != nil {
		return err
	}
	today := cal.DayOf(now.In(site.Location()))
	if err := reached(due, today); err != nil {
		return err
	}
	if due < today.String() {
		return fault.Invalid("planning.date_past", "%s has passed", due).With("date", due)
	}
	return nil
}

// judge asks each room what it would say to its steps.
func (m *Module) judge(ctx context.Context, q db.Querier, site masterdata.Site, s *scenarioRow, steps []AdoptStep) error {
	orders := map[string][]*AdoptStep{}
	var numbers []string
	for i := range steps {
		st := &steps[i]
		t := st.do
		if t == nil || st.State != "ready" {
			continue
		}
		if t.same() {
			st.State = "same"
			continue
		}
		var err error
		switch t.kind {
		case "sales":
			st.Act = "sales_change"
			if t.gone {
				st.Act = "sales_cancel"
			}
			if !st.may(ctx, "sales.create") {
				continue
			}
			if t.gone && t.done > 0 {
				st.left("shipped")
				continue
			}
			if orders[t.number] == nil {
				numbers = append(numbers, t.number)
			}
			orders[t.number] = append(orders[t.number], st)
		case "purchase":
			err = m.judgePurchase(ctx, q, s, st)
		case "requisition":
			st.Act = "requisition_change"
			if t.gone {
				st.Act = "requisition_drop"
			}
			st.may(ctx, "purchasing.request")
		case "work":
			err = m.judgeWork(ctx, q, site, s, st)
		case "firm":
			st.Act = "firm_change"
			if t.gone {
				st.Act = "firm_withdraw"
			}
		case "transfer":
			st.left("transfer")
		case "item":
			st.Act = "item_change"
			if !st.may(ctx, "masterdata.write") || t.safety == nil {
				continue
			}
			var it masterdata.Item
			if it, err = masterdata.ItemByCode(ctx, q, t.code); err == nil && *t.safety > 0 {
				if bad := sound(it, *t.safety); bad != nil {
					err = st.refuse(bad)
				}
			}
		}
		if err != nil {
			return err
		}
	}
	for _, number := range numbers {
		if err := m.judgeSales(ctx, q, number, orders[number]); err != nil {
			return err
		}
	}
	return nil
}

// judgeSales asks the sales room about one order: all of its lines in one change, or its end.
func (m *Module) judgeSales(ctx context.Context, q db.Querier, number string, steps []*AdoptStep) error {
	preview := func(list []*AdoptStep) (out sales.Consequences, err error) {
		if list[0].do.whole {
			return m.Sales.PreviewCancel(ctx, q, number)
		}
		return m.Sales.PreviewChange(ctx, q, number, sales.ChangeOrder{Lines: linesToChange(list)})
	}
	got, err := preview(steps)
	if _, refused := fault.As(err); refused && len(steps) > 1 && !steps[0].do.whole { // which of them?
		for _, st := range steps {
			if _, err := preview([]*AdoptStep{st}); err != nil {
				if err := st.refuse(err); err != nil {
					return err
				}
			}
		}
		if !slices.ContainsFunc(steps, func(st *AdoptStep) bool { return st.State == "refused" }) {
			return steps[0].refuse(err)
		}
		return nil
	}
	if err != nil {
		for _, st := range steps {
			if err := st.refuse(err); err != nil {
				return err
			}
		}
		return nil
	}
	asked := map[int64][]string{}
	any := false
	for _, w := range got.Work {
		if w.Asked {
			asked[w.Line] = append(asked[w.Line], w.Number)
			any = true
		}
	}
	for _, st := range steps {
		if list := asked[st.Line]; len(list) > 0 || any && st.do.whole { // an order ends whole or not at all
			st.left("work")
			st.Work = list
		}
	}
	return nil
}

// linesToChange are the lines of one order, each once.
func linesToChange(steps []*AdoptStep) (out []sales.ChangeLine) {
	seen := map[int64]bool{}
	for _, st := range steps {
		t := st.do
		if seen[t.line] {
			continue
		}
		seen[t.line] = true
		l := sales.ChangeLine{Line: t.line, Cancel: t.gone}
		if !t.gone {
			l.Qty = t.wantQty
			if t.wantDue != "" {
				l.Due = &t.wantDue
			}
		}
		out = append(out, l)
	}
	return out
}

// lineToChange is what a line at a supplier becomes: nothing more than what has come, when it does not come.
func (t *target) lineToChange(s *scenarioRow) purchasing.ChangeLine {
	out := purchasing.ChangeLine{Reason: s.reason(), Due: t.wantDue}
	if t.gone {
		out.Qty, out.Due = &t.done, ""
	}
	return out
}

// reason is what the documents say why they changed.
func (s *scenarioRow) reason() string { return strings.TrimSpace(s.Number + " " + s.Name) }

// judgePurchase changes the line for who may order, and asks the buyer for the others.
func (m *Module) judgePurchase(ctx context.Context, q db.Querier, s *scenarioRow, st *AdoptStep) error {
	t := st.do
	switch me := actor.From(ctx); {
	case me.Can("purchasing.create") && t.gone:
		st.Act = "purchase_close"
	case me.Can("purchasing.create"):
		st.Act = "purchase_change"
	default:
		st.Act = "purchase_ask"
		if !st.may(ctx, "purchasing.request") {
			return nil
		}
	}
	if err := m.Purchasing.MayChange(ctx, q, t.number, t.line, t.lineToChange(s), st.Act == "purchase_ask"); err != nil {
		return st.refuse(err)
	}
	return nil
}

func (m *Module) judgeWork(ctx context.Context, q db.Querier, site masterdata.Site, s *scenarioRow, st *AdoptStep) error {
	t := st.do
	st.Act = "work_change"
	if t.gone {
		st.Act = "work_cancel"
	}
	switch {
	case !st.may(ctx, "production.create"):
		return nil
	case t.gone:
		if t.status != "planned" && t.status != "released" {
			st.left("begun")
			return nil
		}
		lies, err := m.Production.HasMaterial(ctx, q, t.number)
		if lies {
			st.left("material")
		}
		return err
	}
	change, err := m.workMoved(ctx, q, site, t.number, t.item, t.wantDue, s.reason())
	if err != nil {
		return err
	}
	got, err := m.Production.PreviewChange(ctx, q, change)
	switch {
	case err != nil:
		return st.refuse(err)
	case !got.Allowed:
		return st.refuse(fault.Conflict("planning.work_fixed", "%s is %s and cannot be changed now", t.number, got.Status).With("order", t.number))
	}
	return nil
}

// workMoved is the change that gives a work order its new day, with a start that leaves it the time it needs.
func (m *Module) workMoved(ctx context.Context, q db.Querier, site masterdata.Site, number string, item db.ID, due, why string) (production.Change, error) {
	type order struct {
		Qty   num.Dec `db:"qty"`
		Start string  `db:"start"`
	}
	out := production.Change{Order: number, Due: due, Reason: why}
	o, ok, err := db.Get[order](ctx, q, `SELECT qty, start FROM v_work_order WHERE number = $1`, number)
	if err != nil || !ok || o.Start == "" {
		return out, err
	}
	it, err := masterdata.ItemByID(ctx, q, item)
	if err != nil {
		return out, err
	}
	start, err := m.startOf(ctx, q, site, it, o.Qty, due)
	out.Start = min(max(start, m.DB.Now().In(site.Location()).Format(time.DateOnly)), due)
	return out, err
}

// PreviewAdopt says what adopting would do, and what it would leave for whom.
func (m *Module) PreviewAdopt(ctx context.Context, q db.Querier, number string) (Adoption, error) {
	s, site, err := m.openScenario(ctx, q, number)
	if err != nil {
		return Adoption{}, err
	}
	out := Adoption{Number: s.Number, Version: s.Version}
	out.Steps, err = m.weigh(ctx, q, site, &s)
	return out, err
}

// Adopt makes real what can be: each assumption by its own room, with its checks and within the caller's permissions.
// What a click cannot make real is said and left. All of it or nothing: what a room refuses stops the rest.
func (m *Module) Adopt(ctx context.Context, tx *db.Tx, number string, version int64) (Adopted, error) {
	s, site, err := m.openScenario(ctx, tx, number)
	if err != nil {
		return Adopted{}, err
	}
	if version != 0 && version != s.Version {
		return Adopted{}, fault.Conflict("planning.scenario_changed", "scenario %s was changed meanwhile", number).With("number", number)
	}
	steps, err := m.weigh(ctx, tx, site, &s)
	if err != nil {
		return Adopted{}, err
	}
	for i := range steps {
		if f := steps[i].refusal; f != nil {
			return Adopted{}, f
		}
	}
	done := map[*target]*AdoptStep{}
	orders := map[string]bool{}
	for i := range steps {
		st := &steps[i]
		if st.State != "ready" {
			continue
		}
		if was := done[st.do]; st.do != nil && was != nil { // said twice, done once
			st.State, st.Request = was.State, was.Request
			continue
		}
		if st.do != nil && st.do.kind == "sales" {
			if !orders[st.Document] {
				err = m.adoptSales(ctx, tx, &s, st.Document, steps)
			}
			orders[st.Document] = true
		} else {
			err = m.carryOut(ctx, tx, site, &s, st)
		}
		if err != nil {
			return Adopted{}, err
		}
		st.State = "done"
		if st.do != nil {
			done[st.do] = st
		}
	}
	out := Adopted{Number: number, Left: []Change{}, Steps: steps}
	for n, c := range s.changes() {
		if slices.ContainsFunc(steps, func(st AdoptStep) bool { return st.Row == n+1 && st.State == "left" }) {
			out.Left = append(out.Left, c)
		} else {
			out.Done++
		}
	}
	text, err := json.Marshal(steps)
	if err != nil {
		return out, err
	}
	tx.Queue(`UPDATE mrp_scenario SET state = 'adopted', outcome = $1, version = version + 1 WHERE id = $2`, string(text), s.ID)
	tx.Emit(db.Event{Name: EventScenarioAdopted, Subject: "scenario:" + s.Number, Site: s.Site, Payload: out})
	return out, nil
}

// adoptSales carries out all ready steps of one sales order in one change.
func (m *Module) adoptSales(ctx context.Context, tx *db.Tx, s *scenarioRow, number string, steps []AdoptStep) error {
	var list []*AdoptStep
	for i := range steps {
		if st := &steps[i]; st.State == "ready" && st.do != nil && st.do.kind == "sales" && st.Document == number {
			list = append(list, st)
		}
	}
	if list[0].do.whole {
		_, err := m.Sales.Cancel(ctx, tx, number, sales.Cancel{Reason: s.reason()})
		return err
	}
	_, err := m.Sales.Change(ctx, tx, number, sales.ChangeOrder{Lines: linesToChange(list), Reason: s.reason()})
	return err
}

func (m *Module) carryOut(ctx context.Context, tx *db.Tx, site masterdata.Site, s *scenarioRow, st *AdoptStep) error {
	t, why := st.do, s.reason()
	switch st.Act {
	case "demand":
		_, err := m.Enter(ctx, tx, NewDemand{Site: site.Code, Item: st.Item, Due: st.After.Due, Qty: *st.After.Qty, Note: why})
		return err
	case "purchase_change", "purchase_close":
		_, err := m.Purchasing.ChangeLine(ctx, tx, t.number, t.line, t.lineToChange(s))
		return err
	case "purchase_ask":
		asked, err := m.Purchasing.AskChange(ctx, tx, purchasing.AskChange{Order: t.number, Line: t.line, ChangeLine: t.lineToChange(s), WantedFor: s.Number})
		st.Request = asked.Number
		return err
	case "requisition_drop":
		_, err := m.Purchasing.Drop(ctx, tx, t.number, why)
		return err
	case "requisition_change":
		now, err := m.Purchasing.Requisition(ctx, tx, t.number)
		if err == nil {
			_, err = m.Purchasing.Change(ctx, tx, t.number, purchasing.ChangeRequisition{Version: now.Version, Due: t.wantDue})
		}
		return err
	case "work_cancel":
		_, err := m.Production.Cancel(ctx, tx, production.End{Order: t.number, Reason: why})
		return err
	case "work_change":
		change, err := m.workMoved(ctx, tx, site, t.number, t.item, t.wantDue, why)
		if err == nil {
			_, err = m.Production.Change(ctx, tx, change)
		}
		return err
	case "firm_withdraw":
		_, err := m.Withdraw(ctx, tx, t.number, why)
		return err
	case "firm_change":
		_, err := m.Edit(ctx, tx, t.number, EditFirm{Version: t.version, Due: t.wantDue})
		return err
	}
	now, err := m.Master.ItemDetail(ctx, tx, t.code, site.ID, tx.Today()) // item_change
	if err != nil {
		return err
	}
	change := masterdata.EditItem{Site: site.Code, Rev: now.Rev, Reason: why}
	change.SafetyStock = t.safety
	if change.LeadDays = t.lead; t.brought { // the days on the way from the other site
		change.LeadDays, change.TransferDays = nil, t.lead
	}
	_, err = m.Master.UpdateItem(ctx, tx, t.code, change)
	return err
}
