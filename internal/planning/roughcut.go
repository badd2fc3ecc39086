package planning

import (
	"context"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/mrp"
)

// roughCut is the load of work centers of a site by day, against their working hours. It knows no sequence and no machine: what
// is due by a day has to fit into the hours up to that day.
type roughCut struct {
	m       *Module
	p       *problem
	site    int // its place among those that are planned together
	now     int64
	centers map[db.ID]masterdata.WorkCenter
	cals    map[db.ID]*cal.Calendar
	ahead   map[db.ID]map[cal.Day]int64
	own     []map[db.ID]int64 // by line of the order
	turns   []int             // the lines in the order of their work
	base    []mrp.Order
	passes  map[int32][]db.ID // work centers that planned orders of base pass, by their number
	wins    map[db.ID][]window
	places  map[db.ID]num.Dec // machines side by side, by their speed; without machines the center's places
}

// runTime is the time that a quantity takes; efficiency is the work center's.
func runTime(setup int64, qty, run, batch num.Dec) (int64, error) {
	ms, err := num.MulDivUp(int64(run), 60_000, int64(num.One))
	if err != nil {
		return 0, err
	}
	all, err := num.MulDivUp(int64(qty), ms, int64(num.One))
	if err != nil {
		return 0, err
	}
	once, err := num.MulDivUp(int64(batch), 60_000, int64(num.One))
	return setup + all + once, err
}

