package masterdata

import (
	"cmp"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/pack"
)

// calendar makes every calendar that anything names, listed or not, so that a reference to it has an id.
func (l *planner) calendar() error {
	t := &table[calendarRow, *calendarRow]{name: "md_calendar"}
	old, err := have(l, "md_calendar", "t.site_id = ?", []any{l.siteID()}, func(r *calendarRow) string { return r.Code })
	if err != nil {
		return err
	}
	l.calendars = map[string]db.ID{"": 0}
	hours, days := map[string][]calendarHours{}, map[string][]calendarDay{}
	touch := func(code string) {
		if _, ok := l.calendars[code]; ok {
			return
		}
		if o := old[code]; o != nil {
			l.calendars[code] = o.ID
			return
		}
		l.calendars[code], _ = t.put(l, nil, calendarRow{Site: l.siteID(), Code: code})
	}
	for i, h := range l.p.Calendars {
		touch(h.Calendar)
		hours[h.Calendar] = append(hours[h.Calendar], calendarHours{ID: l.newID(), Batch: l.batch, Ord: int64(i + 1), hoursRow: hoursRow{l.calendars[h.Calendar], h.Weekday, h.From, h.To, h.Shift}})
	}
	for i, d := range l.p.CalendarDays {
		touch(d.Calendar)
		days[d.Calendar] = append(days[d.Calendar], calendarDay{ID: l.newID(), Batch: l.batch, Ord: int64(i + 1), dayRow: dayRow{l.calendars[d.Calendar], d.Date, d.From, d.To, d.Shift, d.Note}})
	}
	for i := range l.p.WorkCenters {
		touch(l.p.WorkCenters[i].Calendar)
	}
	for i := range l.p.Machines {
		touch(l.p.Machines[i].Calendar)
	}
	week, dates := &collection[calendarHours]{name: "md_calendar_hours", owner: "calendar_id"}, &collection[calendarDay]{name: "md_calendar_day", owner: "calendar_id"}
	changed := map[string]bool{}
	// a file that names no shift has nothing to say about their names
	named, namedDays := 0, 0
	if slices.ContainsFunc(l.p.Calendars, func(h pack.CalendarHours) bool { return h.Shift != "" }) {
		named = 1
	}
	if slices.ContainsFunc(l.p.CalendarDays, func(d pack.CalendarDay) bool { return d.Shift != "" || d.Note != "" }) {
		namedDays = 1
	}
	ch, err := exchange(l, old, week, hours, changed, func(a, b *calendarHours) int {
		return cmp.Or(cmp.Compare(a.Weekday, b.Weekday), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), strings.Compare(a.Shift, b.Shift)*named)
	}, nil)
	if err != nil {
		return err
	}
	// next year's holidays do not take away this year's: only the dates that the file names are exchanged
	cd, err := exchange(l, old, dates, days, changed, func(a, b *calendarDay) int {
		return cmp.Or(strings.Compare(a.Date, b.Date), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), strings.Compare(a.Shift, b.Shift)*namedDays, strings.Compare(a.Note, b.Note)*namedDays)
	}, func(was calendarDay, now []calendarDay) bool {
		return !slices.ContainsFunc(now, func(d calendarDay) bool { return d.Date == was.Date })
	})
	if err != nil {
		return err
	}
	for code, o := range old {
		if changed[code] {
			o.Rev++
			t.changed = append(t.changed, *o)
		}
	}
	l.add("calendars.csv", len(l.p.Calendars), ch, t, week)
	l.add("calendar_days.csv", len(l.p.CalendarDays), cd, dates)
	return nil
}

