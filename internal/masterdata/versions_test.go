package masterdata_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
)

var editor = webtest.Person("planner", "masterdata.read", "masterdata.write")

// refusalsOf are "field code" of a refusal, sorted.
func refusalsOf(p webtest.JSON) string {
	var out []string
	errors, _ := p.Get("errors").([]any)
	for i := range errors {
		out = append(out, strings.TrimPrefix(p.Str("errors", i, "location"), "body.")+" "+strings.TrimPrefix(p.Str("errors", i, "code"), "masterdata."))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

type body = map[string]any

// Complaint 24: versions stand side by side, each with its dates; a version is corrected as a whole, with its history.
func TestEditBOM(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := door(d)
		mustLoad(t, d, read(t, "factories/small-appliance"))
		url := "/masterdata/boms/M-PCBA/versions"
		was := webtest.Must(t, h, reader, "GET", url+"/1", nil)
		lines := was.Get("lines").([]any)
		if len(lines) < 2 || was.Str("rev") != "1" || was.Get("today") != true || len(was.Get("steps").([]any)) == 0 {
			t.Fatal(was)
		}
		// blank: one line is the least
		if code, p := webtest.Call(t, h, editor, "POST", url, body{"version": "2"}); code != 422 || refusalsOf(p) != "lines lines_needed" {
			t.Error(code, p)
		}
		two := webtest.Must(t, h, editor, "POST", url, body{"version": "2", "copy_from": "1", "effective_from": "2026-06-01", "reason": "新泵"})
		if two.Str("version") != "2" || len(two.Get("lines").([]any)) != len(lines) || two.Get("today") != false || two.Str("effective_from") != "2026-06-01" {
			t.Error(two)
		}
		if diff := webtest.Must(t, h, reader, "GET", "/masterdata/boms/M-PCBA/compare?a=1&b=2", nil); len(diff.Get("lines").([]any)) != 0 || diff.Str("same") != fmt.Sprint(len(lines)) {
			t.Error("a copy differs", diff)
		}
		first, second := was.Str("lines", 0, "item"), was.Str("lines", 1, "item")
		good := []body{
			{"item": second, "qty": "2.5", "scrap_pct": "1.5", "op": 10, "issue": "backflush", "substitutes": []string{"R-PP", "R-SUS304"}},
			{"item": "R-PP", "qty": "0.004", "role": "byproduct", "cost_share_pct": "3"},
		}
		for name, c := range map[string]struct {
			change body
			want   string
		}{
			"no line":         {body{"lines": []body{}}, "lines lines_needed"},
			"unknown item":    {body{"lines": []body{{"item": "NO", "qty": "1"}}}, "lines[0].item item_unknown"},
			"zero":            {body{"lines": []body{{"item": first, "qty": "0"}}}, "lines[0].qty qty_needed"},
			"negative":        {body{"lines": []body{{"item": first, "qty": "-1"}}}, "lines[0].qty qty_needed"},
			"all is scrap":    {body{"lines": []body{{"item": first, "qty": "1", "scrap_pct": "100"}}}, "lines[0].scrap_pct scrap_bad"},
			"itself":          {body{"lines": []body{{"item": "M-PCBA", "qty": "1"}}}, "lines[0].item loop"},
			"own substitute":  {body{"lines": []body{{"item": first, "qty": "1", "substitutes": []string{first}}}}, "lines[0].substitutes[0] substitute_twice"},
			"twice":           {body{"lines": []body{{"item": first, "qty": "1", "substitutes": []string{"R-PP", "R-PP"}}}}, "lines[0].substitutes[1] substitute_twice"},
			"for itself":      {body{"lines": []body{{"item": first, "qty": "1", "substitutes": []string{"M-PCBA"}}}}, "lines[0].substitutes[0] loop"},
			"unknown stand":   {body{"lines": []body{{"item": first, "qty": "1", "substitutes": []string{"NO"}}}}, "lines[0].substitutes[0] item_unknown"},
			"component share": {body{"lines": []body{{"item": first, "qty": "1", "cost_share_pct": "1"}}}, "lines[0].cost_share_pct share_component"},
			"share":           {body{"lines": []body{{"item": first, "qty": "1", "role": "coproduct", "cost_share_pct": "101"}}}, "lines share_sum, lines[0].cost_share_pct share_bad"},
			"shares": {body{"lines": []body{{"item": first, "qty": "1", "role": "coproduct", "cost_share_pct": "60"}, {"item": second, "qty": "1", "role": "byproduct", "cost_share_pct": "41"}}},
				"lines share_sum"},
			"output stand": {body{"lines": []body{{"item": first, "qty": "1", "role": "byproduct", "substitutes": []string{"R-PP"}}}}, "lines[0].substitutes substitute_output"},
			"dates":        {body{"effective_from": "2026-06-02", "effective_to": "2026-06-01", "lines": good}, "effective_to dates_order"},
			"no date":      {body{"effective_from": "2026-13-01", "lines": good}, "effective_from date_bad"},
			"all at once":  {body{"effective_to": "soon", "lines": []body{{"item": "NO", "qty": "0"}, {"item": first, "qty": "0"}}}, "effective_to date_bad, lines[0].item item_unknown, lines[0].qty qty_needed, lines[1].qty qty_needed"},
		} {
			c.change["rev"] = two.Get("rev")
			code, p := webtest.Call(t, h, editor, "PUT", url+"/2", c.change)
			if code != 422 || refusalsOf(p) != c.want {
				t.Errorf("%s: %d %s", name, code, refusalsOf(p))
			}
			if m := p.Str("errors", 0, "message"); strings.Contains(m, "{") || m == "" {
				t.Error(name, m)
			}
		}
		for _, c := range []struct{ path, code string }{{"/masterdata/boms/NO/versions/1", "masterdata.item_unknown"}, {url + "/9", "masterdata.bom_version_unknown"},
			{"/masterdata/boms/M-PCBA/compare?a=1&b=9", "masterdata.bom_version_unknown"}, {"/masterdata/boms/M-PCBA/compare?a=9&b=1", "masterdata.bom_version_unknown"}} {
			webtest.Refused(t, h, reader, "GET", c.path, nil, c.code)
		}
		if code, p := webtest.Call(t, h, editor, "POST", url, body{"version": "2", "copy_from": "1"}); code != 422 || refusalsOf(p) != "version version_exists" {
			t.Error(code, p)
		}
		if code, p := webtest.Call(t, h, editor, "POST", url, body{"version": "a;b", "copy_from": "1"}); code != 422 || refusalsOf(p) != "version code_bad" {
			t.Error(code, p)
		}
		if code, _ := webtest.Call(t, h, reader, "PUT", url+"/2", body{"rev": 1, "lines": good}); code != 403 {
			t.Error("a reader wrote:", code)
		}
		now := webtest.Must(t, h, editor, "PUT", url+"/2", body{"rev": two.Get("rev"), "effective_from": "2026-06-01", "effective_to": "2026-12-31", "lines": good, "reason": "试产后修正"})
		if now.Str("rev") != "2" || len(now.Get("lines").([]any)) != 2 || now.Str("lines", 0, "item") != second || now.Str("lines", 0, "line") != "1" || now.Str("lines", 0, "substitutes", 1) != "R-SUS304" ||
			now.Str("lines", 1, "cost_share_pct") != "3" || now.Str("lines", 1, "qty") != "0.004" || now.Str("effective_to") != "2026-12-31" {
			t.Error(now)
		}
		webtest.Refused(t, h, editor, "PUT", url+"/2", body{"rev": two.Get("rev"), "lines": good}, "masterdata.version_stale")
		same := webtest.Must(t, h, editor, "PUT", url+"/2", body{"rev": now.Get("rev"), "effective_from": "2026-06-01", "effective_to": "2026-12-31", "lines": good})
		if same.Str("rev") != now.Str("rev") {
			t.Error("saving without a change made a change")
		}
		diff := webtest.Must(t, h, reader, "GET", "/masterdata/boms/M-PCBA/compare?a=1&b=2", nil)
		changes := map[string]string{}
		for _, l := range diff.Get("lines").([]any) {
			l := l.(map[string]any)
			changes[l["role"].(string)+" "+l["item"].(string)] = l["change"].(string)
		}
		if changes["component "+first] != "removed" || changes["component "+second] != "changed" || changes["byproduct R-PP"] != "added" || len(changes) != len(lines)+1 {
			t.Error(diff)
		}
		// an inactive item may stay where it was, and comes into no other version
		it := webtest.Must(t, h, editor, "GET", "/masterdata/items/"+second, nil)
		webtest.Must(t, h, editor, "POST", "/masterdata/items/"+second+"/deactivate", body{"rev": it.Get("rev"), "confirmed": true})
		now = webtest.Must(t, h, editor, "PUT", url+"/2", body{"rev": now.Get("rev"), "lines": good})
		if code, p := webtest.Call(t, h, editor, "POST", url, body{"version": "3", "lines": good[:1]}); code != 422 || refusalsOf(p) != "lines[0].item item_off" {
			t.Error(code, p)
		}
		type event struct {
			Name    string `db:"name"`
			Reason  string `db:"reason"`
			Payload string `db:"payload"`
		}
		log, err := db.All[event](t.Context(), d.Read(), `SELECT name, reason, payload FROM kit_event WHERE subject = 'item:M-PCBA' ORDER BY recorded_ms, id`)
		if err != nil || len(log) != 3 || log[0].Name != masterdata.EventBOMCreated || log[1].Reason != "试产后修正" || !strings.Contains(log[1].Payload, `"before":{"product":"M-PCBA","version":"2"`) ||
			!strings.Contains(log[1].Payload, `"item":"`+first+`"`) || !strings.Contains(log[1].Payload, `"qty":"0.004"`) {
			t.Error(err, log)
		}
		// what was entered by hand leaves with the pack
		p := dump(t, d, "NB1")
		n := 0
		for _, l := range p.BOMs {
			if l.Product == "M-PCBA" && l.Version == "2" {
				n++
			}
		}
		if n != 2 {
			t.Error("in the export:", n)
		}
	})
}

