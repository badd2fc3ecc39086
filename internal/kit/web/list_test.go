package web_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web/webtest"
)

func fill(t *testing.T, d *db.DB, from, to int) {
	t.Helper()
	kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
		var rows []stored
		for i := from; i < to; i++ {
			r := stored{ID: tx.ID(), Code: fmt.Sprintf("P%04d", i), Name: fmt.Sprintf("泵 Pump_%d%%", i%10), Family: "F" + strconv.Itoa(i%3), Qty: num.Int(int64(i % 7)), Price: num.Int(int64(i)), Active: i%2 == 0, MadeMS: tx.NowMS()}
			if i%4 == 0 {
				s := "note" + strconv.Itoa(i%5)
				r.Note = &s
			}
			rows = append(rows, r)
		}
		return db.Insert(ctx, tx, "tp_part", rows...)
	})
}

// Every order walks all rows, none twice, while others are inserted.
func TestKeysetWalkIsComplete(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := api(d).Handler()
		fill(t, d, 0, 200)
		next := 1000
		for _, sort := range []string{"", "code", "-code", "qty", "-qty,code", "qty,-family,active", "-note,qty", "note", "-active,note,-made_ms", "price"} {
			seen := map[string]int{}
			var order []string
			after := ""
			for page := 0; ; page++ {
				got := webtest.Must(t, h, webtest.Boss(), "GET", "/parts?limit=17&sort="+url.QueryEscape(sort)+"&after="+after, nil)
				for _, it := range got.Items() {
					seen[it.Str("code")]++
					order = append(order, it.Str("code"))
				}
				if after = got.Str("next"); after == "" {
					break
				}
				if page < 3 {
					fill(t, d, next, next+2)
					next += 2
				}
			}
			for i := range 200 {
				if c := fmt.Sprintf("P%04d", i); seen[c] != 1 {
					t.Fatalf("sort %q: %s seen %d times", sort, c, seen[c])
				}
			}
			for c, n := range seen {
				if n > 1 {
					t.Errorf("sort %q: %s seen %d times", sort, c, n)
				}
			}
			if sort == "-code" && !slices.IsSortedFunc(order, func(a, b string) int { return strings.Compare(b, a) }) {
				t.Error("not in order", order)
			}
		}
	})
}

func TestFilters(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := api(d).Handler()
		fill(t, d, 0, 100)
		id := webtest.Must(t, h, webtest.Boss(), "GET", "/parts?filter=code:eq:P0042", nil).Str("items", 0, "id")
		for _, c := range []struct {
			query string
			want  int
		}{
			{"", 100}, {"filter=code:eq:P0042", 1}, {"filter=id:eq:" + id, 1}, {"filter=qty:ge:5", 28}, {"filter=qty:eq:5.0", 14}, {"filter=active:eq:true", 50}, {"filter=active:ne:true", 50},
			{"filter=family:in:F0,F1", 67}, {"filter=family:in:F0,F1&filter=qty:lt:1", 10}, {"filter=code:like:p000", 10}, {"filter=name:like:%25", 100}, {"filter=name:like:_1%25", 10},
			{"filter=note:eq:", 75}, {"filter=note:ne:", 25}, {"q=pump_3", 10}, {"q=" + url.QueryEscape("泵 p0001"), 1}, {"q=p0001+nothing", 0}, {"q=" + url.QueryEscape(`' OR 1=1 --`), 0},
		} {
			got := webtest.Must(t, h, webtest.Boss(), "GET", "/parts?limit=500&"+c.query, nil)
			if len(got.Items()) != c.want || got.Str("total") != strconv.Itoa(c.want) {
				t.Errorf("%s: %d rows, total %s, want %d", c.query, len(got.Items()), got.Str("total"), c.want)
			}
		}
		for query, code := range map[string]string{
			"filter=nosuch:eq:1": "web.column_unknown", "filter=code": "web.filter_bad", "filter=code:is:1": "web.filter_bad", "filter=qty:eq:many": "web.filter_value",
			"filter=qty:like:1": "web.filter_bad", "filter=active:lt:true": "web.filter_bad", "sort=nosuch": "web.column_unknown", "fields=nosuch": "web.column_unknown", "after=xyz": "web.cursor_bad",
			"limit=9999": "web.invalid", "cursor=zzz": "web.query_unknown", "filter=id:eq:x": "web.filter_value", "after=eyJzIjoiIn0": "web.cursor_bad",
		} {
			webtest.Refused(t, h, webtest.Boss(), "GET", "/parts?"+query, nil, code)
		}
		// a cursor belongs to its filters
		next := webtest.Must(t, h, webtest.Boss(), "GET", "/parts?limit=5", nil).Str("next")
		webtest.Refused(t, h, webtest.Boss(), "GET", "/parts?limit=5&filter=qty:ge:1&after="+next, nil, "web.cursor_bad")
		got := webtest.Must(t, h, webtest.Boss(), "GET", "/parts?fields=code,qty&sort=-name&limit=10", nil)
		if keys := slices.Sorted(maps.Keys(got.Items()[0])); !slices.Equal(keys, []string{"code", "qty"}) {
			t.Error(keys)
		}
		if got.Str("total") != "100" || got.Str("next") == "" {
			t.Error(got)
		}
		// an outside party sees its own
		out := webtest.Person("supplier", "part.read")
		out.Partner = 7
		if got := webtest.Must(t, h, out, "GET", "/parts", nil); got.Str("total") != "33" {
			t.Error(got.Str("total"))
		}
	})
}

