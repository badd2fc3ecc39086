package production

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Issue brings material to a work order: a person scans the lot.
type Issue struct {
	Order      string   `json:"order" minLength:"1" maxLength:"64"`
	Code       string   `json:"code" minLength:"1" maxLength:"200" doc:"What was scanned: a lot, a serial number or an item; of an item the system chooses the lot, first expiry first"`
	Item       string   `json:"item,omitempty" maxLength:"64" doc:"Item code, where the same lot number exists for several"`
	Serials    []string `json:"serials,omitempty" maxItems:"1000" doc:"The pieces, for items with serial numbers"`
	Qty        num.Dec  `json:"qty,omitempty" doc:"0 = what the order still needs, or all that the lot has"`
	UoM        string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the item's; empty: its own"`
	OverReason string   `json:"over_reason,omitempty" maxLength:"500" doc:"Why more than the norm is needed; needs the permission production.over_issue, or a voucher"`
	Confirmed  bool     `json:"confirmed,omitempty" doc:"Take more than the books have: the answer to inventory.owe_ask"`
	Voucher    string   `json:"voucher,omitempty" maxLength:"100" doc:"The word of somebody who may, given by badge and PIN here (operation vouch); goes with over_reason, once"`
	HappenedMS int64    `json:"happened_ms,omitempty" doc:"When the material went out; 0 = now. A day before today needs the permission inventory.backdate and a reason"`
	Reason     string   `json:"reason,omitempty" maxLength:"500" doc:"Why it is booked back"`
}

// Issued says which lots went to the order.
type Issued struct {
	ID        db.ID     `json:"id"`
	Order     string    `json:"order"`
	Item      string    `json:"item"`
	Name      string    `json:"name"`
	UoM       string    `json:"uom"`
	Lots      []Used    `json:"lots"`
	Qty       num.Dec   `json:"qty"`
	Required  num.Dec   `json:"required"`
	Issued    num.Dec   `json:"issued" doc:"In all, after this issue"`
	Remaining num.Dec   `json:"remaining"`
	Over      string    `json:"over_reason,omitempty"`
	OverBy    string    `json:"over_by,omitempty" doc:"Who allowed more than the norm"`
	Pick      string    `json:"pick,omitempty" doc:"The pick list that it came by"`
	Warnings  []Warning `json:"warnings" doc:"What was allowed but is worth a look"`
	masterdata.Entered
}

// Warning is something unusual that was allowed.
type Warning struct {
	Code   string            `json:"code" enum:"production.not_first_expiry,production.substitute"`
	Params map[string]string `json:"params"`
}

type pickLine struct {
	ID          db.ID   `db:"id"`
	Item        db.ID   `db:"item_id"`
	Issue       string  `db:"issue"`
	Op          int64   `db:"op"`
	Qty         num.Dec `db:"qty"`
	ScrapPct    num.Dec `db:"scrap_pct"`
	Shift       num.Dec `db:"shift"`
	Required    num.Dec `db:"required"`
	Issued      num.Dec `db:"issued"`
	Substitutes string  `db:"substitutes"`
	Near        db.ID   `db:"near"` // line-side place of the work center that uses it, 0 = none
}

func (l *pickLine) takes(item db.ID) bool {
	return l.Item == item || slices.Contains(splitIDs(l.Substitutes), item)
}

const pickLineSQL = `SELECT c.id, c.item_id, c.issue, p.op, c.qty, c.scrap_pct, c.shift, c.required, c.issued, c.substitutes, coalesce(n.location_id, 0) AS near
	FROM wo_component c JOIN wo_op p ON p.id = c.report_id LEFT JOIN v_line_side n ON n.item_id = c.item_id AND n.work_center_id = p.work_center_id WHERE c.order_id = $1 AND c.role = 'component' ORDER BY c.line`

