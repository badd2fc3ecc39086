package production

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// AskSubstitute asks to use another item in the place of a component of one work order.
type AskSubstitute struct {
	Order  string  `json:"order" minLength:"1" maxLength:"64"`
	Item   string  `json:"item" minLength:"1" maxLength:"64" doc:"Component of the order's bill"`
	Sub    string  `json:"substitute" minLength:"1" maxLength:"64" doc:"Item that stands for it, one for one"`
	Qty    num.Dec `json:"qty,omitempty" doc:"How much; 0 = all that is still open"`
	Reason string  `json:"reason" minLength:"1" maxLength:"500"`
}

// SubstituteRow is a request and its answer.
type SubstituteRow struct {
	ID        db.ID   `json:"id" sql:"x.id" db:"id" doc:"Request"`
	Order     string  `json:"order" sql:"o.number" db:"order" doc:"Work order"`
	Product   string  `json:"product" sql:"p.code" db:"product" doc:"Product"`
	Item      string  `json:"item" sql:"i.code" db:"item" doc:"Component"`
	Name      string  `json:"name" sql:"i.name" db:"name" doc:"Component name"`
	Sub       string  `json:"substitute" sql:"s.code" db:"substitute" doc:"Substitute"`
	SubName   string  `json:"substitute_name" sql:"s.name" db:"substitute_name" doc:"Substitute name"`
	UoM       string  `json:"uom" sql:"i.uom" db:"uom" doc:"Unit"`
	Qty       num.Dec `json:"qty" sql:"CASE WHEN x.general_id <> 0 THEN c.required ELSE x.qty END" db:"qty" doc:"Quantity"`
	Used      num.Dec `json:"used" sql:"CAST(coalesce((SELECT sum(u.qty) FROM wo_issue u WHERE u.component_id = x.component_id AND u.item_id = x.sub_id AND x.state = 'approved'), 0) + CASE WHEN x.state = 'approved' AND c.issue = 'backflush' THEN coalesce((SELECT sum(CASE WHEN v.to_kind = 'consumed' THEN v.qty ELSE -v.qty END) FROM v_move v WHERE v.order_id = x.order_id AND v.item_id = x.sub_id AND (v.to_kind = 'consumed' OR v.from_kind = 'consumed')), 0) ELSE 0 END AS BIGINT)" db:"used" doc:"Used"`
	Listed    bool    `json:"listed" sql:"x.listed" db:"listed" doc:"In the bill"`
	State     string  `json:"state" sql:"x.state" db:"state" doc:"State" enum:"open,approved,refused"`
	Reason    string  `json:"reason" sql:"x.reason" db:"reason" doc:"Reason"`
	AskedMS   int64   `json:"asked_ms" sql:"x.asked_ms" db:"asked_ms" doc:"Asked"`
	AskedBy   string  `json:"asked_by" sql:"x.asked_by" db:"asked_by" doc:"Asked by"`
	DecidedMS int64   `json:"decided_ms" sql:"x.decided_ms" db:"decided_ms" doc:"Decided"`
	DecidedBy string  `json:"decided_by" sql:"x.decided_by" db:"decided_by" doc:"Decided by"`
	Answer    string  `json:"answer" sql:"x.answer" db:"answer" doc:"Answer"`
}

const substituteFrom = `wo_substitute x JOIN wo_order o ON o.id = x.order_id JOIN wo_component c ON c.id = x.component_id JOIN v_item p ON p.id = o.item_id JOIN v_item i ON i.id = x.item_id JOIN v_item s ON s.id = x.sub_id`

var substituteTitles = map[string]fault.Text{
	"id": {Zh: "申请", En: "Request"}, "order": {Zh: "工单", En: "Work order"}, "product": {Zh: "产品", En: "Product"}, "item": {Zh: "子件", En: "Component"}, "name": {Zh: "子件名称", En: "Component name"},
	"substitute": {Zh: "替代料", En: "Substitute"}, "substitute_name": {Zh: "替代料名称", En: "Substitute name"}, "uom": {Zh: "单位", En: "Unit"}, "qty": {Zh: "数量", En: "Quantity"}, "used": {Zh: "已用", En: "Used"},
	"listed": {Zh: "BOM 允许", En: "In the bill"}, "state": {Zh: "状态", En: "State"}, "reason": {Zh: "原因", En: "Reason"}, "asked_ms": {Zh: "申请时间", En: "Asked"}, "asked_by": {Zh: "申请人", En: "Asked by"},
	"decided_ms": {Zh: "批复时间", En: "Decided"}, "decided_by": {Zh: "批复人", En: "Decided by"}, "answer": {Zh: "批复", En: "Answer"},
}

