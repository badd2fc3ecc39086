package planning

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Branch is a node of the pegging: a supply under the need that takes it (down), or a need over the supply that serves
// it (up).
type Branch struct {
	Item     string   `json:"item"`
	Name     string   `json:"name"`
	UoM      string   `json:"uom"`
	Entry    Entry    `json:"entry"`
	Qty      num.Dec  `json:"qty" doc:"How much of it"`
	Branches []Branch `json:"branches"`
}

// Trace is the pegging of one need or supply, in both directions.
type Trace struct {
	Item   string   `json:"item"`
	Name   string   `json:"name"`
	UoM    string   `json:"uom"`
	Entry  Entry    `json:"entry"`
	Up     []Branch `json:"up" doc:"What it is for, up to the customer's order"`
	Down   []Branch `json:"down" doc:"What it is made of, down to the last screw"`
	Capped bool     `json:"capped" doc:"True when there are more branches than are answered"`
}

// AskTrace names what is to be traced: a planned order, or a document's line on an item.
type AskTrace struct {
	Site   string `query:"site" maxLength:"64" doc:"Empty = your first site"`
	Item   string `query:"item" required:"true" maxLength:"100" doc:"Item code"`
	Kind   string `query:"kind" required:"true" maxLength:"30" doc:"As on the item's page: planned, sales_order, purchase_order …"`
	Number string `query:"number" maxLength:"100" doc:"Of the document"`
	Line   int64  `query:"line" doc:"Of the document"`
	N      int64  `query:"n" doc:"Of a planned order"`
}

const maxBranches = 2000

type tracer struct {
	ctx   context.Context
	q     db.Querier
	run   db.ID
	nets  map[atRun]*Net
	items map[db.ID]masterdata.Item
	codes map[string]db.ID
	left  int
}

// atRun is an item in the plan of a site.
type atRun struct{ run, item db.ID }

func (t *tracer) net(at atRun) (*Net, error) {
	if n := t.nets[at]; n != nil {
		return n, nil
	}
	n, err := netOf(t.ctx, t.q, at.run, at.item)
	t.nets[at] = &n
	return &n, err
}

// site is the code of the site that a run plans.
func (t *tracer) site(run db.ID) (string, error) {
	return db.One[string](t.ctx, t.q, `SELECT s.code FROM mrp_run r JOIN v_site s ON s.id = r.site_id WHERE r.id = $1`, run)
}

func (t *tracer) item(id db.ID) (masterdata.Item, error) {
	if it, ok := t.items[id]; ok {
		return it, nil
	}
	it, err := masterdata.ItemByID(t.ctx, t.q, id)
	t.items[id] = it
	return it, err
}

func (t *tracer) byCode(code string) (db.ID, error) {
	if id, ok := t.codes[code]; ok {
		return id, nil
	}
	it, err := masterdata.ItemByCode(t.ctx, t.q, code)
	if err == nil {
		t.codes[code], t.items[it.ID] = it.ID, it
	}
	return it.ID, err
}

// Trace follows the pegs of a need or supply up to the orders of customers and down to what is bought.
func (m *Module) Trace(ctx context.Context, q db.Querier, in *AskTrace) (out Trace, err error) {
	run, _, err := live(ctx, q, in.Site)
	if err != nil {
		return out, err
	}
	t := &tracer{ctx: ctx, q: q, run: run.ID, nets: map[atRun]*Net{}, items: map[db.ID]masterdata.Item{}, codes: map[string]db.ID{}, left: maxBranches}
	id, err := t.byCode(in.Item)
	if err != nil {
		return out, err
	}
	it := t.items[id]
	at := atRun{run.ID, id}
	n, err := t.net(at)
	if err != nil {
		return out, err
	}
	out = Trace{Item: it.Code, Name: it.Name, UoM: it.UoM, Up: []Branch{}, Down: []Branch{}}
	is := func(e *Entry) bool {
		return e.Kind == in.Kind && (in.N != 0 && e.N == in.N || in.N == 0 && e.Number == in.Number && (in.Line == 0 || e.Line == in.Line))
	}
	found := false
	for i := range n.Supplies {
		if is(&n.Supplies[i]) && !found {
			found = true
			out.Entry = n.Supplies[i]
			if out.Up, err = t.up(at, i, 1); err != nil {
				return out, err
			}
			if out.Down, err = t.below(&n.Supplies[i], at, 1); err != nil {
				return out, err
			}
		}
	}
	for i := range n.Needs {
		if is(&n.Needs[i]) && !found {
			found = true
			out.Entry = n.Needs[i]
			if out.Down, err = t.down(at, i, 1); err != nil {
				return out, err
			}
		}
	}
	if !found {
		return out, fault.NotFound("planning.entry_unknown", "%s has no %s %s in the plan", in.Item, in.Kind, in.Number).With("item", in.Item).With("number", in.Number)
	}
	out.Capped = t.left <= 0
	return out, nil
}

