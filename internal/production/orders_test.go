package production_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
	"kaiwu/internal/production"
)

// Every act on a held order is refused in words that say why it is held.
func TestHold(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		must(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1"})
		done := must(t, d, f.Report, report(wo, "10 g5"))
		held := must(t, d, f.Hold, production.Hold{Order: wo, Reason: "complaint of the customer"})
		if !held.Held || !slices.Equal(held.Paused, []int64{10}) {
			t.Errorf("%+v", held)
		}
		before := f.picture(t, wo)
		for name, act := range map[string]func() error{
			"report":  func() error { _, err := run(t, d, f.Report, report(wo, "10 g1")); return err },
			"start":   func() error { _, err := run(t, d, f.Start, production.Run{Order: wo, Op: 10}); return err },
			"pause":   func() error { _, err := run(t, d, f.Pause, production.Run{Order: wo, Op: 10}); return err },
			"issue":   func() error { _, err := run(t, d, f.Issue, production.Issue{Order: wo, Code: "SHELL"}); return err },
			"return":  func() error { _, err := run(t, d, f.Return, production.Return{Order: wo, Code: "SHELL"}); return err },
			"receive": func() error { _, err := run(t, d, f.Receive, production.Receive{Order: wo}); return err },
			"undo": func() error {
				_, err := run(t, d, f.Undo, production.Undo{Report: done.ID, Reason: "x"})
				return err
			},
			"split": func() error {
				_, err := run(t, d, f.Split, production.Split{Order: wo, Qty: dec("1"), Reason: "x"})
				return err
			},
			"change": func() error {
				_, err := run(t, d, f.Change, production.Change{Order: wo, Qty: dec("11"), Reason: "x"})
				return err
			},
			"hold": func() error { _, err := run(t, d, f.Hold, production.Hold{Order: wo, Reason: "x"}); return err },
		} {
			if err := act(); code(err) != "production.on_hold" || !strings.Contains(err.Error(), "complaint of the customer") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if after := f.picture(t, wo); after != before {
			t.Errorf("refused, and changed\n%s\nto\n%s", before, after)
		}
		if s, err := f.Station(kittest.Ctx(t), d.Read(), "LINE"); err != nil || s.Ready != 0 || s.Running != 0 || s.Ops[0].Status != "hold" {
			t.Errorf("the station: %+v %v", s, err)
		}
		must(t, d, f.Unhold, production.Hold{Order: wo, Reason: "settled"})
		if _, err := run(t, d, f.Unhold, production.Hold{Order: wo, Reason: "again"}); code(err) != "production.not_on_hold" {
			t.Error(err)
		}
		must(t, d, f.Report, report(wo, "10 g5"))
		planned := must(t, d, f.Create, production.Create{Orders: []production.CreateLine{{Item: "PUMP", Qty: dec("1"), Due: "2026-03-20"}}}).Orders[0].Number
		must(t, d, f.Hold, production.Hold{Order: planned, Reason: "wait"})
		if _, err := run(t, d, f.Release, production.Release{Orders: []string{planned}}); code(err) != "production.on_hold" {
			t.Error(err)
		}
		balanced(t, f)
	})
}

