package planning

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// targetsOf finds what the assumptions are about: one query for each kind of document, however many there are.
func targetsOf(ctx context.Context, q db.Querier, site masterdata.Site, list []Change) ([][]*target, error) {
	names := map[string][]string{} // by kind of assumption
	for _, c := range list {
		switch c.Kind {
		case "order", "supply":
			names[c.Kind] = append(names[c.Kind], c.Number)
		case "item":
			names[c.Kind] = append(names[c.Kind], c.Item)
		}
	}
	found := map[string][]*target{} // kind of assumption and number, or code
	if err := salesTargets(ctx, q, site, names["order"], found); err != nil {
		return nil, err
	}
	if err := supplyTargets(ctx, q, site, names["supply"], found); err != nil {
		return nil, err
	}
	if err := itemTargets(ctx, q, site, names["item"], found); err != nil {
		return nil, err
	}
	out := make([][]*target, len(list))
	for n := range list {
		c := &list[n]
		key := c.Kind + " " + c.Number
		if c.Kind == "item" {
			key = c.Kind + " " + c.Item
		}
		whole := c.Kind == "order" && c.Gone && c.Line == 0
		for _, t := range found[key] {
			if t.status == "shipped" {
				whole = false
				continue
			}
			whole = whole && t.done == 0
			if c.Line == 0 || t.line == c.Line {
				t.wish(c)
				out[n] = append(out[n], t)
			}
		}
		for _, t := range out[n] {
			t.whole = t.whole || whole
		}
	}
	return out, nil
}

type foundRow struct {
	Number  string  `db:"number"`
	Line    int64   `db:"line"`
	Item    db.ID   `db:"item_id"`
	Code    string  `db:"code"`
	Qty     num.Dec `db:"qty"`
	Done    num.Dec `db:"done"`
	Due     string  `db:"due"`
	Status  string  `db:"status"`
	Version int64   `db:"version"`
}

// named is a kind of document that assumptions may name, and where its rows are.
type named struct {
	kind, as             string // of the target, of the assumption
	rows                 string
	number, site, isOpen string // columns, and what else is asked of a row
}

// find reads the documents that are named, at a site.
func (k named) find(ctx context.Context, q db.Querier, site db.ID, names []string, found map[string][]*target) error {
	var w db.Where
	db.In(&w, k.number, names)
	w.And(k.site+" = ?", site)
	if k.isOpen != "" {
		w.And(k.isOpen)
	}
	return db.Each(ctx, q, k.rows+w.String()+` ORDER BY `+k.number+`, line`, w.Args, func(r *foundRow) error {
		found[k.as+" "+r.Number] = append(found[k.as+" "+r.Number], &target{kind: k.kind, number: r.Number, line: r.Line, item: r.Item, code: r.Code, qty: r.Qty, done: r.Done, due: r.Due, status: r.Status, version: r.Version})
		return nil
	})
}

func salesTargets(ctx context.Context, q db.Querier, site masterdata.Site, names []string, found map[string][]*target) error {
	if len(names) == 0 {
		return nil
	}
	k := named{"sales", "order", `SELECT l.order_number AS number, l.line, l.item_id, i.code, l.qty, l.shipped AS done, l.due, CASE WHEN l.shipped < l.qty THEN 'open' ELSE 'shipped' END AS status, 0 AS version
		FROM v_sales_line l JOIN v_item i ON i.id = l.item_id`, "l.order_number", "l.site_id", "NOT l.cancelled"}
	return k.find(ctx, q, site.ID, names, found)
}

func supplyTargets(ctx context.Context, q db.Querier, site masterdata.Site, names []string, found map[string][]*target) error {
	if len(names) == 0 {
		return nil
	}
	for _, k := range []named{
		{"purchase", "supply", `SELECT l.order_number AS number, l.line, l.item_id, i.code, l.qty, l.received AS done, l.due, 'open' AS status, 0 AS version FROM v_purchase_line l JOIN v_item i ON i.id = l.item_id`, "l.order_number", "l.site_id", "NOT l.closed AND l.qty > l.received"},
		{"requisition", "supply", `SELECT r.number, 0 AS line, r.item_id, i.code, r.qty, 0 AS done, r.due, 'open' AS status, 0 AS version FROM v_requisition r JOIN v_item i ON i.id = r.item_id`, "r.number", "r.site_id", ""},
		{"work", "supply", `SELECT w.number, 0 AS line, w.item_id, i.code, w.qty, 0 AS done, w.due, w.status, 0 AS version FROM v_work_order w JOIN v_item i ON i.id = w.item_id`, "w.number", "w.site_id", "w.status IN ('planned', 'released', 'started', 'completed')"},
		{"firm", "supply", `SELECT f.number, 0 AS line, f.item_id, i.code, f.qty, 0 AS done, f.due, f.state AS status, f.version FROM mrp_firm f JOIN v_item i ON i.id = f.item_id`, "f.number", "f.site_id", "f.state = 'firm'"},
		{"transfer", "supply", `SELECT t.number, t.line, t.item_id, i.code, t.qty, t.received AS done, t.due, 'open' AS status, 0 AS version FROM v_site_transfer_line t JOIN v_item i ON i.id = t.item_id`, "t.number", "t.to_site_id", "(t.sent - t.received - t.back - t.lost > 0 OR t.closed_ms = 0 AND t.qty > t.sent - t.back)"},
	} {
		if err := k.find(ctx, q, site.ID, names, found); err != nil {
			return err
		}
	}
	return nil
}

func itemTargets(ctx context.Context, q db.Querier, site masterdata.Site, codes []string, found map[string][]*target) error {
	if len(codes) == 0 {
		return nil
	}
	w := db.Where{Args: []any{site.ID}} // itemSelect names the site first
	db.In(&w, "i.code", codes)
	return db.Each(ctx, q, itemSelect+w.String(), w.Args, func(r *itemRow) error {
		t := &target{kind: "item", item: r.ID, code: r.Code, brought: r.brought(), wasLead: r.LeadDays, was: r.Safety}
		if t.brought {
			t.wasLead = r.Transfer
		}
		found["item "+r.Code] = append(found["item "+r.Code], t)
		return nil
	})
}
