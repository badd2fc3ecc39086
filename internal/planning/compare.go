package planning

import (
	"cmp"
	"context"
	"slices"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Moved is an item whose planned orders differ between two plans.
type Moved struct {
	Item    string        `json:"item"`
	Name    string        `json:"name"`
	UoM     string        `json:"uom"`
	Before  []MovedOrder  `json:"before" doc:"Only in the first plan"`
	After   []MovedOrder  `json:"after" doc:"Only in the second"`
	QtyWas  num.Dec       `json:"qty_was" doc:"Planned in all, in the first"`
	QtyIs   num.Dec       `json:"qty_is"`
	Reasons []MovedReason `json:"reasons" doc:"What else about the item differs: why it moved"`
	level   int64
}

// MovedOrder is a planned order that the other plan does not have.
type MovedOrder struct {
	Qty   num.Dec `json:"qty"`
	Start string  `json:"start"`
	Due   string  `json:"due"`
}

// MovedReason is a figure of the item that differs.
type MovedReason struct {
	Code string  `json:"code" enum:"needed,stock,coming"`
	Was  num.Dec `json:"was"`
	Is   num.Dec `json:"is"`
}

// Comparison is what moved between two plans of a site.
type Comparison struct {
	Before Result      `json:"before"`
	After  Result      `json:"after"`
	Items  []Moved     `json:"items"`
	Late   []LateMoved `json:"late" doc:"Demands that can be served on another day than before"`
	Capped bool        `json:"capped"`
}

// LateMoved is a demand whose possible day differs.
type LateMoved struct {
	Kind   string `json:"kind"`
	Number string `json:"number"`
	Line   int64  `json:"line"`
	Item   string `json:"item"`
	Due    string `json:"due"`
	Was    string `json:"was" doc:"Possible in the first plan; empty = in time"`
	Is     string `json:"is" doc:"Possible in the second; empty = in time"`
	Cause  string `json:"cause"`

	Site      string `json:"site,omitempty" doc:"Of a rough cut: another site, whose demand it is"`
	CauseSite string `json:"cause_site,omitempty" doc:"Of a rough cut: another site, whose work center it is"`
}

const maxMoved = 1000

func (m *Module) kept(ctx context.Context, q db.Querier, id db.ID) (runRow, masterdata.Site, error) {
	r, ok, err := db.Get[runRow](ctx, q, `SELECT id, site_id, live, today, items, demands, supplies, orders, past, late, messages, expedite, actor, took_ms, recorded_ms, batch_id, scenario_id, mode, looked, of_items, net FROM mrp_run WHERE id = $1`, id)
	if err == nil && ok {
		err = identity.SeeSite(ctx, r.Site)
	}
	if err == nil && !ok {
		err = fault.NotFound("planning.run_unknown", "there is no plan %s", id).With("run", id)
	}
	if err != nil {
		return r, masterdata.Site{}, err
	}
	site, err := masterdata.SiteByID(ctx, q, r.Site)
	return r, site, err
}

// Compare says what moved between two plans, the products first, and what about each item explains it.
func (m *Module) Compare(ctx context.Context, q db.Querier, before, after db.ID) (Comparison, error) {
	out := Comparison{Items: []Moved{}, Late: []LateMoved{}}
	type line struct {
		Item  db.ID   `db:"item_id"`
		Qty   num.Dec `db:"qty"`
		Start string  `db:"start"`
		Due   string  `db:"due"`
		Level int64   `db:"level"`
	}
	type sum struct {
		Item   db.ID   `db:"item_id"`
		Stock  num.Dec `db:"stock"`
		Needed num.Dec `db:"needed"`
		Coming num.Dec `db:"coming"`
	}
	type side struct {
		orders map[MovedOrder]int
		qty    num.Dec
		sum    sum
	}
	levels := map[db.ID]int64{}
	var sides [2]map[db.ID]*side
	for k, id := range []db.ID{before, after} {
		r, site, err := m.kept(ctx, q, id)
		if err != nil {
			return out, err
		}
		p := plan{site: site, run: r}
		if k == 0 {
			out.Before = p.result()
		} else {
			out.After = p.result()
		}
		sides[k] = map[db.ID]*side{}
		get := func(item db.ID) *side {
			if sides[k][item] == nil {
				sides[k][item] = &side{orders: map[MovedOrder]int{}}
			}
			return sides[k][item]
		}
		if err := db.Each(ctx, q, `SELECT item_id, qty, start, due, level FROM mrp_order WHERE run_id = $1`, []any{id}, func(l *line) error {
			s := get(l.Item)
			s.orders[MovedOrder{l.Qty, l.Start, l.Due}]++
			s.qty += l.Qty
			levels[l.Item] = l.Level
			return nil
		}); err != nil {
			return out, err
		}
		if err := db.Each(ctx, q, `SELECT item_id, stock, needed, coming FROM mrp_item WHERE run_id = $1`, []any{id}, func(l *sum) error { get(l.Item).sum = *l; return nil }); err != nil {
			return out, err
		}
	}
	if out.Before.Site != out.After.Site {
		return out, fault.Invalid("planning.two_sites", "the plans are of %s and %s", out.Before.Site, out.After.Site).With("a", out.Before.Site).With("b", out.After.Site)
	}
	var ids []db.ID
	moved := map[db.ID]*Moved{}
	only := func(a, b *side) (out []MovedOrder) {
		out = []MovedOrder{}
		for o, n := range a.orders {
			other := 0
			if b != nil {
				other = b.orders[o]
			}
			for range n - other {
				out = append(out, o)
			}
		}
		slices.SortFunc(out, func(a, b MovedOrder) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Qty, b.Qty)) })
		return out
	}
	none := &side{}
	for k := range sides {
		for item := range sides[k] {
			if moved[item] != nil {
				continue
			}
			a, b := cmp.Or(sides[0][item], none), cmp.Or(sides[1][item], none)
			x := Moved{Before: only(a, b), After: only(b, a), QtyWas: a.qty, QtyIs: b.qty, Reasons: []MovedReason{}, level: levels[item]}
			if len(x.Before)+len(x.After) == 0 {
				continue
			}
			for _, r := range []MovedReason{{"needed", a.sum.Needed, b.sum.Needed}, {"stock", a.sum.Stock, b.sum.Stock}, {"coming", a.sum.Coming, b.sum.Coming}} {
				if r.Was != r.Is {
					x.Reasons = append(x.Reasons, r)
				}
			}
			moved[item] = &x
			ids = append(ids, item)
		}
	}
	var orders []orderRow
	for _, id := range ids {
		orders = append(orders, orderRow{Item: id})
	}
	items, err := itemsOf(ctx, q, orders)
	if err != nil {
		return out, err
	}
	for id, x := range moved {
		x.Item, x.Name, x.UoM = items[id].Code, items[id].Name, items[id].UoM
		out.Items = append(out.Items, *x)
	}
	slices.SortFunc(out.Items, func(a, b Moved) int { return cmp.Or(cmp.Compare(a.level, b.level), cmp.Compare(a.Item, b.Item)) })
	if out.Late, err = lateMoved(ctx, q, before, after); err != nil {
		return out, err
	}
	if len(out.Items) > maxMoved {
		out.Items, out.Capped = out.Items[:maxMoved], true
	}
	return out, nil
}

