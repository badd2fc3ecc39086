package identity_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

var update = flag.Bool("update", false, "write testdata/roles.golden anew")

// Who may do what is read and agreed upon in testdata/roles.golden, not found out by trying.
func TestEveryRoleHasWhatTheTableSays(t *testing.T) {
	perms := identity.Decided()
	roles := identity.Defaults(perms)
	var b strings.Builder
	b.WriteString("permission           " + strings.Join(identity.RoleNames, " ") + "\n")
	for _, p := range perms {
		b.WriteString(p + strings.Repeat(" ", max(1, 21-len(p))))
		for i, r := range identity.RoleNames {
			if i > 0 {
				b.WriteByte(' ')
			}
			mark := "-"
			if slices.Contains(roles[r], p) {
				mark = "x"
			}
			b.WriteString(mark + strings.Repeat(" ", len(r)-1))
		}
		b.WriteString("\n")
	}
	got := regexp.MustCompile(` +\n`).ReplaceAllString(b.String(), "\n")
	if *update {
		if err := os.WriteFile("testdata/roles.golden", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/roles.golden")
	if err != nil || got != string(want) {
		t.Errorf("roles have changed; look at the difference, then run with -update (%v)\n%s", err, got)
	}
}

// A permission is chosen by what it is called; its bare code would say nothing to who gives rights.
func TestEveryPermissionAndRoleHasWords(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		var identityTexts struct {
			Perm map[string]any `json:"perm"`
		}
		var appTexts struct {
			Role map[string]string `json:"role"`
		}
		for file, into := range map[string]any{"identity": &identityTexts, "app": &appTexts} {
			b, err := os.ReadFile("../../web/src/locales/" + lang + "/" + file + ".json")
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(b, into); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range identity.Decided() {
			var at any = identityTexts.Perm
			for _, k := range strings.Split(p, ".") {
				m, _ := at.(map[string]any)
				at = m[k]
			}
			if word, _ := at.(string); word == "" {
				t.Errorf("%s: the permission %s has no words", lang, p)
			}
		}
		for _, r := range identity.RoleNames {
			if appTexts.Role[r] == "" {
				t.Errorf("%s: the role %s has no words", lang, r)
			}
		}
	}
}

func TestRulesOfTheTable(t *testing.T) {
	perms := append(identity.Decided(), "newroom.act")
	roles := identity.Defaults(perms)
	has := func(role, perm string) bool { return slices.Contains(roles[role], perm) }
	for _, r := range identity.RoleNames {
		if has(r, "see.cost") != (r == identity.Boss || r == identity.Accountant) {
			t.Errorf("costs: %s", r)
		}
		if has(r, "see.price") != (r == identity.Boss || r == identity.Accountant) {
			t.Errorf("prices: %s", r)
		}
		if has(r, "see.sales_price") != slices.Contains([]string{identity.Boss, identity.Accountant, identity.Sales, identity.Customer}, r) {
			t.Errorf("sales prices: %s", r)
		}
		if has(r, "newroom.act") != (r == identity.Boss) {
			t.Errorf("an undecided permission: %s", r)
		}
	}
	if strings.Join(roles[identity.Supplier], " ") != "purchasing.read" || strings.Join(roles[identity.Customer], " ") != "sales.read see.sales_price" {
		t.Error("outsiders:", roles[identity.Supplier], roles[identity.Customer])
	}
	if missing, _ := identity.Undecided(perms); len(missing) != 1 || missing[0] != "newroom.act" {
		t.Error(missing)
	}
}

func TestOwnRoles(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		root, liu := s.login("root"), s.login("liu")
		root.refused("POST", "/identity/roles", m{"name": "boss", "title": "x", "perms": []string{}}, "identity.role_taken")
		root.refused("POST", "/identity/roles", m{"name": "cell_lead", "title": "x", "perms": []string{"no.such"}}, "identity.perm_unknown")
		root.must("POST", "/identity/roles", m{"name": "cell_lead", "title": "单元长", "perms": []string{"production.report"}})
		root.must("POST", "/identity/users/liu", m{"roles": []string{"cell_lead"}})
		may := func(perm string) bool {
			t.Helper()
			return slices.Contains(liu.must("GET", "/me", nil)["permissions"].([]any), any(perm))
		}
		if !may("production.report") || may("production.read") {
			t.Error("not the new role")
		}
		root.must("POST", "/identity/roles/cell_lead", m{"perms": []string{"production.read"}})
		if may("production.report") || !may("production.read") {
			t.Error("the changed role is not in force at once")
		}
		if ev := s.events(identity.RoleChanged); len(ev) != 1 || !strings.Contains(ev[0], `"before":{"name":"cell_lead"`) || !strings.Contains(ev[0], `"perms":["production.read"]`) {
			t.Error(ev)
		}
		root.refused("DELETE", "/identity/roles/cell_lead", nil, "identity.role_used")
		root.refused("POST", "/identity/roles/boss", m{"perms": []string{}}, "identity.role_default")
		root.must("POST", "/identity/users/liu", m{"roles": []string{"operator"}})
		root.must("DELETE", "/identity/roles/cell_lead", nil)
		root.refused("GET", "/identity/roles/cell_lead", nil, "identity.role_unknown")
		if list := root.must("GET", "/identity/roles", nil); len(list.Items()) != len(identity.RoleNames) {
			t.Error(len(list.Items()))
		}
	})
}

