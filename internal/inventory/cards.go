package inventory

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// LotCard is everything about a lot on one page.
type LotCard struct {
	Item      string      `json:"item"`
	Name      string      `json:"name"`
	UoM       string      `json:"uom"`
	Lot       string      `json:"lot"`
	Parts     []Lot       `json:"parts" doc:"Deliveries under this number"`
	Supplier  string      `json:"supplier"`
	OnHand    num.Dec     `json:"on_hand"`
	Held      num.Dec     `json:"held"`
	Balances  []Balance   `json:"balances"`
	MadeFrom  []Kin       `json:"made_from" doc:"What the orders that made it consumed"`
	UsedIn    []Kin       `json:"used_in" doc:"What was made with it"`
	Customers []ShippedTo `json:"customers" doc:"Who has it, or something made with it"`
	Moves     []MoveLine  `json:"moves" doc:"The last 200"`
}

// Balance is what is at one place.
type Balance struct {
	Kind      string  `json:"kind"`
	Place     string  `json:"place"`
	Lot       string  `json:"lot"`
	Status    string  `json:"status"`
	Qty       num.Dec `json:"qty"`
	Reserved  num.Dec `json:"reserved"`
	Expires   string  `json:"expires_on"`
	Container string  `json:"container,omitempty"`
}

// Kin is a lot that another was made from or went into, and for which order.
type Kin struct {
	Item     string  `json:"item"`
	Name     string  `json:"name"`
	UoM      string  `json:"uom"`
	Lot      string  `json:"lot"`
	Qty      num.Dec `json:"qty" doc:"Consumed or produced for the order"`
	Order    db.ID   `json:"order_id"`
	Document string  `json:"document"`
}

// Card of a lot.
func (m *Module) LotCard(ctx context.Context, q db.Querier, itemCode, number string) (LotCard, error) {
	it, err := masterdata.ItemByCode(ctx, q, itemCode)
	if err != nil {
		return LotCard{}, err
	}
	lot, err := LotByNumber(ctx, q, it.ID, number)
	if err != nil {
		return LotCard{}, err
	}
	out := LotCard{Item: it.Code, Name: it.Name, UoM: it.UoM, Lot: lot.Number}
	if out.Parts, err = db.All[Lot](ctx, q, `SELECT `+lotColumns+` FROM inv_lot WHERE item_id = $1 AND number = $2 AND number <> '' AND `+unpublished+` ORDER BY part`, it.ID, lot.Number); err != nil {
		return out, err
	}
	ids := make([]db.ID, len(out.Parts))
	for i, p := range out.Parts {
		ids[i] = p.ID
	}
	if lot.Partner != 0 {
		if out.Supplier, err = placeName(ctx, q, Place{Supplier, lot.Partner}); err != nil {
			return out, err
		}
	}
	if out.Balances, err = balances(ctx, q, it.ID, ids); err != nil {
		return out, err
	}
	for _, b := range out.Balances {
		if b.Kind != string(Stock) {
			continue
		}
		if out.OnHand += b.Qty; b.Status == Held {
			out.Held += b.Qty
		}
	}
	made, err := Made(ctx, q, ids, nil)
	if err != nil {
		return out, err
	}
	if out.MadeFrom, err = kin(ctx, q, made, Used); err != nil {
		return out, err
	}
	used, err := Used(ctx, q, ids, nil)
	if err != nil {
		return out, err
	}
	if out.UsedIn, err = kin(ctx, q, used, Made); err != nil {
		return out, err
	}
	reach, err := Into(ctx, q, ids)
	if err != nil {
		return out, err
	}
	if out.Customers, err = Shipments(ctx, q, append(reach, ids...)); err != nil {
		return out, err
	}
	out.Moves, err = movesOf(ctx, q, func(w *db.Where) { w.And("m.lot_id <> 0"); db.In(w, "m.lot_id", ids) })
	return out, err
}

