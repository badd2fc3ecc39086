package inventory

import (
	"context"
	"strconv"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// sitesOf limits rows to the sites that the actor may see; a partner from outside sees no stock.
func sitesOf(column string) func(context.Context, *db.Where) { return identity.Scope(column, "") }

// StockLine is what lies at one place of one lot in one state.
type StockLine struct {
	Item       string   `json:"item" sql:"i.code" doc:"Item"`
	Name       string   `json:"name" sql:"i.name" doc:"Name"`
	Spec       string   `json:"spec" sql:"i.spec" doc:"Specification"`
	UoM        string   `json:"uom" sql:"i.uom" doc:"Unit"`
	Warehouse  string   `json:"warehouse" sql:"w.warehouse" doc:"Warehouse"`
	Kind       string   `json:"warehouse_kind" sql:"w.warehouse_kind" doc:"Kind of warehouse"`
	Location   string   `json:"location" sql:"w.code" doc:"Location"`
	Lot        string   `json:"lot" sql:"coalesce(l.number, '')" doc:"Lot"`
	Container  string   `json:"container" sql:"coalesce(c.code, '')" doc:"Container"`
	Status     string   `json:"status" sql:"b.status" doc:"Status"`
	Qty        num.Dec  `json:"qty" sql:"(SELECT CAST(sum(x.qty) AS BIGINT) FROM inv_balance x WHERE x.item_id = b.item_id AND x.place_kind = b.place_kind AND x.status = b.status AND x.place_ref = b.place_ref AND x.lot_id = b.lot_id AND x.container_id = b.container_id AND x.batch_id NOT IN (SELECT id FROM kit_batch))" doc:"Quantity"`
	Reserved   num.Dec  `json:"reserved" sql:"(SELECT CAST(sum(x.reserved) AS BIGINT) FROM inv_balance x WHERE x.item_id = b.item_id AND x.place_kind = b.place_kind AND x.status = b.status AND x.place_ref = b.place_ref AND x.lot_id = b.lot_id AND x.container_id = b.container_id AND x.batch_id NOT IN (SELECT id FROM kit_batch))" doc:"Reserved"`
	Free       num.Dec  `json:"free" sql:"(SELECT CAST(sum(x.qty - x.reserved) AS BIGINT) FROM inv_balance x WHERE x.item_id = b.item_id AND x.place_kind = b.place_kind AND x.status = b.status AND x.place_ref = b.place_ref AND x.lot_id = b.lot_id AND x.container_id = b.container_id AND x.batch_id NOT IN (SELECT id FROM kit_batch))" doc:"Free"`
	ExpiresOn  string   `json:"expires_on" sql:"coalesce(l.expires_on, '9999-12-31')" doc:"Expires on"`
	ReceivedOn string   `json:"received_on" sql:"coalesce(l.received_on, '9999-12-31')" doc:"Received on"`
	UnitCost   *num.Dec `json:"unit_cost,omitempty" sql:"l.unit_cost" mask:"cost" doc:"Unit cost"`
}

const stockFrom = `inv_balance b JOIN v_item i ON i.id = b.item_id JOIN v_location w ON w.id = b.place_ref LEFT JOIN inv_lot l ON l.id = b.lot_id LEFT JOIN inv_container c ON c.id = b.container_id`

// stockList shows the rows of a shelf as one line, its slots and what an import left beside what was put there since:
// the first of them stands for all. Grouping would read and sort the
// whole stock for each page.
var stockList = web.ListSpec[StockLine]{
	From: stockFrom, Key: "b.id", Sort: "item,location,lot",
	Walk:   `v_item i CROSS JOIN inv_balance b JOIN v_location w ON w.id = b.place_ref AND b.item_id = i.id AND i.code >= '' LEFT JOIN inv_lot l ON l.id = b.lot_id LEFT JOIN inv_container c ON c.id = b.container_id`,
	Base:   `inv_balance b`,
	Search: []string{"i.code", "i.name", "l.number", "w.code"},
	Scope: func(ctx context.Context, w *db.Where) {
		w.And("b.place_kind = 'stock' AND b.qty > 0 AND b." + unpublished)
		w.And(`(b.slot = -1 AND b.batch_id = 0 OR NOT EXISTS (SELECT 1 FROM inv_balance x WHERE x.item_id = b.item_id AND x.place_kind = b.place_kind AND x.status = b.status AND x.place_ref = b.place_ref AND x.lot_id = b.lot_id AND x.container_id = b.container_id
			AND x.qty > 0 AND (x.slot < b.slot OR x.slot = b.slot AND x.batch_id < b.batch_id) AND x.` + unpublished + `))`)
		sitesOf("b.site_id")(ctx, w)
	},
	Extra: map[string]string{"item": "Item code", "lot": "Lot number", "location": "Location code", "warehouse": "Warehouse code", "container": "Container"},
	Where: func(_ context.Context, p web.Params, w *db.Where) error {
		for name, col := range map[string]string{"item": "i.code", "lot": "l.number", "location": "w.code", "warehouse": "w.warehouse", "container": "c.code"} {
			if p[name] != "" {
				w.And(col+" = ?", p[name])
			}
		}
		return nil
	},
	File: "stock",
}

// ItemStock is an item's total over all places.
type ItemStock struct {
	Item          string  `json:"item" sql:"i.code" doc:"Item"`
	Name          string  `json:"name" sql:"i.name" doc:"Name"`
	Spec          string  `json:"spec" sql:"i.spec" doc:"Specification"`
	UoM           string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Family        string  `json:"family" sql:"i.family" doc:"Family"`
	OnHand        num.Dec `json:"on_hand" sql:"CAST(sum(CASE WHEN b.place_kind = 'stock' THEN b.qty ELSE 0 END) AS BIGINT)" doc:"On hand"`
	Held          num.Dec `json:"held" sql:"CAST(sum(CASE WHEN b.place_kind = 'stock' AND (b.status = 'hold' OR w.warehouse_kind = 'quarantine') THEN b.qty ELSE 0 END) AS BIGINT)" doc:"Held or in quarantine"`
	Reserved      num.Dec `json:"reserved" sql:"CAST(sum(b.reserved) AS BIGINT)" doc:"Reserved"`
	WIP           num.Dec `json:"wip" sql:"CAST(sum(CASE WHEN b.place_kind = 'wip' THEN b.qty ELSE 0 END) AS BIGINT)" doc:"Issued to orders"`
	Subcontractor num.Dec `json:"subcontractor" sql:"CAST(sum(CASE WHEN b.place_kind = 'subcontractor' THEN b.qty ELSE 0 END) AS BIGINT)" doc:"At subcontractors"`
	NextExpiry    string  `json:"next_expiry" sql:"min(coalesce(l.expires_on, '9999-12-31'))" doc:"First expiry"`
}

var itemList = web.ListSpec[ItemStock]{
	From: `inv_balance b JOIN v_item i ON i.id = b.item_id LEFT JOIN v_location w ON w.id = b.place_ref AND b.place_kind = 'stock' LEFT JOIN inv_lot l ON l.id = b.lot_id`,
	Key:  "i.id", Sort: "item", Group: "i.id, i.code, i.name, i.spec, i.uom, i.family", Search: []string{"i.code", "i.name", "i.spec"},
	Scope: func(ctx context.Context, w *db.Where) {
		w.And("b.qty > 0 AND b." + unpublished)
		sitesOf("b.site_id")(ctx, w)
	},
	File: "stock-by-item",
}

// LocationStock is what lies at a location.
type LocationStock struct {
	Location  string `json:"location" sql:"w.code" doc:"Location"`
	Warehouse string `json:"warehouse" sql:"w.warehouse" doc:"Warehouse"`
	Kind      string `json:"warehouse_kind" sql:"w.warehouse_kind" doc:"Kind of warehouse"`
	Items     int64  `json:"items" sql:"CAST(count(DISTINCT b.item_id) AS BIGINT)" doc:"Items"`
	Lots      int64  `json:"lots" sql:"CAST(count(DISTINCT b.lot_id) AS BIGINT)" doc:"Lots"`
	Held      int64  `json:"held" sql:"CAST(sum(CASE WHEN b.status = 'hold' THEN 1 ELSE 0 END) AS BIGINT)" doc:"Of which held"`
}

var locationList = web.ListSpec[LocationStock]{
	From: `inv_balance b JOIN v_location w ON w.id = b.place_ref`, Key: "w.id", Sort: "location",
	Group: "w.id, w.code, w.warehouse, w.warehouse_kind", Search: []string{"w.code"},
	Scope: func(ctx context.Context, w *db.Where) {
		w.And("b.place_kind = 'stock' AND b.qty > 0 AND b." + unpublished)
		sitesOf("b.site_id")(ctx, w)
	},
	File: "stock-by-location",
}

// LotLine is a lot and what is left of it.
type LotLine struct {
	Item        string   `json:"item" sql:"i.code" doc:"Item"`
	Name        string   `json:"name" sql:"i.name" doc:"Name"`
	UoM         string   `json:"uom" sql:"i.uom" doc:"Unit"`
	Lot         string   `json:"lot" sql:"l.number" doc:"Lot"`
	Qty         num.Dec  `json:"qty" sql:"CAST(coalesce((SELECT sum(b.qty) FROM inv_balance b WHERE b.lot_id = l.id AND b.lot_id <> 0 AND b.place_kind = 'stock'), 0) AS BIGINT)" doc:"On hand"`
	Held        num.Dec  `json:"held" sql:"CAST(coalesce((SELECT sum(b.qty) FROM inv_balance b WHERE b.lot_id = l.id AND b.lot_id <> 0 AND b.place_kind = 'stock' AND b.status = 'hold'), 0) AS BIGINT)" doc:"On hold"`
	ExpiresOn   string   `json:"expires_on" sql:"l.expires_on" doc:"Expires on"`
	ReceivedOn  string   `json:"received_on" sql:"l.received_on" doc:"Received on"`
	SupplierLot string   `json:"supplier_lot" sql:"l.supplier_lot" doc:"Supplier's lot"`
	Partner     string   `json:"partner" sql:"coalesce(p.code, '')" doc:"Supplier"`
	UnitCost    *num.Dec `json:"unit_cost,omitempty" sql:"l.unit_cost" mask:"cost" doc:"Unit cost"`
	CreatedMS   int64    `json:"created_ms" sql:"l.created_ms" doc:"Created"`
}

var lotList = web.ListSpec[LotLine]{
	From: `inv_lot l JOIN v_item i ON i.id = l.item_id LEFT JOIN v_partner p ON p.id = l.partner_id`, Key: "l.id", Sort: "-created_ms",
	Search: []string{"l.number", "l.supplier_lot", "i.code", "i.name"}, Codes: []web.Code{{Expr: "l.number"}, {Expr: "i.code", Narrow: "l.item_id IN (SELECT id FROM v_item WHERE code >= ? AND code < ?)"}},
	Scope: func(ctx context.Context, w *db.Where) {
		w.And("l.number <> '' AND l." + unpublished)
		identity.Scope("", "")(ctx, w)
		if sites := actor.From(ctx).Sites; len(sites) > 0 {
			part := db.Where{Args: w.Args}
			db.In(&part, "m.site_id", sites)
			w.Args = part.Args
			w.And("EXISTS (SELECT 1 FROM inv_move m WHERE m.lot_id = l.id AND m.lot_id <> 0 AND " + part.Cond() + ")")
		}
	},
	File: "lots",
}

// MoveLine is a row of the ledger in words.
type MoveLine struct {
	ID          db.ID   `json:"id" sql:"m.id" doc:"Id"`
	RecordedMS  int64   `json:"recorded_ms" sql:"m.recorded_ms" doc:"Recorded"`
	HappenedMS  int64   `json:"happened_ms" sql:"m.happened_ms" doc:"Happened"`
	PostingDate string  `json:"posting_date" sql:"m.posting_date" doc:"Business date"`
	Item        string  `json:"item" sql:"i.code" doc:"Item"`
	Name        string  `json:"name" sql:"i.name" doc:"Name"`
	UoM         string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Lot         string  `json:"lot" sql:"coalesce(l.number, '')" doc:"Lot"`
	Qty         num.Dec `json:"qty" sql:"m.qty" doc:"Quantity"`
	FromKind    string  `json:"from_kind" sql:"m.from_kind" doc:"From what"`
	FromRef     db.ID   `json:"from_ref" sql:"m.from_ref" doc:"From which (id)"`
	FromStatus  string  `json:"from_status" sql:"m.from_status" doc:"Status before"`
	ToKind      string  `json:"to_kind" sql:"m.to_kind" doc:"To what"`
	ToRef       db.ID   `json:"to_ref" sql:"m.to_ref" doc:"To which (id)"`
	ToStatus    string  `json:"to_status" sql:"m.to_status" doc:"Status after"`
	From        string  `json:"from" doc:"From"`
	To          string  `json:"to" doc:"To"`
	DocKind     string  `json:"document_kind" sql:"m.doc_kind" doc:"Kind of document"`
	Document    string  `json:"document" sql:"m.doc_number" doc:"Document"`
	OrderID     db.ID   `json:"order_id" sql:"m.order_id" doc:"For order (id)"`
	Actor       string  `json:"actor" sql:"m.actor" doc:"Who"`
	Reason      string  `json:"reason" sql:"m.reason" doc:"Reason"`
	Reverses    db.ID   `json:"reverses" sql:"m.reverses" doc:"Undoes move (id)"`
	Reversed    bool    `json:"reversed" sql:"EXISTS (SELECT 1 FROM inv_move r WHERE r.reverses = m.id AND r.reverses <> 0)" doc:"Undone"`
}

var moveList = web.ListSpec[MoveLine]{
	From: `inv_move m JOIN v_item i ON i.id = m.item_id LEFT JOIN inv_lot l ON l.id = m.lot_id`, Base: `inv_move m`, Key: "m.id", Sort: "-recorded_ms",
	// the ledger is too long to be read for a piece of text: what is typed begins a number
	Codes: []web.Code{{Expr: "m.doc_number"}, {Expr: "i.code", Narrow: "m.item_id IN (SELECT id FROM v_item WHERE code >= ? AND code < ?)"},
		{Expr: "l.number", Narrow: "m.lot_id <> 0 AND m.lot_id IN (SELECT id FROM inv_lot WHERE number >= ? AND number < ? AND number <> '')"}},
	Scope: func(ctx context.Context, w *db.Where) {
		w.And("m." + unpublished)
		sitesOf("m.site_id")(ctx, w)
	},
	Extra: map[string]string{"item": "Item code", "lot": "Lot number", "location": "Location code, left or entered", "document": "Document number", "order": "Order (id) that the moves are for"},
	Where: func(_ context.Context, p web.Params, w *db.Where) error {
		if v := p["item"]; v != "" {
			w.And("m.item_id IN (SELECT id FROM v_item WHERE code = ?)", v)
		}
		if v := p["lot"]; v != "" {
			w.And("m.lot_id <> 0 AND m.lot_id IN (SELECT id FROM inv_lot WHERE number = ? AND number <> '')", v)
		}
		if v := p["location"]; v != "" {
			w.And("(m.from_kind = 'stock' AND m.from_ref IN (SELECT id FROM v_location WHERE code = ?) OR m.to_kind = 'stock' AND m.to_ref IN (SELECT id FROM v_location WHERE code = ?))", v, v)
		}
		if v := p["document"]; v != "" {
			w.And("m.doc_number = ?", v)
		}
		if v := p["order"]; v != "" {
			id, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				return fault.Invalid("inventory.order_bad", "%q is no identifier", v).With("order", v)
			}
			w.And("m.order_id = ? AND m.order_id <> 0", id)
		}
		return nil
	},
	Post: nameMoves,
	File: "moves",
}

