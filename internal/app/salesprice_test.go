package app

import (
	"strings"
	"testing"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// What a customer pays is seen and entered by sales, boss and accountant, and by the customer himself; nobody else
// learns of it by a list, the order's page, its news, a search, an export or a pack, or sets it.
func TestSalesPricesAreHidden(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		customer := h.logIn(identity.Customer)
		name := strings.Split(strings.SplitN(customer.do("GET", "/sales/orders?limit=1", "").Body.String(), `"customer":"`, 2)[1], `"`)[0]
		mine, err := db.One[string](t.Context(), d.Read(), `SELECT code FROM v_partner WHERE name = $1`, name)
		if err != nil {
			t.Fatal(err)
		}
		const price = "91.37"
		order := func(p *person) (int, string) {
			w := p.do("POST", "/sales/orders", `{"customer":"`+mine+`","lines":[{"item":"FG-CM1","qty":"3","due":"2026-04-20","unit_price":"`+price+`"}]}`)
			return w.Code, w.Body.String()
		}
		seller := h.logIn(identity.Sales)
		code, body := order(seller)
		if code != 200 {
			t.Fatal(code, body)
		}
		number := strings.Split(strings.SplitN(body, `"number":"`, 2)[1], `"`)[0]
		if code, body := order(h.logIn(identity.Planner)); code != 403 || !strings.Contains(body, "unit_price") {
			t.Errorf("a planner set a price: %d %s", code, body)
		}
		if w := seller.do("POST", "/sales/orders/"+number+"/change", `{"lines":[{"line":1,"unit_price":"91.37","qty":"4"}],"reason":"x"}`); w.Code != 200 {
			t.Fatal(w.Code, w.Body)
		}
		h.sealed()
		sees := map[string]bool{identity.Boss: true, identity.Sales: true, identity.Accountant: true, identity.Customer: true}
		for _, role := range identity.RoleNames {
			p := h.logIn(role)
			for _, path := range []string{"/sales/orders?filter=number:eq:" + number, "/sales/orders/" + number, "/events?limit=100&subject=so:" + number, "/sales/orders/export?format=csv&filter=number:eq:" + number, "/search?q=" + number} {
				w := p.do("GET", path, "")
				got := strings.Contains(w.Body.String(), price)
				want := sees[role] && w.Code == 200 && !strings.HasPrefix(path, "/search")
				if got != want {
					t.Errorf("%s at %s (%d): %v", role, path, w.Code, got)
				}
			}
			if w := p.do("GET", "/sales/orders?filter=unit_price:gt:1", ""); (w.Code == 200) != sees[role] {
				t.Errorf("%s filters by the price: %d", role, w.Code)
			}
		}
		// purchase prices stay finance's
		if w := seller.do("GET", "/purchasing/orders?filter=unit_price:gt:0", ""); w.Code == 200 {
			t.Error("a seller filters by purchase prices")
		}
	})
}