func lateMoved(ctx context.Context, q db.Querier, before, after db.ID) ([]LateMoved, error) {
	type row struct {
		Run    db.ID  `db:"run_id"`
		Kind   string `db:"doc_kind"`
		Number string `db:"doc_number"`
		Line   int64  `db:"doc_line"`
		Item   string `db:"code"`
		From   string `db:"from_day"`
		To     string `db:"to_day"`
		Cause  string `db:"cause"`
	}
	type key struct {
		kind, number, item string
		line               int64
	}
	at := map[key]*LateMoved{}
	err := db.Each(ctx, q, `SELECT x.run_id, x.doc_kind, x.doc_number, x.doc_line, i.code, x.from_day, x.to_day, x.cause FROM mrp_message x JOIN v_item i ON i.id = x.item_id
		WHERE x.run_id IN ($1, $2) AND x.act = 'late' ORDER BY x.id`, []any{before, after}, func(r *row) error {
		k := key{r.Kind, r.Number, r.Item, r.Line}
		if at[k] == nil {
			at[k] = &LateMoved{Kind: r.Kind, Number: r.Number, Line: r.Line, Item: r.Item, Due: r.From}
		}
		if can := cmp.Or(r.To, "?"); r.Run == before {
			at[k].Was = can
		} else {
			at[k].Is, at[k].Due, at[k].Cause = can, r.From, r.Cause
		}
		return nil
	})
	out := []LateMoved{}
	for _, x := range at {
		if x.Was != x.Is {
			out = append(out, *x)
		}
	}
	slices.SortFunc(out, func(a, b LateMoved) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Number, b.Number), cmp.Compare(a.Line, b.Line))
	})
	return out, err
}

// forget removes the lines of old plans, a few rows at a time; their summary stays.
func (m *Module) forget(ctx context.Context, site db.ID) error {
	keep, err := masterdata.IntSetting(ctx, m.DB.Read(), SettingKeep, "5")
	if err != nil {
		return err
	}
	old, err := db.All[db.ID](ctx, m.DB.Read(), `SELECT id FROM mrp_run WHERE site_id = $1 AND NOT live AND scenario_id = 0 ORDER BY recorded_ms DESC, id DESC LIMIT 20 OFFSET $2`, site, max(keep, 2)-1)
	if err != nil {
		return err
	}
	for _, run := range old {
		if err := m.clear(ctx, run); err != nil {
			return err
		}
	}
	return nil
}

// clear removes the lines of a plan.
func (m *Module) clear(ctx context.Context, run db.ID) error {
	if run == 0 {
		return nil
	}
	for _, table := range []string{"mrp_order", "mrp_message", "mrp_item", "mrp_swap"} {
		for {
			var n int64
			err := m.DB.InTx(ctx, func(tx *db.Tx) (err error) {
				n, err = tx.Exec(ctx, `DELETE FROM `+table+` WHERE id IN (SELECT id FROM `+table+` WHERE run_id = $1 LIMIT 1000)`, run)
				return err
			})
			if err != nil {
				return err
			}
			if n < 1000 {
				break
			}
		}
	}
	return nil
}
