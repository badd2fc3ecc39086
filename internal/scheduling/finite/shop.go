package finite

import (
	"fmt"
	"slices"
	"strconv"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// Shop is a problem made ready: names are numbers, durations are computed, calendars are tables.
type Shop struct {
	p        *Problem
	centers  []center
	machines []machine
	tools    []tool
	workers  []worker
	skilled  [][]crew // by skill, its workers
	ops      []op
	about    []about
	first    []int32 // of each order, its first operation; one more at the end
	modes    []mode
	parents  [][]int32  // of each order, those that wait for it
	fixed    []int32    // operations that are started or frozen, in the order in which they are placed
	begin    *decoder   // how things stand when these have their places, and nothing else has
	both     [][]*table // by machine's and worker's hours, when both work
}

type center struct {
	code     string
	machines []int32
	infinite bool
	eff      num.Dec
	classes  map[string]int32 // families that its changeovers name; the rest is class 0
	change   []int64          // class × class; nil where there are none
	dim      int32
}

type machine struct {
	code   string
	center int32
	hours  *table
	out    *cal.Calendar // of a subcontractor
	speed  num.Dec
	eff    num.Dec
	batch  num.Dec
	class  int32 // what it is set up for at the beginning, -1 when nobody knows
	down   []cal.Span
}

type tool struct {
	code  string
	first int32 // number of its first piece
	count int32
	life  num.Dec
	away  int64
	used  num.Dec
}

// crew is workers of one shift.
type crew struct {
	theirs  int32 // number of the hours in Shop.both
	workers []int32
}

type worker struct {
	code   string
	hours  *table
	theirs int32 // number of the hours in Shop.both
}

// mode is one way to do an operation.
type mode struct {
	machine int32
	center  int32
	class   int32 // of the order's family on that machine's center
	hours   *table
	ours    int32 // number of the hours in Shop.both
	run     int64 // all pieces
	toFirst int64 // after set-up, until the next operation may start; -1 = only when all is done
	lastLot int64 // for the last lot that comes from the operation before
}

// op is what the inner loops ask of an operation, about what only New, the rules and the searches do.
type op struct {
	order, index int32
	tool, skill  int32 // -1 none
	release      int64 // of its order and of its parts
	setup        int64
	state        State
	parts        bool // its parts come later than its order may start
	joins        bool // may run in one batch with others
	simple       bool // no tool, no skill, no batch with others
	split        bool // it or the one before it is in parts
	fans         bool // it or the one after it is in parts
	sibling      bool // the one ahead of it is a part of the same operation
}

type about struct {
	from, to  int32 // its modes
	head      int32 // the first part of its operation, itself where that is whole
	tail      int32 // behind the last one
	fixedMode int32
	centers   []int32
	lead      int64
	qty       num.Dec
	wear      num.Dec // of its tool
	left      int64   // work of this and the following operations, each in its fastest mode
	key       [4]int64
}

// New makes a problem ready. An error says where the problem contradicts itself; what can merely never be done is left
// out of the schedules and named in them.
func New(p *Problem) (*Shop, error) {
	s := &Shop{p: p}
	switch p.Rule {
	case "", ByPriority, ByDue, ByRatio, ByShort:
	default:
		return nil, bad("no rule %q; choose priority, edd, cr or spt", p.Rule)
	}
	if p.NowMS < -horizon || p.NowMS > horizon {
		return nil, bad("now is out of range")
	}
	c := &compiler{Shop: s, tables: map[*cal.Calendar]*table{}, center: map[string]int32{}, machine: map[string]int32{}, tool: map[string]int32{}, skill: map[string]int32{}}
	for i := range p.WorkCenters {
		if err := c.addCenter(&p.WorkCenters[i]); err != nil {
			return nil, err
		}
	}
	pieces := int32(0)
	for _, t := range p.Tools {
		if _, dup := c.tool[t.Code]; dup || t.Count < 0 || t.Life < 0 || t.Used < 0 || t.RegrindMS < 0 || t.RegrindMS > horizon {
			return nil, bad("tool %s is listed twice, or its count, life or regrind time is out of range", t.Code)
		}
		c.tool[t.Code] = int32(len(s.tools))
		n := int32(min(max(t.Count, 1), 1000))
		s.tools = append(s.tools, tool{t.Code, pieces, n, t.Life, t.RegrindMS, t.Used})
		pieces += n
	}
	for n, w := range p.Workers {
		s.workers = append(s.workers, worker{code: w.Code, hours: c.hours(w.Calendar, nil, w.Off)})
		for _, k := range w.Skills {
			at, ok := c.skill[k]
			if !ok {
				at = int32(len(s.skilled))
				c.skill[k], s.skilled = at, append(s.skilled, nil)
			}
			c.can = append(c.can, [2]int32{at, int32(n)})
		}
	}
	total := 0
	for i := range p.Orders {
		total += len(p.Orders[i].Ops)
	}
	s.ops, s.about, s.modes = make([]op, 0, total), make([]about, 0, total), make([]mode, 0, total*min(8, max(2, (len(s.machines)+len(s.centers)-1)/max(1, len(s.centers))+1)))
	for i := range p.Orders {
		o := &p.Orders[i]
		if o.Qty <= 0 || abs(o.ReleaseMS) > horizon || abs(o.DueMS) > horizon {
			return nil, bad("order %s: quantity, release or due date out of range", o.Number)
		}
		s.first = append(s.first, int32(len(s.ops)))
		for k := range o.Ops {
			if err := c.addOp(i, k); err != nil {
				return nil, fmt.Errorf("order %s operation %d: %w", o.Number, o.Ops[k].Seq, err)
			}
		}
		s.cut(i)
		s.keys(i)
	}
	s.first = append(s.first, int32(len(s.ops)))
	if err := s.links(); err != nil {
		return nil, err
	}
	for i := range s.ops {
		if st := s.ops[i].state; st == Started || st == Frozen {
			s.fixed = append(s.fixed, int32(i))
		}
	}
	s.sortFixed()
	c.cutAll()
	s.begin = s.fix()
	return s, nil
}

// sortFixed puts what is fixed into the order in which it is placed.
func (s *Shop) sortFixed() {
	slices.SortStableFunc(s.fixed, func(a, b int32) int {
		if x, y := s.ops[a].state, s.ops[b].state; x != y { // what runs comes before what is planned
			return int(y) - int(x)
		}
		return int(min(max(s.in(a).StartMS-s.in(b).StartMS, -1), 1))
	})
}

// cutAll prepares the hours in which a machine and a worker both work.
func (c *compiler) cutAll() {
	if len(c.workers) == 0 {
		return
	}
	var ours, theirs []*table
	number := func(list []*table, t *table) ([]*table, int32) {
		if at := slices.Index(list, t); at >= 0 {
			return list, int32(at)
		}
		return append(list, t), int32(len(list))
	}
	for k := range c.modes {
		if m := &c.modes[k]; m.hours != nil {
			ours, m.ours = number(ours, m.hours)
		}
	}
	for k := range c.workers {
		theirs, c.workers[k].theirs = number(theirs, c.workers[k].hours)
	}
	for _, k := range c.can {
		skill, w := k[0], k[1]
		at := slices.IndexFunc(c.skilled[skill], func(x crew) bool { return x.theirs == c.workers[w].theirs })
		if at < 0 {
			at = len(c.skilled[skill])
			c.skilled[skill] = append(c.skilled[skill], crew{theirs: c.workers[w].theirs})
		}
		c.skilled[skill][at].workers = append(c.skilled[skill][at].workers, w)
	}
	c.both = make([][]*table, len(ours))
	for a := range ours {
		for b := range theirs {
			c.both[a] = append(c.both[a], ours[a].cut(theirs[b]))
		}
	}
}

func (s *Shop) in(i int32) *Op { return &s.p.Orders[s.ops[i].order].Ops[s.ops[i].index] }

// compiler has what only New needs.
type compiler struct {
	*Shop
	tables                       map[*cal.Calendar]*table
	center, machine, tool, skill map[string]int32
	can                          [][2]int32 // skill and worker
}

func (c *compiler) hours(k *cal.Calendar, over, down []cal.Span) *table {
	if len(over)+len(down) > 0 {
		return newTable(k, over, down, c.p.NowMS)
	}
	t := c.tables[k]
	if t == nil {
		t = newTable(k, nil, nil, c.p.NowMS)
		c.tables[k] = t
	}
	return t
}

func (c *compiler) addCenter(w *WorkCenter) error {
	if _, dup := c.center[w.Code]; dup {
		return bad("work center %s is listed twice", w.Code)
	}
	if w.EfficiencyPct < 0 {
		return bad("work center %s: efficiency below 0", w.Code)
	}
	at := int32(len(c.centers))
	c.center[w.Code] = at
	x := center{code: w.Code, infinite: w.Kind == Subcontract, eff: w.EfficiencyPct}
	if err := x.changeovers(w); err != nil {
		return err
	}
	for _, m := range w.List() {
		if _, dup := c.machine[m.Code]; dup && !x.infinite {
			return bad("machine %s is listed twice", m.Code)
		}
		if m.SpeedPct < 0 || m.EfficiencyPct < 0 || m.BatchCapacity < 0 {
			return bad("machine %s: speed, efficiency or batch capacity below 0", m.Code)
		}
		k := m.Calendar
		if k == nil {
			k = w.Calendar
		}
		mm := machine{code: m.Code, center: at, speed: m.SpeedPct, eff: m.efficiency(w), batch: m.BatchCapacity, class: -1, out: k, down: m.Down}
		if !x.infinite {
			mm.hours = c.hours(k, m.Over, m.Down)
		}
		if m.Family != "" {
			mm.class = x.class(m.Family)
		}
		c.machine[m.Code] = int32(len(c.machines))
		x.machines = append(x.machines, int32(len(c.machines)))
		c.machines = append(c.machines, mm)
	}
	c.centers = append(c.centers, x)
	return nil
}

// changeovers fills the table of a center. Of several lines that fit, the one that names both families wins, then the
// one that names the first; of equal ones the last.
func (x *center) changeovers(w *WorkCenter) error {
	if len(w.Changeovers) == 0 {
		return nil
	}
	x.classes = map[string]int32{}
	for _, ch := range w.Changeovers {
		if ch.MS < 0 || ch.MS > horizon {
			return bad("work center %s: changeover %s to %s out of range", w.Code, ch.From, ch.To)
		}
		for _, f := range []string{ch.From, ch.To} {
			if _, ok := x.classes[f]; !ok && f != "*" {
				x.classes[f] = int32(len(x.classes)) + 1
			}
		}
	}
	x.dim = int32(len(x.classes)) + 1
	x.change = make([]int64, x.dim*x.dim)
	rank := make([]int8, x.dim*x.dim)
	for _, ch := range w.Changeovers {
		named := int8(1)
		if ch.From != "*" {
			named += 2
		}
		if ch.To != "*" {
			named++
		}
		for a := range x.dim {
			for b := range x.dim {
				if (ch.From == "*" || x.classes[ch.From] == a) && (ch.To == "*" || x.classes[ch.To] == b) && named >= rank[a*x.dim+b] {
					x.change[a*x.dim+b], rank[a*x.dim+b] = ch.MS, named
				}
			}
		}
	}
	return nil
}

func (x *center) class(family string) int32 { return x.classes[family] }

// changeover between two classes, the first -1 when nobody knows it.
func (x *center) changeover(from, to int32) int64 {
	if x.change == nil || from < 0 {
		return 0
	}
	return x.change[from*x.dim+to]
}

// List names the machines of a work center that has none of its own. A subcontractor is one that does everything at
// once.
func (w *WorkCenter) List() []Machine {
	switch {
	case w.Kind == Subcontract:
		return []Machine{{Code: w.Code}}
	case len(w.Machines) > 0:
		return w.Machines
	}
	var out []Machine
	for i := range min(max(w.Capacity, 1), 10_000) {
		out = append(out, Machine{Code: w.Code + "#" + strconv.Itoa(i+1)})
	}
	return out
}

func (c *compiler) addOp(i, k int) error {
	o := &c.p.Orders[i]
	in := &o.Ops[k]
	if in.SetupMS < 0 || in.RunMS < 0 || in.BatchMS < 0 || in.LeadMS < 0 || in.SetupMS > horizon || in.LeadMS > horizon || in.LeftMS < 0 || in.LeftMS > horizon || in.Qty < 0 || in.Wear < 0 || abs(in.ReleaseMS) > horizon {
		return bad("times and quantity may not be negative or out of range")
	}
	if err := o.checkSplit(k); err != nil {
		return err
	}
	y := about{from: int32(len(c.modes)), lead: in.LeadMS, qty: o.quantity(in), wear: o.wear(in, o.quantity(in)), fixedMode: -1}
	x := op{order: int32(i), index: int32(k), state: in.State, tool: -1, skill: -1, setup: in.SetupMS,
		release: max(c.p.NowMS, o.ReleaseMS, in.ReleaseMS), parts: in.ReleaseMS > max(c.p.NowMS, o.ReleaseMS)}
	if in.Tool != "" {
		t, ok := c.tool[in.Tool]
		if !ok {
			return bad("no tool %q", in.Tool)
		}
		x.tool = t
	}
	if in.Skill != "" {
		k, ok := c.skill[in.Skill]
		if !ok { // nobody has it: it can never be done
			k = int32(len(c.skilled))
			c.skill[in.Skill], c.skilled = k, append(c.skilled, nil)
		}
		x.skill = k
	}
	add := func(code string, run int64) error {
		at, ok := c.center[code]
		if !ok {
			return bad("no work center %q", code)
		}
		if run < 0 {
			return bad("times may not be negative")
		}
		if slices.Contains(y.centers, at) {
			return nil
		}
		y.centers = append(y.centers, at)
		class := c.centers[at].class(o.Family)
		for _, m := range c.centers[at].machines {
			if err := c.addMode(o, k, m, class, run); err != nil {
				return err
			}
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
	y.to = int32(len(c.modes))
	if in.State == Frozen || in.State == Started {
		if abs(in.StartMS) > horizon {
			return bad("start out of range")
		}
		m, ok := c.machine[in.Machine]
		if !ok {
			return bad("no machine %q", in.Machine)
		}
		at := slices.IndexFunc(c.modes[y.from:y.to], func(d mode) bool { return d.machine == m })
		if y.fixedMode = y.from + int32(at); at < 0 { // a person put it where the routing does not
			y.fixedMode = int32(len(c.modes))
			if err := c.addMode(o, k, m, c.centers[c.machines[m].center].class(o.Family), in.RunMS); err != nil {
				return err
			}
		}
	}
	x.joins = in.BatchMS > 0 && in.RunMS == 0 && in.SetupMS == 0 && in.TransferLot == 0 && in.State == Free && x.tool < 0 && x.skill < 0 && o.whole(k)
	x.simple = !x.joins && x.tool < 0 && x.skill < 0
	c.ops, c.about = append(c.ops, x), append(c.about, y)
	return nil
}

func (c *compiler) addMode(o *Order, k int, m, class int32, run int64) (err error) {
	mm := &c.machines[m]
	in := &o.Ops[k]
	t := func(q num.Dec) int64 {
		w, e := work(run, in.BatchMS, q, mm.eff, mm.speed, mm.batch)
		if e == nil && in.Tool != "" {
			w += c.tools[c.tool[in.Tool]].within(o.wear(in, q))
		}
		if (e != nil || w > horizon) && err == nil {
			err = bad("run time out of range")
		}
		return w
	}
	d := mode{machine: m, center: mm.center, hours: mm.hours, class: class, run: t(o.quantity(in))}
	if k+1 < len(o.Ops) {
		d.toFirst = -1
		if o.overlaps(k + 1) {
			if first, _ := o.lots(k); first < o.quantity(in) {
				d.toFirst = t(first)
			}
		}
	}
	if o.overlaps(k) {
		_, last := o.lots(k - 1)
		d.lastLot = t(last)
	}
	c.modes = append(c.modes, d)
	return err
}

// keys are what the rules compare.
func (s *Shop) keys(i int) {
	o := &s.p.Orders[i]
	var left, behind int64
	for k := len(o.Ops) - 1; k >= 0; k-- {
		x, op := &s.about[int(s.first[i])+k], &s.ops[int(s.first[i])+k]
		fastest := never
		for _, m := range s.modes[x.from:x.to] {
			fastest = min(fastest, m.run)
		}
		own := int64(0)
		if op.state != Done {
			own = op.setup + fastest + x.lead
		}
		if k+1 == len(o.Ops) || !s.ops[int(s.first[i])+k+1].sibling {
			behind = left
		}
		left = max(left, min(behind+own, horizon)) // parts are done beside each other
		x.left = left
		prio, due, slack := int64(o.priority()), o.due(), o.due()-left
		switch s.p.Rule {
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

// links turns "after" round and refuses a loop.
func (s *Shop) links() error {
	n := len(s.p.Orders)
	s.parents = make([][]int32, n)
	waits := make([]int, n)
	for i := range s.p.Orders {
		for _, a := range s.p.Orders[i].After {
			if a < 0 || a >= n {
				return bad("order %s waits for an order that is not there", s.p.Orders[i].Number)
			}
			s.parents[a] = append(s.parents[a], int32(i))
			waits[i]++
		}
	}
	queue := make([]int32, 0, n)
	for i := range waits {
		if waits[i] == 0 {
			queue = append(queue, int32(i))
		}
	}
	for at := 0; at < len(queue); at++ {
		for _, q := range s.parents[queue[at]] {
			if waits[q]--; waits[q] == 0 {
				queue = append(queue, q)
			}
		}
	}
	if len(queue) == n {
		return nil
	}
	at := slices.IndexFunc(waits, func(w int) bool { return w > 0 })
	seen := map[int]bool{}
	for !seen[at] { // into the loop
		seen[at] = true
		for _, a := range s.p.Orders[at].After {
			if waits[a] > 0 {
				at = a
				break
			}
		}
	}
	names, from := s.p.Orders[at].Number, at
	for {
		for _, a := range s.p.Orders[at].After {
			if waits[a] > 0 {
				at = a
				break
			}
		}
		names += " ← " + s.p.Orders[at].Number
		if at == from {
			return bad("orders wait for each other: %s", names)
		}
	}
}

func abs(n int64) int64 { return max(n, -n) }
