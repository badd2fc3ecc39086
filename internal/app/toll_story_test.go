package app

import (
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// A customer brings his own blanks and has them turned: received by scan into a warehouse of his own, used for his order
// and for nobody else's, asked for when they run short and never bought, left-overs back to him, and a statement of
// every piece. Through the doors of the screens, on both engines; at its end every invariant holds.
func TestTollOrder(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "hardware")
		planner, warehouse, boss, operator, quality, buyer, customer := h.logIn("planner"), h.logIn("warehouse"), h.logIn("boss"), h.logIn("operator"), h.logIn("quality"), h.logIn("buyer"), h.logIn("customer")

		// nothing of PT-001 is the customer's, so it is no toll work
		bad := planner.refused("POST", "/sales/orders", o{"customer": "C3", "lines": []o{{"item": "PT-001", "qty": "5", "due": "2026-03-20", "kind": "toll"}}}, "web.invalid")
		if bad.s("errors.0.code") != "sales.toll_nothing" {
			t.Errorf("%v", bad)
		}
		operator.refused("POST", "/sales/supplies", o{"kind": "receive", "customer": "C3", "lines": []o{{"code": "CS-BLANK", "qty": "1"}}}, "web.forbidden")
		warehouse.refused("POST", "/sales/supplies", o{"kind": "receive", "customer": "C3", "lines": []o{{"code": "B-45", "qty": "1"}}}, "inventory.not_supplied")
		got := warehouse.call("POST", "/sales/supplies", o{"kind": "receive", "customer": "C3", "ref": "DN-77", "lines": []o{{"code": "KW:ITM:CS-BLANK", "qty": "100", "lot": "C3-A", "supplier_lot": "HEAT9"}}})
		if got.s("lines.0.location") != "CS-C3" || got.s("lines.0.lot") != "C3-A" {
			t.Errorf("received: %v", got)
		}
		in := got.s("number")
		for _, paper := range []string{"document.pdf", "labels.pdf", "labels.zpl"} {
			if w := warehouse.do("GET", "/sales/supplies/"+in+"/"+paper, ""); w.Code != 200 || w.Body.Len() < 400 {
				t.Errorf("%s: %d, %d bytes", paper, w.Code, w.Body.Len())
			}
		}
		// it is his: nobody else brings it, orders it or sells it to us
		warehouse.refused("POST", "/sales/supplies", o{"kind": "receive", "customer": "C1", "lines": []o{{"code": "CS-BLANK", "qty": "5"}}}, "inventory.others_item")
		bad = planner.refused("POST", "/sales/orders", o{"customer": "C1", "lines": []o{{"item": "PT-008", "qty": "5", "due": "2026-03-20"}}}, "web.invalid")
		if bad.s("errors.0.code") != "sales.others_material" {
			t.Errorf("another customer's order: %v", bad)
		}
		if po := buyer.call("POST", "/purchasing/orders", o{"supplier": "S1", "lines": []o{{"item": "CS-BLANK", "qty": "5", "due": "2026-03-10"}}}).s("number"); po != "" {
			warehouse.refused("POST", "/purchasing/receipts", o{"order": po, "item": "CS-BLANK", "qty": "5"}, "inventory.others_item")
		}
		warehouse.refused("POST", "/inventory/adjustments", o{"item": "B-45", "change": "1", "location": "CS-C3", "reason": "found"}, "inventory.customer_owned_only")

		so := planner.call("POST", "/sales/orders", o{"customer": "C3", "lines": []o{{"item": "PT-008", "qty": "50", "due": "2026-03-20"}}}).s("number")
		if k := planner.call("GET", "/sales/orders/"+so, nil).s("lines.0.kind"); k != "toll" {
			t.Errorf("the line is %q", k)
		}
		// the plan asks the customer for what is short; it never buys it
		boss.call("POST", "/sales/orders", o{"customer": "C3", "lines": []o{{"item": "PT-008", "qty": "5000", "due": "2026-03-25"}}})
		planner.call("POST", "/planning/run", o{})
		asks := planner.call("GET", "/planning/messages?filter=act:eq:ask_customer", nil).list("items")
		if len(asks) != 1 || asks[0].s("item") != "CS-BLANK" || asks[0].s("cause") != "来料客户 锻造" || asks[0].s("qty") == "0" {
			t.Errorf("the plan does not ask the customer: %v", asks)
		}
		for _, p := range planner.call("GET", "/planning/orders?filter=item:eq:CS-BLANK&limit=200", nil).list("items") {
			if p.s("kind") != "shortage" {
				t.Errorf("the plan orders his material: %v", p)
			}
		}

		made := planner.call("POST", "/sales/work-orders", o{"orders": []string{so}, "release": true}).list("orders")
		if len(made) != 1 {
			t.Fatalf("work orders: %v", made)
		}
		wo := made[0].s("number")
		if w := planner.call("GET", "/production/orders/"+wo, nil); w.s("kind") != "toll" || w.s("owner") != "来料客户 锻造" {
			t.Errorf("the work order is %q for %q", w.s("kind"), w.s("owner"))
		}
		pack := buyer.call("POST", "/purchasing/orders", o{"supplier": "S2", "lines": []o{{"item": "PACK", "qty": "20", "due": "2026-03-10"}}}).s("number")
		warehouse.call("POST", "/purchasing/receipts", o{"order": pack, "item": "PACK", "qty": "20"})
		boss.call("POST", "/production/issues", o{"order": wo, "code": "KW:LOT:CS-BLANK/C3-A", "qty": "60", "over_reason": "hard spots"})
		h.makeAll(operator, warehouse, quality, wo)
		warehouse.call("POST", "/production/returns", o{"order": wo, "code": "KW:LOT:CS-BLANK/C3-A", "qty": "5"})
		planner.call("POST", "/production/orders/close", o{"order": wo, "reason": "done", "leftovers": []o{{"item": "CS-BLANK", "lot": "C3-A", "act": "scrap"}}})

		// what is left goes back to him
		warehouse.refused("POST", "/sales/supplies", o{"kind": "return", "customer": "C3", "lines": []o{{"code": "KW:LOT:CS-BLANK/C3-A", "qty": "46"}}}, "inventory.lot_short")
		out := warehouse.call("POST", "/sales/supplies", o{"kind": "return", "customer": "C3", "note": "left-over", "lines": []o{{"code": "KW:LOT:CS-BLANK/C3-A"}}})
		if out.s("lines.0.qty") != "45" {
			t.Errorf("returned: %v", out)
		}
		line := func(s answer) answer {
			l := s.list("lines")
			if i := slices.IndexFunc(l, func(a answer) bool { return a.s("lot") == "C3-A" }); i >= 0 {
				return l[i]
			}
			return nil
		}
		const ask = "/sales/supplies-statement?customer=C3"
		s := boss.call("GET", ask, nil)
		if l := line(s); l.s("opening") != "0" || l.s("received") != "100" || l.s("used") != "52" || l.s("scrapped") != "3" || l.s("returned") != "45" || l.s("closing") != "0" {
			t.Errorf("statement: %v", l)
		}
		if u := s.list("uses"); len(u) != 1 || u[0].s("order") != wo || u[0].s("norm") != "52" || u[0].s("used") != "55" || u[0].s("over") != "3" {
			t.Errorf("use against the norm: %v", u)
		}
		for _, paper := range []string{".pdf", ".xlsx"} {
			if w := boss.do("GET", "/sales/supplies-statement"+paper+"?customer=C3", ""); w.Code != 200 || w.Body.Len() < 1000 {
				t.Errorf("statement%s: %d, %d bytes", paper, w.Code, w.Body.Len())
			}
		}
		boss.refused("GET", ask+"&from=2026-05-01&to=2026-04-01", nil, "sales.span_bad")
		// customer C1 sees nothing of C3
		customer.refused("GET", ask, nil, "identity.not_yours")
		customer.refused("GET", "/sales/supplies/"+in, nil, "sales.supply_unknown")
		if l := customer.call("GET", "/sales/supplies", nil).list("items"); len(l) != 0 {
			t.Errorf("another customer sees %v", l)
		}
		// a slip is undone by its mirror, and only as long as the goods are there
		warehouse.call("POST", "/sales/supplies/"+out.s("number")+"/undo", o{"reason": "truck was full"})
		warehouse.refused("POST", "/sales/supplies/"+out.s("number")+"/undo", o{"reason": "again"}, "sales.supply_undone")
		warehouse.refused("POST", "/sales/supplies/"+in+"/undo", o{"reason": "wrong note"}, "inventory.moved_on")
		if l := line(boss.call("GET", ask, nil)); l.s("returned") != "0" || l.s("closing") != "45" {
			t.Errorf("after the undo: %v", l)
		}
		if l := warehouse.call("GET", "/sales/supplies/stock?filter=lot:eq:C3-A", nil).list("items"); len(l) != 1 || l[0].s("qty") != "45" {
			t.Errorf("his stock: %v", l)
		}
		if !strings.HasPrefix(in, "CM") || !strings.HasPrefix(out.s("number"), "CB") {
			t.Errorf("numbers %s %s", in, out.s("number"))
		}
		h.verify()
	})
}
