package solver

import (
	"container/heap"
	"slices"
)

// Bound is a value that no schedule can be better than: of the makespan, the greatest of the longest job, the mean
// load of the machines and Jackson's preemptive schedule of each machine with the operations that have no other; of
// the weighted tardiness, what the jobs would have if they had the shop for themselves.
func (p *Problem) Bound(tardiness bool) int64 {
	head, tail, short := make([]int64, p.Ops()), make([]int64, p.Ops()), make([]int64, p.Ops())
	best, late, load := int64(0), int64(0), int64(0)
	for o := range int32(p.Ops()) {
		t := p.modes(o)[0].Time
		for _, m := range p.modes(o) {
			t = min(t, m.Time)
		}
		short[o] = int64(t)
		load += int64(t)
	}
	first := int64(-1)
	for j := range p.Jobs() {
		if p.JobOp[j] == p.JobOp[j+1] {
			continue
		}
		at := int64(p.Release[j])
		if first < 0 || at < first {
			first = at
		}
		for o := p.JobOp[j]; o < p.JobOp[j+1]; o++ {
			head[o] = at
			at += short[o]
		}
		best = max(best, at)
		if p.Due != nil {
			late += int64(p.Weight[j]) * max(0, at-int64(p.Due[j]))
		}
		rest := int64(0)
		for o := p.JobOp[j+1] - 1; o >= p.JobOp[j]; o-- {
			tail[o] = rest
			rest += short[o]
		}
	}
	if tardiness {
		return late
	}
	if first >= 0 {
		m := int64(p.Machines)
		best = max(best, first+(load+m-1)/m)
	}
	on := make([][]int32, p.Machines)
	for o := range int32(p.Ops()) {
		ms := p.modes(o)
		same := !slices.ContainsFunc(ms, func(m Mode) bool { return m.Machine != ms[0].Machine })
		if same {
			on[ms[0].Machine] = append(on[ms[0].Machine], o)
		}
	}
	for _, ops := range on {
		best = max(best, jackson(ops, head, short, tail))
	}
	return best
}

// jackson is the makespan of one machine that always works what has the longest way to go, and may interrupt it.
func jackson(ops []int32, head, time, tail []int64) int64 {
	ops = slices.Clone(ops)
	slices.SortFunc(ops, func(a, b int32) int { return int(head[a] - head[b]) })
	left := map[int32]int64{}
	h := &byTail{tail: tail}
	now, best := int64(0), int64(0)
	for i := 0; i < len(ops) || h.Len() > 0; {
		if h.Len() == 0 {
			now = max(now, head[ops[i]])
		}
		for i < len(ops) && head[ops[i]] <= now {
			left[ops[i]] = time[ops[i]]
			heap.Push(h, ops[i])
			i++
		}
		o := h.ops[0]
		run := left[o]
		if i < len(ops) {
			run = min(run, head[ops[i]]-now)
		}
		now += run
		if left[o] -= run; left[o] == 0 {
			heap.Pop(h)
			best = max(best, now+tail[o])
		}
	}
	return best
}

type byTail struct {
	ops  []int32
	tail []int64
}

func (h *byTail) Len() int           { return len(h.ops) }
func (h *byTail) Less(i, j int) bool { return h.tail[h.ops[i]] > h.tail[h.ops[j]] }
func (h *byTail) Swap(i, j int)      { h.ops[i], h.ops[j] = h.ops[j], h.ops[i] }
func (h *byTail) Push(x any)         { h.ops = append(h.ops, x.(int32)) }
func (h *byTail) Pop() any {
	x := h.ops[len(h.ops)-1]
	h.ops = h.ops[:len(h.ops)-1]
	return x
}
