package masterdata

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// An engineering change proposes new versions of bills and routings and other values of items. Nothing of it is seen
// outside before it is approved; then its versions stand in the lists with the day from which they hold, so that plans
// see it, and on that day it is effective. Orders keep their copies: what a running order does is decided there.

// Ways in which a change becomes effective.
const (
	EffectDate  = "date"
	EffectUseUp = "use_up"
	EffectNow   = "immediate"
)

// ChangePart is what a change proposes for one item.
type ChangePart struct {
	Kind    string          `json:"kind" enum:"bom,routing,item" doc:"What changes"`
	Item    string          `json:"item" minLength:"1" maxLength:"100" doc:"Code of the item"`
	Version string          `json:"version,omitempty" maxLength:"50" doc:"Code of the new version of the bill or routing; default the number after the highest"`
	Base    string          `json:"base,omitempty" maxLength:"50" doc:"Version that it comes from; default the one in force today"`
	Site    string          `json:"site,omitempty" maxLength:"100" doc:"Of an item: whose planning values; of a first routing: whose work centers"`
	Lines   []BOMLineValues `json:"lines,omitempty" maxItems:"2000" doc:"Lines of the bill, all of them; none: those of the version it comes from"`
	Ops     []OpValues      `json:"ops,omitempty" maxItems:"500" doc:"Steps of the routing, all of them; none: those of the version it comes from"`
	Values  *ItemValues     `json:"values,omitempty" doc:"Values of the item that change"`
}

// ChangeValues are what a draft says.
type ChangeValues struct {
	Title  string       `json:"title" minLength:"1" maxLength:"200" doc:"What changes, in a few words"`
	Reason string       `json:"reason" minLength:"1" maxLength:"2000" doc:"Why"`
	Effect string       `json:"effect" enum:"date,use_up,immediate" doc:"When it becomes effective: on a day, when the part that goes out is used up, or when it is approved"`
	Date   string       `json:"date,omitempty" maxLength:"10" doc:"The day, for effect date"`
	UseUp  string       `json:"use_up,omitempty" maxLength:"100" doc:"The part that is to be used up; default the only one that goes out"`
	Parts  []ChangePart `json:"parts" maxItems:"50" doc:"What changes, item by item"`
}

// NewChange makes a draft.
type NewChange struct {
	CopyFrom string `json:"copy_from,omitempty" maxLength:"40" doc:"Number of a change whose parts are taken when none are sent"`
	ChangeValues
}

// EditChange says what a draft is from now on, all of it.
type EditChange struct {
	Rev int64 `json:"rev" minimum:"1" doc:"rev of the draft that was looked at; refused when somebody changed it since"`
	ChangeValues
}

// ChangeAct is a step of a change's life.
type ChangeAct struct {
	Rev  int64  `json:"rev" minimum:"1" doc:"rev of the change that was looked at"`
	Note string `json:"note,omitempty" maxLength:"2000" doc:"Why; needed to reject, to withdraw and to make it effective before its time"`
	Date string `json:"date,omitempty" maxLength:"10" doc:"To approve for another day than the one asked for"`
}

type changeRow struct {
	ID          db.ID  `db:"id"`
	Number      string `db:"number"`
	Title       string `db:"title"`
	Reason      string `db:"reason"`
	Effect      string `db:"effect"`
	Wanted      string `db:"wanted_on"`
	On          string `db:"effective_on"`
	UseUp       db.ID  `db:"use_up_id"`
	MadeMS      int64  `db:"made_ms"`
	MadeBy      string `db:"made_by"`
	RequestedMS int64  `db:"requested_ms"`
	RequestedBy string `db:"requested_by"`
	Requester   int64  `db:"requester_id"`
	ApprovedMS  int64  `db:"approved_ms"`
	ApprovedBy  string `db:"approved_by"`
	RejectedMS  int64  `db:"rejected_ms"`
	RejectedBy  string `db:"rejected_by"`
	WithdrawnMS int64  `db:"withdrawn_ms"`
	WithdrawnBy string `db:"withdrawn_by"`
	EffectiveMS int64  `db:"effective_ms"`
	EffectiveBy string `db:"effective_by"`
	Answer      string `db:"answer"`
	Problem     string `db:"problem"`
	Rev         int64  `db:"rev"`
}

