package finite

import (
	"testing"

	"kaiwu/internal/kit/num"
)

// What takes no time stands at one instant with what else takes none, in whatever order these came: a changeover that none
// of them paid is not asked of the first that is looked at. Before what takes time it is.
func TestCheckOfNoLength(t *testing.T) {
	at := func(seq int, minutes int64, since int64) Op {
		x := step(seq, "B", minutes)
		x.State, x.Machine, x.StartMS, x.Qty = Started, "B#1", monday+since, num.One
		return x
	}
	p := &Problem{NowMS: monday, WorkCenters: []WorkCenter{{Code: "B", Changeovers: []Changeover{{"*", "*", 5 * minute}, {"red", "red", 0}}}}, Orders: []Order{
		{Number: "a", Family: "blue", Qty: num.One, Ops: []Op{at(10, 60, -2*hour)}},
		{Number: "e", Family: "red", Qty: num.One, Priority: 1, Ops: []Op{step(10, "B", 0)}},
		{Number: "c", Family: "red", Qty: num.One, Ops: []Op{at(10, 0, -hour)}},
		{Number: "f", Family: "blue", Qty: num.One, Ops: []Op{step(10, "B", 10)}},
	}}
	s := solve(t, p)
	if got := show(p, s); got != "a/10 B#1 0-60, e/10 B#1 60-60, c/10 B#1 60-60, f/10 B#1 60-75(5)" {
		t.Error(got)
	}
	for i := range s.Slots { // blue right after red costs five minutes
		if x := &s.Slots[i]; x.SetupMS > 0 {
			x.SetupMS, x.EndMS = 0, x.EndMS-5*minute
			s.Orders[x.Order].EndMS = x.EndMS
		}
	}
	if Check(p, s) == nil {
		t.Error("a changeover that nobody paid passes")
	}
}

// Nothing left to make wears no tool, whatever all of it would have.
func TestCheckOfNoWear(t *testing.T) {
	last := step(10, "B", 1)
	last.State, last.Machine, last.StartMS, last.Tool, last.Wear = Started, "B#1", monday-hour, "T", num.Int(3)
	next := step(10, "B", 1)
	next.Tool = "T"
	p := &Problem{NowMS: monday, WorkCenters: []WorkCenter{{Code: "B"}}, Tools: []Tool{{Code: "T", Life: num.One, RegrindMS: hour}}, Orders: []Order{
		{Number: "a", Qty: num.One, Ops: []Op{last}}, {Number: "b", Qty: num.One, Ops: []Op{next}}}}
	if got := show(p, solve(t, p)); got != "a/10 B#1 0-0, b/10 B#1 0-1" {
		t.Error(got)
	}
}
