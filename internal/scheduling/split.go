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
// runs is one of the parts and stays on its machine; the others are free until they are begun.

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

// liveParts are the machines of parts by the live schedule.
type liveParts map[piece]string

func placedParts(ctx context.Context, q db.Querier, site db.ID) (liveParts, error) {
	type row struct {
		Op      db.ID  `db:"op_id"`
		No      int    `db:"split_no"`
		Machine string `db:"machine"`
	}
	out := liveParts{}
	err := db.Each(ctx, q, `SELECT s.op_id, s.split_no, s.machine FROM aps_slot s JOIN aps_run r ON r.id = s.run_id WHERE r.site_id = $1 AND r.live AND s.split_no > 0`, []any{site}, func(r *row) error {
		out[piece{r.Op, r.No}] = r.Machine
		return nil
	})
	return out, err
}

// split makes the parts of an operation; one that is not split stays as it is.
func (o *openOp) split(p *problem, op finite.Op, on liveParts) []finite.Op {
	n := o.partsFor(p, &op)
	if n < 2 {
		return []finite.Op{op}
	}
	unit := num.One
	for range min(max(o.Decimals, 0), 6) {
		unit /= 10
	}
	share := op.Qty / num.Dec(n) / unit * unit
	first := 1 // what runs, or has begun
	for k := range n {
		if op.State == finite.Started && on[piece{o.ID, k + 1}] == op.Machine {
			first = k + 1
		}
	}
	out := make([]finite.Op, n)
	for k := range out {
		x := op
		x.Part, x.Whole, x.Qty = k+1, op.Qty, share
		if k == 0 {
			x.Qty = op.Qty - share*num.Dec(n-1)
		}
		if k+1 != first {
			x.SetupMS = o.SetupMS
			x.State, x.Machine, x.StartMS = finite.Free, "", 0
		}
		out[k] = x
	}
	return out
}

// partsFor is in how many parts an operation is done.
func (o *openOp) partsFor(p *problem, op *finite.Op) int {
	if o.SplitMax < 2 || op.Qty <= 0 {
		return 1
	}
	machines := 0
	for i := range p.WorkCenters {
		w := &p.WorkCenters[i]
		can := w.Code == op.WorkCenter || slices.ContainsFunc(op.Alternatives, func(a finite.Alternative) bool { return a.WorkCenter == w.Code })
		switch {
		case can && w.Kind != finite.Subcontract:
			machines += len(w.List())
		case can && w.Code == op.WorkCenter:
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
