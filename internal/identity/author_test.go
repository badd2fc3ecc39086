package identity_test

import (
	"context"
	"testing"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
)

// later is an operation that may be sent later, and one that may not.
func later(a *web.API) {
	type who struct {
		Name   string `json:"name"`
		Worker int64  `json:"worker"`
		Origin string `json:"origin"`
		Device string `json:"device"`
	}
	tell := func(ctx context.Context, tx *db.Tx, _ *struct{}) (who, error) {
		x := actor.From(ctx)
		tx.Emit(db.Event{Name: "production.reported", Subject: "wo:1", Payload: who{Name: x.Name}})
		return who{x.Name, x.WorkerID, x.Origin, x.Device}, nil
	}
	web.Command(a, web.Op{Path: "/production/acts", ID: "actLater", Perm: "production.report", Later: true}, tell)
	web.Command(a, web.Op{Path: "/production/plans", ID: "actNow", Perm: "production.read"}, tell)
}

const header = "X-Kaiwu-Author"

// What 刘勇 did at a tablet is booked as his, by that tablet, after 王芳 has logged in there.
func TestActsAreSentAsTheirAuthor(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		tablet := s.browser("10.0.0.9")
		if w := tablet.must("POST", "/login/badge", m{"badge": "880001", "pin": "4711"}); w.Get("author") != nil {
			t.Fatal("a tablet that nobody has enrolled keeps no author", w)
		}
		root := s.login("root")
		tablet.must("POST", "/login", m{"login": "root", "password": "root-secret"})
		dev := tablet.must("POST", "/identity/devices", m{"name": "总装二线", "badge_only": false})
		token := func() string {
			t.Helper()
			a := tablet.must("POST", "/login/badge", m{"badge": "880001", "pin": "4711"}).Str("author")
			if a == "" {
				t.Fatal("no author token")
			}
			return a
		}
		takeOver := func() { tablet.must("POST", "/login/badge", m{"badge": "880002", "pin": "0815"}) }
		try := func(b *browser, author, path, want string) {
			t.Helper()
			code, out := b.do("POST", path, m{}, header, author)
			got := out.Str("code")
			if code == 200 {
				got = out.Str("name") + " " + out.Str("origin") + " " + out.Str("device")
			}
			if got != want || code == 401 {
				t.Errorf("%d %v, want %s", code, out, want)
			}
		}
		const act = "/production/acts"
		liu := token()
		takeOver()
		try(tablet, liu, act, "刘勇 device 总装二线")
		by, err := db.One[struct {
			Actor  string `db:"actor"`
			Device string `db:"device"`
			Origin string `db:"origin"`
		}](t.Context(), s.d.Read(), `SELECT actor, device, origin FROM kit_event WHERE name = 'production.reported'`)
		if err != nil || by.Actor != "刘勇" || by.Device != "总装二线" || by.Origin != "device" {
			t.Error(by, err)
		}
		if me := tablet.must("GET", "/me", nil); me.Str("login") != "wang" {
			t.Error("the session at the tablet is somebody else's now:", me)
		}
		// the same act sent again with its key is booked once, whether in the session or after it
		key := []string{"Idempotency-Key", "one-act", header, liu}
		for range 2 {
			if code, out := tablet.do("POST", act, m{}, key...); code != 200 {
				t.Fatal(out)
			}
		}
		if n := len(s.events("production.reported")); n != 2 {
			t.Error(n, "events")
		}

		// it opens what a tablet keeps for its author, and nothing else
		try(tablet, liu, "/production/plans", "web.later_not")
		if code, out := tablet.do("GET", "/me", nil, header, liu); code != 403 || out.Str("code") != "web.later_not" {
			t.Error(code, out)
		}
		try(tablet, liu, "/logout", "web.later_not")
		// nowhere but at the tablet on which it was given, and not by guessing
		try(s.browser("10.0.0.9"), liu, act, "identity.author_device")
		try(root, liu, act, "identity.author_device")
		try(tablet, liu+"x", act, "identity.author_unknown")
		other := s.browser("10.0.0.10")
		other.must("POST", "/login", m{"login": "root", "password": "root-secret"})
		other.must("POST", "/identity/devices", m{"name": "总装三线"})
		try(other, liu, act, "identity.author_device")

		// a day after the next one took over
		s.clock().Add(24*time.Hour - time.Minute)
		try(tablet, liu, act, "刘勇 device 总装二线")
		s.clock().Add(2 * time.Minute)
		try(tablet, liu, act, "identity.author_late")
		// logged out, or just gone: the session has ended by itself after 30 idle minutes, and a day after that
		liu = token()
		tablet.must("POST", "/logout", m{})
		try(tablet, liu, act, "刘勇 device 总装二线")
		liu = token()
		s.clock().Add(24*time.Hour + 29*time.Minute)
		try(tablet, liu, act, "刘勇 device 总装二线")
		s.clock().Add(2 * time.Minute)
		try(tablet, liu, act, "identity.author_late")

		// rights are those of today
		liu = token()
		takeOver()
		root = s.login("root")
		s.login("chief").must("POST", "/identity/users/liu", m{"roles": []string{"maintenance"}})
		try(tablet, liu, act, "web.forbidden")
		s.login("chief").must("POST", "/identity/users/liu", m{"roles": []string{"operator"}})
		try(tablet, liu, act, "刘勇 device 总装二线")
		// an administrator who ends a person's log-ins ends this too
		liu = token()
		root.must("POST", "/identity/users/liu/end-sessions", m{})
		try(tablet, liu, act, "identity.author_late")
		liu = token()
		takeOver()
		root.must("POST", "/identity/users/liu", m{"disabled": true})
		try(tablet, liu, act, "identity.author_disabled")
		root.must("POST", "/identity/users/liu", m{"disabled": false})
		liu = token()
		takeOver()
		root.must("DELETE", "/identity/devices/"+dev.Str("id"), nil)
		try(tablet, liu, act, "identity.author_device")
		if n, err := db.One[int64](t.Context(), s.d.Read(), `SELECT count(*) FROM id_author WHERE token_hash = $1`, liu); n != 0 || err != nil {
			t.Error("a token is stored as it is", err)
		}
	})
}

