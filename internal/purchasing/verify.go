package purchasing

import (
	"context"
	"fmt"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Verify checks what the room promises and names the first record of each promise that is broken.
func (m *Module) Verify(ctx context.Context, q db.Querier) []error {
	var out []error
	for _, check := range []struct{ text, say string }{
		{`SELECT l.id, l.received - CAST(coalesce(sum(CASE WHEN r.reverses = 0 THEN r.qty ELSE -r.qty END), 0) AS BIGINT) AS off
			FROM po_line l LEFT JOIN po_receipt r ON r.line_id = l.id AND r.line_id <> 0 GROUP BY l.id, l.received
			HAVING l.received <> coalesce(sum(CASE WHEN r.reverses = 0 THEN r.qty ELSE -r.qty END), 0) ORDER BY l.id LIMIT 1`, "po_line %s: has received %s more than its receipts"},
		{`SELECT r.id, r.qty - o.qty AS off FROM po_receipt r JOIN po_receipt o ON o.id = r.reverses
			WHERE r.reverses <> 0 AND (o.qty <> r.qty OR o.line_id <> r.line_id OR o.item_id <> r.item_id OR o.lot <> r.lot OR o.reverses <> 0) ORDER BY r.id LIMIT 1`, "po_receipt %s: is not the mirror of what it undoes (by %s)"},
		{`SELECT r.id, r.qty - CAST(coalesce(sum(v.qty), 0) AS BIGINT) AS off
			FROM po_receipt r LEFT JOIN v_move v ON v.doc_id = r.id AND v.doc_kind = 'po_receipt' AND v.item_id = r.item_id
				AND (r.reverses = 0 AND v.to_kind = 'stock' OR r.reverses <> 0 AND v.from_kind = 'stock')
			GROUP BY r.id, r.qty HAVING r.qty <> coalesce(sum(v.qty), 0) ORDER BY r.id LIMIT 1`, "po_receipt %s: says %s more than its moves"},
		{`SELECT id, off FROM (
				SELECT s.id, d.item_id, CAST(sum(d.qty) AS BIGINT) - CAST(coalesce((SELECT sum(v.qty) FROM v_move v WHERE v.doc_id = s.id AND v.doc_kind = 'po_send' AND v.item_id = d.item_id), 0) AS BIGINT) AS off
				FROM po_send s JOIN po_send_line d ON d.send_id = s.id GROUP BY s.id, d.item_id) x
			WHERE off <> 0 ORDER BY id LIMIT 1`, "po_send %s: says %s more than its moves"},
	} {
		type bad struct {
			ID  db.ID   `db:"id"`
			Off num.Dec `db:"off"`
		}
		b, ok, err := db.Get[bad](ctx, q, check.text)
		if err == nil && ok {
			err = fmt.Errorf(check.say, b.ID, b.Off)
		}
		if err != nil {
			out = append(out, err)
		}
	}
	return out
}
