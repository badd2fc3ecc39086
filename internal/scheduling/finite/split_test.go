package finite

import (
	"testing"

	"kaiwu/internal/kit/num"
)

// halves splits an operation into two parts.
func halves(seq int, center string, minutes int64, first, second int64) []Op {
	a := step(seq, center, minutes)
	a.Part, a.Qty, a.Whole = 1, num.Int(first), num.Int(first+second)
	b := a
	b.Part, b.Qty = 2, num.Int(second)
	return []Op{a, b}
}

func TestSplit(t *testing.T) {
	three := []WorkCenter{{Code: "A"}, {Code: "B", Capacity: 2}, {Code: "C"}}
	q := num.Int(100)
	chain := func(parts []Op) []Op { return append(append([]Op{step(10, "A", 1)}, parts...), step(30, "C", 1)) }
	started := halves(20, "B", 2, 60, 40)
	started[0].State, started[0].Machine, started[0].StartMS = Started, "B#2", monday-hour
	lots := chain(halves(20, "B", 2, 60, 40))
	lots[0].TransferLot = num.Int(10)
	for _, x := range []struct {
		name string
		p    Problem
		want string
	}{
		{"side by side, and what follows waits for both", Problem{WorkCenters: three, Orders: []Order{{Number: "x", Qty: q, Ops: chain(halves(20, "B", 2, 60, 40))}}},
			"x/10 A#1 0-100, x/20 B#1 100-220, x/20 B#2 100-180, x/30 C#1 220-320"},
		{"no lot is passed on into parts", Problem{WorkCenters: three, Orders: []Order{{Number: "x", Qty: q, Ops: lots}}},
			"x/10 A#1 0-100, x/20 B#1 100-220, x/20 B#2 100-180, x/30 C#1 220-320"},
		{"one after the other where there is one machine", Problem{WorkCenters: []WorkCenter{{Code: "B"}}, Orders: []Order{{Number: "x", Qty: q, Ops: halves(20, "B", 1, 60, 40)}}},
			"x/20 B#1 0-60, x/20 B#1 60-100"},
		{"what runs stays, the other part is free", Problem{WorkCenters: three, Orders: []Order{{Number: "x", Qty: q, Ops: started}}},
			"x/20 B#1 0-80, x/20 B#2 0-120"},
		{"a parent waits for the last part", Problem{WorkCenters: three, Orders: []Order{{Number: "p", Qty: q, After: []int{1}, Ops: halves(10, "B", 1, 50, 50)}, {Number: "c", Qty: q, Ops: halves(20, "B", 2, 60, 40)}}},
			"c/20 B#1 0-120, p/10 B#1 120-170, c/20 B#2 0-80, p/10 B#2 120-170"},
	} {
		x.p.NowMS = monday
		if got := show(&x.p, solve(t, &x.p)); got != x.want {
			t.Errorf("%s:\ngot  %s\nwant %s", x.name, got, x.want)
		}
	}
	for name, spoil := range map[string]func([]Op){
		"more than the operation": func(o []Op) { o[0].Qty++ },
		"an empty part":           func(o []Op) { o[1].Qty, o[0].Qty = 0, o[0].Whole },
		"of different wholes":     func(o []Op) { o[0].Whole++ },
		"a part of nothing":       func(o []Op) { o[0].Whole, o[1].Whole = 0, 0 },
	} {
		ops := halves(20, "B", 2, 60, 40)
		spoil(ops)
		if _, err := New(&Problem{NowMS: monday, WorkCenters: three, Orders: []Order{{Number: "x", Qty: q, Ops: ops}}}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// Check finds each way to spoil a schedule with parts.
func TestCheckFindsParts(t *testing.T) {
	p := &Problem{NowMS: monday, WorkCenters: []WorkCenter{{Code: "A"}, {Code: "B", Capacity: 2}, {Code: "C"}}, Orders: []Order{
		{Number: "x", Qty: num.Int(100), Ops: append(append([]Op{step(10, "A", 1)}, halves(20, "B", 2, 60, 40)...), step(30, "C", 1))}}}
	for name, spoil := range map[string]func(*Problem, *Schedule){
		"on one machine at a time":   func(_ *Problem, s *Schedule) { s.Slots[2].Machine = "B#1" },
		"before the operation ahead": func(_ *Problem, s *Schedule) { s.Slots[2].StartMS -= minute; s.Slots[2].EndMS -= minute },
		"followed too early": func(_ *Problem, s *Schedule) {
			s.Slots[3].StartMS -= minute
			s.Slots[3].EndMS -= minute
			s.Orders[0].EndMS -= minute
			s.EndMS -= minute
		},
		"not all of it": func(p *Problem, s *Schedule) {
			p.Orders[0].Ops[2].Qty -= num.One
			s.Slots[2].Qty -= num.One
			s.Slots[2].EndMS -= 2 * minute
		},
	} {
		q := *p
		q.Orders = []Order{p.Orders[0]}
		q.Orders[0].Ops = append([]Op(nil), p.Orders[0].Ops...)
		s := solve(t, &q)
		if spoil(&q, s); Check(&q, s) == nil {
			t.Errorf("%s passes", name)
		}
	}
}

// A part whose sibling loses its machine stays where it is.
func TestRepairOfParts(t *testing.T) {
	p := &Problem{NowMS: monday, WorkCenters: []WorkCenter{{Code: "B", Capacity: 2}}}
	p.WorkCenters[0].Machines = p.WorkCenters[0].List()
	for n := range 4 {
		p.Orders = append(p.Orders, Order{Number: string(rune('a' + n)), Qty: num.Int(100), DueMS: monday + 40*hour, Ops: halves(10, "B", 1, 60, 60)})
	}
	lookup := known(solve(t, p))
	x := downed(p, 0, 0, monday+30*minute)
	s, err := New(x)
	if err != nil {
		t.Fatal(err)
	}
	q, fresh, ref := s.Follow(lookup)
	got, v := s.Repair(q, fresh, ref, nil)
	after := s.Schedule(got)
	if err := Check(x, after); err != nil {
		t.Fatal(err)
	}
	for _, y := range after.Slots {
		if w, _ := lookup(y.Order, y.Op); w.Machine == "B#2" && (w.StartMS != y.StartMS || w.Machine != y.Machine) {
			t.Errorf("%s/%d has moved: %s", x.Orders[y.Order].Number, y.Op, show(x, after))
		}
	}
	if v[Later] != 0 || v[Moved] > 4 {
		t.Errorf("%d moved, %d later: %s", v[Moved], v[Later], show(x, after))
	}
}
