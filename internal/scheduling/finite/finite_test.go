package finite

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

const (
	minute = int64(60_000)
	hour   = 60 * minute
)

// monday is 2026-03-02T08:00 in Shanghai.
var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).UnixMilli()

func dayShift(t testing.TB) *cal.Calendar {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	var w cal.Week
	for i := range 5 {
		w[i] = []cal.Hours{{From: 8 * 60, To: 12 * 60}, {From: 13 * 60, To: 17 * 60}}
	}
	c, err := cal.New(loc, w, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// show writes a schedule as "order/op machine start-end(setup)" in minutes from now, machine by machine.
func show(p *Problem, s *Schedule) string {
	slots := slices.Clone(s.Slots)
	slices.SortStableFunc(slots, func(a, b Slot) int {
		if a.Machine != b.Machine {
			return strings.Compare(a.Machine, b.Machine)
		}
		return int(a.StartMS - b.StartMS)
	})
	var out []string
	for _, x := range slots {
		setup := ""
		if x.SetupMS > 0 {
			setup = fmt.Sprintf("(%d)", x.SetupMS/minute)
		}
		out = append(out, fmt.Sprintf("%s/%d %s %d-%d%s", p.Orders[x.Order].Number, p.Orders[x.Order].Ops[x.Op].Seq, x.Machine,
			(x.StartMS-p.NowMS)/minute, (x.EndMS-p.NowMS)/minute, setup))
	}
	return strings.Join(out, ", ")
}

func solve(t testing.TB, p *Problem) *Schedule {
	t.Helper()
	s, err := Solve(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(p, s); err != nil {
		t.Fatalf("%v\n%s", err, show(p, s))
	}
	return s
}

func step(seq int, wc string, run int64, more ...func(*Op)) Op {
	o := Op{Seq: seq, WorkCenter: wc, RunMS: run * minute}
	for _, m := range more {
		m(&o)
	}
	return o
}

func TestSolve(t *testing.T) {
	one := []WorkCenter{{Code: "A"}, {Code: "B"}}
	in := func(m int64) int64 { return monday + m*minute }
	lot := func(n int64) func(*Op) { return func(o *Op) { o.TransferLot = num.Int(n) } }
	setup := func(m int64) func(*Op) { return func(o *Op) { o.SetupMS = m * minute } }
	fixed := func(st State, machine string, start, left int64) func(*Op) {
		return func(o *Op) { o.State, o.Machine, o.StartMS, o.Qty = st, machine, in(start), num.Int(left) }
	}
	done := func(o *Op) { o.State = Done }
	q := num.Int(10)
	for _, x := range []struct {
		name string
		p    Problem
		want string
	}{
		{"sequence", Problem{WorkCenters: one, Orders: []Order{{Number: "x", Qty: q, Ops: []Op{step(10, "A", 3, setup(5)), step(20, "B", 1)}}}},
			"x/10 A#1 0-35(5), x/20 B#1 35-45"},
		{"overlap by transfer lot", Problem{WorkCenters: one, Orders: []Order{{Number: "x", Qty: q, Ops: []Op{step(10, "A", 3, lot(2)), step(20, "B", 4)}}}},
			"x/10 A#1 0-30, x/20 B#1 6-46"},
		{"a fast follower starts later and ends after the last lot", Problem{WorkCenters: one, Orders: []Order{{Number: "x", Qty: q, Ops: []Op{step(10, "A", 3, lot(2)), step(20, "B", 1)}}}},
			"x/10 A#1 0-30, x/20 B#1 22-32"},
		{"the last lot may be smaller", Problem{WorkCenters: one, Orders: []Order{{Number: "x", Qty: q, Ops: []Op{step(10, "A", 3, lot(4)), step(20, "B", 1)}}}},
			"x/10 A#1 0-30, x/20 B#1 22-32"},
		{"priority before due", Problem{WorkCenters: one, Orders: []Order{
			{Number: "x", Qty: q, Priority: 5, DueMS: in(10), Ops: []Op{step(10, "A", 1)}}, {Number: "y", Qty: q, Priority: 1, DueMS: in(999), Ops: []Op{step(10, "A", 1)}}}},
			"y/10 A#1 0-10, x/10 A#1 10-20"},
		{"due before priority", Problem{Rule: ByDue, WorkCenters: one, Orders: []Order{
			{Number: "x", Qty: q, Priority: 1, DueMS: in(999), Ops: []Op{step(10, "A", 1)}}, {Number: "y", Qty: q, Priority: 5, DueMS: in(10), Ops: []Op{step(10, "A", 1)}}}},
			"y/10 A#1 0-10, x/10 A#1 10-20"},
		{"shortest", Problem{Rule: ByShort, WorkCenters: one, Orders: []Order{
			{Number: "x", Qty: q, Priority: 1, Ops: []Op{step(10, "A", 2)}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 1)}}}},
			"y/10 A#1 0-10, x/10 A#1 10-30"},
		{"critical ratio", Problem{Rule: ByRatio, WorkCenters: one, Orders: []Order{
			{Number: "x", Qty: q, DueMS: in(60), Ops: []Op{step(10, "A", 1)}}, {Number: "y", Qty: q, DueMS: in(100), Ops: []Op{step(10, "A", 3), step(20, "B", 5)}}}},
			"y/10 A#1 0-30, x/10 A#1 30-40, y/20 B#1 30-80"},
		{"slack breaks the tie", Problem{WorkCenters: one, Orders: []Order{
			{Number: "x", Qty: q, DueMS: in(60), Ops: []Op{step(10, "A", 1)}}, {Number: "y", Qty: q, DueMS: in(60), Ops: []Op{step(10, "A", 1), step(20, "B", 1)}}}},
			"y/10 A#1 0-10, x/10 A#1 10-20, y/20 B#1 10-20"},
		{"release", Problem{WorkCenters: one, Orders: []Order{
			{Number: "x", Qty: q, Priority: 1, ReleaseMS: in(5), Ops: []Op{step(10, "A", 1)}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 1)}}}},
			"y/10 A#1 0-10, x/10 A#1 10-20"},
		{"two machines of different speed", Problem{WorkCenters: []WorkCenter{{Code: "A", EfficiencyPct: num.Int(50), Machines: []Machine{{Code: "slow", SpeedPct: num.Int(50)}, {Code: "fast", SpeedPct: num.Int(200)}}}},
			Orders: []Order{{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1)}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 1)}}, {Number: "z", Qty: q, Ops: []Op{step(10, "A", 1)}}}},
			"x/10 fast 0-10, y/10 fast 10-20, z/10 fast 20-30"},
		{"the slow one helps when the queue is long", Problem{WorkCenters: []WorkCenter{{Code: "A", Machines: []Machine{{Code: "fast"}, {Code: "slow", SpeedPct: num.Int(50)}}}},
			Orders: []Order{{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1)}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 1)}}, {Number: "z", Qty: q, Ops: []Op{step(10, "A", 1)}}}},
			"x/10 fast 0-10, z/10 fast 10-20, y/10 slow 0-20"},
		{"alternative work center", Problem{WorkCenters: one, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{step(10, "A", 3)}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 3, func(o *Op) { o.Alternatives = []Alternative{{"B", 4 * minute}} })}}}},
			"x/10 A#1 0-30, y/10 B#1 0-40"},
		{"changeover by family", Problem{WorkCenters: []WorkCenter{{Code: "A", Machines: []Machine{{Code: "m", Family: "red"}}, Changeovers: []Changeover{
			{"*", "*", 60 * minute}, {"red", "red", 5 * minute}, {"red", "*", 20 * minute}, {"*", "red", 30 * minute}}}},
			Orders: []Order{{Number: "x", Family: "red", Qty: q, Ops: []Op{step(10, "A", 1, setup(1))}}, {Number: "y", Family: "blue", Qty: q, Ops: []Op{step(10, "A", 1)}},
				{Number: "z", Family: "green", Qty: q, Ops: []Op{step(10, "A", 1)}}, {Number: "v", Family: "red", Qty: q, Ops: []Op{step(10, "A", 1)}}}},
			"x/10 m 0-16(6), y/10 m 16-46(20), z/10 m 46-116(60), v/10 m 116-156(30)"},
		{"capacity", Problem{WorkCenters: []WorkCenter{{Code: "A", Capacity: 2}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1)}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 1)}}, {Number: "z", Qty: q, Ops: []Op{step(10, "A", 1)}}}},
			"x/10 A#1 0-10, z/10 A#1 10-20, y/10 A#2 0-10"},
		{"subcontract takes all at once", Problem{WorkCenters: []WorkCenter{{Code: "S", Kind: Subcontract}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{step(10, "S", 0, func(o *Op) { o.LeadMS = 3 * 24 * hour })}}, {Number: "y", Qty: q, Ops: []Op{step(10, "S", 1)}}}},
			"x/10 S 0-4320, y/10 S 0-10"},
		{"batch machine", Problem{WorkCenters: []WorkCenter{{Code: "A", EfficiencyPct: num.Int(50), Machines: []Machine{{Code: "oven", BatchCapacity: num.Int(4)}}}}, Orders: []Order{
			{Number: "x", Qty: q, Ops: []Op{{Seq: 10, WorkCenter: "A", BatchMS: 60 * minute}}}}},
			"x/10 oven 0-180"},
		{"started work goes on first, without set-up", Problem{WorkCenters: one, Orders: []Order{
			{Number: "x", Qty: q, Priority: 1, Ops: []Op{step(10, "A", 1)}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 1, setup(30), fixed(Started, "A#1", -20, 4))}}}},
			"y/10 A#1 0-4, x/10 A#1 4-14"},
		{"pieces that wait let the next start at once", Problem{WorkCenters: one, Orders: []Order{
			{Number: "y", Qty: q, Ops: []Op{step(10, "A", 1, lot(5), fixed(Started, "A#1", -20, 4)), step(20, "B", 2)}}}},
			"y/10 A#1 0-4, y/20 B#1 0-20"},
		{"pieces that wait are not enough for a lot", Problem{WorkCenters: one, Orders: []Order{
			{Number: "y", Qty: q, Ops: []Op{step(10, "A", 1, lot(5), fixed(Started, "A#1", -20, 8)), step(20, "B", 2)}}}},
			"y/10 A#1 0-8, y/20 B#1 3-23"},
		{"frozen keeps its start, small work fits before", Problem{WorkCenters: one, Orders: []Order{
			{Number: "f", Qty: q, Ops: []Op{step(10, "A", 1, fixed(Frozen, "A#1", 20, 10))}}, {Number: "x", Qty: q, Priority: 1, Ops: []Op{step(10, "A", 3)}}, {Number: "y", Qty: q, Ops: []Op{step(10, "A", 2)}}}},
			"y/10 A#1 0-20, f/10 A#1 20-30, x/10 A#1 30-60"},
		{"no room for the frozen slot's changeover", Problem{WorkCenters: []WorkCenter{{Code: "A", Machines: []Machine{{Code: "m", Family: "red"}}, Changeovers: []Changeover{{"blue", "red", 9 * minute}}}}, Orders: []Order{
			{Number: "f", Family: "red", Qty: q, Ops: []Op{step(10, "A", 1, fixed(Frozen, "m", 20, 10))}}, {Number: "x", Family: "blue", Qty: q, Ops: []Op{step(10, "A", 1)}}, {Number: "y", Family: "red", Qty: q, Ops: []Op{step(10, "A", 1)}}}},
			"y/10 m 0-10, f/10 m 20-30, x/10 m 30-40"},
		{"done is behind", Problem{WorkCenters: one, Orders: []Order{{Number: "x", Qty: q, Ops: []Op{step(10, "A", 1, done), step(20, "B", 1)}}}},
			"x/20 B#1 0-10"},
		{"two frozen on one machine are pushed apart", Problem{WorkCenters: one, Orders: []Order{
			{Number: "f", Qty: q, Ops: []Op{step(10, "A", 1, fixed(Frozen, "A#1", 20, 10))}}, {Number: "g", Qty: q, Ops: []Op{step(10, "A", 1, fixed(Frozen, "A#1", 25, 10))}}}},
			"f/10 A#1 20-30, g/10 A#1 30-40"},
		{"no time at all", Problem{WorkCenters: one, Orders: []Order{{Number: "x", Qty: q, Ops: []Op{step(10, "A", 0), step(20, "A", 0), step(30, "B", 1)}}}},
			"x/10 A#1 0-0, x/20 A#1 0-0, x/30 B#1 0-10"},
	} {
		t.Run(x.name, func(t *testing.T) {
			x.p.NowMS = monday
			if got := show(&x.p, solve(t, &x.p)); got != x.want {
				t.Errorf("got  %s\nwant %s", got, x.want)
			}
		})
	}
}

