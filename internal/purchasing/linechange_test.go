package purchasing

import (
	"net/http"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
)

// A line takes another day or quantity from who may order; others ask, once for each line, and the buyer answers. A
// line that is closed leaves no request behind.
func TestLinesChange(t *testing.T) {
	kittest.Each(t, append(schemas, db.Schema{Room: "kit", FS: notice.Schema}), func(t *testing.T, d *db.DB) {
		h := build(t, d)
		a := web.New(http.NewServeMux(), d)
		a.Messages(Messages, inventory.Messages, masterdata.Messages)
		h.Routes(a)
		door := a.Handler()
		planner, buyer := webtest.Person("planner", "purchasing.read", "purchasing.request"), webtest.Person("buyer", "purchasing.read", "purchasing.request", "purchasing.create")
		planner.UserID, buyer.UserID = 71, 72
		type m = map[string]any
		const line = "/purchasing/orders/P1/lines/1"
		webtest.Refused(t, door, planner, "POST", line, m{"due": "2026-05-01", "reason": "x"}, "web.forbidden")
		for _, c := range []struct {
			body m
			code string
		}{
			{m{"due": "soon", "reason": "x"}, "purchasing.date_bad"},
			{m{"qty": "-1", "reason": "x"}, "purchasing.qty_not_positive"},
			{m{"qty": "100", "reason": "x"}, "purchasing.line_same"},
			{m{"due": "2026-05-01", "reason": " "}, "purchasing.reason_missing"},
		} {
			webtest.Refused(t, door, buyer, "POST", line, c.body, c.code)
		}
		webtest.Refused(t, door, buyer, "POST", "/purchasing/orders/P1/lines/99", m{"due": "2026-05-01", "reason": "x"}, "purchasing.line_unknown")
		if got := webtest.Must(t, door, buyer, "POST", line, m{"qty": "90", "due": "2026-05-01", "reason": "less steel"}); got.Str("before", "qty") != "100" || got.Str("after", "qty") != "90" || got.Str("after", "due") != "2026-05-01" {
			t.Error(got)
		}
		ask := m{"order": "P1", "line": 1, "due": "2026-04-20", "reason": "customer waits"}
		number := webtest.Must(t, door, planner, "POST", "/purchasing/changes", ask).Str("number")
		webtest.Refused(t, door, planner, "POST", "/purchasing/changes", ask, "purchasing.change_waits")
		webtest.Refused(t, door, planner, "POST", "/purchasing/changes/"+number, m{"state": "agreed"}, "purchasing.change_not_yours")
		webtest.Refused(t, door, buyer, "POST", "/purchasing/changes/PC0", m{"state": "agreed"}, "purchasing.change_unknown")
		if n, err := db.One[int64](kittest.Ctx(t), d.Read(), `SELECT count(*) FROM kit_notice WHERE kind = 'purchasing.change_asked' AND done_ms = 0`); err != nil || n != 1 {
			t.Errorf("the buyers see %d to-dos: %v", n, err)
		}
		webtest.Must(t, door, buyer, "POST", "/purchasing/changes/"+number, m{"state": "agreed", "due": "2026-04-22", "answer": "two days later"})
		if o := webtest.Must(t, door, buyer, "GET", "/purchasing/orders/P1", nil); o.Str("lines", 0, "due") != "2026-04-22" || o.Str("lines", 0, "qty") != "90" {
			t.Error(o)
		}
		if n, err := db.One[int64](kittest.Ctx(t), d.Read(), `SELECT count(*) FROM kit_notice WHERE (kind = 'purchasing.change_asked' AND done_ms <> 0) OR (kind = 'purchasing.change_answered' AND user_id = 71)`); err != nil || n != 2 {
			t.Errorf("answered, and %d notices say so: %v", n, err)
		}
		second := webtest.Must(t, door, planner, "POST", "/purchasing/changes", m{"order": "P1", "line": 1, "qty": "40", "reason": "less"}).Str("number")
		webtest.Must(t, door, buyer, "POST", "/purchasing/orders/P1/close", m{"line": 1, "reason": "bankrupt"})
		if l := webtest.Must(t, door, planner, "GET", "/purchasing/changes?filter=number:eq:"+second, nil); l.Str("items", 0, "state") != "withdrawn" {
			t.Errorf("a closed line leaves its request: %v", l)
		}
		webtest.Refused(t, door, buyer, "POST", line, m{"due": "2026-06-01", "reason": "x"}, "purchasing.line_closed")
		for _, err := range h.Verify(kittest.Ctx(t), d.Read()) {
			t.Error(err)
		}
	})
}
