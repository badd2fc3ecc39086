package sales

import (
	"context"
	"fmt"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// ReturnRow is a line of the list.
type ReturnRow struct {
	ID        db.ID   `json:"id" sql:"r.id" doc:"Return"`
	Number    string  `json:"number" sql:"r.number" doc:"Return"`
	Status    string  `json:"status" sql:"CASE WHEN x.received = 0 AND r.closed_ms > 0 THEN 'cancelled' WHEN x.received = 0 THEN 'expected' WHEN x.received < x.qty AND r.closed_ms = 0 THEN 'part_received' WHEN x.gone = x.received THEN 'done' WHEN x.judged = x.received THEN 'inspected' ELSE 'received' END" doc:"Status"`
	Customer  string  `json:"customer" sql:"p.name" doc:"Customer"`
	Items     string  `json:"items" sql:"(SELECT string_agg(i.name, ', ' ORDER BY l.line) FROM so_return_line l JOIN v_item i ON i.id = l.item_id WHERE l.return_id = r.id)" doc:"Items"`
	Qty       num.Dec `json:"qty" sql:"CAST(x.qty AS BIGINT)" doc:"Expected"`
	Received  num.Dec `json:"received" sql:"CAST(x.received AS BIGINT)" doc:"Received"`
	Shipment  string  `json:"shipment" sql:"s.number" doc:"Shipment"`
	Order     string  `json:"order" sql:"o.number" doc:"Order"`
	Complaint string  `json:"complaint" sql:"coalesce(c.number, '')" doc:"Complaint"`
	Wish      string  `json:"wish" sql:"r.wish" doc:"The customer wants"`
	Settled   string  `json:"settled" sql:"CASE WHEN r.credit_ms > 0 THEN 'credit' WHEN r.replaced_by <> '' THEN 'replace' ELSE '' END" doc:"Settled by"`
	Reason    string  `json:"reason" sql:"r.reason" doc:"Reason"`
	At        int64   `json:"at_ms" sql:"r.at_ms" doc:"At"`
}

const returnFrom = returnHead + ` JOIN v_partner p ON p.id = r.customer_id JOIN so_order o ON o.id = r.order_id JOIN so_shipment s ON s.id = r.shipment_id LEFT JOIN so_complaint c ON c.id = r.complaint_id`

func (m *Module) returnRoutes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number" doc:"Return"`
	}
	web.List(a, web.Op{Path: "/sales/returns", ID: "listCustomerReturns", Summary: "Goods that customers send back", Perm: "sales.read"},
		web.ListSpec[ReturnRow]{From: returnFrom, Key: "r.id", Sort: "-at_ms", Search: []string{"r.number", "s.number", "o.number", "p.name"}, Scope: seen("r.site_id", "r.customer_id", "")})
	web.Command(a, web.Op{Path: "/sales/returns", ID: "createCustomerReturn", Summary: "Expect goods of a shipment back", Perm: "sales.return"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewReturn }) (Return, error) {
			return m.CreateReturn(ctx, tx, in.Body)
		})
	web.Query(a, web.Op{Path: "/sales/returns/{number}", ID: "getCustomerReturn", Summary: "A return with what became of it", Perm: "sales.read"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (Return, error) {
			return m.Return(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/sales/returns/{number}/receive", ID: "receiveCustomerReturn", Summary: "Take returned goods in: they are held and wait for a judgement", Perm: "sales.take_back"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body ReceiveReturn
		}) (Return, error) {
			return m.ReceiveReturn(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/returns/{number}/dispose", ID: "disposeCustomerReturn", Summary: "Say what becomes of judged goods: to stock, rework, scrap or back to the customer", Perm: "sales.dispose"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Dispose
		}) (Return, error) {
			return m.Dispose(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/returns/{number}/undo", ID: "undoCustomerReturnStep", Summary: "Take a step of a return back", Perm: "sales.undo"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body UndoReturnFact
		}) (Return, error) {
			return m.UndoReturnFact(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/returns/{number}/close", ID: "closeCustomerReturn", Summary: "Nothing more is expected on a return", Perm: "sales.return"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Undo
		}) (Return, error) {
			return m.CloseReturn(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/returns/{number}/credit", ID: "creditCustomerReturn", Summary: "Ask the ERP for a credit note", Perm: "sales.return"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body CreditReturn
		}) (Return, error) {
			return m.CreditReturn(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/returns/{number}/replace", ID: "replaceCustomerReturn", Summary: "Order the returned goods again for the customer, without a price", Perm: "sales.return"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body ReplaceReturn
		}) (Return, error) {
			return m.ReplaceReturn(ctx, tx, in.Number, in.Body)
		})
}

// verifyReturns: the sums of a line are its facts and its judgements.
func verifyReturns(ctx context.Context, q db.Querier) ([]string, error) {
	type bad struct {
		Number string `db:"number"`
		Line   int64  `db:"line"`
	}
	rows, err := db.All[bad](ctx, q, `SELECT r.number, l.line FROM so_return_line l JOIN so_return r ON r.id = l.return_id
		LEFT JOIN (SELECT line_id, sum(CASE WHEN act = 'receive' THEN qty ELSE 0 END) AS received, sum(CASE WHEN act = 'stock' THEN qty ELSE 0 END) AS stocked, sum(CASE WHEN act = 'rework' THEN qty ELSE 0 END) AS reworked,
			sum(CASE WHEN act = 'scrap' THEN qty ELSE 0 END) AS scrapped, sum(CASE WHEN act = 'back' THEN qty ELSE 0 END) AS sent_back FROM so_return_fact GROUP BY line_id) f ON f.line_id = l.id
		LEFT JOIN (SELECT f.line_id, sum(i.passed) AS passed, sum(i.failed) AS failed FROM so_return_fact f JOIN v_inspection i ON i.doc_id = f.id AND i.doc_kind = 'so_return' AND i.status <> 'cancelled' GROUP BY f.line_id) j ON j.line_id = l.id
		WHERE l.received <> coalesce(f.received, 0) OR l.stocked <> coalesce(f.stocked, 0) OR l.reworked <> coalesce(f.reworked, 0) OR l.scrapped <> coalesce(f.scrapped, 0) OR l.sent_back <> coalesce(f.sent_back, 0)
			OR l.passed <> coalesce(j.passed, 0) OR l.failed <> coalesce(j.failed, 0) ORDER BY r.number, l.line`)
	var out []string
	for _, b := range rows {
		out = append(out, fmt.Sprintf("return %s line %d: its sums are not those of its steps and judgements", b.Number, b.Line))
	}
	return out, err
}