// Work stops for lunch, the night and the weekend, and a machine's own calendar counts before its work center's.
func TestCalendars(t *testing.T) {
	day := dayShift(t)
	p := &Problem{NowMS: monday, WorkCenters: []WorkCenter{{Code: "A", Calendar: day}, {Code: "N", Calendar: day, Machines: []Machine{{Code: "n", Calendar: cal.Always(time.UTC)}}}},
		Orders: []Order{{Number: "x", Qty: num.Int(60), DueMS: monday + 24*hour, Ops: []Op{step(10, "A", 10), step(20, "N", 10)}}, {Number: "y", Qty: num.Int(60), Ops: []Op{step(10, "A", 40)}}}}
	s := solve(t, p)
	// 10 h of A: Monday 8 h, Tuesday 2 h; y then 40 h: 6 h Tuesday … Tuesday a week later
	if got, want := show(p, s), "x/10 A#1 0-1560, y/10 A#1 1560-11640, x/20 n 1560-2160"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := s.Orders[0]; got.LateMS != 12*hour {
		t.Errorf("late %d h", got.LateMS/hour)
	}
	if l := s.Loads[0]; l.BusyMS != 50*hour || l.AvailableMS != 50*hour {
		t.Errorf("load %+v", l)
	}
	if l := s.Loads[1]; l.BusyMS != 10*hour || l.AvailableMS != 194*hour {
		t.Errorf("load %+v", l)
	}
}

