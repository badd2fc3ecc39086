package scheduling

import (
	"context"
	"math"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
	"kaiwu/internal/planning/mrp"
	"kaiwu/internal/scheduling/finite"
)

// mostFitted is how many operations of jobs a fit lays; with more of them it would take longer than a question may.
const mostFitted = 20_000

// Fit lays jobs that no order stands for yet into the live schedule: everything scheduled is held in its place, and the
// jobs take the gaps between and behind it by the schedule's rule. It is planning.Schedule.
func (m *Module) Fit(ctx context.Context, q db.Querier, site masterdata.Site, jobs []planning.Job) (planning.Fitting, error) {
	live, err := liveRun(ctx, q, site.ID)
	if err != nil || live.ID == 0 {
		return planning.Fitting{Found: planning.NoSchedule}, err
	}
	was, err := places(ctx, q, live.ID)
	if err != nil {
		return planning.Fitting{}, err
	}
	prob, err := m.present(ctx, q, site, finite.Rule(live.Rule), m.DB.Now().UnixMilli(), was, nil, live.NowMS, true)
	if err != nil {
		return planning.Fitting{}, err
	}
	prob.freeze(was, math.MaxInt64)
	first := len(prob.Orders)
	if cannot, err := prob.add(ctx, q, site, jobs); err != nil || cannot != "" {
		return planning.Fitting{Found: cannot}, err
	}
	shop, err := finite.New(prob.Problem)
	if err != nil {
		prob.Orders = prob.Orders[:first]
		if _, without := finite.New(prob.Problem); without == nil { // they alone take longer than can be counted
			return planning.Fitting{Found: planning.TooMuch}, nil
		}
		return planning.Fitting{}, contradicts(err)
	}
	s := shop.Schedule(shop.ByRule())
	zone := cal.Always(site.Location())
	out := make([]planning.Fitted, len(jobs))
	for n := range jobs {
		out[n].Day = zone.DayOf(max(s.Orders[first+n].EndMS, prob.NowMS))
	}
	longest, from, before := make([]int64, len(jobs)), int64(0), int64(0)
	for _, x := range s.Slots { // what it waits longest for decides
		n := x.Order - first
		if n < 0 {
			continue
		}
		if x.Op > 0 {
			from = max(from, before)
		} else {
			from = max(prob.Orders[x.Order].ReleaseMS, prob.NowMS)
		}
		before = x.EndMS
		if wait := x.StartMS - from; wait >= longest[n] {
			longest[n], out[n].Center = wait, x.WorkCenter
		}
	}
	for _, u := range s.Unplaced {
		if n := u.Order - first; n >= 0 {
			out[n] = planning.Fitted{Day: mrp.Never, Center: prob.Orders[u.Order].Ops[u.Op].WorkCenter}
		}
	}
	fit := planning.Fitting{Found: planning.Scheduled, Jobs: out}
	for _, c := range shop.Beside(s, func(order int) bool { return order >= first && jobs[order-first].Own }) {
		fit.Loads = append(fit.Loads, planning.Load{Center: c.WorkCenter, Name: prob.names[c.WorkCenter], Own: c.OwnMS, Ahead: c.OthersMS, Hours: c.HoursMS, Until: zone.DateOf(c.UntilMS)})
	}
	return fit, nil
}

// add appends jobs to the problem, by the routings in force. It says why a schedule cannot answer for them: there are too
// many operations, or one of what is asked for has no work center at this site.
func (p *problem) add(ctx context.Context, q db.Querier, site masterdata.Site, jobs []planning.Job) (cannot string, err error) {
	items := make([]db.ID, len(jobs))
	for n, j := range jobs {
		items[n] = j.Item
	}
	slices.Sort(items)
	items = slices.Compact(items)
	zone := cal.Always(site.Location())
	routes, err := masterdata.EffectiveRoutings(ctx, q, items, zone.DateOf(p.NowMS))
	if err != nil {
		return "", err
	}
	type kind struct {
		ID       db.ID  `db:"id"`
		Family   string `db:"family"`
		Decimals int64  `db:"decimals"`
	}
	families, decimals := map[db.ID]string{}, map[db.ID]int64{}
	var w db.Where
	db.In(&w, "id", items)
	if err := db.Each(ctx, q, `SELECT id, family, decimals FROM v_item`+w.String(), w.Args, func(k *kind) error { families[k.ID], decimals[k.ID] = k.Family, k.Decimals; return nil }); err != nil {
		return "", err
	}
	codes := make(map[db.ID]string, len(p.centers))
	for code, id := range p.centers {
		codes[id] = code
	}
	first, count := len(p.Orders), 0
	for _, j := range jobs {
		o := finite.Order{Family: families[j.Item], Qty: j.Qty, ReleaseMS: zone.DayStart(j.From), DueMS: zone.DayStart(j.Due + 1), Priority: j.Priority}
		for _, before := range j.After {
			o.After = append(o.After, first+before)
		}
		for _, r := range routes[j.Item].Ops {
			row := openOp{Op: r.Op, Center: r.WorkCenterID, OrderQty: j.Qty, SetupMS: r.SetupMS, RunMin: r.RunMin, BatchMin: r.BatchMin, Transfer: r.TransferLot, Tool: r.Tool, Skill: r.Skill, SplitMax: r.SplitMax, SplitMin: r.SplitMin, Decimals: decimals[j.Item]}
			op, err := row.op(p, codes, nil, nil)
			if err != nil {
				return "", err
			}
			if err := alternatives(&op, r.Alternatives, codes); err != nil {
				return "", err
			}
			if op.WorkCenter == "" && j.Own {
				return planning.NoCenter, nil
			}
			if op.WorkCenter == "" {
				continue
			}
			if op.Tool != "" && !slices.ContainsFunc(p.Tools, func(t finite.Tool) bool { return t.Code == op.Tool }) {
				p.Tools = append(p.Tools, finite.Tool{Code: op.Tool})
			}
			o.Ops = append(o.Ops, row.split(p, op, onFloor{}, nil)...)
		}
		count += len(o.Ops)
		p.Orders, p.orders, p.ops = append(p.Orders, o), append(p.orders, 0), append(p.ops, make([]db.ID, len(o.Ops)))
	}
	if count > mostFitted {
		return planning.TooMuch, nil
	}
	return "", p.WearByHours(p.byHours)
}
