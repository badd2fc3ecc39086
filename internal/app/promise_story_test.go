package app

import (
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

// Stock covers four fifths of an urgent order. The customer hears in one answer what is there, what decides the day and
// which day it is; the order is taken for it, the missing parts are ordered, and the plan that is run then keeps it.
func TestAnOrderIsPromisedAtEightyPercent(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner, warehouse, buyer, operator := h.logIn("planner"), h.logIn("warehouse"), h.logIn("buyer"), h.logIn("operator")
		most := num.MustParse(planner.call("GET", "/planning/kit-of-item?item=FG-CM1&qty=5000&priority=1", nil).s("sets"))
		if most < num.Int(8) || most >= num.Int(5000) {
			t.Fatalf("%s sets can be built: no case for this story", most)
		}
		qty := num.Dec(int64(most) / int64(num.One) * 10 / 8 * int64(num.One))
		wish := o{"priority": 1, "lines": []o{{"item": "FG-CM1", "qty": qty.String(), "due": "2026-03-03"}}}
		operator.refused("POST", "/planning/promise", wish, "web.forbidden")
		buyer.refused("POST", "/planning/promise", wish, "web.forbidden")
		p := planner.call("POST", "/planning/promise", wish)
		line := p.list("lines")[0]
		if line.at("scheduled") != false {
			t.Error("a schedule that nobody has made says the day")
		}
		if line.s("sets") != most.String() {
			t.Fatalf("parts for %s: %v", most, line)
		}
		day := p.s("possible")
		if p.at("on_time") != false || day <= "2026-03-03" || line.s("reason") == "" || line.s("block") == "" {
			t.Fatalf("the answer: %v", p)
		}
		kit := planner.call("GET", "/planning/kit-of-item?item=FG-CM1&qty="+qty.String()+"&priority=1", nil)
		if kit.s("sets") != line.s("sets") || kit.s("state") == "complete" {
			t.Errorf("the kit analysis says %s, the promise %s", kit.s("sets"), line.s("sets"))
		}

		// nothing was written by asking; then the order is taken for that day and its parts are ordered
		so := planner.call("POST", "/sales/orders", o{"customer": "C01", "lines": []o{{"item": "FG-CM1", "qty": qty.String(), "due": day, "priority": 1}}}).s("number")
		short := planner.call("GET", "/planning/shortages", nil)
		if len(short.list("parts")) == 0 {
			t.Fatalf("nothing is short: %v", short)
		}
		var lines []o
		for _, x := range short.list("parts") {
			if q := x.s("order"); q != "0" && x.s("kind") != "customer" {
				lines = append(lines, o{"item": x.s("item"), "qty": q, "supplier": "S01", "for": []string{so}})
			}
		}
		warehouse.refused("POST", "/planning/shortages/order", o{"lines": lines}, "web.forbidden")
		made := planner.call("POST", "/planning/shortages/order", o{"lines": lines})
		if len(made.list("documents")) == 0 {
			t.Fatalf("nothing was ordered: %v", made)
		}
		for _, x := range planner.call("GET", "/planning/shortages", nil).list("parts") {
			if x.s("order") != "0" && x.s("kind") != "customer" {
				t.Errorf("still to be ordered: %v", x)
			}
		}
		taker := false
		for _, x := range warehouse.call("GET", "/planning/available/"+line.s("block"), nil).list("takers") {
			taker = taker || x.s("number") == so
		}
		if line.s("reason") == "part" && !taker {
			t.Errorf("%s does not take %s", so, line.s("block"))
		}
		t.Logf("%s of %s, possible %s, %s %s", line.s("sets"), qty, day, line.s("reason"), line.s("block"))
		planner.call("POST", "/planning/run", o{})
		for _, x := range planner.call("GET", "/planning/messages?filter=act:eq:late", nil).list("items") {
			if x.s("document") == so || x.s("number") == so {
				t.Errorf("the plan does not keep the day %s: %v", day, x)
			}
		}
		if m := planner.call("GET", "/planning/kits?order="+so, nil); m.at("total") != 1.0 || m.s("orders.0.state") != "coming" {
			t.Errorf("the matrix: %v", m)
		}
		h.verify()

		// a schedule is made: the day that machines allow is read from it, and is never before what the parts allow
		planner.call("POST", "/scheduling/run", o{})
		again := planner.call("POST", "/planning/promise", o{"priority": 5, "lines": []o{{"item": "FG-CM1", "qty": "500", "due": "2026-03-03"}}})
		line = again.list("lines")[0]
		if line.at("scheduled") != true || line.s("capacity") <= "2026-03-02" || line.s("possible") < line.s("capacity") || line.s("possible") < line.s("material") {
			t.Errorf("by the schedule: %v", line)
		}
	})
}
