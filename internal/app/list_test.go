package app

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web"
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
		for _, list := range []string{"work_centers", "machines", "changeovers", "calendars", "calendar_days", "partners", "warehouses", "locations", "workers", "tools"} {
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
		// a planner sees no costs, and so takes none away
		w := planner.do("GET", "/masterdata/lists/work_centers/export?format=csv", "")
		if code, r := see(planner, "work_centers", "w.csv", w.Body.Bytes(), true); code != 200 || r.Files[0].Changed > 0 || strings.Contains(w.Body.String(), ",85,") {
			t.Errorf("%d %+v %s", code, r, w.Body)
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
