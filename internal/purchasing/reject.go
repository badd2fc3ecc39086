package purchasing

import (
	"context"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/quality"
)

type rejectRow struct {
	ID      db.ID   `db:"id"`
	Receipt db.ID   `db:"receipt_id"`
	Lot     db.ID   `db:"lot_id"`
	Failed  num.Dec `db:"failed"`
	Gone    num.Dec `db:"gone"`
	Reason  string  `db:"reason"`
	Changed int64   `db:"changed_ms"`
}

// Judged hears what quality says of goods that came in: what passed is released, what failed stays on hold until it
// goes back or is scrapped. A judgement that is taken back holds the goods again, wherever they lie.
func (m *Module) Judged(ctx context.Context, tx *db.Tx, j quality.Judged) error {
	if j.Kind != "incoming" || j.DocKind != "po_receipt" {
		return nil
	}
	doc := inventory.Doc{Kind: "inspection", ID: j.ID, Number: j.Number, Site: j.Site, Reason: j.Reason}
	t := inventory.Take{Item: j.ItemID, LotID: j.LotID, NoLot: j.LotID == 0, Serials: j.PassedSerials}
	var err error
	switch {
	case j.Passed > 0:
		t.Qty = j.Passed
		_, err = m.Inventory.Release(ctx, tx, doc, t)
	case j.Passed < 0:
		t.Qty = -j.Passed
		_, err = m.Inventory.Hold(ctx, tx, doc, t)
	}
	if err != nil || j.Failed == 0 {
		return err
	}
	if j.Failed > 0 {
		_, err = tx.Exec(ctx, `INSERT INTO po_reject (id, receipt_id, lot_id, failed, gone, reason, changed_ms) VALUES ($1, $2, $3, $4, 0, $5, $6)
			ON CONFLICT (receipt_id, lot_id) DO UPDATE SET failed = po_reject.failed + excluded.failed, reason = excluded.reason, changed_ms = excluded.changed_ms`,
			tx.ID(), j.DocID, j.LotID, j.Failed, j.Reason, tx.NowMS())
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE po_reject SET failed = failed + $1, changed_ms = $2 WHERE receipt_id = $3 AND lot_id = $4 AND failed + $1 >= gone`, j.Failed, tx.NowMS(), j.DocID, j.LotID)
	if err != nil || n == 1 {
		return err
	}
	r, err := db.One[rejectRow](ctx, tx, `SELECT id, receipt_id, lot_id, failed, gone, reason, changed_ms FROM po_reject WHERE receipt_id = $1 AND lot_id = $2`, j.DocID, j.LotID)
	if err != nil {
		return err
	}
	it, err := masterdata.ItemByID(ctx, tx, j.ItemID)
	if err != nil {
		return err
	}
	return fault.Conflict("purchasing.reject_gone", "%s of what failed is gone already; undo that first", r.Gone).With("gone", r.Gone).With("uom", it.UoM)
}

// SendBack lets rejected goods of a receipt leave: back to the supplier, who owes them again, or as scrap.
type SendBack struct {
	Act        string   `json:"act" enum:"return,scrap"`
	Qty        num.Dec  `json:"qty,omitempty" doc:"Default all that failed and is still here"`
	Serials    []string `json:"serials,omitempty" maxItems:"10000" doc:"Of pieces with serial numbers; default those that failed"`
	Reason     string   `json:"reason,omitempty" maxLength:"500" doc:"Default what the inspector said"`
	ReasonCode string   `json:"reason_code,omitempty" maxLength:"40" doc:"Of the list of reasons"`
}

// SentBack is what left.
type SentBack struct {
	ID      db.ID    `json:"id"`
	Number  string   `json:"number"`
	Receipt string   `json:"receipt"`
	Order   string   `json:"order"`
	Act     string   `json:"act"`
	Item    string   `json:"item"`
	Name    string   `json:"name"`
	UoM     string   `json:"uom"`
	Lot     string   `json:"lot"`
	Qty     num.Dec  `json:"qty"`
	Left    num.Dec  `json:"left" doc:"What failed and is still here"`
	Open    num.Dec  `json:"open" doc:"What the order's line expects again"`
	Serials []string `json:"serials,omitempty" doc:"As ranges"`
}

// ReturnTold is the payload of purchasing.returned and purchasing.return_undone.
type ReturnTold struct {
	SentBack
	Reason     string `json:"reason"`
	SupplierID db.ID  `json:"supplier_id"`
	Undoes     string `json:"undoes,omitempty"`
}

type returnRow struct {
	ID       db.ID   `db:"id"`
	Number   string  `db:"number"`
	Receipt  db.ID   `db:"receipt_id"`
	Order    db.ID   `db:"order_id"`
	Line     db.ID   `db:"line_id"`
	Site     db.ID   `db:"site_id"`
	Supplier db.ID   `db:"supplier_id"`
	Item     db.ID   `db:"item_id"`
	Lot      string  `db:"lot"`
	Act      string  `db:"act"`
	Qty      num.Dec `db:"qty"`
	Reason   string  `db:"reason"`
	Serials  string  `db:"serials"`
	Reverses db.ID   `db:"reverses"`
	stamp
}

const returnColumns = `id, number, receipt_id, order_id, line_id, site_id, supplier_id, item_id, lot, act, qty, reason, serials, reverses, client_key, happened_ms, recorded_ms, posting_date, shift, actor`

// SendBack carries out a SendBack.
func (m *Module) SendBack(ctx context.Context, tx *db.Tx, receipt string, in SendBack) (SentBack, error) {
	r, err := receiptByNumber(ctx, tx, receipt)
	if err != nil {
		return SentBack{}, err
	}
	item, err := masterdata.ItemByID(ctx, tx, r.Item)
	if err != nil {
		return SentBack{}, err
	}
	x, ok, err := db.Get[rejectRow](ctx, tx, `SELECT id, receipt_id, lot_id, failed, gone, reason, changed_ms FROM po_reject WHERE receipt_id = $1 AND failed - gone > 0 ORDER BY id LIMIT 1`, r.ID)
	if err != nil {
		return SentBack{}, err
	}
	if !ok {
		return SentBack{}, fault.Conflict("purchasing.nothing_rejected", "nothing of receipt %s failed that is still here", r.Number).With("number", r.Number)
	}
	if in.Serials, err = inventory.Pieces(in.Serials); err != nil {
		return SentBack{}, err
	}
	left := x.Failed - x.Gone
	if in.Qty == 0 {
		if in.Qty = left; len(in.Serials) > 0 {
			in.Qty = num.Int(int64(len(in.Serials)))
		}
	}
	switch {
	case in.Qty < 0:
		return SentBack{}, fault.Invalid("purchasing.qty_not_positive", "the quantity of %s must be above zero", item.Code).With("item", item.Code)
	case in.Qty > left:
		return SentBack{}, fault.Conflict("purchasing.reject_over", "only %s of receipt %s failed and are here", left, r.Number).With("number", r.Number).With("left", left).With("uom", item.UoM).With("qty", in.Qty)
	case in.Act == "return" && r.Supplier == 0:
		return SentBack{}, fault.Conflict("purchasing.return_no_one", "receipt %s names no supplier", r.Number).With("number", r.Number)
	}
	if in.Reason, err = inventory.ReasonText(ctx, tx, in.Act, in.ReasonCode, in.Reason); err != nil {
		return SentBack{}, err
	}
	if in.Reason == "" {
		in.Reason = x.Reason
	}
	if item.Tracking == "serial" && len(in.Serials) == 0 {
		if in.Serials, err = m.Quality.FailedPieces(ctx, tx, "po_receipt", r.ID); err != nil {
			return SentBack{}, err
		}
		gone, err := m.gonePieces(ctx, tx, r.ID)
		if err != nil {
			return SentBack{}, err
		}
		rest := in.Serials[:0]
		for _, n := range in.Serials {
			if !gone[n] && num.Int(int64(len(rest))) < in.Qty {
				rest = append(rest, n)
			}
		}
		in.Serials = rest
	}
	// the WHERE clause is the lock: of two who send the last pieces back one finds none
	n, err := tx.Exec(ctx, `UPDATE po_reject SET gone = gone + $1, changed_ms = $2 WHERE id = $3 AND gone = $4 AND gone + $1 <= failed`, in.Qty, tx.NowMS(), x.ID, x.Gone)
	if err != nil {
		return SentBack{}, err
	}
	if n == 0 {
		return SentBack{}, db.ErrRetry
	}
	v := returnRow{ID: tx.ID(), Receipt: r.ID, Order: r.Order, Line: r.Line, Site: r.Site, Supplier: r.Supplier, Item: r.Item, Lot: r.Lot, Act: in.Act, Qty: in.Qty, Reason: in.Reason,
		Serials: strings.Join(inventory.Ranges(in.Serials), ",")}
	if v.Number, err = tx.Number("return"); err != nil {
		return SentBack{}, err
	}
	if v.stamp, err = stamped(ctx, tx, "po_return", 0); err != nil {
		return SentBack{}, err
	}
	doc := inventory.Doc{Kind: "po_return", ID: v.ID, Number: v.Number, Site: r.Site, HappenedMS: v.Happened, Reason: v.Reason}
	to := inventory.Place{Kind: inventory.Scrap}
	if in.Act == "return" {
		to = inventory.Place{Kind: inventory.Supplier, Ref: r.Supplier}
	}
	if _, err := m.Inventory.Move(ctx, tx, doc, to, inventory.Take{Item: r.Item, Qty: in.Qty, LotID: x.Lot, NoLot: x.Lot == 0, Serials: in.Serials, Status: inventory.Held}); err != nil {
		return SentBack{}, err
	}
	if err := db.Insert(ctx, tx, "po_return", v); err != nil {
		return SentBack{}, err
	}
	out, order, err := m.sentBack(ctx, tx, &v, &r, item, left-in.Qty, in.Act == "return", -in.Qty)
	if err != nil {
		return out, err
	}
	tx.Emit(db.Event{Name: EventReturned, Subject: order, Site: v.Site, Partner: v.Supplier, HappenedMS: v.Happened, Reason: v.Reason, Payload: ReturnTold{out, v.Reason, v.Supplier, ""}})
	return out, nil
}

// sentBack corrects what the order's line has received by change, and puts the row into words.
func (m *Module) sentBack(ctx context.Context, tx *db.Tx, v *returnRow, r *receiptRow, item masterdata.Item, left num.Dec, owed bool, change num.Dec) (SentBack, string, error) {
	out := SentBack{ID: v.ID, Number: v.Number, Receipt: r.Number, Act: v.Act, Item: item.Code, Name: item.Name, UoM: item.UoM, Lot: v.Lot, Qty: v.Qty, Left: left}
	if v.Serials != "" {
		out.Serials = strings.Split(v.Serials, ",")
	}
	if v.Line == 0 {
		return out, "receipt:" + r.Number, nil
	}
	o, err := db.One[orderRow](ctx, tx, `SELECT `+orderColumns+` FROM po_order o WHERE o.id = $1`, v.Order)
	if err != nil {
		return out, "", err
	}
	out.Order = o.Number
	if owed {
		n, err := tx.Exec(ctx, `UPDATE po_line SET received = received + $1 WHERE id = $2 AND received + $1 >= 0`, change, v.Line)
		if err != nil {
			return out, "", err
		}
		if n == 0 {
			return out, "", db.ErrRetry
		}
	}
	l, err := db.One[lineRow](ctx, tx, `SELECT `+lineColumns+` FROM po_line l WHERE l.id = $1`, v.Line)
	out.Open = l.open()
	return out, "po:" + o.Number, err
}

// gonePieces are those of a receipt that have left.
func (m *Module) gonePieces(ctx context.Context, q db.Querier, receipt db.ID) (map[string]bool, error) {
	texts, err := db.All[string](ctx, q, `SELECT r.serials FROM po_return r WHERE r.receipt_id = $1 AND r.reverses = 0 AND r.serials <> '' AND NOT EXISTS (SELECT 1 FROM po_return x WHERE x.reverses = r.id AND x.reverses <> 0)`, receipt)
	out := map[string]bool{}
	for _, t := range texts {
		numbers, err := inventory.Pieces(strings.Split(t, ","))
		if err != nil {
			return nil, err
		}
		for _, n := range numbers {
			out[n] = true
		}
	}
	return out, err
}

// UndoReturn takes a return or a scrapping back by its mirror: the goods are on hold again where they were.
func (m *Module) UndoReturn(ctx context.Context, tx *db.Tx, number string, in Undo) (Created, error) {
	number = strings.TrimSpace(number)
	v, ok, err := db.Get[returnRow](ctx, tx, `SELECT `+returnColumns+` FROM po_return WHERE number = $1`, number)
	if err != nil {
		return Created{}, err
	}
	if a := actor.From(ctx); !ok || !a.SeesSite(int64(v.Site)) || !a.SeesPartner(int64(v.Supplier)) {
		return Created{}, fault.NotFound("purchasing.return_unknown", "there is no return %s", number).With("number", number)
	}
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" {
		return Created{}, fault.Invalid("purchasing.reason_missing", "undoing needs a reason")
	}
	if _, undone, err := db.Get[db.ID](ctx, tx, `SELECT id FROM po_return WHERE reverses = $1 AND reverses <> 0`, v.ID); err != nil || undone || v.Reverses != 0 {
		if err == nil {
			err = fault.Conflict("purchasing.undone", "%s is undone already", number).With("number", number)
		}
		return Created{}, err
	}
	r, err := db.One[receiptRow](ctx, tx, `SELECT `+receiptColumns+` FROM po_receipt WHERE id = $1`, v.Receipt)
	if err != nil {
		return Created{}, err
	}
	item, err := masterdata.ItemByID(ctx, tx, v.Item)
	if err != nil {
		return Created{}, err
	}
	back := v
	back.ID, back.Reverses, back.Reason = tx.ID(), v.ID, in.Reason
	if back.stamp, err = stamped(ctx, tx, "po_return", 0); err != nil {
		return Created{}, err
	}
	if back.Number, err = tx.Number("return"); err != nil {
		return Created{}, err
	}
	lot, err := db.One[db.ID](ctx, tx, `SELECT v.lot_id FROM v_move v WHERE v.doc_id = $1 AND v.doc_kind = 'po_return' ORDER BY v.id LIMIT 1`, v.ID)
	if err != nil {
		return Created{}, err
	}
	n, err := tx.Exec(ctx, `UPDATE po_reject SET gone = gone - $1, changed_ms = $2 WHERE receipt_id = $3 AND lot_id = $4 AND gone - $1 >= 0`, v.Qty, tx.NowMS(), v.Receipt, lot)
	if err != nil {
		return Created{}, err
	}
	if n == 0 {
		return Created{}, db.ErrRetry
	}
	doc := inventory.Doc{Kind: "po_return", ID: back.ID, Number: back.Number, Site: v.Site, HappenedMS: back.Happened, Reason: in.Reason}
	if err := m.Inventory.Reverse(ctx, tx, doc, "po_return", v.ID); err != nil {
		return Created{}, err
	}
	if err := db.Insert(ctx, tx, "po_return", back); err != nil {
		return Created{}, err
	}
	out, order, err := m.sentBack(ctx, tx, &back, &r, item, 0, v.Act == "return", v.Qty)
	if err != nil {
		return Created{}, err
	}
	tx.Emit(db.Event{Name: EventReturnUndone, Subject: order, Site: v.Site, Partner: v.Supplier, Reason: in.Reason, Payload: ReturnTold{out, in.Reason, v.Supplier, v.Number}})
	return Created{back.ID, back.Number}, nil
}

// RejectLine is goods that failed and are still here.
type RejectLine struct {
	Receipt   string  `json:"receipt" sql:"r.number" doc:"Receipt"`
	Order     string  `json:"order" sql:"coalesce(o.number, '')" doc:"Order"`
	Supplier  string  `json:"supplier" sql:"coalesce(p.code, '')" doc:"Supplier"`
	Partner   string  `json:"supplier_name" sql:"coalesce(p.name, '')" doc:"Supplier's name"`
	Item      string  `json:"item" sql:"i.code" doc:"Item"`
	Name      string  `json:"name" sql:"i.name" doc:"Name"`
	UoM       string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Tracking  string  `json:"tracking" sql:"i.tracking" doc:"Tracked by"`
	Decimals  int64   `json:"decimals" sql:"i.decimals" doc:"Decimals"`
	Lot       string  `json:"lot" sql:"r.lot" doc:"Lot"`
	Failed    num.Dec `json:"failed" sql:"x.failed" doc:"Failed"`
	Gone      num.Dec `json:"gone" sql:"x.gone" doc:"Gone"`
	Left      num.Dec `json:"left" sql:"x.failed - x.gone" doc:"Still here"`
	Reason    string  `json:"reason" sql:"x.reason" doc:"Why"`
	ChangedMS int64   `json:"changed_ms" sql:"x.changed_ms" doc:"Since"`
}

var rejectList = web.ListSpec[RejectLine]{
	From: `po_reject x JOIN po_receipt r ON r.id = x.receipt_id JOIN v_item i ON i.id = r.item_id LEFT JOIN po_order o ON o.id = r.order_id LEFT JOIN v_partner p ON p.id = r.supplier_id`,
	Key:  "x.id", Sort: "-changed_ms", Search: []string{"r.number", "o.number", "i.code", "i.name", "r.lot", "p.name"},
	Scope: func(ctx context.Context, w *db.Where) {
		w.And("x.failed - x.gone > 0")
		identity.Scope("r.site_id", "r.supplier_id")(ctx, w)
	},
	File: "rejected-goods",
}

// ReturnLine is a return or a scrapping.
type ReturnLine struct {
	Number     string  `json:"number" sql:"v.number" doc:"Return"`
	Act        string  `json:"act" sql:"v.act" doc:"What"`
	Receipt    string  `json:"receipt" sql:"r.number" doc:"Receipt"`
	Order      string  `json:"order" sql:"coalesce(o.number, '')" doc:"Order"`
	Supplier   string  `json:"supplier" sql:"coalesce(p.code, '')" doc:"Supplier"`
	Partner    string  `json:"supplier_name" sql:"coalesce(p.name, '')" doc:"Supplier's name"`
	Item       string  `json:"item" sql:"i.code" doc:"Item"`
	Name       string  `json:"name" sql:"i.name" doc:"Name"`
	UoM        string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Lot        string  `json:"lot" sql:"v.lot" doc:"Lot"`
	Qty        num.Dec `json:"qty" sql:"v.qty" doc:"Quantity"`
	Serials    string  `json:"serials" sql:"v.serials" doc:"Serial numbers"`
	Reason     string  `json:"reason" sql:"v.reason" doc:"Reason"`
	RecordedMS int64   `json:"recorded_ms" sql:"v.recorded_ms" doc:"When"`
	Actor      string  `json:"actor" sql:"v.actor" doc:"Who"`
	Undone     bool    `json:"undone" sql:"EXISTS (SELECT 1 FROM po_return u WHERE u.reverses = v.id AND u.reverses <> 0)" doc:"Undone"`
}

var returnList = web.ListSpec[ReturnLine]{
	From: `po_return v JOIN po_receipt r ON r.id = v.receipt_id JOIN v_item i ON i.id = v.item_id LEFT JOIN po_order o ON o.id = v.order_id LEFT JOIN v_partner p ON p.id = v.supplier_id`,
	Key:  "v.id", Sort: "-recorded_ms", Search: []string{"v.number", "r.number", "o.number", "i.code", "i.name", "v.lot", "p.name"},
	Scope: func(ctx context.Context, w *db.Where) {
		w.And("v.reverses = 0")
		identity.Scope("v.site_id", "v.supplier_id")(ctx, w)
	},
	File: "returns",
}

func (m *Module) rejectRoutes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number"`
	}
	web.List(a, web.Op{Path: "/purchasing/rejects", ID: "listRejects", Summary: "Goods that failed and are still here", Perm: "purchasing.read"}, rejectList)
	web.List(a, web.Op{Path: "/purchasing/returns", ID: "listReturns", Summary: "Goods that went back or were scrapped", Perm: "purchasing.read"}, returnList)
	web.Command(a, web.Op{Path: "/purchasing/receipts/{number}/rejects", ID: "sendBackRejects", Summary: "Send failed goods of a receipt back, or scrap them", Perm: "purchasing.return"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body SendBack
		}) (SentBack, error) {
			return m.SendBack(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/purchasing/returns/{number}/undo", ID: "undoReturn", Summary: "Take a return or a scrapping back", Perm: "purchasing.undo"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Undo
		}) (Created, error) {
			return m.UndoReturn(ctx, tx, in.Number, in.Body)
		})
}
