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
// How: low-level codes order the items, so each is planned once, after all that use it (Orlicky 1975). Needs and
// supplies lie in arenas with one chain an item; a plan of a million demands is one pass over them.
package mrp

import (
	"cmp"
	"fmt"
	"slices"

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
)

var kindNames = [...]string{"make", "buy", "subcontract", "phantom", "customer"}

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
	LeadDays   int // calendar days for Buy, working days for Make and Subcontract
	PeriodDays int
	Safety     num.Dec
	MinLot     num.Dec
	Multiple   num.Dec // 0: any quantity
	MaxLot     num.Dec // 0: no limit
	FixedLot   num.Dec
	YieldPct   num.Dec // good of a hundred started
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

// Source is where a demand or a supply comes from: what it is, and its place in the caller's list.
type Source struct {
	Kind Origin
	Ref  int32
}

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
	Through // a phantom that passed its need on; Ref is the phantom
)

var originNames = [...]string{"stock", "purchase_order", "work_order", "byproduct", "planned", "planned_byproduct", "sales_order", "forecast", "safety_stock", "phantom"}

func (o Origin) String() string { return originNames[o] }

// Demand is a need of an item at the start of a day.
type Demand struct {
	Item   int32
	Day    cal.Day
	Qty    num.Dec
	Source Source
}

// Supply can be used from the start of Day on, and before Expires.
type Supply struct {
	Item         int32
	Day, Expires cal.Day
	Qty          num.Dec
	Source       Source
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
	Version  int32 // index into Versions; -1: the one effective on its start
}

// Problem is everything that a plan rests on.
type Problem struct {
	Today    cal.Day
	Calendar *cal.Calendar // working days of the site; nil: every day
	Items    []Item
	Versions []Version // of one item the later one in the slice wins when both start on the same day
	Demands  []Demand
	Supplies []Supply
	Works    []Work
	Pegs     bool // also say who gets what
}

// Order is a planned order. A customer-supplied item that is short has one too, with Short set: it is no supply.
type Order struct {
	Item       int32
	Version    int32 // its BOM version, -1 for none
	Short      bool
	Past       bool    // Start is before today
	Qty        num.Dec // started
	Yield      num.Dec // good pieces expected
	Start, Due cal.Day
}

// Peg says that a demand takes a quantity of a supply.
type Peg struct {
	Item       int32 // of the supply, which is what the demand asks for
	Supply     Source
	SupplyDay  cal.Day
	Qty        num.Dec
	Demand     Source
	DemandItem int32 // what the demand is for: the item itself, or the parent whose order needs it
	DemandDay  cal.Day
}

// Fault is something that could not be planned soundly; the rest is.
type Fault struct {
	Code string // mrp.no_bom, mrp.overflow
	Item int32
	Day  cal.Day
	Err  error
}

// Plan is the answer.
type Plan struct {
	Orders []Order // in planning order
	Pegs   []Peg
	Faults []Fault
	Levels []int16 // low-level code of each item
}

type need struct {
	day    cal.Day
	next   int32
	parent int32 // item whose order needs it, or the item itself
	qty    num.Dec
	src    Source
}

type lot struct {
	day     cal.Day
	expires cal.Day
	next    int32
	qty     num.Dec
	src     Source
}

type planner struct {
	*Problem
	plan     Plan
	days     workdays
	versions [][]int32 // of each item
	pos      []int32   // place of each item in the planning order
	needs    []need
	needOf   []int32 // head of each item's chain
	lots     []lot
	lotOf    []int32

	// scratch of the item being planned
	n []need
	s []lot
}

// Run plans. A loop in the bills of materials is the only thing that it refuses; everything else is planned as far as
// it is sound, with a fault for each thing that is not.
func Run(p *Problem) (*Plan, error) {
	m := &planner{Problem: p, versions: make([][]int32, len(p.Items)), needOf: fill(len(p.Items), -1), lotOf: fill(len(p.Items), -1),
		needs: make([]need, 0, len(p.Demands)*2), lots: make([]lot, 0, len(p.Supplies)+len(p.Demands))}
	m.days = newWorkdays(p.Calendar, p.Today)
	for v := range p.Versions {
		i := p.Versions[v].Item
		m.versions[i] = append(m.versions[i], int32(v))
	}
	order, err := m.order()
	if err != nil {
		return nil, err
	}
	for i := range p.Demands {
		d := &p.Demands[i]
		m.need(d.Item, d.Day, d.Qty, d.Source, d.Item)
	}
	for i := range p.Supplies {
		s := &p.Supplies[i]
		m.supply(s.Item, s.Day, s.Expires, s.Qty, s.Source)
	}
	for i := range p.Works {
		m.work(&p.Works[i])
	}
	for _, i := range order {
		m.item(i)
	}
	return &m.plan, nil
}

func fill(n int, v int32) []int32 {
	s := make([]int32, n)
	for i := range s {
		s[i] = v
	}
	return s
}

