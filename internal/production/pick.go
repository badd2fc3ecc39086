package production

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// NewWorkPick asks for a pick list of the material that one or several work orders still need.
type NewWorkPick struct {
	Orders []string `json:"orders" minItems:"1" maxItems:"100" doc:"Work order numbers; several are picked on one way"`
}

// WorkPick is a pick list in the order in which a person walks: by warehouse and location.
type WorkPick struct {
	Number    string         `json:"number"`
	Status    string         `json:"status" enum:"open,picked,short,cancelled"`
	Orders    []string       `json:"orders"`
	MadeMS    int64          `json:"made_ms"`
	MadeBy    string         `json:"made_by"`
	Cancelled int64          `json:"cancelled_ms"`
	Left      int            `json:"left" doc:"Stops that are not done"`
	Stops     []WorkPickStop `json:"stops"`
	Short     []WorkPickRow  `json:"short" doc:"What no stock was there for when the list was made"`
}

// WorkPickStop is one lot at one location, for one or several orders.
type WorkPickStop struct {
	Pos       int64         `json:"pos"`
	Warehouse string        `json:"warehouse"`
	Location  string        `json:"location"`
	Item      string        `json:"item"`
	Name      string        `json:"name"`
	UoM       string        `json:"uom"`
	Decimals  int           `json:"decimals"`
	Tracking  string        `json:"tracking"`
	Lot       string        `json:"lot"`
	Expires   string        `json:"expires_on"`
	Why       string        `json:"why" enum:"at_line,first_expiry,first_in,only" doc:"Why this lot is taken"`
	Qty       num.Dec       `json:"qty"`
	Picked    num.Dec       `json:"picked"`
	Short     num.Dec       `json:"short"`
	Left      num.Dec       `json:"left" doc:"Still to take; what the orders do not need any more is not"`
	For       []WorkPickRow `json:"for" doc:"For whom, the most urgent first"`
	itemID    db.ID
	lotID     db.ID
	location  db.ID
}

// WorkPickRow is how much of a stop is for which order.
type WorkPickRow struct {
	Order  string  `json:"order"`
	Item   string  `json:"item"`
	Name   string  `json:"name"`
	UoM    string  `json:"uom"`
	Op     int64   `json:"op" doc:"The report point that uses it"`
	Center string  `json:"work_center" doc:"Where it is brought to"`
	Qty    num.Dec `json:"qty"`
	Picked num.Dec `json:"picked"`
	Short  num.Dec `json:"short"`
	Left   num.Dec `json:"left"`
	Reason string  `json:"reason" doc:"Why it was short"`
	Others string  `json:"others" doc:"Lots that were taken instead"`
	id     db.ID
	order  db.ID
	comp   db.ID
}

type workPickRow struct {
	ID     db.ID   `db:"id"`
	Number string  `db:"number"`
	Site   db.ID   `db:"site_id"`
	Made   int64   `db:"made_ms"`
	By     string  `db:"made_by"`
	Key    *string `db:"client_key"`
}

type workPickLine struct {
	ID       db.ID   `db:"id"`
	Pick     db.ID   `db:"pick_id"`
	Pos      int64   `db:"pos"`
	Rank     int64   `db:"rank"`
	Order    db.ID   `db:"order_id"`
	Comp     db.ID   `db:"component_id"`
	Item     db.ID   `db:"item_id"`
	LotID    db.ID   `db:"lot_id"`
	Lot      string  `db:"lot"`
	Location db.ID   `db:"location_id"`
	Qty      num.Dec `db:"qty"`
	Short    num.Dec `db:"short"`
	Reason   string  `db:"reason"`
	Why      string  `db:"why"`
	way      string
}

// wanted is what a component line of an order still needs; shelf is what lies where, in the order in which it is taken.
type wanted struct {
	Order    db.ID
	Comp     db.ID
	Item     db.ID
	Code     string
	Decimals int
	Qty      num.Dec
}

type part struct {
	want wanted
	lot  shelfLot
	qty  num.Dec
}

