package solver

import (
	"cmp"
	"slices"
)

// plan is a solution: the mode of each operation and one order of all of them that keeps the jobs' order; a machine
// works its operations in that order, each as early as it can.
type plan struct {
	mode  []int32 // by operation, index into Problem.Mode
	order []int32
	start []int32
	prev  []int32 // by operation, the one before it on its machine, or -1
	cost  int64
}

func newPlan(n int) *plan {
	return &plan{mode: make([]int32, n), order: make([]int32, n), start: make([]int32, n), prev: make([]int32, n)}
}

func (a *plan) copy(b *plan) {
	copy(a.mode, b.mode)
	copy(a.order, b.order)
	copy(a.start, b.start)
	copy(a.prev, b.prev)
	a.cost = b.cost
}

// Op is one bar of a schedule.
type Op struct {
	Job     int `json:"job"`
	Op      int `json:"op"`
	Machine int `json:"machine"`
	Start   int `json:"start"`
	End     int `json:"end"`
}

// Schedule is a result as it is written to a file.
type Schedule struct {
	Makespan   int64   `json:"makespan"`
	Tardiness  int64   `json:"tardiness"`
	LowerBound int64   `json:"lower_bound"` // of the objective that was searched for
	Seconds    float64 `json:"seconds"`
	Ops        []Op    `json:"ops"`
}

// schedule times a plan, independently of what the search thinks of it.
func (p *Problem) schedule(a *plan) *Schedule {
	n := p.Ops()
	s := &Schedule{Ops: make([]Op, n)}
	job := p.jobOf()
	free, last := make([]int32, p.Machines), make([]int32, p.Machines)
	for m := range last {
		last[m] = -1
	}
	ready := slices.Clone(p.Release)
	for _, o := range a.order {
		m, j := p.Mode[a.mode[o]], job[o]
		at := ready[j]
		if l := last[m.Machine]; l >= 0 {
			at = max(at, free[m.Machine]+p.setup(m.Machine, l, o))
		}
		ready[j], free[m.Machine], last[m.Machine] = at+m.Time, at+m.Time, o
		s.Ops[o] = Op{int(j), int(o - p.JobOp[j]), int(m.Machine), int(at), int(at + m.Time)}
	}
	for j, at := range ready {
		if p.JobOp[j] == p.JobOp[j+1] {
			continue // a job without operations is never late
		}
		s.Makespan = max(s.Makespan, int64(at))
		if p.Due != nil {
			s.Tardiness += int64(p.Weight[j]) * max(0, int64(at)-int64(p.Due[j]))
		}
	}
	return s
}

func (p *Problem) jobOf() []int32 {
	job := make([]int32, p.Ops())
	for j := range p.Jobs() {
		for o := p.JobOp[j]; o < p.JobOp[j+1]; o++ {
			job[o] = int32(j)
		}
	}
	return job
}

// mix makes a child on the way from a to b, share/1024 from a. A weighted mean of two sets of start times keeps every
// order in which both agree, that of the jobs included, so the child needs no repair.
func (p *Problem) mix(child, a, b *plan, share int64, key []int64, rnd *rng) {
	for o := range child.mode {
		child.mode[o] = a.mode[o]
		if a.mode[o] != b.mode[o] && int64(rnd.below(1024)) < share {
			child.mode[o] = b.mode[o]
		}
		key[o] = int64(a.start[o])*(1024-share) + int64(b.start[o])*share
		child.order[o] = int32(o)
	}
	slices.SortFunc(child.order, func(x, y int32) int {
		if c := cmp.Compare(key[x], key[y]); c != 0 {
			return c
		}
		return cmp.Compare(x, y) // operations of a job that take no time keep their order
	})
}

// rng is splitmix64: small, fast, the same everywhere.
type rng struct{ s uint64 }

func (r *rng) next() uint64 {
	r.s += 0x9e3779b97f4a7c15
	z := r.s
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (r *rng) below(n int32) int32 { return int32((r.next() >> 32) * uint64(n) >> 32) }

// unit is a number from 0 up to 1.
func (r *rng) unit() float64 { return float64(r.next()>>11) / (1 << 53) }