// Issue moves what was scanned into the order's WIP. Another lot than the first to expire is allowed and flagged.
func (m *Module) Issue(ctx context.Context, tx *db.Tx, in Issue) (Issued, error) {
	o, err := orderByNumber(ctx, tx, in.Order)
	if err != nil {
		return Issued{}, err
	}
	if f := o.mayWork(); f != nil {
		return Issued{}, f
	}
	lines, err := db.All[pickLine](ctx, tx, pickLineSQL, o.ID)
	if err != nil {
		return Issued{}, err
	}
	item, lot, serials, err := m.scanned(ctx, tx, in, lines)
	if err != nil {
		return Issued{}, err
	}
	l, f := lineFor(lines, item, o.Number)
	if f != nil {
		return Issued{}, f
	}
	said := masterdata.Entered{}
	if in.Qty, said, err = masterdata.InOwn(ctx, tx, item, "qty", in.Qty, in.UoM); err != nil {
		return Issued{}, err
	}
	remaining := max(l.Required-l.Issued, 0)
	stock, err := usable(ctx, tx, o.Site, item.ID, tx.Today())
	if err != nil {
		return Issued{}, err
	}
	if len(serials) > 0 && in.Qty == 0 {
		in.Qty = num.Int(int64(len(serials)))
	}
	if in.Qty == 0 {
		in.Qty = remaining
		if l.Item != item.ID {
			left, err := mayStandIn(ctx, tx, o, l, item, 0)
			if err != nil {
				return Issued{}, err
			}
			in.Qty = min(in.Qty, left)
		}
		if have := sum(stock, lot); lot != "" && have > 0 {
			in.Qty = min(in.Qty, have)
		}
		if in.Qty == 0 {
			return Issued{}, fault.Conflict("production.nothing_to_issue", "%s has all %s %s of %s that it needs", o.Number, l.Issued, item.UoM, item.Code).
				With("order", o.Number).With("qty", l.Issued).With("uom", item.UoM).With("item", item.Code)
		}
	}
	a := act{order: o, line: l, item: item, take: inventory.Take{Item: item.ID, Qty: in.Qty, Lot: lot, Serials: serials, Near: l.Near}, stock: stock, said: said, happened: in.HappenedMS, reason: strings.TrimSpace(in.Reason), sure: in.Confirmed}
	if err := issuedAt(ctx, tx, o, in.HappenedMS); err != nil {
		return Issued{}, err
	}
	if in.Qty > remaining {
		if a.over = strings.TrimSpace(in.OverReason); a.over == "" {
			return Issued{}, fault.Conflict("production.over_issue", "%s needs only %s %s more of %s, not %s; give a reason to issue more", o.Number, remaining, item.UoM, item.Code, in.Qty).
				With("order", o.Number).With("remaining", remaining).With("uom", item.UoM).With("item", item.Code).With("qty", in.Qty).With("may", actor.From(ctx).Can("production.over_issue"))
		}
		if a.by, err = mayOverIssue(ctx, tx, in.Voucher); err != nil {
			return Issued{}, err
		}
	}
	return m.issue(ctx, tx, a)
}

// mayOverIssue answers who allows more than the norm: who acts, or who has said so here by badge and PIN.
func mayOverIssue(ctx context.Context, tx *db.Tx, voucher string) (by string, err error) {
	switch {
	case actor.From(ctx).Can("production.over_issue"):
		return actor.From(ctx).Name, nil
	case voucher != "":
		return identity.UseVoucher(ctx, tx, voucher, "production.over_issue")
	}
	return "", fault.Forbidden("production.over_not_yours", "more than the norm needs the word of a shift leader or planner")
}

// act is an issue that has been thought through: what goes to which line of which order, and why.
type act struct {
	order orderHead
	line  *pickLine
	item  masterdata.Item
	take  inventory.Take
	stock []shelfLot // to say which lot should have gone first; nil = nothing is said
	over  string
	by    string
	pick  workPickRow
	said  masterdata.Entered // how the quantity was entered
	sure  bool               // more than the books have

	happened int64 // 0 = now
	reason   string
}

