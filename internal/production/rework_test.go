package production_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
)

// What failed the final inspection is put right by an order of its own: it consumes the pieces and extra material, gives
// the same product back, and its pieces are nobody's new production.
func TestReworkOfFailedPieces(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		for _, op := range []string{"10 g10", "20 g10", "30 g10"} {
			must(t, d, f.Report, report(wo, op))
		}
		insp := f.detail(t, wo).Inspections[0].Number
		j := must(t, d, f.Quality.Judge, quality.Judge{Inspection: insp, Passed: dec("8"), Failed: dec("2"), Reason: "leaks"})
		steps := []production.ReworkOp{{Name: "换密封圈", WorkCenter: "LINE", Minutes: dec("3"), Inspection: "final"}}
		parts := []production.ReworkPart{{Item: "KNOB2", Qty: dec("2")}}
		for _, c := range []struct {
			in   production.NewRework
			want string
		}{
			{production.NewRework{Inspection: insp, Qty: dec("3"), Reason: "x", Ops: steps}, "production.rework_failed"},
			{production.NewRework{Inspection: "QC9", Reason: "x"}, "production.rework_inspection"},
			{production.NewRework{Item: "COFFEE", Qty: dec("1"), Reason: "x"}, "production.rework_which"},
			{production.NewRework{Item: "SHELL", Qty: dec("1"), Lot: "S-1", Reason: "x"}, "production.not_made"},
			{production.NewRework{Inspection: insp, Reason: "x", Ops: []production.ReworkOp{{Name: "a", WorkCenter: "NOWHERE"}}}, "production.rework_center"},
			{production.NewRework{Inspection: insp, Reason: "x", Ops: steps, Parts: []production.ReworkPart{{Item: "COFFEE", Qty: dec("1")}}}, "production.rework_part"},
			{production.NewRework{Inspection: insp, Reason: " "}, "production.rework_reason"},
		} {
			if _, err := run(t, d, f.Rework, c.in); code(err) != c.want {
				t.Errorf("%+v: %v, want %s", c.in, err, c.want)
			}
		}
		r := must(t, d, f.Rework, production.NewRework{Inspection: insp, Reason: "leaks", Ops: steps, Parts: parts})
		if r.Qty != dec("2") || len(r.Took) != 1 || r.Took[0].Lot == "" {
			t.Fatalf("%+v", r)
		}
		if _, err := run(t, d, f.Quality.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "x"}); code(err) != "production.reworked_already" {
			t.Error(err)
		}
		if _, err := run(t, d, f.Rework, production.NewRework{Inspection: insp, Reason: "again", Ops: steps}); code(err) != "production.rework_failed" {
			t.Error("taken twice:", err)
		}
		got := must(t, d, f.Receive, production.Receive{Order: wo})
		if got.Qty != dec("8") {
			t.Errorf("what passed goes into stock: %+v", got)
		}
		w := f.detail(t, r.Number)
		if w.Kind != "rework" || w.Status != "released" || w.ReworkOf != insp || len(w.Components) != 2 || w.Components[0].Issued != dec("2") || w.ReworkWhy != "leaks" {
			t.Errorf("%+v", w)
		}
		if a := f.detail(t, wo); a.Aside != dec("2") || !slices.Equal(a.Reworks, []string{r.Number}) {
			t.Errorf("the order that made them: %+v %v", a.Aside, a.Reworks)
		}
		if _, err := run(t, d, f.Split, production.Split{Order: r.Number, Qty: dec("1")}); code(err) != "production.rework_fixed" {
			t.Error(err)
		}
		if _, err := run(t, d, f.Report, report(r.Number, "10 g2")); code(err) != "production.not_issued" {
			t.Error("the new seal was not issued:", err)
		}
		must(t, d, f.Issue, production.Issue{Order: r.Number, Code: "KNOB2"})
		must(t, d, f.Report, report(r.Number, "10 g2"))
		if _, err := run(t, d, f.Receive, production.Receive{Order: r.Number}); code(err) != "production.not_inspected" {
			t.Error(err)
		}
		must(t, d, f.Quality.Judge, quality.Judge{Inspection: f.detail(t, r.Number).Inspections[0].Number, Passed: dec("2")})
		back := must(t, d, f.Receive, production.Receive{Order: r.Number})
		if back.Lot != r.Took[0].Lot || back.Qty != dec("2") {
			t.Errorf("the pieces keep their lot: %+v, took %+v", back, r.Took)
		}
		must(t, d, f.UndoReceipt, production.UndoReceipt{Receipt: back.Number, Reason: "wrong place"})
		back = must(t, d, f.Receive, production.Receive{Order: r.Number})
		// both ways: the reworked lot was made by both orders, and the second one used it with the new seal
		ctx := kittest.Ctx(t)
		lot, err := inventory.LotByNumber(ctx, d.Read(), f.items["COFFEE"].ID, back.Lot)
		if err != nil {
			t.Fatal(err)
		}
		made, err := inventory.Made(ctx, d.Read(), []db.ID{lot.ID}, nil)
		if err != nil || len(made) != 2 {
			t.Errorf("made by %v %v", made, err)
		}
		from, err := inventory.From(ctx, d.Read(), []db.ID{lot.ID})
		if err != nil || len(from) < 4 {
			t.Errorf("made of %v %v", from, err)
		}
		if board, err := f.BoardOf(ctx, d.Read(), ""); err != nil || board.Centers[slices.IndexFunc(board.Centers, func(c production.BoardCenter) bool { return c.Code == "LINE" })].Done != dec("10") {
			t.Errorf("reworked pieces count as new production: %+v %v", board.Centers, err)
		}
		balanced(t, f)
	})
}

