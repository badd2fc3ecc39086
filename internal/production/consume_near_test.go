package production_test

import (
	"context"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/production"
)

// A report draws from the line-side place of its own work center first, and an issue proposes it first.
func TestBackflushDrawsFromTheLineSide(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		type point struct {
			Item   db.ID   `db:"item_id"`
			Center db.ID   `db:"work_center_id"`
			Site   db.ID   `db:"site_id"`
			Op     int64   `db:"op"`
			Qty    num.Dec `db:"qty"`
		}
		p, err := db.One[point](t.Context(), d.Read(), `SELECT c.item_id, p.work_center_id, o.site_id, p.op, c.qty FROM wo_component c JOIN wo_op p ON p.id = c.report_id JOIN wo_order o ON o.id = c.order_id JOIN v_item i ON i.id = c.item_id WHERE o.number = $1 AND i.code = 'SCREW'`, wo)
		if err != nil {
			t.Fatal(err)
		}
		f.do(t, func(ctx context.Context, tx *db.Tx) error {
			wh, own, other := tx.ID(), tx.ID(), tx.ID()
			tx.Queue(`INSERT INTO md_warehouse (id, site_id, code, name, kind, in_costing) VALUES ($1, $2, 'LS', 'LS', 'line', TRUE)`, wh, p.Site)
			tx.Queue(`INSERT INTO md_location (id, site_id, warehouse_id, code, place) VALUES ($1, $2, $3, 'LS/A', 'A'), ($4, $2, $3, 'LS/B', 'B')`, other, p.Site, wh, own)
			tx.Queue(`INSERT INTO inv_supply (id, site_id, work_center_id, item_id, location_id, least, most, itself, active, changed_ms, changed_by) VALUES ($1, $2, $3, $4, $5, 1000000, 9000000, FALSE, TRUE, 0, '')`, tx.ID(), p.Site, p.Center, p.Item, own)
			put := func(ref db.ID) inventory.Put {
				return inventory.Put{Item: p.Item, Qty: num.Int(100), To: inventory.Place{Kind: inventory.Stock, Ref: ref}}
			}
			_, err := f.Inventory.Put(ctx, tx, inventory.Doc{Kind: "po_receipt", ID: tx.ID(), Number: "GR1", Site: p.Site}, inventory.Place{Kind: inventory.Supplier}, put(other), put(own))
			return err
		})
		pre, err := f.PreviewReport(kittest.Ctx(t), d.Read(), production.AskPreview{Order: wo, Op: p.Op, Good: num.One})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range pre.Lines {
			if l.Item == "SCREW" && (len(l.Draws) != 1 || l.Draws[0].Location != "LS/B") {
				t.Errorf("the preview says %+v", l.Draws)
			}
		}
		must(t, d, f.Report, production.Report{Order: wo, Op: p.Op, Good: num.One})
		left, err := db.All[string](t.Context(), d.Read(), `SELECT w.code FROM v_stock s JOIN v_location w ON w.id = s.location_id WHERE s.item_id = $1 AND w.warehouse = 'LS' AND s.qty < 100000000 ORDER BY w.code`, p.Item)
		if err != nil || len(left) != 1 || left[0] != "LS/B" {
			t.Error("drawn from", left, err)
		}
		balanced(t, f)
	})
}
