package scheduling

import (
	"context"
	"slices"
	"sync"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/scheduling/finite"
)

// desk is what the previews of a site have in common: the problem as it stands, made ready, and the live schedule. A
// planner who drags asks many times in a row, and nearly always nothing has changed in between. Nobody changes what
// lies on a desk: each preview supposes its changes in a copy.
type desk struct {
	at     time.Time
	run    db.ID // the live schedule
	liveMS int64 // when it was made
	mark   db.Mark
	day    string
	prob   *problem
	told   []Change
	keep   keep
	was    map[piece]wasRow
	ends   map[db.ID]endWas
	made   time.Time // read from the database

	ready *problem // with what was told and is frozen, as it stands at a time
	shop  *finite.Shop
	kept  *finite.Sequence
	fresh []int32
	ref   *finite.Reference
}

// feeding are the rooms whose events may change what a schedule is made of: all that this room may read.
var feeding = []string{"masterdata", "inventory", "quality", "purchasing", "production", "sales", "planning", "scheduling"}

const (
	deskNow  = 20 * time.Second // so old the present of a preview may be
	deskOld  = 10 * time.Minute // so long a desk is used without reading anew
	deskMost = 4                // sites that are kept
)

// desks are those of the sites that were asked for last.
type desks struct {
	mu   sync.Mutex
	list []*siteDesk // the one used last comes first
}

type siteDesk struct {
	site db.ID
	mu   sync.Mutex // who finds it too old makes it anew, the others wait for that
	desk *desk
}

func (l *desks) of(site db.ID) *siteDesk {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := slices.IndexFunc(l.list, func(d *siteDesk) bool { return d.site == site })
	d := &siteDesk{site: site}
	if at >= 0 {
		d = l.list[at]
		l.list = slices.Delete(l.list, at, at+1)
	}
	l.list = slices.Insert(l.list, 0, d)
	if len(l.list) > deskMost {
		l.list = slices.Delete(l.list, deskMost, len(l.list))
	}
	return d
}

