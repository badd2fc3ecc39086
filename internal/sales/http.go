package sales

import (
	"context"
	"strings"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/web"
)

// Routes lists everything the outside may ask of sales.
func (m *Module) Routes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number"`
	}
	m.forecastRoutes(a)
	m.supplyRoutes(a)
	m.complaintRoutes(a)
	m.returnRoutes(a)
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
	type change struct {
		ByNumber
		Body ChangeOrder
	}
	web.QueryView(a, web.Op{Method: "POST", Path: "/sales/orders/{number}/change/preview", ID: "previewSalesChange", Summary: "What a change of the order would do: lots that become free, work orders that are no longer needed", Perm: "sales.create"},
		func(ctx context.Context, q db.Querier, in *change) (Consequences, error) {
			return m.PreviewChange(ctx, q, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/orders/{number}/change", ID: "changeSalesOrder", Summary: "Change a sales order after it was entered", Perm: "sales.create"},
		func(ctx context.Context, tx *db.Tx, in *change) (Consequences, error) {
			return m.Change(ctx, tx, in.Number, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/sales/orders/{number}/cancel/preview", ID: "previewSalesCancel", Summary: "What cancelling the order would do", Perm: "sales.create"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (Consequences, error) {
			return m.PreviewCancel(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/sales/orders/{number}/close", ID: "closeSalesLines", Summary: "Close lines though less than ordered was shipped", Perm: "sales.create"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body CloseLines
		}) (Created, error) {
			return m.Close(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/orders/{number}/reopen", ID: "reopenSalesLines", Summary: "Take the closing of lines back", Perm: "sales.create"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body CloseLines
		}) (Created, error) {
			return m.Reopen(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/orders/{number}/split", ID: "splitSalesOrder", Summary: "Part now, part later: take quantities out of lines", Perm: "sales.create"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body SplitOrder
		}) (Created, error) {
			return m.Split(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/merges", ID: "mergeSalesOrders", Summary: "Put open orders of one customer together", Perm: "sales.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body MergeOrders }) (Created, error) {
			return m.Merge(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/orders/{number}/version", ID: "answerSalesVersion", Summary: "Say which of two versions of its bill a line is made by", Perm: "sales.create"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body AnswerVersion
		}) (VersionAnswered, error) {
			return m.AnswerVersion(ctx, tx, in.Number, in.Body)
		})
	web.Query(a, web.Op{Path: "/sales/counts", ID: "countSalesOrders", Summary: "How many open lines are late, due this week, waiting for stock, ready to ship", Perm: "sales.read"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (Counts, error) {
			now := a.DB.Now().In(a.DB.Zone())
			return m.Count(ctx, q, now.Format(time.DateOnly), now.AddDate(0, 0, (7-int(now.Weekday()))%7).Format(time.DateOnly))
		})
	web.Query(a, web.Op{Path: "/sales/tolerances", ID: "getDeliveryTolerances", Summary: "How much more or less than ordered customers take", Perm: "sales.create"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (Tolerances, error) {
			return m.Tolerances(ctx, q)
		})
	web.Command(a, web.Op{Path: "/sales/tolerances", ID: "setDeliveryTolerance", Summary: "Set how much more or less than ordered a customer takes", Perm: "sales.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Tolerance }) (Tolerance, error) {
			return m.SetTolerance(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/orders/{number}/allocate", ID: "allocateSalesOrder", Summary: "Promise stock to the order, first expiry first", Perm: "sales.allocate"},
		func(ctx context.Context, tx *db.Tx, in *ByNumber) (Allocated, error) {
			return m.Allocate(ctx, tx, in.Number)
		})
	web.QueryView(a, web.Op{Path: "/sales/orders/{number}/reallocate/preview", ID: "previewReallocation", Summary: "Which orders would lose which lots to this one by priority", Perm: "sales.allocate"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (Reallocation, error) {
			return m.PreviewReallocation(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/sales/orders/{number}/reallocate", ID: "reallocateSalesOrder", Summary: "Promise stock to the order by priority: it takes what later or lower ones hold", Perm: "sales.allocate"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Undo
		}) (Reallocation, error) {
			return m.Reallocate(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/orders/{number}/deallocate", ID: "deallocateSalesOrder", Summary: "Give the promised stock back", Perm: "sales.allocate"},
		func(ctx context.Context, tx *db.Tx, in *ByNumber) (Created, error) {
			return m.Deallocate(ctx, tx, in.Number)
		})
	web.Command(a, web.Op{Path: "/sales/work-orders", ID: "makeWorkOrders", Summary: "Create the work orders that sales orders need", Perm: "production.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body MakeWork }) (WorkMade, error) {
			return m.MakeWork(ctx, tx, in.Body)
		})
	web.QueryView(a, web.Op{Method: "POST", Path: "/sales/work-orders/preview", ID: "previewWorkOrders", Summary: "Which rule each line falls under and which work orders would be made", Perm: "production.create"},
		func(ctx context.Context, q db.Querier, in *struct{ Body MakeWork }) (PlannedWork, error) {
			return m.PreviewWork(ctx, q, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/work-orders/start", ID: "startWorkOrders", Summary: "Create the work orders of very many lines in the background", Perm: "production.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body MakeWork }) (Started, error) {
			return m.StartWork(ctx, tx, in.Body)
		})
	web.Query(a, web.Op{Path: "/sales/work-rules", ID: "getWorkRules", Summary: "How sales order lines become work orders", Perm: "production.create"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (WorkRules, error) {
			return m.Rules(ctx, q)
		})
	web.Command(a, web.Op{Method: "PUT", Path: "/sales/work-rules", ID: "saveWorkRules", Summary: "Replace the rules by which sales order lines become work orders", Perm: "production.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body WorkRules }) (WorkRules, error) {
			return m.SaveRules(ctx, tx, in.Body)
		})
	m.pickRoutes(a)
	m.linkRoutes(a)
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

func (m *Module) pickRoutes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number" doc:"Pick list"`
	}
	web.List(a, web.Op{Path: "/sales/picks", ID: "listPicks", Summary: "Pick lists", Perm: "sales.pick"},
		web.ListSpec[PickRow]{From: "so_pick p", Key: "p.id", Sort: "-made_ms", Search: []string{"p.number"}, Scope: seen("p.site_id", "", "")})
	web.Command(a, web.Op{Path: "/sales/picks", ID: "makePick", Summary: "Make a pick list of what is promised to one or several orders", Perm: "sales.pick"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewPick }) (Pick, error) {
			return m.MakePick(ctx, tx, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/sales/picks/{number}", ID: "getPick", Summary: "A pick list, in the order in which a person walks", Perm: "sales.pick"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (Pick, error) {
			return m.PickList(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/sales/picks/{number}/scan", ID: "scanPick", Summary: "Check what was taken against the list", Perm: "sales.pick"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body ScanPick
		}) (Pick, error) {
			return m.Scan(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/picks/{number}/short", ID: "missPick", Summary: "Record that a stop has less than it should", Perm: "sales.pick"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body ShortPick
		}) (Pick, error) {
			return m.MissPick(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/picks/{number}/drop", ID: "dropPick", Summary: "Give a pick list up", Perm: "sales.pick"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Undo
		}) (Created, error) {
			return m.DropPick(ctx, tx, in.Number, in.Body)
		})
}

func (m *Module) linkRoutes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number" doc:"Sales order"`
	}
	web.Query(a, web.Op{Path: "/sales/orders/{number}/links", ID: "listOrderLinks", Summary: "Links that show the order to its customer", Perm: "sales.link"},
		func(ctx context.Context, q db.Querier, in *ByNumber) ([]Link, error) {
			return m.Links(ctx, q, in.Number)
		})
	// no command: the answer to a command is kept for who asks again, and the token is to be kept nowhere
	web.Act(a, web.Op{Path: "/sales/orders/{number}/links", ID: "makeOrderLink", Summary: "Make a link that shows a customer this order and nothing else", Perm: "sales.link"},
		func(ctx context.Context, in *struct {
			ByNumber
			Body NewLink
		}) (out MadeLink, err error) {
			err = a.DB.InTx(ctx, func(tx *db.Tx) error {
				out, err = m.MakeLink(ctx, tx, in.Number, in.Body)
				return err
			})
			return out, err
		})
	web.Command(a, web.Op{Path: "/sales/orders/{number}/links/{id}/revoke", ID: "revokeOrderLink", Summary: "Take a link back", Perm: "sales.link"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			ID db.ID `path:"id"`
		}) (Created, error) {
			return m.RevokeLink(ctx, tx, in.Number, in.ID)
		})
	// one address may look thirty times at once and every two seconds then: enough for a person, too slow for guessing
	limit := a.PerIP(0.5, 30)
	// the token comes in the body: addresses are written into logs
	web.Act(a, web.Op{Path: "/sales/link", ID: "openOrderLink", Summary: "The order of a link, for its customer", Public: true},
		func(ctx context.Context, in *struct{ Body Opening }) (CustomerOrder, error) {
			if r := web.Request(ctx); r != nil {
				if err := limit(r); err != nil {
					return CustomerOrder{}, err
				}
			}
			return m.OpenLink(ctx, a.DB, in.Body.Token)
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
	if err != nil {
		return nil, err
	}
	for _, h := range shipments {
		out = append(out, web.Hit{Kind: "shipment", Title: h.Number, Sub: h.Sub, URL: "/sales/shipments/" + h.Number})
	}
	for _, x := range []struct{ kind, url, table string }{{"complaint", "/sales/complaints/", "so_complaint"}, {"customer_return", "/sales/returns/", "so_return"}, {"supply", "/sales/supplies/", "so_supply"}} {
		var w db.Where
		w.And("lower(d.number) LIKE lower(?)", strings.NewReplacer("%", "", "_", "").Replace(text)+"%")
		seen("d.site_id", "d.customer_id", "")(ctx, &w)
		docs, err := db.All[hit](ctx, q, `SELECT d.number, coalesce(p.name, '') AS sub FROM `+x.table+` d LEFT JOIN v_partner p ON p.id = d.customer_id`+w.String()+` ORDER BY d.number LIMIT 5`, w.Args...)
		if err != nil {
			return nil, err
		}
		for _, h := range docs {
			out = append(out, web.Hit{Kind: x.kind, Title: h.Number, Sub: h.Sub, URL: x.url + h.Number})
		}
	}
	return out, nil
}
