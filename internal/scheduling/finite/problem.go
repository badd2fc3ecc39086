// Package finite schedules a factory's open work on its finite capacity: machines with calendars and stoppages, tools,
// workers with skills and shifts, set-ups that depend on what was done before, transfer lots, subcontractors, ovens that
// take several orders at once, parts that come late, orders that wait for other orders.
//
// A schedule is an order of all operations and a way to do each (Sequence); times follow from it (decode.go): each
// operation, in that order, starts as early as its machine, its tool, a worker, its parts and the operation before
// allow. So every sequence is a feasible schedule, whoever made it: a rule (rule.go), a search (improve.go), a person
// who dragged a bar, or the schedule of yesterday under today's facts (repair.go).
//
// It promises that every schedule passes Check, which shares none of its reasoning, and that the same problem gives
// the same schedule. Values in, values out: no database, no clock, no random numbers but those of a seed.
package finite

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// Rule says which of the waiting operations a free machine takes. Ties go to priority, due date, and then to the
// order that comes first in the problem.
type Rule string

const (
	ByPriority Rule = "priority" // priority, then due date, then slack; the default
	ByDue      Rule = "edd"      // due date first
	ByRatio    Rule = "cr"       // critical ratio: time left ÷ work left
	ByShort    Rule = "spt"      // shortest operation first
)

// Kind of a work center; only subcontract differs: it takes everything at once, after LeadMS.
const Subcontract = "subcontract"

// Problem is what is to be scheduled. Instants and durations are milliseconds, quantities num.Dec.
type Problem struct {
	NowMS       int64 // nothing that is free starts earlier
	Rule        Rule
	WorkCenters []WorkCenter
	Tools       []Tool
	Workers     []Worker
	Orders      []Order
}

// Tool is a mould, jig or gauge, of which there are Count alike. It is at one operation from start to end.
type Tool struct {
	Code  string
	Count int // 0 = 1

	Life      num.Dec // what one does before it must be reground, in pieces or whatever Op.Wear counts; 0 = any number
	RegrindMS int64   // so long it is away then, day and night
	Used      num.Dec // what each has done since, at NowMS
}

// Worker does one operation at a time, one that demands a skill of his, in his hours.
type Worker struct {
	Code     string
	Skills   []string
	Calendar *cal.Calendar // nil works always
	Off      []cal.Span    // absent, whatever the calendar says
}

type WorkCenter struct {
	Code          string
	Kind          string        // "subcontract", or anything else: finite
	EfficiencyPct num.Dec       // 0 = 100
	Calendar      *cal.Calendar // nil works always
	Capacity      int           // machines "CODE#1" … when Machines lists none; 0 = 1
	Machines      []Machine
	Changeovers   []Changeover
}

type Machine struct {
	Code          string
	SpeedPct      num.Dec       // 0 = 100
	EfficiencyPct num.Dec       // 0 = the work center's
	Calendar      *cal.Calendar // nil: the work center's
	BatchCapacity num.Dec       // pieces per run of BatchMS; 0 = no limit. What fits beside another of its family runs with it
	Family        string        // what it is set up for at NowMS; "" = unknown, which costs no changeover
	Down          []cal.Span    // maintenance, breakdown: not working, whatever the calendar says
	Over          []cal.Span    // overtime: working, whatever the calendar says, unless it is down
}

// Changeover between the families of two orders that follow each other on a machine; "*" = any family. Of several
// that fit, the one that names both families wins, then the one that names the first. It comes on top of the
// operation's own set-up.
type Changeover struct {
	From, To string
	MS       int64
}

type Order struct {
	Number    string
	Family    string
	Qty       num.Dec
	ReleaseMS int64 // not before
	DueMS     int64 // 0 = no date
	Priority  int   // 1 = first; 0 = 5
	Weight    int64 // of its lateness; 0 = 5 for the first priority down to 1; from 100 on it is a rush order
	Ops       []Op  // in sequence; the parts of one operation stand behind each other
	After     []int // indices of the orders that make its parts: nothing of it from AfterOp on starts before they are done
	AfterOp   int   // place in Ops of the first that uses them; what is ahead of it does not wait
}

