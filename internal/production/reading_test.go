package production_test

import (
	"context"
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
	"kaiwu/internal/production"
)

func decp(s string) *num.Dec { v := dec(s); return &v }

// ovenParams: the temperature once when the work begins, the pressure with each report.
func ovenParams() []masterdata.Param {
	return []masterdata.Param{{Name: "温度", Unit: "℃", Lower: decp("180"), Upper: decp("200"), Target: decp("190"), Taken: "start"}, {Name: "压力", Unit: "bar", Upper: decp("6.5"), Decimals: 1}}
}

func oven(t *testing.T, d *db.DB, version string, params []masterdata.Param, report *bool) error {
	t.Helper()
	return d.InTx(kittest.Ctx(t), func(tx *db.Tx) error {
		_, err := masterdata.New().CreateRouting(kittest.Ctx(t), tx, "PLAIN", masterdata.NewRouting{Version: version, Ops: []masterdata.OpValues{{Op: 10, Name: "搅拌", WorkCenter: "LINE", Params: params, Report: report}, {Op: 20, Name: "装盒", WorkCenter: "LINE"}}})
		return err
	})
}

func reading(pairs ...string) (out []production.Reading) {
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, production.Reading{Name: pairs[i], Value: dec(pairs[i+1])})
	}
	return out
}

func TestParamsOfARouting(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		open(t, d)
		no := false
		for name, c := range map[string]struct {
			params []masterdata.Param
			report *bool
			field  string
		}{
			"masterdata.param_limits":    {[]masterdata.Param{{Name: "x", Lower: decp("2"), Upper: decp("1")}}, nil, "ops[0].params[0].lower"},
			"masterdata.param_target":    {[]masterdata.Param{{Name: "x", Upper: decp("1"), Target: decp("2")}}, nil, "ops[0].params[0].target"},
			"masterdata.param_decimals":  {[]masterdata.Param{{Name: "x", Upper: decp("1.25"), Decimals: 1}}, nil, "ops[0].params[0].upper"},
			"masterdata.param_name":      {[]masterdata.Param{{Name: " "}}, nil, "ops[0].params[0].name"},
			"masterdata.param_twice":     {[]masterdata.Param{{Name: "x"}, {Name: " x"}}, nil, "ops[0].params[1].name"},
			"masterdata.param_no_report": {[]masterdata.Param{{Name: "x"}}, &no, "ops[0].params"},
		} {
			err := oven(t, d, "9", c.params, c.report)
			f, ok := fault.As(err)
			if !ok || len(f.Fields) != 1 || f.Fields[0].Code != name || f.Fields[0].Where != "body."+c.field {
				t.Errorf("%s: %+v", name, f.Fields)
			}
		}
		if err := oven(t, d, "2", ovenParams(), nil); err != nil {
			t.Fatal(err)
		}
		if err := oven(t, d, "3", ovenParams()[:1], nil); err != nil {
			t.Fatal(err)
		}
		api := web.New(http.NewServeMux(), d)
		masterdata.New().Routes(api)
		page := webtest.Must(t, api.Handler(), webtest.Boss(), "GET", "/masterdata/routings/PLAIN/versions/2", nil)
		if got := page.Str("ops", 0, "params", 1, "name") + page.Str("ops", 0, "params", 1, "taken"); got != "压力report" {
			t.Errorf("the version does not tell its parameters: %v", page)
		}
		diff := webtest.Must(t, api.Handler(), webtest.Boss(), "GET", "/masterdata/routings/PLAIN/compare?a=2&b=3", nil)
		if got := diff.Str("ops", 0, "fields", 0); got != "params" {
			t.Errorf("the comparison does not name them: %v", diff)
		}
	})
}

