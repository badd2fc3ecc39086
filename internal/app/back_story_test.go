package app

import (
	"fmt"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// A machine leaks at the customer's: the complaint is traced to lot, line, operator, inspections; the goods come back by
// scan, are held and judged, and each piece goes its way: to stock, to rework, to scrap, back to him. He gets others for
// them. Through the doors of the screens, on both engines; at its end every invariant holds.
func TestGoodsComeBack(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner, warehouse, boss, operator, quality, buyer, customer := h.logIn("planner"), h.logIn("warehouse"), h.logIn("boss"), h.logIn("operator"), h.logIn("quality"), h.logIn("buyer"), h.logIn("customer")
		so := boss.call("POST", "/sales/orders", o{"customer": "C01", "lines": []o{{"item": "FG-CM1", "qty": "14", "due": "2026-03-12"}}}).s("number")
		made := planner.call("POST", "/sales/work-orders", o{"orders": []string{so}, "parts": true, "release": true})
		for _, s := range made.list("short") {
			po := buyer.call("POST", "/purchasing/orders", o{"supplier": "S01", "lines": []o{{"item": s.s("item"), "qty": s.s("qty"), "due": "2026-03-04"}}}).s("number")
			warehouse.call("POST", "/purchasing/receipts", o{"order": po, "item": s.s("item"), "qty": s.s("qty")})
		}
		orders := made.list("orders")
		for i := len(orders) - 1; i >= 0; i-- {
			h.makeAll(operator, warehouse, quality, orders[i].s("number"))
		}
		sh := warehouse.call("POST", "/sales/shipments", o{"order": so, "waybill": "SF1"})
		ship := sh.s("number")
		var serials []string
		for _, l := range sh.list("lines") {
			for _, s := range l.at("serials").([]any) {
				if n := s.(string); strings.HasPrefix(n, "SN") { // made now; the others were in stock before
					serials = append(serials, n)
				}
			}
		}
		if len(serials) < 8 {
			t.Fatalf("shipped %v", serials)
		}
		serials = serials[:8]

		// the complaint: a scan of the piece finds shipment, order, lot and customer
		operator.refused("POST", "/sales/complaints", o{"code": serials[0], "symptom": "leaks"}, "web.forbidden")
		quality.refused("POST", "/sales/complaints", o{"code": "NO-SUCH", "symptom": "leaks"}, "sales.goods_unknown")
		quality.refused("POST", "/sales/complaints", o{"code": serials[0], "customer": "C02", "shipment": ship, "symptom": "leaks"}, "sales.not_in_shipment")
		c := quality.call("POST", "/sales/complaints", o{"code": "KW:SN:FG-CM1/" + serials[0], "symptom": "leaks after a week", "severity": "critical"})
		cp := c.s("number")
		if c.s("shipment") != ship || c.s("order") != so || c.s("customer") != "C01" || c.s("status") != "open" || c.s("qty") != "1" {
			t.Errorf("the complaint: %v", c)
		}
		if x := quality.call("POST", "/sales/complaints", o{"code": "KW:SHP:" + ship, "symptom": "box dented", "qty": "2"}); x.s("item") != "FG-CM1" || x.s("severity") != "major" {
			t.Errorf("by shipment: %v", x)
		}
		tr := quality.call("GET", "/sales/complaints/"+cp+"/trace", nil)
		if len(tr.list("work")) == 0 || tr.s("work.0.ops.0.workers") == "" || tr.s("work.0.ops.0.work_center") == "" || len(tr.list("parts")) == 0 || len(tr.list("inspections")) == 0 || len(tr.list("others")) == 0 {
			t.Errorf("lot, line, operator, inspections: %v", map[string]any(tr))
		}
		if w := tr.list("work"); len(w) != 1 || w[0].s("number") != orders[0].s("number") {
			t.Errorf("the order that made the piece: %v", w)
		}
		quality.refused("POST", "/sales/complaints/"+cp+"/close", o{"answer": "sorry"}, "sales.no_cause")
		c = quality.call("POST", "/sales/complaints/"+cp+"/cause", o{"cause": "process", "text": "seal not seated at final assembly"})
		if c.s("status") != "judged" || c.s("cause") != "process" {
			t.Errorf("cause: %v", c)
		}
		// the customer sees his own, without who and why inside
		if x := customer.call("GET", "/sales/complaints/"+cp, nil); x.s("symptom") == "" || x.s("cause_text") != "" || x.s("actor") != "" {
			t.Errorf("the customer sees %v", x)
		}
		customer.refused("GET", "/sales/complaints/"+cp+"/trace", nil, "web.forbidden")
		customer.refused("POST", "/sales/returns", o{"complaint": cp, "reason": "x"}, "web.forbidden")

		// five come back
		quality.refused("POST", "/sales/returns", o{"shipment": ship, "reason": "leak", "lines": []o{{"line": 1, "qty": "15"}}}, "sales.return_much")
		quality.refused("POST", "/sales/returns", o{"shipment": ship, "reason": "leak", "lines": []o{{"line": 7}}}, "sales.return_line")
		quality.refused("POST", "/sales/returns", o{"shipment": ship, "reason": "leak", "lines": []o{{"line": 1, "serials": []string{"NOT-OURS"}}}}, "sales.return_serial")
		r := quality.call("POST", "/sales/returns", o{"complaint": cp, "shipment": ship, "reason": "leak", "wish": "replace", "lines": []o{{"line": 1, "serials": serials[:5]}}})
		rm := r.s("number")
		if r.s("status") != "expected" || r.s("lines.0.qty") != "5" {
			t.Errorf("expected: %v", r)
		}
		quality.refused("POST", "/sales/returns", o{"shipment": ship, "reason": "leak", "lines": []o{{"line": 1, "qty": "10"}}}, "sales.return_much")
		quality.refused("POST", "/sales/returns/"+rm+"/credit", o{"note": "x"}, "sales.return_not_here")
		quality.refused("POST", "/sales/returns/"+rm+"/receive", o{"line": 1}, "web.forbidden")
		warehouse.refused("POST", "/sales/returns/"+rm+"/receive", o{"code": serials[7]}, "sales.return_other_piece")
		warehouse.refused("POST", "/sales/returns/"+rm+"/receive", o{"code": "P-CORD"}, "sales.return_unexpected")
		one := warehouse.call("POST", "/sales/returns/"+rm+"/receive", o{"code": "KW:SN:FG-CM1/" + serials[0], "note": "wet"})
		if one.s("status") != "part_received" || one.s("facts.0.document") == "" {
			t.Errorf("after the first piece: %v", one)
		}
		boss.call("POST", "/sales/returns/"+rm+"/undo", o{"fact": one.s("facts.0.id"), "reason": "wrong box"})
		r = warehouse.call("POST", "/sales/returns/"+rm+"/receive", o{"line": 1})
		if r.s("status") != "received" || r.s("lines.0.received") != "5" {
			t.Errorf("all here: %v", r)
		}
		// held: nobody uses, releases or reworks them past the judgement
		quality.refused("POST", "/sales/returns/"+rm+"/dispose", o{"line": 1, "act": "scrap", "reason": "x"}, "sales.return_not_judged")
		quality.refused("POST", "/inventory/releases", o{"item": "FG-CM1", "serials": serials[:1], "reason": "fine"}, "quality.judge_first")
		planner.refused("POST", "/production/rework", o{"item": "FG-CM1", "serials": serials[:1], "held": true, "reason": "seal"}, "quality.judge_first")
		insp := ""
		for _, f := range r.list("facts") {
			if f.s("act") == "receive" && f.at("undo") == false && f.at("undone") == false {
				insp = f.s("document")
			}
		}
		quality.call("POST", "/quality/judgements", o{"inspection": insp, "passed": "2", "failed": "3", "reason": "leak", "failed_serials": serials[:3]})
		r = quality.call("GET", "/sales/returns/"+rm, nil)
		if r.s("status") != "inspected" || r.s("lines.0.passed") != "2" || r.s("lines.0.failed") != "3" {
			t.Errorf("judged: %v", r)
		}
		dispose := func(act, qty string, pieces ...string) answer {
			return quality.call("POST", "/sales/returns/"+rm+"/dispose", o{"line": 1, "act": act, "qty": qty, "serials": pieces, "reason": "as judged"})
		}
		quality.refused("POST", "/sales/returns/"+rm+"/dispose", o{"line": 1, "act": "stock", "qty": "3", "reason": "x"}, "sales.return_not_judged")
		quality.refused("POST", "/sales/returns/"+rm+"/dispose", o{"line": 1, "act": "stock", "serials": serials[:1], "reason": "x"}, "sales.return_piece")
		r = dispose("stock", "1", serials[3])
		dispose("back", "1", serials[4])
		dispose("scrap", "1", serials[0])
		boss.call("POST", "/sales/returns/"+rm+"/undo", o{"fact": r.s(fmt.Sprintf("facts.%d.id", len(r.list("facts"))-1)), "reason": "not yet"})
		dispose("stock", "1", serials[3])
		r = quality.call("POST", "/sales/returns/"+rm+"/dispose", o{"line": 1, "act": "rework", "serials": serials[1:3], "reason": "new seal", "parts": []o{{"item": "P-CORD", "qty": "1"}}, "ops": []o{{"name": "换密封圈", "work_center": "LINE", "minutes": "5"}}})
		if r.s("status") != "done" || r.s("lines.0.reworked") != "2" || r.s("lines.0.stocked") != "1" || r.s("lines.0.scrapped") != "1" || r.s("lines.0.sent_back") != "1" {
			t.Fatalf("at the end: %v", r)
		}
		wo := r.s(fmt.Sprintf("facts.%d.document", len(r.list("facts"))-1))
		boss.refused("POST", "/sales/returns/"+rm+"/undo", o{"fact": r.s(fmt.Sprintf("facts.%d.id", len(r.list("facts"))-1)), "reason": "x"}, "sales.return_in_rework")
		w := operator.call("GET", "/production/orders/"+wo, nil)
		if w.s("kind") != "rework" || w.s("rework_of") != rm || w.s("qty") != "2" {
			t.Errorf("the rework order: %v", w)
		}
		h.makeAll(operator, warehouse, quality, wo)
		w = operator.call("GET", "/production/orders/"+wo, nil)
		if w.s("received") != "2" {
			t.Errorf("reworked: %v", w.s("received"))
		}
		for _, n := range serials[1:3] { // under their own numbers, and their card tells both orders
			card := warehouse.do("GET", "/inventory/serials/FG-CM1/"+n, "")
			if card.Code == 200 && !strings.Contains(card.Body.String(), wo) {
				t.Errorf("the card of %s does not name %s: %s", n, wo, card.Body)
			}
		}
		// he gets others, once
		r = quality.call("POST", "/sales/returns/"+rm+"/replace", o{"due": "2026-03-30"})
		rep := boss.call("GET", "/sales/orders/"+r.s("replaced_by"), nil)
		if rep.s("channel") != "replacement" || rep.s("lines.0.qty") != "4" || rep.s("lines.0.unit_price") != "0" {
			t.Errorf("the replacement: %v", rep)
		}
		quality.refused("POST", "/sales/returns/"+rm+"/credit", o{"note": "x"}, "sales.return_settled")
		c = quality.call("POST", "/sales/complaints/"+cp+"/close", o{"answer": "seal replaced, replacement sent"})
		if c.s("status") != "closed" || c.s("returns.0.number") != rm {
			t.Errorf("closed: %v", c)
		}
		for number, url := range map[string]string{cp: "/sales/complaints/", rm: "/sales/returns/"} {
			if hits := quality.call("GET", "/search?q="+number, nil).list("items"); len(hits) != 1 || hits[0].s("url") != url+number {
				t.Errorf("search finds %v", hits)
			}
		}
		// the second return is for a credit note: a flag and an event, no money document
		r2 := quality.call("POST", "/sales/returns", o{"shipment": ship, "reason": "not wanted", "wish": "credit", "lines": []o{{"line": 1, "serials": serials[5:6]}}})
		warehouse.call("POST", "/sales/returns/"+r2.s("number")+"/receive", o{"line": 1})
		quality.refused("POST", "/sales/returns/"+r2.s("number")+"/close", o{"reason": ""}, "web.invalid")
		r2 = quality.call("POST", "/sales/returns/"+r2.s("number")+"/credit", o{"note": "one machine"})
		if r2.at("credit_ms").(float64) == 0 {
			t.Errorf("credit: %v", r2)
		}
		if l := customer.call("GET", "/sales/returns", nil).list("items"); len(l) != 2 {
			t.Errorf("the customer's returns: %v", l)
		}
		h.verify()
	})
}
