package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/scheduling/finite"
)

// Schedule measures the engine of finite-capacity scheduling in memory, in a made-up factory with shifts, set-ups by
// family, tools, workers with skills and transfer lots that is late everywhere. The limit gives each operation to the
// machine of its group that is free first, and knows nothing else.
func Schedule(ctx context.Context, o Options) (Result, error) {
	r, err := o.prepare("schedule")
	if err != nil {
		return r, err
	}
	r.Engine, r.Clients = "memory", 1
	const rounds = 40
	each := func(name string, n int, act func(n int)) sample {
		var s sample
		for k := 0; k < n && ctx.Err() == nil; k++ {
			began, cpu := time.Now(), cpuTime()
			act(k)
			d := time.Since(began)
			s.add(sample{1, d, cpuTime() - cpu, []time.Duration{d}})
		}
		r.Parts = append(r.Parts, s.part(name))
		return s
	}

	o.say("100,000 operations on 200 machines")
	big, err := finite.MadeUp(20_000, 200, 80)
	if err != nil {
		return r, err
	}
	var shop *finite.Shop
	each("prepare 100,000 operations", 5, func(int) { shop, err = finite.New(big) })
	if err != nil {
		return r, err
	}
	rule := each("100,000 operations by rule", 5, func(int) { shop.ByRule() })
	limit := each("100,000 operations to whatever is free first", 5, func(int) { freeFirst(big) })
	const ops = 100_000
	r.Ops, r.OpsPerS, r.P50, r.P99 = ops, round(ops*rule.rate()), rule.ms(0.5), rule.ms(0.99)
	r.Limit = round(ops * limit.rate())
	r.Ratio = round(r.OpsPerS / r.Limit)
	r.atLeast("operations a second by rule", r.OpsPerS, 300_000)

	o.say("10,000 operations on 200 machines")
	p, err := finite.MadeUp(2_000, 200, 80)
	if err != nil {
		return r, err
	}
	if shop, err = finite.New(p); err != nil {
		return r, err
	}
	seq := shop.ByRule()
	value := shop.Valuer(nil)
	retime := each("times of 10,000 operations, with what they are worth", 10*rounds, func(int) { value(seq) })
	r.below("times of 10,000 operations anew, ms", retime.ms(0.5), 0.5)

	was := map[[2]int]finite.Was{}
	for _, x := range shop.Schedule(seq).Slots {
		was[[2]int{x.Order, x.Op}] = finite.Was{StartMS: x.StartMS, Machine: x.Machine, EndMS: x.EndMS}
	}
	known := func(order, op int) (finite.Was, bool) { w, ok := was[[2]int{order, op}]; return w, ok }
	var problems []*finite.Problem
	repairs := func(name string, change func(n int) *finite.Problem) (s sample, moved float64) {
		problems = problems[:0]
		for n := range rounds {
			problems = append(problems, change(n))
		}
		most := int64(0)
		s = each(name, rounds, func(n int) {
			shop, e := finite.New(problems[n])
			if e != nil {
				err = e
				return
			}
			seq, fresh, ref := shop.Follow(known)
			_, v := shop.Repair(seq, fresh, ref, nil)
			most = max(most, v[finite.Moved])
		})
		return s, round(float64(most) / float64(len(was)) * 100)
	}
	rush := func(n int) *finite.Problem {
		q, x := *p, p.Orders[n*37%len(p.Orders)]
		x.Number, x.Priority, x.Weight, x.ReleaseMS, x.DueMS = "rush", 1, 1000, 0, p.NowMS+48*3_600_000
		q.Orders = append(slices.Clone(p.Orders), x)
		return &q
	}
	s, moved := repairs("a rush order among 10,000 operations", rush)
	r.below("rush order, feasible, p95 ms", s.ms(0.95), 50)
	r.below("others that it moves, at most, %", moved, 5)
	down := func(n int) *finite.Problem {
		q := *p
		q.WorkCenters = slices.Clone(p.WorkCenters)
		w := &q.WorkCenters[n%len(q.WorkCenters)]
		w.Machines = slices.Clone(w.Machines)
		w.Machines[n%len(w.Machines)].Down = []cal.Span{{From: p.NowMS + int64(n)*3_600_000, To: p.NowMS + int64(n+30)*3_600_000}}
		return &q
	}
	s, moved = repairs("a machine of 200 down for 30 hours", down)
	r.below("machine down, feasible, p95 ms", s.ms(0.95), 150)
	r.below("others that it moves, at most, %", moved, 5)
	if err != nil {
		return r, err
	}

	o.say("searching")
	if shop, err = finite.New(rush(0)); err != nil {
		return r, err
	}
	kept, fresh, ref := shop.Follow(known)
	first, before := shop.Repair(kept, fresh, ref, nil)
	within, end := context.WithTimeout(ctx, 2*time.Second)
	defer end()
	var last finite.Progress
	began, cpu := time.Now(), cpuTime()
	_, after := shop.Improve(within, first, finite.Options{Goal: finite.Calm, Ref: ref, Seed: 1, Progress: func(x finite.Progress) { last = x }})
	took := sample{last.Moves, time.Since(began), cpuTime() - cpu, nil}
	x := took.part("changes that a search tries after the rush order")
	x.Note = fmt.Sprintf("%d h of new lateness and %d moved before, %d h and %d after", before[finite.Later]/3_600_000, before[finite.Moved], after[finite.Later]/3_600_000, after[finite.Moved])
	r.Parts = append(r.Parts, x)
	r.below("others that move after two seconds of search, %", round(float64(after[finite.Moved])/float64(len(was))*100), 5)
	r.Explains = append(r.Explains, "rush order and machine down begin with preparing the problem anew; on a busy machine see the CPU column")
	return r, ctx.Err()
}

// freeFirst is the least that anybody must do who schedules: it adds each operation to a machine.
func freeFirst(p *finite.Problem) {
	groups := map[string][]int64{}
	for i := range p.WorkCenters {
		groups[p.WorkCenters[i].Code] = make([]int64, len(p.WorkCenters[i].Machines))
	}
	for i := range p.Orders {
		at := int64(0)
		for k := range p.Orders[i].Ops {
			x := &p.Orders[i].Ops[k]
			free := groups[x.WorkCenter]
			m := 0
			for n := range free {
				if free[n] < free[m] {
					m = n
				}
			}
			at = max(at, free[m]) + x.SetupMS + x.RunMS*int64(p.Orders[i].Qty)/1_000_000
			free[m] = at
		}
	}
}
