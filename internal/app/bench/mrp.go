package bench

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"kaiwu/internal/kit/num"
	"kaiwu/internal/planning/mrp"
	"kaiwu/internal/planning/mrp/synth"
)

// frepple is what frePPLe plans in a CPU-second, unconstrained, as measured beside a sketch of this engine: 100,000 to
// 260,000 operations. Thirty times the middle of it is the target.
const frepple = 180_000

// freppleCase is what frePPLe took there for 20,000 items and 20,000 demands, an order for each need.
const freppleCase = 42 * time.Second

var mrpSizes = []struct {
	name string
	size synth.Size
}{
	{"50,000 items, 250,000 demands", synth.Size{Items: 50_000, Levels: 10, Lines: 225_000, Demands: 250_000, Days: 365}},
	{"100,000 items, 500,000 demands", synth.Size{Items: 100_000, Levels: 10, Lines: 450_000, Demands: 500_000, Days: 365}},
	{"200,000 items, 1,000,000 demands", synth.Size{Items: 200_000, Levels: 10, Lines: 900_000, Demands: 1_000_000, Days: 365}},
}

// MRP measures the planning engine in memory, with pegs and messages. The limit is a pass over the same planned orders
// that multiplies each line of their bills and adds it up, and nets nothing.
func MRP(ctx context.Context, o Options) (Result, error) {
	r, err := o.prepare("mrp")
	if err != nil {
		return r, err
	}
	r.Engine, r.Clients = "memory", runtime.GOMAXPROCS(0)
	small := synth.Factory(synth.Size{Items: 20_000, Levels: 6, Lines: 90_000, Demands: 100_000, Days: 365}, 1)
	small.Pegs, small.Messages, small.Expedite = true, true, 14
	took, plan, planner, err := planned(small)
	if err != nil {
		return r, err
	}
	r.Parts = append(r.Parts, part("20,000 items, 100,000 demands", plan, took))
	r.below("20,000 items and 100,000 demands, seconds", took.wall.Seconds(), 0.5)

	began := time.Now()
	n := 0
	for n < 50 && time.Since(began) < 10*time.Second {
		d := small.Demands[n*97%len(small.Demands)]
		d.Source.Ref = int32(len(small.Demands) + n)
		planner.Replan(planner.Add(d))
		n++
	}
	each := time.Since(began) / time.Duration(n)
	r.Parts = append(r.Parts, Part{Name: "net change after one order", Ops: int64(n), OpsPerS: 1 / each.Seconds(), P50: ms(each), P99: ms(each)})
	r.below("net change after one order, ms", ms(each), 20)

	same := synth.Factory(synth.Size{Items: 20_000, Levels: 6, Lines: 90_000, Demands: 20_000, Days: 365, LotForLot: true}, 1)
	same.Pegs, same.Messages, same.Expedite = true, true, 14
	if took, plan, _, err = planned(same); err != nil {
		return r, err
	}
	r.Parts = append(r.Parts, part("20,000 items, 20,000 demands, lot for lot", plan, took))
	r.atLeast("20,000 items and 20,000 demands, lot for lot: frePPLe's 42 CPU-s as multiple", freppleCase.Seconds()/took.cpu.Seconds(), 30)

	defer debug.SetGCPercent(debug.SetGCPercent(40)) // of the largest factory memory is a target too

	var perOrder []float64
	for _, c := range mrpSizes {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		o.say("%s", c.name)
		p := synth.Factory(c.size, 1)
		p.Pegs, p.Messages, p.Expedite = true, true, 14
		debug.FreeOSMemory()
		peakReset()
		took, plan, _, err := planned(p)
		if err != nil {
			return r, err
		}
		r.Parts = append(r.Parts, part(c.name, plan, took))
		perOrder = append(perOrder, took.cpu.Seconds()/float64(len(plan.Orders)))
		if c.size.Items < 200_000 {
			continue
		}
		r.below("200,000 items and 1,000,000 demands, seconds", took.wall.Seconds(), 6)
		r.below("largest size in memory, GB", float64(peakRSS())/1e9, 2.5)
		r.Ops, r.OpsPerS = int64(len(plan.Orders)), float64(len(plan.Orders))/took.cpu.Seconds()
		r.P50, r.P99 = ms(took.wall), ms(took.wall)
		r.atLeast("planned orders in a CPU-second, as multiple of frePPLe's 180,000", r.OpsPerS/frepple, 30)
		limit, sum := adding(p, plan)
		r.Limit = float64(len(plan.Orders)) / limit.Seconds()
		r.Ratio = r.OpsPerS / r.Limit
		r.Explains = append(r.Explains, fmt.Sprintf("the limit multiplies and adds up every line of the %d planned orders (sum %s) and takes %.2f CPU-s", len(plan.Orders), sum, limit.Seconds()))
	}
	r.below("CPU time per planned order at four times the size, as multiple", perOrder[len(perOrder)-1]/perOrder[0], 1.5)
	r.Explains = append(r.Explains, "every run keeps pegs and messages; wall time is with all cores, CPU time is the process's")
	return r, nil
}

type spent struct{ wall, cpu time.Duration }

func planned(p *mrp.Problem) (spent, *mrp.Plan, *mrp.Planner, error) {
	began, cpu := time.Now(), cpuTime()
	m, err := mrp.New(p)
	if err != nil {
		return spent{}, nil, nil, err
	}
	plan := m.Run()
	return spent{time.Since(began), cpuTime() - cpu}, plan, m, nil
}

func part(name string, plan *mrp.Plan, t spent) Part {
	pegs := 0
	for range plan.AllPegs() {
		pegs++
	}
	n := float64(len(plan.Orders))
	return Part{Name: name, Ops: int64(len(plan.Orders)), OpsPerS: n / t.wall.Seconds(), P50: ms(t.wall), P99: ms(t.wall), CPU: float64(t.cpu.Microseconds()) / n, Note: fmt.Sprintf("%d orders, %d pegs, %.2f CPU-s", len(plan.Orders), pegs, t.cpu.Seconds())}
}

// adding is the least that anybody must do who explodes these orders.
func adding(p *mrp.Problem, plan *mrp.Plan) (time.Duration, num.Dec) {
	need := make([]num.Dec, len(p.Items))
	began := cpuTime()
	for i := range plan.Orders {
		o := &plan.Orders[i]
		if o.Version < 0 {
			continue
		}
		lines := p.Versions[o.Version].Lines
		for k := range lines {
			if n, err := num.Gross(o.Qty, lines[k].Qty, lines[k].ScrapPct); err == nil {
				need[lines[k].Item] += n
			}
		}
	}
	took := cpuTime() - began
	var sum num.Dec
	for _, n := range need {
		sum += n / num.Dec(len(need))
	}
	return took, sum
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
