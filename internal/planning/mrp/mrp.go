// Package mrp nets demand against supply, item by item from the finished product down to the last screw, and says
// what to make, buy and have made, when, and for whom.
//
// It is pure: values in, values out, no database, no clock. The rules are those of the factory pack ("How planning
// reads it" in docs/rooms/pack.md), so that two programs agree to the unit and the day; the order of the input's rows
// changes no quantity and no date.
//
// Promises, each a property test: per item, what came in equals what was needed plus what is left; nothing is pegged
// twice; a component's need is what its parents' orders ask for, to the millionth.
//
// How: low-level codes order the items, so each is planned once, after all that use it (Orlicky 1975). An item pulls
// its needs from the orders of those that use it, so the items of a level are planned side by side without a lock, and
// a change is planned anew for what it touches alone (Replan).
//
// What goes beyond the pack's rules is off in the zero Problem: priorities, messages, existing orders that are asked to
// come earlier, needs in whole pieces, shelf life of what is planned, lead times that grow with the quantity, several sites (an item at each
// site is an item of its own, and a transfer joins them like a bill of materials of one line), approved substitutes, for one order or
// in general, with a factor where one does not stand for one.
package mrp

import (
	"iter"
	"strings"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// Never is the expiry of what keeps for ever, and the open end of a validity.
const Never = cal.Day(1<<31 - 1)

// Kind is how an item is obtained.
type Kind uint8

const (
	Make Kind = iota
	Buy
	Subcontract
	Phantom
	Customer // supplied by the customer: never ordered
	Transfer // brought from another site: its version has one line, the same item there
)

var kindNames = [...]string{"make", "buy", "subcontract", "phantom", "customer", "transfer"}

func (k Kind) String() string { return kindNames[k] }

// Rule is how net needs become orders.
type Rule uint8

const (
	LotForLot Rule = iota
	Fixed          // as many orders of FixedLot as cover the need
	Period         // one order for the needs of PeriodDays calendar days
)

// Item is what planning knows of an item. Quantities are in its own unit.
type Item struct {
	Code       string
	Kind       Kind
	Rule       Rule
	Decimals   int // of the quantities that are started, 0–6
	LeadDays   int // calendar days for Buy and Transfer, working days for Make and Subcontract
	PeriodDays int
	Safety     num.Dec
	MinLot     num.Dec
	Multiple   num.Dec // 0: any quantity
	MaxLot     num.Dec // 0: no limit
	FixedLot   num.Dec
	YieldPct   num.Dec // good of a hundred started
	ShelfDays  int     // what is planned keeps so long; 0: for ever

	LeadPer     num.Dec // each begun so much of an order takes LeadPerDays more; 0: no matter how much
	LeadPerDays int
	SetupMin    num.Dec // where DayMin is above 0 an order takes as many days more as its set-up and run time fill
	RunMin      num.Dec // of one
	DayMin      num.Dec // of a working day
	Calendar    int32   // whose working days count: 0 the problem's, n the nth of its Calendars
}

// Lead is how many days an order of a quantity takes.
func (it *Item) Lead(qty num.Dec) int {
	days := it.LeadDays
	if it.LeadPer > 0 && qty > 0 {
		days += int(min((int64(qty)+int64(it.LeadPer)-1)/int64(it.LeadPer)*int64(it.LeadPerDays), LastDay))
	}
	if it.DayMin > 0 && qty > 0 {
		run, err := num.MulDivUp(int64(qty), int64(it.RunMin), int64(num.One))
		if err != nil || run > int64(num.Max) {
			return LastDay
		}
		days += int(min((run+int64(it.SetupMin)+int64(it.DayMin)-1)/int64(it.DayMin), LastDay))
	}
	return min(days, LastDay)
}

// Role of a BOM line.
type Role uint8

const (
	Component Role = iota
	Output         // co-product or by-product
)

// Line is one line of a BOM version.
type Line struct {
	Item      int32
	Role      Role
	Backflush bool    // drawn when it is reported, so a started order still needs it
	None      bool    // never a need
	Qty       num.Dec // per one product
	ScrapPct  num.Dec
}

// Version is a bill of materials with its validity, both days inclusive.
type Version struct {
	Item     int32
	Name     string
	From, To cal.Day
	Lines    []Line
}

// Source is where a demand or a supply comes from: what it is, and its place in the caller's list, 0 up to 2²⁷.
type Source struct {
	Kind Origin
	Ref  int32
}

// packed is a Source in four bytes: a plan keeps tens of millions of them.
type packed uint32

const refBits = 27

func (s Source) pack() packed { return packed(s.Kind)<<refBits | packed(s.Ref) }

func (s packed) kind() Origin { return Origin(s >> refBits) }
func (s packed) ref() int32   { return int32(s & (1<<refBits - 1)) }
func (s packed) open() Source { return Source{s.kind(), s.ref()} }

// Origin names the kinds of demands and supplies.
type Origin uint8

const (
	Stock Origin = iota
	Purchase
	WorkOrder
	ByProduct // of a work order; Ref is the work order's
	Planned   // Ref is the order's place in Plan.Orders
	PlannedBy // by-product of a planned order
	Sales
	Forecast
	Safety
	Through     // a phantom that passed its need on; Ref is its place in Plan.Passes
	Requisition // asked of purchasing, not ordered yet
	Firm        // a planned order that the planner holds to
	Manual      // a need that the planner entered
	Subcontracted
	Swapped // stock of a substitute; Ref is its place in Plan.Swaps
	Transit // on its way from another site, or to be sent there
	Owed    // was taken although the books had none: it has to be filled up
)

var originNames = [...]string{"stock", "purchase_order", "work_order", "byproduct", "planned", "planned_byproduct", "sales_order", "forecast", "safety_stock", "phantom",
	"requisition", "firm", "manual", "subcontract_order", "substitute", "transfer_order", "negative_stock"}

func (o Origin) String() string { return originNames[o] }

// Demand is a need of an item at the start of a day.
type Demand struct {
	Item     int32
	Day      cal.Day
	Qty      num.Dec
	Source   Source
	Parent   int32 // what it is for, of a component need; -1: the item itself
	Priority uint8 // the least is served first on a day
}

// Supply can be used from the start of Day on, and before Expires.
type Supply struct {
	Item         int32
	Day, Expires cal.Day
	Qty          num.Dec
	Source       Source
	Fixed        bool // cannot be asked to come earlier or later, or not at all
}

// Work is a work order that exists, with what is not done of it.
type Work struct {
	Ref      int32
	Item     int32
	Qty      num.Dec // not done
	Due      cal.Day
	Start    cal.Day
	HasStart bool  // else Start is counted back from Due
	Started  bool  // picked material is at the order already
	Firm     bool  // a firm planned order
	Version  int32 // index into Versions; -1: the one effective on its start
	Priority uint8
}

// Substitute says that stock of Sub may stand for Item: somebody approved it, for the demands of a document, or in
// general for what planned and firm orders of a product need (Source's kind is Planned then). Of several the earlier in
// the slice goes first.
type Substitute struct {
	Item, Sub int32
	Source    Source
	Qty       num.Dec // of Item, at most
	Parent    int32   // in general: the product
	From, To  cal.Day // in general: need days for which it holds, both inclusive
}

// general says whether it was approved for all orders of a product.
func (x *Substitute) general() bool { return x.Source.Kind == Planned }

// serves says whether it may stand in for a need of a day.
func (x *Substitute) serves(n *need, d cal.Day) bool {
	if !x.general() {
		return x.Source.pack() == n.src
	}
	k := n.src.kind()
	return (k == Planned || k == Firm) && n.parent == x.Parent && x.From <= d && d <= x.To
}

// Problem is everything that a plan rests on.
type Problem struct {
	Today       cal.Day
	Calendar    *cal.Calendar   // working days of the site; nil: every day
	Calendars   []*cal.Calendar // of further sites; nil: every day
	Items       []Item
	Versions    []Version // of one item the later one in the slice wins when both start on the same day
	Demands     []Demand
	Supplies    []Supply
	Works       []Work
	Substitutes []Substitute
	Pegs        bool // also say who gets what

	Whole bool // a component need is rounded up to the decimals of the item, order by order and line by line, as a work order will draw it

	Messages   bool // also say what should happen to the orders that exist
	Expedite   int  // an existing order that comes so many days after a need is asked to come earlier, before a new one is planned
	DeferAfter int  // days that an order may lie before it is asked to come later
}

// Gross is what so many of a product need of a line.
func (p *Problem) Gross(qty num.Dec, l *Line) (num.Dec, error) {
	n, err := num.Gross(qty, l.Qty, l.ScrapPct)
	if err != nil || !p.Whole {
		return n, err
	}
	return p.Items[l.Item].Counted(n)
}

// Counted rounds a need up to the decimals in which the item is counted. A phantom is never taken from a shelf, so what
// it hands on stays exact.
func (it *Item) Counted(n num.Dec) (num.Dec, error) {
	if it.Kind == Phantom || it.Decimals >= num.Scale {
		return n, nil
	}
	n, err := n.RoundUp(it.Decimals)
	if err == nil && n > num.Max {
		err = num.ErrOverflow
	}
	return n, err
}

// Order is a planned order. A customer-supplied item that is short has one too, with Short set: it is no supply.
type Order struct {
	Item       int32
	Version    int32 // its BOM version, -1 for none
	Short      bool
	Past       bool    // Start is before today
	Priority   uint8   // the best of what it is for
	Qty        num.Dec // started
	Yield      num.Dec // good pieces expected
	Start, Due cal.Day
}

// Pass is a need that a phantom handed on to its components.
type Pass struct {
	Item, Version int32
	Day           cal.Day
	Priority      uint8
	Qty           num.Dec
}

// Swap is stock of a substitute that stands for an item: what its own needs left over.
type Swap struct {
	Item, Sub int32
	Lot       Source
	Demand    Source
	Day       cal.Day
	Qty       num.Dec
}

// Peg says that a demand takes a quantity of a supply.
type Peg struct {
	Item       int32 // of the supply, which is what the demand asks for
	DemandItem int32 // what the demand is for: the item itself, or the parent whose order needs it
	Supply     Source
	Demand     Source
	SupplyDay  cal.Day
	DemandDay  cal.Day
	Qty        num.Dec
}

// Act is what should happen to an order that exists.
type Act uint8

const (
	Expedite Act = iota // come on To instead of From
	Defer
	Cancel
	Reduce      // by Qty, which nobody wants
	PastDue     // should have come on From
	BelowSafety // today there is Qty less than the safety stock
)

var actNames = [...]string{"expedite", "defer", "cancel", "reduce", "past_due", "below_safety"}

func (a Act) String() string { return actNames[a] }

// peg is a Peg as the plan keeps it. A planned supply is numbered among the item's own; days count from today.
type peg struct {
	qty                  num.Dec
	supply, demand       packed
	demandItem           int32
	supplyDay, demandDay uint16
}

// LastDay is the last day after today that can be planned for: 170 years.
const LastDay = 62_000

// Message is an exception: an existing supply and what should happen to it.
type Message struct {
	Act      Act
	Item     int32
	Supply   Source
	From, To cal.Day
	Qty      num.Dec
}

// Fault is something that could not be planned soundly; the rest is.
type Fault struct {
	Code string // mrp.no_bom, mrp.overflow, mrp.far_day
	Item int32
	Day  cal.Day
	Err  error
}

// Plan is the answer. Orders and passes are numbered by their place; after a Replan the numbers of those that went stay
// empty (Qty is zero).
type Plan struct {
	Orders   []Order // in planning order
	Passes   []Pass
	Swaps    []Swap
	Messages [][]Message
	Faults   []Fault
	Levels   []int16 // low-level code of each item
	Sequence []int32 // the items in planning order

	today           cal.Day
	pegs            [][]peg // of each item
	first, firstOut []int32 // number of the item's first planned order, and of its first pass
}

// Pegs are those of an item's supplies.
func (p *Plan) Pegs(item int32) iter.Seq[Peg] {
	return func(yield func(Peg) bool) {
		for k := range p.pegs[item] {
			if !yield(p.peg(item, &p.pegs[item][k])) {
				return
			}
		}
	}
}

func (p *Plan) peg(item int32, g *peg) Peg {
	s := g.supply.open()
	switch s.Kind {
	case Planned:
		s.Ref += p.first[item]
	case Through:
		s.Ref += p.firstOut[item]
	}
	return Peg{Item: item, DemandItem: g.demandItem, Supply: s, Demand: g.demand.open(), SupplyDay: p.today + cal.Day(g.supplyDay), DemandDay: p.today + cal.Day(g.demandDay), Qty: g.qty}
}

// AllPegs are the pegs of every item, in planning order.
func (p *Plan) AllPegs() iter.Seq[Peg] {
	return func(yield func(Peg) bool) {
		for _, i := range p.Sequence {
			for k := range p.pegs[i] {
				if !yield(p.peg(i, &p.pegs[i][k])) {
					return
				}
			}
		}
	}
}

// LoopError names the items of a loop of bills of materials.
type LoopError struct{ Items []string }

func (e *LoopError) Error() string {
	return "mrp: bills of materials form a loop: " + strings.Join(e.Items, " → ")
}
