package planning

import (
	"cmp"
	"context"
	"maps"
	"reflect"
	"slices"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/planning/mrp"
)

// SiteSays is a site that makes something for the order.
type SiteSays struct {
	Site  string `json:"site"`
	Name  string `json:"name"`
	How   string `json:"how" enum:"schedule,no_schedule,too_much,no_center" doc:"schedule: by its live schedule; else rough-cut: none is live there, there is too much to lay, or a step of a routing has no work center there"`
	Until string `json:"until" doc:"The day on which it is through with all that it makes for the order; empty: nobody can say"`
}

// through is when the sites are through with an order, each by its live schedule where one answers, else rough-cut.
// What another site makes leaves then, and everything here waits for it.
type through struct {
	m       *Module
	a       *answering
	base    []mrp.Order  // planned without the order
	f       *mrp.Forward // with the days of other sites
	sites   []*siteThrough
	soonest map[int32]cal.Day
	held    map[sentFor]hold     // planned orders of other sites that their work centers hold up
	apart   map[int]*mrp.Forward // for lines whose part of such an order is through before that of another line
}

// sentFor is a planned order of another site for a line: several lines may share one.
type sentFor struct {
	wish  int
	order int32
}

// siteThrough is a site that makes something.
type siteThrough struct {
	site  int // its place among those that are planned together
	fit   Fitting
	jobs  []Job
	at    map[part]int
	rough *roughCut // where no schedule answers
}

// hold is what holds a planned order up.
type hold struct {
	day    cal.Day
	center string
	by     *siteThrough
}

// through asks each site that makes something for the order. What a site makes waits for what a further site sends it,
// so they are asked again until the days stand; the plan's own site comes last.
func (m *Module) through(ctx context.Context, q db.Querier, a *answering, planner *mrp.Planner, base []mrp.Order) (*through, error) {
	t := &through{m: m, a: a, base: base, f: a.f, soonest: map[int32]cal.Day{}, held: map[sentFor]hold{}, apart: map[int]*mrp.Forward{}}
	for n := range a.p.sites {
		if len(a.madeAt(n)) > 0 {
			t.sites = append(t.sites, &siteThrough{site: n})
		}
	}
	for range t.sites {
		later := false
		for _, s := range t.sites {
			if s.site == 0 {
				continue
			}
			if err := t.ask(ctx, q, s); err != nil {
				return nil, err
			}
			later = t.hold(s) || later
		}
		if !later {
			break
		}
		t.f = a.never(planner.ForwardFrom(t.soonest))
	}
	t.part(planner)
	if s := t.here(); s != nil {
		return t, t.ask(ctx, q, s)
	}
	return t, nil
}

// part looks anew for lines that share a planned order with others and are through with their part of it before them.
func (t *through) part(planner *mrp.Planner) {
	sooner := map[int]map[int32]cal.Day{}
	for x, h := range t.held {
		if h.day < t.soonest[x.order] {
			if sooner[x.wish] == nil {
				sooner[x.wish] = maps.Clone(t.soonest)
			}
			sooner[x.wish][x.order] = h.day
		}
	}
	for wish, soonest := range sooner {
		t.apart[wish] = t.a.never(planner.ForwardFrom(soonest))
	}
}

// forward is when everything can be there for a line.
func (t *through) forward(wish int) *mrp.Forward {
	if f := t.apart[wish]; f != nil {
		return f
	}
	return t.f
}

// here is the plan's own site, nil where it makes nothing.
func (t *through) here() *siteThrough {
	if len(t.sites) > 0 && t.sites[0].site == 0 {
		return t.sites[0]
	}
	return nil
}

// ask lets the schedule of a site answer, where the jobs are others than those that it was asked before, or reads the
// rough cut.
func (t *through) ask(ctx context.Context, q db.Querier, s *siteThrough) (err error) {
	if s.rough != nil {
		return nil
	}
	jobs, at := t.a.jobs(s.site, t.base, t.forward)
	if s.fit.Found == Scheduled && reflect.DeepEqual(jobs, s.jobs) {
		return nil
	}
	s.jobs, s.at = jobs, at
	if s.fit = (Fitting{Found: NoSchedule}); t.m.Schedule != nil {
		if s.fit, err = t.m.Schedule.Fit(ctx, q, t.a.p.sites[s.site], jobs); err != nil {
			return err
		}
	}
	if s.fit.Found == Scheduled {
		return nil
	}
	if s.rough, err = t.m.rough(ctx, q, t.a.p, t.base, s.site); err != nil {
		return err
	}
	return s.rough.route(ctx, q, t.a)
}