// spread gives the wants what lies there, in their order, each the first lots that are left. What nobody has is short.
// It is pure: nothing is given twice, nothing more than there is, and a want gets all of it or there is nothing left.
func spread(wants []wanted, shelf map[db.ID][]shelfLot) (parts []part, short []wanted) {
	left := map[db.ID][]num.Dec{}
	for _, w := range wants {
		lots := shelf[w.Item]
		if left[w.Item] == nil {
			left[w.Item] = make([]num.Dec, len(lots))
			for i, l := range lots {
				left[w.Item][i] = max(l.Qty-l.Qty%smallest(w.Decimals), 0)
			}
		}
		rest := left[w.Item]
		for i := range lots {
			n := min(rest[i], w.Qty)
			if n <= 0 {
				continue
			}
			parts = append(parts, part{w, lots[i], n})
			rest[i] -= n
			w.Qty -= n
		}
		if w.Qty > 0 {
			short = append(short, w)
		}
	}
	return parts, short
}

// MakePick makes a pick list of what the orders still need and what is on no open list yet. Lots that an open list sends
// somebody to are not proposed twice; nothing is reserved, so an urgent order may still take them at the shelf.
func (m *Module) MakePick(ctx context.Context, tx *db.Tx, in NewWorkPick) (WorkPick, error) {
	all, err := m.whole(ctx, tx, in.Orders)
	if err != nil {
		return WorkPick{}, err
	}
	for i, c := range all {
		switch h := c.head(); {
		case slices.Index(in.Orders, c.Number) != i:
			return WorkPick{}, fault.Invalid("production.pick_twice", "%s is named twice", c.Number).With("order", c.Number)
		case c.Site != all[0].Site:
			return WorkPick{}, fault.Conflict("production.pick_sites", "%s and %s are made at different sites; make a list for each", all[0].Number, c.Number).With("order", c.Number).With("other", all[0].Number)
		default:
			if f := h.mayWork(); f != nil {
				return WorkPick{}, f
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *copied) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Due, b.Due), cmp.Compare(a.Number, b.Number))
	})
	row := workPickRow{ID: tx.ID(), Site: all[0].Site, Made: tx.NowMS(), By: actor.From(ctx).Name}
	if k := tx.Key(); k != "" {
		row.Key = &k
	}
	listed, lists, err := onPickLists(ctx, tx, all)
	if err != nil {
		return WorkPick{}, err
	}
	var wants []wanted
	var items []db.ID
	for _, c := range all {
		for _, k := range c.comps {
			if need := k.Required - k.Issued - listed[k.ID]; k.Role == "component" && k.Issue == "pick" && need > 0 {
				wants = append(wants, wanted{c.ID, k.ID, k.Item, k.Code, int(k.Decimals), need})
				items = append(items, k.Item)
			}
		}
	}
	if len(wants) == 0 {
		if len(lists) > 0 {
			return WorkPick{}, fault.Conflict("production.pick_listed", "what these orders need is on %s already", strings.Join(lists, ", ")).With("lists", strings.Join(lists, ", "))
		}
		return WorkPick{}, fault.Conflict("production.pick_nothing", "these orders have all that is picked for them: %s", strings.Join(in.Orders, ", ")).With("orders", strings.Join(in.Orders, ", "))
	}
	shelf, err := shelves(ctx, tx, row.Site, items, tx.Today(), true)
	if err != nil {
		return WorkPick{}, err
	}
	parts, short := spread(wants, shelf)
	if len(short) > 0 {
		more, rest, err := m.standIns(ctx, tx, row.Site, short)
		if err != nil {
			return WorkPick{}, err
		}
		parts, short = append(parts, more...), rest
	}
	if len(parts) == 0 {
		return WorkPick{}, fault.Conflict("production.pick_no_stock", "nothing of what these orders need is in stock: %s", strings.Join(in.Orders, ", ")).With("orders", strings.Join(in.Orders, ", "))
	}
	if row.Number, err = tx.Number("wo_pick"); err != nil {
		return WorkPick{}, err
	}
	lines := make([]workPickLine, 0, len(parts)+len(short))
	for _, p := range parts {
		lines = append(lines, workPickLine{ID: tx.ID(), Pick: row.ID, Order: p.want.Order, Comp: p.want.Comp, Item: p.want.Item, LotID: p.lot.LotID, Lot: p.lot.Lot, Location: p.lot.LocationID,
			Qty: p.qty, Why: p.lot.Why, way: p.lot.Warehouse + "\x00" + p.lot.Location + "\x00" + p.want.Code + "\x00" + p.lot.Lot})
	}
	slices.SortStableFunc(lines, func(a, b workPickLine) int { return strings.Compare(a.way, b.way) })
	for i := range lines {
		switch {
		case i > 0 && lines[i].way == lines[i-1].way:
			lines[i].Pos, lines[i].Rank = lines[i-1].Pos, lines[i-1].Rank+1
		case i > 0:
			lines[i].Pos = lines[i-1].Pos + 1
		default:
			lines[i].Pos = 1
		}
	}
	last := lines[len(lines)-1].Pos
	for i, s := range short {
		lines = append(lines, workPickLine{ID: tx.ID(), Pick: row.ID, Pos: last + 1 + int64(i), Order: s.Order, Comp: s.Comp, Item: s.Item, Qty: s.Qty, Short: s.Qty, Reason: "no_stock"})
	}
	if err := db.Insert(ctx, tx, "wo_pick", row); err != nil {
		return WorkPick{}, err
	}
	if err := db.Insert(ctx, tx, "wo_pick_line", lines...); err != nil {
		return WorkPick{}, err
	}
	out, err := m.WorkPick(ctx, tx, row.Number)
	for _, c := range all {
		e := PickEvent{Pick: row.Number, Order: c.Number, Lines: []PickedPart{}}
		for _, s := range out.Stops {
			for _, f := range s.For {
				if f.Order == c.Number {
					e.Lines = append(e.Lines, PickedPart{s.Item, s.Lot, s.Location, f.Qty})
				}
			}
		}
		for _, s := range out.Short {
			if s.Order == c.Number {
				e.Short = append(e.Short, PickedPart{Item: s.Item, Qty: s.Qty})
			}
		}
		tx.Emit(db.Event{Name: EventPickMade, Subject: "wo:" + c.Number, Site: row.Site, Payload: e})
	}
	return out, err
}

