package sales

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// NewPick asks for a pick list of what is promised to one or several orders.
type NewPick struct {
	Orders []string `json:"orders" minItems:"1" maxItems:"200" doc:"Sales order numbers; several make a wave"`
}

// Pick is a pick list in the order in which a person walks: by warehouse and location.
type Pick struct {
	Number    string     `json:"number"`
	Status    string     `json:"status" enum:"open,picked,short,cancelled"`
	Orders    []string   `json:"orders"`
	MadeMS    int64      `json:"made_ms"`
	MadeBy    string     `json:"made_by"`
	Lines     []PickLine `json:"lines"`
	Left      int        `json:"left" doc:"Lines that are not done"`
	Cancelled int64      `json:"cancelled_ms"`
}

// PickLine is one stop on the way.
type PickLine struct {
	Pos       int64    `json:"pos" db:"pos"`
	Order     string   `json:"order" db:"order_number"`
	Line      int64    `json:"line" db:"line"`
	Customer  string   `json:"customer" db:"customer"`
	Warehouse string   `json:"warehouse" db:"warehouse"`
	Location  string   `json:"location" db:"location"`
	Item      string   `json:"item" db:"item"`
	Name      string   `json:"name" db:"name"`
	UoM       string   `json:"uom" db:"uom"`
	Lot       string   `json:"lot" db:"lot"`
	Qty       num.Dec  `json:"qty" db:"qty"`
	Picked    num.Dec  `json:"picked" db:"picked"`
	Short     num.Dec  `json:"short" db:"short"`
	Why       string   `json:"why" db:"why"`
	Serials   []string `json:"serials" db:"-" doc:"The pieces to take"`
	Taken     []string `json:"taken" db:"-" doc:"The pieces that were scanned"`
}

type pickRow struct {
	ID     db.ID   `db:"id"`
	Number string  `db:"number"`
	Site   db.ID   `db:"site_id"`
	Made   int64   `db:"made_ms"`
	By     string  `db:"made_by"`
	Key    *string `db:"client_key"`
}

// MakePick makes a pick list of what is promised to the orders and on no open list yet.
func (m *Module) MakePick(ctx context.Context, tx *db.Tx, in NewPick) (Pick, error) {
	type stop struct {
		ID       db.ID   `db:"id"`
		Pick     db.ID   `db:"pick_id"`
		Pos      int64   `db:"pos"`
		Order    db.ID   `db:"order_id"`
		Line     db.ID   `db:"line_id"`
		Item     db.ID   `db:"item_id"`
		Lot      db.ID   `db:"lot_id"`
		LotNo    string  `db:"lot"`
		Location db.ID   `db:"location_id"`
		Qty      num.Dec `db:"qty"`
		Serials  string  `db:"serials"`
		place    string
	}
	var stops []stop
	row := pickRow{ID: tx.ID(), Made: tx.NowMS(), By: actor.From(ctx).Name, Key: key(tx)}
	places := map[db.ID]string{}
	for i, number := range in.Orders {
		o, err := orderByNumber(ctx, tx, number)
		if err != nil {
			return Pick{}, err
		}
		if o.Cancelled > 0 {
			return Pick{}, fault.Conflict("sales.cancelled", "order %s is cancelled", number).With("number", number)
		}
		if slices.Index(in.Orders, number) != i {
			return Pick{}, fault.Invalid("sales.merge_self", "order %s is named twice", number).With("number", number)
		}
		if row.Site == 0 {
			row.Site = o.Site
		}
		lines, err := linesOf(ctx, tx, o.ID)
		if err != nil {
			return Pick{}, err
		}
		listed, err := onLists(ctx, tx, idsOf(lines))
		if err != nil {
			return Pick{}, err
		}
		for _, l := range lines {
			if listed[l.ID] {
				continue
			}
			promised, err := m.Inventory.Reserved(ctx, tx, "so_line", l.ID)
			if err != nil {
				return Pick{}, err
			}
			for _, p := range promised {
				if _, ok := places[p.From.Ref]; !ok {
					loc, err := masterdata.LocationByID(ctx, tx, p.From.Ref)
					if err != nil {
						return Pick{}, err
					}
					places[p.From.Ref] = loc.Warehouse + "\x00" + loc.Code
				}
				stops = append(stops, stop{ID: tx.ID(), Pick: row.ID, Order: o.ID, Line: l.ID, Item: l.Item, Lot: p.Lot, LotNo: p.LotNumber, Location: p.From.Ref, Qty: p.Qty,
					Serials: strings.Join(p.Serials, " "), place: places[p.From.Ref]})
			}
		}
	}
	if len(stops) == 0 {
		return Pick{}, fault.Conflict("sales.nothing_to_pick", "nothing is allocated to %v that is not on a pick list", in.Orders)
	}
	slices.SortStableFunc(stops, func(a, b stop) int { return strings.Compare(a.place+"\x00"+a.LotNo, b.place+"\x00"+b.LotNo) })
	for i := range stops {
		stops[i].Pos = int64(i + 1)
	}
	var err error
	if row.Number, err = tx.Number("pick"); err != nil {
		return Pick{}, err
	}
	if err := db.Insert(ctx, tx, "so_pick", row); err != nil {
		return Pick{}, err
	}
	if err := db.Insert(ctx, tx, "so_pick_line", stops...); err != nil {
		return Pick{}, err
	}
	out, err := m.PickList(ctx, tx, row.Number)
	if err != nil {
		return Pick{}, err
	}
	for _, number := range in.Orders {
		// each order hears of itself alone: its customer reads its time line
		tx.Emit(db.Event{Name: "sales.pick_made", Subject: "so:" + number, Site: row.Site, Payload: Picked{Pick: row.Number, Order: number}})
	}
	return out, nil
}

