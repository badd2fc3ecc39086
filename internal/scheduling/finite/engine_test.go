package finite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// Tables answer as the calendar does.
func TestTableIsTheCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCalendar(t)
		x := newTable(c, nil, nil, monday)
		at := monday + rapid.Int64Range(0, 1000*24).Draw(t, "hours on")*hour + rapid.Int64Range(0, hour).Draw(t, "and")
		w := rapid.SampledFrom([]int64{0, minute, 7 * hour, 40 * hour, 900 * hour, 40_000 * hour}).Draw(t, "work") + rapid.Int64Range(0, hour).Draw(t, "more")
		if got, want := x.add(at, w), add(c, at, w); got != want {
			t.Fatalf("add(%d, %d) = %d, the calendar says %d", at, w, got, want)
		}
		if got, want := x.next(at), next(c, at); got != want {
			t.Fatalf("next(%d) = %d, the calendar says %d", at, got, want)
		}
		if got, want := x.sub(at, w), sub(c, at, w); got != want && (got > monday || want > monday) {
			t.Fatalf("sub(%d, %d) = %d, the calendar says %d", at, w, got, want)
		}
		if to := at + w; x.between(at, to) != between(c, at, to) {
			t.Fatalf("between(%d, %d) = %d, the calendar says %d", at, to, x.between(at, to), between(c, at, to))
		}
	})
}

// Whatever order the operations are given in, and whatever mode each has, the schedule is feasible.
func TestEverySequenceIsFeasible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		s, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		q := s.ByRule()
		all := slices.Clone(q.order)
		for n := len(all) - 1; n > 0; n-- {
			k := rapid.IntRange(0, n).Draw(t, "with")
			all[n], all[k] = all[k], all[n]
		}
		q.order = all
		for _, i := range all {
			if x := &s.about[i]; rapid.Bool().Draw(t, "another machine") {
				q.mode[i] = rapid.Int32Range(x.from-1, x.to-1).Draw(t, "mode")
				if q.mode[i] < x.from {
					q.mode[i] = -1
				}
			}
		}
		got := s.Schedule(q)
		if err := Check(p, got); err != nil {
			t.Fatalf("%v\n%s", err, show(p, got))
		}
	})
}

// A search gives feasible schedules, each better than the one before, never a worse one than it began with, and the
// same for a seed.
func TestImprove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		s, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		goal := rapid.SampledFrom([]Goal{nil, {{{Makespan, 1}}}, {{{Setup, 3}, {LateOrders, hour}}}}).Draw(t, "goal")
		from := s.ByRule()
		before := s.Value(from, nil)
		judge := goal
		if judge == nil {
			judge = OnTime
		}
		last := before
		opt := Options{Goal: goal, Moves: 300, Seed: 7, Found: func(v Value) {
			if judge.compare(&v, &last) >= 0 {
				t.Fatalf("%v after %v", v, last)
			}
			last = v
		}}
		q, v := s.Improve(context.Background(), from, opt)
		got := s.Schedule(q)
		if err := Check(p, got); err != nil {
			t.Fatalf("%v\n%s", err, show(p, got))
		}
		if judge.compare(&v, &before) > 0 || s.Value(q, nil) != v || v != last {
			t.Fatalf("began with %v, found %v, said %v, is %v", before, v, last, s.Value(q, nil))
		}
		if b := s.Bound(); len(got.Unplaced) == 0 && (v[Makespan] < b[Makespan] || v[Tardiness] < b[Tardiness] || v[LateOrders] < b[LateOrders]) {
			t.Fatalf("value %v is below the bound %v", v, b)
		}
		opt.Found = nil
		if again, w := s.Improve(context.Background(), from, opt); w != v || !reflect.DeepEqual(again, q) {
			t.Fatal("the same seed found another schedule")
		}
	})
}

// A search tells how far it is, and one that is called off keeps the best that it has found.
func TestImproveTells(t *testing.T) {
	p := factory(t, 100, 8, 0)
	s, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var told []Progress
	q, v := s.Improve(ctx, s.ByRule(), Options{Seed: 1, Threads: 2, Progress: func(x Progress) {
		if told = append(told, x); x.Found > 0 && len(told) > 1 {
			stop()
		}
	}})
	last := told[len(told)-1]
	if last.Value != v || s.Value(q, nil) != v || last.Moves <= told[0].Moves || last.Bound != s.Bound() {
		t.Errorf("last told %+v, first %+v, found %v, the sequence gives %v", last, told[0], v, s.Value(q, nil))
	}
	for n := 1; n < len(told); n++ {
		if a, b := told[n-1], told[n]; b.Moves < a.Moves || b.Found < a.Found || OnTime.Less(a.Value, b.Value) {
			t.Errorf("%+v after %+v", b, a)
		}
	}
	if err := Check(p, s.Schedule(q)); err != nil {
		t.Error(err)
	}
}

