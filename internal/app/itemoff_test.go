package app

import (
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// An item's page says what still counts on it before it is made inactive: bills, stock, open orders, the plan. Without a
// yes to that it stays active; what nothing counts on goes at once.
func TestWhatCountsOnAnItem(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner, operator := h.logIn("planner"), h.logIn("operator")
		due := d.Now().AddDate(0, 0, 9).Format("2006-01-02")
		order := planner.call("POST", "/production/orders", o{"orders": []o{{"item": "A-CM1-CORE", "qty": "10", "due": due}}}).s("orders.0.number")
		planner.call("POST", "/planning/run", o{})
		operator.refused("GET", "/masterdata/items/P-PUMP-A/open-uses", nil, "web.forbidden")
		off := planner.call("GET", "/masterdata/items/P-PUMP-A/open-uses", nil)
		if off.find("uses", "name", "A-CM1-CORE 1").s("kind") != "bom" || off.find("uses", "name", order).s("kind") != "work_order_part" || off.find("uses", "name", order).s("qty") != "10" || off.find("kinds", "kind", "stock") == nil {
			t.Errorf("%v", off)
		}
		if b := planner.call("GET", "/masterdata/items/P-PUMP-B/open-uses", nil); b.find("kinds", "kind", "substitute") == nil {
			t.Errorf("%v", b)
		}
		if m := planner.call("GET", "/masterdata/items/A-CM1-CORE/open-uses", nil); m.find("uses", "name", order).s("kind") != "work_order" {
			t.Errorf("%v", m)
		}
		rev := planner.call("GET", "/masterdata/items/P-PUMP-A", nil).at("rev")
		planner.refused("POST", "/masterdata/items/P-PUMP-A/deactivate", o{"rev": rev, "reason": "old"}, "masterdata.item_in_use")
		if it := planner.call("POST", "/masterdata/items/P-PUMP-A/deactivate", o{"rev": rev, "reason": "old", "confirmed": true}); it.s("status") != "inactive" {
			t.Errorf("%v", it)
		}
		planner.call("POST", "/masterdata/items", o{"code": "P-NEW", "name": "新件", "kind": "buy", "uom": "pcs"})
		rev = planner.call("GET", "/masterdata/items/P-NEW", nil).at("rev")
		if it := planner.call("POST", "/masterdata/items/P-NEW/deactivate", o{"rev": rev}); it.s("status") != "inactive" {
			t.Errorf("%v", it)
		}
	})
}
