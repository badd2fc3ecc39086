package production_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
)

func TestReport(t *testing.T) {
	cases := []struct {
		name  string
		given string // reports before, separated by ';'
		when  string
		want  string // good/scrap/rework, remaining, what was used; or the fault code
	}{
		{name: "first pieces", when: "10 g3", want: "3/0/0 left 7 started: KNOB:6(K-1) SCREW:37 SHELL:3(S-2)"},
		{name: "scrap consumes too", when: "10 g2 s1", want: "2/1/0 left 7 started: KNOB:6(K-1) SCREW:37 SHELL:3(S-2)"},
		{name: "partial reports round up once", given: "10 g3", when: "10 g3", want: "6/0/0 left 4 started: KNOB:6(K-1) SCREW:36 SHELL:3(S-2)"},
		{name: "rework is set aside", when: "10 g1 r2", want: "1/0/2 left 7 started: KNOB:6(K-1) SCREW:37 SHELL:3(S-2)"},
		{name: "rework done costs no material again", given: "10 g1 r2", when: "10 g1 s1 f", want: "2/1/0 left 7 started:"},
		{name: "more than was set aside", given: "10 g1 r2", when: "10 g3 f", want: "production.over_rework"},
		{name: "all of it", when: "10 g10", want: "10/0/0 left 0 started: KNOB:20(K-1) SCREW:121 SHELL:10(S-2)"},
		{name: "one too many", given: "10 g9", when: "10 g2", want: "production.over_report"},
		{name: "after all", given: "10 g10", when: "10 g1", want: "production.over_report"},
		{name: "later operation without pieces", when: "20 g1", want: "production.over_input"},
		{name: "later operation with some", given: "10 g4 s1", when: "20 g4", want: "4/0/0 left 0 started: GLUE:1.367(G-1)"},
		{name: "later operation takes good ones only", given: "10 g4 s1", when: "20 g5", want: "production.over_input"},
		{name: "later operation when no more can come", given: "10 g9 s1;20 g8", when: "20 g2", want: "production.over_report"},
		{name: "not a report point", when: "15 g1", want: "production.no_report_point"},
		{name: "no such operation", when: "99 g1", want: "production.op_unknown"},
		{name: "nothing said", when: "10", want: "production.qty_nothing"},
		{name: "half a machine", when: "10 g0.5", want: "production.decimals"},
		{name: "last piece completes", given: "10 g9 s1;20 g9", when: "30 g8 s1", want: "8/1/0 left 0 completed: BOX:9 WIRE:2.28"},
		{name: "scrap of the last open piece completes", given: "10 g9;20 g9;30 g9", when: "10 s1", want: "9/1/0 left 0 completed: KNOB:2(K-1) SCREW:12 SHELL:1(S-2)"},
		{name: "finished order", given: "10 g10;20 g10;30 g10", when: "30 g1", want: "production.finished"},
		{name: "rework keeps it open", given: "10 g9 r1;20 g9", when: "30 g9", want: "9/0/0 left 0 started: BOX:9 WIRE:2.28"},
		{name: "reworked piece flows on", given: "10 g9 r1;20 g9;30 g9;10 g1 f;20 g1", when: "30 g1", want: "10/0/0 left 0 completed: BOX:1 WIRE:0.25"},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				wo := f.order(t, "COFFEE", "10")
				f.issueAll(t, wo)
				for given := range strings.SplitSeq(c.given, ";") {
					if given != "" {
						must(t, d, f.Report, report(wo, given))
					}
				}
				out, err := run(t, d, f.Report, report(wo, c.when))
				if got := said(out, err); got != c.want {
					t.Errorf("got  %s\nwant %s (%v)", got, c.want, err)
				}
				balanced(t, f)
			})
		}
	})
}