// The search finds what a good foreman sees: the urgent order first, families together, the free machine.
func TestImproveFinds(t *testing.T) {
	in := func(m int64) int64 { return monday + m*minute }
	q := num.Int(10)
	for _, x := range []struct {
		name string
		goal Goal
		p    Problem
		want string
	}{
		{"the one that can still be on time", nil, Problem{WorkCenters: []WorkCenter{{Code: "A"}}, Orders: []Order{
			{Number: "x", Qty: q, Priority: 1, DueMS: in(500), Ops: []Op{step(10, "A", 2)}}, {Number: "y", Qty: q, Priority: 5, DueMS: in(10), Ops: []Op{step(10, "A", 1)}}}},
			"y/10 A#1 0-10, x/10 A#1 10-30"},
		{"families together", Goal{{{Setup, 1}}}, Problem{WorkCenters: []WorkCenter{{Code: "A", Machines: []Machine{{Code: "m", Family: "red"}}, Changeovers: []Changeover{{"red", "blue", hour}, {"blue", "red", hour}}}}, Orders: []Order{
			{Number: "x", Family: "red", Qty: q, Priority: 1, Ops: []Op{step(10, "A", 1)}}, {Number: "y", Family: "blue", Qty: q, Priority: 2, Ops: []Op{step(10, "A", 1)}}, {Number: "z", Family: "red", Qty: q, Priority: 3, Ops: []Op{step(10, "A", 1)}}}},
			"x/10 m 0-10, z/10 m 10-20, y/10 m 20-90(60)"},
	} {
		t.Run(x.name, func(t *testing.T) {
			x.p.NowMS = monday
			s, err := New(&x.p)
			if err != nil {
				t.Fatal(err)
			}
			best, _ := s.Improve(context.Background(), s.ByRule(), Options{Goal: x.goal, Moves: 500})
			if got := show(&x.p, s.Schedule(best)); got != x.want {
				t.Errorf("got  %s\nwant %s", got, x.want)
			}
		})
	}
}