type changePartRow struct {
	ID       db.ID  `db:"id"`
	Change   db.ID  `db:"change_id"`
	Line     int    `db:"line"`
	Kind     string `db:"kind"`
	Item     db.ID  `db:"item_id"`
	Version  string `db:"version"`
	Base     string `db:"base"`
	BaseRev  int64  `db:"base_rev"`
	Site     db.ID  `db:"site_id"`
	Proposal string `db:"proposal"`
}

// proposal is what a part keeps.
type proposal struct {
	Lines  []BOMLineValues `json:"lines,omitempty"`
	Ops    []OpValues      `json:"ops,omitempty"`
	Values *ItemValues     `json:"values,omitempty"`
	// Before are the item's values when the change became effective.
	Before map[string]string `json:"before,omitempty"`
}

func (r *changePartRow) read() (p proposal, err error) {
	return p, json.Unmarshal([]byte(r.Proposal), &p)
}

// ItemFieldDiff is a value of an item that a change exchanges.
type ItemFieldDiff struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// ChangePartPage is a part with its difference.
type ChangePartPage struct {
	Kind        string          `json:"kind"`
	Item        string          `json:"item"`
	Name        string          `json:"name"`
	UoM         string          `json:"uom"`
	Version     string          `json:"version" doc:"That is to be"`
	Base        string          `json:"base" doc:"That it comes from; empty: it is the first"`
	BaseChanged bool            `json:"base_changed" doc:"What it comes from was changed since, and is not what the proposal saw"`
	Site        string          `json:"site,omitempty"`
	BOM         *BOMDiff        `json:"bom,omitempty" doc:"a = what it comes from, b = what is proposed"`
	Routing     *RoutingDiff    `json:"routing,omitempty" doc:"a = what it comes from, b = what is proposed"`
	Fields      []ItemFieldDiff `json:"fields,omitempty" doc:"Values of the item that change"`
	Lines       []BOMPageLine   `json:"lines,omitempty" doc:"The proposed lines, all of them"`
	Ops         []RoutingOpRow  `json:"ops,omitempty" doc:"The proposed steps, all of them"`
	Steps       []StepName      `json:"steps,omitempty" doc:"Steps that lines of the bill can name"`
	Values      *ItemValues     `json:"values,omitempty"`
	Versions    []Version       `json:"versions,omitempty" doc:"Versions that are there"`
}

// UseUp says how far a part is from being used up.
type UseUp struct {
	Item     string  `json:"item"`
	Name     string  `json:"name"`
	UoM      string  `json:"uom"`
	Usable   num.Dec `json:"usable" doc:"Stock that may be used"`
	Receipts num.Dec `json:"receipts" doc:"Still to come: purchase orders, and work orders that were released"`
	Least    num.Dec `json:"least" doc:"What one product takes: less than that counts as used up"`
	Done     bool    `json:"done" doc:"It is used up"`
	On       string  `json:"on" doc:"The day on which it is used up by what is known of its use; empty: nobody knows"`
	Basis    string  `json:"basis" enum:"plan,use,none" doc:"How the day was found: needs of the plan and of open orders, average use of the past, or not at all"`
}

// ChangePage is a change as the screen shows it.
type ChangePage struct {
	Number      string           `json:"number"`
	Title       string           `json:"title"`
	Reason      string           `json:"reason"`
	State       string           `json:"state" enum:"draft,requested,approved,effective,rejected,withdrawn"`
	Effect      string           `json:"effect"`
	Date        string           `json:"date" doc:"As asked for"`
	On          string           `json:"effective_on" doc:"The day from which it holds; with use_up an estimate until it is effective; empty: nobody knows"`
	UseUp       *UseUp           `json:"use_up,omitempty"`
	MadeMS      int64            `json:"made_ms"`
	MadeBy      string           `json:"made_by"`
	RequestedMS int64            `json:"requested_ms"`
	RequestedBy string           `json:"requested_by"`
	ApprovedMS  int64            `json:"approved_ms"`
	ApprovedBy  string           `json:"approved_by"`
	RejectedMS  int64            `json:"rejected_ms"`
	RejectedBy  string           `json:"rejected_by"`
	WithdrawnMS int64            `json:"withdrawn_ms"`
	WithdrawnBy string           `json:"withdrawn_by"`
	EffectiveMS int64            `json:"effective_ms"`
	EffectiveBy string           `json:"effective_by"`
	Answer      string           `json:"answer" doc:"Of who approved, rejected or withdrew it"`
	Problem     string           `json:"problem" doc:"Why it could not become effective, last time that was tried"`
	Own         bool             `json:"own" doc:"The caller asked for it"`
	MayApprove  bool             `json:"may_approve" doc:"The caller may approve it: not his own, unless the company lets him"`
	Rev         int64            `json:"rev"`
	Parts       []ChangePartPage `json:"parts"`
	Others      []string         `json:"others" doc:"Other changes that wait for approval or effect and touch the same items"`
}

