package planning

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/planning/mrp"
)

// RoughCut is what the work centers of the site say of a what-if: what is due by a day has to fit into their hours up to
// that day, before and after.
type RoughCut struct {
	Centers []RoughCenter `json:"centers" doc:"Work centers whose load or hours differ, or that are behind; the most behind first"`
	Late    []LateMoved   `json:"late" doc:"Demands whose day, work centers counted, differs; cause is the work center that decides after"`
}

// RoughCenter is a work center.
type RoughCenter struct {
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

// windows are the assumptions about capacity, by work center.
func (r *roughCut) windows(list []Change) (map[db.ID][]window, error) {
	out := map[db.ID][]window{}
	byCode := map[string]db.ID{}
	for id, c := range r.centers {
		byCode[c.Code] = id
	}
	for _, c := range list {
		if c.Kind != "capacity" {
			continue
		}
		id, ok := byCode[c.Center]
		if !ok {
			return nil, fault.NotFound("masterdata.work_center_unknown", "there is no work center %s", c.Center).With("code", c.Center)
		}
		w := window{r.p.Today, mrp.Never, *c.Percent}
		if c.Day != "" {
			w.from = max(r.p.day(c.Day), r.p.Today)
		}
		if c.To != "" {
			w.to = r.p.day(c.To)
		}
		out[id] = append(out[id], w)
	}
	return out, nil
}

// side is the rough cut of a plan, before or after.
type side struct {
	*roughCut
	days map[mrp.Source]cal.Day // of each demand, with work centers counted
	held map[int32]db.ID        // planned orders that a work center holds up
	by   map[mrp.Source]mrp.Source
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

// look puts the plan onto the work centers, and says when each demand can be there then.
func (r *roughCut) look(ctx context.Context, q db.Querier, planner *mrp.Planner, plan *mrp.Plan, wins map[db.ID][]window) (*side, error) {
	mine := *r
	mine.wins = wins
	mine.ahead = map[db.ID]map[cal.Day]int64{}
	for id, days := range r.ahead {
		mine.ahead[id] = maps.Clone(days)
	}
	mine.base = plan.Orders
	if err := mine.route(ctx, q, &answering{p: r.p}); err != nil {
		return nil, err
	}
	s := &side{roughCut: &mine, held: map[int32]db.ID{}}
	done := map[db.ID]map[cal.Day]cal.Day{}
	for id := range mine.ahead {
		if c, ok := mine.centers[id]; !ok || c.Kind == "subcontract" {
			continue
		}
		due, on := s.due(id)
		done[id] = map[cal.Day]cal.Day{}
		for k := range due {
			done[id][due[k]] = on[k]
		}
	}
	soonest := map[int32]cal.Day{}
	for ref, centers := range mine.passes {
		day := max(plan.Orders[ref].Due, r.p.Today)
		for _, id := range centers {
			if on, ok := done[id][day]; ok && on > max(day, soonest[ref]) {
				soonest[ref], s.held[ref] = on, id
			}
		}
	}
	f := planner.ForwardFrom(soonest)
	s.days, s.by = f.Demands, f.Blocks
	return s, nil
}

// weighing is a site before its assumptions.
type weighing struct {
	r      *roughCut
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
	if w.r, err = m.rough(ctx, q, p, nil, 0); err != nil {
		return nil, err
	}
	w.before, err = w.r.look(ctx, q, planner, plan, nil)
	return w, err
}

// after looks at it with the assumptions made, and says what differs.
func (w *weighing) after(ctx context.Context, q db.Querier, made *continued, list []Change) (*RoughCut, error) {
	wins, err := w.r.windows(list)
	if err != nil {
		return nil, err
	}
	now, err := w.r.look(ctx, q, made.planner, made.plan, wins)
	if err != nil {
		return nil, err
	}
	out := &RoughCut{Centers: []RoughCenter{}, Late: []LateMoved{}}
	for id, c := range w.r.centers {
		if c.Kind == "subcontract" {
			continue
		}
		x := w.center(id, now)
		differs := slices.ContainsFunc(x.Weeks, func(k RoughWeek) bool { return k.Load != k.LoadWas || k.Hours != k.HoursWas })
		if differs || x.Behind != 0 || x.BehindWas != 0 {
			out.Centers = append(out.Centers, x)
		}
	}
	bad := func(x *RoughCenter) int { // the most behind first; not within two years is the worst
		if x.Behind < 0 || x.BehindWas < 0 {
			return twoYears * 2
		}
		return max(x.Behind, x.BehindWas)
	}
	slices.SortFunc(out.Centers, func(a, b RoughCenter) int {
		return cmp.Or(-cmp.Compare(bad(&a), bad(&b)), cmp.Compare(a.Center, b.Center))
	})
	p := w.r.p
	for k := range p.Demands {
		d := &p.Demands[k]
		if d.Parent >= 0 || d.Qty <= 0 || d.Source.Kind == mrp.Owed || p.items[d.Item].site != 0 {
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
		out.Late = append(out.Late, LateMoved{Kind: kindOf(d.Source), Number: at.Number, Line: at.Line, Item: p.items[d.Item].Code, Due: date(d.Day), Was: was, Is: is, Cause: now.holder(d.Source)})
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
func (s *side) holder(d mrp.Source) string {
	by, ok := s.by[d]
	if !ok || by.Kind != mrp.Planned {
		return ""
	}
	return s.centers[s.held[by.Ref]].Code
}

func (w *weighing) center(id db.ID, now *side) RoughCenter {
	c := w.r.centers[id]
	x := RoughCenter{Center: c.Code, Name: c.Name, BehindWas: w.before.behind(id), Behind: now.behind(id), Weeks: []RoughWeek{}}
	today := w.r.p.Today
	monday := today - cal.Day(today.Weekday()-1)
	calendar := now.calendarOf(id)
	for k := range roughWeeks {
		first := monday + cal.Day(7*k)
		week := RoughWeek{Week: first.String()}
		for d := max(first, today); d < first+7; d++ {
			work := calendar.WorkBetween(max(calendar.DayStart(d), w.r.now), calendar.DayStart(d+1))
			week.HoursWas, week.Hours = week.HoursWas+w.before.able(id, work, d), week.Hours+now.able(id, work, d)
			week.LoadWas, week.Load = week.LoadWas+w.before.ahead[id][d], week.Load+now.ahead[id][d]
		}
		x.Weeks = append(x.Weeks, week)
	}
	return x
}

// behind is by how many days a center does late what is due, at the worst.
func (s *side) behind(center db.ID) (worst int) {
	due, done := s.due(center)
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
	return AdoptStep{Row: row, Act: "none", State: "left", Why: "capacity", Center: c.Center, After: &StepSide{Due: c.Day, To: c.To, Percent: c.Percent}}
}
