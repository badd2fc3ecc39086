package masterdata

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// ItemState is an item with its values at one site: what screens show and events keep.
type ItemState struct {
	Code          string   `db:"code" json:"code"`
	Name          string   `db:"name" json:"name"`
	Spec          string   `db:"spec" json:"spec"`
	UoM           string   `db:"uom" json:"uom"`
	Kind          string   `db:"kind" json:"kind"`
	Tracking      string   `db:"tracking" json:"tracking"`
	Family        string   `db:"family" json:"family"`
	Decimals      int      `db:"decimals" json:"decimals"`
	ShelfLifeDays int      `db:"shelf_life_days" json:"shelf_life_days"`
	GTIN          string   `db:"gtin" json:"gtin"`
	Barcode       string   `db:"barcode" json:"barcode"`
	Status        string   `db:"status" json:"status" doc:"active or inactive"`
	Site          string   `db:"site" json:"site" doc:"Whose planning values follow"`
	LeadDays      int      `db:"lead_days" json:"lead_days"`
	SafetyStock   num.Dec  `db:"safety_stock" json:"safety_stock"`
	MinLot        num.Dec  `db:"min_lot" json:"min_lot"`
	LotMultiple   num.Dec  `db:"lot_multiple" json:"lot_multiple"`
	MaxLot        num.Dec  `db:"max_lot" json:"max_lot"`
	LotRule       string   `db:"lot_rule" json:"lot_rule"`
	FixedLot      num.Dec  `db:"fixed_lot" json:"fixed_lot"`
	PeriodDays    int      `db:"period_days" json:"period_days"`
	ReorderPoint  *num.Dec `db:"reorder_point" json:"reorder_point,omitempty"`
	MaxStock      *num.Dec `db:"max_stock" json:"max_stock,omitempty"`
	YieldPct      num.Dec  `db:"yield_pct" json:"yield_pct"`
	StandardCost  *num.Dec `db:"standard_cost" json:"standard_cost,omitempty" mask:"cost"`
	PurchasePrice *num.Dec `db:"purchase_price" json:"purchase_price,omitempty" mask:"price"`
	Supplier      string   `db:"supplier" json:"supplier"`
	LeadPer       num.Dec  `db:"lead_per" json:"lead_per" doc:"Each begun so much takes lead_per_days more; 0: it does not grow"`
	LeadPerDays   int      `db:"lead_per_days" json:"lead_per_days"`
	LeadFrom      string   `db:"lead_from" json:"lead_from" enum:"days,routing"`
	SupplySite    string   `db:"supply_site" json:"supply_site" doc:"Site that it is brought from, empty: obtained here"`
	TransferDays  int      `db:"transfer_days" json:"transfer_days"`
	Picture       db.ID    `db:"picture" json:"picture" doc:"The file that shows it, 0 = none; the address is …/items/{code}/picture"`

	OtherUnits []ItemUnit `json:"other_units,omitempty" doc:"In events that change them"`
}

// ItemDetail is an item's page.
type ItemDetail struct {
	ItemState
	ID           db.ID      `db:"id" json:"id"`
	Rev          int64      `db:"rev" json:"rev" doc:"To be sent with a change"`
	SupplierName string     `db:"supplier_name" json:"supplier_name"`
	CreatedMS    int64      `db:"created_ms" json:"created_ms"`
	UpdatedMS    int64      `db:"updated_ms" json:"updated_ms"`
	Units        []ItemUnit `json:"units"`
	BOMs         []Version  `json:"boms"`
	Routings     []Version  `json:"routings"`
}

// ItemUnit is another unit: Per of it are Own of the item's own.
type ItemUnit struct {
	UoM      string  `db:"uom" json:"uom"`
	Factor   num.Dec `db:"factor" json:"factor" doc:"The quotient, rounded: for reading, not for counting"`
	Own      num.Dec `db:"own" json:"own"`
	Per      num.Dec `db:"per" json:"per"`
	Decimals int     `db:"decimals" json:"decimals" doc:"Of quantities in this unit"`
}