func TestGroupedList(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := api(d).Handler()
		fill(t, d, 0, 90)
		got := webtest.Must(t, h, webtest.Boss(), "GET", "/parts/all/groups?limit=2&filter=count:ge:2", nil)
		if len(got.Items()) != 2 || got.Str("total") != "3" || got.Str("items", 0, "count") != "30" {
			t.Fatal(got)
		}
		rest := webtest.Must(t, h, webtest.Boss(), "GET", "/parts/all/groups?limit=2&filter=count:ge:2&after="+got.Str("next"), nil)
		if len(rest.Items()) != 1 || rest.Str("items", 0, "family") == got.Str("items", 0, "family") {
			t.Fatal(rest)
		}
		if got := webtest.Must(t, h, webtest.Boss(), "GET", "/parts/F1/groups?least=P0050", nil); got.Str("total") != "1" || got.Str("items", 0, "count") != "13" {
			t.Fatal(got)
		}
	})
}

func TestMasks(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := api(d).Handler()
		fill(t, d, 0, 5)
		clerk := webtest.Person("clerk", "part.read", "part.make")
		buyer := webtest.Person("buyer", "part.read", "part.make", "see.price")
		got := webtest.Must(t, h, clerk, "GET", "/parts", nil)
		if _, ok := got.Items()[0]["price"]; ok {
			t.Error("price in a list", got)
		}
		if got := webtest.Must(t, h, buyer, "GET", "/parts?filter=price:ge:3", nil); got.Str("total") != "2" || got.Str("items", 0, "price") == "" {
			t.Error(got)
		}
		if got := webtest.Must(t, h, clerk, "GET", "/parts/P0003", nil); got["price"] != nil || got.Str("code") != "P0003" {
			t.Error(got)
		}
		for _, q := range []string{"sort=price", "filter=price:ge:1", "fields=price"} {
			webtest.Refused(t, h, clerk, "GET", "/parts?"+q, nil, "web.field_forbidden")
			webtest.Refused(t, h, clerk, "GET", "/parts/export?"+q, nil, "web.field_forbidden")
		}
		if w := webtest.Do(t, h, clerk, "GET", "/parts/export?format=csv", nil); strings.Contains(w.Body.String(), "price") || !strings.Contains(w.Body.String(), "P0003") {
			t.Error(w.Body)
		}
		// input: at any depth, in any letter case
		for _, body := range []string{`{"code":"Z","price":"1"}`, `{"code":"Z","PRICE":"1"}`, `{"code":"Z","lines":[{"item":"X","cost":"3"}]}`} {
			p := webtest.Refused(t, h, clerk, "POST", "/parts/makes", body, "web.field_forbidden")
			if p.Str("errors", 0, "location") == "" {
				t.Error(p)
			}
		}
		made := webtest.Must(t, h, clerk, "POST", "/parts/makes", `{"code":"Z"}`, "Idempotency-Key", "m")
		if s := fmt.Sprint(made); strings.Contains(s, "price") || strings.Contains(s, "cost") {
			t.Error(s)
		}
		again := webtest.Must(t, h, clerk, "POST", "/parts/makes", `{"code":"Z"}`, "Idempotency-Key", "m")
		if fmt.Sprint(again) != fmt.Sprint(made) {
			t.Error(again)
		}
		made = webtest.Must(t, h, buyer, "POST", "/parts/makes", `{"code":"Y","price":"4"}`)
		if made.Str("price") != "4" || strings.Contains(fmt.Sprint(made), "cost") {
			t.Error(made)
		}
		a := api(d)
		if n := a.HiddenNames(clerk); !n["price"] || !n["cost"] || len(a.HiddenNames(webtest.Boss())) != 0 {
			t.Error(n)
		}
	})
}

