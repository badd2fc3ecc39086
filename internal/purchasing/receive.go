package purchasing

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/quality"
)

// Receive books goods that have come: by scan of the order and the goods, or without an order and then with a reason.
type Receive struct {
	Site        string   `json:"site,omitempty" doc:"Site code, for goods without an order; default the caller's"`
	Order       string   `json:"order,omitempty" maxLength:"100" doc:"Order number; empty for goods that nobody ordered"`
	Line        int64    `json:"line,omitempty" doc:"Default the first open line of the item"`
	Item        string   `json:"item,omitempty" maxLength:"200" doc:"What was scanned: item code, GTIN, bar code or label; not needed with a line, or when one line is open"`
	Supplier    string   `json:"supplier,omitempty" doc:"Partner code, for goods without an order"`
	Qty         num.Dec  `json:"qty"`
	UoM         string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the item's; empty: its own"`
	Lot         string   `json:"lot,omitempty" maxLength:"100" doc:"Default the next lot number"`
	SupplierLot string   `json:"supplier_lot,omitempty" maxLength:"100"`
	Serials     []string `json:"serials,omitempty" maxItems:"10000" doc:"Of an item tracked by serial; default made by rule"`
	ExpiresOn   string   `json:"expires_on,omitempty" doc:"Default from the item's shelf life"`
	Location    string   `json:"location,omitempty" maxLength:"200" doc:"Default the site's receiving location"`
	Hold        bool     `json:"hold,omitempty" doc:"On hold until somebody has judged it; goods that a rule of quality names are so anyway"`
	UnitCost    *num.Dec `json:"unit_cost,omitempty" mask:"price" doc:"Of goods without an order"`
	Reason      string   `json:"reason,omitempty" maxLength:"500" doc:"Needed without an order"`
	HappenedMS  int64    `json:"happened_ms,omitempty" doc:"When the goods came; 0 = now. A day before today needs the permission inventory.backdate and a reason"`
}

// Received is a goods receipt as stored, and what its label says.
type Received struct {
	ID       db.ID              `json:"id"`
	Number   string             `json:"number"`
	Order    string             `json:"order"`
	Line     int64              `json:"line"`
	Item     string             `json:"item"`
	Name     string             `json:"name"`
	UoM      string             `json:"uom"`
	Qty      num.Dec            `json:"qty"`
	Lot      string             `json:"lot"`
	Serials  []string           `json:"serials,omitempty"`
	Location string             `json:"location"`
	Expires  string             `json:"expires_on,omitempty"`
	Open     num.Dec            `json:"open" doc:"What the line still expects"`
	Consumed []inventory.Picked `json:"consumed,omitempty" doc:"At the subcontractor"`
	Label    Label              `json:"label"`

	Held        bool     `json:"held" doc:"On hold until it is judged"`
	Inspections []string `json:"inspections,omitempty" doc:"Numbers of the inspections that it waits for"`
	masterdata.Entered
}

// Label is what is printed for the goods.
type Label struct {
	Code        string  `json:"code" doc:"Content of the QR code"`
	Item        string  `json:"item"`
	Name        string  `json:"name"`
	Spec        string  `json:"spec"`
	Lot         string  `json:"lot"`
	Qty         num.Dec `json:"qty"`
	UoM         string  `json:"uom"`
	Date        string  `json:"date"`
	ExpiresOn   string  `json:"expires_on"`
	Supplier    string  `json:"supplier"`
	SupplierLot string  `json:"supplier_lot"`
}

type receiptRow struct {
	ID          db.ID   `db:"id"`
	Number      string  `db:"number"`
	Order       db.ID   `db:"order_id"`
	Line        db.ID   `db:"line_id"`
	Site        db.ID   `db:"site_id"`
	Supplier    db.ID   `db:"supplier_id"`
	Item        db.ID   `db:"item_id"`
	Lot         string  `db:"lot"`
	SupplierLot string  `db:"supplier_lot"`
	Expires     string  `db:"expires_on"`
	Location    db.ID   `db:"location_id"`
	Qty         num.Dec `db:"qty"`
	Reason      string  `db:"reason"`
	Reverses    db.ID   `db:"reverses"`
	masterdata.Entered
	stamp
}

const receiptColumns = `id, number, order_id, line_id, site_id, supplier_id, item_id, lot, supplier_lot, expires_on, location_id, qty, reason, client_key, happened_ms, recorded_ms, posting_date, shift, actor, reverses, entered_qty, entered_uom`

