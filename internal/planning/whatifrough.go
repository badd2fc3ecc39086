package planning

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/mrp"
)

// RoughCut is what the work centers of the site, and of those that are planned with it, say of a what-if: what is due by a
// day has to fit into their hours up to that day, before and after.
type RoughCut struct {
	Centers []RoughCenter `json:"centers" doc:"Work centers whose load or hours differ, or that are behind; the most behind first"`
	Late    []LateMoved   `json:"late" doc:"Demands whose day, work centers counted, differs; cause is the work center that decides after"`
}

// RoughCenter is a work center.
type RoughCenter struct {
	Site      string      `json:"site,omitempty" doc:"Another site, which is planned together with this one"`
	Center    string      `json:"center"`
	Name      string      `json:"name"`
	BehindWas int         `json:"behind_was" doc:"Days by which what is due comes late, at the worst, before; -1: not through within two years"`
	Behind    int         `json:"behind"`
	Weeks     []RoughWeek `json:"weeks" doc:"The coming weeks"`
}

// RoughWeek is a week of a work center, from a Monday on.
type RoughWeek struct {
	Week     string `json:"week"`
	LoadWas  int64  `json:"load_was_ms" doc:"Due in it, before"`
	Load     int64  `json:"load_ms"`
	HoursWas int64  `json:"hours_was_ms" doc:"That it can work in it, before"`
	Hours    int64  `json:"hours_ms"`
}

const roughWeeks = 12

// window says that a work center does so many percent of what it does, from a day up to another.
type window struct {
	from, to cal.Day
	percent  int
}

// windows are the assumptions about capacity, by work center. One that names no site is about this one, or about the only
// other that has such a work center.
func (w *weighing) windows(ctx context.Context, list []Change) (map[db.ID][]window, error) {
	p := w.cuts[0].p
	out := map[db.ID][]window{}
	for n, c := range list {
		if c.Kind != "capacity" {
			continue
		}
		var at []db.ID
		known := false
		for k, r := range w.cuts {
			site := &p.sites[k]
			if c.Site != "" && c.Site != site.Code || k > 0 && identity.SeeSite(ctx, site.ID) != nil {
				continue
			}
			known = true
			for id, x := range r.centers {
				if x.Code == c.Center {
					at = append(at, id)
				}
			}
			if k == 0 && len(at) > 0 {
				break
			}
		}
		switch {
		case !known:
			return nil, fault.Conflict("planning.site_apart", "changes[%d]: %s is not planned together with %s", n, c.Site, p.sites[0].Code).With("row", n+1).With("site", c.Site).With("with", p.sites[0].Code)
		case len(at) == 0:
			return nil, fault.NotFound("masterdata.work_center_unknown", "there is no work center %s", c.Center).With("code", c.Center)
		case len(at) > 1:
			return nil, fault.Invalid("planning.center_twice", "changes[%d]: several sites have a work center %s", n, c.Center).With("row", n+1).With("center", c.Center)
		}
		x := window{p.Today, mrp.Never, *c.Percent}
		if c.Day != "" {
			x.from = max(p.day(c.Day), p.Today)
		}
		if c.To != "" {
			x.to = p.day(c.To)
		}
		out[at[0]] = append(out[at[0]], x)
	}
	return out, nil
}

// side is the rough cut of a plan at each of its sites, before or after.
type side struct {
	cuts []*roughCut
	days map[mrp.Source]cal.Day // of each demand, with work centers counted
	held map[int32]heldBy       // planned orders that a work center holds up
	by   map[mrp.Source]mrp.Source
}

// heldBy is a work center of a site.
type heldBy struct {
	site   int
	center db.ID
}

// due says when what is due by each day is done.
func (r *roughCut) due(center db.ID) (due, done []cal.Day) {
	due = slices.Sorted(maps.Keys(r.ahead[center]))
	loads := make([]int64, len(due))
	var sum int64
	for k, d := range due {
		sum += r.ahead[center][d]
		loads[k] = sum
	}
	return due, r.finished(center, loads...)
}

