package app

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

// weeks is two simulated weeks of a factory: its people act through the API as they please, many of them wrongly. A
// refusal is an answer; an internal error or a broken promise is not.
type weeks struct {
	*house
	rnd    *rand.Rand
	clock  *kittest.Clock
	people map[string]*person
	orders []string       // work orders, in the order in which they were made
	count  map[string]int // what went well, by operation
	no     map[string]int // refusals by code
}

// act is one request of a person; ok says that it was carried out.
func (w *weeks) act(role, op, path string, body any) (answer, bool) {
	w.t.Helper()
	w.clock.Add(time.Duration(1+w.rnd.IntN(4)) * time.Minute)
	code, out := w.people[role].send("POST", path, body)
	switch {
	case code == 200:
		w.count[op]++
		return out, true
	case code >= 500 || code == 401 || code == 403 || out.s("detail") == "":
		w.t.Fatalf("%s as %s with %v: %d %v", path, role, body, code, map[string]any(out))
	}
	w.no[out.s("code")]++
	return out, false
}

func (w *weeks) get(path string) answer { w.t.Helper(); return w.people["boss"].call("GET", path, nil) }

// sealed waits until PostgreSQL has numbered every event: the clock of the test runs ahead of its sealer.
func (h *house) sealed() {
	h.t.Helper()
	for range 500 {
		n, err := db.One[int64](h.t.Context(), h.a.DB.Read(), `SELECT count(*) FROM kit_event WHERE seq IS NULL`)
		if err != nil {
			h.t.Fatal(err)
		}
		if n == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	h.t.Fatal("events wait for their numbers")
}

func (w *weeks) chance(pct int) bool { return w.rnd.IntN(100) < pct }

// part is a whole number between 1 and all of q, or q itself where it has decimals.
func (w *weeks) part(q string) string {
	d, err := num.Parse(q)
	if err != nil || d <= 0 {
		return q
	}
	whole := int64(d) / int64(num.One)
	if whole < 2 {
		return q
	}
	return num.Int(1 + w.rnd.Int64N(whole)).String()
}

func (w *weeks) morning() {
	w.people = map[string]*person{}
	for _, role := range []string{identity.Boss, identity.Planner, identity.Buyer, identity.Warehouse, identity.Quality, identity.Operator, identity.ShiftLeader} {
		w.people[role] = w.logIn(role) // yesterday's sessions have ended
	}
}

// listed checks that the stock list shows each shelf once: it adds up to what the items' list says.
func (w *weeks) listed() {
	w.t.Helper()
	add := func(path, field string) (sum map[string]num.Dec, lines map[string]int) {
		sum, lines = map[string]num.Dec{}, map[string]int{}
		for next := path; next != ""; {
			page := w.get(next)
			for _, x := range page.list("items") {
				q, err := num.Parse(x.s(field))
				if err != nil {
					w.t.Fatal(err)
				}
				sum[x.s("item")] += q
				lines[strings.Join([]string{x.s("item"), x.s("lot"), x.s("location"), x.s("status"), x.s("container"), x.s("received_on"), x.s("expires_on"), x.s("unit_cost")}, " ")]++
			}
			if next = ""; page.s("next") != "" {
				next = path + "&after=" + url.QueryEscape(page.s("next"))
			}
		}
		return sum, lines
	}
	shelves, lines := add("/inventory/stock?limit=100", "qty")
	items, _ := add("/inventory/items?limit=100", "on_hand")
	for item, q := range items {
		if shelves[item] != q {
			w.t.Errorf("%s: the list of stock adds up to %s, the item has %s", item, shelves[item], q)
		}
	}
	for line, n := range lines {
		if n > 1 {
			w.t.Errorf("the list of stock shows %s %d times", line, n)
		}
	}
}

// plan makes work orders of some sales orders that have none, and buys what is short; some of it comes late.
func (w *weeks) plan() {
	var numbers []string
	for _, s := range w.get("/sales/orders?limit=60&sort=due&filter=status:eq:open").list("items") {
		if n := s.s("number"); len(numbers) < 8 && w.chance(60) {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 {
		return
	}
	made, ok := w.act(identity.Planner, "plan", "/sales/work-orders", o{"orders": numbers, "parts": true, "release": true})
	if !ok {
		return
	}
	var fresh []string
	for _, x := range made.list("orders") {
		fresh = append([]string{x.s("number")}, fresh...) // parts first
	}
	w.orders = append(w.orders, fresh...)
	supplier := ""
	for _, p := range w.get("/masterdata/partners?limit=200").list("items") {
		if strings.Contains(fmt.Sprint(p["kinds"]), "supplier") {
			supplier = p.s("code")
			break
		}
	}
	today := w.clock.Now().Format(time.DateOnly)
	for _, s := range made.list("short") {
		if s.s("kind") == "buy" {
			w.act(identity.Buyer, "buy", "/purchasing/orders", o{"supplier": supplier, "lines": []o{{"item": s.s("item"), "qty": s.s("qty"), "due": today}}})
		}
	}
}

func (w *weeks) receive() {
	for _, l := range w.get("/purchasing/orders?limit=200&filter=status:eq:open").list("items") {
		if !w.chance(65) { // comes later
			continue
		}
		qty := l.s("open")
		if w.chance(30) {
			qty = w.part(qty)
		}
		if got, ok := w.act(identity.Warehouse, "goods in", "/purchasing/receipts", o{"order": l.s("order"), "line": l.at("line"), "item": l.s("item"), "qty": qty}); ok && w.chance(8) {
			w.act(identity.Boss, "goods in undone", "/purchasing/receipts/"+got.s("number")+"/undo", o{"reason": "counted wrongly"})
		}
	}
}

// work lets somebody do something to a work order: mostly what comes next, at times something else.
func (w *weeks) work(number string) {
	detail := w.get("/production/orders/" + number)
	if detail.s("waits_for") == "inspection" && detail.s("status") == "started" && w.chance(80) {
		w.judge(detail)
		detail = w.get("/production/orders/" + number)
	}
	var open []answer
	for _, op := range detail.list("ops") {
		if op.at("report") == true && op.s("status") != "done" {
			open = append(open, op)
		}
	}
	if len(open) == 0 {
		w.finish(detail)
		return
	}
	op := open[0]
	for _, other := range open {
		if other.s("wip") != "0" && (op.s("wip") == "0" || w.chance(20)) {
			op = other
		}
	}
	if w.chance(10) { // where perhaps nothing is to be done
		op = open[w.rnd.IntN(len(open))]
	}
	for _, c := range detail.list("components") {
		if c.s("issue") != "pick" || c.s("role") != "component" || c.s("open") == "0" || !w.chance(80) {
			continue
		}
		in := o{"order": number, "code": c.s("item")}
		if w.chance(25) {
			in["qty"] = w.part(c.s("open"))
		}
		if _, ok := w.act(identity.Warehouse, "issue", "/production/issues", in); ok && w.chance(8) {
			w.act(identity.Warehouse, "return", "/production/returns", o{"order": number, "code": c.s("item"), "qty": w.part(c.s("open"))})
		}
	}
	run := o{"order": number, "op": op.at("op")}
	if w.chance(50) {
		w.act(identity.Operator, "start", "/production/starts", run)
	}
	if w.chance(10) {
		w.act(identity.Operator, "pause", "/production/pauses", o{"order": number, "op": op.at("op"), "reason": "break"})
	}
	left := op.s("wip")
	if left == "0" && op.s("rework") == "0" && !w.chance(5) {
		return
	}
	in := o{"order": number, "op": op.at("op"), "good": left}
	if w.chance(50) {
		in["good"] = w.part(left)
	}
	if w.chance(12) {
		in["good"], in["scrap"], in["scrap_reason"] = w.part(in["good"].(string)), "1", "dimension"
	}
	if w.chance(8) {
		in["rework"], in["rework_reason"] = "1", "appearance"
	}
	if w.chance(5) {
		in["good"] = left + "0" // ten times too many
	}
	if op.s("rework") != "0" && w.chance(70) {
		in = o{"order": number, "op": op.at("op"), "good": op.s("rework"), "from_rework": true}
	}
	got, ok := w.act(identity.Operator, "report", "/production/reports", in)
	if ok && in["scrap"] != nil {
		w.count["scrap"]++
	}
	if ok && w.chance(10) {
		w.act(identity.ShiftLeader, "report undone", "/production/reports/undo", o{"report": got.s("id"), "reason": "wrong count"})
	}
}

// meddle is what a planner and a shift leader do to an order beside the work itself.
func (w *weeks) meddle(number string) {
	switch w.rnd.IntN(6) {
	case 0:
		in := o{"order": number, "qty": num.Int(1 + w.rnd.Int64N(4)).String(), "reason": "half of it is urgent"}
		if w.chance(50) {
			in["material"] = "share"
		}
		if got, ok := w.act(identity.Planner, "split", "/production/orders/split", in); ok {
			if n := got.s("new"); n != "" {
				w.orders = append(w.orders, n)
			} else if n := got.s("order.number"); n != "" {
				w.orders = append(w.orders, n)
			}
		}
	case 1:
		if _, ok := w.act(identity.ShiftLeader, "hold", "/production/orders/hold", o{"order": number, "reason": "drawing in question"}); ok && w.chance(80) {
			w.act(identity.ShiftLeader, "unhold", "/production/orders/unhold", o{"order": number, "reason": "settled"})
		}
	case 2:
		w.act(identity.Planner, "change", "/production/orders/change", o{"order": number, "qty": num.Int(2 + w.rnd.Int64N(20)).String(), "priority": 1 + w.rnd.IntN(9), "reason": "the customer changed his mind"})
	case 3:
		if w.chance(40) {
			w.act(identity.Planner, "close", "/production/orders/close", o{"order": number, "reason": "no longer wanted", "rest": []string{"return", "scrap"}[w.rnd.IntN(2)], "failed": w.chance(20)})
		}
	case 4:
		if got, ok := w.act(identity.Operator, "call", "/production/calls", o{"order": number, "op": 10, "kind": "machine", "block": w.chance(30)}); ok {
			w.act(identity.ShiftLeader, "call resolved", "/production/calls/resolve", o{"call": got.s("id"), "note": "mended"})
		}
	case 5:
		if len(w.orders) > 1 {
			w.act(identity.Planner, "merge", "/production/orders/merge", o{"into": number, "orders": []string{w.orders[w.rnd.IntN(len(w.orders))]}, "reason": "one run"})
		}
	}
}

// store is what happens in the warehouse beside the orders: holds, moves, boxes and a count.
func (w *weeks) store() {
	stock := w.get("/inventory/stock?limit=200").list("items")
	if len(stock) == 0 {
		return
	}
	x := stock[w.rnd.IntN(len(stock))]
	in := o{"item": x.s("item"), "lot": x.s("lot"), "location": x.s("location"), "qty": w.part(x.s("qty")), "reason": "looks odd"}
	if _, ok := w.act(identity.Boss, "stock held", "/inventory/holds", in); ok && w.chance(85) {
		w.act(identity.Boss, "stock released", "/inventory/releases", in)
	}
	box, ok := w.act(identity.Warehouse, "box", "/inventory/containers", o{"location": x.s("location"), "kind": "tote"})
	if ok {
		code := box.s("codes.0")
		if code == "" {
			code = box.s("containers.0.code")
		}
		w.act(identity.Warehouse, "box filled", "/inventory/containers/"+code+"/fill", o{"item": x.s("item"), "lot": x.s("lot"), "qty": w.part(x.s("qty"))})
	}
	count, ok := w.act(identity.Warehouse, "count", "/inventory/counts", o{"location": x.s("location"), "blind": w.chance(50)})
	if !ok {
		return
	}
	qty, _ := num.Parse(w.part(x.s("qty")))
	w.act(identity.Warehouse, "counted", "/inventory/counts/"+count.s("number")+"/lines", o{"item": x.s("item"), "lot": x.s("lot"), "location": x.s("location"), "qty": qty.String()})
	w.act(identity.Boss, "count approved", "/inventory/counts/"+count.s("number")+"/approve", o{"reason": "counted twice", "rest": w.chance(50)})
}

// customers change their orders.
func (w *weeks) change() {
	for _, s := range w.get("/sales/orders?limit=40&sort=due&filter=status:eq:open").list("items") {
		if !w.chance(6) {
			continue
		}
		n := s.s("number")
		if w.chance(70) {
			w.act(identity.Boss, "order changed", "/sales/orders/"+n+"/change", o{"reason": "by phone", "lines": []o{{"line": 1, "qty": num.Int(1 + w.rnd.Int64N(12)).String()}}})
		} else {
			w.act(identity.Boss, "order cancelled", "/sales/orders/"+n+"/cancel", o{"reason": "no money"})
		}
	}
}

// judge says yes or no to what waits of an order; what fails at an operation is done again or scrapped.
func (w *weeks) judge(detail answer) {
	for _, i := range detail.list("inspections") {
		if i.s("status") != "open" {
			continue
		}
		in := o{"inspection": i.s("number"), "passed": i.s("qty")}
		if d, _ := num.Parse(i.s("qty")); d > num.One && w.chance(15) {
			in["passed"], in["failed"], in["reason"] = (d - num.One).String(), "1", "appearance"
			if i.s("kind") != "final" && w.chance(50) {
				in["then"] = "scrap"
			}
		}
		w.act(identity.Quality, "judge", "/quality/judgements", in)
	}
}

// finish judges, receives and sometimes takes it back; what cannot go on is closed.
func (w *weeks) finish(detail answer) {
	number := detail.s("number")
	w.judge(detail)
	if st := detail.s("status"); st == "closed" || st == "cancelled" || detail.s("received") == detail.s("qty") {
		w.orders = slices.DeleteFunc(w.orders, func(n string) bool { return n == number })
		return
	}
	if got, ok := w.act(identity.Warehouse, "finished", "/production/receipts", o{"order": number}); ok && w.chance(10) {
		w.act(identity.Boss, "finished undone", "/production/receipts/undo", o{"receipt": got.s("number"), "reason": "wrong pallet"})
	} else if !ok && w.chance(30) {
		w.act(identity.Planner, "close", "/production/orders/close", o{"order": number, "reason": "nothing more comes"})
	}
}

func (w *weeks) ship() {
	worked := map[string]bool{}
	for _, n := range w.get("/production/orders?limit=200&filter=received:gt:0").list("items") {
		worked[n.s("sales_order")] = true
	}
	for _, s := range w.get("/sales/orders?limit=200&sort=due").list("items") {
		if st := s.s("status"); st != "open" && st != "part_shipped" || !worked[s.s("number")] && !w.chance(3) || w.chance(20) {
			continue
		}
		w.act(identity.Warehouse, "allocate", "/sales/orders/"+s.s("number")+"/allocate", o{})
		got, ok := w.act(identity.Warehouse, "ship", "/sales/shipments", o{"order": s.s("number"), "waybill": "SF"})
		if ok && w.chance(10) {
			w.act(identity.Boss, "shipment undone", "/sales/shipments/"+got.s("number")+"/undo", o{"reason": "the truck broke down"})
		}
	}
}

// Two weeks of each factory, at random: partial reports, scrap, rework, reversals, late and partial receipts, returns,
// partial shipments. At the end every invariant holds, on both engines, and enough of everything has happened.
func TestTwoWeeks(t *testing.T) {
	for n, factory := range []string{"small-appliance", "hardware", "medical-device"} {
		t.Run(factory, func(t *testing.T) {
			kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
				w := &weeks{house: newHouse(t, d, factory), rnd: rand.New(rand.NewPCG(2026, uint64(n))), clock: kittest.ClockOf(d), count: map[string]int{}, no: map[string]int{}}
				start := w.clock.Now()
				w.morning()
				for _, x := range w.get("/production/orders?limit=200&sort=number").list("items") {
					w.orders = append(w.orders, x.s("number"))
				}
				for day := range 14 {
					w.clock.Set(start.AddDate(0, 0, day).Add(time.Hour)) // nine in the morning in China
					w.morning()
					if day%3 == 0 {
						w.plan()
						w.act(identity.Planner, "schedule", "/scheduling/run", o{"rule": "priority"})
					}
					w.receive()
					w.change()
					w.store()
					for range 45 {
						if len(w.orders) > 0 { // parts were made first and stand before what needs them
							n := w.orders[min(w.rnd.IntN(len(w.orders)), w.rnd.IntN(len(w.orders)))]
							if w.chance(13) {
								w.meddle(n)
							} else {
								w.work(n)
							}
						}
					}
					w.ship()
					if day == 6 {
						w.sealed()
						w.verify()
					}
				}
				w.sealed()
				w.verify()
				w.listed()
				t.Logf("done %v", w.count)
				t.Logf("refused %v", w.no)
				for _, what := range []string{"plan", "goods in", "issue", "start", "report", "report undone", "scrap", "finished", "judge", "ship", "split", "hold", "unhold", "close", "call", "stock held", "box filled", "counted", "count approved", "order changed"} {
					if w.count[what] == 0 {
						t.Errorf("in two weeks there was no %s: %v, refused %v", what, w.count, w.no)
					}
				}
			})
		})
	}
}
