package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/pack"
)

// A field without a definition in both languages fails here, and so does a list of the API that is no noun, a source
// that is gone, a page that is none, a name of the standard for a field that does not exist, and words for nothing.
func TestDictionaryIsWhole(t *testing.T) {
	a := New(nil, Options{})
	d := newDictionary(a.API)
	by, all := d.operations()
	fields := map[string]DictionaryField{}
	packed := map[string]bool{}
	for _, f := range d.fields() {
		fields[f.ID] = f
		if f.Pack != "" {
			packed[f.Pack] = true
		}
		if f.En == "" {
			t.Errorf("%s has no definition: give the field of the struct a doc tag", f.ID)
		} else if f.Zh == "" {
			t.Errorf("%s has no definition in Chinese: add a line to dictionary/words.tsv for %q", f.ID, f.En)
		}
		if f.Operations == "" || f.Type == "" || f.NounZh == "" || f.NounEn == "" {
			t.Errorf("%s is used by nothing, or has no type or noun: %+v", f.ID, f)
		}
	}
	if len(fields) < 1100 || len(fields) != len(d.fields()) {
		t.Errorf("%d fields, %d different", len(d.fields()), len(fields))
	}
	sources, seen := map[string]bool{}, map[string]bool{}
	screens := read(t, "../../web/src", ".ts", ".tsx")
	for _, n := range nouns {
		for _, f := range strings.Fields(n.Ours) {
			if _, known := fields[n.Code+"."+f]; n.Owner != "erp" || !known {
				t.Errorf("%s names %s as Kaiwu's", n.Code, f)
			}
		}
		if seen[n.Code] || n.Title.Zh == "" || n.Title.En == "" || n.Meaning.Zh == "" || n.Meaning.En == "" || n.Owner != "erp" && n.Owner != "kaiwu" {
			t.Errorf("noun %+v", n)
		}
		seen[n.Code] = true
		for _, source := range n.Sources {
			sources[source] = true
			if s, _ := d.declared(by, source); s == nil || len(s.Properties) == 0 {
				t.Errorf("%s: %s declares nothing", n.Code, source)
			}
		}
		if n.Page != "" && !screen(screens, n.Page) {
			t.Errorf("%s: there is no page %s", n.Code, n.Page)
		}
		if n.Pack != "" && pack.Columns(n.Pack) == nil {
			t.Errorf("%s: there is no file %s", n.Code, n.Pack)
		}
	}
	for _, op := range all {
		if op.row && !sources[op.id] && op.id != "listDictionary" {
			t.Errorf("the list %s is no noun of the dictionary", op.id)
		}
	}
	for id := range terms {
		if f, ok := fields[id]; !ok || f.Standard == "" {
			t.Errorf("a name of the standard for %s, which is no field of a noun that the standard has", id)
		}
	}
	for id := range explained {
		if _, ok := fields[id]; !ok && strings.Contains(id, ".") {
			t.Errorf("%s is explained and no field", id)
		}
	}
	// whatever can be imported as a list stands in the dictionary
	for _, file := range []string{"items.csv", "partners.csv", "workers.csv", "machines.csv", "work_centers.csv", "tools.csv"} {
		for _, c := range pack.Columns(file) {
			if !packed[file+": "+c] {
				t.Errorf("column %s of %s is no field of the dictionary", c, file)
			}
		}
	}
}

