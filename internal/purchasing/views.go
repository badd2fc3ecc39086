package purchasing

import (
	"context"
	"maps"
	"slices"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// seen limits rows to what the actor may see and hides those of a load that goes on.
func seen(site, partner, batch string) func(context.Context, *db.Where) {
	scope := identity.Scope(site, partner)
	return func(ctx context.Context, w *db.Where) {
		if scope(ctx, w); batch != "" {
			w.And(batch + `.` + unpublished)
		}
	}
}

// OrderLine is a line of an order in the list.
type OrderLine struct {
	Order     string   `json:"order" sql:"o.number" doc:"Order"`
	Line      int64    `json:"line" sql:"l.line" doc:"Line"`
	Kind      string   `json:"kind" sql:"l.kind" doc:"Kind"`
	Supplier  string   `json:"supplier" sql:"coalesce(p.code, '')" doc:"Supplier"`
	Partner   string   `json:"supplier_name" sql:"coalesce(p.name, '')" doc:"Supplier's name"`
	Item      string   `json:"item" sql:"i.code" doc:"Item"`
	Name      string   `json:"name" sql:"i.name" doc:"Name"`
	Spec      string   `json:"spec" sql:"i.spec" doc:"Specification"`
	UoM       string   `json:"uom" sql:"i.uom" doc:"Unit"`
	Qty       num.Dec  `json:"qty" sql:"l.qty" doc:"Ordered"`
	SaidQty   num.Dec  `json:"entered_qty" sql:"l.entered_qty" doc:"As entered; 0 = in the item's own unit"`
	SaidUoM   string   `json:"entered_uom" sql:"l.entered_uom" doc:"Unit as entered"`
	Received  num.Dec  `json:"received" sql:"l.received" doc:"Received"`
	Open      num.Dec  `json:"open" sql:"CASE WHEN l.closed OR l.received > l.qty THEN 0 ELSE l.qty - l.received END" doc:"Open"`
	Due       string   `json:"due" sql:"l.due" doc:"Due"`
	UnitPrice *num.Dec `json:"unit_price,omitempty" sql:"l.unit_price" mask:"price" doc:"Unit price"`
	Status    string   `json:"status" sql:"CASE WHEN l.closed THEN 'closed' WHEN l.received >= l.qty THEN 'received' WHEN l.received > 0 THEN 'partial' ELSE 'open' END" doc:"Status"`
	OrderedMS int64    `json:"ordered_ms" sql:"o.ordered_ms" doc:"Ordered on"`
}

var orderList = web.ListSpec[OrderLine]{
	From: `po_line l JOIN po_order o ON o.id = l.order_id JOIN v_item i ON i.id = l.item_id LEFT JOIN v_partner p ON p.id = o.supplier_id`, Key: "l.id", Sort: "due",
	Search: []string{"o.number", "i.code", "i.name", "p.code", "p.name"}, Scope: seen("o.site_id", "o.supplier_id", "l"), File: "purchase-orders",
}

// RequisitionRow is a requisition in the list.
type RequisitionRow struct {
	Number    string  `json:"number" sql:"r.number" doc:"Requisition"`
	Kind      string  `json:"kind" sql:"r.kind" doc:"Kind"`
	Item      string  `json:"item" sql:"i.code" doc:"Item"`
	Name      string  `json:"name" sql:"i.name" doc:"Name"`
	UoM       string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Qty       num.Dec `json:"qty" sql:"r.qty" doc:"Quantity"`
	Due       string  `json:"due" sql:"r.due" doc:"Due"`
	Supplier  string  `json:"supplier" sql:"coalesce(p.code, '')" doc:"Supplier"`
	Partner   string  `json:"supplier_name" sql:"coalesce(p.name, '')" doc:"Supplier's name"`
	Source    string  `json:"source" sql:"r.source" doc:"Asked by"`
	WantedFor string  `json:"wanted_for" sql:"r.wanted_for" doc:"For"`
	State     string  `json:"state" sql:"r.state" doc:"Status"`
	Order     string  `json:"order" sql:"coalesce(o.number, '')" doc:"Order"`
	Line      int64   `json:"line" sql:"r.line" doc:"Line"`
	Note      string  `json:"note" sql:"r.note" doc:"Note"`
	Reason    string  `json:"reason" sql:"r.reason" doc:"Why not"`
	By        string  `json:"requested_by" sql:"r.requested_by" doc:"Requested by"`
	MS        int64   `json:"requested_ms" sql:"r.requested_ms" doc:"Requested"`
	Version   int64   `json:"version" sql:"r.version" doc:"Version"`
}

var requisitionList = web.ListSpec[RequisitionRow]{
	From: `po_requisition r JOIN v_item i ON i.id = r.item_id LEFT JOIN v_partner p ON p.id = r.supplier_id LEFT JOIN po_order o ON o.id = r.order_id`, Key: "r.id", Sort: "due",
	Search: []string{"r.number", "i.code", "i.name", "p.name", "r.wanted_for", "o.number"}, Scope: seen("r.site_id", "r.supplier_id", ""), File: "requisitions",
}

// ReceiptLine is a goods receipt in the list.
type ReceiptLine struct {
	Number      string  `json:"number" sql:"r.number" doc:"Receipt"`
	Order       string  `json:"order" sql:"coalesce(o.number, '')" doc:"Order"`
	Line        int64   `json:"line" sql:"coalesce(l.line, 0)" doc:"Line"`
	Supplier    string  `json:"supplier" sql:"coalesce(p.code, '')" doc:"Supplier"`
	Item        string  `json:"item" sql:"i.code" doc:"Item"`
	Name        string  `json:"name" sql:"i.name" doc:"Name"`
	UoM         string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Lot         string  `json:"lot" sql:"r.lot" doc:"Lot"`
	SupplierLot string  `json:"supplier_lot" sql:"r.supplier_lot" doc:"Supplier's lot"`
	ExpiresOn   string  `json:"expires_on" sql:"r.expires_on" doc:"Expires on"`
	Location    string  `json:"location" sql:"coalesce(w.code, '')" doc:"Location"`
	Qty         num.Dec `json:"qty" sql:"CASE WHEN r.reverses = 0 THEN r.qty ELSE -r.qty END" doc:"Quantity"`
	SaidQty     num.Dec `json:"entered_qty" sql:"CASE WHEN r.reverses = 0 THEN r.entered_qty ELSE -r.entered_qty END" doc:"As entered; 0 = in the item's own unit"`
	SaidUoM     string  `json:"entered_uom" sql:"r.entered_uom" doc:"Unit as entered"`
	Reason      string  `json:"reason" sql:"r.reason" doc:"Reason"`
	Actor       string  `json:"actor" sql:"r.actor" doc:"Who"`
	HappenedMS  int64   `json:"happened_ms" sql:"r.happened_ms" doc:"When"`
	RecordedMS  int64   `json:"recorded_ms" sql:"r.recorded_ms" doc:"Recorded"`
	Undone      bool    `json:"undone" sql:"EXISTS (SELECT 1 FROM po_receipt u WHERE u.reverses = r.id AND u.reverses <> 0)" doc:"Undone"`
	Undoes      bool    `json:"undoes" sql:"r.reverses <> 0" doc:"Undoes another"`
}

const receiptFrom = `po_receipt r JOIN v_item i ON i.id = r.item_id LEFT JOIN po_order o ON o.id = r.order_id LEFT JOIN po_line l ON l.id = r.line_id
	LEFT JOIN v_partner p ON p.id = r.supplier_id LEFT JOIN v_location w ON w.id = r.location_id`

var receiptList = web.ListSpec[ReceiptLine]{
	From: receiptFrom, Key: "r.id", Sort: "-recorded_ms", Search: []string{"r.number", "o.number", "i.code", "i.name", "r.lot", "r.supplier_lot"},
	Scope: seen("r.site_id", "r.supplier_id", ""), File: "goods-receipts",
	Extra: map[string]string{"order": "Order number"},
	Where: func(_ context.Context, p web.Params, w *db.Where) error {
		if p["order"] != "" {
			w.And("r.order_id <> 0 AND r.order_id IN (SELECT id FROM po_order WHERE number = ?)", p["order"])
		}
		return nil
	},
}

// SendLine is a component sent to a subcontractor, in the list.
type SendLine struct {
	Number     string  `json:"number" sql:"s.number" doc:"Sending"`
	Order      string  `json:"order" sql:"o.number" doc:"Order"`
	Supplier   string  `json:"supplier" sql:"coalesce(p.code, '')" doc:"Subcontractor"`
	Item       string  `json:"item" sql:"i.code" doc:"Item"`
	Name       string  `json:"name" sql:"i.name" doc:"Name"`
	UoM        string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Lot        string  `json:"lot" sql:"d.lot" doc:"Lot"`
	Qty        num.Dec `json:"qty" sql:"CASE WHEN s.back THEN -d.qty ELSE d.qty END" doc:"Quantity, below zero when it came back"`
	SaidQty    num.Dec `json:"entered_qty" sql:"CASE WHEN s.back THEN -d.entered_qty ELSE d.entered_qty END" doc:"Quantity as entered, of the whole act on its first lot"`
	SaidUoM    string  `json:"entered_uom" sql:"d.entered_uom" doc:"Unit as entered"`
	Actor      string  `json:"actor" sql:"s.actor" doc:"Who"`
	RecordedMS int64   `json:"recorded_ms" sql:"s.recorded_ms" doc:"Recorded"`
	Undone     bool    `json:"undone" sql:"EXISTS (SELECT 1 FROM po_send u WHERE u.reverses = s.id AND u.reverses <> 0)" doc:"Undone"`
}

const sendFrom = `po_send_line d JOIN po_send s ON s.id = d.send_id JOIN v_item i ON i.id = d.item_id JOIN po_order o ON o.id = s.order_id LEFT JOIN v_partner p ON p.id = s.supplier_id`

var sendList = web.ListSpec[SendLine]{
	From: sendFrom, Key: "d.id", Sort: "-recorded_ms", Search: []string{"s.number", "o.number", "i.code", "i.name", "d.lot"}, Scope: seen("s.site_id", "s.supplier_id", ""), File: "subcontract-sendings",
}

// OrderCard is an order with everything that came of it.
type OrderCard struct {
	ID           db.ID         `json:"id"`
	Number       string        `json:"number"`
	Kind         string        `json:"kind"`
	Supplier     string        `json:"supplier"`
	SupplierName string        `json:"supplier_name"`
	Note         string        `json:"note"`
	OrderedMS    int64         `json:"ordered_ms"`
	OrderedBy    string        `json:"ordered_by"`
	Status       string        `json:"status" enum:"open,partial,received,closed"`
	Lines        []CardLine    `json:"lines"`
	Receipts     []ReceiptLine `json:"receipts"`
	Sendings     []SendLine    `json:"sendings"`
}

// CardLine is one line, and of subcontracted work what lies at the subcontractor for it.
type CardLine struct {
	Line       int64       `json:"line"`
	Kind       string      `json:"kind"`
	Item       string      `json:"item"`
	Name       string      `json:"name"`
	Spec       string      `json:"spec"`
	UoM        string      `json:"uom"`
	Qty        num.Dec     `json:"qty"`
	Received   num.Dec     `json:"received"`
	Open       num.Dec     `json:"open"`
	Due        string      `json:"due"`
	UnitPrice  *num.Dec    `json:"unit_price,omitempty" mask:"price"`
	Closed     bool        `json:"closed"`
	Components []Component `json:"components"`
	Inspect    bool        `json:"inspect" doc:"What comes is held until quality has judged it, by a rule for incoming goods"`
	masterdata.Entered
}

// Component is what a subcontracted line is made of.
type Component struct {
	Item   string  `json:"item"`
	Name   string  `json:"name"`
	UoM    string  `json:"uom"`
	Needed num.Dec `json:"needed" doc:"For what is still open"`
	Sent   num.Dec `json:"sent"`
	Used   num.Dec `json:"used"`
	There  num.Dec `json:"there" doc:"Sent and not used"`
	ToSend num.Dec `json:"to_send"`
}

// Order gives the card of an order.
func (m *Module) Order(ctx context.Context, q db.Querier, number, today string) (OrderCard, error) {
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return OrderCard{}, err
	}
	out := OrderCard{ID: o.ID, Number: o.Number, Kind: o.Kind, Note: o.Note, OrderedMS: o.Ordered, OrderedBy: o.By, Lines: []CardLine{}}
	if o.Supplier != 0 {
		p, err := masterdata.PartnerByID(ctx, q, o.Supplier)
		if err != nil {
			return out, err
		}
		out.Supplier, out.SupplierName = p.Code, p.Name
	}
	lines, err := linesOf(ctx, q, o.ID)
	if err != nil {
		return out, err
	}
	ids := make([]db.ID, len(lines))
	for i, l := range lines {
		ids[i] = l.Item
	}
	items, err := masterdata.Items(ctx, q, ids)
	if err != nil {
		return out, err
	}
	inspect, err := m.Quality.Inspects(ctx, q, o.Supplier, items)
	if err != nil {
		return out, err
	}
	for _, l := range lines {
		it := items[l.Item]
		c := CardLine{l.Line, l.Kind, it.Code, it.Name, it.Spec, it.UoM, l.Qty, l.Received, l.open(), l.Due, l.UnitPrice, l.Closed, []Component{}, inspect[l.Item], l.Entered}
		if l.Kind == subcontract {
			if c.Components, err = components(ctx, q, l, today); err != nil {
				return out, err
			}
		}
		out.Lines = append(out.Lines, c)
	}
	out.Status = statusOf(lines)
	if out.Receipts, err = receiptsOf(ctx, q, o.ID); err != nil {
		return out, err
	}
	out.Sendings, err = sendsOf(ctx, q, o.ID)
	return out, err
}

