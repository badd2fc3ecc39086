package planning

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/mrp"
)

// Ways to make a plan.
const (
	Regenerative = "regenerative"
	NetChanges   = "net"
)

// NetChange says what a run of what had changed looked at again, and why.
type NetChange struct {
	Base   db.ID        `json:"base" doc:"The plan that it continues; 0: there was none"`
	Item   string       `json:"item,omitempty" doc:"Only for this item and what goes into it"`
	Order  string       `json:"order,omitempty" doc:"Only for the items of this order and what goes into them"`
	Looked int64        `json:"looked" doc:"Items looked at again"`
	Of     int64        `json:"of" doc:"Items of the site"`
	Left   int64        `json:"left" doc:"Items outside what was asked for that have changed too and were left as they stood"`
	Whole  string       `json:"whole" enum:",none,day,calendar,settings,sites,substitutes" doc:"Why everything had to be looked at again; empty: it had not. none: there was no plan to continue"`
	Causes []NetCause   `json:"causes"`
	Items  []NetChanged `json:"items" doc:"What was looked at, the first 200"`
}

// NetCause counts the items of a cause; an item may have several.
type NetCause struct {
	Code  string `json:"code" enum:"new,params,bom,demand,stock,supply,above,all"`
	Items int64  `json:"items"`
}

// NetChanged is an item that was looked at again.
type NetChanged struct {
	Item string   `json:"item"`
	Name string   `json:"name"`
	Why  []string `json:"why"`
}

const maxLooked = 200

// continued is how a plan was made out of a former one.
type continued struct {
	planner *mrp.Planner
	plan    *mrp.Plan
	why     []mrp.Why // nil: everything, because of whole
	whole   string
	bases   []db.ID // the live plan of each site
	left    []bool
}

type itemAt struct{ site, item db.ID }

// continueFrom plans what is different from the live plans of the sites and takes over the rest. Asked for one item or
// order it takes the changes of that item, of the items of that order, of what goes into them, and of all orders that
// exist, so that what was released is never planned a second time; everything else stands as it stood.
func (m *Module) continueFrom(ctx context.Context, q db.Querier, p *problem, in RunPlan) (*continued, error) {
	c := &continued{}
	then, err := m.former(ctx, q, p, c)
	if err != nil {
		return nil, err
	}
	if c.planner, err = mrp.New(&p.Problem); err != nil {
		return nil, refused(err)
	}
	if then == nil {
		if _, err := p.asked(nil, in); err != nil {
			return nil, err
		}
		c.plan = c.planner.Run()
		return c, nil
	}
	f := mrp.Former{Items: p.placesIn(then), Same: func(now, was mrp.Source) bool {
		a, b := &p.docs[now.Ref], &then.docs[was.Ref]
		return a.ID == b.ID && a.Number == b.Number && a.Line == b.Line
	}}
	if f.Planner, err = mrp.New(&then.Problem); err != nil {
		return nil, refused(err)
	}
	if in.Item != "" || in.Order != "" {
		seeds, err := p.asked(then, in)
		if err != nil {
			return nil, err
		}
		if c.planner, err = c.within(p, then, f, seeds); err != nil {
			return nil, err
		}
	}
	if c.whole != "" {
		c.plan = c.planner.Run()
		return c, nil
	}
	f.Planner.Run()
	c.plan, c.why = c.planner.Net(f)
	return c, nil
}

