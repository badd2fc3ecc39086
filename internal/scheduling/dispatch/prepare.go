package dispatch

import (
	"fmt"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// plant is the problem with names resolved to indices and durations computed, so that the loop over time only
// compares and adds.
type plant struct {
	p        *Problem
	centers  []center
	machines []machine
	ops      []op
	first    []int // index in ops of each order's first operation
}

type center struct {
	code       string
	machines   []int
	infinite   bool
	cal        *cal.Calendar
	efficiency num.Dec
	change     map[[2]string]int64

	queue []int // ready operations
	dirty bool
}

type machine struct {
	code   string
	center int
	cal    *cal.Calendar
	speed  num.Dec
	batch  num.Dec

	free     int64 // end of what is on it
	family   string
	set      bool // family is known
	reserved []reservation
	passed   int // reservations that lie behind

	claim, claimRound int64 // end of what a more urgent operation waits to do here
	wake              int64 // last instant at which somebody asked to be woken here
}

// reservation is the slot of a frozen operation ahead.
type reservation struct {
	from, to int64
	family   string
	change   int64 // changeover that its set-up holds
}

// mode is one way to do an operation.
type mode struct {
	machine int
	run     int64 // all pieces
	toFirst int64 // after set-up, until the next operation may start; -1 = only when all is done
	lastLot int64 // for the last lot that comes from the operation before
}

type op struct {
	order, index int
	modes        []mode
	centers      []int // of the modes, each once
	left         int64 // work of this and the following operations, each in its fastest mode
	key          [4]int64

	ready    int64
	slot     *Slot
	mode     mode
	dead     bool
	deferred int64 // round in which it waits
}

func prepare(p *Problem) (*plant, error) {
	pl := &plant{p: p}
	switch p.Rule {
	case "", ByPriority, ByDue, ByRatio, ByShort:
	default:
		return nil, bad("no rule %q; choose priority, edd, cr or spt", p.Rule)
	}
	if p.NowMS < -horizon || p.NowMS > horizon {
		return nil, bad("now is out of range")
	}
	byCenter, byMachine := map[string]int{}, map[string]int{}
	for i := range p.WorkCenters {
		if err := pl.center(&p.WorkCenters[i], byCenter, byMachine); err != nil {
			return nil, err
		}
	}
	total := 0
	for i := range p.Orders {
		total += len(p.Orders[i].Ops)
	}
	pl.ops = make([]op, 0, total)
	for i := range p.Orders {
		o := &p.Orders[i]
		if o.Qty <= 0 || abs(o.ReleaseMS) > horizon || abs(o.DueMS) > horizon {
			return nil, bad("order %s: quantity, release or due date out of range", o.Number)
		}
		pl.first = append(pl.first, len(pl.ops))
		for k := range o.Ops {
			if err := pl.op(i, k, byCenter, byMachine); err != nil {
				return nil, fmt.Errorf("order %s operation %d: %w", o.Number, o.Ops[k].Seq, err)
			}
		}
		pl.keys(i)
	}
	return pl, nil
}

func (pl *plant) center(w *WorkCenter, byCenter, byMachine map[string]int) error {
	if _, dup := byCenter[w.Code]; dup {
		return bad("work center %s is listed twice", w.Code)
	}
	if w.EfficiencyPct < 0 {
		return bad("work center %s: efficiency below 0", w.Code)
	}
	at := len(pl.centers)
	byCenter[w.Code] = at
	c := center{code: w.Code, infinite: w.Kind == Subcontract, cal: w.Calendar, efficiency: w.EfficiencyPct}
	for _, ch := range w.Changeovers {
		if ch.MS < 0 || ch.MS > horizon {
			return bad("work center %s: changeover %s to %s out of range", w.Code, ch.From, ch.To)
		}
		if c.change == nil {
			c.change = map[[2]string]int64{}
		}
		c.change[[2]string{ch.From, ch.To}] = ch.MS
	}
	for _, m := range w.list() {
		if _, dup := byMachine[m.Code]; dup && !c.infinite {
			return bad("machine %s is listed twice", m.Code)
		}
		if m.SpeedPct < 0 || m.BatchCapacity < 0 {
			return bad("machine %s: speed or batch capacity below 0", m.Code)
		}
		mm := machine{code: m.Code, center: at, cal: m.Calendar, speed: m.SpeedPct, batch: m.BatchCapacity,
			family: m.Family, set: m.Family != "", free: pl.p.NowMS, wake: pl.p.NowMS}
		if mm.cal == nil {
			mm.cal = w.Calendar
		}
		byMachine[m.Code] = len(pl.machines)
		c.machines = append(c.machines, len(pl.machines))
		pl.machines = append(pl.machines, mm)
	}
	pl.centers = append(pl.centers, c)
	return nil
}

// list names the machines of a work center that has none of its own. A subcontractor is one that does everything
// at once.
func (w *WorkCenter) list() []Machine {
	switch {
	case w.Kind == Subcontract:
		return []Machine{{Code: w.Code}}
	case len(w.Machines) > 0:
		return w.Machines
	case w.Capacity <= 1:
		return []Machine{{Code: w.Code + "#1"}}
	}
	var out []Machine
	for i := range min(w.Capacity, 10_000) {
		out = append(out, Machine{Code: fmt.Sprintf("%s#%d", w.Code, i+1)})
	}
	return out
}

func (pl *plant) op(i, k int, byCenter, byMachine map[string]int) error {
	o := &pl.p.Orders[i]
	in := &o.Ops[k]
	if in.SetupMS < 0 || in.RunMS < 0 || in.BatchMS < 0 || in.LeadMS < 0 || in.SetupMS > horizon || in.LeadMS > horizon || in.Qty < 0 {
		return bad("times and quantity may not be negative")
	}
	x := op{order: i, index: k}
	add := func(code string, run int64) error {
		c, ok := byCenter[code]
		if !ok {
			return bad("no work center %q", code)
		}
		if run < 0 {
			return bad("times may not be negative")
		}
		if slices.Contains(x.centers, c) {
			return nil
		}
		x.centers = append(x.centers, c)
		for _, m := range pl.centers[c].machines {
			md, err := pl.mode(o, k, m, run)
			if err != nil {
				return err
			}
			x.modes = append(x.modes, md)
		}
		return nil
	}
	if err := add(in.WorkCenter, in.RunMS); err != nil {
		return err
	}
	for _, a := range in.Alternatives {
		if err := add(a.WorkCenter, a.RunMS); err != nil {
			return err
		}
	}
	if in.State == Frozen || in.State == Started {
		if abs(in.StartMS) > horizon {
			return bad("start out of range")
		}
		m, ok := byMachine[in.Machine]
		if !ok {
			return bad("no machine %q", in.Machine)
		}
		at := slices.IndexFunc(x.modes, func(d mode) bool { return d.machine == m })
		if at >= 0 {
			x.mode = x.modes[at]
		} else { // a person put it where the routing does not
			md, err := pl.mode(o, k, m, in.RunMS)
			if err != nil {
				return err
			}
			x.mode = md
		}
	}
	pl.ops = append(pl.ops, x)
	return nil
}

func (pl *plant) mode(o *Order, k, m int, run int64) (d mode, err error) {
	mm := &pl.machines[m]
	eff, in := pl.centers[mm.center].efficiency, &o.Ops[k]
	t := func(q num.Dec) int64 {
		w, e := work(run, in.BatchMS, q, eff, mm.speed, mm.batch)
		if e != nil && err == nil {
			err = bad("run time out of range")
		}
		return w
	}
	d = mode{machine: m, run: t(o.quantity(in))}
	if k+1 < len(o.Ops) {
		d.toFirst = -1
		if first, _ := o.lots(k); first < o.quantity(in) {
			d.toFirst = t(first)
		}
	}
	if k > 0 {
		_, last := o.lots(k - 1)
		d.lastLot = t(last)
	}
	return d, err
}

// keys are what the rules compare.
func (pl *plant) keys(i int) {
	o := &pl.p.Orders[i]
	var left int64
	for k := len(o.Ops) - 1; k >= 0; k-- {
		x := &pl.ops[pl.first[i]+k]
		fastest := never
		for _, m := range x.modes {
			fastest = min(fastest, m.run)
		}
		own := int64(0)
		if o.Ops[k].State != Done {
			own = o.Ops[k].SetupMS + fastest + o.Ops[k].LeadMS
		}
		left = min(left+own, horizon)
		x.left = left
		prio, due, slack := int64(o.priority()), o.due(), o.due()-left
		switch pl.p.Rule {
		case ByDue:
			x.key = [4]int64{due, prio, slack}
		case ByShort:
			x.key = [4]int64{own, prio, due, slack}
		case ByRatio: // the first place depends on the time of asking
			x.key = [4]int64{0, prio, due, slack}
		default:
			x.key = [4]int64{prio, due, slack}
		}
	}
}

func abs(n int64) int64 { return max(n, -n) }
