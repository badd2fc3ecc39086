package planning

import (
	"context"
	"errors"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
)

// Follow says that what messages ask for shall happen.
type Follow struct {
	Messages []db.ID `json:"messages" minItems:"1" maxItems:"200" doc:"Of the live plan: expedite, defer, reduce, cancel"`
	Note     string  `json:"note,omitempty" maxLength:"400" doc:"Goes with the change, and to the buyer"`
}

// Followed says what happened, message by message.
type Followed struct {
	Results []FollowedMessage `json:"results"`
}

// FollowedMessage is what became of a message.
type FollowedMessage struct {
	Message  db.ID  `json:"message"`
	Document string `json:"document"`
	Line     int64  `json:"line,omitempty"`
	Did      string `json:"did" enum:"changed,cancelled,asked" doc:"asked: the buyer settles it with the supplier"`
	Request  string `json:"request,omitempty" doc:"The buyer's change request"`
}

type acceptRow struct {
	messageRow
	Site db.ID  `db:"site_id"`
	Code string `db:"code"`
}

const messageColumns = `x.id, x.run_id, x.item_id, x.act, x.doc_kind, x.doc_number, x.doc_line, x.doc_id, x.from_day, x.to_day, x.qty, x.cause, x.state, x.note, x.batch_id, x.did, x.request, x.judged_by, x.judged_ms`

// Follow carries out what messages ask for: a work order, requisition, firm order or transfer is changed at once; an order line at
// a supplier is changed by who may order, else the buyer is asked. All or none.
func (m *Module) Follow(ctx context.Context, tx *db.Tx, in Follow) (Followed, error) {
	out := Followed{Results: []FollowedMessage{}}
	ids := slices.Clone(in.Messages)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var w db.Where
	db.In(&w, "x.id", ids)
	rows, err := db.All[acceptRow](ctx, tx, `SELECT `+messageColumns+`, r.site_id, i.code FROM mrp_message x JOIN mrp_run r ON r.id = x.run_id JOIN v_item i ON i.id = x.item_id`+w.String()+` AND r.live ORDER BY x.doc_kind, x.doc_number, x.doc_line, x.id`, w.Args...)
	if err != nil {
		return out, err
	}
	if len(rows) < len(ids) {
		return out, fault.NotFound("planning.message_unknown", "%d of the messages are not in the live plan", len(ids)-len(rows))
	}
	sites := map[db.ID]masterdata.Site{}
	for i := range rows {
		r := &rows[i]
		if err := identity.SeeSite(ctx, r.Site); err != nil {
			return out, err
		}
		if _, ok := sites[r.Site]; !ok {
			if sites[r.Site], err = masterdata.SiteByID(ctx, tx, r.Site); err != nil {
				return out, err
			}
		}
		if r.State != "open" {
			return out, fault.Conflict("planning.message_over", "the message on %s is %s already", r.DocNumber, r.State).With("document", r.DocNumber).With("state", r.State)
		}
		one := FollowedMessage{Message: r.ID, Document: r.DocNumber, Line: r.DocLine, Did: "changed"}
		if r.Act == "cancel" {
			one.Did = "cancelled"
		}
		if err := m.accept(ctx, tx, sites[r.Site], r, strings.TrimSpace(in.Note), &one); err != nil {
			return out, err
		}
		state := "done"
		if one.Did == "asked" {
			state = "asked"
		}
		tx.Queue(`UPDATE mrp_message SET state = $1, note = $2, did = $3, request = $4, judged_by = $5, judged_ms = $6 WHERE id = $7`, state, strings.TrimSpace(in.Note), one.Did, one.Request, actor.From(ctx).Name, tx.NowMS(), r.ID)
		out.Results = append(out.Results, one)
		tx.Emit(db.Event{Name: EventAccepted, Subject: "item:" + r.Code, Site: r.Site, Reason: in.Note, Payload: one})
	}
	return out, nil
}

// followWords say on the document that was changed why it was: the text is kept with the fact, so it stands in both
// languages.
var followWords = map[string]string{
	"expedite": "计划要求提前 (MRP: bring forward)", "defer": "计划要求推迟 (MRP: put off)", "reduce": "计划要求减少 (MRP: reduce)", "cancel": "计划不再需要 (MRP: not needed)",
}

// mayAccept refuses who may not do what accepting would do.
func mayAccept(ctx context.Context, r *acceptRow, perm string) error {
	if actor.From(ctx).Can(perm) {
		return nil
	}
	return fault.Forbidden("planning.accept_right", "changing %s asks for %s", r.DocNumber, perm).With("document", r.DocNumber).With("perm", perm)
}