// issuedAt refuses a time that cannot be: after now, or before there was an order to issue to.
func issuedAt(ctx context.Context, tx *db.Tx, o orderHead, at int64) error {
	if at == 0 {
		return nil
	}
	if at > tx.NowMS()+clockSkew {
		return fault.Invalid("production.issue_future", "the issue says it will happen in the future; check the clock of the device")
	}
	released, err := db.One[int64](ctx, tx, `SELECT released_ms FROM wo_order WHERE id = $1`, o.ID)
	if err == nil && at < released-clockSkew {
		const minute = "2006-01-02 15:04"
		told, from := time.UnixMilli(at).In(tx.Zone()).Format(minute), time.UnixMilli(released).In(tx.Zone()).Format(minute)
		err = fault.Invalid("production.before_release", "%s is before %s was released (%s)", told, o.Number, from).With("order", o.Number).With("at", told).With("released", from)
	}
	return err
}

// issue moves it into the order's WIP, writes the fact and tells of it.
func (m *Module) issue(ctx context.Context, tx *db.Tx, a act) (Issued, error) {
	o, l, qty := a.order, a.line, a.take.Qty
	if l.Item != a.item.ID {
		if _, err := mayStandIn(ctx, tx, o, l, a.item, qty); err != nil {
			return Issued{}, err
		}
	}
	id := tx.ID()
	doc := inventory.Doc{Kind: "wo_issue", ID: id, Number: o.Number, Line: l.Op, Order: o.ID, Site: o.Site, HappenedMS: a.happened, Reason: a.reason, MayOwe: true, Sure: a.sure}
	if err := doc.Backdate(ctx, tx); err != nil {
		return Issued{}, err
	}
	picks, err := m.Inventory.Move(ctx, tx, doc, inventory.Place{Kind: inventory.WIP, Ref: o.ID}, a.take)
	if err != nil {
		return Issued{}, err
	}
	if err := m.Inventory.KeepsHistory(ctx, tx, doc, picks); err != nil {
		return Issued{}, err
	}
	out := Issued{ID: id, Order: o.Number, Item: a.item.Code, Name: a.item.Name, UoM: a.item.UoM, Qty: qty, Required: l.Required, Issued: l.Issued + qty,
		Remaining: max(l.Required-l.Issued-qty, 0), Over: a.over, OverBy: a.by, Pick: a.pick.Number, Warnings: warnings(l, a.item, a.take.Lot, a.stock), Entered: a.said}
	for _, p := range picks {
		out.Lots = append(out.Lots, Used{a.item.Code, p.LotNumber, p.Qty})
	}
	if err := m.bookIssue(ctx, tx, o, l, fact{kind: "issue", item: a.item.ID, lots: out.Lots, id: id, key: tx.Key(), qty: qty, reason: a.over, by: a.by, pick: a.pick.ID, said: a.said, happened: a.happened}); err != nil {
		return Issued{}, err
	}
	if _, err := m.settleOrder(ctx, tx, o.ID, l.ID, "issued"); err != nil {
		return Issued{}, err
	}
	tx.Emit(db.Event{Name: EventIssued, Subject: "wo:" + o.Number, Site: o.Site, HappenedMS: a.happened, Reason: cmp.Or(a.over, a.reason), Payload: out})
	return out, nil
}

// mayWork refuses an order on which nobody may work now.
func (o *orderHead) mayWork() *fault.Error {
	switch o.Status {
	case "planned":
		return fault.Conflict("production.not_released", "%s is not released yet", o.Number).With("order", o.Number)
	case "cancelled":
		return fault.Conflict("production.cancelled", "%s was cancelled", o.Number).With("order", o.Number)
	case "closed":
		return fault.Conflict("production.closed", "%s is closed", o.Number).With("order", o.Number)
	case "completed":
		return fault.Conflict("production.finished", "%s is finished: every piece is reported", o.Number).With("order", o.Number)
	}
	if o.Hold > 0 {
		return onHold(o.Number, o.Why)
	}
	return nil
}

