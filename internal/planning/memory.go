package planning

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/gob"
	"hash/fnv"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/planning/mrp"
)

// memory is what a plan rests on: the problem as it was read, so that a net change finds what is different now and the
// engine's state can be made again. It is kept for the live plan only.
type memory struct {
	Form        int
	Sites       []db.ID
	Today       string
	Calendars   []uint64 // of each site, the working days that a plan may count
	Expedite    int
	DeferAfter  int
	Rows        []heldItem
	Items       []mrp.Item
	Versions    []mrp.Version
	Aside       []mrp.Version
	Demands     []mrp.Demand
	Supplies    []mrp.Supply
	Works       []mrp.Work
	Substitutes []mrp.Substitute
	Docs        []heldDoc
}

// memoryForm is counted up whenever a plan of a former program cannot be continued.
const memoryForm = 2

type heldItem struct {
	Row  itemRow
	Site int
}

type heldDoc struct {
	ID      db.ID
	Number  string
	Line    int64
	Kind    mrp.Origin
	Shipped num.Dec
}

type memoryRow struct {
	ID    db.ID  `db:"id"`
	Run   db.ID  `db:"run_id"`
	Ord   int64  `db:"ord"`
	Batch db.ID  `db:"batch_id"`
	Data  []byte `db:"data"`
}

const memoryChunk = 256 << 10

// remember packs a problem.
func (p *problem) remember() (parts [][]byte, err error) {
	x := memory{Form: memoryForm, Today: p.Today.String(), Expedite: p.Expedite, DeferAfter: p.DeferAfter, Items: p.Items, Versions: p.Versions, Aside: p.aside, Demands: p.Demands, Supplies: p.Supplies, Works: p.Works, Substitutes: p.Substitutes}
	for n, s := range p.sites {
		x.Sites, x.Calendars = append(x.Sites, s.ID), append(x.Calendars, p.workdays(n))
	}
	for i := range p.items {
		x.Rows = append(x.Rows, heldItem{p.items[i], p.items[i].site})
	}
	for _, d := range p.docs {
		x.Docs = append(x.Docs, heldDoc{d.ID, d.Number, d.Line, d.kind, d.shipped})
	}
	var packed bytes.Buffer
	z, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := gob.NewEncoder(z).Encode(&x); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	for rest := packed.Bytes(); len(rest) > 0; {
		n := min(len(rest), memoryChunk)
		parts, rest = append(parts, rest[:n]), rest[n:]
	}
	return parts, nil
}

// workdays is a sum over the working days of a site that a plan counts.
func (p *problem) workdays(site int) uint64 {
	c := p.calendar(site)
	h := fnv.New64a()
	if c == nil {
		return 0
	}
	const back, ahead = 800, 4000
	days := make([]byte, 0, back+ahead)
	for d := p.Today - back; d < p.Today+ahead; d++ {
		day := byte(0)
		if c.Works(d) {
			day = 1
		}
		days = append(days, day)
	}
	_, _ = h.Write(days)
	return h.Sum64()
}

func (p *problem) calendar(site int) *cal.Calendar {
	if site == 0 {
		return p.Calendar
	}
	return p.Calendars[site-1]
}

// recall makes the problem that the live plans of the sites rest on. Without one, or with one of a former program,
// there is nothing to continue.
func (m *Module) recall(ctx context.Context, q db.Querier, run db.ID) (*memory, error) {
	var packed bytes.Buffer
	if err := db.Each(ctx, q, `SELECT data FROM mrp_memory WHERE run_id = $1 ORDER BY ord`, []any{run}, func(data *[]byte) error {
		packed.Write(*data)
		return nil
	}); err != nil || packed.Len() == 0 {
		return nil, err
	}
	var x memory
	if err := gob.NewDecoder(flate.NewReader(&packed)).Decode(&x); err != nil || x.Form != memoryForm {
		return nil, nil // of another program: the run is one of everything
	}
	return &x, nil
}

// problem is what was remembered, on the day and with the calendars of the one that is planned now.
func (x *memory) problem(now *problem) *problem {
	p := &problem{m: now.m, sites: now.sites, aside: x.Aside}
	p.Problem = mrp.Problem{Today: now.Today, Calendar: now.Calendar, Calendars: now.Calendars, Items: x.Items, Versions: x.Versions, Demands: x.Demands, Supplies: x.Supplies, Works: x.Works, Substitutes: x.Substitutes,
		Pegs: true, Messages: true, Expedite: x.Expedite, DeferAfter: x.DeferAfter}
	for _, r := range x.Rows {
		r.Row.site = r.Site
		p.items = append(p.items, r.Row)
	}
	for _, d := range x.Docs {
		p.docs = append(p.docs, doc{ID: d.ID, Number: d.Number, Line: d.Line, kind: d.Kind, shipped: d.Shipped})
	}
	for k := range p.Supplies { // what lies there lies there today
		if p.Supplies[k].Source.Kind == mrp.Stock {
			p.Supplies[k].Day = now.Today
		}
	}
	return p
}
