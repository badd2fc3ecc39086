package app

import (
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

// Pumps are counted by somebody who does not see the books: one place has far fewer. Somebody else has it counted once
// more and approves; the ledger says what was corrected and why, and the next plan buys what is really missing. Through
// the doors of the screens, on both engines.
func TestAStocktakeFindsADifference(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner, warehouse, operator, head := h.logIn("planner"), h.logIn("warehouse"), h.logIn("operator"), h.logIn("accountant")
		plan := func() (stock, planned num.Dec) {
			planner.call("POST", "/planning/run", o{})
			for _, s := range planner.call("GET", "/planning/items/P-PUMP-A", nil).list("supplies") {
				switch s.s("kind") {
				case "stock":
					stock += num.MustParse(s.s("qty"))
				case "planned":
					planned += num.MustParse(s.s("qty"))
				}
			}
			return stock, planned
		}
		stock, planned := plan()

		operator.refused("POST", "/inventory/counts", o{"item": "P-PUMP-A", "blind": true}, "web.forbidden")
		c := warehouse.call("POST", "/inventory/counts", o{"item": "P-PUMP-A", "blind": true})
		url := "/inventory/counts/" + c.s("number")
		if c.at("lines") != 3.0 {
			t.Fatalf("the list: %v", c)
		}
		blind := warehouse.call("GET", url+"/lines", nil).list("items")
		for _, l := range blind {
			if l.s("book") != "" || l.s("diff") != "" {
				t.Errorf("who counts blind sees the books: %v", l)
			}
		}
		count := func(at, lot, qty string, again bool) answer {
			return warehouse.call("POST", url+"/lines", o{"location": at, "item": "P-PUMP-A", "lot": lot, "qty": qty, "again": again})
		}
		if said := count("RM/C-05-4", "L267909", "93", false); said.s("book") != "" || said.s("diff") != "" {
			t.Errorf("counting tells the books: %v", said)
		}
		warehouse.refused("POST", url+"/lines", o{"location": "RM/C-05-4", "item": "P-PUMP-A", "lot": "L267909", "qty": "339"}, "inventory.counted_already")
		count("RM/A-18-3", "L266572", "145", false)
		head.refused("POST", url+"/approve", o{"reason": "x"}, "inventory.count_open")
		count("RM/D-19-4", "L262126", "480", false)
		warehouse.refused("POST", url+"/approve", o{"reason": "x"}, "web.forbidden")

		// who approves sees the difference and wants it counted once more
		line := answer{"items": head.call("GET", url+"/lines", nil)["items"]}.find("items", "lot", "L267909")
		if line.s("book") != "339" || line.s("diff") != "-246" {
			t.Fatalf("who approves sees %v", line)
		}
		head.call("POST", url+"/recount", o{"lines": []string{line.s("id")}})
		head.refused("POST", url+"/approve", o{"reason": "x"}, "inventory.count_open")
		count("RM/C-05-4", "L267909", "89", false)
		if now, _ := plan(); now != stock {
			t.Errorf("the plan has %s before anybody approved, %s before", now, stock)
		}
		done := head.call("POST", url+"/approve", o{"reason": "a box was never entered"})
		if done.at("corrected") != 1.0 || done.s("document") == "" {
			t.Errorf("approved: %v", done)
		}
		head.refused("POST", url+"/approve", o{"reason": "x"}, "inventory.count_closed")

		card := warehouse.call("GET", "/inventory/lots/P-PUMP-A/L267909", nil)
		move := card.find("moves", "document", done.s("document"))
		if card.s("on_hand") != "89" || move.s("qty") != "250" {
			t.Errorf("the ledger has %s, moved %v", card.s("on_hand"), move)
		}
		less, more := plan()
		if stock-less != num.Int(250) {
			t.Errorf("the plan has %s of %s", less, stock)
		}
		if more-planned < num.Int(200) { // by lots of fifty
			t.Errorf("the plan buys %s, and %s before 250 were missing", more, planned)
		}
		h.verify()
	})
}
