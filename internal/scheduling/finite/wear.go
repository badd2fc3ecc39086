package finite

import "kaiwu/internal/kit/num"

// A tool with a life, in pieces or in hours of work (Op.Wear), must be reground when it has done that, and is away for the time this takes. An operation begins with a
// tool that can do all of it; else the tool is reground first. One that asks for more than a whole life begins with a
// fresh tool, and its machine stands still while that is reground in between: this is part of its run time.
//
// What is started or frozen counts as done before anything else, since nobody takes the tool away from it.

// WearByHours lets the operations that use certain tools wear them by the hours of their work at full speed, without
// set-up, whatever machine does it then: a life in hours is counted so.
func (p *Problem) WearByHours(tools map[string]bool) error {
	for i := range p.Orders {
		o := &p.Orders[i]
		for k := range o.Ops {
			x := &o.Ops[k]
			if !tools[x.Tool] {
				continue
			}
			n, err := num.MulDivUp(x.RunMS, int64(o.quantity(x)), 3_600_000)
			if err != nil {
				return bad("order %s operation %d: run time out of range", o.Number, x.Seq)
			}
			x.Wear = max(num.Dec(n), 1)
		}
	}
	return nil
}

// within is how long the tool is away while something is made that wears it by q and begins with a fresh one.
func (t *tool) within(q num.Dec) int64 {
	if t.life == 0 || q <= t.life {
		return 0
	}
	return min(int64((q-1)/t.life), horizon/max(t.away, 1)+1) * t.away
}

// worn is what a piece of the tool has done since it was last reground, after a wear of q more.
func (t *tool) worn(used, q num.Dec) num.Dec {
	if used > 0 && used+q > t.life {
		used = 0
	}
	if used += q; used > t.life {
		used = (used-1)%t.life + 1
	}
	return used
}

// piece is the one that is free first for an operation, reground where it must be.
func (d *decoder) piece(i int32, t *tool) int32 {
	best, at := t.first, never
	for p := t.first; p < t.first+t.count; p++ {
		if free, _ := d.sharp(i, t, p); free < at {
			best, at = p, free
		}
	}
	return best
}

// sharp is when a piece of a tool is free for an operation, and whether it is reground before.
func (d *decoder) sharp(i int32, t *tool, p int32) (int64, bool) {
	x := &d.pieces[p]
	if t.life == 0 || x.joined == 0 || x.joined+d.about[i].wear <= t.life {
		return x.free, false
	}
	return max(x.free, d.lastFixed[p]) + t.away, true
}