// ChangeListRow is a line of the list of changes.
type ChangeListRow struct {
	Number      string `json:"number" sql:"c.number" doc:"Number"`
	Title       string `json:"title" sql:"c.title" doc:"Title"`
	State       string `json:"state" sql:"c.state" doc:"State" enum:"draft,requested,approved,effective,rejected,withdrawn"`
	Items       string `json:"items" sql:"coalesce((SELECT string_agg(x.code, ', ' ORDER BY x.code) FROM (SELECT DISTINCT i.code FROM md_change_part p JOIN md_item i ON i.id = p.item_id WHERE p.change_id = c.id) x), '')" doc:"Items"`
	Effect      string `json:"effect" sql:"c.effect" doc:"Becomes effective" enum:"date,use_up,immediate"`
	On          string `json:"effective_on" sql:"c.effective_on" doc:"Effective on"`
	UseUp       string `json:"use_up" sql:"coalesce(u.code, '')" doc:"Part to be used up"`
	RequestedBy string `json:"requested_by" sql:"CASE WHEN c.requested_by <> '' THEN c.requested_by ELSE c.made_by END" doc:"Asked for by"`
	RequestedMS int64  `json:"requested_ms" sql:"c.requested_ms" doc:"Asked for"`
	ApprovedBy  string `json:"approved_by" sql:"c.approved_by" doc:"Approved by"`
	ApprovedMS  int64  `json:"approved_ms" sql:"c.approved_ms" doc:"Approved"`
	EffectiveMS int64  `json:"effective_ms" sql:"c.effective_ms" doc:"Became effective"`
	Reason      string `json:"reason" sql:"c.reason" doc:"Reason"`
	MadeMS      int64  `json:"made_ms" sql:"c.made_ms" doc:"Drafted"`
}

const changeListFrom = `md_change c LEFT JOIN md_item u ON u.id = c.use_up_id`

var changeTitles = map[string]fault.Text{
	"number": {Zh: "变更单号", En: "Number"}, "title": {Zh: "标题", En: "Title"}, "state": {Zh: "状态", En: "State"}, "items": {Zh: "物料", En: "Items"}, "effect": {Zh: "生效方式", En: "Becomes effective"},
	"effective_on": {Zh: "生效日期", En: "Effective on"}, "use_up": {Zh: "待用完的物料", En: "Part to be used up"}, "requested_by": {Zh: "申请人", En: "Asked for by"}, "requested_ms": {Zh: "申请时间", En: "Asked for"},
	"approved_by": {Zh: "批准人", En: "Approved by"}, "approved_ms": {Zh: "批准时间", En: "Approved"}, "effective_ms": {Zh: "生效时间", En: "Became effective"}, "reason": {Zh: "原因", En: "Reason"}, "made_ms": {Zh: "起草时间", En: "Drafted"},
}

func changeState(r *changeRow) string {
	switch {
	case r.WithdrawnMS > 0:
		return "withdrawn"
	case r.RejectedMS > 0:
		return "rejected"
	case r.EffectiveMS > 0:
		return "effective"
	case r.ApprovedMS > 0:
		return "approved"
	case r.RequestedMS > 0:
		return "requested"
	}
	return "draft"
}

const changeColumns = `id, number, title, reason, effect, wanted_on, effective_on, use_up_id, made_ms, made_by, requested_ms, requested_by, requester_id, approved_ms, approved_by,
	rejected_ms, rejected_by, withdrawn_ms, withdrawn_by, effective_ms, effective_by, answer, problem, rev`

