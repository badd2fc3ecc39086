package production_test

import (
	"bytes"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
)

// What is signed is what was there: open operations, pieces made, calls; somebody else takes it over, once.
func TestHandover(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		o := f.order(t, "COFFEE", "10")
		f.issueAll(t, o)
		must(t, d, f.Start, production.Run{Order: o, Op: 10, Worker: "W1"})
		must(t, d, f.Module.Report, report(o, "10 g4 s1"))
		if _, err := as(t, d, wang, f.Help, production.Call{Order: o, Op: 10, Kind: "machine"}); err != nil {
			t.Fatal(err)
		}
		if _, err := as(t, d, wang, f.Sign, production.HandOver{WorkCenters: []string{"NOWHERE"}}); code(err) != "masterdata.work_center_unknown" {
			t.Error(err)
		}
		h, err := as(t, d, wang, f.Sign, production.HandOver{WorkCenters: []string{"LINE"}, Note: "夹具松"})
		if err != nil {
			t.Fatal(err)
		}
		must(t, d, f.Module.Report, report(o, "10 g5")) // what comes later changes no signed document
		got, err := f.HandoverOf(kittest.Ctx(t), d.Read(), h.Number)
		if err != nil {
			t.Fatal(err)
		}
		b := got.Body
		if len(b.Open) != 1 || b.Open[0].Good != dec("4") || b.Open[0].Status != "running" || len(b.Done) != 1 || b.Done[0].Good != dec("4") || b.Done[0].Scrap != dec("1") || len(b.Calls) != 1 || got.OutBy != "王芳" || got.Note != "夹具松" {
			t.Errorf("%+v", got)
		}
		draft, err := f.Draft(kittest.Ctx(t), d.Read(), "LINE")
		if err != nil || draft.Waiting != h.Number {
			t.Errorf("%+v %v", draft, err)
		}
		// one waits at a time: who comes next takes it over before he hands over, who signs again replaces his own
		if _, err := as(t, d, li, f.Sign, production.HandOver{WorkCenters: []string{"LINE"}}); code(err) != "production.handover_waits" {
			t.Error(err)
		}
		old := h.Number
		if h, err = as(t, d, wang, f.Sign, production.HandOver{WorkCenters: []string{"LINE"}, Note: "夹具松, 已报修"}); err != nil || h.Replaces != old {
			t.Fatal(h.Replaces, err)
		}
		if _, err := as(t, d, li, f.Accept, production.TakeOver{Number: old}); code(err) != "production.handover_replaced" {
			t.Error(err)
		}
		if was, err := f.HandoverOf(kittest.Ctx(t), d.Read(), old); err != nil || was.Replaced != h.Number || was.Note != "夹具松" {
			t.Errorf("%+v %v", was, err)
		}
		if draft, err = f.Draft(kittest.Ctx(t), d.Read(), "LINE"); err != nil || draft.Waiting != h.Number {
			t.Errorf("%+v %v", draft.Waiting, err)
		}
		if _, err := as(t, d, wang, f.Accept, production.TakeOver{Number: h.Number}); code(err) != "production.handover_own" {
			t.Errorf("one's own: %v", err)
		}
		if x, err := as(t, d, li, f.Accept, production.TakeOver{Number: h.Number, Note: "收到"}); err != nil || x.InBy != "李雷" {
			t.Errorf("%+v %v", x, err)
		}
		if _, err := as(t, d, keep, f.Accept, production.TakeOver{Number: h.Number}); code(err) != "production.handover_taken" {
			t.Errorf("twice: %v", err)
		}
		if _, err := as(t, d, li, f.Accept, production.TakeOver{Number: "HO-0"}); code(err) != "production.handover_unknown" {
			t.Error(err)
		}
		pdf, err := f.HandoverSheet(kittest.Ctx(t), d.Read(), h.Number, d.Now())
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := pdf.Write(&out); err != nil || !bytes.HasPrefix(out.Bytes(), []byte("%PDF")) {
			t.Errorf("%.20s %v", out.String(), err)
		}
	})
}

// The board's figures are the reports' and the runs' (E8): done today, plan, who works on what, what stands and why.
func TestBoard(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		o, p := f.order(t, "COFFEE", "10"), f.order(t, "PUMP", "5")
		f.issueAll(t, o)
		must(t, d, f.Start, production.Run{Order: o, Op: 10, Worker: "W1"})
		must(t, d, f.Join, production.Run{Order: o, Op: 10, Worker: "W2"})
		must(t, d, f.Module.Report, report(o, "10 g4 s1"))
		must(t, d, f.Start, production.Run{Order: p, Op: 10, Worker: "W2"})
		must(t, d, f.Pause, production.Run{Order: p, Op: 10, Worker: "W2", Reason: "tool"})
		b, err := f.BoardOf(kittest.Ctx(t), d.Read(), "LINE")
		if err != nil {
			t.Fatal(err)
		}
		c := b.Centers[0]
		if len(b.Centers) != 1 || c.Running == 0 || c.Paused != 1 || c.Done != dec("4") || c.Scrap != dec("1") || c.People != 2 {
			t.Errorf("%+v", c)
		}
		if c.Plan != dec("4") { // due on the 20th: nothing more by tonight
			t.Errorf("plan %s", c.Plan)
		}
		if len(b.People) != 2 || b.People[0].Order != o || b.People[0].Done != dec("4") {
			t.Errorf("%+v", b.People)
		}
		if len(b.Ops) != 2 || b.Ops[1].Status != "paused" || b.Ops[1].Reason != "tool" {
			t.Errorf("%+v", b.Ops)
		}
		if len(b.Stopped) != 1 || b.Stopped[0].Reason != "tool" || b.Stopped[0].Now != 1 {
			t.Errorf("%+v", b.Stopped)
		}
		all, err := f.BoardOf(kittest.Ctx(t), d.Read(), "all")
		if err != nil || len(all.Centers) != 3 {
			t.Errorf("%d centers %v", len(all.Centers), err)
		}
	})
}
