package planning

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/kit"
	"kaiwu/internal/planning/mrp"
)

// kitting is the problem of the kit analysis, and which rows its indices stand for.
type kitting struct {
	*problem
	kit.Problem
	today  cal.Day
	list   []kitOrder // of each order
	coming []mrp.Source
	gone   map[place]num.Dec // reserved
	answer *kit.Answer
}

// kitOrder is an order that wants parts.
type kitOrder struct {
	Kind     string // sales_order work_order forecast manual, asked for what nobody has entered
	ID       db.ID
	Number   string
	Line     int64
	Customer db.ID
	Centers  []string
	Away     bool // of another site, whose stock counts for what it brings
}

func (k *kitting) add(o kit.Order, of kitOrder) int32 {
	k.Orders, k.list = append(k.Orders, o), append(k.list, of)
	return int32(len(k.Orders) - 1)
}

// kitting reads who wants what, and what there is, at a site and at those that bring it items or get some from it.
func (m *Module) kitting(ctx context.Context, q db.Querier, siteCode string) (*kitting, error) {
	site, err := siteOf(ctx, q, siteCode)
	if err != nil {
		return nil, err
	}
	p, err := m.readTogether(ctx, q, site)
	if err != nil {
		return nil, err
	}
	return p.kitting(ctx, q)
}

func (p *problem) kitting(ctx context.Context, q db.Querier) (*kitting, error) {
	k := &kitting{problem: p, today: p.Today}
	k.Problem = kit.Problem{Today: p.Today, Calendar: p.Calendar, Calendars: p.Calendars, Items: p.Items, Versions: p.Versions}
	own, works, customers := map[db.ID][]kit.Claim{}, map[db.ID]int32{}, map[db.ID]db.ID{}
	type row struct {
		ID       db.ID `db:"id"`
		Customer db.ID `db:"customer_id"`
	}
	defer p.turn(0)
	for n := range p.sites {
		p.turn(n)
		if err := k.reserved(ctx, q, own); err != nil {
			return nil, err
		}
		if err := k.readWorks(ctx, q, works); err != nil {
			return nil, err
		}
		if err := db.Each(ctx, q, `SELECT id, customer_id FROM v_sales_line WHERE site_id = $1 AND NOT cancelled AND qty > shipped`, []any{p.site.ID}, func(r *row) error {
			customers[r.ID] = r.Customer
			return nil
		}); err != nil {
			return nil, err
		}
	}
	k.lots()
	for _, s := range p.Supplies {
		if s.Qty <= 0 {
			continue
		}
		c := kit.Coming{Item: s.Item, Day: s.Day, Qty: s.Qty, Ref: int32(len(k.coming)), Work: -1}
		switch s.Source.Kind {
		case mrp.Purchase, mrp.Subcontracted, mrp.Requisition, mrp.Transit:
		case mrp.WorkOrder:
			if at, ok := works[p.docs[s.Source.Ref].ID]; ok {
				c.Work = at
			}
		default:
			continue // stock is read with what is reserved; what the planner holds to is no document yet
		}
		k.coming, k.Coming = append(k.coming, s.Source), append(k.Coming, c)
	}
	for _, d := range p.Demands {
		if d.Qty <= 0 || d.Source.Kind == mrp.WorkOrder {
			continue
		}
		if d.Source.Kind == mrp.Subcontracted || d.Source.Kind == mrp.Transit { // is to be sent
			k.Claims = append(k.Claims, kit.Claim{Item: d.Item, Qty: d.Qty})
			continue
		}
		at := p.docs[d.Source.Ref]
		k.add(kit.Order{Item: d.Item, Qty: d.Qty, Due: d.Day, Priority: d.Priority, Own: own[at.ID]},
			kitOrder{Kind: kindOf(d.Source), ID: at.ID, Number: at.Number, Line: at.Line, Customer: customers[at.ID], Away: p.items[d.Item].site > 0})
	}
	slices.SortFunc(k.Claims, func(a, b kit.Claim) int { return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Qty, b.Qty)) })
	return k, nil
}