// scanned finds out what the code means for this order.
func (m *Module) scanned(ctx context.Context, q db.Querier, in Issue, lines []pickLine) (item masterdata.Item, lot string, serials []string, err error) {
	code, ok := label.ParseCode(in.Code)
	if !ok {
		return item, "", nil, fault.Invalid("production.code_unreadable", "%q is no code of ours; scan again", in.Code).With("code", in.Code)
	}
	serials = in.Serials
	switch code.Kind {
	case label.ItemLot:
		in.Item, lot = code.Item, code.Number
	case label.Serial:
		in.Item = code.Item
		serials = append([]string{code.Number}, serials...)
	case label.Item:
		in.Item = code.Number
	case label.Bare:
		lot = code.Number
	default:
		return item, "", nil, fault.Invalid("production.not_material", "%s is not a lot, a serial number or an item; scan the label of the material", code.Number).With("code", code.Number)
	}
	if in.Item != "" {
		if item, err = masterdata.ItemByCode(ctx, q, in.Item); err != nil || code.Kind != label.Bare || lot != in.Item {
			return item, lot, serials, err
		}
		return item, "", serials, nil
	}
	type found struct {
		Item   db.ID `db:"item_id"`
		Serial bool  `db:"serial"`
	}
	all, err := db.All[found](ctx, q, `SELECT item_id, FALSE AS serial FROM v_lot WHERE number = $1 AND number <> '' UNION SELECT item_id, TRUE AS serial FROM v_serial WHERE number = $1 ORDER BY item_id`, lot)
	if err != nil {
		return item, "", nil, err
	}
	if len(all) == 0 { // perhaps the item itself, without a lot
		if item, err = masterdata.ItemByCode(ctx, q, code.Number); fault.Is(err, "masterdata.item_unknown") {
			err = fault.NotFound("production.lot_unknown", "nobody knows a lot %s; check the label or receive the goods first", code.Number).With("lot", code.Number)
		}
		return item, "", serials, err
	}
	best := all[0]
	for _, f := range all {
		if slices.ContainsFunc(lines, func(l pickLine) bool { return l.takes(f.Item) }) {
			best = f
			break
		}
	}
	if item, err = masterdata.ItemByID(ctx, q, best.Item); err == nil && best.Serial {
		serials, lot = append([]string{lot}, serials...), ""
	}
	return item, lot, serials, err
}

// lineFor chooses the component line that the item is for: one that still needs it goes first.
func lineFor(lines []pickLine, item masterdata.Item, order string) (*pickLine, *fault.Error) {
	var best, other *pickLine
	for i := range lines {
		l := &lines[i]
		switch {
		case !l.takes(item.ID):
		case l.Issue != "pick":
			other = l
		case best == nil, best.Issued >= best.Required && l.Issued < l.Required:
			best = l
		}
	}
	switch {
	case best != nil:
		return best, nil
	case other != nil:
		return nil, fault.Conflict("production.is_backflushed", "%s is drawn by itself when operation %d is reported; it need not be issued", item.Code, other.Op).
			With("item", item.Code).With("op", other.Op)
	}
	return nil, fault.Conflict("production.wrong_item", "%s does not need %s %s; put it back and take what is on the list", order, item.Code, item.Name).
		With("order", order).With("item", item.Code).With("name", item.Name)
}

// shelfLot is a lot as the pick list proposes it.
type shelfLot struct {
	Lot        string  `db:"number" json:"lot"`
	Location   string  `db:"location" json:"location"`
	Expires    string  `db:"expires_on" json:"expires_on"`
	Received   string  `db:"received_on" json:"-"`
	Kind       string  `db:"warehouse_kind" json:"-"`
	Qty        num.Dec `db:"qty" json:"qty"`
	Why        string  `json:"why" db:"-" enum:"at_line,first_expiry,first_in,only" doc:"Why it is taken in this place"`
	Warehouse  string  `db:"warehouse" json:"-"`
	Item       db.ID   `db:"item_id" json:"-"`
	LotID      db.ID   `db:"lot_id" json:"-"`
	LocationID db.ID   `db:"location_id" json:"-"`
}

