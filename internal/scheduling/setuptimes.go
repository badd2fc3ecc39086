package scheduling

import (
	"cmp"
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/scheduling/finite"
)

// setUp is a set-up as it was recorded: all of one operation are one.
type setUp struct {
	Item    db.ID   `db:"item_id"`
	Op      int     `db:"op"`
	Center  db.ID   `db:"work_center_id"`
	Number  string  `db:"order_number"`
	From    int64   `db:"start_ms"`
	To      int64   `db:"end_ms"`
	Worker  string  `db:"worker"`
	OpID    db.ID   `db:"op_id"`
	Family  string  `db:"family"`
	Planned int64   `db:"setup_ms"`
	Minutes num.Dec `db:"-"`
}

func (s *setUp) step() timeKey {
	return timeKey{Kind: "setup", Item: s.Item, Op: s.Op, Center: s.Center}
}

func (s *setUp) sample(minutes num.Dec) Sampled {
	return Sampled{Order: s.Number, AtMS: s.To, Worker: s.Worker, Pieces: num.One, Minutes: s.Minutes, Value: minutes}
}

// setups are those that somebody recorded. Where the work center's matrix says that a changeover from what its machine
// did before takes time, what goes beyond the step's own set-up is a sample of that changeover; the others are samples
// of the step's set-up.
func (e *evidence) setups(ctx context.Context, q db.Querier, only *timeKey, least int64) error {
	lines, err := masterdata.Changeovers(ctx, q, e.site.ID)
	if err != nil {
		return err
	}
	e.matrix = map[db.ID][]masterdata.Changeover{}
	for _, l := range lines {
		if only == nil || l.WorkCenterID == only.Center {
			e.matrix[l.WorkCenterID] = append(e.matrix[l.WorkCenterID], l)
		}
	}
	var w db.Where
	w.And("p.site_id = ? AND l.kind = 'setup' AND l.end_ms >= ? AND k.kind <> 'rework'", e.site.ID, e.since)
	if only != nil {
		w.And("p.work_center_id = ?", only.Center)
		if only.Kind == "setup" {
			w.And("p.item_id = ? AND p.op = ?", only.Item, only.Op)
		}
	}
	var all []setUp
	if err := db.Each(ctx, q, `SELECT p.item_id, p.op, p.work_center_id, p.order_number, l.start_ms, l.end_ms, coalesce(w.name, '') AS worker, l.op_id, i.family, p.setup_ms
		FROM v_wo_labour l JOIN v_wo_op p ON p.id = l.op_id JOIN v_item i ON i.id = p.item_id JOIN v_wo_kind k ON k.order_id = l.order_id LEFT JOIN v_worker w ON w.id = l.worker_id`+w.String()+` ORDER BY l.op_id, l.start_ms, l.id`, w.Args, func(r *setUp) error {
		ms := e.worked(r.Center, r.From, r.To)
		if ms <= 0 {
			return nil
		}
		r.Minutes = num.Dec(ms * int64(num.One) / 60_000)
		if n := len(all); n > 0 && all[n-1].OpID == r.OpID {
			all[n-1].Minutes, all[n-1].To = all[n-1].Minutes+r.Minutes, r.To
			return nil
		}
		all = append(all, *r)
		return nil
	}); err != nil {
		return err
	}
	before, err := e.families(ctx, q)
	if err != nil {
		return err
	}
	type pair struct {
		center   db.ID
		from, to string
	}
	changed := map[pair][]*setUp{}
	for i := range all {
		s := &all[i]
		if from, known := before[s.OpID]; known {
			if _, minutes := matrixLine(e.matrix[s.Center], from, s.Family); minutes > 0 {
				changed[pair{s.Center, from, s.Family}] = append(changed[pair{s.Center, from, s.Family}], s)
				continue
			}
		}
		e.samples[s.step()] = append(e.samples[s.step()], s.sample(s.Minutes))
	}
	own := map[timeKey]num.Dec{} // what the step's own set-up takes, where that is known
	for p, list := range changed {
		line, _ := matrixLine(e.matrix[p.center], p.from, p.to)
		key := timeKey{Kind: "changeover", Center: p.center, From: p.from, To: p.to}
		if int64(len(list)) < least || p.from == "" || p.to == "" { // too few of the pair alone: they speak for the line that it falls under
			key.From, key.To = line.FromFamily, line.ToFamily
		}
		for _, s := range list {
			base, ok := own[s.step()]
			if !ok {
				base = num.Dec(s.Planned * int64(num.One) / 60_000)
				if spread := judge(slices.Clone(e.samples[s.step()])); int64(spread.N) >= least {
					base = spread.Median
				}
				own[s.step()] = base
			}
			e.samples[key] = append(e.samples[key], s.sample(max(s.Minutes-base, 0)))
		}
	}
	for key, list := range e.samples {
		if key.Kind == "changeover" {
			slices.SortFunc(list, func(a, b Sampled) int { return cmp.Or(cmp.Compare(a.AtMS, b.AtMS), cmp.Compare(a.Order, b.Order)) })
		}
	}
	return nil
}

