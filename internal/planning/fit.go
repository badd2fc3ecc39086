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

// How it was found when a site is through with an order.
const (
	Scheduled  = "schedule"    // by its live schedule
	NoSchedule = "no_schedule" // rough-cut: none is live
	TooMuch    = "too_much"    // rough-cut: there is too much to lay
	NoCenter   = "no_center"   // rough-cut: a step of its routing has no work center at that site
)

// Schedule says from a finite schedule when work would be done that no work order stands for yet.
type Schedule interface {
	// Fit lays jobs behind and between what is scheduled at a site, those that are due first before the others, and moves
	// nothing.
	Fit(ctx context.Context, q db.Querier, site masterdata.Site, jobs []Job) (Fitting, error)
}

// Job is something to be made by the routing in force.
type Job struct {
	Item     db.ID
	Qty      num.Dec
	From     cal.Day // its parts are there
	Due      cal.Day
	Priority int
	After    []int // jobs that make its parts
	Own      bool  // what is asked for; the others are planned already and take their place
}

// Fitted says when a job is through.
type Fitted struct {
	Day    cal.Day // mrp.Never: a machine, a tool or a skill for it is missing
	Center string  // the work center that it waits longest for
}

// Fitting is the answer of a schedule; where there is none, Found says why.
type Fitting struct {
	Found string // Scheduled, NoSchedule, TooMuch, NoCenter
	Jobs  []Fitted
	Loads []Load // of the work centers that own jobs pass
}

// jobs are what lines of an order have made at a site, each with its line's priority and day, and ahead of them the
// planned orders that are due before the last of them. forward says when parts are there for a line; at is the place of
// each.
func (a *answering) jobs(site int, base []mrp.Order, forward func(wish int) *mrp.Forward) (jobs []Job, at map[part]int) {
	p := a.p
	var parts []part
	var until cal.Day
	for _, x := range a.madeAt(site) {
		if a.f.Demands[a.wishes[x.wish].Source] < mrp.Never { // else nobody can say, whatever the machines do
			parts, until = append(parts, x), max(until, a.due(x))
		}
	}
	for n := range base {
		if o := &base[n]; o.Qty > 0 && o.Due <= until && p.worksAt(o.Item, site) {
			jobs = append(jobs, Job{Item: p.items[o.Item].ID, Qty: o.Qty, From: max(o.Start, p.Today), Due: max(o.Due, p.Today), Priority: int(usual)})
		}
	}
	slices.SortStableFunc(jobs, func(a, b Job) int { return int(a.Due - b.Due) })
	at = map[part]int{}
	for _, x := range parts {
		j := Job{Item: p.items[x.item].ID, Qty: a.takes[x].made, From: p.Today, Due: a.due(x), Priority: int(a.wishes[x.wish].Priority), Own: true}
		a.components(x.wish, a.takes[x].version, 0, func(item int32) {
			below := part{x.wish, item}
			if before, made := at[below]; made {
				j.After = append(j.After, before)
			}
			if t := a.takes[below]; t != nil {
				j.From = max(j.From, a.there(below, forward(x.wish)))
			}
		})
		at[x] = len(jobs)
		jobs = append(jobs, j)
	}
	return jobs, at
}

// due is the day by which something is made for a line: here that of the line, or the first on which its parts and lead
// times allow it; at another site when it is planned to be there.
func (a *answering) due(x part) cal.Day {
	if a.p.items[x.item].site == 0 {
		d := &a.wishes[x.wish]
		return max(a.f.Demands[d.Source], d.Day)
	}
	day := a.p.Today
	for _, ref := range a.takes[x].orders {
		day = max(day, a.f.Orders[ref], a.plan.Orders[ref].Due)
	}
	return day
}

// there is the day on which a part is there, but for what is made of it for the line at the same site.
func (a *answering) there(x part, f *mrp.Forward) cal.Day {
	t := a.takes[x]
	day := max(t.comes, a.p.Today)
	if t.made == 0 {
		for _, ref := range t.orders {
			day = max(day, f.Orders[ref])
		}
	}
	return day
}

// components names those of a version for a line, those of phantoms in their place.
func (a *answering) components(wish int, version int32, level int, each func(item int32)) {
	if level > deepest {
		return
	}
	for _, l := range a.p.Versions[version].Lines {
		if l.Role != mrp.Component || l.None {
			continue
		}
		if t := a.takes[part{wish, l.Item}]; t != nil && t.through {
			a.components(wish, t.version, level+1, each)
		} else {
			each(l.Item)
		}
	}
}
