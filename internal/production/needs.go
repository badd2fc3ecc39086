package production

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Need is material that an order asks for.
type Need struct {
	Order    db.ID   `db:"order_id"`
	Site     db.ID   `db:"site_id"`
	Item     db.ID   `db:"item_id"`
	Qty      num.Dec `db:"required"`
	Date     string  `db:"need_date"` // planned start, else due
	Priority int64   `db:"priority"`
}

// Needs are all components of the orders, by their copy of the bill.
func (m *Module) Needs(ctx context.Context, q db.Querier, orders []Order) ([]Need, error) {
	var out []Need
	for part := range slices.Chunk(orders, 500) {
		ids := make([]db.ID, len(part))
		for i, o := range part {
			ids[i] = o.ID
		}
		var w db.Where
		db.In(&w, "c.order_id", ids)
		w.And("c.role = 'component'")
		w.And("c.issue <> 'none'")
		rows, err := db.All[Need](ctx, q, `SELECT c.order_id, o.site_id, c.item_id, c.required, CASE WHEN o.start <> '' THEN o.start ELSE o.due END AS need_date, o.priority
			FROM wo_component c JOIN wo_order o ON o.id = c.order_id`+w.String()+` ORDER BY o.priority, o.due, o.number, c.line`, w.Args...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// OpenNeed is what one open order still has to take of an item.
type OpenNeed struct {
	Order    db.ID
	Number   string
	Product  db.ID
	Item     db.ID
	Qty      num.Dec
	Date     string // planned start, else due
	Priority int64
}

// OpenNeedsOf is OpenNeeds order by order, of all items when none are named.
func (m *Module) OpenNeedsOf(ctx context.Context, q db.Querier, site db.ID, items []db.ID) ([]OpenNeed, error) {
	type row struct {
		Order    db.ID   `db:"order_id"`
		Number   string  `db:"number"`
		Product  db.ID   `db:"product_id"`
		Date     string  `db:"need_date"`
		Priority int64   `db:"priority"`
		Item     db.ID   `db:"item_id"`
		Issue    string  `db:"issue"`
		Qty      num.Dec `db:"qty"`
		ScrapPct num.Dec `db:"scrap_pct"`
		Decimals int     `db:"decimals"`
		Required num.Dec `db:"required"`
		Issued   num.Dec `db:"issued"`
		Adjust   num.Dec `db:"adjust"`
		Shift    num.Dec `db:"shift"`
		Done     num.Dec `db:"done"`
	}
	type debt struct {
		Order    db.ID   `db:"order_id"`
		Number   string  `db:"number"`
		Product  db.ID   `db:"product_id"`
		Date     string  `db:"need_date"`
		Priority int64   `db:"priority"`
		Item     db.ID   `db:"item_id"`
		Qty      num.Dec `db:"qty"`
	}
	const order = `o.id AS order_id, o.number, o.item_id AS product_id, CASE WHEN o.start <> '' THEN o.start ELSE o.due END AS need_date, o.priority`
	var out []OpenNeed
	read := func(part []db.ID) error {
		w := db.Where{Args: []any{site}}
		if part != nil {
			db.In(&w, "c.item_id", part)
		}
		w.And("o.site_id = $1")
		err := db.Each(ctx, q, `SELECT `+order+`, c.item_id, c.issue, c.qty, c.scrap_pct, c.decimals, c.required, c.issued, c.adjust, c.shift, p.good + p.scrap + p.rework AS done
			FROM wo_component c JOIN wo_order o ON o.id = c.order_id JOIN wo_op p ON p.id = c.report_id`+w.String()+` AND c.role = 'component' AND c.issue <> 'none'
			  AND o.status IN ('planned', 'released', 'started') AND o.batch_id NOT IN (SELECT id FROM kit_batch) ORDER BY o.id, c.line`, w.Args, func(r *row) error {
			gone := r.Issued
			if r.Issue == "backflush" {
				used, err := norm(r.Done, r.Qty, r.ScrapPct, r.Decimals)
				if err != nil {
					return err
				}
				gone = used + r.Adjust + r.Shift
			}
			if open := r.Required - gone; open > 0 {
				out = append(out, OpenNeed{r.Order, r.Number, r.Product, r.Item, open, r.Date, r.Priority})
			}
			return nil
		})
		if err != nil {
			return err
		}
		w = db.Where{Args: []any{site}}
		if part != nil {
			db.In(&w, "v.item_id", part)
		}
		w.And("o.site_id = $1")
		return db.Each(ctx, q, `SELECT `+order+`, v.item_id, CAST(v.qty AS BIGINT) AS qty
			FROM (SELECT order_id, component_id, item_id, sum(qty) AS qty FROM wo_variance GROUP BY order_id, component_id, item_id) v
			JOIN wo_order o ON o.id = v.order_id JOIN wo_component c ON c.id = v.component_id`+w.String()+` AND c.issue = 'backflush' AND o.status IN ('released', 'started', 'completed') AND v.qty > 0`, w.Args, func(r *debt) error {
			out = append(out, OpenNeed{r.Order, r.Number, r.Product, r.Item, r.Qty, r.Date, r.Priority})
			return nil
		})
	}
	if items == nil {
		err := read(nil)
		return out, err
	}
	for part := range slices.Chunk(items, 500) {
		if err := read(part); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OpenNeeds is what open orders of a site still have to take of items: of picked lines what was not issued yet, of
// backflushed ones the norm of the pieces not reported yet, and what reports owe, since that has left the norm and not
// the shelf.
func (m *Module) OpenNeeds(ctx context.Context, q db.Querier, site db.ID, items []db.ID) (map[db.ID]num.Dec, error) {
	out := map[db.ID]num.Dec{}
	if len(items) == 0 {
		return out, nil
	}
	needs, err := m.OpenNeedsOf(ctx, q, site, items)
	for _, n := range needs {
		out[n.Item] += n.Qty
	}
	return out, err
}