// families tells of each operation at a work center with a matrix what its machine had done before it. Where nobody
// names machines it is known of work centers that have no more than one.
func (e *evidence) families(ctx context.Context, q db.Querier) (map[db.ID]string, error) {
	out := map[db.ID]string{}
	if len(e.matrix) == 0 {
		return out, nil
	}
	machines := map[db.ID]int{}
	for _, k := range e.machines {
		machines[k.WorkCenterID]++
	}
	var centers []db.ID
	for id := range e.matrix {
		centers = append(centers, id)
	}
	slices.Sort(centers)
	type start struct {
		OpID    db.ID  `db:"op_id"`
		Machine db.ID  `db:"machine_id"`
		Center  db.ID  `db:"work_center_id"`
		Family  string `db:"family"`
	}
	var w db.Where
	w.And("n.kind = 'start' AND p.site_id = ? AND n.happened_ms >= ?", e.site.ID, e.since)
	db.In(&w, "p.work_center_id", centers)
	last, seen := map[db.ID]start{}, map[db.ID]bool{}
	err := db.Each(ctx, q, `SELECT n.op_id, n.machine_id, p.work_center_id, i.family FROM v_wo_run n JOIN v_wo_op p ON p.id = n.op_id JOIN v_item i ON i.id = p.item_id`+w.String()+` ORDER BY n.happened_ms, n.id`, w.Args, func(s *start) error {
		at := s.Machine
		switch {
		case machines[s.Center] <= 1:
			at = s.Center
		case at == 0:
			return nil
		}
		if was, ok := last[at]; ok && was.OpID != s.OpID && !seen[s.OpID] {
			out[s.OpID] = was.Family
		}
		seen[s.OpID] = true
		last[at] = *s
		return nil
	})
	return out, err
}

// matrixLine finds the line of a matrix that counts for two families, as the engine does: one that names both, then one
// that names the first, then the second; of equal ones the last.
func matrixLine(lines []masterdata.Changeover, from, to string) (best masterdata.Changeover, minutes num.Dec) {
	rank := 0
	for _, l := range lines {
		named := 1
		if l.FromFamily != "*" {
			named += 2
		}
		if l.ToFamily != "*" {
			named++
		}
		if (l.FromFamily == "*" || l.FromFamily == from) && (l.ToFamily == "*" || l.ToFamily == to) && named >= rank {
			best, minutes, rank = l, l.Minutes, named
		}
	}
	return best, minutes
}

// changeoverEffects tell how much longer the changeovers of the live schedule take if they take what the floor takes.
func changeoverEffects(ctx context.Context, q db.Querier, site masterdata.Site, rows []timeRow, matrix map[db.ID][]masterdata.Changeover) error {
	at := map[timeKey]*timeRow{}
	for i := range rows {
		if r := &rows[i]; r.Kind == "changeover" {
			at[timeKey{Kind: r.Kind, Center: r.Center, From: r.From, To: r.To}] = r
		}
	}
	if len(at) == 0 {
		return nil
	}
	type slot struct {
		Center  db.ID  `db:"work_center_id"`
		Machine string `db:"machine"`
		Family  string `db:"family"`
	}
	var last slot
	return db.Each(ctx, q, `SELECT s.work_center_id, s.machine, i.family FROM aps_slot s JOIN aps_run r ON r.id = s.run_id JOIN v_wo_op p ON p.id = s.op_id JOIN v_item i ON i.id = p.item_id
		WHERE r.site_id = $1 AND r.live AND s.machine <> '' AND p.own_done_ms = 0 ORDER BY s.work_center_id, s.machine, s.start_ms, s.id`, []any{site.ID}, func(s *slot) error {
		if s.Center == last.Center && s.Machine == last.Machine {
			r := at[timeKey{Kind: "changeover", Center: s.Center, From: last.Family, To: s.Family}]
			if r == nil {
				line, _ := matrixLine(matrix[s.Center], last.Family, s.Family)
				r = at[timeKey{Kind: "changeover", Center: s.Center, From: line.FromFamily, To: line.ToFamily}]
			}
			if r != nil {
				r.Orders++
				r.EffectMS += int64(r.Median-r.Planned) * 60_000 / int64(num.One)
			}
		}
		last = *s
		return nil
	})
}

const setUpDays = 30 // for so long a machine is believed to stand as it was left

// setUpFor reads what the machines of work centers with a matrix are set up for: the family of what was begun there last,
// whichever center its routing names.
func (p *problem) setUpFor(ctx context.Context, q db.Querier, site db.ID, machines []masterdata.Machine) error {
	at := map[db.ID]*finite.Machine{}
	var ids []db.ID
	for i := range p.WorkCenters {
		c := &p.WorkCenters[i]
		if len(c.Changeovers) == 0 {
			continue
		}
		for k := range c.Machines {
			for _, m := range machines {
				if m.Code == c.Machines[k].Code {
					at[m.ID], ids = &c.Machines[k], append(ids, m.ID)
				}
			}
		}
	}
	if len(at) == 0 {
		return nil
	}
	type start struct {
		Machine db.ID  `db:"machine_id"`
		Family  string `db:"family"`
	}
	var w db.Where
	w.And("n.kind = 'start' AND n.machine_id <> 0 AND p.site_id = ? AND n.happened_ms >= ?", site, p.NowMS-setUpDays*24*3_600_000)
	db.In(&w, "n.machine_id", ids)
	return db.Each(ctx, q, `SELECT n.machine_id, i.family FROM v_wo_run n JOIN v_wo_op p ON p.id = n.op_id JOIN v_item i ON i.id = p.item_id`+w.String()+` ORDER BY n.happened_ms, n.id`, w.Args, func(s *start) error {
		at[s.Machine].Family = s.Family
		return nil
	})
}