func TestExport(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := api(d).Handler()
		fill(t, d, 0, 2500)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return db.Insert(ctx, tx, "tp_part", stored{ID: tx.ID(), Code: "EVIL", Name: "=cmd|' /C calc'!A0", Family: "F0", Qty: num.MustParse("0.1"), Active: true})
		})
		w := webtest.Do(t, h, webtest.Boss(), "GET", "/parts/export?format=csv&sort=code&filter=family:eq:F0", nil, "Accept-Language", "en")
		recs, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(w.Body.Bytes(), []byte("\ufeff")))).ReadAll()
		if err != nil || len(recs) != 836 {
			t.Fatal(len(recs), err)
		}
		if got := recs[0]; !slices.Equal(got, []string{"id", "Code", "Name", "family", "qty", "price", "active", "note", "made_ms"}) {
			t.Error(got)
		}
		if recs[1][2] != "'=cmd|' /C calc'!A0" || recs[1][4] != "0.1" || recs[2][8] != "2026-03-02 08:00:00" {
			t.Error(recs[1], recs[2])
		}
		if cd := w.Header().Get("Content-Disposition"); !strings.Contains(cd, "listParts-20260302-0800.csv") {
			t.Error(cd)
		}
		w = webtest.Do(t, h, webtest.Boss(), "GET", "/parts/export?fields=code,name,qty&sort=code", nil, "Accept-Language", "zh-CN")
		f, err := excelize.OpenReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows(f.GetSheetName(0))
		if err != nil || len(rows) != 2502 || !slices.Equal(rows[0], []string{"Code", "名称", "qty"}) || rows[1][2] != "0.1" || rows[1][1] != "=cmd|' /C calc'!A0" {
			t.Error(len(rows), err, rows[0], rows[1])
		}
		if formula, _ := f.GetCellFormula(f.GetSheetName(0), "B2"); formula != "" {
			t.Error(formula)
		}
	})
}

func BenchmarkListPage(b *testing.B) {
	d := kittest.SQLite(b, schemas)
	h := api(d).Handler()
	ctx := actor.With(b.Context(), actor.System)
	err := d.InTx(ctx, func(tx *db.Tx) error {
		for i := range 5000 {
			if err := db.Insert(ctx, tx, "tp_part", stored{ID: tx.ID(), Code: fmt.Sprint("P", i), Family: "F", Qty: num.Int(rand.Int64N(100))}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if w := webtest.Do(b, h, webtest.Boss(), "GET", "/parts?limit=50", nil); w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}

// A word that begins a number means it and nothing else; what begins nothing is looked for as text.
func TestSearchByTheBeginningOfACode(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := api(d).Handler()
		fill(t, d, 0, 120)
		for q, want := range map[string]int{"P0042": 1, "p0042": 1, "P004": 10, "P": 120, "p00": 100, "0042": 1, "42": 1, "pump_3": 12, "泵 p0001": 1, "P0042 nothing": 0, "P\U0010FFFF": 0, "%": 120, `\`: 0, "nothing": 0} {
			got := webtest.Must(t, h, webtest.Boss(), "GET", "/coded?limit=500&q="+url.QueryEscape(q), nil)
			if len(got.Items()) != want {
				t.Errorf("%s: %d rows, want %d", q, len(got.Items()), want)
			}
		}
		// without text to fall back to, what begins nothing finds nothing
		for q, want := range map[string]int{"P004": 10, "F1": 40, "004": 0, "pump": 0} {
			if got := webtest.Must(t, h, webtest.Boss(), "GET", "/strict?limit=500&q="+url.QueryEscape(q), nil); len(got.Items()) != want {
				t.Errorf("strict %s: %d rows, want %d", q, len(got.Items()), want)
			}
		}
		seen, after := map[string]bool{}, ""
		for {
			got := webtest.Must(t, h, webtest.Boss(), "GET", "/coded?limit=30&q=p00&sort=-qty&after="+after, nil)
			for _, it := range got.Items() {
				seen[it.Str("code")] = true
			}
			if after = got.Str("next"); after == "" {
				break
			}
		}
		if len(seen) != 100 {
			t.Error(len(seen))
		}
		// many: the beginning of more rows than are counted
		fill(t, d, 1000, 2200)
		if got := webtest.Must(t, h, webtest.Boss(), "GET", "/coded?limit=10&q=p", nil); len(got.Items()) != 10 || got.Str("total") != "1000" || got.Get("total_capped") != true {
			t.Error(got)
		}
	})
}
