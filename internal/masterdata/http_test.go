package masterdata_test

import (
	"net/http"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
)

func door(d *db.DB) http.Handler {
	a := web.New(http.NewServeMux(), d)
	masterdata.New().Routes(a)
	return a.Handler()
}

var reader = webtest.Person("reader", "masterdata.read")

// Every page answers, and who may not see prices sees none.
func TestPages(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := door(d)
		mustLoad(t, d, read(t, "factories/small-appliance"))
		for path, want := range map[string]string{
			"/masterdata/items?limit=500":                     `"code":"R-PP"`,
			"/masterdata/items?q=304":                         `R-SUS304`,
			"/masterdata/items?filter=kind:eq:buy&sort=-name": `"kind":"buy"`,
			"/masterdata/items/R-PP":                          `"supplier_name":"余姚塑化"`,
			"/masterdata/items/M-PCBA":                        `"version":"1"`,
			"/masterdata/items/P-PCB/where-used":              `"item":"M-PCBA"`,
			"/masterdata/boms":                                `"product":"M-PCBA"`,
			"/masterdata/boms/M-PCBA?qty=100":                 `"item":"P-PCB"`,
			"/masterdata/routings":                            `"product":"M-PCBA"`,
			"/masterdata/routings/M-PCBA":                     `"work_center":"SMT"`,
			"/masterdata/work-centers":                        `"code":"INJ"`,
			"/masterdata/work-centers/INJ":                    `"code":"INJ-01"`,
			"/masterdata/machines":                            `"code":"INJ-01"`,
			"/masterdata/calendars":                           `"code":"two"`,
			"/masterdata/calendars/two":                       `"date":"2026-04-04"`,
			"/masterdata/partners":                            `余姚塑化`,
			"/masterdata/partners/S01":                        `余姚塑化`,
			"/masterdata/warehouses":                          `"code":"RM"`,
			"/masterdata/warehouses/RM":                       `"code":"RM/A-19-1"`,
			"/masterdata/locations?limit=500":                 `"code":"RM/A-19-1"`,
			"/masterdata/workers":                             `刘勇`,
			"/masterdata/workers/W001":                        `"badge":"88000001"`,
			"/masterdata/sites":                               `"code":"NB1"`,
		} {
			for _, who := range []string{"reader", "boss"} {
				act := reader
				if who == "boss" {
					act = webtest.Boss()
				}
				r := webtest.Do(t, h, act, "GET", path, nil)
				body := r.Body.String()
				if r.Code != 200 || !strings.Contains(body, want) {
					t.Errorf("%s %s: %d %.300s", who, path, r.Code, body)
				}
				hidden := strings.Contains(body, "purchase_price") || strings.Contains(body, "cost_per_hour") || strings.Contains(body, "piece_rate") || strings.Contains(body, "standard_cost")
				if who == "reader" && hidden {
					t.Errorf("%s shows prices", path)
				}
			}
			if r := webtest.Do(t, h, webtest.Person("stranger"), "GET", path, nil); r.Code != 403 {
				t.Errorf("stranger reads %s: %d", path, r.Code)
			}
		}
		for path, code := range map[string]string{
			"/masterdata/items/NO": "masterdata.item_unknown", "/masterdata/boms/R-PP": "masterdata.bom_unknown", "/masterdata/boms/M-PCBA?qty=-1": "masterdata.qty_bad",
			"/masterdata/routings/R-PP": "masterdata.routing_unknown", "/masterdata/work-centers/NO": "masterdata.work_center_unknown", "/masterdata/calendars/NO": "masterdata.calendar_unknown",
			"/masterdata/partners/NO": "masterdata.partner_unknown", "/masterdata/warehouses/NO": "masterdata.warehouse_unknown", "/masterdata/workers/NO": "masterdata.worker_unknown",
			"/masterdata/items/R-PP?site=NO": "masterdata.site_unknown", "/masterdata/items?filter=purchase_price:gt:1": "web.field_forbidden",
		} {
			if r := webtest.Do(t, h, reader, "GET", path, nil); r.Code < 400 || r.Code >= 500 || !strings.Contains(r.Body.String(), `"code":"`+code+`"`) || strings.Contains(r.Body.String(), "{") && strings.Contains(r.Body.String(), "{code}") {
				t.Errorf("%s: %d %s", path, r.Code, r.Body)
			}
		}
	})
}