// A shift leader allows one act by badge and PIN; the operator stays the one who is logged in.
func TestVouching(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		liu := s.login("liu")
		ask := m{"badge": "880002", "pin": "0815", "perm": "production.override"}
		with := func(k, v string) m { return m{"badge": ask["badge"], "pin": ask["pin"], "perm": ask["perm"], k: v} }
		s.browser("").refused("POST", "/me/vouched", ask, "web.login_required")
		liu.refused("POST", "/me/vouched", with("pin", "9999"), "identity.badge_wrong")
		liu.refused("POST", "/me/vouched", with("badge", "nobody"), "identity.badge_wrong")
		liu.refused("POST", "/me/vouched", with("perm", "identity.users"), "web.invalid")
		liu.refused("POST", "/me/vouched", m{"badge": "880001", "pin": "4711", "perm": "production.override"}, "identity.vouch_own")
		w := liu.must("POST", "/me/vouched", ask)
		if w.Str("name") != "王芳" || liu.must("GET", "/me", nil).Str("login") != "liu" {
			t.Fatal(w)
		}
		use := func(b *browser, perm, want string) {
			t.Helper()
			me := b.must("GET", "/me", nil)
			id, err := db.One[int64](t.Context(), s.d.Read(), `SELECT id FROM id_user WHERE login = $1`, me.Str("login"))
			if err != nil {
				t.Fatal(err)
			}
			err = s.d.InTx(actor.With(t.Context(), &actor.Actor{UserID: id, Name: me.Str("name")}), func(tx *db.Tx) error {
				name, err := identity.UseVoucher(actor.With(t.Context(), &actor.Actor{UserID: id}), tx, w.Str("voucher"), perm)
				if err == nil && name != "王芳" {
					t.Error(name)
				}
				return err
			})
			f, _ := fault.As(err)
			if got := map[bool]string{true: "", false: "?"}[err == nil]; f != nil && f.Code != want || f == nil && got != want {
				t.Error(err, "want", want)
			}
		}
		use(s.login("chief"), "production.override", "identity.vouch_bad") // somebody else's
		use(liu, "production.report", "identity.vouch_bad")                // something else
		use(liu, "production.override", "")
		use(liu, "production.override", "identity.vouch_bad") // once
		w = liu.must("POST", "/me/vouched", ask)
		s.clock().Add(3 * time.Minute)
		use(liu, "production.override", "identity.vouch_bad")
		// guesses count as at the door
		for range 5 {
			liu.refused("POST", "/me/vouched", with("pin", "9999"), "identity.badge_wrong")
		}
		liu.refused("POST", "/me/vouched", with("pin", "9999"), "identity.badge_wrong")
		liu.refused("POST", "/me/vouched", ask, "identity.too_many")
	})
}
