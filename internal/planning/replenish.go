package planning

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/mrp"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
)

// The settings of replenishment.
const (
	SettingReplenishSafety = "planning.replenish_safety"
	SettingService         = "planning.service_pct"
	SettingUseDays         = "planning.use_days"
	SettingCycle           = "planning.cycle_days"
)

// KindReplenish is the job that looks for items that run low.
const KindReplenish = "planning.replenish"

// NoticeLow tells that an item runs low; NoticeManyLow that many do at once.
var (
	NoticeLow = notice.Kind{Code: "planning.low", Perm: "planning.replenish", Mail: notice.Daily,
		Title: fault.Text{Zh: "物料低于补货点", En: "An item is at or below its reorder point"},
		Text:  fault.Text{Zh: "{item} {name} 只剩 {position} {uom}（补货线 {line}），建议补 {qty} {uom}，供应商 {supplier}", En: "{item} {name} is down to {position} {uom} (line {line}); order {qty} {uom}, supplier {supplier}"}}
	NoticeManyLow = notice.Kind{Code: "planning.many_low", Perm: "planning.replenish", Mail: notice.Now,
		Title: fault.Text{Zh: "多种物料同时低于补货点", En: "Many items are low at once"},
		Text:  fault.Text{Zh: "{site}：又有 {n} 种物料低于补货线，请逐一或批量处理。", En: "{site}: {n} more items are at or below their line; deal with them one by one or together."}}
)

// Notices are the kinds of news that this room has.
var Notices = []notice.Kind{NoticeLow, NoticeManyLow, NoticeLate, NoticeManyLate}

// manyLow: so many new ones at once are told in one notice.
const manyLow = 20

// Check asks for a look at what runs low.
type Check struct {
	Site string `json:"site,omitempty" maxLength:"64" doc:"Empty = every site that you see"`
}

// Checked sums up a look.
type Checked struct {
	Site    string `json:"site" doc:"Empty: several, see sites"`
	Watched int64  `json:"watched" doc:"Items with a reorder point or a safety stock"`
	Made    int64  `json:"made" doc:"New suggestions"`
	Kept    int64  `json:"kept" doc:"Suggestions that were open and still hold"`
	Gone    int64  `json:"gone" doc:"Suggestions whose cause is gone"`

	Sites []Checked `json:"sites,omitempty" doc:"Each of several"`
}

type suggestionRow struct {
	ID        db.ID    `db:"id"`
	Site      db.ID    `db:"site_id"`
	Item      db.ID    `db:"item_id"`
	Kind      string   `db:"kind"`
	Supplier  db.ID    `db:"supplier_id"`
	From      db.ID    `db:"from_site_id"`
	Available num.Dec  `db:"available"`
	Coming    num.Dec  `db:"coming"`
	Needed    num.Dec  `db:"needed"`
	Line      num.Dec  `db:"line"`
	LineKind  string   `db:"line_kind"`
	Max       *num.Dec `db:"max_stock"`
	Suggested num.Dec  `db:"suggested"`
	Qty       num.Dec  `db:"qty"`
	Due       string   `db:"due"`
	Changed   bool     `db:"changed"`
	State     string   `db:"state"`
	Reason    string   `db:"reason"`
	Holds     bool     `db:"holds"`
	Until     string   `db:"until"`
	DocKind   string   `db:"doc_kind"`
	DocNumber string   `db:"doc_number"`
	Version   int64    `db:"version"`
	Made      int64    `db:"made_ms"`
	Checked   int64    `db:"checked_ms"`
	Decided   int64    `db:"decided_ms"`
	By        string   `db:"decided_by"`
}

const suggestionColumns = `s.id, s.site_id, s.item_id, s.kind, s.supplier_id, s.from_site_id, s.available, s.coming, s.needed, s.line, s.line_kind, s.max_stock, s.suggested, s.qty, s.due, s.changed, s.state, s.reason, s.holds, s.until, s.doc_kind, s.doc_number, s.version, s.made_ms, s.checked_ms, s.decided_ms, s.decided_by`

