package app

import (
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// A pump is recalled while an order is half supplied with it: what was issued stays, another pump is asked for, approved
// by somebody else, issued up to what was approved and no more; both pumps lead to the goods that they
// are in, and the goods to both pumps. Through the doors of the screens, on both engines.
func TestASubstituteIsApproved(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner, warehouse, quality, operator := h.logIn("planner"), h.logIn("warehouse"), h.logIn("quality"), h.logIn("operator")
		order := planner.call("POST", "/production/orders", o{"orders": []o{{"item": "A-CM1-CORE", "qty": "10", "due": d.Now().AddDate(0, 0, 5).Format("2006-01-02")}}}).s("orders.0.number")
		planner.call("POST", "/production/orders/release", o{"orders": []string{order}})
		for _, part := range []string{"M-CM1-LINER", "P-HEAT-1", "P-NTC", "M-PCBA", "P-VALVE"} {
			warehouse.call("POST", "/production/issues", o{"order": order, "code": part})
		}
		first := warehouse.call("POST", "/production/issues", o{"order": order, "code": "P-PUMP-A", "qty": "4"})
		pumpA := first.s("lots.0.lot")

		// the supplier calls his pumps back: six are missing
		for _, lot := range []string{"L267909", "L266572", "L262126"} {
			quality.call("POST", "/inventory/holds", o{"item": "P-PUMP-A", "lot": lot, "reason": "recall"})
		}
		warehouse.refused("POST", "/production/issues", o{"order": order, "code": "P-PUMP-A"}, "inventory.short")
		other := o{"order": order, "code": "L268301", "item": "P-PUMP-B"}
		warehouse.refused("POST", "/production/issues", other, "production.sub_not_approved")

		asked := operator.call("POST", "/production/substitutes", o{"order": order, "item": "P-PUMP-A", "substitute": "P-PUMP-B", "reason": "recall"})
		if asked.s("state") != "open" || asked.at("listed") != true || asked.s("qty") != "6" {
			t.Fatalf("asked: %v", asked)
		}
		warehouse.refused("POST", "/production/issues", other, "production.sub_not_approved")
		yes := o{"id": asked.s("id"), "approve": true}
		operator.refused("POST", "/production/substitutes/decide", yes, "web.forbidden")
		planner.call("POST", "/production/substitutes/decide", yes)

		over := o{"order": order, "code": "L268301", "item": "P-PUMP-B", "qty": "7"}
		warehouse.refused("POST", "/production/issues", over, "production.over_issue")
		got := warehouse.call("POST", "/production/issues", other)
		if got.s("qty") != "6" || got.s("remaining") != "0" || got.s("warnings.0.code") != "production.substitute" {
			t.Errorf("issued: %v", got)
		}
		h.makeAll(operator, warehouse, quality, order)

		// both ways: from each pump to what it is in, and from that to both
		used := quality.call("GET", "/inventory/lots/P-PUMP-B/L268301", nil).find("used_in", "item", "A-CM1-CORE")
		core := used.s("lot")
		if core == "" {
			t.Fatalf("the other pump is in nothing: %v", quality.call("GET", "/inventory/lots/P-PUMP-B/L268301", nil))
		}
		if was := quality.call("GET", "/inventory/lots/P-PUMP-A/"+pumpA, nil).find("used_in", "item", "A-CM1-CORE"); was.s("lot") != core {
			t.Errorf("the recalled pump is in %v, the other in %s", was, core)
		}
		card := quality.call("GET", "/inventory/lots/A-CM1-CORE/"+core, nil)
		if a, b := card.find("made_from", "lot", pumpA), card.find("made_from", "lot", "L268301"); a.s("qty") != "4" || b.s("qty") != "6" || b.s("item") != "P-PUMP-B" {
			t.Errorf("made from %v and %v", a, b)
		}
		h.verify()
	})
}
