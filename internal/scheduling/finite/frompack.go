package finite

import (
	"fmt"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
)

// Job is what is to be made of a pack's product.
type Job struct {
	Number   string
	Item     string
	Routing  string // its version; "" = the one that stands last in the pack
	Qty      num.Dec
	Due      cal.Day // by the end of it; 0 = no date
	Release  cal.Day // not before; 0 = at once
	Priority int
	After    []int // indices of the jobs that make its parts
}

// FromPack makes a problem of a factory pack and of what is to be made in it: work centers, machines, calendars,
// changeovers, tools, workers. An item without a routing is made by nobody and takes no time. The pack must be one that
// pack.Read found no fault in.
func FromPack(f *pack.Pack, now int64, jobs []Job) (*Problem, error) {
	p := &Problem{NowMS: now}
	zone := cal.Always(f.Location())
	var firstErr error
	ms := func(minutes num.Dec) int64 {
		n, err := num.MulDivUp(int64(minutes), 60_000, int64(num.One))
		if err != nil && firstErr == nil {
			firstErr = err
		}
		return n
	}
	for _, w := range f.WorkCenters {
		c, err := f.Calendar(w.Calendar)
		if err != nil {
			return nil, err
		}
		wc := WorkCenter{Code: w.Code, Kind: w.Kind, EfficiencyPct: w.EfficiencyPct, Calendar: c, Capacity: w.Capacity}
		for _, m := range f.Machines {
			if m.WorkCenter != w.Code {
				continue
			}
			x := Machine{Code: m.Code, SpeedPct: m.SpeedPct, EfficiencyPct: m.EfficiencyPct, BatchCapacity: m.BatchCapacity}
			if m.Calendar != "" {
				if x.Calendar, err = f.Calendar(m.Calendar); err != nil {
					return nil, err
				}
			}
			wc.Machines = append(wc.Machines, x)
		}
		for _, c := range f.Changeovers {
			if c.WorkCenter == w.Code {
				wc.Changeovers = append(wc.Changeovers, Changeover{c.FromFamily, c.ToFamily, ms(c.Minutes)})
			}
		}
		p.WorkCenters = append(p.WorkCenters, wc)
	}
	tools, byHours := map[string]bool{}, map[string]bool{}
	for _, t := range f.Tools {
		tools[t.Code], byHours[t.Code] = true, t.LifeUnit == "hours" && t.RegrindHours > 0
		p.Tools = append(p.Tools, fromTool(t))
	}
	for _, w := range f.Workers {
		p.Workers = append(p.Workers, Worker{Code: w.Code, Skills: w.Skills})
	}
	items := map[string]*pack.Item{}
	for i := range f.Items {
		items[f.Items[i].Code] = &f.Items[i]
	}
	routes, last := map[string][]Op{}, map[string]string{}
	for _, r := range f.Routings {
		x := Op{Seq: r.Op, WorkCenter: r.WorkCenter, SetupMS: ms(r.SetupMin), RunMS: ms(r.RunMin), BatchMS: ms(r.BatchMin), TransferLot: r.TransferLot, Tool: r.Tool, Skill: r.Skill}
		if x.Tool != "" && !tools[x.Tool] { // named and never listed: there is one
			tools[x.Tool] = true
			p.Tools = append(p.Tools, Tool{Code: x.Tool})
		}
		if len(f.Workers) == 0 { // a pack that lists nobody says nothing of who can do it
			x.Skill = ""
		}
		if c := slices.IndexFunc(f.WorkCenters, func(w pack.WorkCenter) bool { return w.Code == r.WorkCenter }); c >= 0 && f.WorkCenters[c].Kind == Subcontract && items[r.Product] != nil {
			x.LeadMS = int64(items[r.Product].LeadDays) * 24 * 3_600_000
		}
		for _, a := range r.Alternatives {
			x.Alternatives = append(x.Alternatives, Alternative{a.WorkCenter, ms(a.RunMin)})
		}
		key := r.Product + "\x00" + r.Version
		routes[key], last[r.Product] = append(routes[key], x), r.Version
	}
	for _, ops := range routes {
		slices.SortStableFunc(ops, func(a, b Op) int { return a.Seq - b.Seq })
	}
	for _, j := range jobs {
		it := items[j.Item]
		if it == nil {
			return nil, fmt.Errorf("%w: %s makes %q, which is no item", ErrProblem, j.Number, j.Item)
		}
		version := j.Routing
		if version == "" {
			version = last[j.Item]
		}
		o := Order{Number: j.Number, Family: it.Family, Qty: j.Qty, Priority: j.Priority, After: j.After, Ops: slices.Clone(routes[j.Item+"\x00"+version])}
		if j.Due != 0 {
			o.DueMS = zone.DayStart(j.Due + 1)
		}
		if j.Release != 0 {
			o.ReleaseMS = zone.DayStart(j.Release)
		}
		p.Orders = append(p.Orders, o)
	}
	if err := p.WearByHours(byHours); err != nil {
		return nil, err
	}
	return p, firstErr
}

// tool with its life, where it can be reground.
func fromTool(t pack.Tool) Tool {
	out := Tool{Code: t.Code, Count: t.Quantity}
	if t.RegrindHours > 0 {
		out.Life, out.RegrindMS = num.Int(int64(t.LifeCount)), int64(t.RegrindHours)*3600/int64(num.One)*1000
	}
	return out
}
