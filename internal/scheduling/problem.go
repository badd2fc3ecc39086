package scheduling

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/scheduling/finite"
)

// problem is the scheduling problem of a site, and which rows its indices stand for.
type problem struct {
	*finite.Problem
	orders    []db.ID
	ops       [][]db.ID
	centers   map[string]db.ID
	names     map[string]string // of work centers
	pinned    map[piece]bool    // operations that a person has put where they are
	begun     map[db.ID]bool    // operations that have begun, whether they run or not
	calendars map[db.ID]*cal.Calendar
	waits     map[db.ID]part    // operations whose parts come later, by the plan
	noise     int64             // a difference by less nobody calls a move
	counted   map[piece]counted // of what runs, when the floor last said how far it is
	byHours   map[string]bool   // tools whose life is in hours
}

type openOp struct {
	ID          db.ID   `db:"id"`
	Order       db.ID   `db:"order_id"`
	Number      string  `db:"order_number"`
	Family      string  `db:"family"`
	OrderQty    num.Dec `db:"order_qty"`
	Due         string  `db:"due"`
	Start       string  `db:"start"`
	Priority    int     `db:"priority"`
	OrderStatus string  `db:"order_status"`
	Op          int     `db:"op"`
	Center      db.ID   `db:"work_center_id"`
	SetupMS     int64   `db:"setup_ms"`
	RunMin      num.Dec `db:"run_min"`
	BatchMin    num.Dec `db:"batch_min"`
	Transfer    num.Dec `db:"transfer_lot"`
	Tool        string  `db:"tool"`
	Skill       string  `db:"skill"`
	Good        num.Dec `db:"good"`
	Scrap       num.Dec `db:"scrap"`
	Lost        num.Dec `db:"lost"`
	Alternative string  `db:"alternatives"`
	RunningMS   int64   `db:"running_ms"`
	StartedMS   int64   `db:"started_ms"`
	Machine     string  `db:"machine"` // that somebody named when it was started
	Planned     string  `db:"planned"` // by the schedule that is live now
	Counted     int64   `db:"counted"` // last report of what runs
	Setting     int64   `db:"setting_ms"`
	SplitMax    int     `db:"split_max"`
	SplitMin    num.Dec `db:"split_min"`
	Decimals    int64   `db:"decimals"` // of the item's unit
}

// read builds the problem from what is open: work centers with calendars and machines, and every operation that is
// not done with the pieces it still has to make.
func read(ctx context.Context, q db.Querier, site masterdata.Site, rule finite.Rule, now int64) (*problem, error) {
	p := &problem{Problem: &finite.Problem{NowMS: now, Rule: rule}, centers: map[string]db.ID{}, pinned: map[piece]bool{}, begun: map[db.ID]bool{}, waits: map[db.ID]part{}, counted: map[piece]counted{}, byHours: map[string]bool{}}
	codes, err := p.plant(ctx, q, site)
	if err != nil {
		return nil, err
	}
	if err := p.people(ctx, q, site, now); err != nil {
		return nil, err
	}
	zone := cal.Always(site.Location())
	ops, err := db.All[openOp](ctx, q, `
		SELECT p.id, p.order_id, p.order_number, i.family, p.order_qty, p.due, p.start, p.priority, p.order_status, p.op, p.work_center_id, p.setup_ms, p.run_min, p.batch_min,
		       p.transfer_lot, p.tool, p.skill, p.good, p.scrap, p.alternatives, p.running_ms, p.started_ms, p.setting_ms, coalesce(x.split_max, 1) AS split_max, coalesce(x.split_min, 0) AS split_min, i.decimals,
		       CAST((SELECT coalesce(sum(b.scrap), 0) FROM v_wo_op b WHERE b.order_id = p.order_id AND b.report AND b.op < p.op AND b.id <> p.report_id) AS BIGINT) AS lost,
		       coalesce((SELECT max(k.code) FROM v_wo_run r JOIN v_machine k ON k.id = r.machine_id WHERE r.order_id = p.order_id AND r.op_id = p.id AND r.kind = 'start' AND r.happened_ms = p.running_ms), '') AS machine,
		       coalesce((SELECT s.machine FROM v_slot s WHERE s.op_id = p.id AND s.order_id = p.order_id AND p.running_ms > 0 ORDER BY CASE s.state WHEN 'started' THEN 0 ELSE 1 END, s.start_ms, s.split_no LIMIT 1), '') AS planned,
		       CASE WHEN p.running_ms > 0 THEN coalesce((SELECT max(r.happened_ms) FROM v_wo_report r WHERE r.op_id = p.report_id AND r.reverses = 0 AND NOT r.reversed), 0) ELSE 0 END AS counted
		FROM v_wo_op p JOIN v_item i ON i.id = p.item_id LEFT JOIN v_wo_split x ON x.op_id = p.id
		WHERE p.site_id = $1 AND p.own_done_ms = 0 AND p.order_status IN ('planned', 'released', 'started')
		ORDER BY p.priority, p.due, p.order_number, p.op`, site.ID)
	if err != nil {
		return nil, err
	}
	var floor onFloor
	if slices.ContainsFunc(ops, func(o openOp) bool { return o.SplitMax > 1 }) {
		if floor, err = readParts(ctx, q, site.ID); err != nil {
			return nil, err
		}
	}
	taken, named, tools := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range ops {
		named[ops[i].Machine] = true
	}
	for _, t := range p.Tools {
		tools[t.Code] = true
	}
	for i := range ops {
		o := &ops[i]
		if o.Tool != "" && !tools[o.Tool] { // named by a routing and never listed: there is one
			tools[o.Tool] = true
			p.Tools = append(p.Tools, finite.Tool{Code: o.Tool})
		}
		if n := len(p.orders); n == 0 || p.orders[n-1] != o.Order {
			order := finite.Order{Number: o.Number, Family: o.Family, Qty: o.OrderQty, Priority: o.Priority}
			if d, err := cal.ParseDay(o.Due); err == nil {
				order.DueMS = zone.DayStart(d + 1) // by the end of its date
			}
			if d, err := cal.ParseDay(o.Start); err == nil && o.OrderStatus != "started" {
				order.ReleaseMS = zone.DayStart(d)
			}
			p.Orders, p.orders, p.ops = append(p.Orders, order), append(p.orders, o.Order), append(p.ops, nil)
		}
		n := len(p.orders) - 1
		op, err := o.op(p, codes, taken, named)
		if err != nil {
			return nil, err
		}
		if op.WorkCenter == "" || op.Qty <= 0 {
			continue // nothing known of where it is done, or nothing left to do
		}
		for _, part := range o.split(p, op, floor, taken) {
			p.Orders[n].Ops, p.ops[n] = append(p.Orders[n].Ops, part), append(p.ops[n], o.ID)
		}
	}
	return p, p.WearByHours(p.byHours)
}

