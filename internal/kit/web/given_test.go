package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
)

type givenRow struct {
	Code   string `json:"code" sql:"given" doc:"Code"`
	Size   int64  `json:"size" sql:"given" doc:"Size"`
	Active bool   `json:"active" sql:"given" doc:"In use"`
	Price  string `json:"price" sql:"given" mask:"price" doc:"Price"`
}

// A list whose rows the program knows answers as one from the database: filters, words, order, pages, hidden prices, files.
func TestGivenList(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		a := web.New(http.NewServeMux(), d)
		web.Given(a, web.Op{Path: "/things", ID: "listThings", Summary: "Things", Perm: "part.read"}, web.GivenSpec[givenRow]{
			Rows: func(context.Context, db.Querier) ([]givenRow, error) {
				return []givenRow{{"B", 10, true, "3"}, {"A", 2, false, "4"}, {"C", 2, true, "5"}, {"D_1", -1, false, "6"}}, nil
			}, Search: []string{"code"}, Titles: map[string]fault.Text{"code": {Zh: "代码", En: "Code"}}})
		h := a.Handler()
		codes := func(query string) string {
			var out []string
			for _, r := range webtest.Must(t, h, webtest.Boss(), "GET", "/things?"+query, nil).Items() {
				out = append(out, r.Str("code"))
			}
			return strings.Join(out, " ")
		}
		for query, want := range map[string]string{
			"": "B A C D_1", "sort=code": "A B C D_1", "sort=-size,code": "B A C D_1", "sort=size,-code": "D_1 C A B", "sort=active,size": "D_1 A C B", "filter=size:lt:2": "D_1", "filter=size:le:2": "A C D_1", "filter=size:gt:2": "B", "filter=size:ge:2": "B A C",
			"filter=size:ne:2": "B D_1", "filter=active:eq:true": "B C", "filter=active:ne:true&filter=size:eq:2": "A", "filter=code:in:A,%20C": "A C", "filter=code:like:_": "D_1", "filter=code:like:c": "C", "q=d_": "D_1", "q=d+1": "D_1", "q=d+x": "",
		} {
			if got := codes(query); got != want {
				t.Errorf("%s: %s instead of %s", query, got, want)
			}
		}
		p := webtest.Must(t, h, webtest.Boss(), "GET", "/things?limit=3&sort=code&fields=code", nil)
		if len(p.Items()) != 3 || p.Str("total") != "4" || len(p.Items()[0]) != 1 {
			t.Error(p)
		}
		if got := codes("limit=3&sort=code&after=" + url.QueryEscape(p.Str("next"))); got != "D_1" {
			t.Error(got)
		}
		for query, code := range map[string]string{"after=" + p.Str("next"): "web.cursor_bad", "after=x": "web.cursor_bad", "sort=nosuch": "web.column_unknown", "filter=nosuch:eq:1": "web.column_unknown", "fields=nosuch": "web.column_unknown", "filter=size:eq:many": "web.filter_value", "filter=active:lt:true": "web.filter_bad", "filter=size:like:1": "web.filter_bad"} {
			webtest.Refused(t, h, webtest.Boss(), "GET", "/things?"+query, nil, code)
		}
		clerk := webtest.Person("clerk", "part.read")
		if r := webtest.Must(t, h, clerk, "GET", "/things", nil).Items()[0]; r["price"] != nil || r.Str("code") != "B" {
			t.Error(r)
		}
		webtest.Refused(t, h, clerk, "GET", "/things?filter=price:eq:3", nil, "web.field_forbidden")
		if w := webtest.Do(t, h, clerk, "GET", "/things/export?format=csv&sort=code", nil); w.Code != 200 || strings.Contains(w.Body.String(), "Price") || !strings.Contains(w.Body.String(), "D_1") {
			t.Error(w.Code, w.Body)
		}
		webtest.Refused(t, h, webtest.Person("nobody"), "GET", "/things", nil, "web.forbidden")
	})
}