// nameMoves puts locations and partners into words, a page at a time.
func nameMoves(ctx context.Context, q db.Querier, rows []MoveLine) error {
	names, err := placeNames(ctx, q, func(see func(kind string, ref db.ID)) {
		for i := range rows {
			see(rows[i].FromKind, rows[i].FromRef)
			see(rows[i].ToKind, rows[i].ToRef)
		}
	})
	for i := range rows {
		rows[i].From, rows[i].To = names(rows[i].FromKind, rows[i].FromRef), names(rows[i].ToKind, rows[i].ToRef)
	}
	return err
}

// placeNames reads the codes of the places that each names to see.
func placeNames(ctx context.Context, q db.Querier, each func(see func(kind string, ref db.ID))) (func(kind string, ref db.ID) string, error) {
	code := map[db.ID]string{}
	var locations, partners []db.ID
	each(func(kind string, ref db.ID) {
		if _, met := code[ref]; ref == 0 || met {
			return
		}
		switch PlaceKind(kind) {
		case Stock:
			code[ref], locations = "", append(locations, ref)
		case Supplier, Customer, Subcontractor:
			code[ref], partners = "", append(partners, ref)
		}
	})
	type named struct {
		ID   db.ID  `db:"id"`
		Code string `db:"code"`
	}
	name := func(kind string, ref db.ID) string {
		if c := code[ref]; c != "" {
			return c
		}
		return kind
	}
	for view, ids := range map[string][]db.ID{"v_location": locations, "v_partner": partners} {
		for len(ids) > 0 {
			n := min(len(ids), 500)
			var w db.Where
			db.In(&w, "id", ids[:n])
			if err := db.Each(ctx, q, `SELECT id, code FROM `+view+w.String(), w.Args, func(r *named) error { code[r.ID] = r.Code; return nil }); err != nil {
				return name, err
			}
			ids = ids[n:]
		}
	}
	return name, nil
}