func TestSplit(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "20")
		f.issueAll(t, wo)
		must(t, d, f.Report, report(wo, "10 g8"))
		for qty, want := range map[string]string{"13": "production.split_too_much", "0": "production.qty_not_positive", "1.5": "production.decimals", "-1": "production.qty_not_positive"} {
			if _, err := run(t, d, f.Split, production.Split{Order: wo, Qty: dec(qty), Reason: "x"}); code(err) != want {
				t.Errorf("%s: %v", qty, err)
			}
		}
		out := must(t, d, f.Split, production.Split{Order: wo, Qty: dec("6"), Due: "2026-04-01", Material: "share", Reason: "second half next month"})
		old, young := f.detail(t, wo), f.detail(t, out.New.Number)
		if old.Qty != dec("14") || young.Qty != dec("6") || young.Status != "released" || young.Due != "2026-04-01" || old.Due != "2026-03-20" || young.BOMVersion != old.BOMVersion {
			t.Errorf("%+v\n%+v", old, young)
		}
		show := func(o production.Detail) string {
			var s []string
			for _, c := range o.Components {
				s = append(s, fmt.Sprintf("%s %s/%s", c.Item, c.Issued, c.Required))
			}
			return strings.Join(s, " ")
		}
		// twelve pieces are to come: six of them go, and half of what lies there
		if got := show(young); got != "SHELL 6/6 KNOB 12/12 SCREW 0/73 GLUE 0/2.05 BOX 0/6 WIRE 0/1.52 LABEL 0/6" {
			t.Error(got)
		}
		if got := show(old); got != "SHELL 14/14 KNOB 28/28 SCREW 0/169 GLUE 0/4.782 BOX 0/14 WIRE 0/3.54 LABEL 0/14" {
			t.Error(got)
		}
		if len(old.Family) != 1 || old.Family[0].Kind != "split_into" || old.Family[0].Order != young.Number || young.Family[0].Kind != "split_from" || young.Family[0].Qty != dec("6") {
			t.Errorf("%+v %+v", old.Family, young.Family)
		}
		balanced(t, f)
		for _, n := range []string{wo, young.Number} { // both can be made to the end
			q := f.detail(t, n)
			for _, op := range []int64{10, 20, 30} {
				left := q.Qty
				if n == wo && op == 10 {
					left = dec("6")
				}
				must(t, d, f.Report, report(n, fmt.Sprintf("%d g%s", op, left)))
			}
			if s := f.detail(t, n).Status; s != "completed" {
				t.Error(n, s)
			}
		}
		balanced(t, f)
		if _, err := run(t, d, f.Split, production.Split{Order: wo, Qty: dec("1"), Reason: "x"}); code(err) != "production.split_too_much" {
			t.Error(err)
		}
		// the rest goes to another order: what was reported finishes the operation
		wo = f.order(t, "PUMP", "10")
		must(t, d, f.Report, report(wo, "10 g4"))
		must(t, d, f.Split, production.Split{Order: wo, Qty: dec("6"), Reason: "x"})
		if o := f.detail(t, wo); o.Status != "completed" || o.Ops[0].Status != "done" {
			t.Error(o.Status, o.Ops[0].Status)
		}
		// all of it cannot be split off
		wo = f.order(t, "PUMP", "10")
		if _, err := run(t, d, f.Split, production.Split{Order: wo, Qty: dec("10"), Reason: "x"}); code(err) != "production.split_too_much" {
			t.Error(err)
		}
		balanced(t, f)
	})
}

// The sales line goes with what is split off, so that what is promised still adds up.
func TestSplitKeepsTheSalesLine(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		made := must(t, d, f.CreateOrders, []production.NewOrder{{Item: f.items["PUMP"].ID, Qty: dec("10"), Due: "2026-03-20", SalesLine: 77, SalesRef: "SO-1"}})
		must(t, d, f.Split, production.Split{Order: made[0].Number, Qty: dec("4"), Reason: "x"})
		n, err := db.One[num.Dec](t.Context(), d.Read(), `SELECT CAST(sum(qty) AS BIGINT) FROM v_work_order WHERE sales_line_id = 77 AND sales_order = 'SO-1' AND status = 'planned'`)
		if err != nil || n != dec("10") {
			t.Error(n, err)
		}
		balanced(t, f)
	})
}

