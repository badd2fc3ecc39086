package masterdata_test

import (
	"bytes"
	"context"
	"fmt"
	"math/big"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/blob"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
)

// Complaint 20: the ratio is kept and rounded once, to the side that the purpose asks for; what no sheet can show does
// not stay behind.
func TestUnitRatio(t *testing.T) {
	dec := num.MustParse
	third := masterdata.Unit{UoM: "张", Own: dec("1"), Per: dec("3"), Decimals: 2} // 3 sheets are 1 kg
	for _, c := range []struct {
		qty, own, back string
		r              masterdata.Rounding
	}{
		{"3", "1", "3", masterdata.Nearest}, {"1", "0.333", "1", masterdata.Nearest}, {"1", "0.334", "1.01", masterdata.Up}, {"1", "0.333", "0.99", masterdata.Down},
		{"300000", "100000", "300000", masterdata.Nearest}, {"2", "0.667", "2", masterdata.Nearest}, {"0", "0", "0", masterdata.Up}, {"-1", "-0.333", "-1", masterdata.Nearest},
	} {
		own, err := third.ToOwn(dec(c.qty), 3, c.r)
		if err != nil || own.String() != c.own {
			t.Errorf("%+v: %s %v", c, own, err)
		}
		back, err := third.FromOwn(own, c.r)
		if err != nil || back.String() != c.back {
			t.Errorf("%+v back: %s %v", c, back, err)
		}
	}
	// frappe/erpnext 48147: 1 sheet is 250.1 kg; 1 kg is left, which is 0.004 of a sheet, and sheets have two decimals
	sheet := masterdata.Unit{UoM: "sheet", Own: dec("250.1"), Per: dec("1"), Decimals: 2}
	for _, c := range []struct{ there, take, want string }{
		{"1", "0", "1"},             // no sheet shows it: taking "all that is left" takes it
		{"251.1", "1", "251.1"},     // one sheet and the crumbs read as one sheet: all of it is meant
		{"500.2", "1", "250.1"},     // two sheets: one of them
		{"248", "0.99", "248"},      // reads as 0.99
		{"1000", "3.99", "997.899"}, // reads as 4, so 3.99 is not all
	} {
		got, err := sheet.Take(dec(c.take), dec(c.there), 3)
		if err != nil || got.String() != c.want {
			t.Errorf("%+v: %s %v", c, got, err)
		}
	}
	if _, err := third.FromOwn(num.Max, masterdata.Up); err == nil {
		t.Error("overflow went through")
	}
	rapid.Check(t, func(t *rapid.T) {
		u := masterdata.Unit{Own: num.Dec(rapid.Int64Range(1, 1e12).Draw(t, "own")), Per: num.Dec(rapid.Int64Range(1, 1e12).Draw(t, "per")), Decimals: rapid.IntRange(0, 6).Draw(t, "decimals")}
		q, decimals := num.Dec(rapid.Int64Range(0, 1e12).Draw(t, "qty")), rapid.IntRange(0, 6).Draw(t, "own decimals")
		down, err := u.ToOwn(q, decimals, masterdata.Down)
		if err != nil {
			t.Skip("too large")
		}
		up, err := u.ToOwn(q, decimals, masterdata.Up)
		if err != nil {
			t.Skip("too large")
		}
		near, err := u.ToOwn(q, decimals, masterdata.Nearest)
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(q)), big.NewInt(int64(u.Own))), big.NewInt(int64(u.Per)))
		rat := func(d num.Dec) *big.Rat { return new(big.Rat).SetInt64(int64(d)) }
		if err != nil || rat(down).Cmp(exact) > 0 || rat(up).Cmp(exact) < 0 || near != down && near != up || !down.Fits(decimals) || !up.Fits(decimals) {
			t.Fatal(down, near, up, exact)
		}
		// whatever is there, taking what is shown of it leaves nothing
		there := q
		shown, err := u.FromOwn(there, masterdata.Nearest)
		if err != nil {
			t.Skip("too large")
		}
		if all, err := u.Take(shown, there, decimals); err != nil || all != there {
			t.Fatal("left behind", there, all, err)
		}
	})
}

