package finite

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
)

func drawCalendar(t *rapid.T) *cal.Calendar {
	switch rapid.IntRange(0, 5).Draw(t, "calendar") {
	case 0, 1:
		return nil
	case 2:
		c, _ := cal.New(time.UTC, cal.Week{}, nil) // never works
		return c
	}
	loc, _ := time.LoadLocation(rapid.SampledFrom([]string{"Asia/Shanghai", "Europe/Berlin"}).Draw(t, "zone"))
	var w cal.Week
	for i := range w {
		for range rapid.IntRange(0, 2).Draw(t, "spans") {
			from := rapid.IntRange(0, 1439).Draw(t, "from")
			w[i] = append(w[i], cal.Hours{From: from, To: (from + rapid.IntRange(30, 900).Draw(t, "length")) % 1440})
		}
	}
	w[2] = append(w[2], cal.Hours{From: 540, To: 1020})
	c, err := cal.New(loc, w, map[string][]cal.Hours{"2026-03-04": nil})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var percent = rapid.Custom(func(t *rapid.T) num.Dec {
	if rapid.Bool().Draw(t, "unset") {
		return 0
	}
	return num.Dec(rapid.Int64Range(20_000_000, 150_000_000).Draw(t, "percent"))
})

func drawProblem(t *rapid.T) *Problem {
	family := rapid.SampledFrom([]string{"", "red", "blue", "green"})
	p := &Problem{NowMS: monday, Rule: rapid.SampledFrom([]Rule{"", ByPriority, ByDue, ByRatio, ByShort}).Draw(t, "rule")}
	var centers, machines []string
	for c := range rapid.IntRange(1, 4).Draw(t, "centers") {
		w := WorkCenter{Code: fmt.Sprintf("W%d", c), Calendar: drawCalendar(t), Capacity: rapid.IntRange(0, 3).Draw(t, "capacity"),
			EfficiencyPct: percent.Draw(t, "efficiency")}
		if rapid.IntRange(0, 4).Draw(t, "kind") == 0 {
			w.Kind = Subcontract
		}
		if rapid.Bool().Draw(t, "listed") {
			for m := range rapid.IntRange(1, 3).Draw(t, "machines") {
				w.Machines = append(w.Machines, Machine{Code: fmt.Sprintf("W%d-%d", c, m), Calendar: drawCalendar(t), Family: family.Draw(t, "set up for"),
					SpeedPct: percent.Draw(t, "speed"), EfficiencyPct: percent.Draw(t, "own efficiency"), BatchCapacity: num.Int(rapid.Int64Range(0, 20).Draw(t, "batch"))})
			}
		}
		for range rapid.IntRange(0, 4).Draw(t, "changeovers") {
			f := rapid.SampledFrom([]string{"*", "red", "blue"})
			w.Changeovers = append(w.Changeovers, Changeover{f.Draw(t, "from"), f.Draw(t, "to"), rapid.Int64Range(0, 90*minute).Draw(t, "ms")})
		}
		p.WorkCenters = append(p.WorkCenters, w)
		centers = append(centers, w.Code)
		for _, m := range w.List() {
			machines = append(machines, m.Code)
		}
	}
	downs := rapid.Custom(func(t *rapid.T) []cal.Span {
		var out []cal.Span
		for range rapid.IntRange(0, 2).Draw(t, "stoppages") {
			from := monday + rapid.Int64Range(-20, 60).Draw(t, "down from")*hour
			out = append(out, cal.Span{From: from, To: from + rapid.Int64Range(0, 30).Draw(t, "down for")*hour})
		}
		return out
	})
	for i := range p.WorkCenters {
		for k := range p.WorkCenters[i].Machines {
			p.WorkCenters[i].Machines[k].Down, p.WorkCenters[i].Machines[k].Over = downs.Draw(t, "down"), downs.Draw(t, "overtime")
		}
	}
	var tools, skills []string
	if rapid.Bool().Draw(t, "tools and workers") {
		tools, skills = []string{"", "T1", "T2"}, []string{"", "weld", "paint", "pray"}
		p.Tools = []Tool{{Code: "T1", Count: 1}, {Code: "T2", Count: rapid.IntRange(0, 3).Draw(t, "pieces")}}
		for k := range p.Tools {
			if rapid.Bool().Draw(t, "wears") {
				p.Tools[k].Life, p.Tools[k].RegrindMS, p.Tools[k].Used = num.Dec(rapid.Int64Range(1_000_000, 80_000_000).Draw(t, "life")), rapid.Int64Range(0, 30*hour).Draw(t, "regrind"), num.Dec(rapid.Int64Range(0, 90_000_000).Draw(t, "used"))
			}
		}
		for n := range rapid.IntRange(0, 4).Draw(t, "workers") {
			p.Workers = append(p.Workers, Worker{fmt.Sprintf("P%d", n), rapid.SampledFrom([][]string{{"weld"}, {"paint"}, {"weld", "paint"}}).Draw(t, "can"), drawCalendar(t), downs.Draw(t, "absent")})
		}
	}
	for i := range rapid.IntRange(1, 8).Draw(t, "orders") {
		o := Order{Number: fmt.Sprint(i), Family: family.Draw(t, "family"), Qty: num.Dec(rapid.Int64Range(1, 60_000_000).Draw(t, "qty")),
			ReleaseMS: monday + rapid.Int64Range(-50, 100).Draw(t, "release")*hour, DueMS: monday + rapid.Int64Range(-50, 300).Draw(t, "due")*hour,
			Priority: rapid.IntRange(0, 9).Draw(t, "priority")}
		for k := range rapid.IntRange(0, 5).Draw(t, "ops") {
			x := Op{Seq: 10 * (k + 1), WorkCenter: rapid.SampledFrom(centers).Draw(t, "center"), SetupMS: rapid.Int64Range(0, 60*minute).Draw(t, "setup"),
				RunMS: rapid.Int64Range(0, 30*minute).Draw(t, "run"), TransferLot: num.Dec(rapid.Int64Range(0, 30_000_000).Draw(t, "lot"))}
			if tools != nil {
				x.Wear = num.Dec(rapid.SampledFrom([]int64{0, 0, 1, 3_000_000, 40_000_000, 100_000_000}).Draw(t, "wear"))
				x.Tool, x.Skill = rapid.SampledFrom(tools).Draw(t, "tool"), rapid.SampledFrom(skills).Draw(t, "skill")
			}
			if rapid.Bool().Draw(t, "parts come later") {
				x.ReleaseMS = monday + rapid.Int64Range(-10, 90).Draw(t, "parts on")*hour
			}
			switch rapid.IntRange(0, 3).Draw(t, "batches") {
			case 0:
				x.BatchMS = rapid.Int64Range(0, 120*minute).Draw(t, "batch time")
			case 1: // an oven that may take several
				x.BatchMS, x.RunMS, x.SetupMS, x.TransferLot = 60*minute, 0, 0, 0
			}
			x.LeadMS = rapid.Int64Range(0, 72*hour).Draw(t, "lead")
			if rapid.Bool().Draw(t, "alternative") {
				x.Alternatives = []Alternative{{rapid.SampledFrom(centers).Draw(t, "other"), rapid.Int64Range(0, 40*minute).Draw(t, "run there")}}
			}
			if x.State = State(rapid.IntRange(0, 9).Draw(t, "state")); x.State > Done {
				x.State = Free
			}
			if x.State == Frozen || x.State == Started {
				x.Machine = rapid.SampledFrom(machines).Draw(t, "on")
				x.StartMS = monday + rapid.Int64Range(-20, 60).Draw(t, "since")*hour
			}
			if x.State == Started && rapid.Bool().Draw(t, "end is known") {
				x.LeftMS = rapid.Int64Range(0, 20*hour).Draw(t, "goes on for")
			}
			if x.State != Free {
				x.Qty = min(o.Qty, num.Dec(rapid.Int64Range(0, 60_000_000).Draw(t, "left")))
			}
			o.Ops = append(o.Ops, drawParts(t, x, o.Qty, machines)...)
		}
		for a := range i {
			if rapid.IntRange(0, 5).Draw(t, "waits") == 0 {
				o.After = append(o.After, a)
			}
		}
		o.AfterOp = rapid.IntRange(0, len(o.Ops)).Draw(t, "uses")
		p.Orders = append(p.Orders, o)
	}
	return p
}

// drawParts splits an operation into parts of which each stands for itself, or leaves it whole.
func drawParts(t *rapid.T, x Op, qty num.Dec, machines []string) []Op {
	n := rapid.IntRange(-3, 3).Draw(t, "parts")
	if x.Qty > 0 {
		qty = x.Qty
	}
	if n < 1 || x.State == Done || qty < num.Dec(n) {
		return []Op{x}
	}
	var out []Op
	for k := range n {
		y := x
		y.Part, y.Whole, y.Qty = k+1, qty, qty/num.Dec(n)
		if k == 0 {
			y.Qty += qty % num.Dec(n)
		}
		if k > 0 {
			y.State, y.Machine, y.LeftMS = State(rapid.IntRange(0, 6).Draw(t, "state of part")), rapid.SampledFrom(machines).Draw(t, "part on"), 0
			if y.State > Done {
				y.State = Free
			}
		}
		out = append(out, y)
	}
	return out
}

// Every problem gets a valid schedule, the same one each time, and only what has no hours stays out.
func TestProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		s, err := Solve(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(p, s); err != nil {
			t.Fatalf("%v\n%s", err, show(p, s))
		}
		again, err := Solve(p)
		if err != nil || !reflect.DeepEqual(s, again) {
			t.Fatal("the same problem gave another schedule")
		}
		hours := len(p.Tools) == 0
		for i := range p.WorkCenters {
			hours = hours && next(p.WorkCenters[i].Calendar, monday) < never
			for _, m := range p.WorkCenters[i].Machines {
				hours = hours && next(m.Calendar, monday) < never
			}
		}
		if hours && len(s.Unplaced) > 0 {
			t.Fatalf("unplaced although every machine works: %v", s.Unplaced)
		}
	})
}

