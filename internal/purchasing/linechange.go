package purchasing

import (
	"context"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// What is told of lines that are to change: to the buyers, and to who asked.
var (
	NoticeChangeAsked = notice.Kind{Code: "purchasing.change_asked", Perm: "purchasing.create", Mail: notice.Now,
		Title: fault.Text{Zh: "采购订单要改期或改量", En: "A purchase order line is to change"},
		Text:  fault.Text{Zh: "{by} 请求修改 {order}/{line} {item}：{reason}", En: "{by} asks to change {order}/{line} {item}: {reason}"}}
	NoticeChangeAnswered = notice.Kind{Code: "purchasing.change_answered", Perm: "purchasing.request", Mail: notice.Daily,
		Title: fault.Text{Zh: "采购员答复了变更请求", En: "The buyer answered a change request"},
		Text:  fault.Text{Zh: "{by} 答复 {number}（{order}/{line} {item}）：{answer}", En: "{by} answered {number} ({order}/{line} {item}): {answer}"}}
	Notices = []notice.Kind{NoticeChangeAsked, NoticeChangeAnswered}
)

// ChangeLine gives an ordered line another quantity or day.
type ChangeLine struct {
	Qty    *num.Dec `json:"qty,omitempty" doc:"Of the whole line, what has come included; empty = as it is"`
	Due    string   `json:"due,omitempty" maxLength:"10" doc:"Empty = as it is"`
	Reason string   `json:"reason" minLength:"1" maxLength:"500"`
}

// LineChanged is the fact of it.
type LineChanged struct {
	Number  string   `json:"number"`
	Line    int64    `json:"line"`
	Item    string   `json:"item"`
	Before  LineSide `json:"before"`
	After   LineSide `json:"after"`
	Request string   `json:"request,omitempty" doc:"Change request that it answers"`
}

// LineSide is a line before or after.
type LineSide struct {
	Qty num.Dec `json:"qty"`
	Due string  `json:"due"`
}

// openLine finds a line of which something is still expected.
func (m *Module) openLine(ctx context.Context, q db.Querier, number string, line int64) (o orderRow, l lineRow, it masterdata.Item, err error) {
	if o, err = orderByNumber(ctx, q, number); err != nil {
		return o, l, it, err
	}
	l, ok, err := db.Get[lineRow](ctx, q, `SELECT `+lineColumns+` FROM po_line l WHERE l.order_id = $1 AND l.line = $2`, o.ID, line)
	switch {
	case err != nil:
		return o, l, it, err
	case !ok:
		return o, l, it, lineUnknown(o.Number, line)
	case l.Closed:
		return o, l, it, fault.Conflict("purchasing.line_closed", "line %d of order %s is closed", line, o.Number).With("number", o.Number).With("line", line)
	case l.Received >= l.Qty:
		return o, l, it, fault.Conflict("purchasing.line_came", "all of line %d of order %s has come", line, o.Number).With("number", o.Number).With("line", line)
	}
	it, err = masterdata.ItemByID(ctx, q, l.Item)
	return o, l, it, err
}

// wish checks what a line is to become.
func wish(o *orderRow, l *lineRow, it masterdata.Item, in *ChangeLine) (LineSide, error) {
	to := LineSide{l.Qty, l.Due}
	if in.Qty != nil {
		to.Qty = *in.Qty
	}
	if in.Due != "" {
		to.Due = in.Due
	}
	switch _, err := time.Parse(time.DateOnly, to.Due); {
	case err != nil:
		return to, fault.Invalid("purchasing.date_bad", "%q is not a date", to.Due).With("date", to.Due)
	case to.Qty < 0 || to.Qty > num.Max:
		return to, fault.Invalid("purchasing.qty_not_positive", "the quantity of %s must be above zero", it.Code).With("item", it.Code)
	case !to.Qty.Fits(it.Decimals):
		return to, fault.Invalid("inventory.decimals", "%s is counted in %s with %d decimals", it.Code, it.UoM, it.Decimals).With("item", it.Code).With("uom", it.UoM).With("decimals", it.Decimals).With("qty", to.Qty)
	case to.Qty < l.Received:
		return to, fault.Conflict("purchasing.below_received", "%s of line %d have come already", l.Received, l.Line).With("number", o.Number).With("line", l.Line).With("received", l.Received).With("qty", to.Qty)
	case to == LineSide{l.Qty, l.Due}:
		return to, fault.Invalid("purchasing.line_same", "line %d of order %s is like that already", l.Line, o.Number).With("number", o.Number).With("line", l.Line)
	}
	return to, nil
}

// ChangeLine changes an ordered line at once: for who may order. A quantity that has come already closes it.
func (m *Module) ChangeLine(ctx context.Context, tx *db.Tx, number string, line int64, in ChangeLine) (LineChanged, error) {
	o, l, it, err := m.openLine(ctx, tx, number, line)
	if err != nil {
		return LineChanged{}, err
	}
	return m.changeLine(ctx, tx, &o, &l, it, in, "")
}

func (m *Module) changeLine(ctx context.Context, tx *db.Tx, o *orderRow, l *lineRow, it masterdata.Item, in ChangeLine, request string) (LineChanged, error) {
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" {
		return LineChanged{}, fault.Invalid("purchasing.reason_missing", "give a reason")
	}
	to, err := wish(o, l, it, &in)
	if err != nil {
		return LineChanged{}, err
	}
	out := LineChanged{o.Number, l.Line, it.Code, LineSide{l.Qty, l.Due}, to, request}
	if to.Qty == l.Received { // nothing more is to come: the order keeps what it said
		tx.Queue(`UPDATE po_line SET closed = TRUE WHERE id = $1`, l.ID)
		tx.Emit(db.Event{Name: EventClosed, Subject: "po:" + o.Number, Site: o.Site, Partner: o.Supplier, Reason: in.Reason, Payload: Closed{o.Number, l.Line, l.Qty - l.Received, true}})
		return out, m.moot(ctx, tx, l.ID)
	}
	// The WHERE clause is the lock: goods that come meanwhile, or another change, win.
	said := l.Entered
	if to.Qty != l.Qty {
		said = masterdata.Entered{}
	}
	n, err := tx.Exec(ctx, `UPDATE po_line SET qty = $1, due = $2, entered_qty = $3, entered_uom = $4 WHERE id = $5 AND qty = $6 AND due = $7 AND received <= $1 AND NOT closed`,
		to.Qty, to.Due, said.EnteredQty, said.EnteredUoM, l.ID, l.Qty, l.Due)
	if err == nil && n == 0 {
		err = fault.Conflict("purchasing.line_changed", "line %d of order %s was changed meanwhile", l.Line, o.Number).With("number", o.Number).With("line", l.Line)
	}
	if err != nil {
		return out, err
	}
	tx.Emit(db.Event{Name: EventLineChanged, Subject: "po:" + o.Number, Site: o.Site, Partner: o.Supplier, Reason: in.Reason, Payload: out})
	return out, nil
}

