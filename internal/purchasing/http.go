package purchasing

import (
	"context"
	"net/url"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// Routes lists everything the outside may ask of purchasing.
func (m *Module) Routes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number"`
	}
	a.MaskedTypes(Ordered{})
	m.printRoutes(a)
	m.rejectRoutes(a)
	m.changeRoutes(a)
	web.List(a, web.Op{Path: "/purchasing/requisitions", ID: "listRequisitions", Summary: "What the buyer is asked for", Perm: "purchasing.request"}, requisitionList)
	web.Command(a, web.Op{Path: "/purchasing/requisitions", ID: "requestPurchase", Summary: "Ask the buyer for items", Perm: "purchasing.request"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			Body struct {
				Lines []NewRequisition `json:"lines" minItems:"1" maxItems:"500"`
			}
		}) (struct {
			Requisitions []Requested `json:"requisitions"`
		}, error) {
			out, err := m.Request(ctx, tx, in.Body.Lines)
			return struct {
				Requisitions []Requested `json:"requisitions"`
			}{out}, err
		})
	web.Command(a, web.Op{Path: "/purchasing/requisitions/order", ID: "orderRequisitions", Summary: "Make purchase orders of requisitions", Perm: "purchasing.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body OrderRequisitions }) (OrdersMade, error) {
			return m.OrderAll(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/purchasing/requisitions/{number}", ID: "changeRequisition", Summary: "Change an open requisition", Perm: "purchasing.request"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body ChangeRequisition
		}) (Requested, error) {
			return m.Change(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/purchasing/requisitions/{number}/drop", ID: "dropRequisition", Summary: "Say that a requisition is not to be bought", Perm: "purchasing.request"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Undo
		}) (Requested, error) {
			return m.Drop(ctx, tx, in.Number, in.Body.Reason)
		})
	web.List(a, web.Op{Path: "/purchasing/orders", ID: "listPurchaseOrders", Summary: "Purchase order lines", Perm: "purchasing.read"}, orderList)
	web.List(a, web.Op{Path: "/purchasing/receipts", ID: "listGoodsReceipts", Summary: "Goods receipts", Perm: "purchasing.read"}, receiptList)
	web.List(a, web.Op{Path: "/purchasing/sendings", ID: "listSubcontractSendings", Summary: "Components sent to subcontractors", Perm: "purchasing.read"}, sendList)
	web.QueryView(a, web.Op{Path: "/purchasing/orders/{number}", ID: "getPurchaseOrder", Summary: "A purchase order with its receipts and sendings", Perm: "purchasing.read"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (OrderCard, error) {
			return m.Order(ctx, q, in.Number, a.DB.Now().In(a.DB.Zone()).Format("2006-01-02"))
		})
	web.Command(a, web.Op{Path: "/purchasing/orders", ID: "createPurchaseOrder", Summary: "Order goods or subcontracted work", Perm: "purchasing.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewOrder }) (Created, error) {
			return m.Create(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/purchasing/orders/{number}/close", ID: "closePurchaseOrder", Summary: "Expect nothing more of an order or line, or again", Perm: "purchasing.create"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body CloseLines
		}) (Created, error) {
			return m.Close(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/purchasing/receipts", ID: "receiveGoods", Summary: "Book goods that have come", Perm: "purchasing.receive"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Receive }) (Received, error) {
			return m.Receive(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/purchasing/receipts/{number}/undo", ID: "undoGoodsReceipt", Summary: "Take a goods receipt back", Perm: "purchasing.undo"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Undo
		}) (Created, error) {
			return m.UndoReceipt(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/purchasing/sendings", ID: "sendToSubcontractor", Summary: "Send components to a subcontractor, or take left-overs back", Perm: "purchasing.send"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Send }) (Sent, error) {
			return m.Send(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/purchasing/sendings/{number}/undo", ID: "undoSending", Summary: "Take a sending back", Perm: "purchasing.undo"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Undo
		}) (Created, error) {
			return m.UndoSend(ctx, tx, in.Number, in.Body)
		})
}

// Find resolves an order or receipt number for the global search and the scan box: the exact one, then up to five
// that begin so.
func (m *Module) Find(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	text = strings.TrimSpace(text)
	if text == "" || !actor.From(ctx).Can("purchasing.read") {
		return nil, nil
	}
	type hit struct {
		Number string  `db:"number"`
		Order  string  `db:"order_number"`
		Sub    string  `db:"sub"`
		Qty    num.Dec `db:"qty"`
	}
	var w db.Where
	w.And("o.number >= ? AND o.number < ?", text, text+"\U0010FFFF")
	seen("o.site_id", "o.supplier_id", "o")(ctx, &w)
	orders, err := db.All[hit](ctx, q, `SELECT o.number, o.number AS order_number, coalesce(p.name, '') AS sub, CAST(0 AS BIGINT) AS qty FROM po_order o LEFT JOIN v_partner p ON p.id = o.supplier_id`+w.String()+` ORDER BY o.number LIMIT 5`, w.Args...)
	if err != nil {
		return nil, err
	}
	var out []web.Hit
	for _, h := range orders {
		out = append(out, web.Hit{Kind: "purchase_order", Title: h.Number, Sub: h.Sub, URL: "/purchasing/orders/" + url.PathEscape(h.Number)})
	}
	var r db.Where
	r.And("r.number >= ? AND r.number < ?", text, text+"\U0010FFFF")
	seen("r.site_id", "r.supplier_id", "")(ctx, &r)
	receipts, err := db.All[hit](ctx, q, `SELECT r.number, coalesce(o.number, '') AS order_number, i.code || ' ' || i.name AS sub, r.qty FROM po_receipt r JOIN v_item i ON i.id = r.item_id LEFT JOIN po_order o ON o.id = r.order_id`+r.String()+` ORDER BY r.number LIMIT 5`, r.Args...)
	for _, h := range receipts {
		to := "/purchasing/receipts?q=" + url.QueryEscape(h.Number)
		if h.Order != "" {
			to = "/purchasing/orders/" + url.PathEscape(h.Order)
		}
		out = append(out, web.Hit{Kind: "goods_receipt", Title: h.Number, Sub: h.Sub + " · " + h.Qty.String(), URL: to})
	}
	return out, err
}