// usable is what may be taken of an item, in the order in which it should be: at the line first, then first expiry,
// then first in.
func usable(ctx context.Context, q db.Querier, site, item db.ID, today string) ([]shelfLot, error) {
	all, err := shelves(ctx, q, site, []db.ID{item}, today, false)
	return all[item], err
}

// shelves is usable for many items; unlisted leaves out what open pick lists send somebody to.
func shelves(ctx context.Context, q db.Querier, site db.ID, items []db.ID, today string, unlisted bool) (map[db.ID][]shelfLot, error) {
	out := map[db.ID][]shelfLot{}
	slices.Sort(items)
	for part := range slices.Chunk(slices.Compact(items), 500) {
		w := db.Where{Args: []any{site, today}}
		db.In(&w, "s.item_id", part)
		w.And(`s.site_id = $1 AND s.status = 'available' AND coalesce(l.expires_on, '9999-12-31') > $2
		  AND (w.warehouse_kind IN ('normal', 'line') OR (w.warehouse_kind = 'customer_owned' AND EXISTS (SELECT 1 FROM v_item i WHERE i.id = s.item_id AND i.kind = 'customer')))`)
		err := db.Each(ctx, q, `
			SELECT s.item_id, s.lot_id, s.location_id, coalesce(l.number, '') AS number, w.code AS location, w.warehouse, coalesce(l.expires_on, '9999-12-31') AS expires_on, coalesce(l.received_on, '9999-12-31') AS received_on,
			       w.warehouse_kind, CAST(sum(s.qty - s.reserved) AS BIGINT) AS qty
			FROM v_stock s JOIN v_location w ON w.id = s.location_id LEFT JOIN v_lot l ON l.id = s.lot_id`+w.String()+`
			GROUP BY s.item_id, s.lot_id, s.location_id, l.number, w.code, w.warehouse, l.expires_on, l.received_on, w.warehouse_kind HAVING sum(s.qty - s.reserved) > 0`, w.Args, func(l *shelfLot) error {
			out[l.Item] = append(out[l.Item], *l)
			return nil
		})
		if err != nil {
			return nil, err
		}
		if unlisted {
			if err := lessListed(ctx, q, part, out); err != nil {
				return nil, err
			}
		}
	}
	for _, lots := range out {
		slices.SortFunc(lots, func(a, b shelfLot) int {
			return cmp.Or(cmp.Compare(b2i(a.Kind != "line"), b2i(b.Kind != "line")), cmp.Compare(a.Expires, b.Expires), cmp.Compare(a.Received, b.Received),
				cmp.Compare(a.Lot, b.Lot), cmp.Compare(a.Location, b.Location))
		})
		for i := range lots {
			lots[i].Why = whyThis(lots, i)
		}
	}
	return out, nil
}

// lessListed takes off what open pick lists will fetch.
func lessListed(ctx context.Context, q db.Querier, items []db.ID, shelf map[db.ID][]shelfLot) error {
	type row struct {
		Item     db.ID   `db:"item_id"`
		Lot      db.ID   `db:"lot_id"`
		Location db.ID   `db:"location_id"`
		Qty      num.Dec `db:"qty"`
	}
	var w db.Where
	db.In(&w, "x.item_id", items)
	w.And("p.cancelled_ms = 0 AND x.picked + x.short < x.qty AND x.location_id <> 0 AND o.status IN ('released', 'started')")
	return db.Each(ctx, q, `SELECT x.item_id, x.lot_id, x.location_id, CAST(sum(x.qty - x.picked - x.short) AS BIGINT) AS qty
		FROM wo_pick_line x JOIN wo_pick p ON p.id = x.pick_id JOIN wo_order o ON o.id = x.order_id`+w.String()+` GROUP BY x.item_id, x.lot_id, x.location_id`, w.Args, func(r *row) error {
		lots := shelf[r.Item]
		for i := range lots {
			if lots[i].LotID == r.Lot && lots[i].LocationID == r.Location {
				lots[i].Qty = max(lots[i].Qty-r.Qty, 0)
			}
		}
		return nil
	})
}

