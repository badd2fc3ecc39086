package production_test

import (
	"context"
	"strings"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
)

// What is approved in general comes with new orders as somebody else than who asked approved it, is offered by pick lists
// after the first item, holds for what is split off, and not for orders that were there before or come after its end.
func TestGeneralSubstitutes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := bare(t, d)
		f.load(t, plant())
		f.stock(t, "SHELL 50 S-1", "KNOB 15 K-1", "KNOB2 300 K-9")
		md := masterdata.New()
		as := func(id int64, fn func(ctx context.Context, tx *db.Tx) (masterdata.GeneralRow, error)) (r masterdata.GeneralRow, err error) {
			ctx := actor.With(t.Context(), &actor.Actor{Name: "u", UserID: id, Perms: map[string]bool{"*": true}})
			err = d.InTx(ctx, func(tx *db.Tx) error { r, err = fn(ctx, tx); return err })
			return r, err
		}
		ask := func(in masterdata.AskGeneral) (masterdata.GeneralRow, error) {
			if in.Reason == "" {
				in.Reason = "two suppliers"
			}
			return as(7, func(ctx context.Context, tx *db.Tx) (masterdata.GeneralRow, error) { return md.AskGeneral(ctx, tx, in) })
		}
		decide := func(id int64, in masterdata.DecideGeneral) (masterdata.GeneralRow, error) {
			return as(id, func(ctx context.Context, tx *db.Tx) (masterdata.GeneralRow, error) {
				return md.DecideGeneral(ctx, tx, in)
			})
		}
		for want, in := range map[string]masterdata.AskGeneral{
			"masterdata.item_unknown":   {Product: "NOTHING", Item: "KNOB", Sub: "KNOB2"},
			"masterdata.sub_not_listed": {Product: "COFFEE", Item: "SHELL", Sub: "KNOB2X"},
			"masterdata.sub_elsewhere":  {Product: "COFFEE", Item: "KNOB", Sub: "SCREW"},
			"masterdata.invalid":        {Product: "COFFEE", Item: "KNOB", Sub: "KNOB2", VersionDates: masterdata.VersionDates{From: "soon"}},
			"masterdata.invalid ":       {Product: "COFFEE", Item: "KNOB", Sub: "KNOB2", Reason: "  "},
		} {
			want = strings.TrimSpace(want)
			if in.Sub == "KNOB2X" {
				in.Sub = "OTHER"
			}
			if _, err := ask(in); code(err) != want {
				t.Errorf("%+v: %v, want %s", in, err, want)
			}
		}
		before := f.order(t, "COFFEE", "10")
		r, err := ask(masterdata.AskGeneral{Product: "COFFEE", Item: "KNOB", Sub: "KNOB2"})
		if err != nil || r.State != "open" || !r.Planned {
			t.Fatal(r, err)
		}
		if _, err := ask(masterdata.AskGeneral{Product: "COFFEE", Item: "KNOB", Sub: "KNOB2"}); code(err) != "masterdata.sub_held" {
			t.Error(err)
		}
		if wo := f.order(t, "COFFEE", "1"); len(f.subs(t, wo)) != 0 {
			t.Error("taken before approval")
		}
		if _, err := decide(7, masterdata.DecideGeneral{ID: r.ID, Approve: true}); code(err) != "masterdata.sub_own" {
			t.Error(err)
		}
		if _, err := decide(8, masterdata.DecideGeneral{ID: r.ID}); code(err) != "masterdata.sub_why" {
			t.Error(err)
		}
		if r, err = decide(8, masterdata.DecideGeneral{ID: r.ID, Approve: true}); err != nil || r.State != "approved" {
			t.Error(r, err)
		}
		wo := f.order(t, "COFFEE", "20")
		got := f.subs(t, wo)
		if len(got) != 1 || got[0].Sub != "KNOB2" || got[0].Qty != dec("40") || got[0].State != "approved" || !got[0].Listed || len(f.subs(t, before)) != 0 {
			t.Fatalf("%+v", got)
		}
		p := must(t, d, f.MakePick, production.NewWorkPick{Orders: []string{wo}})
		if s := stops(p); s != "RM KNOB K-1 15 left 15 (3:15); RM KNOB2 K-9 25 left 25 (3:25); RM SHELL S-1 20 left 20 (3:20)" {
			t.Error(s)
		}
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "K-9", Qty: dec("5")})
		if got = f.subs(t, wo); got[0].Used != dec("5") {
			t.Errorf("%+v", got)
		}
		parted := must(t, d, f.Split, production.Split{Order: wo, Qty: dec("8"), Reason: "two shifts"})
		if got = f.subs(t, wo); got[0].Qty != dec("24") { // as much as the order needs now
			t.Errorf("%+v", got)
		}
		if got = f.subs(t, parted.New.Number); len(got) != 1 || got[0].Qty != dec("16") {
			t.Errorf("%+v", got)
		}
		if r, err = as(9, func(ctx context.Context, tx *db.Tx) (masterdata.GeneralRow, error) {
			return md.EndGeneral(ctx, tx, masterdata.EndGeneral{ID: r.ID, Reason: "worse"})
		}); err != nil || r.State != "ended" {
			t.Error(r, err)
		}
		if after := f.order(t, "COFFEE", "1"); len(f.subs(t, after)) != 0 || len(f.subs(t, wo)) != 1 {
			t.Error("an ended approval is taken, or lost by who has it")
		}
		// with the setting off one person does both
		must(t, d, func(ctx context.Context, tx *db.Tx, v string) (string, error) {
			return v, masterdata.SetSetting(ctx, tx, masterdata.SettingSubstituteFourEyes, v)
		}, "0")
		if r, err = ask(masterdata.AskGeneral{Product: "COFFEE", Item: "KNOB", Sub: "KNOB2"}); err != nil {
			t.Fatal(err)
		}
		off := func(active bool) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				page, err := md.ItemDetail(ctx, tx, "KNOB2", f.site, tx.Today())
				if err == nil {
					_, err = md.SwitchItem(ctx, tx, "KNOB2", active, masterdata.SwitchItem{Rev: page.Rev})
				}
				return err
			})
		}
		off(false)
		if _, err := decide(7, masterdata.DecideGeneral{ID: r.ID, Approve: true}); code(err) != "masterdata.item_off" {
			t.Errorf("an inactive substitute: %v", err)
		}
		off(true)
		if _, err := decide(7, masterdata.DecideGeneral{ID: r.ID, Approve: true}); err != nil {
			t.Error(err)
		}
		if _, err := as(7, func(ctx context.Context, tx *db.Tx) (masterdata.GeneralRow, error) {
			return md.EndGeneral(ctx, tx, masterdata.EndGeneral{ID: r.ID, Reason: "  "})
		}); code(err) != "masterdata.invalid" {
			t.Errorf("ended for no reason: %v", err)
		}
		balanced(t, f)
	})
}

func (f *floor) subs(t testing.TB, order string) []production.SubstituteRow {
	t.Helper()
	o, err := f.Order(kittest.Ctx(t), f.d.Read(), order)
	if err != nil {
		t.Fatal(err)
	}
	return o.Substitutions
}
