package production_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
)

// What users of other systems complain about, each as the behaviour that we promise instead.

func (f *floor) detail(t testing.TB, wo string) production.Detail {
	t.Helper()
	o, err := f.Order(kittest.Ctx(t), f.d.Read(), wo)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// on is the sum of an item in a kind of place, by the ledger.
func (f *floor) on(t testing.TB, item, kind string) num.Dec {
	t.Helper()
	n, err := db.One[num.Dec](t.Context(), f.d.Read(), `SELECT CAST(coalesce(sum(CASE WHEN to_kind = $1 THEN qty ELSE 0 END - CASE WHEN from_kind = $1 THEN qty ELSE 0 END), 0) AS BIGINT) FROM v_move WHERE item_id = $2`, kind, f.items[item].ID)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func person(worker db.ID, perms ...string) *actor.Actor {
	a := &actor.Actor{Name: "p", WorkerID: int64(worker), Perms: map[string]bool{}}
	for _, p := range perms {
		a.Perms[p] = true
	}
	return a
}

func (f *floor) worker(t testing.TB, code string) db.ID {
	t.Helper()
	id, err := db.One[db.ID](t.Context(), f.d.Read(), `SELECT id FROM v_worker WHERE code = $1`, code)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// 7: eighteen were done of ten, and the second report overwrote the first.
func TestComplaint07PartialReportsAddUp(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		must(t, d, f.Report, report(wo, "10 g4"))
		second := must(t, d, f.Report, report(wo, "10 g5 s1"))
		if second.Good != dec("9") || second.Remaining != 0 {
			t.Errorf("the second report must add to the first: %+v", second)
		}
		if _, err := run(t, d, f.Report, report(wo, "10 g8")); err == nil {
			t.Error("eighteen of ten")
		}
		must(t, d, f.Undo, production.Undo{Report: second.ID, Reason: "count again"})
		o := f.detail(t, wo)
		if o.Ops[0].Good != dec("4") || o.Ops[0].WIP != dec("6") || len(o.Reports) != 3 {
			t.Errorf("a correction is a mirror, not an edit: %+v, %d reports", o.Ops[0], len(o.Reports))
		}
		// by tolerance, and by no more than that
		set(t, d, production.SettingTolerance, "10")
		f.stockIssue(t, wo, "SHELL 2", "KNOB 4")
		if _, err := run(t, d, f.Report, report(wo, "10 g8")); code(err) != "production.over_report" {
			t.Error(err)
		}
		if out := must(t, d, f.Report, report(wo, "10 g7")); out.Good != dec("11") || !out.OpDone {
			t.Errorf("%+v", out)
		}
		balanced(t, f)
	})
}

// 8: the status did not depend on the operations, and paused looked like running.
func TestComplaint08StatusFollowsTheWork(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		made := must(t, d, f.Create, production.Create{Orders: []production.CreateLine{{Item: "COFFEE", Qty: dec("10"), Due: "2026-03-20"}}})
		wo := made.Orders[0].Number
		is := func(state, waits string) {
			t.Helper()
			if o := f.detail(t, wo); o.State != state || o.WaitsFor != waits {
				t.Errorf("state %q waits for %q, want %q %q", o.State, o.WaitsFor, state, waits)
			}
			n, err := db.One[string](t.Context(), d.Read(), `SELECT o.status FROM wo_order o WHERE o.number = $1`, wo)
			if err != nil || n == "" {
				t.Error(err)
			}
		}
		is("planned", "")
		must(t, d, f.Release, production.Release{Orders: []string{wo}})
		is("released", "material")
		f.issueAll(t, wo)
		is("released", "")
		must(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1"})
		is("started", "")
		must(t, d, f.Pause, production.Run{Order: wo, Op: 10, Worker: "W1", Reason: "lunch"})
		is("paused", "")
		must(t, d, f.Hold, production.Hold{Order: wo, Reason: "drawing changes"})
		is("hold", "")
		must(t, d, f.Unhold, production.Hold{Order: wo, Reason: "drawing is right"})
		is("paused", "")
		must(t, d, f.Report, report(wo, "10 g10"))
		is("started", "")
		must(t, d, f.Report, report(wo, "20 g10"))
		last := must(t, d, f.Report, report(wo, "30 g10"))
		is("waiting_inspection", "inspection")
		must(t, d, f.Quality.Judge, quality.Judge{Inspection: last.Inspection, Passed: dec("10")})
		is("completed", "")
		must(t, d, f.Receive, production.Receive{Order: wo})
		must(t, d, f.Close, production.End{Order: wo, Reason: "all in stock"})
		is("closed", "")

		// material that runs out in the middle of the work
		wo = f.order(t, "COFFEE", "10")
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "SHELL", Qty: dec("4")})
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "KNOB"})
		must(t, d, f.Report, report(wo, "10 g4"))
		is("waiting_material", "material")
		must(t, d, f.Close, production.End{Order: wo, Reason: "no shells to be had", Rest: "return"})
		is("closed_short", "")
		balanced(t, f)
	})
}

