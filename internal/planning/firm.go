package planning

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/mrp"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
)

type firmRow struct {
	ID        db.ID   `db:"id"`
	Number    string  `db:"number"`
	Site      db.ID   `db:"site_id"`
	Item      db.ID   `db:"item_id"`
	Kind      string  `db:"kind"`
	Qty       num.Dec `db:"qty"`
	Start     string  `db:"start"`
	Due       string  `db:"due"`
	Priority  int64   `db:"priority"`
	Supplier  db.ID   `db:"supplier_id"`
	Note      string  `db:"note"`
	Sources   string  `db:"sources"`
	State     string  `db:"state"`
	DocKind   string  `db:"doc_kind"`
	DocNumber string  `db:"doc_number"`
	Version   int64   `db:"version"`
	Made      int64   `db:"made_ms"`
	By        string  `db:"made_by"`
	FromSite  db.ID   `db:"from_site_id"`
}

const firmColumns = `f.id, f.number, f.site_id, f.item_id, f.kind, f.qty, f.start, f.due, f.priority, f.supplier_id, f.note, f.sources, f.state, f.doc_kind, f.doc_number, f.version, f.made_ms, f.made_by, f.from_site_id`

// Source is a need behind a firm or released order, as it stood when the order was made.
type Source struct {
	Kind   string  `json:"kind"`
	Number string  `json:"number"`
	Line   int64   `json:"line,omitempty"`
	For    string  `json:"for,omitempty" doc:"Item whose order needs it"`
	Day    string  `json:"day"`
	Qty    num.Dec `json:"qty"`
	Top    string  `json:"top,omitempty" doc:"When the need is a planned order's: the first documents at the top that it is for, as its number goes with the plan"`
}

