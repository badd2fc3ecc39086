package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// answer is decoded JSON with short ways into it.
type answer map[string]any

func (a answer) at(path string) any {
	var v any = map[string]any(a)
	for p := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[p]
		case []any:
			var i int
			if _, err := fmt.Sscan(p, &i); err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (a answer) s(path string) string { s, _ := a.at(path).(string); return s }
func (a answer) list(path string) (out []answer) {
	l, _ := a.at(path).([]any)
	for _, e := range l {
		m, _ := e.(map[string]any)
		out = append(out, m)
	}
	return out
}

var keys0 int

// call must succeed; refused must answer the code.
func (p *person) call(method, path string, body any) answer {
	p.t.Helper()
	code, out := p.send(method, path, body)
	if code != 200 {
		p.t.Fatalf("%s %s as %s: %d %v", method, path, p.role, code, map[string]any(out))
	}
	return out
}

func (p *person) refused(method, path string, body any, code string) answer {
	p.t.Helper()
	status, out := p.send(method, path, body)
	if status < 400 || out.s("code") != code {
		p.t.Fatalf("%s %s as %s: %d %v, want %s", method, path, p.role, status, map[string]any(out), code)
	}
	if out.s("detail") == "" || strings.Contains(out.s("detail"), "{") {
		p.t.Errorf("%s says nothing a person could use: %q", code, out.s("detail"))
	}
	return out
}

func (p *person) send(method, path string, body any) (int, answer) {
	p.t.Helper()
	raw := ""
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			p.t.Fatal(err)
		}
		raw = string(b)
	}
	keys0++
	w := p.do(method, path, raw, "Idempotency-Key", fmt.Sprintf("story-%d", keys0))
	out := answer{}
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		var v any
		if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
			p.t.Fatal(err)
		}
		if m, ok := v.(map[string]any); ok {
			out = m
		} else {
			out["items"] = v
		}
	}
	return w.Code, out
}

type o = map[string]any

// An order of a real factory becomes a shipped box, through the same doors as the screens: sales order, work orders
// with parts, purchase and receipt of what is short, schedule, issue by scan, reports, final inspection, receipt with
// serial numbers, allocation, shipment, and the page that tells it all. At its end every invariant holds.
func TestAnOrderBecomesAShippedBox(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner, warehouse, quality, operator, buyer := h.logIn("planner"), h.logIn("warehouse"), h.logIn("quality"), h.logIn("operator"), h.logIn("buyer")
		boss := h.logIn("boss")

		so := boss.call("POST", "/sales/orders", o{"customer": "C01", "channel": "b2b", "lines": []o{{"item": "FG-CM1", "qty": "30", "due": "2026-03-12"}}}).s("number")
		boss.refused("POST", "/sales/orders", o{"customer": "C01", "lines": []o{{"item": "NO-SUCH", "qty": "0", "due": "soon"}}}, "web.invalid")

		made := planner.call("POST", "/sales/work-orders", o{"orders": []string{so}, "parts": true, "release": true})
		orders := made.list("orders")
		if len(orders) == 0 || orders[0].s("for") != so {
			t.Fatalf("no work order for %s: %v", so, made)
		}
		// what is short is bought and received by scan
		for _, s := range made.list("short") {
			if s.s("kind") != "buy" {
				t.Fatalf("%s is short and %s", s.s("item"), s.s("kind"))
			}
			po := buyer.call("POST", "/purchasing/orders", o{"supplier": "S01", "lines": []o{{"item": s.s("item"), "qty": s.s("qty"), "due": "2026-03-04"}}}).s("number")
			warehouse.refused("POST", "/purchasing/receipts", o{"order": po, "item": s.s("item"), "qty": "99999999"}, "purchasing.over_receipt")
			warehouse.call("POST", "/purchasing/receipts", o{"order": po, "item": s.s("item"), "qty": s.s("qty")})
		}
		planner.call("POST", "/scheduling/run", o{"rule": "priority"})

		// parts first, then what uses them
		slices.Reverse(orders)
		for _, w := range orders {
			h.makeAll(operator, warehouse, quality, w.s("number"))
		}
		track := boss.call("GET", "/sales/orders/"+so, nil)
		if got := track.s("status"); got != "ready" {
			t.Fatalf("after receipt the order is %q: %v", got, track)
		}
		warehouse.refused("POST", "/sales/shipments", o{"order": so, "lines": []o{{"line": 1, "qty": "31"}}}, "sales.over_ship")
		part := warehouse.call("POST", "/sales/shipments", o{"order": so, "lines": []o{{"line": 1, "qty": "10"}}, "waybill": "SF1"})
		if got := boss.call("GET", "/sales/orders/"+so, nil).s("status"); got != "part_shipped" {
			t.Errorf("after 10 of 30: %s", got)
		}
		boss.call("POST", "/sales/shipments/"+part.s("number")+"/undo", o{"reason": "wrong address"})
		warehouse.call("POST", "/sales/orders/"+so+"/allocate", o{})
		warehouse.call("POST", "/sales/shipments", o{"order": so, "waybill": "SF2"})

		track = boss.call("GET", "/sales/orders/"+so, nil)
		line := track.list("lines")[0]
		if track.s("status") != "shipped" || line.s("shipped") != "30" || line.s("allocated") != "0" {
			t.Errorf("at the end: %s, shipped %s, allocated %s", track.s("status"), line.s("shipped"), line.s("allocated"))
		}
		work := line.list("work")
		if len(work) != 1 || len(work[0].list("used")) == 0 || len(work[0].list("made")) == 0 || work[0].s("ops.0.workers") == "" {
			t.Errorf("the page does not tell who did what with which lots: %v", work)
		}
		if n := len(track.list("shipments")); n != 2 {
			t.Errorf("%d shipments on the page", n)
		}
		serials := 0
		for _, s := range track.list("shipments") {
			if s.at("reversed_ms").(float64) == 0 {
				for _, l := range s.list("lines") {
					serials += len(l.at("serials").([]any))
				}
			}
		}
		if serials != 30 {
			t.Errorf("%d serial numbers left for 30 pieces", serials)
		}
		if hits := boss.call("GET", "/search?q="+so, nil).list("items"); len(hits) == 0 || hits[0].s("url") != "/sales/orders/"+so {
			t.Errorf("search finds %v", hits)
		}
		h.verify()
	})
}