// standIns looks for approved substitutes of what is short.
func (m *Module) standIns(ctx context.Context, q db.Querier, site db.ID, short []wanted) (parts []part, rest []wanted, err error) {
	comps := make([]db.ID, len(short))
	for i, s := range short {
		comps[i] = s.Comp
	}
	subs, err := allowances(ctx, q, comps)
	if err != nil || len(subs) == 0 {
		return nil, short, err
	}
	var items []db.ID
	for _, list := range subs {
		for _, a := range list {
			items = append(items, a.Sub)
		}
	}
	shelf, err := shelves(ctx, q, site, items, m.today(), true)
	if err != nil {
		return nil, short, err
	}
	for _, s := range short {
		for _, a := range subs[s.Comp] {
			w := s
			w.Item, w.Code, w.Qty = a.Sub, a.Code, min(a.Qty, s.Qty)
			got, _ := spread([]wanted{w}, shelf)
			for _, p := range got {
				for i := range shelf[a.Sub] {
					if l := &shelf[a.Sub][i]; l.LotID == p.lot.LotID && l.LocationID == p.lot.LocationID {
						l.Qty -= p.qty
					}
				}
				s.Qty -= p.qty
			}
			parts = append(parts, got...)
		}
		if s.Qty > 0 {
			rest = append(rest, s)
		}
	}
	return parts, rest, nil
}

// PickEvent tells an order what a pick list brings it, or what was not found, or that it was given up.
type PickEvent struct {
	Pick   string       `json:"pick"`
	Order  string       `json:"order"`
	Lines  []PickedPart `json:"lines"`
	Short  []PickedPart `json:"short,omitempty" doc:"What is not there"`
	Reason string       `json:"reason,omitempty"`
}

// PickedPart is a quantity of a lot at a location.
type PickedPart struct {
	Item     string  `json:"item"`
	Lot      string  `json:"lot,omitempty"`
	Location string  `json:"location,omitempty"`
	Qty      num.Dec `json:"qty"`
}

