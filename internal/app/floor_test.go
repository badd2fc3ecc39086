package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web"
)

func told[T any](t *testing.T, w *httptest.ResponseRecorder) (out T) {
	t.Helper()
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// One scan box knows every code of the floor, and at an operation what it is for there (E2).
func TestResolveCode(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		p := h.logIn(identity.ShiftLeader)
		one := func(text string) (s string) {
			s, err := db.One[string](kittest.Ctx(t), d.Read(), text)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		order := told[struct{ Orders []struct{ Number string } }](t, h.logIn(identity.Planner).do("POST", "/production/orders", `{"orders":[{"item":"M-PCBA","qty":"5","due":"2026-12-20"}]}`)).Orders[0].Number
		op := one(`SELECT CAST(min(op) AS TEXT) FROM v_wo_op WHERE order_number = '` + order + `'`)
		center := one(`SELECT c.code FROM v_wo_op p JOIN v_work_center c ON c.id = p.work_center_id WHERE p.order_number = '` + order + `' AND p.op = ` + op)
		machine := one(`SELECT min(code) FROM v_machine WHERE active`)
		at := one(`SELECT c.code FROM v_machine m JOIN v_work_center c ON c.id = m.work_center_id WHERE m.code = '` + machine + `'`)
		badge := one(`SELECT min(badge) FROM v_worker WHERE active AND badge <> ''`)
		item := one(`SELECT min(code) FROM v_item`)
		place := one(`SELECT min(code) FROM v_location`)
		lot := one(`SELECT min(number) FROM v_lot WHERE number <> ''`)
		lotItem := one(`SELECT i.code FROM v_lot l JOIN v_item i ON i.id = l.item_id WHERE l.number = '` + lot + `' LIMIT 1`)
		box := told[struct{ Codes []string }](t, h.logIn(identity.Warehouse).do("POST", "/inventory/containers", fmt.Sprintf(`{"location":%q}`, place))).Codes[0]
		use := "wrong_machine"
		if at == center {
			use = "machine"
		}
		for _, c := range []struct{ code, here, want string }{
			{"KW:WO:" + order, "", "work_order open KW:WO:" + order},
			{order, "", "work_order open KW:WO:" + order},
			{order + "/" + op, "", "operation open KW:OP:" + order + "/" + op},
			{"KW:OP:" + order + "/" + op, "", "operation open KW:OP:" + order + "/" + op},
			{machine, "", "machine open KW:MCH:" + machine},
			{"KW:MCH:" + machine, order, "machine " + use + " KW:MCH:" + machine},
			{badge, "", "badge open KW:BDG:" + badge},
			{"KW:BDG:" + badge, order, "badge join KW:BDG:" + badge},
			{item, "", "item open KW:ITM:" + item},
			{"KW:ITM:" + item, order, "item issue KW:ITM:" + item},
			{"KW:LOT:" + lotItem + "/" + lot, order, "lot issue KW:LOT:" + lotItem + "/" + lot},
			{"KW:LOC:" + place, "", "location open KW:LOC:" + place},
			{"KW:BOX:" + box, "", "container open KW:BOX:" + box},
			{box, "", "container open " + box},
			{"KW:BOX:NO-SUCH", "", "unknown none label"},
			{"KW:WO:MO9", "", "unknown none label"},
			{"KW:XX:1", "", "unknown none label"},
			{"KW:BDG:nobody", "", "unknown none label"},
			{"6901234567892", "", "unknown none gtin"},
			{"https://example.com", "", "unknown none link"},
			{"77777", "", "unknown none badge"},
			{"ZZ-991-X", "", "unknown none number"},
		} {
			r := told[Resolved](t, p.do("GET", "/scan?code="+url.QueryEscape(c.code)+"&order="+url.QueryEscape(c.here)+"&op="+op, ""))
			got := r.Kind + " " + r.Use + " " + r.Code
			if r.Kind == "unknown" {
				got = r.Kind + " " + r.Use + " " + r.Looks
			}
			if got != c.want {
				t.Errorf("%s at %q: %s, want %s", c.code, c.here, got, c.want)
			}
		}
		// who may not read a room is told nothing of it
		if r := told[Resolved](t, h.logIn(identity.Customer).do("GET", "/scan?code="+url.QueryEscape(machine), "")); r.Kind != "unknown" {
			t.Errorf("a customer learns of machine %s: %+v", machine, r)
		}
	})
}

