package production

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// An engineering change never reaches an order that exists by itself: the order keeps its copy. Every order that is not
// over is told of the difference, and somebody decides whether it keeps what it has or adopts the new version. What was
// issued and used stays as it is; the pieces that are not reported yet follow the new bill.

// NoticeChange is the to-do of those who decide.
var NoticeChange = notice.Kind{Code: "production.change_open", Perm: "production.change", Mail: notice.Now,
	Title: fault.Text{Zh: "变更影响在制工单", En: "A change touches running work orders"},
	Text:  fault.Text{Zh: "变更单 {number}「{title}」已生效：{n} 张工单要决定保留旧版还是采用新版", En: "Change {number} “{title}” is effective: {n} work orders wait for a decision, keep or adopt"}}

// Notices are the kinds of news that this room has.
var Notices = []notice.Kind{NoticeChange, NoticeBeyond}

// OrderLineSide is a line of an order's bill before or after.
type OrderLineSide struct {
	Qty         num.Dec  `json:"qty" doc:"Per piece"`
	ScrapPct    num.Dec  `json:"scrap_pct"`
	Op          int64    `json:"op" doc:"As the bill names it, 0 = none"`
	Issue       string   `json:"issue"`
	Substitutes []string `json:"substitutes"`
	Required    num.Dec  `json:"required" doc:"For the whole order: what its pieces have used, and the norm of those that are not reported yet"`
}

// OrderLineDiff is a line in which an order's copy and the new version differ.
type OrderLineDiff struct {
	Change string         `json:"change" enum:"added,removed,changed"`
	Role   string         `json:"role"`
	Item   string         `json:"item"`
	Name   string         `json:"name"`
	UoM    string         `json:"uom"`
	Fields []string       `json:"fields" doc:"What differs, when it is changed"`
	Before *OrderLineSide `json:"before,omitempty"`
	After  *OrderLineSide `json:"after,omitempty"`
	Done   num.Dec        `json:"done" doc:"Pieces of the order that were reported where it is used"`
	Used   num.Dec        `json:"used" doc:"What these have used"`
	Issued num.Dec        `json:"issued"`
	Need   num.Dec        `json:"need" doc:"Still to be taken after adopting"`
	Return num.Dec        `json:"return" doc:"Issued and no longer needed after adopting"`
}

// OrderOpDiff is a step in which an order's copy and the new version differ.
type OrderOpDiff struct {
	Change string     `json:"change" enum:"added,removed,changed"`
	Op     int64      `json:"op"`
	Before *OrderStep `json:"before,omitempty"`
	After  *OrderStep `json:"after,omitempty"`
}

// OrderStep is a step of an order, or of the version that it may adopt.
type OrderStep struct {
	Name       string  `json:"name"`
	WorkCenter string  `json:"work_center"`
	SetupMin   num.Dec `json:"setup_min"`
	RunMin     num.Dec `json:"run_min"`
	Report     bool    `json:"report"`
	Inspection string  `json:"inspection"`
	Tool       string  `json:"tool"`
	Skill      string  `json:"skill"`
}

// OrderDiff is what adopting a change means for one order.
type OrderDiff struct {
	Lines []OrderLineDiff `json:"lines"`
	Ops   []OrderOpDiff   `json:"ops"`
	// Begun: the routing differs and work has begun, so that it cannot be adopted.
	Begun bool `json:"begun" doc:"Work has begun and the routing differs: the order keeps it; what has not begun can be split off and adopt there"`
}

func (d *OrderDiff) any() bool { return len(d.Lines)+len(d.Ops) > 0 }

// OrderChangeRow is an order that was told of a change.
type OrderChangeRow struct {
	ID        db.ID   `json:"id" sql:"x.id" db:"id" doc:"Identifier"`
	Change    string  `json:"change" sql:"x.change" db:"change" doc:"Change"`
	Title     string  `json:"title" sql:"x.title" db:"title" doc:"Title"`
	Order     string  `json:"order" sql:"o.number" db:"order" doc:"Work order"`
	Item      string  `json:"item" sql:"i.code" db:"item" doc:"Item"`
	Name      string  `json:"name" sql:"i.name" db:"name" doc:"Name"`
	UoM       string  `json:"uom" sql:"i.uom" db:"uom" doc:"Unit"`
	Qty       num.Dec `json:"qty" sql:"o.qty" db:"qty" doc:"Quantity"`
	Done      num.Dec `json:"done" sql:"(SELECT l.good FROM wo_op l WHERE l.id = o.last_op_id)" db:"done" doc:"Done"`
	Due       string  `json:"due" sql:"o.due" db:"due" doc:"Due"`
	Status    string  `json:"status" sql:"o.status" db:"status" doc:"Status"`
	BOMUsed   string  `json:"bom_used" sql:"o.bom_used" db:"bom_used" doc:"BOM version of the order"`
	BOM       string  `json:"bom" sql:"x.bom" db:"bom" doc:"New BOM version"`
	Routing   string  `json:"routing" sql:"x.routing" db:"routing" doc:"New routing version"`
	State     string  `json:"state" sql:"CASE WHEN x.decision <> '' THEN x.decision WHEN o.status IN ('completed', 'closed', 'cancelled') THEN 'over' ELSE 'open' END" db:"state" doc:"Decision" enum:"open,keep,adopt,over"`
	Reason    string  `json:"reason" sql:"x.reason" db:"reason" doc:"Reason"`
	DecidedBy string  `json:"decided_by" sql:"x.decided_by" db:"decided_by" doc:"Decided by"`
	DecidedMS int64   `json:"decided_ms" sql:"x.decided_ms" db:"decided_ms" doc:"Decided"`
	ToldMS    int64   `json:"told_ms" sql:"x.told_ms" db:"told_ms" doc:"Told"`
}