// reserved takes what is reserved out of the stock that anybody may have; the lines of sales orders keep theirs.
func (k *kitting) reserved(ctx context.Context, q db.Querier, own map[db.ID][]kit.Claim) error {
	type row struct {
		Item db.ID   `db:"item_id"`
		Lot  db.ID   `db:"lot_id"`
		Kind string  `db:"doc_kind"`
		Doc  db.ID   `db:"doc_id"`
		Qty  num.Dec `db:"qty"`
	}
	if k.gone == nil {
		k.gone = map[place]num.Dec{}
	}
	return db.Each(ctx, q, `SELECT item_id, lot_id, doc_kind, doc_id, CAST(sum(qty) AS BIGINT) AS qty FROM v_reservation WHERE site_id = $1
		GROUP BY item_id, lot_id, doc_kind, doc_id ORDER BY doc_id, item_id, lot_id`, []any{k.site.ID}, func(r *row) error {
		if i, ok := k.at[r.Item]; ok {
			k.gone[place{i, r.Lot}] += r.Qty
			if r.Kind == "so_line" {
				own[r.Doc] = append(own[r.Doc], kit.Claim{Item: i, Qty: r.Qty})
			}
		}
		return nil
	})
}

// lots is the stock without what is reserved.
func (k *kitting) lots() {
	for _, s := range k.Supplies {
		if s.Source.Kind == mrp.Stock {
			at := place{s.Item, k.docs[s.Source.Ref].ID}
			part := min(k.gone[at], s.Qty)
			k.gone[at] -= part
			k.Stock = append(k.Stock, kit.Lot{Item: s.Item, Qty: s.Qty - part, Expires: s.Expires})
		}
	}
}

// place is a lot of an item of a site.
type place struct {
	item int32
	lot  db.ID
}

// readWorks takes work orders with what they still need by their own copy of the bill.
func (k *kitting) readWorks(ctx context.Context, q db.Querier, at map[db.ID]int32) error {
	type head struct {
		ID       db.ID   `db:"id"`
		Number   string  `db:"number"`
		Item     db.ID   `db:"item_id"`
		Open     num.Dec `db:"open"`
		Due      string  `db:"due"`
		Priority int64   `db:"priority"`
		Customer db.ID   `db:"customer_id"`
	}
	before := len(at)
	err := db.Each(ctx, q, `SELECT o.id, o.number, o.item_id, CASE WHEN o.status = 'completed' THEN 0 ELSE o.qty - o.good - o.scrap END AS open, o.due, o.priority, coalesce(l.customer_id, 0) AS customer_id
		FROM v_work_order o LEFT JOIN v_sales_line l ON l.id = o.sales_line_id
		WHERE o.site_id = $1 AND o.status IN ('planned', 'released', 'started', 'completed') ORDER BY o.number`, []any{k.site.ID}, func(r *head) error {
		if i, ok := k.at[r.Item]; ok {
			at[r.ID] = k.add(kit.Order{Item: i, Qty: max(r.Open, 0), Due: k.day(r.Due), Priority: priority(r.Priority), Work: true}, kitOrder{Kind: "work_order", ID: r.ID, Number: r.Number, Customer: r.Customer, Away: k.items[i].site > 0})
		}
		return nil
	})
	if err != nil || len(at) == before {
		return err
	}
	needs, err := k.m.Production.OpenNeedsOf(ctx, q, k.site.ID, nil)
	if err != nil {
		return err
	}
	type part struct {
		order db.ID
		item  int32
	}
	open := map[part]num.Dec{}
	for _, n := range needs {
		if i, ok := k.at[n.Item]; ok {
			open[part{n.Order, i}] += n.Qty
		}
	}
	type row struct {
		Order db.ID   `db:"order_id"`
		Item  db.ID   `db:"item_id"`
		Qty   num.Dec `db:"qty"`
		Scrap num.Dec `db:"scrap_pct"`
	}
	err = db.Each(ctx, q, `SELECT c.order_id, c.item_id, c.qty, c.scrap_pct FROM v_wo_component c
		WHERE c.site_id = $1 AND c.role = 'component' AND c.issue <> 'none' AND c.order_status IN ('planned', 'released', 'started') ORDER BY c.order_id, c.line`, []any{k.site.ID}, func(r *row) error {
		o, known := at[r.Order]
		i, ok := k.at[r.Item]
		if !known || !ok {
			return nil
		}
		x := &k.Orders[o]
		full, err := k.problem.Gross(x.Qty, &mrp.Line{Item: i, Qty: r.Qty, ScrapPct: r.Scrap})
		if err != nil {
			return err
		}
		own := part{r.Order, i}
		need := min(open[own], full)
		open[own] -= need
		x.Parts = append(x.Parts, kit.Part{Item: i, Per: r.Qty, ScrapPct: r.Scrap, Held: full - need})
		return nil
	})
	for p, more := range open { // what reports owe beyond what the rest of the pieces needs is gone already
		if more > 0 {
			k.Claims = append(k.Claims, kit.Claim{Item: p.item, Qty: more})
		}
	}
	return err
}

