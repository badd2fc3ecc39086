package production

import (
	"context"
	"fmt"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// docScrap is the kind of document under which a station scraps material.
const docScrap = "wo_scrap"

// ScrapMaterial takes material of a work order that is of no use any more: what was issued to it, or of what is drawn
// by itself some of what lies in stock, the line's first.
type ScrapMaterial struct {
	Order      string   `json:"order" minLength:"1" maxLength:"64"`
	Code       string   `json:"code" minLength:"1" maxLength:"200" doc:"What was scanned: a lot, a serial number or an item"`
	Item       string   `json:"item,omitempty" maxLength:"64" doc:"Item code, where the same lot number exists for several"`
	Serials    []string `json:"serials,omitempty" maxItems:"1000"`
	Qty        num.Dec  `json:"qty,omitempty" doc:"Not needed with serial numbers"`
	UoM        string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the item's; empty: its own"`
	Location   string   `json:"location,omitempty" maxLength:"64" doc:"Of material that is drawn by itself: where it lay; empty = the line's first"`
	ReasonCode string   `json:"reason_code,omitempty" maxLength:"40" doc:"Of the list of reasons line_scrap"`
	Reason     string   `json:"reason,omitempty" maxLength:"500" doc:"In words; one of both is needed"`
}

// MaterialScrapped says what was scrapped, or taken back.
type MaterialScrapped struct {
	ID       db.ID   `json:"id"`
	Order    string  `json:"order"`
	Item     string  `json:"item"`
	Name     string  `json:"name"`
	UoM      string  `json:"uom"`
	Qty      num.Dec `json:"qty" doc:"Taken back: below zero"`
	Lots     []Used  `json:"lots"`
	Source   string  `json:"source" enum:"wip,stock" doc:"From what was issued to the order, or from stock"`
	Reason   string  `json:"reason"`
	Scrapped num.Dec `json:"scrapped" doc:"Of the item at this order in all"`
	masterdata.Entered
}

type scrapRow struct {
	ID        db.ID   `db:"id"`
	Scrap     db.ID   `db:"scrap_id"`
	Key       string  `db:"key"`
	Order     db.ID   `db:"order_id"`
	Component db.ID   `db:"component_id"`
	Item      db.ID   `db:"item_id"`
	Source    string  `db:"source"`
	Qty       num.Dec `db:"qty"`
	Lot       string  `db:"lot"`
	Code      string  `db:"reason_code"`
	Reason    string  `db:"reason"`
	Reverses  db.ID   `db:"reverses"`
	Recorded  int64   `db:"recorded_ms"`
	Actor     string  `db:"actor"`
}

const scrapColumns = `id, scrap_id, key, order_id, component_id, item_id, source, qty, lot, reason_code, reason, reverses, recorded_ms, actor`

// mayScrap: as long as somebody may still look into the order.
func (o *orderHead) mayScrap() *fault.Error {
	if o.Status == "completed" {
		if o.Hold > 0 {
			return onHold(o.Number, o.Why)
		}
		return nil
	}
	return o.mayWork()
}

// ScrapMaterial carries out a ScrapMaterial.
func (m *Module) ScrapMaterial(ctx context.Context, tx *db.Tx, in ScrapMaterial) (MaterialScrapped, error) {
	o, err := orderByNumber(ctx, tx, in.Order)
	if err != nil {
		return MaterialScrapped{}, err
	}
	if f := o.mayScrap(); f != nil {
		return MaterialScrapped{}, f
	}
	reason, err := inventory.ReasonText(ctx, tx, "line_scrap", in.ReasonCode, in.Reason)
	if err != nil {
		return MaterialScrapped{}, err
	}
	if reason == "" {
		return MaterialScrapped{}, fault.Invalid("production.scrap_reason", "say why the material is scrapped").At(fault.Field{Where: "body.reason_code", Code: "production.scrap_reason", Detail: "say why the material is scrapped"})
	}
	lines, err := db.All[pickLine](ctx, tx, pickLineSQL, o.ID)
	if err != nil {
		return MaterialScrapped{}, err
	}
	item, lot, serials, err := m.scanned(ctx, tx, Issue{Order: in.Order, Code: in.Code, Item: in.Item, Serials: in.Serials}, lines)
	if err != nil {
		return MaterialScrapped{}, err
	}
	said := masterdata.Entered{}
	if in.Qty, said, err = masterdata.InOwn(ctx, tx, item, "qty", in.Qty, in.UoM); err != nil {
		return MaterialScrapped{}, err
	}
	if len(serials) > 0 && in.Qty == 0 {
		in.Qty = num.Int(int64(len(serials)))
	}
	if in.Qty <= 0 {
		return MaterialScrapped{}, fault.Invalid("inventory.qty_not_positive", "say how much of %s is scrapped", item.Code).With("item", item.Code).With("qty", in.Qty)
	}
	out := MaterialScrapped{ID: tx.ID(), Order: o.Number, Item: item.Code, Name: item.Name, UoM: item.UoM, Qty: in.Qty, Reason: reason, Entered: said}
	take := inventory.Take{Item: item.ID, Qty: in.Qty, Lot: lot, Serials: serials}
	var parts []scrapRow
	if out.Source, parts, err = m.scrapFrom(ctx, tx, o, lines, item, lot, in, &take); err != nil {
		return out, err
	}
	doc := inventory.Doc{Kind: docScrap, ID: out.ID, Number: o.Number, Order: o.ID, Site: o.Site, Reason: reason}
	picks, err := m.Inventory.Move(ctx, tx, doc, inventory.Place{Kind: inventory.Scrap}, take)
	if err != nil {
		return out, err
	}
	for _, p := range picks {
		out.Lots = append(out.Lots, Used{item.Code, p.LotNumber, p.Qty})
	}
	for i := range parts {
		p := &parts[i]
		p.ID, p.Scrap, p.Source, p.Code, p.Reason = tx.ID(), out.ID, out.Source, in.ReasonCode, reason
		if p.Key = tx.Key(); i > 0 || p.Key == "" {
			p.Key = p.ID.String()
		}
		if len(out.Lots) == 1 {
			p.Lot = out.Lots[0].Lot
		}
		if err := m.bookScrap(ctx, tx, o, lines, *p); err != nil {
			return out, err
		}
	}
	if out.Scrapped, err = scrappedOf(ctx, tx, o.ID, item.ID); err != nil {
		return out, err
	}
	tx.Emit(db.Event{Name: EventMaterialScrap, Subject: "wo:" + o.Number, Site: o.Site, Reason: reason, Payload: out})
	return out, nil
}

// scrapFrom finds what is scrapped: issued material on its lines, the last line first, or what is drawn by itself.
func (m *Module) scrapFrom(ctx context.Context, tx *db.Tx, o orderHead, lines []pickLine, item masterdata.Item, lot string, in ScrapMaterial, take *inventory.Take) (source string, parts []scrapRow, err error) {
	here, err := m.lotsInWIP(ctx, tx, o.ID, item.ID)
	if err != nil {
		return "", nil, err
	}
	var have num.Dec
	for _, h := range here {
		if lot == "" || h.Lot == lot {
			have += h.Qty
		}
	}
	var drawn *pickLine
	picked := false
	left := in.Qty
	for i := range lines {
		l := &lines[len(lines)-1-i]
		if !l.takes(item.ID) {
			continue
		}
		if l.Issue == "backflush" {
			drawn = l
			continue
		}
		picked = picked || l.Issue == "pick"
		if part := min(left, l.Issued); part > 0 && l.Issue == "pick" {
			parts = append(parts, scrapRow{Order: o.ID, Component: l.ID, Item: item.ID, Qty: part})
			left -= part
		}
	}
	switch {
	case have >= in.Qty && left == 0:
		take.From = inventory.Place{Kind: inventory.WIP, Ref: o.ID}
		return "wip", parts, nil
	case drawn != nil && have == 0:
		if in.Location != "" {
			l, err := masterdata.LocationByCode(ctx, tx, o.Site, locationCode(in.Location))
			if err != nil {
				return "", nil, err
			}
			take.From = inventory.Place{Kind: inventory.Stock, Ref: l.ID}
		}
		return "stock", []scrapRow{{Order: o.ID, Component: drawn.ID, Item: item.ID, Qty: in.Qty}}, nil
	case picked || have > 0:
		return "", nil, fault.Conflict("production.not_at_order", "only %s %s of %s %s are at %s, not %s", have, item.UoM, item.Code, lot, o.Number, in.Qty).
			With("have", have).With("uom", item.UoM).With("item", item.Code).With("lot", lot).With("order", o.Number).With("qty", in.Qty)
	}
	return "", nil, fault.Conflict("production.wrong_item", "%s does not need %s %s", o.Number, item.Code, item.Name).With("order", o.Number).With("item", item.Code).With("name", item.Name)
}

// bookScrap appends a row, and takes what was issued off its line (or brings it back, of a mirror).
func (m *Module) bookScrap(ctx context.Context, tx *db.Tx, o orderHead, lines []pickLine, r scrapRow) error {
	r.Recorded, r.Actor = tx.NowMS(), actor.From(ctx).Name
	if n, err := tx.Exec(ctx, `INSERT INTO wo_scrap (`+scrapColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (key) DO NOTHING`,
		r.ID, r.Scrap, r.Key, r.Order, r.Component, r.Item, r.Source, r.Qty, r.Lot, r.Code, r.Reason, r.Reverses, r.Recorded, r.Actor); err != nil || n == 0 {
		if err == nil {
			err = fault.Conflict("production.already_recorded", "this was recorded already; nothing was booked twice").With("order", o.Number)
		}
		return err
	}
	if r.Source != "wip" {
		return nil
	}
	for i := range lines {
		if l := &lines[i]; l.ID == r.Component {
			return m.bookIssue(ctx, tx, o, l, fact{kind: "scrap", item: r.Item, lots: []Used{{Lot: r.Lot, Qty: max(r.Qty, -r.Qty)}}, id: r.ID, qty: -r.Qty, reason: r.Reason})
		}
	}
	return nil
}

func scrappedOf(ctx context.Context, q db.Querier, order, item db.ID) (num.Dec, error) {
	return db.One[num.Dec](ctx, q, `SELECT CAST(coalesce(sum(qty), 0) AS BIGINT) FROM wo_scrap WHERE order_id = $1 AND item_id = $2`, order, item)
}

// UndoScrap takes scrapped material back.
type UndoScrap struct {
	ID     db.ID  `json:"id" doc:"Of the act that scrapped it"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// UndoScrap carries out an UndoScrap.
func (m *Module) UndoScrap(ctx context.Context, tx *db.Tx, in UndoScrap) (MaterialScrapped, error) {
	rows, err := db.All[scrapRow](ctx, tx, `SELECT `+scrapColumns+` FROM wo_scrap s WHERE scrap_id = $1 AND reverses = 0 AND NOT EXISTS (SELECT 1 FROM wo_scrap r WHERE r.reverses = s.id AND r.reverses <> 0) ORDER BY id`, in.ID)
	if err != nil {
		return MaterialScrapped{}, err
	}
	if len(rows) == 0 {
		return MaterialScrapped{}, fault.NotFound("production.scrap_unknown", "no material was scrapped under %s, or it was taken back already", in.ID).With("id", in.ID)
	}
	number, err := db.One[string](ctx, tx, `SELECT number FROM wo_order WHERE id = $1`, rows[0].Order)
	if err != nil {
		return MaterialScrapped{}, err
	}
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return MaterialScrapped{}, err
	}
	if f := o.mayScrap(); f != nil {
		return MaterialScrapped{}, f
	}
	item, err := masterdata.ItemByID(ctx, tx, rows[0].Item)
	if err != nil {
		return MaterialScrapped{}, err
	}
	lines, err := db.All[pickLine](ctx, tx, pickLineSQL, o.ID)
	if err != nil {
		return MaterialScrapped{}, err
	}
	out := MaterialScrapped{ID: tx.ID(), Order: o.Number, Item: item.Code, Name: item.Name, UoM: item.UoM, Source: rows[0].Source, Reason: in.Reason, Lots: []Used{}}
	if err := m.Inventory.Reverse(ctx, tx, inventory.Doc{Kind: docScrap, ID: out.ID, Number: o.Number, Order: o.ID, Site: o.Site, Reason: in.Reason}, docScrap, in.ID); err != nil {
		return out, err
	}
	for _, r := range rows {
		back := r
		back.ID, back.Scrap, back.Qty, back.Reverses, back.Reason = tx.ID(), out.ID, -r.Qty, r.ID, in.Reason
		back.Key = back.ID.String()
		if err := m.bookScrap(ctx, tx, o, lines, back); err != nil {
			return out, err
		}
		out.Qty -= r.Qty
		out.Lots = append(out.Lots, Used{item.Code, r.Lot, -r.Qty})
	}
	if out.Scrapped, err = scrappedOf(ctx, tx, o.ID, item.ID); err != nil {
		return out, err
	}
	tx.Emit(db.Event{Name: EventMaterialScrap, Subject: "wo:" + o.Number, Site: o.Site, Reason: in.Reason, Payload: out})
	return out, nil
}

// DetailScrap is material that a station scrapped.
type DetailScrap struct {
	ID     db.ID   `json:"id" db:"scrap_id"`
	Item   string  `json:"item" db:"item"`
	Name   string  `json:"name" db:"name"`
	UoM    string  `json:"uom" db:"uom"`
	Lot    string  `json:"lot" db:"lot"`
	Qty    num.Dec `json:"qty" db:"qty"`
	Source string  `json:"source" db:"source" enum:"wip,stock"`
	Reason string  `json:"reason" db:"reason"`
	AtMS   int64   `json:"at_ms" db:"recorded_ms"`
	Actor  string  `json:"actor" db:"actor"`
	Undone bool    `json:"undone" db:"undone"`
}

func scrapsOf(ctx context.Context, q db.Querier, order db.ID) ([]DetailScrap, error) {
	return db.All[DetailScrap](ctx, q, `SELECT s.scrap_id, i.code AS item, i.name, i.uom, s.lot, s.qty, s.source, s.reason, s.recorded_ms, s.actor, EXISTS (SELECT 1 FROM wo_scrap r WHERE r.reverses = s.id AND r.reverses <> 0) AS undone
		FROM wo_scrap s JOIN v_item i ON i.id = s.item_id WHERE s.order_id = $1 AND s.reverses = 0 ORDER BY s.recorded_ms DESC, s.id DESC`, order)
}

// verifyScraps: what stations scrapped is what the ledger says, and what left the lines.
func verifyScraps(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		Order string  `db:"number"`
		Item  string  `db:"code"`
		Off   num.Dec `db:"off"`
	}
	if err := db.Each(ctx, q, `SELECT o.number, i.code, CAST(sum(x.qty) AS BIGINT) AS off FROM (
			SELECT order_id, item_id, qty FROM wo_scrap
			UNION ALL SELECT order_id, item_id, CASE WHEN to_kind = 'scrap' THEN -qty ELSE qty END FROM v_move WHERE doc_kind = '`+docScrap+`'
		) x JOIN wo_order o ON o.id = x.order_id JOIN v_item i ON i.id = x.item_id GROUP BY o.number, i.code HAVING sum(x.qty) <> 0 ORDER BY o.number, i.code`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s: %s more of %s were scrapped than left the stock", b.Order, b.Off, b.Item))
		return nil
	}); err != nil {
		return err
	}
	return db.Each(ctx, q, `SELECT o.number, i.code, CAST(sum(x.qty) AS BIGINT) AS off FROM (
			SELECT order_id, item_id, qty FROM wo_scrap WHERE source = 'wip'
			UNION ALL SELECT order_id, item_id, qty FROM wo_issue WHERE kind = 'scrap'
		) x JOIN wo_order o ON o.id = x.order_id JOIN v_item i ON i.id = x.item_id GROUP BY o.number, i.code HAVING sum(x.qty) <> 0 ORDER BY o.number, i.code`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s: %s more of %s were scrapped than left its lines", b.Order, b.Off, b.Item))
		return nil
	})
}