func (m *Module) accept(ctx context.Context, tx *db.Tx, site masterdata.Site, r *acceptRow, note string, one *FollowedMessage) error {
	if !slices.Contains([]string{"expedite", "defer", "reduce", "cancel"}, r.Act) {
		return fault.Invalid("planning.accept_act", "a message %s has no document to change", r.Act).With("act", r.Act).With("item", r.Code)
	}
	due := max(r.To, tx.Today())
	why := followWords[r.Act]
	if r.Cause != "" {
		why += " → " + r.Cause
	}
	if note != "" {
		why += ": " + note
	}
	switch r.DocKind {
	case "work_order":
		if err := mayAccept(ctx, r, "production.create"); err != nil {
			return err
		}
		return m.acceptWork(ctx, tx, site, r, due, why)
	case "requisition":
		if err := mayAccept(ctx, r, "purchasing.request"); err != nil {
			return err
		}
		if r.Act == "cancel" {
			_, err := m.Purchasing.Drop(ctx, tx, r.DocNumber, why)
			return err
		}
		now, err := m.Purchasing.Requisition(ctx, tx, r.DocNumber)
		if err != nil {
			return err
		}
		change := purchasing.ChangeRequisition{Version: now.Version}
		if r.Act == "reduce" {
			rest := now.Qty - r.Qty
			change.Qty = &rest
		} else {
			change.Due = due
		}
		_, err = m.Purchasing.Change(ctx, tx, r.DocNumber, change)
		return err
	case "firm":
		f, err := firmOf(ctx, tx, r.DocNumber)
		if err != nil {
			return err
		}
		if r.Act == "cancel" {
			_, err := m.Withdraw(ctx, tx, r.DocNumber, why)
			return err
		}
		edit := EditFirm{Version: f.Version}
		if r.Act == "reduce" {
			rest := f.Qty - r.Qty
			edit.Qty = &rest
		} else {
			edit.Due = due
		}
		_, err = m.Edit(ctx, tx, r.DocNumber, edit)
		return err
	case "transfer_order":
		if err := mayAccept(ctx, r, "inventory.between"); err != nil {
			return err
		}
		return m.acceptTransfer(ctx, tx, r, due, why)
	case "purchase_order", "subcontract_order":
		return m.acceptPurchase(ctx, tx, r, due, why, one)
	}
	return fault.Invalid("planning.accept_kind", "%s is changed on its own page", r.DocNumber).With("document", r.DocNumber)
}

// acceptWork gives a work order its new day, with a start that leaves it the time it needs; or less; or ends it.
func (m *Module) acceptWork(ctx context.Context, tx *db.Tx, site masterdata.Site, r *acceptRow, due, why string) error {
	if r.Act == "cancel" {
		_, err := m.Production.Cancel(ctx, tx, production.End{Order: r.DocNumber, Reason: why})
		return err
	}
	if r.Act == "reduce" {
		qty, ok, err := db.Get[num.Dec](ctx, tx, `SELECT qty FROM v_work_order WHERE number = $1`, r.DocNumber)
		if err != nil || !ok {
			return err
		}
		change := production.Change{Order: r.DocNumber, Reason: why, Qty: qty - r.Qty}
		if change.Qty <= 0 {
			return fault.Invalid("planning.qty_not_positive", "nothing is left of %s", r.DocNumber).With("item", r.Code).With("qty", change.Qty)
		}
		_, err = m.Production.Change(ctx, tx, change)
		return err
	}
	change, err := m.workMoved(ctx, tx, site, r.DocNumber, r.Item, due, why)
	if err == nil {
		_, err = m.Production.Change(ctx, tx, change)
	}
	return err
}

// acceptTransfer changes what the other site has not sent yet; the days on the way stay.
func (m *Module) acceptTransfer(ctx context.Context, tx *db.Tx, r *acceptRow, due, why string) error {
	inv := m.Production.Inventory
	t, err := inv.SiteTransfer(ctx, tx, r.DocNumber)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(t.Lines, func(l inventory.TransferLine) bool { return l.Line == r.DocLine })
	if at < 0 {
		return fault.NotFound("planning.message_unknown", "the line of the message is gone")
	}
	l := &t.Lines[at]
	change := inventory.ChangeTransferLine{Reason: why}
	switch r.Act {
	case "cancel":
		sent := l.Sent - l.Back
		change.Qty = &sent
	case "reduce":
		rest := max(l.Qty-r.Qty, l.Sent-l.Back)
		change.Qty = &rest
	default:
		from, err1 := cal.ParseDay(l.ShipOn)
		to, err2 := cal.ParseDay(l.Due)
		day, err3 := cal.ParseDay(due)
		if err := errors.Join(err1, err2, err3); err != nil {
			return err
		}
		change.Due, change.ShipOn = due, max((day-(to-from)).String(), min(tx.Today(), due))
	}
	_, err = inv.ChangeTransferLine(ctx, tx, r.DocNumber, r.DocLine, change)
	return err
}