// target is what a receipt goes against.
type target struct {
	order    orderRow
	line     lineRow // zero without an order
	item     masterdata.Item
	site     masterdata.Site
	supplier db.ID
}

// Receive carries out a Receive.
func (m *Module) Receive(ctx context.Context, tx *db.Tx, in Receive) (Received, error) {
	if f := in.check(); f != nil {
		return Received{}, f
	}
	t, err := m.target(ctx, tx, &in)
	if err != nil {
		return Received{}, err
	}
	said := masterdata.Entered{}
	if in.Qty, said, err = masterdata.InOwn(ctx, tx, t.item, "qty", in.Qty, in.UoM); err != nil {
		return Received{}, err
	}
	loc, err := m.receivingLocation(ctx, tx, t, in.Location)
	if err != nil {
		return Received{}, err
	}
	if err := m.count(ctx, tx, t, in.Qty); err != nil {
		return Received{}, err
	}
	number, err := tx.Number("gr")
	if err != nil {
		return Received{}, err
	}
	st, err := stamped(ctx, tx, "po_receipt", in.HappenedMS)
	if err != nil {
		return Received{}, err
	}
	r := receiptRow{ID: tx.ID(), Number: number, Order: t.order.ID, Line: t.line.ID, Site: t.site.ID, Supplier: t.supplier, Item: t.item.ID, SupplierLot: strings.TrimSpace(in.SupplierLot),
		Location: loc.ID, Qty: in.Qty, Reason: strings.TrimSpace(in.Reason), Entered: said, stamp: st}
	doc := inventory.Doc{Kind: "po_receipt", ID: r.ID, Number: number, Line: t.line.Line, Site: t.site.ID, HappenedMS: r.Happened, Reason: r.Reason}
	if err := doc.Backdate(ctx, tx); err != nil {
		return Received{}, err
	}
	from := inventory.Place{Kind: inventory.Supplier, Ref: t.supplier}
	var consumed []inventory.Picked
	if t.line.Kind == subcontract {
		doc.Order = t.line.ID // the genealogy: what was consumed there went into what comes from there
		from = inventory.Place{Kind: inventory.Produced}
		if consumed, err = m.consume(ctx, tx, doc, t, in.Qty); err != nil {
			return Received{}, err
		}
	}
	put := inventory.Put{Item: t.item.ID, Qty: in.Qty, Lot: strings.TrimSpace(in.Lot), Serials: in.Serials, To: inventory.Place{Kind: inventory.Stock, Ref: loc.ID}, ExpiresOn: in.ExpiresOn,
		ReceivedOn: r.Posting, SupplierLot: r.SupplierLot, Partner: t.supplier, UnitCost: unitCost(t, &in)}
	inspect := in.Hold
	if !inspect {
		if inspect, err = m.Quality.MustInspect(ctx, tx, t.item, t.supplier); err != nil {
			return Received{}, err
		}
	}
	if inspect {
		put.Status = inventory.Held
	}
	if put.ExpiresOn == "" && t.item.ShelfLifeDays > 0 {
		known := false
		if put.Lot != "" { // more of a lot that is here keeps that lot's expiry
			_, err := inventory.LotByNumber(ctx, tx, t.item.ID, put.Lot)
			known = err == nil
		}
		if !known {
			put.ExpiresOn = inventory.Expiry(t.item, r.Posting)
		}
	}
	if err := notExpired(ctx, tx, t, &put); err != nil {
		return Received{}, err
	}
	picks, err := m.Inventory.Put(ctx, tx, doc, from, put)
	if err != nil {
		return Received{}, err
	}
	r.Lot, r.Expires = picks[0].LotNumber, picks[0].ExpiresOn
	var inspections []string
	if inspect {
		if inspections, err = m.ask(ctx, tx, doc, t, picks); err != nil {
			return Received{}, err
		}
	}
	if err := db.Insert(ctx, tx, "po_receipt", r); err != nil {
		return Received{}, err
	}
	tx.Emit(db.Event{Name: EventReceived, Subject: subject(t, number), Site: r.Site, Partner: r.Supplier, HappenedMS: r.Happened, Reason: r.Reason,
		Payload: told(&r, t, loc.Code, t.line.Received, t.line.Received+in.Qty, consumed, "")})
	out, err := m.received(ctx, tx, &r, t, loc, picks, consumed)
	out.Inspections, out.Held = inspections, inspect
	return out, err
}