func TestItemUnits(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := door(d)
		mustLoad(t, d, read(t, "factories/small-appliance"))
		was := webtest.Must(t, h, reader, "GET", "/masterdata/items/R-PP", nil)
		own := was.Str("uom")
		for name, c := range map[string]struct {
			units []body
			want  string
		}{
			"itself":   {[]body{{"uom": own, "own": "1", "per": "1", "decimals": 0}}, "units[0].uom unit_twice"},
			"twice":    {[]body{{"uom": "bag", "own": "25", "per": "1", "decimals": 0}, {"uom": " bag ", "own": "1", "per": "1", "decimals": 0}}, "units[1].uom unit_twice"},
			"zero":     {[]body{{"uom": "bag", "own": "0", "per": "-1", "decimals": 0}}, "units[0].own ratio_bad, units[0].per ratio_bad"},
			"too much": {[]body{{"uom": "bag", "own": "1000000000", "per": "0.000001", "decimals": 0}}, "units[0].own ratio_bad"},
		} {
			code, p := webtest.Call(t, h, editor, "PUT", "/masterdata/items/R-PP/units", body{"rev": was.Get("rev"), "units": c.units})
			if code != 422 || refusalsOf(p) != c.want {
				t.Errorf("%s: %d %s", name, code, refusalsOf(p))
			}
		}
		units := []body{{"uom": "bag", "own": "25", "per": "1", "decimals": 0}, {"uom": "third", "own": "1", "per": "3", "decimals": 2}}
		now := webtest.Must(t, h, editor, "PUT", "/masterdata/items/R-PP/units", body{"rev": was.Get("rev"), "units": units, "reason": "新包装"})
		if now.Str("units", 1, "per") != "3" || now.Str("units", 1, "factor") != "0.333333" || now.Str("rev") == was.Str("rev") {
			t.Error(now)
		}
		if same := webtest.Must(t, h, editor, "PUT", "/masterdata/items/R-PP/units", body{"rev": now.Get("rev"), "units": units}); same.Str("rev") != now.Str("rev") {
			t.Error("saving without a change made a change")
		}
		webtest.Refused(t, h, editor, "PUT", "/masterdata/items/R-PP/units", body{"rev": was.Get("rev"), "units": units}, "masterdata.item_stale")
		for query, want := range map[string]string{
			"qty=3&from=third": "1 true", "qty=1&from=third": "0.333 false", "qty=1&from=third&purpose=need": "0.334 false", "qty=100&to=bag": "4 true", "qty=110&to=bag&purpose=have": "4 false", "qty=110&to=bag&purpose=need": "5 false",
			"qty=1&from=bag&to=third": "75 true",
		} {
			p := webtest.Must(t, h, reader, "GET", "/masterdata/items/R-PP/convert?"+query, nil)
			if got := p.Str("value") + " " + fmt.Sprint(p.Get("exact")); got != want {
				t.Errorf("%s: %s want %s", query, got, want)
			}
		}
		webtest.Refused(t, h, reader, "GET", "/masterdata/items/R-PP/convert?qty=1&from=NO", nil, "masterdata.unit_unknown")
		webtest.Refused(t, h, reader, "GET", "/masterdata/items/R-PP/convert?qty=x", nil, "masterdata.qty_bad")
		webtest.Refused(t, h, reader, "GET", "/masterdata/items/R-PP/convert?qty=9000000000&from=bag", nil, "masterdata.qty_large")
		if code, p := webtest.Call(t, h, editor, "PUT", "/masterdata/items/R-PP", body{"rev": now.Get("rev"), "uom": "t"}); code != 422 || refusalsOf(p) != "uom uom_converted" {
			t.Error(code, p)
		}
		// the ratio leaves with the pack and comes in again, exactly
		p := dump(t, d, "NB1")
		found := false
		for _, u := range p.UOMs {
			found = found || u.Item == "R-PP" && u.UOM == "third" && u.Factor == num.One && u.Per == num.Int(3) && u.Decimals == 2
		}
		if !found {
			t.Error(p.UOMs)
		}
		mustLoad(t, d, p)
		if again := webtest.Must(t, h, reader, "GET", "/masterdata/items/R-PP", nil); again.Str("units", 1, "per") != "3" {
			t.Error(again)
		}
	})
}

