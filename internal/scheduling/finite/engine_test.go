package finite

import (
	"context"
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
		{"one tool for two machines", Problem{WorkCenters: two, Tools: []Tool{{Code: "mould", Count: 1}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1, with("mould", ""))}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 1, with("mould", ""))}}}},
			"x/10 A#1 0-10, y/10 A#1 10-20", []string{"now", "machine"}},
		{"two pieces of the tool", Problem{WorkCenters: two, Tools: []Tool{{Code: "mould", Count: 2}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1, with("mould", ""))}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 1, with("mould", ""))}}}},
			"x/10 A#1 0-10, y/10 A#2 0-10", []string{"now", "now"}},
		{"the tool is blunt after ten pieces", Problem{WorkCenters: two, Tools: []Tool{{Code: "mould", Life: q, RegrindMS: 30 * minute}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1, with("mould", ""))}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 1, with("mould", ""))}}}},
			"x/10 A#1 0-10, y/10 A#1 40-50", []string{"now", "regrind"}},
		{"it has done five before", Problem{WorkCenters: two, Tools: []Tool{{Code: "mould", Life: q, RegrindMS: 30 * minute, Used: q / 2}}, Orders: []Order{
			{Number: "x", Qty: q / 2, Ops: []Op{step(10, "A", 1, with("mould", ""))}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 1, with("mould", ""))}}}},
			"x/10 A#1 0-5, y/10 A#1 35-45", []string{"now", "regrind"}},
		{"its life is in hours of work", Problem{WorkCenters: two, Tools: []Tool{{Code: "mould", Life: 4 * num.One, RegrindMS: 30 * minute}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{{Seq: 10, WorkCenter: "A", RunMS: minute, Tool: "mould", Wear: 3 * num.One}}}, {Number: "y", Qty: q, Ops: []Op{{Seq: 10, WorkCenter: "A", RunMS: minute, Tool: "mould", Wear: num.One}}}, {Number: "z", Qty: q, Ops: []Op{{Seq: 10, WorkCenter: "A", RunMS: minute, Tool: "mould", Wear: num.One}}}}},
			"x/10 A#1 0-10, y/10 A#1 10-20, z/10 A#1 50-60", []string{"now", "machine", "regrind"}},
		{"the other piece is sharp", Problem{WorkCenters: two, Tools: []Tool{{Code: "mould", Count: 2, Life: q, RegrindMS: 30 * minute}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{step(10, "B", 1, with("mould", ""))}}, {Number: "y", Qty: q, Ops: []Op{step(10, "B", 1, with("mould", ""))}}, {Number: "z", Qty: q, Ops: []Op{step(10, "B", 1, with("mould", ""))}}}},
			"x/10 B#1 0-10, y/10 B#1 10-20, z/10 B#1 40-50", []string{"now", "machine", "regrind"}},
		{"more than a life: reground within", Problem{WorkCenters: two, Tools: []Tool{{Code: "mould", Life: q, RegrindMS: 30 * minute}}, Orders: []Order{
			{Number: "x", Qty: 2*q + q/2, Ops: []Op{step(10, "A", 1, with("mould", ""))}}, {Number: "y", Qty: q / 2, Ops: []Op{step(10, "A", 1, with("mould", ""))}}}},
			"x/10 A#1 0-85, y/10 A#1 85-90", []string{"now", "machine"}},
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
		{"the parent begins before it uses the child", Problem{WorkCenters: two, Orders: []Order{{Number: "p", Qty: q, After: []int{1}, AfterOp: 1, Ops: []Op{step(10, "B", 1), step(20, "B", 1)}}, {Number: "c", Qty: q, Ops: []Op{step(10, "A", 3)}}}},
			"c/10 A#1 0-30, p/10 B#1 0-10, p/20 B#1 30-40", []string{"now", "children", "now"}},
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