// deal works the answer out.
func (k *kitting) deal() (err error) {
	if k.answer, err = kit.Analyse(&k.Problem); err != nil {
		return refused(err)
	}
	return nil
}

// centers notes at which work centers each order is made.
func (k *kitting) centers(ctx context.Context, q db.Querier) error {
	list, err := masterdata.WorkCenters(ctx, q, k.site.ID)
	if err != nil {
		return err
	}
	type row struct {
		Order  db.ID `db:"order_id"`
		Center db.ID `db:"work_center_id"`
	}
	of := map[db.ID][]string{}
	if err := db.Each(ctx, q, `SELECT order_id, work_center_id FROM v_wo_op WHERE site_id = $1 AND own_done_ms = 0 AND order_status IN ('planned', 'released', 'started') ORDER BY order_id, op`, []any{k.site.ID}, func(r *row) error {
		if c := list[r.Center].Code; c != "" && !slices.Contains(of[r.Order], c) {
			of[r.Order] = append(of[r.Order], c)
		}
		return nil
	}); err != nil {
		return err
	}
	var items []db.ID
	for n := range k.list {
		if k.list[n].Kind != "work_order" && !k.list[n].Away {
			items = append(items, k.items[k.Orders[n].Item].ID)
		}
	}
	slices.Sort(items)
	routes, err := masterdata.EffectiveRoutings(ctx, q, slices.Compact(items), k.today.String())
	if err != nil {
		return err
	}
	for n := range k.list {
		o := &k.list[n]
		if o.Away {
			continue
		}
		if o.Kind == "work_order" {
			o.Centers = of[o.ID]
			continue
		}
		for _, op := range routes[k.items[k.Orders[n].Item].ID].Ops {
			if c := list[op.WorkCenterID].Code; c != "" && !slices.Contains(o.Centers, c) {
				o.Centers = append(o.Centers, c)
			}
		}
	}
	return nil
}

// AskKits says which orders are looked at.
type AskKits struct {
	Site     string   `query:"site" maxLength:"64" doc:"Empty = your first site"`
	Orders   []string `query:"order,explode" maxItems:"500" doc:"Numbers of sales or work orders; empty: all"`
	Kind     string   `query:"kind" enum:"sales_order,work_order,forecast,manual," doc:"Empty: sales and work orders"`
	From     string   `query:"from" maxLength:"10" doc:"Due from"`
	To       string   `query:"to" maxLength:"10" doc:"Due up to"`
	Customer string   `query:"customer" maxLength:"100" doc:"Code"`
	Center   string   `query:"center" maxLength:"100" doc:"Code of a work center at which it is made"`
	Missing  bool     `query:"missing" doc:"Only orders that are not complete"`
	Limit    int      `query:"limit" minimum:"1" maximum:"1000" default:"200" doc:"Orders, by priority and due date"`
	Parts    int      `query:"parts" minimum:"1" maximum:"500" default:"100" doc:"Columns: the parts that hold up the most orders first"`
}

// KitRow is an order of the kit analysis.
type KitRow struct {
	Kind     string   `json:"kind"`
	ID       db.ID    `json:"id"`
	Number   string   `json:"number"`
	Line     int64    `json:"line,omitempty"`
	Customer string   `json:"customer,omitempty"`
	Item     string   `json:"item"`
	Name     string   `json:"name"`
	UoM      string   `json:"uom"`
	Qty      num.Dec  `json:"qty" doc:"Open"`
	Due      string   `json:"due"`
	Priority int64    `json:"priority"`
	Sets     num.Dec  `json:"sets" doc:"Lie there or can be built today"`
	Stock    num.Dec  `json:"stock" doc:"Of these, finished"`
	State    string   `json:"state" enum:"complete,coming,short" doc:"complete: all parts are there; coming: what is missing is on its way; short: something has to be ordered, or asked of another site"`
	Ready    string   `json:"ready" doc:"When the last part is there; empty: nobody can say"`
	Done     string   `json:"done" doc:"When all can be finished, lead times counted"`
	Late     bool     `json:"late" doc:"Finished after the due date"`
	Missing  int      `json:"missing" doc:"Parts that are not all there"`
	Block    string   `json:"block,omitempty" doc:"The part that comes last"`
	Waits    []string `json:"waits,omitempty" doc:"Work orders that miss parts themselves"`
	Centers  []string `json:"centers,omitempty"`
	Overflow bool     `json:"overflow,omitempty" doc:"Its figures are too big to reckon with; it was left out"`
}

