package sales

import (
	"context"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// Complain is what a customer says is wrong. A code finds the rest: a shipment, an order, a lot, a piece.
type Complain struct {
	Code     string  `json:"code,omitempty" maxLength:"200" doc:"Label or number of the shipment, order, lot or piece"`
	Customer string  `json:"customer,omitempty" maxLength:"100" doc:"Customer code; found by the shipment where there is one"`
	Shipment string  `json:"shipment,omitempty" maxLength:"64"`
	Item     string  `json:"item,omitempty" maxLength:"100"`
	Lot      string  `json:"lot,omitempty" maxLength:"100"`
	Serial   string  `json:"serial,omitempty" maxLength:"100"`
	Qty      num.Dec `json:"qty,omitempty" doc:"How many are bad; 0 = one"`
	Symptom  string  `json:"symptom" minLength:"1" maxLength:"2000" doc:"What the customer sees"`
	Severity string  `json:"severity,omitempty" enum:"minor,major,critical," doc:"Empty: major"`
	Contact  string  `json:"contact,omitempty" maxLength:"200" doc:"Who said it"`
}

// Complaint is a complaint with what became of it.
type Complaint struct {
	ID        db.ID          `json:"id" db:"id"`
	Number    string         `json:"number" db:"number"`
	Status    string         `json:"status" db:"status" enum:"open,judged,closed"`
	Site      db.ID          `json:"-" db:"site_id"`
	PartnerID db.ID          `json:"-" db:"customer_id"`
	Customer  string         `json:"customer" db:"customer" doc:"Code"`
	Name      string         `json:"customer_name" db:"customer_name"`
	Order     string         `json:"order" db:"order_number"`
	Shipment  string         `json:"shipment" db:"shipment"`
	Item      string         `json:"item" db:"item"`
	ItemName  string         `json:"item_name" db:"item_name"`
	UoM       string         `json:"uom" db:"uom"`
	LotID     db.ID          `json:"-" db:"lot_id"`
	ItemID    db.ID          `json:"-" db:"item_id"`
	Lot       string         `json:"lot" db:"lot"`
	Serial    string         `json:"serial" db:"serial"`
	Qty       num.Dec        `json:"qty" db:"qty"`
	Symptom   string         `json:"symptom" db:"symptom"`
	Severity  string         `json:"severity" db:"severity"`
	Contact   string         `json:"contact" db:"contact"`
	AtMS      int64          `json:"at_ms" db:"at_ms"`
	Actor     string         `json:"actor" db:"actor"`
	Cause     string         `json:"cause" db:"cause" enum:"material,process,handling,none,"`
	CauseText string         `json:"cause_text" db:"cause_text"`
	CauseMS   int64          `json:"cause_ms" db:"cause_ms"`
	CauseBy   string         `json:"cause_by" db:"cause_by"`
	Answer    string         `json:"answer" db:"answer" doc:"What the customer was told"`
	ClosedMS  int64          `json:"closed_ms" db:"closed_ms"`
	ClosedBy  string         `json:"closed_by" db:"closed_by"`
	Returns   []ReturnRef    `json:"returns" db:"-"`
	Same      []ComplaintRef `json:"same" db:"-" doc:"Other complaints about the same lot"`
}

// ReturnRef names a return.
type ReturnRef struct {
	Number string `json:"number" db:"number"`
	Status string `json:"status" db:"status"`
}

// ComplaintRef names a complaint.
type ComplaintRef struct {
	Number   string `json:"number" db:"number"`
	Customer string `json:"customer" db:"customer"`
	Symptom  string `json:"symptom" db:"symptom"`
	Cause    string `json:"cause" db:"cause"`
}

type complaintRow struct {
	ID       db.ID   `db:"id"`
	Number   string  `db:"number"`
	Site     db.ID   `db:"site_id"`
	Customer db.ID   `db:"customer_id"`
	Order    db.ID   `db:"order_id"`
	Shipment db.ID   `db:"shipment_id"`
	Item     db.ID   `db:"item_id"`
	LotID    db.ID   `db:"lot_id"`
	Lot      string  `db:"lot"`
	Serial   string  `db:"serial"`
	Qty      num.Dec `db:"qty"`
	Symptom  string  `db:"symptom"`
	Severity string  `db:"severity"`
	Contact  string  `db:"contact"`
	At       int64   `db:"at_ms"`
	Actor    string  `db:"actor"`
	Key      *string `db:"client_key"`
}

const complaintStatus = `CASE WHEN c.closed_ms > 0 THEN 'closed' WHEN c.cause_ms > 0 THEN 'judged' ELSE 'open' END`

// went is a shipment line as a complaint or a return looks for it.
type went struct {
	Shipment db.ID  `db:"shipment_id"`
	Order    db.ID  `db:"order_id"`
	Customer db.ID  `db:"customer_id"`
	Site     db.ID  `db:"site_id"`
	Item     db.ID  `db:"item_id"`
	LotID    db.ID  `db:"lot_id"`
	Lot      string `db:"lot"`
	Serials  string `db:"serials"`
}

const wentSQL = `SELECT s.id AS shipment_id, s.order_id, s.customer_id, s.site_id, l.item_id, l.lot_id, l.lot, l.serials FROM so_shipment_line l JOIN so_shipment s ON s.id = l.shipment_id WHERE s.reversed_ms = 0 AND `

// Complain writes a complaint down, with the shipment and the lot that it is about.
func (m *Module) Complain(ctx context.Context, tx *db.Tx, in Complain) (Complaint, error) {
	row := complaintRow{ID: tx.ID(), Qty: in.Qty, Symptom: strings.TrimSpace(in.Symptom), Severity: in.Severity, Contact: strings.TrimSpace(in.Contact), At: tx.NowMS(), Actor: actor.From(ctx).Name, Key: key(tx)}
	if row.Symptom == "" {
		return Complaint{}, fault.Invalid("sales.no_symptom", "say what the customer sees")
	}
	if row.Severity == "" {
		row.Severity = "major"
	}
	if err := m.about(ctx, tx, &in); err != nil {
		return Complaint{}, err
	}
	if in.Customer != "" {
		p, err := customerByCode(ctx, tx, in.Customer)
		if err != nil {
			return Complaint{}, err
		}
		row.Customer = p.ID
	}
	var item masterdata.Item
	var err error
	if in.Item != "" {
		if item, err = masterdata.ItemByCode(ctx, tx, in.Item); err != nil {
			return Complaint{}, err
		}
		row.Item = item.ID
	}
	row.Serial, row.Lot = strings.TrimSpace(in.Serial), strings.TrimSpace(in.Lot)
	if row.Serial != "" && item.ID != 0 {
		id, ok, err := db.Get[db.ID](ctx, tx, `SELECT lot_id FROM v_serial WHERE item_id = $1 AND number = $2`, item.ID, row.Serial)
		if err != nil {
			return Complaint{}, err
		}
		if !ok {
			return Complaint{}, fault.NotFound("sales.goods_unknown", "nobody knows %s as an item, a lot or a serial number", row.Serial).With("code", row.Serial)
		}
		row.LotID, row.Qty = id, num.One
	}
	if row.Lot != "" && item.ID != 0 {
		l, err := inventory.LotByNumber(ctx, tx, item.ID, row.Lot)
		if err != nil {
			return Complaint{}, err
		}
		row.LotID = l.ID
	}
	if err := shippedAs(ctx, tx, &row, in.Shipment); err != nil {
		return Complaint{}, err
	}
	switch {
	case row.Item == 0:
		return Complaint{}, fault.Invalid("sales.complaint_item", "say which item it is about")
	case row.Customer == 0:
		return Complaint{}, fault.Invalid("sales.complaint_customer", "say which customer complains: these goods were not shipped to one")
	}
	if row.Site == 0 {
		s, err := siteOf(ctx, tx, "")
		if err != nil {
			return Complaint{}, err
		}
		row.Site = s.ID
	}
	if item.ID != row.Item {
		if item, err = masterdata.ItemByID(ctx, tx, row.Item); err != nil {
			return Complaint{}, err
		}
	}
	if row.Qty == 0 {
		row.Qty = num.One
	}
	if row.Qty < 0 || !row.Qty.Fits(item.Decimals) {
		return Complaint{}, fault.Invalid("sales.decimals", "quantity of %s has at most %d decimals", item.Code, item.Decimals).With("item", item.Code).With("decimals", item.Decimals).With("qty", row.Qty)
	}
	if row.LotID != 0 && row.Lot == "" {
		if row.Lot, err = db.One[string](ctx, tx, `SELECT number FROM v_lot WHERE id = $1`, row.LotID); err != nil {
			return Complaint{}, err
		}
	}
	if row.Number, err = tx.Number("complaint"); err != nil {
		return Complaint{}, err
	}
	if err := db.Insert(ctx, tx, "so_complaint", row); err != nil {
		return Complaint{}, err
	}
	return m.tellComplaint(ctx, tx, row.Number, "sales.complained", "")
}

// about reads the code that was scanned.
func (m *Module) about(ctx context.Context, q db.Querier, in *Complain) error {
	if in.Code = strings.TrimSpace(in.Code); in.Code == "" {
		return nil
	}
	c, ok := label.ParseCode(in.Code)
	if ok && (c.Kind == label.Shipment || c.Kind == label.Bare) {
		n, found, err := db.Get[string](ctx, q, `SELECT number FROM so_shipment WHERE number = $1 OR (waybill = $1 AND waybill <> '') ORDER BY shipped_ms DESC LIMIT 1`, c.Number)
		if err != nil {
			return err
		}
		if found {
			in.Shipment = n
			return nil
		}
	}
	if ok && (c.Kind == label.SalesOrder || c.Kind == label.Bare) {
		n, found, err := db.Get[string](ctx, q, `SELECT s.number FROM so_shipment s JOIN so_order o ON o.id = s.order_id WHERE o.number = $1 AND s.reversed_ms = 0 ORDER BY s.shipped_ms DESC LIMIT 1`, c.Number)
		if err != nil {
			return err
		}
		if found {
			in.Shipment = n
			return nil
		}
	}
	item, lot, serial, err := goods(ctx, q, in.Code)
	if err != nil {
		return err
	}
	in.Item = item.Code
	if lot != "" {
		in.Lot = lot
	}
	if serial != "" {
		in.Serial = serial
	}
	return nil
}

// shippedAs finds by which shipment the goods went, and from there the customer and the order.
func shippedAs(ctx context.Context, q db.Querier, row *complaintRow, shipment string) error {
	var found []went
	var err error
	if shipment != "" {
		if found, err = db.All[went](ctx, q, wentSQL+`s.number = $1 ORDER BY l.id`, shipment); err != nil {
			return err
		}
		if len(found) == 0 {
			return fault.NotFound("sales.shipment_unknown", "no shipment %s", shipment).With("number", shipment)
		}
		items := map[db.ID]bool{}
		for _, f := range found {
			items[f.Item] = true
		}
		if row.Item == 0 && len(items) == 1 {
			row.Item = found[0].Item
		}
	} else if row.LotID != 0 {
		if found, err = db.All[went](ctx, q, wentSQL+`l.lot_id = $1 ORDER BY s.shipped_ms DESC, l.id`, row.LotID); err != nil {
			return err
		}
	}
	for _, f := range found {
		if row.Customer != 0 && f.Customer != row.Customer || row.Item != 0 && f.Item != row.Item || row.LotID != 0 && f.LotID != row.LotID {
			continue
		}
		if row.Serial != "" && !strings.Contains(" "+f.Serials+" ", " "+row.Serial+" ") {
			continue
		}
		row.Shipment, row.Order, row.Customer, row.Site = f.Shipment, f.Order, f.Customer, f.Site
		if row.LotID == 0 {
			lots := map[db.ID]bool{}
			for _, o := range found {
				if o.Item == row.Item {
					lots[o.LotID] = true
				}
			}
			if len(lots) == 1 {
				row.LotID, row.Lot = f.LotID, f.Lot
			}
		}
		return nil
	}
	if shipment != "" && len(found) > 0 {
		return fault.Conflict("sales.not_in_shipment", "shipment %s did not bring these goods to this customer", shipment).With("number", shipment)
	}
	return nil
}

func (m *Module) tellComplaint(ctx context.Context, tx *db.Tx, number, event, reason string) (Complaint, error) {
	c, err := m.Complaint(ctx, tx, number)
	if err == nil {
		tx.Emit(db.Event{Name: event, Subject: "complaint:" + number, Site: c.Site, Partner: c.PartnerID, Reason: reason, Payload: c})
	}
	return c, err
}

// Complaint reads a complaint. The customer sees what he said and what he was told.
func (m *Module) Complaint(ctx context.Context, q db.Querier, number string) (Complaint, error) {
	c, ok, err := db.Get[Complaint](ctx, q, `SELECT c.id, c.number, `+complaintStatus+` AS status, c.site_id, c.customer_id, p.code AS customer, p.name AS customer_name, coalesce(o.number, '') AS order_number, coalesce(s.number, '') AS shipment,
		i.code AS item, i.name AS item_name, i.uom, c.item_id, c.lot_id, c.lot, c.serial, c.qty, c.symptom, c.severity, c.contact, c.at_ms, c.actor, c.cause, c.cause_text, c.cause_ms, c.cause_by, c.answer, c.closed_ms, c.closed_by
		FROM so_complaint c JOIN v_partner p ON p.id = c.customer_id JOIN v_item i ON i.id = c.item_id LEFT JOIN so_order o ON o.id = c.order_id LEFT JOIN so_shipment s ON s.id = c.shipment_id WHERE c.number = $1`, number)
	if err != nil {
		return c, err
	}
	if !ok || identity.See(ctx, c.Site, c.PartnerID) != nil {
		return c, fault.NotFound("sales.complaint_unknown", "there is no complaint %s", number).With("number", number)
	}
	if c.Returns, err = db.All[ReturnRef](ctx, q, `SELECT r.number, `+returnStatus+` AS status FROM `+returnHead+` WHERE r.complaint_id = $1 ORDER BY r.number`, c.ID); err != nil {
		return c, err
	}
	if c.Returns == nil {
		c.Returns = []ReturnRef{}
	}
	c.Same = []ComplaintRef{}
	if actor.From(ctx).Partner != 0 {
		c.CauseText, c.CauseBy, c.Actor, c.ClosedBy = "", "", "", ""
		return c, nil
	}
	if c.LotID != 0 {
		same, err := db.All[ComplaintRef](ctx, q, `SELECT c.number, p.name AS customer, c.symptom, c.cause FROM so_complaint c JOIN v_partner p ON p.id = c.customer_id WHERE c.lot_id = $1 AND c.id <> $2 ORDER BY c.at_ms DESC LIMIT 50`, c.LotID, c.ID)
		if err != nil {
			return c, err
		}
		c.Same = append(c.Same, same...)
	}
	return c, nil
}

// ComplaintTrace is what is known of the goods: who made them when, from which lots, how they were judged, who else has
// them.
type ComplaintTrace struct {
	Work        []TrackWork           `json:"work"`
	Parts       []TracePart           `json:"parts" doc:"Lots that went in, with their suppliers"`
	Inspections []TraceInspection     `json:"inspections"`
	Others      []inventory.ShippedTo `json:"others" doc:"Who has goods of the same lot"`
}

// TracePart is a lot that went in.
type TracePart struct {
	Order       string  `json:"order" db:"number"`
	Item        string  `json:"item" db:"item"`
	Name        string  `json:"name" db:"name"`
	UoM         string  `json:"uom" db:"uom"`
	Lot         string  `json:"lot" db:"lot"`
	Qty         num.Dec `json:"qty" db:"qty"`
	Supplier    string  `json:"supplier" db:"supplier"`
	SupplierLot string  `json:"supplier_lot" db:"supplier_lot"`
	ReceivedOn  string  `json:"received_on" db:"received_on"`
	Judged      string  `json:"judged" db:"judged" doc:"How the lot was judged when it came in: passed, failed, part or empty"`
}

// TraceInspection is how the goods were judged.
type TraceInspection struct {
	Number string  `json:"number" db:"number"`
	Kind   string  `json:"kind" db:"kind"`
	Order  string  `json:"order" db:"document"`
	Op     int64   `json:"op" db:"op"`
	Qty    num.Dec `json:"qty" db:"qty"`
	Passed num.Dec `json:"passed" db:"passed"`
	Failed num.Dec `json:"failed" db:"failed"`
	Status string  `json:"status" db:"status"`
	AtMS   int64   `json:"at_ms" db:"at_ms"`
}

// TraceComplaint follows the lot of a complaint back.
func (m *Module) TraceComplaint(ctx context.Context, q db.Querier, number string) (ComplaintTrace, error) {
	out := ComplaintTrace{Work: []TrackWork{}, Parts: []TracePart{}, Inspections: []TraceInspection{}, Others: []inventory.ShippedTo{}}
	c, err := m.Complaint(ctx, q, number)
	if err != nil || c.LotID == 0 {
		return out, err
	}
	edges, err := inventory.Made(ctx, q, []db.ID{c.LotID}, nil)
	if err != nil {
		return out, err
	}
	var orders []db.ID
	for _, e := range edges {
		orders = append(orders, e.Order)
	}
	if c.Serial != "" { // of a piece the order that made it, and those that reworked it
		if orders, err = inventory.MadePiece(ctx, q, c.ItemID, c.Serial); err != nil {
			return out, err
		}
	}
	if len(orders) > 20 {
		orders = orders[:20]
	}
	if len(orders) > 0 {
		if out.Work, err = m.workByID(ctx, q, orders); err != nil {
			return out, err
		}
		var w db.Where
		db.In(&w, "v.order_id", orders)
		w.And("v.to_kind = 'consumed' AND NOT v.reversed")
		parts, err := db.All[TracePart](ctx, q, `SELECT x.number, i.code AS item, i.name, i.uom, coalesce(t.number, '') AS lot, x.qty, coalesce(p.name, '') AS supplier, coalesce(t.supplier_lot, '') AS supplier_lot, coalesce(t.received_on, '') AS received_on,
			coalesce((SELECT CASE WHEN sum(n.failed) > 0 AND sum(n.passed) > 0 THEN 'part' WHEN sum(n.failed) > 0 THEN 'failed' WHEN sum(n.passed) > 0 THEN 'passed' ELSE '' END FROM v_inspection n WHERE n.lot_id = x.lot_id AND n.lot_id <> 0 AND n.kind = 'incoming'), '') AS judged
			FROM (SELECT w.number, v.item_id, v.lot_id, CAST(sum(v.qty) AS BIGINT) AS qty FROM v_move v JOIN v_work_order w ON w.id = v.order_id`+w.String()+` GROUP BY w.number, v.item_id, v.lot_id) x
			JOIN v_item i ON i.id = x.item_id LEFT JOIN v_lot t ON t.id = x.lot_id LEFT JOIN v_partner p ON p.id = t.partner_id ORDER BY x.number, i.code, t.number NULLS FIRST`, w.Args...)
		if err != nil {
			return out, err
		}
		out.Parts = append(out.Parts, parts...)
	}
	var w db.Where
	if len(orders) > 0 {
		db.In(&w, "n.order_id", orders)
	} else {
		w.And("n.lot_id = ?", c.LotID)
	}
	w.And("n.status <> 'cancelled'")
	list, err := db.All[TraceInspection](ctx, q, `SELECT n.number, n.kind, n.doc_number AS document, n.op, n.qty, n.passed, n.failed, n.status, CASE WHEN n.judged_ms > 0 THEN n.judged_ms ELSE n.requested_ms END AS at_ms FROM v_inspection n`+w.String()+` ORDER BY n.requested_ms, n.number`, w.Args...)
	if err != nil {
		return out, err
	}
	out.Inspections = append(out.Inspections, list...)
	others, err := inventory.Shipments(ctx, q, []db.ID{c.LotID})
	out.Others = append(out.Others, others...)
	return out, err
}

// Cause says why.
type Cause struct {
	Cause string `json:"cause" enum:"material,process,handling,none" doc:"none: the goods are as they should be"`
	Text  string `json:"text" minLength:"1" maxLength:"2000"`
}

// SetCause classifies a complaint; it may be put right until the complaint is closed.
func (m *Module) SetCause(ctx context.Context, tx *db.Tx, number string, in Cause) (Complaint, error) {
	c, err := m.openComplaint(ctx, tx, number)
	if err != nil {
		return c, err
	}
	if in.Text = strings.TrimSpace(in.Text); in.Text == "" {
		return c, fault.Invalid("sales.cause_text", "say what was found")
	}
	n, err := tx.Exec(ctx, `UPDATE so_complaint SET cause = $1, cause_text = $2, cause_ms = $3, cause_by = $4 WHERE id = $5 AND closed_ms = 0`, in.Cause, in.Text, tx.NowMS(), actor.From(ctx).Name, c.ID)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	if err != nil {
		return c, err
	}
	return m.tellComplaint(ctx, tx, number, "sales.cause_found", in.Text)
}

// Answer closes a complaint with what the customer is told.
type Answer struct {
	Answer string `json:"answer" minLength:"1" maxLength:"2000"`
}

// CloseComplaint closes it: its cause must be known.
func (m *Module) CloseComplaint(ctx context.Context, tx *db.Tx, number string, in Answer) (Complaint, error) {
	c, err := m.openComplaint(ctx, tx, number)
	if err != nil {
		return c, err
	}
	if c.CauseMS == 0 {
		return c, fault.Conflict("sales.no_cause", "say first what caused %s", number).With("number", number)
	}
	n, err := tx.Exec(ctx, `UPDATE so_complaint SET answer = $1, closed_ms = $2, closed_by = $3 WHERE id = $4 AND closed_ms = 0`, strings.TrimSpace(in.Answer), tx.NowMS(), actor.From(ctx).Name, c.ID)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	if err != nil {
		return c, err
	}
	return m.tellComplaint(ctx, tx, number, "sales.complaint_closed", "")
}

// ReopenComplaint opens it again.
func (m *Module) ReopenComplaint(ctx context.Context, tx *db.Tx, number string, in Undo) (Complaint, error) {
	c, err := m.Complaint(ctx, tx, number)
	if err != nil {
		return c, err
	}
	n, err := tx.Exec(ctx, `UPDATE so_complaint SET closed_ms = 0, closed_by = '' WHERE id = $1 AND closed_ms > 0`, c.ID)
	if err == nil && n == 0 {
		err = fault.Conflict("sales.complaint_open", "%s is open", number).With("number", number)
	}
	if err != nil {
		return c, err
	}
	return m.tellComplaint(ctx, tx, number, "sales.complaint_reopened", in.Reason)
}

func (m *Module) openComplaint(ctx context.Context, q db.Querier, number string) (Complaint, error) {
	c, err := m.Complaint(ctx, q, number)
	if err == nil && c.ClosedMS > 0 {
		err = fault.Conflict("sales.complaint_closed", "%s is closed", number).With("number", number)
	}
	return c, err
}

// ComplaintRow is a line of the list.
type ComplaintRow struct {
	ID       db.ID   `json:"id" sql:"c.id" doc:"Complaint"`
	Number   string  `json:"number" sql:"c.number" doc:"Complaint"`
	Status   string  `json:"status" sql:"CASE WHEN c.closed_ms > 0 THEN 'closed' WHEN c.cause_ms > 0 THEN 'judged' ELSE 'open' END" doc:"Status"`
	Customer string  `json:"customer" sql:"p.name" doc:"Customer"`
	Item     string  `json:"item" sql:"i.code" doc:"Item"`
	Name     string  `json:"name" sql:"i.name" doc:"Name"`
	Lot      string  `json:"lot" sql:"c.lot" doc:"Lot"`
	Serial   string  `json:"serial" sql:"c.serial" doc:"Serial number"`
	Qty      num.Dec `json:"qty" sql:"c.qty" doc:"Quantity"`
	UoM      string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Symptom  string  `json:"symptom" sql:"c.symptom" doc:"Symptom"`
	Severity string  `json:"severity" sql:"c.severity" doc:"Severity"`
	Cause    string  `json:"cause" sql:"c.cause" doc:"Cause"`
	Shipment string  `json:"shipment" sql:"coalesce(s.number, '')" doc:"Shipment"`
	At       int64   `json:"at_ms" sql:"c.at_ms" doc:"At"`
}

const complaintFrom = `so_complaint c JOIN v_partner p ON p.id = c.customer_id JOIN v_item i ON i.id = c.item_id LEFT JOIN so_shipment s ON s.id = c.shipment_id`

func (m *Module) complaintRoutes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number" doc:"Complaint"`
	}
	web.List(a, web.Op{Path: "/sales/complaints", ID: "listComplaints", Summary: "Complaints of customers", Perm: "sales.read"},
		web.ListSpec[ComplaintRow]{From: complaintFrom, Key: "c.id", Sort: "-at_ms", Search: []string{"c.number", "i.code", "i.name", "p.name", "c.lot", "c.serial", "c.symptom"}, Scope: seen("c.site_id", "c.customer_id", "")})
	web.Command(a, web.Op{Path: "/sales/complaints", ID: "complain", Summary: "Write a customer's complaint down", Perm: "sales.complain"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Complain }) (Complaint, error) {
			return m.Complain(ctx, tx, in.Body)
		})
	web.Query(a, web.Op{Path: "/sales/complaints/{number}", ID: "getComplaint", Summary: "A complaint and what became of it", Perm: "sales.read"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (Complaint, error) {
			return m.Complaint(ctx, q, in.Number)
		})
	web.Query(a, web.Op{Path: "/sales/complaints/{number}/trace", ID: "traceComplaint", Summary: "Lot, line, operator and inspections behind a complaint", Perm: "quality.read"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (ComplaintTrace, error) {
			return m.TraceComplaint(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/sales/complaints/{number}/cause", ID: "setComplaintCause", Summary: "Say what caused a complaint: material, process, handling or nothing", Perm: "sales.complain"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Cause
		}) (Complaint, error) {
			return m.SetCause(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/complaints/{number}/close", ID: "closeComplaint", Summary: "Close a complaint with what the customer is told", Perm: "sales.complain"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Answer
		}) (Complaint, error) {
			return m.CloseComplaint(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/sales/complaints/{number}/reopen", ID: "reopenComplaint", Summary: "Open a complaint again", Perm: "sales.complain"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Undo
		}) (Complaint, error) {
			return m.ReopenComplaint(ctx, tx, in.Number, in.Body)
		})
}