// makeAll takes a work order through every operation: issue, start, report, judge, receive.
func (h *house) makeAll(operator, warehouse, quality *person, number string) {
	h.t.Helper()
	for range 50 {
		w := operator.call("GET", "/production/orders/"+number, nil)
		var next answer
		for _, op := range w.list("ops") {
			if s := op.s("status"); op.at("report") == true && s != "done" && s != "waiting_previous" {
				next = op
				break
			}
		}
		if next == nil {
			break
		}
		if next.s("status") == "waiting_inspection" { // the pieces go nowhere until they are judged
			operator.refused("POST", "/quality/judgements", o{"inspection": "QC", "passed": "1"}, "web.forbidden")
			for _, i := range w.list("inspections") {
				if i.s("status") == "open" && i.s("kind") != "final" {
					quality.call("POST", "/quality/judgements", o{"inspection": i.s("number"), "passed": i.s("qty")})
				}
			}
			continue
		}
		if next.s("status") == "waiting_material" {
			for _, c := range w.list("components") {
				if c.s("issue") == "pick" && c.s("role") == "component" && c.s("open") != "0" {
					warehouse.call("POST", "/production/issues", o{"order": number, "code": c.s("item")})
				}
			}
		}
		op := next.at("op")
		operator.call("POST", "/production/starts", o{"order": number, "op": op})
		left := next.s("wip")
		operator.refused("POST", "/production/reports", o{"order": number, "op": op, "good": left + "0"}, "production.over_report")
		operator.call("POST", "/production/reports", o{"order": number, "op": op, "good": left})
	}
	for _, i := range quality.call("GET", "/production/orders/"+number, nil).list("inspections") {
		if i.s("status") == "open" {
			warehouse.refused("POST", "/production/receipts", o{"order": number, "qty": "1"}, "production.not_inspected")
			quality.call("POST", "/quality/judgements", o{"inspection": i.s("number"), "passed": i.s("qty")})
		}
	}
	warehouse.call("POST", "/production/receipts", o{"order": number})
}

// verify asks every room whether its promises hold.
func (h *house) verify() {
	h.t.Helper()
	var broken []string
	for range 100 { // PostgreSQL numbers events a moment after they are written, however far the test's clock has gone on
		v, err := h.a.Verify(actor.With(h.t.Context(), actor.System), false, nil)
		if err != nil {
			h.t.Fatal(err)
		}
		broken = broken[:0]
		for _, c := range v.Checks {
			if !c.OK {
				broken = append(broken, c.Name+": "+c.FirstBroken)
			}
		}
		if len(broken) == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	h.t.Errorf("%v", broken)
}
