package pack

import "kaiwu/internal/kit/num"

// The columns of each file, in canonical order. The tag: column name, then
//
//	req       required          key       written even when it is the default
//	def=V     default           enum=A|B  allowed values (of each element of a list)
//	code      one line, ≤100 characters, no ";" (it stands in lists)
//	word      one line, ≤100 characters
//	date      YYYY-MM-DD        clock     HH:MM
//	min= max= above= below=     bounds of a number
//	id      one of the columns that name a row    same  the same in all rows of a version (its first two ids)
type (
	Site struct {
		Row      int
		Code     string `pack:"code,req,code"`
		Name     string `pack:"name"`
		TimeZone string `pack:"time_zone,word,def=Asia/Shanghai"`
		Currency string `pack:"currency,word,def=CNY"`
		Today    string `pack:"today,date"` // empty: the real date
	}
	Item struct {
		Row           int
		Code          string   `pack:"code,id,req,code"`
		Name          string   `pack:"name"`
		Spec          string   `pack:"spec"`
		UOM           string   `pack:"uom,word,def=pcs"`
		Kind          string   `pack:"kind,req,enum=make|buy|subcontract|phantom|customer"`
		Tracking      string   `pack:"tracking,def=none,enum=none|lot|serial"`
		Family        string   `pack:"family,word"`
		LeadDays      int      `pack:"lead_days,min=0,max=3650"`
		SafetyStock   num.Dec  `pack:"safety_stock,min=0"`
		MinLot        num.Dec  `pack:"min_lot,min=0"`
		LotMultiple   num.Dec  `pack:"lot_multiple,min=0"` // 0: any quantity
		MaxLot        num.Dec  `pack:"max_lot,min=0"`      // 0: no limit
		LotRule       string   `pack:"lot_rule,def=lot_for_lot,enum=lot_for_lot|fixed|period"`
		FixedLot      num.Dec  `pack:"fixed_lot,min=0"`
		PeriodDays    int      `pack:"period_days,min=0,max=3650"`
		ReorderPoint  *num.Dec `pack:"reorder_point,min=0"`
		MaxStock      *num.Dec `pack:"max_stock,min=0"`
		YieldPct      num.Dec  `pack:"yield_pct,def=100,above=0,max=100"`
		Decimals      int      `pack:"decimals,def=6,min=0,max=6"`
		ShelfLifeDays int      `pack:"shelf_life_days,min=0,max=36500"` // 0: keeps for ever
		StandardCost  *num.Dec `pack:"standard_cost,min=0"`
		PurchasePrice *num.Dec `pack:"purchase_price,min=0"`
		Supplier      string   `pack:"supplier,code"`
		GTIN          string   `pack:"gtin,word"`
		Barcode       string   `pack:"barcode,word"`
	}
	UOM struct {
		Row      int
		Item     string  `pack:"item,id,req,code"`
		UOM      string  `pack:"uom,id,req,word"`
		Factor   num.Dec `pack:"factor,req,above=0"`
		Per      num.Dec `pack:"per,def=1,above=0"`          // so many of this unit are factor of the item's own
		Decimals int     `pack:"decimals,def=6,min=0,max=6"` // of quantities in this unit
	}
	BOMLine struct {
		Row           int
		Product       string   `pack:"product,id,req,code"`
		Version       string   `pack:"version,id,key,code,def=1"`
		EffectiveFrom string   `pack:"effective_from,same,date"`
		EffectiveTo   string   `pack:"effective_to,same,date"`
		Role          string   `pack:"role,def=component,enum=component|coproduct|byproduct"`
		Item          string   `pack:"item,id,req,code"`
		Qty           num.Dec  `pack:"qty,req,above=0"`
		ScrapPct      num.Dec  `pack:"scrap_pct,min=0,below=100"`
		Op            int      `pack:"op,min=0,max=1000000"` // 0: no step named
		Issue         string   `pack:"issue,def=pick,enum=pick|backflush|none"`
		Substitutes   []string `pack:"substitutes,code"`
		CostSharePct  *num.Dec `pack:"cost_share_pct,min=0,max=100"`
	}
	Operation struct {
		Row          int
		Product      string        `pack:"product,id,req,code"`
		Version      string        `pack:"version,id,key,code,def=1"`
		Op           int           `pack:"op,id,req,min=1,max=1000000"`
		Name         string        `pack:"name"`
		WorkCenter   string        `pack:"work_center,req,code"`
		SetupMin     num.Dec       `pack:"setup_min,min=0,max=1000000"`
		RunMin       num.Dec       `pack:"run_min,min=0,max=1000000"`
		BatchMin     num.Dec       `pack:"batch_min,min=0,max=1000000"`
		TransferLot  num.Dec       `pack:"transfer_lot,min=0"` // 0: all pieces together
		SplitMax     int           `pack:"split_max,def=1,min=0,max=100"`
		SplitMin     num.Dec       `pack:"split_min,min=0"`
		Report       bool          `pack:"report,def=1"`
		Inspection   string        `pack:"inspection,def=none,enum=none|first|patrol|final|each"`
		PieceRate    num.Dec       `pack:"piece_rate,min=0"`
		Tool         string        `pack:"tool,word"`
		Skill        string        `pack:"skill,word"`
		Alternatives []Alternative `pack:"alternatives"`
	}
	// Alternative is another work center that can do an operation, with its own run time.
	Alternative struct {
		WorkCenter string
		RunMin     num.Dec
	}
	WorkCenter struct {
		Row           int
		Code          string  `pack:"code,id,req,code"`
		Name          string  `pack:"name"`
		Calendar      string  `pack:"calendar,word"`
		CostPerHour   num.Dec `pack:"cost_per_hour,min=0"`
		EfficiencyPct num.Dec `pack:"efficiency_pct,def=100,above=0,max=1000"`
		Kind          string  `pack:"kind,def=machine,enum=machine|line|hand|batch|subcontract"`
		Capacity      int     `pack:"capacity,def=1,min=1,max=1000"`
	}
	Machine struct {
		Row           int
		Code          string  `pack:"code,id,req,code"`
		Name          string  `pack:"name"`
		WorkCenter    string  `pack:"work_center,req,code"`
		Calendar      string  `pack:"calendar,word"` // empty: the work center's
		SpeedPct      num.Dec `pack:"speed_pct,def=100,above=0,max=1000"`
		EfficiencyPct num.Dec `pack:"efficiency_pct,min=0,max=1000"` // 0: the work center's
		BatchCapacity num.Dec `pack:"batch_capacity,min=0"`          // 0: no limit
	}
	Changeover struct {
		Row        int
		WorkCenter string  `pack:"work_center,id,req,code"`
		FromFamily string  `pack:"from_family,id,req,word"` // "*": any
		ToFamily   string  `pack:"to_family,id,req,word"`
		Minutes    num.Dec `pack:"minutes,req,min=0,max=1000000"`
	}
	CalendarHours struct {
		Row      int
		Calendar string `pack:"calendar,id,req,word"`
		Weekday  int    `pack:"weekday,id,req,min=1,max=7"`
		From     string `pack:"from,id,req,clock"`
		To       string `pack:"to,req,clock"`
		Shift    string `pack:"shift,word"`
	}
	CalendarDay struct {
		Row      int
		Calendar string `pack:"calendar,id,req,word"`
		Date     string `pack:"date,id,req,date"`
		From     string `pack:"from,clock"` // both empty: closed
		To       string `pack:"to,clock"`
		Shift    string `pack:"shift,word"`
		Note     string `pack:"note"`
	}
	Partner struct {
		Row      int
		Code     string   `pack:"code,id,req,code"`
		Name     string   `pack:"name,req"`
		Kinds    []string `pack:"kind,req,enum=customer|supplier|subcontractor|carrier"`
		Phone    string   `pack:"phone"`
		Email    string   `pack:"email"`
		Address  string   `pack:"address"`
		Carrier  string   `pack:"carrier,code"`
		OverPct  *num.Dec `pack:"over_pct,min=0,max=100"`
		UnderPct *num.Dec `pack:"under_pct,min=0,max=100"`
		Terms    string   `pack:"terms"`
	}
	Warehouse struct {
		Row       int
		Code      string `pack:"code,id,req,code"`
		Name      string `pack:"name"`
		Kind      string `pack:"kind,def=normal,enum=normal|line|customer_owned|quarantine"`
		InCosting bool   `pack:"in_costing,def=1"`
	}
	Stock struct {
		Row        int
		Item       string   `pack:"item,req,code"`
		Qty        num.Dec  `pack:"qty,req,min=0"`
		Warehouse  string   `pack:"warehouse,code"`
		Location   string   `pack:"location,word"`
		Lot        string   `pack:"lot,word"`
		Serial     string   `pack:"serial,word"`
		ExpiresOn  string   `pack:"expires_on,date"`
		ReceivedOn string   `pack:"received_on,date"`
		UnitCost   *num.Dec `pack:"unit_cost,min=0"`
	}
	SalesLine struct {
		Row        int
		Order      string   `pack:"order,req,word"`
		Line       int      `pack:"line,key,def=1,min=1,max=1000000"`
		Customer   string   `pack:"customer,code"`
		Item       string   `pack:"item,req,code"`
		Qty        num.Dec  `pack:"qty,req,above=0"`
		Due        string   `pack:"due,req,date"`
		Priority   int      `pack:"priority,def=5,min=1,max=1000000"`
		UnitPrice  *num.Dec `pack:"unit_price,min=0"`
		Channel    string   `pack:"channel,word"`
		BOMVersion string   `pack:"bom_version,code"`
		Note       string   `pack:"note"`
	}
	Forecast struct {
		Row  int
		Item string  `pack:"item,req,code"`
		Date string  `pack:"date,req,date"`
		Qty  num.Dec `pack:"qty,req,min=0"`
	}
	PurchaseLine struct {
		Row       int
		Order     string   `pack:"order,req,word"`
		Line      int      `pack:"line,key,def=1,min=1,max=1000000"`
		Supplier  string   `pack:"supplier,code"`
		Item      string   `pack:"item,req,code"`
		Qty       num.Dec  `pack:"qty,req,min=0"`
		Due       string   `pack:"due,req,date"`
		UnitPrice *num.Dec `pack:"unit_price,min=0"`
	}
	WorkOrder struct {
		Row            int
		Order          string  `pack:"order,req,word"`
		Item           string  `pack:"item,req,code"`
		Qty            num.Dec `pack:"qty,req,above=0"`
		Due            string  `pack:"due,req,date"`
		Start          string  `pack:"start,date"`
		Status         string  `pack:"status,def=released,enum=planned|released|started"`
		DoneQty        num.Dec `pack:"done_qty,min=0"`
		BOMVersion     string  `pack:"bom_version,code"`
		RoutingVersion string  `pack:"routing_version,code"`
		SalesOrder     string  `pack:"sales_order,word"`
		Priority       int     `pack:"priority,def=5,min=1,max=1000000"`
	}
	Worker struct {
		Row    int
		Code   string   `pack:"code,id,req,code"`
		Name   string   `pack:"name,req"`
		Badge  string   `pack:"badge,word"`
		Team   string   `pack:"team,word"`
		Skills []string `pack:"skills,word"`
	}
	// Location is a place inside a warehouse; places that only stock.csv names need no row.
	Location struct {
		Row       int
		Warehouse string `pack:"warehouse,id,req,code"`
		Place     string `pack:"place,id,req,word"`
		Name      string `pack:"name"`
	}
	// Planning is how an item is planned at the site, beyond what items.csv says: a list of the product's own, which an
	// exported factory does not hold.
	Planning struct {
		Row          int
		Item         string  `pack:"item,id,req,code"`
		LeadPer      num.Dec `pack:"lead_per"`
		LeadPerDays  int     `pack:"lead_per_days,min=0,max=3650"`
		LeadFrom     string  `pack:"lead_from,def=days,enum=days|routing"`
		SupplySite   string  `pack:"supply_site,code"`
		TransferDays int     `pack:"transfer_days,min=0,max=3650"`
	}
	Tool struct {
		Row       int
		Code      string `pack:"code,id,req,code"`
		Name      string `pack:"name"`
		Kind      string `pack:"kind,def=other,enum=mold|die|fixture|cutter|gauge|other"`
		LifeCount int    `pack:"life_count,min=0,max=1000000000"` // 0: not counted
		LifeUnit  string `pack:"life_unit,def=shots,enum=shots|pieces|hours"`

		RegrindHours num.Dec  `pack:"regrind_hours,min=0,max=10000"` // 0: it is not reground
		Quantity     int      `pack:"quantity,def=1,min=0,max=100000"`
		Location     string   `pack:"location,word"`
		Fits         []string `pack:"fits,word"` // item codes, or item:op
	}
)
