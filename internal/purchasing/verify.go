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
		{`SELECT l.id, l.received - CAST(coalesce(sum(r.qty), 0) AS BIGINT) AS off
			FROM po_line l LEFT JOIN (SELECT line_id, CASE WHEN reverses = 0 THEN qty ELSE -qty END AS qty FROM po_receipt WHERE line_id <> 0
				UNION ALL SELECT line_id, CASE WHEN reverses = 0 THEN -qty ELSE qty END FROM po_return WHERE line_id <> 0 AND act = 'return') r ON r.line_id = l.id GROUP BY l.id, l.received
			HAVING l.received <> coalesce(sum(r.qty), 0) ORDER BY l.id LIMIT 1`, "po_line %s: has received %s more than its receipts less what went back"},
		{`SELECT x.id, x.gone - CAST(coalesce(sum(v.qty), 0) AS BIGINT) AS off
			FROM (SELECT min(id) AS id, receipt_id, CAST(sum(gone) AS BIGINT) AS gone FROM po_reject GROUP BY receipt_id) x
			LEFT JOIN (SELECT receipt_id, CASE WHEN reverses = 0 THEN qty ELSE -qty END AS qty FROM po_return) v ON v.receipt_id = x.receipt_id GROUP BY x.id, x.gone
			HAVING x.gone <> coalesce(sum(v.qty), 0) ORDER BY x.id LIMIT 1`, "po_reject %s: %s more are gone than its returns say"},
		{`SELECT x.id, CAST(sum(x.failed) AS BIGINT) - CAST(coalesce((SELECT sum(q.failed) FROM v_inspection q WHERE q.doc_id = x.receipt_id AND q.doc_kind = 'po_receipt' AND q.lot_id = x.lot_id), 0) AS BIGINT) AS off
			FROM po_reject x GROUP BY x.id, x.receipt_id, x.lot_id
			HAVING CAST(sum(x.failed) AS BIGINT) <> CAST(coalesce((SELECT sum(q.failed) FROM v_inspection q WHERE q.doc_id = x.receipt_id AND q.doc_kind = 'po_receipt' AND q.lot_id = x.lot_id), 0) AS BIGINT) ORDER BY x.id LIMIT 1`, "po_reject %s: %s more failed than was judged"},
		{`SELECT v.id, v.qty - CAST(coalesce(sum(k.qty), 0) AS BIGINT) AS off FROM po_return v LEFT JOIN v_move k ON k.doc_id = v.id AND k.doc_kind = 'po_return'
			GROUP BY v.id, v.qty HAVING v.qty <> coalesce(sum(k.qty), 0) ORDER BY v.id LIMIT 1`, "po_return %s: says %s more than its moves"},
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
