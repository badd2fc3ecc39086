package planning

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/mrp"
)

// RunPlan asks for a new plan.
type RunPlan struct {
	Site  string `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
	Mode  string `json:"mode,omitempty" enum:"regenerative,net" doc:"regenerative: everything anew, the default; net: what has changed since the live plan, which gives the same plan"`
	Item  string `json:"item,omitempty" maxLength:"100" doc:"Net change of this item and what goes into it only; other changes wait"`
	Order string `json:"order,omitempty" maxLength:"64" doc:"Net change of the items of this order and what goes into them only: a sales, work, purchase, transfer or firm order, or a requisition"`
}

// Result sums up a plan.
type Result struct {
	Run      db.ID  `json:"run"`
	Site     string `json:"site"`
	Today    string `json:"today"`
	Items    int64  `json:"items" doc:"With a need or a supply"`
	Demands  int64  `json:"demands"`
	Supplies int64  `json:"supplies"`
	Orders   int64  `json:"orders" doc:"Planned"`
	Past     int64  `json:"past" doc:"Planned orders that should have begun before today"`
	Late     int64  `json:"late" doc:"Demands that cannot be served on their day"`
	Messages int64  `json:"messages"`
	TookMS   int64  `json:"took_ms"`

	Mode string     `json:"mode" doc:"How it was made: regenerative, net"`
	Net  *NetChange `json:"net,omitempty" doc:"Of a net change: what was looked at again, and why"`
}

type runRow struct {
	ID       db.ID  `db:"id"`
	Site     db.ID  `db:"site_id"`
	Live     bool   `db:"live"`
	Today    string `db:"today"`
	Items    int64  `db:"items"`
	Demands  int64  `db:"demands"`
	Supplies int64  `db:"supplies"`
	Orders   int64  `db:"orders"`
	Past     int64  `db:"past"`
	Late     int64  `db:"late"`
	Messages int64  `db:"messages"`
	Expedite int64  `db:"expedite"`
	Actor    string `db:"actor"`
	TookMS   int64  `db:"took_ms"`
	Recorded int64  `db:"recorded_ms"`
	Batch    db.ID  `db:"batch_id"`
	Scenario db.ID  `db:"scenario_id"`
	Group    db.ID  `db:"group_id"`
	Mode     string `db:"mode"`
	Looked   int64  `db:"looked"`
	Of       int64  `db:"of_items"`
	Net      string `db:"net"`
}

type orderRow struct {
	ID         db.ID   `db:"id"`
	Run        db.ID   `db:"run_id"`
	N          int64   `db:"n"`
	Item       db.ID   `db:"item_id"`
	Kind       string  `db:"kind"`
	Qty        num.Dec `db:"qty"`
	Yield      num.Dec `db:"yield"`
	Start      string  `db:"start"`
	Due        string  `db:"due"`
	Possible   string  `db:"possible"`
	Past       bool    `db:"past"`
	Priority   int64   `db:"priority"`
	Level      int64   `db:"level"`
	BOMVersion string  `db:"bom_version"`
	Supplier   db.ID   `db:"supplier_id"`
	WantedFor  string  `db:"wanted_for"`
	State      string  `db:"state"`
	DocKind    string  `db:"doc_kind"`
	DocNumber  string  `db:"doc_number"`
	Batch      db.ID   `db:"batch_id"`
	FromSite   db.ID   `db:"from_site_id"`
}

const orderColumns = `o.id, o.run_id, o.n, o.item_id, o.kind, o.qty, o.yield, o.start, o.due, o.possible, o.past, o.priority, o.level, o.bom_version, o.supplier_id, o.wanted_for, o.state, o.doc_kind, o.doc_number, o.batch_id, o.from_site_id`

type messageRow struct {
	ID        db.ID   `db:"id"`
	Run       db.ID   `db:"run_id"`
	Item      db.ID   `db:"item_id"`
	Act       string  `db:"act"`
	DocKind   string  `db:"doc_kind"`
	DocNumber string  `db:"doc_number"`
	DocLine   int64   `db:"doc_line"`
	DocID     db.ID   `db:"doc_id"`
	From      string  `db:"from_day"`
	To        string  `db:"to_day"`
	Qty       num.Dec `db:"qty"`
	Cause     string  `db:"cause"`
	State     string  `db:"state"`
	Note      string  `db:"note"`
	Batch     db.ID   `db:"batch_id"`
	Did       string  `db:"did"`
	Request   string  `db:"request"`
	By        string  `db:"judged_by"`
	JudgedMS  int64   `db:"judged_ms"`
}

type netRow struct {
	ID      db.ID   `db:"id"`
	Run     db.ID   `db:"run_id"`
	Item    db.ID   `db:"item_id"`
	Stock   num.Dec `db:"stock"`
	Needed  num.Dec `db:"needed"`
	Coming  num.Dec `db:"coming"`
	Planned num.Dec `db:"planned"`
	ShortOn string  `db:"short_on"`
	Body    string  `db:"body"`
	Batch   db.ID   `db:"batch_id"`
}

// plan is a plan as rows.
type plan struct {
	site     masterdata.Site
	run      runRow
	orders   []orderRow
	messages []messageRow
	nets     []netRow
	swaps    []swapRow

	base   db.ID    // of a net change: the live plan that it continues
	memory [][]byte // what it rests on, of all sites that were planned together

	rough *RoughCut // of a what-if: what work centers say
}

// Run makes a new plan and puts it in the place of the live one. It reads one snapshot, thinks outside any
// transaction, writes unseen in chunks, and becomes live in one short transaction. Sites that bring each other items
// are planned together, each with a plan of its own.
func (m *Module) Run(ctx context.Context, in RunPlan) (Result, error) {
	all, err := m.runAll(ctx, in)
	if err != nil {
		return Result{}, err
	}
	return all[0], nil
}

// runAll gives the results of all sites that were planned, the one that was asked for first.
func (m *Module) runAll(ctx context.Context, in RunPlan) ([]Result, error) {
	if err := in.sound(); err != nil {
		return nil, err
	}
	began := m.DB.Now().UnixMilli()
	var p []*plan
	err := m.DB.View(ctx, func(q db.Querier) error {
		site, err := siteOf(ctx, q, in.Site)
		if err != nil {
			return err
		}
		p, err = m.solve(ctx, q, site, nil, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := m.store(ctx, p, began); err != nil {
		return nil, err
	}
	var out []Result
	for _, x := range p {
		if err := m.forget(ctx, x.run.Site); err != nil {
			return nil, err
		}
		out = append(out, x.result())
	}
	return out, nil
}

// store writes plans unseen and makes them the live ones.
func (m *Module) store(ctx context.Context, list []*plan, began int64) error {
	return m.DB.InBatch(ctx, "plan", func(b *db.Batch) error {
		for _, p := range list {
			if err := p.store(ctx, b); err != nil {
				return err
			}
		}
		return nil
	}, func(tx *db.Tx, _ *db.Batch) error {
		for _, p := range list {
			if p.run.Scenario == 0 {
				if err := p.carry(ctx, tx); err != nil {
					return err
				}
				if err := p.tellLate(ctx, tx); err != nil {
					return err
				}
				if err := p.supersede(ctx, tx); err != nil {
					return err
				}
				p.run.Live = true
			}
			p.run.Recorded, p.run.TookMS = tx.NowMS(), max(tx.NowMS()-began, 0)
			if err := db.Insert(ctx, tx, "mrp_run", p.run); err != nil {
				return err
			}
			if p.run.Live {
				tx.Emit(db.Event{Name: EventPlanned, Subject: "site:" + p.site.Code, Site: p.run.Site, Payload: p.result()})
			}
		}
		return nil
	})
}

// supersede puts the live plan of the site aside. A net change continues the plan that it began with, and no other.
func (p *plan) supersede(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, `DELETE FROM mrp_memory WHERE run_id IN (SELECT CASE WHEN group_id <> 0 THEN group_id ELSE id END FROM mrp_run WHERE site_id = $1 AND live)`, p.run.Site); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE mrp_run SET live = FALSE WHERE site_id = $1 AND live AND (id = $2 OR $2 = 0)`, p.run.Site, p.base)
	if err == nil && n == 0 && p.base != 0 {
		err = fault.Conflict("planning.net_moved", "site %s was planned anew meanwhile", p.site.Code).With("site", p.site.Code)
	}
	return err
}