// known is what people know of a schedule.
func known(x *Schedule) func(o, k int) (Was, bool) {
	was := map[[2]int]Was{}
	for _, y := range x.Slots {
		was[[2]int{y.Order, y.Op}] = Was{y.StartMS, y.Machine, y.EndMS}
	}
	return func(o, k int) (Was, bool) { w, ok := was[[2]int{o, k}]; return w, ok }
}

// rushed is a problem with an order more that goes first, made like another.
func rushed(p *Problem, like int, due int64) *Problem {
	q, r := *p, p.Orders[like]
	r.Number, r.Priority, r.DueMS, r.ReleaseMS, r.Weight = "rush", 1, due, 0, 1000
	q.Orders = append(slices.Clone(p.Orders), r)
	return &q
}

// downed is a problem in which a machine does not work from the beginning on.
func downed(p *Problem, center, machine int, until int64) *Problem {
	q := *p
	q.WorkCenters = slices.Clone(p.WorkCenters)
	q.WorkCenters[center].Machines = slices.Clone(p.WorkCenters[center].Machines)
	q.WorkCenters[center].Machines[machine].Down = []cal.Span{{From: monday, To: until}}
	return &q
}

// A rush order in a factory that is late everywhere, a machine that is down, parts that come later: what is repaired is
// feasible, the rush order is on time, few operations move (of ten thousand fewer than one in twenty), and less is late than if everything
// were pushed back.
func TestRepair(t *testing.T) {
	for _, size := range []struct {
		orders, machines, workers int
		part                      int64
	}{{400, 20, 8, 10}, {2000, 200, 80, 20}} {
		p := factory(t, size.orders, size.machines, size.workers)
		lookup := known(solve(t, p))
		s, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		q, fresh, ref := s.Follow(lookup)
		if got, v := s.Repair(q, fresh, ref, nil); v[Upset]+v[Moved]+v[Later] != 0 || len(fresh) != 0 || s.Value(got, ref) != v {
			t.Errorf("nothing has changed, and the value is %v, %d are new", v, len(fresh))
		}
		late := *p
		late.Orders = slices.Clone(p.Orders)
		for o := range 20 {
			late.Orders[o].Ops = slices.Clone(late.Orders[o].Ops)
			late.Orders[o].Ops[2].ReleaseMS = monday + 200*hour
		}
		for name, x := range map[string]*Problem{"rush": rushed(p, 7, monday+60*hour), "down": downed(p, 0, 0, monday+30*hour), "parts": &late} {
			s, err := New(x)
			if err != nil {
				t.Fatal(err)
			}
			q, fresh, ref := s.Follow(lookup)
			pushed := s.insert(q, fresh, ref, 0)
			pushed.hold = slices.Clone(ref.start)
			back := s.Value(pushed, ref)
			got, v := s.Repair(q, fresh, ref, nil)
			after := s.Schedule(got)
			if err := Check(x, after); err != nil {
				t.Fatal(err)
			}
			t.Logf("%d operations, %s: %d moved, %d h later; pushed back %d moved, %d h later", len(s.ops), name, v[Moved], v[Later]/hour, back[Moved], back[Later]/hour)
			if v[Rush] > 0 || v[Moved]*size.part > int64(len(s.ops)) || Calm.compare(&v, &back) > 0 || s.Value(got, ref) != v {
				t.Errorf("%d operations, %s: repaired %v, pushed back %v", len(s.ops), name, v, back)
			}
			better, w := s.Improve(t.Context(), got, Options{Goal: Calm, Ref: ref, Moves: 2000})
			if err := Check(x, s.Schedule(better)); err != nil {
				t.Fatal(err)
			}
			if Calm.compare(&w, &v) > 0 || s.Value(better, ref) != w {
				t.Errorf("improved %v is worse than %v", w, v)
			}
		}
	}
}

