package app

import (
	"context"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
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