// check looks at what needs no reading, and tells all that is wrong at once.
func (in *Receive) check() error {
	var bad []fault.Field
	add := func(field, code, value string, params map[string]string) {
		params["field"], params["value"] = field, value
		bad = append(bad, fault.Field{Where: "body." + field, Code: code, Value: value, Params: params, Detail: Messages[code].Render("en", params)})
	}
	if in.Qty <= 0 || in.Qty > num.Max {
		add("qty", "purchasing.qty_not_positive", in.Qty.String(), map[string]string{"item": cmp.Or(strings.TrimSpace(in.Item), in.Order)})
	}
	if in.Line < 0 {
		add("line", "purchasing.line_bad", strconv.FormatInt(in.Line, 10), map[string]string{})
	}
	if in.ExpiresOn != "" {
		if _, err := time.Parse(time.DateOnly, in.ExpiresOn); err != nil {
			add("expires_on", "purchasing.date_bad", in.ExpiresOn, map[string]string{"date": in.ExpiresOn})
		}
	}
	if in.UnitCost != nil && *in.UnitCost < 0 {
		add("unit_cost", "purchasing.price_negative", in.UnitCost.String(), map[string]string{"item": in.Item})
	}
	if strings.TrimSpace(in.Order) == "" {
		if strings.TrimSpace(in.Reason) == "" {
			add("reason", "purchasing.reason_missing", "", map[string]string{})
		}
		if strings.TrimSpace(in.Item) == "" {
			add("item", "purchasing.item_missing", "", map[string]string{})
		}
	}
	switch len(bad) {
	case 0:
		return nil
	case 1:
		e := fault.Invalid(bad[0].Code, "%s", bad[0].Detail).At(bad...)
		for k, v := range bad[0].Params {
			e.With(k, v)
		}
		return e
	}
	return fault.Invalid("web.invalid", "%s", bad[0].Detail).With("count", len(bad)).With("first", bad[0].Detail).At(bad...)
}

// notExpired refuses goods that are past their expiry date, by what was said or by what their lot says, unless they
// are put on hold.
func notExpired(ctx context.Context, tx *db.Tx, t *target, put *inventory.Put) error {
	expires := put.ExpiresOn
	if expires == "" && put.Lot != "" {
		lot, err := inventory.LotByNumber(ctx, tx, t.item.ID, put.Lot)
		if f, ok := fault.As(err); err != nil && (!ok || f.Code != "inventory.lot_unknown") {
			return err
		}
		expires = lot.ExpiresOn
	}
	if expires == "" || put.Status == inventory.Held || expires > tx.Today() {
		return nil
	}
	return fault.Conflict("purchasing.expired", "these %s expired on %s; receive them on hold, or not at all", t.item.Code, expires).
		With("item", t.item.Code).With("name", t.item.Name).With("expires_on", expires)
}

