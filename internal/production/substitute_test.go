package production_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
)

// approve asks for a substitute and approves it.
func (f *floor) approve(t testing.TB, order, item, sub, qty string) production.SubstituteRow {
	t.Helper()
	in := production.AskSubstitute{Order: order, Item: item, Sub: sub, Reason: item + " is short"}
	if qty != "" {
		in.Qty = dec(qty)
	}
	r := must(t, f.d, f.AskSubstitute, in)
	return must(t, f.d, f.DecideSubstitute, production.DecideSubstitute{ID: r.ID, Approve: true})
}

// A substitute is used after approval only, and no more of it than was approved; what was issued of the first stays.
func TestSubstituteWithApproval(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "SHELL"})
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "KNOB", Qty: dec("12")}) // partly issued
		for want, in := range map[string]production.AskSubstitute{
			"production.order_unknown": {Order: "MO-NONE", Item: "KNOB", Sub: "KNOB2"},
			"masterdata.item_unknown":  {Order: wo, Item: "KNOB", Sub: "NOTHING"},
			"production.sub_no_line":   {Order: wo, Item: "OTHER", Sub: "KNOB2"},
			"production.sub_same":      {Order: wo, Item: "KNOB", Sub: "KNOB"},
			"production.sub_qty":       {Order: wo, Item: "KNOB", Sub: "KNOB2", Qty: dec("9")},
			"production.decimals":      {Order: wo, Item: "KNOB", Sub: "KNOB2", Qty: dec("1.5")},
		} {
			in.Reason = "short"
			if _, err := run(t, d, f.AskSubstitute, in); code(err) != want {
				t.Errorf("%+v: %v, want %s", in, err, want)
			}
		}
		ask := production.AskSubstitute{Order: wo, Item: "KNOB", Sub: "KNOB2", Qty: dec("6"), Reason: "knobs are short"}
		r := must(t, d, f.AskSubstitute, ask)
		if r.State != "open" || !r.Listed || r.Qty != dec("6") {
			t.Errorf("%+v", r)
		}
		if _, err := run(t, d, f.AskSubstitute, ask); code(err) != "production.sub_asked" {
			t.Error(err)
		}
		if _, err := run(t, d, f.Issue, production.Issue{Order: wo, Code: "K-9", Qty: dec("1")}); code(err) != "production.sub_not_approved" {
			t.Error("used before approval:", err)
		}
		if _, err := run(t, d, f.DecideSubstitute, production.DecideSubstitute{ID: r.ID}); code(err) != "production.sub_why" {
			t.Error(err)
		}
		must(t, d, f.DecideSubstitute, production.DecideSubstitute{ID: r.ID, Approve: true})
		if _, err := run(t, d, f.DecideSubstitute, production.DecideSubstitute{ID: r.ID, Answer: "no"}); code(err) != "production.sub_decided" {
			t.Error(err)
		}
		if _, err := run(t, d, f.Issue, production.Issue{Order: wo, Code: "K-9", Qty: dec("7")}); code(err) != "production.sub_too_much" {
			t.Error(err)
		}
		out := must(t, d, f.Issue, production.Issue{Order: wo, Code: "K-9"}) // all that is approved
		if out.Qty != dec("6") || out.Remaining != dec("2") || out.Lots[0] != (production.Used{Item: "KNOB2", Lot: "K-9", Qty: dec("6")}) {
			t.Errorf("%+v", out)
		}
		must(t, d, f.Report, report(wo, "10 g9"))
		o, err := f.Order(kittest.Ctx(t), d.Read(), wo)
		if err != nil || len(o.Substitutions) != 1 || o.Substitutions[0].Used != dec("6") || o.Substitutions[0].State != "approved" {
			t.Errorf("%+v %v", o.Substitutions, err)
		}
		// the real lots are what was consumed: twelve of the first, six of the other
		type used struct {
			Lot string `db:"number"`
			Qty string `db:"qty"`
		}
		var got []string
		if err := db.Each(kittest.Ctx(t), d.Read(), `SELECT l.number, CAST(sum(v.qty) / 1000000 AS TEXT) AS qty FROM v_move v JOIN v_lot l ON l.id = v.lot_id JOIN v_item i ON i.id = v.item_id
			WHERE v.to_kind = 'consumed' AND i.code IN ('KNOB', 'KNOB2') GROUP BY l.number ORDER BY l.number`, nil, func(u *used) error { got = append(got, fmt.Sprintf("%s %.2s", u.Lot, u.Qty)); return nil }); err != nil {
			t.Fatal(err)
		}
		if s := strings.Join(got, " "); s != "K-1 12 K-9 6" && s != "K-1 12 K-9 6." {
			t.Error(s)
		}
		// what was returned may be used again
		must(t, d, f.Undo, production.Undo{Report: o.Reports[0].ID, Reason: "wrong"})
		must(t, d, f.Return, production.Return{Order: wo, Code: "K-9", Qty: dec("2")})
		if _, err := run(t, d, f.Issue, production.Issue{Order: wo, Code: "K-9", Qty: dec("2")}); err != nil {
			t.Error(err)
		}
		balanced(t, f)
	})
}

