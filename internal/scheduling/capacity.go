package scheduling

import (
	"cmp"
	"context"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Settings of learning capacity.
const (
	SettingLearnShifts = "scheduling.learn_shifts"
	SettingLearnWeeks  = "scheduling.learn_weeks"
)

// capacity is what the floor says of machines and calendars: when work lay on them, and when it was done.
type capacity struct {
	shifts   int64
	weeks    int64
	now      int64
	machines map[db.ID]*busy
	owners   map[owner]*busy // of calendars
	patterns map[db.ID][]masterdata.WeekSpan
	plan     map[db.ID][2]int64 // by machine: planned milliseconds and days of the shifts that count
	turns    map[db.ID][]turn   // by machine: those in which something was done, or it was broken
	days     map[timeKey]*workday
}

// owner keeps a calendar: a work center, or a machine that has one of its own.
type owner struct{ center, machine db.ID }

// busy is when there was work, and what became of the time. Spans that touch are one.
type busy struct {
	there []cal.Span            // an operation had begun and was not done
	ran   []cal.Span            // something ran or was set up
	run   []cal.Span            // of that it ran
	lost  map[string][]cal.Span // stood still, by reason
	said  []int64               // when somebody started, paused or reported
	ops   map[db.ID]bool
}

func (b *busy) add(s stretch) {
	span := cal.Span{From: s.From, To: s.To}
	b.there = append(b.there, span)
	if s.Lost == "" {
		b.ran = append(b.ran, span)
		if !s.Setup {
			b.run = append(b.run, span)
		}
		return
	}
	b.lost[s.Lost] = append(b.lost[s.Lost], span)
}

// anHour of work in a shift is the least that says something.
const anHour = 3_600_000

// longPause is how long work may lie before it counts as put aside; a breakdown counts however long it takes.
const longPause = 4 * 24 * 3_600_000

// gatherCapacity reads starts, pauses and ends of operations, and makes samples of machines and of the days of calendars.
func (e *evidence) gatherCapacity(ctx context.Context, q db.Querier, now int64) (err error) {
	c := &capacity{now: now, machines: map[db.ID]*busy{}, owners: map[owner]*busy{}, plan: map[db.ID][2]int64{}, turns: map[db.ID][]turn{}, days: map[timeKey]*workday{}}
	e.capacity = c
	if c.shifts, err = masterdata.IntSetting(ctx, q, SettingLearnShifts, "10"); err != nil {
		return err
	}
	if c.weeks, err = masterdata.IntSetting(ctx, q, SettingLearnWeeks, "8"); err != nil {
		return err
	}
	if c.patterns, err = masterdata.Weeks(ctx, q); err != nil {
		return err
	}
	type told struct {
		OpID db.ID `db:"op_id"`
		AtMS int64 `db:"happened_ms"`
	}
	reports := map[db.ID][]int64{}
	if err := db.Each(ctx, q, `SELECT op_id, happened_ms FROM v_wo_report WHERE site_id = $1 AND recorded_ms >= $2 AND kind = 'report' AND reverses = 0 AND NOT reversed ORDER BY op_id, happened_ms`, []any{e.site.ID, e.since}, func(r *told) error {
		reports[r.OpID] = append(reports[r.OpID], r.AtMS)
		return nil
	}); err != nil {
		return err
	}
	type event struct {
		runFact
		Center db.ID `db:"work_center_id"`
		Done   int64 `db:"own_done_ms"`
	}
	var list []event
	if err := db.Each(ctx, q, `SELECT n.op_id, n.kind, n.work, n.reason, n.machine_id, n.happened_ms, p.work_center_id, p.own_done_ms FROM v_wo_run n JOIN v_wo_op p ON p.id = n.op_id
		WHERE p.site_id = $1 AND n.happened_ms >= $2 AND n.kind IN ('start', 'pause') ORDER BY n.op_id, n.happened_ms, n.id`, []any{e.site.ID, e.since}, func(x *event) error { list = append(list, *x); return nil }); err != nil {
		return err
	}
	alone := map[db.ID]db.ID{} // work centers with one machine, which nobody need name
	for _, k := range e.machines {
		if _, more := alone[k.WorkCenterID]; more {
			alone[k.WorkCenterID] = 0
		} else {
			alone[k.WorkCenterID] = k.ID
		}
	}
	for i := 0; i < len(list); {
		j := i
		var runs []runFact
		for ; j < len(list) && list[j].OpID == list[i].OpID; j++ {
			runs = append(runs, list[j].runFact)
		}
		x := &list[j-1]
		until := now
		if x.Done > 0 {
			until = x.Done
			if said := reports[x.OpID]; len(said) > 0 {
				until = said[len(said)-1]
			}
		}
		if center, ok := e.centers[x.Center]; ok && center.Kind != "subcontract" {
			c.operation(e, runs, reports[x.OpID], until, x.Center, alone[x.Center])
		}
		i = j
	}
	for _, b := range c.machines {
		b.tidy()
	}
	for _, b := range c.owners {
		b.tidy()
	}
	e.available()
	return e.workdays()
}

func (b *busy) tidy() {
	b.there, b.ran, b.run = cal.Merge(b.there), cal.Merge(b.ran), cal.Merge(b.run)
	for k := range b.lost {
		b.lost[k] = cal.Merge(b.lost[k])
	}
	slices.Sort(b.said)
}

// operation takes down when an operation lay on its machine and when it was worked.
func (c *capacity) operation(e *evidence, runs []runFact, reports []int64, until int64, center, alone db.ID) {
	machine := alone
	var keeps *busy
	for _, s := range stretches(runs, until) {
		if s.Machine != 0 {
			machine = s.Machine
		}
		if s.Lost != "" && s.Lost != "machine" && s.To-s.From > longPause {
			continue
		}
		if machine != 0 {
			b := put(c.machines, machine)
			b.add(s)
			b.ops[runs[0].OpID] = true
		}
		o := owner{center: center}
		if k, ok := e.machines[machine]; ok && k.CalendarID != 0 {
			o.machine = machine
		}
		keeps = put(c.owners, o)
		keeps.add(s)
	}
	if keeps != nil {
		keeps.said = append(keeps.said, reports...)
		for _, r := range runs {
			keeps.said = append(keeps.said, r.AtMS)
		}
	}
}

func put[K comparable](m map[K]*busy, k K) *busy {
	b := m[k]
	if b == nil {
		b = &busy{lost: map[string][]cal.Span{}, ops: map[db.ID]bool{}}
		m[k] = b
	}
	return b
}

// planned is the efficiency that a machine counts with.
func (e *evidence) planned(machine db.ID) num.Dec {
	k := e.machines[machine]
	return cmp.Or(k.EfficiencyPct, e.centers[k.WorkCenterID].EfficiencyPct, num.Int(100))
}

// calendarOf is that of a machine, nil where it works always.
func (e *evidence) calendarOf(machine db.ID) *cal.Calendar {
	k := e.machines[machine]
	return e.cals[cmp.Or(k.CalendarID, e.centers[k.WorkCenterID].CalendarID)]
}

// turn is a shift of one day as a calendar has it.
type turn struct {
	day   cal.Day
	name  string
	spans []cal.Span
	ms    int64
}

// turns are the shifts of a calendar that lie wholly between two moments.
func turns(c *cal.Calendar, from, to int64) (out []turn) {
	for d := c.DayOf(from) + 1; d < c.DayOf(to); d++ {
		begin, end := c.ShiftDay(d)
		first := len(out)
		for _, s := range c.Spans(begin, end) {
			for at := s.From; at < s.To; {
				sh, ok := c.ShiftAt(at)
				until := s.To
				if ok {
					until = min(until, sh.To)
				}
				if until <= at {
					break
				}
				n := first
				for n < len(out) && out[n].name != sh.Name {
					n++
				}
				if n == len(out) {
					out = append(out, turn{day: d, name: sh.Name})
				}
				out[n].spans = append(out[n].spans, cal.Span{From: at, To: until})
				out[n].ms += until - at
				at = until
			}
		}
	}
	return out
}

// available is, shift by shift, what of the time in which work lay on a machine it really worked or was set up. A shift
// in which it had work for less than an hour says nothing, and neither does one in which nothing was done
// without a breakdown.
func (e *evidence) available() {
	c := e.capacity
	known := map[*cal.Calendar][]turn{}
	for id, b := range c.machines {
		k, ok := e.machines[id]
		if !ok {
			continue
		}
		when := e.calendarOf(id)
		if when == nil {
			when = cal.Always(e.site.Location())
		}
		list, ok := known[when]
		if !ok {
			list = turns(when, e.since, c.now)
			known[when] = list
		}
		key := timeKey{Kind: "available", Center: k.WorkCenterID, Machine: id}
		days := map[cal.Day]bool{}
		var all int64
		for _, t := range list {
			var there, ran, broken int64
			for _, s := range t.spans {
				there, ran, broken = there+cal.Overlap(b.there, s), ran+cal.Overlap(b.ran, s), broken+cal.Overlap(b.lost["machine"], s)
			}
			if ran+broken == 0 {
				continue
			}
			if c.turns[id] = append(c.turns[id], t); there < anHour {
				continue
			}
			pct, err := num.MulDiv(ran, int64(num.Int(100)), there)
			if err != nil {
				continue
			}
			days[t.day], all = true, all+t.ms
			e.samples[key] = append(e.samples[key], Sampled{AtMS: t.spans[0].From, Machine: k.Code, Shift: t.name, Pieces: num.Dec(there * int64(num.One) / 60_000), Minutes: num.Dec(ran * int64(num.One) / 60_000), Value: num.Dec(pct)})
		}
		c.plan[id] = [2]int64{all, int64(len(days))}
	}
}

// hours tells what the share comes to on a working day.
func (c *capacity) hours(r *timeRow) {
	p := c.plan[r.Machine]
	if p[1] == 0 {
		return
	}
	const minute = 60_000
	r.HoursPlanned = num.Dec(p[0]/p[1]/minute) * num.One / 60
	if v, err := num.MulDiv(int64(r.HoursPlanned), int64(r.Median), int64(num.Int(100))); err == nil {
		r.HoursReal = num.Dec(v)
	}
}

// OEE is what became of the hours in which a machine had work.
type OEE struct {
	ThereMS     int64   `json:"there_ms" doc:"Of its hours in which it had work"`
	RanMS       int64   `json:"ran_ms" doc:"Of that it worked or was set up"`
	Available   num.Dec `json:"availability_pct" doc:"What of the time it worked or was set up"`
	Performance num.Dec `json:"performance_pct" doc:"Planned time of the pieces by the time that they took; 0 = unknown, of a batch machine too"`
	Quality     num.Dec `json:"quality_pct" doc:"Good pieces of all"`
	OEE         num.Dec `json:"oee_pct" doc:"All three multiplied; 0 = unknown"`
	Losses      []Loss  `json:"losses" doc:"The longest first"`
}

// Loss is time lost for one reason.
type Loss struct {
	Reason string  `json:"reason"`
	MS     int64   `json:"ms"`
	Pct    num.Dec `json:"pct" doc:"Of the time in which it had work"`
}

// oee of a machine over the shifts that are looked at in which something was done, or it was broken.
func (e *evidence) oee(ctx context.Context, q db.Querier, machine db.ID) (*OEE, error) {
	b := e.capacity.machines[machine]
	if b == nil {
		return nil, nil
	}
	out := &OEE{Losses: []Loss{}}
	var there, ran, running int64
	lost := map[string]int64{}
	for _, t := range e.capacity.turns[machine] {
		for _, s := range t.spans {
			there, ran, running = there+cal.Overlap(b.there, s), ran+cal.Overlap(b.ran, s), running+cal.Overlap(b.run, s)
			for reason, list := range b.lost {
				lost[reason] += cal.Overlap(list, s)
			}
		}
	}
	if there == 0 {
		return nil, nil
	}
	share := func(a, b int64) num.Dec {
		if b == 0 {
			return 0
		}
		v, err := num.MulDiv(a, int64(num.Int(100)), b)
		if err != nil {
			return 0
		}
		return num.Dec(v)
	}
	out.ThereMS, out.RanMS, out.Available = there, ran, share(ran, there)
	for reason, ms := range lost {
		if ms > 0 {
			out.Losses = append(out.Losses, Loss{reason, ms, share(ms, there)})
		}
	}
	slices.SortFunc(out.Losses, func(a, b Loss) int {
		return cmp.Or(cmp.Compare(b.MS, a.MS), cmp.Compare(a.Reason, b.Reason))
	})
	type made struct {
		Op     db.ID   `db:"op_id"`
		Good   num.Dec `db:"good"`
		All    num.Dec `db:"pieces"`
		RunMin num.Dec `db:"run_min"`
	}
	var good, all, planned num.Dec
	speed := cmp.Or(e.machines[machine].SpeedPct, num.Int(100))
	if err := db.Each(ctx, q, `SELECT r.op_id, r.good, r.good + r.scrap + r.rework AS pieces, p.run_min FROM v_wo_report r JOIN v_wo_op p ON p.id = r.op_id
		WHERE r.site_id = $1 AND r.recorded_ms >= $2 AND r.kind = 'report' AND NOT r.reversed AND r.reverses = 0 AND p.work_center_id = $3`, []any{e.site.ID, e.since, e.machines[machine].WorkCenterID}, func(x *made) error {
		if !b.ops[x.Op] {
			return nil
		}
		good, all = good+x.Good, all+x.All
		if v, err := x.All.Mul(x.RunMin); err == nil {
			planned += v
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if v, err := num.MulDiv(int64(planned), int64(num.Int(100)), int64(speed)); err == nil {
		out.Performance = share(v, running*int64(num.One)/60_000)
	}
	out.Quality = share(int64(good), int64(all))
	if v, err := out.Available.Mul(out.Performance / 100); err == nil {
		out.OEE, _ = v.Mul(out.Quality / 100)
	}
	return out, nil
}
