package scheduling

import (
	"context"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/scheduling/finite"
)

// SettingNoise is how many minutes of difference nobody calls a move.
const SettingNoise = "scheduling.noise_min"

// keep says what of the live schedule stays as it is.
type keep struct {
	freeze int64 // so far ahead everything
	noise  int64 // by so little nothing moves; 0 in a schedule that is made anew
	liveMS int64 // the present of the live schedule
}

// counted is when the floor last said how far something is that runs: its start, or its last report.
type counted struct {
	ms      int64
	setting bool // it is being set up still
}

// beside is that of a draft beside the live schedule.
func (k keep) beside(liveMS int64) keep {
	k.liveMS = liveMS
	return k
}

func noiseMS(ctx context.Context, q db.Querier) (int64, error) {
	minutes, err := masterdata.IntSetting(ctx, q, SettingNoise, "2")
	return minutes * 60_000, err
}

// settle sets the present back, by less than anybody calls a move, to the first operation that is about to begin as
// people know it. So that the clock alone pushes nothing that stands behind it.
func (p *problem) settle(was map[db.ID]wasRow, k keep) {
	if p.noise = k.noise; k.noise == 0 {
		return
	}
	now := p.NowMS
	for i := range p.Orders {
		for n := range p.Orders[i].Ops {
			id := p.ops[i][n]
			w, ok := was[id]
			if ok && p.Orders[i].Ops[n].State == finite.Free && !p.begun[id] && w.StartMS > now-k.noise && w.StartMS < p.NowMS {
				p.NowMS = w.StartMS
			}
		}
	}
}

// goesOn tells of what runs how much is left of it. Nobody reports each piece: between two reports it goes on as it was
// planned. Since the live schedule was made without a word from the floor, it ends when people know it ends; else what is
// left was counted when it began, or by its last report. What should be done by now takes what its quantity takes.
func (p *problem) goesOn(was map[db.ID]wasRow, k keep) {
	for i := range p.Orders {
		for n := range p.Orders[i].Ops {
			op := &p.Orders[i].Ops[n]
			if op.State != finite.Started || op.LeftMS > 0 {
				continue
			}
			id := p.ops[i][n]
			w, m := p.machine(op.Machine)
			if m == nil || w.Kind == finite.Subcontract {
				continue
			}
			known, said := was[id], p.counted[id]
			if said.ms <= k.liveMS && known.Machine == op.Machine {
				op.LeftMS = worked(w, m, p.NowMS, known.EndMS)
				continue
			}
			all, err := p.WorkMS(i, n, op.Machine)
			if err != nil || said.setting || said.ms <= 0 || said.ms >= p.NowMS {
				continue
			}
			op.LeftMS = max(all-worked(w, m, said.ms, p.NowMS), 0)
		}
	}
}

func (p *problem) machine(code string) (*finite.WorkCenter, *finite.Machine) {
	for i := range p.WorkCenters {
		list := p.WorkCenters[i].List()
		if at := slices.IndexFunc(list, func(m finite.Machine) bool { return m.Code == code }); at >= 0 {
			return &p.WorkCenters[i], &list[at]
		}
	}
	return nil, nil
}

// worked is how long a machine works between two moments, overtime and standstill as they were told.
func worked(w *finite.WorkCenter, m *finite.Machine, from, to int64) int64 {
	if to <= from {
		return 0
	}
	c := m.Calendar
	if c == nil {
		c = w.Calendar
	}
	open := []cal.Span{{From: from, To: to}}
	if c != nil {
		open = c.Spans(from, to)
	}
	return cal.Length(cal.Minus(cal.Merge(open, cal.Clip(m.Over, from, to)), m.Down))
}