// A product that would be made of itself is refused with the loop, through all levels and all versions.
func TestBOMLoop(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := door(d)
		mustLoad(t, d, read(t, "factories/small-appliance"))
		for _, code := range []string{"A", "B", "C", "D"} {
			webtest.Must(t, h, editor, "POST", "/masterdata/items", body{"code": code, "kind": "make"})
		}
		made := func(product, version string, items ...string) (int, webtest.JSON) {
			var lines []body
			for _, i := range items {
				role := "component"
				if strings.HasPrefix(i, "+") {
					role = "byproduct"
				}
				lines = append(lines, body{"item": strings.TrimPrefix(i, "+"), "qty": "1", "role": role})
			}
			return webtest.Call(t, h, editor, "POST", "/masterdata/boms/"+product+"/versions", body{"version": version, "lines": lines})
		}
		for _, c := range []struct {
			product, version string
			items            []string
			loop             string
		}{
			{"A", "1", []string{"R-PP", "B"}, ""}, {"B", "1", []string{"C"}, ""}, {"C", "1", []string{"D", "R-PP"}, ""},
			{"C", "2", []string{"R-PP", "A"}, "C → A → B → C"},
			{"D", "1", []string{"A"}, "D → A → B → C → D"},
			{"B", "2", []string{"A"}, "B → A → B"},
			{"C", "2", []string{"R-PP", "+A"}, ""}, // what falls off beside it is no component
			{"A", "2", []string{"C"}, ""},          // a diamond is no loop
		} {
			code, p := made(c.product, c.version, c.items...)
			if c.loop == "" {
				if code != 200 {
					t.Errorf("%s %s: %v", c.product, c.version, p)
				}
				continue
			}
			if code != 422 || !strings.Contains(p.Str("errors", 0, "message"), c.loop) || !strings.Contains(p.Str("errors", 0, "location"), fmt.Sprintf("lines[%d].item", len(c.items)-1)) {
				t.Errorf("%s %s: %d %v", c.product, c.version, code, p.Get("errors"))
			}
		}
	})
}