func TestMerge(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		new := func(item, qty, due string) string {
			return must(t, d, f.Create, production.Create{Orders: []production.CreateLine{{Item: item, Qty: dec(qty), Due: due}}}).Orders[0].Number
		}
		a, b, c := new("COFFEE", "10", "2026-03-20"), new("COFFEE", "5", "2026-03-10"), f.order(t, "COFFEE", "2")
		out := must(t, d, f.Merge, production.Merge{Into: a, Orders: []string{b, c}, Reason: "one set-up"})
		o := f.detail(t, a)
		if out.Qty != dec("17") || o.Qty != dec("17") || o.Due != "2026-03-10" || o.Status != "released" || o.Components[0].Required != dec("17") || len(o.Family) != 2 || o.Family[0].Kind != "merged_from" {
			t.Errorf("%+v %+v", out, o)
		}
		if o := f.detail(t, b); o.Status != "cancelled" || o.Family[0].Order != a || o.Family[0].Kind != "merged_into" {
			t.Errorf("%+v", o)
		}
		issued, begun, pump := f.order(t, "COFFEE", "2"), f.order(t, "PUMP", "2"), f.order(t, "PUMP", "2")
		f.issueAll(t, issued)
		must(t, d, f.Report, report(begun, "10 g1"))
		pegged := must(t, d, f.CreateOrders, []production.NewOrder{{Item: f.items["PUMP"].ID, Qty: dec("1"), Due: "2026-03-20", SalesLine: 5, SalesRef: "SO-5"}})[0].Number
		for name, c := range map[string]struct{ into, other, want string }{
			"another item": {a, pump, "production.merge_unlike"}, "work began": {pump, begun, "production.merge_begun"}, "material is there": {a, issued, "production.merge_issued"},
			"another sales line": {pump, pegged, "production.merge_unlike"}, "itself": {a, a, "production.merge_itself"}, "gone": {a, b, "production.cancelled"}, "unknown": {a, "NOPE", "production.order_unknown"},
		} {
			if _, err := run(t, d, f.Merge, production.Merge{Into: c.into, Orders: []string{c.other}, Reason: "x"}); code(err) != c.want {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		f.issueAll(t, a)
		must(t, d, f.Report, report(a, "10 g17"))
		balanced(t, f)
	})
}