func TestCopyAndDeleteItem(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h, boss := door(d), webtest.Boss()
		mustLoad(t, d, read(t, "factories/small-appliance"))
		was := webtest.Must(t, h, boss, "GET", "/masterdata/items/M-PCBA", nil)
		for name, c := range map[string]struct {
			from string
			in   body
			want string
		}{
			"taken":     {"M-PCBA", body{"code": "R-PP"}, "masterdata.item_invalid"},
			"semicolon": {"M-PCBA", body{"code": "a;b"}, "masterdata.item_invalid"},
			"unknown":   {"NO", body{"code": "X"}, "masterdata.item_unknown"},
			"no BOM":    {"R-PP", body{"code": "X", "bom": true}, "masterdata.no_bom_today"},
			"no steps":  {"R-PP", body{"code": "X", "routing": true}, "masterdata.no_routing_today"},
		} {
			if _, p := webtest.Call(t, h, editor, "POST", "/masterdata/items/"+c.from+"/copy", c.in); p.Str("code") != c.want {
				t.Error(name, p)
			}
		}
		webtest.Refused(t, h, reader, "GET", "/masterdata/items/X", nil, "masterdata.item_unknown")
		made := webtest.Must(t, h, editor, "POST", "/masterdata/items/M-PCBA/copy", body{"code": "M-NEW", "name": "新板", "bom": true, "routing": true})
		made = webtest.Must(t, h, boss, "GET", "/masterdata/items/M-NEW", nil)
		for _, field := range []string{"spec", "uom", "kind", "tracking", "family", "lead_days", "safety_stock", "lot_rule", "yield_pct", "supplier", "purchase_price", "standard_cost"} {
			if fmt.Sprint(made.Get(field)) != fmt.Sprint(was.Get(field)) {
				t.Error(field, made.Get(field), was.Get(field))
			}
		}
		if made.Str("name") != "新板" || made.Str("gtin")+made.Str("barcode") != "" || len(made.Get("boms").([]any)) != 1 || len(made.Get("routings").([]any)) != 1 {
			t.Error(made)
		}
		a := webtest.Must(t, h, boss, "GET", "/masterdata/routings/M-PCBA/versions/1", nil)
		b := webtest.Must(t, h, boss, "GET", "/masterdata/routings/M-NEW/versions/1", nil)
		if fmt.Sprint(a.Get("ops")) != fmt.Sprint(b.Get("ops")) { // piece rates too, which the one who copied does not see
			t.Error(a, b)
		}
		webtest.Refused(t, h, editor, "POST", "/masterdata/items/R-PP/delete", body{"rev": webtest.Must(t, h, boss, "GET", "/masterdata/items/R-PP", nil).Get("rev")}, "masterdata.item_used")
		webtest.Refused(t, h, editor, "POST", "/masterdata/items/M-NEW/delete", body{"rev": 77}, "masterdata.item_stale")
		webtest.Must(t, h, editor, "POST", "/masterdata/items/M-NEW/delete", body{"rev": made.Get("rev"), "reason": "建错"})
		webtest.Refused(t, h, boss, "GET", "/masterdata/items/M-NEW", nil, "masterdata.item_unknown")
		for _, table := range []string{"md_item_site", "md_bom", "md_routing", "md_uom"} {
			if n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM `+table+` WHERE item_id NOT IN (SELECT id FROM md_item)`); err != nil || n != 0 {
				t.Error(table, n, err)
			}
		}
		payload, err := db.One[string](t.Context(), d.Read(), `SELECT payload FROM kit_event WHERE name = 'masterdata.item_deleted'`)
		if err != nil || !strings.Contains(payload, `"name":"新板"`) || !strings.Contains(payload, `"boms":[{"product":"M-NEW"`) {
			t.Error(payload, err)
		}
	})
}

func TestMassChange(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := door(d)
		mustLoad(t, d, read(t, "factories/small-appliance"))
		at := func(codes ...string) (out []body) {
			for _, c := range codes {
				out = append(out, body{"code": c})
			}
			return out
		}
		value := func(code, field string) string {
			return fmt.Sprint(webtest.Must(t, h, reader, "GET", "/masterdata/items/"+code, nil).Get(field))
		}
		lead := value("R-PP", "lead_days")
		for name, c := range map[string]struct {
			in         body
			code, want string
		}{
			"nothing":  {body{"items": at("R-PP"), "values": body{}}, "masterdata.nothing_said", ""},
			"unknown":  {body{"items": at("R-PP", "NO"), "values": body{"lead_days": 77}}, "masterdata.items_invalid", "items[1].code item_unknown"},
			"stale":    {body{"items": []body{{"code": "R-PP", "rev": 99}}, "values": body{"lead_days": 77}}, "masterdata.items_invalid", "items[0].code item_stale"},
			"supplier": {body{"items": at("R-PP", "R-SUS304"), "values": body{"lead_days": 77, "supplier": "NO"}}, "masterdata.items_invalid", "items[0].code partner_unknown, items[1].code partner_unknown"},
			"customer": {body{"items": at("R-PP"), "values": body{"supplier": "C01"}}, "masterdata.items_invalid", "items[0].code not_supplier"},
			"fixed":    {body{"items": at("R-PP"), "values": body{"lot_rule": "fixed", "safety_stock": "-1"}}, "masterdata.items_invalid", "items[0].code fixed_lot_needed, items[0].code negative"},
		} {
			for _, preview := range []bool{true, false} {
				c.in["preview"] = preview
				if _, p := webtest.Call(t, h, editor, "POST", "/masterdata/item-changes", c.in); p.Str("code") != c.code || refusalsOf(p) != c.want {
					t.Errorf("%s: %s %s", name, p.Str("code"), refusalsOf(p))
				}
			}
		}
		in := body{"items": at("R-PP", "R-SUS304", "R-PP"), "values": body{"lead_days": 77, "safety_stock": "12.5", "supplier": "S01", "family": "原料"}, "preview": true}
		seen := webtest.Must(t, h, editor, "POST", "/masterdata/item-changes", in)
		if seen.Str("changed") != "2" || value("R-PP", "lead_days") != lead || seen.Str("items", 0, "changes", 0, "field") == "" {
			t.Error("the preview wrote", seen)
		}
		var items []body
		for i := range seen.Get("items").([]any) {
			items = append(items, body{"code": seen.Str("items", i, "code"), "rev": seen.Get("items", i, "rev")})
		}
		in["items"], in["preview"], in["reason"] = items, false, "换供应商"
		n := kittest.Statements(t, kittest.Ctx(t), func(ctx context.Context) error {
			done := webtest.Must(t, h, editor, "POST", "/masterdata/item-changes", in)
			if done.Str("changed") != "2" {
				t.Error(done)
			}
			return nil
		})
		if n > 40 {
			t.Error("statements:", n)
		}
		for _, code := range []string{"R-PP", "R-SUS304"} {
			if got := value(code, "lead_days") + value(code, "safety_stock") + value(code, "supplier") + value(code, "family"); got != "7712.5S01原料" {
				t.Error(code, got)
			}
		}
		// told item by item, as if each had been changed alone
		payloads, err := db.All[string](t.Context(), d.Read(), `SELECT payload FROM kit_event WHERE name = 'masterdata.item_changed' AND reason = '换供应商'`)
		if err != nil || len(payloads) != 2 || !strings.Contains(payloads[0], `"lead_days":77`) || !strings.Contains(payloads[0], `"before"`) {
			t.Error(payloads, err)
		}
		in["preview"] = true
		in["items"] = at("R-PP", "R-SUS304")
		if seen = webtest.Must(t, h, editor, "POST", "/masterdata/item-changes", in); seen.Str("same") != "2" || seen.Str("changed") != "0" {
			t.Error(seen)
		}
		webtest.Must(t, h, editor, "POST", "/masterdata/item-changes", body{"items": at("R-PP"), "values": body{"active": false}})
		if value("R-PP", "status") != "inactive" {
			t.Error("still active")
		}
		if code, _ := webtest.Call(t, h, reader, "POST", "/masterdata/item-changes", body{"items": at("R-PP"), "values": body{"active": true}, "preview": true}); code != 403 {
			t.Error(code)
		}
		// a hundred items cost no more statements than two
		var many []body
		for _, it := range read(t, "factories/small-appliance").Items {
			many = append(many, body{"code": it.Code})
		}
		m := kittest.Statements(t, kittest.Ctx(t), func(ctx context.Context) error {
			var in masterdata.ChangeItems
			for _, b := range many {
				in.Items = append(in.Items, masterdata.ItemAt{Code: b["code"].(string)})
			}
			days := 5
			in.Values.ShelfLifeDays = &days
			return d.InTx(ctx, func(tx *db.Tx) error { _, err := masterdata.New().ChangeItems(ctx, tx, in); return err })
		})
		if len(many) < 20 || m > 20+int64(len(many)) { // the event log itself writes in rows
			t.Error("statements:", m, "for", len(many))
		}
	})
}

func TestItemCodes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := door(d)
		mustLoad(t, d, read(t, "factories/small-appliance"))
		next := func(query string) string {
			p := webtest.Must(t, h, reader, "GET", "/masterdata/item-codes/next?"+query, nil)
			return p.Str("code")
		}
		if got := next("kind=buy"); got != "" {
			t.Error("a code without a rule:", got)
		}
		for name, c := range map[string]struct{ rule, want string }{
			"no counter":   {"R-", "rules[0].pattern pattern_bad"},
			"two counters": {"R{00}{00}", "rules[0].pattern pattern_bad"},
			"unknown word": {"{YYYY}{00}", "rules[0].pattern pattern_bad"},
			"open":         {"R{00", "rules[0].pattern pattern_bad"},
			"semicolon":    {"R;{00}", "rules[0].pattern pattern_bad"},
		} {
			if code, p := webtest.Call(t, h, editor, "PUT", "/masterdata/item-codes", body{"rules": []body{{"pattern": c.rule}}}); code != 422 || refusalsOf(p) != c.want {
				t.Error(name, code, p)
			}
		}
		if code, p := webtest.Call(t, h, editor, "PUT", "/masterdata/item-codes", body{"rules": []body{{"pattern": "A{0}"}, {"pattern": "B{0}"}}}); code != 422 || refusalsOf(p) != "rules[1].family rule_twice" {
			t.Error(code, p)
		}
		webtest.Must(t, h, editor, "PUT", "/masterdata/item-codes", body{"rules": []body{{"pattern": "X{0000}"}, {"kind": "buy", "pattern": "B-{000}"}, {"family": "F", "pattern": "F{YY}{MM}-{00}/a"}, {"kind": "buy", "family": "F", "pattern": "BF{0}"}}})
		for query, want := range map[string]string{"kind=make": "X0001", "kind=buy": "B-001", "kind=make&family=F": "F2603-01/a", "kind=buy&family=F": "BF1", "kind=buy&family=G": "B-001"} {
			if got := next(query); got != want {
				t.Errorf("%s: %s want %s", query, got, want)
			}
		}
		for _, code := range []string{"B-009", "B-0007", "B-x", "B-099x", "B-+50"} {
			webtest.Must(t, h, editor, "POST", "/masterdata/items", body{"code": code, "kind": "buy"})
		}
		if got := next("kind=buy"); got != "B-010" {
			t.Error(got)
		}
		webtest.Must(t, h, editor, "POST", "/masterdata/items", body{"code": "B-999", "kind": "buy"})
		if got := next("kind=buy"); got != "B-1000" {
			t.Error(got)
		}
	})
}

func TestItemPicture(t *testing.T) {
	kittest.Each(t, append([]db.Schema{{Room: "blob", FS: blob.Schema}}, schemas...), func(t *testing.T, d *db.DB) {
		h := door(d)
		mustLoad(t, d, read(t, "factories/small-appliance"))
		send := func(act *actor.Actor, code, name string, content []byte) (int, string) {
			var b bytes.Buffer
			w := multipart.NewWriter(&b)
			f, _ := w.CreateFormFile("file", name)
			_, _ = f.Write(content)
			_ = w.Close()
			r := webtest.Do(t, h, act, "POST", "/masterdata/items/"+code+"/picture", b.Bytes(), "Content-Type", w.FormDataContentType())
			return r.Code, r.Body.String()
		}
		png := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89")
		webtest.Refused(t, h, reader, "GET", "/masterdata/items/R-PP/picture", nil, "masterdata.no_picture")
		if code, s := send(editor, "R-PP", "a.png", []byte("<html>")); code != 422 || !strings.Contains(s, "masterdata.picture_bad") {
			t.Error(code, s)
		}
		if code, s := send(editor, "NO", "a.png", png); code != 404 {
			t.Error(code, s)
		}
		if code, s := send(reader, "R-PP", "a.png", png); code != 403 {
			t.Error(code, s)
		}
		if code, s := send(editor, "R-PP", "a.png", png); code != http.StatusOK || strings.Contains(s, `"picture":"0"`) {
			t.Fatal(code, s)
		}
		r := webtest.Do(t, h, reader, "GET", "/masterdata/items/R-PP/picture", nil)
		if r.Code != 200 || !bytes.Equal(r.Body.Bytes(), png) || r.Header().Get("Content-Type") != "image/png" || !strings.HasPrefix(r.Header().Get("Content-Disposition"), "inline") {
			t.Error(r.Code, r.Header())
		}
		// a pack that comes in again does not take it away
		mustLoad(t, d, read(t, "factories/small-appliance"))
		if p := webtest.Must(t, h, reader, "GET", "/masterdata/items?filter=code:eq:R-PP", nil); p.Str("items", 0, "picture") == "0" {
			t.Error(p)
		}
		if p := webtest.Must(t, h, editor, "POST", "/masterdata/items/R-PP/picture/remove", nil); p.Str("picture") != "0" {
			t.Error(p)
		}
		webtest.Refused(t, h, reader, "GET", "/masterdata/items/R-PP/picture", nil, "masterdata.no_picture")
	})
}
