package masterdata

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Location is where stock lies: a warehouse's own place (code RM) or one inside it (code RM/A-19-1).
type Location struct {
	ID            db.ID  `db:"id" json:"id"`
	SiteID        db.ID  `db:"site_id" json:"site_id"`
	WarehouseID   db.ID  `db:"warehouse_id" json:"warehouse_id"`
	Warehouse     string `db:"warehouse" json:"warehouse"`
	WarehouseKind string `db:"warehouse_kind" json:"warehouse_kind"` // normal line customer_owned quarantine
	InCosting     bool   `db:"in_costing" json:"in_costing"`
	Implicit      bool   `db:"implicit" json:"-"` // the warehouse was made because a file named none
	Code          string `db:"code" json:"code"`
	Place         string `db:"place" json:"place"` // "" or A-19-1
	Active        bool   `db:"active" json:"active"`
}

const locationFrom = ` l.id, l.site_id, l.warehouse_id, w.code AS warehouse, w.kind AS warehouse_kind, w.in_costing, w.implicit, l.code, l.place, l.active
	FROM md_location l JOIN md_warehouse w ON w.id = l.warehouse_id`

// MainWarehouse is the code of the warehouse that is made for stock whose file names none.
const MainWarehouse = "MAIN"

// LocationCode is what a label of the place says; without a warehouse it is the site's MAIN.
func LocationCode(warehouse, place string) string {
	if warehouse == "" {
		warehouse = MainWarehouse
	}
	if place == "" {
		return warehouse
	}
	return warehouse + "/" + place
}

// LocationByCode finds a location of a site by the text on its label.
func LocationByCode(ctx context.Context, q db.Querier, site db.ID, code string) (Location, error) {
	l, ok, err := db.Get[Location](ctx, q, `SELECT`+locationFrom+` WHERE `+seen("l")+` AND l.code = $2 AND l.site_id = $3`, batchOf(ctx), code, site)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.location_unknown", "there is no location %s at this site", code).With("code", code)
	}
	return l, err
}

// LocationByID finds a location.
func LocationByID(ctx context.Context, q db.Querier, id db.ID) (Location, error) {
	l, ok, err := db.Get[Location](ctx, q, `SELECT`+locationFrom+` WHERE `+seen("l")+` AND l.id = $2`, batchOf(ctx), id)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.location_unknown", "there is no location with id %s", id).With("code", id)
	}
	return l, err
}

// Locations are all of a site by code.
func Locations(ctx context.Context, q db.Querier, site db.ID) (map[string]Location, error) {
	out := map[string]Location{}
	err := db.Each(ctx, q, `SELECT`+locationFrom+` WHERE `+seen("l")+` AND l.site_id = $2`, []any{batchOf(ctx), site},
		func(l *Location) error { out[l.Code] = *l; return nil })
	return out, err
}