func said(out production.Reported, err error) string {
	if err != nil {
		return code(err)
	}
	var used []string
	for _, u := range out.Used {
		s := u.Item + ":" + u.Qty.String()
		if u.Lot != "" {
			s += "(" + u.Lot + ")"
		}
		used = append(used, s)
	}
	slices.Sort(used)
	return strings.TrimSpace(fmt.Sprintf("%s/%s/%s left %s %s: %s", out.Good, out.Scrap, out.Rework, out.Remaining, out.OrderStatus, strings.Join(used, " ")))
}

func TestReportRefusals(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		now := kittest.Start.UnixMilli()
		wo := f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		for name, c := range map[string]struct {
			change func(r *production.Report)
			want   string
		}{
			"no such order":          {func(r *production.Report) { r.Order = "MO0000" }, "production.order_unknown"},
			"scrap without reason":   {func(r *production.Report) { r.Scrap = dec("1") }, "production.reason_missing"},
			"rework without reason":  {func(r *production.Report) { r.Rework = dec("1") }, "production.reason_missing"},
			"unknown reason":         {func(r *production.Report) { r.Scrap, r.ScrapReason = dec("1"), "bored" }, "production.reason_unknown"},
			"scrap reason only":      {func(r *production.Report) { r.Rework, r.ReworkReason = dec("1"), "setup" }, "production.reason_unknown"},
			"negative":               {func(r *production.Report) { r.Good = -dec("1") }, "production.qty_negative"},
			"unknown worker":         {func(r *production.Report) { r.Workers = []string{"W9"} }, "masterdata.worker_unknown"},
			"unknown second worker":  {func(r *production.Report) { r.Workers = []string{"W1", "W9"} }, "masterdata.worker_unknown"},
			"unknown machine":        {func(r *production.Report) { r.Machine = "L9" }, "production.machine_unknown"},
			"in the future":          {func(r *production.Report) { r.EndMS = now + 3_600_000 }, "production.future"},
			"ended before the order": {func(r *production.Report) { r.EndMS = 1000 }, "production.before_release"},
			"began before the order": {func(r *production.Report) { r.StartMS = now - 6*60_000 }, "production.before_release"},
			"ends before it begins":  {func(r *production.Report) { r.StartMS, r.EndMS = now-1000, now-2000 }, "production.ends_before_start"},
		} {
			r := report(wo, "10 g1")
			c.change(&r)
			if _, err := run(t, d, f.Report, r); code(err) != c.want {
				t.Errorf("%s: got %v, want %s", name, err, c.want)
			}
		}
		out := must(t, d, f.Report, production.Report{Order: wo, Op: 10, Good: dec("1"), Workers: []string{"8801", "W2"}, Machine: "L1", StartMS: now - 5000, EndMS: now})
		type row struct {
			Worker string `db:"worker"`
			Start  int64  `db:"start_ms"`
			Shift  string `db:"posting_date"`
			More   int64  `db:"more"`
		}
		got, err := db.One[row](t.Context(), d.Read(), `SELECT worker, start_ms, posting_date, (SELECT count(*) FROM wo_report_worker w WHERE w.report_id = r.id) AS more FROM wo_report r WHERE id = $1`, out.ID)
		if err != nil || got != (row{"王芳, 李雷", now - 5000, "2026-03-02", 1}) {
			t.Error(got, err)
		}
		kittest.ClockOf(d).Set(kittest.Start.Add(18 * 3_600_000_000_000)) // two in the morning of the 3rd: the night shift of the 2nd
		out = must(t, d, f.Report, report(wo, "10 g1"))
		if day, err := db.One[string](t.Context(), d.Read(), `SELECT posting_date FROM wo_report WHERE id = $1`, out.ID); err != nil || day != "2026-03-02" {
			t.Error("a report of the night shift counts for", day, err)
		}
		balanced(t, f)
	})
}

