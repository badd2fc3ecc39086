package inventory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// What an item's policy says when goods are taken that the books do not have.
const (
	OweBlock = "block" // refused
	OweAllow = "allow" // taken; the find is owed as a variance
	OweAsk   = "ask"   // as allow, when the person says so
)

// The books keep a presumed find and its settlement apart from the document that took the goods: what that one moved
// is what people did.
const (
	docFound = "found"
	docOwed  = "owed"
)

// OwedTold is a change of what the books owe.
type OwedTold struct {
	Item      string  `json:"item"`
	Lot       string  `json:"lot"`
	Location  string  `json:"location"`
	Kind      string  `json:"kind" enum:"open,settle,count,write_off,undo"`
	Qty       num.Dec `json:"qty" doc:"By how much what is owed grew; below zero when it shrank"`
	DocKind   string  `json:"doc_kind"`
	DocNumber string  `json:"doc_number"`
}

type owedRow struct {
	ID       db.ID   `db:"id"`
	Owed     db.ID   `db:"owed_id"`
	Kind     string  `db:"kind"`
	Item     db.ID   `db:"item_id"`
	Site     db.ID   `db:"site_id"`
	Location db.ID   `db:"location_id"`
	Lot      db.ID   `db:"lot_id"`
	Qty      num.Dec `db:"qty"`
	DocKind  string  `db:"doc_kind"`
	DocID    db.ID   `db:"doc_id"`
	Doc      string  `db:"doc_number"`
	Order    db.ID   `db:"order_id"`
	Reason   string  `db:"reason"`
	Recorded int64   `db:"recorded_ms"`
	Actor    string  `db:"actor"`
}

const owedColumns = `id, owed_id, kind, item_id, site_id, location_id, lot_id, qty, doc_kind, doc_id, doc_number, order_id, reason, recorded_ms, actor`

// note appends a fact about what is owed and tells of it.
func (m *Module) note(ctx context.Context, tx *db.Tx, r owedRow) error {
	r.Recorded, r.Actor = tx.NowMS(), actor.From(ctx).Name
	it, err := masterdata.ItemByID(ctx, tx, r.Item)
	if err != nil {
		return err
	}
	lot, err := lotByID(ctx, tx, r.Lot)
	if err != nil {
		return err
	}
	loc, err := masterdata.LocationByID(ctx, tx, r.Location)
	if err != nil {
		return err
	}
	tx.Emit(db.Event{Name: EventOwed, Subject: "item:" + it.Code, Site: r.Site, Reason: r.Reason,
		Payload: OwedTold{Item: it.Code, Lot: lot.Number, Location: loc.Code, Kind: r.Kind, Qty: r.Qty, DocKind: r.DocKind, DocNumber: r.Doc}})
	return db.Insert(ctx, tx, "inv_owed", r)
}