// Suggestion is a suggestion as it stands, for events and answers.
type Suggestion struct {
	ID        db.ID    `json:"id"`
	Item      string   `json:"item"`
	Kind      string   `json:"kind" enum:"buy,subcontract,make,transfer"`
	Supplier  string   `json:"supplier"`
	From      string   `json:"from_site,omitempty" doc:"The site that brings it"`
	Available num.Dec  `json:"available"`
	Coming    num.Dec  `json:"coming"`
	Needed    num.Dec  `json:"needed"`
	Line      num.Dec  `json:"line"`
	Max       *num.Dec `json:"max_stock,omitempty"`
	Suggested num.Dec  `json:"suggested"`
	Qty       num.Dec  `json:"qty"`
	Due       string   `json:"due"`
	State     string   `json:"state" enum:"open,ordered,dropped,closed"`
	DocKind   string   `json:"document_kind"`
	Document  string   `json:"document"`
}

func (r *suggestionRow) told(item, supplier, from string) Suggestion {
	return Suggestion{r.ID, item, r.Kind, supplier, from, r.Available, r.Coming, r.Needed, r.Line, r.Max, r.Suggested, r.Qty, r.Due, r.State, r.DocKind, r.DocNumber}
}

func (r *suggestionRow) position() num.Dec { return r.Available + r.Coming - r.Needed }

// upTo says how much brings a position to the maximum by the lot rules: as many whole lots as fit under it; if those
// would not lift the position above the line, or are less than the smallest order, then the next lots that do. Without
// a maximum it is the least that does.
func upTo(position, line num.Dec, above bool, maximum *num.Dec, minLot, multiple, unit num.Dec) (num.Dec, error) {
	step := max(multiple, unit)
	lots := func(q num.Dec, up bool) (num.Dec, error) {
		n, err := num.MulDivDown(int64(q), 1, int64(step))
		if up {
			n, err = num.MulDivUp(int64(q), 1, int64(step))
		}
		if err != nil {
			return 0, err
		}
		out, err := num.MulDiv(n, int64(step), 1)
		return num.Dec(out), err
	}
	least := max(line-position, minLot, unit)
	if above && line-position >= least { // at the line is still low
		least = line - position + unit
	}
	if maximum != nil && *maximum > position {
		q, err := lots(*maximum-position, false)
		if err != nil || q >= least {
			return q, err
		}
	}
	return lots(least, true)
}

// low reads one snapshot and says what runs low at a site; and how many items are watched.
func (m *Module) low(ctx context.Context, q db.Querier, site masterdata.Site) (out []suggestionRow, p *problem, watched int64, err error) {
	safety, err := masterdata.Setting(ctx, q, SettingReplenishSafety, "1")
	if err != nil {
		return nil, nil, 0, err
	}
	cond := "s.reorder_point IS NOT NULL"
	if safety == "1" {
		cond = "(s.reorder_point IS NOT NULL OR s.safety_stock > 0)"
	}
	watch := map[db.ID]bool{}
	err = db.Each(ctx, q, `SELECT s.item_id FROM v_item_site s JOIN v_item i ON i.id = s.item_id WHERE s.site_id = $1 AND i.active AND i.kind IN ('buy', 'subcontract', 'make') AND `+cond, []any{site.ID},
		func(id *db.ID) error { watch[*id] = true; return nil })
	if err != nil || len(watch) == 0 {
		return nil, nil, 0, err
	}
	today := m.DB.Now().In(site.Location()).Format(time.DateOnly)
	if p, err = m.read(ctx, q, site, today); err != nil {
		return nil, nil, 0, err
	}
	rows := make([]suggestionRow, len(p.items))
	for k := range p.Supplies {
		s := &p.Supplies[k]
		r := &rows[s.Item]
		switch {
		case s.Expires <= p.Today:
		case s.Source.Kind == mrp.Stock:
			r.Available += s.Qty
		default:
			r.Coming += s.Qty
		}
	}
	for k := range p.Works {
		rows[p.Works[k].Item].Coming += p.Works[k].Qty
	}
	for k := range p.Demands {
		d := &p.Demands[k]
		// a forecast is nobody's order, and what falls due after the next delivery is the next suggestion's
		if d.Source.Kind != mrp.Forecast && d.Day <= p.Today+cal.Day(p.ahead(d.Item)) {
			rows[d.Item].Needed += d.Qty
		}
	}
	for i := range rows {
		it, r := &p.items[i], &rows[i]
		if !watch[it.ID] {
			continue
		}
		watched++
		r.Line, r.LineKind = it.Safety, "safety"
		if it.Reorder != nil {
			r.Line, r.LineKind = *it.Reorder, "reorder"
		}
		atLine := r.LineKind == "reorder"
		if r.position() > r.Line || r.position() == r.Line && !atLine {
			continue
		}
		unit := num.Dec(1)
		for n := it.Decimals; n < 6; n++ {
			unit *= 10
		}
		r.Max = it.Max
		if r.Suggested, err = upTo(r.position(), r.Line, atLine, it.Max, it.MinLot, it.Multiple, unit); err != nil {
			return nil, nil, 0, err
		}
		r.Site, r.Item, r.Qty, r.State = site.ID, it.ID, r.Suggested, "open"
		p.how(int32(i), r)
		out = append(out, *r)
	}
	return out, p, watched, nil
}

