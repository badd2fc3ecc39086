package planning

import (
	"context"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/mrp"
)

// Capacity says from a finite schedule when work would be done that no work order stands for yet.
type Capacity interface {
	// Fit lays jobs behind and between what is scheduled at a site, those that are due first before the others, and moves
	// nothing. ok is false where no schedule is live, or there is too much to lay: then the rough cut counts.
	Fit(ctx context.Context, q db.Querier, site masterdata.Site, jobs []Job) (done []Fitted, ok bool, err error)
}

// Job is something to be made by the routing in force.
type Job struct {
	Item     db.ID
	Qty      num.Dec
	From     cal.Day // its parts are there
	Due      cal.Day
	Priority int
	After    []int // jobs that make its parts
}

// Fitted says when a job is through.
type Fitted struct {
	Day    cal.Day // mrp.Never: a machine, a tool or a skill for it is missing
	Center string  // the work center that it waits longest for
}

// fit asks the schedule of the plan's own site when what a wish has made is through, with the planned orders that are
// due before it laid first. The answer is by item.
func (m *Module) fit(ctx context.Context, q db.Querier, a *answering, base []mrp.Order, until cal.Day) (map[int32]Fitted, bool, error) {
	if m.Capacity == nil || !a.makes(0) {
		return nil, false, nil
	}
	p := a.p
	var jobs []Job
	for n := range base {
		if o := &base[n]; o.Qty > 0 && o.Due <= until && p.worksAt(o.Item, 0) {
			jobs = append(jobs, Job{Item: p.items[o.Item].ID, Qty: o.Qty, From: max(o.Start, p.Today), Due: max(o.Due, p.Today), Priority: int(usual)})
		}
	}
	slices.SortStableFunc(jobs, func(a, b Job) int { return int(a.Due - b.Due) })
	var items []int32
	for i := range a.made {
		if p.items[i].site == 0 {
			items = append(items, i)
		}
	}
	slices.SortFunc(items, func(x, y int32) int { // what goes into something before it
		if d := a.needs[y].Level - a.needs[x].Level; d != 0 {
			return d
		}
		return int(x - y)
	})
	at := map[int32]int{}
	for _, i := range items {
		j := Job{Item: p.items[i].ID, Qty: a.made[i], From: p.Today, Due: until, Priority: int(a.wishes[0].Priority)}
		a.parts(a.version[i], 0, func(part int32) {
			if before, made := at[part]; made {
				j.After = append(j.After, before)
			} else if x := a.needs[part]; x != nil {
				j.From = max(j.From, a.there(x))
			}
		})
		at[i] = len(jobs)
		jobs = append(jobs, j)
	}
	done, ok, err := m.Capacity.Fit(ctx, q, p.sites[0], jobs)
	if err != nil || !ok {
		return nil, false, err
	}
	out := map[int32]Fitted{}
	for i, n := range at {
		out[i] = done[n]
	}
	return out, true, nil
}

// parts names the components of a version, those of phantoms in their place.
func (a *answering) parts(version int32, level int, each func(item int32)) {
	if level > deepest {
		return
	}
	for _, l := range a.p.Versions[version].Lines {
		if l.Role != mrp.Component || l.None {
			continue
		}
		if below, through := a.version[l.Item]; through && a.made[l.Item] == 0 {
			a.parts(below, level+1, each)
		} else {
			each(l.Item)
		}
	}
}

// there is the day on which a part is there that is not made for the wish.
func (a *answering) there(x *Planned) cal.Day {
	day := a.p.Today
	for _, s := range x.Sources {
		day = max(day, a.p.day(s.Day))
	}
	if x.Order > 0 {
		day = max(day, a.p.day(x.Possible))
	}
	return day
}
