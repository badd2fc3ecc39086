package planning

import (
	"context"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/planning/mrp"
)

// elsewhere is what the work centers of other sites say of an order: what is made there for it leaves when they are
// through with it, rough-cut, and everything here waits for it.
type elsewhere struct {
	a       *answering
	f       *mrp.Forward // with these days
	roughs  []*roughCut
	until   []cal.Day // of each of them, when its site is through
	why     []string
	soonest map[int32]cal.Day
}

// elsewhere asks each other site that makes something for the order. What a site makes waits for what a further site
// sends it, so they are asked again until the days stand.
func (m *Module) elsewhere(ctx context.Context, q db.Querier, a *answering, planner *mrp.Planner, base []mrp.Order) (*elsewhere, error) {
	e := &elsewhere{a: a, f: a.f, soonest: map[int32]cal.Day{}}
	for n := 1; n < len(a.p.sites); n++ {
		if !a.makes(n) {
			continue
		}
		r, err := m.rough(ctx, q, a.p, base, n)
		if err != nil {
			return nil, err
		}
		if err := r.route(ctx, q, a); err != nil {
			return nil, err
		}
		e.roughs, e.until, e.why = append(e.roughs, r), append(e.until, 0), append(e.why, "")
	}
	for range e.roughs {
		later := false
		for k, r := range e.roughs {
			var latest cal.Day
			for ref := range a.away {
				if a.p.items[a.plan.Orders[ref].Item].site == r.site {
					latest = max(latest, e.f.Orders[ref])
				}
			}
			if e.until[k] = latest; latest >= mrp.Never {
				continue
			}
			day, why := r.through(latest)
			if e.until[k] = day; day <= latest {
				continue
			}
			e.why[k] = why
			for ref, sent := range a.away {
				if sent && a.p.items[a.plan.Orders[ref].Item].site == r.site && e.soonest[ref] < day {
					e.soonest[ref], later = day, true
				}
			}
		}
		if !later {
			break
		}
		e.f = planner.ForwardFrom(e.soonest)
	}
	return e, nil
}

// decide is the day on which a wish can be there; where another site's work centers hold it up it says so. The name of
// the work center is told to those who see the site.
func (e *elsewhere) decide(ctx context.Context, x *Offer, wish mrp.Source, material cal.Day) cal.Day {
	can := e.f.Demands[wish]
	if can <= material {
		if len(e.roughs) > 0 && x.Transfer > 0 && can < mrp.Never {
			x.Capacity = date(can)
		}
		return material
	}
	x.Capacity = date(can)
	for k, r := range e.roughs {
		by := e.f.Blocks[wish]
		if e.why[k] == "" || by.Kind == mrp.Planned && e.a.p.items[e.a.plan.Orders[by.Ref].Item].site != r.site {
			continue
		}
		site := e.a.p.sites[r.site]
		x.Reason, x.Block, x.BlockBy, x.BlockDay, x.BlockAt, x.From = "work_center", "", "", date(e.until[k]), site.Code, ""
		if identity.SeeSite(ctx, site.ID) == nil {
			x.Block = e.why[k]
		}
	}
	return can
}

// loads are those of sites that the caller sees.
func (e *elsewhere) loads(ctx context.Context) (out []Load) {
	for k, r := range e.roughs {
		site := e.a.p.sites[r.site]
		if e.until[k] >= mrp.Never || identity.SeeSite(ctx, site.ID) != nil {
			continue
		}
		for _, l := range r.loads(e.until[k]) {
			l.Site = site.Code
			out = append(out, l)
		}
	}
	return out
}
