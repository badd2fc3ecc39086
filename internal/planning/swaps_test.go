package planning_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
)

// general asks for a substitute in general and approves it as somebody else.
func (s *shop) general(t testing.TB, in masterdata.AskGeneral) masterdata.GeneralRow {
	t.Helper()
	md := masterdata.New()
	var r masterdata.GeneralRow
	for _, step := range []struct {
		who int64
		do  func(ctx context.Context, tx *db.Tx) error
	}{
		{7, func(ctx context.Context, tx *db.Tx) (err error) { r, err = md.AskGeneral(ctx, tx, in); return err }},
		{8, func(ctx context.Context, tx *db.Tx) (err error) {
			r, err = md.DecideGeneral(ctx, tx, masterdata.DecideGeneral{ID: r.ID, Approve: true})
			return err
		}},
	} {
		ctx := actor.With(t.Context(), &actor.Actor{Name: "u", UserID: step.who, Perms: map[string]bool{"*": true}})
		if err := s.d.InTx(ctx, func(tx *db.Tx) error { return step.do(ctx, tx) }); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// swapped shows the live plan's substitutions: "BLANK/BODY #2 needs 40: 5 own, ORPHAN 12 uses 15, 20 planned".
func (s *shop) swapped(t testing.TB) (out []string) {
	t.Helper()
	type row struct {
		Item     string  `db:"item"`
		Product  string  `db:"product"`
		Doc      string  `db:"doc"`
		Sub      string  `db:"sub"`
		Needed   num.Dec `db:"needed"`
		Own      num.Dec `db:"own"`
		Covered  num.Dec `db:"covered"`
		SubStock num.Dec `db:"sub_stock"`
		SubNeeds num.Dec `db:"sub_needs"`
	}
	rows, err := db.All[row](t.Context(), s.d.Read(), `SELECT i.code AS item, p.code AS product, x.doc_number AS doc, x.needed, x.own, s.code AS sub, x.covered, x.sub_stock, x.sub_needs FROM mrp_swap x JOIN mrp_run r ON r.id = x.run_id AND r.live
		JOIN v_item i ON i.id = x.item_id JOIN v_item s ON s.id = x.sub_id JOIN v_item p ON p.id = x.product_id ORDER BY x.day, i.code`)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s/%s %s needs %s: %s own, %s %s of %s less %s", r.Item, r.Product, r.Doc, r.Needed, r.Own, r.Sub, r.Covered, r.SubStock, r.SubNeeds))
	}
	return out
}

func withSub(p *pack.Pack) {
	for i := range p.BOMs {
		if p.BOMs[i].Item == "BLANK" {
			p.BOMs[i].Substitutes = []string{"ORPHAN"}
		}
	}
}

// A substitute that is approved in general covers what a planned order is short of, in its days and where the bill lists
// it, and not before; the plan says how; a net change follows it; released, the work order has the approval.
func TestPlannedOrdersUseSubstitutes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := openWith(t, d, withSub)
		ctx := kittest.Ctx(t)
		s.stock(t, "BLANK", 10)
		s.stock(t, "ORPHAN", 45)
		s.order(t, "SO1", "LAMP", 100, "2026-03-30", 5)
		s.order(t, "SO2", "ORPHAN", 5, "2026-04-30", 5)
		blank := func(want string) {
			t.Helper()
			var got []string
			for _, o := range s.at(t, "F1") {
				if strings.HasPrefix(o, "BLANK buy") {
					got = append(got, strings.Fields(o)[2])
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("BLANK %q, want %s", got, want)
			}
		}
		s.run(t)
		blank("90")
		ask := masterdata.AskGeneral{Product: "BODY", Item: "BLANK", Sub: "ORPHAN", Reason: "as good"}
		r := s.general(t, ask)
		// a net change says why and gives the plan of a run of everything
		got, err := s.Run(ctx, planning.RunPlan{Mode: planning.NetChanges})
		if err != nil || got.Net.Whole != "" || got.Net.Looked >= got.Net.Of {
			t.Errorf("%+v %v", got.Net, err)
		}
		want := []string{"BLANK/BODY #2 needs 100: 10 own, ORPHAN 40 of 45 less 5"}
		blank("50")
		if x := s.swapped(t); !slices.Equal(x, want) {
			t.Errorf("%q", x)
		}
		s.run(t)
		blank("50")
		if x := s.swapped(t); !slices.Equal(x, want) {
			t.Errorf("%q", x)
		}
		page, err := s.Item(ctx, d.Read(), "BLANK", "")
		if err != nil || !slices.ContainsFunc(page.Supplies, func(e planning.Entry) bool { return e.Kind == "substitute" && e.Qty == num.Int(40) }) {
			t.Errorf("%+v %v", page.Supplies, err)
		}
		var n int64
		for _, e := range page.Supplies {
			if e.Kind == "planned" {
				n = e.N
			}
		}
		why, err := s.Why(ctx, d.Read(), "", n)
		if err != nil || !slices.ContainsFunc(why.Steps, func(x planning.Step) bool { return x.Code == "substitute" && x.Qty == -num.Int(40) }) {
			t.Errorf("%+v %v", why.Steps, err)
		}
		// released, the order may use it, as much as it needs
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			out, err := s.Release(ctx, tx, planning.Release{Orders: []int64{2}})
			if err != nil {
				return err
			}
			o, err := s.Production.Order(ctx, tx, out.Documents[0].Number)
			if err == nil && (len(o.Substitutions) != 1 || o.Substitutions[0].State != "approved" || o.Substitutions[0].Qty != num.Int(100) || o.Substitutions[0].Sub != "ORPHAN") {
				t.Errorf("%+v", o.Substitutions)
			}
			return err
		})
		s.run(t)
		blank("50")
		if x := s.swapped(t); len(x) != 1 || !strings.HasPrefix(x[0], "BLANK/BODY MO") || !strings.Contains(x[0], "ORPHAN 40") {
			t.Errorf("%q", x)
		}
		// ended, it holds for new plans no more; the order keeps it
		s.order(t, "SO3", "LAMP", 10, "2026-04-20", 5)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := masterdata.New().EndGeneral(ctx, tx, masterdata.EndGeneral{ID: r.ID, Reason: "not as good"})
			return err
		})
		s.stock(t, "ORPHAN", 100)
		s.run(t)
		if x := s.swapped(t); len(x) != 1 || !strings.Contains(x[0], "ORPHAN 90") {
			t.Errorf("%q", x)
		}
		blank("10")
		// approved again, for later days only
		ask.From = "2026-06-01"
		s.general(t, ask)
		s.run(t)
		blank("10")
	})
}

