package app

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// upload sends a file as a browser does.
func (p *person) upload(path, name string, content []byte) *httptest.ResponseRecorder {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	f, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = f.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/api/v1"+path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("X-Requested-With", "kaiwu")
	r.AddCookie(&http.Cookie{Name: web.CookieName, Value: p.cookie})
	rec := httptest.NewRecorder()
	p.h.ServeHTTP(rec, r)
	return rec
}

// One list in and out: what was exported is the same again; faults are told by row and column and nothing is written;
// a good file is seen as a whole; who may not import does not.
func TestListsComeAndGo(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		boss, planner := h.logIn(identity.Boss), h.logIn(identity.Planner)
		see := func(p *person, list, name string, content []byte, dry bool) (int, Report) {
			path := "/masterdata/lists/" + list + "/import"
			if dry {
				path += "?dry_run=true"
			}
			w := p.upload(path, name, content)
			var r Report
			_ = json.Unmarshal(w.Body.Bytes(), &r)
			return w.Code, r
		}
		for _, list := range pack.Lists {
			for _, format := range []string{"xlsx", "csv"} {
				w := boss.do("GET", "/masterdata/lists/"+list+"/export?format="+format, "")
				code, r := see(boss, list, list+"."+format, w.Body.Bytes(), true)
				if w.Code != 200 || code != 200 || len(r.Errors) > 0 || len(r.Files) != 1 || r.Files[0].New > 0 || r.Files[0].Changed > 0 {
					t.Errorf("%s %s: %d %d %+v", list, format, w.Code, code, r)
				}
			}
			if w := boss.do("GET", "/masterdata/lists/"+list+"/template", ""); w.Code != 200 || !bytes.HasPrefix(w.Body.Bytes(), []byte("PK")) {
				t.Errorf("template of %s: %d", list, w.Code)
			}
		}
		// a planner sees no costs and prices, and so takes none away
		for _, list := range []string{"items", "routings", "work_centers"} {
			w := planner.do("GET", "/masterdata/lists/"+list+"/export?format=csv", "")
			if code, r := see(planner, list, "w.csv", w.Body.Bytes(), true); code != 200 || r.Files[0].Changed > 0 || list == "work_centers" && strings.Contains(w.Body.String(), ",85,") {
				t.Errorf("%d %+v %s", code, r, w.Body)
			}
		}
		bad := []byte("code,name,badge,team\nN1,甲,88000001,\nN2,,1,\nN3,丙,2,\n")
		code, r := see(boss, "workers", "w.csv", bad, true)
		if code != 200 || len(r.Errors) != 2 || r.Errors[0].Row+r.Errors[1].Row != 5 || r.Errors[0].Column == "" || r.Errors[0].Message == "" {
			t.Errorf("%d %+v", code, r.Errors)
		}
		if code, _ := see(boss, "workers", "w.csv", bad, false); code != 422 {
			t.Errorf("a bad list came in: %d", code)
		}
		if w := boss.do("GET", "/masterdata/workers/N3", ""); w.Code != 404 {
			t.Errorf("half of a bad list is there: %d", w.Code)
		}
		good := []byte("code,name,badge,team,skills\nN1,甲,99000001,新班组,新技能\n")
		if code, r := see(boss, "workers", "w.csv", good, false); code != 200 || r.Files[0].New != 1 {
			t.Errorf("%d %+v", code, r)
		}
		for path, want := range map[string]string{"/masterdata/workers/N1": `"skill":"新技能"`, "/masterdata/teams?q=新班组": `"workers":1`, "/identity/users?filter=worker:eq:N1": `"total":1`} {
			if w := boss.do("GET", path, ""); !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: %s", path, w.Body)
			}
		}
		if code, _ := see(h.logIn(identity.Warehouse), "workers", "w.csv", good, true); code != 403 {
			t.Error("a warehouse keeper imports workers", code)
		}
		if code, _ := see(boss, "stock", "w.csv", good, true); code != 404 {
			t.Error("stock is no list", code)
		}

		// what later rooms have to say
		refused := func(path, body, code string) {
			t.Helper()
			if w := boss.do("POST", path, body); w.Code != 409 || !strings.Contains(w.Body.String(), code) {
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
		}
		refused("/masterdata/warehouses/RM/deactivate", `{"rev":1}`, "app.location_stocked")
		refused("/masterdata/locations/switch", `{"codes":["RM/A-19-1"],"active":false}`, "app.location_stocked")
		// who leaves is out at once: the badge opens nothing
		var page struct{ Rev int64 }
		if err := json.Unmarshal(boss.do("GET", "/masterdata/workers/N1", "").Body.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		boss.do("POST", "/masterdata/workers/N1/deactivate", `{"rev":1,"reason":"离职"}`)
		if w := boss.do("GET", "/identity/users?filter=worker:eq:N1", ""); !strings.Contains(w.Body.String(), `"disabled":true`) {
			t.Error(w.Body)
		}
	})
}