// onPickLists is what open lists bring to the lines of the orders, and their numbers.
func onPickLists(ctx context.Context, q db.Querier, all []*copied) (map[db.ID]num.Dec, []string, error) {
	out := map[db.ID]num.Dec{}
	var lists []string
	ids := make([]db.ID, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	type row struct {
		Comp   db.ID   `db:"component_id"`
		Number string  `db:"number"`
		Qty    num.Dec `db:"qty"`
	}
	var w db.Where
	db.In(&w, "l.order_id", ids)
	w.And("p.cancelled_ms = 0 AND l.picked + l.short < l.qty")
	err := db.Each(ctx, q, `SELECT l.component_id, p.number, CAST(l.qty - l.picked - l.short AS BIGINT) AS qty FROM wo_pick_line l JOIN wo_pick p ON p.id = l.pick_id`+w.String()+` ORDER BY p.number`, w.Args, func(r *row) error {
		out[r.Comp] += r.Qty
		if !slices.Contains(lists, r.Number) {
			lists = append(lists, r.Number)
		}
		return nil
	})
	return out, lists, err
}

func workPickByNumber(ctx context.Context, q db.Querier, number string) (workPickRow, int64, error) {
	type row struct {
		workPickRow
		Cancelled int64 `db:"cancelled_ms"`
	}
	r, ok, err := db.Get[row](ctx, q, `SELECT id, number, site_id, made_ms, made_by, client_key, cancelled_ms FROM wo_pick WHERE number = $1`, number)
	if err == nil && (!ok || identity.See(ctx, r.Site, 0) != nil) {
		err = fault.NotFound("production.pick_unknown", "there is no pick list %s", number).With("number", number)
	}
	return r.workPickRow, r.Cancelled, err
}

// WorkPick reads a pick list.
func (m *Module) WorkPick(ctx context.Context, q db.Querier, number string) (WorkPick, error) {
	p, cancelled, err := workPickByNumber(ctx, q, number)
	if err != nil {
		return WorkPick{}, err
	}
	out := WorkPick{Number: p.Number, Status: "picked", Orders: []string{}, MadeMS: p.Made, MadeBy: p.By, Cancelled: cancelled, Stops: []WorkPickStop{}, Short: []WorkPickRow{}}
	type row struct {
		ID        db.ID   `db:"id"`
		Pos       int64   `db:"pos"`
		Order     db.ID   `db:"order_id"`
		Number    string  `db:"number"`
		Status    string  `db:"status"`
		Comp      db.ID   `db:"component_id"`
		Open      num.Dec `db:"open"`
		Op        int64   `db:"op"`
		Center    string  `db:"work_center"`
		ItemID    db.ID   `db:"item_id"`
		Item      string  `db:"code"`
		Name      string  `db:"name"`
		UoM       string  `db:"uom"`
		Decimals  int     `db:"decimals"`
		Tracking  string  `db:"tracking"`
		Warehouse string  `db:"warehouse"`
		LocID     db.ID   `db:"location_id"`
		Location  string  `db:"location"`
		LotID     db.ID   `db:"lot_id"`
		Lot       string  `db:"lot"`
		Expires   string  `db:"expires_on"`
		Qty       num.Dec `db:"qty"`
		Picked    num.Dec `db:"picked"`
		Short     num.Dec `db:"short"`
		Reason    string  `db:"reason"`
		Why       string  `db:"why"`
		Others    string  `db:"others"`
	}
	budget := map[db.ID]num.Dec{} // what the line still needs
	missing := false
	err = db.Each(ctx, q, `
		SELECT x.id, x.pos, x.order_id, o.number, o.status, x.component_id, c.required - c.issued AS open, r.op, coalesce(wc.name, '') AS work_center, x.item_id, i.code, i.name, i.uom, i.decimals, i.tracking,
		       coalesce(w.warehouse, '') AS warehouse, x.location_id, coalesce(w.code, '') AS location, x.lot_id, x.lot, coalesce(t.expires_on, '9999-12-31') AS expires_on, x.qty, x.picked, x.short, x.reason, x.why, x.others
		FROM wo_pick_line x JOIN wo_order o ON o.id = x.order_id JOIN wo_component c ON c.id = x.component_id JOIN wo_op r ON r.id = c.report_id JOIN v_item i ON i.id = x.item_id
		LEFT JOIN v_work_center wc ON wc.id = r.work_center_id LEFT JOIN v_location w ON w.id = x.location_id LEFT JOIN v_lot t ON t.id = x.lot_id AND x.lot_id <> 0
		WHERE x.pick_id = $1 ORDER BY x.pos, x.rank`, []any{p.ID}, func(r *row) error {
		f := WorkPickRow{Order: r.Number, Item: r.Item, Name: r.Name, UoM: r.UoM, Op: r.Op, Center: r.Center, Qty: r.Qty, Picked: r.Picked, Short: r.Short, Reason: r.Reason, Others: r.Others, id: r.ID, order: r.Order, comp: r.Comp}
		if !slices.Contains(out.Orders, r.Number) {
			out.Orders = append(out.Orders, r.Number)
		}
		missing = missing || r.Short > 0
		if r.LocID == 0 {
			out.Short = append(out.Short, f)
			return nil
		}
		if _, met := budget[r.Comp]; !met && (r.Status == "released" || r.Status == "started") {
			budget[r.Comp] = max(r.Open, 0)
		}
		if cancelled == 0 {
			f.Left = max(min(r.Qty-r.Picked-r.Short, budget[r.Comp]), 0)
			budget[r.Comp] -= f.Left
		}
		if n := len(out.Stops); n == 0 || out.Stops[n-1].Pos != r.Pos {
			out.Stops = append(out.Stops, WorkPickStop{Pos: r.Pos, Warehouse: r.Warehouse, Location: r.Location, Item: r.Item, Name: r.Name, UoM: r.UoM, Decimals: r.Decimals, Tracking: r.Tracking,
				Lot: r.Lot, Expires: shown(r.Expires), Why: r.Why, itemID: r.ItemID, lotID: r.LotID, location: r.LocID})
		}
		s := &out.Stops[len(out.Stops)-1]
		s.Qty, s.Picked, s.Short, s.Left = s.Qty+f.Qty, s.Picked+f.Picked, s.Short+f.Short, s.Left+f.Left
		s.For = append(s.For, f)
		return nil
	})
	for _, s := range out.Stops {
		if s.Left > 0 {
			out.Left++
		}
	}
	switch {
	case cancelled > 0:
		out.Status = "cancelled"
	case out.Left > 0:
		out.Status = "open"
	case missing:
		out.Status = "short"
	}
	return out, err
}

// openWorkPick reads a list that somebody works at.
func (m *Module) openWorkPick(ctx context.Context, q db.Querier, number string) (workPickRow, WorkPick, error) {
	p, cancelled, err := workPickByNumber(ctx, q, number)
	if err == nil && cancelled > 0 {
		err = fault.Conflict("production.pick_ended", "pick list %s was given up", number).With("number", number)
	}
	if err != nil {
		return p, WorkPick{}, err
	}
	list, err := m.WorkPick(ctx, q, number)
	return p, list, err
}

// ScanWorkPick is what a person took from a shelf, as its label says.
type ScanWorkPick struct {
	Code    string  `json:"code" minLength:"1" maxLength:"200" doc:"The scanned label: a lot, a piece, an item"`
	Qty     num.Dec `json:"qty,omitempty" doc:"0: all that is left of the stop; a piece counts as one"`
	Pos     int64   `json:"pos,omitempty" doc:"The stop, when the person chose one"`
	Instead bool    `json:"instead,omitempty" doc:"The lot is another one than the list says and is taken all the same"`
}

// ScanPick checks what was taken against the list and issues it to the orders, the most urgent first: a wrong item, a
// wrong lot and more than is needed are refused.
func (m *Module) ScanPick(ctx context.Context, tx *db.Tx, number string, in ScanWorkPick) (WorkPick, error) {
	p, list, err := m.openWorkPick(ctx, tx, number)
	if err != nil {
		return WorkPick{}, err
	}
	g, err := inventory.Scan(ctx, tx, in.Code)
	if err != nil {
		return WorkPick{}, err
	}
	s, f := list.stopFor(in, g)
	if f != nil {
		return WorkPick{}, f.With("number", number)
	}
	qty := in.Qty
	if g.Serial != "" {
		qty = num.One
	} else if qty == 0 {
		qty = s.Left
	}
	if qty <= 0 || qty > s.Left {
		return WorkPick{}, fault.Conflict("production.pick_too_much", "%s %s of %s are left to take here, not %s", s.Left, s.UoM, s.Item, qty).With("left", s.Left).With("uom", s.UoM).With("item", s.Item).With("qty", qty)
	}
	other := g.Lot != "" && g.Lot != s.Lot
	for _, f := range s.For {
		n := min(f.Left, qty)
		if n <= 0 {
			continue
		}
		qty -= n
		t := inventory.Take{Item: s.itemID, Qty: n, Lot: s.Lot, LotID: s.lotID, NoLot: s.Lot == "" && s.Tracking == "none", From: inventory.Place{Kind: inventory.Stock, Ref: s.location}}
		if g.Serial != "" {
			t.Serials = []string{g.Serial}
		}
		if other {
			t.Lot, t.LotID, t.From = g.Lot, 0, inventory.Place{}
		}
		if err := m.pickFor(ctx, tx, p, f, g, t, other); err != nil {
			return WorkPick{}, err
		}
	}
	return m.WorkPick(ctx, tx, number)
}

// pickFor issues what was picked for one order.
func (m *Module) pickFor(ctx context.Context, tx *db.Tx, p workPickRow, f WorkPickRow, g inventory.Goods, t inventory.Take, other bool) error {
	o, err := orderByNumber(ctx, tx, f.Order)
	if err != nil {
		return err
	}
	if f := o.mayWork(); f != nil {
		return f
	}
	lines, err := db.All[pickLine](ctx, tx, pickLineSQL, o.ID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(lines, func(l pickLine) bool { return l.ID == f.comp })
	if at < 0 {
		return db.ErrRetry
	}
	a := act{order: o, line: &lines[at], item: g.Item, take: t, pick: p}
	if other {
		stock, err := usable(ctx, tx, o.Site, t.Item, tx.Today())
		if err != nil {
			return err
		}
		a.stock = stock
	}
	if _, err := m.issue(ctx, tx, a); err != nil {
		return err
	}
	others := ""
	if other {
		others = g.Lot
	}
	// the WHERE clause is the rule: two people who scan the last of a stop do not both have it
	n, err := tx.Exec(ctx, `UPDATE wo_pick_line SET picked = picked + $1, others = CASE WHEN $2 = '' THEN others WHEN others = '' THEN $2 ELSE others || ' ' || $2 END WHERE id = $3 AND picked = $4 AND picked + short + $1 <= qty`,
		t.Qty, others, f.id, f.Picked)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	return err
}

// stopFor finds the stop that a scanned label belongs to, or says in words why there is none.
func (p *WorkPick) stopFor(in ScanWorkPick, g inventory.Goods) (*WorkPickStop, *fault.Error) {
	var of, open []*WorkPickStop
	for i := range p.Stops {
		if s := &p.Stops[i]; s.itemID == g.Item.ID && (in.Pos == 0 || in.Pos == s.Pos) {
			of = append(of, s)
			if s.Left > 0 {
				open = append(open, s)
			}
		}
	}
	switch {
	case len(of) == 0:
		return nil, fault.Conflict("production.pick_wrong_item", "%s is not on this list; put it back", g.Item.Code).With("item", g.Item.Code).With("name", g.Item.Name)
	case len(open) == 0:
		return nil, fault.Conflict("production.pick_done", "all of %s has been taken", g.Item.Code).With("item", g.Item.Code).With("name", g.Item.Name)
	}
	var lots []string
	for _, s := range open {
		if g.Lot == s.Lot || g.Serial != "" {
			return s, nil
		}
		if !slices.Contains(lots, s.Lot) {
			lots = append(lots, s.Lot)
		}
	}
	want := strings.Join(lots, ", ")
	switch {
	case g.Lot != "" && in.Instead:
		return open[0], nil
	case g.Lot != "":
		return nil, fault.Conflict("production.pick_wrong_lot", "of %s lot %s is to be taken, not %s", g.Item.Code, want, g.Lot).With("item", g.Item.Code).With("want", want).With("lot", g.Lot)
	case len(lots) > 1:
		return nil, fault.Conflict("production.pick_name_lot", "several lots of %s are to be taken (%s): scan the lot", g.Item.Code, want).With("item", g.Item.Code).With("want", want)
	}
	return open[0], nil
}

// MissWorkPick says that a stop has less than it should.
type MissWorkPick struct {
	Pos    int64   `json:"pos" minimum:"1"`
	Qty    num.Dec `json:"qty,omitempty" doc:"What is missing; 0: all that is left"`
	Reason string  `json:"reason" minLength:"1" maxLength:"200"`
}

// MissPick records what was not found: the least urgent orders go without, and are told.
func (m *Module) MissPick(ctx context.Context, tx *db.Tx, number string, in MissWorkPick) (WorkPick, error) {
	p, list, err := m.openWorkPick(ctx, tx, number)
	if err != nil {
		return WorkPick{}, err
	}
	i := slices.IndexFunc(list.Stops, func(s WorkPickStop) bool { return s.Pos == in.Pos })
	if i < 0 {
		return WorkPick{}, fault.NotFound("production.pick_no_stop", "pick list %s has no stop %d", number, in.Pos).With("number", number).With("pos", in.Pos)
	}
	s := list.Stops[i]
	if in.Qty == 0 {
		in.Qty = s.Left
	}
	if in.Qty <= 0 || in.Qty > s.Left {
		return WorkPick{}, fault.Conflict("production.pick_too_much", "%s %s of %s are left to take here, not %s", s.Left, s.UoM, s.Item, in.Qty).With("left", s.Left).With("uom", s.UoM).With("item", s.Item).With("qty", in.Qty)
	}
	for _, f := range slices.Backward(s.For) {
		n := min(f.Left, in.Qty)
		if n <= 0 {
			continue
		}
		in.Qty -= n
		done, err := tx.Exec(ctx, `UPDATE wo_pick_line SET short = short + $1, reason = $2 WHERE id = $3 AND short = $4 AND picked + short + $1 <= qty`, n, in.Reason, f.id, f.Short)
		if err != nil {
			return WorkPick{}, err
		}
		if done == 0 {
			return WorkPick{}, db.ErrRetry
		}
		tx.Emit(db.Event{Name: EventPickShort, Subject: "wo:" + f.Order, Site: p.Site, Reason: in.Reason, Payload: PickEvent{Pick: number, Order: f.Order, Lines: []PickedPart{}, Short: []PickedPart{{s.Item, s.Lot, s.Location, n}}, Reason: in.Reason}})
	}
	return m.WorkPick(ctx, tx, number)
}

// DropWorkPick gives a pick list up.
type DropWorkPick struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// DropPick gives a pick list up: what was picked stays issued, the rest may go on another list.
func (m *Module) DropPick(ctx context.Context, tx *db.Tx, number string, in DropWorkPick) (WorkPick, error) {
	p, list, err := m.openWorkPick(ctx, tx, number)
	if err != nil {
		return WorkPick{}, err
	}
	if _, err := tx.Exec(ctx, `UPDATE wo_pick SET cancelled_ms = $1 WHERE id = $2`, tx.NowMS(), p.ID); err != nil {
		return WorkPick{}, err
	}
	for _, o := range list.Orders {
		tx.Emit(db.Event{Name: EventPickDropped, Subject: "wo:" + o, Site: p.Site, Reason: in.Reason, Payload: PickEvent{Pick: number, Order: o, Lines: []PickedPart{}, Reason: in.Reason}})
	}
	return m.WorkPick(ctx, tx, number)
}

// WorkPickListRow is a line of the list of pick lists.
type WorkPickListRow struct {
	ID     db.ID  `json:"id" sql:"p.id" doc:"Internal number"`
	Number string `json:"number" sql:"p.number" doc:"Pick list"`
	Orders string `json:"orders" sql:"(SELECT string_agg(n.number, ', ' ORDER BY n.number) FROM (SELECT DISTINCT o.number FROM wo_pick_line x JOIN wo_order o ON o.id = x.order_id WHERE x.pick_id = p.id) n)" doc:"Work orders"`
	Stops  int64  `json:"stops" sql:"(SELECT count(DISTINCT x.pos) FROM wo_pick_line x WHERE x.pick_id = p.id AND x.location_id <> 0)" doc:"Stops"`
	Missed int64  `json:"missing" sql:"(SELECT count(*) FROM wo_pick_line x WHERE x.pick_id = p.id AND x.short > 0)" doc:"Short"`
	Status string `json:"status" sql:"CASE WHEN p.cancelled_ms > 0 THEN 'cancelled' WHEN EXISTS (SELECT 1 FROM wo_pick_line x JOIN wo_component c ON c.id = x.component_id JOIN wo_order o ON o.id = x.order_id WHERE x.pick_id = p.id AND x.picked + x.short < x.qty AND c.issued < c.required AND o.status IN ('released', 'started')) THEN 'open' WHEN EXISTS (SELECT 1 FROM wo_pick_line x WHERE x.pick_id = p.id AND x.short > 0) THEN 'short' ELSE 'picked' END" doc:"Status"`
	At     int64  `json:"made_ms" sql:"p.made_ms" doc:"Made"`
	By     string `json:"made_by" sql:"p.made_by" doc:"Made by"`
}

var workPickTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Internal number"}, "number": {Zh: "拣料单", En: "Pick list"}, "orders": {Zh: "工单", En: "Work orders"}, "stops": {Zh: "站数", En: "Stops"},
	"missing": {Zh: "缺料行", En: "Short"}, "status": {Zh: "状态", En: "Status"}, "made_ms": {Zh: "生成时间", En: "Made"}, "made_by": {Zh: "生成人", En: "Made by"},
}
