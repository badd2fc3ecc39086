package masterdata_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
)

type m = map[string]any

// floor is the room behind its door, with a factory in it.
func floor(t *testing.T, d *db.DB, set ...func(*masterdata.Module)) http.Handler {
	t.Helper()
	a := web.New(http.NewServeMux(), d)
	mod := masterdata.New()
	for _, s := range set {
		s(mod)
	}
	mod.Routes(a)
	mustLoad(t, d, read(t, "factories/small-appliance"))
	return a.Handler()
}

// faultsOf sends what must be refused and tells place and code of every fault; sentences must be whole.
func faultsOf(t *testing.T, h http.Handler, method, path string, body any) string {
	t.Helper()
	status, p := webtest.Call(t, h, webtest.Boss(), method, path, body)
	if status < 400 || status >= 500 {
		t.Fatalf("%s %s %v: %d %v", method, path, body, status, p)
	}
	all, _ := p.Get("errors").([]any)
	if len(all) == 0 {
		if d := p.Str("detail"); d == "" || strings.Contains(d, "{") {
			t.Errorf("%s %s: %q", method, path, d)
		}
		return p.Str("code")
	}
	var out []string
	for i := range all {
		out = append(out, strings.TrimPrefix(p.Str("errors", i, "location"), "body.")+" "+strings.TrimPrefix(p.Str("errors", i, "code"), "masterdata."))
		if s := p.Str("errors", i, "message"); s == "" || strings.Contains(strings.ReplaceAll(s, "{0000}", ""), "{") {
			t.Errorf("%s %s: %q", method, path, s)
		}
	}
	return strings.Join(out, ", ")
}