// owe lets a take that is short go on, where the item's policy allows it: what is missing is presumed to be there and
// owed until the next receipt or count. Goods that the books do have and that may not be used (held, expired, promised
// to others) are never overridden, nor are pieces with numbers, a customer's goods, or goods whose lot nobody named.
func (m *Module) owe(ctx context.Context, tx *db.Tx, doc Doc, t *Take, item masterdata.Item, short num.Dec, why error) error {
	f, ok := fault.As(why)
	if !ok || m.OwePolicy == nil || item.Tracking == "serial" || item.Kind == "customer" || item.Tracking == "lot" && t.Lot == "" || t.In > 0 || t.Status == Held {
		return why
	}
	switch f.Code {
	case "inventory.lot_short", "inventory.lot_empty":
	case "inventory.short":
		if f.Params["held"] != num.Dec(0).String() || f.Params["reserved"] != num.Dec(0).String() {
			return why
		}
	default:
		return why
	}
	policy, err := m.OwePolicy(ctx, tx, []db.ID{item.ID})
	if err != nil {
		return err
	}
	if policy[item.ID] != OweAllow && policy[item.ID] != OweAsk {
		return why
	}
	if t.Lot != "" {
		lot, err := LotByNumber(ctx, tx, item.ID, t.Lot)
		if err != nil {
			return err
		}
		if lot.ExpiresOn <= tx.Today() {
			return why
		}
	}
	at, ok, err := lastPlace(ctx, tx, doc.Site, item.ID, t.From.Ref)
	if err != nil {
		return err
	}
	if !ok {
		return why
	}
	if policy[item.ID] == OweAsk && !doc.Sure {
		return fault.Conflict("inventory.owe_ask", "the books have %s %s too few of %s at %s; confirm to take them all the same", short, item.UoM, item.Code, at.Code).
			With("short", short).With("uom", item.UoM).With("item", item.Code).With("name", item.Name).With("location", at.Code).With("lot", t.Lot)
	}
	find := Doc{Kind: docFound, ID: tx.ID(), Number: doc.Number, Line: doc.Line, Order: doc.Order, Site: doc.Site, HappenedMS: doc.HappenedMS, Reason: doc.Reason, presumed: true}
	picks, err := m.Put(ctx, tx, find, Place{Kind: Adjust}, Put{Item: item.ID, Qty: short, Lot: t.Lot, To: Place{Stock, at.ID}})
	if err != nil {
		return err
	}
	return m.note(ctx, tx, owedRow{ID: find.ID, Owed: find.ID, Kind: "open", Item: item.ID, Site: doc.Site, Location: at.ID, Lot: picks[0].Lot, Qty: short, DocKind: doc.Kind, DocID: doc.ID, Doc: doc.Number, Order: doc.Order, Reason: doc.Reason})
}

// lastPlace is where goods are presumed: at the named place, else where goods of the item came last.
func lastPlace(ctx context.Context, q db.Querier, site, item, named db.ID) (masterdata.Location, bool, error) {
	if named == 0 {
		var ok bool
		var err error
		if named, ok, err = db.Get[db.ID](ctx, q, `SELECT m.to_ref FROM inv_move m JOIN v_location w ON w.id = m.to_ref
			WHERE m.item_id = $1 AND m.to_kind = 'stock' AND m.site_id = $2 AND w.warehouse_kind IN ('normal', 'line') AND m.`+unpublished+` ORDER BY m.id DESC LIMIT 1`, item, site); err != nil || !ok {
			return masterdata.Location{}, false, err
		}
	}
	l, err := masterdata.LocationByID(ctx, q, named)
	return l, err == nil && (l.WarehouseKind == "normal" || l.WarehouseKind == "line"), err
}

