package app

import (
	"context"
	"strconv"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/sales"
)

// guardItem keeps the ledger readable: quantities that were booked stay in the unit they were booked in, and what is
// here now is told apart by lots or serials, or not, until it is gone. It is a masterdata.ItemGuard.
func guardItem(ctx context.Context, q db.Querier, before, after masterdata.Item) error {
	if before.UoM != after.UoM {
		booked, err := db.One[int64](ctx, q, `SELECT CASE WHEN EXISTS (SELECT 1 FROM v_move WHERE item_id = $1) THEN 1 ELSE 0 END`, before.ID)
		if err != nil {
			return err
		}
		if booked > 0 {
			return fault.Conflict("app.item_booked", "%s has movements in %s, so its unit cannot become %s", before.Code, before.UoM, after.UoM).
				With("code", before.Code).With("uom", before.UoM).With("new", after.UoM)
		}
	}
	if before.Tracking == after.Tracking && before.Decimals <= after.Decimals {
		return nil
	}
	// what is here in all: on the shelf, in process, at a subcontractor
	here, err := db.One[int64](ctx, q, `SELECT CAST(coalesce(sum(CASE WHEN to_kind IN ('stock', 'wip', 'subcontractor', 'transit') THEN qty ELSE 0 END)
		- sum(CASE WHEN from_kind IN ('stock', 'wip', 'subcontractor', 'transit') THEN qty ELSE 0 END), 0) AS BIGINT) FROM v_move WHERE item_id = $1`, before.ID)
	if err != nil || here == 0 {
		return err
	}
	return fault.Conflict("app.item_stocked", "there is stock of %s, so its tracking and decimals cannot change", before.Code).With("code", before.Code)
}

// itemUse says which document names an item: what was ever booked, ordered, made or inspected keeps its item. It is a
// masterdata.ItemUse.
func itemUse(ctx context.Context, q db.Querier, item masterdata.Item) (string, error) {
	for _, view := range []string{"v_move", "v_sales_line", "v_purchase_line", "v_work_order", "v_wo_component", "v_inspection", "v_reservation", "v_lot", "v_serial"} {
		_, found, err := db.Get[db.ID](ctx, q, `SELECT item_id FROM `+view+` WHERE item_id = $1 LIMIT 1`, item.ID)
		if err != nil || found {
			return strings.TrimPrefix(view, "v_"), err
		}
	}
	forecast, err := sales.Forecasted(ctx, q, item.ID)
	if forecast {
		return "forecast", err
	}
	return "", err
}

// itemOpenUses says which stock, open documents and plans still count on an item. It is a masterdata.OpenUsesOf; each
// kind is one step.
func itemOpenUses(ctx context.Context, q db.Querier, item masterdata.Item, today string, most int) ([]masterdata.OpenUse, error) {
	type use struct {
		Kind string  `db:"kind"`
		Site db.ID   `db:"site_id"`
		Name string  `db:"name"`
		Qty  num.Dec `db:"qty"`
		Day  string  `db:"day"`
	}
	var out []masterdata.OpenUse
	for _, s := range []string{
		`SELECT 'stock' AS kind, s.site_id, w.code AS name, CAST(sum(s.qty) AS BIGINT) AS qty, '' AS day FROM v_stock s JOIN v_location w ON w.id = s.location_id WHERE s.item_id = $1 GROUP BY s.site_id, w.code ORDER BY w.code`,
		`SELECT 'sales_order' AS kind, site_id, order_number AS name, CAST(sum(qty - shipped) AS BIGINT) AS qty, min(due) AS day FROM v_sales_line WHERE item_id = $1 AND NOT cancelled AND qty > shipped GROUP BY site_id, order_number ORDER BY min(due), order_number`,
		`SELECT 'purchase_order' AS kind, site_id, order_number AS name, CAST(sum(qty - received) AS BIGINT) AS qty, min(due) AS day FROM v_purchase_line WHERE item_id = $1 AND NOT closed AND qty > received GROUP BY site_id, order_number ORDER BY min(due), order_number`,
		`SELECT 'requisition' AS kind, site_id, number AS name, qty, due AS day FROM v_requisition WHERE item_id = $1 ORDER BY due, number`,
		`SELECT 'work_order' AS kind, site_id, number AS name, qty, due AS day FROM v_work_order WHERE item_id = $1 AND status IN ('planned', 'released', 'started') ORDER BY due, number`,
		`SELECT 'work_order_part' AS kind, site_id, order_number AS name, CAST(sum(required - issued) AS BIGINT) AS qty, '' AS day FROM v_wo_component WHERE item_id = $1 AND role = 'component' AND issue <> 'none' AND required > issued AND order_status IN ('planned', 'released', 'started') GROUP BY site_id, order_number ORDER BY order_number`,
		`SELECT 'firm' AS kind, site_id, number AS name, qty, due AS day FROM v_firm_order WHERE item_id = $1 ORDER BY due, number`,
		`SELECT 'planned' AS kind, site_id, '#' || CAST(n AS TEXT) AS name, qty, due AS day FROM v_planned_order WHERE item_id = $1 AND live AND state = 'planned' ORDER BY due, n`,
		`SELECT 'forecast' AS kind, site_id, date AS name, CAST(sum(qty) AS BIGINT) AS qty, date AS day FROM v_forecast WHERE item_id = $1 AND date >= $2 GROUP BY site_id, date ORDER BY date`,
	} {
		args := []any{item.ID}
		if strings.Contains(s, "$2") {
			args = append(args, today)
		}
		list, err := db.All[use](ctx, q, s+` LIMIT `+strconv.Itoa(most), args...)
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			out = append(out, masterdata.OpenUse{Kind: u.Kind, Site: u.Site, Name: u.Name, Qty: u.Qty, UoM: item.UoM, Day: u.Day})
		}
	}
	return out, nil
}
