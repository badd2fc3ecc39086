package sales

import (
	"context"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/web"
)

// Routes lists everything the outside may ask of sales.
func (m *Module) Routes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number"`
	}
	web.List(a, web.Op{Path: "/sales/orders", ID: "listSalesOrders", Summary: "Sales order lines", Perm: "sales.read"},
		web.ListSpec[OrderRow]{From: orderFrom, Key: "l.id", Sort: "due", Search: []string{"o.number", "i.code", "i.name", "p.name"}, Scope: seen("o.site_id", "o.customer_id", "l.batch_id")})
	web.Command(a, web.Op{Path: "/sales/orders", ID: "createSalesOrder", Summary: "Enter a sales order", Perm: "sales.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewOrder }) (Created, error) {
			return m.Create(ctx, tx, in.Body)
		})
	web.Query(a, web.Op{Path: "/sales/orders/{number}", ID: "trackSalesOrder", Summary: "Where is my order: every step, quantity, person, time and lot", Perm: "sales.read"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (Track, error) {
			return m.Track(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/sales/orders/{number}/cancel", ID: "cancelSalesOrder", Summary: "Cancel a sales order", Perm: "sales.create"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Cancel
		}) (Created, error) {
			return m.Cancel(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/orders/{number}/allocate", ID: "allocateSalesOrder", Summary: "Promise stock to the order, first expiry first", Perm: "sales.allocate"},
		func(ctx context.Context, tx *db.Tx, in *ByNumber) (Allocated, error) {
			return m.Allocate(ctx, tx, in.Number)
		})
	web.Command(a, web.Op{Path: "/sales/orders/{number}/deallocate", ID: "deallocateSalesOrder", Summary: "Give the promised stock back", Perm: "sales.allocate"},
		func(ctx context.Context, tx *db.Tx, in *ByNumber) (Created, error) {
			return m.Deallocate(ctx, tx, in.Number)
		})
	web.Command(a, web.Op{Path: "/sales/work-orders", ID: "makeWorkOrders", Summary: "Create the work orders that sales orders need", Perm: "production.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body MakeWork }) (WorkMade, error) {
			return m.MakeWork(ctx, tx, in.Body)
		})
	web.List(a, web.Op{Path: "/sales/shipments", ID: "listShipments", Summary: "Shipments", Perm: "sales.read"},
		web.ListSpec[ShipmentRow]{From: shipmentFrom, Key: "s.id", Sort: "-shipped_ms", Search: []string{"s.number", "o.number", "s.waybill", "p.name"}, Scope: seen("s.site_id", "s.customer_id", "")})
	web.Command(a, web.Op{Path: "/sales/shipments", ID: "ship", Summary: "Ship an order, whole or in part", Perm: "sales.ship"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Ship }) (Shipped, error) {
			return m.Ship(ctx, tx, in.Body)
		})
	web.Query(a, web.Op{Path: "/sales/shipments/{number}", ID: "getShipment", Summary: "A shipment with its packing list", Perm: "sales.read"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (ShipmentDetail, error) {
			return m.Shipment(ctx, q, in.Number)
		})
	m.printRoutes(a)
	web.Command(a, web.Op{Path: "/sales/shipments/{number}/undo", ID: "undoShipment", Summary: "Take a shipment back", Perm: "sales.undo"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Undo
		}) (Created, error) {
			return m.UndoShipment(ctx, tx, in.Number, in.Body)
		})
}

// Find resolves an order or shipment number for the global search and the scan box.
func (m *Module) Find(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	var w db.Where
	w.And("lower(o.number) LIKE lower(?)", strings.NewReplacer("%", "", "_", "").Replace(text)+"%")
	seen("o.site_id", "o.customer_id", "o.batch_id")(ctx, &w)
	type hit struct {
		Number string `db:"number"`
		Sub    string `db:"sub"`
	}
	orders, err := db.All[hit](ctx, q, `SELECT o.number, coalesce(p.name, '') AS sub FROM so_order o LEFT JOIN v_partner p ON p.id = o.customer_id`+w.String()+` ORDER BY o.number LIMIT 5`, w.Args...)
	if err != nil {
		return nil, err
	}
	var out []web.Hit
	for _, h := range orders {
		out = append(out, web.Hit{Kind: "sales_order", Title: h.Number, Sub: h.Sub, URL: "/sales/orders/" + h.Number})
	}
	var v db.Where
	v.And("(lower(s.number) LIKE lower(?) OR s.waybill = ?)", strings.NewReplacer("%", "", "_", "").Replace(text)+"%", text)
	seen("s.site_id", "s.customer_id", "")(ctx, &v)
	shipments, err := db.All[hit](ctx, q, `SELECT s.number, o.number AS sub FROM so_shipment s JOIN so_order o ON o.id = s.order_id`+v.String()+` ORDER BY s.number LIMIT 5`, v.Args...)
	for _, h := range shipments {
		out = append(out, web.Hit{Kind: "shipment", Title: h.Number, Sub: h.Sub, URL: "/sales/shipments/" + h.Number})
	}
	return out, err
}
