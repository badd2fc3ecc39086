package app

import (
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web/webtest"
)

// A file hangs on something that is there and that its sender may see: one on a misspelt number would be lost, and one
// on another site's order is that site's affair.
func TestFilesHangOnWhatIsThere(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		boss := h.logIn(identity.Boss)
		made := boss.do("POST", "/sales/work-orders", `{"orders":["SO2603-0001"]}`)
		number := strings.Split(strings.SplitN(made.Body.String(), `"number":"`, 2)[1], `"`)[0]
		site, err := db.One[int64](t.Context(), d.Read(), `SELECT site_id FROM v_work_order WHERE number = $1`, number)
		if err != nil {
			t.Fatal(err)
		}
		lot, err := db.One[string](t.Context(), d.Read(), `SELECT i.code || '|' || l.number FROM v_lot l JOIN v_item i ON i.id = l.item_id ORDER BY l.id LIMIT 1`)
		if err != nil {
			t.Fatal(err)
		}
		here, elsewhere := webtest.Boss(), webtest.Boss()
		here.Sites, elsewhere.Sites = []int64{site}, []int64{site + 1}
		for _, c := range []struct {
			who     *actor.Actor
			subject string
			want    int
		}{
			{webtest.Boss(), "item:FG-CM1", 200}, {webtest.Boss(), "item:NOPE", 404}, {webtest.Boss(), "wo:NOPE", 404}, {webtest.Boss(), "insp:NOPE", 404},
			{webtest.Boss(), "shp:NOPE", 404}, {webtest.Boss(), "po:NOPE", 404}, {webtest.Boss(), "so:NOPE", 404}, {webtest.Boss(), "user:nope", 404}, {webtest.Boss(), "user:boss", 200},
			{webtest.Boss(), "lot:" + lot, 200}, {webtest.Boss(), "lot:" + lot + "x", 404}, {webtest.Boss(), "lot:" + strings.Replace(lot, "|", "", 1), 404},
			{here, "wo:" + number, 200}, {elsewhere, "wo:" + number, 404}, {elsewhere, "item:FG-CM1", 200}, {webtest.Boss(), "site:NB1", 422}, {webtest.Boss(), "work_center:ASM", 200}, {elsewhere, "work_center:ASM", 404}, {webtest.Boss(), "machine:NOPE", 404}, {webtest.Boss(), "tool:NOPE", 404},
			{webtest.Boss(), "warehouse:RM", 200}, {webtest.Boss(), "location:RM", 200}, {webtest.Boss(), "calendar:NOPE", 404}, {webtest.Boss(), "worker:NOPE", 404}, {webtest.Boss(), "skill:NOPE", 404}, {webtest.Boss(), "team:NOPE", 404}, {webtest.Boss(), "partner:C01", 200},
		} {
			path := "/attachments?subject=" + strings.ReplaceAll(c.subject, "|", "%7C")
			if code, body := upload(t, h.h, c.who, path, []byte("drawing")); code != c.want {
				t.Errorf("attach to %s: %d, want %d: %s", c.subject, code, c.want, body)
			}
			if code, body := webtest.Call(t, h.h, c.who, "GET", path, nil); code != c.want {
				t.Errorf("list %s: %d, want %d: %v", c.subject, code, c.want, body)
			}
		}
		later := webtest.Boss()
		later.Origin = "device" // by an author's token, after he has left the tablet
		if code, body := upload(t, h.h, later, "/attachments?subject=item:FG-CM1", []byte("drawing")); code != 403 || !strings.Contains(body, "web.later_not") {
			t.Error(code, body)
		}
		boss.do("POST", "/production/orders/release", `{"orders":["`+number+`"]}`)
		call, err := db.One[string](t.Context(), d.Read(), `SELECT CAST(op AS TEXT) FROM v_wo_op WHERE order_number = $1 ORDER BY op LIMIT 1`, number)
		if err != nil {
			t.Fatal(err)
		}
		w := boss.do("POST", "/production/calls", `{"order":"`+number+`","op":`+call+`,"kind":"other","text":"smoke"}`)
		id := strings.Split(strings.SplitN(w.Body.String(), `"id":"`, 2)[1], `"`)[0]
		for range 2 { // the answer was lost, so the tablet sends it again
			if code, body := upload(t, h.h, later, "/attachments?subject=call:"+id, []byte("picture")); code != 200 {
				t.Error(code, body)
			}
		}
		if n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM kit_attachment WHERE subject = $1`, "call:"+id); err != nil || n != 1 {
			t.Error(n, err)
		}
		if code, body := upload(t, h.h, webtest.Boss(), "/attachments?subject=item:FG-CM1", nil); code != 422 || !strings.Contains(body, "app.no_attachment") {
			t.Error(code, body)
		}
	})
	for _, s := range subjects {
		if own := slices.Contains([]string{"so:", "po:", "shp:", "complaint:", "rma:"}, s.prefix); s.write != "" && !own && documents[s.prefix] == "" {
			t.Errorf("files can hang on %s, but nothing looks whether it is there", s.prefix)
		}
	}
}