// Pick names planned orders of the live plan.
type Pick struct {
	Site   string  `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
	Run    db.ID   `json:"run,omitempty" doc:"The plan that was looked at; refused when another one is live now"`
	Orders []int64 `json:"orders" minItems:"1" maxItems:"5000" doc:"Numbers in the plan"`
}

// MakeFirm holds planned orders, one by one or merged.
type MakeFirm struct {
	Pick
	Merge string   `json:"merge,omitempty" enum:",item,week,supplier" doc:"item: all of an item become one order; week: those of an item in the same week; supplier: those of an item bought from the same supplier; empty: each for itself"`
	Qty   *num.Dec `json:"qty,omitempty" doc:"Another quantity, of a single order"`
	Due   string   `json:"due,omitempty" maxLength:"10" doc:"Another day, of a single order"`
	Note  string   `json:"note,omitempty" maxLength:"500"`
}

// Firmed names what was made.
type Firmed struct {
	Orders []string `json:"orders" doc:"Numbers of the firm orders"`
}

// picked reads planned orders that are still free; somebody else who was faster is named.
func (m *Module) picked(ctx context.Context, tx *db.Tx, in Pick) (liveRun, masterdata.Site, []orderRow, error) {
	run, site, err := live(ctx, tx, in.Site)
	if err != nil {
		return run, site, nil, err
	}
	if in.Run != 0 && in.Run != run.ID {
		return run, site, nil, fault.Conflict("planning.plan_changed", "another plan is live now")
	}
	ns := slices.Clone(in.Orders)
	slices.Sort(ns)
	ns = slices.Compact(ns)
	var out []orderRow
	for part := range slices.Chunk(ns, 500) {
		at := make([]int64, len(part))
		for i, n := range part {
			at[i] = n - 1
		}
		w := db.Where{Args: []any{run.ID}}
		db.In(&w, "o.n", at)
		rows, err := db.All[orderRow](ctx, tx, `SELECT `+orderColumns+` FROM mrp_order o`+w.String()+` AND o.run_id = $1 ORDER BY o.n`, w.Args...)
		if err != nil {
			return run, site, nil, err
		}
		out = append(out, rows...)
	}
	if len(out) < len(ns) {
		known := map[int64]bool{}
		for _, o := range out {
			known[o.N+1] = true
		}
		for _, n := range ns {
			if !known[n] {
				return run, site, nil, fault.NotFound("planning.order_unknown", "the plan has no order #%d", n).With("n", n)
			}
		}
	}
	for _, o := range out {
		switch {
		case o.State != "planned":
			return run, site, nil, fault.Conflict("planning.taken", "order #%d is %s already: %s", o.N+1, o.State, o.DocNumber).With("n", o.N+1).With("number", o.DocNumber)
		case o.Kind == "shortage":
			return run, site, nil, fault.Conflict("planning.shortage", "order #%d is missing material of a customer", o.N+1).With("n", o.N+1)
		}
	}
	return run, site, out, nil
}

// sourcesOf are the needs behind planned orders.
func sourcesOf(ctx context.Context, q db.Querier, run db.ID, orders []orderRow) (map[int64][]Source, error) {
	out := map[int64][]Source{}
	var above []int64 // planned orders behind them
	byItem := map[db.ID][]orderRow{}
	for _, o := range orders {
		byItem[o.Item] = append(byItem[o.Item], o)
	}
	nets, err := netsOf(ctx, q, run, slices.Sorted(maps.Keys(byItem)))
	if err != nil {
		return nil, err
	}
	for item, list := range byItem {
		n := nets[item]
		mine := map[int64]bool{}
		for _, o := range list {
			mine[o.N+1] = true
		}
		for _, g := range n.Pegs {
			if s := &n.Supplies[g.Supply]; s.Kind == "planned" && mine[s.N] {
				e := &n.Needs[g.Need]
				if e.Kind == "planned" {
					above = append(above, e.N-1)
				}
				out[s.N] = append(out[s.N], Source{Kind: e.Kind, Number: e.Number, Line: e.Line, For: e.For, Day: e.Day, Qty: g.Qty})
			}
		}
	}
	type top struct {
		N         int64  `db:"n"`
		WantedFor string `db:"wanted_for"`
	}
	tops := map[string]string{}
	slices.Sort(above)
	for part := range slices.Chunk(slices.Compact(above), 500) {
		w := db.Where{Args: []any{run}}
		db.In(&w, "n", part)
		rows, err := db.All[top](ctx, q, `SELECT n, wanted_for FROM mrp_order`+w.String()+` AND run_id IN (SELECT o.id FROM mrp_run o JOIN mrp_run r ON r.id = $1 WHERE o.id = r.id OR r.group_id <> 0 AND o.group_id = r.group_id)`, w.Args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			tops[fmt.Sprintf("#%d", r.N+1)] = r.WantedFor
		}
	}
	for _, list := range out {
		for i := range list {
			if list[i].Kind == "planned" {
				list[i].Top = tops[list[i].Number]
			}
		}
	}
	return out, nil
}

// Firm holds planned orders: later runs take them as they are.
func (m *Module) Firm(ctx context.Context, tx *db.Tx, in MakeFirm) (Firmed, error) {
	run, site, orders, err := m.picked(ctx, tx, in.Pick)
	if err != nil {
		return Firmed{}, err
	}
	if (in.Qty != nil || in.Due != "") && len(orders) != 1 {
		return Firmed{}, fault.Invalid("planning.one_only", "another quantity or day needs exactly one order")
	}
	sources, err := sourcesOf(ctx, tx, run.ID, orders)
	if err != nil {
		return Firmed{}, err
	}
	items, err := itemsOf(ctx, tx, orders)
	if err != nil {
		return Firmed{}, err
	}
	groups := map[string][]orderRow{}
	var names []string
	for _, o := range orders {
		k := mergeKey(in.Merge, &o)
		if groups[k] == nil {
			names = append(names, k)
		}
		groups[k] = append(groups[k], o)
	}
	numbers, err := tx.Numbers("firm", len(names))
	if err != nil {
		return Firmed{}, err
	}
	var rows []firmRow
	var marks []mark
	for i, k := range names {
		f := firmRow{ID: tx.ID(), Number: numbers[i], Site: run.Site, Note: strings.TrimSpace(in.Note), State: "firm", Version: 1, Made: tx.NowMS(), By: actor.From(ctx).Name, Priority: 255}
		var from []Source
		for j := range groups[k] {
			o := &groups[k][j]
			f.Item, f.Kind, f.Supplier, f.FromSite = o.Item, o.Kind, o.Supplier, o.FromSite
			f.Qty += o.Qty
			if f.Due == "" || o.Due < f.Due {
				f.Due, f.Start = o.Due, o.Start
			}
			f.Priority = min(f.Priority, o.Priority)
			from = append(from, sources[o.N+1]...)
			marks = append(marks, mark{o.ID, "firm", f.Number})
		}
		if in.Qty != nil {
			f.Qty = *in.Qty
		}
		if in.Due != "" {
			if f.Start, err = m.startOf(ctx, tx, site, items[f.Item], f.Qty, in.Due); err != nil {
				return Firmed{}, err
			}
			f.Due = in.Due
		}
		if err := sound(items[f.Item], f.Qty); err != nil {
			return Firmed{}, err
		}
		text, err := json.Marshal(merged(from))
		if err != nil {
			return Firmed{}, err
		}
		f.Sources = string(text)
		rows = append(rows, f)
		tx.Emit(db.Event{Name: EventFirmed, Subject: "firm:" + f.Number, Site: f.Site, Reason: f.Note, Payload: FirmTold{f.Number, items[f.Item].Code, f.Kind, f.Qty, f.Start, f.Due, merged(from)}})
	}
	markAll(tx, "mrp_order", "firm", marks)
	return Firmed{numbers}, db.Insert(ctx, tx, "mrp_firm", rows...)
}

// merged adds up sources of the same document.
func merged(list []Source) []Source {
	out := []Source{}
	for _, s := range list {
		at := slices.IndexFunc(out, func(o Source) bool { q := o; q.Qty = s.Qty; return q == s })
		if at < 0 {
			out = append(out, s)
		} else {
			out[at].Qty += s.Qty
		}
	}
	return out
}

func mergeKey(rule string, o *orderRow) string {
	base := fmt.Sprintf("%d %s", o.Item, o.Kind)
	switch rule {
	case "item":
		return base
	case "week":
		d, _ := cal.ParseDay(o.Due)
		return fmt.Sprintf("%s %d", base, int(d)-(d.Weekday()-1))
	case "supplier":
		return fmt.Sprintf("%s %d", base, o.Supplier)
	}
	return fmt.Sprintf("%d", o.N)
}

func itemsOf(ctx context.Context, q db.Querier, orders []orderRow) (map[db.ID]masterdata.Item, error) {
	var ids []db.ID
	for _, o := range orders {
		ids = append(ids, o.Item)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	out := map[db.ID]masterdata.Item{}
	for part := range slices.Chunk(ids, 500) {
		found, err := masterdata.Items(ctx, q, part)
		if err != nil {
			return nil, err
		}
		for id, it := range found {
			out[id] = it
		}
	}
	return out, nil
}

func sound(it masterdata.Item, qty num.Dec) error {
	switch {
	case qty <= 0 || qty > num.Max:
		return fault.Invalid("planning.qty_not_positive", "the quantity of %s must be above zero", it.Code).With("item", it.Code).With("qty", qty)
	case !qty.Fits(it.Decimals):
		return fault.Invalid("inventory.decimals", "%s is counted in %s with %d decimals", it.Code, it.UoM, it.Decimals).With("item", it.Code).With("uom", it.UoM).With("decimals", it.Decimals).With("qty", qty)
	}
	return nil
}

// startOf counts the start of an order of a quantity back from its day.
func (m *Module) startOf(ctx context.Context, q db.Querier, site masterdata.Site, it masterdata.Item, qty num.Dec, due string) (string, error) {
	d, err := cal.ParseDay(due)
	if err != nil {
		return "", fault.Invalid("planning.date_bad", "%q is not a date", due).With("date", due)
	}
	row, ok, err := db.Get[itemRow](ctx, q, itemSelect+` WHERE i.id = $2`, site.ID, it.ID)
	if err != nil || !ok {
		return "", err
	}
	c, err := masterdata.SiteCalendar(ctx, q, site.ID)
	if err != nil {
		return "", err
	}
	x := mrp.Item{LeadDays: row.LeadDays, LeadPer: row.LeadPer, LeadPerDays: row.PerDays}
	if row.brought() {
		return (d - cal.Day(row.Transfer)).String(), nil
	}
	p := &problem{m: m, Problem: mrp.Problem{Today: d, Items: []mrp.Item{x}}, items: []itemRow{row}}
	if err := p.leadByRouting(ctx, q, 0, c); err != nil {
		return "", err
	}
	days := p.Items[0].Lead(qty)
	if it.Kind != "make" && it.Kind != "subcontract" || c == nil {
		return (d - cal.Day(days)).String(), nil
	}
	return c.BackDays(d, days).String(), nil
}

func firmOf(ctx context.Context, q db.Querier, number string) (firmRow, error) {
	f, ok, err := db.Get[firmRow](ctx, q, `SELECT `+firmColumns+` FROM mrp_firm f WHERE f.number = $1`, number)
	if err == nil && ok {
		err = identity.SeeSite(ctx, f.Site)
	}
	if err == nil && !ok {
		err = firmUnknown(number)
	}
	return f, err
}

func firmUnknown(number string) error {
	return fault.NotFound("planning.firm_unknown", "there is no firm order %s", number).With("number", number)
}

func (f *firmRow) open() error {
	if f.State != "firm" {
		return fault.Conflict("planning.firm_over", "firm order %s is %s: %s", f.Number, f.State, f.DocNumber).With("number", f.Number).With("state", f.State).With("document", f.DocNumber)
	}
	return nil
}

// EditFirm changes a firm order.
type EditFirm struct {
	Version int64    `json:"version" doc:"That was looked at"`
	Qty     *num.Dec `json:"qty,omitempty"`
	Due     string   `json:"due,omitempty" maxLength:"10"`
	Note    *string  `json:"note,omitempty" maxLength:"500"`
}

// Edit changes a firm order.
func (m *Module) Edit(ctx context.Context, tx *db.Tx, number string, in EditFirm) (Firmed, error) {
	f, err := firmOf(ctx, tx, number)
	if err != nil {
		return Firmed{}, err
	}
	if err := f.open(); err != nil {
		return Firmed{}, err
	}
	if in.Version != f.Version {
		return Firmed{}, fault.Conflict("planning.firm_changed", "firm order %s was changed meanwhile", number).With("number", number)
	}
	it, err := masterdata.ItemByID(ctx, tx, f.Item)
	if err != nil {
		return Firmed{}, err
	}
	site, err := masterdata.SiteByID(ctx, tx, f.Site)
	if err != nil {
		return Firmed{}, err
	}
	if in.Qty != nil {
		f.Qty = *in.Qty
	}
	if in.Due != "" {
		if f.Start, err = m.startOf(ctx, tx, site, it, f.Qty, in.Due); err != nil {
			return Firmed{}, err
		}
		f.Due = in.Due
	}
	if in.Note != nil {
		f.Note = strings.TrimSpace(*in.Note)
	}
	if err := sound(it, f.Qty); err != nil {
		return Firmed{}, err
	}
	tx.Queue(`UPDATE mrp_firm SET qty = $1, start = $2, due = $3, note = $4, version = version + 1 WHERE id = $5`, f.Qty, f.Start, f.Due, f.Note, f.ID)
	tx.Emit(db.Event{Name: EventFirmEdited, Subject: "firm:" + f.Number, Site: f.Site, Payload: FirmTold{f.Number, it.Code, f.Kind, f.Qty, f.Start, f.Due, f.from()}})
	return Firmed{[]string{number}}, nil
}

func (f *firmRow) from() (out []Source) {
	_ = json.Unmarshal([]byte(f.Sources), &out) // written by this room
	return out
}

// SplitFirm divides a firm order.
type SplitFirm struct {
	Qty num.Dec `json:"qty" doc:"Of the new order; the rest stays"`
	Due string  `json:"due,omitempty" maxLength:"10" doc:"Of the new order, default the same"`
}

// Split divides a firm order in two.
func (m *Module) Split(ctx context.Context, tx *db.Tx, number string, in SplitFirm) (Firmed, error) {
	f, err := firmOf(ctx, tx, number)
	if err != nil {
		return Firmed{}, err
	}
	if err := f.open(); err != nil {
		return Firmed{}, err
	}
	it, err := masterdata.ItemByID(ctx, tx, f.Item)
	if err != nil {
		return Firmed{}, err
	}
	if err := sound(it, in.Qty); err != nil {
		return Firmed{}, err
	}
	if in.Qty >= f.Qty {
		return Firmed{}, fault.Invalid("planning.split_all", "%s of %s leave nothing", in.Qty, f.Qty).With("qty", in.Qty).With("of", f.Qty)
	}
	site, err := masterdata.SiteByID(ctx, tx, f.Site)
	if err != nil {
		return Firmed{}, err
	}
	n := f
	n.ID, n.Qty, n.Version, n.Made, n.By = tx.ID(), in.Qty, 1, tx.NowMS(), actor.From(ctx).Name
	if n.Number, err = tx.Number("firm"); err != nil {
		return Firmed{}, err
	}
	if in.Due != "" {
		if n.Start, err = m.startOf(ctx, tx, site, it, n.Qty, in.Due); err != nil {
			return Firmed{}, err
		}
		n.Due = in.Due
	}
	tx.Queue(`UPDATE mrp_firm SET qty = qty - $1, version = version + 1 WHERE id = $2`, in.Qty, f.ID)
	tx.Emit(db.Event{Name: EventFirmed, Subject: "firm:" + n.Number, Site: n.Site, Reason: "split from " + f.Number, Payload: FirmTold{n.Number, it.Code, n.Kind, n.Qty, n.Start, n.Due, f.from()}})
	return Firmed{[]string{f.Number, n.Number}}, db.Insert(ctx, tx, "mrp_firm", n)
}

// Withdraw gives up a firm order: the next run plans by its rules again. The planned orders that it was made of are free
// at once where it stands for all of them still; of one that was split or made smaller the rest waits for the next run.
func (m *Module) Withdraw(ctx context.Context, tx *db.Tx, number, reason string) (Firmed, error) {
	f, err := firmOf(ctx, tx, number)
	if err != nil {
		return Firmed{}, err
	}
	if err := f.open(); err != nil {
		return Firmed{}, err
	}
	tx.Queue(`UPDATE mrp_firm SET state = 'withdrawn', version = version + 1 WHERE id = $1`, f.ID)
	tx.Queue(`UPDATE mrp_order SET state = 'planned', doc_kind = '', doc_number = '' WHERE doc_kind = 'firm' AND doc_number = $1
		AND (SELECT sum(o.qty) FROM mrp_order o WHERE o.run_id = mrp_order.run_id AND o.doc_kind = 'firm' AND o.doc_number = $1) <= $2`, f.Number, f.Qty)
	tx.Emit(db.Event{Name: EventWithdrawn, Subject: "firm:" + f.Number, Site: f.Site, Reason: reason, Payload: Firmed{[]string{number}}})
	return Firmed{[]string{number}}, nil
}

// Release turns planned and firm orders into documents: work orders, and requisitions or orders to suppliers.
type Release struct {
	Site   string   `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
	Run    db.ID    `json:"run,omitempty" doc:"The plan that was looked at; refused when another one is live now"`
	Orders []int64  `json:"orders,omitempty" maxItems:"5000" doc:"Numbers in the plan"`
	Firm   []string `json:"firm,omitempty" maxItems:"5000" doc:"Numbers of firm orders"`
	Floor  bool     `json:"release_to_floor,omitempty" doc:"Work orders begin as released instead of planned"`
}