// State of an operation.
type State uint8

const (
	Free    State = iota
	Frozen        // planned by hand or inside the fence: keeps Machine and StartMS
	Started       // on Machine since StartMS; its remaining quantity goes on at NowMS, without set-up
	Done
)

type Op struct {
	Seq          int
	Part         int     // which part of the operation Seq, from 1; 0 = all of it (split.go)
	Whole        num.Dec // what all parts of the operation make together; 0 where it is no part
	WorkCenter   string
	Qty          num.Dec // still to do; 0 on a free operation = the order's
	SetupMS      int64
	RunMS        int64 // per piece, at 100 %
	BatchMS      int64 // per run of a batch machine, whatever its efficiency or speed
	LeadMS       int64 // of a subcontractor, after SetupMS and run
	TransferLot  num.Dec
	Alternatives []Alternative
	ReleaseMS    int64   // not before: when its parts are there
	Tool         string  // "" = none
	Wear         num.Dec // what it takes of its tool's life; 0 = as much as its quantity
	Skill        string  // of the worker that it takes; "" = nobody in particular

	State   State
	Machine string
	StartMS int64
	LeftMS  int64 // of what is started: the working time that it still needs; 0 = what its quantity takes
}

// wear is what a quantity of an operation takes of its tool's life, a part of it rounded up.
func (o *Order) wear(op *Op, q num.Dec) num.Dec {
	all := o.quantity(op)
	if op.Wear == 0 || q == 0 || all <= 0 {
		return q
	}
	if q == all {
		return op.Wear
	}
	n, err := num.MulDivUp(int64(op.Wear), int64(q), int64(all))
	if err != nil {
		return op.Wear
	}
	return num.Dec(n)
}

// reground is how long the machine waits for a tool within what takes more than its life.
func (p *Problem) reground(code string, wear num.Dec) int64 {
	for _, t := range p.Tools {
		if t.Code == code && t.Life > 0 && wear > t.Life {
			return min(int64((wear-1)/t.Life), horizon/max(t.RegrindMS, 1)+1) * t.RegrindMS
		}
	}
	return 0
}

// efficiency of a machine: its own goes before the work center's.
func (m *Machine) efficiency(w *WorkCenter) num.Dec {
	if m.EfficiencyPct > 0 {
		return m.EfficiencyPct
	}
	return w.EfficiencyPct
}

// WorkMS is the working time of an operation's quantity on a machine, without set-up: at its work center's time per piece,
// or at that of the alternative that the machine belongs to; 0 where there is no such machine.
func (p *Problem) WorkMS(order, op int, machine string) (int64, error) {
	o := &p.Orders[order]
	x := &o.Ops[op]
	for i := range p.WorkCenters {
		w := &p.WorkCenters[i]
		for _, m := range w.List() {
			if m.Code != machine {
				continue
			}
			run := x.RunMS
			if at := slices.IndexFunc(x.Alternatives, func(a Alternative) bool { return a.WorkCenter == w.Code }); at >= 0 && w.Code != x.WorkCenter {
				run = x.Alternatives[at].RunMS
			}
			ms, err := work(run, x.BatchMS, o.quantity(x), m.efficiency(w), m.SpeedPct, m.BatchCapacity)
			return ms + p.reground(x.Tool, o.wear(x, o.quantity(x))), err
		}
	}
	return 0, nil
}

type Alternative struct {
	WorkCenter string
	RunMS      int64
}

// Slot is an operation on a machine. The set-up lies at its start; hours that do not work interrupt it.
type Slot struct {
	Order, Op      int // indices into the problem
	WorkCenter     string
	Machine        string
	StartMS, EndMS int64
	SetupMS        int64 // the operation's and the changeover
	Qty            num.Dec
	State          State
	Worker         string // who does it, where it demands a skill
	Piece          int    // which of its tool, from 1; 0 = none
	Why            Why    // what it could not start earlier for
	By             int    // index into Slots of the operation that it waits for, -1 for none
}

// Why an operation starts no earlier than it does.
type Why uint8