func TestEditItem(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := door(d)
		mustLoad(t, d, read(t, "factories/small-appliance"))
		boss, planner := webtest.Boss(), webtest.Person("planner", "masterdata.read", "masterdata.write")
		got := webtest.Must(t, h, boss, "POST", "/masterdata/items", map[string]any{"code": "X-1", "name": "新物料", "kind": "buy", "supplier": "S01", "purchase_price": "12.5", "safety_stock": "10"})
		if got.Str("code") != "X-1" || got.Str("uom") != "pcs" || got.Str("supplier_name") != "余姚塑化" || got.Str("status") != "active" || got.Str("yield_pct") != "100" || got.Str("decimals") != "6" {
			t.Fatal(got)
		}
		for name, c := range map[string]struct {
			body map[string]any
			want string // field code …
		}{
			"taken":     {map[string]any{"code": "R-PP", "kind": "buy"}, "body.code masterdata.item_exists"},
			"semicolon": {map[string]any{"code": "A;B", "kind": "buy"}, "body.code masterdata.code_bad"},
			"no kind":   {map[string]any{"code": "X-2"}, "body.kind masterdata.needed"},
			"many": {map[string]any{"code": "X-2", "kind": "buy", "yield_pct": "0", "lot_rule": "fixed", "max_lot": "5", "lot_multiple": "10", "supplier": "NO", "gtin": "6901234567890", "safety_stock": "-1"},
				"body.safety_stock masterdata.negative body.yield_pct masterdata.yield_bad body.fixed_lot masterdata.fixed_lot_needed body.max_lot masterdata.max_lot_small body.supplier masterdata.partner_unknown body.gtin masterdata.gtin_bad"},
			"barcode":  {map[string]any{"code": "X-2", "kind": "buy", "barcode": "R-PP"}, "body.barcode masterdata.barcode_taken"},
			"customer": {map[string]any{"code": "X-2", "kind": "buy", "supplier": "C01"}, "body.supplier masterdata.not_supplier"},
		} {
			code, p := webtest.Call(t, h, boss, "POST", "/masterdata/items", c.body)
			var fields []string
			errors, _ := p.Get("errors").([]any)
			for i := range errors {
				fields = append(fields, p.Str("errors", i, "location")+" "+p.Str("errors", i, "code"))
				if m := p.Str("errors", i, "message"); m == "" || strings.Contains(m, "{") {
					t.Error(name, m)
				}
			}
			if code != 422 || strings.Join(fields, " ") != c.want {
				t.Errorf("%s: %d %v", name, code, fields)
			}
		}
		rev := got.Get("rev")
		if code, p := webtest.Call(t, h, planner, "PUT", "/masterdata/items/X-1", map[string]any{"rev": rev, "purchase_price": "1"}); code != 403 || p.Str("code") != "web.field_forbidden" {
			t.Error(code, p)
		}
		// what is not sent stays, also what the sender may not see
		if code, p := webtest.Call(t, h, planner, "PUT", "/masterdata/items/X-1", map[string]any{"rev": rev, "name": "改过", "lead_days": 9, "reason": "供应商通知"}); code != 200 || p.Str("name") != "改过" || p.Get("purchase_price") != nil {
			t.Error(code, p)
		}
		if code, p := webtest.Call(t, h, planner, "PUT", "/masterdata/items/X-1", map[string]any{"rev": rev, "name": "又改"}); code != 409 || p.Str("code") != "masterdata.item_stale" {
			t.Error(code, p)
		}
		now := webtest.Must(t, h, boss, "GET", "/masterdata/items/X-1", nil)
		if now.Str("purchase_price") != "12.5" || now.Str("lead_days") != "9" || now.Str("safety_stock") != "10" {
			t.Error(now)
		}
		if code, _ := webtest.Call(t, h, planner, "PUT", "/masterdata/items/X-1", map[string]any{"rev": now.Get("rev"), "clear": []string{"purchase_price"}}); code != 422 {
			t.Error(code)
		}
		now = webtest.Must(t, h, boss, "PUT", "/masterdata/items/X-1", map[string]any{"rev": now.Get("rev"), "clear": []string{"purchase_price"}, "supplier": "", "code": "X-1"})
		if now.Get("purchase_price") != nil || now.Str("supplier") != "" {
			t.Error(now)
		}
		if code, p := webtest.Call(t, h, boss, "PUT", "/masterdata/items/X-1", map[string]any{"rev": now.Get("rev"), "code": "X-9"}); code != 422 || p.Str("errors", 0, "code") != "masterdata.code_fixed" {
			t.Error(code, p)
		}
		same := webtest.Must(t, h, boss, "PUT", "/masterdata/items/X-1", map[string]any{"rev": now.Get("rev"), "name": "改过"})
		if same.Str("rev") != now.Str("rev") {
			t.Error("saving without a change made a change")
		}
		now = webtest.Must(t, h, boss, "POST", "/masterdata/items/X-1/deactivate", map[string]any{"rev": now.Get("rev"), "reason": "停产"})
		if now.Str("status") != "inactive" {
			t.Error(now)
		}
		if code, p := webtest.Call(t, h, boss, "POST", "/masterdata/items/X-1/activate", map[string]any{"rev": same.Get("rev")}); code != 409 || p.Str("code") != "masterdata.item_stale" {
			t.Error(code, p)
		}
		if now = webtest.Must(t, h, boss, "POST", "/masterdata/items/X-1/activate", map[string]any{"rev": now.Get("rev")}); now.Str("status") != "active" {
			t.Error(now)
		}
		type event struct {
			Name    string `db:"name"`
			Reason  string `db:"reason"`
			Payload string `db:"payload"`
		}
		log, err := db.All[event](t.Context(), d.Read(), `SELECT name, reason, payload FROM kit_event WHERE subject = 'item:X-1' ORDER BY recorded_ms, id`)
		if err != nil || len(log) != 5 || log[0].Name != masterdata.EventItemCreated || log[1].Reason != "供应商通知" ||
			!strings.Contains(log[1].Payload, `"before":{"code":"X-1","name":"新物料"`) || !strings.Contains(log[1].Payload, `"name":"改过"`) {
			t.Error(err, log)
		}
		// what was entered by hand leaves with the pack, behind what came in
		p := dump(t, d, "NB1")
		if last := p.Items[len(p.Items)-1]; last.Code != "X-1" || last.SafetyStock.String() != "10" {
			t.Error(last)
		}
	})
}