// MayChange says what ChangeLine, or AskChange, would be refused for.
func (m *Module) MayChange(ctx context.Context, q db.Querier, number string, line int64, in ChangeLine, ask bool) error {
	o, l, it, err := m.openLine(ctx, q, number, line)
	if err != nil {
		return err
	}
	if _, err := wish(&o, &l, it, &in); err != nil || !ask {
		return err
	}
	return waits(ctx, q, &o, &l)
}

// waits refuses a second request for a line.
func waits(ctx context.Context, q db.Querier, o *orderRow, l *lineRow) error {
	number, ok, err := db.Get[string](ctx, q, `SELECT number FROM po_change WHERE line_id = $1 AND state = 'open'`, l.ID)
	if err == nil && ok {
		err = fault.Conflict("purchasing.change_waits", "%s waits for line %d of order %s already", number, l.Line, o.Number).With("change", number).With("number", o.Number).With("line", l.Line)
	}
	return err
}

// AskChange asks the buyer to have an ordered line changed.
type AskChange struct {
	Order string `json:"order" minLength:"1" maxLength:"60"`
	Line  int64  `json:"line" minimum:"1"`
	ChangeLine

	WantedFor string `json:"-"` // the documents behind it
}

// ChangeRequest is a request as it stands.
type ChangeRequest struct {
	Number string   `json:"number"`
	Order  string   `json:"order"`
	Line   int64    `json:"line"`
	Item   string   `json:"item"`
	Before LineSide `json:"before"`
	Wanted LineSide `json:"wanted"`
	Reason string   `json:"reason"`
	State  string   `json:"state" enum:"open,agreed,refused,withdrawn"`
	Answer string   `json:"answer,omitempty"`
}