// former is the problem behind the live plans of the sites; nil when there is none to continue. It notes why everything
// has to be planned anew.
func (m *Module) former(ctx context.Context, q db.Querier, p *problem, c *continued) (*problem, error) {
	var w db.Where
	ids := make([]db.ID, len(p.sites))
	for n, s := range p.sites {
		ids[n] = s.ID
	}
	db.In(&w, "site_id", ids)
	type row struct {
		ID    db.ID `db:"id"`
		Site  db.ID `db:"site_id"`
		Group db.ID `db:"group_id"`
	}
	rows, err := db.All[row](ctx, q, `SELECT id, site_id, group_id FROM mrp_run`+w.String()+` AND live`, w.Args...)
	if err != nil {
		return nil, err
	}
	c.bases = make([]db.ID, len(ids))
	var key db.ID
	for _, r := range rows {
		c.bases[slices.Index(ids, r.Site)] = r.ID
		if k := cmp.Or(r.Group, r.ID); key != 0 && k != key {
			c.whole = "sites"
		} else {
			key = k
		}
	}
	if len(rows) < len(ids) || c.whole != "" {
		c.whole = cmp.Or(c.whole, "none")
		return nil, nil
	}
	x, err := m.recall(ctx, q, key)
	if err != nil {
		return nil, err
	}
	if x == nil {
		c.whole = "none"
		return nil, nil
	}
	sums := make([]uint64, len(ids))
	for n := range ids {
		sums[n] = p.workdays(n)
	}
	switch {
	case !slices.Equal(slices.Sorted(slices.Values(x.Sites)), slices.Sorted(slices.Values(ids))):
		c.whole = "sites"
		return nil, nil
	case !slices.Equal(x.Sites, ids): // the same from another end: numbers would differ
		c.whole = "sites"
	case x.Today != p.Today.String():
		c.whole = "day"
	case !slices.Equal(x.Calendars, sums):
		c.whole = "calendar"
	case x.Expedite != p.Expedite || x.DeferAfter != p.DeferAfter:
		c.whole = "settings"
	}
	then := x.problem(p)
	for i := range then.items { // by their site, wherever it stood
		then.items[i].site = slices.Index(ids, x.Sites[then.items[i].site])
		then.Items[i].Calendar = int32(then.items[i].site)
	}
	then.Expedite, then.DeferAfter = p.Expedite, p.DeferAfter
	return then, nil
}

// placesIn says where each item stands in a former problem; -1: it was not there.
func (p *problem) placesIn(then *problem) []int32 {
	at := make(map[itemAt]int32, len(then.items))
	for i := range then.items {
		at[itemAt{p.sites[then.items[i].site].ID, then.items[i].ID}] = int32(i)
	}
	out := make([]int32, len(p.items))
	for i := range p.items {
		k, ok := at[itemAt{p.sites[p.items[i].site].ID, p.items[i].ID}]
		if !ok {
			k = -1
		}
		out[i] = k
	}
	return out
}

// asked are the items that a run was asked for, now or in the former plan.
func (p *problem) asked(then *problem, in RunPlan) (map[itemAt]bool, error) {
	out := map[itemAt]bool{}
	if in.Item != "" {
		for _, i := range p.here[0] {
			if p.items[i].Code == in.Item {
				out[itemAt{p.sites[0].ID, p.items[i].ID}] = true
			}
		}
		if len(out) == 0 {
			return nil, fault.NotFound("masterdata.item_unknown", "there is no item %s", in.Item).With("code", in.Item)
		}
	}
	if in.Order != "" {
		found := false
		for _, x := range []*problem{p, then} {
			if x == nil {
				continue
			}
			x.documents(func(item int32, s mrp.Source) {
				if s.Kind != mrp.Stock && s.Kind != mrp.Forecast && int(s.Ref) < len(x.docs) && x.docs[s.Ref].Number == in.Order {
					out[itemAt{p.sites[x.items[item].site].ID, x.items[item].ID}], found = true, true
				}
			})
		}
		if !found {
			return nil, fault.NotFound("planning.net_order", "no open order is called %s, and none in the plan", in.Order).With("number", in.Order)
		}
	}
	return out, nil
}

// documents shows every need and supply from outside.
func (p *problem) documents(show func(item int32, s mrp.Source)) {
	for k := range p.Demands {
		show(p.Demands[k].Item, p.Demands[k].Source)
	}
	for k := range p.Supplies {
		show(p.Supplies[k].Item, p.Supplies[k].Source)
	}
	for k := range p.Works {
		show(p.Works[k].Item, mrp.Source{Kind: mrp.Firm, Ref: p.Works[k].Ref})
	}
}