const maxDepth = 60

// up are the needs that take a supply, and what those are for.
func (t *tracer) up(at atRun, supply, depth int) ([]Branch, error) {
	out := []Branch{}
	n, err := t.net(at)
	if err != nil || depth > maxDepth {
		return out, err
	}
	it, err := t.item(at.item)
	if err != nil {
		return out, err
	}
	for _, g := range n.Pegs {
		if g.Supply != supply {
			continue
		}
		if t.left--; t.left < 0 {
			return out, nil
		}
		e := n.Needs[g.Need]
		b := Branch{Item: it.Code, Name: it.Name, UoM: it.UoM, Entry: e, Qty: g.Qty, Branches: []Branch{}}
		if e.For != "" {
			parent, err := t.byCode(e.For)
			if err != nil {
				return out, err
			}
			above := atRun{at.run, parent}
			if e.Site != "" { // another site's transfer
				if above.run, err = otherRun(t.ctx, t.q, at.run, e.Site); err != nil {
					return out, err
				}
			}
			pn, err := t.net(above)
			if err != nil {
				return out, err
			}
			for k := range pn.Supplies {
				if s := &pn.Supplies[k]; s.Kind == e.Kind && s.Number == e.Number && s.N == e.N && s.Line == e.Line {
					if b.Branches, err = t.up(above, k, depth+1); err != nil {
						return out, err
					}
				}
			}
		}
		out = append(out, b)
	}
	return out, nil
}

// down are the supplies that serve a need, and what those are made of.
func (t *tracer) down(at atRun, need, depth int) ([]Branch, error) {
	out := []Branch{}
	n, err := t.net(at)
	if err != nil || depth > maxDepth {
		return out, err
	}
	it, err := t.item(at.item)
	if err != nil {
		return out, err
	}
	for _, g := range n.Pegs {
		if g.Need != need {
			continue
		}
		if t.left--; t.left < 0 {
			return out, nil
		}
		s := &n.Supplies[g.Supply]
		b := Branch{Item: it.Code, Name: it.Name, UoM: it.UoM, Entry: *s, Qty: g.Qty}
		if b.Branches, err = t.below(s, at, depth+1); err != nil {
			return out, err
		}
		out = append(out, b)
	}
	return out, nil
}

// below are the needs of a supply's parts, each with what serves it.
func (t *tracer) below(s *Entry, at atRun, depth int) ([]Branch, error) {
	out := []Branch{}
	switch s.Kind {
	case "planned", "firm", "work_order", "subcontract_order", "phantom":
	default:
		return out, nil
	}
	it, err := t.item(at.item)
	if err != nil {
		return out, err
	}
	if s.Site != "" { // what another site sends is its need
		from, err := otherRun(t.ctx, t.q, at.run, s.Site)
		if err != nil || from == 0 {
			return out, err
		}
		mine, err := t.site(at.run)
		if err != nil {
			return out, err
		}
		return t.needsOf(out, s, it, mine, atRun{from, at.item}, depth)
	}
	parts, err := db.All[db.ID](t.ctx, t.q, `SELECT DISTINCT l.item_id FROM v_bom b JOIN v_bom_line l ON l.bom_id = b.id WHERE b.item_id = $1 AND l.role = 'component' ORDER BY l.item_id`, at.item)
	if err != nil {
		return out, err
	}
	for _, part := range parts {
		if out, err = t.needsOf(out, s, it, "", atRun{at.run, part}, depth); err != nil || t.left < 0 {
			return out, err
		}
	}
	return out, nil
}

// needsOf adds the needs that an order of an item, at another site when one is named, has of a part.
func (t *tracer) needsOf(out []Branch, s *Entry, it masterdata.Item, site string, part atRun, depth int) ([]Branch, error) {
	n, err := t.net(part)
	if err != nil {
		return out, err
	}
	pi, err := t.item(part.item)
	if err != nil {
		return out, err
	}
	for k := range n.Needs {
		e := &n.Needs[k]
		if e.For != it.Code || e.Site != site || e.Kind != s.Kind || e.Number != s.Number || e.N != s.N || e.Line != s.Line {
			continue
		}
		if t.left--; t.left < 0 {
			return out, nil
		}
		b := Branch{Item: pi.Code, Name: pi.Name, UoM: pi.UoM, Entry: *e, Qty: e.Qty}
		if b.Branches, err = t.down(part, k, depth+1); err != nil {
			return out, err
		}
		out = append(out, b)
	}
	return out, nil
}