// Released says what became of them.
type Released struct {
	Documents []ReleasedDoc `json:"documents"`
}

// ReleasedDoc is a document that was made.
type ReleasedDoc struct {
	Kind    string   `json:"kind" enum:"work_order,requisition,purchase_order,subcontract_order,transfer"`
	Number  string   `json:"number"`
	Item    string   `json:"item,omitempty" doc:"Of a work order or requisition"`
	Qty     num.Dec  `json:"qty,omitempty" doc:"Of a work order or requisition"`
	From    []string `json:"from" doc:"Planned (#) and firm orders that it comes from"`
	Sources []Source `json:"sources"`
}

// candidate is a planned or firm order on its way to a document.
type candidate struct {
	name     string
	kind     string
	item     db.ID
	qty      num.Dec
	start    string
	due      string
	priority int64
	supplier db.ID
	sources  []Source
	done     func(kind, number string)
	from     string // another supplier than the item's, by code
	source   string // who asks; empty: planning
	fromSite db.ID
}

// Release makes the documents in one transaction: all or nothing. A firm order becomes a document of its own site.
func (m *Module) Release(ctx context.Context, tx *db.Tx, in Release) (Released, error) {
	if len(in.Orders)+len(in.Firm) == 0 {
		return Released{}, fault.Invalid("planning.nothing", "name the orders to release")
	}
	lists := map[db.ID][]candidate{}
	var sites []masterdata.Site
	var ids []orderRow
	var planned, firm []mark
	if len(in.Orders) > 0 {
		run, site, orders, err := m.picked(ctx, tx, Pick{in.Site, in.Run, in.Orders})
		if err != nil {
			return Released{}, err
		}
		sources, err := sourcesOf(ctx, tx, run.ID, orders)
		if err != nil {
			return Released{}, err
		}
		sites = append(sites, site)
		for i := range orders {
			o := &orders[i]
			lists[site.ID] = append(lists[site.ID], candidate{fmt.Sprintf("#%d", o.N+1), o.Kind, o.Item, o.Qty, o.Start, o.Due, o.Priority, o.Supplier, sources[o.N+1], func(kind, number string) { planned = append(planned, mark{o.ID, kind, number}) }, "", "", o.FromSite})
		}
		ids = append(ids, orders...)
	}
	held, err := firmsOf(ctx, tx, in.Firm)
	if err != nil {
		return Released{}, err
	}
	for _, f := range held {
		if err := f.open(); err != nil {
			return Released{}, err
		}
		if !slices.ContainsFunc(sites, func(s masterdata.Site) bool { return s.ID == f.Site }) {
			site, err := masterdata.SiteByID(ctx, tx, f.Site)
			if err != nil {
				return Released{}, err
			}
			sites = append(sites, site)
		}
		ids = append(ids, orderRow{Item: f.Item})
		lists[f.Site] = append(lists[f.Site], candidate{f.Number, f.Kind, f.Item, f.Qty, f.Start, f.Due, f.Priority, f.Supplier, f.from(), func(kind, number string) { firm = append(firm, mark{f.ID, kind, number}) }, "", "", f.FromSite})
	}
	items, err := itemsOf(ctx, tx, ids)
	if err != nil {
		return Released{}, err
	}
	out := Released{Documents: []ReleasedDoc{}}
	for _, site := range sites {
		first := len(out.Documents)
		if err := m.releaseWork(ctx, tx, site, lists[site.ID], items, in.Floor, &out); err != nil {
			return Released{}, err
		}
		if err := m.releasePurchases(ctx, tx, site, lists[site.ID], items, &out); err != nil {
			return Released{}, err
		}
		if err := m.releaseTransfers(ctx, tx, site, lists[site.ID], items, &out); err != nil {
			return Released{}, err
		}
		for _, d := range out.Documents[first:] {
			tx.Emit(db.Event{Name: EventReleased, Subject: d.Kind + ":" + d.Number, Site: site.ID, Payload: d})
		}
	}
	markAll(tx, "mrp_order", "released", planned)
	markAll(tx, "mrp_firm", "released", firm)
	return out, nil
}

