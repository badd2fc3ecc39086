package sales

import (
	"context"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// OrderRow is a line of the list of sales orders: one row per ordered item, as planners and sales read it.
type OrderRow struct {
	ID        db.ID   `json:"id" sql:"l.id" doc:"Line"`
	Number    string  `json:"number" sql:"o.number" doc:"Order"`
	Line      int64   `json:"line" sql:"l.line" doc:"Line no."`
	Customer  string  `json:"customer" sql:"coalesce(p.name, '')" doc:"Customer"`
	CustCode  string  `json:"customer_code" sql:"coalesce(p.code, '')" doc:"Customer's code"`
	Channel   string  `json:"channel" sql:"l.channel" doc:"Channel"`
	Item      string  `json:"item" sql:"i.code" doc:"Item"`
	Name      string  `json:"name" sql:"i.name" doc:"Name"`
	Qty       num.Dec `json:"qty" sql:"l.qty" doc:"Ordered"`
	UoM       string  `json:"uom" sql:"i.uom" doc:"Unit"`
	SaidQty   num.Dec `json:"entered_qty" sql:"l.entered_qty" doc:"As entered; 0 = in the item's own unit"`
	SaidUoM   string  `json:"entered_uom" sql:"l.entered_uom" doc:"Unit as entered"`
	Shipped   num.Dec `json:"shipped" sql:"l.shipped" doc:"Shipped"`
	Allocated num.Dec `json:"allocated" sql:"CAST(coalesce((SELECT sum(r.qty) FROM v_reservation r WHERE r.doc_kind = 'so_line' AND r.doc_id = l.id), 0) AS BIGINT)" doc:"Allocated"`
	Due       string  `json:"due" sql:"l.due" doc:"Due"`
	Priority  int64   `json:"priority" sql:"l.priority" doc:"Priority"`
	Status    string  `json:"status" sql:"CASE WHEN o.cancelled_ms > 0 OR l.cancelled_ms > 0 THEN 'cancelled' WHEN l.shipped >= l.qty OR l.closed_ms > 0 AND l.shipped > 0 THEN 'shipped' WHEN l.closed_ms > 0 THEN 'closed' WHEN l.shipped > 0 THEN 'part_shipped' ELSE 'open' END" doc:"Status"`
	UnitPrice num.Dec `json:"unit_price" sql:"coalesce(l.unit_price, 0)" doc:"Unit price" mask:"sales_price"`
	Ordered   int64   `json:"ordered_ms" sql:"o.ordered_ms" doc:"Entered"`
	Supply    string  `json:"supply" sql:"l.supply" doc:"Supply"`
	Stage     string  `json:"stage" sql:"CASE WHEN o.cancelled_ms > 0 OR l.cancelled_ms > 0 OR l.closed_ms > 0 OR l.shipped >= l.qty THEN 'done' WHEN l.shipped + coalesce((SELECT sum(r.qty) FROM v_reservation r WHERE r.doc_kind = 'so_line' AND r.doc_id = l.id), 0) >= l.qty THEN 'ready' ELSE 'waiting' END" doc:"Ready to ship, waiting for stock, or done"`
	Kind      string  `json:"kind" sql:"l.kind" doc:"Kind"`
	Asked     bool    `json:"version_asked" sql:"(l.bom_version <> '' AND l.version_answer = '')" doc:"Names a version"`
}

// Counts are the figures above the list: open lines that need somebody.
type Counts struct {
	Open    int64 `json:"open" db:"open"`
	Late    int64 `json:"late" db:"late"`
	Week    int64 `json:"week" db:"week" doc:"Due up to the end of this week"`
	Waiting int64 `json:"waiting" db:"waiting" doc:"For stock"`
	Ready   int64 `json:"ready" db:"ready" doc:"To ship"`
}

// Count counts the open lines that the actor may see.
func (m *Module) Count(ctx context.Context, q db.Querier, today, sunday string) (Counts, error) {
	w := db.Where{Args: []any{today, sunday}}
	w.And("o.cancelled_ms = 0 AND l.cancelled_ms = 0 AND l.closed_ms = 0 AND l.shipped < l.qty")
	seen("o.site_id", "o.customer_id", "l.batch_id")(ctx, &w)
	return db.One[Counts](ctx, q, `SELECT count(*) AS open, count(*) FILTER (WHERE x.due < $1) AS late, count(*) FILTER (WHERE x.due >= $1 AND x.due <= $2) AS week,
		count(*) FILTER (WHERE x.promised < x.missing) AS waiting, count(*) FILTER (WHERE x.promised >= x.missing) AS ready
		FROM (SELECT l.due, l.qty - l.shipped AS missing, coalesce(r.qty, 0) AS promised FROM so_line l JOIN so_order o ON o.id = l.order_id
			LEFT JOIN (SELECT doc_id, sum(qty) AS qty FROM v_reservation WHERE doc_kind = 'so_line' GROUP BY doc_id) r ON r.doc_id = l.id`+w.String()+`) x`, w.Args...)
}

const orderFrom = `so_line l JOIN so_order o ON o.id = l.order_id JOIN v_item i ON i.id = l.item_id LEFT JOIN v_partner p ON p.id = o.customer_id`

// ShipmentRow is a line of the list of shipments.
type ShipmentRow struct {
	ID       db.ID  `json:"id" sql:"s.id" doc:"Shipment"`
	Number   string `json:"number" sql:"s.number" doc:"Shipment"`
	Order    string `json:"order" sql:"o.number" doc:"Order"`
	Customer string `json:"customer" sql:"coalesce(p.name, '')" doc:"Customer"`
	Carrier  string `json:"carrier" sql:"coalesce(c.name, '')" doc:"Carrier"`
	Waybill  string `json:"waybill" sql:"s.waybill" doc:"Waybill"`
	Cartons  int64  `json:"cartons" sql:"s.cartons" doc:"Cartons"`
	At       int64  `json:"shipped_ms" sql:"s.shipped_ms" doc:"Shipped at"`
	By       string `json:"shipped_by" sql:"s.shipped_by" doc:"Shipped by"`
	Status   string `json:"status" sql:"CASE WHEN s.reversed_ms > 0 THEN 'reversed' ELSE 'shipped' END" doc:"Status"`
}

const shipmentFrom = `so_shipment s JOIN so_order o ON o.id = s.order_id LEFT JOIN v_partner p ON p.id = s.customer_id LEFT JOIN v_partner c ON c.id = s.carrier_id`

// seen limits a list to what the actor may see, and to what a load has published.
func seen(site, partner, batch string) func(ctx context.Context, w *db.Where) {
	scope := identity.Scope(site, partner)
	return func(ctx context.Context, w *db.Where) {
		scope(ctx, w)
		if batch != "" {
			w.And(batch + " NOT IN (SELECT id FROM kit_batch)")
		}
	}
}

// ShipmentDetail is a shipment with what left in it: the packing list.
type ShipmentDetail struct {
	Number   string       `json:"number"`
	Order    string       `json:"order"`
	Customer Party        `json:"customer"`
	Carrier  string       `json:"carrier"`
	Waybill  string       `json:"waybill"`
	Cartons  int64        `json:"cartons"`
	Note     string       `json:"note"`
	At       int64        `json:"shipped_ms"`
	By       string       `json:"shipped_by"`
	Reversed int64        `json:"reversed_ms"`
	Lines    []ShippedLot `json:"lines"`
	Packing  []Carton     `json:"packing" doc:"What is in which carton; empty when nobody noted it"`
}

// Party is who gets the goods.
type Party struct {
	Code    string `json:"code" db:"code"`
	Name    string `json:"name" db:"name"`
	Phone   string `json:"phone" db:"phone"`
	Address string `json:"address" db:"address" doc:"Where the goods go"`
	ShipTo  string `json:"ship_to,omitempty" db:"ship_to" doc:"What that address is called; empty: the customer's own"`
	Contact string `json:"contact,omitempty" db:"contact" doc:"Who takes the goods in"`
}