func TestResources(t *testing.T) {
	in := func(m int64) int64 { return monday + m*minute }
	q := num.Int(10)
	with := func(tool, skill string) func(*Op) { return func(o *Op) { o.Tool, o.Skill = tool, skill } }
	two := []WorkCenter{{Code: "A", Capacity: 2}, {Code: "B"}}
	for _, x := range []struct {
		name string
		p    Problem
		want string
		why  []string
	}{
		{"one tool for two machines", Problem{WorkCenters: two, Tools: []Tool{{"mould", 1}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1, with("mould", ""))}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 1, with("mould", ""))}}}},
			"x/10 A#1 0-10, y/10 A#1 10-20", []string{"now", "machine"}},
		{"two pieces of the tool", Problem{WorkCenters: two, Tools: []Tool{{"mould", 2}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1, with("mould", ""))}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 1, with("mould", ""))}}}},
			"x/10 A#1 0-10, y/10 A#2 0-10", []string{"now", "now"}},
		{"one welder", Problem{WorkCenters: two, Workers: []Worker{{Code: "li", Skills: []string{"weld"}}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1, with("", "weld"))}}, {Number: "y", Qty: q, Ops: []Op{step(10, "B", 1, with("", "weld"))}}}},
			"x/10 A#1 0-10, y/10 B#1 10-20", []string{"now", "worker"}},
		{"nobody can", Problem{WorkCenters: two, Orders: []Order{{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1, with("", "pray")), step(20, "B", 1)}}}}, "", nil},
		{"the welder's shift", Problem{WorkCenters: []WorkCenter{{Code: "A"}}, Workers: []Worker{{Code: "li", Skills: []string{"weld"}, Calendar: dayShift(t)}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{step(10, "A", 30, with("", "weld"))}}}},
			"x/10 A#1 0-360", []string{"now"}},
		{"parts come later", Problem{WorkCenters: two, Orders: []Order{{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1, func(o *Op) { o.ReleaseMS = in(45) })}}}},
			"x/10 A#1 45-55", []string{"parts"}},
		{"the parent waits for the child", Problem{WorkCenters: two, Orders: []Order{{Number: "p", Qty: q, After: []int{1}, Ops: []Op{step(10, "B", 1)}}, {Number: "c", Qty: q, Ops: []Op{step(10, "A", 1), step(20, "A", 1)}}}},
			"c/10 A#1 0-10, c/20 A#1 10-20, p/10 B#1 20-30", []string{"children", "now", "before"}},
		{"down until", Problem{WorkCenters: []WorkCenter{{Code: "A", Machines: []Machine{{Code: "m", Down: []cal.Span{{From: in(5), To: in(65)}}}}}}, Orders: []Order{{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1)}}}},
			"x/10 m 0-70", []string{"now"}},
		{"an oven takes what fits beside", Problem{WorkCenters: []WorkCenter{{Code: "A", Machines: []Machine{{Code: "oven", BatchCapacity: num.Int(20)}}}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{{Seq: 10, WorkCenter: "A", BatchMS: hour}}}, {Number: "y", Qty: q, Ops: []Op{{Seq: 10, WorkCenter: "A", BatchMS: hour}}}, {Number: "z", Qty: q, Ops: []Op{{Seq: 10, WorkCenter: "A", BatchMS: hour}}}}},
			"x/10 oven 0-60, y/10 oven 0-60, z/10 oven 60-120", []string{"now", "machine", "machine"}},
		{"but not of another family", Problem{WorkCenters: []WorkCenter{{Code: "A", Machines: []Machine{{Code: "oven", BatchCapacity: num.Int(20)}}}}, Orders: []Order{
			{Number: "x", Family: "red", Qty: q, Ops: []Op{{Seq: 10, WorkCenter: "A", BatchMS: hour}}}, {Number: "y", Family: "blue", Qty: q, Ops: []Op{{Seq: 10, WorkCenter: "A", BatchMS: hour}}}}},
			"x/10 oven 0-60, y/10 oven 60-120", []string{"now", "machine"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			x.p.NowMS = monday
			s := solve(t, &x.p)
			if got := show(&x.p, s); got != x.want {
				t.Errorf("got  %s\nwant %s", got, x.want)
			}
			var why []string
			for _, y := range s.Slots {
				why = append(why, y.Why.String())
			}
			if !slices.Equal(why, x.why) {
				t.Errorf("why %v, want %v", why, x.why)
			}
		})
	}
	p := &Problem{NowMS: monday, WorkCenters: two, Orders: []Order{{Number: "x", Qty: q, After: []int{1}}, {Number: "y", Qty: q, After: []int{2}}, {Number: "z", Qty: q, After: []int{0}}}}
	if _, err := New(p); err == nil || err.Error() != "scheduling problem: orders wait for each other: x ← y ← z ← x" {
		t.Errorf("a loop: %v", err)
	}
}

// A rush order, a machine that is down: feasible, and little else moves.
func TestRepair(t *testing.T) {
	p := factory(t, 400, 20, 8)
	before := solve(t, p)
	was := map[[2]int]Was{}
	for _, x := range before.Slots {
		was[[2]int{x.Order, x.Op}] = Was{x.StartMS, x.Machine}
	}
	lookup := func(o, k int) (Was, bool) { w, ok := was[[2]int{o, k}]; return w, ok }

	s, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	q, fresh, ref := s.Follow(lookup)
	if v := s.Value(q, ref); v[Upset] != 0 || len(fresh) != 0 {
		t.Errorf("nothing has changed, and the upset is %d, %d are new", v[Upset], len(fresh))
	}

	rush := *p
	r := p.Orders[7]
	r.Number, r.Priority, r.DueMS, r.ReleaseMS, r.Weight = "rush", 1, monday+72*hour, 0, 1000
	rush.Orders = append(slices.Clone(p.Orders), r)
	s, err = New(&rush)
	if err != nil {
		t.Fatal(err)
	}
	q, fresh, ref = s.Follow(lookup)
	if len(fresh) != len(r.Ops) {
		t.Fatalf("%d are new", len(fresh))
	}
	got, v := s.Repair(q, fresh, ref, nil)
	after := s.Schedule(got)
	if err := Check(&rush, after); err != nil {
		t.Fatal(err)
	}
	moved := 0
	for _, x := range after.Slots {
		if w, ok := lookup(x.Order, x.Op); ok && w.StartMS != x.StartMS {
			moved++
		}
	}
	t.Logf("%d of %d moved, rush ends %d h after now, late %d h; value %v", moved, len(before.Slots), (after.Orders[len(p.Orders)].EndMS-monday)/hour, after.Orders[len(p.Orders)].LateMS/hour, v)
	if after.Orders[len(p.Orders)].LateMS > 0 {
		t.Error("the rush order is late")
	}

	down := *p
	down.WorkCenters = slices.Clone(p.WorkCenters)
	down.WorkCenters[0].Machines = slices.Clone(p.WorkCenters[0].Machines)
	down.WorkCenters[0].Machines[0].Down = []cal.Span{{From: monday, To: monday + 30*hour}}
	s, err = New(&down)
	if err != nil {
		t.Fatal(err)
	}
	q, fresh, ref = s.Follow(lookup)
	kept := s.Value(q, ref)
	got, v = s.Repair(q, fresh, ref, nil)
	if err := Check(&down, s.Schedule(got)); err != nil {
		t.Fatal(err)
	}
	if OnTime.compare(&v, &kept) > 0 {
		t.Errorf("mended %v, just waiting %v", v, kept)
	}
	better, w := s.Improve(context.Background(), got, Options{Ref: ref, Moves: 2000})
	if err := Check(&down, s.Schedule(better)); err != nil {
		t.Fatal(err)
	}
	if OnTime.compare(&w, &v) > 0 {
		t.Errorf("improved %v is worse than %v", w, v)
	}
}