// openOwed is what is still owed of items at a site, the oldest first.
func openOwed(ctx context.Context, q db.Querier, site db.ID, items []db.ID) ([]owedRow, error) {
	var out []owedRow
	for part := range slices.Chunk(items, 500) {
		var w db.Where
		w.And("v.site_id = ?", site)
		db.In(&w, "v.item_id", part)
		w.And("v.qty > 0")
		rows, err := db.All[owedRow](ctx, q, `SELECT v.id, v.id AS owed_id, o.kind, v.item_id, v.site_id, v.location_id, v.lot_id, v.qty, o.doc_kind, o.doc_id, o.doc_number, o.order_id, o.reason, o.recorded_ms, o.actor
			FROM v_owed v JOIN inv_owed o ON o.id = v.id`+w.String()+` ORDER BY v.id`, w.Args...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// settleOwed gives goods that came to what the books owe of them: they were used already.
func (m *Module) settleOwed(ctx context.Context, tx *db.Tx, doc Doc, items []db.ID, moves []move) error {
	open, err := openOwed(ctx, tx, doc.Site, items)
	if err != nil || len(open) == 0 {
		return err
	}
	came := map[db.ID]num.Dec{}
	lots := map[db.ID]map[db.ID]num.Dec{} // by item and lot
	for i := range moves {
		if v := &moves[i]; news(v) {
			came[v.Item] += v.Qty
			if lots[v.Item] == nil {
				lots[v.Item] = map[db.ID]num.Dec{}
			}
			lots[v.Item][v.Lot] += v.Qty
		}
	}
	for _, o := range open {
		named := o.Lot
		if lot, err := lotByID(ctx, tx, o.Lot); err != nil {
			return err
		} else if lot.Number == "" {
			named = 0 // a heap: any of what came
		}
		for i := range moves {
			v := &moves[i]
			if o.Qty == 0 || !news(v) || v.Item != o.Item || named != 0 && v.Lot != named {
				continue
			}
			qty := min(o.Qty, lots[v.Item][v.Lot])
			if qty <= 0 {
				continue
			}
			id := tx.ID()
			used := Doc{Kind: docOwed, ID: id, Number: o.Doc, Order: o.Order, Site: doc.Site, HappenedMS: doc.HappenedMS, Reason: doc.Number}
			t := Take{Item: o.Item, Qty: qty, LotID: v.Lot, NoLot: v.Lot == 0, From: Place{v.ToKind, v.ToRef}}
			if v.ToContainer != 0 {
				t.In = v.ToContainer
			}
			if _, err := m.Move(ctx, tx, used, Place{Kind: Adjust}, t); err != nil {
				return err
			}
			if err := m.note(ctx, tx, owedRow{ID: id, Owed: o.Owed, Kind: "settle", Item: o.Item, Site: o.Site, Location: o.Location, Lot: o.Lot, Qty: -qty, DocKind: doc.Kind, DocID: doc.ID, Doc: doc.Number, Order: o.Order}); err != nil {
				return err
			}
			o.Qty -= qty
			lots[v.Item][v.Lot] -= qty
		}
	}
	return nil
}

// news: goods that anybody may use from now on; what only changed its place or was undone is none.
func news(v *move) bool {
	return v.ToKind == Stock && v.ToStatus == Available && v.Reverses == 0 && (!v.FromKind.Real() || v.FromKind == Transit || v.FromStatus == Held) && v.FromKind != Consumed
}

// counted ends what is owed of an item at a place where somebody has counted: what was presumed is what the count
// says now.
func (m *Module) countedOwed(ctx context.Context, tx *db.Tx, doc Doc, places []countedAt) error {
	items := make([]db.ID, 0, len(places))
	for _, p := range places {
		items = append(items, p.item)
	}
	slices.Sort(items)
	open, err := openOwed(ctx, tx, doc.Site, slices.Compact(items))
	if err != nil {
		return err
	}
	for _, o := range open {
		lot, err := lotByID(ctx, tx, o.Lot)
		if err != nil {
			return err
		}
		if !slices.Contains(places, countedAt{o.Item, o.Location, lot.Number}) {
			continue
		}
		if err := m.note(ctx, tx, owedRow{ID: tx.ID(), Owed: o.Owed, Kind: "count", Item: o.Item, Site: o.Site, Location: o.Location, Lot: o.Lot, Qty: -o.Qty, DocKind: doc.Kind, DocID: doc.ID, Doc: doc.Number, Order: o.Order, Reason: doc.Reason}); err != nil {
			return err
		}
	}
	return nil
}

type countedAt struct {
	item, location db.ID
	lot            string
}

// undoOwed follows the undoing of a document: what it owed is owed no more, what it settled is owed again.
func (m *Module) undoOwed(ctx context.Context, tx *db.Tx, doc Doc, rows []owedRow) error {
	for i := range rows {
		o := &rows[i]
		if o.Kind != "open" || o.Qty <= 0 {
			continue
		}
		facts, err := db.All[owedRow](ctx, tx, `SELECT `+owedColumns+` FROM inv_owed WHERE owed_id = $1 ORDER BY id`, o.Owed)
		if err != nil {
			return err
		}
		var open, told num.Dec
		undone := map[db.ID]bool{}
		for _, f := range facts {
			open += f.Qty
			if f.Kind == "settle" && f.Qty > 0 {
				undone[f.DocID] = true
			}
		}
		for _, f := range facts {
			switch {
			case f.Kind == "settle" && f.Qty < 0 && !undone[f.ID]:
				if err := m.unsettle(ctx, tx, doc, &f); err != nil {
					return err
				}
				open -= f.Qty
			case f.Kind == "count" || f.Kind == "write_off":
				told -= f.Qty
			}
		}
		lost := Doc{Kind: docFound, ID: tx.ID(), Number: o.Doc, Order: o.Order, Site: o.Site, Reason: doc.Reason, presumed: true}
		if err := m.Reverse(ctx, tx, lost, docFound, o.ID); err != nil {
			return err
		}
		if told > 0 { // a count has made it true, so the goods that come back are really there
			lot, err := lotByID(ctx, tx, o.Lot)
			if err != nil {
				return err
			}
			find := Doc{Kind: docFound, ID: tx.ID(), Number: o.Doc, Order: o.Order, Site: o.Site, Reason: doc.Reason, presumed: true}
			if _, err := m.Put(ctx, tx, find, Place{Kind: Adjust}, Put{Item: o.Item, Qty: told, Lot: lot.Number, To: Place{Stock, o.Location}}); err != nil {
				return err
			}
		}
		if open == 0 {
			continue
		}
		if err := m.note(ctx, tx, owedRow{ID: tx.ID(), Owed: o.Owed, Kind: "undo", Item: o.Item, Site: o.Site, Location: o.Location, Lot: o.Lot, Qty: -open, DocKind: doc.Kind, DocID: doc.ID, Doc: doc.Number, Order: o.Order, Reason: doc.Reason}); err != nil {
			return err
		}
	}
	return nil
}

// unsettle gives goods back that a settlement took: what brought them is undone, or what they were owed for.
func (m *Module) unsettle(ctx context.Context, tx *db.Tx, doc Doc, f *owedRow) error {
	again := Doc{Kind: docOwed, ID: tx.ID(), Number: f.Doc, Order: f.Order, Site: f.Site, Reason: doc.Reason}
	if err := m.Reverse(ctx, tx, again, docOwed, f.ID); err != nil {
		return err
	}
	return m.note(ctx, tx, owedRow{ID: again.ID, Owed: f.Owed, Kind: "settle", Item: f.Item, Site: f.Site, Location: f.Location, Lot: f.Lot, Qty: -f.Qty, DocKind: docOwed, DocID: f.ID, Doc: doc.Number, Order: f.Order, Reason: doc.Reason})
}

// owedBy are the facts that a document made.
func owedBy(ctx context.Context, q db.Querier, kind string, id db.ID) ([]owedRow, error) {
	if kind == docOwed || kind == docFound {
		return nil, nil
	}
	return db.All[owedRow](ctx, q, `SELECT `+owedColumns+` FROM inv_owed o WHERE doc_id = $1 AND doc_kind = $2
		AND NOT EXISTS (SELECT 1 FROM inv_owed u WHERE u.owed_id = o.owed_id AND u.doc_kind = '`+docOwed+`' AND u.doc_id = o.id) ORDER BY id`, id, kind)
}

// OwedLine is a row of the list of what the books owe.
type OwedLine struct {
	ID       db.ID   `json:"id" sql:"v.id" doc:"Variance"`
	Opened   int64   `json:"opened_ms" sql:"v.opened_ms" doc:"Since"`
	Item     string  `json:"item" sql:"i.code" doc:"Item"`
	Name     string  `json:"name" sql:"i.name" doc:"Name"`
	UoM      string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Location string  `json:"location" sql:"w.code" doc:"Location"`
	Lot      string  `json:"lot" sql:"coalesce(l.number, '')" doc:"Lot"`
	Qty      num.Dec `json:"qty" sql:"v.qty" doc:"Owed"`
	DocKind  string  `json:"doc_kind" sql:"o.doc_kind" doc:"Taken by"`
	Document string  `json:"document" sql:"o.doc_number" doc:"Document"`
	Actor    string  `json:"actor" sql:"o.actor" doc:"Who"`
}

var owedList = web.ListSpec[OwedLine]{
	From: `v_owed v JOIN inv_owed o ON o.id = v.id JOIN v_item i ON i.id = v.item_id JOIN v_location w ON w.id = v.location_id LEFT JOIN inv_lot l ON l.id = v.lot_id`,
	Key:  "v.id", Sort: "opened_ms", Search: []string{"i.code", "i.name", "w.code", "o.doc_number"},
	Scope: func(ctx context.Context, w *db.Where) { sitesOf("v.site_id")(ctx, w) },
	File:  "negative-stock",
}

// WriteOffOwed ends what the books owe without goods.
type WriteOffOwed struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why no receipt will come and nobody counts"`
}

// WriteOffOwed carries out a WriteOffOwed: what was presumed stands.
func (m *Module) WriteOffOwed(ctx context.Context, tx *db.Tx, id db.ID, in WriteOffOwed) (OwedTold, error) {
	reason := strings.TrimSpace(in.Reason)
	if reason == "" {
		return OwedTold{}, fault.Invalid("inventory.reason_missing", "say why it is written off")
	}
	o, ok, err := db.Get[owedRow](ctx, tx, `SELECT v.id, v.id AS owed_id, o.kind, v.item_id, v.site_id, v.location_id, v.lot_id, v.qty, o.doc_kind, o.doc_id, o.doc_number, o.order_id, o.reason, o.recorded_ms, o.actor
		FROM v_owed v JOIN inv_owed o ON o.id = v.id WHERE v.id = $1 AND v.qty > 0`, id)
	if err != nil {
		return OwedTold{}, err
	}
	if !ok || !actor.From(ctx).SeesSite(int64(o.Site)) {
		return OwedTold{}, fault.NotFound("inventory.owed_unknown", "nothing is owed under %s", id).With("id", id)
	}
	it, err := masterdata.ItemByID(ctx, tx, o.Item)
	if err != nil {
		return OwedTold{}, err
	}
	loc, err := masterdata.LocationByID(ctx, tx, o.Location)
	if err != nil {
		return OwedTold{}, err
	}
	return OwedTold{Item: it.Code, Location: loc.Code, Kind: "write_off", Qty: -o.Qty, DocKind: o.DocKind, DocNumber: o.Doc},
		m.note(ctx, tx, owedRow{ID: tx.ID(), Owed: o.Owed, Kind: "write_off", Item: o.Item, Site: o.Site, Location: o.Location, Lot: o.Lot, Qty: -o.Qty, DocKind: o.DocKind, DocID: o.Owed, Doc: o.Doc, Order: o.Order, Reason: reason})
}

// verifyOwed: what is owed is never below zero, was opened by a find in the ledger, and settled by goods that left.
func verifyOwed(ctx context.Context, q db.Querier) error {
	id, ok, err := db.Get[db.ID](ctx, q, `SELECT id FROM v_owed WHERE qty < 0 ORDER BY id LIMIT 1`)
	if err == nil && ok {
		err = fmt.Errorf("inv_owed %s: more was settled than was owed", id)
	}
	if err != nil {
		return err
	}
	id, ok, err = db.Get[db.ID](ctx, q, `SELECT o.id FROM inv_owed o LEFT JOIN inv_move m ON m.doc_id = o.id AND m.doc_kind = '`+docFound+`'
		WHERE o.kind = 'open' AND (m.id IS NULL OR m.from_kind <> 'adjust' OR m.to_kind <> 'stock' OR m.item_id <> o.item_id OR m.lot_id <> o.lot_id OR m.to_ref <> o.location_id OR m.qty <> o.qty) ORDER BY o.id LIMIT 1`)
	if err == nil && ok {
		err = fmt.Errorf("inv_owed %s: is not what the ledger presumed", id)
	}
	if err != nil {
		return err
	}
	id, ok, err = db.Get[db.ID](ctx, q, `SELECT o.id FROM inv_owed o WHERE o.kind = 'settle'
		AND o.qty <> (SELECT CAST(coalesce(sum(CASE WHEN m.to_kind = 'adjust' THEN -m.qty ELSE m.qty END), 0) AS BIGINT) FROM inv_move m WHERE m.doc_id = o.id AND m.doc_kind = '`+docOwed+`') ORDER BY o.id LIMIT 1`)
	if err == nil && ok {
		err = fmt.Errorf("inv_owed %s: the ledger settled another quantity", id)
	}
	return err
}