func TestNobodyGivesMoreThanTheyHave(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		root := s.login("root")
		root.must("POST", "/identity/roles", m{"name": "hr", "title": "人事", "perms": []string{"identity.read", "identity.users", "identity.keys", "production.report"}})
		root.must("POST", "/identity/users/wang", m{"roles": []string{"hr", "operator"}})
		hr := s.login("wang")
		hr.refused("POST", "/identity/users/liu", m{"roles": []string{"boss"}}, "identity.more_than_own")
		hr.refused("POST", "/identity/users", m{"login": "mole", "name": "x", "roles": []string{"admin"}}, "identity.more_than_own")
		hr.refused("POST", "/identity/users/chief/password", m{}, "identity.more_than_own")
		hr.refused("POST", "/identity/users/chief/pin", m{}, "identity.more_than_own")
		hr.refused("POST", "/identity/users/chief", m{"disabled": true}, "identity.more_than_own")
		hr.refused("POST", "/identity/keys", m{"name": "k", "perms": []string{"see.cost"}}, "identity.more_than_own")
		hr.refused("POST", "/identity/roles", m{"name": "mine", "title": "x", "perms": []string{}}, "web.forbidden")
		hr.must("POST", "/identity/users", m{"login": "new", "name": "新人", "roles": []string{"operator"}})
		hr.must("POST", "/identity/users/new/password", m{})
	})
}

func TestSomebodyCanAlwaysAdminister(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		chief := s.login("chief")
		chief.refused("POST", "/identity/users/chief", m{"disabled": true}, "identity.not_oneself")
		chief.must("POST", "/identity/users/root", m{"disabled": true})
		chief.refused("POST", "/identity/users/chief", m{"roles": []string{"planner"}}, "identity.last_admin")
		chief.must("GET", "/identity/users/chief", nil)
		if me := chief.must("GET", "/me", nil); me.Str("roles", 0) != "boss" {
			t.Error("a refused change changed something", me)
		}
	})
}

func TestOutsidersSeeTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		root := s.login("root")
		root.refused("POST", "/identity/users", m{"login": "x1", "name": "x", "roles": []string{"supplier"}}, "identity.partner_needed")
		root.refused("POST", "/identity/users", m{"login": "x1", "name": "x", "roles": []string{"planner"}, "partner": "SUP1"}, "identity.partner_role")
		root.refused("POST", "/identity/users", m{"login": "x1", "name": "x", "roles": []string{"supplier"}, "partner": "NONE"}, "identity.partner_unknown")
		vendor := s.login("vendor")
		numbers := func(b *browser, path string) string {
			t.Helper()
			var out []string
			for _, x := range b.must("GET", path, nil).Items() {
				out = append(out, x.Str("number"))
			}
			return strings.Join(out, " ")
		}
		if got := numbers(vendor, "/purchasing/orders"); got != "D1 D2" {
			t.Error("the supplier sees", got)
		}
		if got := numbers(vendor, "/purchasing/plain"); got != "" {
			t.Error("a list without partners shows an outsider", got)
		}
		if me := vendor.must("GET", "/me", nil); me.Str("partner") != "SUP1" || len(me["sites"].([]any)) != 0 {
			t.Error(me)
		}
		// a role that was never meant for outsiders gives them nothing
		root.must("POST", "/identity/roles", m{"name": "all", "title": "x", "perms": []string{"production.read", "see.price", "identity.users", "purchasing.read"}})
		root.must("POST", "/identity/users/vendor", m{"roles": []string{"all"}})
		if me := vendor.must("GET", "/me", nil); len(me["permissions"].([]any)) != 1 || me.Str("permissions", 0) != "purchasing.read" {
			t.Error(me["permissions"])
		}
		// sites of people inside
		root.must("POST", "/identity/users/chief", m{"sites": []string{"S2"}})
		if got := numbers(s.login("chief"), "/purchasing/orders"); got != "D2" {
			t.Error("with one site the boss sees", got)
		}
		root.refused("POST", "/identity/users/chief", m{"sites": []string{"S9"}}, "identity.site_unknown")
		out := actor.With(t.Context(), &actor.Actor{Partner: 21, Sites: []int64{11}})
		for _, err := range []error{identity.SeePartner(out, 22), identity.See(out, 12, 21), identity.Inside(out)} {
			wantFault(t, err, "identity.not_yours")
		}
		if err := identity.See(out, 11, 21); err != nil {
			t.Error(err)
		}
	})
}

