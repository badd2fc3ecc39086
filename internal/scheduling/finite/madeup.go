package finite

import (
	"fmt"
	"math/rand/v2"
	"time"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// MadeUp is a factory to measure with, the same each time: orders of five operations over machines in groups of four that
// differ in speed, a day shift with a break, set-ups between families, tools, workers with skills, transfer lots; its due
// dates cannot all be met.
func MadeUp(orders, machines, workers int) (*Problem, error) {
	r := rand.New(rand.NewPCG(3, 4))
	const minute, hour = int64(60_000), int64(3_600_000)
	zone := time.FixedZone("", 8*3600)
	var week cal.Week
	for i := range 5 {
		week[i] = []cal.Hours{{From: 8 * 60, To: 12 * 60}, {From: 13 * 60, To: 17 * 60}}
	}
	day, err := cal.New(zone, week, nil)
	if err != nil {
		return nil, err
	}
	monday := time.Date(2026, 3, 2, 8, 0, 0, 0, zone).UnixMilli()
	p := &Problem{NowMS: monday}
	families := []string{"a", "b", "c", "d", "e", "f"}
	groups := machines / 4
	for c := range groups {
		w := WorkCenter{Code: fmt.Sprintf("W%d", c), Calendar: day}
		for m := range 4 {
			w.Machines = append(w.Machines, Machine{Code: fmt.Sprintf("W%d-%d", c, m), SpeedPct: num.Int(80 + 10*int64(m))})
		}
		for _, f := range families {
			for _, g := range families {
				if f != g {
					w.Changeovers = append(w.Changeovers, Changeover{f, g, r.Int64N(60) * minute})
				}
			}
		}
		p.WorkCenters = append(p.WorkCenters, w)
	}
	for n := range groups {
		p.Tools = append(p.Tools, Tool{Code: fmt.Sprintf("T%d", n), Count: 3})
	}
	for n := range workers {
		p.Workers = append(p.Workers, Worker{Code: fmt.Sprintf("P%d", n), Skills: []string{fmt.Sprintf("S%d", n%max(1, workers/8))}, Calendar: day})
	}
	hours := int64(orders) * 5 * 3 / int64(machines) * 3 // about how long it takes by the clock
	for i := range orders {
		o := Order{Number: fmt.Sprint(i), Family: families[r.IntN(len(families))], Qty: num.Int(20 + r.Int64N(60)), Priority: 1 + r.IntN(5), DueMS: monday + (24+r.Int64N(2*hours+24))*hour}
		for k := range 5 {
			g := r.IntN(groups)
			x := Op{Seq: 10 * (k + 1), WorkCenter: fmt.Sprintf("W%d", g), SetupMS: r.Int64N(20) * minute, RunMS: minute + r.Int64N(3*minute), TransferLot: num.Int(10)}
			if r.IntN(10) == 0 {
				x.Tool = fmt.Sprintf("T%d", g)
			}
			if workers > 0 && r.IntN(10) == 0 {
				x.Skill = fmt.Sprintf("S%d", r.IntN(max(1, workers/8)))
			}
			o.Ops = append(o.Ops, x)
		}
		p.Orders = append(p.Orders, o)
	}
	return p, nil
}
