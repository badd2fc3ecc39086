package sales

import (
	"context"
	"fmt"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Verify checks what this room promises and names each broken record.
func (m *Module) Verify(ctx context.Context, q db.Querier) ([]string, error) {
	type bad struct {
		Order   string  `db:"number"`
		Line    int64   `db:"line"`
		Qty     num.Dec `db:"qty"`
		Shipped num.Dec `db:"shipped"`
		Facts   num.Dec `db:"facts"`
	}
	rows, err := db.All[bad](ctx, q, `
		SELECT o.number, l.line, l.qty, l.shipped, CAST(coalesce(f.qty, 0) AS BIGINT) AS facts
		FROM so_line l JOIN so_order o ON o.id = l.order_id
		LEFT JOIN (SELECT sl.line_id, sum(sl.qty) AS qty FROM so_shipment_line sl JOIN so_shipment s ON s.id = sl.shipment_id WHERE s.reversed_ms = 0 GROUP BY sl.line_id) f ON f.line_id = l.id
		WHERE l.shipped <> coalesce(f.qty, 0) OR l.shipped > l.qty ORDER BY o.number, l.line`)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, b := range rows {
		out = append(out, fmt.Sprintf("sales order %s line %d: shipped %s of %s, but its shipments add up to %s", b.Order, b.Line, b.Shipped, b.Qty, b.Facts))
	}
	// what left to customers in the ledger is what the shipments say
	type diff struct {
		Number string  `db:"number"`
		Lines  num.Dec `db:"lines"`
		Moves  num.Dec `db:"moves"`
	}
	diffs, err := db.All[diff](ctx, q, `
		SELECT s.number, CAST(coalesce(l.qty, 0) AS BIGINT) AS lines, CAST(coalesce(v.qty, 0) AS BIGINT) AS moves
		FROM so_shipment s
		LEFT JOIN (SELECT shipment_id, sum(qty) AS qty FROM so_shipment_line GROUP BY shipment_id) l ON l.shipment_id = s.id
		LEFT JOIN (SELECT doc_id, sum(qty) AS qty FROM v_move WHERE doc_kind = 'shipment' GROUP BY doc_id) v ON v.doc_id = s.id
		WHERE coalesce(l.qty, 0) <> coalesce(v.qty, 0) ORDER BY s.number`)
	for _, d := range diffs {
		out = append(out, fmt.Sprintf("shipment %s: its lines add up to %s, its stock moves to %s", d.Number, d.Lines, d.Moves))
	}
	return out, err
}
