package production_test

import (
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/pack"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
)

// TestGates: GATE is turned (first piece judged), drilled (each report judged), packed.
func TestGates(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := gated(t, d)
		wo := f.order(t, "GATE", "10")
		is := func(want string) {
			t.Helper()
			o := f.detail(t, wo)
			var states []string
			for _, p := range o.Ops {
				states = append(states, p.Status)
			}
			if got := o.State + "/" + o.WaitsFor + ": " + strings.Join(states, " "); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
		no := func(what string, r production.Report, want string) {
			t.Helper()
			if _, err := run(t, d, f.Report, r); code(err) != want {
				t.Error(what, err)
			}
		}
		judge := func(number, passed, failed, then string) quality.Judged {
			t.Helper()
			return must(t, d, f.Quality.Judge, quality.Judge{Inspection: number, Passed: dec(passed), Failed: dec(failed), Reason: "out of size", Then: then})
		}

		first := must(t, d, f.Report, report(wo, "10 g2"))
		if first.Inspection == "" {
			t.Fatal("the first pieces ask for no inspection")
		}
		is("waiting_inspection/inspection: waiting_inspection waiting_previous waiting_previous")
		no("before the first piece is judged", report(wo, "10 g1"), "production.first_waits")
		no("unjudged pieces went on", report(wo, "20 g1"), "production.over_input")
		if _, err := run(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1"}); code(err) != "production.first_waits" {
			t.Error(err)
		}

		// an undo withdraws the inspection that nobody has judged; the next first piece asks again
		must(t, d, f.Undo, production.Undo{Report: first.ID, Reason: "wrong order"})
		if i, err := f.Quality.Inspection(kittest.Ctx(t), d.Read(), first.Inspection); err != nil || i.Status != "cancelled" {
			t.Error(i.Status, err)
		}
		balanced(t, f)
		first = must(t, d, f.Report, report(wo, "10 g2"))
		j := judge(first.Inspection, "0", "2", "scrap")
		if p := f.detail(t, wo).Ops[0]; p.Good != 0 || p.Scrap != dec("2") || p.Unjudged != 0 {
			t.Errorf("failed pieces are scrap: %+v", p)
		}
		must(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "measured again"})
		if p := f.detail(t, wo).Ops[0]; p.Good != dec("2") || p.Scrap != 0 || p.Unjudged != dec("2") {
			t.Errorf("the judgement is taken back: %+v", p)
		}
		balanced(t, f)
		j = judge(first.Inspection, "1", "1", "")
		if p := f.detail(t, wo).Ops[0]; p.Good != dec("1") || p.Rework != dec("1") || p.Unjudged != 0 {
			t.Errorf("failed pieces are reworked when nobody says otherwise: %+v", p)
		}
		if _, err := run(t, d, f.Undo, production.Undo{Report: first.ID, Reason: "x"}); code(err) != "quality.judged_already" {
			t.Error("judged pieces were undone:", err)
		}
		r := report(wo, "10 g1")
		r.FromRework = true
		if again := must(t, d, f.Report, r); again.Inspection != "" {
			t.Error("one first piece has passed, no second one is asked for")
		}
		if _, err := run(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "x"}); code(err) != "production.reworked_already" {
			t.Error(err)
		}
		if again := must(t, d, f.Report, report(wo, "10 g8")); again.Inspection != "" || !again.OpDone {
			t.Errorf("%+v", again)
		}

		// each report waits; what is judged good may go on
		a := must(t, d, f.Report, report(wo, "20 g4"))
		b := must(t, d, f.Report, report(wo, "20 g6"))
		if a.Inspection == "" || b.Inspection == "" || b.OpDone {
			t.Fatalf("%+v %+v", a, b)
		}
		is("waiting_inspection/inspection: done waiting_inspection waiting_previous")
		no("nothing is judged", report(wo, "30 g1"), "production.over_input")
		ja := judge(a.Inspection, "3", "1", "rework")
		no("three are judged good", report(wo, "30 g4"), "production.over_input")
		must(t, d, f.Report, report(wo, "30 g3"))
		if _, err := run(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: ja.ID, Reason: "x"}); code(err) != "production.used_by_next" {
			t.Error(err)
		}
		judge(b.Inspection, "6", "0", "")
		r = report(wo, "20 g1")
		r.FromRework = true
		c := must(t, d, f.Report, r)
		if c.Inspection == "" || c.OpDone {
			t.Errorf("a reworked piece is judged again: %+v", c)
		}
		if last := must(t, d, f.Report, report(wo, "30 g6")); last.OpDone {
			t.Error("a piece may still come")
		}
		balanced(t, f)
		judge(c.Inspection, "0", "1", "scrap") // nothing more comes: both are done
		is("completed/: done done done")
		got := must(t, d, f.Receive, production.Receive{Order: wo})
		if got.Qty != dec("9") {
			t.Errorf("%+v", got)
		}
		if _, err := run(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: ja.ID, Reason: "x"}); err == nil {
			t.Error("pieces in stock lost their judgement")
		}
		balanced(t, f)
	})
}