// Version names a version of a BOM or routing.
type Version struct {
	Version string `db:"version" json:"version"`
	From    string `db:"effective_from" json:"effective_from" doc:"Empty: always has been"`
	To      string `db:"effective_to" json:"effective_to" doc:"Inclusive; 9999-12-31: open"`
	Lines   int64  `db:"lines" json:"lines" doc:"Lines or operations"`
	Today   bool   `db:"today" json:"today" doc:"What a new order would take today"`
}

// ItemDetail reads an item with its values at a site, units and versions; today tells which version is in force.
func (m *Module) ItemDetail(ctx context.Context, q db.Querier, code string, site db.ID, today string) (ItemDetail, error) {
	d, ok, err := db.Get[ItemDetail](ctx, q, `SELECT i.id, i.code, i.name, i.spec, i.uom, i.kind, i.tracking, i.family, i.decimals, i.shelf_life_days, i.gtin, i.barcode,
		CASE WHEN i.active THEN 'active' ELSE 'inactive' END AS status, s.code AS site, coalesce(v.lead_days, 0) AS lead_days, coalesce(v.safety_stock, 0) AS safety_stock,
		coalesce(v.min_lot, 0) AS min_lot, coalesce(v.lot_multiple, 0) AS lot_multiple, coalesce(v.max_lot, 0) AS max_lot, coalesce(v.lot_rule, 'lot_for_lot') AS lot_rule,
		coalesce(v.fixed_lot, 0) AS fixed_lot, coalesce(v.period_days, 0) AS period_days, v.reorder_point, v.max_stock, coalesce(v.yield_pct, 100000000) AS yield_pct,
		v.standard_cost, v.purchase_price, coalesce(p.code, '') AS supplier, coalesce(p.name, '') AS supplier_name,
		coalesce(v.lead_per, 0) AS lead_per, coalesce(v.lead_per_days, 0) AS lead_per_days, coalesce(v.lead_from, 'days') AS lead_from, coalesce(f.code, '') AS supply_site, coalesce(v.transfer_days, 0) AS transfer_days, i.picture, i.created_ms, i.updated_ms, i.rev + coalesce(v.rev, 0) AS rev
		FROM md_item i JOIN md_site s ON s.id = $3 LEFT JOIN md_item_site v ON v.item_id = i.id AND v.site_id = s.id LEFT JOIN md_partner p ON p.id = v.supplier_id LEFT JOIN md_site f ON f.id = v.supply_site_id
		WHERE `+seen("i")+` AND i.code = $2`, batchOf(ctx), code, site)
	if err != nil {
		return d, err
	}
	if !ok {
		return d, itemUnknown(code)
	}
	if d.Units, err = db.All[ItemUnit](ctx, q, `SELECT u.uom, u.factor, u.own, u.per, u.decimals FROM md_uom u WHERE `+seen("u")+` AND u.item_id = $2 ORDER BY u.uom`, batchOf(ctx), d.ID); err != nil {
		return d, err
	}
	if d.BOMs, err = versions(ctx, q, "md_bom", "md_bom_line", "bom_id", d.ID, today); err != nil {
		return d, err
	}
	d.Routings, err = versions(ctx, q, "md_routing", "md_routing_op", "routing_id", d.ID, today)
	return d, err
}

func versions(ctx context.Context, q db.Querier, table, lines, owner string, item db.ID, today string) ([]Version, error) {
	out, err := db.All[Version](ctx, q, `SELECT h.version, h.effective_from, h.effective_to, FALSE AS today,
		(SELECT count(*) FROM `+lines+` l WHERE l.`+owner+` = h.id AND `+seen("l")+`) AS lines
		FROM `+table+` h WHERE `+seen("h")+` AND h.item_id = $2`, batchOf(ctx), item)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Version) int { // the one that goes before others comes first
		if later(a.From, a.Version, b.From, b.Version) {
			return -1
		}
		return 1
	})
	for i, v := range out {
		if v.From <= today && today <= v.To {
			out[i].Today = true
			break
		}
	}
	return out, nil
}