// desk is that of a site as a snapshot sees it.
func (m *Module) desk(ctx context.Context, q db.Querier, site masterdata.Site, live runRow, now time.Time) (*desk, error) {
	s := m.desks.of(site.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	day := cal.Always(site.Location()).DateOf(now.UnixMilli())
	var mark db.Mark
	d := s.desk
	if d != nil {
		mark = d.mark
	}
	mark, news, err := db.News(ctx, q, mark, feeding...)
	if err != nil {
		return nil, err
	}
	if news || d == nil || d.run != live.ID || d.day != day || now.Before(d.made) || now.Sub(d.made) > deskOld {
		s.desk = nil
		if mark, _, err = db.News(ctx, q, db.Mark{}, feeding...); err != nil { // of this snapshot, which may be older than that of the desk
			return nil, err
		}
		if d, err = m.lay(ctx, q, site, live, now); err != nil {
			return nil, err
		}
		d.day = day
	} else {
		x := *d // another may still be looking at it
		d = &x
	}
	if d.mark = mark; d.shop == nil || now.Before(d.at) || now.Sub(d.at) > deskNow {
		if err := d.prepare(now); err != nil {
			return nil, err
		}
	}
	s.desk = d
	return d, nil
}

// lay reads what a desk needs.
func (m *Module) lay(ctx context.Context, q db.Querier, site masterdata.Site, live runRow, now time.Time) (d *desk, err error) {
	d = &desk{run: live.ID, liveMS: live.NowMS, made: now}
	if d.was, err = places(ctx, q, live.ID); err != nil {
		return nil, err
	}
	if d.ends, err = endsOf(ctx, q, live.ID); err != nil {
		return nil, err
	}
	if d.prob, d.told, d.keep, err = m.stands(ctx, q, site, finite.Rule(live.Rule), now.UnixMilli()); err != nil {
		return nil, err
	}
	return d, nil
}

// prepare makes a desk's problem ready as it stands at a time.
func (d *desk) prepare(now time.Time) (err error) {
	d.at, d.ready = now, d.prob.copy()
	d.ready.NowMS = now.UnixMilli()
	if err := d.ready.present(d.told, nil, d.was, d.keep.beside(d.liveMS)); err != nil {
		return err
	}
	if d.shop, err = finite.New(d.ready.Problem); err != nil {
		return contradicts(err)
	}
	d.kept, d.fresh, d.ref = d.shop.Follow(d.ready.was(d.was))
	d.ref.ToleranceMS, d.ref.MoveMS = 5*60_000, 4*3_600_000
	return nil
}

// suppose is the desk's problem under changes, made ready, and what is kept of the live schedule in it.
func (d *desk) suppose(changes []Change) (p *problem, shop *finite.Shop, kept *finite.Sequence, fresh []int32, ref *finite.Reference, err error) {
	if p, pins := d.pinned(changes); p != nil {
		if shop, ok := d.shop.Pin(p.Problem, pins); ok {
			kept, fresh = shop.Unpinned(d.kept, d.fresh)
			return p, shop, kept, fresh, d.ref, nil
		}
	}
	p = d.prob.copy()
	p.NowMS = d.at.UnixMilli()
	if err = p.present(d.told, changes, d.was, d.keep.beside(d.liveMS)); err != nil {
		return nil, nil, nil, nil, nil, err
	}
	if shop, err = finite.New(p.Problem); err != nil {
		return nil, nil, nil, nil, nil, contradicts(err)
	}
	kept, fresh, ref = shop.Follow(p.was(d.was))
	ref.ToleranceMS, ref.MoveMS = d.ref.ToleranceMS, d.ref.MoveMS
	return p, shop, kept, fresh, ref, nil
}

// pinned is the problem that stands with nothing but operations pinned in it, and which; nil where changes are more than
// that.
func (d *desk) pinned(changes []Change) (*problem, [][2]int) {
	if len(changes) == 0 || slices.ContainsFunc(changes, func(c Change) bool { return c.Kind != "pin" }) {
		return nil, nil
	}
	p := d.ready.share()
	at, cloned := d.ready.index(), map[int]bool{}
	var pins [][2]int
	for n := range changes {
		c := &changes[n]
		i, open := at[c.order]
		if !open {
			continue
		}
		k := p.find(i, c.op, c.SplitNo)
		if k < 0 {
			continue
		}
		if !cloned[i] {
			p.Orders[i].Ops, cloned[i] = slices.Clone(p.Orders[i].Ops), true
		}
		op := &p.Orders[i].Ops[k]
		if op.State != finite.Free && op.State != finite.Frozen {
			continue
		}
		op.State, op.Machine, op.StartMS = finite.Frozen, c.Machine, max(c.FromMS, p.NowMS)
		p.pinned[p.key(i, k)] = true
		pins = append(pins, [2]int{i, k})
	}
	return p, pins
}

// share is a copy whose orders may be replaced, but not what they hold.
func (p *problem) share() *problem {
	n, q := *p, *p.Problem
	n.Problem, q.Orders = &q, slices.Clone(q.Orders)
	n.pinned = make(map[piece]bool, len(p.pinned)+4)
	for k := range p.pinned {
		n.pinned[k] = true
	}
	return &n
}

// copy may be changed in all that present changes.
func (p *problem) copy() *problem {
	n := p.share()
	total := 0
	for i := range n.Orders {
		total += len(n.Orders[i].Ops)
	}
	ops := make([]finite.Op, 0, total)
	for i := range n.Orders {
		from := len(ops)
		ops = append(ops, n.Orders[i].Ops...)
		n.Orders[i].Ops = ops[from:len(ops):len(ops)]
	}
	n.orders, n.ops = slices.Clone(p.orders), slices.Clone(p.ops)
	n.WorkCenters = slices.Clone(p.WorkCenters)
	for i := range n.WorkCenters {
		n.WorkCenters[i].Machines = slices.Clone(n.WorkCenters[i].Machines)
	}
	n.waits = make(map[db.ID]part, len(p.waits))
	for k, w := range p.waits {
		n.waits[k] = w
	}
	return n
}

// stands reads the problem, what people have told that counts now, and how long what begins is frozen.
func (m *Module) stands(ctx context.Context, q db.Querier, site masterdata.Site, rule finite.Rule, now int64) (*problem, []Change, keep, error) {
	prob, err := read(ctx, q, site, rule, now)
	if err != nil {
		return nil, nil, keep{}, err
	}
	if err := m.parts(ctx, q, site, prob); err != nil {
		return nil, nil, keep{}, err
	}
	list, err := told(ctx, q, site.ID, now)
	if err != nil {
		return nil, nil, keep{}, err
	}
	k := keep{}
	if k.freeze, err = frozenMS(ctx, q); err == nil {
		k.noise, err = noiseMS(ctx, q)
	}
	return prob, list, k, err
}

// present puts into a problem what was told, how far what runs is, what is supposed beyond that, and what begins so soon
// that it keeps its place.
func (p *problem) present(told, more []Change, was map[piece]wasRow, k keep) error {
	p.settle(was, k)
	if len(told) > 0 {
		if err := p.suppose(told); err != nil {
			return err
		}
	}
	p.goesOn(was, k)
	if len(more) > 0 {
		if err := p.suppose(more); err != nil {
			return err
		}
	}
	if k.freeze > 0 {
		p.freeze(was, k.freeze)
	}
	return nil
}

// think makes the problem of a draft of what lies on a desk, and its first answer.
func (m *Module) think(ctx context.Context, q db.Querier, in Propose, now time.Time, id func() db.ID) (*thought, error) {
	t, err := m.begin(ctx, q, in, now)
	if err != nil {
		return nil, err
	}
	d, err := m.desk(ctx, q, t.site, t.live, now)
	if err != nil {
		return nil, err
	}
	t.was, t.ended = d.was, d.ends
	var kept *finite.Sequence
	var fresh []int32
	if t.prob, t.shop, kept, fresh, t.ref, err = d.suppose(t.changes); err != nil {
		return nil, err
	}
	t.answer(in, kept, fresh)
	return t, t.entitle(in, t.prob.NowMS, actor.From(ctx).Name, id)
}