// substitutesOf reads requests: of an order, or one.
func substitutesOf(ctx context.Context, q db.Querier, column string, id db.ID) ([]SubstituteRow, error) {
	out, err := db.All[SubstituteRow](ctx, q, `SELECT x.id, o.number AS "order", p.code AS product, i.code AS item, i.name, s.code AS substitute, s.name AS substitute_name, i.uom, `+approvedQty+` AS qty, `+subUsed+` AS used,
		x.listed, x.state, x.reason, x.asked_ms, x.asked_by, x.decided_ms, x.decided_by, x.answer FROM `+substituteFrom+` WHERE x.`+column+` = $1 ORDER BY x.asked_ms, x.id`, id)
	if out == nil {
		out = []SubstituteRow{}
	}
	return out, err
}

// AskSubstitute writes the request down; nothing may be used before somebody has approved it.
func (m *Module) AskSubstitute(ctx context.Context, tx *db.Tx, in AskSubstitute) (SubstituteRow, error) {
	o, err := orderByNumber(ctx, tx, in.Order)
	if err != nil {
		return SubstituteRow{}, err
	}
	switch o.Status {
	case "completed", "closed", "cancelled":
		return SubstituteRow{}, fault.Conflict("production.sub_over", "%s uses no more material", o.Number).With("order", o.Number)
	}
	comp, err := masterdata.ItemByCode(ctx, tx, in.Item)
	if err != nil {
		return SubstituteRow{}, err
	}
	sub, err := masterdata.ItemByCode(ctx, tx, in.Sub)
	if err != nil {
		return SubstituteRow{}, err
	}
	if err := mayServe(ctx, tx, o, sub); err != nil {
		return SubstituteRow{}, err
	}
	lines, err := db.All[pickLine](ctx, tx, pickLineSQL, o.ID)
	if err != nil {
		return SubstituteRow{}, err
	}
	// what an order uses anyway, or what stands for something else already, could not be told apart afterwards
	clash := slices.ContainsFunc(lines, func(l pickLine) bool { return l.Item != comp.ID && l.takes(sub.ID) })
	lines = slices.DeleteFunc(lines, func(l pickLine) bool { return l.Item != comp.ID || l.Issue == "none" })
	if len(lines) == 0 {
		return SubstituteRow{}, fault.Conflict("production.sub_no_line", "%s uses no %s", o.Number, comp.Code).With("order", o.Number).With("item", comp.Code)
	}
	l := &lines[0]
	for i := range lines {
		if l.Issued >= l.Required && lines[i].Issued < lines[i].Required {
			l = &lines[i]
		}
	}
	open := l.Required - l.Issued
	if l.Issue == "backflush" {
		open = l.Required
	}
	if in.Qty == 0 {
		in.Qty = max(open, 0)
	}
	switch {
	case sub.ID == comp.ID:
		return SubstituteRow{}, fault.Invalid("production.sub_same", "%s cannot stand for itself", comp.Code).With("item", comp.Code)
	case clash:
		return SubstituteRow{}, fault.Conflict("production.sub_used", "%s uses %s already for something else", o.Number, sub.Code).With("order", o.Number).With("sub", sub.Code)
	case sub.UoM != comp.UoM:
		return SubstituteRow{}, fault.Invalid("production.sub_uom", "%s is counted in %s, %s in %s: one for one needs the same unit", comp.Code, comp.UoM, sub.Code, sub.UoM).
			With("item", comp.Code).With("uom", comp.UoM).With("sub", sub.Code).With("sub_uom", sub.UoM)
	case in.Qty <= 0 || in.Qty > open:
		return SubstituteRow{}, fault.Conflict("production.sub_qty", "%s %s of %s are open on %s, not %s", max(open, 0), comp.UoM, comp.Code, o.Number, in.Qty).
			With("open", max(open, 0)).With("uom", comp.UoM).With("item", comp.Code).With("order", o.Number).With("qty", in.Qty)
	case !in.Qty.Fits(sub.Decimals):
		return SubstituteRow{}, fault.Invalid("production.decimals", "quantities of %s have at most %d decimals, got %s", sub.Code, sub.Decimals, in.Qty).With("item", sub.Code).With("decimals", sub.Decimals).With("qty", in.Qty)
	}
	asked, err := db.One[int64](ctx, tx, `SELECT count(*) FROM wo_substitute WHERE component_id = $1 AND sub_id = $2 AND state = 'open'`, l.ID, sub.ID)
	if err != nil {
		return SubstituteRow{}, err
	}
	if asked > 0 {
		return SubstituteRow{}, fault.Conflict("production.sub_asked", "%s instead of %s was asked for %s already and waits for an answer", sub.Code, comp.Code, o.Number).With("sub", sub.Code).With("item", comp.Code).With("order", o.Number)
	}
	id := tx.ID()
	_, err = tx.Exec(ctx, `INSERT INTO wo_substitute (id, order_id, component_id, item_id, sub_id, qty, listed, reason, asked_ms, asked_by, asked_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		id, o.ID, l.ID, comp.ID, sub.ID, in.Qty, slices.Contains(splitIDs(l.Substitutes), sub.ID), in.Reason, tx.NowMS(), actor.From(ctx).Name, actor.From(ctx).UserID)
	if err != nil {
		return SubstituteRow{}, err
	}
	return m.substituteTold(ctx, tx, o, id, EventSubAsked, in.Reason)
}

func (m *Module) substituteTold(ctx context.Context, tx *db.Tx, o orderHead, id db.ID, event, reason string) (SubstituteRow, error) {
	rows, err := substitutesOf(ctx, tx, "id", id)
	if err != nil {
		return SubstituteRow{}, err
	}
	tx.Emit(db.Event{Name: event, Subject: "wo:" + o.Number, Site: o.Site, Reason: reason, Payload: rows[0]})
	return rows[0], nil
}

// DecideSubstitute approves or refuses a request.
type DecideSubstitute struct {
	ID      db.ID  `json:"id"`
	Approve bool   `json:"approve"`
	Answer  string `json:"answer,omitempty" maxLength:"500" doc:"Why; needed to refuse"`
}

// DecideSubstitute lets the order's component take the substitute, or not. What was issued of the first stays; the rest
// may come of either. Nobody approves what he has asked for himself.
func (m *Module) DecideSubstitute(ctx context.Context, tx *db.Tx, in DecideSubstitute) (SubstituteRow, error) {
	type row struct {
		Order string `db:"number"`
		Comp  db.ID  `db:"component_id"`
		Sub   db.ID  `db:"sub_id"`
		State string `db:"state"`
		By    int64  `db:"asked_id"`
		Subs  string `db:"substitutes"`
	}
	r, ok, err := db.Get[row](ctx, tx, `SELECT o.number, x.component_id, x.sub_id, x.state, x.asked_id, c.substitutes FROM wo_substitute x JOIN wo_order o ON o.id = x.order_id JOIN wo_component c ON c.id = x.component_id WHERE x.id = $1`, in.ID)
	if err != nil {
		return SubstituteRow{}, err
	}
	if !ok {
		return SubstituteRow{}, fault.NotFound("production.sub_unknown", "there is no such request").With("id", in.ID)
	}
	o, err := orderByNumber(ctx, tx, r.Order)
	if err != nil {
		return SubstituteRow{}, err
	}
	me := actor.From(ctx)
	in.Answer = strings.TrimSpace(in.Answer)
	switch {
	case r.State != "open":
		return SubstituteRow{}, fault.Conflict("production.sub_decided", "this request was answered already").With("state", r.State).With("order", r.Order)
	case in.Approve && me.UserID != 0 && me.UserID == r.By:
		return SubstituteRow{}, fault.Forbidden("production.sub_own", "what you have asked for somebody else approves")
	case !in.Approve && in.Answer == "":
		return SubstituteRow{}, fault.Invalid("production.sub_why", "say why it is refused").With("order", r.Order)
	case in.Approve && (o.Status == "closed" || o.Status == "cancelled"):
		return SubstituteRow{}, fault.Conflict("production.sub_over", "%s uses no more material", o.Number).With("order", o.Number)
	}
	state, event := "refused", EventSubRefused
	if in.Approve {
		state, event = "approved", EventSubApproved
		if subs := splitIDs(r.Subs); !slices.Contains(subs, r.Sub) {
			tx.Queue(`UPDATE wo_component SET substitutes = $1 WHERE id = $2`, joinIDs(append(subs, r.Sub)), r.Comp)
		}
	}
	n, err := tx.Exec(ctx, `UPDATE wo_substitute SET state = $1, decided_ms = $2, decided_by = $3, answer = $4 WHERE id = $5 AND state = 'open'`, state, tx.NowMS(), me.Name, in.Answer, in.ID)
	if err != nil {
		return SubstituteRow{}, err
	}
	if n == 0 {
		return SubstituteRow{}, db.ErrRetry
	}
	return m.substituteTold(ctx, tx, o, in.ID, event, in.Answer)
}

// subUsed is what was used of a substitute for the component of a request x: issued to it, or drawn by reports.
const subUsed = `CAST(coalesce((SELECT sum(u.qty) FROM wo_issue u WHERE u.component_id = x.component_id AND u.item_id = x.sub_id AND x.state = 'approved'), 0)
	+ CASE WHEN x.state = 'approved' AND c.issue = 'backflush' THEN coalesce((SELECT sum(CASE WHEN v.to_kind = 'consumed' THEN v.qty ELSE -v.qty END) FROM v_move v WHERE v.order_id = x.order_id AND v.item_id = x.sub_id AND (v.to_kind = 'consumed' OR v.from_kind = 'consumed')), 0) ELSE 0 END AS BIGINT)`

// allowance is how much of a substitute may still be used for a component.
type allowance struct {
	Comp db.ID   `db:"component_id"`
	Sub  db.ID   `db:"sub_id"`
	Code string  `db:"code"`
	Qty  num.Dec `db:"qty"`
}

// allowances are the approved substitutes of components, in the order of the approvals. Several approvals of one add up.
func allowances(ctx context.Context, q db.Querier, comps []db.ID) (map[db.ID][]allowance, error) {
	out := map[db.ID][]allowance{}
	for part := range slices.Chunk(comps, 500) {
		var w db.Where
		db.In(&w, "x.component_id", part)
		w.And("x.state = 'approved'")
		err := db.Each(ctx, q, `SELECT x.component_id, x.sub_id, s.code, CAST(sum(`+approvedQty+`) - max(`+subUsed+`) AS BIGINT) AS qty FROM `+substituteFrom+w.String()+`
			GROUP BY x.component_id, x.sub_id, s.code ORDER BY x.component_id, min(x.decided_ms), x.sub_id`, w.Args, func(a *allowance) error {
			if a.Qty > 0 {
				out[a.Comp] = append(out[a.Comp], *a)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// mayStandIn refuses a substitute that nobody has approved, and more of it than was approved.
func mayStandIn(ctx context.Context, q db.Querier, o orderHead, l *pickLine, item masterdata.Item, qty num.Dec) (left num.Dec, err error) {
	all, err := allowances(ctx, q, []db.ID{l.ID})
	if err != nil {
		return 0, err
	}
	at := slices.IndexFunc(all[l.ID], func(a allowance) bool { return a.Sub == item.ID })
	first, err := itemCode(ctx, q, l.Item)
	if err != nil {
		return 0, err
	}
	if at < 0 {
		return 0, fault.Conflict("production.sub_not_approved", "%s may stand for %s on %s only after approval", item.Code, first, o.Number).With("order", o.Number).With("item", first).With("sub", item.Code).With("name", item.Name)
	}
	if left = all[l.ID][at].Qty; qty > left {
		return left, fault.Conflict("production.sub_too_much", "%s %s of %s are approved for %s, not %s", left, item.UoM, item.Code, o.Number, qty).With("order", o.Number).With("left", left).With("uom", item.UoM).With("sub", item.Code).With("qty", qty)
	}
	return left, nil
}

var substituteScope = identity.Scope("o.site_id", "")
