//go:build gaps

package solver

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

func TestDbg(t *testing.T) {
	for _, in := range instances(t, os.Getenv("KAIWU_SCHEDULING")) {
		if in.name != "orb04_1.3" && in.name != "orb01_1.3" && in.name != "abz5_1.3" {
			continue
		}
		p, _ := in.open()
		for _, steps := range []int{1000000} {
			for _, hc := range [][2]float64{{3, 0.1}, {3, 0.4}, {10, 0.1}, {10, 0.4}, {5, 1}, {3, 0.03}} {
				var out []int64
				c := cpuTime()
				for sd := range 8 {
					s := &shared{p: p, opt: Options{Tardiness: true}, ctx: context.Background(), best: newPlan(p.Ops())}
					s.cost.Store(1 << 62)
					h := &hunt{shared: s, rnd: rng{uint64(sd)}}
					e := newTardy(p)
					e.steps = steps
					e.hot, e.cold = hc[0], hc[1]
					a := newPlan(p.Ops())
					p.construct(a, true, 0.3, &h.rnd)
					e.improve(h, a)
					out = append(out, a.cost)
				}
				c = cpuTime() - c
				fmt.Println(in.name, in.best, steps, hc, out, int(float64(steps)*8/c/1000), "k/s")
			}
		}
	}
	_ = time.Now
}