func (p *plan) store(ctx context.Context, b *db.Batch) error {
	for n, data := range p.memory {
		if err := b.Chunked(ctx, 1, func(tx *db.Tx, _, _ int) error {
			return db.Insert(ctx, tx, "mrp_memory", memoryRow{b.NewID(), p.run.ID, int64(n), b.ID, data})
		}); err != nil {
			return err
		}
	}
	for i := range p.orders {
		p.orders[i].Batch = b.ID
	}
	for i := range p.messages {
		p.messages[i].Batch = b.ID
	}
	for i := range p.nets {
		p.nets[i].Batch = b.ID
	}
	for i := range p.swaps {
		p.swaps[i].Batch = b.ID
	}
	if err := b.Chunked(ctx, len(p.swaps), func(tx *db.Tx, from, to int) error { return db.Insert(ctx, tx, "mrp_swap", p.swaps[from:to]...) }); err != nil {
		return err
	}
	if err := b.Chunked(ctx, len(p.orders), func(tx *db.Tx, from, to int) error { return db.Insert(ctx, tx, "mrp_order", p.orders[from:to]...) }); err != nil {
		return err
	}
	if err := b.Chunked(ctx, len(p.messages), func(tx *db.Tx, from, to int) error { return db.Insert(ctx, tx, "mrp_message", p.messages[from:to]...) }); err != nil {
		return err
	}
	return b.Chunked(ctx, len(p.nets), func(tx *db.Tx, from, to int) error { return db.Insert(ctx, tx, "mrp_item", p.nets[from:to]...) })
}

