package masterdata

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/notice"
)

// Settings of engineering changes.
const (
	SettingChangeFourEyes = "masterdata.change_four_eyes"
	SettingChangeOnly     = "masterdata.change_only"
)

// Settings are the choices that this room offers.
var Settings = []SettingSpec{
	{Name: SettingChangeFourEyes, Kind: "bool", Default: "1",
		Title: fault.Text{Zh: "变更单由他人批准", En: "Changes are approved by somebody else"},
		Help:  fault.Text{Zh: "申请人不能批准自己的变更单；只有一个人管工艺的小厂可以关掉。", En: "Nobody approves a change that he has asked for; a small factory where one person does both switches this off."}},
	{Name: SettingSubstituteFourEyes, Kind: "bool", Default: "1",
		Title: fault.Text{Zh: "通用替代料由他人批准", En: "Substitutes in general are approved by somebody else"},
		Help:  fault.Text{Zh: "申请人不能自己批准一个产品所有工单通用的替代料；只有一个人管的小厂可以关掉。", En: "Nobody approves a substitute for all orders of a product that he has asked for; a small factory where one person does both switches this off."}},
	{Name: SettingChangeOnly, Kind: "bool", Default: "0",
		Title: fault.Text{Zh: "物料清单和工艺路线只能通过变更单修改", En: "Bills and routings move only through a change"},
		Help:  fault.Text{Zh: "打开后，已有版本的产品不能再直接新建或修改版本，要先提变更单并批准；导入不受影响。", En: "On: where a product has a version already, versions are neither made nor corrected directly, but by an approved change; imports go on as before."}},
}

// NoticeChangeAsked is the to-do of those who approve changes.
var NoticeChangeAsked = notice.Kind{Code: "masterdata.change_asked", Perm: "masterdata.change_approve", Mail: notice.Now,
	Title: fault.Text{Zh: "变更单待批准", En: "A change waits for approval"},
	Text:  fault.Text{Zh: "变更单 {number}「{title}」由 {by} 提交，请审批", En: "Change {number} “{title}”, asked for by {by}, waits for your approval"}}

// Notices are the kinds of news that this room has.
var Notices = []notice.Kind{NoticeChangeAsked}

// ChangeTold is the payload of the events of a change: the change with what it proposes.
type ChangeTold struct {
	Number string           `json:"number"`
	Title  string           `json:"title"`
	Reason string           `json:"reason"`
	State  string           `json:"state"`
	Effect string           `json:"effect"`
	On     string           `json:"effective_on"`
	UseUp  string           `json:"use_up,omitempty"`
	By     string           `json:"requested_by,omitempty"`
	Parts  []ChangePartTold `json:"parts"`
}

// ChangePartTold is a part with its difference; values of items that not everybody sees are told by the item's event.
type ChangePartTold struct {
	Kind    string          `json:"kind"`
	Item    string          `json:"item"`
	Version string          `json:"version,omitempty"`
	Base    string          `json:"base,omitempty"`
	BOM     *BOMDiff        `json:"bom,omitempty"`
	Routing *RoutingDiff    `json:"routing,omitempty"`
	Fields  []ItemFieldDiff `json:"fields,omitempty"`
}

func (p *ChangePage) told() ChangeTold {
	t := ChangeTold{Number: p.Number, Title: p.Title, Reason: p.Reason, State: p.State, Effect: p.Effect, On: p.On, By: p.RequestedBy, Parts: []ChangePartTold{}}
	if p.UseUp != nil {
		t.UseUp = p.UseUp.Item
	}
	for i := range p.Parts {
		x := &p.Parts[i]
		fields := slices.DeleteFunc(slices.Clone(x.Fields), func(f ItemFieldDiff) bool { return hidden[f.Field] != "" })
		t.Parts = append(t.Parts, ChangePartTold{x.Kind, x.Item, x.Version, x.Base, x.BOM, withoutRates(x.Routing), fields})
	}
	return t
}

// withoutRates is a difference as everybody may read it: nobody learns from the log that piece rates differ.
func withoutRates(d *RoutingDiff) *RoutingDiff {
	if d == nil {
		return nil
	}
	out := *d
	out.Ops = []OpDiff{}
	for _, o := range d.Ops {
		if o.Fields = slices.DeleteFunc(slices.Clone(o.Fields), func(f string) bool { return f == "piece_rate" }); o.Change == "changed" && len(o.Fields) == 0 {
			out.Same++
			continue
		}
		out.Ops = append(out.Ops, o)
	}
	return &out
}

// ChangeEffect is what other rooms hear when a change has become effective.
type ChangeEffect struct {
	Change db.ID
	Number string
	Title  string
	Parts  []ChangedVersion
}

// ChangedVersion is a version that is in force by a change. Kind is bom or routing.
type ChangedVersion struct {
	Kind    string
	Item    Item
	Version string
}

