package planning

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

var UpTo = upTo

// Levels is levels for tests.
func Levels(uses []int64, days int64, leads []int64, own int64, cycle int, service string) (levelRow, error) {
	r := levelRow{Z: factors[service]}
	var use, lead sample
	for _, u := range uses {
		use.add(u)
	}
	use.n.SetInt64(days)
	for _, l := range leads {
		lead.add(l)
	}
	return r, levels(&r, &use, &lead, own, cycle, num.Dec(0), num.Dec(0), 6)
}

// StoreOnto stores a net change that continues a plan.
func (m *Module) StoreOnto(ctx context.Context, base db.ID) error {
	var all []*plan
	err := m.DB.View(ctx, func(q db.Querier) error {
		site, err := siteOf(ctx, q, "")
		if err == nil {
			all, err = m.solve(ctx, q, site, nil, RunPlan{Mode: NetChanges})
		}
		return err
	})
	if err != nil {
		return err
	}
	all[0].base = base
	return m.store(ctx, all, 0)
}