func (p *plan) result() Result {
	r := p.run
	return Result{r.ID, p.site.Code, r.Today, r.Items, r.Demands, r.Supplies, r.Orders, r.Past, r.Late, r.Messages, r.TookMS, r.Mode, r.net()}
}

func siteOf(ctx context.Context, q db.Querier, code string) (masterdata.Site, error) {
	if code == "" {
		return masterdata.DefaultSite(ctx, q)
	}
	s, err := masterdata.SiteByCode(ctx, q, code)
	if err == nil {
		err = identity.SeeSite(ctx, s.ID)
	}
	return s, err
}

// refused words what the engine cannot plan at all.
func refused(err error) error {
	var loop *mrp.LoopError
	if errors.As(err, &loop) {
		return fault.Conflict("planning.loop", "%v", err).With("loop", strings.Join(loop.Items, " → "))
	}
	return err
}

// solve plans a site, and those that bring it items or get some from it; the plan of the site comes first.
func (m *Module) solve(ctx context.Context, q db.Querier, site masterdata.Site, changes []Change, in RunPlan) ([]*plan, error) {
	now := m.DB.Now()
	sites, err := together(ctx, q, site)
	if err != nil {
		return nil, err
	}
	p, err := m.readSites(ctx, q, sites, now.In(site.Location()).Format("2006-01-02"))
	if err != nil {
		return nil, err
	}
	if err := p.manners(ctx, q); err != nil {
		return nil, err
	}
	var before *weighing
	if len(changes) > 0 {
		if before, err = m.weighBefore(ctx, q, p); err != nil {
			return nil, err
		}
	}
	if err := p.apply(changes); err != nil {
		return nil, err
	}
	var c *continued
	if in.Mode == NetChanges {
		c, err = m.continueFrom(ctx, q, p, in)
	} else {
		c, err = p.anew()
	}
	if err != nil {
		return nil, err
	}
	w := &writer{p: p, plan: c.plan, f: c.planner.Forward(), id: m.DB.ID}
	for _, s := range sites {
		w.outs = append(w.outs, &plan{site: s, run: runRow{ID: m.DB.ID(), Site: s.ID, Today: p.Today.String(), Expedite: int64(p.Expedite), Actor: actor.From(ctx).Name, Mode: Regenerative}})
	}
	if in.Mode == NetChanges {
		if err := c.tell(p, w.outs, in); err != nil {
			return nil, err
		}
	}
	if before != nil {
		if w.outs[0].rough, err = before.after(ctx, q, c, changes); err != nil {
			return nil, err
		}
	} else {
		if w.outs[0].memory, err = p.remember(); err != nil {
			return nil, err
		}
	}
	if len(sites) > 1 {
		for _, x := range w.outs {
			x.run.Group = w.outs[0].run.ID
		}
	}
	for k := range p.Demands {
		w.out(p.Demands[k].Item).run.Demands++
	}
	for k := range p.Supplies {
		w.out(p.Supplies[k].Item).run.Supplies++
	}
	return w.outs, w.write()
}

