package inventory

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Edge is how much of a lot an order consumed or produced, what was returned or undone left out.
type Edge struct {
	Order    db.ID   `db:"order_id" json:"order_id"`
	Item     db.ID   `db:"item_id" json:"-"`
	Lot      db.ID   `db:"lot_id" json:"-"`
	Qty      num.Dec `db:"qty" json:"qty"`
	Document string  `db:"document" json:"document" doc:"Number of the document that moved it"`
}

// Used is what orders consumed: of the given lots, or for the given orders. Goods issued to an order's WIP count as
// used by it until they come back.
func Used(ctx context.Context, q db.Querier, lots, orders []db.ID) ([]Edge, error) {
	return edges(ctx, q, lots, orders, `CASE WHEN from_kind IN ('stock', 'subcontractor') THEN qty ELSE -qty END`,
		`(from_kind IN ('stock', 'subcontractor') AND to_kind IN ('wip', 'consumed') OR to_kind IN ('stock', 'subcontractor') AND from_kind IN ('wip', 'consumed'))`)
}

// Made is what orders produced: the given lots, or for the given orders.
func Made(ctx context.Context, q db.Querier, lots, orders []db.ID) ([]Edge, error) {
	return edges(ctx, q, lots, orders, `CASE WHEN from_kind = 'produced' THEN qty ELSE -qty END`, `(from_kind = 'produced' OR to_kind = 'produced')`)
}

func edges(ctx context.Context, q db.Querier, lots, orders []db.ID, sign, which string) ([]Edge, error) {
	column, ids := "lot_id", lots
	if len(lots) == 0 {
		column, ids = "order_id", orders
	}
	var out []Edge
	for part := range slices.Chunk(ids, 500) {
		var w db.Where
		w.And("order_id <> 0")
		w.And(column + " <> 0")
		db.In(&w, column, part)
		w.And(which)
		w.And(unpublished)
		es, err := db.All[Edge](ctx, q, `SELECT order_id, item_id, lot_id, CAST(sum(`+sign+`) AS BIGINT) AS qty, min(doc_number) AS document
			FROM inv_move`+w.String()+` GROUP BY order_id, item_id, lot_id HAVING sum(`+sign+`) > 0`, w.Args...)
		if err != nil {
			return nil, err
		}
		out = append(out, es...)
	}
	slices.SortFunc(out, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.Document, b.Document), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Lot, b.Lot))
	})
	return out, nil
}

// maxDepth: a product is not made in more levels; the bound ends a ring that rework may close.
const maxDepth = 40

// Into follows lots forward: every lot that something of them went into, over all levels.
func Into(ctx context.Context, q db.Querier, lots []db.ID) ([]db.ID, error) {
	return follow(ctx, q, lots, Used, Made)
}

// From follows lots back: every lot that they were made from, over all levels.
func From(ctx context.Context, q db.Querier, lots []db.ID) ([]db.ID, error) {
	return follow(ctx, q, lots, Made, Used)
}

type step func(ctx context.Context, q db.Querier, lots, orders []db.ID) ([]Edge, error)

func follow(ctx context.Context, q db.Querier, lots []db.ID, toOrders, toLots step) ([]db.ID, error) {
	seen := map[db.ID]bool{}
	for _, l := range lots {
		seen[l] = true
	}
	var out []db.ID
	for range maxDepth {
		es, err := toOrders(ctx, q, lots, nil)
		if err != nil || len(es) == 0 {
			return out, err
		}
		orders := map[db.ID]bool{}
		for _, e := range es {
			orders[e.Order] = true
		}
		if es, err = toLots(ctx, q, nil, slices.Sorted(maps.Keys(orders))); err != nil {
			return nil, err
		}
		lots = nil
		for _, e := range es {
			if e.Lot != 0 && !seen[e.Lot] {
				seen[e.Lot] = true
				lots = append(lots, e.Lot)
			}
		}
		if len(lots) == 0 {
			return out, nil
		}
		out = append(out, lots...)
	}
	return out, nil
}

// ShippedTo is what a customer has of some lots.
type ShippedTo struct {
	Customer db.ID   `db:"customer_id" json:"-"`
	Code     string  `db:"code" json:"customer"`
	Name     string  `db:"name" json:"name"`
	Item     string  `db:"item" json:"item"`
	Lot      string  `db:"lot" json:"lot"`
	Document string  `db:"document" json:"document" doc:"Shipment"`
	Qty      num.Dec `db:"qty" json:"qty"`
	AtMS     int64   `db:"at_ms" json:"at_ms"`
}

// Shipments says which customers have goods of the lots, what they sent back left out.
func Shipments(ctx context.Context, q db.Querier, lots []db.ID) ([]ShippedTo, error) {
	out := []ShippedTo{}
	for part := range slices.Chunk(lots, 500) {
		var w db.Where
		w.And("m.lot_id <> 0")
		db.In(&w, "m.lot_id", part)
		w.And("(m.to_kind = 'customer' OR m.from_kind = 'customer')")
		w.And("m." + unpublished)
		const sign = `CASE WHEN m.to_kind = 'customer' THEN m.qty ELSE -m.qty END`
		rows, err := db.All[ShippedTo](ctx, q, `SELECT x.customer_id, coalesce(p.code, '') AS code, coalesce(p.name, '') AS name, i.code AS item, coalesce(l.number, '') AS lot, x.document, x.qty, x.at_ms FROM (
				SELECT CASE WHEN m.to_kind = 'customer' THEN m.to_ref ELSE m.from_ref END AS customer_id, m.item_id, m.lot_id, min(m.doc_number) AS document,
					CAST(sum(`+sign+`) AS BIGINT) AS qty, min(m.happened_ms) AS at_ms
				FROM inv_move m`+w.String()+` GROUP BY CASE WHEN m.to_kind = 'customer' THEN m.to_ref ELSE m.from_ref END, m.item_id, m.lot_id, CASE WHEN m.reverses = 0 THEN m.doc_id ELSE (SELECT o.doc_id FROM inv_move o WHERE o.id = m.reverses) END
				HAVING sum(`+sign+`) > 0) x
			JOIN v_item i ON i.id = x.item_id LEFT JOIN v_partner p ON p.id = x.customer_id LEFT JOIN inv_lot l ON l.id = x.lot_id ORDER BY x.at_ms, x.document, i.code, l.number`, w.Args...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}