// KitPart is a column of the matrix.
type KitPart struct {
	Item   string  `json:"item"`
	Name   string  `json:"name"`
	UoM    string  `json:"uom"`
	Short  num.Dec `json:"short" doc:"Missing today, of the orders shown"`
	Blocks int     `json:"blocks" doc:"Orders shown that miss it"`
	From   string  `json:"from,omitempty" doc:"The site that brings it"`
}

// KitCell is what an order needs of a part.
type KitCell struct {
	Row    int     `json:"o" doc:"Place of the order"`
	Column int     `json:"p" doc:"Place of the part"`
	State  string  `json:"s" enum:"there,build,coming,transfer,short" doc:"transfer: has to be asked of another site"`
	Need   num.Dec `json:"need"`
	Have   num.Dec `json:"have" doc:"Of it, there today"`
	Day    string  `json:"day,omitempty" doc:"When all of it can be there"`
}

// KitMatrix is orders by parts.
type KitMatrix struct {
	Site     string    `json:"site"`
	Today    string    `json:"today"`
	Total    int       `json:"total" doc:"Orders that fit; shown are the first"`
	Complete int       `json:"complete" doc:"Of all that fit"`
	Coming   int       `json:"coming"`
	Short    int       `json:"short"`
	Columns  int       `json:"columns" doc:"Parts of the orders shown; given are the first"`
	Orders   []KitRow  `json:"orders"`
	Parts    []KitPart `json:"parts"`
	Cells    []KitCell `json:"cells"`
}

func (k *kitting) row(n int32, names map[db.ID]string) KitRow {
	o, of, r := &k.Orders[n], &k.list[n], &k.answer.Results[n]
	it := &k.items[o.Item]
	x := KitRow{Kind: of.Kind, ID: of.ID, Number: of.Number, Line: of.Line, Customer: names[of.Customer], Item: it.Code, Name: it.Name, UoM: it.UoM, Qty: o.Qty, Due: date(o.Due), Priority: int64(o.Priority),
		Sets: r.Sets, Stock: r.Stock, State: k.state(n), Ready: date(r.Ready), Done: date(r.Done), Late: r.Done > max(o.Due, k.today), Missing: len(r.Short), Centers: of.Centers, Overflow: r.Overflow}
	var last cal.Day
	for _, s := range r.Short {
		if s.Day > last {
			last, x.Block = s.Day, k.Items[s.Item].Code
		}
	}
	for _, w := range r.Waits {
		x.Waits = append(x.Waits, k.list[w].Number)
		if b := &k.answer.Results[w]; b.Ready > last {
			for _, s := range b.Short {
				if s.Day >= last {
					last, x.Block = s.Day, k.Items[s.Item].Code
				}
			}
		}
	}
	return x
}

// state of an order: short when anything has to be ordered, for it or for a work order that it waits for.
func (k *kitting) state(n int32) string {
	r := &k.answer.Results[n]
	if r.Complete {
		return "complete"
	}
	if r.Overflow || k.toOrder(n, map[int32]bool{}) {
		return "short"
	}
	return "coming"
}

func (k *kitting) toOrder(n int32, asked map[int32]bool) bool {
	if asked[n] {
		return false
	}
	asked[n] = true
	r := &k.answer.Results[n]
	return slices.ContainsFunc(r.Short, func(s kit.Short) bool { return s.Qty > s.Coming }) || slices.ContainsFunc(r.Waits, func(w int32) bool { return k.toOrder(w, asked) })
}

func (m *Module) partners(ctx context.Context, q db.Querier, ids []db.ID) (names, codes map[db.ID]string, err error) {
	names, codes = map[db.ID]string{}, map[db.ID]string{}
	slices.Sort(ids)
	type row struct {
		ID   db.ID  `db:"id"`
		Code string `db:"code"`
		Name string `db:"name"`
	}
	for part := range slices.Chunk(slices.Compact(ids), 500) {
		var w db.Where
		db.In(&w, "id", part)
		if err = db.Each(ctx, q, `SELECT id, code, name FROM v_partner`+w.String(), w.Args, func(r *row) error {
			names[r.ID], codes[r.ID] = r.Name, r.Code
			return nil
		}); err != nil {
			return
		}
	}
	return
}

