package app

import (
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// The floor teaches the plan: a step that is planned at 21 seconds a piece takes 30; the planner adopts it, and the next
// order's bar is longer, the order that exists keeps its copy. Then the machine breaks down at ten: the planner finds a
// to-do with a repaired schedule, and one click publishes it.
func TestTimesLearnedAndAdopted(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		clock := kittest.ClockOf(d)
		planner, operator := h.logIn("planner"), h.logIn("operator")
		h.logIn("boss").call("PUT", "/masterdata/settings/production.short_policy", o{"value": "allow"})
		order := func(qty, due string) string {
			n := planner.call("POST", "/production/orders", o{"orders": []o{{"item": "M-PCBA", "qty": qty, "due": due, "priority": 1}}}).s("orders.0.number")
			planner.call("POST", "/production/orders/release", o{"orders": []string{n}})
			return n
		}
		for range 6 {
			n := order("40", "2026-03-12")
			operator.call("POST", "/production/starts", o{"order": n, "op": 10})
			clock.Add(20 * time.Minute)
			operator.call("POST", "/production/reports", o{"order": n, "op": 10, "good": "40"})
		}
		before := order("20", "2026-03-13")
		operator.refused("POST", "/scheduling/times/learn", o{}, "web.forbidden")
		if l := planner.call("POST", "/scheduling/times/learn", o{}); l.at("open") == float64(0) {
			t.Fatalf("nothing was learned: %v", l)
		}
		row := planner.call("GET", "/scheduling/times?filter=kind:eq:run&filter=item:eq:M-PCBA&filter=op:eq:10", nil).list("items")[0]
		if row.s("planned") != "0.35" || row.s("median") != "0.5" || row.s("state") != "open" || row.at("n") != float64(6) || row.s("pieces") != "240" || row.at("open_orders") == float64(0) {
			t.Fatalf("%v", row)
		}
		page := planner.call("GET", "/scheduling/times/"+row.s("id"), nil)
		if s := page.list("samples"); len(s) != 6 || s[0].s("value") != "0.5" || s[0].s("minutes") != "20" {
			t.Errorf("the drill-down says %v", s)
		}
		operator.refused("POST", "/scheduling/times/decide", o{"times": []string{row.s("id")}, "adopt": true}, "web.forbidden")
		planner.refused("POST", "/scheduling/times/decide", o{"times": []string{row.s("id")}, "adopt": false}, "scheduling.decline_reason")
		done := planner.call("POST", "/scheduling/times/decide", o{"times": []string{row.s("id")}, "adopt": true, "reason": "240 pieces"})
		version := done.s("decided.0.document")
		if done.s("decided.0.act") != "adopted" || version == "" {
			t.Fatalf("%v", done)
		}
		routing := planner.call("GET", "/masterdata/routings/M-PCBA/versions/"+version, nil)
		if routing.at("today") != true || routing.s("ops.0.run_min") != "0.5" || routing.s("ops.1.run_min") != "0.8" {
			t.Errorf("the routing in force: %v", routing)
		}
		after := order("20", "2026-03-13")
		planner.call("POST", "/scheduling/run", o{"rule": "priority"})
		length := func(n string) float64 {
			s := planner.call("GET", "/scheduling/orders/"+n, nil).list("slots")[0]
			return s.at("end_ms").(float64) - s.at("start_ms").(float64) - s.at("setup_ms").(float64)
		}
		if a, b := length(before), length(after); a != 7*60_000 || b != 10*60_000 {
			t.Errorf("20 pieces took %v ms, and take %v after the time was adopted", a, b)
		}
		if acts := planner.call("GET", "/scheduling/time-decisions", nil).list("items"); len(acts) != 1 || acts[0].s("document") != version || acts[0].s("reason") != "240 pieces" {
			t.Errorf("%v", acts)
		}

		operator.call("POST", "/production/starts", o{"order": before, "op": 10}) // ten o'clock
		operator.call("POST", "/production/pauses", o{"order": before, "op": 10, "reason": "machine"})
		clock.Add(20 * time.Minute)
		operator.refused("POST", "/scheduling/repairs/look", o{}, "web.forbidden")
		if err := h.a.Jobs.Drain(t.Context()); err != nil { // each minute
			t.Fatal(err)
		}
		planner.call("POST", "/scheduling/repairs/look", o{})
		list := planner.call("GET", "/scheduling/repairs?filter=kind:eq:machine", nil).list("items")
		if len(list) != 1 || list[0].s("state") != "open" || list[0].s("document") != before || list[0].at("moved") == float64(0) {
			t.Fatalf("%v", list)
		}
		id := list[0].s("id")
		found := false
		for _, n := range planner.call("GET", "/notices/bell", nil).list("items") {
			found = found || n.s("link") == "/scheduling/repairs/"+id && n.at("todo") == true
		}
		if !found {
			t.Errorf("the planner's bell says %v", planner.call("GET", "/notices/bell", nil))
		}
		operator.refused("POST", "/scheduling/repairs/"+id+"/adopt", o{}, "web.forbidden")
		planner.call("POST", "/scheduling/repairs/"+id+"/adopt", nil)
		if r := planner.call("GET", "/scheduling/repairs/"+id, nil); r.s("state") != "adopted" {
			t.Errorf("%v", r)
		}
		if told := planner.call("GET", "/scheduling/told", nil).list("items"); len(told) != 1 || told[0].s("kind") != "down" {
			t.Errorf("%v", told)
		}
		h.verify()
	})
}