// SerialLine is a piece with a number of its own.
type SerialLine struct {
	Item     string `json:"item" sql:"i.code" doc:"Item"`
	Name     string `json:"name" sql:"i.name" doc:"Name"`
	Serial   string `json:"serial" sql:"s.number" doc:"Serial number"`
	Lot      string `json:"lot" sql:"coalesce(l.number, '')" doc:"Lot"`
	Place    string `json:"place" sql:"s.place_kind" doc:"Where"`
	Location string `json:"location" sql:"coalesce(w.code, '')" doc:"Location"`
	Status   string `json:"status" sql:"s.status" doc:"Status"`
	Reserved string `json:"reserved_for" sql:"coalesce(r.doc_number, '')" doc:"Reserved for"`
}

var serialList = web.ListSpec[SerialLine]{
	From: `inv_serial s JOIN v_item i ON i.id = s.item_id LEFT JOIN inv_lot l ON l.id = s.lot_id LEFT JOIN v_location w ON w.id = s.place_ref AND s.place_kind = 'stock' LEFT JOIN inv_reservation r ON r.id = s.reservation_id`,
	Key:  "s.id", Sort: "serial", Search: []string{"s.number", "i.code", "i.name", "l.number"},
	Scope: func(ctx context.Context, w *db.Where) {
		w.And("s." + unpublished)
		sitesOf("s.site_id")(ctx, w)
	},
	Extra: map[string]string{"item": "Item code", "lot": "Lot number"},
	Where: func(_ context.Context, p web.Params, w *db.Where) error {
		if v := p["item"]; v != "" {
			w.And("i.code = ?", v)
		}
		if v := p["lot"]; v != "" {
			w.And("l.number = ?", v)
		}
		return nil
	},
	File: "serials",
}

