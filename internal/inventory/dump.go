package inventory

import (
	"cmp"
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
)

type dumped struct {
	Item      string   `db:"item"`
	Qty       num.Dec  `db:"qty"`
	Warehouse string   `db:"warehouse"`
	Place     string   `db:"place"`
	Implicit  bool     `db:"implicit"`
	Lot       string   `db:"number"`
	Serial    string   `db:"serial"`
	Expires   string   `db:"expires_on"`
	Received  string   `db:"received_on"`
	UnitCost  *num.Dec `db:"unit_cost"`
	Ord       int64    `db:"ord"`
	LotID     db.ID    `db:"lot_id"`
}

// Dump fills stock.csv: what lies at the site's locations, in the order in which it came in from a file, then the
// rest by item, place and lot. Held goods are written like others, since the format knows no state; pieces stand one
// by one.
func (m *Module) Dump(ctx context.Context, q db.Querier, site db.ID, p *pack.Pack) error {
	const lot = `coalesce(l.number, '') AS number, coalesce(l.expires_on, '` + OpenEnd + `') AS expires_on, coalesce(l.received_on, '` + OpenEnd + `') AS received_on, l.unit_cost`
	heaps, err := db.All[dumped](ctx, q, `SELECT i.code AS item, s.qty, s.ord, s.lot_id, w.warehouse, w.place, w.implicit, '' AS serial, `+lot+` FROM (
			SELECT item_id, place_ref, lot_id, CAST(sum(qty) AS BIGINT) AS qty, CAST(max(ord) AS BIGINT) AS ord FROM inv_balance
			WHERE site_id = $1 AND place_kind = 'stock' AND `+unpublished+` AND (qty > 0 OR slot = -1 AND ord > 0) GROUP BY item_id, place_ref, lot_id
		) s JOIN v_item i ON i.id = s.item_id JOIN v_location w ON w.id = s.place_ref LEFT JOIN inv_lot l ON l.id = s.lot_id WHERE i.tracking <> 'serial' OR s.qty = 0`, site)
	if err != nil {
		return err
	}
	pieces, err := db.All[dumped](ctx, q, `SELECT i.code AS item, CAST(1000000 AS BIGINT) AS qty, s.ord, s.lot_id, w.warehouse, w.place, w.implicit, s.number AS serial, `+lot+`
		FROM inv_serial s JOIN v_item i ON i.id = s.item_id JOIN v_location w ON w.id = s.place_ref LEFT JOIN inv_lot l ON l.id = s.lot_id
		WHERE s.site_id = $1 AND s.place_kind = 'stock' AND s.`+unpublished, site)
	if err != nil {
		return err
	}
	all := append(heaps, pieces...)
	slices.SortFunc(all, func(a, b dumped) int {
		return cmp.Or(cmp.Compare(last(a.Ord), last(b.Ord)), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Warehouse, b.Warehouse), cmp.Compare(a.Place, b.Place),
			cmp.Compare(a.Lot, b.Lot), cmp.Compare(a.Serial, b.Serial), cmp.Compare(a.LotID, b.LotID))
	})
	for i := range all {
		d := &all[i]
		s := pack.Stock{Item: d.Item, Qty: d.Qty, Warehouse: d.Warehouse, Location: d.Place, Lot: d.Lot, Serial: d.Serial, UnitCost: d.UnitCost}
		if d.Implicit {
			s.Warehouse = ""
		}
		if d.Expires != OpenEnd {
			s.ExpiresOn = d.Expires
		}
		if d.Received != OpenEnd {
			s.ReceivedOn = d.Received
		}
		p.Stock = append(p.Stock, s)
	}
	return nil
}

// last puts what came from no file behind what did.
func last(ord int64) int64 {
	if ord == 0 {
		return 1 << 62
	}
	return ord
}