// Every refusal of the screens that edit resources, people, partners and places, with its field.
func TestResourceRefusals(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := floor(t, d, func(x *masterdata.Module) {
			x.Resources.LocationsOff = append(x.Resources.LocationsOff, func(context.Context, db.Querier, []db.ID) error {
				return fault.Conflict("masterdata.location_own", "stock").With("code", "X")
			})
		})
		boss := webtest.Boss()
		inj := webtest.Must(t, h, boss, "GET", "/masterdata/work-centers/INJ", nil)
		webtest.Must(t, h, boss, "POST", "/masterdata/partners", m{"code": "CAR", "name": "顺丰", "kind_list": []string{"carrier"}})
		for _, c := range []struct {
			name, method, path string
			body               any
			want               string
		}{
			{"work center: code taken, no name", "POST", "/masterdata/work-centers", m{"code": "INJ"}, "code item_exists, name needed"},
			{"work center: code bad", "POST", "/masterdata/work-centers", m{"code": "A;B", "name": "x"}, "code code_bad"},
			{"work center: numbers", "POST", "/masterdata/work-centers", m{"code": "N1", "name": "x", "efficiency_pct": "0", "cost_per_hour": "-1", "calendar": "no"}, "calendar no_calendar, cost_per_hour out_of_range, efficiency_pct out_of_range"},
			{"work center: stale", "PUT", "/masterdata/work-centers/INJ", m{"rev": 99, "name": "x"}, "masterdata.stale"},
			{"work center: unknown", "PUT", "/masterdata/work-centers/NO", m{"rev": 1}, "masterdata.work_center_unknown"},
			{"work center: routed", "POST", "/masterdata/work-centers/INJ/deactivate", m{"rev": inj.Get("rev")}, "masterdata.work_center_routed"},
			{"changeovers: pair twice", "PUT", "/masterdata/work-centers/INJ/changeovers", m{"rev": inj.Get("rev"), "changeovers": []m{{"from_family": "a", "to_family": "b", "minutes": "5"}, {"from_family": "a", "to_family": "b", "minutes": "-6"}}}, "changeovers[1].minutes out_of_range, changeovers[1].to_family pair_twice"},
			{"machine: no work center", "POST", "/masterdata/machines", m{"code": "M1", "name": "x"}, "work_center needed"},
			{"machine: unknown work center", "POST", "/masterdata/machines", m{"code": "M1", "work_center": "NO", "speed_pct": "0"}, "speed_pct out_of_range, work_center work_center_unknown"},
			{"machine: unknown", "PUT", "/masterdata/machines/NO", m{"rev": 1}, "masterdata.machine_unknown"},
			{"worker: badge taken", "POST", "/masterdata/workers", m{"code": "N1", "name": "x", "badge": "88000001"}, "badge badge_taken"},
			{"worker: team, skills", "POST", "/masterdata/workers", m{"code": "N1", "name": "x", "team": "no", "skills": []m{{"skill": "no"}, {"skill": ""}}}, "skills[0].skill skill_unknown, skills[1].skill needed, team team_unknown"},
			{"worker: code taken", "POST", "/masterdata/workers", m{"code": "W001", "name": "x"}, "code item_exists"},
			{"skill: unknown", "PUT", "/masterdata/skills/no", m{"rev": 1}, "masterdata.skill_unknown"},
			{"team: leader", "POST", "/masterdata/teams", m{"code": "T9", "name": "x", "leader": "NO"}, "leader worker_unknown"},
			{"tool: what it fits", "POST", "/masterdata/tools", m{"code": "T9", "name": "x", "fits": []m{{"item": "NO"}, {"item": "R-PP", "op": 10}, {"item": "R-PP", "op": 10}}}, "fits[0].item item_unknown, fits[2].item pair_twice"},
			{"tool: unknown", "PUT", "/masterdata/tools/no", m{"rev": 1}, "masterdata.tool_unknown"},
			{"partner: kinds and mail", "POST", "/masterdata/partners", m{"code": "N1", "name": "x", "kind_list": []string{"friend"}, "email": "nobody"}, "email mail_bad, kind_list kind_unknown, kind_list needed"},
			{"partner: carrier, tolerance", "POST", "/masterdata/partners", m{"code": "N1", "name": "x", "kind_list": []string{"customer"}, "carrier": "S01", "over_pct": "101"}, "carrier not_carrier, over_pct out_of_range"},
			{"partner: two places of delivery", "POST", "/masterdata/partners", m{"code": "N1", "name": "x", "kind_list": []string{"customer"}, "contacts": []m{{"name": ""}}, "addresses": []m{{"label": "a", "address": "x", "ship_to": true}, {"label": "b", "address": "", "ship_to": true}}}, "addresses[1].address needed, addresses[1].ship_to ship_to_twice, contacts[0].name needed"},
			{"warehouse: slash", "POST", "/masterdata/warehouses", m{"code": "A/B", "name": "x"}, "code warehouse_slash"},
			{"warehouse: stock", "POST", "/masterdata/warehouses/RM/deactivate", m{"rev": 1}, "masterdata.location_own"},
			{"warehouse: kind with stock", "PUT", "/masterdata/warehouses/RM", m{"rev": 1, "kind": "quarantine"}, "masterdata.location_own"},
			{"places: shape", "POST", "/masterdata/warehouses/RM/places", m{"from": "A-01", "to": "A-01-02"}, "to places_shape"},
			{"places: backwards", "POST", "/masterdata/warehouses/RM/places", m{"from": "A-09", "to": "A-01"}, "to places_shape"},
			{"places: many", "POST", "/masterdata/warehouses/RM/places", m{"from": "A-001-001", "to": "A-100-100"}, "to places_many"},
			{"places: slash", "POST", "/masterdata/warehouses/RM/places", m{"from": "A/1"}, "from place_bad"},
			{"places: there", "POST", "/masterdata/warehouses/RM/places", m{"from": "A-19-1"}, "masterdata.places_there"},
			{"places: one name for many", "POST", "/masterdata/warehouses/RM/places", m{"from": "Z-1", "to": "Z-2", "name": "x"}, "name name_single"},
			{"location: stock", "POST", "/masterdata/locations/switch", m{"codes": []string{"RM/A-19-1"}, "active": false}, "masterdata.location_own"},
			{"location: unknown", "POST", "/masterdata/locations/switch", m{"codes": []string{"RM/NO"}, "active": false}, "masterdata.location_unknown"},
		} {
			if got := faultsOf(t, h, c.method, c.path, c.body); got != c.want {
				t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
			}
		}
	})
}

