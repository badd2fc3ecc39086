package solver

import "math"

// construct makes a feasible plan by dispatch rule (Giffler and Thompson): among the operations that could begin
// before the next one is done on its machine, the one of the job with the most work left, or, for the tardiness, the
// most urgent one. With noise the priorities are shaken.
func (p *Problem) construct(a *plan, tardiness bool, noise float64, rnd *rng) {
	jobs := p.Jobs()
	next, ready, rest := make([]int32, jobs), make([]int32, jobs), make([]int64, jobs)
	free, last := make([]int32, p.Machines), make([]int32, p.Machines)
	for m := range last {
		last[m] = -1
	}
	mean := 0.0
	for j := range jobs {
		next[j], ready[j] = p.JobOp[j], p.Release[j]
		for o := p.JobOp[j]; o < p.JobOp[j+1]; o++ {
			rest[j] += int64(p.modes(o)[0].Time)
		}
		mean += float64(rest[j])
	}
	mean = max(1, mean/float64(max(1, p.Ops())))
	pickMode := make([]int32, jobs) // the mode in which the job's next operation is done first
	begin, end := make([]int32, jobs), make([]int32, jobs)
	stale := make([]bool, jobs)
	for j := range stale {
		stale[j] = true
	}
	for i := range a.order {
		soon := int32(math.MaxInt32)
		machine := int32(-1)
		for j := range jobs {
			o := next[j]
			if o == p.JobOp[j+1] {
				continue
			}
			if stale[j] {
				stale[j] = false
				end[j] = math.MaxInt32
				ties := int32(0)
				for k := p.ModeAt[o]; k < p.ModeAt[o+1]; k++ {
					m := p.Mode[k]
					at := ready[j]
					if l := last[m.Machine]; l >= 0 {
						at = max(at, free[m.Machine]+p.setup(m.Machine, l, o))
					}
					ties++
					if at+m.Time < end[j] || at+m.Time == end[j] && rnd.below(ties) == 0 {
						pickMode[j], begin[j], end[j] = k, at, at+m.Time
					}
				}
			}
			if end[j] < soon {
				soon, machine = end[j], p.Mode[pickMode[j]].Machine
			}
		}
		best, top := -1, math.Inf(-1)
		for j := range jobs {
			if next[j] == p.JobOp[j+1] || p.Mode[pickMode[j]].Machine != machine || begin[j] >= soon && end[j] > soon {
				continue
			}
			value := float64(rest[j])
			if tardiness {
				slack := max(0, float64(p.Due[j])-float64(rest[j])-float64(begin[j]))
				value = (float64(p.Weight[j]) + 0.01) * math.Exp(-slack/(3*mean)) / float64(max(1, end[j]-begin[j]))
			}
			if noise > 0 {
				value *= 1 + noise*(2*rnd.unit()-1)
			}
			if value > top {
				best, top = j, value
			}
		}
		j := best
		o := next[j]
		m := p.Mode[pickMode[j]]
		a.mode[o], a.order[i], a.start[o] = pickMode[j], o, begin[j]
		ready[j], free[m.Machine], last[m.Machine] = end[j], end[j], o
		rest[j] -= int64(p.modes(o)[0].Time)
		next[j]++
		for k := range jobs {
			if stale[k] || next[k] == p.JobOp[k+1] {
				continue
			}
			for _, q := range p.modes(next[k]) {
				if q.Machine == m.Machine {
					stale[k] = true
					break
				}
			}
		}
		stale[j] = true
	}
	a.cost = p.cost(a, tardiness)
}

// cost of a plan whose starts are known.
func (p *Problem) cost(a *plan, tardiness bool) int64 {
	cost := int64(0)
	for j := range p.Jobs() {
		if p.JobOp[j] == p.JobOp[j+1] {
			continue
		}
		o := p.JobOp[j+1] - 1
		end := int64(a.start[o] + p.Mode[a.mode[o]].Time)
		if tardiness {
			cost += int64(p.Weight[j]) * max(0, end-int64(p.Due[j]))
		} else {
			cost = max(cost, end)
		}
	}
	return cost
}