// look puts the plan onto the work centers of all its sites, and says when each demand can be there then.
func (w *weighing) look(ctx context.Context, q db.Querier, planner *mrp.Planner, plan *mrp.Plan, wins map[db.ID][]window) (*side, error) {
	s := &side{held: map[int32]heldBy{}}
	soonest := map[int32]cal.Day{}
	for k, r := range w.cuts {
		mine := *r
		mine.wins, mine.base = wins, plan.Orders
		mine.ahead = map[db.ID]map[cal.Day]int64{}
		for id, days := range r.ahead {
			mine.ahead[id] = maps.Clone(days)
		}
		if err := mine.route(ctx, q, &answering{p: r.p}); err != nil {
			return nil, err
		}
		s.cuts = append(s.cuts, &mine)
		done := map[db.ID]map[cal.Day]cal.Day{}
		for id := range mine.ahead {
			if c, ok := mine.centers[id]; !ok || c.Kind == "subcontract" {
				continue
			}
			due, on := mine.due(id)
			done[id] = map[cal.Day]cal.Day{}
			for k := range due {
				done[id][due[k]] = on[k]
			}
		}
		for ref, centers := range mine.passes {
			day := max(plan.Orders[ref].Due, r.p.Today)
			for _, id := range centers {
				if on, ok := done[id][day]; ok && on > max(day, soonest[ref]) {
					soonest[ref], s.held[ref] = on, heldBy{k, id}
				}
			}
		}
	}
	f := planner.ForwardFrom(soonest)
	s.days, s.by = f.Demands, f.Blocks
	return s, nil
}

// weighing is the sites that are planned together, before the assumptions.
type weighing struct {
	cuts   []*roughCut
	before *side
}

// weighBefore looks at a problem before anything is assumed.
func (m *Module) weighBefore(ctx context.Context, q db.Querier, p *problem) (*weighing, error) {
	planner, err := mrp.New(&p.Problem)
	if err != nil {
		return nil, refused(err)
	}
	plan := planner.Run()
	w := &weighing{}
	for n := range p.sites {
		r, err := m.rough(ctx, q, p, nil, n)
		if err != nil {
			return nil, err
		}
		w.cuts = append(w.cuts, r)
	}
	w.before, err = w.look(ctx, q, planner, plan, nil)
	return w, err
}

// after looks at it with the assumptions made, and says what differs.
func (w *weighing) after(ctx context.Context, q db.Querier, made *continued, list []Change) (*RoughCut, error) {
	wins, err := w.windows(ctx, list)
	if err != nil {
		return nil, err
	}
	now, err := w.look(ctx, q, made.planner, made.plan, wins)
	if err != nil {
		return nil, err
	}
	out := &RoughCut{Centers: []RoughCenter{}, Late: []LateMoved{}}
	for k, r := range w.cuts {
		for id, c := range r.centers {
			if c.Kind == "subcontract" {
				continue
			}
			x := center(id, w.before.cuts[k], now.cuts[k])
			differs := slices.ContainsFunc(x.Weeks, func(k RoughWeek) bool { return k.Load != k.LoadWas || k.Hours != k.HoursWas })
			if differs || x.Behind != 0 || x.BehindWas != 0 {
				out.Centers = append(out.Centers, x)
			}
		}
	}
	bad := func(x *RoughCenter) int { // the most behind first; not within two years is the worst
		if x.Behind < 0 || x.BehindWas < 0 {
			return twoYears * 2
		}
		return max(x.Behind, x.BehindWas)
	}
	slices.SortFunc(out.Centers, func(a, b RoughCenter) int {
		return cmp.Or(-cmp.Compare(bad(&a), bad(&b)), cmp.Compare(a.Site, b.Site), cmp.Compare(a.Center, b.Center))
	})
	p := w.cuts[0].p
	for k := range p.Demands {
		d := &p.Demands[k]
		if d.Parent >= 0 || d.Qty <= 0 || d.Source.Kind == mrp.Owed {
			continue
		}
		say := func(on cal.Day) string {
			switch {
			case on <= max(d.Day, p.Today):
				return ""
			case on >= mrp.Never:
				return "?"
			}
			return on.String()
		}
		was, is := say(w.before.days[d.Source]), say(now.days[d.Source])
		if was == is {
			continue
		}
		at := p.docs[d.Source.Ref]
		moved := LateMoved{Kind: kindOf(d.Source), Number: at.Number, Line: at.Line, Item: p.items[d.Item].Code, Due: date(d.Day), Was: was, Is: is, Site: p.other(p.items[d.Item].site)}
		if h, ok := now.holder(d.Source); ok {
			moved.Cause, moved.CauseSite = now.cuts[h.site].centers[h.center].Code, p.other(h.site)
		}
		out.Late = append(out.Late, moved)
	}
	slices.SortFunc(out.Late, func(a, b LateMoved) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Number, b.Number), cmp.Compare(a.Line, b.Line))
	})
	if len(out.Late) > maxMoved {
		out.Late = out.Late[:maxMoved]
	}
	return out, nil
}

