package sales

import (
	"cmp"
	"context"
	"slices"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
)

// MakeWork asks for the work orders that sales order lines need.
type MakeWork struct {
	Orders  []string `json:"orders,omitempty" maxItems:"5000" doc:"Sales order numbers; empty: every open order"`
	DueTo   string   `json:"due_to,omitempty" doc:"Only lines due up to this date"`
	Parts   bool     `json:"parts,omitempty" doc:"Also for the made parts that stock does not cover, level by level"`
	Release bool     `json:"release,omitempty" doc:"Release the new work orders at once"`
}

// WorkMade says what was made and what was not, and why.
type WorkMade struct {
	Orders  []MadeOrder `json:"orders"`
	Skipped []Skipped   `json:"skipped" doc:"Lines that need no work order or cannot have one"`
	Short   []ShortItem `json:"short" doc:"Bought and subcontracted parts that stock does not cover"`
}

// MadeOrder is one new work order.
type MadeOrder struct {
	Number string  `json:"number"`
	Item   string  `json:"item"`
	Name   string  `json:"name"`
	Qty    num.Dec `json:"qty"`
	Due    string  `json:"due"`
	For    string  `json:"for" doc:"Sales order and line; empty for a part"`
}

// Skipped is a line without a new work order.
type Skipped struct {
	For    string `json:"for"`
	Item   string `json:"item"`
	Reason string `json:"reason" enum:"covered,not_made"`
}

// ShortItem is a part that has to come from outside.
type ShortItem struct {
	Item string  `json:"item"`
	Name string  `json:"name"`
	Kind string  `json:"kind"`
	Qty  num.Dec `json:"qty"`
	UoM  string  `json:"uom"`
}

type openLine struct {
	ID         db.ID   `db:"id"`
	Order      string  `db:"order_number"`
	Line       int64   `db:"line"`
	Site       db.ID   `db:"site_id"`
	Item       db.ID   `db:"item_id"`
	Open       num.Dec `db:"open"`
	Due        string  `db:"due"`
	Priority   int64   `db:"priority"`
	BOMVersion string  `db:"bom_version"`
}

// MakeWork creates work orders for what the lines still need: ordered less shipped, allocated and already in work;
// what was scrapped will not come and is made again.
// It collects first and writes set by set, so that thousands of lines take few statements.
func (m *Module) MakeWork(ctx context.Context, tx *db.Tx, in MakeWork) (WorkMade, error) {
	out := WorkMade{Orders: []MadeOrder{}, Skipped: []Skipped{}, Short: []ShortItem{}}
	lines, err := openLines(ctx, tx, in)
	if err != nil {
		return out, err
	}
	ids := make([]db.ID, 0, len(lines))
	for _, l := range lines {
		ids = append(ids, l.Item)
	}
	items, err := masterdata.Items(ctx, tx, ids)
	if err != nil {
		return out, err
	}
	var todo []production.NewOrder
	for _, l := range lines {
		item := items[l.Item]
		ref := l.Order + "/" + db.ID(l.Line).String()
		switch {
		case l.Open <= 0:
			out.Skipped = append(out.Skipped, Skipped{ref, item.Code, "covered"})
		case item.Kind != "make":
			out.Skipped = append(out.Skipped, Skipped{ref, item.Code, "not_made"})
		default:
			todo = append(todo, production.NewOrder{Site: l.Site, Item: l.Item, Qty: l.Open, Due: l.Due, SalesLine: l.ID, SalesRef: l.Order, Priority: l.Priority, BOMVersion: l.BOMVersion})
		}
	}
	if len(todo) == 0 {
		return out, nil
	}
	made, err := m.create(ctx, tx, todo, &out)
	if err != nil {
		return out, err
	}
	if in.Parts {
		more, err := m.parts(ctx, tx, made, &out)
		if err != nil {
			return out, err
		}
		made = append(made, more...)
	}
	if in.Release {
		ids := make([]db.ID, len(made))
		for i, o := range made {
			ids[i] = o.ID
		}
		if err := m.Production.ReleaseOrders(ctx, tx, ids); err != nil {
			return out, err
		}
	}
	return out, nil
}