func TestReportWithoutMaterial(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		if _, err := run(t, d, f.Report, report(wo, "10 g1")); code(err) != "production.not_issued" || !strings.Contains(err.Error(), "1 pcs of SHELL") {
			t.Error("nothing issued:", err)
		}
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "SHELL", Qty: dec("4")})
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "KNOB", Qty: dec("5")})
		f.approve(t, wo, "KNOB", "KNOB2", "3")
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "KNOB2", Qty: dec("3")})
		// the fifth shell is missing; the knobs of the fourth machine are one KNOB and the substitutes
		if out, err := run(t, d, f.Report, report(wo, "10 g5")); code(err) != "production.not_issued" {
			t.Error(out, err)
		}
		out := must(t, d, f.Report, report(wo, "10 g4"))
		if got := said(out, nil); got != "4/0/0 left 6 started: KNOB2:3(K-9) KNOB:5(K-1) SCREW:49 SHELL:4(S-2)" {
			t.Error(got)
		}
		balanced(t, f)
		// a screw that is not there refuses the whole report
		f.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE inv_balance SET qty = 1000000 WHERE item_id = $1`, f.items["SCREW"].ID)
			return err
		})
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "SHELL"})
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "KNOB"})
		if _, err := run(t, d, f.Report, report(wo, "10 g1")); code(err) != "inventory.short" {
			t.Error("no screws:", err)
		}
		if n, _ := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM wo_report`); n != 1 {
			t.Errorf("%d reports stand after the refusals, want 1", n)
		}
	})
}

// The same key is the same report, for ever: also after the stored answer has expired.
func TestReportTwiceWithOneKey(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		ctx := db.WithKey(actor.With(t.Context(), actor.System), "scan-1")
		report := func() error {
			return d.InTx(ctx, func(tx *db.Tx) error { _, err := f.Report(ctx, tx, report(wo, "10 g1")); return err })
		}
		if err := report(); err != nil {
			t.Fatal(err)
		}
		if err := report(); code(err) != "production.already_recorded" {
			t.Error(err)
		}
		balanced(t, f)
	})
}

func TestTolerance(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		set(t, d, production.SettingTolerance, "12.5")
		wo := f.order(t, "COFFEE", "10")
		f.stockIssue(t, wo, "SHELL 12", "KNOB 24")
		if _, err := run(t, d, f.Report, report(wo, "10 g12")); code(err) != "production.over_report" || !strings.Contains(err.Error(), "only 11.25") {
			t.Error(err)
		}
		must(t, d, f.Report, report(wo, "10 g11"))
		if _, err := run(t, d, f.Report, report(wo, "20 g12")); code(err) != "production.over_report" {
			t.Error("tolerance is for the first operation:", err)
		}
		must(t, d, f.Report, report(wo, "20 g11"))
		if out := must(t, d, f.Report, report(wo, "30 g11")); out.OrderStatus != "completed" {
			t.Error(out.OrderStatus)
		}
		balanced(t, f)
	})
}

// Two operators report the last pieces at the same moment: one wins, the other is told how many are left.
func TestReportRace(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		must(t, d, f.Report, report(wo, "10 g4"))
		const n = 12
		codes := make([]string, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				_, err := run(t, d, f.Report, report(wo, "10 g2"))
				codes[i] = code(err)
			})
		}
		wg.Wait()
		slices.Sort(codes)
		if got := fmt.Sprint(slices.Compact(slices.Clone(codes)), strings.Count(strings.Join(codes, " "), "over_report")); got != "[ production.over_report] 9" {
			t.Error(codes)
		}
		balanced(t, f)
	})
}

// A report with a backflush of six lines takes few statements.
func TestReportStatements(t *testing.T) {
	f := open(t, kittest.SQLite(t, schemas))
	wo := f.order(t, "COFFEE", "10")
	f.issueAll(t, wo)
	must(t, f.d, f.Report, report(wo, "10 g1"))
	n := kittest.Statements(t, kittest.Ctx(t), func(ctx context.Context) error {
		return f.d.InTx(ctx, func(tx *db.Tx) error { _, err := f.Report(ctx, tx, report(wo, "10 g1")); return err })
	})
	t.Log(n, "statements")
	if n > 14 {
		t.Errorf("a report takes %d statements, want at most 14", n)
	}
}