// The dictionary is searched, filtered, sorted, paged and exported as any list; who owns a noun is chosen by whoever may
// make settings, shown on all its fields and told.
func TestDictionary(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner, boss, operator := h.logIn("planner"), h.logIn("boss"), h.logIn("operator")
		const list = "/masterdata/dictionary"
		f := planner.call("GET", list+"/fields/item.safety_stock", nil)
		if f.s("type") != "decimal" || f.s("unit") != "uom" || f.s("pack") != "items.csv: safety_stock" || f.s("owner") != "erp" || !strings.Contains(f.s("operations"), "createItem") || !strings.Contains(f.s("operations"), "editItem") || f.s("lists") != "listItems" {
			t.Errorf("safety stock: %v", f)
		}
		if f := planner.call("GET", list+"/fields/item.code", nil); f.at("required") != true || f.s("standard") != "MaterialDefinition.ID" || f.s("standard_part") != "IEC 62264-2 / B2MML V7" {
			t.Errorf("code: %v", f)
		}
		planner.refused("GET", list+"/fields/item.nothing", nil, "app.field_unknown")
		for query, want := range map[string]string{
			"filter=noun:eq:bom_line&filter=field:eq:scrap_pct": "bom_line.scrap_pct", "filter=id:eq:lot.expires_on&q=%E6%89%B9%E6%AC%A1": "lot.expires_on", "q=safety&filter=noun:eq:item": "item.safety_stock",
			"filter=required:eq:true&filter=noun:eq:address": "address.address", "filter=noun:in:lot,serial&filter=standard:eq:MaterialSublot.StorageLocation": "serial.location", "filter=id:like:WORK_ORDER.DUE": "work_order.due",
		} {
			if l := planner.call("GET", list+"?limit=500&"+query, nil).list("items"); len(l) == 0 || l[0].s("id") != want {
				t.Errorf("%s finds %v", query, l)
			}
		}
		for query, code := range map[string]string{"filter=nosuch:eq:1": "web.column_unknown", "sort=nosuch": "web.column_unknown", "fields=nosuch": "web.column_unknown", "filter=required:eq:perhaps": "web.filter_value", "after=zzz": "web.cursor_bad", "filter=id": "web.filter_bad"} {
			planner.refused("GET", list+"?"+query, nil, code)
		}
		// every page once, backwards
		seen, last, after := map[string]bool{}, "~", ""
		for {
			p := planner.call("GET", list+"?limit=400&sort=-id&after="+after, nil)
			for _, x := range p.list("items") {
				if seen[x.s("id")] || x.s("id") > last {
					t.Fatalf("%s after %s", x.s("id"), last)
				}
				seen[x.s("id")], last = true, x.s("id")
			}
			if after = p.s("next"); after == "" {
				if p.s("total") != "" && len(seen) < 1100 {
					t.Errorf("%d fields, total %s", len(seen), p.s("total"))
				}
				break
			}
			planner.refused("GET", list+"?sort=id&after="+after, nil, "web.cursor_bad")
		}
		// owners
		planner.refused("PUT", list+"/nouns/item", o{"owner": "kaiwu"}, "web.forbidden")
		boss.refused("PUT", list+"/nouns/thing", o{"owner": "kaiwu"}, "app.noun_unknown")
		boss.refused("PUT", list+"/nouns/item", o{"owner": "sap"}, "web.invalid")
		if n := boss.call("PUT", list+"/nouns/item", o{"owner": "kaiwu", "reason": "no ERP here"}); n.s("owner") != "kaiwu" || n.s("default_owner") != "erp" {
			t.Errorf("owner: %v", n)
		}
		for _, x := range planner.call("GET", list+"?limit=500&filter=noun:in:item,item_unit", nil).list("items") {
			if want := map[string]string{"item": "kaiwu", "item_unit": "erp"}[x.s("noun")]; x.s("owner") != want {
				t.Errorf("%s belongs to %s", x.s("id"), x.s("owner"))
			}
		}
		if ns := planner.call("GET", list+"/nouns", nil).list("items"); len(ns) != len(nouns) || ns[0].s("owner") != "kaiwu" || ns[0].s("fields") == "0" {
			t.Errorf("nouns: %d, %v", len(ns), ns[0])
		}
		planner.refused("PUT", list+"/fields/item.safety_stock", o{"owner": "erp"}, "web.forbidden")
		boss.refused("PUT", list+"/fields/item.nothing", o{"owner": "erp"}, "app.field_unknown")
		boss.refused("PUT", list+"/fields/item.safety_stock", o{"owner": "sap"}, "web.invalid")
		if f := boss.call("PUT", list+"/fields/item.safety_stock", o{"owner": "erp", "reason": "the ERP plans the stores"}); f.s("owner") != "erp" || f.s("chosen_owner") != "erp" {
			t.Errorf("owner of a field: %v", f)
		}
		for _, x := range planner.call("GET", list+"?limit=500&filter=noun:eq:item&filter=owner:eq:erp", nil).list("items") {
			if x.s("field") != "safety_stock" {
				t.Errorf("%s belongs to the ERP", x.s("id"))
			}
		}
		if f := boss.call("PUT", list+"/fields/item.safety_stock", o{"owner": "noun"}); f.s("owner") != "kaiwu" || f.s("chosen_owner") != "" || f.s("default_owner") != "erp" {
			t.Errorf("owner as the noun: %v", f)
		}
		for id, want := range map[string]string{"sales_order.shipped": "kaiwu", "sales_order.customer": "erp", "purchase_line.item": "erp", "purchase_order.received": "kaiwu"} {
			if f := planner.call("GET", list+"/fields/"+id, nil); f.s("owner") != want {
				t.Errorf("%s belongs to %s", id, f.s("owner"))
			}
		}
		told := func() []answer {
			return boss.call("GET", "/events?filter=subject:eq:setting:dictionary.owner.item", nil).list("items")
		}
		e := told()
		for n := 0; len(e) == 0 && n < 200; n++ { // PostgreSQL numbers events when those before them have ended
			time.Sleep(25 * time.Millisecond)
			e = told()
		}
		if len(e) != 1 || e[0].s("reason") != "no ERP here" {
			t.Errorf("told: %v", e)
		}
		operator.call("GET", list+"?limit=1", nil) // who may read master data may read what it means
		w := planner.do("GET", list+"/export?filter=noun:eq:item&format=csv", "")
		if w.Code != 200 || !strings.Contains(w.Body.String(), "item.safety_stock") || !strings.Contains(w.Body.String(), "kaiwu") || strings.Contains(w.Body.String(), "lot.item") {
			t.Errorf("csv: %d %.300s", w.Code, w.Body)
		}
		w = planner.do("GET", list+"/export", "")
		file := filepath.Join(t.TempDir(), "d.xlsx")
		if err := os.WriteFile(file, w.Body.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		x, err := excelize.OpenFile(file)
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		if rows, err := x.GetRows(x.GetSheetList()[0]); err != nil || len(rows) != len(seen)+1 {
			t.Errorf("xlsx: %d rows of %d, %v", len(rows), len(seen), err)
		}
	})
}