func openLines(ctx context.Context, tx *db.Tx, in MakeWork) ([]openLine, error) {
	var lines []openLine
	for chunk := range slices.Chunk(append(slices.Clone(in.Orders), make([]string, b2i(len(in.Orders) == 0))...), 500) {
		var w db.Where
		w.And("NOT l.cancelled")
		w.And("l.shipped < l.qty")
		if len(in.Orders) > 0 {
			db.In(&w, "l.order_number", chunk)
		}
		if in.DueTo != "" {
			w.And("l.due <= ?", in.DueTo)
		}
		part, err := db.All[openLine](ctx, tx, `
			SELECT l.id, l.order_number, l.line, l.site_id, l.item_id, l.due, l.priority, l.bom_version,
			       CAST(l.qty - l.shipped
			         - coalesce((SELECT sum(r.qty) FROM v_reservation r WHERE r.doc_kind = 'so_line' AND r.doc_id = l.id), 0)
			         - coalesce((SELECT sum(w.qty - w.scrap - w.received) FROM v_work_order w WHERE w.sales_line_id = l.id AND w.status NOT IN ('closed', 'cancelled') AND w.qty - w.scrap > w.received), 0) AS BIGINT) AS open
			FROM v_sales_line l`+w.String()+` ORDER BY l.due, l.priority, l.id`, w.Args...)
		if err != nil {
			return nil, err
		}
		lines = append(lines, part...)
	}
	for _, number := range in.Orders {
		if !slices.ContainsFunc(lines, func(l openLine) bool { return l.Order == number }) {
			if _, err := orderByNumber(ctx, tx, number); err != nil {
				return nil, err
			}
		}
	}
	return lines, nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (m *Module) create(ctx context.Context, tx *db.Tx, todo []production.NewOrder, out *WorkMade) ([]production.Order, error) {
	made, err := m.Production.CreateOrders(ctx, tx, todo)
	if err != nil {
		return nil, err
	}
	for i, o := range made {
		out.Orders = append(out.Orders, MadeOrder{o.Number, o.ItemCode, o.ItemName, o.Qty, o.Due, todo[i].SalesRef})
	}
	return made, nil
}

func sites[N any](needs map[db.ID]N, of func(N) db.ID) map[db.ID]bool {
	out := map[db.ID]bool{}
	for _, n := range needs {
		out[of(n)] = true
	}
	return out
}

// parts goes down the bill of materials: what the orders of one level need beyond stock and open work becomes the
// orders of the next. Phantoms were blown through when the orders took their copy of the bill.
func (m *Module) parts(ctx context.Context, tx *db.Tx, level []production.Order, out *WorkMade) ([]production.Order, error) {
	free := map[db.ID]num.Dec{} // what nobody has claimed yet in this run
	short := map[db.ID]num.Dec{}
	var all []production.Order
	for depth := 0; len(level) > 0; depth++ {
		if depth > 30 {
			return nil, fault.Conflict("masterdata.bom_loop", "the bill of materials is deeper than 30 levels")
		}
		type need struct {
			item     db.ID
			qty      num.Dec
			due      string
			priority int64
			site     db.ID
		}
		needs := map[db.ID]*need{}
		var ids []db.ID
		comps, err := m.Production.Needs(ctx, tx, level)
		if err != nil {
			return nil, err
		}
		for _, c := range comps {
			n := needs[c.Item]
			if n == nil {
				n = &need{item: c.Item, due: c.Date, priority: c.Priority, site: c.Site}
				needs[c.Item] = n
				ids = append(ids, c.Item)
			}
			n.qty += c.Qty
			n.due = min(n.due, c.Date)
			n.priority = min(n.priority, c.Priority)
		}
		items, err := masterdata.Items(ctx, tx, ids)
		if err != nil {
			return nil, err
		}
		have := map[db.ID]inventory.Level{}
		for site := range sites(needs, func(n *need) db.ID { return n.site }) {
			levels, err := m.Inventory.OnHands(ctx, tx, site, ids, "")
			if err != nil {
				return nil, err
			}
			for id, l := range levels {
				if needs[id].site == site {
					have[id] = l
				}
			}
		}
		var todo []production.NewOrder
		for _, id := range ids {
			n := needs[id]
			if _, ok := free[id]; !ok {
				others, err := db.One[num.Dec](ctx, tx, `SELECT CAST(coalesce(sum(qty - scrap - received), 0) AS BIGINT) FROM v_work_order
					WHERE item_id = $1 AND site_id = $2 AND sales_line_id = 0 AND status NOT IN ('closed', 'cancelled') AND qty - scrap > received`, id, n.site)
				if err != nil {
					return nil, err
				}
				claimed, err := m.Production.OpenNeed(ctx, tx, n.site, id)
				if err != nil {
					return nil, err
				}
				// the needs of this level are already in claimed, as their orders exist
				free[id] = have[id].Available + others - (claimed - n.qty)
			}
			use := min(max(free[id], 0), n.qty)
			free[id] -= n.qty
			if n.qty -= use; n.qty <= 0 {
				continue
			}
			if items[id].Kind == "make" {
				qty, err := n.qty.RoundUp(items[id].Decimals)
				if err != nil {
					return nil, err
				}
				todo = append(todo, production.NewOrder{Site: n.site, Item: id, Qty: qty, Due: n.due, Priority: n.priority})
			} else {
				short[id] += n.qty
			}
		}
		if level = nil; len(todo) > 0 {
			if level, err = m.create(ctx, tx, todo, out); err != nil {
				return nil, err
			}
			all = append(all, level...)
		}
	}
	ids := make([]db.ID, 0, len(short))
	for id := range short {
		ids = append(ids, id)
	}
	items, err := masterdata.Items(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for id, qty := range short {
		out.Short = append(out.Short, ShortItem{items[id].Code, items[id].Name, items[id].Kind, qty, items[id].UoM})
	}
	slices.SortFunc(out.Short, func(a, b ShortItem) int { return cmp.Compare(a.Item, b.Item) })
	return all, nil
}