// What no command allows may still stand in the database one day: a restored backup, a hand in the tables.
func TestHalfSetRightsOpenNothing(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		vendor, liu := s.login("vendor"), s.login("liu")
		kittest.Do(t, s.d, func(ctx context.Context, tx *db.Tx) error {
			tx.Queue(`UPDATE id_user SET partner_id = 0 WHERE login = 'vendor'`)
			tx.Queue(`UPDATE id_user SET disabled = TRUE WHERE login = 'liu'`)
			return nil
		})
		s.clock().Add(6 * time.Second)
		vendor.refused("GET", "/purchasing/orders", nil, "web.forbidden")
		liu.refused("GET", "/me", nil, "identity.session_ended")
		_, err := s.m.LogIn(t.Context(), identity.LogIn{Login: "liu", Password: "liu-secret"}, identity.From{IP: "10.0.0.5"})
		wantFault(t, err, "identity.login_wrong")
		if all := s.events(identity.LoginRefused); len(all) != 1 || !strings.Contains(all[0], `"why":"disabled"`) {
			t.Error(all)
		}
	})
}

func TestKeys(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		root := s.login("root")
		root.refused("POST", "/identity/keys", m{"name": "erp"}, "identity.key_empty")
		root.refused("POST", "/identity/keys", m{"name": "curtain", "perms": []string{"see.price"}}, "identity.more_than_own")
		root.refused("POST", "/identity/keys", m{"name": "curtain", "roles": []string{"buyer"}}, "identity.more_than_own")
		made := root.must("POST", "/identity/keys", m{"name": "erp", "perms": []string{"production.read", "identity.read"}, "days": 10})
		token := made.Str("token")
		if !strings.HasPrefix(token, "kw_") || !strings.HasPrefix(token, made.Str("key", "hint")) {
			t.Fatal(made)
		}
		root.refused("POST", "/identity/keys", m{"name": "erp", "perms": []string{"production.read"}}, "identity.key_taken")
		program := func(path, want string) {
			t.Helper()
			status, out := s.browser("").do("GET", path, nil, "Authorization", "Bearer "+token)
			if want == "" && status != 200 || want != "" && out.Str("code") != want {
				t.Errorf("%s: %d %v, want %q", path, status, out, want)
			}
		}
		program("/identity/users", "")
		program("/identity/keys", "web.forbidden")
		program("/me", "")
		s.clock().Add(2 * time.Minute)
		program("/me", "")
		if used := root.must("GET", "/identity/keys", nil).Items()[0].Str("used_ms"); used == "0" {
			t.Error("use is not noted")
		}
		if status, _ := s.browser("").do("POST", "/me/password", m{"current_password": "x", "new_password": "another-one"}, "Authorization", "Bearer "+token); status != 403 {
			t.Error("a key changed a password", status)
		}
		s.clock().Add(11 * 24 * time.Hour)
		program("/me", "identity.key_bad")
		root = s.login("root")
		token = root.must("POST", "/identity/keys", m{"name": "erp2", "roles": []string{"admin"}}).Str("token")
		program("/me", "")
		for _, k := range root.must("GET", "/identity/keys?filter=name:eq:erp2", nil).Items() {
			root.must("POST", "/identity/keys/"+k.Str("id")+"/revoke", nil)
		}
		program("/me", "identity.key_bad")
		// a session's token is no key and the other way round, also while it is remembered
		other := root.must("POST", "/identity/keys", m{"name": "erp3", "roles": []string{"admin"}}).Str("token")
		thief := s.browser("")
		if status, _ := thief.do("GET", "/me", nil, "Authorization", "Bearer "+other); status != 200 {
			t.Error(status)
		}
		thief.jar["kaiwu_session"] = other
		thief.refused("GET", "/me", nil, "identity.session_ended")
		token = root.jar["kaiwu_session"]
		program("/me", "identity.key_bad")
	})
}