// ReservationLine is stock promised to a document.
type ReservationLine struct {
	DocKind  string  `json:"document_kind" sql:"r.doc_kind" doc:"Kind of document"`
	Document string  `json:"document" sql:"r.doc_number" doc:"Document"`
	Line     int64   `json:"line" sql:"r.doc_line" doc:"Line"`
	Item     string  `json:"item" sql:"i.code" doc:"Item"`
	Name     string  `json:"name" sql:"i.name" doc:"Name"`
	UoM      string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Lot      string  `json:"lot" sql:"coalesce(l.number, '')" doc:"Lot"`
	Location string  `json:"location" sql:"w.code" doc:"Location"`
	Qty      num.Dec `json:"qty" sql:"r.qty" doc:"Quantity"`
	MadeMS   int64   `json:"made_ms" sql:"r.made_ms" doc:"Since"`
}

var reservationList = web.ListSpec[ReservationLine]{
	From: `inv_reservation r JOIN v_item i ON i.id = r.item_id JOIN v_location w ON w.id = r.location_id LEFT JOIN inv_lot l ON l.id = r.lot_id`,
	Key:  "r.id", Sort: "-made_ms", Search: []string{"r.doc_number", "i.code", "i.name", "l.number"}, Scope: sitesOf("r.site_id"), File: "reservations",
}