// Planning leaves alone what is approved for picking only, and what the bill lists no more.
func TestSubstitutesThatPlanningLeaves(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := openWith(t, d, withSub)
		s.stock(t, "ORPHAN", 45)
		s.order(t, "SO1", "LAMP", 10, "2026-03-30", 5)
		no := false
		ask := masterdata.AskGeneral{Product: "BODY", Item: "BLANK", Sub: "ORPHAN", Reason: "as good", Planned: &no}
		r := s.general(t, ask)
		s.run(t)
		if x := s.swapped(t); len(x) != 0 {
			t.Errorf("%q", x)
		}
		md := masterdata.New()
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := md.AskGeneral(ctx, tx, ask)
			if !fault.Is(err, "masterdata.sub_held") {
				t.Error(err)
			}
			_, err = md.EndGeneral(ctx, tx, masterdata.EndGeneral{ID: r.ID, Reason: "planning too"})
			return err
		})
		ask.Planned = nil
		s.general(t, ask)
		s.run(t)
		if x := s.swapped(t); len(x) != 1 {
			t.Errorf("%q", x)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			p, err := md.BOMVersion(ctx, tx, "BODY", "1", "2026-03-02")
			if err != nil {
				return err
			}
			_, err = md.ChangeBOM(ctx, tx, "BODY", "1", masterdata.EditBOM{Rev: p.Rev, Lines: []masterdata.BOMLineValues{{Item: "BLANK", Qty: num.One, Op: 10}}})
			return err
		})
		s.run(t)
		if x := s.swapped(t); len(x) != 0 {
			t.Errorf("%q", x)
		}
	})
}
