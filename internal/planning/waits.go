package planning

import (
	"context"
	"encoding/json"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
)

// Wait says that an open work order takes a part that is not in stock: what brings it, and when or from which order.
type Wait struct {
	Order  db.ID
	Item   db.ID
	Kind   string // of what brings it: purchase_order, subcontract_order, requisition, work_order, byproduct, firm, planned
	Number string
	Make   db.ID  // the work order that makes it; 0 = it comes on Day
	Day    string // when it can be there
}

// PartPegs are the pegs of a plan from the needs of work orders to what is not in stock. A plan does not change, so
// whoever asks often keeps them.
type PartPegs struct {
	Run   db.ID
	today cal.Day
	list  []partPeg
	know  map[db.ID]bool
}

type partPeg struct {
	order, item db.ID
	supply      Entry
}

// Knows says whether an order stood in the plan: one that came later has no pegs yet.
func (p *PartPegs) Knows(order db.ID) bool { return p != nil && p.know[order] }

// PegsOf reads those of the live plan of a site; known is returned when it is of that plan. nil = there is no plan.
func PegsOf(ctx context.Context, q db.Querier, site db.ID, known *PartPegs) (*PartPegs, error) {
	r, ok, err := db.Get[liveRun](ctx, q, `SELECT id, site_id, today FROM mrp_run WHERE site_id = $1 AND live`, site)
	if err != nil || !ok {
		return nil, err
	}
	if known != nil && known.Run == r.ID {
		return known, nil
	}
	today, err := cal.ParseDay(r.Today)
	if err != nil {
		return nil, err
	}
	type row struct {
		Item db.ID  `db:"item_id"`
		Body string `db:"body"`
	}
	p := &PartPegs{Run: r.ID, today: today, know: map[db.ID]bool{}}
	err = db.Each(ctx, q, `SELECT x.item_id, x.body FROM mrp_item x WHERE x.run_id = $1
		AND x.item_id IN (SELECT c.item_id FROM v_wo_component c WHERE c.site_id = $2 AND c.role = 'component' AND c.order_status IN ('planned', 'released', 'started')) ORDER BY x.item_id`, []any{r.ID, site}, func(r *row) error {
		var n Net
		if err := json.Unmarshal([]byte(r.Body), &n); err != nil {
			return err
		}
		for i := range n.Needs {
			if n.Needs[i].Kind == "work_order" {
				p.know[n.Needs[i].ID] = true
			}
		}
		for _, g := range n.Pegs {
			need, s := &n.Needs[g.Need], &n.Supplies[g.Supply]
			if need.Kind == "work_order" && s.Kind != "stock" && s.Kind != "phantom" && g.Qty > 0 {
				p.list = append(p.list, partPeg{need.ID, r.Item, *s})
			}
		}
		return nil
	})
	return p, err
}

