package production_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
)

// routed gives an item a routing of two report points; the first asks for the parameters.
func routed(t *testing.T, f *floor, item string, params ...masterdata.Param) {
	t.Helper()
	f.do(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := masterdata.New().CreateRouting(ctx, tx, item, masterdata.NewRouting{Version: "2", Ops: []masterdata.OpValues{{Op: 10, Name: "搅拌", WorkCenter: "LINE", Params: params}, {Op: 20, Name: "装盒", WorkCenter: "LINE"}}})
		return err
	})
}

func statuses(f *floor, t *testing.T, wo string) string {
	t.Helper()
	o := f.detail(t, wo)
	var out []string
	for _, p := range o.Ops {
		out = append(out, p.Status)
	}
	return o.State + "/" + o.WaitsFor + ": " + strings.Join(out, " ")
}

func (f *floor) todos(t *testing.T) int64 {
	t.Helper()
	n, err := db.One[int64](t.Context(), f.d.Read(), `SELECT count(*) FROM kit_notice WHERE kind = 'production.out_of_limits' AND todo AND done_ms = 0`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A value beyond its limits holds the one operation: nothing is started or reported there, the pieces of that report
// wait for a judgement, the other operations and the order go on; a person who may hold orders sets it free.
func TestOneOperationIsHeld(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		routed(t, f, "PLAIN", masterdata.Param{Name: "压力", Unit: "bar", Upper: decp("6.5"), Decimals: 1, Beyond: "hold_op"}, masterdata.Param{Name: "时间", Lower: decp("3"), Beyond: "warn"})
		set(t, d, production.SettingParamHold+".F1", "1") // of those that say nothing themselves
		wo := f.order(t, "PLAIN", "10")
		say := func(text, pressure, minutes string) production.Report {
			r := report(wo, text)
			r.Readings.Readings, r.Beyond = reading("压力", pressure, "时间", minutes), "泵故障"
			return r
		}
		must(t, d, f.Report, say("10 g4", "6", "4"))
		must(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1"})
		must(t, d, f.Report, say("10 g1", "6", "1")) // beyond, and only told
		if n := f.todos(t); n != 0 || f.detail(t, wo).Ops[0].HeldMS != 0 {
			t.Errorf("a parameter that only warns: %d to-dos", n)
		}
		bad := must(t, d, f.Report, say("10 g2", "7", "4"))
		if bad.Inspection == "" {
			t.Error("its pieces go on without a judgement")
		}
		o := f.detail(t, wo)
		if p := o.Ops[0]; p.HeldMS == 0 || !strings.Contains(p.Held, "压力 7 bar (≤ 6.5)") || !strings.Contains(p.Held, "泵故障") || p.RunningMS != 0 || p.Unjudged != dec("2") || o.HoldMS != 0 {
			t.Errorf("%+v", p)
		}
		if got := statuses(f, t, wo); got != "hold/release: hold waiting_previous" {
			t.Error(got)
		}
		if n := f.todos(t); n != 1 {
			t.Errorf("%d to-dos", n)
		}
		for what, err := range map[string]error{
			"report": func() error { _, err := run(t, d, f.Report, say("10 g1", "6", "4")); return err }(),
			"start": func() error {
				_, err := run(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1"})
				return err
			}(),
			"undo": func() error {
				_, err := as(t, d, person(f.worker(t, "W1"), "production.undo"), f.Undo, production.Undo{Report: bad.ID, Reason: "x"})
				return err
			}(),
		} {
			if x, _ := fault.As(err); x == nil || x.Code != "production.op_on_hold" || x.Params["order"] != wo || !strings.Contains(x.Params["reason"], "泵故障") {
				t.Errorf("%s at a held operation: %v", what, err)
			}
		}
		must(t, d, f.Report, report(wo, "20 g3")) // with the pieces from before
		if _, err := run(t, d, f.Report, report(wo, "20 g3")); code(err) != "production.over_input" {
			t.Errorf("the pieces that nobody has judged went on: %v", err)
		}
		other := f.order(t, "PLAIN", "5") // another order at the same step
		r := say("10 g1", "6", "4")
		r.Order = other
		must(t, d, f.Report, r)
		balanced(t, f)

		api := web.New(http.NewServeMux(), d)
		f.Routes(api)
		row := webtest.Must(t, api.Handler(), webtest.Boss(), "GET", "/production/held-operations", nil)
		if len(row.Items()) != 1 || row.Str("items", 0, "order")+row.Str("items", 0, "waiting")+row.Str("items", 0, "inspection") != wo+"2"+bad.Inspection {
			t.Errorf("%v", row)
		}
		fl, err := f.OpOnFloor(kittest.Ctx(t), d.Read(), wo, 10)
		if err != nil || fl.HeldMS == 0 || fl.Held == "" {
			t.Error(fl.HeldMS, err)
		}
		must(t, d, f.FreeOp, production.FreeOp{Order: wo, Op: 10, Reason: "换泵"})
		if _, err := run(t, d, f.FreeOp, production.FreeOp{Order: wo, Op: 10, Reason: "换泵"}); code(err) != "production.op_not_on_hold" {
			t.Error(err)
		}
		if n := f.todos(t); n != 0 {
			t.Errorf("%d to-dos after it was set free", n)
		}
		must(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1"})
		must(t, d, f.Quality.Judge, quality.Judge{Inspection: bad.Inspection, Failed: dec("2"), Reason: "压力大", Then: "scrap"})
		if p := f.detail(t, wo).Ops[0]; p.Scrap != dec("2") || p.Good != dec("5") || p.Unjudged != 0 {
			t.Errorf("%+v", p)
		}
		if _, err := run(t, d, f.Undo, production.Undo{Report: bad.ID, Reason: "x"}); code(err) != "quality.judged_already" {
			t.Errorf("judged pieces taken back: %v", err)
		}
		// who may decide takes the report back: then nothing holds the operation any more
		bad = must(t, d, f.Report, say("10 g1", "9", "4"))
		must(t, d, f.Undo, production.Undo{Report: bad.ID, Reason: "读错"})
		if got := statuses(f, t, wo); got != "paused/: paused waiting_previous" || f.todos(t) != 0 {
			t.Error(got, f.todos(t))
		}
		must(t, d, f.Report, say("10 g1", "9", "4"))
		balanced(t, f)
		// an order that ends leaves nothing to be decided
		must(t, d, f.Close, production.End{Order: wo, Reason: "停产", Rest: "return"})
		if n := f.todos(t); n != 0 || f.detail(t, wo).Ops[0].HeldMS != 0 {
			t.Errorf("%d to-dos of a closed order", n)
		}
		balanced(t, f)
		told, err := db.All[string](t.Context(), d.Read(), `SELECT name FROM kit_event WHERE name IN ('`+production.EventOpHeld+`', '`+production.EventOpUnheld+`') ORDER BY id`)
		if got := fmt.Sprint(told); err != nil || got != "[production.op_held production.op_unheld production.op_held production.op_unheld production.op_held production.op_unheld]" {
			t.Error(got, err)
		}
	})
}

// A value at the start holds the operation before a piece is made; a parameter may hold the order whatever the site says.
func TestHeldAtTheStart(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		routed(t, f, "PLAIN", masterdata.Param{Name: "温度", Lower: decp("180"), Taken: "start", Beyond: "hold_op"}, masterdata.Param{Name: "压力", Upper: decp("6"), Beyond: "hold_order"})
		wo := f.order(t, "PLAIN", "10")
		start := production.Run{Order: wo, Op: 10, Worker: "W1"}
		start.Readings.Readings, start.Beyond = reading("温度", "150"), "没热"
		must(t, d, f.Start, start)
		if got := statuses(f, t, wo); got != "hold/release: hold waiting_previous" {
			t.Error(got)
		}
		must(t, d, f.FreeOp, production.FreeOp{Order: wo, Op: 10, Reason: "可以"})
		r := report(wo, "10 g1")
		r.Readings.Readings, r.Beyond = reading("压力", "7"), "高"
		must(t, d, f.Report, r)
		if o := f.detail(t, wo); o.HoldMS == 0 || o.Ops[0].HeldMS != 0 {
			t.Error("the order is not held", o.HoldMS, o.Ops[0].HeldMS)
		}
		must(t, d, f.Close, production.End{Order: wo, Reason: "停产", Rest: "return"})
		if n := f.todos(t); n != 0 {
			t.Errorf("%d to-dos of a closed order", n)
		}
		balanced(t, f)
	})
}
