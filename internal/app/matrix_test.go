package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/pack"
)

// house is the product on a test database, with a factory and one user for each role.
type house struct {
	t testing.TB
	a *App
	h http.Handler
}

// what a log-in costs is tested in its own room
func init() { identity.LightHashes() }

func newHouse(t testing.TB, d *db.DB, factory string) *house {
	t.Helper()
	ctx := actor.With(context.WithoutCancel(t.Context()), actor.System)
	a := New(d, Options{Demo: true})
	p, faults := pack.Read("../../testdata/factories/" + factory)
	if err := pack.Error(faults); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Packs.Import(ctx, p, nil, nil); err != nil {
		t.Fatal(err)
	}
	var workers []string
	for _, w := range p.Workers[:min(5, len(p.Workers))] {
		workers = append(workers, w.Code)
	}
	partner := func(kind string) string {
		for _, x := range p.Partners {
			if slices.Contains(x.Kinds, kind) {
				return x.Code
			}
		}
		return ""
	}
	if err := a.Identity.DemoUsers(ctx, map[string]string{identity.Operator: workers[0], identity.ShiftLeader: workers[1], identity.Warehouse: workers[2], identity.Quality: workers[3]},
		map[string]string{identity.Supplier: partner("supplier"), identity.Customer: partner("customer")}); err != nil {
		t.Fatal(err)
	}
	return &house{t, a, a.API.Handler()}
}

// person is a logged-in browser.
type person struct {
	*house
	role   string
	cookie string
}

func (h *house) logIn(role string) *person {
	h.t.Helper()
	p := &person{house: h, role: role}
	w := p.do("POST", "/login", fmt.Sprintf(`{"login":%q,"password":%q}`, role, identity.DemoPassword))
	for _, c := range w.Result().Cookies() {
		if c.Name == web.CookieName {
			p.cookie = c.Value
		}
	}
	if w.Code != 200 || p.cookie == "" {
		h.t.Fatalf("%s cannot log in: %d %s", role, w.Code, w.Body)
	}
	return p
}

func (p *person) do(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if p.cookie != "" {
		r.AddCookie(&http.Cookie{Name: web.CookieName, Value: p.cookie})
	}
	w := httptest.NewRecorder()
	p.h.ServeHTTP(w, r)
	return w
}

var pathParam = regexp.MustCompile(`\{[^}]+\}`)

// Every operation is called as every role and as a stranger; who is let in is compared with the committed matrix.
// UPDATE=1 writes it: read the difference before committing it.
func TestEveryOperationAsEveryRole(t *testing.T) {
	h := newHouse(t, kittest.SQLite(t, Schemas()), "medical-device")
	people := []*person{}
	for _, role := range identity.RoleNames {
		people = append(people, h.logIn(role))
	}
	stranger := &person{house: h, role: "stranger"}
	ops := h.a.API.Ops()
	slices.SortFunc(ops, func(a, b web.Op) int { return strings.Compare(a.ID, b.ID) })
	var b strings.Builder
	fmt.Fprintf(&b, "%-28s %s stranger\n", "operation", strings.Join(identity.RoleNames, " "))
	for _, op := range ops {
		if op.Path == "/events/stream" { // answers for as long as somebody listens; kit/event tests its door
			continue
		}
		body := "{}"
		if op.Method == "GET" || op.Method == "DELETE" {
			body = ""
		}
		path := pathParam.ReplaceAllString(op.Path, "0")
		fmt.Fprintf(&b, "%-28s", op.ID)
		for _, p := range append(slices.Clone(people), stranger) {
			if op.ID == "logOut" || op.ID == "logIn" || op.ID == "logInBadge" { // anybody may knock
				p = stranger
			}
			w := p.do(op.Method, path, body)
			mark := "x"
			switch {
			case w.Code == 401 && p == stranger, w.Code == 403:
				mark = "-"
			case w.Code == 401:
				t.Errorf("%s lost the session at %s", p.role, op.ID)
			case w.Code >= 500:
				t.Errorf("%s %s as %s: %d %s", op.Method, path, p.role, w.Code, w.Body)
			}
			if op.Perm != "" && p != stranger && !op.Public {
				if may := mark == "x"; may != slices.Contains(identity.Defaults(Perms())[p.role], op.Perm) {
					t.Errorf("%s as %s: let in %v, but permission %s says otherwise", op.ID, p.role, may, op.Perm)
				}
			}
			b.WriteString(" " + mark)
		}
		b.WriteByte('\n')
	}
	const file = "testdata/matrix.golden"
	if os.Getenv("UPDATE") != "" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, _ := os.ReadFile(file); string(want) != b.String() {
		t.Errorf("who may do what has changed: compare %s with\n%s", file, b.String())
	}
}

