package identity_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
)

// stand holds the views that masterdata promises, with a site, a partner and workers in them.
var stand = db.Schema{Room: "stand", FS: fstest.MapFS{"schema/20260103T0000_stand.sql": {Data: []byte(`
CREATE TABLE th_site (id BIGINT PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, time_zone TEXT NOT NULL DEFAULT 'Asia/Shanghai');
CREATE TABLE th_partner (id BIGINT PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE th_worker (id BIGINT PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE th_doc (id BIGINT PRIMARY KEY, number TEXT NOT NULL, site_id BIGINT NOT NULL, partner_id BIGINT NOT NULL);
CREATE VIEW v_site AS SELECT id, code, name, time_zone FROM th_site;
CREATE VIEW v_partner AS SELECT id, code, name FROM th_partner;
CREATE VIEW v_worker AS SELECT id, code, name FROM th_worker;
INSERT INTO th_site (id, code, name) VALUES (11, 'S1', '一厂'), (12, 'S2', '二厂');
INSERT INTO th_partner (id, code, name) VALUES (21, 'SUP1', '供应商一'), (22, 'CUS1', '客户一');
INSERT INTO th_worker (id, code, name) VALUES (31, 'W001', '刘勇'), (32, 'W002', '王芳'), (33, 'W003', '陈军');
INSERT INTO th_doc (id, number, site_id, partner_id) VALUES (1, 'D1', 11, 21), (2, 'D2', 12, 21), (3, 'D3', 11, 22);
`)}}}

var schemas = []db.Schema{{Room: "identity", FS: identity.Schema}, stand}

var housePerms = []string{"production.override", "production.report", "production.read", "production.create", "purchasing.read", "purchasing.create", "sales.read", "masterdata.read", "inventory.read", "scheduling.run"}

// house is the room behind its real door.
type house struct {
	t *testing.T
	d *db.DB
	m *identity.Module
	h http.Handler
}