func (m *planner) need(item int32, day cal.Day, qty num.Dec, src Source, parent int32) {
	if qty <= 0 {
		return
	}
	m.needs = append(m.needs, need{day: max(day, m.Today), next: m.needOf[item], parent: parent, qty: qty, src: src})
	m.needOf[item] = int32(len(m.needs) - 1)
}

func (m *planner) supply(item int32, day, expires cal.Day, qty num.Dec, src Source) {
	if qty <= 0 {
		return
	}
	m.lots = append(m.lots, lot{day: max(day, m.Today), expires: expires, next: m.lotOf[item], qty: qty, src: src})
	m.lotOf[item] = int32(len(m.lots) - 1)
}

// order is the items in planning order: by low-level code over the components of all versions, then by code.
func (m *planner) order() ([]int32, error) {
	uses := make([]int32, len(m.Items)) // how many lines name the item as component
	for v := range m.Versions {
		for _, l := range m.Versions[v].Lines {
			if l.Role == Component {
				uses[l.Item]++
			}
		}
	}
	level := make([]int16, len(m.Items))
	queue := make([]int32, 0, len(m.Items))
	for i := range m.Items {
		if uses[i] == 0 {
			queue = append(queue, int32(i))
		}
	}
	for at := 0; at < len(queue); at++ {
		i := queue[at]
		for _, v := range m.versions[i] {
			for _, l := range m.Versions[v].Lines {
				if l.Role != Component {
					continue
				}
				level[l.Item] = max(level[l.Item], level[i]+1)
				if uses[l.Item]--; uses[l.Item] == 0 {
					queue = append(queue, l.Item)
				}
			}
		}
	}
	if len(queue) < len(m.Items) {
		for i := range uses {
			if uses[i] > 0 {
				return nil, fmt.Errorf("mrp: %s stands in a loop of bills of materials", m.Items[i].Code)
			}
		}
	}
	slices.SortFunc(queue, func(a, b int32) int {
		return cmp.Or(cmp.Compare(level[a], level[b]), cmp.Compare(m.Items[a].Code, m.Items[b].Code))
	})
	m.pos = make([]int32, len(m.Items))
	for n, i := range queue {
		m.pos[i] = int32(n)
	}
	m.plan.Levels = level
	return queue, nil
}

// effective is the version of an item in force on a day: the latest start wins, then the later in the slice.
func (m *planner) effective(item int32, day cal.Day) int32 {
	best := int32(-1)
	for _, v := range m.versions[item] {
		x := &m.Versions[v]
		if x.From <= day && day <= x.To && (best < 0 || x.From >= m.Versions[best].From) {
			best = v
		}
	}
	return best
}

// start of an order that is due on a day.
func (m *planner) start(item int32, due cal.Day) cal.Day {
	it := &m.Items[item]
	if it.Kind == Make || it.Kind == Subcontract {
		return m.days.back(due, it.LeadDays)
	}
	return due - cal.Day(it.LeadDays)
}

func (m *planner) fault(code string, item int32, day cal.Day, err error) {
	m.plan.Faults = append(m.plan.Faults, Fault{code, item, day, err})
}

// work turns a work order into its supply and its open component needs.
func (m *planner) work(w *Work) {
	if w.Qty <= 0 {
		return
	}
	src := Source{WorkOrder, w.Ref}
	start := w.Start
	if !w.HasStart {
		start = m.start(w.Item, w.Due)
	}
	yield, err := num.MulDivDown(int64(w.Qty), int64(m.Items[w.Item].YieldPct), 100*int64(num.One))
	if err != nil {
		m.fault("mrp.overflow", w.Item, w.Due, err)
		return
	}
	m.supply(w.Item, w.Due, Never, num.Dec(yield), src)
	v := w.Version
	if v < 0 {
		if v = m.effective(w.Item, start); v < 0 {
			m.fault("mrp.no_bom", w.Item, start, nil)
			return
		}
	}
	m.explode(v, w.Qty, start, w.Due, src, Source{ByProduct, w.Ref}, w.Started)
}

// explode passes an order's quantity on to the lines of its version.
func (m *planner) explode(v int32, qty num.Dec, start, due cal.Day, src, out Source, backflushOnly bool) {
	x := &m.Versions[v]
	for i := range x.Lines {
		l := &x.Lines[i]
		if l.Role == Output {
			if m.pos[x.Item] < m.pos[l.Item] {
				n, err := num.MulDivUp(int64(qty), int64(l.Qty), int64(num.One))
				if err != nil {
					m.fault("mrp.overflow", l.Item, due, err)
					continue
				}
				m.supply(l.Item, due, Never, num.Dec(n), out)
			}
			continue
		}
		if l.None || backflushOnly && !l.Backflush {
			continue
		}
		n, err := num.Gross(qty, l.Qty, l.ScrapPct)
		if err != nil {
			m.fault("mrp.overflow", l.Item, start, err)
			continue
		}
		m.need(l.Item, start, n, src, x.Item)
	}
}