// What is missing is named; what is beyond its limits needs a reason, raises the alarm and tells the shift leader, and by
// setting holds the order. An order keeps the parameters of the version that it was made by. A report that is taken back
// takes its readings along.
func TestReadings(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		if err := oven(t, d, "2", ovenParams(), nil); err != nil {
			t.Fatal(err)
		}
		wo := f.order(t, "PLAIN", "10")
		if err := oven(t, d, "3", nil, nil); err != nil { // a later version without any: the order keeps its own
			t.Fatal(err)
		}
		f.stock(t, "GLUE 100 L1")
		start := production.Run{Order: wo, Op: 10}
		must(t, d, f.Start, production.Run{Order: wo, Op: 10, Kind: "setup"}) // nothing is measured before the run
		_, err := run(t, d, f.Start, start)
		if x, _ := fault.As(err); x == nil || x.Code != "production.readings_missing" || x.Params["params"] != "温度" || x.Params["order"] != wo {
			t.Errorf("a start without the temperature: %v", err)
		}
		start.Readings.Readings = reading("温度", "205")
		if _, err := run(t, d, f.Start, start); !fault.Is(err, "production.out_of_limits") {
			t.Errorf("too hot, and nobody says why: %v", err)
		}
		start.Beyond = "刚加热"
		must(t, d, f.Start, start)
		must(t, d, f.Pause, production.Run{Order: wo, Op: 10})
		must(t, d, f.Start, production.Run{Order: wo, Op: 10}) // asked once
		r := report(wo, "10 g2")
		for code, values := range map[string][]production.Reading{
			"production.readings_missing": nil,
			"production.reading_decimals": reading("压力", "6.25"),
			"production.reading_unknown":  reading("压力", "6.2", "湿度", "40"),
			"production.reading_twice":    reading("压力", "6.2", "压力", "6.3"),
			"production.out_of_limits":    reading("压力", "6.6"),
		} {
			r.Readings.Readings = values
			if _, err := run(t, d, f.Report, r); !fault.Is(err, code) {
				t.Errorf("%s: %v", code, err)
			}
		}
		r.Readings.Readings = reading("压力", "6.5") // the limit itself is within
		first := must(t, d, f.Report, r)
		r.Readings.Readings, r.Beyond = reading("压力", "7", "温度", "189"), "泵故障" // and the temperature once more
		second := must(t, d, f.Report, r)
		if open := f.detail(t, wo).HoldMS; open != 0 {
			t.Error("on hold without the setting")
		}
		notices := func() int64 {
			n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM kit_notice WHERE kind = 'production.out_of_limits' AND done_ms = 0`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := notices(); n != 2 {
			t.Errorf("%d notices, want the start's and the report's", n)
		}
		must(t, d, f.Undo, production.Undo{Report: second.ID, Reason: "错"})
		if n := notices(); n != 1 {
			t.Errorf("%d notices after the report was taken back", n)
		}
		f.do(t, func(ctx context.Context, tx *db.Tx) error {
			site, err := masterdata.Sites(ctx, tx)
			if err != nil {
				return err
			}
			return masterdata.SetSetting(ctx, tx, production.SettingParamHold+"."+site[0].Code, "1")
		})
		r.Readings.Readings = reading("压力", "7.5")
		must(t, d, f.Report, r)
		got := f.detail(t, wo)
		if got.HoldMS == 0 || !strings.Contains(got.HoldReason, "压力 7.5 bar (≤ 6.5)") || !strings.Contains(got.HoldReason, "泵故障") {
			t.Errorf("not on hold, or not for that: %q", got.HoldReason)
		}
		if _, err := run(t, d, f.Report, r); !fault.Is(err, "production.on_hold") {
			t.Errorf("a report on a held order: %v", err)
		}
		if n := notices(); n != 2 {
			t.Errorf("%d notices while the order is held", n)
		}
		must(t, d, f.Unhold, production.Hold{Order: wo, Reason: "已调整"})
		if n := notices(); n != 1 {
			t.Errorf("%d notices after the order was set free", n)
		}
		must(t, d, f.Undo, production.Undo{Report: first.ID, Reason: "错"})
		type row struct {
			Name     string  `db:"name"`
			Value    num.Dec `db:"value"`
			Outside  bool    `db:"outside"`
			Reason   string  `db:"reason"`
			Reversed bool    `db:"reversed"`
		}
		rows, err := db.All[row](t.Context(), d.Read(), `SELECT name, value, outside, reason, reversed FROM v_wo_reading ORDER BY id`)
		want := []row{{"温度", dec("205"), true, "刚加热", false}, {"压力", dec("6.5"), false, "", true}, {"温度", dec("189"), false, "", true}, {"压力", dec("7"), true, "泵故障", true}, {"压力", dec("7.5"), true, "泵故障", false}}
		if err != nil || len(rows) != len(want) {
			t.Fatal(rows, err)
		}
		for i := range want {
			if rows[i] != want[i] {
				t.Errorf("%d: %+v, want %+v", i, rows[i], want[i])
			}
		}
		if told, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM kit_event WHERE name = $1`, production.EventOutOfLimits); err != nil || told != 3 {
			t.Errorf("%d alarms %v", told, err)
		}
		api := web.New(http.NewServeMux(), d)
		f.Routes(api)
		for path, want := range map[string]int{"/production/readings": 5, "/production/readings?filter=outside:eq:true": 3, "/production/readings?filter=reversed:eq:false&filter=name:eq:压力": 1, "/production/readings?filter=order:eq:NO": 0} {
			if n := len(webtest.Must(t, api.Handler(), webtest.Boss(), "GET", path, nil).Items()); n != want {
				t.Errorf("%s: %d, want %d", path, n, want)
			}
		}
	})
}