func changeOf(ctx context.Context, q db.Querier, number string) (changeRow, []changePartRow, error) {
	r, ok, err := db.Get[changeRow](ctx, q, `SELECT `+changeColumns+` FROM md_change WHERE number = $1`, number)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.change_unknown", "there is no change %s", number).With("number", number)
	}
	if err != nil {
		return r, nil, err
	}
	parts, err := db.All[changePartRow](ctx, q, `SELECT id, change_id, line, kind, item_id, version, base, base_rev, site_id, proposal FROM md_change_part WHERE change_id = $1 ORDER BY line`, r.ID)
	return r, parts, err
}

// ChangePage reads a change with the difference that it makes.
func (m *Module) ChangePage(ctx context.Context, q db.Querier, number, today string) (p ChangePage, err error) {
	r, parts, err := changeOf(ctx, q, number)
	if err != nil {
		return p, err
	}
	p = ChangePage{Number: r.Number, Title: r.Title, Reason: r.Reason, State: changeState(&r), Effect: r.Effect, Date: r.Wanted, On: r.On, MadeMS: r.MadeMS, MadeBy: r.MadeBy,
		RequestedMS: r.RequestedMS, RequestedBy: r.RequestedBy, ApprovedMS: r.ApprovedMS, ApprovedBy: r.ApprovedBy, RejectedMS: r.RejectedMS, RejectedBy: r.RejectedBy,
		WithdrawnMS: r.WithdrawnMS, WithdrawnBy: r.WithdrawnBy, EffectiveMS: r.EffectiveMS, EffectiveBy: r.EffectiveBy, Answer: r.Answer, Problem: sayRefused(r.Problem, web.Locale(ctx)), Rev: r.Rev,
		Parts: []ChangePartPage{}, Others: []string{}}
	ids := make([]db.ID, len(parts))
	for i := range parts {
		ids[i] = parts[i].Item
	}
	items, err := Items(ctx, q, append(slices.Clone(ids), r.UseUp))
	if err != nil {
		return p, err
	}
	for i := range parts {
		page, err := m.changePart(ctx, q, &parts[i], items[parts[i].Item], today)
		if err != nil {
			return p, err
		}
		p.Parts = append(p.Parts, page)
	}
	if r.UseUp != 0 {
		u, err := m.usedUp(ctx, q, &r, parts, items[r.UseUp], today)
		if err != nil {
			return p, err
		}
		p.UseUp = &u
	}
	if p.Others, err = otherChanges(ctx, q, r.ID, ids); err != nil {
		return p, err
	}
	me := actor.From(ctx)
	p.Own = r.Requester != 0 && r.Requester == me.UserID
	if p.State == "requested" && me.Can("masterdata.change_approve") {
		p.MayApprove, err = mayApprove(ctx, q, &r)
	}
	return p, err
}

// mayApprove: nobody approves alone what he has asked for, unless the company lets him.
func mayApprove(ctx context.Context, q db.Querier, r *changeRow) (bool, error) {
	four, err := Setting(ctx, q, SettingChangeFourEyes, "1")
	return four != "1" || r.Requester == 0 || r.Requester != actor.From(ctx).UserID, err
}

func otherChanges(ctx context.Context, q db.Querier, change db.ID, items []db.ID) ([]string, error) {
	if len(items) == 0 {
		return []string{}, nil
	}
	var w db.Where
	db.In(&w, "p.item_id", items)
	w.And("p.change_id <> ?", change)
	w.And("c.state IN ('requested', 'approved')")
	out, err := db.All[string](ctx, q, `SELECT DISTINCT c.number FROM md_change_part p JOIN md_change c ON c.id = p.change_id`+w.String()+` ORDER BY c.number`, w.Args...)
	if out == nil {
		out = []string{}
	}
	return out, err
}