// anew plans everything.
func (p *problem) anew() (*continued, error) {
	planner, err := mrp.New(&p.Problem)
	if err != nil {
		return nil, refused(err)
	}
	return &continued{planner: planner, plan: planner.Run()}, nil
}

// manners sets how a plan is made.
func (p *problem) manners(ctx context.Context, q db.Querier) error {
	p.Pegs, p.Messages = true, true
	ahead, err := masterdata.IntSetting(ctx, q, SettingExpedite, "30")
	if err != nil {
		return err
	}
	after, err := masterdata.IntSetting(ctx, q, SettingDefer, "7")
	p.Expedite, p.DeferAfter = int(ahead), int(after)
	return err
}

// writer turns a plan of the engine into rows.
type writer struct {
	p    *problem
	plan *mrp.Plan
	f    *mrp.Forward
	outs []*plan // of each site
	id   func() db.ID
	tops [][]string // of each planned order the first documents that it is for
	of   []parts    // of each item
}

// parts are the places of what belongs to an item.
type parts struct {
	demands, supplies, works []int32
	first, count             int32 // of its planned orders, which stand side by side
}

// out is the plan that an item belongs to.
func (w *writer) out(item int32) *plan { return w.outs[w.p.items[item].site] }

func (w *writer) index() {
	w.of = make([]parts, len(w.p.items))
	for k := range w.p.Demands {
		x := &w.of[w.p.Demands[k].Item]
		x.demands = append(x.demands, int32(k))
	}
	for k := range w.p.Supplies {
		x := &w.of[w.p.Supplies[k].Item]
		x.supplies = append(x.supplies, int32(k))
	}
	for k := range w.p.Works {
		x := &w.of[w.p.Works[k].Item]
		x.works = append(x.works, int32(k))
	}
	for n := range w.plan.Orders {
		x := &w.of[w.plan.Orders[n].Item]
		if x.count == 0 {
			x.first = int32(n)
		}
		x.count++
	}
}

func date(d cal.Day) string {
	if d >= mrp.Never-1 || d <= -mrp.Never+1 {
		return ""
	}
	return d.String()
}