func each(t *testing.T, fn func(t *testing.T, s *house)) {
	t.Helper()
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := &house{t: t, d: d}
		s.start()
		for _, u := range []identity.NewUser{
			{Login: "Chief", Name: "老板", Roles: []string{identity.Boss}, Password: "chief-secret"},
			{Login: "root", Name: "管理员", Roles: []string{identity.Admin}, Password: "root-secret"},
			{Login: "liu", Name: "刘勇", Roles: []string{identity.Operator}, Password: "liu-secret", Badge: "880001", PIN: "4711", Worker: "W001"},
			{Login: "wang", Name: "王芳", Roles: []string{identity.ShiftLeader}, Password: "wang-secret", Badge: "880002", PIN: "0815", Worker: "W002"},
			{Login: "vendor", Name: "供应商", Roles: []string{identity.Supplier}, Partner: "SUP1", Password: "vendor-secret"},
		} {
			if _, err := s.m.CreateUser(kittest.Ctx(t), u); err != nil {
				t.Fatal(err)
			}
		}
		// they have all chosen their passwords
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE id_user SET must_change = FALSE`)
			return err
		})
		fn(t, s)
	})
}

// start is a process that starts: nothing is remembered but what is stored.
func (s *house) start() {
	s.m = identity.New(s.d, identity.Options{Perms: housePerms, Version: "test"})
	a := web.New(http.NewServeMux(), s.d)
	s.m.Routes(a)
	later(a)
	type doc struct {
		Number string `json:"number" sql:"o.number"`
	}
	web.List(a, web.Op{Path: "/purchasing/orders", ID: "listDocs", Perm: "purchasing.read"}, web.ListSpec[doc]{From: "th_doc o", Key: "o.id", Sort: "number", Scope: identity.Scope("o.site_id", "o.partner_id")})
	web.List(a, web.Op{Path: "/purchasing/plain", ID: "listPlain", Perm: "purchasing.read"}, web.ListSpec[doc]{From: "th_doc o", Key: "o.id", Sort: "number", Scope: identity.Scope("o.site_id", "")})
	s.h = a.Handler()
}

func (s *house) clock() *kittest.Clock { return kittest.ClockOf(s.d) }

// browser keeps its cookies.
type browser struct {
	s   *house
	ip  string
	jar map[string]string
}

func (s *house) browser(ip string) *browser { return &browser{s, ip, map[string]string{}} }

func (b *browser) do(method, path string, body any, headers ...string) (int, webtest.JSON) {
	b.s.t.Helper()
	var cookies []string
	for k, v := range b.jar {
		cookies = append(cookies, k+"="+v)
	}
	headers = append(headers, "Accept-Language", "en", "Cookie", strings.Join(cookies, "; "))
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if b.ip != "" {
			r.RemoteAddr = b.ip + ":4000"
		}
		rec := httptest.NewRecorder()
		b.s.h.ServeHTTP(rec, r)
		for _, ck := range rec.Result().Cookies() {
			if b.jar[ck.Name] = ck.Value; ck.MaxAge < 0 {
				delete(b.jar, ck.Name)
			}
		}
		for k, v := range rec.Header() {
			w.Header()[k] = v
		}
		w.WriteHeader(rec.Code)
		w.Write(rec.Body.Bytes())
	})
	return webtest.Call(b.s.t, h, nil, method, path, body, headers...)
}

func (b *browser) must(method, path string, body any) webtest.JSON {
	b.s.t.Helper()
	code, out := b.do(method, path, body)
	if code != 200 {
		b.s.t.Fatalf("%s %s: %d %v", method, path, code, out)
	}
	return out
}

func (b *browser) refused(method, path string, body any, code string) webtest.JSON {
	b.s.t.Helper()
	status, out := b.do(method, path, body)
	if status < 400 || out.Str("code") != code {
		b.s.t.Fatalf("%s %s: %d %v, want the problem %s", method, path, status, out, code)
	}
	return out
}

type m = map[string]any

// login comes in by password.
func (s *house) login(login string) *browser {
	s.t.Helper()
	b := s.browser("")
	b.must("POST", "/login", m{"login": login, "password": strings.ToLower(login) + "-secret"})
	return b
}

// events of a name, as stored.
func (s *house) events(name string) []string {
	s.t.Helper()
	out, err := db.All[string](s.t.Context(), s.d.Read(), `SELECT payload FROM kit_event WHERE name = $1 ORDER BY id`, name)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func wantFault(t *testing.T, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Fatalf("%v, want %s", err, code)
	}
}

func TestWhoIAm(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		s.browser("").refused("GET", "/me", nil, "web.login_required")
		b := s.login("chief")
		me := b.must("GET", "/me", nil)
		if me.Str("login") != "chief" || me.Str("roles", 0) != "boss" || me.Str("kind") != "password" || me.Str("site", "code") != "S1" || me.Str("modules", 0) != "masterdata" {
			t.Error(me)
		}
		if len(me["permissions"].([]any)) < 20 {
			t.Error("the boss may do too little", me["permissions"])
		}
		b.must("POST", "/me", m{"locale": "en"})
		if me := b.must("GET", "/me", nil); me.Str("locale") != "en" {
			t.Error(me)
		}
		b.must("POST", "/logout", nil)
		b.refused("GET", "/me", nil, "web.login_required")
		if n := len(s.events(identity.LoggedOut)); n != 1 {
			t.Error(n, "log-outs on record")
		}
		meta := s.browser("").must("GET", "/meta", nil)
		if meta["demo"] != false || meta["logins"] != nil || meta.Str("version") != "test" {
			t.Error(meta)
		}
	})
}

// A secret that was ever used may be found nowhere in the database: not in events, nor in stored answers.
func TestSecretsAreNowhere(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		b := s.login("chief")
		made := b.must("POST", "/identity/users", m{"login": "new", "name": "新人", "roles": []string{"planner"}})
		key := b.must("POST", "/identity/keys", m{"name": "erp", "roles": []string{"planner"}})
		pin := b.must("POST", "/identity/users/liu/pin", m{})
		reset := b.must("POST", "/identity/users/wang/password", m{})
		b.must("POST", "/me/password", m{"current_password": "chief-secret", "new_password": "another-secret"})
		s.browser("").do("POST", "/login", m{"login": "typed-in-the-wrong-field", "password": "x"})
		secrets := []string{"chief-secret", "another-secret", "liu-secret", "4711", "880001", "typed-in-the-wrong-field",
			made.Str("password"), key.Str("token"), pin.Str("secret"), reset.Str("secret"), b.jar[web.CookieName]}
		for _, q := range []string{`SELECT payload || ' ' || subject || ' ' || actor FROM kit_event`, `SELECT input_hash || ' ' || result FROM kit_once`, `SELECT token_hash || hint FROM id_key`,
			`SELECT token_hash || ' ' || agent FROM id_session`, `SELECT password_hash || ' ' || pin_hash FROM id_user`, `SELECT key FROM id_try`} {
			rows, err := db.All[string](t.Context(), s.d.Read(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				for _, secret := range secrets {
					if secret == "" {
						t.Fatal("a secret was not told", made, key, pin, reset)
					}
					if strings.Contains(r, secret) {
						t.Errorf("%s: %q holds %q", q, r, secret)
					}
				}
			}
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		// an office session lives while it is used, a week at most
		b := s.login("chief")
		for range 20 {
			s.clock().Add(11 * time.Hour)
			if code, _ := b.do("GET", "/me", nil); code != 200 && s.clock().Now().Sub(kittest.Start) < 7*24*time.Hour {
				t.Fatal("ended while in use at", s.clock().Now())
			}
		}
		b.refused("GET", "/me", nil, "identity.session_ended")
		b = s.login("chief")
		s.clock().Add(12*time.Hour + time.Second)
		b.refused("GET", "/me", nil, "identity.session_ended")
		// a badge's after half an hour alone
		b = s.browser("")
		b.must("POST", "/login/badge", m{"badge": "880001", "pin": "4711"})
		s.clock().Add(29 * time.Minute)
		if me := b.must("GET", "/me", nil); me.Str("worker") != "W001" || me.Str("kind") != "badge" {
			t.Error(me)
		}
		s.clock().Add(31 * time.Minute)
		b.refused("GET", "/me", nil, "identity.session_ended")

		// one's own list; ending one; ending the others by a new password
		a1, a2, a3 := s.login("wang"), s.login("wang"), s.login("wang")
		list := a1.must("GET", "/me/sessions", nil).Items()
		if len(list) != 3 {
			t.Fatal(list)
		}
		for _, x := range list {
			if x["current"] == true {
				continue
			}
			a1.must("DELETE", "/me/sessions/"+x.Str("id"), nil)
			break
		}
		if len(a1.must("GET", "/me/sessions", nil).Items()) != 2 {
			t.Error("not ended")
		}
		s.login("liu").refused("DELETE", "/me/sessions/"+list[0].Str("id"), nil, "identity.session_unknown")
		a1.refused("POST", "/me/password", m{"current_password": "wrong", "new_password": "a-better-secret"}, "identity.current_wrong")
		a1.refused("POST", "/me/password", m{"current_password": "wang-secret", "new_password": "12345678"}, "identity.password_weak")
		a1.must("POST", "/me/password", m{"current_password": "wang-secret", "new_password": "a-better-secret"})
		a1.must("GET", "/me", nil)
		for _, x := range []*browser{a2, a3} {
			x.refused("GET", "/me", nil, "identity.session_ended")
		}
		// an administrator disables somebody: out at once, and no way in
		root := s.login("root")
		root.must("POST", "/identity/users/wang", m{"disabled": true})
		a1.refused("GET", "/me", nil, "identity.session_ended")
		s.browser("").refused("POST", "/login", m{"login": "wang", "password": "a-better-secret"}, "identity.login_wrong")
		s.browser("").refused("POST", "/login/badge", m{"badge": "880002", "pin": "0815"}, "identity.badge_wrong")
	})
}

func TestRequestsCostNoWrite(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		b := s.login("chief")
		b.must("GET", "/me", nil)
		req := httptest.NewRequest("GET", "/api/v1/me", nil)
		req.AddCookie(&http.Cookie{Name: web.CookieName, Value: b.jar[web.CookieName]})
		auth := func() int64 {
			return kittest.Statements(t, t.Context(), func(ctx context.Context) error {
				_, err := s.m.Authenticate(req.WithContext(ctx))
				return err
			})
		}
		if n := auth(); n != 0 {
			t.Error(n, "statements for a known caller")
		}
		s.clock().Add(6 * time.Second)
		if n := auth(); n == 0 {
			t.Error("never looks again")
		}
		seen := func() int64 {
			n, err := db.One[int64](t.Context(), s.d.Read(), `SELECT max(seen_ms) FROM id_session`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := seen()
		s.clock().Add(50 * time.Second)
		if auth(); seen() != before {
			t.Error("wrote within the minute")
		}
		s.clock().Add(10 * time.Second)
		if auth(); seen() != s.clock().Now().UnixMilli() {
			t.Error("did not write after a minute")
		}
	})
}

func TestAdministratorResets(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		root, liu := s.login("root"), s.login("liu")
		told := root.must("POST", "/identity/users/liu/password", m{}).Str("secret")
		liu.refused("GET", "/me", nil, "identity.session_ended")
		b := s.browser("")
		if w := b.must("POST", "/login", m{"login": "LIU ", "password": told}); w["must_change"] != true {
			t.Error(w)
		}
		if me := b.must("GET", "/me", nil); me["must_change"] != true || len(me["permissions"].([]any)) != 0 {
			t.Error("may act before choosing a password", me)
		}
		b.must("POST", "/me/password", m{"current_password": told, "new_password": "liu-has-chosen"})
		if me := b.must("GET", "/me", nil); me["must_change"] != false || len(me["permissions"].([]any)) == 0 {
			t.Error(me)
		}
		// everybody's sessions, and ending them
		list := root.must("GET", "/identity/sessions?filter=login:eq:liu", nil).Items()
		if len(list) != 1 {
			t.Fatal(list)
		}
		root.must("POST", "/identity/sessions/"+list[0].Str("id")+"/end", nil)
		b.refused("GET", "/me", nil, "identity.session_ended")
		root.must("POST", "/identity/users/wang/end-sessions", nil)
		// the file of the list
		if code, _ := root.do("GET", "/identity/users/export?format=csv", nil); code != 200 {
			t.Error(code)
		}
	})
}
