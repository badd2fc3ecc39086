package masterdata_test

import (
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web/webtest"
)

// Badges and shelf labels come out as files; a place that does not exist is refused by name.
func TestPrinting(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := door(d)
		mustLoad(t, d, read(t, "factories/small-appliance"))
		webtest.Must(t, h, webtest.Boss(), "POST", "/masterdata/tools", map[string]any{"code": "M-7", "name": "外壳模", "kind": "mold", "location": "模具架 3"})
		for path, begins := range map[string]string{
			"/masterdata/workers/W001/badge.pdf":                                      "%PDF",
			"/masterdata/badges.pdf?code=W001&code=W002":                              "%PDF",
			"/masterdata/locations/label.pdf?code=RM&code=RM%2FA-19-1":                "%PDF",
			"/masterdata/locations/label.zpl?code=RM%2FA-19-1&small=true":             "^XA",
			"/masterdata/machines/label.pdf?code=INJ-01&code=INJ-02":                  "%PDF",
			"/masterdata/machines/label.zpl?code=INJ-02&small=true":                   "KW:MCH:INJ-02",
			"/masterdata/machines/label.pdf?code=INJ-01&code=NO":                      "masterdata.machine_unknown",
			"/masterdata/tools/label.pdf?code=M-7":                                    "%PDF",
			"/masterdata/tools/label.zpl?code=M-7":                                    "KW:TL:M-7",
			"/masterdata/tools/label.zpl?code=M-8":                                    "masterdata.tool_unknown",
			"/masterdata/locations/label.pdf?code=NO":                                 "masterdata.location_unknown",
			"/masterdata/badges.pdf?code=W001&code=NO":                                "masterdata.worker_unknown",
			"/masterdata/locations/label.zpl?code=RM%2FA-19-1&code=RM%2FA-19-2&site=": "^XA",
		} {
			if r := webtest.Do(t, h, reader, "GET", path, nil); !strings.Contains(r.Body.String()[:min(4000, r.Body.Len())], begins) {
				t.Errorf("%s: %d %.200q", path, r.Code, r.Body)
			}
			if r := webtest.Do(t, h, webtest.Person("stranger"), "GET", path, nil); r.Code != 403 {
				t.Errorf("a stranger prints %s: %d", path, r.Code)
			}
		}
	})
}
