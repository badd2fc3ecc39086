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
		WHERE l.shipped <> coalesce(f.qty, 0) OR l.shipped > l.qty AND l.shipped > l.most ORDER BY o.number, l.line`)
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
	if err != nil {
		return nil, err
	}
	back, err := verifyReturns(ctx, q)
	if err != nil {
		return nil, err
	}
	out = append(out, back...)
	// nothing is promised to who wants nothing, and never more than is still wanted
	promised, err := db.All[bad](ctx, q, `
		SELECT o.number, l.line, l.qty, l.shipped, CAST(r.qty AS BIGINT) AS facts
		FROM so_line l JOIN so_order o ON o.id = l.order_id
		JOIN (SELECT doc_id, sum(qty) AS qty FROM v_reservation WHERE doc_kind = 'so_line' GROUP BY doc_id) r ON r.doc_id = l.id
		WHERE o.cancelled_ms > 0 OR l.cancelled_ms > 0 OR l.closed_ms > 0 OR l.shipped + r.qty > l.qty AND l.shipped + r.qty > l.most ORDER BY o.number, l.line`)
	if err != nil {
		return nil, err
	}
	for _, b := range promised {
		out = append(out, fmt.Sprintf("sales order %s line %d: %s are promised to it, but of %s ordered %s are shipped, or it is cancelled or closed", b.Order, b.Line, b.Facts, b.Qty, b.Shipped))
	}
	cartons, err := db.All[diff](ctx, q, `
		SELECT s.number, CAST(coalesce(l.qty, 0) AS BIGINT) AS lines, CAST(c.qty AS BIGINT) AS moves
		FROM so_shipment s
		JOIN (SELECT c.shipment_id, sum(l.qty) AS qty FROM so_carton c JOIN so_carton_line l ON l.carton_id = c.id GROUP BY c.shipment_id) c ON c.shipment_id = s.id
		LEFT JOIN (SELECT shipment_id, sum(qty) AS qty FROM so_shipment_line GROUP BY shipment_id) l ON l.shipment_id = s.id
		WHERE coalesce(l.qty, 0) <> c.qty ORDER BY s.number`)
	for _, d := range cartons {
		out = append(out, fmt.Sprintf("shipment %s: its lines add up to %s, its cartons to %s", d.Number, d.Lines, d.Moves))
	}
	if err != nil {
		return nil, err
	}
	over, err := db.All[diff](ctx, q, `
		SELECT p.number, CAST(sum(l.picked + l.short) AS BIGINT) AS lines, CAST(sum(l.qty) AS BIGINT) AS moves FROM so_pick p JOIN so_pick_line l ON l.pick_id = p.id
		WHERE l.picked + l.short > l.qty GROUP BY p.number ORDER BY p.number`)
	for _, d := range over {
		out = append(out, fmt.Sprintf("pick list %s: %s picked or missing of %s", d.Number, d.Lines, d.Moves))
	}
	return out, err
}