type changeRow struct {
	ID         db.ID   `db:"id"`
	Number     string  `db:"number"`
	Site       db.ID   `db:"site_id"`
	Supplier   db.ID   `db:"supplier_id"`
	Order      db.ID   `db:"order_id"`
	LineID     db.ID   `db:"line_id"`
	Line       int64   `db:"line"`
	Item       db.ID   `db:"item_id"`
	WasQty     num.Dec `db:"was_qty"`
	WasDue     string  `db:"was_due"`
	Qty        num.Dec `db:"qty"`
	Due        string  `db:"due"`
	Reason     string  `db:"reason"`
	WantedFor  string  `db:"wanted_for"`
	State      string  `db:"state"`
	Answer     string  `db:"answer"`
	AskedMS    int64   `db:"asked_ms"`
	AskedBy    string  `db:"asked_by"`
	Asker      db.ID   `db:"asker_id"`
	AnsweredMS int64   `db:"answered_ms"`
	AnsweredBy string  `db:"answered_by"`
}

const changeColumns = `c.id, c.number, c.site_id, c.supplier_id, c.order_id, c.line_id, c.line, c.item_id, c.was_qty, c.was_due, c.qty, c.due, c.reason, c.wanted_for, c.state, c.answer, c.asked_ms, c.asked_by, c.asker_id, c.answered_ms, c.answered_by`

func (r *changeRow) told(order, item string) ChangeRequest {
	return ChangeRequest{r.Number, order, r.Line, item, LineSide{r.WasQty, r.WasDue}, LineSide{r.Qty, r.Due}, r.Reason, r.State, r.Answer}
}

// AskChange stores a request and tells the buyers. One waits for each line.
func (m *Module) AskChange(ctx context.Context, tx *db.Tx, in AskChange) (ChangeRequest, error) {
	o, l, it, err := m.openLine(ctx, tx, in.Order, in.Line)
	if err != nil {
		return ChangeRequest{}, err
	}
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" {
		return ChangeRequest{}, fault.Invalid("purchasing.reason_missing", "give a reason")
	}
	to, err := wish(&o, &l, it, &in.ChangeLine)
	if err != nil {
		return ChangeRequest{}, err
	}
	if err := waits(ctx, tx, &o, &l); err != nil {
		return ChangeRequest{}, err
	}
	number, err := tx.Number("po_change")
	if err != nil {
		return ChangeRequest{}, err
	}
	me := actor.From(ctx)
	r := changeRow{ID: tx.ID(), Number: number, Site: o.Site, Supplier: o.Supplier, Order: o.ID, LineID: l.ID, Line: l.Line, Item: l.Item, WasQty: l.Qty, WasDue: l.Due, Qty: to.Qty, Due: to.Due, Reason: in.Reason, WantedFor: in.WantedFor,
		State: "open", AskedMS: tx.NowMS(), AskedBy: me.Name, Asker: db.ID(me.UserID)}
	out := r.told(o.Number, it.Code)
	tx.Emit(db.Event{Name: EventChangeAsked, Subject: "po:" + o.Number, Site: o.Site, Partner: o.Supplier, Reason: r.Reason, Payload: out})
	if err := notice.Tell(ctx, tx, NoticeChangeAsked, notice.News{Site: o.Site, Key: number, Params: map[string]string{"by": me.Name, "order": o.Number, "line": num.Int(l.Line).String(), "item": it.Code, "reason": r.Reason}, Link: changePage(number), Severity: notice.Warning, Todo: true}); err != nil {
		return out, err
	}
	return out, db.Insert(ctx, tx, "po_change", r)
}

func changePage(number string) string { return "/purchasing/changes?q=" + number }

// AnswerChange settles a request.
type AnswerChange struct {
	State  string   `json:"state" enum:"agreed,refused,withdrawn" doc:"withdrawn: by who asked"`
	Qty    *num.Dec `json:"qty,omitempty" doc:"What the supplier agreed to; empty = as it was wanted"`
	Due    string   `json:"due,omitempty" maxLength:"10" doc:"What the supplier agreed to; empty = as it was wanted"`
	Answer string   `json:"answer,omitempty" maxLength:"500" doc:"Needed to refuse"`
}

