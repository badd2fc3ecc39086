package production_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
)

func TestReceive(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		var heard []production.Received
		f.OnReceived = append(f.OnReceived, func(_ context.Context, _ *db.Tx, r production.Received) error {
			if r.Qty == dec("3") {
				return errors.New("sales has no use for three")
			}
			heard = append(heard, r)
			return nil
		})
		wo := f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		must(t, d, f.Report, report(wo, "10 g10"))
		must(t, d, f.Report, report(wo, "20 g10"))
		if _, err := run(t, d, f.Receive, production.Receive{Order: wo}); code(err) != "production.nothing_open" {
			t.Error("nothing packed:", err)
		}
		insp := must(t, d, f.Report, report(wo, "30 g9")).Inspection
		if _, err := run(t, d, f.Receive, production.Receive{Order: wo, Qty: dec("1")}); code(err) != "production.not_inspected" {
			t.Error("not inspected:", err)
		}
		j := must(t, d, f.Quality.Judge, quality.Judge{Inspection: insp, Passed: dec("6"), Failed: dec("1"), Reason: "leaks"})
		if _, err := run(t, d, f.Receive, production.Receive{Order: wo, Qty: dec("7")}); code(err) != "production.not_inspected" {
			t.Error("more than passed:", err)
		}
		if _, err := run(t, d, f.Receive, production.Receive{Order: wo, Qty: dec("3")}); err == nil || len(heard) != 0 {
			t.Error("a hook refused and was not heard")
		}
		r := must(t, d, f.Receive, production.Receive{Order: wo, Qty: dec("4")})
		if r.Lot == "" || r.Location != "FG" || r.Open != dec("2") || len(heard) != 1 || heard[0].Number != r.Number {
			t.Errorf("%+v %d", r, len(heard))
		}
		if _, err := run(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "x"}); code(err) != "production.received_already" {
			t.Error("a judgement whose pieces are in stock was undone:", err)
		}
		u := must(t, d, f.UndoReceipt, production.UndoReceipt{Receipt: r.Number, Reason: "wrong lot"})
		if u.Received != 0 {
			t.Error(u)
		}
		if _, err := run(t, d, f.UndoReceipt, production.UndoReceipt{Receipt: r.Number, Reason: "again"}); code(err) != "production.undone_already" {
			t.Error(err)
		}
		must(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "x"})
		must(t, d, f.Quality.Judge, quality.Judge{Inspection: insp, Passed: dec("8"), Failed: dec("1"), Reason: "leaks"})
		if _, err := run(t, d, f.Receive, production.Receive{Order: wo, Qty: dec("9")}); code(err) != "production.nothing_to_receive" {
			t.Error("more than passed went into stock:", err)
		}
		r = must(t, d, f.Receive, production.Receive{Order: wo, Lot: "BATCH-7"})
		if r.Lot != "BATCH-7" || r.Qty != dec("8") {
			t.Errorf("%+v", r)
		}
		if _, err := run(t, d, f.Receive, production.Receive{Order: wo}); code(err) != "production.nothing_open" {
			t.Error("failed pieces went into stock:", err)
		}
		balanced(t, f)
	})
}

func TestReceiveSerials(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "PUMP", "5")
		must(t, d, f.Report, report(wo, "10 g5"))
		if _, err := run(t, d, f.Receive, production.Receive{Order: wo, Qty: dec("6")}); code(err) != "production.nothing_to_receive" {
			t.Error("more than was made:", err)
		}
		r := must(t, d, f.Receive, production.Receive{Order: wo, Serials: []string{"A-1", "A-2"}})
		if r.Qty != dec("2") || !slices.Equal(r.Serials, []string{"A-1", "A-2"}) {
			t.Errorf("%+v", r)
		}
		r = must(t, d, f.Receive, production.Receive{Order: wo})
		if r.Qty != dec("3") || len(r.Serials) != 3 || r.Serials[0] != "SN2603000001" {
			t.Errorf("%+v", r)
		}
		if _, err := run(t, d, f.Receive, production.Receive{Order: wo}); code(err) != "production.nothing_open" {
			t.Error(err)
		}
		balanced(t, f)
	})
}

func TestEnding(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "PUMP", "5")
		if _, err := run(t, d, f.Close, production.End{Order: wo, Reason: "x"}); code(err) != "production.not_begun" {
			t.Error(err)
		}
		must(t, d, f.Report, report(wo, "10 g2"))
		if _, err := run(t, d, f.Cancel, production.End{Order: wo, Reason: "x"}); code(err) != "production.has_begun" {
			t.Error(err)
		}
		must(t, d, f.Receive, production.Receive{Order: wo})
		must(t, d, f.Close, production.End{Order: wo, Reason: "customer wants two"})
		if _, err := run(t, d, f.Report, report(wo, "10 g1")); code(err) != "production.closed" {
			t.Error(err)
		}
		other := f.order(t, "PUMP", "5")
		must(t, d, f.Cancel, production.End{Order: other, Reason: "x"})
		if _, err := run(t, d, f.Report, report(other, "10 g1")); code(err) != "production.cancelled" {
			t.Error(err)
		}
		if _, err := run(t, d, f.Release, production.Release{Orders: []string{other}}); code(err) != "production.cancelled" {
			t.Error(err)
		}
		if n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM v_wo_op WHERE own_done_ms = 0`); n != 0 || err != nil {
			t.Error(n, "operations are still open", err)
		}
		balanced(t, f)
	})
}