// kin finds the other side of edges: for each order that they name, what it consumed or produced. An order that has
// none yet stands by itself.
func kin(ctx context.Context, q db.Querier, es []Edge, other step) ([]Kin, error) {
	out := []Kin{}
	if len(es) == 0 {
		return out, nil
	}
	var orders, items, lots []db.ID
	for _, e := range es {
		orders = append(orders, e.Order)
	}
	slices.Sort(orders)
	others, err := other(ctx, q, nil, slices.Compact(orders))
	if err != nil {
		return nil, err
	}
	met := map[db.ID]bool{}
	for _, e := range others {
		met[e.Order] = true
		items, lots = append(items, e.Item), append(lots, e.Lot)
	}
	known, err := masterdata.Items(ctx, q, items)
	if err != nil {
		return nil, err
	}
	numbers := map[db.ID]string{}
	for part := range slices.Chunk(lots, 500) {
		var w db.Where
		db.In(&w, "id", part)
		if err := db.Each(ctx, q, `SELECT `+lotColumns+` FROM inv_lot`+w.String(), w.Args, func(l *Lot) error { numbers[l.ID] = l.Number; return nil }); err != nil {
			return nil, err
		}
	}
	for _, e := range others {
		it := known[e.Item]
		out = append(out, Kin{it.Code, it.Name, it.UoM, numbers[e.Lot], e.Qty, e.Order, e.Document})
	}
	for _, e := range es {
		if !met[e.Order] {
			met[e.Order] = true
			out = append(out, Kin{Qty: e.Qty, Order: e.Order, Document: e.Document})
		}
	}
	return out, nil
}

func balances(ctx context.Context, q db.Querier, item db.ID, lots []db.ID) ([]Balance, error) {
	type line struct {
		Kind     string  `db:"place_kind"`
		Ref      db.ID   `db:"place_ref"`
		Lot      string  `db:"number"`
		Status   string  `db:"status"`
		Expires  string  `db:"expires_on"`
		Qty      num.Dec `db:"qty"`
		Reserved num.Dec `db:"reserved"`
		Box      string  `db:"box"`
	}
	var w db.Where
	w.And("b.item_id = ?", item)
	if lots != nil {
		w.And("b.lot_id <> 0")
		db.In(&w, "b.lot_id", lots)
	}
	w.And("b.qty > 0 AND b." + unpublished)
	sitesOf("b.site_id")(ctx, &w)
	lines, err := db.All[line](ctx, q, `SELECT b.place_kind, b.place_ref, coalesce(l.number, '') AS number, b.status, coalesce(l.expires_on, '`+OpenEnd+`') AS expires_on, CAST(sum(b.qty) AS BIGINT) AS qty, CAST(sum(b.reserved) AS BIGINT) AS reserved, coalesce(c.code, '') AS box
		FROM inv_balance b LEFT JOIN inv_lot l ON l.id = b.lot_id LEFT JOIN inv_container c ON c.id = b.container_id`+w.String()+` GROUP BY b.place_kind, b.place_ref, c.code, l.number, b.status, l.expires_on, l.received_on, l.id
		ORDER BY b.place_kind, coalesce(l.expires_on, '`+OpenEnd+`'), coalesce(l.received_on, '`+OpenEnd+`'), l.number, b.place_ref`, w.Args...)
	if err != nil {
		return nil, err
	}
	name, err := placeNames(ctx, q, func(see func(string, db.ID)) {
		for _, l := range lines {
			see(l.Kind, l.Ref)
		}
	})
	out := make([]Balance, len(lines))
	for i, l := range lines {
		out[i] = Balance{l.Kind, name(l.Kind, l.Ref), l.Lot, l.Status, l.Qty, l.Reserved, l.Expires, l.Box}
	}
	return out, err
}

// movesOf reads the last moves that a condition on m names.
func movesOf(ctx context.Context, q db.Querier, cond func(w *db.Where)) ([]MoveLine, error) {
	var w db.Where
	cond(&w)
	moveList.Scope(ctx, &w)
	out, err := read[MoveLine](ctx, q, moveList.From, &w, ` ORDER BY m.happened_ms DESC, m.id DESC LIMIT 200`)
	if err != nil {
		return nil, err
	}
	return out, nameMoves(ctx, q, out)
}

// ItemCard is an item's stock on one page: what there is where, and how it came and went.
type ItemCard struct {
	Item     string     `json:"item"`
	Name     string     `json:"name"`
	UoM      string     `json:"uom"`
	Level    Level      `json:"level"`
	Balances []Balance  `json:"balances"`
	Moves    []CardLine `json:"moves" doc:"The last 200, latest first"`
}

// CardLine is a move with what was in stock after it.
type CardLine struct {
	MoveLine
	In    num.Dec `json:"in" doc:"Into stock"`
	Out   num.Dec `json:"out" doc:"Out of stock"`
	After num.Dec `json:"after" doc:"In stock after it"`
}