// Check finds each way to spoil a schedule.
func TestCheckFinds(t *testing.T) {
	p := &Problem{NowMS: monday, WorkCenters: []WorkCenter{{Code: "A", Calendar: dayShift(t)}, {Code: "B", Capacity: 2}}, Orders: []Order{
		{Number: "x", Qty: num.Int(10), DueMS: monday + hour, Ops: []Op{step(10, "A", 3), step(20, "B", 6)}},
		{Number: "y", Qty: num.Int(10), Ops: []Op{step(10, "A", 3), step(20, "B", 6)}},
	}}
	for name, spoil := range map[string]func(*Schedule){
		"missing":     func(s *Schedule) { s.Slots = s.Slots[1:] },
		"twice":       func(s *Schedule) { s.Slots = append(s.Slots, s.Slots[0]) },
		"machine":     func(s *Schedule) { s.Slots[0].Machine = "B#1" },
		"overlap":     func(s *Schedule) { s.Slots[2].StartMS, s.Slots[2].EndMS = s.Slots[0].StartMS, s.Slots[0].EndMS },
		"early":       func(s *Schedule) { s.Slots[1].StartMS -= minute; s.Slots[1].EndMS -= minute },
		"short":       func(s *Schedule) { s.Slots[1].EndMS -= minute },
		"past":        func(s *Schedule) { s.Slots[0].StartMS -= 24 * hour; s.Slots[0].EndMS -= 24 * hour },
		"night":       func(s *Schedule) { s.Slots[0].StartMS += 10 * hour; s.Slots[0].EndMS += 10 * hour },
		"lateness":    func(s *Schedule) { s.Orders[0].LateMS++ },
		"free set-up": func(s *Schedule) { s.Slots[1].SetupMS = minute; s.Slots[1].EndMS += minute },
		"quantity":    func(s *Schedule) { s.Slots[1].Qty++ },
		"unplaced":    func(s *Schedule) { s.Unplaced = []Unplaced{{0, 1}} },
	} {
		s := solve(t, p)
		if spoil(s); Check(p, s) == nil {
			t.Errorf("%s passes", name)
		}
	}
}

