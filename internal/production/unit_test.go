package production_test

import (
	"context"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
)

// units gives an item another unit.
func units(t *testing.T, d *db.DB, f *floor, item string, u ...masterdata.UnitValues) {
	t.Helper()
	kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
		md := masterdata.New()
		it, err := md.ItemDetail(ctx, tx, item, f.site, tx.Today())
		if err != nil {
			return err
		}
		_, err = md.ChangeUnits(ctx, tx, item, masterdata.EditUnits{Rev: it.Rev, Units: u})
		return err
	})
}

// Pieces are split off and received by the carton: what counts is pieces, the facts and the news keep the cartons, and
// a receipt that is taken back takes its cartons along.
func TestSplitAndReceiveInCartons(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		units(t, d, f, "COFFEE", masterdata.UnitValues{UoM: "carton", Own: dec("4"), Per: dec("1"), Decimals: 2})
		wo := f.order(t, "COFFEE", "20")
		for _, c := range []struct{ qty, uom, want string }{{"0.3", "carton", "masterdata.unit_inexact"}, {"1", "bag", "masterdata.unit_not_of_item"}, {"6", "carton", "production.split_too_much"}} {
			if _, err := run(t, d, f.Split, production.Split{Order: wo, Qty: dec(c.qty), UoM: c.uom, Reason: "x"}); code(err) != c.want {
				t.Errorf("split %s %s: %v", c.qty, c.uom, err)
			}
		}
		p := must(t, d, f.Split, production.Split{Order: wo, Qty: dec("2"), UoM: "carton", Reason: "two lines"})
		if p.New.Qty != dec("8") || p.Left != dec("12") || p.EnteredQty != dec("2") || p.EnteredUoM != "carton" {
			t.Fatalf("%+v", p)
		}
		if e := kittest.Last[production.Parted](t, d, production.EventSplit); e.New.Qty != dec("8") || e.EnteredQty != dec("2") {
			t.Errorf("%+v", e)
		}
		card := must2(f.Order(kittest.Ctx(t), d.Read(), p.New.Number))(t)
		if len(card.Family) != 1 || card.Family[0].Qty != dec("8") || card.Family[0].EnteredQty != dec("2") || card.Family[0].Kind != "split_from" {
			t.Errorf("%+v", card.Family)
		}
		wo = p.New.Number
		f.issueAll(t, wo)
		must(t, d, f.Report, report(wo, "10 g8"))
		must(t, d, f.Report, report(wo, "20 g8"))
		insp := must(t, d, f.Report, report(wo, "30 g8")).Inspection
		must(t, d, f.Quality.Judge, quality.Judge{Inspection: insp, Passed: dec("8")})
		for _, c := range []struct{ qty, uom, want string }{{"0.3", "carton", "masterdata.unit_inexact"}, {"1", "bag", "masterdata.unit_not_of_item"}, {"3", "carton", "production.nothing_to_receive"}} {
			if _, err := run(t, d, f.Receive, production.Receive{Order: wo, Qty: dec(c.qty), UoM: c.uom}); code(err) != c.want {
				t.Errorf("received %s %s: %v", c.qty, c.uom, err)
			}
		}
		r := must(t, d, f.Receive, production.Receive{Order: wo, Qty: dec("1.5"), UoM: "carton"})
		if r.Qty != dec("6") || r.Open != dec("2") || r.EnteredQty != dec("1.5") || r.EnteredUoM != "carton" {
			t.Fatalf("%+v", r)
		}
		if e := kittest.Last[production.Received](t, d, production.EventReceived); e.Qty != dec("6") || e.EnteredQty != dec("1.5") {
			t.Errorf("%+v", e)
		}
		if u := must(t, d, f.UndoReceipt, production.UndoReceipt{Receipt: r.Number, Reason: "miscounted"}); u.Qty != dec("6") || u.EnteredQty != dec("1.5") {
			t.Errorf("%+v", u)
		}
		must(t, d, f.Receive, production.Receive{Order: wo, Qty: dec("8")})
		card = must2(f.Order(kittest.Ctx(t), d.Read(), wo))(t)
		var qty, cartons = dec("0"), dec("0")
		for _, x := range card.Receipts {
			qty, cartons = qty+x.Qty, cartons+x.EnteredQty
		}
		if len(card.Receipts) != 3 || qty != dec("8") || cartons != 0 {
			t.Errorf("%+v", card.Receipts)
		}
		balanced(t, f)
	})
}