func (w *writer) write() error {
	w.index()
	w.wantedFor()
	for _, x := range w.outs {
		x.orders = make([]orderRow, 0, len(w.plan.Orders)/len(w.outs))
	}
	for n := range w.plan.Orders {
		w.order(n)
	}
	for _, i := range w.plan.Sequence {
		if err := w.net(i); err != nil {
			return err
		}
		for _, x := range w.plan.Messages[i] {
			d := w.doc(x.Supply)
			w.message(i, messageRow{Act: x.Act.String(), DocKind: kindOf(x.Supply), DocNumber: d.Number, DocLine: d.Line, DocID: d.ID, From: date(x.From), To: dayOr(x.To), Qty: x.Qty,
				Cause: w.takers(i, x.Supply)})
		}
	}
	for _, d := range w.p.Demands {
		can := w.f.Demands[d.Source]
		if d.Source.Kind == mrp.Owed {
			w.message(d.Item, messageRow{Act: "negative", From: date(w.p.Today), To: date(max(can, w.p.Today)), Qty: d.Qty})
			continue
		}
		if d.Parent >= 0 || can <= max(d.Day, w.p.Today) {
			continue
		}
		w.out(d.Item).run.Late++
		at := w.doc(d.Source)
		w.message(d.Item, messageRow{Act: "late", DocKind: kindOf(d.Source), DocNumber: at.Number, DocLine: at.Line, DocID: at.ID, From: date(d.Day), To: date(can), Qty: d.Qty,
			Cause: w.words(w.f.Blocks[d.Source])})
	}
	for _, x := range w.plan.Faults {
		act := strings.TrimPrefix(x.Code, "mrp.")
		w.message(x.Item, messageRow{Act: act, From: date(x.Day)})
	}
	for i := range w.p.items {
		it, own := &w.p.items[i], &w.of[i]
		if own.count == 0 {
			continue
		}
		first := &w.plan.Orders[own.first]
		r := messageRow{From: date(first.Start), Qty: first.Qty}
		switch it.kind() {
		case "buy", "subcontract":
			if it.Supplier == 0 {
				r.Act = "no_supplier"
			}
		case "make":
			if !w.p.routed[routedAt{it.site, it.ID}] {
				r.Act = "no_routing"
			}
		case "customer":
			r.Act, r.Cause, r.Qty = "ask_customer", w.p.owners[it.ID], 0
			for n := own.first; n < own.first+own.count; n++ {
				r.Qty += w.plan.Orders[n].Qty
			}
		}
		if r.Act != "" {
			w.message(int32(i), r)
		}
		if it.LotRule == "fixed" && it.FixedLot == 0 {
			w.message(int32(i), messageRow{Act: "no_lot", From: r.From, Qty: r.Qty})
		}
	}
	w.swaps()
	for _, x := range w.outs {
		x.run.Orders, x.run.Messages = int64(len(x.orders)), int64(len(x.messages))
	}
	return nil
}

func dayOr(d cal.Day) string {
	if d == 0 {
		return ""
	}
	return date(d)
}

func (w *writer) message(item int32, r messageRow) {
	out := w.out(item)
	r.ID, r.Run, r.Item, r.State = w.id(), out.run.ID, w.p.items[item].ID, "open"
	out.messages = append(out.messages, r)
}

// words names a supply for people.
func (w *writer) words(s mrp.Source) string {
	switch s.Kind {
	case mrp.Planned:
		return w.p.items[w.plan.Orders[s.Ref].Item].Code
	case mrp.Stock:
		return ""
	}
	return w.doc(s).Number
}

// takers are the first documents that a supply is for, the earliest need first: why it is wanted on another day.
func (w *writer) takers(i int32, s mrp.Source) string {
	var mine []mrp.Peg
	for g := range w.plan.Pegs(i) {
		if g.Supply == s {
			mine = append(mine, g)
		}
	}
	slices.SortStableFunc(mine, func(a, b mrp.Peg) int { return int(a.DemandDay) - int(b.DemandDay) })
	var out []string
	for _, g := range mine {
		from := []string{w.doc(g.Demand).Number}
		if g.Demand.Kind == mrp.Planned {
			from = w.tops[g.Demand.Ref]
		}
		for _, n := range from {
			if n == "" || n == "…" || slices.Contains(out, n) {
				continue
			}
			if len(out) == maxTops {
				return strings.Join(append(out, "…"), ", ")
			}
			out = append(out, n)
		}
	}
	return strings.Join(out, ", ")
}

func kindOf(s mrp.Source) string { return s.Kind.String() }

