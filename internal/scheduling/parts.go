package scheduling

import (
	"context"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
	"kaiwu/internal/scheduling/finite"
)

// SettingParts: operations wait for parts that are not there, as the live plan of planning knows them.
const SettingParts = "scheduling.wait_parts"

// part is what an operation waits for: it is there at ms, brought by a document.
type part struct {
	item db.ID
	doc  string
	ms   int64
}

// link is an order that another one waits for.
type link struct{ parent, child db.ID }

// pegs of the live plan. They are kept from one schedule to the next: a plan does not change.
func (m *Module) pegs(ctx context.Context, q db.Querier, site db.ID) (*planning.PartPegs, error) {
	m.mu.Lock()
	known := m.known[site]
	m.mu.Unlock()
	p, err := planning.PegsOf(ctx, q, site, known)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[db.ID]*planning.PartPegs{}
	}
	m.known[site] = p
	return p, nil
}

type useRow struct {
	Order    db.ID   `db:"order_id"`
	Item     db.ID   `db:"item_id"`
	Op       int     `db:"op"`
	Issue    string  `db:"issue"`
	Required num.Dec `db:"required"`
	Issued   num.Dec `db:"issued"`
}

// parts lets operations wait for what they use: until the day on which the live plan has it, or for the work order that
// makes it. What stock covers is there at once; what has begun goes on. An order that is younger than the plan waits
// for the open orders of its own sales order that make its parts, as far as stock does not cover them.
func (m *Module) parts(ctx context.Context, q db.Querier, site masterdata.Site, p *problem) error {
	on, err := masterdata.Setting(ctx, q, SettingParts, "1")
	if err != nil || on == "0" || len(p.orders) == 0 {
		return err
	}
	pegs, err := m.pegs(ctx, q, site.ID)
	if err != nil {
		return err
	}
	waits, err := pegs.Waits(ctx, q)
	if err != nil {
		return err
	}
	at := p.index()
	uses := map[db.ID][]useRow{} // of each order that is in the problem
	if err := db.Each(ctx, q, `SELECT order_id, item_id, op, issue, required, issued FROM v_wo_component
		WHERE site_id = $1 AND role = 'component' AND issue <> 'none' AND order_status IN ('planned', 'released', 'started') ORDER BY order_id, line`, []any{site.ID}, func(r *useRow) error {
		if _, ok := at[r.Order]; ok && (r.Issue != "pick" || r.Issued < r.Required) {
			uses[r.Order] = append(uses[r.Order], *r)
		}
		return nil
	}); err != nil {
		return err
	}
	if len(uses) == 0 {
		return nil
	}
	type step struct {
		Order db.ID `db:"order_id"`
		Op    int   `db:"op"`
	}
	done := map[db.ID][]int{}
	if err := db.Each(ctx, q, `SELECT order_id, op FROM v_wo_op WHERE site_id = $1 AND own_done_ms <> 0 AND order_status IN ('planned', 'released', 'started') ORDER BY order_id, op`, []any{site.ID}, func(s *step) error {
		done[s.Order] = append(done[s.Order], s.Op)
		return nil
	}); err != nil {
		return err
	}
	own, err := m.ofSameSale(ctx, q, site.ID, pegs, uses)
	if err != nil {
		return err
	}
	linked := map[link]bool{}
	zone := cal.Always(site.Location())
	for _, w := range append(waits, own...) {
		n, ok := at[w.Order]
		if !ok {
			continue
		}
		for _, u := range uses[w.Order] {
			if u.Item != w.Item {
				continue
			}
			k := p.usedAt(n, u.Op, done[w.Order])
			if k < 0 || p.Orders[n].Ops[k].State == finite.Started || p.begun[p.ops[n][k]] {
				continue
			}
			if w.Make != 0 {
				if c, open := at[w.Make]; open && c != n && !p.waitsFor(c, n) {
					p.after(n, k, c, linked)
				}
				continue // what is not in the problem is done
			}
			d, err := cal.ParseDay(w.Day)
			if err != nil {
				continue // nobody can say when
			}
			if ms := zone.DayStart(d); ms > max(p.NowMS, p.Orders[n].Ops[k].ReleaseMS) {
				p.release(n, k, ms)
				p.waits[p.ops[n][k]] = part{w.Item, w.Number, ms}
			}
		}
	}
	return nil
}