// Waits says what the pegs mean today: a purchase line that has come holds nobody up, one with another date does until
// then, and a planned order that has become a document is that document.
func (p *PartPegs) Waits(ctx context.Context, q db.Querier) ([]Wait, error) {
	if p == nil || len(p.list) == 0 {
		return nil, nil
	}
	var lines []db.ID
	var planned []int64
	var firms []string
	for i := range p.list {
		switch s := &p.list[i].supply; s.Kind {
		case "purchase_order", "subcontract_order":
			lines = append(lines, s.ID)
		case "planned":
			planned = append(planned, s.N)
		case "firm":
			firms = append(firms, s.Number)
		}
	}
	type line struct {
		ID  db.ID  `db:"id"`
		Due string `db:"due"`
	}
	dues := map[db.ID]string{}
	slices.Sort(lines)
	for part := range slices.Chunk(slices.Compact(lines), 500) {
		var w db.Where
		db.In(&w, "id", part)
		w.And("NOT closed AND qty > received")
		if err := db.Each(ctx, q, `SELECT id, due FROM v_purchase_line`+w.String(), w.Args, func(l *line) error { dues[l.ID] = l.Due; return nil }); err != nil {
			return nil, err
		}
	}
	type became struct {
		N      int64  `db:"n"`
		Number string `db:"number"`
		Start  string `db:"start"`
		Due    string `db:"due"`
		Kind   string `db:"doc_kind"`
		Doc    string `db:"doc_number"`
	}
	orders, firm := map[int64]became{}, map[string]became{}
	slices.Sort(planned)
	for part := range slices.Chunk(slices.Compact(planned), 500) {
		var w db.Where
		w.And("run_id = ?", p.Run)
		db.In(&w, "n", part)
		if err := db.Each(ctx, q, `SELECT n, '' AS number, start, due, doc_kind, doc_number FROM v_planned_order`+w.String(), w.Args, func(b *became) error {
			orders[b.N] = *b
			if b.Kind == "firm" {
				firms = append(firms, b.Doc)
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	slices.Sort(firms)
	for part := range slices.Chunk(slices.Compact(firms), 500) {
		var w db.Where
		db.In(&w, "number", part)
		w.And("state <> 'withdrawn'")
		if err := db.Each(ctx, q, `SELECT CAST(0 AS BIGINT) AS n, number, start, due, doc_kind, doc_number FROM mrp_firm`+w.String(), w.Args, func(b *became) error { firm[b.Number] = *b; return nil }); err != nil {
			return nil, err
		}
	}
	out := make([]Wait, 0, len(p.list))
	var made []string
	for i := range p.list {
		g := &p.list[i]
		s := &g.supply
		w := Wait{Order: g.order, Item: g.item, Kind: s.Kind, Number: s.Number, Day: s.Day}
		w.Day = max(w.Day, s.Possible)
		become := func(b became, ok bool) {
			if ok {
				if b.Doc != "" {
					w.Day = max(w.Day, b.Due)
					w.Kind, w.Number = b.Kind, b.Doc
				}
			}
		}
		switch s.Kind {
		case "purchase_order", "subcontract_order":
			due, open := dues[s.ID]
			if !open {
				continue
			}
			w.Day = due
		case "work_order":
			w.Make = s.ID
		case "planned":
			b, ok := orders[s.N]
			if ok && b.Doc == "" {
				w.Day = p.soonest(w.Day, b.Start, b.Due)
			}
			become(b, ok)
			if w.Kind == "firm" {
				f, ok := firm[w.Number]
				become(f, ok)
			}
		case "firm":
			f, ok := firm[s.Number]
			become(f, ok)
		}
		if w.Kind == "work_order" && w.Make == 0 {
			made = append(made, w.Number)
		}
		out = append(out, w)
	}
	type order struct {
		ID     db.ID  `db:"id"`
		Number string `db:"number"`
	}
	ids := map[string]db.ID{}
	slices.Sort(made)
	for part := range slices.Chunk(slices.Compact(made), 500) {
		var w db.Where
		db.In(&w, "number", part)
		if err := db.Each(ctx, q, `SELECT id, number FROM v_work_order`+w.String(), w.Args, func(o *order) error { ids[o.Number] = o.ID; return nil }); err != nil {
			return nil, err
		}
	}
	for i := range out {
		if w := &out[i]; w.Kind == "work_order" && w.Make == 0 {
			w.Make = ids[w.Number]
		}
	}
	return out, nil
}

// soonest is when a planned order can be there that nobody has ordered yet. The plan has it there when the work order
// wants it, which is no reason to wait so long: begun today it is there after its lead time. One that the plan has late
// cannot be there earlier.
func (p *PartPegs) soonest(day, start, due string) string {
	s, err := cal.ParseDay(start)
	if err != nil || s < p.today {
		return day
	}
	e, err := cal.ParseDay(due)
	if err != nil {
		return day
	}
	return min(day, (p.today + e - s).String())
}