// A real pack: the appliance factory's work for its sales orders, product by product, fits its calendars.
func TestFactory(t *testing.T) {
	for _, name := range []string{"small-appliance", "hardware", "medical-device"} {
		f, faults := pack.Read(filepath.Join("../../../testdata/factories", name))
		if len(faults) > 0 {
			t.Fatal(pack.Error(faults))
		}
		p := fromPack(t, f)
		s := solve(t, p)
		if len(s.Unplaced) > 0 || len(s.Slots) < 100 {
			t.Errorf("%s: %d slots, %d unplaced", name, len(s.Slots), len(s.Unplaced))
		}
		for _, l := range s.Loads {
			if l.BusyMS > l.AvailableMS && l.AvailableMS > 0 {
				t.Errorf("%s: %s does more than it can: %+v", name, l.WorkCenter, l)
			}
		}
	}
}

// fromPack schedules every sales line as if its product were made for it.
func fromPack(t testing.TB, f *pack.Pack) *Problem {
	var jobs []Job
	for _, l := range f.SalesOrders {
		jobs = append(jobs, Job{Number: l.Order, Item: l.Item, Qty: l.Qty, Priority: l.Priority, Due: cal.MustDay(l.Due)})
	}
	p, err := FromPack(f, cal.Always(f.Location()).DayStart(cal.MustDay(f.Site.Today)), jobs)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// BenchmarkSolve: 1,000 orders of 5 operations on 20 work centers of 3 machines, two shifts, alternatives, families.
func BenchmarkSolve(b *testing.B) {
	p := bigProblem(b)
	for _, r := range []Rule{ByPriority, ByRatio} {
		b.Run(string(r), func(b *testing.B) {
			p.Rule = r
			for b.Loop() {
				if _, err := Solve(p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestBig(t *testing.T) {
	p := bigProblem(t)
	if s := solve(t, p); len(s.Slots) != 5000 {
		t.Errorf("%d slots", len(s.Slots))
	}
}

func bigProblem(t testing.TB) *Problem {
	r := rand.New(rand.NewPCG(1, 2))
	p := &Problem{NowMS: monday}
	families := []string{"a", "b", "c", "d", "e"}
	day := dayShift(t)
	for c := range 20 {
		w := WorkCenter{Code: fmt.Sprintf("W%d", c), Calendar: day, Capacity: 3}
		for _, f := range families {
			for _, g := range families {
				w.Changeovers = append(w.Changeovers, Changeover{f, g, r.Int64N(60) * minute})
			}
		}
		p.WorkCenters = append(p.WorkCenters, w)
	}
	for i := range 1000 {
		o := Order{Number: fmt.Sprint(i), Family: families[r.IntN(5)], Qty: num.Int(1 + r.Int64N(200)), Priority: 1 + r.IntN(9), DueMS: monday + r.Int64N(2000)*hour}
		for k := range 5 {
			a, b := r.IntN(20), r.IntN(20)
			o.Ops = append(o.Ops, Op{Seq: 10 * k, WorkCenter: fmt.Sprintf("W%d", a), SetupMS: r.Int64N(30) * minute, RunMS: r.Int64N(5 * minute), TransferLot: num.Int(20),
				Alternatives: []Alternative{{fmt.Sprintf("W%d", b), r.Int64N(6 * minute)}}})
		}
		p.Orders = append(p.Orders, o)
	}
	return p
}