// rough takes the open operations of work orders of a site.
func (m *Module) rough(ctx context.Context, q db.Querier, p *problem, base []mrp.Order, site int) (*roughCut, error) {
	r := &roughCut{m: m, p: p, site: site, now: m.DB.Now().UnixMilli(), ahead: map[db.ID]map[cal.Day]int64{}, base: base}
	var err error
	if r.centers, err = masterdata.WorkCenters(ctx, q, p.sites[site].ID); err != nil {
		return nil, err
	}
	ids := make([]db.ID, 0, len(r.centers))
	for id := range r.centers {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if r.cals, err = masterdata.CalendarsOf(ctx, q, ids); err != nil {
		return nil, err
	}
	machines, err := masterdata.Machines(ctx, q, p.sites[site].ID)
	if err != nil {
		return nil, err
	}
	r.places = map[db.ID]num.Dec{}
	for _, x := range machines {
		if x.Active {
			place, eff := x.SpeedPct/100, r.centers[x.WorkCenterID].EfficiencyPct
			if x.EfficiencyPct > 0 && eff > 0 { // its own goes before the work center's, which strength counts
				if v, err := num.MulDiv(int64(place), int64(x.EfficiencyPct), int64(eff)); err == nil {
					place = num.Dec(v)
				}
			}
			r.places[x.WorkCenterID] += place
		}
	}
	for id, c := range r.centers {
		if r.places[id] <= 0 {
			r.places[id] = num.Int(int64(max(c.Capacity, 1)))
		}
	}
	type row struct {
		Center db.ID   `db:"work_center_id"`
		Due    string  `db:"due"`
		Setup  int64   `db:"setup_ms"`
		Run    num.Dec `db:"run_min"`
		Batch  num.Dec `db:"batch_min"`
		Open   num.Dec `db:"open"`
		Begun  bool    `db:"begun"`
	}
	return r, db.Each(ctx, q, `SELECT work_center_id, due, setup_ms, run_min, batch_min, order_qty - good - scrap AS open, CASE WHEN started_ms > 0 THEN TRUE ELSE FALSE END AS begun
		FROM v_wo_op WHERE site_id = $1 AND own_done_ms = 0 AND order_status IN ('planned', 'released', 'started')`, []any{p.sites[site].ID}, func(x *row) error {
		if x.Open <= 0 {
			return nil
		}
		if x.Begun {
			x.Setup = 0
		}
		ms, err := runTime(x.Setup, x.Open, x.Run, x.Batch)
		if err == nil {
			r.put(x.Center, max(p.day(x.Due), p.Today), ms)
		}
		return err
	})
}

func (r *roughCut) put(center db.ID, day cal.Day, ms int64) {
	if r.ahead[center] == nil {
		r.ahead[center] = map[cal.Day]int64{}
	}
	r.ahead[center][day] += ms
}

// worksAt says that an item passes the work centers of a site.
func (p *problem) worksAt(item int32, site int) bool {
	return p.Items[item].Kind == mrp.Make && p.items[item].site == site
}

// route puts what is planned already, and what the wish has made, onto the work centers of its routings.
func (r *roughCut) route(ctx context.Context, q db.Querier, a *answering) error {
	var items []db.ID
	made := a.madeAt(r.site)
	for _, x := range made {
		items = append(items, r.p.items[x.item].ID)
	}
	for n := range r.base {
		if o := &r.base[n]; o.Qty > 0 && r.p.worksAt(o.Item, r.site) {
			items = append(items, r.p.items[o.Item].ID)
		}
	}
	slices.Sort(items)
	routes, err := masterdata.EffectiveRoutings(ctx, q, slices.Compact(items), r.p.Today.String())
	if err != nil {
		return err
	}
	r.turns, r.own = make([]int, len(a.wishes)), make([]map[db.ID]int64, len(a.wishes))
	for n := range a.wishes {
		r.turns[n], r.own[n] = n, map[db.ID]int64{}
	}
	slices.SortFunc(r.turns, a.turn)
	for _, x := range made {
		for _, op := range routes[r.p.items[x.item].ID].Ops {
			ms, err := runTime(op.SetupMS, a.takes[x].made, op.RunMin, op.BatchMin)
			if err != nil {
				return err
			}
			if c, ok := r.centers[op.WorkCenterID]; ok && c.Kind != "subcontract" {
				r.own[x.wish][op.WorkCenterID] += ms
			}
		}
	}
	r.passes = map[int32][]db.ID{}
	for n := range r.base {
		o := &r.base[n]
		if o.Qty <= 0 || !r.p.worksAt(o.Item, r.site) {
			continue
		}
		for _, op := range routes[r.p.items[o.Item].ID].Ops {
			ms, err := runTime(op.SetupMS, o.Qty, op.RunMin, op.BatchMin)
			if err != nil {
				return err
			}
			r.put(op.WorkCenterID, max(o.Due, r.p.Today), ms)
			r.passes[int32(n)] = append(r.passes[int32(n)], op.WorkCenterID)
		}
	}
	return nil
}

func (r *roughCut) before(center db.ID, day cal.Day) (ms int64) {
	for d, x := range r.ahead[center] {
		if d <= day {
			ms += x
		}
	}
	return ms
}

// strength is how many hours of work a center does in an hour.
func (r *roughCut) strength(center db.ID) num.Dec {
	n, err := num.MulDiv(int64(r.places[center]), int64(r.centers[center].EfficiencyPct), 100*int64(num.One))
	if err != nil {
		return num.One
	}
	return num.Dec(n)
}

const twoYears = 730

// calendarOf is when a work center works; without a calendar always.
func (r *roughCut) calendarOf(center db.ID) *cal.Calendar {
	if c := r.cals[center]; c != nil {
		return c
	}
	return cal.Always(r.p.sites[r.site].Location())
}

// percent is how much of itself a center does on a day: the last assumption about it counts.
func (r *roughCut) percent(center db.ID, day cal.Day) int64 {
	out := int64(100)
	for _, w := range r.wins[center] {
		if w.from <= day && day <= w.to {
			out = int64(w.percent)
		}
	}
	return out
}

// able is how much work a center does in so much working time of a day.
func (r *roughCut) able(center db.ID, work int64, day cal.Day) int64 {
	n, err := num.MulDivDown(work, int64(r.strength(center)), int64(num.One))
	if err == nil {
		n, err = num.MulDivDown(n, r.percent(center, day), 100)
	}
	if err != nil {
		return 1 << 60
	}
	return n
}

// finished says on which day a center is through with each of these loads, each one with those before it in it; Never
// where that is not within two years.
func (r *roughCut) finished(center db.ID, loads ...int64) []cal.Day {
	c := r.calendarOf(center)
	out := make([]cal.Day, 0, len(loads))
	var sum int64
	day, from := r.p.Today, r.now
	for _, load := range loads {
		for ; ; day, from = day+1, c.DayStart(day+1) { // day by day, as far as it takes
			if day > r.p.Today+twoYears {
				out = append(out, mrp.Never)
				break
			}
			able := r.able(center, c.WorkBetween(from, c.DayStart(day+1)), day)
			if sum+able >= load {
				out = append(out, day)
				break
			}
			sum += able
		}
	}
	return out
}

// through is the day on which every work center that a line passes is through with it, with the lines before it and with
// what is due before; a later day has more before it, so it is asked again until it stands.
func (r *roughCut) through(wish int, day cal.Day) (cal.Day, string) {
	why := ""
	for range 50 {
		last := day
		for id := range r.own[wish] {
			load := r.before(id, day)
			for _, n := range r.turns[:slices.Index(r.turns, wish)+1] {
				load += r.own[n][id]
			}
			if d := r.finished(id, load)[0]; d > last || d == last && d > day && r.centers[id].Code < why {
				last, why = d, r.centers[id].Code
			}
		}
		if last == day || last >= mrp.Never {
			return last, why
		}
		day = last
	}
	return day, why
}

func (r *roughCut) loads(day cal.Day) []Load {
	all := map[db.ID]int64{}
	for n := range r.own {
		for id, ms := range r.own[n] {
			all[id] += ms
		}
	}
	out := []Load{}
	for id, own := range all {
		c := r.centers[id]
		x := Load{Center: c.Code, Name: c.Name, Own: own, Ahead: r.before(id, day)}
		x.Until = date(r.finished(id, own+x.Ahead)[0])
		if calendar := r.cals[id]; calendar != nil && day < mrp.Never {
			ms, err := num.MulDivDown(calendar.WorkBetween(r.now, calendar.DayStart(day+1)), int64(r.strength(id)), int64(num.One))
			if err == nil {
				x.Hours = ms
			}
		}
		out = append(out, x)
	}
	return out
}