// EntryLine is one of inventory's own documents.
type EntryLine struct {
	Number     string  `json:"number" sql:"e.number" doc:"Document"`
	Kind       string  `json:"kind" sql:"e.kind" doc:"Kind"`
	Reason     string  `json:"reason" sql:"e.reason" doc:"Reason"`
	Actor      string  `json:"actor" sql:"e.actor" doc:"Who"`
	RecordedMS int64   `json:"recorded_ms" sql:"e.recorded_ms" doc:"Recorded"`
	SaidQty    num.Dec `json:"entered_qty" sql:"e.entered_qty" doc:"As entered; 0 = in the item's own unit"`
	SaidUoM    string  `json:"entered_uom" sql:"e.entered_uom" doc:"Unit as entered"`
	Undone     bool    `json:"undone" sql:"EXISTS (SELECT 1 FROM inv_entry u WHERE u.undoes_id = e.id)" doc:"Undone"`
}

var entryList = web.ListSpec[EntryLine]{
	From: `inv_entry e`, Key: "e.id", Sort: "-recorded_ms", Search: []string{"e.number", "e.reason"}, Scope: sitesOf("e.site_id"), File: "stock-documents",
}

// StockThen is what lay at one place of one lot at a moment.
type StockThen struct {
	Item      string  `json:"item" sql:"i.code" doc:"Item"`
	Name      string  `json:"name" sql:"i.name" doc:"Name"`
	UoM       string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Warehouse string  `json:"warehouse" sql:"w.warehouse" doc:"Warehouse"`
	Location  string  `json:"location" sql:"w.code" doc:"Location"`
	Lot       string  `json:"lot" sql:"coalesce(l.number, '')" doc:"Lot"`
	Status    string  `json:"status" sql:"x.status" doc:"Status"`
	Qty       num.Dec `json:"qty" sql:"CAST(sum(x.qty) AS BIGINT)" doc:"Quantity"`
}

