package masterdata

import (
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// The rows of the tables, whole: a row that differs is exchanged for a new one, so a column that is missing here
// would be lost. Reading is done with SELECT *, which fails on such a column.
type (
	siteRow struct {
		stamp
		Code     string `db:"code"`
		Name     string `db:"name"`
		Zone     string `db:"time_zone"`
		Currency string `db:"currency"`
		Today    string `db:"today"`
		Implicit bool   `db:"implicit"`
	}
	itemRow struct {
		stamp
		Code      string `db:"code"`
		Name      string `db:"name"`
		Spec      string `db:"spec"`
		UoM       string `db:"uom"`
		Kind      string `db:"kind"`
		Tracking  string `db:"tracking"`
		Family    string `db:"family"`
		Decimals  int    `db:"decimals"`
		ShelfLife int    `db:"shelf_life_days"`
		GTIN      string `db:"gtin"`
		Barcode   string `db:"barcode"`
		Picture   db.ID  `db:"picture"`
		HomeSite  db.ID  `db:"home_site"`
		Active    bool   `db:"active"`
		Ext       string `db:"ext"`
		CreatedMS int64  `db:"created_ms"`
		UpdatedMS int64  `db:"updated_ms"`
	}
	itemSiteRow struct {
		stamp
		Item          db.ID    `db:"item_id"`
		Site          db.ID    `db:"site_id"`
		LeadDays      int      `db:"lead_days"`
		SafetyStock   num.Dec  `db:"safety_stock"`
		MinLot        num.Dec  `db:"min_lot"`
		LotMultiple   num.Dec  `db:"lot_multiple"`
		MaxLot        num.Dec  `db:"max_lot"`
		LotRule       string   `db:"lot_rule"`
		FixedLot      num.Dec  `db:"fixed_lot"`
		PeriodDays    int      `db:"period_days"`
		ReorderPoint  *num.Dec `db:"reorder_point"`
		MaxStock      *num.Dec `db:"max_stock"`
		YieldPct      num.Dec  `db:"yield_pct"`
		StandardCost  *num.Dec `db:"standard_cost"`
		PurchasePrice *num.Dec `db:"purchase_price"`
		Supplier      db.ID    `db:"supplier_id"`
		Ord           int64    `db:"ord"`
		LeadPer       num.Dec  `db:"lead_per"`
		LeadPerDays   int      `db:"lead_per_days"`
		LeadFrom      string   `db:"lead_from"`
		SupplySite    db.ID    `db:"supply_site_id"`
		TransferDays  int      `db:"transfer_days"`
	}
	uomRow struct {
		stamp
		Item     db.ID   `db:"item_id"`
		UoM      string  `db:"uom"`
		Factor   num.Dec `db:"factor"`
		Own      num.Dec `db:"own"`
		Per      num.Dec `db:"per"`
		Decimals int     `db:"decimals"`
		Ord      int64   `db:"ord"`
	}
	bomHead struct {
		stamp
		Item    db.ID  `db:"item_id"`
		Version string `db:"version"`
		From    string `db:"effective_from"`
		To      string `db:"effective_to"`
	}
	bomLine struct {
		ID    db.ID `db:"id"`
		Batch db.ID `db:"batch_id"`
		bomLineRow
		Ord int64 `db:"ord"`
	}
	routingHead struct {
		stamp
		Item    db.ID  `db:"item_id"`
		Version string `db:"version"`
		Site    db.ID  `db:"site_id"`
		From    string `db:"effective_from"`
		To      string `db:"effective_to"`
	}
	routingLine struct {
		ID    db.ID `db:"id"`
		Batch db.ID `db:"batch_id"`
		routingOpRow
		Ord int64 `db:"ord"`
	}
	workCenterRow struct {
		stamp
		Site       db.ID   `db:"site_id"`
		Code       string  `db:"code"`
		Name       string  `db:"name"`
		Calendar   db.ID   `db:"calendar_id"`
		Cost       num.Dec `db:"cost_per_hour"`
		Efficiency num.Dec `db:"efficiency_pct"`
		Kind       string  `db:"kind"`
		Capacity   int     `db:"capacity"`
		Active     bool    `db:"active"`
		Ord        int64   `db:"ord"`
	}
	machineRow struct {
		stamp
		Site          db.ID   `db:"site_id"`
		Code          string  `db:"code"`
		Name          string  `db:"name"`
		WorkCenter    db.ID   `db:"work_center_id"`
		Calendar      db.ID   `db:"calendar_id"`
		Speed         num.Dec `db:"speed_pct"`
		Efficiency    num.Dec `db:"efficiency_pct"`
		BatchCapacity num.Dec `db:"batch_capacity"`
		Active        bool    `db:"active"`
		Ord           int64   `db:"ord"`
	}
	changeoverRow struct {
		stamp
		WorkCenter db.ID   `db:"work_center_id"`
		From       string  `db:"from_family"`
		To         string  `db:"to_family"`
		Minutes    num.Dec `db:"minutes"`
		Ord        int64   `db:"ord"`
	}
	calendarRow struct {
		stamp
		Site db.ID  `db:"site_id"`
		Code string `db:"code"`
		Name string `db:"name"`
	}
	calendarHours struct {
		ID    db.ID `db:"id"`
		Batch db.ID `db:"batch_id"`
		hoursRow
		Ord int64 `db:"ord"`
	}
	calendarDay struct {
		ID    db.ID `db:"id"`
		Batch db.ID `db:"batch_id"`
		dayRow
		Ord int64 `db:"ord"`
	}
	partnerRow struct {
		stamp
		Code    string `db:"code"`
		Name    string `db:"name"`
		Kinds   string `db:"kinds"`
		Phone   string `db:"phone"`
		Email   string `db:"email"`
		Address string `db:"address"`
		Active  bool   `db:"active"`
		Ext     string `db:"ext"`

		Carrier  db.ID    `db:"carrier_id"`
		OverPct  *num.Dec `db:"over_pct"`
		UnderPct *num.Dec `db:"under_pct"`
		Terms    string   `db:"terms"`
	}
	contactRow struct {
		ID      db.ID `db:"id"`
		Batch   db.ID `db:"batch_id"`
		Partner db.ID `db:"partner_id"`
		Contact
		Ord int64 `db:"ord"`
	}
	addressRow struct {
		ID      db.ID  `db:"id"`
		Batch   db.ID  `db:"batch_id"`
		Partner db.ID  `db:"partner_id"`
		Label   string `db:"label"`
		Contact string `db:"contact"`
		Phone   string `db:"phone"`
		Address string `db:"address"`
		ShipTo  bool   `db:"ship_to"`
		Ord     int64  `db:"ord"`
	}
	warehouseRow struct {
		stamp
		Site      db.ID  `db:"site_id"`
		Code      string `db:"code"`
		Name      string `db:"name"`
		Kind      string `db:"kind"`
		InCosting bool   `db:"in_costing"`
		Implicit  bool   `db:"implicit"`
		Active    bool   `db:"active"`
		Ord       int64  `db:"ord"`
	}
	locationRow struct {
		stamp
		Site      db.ID  `db:"site_id"`
		Warehouse db.ID  `db:"warehouse_id"`
		Code      string `db:"code"`
		Place     string `db:"place"`
		Name      string `db:"name"`
		Active    bool   `db:"active"`
		Ord       int64  `db:"ord"`
	}
	skillRow struct {
		stamp
		Code   string `db:"code"`
		Name   string `db:"name"`
		Note   string `db:"note"`
		Active bool   `db:"active"`
	}
	teamRow struct {
		stamp
		Code   string `db:"code"`
		Name   string `db:"name"`
		Leader db.ID  `db:"leader_id"`
		Active bool   `db:"active"`
	}
	toolRow struct {
		stamp
		Site      db.ID  `db:"site_id"`
		Code      string `db:"code"`
		Name      string `db:"name"`
		Kind      string `db:"kind"`
		LifeCount int64  `db:"life_count"`
		LifeUnit  string `db:"life_unit"`
		Quantity  int64  `db:"quantity"`

		Regrind  num.Dec `db:"regrind_hours"`
		Reground int64   `db:"reground_ms"`
		Location string  `db:"location"`
		Active   bool    `db:"active"`
		Ord      int64   `db:"ord"`
		Ext      string  `db:"ext"`
	}
	toolUseRow struct {
		ID    db.ID `db:"id"`
		Batch db.ID `db:"batch_id"`
		Tool  db.ID `db:"tool_id"`
		Item  db.ID `db:"item_id"`
		Op    int   `db:"op"`
		Ord   int64 `db:"ord"`
	}
	workerSkillRow struct {
		ID     db.ID  `db:"id"`
		Batch  db.ID  `db:"batch_id"`
		Worker db.ID  `db:"worker_id"`
		Skill  string `db:"skill"`
		Until  string `db:"valid_until"`
	}
	workerRow struct {
		stamp
		Code   string `db:"code"`
		Name   string `db:"name"`
		Badge  string `db:"badge"`
		Team   string `db:"team"`
		Skills string `db:"skills"`
		Active bool   `db:"active"`
		Ext    string `db:"ext"`
	}
	useRow struct {
		ID    db.ID  `db:"id"`
		Batch db.ID  `db:"batch_id"`
		Site  db.ID  `db:"site_id"`
		Kind  string `db:"kind"`
		Ref   db.ID  `db:"ref_id"`
		Ord   int64  `db:"ord"`
	}
)