func TestConflictAndUnplaced(t *testing.T) {
	closed, _ := cal.New(time.UTC, cal.Week{}, nil)
	p := &Problem{NowMS: monday, WorkCenters: []WorkCenter{{Code: "A"}, {Code: "B"}, {Code: "C", Calendar: closed}}, Orders: []Order{
		{Number: "x", Qty: num.Int(10), Ops: []Op{step(10, "A", 1), step(20, "B", 1, func(o *Op) { o.State, o.Machine, o.StartMS = Frozen, "B#1", monday })}},
		{Number: "y", Qty: num.Int(10), Ops: []Op{step(10, "A", 1), step(20, "C", 1), step(30, "A", 1)}},
	}}
	s := solve(t, p)
	if !slices.Equal(s.Conflicts, []Conflict{{0, 1}}) || !slices.Equal(s.Unplaced, []Unplaced{{1, 1}, {1, 2}}) {
		t.Errorf("conflicts %v, unplaced %v", s.Conflicts, s.Unplaced)
	}
}

func TestRefused(t *testing.T) {
	ok := func() *Problem {
		return &Problem{NowMS: monday, WorkCenters: []WorkCenter{{Code: "A"}}, Orders: []Order{{Number: "x", Qty: num.One, Ops: []Op{step(10, "A", 1)}}}}
	}
	for name, spoil := range map[string]func(*Problem){
		"rule":        func(p *Problem) { p.Rule = "luck" },
		"work center": func(p *Problem) { p.Orders[0].Ops[0].WorkCenter = "Z" },
		"alternative": func(p *Problem) { p.Orders[0].Ops[0].Alternatives = []Alternative{{"Z", 1}} },
		"machine":     func(p *Problem) { p.Orders[0].Ops[0].State, p.Orders[0].Ops[0].Machine = Started, "Z" },
		"quantity":    func(p *Problem) { p.Orders[0].Qty = 0 },
		"time":        func(p *Problem) { p.Orders[0].Ops[0].RunMS = -1 },
		"overflow":    func(p *Problem) { p.Orders[0].Qty, p.Orders[0].Ops[0].RunMS = num.Max, horizon },
		"batches": func(p *Problem) {
			p.Orders[0].Qty, p.Orders[0].Ops[0].BatchMS, p.WorkCenters[0].Machines = num.Max, horizon, []Machine{{Code: "m", BatchCapacity: 1}}
		},
		"twice":      func(p *Problem) { p.WorkCenters = append(p.WorkCenters, WorkCenter{Code: "A"}) },
		"efficiency": func(p *Problem) { p.WorkCenters[0].EfficiencyPct = -1 },
	} {
		p := ok()
		if spoil(p); true {
			if _, err := Solve(p); !errors.Is(err, ErrProblem) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
