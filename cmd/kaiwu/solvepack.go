package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning/mrp"
	"kaiwu/internal/scheduling/finite"
)

type packSearch struct {
	seconds  float64
	threads  int
	seed     uint64
	moves    int
	makespan bool
	out      string
	json     bool
}

// packSchedule is the schedule of a pack: instants and durations are milliseconds since the Unix epoch.
type packSchedule struct {
	Makespan   int64    `json:"makespan"`  // from now to the end of everything
	Tardiness  int64    `json:"tardiness"` // after due dates, times 5 for the first priority down to 1
	LowerBound int64    `json:"lower_bound"`
	Seconds    float64  `json:"seconds"`
	Now        int64    `json:"now"`
	Ops        []packOp `json:"ops"`
	Unplaced   []packOp `json:"unplaced,omitempty"`
}

type packOp struct {
	Job     int    `json:"job"`
	Op      int    `json:"op"`
	Machine int    `json:"machine"` // number in the order of work centers; -1: none
	Start   int64  `json:"start"`
	End     int64  `json:"end"`
	Order   string `json:"order"`
	Seq     int    `json:"seq"` // operation number of the routing
	On      string `json:"machine_code,omitempty"`
	Setup   int64  `json:"setup"`
	Worker  string `json:"worker,omitempty"`
	Why     string `json:"why,omitempty"`
}

// solvePack schedules what a factory pack has to make: its work orders, and the orders that planning adds, each after
// those that make its parts.
func solvePack(ctx context.Context, name string, in packSearch) error {
	began := time.Now()
	f, faults := pack.Read(name)
	if len(faults) > 0 {
		return wording(fault.Invalid("pack.refused", "%d faults", len(faults)).At(faults...))
	}
	day := cal.DayOf(time.Now().In(f.Location()))
	if f.Site.Today != "" {
		day = cal.MustDay(f.Site.Today)
	}
	jobs, err := jobsOf(f, day)
	if err != nil {
		return err
	}
	p, err := finite.FromPack(f, cal.Always(f.Location()).DayStart(day), jobs)
	if err != nil {
		return err
	}
	shop, err := finite.New(p)
	if err != nil {
		return &refused{[]string{name + ": " + err.Error()}}
	}
	goal := finite.OnTime
	if in.makespan {
		goal = finite.Goal{{{Part: finite.Makespan, Weight: 1}}}
	}
	elapsed := func() float64 { return time.Since(began).Seconds() }
	told := math.Inf(-1)
	seq, _ := shop.Improve(ctx, shop.ByRule(), finite.Options{Goal: goal, Threads: in.threads, Seed: in.seed, Moves: in.moves, Spent: func() float64 { return elapsed() / in.seconds }, Found: func(v finite.Value) {
		if now := elapsed(); now-told >= 0.5 {
			told = now
			say("%6.1f s  %d late, %.1f h of set-up, %.1f days in all", now, v[finite.LateOrders], float64(v[finite.Setup])/3_600_000, float64(v[finite.Makespan])/86_400_000)
		}
	}})
	s := shop.Schedule(seq)
	if err := finite.Check(p, s); err != nil {
		return err
	}
	v := shop.Value(seq, nil)
	bounds := shop.Bound()
	out := packSchedule{Makespan: v[finite.Makespan], Tardiness: v[finite.Tardiness], LowerBound: bounds[finite.Tardiness], Now: p.NowMS, Ops: []packOp{}}
	if in.makespan {
		out.LowerBound = bounds[finite.Makespan]
	}
	number := map[string]int{}
	for i := range p.WorkCenters {
		for _, m := range p.WorkCenters[i].List() {
			number[m.Code] = len(number)
		}
	}
	for _, x := range s.Slots {
		o := &p.Orders[x.Order]
		out.Ops = append(out.Ops, packOp{x.Order, x.Op, number[x.Machine], x.StartMS, x.EndMS, o.Number, o.Ops[x.Op].Seq, x.Machine, x.SetupMS, x.Worker, x.Why.String()})
	}
	for _, x := range s.Unplaced {
		o := &p.Orders[x.Order]
		out.Unplaced = append(out.Unplaced, packOp{Job: x.Order, Op: x.Op, Machine: -1, Order: o.Number, Seq: o.Ops[x.Op].Seq})
		say("%s operation %d: no machine, tool or worker can ever do it; check calendar, skill and work center", o.Number, o.Ops[x.Op].Seq)
	}
	out.Seconds = math.Round(elapsed()*1000) / 1000
	write := func(w io.Writer) error { return json.NewEncoder(w).Encode(out) }
	if in.out == "-" {
		err = write(os.Stdout)
	} else {
		_, err = create(in.out, true, write)
	}
	if err != nil {
		return err
	}
	say("%6.1f s  %d operations of %d orders, %d orders late", out.Seconds, len(out.Ops), len(p.Orders), v[finite.LateOrders])
	if in.json {
		return printJSON(map[string]any{"makespan": out.Makespan, "tardiness": out.Tardiness, "lower_bound": out.LowerBound, "seconds": out.Seconds})
	}
	return nil
}

// jobsOf are the pack's work orders with what is not done of them, and the make and subcontract orders that planning
// adds; who makes whose parts is what planning has pegged.
func jobsOf(f *pack.Pack, today cal.Day) ([]finite.Job, error) {
	m, err := mrp.FromPack(f, today)
	if err != nil {
		return nil, err
	}
	m.Pegs = true
	plan, err := mrp.Run(&m.Problem)
	if err != nil {
		return nil, err
	}
	var jobs []finite.Job
	at := map[mrp.Source]int{}
	for i := range f.WorkOrders {
		w := &f.WorkOrders[i]
		if w.DoneQty >= w.Qty {
			continue
		}
		j := finite.Job{Number: w.Order, Item: w.Item, Routing: w.RoutingVersion, Qty: w.Qty - w.DoneQty, Due: cal.MustDay(w.Due), Priority: w.Priority}
		if w.Start != "" && w.Status != "started" {
			j.Release = cal.MustDay(w.Start)
		}
		at[mrp.Source{Kind: mrp.WorkOrder, Ref: int32(i)}] = len(jobs)
		jobs = append(jobs, j)
	}
	for n := range plan.Orders {
		o := &plan.Orders[n]
		if k := m.Items[o.Item].Kind; o.Short || o.Qty <= 0 || k != mrp.Make && k != mrp.Subcontract {
			continue
		}
		at[mrp.Source{Kind: mrp.Planned, Ref: int32(n)}] = len(jobs)
		jobs = append(jobs, finite.Job{Number: fmt.Sprintf("P%d", n+1), Item: m.Items[o.Item].Code, Qty: o.Qty, Due: max(o.Due-1, today), Priority: 5})
	}
	type pair struct{ parent, child int }
	seen := map[pair]bool{}
	for g := range plan.AllPegs() {
		child, made := at[g.Supply]
		parent, needs := at[g.Demand]
		if !made || !needs || seen[pair{parent, child}] || parent == child {
			continue
		}
		seen[pair{parent, child}] = true
		jobs[parent].After = append(jobs[parent].After, child)
	}
	return jobs, nil
}
