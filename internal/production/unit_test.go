package production_test

import (
	"context"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
)

// Material is issued and given back by the box: the order counts pieces, the facts and the news keep the boxes, also
// when they come out of two lots.
func TestIssueInBoxes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			md := masterdata.New()
			it, err := md.ItemDetail(ctx, tx, "SHELL", f.site, tx.Today())
			if err != nil {
				return err
			}
			_, err = md.ChangeUnits(ctx, tx, "SHELL", masterdata.EditUnits{Rev: it.Rev, Units: []masterdata.UnitValues{{UoM: "box", Own: dec("15"), Per: dec("2"), Decimals: 1}}})
			return err
		})
		f.stock(t, "SHELL 5 S-0 2026-05-01") // expires first, so an issue by item begins here
		wo := f.order(t, "COFFEE", "30")
		for _, c := range []struct{ qty, uom, want string }{{"1", "box", "masterdata.unit_inexact"}, {"1", "bag", "masterdata.unit_not_of_item"}, {"6", "box", "production.over_issue"}} {
			if _, err := run(t, d, f.Issue, production.Issue{Order: wo, Code: "SHELL", Qty: dec(c.qty), UoM: c.uom}); code(err) != c.want {
				t.Errorf("%s %s: %v", c.qty, c.uom, err)
			}
		}
		out, err := run(t, d, f.Issue, production.Issue{Order: wo, Code: "KW:ITM:SHELL", Qty: dec("2"), UoM: "box"})
		if err != nil || out.Qty != dec("15") || out.Remaining != dec("15") || len(out.Lots) != 2 || out.EnteredQty != dec("2") || out.EnteredUoM != "box" {
			t.Fatalf("%+v %v", out, err)
		}
		back, err := run(t, d, f.Return, production.Return{Order: wo, Code: "KW:LOT:SHELL/S-2", Qty: dec("0.8"), UoM: "box"})
		if err != nil || back.Qty != dec("6") || back.EnteredQty != dec("0.8") {
			t.Fatalf("%+v %v", back, err)
		}
		card, err := f.Order(kittest.Ctx(t), d.Read(), wo)
		if err != nil {
			t.Fatal(err)
		}
		var qty, boxes = dec("0"), dec("0")
		for _, i := range card.Issues {
			qty, boxes = qty+i.Qty, boxes+i.EnteredQty
		}
		if len(card.Issues) != 3 || qty != dec("9") || boxes != dec("1.2") {
			t.Errorf("%+v", card.Issues)
		}
		if e := kittest.Last[production.Issued](t, d, production.EventIssued); e.Qty != dec("15") || e.EnteredQty != dec("2") || e.EnteredUoM != "box" {
			t.Errorf("%+v", e)
		}
		balanced(t, f)
	})
}