// Over time: what was taken back does not count, and the mean is of what does.
func TestReadingSeries(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		if err := oven(t, d, "2", ovenParams()[1:], nil); err != nil {
			t.Fatal(err)
		}
		wo := f.order(t, "PLAIN", "10")
		f.stock(t, "GLUE 100 L1")
		r := report(wo, "10 g1")
		r.Beyond = "试"
		var last production.Reported
		for _, v := range []string{"6", "6.1", "6.9", "1"} {
			r.Readings.Readings = reading("压力", v)
			last = must(t, d, f.Report, r)
		}
		must(t, d, f.Undo, production.Undo{Report: last.ID, Reason: "错"})
		ask := func(in production.AskSeries) (out production.ReadingsOverTime, err error) {
			return f.Series(kittest.Ctx(t), d.Read(), in)
		}
		for _, in := range []production.AskSeries{{Order: wo}, {Item: "PLAIN"}} {
			got, err := ask(in)
			if err != nil || len(got.Series) != 1 {
				t.Fatal(got, err)
			}
			s := got.Series[0]
			if s.N != 3 || s.Outside != 1 || s.Min != dec("6") || s.Max != dec("6.9") || s.Mean != dec("6.333") || len(s.Points) != 3 || s.Points[0].Value != dec("6") || s.Points[2].Order != wo || s.Upper == nil || *s.Upper != dec("6.5") {
				t.Errorf("%+v", s)
			}
		}
		day := d.Now().In(d.Zone()).Format("2006-01-02")
		for _, c := range []struct {
			in   production.AskSeries
			want int
		}{{production.AskSeries{Item: "PLAIN", Op: 10, Name: "压力", From: day, To: day}, 3}, {production.AskSeries{Item: "PLAIN", Op: 20}, 0}, {production.AskSeries{Item: "PLAIN", Name: "温度"}, 0}, {production.AskSeries{Item: "PLAIN", From: "2099-01-01"}, 0}, {production.AskSeries{Item: "PLAIN", To: "2001-01-01"}, 0}} {
			got, err := ask(c.in)
			n := 0
			for _, s := range got.Series {
				n += len(s.Points)
			}
			if err != nil || n != c.want {
				t.Errorf("%+v: %d points %v", c.in, n, err)
			}
		}
		if got, err := ask(production.AskSeries{Item: "PLAIN"}); err != nil || got.Series[0].Points[0].Upper == nil || *got.Series[0].Points[0].Upper != dec("6.5") {
			t.Error("a point without its limit", err)
		}
		for code, in := range map[string]production.AskSeries{"production.series_day": {Item: "PLAIN", From: "today"}, "production.series_days": {Item: "PLAIN", From: "2026-03-02", To: "2026-03-01"}} {
			if _, err := ask(in); !fault.Is(err, code) {
				t.Error(code, err)
			}
		}
		if _, err := ask(production.AskSeries{}); !fault.Is(err, "production.series_of_what") {
			t.Error(err)
		}
	})
}