// TestGateAtTheEnd: pieces of the last operation that nobody has judged do not go into stock.
func TestGateAtTheEnd(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := gated(t, d)
		wo := f.order(t, "GATE2", "5")
		r := must(t, d, f.Report, report(wo, "10 g5"))
		if o := f.detail(t, wo); o.Receivable != 0 || o.Waiting != dec("5") || o.Status != "started" || o.State != "waiting_inspection" {
			t.Errorf("%s %s %s %s", o.Receivable, o.Waiting, o.Status, o.State)
		}
		if _, err := run(t, d, f.Receive, production.Receive{Order: wo}); code(err) != "production.not_inspected" {
			t.Error(err)
		}
		list, err := f.Receivable(kittest.Ctx(t), d.Read())
		if err != nil || len(list) != 1 || list[0].Waiting != dec("5") || list[0].Receivable != 0 {
			t.Error(list, err)
		}
		j := must(t, d, f.Quality.Judge, quality.Judge{Inspection: r.Inspection, Passed: dec("5")})
		if o := f.detail(t, wo); o.State != "completed" || o.Receivable != dec("5") {
			t.Error(o.State, o.Receivable)
		}
		rec := must(t, d, f.Receive, production.Receive{Order: wo})
		if _, err := run(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "x"}); code(err) != "production.received_already" {
			t.Error(err)
		}
		must(t, d, f.UndoReceipt, production.UndoReceipt{Receipt: rec.Number, Reason: "x"})
		must(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "x"})
		if o := f.detail(t, wo); o.State != "waiting_inspection" {
			t.Error(o.State)
		}
		balanced(t, f)
	})
}

func gated(t *testing.T, d *db.DB) *floor {
	t.Helper()
	f := bare(t, d)
	p := plant()
	for _, code := range []string{"GATE", "GATE2"} {
		p.Items = append(p.Items, pack.Item{Code: code, Name: code, UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: dec("100")})
		p.BOMs = append(p.BOMs, pack.BOMLine{Product: code, Version: "1", Role: "component", Item: "BOX", Qty: dec("1"), Op: 10, Issue: "backflush"})
	}
	op := func(product string, n int, name, inspection string) {
		p.Routings = append(p.Routings, pack.Operation{Product: product, Version: "1", Op: n, Name: name, WorkCenter: "LINE", RunMin: dec("1"), TransferLot: dec("1"), Report: true, Inspection: inspection})
	}
	op("GATE", 10, "turn", "first")
	op("GATE", 20, "drill", "each")
	op("GATE", 30, "pack", "none")
	op("GATE2", 10, "fit", "each")
	f.load(t, p)
	f.stock(t, "BOX 1000")
	return f
}
