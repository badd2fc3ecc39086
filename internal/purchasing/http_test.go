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

// Who sees what: prices with the permission alone, a supplier its own orders alone.
func TestDoor(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		a := web.New(http.NewServeMux(), d)
		a.Messages(Messages, inventory.Messages, masterdata.Messages)
		h.Routes(a)
		door := a.Handler()
		buyer := webtest.Person("buyer", "purchasing.read", "purchasing.create", "see.price")
		keeper := webtest.Person("keeper", "purchasing.read", "purchasing.receive", "purchasing.undo")
		works := webtest.Person("works", "purchasing.read")
		p, err := masterdata.PartnerByCode(kittest.Ctx(t), d.Read(), "W1")
		if err != nil {
			t.Fatal(err)
		}
		works.Partner = int64(p.ID)

		if o := webtest.Must(t, door, buyer, "GET", "/purchasing/orders/P1", nil); o.Str("lines", 0, "unit_price") != "2.5" || o.Str("status") != "open" {
			t.Error(o)
		}
		if o := webtest.Must(t, door, keeper, "GET", "/purchasing/orders/P1", nil); o.Get("lines", 0, "unit_price") != nil || o.Str("lines", 0, "open") != "100" {
			t.Error(o)
		}
		webtest.Refused(t, door, works, "GET", "/purchasing/orders/P1", nil, "purchasing.order_unknown")
		webtest.Must(t, door, works, "GET", "/purchasing/orders/P2", nil)
		for who, n := range map[string]int{"keeper": 7, "works": 2} {
			act := keeper
			if who == "works" {
				act = works
			}
			if l := webtest.Must(t, door, act, "GET", "/purchasing/orders", nil); len(l.Items()) != n || l.Get("items", 0, "unit_price") != nil {
				t.Errorf("%s sees %v", who, l)
			}
		}
		webtest.Refused(t, door, keeper, "POST", "/purchasing/orders", map[string]any{"supplier": "S1", "lines": []map[string]any{{"item": "RAW", "qty": "1"}}}, "web.forbidden")
		made := webtest.Must(t, door, buyer, "POST", "/purchasing/orders", map[string]any{"supplier": "S1", "lines": []map[string]any{{"item": "RAW", "qty": "10", "unit_price": "3"}}}, "Idempotency-Key", "o1")
		again := webtest.Must(t, door, buyer, "POST", "/purchasing/orders", map[string]any{"supplier": "S1", "lines": []map[string]any{{"item": "RAW", "qty": "10", "unit_price": "3"}}}, "Idempotency-Key", "o1")
		if made.Str("number") == "" || made.Str("number") != again.Str("number") {
			t.Error(made, again)
		}
		r := webtest.Must(t, door, keeper, "POST", "/purchasing/receipts", map[string]any{"order": made.Str("number"), "item": "KW:ITM:RAW", "qty": "4"}, "Idempotency-Key", "r1")
		if r.Str("open") != "6" || r.Str("label", "code") != "KW:LOT:RAW/"+r.Str("lot") {
			t.Error(r)
		}
		if l := webtest.Must(t, door, keeper, "GET", "/purchasing/receipts?order="+made.Str("number"), nil); len(l.Items()) != 1 || l.Str("items", 0, "qty") != "4" {
			t.Error(l)
		}
		webtest.Must(t, door, keeper, "POST", "/purchasing/receipts/"+r.Str("number")+"/undo", map[string]any{"reason": "wrong"})
		if o := webtest.Must(t, door, buyer, "GET", "/purchasing/orders/"+made.Str("number"), nil); o.Str("lines", 0, "received") != "0" || len(o.Get("receipts").([]any)) != 2 {
			t.Error(o)
		}
		hits, err := h.Find(kittest.Ctx(t), d.Read(), "P2")
		if err != nil || len(hits) != 1 || hits[0].URL != "/purchasing/orders/P2" {
			t.Error(hits, err)
		}
		balanced(t, h, d.Read())
	})
}