func TestEditRouting(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := door(d)
		mustLoad(t, d, read(t, "factories/small-appliance"))
		boss := webtest.Boss()
		url := "/masterdata/routings/M-PCBA/versions"
		was := webtest.Must(t, h, boss, "GET", url+"/1", nil)
		n := len(was.Get("ops").([]any))
		if n < 2 || was.Get("today") != true || was.Str("site") != "NB1" {
			t.Fatal(was)
		}
		if two := webtest.Must(t, h, editor, "POST", url, body{"version": "2", "copy_from": "1", "effective_from": "2026-06-01"}); len(two.Get("ops").([]any)) != n || two.Get("piece_rate") != nil {
			t.Error(two)
		}
		// who may not see piece rates keeps them all the same
		if diff := webtest.Must(t, h, boss, "GET", "/masterdata/routings/M-PCBA/compare?a=1&b=2", nil); len(diff.Get("ops").([]any)) != 0 || diff.Str("same") != fmt.Sprint(n) {
			t.Error("a copy differs", diff)
		}
		for name, c := range map[string]struct {
			ops  []body
			want string
		}{
			"none":        {[]body{}, "ops ops_needed"},
			"center":      {[]body{{"op": 10, "work_center": "NO"}}, "ops[0].work_center work_center_unknown"},
			"twice":       {[]body{{"op": 10, "work_center": "SMT"}, {"op": 10, "work_center": "SMT"}}, "ops[1].op op_twice"},
			"negative":    {[]body{{"op": 10, "work_center": "SMT", "setup_min": "-1", "run_min": "-1", "batch_min": "-1", "transfer_lot": "-1"}}, "ops[0].batch_min negative, ops[0].run_min negative, ops[0].setup_min negative, ops[0].transfer_lot negative"},
			"long":        {[]body{{"op": 10, "work_center": "SMT", "run_min": "1000001"}}, "ops[0].run_min minutes_many"},
			"silent":      {[]body{{"op": 10, "work_center": "SMT", "report": false}}, "ops report_needed"},
			"alternative": {[]body{{"op": 10, "work_center": "SMT", "alternatives": []body{{"work_center": "SMT", "run_min": "1"}, {"work_center": "NO", "run_min": "-1"}}}}, "ops[0].alternatives[0].work_center alternative_twice, ops[0].alternatives[1].run_min negative, ops[0].alternatives[1].work_center work_center_unknown"},
			"text":        {[]body{{"op": 10, "work_center": "SMT", "name": "a\x07b"}}, "ops[0].name text_bad"},
		} {
			code, p := webtest.Call(t, h, editor, "PUT", url+"/2", body{"rev": 1, "ops": c.ops})
			if code != 422 || refusalsOf(p) != c.want {
				t.Errorf("%s: %d %s", name, code, refusalsOf(p))
			}
		}
		if code, p := webtest.Call(t, h, editor, "PUT", url+"/2", body{"rev": 1, "ops": []body{{"op": 10, "work_center": "SMT", "piece_rate": "1"}}}); code != 403 || p.Str("code") != "web.field_forbidden" {
			t.Error(code, p)
		}
		// renumbered by somebody who sees no rates: the rate goes with its step
		rated := webtest.Must(t, h, boss, "PUT", url+"/2", body{"rev": 1, "ops": []body{{"op": 20, "work_center": "SMT", "name": "贴片", "run_min": "0.35", "piece_rate": "0.12"}, {"op": 10, "work_center": "INJ", "tool": "T-1", "skill": "s", "inspection": "first", "transfer_lot": "50", "alternatives": []body{{"work_center": "SMT", "run_min": "2"}}}}})
		if rated.Str("ops", 0, "op") != "10" || rated.Str("ops", 1, "piece_rate") != "0.12" || rated.Str("ops", 0, "alternatives", 0, "work_center") != "SMT" || rated.Str("ops", 0, "inspection") != "first" || rated.Get("ops", 1, "report") != true {
			t.Error(rated)
		}
		moved := webtest.Must(t, h, editor, "PUT", url+"/2", body{"rev": 2, "effective_to": "2026-12-31", "ops": []body{{"op": 15, "was": 20, "work_center": "SMT", "name": "贴片", "run_min": "0.35"}}})
		if moved.Get("ops", 0, "piece_rate") != nil {
			t.Error("rates shown", moved)
		}
		if now := webtest.Must(t, h, boss, "GET", url+"/2", nil); now.Str("ops", 0, "piece_rate") != "0.12" || now.Str("effective_to") != "2026-12-31" || now.Str("rev") != "3" {
			t.Error(now)
		}
		webtest.Refused(t, h, editor, "PUT", url+"/2", body{"rev": 1, "ops": []body{{"op": 10, "work_center": "SMT"}}}, "masterdata.version_stale")
		webtest.Refused(t, h, editor, "GET", url+"/9", nil, "masterdata.routing_unknown")
		if r := webtest.Do(t, h, editor, "GET", "/masterdata/routings/M-PCBA/compare?a=1&b=2", nil); r.Code != 200 || strings.Contains(r.Body.String(), "piece_rate") {
			t.Error("rates shown", r.Body)
		}
		diff := webtest.Must(t, h, boss, "GET", "/masterdata/routings/M-PCBA/compare?a=1&b=2", nil)
		back := webtest.Must(t, h, boss, "GET", "/masterdata/routings/M-PCBA/compare?a=2&b=1", nil)
		if len(diff.Get("ops").([]any)) == 0 || len(diff.Get("ops").([]any)) != len(back.Get("ops").([]any)) {
			t.Error(diff, back)
		}
		var seen int64
		if err := d.View(kittest.Ctx(t), func(q db.Querier) (err error) {
			seen, err = db.One[int64](t.Context(), q, `SELECT count(*) FROM kit_event WHERE name IN ('masterdata.routing_created', 'masterdata.routing_changed') AND subject = 'item:M-PCBA'`)
			return err
		}); err != nil || seen != 3 {
			t.Error("events:", seen, err)
		}
	})
}

