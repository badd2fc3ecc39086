package sales

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Track is the answer to "where is my order": one document with every step, quantity, person, time and lot.
type Track struct {
	Number      string           `json:"number"`
	Status      string           `json:"status" enum:"open,planned,in_work,ready,part_shipped,shipped,closed,cancelled"`
	Site        string           `json:"site"`
	Customer    Party            `json:"customer"`
	Channel     string           `json:"channel"`
	Note        string           `json:"note"`
	ShipTo      string           `json:"ship_to,omitempty" doc:"The address that the order names; empty: the usual one of the customer"`
	OrderedMS   int64            `json:"ordered_ms"`
	CancelledMS int64            `json:"cancelled_ms"`
	Lines       []TrackLine      `json:"lines"`
	Shipments   []ShipmentDetail `json:"shipments"`
	MergedInto  string           `json:"merged_into,omitempty" doc:"The order that took the lines"`
	SplitFrom   string           `json:"split_from,omitempty" doc:"The order that this one was split off"`
	Tolerance   num.Dec          `json:"tolerance_pct"`
	Picks       []string         `json:"picks" doc:"Pick lists that are not given up"`
}

// TrackLine is one ordered item with all that happens for it.
type TrackLine struct {
	ID   db.ID   `json:"id"`
	Line int64   `json:"line" doc:"Line"`
	Item string  `json:"item" doc:"Item"`
	Name string  `json:"name" doc:"Name"`
	UoM  string  `json:"uom" doc:"Unit"`
	Qty  num.Dec `json:"qty"`
	masterdata.Entered
	Due        string           `json:"due"`
	Priority   int64            `json:"priority"`
	UnitPrice  *num.Dec         `json:"unit_price,omitempty" mask:"sales_price"`
	BOMVersion string           `json:"bom_version"`
	Note       string           `json:"note" doc:"Note"`
	Channel    string           `json:"channel" doc:"Where this line came from, which may differ from the order's"`
	Status     string           `json:"status" enum:"open,planned,in_work,ready,part_shipped,shipped,closed,cancelled" doc:"Status"`
	Supply     string           `json:"supply" enum:"stock,make,both,"`
	Kind       string           `json:"kind" enum:"toll," doc:"toll: made from material that the customer supplies"`
	ClosedMS   int64            `json:"closed_ms" doc:"Nothing more is delivered"`
	CloseWhy   string           `json:"close_reason" doc:"tolerance: it closed by itself"`
	Conflict   *VersionConflict `json:"version_conflict,omitempty" doc:"The line names another version than the one in force"`
	Most       num.Dec          `json:"most" doc:"The most that may be delivered by the tolerance"`
	InWork     num.Dec          `json:"in_work" doc:"Quantity of open work orders not yet received"`
	Planned    num.Dec          `json:"planned" doc:"Of that, from work orders that nobody has begun"`
	Allocated  num.Dec          `json:"allocated"`
	Shipped    num.Dec          `json:"shipped"`
	FreeStock  num.Dec          `json:"free_stock" doc:"Usable stock that nobody has been promised"`
	ExpectedMS int64            `json:"expected_ms" doc:"When the last of its open work orders ends by the live schedule; 0 when one of them is not in it"`
	SoftFrom   string           `json:"soft_from,omitempty" doc:"Promised softly: it holds its lots from this day on, or as soon as there are some"`
	Lots       []AllocatedLot   `json:"lots" doc:"What is promised to this line"`
	Picked     []PickedLot      `json:"picked" doc:"Of that, what was picked and not shipped"`
	ToPick     num.Dec          `json:"to_pick" doc:"On pick lists and not picked yet"`
	Work       []TrackWork      `json:"work"`
}