// below adds all that goes into the items of a set, now or then.
func (p *problem) below(then *problem, set map[itemAt]bool) {
	uses := map[itemAt][]itemAt{}
	for _, x := range []*problem{p, then} {
		key := func(i int32) itemAt { return itemAt{p.sites[x.items[i].site].ID, x.items[i].ID} }
		for _, list := range [][]mrp.Version{x.Versions, x.aside} {
			for _, v := range list {
				for _, l := range v.Lines {
					uses[key(v.Item)] = append(uses[key(v.Item)], key(l.Item))
				}
			}
		}
		for _, d := range x.Demands {
			if d.Parent >= 0 {
				uses[key(d.Parent)] = append(uses[key(d.Parent)], key(d.Item))
			}
		}
		for _, s := range x.Substitutes {
			uses[key(s.Item)] = append(uses[key(s.Item)], key(s.Sub))
			uses[key(s.Sub)] = append(uses[key(s.Sub)], key(s.Item)) // what one takes the other has to be planned without
		}
	}
	var queue []itemAt
	for k := range set {
		queue = append(queue, k)
	}
	for at := 0; at < len(queue); at++ {
		for _, k := range uses[queue[at]] {
			if !set[k] {
				set[k] = true
				queue = append(queue, k)
			}
		}
	}
}

// within leaves as it stood what has changed outside of what was asked for.
func (c *continued) within(p, then *problem, f mrp.Former, set map[itemAt]bool) (*mrp.Planner, error) {
	why := c.planner.Differ(f)
	key := func(i int) itemAt { return itemAt{p.sites[p.items[i].site].ID, p.items[i].ID} }
	for i, y := range why {
		if y.Has(mrp.Orders) {
			set[key(i)] = true
		}
	}
	p.below(then, set)
	left := make([]bool, len(why))
	any := false
	for i, y := range why {
		left[i] = y != 0 && !set[key(i)]
		any = any || left[i]
	}
	if !any {
		return c.planner, nil
	}
	now := *p
	*p = *p.mix(then, f.Items, left)
	planner, err := mrp.New(&p.Problem)
	if err != nil { // a bill that was turned round in two steps: both are taken
		*p = now
		return mrp.New(&p.Problem)
	}
	c.left = left
	return planner, nil
}

// mix is the problem with what some items had then in place of what they have now.
func (p *problem) mix(then *problem, places []int32, old []bool) *problem {
	q := *p
	q.Items, q.items, q.docs = slices.Clone(p.Items), slices.Clone(p.items), slices.Clone(p.docs)
	now := make([]int32, len(then.items))
	for k := range now {
		now[k] = -1
	}
	for i, k := range places {
		if k >= 0 {
			now[k] = int32(i)
		}
	}
	was := func(k int32) (int32, bool) { return now[k], now[k] >= 0 && old[now[k]] }
	for i, k := range places {
		if !old[i] || k < 0 {
			continue
		}
		q.Items[i], q.items[i] = then.Items[k], then.items[k]
		q.Items[i].Code, q.Items[i].Calendar, q.items[i].site = p.Items[i].Code, p.Items[i].Calendar, p.items[i].site
	}
	refs := make([]int32, len(then.docs))
	for k := range refs {
		refs[k] = -1
	}
	ref := func(s mrp.Source) mrp.Source { return mrp.Source{Kind: s.Kind, Ref: refs[s.Ref]} }
	then.documents(func(item int32, s mrp.Source) {
		if _, ok := was(item); ok {
			refs[s.Ref] = 0
		}
	})
	for k := range refs { // in the order in which they stood
		if refs[k] == 0 {
			refs[k] = int32(len(q.docs))
			q.docs = append(q.docs, then.docs[k])
		}
	}
	versions := func(mine, theirs []mrp.Version) []mrp.Version {
		out := slices.DeleteFunc(slices.Clone(mine), func(v mrp.Version) bool { return old[v.Item] })
		for _, v := range theirs {
			i, ok := was(v.Item)
			if !ok {
				continue
			}
			x := mrp.Version{Item: i, Name: v.Name, From: v.From, To: v.To}
			for _, l := range v.Lines {
				if l.Item = now[l.Item]; l.Item >= 0 {
					x.Lines = append(x.Lines, l)
				}
			}
			out = append(out, x)
		}
		sortVersions(out)
		return out
	}
	q.Versions, q.aside = versions(p.Versions, then.Versions), versions(p.aside, then.aside)
	q.Demands = slices.DeleteFunc(slices.Clone(p.Demands), func(d mrp.Demand) bool { return old[d.Item] })
	for _, d := range then.Demands {
		if i, ok := was(d.Item); ok {
			d.Item, d.Source = i, ref(d.Source)
			if d.Parent >= 0 {
				d.Parent = now[d.Parent]
			}
			q.Demands = append(q.Demands, d)
		}
	}
	q.Supplies = slices.DeleteFunc(slices.Clone(p.Supplies), func(s mrp.Supply) bool { return old[s.Item] })
	for _, s := range then.Supplies {
		if i, ok := was(s.Item); ok {
			s.Item, s.Source = i, ref(s.Source)
			q.Supplies = append(q.Supplies, s)
		}
	}
	q.Works = slices.DeleteFunc(slices.Clone(p.Works), func(w mrp.Work) bool { return old[w.Item] })
	for _, w := range then.Works {
		if i, ok := was(w.Item); ok {
			w.Item, w.Ref = i, refs[w.Ref]
			q.Works = append(q.Works, w)
		}
	}
	q.Substitutes = slices.DeleteFunc(slices.Clone(p.Substitutes), func(s mrp.Substitute) bool { return old[s.Item] })
	for _, s := range then.Substitutes {
		i, ok := was(s.Item)
		switch {
		case !ok || now[s.Sub] < 0:
			continue
		case s.Source.Kind == mrp.Planned: // of all orders of a product
			if now[s.Parent] < 0 {
				continue
			}
			s.Parent = now[s.Parent]
		case refs[s.Source.Ref] < 0:
			continue
		default:
			s.Source = ref(s.Source)
		}
		s.Item, s.Sub = i, now[s.Sub]
		q.Substitutes = append(q.Substitutes, s)
	}
	return &q
}

