package finite

import (
	"fmt"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// Check says why a schedule is not valid for a problem, or nil. It shares only the arithmetic of durations and
// lots with Solve, and none of its reasoning: whatever made the schedule (a rule, a search, a person who dragged
// a bar), this is what it has to pass before it is published.
func Check(p *Problem, s *Schedule) error {
	k := &checker{p: p, machines: map[string]resource{}, workers: map[string]*Worker{}, at: map[[2]int]*Slot{}}
	for i := range p.Workers {
		k.workers[p.Workers[i].Code] = &p.Workers[i]
	}
	for i := range p.WorkCenters {
		w := &p.WorkCenters[i]
		for _, m := range w.List() {
			c := m.Calendar
			if c == nil {
				c = w.Calendar
			}
			k.machines[m.Code] = resource{w, m, c, nil}
		}
	}
	for _, step := range []func(*Schedule) error{k.complete, k.parts, k.slots, k.sequence, k.children, k.capacity, k.toolsAndWorkers, k.wear, k.ends} {
		if err := step(s); err != nil {
			return err
		}
	}
	return nil
}

type resource struct {
	center  *WorkCenter
	machine Machine
	cal     *cal.Calendar
	worker  *Worker // who works there, of one slot
}

// works says whether anything is done at a moment, and until when that surely stays so: the calendar's hours and
// overtime, without what is down and without the hours in which the worker is not there.
func (r resource) works(at int64) (bool, int64) {
	yes, until := hoursAt(r.cal, at)
	if r.center.Kind != Subcontract {
		for _, o := range r.machine.Over {
			if o.From <= at && at < o.To {
				yes, until = true, min(until, o.To)
			} else if o.From > at && o.From < o.To {
				until = min(until, o.From)
			}
		}
		for _, d := range r.machine.Down {
			if d.From <= at && at < d.To {
				yes, until = false, min(until, d.To)
			} else if d.From > at && d.From < d.To {
				until = min(until, d.From)
			}
		}
	}
	if r.worker != nil {
		there, to := hoursAt(r.worker.Calendar, at)
		yes, until = yes && there, min(until, to)
		for _, a := range r.worker.Off {
			if a.From <= at && at < a.To {
				yes, until = false, min(until, a.To)
			} else if a.From > at && a.From < a.To {
				until = min(until, a.From)
			}
		}
	}
	return yes, until
}

// plain says that the calendar alone tells.
func (r resource) plain() bool {
	return r.worker == nil && (r.center.Kind == Subcontract || len(r.machine.Down)+len(r.machine.Over) == 0)
}

func hoursAt(c *cal.Calendar, at int64) (bool, int64) {
	if c == nil {
		return true, never
	}
	if to := c.NextWork(at); to > at {
		return false, to
	}
	const day = 24 * 3600_000
	for n := int64(1); ; n *= 2 { // the end of the span that it lies in
		if s := c.Spans(at, at+n*day); len(s) > 1 || s[0].To < at+n*day || n > 1000 {
			return true, s[0].To
		}
	}
}

func (r resource) next(at int64) int64 {
	if r.plain() {
		return next(r.cal, at)
	}
	for at < never {
		yes, until := r.works(at)
		if yes {
			return at
		}
		at = until
	}
	return never
}

func (r resource) add(at, work int64) int64 {
	if r.plain() || work <= 0 {
		return add(r.cal, at, work)
	}
	for at < never {
		yes, until := r.works(at)
		if yes {
			if work <= until-at {
				return at + work
			}
			work -= until - at
		}
		at = until
	}
	return never
}

type checker struct {
	p        *Problem
	machines map[string]resource
	workers  map[string]*Worker
	at       map[[2]int]*Slot
}

func (k *checker) name(order, op int) string {
	o := &k.p.Orders[order]
	return fmt.Sprintf("order %s operation %d", o.Number, o.Ops[op].Seq)
}

// complete: each operation that is not done has one slot, or is unplaced with all that follow it.
func (k *checker) complete(s *Schedule) error {
	for i := range s.Slots {
		x := &s.Slots[i]
		if x.Order < 0 || x.Order >= len(k.p.Orders) || x.Op < 0 || x.Op >= len(k.p.Orders[x.Order].Ops) {
			return fmt.Errorf("slot %d is of no operation", i)
		}
		if k.at[[2]int{x.Order, x.Op}] != nil {
			return fmt.Errorf("%s has two slots", k.name(x.Order, x.Op))
		}
		k.at[[2]int{x.Order, x.Op}] = x
	}
	for i := range k.p.Orders {
		stuck, lost := false, false // lost: a part of the operation has no place; the others do not wait for it
		for n := range k.p.Orders[i].Ops {
			if !k.oneOperation(i, n-1, n) {
				stuck = stuck || lost
			}
			op, slot := &k.p.Orders[i].Ops[n], k.at[[2]int{i, n}]
			listed := slices.Contains(s.Unplaced, Unplaced{i, n})
			switch {
			case op.State == Done:
				if slot != nil || listed {
					return fmt.Errorf("%s is done and scheduled", k.name(i, n))
				}
			case (slot == nil) != listed:
				return fmt.Errorf("%s has a slot: %v, is listed as unplaced: %v", k.name(i, n), slot != nil, listed)
			case slot != nil && stuck && op.State == Free:
				return fmt.Errorf("%s has a slot, but what comes before it has none", k.name(i, n))
			}
			lost = lost || listed
		}
	}
	return nil
}

// runMS of an operation on a machine for a quantity.
func (k *checker) runMS(order, op int, r resource, qty num.Dec) (int64, error) {
	o := &k.p.Orders[order].Ops[op]
	run := o.RunMS
	for _, a := range o.Alternatives {
		if a.WorkCenter == r.center.Code && a.WorkCenter != o.WorkCenter {
			run = a.RunMS
			break
		}
	}
	ms, err := work(run, o.BatchMS, qty, r.machine.efficiency(r.center), r.machine.SpeedPct, r.machine.BatchCapacity)
	return ms + k.p.reground(o.Tool, k.p.Orders[order].wear(o, qty)), err
}

// slots: the right machine, not too early, and just as long as its work in working hours takes.
func (k *checker) slots(s *Schedule) error {
	for i := range s.Slots {
		x := &s.Slots[i]
		o := &k.p.Orders[x.Order]
		op := &o.Ops[x.Op]
		what := k.name(x.Order, x.Op)
		r, ok := k.machines[x.Machine]
		if !ok || r.center.Code != x.WorkCenter {
			return fmt.Errorf("%s: no machine %s in %s", what, x.Machine, x.WorkCenter)
		}
		if op.State == Free { // what is on the floor goes on, whoever is there
			r.worker = k.workers[x.Worker]
		}
		allowed := x.WorkCenter == op.WorkCenter || slices.ContainsFunc(op.Alternatives, func(a Alternative) bool { return a.WorkCenter == x.WorkCenter })
		outside := r.center.Kind == Subcontract
		switch {
		case x.State != op.State:
			return fmt.Errorf("%s: state %d became %d", what, op.State, x.State)
		case op.State == Free && !allowed:
			return fmt.Errorf("%s cannot be done at %s", what, x.WorkCenter)
		case op.State != Free && x.Machine != op.Machine:
			return fmt.Errorf("%s was moved from %s to %s", what, op.Machine, x.Machine)
		case op.State == Free && x.StartMS < max(k.p.NowMS, o.ReleaseMS, op.ReleaseMS):
			return fmt.Errorf("%s starts before it may", what)
		case op.State == Frozen && x.StartMS < op.StartMS:
			return fmt.Errorf("%s starts before its frozen start", what)
		case !outside && x.StartMS < k.p.NowMS:
			return fmt.Errorf("%s starts in the past", what)
		case op.State == Started && x.SetupMS != 0 && !outside:
			return fmt.Errorf("%s runs already and is set up again", what)
		case x.Qty != o.quantity(op):
			return fmt.Errorf("%s: quantity %s, want %s", what, x.Qty, o.quantity(op))
		}
		run, err := k.runMS(x.Order, x.Op, r, x.Qty)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if op.State == Started && op.LeftMS > 0 && !outside {
			run = op.LeftMS
		}
		if run+x.SetupMS > 0 && r.next(x.StartMS) != x.StartMS && !(outside && op.State != Free) {
			return fmt.Errorf("%s starts outside working hours", what)
		}
		end := r.add(x.StartMS, x.SetupMS+run)
		if outside {
			end += op.LeadMS
			if op.State != Free {
				end = max(end, k.p.NowMS)
			}
		}
		if op.State == Free {
			if b := k.before(x); b != nil && k.alone(x) && k.alone(b) {
				last, err := k.lastLot(x, b, r)
				if err != nil {
					return err
				}
				end = max(end, last)
			}
		}
		if x.EndMS != end {
			return fmt.Errorf("%s ends at %d, its work takes until %d", what, x.EndMS, end)
		}
	}
	return nil
}

// oneOperation says whether two that stand behind each other are parts of one operation.
func (k *checker) oneOperation(order, a, b int) bool {
	if a < 0 || b >= len(k.p.Orders[order].Ops) {
		return false
	}
	x, y := &k.p.Orders[order].Ops[a], &k.p.Orders[order].Ops[b]
	return x.Part > 0 && y.Part > 0 && x.Seq == y.Seq
}

// alone says whether a slot is of an operation that is not in parts.
func (k *checker) alone(x *Slot) bool {
	return !k.oneOperation(x.Order, x.Op-1, x.Op) && !k.oneOperation(x.Order, x.Op, x.Op+1)
}

// parts: those of one operation make it together, are never on one machine at a time, and what follows waits for the last
// of them. Only where neither is in parts may the next one overlap.
func (k *checker) parts(s *Schedule) error {
	for i := range k.p.Orders {
		ops := k.p.Orders[i].Ops
		for from := 0; from < len(ops); {
			to, made := from+1, ops[from].Qty
			for k.oneOperation(i, to-1, to) {
				made += ops[to].Qty
				to++
			}
			if ops[from].Part > 0 && made != ops[from].Whole {
				return fmt.Errorf("the parts of %s make %s of %s", k.name(i, from), made, ops[from].Whole)
			}
			behind := to + 1 // of the operation that follows
			for k.oneOperation(i, behind-1, behind) {
				behind++
			}
			for a := from; a < to; a++ {
				x := k.at[[2]int{i, a}]
				for b := a + 1; x != nil && b < to; b++ {
					if y := k.at[[2]int{i, b}]; y != nil && y.Machine == x.Machine && k.machines[x.Machine].center != nil && k.machines[x.Machine].center.Kind != Subcontract && x.StartMS < y.EndMS && y.StartMS < x.EndMS {
						return fmt.Errorf("two parts of %s are on %s at a time", k.name(i, a), x.Machine)
					}
				}
				for b := to; x != nil && b < min(behind, len(ops)); b++ {
					y := k.at[[2]int{i, b}]
					if y == nil || y.StartMS >= x.EndMS || k.alone(x) && k.alone(y) {
						continue
					}
					if y.State == Free || !slices.Contains(s.Conflicts, Conflict{i, b}) {
						return fmt.Errorf("%s begins before part %d of operation %d is done", k.name(i, b), ops[a].Part, ops[a].Seq)
					}
				}
			}
			from = to
		}
	}
	return nil
}

// before is the slot of the operation before, if that is still to be done.
func (k *checker) before(x *Slot) *Slot { return k.at[[2]int{x.Order, x.Op - 1}] }

// lastLot is when the last lot from the operation before has gone through this machine.
func (k *checker) lastLot(x, b *Slot, r resource) (int64, error) {
	_, last := k.p.Orders[x.Order].lots(x.Op - 1)
	run, err := k.runMS(x.Order, x.Op, r, last)
	return r.add(b.EndMS, run), err
}

// sequence: an operation starts when the first lot of the one before is through, and ends after its last.
func (k *checker) sequence(s *Schedule) error {
	for i := range s.Slots {
		x := &s.Slots[i]
		b := k.before(x)
		if b == nil || !k.alone(x) || !k.alone(b) {
			continue
		}
		o := &k.p.Orders[x.Order]
		rb, rx := k.machines[b.Machine], k.machines[x.Machine]
		if o.Ops[b.Op].State == Free {
			rb.worker = k.workers[b.Worker]
		}
		if x.State == Free {
			rx.worker = k.workers[x.Worker]
		}
		from := b.EndMS
		if first, _ := o.lots(b.Op); first < b.Qty && rb.center.Kind != Subcontract {
			run, err := k.runMS(b.Order, b.Op, rb, first)
			if err != nil {
				return err
			}
			from = min(from, rb.add(b.StartMS, b.SetupMS+run))
		}
		last, err := k.lastLot(x, b, rx)
		if err != nil {
			return err
		}
		broken := x.StartMS < from || x.EndMS < last
		if x.State != Free {
			if told := slices.Contains(s.Conflicts, Conflict{x.Order, x.Op}); broken && !told {
				return fmt.Errorf("%s starts before the operation before it allows, and nobody is told", k.name(x.Order, x.Op))
			}
			continue
		}
		if broken {
			return fmt.Errorf("%s is at %d..%d; the operation before allows %d..%d", k.name(x.Order, x.Op), x.StartMS, x.EndMS, from, last)
		}
	}
	return nil
}

// capacity: a machine does one thing at a time, and is changed over in between.
func (k *checker) capacity(s *Schedule) error {
	byMachine := map[string][]*Slot{}
	for i := range s.Slots {
		if x := &s.Slots[i]; k.machines[x.Machine].center.Kind != Subcontract {
			byMachine[x.Machine] = append(byMachine[x.Machine], x)
		}
	}
	for code, on := range byMachine {
		slices.SortStableFunc(on, func(a, b *Slot) int {
			if a.StartMS != b.StartMS {
				return int(min(max(a.StartMS-b.StartMS, -1), 1))
			}
			return int(min(max(a.EndMS-b.EndMS, -1), 1))
		})
		r := k.machines[code]
		family, known := r.machine.Family, r.machine.Family != ""
		var last *Slot
		var beside []string // families of those that stand at one instant with last
		var inside num.Dec  // pieces in the batch that last stands for
		for n, x := range on {
			if last != nil && k.together(last, x, r, inside) {
				inside += x.Qty
				continue
			}
			inside = x.Qty
			if last != nil && x.StartMS < last.EndMS {
				return fmt.Errorf("%s: %s overlaps %s", code, k.name(x.Order, x.Op), k.name(last.Order, last.Op))
			}
			o := &k.p.Orders[x.Order]
			fits := func(family string, known bool) bool {
				need := o.Ops[x.Op].SetupMS
				if known {
					need += changeMS(r.center.Changeovers, family, o.Family)
				}
				return x.State == Started || x.State == Free && x.SetupMS == need || x.State == Frozen && x.SetupMS >= need
			}
			// slots without length may stand at one instant in any order: any of them may be what another of them, or the
			// next one that takes time, comes after
			first := last == nil || last.StartMS < x.StartMS
			fitsOne := first && fits(family, known) || slices.ContainsFunc(beside, func(f string) bool { return fits(f, true) })
			for m := n + 1; x.EndMS == x.StartMS && !fitsOne && m < len(on) && on[m].StartMS == x.StartMS; m++ {
				fitsOne = on[m].EndMS == x.StartMS && fits(k.p.Orders[on[m].Order].Family, true)
			}
			if !fitsOne && (first || x.EndMS > x.StartMS) {
				return fmt.Errorf("%s: %s has %d ms of set-up, which does not fit what was before it", code, k.name(x.Order, x.Op), x.SetupMS)
			}
			if first || x.EndMS > x.StartMS {
				beside = beside[:0]
			}
			beside = append(beside, o.Family)
			last, family, known = x, o.Family, true
		}
	}
	return nil
}

// together says whether two operations may run as one batch: of one family, in the same time, as many pieces as go in.
func (k *checker) together(a, b *Slot, r resource, inside num.Dec) bool {
	x, y := &k.p.Orders[a.Order], &k.p.Orders[b.Order]
	batch := func(o *Op) bool {
		return o.BatchMS > 0 && o.RunMS == 0 && o.SetupMS == 0 && o.TransferLot == 0 && o.State == Free && o.Tool == "" && o.Skill == ""
	}
	return a.StartMS == b.StartMS && a.EndMS == b.EndMS && a.SetupMS == b.SetupMS && a.EndMS > a.StartMS && x.Family == y.Family && r.machine.BatchCapacity > 0 &&
		batch(&x.Ops[a.Op]) && batch(&y.Ops[b.Op]) && k.alone(a) && k.alone(b) && x.Ops[a.Op].BatchMS == y.Ops[b.Op].BatchMS && inside+b.Qty <= r.machine.BatchCapacity
}

// children: what uses the parts of other orders starts after these are done.
func (k *checker) children(s *Schedule) error {
	end := make([]int64, len(k.p.Orders))
	open := map[int]bool{}
	for _, u := range s.Unplaced {
		open[u.Order] = true
	}
	for i := range s.Slots {
		end[s.Slots[i].Order] = max(end[s.Slots[i].Order], s.Slots[i].EndMS)
	}
	for i := range s.Slots {
		x := &s.Slots[i]
		for _, a := range k.p.Orders[x.Order].After {
			if x.State == Free && x.Op >= k.p.Orders[x.Order].AfterOp && (open[a] || x.StartMS < end[a]) {
				return fmt.Errorf("%s starts before order %s is done", k.name(x.Order, x.Op), k.p.Orders[a].Number)
			}
		}
	}
	return nil
}

// toolsAndWorkers: there are no more tools at work than there are, a worker is at one operation, and has its skill.
func (k *checker) toolsAndWorkers(s *Schedule) error {
	type change struct {
		at int64
		by int
	}
	tools, workers := map[string][]change{}, map[string][]change{}
	for i := range s.Slots {
		x := &s.Slots[i]
		op := &k.p.Orders[x.Order].Ops[x.Op]
		if k.machines[x.Machine].center.Kind == Subcontract || x.EndMS == x.StartMS {
			continue
		}
		if op.Tool != "" && op.State == Free {
			tools[op.Tool] = append(tools[op.Tool], change{x.StartMS, 1}, change{x.EndMS, -1})
		}
		if op.State == Free && (op.Skill == "") != (x.Worker == "") {
			return fmt.Errorf("%s demands skill %q and is done by %q", k.name(x.Order, x.Op), op.Skill, x.Worker)
		}
		if x.Worker != "" {
			w := k.workers[x.Worker]
			if w == nil || !slices.Contains(w.Skills, op.Skill) {
				return fmt.Errorf("%s: worker %s has not its skill %q", k.name(x.Order, x.Op), x.Worker, op.Skill)
			}
			workers[x.Worker] = append(workers[x.Worker], change{x.StartMS, 1}, change{x.EndMS, -1})
		}
	}
	most := map[string]int{}
	for _, t := range k.p.Tools {
		most[t.Code] = max(t.Count, 1)
	}
	for what, lists := range map[string]map[string][]change{"tool": tools, "worker": workers} {
		for code, list := range lists {
			slices.SortFunc(list, func(a, b change) int {
				if a.at != b.at {
					return int(min(max(a.at-b.at, -1), 1))
				}
				return a.by - b.by
			})
			n, may := 0, 1
			if what == "tool" {
				may = most[code]
			}
			for _, c := range list {
				if n += c.by; n > may {
					return fmt.Errorf("%s %s is at %d places at %d", what, code, n, c.at)
				}
			}
		}
	}
	return nil
}

func changeMS(list []Changeover, from, to string) int64 {
	best, ms := -1, int64(0)
	for _, c := range list {
		if (c.From != from && c.From != "*") || (c.To != to && c.To != "*") {
			continue
		}
		named := 0
		if c.From == from {
			named += 2
		}
		if c.To == to {
			named++
		}
		if named >= best {
			best, ms = named, c.MS
		}
	}
	return ms
}

// ends: lateness is what the slots say.
func (k *checker) ends(s *Schedule) error {
	if len(s.Orders) != len(k.p.Orders) {
		return fmt.Errorf("%d orders in, %d out", len(k.p.Orders), len(s.Orders))
	}
	ends := make([]int64, len(k.p.Orders))
	for _, x := range s.Slots {
		ends[x.Order] = max(ends[x.Order], x.EndMS)
	}
	for i, end := range ends {
		late := int64(0)
		if due := k.p.Orders[i].DueMS; due != 0 && end > 0 {
			late = max(0, end-due)
		}
		if s.Orders[i] != (OrderEnd{end, late}) {
			return fmt.Errorf("order %s ends %d, %d late; its slots say %d, %d", k.p.Orders[i].Number, s.Orders[i].EndMS, s.Orders[i].LateMS, end, late)
		}
	}
	return nil
}

func add(c *cal.Calendar, at, work int64) int64 {
	if c == nil {
		return min(at+work, never)
	}
	return c.AddWork(at, work)
}

func sub(c *cal.Calendar, at, work int64) int64 {
	if c == nil {
		return at - work
	}
	return c.SubWork(at, work)
}

func next(c *cal.Calendar, at int64) int64 {
	if c == nil {
		return at
	}
	return c.NextWork(at)
}

func between(c *cal.Calendar, a, b int64) int64 {
	if c == nil {
		return max(0, b-a)
	}
	return c.WorkBetween(a, b)
}
