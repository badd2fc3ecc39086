package identity_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
)

func TestRefusedLogInsAreOnRecord(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		b := s.browser("10.0.0.5")
		for _, tt := range []struct {
			path string
			body m
			want string
		}{
			{"/login", m{"login": "liu", "password": "nonsense"}, "wrong"},
			{"/login", m{"login": "nobody", "password": "nonsense"}, "unknown"},
			{"/login/badge", m{"badge": "880001", "pin": "9999"}, "wrong"},
			{"/login/badge", m{"badge": "000000", "pin": "9999"}, "unknown"},
		} {
			code := "identity.login_wrong"
			if tt.path != "/login" {
				code = "identity.badge_wrong"
			}
			b.refused("POST", tt.path, tt.body, code)
			all := s.events(identity.LoginRefused)
			if last := all[len(all)-1]; !strings.Contains(last, `"why":"`+tt.want+`"`) || !strings.Contains(last, "10.0.0.5") {
				t.Error(tt.body, last)
			}
		}
		b.must("POST", "/login", m{"login": "liu", "password": "liu-secret"})
		if all := s.events(identity.LoggedIn); len(all) != 1 || !strings.Contains(all[0], `"login":"liu"`) {
			t.Error(all)
		}
		who, err := db.One[string](t.Context(), s.d.Read(), `SELECT actor FROM kit_event WHERE name = $1`, identity.LoggedIn)
		if err != nil || who != "刘勇" {
			t.Error(who, err)
		}
	})
}

func TestGuessingTakesLongerAndLonger(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		b := s.browser("10.0.0.5")
		guess := func(b *browser, login, password, want string) string {
			t.Helper()
			return b.refused("POST", "/login", m{"login": login, "password": password}, want).Str("params", "seconds")
		}
		for range 6 {
			guess(b, "liu", "x", "identity.login_wrong")
		}
		if s := guess(b, "liu", "x", "identity.too_many"); s != "1" {
			t.Error("waits", s)
		}
		// the right password must wait too, a restart forgets nothing, and another person and another address are free
		guess(b, "liu", "liu-secret", "identity.too_many")
		s.start()
		guess(b, "liu", "liu-secret", "identity.too_many")
		b.must("POST", "/login", m{"login": "wang", "password": "wang-secret"})
		s.browser("10.0.0.6").must("POST", "/login", m{"login": "liu", "password": "liu-secret"})
		for _, wait := range []string{"2", "4", "8"} {
			s.clock().Add(time.Minute)
			guess(b, "liu", "x", "identity.login_wrong")
			if got := guess(b, "liu", "x", "identity.too_many"); got != wait {
				t.Errorf("waits %s, want %s", got, wait)
			}
		}
		// a right one clears the count
		s.clock().Add(time.Minute)
		b.must("POST", "/login", m{"login": "liu", "password": "liu-secret"})
		for range 6 {
			guess(b, "liu", "x", "identity.login_wrong")
		}
		// and so does an hour of peace
		s.clock().Add(61 * time.Minute)
		for range 6 {
			guess(b, "liu", "x", "identity.login_wrong")
		}
		// one address that tries many logins
		c := s.browser("10.9.9.9")
		for i := range 31 {
			guess(c, fmt.Sprintf("user%d", i), "x", "identity.login_wrong")
		}
		guess(c, "yet-another", "x", "identity.too_many")
		// waiting at the door fills no log
		n := len(s.events(identity.LoginRefused))
		for range 20 {
			guess(c, "yet-another", "x", "identity.too_many")
		}
		if now := len(s.events(identity.LoginRefused)); now != n {
			t.Error(now-n, "events for refused waiting")
		}
	})
}

func TestPINIsGuessedTenTimesFromEverywhere(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		wrong := 0
		for i := range 40 {
			_, err := s.m.LogInBadge(t.Context(), identity.BadgeLogIn{Badge: "880001", PIN: fmt.Sprintf("%04d", i)}, identity.From{IP: fmt.Sprintf("10.1.%d.1", i)})
			if fault.Is(err, "identity.badge_wrong") {
				wrong++
			}
		}
		if wrong != 11 {
			t.Error(wrong, "guesses were judged, want 10 free ones and the one that starts the wait")
		}
		_, err := s.m.LogInBadge(t.Context(), identity.BadgeLogIn{Badge: "880001", PIN: "4711"}, identity.From{IP: "10.2.0.1"})
		wantFault(t, err, "identity.too_many")
		// the administrator's new PIN opens the door again
		if _, err := s.m.SetPIN(kittest.Ctx(t), "liu", "2468"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.m.LogInBadge(t.Context(), identity.BadgeLogIn{Badge: "880001", PIN: "2468"}, identity.From{IP: "10.2.0.1"}); err != nil {
			t.Error(err)
		}
	})
}

// A hundred guesses sent at once are a hundred guesses.
func TestGuessesAtOnceAreCounted(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		codes := map[string]int{}
		for i := range 30 {
			wg.Go(func() {
				_, err := s.m.LogIn(t.Context(), identity.LogIn{Login: "liu", Password: fmt.Sprint("guess", i)}, identity.From{IP: "10.0.0.5"})
				f, _ := fault.As(err)
				mu.Lock()
				defer mu.Unlock()
				if f == nil {
					t.Error(err)
				} else {
					codes[f.Code]++
				}
			})
		}
		wg.Wait()
		if codes["identity.login_wrong"] != 6 {
			t.Error(codes)
		}
	})
}