// changePart shows what a part proposes beside what it comes from.
func (m *Module) changePart(ctx context.Context, q db.Querier, r *changePartRow, it Item, today string) (ChangePartPage, error) {
	p := ChangePartPage{Kind: r.Kind, Item: it.Code, Name: it.Name, UoM: it.UoM, Version: r.Version, Base: r.Base}
	body, err := r.read()
	if err != nil {
		return p, err
	}
	if r.Site != 0 {
		s, err := SiteByID(ctx, q, r.Site)
		if err != nil {
			return p, err
		}
		p.Site = s.Code
	}
	switch r.Kind {
	case "bom":
		err = m.bomPart(ctx, q, r, it, &p, body.Lines, today)
	case "routing":
		err = m.routingPart(ctx, q, r, it, &p, body.Ops, today)
	default:
		err = m.itemPart(ctx, q, r, it, &p, body, today)
	}
	return p, err
}

func (m *Module) bomPart(ctx context.Context, q db.Querier, r *changePartRow, it Item, p *ChangePartPage, lines []BOMLineValues, today string) error {
	var base BOMPage
	if r.Base != "" {
		var err error
		if base, err = m.BOMVersion(ctx, q, it.Code, r.Base, today); err != nil {
			return err
		}
		p.BaseChanged = base.Rev != r.BaseRev
	}
	states := proposedLines(lines)
	d := BOMDiff{Product: it.Code, A: r.Base, B: r.Version}
	d.Same, d.Lines = diffLines(base.state().Lines, states)
	var codes []string
	for i := range states {
		codes = append(codes, states[i].Item)
	}
	for i := range d.Lines {
		codes = append(codes, d.Lines[i].Item)
	}
	slices.Sort(codes)
	items, err := ItemsByCode(ctx, q, slices.Compact(codes))
	if err != nil {
		return err
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		l.Name, l.UoM = items[l.Item].Name, items[l.Item].UoM
	}
	for _, s := range states {
		x := items[s.Item]
		p.Lines = append(p.Lines, BOMPageLine{s, x.Name, x.Spec, x.UoM, x.Kind, x.Active})
	}
	p.BOM, p.Steps, p.Versions = &d, base.Steps, base.Versions
	if p.Versions == nil {
		p.Versions, err = versions(ctx, q, "md_bom", "md_bom_line", "bom_id", it.ID, today)
	}
	return err
}

// proposedLines are lines as a version of them would show them.
func proposedLines(in []BOMLineValues) []BOMLineState {
	out := make([]BOMLineState, len(in))
	for i, l := range in {
		s := BOMLineState{Line: i + 1, Role: orDefault(l.Role, "component"), Item: l.Item, Qty: l.Qty, ScrapPct: l.ScrapPct, Op: l.Op, Issue: orDefault(l.Issue, "pick"), Substitutes: l.Substitutes, CostSharePct: l.CostSharePct}
		if s.Substitutes == nil {
			s.Substitutes = []string{}
		}
		out[i] = s
	}
	return out
}

func (m *Module) routingPart(ctx context.Context, q db.Querier, r *changePartRow, it Item, p *ChangePartPage, ops []OpValues, today string) error {
	var base RoutingEdit
	if r.Base != "" {
		var err error
		if base, err = m.RoutingVersion(ctx, q, it.Code, r.Base, today); err != nil {
			return err
		}
		p.BaseChanged = base.Rev != r.BaseRev
	}
	names := map[string]string{}
	if err := db.Each(ctx, q, `SELECT`+workCenterFrom+` WHERE `+seen("w")+` AND w.site_id = $2`, []any{batchOf(ctx), r.Site}, func(w *WorkCenter) error { names[w.Code] = w.Name; return nil }); err != nil {
		return err
	}
	rates, params := map[int]num.Dec{}, map[int][]Param{}
	for _, o := range base.Ops {
		rates[o.Op], params[o.Op] = o.PieceRate, o.Params
	}
	for _, o := range ops {
		was := o.Was
		if was == 0 {
			was = o.Op
		}
		row := RoutingOpRow{Op: o.Op, Name: o.Name, WorkCenter: o.WorkCenter, WorkCenterAs: names[o.WorkCenter], SetupMin: o.SetupMin, RunMin: o.RunMin, BatchMin: o.BatchMin, TransferLot: o.TransferLot,
			Report: o.Report == nil || *o.Report, Inspection: orDefault(o.Inspection, "none"), PieceRate: rates[was], Tool: o.Tool, Skill: o.Skill, Alternatives: o.Alternatives}
		if o.PieceRate != nil {
			row.PieceRate = *o.PieceRate
		}
		if row.Alternatives == nil {
			row.Alternatives = []OtherPath{}
		}
		if row.Params = o.Params; row.Params == nil {
			row.Params = params[was]
		}
		p.Ops = append(p.Ops, row)
	}
	slices.SortStableFunc(p.Ops, func(a, b RoutingOpRow) int { return a.Op - b.Op })
	d := RoutingDiff{Product: it.Code, A: r.Base, B: r.Version}
	d.Same, d.Ops = diffOps(base.Ops, p.Ops, actor.From(ctx).Can("see.price"))
	p.Routing = &d
	var err error
	p.Versions, err = versions(ctx, q, "md_routing", "md_routing_op", "routing_id", it.ID, today)
	return err
}