// Pieces with serial numbers come back under their own, lots and pieces that leave unfinished are held again.
func TestReworkKeepsSerials(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "PUMP", "4")
		must(t, d, f.Report, report(wo, "10 g4"))
		must(t, d, f.Receive, production.Receive{Order: wo, Serials: []string{"P1", "P2", "P3", "P4"}})
		if _, err := run(t, d, f.Rework, production.NewRework{Item: "PUMP", Serials: []string{"P1"}, Held: true, Reason: "noise"}); err == nil {
			t.Error("a piece that is not held was taken from hold")
		}
		f.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := f.Inventory.Hold(ctx, tx, inventory.Doc{Kind: "hold", ID: tx.ID(), Number: "H1", Site: f.site, Reason: "noise"}, inventory.Take{Item: f.items["PUMP"].ID, Serials: []string{"P1", "P2", "P3"}})
			return err
		})
		r := must(t, d, f.Rework, production.NewRework{Item: "PUMP", Serials: []string{"P1..P3"}, Held: true, Reason: "noise"})
		if r.Qty != dec("3") || strings.Join(r.Took[0].Serials, " ") != "P1..P3" {
			t.Fatalf("%+v", r)
		}
		// one goes back as it is, on hold
		must(t, d, f.Return, production.Return{Order: r.Number, Code: "KW:SN:PUMP/P3"})
		if _, err := run(t, d, f.Rework, production.NewRework{Item: "PUMP", Serials: []string{"P3"}, Reason: "noise"}); err == nil {
			t.Error("an unfinished piece became usable")
		}
		must(t, d, f.Report, report(r.Number, "10 g2"))
		if _, err := run(t, d, f.Receive, production.Receive{Order: r.Number, Serials: []string{"P1", "P4"}}); code(err) != "inventory.not_remade" {
			t.Error(err)
		}
		got := must(t, d, f.Receive, production.Receive{Order: r.Number})
		if strings.Join(got.Serials, " ") != "P1 P2" {
			t.Errorf("%+v", got)
		}
		must(t, d, f.UndoReceipt, production.UndoReceipt{Receipt: got.Number, Reason: "x"})
		got = must(t, d, f.Receive, production.Receive{Order: r.Number, Serials: []string{"P2", "P1"}})
		if len(got.Serials) != 2 {
			t.Errorf("%+v", got)
		}
		must(t, d, f.Close, production.End{Order: r.Number, Reason: "one stays", Rest: "return"})
		balanced(t, f)
	})
}