// op translates an operation. What runs stays on its machine; where nobody named one, on that of the live schedule or
// the first that is not taken and that nobody named for something else.
func (o *openOp) op(p *problem, codes map[db.ID]string, taken, named map[string]bool) (finite.Op, error) {
	run, err := num.MulDivUp(int64(o.RunMin), 60_000, int64(num.One))
	if err != nil {
		return finite.Op{}, err
	}
	batch, err := num.MulDivUp(int64(o.BatchMin), 60_000, int64(num.One))
	if err != nil {
		return finite.Op{}, err
	}
	op := finite.Op{Seq: o.Op, WorkCenter: codes[o.Center], Qty: o.OrderQty - o.Lost - o.Good - o.Scrap, SetupMS: o.SetupMS, RunMS: run, BatchMS: batch, TransferLot: o.Transfer, Tool: o.Tool, Skill: o.Skill}
	alts, err := production.Alternatives(o.Alternative)
	if err != nil {
		return finite.Op{}, err
	}
	if err := alternatives(&op, alts, codes); err != nil {
		return finite.Op{}, err
	}
	if o.Good+o.Scrap > 0 || o.StartedMS > 0 {
		op.SetupMS = 0 // set up already
		p.begun[o.ID] = true
	}
	if o.RunningMS == 0 {
		return op, nil
	}
	c := slices.IndexFunc(p.WorkCenters, func(w finite.WorkCenter) bool { return w.Code == op.WorkCenter })
	if c < 0 {
		return op, nil
	}
	free := func(m string) bool { return !taken[m] && (o.Machine == m || o.Machine == "" && !named[m]) }
	var list []string
	for _, m := range p.WorkCenters[c].List() {
		list = append(list, m.Code)
	}
	known := cmp.Or(o.Machine, o.Planned)
	if w, _ := p.machine(known); w != nil && can(&op, w.Code) { // it may run at another work center that can do it
		list = append([]string{known}, list...)
	}
	for _, m := range list {
		if w, _ := p.machine(m); free(m) || w.Kind == finite.Subcontract {
			op.State, op.Machine, op.StartMS = finite.Started, m, min(o.RunningMS, p.NowMS)
			p.counted[piece{o.ID, 0}] = counted{max(o.Counted, o.RunningMS), o.Setting > 0}
			taken[m] = true
			break
		}
	}
	return op, nil
}