var asOfList = web.ListSpec[StockThen]{
	From: `(SELECT id, item_id, lot_id, to_ref AS ref, to_status AS status, qty, happened_ms, recorded_ms, site_id FROM inv_move WHERE to_kind = 'stock' AND ` + unpublished + `
		UNION ALL SELECT id, item_id, lot_id, from_ref, from_status, -qty, happened_ms, recorded_ms, site_id FROM inv_move WHERE from_kind = 'stock' AND ` + unpublished + `) x
		JOIN v_item i ON i.id = x.item_id JOIN v_location w ON w.id = x.ref LEFT JOIN inv_lot l ON l.id = x.lot_id`,
	Key: "min(x.id)", Sort: "item,location,lot", Search: []string{"i.code", "i.name"}, Scope: sitesOf("x.site_id"),
	Group: `i.code, i.name, i.uom, w.warehouse, w.code, l.id, l.number, x.status HAVING sum(x.qty) <> 0`,
	Extra: map[string]string{"at": "The moment: milliseconds since 1970, or 2026-06-03T10:00 in the company's time zone", "by": "happened (default) or recorded: what was there, or what the books said", "item": "Item code", "lot": "Lot number", "location": "Location code", "warehouse": "Warehouse code"},
	File:  "stock-as-of",
}

// asOf adds the moment, whose time zone is the company's.
func asOf(zone *time.Location) web.ListSpec[StockThen] {
	l := asOfList
	l.Where = func(_ context.Context, p web.Params, w *db.Where) error {
		ms, err := strconv.ParseInt(p["at"], 10, 64)
		if err != nil {
			bad := fault.Invalid("inventory.moment_bad", "%q is no moment; write milliseconds or 2026-06-03T10:00", p["at"]).With("at", p["at"])
			t, err := time.ParseInLocation("2006-01-02T15:04", p["at"], zone)
			if err != nil {
				return bad
			}
			ms = t.UnixMilli()
		}
		col := "x.happened_ms"
		if p["by"] == "recorded" {
			col = "x.recorded_ms"
		}
		w.And(col+" <= ?", ms)
		if p["item"] != "" {
			w.And("x.item_id IN (SELECT id FROM v_item WHERE code = ?)", p["item"])
		}
		for name, column := range map[string]string{"lot": "l.number", "location": "w.code", "warehouse": "w.warehouse"} {
			if p[name] != "" {
				w.And(column+" = ?", p[name])
			}
		}
		return nil
	}
	return l
}