func TestEditResources(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		var changes []string
		h := floor(t, d, func(x *masterdata.Module) {
			x.Resources.WorkerChanged = append(x.Resources.WorkerChanged, func(_ context.Context, _ *db.Tx, before, after masterdata.Worker) error {
				changes = append(changes, fmt.Sprintf("%s %q>%q %v>%v", after.Code, before.Badge, after.Badge, before.Active, after.Active))
				return nil
			})
		})
		boss, planner := webtest.Boss(), webtest.Person("planner", "masterdata.read", "masterdata.write")

		// a work center, its machines, its changeovers
		w := webtest.Must(t, h, boss, "POST", "/masterdata/work-centers", m{"code": "LASER", "name": "激光", "calendar": "two", "cost_per_hour": "120", "capacity": 2})
		if w.Str("kind") != "machine" || w.Str("calendar") != "two" || w.Str("efficiency_pct") != "100" || w.Str("site") != "NB1" {
			t.Fatal(w)
		}
		if got := webtest.Must(t, h, planner, "PUT", "/masterdata/work-centers/LASER", m{"rev": w.Get("rev"), "name": "激光切割", "calendar": ""}); got.Str("calendar") != "" || got.Get("cost_per_hour") != nil {
			t.Fatal(got)
		}
		if status, p := webtest.Call(t, h, planner, "PUT", "/masterdata/work-centers/LASER", m{"rev": 2, "cost_per_hour": "1"}); status != 403 {
			t.Fatal("a planner sets costs", status, p)
		}
		w = webtest.Must(t, h, boss, "GET", "/masterdata/work-centers/LASER", nil)
		if w.Str("cost_per_hour") != "120" || w.Str("name") != "激光切割" {
			t.Fatal("a hidden cost was lost", w)
		}
		cells := []m{{"from_family": "*", "to_family": "钢", "minutes": "12.5"}, {"from_family": "钢", "to_family": "铝", "minutes": "30"}}
		w = webtest.Must(t, h, boss, "PUT", "/masterdata/work-centers/LASER/changeovers", m{"rev": w.Get("rev"), "changeovers": cells})
		if w.Str("changeovers", 1, "minutes") != "30" {
			t.Fatal(w)
		}
		rev := w.Get("rev")
		if w = webtest.Must(t, h, boss, "PUT", "/masterdata/work-centers/LASER/changeovers", m{"rev": rev, "changeovers": cells}); w.Get("rev") != rev {
			t.Fatal("the same matrix counted as a change", w)
		}
		webtest.Must(t, h, boss, "POST", "/masterdata/machines", m{"code": "LASER-01", "name": "大族", "work_center": "LASER", "calendar": "two"})
		mc := webtest.Must(t, h, boss, "PUT", "/masterdata/machines/LASER-01", m{"rev": 1, "speed_pct": "110", "calendar": ""})
		if mc.Str("speed_pct") != "110" || mc.Str("calendar") != "" || mc.Str("work_center") != "LASER" {
			t.Fatal(mc)
		}
		webtest.Must(t, h, boss, "POST", "/masterdata/machines/LASER-01/deactivate", m{"rev": mc.Get("rev"), "reason": "卖掉"})
		if off := webtest.Must(t, h, boss, "POST", "/masterdata/work-centers/LASER/deactivate", m{"rev": rev}); off.Get("active") != false {
			t.Fatal(off)
		}

		// people: what the factory's files named stands in the lists; a skill counts until its day
		webtest.Must(t, h, boss, "POST", "/masterdata/skills", m{"code": "焊工证", "name": "特种作业焊工证", "note": "三年复审"})
		webtest.Must(t, h, boss, "POST", "/masterdata/teams", m{"code": "激光班", "name": "激光班", "leader": "W001"})
		p := webtest.Must(t, h, boss, "POST", "/masterdata/workers", m{"code": "N100", "name": "赵六", "badge": "99000001", "team": "激光班", "skills": []m{{"skill": "焊工证", "valid_until": "2026-12-31"}}})
		if p.Str("team_name") != "激光班" || p.Str("skill_list", 0, "valid_until") != "2026-12-31" || p.Str("skill_list", 0, "name") != "特种作业焊工证" {
			t.Fatal(p)
		}
		type has struct {
			Skill string `db:"skill"`
			Until string `db:"valid_until"`
		}
		got, err := db.All[has](t.Context(), d.Read(), `SELECT s.skill, s.valid_until FROM v_worker_skill s JOIN v_worker w ON w.id = s.worker_id WHERE w.code = 'N100'`)
		if err != nil || len(got) != 1 || got[0] != (has{"焊工证", "2026-12-31"}) {
			t.Fatal(got, err)
		}
		if got := faultsOf(t, h, "PUT", "/masterdata/workers/N100", m{"rev": 1, "skills": []m{{"skill": "焊工证", "valid_until": "soon"}}}); got != "skills[0].valid_until date_bad" {
			t.Fatal(got)
		}
		if got := faultsOf(t, h, "POST", "/masterdata/teams/激光班/deactivate", m{"rev": 1}); got != "masterdata.team_has_members" {
			t.Fatal(got)
		}
		p = webtest.Must(t, h, boss, "PUT", "/masterdata/workers/N100", m{"rev": 1, "badge": "99000002"})
		p = webtest.Must(t, h, boss, "POST", "/masterdata/workers/N100/deactivate", m{"rev": p.Get("rev"), "reason": "离职"})
		if want := `N100 "">"99000001" false>true, N100 "99000001">"99000002" true>true, N100 "99000002">"99000002" true>false`; strings.Join(changes, ", ") != want {
			t.Errorf("\n got %s\nwant %s", strings.Join(changes, ", "), want)
		}
		webtest.Must(t, h, boss, "POST", "/masterdata/teams/激光班/deactivate", m{"rev": 1})
		if got := faultsOf(t, h, "PUT", "/masterdata/workers/W001", m{"rev": 1, "team": "激光班"}); got != "team team_unknown" {
			t.Fatal(got)
		}

		// a tool, and what it fits
		webtest.Must(t, h, boss, "POST", "/masterdata/tools", m{"code": "MD-1", "name": "上盖模", "kind": "mold", "life_count": 500000, "regrind_hours": "6", "quantity": 1, "location": "模具架 3", "fits": []m{{"item": "M-PCBA", "op": 10}, {"item": "R-PP"}}})
		tool := webtest.Must(t, h, boss, "PUT", "/masterdata/tools/MD-1", m{"rev": 1, "fits": []m{{"item": "R-PP"}}})
		if len(tool.Get("fits").([]any)) != 1 || tool.Str("life_count") != "500000" || tool.Str("regrind_hours") != "6" {
			t.Fatal(tool)
		}
		if tool = webtest.Must(t, h, boss, "POST", "/masterdata/tools/MD-1/reground", m{"rev": 2, "reason": "刃口磨损"}); tool.Str("reground_ms") == "0" || tool.Str("rev") != "3" {
			t.Fatal(tool)
		}
		if code, j := webtest.Call(t, h, boss, "PUT", "/masterdata/tools/MD-1", m{"rev": 3, "life_count": 0}); code != 422 || j.Str("errors", 0, "code") != "masterdata.regrind_life" {
			t.Fatal(code, j)
		}
		if n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM v_tool_use u JOIN v_tool t ON t.id = u.tool_id JOIN v_item i ON i.id = u.item_id WHERE t.code = 'MD-1' AND i.code = 'R-PP' AND u.op = 0`); err != nil || n != 1 {
			t.Fatal(n, err)
		}

		// a partner with what was agreed
		webtest.Must(t, h, boss, "POST", "/masterdata/partners", m{"code": "CAR", "name": "顺丰", "kind_list": []string{"carrier"}})
		c := webtest.Must(t, h, boss, "POST", "/masterdata/partners", m{"code": "NC", "name": "新客户", "kind_list": []string{"supplier", "customer"}, "carrier": "CAR", "over_pct": "5", "under_pct": "0", "terms": "月结 30 天",
			"contacts": []m{{"name": "王小姐", "phone": "138"}}, "addresses": []m{{"label": "总部", "address": "杭州"}, {"label": "仓库", "address": "嘉兴", "ship_to": true}}})
		if c.Str("kinds") != "customer;supplier" || c.Str("carrier_name") != "顺丰" || c.Str("under_pct") != "0" || c.Str("addresses", 1, "label") != "仓库" {
			t.Fatal(c)
		}
		c = webtest.Must(t, h, boss, "PUT", "/masterdata/partners/NC", m{"rev": 1, "clear": []string{"under_pct"}, "contacts": []m{}})
		if c.Get("under_pct") != nil || c.Str("over_pct") != "5" || len(c.Get("contacts").([]any)) != 0 || len(c.Get("addresses").([]any)) != 2 {
			t.Fatal(c)
		}
		type trade struct {
			Over  *num.Dec `db:"over_pct"`
			Under *num.Dec `db:"under_pct"`
			Ship  string   `db:"address"`
		}
		tr, err := db.One[trade](t.Context(), d.Read(), `SELECT t.over_pct, t.under_pct, a.address FROM v_partner p JOIN v_partner_trade t ON t.partner_id = p.id JOIN v_partner_address a ON a.partner_id = p.id AND a.ship_to WHERE p.code = 'NC'`)
		if err != nil || tr.Over == nil || *tr.Over != num.Int(5) || tr.Under != nil || tr.Ship != "嘉兴" {
			t.Fatal(tr, err)
		}

		// what was made on the screen leaves with the factory, and comes in again without a change
		out := dump(t, d, "NB1")
		if len(out.Tools) != 1 || out.Tools[0].Fits[0] != "R-PP" || out.Partners[len(out.Partners)-1].Carrier != "CAR" || out.Workers[len(out.Workers)-1].Code != "N100" {
			t.Fatalf("%+v", out.Tools)
		}
		for _, n := range mustLoad(t, d, out) {
			if n.New+n.Changed > 0 {
				t.Errorf("%+v", n)
			}
		}
		if c := webtest.Must(t, h, boss, "GET", "/masterdata/partners/NC", nil); len(c.Get("addresses").([]any)) != 2 || c.Str("over_pct") != "5" {
			t.Fatal("a load took away what it does not name", c)
		}
	})
}

func TestPlaces(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		var asked int
		h := floor(t, d, func(x *masterdata.Module) {
			x.Resources.LocationsOff = append(x.Resources.LocationsOff, func(_ context.Context, _ db.Querier, ids []db.ID) error { asked += len(ids); return nil })
		})
		boss := webtest.Boss()
		webtest.Must(t, h, boss, "POST", "/masterdata/warehouses", m{"code": "NEW", "name": "新仓", "in_costing": false})
		see := webtest.Must(t, h, boss, "GET", "/masterdata/warehouses/NEW/places?from=A-01-01&to=C-03-20", nil)
		if see.Str("count") != "180" || see.Str("new") != "180" || see.Str("places", 0) != "A-01-01" || see.Str("places", 11) != "C-03-20" {
			t.Fatal(see)
		}
		webtest.Must(t, h, boss, "POST", "/masterdata/warehouses/NEW/places", m{"from": "A-01-01", "to": "A-01-20"})
		if made := webtest.Must(t, h, boss, "POST", "/masterdata/warehouses/NEW/places", m{"from": "A-01-01", "to": "C-03-20"}); made.Str("new") != "160" || made.Str("there") != "20" {
			t.Fatal(made)
		}
		webtest.Must(t, h, boss, "POST", "/masterdata/warehouses/NEW/places", m{"from": "地面", "name": "地面堆放区"})
		w := webtest.Must(t, h, boss, "GET", "/masterdata/warehouses/NEW", nil)
		if n := len(w.Get("locations").([]any)); n != 182 || w.Get("in_costing") != false {
			t.Fatal(n)
		}
		webtest.Must(t, h, boss, "POST", "/masterdata/locations/edit", m{"code": "NEW/A-01-01", "rev": 1, "name": "门口"})
		if off := webtest.Must(t, h, boss, "POST", "/masterdata/locations/switch", m{"codes": []string{"NEW/A-01-01", "NEW/A-01-02"}, "active": false}); off.Str("changed") != "2" || asked != 2 {
			t.Fatal(off, asked)
		}
		if got := faultsOf(t, h, "POST", "/masterdata/locations/switch", m{"codes": []string{"NEW"}, "active": false}); got != "masterdata.location_own" {
			t.Fatal(got)
		}
		w = webtest.Must(t, h, boss, "POST", "/masterdata/warehouses/NEW/deactivate", m{"rev": w.Get("rev")})
		if w.Get("active") != false || asked != 2+182 {
			t.Fatal(w, asked)
		}
		if got := faultsOf(t, h, "POST", "/masterdata/warehouses/NEW/places", m{"from": "Z-1"}); got != "masterdata.warehouse_off" {
			t.Fatal(got)
		}
		out := dump(t, d, "NB1")
		if len(out.Locations) != 181 || out.Locations[0].Place != "A-01-01" || out.Locations[0].Name != "门口" {
			t.Fatal(len(out.Locations))
		}
	})
}