// 9: the next operation could not begin on the pieces that were done.
func TestComplaint09NextOperationOnPiecesDone(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "25")
		f.issueAll(t, wo)
		must(t, d, f.Report, report(wo, "10 g9"))
		if s := f.detail(t, wo).Ops[2].Status; s != "waiting_previous" {
			t.Error("nine are less than a transfer lot:", s)
		}
		must(t, d, f.Report, report(wo, "10 g1"))
		if s := f.detail(t, wo).Ops[2].Status; s != "ready" {
			t.Error("ten are a transfer lot:", s)
		}
		must(t, d, f.Start, production.Run{Order: wo, Op: 20, Worker: "W2"})
		if out := must(t, d, f.Report, report(wo, "20 g10")); out.Good != dec("10") || out.OpDone {
			t.Errorf("%+v", out)
		}
		if _, err := run(t, d, f.Report, report(wo, "20 g1")); code(err) != "production.over_input" {
			t.Error("only what came can be worked on:", err)
		}
		balanced(t, f)
	})
}

// 10: the backflush rule was one for all, and nobody could see what it would do.
func TestComplaint10BackflushSaysWhatAndWhy(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		f.stock(t, "GLUE 0.5 G-0 2026-04-01")
		wo := f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		ask := func(op int64, good string) production.ReportPreview {
			t.Helper()
			p, err := f.PreviewReport(kittest.Ctx(t), d.Read(), production.AskPreview{Order: wo, Op: op, Good: dec(good)})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		show := func(p production.ReportPreview) string {
			var out []string
			for _, l := range p.Lines {
				var draws []string
				for _, w := range l.Draws {
					draws = append(draws, fmt.Sprintf("%s@%s×%s %s", w.Lot, w.Location, w.Qty, w.Why))
				}
				out = append(out, fmt.Sprintf("%s %s %s [%s]", l.Item, l.Issue, l.Qty, strings.Join(draws, ", ")))
			}
			return strings.Join(out, "; ")
		}
		if got, want := show(ask(10, "3")), "SHELL pick 3 [S-2@×3 issued]; KNOB pick 6 [K-1@×6 issued]; SCREW backflush 37 [@RM×37 only]"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		same := func(op int64, good string) {
			t.Helper()
			p := ask(op, good)
			var want []string
			for _, l := range p.Lines {
				for _, w := range l.Draws {
					want = append(want, fmt.Sprint(w.Item, w.Lot, w.Qty))
				}
			}
			out := must(t, d, f.Report, report(wo, fmt.Sprintf("%d g%s", op, good)))
			var got []string
			for _, u := range out.Used {
				got = append(got, fmt.Sprint(u.Item, u.Lot, u.Qty))
			}
			slices.Sort(want)
			slices.Sort(got)
			if !p.Complete || !slices.Equal(got, want) {
				t.Errorf("operation %d: the preview said %v, the report drew %v", op, want, got)
			}
		}
		same(10, "3")
		same(10, "4") // rounded up once over both, not once per report
		same(10, "3")
		if got, want := show(ask(20, "10")), "GLUE backflush 3.416 [G-0@RM×0.5 first_expiry, G-1@RM×2.916 first_in]"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		same(20, "10")
		if _, err := f.PreviewReport(kittest.Ctx(t), d.Read(), production.AskPreview{Order: wo, Op: 15, Good: dec("1")}); code(err) != "production.no_report_point" {
			t.Error(err)
		}
		// a preview writes nothing and what is short is said with the policy
		p, err := f.PreviewReport(kittest.Ctx(t), d.Read(), production.AskPreview{Order: f.order(t, "COFFEE", "10"), Op: 10, Good: dec("1")})
		if err != nil || p.Complete || p.Lines[0].Short != dec("1") || p.Lines[0].Policy != "block" {
			t.Errorf("%+v %v", p.Lines[0], err)
		}
		balanced(t, f)
	})
}