func sortVersions(list []mrp.Version) {
	slices.SortStableFunc(list, func(a, b mrp.Version) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.From, b.From), masterdata.CompareVersions(a.Name, b.Name))
	})
}

// tell writes down what was looked at, for each site of its own.
func (c *continued) tell(p *problem, outs []*plan, in RunPlan) error {
	for n, out := range outs {
		x := &NetChange{Base: c.bases[n], Item: in.Item, Order: in.Order, Whole: c.whole, Causes: []NetCause{}, Items: []NetChanged{}}
		count := map[string]int64{}
		for i := range p.items {
			if p.items[i].site != n {
				continue
			}
			x.Of++
			if c.left != nil && c.left[i] {
				x.Left++
			}
			y := mrp.All
			if c.why != nil {
				y = c.why[i]
			}
			if y == 0 {
				continue
			}
			x.Looked++
			for _, name := range y.Names() {
				count[name]++
			}
			if c.why != nil && len(x.Items) < maxLooked {
				x.Items = append(x.Items, NetChanged{p.items[i].Code, p.items[i].Name, y.Names()})
			}
		}
		for _, name := range (mrp.NewItem | mrp.Params | mrp.Bills | mrp.Needs | mrp.Stocks | mrp.Orders | mrp.Above | mrp.Stands).Names() {
			if count[name] > 0 {
				x.Causes = append(x.Causes, NetCause{name, count[name]})
			}
		}
		body, err := json.Marshal(x)
		if err != nil {
			return err
		}
		out.base, out.run.Mode, out.run.Looked, out.run.Of, out.run.Net = c.bases[n], NetChanges, x.Looked, x.Of, string(body)
	}
	return nil
}

// net is what was written down.
func (r *runRow) net() *NetChange {
	if r.Net == "" {
		return nil
	}
	var x NetChange
	_ = json.Unmarshal([]byte(r.Net), &x) // written by this room
	return &x
}

// sound refuses what cannot be asked of a run.
func (in *RunPlan) sound() error {
	in.Item, in.Order = strings.TrimSpace(in.Item), strings.TrimSpace(in.Order)
	if in.Mode != NetChanges && in.Item+in.Order != "" {
		return fault.Invalid("planning.net_only", "only a net change can be of one item or order (%s)", in.Item+in.Order).With("asked", cmp.Or(in.Item, in.Order))
	}
	return nil
}

// PlanRun shows how a plan was made.
func (m *Module) PlanRun(ctx context.Context, q db.Querier, id db.ID) (Result, error) {
	r, site, err := m.kept(ctx, q, id)
	if err != nil {
		return Result{}, err
	}
	p := plan{site: site, run: r}
	return p.result(), nil
}