func TestFind(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		mustLoad(t, d, read(t, "factories/medical-device"))
		m := masterdata.New()
		for text, want := range map[string]string{
			"IV-100": "/masterdata/items/IV-100", "iv-1": "/masterdata/items/IV-100", "6600001": "/masterdata/workers/M01", "供应商F": "/masterdata/partners/SF",
			"CLEAN": "/masterdata/work-centers/CLEAN", "QR": "/masterdata/warehouses/QR", "医用管": "/masterdata/items/M-TUBE", "%": "",
		} {
			hits, err := m.Find(kittest.Ctx(t), d.Read(), text)
			got := ""
			if len(hits) > 0 {
				got = hits[0].URL
			}
			if err != nil || got != want {
				t.Errorf("%s: %v %v", text, hits, err)
			}
		}
	})
}

// The sentences are complete: both languages, the same values in both.
func TestMessages(t *testing.T) {
	for code, m := range masterdata.Messages {
		if m.Zh == "" || m.En == "" || !strings.HasPrefix(code, "masterdata.") {
			t.Error(code)
		}
		for _, part := range strings.Split(m.En, "{")[1:] {
			if name, _, _ := strings.Cut(part, "}"); !strings.Contains(m.Zh, "{"+name+"}") {
				t.Errorf("%s: {%s} is missing in Chinese", code, name)
			}
		}
	}
}