// alternatives adds the other work centers that can do an operation.
func alternatives(op *finite.Op, list []masterdata.Alternative, codes map[db.ID]string) error {
	for _, a := range list {
		ms, err := num.MulDivUp(int64(a.RunMin), 60_000, int64(num.One))
		if err != nil {
			return err
		}
		if c := codes[a.WorkCenterID]; c != "" && c != op.WorkCenter {
			op.Alternatives = append(op.Alternatives, finite.Alternative{WorkCenter: c, RunMS: ms})
		}
	}
	return nil
}

// people reads tools and who can do what.
func (p *problem) people(ctx context.Context, q db.Querier, site masterdata.Site, now int64) error {
	if err := p.tools(ctx, q, site); err != nil {
		return err
	}
	type skill struct {
		Worker string `db:"code"`
		Skill  string `db:"skill"`
	}
	today := cal.Always(site.Location()).DateOf(now)
	can, err := db.All[skill](ctx, q, `SELECT w.code, s.skill FROM v_worker_skill s JOIN v_worker w ON w.id = s.worker_id WHERE w.active AND s.valid_until >= $1 ORDER BY w.code, s.skill`, today)
	if err != nil {
		return err
	}
	for _, c := range can {
		if n := len(p.Workers); n == 0 || p.Workers[n-1].Code != c.Worker {
			p.Workers = append(p.Workers, finite.Worker{Code: c.Worker})
		}
		w := &p.Workers[len(p.Workers)-1]
		w.Skills = append(w.Skills, c.Skill)
	}
	return p.there(ctx, q, site, now)
}

// plant reads work centers, machines, calendars and changeovers.
func (p *problem) plant(ctx context.Context, q db.Querier, site masterdata.Site) (map[db.ID]string, error) {
	centers, err := masterdata.WorkCenters(ctx, q, site.ID)
	if err != nil {
		return nil, err
	}
	list, err := masterdata.Machines(ctx, q, site.ID)
	if err != nil {
		return nil, err
	}
	changes, err := masterdata.Changeovers(ctx, q, site.ID)
	if err != nil {
		return nil, err
	}
	cals, err := masterdata.Calendars(ctx, q)
	if err != nil {
		return nil, err
	}
	p.calendars = cals
	codes, index := map[db.ID]string{}, map[db.ID]int{}
	p.names = map[string]string{}
	ids := make([]db.ID, 0, len(centers))
	for id := range centers {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b db.ID) int { return strings.Compare(centers[a].Code, centers[b].Code) })
	for _, id := range ids {
		w := centers[id]
		codes[id], index[id], p.centers[w.Code], p.names[w.Code] = w.Code, len(p.WorkCenters), id, w.Name
		p.WorkCenters = append(p.WorkCenters, finite.WorkCenter{Code: w.Code, Kind: w.Kind, EfficiencyPct: w.EfficiencyPct, Calendar: cals[w.CalendarID], Capacity: w.Capacity})
	}
	for _, m := range list {
		if i, ok := index[m.WorkCenterID]; ok && m.Active {
			p.WorkCenters[i].Machines = append(p.WorkCenters[i].Machines, finite.Machine{Code: m.Code, SpeedPct: m.SpeedPct, EfficiencyPct: m.EfficiencyPct, Calendar: cals[m.CalendarID], BatchCapacity: m.BatchCapacity})
		}
	}
	for _, c := range changes {
		ms, err := masterdata.Millis(c.Minutes)
		if err != nil {
			return nil, err
		}
		if i, ok := index[c.WorkCenterID]; ok {
			p.WorkCenters[i].Changeovers = append(p.WorkCenters[i].Changeovers, finite.Changeover{From: c.FromFamily, To: c.ToFamily, MS: ms})
		}
	}
	return codes, p.setUpFor(ctx, q, site.ID, list)
}

// wasRow is the place of an operation in the live schedule.
type wasRow struct {
	Op      db.ID  `db:"op_id"`
	No      int    `db:"split_no"`
	Machine string `db:"machine"`
	StartMS int64  `db:"start_ms"`
	EndMS   int64  `db:"end_ms"`
}

// places reads those of a run.
func places(ctx context.Context, q db.Querier, run db.ID) (map[piece]wasRow, error) {
	out := map[piece]wasRow{}
	if run == 0 {
		return out, nil
	}
	err := db.Each(ctx, q, `SELECT op_id, split_no, machine, start_ms, end_ms FROM aps_slot WHERE run_id = $1 AND machine <> ''`, []any{run}, func(r *wasRow) error { out[piece{r.Op, r.No}] = *r; return nil })
	return out, err
}