// nearFirst puts what lies at the own line-side place first, and what stands at other places of the line last.
func nearFirst(lots []shelfLot, near db.ID) {
	if near == 0 {
		return
	}
	rank := func(l *shelfLot) int {
		switch {
		case l.LocationID == near:
			return 0
		case l.Kind == "line":
			return 2
		}
		return 1
	}
	slices.SortStableFunc(lots, func(a, b shelfLot) int { return cmp.Compare(rank(&a), rank(&b)) })
	for i := range lots {
		lots[i].Why = whyThis(lots, i)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func sum(stock []shelfLot, lot string) (qty num.Dec) {
	for _, s := range stock {
		if s.Lot == lot {
			qty += s.Qty
		}
	}
	return qty
}

func warnings(l *pickLine, item masterdata.Item, lot string, stock []shelfLot) []Warning {
	out := []Warning{}
	if lot != "" {
		var mine string
		for _, s := range stock {
			if s.Lot == lot && (mine == "" || s.Expires < mine) {
				mine = s.Expires
			}
		}
		for _, s := range stock {
			if s.Lot != lot && s.Expires < mine {
				out = append(out, Warning{"production.not_first_expiry", map[string]string{"lot": lot, "first": s.Lot, "expires_on": s.Expires, "location": s.Location}})
				break
			}
		}
	}
	if l.Item != item.ID {
		out = append(out, Warning{"production.substitute", map[string]string{"item": item.Code}})
	}
	return out
}

// fact is an issue or a return as it is written down.
type fact struct {
	kind   string
	item   db.ID
	lots   []Used
	id     db.ID
	key    string
	qty    num.Dec // below zero when it came back
	reason string
	by     string
	pick   db.ID
	said   masterdata.Entered

	happened int64 // 0 = now
}

// bookIssue appends the fact, one row a lot, and its sum on the line.
func (m *Module) bookIssue(ctx context.Context, tx *db.Tx, o orderHead, l *pickLine, f fact) error {
	covered, err := covers(l.Issued+f.qty-l.Shift, l.Qty, l.ScrapPct)
	if err != nil {
		return err
	}
	for i, u := range f.lots {
		rowID, rowKey := f.id, f.key
		if i > 0 {
			rowID, rowKey = tx.ID(), ""
		}
		if rowKey == "" || f.pick != 0 { // a scan may be for several orders; the pick list's own row keeps it from counting twice
			rowKey = rowID.String()
		}
		if f.qty < 0 {
			u.Qty = -u.Qty
		}
		n, err := tx.Exec(ctx, `INSERT INTO wo_issue (id, key, order_id, component_id, item_id, kind, qty, lot, over_reason, happened_ms, recorded_ms, actor, over_by, pick_id, entered_qty, entered_uom)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $16, $10, $11, $12, $13, $14, $15) ON CONFLICT (key) DO NOTHING`,
			rowID, rowKey, o.ID, l.ID, f.item, f.kind, u.Qty, u.Lot, f.reason, tx.NowMS(), actor.From(ctx).Name, f.by, f.pick, f.said.EnteredQty, f.said.EnteredUoM, cmp.Or(f.happened, tx.NowMS()))
		f.said = masterdata.Entered{} // it names the whole act
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Conflict("production.already_recorded", "this was recorded already; nothing was booked twice").With("order", o.Number)
		}
	}
	n, err := tx.Exec(ctx, `UPDATE wo_component SET issued = issued + $1, covered = $2 WHERE id = $3 AND issued = $4`, f.qty, covered, l.ID, l.Issued)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	return err
}