func (m *Module) releaseWork(ctx context.Context, tx *db.Tx, site masterdata.Site, list []candidate, items map[db.ID]masterdata.Item, floor bool, out *Released) error {
	var orders []production.NewOrder
	var from []candidate
	lines, err := salesLinesOf(ctx, tx, list)
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.kind != "make" {
			continue
		}
		o := production.NewOrder{Site: site.ID, Item: c.item, Qty: c.qty, Due: c.due, Start: max(c.start, tx.Today()), Priority: min(c.priority, 9)}
		if o.Start > o.Due {
			o.Start = o.Due
		}
		if of, ok := c.forLine(); ok {
			if line := lines[of]; line != 0 {
				o.SalesLine, o.SalesRef = line, of.number
			}
		}
		orders, from = append(orders, o), append(from, c)
	}
	if len(orders) == 0 {
		return nil
	}
	made, err := m.Production.CreateOrders(ctx, tx, orders)
	if err != nil {
		return err
	}
	var ids []db.ID
	for i, o := range made {
		from[i].done("work_order", o.Number)
		out.Documents = append(out.Documents, ReleasedDoc{"work_order", o.Number, o.ItemCode, o.Qty, []string{from[i].name}, merged(from[i].sources)})
		ids = append(ids, o.ID)
	}
	if floor {
		return m.Production.ReleaseOrders(ctx, tx, ids)
	}
	return nil
}

