package finite

import "kaiwu/internal/kit/num"

// A tool with a life must be reground when it has done its pieces, and is away for that time. An operation begins with a
// tool that can do all of it; else the tool is reground first. One that asks for more than a whole life begins with a
// fresh tool, and its machine stands still while that is reground in between: this is part of its run time.
//
// What is started or frozen counts as done before anything else, since nobody takes the tool away from it.

// within is how long the tool is away while a quantity is made that begins with a fresh one.
func (t *tool) within(q num.Dec) int64 {
	if t.life == 0 || q <= t.life {
		return 0
	}
	return min(int64((q-1)/t.life), horizon/max(t.away, 1)+1) * t.away
}

// worn is what a piece of the tool has done since it was last reground, after a quantity more.
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
	if t.life == 0 || x.joined == 0 || x.joined+d.about[i].qty <= t.life {
		return x.free, false
	}
	return max(x.free, d.lastFixed[p]) + t.away, true
}
