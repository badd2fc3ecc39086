package sales

// forCustomer takes out what is the factory's own business: what goes into a product, what was scrapped, who made
// it, how much lies in stock for others. The customer keeps quantities, dates and what was made for him.
func (t *Track) forCustomer() {
	t.Picks, t.Tolerance, t.Status = []string{}, 0, told(t.Status)
	for i := range t.Lines {
		l := &t.Lines[i]
		l.Status = told(l.Status)
		l.FreeStock, l.Conflict, l.Supply, l.BOMVersion, l.SoftFrom = 0, nil, "", "", ""
		for j := range l.Work {
			w := &l.Work[j]
			w.Used, w.Scrap, w.Failed = []UsedLot{}, 0, 0
			for k := range w.Ops {
				o := &w.Ops[k]
				o.Workers, o.Scrap, o.Rework = "", 0, 0
			}
		}
	}
}
