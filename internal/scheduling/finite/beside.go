package finite

// Beside is a work center that some orders pass: their work, that of all others there from now until it is through with
// theirs, and the hours that its machines have until then.
type Beside struct {
	WorkCenter                        string
	OwnMS, OthersMS, HoursMS, UntilMS int64
}

// Beside tells the work centers with hours that orders pass in a schedule of this shop; batches that run together count
// once, for the one that opened them.
func (s *Shop) Beside(x *Schedule, own func(order int) bool) []Beside {
	center, hours := map[string]int32{}, map[string]*table{}
	for i := range s.machines {
		center[s.machines[i].code], hours[s.machines[i].code] = s.machines[i].center, s.machines[i].hours
	}
	all := make([]Beside, len(s.centers))
	for k := range x.Slots {
		if y := &x.Slots[k]; own(y.Order) && hours[y.Machine] != nil {
			c := &all[center[y.Machine]]
			c.UntilMS = max(c.UntilMS, y.EndMS)
		}
	}
	for k := range x.Slots {
		y := &x.Slots[k]
		h := hours[y.Machine]
		if h == nil {
			continue
		}
		if y.Why == OnMachine && y.By >= 0 { // beside another in one run
			if b := &x.Slots[y.By]; b.Machine == y.Machine && b.StartMS == y.StartMS && b.EndMS == y.EndMS {
				continue
			}
		}
		c := &all[center[y.Machine]]
		from, to := max(y.StartMS, s.p.NowMS), min(y.EndMS, c.UntilMS)
		switch {
		case to <= from:
		case own(y.Order):
			c.OwnMS += h.between(from, to)
		default:
			c.OthersMS += h.between(from, to)
		}
	}
	var out []Beside
	for n := range all {
		if all[n].UntilMS == 0 {
			continue
		}
		all[n].WorkCenter = s.centers[n].code
		for _, m := range s.centers[n].machines {
			if h := s.machines[m].hours; h != nil {
				all[n].HoursMS += h.between(s.p.NowMS, all[n].UntilMS)
			}
		}
		out = append(out, all[n])
	}
	return out
}