// A4 E1: an incoming order names another version than the one in force.
func TestVersionConflict(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := door(d)
		mustLoad(t, d, read(t, "factories/small-appliance"))
		webtest.Must(t, h, editor, "POST", "/masterdata/boms/M-PCBA/versions", body{"version": "2", "effective_from": "2026-06-01", "lines": []body{{"item": "R-PP", "qty": "1"}}})
		webtest.Must(t, h, editor, "POST", "/masterdata/routings/M-PCBA/versions", body{"version": "2", "effective_from": "2026-06-01", "ops": []body{{"op": 10, "work_center": "SMT"}}})
		for _, c := range []struct {
			query        string
			bom, routing string // "version in force > version named"
		}{
			{"", "", ""},
			{"bom_version=1&routing_version=1&date=2026-05-31", "", ""},
			{"bom_version=2&routing_version=2&date=2026-06-01", "", ""},
			{"bom_version=1&date=2026-06-01", "2 > 1", ""},
			{"bom_version=2&routing_version=2&date=2026-03-02", "1 > 2", "1 > 2"},
			{"routing_version=1&date=2026-06-01", "", "2 > 1"},
		} {
			p := webtest.Must(t, h, reader, "GET", "/masterdata/items/M-PCBA/version-conflict?"+c.query, nil)
			for part, want := range map[string]string{"bom": c.bom, "routing": c.routing} {
				got := ""
				if p.Get(part) != nil {
					got = p.Str(part, "a") + " > " + p.Str(part, "b")
					list := map[string]string{"bom": "lines", "routing": "ops"}[part]
					if len(p.Get(part, list).([]any)) == 0 {
						t.Error("a conflict that shows nothing", p)
					}
				}
				if got != want {
					t.Errorf("%s %s: %q want %q", c.query, part, got, want)
				}
			}
		}
		webtest.Refused(t, h, reader, "GET", "/masterdata/items/M-PCBA/version-conflict?bom_version=7", nil, "masterdata.bom_version_unknown")
		webtest.Refused(t, h, reader, "GET", "/masterdata/items/M-PCBA/version-conflict?routing_version=7", nil, "masterdata.routing_unknown")
		// nothing is in force: what is named differs in everything
		webtest.Must(t, h, editor, "POST", "/masterdata/boms/R-PP/versions", body{"version": "x", "effective_from": "2027-01-01", "lines": []body{{"item": "R-SUS304", "qty": "1"}}})
		if p := webtest.Must(t, h, reader, "GET", "/masterdata/items/R-PP/version-conflict?bom_version=x&date=2026-01-01", nil); p.Str("bom", "a") != "" || p.Str("bom", "lines", 0, "change") != "added" {
			t.Error(p)
		}
		it, err := masterdata.ItemByCode(kittest.Ctx(t), d.Read(), "M-PCBA")
		if err != nil {
			t.Fatal(err)
		}
		if c, err := masterdata.CompareVersion(kittest.Ctx(t), d.Read(), it, "2026-06-01", "1", "2"); err != nil || !c.Any() || c.Routing != nil {
			t.Error(c, err)
		}
	})
}