// TrackWork is one work order of a line.
type TrackWork struct {
	ID          db.ID     `json:"id" db:"id"`
	Number      string    `json:"number" db:"number"`
	Qty         num.Dec   `json:"qty" db:"qty"`
	Good        num.Dec   `json:"good" db:"good"`
	Scrap       num.Dec   `json:"scrap" db:"scrap"`
	Received    num.Dec   `json:"received" db:"received"`
	Gate        bool      `json:"final_gate" db:"final_gate" doc:"Must pass the final inspection before it is received"`
	Passed      num.Dec   `json:"passed" db:"passed" doc:"Passed the final inspection"`
	Failed      num.Dec   `json:"failed" db:"failed"`
	Waiting     num.Dec   `json:"waiting_inspection" db:"waiting"`
	Due         string    `json:"due" db:"due"`
	Status      string    `json:"status" db:"status"`
	ReleasedMS  int64     `json:"released_ms" db:"released_ms"`
	StartedMS   int64     `json:"started_ms" db:"started_ms"`
	CompletedMS int64     `json:"completed_ms" db:"completed_ms"`
	Ops         []TrackOp `json:"ops" db:"-"`
	Used        []UsedLot `json:"used" db:"-" doc:"Lots that went in"`
	Made        []UsedLot `json:"made" db:"-" doc:"Lots and serials that came out"`
}

// TrackOp is one operation with its progress and who did it.
type TrackOp struct {
	Op         int64   `json:"op" db:"op"`
	Name       string  `json:"name" db:"name"`
	WorkCenter string  `json:"work_center" db:"work_center"`
	QtyIn      num.Dec `json:"qty_in" db:"qty_in"`
	Good       num.Dec `json:"good" db:"good"`
	Scrap      num.Dec `json:"scrap" db:"scrap"`
	Rework     num.Dec `json:"rework" db:"rework"`
	Status     string  `json:"status" db:"status"`
	FirstMS    int64   `json:"first_ms" db:"first_ms"`
	LastMS     int64   `json:"last_ms" db:"last_ms"`
	Workers    string  `json:"workers" db:"workers"`
}

// UsedLot is a quantity of a lot that went into or came out of a work order.
type UsedLot struct {
	Item string  `json:"item" db:"item"`
	Name string  `json:"name" db:"name"`
	Lot  string  `json:"lot" db:"lot"`
	Qty  num.Dec `json:"qty" db:"qty"`
	AtMS int64   `json:"at_ms" db:"at_ms"`
}