// holder is the work center that a demand waits for, where it is one.
func (s *side) holder(d mrp.Source) (heldBy, bool) {
	by, ok := s.by[d]
	if !ok || by.Kind != mrp.Planned {
		return heldBy{}, false
	}
	h, ok := s.held[by.Ref]
	return h, ok
}

// other is the code of a site, empty for the one that was asked for.
func (p *problem) other(site int) string {
	if site == 0 {
		return ""
	}
	return p.sites[site].Code
}

// seen leaves out the work centers and demands of sites that the caller does not see.
func (r *RoughCut) seen(ctx context.Context, q db.Querier) error {
	sites, err := masterdata.Sites(ctx, q)
	if err != nil {
		return err
	}
	hidden := func(code string) bool {
		return code != "" && !slices.ContainsFunc(sites, func(s masterdata.Site) bool { return s.Code == code })
	}
	r.Centers = slices.DeleteFunc(r.Centers, func(c RoughCenter) bool { return hidden(c.Site) })
	r.Late = slices.DeleteFunc(r.Late, func(l LateMoved) bool { return hidden(l.Site) })
	for n := range r.Late {
		if hidden(r.Late[n].CauseSite) {
			r.Late[n].Cause = ""
		}
	}
	return nil
}

// center tells a work center before and after.
func center(id db.ID, before, now *roughCut) RoughCenter {
	c := now.centers[id]
	x := RoughCenter{Site: now.p.other(now.site), Center: c.Code, Name: c.Name, BehindWas: before.behind(id), Behind: now.behind(id), Weeks: []RoughWeek{}}
	today := now.p.Today
	monday := today - cal.Day(today.Weekday()-1)
	calendar := now.calendarOf(id)
	for k := range roughWeeks {
		first := monday + cal.Day(7*k)
		week := RoughWeek{Week: first.String()}
		for d := max(first, today); d < first+7; d++ {
			work := calendar.WorkBetween(max(calendar.DayStart(d), now.now), calendar.DayStart(d+1))
			week.HoursWas, week.Hours = week.HoursWas+before.able(id, work, d), week.Hours+now.able(id, work, d)
			week.LoadWas, week.Load = week.LoadWas+before.ahead[id][d], week.Load+now.ahead[id][d]
		}
		x.Weeks = append(x.Weeks, week)
	}
	return x
}

// behind is by how many days a center does late what is due, at the worst.
func (r *roughCut) behind(center db.ID) (worst int) {
	due, done := r.due(center)
	for k := range due {
		if done[k] >= mrp.Never {
			return -1
		}
		worst = max(worst, int(done[k]-due[k]))
	}
	return worst
}

// capacityStep is left for people: a calendar or a work center is changed on its page.
func capacityStep(row int, c *Change) AdoptStep {
	return AdoptStep{Row: row, Act: "none", State: "left", Why: "capacity", Center: c.Center, Site: c.Site, After: &StepSide{Due: c.Day, To: c.To, Percent: c.Percent}}
}