// onLists says which lines are on a pick list that is still walked or was walked for a shipment to come.
func onLists(ctx context.Context, q db.Querier, lines []db.ID) (map[db.ID]bool, error) {
	out := map[db.ID]bool{}
	if len(lines) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "l.line_id", lines)
	w.And("p.cancelled_ms = 0")
	w.And("l.picked + l.short < l.qty")
	return out, db.Each(ctx, q, `SELECT DISTINCT l.line_id FROM so_pick_line l JOIN so_pick p ON p.id = l.pick_id`+w.String(), w.Args, func(id *db.ID) error { out[*id] = true; return nil })
}

func pickByNumber(ctx context.Context, q db.Querier, number string) (pickRow, int64, error) {
	type row struct {
		pickRow
		Cancelled int64 `db:"cancelled_ms"`
	}
	r, ok, err := db.Get[row](ctx, q, `SELECT id, number, site_id, made_ms, made_by, client_key, cancelled_ms FROM so_pick WHERE number = $1`, number)
	if err == nil && (!ok || identity.See(ctx, r.Site, 0) != nil) {
		err = fault.NotFound("sales.pick_unknown", "no pick list %s", number).With("number", number)
	}
	return r.pickRow, r.Cancelled, err
}

// PickList reads a pick list.
func (m *Module) PickList(ctx context.Context, q db.Querier, number string) (Pick, error) {
	p, cancelled, err := pickByNumber(ctx, q, number)
	if err != nil {
		return Pick{}, err
	}
	out := Pick{Number: p.Number, Status: "picked", Orders: []string{}, MadeMS: p.Made, MadeBy: p.By, Lines: []PickLine{}, Cancelled: cancelled}
	type row struct {
		PickLine
		Text  string `db:"serials"`
		Taken string `db:"taken"`
	}
	err = db.Each(ctx, q, `
		SELECT x.pos, o.number AS order_number, l.line, coalesce(c.name, '') AS customer, w.warehouse, w.code AS location, i.code AS item, i.name, i.uom, x.lot, x.qty, x.picked, x.short, x.why, x.serials, x.taken
		FROM so_pick_line x JOIN so_order o ON o.id = x.order_id JOIN so_line l ON l.id = x.line_id JOIN v_item i ON i.id = x.item_id JOIN v_location w ON w.id = x.location_id
		LEFT JOIN v_partner c ON c.id = o.customer_id
		WHERE x.pick_id = $1 ORDER BY x.pos`, []any{p.ID}, func(r *row) error {
		l := r.PickLine
		l.Serials, l.Taken = strings.Fields(r.Text), strings.Fields(r.Taken)
		out.Lines = append(out.Lines, l)
		if !slices.Contains(out.Orders, l.Order) {
			out.Orders = append(out.Orders, l.Order)
		}
		if l.Picked+l.Short < l.Qty {
			out.Left++
		}
		if l.Short > 0 && out.Status == "picked" {
			out.Status = "short"
		}
		return nil
	})
	if out.Left > 0 {
		out.Status = "open"
	}
	if cancelled > 0 {
		out.Status = "cancelled"
	}
	return out, err
}

// ScanPick is what a person took from a shelf, as its label says.
type ScanPick struct {
	Code string  `json:"code" minLength:"1" maxLength:"200" doc:"The scanned label: a lot, a piece, an item"`
	Qty  num.Dec `json:"qty,omitempty" doc:"0: all that is left of the stop; a piece counts as one"`
	Pos  int64   `json:"pos,omitempty" doc:"The stop, when the person chose one"`
}

