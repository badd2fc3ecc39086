package solver

import (
	"cmp"
	"fmt"
	"slices"
)

// check judges a schedule by the text of the problem alone; it shares nothing with the search.
func check(p *Problem, s *Schedule) error {
	ops := len(p.ModeAt) - 1
	if len(s.Ops) != ops {
		return fmt.Errorf("%d bars for %d operations", len(s.Ops), ops)
	}
	bar := make([]*Op, ops)
	byMachine := map[int][]int{}
	for i := range s.Ops {
		b := &s.Ops[i]
		if b.Job < 0 || b.Job >= len(p.JobOp)-1 {
			return fmt.Errorf("bar %d: there is no job %d", i, b.Job)
		}
		o := int(p.JobOp[b.Job]) + b.Op
		if b.Op < 0 || o >= int(p.JobOp[b.Job+1]) {
			return fmt.Errorf("bar %d: job %d has no operation %d", i, b.Job, b.Op)
		}
		if bar[o] != nil {
			return fmt.Errorf("job %d operation %d stands there twice", b.Job, b.Op)
		}
		bar[o] = b
		may := false
		for _, m := range p.Mode[p.ModeAt[o]:p.ModeAt[o+1]] {
			may = may || int(m.Machine) == b.Machine && int(m.Time) == b.End-b.Start
		}
		if !may {
			return fmt.Errorf("job %d operation %d: not possible on machine %d in %d", b.Job, b.Op, b.Machine, b.End-b.Start)
		}
		byMachine[b.Machine] = append(byMachine[b.Machine], o)
	}
	makespan, late := 0, int64(0)
	for j := range len(p.JobOp) - 1 {
		at := int(p.Release[j])
		for o := p.JobOp[j]; o < p.JobOp[j+1]; o++ {
			if bar[o].Start < at {
				return fmt.Errorf("job %d operation %d begins at %d, before %d", j, bar[o].Op, bar[o].Start, at)
			}
			at = bar[o].End
		}
		if p.JobOp[j] < p.JobOp[j+1] {
			makespan = max(makespan, at)
			if p.Due != nil && at > int(p.Due[j]) {
				late += int64(at-int(p.Due[j])) * int64(p.Weight[j])
			}
		}
	}
	for m, list := range byMachine {
		slices.SortFunc(list, func(a, b int) int {
			return cmp.Or(cmp.Compare(bar[a].Start, bar[b].Start), cmp.Compare(bar[a].End, bar[b].End))
		})
		for i := 1; i < len(list); i++ {
			a, b := list[i-1], list[i]
			gap := 0
			if p.Setup != nil {
				gap = int(p.Setup[m][a*ops+b])
			}
			if bar[b].Start < bar[a].End+gap {
				return fmt.Errorf("machine %d: operation %d begins at %d, operation %d ends at %d and %d set-up is needed", m, b, bar[b].Start, a, bar[a].End, gap)
			}
		}
	}
	if int64(makespan) != s.Makespan || late != s.Tardiness {
		return fmt.Errorf("makespan %d and tardiness %d, reported are %d and %d", makespan, late, s.Makespan, s.Tardiness)
	}
	return nil
}