// Track reads the whole story of an order: a few statements per line and work order, no more.
func (m *Module) Track(ctx context.Context, q db.Querier, number string) (Track, error) {
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return Track{}, err
	}
	t := Track{Number: o.Number, Channel: o.Channel, Note: o.Note, ShipTo: o.ShipTo, OrderedMS: o.Ordered, CancelledMS: o.Cancelled, Lines: []TrackLine{}, Shipments: []ShipmentDetail{}}
	if t.Site, err = db.One[string](ctx, q, `SELECT code FROM v_site WHERE id = $1`, o.Site); err != nil {
		return t, err
	}
	if t.Customer, err = consignee(ctx, q, o.Customer, o.ShipTo); err != nil {
		return t, err
	}
	if t.MergedInto, _, err = db.Get[string](ctx, q, `SELECT number FROM so_order WHERE id = $1`, o.Merged); err != nil {
		return t, err
	}
	if t.SplitFrom, _, err = db.Get[string](ctx, q, `SELECT number FROM so_order WHERE id = $1`, o.Split); err != nil {
		return t, err
	}
	if t.Tolerance, err = tolerance(ctx, q, o.Customer); err != nil {
		return t, err
	}
	if t.Picks, err = db.All[string](ctx, q, `SELECT p.number FROM so_pick p WHERE p.cancelled_ms = 0 AND EXISTS (SELECT 1 FROM so_pick_line x WHERE x.pick_id = p.id AND x.order_id = $1) ORDER BY p.number`, o.ID); err != nil {
		return t, err
	}
	if t.Picks == nil {
		t.Picks = []string{}
	}
	lines, err := db.All[line](ctx, q, `SELECT `+lineColumns+` FROM so_line WHERE order_id = $1 ORDER BY line`, o.ID)
	if err != nil {
		return t, err
	}
	_, days, err := m.Inventory.ReserveWindow(ctx, q)
	if err != nil {
		return t, err
	}
	coming, err := openWork(ctx, q, idsOf(lines))
	if err != nil {
		return t, err
	}
	picked, err := baskets(ctx, q, idsOf(lines))
	if err != nil {
		return t, err
	}
	for _, l := range lines {
		item, err := masterdata.ItemByID(ctx, q, l.Item)
		if err != nil {
			return t, err
		}
		tl := TrackLine{ID: l.ID, Line: l.Line, Item: item.Code, Name: item.Name, UoM: item.UoM, Qty: l.Qty, Entered: l.Entered, Due: l.Due, Priority: l.Priority, Channel: l.Channel, UnitPrice: l.Price,
			BOMVersion: l.BOMVersion, Note: l.Note, Shipped: l.Shipped, Lots: []AllocatedLot{}, Picked: []PickedLot{}, Supply: l.Supply, Kind: l.Kind, ClosedMS: l.Closed, CloseWhy: l.Why, Most: l.Qty + slack(l.Qty, t.Tolerance, item.Decimals)}
		if b := picked[l.ID]; b.rules() && l.Closed == 0 && l.Shipped < l.Qty {
			tl.Picked, tl.ToPick = append(tl.Picked, b.lots...), b.left
		}
		if tl.Conflict, err = conflictOf(ctx, q, l); err != nil {
			return t, err
		}
		reserved, err := m.Inventory.Reserved(ctx, q, "so_line", l.ID)
		if err != nil {
			return t, err
		}
		for _, r := range reserved {
			tl.Allocated += r.Qty
			tl.Lots = append(tl.Lots, AllocatedLot{l.Line, item.Code, r.LotNumber, r.ExpiresOn, r.Qty, r.Serials})
		}
		if l.Soft > 0 && l.Closed == 0 && l.Shipped+tl.Allocated < l.Qty {
			tl.SoftFrom = inventory.ReserveFrom(l.Due, days)
		}
		if tl.FreeStock, _, _, err = m.Inventory.OnHand(ctx, q, o.Site, l.Item); err != nil {
			return t, err
		}
		if tl.Work, err = m.work(ctx, q, l.ID); err != nil {
			return t, err
		}
		var open []db.ID
		for _, w := range coming[l.ID] {
			tl.InWork += w.Coming
			if !w.begun() {
				tl.Planned += w.Coming
			}
			open = append(open, w.Order)
		}
		if tl.ExpectedMS, err = m.expected(ctx, q, open); err != nil {
			return t, err
		}
		tl.Status = lineStatus(tl, l.Cancelled > 0 || o.Cancelled > 0)
		if tl.Status == "cancelled" {
			tl.Conflict = nil
		}
		t.Lines = append(t.Lines, tl)
	}
	t.Status = orderStatus(t.Lines)
	numbers, err := db.All[string](ctx, q, `SELECT number FROM so_shipment WHERE order_id = $1 ORDER BY shipped_ms, id`, o.ID)
	if err != nil {
		return t, err
	}
	for _, n := range numbers {
		s, err := m.Shipment(ctx, q, n)
		if err != nil {
			return t, err
		}
		t.Shipments = append(t.Shipments, s)
	}
	if actor.From(ctx).Partner != 0 {
		t.forCustomer()
	}
	return t, nil
}

func (m *Module) work(ctx context.Context, q db.Querier, salesLine db.ID) ([]TrackWork, error) {
	work, err := db.All[TrackWork](ctx, q, `
		SELECT w.id, w.number, w.qty, w.good, w.scrap, w.received, w.final_gate, w.due, w.status, w.released_ms, w.started_ms, w.completed_ms,
		       CAST(coalesce(i.passed, 0) AS BIGINT) AS passed, CAST(coalesce(i.failed, 0) AS BIGINT) AS failed, CAST(coalesce(i.waiting, 0) AS BIGINT) AS waiting
		FROM v_work_order w
		LEFT JOIN (SELECT order_id, sum(passed) AS passed, sum(failed) AS failed, sum(qty - passed - failed) AS waiting FROM v_inspection
		           WHERE (order_id IN (SELECT id FROM v_work_order WHERE sales_line_id = $1) OR order_id IN (SELECT order_id FROM so_peg WHERE line_id = $1)) AND order_id <> 0 AND kind = 'final' AND status <> 'cancelled' GROUP BY order_id) i ON i.order_id = w.id
		WHERE w.sales_line_id = $1 OR w.id IN (SELECT order_id FROM so_peg WHERE line_id = $1) ORDER BY w.number`, salesLine)
	if err != nil {
		return nil, err
	}
	return work, m.story(ctx, q, work)
}