// doc is the document behind a source; a planned order's number is its place in the plan.
func (w *writer) doc(s mrp.Source) doc {
	switch s.Kind {
	case mrp.Planned, mrp.PlannedBy:
		return doc{Number: "#" + strconv.Itoa(int(s.Ref)+1)}
	case mrp.Through:
		return doc{Number: w.p.items[w.plan.Passes[s.Ref].Item].Code}
	}
	if s.Kind == mrp.Swapped {
		x := &w.plan.Swaps[s.Ref]
		return doc{Number: w.p.items[x.Sub].Code + " " + w.p.docs[x.Lot.Ref].Number}
	}
	if int(s.Ref) < len(w.p.docs) && s.Kind != mrp.Safety {
		return w.p.docs[s.Ref]
	}
	return doc{}
}

func (w *writer) order(n int) {
	o := &w.plan.Orders[n]
	it := &w.p.items[o.Item]
	out := w.out(o.Item)
	r := orderRow{ID: w.id(), Run: out.run.ID, N: int64(n), Item: it.ID, Kind: it.Kind, Qty: o.Qty, Yield: o.Yield, Start: o.Start.String(), Due: o.Due.String(), Possible: date(w.f.Orders[n]),
		Past: o.Past, Priority: int64(o.Priority), Level: int64(w.plan.Levels[o.Item]), Supplier: it.Supplier, WantedFor: strings.Join(w.tops[n], ", "), State: "planned"}
	if it.brought() {
		r.Kind, r.Supplier, r.FromSite = "transfer", 0, it.SupplySite
	}
	if o.Short {
		r.Kind = "shortage"
	}
	if o.Version >= 0 && !it.brought() {
		r.BOMVersion = w.p.Versions[o.Version].Name
	}
	if o.Past {
		out.run.Past++
	}
	out.orders = append(out.orders, r)
}

const maxTops = 3

// wantedFor follows the pegs down from the products, so that each planned order knows the documents that it is for.
func (w *writer) wantedFor() {
	w.tops = make([][]string, len(w.plan.Orders))
	passes := make([][]string, len(w.plan.Passes))
	for g := range w.plan.AllPegs() {
		var to *[]string
		switch g.Supply.Kind {
		case mrp.Planned:
			to = &w.tops[g.Supply.Ref]
		case mrp.Through:
			to = &passes[g.Supply.Ref]
		default:
			continue
		}
		var from []string
		switch g.Demand.Kind {
		case mrp.Planned:
			from = w.tops[g.Demand.Ref]
		case mrp.Through:
			from = passes[g.Demand.Ref]
		default:
			from = []string{w.doc(g.Demand).Number}
		}
		for _, s := range from {
			if len(*to) < maxTops && !slices.Contains(*to, s) {
				*to = append(*to, s)
			} else if len(*to) == maxTops && !slices.Contains(*to, s) {
				*to = append(*to, "…")
			}
		}
	}
}

// from is the site that brings an item.
func (w *writer) from(i int32) string {
	x := &w.p.items[i]
	if n := w.p.known(x.SupplySite); x.brought() && n >= 0 {
		return w.p.sites[n].Code
	}
	return ""
}