// One list goes out, is changed and comes in again: what it says changes, all or nothing, and nothing else does.
func TestListSaysWhatItSays(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		a := New(d, Options{})
		ctx := kittest.Ctx(t)
		if _, err := a.Packs.Import(ctx, factory(t, "small-appliance"), nil, nil); err != nil {
			t.Fatal(err)
		}
		before, err := a.Packs.Export(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		in := func(ctx context.Context, name, text string) (Report, []string) {
			p, found, err := a.Packs.ReadList(ctx, strings.NewReader(text), int64(len(text)), name+".csv", name, "")
			if err != nil {
				t.Fatal(err)
			}
			r, faults, err := a.Packs.Preview(ctx, p, found)
			if err != nil {
				t.Fatal(err)
			}
			var codes []string
			for _, f := range faults {
				codes = append(codes, f.Where+" "+f.Code)
			}
			if len(faults) == 0 {
				if _, err := a.Packs.Import(ctx, p, found, nil); err != nil {
					t.Fatal(err)
				}
			}
			onlyList(&r, name)
			return r, codes
		}
		for _, name := range []string{"items", "uoms", "boms", "routings"} {
			for format, write := range map[string]func(*bytes.Buffer) error{
				"xlsx": func(b *bytes.Buffer) error { return pack.WriteListXLSX(before, name, "zh", b) },
				"csv":  func(b *bytes.Buffer) error { return pack.WriteListCSV(before, name, b) },
			} {
				var b bytes.Buffer
				if err := write(&b); err != nil {
					t.Fatal(err)
				}
				if r, faults := in(ctx, name, b.String()); len(faults) > 0 || len(r.Files) != 1 || r.Files[0].Same != r.Files[0].Rows || (r.Files[0].Rows == 0) != (name == "uoms") {
					t.Errorf("%s %s: %+v %v", name, format, r, faults)
				}
			}
		}
		for text, want := range map[string]string{
			"product,item,qty\nM-PCBA,NO,1\nNO,R-PP,0\n":       "boms.csv:2:item pack.unknown_item boms.csv:3:qty pack.above boms.csv:3:product pack.unknown_item",
			"product,item,qty\nM-PCBA,M-PCBA,1\n":              "boms.csv:2:item pack.loop",
			"product,item\nM-PCBA,R-PP\n":                      "boms.csv:1:qty pack.column_missing",
			"product,item,qty,role\nM-PCBA,R-PP,1,component\n": "",
		} {
			_, faults := in(ctx, "boms", text)
			if got := strings.Join(faults, " "); got != want {
				t.Errorf("%q: %s", text, got)
			}
		}
		// a list of codes and lead times changes lead times and nothing else, prices that the planner does not see included
		planner := actor.With(ctx, &actor.Actor{Name: "planner", Perms: map[string]bool{"masterdata.import": true, "masterdata.read": true}})
		r, faults := in(planner, "items", "code,kind,lead_days\nR-PP,buy,77\nR-SUS304,buy,78\n")
		if len(faults) > 0 || len(r.Files) != 1 || r.Files[0].Changed != 2 {
			t.Error(r, faults)
		}
		after, err := a.Packs.Export(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		for i := range before.Items {
			want := before.Items[i]
			switch want.Code {
			case "R-PP":
				want.LeadDays = 77
			case "R-SUS304":
				want.LeadDays = 78
			}
			if at := slices.IndexFunc(after.Items, func(it pack.Item) bool { return it.Code == want.Code }); at < 0 || !reflect.DeepEqual(after.Items[at], want) {
				t.Errorf("%+v\n%+v", want, after.Items[max(at, 0)])
			}
		}
		if b, ok, err := func() (masterdata.BOM, bool, error) {
			it, err := masterdata.ItemByCode(ctx, d.Read(), "M-PCBA")
			if err != nil {
				return masterdata.BOM{}, false, err
			}
			return masterdata.EffectiveBOM(ctx, d.Read(), it.ID, "2026-03-02", "1")
		}(); err != nil || !ok || len(b.Lines) != 1 {
			t.Error(b, ok, err)
		}
		// columns that are not in the file stay, in every list; a new line belongs to its version
		b0 := before.BOMs[slices.IndexFunc(before.BOMs, func(b pack.BOMLine) bool { return b.Product != "M-PCBA" })]
		o0, w0 := before.Routings[0], before.WorkCenters[0]
		for _, c := range []struct{ list, text string }{
			{"boms", "product,version,item,qty\n" + strings.Join([]string{b0.Product, b0.Version, b0.Item, "7"}, ",") + "\n"},
			{"routings", "product,version,op,work_center,setup_min\n" + strings.Join([]string{o0.Product, o0.Version, strconv.Itoa(o0.Op), o0.WorkCenter, "99"}, ",") + "\n"},
			{"work_centers", "code,name\n" + w0.Code + ",新名\n"},
		} {
			if r, faults := in(ctx, c.list, c.text); len(faults) > 0 || len(r.Files) != 1 || r.Files[0].Changed != 1 {
				t.Errorf("%s: %+v %v", c.list, r, faults)
			}
		}
		kept, err := a.Packs.Export(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		wantB, wantO, wantW := b0, o0, w0
		wantB.Qty, wantO.SetupMin, wantW.Name = num.MustParse("7"), num.MustParse("99"), "新名"
		wantB.Row, wantO.Row, wantW.Row = 0, 0, 0
		if i := slices.IndexFunc(kept.BOMs, func(b pack.BOMLine) bool { return b.Product == b0.Product && b.Version == b0.Version }); i < 0 || !reflect.DeepEqual(kept.BOMs[i], wantB) {
			t.Errorf("%+v\n%+v", wantB, kept.BOMs[max(i, 0)])
		}
		if i := slices.IndexFunc(kept.Routings, func(o pack.Operation) bool { return o.Product == o0.Product && o.Version == o0.Version }); i < 0 || !reflect.DeepEqual(kept.Routings[i], wantO) {
			t.Errorf("%+v\n%+v", wantO, kept.Routings[max(i, 0)])
		}
		if i := slices.IndexFunc(kept.WorkCenters, func(w pack.WorkCenter) bool { return w.Code == w0.Code }); i < 0 || !reflect.DeepEqual(kept.WorkCenters[i], wantW) {
			t.Errorf("%+v\n%+v", wantW, kept.WorkCenters[max(i, 0)])
		}
		if !reflect.DeepEqual(after.Routings, before.Routings) || !reflect.DeepEqual(after.Stock, before.Stock) {
			t.Error("something else changed")
		}
	})
}

// Orders of a file come in whole or not at all; who sells brings them in, with prices only who sees those; nobody else.
func TestSalesOrdersComeFromAFile(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		in := func(role, text string, dry bool) (int, Report, string) {
			path := "/sales/imports"
			if dry {
				path += "?dry_run=true"
			}
			w := h.logIn(role).upload(path, "orders.csv", []byte(text))
			var r Report
			_ = json.Unmarshal(w.Body.Bytes(), &r)
			return w.Code, r, w.Body.String()
		}
		const head = "order,line,customer,item,qty,due,unit_price\n"
		const bad = head + "X-1,1,C01,FG-AF1,3,2026-12-20,\nX-1,2,C01,NOPE,2,2026-12-20,\nX-2,1,C02,FG-CM1,some,2026-12-20,\n"
		const good = head + "X-1,1,C01,FG-AF1,3,2026-12-20,\nX-1,2,C01,FG-WD1,2,2026-12-20,\nX-2,1,C02,FG-CM1,4,2026-12-20,\n"
		const priced = head + "X-3,1,C01,FG-AF1,3,2026-12-20,199\n"
		code, r, said := in(identity.Planner, bad, true)
		if code != 200 || len(r.Errors) != 2 || r.Errors[0].Row != 3 || r.Errors[0].Column != "item" || r.Errors[1].Row != 4 || r.Errors[1].Column != "qty" {
			t.Errorf("%d %s", code, said)
		}
		if code, _, said := in(identity.Planner, bad, false); code != 422 {
			t.Errorf("a bad file came in: %d %s", code, said)
		}
		boss := h.logIn(identity.Boss)
		count := func(want string) {
			t.Helper()
			if w := boss.do("GET", "/sales/orders?limit=1&filter=number:in:X-1,X-2,X-3", ""); !strings.Contains(w.Body.String(), `"total":`+want) {
				t.Errorf("not %s lines: %s", want, w.Body)
			}
		}
		count("0")
		if code, r, said := in(identity.Planner, good, true); code != 200 || len(r.Errors) != 0 || r.Files[0].Rows != 3 {
			t.Errorf("%d %s", code, said)
		}
		count("0")
		if code, _, said := in(identity.Planner, good, false); code != 200 {
			t.Errorf("%d %s", code, said)
		}
		count("3")
		if code, _, said := in(identity.Planner, priced, false); code != 403 || !strings.Contains(said, "app.pack_prices") {
			t.Errorf("a planner sets prices: %d %s", code, said)
		}
		if code, _, said := in(identity.Sales, priced, false); code != 200 {
			t.Errorf("%d %s", code, said)
		}
		count("4")
		// each has its own beginning on its time line, with its lines; a price is told to who may see it
		h.sealed()
		for number, want := range map[string]string{"X-1": `"source":"file"`, "X-2": `"item":"FG-CM1"`, "X-3": `"unit_price":"199"`} {
			w := boss.do("GET", "/events?subject=so:"+number+"&limit=9", "")
			if got := w.Body.String(); strings.Count(got, `"sales.ordered"`) != 1 || !strings.Contains(got, want) || !strings.Contains(got, `"customer":"C0`) {
				t.Errorf("time line of %s: %s", number, got)
			}
		}
		if w := h.logIn(identity.Planner).do("GET", "/events?subject=so:X-3&limit=9", ""); strings.Contains(w.Body.String(), `"199"`) {
			t.Errorf("a planner is told a price: %s", w.Body)
		}
		if code, _, said := in(identity.Planner, good, false); code != 200 {
			t.Errorf("%d %s", code, said)
		}
		h.sealed()
		if w := boss.do("GET", "/events?subject=so:X-1&limit=9", ""); strings.Count(w.Body.String(), `"sales.ordered"`) != 1 {
			t.Errorf("what is there already is told again: %s", w.Body)
		}
		if code, r, _ := in(identity.Sales, strings.Replace(good, "FG-WD1,2", "FG-WD1,5", 1), true); code != 200 || len(r.Errors) != 1 || r.Errors[0].Code != "sales.number_taken" {
			t.Errorf("an order is entered twice: %d %+v", code, r.Errors)
		}
		if w := h.logIn(identity.Sales).do("GET", "/sales/imports/template", ""); w.Code != 200 || !bytes.HasPrefix(w.Body.Bytes(), []byte("PK")) {
			t.Errorf("template: %d", w.Code)
		}
		if code, _, _ := in(identity.Warehouse, good, true); code != 403 {
			t.Errorf("a warehouse keeper imports orders: %d", code)
		}
	})
}