var maskedNames = map[string]string{"unit_price": "see.price", "purchase_price": "see.price", "piece_rate": "see.price", "price": "see.price", "amount": "see.price",
	"unit_cost": "see.cost", "standard_cost": "see.cost", "cost_per_hour": "see.cost", "value": "see.cost"}

// Prices and costs reach nobody without the permission: no answer, list, export, filter or sort tells them.
func TestPricesAreHidden(t *testing.T) {
	h := newHouse(t, kittest.SQLite(t, Schemas()), "small-appliance")
	seen := map[string]bool{} // masked names that the boss does see: a test that hides nothing proves nothing
	operator := h.logIn(identity.Operator)
	for _, role := range identity.RoleNames {
		p := h.logIn(role)
		for _, op := range h.a.API.Ops() {
			if op.Method != "GET" || strings.Contains(op.Path, "{") || op.Path == "/events/stream" || op.Public || strings.HasSuffix(op.Path, "/export") {
				continue
			}
			w := p.do("GET", op.Path, "")
			if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Type"), "json") {
				continue
			}
			names := map[string]bool{}
			for d := json.NewDecoder(w.Body); d.More(); { // the audit trail leaves as one object a line
				var v any
				if err := d.Decode(&v); err != nil {
					t.Fatal(op.Path, err)
				}
				keys(v, names)
			}
			for name := range names {
				perm := maskedNames[name]
				if perm == "" {
					continue
				}
				if name == "unit_price" && (strings.HasPrefix(op.Path, "/sales/") || op.Path == "/events") { // what a customer pays
					perm = "see.sales_price"
				}
				if !slices.Contains(identity.Defaults(Perms())[role], perm) {
					t.Errorf("%s sees %s at %s", role, name, op.Path)
				}
				seen[name] = true
				// what one may not see one may not order or filter by, nor export
				for _, q := range []string{"?sort=" + name, "?filter=" + name + ":gt:1", "?fields=" + name} {
					if w := operator.do("GET", op.Path+q, ""); w.Code == 200 {
						t.Errorf("an operator may ask %s%s", op.Path, q)
					}
				}
			}
		}
	}
	for _, name := range []string{"unit_cost", "purchase_price"} {
		if !seen[name] {
			t.Errorf("nobody sees %s, so hiding it was not tested", name)
		}
	}
}

func keys(v any, into map[string]bool) map[string]bool {
	switch x := v.(type) {
	case map[string]any:
		for k, e := range x {
			into[k] = true
			keys(e, into)
		}
	case []any:
		for _, e := range x {
			keys(e, into)
		}
	}
	return into
}

// An outside party sees its own documents and nothing else.
func TestOutsidersSeeTheirOwn(t *testing.T) {
	h := newHouse(t, kittest.SQLite(t, Schemas()), "small-appliance")
	customer := h.logIn(identity.Customer)
	var list struct {
		Items []struct{ Number, Customer string }
		Total int
	}
	if err := json.Unmarshal(customer.do("GET", "/sales/orders?limit=500", "").Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	var all struct {
		Items []struct{ Number, Customer string }
	}
	if err := json.Unmarshal(h.logIn(identity.Boss).do("GET", "/sales/orders?limit=500", "").Body.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	if len(list.Items) == 0 || len(list.Items) >= len(all.Items) {
		t.Fatalf("the customer sees %d of %d lines", len(list.Items), len(all.Items))
	}
	mine := list.Items[0].Customer
	for _, o := range list.Items {
		if o.Customer != mine {
			t.Errorf("%s sees an order of %s", mine, o.Customer)
		}
	}
	for _, o := range all.Items {
		want := 404
		if o.Customer == mine {
			want = 200
		}
		for _, path := range []string{"/sales/orders/" + o.Number, "/events?subject=so:" + o.Number, "/attachments?subject=so:" + o.Number} {
			if w := customer.do("GET", path, ""); w.Code != want {
				t.Fatalf("%s of %s: %d, want %d: %s", path, o.Customer, w.Code, want, w.Body)
			}
		}
	}
}
