package app

import (
	"context"
	"slices"

	"kaiwu/internal/identity"
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/sales"
	"kaiwu/internal/scheduling"
)

// resources plugs in what later rooms have to say when a resource goes, and the choices that they offer.
func (a *App) resources() {
	r := &a.Masterdata.Resources
	r.WorkCenterOff = append(r.WorkCenterOff, guardWorkCenter)
	r.LocationsOff = append(r.LocationsOff, guardLocations)
	r.WorkerChanged = append(r.WorkerChanged, a.workerChanged)
	a.Masterdata.Settings = slices.Concat(a.Masterdata.Settings, masterdata.Settings, inventory.Settings, production.Settings, purchasing.Settings, sales.Settings, planning.Settings, scheduling.Settings)
}

// guardWorkCenter keeps a work center while orders have operations there that are not done.
func guardWorkCenter(ctx context.Context, q db.Querier, workCenter db.ID, code string) error {
	orders, err := db.All[string](ctx, q, `SELECT DISTINCT order_number FROM v_wo_op WHERE work_center_id = $1 AND status NOT IN ('done', 'closed', 'cancelled') ORDER BY order_number LIMIT 1`, workCenter)
	if err != nil || len(orders) == 0 {
		return err
	}
	return fault.Conflict("app.work_center_busy", "order %s still has an operation at work center %s", orders[0], code).With("order", orders[0]).With("code", code)
}

// guardLocations keeps places while stock lies there.
func guardLocations(ctx context.Context, q db.Querier, locations []db.ID) error {
	for len(locations) > 0 {
		n := min(len(locations), 500)
		var w db.Where
		db.In(&w, "s.location_id", locations[:n])
		type row struct {
			Location string `db:"location"`
			Item     string `db:"item"`
		}
		found, ok, err := db.Get[row](ctx, q, `SELECT l.code AS location, i.code AS item FROM v_stock s JOIN v_location l ON l.id = s.location_id JOIN v_item i ON i.id = s.item_id`+w.String()+` ORDER BY l.code, i.code LIMIT 1`, w.Args...)
		if err != nil {
			return err
		}
		if ok {
			return fault.Conflict("app.location_stocked", "%s still lies at %s", found.Item, found.Location).With("item", found.Item).With("location", found.Location)
		}
		locations = locations[n:]
	}
	return nil
}

// workerChanged keeps the log-in of the floor in step with the list of workers.
func (a *App) workerChanged(ctx context.Context, tx *db.Tx, before, w masterdata.Worker) error {
	if w.Badge == "" {
		if err := a.Identity.BadgeTaken(ctx, tx, w.ID); err != nil {
			return err
		}
	} else if w.Active {
		if err := a.Identity.EnsureBadgeUsers(ctx, tx, 0, []identity.BadgeUser{{Worker: w.ID, Code: w.Code, Name: w.Name, Badge: w.Badge}}); err != nil {
			return err
		}
	}
	if before.ID == 0 || before.Active == w.Active { // a user whom the administrator shut out stays out
		return nil
	}
	return a.Identity.WorkerSwitched(ctx, tx, w.ID, w.Active)
}