// workByID tells of work orders that somebody else found.
func (m *Module) workByID(ctx context.Context, q db.Querier, ids []db.ID) ([]TrackWork, error) {
	var w db.Where
	db.In(&w, "w.id", ids)
	work, err := db.All[TrackWork](ctx, q, `
		SELECT w.id, w.number, w.qty, w.good, w.scrap, w.received, w.final_gate, w.due, w.status, w.released_ms, w.started_ms, w.completed_ms,
		       CAST(coalesce((SELECT sum(x.passed) FROM v_inspection x WHERE x.order_id = w.id AND x.kind = 'final' AND x.status <> 'cancelled'), 0) AS BIGINT) AS passed,
		       CAST(coalesce((SELECT sum(x.failed) FROM v_inspection x WHERE x.order_id = w.id AND x.kind = 'final' AND x.status <> 'cancelled'), 0) AS BIGINT) AS failed, CAST(0 AS BIGINT) AS waiting
		FROM v_work_order w`+w.String()+` ORDER BY w.number`, w.Args...)
	if err != nil {
		return nil, err
	}
	return work, m.story(ctx, q, work)
}

// story adds the operations and lots of work orders.
func (m *Module) story(ctx context.Context, q db.Querier, work []TrackWork) (err error) {
	for i := range work {
		w := &work[i]
		if w.Ops, err = db.All[TrackOp](ctx, q, `
			SELECT o.op, o.name, c.name AS work_center, o.qty_in, o.good, o.scrap, o.rework, o.status,
			       coalesce(r.first_ms, 0) AS first_ms, coalesce(r.last_ms, 0) AS last_ms, coalesce(r.workers, '') AS workers
			FROM v_wo_op o JOIN v_work_center c ON c.id = o.work_center_id
			LEFT JOIN (SELECT op_id, min(first_ms) AS first_ms, max(last_ms) AS last_ms, string_agg(worker, ', ' ORDER BY worker) AS workers
			           FROM (SELECT op_id, worker, min(happened_ms) AS first_ms, max(happened_ms) AS last_ms FROM v_wo_report WHERE order_id = $1 AND NOT reversed GROUP BY op_id, worker) x
			           GROUP BY op_id) r ON r.op_id = o.id
			WHERE o.order_id = $1 ORDER BY o.op`, w.ID); err != nil {
			return err
		}
		lots := func(cond string) ([]UsedLot, error) {
			return db.All[UsedLot](ctx, q, `
				SELECT i.code AS item, i.name, coalesce(t.number, '') AS lot, CAST(sum(v.qty) AS BIGINT) AS qty, max(v.happened_ms) AS at_ms
				FROM v_move v JOIN v_item i ON i.id = v.item_id LEFT JOIN v_lot t ON t.id = v.lot_id
				WHERE v.order_id = $1 AND NOT v.reversed AND `+cond+` GROUP BY i.code, i.name, t.number ORDER BY i.code, t.number NULLS FIRST`, w.ID)
		}
		if w.Used, err = lots("v.to_kind = 'consumed'"); err != nil {
			return err
		}
		if w.Made, err = lots("v.from_kind = 'produced'"); err != nil {
			return err
		}
	}
	return nil
}

// expected is the latest planned end of the orders; unknown as long as one of them has none.
func (m *Module) expected(ctx context.Context, q db.Querier, orders []db.ID) (int64, error) {
	if m.Expected == nil || len(orders) == 0 {
		return 0, nil
	}
	ends, err := m.Expected(ctx, q, orders)
	if err != nil || len(ends) < len(orders) {
		return 0, err
	}
	var last int64
	for _, end := range ends {
		last = max(last, end)
	}
	return last, nil
}

func lineStatus(l TrackLine, cancelled bool) string {
	switch {
	case cancelled:
		return "cancelled"
	case l.Shipped >= l.Qty || l.ClosedMS > 0 && l.Shipped > 0:
		return "shipped"
	case l.ClosedMS > 0:
		return "closed"
	case l.Shipped > 0:
		return "part_shipped"
	case l.Allocated >= l.Qty:
		return "ready"
	case l.InWork > l.Planned:
		return "in_work"
	case l.InWork > 0:
		return "planned" // nobody has touched it
	}
	return "open"
}