func TestChange(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "20")
		f.issueAll(t, wo)
		must(t, d, f.Report, report(wo, "10 g8"))
		ask := func(c production.Change) production.ChangePreview {
			t.Helper()
			c.Order = wo
			p, err := f.PreviewChange(kittest.Ctx(t), d.Read(), c)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		if p := ask(production.Change{Qty: dec("7")}); p.Allowed || !slices.Contains(p.Consequent, "below_reported") || p.MinQty != dec("8") {
			t.Errorf("%+v", p)
		}
		if _, err := run(t, d, f.Change, production.Change{Order: wo, Qty: dec("7"), Reason: "x"}); code(err) != "production.below_reported" {
			t.Error(err)
		}
		p := ask(production.Change{Qty: dec("12")})
		if !p.Allowed || !slices.Contains(p.Consequent, "too_much_issued") || p.Components[0].TooMuch != dec("8") || p.Components[0].After != dec("12") {
			t.Errorf("%+v", p)
		}
		if p := ask(production.Change{Qty: dec("5000")}); !slices.Contains(p.Consequent, "material_short") {
			t.Errorf("%+v", p)
		}
		if p := ask(production.Change{}); !slices.Equal(p.Consequent, []string{"nothing"}) {
			t.Errorf("%+v", p)
		}
		out := must(t, d, f.Change, production.Change{Order: wo, Qty: dec("12"), Due: "2026-03-15", Start: "2026-03-03", Priority: 1, Reason: "customer wants fewer, sooner"})
		o := f.detail(t, wo)
		if out.Status != "started" || o.Qty != dec("12") || o.Due != "2026-03-15" || o.Start != "2026-03-03" || o.Priority != 1 || o.Components[0].Required != dec("12") || o.Ops[0].RunMS != 18*60_000 {
			t.Errorf("%+v %+v", out, o)
		}
		if n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM v_wo_op WHERE order_number = $1 AND priority = 1 AND due = '2026-03-15'`, wo); n != 4 || err != nil {
			t.Error("the stations' lists go by it:", n, err)
		}
		balanced(t, f)
		must(t, d, f.Return, production.Return{Order: wo, Code: "SHELL", Qty: dec("8")})
		if p := ask(production.Change{Qty: dec("8")}); !slices.Contains(p.Consequent, "completes") {
			t.Errorf("%+v", p)
		}
		must(t, d, f.Change, production.Change{Order: wo, Qty: dec("8"), Reason: "enough"})
		must(t, d, f.Report, report(wo, "20 g8"))
		must(t, d, f.Report, report(wo, "30 g8"))
		if s := f.detail(t, wo).Status; s != "completed" {
			t.Error(s)
		}
		balanced(t, f)
		if p := ask(production.Change{Qty: dec("10")}); !slices.Contains(p.Consequent, "reopens") {
			t.Errorf("%+v", p)
		}
		if out := must(t, d, f.Change, production.Change{Order: wo, Qty: dec("10"), Reason: "two more"}); out.Status != "started" {
			t.Errorf("%+v", out)
		}
		balanced(t, f)
		must(t, d, f.Report, report(wo, "10 g2"))
		for in, want := range map[production.Change]string{{Due: "2026-02-30"}: "production.date_invalid", {Qty: dec("-1")}: "production.qty_not_positive", {Qty: dec("10")}: "production.nothing_changes", {Qty: dec("10.5")}: "production.decimals"} {
			in.Order, in.Reason = wo, "x"
			if _, err := run(t, d, f.Change, in); code(err) != want {
				t.Error(err, want)
			}
		}
		balanced(t, f)
	})
}

// An order that names another version than the effective one stops with the difference until somebody answers.
func TestVersionConflict(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := bare(t, d)
		p := plant()
		line := func(item, qty, issue string) {
			p.BOMs = append(p.BOMs, pack.BOMLine{Product: "PUMP", Version: "2", EffectiveFrom: "2026-03-10", Role: "component", Item: item, Qty: dec(qty), Issue: issue})
		}
		for i := range p.BOMs {
			if p.BOMs[i].Product == "PUMP" {
				p.BOMs[i].EffectiveTo = "2026-03-09"
			}
		}
		line("SCREW", "6", "backflush")
		line("GLUE", "0.1", "backflush")
		p.Routings = append(p.Routings, pack.Operation{Product: "PUMP", Version: "2", Op: 10, Name: "焊接", WorkCenter: "LINE", RunMin: dec("3"), Report: true, Inspection: "none"})
		f.load(t, p)
		line1 := production.CreateLine{Item: "PUMP", Qty: dec("5"), Due: "2026-03-20", Start: "2026-03-12", BOMVersion: "1"}
		_, err := run(t, d, f.Create, production.Create{Orders: []production.CreateLine{line1}})
		e, ok := fault.As(err)
		if !ok || e.Code != "production.version_conflict" || e.Params["named"] != "1" || e.Params["effective"] != "2" {
			t.Fatal(err)
		}
		var got []string
		for _, x := range e.Fields {
			got = append(got, fmt.Sprintf("%s %s %s %s→%s", x.Where, strings.TrimPrefix(x.Code, "production.version_"), x.Params["line"], x.Params["named"], x.Params["effective"]))
			if m, ok := production.Messages[x.Code]; !ok || m.Zh == "" {
				t.Error(x.Code, "has no sentence")
			}
		}
		if s := strings.Join(got, "; "); s != "body.orders[0].bom_version changed SCREW 4 · backflush · @10→6 · backflush; body.orders[0].bom_version removed GLUE –→0.1 · backflush" {
			t.Error(s)
		}
		if n, _ := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM wo_order`); n != 0 {
			t.Error("half an order was made")
		}
		for answer, want := range map[string]string{"named": "1 20", "effective": "2 30"} {
			out := must(t, d, f.Create, production.Create{Orders: []production.CreateLine{line1}, VersionAnswer: answer})
			o := f.detail(t, out.Orders[0].Number)
			if s := fmt.Sprintf("%s %s", o.BOMVersion, o.Components[0].Required); s != want || o.VersionAnswer != answer || out.Orders[0].Answer != answer {
				t.Errorf("%s: %s %q", answer, s, o.VersionAnswer)
			}
			told, err := db.One[string](t.Context(), d.Read(), `SELECT payload FROM kit_event WHERE name = 'production.created' AND subject = $1`, "wo:"+o.Number)
			if err != nil || !strings.Contains(told, `"version_answer":"`+answer+`"`) {
				t.Error("the event keeps the answer:", told, err)
			}
		}
		// the effective one by name is no conflict, nor is a line that names none; routings are asked about too
		line2, line3, line4 := line1, line1, line1
		line2.BOMVersion, line3.BOMVersion, line4.BOMVersion = "2", "", ""
		line4.RoutingVersion = "2"
		for _, l := range []production.CreateLine{line2, line3} {
			if out := must(t, d, f.Create, production.Create{Orders: []production.CreateLine{l}}); out.Orders[0].Answer != "" {
				t.Error(out.Orders[0].Answer)
			}
		}
		_, err = run(t, d, f.Create, production.Create{Orders: []production.CreateLine{line4}})
		if eff, _ := db.One[string](t.Context(), d.Read(), `SELECT routing_used FROM wo_order ORDER BY id DESC LIMIT 1`); eff == "2" {
			if err != nil {
				t.Error(err)
			}
		} else if e, ok := fault.As(err); !ok || e.Code != "production.version_conflict" || e.Fields[0].Where != "body.orders[0].routing_version" {
			t.Error(err)
		}
	})
}