// chosen are the orders that were asked for, in the order in which they are dealt to.
func (k *kitting) chosen(in *AskKits, codes map[db.ID]string) (out []int32, err error) {
	var found = map[string]bool{}
	for n := range k.list {
		o, of := &k.Orders[n], &k.list[n]
		named := slices.Contains(in.Orders, of.Number)
		found[of.Number] = found[of.Number] || named && !of.Away
		switch {
		case o.Qty <= 0, of.Away,
			len(in.Orders) > 0 && !named,
			in.Kind != "" && of.Kind != in.Kind,
			in.Kind == "" && len(in.Orders) == 0 && of.Kind != "sales_order" && of.Kind != "work_order",
			in.From != "" && date(o.Due) < in.From, in.To != "" && date(o.Due) > in.To,
			in.Customer != "" && codes[of.Customer] != in.Customer,
			in.Center != "" && !slices.Contains(of.Centers, in.Center):
			continue
		}
		out = append(out, int32(n))
	}
	for _, number := range in.Orders {
		if !found[number] {
			return nil, fault.NotFound("planning.kit_order", "there is no open order %s", number).With("number", number)
		}
	}
	slices.SortStableFunc(out, func(a, b int32) int {
		x, y := &k.Orders[a], &k.Orders[b]
		return cmp.Or(cmp.Compare(x.Priority, y.Priority), cmp.Compare(x.Due, y.Due), cmp.Compare(k.list[a].Number, k.list[b].Number), cmp.Compare(k.list[a].Line, k.list[b].Line))
	})
	return out, nil
}

func dated(days ...string) error {
	for _, d := range days {
		if _, err := cal.ParseDay(d); d != "" && err != nil {
			return fault.Invalid("planning.date_bad", "%q is not a date", d).With("date", d)
		}
	}
	return nil
}

// Kits is the matrix of orders and parts: which orders have all they need, and what holds up the rest.
func (m *Module) Kits(ctx context.Context, q db.Querier, in *AskKits) (out KitMatrix, err error) {
	if err := dated(in.From, in.To); err != nil {
		return out, err
	}
	k, err := m.kitting(ctx, q, in.Site)
	if err != nil {
		return out, err
	}
	if err := k.centers(ctx, q); err != nil {
		return out, err
	}
	ids := make([]db.ID, len(k.list))
	for n := range k.list {
		ids[n] = k.list[n].Customer
	}
	names, codes, err := m.partners(ctx, q, ids)
	if err != nil {
		return out, err
	}
	list, err := k.chosen(in, codes)
	if err != nil {
		return out, err
	}
	wanted := map[int32]bool{}
	for _, n := range list {
		wanted[n] = true
	}
	detail := len(list)
	if !in.Missing {
		detail = min(detail, in.Limit)
	}
	shown := map[int32]bool{}
	for _, n := range list[:min(detail, 1000)] {
		shown[n] = true
	}
	k.Detail = func(n int32) bool { return shown[n] }
	if err := k.deal(); err != nil {
		return out, err
	}
	out = KitMatrix{Site: k.site.Code, Today: k.today.String(), Orders: []KitRow{}, Parts: []KitPart{}, Cells: []KitCell{}}
	var rows []int32
	for _, n := range list {
		switch k.state(n) {
		case "complete":
			out.Complete++
			if in.Missing {
				continue
			}
		case "coming":
			out.Coming++
		default:
			out.Short++
		}
		out.Total++
		if len(rows) < in.Limit && shown[n] {
			rows = append(rows, n)
			out.Orders = append(out.Orders, k.row(n, names))
		}
	}
	type column struct {
		item   int32
		blocks int
		short  num.Dec
	}
	columns := map[int32]*column{}
	for _, n := range rows {
		r := &k.answer.Results[n]
		for _, u := range r.Uses {
			if u.Away || u.Item == k.Orders[n].Item && !k.Orders[n].Work && u.Built == u.Need {
				continue // the product itself, which is built
			}
			c := columns[u.Item]
			if c == nil {
				c = &column{item: u.Item}
				columns[u.Item] = c
			}
			if s := missing(r, u.Item); s != nil {
				c.blocks++
				c.short += s.Qty
			}
		}
	}
	order := make([]*column, 0, len(columns))
	for _, c := range columns {
		order = append(order, c)
	}
	slices.SortFunc(order, func(a, b *column) int {
		return cmp.Or(-cmp.Compare(a.blocks, b.blocks), cmp.Compare(k.Items[a.item].Code, k.Items[b.item].Code))
	})
	out.Columns = len(order)
	at := map[int32]int{}
	for _, c := range order[:min(len(order), in.Parts)] {
		it := &k.items[c.item]
		at[c.item] = len(out.Parts)
		out.Parts = append(out.Parts, KitPart{it.Code, it.Name, it.UoM, c.short, c.blocks, k.fromSite(c.item)})
	}
	for row, n := range rows {
		r := &k.answer.Results[n]
		for _, u := range r.Uses {
			col, ok := at[u.Item]
			if !ok || u.Item == k.Orders[n].Item && !k.Orders[n].Work && u.Built == u.Need {
				continue
			}
			out.Cells = append(out.Cells, KitCell{row, col, k.useState(&u), u.Need, u.Own + u.Stock, date(u.Day)})
		}
	}
	return out, nil
}

