package solver

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawProblem(t *rapid.T, maxJobs, maxOps int) *Problem {
	p := &Problem{Machines: rapid.IntRange(1, 4).Draw(t, "machines"), JobOp: []int32{0}, ModeAt: []int32{0}}
	flexible := rapid.Bool().Draw(t, "flexible")
	time := rapid.Int32Range(0, 12)
	setups := rapid.Bool().Draw(t, "setups")
	if setups || rapid.Bool().Draw(t, "no empty times") {
		time = rapid.Int32Range(1, 12) // a schedule does not tell the order of two that take no time, nor so the set-up between them
	}
	due := rapid.Bool().Draw(t, "due dates")
	for range rapid.IntRange(1, maxJobs).Draw(t, "jobs") {
		p.Release = append(p.Release, rapid.SampledFrom([]int32{0, 0, 7}).Draw(t, "release"))
		if due {
			p.Due = append(p.Due, rapid.Int32Range(-3, 40).Draw(t, "due"))
			p.Weight = append(p.Weight, rapid.Int32Range(0, 4).Draw(t, "weight"))
		}
		for range rapid.IntRange(0, maxOps).Draw(t, "ops") {
			modes := 1
			if flexible {
				modes = rapid.IntRange(1, 3).Draw(t, "modes")
			}
			for range modes {
				p.Mode = append(p.Mode, Mode{rapid.Int32Range(0, int32(p.Machines-1)).Draw(t, "machine"), time.Draw(t, "time")})
			}
			p.ModeAt = append(p.ModeAt, int32(len(p.Mode)))
		}
		p.JobOp = append(p.JobOp, int32(p.Ops()))
	}
	if n := p.Ops(); setups {
		for range p.Machines {
			s := make([]int32, n*n)
			for i := range s {
				s[i] = rapid.Int32Range(0, 9).Draw(t, "setup")
			}
			p.Setup = append(p.Setup, s)
		}
	}
	return p
}

// Every schedule of every problem is feasible, says of itself what is true, is no better than the bound, gets better
// step by step, and is the same each time.
func TestProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 8, 6)
		opt := Options{Tardiness: p.Due != nil && rapid.Bool().Draw(t, "tardiness"), Moves: rapid.Int64Range(1, 1500).Draw(t, "moves"), Seed: rapid.Uint64().Draw(t, "seed")}
		last := int64(math.MaxInt64)
		opt.Found = func(cost int64) {
			if cost >= last {
				t.Fatalf("%d after %d", cost, last)
			}
			last = cost
		}
		s, err := Solve(context.Background(), p, opt)
		if err != nil {
			t.Fatal(err)
		}
		if err := check(p, s); err != nil {
			t.Fatal(err)
		}
		value := s.Makespan
		if opt.Tardiness {
			value = s.Tardiness
		}
		if value < s.LowerBound || value > last {
			t.Fatalf("%d, found was %d, the bound is %d", value, last, s.LowerBound)
		}
		last = math.MaxInt64
		if again, _ := Solve(context.Background(), p, opt); !reflect.DeepEqual(s, again) {
			t.Fatalf("another schedule: %+v, %+v", s, again)
		}
	})
}

// Small problems end at the optimum, which is found by trying everything: nearly all with the first seed, the rest with
// one of the next.
func TestOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 3, 2)
		tardiness := p.Due != nil
		best, value := enumerate(p, tardiness), int64(math.MaxInt64)
		for seed := uint64(0); seed < 5 && value != best; seed++ {
			s, err := Solve(context.Background(), p, Options{Tardiness: tardiness, Moves: 20_000, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			if value = s.Makespan; tardiness {
				value = s.Tardiness
			}
		}
		if value != best {
			t.Fatalf("%d, the optimum is %d", value, best)
		}
	})
}