// Nobody approves his own request; a refusal says why and changes nothing.
func TestSubstituteFourEyes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		as := func(id int64, fn func(ctx context.Context, tx *db.Tx) error) error {
			ctx := actor.With(t.Context(), &actor.Actor{Name: "u", UserID: id, Perms: map[string]bool{"*": true}})
			return d.InTx(ctx, func(tx *db.Tx) error { return fn(ctx, tx) })
		}
		var r production.SubstituteRow
		if err := as(7, func(ctx context.Context, tx *db.Tx) (err error) {
			r, err = f.AskSubstitute(ctx, tx, production.AskSubstitute{Order: wo, Item: "SHELL", Sub: "OTHER", Reason: "try"})
			return err
		}); err != nil || r.Listed || r.Qty != dec("10") {
			t.Fatal(err, r)
		}
		decide := func(id int64, in production.DecideSubstitute) error {
			in.ID = r.ID
			return as(id, func(ctx context.Context, tx *db.Tx) error { _, err := f.DecideSubstitute(ctx, tx, in); return err })
		}
		if err := decide(7, production.DecideSubstitute{Approve: true}); code(err) != "production.sub_own" {
			t.Error(err)
		}
		if err := decide(8, production.DecideSubstitute{Answer: "does not fit"}); err != nil {
			t.Error(err)
		}
		if _, err := run(t, d, f.Issue, production.Issue{Order: wo, Code: "O-1"}); code(err) != "production.wrong_item" {
			t.Error(err)
		}
		// what the bill does not name may be approved too
		f.approve(t, wo, "SHELL", "OTHER", "3")
		if out, err := run(t, d, f.Issue, production.Issue{Order: wo, Code: "O-1"}); err != nil || out.Qty != dec("3") {
			t.Error(out, err)
		}
		balanced(t, f)
	})
}

// Backflush draws the first item as far as it is there, then what was approved in its place; a pick list does the same.
func TestSubstituteDrawn(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := bare(t, d)
		f.load(t, plant())
		f.stock(t, "SHELL 50 S-1", "KNOB 15 K-1", "KNOB2 300 K-9", "SCREW 130", "BOX 500", "PLAIN 400", "GLUE 50 G-1", "WIRE 50")
		wo := f.order(t, "COFFEE", "20")
		f.approve(t, wo, "KNOB", "KNOB2", "")
		if _, err := run(t, d, f.AskSubstitute, production.AskSubstitute{Order: wo, Item: "SCREW", Sub: "BOX", Reason: "x"}); code(err) != "production.sub_used" {
			t.Error(err)
		}
		f.approve(t, wo, "SCREW", "PLAIN", "100")
		p := must(t, d, f.MakePick, production.NewWorkPick{Orders: []string{wo}})
		if got := stops(p); got != "RM KNOB K-1 15 left 15 (1:15); RM KNOB2 K-9 25 left 25 (1:25); RM SHELL S-1 20 left 20 (1:20)" {
			t.Error(got)
		}
		for _, c := range []string{"K-1", "K-9", "S-1"} {
			must(t, d, func(ctx context.Context, tx *db.Tx, in production.ScanWorkPick) (production.WorkPick, error) {
				return f.ScanPick(ctx, tx, p.Number, in)
			}, production.ScanWorkPick{Code: c})
		}
		if a, err := f.PreviewReport(kittest.Ctx(t), d.Read(), production.AskPreview{Order: wo, Op: 10, Good: dec("15")}); err != nil || !a.Complete {
			t.Errorf("%+v %v", a, err)
		}
		// 15 pieces use 181 screws by the norm: 130 are there, 51 come of what was approved
		if _, err := run(t, d, f.Report, report(wo, "10 g15")); err != nil {
			t.Fatal(err)
		}
		o, err := f.Order(kittest.Ctx(t), d.Read(), wo)
		if err != nil {
			t.Fatal(err)
		}
		if s := o.Substitutions[1]; s.Sub != "PLAIN" || s.Used != dec("51") {
			t.Errorf("%+v", s)
		}
		balanced(t, f)
		// five more use 60: 49 are still approved, the rest is short and refused
		if _, err := run(t, d, f.Report, report(wo, "10 g5")); code(err) != "inventory.short" {
			t.Error(err)
		}
		// taken back, the approval may be used again
		must(t, d, f.Undo, production.Undo{Report: o.Reports[0].ID, Reason: "count"})
		if o, err = f.Order(kittest.Ctx(t), d.Read(), wo); err != nil || o.Substitutions[1].Used != 0 {
			t.Errorf("%+v %v", o.Substitutions, err)
		}
		balanced(t, f)
	})
}