// acceptPurchase changes the line for who may order, and asks the buyer for the others.
func (m *Module) acceptPurchase(ctx context.Context, tx *db.Tx, r *acceptRow, due, why string, one *FollowedMessage) error {
	type line struct {
		Qty      num.Dec `db:"qty"`
		Received num.Dec `db:"received"`
	}
	l, ok, err := db.Get[line](ctx, tx, `SELECT qty, received FROM v_purchase_line WHERE order_number = $1 AND line = $2`, r.DocNumber, r.DocLine)
	if err != nil {
		return err
	}
	if !ok {
		return fault.NotFound("planning.message_unknown", "the line of the message is gone")
	}
	change := purchasing.ChangeLine{Reason: why}
	switch r.Act {
	case "cancel":
		change.Qty = &l.Received
	case "reduce":
		rest := max(l.Qty-r.Qty, l.Received)
		change.Qty = &rest
	default:
		change.Due = due
	}
	if actor.From(ctx).Can("purchasing.create") {
		_, err := m.Purchasing.ChangeLine(ctx, tx, r.DocNumber, r.DocLine, change)
		return err
	}
	if err := mayAccept(ctx, r, "purchasing.request"); err != nil {
		return err
	}
	asked, err := m.Purchasing.AskChange(ctx, tx, purchasing.AskChange{Order: r.DocNumber, Line: r.DocLine, ChangeLine: change, WantedFor: r.Cause})
	one.Did, one.Request = "asked", asked.Number
	return err
}

// answered hears what the buyer said: agreed, the message is done; else it is open again, with the answer.
func (m *Module) answered(_ context.Context, tx *db.Tx, r purchasing.ChangeRequest) error {
	state, note := "done", r.Answer
	if r.State != "agreed" {
		state, note = "open", strings.TrimSpace(r.Number+" "+r.Answer)
	}
	tx.Queue(`UPDATE mrp_message SET state = $1, note = $2, judged_ms = $3 WHERE request = $4 AND state = 'asked'`, state, note, tx.NowMS(), r.Number)
	return nil
}

// sameMessage is what a message is about.
type sameMessage struct {
	item           db.ID
	act, kind, doc string
	line           int64
}

func (r *messageRow) about() sameMessage {
	return sameMessage{item: r.Item, act: r.Act, kind: r.DocKind, doc: r.DocNumber, line: r.DocLine}
}

// says compares two messages about the same. A plan of another day says the same when the days that hang on today have
// moved with it.
func (r *messageRow) says(then *messageRow, today, thenToday string) bool {
	return r.Qty == then.Qty && sameDay(r.From, then.From, today, thenToday) && sameDay(r.To, then.To, today, thenToday)
}

func sameDay(a, b, today, then string) bool {
	if a == b {
		return true
	}
	x, err1 := cal.ParseDay(a)
	y, err2 := cal.ParseDay(b)
	t, err3 := cal.ParseDay(today)
	u, err4 := cal.ParseDay(then)
	return err1 == nil && err2 == nil && err3 == nil && err4 == nil && x-t == y-u
}

// carry gives the messages of a new plan the judgements that stand on those of the one before, where nothing changed.
func (p *plan) carry(ctx context.Context, tx *db.Tx) error {
	before, ok, err := db.Get[liveRun](ctx, tx, `SELECT id, site_id, today FROM mrp_run WHERE site_id = $1 AND live`, p.run.Site)
	if err != nil || !ok {
		return err
	}
	judged, err := db.All[messageRow](ctx, tx, `SELECT `+messageColumns+` FROM mrp_message x WHERE x.run_id = $1 AND x.state <> 'open' ORDER BY x.id`, before.ID)
	if err != nil || len(judged) == 0 {
		return err
	}
	then := make(map[sameMessage]*messageRow, len(judged))
	for i := range judged {
		then[judged[i].about()] = &judged[i]
	}
	for i := range p.messages {
		r := &p.messages[i]
		was := then[r.about()]
		if was == nil || was.State != "asked" && !r.says(was, p.run.Today, before.Today) { // what the buyer was asked stays with him
			continue
		}
		tx.Queue(`UPDATE mrp_message SET state = $1, note = $2, did = $3, request = $4, judged_by = $5, judged_ms = $6 WHERE id = $7`, was.State, was.Note, was.Did, was.Request, was.By, was.JudgedMS, r.ID)
	}
	return nil
}