// exchange compares the rows of each calendar with those there; keep says which of the old ones stay.
func exchange[R any](l *planner, old map[string]*calendarRow, c *collection[R], want map[string][]R, changed map[string]bool, compare func(a, b *R) int, keep func(was R, now []R) bool) (n Count, err error) {
	for code, now := range want {
		o := old[code]
		if o == nil {
			n.New += len(now)
			c.fresh = append(c.fresh, now...)
			continue
		}
		var was []R
		w := ask(l.ctx, "t")
		w.And("t.calendar_id = ?", o.ID)
		if was, err = db.All[R](l.ctx, l.q, `SELECT t.* FROM `+c.name+` t`+w.String()+` ORDER BY t.ord, t.id`, w.Args...); err != nil {
			return n, err
		}
		all := now
		for _, r := range was {
			if keep != nil && keep(r, now) {
				all = append(all, r)
			}
		}
		if sameSet(was, all, compare) {
			n.Same += len(now)
			continue
		}
		n.Changed += len(now)
		changed[code] = true
		c.old = append(c.old, o.ID)
		for i := range all {
			renew(l, &all[i])
		}
		c.fresh = append(c.fresh, all...)
	}
	return n, nil
}

// renew makes a row one of this load: a kept row is written again, because the old rows go together.
func renew[R any](l *planner, r *R) {
	switch r := any(r).(type) {
	case *calendarDay:
		r.ID, r.Batch = l.newID(), l.batch
	case *calendarHours:
		r.ID, r.Batch = l.newID(), l.batch
	}
}

func (l *planner) workCenter() error {
	t := &table[workCenterRow, *workCenterRow]{name: "md_work_center"}
	old, err := have(l, "md_work_center", "t.site_id = ?", []any{l.siteID()}, func(r *workCenterRow) string { return r.Code })
	if err != nil {
		return err
	}
	l.centers = make(map[string]db.ID, len(old))
	for code, r := range old {
		l.centers[code] = r.ID
	}
	for i, w := range l.p.WorkCenters {
		row := workCenterRow{Site: l.siteID(), Code: w.Code, Name: w.Name, Calendar: l.calendars[w.Calendar], Cost: w.CostPerHour, Efficiency: w.EfficiencyPct,
			Kind: w.Kind, Capacity: w.Capacity, Active: true, Ord: int64(i + 1)}
		if o := old[w.Code]; o != nil {
			row.Active, row.Ord = o.Active, o.Ord
			if l.hideCost {
				row.Cost = o.Cost
			}
		}
		l.centers[w.Code], _ = t.put(l, old[w.Code], row)
	}
	l.add("work_centers.csv", len(l.p.WorkCenters), t.count(), t)
	return nil
}

func (l *planner) machine() error {
	t := &table[machineRow, *machineRow]{name: "md_machine"}
	old, err := have(l, "md_machine", "t.site_id = ?", []any{l.siteID()}, func(r *machineRow) string { return r.Code })
	if err != nil {
		return err
	}
	// a file that names no efficiency of a machine has nothing to say about it
	named := slices.ContainsFunc(l.p.Machines, func(m pack.Machine) bool { return m.EfficiencyPct != 0 })
	for i, m := range l.p.Machines {
		row := machineRow{Site: l.siteID(), Code: m.Code, Name: m.Name, WorkCenter: l.centers[m.WorkCenter], Calendar: l.calendars[m.Calendar], Speed: m.SpeedPct, Efficiency: m.EfficiencyPct,
			BatchCapacity: m.BatchCapacity, Active: true, Ord: int64(i + 1)}
		if o := old[m.Code]; o != nil {
			row.Active, row.Ord = o.Active, o.Ord
			if !named {
				row.Efficiency = o.Efficiency
			}
		}
		t.put(l, old[m.Code], row)
	}
	l.add("machines.csv", len(l.p.Machines), t.count(), t)
	return nil
}

func (l *planner) changeover() error {
	if len(l.p.Changeovers) == 0 {
		return nil
	}
	t := &table[changeoverRow, *changeoverRow]{name: "md_changeover"}
	type key struct {
		center   db.ID
		from, to string
	}
	old, err := have(l, "md_changeover", "", nil, func(r *changeoverRow) key { return key{r.WorkCenter, r.From, r.To} })
	if err != nil {
		return err
	}
	for i, c := range l.p.Changeovers {
		row := changeoverRow{WorkCenter: l.centers[c.WorkCenter], From: c.FromFamily, To: c.ToFamily, Minutes: c.Minutes, Ord: int64(i + 1)}
		o := old[key{row.WorkCenter, row.From, row.To}]
		if o != nil {
			row.Ord = o.Ord
		}
		t.put(l, o, row)
	}
	l.add("changeovers.csv", len(l.p.Changeovers), t.count(), t)
	return nil
}