// Whatever the rush order is, it is on time where that is possible, and fewer than one in twenty operations move.
func TestRushOrders(t *testing.T) {
	p := factory(t, 2000, 200, 80)
	lookup := known(solve(t, p))
	for like := 0; like < 2000; like += 222 {
		s, err := New(rushed(p, like, monday+48*hour))
		if err != nil {
			t.Fatal(err)
		}
		q, fresh, ref := s.Follow(lookup)
		if _, v := s.Repair(q, fresh, ref, nil); v[Rush] > 0 || v[Moved]*20 > int64(len(s.ops)) {
			t.Errorf("like order %d: %d moved, %d h late", like, v[Moved], v[Rush]/1000/hour)
		}
	}
}

// A repair of any problem from any schedule is feasible, no worse than leaving everything, and the same each time.
func TestRepairOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		s, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		lookup := known(s.Schedule(s.ByRule()))
		p.NowMS += rapid.Int64Range(0, 20).Draw(t, "hours later") * hour
		for i := range p.Orders {
			for k := range p.Orders[i].Ops {
				if x := &p.Orders[i].Ops[k]; rapid.IntRange(0, 9).Draw(t, "parts") == 0 {
					x.ReleaseMS = monday + 50*hour
				}
			}
		}
		p.Orders[0].Weight = rapid.Int64Range(0, 200).Draw(t, "weight")
		for i := range p.WorkCenters {
			for m := range p.WorkCenters[i].Machines {
				if rapid.Bool().Draw(t, "breaks down") {
					p.WorkCenters[i].Machines[m].Down = append(slices.Clone(p.WorkCenters[i].Machines[m].Down), cal.Span{From: monday, To: monday + 30*hour})
				}
			}
		}
		if s, err = New(p); err != nil {
			t.Fatal(err)
		}
		forgotten := rapid.IntRange(1, 5).Draw(t, "forgotten")
		q, fresh, ref := s.Follow(func(o, k int) (Was, bool) {
			w, ok := lookup(o, k)
			return w, ok && (o+k)%forgotten == 0
		})
		goal := rapid.SampledFrom([]Goal{nil, Calm, OnTime, {{{Setup, 1}}}}).Draw(t, "goal")
		got, v := s.Repair(q, fresh, ref, goal)
		after := s.Schedule(got)
		if err := Check(p, after); err != nil {
			t.Fatalf("%v\n%s", err, show(p, after))
		}
		if n := len(s.Schedule(s.ByRule()).Unplaced); len(after.Unplaced) > n { // fewer where the rule waits for what nothing waits for
			t.Fatalf("%d have no place, by rule %d", len(after.Unplaced), n)
		}
		if again, w := s.Repair(q, fresh, ref, goal); v != w || s.Value(got, ref) != v || !reflect.DeepEqual(again, got) {
			t.Fatalf("said %v, is %v, then said %v", v, s.Value(got, ref), w)
		}
	})
}

func factory(t testing.TB, orders, machines, workers int) *Problem {
	p, err := MadeUp(orders, machines, workers)
	if err != nil {
		t.Fatal(err)
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
	lookup := known(s.Schedule(q))
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
	for name, x := range map[string]*Problem{"rush": rushed(p, 7, monday+48*hour), "down": downed(p, 0, 0, monday+30*hour)} {
		b.Run(name, func(b *testing.B) {
			var v Value
			for b.Loop() {
				s, err := New(x)
				if err != nil {
					b.Fatal(err)
				}
				q, fresh, ref := s.Follow(lookup)
				_, v = s.Repair(q, fresh, ref, nil)
			}
			b.ReportMetric(100*float64(v[Moved])/float64(len(s.ops)), "%moved")
		})
	}
	b.Run("improve", func(b *testing.B) {
		for b.Loop() {
			s.Improve(context.Background(), q, Options{Moves: 5000, Seed: 1})
		}
		b.ReportMetric(float64(b.N)*5000/b.Elapsed().Seconds(), "changes/s")
	})
}