// tellChange reads the change as it is now, tells of it and answers it.
func (m *Module) tellChange(ctx context.Context, tx *db.Tx, number, event, reason string) (ChangePage, error) {
	p, err := m.ChangePage(ctx, tx, number, tx.Today())
	if err == nil {
		tx.Emit(db.Event{Name: event, Subject: "change:" + number, Reason: reason, Payload: p.told()})
	}
	return p, err
}

// CreateChange makes a draft.
func (m *Module) CreateChange(ctx context.Context, tx *db.Tx, in NewChange) (ChangePage, error) {
	if in.CopyFrom != "" && len(in.Parts) == 0 {
		var err error
		if in.Parts, err = m.partsToCopy(ctx, tx, in.CopyFrom); err != nil {
			return ChangePage{}, err
		}
	}
	r := changeRow{ID: tx.ID(), MadeMS: tx.NowMS(), MadeBy: actor.From(ctx).Name, Rev: 1}
	parts, err := m.readChange(ctx, tx, &r, in.ChangeValues, nil)
	if err != nil {
		return ChangePage{}, err
	}
	if r.Number, err = tx.Number("change"); err != nil {
		return ChangePage{}, err
	}
	if err := db.Insert(ctx, tx, "md_change", r); err != nil {
		return ChangePage{}, err
	}
	if err := db.Insert(ctx, tx, "md_change_part", parts...); err != nil {
		return ChangePage{}, err
	}
	return m.tellChange(ctx, tx, r.Number, EventChangeDrafted, in.Reason)
}