// The time of a report is shared among its workers to the millisecond; setting up counts apart.
func TestLabour(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		clock := kittest.ClockOf(d)
		wo := f.order(t, "PUMP", "10")
		must(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1", Kind: "setup"})
		clock.Add(20 * time.Minute)
		ran := must(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1"})
		if ran.SetupMS != 20*60_000 || ran.Work != "run" {
			t.Errorf("%+v", ran)
		}
		if _, err := run(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1", Kind: "setup"}); code(err) != "production.runs_already" {
			t.Error(err)
		}
		clock.Add(10*time.Minute + time.Millisecond)
		two := report(wo, "10 g4")
		two.Workers = []string{"W1", "W2"}
		must(t, d, f.Report, two)
		two = report(wo, "10 g4")
		two.Workers, two.Minutes = []string{"W1", "W2"}, []num.Dec{dec("3")}
		if _, err := run(t, d, f.Report, two); code(err) != "production.minutes_count" {
			t.Error(err)
		}
		clock.Add(time.Hour)
		now := clock.Now().UnixMilli()
		two.Minutes, two.StartMS, two.EndMS = []num.Dec{dec("45"), dec("15")}, now-3_600_000, now
		must(t, d, f.Report, two)
		// who never said that setting up was over: all of it was set-up
		other := f.order(t, "PUMP", "1")
		must(t, d, f.Start, production.Run{Order: other, Op: 10, Worker: "W2", Kind: "setup"})
		clock.Add(5 * time.Minute)
		must(t, d, f.Report, production.Report{Order: other, Op: 10, Good: num.One, Workers: []string{"W2"}})
		show := func(wo string) string {
			rows, err := f.OrderLabour(kittest.Ctx(t), d.Read(), wo)
			if err != nil {
				t.Fatal(err)
			}
			var s []string
			for _, r := range rows {
				s = append(s, fmt.Sprintf("%s %s %s %d", r.Worker, r.Kind, r.Rule, r.MS))
			}
			slices.Sort(s)
			return strings.Join(s, "; ")
		}
		if got := show(wo); got != "W1 run even 300001; W1 run minutes 2700000; W1 setup setup 1200000; W2 run even 300000; W2 run minutes 900000" && got != "W1 run even 300000; W1 run minutes 2700000; W1 setup setup 1200000; W2 run even 300001; W2 run minutes 900000" {
			t.Error(got)
		}
		if got := show(other); got != "W2 run alone 0; W2 setup setup 300000" {
			t.Error(got)
		}
		balanced(t, f)
	})
}