// ItemCard of an item at a site; "" is the caller's first.
func (m *Module) ItemCard(ctx context.Context, q db.Querier, code, siteCode string) (ItemCard, error) {
	it, err := masterdata.ItemByCode(ctx, q, code)
	if err != nil {
		return ItemCard{}, err
	}
	site, err := siteOf(ctx, q, siteCode)
	if err != nil {
		return ItemCard{}, err
	}
	out := ItemCard{Item: it.Code, Name: it.Name, UoM: it.UoM, Moves: []CardLine{}}
	levels, err := m.OnHands(ctx, q, site.ID, []db.ID{it.ID}, "")
	if err != nil {
		return out, err
	}
	out.Level = levels[it.ID]
	if out.Balances, err = balances(ctx, q, it.ID, nil); err != nil {
		return out, err
	}
	moves, err := movesOf(ctx, q, func(w *db.Where) { w.And("m.item_id = ?", it.ID); w.And("m.site_id = ?", site.ID) })
	if err != nil {
		return out, err
	}
	after := out.Level.Available + out.Level.Held + out.Level.Reserved
	for _, v := range moves {
		c := CardLine{MoveLine: v, After: after}
		if v.ToKind == string(Stock) {
			c.In = v.Qty
		}
		if v.FromKind == string(Stock) {
			c.Out = v.Qty
		}
		after += c.Out - c.In
		out.Moves = append(out.Moves, c)
	}
	return out, nil
}

func siteOf(ctx context.Context, q db.Querier, code string) (masterdata.Site, error) {
	if code == "" {
		return masterdata.DefaultSite(ctx, q)
	}
	s, err := masterdata.SiteByCode(ctx, q, code)
	if err == nil && !actor.From(ctx).SeesSite(int64(s.ID)) {
		err = fault.NotFound("masterdata.site_unknown", "there is no site %s", code).With("code", code)
	}
	return s, err
}

// SerialCard is the life of one piece.
type SerialCard struct {
	Item      string     `json:"item"`
	Name      string     `json:"name"`
	Serial    string     `json:"serial"`
	Lot       string     `json:"lot"`
	Kind      string     `json:"kind" doc:"stock, wip, customer, …"`
	Place     string     `json:"place"`
	Status    string     `json:"status"`
	Container string     `json:"container,omitempty"`
	Moves     []MoveLine `json:"moves"`
	Made      []Kin      `json:"made_from" doc:"What the order that made it consumed"`
	Inside    []Bound    `json:"inside" doc:"Pieces that sit in it"`
	SitsIn    *Bound     `json:"sits_in,omitempty" doc:"The unit that it sits in"`
}

// SerialCard of a piece.
func (m *Module) SerialCard(ctx context.Context, q db.Querier, itemCode, number string) (SerialCard, error) {
	it, err := masterdata.ItemByCode(ctx, q, itemCode)
	if err != nil {
		return SerialCard{}, err
	}
	ps, err := piecesOf(ctx, q, it, []string{strings.TrimSpace(number)})
	if err != nil {
		return SerialCard{}, err
	}
	p := ps[0]
	lot, err := lotByID(ctx, q, p.Lot)
	if err != nil {
		return SerialCard{}, err
	}
	out := SerialCard{Item: it.Code, Name: it.Name, Serial: p.Number, Lot: lot.Number, Kind: string(p.Kind), Status: p.Status}
	if p.Container != 0 {
		if out.Container, err = db.One[string](ctx, q, `SELECT code FROM inv_container WHERE id = $1`, p.Container); err != nil {
			return out, err
		}
	}
	if out.Place, err = placeName(ctx, q, Place{p.Kind, p.Ref}); err != nil {
		return out, err
	}
	// a run that holds the piece begins at most one longest run before it
	out.Moves, err = movesOf(ctx, q, func(w *db.Where) {
		w.And("m.id IN (SELECT move_id FROM inv_move_serial WHERE first_id BETWEEN ? AND ? AND last_id >= ?)", p.ID-longestRun, p.ID, p.ID)
	})
	if err != nil {
		return out, err
	}
	var made []Edge
	for _, v := range out.Moves {
		if v.FromKind == string(Produced) && v.OrderID != 0 && !v.Reversed && v.Reverses == 0 {
			made = append(made, Edge{Order: v.OrderID, Qty: v.Qty, Document: v.Document})
		}
	}
	if out.Inside, out.SitsIn, err = boundOf(ctx, q, p.ID); err != nil {
		return out, err
	}
	out.Made, err = kin(ctx, q, made, Used)
	return out, err
}
