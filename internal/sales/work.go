package sales

import (
	"cmp"
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
)

// MakeWork asks for the work orders that sales order lines need.
type MakeWork struct {
	Orders  []string `json:"orders,omitempty" maxItems:"5000" doc:"Sales order numbers; empty: every open order"`
	Lines   []db.ID  `json:"line_ids,omitempty" maxItems:"5000" doc:"Only these lines, by the id of the list"`
	DueTo   string   `json:"due_to,omitempty" doc:"Only lines due up to this date"`
	Parts   bool     `json:"parts,omitempty" doc:"Also for the made parts that stock does not cover, level by level"`
	Release bool     `json:"release,omitempty" doc:"Release the new work orders at once; else as the rule says"`
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
	For    string  `json:"for" doc:"Sales order; empty for a part and for several orders"`
	Lines  int     `json:"lines" doc:"How many order lines it is for"`
}

// Skipped is a line without a new work order.
type Skipped struct {
	For    string `json:"for"`
	Item   string `json:"item"`
	Reason string `json:"reason" enum:"covered,not_made,from_stock,version"`
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
	OrderID    db.ID   `db:"order_id"`
	Order      string  `db:"order_number"`
	Line       int64   `db:"line"`
	Site       db.ID   `db:"site_id"`
	Customer   string  `db:"customer"`
	Channel    string  `db:"channel"`
	Item       db.ID   `db:"item_id"`
	Left       num.Dec `db:"left_qty"`
	Due        string  `db:"due"`
	Priority   int64   `db:"priority"`
	BOMVersion string  `db:"bom_version"`
	Answer     string  `db:"version_answer"`
	Supply     string  `db:"supply"`
	Open       num.Dec `db:"-"` // neither shipped, promised nor in work
	Stock      num.Dec `db:"-"` // of it, what free stock can cover and the line wants from there
}

func (l openLine) ref() string { return l.Order + "/" + db.ID(l.Line).String() }

// group is the lines that one work order is made for.
type group struct {
	rule  ruled
	lines []openLine
	qty   num.Dec
}

// MakeWork creates work orders for what the lines still need: ordered less shipped, allocated and already in work;
// what was scrapped will not come and is made again. Which lines go together, where, with which priority, and
// whether they are released is said by the rules.
// It collects first and writes set by set, so that thousands of lines take few statements.
func (m *Module) MakeWork(ctx context.Context, tx *db.Tx, in MakeWork) (WorkMade, error) {
	out := WorkMade{Orders: []MadeOrder{}, Skipped: []Skipped{}, Short: []ShortItem{}}
	groups, skipped, fromStock, err := m.groups(ctx, tx, in)
	if err != nil {
		return out, err
	}
	out.Skipped = skipped
	for _, l := range fromStock {
		o := order{ID: l.OrderID, Number: l.Order, Site: l.Site}
		if _, _, err := m.allocateLine(ctx, tx, o, line{ID: l.ID, Line: l.Line, Item: l.Item, Qty: l.Left}, l.Stock); err != nil {
			return out, err
		}
	}
	if len(groups) == 0 {
		return out, nil
	}
	var todo []production.NewOrder
	for _, g := range groups {
		n := production.NewOrder{Site: g.lines[0].Site, Item: g.lines[0].Item, Qty: g.qty, Due: g.lines[0].Due, SalesLine: g.lines[0].ID, SalesRef: g.lines[0].Order,
			Priority: g.lines[0].Priority, BOMVersion: g.lines[0].BOMVersion, WorkCenter: g.rule.center}
		for _, l := range g.lines[1:] {
			n.Due, n.Priority, n.SalesLine = min(n.Due, l.Due), min(n.Priority, l.Priority), 0
			if l.Order != n.SalesRef {
				n.SalesRef = ""
			}
		}
		if g.rule.site != 0 {
			n.Site = g.rule.site
		}
		if g.rule.Priority > 0 {
			n.Priority = g.rule.Priority
		}
		todo = append(todo, n)
	}
	made, err := m.create(ctx, tx, todo, &out)
	if err != nil {
		return out, err
	}
	release, err := m.peg(ctx, tx, groups, made, &out)
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
		release = release[:0]
		for _, o := range made {
			release = append(release, o.ID)
		}
	}
	return out, m.Production.ReleaseOrders(ctx, tx, release)
}