// A skill and a tool that an operation demands are asked for when it begins.
func TestSkillsAndTools(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := bare(t, d)
		p := plant()
		for i := range p.Routings {
			if p.Routings[i].Product == "PUMP" {
				p.Routings[i].Tool, p.Routings[i].Skill = "M-7", "焊工"
			}
		}
		p.Workers[1].Skills = []string{"钳工", "焊工"}
		f.load(t, p)
		f.stock(t, "SCREW 100")
		wo := f.order(t, "PUMP", "5")
		leader, worker := person(0, "production.override"), person(0, "production.report")
		start := func(r production.Run) func() error {
			r.Order, r.Op = wo, 10
			return func() error { _, err := as(t, d, worker, f.Start, r); return err }
		}
		for _, c := range []struct {
			name string
			act  func() error
			want string
		}{
			{"no tool", start(production.Run{Worker: "W2"}), "production.tool_missing"},
			{"another tool", start(production.Run{Worker: "W2", Tool: "M-8"}), "production.tool_wrong"},
			{"no skill", start(production.Run{Worker: "W1", Tool: "M-7"}), "production.skill_missing"},
			{"no right to override", start(production.Run{Worker: "W1", Tool: "M-7", Override: "please"}), "production.override_not_yours"},
			{"override without a reason", func() error {
				_, err := as(t, d, leader, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1", Tool: "M-7", Override: " "})
				return err
			}, "production.skill_missing"},
		} {
			if err := c.act(); code(err) != c.want {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		out, err := as(t, d, leader, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1", Tool: "m-7", Override: "trained today"})
		if err != nil || out.Override != "trained today" || out.Tool != "M-7" {
			t.Errorf("%+v %v", out, err)
		}
		must(t, d, f.Pause, production.Run{Order: wo, Op: 10, Worker: "W1"})
		if err := start(production.Run{Worker: "W2", Tool: "M-7"})(); err != nil {
			t.Error(err)
		}
	})
}

// Whatever people do with orders — report, undo, split, merge, hold, change, short stock, close — the law holds.
func TestOrdersLawProperty(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			d := map[string]func(testing.TB, []db.Schema) *db.DB{"sqlite": kittest.SQLite, "postgres": kittest.Postgres}[engine](t, schemas)
			f := open(t, d)
			set(t, d, production.SettingTolerance, "10")
			set(t, d, production.SettingShort, "allow")
			checks := 25
			if engine == "postgres" {
				checks = 8
			}
			all := map[string]int{}
			for seed := range checks {
				t.Run(fmt.Sprint(seed), func(t *testing.T) {
					f.wander(t, rand.New(rand.NewPCG(uint64(seed), 9)), all)
				})
			}
			t.Log(all)
			for _, name := range []string{"report", "undo", "split", "merge", "hold", "unhold", "change", "issue", "settle", "return", "close"} {
				if all[name] < 1 {
					t.Errorf("only %d times %s: the walk proves little", all[name], name)
				}
			}
		})
	}
}