// factory is orders of five operations over machines in groups of four, in two shifts, with families, tools and workers.
func factory(t testing.TB, orders, machines, workers int) *Problem {
	r := rand.New(rand.NewPCG(3, 4))
	day := dayShift(t)
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
		p.Tools = append(p.Tools, Tool{fmt.Sprintf("T%d", n), 3})
	}
	for n := range workers {
		p.Workers = append(p.Workers, Worker{fmt.Sprintf("P%d", n), []string{fmt.Sprintf("S%d", n%max(1, workers/8))}, day})
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
	return p
}

func BenchmarkRule(b *testing.B) {
	p := factory(b, 20_000, 200, 80)
	s, err := New(p)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("prepare", func(b *testing.B) {
		for b.Loop() {
			_, _ = New(p)
		}
	})
	b.Run("rule", func(b *testing.B) {
		for b.Loop() {
			s.ByRule()
		}
		b.ReportMetric(float64(len(s.ops))*float64(b.N)/b.Elapsed().Seconds(), "operations/s")
	})
}

func BenchmarkTenThousand(b *testing.B) {
	p := factory(b, 2_000, 200, 80)
	s, err := New(p)
	if err != nil {
		b.Fatal(err)
	}
	q := s.ByRule()
	d := s.decoder()
	before := s.Schedule(q)
	was := map[[2]int]Was{}
	for _, x := range before.Slots {
		was[[2]int{x.Order, x.Op}] = Was{x.StartMS, x.Machine}
	}
	lookup := func(o, k int) (Was, bool) { w, ok := was[[2]int{o, k}]; return w, ok }
	b.Run("retime", func(b *testing.B) {
		for b.Loop() {
			d.decode(q)
		}
	})
	b.Run("prepare", func(b *testing.B) {
		for b.Loop() {
			_, _ = New(p)
		}
	})
	b.Run("rush", func(b *testing.B) {
		rush := *p
		r := p.Orders[7]
		r.Priority, r.DueMS, r.Weight = 1, monday+48*hour, 1000
		rush.Orders = append(slices.Clone(p.Orders), r)
		moved := 0
		for b.Loop() {
			s, err := New(&rush)
			if err != nil {
				b.Fatal(err)
			}
			q, fresh, ref := s.Follow(lookup)
			got, _ := s.Repair(q, fresh, ref, nil)
			b.StopTimer()
			moved = 0
			for _, x := range s.Schedule(got).Slots {
				if w, ok := lookup(x.Order, x.Op); ok && w.StartMS != x.StartMS {
					moved++
				}
			}
			b.StartTimer()
		}
		b.ReportMetric(100*float64(moved)/float64(len(was)), "%moved")
	})
	b.Run("improve", func(b *testing.B) {
		for b.Loop() {
			s.Improve(context.Background(), q, Options{Moves: 5000, Seed: 1})
		}
		b.ReportMetric(float64(b.N)*5000/b.Elapsed().Seconds(), "changes/s")
	})
}
