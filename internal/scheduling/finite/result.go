package finite

// Schedule gives a sequence its times. What can never be done, and what waits for it, is listed as unplaced.
func (s *Shop) Schedule(q *Sequence) *Schedule {
	d := s.decoder()
	d.decode(q)
	return d.schedule()
}

// Outcome is Schedule and Value at once.
func (s *Shop) Outcome(q *Sequence, ref *Reference) (*Schedule, Value) {
	d := s.decoder()
	d.decode(q)
	return d.schedule(), d.value(ref)
}

func (d *decoder) schedule() *Schedule {
	s := d.Shop
	out := &Schedule{Orders: make([]OrderEnd, len(s.p.Orders)), Loads: make([]Load, len(s.centers)), EndMS: s.p.NowMS, Slots: make([]Slot, 0, len(s.ops))}
	at := make([]int, len(s.ops)) // index into Slots
	for i := range s.ops {
		x, sl := &s.ops[i], &d.slots[i]
		if at[i] = -1; sl.mode < 0 {
			if x.state != Done {
				out.Unplaced = append(out.Unplaced, Unplaced{int(x.order), int(x.index)})
			}
			continue
		}
		md := &s.modes[sl.mode]
		m := &s.machines[md.machine]
		at[i] = len(out.Slots)
		y := Slot{Order: int(x.order), Op: int(x.index), WorkCenter: s.centers[m.center].code, Machine: m.code, StartMS: sl.start, EndMS: sl.end, SetupMS: sl.setup, Qty: s.about[i].qty, State: x.state, Why: sl.why, By: int(sl.by)}
		if sl.piece >= 0 {
			y.Piece = int(sl.piece-s.tools[x.tool].first) + 1
		}
		if sl.worker >= 0 {
			y.Worker = s.workers[sl.worker].code
		}
		out.Slots = append(out.Slots, y)
		e := &out.Orders[x.order]
		e.EndMS = max(e.EndMS, sl.end)
		out.EndMS = max(out.EndMS, sl.end)
		if d.shares(int32(i)) {
			continue
		}
		if md.hours != nil {
			out.Loads[m.center].BusyMS += md.hours.between(sl.start, sl.end)
		} else if m.out != nil {
			out.Loads[m.center].BusyMS += m.out.WorkBetween(sl.start, sl.end)
		} else {
			out.Loads[m.center].BusyMS += max(0, sl.end-sl.start)
		}
		out.Loads[m.center].SetupMS += sl.setup
	}
	for k := range out.Slots {
		if b := out.Slots[k].By; b >= 0 {
			out.Slots[k].By = at[b]
		}
	}
	for i := range s.ops {
		if x := &s.ops[i]; (x.state == Started || x.state == Frozen) && d.slots[i].mode >= 0 && x.index > 0 && d.tooEarly(int32(i)) {
			out.Conflicts = append(out.Conflicts, Conflict{int(x.order), int(x.index)})
		}
	}
	for i := range out.Orders {
		if e := &out.Orders[i]; e.EndMS > 0 && s.p.Orders[i].DueMS != 0 {
			e.LateMS = max(0, e.EndMS-s.p.Orders[i].DueMS)
		}
	}
	for c := range s.centers {
		out.Loads[c].WorkCenter = s.centers[c].code
		for _, m := range s.centers[c].machines {
			if h := s.machines[m].hours; h != nil {
				out.Loads[c].AvailableMS += h.between(s.p.NowMS, out.EndMS)
			}
		}
	}
	return out
}

// shares says whether an operation runs in the batch of another.
func (d *decoder) shares(i int32) bool {
	x, sl := &d.ops[i], &d.slots[i]
	if !x.joins || sl.by < 0 || sl.why != OnMachine || d.slots[sl.by].mode < 0 {
		return false
	}
	y := &d.slots[sl.by]
	return y.start == sl.start && y.end == sl.end && sl.end > sl.start && d.modes[y.mode].machine == d.modes[sl.mode].machine
}

// tooEarly says whether a fixed operation contradicts the one before it.
func (d *decoder) tooEarly(i int32) bool {
	if d.ops[i].split {
		return d.tooEarlyForParts(i)
	}
	if d.slots[i-1].mode < 0 {
		return d.ops[i-1].state != Done
	}
	sl := &d.slots[i]
	m := &d.modes[sl.mode]
	last := int64(0)
	if m.hours != nil {
		last = d.hours(sl).add(d.slots[i-1].end, m.lastLot)
	} else {
		last = add(d.Shop.machines[m.machine].out, d.slots[i-1].end, m.lastLot)
	}
	return sl.start < d.transfer(i-1) || sl.end < last
}