func (f *floor) wander(t *testing.T, dice *rand.Rand, all map[string]int) {
	t.Helper()
	orders := []string{f.order(t, "COFFEE", "12"), f.order(t, "COFFEE", "9"), f.order(t, "PLAIN", "30")}
	var reports []db.ID
	pick := func(n int) string { return orders[n%len(orders)] }
	steps := make([]int, 90) // an even die: rapid's leans to small numbers, and then little is ever accepted
	for i := range steps {
		steps[i] = dice.IntN(1 << 30)
	}
	acted := map[string]int{}
	for i, n := range steps {
		wo, small := pick(n/64), num.Int(int64(n/4096%6))
		var err error
		kind := dice.IntN(20)
		name := ""
		switch kind {
		case 0, 1, 2, 3, 4:
			name = "report"
			op := []int64{10, 10, 20, 30}[n/512%4]
			r := report(wo, fmt.Sprintf("%d g%s", op, small))
			if n/1024%5 == 0 {
				r.Scrap, r.ScrapReason = num.One, "dimension"
			}
			if n/2048%7 == 0 {
				r.Rework, r.ReworkReason = num.One, "appearance"
			}
			if n/8192%6 == 0 {
				r.FromRework, r.Rework, r.ReworkReason = true, 0, ""
			}
			var out production.Reported
			if out, err = run(t, f.d, f.Report, r); err == nil {
				reports = append(reports, out.ID)
			}
		case 5, 6:
			name = "undo"
			if err = fault.NotFound("none", "none"); len(reports) > 0 {
				_, err = run(t, f.d, f.Undo, production.Undo{Report: reports[n/64%len(reports)], Reason: "x"})
			}
		case 7, 8:
			name = "split"
			var out production.Parted
			if out, err = run(t, f.d, f.Split, production.Split{Order: wo, Qty: small, Material: []string{"", "stay", "share"}[n/128%3], Reason: "x"}); err == nil {
				orders = append(orders, out.New.Number)
			}
		case 9:
			name = "merge"
			_, err = run(t, f.d, f.Merge, production.Merge{Into: wo, Orders: []string{orders[len(orders)-1]}, Reason: "x"})
		case 10:
			name = "hold"
			_, err = run(t, f.d, f.Hold, production.Hold{Order: wo, Reason: "x"})
		case 16, 17:
			name = "unhold"
			_, err = run(t, f.d, f.Unhold, production.Hold{Order: wo, Reason: "x"})
		case 18:
			name = "new"
			orders = append(orders, f.order(t, "COFFEE", fmt.Sprint(n/64%5+1)))
		case 11:
			name = "change"
			_, err = run(t, f.d, f.Change, production.Change{Order: wo, Qty: num.Int(int64(n/4096%20 + 1)), Reason: "x"})
		case 12, 13:
			name = "issue"
			if n/128%3 == 2 { // a substitute, approved where anything is open
				if r, bad := run(t, f.d, f.AskSubstitute, production.AskSubstitute{Order: wo, Item: "KNOB", Sub: "KNOB2", Reason: "x"}); bad == nil {
					must(t, f.d, f.DecideSubstitute, production.DecideSubstitute{ID: r.ID, Approve: true})
				}
			}
			_, err = run(t, f.d, f.Issue, production.Issue{Order: wo, Code: []string{"SHELL", "KNOB", "KNOB2"}[n/128%3], Qty: small, OverReason: "x"})
		case 14:
			name = "settle"
			_, err = run(t, f.d, f.Settle, production.Settle{Order: wo})
		case 15:
			name = "return"
			_, err = run(t, f.d, f.Return, production.Return{Order: wo, Code: []string{"SHELL", "KNOB"}[n/128%2]})
		default:
			name = "close"
			if err = fault.NotFound("none", "none"); len(orders) > 3 {
				end := production.End{Order: wo, Reason: "x", Rest: []string{"return", "scrap"}[n/512%2], Failed: n/1024%2 == 0}
				if _, err = run(t, f.d, f.Close, end); err != nil {
					_, err = run(t, f.d, f.Cancel, end)
				}
				if err == nil {
					orders = slices.DeleteFunc(orders, func(o string) bool { return o == wo })
				}
			}
		}
		if err == nil {
			acted[name]++
		} else if _, ok := fault.As(err); !ok {
			t.Fatalf("step %d %s: %v", i, name, err)
		}
		if i%10 == 9 {
			balanced(t, f)
			if t.Failed() {
				t.Fatalf("after step %d (%s of %s): %v", i, name, wo, acted)
			}
		}
	}
	balanced(t, f)
	for name, n := range acted {
		all[name] += n
	}
}
