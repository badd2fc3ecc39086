package app

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// A customer changes his mind twice: the order is made, grows, is split, its parts are picked in one walk, packed in
// cartons and shipped, and he follows it all by his link. All through the doors of the screens; at the end every
// invariant holds.
func TestASalespersonsDay(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner, warehouse, boss, operator, quality := h.logIn("planner"), h.logIn("warehouse"), h.logIn("boss"), h.logIn("operator"), h.logIn("quality")
		nobody := &person{house: h, role: "nobody"}

		planner.call("PUT", "/sales/work-rules", o{"rules": []o{{"name": "machines", "active": true, "item": "FG-CM1", "grouping": "order", "release": true}}})
		operator.refused("PUT", "/sales/work-rules", o{"rules": []o{}}, "web.forbidden")
		so := planner.call("POST", "/sales/orders", o{"customer": "C01", "lines": []o{{"item": "FG-CM1", "qty": "12", "due": "2026-03-20"}, {"item": "FG-CM1", "qty": "6", "due": "2026-03-27"}}}).s("number")
		if p := planner.call("POST", "/sales/work-orders/preview", o{"orders": []string{so}}); p.at("orders").(float64) != 1 || p.s("lines.1.rule") != "machines" {
			t.Errorf("preview: %v", p)
		}
		all := planner.call("POST", "/sales/work-orders", o{"orders": []string{so}, "parts": true, "release": true})
		made := all.list("orders")
		if len(made) == 0 || made[0].s("qty") != "18" || made[0].at("lines").(float64) != 2 {
			t.Fatalf("one work order for both lines: %v", made)
		}

		// less of the first line, an answer for the shared work order
		change := o{"lines": []o{{"line": 1, "qty": "10"}}, "reason": "customer called"}
		seen := planner.call("POST", "/sales/orders/"+so+"/change/preview", change)
		if seen.s("lines.0.surplus") != "2" || seen.s("work.0.number") != made[0].s("number") {
			t.Errorf("consequences: %v", seen)
		}
		planner.refused("POST", "/sales/orders/"+so+"/change", change, "sales.has_work")
		warehouse.refused("POST", "/sales/orders/"+so+"/change", change, "web.forbidden")
		change["work"] = []o{{"order": made[0].s("number"), "answer": "keep"}}
		planner.call("POST", "/sales/orders/"+so+"/change", change)

		// eighteen are made; sixteen are promised, two are anybody's
		for _, s := range all.list("short") {
			po := h.logIn("buyer").call("POST", "/purchasing/orders", o{"supplier": "S01", "lines": []o{{"item": s.s("item"), "qty": s.s("qty"), "due": "2026-03-04"}}}).s("number")
			warehouse.call("POST", "/purchasing/receipts", o{"order": po, "item": s.s("item"), "qty": s.s("qty")})
		}
		for _, w := range slices.Backward(made) {
			h.makeAll(operator, warehouse, quality, w.s("number"))
		}
		if got := boss.call("GET", "/sales/orders/"+so, nil); got.s("status") != "ready" || got.s("lines.0.allocated") != "10" || got.s("lines.1.allocated") != "6" {
			t.Fatalf("after receipt: %v", got)
		}

		// four of the second line go to an order of their own
		part := planner.call("POST", "/sales/orders/"+so+"/split", o{"new_order": true, "lines": []o{{"line": 2, "qty": "4", "due": "2026-04-10"}}}).s("number")
		if got := boss.call("GET", "/sales/orders/"+part, nil); got.s("status") != "ready" || got.s("split_from") != so {
			t.Errorf("the part: %v", got)
		}
		link := planner.call("POST", "/sales/orders/"+so+"/links", o{})
		if w := nobody.do("POST", "/sales/link", `{"token":"`+link.s("token")+`"}`); w.Code != 200 || !strings.Contains(w.Body.String(), so) || strings.Contains(w.Body.String(), part) {
			t.Errorf("the customer's page: %d %s", w.Code, w.Body)
		}
		if w := nobody.do("GET", "/sales/orders/"+so, ""); w.Code != http.StatusUnauthorized {
			t.Errorf("the link opens more than its page: %d", w.Code)
		}
		warehouse.refused("GET", "/sales/orders/"+so+"/links", nil, "web.forbidden")

		// one walk for both, each piece scanned
		pick := warehouse.call("POST", "/sales/picks", o{"orders": []string{so, part}})
		number := pick.s("number")
		warehouse.refused("POST", "/sales/picks/"+number+"/scan", o{"code": "FG-WD1"}, "sales.pick_wrong_item")
		for _, l := range pick.list("lines") {
			for _, s := range l.at("serials").([]any) {
				pick = warehouse.call("POST", "/sales/picks/"+number+"/scan", o{"code": s})
			}
		}
		if pick.s("status") != "picked" {
			t.Errorf("after the walk: %v", pick)
		}
		if l := warehouse.call("GET", "/sales/picks?filter=status:eq:picked", nil); len(l.list("items")) != 1 || l.s("items.0.orders") != so+", "+part {
			t.Errorf("the list of pick lists: %v", l)
		}
		if n := boss.call("GET", "/sales/counts", nil); n.at("ready").(float64) < 2 || n.at("open").(float64) != n.at("ready").(float64)+n.at("waiting").(float64) {
			t.Errorf("counts: %v", n)
		}
		warehouse.refused("POST", "/sales/shipments", o{"order": so, "packing": []o{{"no": 1, "lines": []o{{"line": 1, "qty": "9"}}}}}, "sales.carton_differs")
		sh := warehouse.call("POST", "/sales/shipments", o{"order": so, "waybill": "SF9", "packing": []o{
			{"no": 1, "weight": "8 kg", "lines": []o{{"line": 1, "qty": "7"}}}, {"no": 2, "lines": []o{{"line": 1, "qty": "3"}, {"line": 2, "qty": "2"}}}}})
		if got := boss.call("GET", "/sales/shipments/"+sh.s("number"), nil); got.s("packing.0.weight") != "8 kg" || len(got.list("packing")) != 2 {
			t.Errorf("cartons: %v", got)
		}
		for _, paper := range []string{"packing-list.pdf", "label.pdf", "label.zpl"} {
			if w := warehouse.do("GET", "/sales/shipments/"+sh.s("number")+"/"+paper, ""); w.Code != 200 || w.Body.Len() < 500 || paper == "label.zpl" && strings.Count(w.Body.String(), "^PW") != 2 {
				t.Errorf("%s: %d, %d bytes", paper, w.Code, w.Body.Len())
			}
		}
		if w := nobody.do("POST", "/sales/link", `{"token":"`+link.s("token")+`"}`); !strings.Contains(w.Body.String(), "SF9") {
			t.Errorf("the customer does not see his parcel: %s", w.Body)
		}
		planner.call("POST", "/sales/orders/"+so+"/links/"+link.s("id")+"/revoke", o{})
		nobody.refused("POST", "/sales/link", o{"token": link.s("token")}, "sales.link_dead")
		limited := false
		for range 60 {
			if w := nobody.do("POST", "/sales/link", `{"token":"guess"}`); w.Code == http.StatusTooManyRequests {
				limited = true
			}
		}
		if !limited {
			t.Error("sixty guesses in a row were answered")
		}

		// the part comes back to an order of the same customer, and that is cancelled with its work
		again := planner.call("POST", "/sales/orders", o{"customer": "C01", "lines": []o{{"item": "FG-CM1", "qty": "5", "due": "2026-04-10"}}}).s("number")
		planner.call("POST", "/sales/merges", o{"into": again, "orders": []string{part}})
		planner.call("POST", "/sales/work-orders", o{"orders": []string{again}})
		work := planner.call("GET", "/sales/orders/"+again+"/cancel/preview", nil).list("work")
		if len(work) != 1 {
			t.Fatalf("work of %s: %v", again, work)
		}
		planner.refused("POST", "/sales/orders/"+again+"/cancel", o{"reason": "gone"}, "sales.has_work")
		planner.call("POST", "/sales/orders/"+again+"/cancel", o{"reason": "gone", "work": []o{{"order": work[0].s("number"), "answer": "cancel"}}})
		if got := planner.call("GET", "/production/orders/"+work[0].s("number"), nil).s("status"); got != "cancelled" {
			t.Errorf("its work order is %s", got)
		}
		boss.call("POST", "/sales/shipments/"+sh.s("number")+"/undo", o{"reason": "wrong door"})
		h.verify()
	})
}