// net is the page of one item.
func (w *writer) net(i int32) error {
	pegs := w.plan.Pegs(i)
	page := Net{Needs: []Entry{}, Supplies: []Entry{}, Pegs: []Peg{}}
	supplies, needs := map[mrp.Source]int{}, map[mrp.Source]int{}
	out := w.out(i)
	row := netRow{ID: w.id(), Run: out.run.ID, Item: w.p.items[i].ID}
	own := &w.of[i]
	for _, k := range own.supplies {
		s := &w.p.Supplies[k]
		if s.Qty <= 0 {
			continue
		}
		d := w.doc(s.Source)
		supplies[s.Source] = len(page.Supplies)
		page.Supplies = append(page.Supplies, Entry{Kind: kindOf(s.Source), ID: d.ID, Number: d.Number, Line: d.Line, Day: date(max(s.Day, w.p.Today)), Document: date(s.Day), Expires: date(s.Expires), Qty: s.Qty})
		if s.Source.Kind == mrp.Stock {
			row.Stock += s.Qty
		} else {
			row.Coming += s.Qty
		}
	}
	for _, k := range own.works {
		x := &w.p.Works[k]
		src := mrp.Source{Kind: mrp.Firm, Ref: x.Ref}
		d := w.doc(src)
		supplies[src] = len(page.Supplies)
		page.Supplies = append(page.Supplies, Entry{Kind: kindOf(src), Site: w.from(i), ID: d.ID, Number: d.Number, Day: date(max(x.Due, w.p.Today)), Document: date(x.Due), Qty: x.Qty})
		row.Coming += x.Qty
	}
	for n := own.first; n < own.first+own.count; n++ {
		o := &w.plan.Orders[n]
		row.Planned += o.Qty
		if o.Short {
			if row.ShortOn == "" {
				row.ShortOn = date(o.Due)
			}
			continue
		}
		supplies[mrp.Source{Kind: mrp.Planned, Ref: n}] = len(page.Supplies)
		page.Supplies = append(page.Supplies, Entry{Kind: "planned", Site: w.from(i), N: int64(n) + 1, Number: "#" + strconv.Itoa(int(n)+1), Day: date(o.Due), Qty: o.Yield, Possible: date(w.f.Orders[n])})
	}
	add := func(src mrp.Source, parent int32, day cal.Day, qty num.Dec) {
		if at, ok := needs[src]; ok && page.Needs[at].Day == date(day) {
			page.Needs[at].Qty += qty
			return
		}
		d := w.doc(src)
		e := Entry{Kind: kindOf(src), ID: d.ID, Number: d.Number, Line: d.Line, Day: date(day), Qty: qty}
		if parent != i && parent >= 0 {
			e.For = w.p.items[parent].Code
			if s := w.p.items[parent].site; s != w.p.items[i].site {
				e.Site = w.p.sites[s].Code
			}
		}
		if src.Kind == mrp.Planned || src.Kind == mrp.Through {
			e.N = int64(src.Ref) + 1
		} else if can, ok := w.f.Demands[src]; ok && parent == i {
			e.Possible = date(can)
		}
		needs[src] = len(page.Needs)
		page.Needs = append(page.Needs, e)
	}
	for _, k := range own.demands {
		d := &w.p.Demands[k]
		parent := d.Parent
		if parent < 0 {
			parent = i
		}
		if d.Qty > 0 {
			add(d.Source, parent, max(d.Day, w.p.Today), d.Qty)
			row.Needed += d.Qty
		}
	}
	for g := range pegs {
		switch g.Demand.Kind {
		case mrp.Planned, mrp.Through, mrp.Firm, mrp.Swapped:
			add(g.Demand, g.DemandItem, g.DemandDay, g.Qty)
			row.Needed += g.Qty
		}
	}
	for g := range pegs {
		s, ok := supplies[g.Supply]
		if !ok {
			d := w.doc(g.Supply)
			s = len(page.Supplies)
			supplies[g.Supply] = s
			page.Supplies = append(page.Supplies, Entry{Kind: kindOf(g.Supply), ID: d.ID, Number: d.Number, Line: d.Line, Day: date(g.SupplyDay)})
			if g.Supply.Kind == mrp.Through {
				page.Supplies[s].N = int64(g.Supply.Ref) + 1
			}
		}
		if g.Supply.Kind == mrp.Through || g.Supply.Kind == mrp.PlannedBy || g.Supply.Kind == mrp.ByProduct || g.Supply.Kind == mrp.Swapped {
			page.Supplies[s].Qty += g.Qty
		}
		n, ok := needs[g.Demand]
		if !ok {
			continue
		}
		page.Pegs = append(page.Pegs, Peg{s, n, g.Qty})
		if (g.Supply.Kind == mrp.Planned || g.SupplyDay > g.DemandDay) && (row.ShortOn == "" || date(g.DemandDay) < row.ShortOn) {
			row.ShortOn = date(g.DemandDay)
		}
	}
	if len(page.Needs)+len(page.Supplies) == 0 {
		return nil
	}
	out.run.Items++
	body, err := json.Marshal(page)
	row.Body = string(body)
	out.nets = append(out.nets, row)
	return err
}