// ask has the goods of a receipt judged, lot by lot.
func (m *Module) ask(ctx context.Context, tx *db.Tx, doc inventory.Doc, t *target, picks []inventory.Picked) ([]string, error) {
	var out []string
	qty := map[db.ID]num.Dec{}
	var lots []db.ID
	for _, p := range picks {
		if _, met := qty[p.Lot]; !met {
			lots = append(lots, p.Lot)
		}
		qty[p.Lot] += p.Qty
	}
	for _, lot := range lots {
		n, err := m.Quality.Request(ctx, tx, quality.Req{Kind: "incoming", Doc: doc, Item: t.item.ID, Lot: lot, Qty: qty[lot], OrderID: t.order.ID})
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

func subject(t *target, number string) string {
	if t.order.ID == 0 {
		return "receipt:" + number
	}
	return "po:" + t.order.Number
}

func told(r *receiptRow, t *target, location string, before, after num.Dec, consumed []inventory.Picked, undoes string) ReceiptTold {
	return ReceiptTold{r.ID, r.Number, t.order.Number, t.line.Line, r.Supplier, r.Item, t.item.Code, r.Lot, r.SupplierLot, r.Expires, location, r.Qty, r.Reason, before, after, consumed, undoes, r.Entered}
}

func unitCost(t *target, in *Receive) num.Dec {
	switch {
	case t.line.UnitPrice != nil && t.line.Kind == purchase:
		return *t.line.UnitPrice
	case in.UnitCost != nil && t.order.ID == 0:
		return *in.UnitCost
	}
	return 0
}

func (m *Module) received(ctx context.Context, tx *db.Tx, r *receiptRow, t *target, loc masterdata.Location, picks, consumed []inventory.Picked) (Received, error) {
	out := Received{ID: r.ID, Number: r.Number, Order: t.order.Number, Line: t.line.Line, Item: t.item.Code, Name: t.item.Name, UoM: t.item.UoM, Qty: r.Qty, Lot: r.Lot, Location: loc.Code,
		Expires: r.Expires, Consumed: consumed, Entered: r.Entered}
	if !t.line.Closed {
		out.Open = max(t.line.Qty-t.line.Received-r.Qty, 0)
	}
	for _, p := range picks {
		out.Serials = append(out.Serials, p.Serials...)
	}
	code := label.Code{Kind: label.Item, Number: t.item.Code}
	if r.Lot != "" {
		code = label.Code{Kind: label.ItemLot, Item: t.item.Code, Number: r.Lot}
	}
	out.Label = Label{Code: code.String(), Item: t.item.Code, Name: t.item.Name, Spec: t.item.Spec, Lot: r.Lot, Qty: r.Qty, UoM: t.item.UoM, Date: r.Posting, ExpiresOn: r.Expires, SupplierLot: r.SupplierLot}
	if t.supplier != 0 {
		p, err := masterdata.PartnerByID(ctx, tx, t.supplier)
		if err != nil {
			return out, err
		}
		out.Label.Supplier = p.Name
	}
	return out, nil
}

// target finds the line that the goods belong to.
func (m *Module) target(ctx context.Context, tx *db.Tx, in *Receive) (*target, error) {
	t := &target{}
	var err error
	if in.Item != "" {
		g, err := inventory.Scan(ctx, tx, in.Item)
		if err != nil {
			return nil, err
		}
		t.item = g.Item
	}
	if strings.TrimSpace(in.Order) == "" {
		return t, m.unordered(ctx, tx, t, in)
	}
	if t.order, err = orderByNumber(ctx, tx, in.Order); err != nil {
		return nil, err
	}
	t.supplier = t.order.Supplier
	if t.site, err = masterdata.SiteByID(ctx, tx, t.order.Site); err != nil {
		return nil, err
	}
	lines, err := linesOf(ctx, tx, t.order.ID)
	if err != nil {
		return nil, err
	}
	if t.line, err = pickLine(t.order.Number, lines, in.Line, t.item); err != nil {
		return nil, err
	}
	if t.line.Closed {
		return nil, fault.Conflict("purchasing.line_closed", "line %d of order %s is closed: nothing more is expected", t.line.Line, t.order.Number).With("number", t.order.Number).With("line", t.line.Line)
	}
	if t.item.ID == 0 {
		t.item, err = masterdata.ItemByID(ctx, tx, t.line.Item)
	}
	return t, err
}

// pickLine: the named one; else the first of the item that still expects something, or its last one; else the only
// open one.
func pickLine(number string, lines []lineRow, line int64, item masterdata.Item) (lineRow, error) {
	var of, open []lineRow
	for _, l := range lines {
		switch {
		case line != 0 && l.Line != line:
			continue
		case item.ID != 0 && l.Item != item.ID:
			continue
		}
		if of = append(of, l); l.open() > 0 {
			open = append(open, l)
		}
	}
	switch {
	case len(of) == 0 && line != 0 && item.ID != 0:
		return lineRow{}, fault.Conflict("purchasing.other_item", "line %d of order %s is not %s", line, number, item.Code).With("number", number).With("line", line).With("item", item.Code)
	case len(of) == 0 && line != 0:
		return lineRow{}, lineUnknown(number, line)
	case len(of) == 0:
		return lineRow{}, fault.Conflict("purchasing.not_ordered", "%s is not on order %s", item.Code, number).With("number", number).With("item", item.Code).With("name", item.Name)
	case len(open) == 1 || len(open) > 1 && item.ID != 0:
		return open[0], nil
	case len(open) > 1:
		return lineRow{}, fault.Invalid("purchasing.which_line", "order %s has several open lines; scan the goods", number).With("number", number)
	}
	return of[len(of)-1], nil
}

func (m *Module) unordered(ctx context.Context, tx *db.Tx, t *target, in *Receive) (err error) {
	if strings.TrimSpace(in.Reason) == "" {
		return fault.Invalid("purchasing.reason_missing", "goods without an order need a reason")
	}
	if t.item.ID == 0 {
		return fault.Invalid("purchasing.item_missing", "scan the goods")
	}
	if t.item.Kind == "make" {
		return fault.Conflict("purchasing.made_here", "%s is made here; receive it from its work order", t.item.Code).With("item", t.item.Code).With("name", t.item.Name)
	}
	if t.site, err = siteOf(ctx, tx, in.Site); err != nil {
		return err
	}
	if a := actor.From(ctx); a.Partner != 0 {
		return fault.Forbidden("purchasing.outside", "only the factory receives goods")
	}
	if in.Supplier != "" {
		p, err := masterdata.PartnerByCode(ctx, tx, strings.TrimSpace(in.Supplier))
		if err != nil {
			return err
		}
		t.supplier = p.ID
	}
	return nil
}

// count adds to what the line has received. The WHERE clause is the lock: of two who receive the last pieces at once
// one finds that there is nothing left to receive.
func (m *Module) count(ctx context.Context, tx *db.Tx, t *target, qty num.Dec) error {
	if qty <= 0 || qty > num.Max {
		return fault.Invalid("purchasing.qty_not_positive", "the quantity of %s must be above zero", t.item.Code).With("item", t.item.Code)
	}
	if t.order.ID == 0 {
		return nil
	}
	pct, err := masterdata.Setting(ctx, tx, SettingOver, "5")
	if err != nil {
		return err
	}
	over, err := num.Parse(pct)
	if err != nil || over < 0 {
		over = num.Int(5)
	}
	extra, err := num.MulDivDown(int64(t.line.Qty), int64(over), int64(num.Int(100)))
	if err != nil {
		return err
	}
	limit := t.line.Qty + num.Dec(extra)
	n, err := tx.Exec(ctx, `UPDATE po_line SET received = received + $1 WHERE id = $2 AND received = $3 AND received + $1 <= $4`, qty, t.line.ID, t.line.Received, limit)
	if err != nil {
		return err
	}
	if n == 1 {
		return nil
	}
	if t.line.Received+qty <= limit {
		return db.ErrRetry
	}
	return fault.Conflict("purchasing.over", "order %s line %d: %s ordered, %s received, %s more is beyond the %s %% that may come in excess", t.order.Number, t.line.Line, t.line.Qty, t.line.Received, qty, over).
		With("number", t.order.Number).With("line", t.line.Line).With("ordered", t.line.Qty).With("received", t.line.Received).With("qty", qty).With("uom", t.item.UoM).
		With("most", max(limit-t.line.Received, 0)).With("pct", over)
}

// receivingLocation: the scanned one; else the company's choice for the site; else where the item lies already, where
// most goods of its kind lie, or the first ordinary warehouse.
func (m *Module) receivingLocation(ctx context.Context, tx *db.Tx, t *target, scanned string) (masterdata.Location, error) {
	if scanned != "" {
		return inventory.LocationScanned(ctx, tx, t.site.ID, scanned)
	}
	chosen, err := masterdata.Setting(ctx, tx, SettingReceiving+"."+t.site.Code, "")
	if err != nil {
		return masterdata.Location{}, err
	}
	if chosen != "" {
		return masterdata.LocationByCode(ctx, tx, t.site.ID, chosen)
	}
	kind := "normal"
	if t.item.Kind == "customer" {
		kind = "customer_owned"
	}
	for _, ask := range []struct {
		text string
		args []any
	}{
		{`SELECT w.warehouse FROM v_stock s JOIN v_location w ON w.id = s.location_id WHERE s.item_id = $1 AND s.site_id = $2 AND w.warehouse_kind = $3 GROUP BY w.warehouse ORDER BY count(*) DESC, w.warehouse LIMIT 1`, []any{t.item.ID, t.site.ID, kind}},
		{`SELECT w.warehouse FROM v_stock s JOIN v_item i ON i.id = s.item_id JOIN v_location w ON w.id = s.location_id WHERE i.kind = $1 AND s.site_id = $2 AND w.warehouse_kind = $3 GROUP BY w.warehouse ORDER BY count(*) DESC, w.warehouse LIMIT 1`, []any{t.item.Kind, t.site.ID, kind}},
		{`SELECT code FROM v_warehouse WHERE site_id = $1 AND kind = $2 AND active ORDER BY code LIMIT 1`, []any{t.site.ID, kind}},
	} {
		code, ok, err := db.Get[string](ctx, tx, ask.text, ask.args...)
		if err != nil {
			return masterdata.Location{}, err
		}
		if ok {
			return masterdata.LocationByCode(ctx, tx, t.site.ID, code)
		}
	}
	return masterdata.Location{}, fault.Conflict("purchasing.no_location", "the site has no ordinary warehouse; scan a location").With("site", t.site.Code)
}
