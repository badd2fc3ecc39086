package purchasing

import (
	"context"
	"maps"
	"slices"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// norm is how much of each component so many products need, scrap included, rounded up to what the component is
// counted in. A phantom passes its need on to its own components.
func norm(ctx context.Context, q db.Querier, item db.ID, version, date string, qty num.Dec) (map[db.ID]num.Dec, map[db.ID]masterdata.Item, error) {
	need, items := map[db.ID]num.Dec{}, map[db.ID]masterdata.Item{}
	todo := map[db.ID]num.Dec{item: qty}
	for range 20 { // phantoms within phantoms; a ring is refused on import
		next := map[db.ID]num.Dec{}
		for _, id := range slices.Sorted(maps.Keys(todo)) {
			v := ""
			if id == item {
				v = version
			}
			bom, ok, err := masterdata.EffectiveBOM(ctx, q, id, date, v)
			if err != nil {
				return nil, nil, err
			}
			if !ok {
				continue
			}
			ids := make([]db.ID, len(bom.Lines))
			for i, l := range bom.Lines {
				ids[i] = l.ItemID
			}
			known, err := masterdata.Items(ctx, q, ids)
			if err != nil {
				return nil, nil, err
			}
			for _, l := range bom.Lines {
				if l.Role != "component" || l.Issue == "none" {
					continue
				}
				n, err := masterdata.Need(todo[id], l.Qty, l.ScrapPct)
				if err != nil {
					return nil, nil, err
				}
				c := known[l.ItemID]
				if c.Kind == "phantom" {
					next[c.ID] += n
					continue
				}
				items[c.ID] = c
				need[c.ID] += n
			}
		}
		if todo = next; len(todo) == 0 {
			break
		}
	}
	for id, n := range need {
		r, err := n.RoundUp(items[id].Decimals)
		if err != nil {
			return nil, nil, err
		}
		need[id] = r
	}
	return need, items, nil
}

// consume takes at the subcontractor what the received pieces are made of. What was not sent cannot have been used.
func (m *Module) consume(ctx context.Context, tx *db.Tx, doc inventory.Doc, t *target, qty num.Dec) ([]inventory.Picked, error) {
	need, items, err := norm(ctx, tx, t.item.ID, t.line.BOMVersion, doc.Date(tx), qty)
	if err != nil || len(need) == 0 {
		return nil, err
	}
	if t.supplier == 0 {
		return nil, fault.Conflict("purchasing.no_supplier", "order %s names no subcontractor", t.order.Number).With("number", t.order.Number)
	}
	var takes []inventory.Take
	for _, id := range slices.Sorted(maps.Keys(need)) {
		takes = append(takes, inventory.Take{Item: id, Qty: need[id], From: inventory.Place{Kind: inventory.Subcontractor, Ref: t.supplier}})
	}
	picks, err := m.Inventory.Move(ctx, tx, doc, inventory.Place{Kind: inventory.Consumed}, takes...)
	if f, ok := fault.As(err); ok && (f.Code == "inventory.short_at_order" || f.Code == "inventory.short_pieces") {
		code := f.Params["item"]
		id := db.ID(0)
		for _, it := range items {
			if it.Code == code {
				id = it.ID
			}
		}
		return nil, fault.Conflict("purchasing.not_sent", "%s %s of %s are missing at the subcontractor for %s pieces; send them first", f.Params["short"], items[id].UoM, code, qty).
			With("item", code).With("name", items[id].Name).With("short", f.Params["short"]).With("uom", items[id].UoM).With("need", need[id]).With("qty", qty)
	}
	return picks, err
}

// Send brings components to the subcontractor of an order: one that was scanned, or all that its open pieces need and
// that do not lie there yet.
type Send struct {
	Order      string   `json:"order" minLength:"1" doc:"Order number"`
	Line       int64    `json:"line,omitempty" doc:"Default the only subcontracted line"`
	Item       string   `json:"item,omitempty" maxLength:"200" doc:"What was scanned: a lot label or an item; empty sends all that is needed, first expiry first"`
	Lot        string   `json:"lot,omitempty" maxLength:"100" doc:"Lot"`
	Serials    []string `json:"serials,omitempty" maxItems:"10000" doc:"Serial numbers"`
	Qty        num.Dec  `json:"qty,omitempty" doc:"Of the scanned item; default what is still needed"`
	UoM        string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the scanned item's; empty: its own"`
	From       string   `json:"from,omitempty" maxLength:"200" doc:"Location; default wherever it lies"`
	Back       bool     `json:"back,omitempty" doc:"Left-overs come back: from the subcontractor to the location in from"`
	Reason     string   `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
	HappenedMS int64    `json:"happened_ms,omitempty" doc:"Happened"`
}

// Sent is what went, lot by lot.
type Sent struct {
	ID     db.ID      `json:"id"`
	Number string     `json:"number"`
	Order  string     `json:"order"`
	Line   int64      `json:"line"`
	Lines  []SentLine `json:"lines"`
}

// SentLine is a quantity of one lot.
type SentLine struct {
	Item    string   `json:"item" db:"item"`
	Name    string   `json:"name" db:"name"`
	UoM     string   `json:"uom" db:"uom"`
	Lot     string   `json:"lot" db:"lot"`
	Qty     num.Dec  `json:"qty" db:"qty"`
	Serials []string `json:"serials,omitempty" db:"-"`
	masterdata.Entered
}

type sendRow struct {
	ID       db.ID  `db:"id"`
	Number   string `db:"number"`
	Order    db.ID  `db:"order_id"`
	Line     db.ID  `db:"line_id"`
	Site     db.ID  `db:"site_id"`
	Supplier db.ID  `db:"supplier_id"`
	Back     bool   `db:"back"`
	Reason   string `db:"reason"`
	Reverses db.ID  `db:"reverses"`
	stamp
}

const sendColumns = `id, number, order_id, line_id, site_id, supplier_id, back, reason, reverses, client_key, happened_ms, recorded_ms, posting_date, shift, actor`

type sendLineRow struct {
	ID   db.ID   `db:"id"`
	Send db.ID   `db:"send_id"`
	Item db.ID   `db:"item_id"`
	Lot  string  `db:"lot"`
	Qty  num.Dec `db:"qty"`
	masterdata.Entered
}

// Send carries out a Send.
func (m *Module) Send(ctx context.Context, tx *db.Tx, in Send) (Sent, error) {
	o, l, err := sendTarget(ctx, tx, &in)
	if err != nil {
		return Sent{}, err
	}
	site, err := masterdata.SiteByID(ctx, tx, o.Site)
	if err != nil {
		return Sent{}, err
	}
	number, err := tx.Number("send")
	if err != nil {
		return Sent{}, err
	}
	st, err := stamped(ctx, tx, "po_send", in.HappenedMS)
	if err != nil {
		return Sent{}, err
	}
	s := sendRow{ID: tx.ID(), Number: number, Order: o.ID, Line: l.ID, Site: o.Site, Supplier: o.Supplier, Back: in.Back, Reason: strings.TrimSpace(in.Reason), stamp: st}
	doc := inventory.Doc{Kind: "po_send", ID: s.ID, Number: number, Line: l.Line, Order: l.ID, Site: o.Site, HappenedMS: s.Happened, Reason: s.Reason}
	takes, to, said, err := m.sendTakes(ctx, tx, o, l, site, &in, doc)
	if err != nil {
		return Sent{}, err
	}
	picks, err := m.Inventory.Move(ctx, tx, doc, to, takes...)
	if err != nil {
		return Sent{}, err
	}
	if err := db.Insert(ctx, tx, "po_send", s); err != nil {
		return Sent{}, err
	}
	out := Sent{ID: s.ID, Number: number, Order: o.Number, Line: l.Line}
	rows := make([]sendLineRow, len(picks))
	for i, p := range picks {
		rows[i] = sendLineRow{ID: tx.ID(), Send: s.ID, Item: p.Item, Lot: p.LotNumber, Qty: p.Qty}
		if i == 0 {
			rows[i].Entered = said // of one scanned item: the first lot of it names the whole
		}
		it, err := masterdata.ItemByID(ctx, tx, p.Item)
		if err != nil {
			return Sent{}, err
		}
		out.Lines = append(out.Lines, SentLine{it.Code, it.Name, it.UoM, p.LotNumber, p.Qty, p.Serials, rows[i].Entered})
	}
	if err := db.Insert(ctx, tx, "po_send_line", rows...); err != nil {
		return Sent{}, err
	}
	tx.Emit(db.Event{Name: EventSent, Subject: "po:" + o.Number, Site: o.Site, Partner: o.Supplier, HappenedMS: s.Happened, Reason: s.Reason,
		Payload: SendTold{s.ID, number, o.Number, l.Line, o.Supplier, in.Back, picks, "", said}})
	return out, nil
}

func sendTarget(ctx context.Context, tx *db.Tx, in *Send) (o orderRow, l lineRow, err error) {
	if o, err = orderByNumber(ctx, tx, in.Order); err != nil {
		return o, l, err
	}
	lines, err := linesOf(ctx, tx, o.ID)
	if err != nil {
		return o, l, err
	}
	lines = slices.DeleteFunc(lines, func(l lineRow) bool { return l.Kind != subcontract || in.Line != 0 && l.Line != in.Line })
	switch {
	case len(lines) == 0:
		return o, l, fault.Conflict("purchasing.not_subcontract", "order %s has no such subcontracted line", o.Number).With("number", o.Number)
	case len(lines) > 1:
		return o, l, fault.Invalid("purchasing.which_line", "order %s has several subcontracted lines; name one", o.Number).With("number", o.Number)
	case o.Supplier == 0:
		return o, l, fault.Conflict("purchasing.no_supplier", "order %s names no subcontractor", o.Number).With("number", o.Number)
	case lines[0].Closed && !in.Back:
		return o, l, fault.Conflict("purchasing.line_closed", "line %d of order %s is closed", lines[0].Line, o.Number).With("number", o.Number).With("line", lines[0].Line)
	}
	return o, lines[0], nil
}

// sendTakes decides what goes and where to.
func (m *Module) sendTakes(ctx context.Context, tx *db.Tx, o orderRow, l lineRow, site masterdata.Site, in *Send, doc inventory.Doc) ([]inventory.Take, inventory.Place, masterdata.Entered, error) {
	var said masterdata.Entered
	there := inventory.Place{Kind: inventory.Subcontractor, Ref: o.Supplier}
	var from inventory.Place
	if in.From != "" {
		loc, err := inventory.LocationScanned(ctx, tx, site.ID, in.From)
		if err != nil {
			return nil, there, said, err
		}
		from = inventory.Place{Kind: inventory.Stock, Ref: loc.ID}
	}
	missing, items, err := m.missing(ctx, tx, o, l, doc.Date(tx))
	if err != nil {
		return nil, there, said, err
	}
	if in.Item == "" {
		if in.Back {
			return nil, there, said, fault.Invalid("purchasing.item_missing", "scan what comes back")
		}
		var takes []inventory.Take
		for _, id := range slices.Sorted(maps.Keys(missing)) {
			if missing[id] > 0 {
				takes = append(takes, inventory.Take{Item: id, Qty: missing[id], From: from})
			}
		}
		if len(takes) == 0 {
			return nil, there, said, fault.Conflict("purchasing.all_sent", "all that line %d of order %s needs is at the subcontractor", l.Line, o.Number).With("number", o.Number).With("line", l.Line)
		}
		return takes, there, said, nil
	}
	g, err := inventory.Scan(ctx, tx, in.Item)
	if err != nil {
		return nil, there, said, err
	}
	if in.Qty, said, err = masterdata.InOwn(ctx, tx, g.Item, "qty", in.Qty, in.UoM); err != nil {
		return nil, there, said, err
	}
	t := inventory.Take{Item: g.Item.ID, Qty: in.Qty, Lot: strings.TrimSpace(in.Lot), Serials: in.Serials, From: from}
	if t.Lot == "" {
		t.Lot = g.Lot
	}
	if len(t.Serials) == 0 && g.Serial != "" {
		t.Serials, t.Qty = []string{g.Serial}, num.One
		said = masterdata.Entered{}
	}
	if in.Back {
		if from.Ref == 0 {
			return nil, there, said, fault.Invalid("purchasing.location_missing", "scan the location where it is put")
		}
		t.From = there
		return []inventory.Take{t}, from, said, nil
	}
	if _, ok := items[g.Item.ID]; !ok {
		return nil, there, said, fault.Conflict("purchasing.not_component", "%s is no component of what line %d of order %s asks for", g.Item.Code, l.Line, o.Number).
			With("item", g.Item.Code).With("name", g.Item.Name).With("number", o.Number).With("line", l.Line)
	}
	if t.Qty == 0 {
		if t.Qty = missing[g.Item.ID]; t.Qty <= 0 {
			return nil, there, said, fault.Conflict("purchasing.all_sent", "all that line %d of order %s needs is at the subcontractor", l.Line, o.Number).With("number", o.Number).With("line", l.Line)
		}
	}
	return []inventory.Take{t}, there, said, nil
}

// missing is what the open pieces of a line need beyond what was sent for it and is not used up.
func (m *Module) missing(ctx context.Context, q db.Querier, o orderRow, l lineRow, date string) (map[db.ID]num.Dec, map[db.ID]masterdata.Item, error) {
	need, items, err := norm(ctx, q, l.Item, l.BOMVersion, date, max(l.Qty-l.Received, 0))
	if err != nil {
		return nil, nil, err
	}
	there, err := balance(ctx, q, l.ID)
	if err != nil {
		return nil, nil, err
	}
	for id := range need {
		need[id] -= there[id].left()
	}
	return need, items, nil
}

// sentOf is how much of a component was sent for a line, and used up for it.
type sentOf struct {
	ID   db.ID   `db:"item_id"`
	Sent num.Dec `db:"sent"`
	Used num.Dec `db:"used"`
}

func (s sentOf) left() num.Dec { return max(s.Sent-s.Used, 0) }

// balance reads the ledger: what left for the subcontractor less what came back, and what was consumed there.
func balance(ctx context.Context, q db.Querier, line db.ID) (map[db.ID]sentOf, error) {
	out := map[db.ID]sentOf{}
	err := db.Each(ctx, q, `SELECT item_id,
			CAST(coalesce(sum(CASE WHEN to_kind = 'subcontractor' AND from_kind = 'stock' THEN qty WHEN from_kind = 'subcontractor' AND to_kind = 'stock' THEN -qty END), 0) AS BIGINT) AS sent,
			CAST(coalesce(sum(CASE WHEN from_kind = 'subcontractor' AND to_kind = 'consumed' THEN qty WHEN from_kind = 'consumed' AND to_kind = 'subcontractor' THEN -qty END), 0) AS BIGINT) AS used
		FROM v_move WHERE order_id = $1 AND order_id <> 0 AND (from_kind = 'subcontractor' OR to_kind = 'subcontractor') GROUP BY item_id`, []any{line}, func(s *sentOf) error { out[s.ID] = *s; return nil })
	return out, err
}