// orderStatus is what a customer wants to hear: everything shipped, something shipped, all ready, in work, planned, or open.
func orderStatus(lines []TrackLine) string {
	n := map[string]int{}
	live := 0
	for _, l := range lines {
		n[l.Status]++
		if l.Status != "cancelled" {
			live++
		}
	}
	switch {
	case live == 0:
		return "cancelled"
	case n["closed"] == live:
		return "closed"
	case n["shipped"]+n["closed"] == live:
		return "shipped"
	case n["shipped"]+n["part_shipped"] > 0:
		return "part_shipped"
	case n["ready"]+n["closed"] == live:
		return "ready"
	case n["in_work"] > 0:
		return "in_work"
	case n["planned"] > 0:
		return "planned"
	}
	return "open"
}

// Shipment reads a shipment with its packing list.
func (m *Module) Shipment(ctx context.Context, q db.Querier, number string) (ShipmentDetail, error) {
	s, err := shipmentByNumber(ctx, q, number)
	if err != nil {
		return ShipmentDetail{}, err
	}
	d := ShipmentDetail{Number: s.Number, Order: s.OrderNumber, Waybill: s.Waybill, Cartons: s.Cartons, Note: s.Note, At: s.At, By: s.By, Reversed: s.Reversed}
	if d.Customer, err = consignee(ctx, q, s.Customer, s.ShipTo); err != nil {
		return d, err
	}
	carrier, err := party(ctx, q, s.Carrier)
	if err != nil {
		return d, err
	}
	d.Carrier = carrier.Name
	type lot struct {
		ShippedLot
		Text string `db:"serials"`
	}
	lots, err := db.All[lot](ctx, q, `SELECT l.line, i.code AS item, i.name, i.uom, s.lot, s.qty, s.serials FROM so_shipment_line s JOIN so_line l ON l.id = s.line_id JOIN v_item i ON i.id = s.item_id
		WHERE s.shipment_id = $1 ORDER BY l.line, s.lot, s.id`, s.ID)
	if err != nil {
		return d, err
	}
	if d.Packing, err = cartonsOf(ctx, q, s.ID); err != nil {
		return d, err
	}
	d.Lines = make([]ShippedLot, len(lots))
	for i, l := range lots {
		d.Lines[i] = l.ShippedLot
		d.Lines[i].Serials = strings.Fields(l.Text)
	}
	return d, nil
}

func party(ctx context.Context, q db.Querier, id db.ID) (Party, error) {
	p, _, err := db.Get[Party](ctx, q, `SELECT code, name, phone, address FROM v_partner WHERE id = $1`, id)
	return p, err
}

// consignee is the customer with the address that the goods go to: the one the order names, else the customer's address
// for deliveries, else its own.
func consignee(ctx context.Context, q db.Querier, customer db.ID, label string) (Party, error) {
	p, err := party(ctx, q, customer)
	if err != nil || customer == 0 {
		return p, err
	}
	a, ok, err := db.Get[Party](ctx, q, `SELECT label AS ship_to, contact, phone, address FROM v_partner_address
		WHERE partner_id = $1 AND (label = $2 AND $2 <> '' OR $2 = '' AND ship_to) ORDER BY ord LIMIT 1`, customer, label)
	if err != nil || !ok {
		return p, err
	}
	p.Address, p.ShipTo, p.Contact = a.Address, a.ShipTo, a.Contact
	if a.Phone != "" {
		p.Phone = a.Phone
	}
	return p, nil
}

// shipTo finds the address that an order names among those of its customer.
func shipTo(ctx context.Context, q db.Querier, customer db.ID, label string) (string, error) {
	label = strings.TrimSpace(label)
	if label == "" {
		return "", nil
	}
	known, err := db.All[string](ctx, q, `SELECT label FROM v_partner_address WHERE partner_id = $1 ORDER BY ord`, customer)
	if err == nil && !slices.Contains(known, label) {
		err = fault.Invalid("sales.ship_to_unknown", "the customer has no address %s; there are: %s", label, strings.Join(known, ", ")).With("label", label).With("known", strings.Join(known, ", ")).
			At(fault.Field{Where: "body.ship_to", Code: "sales.ship_to_unknown", Detail: "no such address", Params: map[string]string{"label": label, "known": strings.Join(known, ", ")}})
	}
	return label, err
}