// Picked is the payload of sales.picked and sales.pick_short.
type Picked struct {
	Pick   string  `json:"pick"`
	Order  string  `json:"order"`
	Pos    int64   `json:"pos"`
	Item   string  `json:"item"`
	Lot    string  `json:"lot"`
	Serial string  `json:"serial,omitempty"`
	Qty    num.Dec `json:"qty"`
	Why    string  `json:"why,omitempty"`
}

// Scan checks what was taken against the list: a wrong item, a wrong lot, a wrong piece and too much are refused.
func (m *Module) Scan(ctx context.Context, tx *db.Tx, number string, in ScanPick) (Pick, error) {
	p, cancelled, err := pickByNumber(ctx, tx, number)
	if err != nil {
		return Pick{}, err
	}
	if cancelled > 0 {
		return Pick{}, fault.Conflict("sales.pick_ended", "pick list %s was given up", number).With("number", number)
	}
	list, err := m.PickList(ctx, tx, number)
	if err != nil {
		return Pick{}, err
	}
	g, err := inventory.Scan(ctx, tx, in.Code)
	if err != nil {
		return Pick{}, err
	}
	at, f := match(list, in, g.Item.Code, g.Lot, g.Serial)
	if f != nil {
		return Pick{}, f.With("number", number)
	}
	l := list.Lines[at]
	qty := in.Qty
	if g.Serial != "" {
		qty = num.One
	} else if qty == 0 {
		qty = l.Qty - l.Picked - l.Short
	}
	if qty <= 0 || qty > l.Qty-l.Picked-l.Short {
		return Pick{}, fault.Conflict("sales.pick_too_much", "%s of %s are left to pick, not %s", l.Qty-l.Picked-l.Short, l.Item, qty).
			With("item", l.Item).With("lot", l.Lot).With("left", l.Qty-l.Picked-l.Short).With("qty", qty)
	}
	if !qty.Fits(g.Item.Decimals) {
		return Pick{}, fault.Invalid("sales.decimals", "quantity of %s has at most %d decimals", l.Item, g.Item.Decimals).With("item", l.Item).With("decimals", g.Item.Decimals).With("qty", qty)
	}
	// the WHERE clause is the rule: two people who scan the last piece of a stop do not both have it
	n, err := tx.Exec(ctx, `UPDATE so_pick_line SET picked = picked + $1, taken = CASE WHEN $2 = '' THEN taken WHEN taken = '' THEN $2 ELSE taken || ' ' || $2 END
		WHERE pick_id = $3 AND pos = $4 AND picked + short + $1 <= qty AND picked = $5`, qty, g.Serial, p.ID, l.Pos, l.Picked)
	if err != nil {
		return Pick{}, err
	}
	if n == 0 {
		return Pick{}, db.ErrRetry
	}
	tx.Emit(db.Event{Name: "sales.picked", Subject: "so:" + l.Order, Site: p.Site, Payload: Picked{Pick: number, Order: l.Order, Pos: l.Pos, Item: l.Item, Lot: l.Lot, Serial: g.Serial, Qty: qty}})
	return m.PickList(ctx, tx, number)
}

// match finds the stop that a scanned label belongs to, or says in words why there is none.
func match(list Pick, in ScanPick, item, lot, serial string) (int, *fault.Error) {
	var ofItem, open []int
	for i, l := range list.Lines {
		if l.Item == item && (in.Pos == 0 || in.Pos == l.Pos) {
			ofItem = append(ofItem, i)
			if l.Picked+l.Short < l.Qty {
				open = append(open, i)
			}
		}
	}
	if len(ofItem) == 0 {
		return 0, fault.Conflict("sales.pick_wrong_item", "%s is not on the list", item).With("item", item)
	}
	if serial != "" {
		for _, i := range ofItem {
			l := list.Lines[i]
			if slices.Contains(l.Taken, serial) {
				return 0, fault.Conflict("sales.pick_twice", "%s has been picked already", serial).With("serial", serial)
			}
			if slices.Contains(l.Serials, serial) {
				return i, nil
			}
		}
		return 0, fault.Conflict("sales.pick_wrong_piece", "%s is not promised to these orders", serial).With("serial", serial)
	}
	var lots []string
	for _, i := range open {
		if !slices.Contains(lots, list.Lines[i].Lot) {
			lots = append(lots, list.Lines[i].Lot)
		}
	}
	if len(open) == 0 {
		l := list.Lines[ofItem[0]]
		return 0, fault.Conflict("sales.pick_too_much", "all of %s has been picked", item).With("item", item).With("lot", l.Lot).With("left", num.Dec(0)).With("qty", in.Qty)
	}
	if lot == "" {
		if len(lots) > 1 {
			return 0, fault.Conflict("sales.pick_name_lot", "several lots of %s are to be picked", item).With("item", item)
		}
		return open[0], nil
	}
	for _, i := range open {
		if list.Lines[i].Lot == lot {
			return i, nil
		}
	}
	return 0, fault.Conflict("sales.pick_wrong_lot", "%s is to be taken from %s, not %s", item, strings.Join(lots, ", "), lot).With("item", item).With("want", strings.Join(lots, ", ")).With("lot", lot)
}