// line is the day on which a site is through with what it makes for a line, and the work center that decides it.
func (t *through) line(s *siteThrough, wish int) (day cal.Day, center string) {
	if s.rough == nil {
		last := -1
		for x, n := range s.at {
			if f := s.fit.Jobs[n]; x.wish == wish && (f.Day > day || f.Day == day && n > last) {
				day, center, last = f.Day, f.Center, n
			}
		}
		if last < 0 { // nobody can say when its parts are there, so nothing was laid
			return mrp.Never, ""
		}
		return day, center
	}
	if s.site == 0 {
		day = t.forward(wish).Demands[t.a.wishes[wish].Source]
	} else {
		for _, x := range t.a.madeAt(s.site) {
			for _, ref := range t.a.takes[x].orders {
				if x.wish != wish {
					continue
				}
				if on := t.f.Orders[ref]; on > t.soonest[ref] {
					day = max(day, on)
				} else { // it is held up here, for this line or another that shares it
					day = max(day, t.a.f.Orders[ref])
				}
			}
		}
	}
	if day >= mrp.Never {
		return day, ""
	}
	return s.rough.through(wish, day)
}

// hold notes the planned orders that leave a site later than their parts and lead times allow.
func (t *through) hold(s *siteThrough) (later bool) {
	for _, x := range t.a.madeAt(s.site) {
		day, center := cal.Day(0), ""
		if s.rough != nil {
			day, center = t.line(s, x.wish)
		} else if n, ok := s.at[x]; ok {
			day, center = s.fit.Jobs[n].Day, s.fit.Jobs[n].Center
		}
		for _, ref := range t.a.takes[x].orders {
			at := sentFor{x.wish, ref}
			if !t.a.sent[ref] || day <= t.held[at].day {
				continue
			}
			t.held[at] = hold{day, center, s}
			if day > t.f.Orders[ref] && day > t.soonest[ref] {
				t.soonest[ref], later = day, true
			}
		}
	}
	return later
}

// decide is the day on which a line can be there as far as other sites go; where their work centers hold it up it says
// so. The name of the work center is told to those who see the site.
func (t *through) decide(ctx context.Context, x *Offer, wish int, material cal.Day) cal.Day {
	src := t.a.wishes[wish].Source
	f := t.forward(wish)
	can := f.Demands[src]
	away := t.a.away(wish)
	if can <= material {
		if away && x.Transfer > 0 && can < mrp.Never {
			x.Capacity, x.Scheduled = date(can), t.scheduled(wish)
		}
		return material
	}
	x.Capacity, x.Scheduled = date(can), t.scheduled(wish)
	by := f.Blocks[src]
	if h, ok := t.held[sentFor{wish, by.Ref}]; ok && by.Kind == mrp.Planned {
		site := t.a.p.sites[h.by.site]
		x.Reason, x.Block, x.BlockBy, x.BlockDay, x.BlockAt, x.From = "work_center", "", "", date(h.day), site.Code, ""
		if identity.SeeSite(ctx, site.ID) == nil {
			x.Block = h.center
		}
	}
	return can
}

// scheduled says that all other sites that make something for a line have answered by their schedules.
func (t *through) scheduled(wish int) bool {
	for _, s := range t.sites {
		if s.site > 0 && s.rough != nil && t.a.passes(wish, s.site) {
			return false
		}
	}
	return true
}

// tell shows how each site has answered, with the loads of its work centers, to those who see it.
func (t *through) tell(ctx context.Context, out *Promise) {
	for _, s := range t.sites {
		site := t.a.p.sites[s.site]
		if s.site > 0 && identity.SeeSite(ctx, site.ID) != nil {
			continue
		}
		var until cal.Day
		for n := range t.a.wishes {
			if t.a.passes(n, s.site) {
				day, _ := t.line(s, n)
				until = max(until, day)
			}
		}
		out.Sites = append(out.Sites, SiteSays{Site: site.Code, Name: cmp.Or(site.Name, site.Code), How: s.fit.Found, Until: date(until)})
		loads := s.fit.Loads
		if s.rough != nil {
			if until >= mrp.Never {
				continue
			}
			loads = s.rough.loads(until)
		}
		slices.SortFunc(loads, func(a, b Load) int { return cmp.Or(-cmp.Compare(a.Until, b.Until), cmp.Compare(a.Center, b.Center)) })
		for _, l := range loads {
			if l.Scheduled = s.rough == nil; s.site > 0 {
				l.Site = site.Code
			}
			out.Loads = append(out.Loads, l)
		}
	}
}