func must2[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Material is issued and given back by the box: the order counts pieces, the facts and the news keep the boxes, also
// when they come out of two lots.
func TestIssueInBoxes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		units(t, d, f, "SHELL", masterdata.UnitValues{UoM: "box", Own: dec("15"), Per: dec("2"), Decimals: 1})
		f.stock(t, "SHELL 5 S-0 2026-05-01") // expires first, so an issue by item begins here
		wo := f.order(t, "COFFEE", "30")
		for _, c := range []struct{ qty, uom, want string }{{"1", "box", "masterdata.unit_inexact"}, {"1", "bag", "masterdata.unit_not_of_item"}, {"6", "box", "production.over_issue"}} {
			if _, err := run(t, d, f.Issue, production.Issue{Order: wo, Code: "SHELL", Qty: dec(c.qty), UoM: c.uom}); code(err) != c.want {
				t.Errorf("%s %s: %v", c.qty, c.uom, err)
			}
		}
		out, err := run(t, d, f.Issue, production.Issue{Order: wo, Code: "KW:ITM:SHELL", Qty: dec("2"), UoM: "box"})
		if err != nil || out.Qty != dec("15") || out.Remaining != dec("15") || len(out.Lots) != 2 || out.EnteredQty != dec("2") || out.EnteredUoM != "box" {
			t.Fatalf("%+v %v", out, err)
		}
		back, err := run(t, d, f.Return, production.Return{Order: wo, Code: "KW:LOT:SHELL/S-2", Qty: dec("0.8"), UoM: "box"})
		if err != nil || back.Qty != dec("6") || back.EnteredQty != dec("0.8") {
			t.Fatalf("%+v %v", back, err)
		}
		card, err := f.Order(kittest.Ctx(t), d.Read(), wo)
		if err != nil {
			t.Fatal(err)
		}
		var qty, boxes = dec("0"), dec("0")
		for _, i := range card.Issues {
			qty, boxes = qty+i.Qty, boxes+i.EnteredQty
		}
		if len(card.Issues) != 3 || qty != dec("9") || boxes != dec("1.2") {
			t.Errorf("%+v", card.Issues)
		}
		if e := kittest.Last[production.Issued](t, d, production.EventIssued); e.Qty != dec("15") || e.EnteredQty != dec("2") || e.EnteredUoM != "box" {
			t.Errorf("%+v", e)
		}
		balanced(t, f)
	})
}

// Good pieces are reported by the carton, scrap by the piece: the balance law counts pieces, the fact, the news and the
// card keep the cartons, and the mirror takes them along.
func TestReportInCartons(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		units(t, d, f, "COFFEE", masterdata.UnitValues{UoM: "carton", Own: dec("4"), Per: dec("1"), Decimals: 2})
		wo := f.order(t, "COFFEE", "20")
		f.issueAll(t, wo)
		in := func(text, uom string) production.Report {
			r := report(wo, text)
			r.UoM = uom
			return r
		}
		for _, c := range []struct{ text, uom, want string }{
			{"10 g0.3", "carton", "masterdata.unit_inexact"}, {"10 g0.125", "carton", "masterdata.unit_decimals"}, {"10 g1", "bag", "masterdata.unit_not_of_item"}, {"10 g6", "carton", "production.over_report"},
		} {
			if _, err := run(t, d, f.Report, in(c.text, c.uom)); code(err) != c.want {
				t.Errorf("%s %s: %v", c.text, c.uom, err)
			}
		}
		r := must(t, d, f.Report, in("10 g2.5 s1", "carton"))
		if r.Good != dec("10") || r.Scrap != dec("1") || r.Remaining != dec("9") || r.EnteredQty != dec("2.5") || r.EnteredUoM != "carton" {
			t.Fatalf("%+v", r)
		}
		if e := kittest.Last[production.ReportedEvent](t, d, production.EventReported); e.Good != dec("10") || e.EnteredQty != dec("2.5") || e.EnteredUoM != "carton" {
			t.Errorf("%+v", e)
		}
		if own := must(t, d, f.Report, in("10 g3", "")); own.Good != dec("13") || own.EnteredUoM != "" {
			t.Errorf("%+v", own)
		}
		card := must2(f.Scan(kittest.Ctx(t), d.Read(), "KW:OP:"+wo+"/10"))(t)
		if len(card.Reports) != 2 || card.Reports[1].Good != dec("10") || card.Reports[1].EnteredQty != dec("2.5") || card.Reports[0].EnteredQty != 0 {
			t.Errorf("%+v", card.Reports)
		}
		if u := must(t, d, f.Undo, production.Undo{Report: r.ID, Reason: "miscounted"}); u.Good != dec("3") || u.EnteredQty != dec("2.5") {
			t.Errorf("%+v", u)
		}
		detail := must2(f.Order(kittest.Ctx(t), d.Read(), wo))(t)
		var good, cartons = dec("0"), dec("0")
		for _, x := range detail.Reports {
			good, cartons = good+x.Good, cartons+x.EnteredQty
		}
		if len(detail.Reports) != 3 || good != dec("3") || cartons != 0 {
			t.Errorf("%+v", detail.Reports)
		}
		balanced(t, f)
	})
}