// A tablet is bound once, on the server, by who may; a screen on the wall needs a log-in or an enrolled device (R3, D8).
func TestStationAndWall(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		type station struct {
			Enrolled bool
			Device   string
			Centers  []struct{ Code string }
		}
		stranger := &person{house: h, role: "stranger"}
		if w := stranger.do("GET", "/production/wall?at=all", ""); w.Code != 401 {
			t.Errorf("a stranger at the wall: %d %s", w.Code, w.Body)
		}
		if w := h.logIn(identity.Customer).do("GET", "/production/wall?at=all", ""); w.Code != 403 {
			t.Errorf("a customer at the wall: %d", w.Code)
		}
		leader := h.logIn(identity.ShiftLeader)
		if w := leader.do("POST", "/production/my-station", `{"centers":["LINE"]}`); w.Code != 409 || !strings.Contains(w.Body.String(), "identity.not_enrolled") {
			t.Errorf("bind what is not enrolled: %d %s", w.Code, w.Body)
		}
		// the administrator enrols the tablet
		w := h.logIn(identity.Admin).do("POST", "/identity/devices", `{"name":"老化房平板"}`)
		if w.Code != 200 {
			t.Fatal(w.Body)
		}
		var tablet string
		for _, c := range w.Result().Cookies() {
			if c.Name == "kaiwu_device" {
				tablet = c.Name + "=" + c.Value
			}
		}
		on := func(p *person, method, path, body string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
			for k, v := range map[string]string{"Content-Type": "application/json", "Accept-Language": "en", "Sec-Fetch-Site": "same-origin"} {
				r.Header.Set(k, v)
			}
			cookie := tablet
			if p.cookie != "" {
				cookie += "; " + web.CookieName + "=" + p.cookie
			}
			r.Header.Set("Cookie", cookie)
			w := httptest.NewRecorder()
			h.h.ServeHTTP(w, r)
			return w
		}
		if w := on(h.logIn(identity.Operator), "POST", "/production/my-station", `{"centers":["LINE"]}`); w.Code != 403 {
			t.Errorf("an operator binds: %d %s", w.Code, w.Body)
		}
		if w := on(leader, "POST", "/production/my-station", `{"centers":["NOWHERE"]}`); w.Code != 404 {
			t.Errorf("bind to nothing: %d %s", w.Code, w.Body)
		}
		codes, err := db.All[string](kittest.Ctx(t), d.Read(), `SELECT code FROM v_work_center WHERE active ORDER BY code LIMIT 2`)
		if err != nil || len(codes) < 2 {
			t.Fatal(codes, err)
		}
		s := told[station](t, on(leader, "POST", "/production/my-station", fmt.Sprintf(`{"centers":[%q,%q]}`, codes[0], codes[1])))
		if !s.Enrolled || s.Device != "老化房平板" || len(s.Centers) != 2 {
			t.Errorf("%+v", s)
		}
		if s := told[station](t, on(h.logIn(identity.Operator), "GET", "/production/my-station", "")); len(s.Centers) != 2 || s.Centers[0].Code != codes[0] {
			t.Errorf("the next person: %+v", s)
		}
		type board struct{ Centers []struct{ Code string } }
		if b := told[board](t, on(stranger, "GET", "/production/wall?at="+codes[0], "")); len(b.Centers) != 1 {
			t.Errorf("the enrolled screen: %+v", b)
		}
		if w := on(stranger, "GET", "/production/board?at=all", ""); w.Code != 401 {
			t.Errorf("a device is no person: %d", w.Code)
		}
	})
}

// A shift leader allows by badge and PIN that somebody without the skill begins, at the operator's own tablet: one act,
// the operator's, with the leader's name on it.
func TestShiftLeaderVouchesAtTheTablet(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		operator := h.logIn(identity.Operator)
		planner := h.logIn(identity.Planner)
		order := told[struct{ Orders []struct{ Number string } }](t, planner.do("POST", "/production/orders", `{"orders":[{"item":"M-PCBA","qty":"5","due":"2026-12-20"}]}`)).Orders[0].Number
		if w := planner.do("POST", "/production/orders/release", fmt.Sprintf(`{"orders":[%q]}`, order)); w.Code != 200 {
			t.Fatal(w.Body)
		}
		op, err := db.One[int64](t.Context(), d.Read(), `SELECT min(op) FROM v_wo_op WHERE order_number = $1`, order)
		if err != nil {
			t.Fatal(err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE wo_op SET skill = '焊工', tool = '' WHERE op = $1 AND order_id = (SELECT id FROM wo_order WHERE number = $2)`, op, order)
			return err
		})
		begin := func(more string) *httptest.ResponseRecorder {
			return operator.do("POST", "/production/starts", fmt.Sprintf(`{"order":%q,"op":%d%s}`, order, op, more))
		}
		if w := begin(""); w.Code != 409 || !strings.Contains(w.Body.String(), "production.skill_missing") {
			t.Fatal(w.Code, w.Body)
		}
		if w := begin(`,"override":"trained today","voucher":"made up"`); w.Code != 403 || !strings.Contains(w.Body.String(), "identity.vouch_bad") {
			t.Fatal("a confirmation that nobody gave:", w.Code, w.Body)
		}
		badge, err := db.One[string](t.Context(), d.Read(), `SELECT badge FROM id_user WHERE login = $1`, identity.ShiftLeader)
		if err != nil || badge == "" {
			t.Fatal("the shift leader of the demo has no badge", err)
		}
		given := told[struct{ Voucher, Name string }](t, operator.do("POST", "/me/vouched", fmt.Sprintf(`{"badge":%q,"pin":%q,"perm":"production.override"}`, badge, identity.DemoPIN)))
		if w := begin(fmt.Sprintf(`,"override":"trained today","voucher":%q`, given.Voucher)); w.Code != 200 || !strings.Contains(w.Body.String(), given.Name) {
			t.Fatal(w.Code, w.Body, given)
		}
		by, err := db.One[string](t.Context(), d.Read(), `SELECT override_by FROM wo_run WHERE override = 'trained today'`)
		if err != nil || by != given.Name {
			t.Error(by, err)
		}
	})
}