func missing(r *kit.Result, item int32) *kit.Short {
	for k := range r.Short {
		if r.Short[k].Item == item {
			return &r.Short[k]
		}
	}
	return nil
}

// fromSite is the code of the site that brings an item.
func (k *kitting) fromSite(item int32) string {
	if x := &k.items[item]; x.brought() {
		if n := k.known(x.SupplySite); n >= 0 {
			return k.sites[n].Code
		}
	}
	return ""
}

// kind is how an item is obtained at its site.
func (x *itemRow) kind() string {
	if x.brought() {
		return "transfer"
	}
	return x.Kind
}

// useState: there; to be built of parts that are judged by themselves; coming with a document; to be asked of another
// site; short when it has to be ordered, or nobody can say when another site will have it.
func (k *kitting) useState(u *kit.Use) string {
	switch {
	case u.Short > 0 && u.Day < mrp.Never && k.items[u.Item].brought():
		return "transfer"
	case u.Short > 0:
		return "short"
	case u.Coming > 0:
		return "coming"
	case u.Built > 0:
		return "build"
	}
	return "there"
}

// KitSource is a document that brings a part.
type KitSource struct {
	Kind   string  `json:"kind"`
	Number string  `json:"number"`
	Line   int64   `json:"line,omitempty"`
	Qty    num.Dec `json:"qty"`
	Day    string  `json:"day"`
}

// KitUse is what an order takes of one item.
type KitUse struct {
	Item     string      `json:"item"`
	Name     string      `json:"name"`
	UoM      string      `json:"uom"`
	Kind     string      `json:"kind" doc:"How it is obtained; transfer: another site brings it"`
	Site     string      `json:"site,omitempty" doc:"Another site's: it is needed there for what that site brings"`
	From     string      `json:"from,omitempty" doc:"The site that brings it"`
	There    num.Dec     `json:"there" doc:"Of what is short, lies free for this order at the site that brings it"`
	State    string      `json:"state" enum:"there,build,coming,transfer,short"`
	Need     num.Dec     `json:"need"`
	Reserved num.Dec     `json:"reserved" doc:"Reserved for this order"`
	Stock    num.Dec     `json:"stock" doc:"From free stock"`
	Coming   num.Dec     `json:"coming"`
	Short    num.Dec     `json:"short" doc:"Nothing comes for it: to be ordered"`
	Built    num.Dec     `json:"built" doc:"To be made of its parts"`
	Day      string      `json:"day,omitempty" doc:"When all of it can be there"`
	LeadDays int         `json:"lead_days" doc:"Of a transfer the days on the way"`
	Supplier string      `json:"supplier,omitempty"`
	Others   num.Dec     `json:"others" doc:"Stock that orders with precedence took"`
	Sources  []KitSource `json:"sources"`
}

// KitStep says how many sets there can be from a day on.
type KitStep struct {
	Day  string  `json:"day"`
	Sets num.Dec `json:"sets"`
}

// KitOrder is one order, item by item.
type KitOrder struct {
	KitRow
	Today string    `json:"today"`
	Site  string    `json:"site"`
	Steps []KitStep `json:"steps" doc:"How many sets there can be from which day on; the first is today"`
	Uses  []KitUse  `json:"uses" doc:"From the product down"`
}