const orderChangeFrom = `wo_change x JOIN wo_order o ON o.id = x.order_id JOIN v_item i ON i.id = o.item_id`

const orderChangeSQL = `SELECT x.id, x.change, x.title, o.number AS "order", i.code AS item, i.name, i.uom, o.qty, (SELECT l.good FROM wo_op l WHERE l.id = o.last_op_id) AS done, o.due, o.status, o.bom_used, x.bom, x.routing,
	CASE WHEN x.decision <> '' THEN x.decision WHEN o.status IN ('completed', 'closed', 'cancelled') THEN 'over' ELSE 'open' END AS state, x.reason, x.decided_by, x.decided_ms, x.told_ms FROM ` + orderChangeFrom

var orderChangeTitles = map[string]fault.Text{
	"id": {Zh: "编号", En: "Identifier"}, "change": {Zh: "变更单", En: "Change"}, "title": {Zh: "标题", En: "Title"}, "order": {Zh: "工单", En: "Work order"}, "item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"},
	"uom": {Zh: "单位", En: "Unit"}, "qty": {Zh: "数量", En: "Quantity"}, "done": {Zh: "已完成", En: "Done"}, "due": {Zh: "交期", En: "Due"}, "status": {Zh: "工单状态", En: "Status"}, "bom_used": {Zh: "工单的 BOM 版本", En: "BOM version of the order"},
	"bom": {Zh: "新 BOM 版本", En: "New BOM version"}, "routing": {Zh: "新工艺版本", En: "New routing version"}, "state": {Zh: "决定", En: "Decision"}, "reason": {Zh: "原因", En: "Reason"},
	"decided_by": {Zh: "决定人", En: "Decided by"}, "decided_ms": {Zh: "决定时间", En: "Decided"}, "told_ms": {Zh: "通知时间", En: "Told"},
}

type changeKept struct {
	ID      db.ID  `db:"id"`
	Change  db.ID  `db:"change_id"`
	Order   db.ID  `db:"order_id"`
	Number  string `db:"number"`
	BOM     string `db:"bom"`
	Routing string `db:"routing"`
	Diff    string `db:"diff"`
	State   string `db:"state"`
}

// target is what an order may adopt: the new version of its bill (” = the one that it has), of its routing.
type target struct {
	order        *copied
	bom, routing string
	phantoms     bool // the bill has a phantom inside that changed: it is exploded anew
}

// ChangeEffective hears that a change has become effective and tells the orders that are not over.
func (m *Module) ChangeEffective(ctx context.Context, tx *db.Tx, e masterdata.ChangeEffect) error {
	boms, routings, inside := map[db.ID]string{}, map[db.ID]string{}, map[db.ID]bool{}
	var phantoms []db.ID
	for _, p := range e.Parts {
		if p.Kind == "routing" {
			routings[p.Item.ID] = p.Version
			continue
		}
		boms[p.Item.ID] = p.Version
		if p.Item.Kind == "phantom" {
			phantoms = append(phantoms, p.Item.ID)
		}
	}
	for depth := 0; len(phantoms) > 0 && depth <= maxDepth; depth++ { // whoever has a changed phantom in a bill has its parts
		type user struct {
			Item db.ID  `db:"item_id"`
			Kind string `db:"kind"`
		}
		var w db.Where
		db.In(&w, "l.item_id", phantoms)
		w.And("l.role = 'component'")
		users, err := db.All[user](ctx, tx, `SELECT DISTINCT b.item_id, i.kind FROM v_bom_line l JOIN v_bom b ON b.id = l.bom_id JOIN v_item i ON i.id = b.item_id`+w.String(), w.Args...)
		if err != nil {
			return err
		}
		phantoms = phantoms[:0]
		for _, u := range users {
			if inside[u.Item] {
				continue
			}
			inside[u.Item] = true
			if u.Kind == "phantom" {
				phantoms = append(phantoms, u.Item)
			}
		}
	}
	all := map[db.ID]bool{}
	for _, set := range []map[db.ID]string{boms, routings} {
		for id := range set {
			all[id] = true
		}
	}
	maps.Copy(all, inside)
	if len(all) == 0 {
		return nil
	}
	var w db.Where
	db.In(&w, "o.item_id", slices.Sorted(maps.Keys(all)))
	w.And("o.status IN ('planned', 'released', 'started')")
	w.And("o.batch_id NOT IN (SELECT id FROM kit_batch)")
	numbers, err := db.All[string](ctx, tx, `SELECT o.number FROM wo_order o`+w.String()+` ORDER BY o.number`, w.Args...)
	if err != nil {
		return err
	}
	told := map[db.ID]int{}
	for part := range slices.Chunk(numbers, 200) {
		orders, err := m.whole(everySite(ctx), tx, part)
		if err != nil {
			return err
		}
		targets := make([]target, len(orders))
		for i, o := range orders {
			targets[i] = target{o, boms[o.Item], routings[o.Item], inside[o.Item]}
		}
		diffs, _, err := m.differences(ctx, tx, targets)
		if err != nil {
			return err
		}
		for i := range diffs {
			if !diffs[i].any() {
				continue
			}
			o, t := orders[i], targets[i]
			bom := t.bom
			if bom == "" && t.phantoms {
				bom = o.BOMUsed
			}
			text, err := json.Marshal(diffs[i])
			if err != nil {
				return err
			}
			id := tx.ID()
			tx.Queue(`INSERT INTO wo_change (id, change_id, change, title, order_id, bom, routing, told_ms, diff) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (change_id, order_id) DO NOTHING`,
				id, e.Change, e.Number, e.Title, o.ID, bom, t.routing, tx.NowMS(), string(text))
			tx.Emit(db.Event{Name: EventChangeTold, Subject: "wo:" + o.Number, Site: o.Site, Payload: ChangeDecided{Change: e.Number, Title: e.Title, Order: o.Number, BOM: bom, Routing: t.routing, Diff: diffs[i]}})
			told[o.Site]++
		}
	}
	var news []notice.News
	for _, site := range slices.Sorted(maps.Keys(told)) {
		news = append(news, changeNews(site, e.Change, e.Number, e.Title, told[site]))
	}
	return notice.Tell(ctx, tx, NoticeChange, news...)
}