// statusOf an order is computed from its lines.
func statusOf(lines []lineRow) string {
	open, came, closed := 0, 0, 0
	for _, l := range lines {
		if l.open() > 0 {
			open++
		}
		if l.Received > 0 {
			came++
		}
		if l.Closed {
			closed++
		}
	}
	switch {
	case open > 0 && came > 0:
		return "partial"
	case open > 0:
		return "open"
	case closed == len(lines) && closed > 0:
		return "closed"
	}
	return "received"
}

func components(ctx context.Context, q db.Querier, l lineRow, today string) ([]Component, error) {
	need, items, err := norm(ctx, q, l.Item, l.BOMVersion, today, l.open())
	if err != nil {
		return nil, err
	}
	there, err := balance(ctx, q, l.ID)
	if err != nil {
		return nil, err
	}
	var more []db.ID // sent under another version of the bill
	for id := range there {
		if _, ok := items[id]; !ok {
			more = append(more, id)
		}
	}
	others, err := masterdata.Items(ctx, q, more)
	if err != nil {
		return nil, err
	}
	maps.Copy(items, others)
	out := []Component{}
	for _, id := range slices.Sorted(maps.Keys(items)) {
		it, b := items[id], there[id]
		out = append(out, Component{it.Code, it.Name, it.UoM, need[id], b.Sent, b.Used, b.left(), max(need[id]-b.left(), 0)})
	}
	return out, nil
}

func receiptsOf(ctx context.Context, q db.Querier, order db.ID) ([]ReceiptLine, error) {
	var w db.Where
	w.And("r.order_id = ?", order)
	return read[ReceiptLine](ctx, q, receiptFrom, &w, " ORDER BY r.recorded_ms DESC, r.id DESC LIMIT 500")
}

func sendsOf(ctx context.Context, q db.Querier, order db.ID) ([]SendLine, error) {
	var w db.Where
	w.And("s.order_id = ?", order)
	return read[SendLine](ctx, q, sendFrom, &w, " ORDER BY s.recorded_ms DESC, d.id DESC LIMIT 500")
}