// releasePurchases asks the buyer, a requisition for each; or orders at once where the company has chosen so, one order
// for each supplier and kind, a line for each candidate.
func (m *Module) releasePurchases(ctx context.Context, tx *db.Tx, site masterdata.Site, list []candidate, items map[db.ID]masterdata.Item, out *Released) error {
	var asks []purchasing.NewRequisition
	var from []candidate
	for _, c := range list {
		if c.kind != "buy" && c.kind != "subcontract" {
			continue
		}
		kind := "purchase"
		if c.kind == "subcontract" {
			kind = "subcontract"
		}
		asks = append(asks, purchasing.NewRequisition{Site: site.Code, Item: items[c.item].Code, Qty: c.qty, Due: max(c.due, tx.Today()), Kind: kind, Supplier: c.from, Source: cmp.Or(c.source, "planning"), WantedFor: wantedBy(c.sources)})
		from = append(from, c)
	}
	if len(asks) == 0 {
		return nil
	}
	made, err := m.Purchasing.Request(ctx, tx, asks)
	if err != nil {
		return err
	}
	as, err := masterdata.Setting(ctx, tx, SettingBuyAs, "requisition")
	if err != nil {
		return err
	}
	if as != "order" {
		for i, r := range made {
			from[i].done("requisition", r.Number)
			out.Documents = append(out.Documents, ReleasedDoc{"requisition", r.Number, r.Item, r.Qty, []string{from[i].name}, merged(from[i].sources)})
		}
		return nil
	}
	numbers := make([]string, len(made))
	for i, r := range made {
		if r.Supplier == "" {
			return fault.Conflict("planning.no_supplier", "%s has no supplier", r.Item).With("item", r.Item).With("order", from[i].name)
		}
		numbers[i] = r.Number
	}
	orders, err := m.Purchasing.OrderAll(ctx, tx, purchasing.OrderRequisitions{Numbers: numbers})
	if err != nil {
		return err
	}
	doc := map[string]int{}
	for i, r := range orders.From {
		kind := "purchase_order"
		if from[i].kind == "subcontract" {
			kind = "subcontract_order"
		}
		from[i].done(kind, r)
		n, ok := doc[r]
		if !ok {
			n = len(out.Documents)
			doc[r] = n
			out.Documents = append(out.Documents, ReleasedDoc{Kind: kind, Number: r})
		}
		d := &out.Documents[n]
		d.From, d.Sources = append(d.From, from[i].name), merged(append(d.Sources, from[i].sources...))
	}
	return nil
}

// wantedBy names the first documents behind an order, for people.
func wantedBy(list []Source) string {
	var out []string
	for _, s := range list {
		names := []string{s.Number}
		if s.Top != "" { // the number of a planned order goes with its plan
			names = strings.Split(s.Top, ", ")
		}
		for _, n := range names {
			if n != "" && n != "…" && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	if len(out) > maxTops {
		out = append(out[:maxTops], "…")
	}
	return strings.Join(out, ", ")
}