func changeNews(site, change db.ID, number, title string, n int) notice.News {
	return notice.News{Site: site, Key: changeKey(site, change), Params: map[string]string{"number": number, "title": title, "n": num.Int(int64(n)).String()}, Link: "/production/changes/" + number, Severity: notice.Warning, Todo: true}
}

func changeKey(site, change db.ID) string { return change.String() + "/" + site.String() }

// everySite reads in the name of the company: who is told is not a matter of what the one sees who approved.
func everySite(ctx context.Context) context.Context {
	act := *actor.From(ctx)
	act.Sites = nil
	return actor.With(ctx, &act)
}

// fresh is the copy that an order would take of its target, with everything it names.
type fresh struct {
	lines       []line
	ops         []masterdata.RoutingOp
	bomUsed     string
	items       map[db.ID]masterdata.Item
	withBOM     bool
	withOps     bool
	routingUsed string
}

// differences compares the copies of orders with what they may adopt.
func (m *Module) differences(ctx context.Context, q db.Querier, targets []target) ([]OrderDiff, []fresh, error) {
	in := make([]NewOrder, len(targets))
	for i := range targets {
		t := &targets[i]
		in[i] = NewOrder{Site: t.order.Site, Item: t.order.Item, Qty: t.order.Qty, Due: t.order.Due, BOMVersion: t.bom, RoutingVersion: t.routing}
		if t.bom == "" {
			in[i].BOMVersion = t.order.BOMUsed
		}
	}
	p, err := newPlan(ctx, q, in, m.today())
	if err != nil {
		return nil, nil, err
	}
	begun, err := begunOrders(ctx, q, targets)
	if err != nil {
		return nil, nil, err
	}
	centers := map[db.ID]string{}
	type center struct {
		ID   db.ID  `db:"id"`
		Code string `db:"code"`
	}
	if err := db.Each(ctx, q, `SELECT id, code FROM v_work_center`, nil, func(c *center) error { centers[c.ID] = c.Code; return nil }); err != nil {
		return nil, nil, err
	}
	subs, err := substituteCodes(ctx, q, p, targets)
	if err != nil {
		return nil, nil, err
	}
	out, news := make([]OrderDiff, len(targets)), make([]fresh, len(targets))
	for i := range targets {
		t := &targets[i]
		d, f := &out[i], &news[i]
		d.Lines, d.Ops, f.items = []OrderLineDiff{}, []OrderOpDiff{}, p.items
		bom := p.boms[versionKey{t.order.Item, in[i].BOMVersion, p.day(in[i])}.normal()]
		if f.withBOM = (t.bom != "" || t.phantoms) && bom.Version != ""; f.withBOM {
			f.bomUsed = bom.Version
			lines, fail := p.explode(bom.Lines, num.One, 0, 0, p.day(in[i]), 0)
			if fail != nil {
				return nil, nil, fail
			}
			f.lines = lines
			if d.Lines, err = t.order.lineDiffs(lines, p.items, subs); err != nil {
				return nil, nil, err
			}
		}
		if t.routing != "" {
			r := p.routings[versionKey{t.order.Item, t.routing, ""}]
			f.ops, f.routingUsed = r.Ops, r.Version
			d.Ops = opDiffs(t.order.ops, f.ops, centers)
			f.withOps = len(d.Ops) > 0
			d.Begun = f.withOps && begun[t.order.ID]
		}
	}
	return out, news, nil
}