// peg notes which lines share a work order, and says which work orders the rules release.
func (m *Module) peg(ctx context.Context, tx *db.Tx, groups []group, made []production.Order, out *WorkMade) ([]db.ID, error) {
	type row struct {
		ID    db.ID   `db:"id"`
		Order db.ID   `db:"order_id"`
		Line  db.ID   `db:"line_id"`
		Qty   num.Dec `db:"qty"`
		Rank  int64   `db:"rank"`
	}
	var rows []row
	var release []db.ID
	for i, g := range groups {
		if g.rule.Release {
			release = append(release, made[i].ID)
		}
		out.Orders[i].Lines = len(g.lines)
		if len(g.lines) == 1 {
			continue
		}
		for k, l := range g.lines {
			rows = append(rows, row{tx.ID(), made[i].ID, l.ID, l.Open - l.Stock, int64(k + 1)})
		}
	}
	return release, db.Insert(ctx, tx, "so_peg", rows...)
}

// groups finds what is to be made for which lines together; what needs no work order or cannot have one, and why; and
// which lines take from stock.
func (m *Module) groups(ctx context.Context, q db.Querier, in MakeWork) (out []group, skipped []Skipped, fromStock []openLine, err error) {
	skipped = []Skipped{}
	lines, err := openLines(ctx, q, in)
	if err != nil {
		return nil, nil, nil, err
	}
	var ids []db.ID
	var ask []asked
	for _, l := range lines {
		ids = append(ids, l.Item)
		if l.Answer == "" && l.Open > 0 {
			ask = append(ask, asked{l.ID, l.Item, l.Due, l.BOMVersion})
		}
	}
	items, err := masterdata.Items(ctx, q, ids)
	if err != nil {
		return nil, nil, nil, err
	}
	conflicts, err := effective(ctx, q, ask)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := m.coverFromStock(ctx, q, lines); err != nil {
		return nil, nil, nil, err
	}
	rules, err := m.activeRules(ctx, q)
	if err != nil {
		return nil, nil, nil, err
	}
	at := map[groupKey]int{}
	for _, l := range lines {
		item := items[l.Item]
		if l.Stock > 0 {
			fromStock = append(fromStock, l)
		}
		skip := ""
		switch {
		case l.Open <= 0:
			skip = "covered"
		case conflicts[l.ID] != "":
			skip = "version"
		case l.Supply == "stock" || l.Open == l.Stock:
			skip = "from_stock"
		case item.Kind != "make":
			skip = "not_made"
		}
		if skip != "" {
			skipped = append(skipped, Skipped{l.ref(), item.Code, skip})
			continue
		}
		r := ruleFor(rules, item, l.Customer, l.Channel)
		k := groupKey{grouping: r.Grouping, rule: r.Name, item: l.Item, version: l.BOMVersion, site: l.Site}
		switch r.Grouping {
		case "order":
			k.order = l.OrderID
		case "item_day":
			k.due = l.Due
		default:
			k.line = l.ID
		}
		i, ok := at[k]
		if !ok {
			i, out = len(out), append(out, group{rule: r})
			at[k] = i
		}
		out[i].lines = append(out[i].lines, l)
		out[i].qty += l.Open - l.Stock
	}
	return out, skipped, fromStock, nil
}

type groupKey struct {
	grouping, rule, version, due string
	line, order, item, site      db.ID
}

