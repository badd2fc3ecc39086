package planning_test

import (
	"context"
	"fmt"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
)

// A big release takes hardly more statements than a small one: work orders, requisitions and their purchase orders, and
// the marks on what they came from.
func TestReleaseManyAtOnce(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		const most = 120
		s := openWith(t, d, func(p *pack.Pack) {
			for i := range most {
				code := fmt.Sprintf("BOX%03d", i)
				p.Items = append(p.Items, pack.Item{Code: code, Name: code, UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One, LeadDays: 1},
					pack.Item{Code: "B" + code, Name: code, UOM: "pcs", Kind: "buy", Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One, LeadDays: 1, Supplier: "S1"})
				p.BOMs = append(p.BOMs, pack.BOMLine{Product: code, Version: "1", Role: "component", Item: "B" + code, Qty: num.One, Op: 10, Issue: "pick"})
				p.Routings = append(p.Routings, pack.Operation{Product: code, Version: "1", Op: 10, Name: "装", WorkCenter: "W", RunMin: num.One, Report: true, Inspection: "none"})
			}
		})
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, planning.SettingBuyAs, "order")
		})
		for i := range most {
			s.order(t, fmt.Sprintf("SO%03d", i), fmt.Sprintf("BOX%03d", i), int64(1+i), "2026-03-20", 5)
		}
		s.run(t)
		release := func(from, to int64) int64 {
			var orders []int64
			for n := from; n <= to; n++ {
				orders = append(orders, n, n+most) // the boxes come first in the plan, then their parts
			}
			return kittest.Statements(t, kittest.Ctx(t), func(ctx context.Context) error {
				return d.InTx(ctx, func(tx *db.Tx) error {
					out, err := s.Release(ctx, tx, planning.Release{Orders: orders})
					if want := int(to-from) + 2; err == nil && len(out.Documents) != want { // one purchase order of them all
						err = fmt.Errorf("%d documents, want %d", len(out.Documents), want)
					}
					return err
				})
			})
		}
		release(1, 2) // what is read once
		few := release(3, 4)
		many := release(5, most)
		t.Logf("2 of each: %d statements, %d of each: %d", few, most-4, many)
		if many > few+100 { // less than one more for each: inserts, events and lists of identifiers are cut into parts
			t.Errorf("2 of each take %d statements, %d of each take %d", few, most-4, many)
		}
		for _, x := range []struct{ query, want string }{
			{`SELECT CAST(count(*) AS TEXT) FROM mrp_order WHERE state = 'released' AND doc_kind = 'work_order' AND doc_number <> ''`, "120"},
			{`SELECT CAST(count(*) AS TEXT) FROM mrp_order WHERE state = 'released' AND doc_kind = 'purchase_order' AND doc_number <> ''`, "120"},
			{`SELECT CAST(count(*) AS TEXT) FROM v_work_order o JOIN v_sales_line l ON l.id = o.sales_line_id AND l.item_id = o.item_id AND l.qty = o.qty`, "120"},
			{`SELECT CAST(count(*) AS TEXT) FROM po_requisition r JOIN v_purchase_line l ON l.order_id = r.order_id AND l.line = r.line AND l.item_id = r.item_id AND l.qty = r.qty AND l.supplier_id = r.supplier_id WHERE r.state = 'ordered' AND r.version = 2`, "120"},
		} {
			if got := s.one(t, x.query); got != x.want {
				t.Errorf("%s from %s", got, x.query)
			}
		}
	})
}