// Replenish looks for items at or below their line, makes and renews suggestions, and takes those back whose cause is
// gone. What a person has changed keeps the person's quantity, day and supplier.
func (m *Module) Replenish(ctx context.Context, in Check) (Checked, error) {
	began := m.DB.Now().UnixMilli()
	var out Checked
	var site masterdata.Site
	var p *problem
	var found []suggestionRow
	suppliers := map[db.ID]string{}
	err := m.DB.View(ctx, func(q db.Querier) (err error) {
		if site, err = siteOf(ctx, q, in.Site); err != nil {
			return err
		}
		if found, p, out.Watched, err = m.low(ctx, q, site); err != nil {
			return err
		}
		return partnerNames(ctx, q, found, suppliers)
	})
	if err != nil {
		return out, err
	}
	out.Site = site.Code
	err = m.DB.InTx(ctx, func(tx *db.Tx) error {
		out.Made, out.Kept, out.Gone = 0, 0, 0
		return m.renew(ctx, tx, site, p, slices.Clone(found), suppliers, began, &out)
	})
	return out, err
}

func partnerNames(ctx context.Context, q db.Querier, rows []suggestionRow, into map[db.ID]string) error {
	var ids []db.ID
	for i := range rows {
		if id := rows[i].Supplier; id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	type partner struct {
		ID   db.ID  `db:"id"`
		Code string `db:"code"`
	}
	for part := range slices.Chunk(ids, 500) {
		var w db.Where
		db.In(&w, "id", part)
		if err := db.Each(ctx, q, `SELECT id, code FROM v_partner`+w.String(), w.Args, func(r *partner) error { into[r.ID] = r.Code; return nil }); err != nil {
			return err
		}
	}
	return nil
}

func (m *Module) renew(ctx context.Context, tx *db.Tx, site masterdata.Site, p *problem, found []suggestionRow, suppliers map[db.ID]string, began int64, out *Checked) error {
	old, err := db.All[suggestionRow](ctx, tx, `SELECT `+suggestionColumns+` FROM mrp_suggestion s WHERE s.site_id = $1 AND (s.state = 'open' OR s.holds)`, site.ID)
	if err != nil {
		return err
	}
	late, err := db.All[db.ID](ctx, tx, `SELECT item_id FROM mrp_suggestion WHERE site_id = $1 AND decided_ms > $2`, site.ID, began)
	if err != nil {
		return err
	}
	decided := map[db.ID]bool{} // while we looked: the next look sees what became of it
	for _, id := range late {
		decided[id] = true
	}
	codes, err := siteCodes(ctx, tx)
	if err != nil {
		return err
	}
	open, held := map[db.ID]*suggestionRow{}, map[db.ID]*suggestionRow{}
	for i := range old {
		if old[i].State == "open" {
			open[old[i].Item] = &old[i]
		} else {
			held[old[i].Item] = &old[i]
		}
	}
	today := tx.Now().In(site.Location()).Format(time.DateOnly)
	still := map[db.ID]bool{}
	var fresh []suggestionRow
	var news []notice.News
	for i := range found {
		r := &found[i]
		still[r.Item] = true
		it := &p.items[p.at[r.Item]]
		if was := open[r.Item]; was != nil {
			out.Kept++
			r.ID = was.ID
			if was.Changed && was.From == r.From {
				r.Qty, r.Due, r.Supplier = was.Qty, was.Due, was.Supplier
			}
			tx.Queue(`UPDATE mrp_suggestion SET available = $1, coming = $2, needed = $3, line = $4, line_kind = $5, max_stock = $6, suggested = $7, qty = $8, due = $9, supplier_id = $10, kind = $11, from_site_id = $12, checked_ms = $13 WHERE id = $14 AND state = 'open'`,
				r.Available, r.Coming, r.Needed, r.Line, r.LineKind, r.Max, r.Suggested, r.Qty, r.Due, r.Supplier, r.Kind, r.From, tx.NowMS(), r.ID)
			if !was.same(r) {
				news = append(news, lowNews(site, it, r, cmp.Or(suppliers[r.Supplier], codes[r.From])))
			}
			continue
		}
		if h := held[r.Item]; decided[r.Item] || h != nil && (h.Until == "" || h.Until >= today) {
			continue
		}
		r.ID, r.Version, r.Made, r.Checked = tx.ID(), 1, tx.NowMS(), tx.NowMS()
		fresh = append(fresh, *r)
		news = append(news, lowNews(site, it, r, cmp.Or(suppliers[r.Supplier], codes[r.From])))
		tx.Emit(db.Event{Name: EventSuggested, Subject: "item:" + it.Code, Site: site.ID, Payload: r.told(it.Code, suppliers[r.Supplier], codes[r.From])})
	}
	out.Made = int64(len(fresh))
	var gone []suggestionRow
	for _, r := range open {
		if !still[r.Item] {
			gone = append(gone, *r)
		}
	}
	slices.SortFunc(gone, func(a, b suggestionRow) int { return cmp.Compare(a.ID, b.ID) })
	if err := m.tellGone(ctx, tx, gone); err != nil {
		return err
	}
	out.Gone = int64(len(gone))
	for item, h := range held {
		if !still[item] || h.Until != "" && h.Until < today {
			tx.Queue(`UPDATE mrp_suggestion SET holds = FALSE WHERE id = $1`, h.ID)
		}
	}
	if err := db.Insert(ctx, tx, "mrp_suggestion", fresh...); err != nil {
		return err
	}
	if len(fresh) > manyLow {
		return notice.Tell(ctx, tx, NoticeManyLow, notice.News{Site: site.ID, Key: site.ID.String(), Params: map[string]string{"site": site.Name, "n": num.Int(out.Made).String()}, Link: "/planning/replenish", Severity: notice.Warning, Todo: true})
	}
	if len(found) == 0 {
		if err := notice.Gone(ctx, tx, NoticeManyLow, site.ID.String()); err != nil {
			return err
		}
	}
	return notice.Tell(ctx, tx, NoticeLow, news...)
}

func (r *suggestionRow) same(o *suggestionRow) bool {
	return r.position() == o.position() && r.Line == o.Line && r.Qty == o.Qty && r.Supplier == o.Supplier && r.From == o.From
}

func lowKey(r *suggestionRow) string { return r.Site.String() + "/" + r.Item.String() }

func lowNews(site masterdata.Site, it *itemRow, r *suggestionRow, supplier string) notice.News {
	how := notice.Warning
	if r.Available <= 0 {
		how = notice.Urgent
	}
	return notice.News{Site: site.ID, Key: lowKey(r), Link: "/planning/replenish?filter=item:eq:" + it.Code, Severity: how, Todo: true,
		Params: map[string]string{"item": it.Code, "name": it.Name, "uom": it.UoM, "position": r.position().String(), "line": r.Line.String(), "qty": r.Qty.String(), "supplier": cmp.Or(supplier, "—")}}
}

// tellGone ends suggestions whose cause is gone, in one step for all.
func (m *Module) tellGone(ctx context.Context, tx *db.Tx, gone []suggestionRow) error {
	if len(gone) == 0 {
		return nil
	}
	items, err := suggestedItems(ctx, tx, gone)
	if err != nil {
		return err
	}
	suppliers := map[db.ID]string{}
	if err := partnerNames(ctx, tx, gone, suppliers); err != nil {
		return err
	}
	codes, err := siteCodes(ctx, tx)
	if err != nil {
		return err
	}
	var keys []string
	for i := range gone {
		r := &gone[i]
		r.State = "closed"
		keys = append(keys, lowKey(r))
		tx.Queue(`UPDATE mrp_suggestion SET state = 'closed', decided_ms = $1, version = version + 1 WHERE id = $2 AND state = 'open'`, tx.NowMS(), r.ID)
		code := items[r.Item].Code
		tx.Emit(db.Event{Name: EventSuggestionGone, Subject: "item:" + code, Site: r.Site, Payload: r.told(code, suppliers[r.Supplier], codes[r.From])})
	}
	return notice.Gone(ctx, tx, NoticeLow, keys...)
}

func suggestedItems(ctx context.Context, q db.Querier, rows []suggestionRow) (map[db.ID]masterdata.Item, error) {
	ids := make([]orderRow, len(rows))
	for i := range rows {
		ids[i].Item = rows[i].Item
	}
	return itemsOf(ctx, q, ids)
}

// chosen reads open suggestions by their ids and refuses those that are over.
func (m *Module) chosen(ctx context.Context, tx *db.Tx, ids []db.ID) ([]suggestionRow, map[db.ID]masterdata.Item, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var w db.Where
	db.In(&w, "s.id", ids)
	rows, err := db.All[suggestionRow](ctx, tx, `SELECT `+suggestionColumns+` FROM mrp_suggestion s`+w.String()+` ORDER BY s.id`, w.Args...)
	if err != nil {
		return nil, nil, err
	}
	if len(ids) == 0 || len(rows) < len(ids) {
		return nil, nil, fault.NotFound("planning.suggestion_unknown", "some of the suggestions do not exist")
	}
	items, err := suggestedItems(ctx, tx, rows)
	if err != nil {
		return nil, nil, err
	}
	for i := range rows {
		r := &rows[i]
		if err := identity.SeeSite(ctx, r.Site); err != nil {
			return nil, nil, err
		}
		if r.State != "open" {
			return nil, nil, fault.Conflict("planning.suggestion_over", "the suggestion for %s is %s already: %s", items[r.Item].Code, r.State, r.DocNumber).With("item", items[r.Item].Code).With("state", r.State).With("document", r.DocNumber)
		}
	}
	return rows, items, nil
}

// Accept turns suggestions into documents.
type Accept struct {
	Suggestions []db.ID `json:"suggestions" minItems:"1" maxItems:"500"`
	As          string  `json:"as,omitempty" enum:",requisition,order" doc:"Of what is bought: a requisition for the buyer, or orders grouped by supplier at once; default by setting planning.buy_as"`
}

// Accepted says what they became.
type Accepted struct {
	Documents []ReleasedDoc `json:"documents"`
}

// Accept makes the documents in one transaction: all or nothing.
func (m *Module) Accept(ctx context.Context, tx *db.Tx, in Accept) (Accepted, error) {
	out := Accepted{Documents: []ReleasedDoc{}}
	rows, items, err := m.chosen(ctx, tx, in.Suggestions)
	if err != nil {
		return out, err
	}
	how, err := masterdata.Setting(ctx, tx, SettingBuyAs, "requisition")
	if err != nil {
		return out, err
	}
	if in.As == "order" && how != "order" && !actor.From(ctx).Can("purchasing.create") {
		return out, fault.Forbidden("web.forbidden", "permission %s is needed", "purchasing.create").With("perm", "purchasing.create")
	}
	if in.As != "" {
		how = in.As
	}
	suppliers := map[db.ID]string{}
	if err := partnerNames(ctx, tx, rows, suppliers); err != nil {
		return out, err
	}
	codes, err := siteCodes(ctx, tx)
	if err != nil {
		return out, err
	}
	sites := map[db.ID]masterdata.Site{}
	var asks []purchasing.NewRequisition
	var bought, made, brought []*suggestionRow
	var works []production.NewOrder
	for i := range rows {
		r := &rows[i]
		if _, ok := sites[r.Site]; !ok {
			if sites[r.Site], err = masterdata.SiteByID(ctx, tx, r.Site); err != nil {
				return out, err
			}
		}
		it := items[r.Item]
		if r.Kind == "make" {
			works, made = append(works, production.NewOrder{Site: r.Site, Item: r.Item, Qty: r.Qty, Start: tx.Today(), Due: max(r.Due, tx.Today()), Priority: usual}), append(made, r)
			continue
		}
		if r.Kind == "transfer" {
			brought = append(brought, r)
			continue
		}
		if how == "order" && suppliers[r.Supplier] == "" {
			return out, fault.Conflict("planning.suggestion_no_supplier", "%s has no supplier", it.Code).With("item", it.Code)
		}
		kind := "purchase"
		if r.Kind == "subcontract" {
			kind = "subcontract"
		}
		asks = append(asks, purchasing.NewRequisition{Site: sites[r.Site].Code, Item: it.Code, Qty: r.Qty, Due: max(r.Due, tx.Today()), Supplier: suppliers[r.Supplier], Source: "replenishment", Kind: kind})
		bought = append(bought, r)
	}
	if len(works) > 0 {
		if act := actor.From(ctx); !act.Can("production.create") {
			return out, fault.Forbidden("web.forbidden", "permission %s is needed", "production.create").With("perm", "production.create")
		}
		orders, err := m.Production.CreateOrders(ctx, tx, works)
		if err != nil {
			return out, err
		}
		for i, o := range orders {
			made[i].DocKind, made[i].DocNumber = "work_order", o.Number
			out.Documents = append(out.Documents, ReleasedDoc{"work_order", o.Number, o.ItemCode, o.Qty, []string{o.ItemCode}, []Source{}})
		}
	}
	if len(asks) > 0 {
		if err := m.buy(ctx, tx, how, asks, bought, &out); err != nil {
			return out, err
		}
	}
	if err := m.bring(ctx, tx, brought, sites, items, &out); err != nil {
		return out, err
	}
	var keys []string
	for i := range rows {
		r := &rows[i]
		r.State = "ordered"
		keys = append(keys, lowKey(r))
		tx.Queue(`UPDATE mrp_suggestion SET state = 'ordered', doc_kind = $1, doc_number = $2, decided_ms = $3, decided_by = $4, version = version + 1 WHERE id = $5 AND state = 'open'`, r.DocKind, r.DocNumber, tx.NowMS(), actor.From(ctx).Name, r.ID)
		tx.Emit(db.Event{Name: EventSuggestionOrdered, Subject: "item:" + items[r.Item].Code, Site: r.Site, Payload: r.told(items[r.Item].Code, suppliers[r.Supplier], codes[r.From])})
	}
	if err := m.allDone(ctx, tx, sites); err != nil {
		return out, err
	}
	return out, notice.Gone(ctx, tx, NoticeLow, keys...)
}

// buy makes requisitions, and orders of them where that is wanted.
func (m *Module) buy(ctx context.Context, tx *db.Tx, how string, asks []purchasing.NewRequisition, rows []*suggestionRow, out *Accepted) error {
	list, err := m.Purchasing.Request(ctx, tx, asks)
	if err != nil {
		return err
	}
	if how != "order" {
		for i, r := range list {
			rows[i].DocKind, rows[i].DocNumber = "requisition", r.Number
			out.Documents = append(out.Documents, ReleasedDoc{"requisition", r.Number, r.Item, r.Qty, []string{r.Item}, []Source{}})
		}
		return nil
	}
	numbers := make([]string, len(list))
	for i, r := range list {
		numbers[i] = r.Number
	}
	orders, err := m.Purchasing.OrderAll(ctx, tx, purchasing.OrderRequisitions{Numbers: numbers})
	if err != nil {
		return err
	}
	at := map[string]int{}
	for i, number := range orders.From {
		kind := "purchase_order"
		if rows[i].Kind == "subcontract" {
			kind = "subcontract_order"
		}
		rows[i].DocKind, rows[i].DocNumber = kind, number
		n, ok := at[number]
		if !ok {
			n = len(out.Documents)
			at[number] = n
			out.Documents = append(out.Documents, ReleasedDoc{Kind: kind, Number: number, Sources: []Source{}})
		}
		out.Documents[n].From = append(out.Documents[n].From, asks[i].Item)
	}
	return nil
}

// allDone takes the notice of many back once nothing is open at its site.
func (m *Module) allDone(ctx context.Context, tx *db.Tx, sites map[db.ID]masterdata.Site) error {
	for id := range sites {
		if _, any, err := db.Get[db.ID](ctx, tx, `SELECT id FROM mrp_suggestion WHERE site_id = $1 AND state = 'open' LIMIT 1`, id); err != nil {
			return err
		} else if !any {
			if err := notice.Gone(ctx, tx, NoticeManyLow, id.String()); err != nil {
				return err
			}
		}
	}
	return nil
}

// ChangeSuggestion gives a suggestion another quantity, day or supplier.
type ChangeSuggestion struct {
	Version  int64    `json:"version" doc:"That was looked at"`
	Qty      *num.Dec `json:"qty,omitempty"`
	Due      string   `json:"due,omitempty" maxLength:"10"`
	Supplier string   `json:"supplier,omitempty" maxLength:"100" doc:"Partner code"`
}

// ChangeSuggestion carries it out; later looks keep what was chosen.
func (m *Module) ChangeSuggestion(ctx context.Context, tx *db.Tx, id db.ID, in ChangeSuggestion) (Suggestion, error) {
	rows, items, err := m.chosen(ctx, tx, []db.ID{id})
	if err != nil {
		return Suggestion{}, err
	}
	r := &rows[0]
	it := items[r.Item]
	if r.Version != in.Version {
		return Suggestion{}, fault.Conflict("planning.suggestion_changed", "the suggestion for %s was changed by somebody else", it.Code).With("item", it.Code)
	}
	if in.Qty != nil {
		r.Qty = *in.Qty
	}
	if err := sound(it, r.Qty); err != nil {
		return Suggestion{}, err
	}
	if in.Due != "" {
		if _, err := cal.ParseDay(in.Due); err != nil {
			return Suggestion{}, fault.Invalid("planning.date_bad", "%q is not a date", in.Due).With("date", in.Due)
		}
		if in.Due < tx.Today() {
			return Suggestion{}, fault.Invalid("planning.date_past", "%s has passed", in.Due).With("date", in.Due)
		}
		r.Due = in.Due
	}
	codes, err := siteCodes(ctx, tx)
	if err != nil {
		return Suggestion{}, err
	}
	if code := strings.TrimSpace(in.Supplier); code != "" {
		if r.Kind == "transfer" {
			return Suggestion{}, fault.Invalid("planning.suggestion_brought", "%s is brought from %s, no supplier %s is asked", it.Code, codes[r.From], code).With("item", it.Code).With("site", codes[r.From]).With("supplier", code)
		}
		p, err := masterdata.PartnerByCode(ctx, tx, code)
		if err != nil {
			return Suggestion{}, err
		}
		if !p.Is("supplier") && !p.Is("subcontractor") {
			return Suggestion{}, fault.Invalid("purchasing.not_supplier", "%s is neither a supplier nor a subcontractor", p.Code).With("partner", p.Code)
		}
		r.Supplier = p.ID
	}
	suppliers := map[db.ID]string{}
	if err := partnerNames(ctx, tx, rows, suppliers); err != nil {
		return Suggestion{}, err
	}
	tx.Queue(`UPDATE mrp_suggestion SET qty = $1, due = $2, supplier_id = $3, changed = TRUE, version = version + 1 WHERE id = $4`, r.Qty, r.Due, r.Supplier, r.ID)
	told := r.told(it.Code, suppliers[r.Supplier], codes[r.From])
	tx.Emit(db.Event{Name: EventSuggestionChanged, Subject: "item:" + it.Code, Site: r.Site, Payload: told})
	return told, nil
}

// Dismiss says that suggestions are not to be followed.
type Dismiss struct {
	Suggestions []db.ID `json:"suggestions" minItems:"1" maxItems:"500"`
	Reason      string  `json:"reason" maxLength:"500"`
	Until       string  `json:"until,omitempty" maxLength:"10" doc:"Suggest it again after this day; empty: not before the item has been above its line"`
}

// Dismiss ends them.
func (m *Module) Dismiss(ctx context.Context, tx *db.Tx, in Dismiss) (Done, error) {
	reason := strings.TrimSpace(in.Reason)
	if reason == "" {
		return Done{}, fault.Invalid("planning.reason_missing", "say why")
	}
	if in.Until != "" {
		if _, err := cal.ParseDay(in.Until); err != nil {
			return Done{}, fault.Invalid("planning.date_bad", "%q is not a date", in.Until).With("date", in.Until)
		}
		if in.Until < tx.Today() {
			return Done{}, fault.Invalid("planning.date_past", "%s has passed", in.Until).With("date", in.Until)
		}
	}
	rows, items, err := m.chosen(ctx, tx, in.Suggestions)
	if err != nil {
		return Done{}, err
	}
	suppliers := map[db.ID]string{}
	if err := partnerNames(ctx, tx, rows, suppliers); err != nil {
		return Done{}, err
	}
	codes, err := siteCodes(ctx, tx)
	if err != nil {
		return Done{}, err
	}
	var keys []string
	sites := map[db.ID]masterdata.Site{}
	for i := range rows {
		r := &rows[i]
		r.State = "dropped"
		sites[r.Site] = masterdata.Site{}
		keys = append(keys, lowKey(r))
		tx.Queue(`UPDATE mrp_suggestion SET holds = FALSE WHERE site_id = $1 AND item_id = $2 AND holds`, r.Site, r.Item)
		tx.Queue(`UPDATE mrp_suggestion SET state = 'dropped', reason = $1, holds = TRUE, until = $2, decided_ms = $3, decided_by = $4, version = version + 1 WHERE id = $5 AND state = 'open'`, reason, in.Until, tx.NowMS(), actor.From(ctx).Name, r.ID)
		tx.Emit(db.Event{Name: EventSuggestionDismissed, Subject: "item:" + items[r.Item].Code, Site: r.Site, Reason: reason, Payload: r.told(items[r.Item].Code, suppliers[r.Supplier], codes[r.From])})
	}
	if err := m.allDone(ctx, tx, sites); err != nil {
		return Done{}, err
	}
	return Done{int64(len(rows))}, notice.Gone(ctx, tx, NoticeLow, keys...)
}

// replenishing registers the look at every site, each hour.
func (m *Module) replenishing(r *job.Runner) {
	r.Register(KindReplenish, func(ctx context.Context, j *job.Job) (any, error) {
		sites, err := masterdata.Sites(ctx, j.DB().Read())
		if err != nil {
			return nil, err
		}
		var out []Checked
		for _, s := range sites {
			c, err := m.Replenish(ctx, Check{Site: s.Code})
			if err != nil {
				return out, err
			}
			out = append(out, c)
		}
		return out, nil
	})
	r.Every("replenish", time.Hour, KindReplenish, nil)
}