const (
	Now       Why = iota // it starts at once
	Release              // of the order
	Parts                // they come later
	Before               // the operation before it
	Children             // an order that makes its parts
	OnMachine            // another operation is on the machine
	OnTool
	OnWorker
	Hours   // machine or worker begin to work then
	Fixed   // started, frozen, or pinned by a person
	Keeps   // the next that is frozen leaves no room before it
	LastLot // earlier it would stand with half a lot
	Planned // it could, and keeps the place that people know
	Regrind // its tool has done what it can and is being reground
)

var whyNames = [...]string{"now", "release", "parts", "before", "children", "machine", "tool", "worker", "hours", "fixed", "frozen", "last_lot", "planned", "regrind"}

func (w Why) String() string { return whyNames[w] }

type Schedule struct {
	Slots     []Slot // by order and operation
	Orders    []OrderEnd
	Loads     []Load // as the problem lists the work centers
	Conflicts []Conflict
	Unplaced  []Unplaced
	EndMS     int64
}

type OrderEnd struct {
	EndMS  int64 // 0 when nothing was left to do
	LateMS int64
}

// Load of a work center from now to the schedule's end, over all of its machines.
type Load struct {
	WorkCenter  string
	BusyMS      int64 // working time inside slots, with set-up
	SetupMS     int64
	AvailableMS int64
}

// Conflict: a frozen or started operation begins before the one before it allows. It stays; a person decides.
type Conflict struct{ Order, Op int }

// Unplaced: an operation that no machine can ever do, or one that follows such an operation.
type Unplaced struct{ Order, Op int }

// ErrProblem: the problem contradicts itself; the error says where.
var ErrProblem = errors.New("scheduling problem")

// horizon keeps sums of durations away from overflow: a thousand years.
const horizon = int64(1000 * 365 * 24 * 3600 * 1000)

// never is an instant at which nothing happens any more.
const never = cal.Never

// work is the time for a quantity on a machine without set-up.
func work(runMS, batchMS int64, qty, efficiency, speed, batch num.Dec) (int64, error) {
	if qty <= 0 {
		return 0, nil
	}
	const full = int64(100 * num.One)
	t, err := num.MulDivUp(runMS, int64(qty), int64(num.One))
	if err == nil && efficiency != 0 && int64(efficiency) != full {
		t, err = num.MulDivUp(t, full, int64(efficiency))
	}
	if err == nil && speed != 0 && int64(speed) != full {
		t, err = num.MulDivUp(t, full, int64(speed))
	}
	if err != nil {
		return 0, err
	}
	if batchMS > 0 {
		runs := int64(1)
		if batch > 0 {
			runs = int64((qty-1)/batch) + 1
		}
		if runs > horizon/batchMS {
			return 0, num.ErrOverflow
		}
		t += runs * batchMS
	}
	if t < 0 || t > horizon {
		return 0, num.ErrOverflow
	}
	return t, nil
}

func bad(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrProblem, fmt.Sprintf(format, args...))
}

// quantity still to do.
func (o *Order) quantity(op *Op) num.Dec {
	if op.Qty == 0 && (op.State == Free || op.State == Frozen) {
		return o.Qty
	}
	return op.Qty
}

// lots between an operation and the next: how many pieces the first must still finish before the next may start,
// and how many come with the last lot. Pieces already lying between the two count.
func (o *Order) lots(k int) (first, last num.Dec) {
	left, nextLeft := o.quantity(&o.Ops[k]), o.quantity(&o.Ops[k+1])
	lot := o.Ops[k].TransferLot
	if lot <= 0 || lot >= o.Qty {
		return left, min(left, nextLeft)
	}
	last = o.Qty % lot
	if last == 0 {
		last = lot
	}
	waiting := max(0, nextLeft-left)
	return min(left, max(0, lot-waiting)), min(last, left, nextLeft)
}

const farDue = math.MaxInt64 / 8

func (o *Order) due() int64 {
	if o.DueMS == 0 {
		return farDue
	}
	return o.DueMS
}

func (o *Order) priority() int {
	if o.Priority == 0 {
		return 5
	}
	return o.Priority
}
