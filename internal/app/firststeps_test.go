package app

import (
	"bytes"
	"net/http"
	"testing"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/pack"
)

// A newcomer downloads the starter factory, imports it as it is, and takes its one order to the truck: each first step
// shows as done when it is, and not before.
func TestFirstSteps(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		a := New(d, Options{Demo: true})
		how := func(want int) FirstSteps {
			t.Helper()
			out, err := a.FirstSteps(ctx, d.Read())
			if err != nil {
				t.Fatal(err)
			}
			if out.Done != want {
				t.Errorf("%d steps are done, want %d: %+v", out.Done, want, out.Steps)
			}
			return out
		}
		how(0)
		for _, name := range []string{"starter", "small-appliance"} { // both samples are sound
			if _, err := a.sample(name); err != nil {
				t.Error(name, err)
			}
		}
		p, err := a.sample("starter")
		if err != nil {
			t.Fatal(err)
		}
		var book bytes.Buffer
		if err := pack.WriteXLSX(p, &book); err != nil {
			t.Fatal(err)
		}
		p, found := a.Packs.ReadFrom(ctx, bytes.NewReader(book.Bytes()), int64(book.Len()), "starter.xlsx")
		if _, err := a.Packs.Import(ctx, p, found, nil); err != nil {
			t.Fatal(err)
		}
		how(9)
		if err := a.Identity.DemoUsers(ctx, map[string]string{identity.Operator: "W1", identity.Warehouse: "W3"}, nil); err != nil {
			t.Fatal(err)
		}
		h := &house{t, a, a.API.Handler()}
		planner, warehouse, quality, operator, buyer := h.logIn("planner"), h.logIn("warehouse"), h.logIn("quality"), h.logIn("operator"), h.logIn("buyer")
		made := planner.call("POST", "/sales/work-orders", o{"orders": []string{"SO-0001"}, "parts": true, "release": true})
		for _, s := range made.list("short") {
			buyer.call("POST", "/purchasing/orders", o{"supplier": "S1", "lines": []o{{"item": s.s("item"), "qty": s.s("qty"), "due": "2026-03-04"}}})
			warehouse.call("POST", "/purchasing/receipts", o{"item": s.s("item"), "supplier": "S1", "qty": s.s("qty"), "reason": "first"})
		}
		how(10)
		planner.call("POST", "/scheduling/run", o{"rule": "priority"})
		how(11)
		orders := made.list("orders")
		for i := len(orders) - 1; i >= 0; i-- {
			h.makeAll(operator, warehouse, quality, orders[i].s("number"))
		}
		how(13)
		warehouse.call("POST", "/sales/shipments", o{"order": "SO-0001"})
		how(len(steps))
		if got := planner.do("GET", "/first-steps/sample?factory=starter&format=zip", ""); got.Code != http.StatusOK && got.Code != http.StatusForbidden {
			t.Errorf("the sample: %d", got.Code)
		}
		boss := h.logIn("boss")
		w := boss.do("GET", "/first-steps/sample", "")
		if w.Code != http.StatusOK || !bytes.HasPrefix(w.Body.Bytes(), []byte("PK")) {
			t.Errorf("the sample: %d %.80s", w.Code, w.Body)
		}
		h.verify()
	})
}