// ShortPick says that a stop has less than it should.
type ShortPick struct {
	Pos int64   `json:"pos" minimum:"1"`
	Qty num.Dec `json:"qty,omitempty" doc:"What is missing; 0: all that is left"`
	Why string  `json:"why" minLength:"1" maxLength:"200"`
}

// MissPick records what was not found; the promise stays until somebody decides about the stock.
func (m *Module) MissPick(ctx context.Context, tx *db.Tx, number string, in ShortPick) (Pick, error) {
	p, cancelled, err := pickByNumber(ctx, tx, number)
	if err != nil {
		return Pick{}, err
	}
	if cancelled > 0 {
		return Pick{}, fault.Conflict("sales.pick_ended", "pick list %s was given up", number).With("number", number)
	}
	list, err := m.PickList(ctx, tx, number)
	if err != nil {
		return Pick{}, err
	}
	i := slices.IndexFunc(list.Lines, func(l PickLine) bool { return l.Pos == in.Pos })
	if i < 0 {
		return Pick{}, fault.NotFound("sales.line_unknown", "pick list %s has no stop %d", number, in.Pos).With("number", number).With("line", in.Pos)
	}
	l := list.Lines[i]
	left := l.Qty - l.Picked - l.Short
	if in.Qty == 0 {
		in.Qty = left
	}
	if in.Qty <= 0 || in.Qty > left {
		return Pick{}, fault.Conflict("sales.pick_too_much", "%s of %s are left to pick, not %s", left, l.Item, in.Qty).With("item", l.Item).With("lot", l.Lot).With("left", left).With("qty", in.Qty)
	}
	tx.Queue(`UPDATE so_pick_line SET short = short + $1, why = $2 WHERE pick_id = $3 AND pos = $4`, in.Qty, in.Why, p.ID, in.Pos)
	tx.Emit(db.Event{Name: "sales.pick_short", Subject: "so:" + l.Order, Site: p.Site, Reason: in.Why, Payload: Picked{Pick: number, Order: l.Order, Pos: l.Pos, Item: l.Item, Lot: l.Lot, Qty: in.Qty, Why: in.Why}})
	return m.PickList(ctx, tx, number)
}

// DropPick gives a pick list up: what is on it may go on another.
func (m *Module) DropPick(ctx context.Context, tx *db.Tx, number string, in Undo) (Created, error) {
	p, cancelled, err := pickByNumber(ctx, tx, number)
	if err != nil {
		return Created{}, err
	}
	if cancelled > 0 {
		return Created{}, fault.Conflict("sales.pick_ended", "pick list %s was given up", number).With("number", number)
	}
	list, err := m.PickList(ctx, tx, number)
	if err != nil {
		return Created{}, err
	}
	tx.Queue(`UPDATE so_pick SET cancelled_ms = $1 WHERE id = $2`, tx.NowMS(), p.ID)
	for _, o := range list.Orders {
		tx.Emit(db.Event{Name: "sales.pick_dropped", Subject: "so:" + o, Site: p.Site, Reason: in.Reason, Payload: Picked{Pick: number, Order: o}})
	}
	return Created{p.ID, number}, nil
}

// PickRow is a line of the list of pick lists.
type PickRow struct {
	ID     db.ID  `json:"id" sql:"p.id" doc:"Pick list"`
	Number string `json:"number" sql:"p.number" doc:"Pick list"`
	Orders string `json:"orders" sql:"(SELECT string_agg(n.number, ', ' ORDER BY n.number) FROM (SELECT DISTINCT o.number FROM so_pick_line x JOIN so_order o ON o.id = x.order_id WHERE x.pick_id = p.id) n)" doc:"Orders"`
	Stops  int64  `json:"stops" sql:"(SELECT count(*) FROM so_pick_line x WHERE x.pick_id = p.id)" doc:"Stops"`
	Left   int64  `json:"left" sql:"(SELECT count(*) FROM so_pick_line x WHERE x.pick_id = p.id AND x.picked + x.short < x.qty)" doc:"Left"`
	Status string `json:"status" sql:"CASE WHEN p.cancelled_ms > 0 THEN 'cancelled' WHEN EXISTS (SELECT 1 FROM so_pick_line x WHERE x.pick_id = p.id AND x.picked + x.short < x.qty) THEN 'open' ELSE 'picked' END" doc:"Status"`
	At     int64  `json:"made_ms" sql:"p.made_ms" doc:"Made"`
	By     string `json:"made_by" sql:"p.made_by" doc:"Made by"`
}
