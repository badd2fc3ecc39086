package masterdata

import (
	"context"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// SettingSubstituteFourEyes says whether somebody else than who asked approves a substitute in general.
const SettingSubstituteFourEyes = "masterdata.substitute_four_eyes"

// AskGeneral asks to use another item in the place of a component in all orders of a product.
type AskGeneral struct {
	Product string `json:"product" minLength:"1" maxLength:"100" doc:"What is made"`
	Item    string `json:"item" minLength:"1" maxLength:"100" doc:"Component of its bill"`
	Sub     string `json:"substitute" minLength:"1" maxLength:"100" doc:"What may stand for it: the bill lists it"`
	Planned *bool  `json:"planned,omitempty" doc:"Planning counts on its stock where the component is short; default true"`
	VersionDates
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// GeneralRow is an approval in general and how it came about.
type GeneralRow struct {
	ID        db.ID  `json:"id" sql:"x.id" db:"id" doc:"Request"`
	Product   string `json:"product" sql:"p.code" db:"product" doc:"Product"`
	ProName   string `json:"product_name" sql:"p.name" db:"product_name" doc:"Product name"`
	Item      string `json:"item" sql:"i.code" db:"item" doc:"Component"`
	Name      string `json:"name" sql:"i.name" db:"name" doc:"Component name"`
	Sub       string `json:"substitute" sql:"s.code" db:"substitute" doc:"Substitute"`
	SubName   string `json:"substitute_name" sql:"s.name" db:"substitute_name" doc:"Substitute name"`
	Planned   bool   `json:"planned" sql:"x.planned" db:"planned" doc:"Planning counts on it"`
	From      string `json:"effective_from" sql:"x.valid_from" db:"effective_from" doc:"Valid from"`
	To        string `json:"effective_to" sql:"CASE WHEN x.valid_to = '9999-12-31' THEN '' ELSE x.valid_to END" db:"effective_to" doc:"Valid to"`
	State     string `json:"state" sql:"x.state" db:"state" doc:"State" enum:"open,approved,refused,ended"`
	Reason    string `json:"reason" sql:"x.reason" db:"reason" doc:"Reason"`
	AskedMS   int64  `json:"asked_ms" sql:"x.asked_ms" db:"asked_ms" doc:"Asked"`
	AskedBy   string `json:"asked_by" sql:"x.asked_by" db:"asked_by" doc:"Asked by"`
	DecidedMS int64  `json:"decided_ms" sql:"x.decided_ms" db:"decided_ms" doc:"Decided"`
	DecidedBy string `json:"decided_by" sql:"x.decided_by" db:"decided_by" doc:"Decided by"`
	Answer    string `json:"answer" sql:"x.answer" db:"answer" doc:"Answer"`
	EndedMS   int64  `json:"ended_ms" sql:"x.ended_ms" db:"ended_ms" doc:"Ended"`
	EndedBy   string `json:"ended_by" sql:"x.ended_by" db:"ended_by" doc:"Ended by"`
	EndedWhy  string `json:"ended_why" sql:"x.ended_why" db:"ended_why" doc:"Why it was ended"`
}

const generalFrom = `md_substitute x JOIN md_item p ON p.id = x.product_id JOIN md_item i ON i.id = x.item_id JOIN md_item s ON s.id = x.sub_id`

var generalTitles = map[string]fault.Text{
	"id": {Zh: "申请", En: "Request"}, "product": {Zh: "产品", En: "Product"}, "product_name": {Zh: "产品名称", En: "Product name"}, "item": {Zh: "子件", En: "Component"}, "name": {Zh: "子件名称", En: "Component name"},
	"substitute": {Zh: "替代料", En: "Substitute"}, "substitute_name": {Zh: "替代料名称", En: "Substitute name"}, "planned": {Zh: "参与计划", En: "Counted on by planning"},
	"effective_from": {Zh: "生效日期", En: "Valid from"}, "effective_to": {Zh: "失效日期", En: "Valid to"}, "state": {Zh: "状态", En: "State"}, "reason": {Zh: "原因", En: "Reason"}, "asked_ms": {Zh: "申请时间", En: "Asked"},
	"asked_by": {Zh: "申请人", En: "Asked by"}, "decided_ms": {Zh: "批复时间", En: "Decided"}, "decided_by": {Zh: "批复人", En: "Decided by"}, "answer": {Zh: "批复", En: "Answer"},
	"ended_ms": {Zh: "终止时间", En: "Ended"}, "ended_by": {Zh: "终止人", En: "Ended by"}, "ended_why": {Zh: "终止原因", En: "Why it was ended"},
}

func generalOf(ctx context.Context, q db.Querier, id db.ID) (GeneralRow, error) {
	r, ok, err := db.Get[GeneralRow](ctx, q, `SELECT x.id, p.code AS product, p.name AS product_name, i.code AS item, i.name, s.code AS substitute, s.name AS substitute_name, x.planned, x.valid_from AS effective_from,
		CASE WHEN x.valid_to = '9999-12-31' THEN '' ELSE x.valid_to END AS effective_to, x.state, x.reason, x.asked_ms, x.asked_by, x.decided_ms, x.decided_by, x.answer, x.ended_ms, x.ended_by, x.ended_why
		FROM `+generalFrom+` WHERE x.id = $1`, id)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.sub_unknown", "there is no such request").With("id", id)
	}
	return r, err
}

// listedAs is a line of a bill as a question about substitutes sees it.
type listedAs struct {
	Item db.ID  `db:"item_id"`
	Role string `db:"role"`
	Subs string `db:"substitutes"`
}

// AskGeneral writes the request down; it holds for nothing before somebody has approved it.
func (m *Module) AskGeneral(ctx context.Context, tx *db.Tx, in AskGeneral) (GeneralRow, error) {
	var all [3]Item
	for n, code := range []string{in.Product, in.Item, in.Sub} {
		var err error
		if all[n], err = ItemByCode(ctx, tx, code); err != nil {
			return GeneralRow{}, err
		}
	}
	product, item, sub := all[0], all[1], all[2]
	var r refusals
	from, to := r.dates(in.VersionDates)
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" {
		r.bad("reason", "masterdata.sub_reason", in.Reason)
	}
	if err := r.err("masterdata.invalid"); err != nil {
		return GeneralRow{}, err
	}
	lines, err := db.All[listedAs](ctx, tx, `SELECT l.item_id, l.role, l.substitutes FROM v_bom_line l JOIN v_bom b ON b.id = l.bom_id
		WHERE b.item_id = $1 AND b.effective_to >= $2 ORDER BY b.effective_from DESC, b.id DESC, l.line`, product.ID, tx.Today())
	if err != nil {
		return GeneralRow{}, err
	}
	listed := false
	for _, l := range lines {
		subs := splitIDs(l.Subs)
		at := slices.Index(subs, sub.ID)
		switch {
		case l.Role != "component":
		case l.Item == sub.ID, at >= 0 && l.Item != item.ID:
			return GeneralRow{}, fault.Conflict("masterdata.sub_elsewhere", "the bill of %s uses %s already for something else", product.Code, sub.Code).With("product", product.Code).With("sub", sub.Code)
		case l.Item == item.ID && at >= 0:
			listed = true
		}
	}
	switch {
	case product.Kind == "phantom":
		return GeneralRow{}, fault.Conflict("masterdata.sub_phantom", "%s is never made by an order of its own; ask on the orders that use it", product.Code).With("product", product.Code)
	case !listed:
		return GeneralRow{}, fault.Conflict("masterdata.sub_not_listed", "no bill of %s lists %s as a substitute of %s", product.Code, sub.Code, item.Code).With("product", product.Code).With("sub", sub.Code).With("item", item.Code)
	case !sub.Active:
		return GeneralRow{}, fault.Conflict("masterdata.item_off", "item %s is inactive", sub.Code).With("code", sub.Code)
	case sub.UoM != item.UoM:
		return GeneralRow{}, fault.Invalid("masterdata.sub_uom", "%s is counted in %s, %s in %s: one for one needs the same unit", item.Code, item.UoM, sub.Code, sub.UoM).
			With("item", item.Code).With("uom", item.UoM).With("sub", sub.Code).With("sub_uom", sub.UoM)
	}
	held, err := db.One[int64](ctx, tx, `SELECT count(*) FROM md_substitute WHERE product_id = $1 AND item_id = $2 AND sub_id = $3 AND state IN ('open', 'approved') AND valid_from <= $4 AND valid_to >= $5`,
		product.ID, item.ID, sub.ID, to, from)
	if err != nil {
		return GeneralRow{}, err
	}
	if held > 0 {
		return GeneralRow{}, fault.Conflict("masterdata.sub_held", "%s instead of %s is asked for or approved for %s already in these days", sub.Code, item.Code, product.Code).
			With("sub", sub.Code).With("item", item.Code).With("product", product.Code)
	}
	id := tx.ID()
	_, err = tx.Exec(ctx, `INSERT INTO md_substitute (id, product_id, item_id, sub_id, planned, valid_from, valid_to, reason, asked_ms, asked_by, asked_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		id, product.ID, item.ID, sub.ID, in.Planned == nil || *in.Planned, from, to, in.Reason, tx.NowMS(), actor.From(ctx).Name, actor.From(ctx).UserID)
	if err != nil {
		return GeneralRow{}, err
	}
	return m.generalTold(ctx, tx, id, EventSubAsked, in.Reason)
}

func (m *Module) generalTold(ctx context.Context, tx *db.Tx, id db.ID, event, reason string) (GeneralRow, error) {
	r, err := generalOf(ctx, tx, id)
	if err == nil {
		tx.Emit(db.Event{Name: event, Subject: "item:" + r.Product, Reason: reason, Payload: r})
	}
	return r, err
}

// DecideGeneral approves or refuses a request in general.
type DecideGeneral struct {
	ID      db.ID  `json:"id"`
	Approve bool   `json:"approve"`
	Answer  string `json:"answer,omitempty" maxLength:"500" doc:"Why; needed to refuse"`
}

// DecideGeneral lets every new order of the product take the substitute, or not. Where the setting says so nobody
// approves what he has asked for himself.
func (m *Module) DecideGeneral(ctx context.Context, tx *db.Tx, in DecideGeneral) (GeneralRow, error) {
	r, err := generalOf(ctx, tx, in.ID)
	if err != nil {
		return r, err
	}
	asked, err := db.One[int64](ctx, tx, `SELECT asked_id FROM md_substitute WHERE id = $1`, in.ID)
	if err != nil {
		return r, err
	}
	sub, err := ItemByCode(ctx, tx, r.Sub)
	if err != nil {
		return r, err
	}
	four, err := Setting(ctx, tx, SettingSubstituteFourEyes, "1")
	if err != nil {
		return r, err
	}
	me := actor.From(ctx)
	in.Answer = strings.TrimSpace(in.Answer)
	switch {
	case r.State != "open":
		return r, fault.Conflict("masterdata.sub_decided", "this request was answered already").With("sub", r.Sub).With("item", r.Item)
	case in.Approve && four == "1" && me.UserID != 0 && me.UserID == asked:
		return r, fault.Forbidden("masterdata.sub_own", "what you have asked for somebody else approves")
	case in.Approve && !sub.Active: // made inactive since it was asked for
		return r, fault.Conflict("masterdata.item_off", "item %s is inactive", r.Sub).With("code", r.Sub)
	case in.Approve && r.To != "" && r.To < tx.Today():
		return r, fault.Conflict("masterdata.sub_over", "%s instead of %s does not hold any more", r.Sub, r.Item).With("sub", r.Sub).With("item", r.Item)
	case !in.Approve && in.Answer == "":
		return r, fault.Invalid("masterdata.sub_why", "say why it is refused").With("sub", r.Sub)
	}
	state, event := "refused", EventSubRefused
	if in.Approve {
		state, event = "approved", EventSubApproved
	}
	n, err := tx.Exec(ctx, `UPDATE md_substitute SET state = $1, decided_ms = $2, decided_by = $3, answer = $4 WHERE id = $5 AND state = 'open'`, state, tx.NowMS(), me.Name, in.Answer, in.ID)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	if err != nil {
		return r, err
	}
	return m.generalTold(ctx, tx, in.ID, event, in.Answer)
}

// EndGeneral ends an approval in general, or takes a request back.
type EndGeneral struct {
	ID     db.ID  `json:"id"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// EndGeneral ends it for new orders and for planning; orders that have it keep it.
func (m *Module) EndGeneral(ctx context.Context, tx *db.Tx, in EndGeneral) (GeneralRow, error) {
	r, err := generalOf(ctx, tx, in.ID)
	if err != nil {
		return r, err
	}
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" {
		var miss refusals
		miss.bad("reason", "masterdata.sub_reason", in.Reason)
		return r, miss.err("masterdata.invalid")
	}
	n, err := tx.Exec(ctx, `UPDATE md_substitute SET state = 'ended', ended_ms = $1, ended_by = $2, ended_why = $3 WHERE id = $4 AND state IN ('open', 'approved')`, tx.NowMS(), actor.From(ctx).Name, in.Reason, in.ID)
	if err != nil {
		return r, err
	}
	if n == 0 {
		return r, fault.Conflict("masterdata.sub_over", "%s instead of %s does not hold any more", r.Sub, r.Item).With("sub", r.Sub).With("item", r.Item)
	}
	return m.generalTold(ctx, tx, in.ID, EventSubEnded, in.Reason)
}

// General is an approved substitute in general, as planning and new orders take it.
type General struct {
	ID, Product, Item, Sub db.ID
	From, To               string // days, both inclusive
	Rank                   int    // place among the substitutes of the line
}

// PlannedSubstitutes are those that planning counts on, for each version that lists one in the days in which both hold. Of a line they come by priority.
func PlannedSubstitutes(ctx context.Context, q db.Querier) ([]General, error) {
	type row struct {
		ID      db.ID  `db:"id"`
		Product db.ID  `db:"product_id"`
		Item    db.ID  `db:"item_id"`
		Sub     db.ID  `db:"sub_id"`
		From    string `db:"valid_from"`
		To      string `db:"valid_to"`
		BOM     db.ID  `db:"bom_id"`
		Version string `db:"version"`
		Begins  string `db:"effective_from"`
		Ends    string `db:"effective_to"`
		Subs    string `db:"substitutes"`
	}
	rows, err := db.All[row](ctx, q, `SELECT g.id, g.product_id, g.item_id, g.sub_id, g.valid_from, g.valid_to, b.id AS bom_id, b.version, b.effective_from, b.effective_to, l.substitutes
		FROM v_general_substitute g JOIN v_item p ON p.id = g.product_id JOIN v_bom b ON b.item_id = g.product_id JOIN v_bom_line l ON l.bom_id = b.id AND l.item_id = g.item_id AND l.role = 'component' AND l.issue <> 'none'
		WHERE g.planned AND p.kind = 'make' ORDER BY g.product_id, g.item_id, g.id, b.id, l.line`)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	products := make([]db.ID, 0, len(rows))
	for i := range rows {
		products = append(products, rows[i].Product)
	}
	slices.Sort(products)
	others, err := versionStarts(ctx, q, slices.Compact(products))
	if err != nil {
		return nil, err
	}
	type key struct{ id, bom db.ID }
	seen := map[key]bool{}
	var out []General
	for _, r := range rows {
		subs := splitIDs(r.Subs)
		at := slices.Index(subs, r.Sub)
		k := key{r.ID, r.BOM}
		if at < 0 || seen[k] {
			continue
		}
		seen[k] = true
		g := General{ID: r.ID, Product: r.Product, Item: r.Item, Sub: r.Sub, From: max(r.From, r.Begins), To: min(r.To, r.Ends), Rank: at}
		for _, v := range others[r.Product] { // a version that begins later takes over on its first day
			if v.ID != r.BOM && v.To >= g.From && later(v.From, v.Version, r.Begins, r.Version) {
				if before := dayBefore(v.From); before < g.To {
					g.To = before
				}
			}
		}
		if g.From <= g.To {
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b General) int { return a.Rank - b.Rank })
	return out, nil
}

// versionStarts are the versions of products with their days.
func versionStarts(ctx context.Context, q db.Querier, products []db.ID) (map[db.ID][]bomRow, error) {
	out := map[db.ID][]bomRow{}
	err := inChunks(products, func(part []db.ID) error {
		var w db.Where
		db.In(&w, "item_id", part)
		return db.Each(ctx, q, `SELECT id, item_id, version, effective_from, effective_to FROM v_bom`+w.String(), w.Args, func(r *bomRow) error {
			out[r.Item] = append(out[r.Item], *r)
			return nil
		})
	})
	return out, err
}

func dayBefore(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return day.AddDate(0, 0, -1).Format(time.DateOnly)
}