// With set-ups an operation off the critical path may shorten it, between two of it; and one of the path may gain by a
// place where, without set-ups, it never would.
func TestSetupsBetween(t *testing.T) {
	tables := func(ops int, machines ...map[int]int32) [][]int32 {
		var out [][]int32
		for _, m := range machines {
			s := make([]int32, ops*ops)
			for at, x := range m {
				s[at] = x
			}
			out = append(out, s)
		}
		return out
	}
	for name, c := range map[string]struct {
		p    Problem
		best int64
	}{
		"one from elsewhere between two": {Problem{Machines: 2, JobOp: []int32{0, 2, 3}, ModeAt: []int32{0, 1, 2, 4}, Release: []int32{0, 0},
			Mode: []Mode{{0, 1}, {0, 1}, {0, 1}, {1, 1}}, Setup: tables(3, map[int]int32{1: 2}, nil)}, 3},
		"behind one with as long a way to go": {Problem{Machines: 2, JobOp: []int32{0, 2, 4}, ModeAt: []int32{0, 1, 2, 3, 4}, Release: []int32{7, 0},
			Mode: []Mode{{0, 1}, {1, 1}, {0, 1}, {1, 1}}, Setup: tables(4, map[int]int32{8: 9}, nil)}, 10},
		"not behind its own next": {Problem{Machines: 2, JobOp: []int32{0, 1, 3, 4}, ModeAt: []int32{0, 1, 2, 4, 5}, Release: []int32{0, 0, 0},
			Mode:  []Mode{{1, 1}, {0, 10}, {0, 1}, {1, 5}, {1, 3}},
			Setup: tables(4, map[int]int32{2: 1, 4: 3, 6: 5}, map[int]int32{2: 3, 12: 5, 14: 1, 15: 1})}, 15},
	} {
		s, err := Solve(context.Background(), &c.p, Options{Moves: 20_000})
		if err != nil {
			t.Fatal(err)
		}
		if err := check(&c.p, s); err != nil {
			t.Fatal(err)
		}
		if s.Makespan != c.best {
			t.Errorf("%s: makespan %d, the optimum is %d", name, s.Makespan, c.best)
		}
	}
}

// enumerate tries every order of the operations and every mode.
func enumerate(p *Problem, tardiness bool) int64 {
	type machine struct{ free, last int }
	best := int64(math.MaxInt64)
	next, ready := make([]int, p.Jobs()), make([]int, p.Jobs())
	for j := range next {
		next[j], ready[j] = int(p.JobOp[j]), int(p.Release[j])
	}
	machines := make([]machine, p.Machines)
	for m := range machines {
		machines[m].last = -1
	}
	var try func(left int)
	try = func(left int) {
		if left == 0 {
			makespan, late := 0, 0
			for j, at := range ready {
				if p.JobOp[j] == p.JobOp[j+1] {
					continue
				}
				makespan = max(makespan, at)
				if p.Due != nil {
					late += max(0, at-int(p.Due[j])) * int(p.Weight[j])
				}
			}
			if tardiness {
				makespan = late
			}
			best = min(best, int64(makespan))
			return
		}
		for j := range next {
			o := next[j]
			if o == int(p.JobOp[j+1]) {
				continue
			}
			for _, mode := range p.Mode[p.ModeAt[o]:p.ModeAt[o+1]] {
				m, was, wasReady := &machines[mode.Machine], machines[mode.Machine], ready[j]
				at := max(ready[j], m.free)
				if m.last >= 0 && p.Setup != nil {
					at = max(at, m.free+int(p.Setup[mode.Machine][m.last*p.Ops()+o]))
				}
				m.free, m.last = at+int(mode.Time), o
				ready[j] = m.free
				next[j]++
				try(left - 1)
				next[j]--
				ready[j] = wasReady
				*m = was
			}
		}
	}
	try(p.Ops())
	return best
}