func (l *planner) routing() error {
	rows := l.p.Routings
	if len(rows) == 0 {
		return nil
	}
	t, ops := &table[routingHead, *routingHead]{name: "md_routing"}, &collection[routingLine]{name: "md_routing_op", owner: "routing_id"}
	old, err := have(l, "md_routing", "", nil, func(r *routingHead) versionKey { return versionKey{r.Item, r.Version} })
	if err != nil {
		return err
	}
	of := map[versionKey][]routingLine{}
	var order []versionKey
	for i := range rows {
		r := &rows[i]
		k := versionKey{l.items[r.Product], r.Version}
		if of[k] == nil {
			order = append(order, k)
		}
		var alts []Alternative
		for _, a := range r.Alternatives {
			alts = append(alts, Alternative{l.centers[a.WorkCenter], a.RunMin})
		}
		of[k] = append(of[k], routingLine{Ord: int64(i + 1), Batch: l.batch, routingOpRow: routingOpRow{Op: r.Op, Name: r.Name, WorkCenter: l.centers[r.WorkCenter], SetupMin: r.SetupMin,
			RunMin: r.RunMin, BatchMin: r.BatchMin, TransferLot: r.TransferLot, SplitMax: max(r.SplitMax, 1), SplitMin: r.SplitMin, Report: r.Report, Inspection: r.Inspection, PieceRate: r.PieceRate, Tool: r.Tool, Skill: r.Skill,
			Alternatives: joinAlternatives(alts)}})
	}
	there := map[db.ID][]routingLine{}
	if len(old) > 0 {
		w := ask(l.ctx, "t")
		if err := db.Each(l.ctx, l.q, `SELECT t.* FROM md_routing_op t`+w.String(), w.Args, func(r *routingLine) error {
			there[r.Routing] = append(there[r.Routing], *r)
			return nil
		}); err != nil {
			return err
		}
	}
	var c Count
	for _, k := range order {
		want, o := of[k], old[k]
		row := routingHead{Item: k.item, Version: k.version, Site: l.siteID(), To: OpenEnd}
		if o != nil {
			row.Site, row.From, row.To = o.Site, o.From, o.To
		}
		id, _ := t.put(l, o, row)
		if o != nil {
			keepParams(want, there[id])
			if l.hidePrice {
				keepRates(want, there[id])
			}
			if sameSet(want, there[id], compareOps) {
				c.Same += len(want)
				continue
			}
			c.Changed += len(want)
			ops.old = append(ops.old, id)
			t.same--
			o.Rev++
			t.changed = append(t.changed, *o)
		} else {
			c.New += len(want)
		}
		for i := range want {
			want[i].ID, want[i].Routing = l.newID(), id
		}
		ops.fresh = append(ops.fresh, want...)
	}
	l.add("routings.csv", len(rows), c, t, ops)
	return nil
}

// compareOps compares what a step says, not which row says it.
func compareOps(a, b *routingLine) int {
	x, y := a.routingOpRow, b.routingOpRow
	x.Routing, y.Routing = 0, 0
	if c := cmp.Compare(x.Op, y.Op); c != 0 || x == y {
		return c
	}
	return cmp.Or(strings.Compare(x.Name, y.Name), cmp.Compare(x.WorkCenter, y.WorkCenter), 1)
}

// keepParams: a pack says nothing of process parameters, so those of a step stay.
func keepParams(want, was []routingLine) {
	for i := range want {
		for _, w := range was {
			if w.Op == want[i].Op {
				want[i].Params = w.Params
			}
		}
	}
}

func keepRates(want, was []routingLine) {
	for i := range want {
		for _, w := range was {
			if w.Op == want[i].Op {
				want[i].PieceRate = w.PieceRate
			}
		}
	}
}
