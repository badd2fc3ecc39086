package finite

import (
	"fmt"
	"slices"
)

// wear: no piece of a tool is at two operations, and none is worn by more than its life between two times that it is
// reground. It may be reground in whatever time it lies; an operation of more than a life has that within.
func (k *checker) wear(s *Schedule) error {
	tools := map[string]*Tool{}
	for i := range k.p.Tools {
		tools[k.p.Tools[i].Code] = &k.p.Tools[i]
	}
	type piece struct {
		tool string
		n    int
	}
	at := map[piece][]*Slot{}
	for i := range s.Slots {
		x := &s.Slots[i]
		op := &k.p.Orders[x.Order].Ops[x.Op]
		if op.Tool == "" || k.machines[x.Machine].center.Kind == Subcontract {
			continue
		}
		if n := max(tools[op.Tool].Count, 1); x.Piece > n || op.State == Free && x.Piece < 1 {
			return fmt.Errorf("%s: piece %d of %d of tool %s", k.name(x.Order, x.Op), x.Piece, n, op.Tool)
		}
		if x.Piece > 0 {
			at[piece{op.Tool, x.Piece}] = append(at[piece{op.Tool, x.Piece}], x)
		}
	}
	for p, list := range at {
		slices.SortFunc(list, func(a, b *Slot) int {
			if a.StartMS != b.StartMS {
				return int(min(max(a.StartMS-b.StartMS, -1), 1))
			}
			return int(min(max(a.EndMS-b.EndMS, -1), 1))
		})
		t := tools[p.tool]
		done, free := t.Used, k.p.NowMS
		for _, x := range list {
			what := k.name(x.Order, x.Op)
			if x.StartMS < free && x.EndMS > x.StartMS {
				return fmt.Errorf("%s begins with piece %d of tool %s while that is elsewhere", what, p.n, p.tool)
			}
			if t.Life > 0 {
				wear := k.p.Orders[x.Order].Ops[x.Op].Wear
				if wear == 0 || x.Qty == 0 { // nothing left to make wears nothing
					wear = x.Qty
				}
				switch gap := x.StartMS - free; {
				case gap >= t.RegrindMS: // long enough, so it may have been
					done = wear
				case done == 0 || done+wear <= t.Life || x.State != Free: // what runs goes on
					done += wear
				default:
					return fmt.Errorf("%s takes %s of piece %d of tool %s, which has done %s of %s and was not reground", what, wear, p.n, p.tool, done, t.Life)
				}
				if x.State == Free && done > t.Life { // reground within, and fresh for the rest
					if done %= t.Life; done == 0 {
						done = t.Life
					}
				}
			}
			free = max(free, x.EndMS)
		}
	}
	return nil
}