func TestModules(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		root, chief := s.login("root"), s.login("chief")
		root.refused("POST", "/identity/modules/inventory", m{"on": false}, "identity.module_needed")
		root.must("POST", "/identity/modules/purchasing", m{"on": false})
		chief.refused("GET", "/purchasing/orders", nil, "web.module_off")
		me := chief.must("GET", "/me", nil)
		if slices.Contains(me["modules"].([]any), any("purchasing")) || slices.Contains(me["permissions"].([]any), any("purchasing.read")) {
			t.Error("menus and permissions still know it", me)
		}
		if s.m.ModuleOn(t.Context(), "purchasing") || !s.m.ModuleOn(t.Context(), "events") {
			t.Error("hooks do not follow")
		}
		root.must("POST", "/identity/modules/purchasing", m{"on": true})
		chief.must("GET", "/purchasing/orders", nil)
		if ev := s.events(identity.ModuleSwitched); len(ev) != 2 || !strings.Contains(ev[0], `"on":true`) {
			t.Error(ev)
		}
		for _, name := range []string{"scheduling", "planning", "production"} {
			root.must("POST", "/identity/modules/"+name, m{"on": false})
		}
		root.refused("POST", "/identity/modules/scheduling", m{"on": true}, "identity.module_needs")
		root.refused("POST", "/identity/modules/nonsense", m{"on": true}, "identity.module_unknown")
	})
}

func TestWorkersComeInByTheHundred(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		mod := identity.New(d, identity.Options{})
		ctx := kittest.Ctx(t)
		var crowd []identity.BadgeUser
		for i := range 1200 {
			n := db.ID(1000 + i).String()
			crowd = append(crowd, identity.BadgeUser{Worker: db.ID(1000 + i), Code: "K" + n, Name: "工人" + n, Badge: "99" + n})
		}
		count := func() int64 {
			n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM v_user`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		in := identity.BadgeLogIn{Badge: "991000", PIN: "2468"}
		err := d.InBatch(ctx, "import", func(b *db.Batch) error {
			err := d.InTx(ctx, func(tx *db.Tx) error { return mod.EnsureBadgeUsers(ctx, tx, b.ID, crowd) })
			if n := count(); n != 0 {
				t.Error(n, "are seen before the load is published")
			}
			return err
		}, nil)
		if err != nil || count() != 1200 {
			t.Fatal(count(), err)
		}
		if _, err := mod.SetPIN(ctx, "k1000", in.PIN); err != nil {
			t.Fatal(err)
		}
		if _, err := mod.LogInBadge(t.Context(), in, identity.From{IP: "10.0.0.1"}); err != nil {
			t.Error(err)
		}
		// a load that fails leaves nothing
		err = d.InBatch(ctx, "import", func(b *db.Batch) error {
			if err := d.InTx(ctx, func(tx *db.Tx) error {
				return mod.EnsureBadgeUsers(ctx, tx, b.ID, []identity.BadgeUser{{Worker: 31, Code: "W001", Name: "刘勇", Badge: "8801"}})
			}); err != nil {
				return err
			}
			return context.Canceled
		}, nil)
		if err == nil || count() != 1200 {
			t.Error(count(), err)
		}
		// again: names and badges are brought up to date, nobody is made twice
		crowd[0].Name, crowd[1].Badge = "改名", "77"
		n := kittest.Statements(t, ctx, func(ctx context.Context) error {
			return d.InTx(ctx, func(tx *db.Tx) error { return mod.EnsureBadgeUsers(ctx, tx, 0, crowd) })
		})
		u, err := identity.UserByLogin(ctx, d.Read(), "k1000")
		if err != nil || u.Name != "改名" || count() != 1200 || n > 20 {
			t.Error(u, count(), n, err)
		}
		err = d.InTx(ctx, func(tx *db.Tx) error { return mod.EnsureBadgeUser(ctx, tx, 32, "W002", "王芳", "77") })
		wantFault(t, err, "identity.badge_taken")
		// a worker whose code is somebody's login gets another one
		if err := d.InTx(ctx, func(tx *db.Tx) error { return mod.EnsureBadgeUser(ctx, tx, 33, "K1000", "陈军", "78") }); err != nil {
			t.Error(err)
		}
		if u, err := identity.UserByLogin(ctx, d.Read(), "w33"); err != nil || u.Worker != "W003" {
			t.Error(u, err)
		}
	})
}

func TestFind(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		can := actor.With(t.Context(), &actor.Actor{Perms: map[string]bool{"identity.read": true}})
		hits, err := s.m.Find(can, s.d.Read(), "王")
		if err != nil || len(hits) != 1 || hits[0].URL != "/identity/users/wang" {
			t.Error(hits, err)
		}
		if hits, err := s.m.Find(can, s.d.Read(), "%"); len(hits) != 0 || err != nil {
			t.Error(hits, err)
		}
		if hits, err := s.m.Find(t.Context(), s.d.Read(), "wang"); len(hits) != 0 || err != nil {
			t.Error("found without permission", hits, err)
		}
	})
}
