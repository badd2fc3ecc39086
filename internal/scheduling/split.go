package scheduling

import (
	"context"
	"slices"
	"strconv"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/scheduling/finite"
)

// An operation that its routing allows to be split is done in parts on several machines at the same time. What is left of
// it is shared equally; a part has no fewer pieces than the routing says, and runs for no shorter than it is set up. What
// runs is one of the parts and stays on its machine, and so is what somebody has joined on another machine; the others are
// free.

// piece of an operation that a schedule places: all of it (0), or one of its parts.
type piece struct {
	op db.ID
	no int
}

// key of what the problem places at an index.
func (p *problem) key(order, k int) piece { return piece{p.ops[order][k], p.Orders[order].Ops[k].Part} }

// find is where a part of an operation stands in an order; what is named without a part, or by the first part of what is
// whole now, is the first. -1: it is not there.
func (p *problem) find(order int, op db.ID, no int) int {
	first := slices.Index(p.ops[order], op)
	if first < 0 {
		return -1
	}
	for k := first; k < len(p.ops[order]) && p.ops[order][k] == op; k++ {
		if p.Orders[order].Ops[k].Part == no {
			return k
		}
	}
	if no > 1 {
		return -1
	}
	return first
}

// placeOf is where a piece was; one that was whole is the first part, and the other way round.
func placeOf(was map[piece]wasRow, k piece) (wasRow, bool) {
	w, ok := was[k]
	if !ok && k.no < 2 {
		w, ok = was[piece{k.op, 1 - k.no}]
	}
	return w, ok
}

// count of parts that an operation has.
func (p *problem) count(order, k int) (n int) {
	for i := range p.ops[order] {
		if p.ops[order][i] == p.ops[order][k] {
			n++
		}
	}
	return n
}

// barID names a bar: the operation, and which part of it.
func barID(op db.ID, no int) string {
	switch {
	case op == 0:
		return ""
	case no == 0:
		return op.String()
	}
	return op.String() + "/" + strconv.Itoa(no)
}

// onFloor is what is known of parts: their machines by the live schedule, and on which machines people have joined an
// operation that runs elsewhere.
type onFloor struct {
	planned map[piece]string
	joined  map[db.ID][]joined
}

type joined struct {
	Op      db.ID  `db:"op_id"`
	Machine string `db:"machine"`
	AtMS    int64  `db:"at_ms"`
}

func readParts(ctx context.Context, q db.Querier, site db.ID) (onFloor, error) {
	type row struct {
		Op      db.ID  `db:"op_id"`
		No      int    `db:"split_no"`
		Machine string `db:"machine"`
	}
	out := onFloor{map[piece]string{}, map[db.ID][]joined{}}
	if err := db.Each(ctx, q, `SELECT s.op_id, s.split_no, s.machine FROM aps_slot s JOIN aps_run r ON r.id = s.run_id WHERE r.site_id = $1 AND r.live AND s.split_no > 0`, []any{site}, func(r *row) error {
		out.planned[piece{r.Op, r.No}] = r.Machine
		return nil
	}); err != nil {
		return out, err
	}
	err := db.Each(ctx, q, `SELECT r.op_id, k.code AS machine, min(r.happened_ms) AS at_ms
		FROM v_wo_split x JOIN v_wo_op p ON p.id = x.op_id JOIN v_wo_run r ON r.op_id = p.id AND r.kind = 'join' AND r.happened_ms >= p.running_ms JOIN v_machine k ON k.id = r.machine_id
		WHERE p.site_id = $1 AND p.own_done_ms = 0 AND p.running_ms > 0
		AND NOT EXISTS (SELECT 1 FROM v_wo_run n WHERE n.op_id = r.op_id AND n.worker_id = r.worker_id AND n.kind = 'leave' AND n.recorded_ms >= r.recorded_ms)
		GROUP BY r.op_id, k.code ORDER BY r.op_id, at_ms, k.code`, []any{site}, func(j *joined) error {
		out.joined[j.Op] = append(out.joined[j.Op], *j)
		return nil
	})
	return out, err
}

