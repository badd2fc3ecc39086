package dispatch

// result collects slots, lateness and loads.
func (s *solver) result() *Schedule {
	out := &Schedule{Orders: make([]OrderEnd, len(s.p.Orders)), EndMS: s.p.NowMS}
	loads := make([]Load, len(s.centers))
	for i := range s.ops {
		x := &s.ops[i]
		if x.slot == nil {
			if s.in(i).State != Done {
				out.Unplaced = append(out.Unplaced, Unplaced{x.order, x.index})
			}
			continue
		}
		out.Slots = append(out.Slots, *x.slot)
		e := &out.Orders[x.order]
		e.EndMS = max(e.EndMS, x.slot.EndMS)
		out.EndMS = max(out.EndMS, x.slot.EndMS)
		m := &s.machines[x.mode.machine]
		loads[m.center].BusyMS += between(m.cal, x.slot.StartMS, x.slot.EndMS)
		loads[m.center].SetupMS += x.slot.SetupMS
		if st := s.in(i).State; (st == Started || st == Frozen) && x.index > 0 && s.tooEarly(i) {
			out.Conflicts = append(out.Conflicts, Conflict{x.order, x.index})
		}
	}
	for i := range out.Orders {
		if e := &out.Orders[i]; e.EndMS > 0 && s.p.Orders[i].DueMS != 0 {
			e.LateMS = max(0, e.EndMS-s.p.Orders[i].DueMS)
		}
	}
	for c := range s.centers {
		loads[c].WorkCenter = s.centers[c].code
		for _, m := range s.centers[c].machines {
			if !s.centers[c].infinite {
				loads[c].AvailableMS += between(s.machines[m].cal, s.p.NowMS, out.EndMS)
			}
		}
	}
	out.Loads = loads
	return out
}

// tooEarly says whether a fixed operation contradicts the one before it.
func (s *solver) tooEarly(i int) bool {
	if s.ops[i-1].slot == nil {
		return s.in(i-1).State != Done
	}
	x := &s.ops[i]
	return x.slot.StartMS < s.transfer(i-1) || x.slot.EndMS < s.lastLot(x, x.mode)
}