// A machine that waits for a job's release had better begin with another one: the first block of the critical path is
// not the beginning of everything.
func TestReleaseBeforeTheFirstBlock(t *testing.T) {
	p := &Problem{Machines: 1, JobOp: []int32{0, 1, 3}, ModeAt: []int32{0, 1, 2, 3}, Release: []int32{0, 7}, Mode: []Mode{{0, 8}, {0, 3}, {0, 8}}}
	s, err := Solve(context.Background(), p, Options{Moves: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if s.Makespan != 19 {
		t.Errorf("makespan %d instead of 19", s.Makespan)
	}
}

const six = `6 6
2 1 0 3 1 6 3 7 5 3 4 6
1 8 2 5 4 10 5 10 0 10 3 4
2 5 3 4 5 8 0 9 1 1 4 7
1 5 0 5 2 5 3 3 4 8 5 9
2 9 1 3 4 5 5 4 0 3 3 1
1 3 3 3 5 9 0 10 4 4 2 1
`

// made is a problem of a given size, the same for a seed.
func made(jobs, ops, machines, modes int, seed uint64) *Problem {
	r := &rng{seed}
	p := &Problem{Machines: machines, JobOp: []int32{0}, ModeAt: []int32{0}, Release: make([]int32, jobs)}
	for range jobs {
		sum := int32(0)
		for range ops {
			first := r.below(int32(machines))
			for k := range int32(modes) {
				p.Mode = append(p.Mode, Mode{(first + k) % int32(machines), 1 + r.below(99)})
			}
			sum += p.Mode[len(p.Mode)-1].Time
			p.ModeAt = append(p.ModeAt, int32(len(p.Mode)))
		}
		p.Due, p.Weight = append(p.Due, sum*13/10), append(p.Weight, 1+r.below(4))
		p.JobOp = append(p.JobOp, int32(p.Ops()))
	}
	return p
}

func TestKnownOptimum(t *testing.T) {
	p, err := Parse("jsp", strings.NewReader(six))
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(5) {
		s, err := Solve(context.Background(), p, Options{Seed: seed, Moves: 60_000})
		if err != nil {
			t.Fatal(err)
		}
		if err := check(p, s); err != nil {
			t.Fatal(err)
		}
		if s.Makespan != 55 {
			t.Errorf("seed %d: makespan %d instead of 55", seed, s.Makespan)
		}
	}
}

// Two threads and a budget of time; a search that is called off at once has a schedule all the same.
func TestThreadsAndCancel(t *testing.T) {
	for _, p := range []*Problem{made(10, 10, 10, 1, 1), made(10, 8, 6, 3, 2)} {
		for _, tardiness := range []bool{false, true} {
			spent := 0.0
			s, err := Solve(context.Background(), p, Options{Tardiness: tardiness, Threads: 1, Spent: func() float64 { spent += 0.01; return spent }})
			if err != nil {
				t.Fatal(err)
			}
			two, err := Solve(context.Background(), p, Options{Tardiness: tardiness, Threads: 2, Moves: 20_000})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			none, err := Solve(ctx, p, Options{Tardiness: tardiness, Threads: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range []*Schedule{s, two, none} {
				if err := check(p, s); err != nil {
					t.Error(err)
				}
			}
			if two.Makespan > none.Makespan && !tardiness || tardiness && two.Tardiness > none.Tardiness {
				t.Errorf("the search made it worse: %d and %d after %d and %d", two.Makespan, two.Tardiness, none.Makespan, none.Tardiness)
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	good := func() *Problem { return made(2, 2, 2, 1, 1) }
	for _, c := range []struct {
		want  string
		spoil func(p *Problem, o *Options)
	}{
		{"no due dates", func(p *Problem, o *Options) { p.Due, o.Tardiness = nil, true }},
		{"no machine 2", func(p *Problem, _ *Options) { p.Mode[0].Machine = 2 }},
		{"duration -1", func(p *Problem, _ *Options) { p.Mode[0].Time = -1 }},
		{"release -1", func(p *Problem, _ *Options) { p.Release[1] = -1 }},
		{"weight -1", func(p *Problem, _ *Options) { p.Weight[1] = -1 }},
		{"has no machine", func(p *Problem, _ *Options) { p.ModeAt[1] = 0 }},
		{"coarser unit", func(p *Problem, _ *Options) { p.Mode[0].Time = horizon }},
		{"set-ups", func(p *Problem, _ *Options) { p.Setup = [][]int32{{1}, {2}} }},
		{"0 machines", func(p *Problem, _ *Options) { p.Machines = 0 }},
	} {
		p, o := good(), &Options{Moves: 10}
		c.spoil(p, o)
		if _, err := Solve(context.Background(), p, *o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// The checker finds what is spoiled.
func TestCheckFinds(t *testing.T) {
	p := made(4, 4, 3, 2, 3)
	n := p.Ops()
	for range p.Machines {
		s := make([]int32, n*n)
		for i := range s {
			s[i] = 5
		}
		p.Setup = append(p.Setup, s)
	}
	p.Release[0] = 3
	for what, spoil := range map[string]func(s *Schedule){
		"missing":   func(s *Schedule) { s.Ops = s.Ops[1:] },
		"twice":     func(s *Schedule) { s.Ops[0] = s.Ops[1] },
		"shorter":   func(s *Schedule) { s.Ops[0].End-- },
		"released":  func(s *Schedule) { s.Ops[0].End -= s.Ops[0].Start; s.Ops[0].Start = 0 },
		"makespan":  func(s *Schedule) { s.Makespan-- },
		"tardiness": func(s *Schedule) { s.Tardiness++ },
		"machine":   func(s *Schedule) { s.Ops[0].Machine = 99 },
		"early": func(s *Schedule) {
			for i := range s.Ops {
				if s.Ops[i].Start > 0 && s.Ops[i].Op > 0 {
					s.Ops[i].Start -= 1
					s.Ops[i].End -= 1
				}
			}
		},
	} {
		s, err := Solve(context.Background(), p, Options{Moves: 500})
		if err != nil {
			t.Fatal(err)
		}
		if err := check(p, s); err != nil {
			t.Fatal(err)
		}
		if spoil(s); check(p, s) == nil {
			t.Errorf("%s: nobody minds", what)
		}
	}
}

// engines on problems of a usual size.
var engines = map[string]func() (*Problem, engine, bool){
	"jobshop":  func() (*Problem, engine, bool) { p := made(20, 15, 15, 1, 1); return p, newJobshop(p), false },
	"flexible": func() (*Problem, engine, bool) { p := made(20, 12, 10, 3, 1); return p, newFlexible(p), false },
	"tardy":    func() (*Problem, engine, bool) { p := made(10, 10, 10, 1, 1); return p, newTardy(p), true },
}

// moving makes a search that never ends by itself.
func moving(name string) (move func(n int64)) {
	p, e, tardiness := engines[name]()
	s := &shared{p: p, opt: Options{Tardiness: tardiness, Moves: 1}, ctx: context.Background(), best: newPlan(p.Ops())}
	s.cost.Store(1 << 62)
	h := &hunt{shared: s, ask: 128}
	a, work := newPlan(p.Ops()), newPlan(p.Ops())
	p.construct(a, tardiness, 0, &h.rnd)
	return func(n int64) {
		for h.count, h.limit, h.over = 0, n, false; !h.over; {
			work.copy(a)
			e.improve(h, work)
			h.count++
		}
	}
}

// A move allocates nothing.
func TestNoAllocation(t *testing.T) {
	for name := range engines {
		move := moving(name)
		if n := testing.AllocsPerRun(3, func() { move(5000) }); n > 0 {
			t.Errorf("%s: %v allocations in 5,000 moves", name, n)
		}
	}
}

func BenchmarkMoves(b *testing.B) {
	for name := range engines {
		b.Run(name, func(b *testing.B) {
			move := moving(name)
			b.ReportAllocs()
			b.ResetTimer()
			move(int64(b.N))
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "moves/s")
		})
	}
}

func BenchmarkBound(b *testing.B) {
	p := made(100, 20, 20, 1, 1)
	for b.Loop() {
		p.Bound(false)
	}
}