// AnswerChange carries the answer out: agreed, the line is changed.
func (m *Module) AnswerChange(ctx context.Context, tx *db.Tx, number string, in AnswerChange) (ChangeRequest, error) {
	r, ok, err := db.Get[changeRow](ctx, tx, `SELECT `+changeColumns+` FROM po_change c WHERE c.number = $1`, strings.TrimSpace(number))
	if err == nil && ok {
		err = identity.SeeSite(ctx, r.Site)
	}
	me := actor.From(ctx)
	in.Answer = strings.TrimSpace(in.Answer)
	switch {
	case err != nil:
		return ChangeRequest{}, err
	case !ok:
		return ChangeRequest{}, fault.NotFound("purchasing.change_unknown", "there is no change request %s", number).With("number", number)
	case r.State != "open":
		return ChangeRequest{}, fault.Conflict("purchasing.change_over", "change request %s is %s", r.Number, r.State).With("number", r.Number).With("state", r.State)
	case in.State == "withdrawn" && r.Asker != db.ID(me.UserID) && !me.Can("purchasing.create"), in.State != "withdrawn" && !me.Can("purchasing.create"):
		return ChangeRequest{}, fault.Forbidden("purchasing.change_not_yours", "only buyers answer, and only who asked withdraws").With("number", r.Number)
	case in.State == "refused" && in.Answer == "":
		return ChangeRequest{}, fault.Invalid("purchasing.reason_missing", "give a reason")
	}
	order, err := db.One[string](ctx, tx, `SELECT number FROM po_order WHERE id = $1`, r.Order)
	if err != nil {
		return ChangeRequest{}, err
	}
	if in.State == "agreed" {
		o, l, it, err := m.openLine(ctx, tx, order, r.Line)
		if err != nil {
			return ChangeRequest{}, err
		}
		to := ChangeLine{Qty: &r.Qty, Due: r.Due, Reason: strings.TrimSpace(r.Reason + " " + in.Answer)}
		if in.Qty != nil {
			to.Qty = in.Qty
		}
		if in.Due != "" {
			to.Due = in.Due
		}
		r.Qty, r.Due = *to.Qty, to.Due
		r.State, r.Answer = in.State, in.Answer // before the line's other requests fall
		if err := m.answered(ctx, tx, &r, order, it.Code); err != nil {
			return ChangeRequest{}, err
		}
		_, err = m.changeLine(ctx, tx, &o, &l, it, to, r.Number)
		return r.told(order, it.Code), err
	}
	it, err := masterdata.ItemByID(ctx, tx, r.Item)
	if err != nil {
		return ChangeRequest{}, err
	}
	r.State, r.Answer = in.State, in.Answer
	return r.told(order, it.Code), m.answered(ctx, tx, &r, order, it.Code)
}

// answered writes the end of a request and tells who asked, and who else listens.
func (m *Module) answered(ctx context.Context, tx *db.Tx, r *changeRow, order, item string) error {
	me := actor.From(ctx)
	n, err := tx.Exec(ctx, `UPDATE po_change SET state = $1, answer = $2, qty = $3, due = $4, answered_ms = $5, answered_by = $6 WHERE id = $7 AND state = 'open'`, r.State, r.Answer, r.Qty, r.Due, tx.NowMS(), me.Name, r.ID)
	if err == nil && n == 0 {
		err = fault.Conflict("purchasing.change_over", "change request %s was answered meanwhile", r.Number).With("number", r.Number).With("state", "")
	}
	if err != nil {
		return err
	}
	out := r.told(order, item)
	tx.Emit(db.Event{Name: EventChangeAnswered, Subject: "po:" + order, Site: r.Site, Partner: r.Supplier, Reason: r.Answer, Payload: out})
	if err := notice.Gone(ctx, tx, NoticeChangeAsked, r.Number); err != nil {
		return err
	}
	if r.Asker != 0 && r.Asker != db.ID(me.UserID) {
		said := map[string]string{"by": me.Name, "number": r.Number, "order": order, "line": num.Int(r.Line).String(), "item": item, "answer": strings.TrimSpace(map[string]string{"agreed": "✓ " + r.Due, "refused": "✗", "withdrawn": "–"}[r.State] + " " + r.Answer)}
		if err := notice.Tell(ctx, tx, NoticeChangeAnswered, notice.News{User: r.Asker, Site: r.Site, Key: r.Number, Params: said, Link: changePage(r.Number), Severity: notice.Info}); err != nil {
			return err
		}
	}
	for _, hear := range m.OnAnswered {
		if err := hear(ctx, tx, out); err != nil {
			return err
		}
	}
	return nil
}