// begunOrders are those on which somebody has worked, or which wait for help at an operation.
func begunOrders(ctx context.Context, q db.Querier, targets []target) (map[db.ID]bool, error) {
	out := map[db.ID]bool{}
	ids := make([]db.ID, len(targets))
	for i := range targets {
		ids[i] = targets[i].order.ID
	}
	for part := range slices.Chunk(ids, 500) {
		var w db.Where
		db.In(&w, "o.id", part)
		err := db.Each(ctx, q, `SELECT o.id FROM wo_order o`+w.String()+` AND (o.started_ms > 0 OR EXISTS (SELECT 1 FROM wo_run r WHERE r.order_id = o.id) OR EXISTS (SELECT 1 FROM wo_report r WHERE r.order_id = o.id)
			OR EXISTS (SELECT 1 FROM wo_call c WHERE c.order_id = o.id))`, w.Args, func(id *db.ID) error { out[*id] = true; return nil })
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// substituteCodes names every substitute of the orders and of the new lines.
func substituteCodes(ctx context.Context, q db.Querier, p *plan, targets []target) (map[db.ID]string, error) {
	var ids []db.ID
	for _, b := range p.boms {
		for _, l := range b.Lines {
			ids = append(ids, l.Substitutes...)
		}
	}
	for i := range targets {
		for _, c := range targets[i].order.comps {
			ids = append(ids, splitIDs(c.Substitutes)...)
		}
	}
	slices.Sort(ids)
	items, err := masterdata.Items(ctx, q, slices.Compact(ids))
	out := map[db.ID]string{}
	for id, it := range items {
		out[id] = it.Code
	}
	return out, err
}

// pair is a line of the order's copy and the one of the new version that takes its place; either may be missing.
type pair struct {
	was *compRow
	now *line
}

// pairs puts the lines of both together: those of one item and role, the equal ones first, then those of one step. A
// line that went out by an earlier change is none.
func (c *copied) pairs(lines []line) []pair {
	var out []pair
	taken := make([]bool, len(lines))
	rest := []*compRow{}
	for i := range c.comps {
		if c.comps[i].Qty > 0 {
			rest = append(rest, &c.comps[i])
		}
	}
	match := func(like func(k *compRow, l *line) bool) {
		var left []*compRow
		for _, k := range rest {
			at := -1
			for j := range lines {
				if !taken[j] && lines[j].item == k.Item && lines[j].Role == k.Role && like(k, &lines[j]) {
					at = j
					break
				}
			}
			if at < 0 {
				left = append(left, k)
				continue
			}
			taken[at] = true
			out = append(out, pair{k, &lines[at]})
		}
		rest = left
	}
	match(func(k *compRow, l *line) bool { return len(lineDiffers(k, l)) == 0 })
	match(func(k *compRow, l *line) bool { return k.Op == int64(l.op) })
	match(func(*compRow, *line) bool { return true })
	for _, k := range rest {
		out = append(out, pair{was: k})
	}
	for j := range lines {
		if !taken[j] {
			out = append(out, pair{now: &lines[j]})
		}
	}
	return out
}

// lineDiffers names what differs; a substitute that was approved for the order beyond its bill is no difference.
func lineDiffers(k *compRow, l *line) []string {
	out := []string{}
	add := func(name string, same bool) {
		if !same {
			out = append(out, name)
		}
	}
	add("qty", k.Qty == l.qty)
	add("scrap_pct", k.ScrapPct == l.scrap)
	add("op", k.Op == int64(l.op))
	add("issue", k.Issue == l.Issue)
	have := splitIDs(k.Substitutes)
	add("substitutes", !slices.ContainsFunc(l.Substitutes, func(id db.ID) bool { return !slices.Contains(have, id) }))
	return out
}

func (c *copied) pointOf(op int) *opRow {
	id := usedAt(c.ops, op)
	return &c.ops[slices.IndexFunc(c.ops, func(o opRow) bool { return o.ID == id })]
}

// lineDiffs are the differences with what they mean for the order.
func (c *copied) lineDiffs(lines []line, items map[db.ID]masterdata.Item, subs map[db.ID]string) ([]OrderLineDiff, error) {
	out := []OrderLineDiff{}
	codes := func(ids []db.ID) []string {
		s := []string{}
		for _, id := range ids {
			s = append(s, subs[id])
		}
		return s
	}
	for _, p := range c.pairs(lines) {
		x, err := c.become(p, items)
		if err != nil {
			return nil, err
		}
		d := OrderLineDiff{Change: "changed", Fields: []string{}, Used: x.used, Done: x.done}
		if p.was != nil {
			k := p.was
			d.Role, d.Item, d.Name, d.UoM, d.Issued = k.Role, k.Code, k.Name, k.UoM, k.Issued
			d.Before = &OrderLineSide{k.Qty, k.ScrapPct, k.Op, k.Issue, codes(splitIDs(k.Substitutes)), k.Required}
		}
		if p.now != nil {
			it := items[p.now.item]
			d.Role, d.Item, d.Name, d.UoM = p.now.Role, it.Code, it.Name, it.UoM
			d.After = &OrderLineSide{p.now.qty, p.now.scrap, int64(p.now.op), p.now.Issue, codes(p.now.Substitutes), x.required}
		}
		switch {
		case p.was == nil:
			d.Change = "added"
		case p.now == nil:
			d.Change = "removed"
		default:
			if d.Fields = lineDiffers(p.was, p.now); len(d.Fields) == 0 {
				continue
			}
		}
		d.Need, d.Return = x.need, x.giveBack
		if x.stays {
			continue
		}
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(a, b OrderLineDiff) int { return strings.Compare(a.Item, b.Item) })
	return out, nil
}

// becomes is a line of the order after adopting.
type becomes struct {
	point          *opRow // where it is used from now on
	shift, adjust  num.Dec
	required       num.Dec
	done, used     num.Dec
	need, giveBack num.Dec
	stays          bool // what falls off beside the product changes only where no piece was reported
	covered        num.Dec
	decimals       int
	qty, scrap     num.Dec
	issue          string
	substitutes    []db.ID
	op             int64
	gone           bool // nothing of it is left: no issue, no use
}

// become works out what a line is after adopting. Its pieces keep what they have used: used = norm(done) + adjust + shift
// before and after, and what they were given too much at another step counts there.
func (c *copied) become(p pair, items map[db.ID]masterdata.Item) (b becomes, err error) {
	var issued num.Dec
	openingUsed := num.Dec(0)
	if k := p.was; k != nil {
		b.done, b.decimals, issued = k.Done, int(k.Decimals), k.Issued
		was, err := norm(k.Done, k.Qty, k.ScrapPct, b.decimals)
		if err != nil {
			return b, err
		}
		b.used = was + k.Adjust + k.Shift
		if openingUsed, err = norm(k.Opening, k.Qty, k.ScrapPct, b.decimals); err != nil {
			return b, err
		}
		b.adjust, b.substitutes, b.op, b.issue = k.Adjust, splitIDs(k.Substitutes), k.Op, k.Issue
		b.point = &c.ops[slices.IndexFunc(c.ops, func(o opRow) bool { return o.ID == k.ReportID })]
	}
	if l := p.now; l != nil {
		b.decimals, b.qty, b.scrap, b.issue, b.op, b.point = items[l.item].Decimals, l.qty, l.scrap, l.Issue, int64(l.op), c.pointOf(l.op)
		for _, s := range l.Substitutes {
			if !slices.Contains(b.substitutes, s) {
				b.substitutes = append(b.substitutes, s)
			}
		}
	}
	here := c.doneAt[b.point.ID]
	if p.was == nil {
		b.done = here
	} else if p.was.Role != "component" || p.now != nil && p.now.Role != "component" {
		b.stays = p.was.Done > 0
	}
	if p.was == nil && p.now.Role != "component" {
		b.stays = here > 0
	}
	is, err := norm(here, b.qty, b.scrap, b.decimals)
	if err != nil {
		return b, err
	}
	given, err := norm(b.done, b.qty, b.scrap, b.decimals)
	if err != nil {
		return b, err
	}
	opening, err := norm(c.openAt[b.point.ID], b.qty, b.scrap, b.decimals)
	if err != nil {
		return b, err
	}
	b.adjust += given - is
	// moved = norm(done) + adjust + shift - norm(opening), before and after
	b.shift = b.used - openingUsed - is - b.adjust + opening
	all, err := norm(c.Qty, b.qty, b.scrap, b.decimals)
	if err != nil {
		return b, fault.Invalid("production.too_much", "%s of %s need more than can be counted", c.Qty, c.ItemCode).With("item", c.ItemCode).With("component", "").With("qty", c.Qty)
	}
	b.required = max(all+b.shift, 0)
	if p.was != nil && p.was.Role == "component" || p.now != nil && p.now.Role == "component" {
		gone := issued
		if b.issue == "backflush" {
			gone = is + b.adjust + b.shift
		}
		if b.issue != "none" {
			b.need = max(b.required-gone, 0)
		}
		b.giveBack = max(issued-b.required, 0)
	} else {
		b.required, b.shift, b.adjust = all, 0, 0
	}
	if b.covered, err = covers(issued-b.shift, b.qty, b.scrap); err != nil {
		return b, err
	}
	b.gone = p.now == nil && issued == 0 && b.used == 0 && b.required == 0
	return b, nil
}

// splitText says on how many machines an operation may be done, to compare.
func splitText(most int, least num.Dec) string {
	return strconv.Itoa(max(most, 1)) + " " + least.String()
}

func opDiffs(was []opRow, now []masterdata.RoutingOp, centers map[db.ID]string) []OrderOpDiff {
	out := []OrderOpDiff{}
	minutes := func(ms int64) num.Dec {
		d, _ := num.MulDiv(ms, int64(num.One), 60_000) // far below any limit
		return num.Dec(d)
	}
	left := map[int64]*OrderStep{}
	full := map[int64]string{}
	for i := range was {
		o := &was[i]
		left[o.Op] = &OrderStep{o.Name, centers[o.WorkCenter], minutes(o.SetupMS), o.RunMin, o.Report, o.Inspection, o.Tool, o.Skill}
		full[o.Op] = o.BatchMin.String() + "/" + o.TransferLot.String() + "/" + splitText(o.SplitMax, o.SplitMin) + "/" + strings.Join(strings.Fields(o.Alternative), " ") + "/" + o.Params
	}
	for i := range now {
		o := &now[i]
		step := &OrderStep{o.Name, centers[o.WorkCenterID], minutes(o.SetupMS), o.RunMin, o.Report, o.Inspection, o.Tool, o.Skill}
		rest := o.BatchMin.String() + "/" + o.TransferLot.String() + "/" + splitText(o.SplitMax, o.SplitMin) + "/" + joinAlternatives(o.Alternatives) + "/" + o.Params
		b := left[int64(o.Op)]
		delete(left, int64(o.Op))
		switch {
		case b == nil:
			out = append(out, OrderOpDiff{"added", int64(o.Op), nil, step})
		case *b != *step || full[int64(o.Op)] != rest:
			out = append(out, OrderOpDiff{"changed", int64(o.Op), b, step})
		}
	}
	for op, b := range left {
		out = append(out, OrderOpDiff{"removed", op, b, nil})
	}
	slices.SortFunc(out, func(a, b OrderOpDiff) int { return int(a.Op - b.Op) })
	return out
}

// OrderChange is an order that was told of a change, with the difference.
type OrderChange struct {
	OrderChangeRow
	Diff    OrderDiff `json:"diff" doc:"While nobody has decided: as it is now; then as it was decided on"`
	AtOrder []AtOrder `json:"at_order" doc:"Material that lies at the order, for what is no longer needed"`
}

// OrderChanges are the orders that were told of a change, with what it means for each.
func (m *Module) OrderChanges(ctx context.Context, q db.Querier, change string) ([]OrderChange, error) {
	w := db.Where{}
	w.And("x.change = ?", change)
	identity.Scope("o.site_id", "")(ctx, &w)
	rows, err := db.All[OrderChangeRow](ctx, q, orderChangeSQL+w.String()+` ORDER BY CASE WHEN x.decision = '' THEN 0 ELSE 1 END, o.due, o.number`, w.Args...)
	if err != nil {
		return nil, err
	}
	kept, err := keptChanges(ctx, q, rows)
	if err != nil {
		return nil, err
	}
	var open []string
	for i := range rows {
		if rows[i].State == "open" {
			open = append(open, rows[i].Order)
		}
	}
	diffs := map[string]OrderDiff{}
	for part := range slices.Chunk(open, 200) {
		found, _, _, err := m.diffsOf(ctx, q, part, kept)
		if err != nil {
			return nil, err
		}
		maps.Copy(diffs, found)
	}
	out := make([]OrderChange, len(rows))
	for i, r := range rows {
		c := OrderChange{OrderChangeRow: r, AtOrder: []AtOrder{}}
		d, live := diffs[r.Order]
		if !live {
			if err := json.Unmarshal([]byte(kept[r.Order].Diff), &d); err != nil {
				return nil, err
			}
		}
		if c.Diff = d; slices.ContainsFunc(d.Lines, func(l OrderLineDiff) bool { return l.Return > 0 }) && r.Status != "closed" && r.Status != "cancelled" {
			here, err := m.atOrder(ctx, q, kept[r.Order].Order)
			if err != nil {
				return nil, err
			}
			for _, h := range here {
				if slices.ContainsFunc(d.Lines, func(l OrderLineDiff) bool { return l.Item == h.Item && l.Return > 0 }) {
					c.AtOrder = append(c.AtOrder, h)
				}
			}
		}
		out[i] = c
	}
	return out, nil
}

func keptChanges(ctx context.Context, q db.Querier, rows []OrderChangeRow) (map[string]changeKept, error) {
	out := map[string]changeKept{}
	ids := make([]db.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	for part := range slices.Chunk(ids, 500) {
		var w db.Where
		db.In(&w, "x.id", part)
		if err := db.Each(ctx, q, `SELECT x.id, x.change_id, x.order_id, o.number, x.bom, x.routing, x.diff, x.decision AS state FROM wo_change x JOIN wo_order o ON o.id = x.order_id`+w.String(), w.Args,
			func(k *changeKept) error { out[k.Number] = *k; return nil }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (m *Module) diffsOf(ctx context.Context, q db.Querier, numbers []string, kept map[string]changeKept) (map[string]OrderDiff, []target, []fresh, error) {
	orders, err := m.whole(ctx, q, numbers)
	if err != nil {
		return nil, nil, nil, err
	}
	targets := make([]target, len(orders))
	for i, o := range orders {
		k := kept[o.Number]
		targets[i] = target{o, k.BOM, k.Routing, k.BOM != ""}
	}
	diffs, news, err := m.differences(ctx, q, targets)
	out := map[string]OrderDiff{}
	for i := range diffs {
		out[orders[i].Number] = diffs[i]
	}
	return out, targets, news, err
}

// DecideChange lets orders keep their copy or adopt the new version.
type DecideChange struct {
	Change   string   `json:"change" minLength:"1" maxLength:"40" doc:"Number of the change"`
	Orders   []string `json:"orders" minItems:"1" maxItems:"200" doc:"Work orders, all of them or none"`
	Decision string   `json:"decision" enum:"keep,adopt"`
	Reason   string   `json:"reason" minLength:"1" maxLength:"500" doc:"Why"`
}

// ChangeDecided is the payload of production.change_told and production.change_decided.
type ChangeDecided struct {
	Change   string    `json:"change"`
	Title    string    `json:"title"`
	Order    string    `json:"order"`
	BOM      string    `json:"bom,omitempty" doc:"Version of the bill"`
	Routing  string    `json:"routing,omitempty" doc:"Version of the routing"`
	Decision string    `json:"decision,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Diff     OrderDiff `json:"diff"`
}

// ChangesDecided says what was decided.
type ChangesDecided struct {
	Change   string          `json:"change"`
	Decision string          `json:"decision"`
	Orders   []ChangeDecided `json:"orders"`
}

// DecideChange writes the decision down; adopting changes the order's copy of bill and routing.
func (m *Module) DecideChange(ctx context.Context, tx *db.Tx, in DecideChange) (out ChangesDecided, err error) {
	out = ChangesDecided{Change: in.Change, Decision: in.Decision, Orders: []ChangeDecided{}}
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" {
		return out, fault.Invalid("production.change_why", "say why").With("change", in.Change)
	}
	w := db.Where{}
	w.And("x.change = ?", in.Change)
	db.In(&w, "o.number", in.Orders)
	identity.Scope("o.site_id", "")(ctx, &w)
	rows, err := db.All[OrderChangeRow](ctx, tx, orderChangeSQL+w.String()+` ORDER BY o.number`, w.Args...)
	if err != nil {
		return out, err
	}
	numbers := make([]string, len(rows))
	for i := range rows {
		numbers[i] = rows[i].Order
		switch rows[i].State {
		case "open":
		case "over":
			return out, fault.Conflict("production.change_over", "%s is over", rows[i].Order).With("order", rows[i].Order)
		default:
			return out, fault.Conflict("production.change_done", "%s was decided on already", rows[i].Order).With("order", rows[i].Order).With("by", rows[i].DecidedBy)
		}
	}
	for _, n := range in.Orders {
		if !slices.Contains(numbers, n) {
			return out, fault.NotFound("production.change_unknown", "%s was not told of change %s", n, in.Change).With("order", n).With("change", in.Change)
		}
	}
	kept, err := keptChanges(ctx, tx, rows)
	if err != nil {
		return out, err
	}
	diffs, targets, news, err := m.diffsOf(ctx, tx, numbers, kept)
	if err != nil {
		return out, err
	}
	touched := map[db.ID]changeKept{}
	for i := range targets {
		o, k := targets[i].order, kept[targets[i].order.Number]
		d := diffs[o.Number]
		if in.Decision == "adopt" {
			if d.Begun {
				return out, fault.Conflict("production.change_begun", "work on %s has begun, so it keeps its routing", o.Number).With("order", o.Number)
			}
			if f := o.open(); f != nil {
				return out, f
			}
			if err := m.adopt(ctx, tx, o, &news[i]); err != nil {
				return out, err
			}
		}
		text, err := json.Marshal(d)
		if err != nil {
			return out, err
		}
		n, err := tx.Exec(ctx, `UPDATE wo_change SET decision = $1, reason = $2, decided_ms = $3, decided_by = $4, diff = $5 WHERE id = $6 AND decision = ''`, in.Decision, in.Reason, tx.NowMS(), actor.From(ctx).Name, string(text), k.ID)
		if err != nil {
			return out, err
		}
		if n == 0 {
			return out, db.ErrRetry
		}
		told := ChangeDecided{in.Change, rows[slices.IndexFunc(rows, func(r OrderChangeRow) bool { return r.Order == o.Number })].Title, o.Number, k.BOM, k.Routing, in.Decision, in.Reason, d}
		out.Orders = append(out.Orders, told)
		tx.Emit(db.Event{Name: EventChangeDecided, Subject: "wo:" + o.Number, Site: o.Site, Reason: in.Reason, Payload: told})
		touched[o.Site] = k
	}
	return out, m.changeNotices(ctx, tx, in.Change, touched)
}

// changeNotices takes the to-do of a site back when nothing of the change is open there, or says how many are left.
func (m *Module) changeNotices(ctx context.Context, tx *db.Tx, change string, sites map[db.ID]changeKept) error {
	type left struct {
		Site  db.ID  `db:"site_id"`
		Title string `db:"title"`
		N     int64  `db:"n"`
	}
	rows, err := db.All[left](ctx, tx, `SELECT o.site_id, x.title, count(*) AS n FROM wo_change x JOIN wo_order o ON o.id = x.order_id
		WHERE x.change = $1 AND x.decision = '' AND o.status IN ('planned', 'released', 'started') GROUP BY o.site_id, x.title`, change)
	if err != nil {
		return err
	}
	for _, site := range slices.Sorted(maps.Keys(sites)) {
		id := sites[site].Change
		i := slices.IndexFunc(rows, func(l left) bool { return l.Site == site })
		if i < 0 {
			err = notice.Gone(ctx, tx, NoticeChange, changeKey(site, id))
		} else {
			err = notice.Tell(ctx, tx, NoticeChange, changeNews(site, id, change, rows[i].Title, int(rows[i].N)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// adopt gives the order the new copy. A report that comes between is noticed by its pieces, an issue by its quantity.
func (m *Module) adopt(ctx context.Context, tx *db.Tx, o *copied, f *fresh) error {
	n, err := tx.Exec(ctx, `UPDATE wo_order SET bom_used = CASE WHEN $1 <> '' THEN $1 ELSE bom_used END WHERE id = $2 AND qty = $3 AND status = $4 AND hold_ms = 0`, f.bomUsed, o.ID, o.Qty, o.Status)
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrRetry
	}
	for _, p := range o.ops { // the lock against a report that is on its way
		if !p.Report {
			continue
		}
		n, err := tx.Exec(ctx, `UPDATE wo_op SET priority = priority WHERE id = $1 AND good + scrap + rework = $2`, p.ID, o.doneAt[p.ID])
		if err != nil {
			return err
		}
		if n == 0 {
			return db.ErrRetry
		}
	}
	if f.withBOM {
		if err := m.adoptBOM(ctx, tx, o, f); err != nil {
			return err
		}
	}
	if f.withOps {
		return m.adoptRouting(ctx, tx, o, f)
	}
	return nil
}

func (m *Module) adoptBOM(ctx context.Context, tx *db.Tx, o *copied, f *fresh) error {
	last := int64(0)
	for _, k := range o.comps {
		last = max(last, k.Line)
	}
	for _, p := range o.pairs(f.lines) {
		if p.was != nil && p.now != nil && len(lineDiffers(p.was, p.now)) == 0 {
			continue
		}
		b, err := o.become(p, f.items)
		if err != nil {
			return err
		}
		if b.stays {
			continue
		}
		if p.was == nil {
			last++
			row := componentRow{ID: tx.ID(), Order: o.ID, Line: last, Item: p.now.item, Role: p.now.Role, Issue: b.issue, Op: b.op, ReportID: b.point.ID, Qty: b.qty, ScrapPct: b.scrap, Decimals: int64(b.decimals), Required: b.required, Substitutes: joinIDs(b.substitutes)}
			if err := db.Insert(ctx, tx, "wo_component", row); err != nil {
				return err
			}
			tx.Queue(`UPDATE wo_component SET shift = $1, adjust = $2, covered = $3 WHERE id = $4`, b.shift, b.adjust, b.covered, row.ID)
			continue
		}
		k := p.was
		if b.gone {
			free, err := db.One[int64](ctx, tx, `SELECT (SELECT count(*) FROM wo_issue WHERE component_id = $1) + (SELECT count(*) FROM wo_variance WHERE component_id = $1) + (SELECT count(*) FROM wo_substitute WHERE component_id = $1) + (SELECT count(*) FROM wo_pick_line WHERE component_id = $1)`, k.ID)
			if err != nil {
				return err
			}
			if free == 0 {
				n, err := tx.Exec(ctx, `DELETE FROM wo_component WHERE id = $1 AND issued = 0`, k.ID)
				if err == nil && n == 0 {
					err = db.ErrRetry
				}
				if err != nil {
					return err
				}
				continue
			}
		}
		n, err := tx.Exec(ctx, `UPDATE wo_component SET qty = $1, scrap_pct = $2, op = $3, issue = $4, report_id = $5, substitutes = $6, required = $7, shift = $8, adjust = $9, covered = $10
			WHERE id = $11 AND issued = $12 AND adjust = $13`, b.qty, b.scrap, b.op, b.issue, b.point.ID, joinIDs(b.substitutes), b.required, b.shift, b.adjust, b.covered, k.ID, k.Issued, k.Adjust)
		if err != nil {
			return err
		}
		if n == 0 {
			return db.ErrRetry
		}
	}
	return carryGeneral(ctx, tx, []db.ID{o.ID})
}

// adoptRouting exchanges the operations of an order on which nobody has worked.
func (m *Module) adoptRouting(ctx context.Context, tx *db.Tx, o *copied, f *fresh) error {
	row := o.orderRow
	row.FirstOp, row.LastOp, row.FinalGate = 0, 0, false
	ops := copyOps(tx.ID, &row, f.ops)
	comps, err := db.All[componentRow](ctx, tx, `SELECT id, order_id, line, item_id, role, issue, op, report_id, qty, scrap_pct, decimals, required, substitutes, batch_id FROM wo_component WHERE order_id = $1`, o.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM wo_op WHERE order_id = $1 AND started_ms = 0`, o.ID); err != nil {
		return err
	}
	if err := db.Insert(ctx, tx, "wo_op", ops...); err != nil {
		return err
	}
	for _, k := range comps {
		tx.Queue(`UPDATE wo_component SET report_id = $1 WHERE id = $2`, usedAt(ops, int(k.Op)), k.ID)
	}
	_, err = tx.Exec(ctx, `UPDATE wo_order SET first_op_id = $1, last_op_id = $2, final_gate = $3, routing_used = $4 WHERE id = $5 AND started_ms = 0`, row.FirstOp, row.LastOp, row.FinalGate, f.routingUsed, o.ID)
	return err
}

// inheritChanges tells an order that was split off what the one that it comes from has been told and not decided.
func inheritChanges(ctx context.Context, tx *db.Tx, from, to db.ID) error {
	type row struct {
		Change  db.ID  `db:"change_id"`
		Number  string `db:"change"`
		Title   string `db:"title"`
		BOM     string `db:"bom"`
		Routing string `db:"routing"`
		Told    int64  `db:"told_ms"`
		Diff    string `db:"diff"`
	}
	rows, err := db.All[row](ctx, tx, `SELECT change_id, change, title, bom, routing, told_ms, diff FROM wo_change WHERE order_id = $1 AND decision = ''`, from)
	for _, r := range rows {
		tx.Queue(`INSERT INTO wo_change (id, change_id, change, title, order_id, bom, routing, told_ms, diff) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			tx.ID(), r.Change, r.Number, r.Title, to, r.BOM, r.Routing, r.Told, r.Diff)
	}
	return err
}

func (m *Module) changeRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/production/changes", ID: "listOrderChanges", Summary: "Work orders that an engineering change touches, and what was decided", Perm: "production.read"},
		web.ListSpec[OrderChangeRow]{From: orderChangeFrom, Key: "x.id", Sort: "-told_ms,due", Search: []string{"x.change", "x.title", "o.number", "i.code", "i.name"}, Scope: identity.Scope("o.site_id", ""), Titles: orderChangeTitles})
	web.QueryView(a, web.Op{Path: "/production/changes/{change}", ID: "getOrderChanges", Summary: "The work orders that a change touches, each with the difference line by line", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Change string `path:"change" maxLength:"40" doc:"Number of the change"`
		}) ([]OrderChange, error) {
			return m.OrderChanges(ctx, q, in.Change)
		})
	web.Command(a, web.Op{Path: "/production/changes/decide", ID: "decideOrderChange", Summary: "Let work orders keep their copy of bill and routing, or adopt the new version", Perm: "production.change"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body DecideChange }) (ChangesDecided, error) {
			return m.DecideChange(ctx, tx, in.Body)
		})
}