// coverFromStock shares free stock out among the lines that want it, first come first: by due date and priority.
func (m *Module) coverFromStock(ctx context.Context, q db.Querier, lines []openLine) error {
	want := map[db.ID][]db.ID{}
	for _, l := range lines {
		if (l.Supply == "stock" || l.Supply == "both") && l.Open > 0 && !slices.Contains(want[l.Site], l.Item) {
			want[l.Site] = append(want[l.Site], l.Item)
		}
	}
	for site, items := range want {
		have, err := m.Inventory.OnHands(ctx, q, site, items, "")
		if err != nil {
			return err
		}
		for i := range lines {
			l := &lines[i]
			if l.Site != site || l.Supply != "stock" && l.Supply != "both" || l.Open <= 0 {
				continue
			}
			h := have[l.Item]
			l.Stock = min(max(h.Available, 0), l.Open)
			h.Available -= l.Stock
			have[l.Item] = h
		}
	}
	return nil
}

// openLines reads the lines that still expect something, with what they are short of, by due date and priority.
func openLines(ctx context.Context, q db.Querier, in MakeWork) ([]openLine, error) {
	var lines []openLine
	ask := func(more func(*db.Where)) error {
		var w db.Where
		w.And("NOT l.cancelled")
		w.And("l.shipped < l.qty")
		if in.DueTo != "" {
			w.And("l.due <= ?", in.DueTo)
		}
		more(&w)
		part, err := db.All[openLine](ctx, q, `
			SELECT l.id, l.order_id, l.order_number, l.line, l.site_id, coalesce(p.code, '') AS customer, l.channel, l.item_id, l.due, l.priority, l.bom_version, l.version_answer, l.supply,
			       l.qty - l.shipped AS left_qty
			FROM v_sales_line l LEFT JOIN v_partner p ON p.id = l.customer_id`+w.String()+` ORDER BY l.due, l.priority, l.id`, w.Args...)
		lines = append(lines, part...)
		return err
	}
	byOrders := func(more func(*db.Where)) error {
		if len(in.Orders) == 0 {
			return ask(more)
		}
		for chunk := range slices.Chunk(in.Orders, 500) {
			if err := ask(func(w *db.Where) { db.In(w, "l.order_number", chunk); more(w) }); err != nil {
				return err
			}
		}
		return nil
	}
	if len(in.Lines) == 0 {
		if err := byOrders(func(*db.Where) {}); err != nil {
			return nil, err
		}
	}
	for chunk := range slices.Chunk(in.Lines, 500) {
		if err := byOrders(func(w *db.Where) { db.In(w, "l.id", chunk) }); err != nil {
			return nil, err
		}
	}
	for _, number := range in.Orders {
		if !slices.ContainsFunc(lines, func(l openLine) bool { return l.Order == number }) {
			if _, err := orderByNumber(ctx, q, number); err != nil {
				return nil, err
			}
		}
	}
	ids := make([]db.ID, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	promised, err := reserved(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	work, err := openWork(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		l := &lines[i]
		l.Open = l.Left - promised[l.ID] - inWork(work[l.ID])
	}
	return lines, nil
}

// PlannedWork is what MakeWork would make of the lines now.
type PlannedWork struct {
	Orders  int        `json:"orders" doc:"How many work orders"`
	Lines   []PlanLine `json:"lines"`
	Skipped []Skipped  `json:"skipped"`
	More    int        `json:"more" doc:"Lines beyond those that are shown"`
}

// PlanLine is a line with the rule that it falls under.
type PlanLine struct {
	Order      string  `json:"order"`
	Line       int64   `json:"line"`
	Item       string  `json:"item"`
	Name       string  `json:"name"`
	UoM        string  `json:"uom"`
	Make       num.Dec `json:"make"`
	Stock      num.Dec `json:"stock" doc:"Taken from free stock"`
	Due        string  `json:"due"`
	Rule       string  `json:"rule" doc:"Empty: no rule fits, one work order for the line"`
	Group      int     `json:"group" doc:"Lines with the same number become one work order"`
	Grouping   string  `json:"grouping"`
	Site       string  `json:"site"`
	WorkCenter string  `json:"work_center"`
	Priority   int64   `json:"priority"`
	Release    bool    `json:"release"`
}

const planShown = 500

// PreviewWork shows which rule each line falls under and what would be made, without making it.
func (m *Module) PreviewWork(ctx context.Context, q db.Querier, in MakeWork) (PlannedWork, error) {
	groups, skipped, _, err := m.groups(ctx, q, in)
	if err != nil {
		return PlannedWork{}, err
	}
	var ids []db.ID
	for _, g := range groups {
		ids = append(ids, g.lines[0].Item)
	}
	items, err := masterdata.Items(ctx, q, ids)
	if err != nil {
		return PlannedWork{}, err
	}
	out := PlannedWork{Orders: len(groups), Lines: []PlanLine{}, Skipped: skipped}
	if len(out.Skipped) > planShown {
		out.Skipped = out.Skipped[:planShown]
	}
	for i, g := range groups {
		for _, l := range g.lines {
			if len(out.Lines) == planShown {
				out.More++
				continue
			}
			p := PlanLine{Order: l.Order, Line: l.Line, Item: items[l.Item].Code, Name: items[l.Item].Name, UoM: items[l.Item].UoM, Make: l.Open - l.Stock, Stock: l.Stock, Due: l.Due,
				Rule: g.rule.Name, Group: i + 1, Grouping: g.rule.Grouping, Site: g.rule.Site, WorkCenter: g.rule.WorkCenter, Priority: l.Priority, Release: g.rule.Release || in.Release}
			if g.rule.Priority > 0 {
				p.Priority = g.rule.Priority
			}
			out.Lines = append(out.Lines, p)
		}
	}
	return out, nil
}

func (m *Module) create(ctx context.Context, tx *db.Tx, todo []production.NewOrder, out *WorkMade) ([]production.Order, error) {
	made, err := m.Production.CreateOrders(ctx, tx, todo)
	if err != nil {
		return nil, err
	}
	for i, o := range made {
		out.Orders = append(out.Orders, MadeOrder{Number: o.Number, Item: o.ItemCode, Name: o.ItemName, Qty: o.Qty, Due: o.Due, For: todo[i].SalesRef})
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
		for site := range sites(needs, func(n *need) db.ID { return n.site }) {
			fresh := slices.DeleteFunc(slices.Clone(ids), func(id db.ID) bool { _, asked := free[id]; return asked || needs[id].site != site })
			if err := m.unclaimed(ctx, tx, site, fresh, free); err != nil {
				return nil, err
			}
			for _, id := range fresh { // the needs of this level are claimed already, as their orders exist
				free[id] += needs[id].qty
			}
		}
		var todo []production.NewOrder
		for _, id := range ids {
			n := needs[id]
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

// unclaimed notes what is free of items at a site: on the shelf and in work for nobody, less what open orders will take.
func (m *Module) unclaimed(ctx context.Context, q db.Querier, site db.ID, items []db.ID, free map[db.ID]num.Dec) error {
	have, err := m.Inventory.OnHands(ctx, q, site, items, "")
	if err != nil {
		return err
	}
	claimed, err := m.Production.OpenNeeds(ctx, q, site, items)
	if err != nil {
		return err
	}
	for _, id := range items {
		free[id] = have[id].Available - claimed[id]
	}
	type coming struct {
		Item db.ID   `db:"item_id"`
		Qty  num.Dec `db:"qty"`
	}
	for part := range slices.Chunk(items, 500) {
		w := db.Where{Args: []any{site}}
		db.In(&w, "item_id", part)
		err := db.Each(ctx, q, `SELECT item_id, CAST(sum(qty - scrap - received) AS BIGINT) AS qty FROM v_work_order`+w.String()+` AND site_id = $1 AND sales_line_id = 0
			AND id NOT IN (SELECT order_id FROM so_peg) AND status NOT IN ('closed', 'cancelled') AND qty - scrap > received GROUP BY item_id`, w.Args, func(r *coming) error {
			free[r.Item] += r.Qty
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