// 11: goods appeared without material, or an order could not be closed because of left-overs.
func TestComplaint11ShortStockIsOwedNotInvented(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		f.stock(t, "WIRE 1")
		plain := func(qty string) string { return f.order(t, "PLAIN", qty) }
		wo := plain("4000") // needs 400 glue of 300
		if _, err := run(t, d, f.Report, report(wo, "10 g4000")); code(err) != "inventory.short" {
			t.Error("block is the default:", err)
		}
		if n, _ := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM wo_variance`); n != 0 {
			t.Error("a refusal left variances")
		}
		must(t, d, f.SetShortPolicy, production.ShortPolicy{Item: "GLUE", Policy: "ask"})
		if _, err := run(t, d, f.Report, report(wo, "10 g4000")); code(err) != "production.short_ask" || !strings.Contains(err.Error(), "GLUE 100 pcs") {
			t.Error("ask:", err)
		}
		yes := report(wo, "10 g3500")
		yes.ConfirmShort = true
		out := must(t, d, f.Report, yes)
		if len(out.Short) != 1 || out.Short[0].Qty != dec("50") || f.on(t, "GLUE", "stock") != 0 {
			t.Errorf("%+v", out)
		}
		balanced(t, f)
		must(t, d, f.SetShortPolicy, production.ShortPolicy{Item: "GLUE", Policy: "allow"})
		second := must(t, d, f.Report, report(wo, "10 g500"))
		if len(second.Short) != 1 || second.Short[0].Qty != dec("50") {
			t.Errorf("%+v", second)
		}
		balanced(t, f)
		if need, err := f.OpenNeeds(kittest.Ctx(t), d.Read(), f.site, []db.ID{f.items["GLUE"].ID}); err != nil || need[f.items["GLUE"].ID] != dec("100") {
			t.Error("what is owed is still needed:", need, err)
		}
		// material arrives: what was owed is drawn in the same act, the oldest first, by documents of their own
		f.stock(t, "GLUE 70 G-5")
		owed, err := db.All[num.Dec](t.Context(), d.Read(), `SELECT qty FROM v_wo_variance ORDER BY opened_ms, id`)
		if err != nil || len(owed) != 2 || owed[0] != 0 || owed[1] != dec("30") || f.on(t, "GLUE", "stock") != 0 {
			t.Error("after 70 came:", owed, err)
		}
		if done := must(t, d, f.Settle, production.Settle{Order: wo}); len(done.Settled) != 0 || done.Open != 1 {
			t.Errorf("%+v", done)
		}
		balanced(t, f)
		// and an undo gives back what was settled, and owes nothing any more
		must(t, d, f.Undo, production.Undo{Report: second.ID, Reason: "never made"})
		if f.on(t, "GLUE", "stock") != dec("20") {
			t.Error("glue back in stock:", f.on(t, "GLUE", "stock"))
		}
		balanced(t, f)
		again := must(t, d, f.Report, report(wo, "10 g500"))
		if len(again.Short) != 1 || again.Short[0].Qty != dec("30") {
			t.Errorf("%+v", again.Short)
		}
		// closing is always possible: what is still owed is written off with the reason
		end := must(t, d, f.Close, production.End{Order: wo, Reason: "glue was drawn by hand", Failed: false})
		if len(end.WrittenOff) != 1 || end.WrittenOff[0].Qty != dec("30") || end.WrittenOff[0].Reason != "glue was drawn by hand" {
			t.Errorf("%+v", end)
		}
		balanced(t, f)

		// picked parts: the setting speaks for items without a policy, and the later issue settles by itself
		set(t, d, production.SettingShort, "allow")
		cm := f.order(t, "COFFEE", "10")
		must(t, d, f.Issue, production.Issue{Order: cm, Code: "SHELL", Qty: dec("6")})
		must(t, d, f.Issue, production.Issue{Order: cm, Code: "KNOB"})
		out = must(t, d, f.Report, report(cm, "10 g8"))
		if len(out.Short) != 1 || out.Short[0].Item != "SHELL" || out.Short[0].Qty != dec("2") {
			t.Errorf("%+v", out.Short)
		}
		must(t, d, f.Issue, production.Issue{Order: cm, Code: "SHELL"})
		o := f.detail(t, cm)
		if len(o.Variances) != 1 || o.Variances[0].Open != 0 {
			t.Errorf("%+v", o.Variances)
		}
		left := ""
		for _, a := range o.AtOrder {
			left += fmt.Sprintf("%s %s %s;", a.Item, a.Lot, a.Qty)
		}
		if left != "KNOB K-1 4;SHELL S-2 2;" {
			t.Error("at the order:", left)
		}
		balanced(t, f)
		// of several lines the one that is short is owed, and no other
		third := f.order(t, "COFFEE", "2")
		f.issueAll(t, third)
		f.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := f.Inventory.Move(ctx, tx, inventory.Doc{Kind: "adjust", ID: tx.ID(), Number: "A2", Site: f.site}, inventory.Place{Kind: inventory.Adjust},
				inventory.Take{Item: f.items["SCREW"].ID, Qty: f.on(t, "SCREW", "stock") - dec("5")})
			return err
		})
		out = must(t, d, f.Report, report(third, "10 g1"))
		if len(out.Short) != 1 || out.Short[0].Item != "SCREW" || out.Short[0].Qty != dec("8") {
			t.Errorf("%+v", out.Short)
		}
		if n, err := db.One[string](t.Context(), d.Read(), `SELECT i.code FROM v_wo_variance v JOIN v_item i ON i.id = v.item_id WHERE v.qty > 0`); err != nil || n != "SCREW" {
			t.Error(n, err)
		}
		balanced(t, f)
		// left-overs: one lot back, one scrapped, and the order closes
		before := f.on(t, "KNOB", "stock")
		if _, err := run(t, d, f.Close, production.End{Order: cm, Reason: "x"}); code(err) != "production.material_left" {
			t.Error(err)
		}
		end = must(t, d, f.Close, production.End{Order: cm, Reason: "customer is gone", Leftovers: []production.Leftover{
			{Item: "KNOB", Lot: "K-1", Qty: dec("3"), Act: "return"}, {Item: "KNOB", Lot: "K-1", Act: "scrap"}, {Item: "SHELL", Lot: "S-2", Act: "return", Location: "FG"}}})
		if len(end.Leftovers) != 3 || end.Kind != "short" || f.on(t, "KNOB", "stock") != before+dec("3") || f.on(t, "KNOB", "scrap") != dec("1") || f.on(t, "SHELL", "wip") != dec("1") {
			t.Errorf("%+v", end)
		}
		balanced(t, f)
	})
}

// 12: the lots of two orders were mixed, because consumption guessed again at the end.
func TestComplaint12LotsOfTwoOrdersStayApart(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		a, b := f.order(t, "COFFEE", "10"), f.order(t, "COFFEE", "10")
		for order, lot := range map[string]string{a: "S-1", b: "S-2"} { // S-2 expires first; a takes the other by scan
			must(t, d, f.Issue, production.Issue{Order: order, Code: lot, Item: "SHELL", Qty: dec("10")})
			must(t, d, f.Issue, production.Issue{Order: order, Code: "KNOB"})
		}
		for order, lot := range map[string]string{a: "S-1", b: "S-2"} {
			out := must(t, d, f.Report, report(order, "10 g5"))
			if got := said(out, nil); !strings.Contains(got, "SHELL:5("+lot+")") {
				t.Errorf("%s was issued %s and used %s", order, lot, got)
			}
		}
		// also what is split off takes its own lot along
		p := must(t, d, f.Split, production.Split{Order: a, Qty: dec("3"), Material: "share", Reason: "another line"})
		if got := said(must(t, d, f.Report, report(p.New.Number, "10 g3")), nil); !strings.Contains(got, "SHELL:3(S-1)") {
			t.Error(got)
		}
		if got := said(must(t, d, f.Report, report(b, "10 g5")), nil); !strings.Contains(got, "SHELL:5(S-2)") {
			t.Error(got)
		}
		balanced(t, f)
	})
}

// 15: no rejects, no reasons, no rework.
func TestComplaint15RejectsAndRework(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		no := report(wo, "10 g5 s1")
		no.ScrapReason = ""
		if _, err := run(t, d, f.Report, no); code(err) != "production.reason_missing" {
			t.Error("scrap without a reason:", err)
		}
		must(t, d, f.Report, report(wo, "10 g5 s1 r4"))
		must(t, d, f.Report, report(wo, "20 g5"))
		if o := f.detail(t, wo); o.Ops[0].Rework != dec("4") || o.Ops[0].DoneMS != 0 {
			t.Errorf("%+v", o.Ops[0])
		}
		out := must(t, d, f.Report, report(wo, "10 g3 s1 f"))
		if out.Good != dec("8") || out.Scrap != dec("2") || out.Rework != 0 || !out.OpDone || len(out.Used) != 0 {
			t.Errorf("reworked pieces become good or scrap and use their material once: %+v", out)
		}
		balanced(t, f)
	})
}

// 16: the yield arithmetic was wrong.
func TestComplaint16BalanceAtEveryOperation(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "20")
		f.issueAll(t, wo)
		for _, r := range []string{"10 g12 s2 r1", "20 g9 s1", "30 g7 s1", "10 g1 f"} {
			must(t, d, f.Report, report(wo, r))
		}
		split := must(t, d, f.Split, production.Split{Order: wo, Qty: dec("4"), Reason: "later"})
		must(t, d, f.Change, production.Change{Order: wo, Qty: dec("17"), Reason: "one more"})
		in := dec("17")
		for _, p := range f.detail(t, wo).Ops {
			if !p.Report {
				continue
			}
			if p.QtyIn != in || p.QtyIn != p.Good+p.Scrap+p.Rework+p.WIP || p.WIP < 0 {
				t.Errorf("operation %d: %s in, %s good, %s scrap, %s rework, %s there", p.Op, p.QtyIn, p.Good, p.Scrap, p.Rework, p.WIP)
			}
			in = p.Good
		}
		if split.Left != dec("16") || f.detail(t, split.New.Number).Ops[0].QtyIn != dec("4") {
			t.Errorf("%+v", split)
		}
		balanced(t, f)
	})
}

// 17: an order could not be cancelled, undone or closed as failed.
func TestComplaint17AlwaysAWayOut(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		// failed: material is released, what was used stays used
		wo := f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		must(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1"})
		must(t, d, f.Report, report(wo, "10 g1 s3"))
		used := f.on(t, "SHELL", "consumed")
		must(t, d, f.Hold, production.Hold{Order: wo, Reason: "mould broken"})
		if _, err := run(t, d, f.Close, production.End{Order: wo, Reason: ""}); err != nil && code(err) != "production.material_left" {
			t.Error(err)
		}
		end := must(t, d, f.Close, production.End{Order: wo, Reason: "mould broken", Failed: true, Rest: "return"})
		o := f.detail(t, wo)
		if end.Kind != "failed" || o.State != "failed" || o.EndReason != "mould broken" || len(o.AtOrder) != 0 || len(o.Leftovers) != 2 || f.on(t, "SHELL", "consumed") != used || f.on(t, "SHELL", "wip") != 0 {
			t.Errorf("%+v %s", end, o.State)
		}
		// cancelled with material at it, before any work
		wo = f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		must(t, d, f.Cancel, production.End{Order: wo, Reason: "customer cancelled", Rest: "return"})
		if o := f.detail(t, wo); o.State != "cancelled" || len(o.AtOrder) != 0 {
			t.Error(o.State, o.AtOrder)
		}
		// the last report of a finished order is taken back, and the order is open again
		wo = f.order(t, "PUMP", "2")
		last := must(t, d, f.Report, report(wo, "10 g2"))
		if s := f.detail(t, wo).State; s != "completed" {
			t.Error(s)
		}
		must(t, d, f.Undo, production.Undo{Report: last.ID, Reason: "wrong order"})
		if s := f.detail(t, wo).State; s != "released" {
			t.Error(s)
		}
		// within minutes by the one who slipped, later and for others by a shift leader
		worker := person(f.worker(t, "W1"), "production.undo")
		leader := person(0, "production.undo", "production.undo_any")
		mine := must(t, d, f.Report, report(wo, "10 g1"))
		if _, err := as(t, d, person(f.worker(t, "W2"), "production.undo"), f.Undo, production.Undo{Report: mine.ID, Reason: "x"}); code(err) != "production.undo_not_own" {
			t.Error("somebody else's:", err)
		}
		set(t, d, production.SettingUndoMinutes, "10")
		kittest.ClockOf(d).Add(11 * time.Minute)
		if _, err := as(t, d, worker, f.Undo, production.Undo{Report: mine.ID, Reason: "x"}); code(err) != "production.undo_too_late" {
			t.Error("too late:", err)
		}
		if _, err := as(t, d, leader, f.Undo, production.Undo{Report: mine.ID, Reason: "x"}); err != nil {
			t.Error(err)
		}
		mine = must(t, d, f.Report, report(wo, "10 g1"))
		if _, err := as(t, d, worker, f.Undo, production.Undo{Report: mine.ID, Reason: "x"}); err != nil {
			t.Error(err)
		}
		balanced(t, f)
	})
}

// 20: four thousandths of a sheet locked everything up.
func TestComplaint20RoundingNeverLocks(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "7")
		f.issueAll(t, wo)
		var glue num.Dec
		for range 7 { // one by one: 0.333 ÷ 0.975 a piece, three decimals
			must(t, d, f.Report, report(wo, "10 g1"))
		}
		for range 7 {
			for _, u := range must(t, d, f.Report, report(wo, "20 g1")).Used {
				glue += u.Qty
			}
		}
		if glue != dec("2.391") { // 7 × 0.333 ÷ 0.975 = 2.3907…, rounded up once and not seven times
			t.Error("glue:", glue)
		}
		// a share that does not divide is rounded down, and everything can still be made and closed
		wo = f.order(t, "COFFEE", "7")
		f.issueAll(t, wo)
		p := must(t, d, f.Split, production.Split{Order: wo, Qty: dec("2"), Material: "share", Reason: "x"})
		for _, n := range []string{wo, p.New.Number} {
			must(t, d, f.Close, production.End{Order: startOne(t, f, n), Reason: "x", Rest: "return"})
		}
		balanced(t, f)
	})
}

func startOne(t *testing.T, f *floor, wo string) string {
	t.Helper()
	must(t, f.d, f.Report, report(wo, "10 g1"))
	return wo
}

// 21: the capacity check refused real life: one person, several orders at once.
func TestComplaint21OnePersonSeveralOrders(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		clock := kittest.ClockOf(d)
		a, b := f.order(t, "PUMP", "5"), f.order(t, "PUMP", "5")
		must(t, d, f.Start, production.Run{Order: a, Op: 10, Worker: "W1"})
		clock.Add(30 * time.Minute)
		must(t, d, f.Start, production.Run{Order: b, Op: 10, Worker: "W1"}) // not refused
		clock.Add(60 * time.Minute)
		must(t, d, f.Report, report(a, "10 g5"))
		clock.Add(30 * time.Minute)
		must(t, d, f.Report, report(b, "10 g5"))
		minutes := func(wo string) (n int64) {
			rows, err := f.OrderLabour(kittest.Ctx(t), d.Read(), wo)
			if err != nil || len(rows) != 1 || rows[0].Rule != "parallel" {
				t.Fatal(rows, err)
			}
			return rows[0].MS / 60_000
		}
		if minutes(a) != 60 || minutes(b) != 60 { // 30 alone + half of 60 each
			t.Error(minutes(a), minutes(b))
		}
		day, err := f.WorkerLabour(kittest.Ctx(t), d.Read(), "W1", kittest.Start.UnixMilli(), clock.Now().UnixMilli()+1)
		var all int64
		for _, r := range day {
			all += r.MS
		}
		if err != nil || all != 120*60_000 {
			t.Error("two hours are two hours:", all, err)
		}
		balanced(t, f)
	})
}
