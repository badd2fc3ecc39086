package purchasing

import (
	"net/http"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
)

// A requisition waits for the buyer, who may change, drop or order it; ordered, it is over.
func TestRequisitions(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		a := web.New(http.NewServeMux(), d)
		a.Messages(Messages, inventory.Messages, masterdata.Messages)
		h.Routes(a)
		door := a.Handler()
		keeper := webtest.Person("keeper", "purchasing.read", "purchasing.request")
		buyer := webtest.Person("buyer", "purchasing.read", "purchasing.request", "purchasing.create")
		type m = map[string]any
		ask := func(lines ...m) webtest.JSON {
			return webtest.Must(t, door, keeper, "POST", "/purchasing/requisitions", m{"lines": lines})
		}
		made := ask(m{"item": "RAW", "qty": "10", "due": "2026-04-01"}, m{"item": "RAW", "qty": "5", "due": "2026-04-01", "supplier": "S1"}, m{"item": "RAW", "qty": "1", "due": "2026-04-09"})
		first, second, third := made.Str("requisitions", 0, "number"), made.Str("requisitions", 1, "number"), made.Str("requisitions", 2, "number")
		for _, c := range []struct {
			line m
			code string
		}{
			{m{"item": "NOPE", "qty": "1"}, "masterdata.item_unknown"},
			{m{"item": "RAW", "qty": "0"}, "purchasing.qty_not_positive"},
			{m{"item": "RAW", "qty": "1", "due": "soon"}, "purchasing.date_bad"},
			{m{"item": "RAW", "qty": "1", "supplier": "NOPE"}, "masterdata.partner_unknown"},
		} {
			webtest.Refused(t, door, keeper, "POST", "/purchasing/requisitions", m{"lines": []m{{"item": "RAW", "qty": "1"}, c.line}}, c.code)
		}
		if l := webtest.Must(t, door, keeper, "GET", "/purchasing/requisitions", nil); len(l.Items()) != 3 {
			t.Errorf("half of a refused request stayed: %v", l)
		}
		webtest.Refused(t, door, keeper, "POST", "/purchasing/requisitions/order", m{"numbers": []string{first}}, "web.forbidden")
		webtest.Must(t, door, keeper, "POST", "/purchasing/requisitions/"+first, m{"version": 1, "qty": "12", "supplier": "S1"})
		webtest.Refused(t, door, keeper, "POST", "/purchasing/requisitions/"+first, m{"version": 1, "qty": "13"}, "purchasing.requisition_changed")
		webtest.Must(t, door, keeper, "POST", "/purchasing/requisitions/"+third+"/drop", m{"reason": "found some"})
		webtest.Refused(t, door, buyer, "POST", "/purchasing/requisitions/order", m{"numbers": []string{first, third}}, "purchasing.requisition_over")
		orders := webtest.Must(t, door, buyer, "POST", "/purchasing/requisitions/order", m{"numbers": []string{first, second}})
		if n := len(orders.Get("orders").([]any)); n != 1 {
			t.Fatalf("%d orders", n)
		}
		o := webtest.Must(t, door, buyer, "GET", "/purchasing/orders/"+orders.Str("orders", 0, "number"), nil)
		if n := len(o.Get("lines").([]any)); n != 1 || o.Str("lines", 0, "qty") != "17" {
			t.Errorf("two of one item and day make one line: %v", o)
		}
		webtest.Refused(t, door, buyer, "POST", "/purchasing/requisitions/order", m{"numbers": []string{first}}, "purchasing.requisition_over")
		webtest.Refused(t, door, keeper, "POST", "/purchasing/requisitions/"+second+"/drop", m{"reason": "late"}, "purchasing.requisition_over")
		if l := webtest.Must(t, door, keeper, "GET", "/purchasing/requisitions?filter=state:eq:ordered", nil); len(l.Items()) != 2 || l.Str("items", 0, "order") != orders.Str("orders", 0, "number") {
			t.Error(l)
		}
		// one command that makes orders to two suppliers, and is sent again
		two := ask(m{"item": "RAW", "qty": "3", "supplier": "S1"}, m{"item": "RAW", "qty": "4", "supplier": "W1"})
		body := m{"numbers": []string{two.Str("requisitions", 0, "number"), two.Str("requisitions", 1, "number")}}
		both := webtest.Must(t, door, buyer, "POST", "/purchasing/requisitions/order", body, "Idempotency-Key", "two")
		if n := len(both.Get("orders").([]any)); n != 2 {
			t.Errorf("%d orders for two suppliers", n)
		}
		if again := webtest.Must(t, door, buyer, "POST", "/purchasing/requisitions/order", body, "Idempotency-Key", "two"); again.Str("orders", 1, "number") != both.Str("orders", 1, "number") {
			t.Errorf("sent again it is %v", again)
		}
	})
}