// hidden are the values of an item that not everybody sees.
var hidden = map[string]string{"standard_cost": "see.cost", "purchase_price": "see.price"}

func (m *Module) itemPart(ctx context.Context, q db.Querier, r *changePartRow, it Item, p *ChangePartPage, body proposal, today string) error {
	now, err := m.ItemDetail(ctx, q, it.Code, r.Site, today)
	if err != nil {
		return err
	}
	p.BaseChanged, p.Values = now.Rev != r.BaseRev && body.Before == nil, body.Values
	before := body.Before
	if before == nil {
		if before, err = asMap(now.ItemState); err != nil {
			return err
		}
	}
	p.Fields, err = itemDiff(ctx, before, body.Values)
	return err
}

// itemDiff says which values of an item would change; who may not see prices does not learn of them.
func itemDiff(ctx context.Context, before map[string]string, values *ItemValues) ([]ItemFieldDiff, error) {
	out := []ItemFieldDiff{}
	if values == nil {
		return out, nil
	}
	after, err := asMap(values)
	if err != nil {
		return nil, err
	}
	for _, f := range values.Clear {
		after[f] = ""
	}
	delete(after, "clear")
	for field, v := range after {
		if perm := hidden[field]; perm != "" && !actor.From(ctx).Can(perm) || before[field] == v {
			continue
		}
		out = append(out, ItemFieldDiff{field, before[field], v})
	}
	slices.SortFunc(out, func(a, b ItemFieldDiff) int { return strings.Compare(a.Field, b.Field) })
	return out, nil
}

// asMap reads the values of a struct as its JSON says them.
func asMap(v any) (map[string]string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	raw, out := map[string]json.RawMessage{}, map[string]string{}
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, err
	}
	for k, x := range raw {
		var s string
		if json.Unmarshal(x, &s) != nil {
			s = string(x)
		}
		if s != "null" {
			out[k] = s
		}
	}
	return out, nil
}

// leastOf is how much of a part one product takes, by the versions that the change comes from: 0 = it takes none.
func (m *Module) leastOf(ctx context.Context, q db.Querier, parts []changePartRow, part db.ID) (num.Dec, error) {
	var least num.Dec
	for i := range parts {
		if parts[i].Kind != "bom" || parts[i].Base == "" {
			continue
		}
		b, _, err := EffectiveBOM(ctx, q, parts[i].Item, "", parts[i].Base)
		if err != nil {
			return 0, err
		}
		var takes num.Dec
		for _, l := range b.Lines {
			if l.ItemID == part && l.Role == "component" {
				takes += l.Qty
			}
		}
		if takes > 0 && (least == 0 || takes < least) {
			least = takes
		}
	}
	return least, nil
}

// usedUp asks how far a part is from being used up.
func (m *Module) usedUp(ctx context.Context, q db.Querier, r *changeRow, parts []changePartRow, it Item, today string) (UseUp, error) {
	u := UseUp{Basis: "none"}
	if m.UsedUp != nil {
		var err error
		if u, err = m.UsedUp(ctx, q, it, today); err != nil {
			return u, err
		}
	}
	u.Item, u.Name, u.UoM = it.Code, it.Name, it.UoM
	var err error
	if u.Least, err = m.leastOf(ctx, q, parts, it.ID); err != nil {
		return u, err
	}
	left := u.Usable + u.Receipts
	if u.Done = left <= 0 || left < u.Least; u.Done {
		u.On = today
	}
	return u, nil
}