func (m *Module) partsToCopy(ctx context.Context, q db.Querier, number string) ([]ChangePart, error) {
	_, rows, err := changeOf(ctx, q, number)
	if err != nil {
		return nil, err
	}
	ids := make([]db.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].Item
	}
	items, err := Items(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	var out []ChangePart
	for i := range rows {
		body, err := rows[i].read()
		if err != nil {
			return nil, err
		}
		p := ChangePart{Kind: rows[i].Kind, Item: items[rows[i].Item].Code, Lines: body.Lines, Ops: body.Ops, Values: body.Values}
		if rows[i].Kind != "item" { // its version may be there by now
			table := map[string]string{"bom": "md_bom", "routing": "md_routing"}[rows[i].Kind]
			there, err := taken(ctx, q, table, rows[i].Item, rows[i].Version)
			if err != nil {
				return nil, err
			}
			if !there {
				p.Version = rows[i].Version
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// EditChange exchanges what a draft says.
func (m *Module) EditChange(ctx context.Context, tx *db.Tx, number string, in EditChange) (ChangePage, error) {
	r, old, err := m.changeAt(ctx, tx, number, in.Rev, "draft")
	if err != nil {
		return ChangePage{}, err
	}
	was := r
	parts, err := m.readChange(ctx, tx, &r, in.ChangeValues, old)
	if err != nil {
		return ChangePage{}, err
	}
	r.Rev++
	if err := replace(ctx, tx, "md_change", r.ID, was.Rev, r); err != nil {
		return ChangePage{}, err
	}
	if err := swap(ctx, tx, "md_change_part", "change_id", r.ID, parts); err != nil {
		return ChangePage{}, err
	}
	return m.tellChange(ctx, tx, number, EventChangeEdited, in.Reason)
}

// changeAt finds a change that is still as it was looked at and in one of the states.
func (m *Module) changeAt(ctx context.Context, tx *db.Tx, number string, rev int64, states ...string) (changeRow, []changePartRow, error) {
	r, parts, err := changeOf(ctx, tx, number)
	switch {
	case err != nil:
	case r.Rev != rev:
		err = fault.Conflict("masterdata.stale", "%s was changed by somebody else; load it again", number).With("code", number)
	case !slices.Contains(states, changeState(&r)):
		err = fault.Conflict("masterdata.change_state", "change %s is %s", number, changeState(&r)).With("number", number).With("state", changeState(&r))
	}
	return r, parts, err
}

// readChange turns what a person said into a draft; all that is wrong is told at once.
func (m *Module) readChange(ctx context.Context, tx *db.Tx, r *changeRow, in ChangeValues, old []changePartRow) ([]changePartRow, error) {
	f := &form{ctx: ctx, tx: tx}
	f.text("title", &r.Title, &in.Title)
	f.text("reason", &r.Reason, &in.Reason, true)
	if r.Title == "" {
		f.bad("title", "masterdata.needed", "")
	}
	if r.Reason == "" {
		f.bad("reason", "masterdata.needed", "")
	}
	r.Effect, r.Wanted, r.On, r.UseUp = in.Effect, "", "", 0
	if in.Effect == EffectDate {
		if _, err := time.Parse(time.DateOnly, in.Date); err != nil {
			f.bad("date", "masterdata.date_bad", in.Date)
		} else if in.Date < tx.Today() {
			f.bad("date", "masterdata.change_past", in.Date, "today", tx.Today())
		}
		r.Wanted, r.On = in.Date, in.Date
	}
	var rows []changePartRow
	seen := map[string]int{}
	for i := range in.Parts {
		p := &in.Parts[i]
		key := p.Kind + ":" + strings.TrimSpace(p.Item)
		if first, twice := seen[key]; twice {
			f.bad(partAt(i)+"item", "masterdata.change_twice", p.Item, "row", strconv.Itoa(first+1))
			continue
		}
		seen[key] = i
		row, err := m.readPart(ctx, tx, f, i, *p, old)
		if err != nil {
			return nil, err
		}
		row.ID, row.Change, row.Line = tx.ID(), r.ID, i+1
		rows = append(rows, row)
	}
	if in.Effect == EffectUseUp && len(f.faults) == 0 {
		if err := m.readUseUp(ctx, tx, f, r, strings.TrimSpace(in.UseUp), rows); err != nil {
			return nil, err
		}
	}
	return rows, f.refuse()
}

func partAt(i int) string { return "parts[" + strconv.Itoa(i) + "]." }

// readUseUp finds the part that goes out: the one that is named, or the only one.
func (m *Module) readUseUp(ctx context.Context, tx *db.Tx, f *form, r *changeRow, code string, rows []changePartRow) error {
	var out []string
	for i := range rows {
		it, err := ItemByID(ctx, tx, rows[i].Item)
		if err != nil {
			return err
		}
		p, err := m.changePart(ctx, tx, &rows[i], it, tx.Today())
		if err != nil {
			return err
		}
		if p.BOM == nil {
			continue
		}
		for _, l := range p.BOM.Lines {
			if l.Role == "component" && (l.Change == "removed" || l.Change == "changed" && l.B.Qty < l.A.Qty) && !slices.Contains(out, l.Item) {
				out = append(out, l.Item)
			}
		}
	}
	switch {
	case code == "" && len(out) == 1:
		code = out[0]
	case code == "":
		return nil // a draft may leave it open; asking for approval does not
	case !slices.Contains(out, code):
		f.bad("use_up", "masterdata.change_not_out", code, "out", orDefault(strings.Join(out, ", "), "–"))
		return nil
	}
	it, err := ItemByCode(ctx, tx, code)
	r.UseUp = it.ID
	return err
}

// readPart checks what is proposed for one item as if it were entered directly; its refusals name the part's fields.
func (m *Module) readPart(ctx context.Context, tx *db.Tx, f *form, i int, in ChangePart, old []changePartRow) (row changePartRow, err error) {
	row = changePartRow{Kind: in.Kind, Proposal: "{}"}
	it, err := ItemByCode(ctx, tx, strings.TrimSpace(in.Item))
	if fault.Is(err, "masterdata.item_unknown") {
		f.bad(partAt(i)+"item", "masterdata.item_unknown", in.Item, "code", in.Item)
		return row, nil
	}
	if err != nil {
		return row, err
	}
	row.Item = it.ID
	k := slices.IndexFunc(old, func(o changePartRow) bool { return o.Kind == in.Kind && o.Item == it.ID })
	var was proposal
	if k >= 0 {
		if was, err = old[k].read(); err != nil {
			return row, err
		}
	}
	var r refusals
	var body proposal
	switch in.Kind {
	case "bom":
		body, err = m.readBOMPart(ctx, tx, &r, it, in, &row)
	case "routing":
		body, err = m.readRoutingPart(ctx, tx, &r, it, in, &row, was.Ops)
	default:
		body, err = m.readItemPart(ctx, tx, &r, it, in, &row, was.Values)
	}
	if err != nil {
		return row, err
	}
	for _, x := range r.list {
		x.Where = "body." + partAt(i) + strings.TrimPrefix(x.Where, "body.")
		f.faults = append(f.faults, x)
	}
	text, err := json.Marshal(body)
	row.Proposal = string(text)
	return row, err
}

// nextVersion is the number after the highest.
func nextVersion(there []Version) string {
	top := 0
	for _, v := range there {
		if n, err := strconv.Atoi(v.Version); err == nil && n > top {
			top = n
		}
	}
	return strconv.Itoa(top + 1)
}

func (r *refusals) newVersion(ctx context.Context, tx *db.Tx, table, lines, owner string, it Item, version string) (string, error) {
	if version == "" {
		there, err := versions(ctx, tx, table, lines, owner, it.ID, tx.Today())
		return nextVersion(there), err
	}
	version = r.version(version)
	there, err := taken(ctx, tx, table, it.ID, version)
	if there {
		r.bad("version", "masterdata.version_exists", version, "item", it.Code)
	}
	return version, err
}

func (m *Module) readBOMPart(ctx context.Context, tx *db.Tx, r *refusals, it Item, in ChangePart, row *changePartRow) (body proposal, err error) {
	if row.Version, err = r.newVersion(ctx, tx, "md_bom", "md_bom_line", "bom_id", it, in.Version); err != nil {
		return body, err
	}
	if row.Base = in.Base; row.Base == "" {
		now, _, err := EffectiveBOM(ctx, tx, it.ID, tx.Today(), "")
		if err != nil {
			return body, err
		}
		row.Base = now.Version
	}
	body.Lines = in.Lines
	known := map[string]bool{}
	if row.Base != "" {
		base, err := m.BOMVersion(ctx, tx, it.Code, row.Base, tx.Today())
		if fault.Is(err, "masterdata.bom_version_unknown") {
			r.bad("base", "masterdata.bom_version_unknown", row.Base, "item", it.Code, "version", row.Base)
			return body, nil
		}
		if err != nil {
			return body, err
		}
		row.BaseRev = base.Rev
		for _, l := range base.Lines {
			known[l.Item] = true
			for _, s := range l.Substitutes {
				known[s] = true
			}
		}
		if len(body.Lines) == 0 {
			if body.Lines, err = m.linesToCopy(ctx, tx, it, row.Base); err != nil {
				return body, err
			}
		}
	}
	_, err = readLines(ctx, tx, r, it, 0, body.Lines, known)
	return body, err
}

func (m *Module) readRoutingPart(ctx context.Context, tx *db.Tx, r *refusals, it Item, in ChangePart, row *changePartRow, was []OpValues) (body proposal, err error) {
	if row.Version, err = r.newVersion(ctx, tx, "md_routing", "md_routing_op", "routing_id", it, in.Version); err != nil {
		return body, err
	}
	if row.Base = in.Base; row.Base == "" {
		now, _, err := EffectiveRouting(ctx, tx, it.ID, tx.Today(), "")
		if err != nil {
			return body, err
		}
		row.Base = now.Version
	}
	body.Ops = in.Ops
	var base RoutingEdit
	siteCode := in.Site
	if row.Base != "" {
		base, err = m.RoutingVersion(ctx, tx, it.Code, row.Base, tx.Today())
		if fault.Is(err, "masterdata.routing_unknown") {
			r.bad("base", "masterdata.routing_unknown", row.Base, "item", it.Code, "version", row.Base)
			return body, nil
		}
		if err != nil {
			return body, err
		}
		row.BaseRev, siteCode = base.Rev, base.Site
		if len(body.Ops) == 0 {
			body.Ops = opsToCopy(base.Ops)
		}
	}
	site, err := siteNamed(ctx, tx, siteCode)
	if err != nil {
		return body, err
	}
	row.Site = site.ID
	if !actor.From(ctx).Can("see.price") { // rates that somebody else proposed stay
		for i := range body.Ops {
			o := &body.Ops[i]
			k := slices.IndexFunc(was, func(x OpValues) bool { return x.Op == o.Op })
			if o.PieceRate == nil && k >= 0 {
				o.PieceRate = was[k].PieceRate
			}
		}
	}
	_, err = readOps(ctx, tx, r, site.ID, body.Ops, base.Ops, true)
	return body, err
}

func (m *Module) readItemPart(ctx context.Context, tx *db.Tx, r *refusals, it Item, in ChangePart, row *changePartRow, was *ItemValues) (body proposal, err error) {
	site, err := siteNamed(ctx, tx, in.Site)
	if err != nil {
		return body, err
	}
	row.Site = site.ID
	now, err := m.ItemDetail(ctx, tx, it.Code, site.ID, tx.Today())
	if err != nil {
		return body, err
	}
	row.BaseRev = now.Rev
	body.Values = in.Values
	if body.Values == nil {
		body.Values = &ItemValues{}
	}
	if was != nil { // values that the caller may not see, proposed by somebody else, stay
		if !actor.From(ctx).Can("see.cost") && body.Values.StandardCost == nil {
			body.Values.StandardCost = was.StandardCost
		}
		if !actor.From(ctx).Can("see.price") && body.Values.PurchasePrice == nil {
			body.Values.PurchasePrice = was.PurchasePrice
		}
	}
	p, err := m.pair(ctx, tx, it.Code, site.ID)
	if err != nil {
		return body, err
	}
	if p.site.ID == 0 {
		p.site = defaultSite(p.item.ID, site.ID)
	}
	before := p
	e := &editor{ctx: ctx, tx: tx, p: &p, was: &before, in: *body.Values}
	e.set()
	if err := e.check(); err != nil {
		return body, err
	}
	for _, x := range e.faults {
		x.Where = "body.values." + strings.TrimPrefix(x.Where, "body.")
		r.list = append(r.list, x)
	}
	return body, nil
}

// AskChange asks for approval.
func (m *Module) AskChange(ctx context.Context, tx *db.Tx, number string, in ChangeAct) (ChangePage, error) {
	r, parts, err := m.changeAt(ctx, tx, number, in.Rev, "draft")
	if err != nil {
		return ChangePage{}, err
	}
	page, err := m.ChangePage(ctx, tx, number, tx.Today())
	if err != nil {
		return page, err
	}
	if len(parts) == 0 {
		return page, fault.Invalid("masterdata.change_empty", "change %s proposes nothing", number).With("number", number)
	}
	for i := range page.Parts {
		x := &page.Parts[i]
		if x.Base != "" && (x.BOM != nil && len(x.BOM.Lines) == 0 || x.Routing != nil && len(x.Routing.Ops) == 0) || x.Kind == "item" && x.Values == nil || x.Kind == "item" && len(x.Fields) == 0 && noneHidden(x.Values) {
			return page, fault.Invalid("masterdata.change_nothing", "change %s changes nothing of %s", number, x.Item).With("number", number).With("item", x.Item)
		}
	}
	if r.Effect == EffectUseUp && r.UseUp == 0 {
		return page, fault.Invalid("masterdata.change_use_up", "say which part of change %s is to be used up", number).With("number", number)
	}
	me := actor.From(ctx)
	if err := stepChange(ctx, tx, &r, `requested_ms = $1, requested_by = $2, requester_id = $3`, tx.NowMS(), me.Name, me.UserID); err != nil {
		return page, err
	}
	if err := notice.Tell(ctx, tx, NoticeChangeAsked, notice.News{Key: number, Params: map[string]string{"number": number, "title": r.Title, "by": me.Name}, Link: "/masterdata/changes/" + number, Severity: notice.Info, Todo: true}); err != nil {
		return page, err
	}
	return m.tellChange(ctx, tx, number, EventChangeRequested, orDefault(in.Note, r.Reason))
}

func noneHidden(v *ItemValues) bool { return v.StandardCost == nil && v.PurchasePrice == nil }

// stepChange writes facts of a change's life; the rev is the lock. args of the facts begin at $1.
func stepChange(ctx context.Context, tx *db.Tx, r *changeRow, facts string, args ...any) error {
	n := len(args)
	done, err := tx.Exec(ctx, `UPDATE md_change SET `+facts+`, rev = rev + 1 WHERE id = $`+strconv.Itoa(n+1)+` AND rev = $`+strconv.Itoa(n+2), append(args, r.ID, r.Rev)...)
	if err == nil && done == 0 {
		err = db.ErrRetry
	}
	r.Rev++
	return err
}

// RejectChange refuses a change, with the reason.
func (m *Module) RejectChange(ctx context.Context, tx *db.Tx, number string, in ChangeAct) (ChangePage, error) {
	r, _, err := m.changeAt(ctx, tx, number, in.Rev, "requested")
	if err != nil {
		return ChangePage{}, err
	}
	if in.Note = strings.TrimSpace(in.Note); in.Note == "" {
		return ChangePage{}, fault.Invalid("masterdata.change_why", "say why").With("number", number)
	}
	if err := stepChange(ctx, tx, &r, `rejected_ms = $1, rejected_by = $2, answer = $3`, tx.NowMS(), actor.From(ctx).Name, in.Note); err != nil {
		return ChangePage{}, err
	}
	if err := notice.Gone(ctx, tx, NoticeChangeAsked, number); err != nil {
		return ChangePage{}, err
	}
	return m.tellChange(ctx, tx, number, EventChangeRejected, in.Note)
}

// WithdrawChange gives a change up. Of one that was approved and is not effective the versions stay in the lists and
// never come in force.
func (m *Module) WithdrawChange(ctx context.Context, tx *db.Tx, number string, in ChangeAct) (ChangePage, error) {
	r, parts, err := m.changeAt(ctx, tx, number, in.Rev, "draft", "requested", "approved")
	if err != nil {
		return ChangePage{}, err
	}
	if in.Note = strings.TrimSpace(in.Note); in.Note == "" {
		return ChangePage{}, fault.Invalid("masterdata.change_why", "say why").With("number", number)
	}
	if r.ApprovedMS > 0 {
		for i := range parts {
			if err := m.moveVersion(ctx, tx, &parts[i], OpenEnd, in.Note); err != nil {
				return ChangePage{}, err
			}
		}
	}
	if err := stepChange(ctx, tx, &r, `withdrawn_ms = $1, withdrawn_by = $2, answer = $3, effective_on = '', problem = ''`, tx.NowMS(), actor.From(ctx).Name, in.Note); err != nil {
		return ChangePage{}, err
	}
	if err := notice.Gone(ctx, tx, NoticeChangeAsked, number); err != nil {
		return ChangePage{}, err
	}
	return m.tellChange(ctx, tx, number, EventChangeWithdrawn, in.Note)
}

// ahead is how many days the start of a change that waits for a part is kept away at least: it never comes in force by
// the calendar alone, however late somebody looks.
const ahead = 2

// startOf is the day from which the versions of a change hold as far as is known.
func (m *Module) startOf(ctx context.Context, tx *db.Tx, r *changeRow, parts []changePartRow) (from string, u UseUp, err error) {
	today := tx.Today()
	switch r.Effect {
	case EffectNow:
		return today, u, nil
	case EffectDate:
		return r.On, u, nil
	}
	it, err := ItemByID(ctx, tx, r.UseUp)
	if err != nil {
		return "", u, err
	}
	if u, err = m.usedUp(ctx, tx, r, parts, it, today); err != nil {
		return "", u, err
	}
	switch {
	case u.Done:
		return today, u, nil
	case u.On == "":
		return OpenEnd, u, nil
	}
	day, err := time.Parse(time.DateOnly, today)
	return max(u.On, day.AddDate(0, 0, ahead).Format(time.DateOnly)), u, err
}

// ApproveChange makes the versions, from the day on which the change becomes effective. When that is today, it is.
func (m *Module) ApproveChange(ctx context.Context, tx *db.Tx, number string, in ChangeAct) (ChangePage, error) {
	r, parts, err := m.changeAt(ctx, tx, number, in.Rev, "requested")
	if err != nil {
		return ChangePage{}, err
	}
	ok, err := mayApprove(ctx, tx, &r)
	if err != nil {
		return ChangePage{}, err
	}
	if !ok {
		return ChangePage{}, fault.Forbidden("masterdata.change_own", "what you have asked for somebody else approves").With("number", number)
	}
	today := tx.Today()
	if in.Date != "" && r.Effect == EffectDate {
		if _, err := time.Parse(time.DateOnly, in.Date); err != nil {
			return ChangePage{}, fault.Invalid("masterdata.invalid", "the day is no date").With("count", 1).At(fieldFault("date", "masterdata.date_bad", in.Date))
		}
		r.On = in.Date
	}
	if r.Effect == EffectDate && r.On < today {
		return ChangePage{}, fault.Invalid("masterdata.invalid", "the day is over").With("count", 1).At(fieldFault("date", "masterdata.change_past", r.On, "today", today))
	}
	from, u, err := m.startOf(ctx, tx, &r, parts)
	if err != nil {
		return ChangePage{}, err
	}
	for i := range parts {
		if err := m.makeVersion(ctx, tx, &r, &parts[i], from); err != nil {
			return ChangePage{}, err
		}
	}
	if r.Effect == EffectUseUp {
		r.On = u.On
	} else {
		r.On = from
	}
	if err := stepChange(ctx, tx, &r, `approved_ms = $1, approved_by = $2, answer = $3, effective_on = $4`, tx.NowMS(), actor.From(ctx).Name, strings.TrimSpace(in.Note), r.On); err != nil {
		return ChangePage{}, err
	}
	if err := notice.Gone(ctx, tx, NoticeChangeAsked, number); err != nil {
		return ChangePage{}, err
	}
	p, err := m.tellChange(ctx, tx, number, EventChangeApproved, orDefault(in.Note, r.Reason))
	if err != nil || from > today {
		return p, err
	}
	return m.effect(ctx, tx, r, parts, orDefault(in.Note, r.Reason))
}

// makeVersion puts a proposed version in the list and looks whether it will be the one in force.
func (m *Module) makeVersion(ctx context.Context, tx *db.Tx, r *changeRow, part *changePartRow, from string) error {
	body, err := part.read()
	if err != nil {
		return err
	}
	it, err := ItemByID(ctx, tx, part.Item)
	if err != nil {
		return err
	}
	dates, why := VersionDates{From: from}, r.Number+" "+r.Title
	switch part.Kind {
	case "bom":
		_, err = m.CreateBOM(ctx, tx, it.Code, NewBOM{Version: part.Version, VersionDates: dates, Lines: body.Lines, Reason: why})
	case "routing":
		site, err2 := SiteByID(ctx, tx, part.Site)
		if err2 != nil {
			return err2
		}
		_, err = m.CreateRouting(ctx, tx, it.Code, NewRouting{Version: part.Version, Site: site.Code, VersionDates: dates, CopyFrom: part.Base, Ops: body.Ops, Reason: why})
	}
	if err != nil || from == OpenEnd {
		return err
	}
	return m.inForce(ctx, tx, r, part, it, from)
}

// inForce refuses a change whose version would be in the shade of another one on its day.
func (m *Module) inForce(ctx context.Context, q db.Querier, r *changeRow, part *changePartRow, it Item, day string) error {
	now := part.Version
	switch part.Kind {
	case "bom":
		b, _, err := EffectiveBOM(ctx, q, it.ID, day, "")
		if err != nil {
			return err
		}
		now = b.Version
	case "routing":
		b, _, err := EffectiveRouting(ctx, q, it.ID, day, "")
		if err != nil {
			return err
		}
		now = b.Version
	}
	if now != part.Version {
		return fault.Conflict("masterdata.change_outranked", "on %s version %s of %s goes before version %s", day, now, it.Code, part.Version).
			With("number", r.Number).With("item", it.Code).With("version", part.Version).With("other", now).With("date", day)
	}
	return nil
}

// moveVersion gives the version that a change has made another first day.
func (m *Module) moveVersion(ctx context.Context, tx *db.Tx, part *changePartRow, from, why string) error {
	it, err := ItemByID(ctx, tx, part.Item)
	if err != nil {
		return err
	}
	switch part.Kind {
	case "bom":
		before, err := m.BOMVersion(ctx, tx, it.Code, part.Version, tx.Today())
		if err != nil || before.From == from {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE md_bom SET effective_from = $1, rev = rev + 1 WHERE item_id = $2 AND version = $3`, from, it.ID, part.Version); err != nil {
			return err
		}
		after := *before.state()
		after.From = from
		tx.Emit(db.Event{Name: EventBOMChanged, Subject: "item:" + it.Code, Reason: why, Payload: BOMChanged{Before: before.state(), After: &after}})
	case "routing":
		before, err := m.RoutingVersion(ctx, tx, it.Code, part.Version, tx.Today())
		if err != nil || before.From == from {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE md_routing SET effective_from = $1, rev = rev + 1 WHERE item_id = $2 AND version = $3`, from, it.ID, part.Version); err != nil {
			return err
		}
		after := before.RoutingState
		after.From = from
		tx.Emit(db.Event{Name: EventRoutingChanged, Subject: "item:" + it.Code, Site: part.Site, Reason: why, Payload: RoutingChanged{Before: &before.RoutingState, After: &after}})
	}
	return nil
}

// EffectChange makes an approved change effective before its time: what is left of the part that goes out is used
// otherwise, or the day is brought forward.
func (m *Module) EffectChange(ctx context.Context, tx *db.Tx, number string, in ChangeAct) (ChangePage, error) {
	r, parts, err := m.changeAt(ctx, tx, number, in.Rev, "approved")
	if err != nil {
		return ChangePage{}, err
	}
	if in.Note = strings.TrimSpace(in.Note); in.Note == "" {
		return ChangePage{}, fault.Invalid("masterdata.change_why", "say why").With("number", number)
	}
	return m.effect(ctx, tx, r, parts, in.Note)
}

// effect is the moment: the versions are those in force from today (or from the day that has come), the item's values
// are exchanged, and who has orders that run hears of it.
func (m *Module) effect(ctx context.Context, tx *db.Tx, r changeRow, parts []changePartRow, why string) (ChangePage, error) {
	today := tx.Today()
	on := today
	if r.Effect == EffectDate && r.On < today {
		on = r.On
	}
	e := ChangeEffect{Change: r.ID, Number: r.Number, Title: r.Title}
	for i := range parts {
		p := &parts[i]
		it, err := ItemByID(ctx, tx, p.Item)
		if err != nil {
			return ChangePage{}, err
		}
		if p.Kind == "item" {
			if err := m.effectItem(ctx, tx, &r, p, it); err != nil {
				return ChangePage{}, err
			}
			continue
		}
		if err := m.moveVersion(ctx, tx, p, on, why); err != nil {
			return ChangePage{}, err
		}
		if err := m.inForce(ctx, tx, &r, p, it, today); err != nil {
			return ChangePage{}, err
		}
		e.Parts = append(e.Parts, ChangedVersion{p.Kind, it, p.Version})
	}
	if err := stepChange(ctx, tx, &r, `effective_ms = $1, effective_by = $2, effective_on = $3, problem = ''`, tx.NowMS(), actor.From(ctx).Name, on); err != nil {
		return ChangePage{}, err
	}
	page, err := m.tellChange(ctx, tx, r.Number, EventChangeEffective, why)
	if err != nil {
		return page, err
	}
	for _, hear := range m.ChangeEffective {
		if err := hear(ctx, tx, e); err != nil {
			return page, err
		}
	}
	return page, nil
}

func (m *Module) effectItem(ctx context.Context, tx *db.Tx, r *changeRow, p *changePartRow, it Item) error {
	body, err := p.read()
	if err != nil {
		return err
	}
	site, err := SiteByID(ctx, tx, p.Site)
	if err != nil {
		return err
	}
	now, err := m.ItemDetail(ctx, tx, it.Code, p.Site, tx.Today())
	if err != nil {
		return err
	}
	if body.Before, err = asMap(now.ItemState); err != nil {
		return err
	}
	if _, err := m.UpdateItem(ctx, tx, it.Code, EditItem{Site: site.Code, Rev: now.Rev, Reason: r.Number + " " + r.Title, ItemValues: *body.Values}); err != nil {
		return err
	}
	text, err := json.Marshal(body)
	if err == nil {
		_, err = tx.Exec(ctx, `UPDATE md_change_part SET proposal = $1 WHERE id = $2`, string(text), p.ID)
	}
	return err
}

// KindChange is the job that looks at approved changes each hour.
const KindChange = "masterdata.change_effect"

// ChangesSeen says what a look at approved changes has done.
type ChangesSeen struct {
	Effective []string `json:"effective" doc:"Changes that became effective"`
	Moved     []string `json:"moved" doc:"Changes whose part is used up on another day than was thought"`
	Stuck     []string `json:"stuck" doc:"Changes that could not become effective; their pages say why"`
}

// Background names the documents of this room and looks at approved changes each hour.
func (m *Module) Background(d *db.DB, r *job.Runner) {
	d.NumberRule("change", "EC{yymm}-{0000}")
	r.Register(KindChange, func(ctx context.Context, j *job.Job) (any, error) { return m.LookAtChanges(ctx, j.DB()) })
	r.Every("changes", time.Hour, KindChange, nil)
}

// LookAtChanges makes effective whose day has come or whose part is used up, and moves the day of those that wait for a
// part. One that is refused keeps the reason on its page; the others go on.
func (m *Module) LookAtChanges(ctx context.Context, d *db.DB) (out ChangesSeen, err error) {
	out = ChangesSeen{Effective: []string{}, Moved: []string{}, Stuck: []string{}}
	numbers, err := db.All[string](ctx, d.Read(), `SELECT number FROM md_change WHERE state = 'approved' ORDER BY id`)
	if err != nil {
		return out, err
	}
	for _, number := range numbers {
		var did string
		err := d.InTx(ctx, func(tx *db.Tx) (err error) { did, err = m.lookAt(ctx, tx, number); return err })
		if f := (*fault.Error)(nil); errors.As(err, &f) {
			did = "stuck"
			text, _ := json.Marshal(refusedBy{f.Code, f.Detail, f.Params}) // texts only
			why := string(text)
			err = d.InTx(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE md_change SET problem = $1 WHERE number = $2 AND state = 'approved'`, why, number)
				return err
			})
		}
		if err != nil {
			return out, err
		}
		switch did {
		case "effective":
			out.Effective = append(out.Effective, number)
		case "moved":
			out.Moved = append(out.Moved, number)
		case "stuck":
			out.Stuck = append(out.Stuck, number)
		}
	}
	return out, nil
}

// refusedBy keeps why a change could not become effective, so that it can be said in the reader's language.
type refusedBy struct {
	Code   string            `json:"code"`
	Detail string            `json:"detail"`
	Params map[string]string `json:"params"`
}

func sayRefused(text, locale string) string {
	var r refusedBy
	if text == "" || json.Unmarshal([]byte(text), &r) != nil {
		return text
	}
	if t, ok := Messages[r.Code]; ok {
		return t.Render(locale, r.Params)
	}
	return r.Detail
}

func (m *Module) lookAt(ctx context.Context, tx *db.Tx, number string) (did string, err error) {
	r, parts, err := changeOf(ctx, tx, number)
	if err != nil || changeState(&r) != "approved" {
		return "", err
	}
	from, u, err := m.startOf(ctx, tx, &r, parts)
	if err != nil {
		return "", err
	}
	if from <= tx.Today() {
		_, err := m.effect(ctx, tx, r, parts, r.Reason)
		return "effective", err
	}
	if r.Effect != EffectUseUp {
		return "", nil
	}
	for i := range parts {
		if err := m.moveVersion(ctx, tx, &parts[i], from, r.Number+" "+r.Title); err != nil {
			return "", err
		}
	}
	if u.On == r.On {
		return "", nil
	}
	if err := stepChange(ctx, tx, &r, `effective_on = $1`, u.On); err != nil {
		return "", err
	}
	_, err = m.tellChange(ctx, tx, number, EventChangeMoved, "")
	return "moved", err
}

// OnlyByChange refuses to make or correct a version directly where the company wants changes, and the product has one.
func OnlyByChange(ctx context.Context, q db.Querier, table string, product string) error {
	only, err := Setting(ctx, q, SettingChangeOnly, "0")
	if err != nil || only != "1" {
		return err
	}
	it, err := ItemByCode(ctx, q, product)
	if err != nil {
		return err
	}
	n, err := db.One[int64](ctx, q, `SELECT count(*) FROM `+table+` WHERE item_id = $1`, it.ID)
	if err == nil && n > 0 {
		err = fault.Conflict("masterdata.change_needed", "versions of %s move only through a change", product).With("item", product)
	}
	return err
}