// index says where each order stands.
func (p *problem) index() map[db.ID]int {
	at := make(map[db.ID]int, len(p.orders))
	for i, o := range p.orders {
		at[o] = i
	}
	return at
}

// usedAt is the place of the operation that uses what a bill names for op; 0 = where the pieces begin. -1: it is done.
func (p *problem) usedAt(n, op int, done []int) int {
	ops := p.Orders[n].Ops
	k := slices.IndexFunc(ops, func(o finite.Op) bool { return o.Seq >= op })
	if k < 0 {
		return len(ops) - 1 // it is named for one behind the last
	}
	if slices.ContainsFunc(done, func(d int) bool { return d >= op && d < ops[k].Seq }) {
		return -1
	}
	return k
}

// after lets an order wait from its k-th operation on.
func (p *problem) after(n, k, child int, linked map[link]bool) {
	o := &p.Orders[n]
	if len(o.After) == 0 || k < o.AfterOp {
		o.AfterOp = k
	}
	if key := (link{p.orders[n], p.orders[child]}); !linked[key] {
		linked[key] = true
		o.After = append(o.After, child)
	}
}

// waitsFor says whether an order waits for another, directly or not: a link back would be a loop, and is left out.
func (p *problem) waitsFor(n, other int) bool {
	seen := map[int]bool{}
	var look func(n int) bool
	look = func(n int) bool {
		if n == other {
			return true
		}
		if seen[n] {
			return false
		}
		seen[n] = true
		return slices.ContainsFunc(p.Orders[n].After, look)
	}
	return look(n)
}

// ofSameSale finds, for orders that the plan does not know, open orders of the same sales order that make their parts.
func (m *Module) ofSameSale(ctx context.Context, q db.Querier, site db.ID, pegs *planning.PartPegs, uses map[db.ID][]useRow) ([]planning.Wait, error) {
	type row struct {
		ID     db.ID  `db:"id"`
		Number string `db:"number"`
		Item   db.ID  `db:"item_id"`
		Sales  string `db:"sales_order"`
	}
	orders, err := db.All[row](ctx, q, `SELECT id, number, item_id, sales_order FROM v_work_order WHERE site_id = $1 AND status IN ('planned', 'released', 'started') AND sales_order <> '' ORDER BY number`, site)
	if err != nil {
		return nil, err
	}
	type made struct {
		sales string
		item  db.ID
	}
	makes := map[made][]row{}
	for _, o := range orders {
		makes[made{o.Sales, o.Item}] = append(makes[made{o.Sales, o.Item}], o)
	}
	var out []planning.Wait
	var items []db.ID
	for _, o := range orders {
		if pegs.Knows(o.ID) {
			continue
		}
		for _, u := range uses[o.ID] {
			for _, c := range makes[made{o.Sales, u.Item}] {
				if c.ID != o.ID {
					out = append(out, planning.Wait{Order: o.ID, Item: u.Item, Kind: "work_order", Number: c.Number, Make: c.ID})
					items = append(items, u.Item)
				}
			}
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	slices.Sort(items)
	type stock struct {
		Item db.ID   `db:"item_id"`
		Qty  num.Dec `db:"qty"`
	}
	there := map[db.ID]num.Dec{}
	for part := range slices.Chunk(slices.Compact(items), 500) {
		w := db.Where{}
		w.And("s.site_id = ?", site)
		w.And("s.status = 'available' AND w.warehouse_kind NOT IN ('quarantine', 'customer_owned')")
		db.In(&w, "s.item_id", part)
		if err := db.Each(ctx, q, `SELECT s.item_id, CAST(sum(s.qty) AS BIGINT) AS qty FROM v_stock s JOIN v_location w ON w.id = s.location_id`+w.String()+` GROUP BY s.item_id`, w.Args, func(r *stock) error {
			there[r.Item] = r.Qty
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(out, func(w planning.Wait) bool {
		for _, u := range uses[w.Order] {
			if u.Item == w.Item && there[w.Item] < u.Required-u.Issued {
				return false
			}
		}
		return true
	}), nil
}
