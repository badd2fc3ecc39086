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
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/kit"
	"kaiwu/internal/planning/mrp"
)

// AskPromise asks whether an order can be taken. Nothing is written and nothing reserved.
type AskPromise struct {
	Site     string        `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
	Priority int64         `json:"priority,omitempty" minimum:"0" maximum:"9" doc:"Of lines that name none; 1 is first; default 5"`
	Lines    []PromiseLine `json:"lines" minItems:"1" maxItems:"50"`
}

// PromiseLine is a wish.
type PromiseLine struct {
	Item string  `json:"item" minLength:"1" maxLength:"100" doc:"Item code"`
	Qty  num.Dec `json:"qty"`
	Due  string  `json:"due,omitempty" maxLength:"10" doc:"Wished day; empty: as soon as can be"`

	Priority int64 `json:"priority,omitempty" minimum:"0" maximum:"9" doc:"1 is first; default that of the order"`
}

// Promise is the answer.
type Promise struct {
	Site     string    `json:"site"`
	Today    string    `json:"today"`
	Possible string    `json:"possible" doc:"The day on which all lines can be there; empty: nobody can say"`
	OnTime   bool      `json:"on_time"`
	Safe     string    `json:"safe" doc:"The day on which all can be there without making any other order late; empty: none found"`
	Harmed   []Harm    `json:"harmed" doc:"Orders that become later when this one is taken on its wished day"`
	Lines    []Offer   `json:"lines"`
	Needs    []Planned `json:"needs" doc:"Everything that goes into it, from the product down: what is taken, what is made and bought"`
	Loads    []Load    `json:"loads" doc:"The work centers that it passes, of each site as that has answered"`

	Sites []SiteSays `json:"sites" doc:"The sites that make something for it, as far as the caller sees them, and how they have answered"`
}

// Offer is the answer for one line.
type Offer struct {
	Item      string    `json:"item"`
	Name      string    `json:"name"`
	UoM       string    `json:"uom"`
	Qty       num.Dec   `json:"qty"`
	Wished    string    `json:"wished"`
	Stock     num.Dec   `json:"stock" doc:"Taken from finished stock"`
	Coming    num.Dec   `json:"coming" doc:"Taken from orders that run"`
	Make      num.Dec   `json:"make" doc:"To be made"`
	Buy       num.Dec   `json:"buy" doc:"To be bought"`
	Transfer  num.Dec   `json:"transfer" doc:"To be brought from another site"`
	Sets      num.Dec   `json:"sets" doc:"Of it, there or with all parts today"`
	Steps     []KitStep `json:"steps" doc:"How many can have all parts from which day on"`
	Material  string    `json:"material" doc:"The day that parts and lead times allow; empty: nobody can say"`
	Capacity  string    `json:"capacity" doc:"The day that work centers allow; empty: nothing is made"`
	Scheduled bool      `json:"scheduled" doc:"That day is from the live schedule; else rough-cut"`
	Possible  string    `json:"possible" doc:"The later of the two"`
	OnTime    bool      `json:"on_time"`
	Reason    string    `json:"reason" enum:",part,work_center,customer_part" doc:"What makes it late"`
	Block     string    `json:"block,omitempty" doc:"The part or work center"`
	BlockBy   string    `json:"block_by,omitempty" doc:"The document that brings the part; empty: it has to be ordered"`
	BlockDay  string    `json:"block_day,omitempty"`
	BlockAt   string    `json:"block_at,omitempty" doc:"Another site, where the part is missing"`
	From      string    `json:"block_from,omitempty" doc:"The site that brings the part"`
}

// Planned is what goes into an order of an item.
type Planned struct {
	Item     string      `json:"item"`
	Name     string      `json:"name"`
	UoM      string      `json:"uom"`
	Kind     string      `json:"kind" doc:"How it is obtained; transfer: another site brings it"`
	Site     string      `json:"site,omitempty" doc:"Another site's: it is needed there for what that site brings"`
	From     string      `json:"from,omitempty" doc:"The site that brings it"`
	There    num.Dec     `json:"there" doc:"Of what has to be brought, lies there"`
	Level    int         `json:"level" doc:"0 is what is ordered"`
	Need     num.Dec     `json:"need"`
	Stock    num.Dec     `json:"stock"`
	Sources  []KitSource `json:"sources" doc:"Orders that run and bring it"`
	Order    num.Dec     `json:"order" doc:"To be made, bought or brought for this order"`
	Lot      num.Dec     `json:"lot" doc:"By the lot rule"`
	Start    string      `json:"start,omitempty"`
	Due      string      `json:"due,omitempty" doc:"By which it is needed"`
	Possible string      `json:"possible,omitempty" doc:"When it can be there; empty with something to order: nobody can say"`
	Supplier string      `json:"supplier,omitempty"`

	item int32
}

// Harm is an order that becomes later.
type Harm struct {
	Kind   string `json:"kind"`
	Site   string `json:"site,omitempty" doc:"Another site, whose order it is"`
	Number string `json:"number"`
	Line   int64  `json:"line,omitempty"`
	Item   string `json:"item"`
	Due    string `json:"due"`
	Before string `json:"before" doc:"Possible without this order"`
	After  string `json:"after" doc:"Possible with it; empty: nobody can say"`
}

// Load is what a work center has to do up to a day.
type Load struct {
	Center string `json:"center"`
	Name   string `json:"name"`
	Site   string `json:"site,omitempty" doc:"Another site, where something is made for this order"`
	Own    int64  `json:"own_ms" doc:"For this order"`
	Ahead  int64  `json:"ahead_ms" doc:"Rough-cut: open and planned work that is due by then. By the schedule: what its machines do of other work until it is through with this order"`
	Hours  int64  `json:"hours_ms" doc:"Rough-cut: working time from now to the day on which the site is through. By the schedule: until it is through with this order"`
	Until  string `json:"until" doc:"The day on which it is through with all of this; empty: not within two years"`

	Scheduled bool `json:"scheduled" doc:"From the live schedule; else rough-cut"`
}

// Promise answers from one snapshot, on a planner in memory.
func (m *Module) Promise(ctx context.Context, q db.Querier, in AskPromise) (out Promise, err error) {
	site, err := siteOf(ctx, q, in.Site)
	if err != nil {
		return out, err
	}
	p, err := m.readTogether(ctx, q, site)
	if err != nil {
		return out, err
	}
	if err := p.manners(ctx, q); err != nil {
		return out, err
	}
	wishes := make([]mrp.Demand, len(in.Lines))
	for n := range in.Lines {
		l := &in.Lines[n]
		it, err := masterdata.ItemByCode(ctx, q, strings.TrimSpace(l.Item))
		if err != nil {
			return out, err
		}
		if err := sound(it, l.Qty); err != nil {
			return out, err
		}
		if err := dated(l.Due); err != nil {
			return out, err
		}
		day := p.Today
		if l.Due != "" {
			if day = p.day(l.Due); day < p.Today {
				return out, fault.Invalid("planning.date_past", "%s has passed", l.Due).With("date", l.Due)
			}
			if day > p.Today+mrp.LastDay {
				return out, fault.Invalid("planning.date_far", "%s is too far away", l.Due).With("date", l.Due).With("last", (p.Today + mrp.LastDay).String())
			}
		}
		wishes[n] = mrp.Demand{Item: p.at[it.ID], Day: day, Qty: l.Qty, Parent: -1, Priority: priority(cmp.Or(l.Priority, in.Priority))}
	}
	k, err := p.kitting(ctx, q)
	if err != nil {
		return out, err
	}
	if err := p.setAside(ctx, q); err != nil {
		return out, err
	}
	for n := range wishes {
		wishes[n].Source = p.ref(mrp.Sales, 0, "", int64(n+1))
	}
	planner, err := mrp.New(&p.Problem)
	if err != nil {
		return out, refused(err)
	}
	alone := planner.Run()
	base, faults := slices.Clone(alone.Orders), slices.Clone(alone.Faults)
	before := planner.Forward()
	plan, _ := planner.Replan(planner.Add(wishes...))
	after := planner.Forward()

	a := &answering{p: p, plan: plan, f: after, wishes: wishes, needs: map[int32]*Planned{}, takes: map[part]*taken{}, sent: map[int32]bool{}}
	if err := a.whole(faults); err != nil {
		return out, err
	}
	harmed := p.harmed(before, after)
	out = Promise{Site: site.Code, Today: p.Today.String(), Harmed: p.seen(ctx, harmed), Lines: make([]Offer, len(wishes)), Needs: []Planned{}, Loads: []Load{}, Sites: []SiteSays{}}
	if err := k.sets(wishes, &out); err != nil {
		return out, err
	}
	for n := range wishes {
		a.offer(n, &out.Lines[n])
	}
	t, err := m.through(ctx, q, a, planner, base)
	if err != nil {
		return out, err
	}
	t.tell(ctx, &out)
	out.OnTime = true
	all := p.Today
	for n := range wishes {
		x := &out.Lines[n]
		can := after.Demands[wishes[n].Source]
		x.Material = date(can)
		can = t.decide(ctx, x, n, can)
		if s := t.here(); x.Make > 0 && can < mrp.Never && a.passes(n, 0) {
			day, center := t.line(s, n)
			x.Capacity, x.Scheduled = max(date(day), x.Capacity), s.rough == nil
			if day > can {
				can = day
				x.Reason, x.Block, x.BlockBy, x.BlockDay, x.BlockAt, x.From = "work_center", center, "", date(day), "", ""
			}
		}
		x.Possible = date(can)
		x.OnTime = can <= wishes[n].Day
		if in.Lines[n].Due == "" { // as soon as can be: never late, and the reason stays
			x.Wished, x.OnTime = "", can < mrp.Never
		} else if x.OnTime {
			x.Reason, x.Block, x.BlockBy, x.BlockDay, x.BlockAt, x.From = "", "", "", "", "", ""
		}
		out.OnTime = out.OnTime && x.OnTime
		all = max(all, can)
	}
	out.Possible = date(all)
	out.Needs = a.list(ctx)
	if out.Possible != "" {
		out.Safe = out.Possible
		if len(harmed) > 0 {
			if out.Safe, err = p.safe(wishes, all); err != nil {
				return out, err
			}
		}
	}
	var ids []db.ID
	for i := range a.needs {
		ids = append(ids, p.items[i].Supplier)
	}
	_, codes, err := m.partners(ctx, q, ids)
	for n := range out.Needs {
		if x := &p.items[out.Needs[n].item]; !x.brought() {
			out.Needs[n].Supplier = codes[x.Supplier]
		}
	}
	return out, err
}

// seen leaves out the orders of sites that the caller does not see.
func (p *problem) seen(ctx context.Context, list []harm) []Harm {
	out := []Harm{}
	for _, h := range list {
		if h.site > 0 {
			if identity.SeeSite(ctx, p.sites[h.site].ID) != nil {
				continue
			}
			h.Site = p.sites[h.site].Code
		}
		out = append(out, h.Harm)
	}
	return out
}

// setAside takes what is reserved for sales lines out of the stock and out of what they still ask for: a promise gives
// nobody what lies ready for somebody else, whatever the due days say.
func (p *problem) setAside(ctx context.Context, q db.Querier) error {
	type row struct {
		Item db.ID   `db:"item_id"`
		Lot  db.ID   `db:"lot_id"`
		Line db.ID   `db:"doc_id"`
		Qty  num.Dec `db:"qty"`
	}
	lots, lines := map[place]num.Dec{}, map[db.ID]num.Dec{}
	for n := range p.sites {
		if err := db.Each(ctx, q, `SELECT item_id, lot_id, doc_id, CAST(sum(qty) AS BIGINT) AS qty FROM v_reservation WHERE site_id = $1 AND doc_kind = 'so_line'
			GROUP BY item_id, lot_id, doc_id ORDER BY doc_id, item_id, lot_id`, []any{p.sites[n].ID}, func(r *row) error {
			if i, ok := p.here[n][r.Item]; ok {
				lots[place{i, r.Lot}] += r.Qty
				lines[r.Line] += r.Qty
			}
			return nil
		}); err != nil {
			return err
		}
	}
	if len(lines) == 0 {
		return nil
	}
	supplies := p.Supplies[:0:0]
	for _, s := range p.Supplies {
		if s.Source.Kind == mrp.Stock {
			at := place{s.Item, p.docs[s.Source.Ref].ID}
			part := min(lots[at], s.Qty)
			lots[at] -= part
			s.Qty -= part
		}
		if s.Qty > 0 {
			supplies = append(supplies, s)
		}
	}
	demands := p.Demands[:0:0]
	for _, d := range p.Demands {
		if d.Source.Kind == mrp.Sales {
			line := p.docs[d.Source.Ref].ID
			part := min(lines[line], d.Qty)
			lines[line] -= part
			d.Qty -= part
		}
		if d.Qty > 0 {
			demands = append(demands, d)
		}
	}
	p.Supplies, p.Demands = supplies, demands
	return nil
}

// sets answers how much of the wish has all parts, beside all that is ordered already.
func (k *kitting) sets(wishes []mrp.Demand, out *Promise) error {
	at := make([]int32, len(wishes))
	for n, d := range wishes {
		at[n] = k.add(kit.Order{Item: d.Item, Qty: d.Qty, Due: d.Day, Priority: d.Priority}, kitOrder{Kind: "asked"})
	}
	k.Steps = func(n int32) bool { return n >= at[0] }
	if err := k.deal(); err != nil {
		return err
	}
	for n := range at {
		r := &k.answer.Results[at[n]]
		out.Lines[n].Sets, out.Lines[n].Steps = r.Sets, []KitStep{}
		for _, s := range r.Steps {
			out.Lines[n].Steps = append(out.Lines[n].Steps, KitStep{date(s.Day), s.Sets})
		}
	}
	return nil
}

// harm is a Harm with the place of its site.
type harm struct {
	Harm
	site int
}

// harmed are the orders that come later than they did, and late.
func (p *problem) harmed(before, after *mrp.Forward) (out []harm) {
	for _, d := range p.Demands {
		was, now := before.Demands[d.Source], after.Demands[d.Source]
		if d.Parent >= 0 || now <= was || now <= max(d.Day, p.Today) || d.Source.Kind == mrp.Forecast {
			continue
		}
		at := p.docs[d.Source.Ref]
		out = append(out, harm{Harm{Kind: kindOf(d.Source), Number: at.Number, Line: at.Line, Item: p.items[d.Item].Code, Due: date(d.Day), Before: date(was), After: date(now)}, p.items[d.Item].site})
	}
	return out
}

// safe looks for the first day from which on the wish makes nobody late; each try plans the whole anew.
func (p *problem) safe(wishes []mrp.Demand, from cal.Day) (string, error) {
	own := len(p.Demands)
	defer func() { p.Demands = p.Demands[:own] }()
	planner, err := mrp.New(&p.Problem)
	if err != nil {
		return "", refused(err)
	}
	planner.Run()
	before := planner.Forward()
	harmless := func(day cal.Day) (bool, error) {
		p.Demands = p.Demands[:own:own]
		for _, d := range wishes {
			d.Day = max(d.Day, day)
			p.Demands = append(p.Demands, d)
		}
		planner, err := mrp.New(&p.Problem)
		if err != nil {
			return false, refused(err)
		}
		planner.Run()
		after := planner.Forward()
		for n, d := range p.Demands[own:] {
			if after.Demands[d.Source] > max(wishes[n].Day, day) {
				return false, nil
			}
		}
		p.Demands = p.Demands[:own]
		return len(p.harmed(before, after)) == 0, nil
	}
	const horizon = 365
	lo, hi := from, from
	for step := cal.Day(1); ; step *= 3 { // outward, then inward
		ok, err := harmless(hi)
		if err != nil {
			return "", err
		}
		if ok {
			break
		}
		if hi-from >= horizon {
			return "", nil
		}
		lo, hi = hi+1, min(hi+step, from+horizon)
	}
	for lo < hi {
		mid := (lo + hi) / 2
		ok, err := harmless(mid)
		if err != nil {
			return "", err
		}
		if ok {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return date(hi), nil
}

// answering follows the pegs of a wish down to the last part.
type answering struct {
	p      *problem
	plan   *mrp.Plan
	f      *mrp.Forward
	wishes []mrp.Demand
	needs  map[int32]*Planned
	takes  map[part]*taken
	sent   map[int32]bool // planned orders of other sites for it that are sent from there
	open   []bool         // wishes that the customer's own parts serve, and there are too few
}

// part is an item for a line of the order.
type part struct {
	wish int
	item int32
}

// taken is what serves a line of an item.
type taken struct {
	made    num.Dec // of it, to be made
	comes   cal.Day // when the last of what runs is there
	orders  []int32 // planned orders
	version int32   // by which it is made, or passed through
	through bool    // a phantom
}

func (a *answering) offer(n int, x *Offer) {
	d := &a.wishes[n]
	it := &a.p.items[d.Item]
	x.Item, x.Name, x.UoM, x.Qty, x.Wished = it.Code, it.Name, it.UoM, d.Qty, date(d.Day)
	for g := range a.plan.Pegs(d.Item) {
		if g.Demand != d.Source {
			continue
		}
		switch g.Supply.Kind {
		case mrp.Stock:
			x.Stock += g.Qty
		case mrp.Planned:
			switch a.p.Items[d.Item].Kind {
			case mrp.Buy:
				x.Buy += g.Qty
			case mrp.Transfer:
				x.Transfer += g.Qty
			default:
				x.Make += g.Qty
			}
		case mrp.Through:
			x.Make += g.Qty
		default:
			x.Coming += g.Qty
		}
	}
	a.walk(n, d.Item, d.Source, 0, func(q num.Dec) num.Dec { return q })
	if a.open[n] {
		x.Reason, x.Block = "customer_part", it.Code
		return
	}
	by, late := a.f.Blocks[d.Source]
	if !late {
		return
	}
	x.Reason = "part"
	switch by.Kind {
	case mrp.Planned, mrp.PlannedBy:
		o := &a.plan.Orders[by.Ref]
		x.Block, x.BlockDay = a.p.items[o.Item].Code, date(a.f.Orders[by.Ref])
		a.where(x, o.Item)
		if o.Short {
			x.Reason = "customer_part"
		}
	case mrp.Stock, mrp.Through:
	default:
		if int(by.Ref) < len(a.p.docs) {
			x.BlockBy = a.p.docs[by.Ref].Number
			for _, s := range a.p.Supplies {
				if s.Source == by {
					x.Block, x.BlockDay = a.p.items[s.Item].Code, date(max(s.Day, a.p.Today))
					a.where(x, s.Item)
				}
			}
		}
	}
}

// where says at which site the part is missing, and which one brings it.
func (a *answering) where(x *Offer, item int32) {
	it := &a.p.items[item]
	if it.site > 0 {
		x.BlockAt = a.p.sites[it.site].Code
	}
	x.From = a.from(item)
}

// from is the code of the site that brings an item.
func (a *answering) from(item int32) string {
	if a.p.Items[item].Kind != mrp.Transfer {
		return ""
	}
	return a.p.sites[a.p.known(a.p.items[item].SupplySite)].Code
}

// whole sees that something serves all of each wish. A part that the customer has to send comes on a day that nobody can
// say; of anything else so much is asked for that it cannot be counted, or its parts cannot.
func (a *answering) whole(before []mrp.Fault) error {
	tooMuch := func(d *mrp.Demand) error {
		code := a.p.items[d.Item].Code
		return fault.Invalid("planning.too_much", "%s of %s cannot be planned", d.Qty, code).With("qty", d.Qty).With("item", code)
	}
	for _, f := range a.plan.Faults {
		if f.Code == "mrp.overflow" && !slices.ContainsFunc(before, func(b mrp.Fault) bool { return b.Code == f.Code && b.Item == f.Item }) {
			most := slices.MaxFunc(a.wishes, func(x, y mrp.Demand) int { return cmp.Compare(x.Qty, y.Qty) })
			return tooMuch(&most)
		}
	}
	a.open = make([]bool, len(a.wishes))
	for n := range a.wishes {
		d := &a.wishes[n]
		left := d.Qty
		for g := range a.plan.Pegs(d.Item) {
			if g.Demand == d.Source {
				left -= g.Qty
			}
		}
		if left > 0 && a.p.Items[d.Item].Kind != mrp.Customer {
			return tooMuch(d)
		}
		a.open[n] = left > 0
	}
	a.never(a.f)
	return nil
}

// never says of wishes that are not served whole that nobody knows when they can be.
func (a *answering) never(f *mrp.Forward) *mrp.Forward {
	for n := range a.wishes {
		if a.open[n] {
			f.Demands[a.wishes[n].Source] = mrp.Never
		}
	}
	return f
}

const deepest = 60

// walk adds up what serves a need, and what that needs in turn; share is how much of a figure is for this order.
func (a *answering) walk(wish int, item int32, need mrp.Source, level int, share func(num.Dec) num.Dec) {
	if level > deepest {
		return
	}
	for g := range a.plan.Pegs(item) {
		if g.Demand != need {
			continue
		}
		x := a.needs[item]
		if x == nil {
			it := &a.p.items[item]
			x = &Planned{Item: it.Code, Name: it.Name, UoM: it.UoM, Kind: it.kind(), From: a.from(item), Sources: []KitSource{}, Level: level, item: item}
			if it.site > 0 {
				x.Site = a.p.sites[it.site].Code
			}
			a.needs[item] = x
		}
		t := a.takes[part{wish, item}]
		if t == nil {
			t = &taken{version: -1}
			a.takes[part{wish, item}] = t
		}
		x.Level = max(x.Level, level)
		part := share(g.Qty)
		x.Need += part
		switch g.Supply.Kind {
		case mrp.Stock:
			x.Stock += part
		case mrp.Planned:
			o := &a.plan.Orders[g.Supply.Ref]
			x.Order += part
			x.Lot += part
			if d := date(o.Start); x.Start == "" || d < x.Start {
				x.Start = d
			}
			if d := date(o.Due); x.Due == "" || d < x.Due {
				x.Due = d
			}
			if d := date(a.f.Orders[g.Supply.Ref]); x.Possible == "" || d > x.Possible {
				x.Possible = d
			}
			t.orders = append(t.orders, g.Supply.Ref)
			if o.Version >= 0 && o.Yield > 0 {
				t.version = o.Version
				if a.p.Items[item].Kind == mrp.Make {
					t.made += part
					if a.p.items[item].site > 0 && need.Kind == mrp.Planned && a.p.Items[a.plan.Orders[need.Ref].Item].Kind == mrp.Transfer {
						a.sent[g.Supply.Ref] = true
					}
				}
				a.below(wish, o.Version, mrp.Source{Kind: mrp.Planned, Ref: g.Supply.Ref}, level, part, o.Yield)
			}
		case mrp.Through:
			s := &a.plan.Passes[g.Supply.Ref]
			t.version, t.through = s.Version, true
			a.below(wish, s.Version, g.Supply, level, part, s.Qty)
		default:
			d := a.p.docs[g.Supply.Ref]
			t.comes = max(t.comes, g.SupplyDay)
			x.Sources = append(x.Sources, KitSource{kindOf(g.Supply), d.Number, d.Line, part, date(g.SupplyDay)})
		}
	}
}

func (a *answering) below(wish int, version int32, need mrp.Source, level int, part, whole num.Dec) {
	share := func(q num.Dec) num.Dec {
		n, err := num.MulDivUp(int64(q), int64(part), int64(whole))
		if err != nil {
			return q
		}
		return num.Dec(n)
	}
	var seen []int32 // an item on two lines is pegged once
	for _, l := range a.p.Versions[version].Lines {
		if l.Role == mrp.Component && !l.None && !slices.Contains(seen, l.Item) {
			seen = append(seen, l.Item)
			a.walk(wish, l.Item, need, level+1, share)
		}
	}
}

// list leaves out what other sites need that the caller does not see.
func (a *answering) list(ctx context.Context) []Planned {
	out := []Planned{}
	for i, x := range a.needs {
		if at := a.p.items[i].site; at > 0 && identity.SeeSite(ctx, a.p.sites[at].ID) != nil {
			continue
		}
		if a.p.Items[i].Kind == mrp.Transfer {
			if there := a.needs[a.p.here[a.p.known(a.p.items[i].SupplySite)][a.p.items[i].ID]]; there != nil {
				x.There = min(there.Stock, x.Order)
			}
		}
		if x.Lot > 0 {
			if q, err := lotSize(&a.p.Items[i], x.Lot); err == nil {
				x.Lot = q
			}
		}
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b Planned) int { return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Item, b.Item)) })
	return out
}

// madeAt is what a site makes for lines: what goes into something before it.
func (a *answering) madeAt(site int) (out []part) {
	for x, t := range a.takes {
		if t.made > 0 && a.p.items[x.item].site == site {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(x, y part) int {
		return cmp.Or(a.needs[y.item].Level-a.needs[x.item].Level, x.wish-y.wish, int(x.item-y.item))
	})
	return out
}

// passes says that a site makes something for a line.
func (a *answering) passes(wish, site int) bool {
	return slices.ContainsFunc(a.madeAt(site), func(x part) bool { return x.wish == wish })
}

// away says that another site makes something for a line.
func (a *answering) away(wish int) bool {
	for n := 1; n < len(a.p.sites); n++ {
		if a.passes(wish, n) {
			return true
		}
	}
	return false
}

// turn orders the work of lines: the earlier day, then the better priority.
func (a *answering) turn(one, other int) int {
	x, y := &a.wishes[one], &a.wishes[other]
	return cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(x.Priority, y.Priority), one-other)
}