// moot withdraws what still waits for a line of which nothing more is expected.
func (m *Module) moot(ctx context.Context, tx *db.Tx, line db.ID) error {
	r, ok, err := db.Get[changeRow](ctx, tx, `SELECT `+changeColumns+` FROM po_change c WHERE c.line_id = $1 AND c.state = 'open'`, line)
	if err != nil || !ok {
		return err
	}
	order, err := db.One[string](ctx, tx, `SELECT number FROM po_order WHERE id = $1`, r.Order)
	if err != nil {
		return err
	}
	it, err := masterdata.ItemByID(ctx, tx, r.Item)
	if err != nil {
		return err
	}
	r.State = "withdrawn"
	return m.answered(ctx, tx, &r, order, it.Code)
}

// ChangeListRow is a change request in the list.
type ChangeListRow struct {
	Number     string  `json:"number" sql:"c.number" doc:"Change request"`
	Order      string  `json:"order" sql:"o.number" doc:"Order"`
	Line       int64   `json:"line" sql:"c.line" doc:"Line"`
	Item       string  `json:"item" sql:"i.code" doc:"Item"`
	Name       string  `json:"name" sql:"i.name" doc:"Name"`
	UoM        string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Supplier   string  `json:"supplier" sql:"coalesce(p.code, '')" doc:"Supplier"`
	Partner    string  `json:"supplier_name" sql:"coalesce(p.name, '')" doc:"Supplier's name"`
	WasQty     num.Dec `json:"was_qty" sql:"c.was_qty" doc:"Quantity before"`
	WasDue     string  `json:"was_due" sql:"c.was_due" doc:"Due before"`
	Qty        num.Dec `json:"qty" sql:"c.qty" doc:"Quantity"`
	Due        string  `json:"due" sql:"c.due" doc:"Due"`
	WantedFor  string  `json:"wanted_for" sql:"c.wanted_for" doc:"For"`
	Reason     string  `json:"reason" sql:"c.reason" doc:"Reason"`
	State      string  `json:"state" sql:"c.state" doc:"Status"`
	Answer     string  `json:"answer" sql:"c.answer" doc:"Answer"`
	AskedBy    string  `json:"asked_by" sql:"c.asked_by" doc:"Asked by"`
	AskedMS    int64   `json:"asked_ms" sql:"c.asked_ms" doc:"Asked"`
	AnsweredBy string  `json:"answered_by" sql:"c.answered_by" doc:"Answered by"`
	AnsweredMS int64   `json:"answered_ms" sql:"c.answered_ms" doc:"Answered"`
}

var changeList = web.ListSpec[ChangeListRow]{
	From: `po_change c JOIN po_order o ON o.id = c.order_id JOIN v_item i ON i.id = c.item_id LEFT JOIN v_partner p ON p.id = c.supplier_id`, Key: "c.id", Sort: "-asked_ms",
	Search: []string{"c.number", "o.number", "i.code", "i.name", "p.name", "c.wanted_for"}, Scope: seen("c.site_id", "c.supplier_id", ""), File: "purchase-changes",
}

func (m *Module) changeRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/purchasing/changes", ID: "listPurchaseChanges", Summary: "What ordered lines are asked to become", Perm: "purchasing.request"}, changeList)
	web.Command(a, web.Op{Path: "/purchasing/changes", ID: "askPurchaseChange", Summary: "Ask the buyer to have an ordered line changed", Perm: "purchasing.request"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body AskChange }) (ChangeRequest, error) {
			return m.AskChange(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/purchasing/changes/{number}", ID: "answerPurchaseChange", Summary: "Agree to a change request, refuse it or withdraw it", Perm: "purchasing.request"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			Number string `path:"number"`
			Body   AnswerChange
		}) (ChangeRequest, error) {
			return m.AnswerChange(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/purchasing/orders/{number}/lines/{line}", ID: "changePurchaseLine", Summary: "Give an ordered line another quantity or day", Perm: "purchasing.create"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			Number string `path:"number"`
			Line   int64  `path:"line" minimum:"1"`
			Body   ChangeLine
		}) (LineChanged, error) {
			return m.ChangeLine(ctx, tx, in.Number, in.Line, in.Body)
		})
}