// page writes one order out.
func (m *Module) page(ctx context.Context, q db.Querier, k *kitting, n int32) (KitOrder, error) {
	k.Detail = func(i int32) bool { return i == n }
	k.Steps = k.Detail
	if err := k.deal(); err != nil {
		return KitOrder{}, err
	}
	r := &k.answer.Results[n]
	ids := []db.ID{k.list[n].Customer}
	for _, u := range r.Uses {
		ids = append(ids, k.items[u.Item].Supplier)
	}
	names, codes, err := m.partners(ctx, q, ids)
	if err != nil {
		return KitOrder{}, err
	}
	whole := make([]num.Dec, len(k.Items))
	for _, l := range k.Stock {
		whole[l.Item] += l.Qty
	}
	out := KitOrder{KitRow: k.row(n, names), Today: k.today.String(), Site: k.site.Code, Steps: []KitStep{}, Uses: []KitUse{}}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, KitStep{date(s.Day), s.Sets})
	}
	for _, u := range r.Uses {
		it := &k.items[u.Item]
		if u.Away && identity.SeeSite(ctx, k.sites[it.site].ID) != nil {
			continue
		}
		x := KitUse{Item: it.Code, Name: it.Name, UoM: it.UoM, Kind: it.kind(), State: k.useState(&u), From: k.fromSite(u.Item), There: u.There, Need: u.Need, Reserved: u.Own, Stock: u.Stock, Coming: u.Coming, Short: u.Short, Built: u.Built, Day: date(u.Day), LeadDays: k.Items[u.Item].LeadDays,
			Sources: []KitSource{}}
		if u.Away {
			x.Site = k.sites[it.site].Code
		}
		if !it.brought() {
			x.Supplier = codes[it.Supplier]
		}
		if u.Own+u.Stock < u.Need {
			x.Others = max(whole[u.Item]-u.Stock, 0)
		}
		for _, f := range u.From {
			src := k.coming[f.Ref]
			d := k.docs[src.Ref]
			x.Sources = append(x.Sources, KitSource{kindOf(src), d.Number, d.Line, f.Qty, date(f.Day)})
		}
		out.Uses = append(out.Uses, x)
	}
	slices.SortStableFunc(out.Uses, func(a, b KitUse) int {
		return cmp.Or(cmp.Compare(a.Site, b.Site), cmp.Compare(rank(a.State), rank(b.State)))
	})
	return out, nil
}

func rank(state string) int {
	return slices.Index([]string{"short", "transfer", "coming", "build", "there"}, state)
}

// KitOf says how one order stands, beside all others that want the same parts.
func (m *Module) KitOf(ctx context.Context, q db.Querier, site, kind, number string, line int64) (KitOrder, error) {
	k, err := m.kitting(ctx, q, site)
	if err != nil {
		return KitOrder{}, err
	}
	for n := range k.list {
		if o := &k.list[n]; !o.Away && o.Kind == kind && o.Number == number && o.Line == line && k.Orders[n].Qty > 0 {
			if err := k.centers(ctx, q); err != nil {
				return KitOrder{}, err
			}
			return m.page(ctx, q, k, int32(n))
		}
	}
	return KitOrder{}, fault.NotFound("planning.kit_order", "there is no open order %s", number).With("number", number)
}

// AskKit asks about a quantity of an item that nobody has ordered.
type AskKit struct {
	Site     string            `query:"site" maxLength:"64" doc:"Empty = your first site"`
	Item     string            `query:"item" required:"true" maxLength:"100" doc:"Item code"`
	Qty      web.Text[num.Dec] `query:"qty" required:"true"`
	Priority int64             `query:"priority" minimum:"0" maximum:"9" doc:"0: after all that is ordered; 1 is first"`
	Alone    bool              `query:"alone" doc:"As if nobody but work orders wanted anything"`
}

// KitFor says how many sets of an item could be built, and by when the rest.
func (m *Module) KitFor(ctx context.Context, q db.Querier, in *AskKit) (KitOrder, error) {
	k, err := m.kitting(ctx, q, in.Site)
	if err != nil {
		return KitOrder{}, err
	}
	it, err := masterdata.ItemByCode(ctx, q, strings.TrimSpace(in.Item))
	if err != nil {
		return KitOrder{}, err
	}
	if err := sound(it, in.Qty.V); err != nil {
		return KitOrder{}, err
	}
	o := kit.Order{Item: k.at[it.ID], Qty: in.Qty.V, Due: k.today, Priority: uint8(in.Priority)}
	if in.Priority == 0 {
		o.Priority, o.Due = 255, mrp.Never
	}
	if in.Alone {
		for n := range k.Orders { // what is reserved, and what work orders need, is spoken for all the same
			if !k.Orders[n].Work {
				k.Orders[n].Qty = 0
			}
		}
	}
	n := k.add(o, kitOrder{Kind: "asked"})
	out, err := m.page(ctx, q, k, n)
	out.Due, out.Late, out.Priority = "", false, in.Priority
	return out, err
}

