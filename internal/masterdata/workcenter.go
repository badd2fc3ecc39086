package masterdata

import (
	"context"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// WorkCenter is where operations are done; its machines, or Capacity where none are listed, work side by side.
type WorkCenter struct {
	ID            db.ID   `db:"id" json:"id"`
	SiteID        db.ID   `db:"site_id" json:"site_id"`
	Code          string  `db:"code" json:"code"`
	Name          string  `db:"name" json:"name"`
	Kind          string  `db:"kind" json:"kind"` // machine line hand batch subcontract
	CalendarID    db.ID   `db:"calendar_id" json:"-"`
	Capacity      int     `db:"capacity" json:"capacity"`
	EfficiencyPct num.Dec `db:"efficiency_pct" json:"efficiency_pct"`
	CostPerHour   num.Dec `db:"cost_per_hour" json:"cost_per_hour" mask:"cost"`
	Active        bool    `db:"active" json:"active"`
}

const workCenterFrom = ` w.id, w.site_id, w.code, w.name, w.kind, w.calendar_id, w.capacity, w.efficiency_pct, w.cost_per_hour, w.active FROM md_work_center w`

// WorkCenterByCode finds a work center among the sites that the actor may see. Two sites may use the same code:
// then WorkCenterAt must be told which.
func WorkCenterByCode(ctx context.Context, q db.Querier, code string) (WorkCenter, error) {
	all, err := db.All[WorkCenter](ctx, q, `SELECT`+workCenterFrom+` WHERE `+seen("w")+` AND w.code = $2 ORDER BY w.id`, batchOf(ctx), code)
	if err != nil {
		return WorkCenter{}, err
	}
	a, own := actor.From(ctx), all[:0]
	for _, w := range all {
		if a.SeesSite(int64(w.SiteID)) {
			own = append(own, w)
		}
	}
	switch len(own) {
	case 0:
		return WorkCenter{}, workCenterUnknown(code)
	case 1:
		return own[0], nil
	}
	return WorkCenter{}, fault.Conflict("masterdata.work_center_twice", "%d of your sites have a work center %s; say at which site", len(own), code).With("code", code).With("count", len(own))
}

// WorkCenterAt finds a work center of one site.
func WorkCenterAt(ctx context.Context, q db.Querier, site db.ID, code string) (WorkCenter, error) {
	w, ok, err := db.Get[WorkCenter](ctx, q, `SELECT`+workCenterFrom+` WHERE `+seen("w")+` AND w.code = $2 AND w.site_id = $3`, batchOf(ctx), code, site)
	if err == nil && !ok {
		err = workCenterUnknown(code)
	}
	return w, err
}

// WorkCenterByID finds a work center.
func WorkCenterByID(ctx context.Context, q db.Querier, id db.ID) (WorkCenter, error) {
	w, ok, err := db.Get[WorkCenter](ctx, q, `SELECT`+workCenterFrom+` WHERE `+seen("w")+` AND w.id = $2`, batchOf(ctx), id)
	if err == nil && !ok {
		err = workCenterUnknown(id)
	}
	return w, err
}

// WorkCenters are all of a site.
func WorkCenters(ctx context.Context, q db.Querier, site db.ID) (map[db.ID]WorkCenter, error) {
	out := map[db.ID]WorkCenter{}
	err := db.Each(ctx, q, `SELECT`+workCenterFrom+` WHERE `+seen("w")+` AND w.site_id = $2`, []any{batchOf(ctx), site},
		func(w *WorkCenter) error { out[w.ID] = *w; return nil })
	return out, err
}

func workCenterUnknown(code any) error {
	return fault.NotFound("masterdata.work_center_unknown", "there is no work center %s", code).With("code", code)
}

// Machine is one of a work center's.
type Machine struct {
	ID            db.ID   `db:"id" json:"id"`
	SiteID        db.ID   `db:"site_id" json:"site_id"`
	WorkCenterID  db.ID   `db:"work_center_id" json:"-"`
	Code          string  `db:"code" json:"code"`
	Name          string  `db:"name" json:"name"`
	CalendarID    db.ID   `db:"calendar_id" json:"-"` // 0 = the work center's
	SpeedPct      num.Dec `db:"speed_pct" json:"speed_pct"`
	EfficiencyPct num.Dec `db:"efficiency_pct" json:"efficiency_pct"` // 0 = the work center's
	BatchCapacity num.Dec `db:"batch_capacity" json:"batch_capacity"` // 0 = no limit
	Active        bool    `db:"active" json:"active"`
}

const machineFrom = ` m.id, m.site_id, m.work_center_id, m.code, m.name, m.calendar_id, m.speed_pct, m.efficiency_pct, m.batch_capacity, m.active FROM md_machine m`

// Machines are all of a site, in the order they were listed.
func Machines(ctx context.Context, q db.Querier, site db.ID) ([]Machine, error) {
	return db.All[Machine](ctx, q, `SELECT`+machineFrom+` WHERE `+seen("m")+` AND m.site_id = $2 ORDER BY m.ord, m.id`, batchOf(ctx), site)
}

// Changeover is the time between two families on a work center; "*" is any family.
type Changeover struct {
	WorkCenterID db.ID   `db:"work_center_id" json:"-"`
	FromFamily   string  `db:"from_family" json:"from_family"`
	ToFamily     string  `db:"to_family" json:"to_family"`
	Minutes      num.Dec `db:"minutes" json:"minutes"`
}

// Changeovers are all of a site, in the order they were listed.
func Changeovers(ctx context.Context, q db.Querier, site db.ID) ([]Changeover, error) {
	return db.All[Changeover](ctx, q, `SELECT c.work_center_id, c.from_family, c.to_family, c.minutes FROM md_changeover c JOIN md_work_center w ON w.id = c.work_center_id
		WHERE `+seen("c")+` AND w.site_id = $2 ORDER BY c.ord, c.id`, batchOf(ctx), site)
}
