package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// A planner's day in a real factory, through the doors of the screens: run, read the exceptions and judge one, ask why,
// follow the pegs to the customer, merge what one item needs and hold it, run again, compare, release, and find every
// customer behind the documents.
func TestAPlannersDay(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner, operator, buyer := h.logIn("planner"), h.logIn("operator"), h.logIn("buyer")
		operator.refused("POST", "/planning/run", o{}, "web.forbidden")
		planner.refused("GET", "/planning/items/FG-CM1", nil, "planning.no_plan")
		first := planner.call("POST", "/planning/run", o{})

		late := planner.call("GET", "/planning/messages?limit=1&filter=act:eq:late", nil)
		if late.s("items.0.document") == "" || late.s("items.0.cause") == "" || late.s("items.0.to") <= late.s("items.0.from") {
			t.Fatalf("a late order says neither when nor why: %v", late)
		}
		planner.call("POST", "/planning/messages", o{"messages": []string{late.s("items.0.id")}, "state": "ignored", "note": "phoned"})
		buyer.refused("POST", "/planning/messages", o{"messages": []string{late.s("items.0.id")}, "state": "done"}, "web.forbidden")
		if left := planner.call("GET", "/planning/messages?filter=state:eq:ignored", nil); left.s("items.0.note") != "phoned" {
			t.Errorf("judged: %v", left)
		}

		// of some part that is bought: the arithmetic ends at the quantity, the pegs at a customer's order
		buys := planner.call("GET", "/planning/orders?limit=200&filter=kind:eq:buy&sort=item,n", nil).list("items")
		var pick []any
		item := ""
		for i := range buys {
			if i > 0 && buys[i].s("item") == buys[i-1].s("item") {
				pick, item = []any{buys[i-1].at("n"), buys[i].at("n")}, buys[i].s("item")
				break
			}
		}
		if item == "" {
			t.Fatal("no item is bought twice")
		}
		why := planner.call("GET", "/planning/orders/"+str(pick[0])+"/why", nil)
		steps := why.list("steps")
		if n := len(steps); n == 0 || steps[n-1].s("sum") != why.s("qty") {
			t.Errorf("the arithmetic of %s does not end at %s: %v", item, why.s("qty"), steps)
		}
		if up := planner.call("GET", "/planning/trace?kind=planned&item="+item+"&n="+str(pick[0]), nil); !topIs(up.list("up"), "sales_order") {
			t.Errorf("the pegs of %s end at no customer: %v", item, up)
		}

		firm := planner.call("POST", "/planning/firm", o{"run": first.s("run"), "orders": pick, "merge": "item"}).s("orders.0")
		planner.refused("POST", "/planning/firm", o{"orders": pick}, "planning.taken")
		if hits := planner.call("GET", "/search?q="+firm, nil).list("items"); len(hits) == 0 || hits[0].s("url") != "/planning/firm/"+firm {
			t.Errorf("search finds %v", hits)
		}
		second := planner.call("POST", "/planning/run", o{})
		moved := planner.call("GET", "/planning/compare?before="+first.s("run")+"&after="+second.s("run"), nil)
		at := slices.IndexFunc(moved.list("items"), func(m answer) bool { return m.s("item") == item })
		if at < 0 || moved.s("before.run") != first.s("run") {
			t.Errorf("holding two orders of %s moved nothing: %v", item, moved)
		}

		made := planner.call("POST", "/planning/release", o{"firm": []string{firm}}).list("documents")
		planner.refused("POST", "/planning/release", o{"firm": []string{firm}}, "planning.firm_over")
		if len(made) != 1 || made[0].s("kind") != "requisition" {
			t.Fatalf("released as %v", made)
		}
		customers := 0
		for _, s := range made[0].list("sources") {
			if s.s("kind") == "sales_order" || strings.HasPrefix(s.s("top"), "SO") {
				customers++
			}
		}
		if customers == 0 {
			t.Errorf("no customer is behind %s: %v", made[0].s("number"), made[0].at("sources"))
		}
		// two suppliers at once, as orders
		h.logIn("boss").call("PUT", "/masterdata/settings/planning.buy_as", o{"value": "order"})
		third := planner.call("POST", "/planning/run", o{})
		var two []any
		supplier := ""
		for _, b := range planner.call("GET", "/planning/orders?limit=200&filter=kind:eq:buy&filter=state:eq:planned&sort=item,n", nil).list("items") {
			if s := b.s("supplier"); s != "" && s != supplier && len(two) < 2 {
				two, supplier = append(two, b.at("n")), s
			}
		}
		if docs := planner.call("POST", "/planning/release", o{"run": third.s("run"), "orders": two}).list("documents"); len(docs) != 2 || docs[0].s("kind") != "purchase_order" {
			t.Errorf("two suppliers get %v", docs)
		}
		h.verify()
	})
}

// topIs says whether some branch ends at an entry of a kind.
func topIs(list []answer, kind string) bool {
	return slices.ContainsFunc(list, func(b answer) bool { return b.s("entry.kind") == kind || topIs(b.list("branches"), kind) })
}

// str is a number of JSON as it stands in an address.
func str(v any) string { return fmt.Sprintf("%.0f", v) }