// UnlockRow is a part, and the orders that miss nothing else.
type UnlockRow struct {
	Item     string     `json:"item"`
	Name     string     `json:"name"`
	UoM      string     `json:"uom"`
	Kind     string     `json:"kind" doc:"How it is obtained; transfer: another site brings it"`
	From     string     `json:"from,omitempty" doc:"The site that brings it"`
	There    num.Dec    `json:"there" doc:"Of what has to be brought, lies free there"`
	Orders   int        `json:"orders" doc:"Become complete if this part alone were there"`
	Sales    int        `json:"sales" doc:"Of these, lines of sales orders"`
	Qty      num.Dec    `json:"qty" doc:"That these miss"`
	Short    num.Dec    `json:"short" doc:"That all orders miss"`
	Coming   num.Dec    `json:"coming" doc:"On its way"`
	Next     string     `json:"next,omitempty" doc:"The first of it comes on"`
	Buy      num.Dec    `json:"buy" doc:"To be ordered for all: what is missing and not on its way, by the lot rule"`
	LeadDays int        `json:"lead_days"`
	Supplier string     `json:"supplier,omitempty"`
	First    []KitLabel `json:"first" doc:"The first of the orders"`
}

// KitLabel names an order.
type KitLabel struct {
	Kind   string `json:"kind"`
	Number string `json:"number"`
	Line   int64  `json:"line,omitempty"`
	Due    string `json:"due"`
}

// Unlocks ranks the parts by how many orders each would complete.
type Unlocks struct {
	Today    string      `json:"today"`
	Orders   int         `json:"orders" doc:"That are open"`
	Complete int         `json:"complete"`
	Parts    []UnlockRow `json:"parts"`
}

const firstOf = 20

// Unlock answers which one part unlocks the most orders.
func (m *Module) Unlock(ctx context.Context, q db.Querier, site string, limit int) (out Unlocks, err error) {
	k, err := m.kitting(ctx, q, site)
	if err != nil {
		return out, err
	}
	for n := range k.list { // what nobody has ordered is no order to be completed
		if k.list[n].Kind == "forecast" {
			k.Orders[n].Qty = 0
		}
	}
	if err := k.deal(); err != nil {
		return out, err
	}
	out = Unlocks{Today: k.today.String(), Parts: []UnlockRow{}}
	for n := range k.Orders {
		if k.Orders[n].Qty > 0 && !k.list[n].Away {
			out.Orders++
			if k.answer.Results[n].Complete {
				out.Complete++
			}
		}
	}
	list := slices.DeleteFunc(k.answer.Unlocks, func(u kit.Unlock) bool { return k.items[u.Item].site > 0 })
	list = list[:min(len(list), limit)]
	var ids []db.ID
	for _, u := range list {
		ids = append(ids, k.items[u.Item].Supplier)
	}
	_, codes, err := m.partners(ctx, q, ids)
	if err != nil {
		return out, err
	}
	for _, u := range list {
		it := &k.items[u.Item]
		x := UnlockRow{Item: it.Code, Name: it.Name, UoM: it.UoM, Kind: it.kind(), From: k.fromSite(u.Item), Orders: len(u.Orders), Qty: u.Qty, Short: u.Short, LeadDays: k.Items[u.Item].LeadDays, First: []KitLabel{}}
		if !it.brought() {
			x.Supplier = codes[it.Supplier]
		}
		for n := range k.answer.Results {
			if s := missing(&k.answer.Results[n], u.Item); s != nil {
				x.Buy += s.Qty - s.Coming
				x.There += s.There
			}
		}
		if x.Buy > 0 {
			if x.Buy, err = lotSize(&k.Items[u.Item], x.Buy); err != nil {
				return out, err
			}
		}
		for _, c := range k.Coming {
			if c.Item == u.Item {
				x.Coming += c.Qty
				if d := date(max(c.Day, k.today)); x.Next == "" || d < x.Next {
					x.Next = d
				}
			}
		}
		for _, n := range u.Orders {
			if k.list[n].Kind == "sales_order" {
				x.Sales++
			}
			if len(x.First) < firstOf {
				x.First = append(x.First, KitLabel{k.list[n].Kind, k.list[n].Number, k.list[n].Line, date(k.Orders[n].Due)})
			}
		}
		out.Parts = append(out.Parts, x)
	}
	return out, nil
}