func TestBadgeAloneOnAnEnrolledTablet(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		tablet := s.browser("10.0.0.9")
		tablet.refused("POST", "/login/badge", m{"badge": "880001"}, "identity.pin_needed")
		tablet.refused("POST", "/login/badge", m{"badge": "not-a-badge"}, "identity.pin_needed")
		if n := len(s.events(identity.LoginRefused)); n != 0 {
			t.Error("being asked for the PIN is no refusal")
		}
		// the office enrols it, and is logged out of it
		tablet.must("POST", "/login", m{"login": "root", "password": "root-secret"})
		dev := tablet.must("POST", "/identity/devices", m{"name": "总装二线", "badge_only": true})
		tablet.refused("GET", "/me", nil, "web.login_required")
		if meta := tablet.must("GET", "/meta", nil); meta.Str("device") != "总装二线" || meta["badge_only"] != true {
			t.Error(meta)
		}
		tablet.must("POST", "/login/badge", m{"badge": "880001"})
		if me := tablet.must("GET", "/me", nil); me.Str("login") != "liu" || me.Str("device") != "总装二线" {
			t.Error(me)
		}
		// more than an operator needs the PIN, as often as they like
		for range 12 {
			tablet.refused("POST", "/login/badge", m{"badge": "880002"}, "identity.pin_needed")
		}
		tablet.must("POST", "/login/badge", m{"badge": "880002", "pin": "0815"})
		tablet.refused("POST", "/login/badge", m{"badge": "not-a-badge"}, "identity.badge_wrong")
		// the next badge ends the session before it
		if n, err := db.One[int64](t.Context(), s.d.Read(), `SELECT count(*) FROM id_session WHERE kind = 'badge'`); n != 1 || err != nil {
			t.Error(n, err)
		}
		root := s.login("root")
		root.must("POST", "/identity/devices/"+dev.Str("id"), m{"badge_only": false})
		tablet.refused("POST", "/login/badge", m{"badge": "880001"}, "identity.pin_needed")
		root.must("DELETE", "/identity/devices/"+dev.Str("id"), nil)
		tablet.refused("GET", "/me", nil, "identity.session_ended")
		root.refused("DELETE", "/identity/devices/"+dev.Str("id"), nil, "identity.device_unknown")
	})
}

func TestFirstStart(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		mod := identity.New(d, identity.Options{})
		password, made, err := mod.FirstAdmin(kittest.Ctx(t))
		if err != nil || !made || len(password) < 16 {
			t.Fatal(password, made, err)
		}
		if _, err := mod.LogIn(t.Context(), identity.LogIn{Login: "admin", Password: password}, identity.From{IP: "10.0.0.1"}); err != nil {
			t.Error(err)
		}
		if again, made, err := mod.FirstAdmin(kittest.Ctx(t)); made || again != "" || err != nil {
			t.Error("a second start made another", made, err)
		}
	})
}

func TestDemo(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		mod := identity.New(d, identity.Options{Demo: true})
		ctx := kittest.Ctx(t)
		if err := d.InTx(ctx, func(tx *db.Tx) error {
			return mod.EnsureBadgeUsers(ctx, tx, 0, []identity.BadgeUser{{Worker: 31, Code: "W001", Name: "刘勇", Badge: "8801"}, {Worker: 32, Code: "W002", Name: "王芳", Badge: "8802"}})
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second start changes nothing
			if err := mod.DemoUsers(ctx, map[string]string{identity.Operator: "W001"}, map[string]string{identity.Supplier: "SUP1"}); err != nil {
				t.Fatal(err)
			}
		}
		all, err := mod.DemoLogins(ctx, d.Read())
		if err != nil || len(all) != 12 { // no customer: the demo named no partner for it
			t.Fatal(len(all), err, all)
		}
		for _, l := range all {
			if _, err := mod.LogIn(t.Context(), identity.LogIn{Login: l.Login, Password: l.Password}, identity.From{IP: "10.0.0.1"}); err != nil {
				t.Error(l, err)
			}
			if l.Badge != "" {
				if _, err := mod.LogInBadge(t.Context(), identity.BadgeLogIn{Badge: l.Badge, PIN: l.PIN}, identity.From{IP: "10.0.0.1"}); err != nil {
					t.Error(l, err)
				}
			}
		}
		if _, err := mod.LogInBadge(t.Context(), identity.BadgeLogIn{Badge: "8802", PIN: identity.DemoPIN}, identity.From{IP: "10.0.0.1"}); err != nil {
			t.Error(err)
		}
		u, err := identity.UserByLogin(ctx, d.Read(), "operator")
		if err != nil || u.Worker != "W001" || u.Name != "刘勇" {
			t.Error(u, err)
		}
	})
}

// A program may call itself whatever it likes: its name is stored, never the reason why nobody comes in.
func TestAnyBrowserComesIn(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		if code, p := s.browser("").do("POST", "/login", m{"login": "liu", "password": "liu-secret"}, "User-Agent", "gun \xd6\xd0"); code != 200 {
			t.Error(code, p)
		}
	})
}