// split makes the parts of an operation; one that is not split stays as it is.
func (o *openOp) split(p *problem, op finite.Op, floor onFloor, taken map[string]bool) []finite.Op {
	n := o.partsFor(p, &op)
	if n < 2 {
		return []finite.Op{op}
	}
	unit := num.One
	for range min(max(o.Decimals, 0), 6) {
		unit /= 10
	}
	share := op.Qty / num.Dec(n) / unit * unit
	out := make([]finite.Op, n)
	for k := range out {
		x := op
		x.Part, x.Whole, x.Qty, x.SetupMS = k+1, op.Qty, share, o.SetupMS
		if k == 0 {
			x.Qty = op.Qty - share*num.Dec(n-1)
		}
		x.State, x.Machine, x.StartMS = finite.Free, "", 0
		out[k] = x
	}
	// on finds the part for a machine: the one that is planned there, else the first that is free
	on := func(machine string) *finite.Op {
		first := -1
		for k := range out {
			if out[k].State != finite.Free {
				continue
			}
			if first < 0 || machine != "" && floor.planned[piece{o.ID, k + 1}] == machine && floor.planned[piece{o.ID, first + 1}] != machine {
				first = k
			}
		}
		if first < 0 {
			return nil
		}
		return &out[first]
	}
	x := on(op.Machine) // it is set up, whether it runs or not
	x.SetupMS, x.State, x.Machine, x.StartMS = op.SetupMS, op.State, op.Machine, op.StartMS
	if op.State != finite.Started {
		return out
	}
	said := p.counted[piece{o.ID, 0}]
	delete(p.counted, piece{o.ID, 0})
	p.counted[piece{o.ID, x.Part}] = said
	for _, j := range floor.joined[o.ID] {
		w, _ := p.machine(j.Machine)
		if w == nil || taken[j.Machine] || w.Kind == finite.Subcontract || !can(&op, w.Code) {
			continue
		}
		x := on(j.Machine)
		if x == nil {
			break
		}
		x.SetupMS, x.State, x.Machine, x.StartMS = 0, finite.Started, j.Machine, min(j.AtMS, p.NowMS)
		taken[j.Machine] = true
		p.counted[piece{o.ID, x.Part}] = counted{max(o.Counted, j.AtMS), false}
	}
	return out
}

// can says whether an operation may be done at a work center.
func can(op *finite.Op, center string) bool {
	return op.WorkCenter == center || slices.ContainsFunc(op.Alternatives, func(a finite.Alternative) bool { return a.WorkCenter == center })
}

// partsFor is in how many parts an operation is done.
func (o *openOp) partsFor(p *problem, op *finite.Op) int {
	if o.SplitMax < 2 || op.Qty <= 0 {
		return 1
	}
	machines := 0
	for i := range p.WorkCenters {
		w := &p.WorkCenters[i]
		switch {
		case can(op, w.Code) && w.Kind != finite.Subcontract:
			machines += len(w.List())
		case w.Code == op.WorkCenter:
			return 1 // whoever takes it outside shares it himself
		}
	}
	n := min(o.SplitMax, machines)
	for _, t := range p.Tools {
		if t.Code == op.Tool {
			n = min(n, max(t.Count, 1))
		}
	}
	n = int(min(int64(n), int64(op.Qty/max(o.SplitMin, num.One))))
	for n > 1 {
		if run, err := num.MulDiv(op.RunMS, int64(op.Qty)/int64(n), int64(num.One)); err == nil && run+op.BatchMS >= o.SetupMS {
			break
		}
		n--
	}
	return max(n, 1)
}

// release says when the parts are there that an operation, and so each part of it, uses.
func (p *problem) release(order, k int, ms int64) {
	for n := range p.ops[order] {
		if p.ops[order][n] == p.ops[order][k] {
			p.Orders[order].Ops[n].ReleaseMS = ms
		}
	}
}