// What is written is read back; a version does not differ from itself; a comparison is the mirror of the other way round.
func TestBOMEditProperties(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		m := masterdata.New()
		mustLoad(t, d, read(t, "factories/small-appliance"))
		var leaves []string
		for _, it := range read(t, "factories/small-appliance").Items {
			if it.Kind == "buy" {
				leaves = append(leaves, it.Code)
			}
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			kind := "make"
			_, err := m.CreateItem(ctx, tx, masterdata.NewItem{Code: "P", ItemValues: masterdata.ItemValues{Kind: &kind}})
			return err
		})
		ctx := kittest.Ctx(t)
		it, err := masterdata.ItemByCode(ctx, d.Read(), "P")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		rapid.Check(t, func(t *rapid.T) {
			draw := func(name string) []masterdata.BOMLineValues {
				return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) masterdata.BOMLineValues {
					l := masterdata.BOMLineValues{Item: rapid.SampledFrom(leaves[:6]).Draw(t, "item"), Qty: num.Dec(rapid.Int64Range(1, 3_000_000).Draw(t, "qty")), Op: rapid.SampledFrom([]int{0, 10, 20}).Draw(t, "op"),
						Role: rapid.SampledFrom([]string{"component", "component", "byproduct"}).Draw(t, "role"), Issue: rapid.SampledFrom([]string{"pick", "backflush", "none"}).Draw(t, "issue")}
					if l.Role == "component" {
						l.ScrapPct = num.Dec(rapid.Int64Range(0, 99_999_999).Draw(t, "scrap"))
						if s := rapid.SampledFrom(leaves[6:9]).Draw(t, "substitute"); rapid.Bool().Draw(t, "has") {
							l.Substitutes = []string{s}
						}
					}
					return l
				}), 1, 8).Draw(t, name)
			}
			n += 2
			names := []string{fmt.Sprint("v", n), fmt.Sprint("v", n+1)}
			for i, lines := range [][]masterdata.BOMLineValues{draw("a"), draw("b")} {
				var page masterdata.BOMPage
				if err := d.InTx(ctx, func(tx *db.Tx) (err error) {
					if page, err = m.CreateBOM(ctx, tx, "P", masterdata.NewBOM{Version: names[i], Lines: []masterdata.BOMLineValues{{Item: leaves[0], Qty: num.One}}}); err != nil {
						return err
					}
					page, err = m.ChangeBOM(ctx, tx, "P", names[i], masterdata.EditBOM{Rev: page.Rev, Lines: lines})
					return err
				}); err != nil {
					t.Fatal(err)
				}
				got, err := m.BOMVersion(ctx, d.Read(), "P", names[i], "2026-03-02")
				if err != nil || len(got.Lines) != len(lines) || got.Rev < page.Rev {
					t.Fatal(got, err)
				}
				for k, l := range got.Lines {
					w := lines[k]
					if l.Line != k+1 || l.Item != w.Item || l.Qty != w.Qty || l.Op != w.Op || l.Role != w.Role || l.Issue != w.Issue || l.ScrapPct != w.ScrapPct || strings.Join(l.Substitutes, ";") != strings.Join(w.Substitutes, ";") {
						t.Fatalf("line %d: wrote %+v, read %+v", k+1, w, l)
					}
				}
				self, err := masterdata.CompareBOMs(ctx, d.Read(), it, names[i], names[i])
				if err != nil || len(self.Lines) != 0 || self.Same != len(lines) {
					t.Fatal("differs from itself", self, err)
				}
			}
			ab, err := masterdata.CompareBOMs(ctx, d.Read(), it, names[0], names[1])
			if err != nil {
				t.Fatal(err)
			}
			ba, err := masterdata.CompareBOMs(ctx, d.Read(), it, names[1], names[0])
			if err != nil {
				t.Fatal(err)
			}
			mirror := masterdata.BOMDiff{Product: "P", A: ba.B, B: ba.A, Same: ba.Same, Lines: []masterdata.LineDiff{}}
			for _, l := range ba.Lines {
				l.A, l.B = l.B, l.A
				l.Change = map[string]string{"added": "removed", "removed": "added", "changed": "changed"}[l.Change]
				mirror.Lines = append(mirror.Lines, l)
			}
			if !reflect.DeepEqual(ab, mirror) {
				t.Fatalf("%+v\n%+v", ab, mirror)
			}
		})
	})
}
