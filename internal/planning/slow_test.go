package planning_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
)

// What nobody used for longer than its class allows, what expires soon and what the plan does not need is told, with
// its age and value; a use makes it lively again, and a decision stays with the item.
func TestSlowStock(t *testing.T) {
	kittest.Each(t, withNotices, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		inv := s.Production.Inventory
		put := func(item, received, expires, qty, cost string) {
			s.do(t, func(ctx context.Context, tx *db.Tx) error {
				it, err := masterdata.ItemByCode(ctx, tx, item)
				if err != nil {
					return err
				}
				at, err := db.One[db.ID](ctx, tx, `SELECT min(id) FROM v_location WHERE warehouse_kind = 'normal'`)
				if err != nil {
					return err
				}
				_, err = inv.Put(ctx, tx, inventory.Doc{Kind: "po_receipt", ID: tx.ID(), Number: "GR" + item}, inventory.Place{Kind: inventory.Supplier},
					inventory.Put{Item: it.ID, Qty: num.MustParse(qty), To: inventory.Place{Kind: inventory.Stock, Ref: at}, ReceivedOn: received, ExpiresOn: expires, UnitCost: num.MustParse(cost)})
				return err
			})
		}
		look := func() planning.SlowLooked {
			var out planning.SlowLooked
			s.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
				out, err = s.LookSlow(ctx, tx, planning.LookSlow{})
				return err
			})
			return out
		}
		see := func(item string) string {
			type row struct {
				Class  string  `db:"class"`
				Qty    num.Dec `db:"qty"`
				A90    num.Dec `db:"age_90"`
				A180   num.Dec `db:"age_180"`
				A365   num.Dec `db:"age_365"`
				Older  num.Dec `db:"older"`
				Exp    num.Dec `db:"expiring"`
				Excess num.Dec `db:"excess"`
				Value  num.Dec `db:"value"`
				Idle   bool    `db:"idle"`
			}
			r, err := db.One[row](t.Context(), d.Read(), `SELECT s.class, s.qty, s.age_90, s.age_180, s.age_365, s.older, s.expiring, s.excess, s.value, s.idle FROM mrp_slow s JOIN v_item i ON i.id = s.item_id WHERE i.code = $1`, item)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("%s %s = %s+%s+%s+%s exp %s over %s worth %s idle %v", r.Class, r.Qty, r.A90, r.A180, r.A365, r.Older, r.Exp, r.Excess, r.Value, r.Idle)
		}
		before := look()
		today := inv.Today(d.Read())
		put("ORPHAN", planning.DayPlus(today, -400), "", "10", "2.5")
		put("ORPHAN", planning.DayPlus(today, -100), planning.DayPlus(today, 30), "4", "2.5")
		put("ORPHAN", planning.DayPlus(today, -10), planning.DayPlus(today, 61), "1", "2.5")
		after := look()
		if after.Items != before.Items+1 || after.Idle != before.Idle+1 || after.Expiring != before.Expiring+1 {
			t.Errorf("before %+v, after %+v", before, after)
		}
		if got := see("ORPHAN"); !strings.HasSuffix(got, " 15 = 1+4+0+10 exp 4 over 15 worth 37.5 idle true") {
			t.Error(got)
		}
		s.do(t, func(ctx context.Context, tx *db.Tx) error {
			it, err := masterdata.ItemByCode(ctx, tx, "ORPHAN")
			if err != nil {
				return err
			}
			_, err = inv.Move(ctx, tx, inventory.Doc{Kind: "test", ID: tx.ID(), Number: "T1"}, inventory.Place{Kind: inventory.Consumed}, inventory.Take{Item: it.ID, Qty: num.One})
			return err
		})
		look()
		if got := see("ORPHAN"); !strings.HasSuffix(got, " 14 = 1+3+0+10 exp 3 over 14 worth 35 idle false") {
			t.Error("after a use:", got)
		}
		decide := func(in planning.DecideSlow) error {
			ctx := kittest.Ctx(t)
			return d.InTx(ctx, func(tx *db.Tx) error { _, err := s.DecideSlow(ctx, tx, in); return err })
		}
		refused(t, decide(planning.DecideSlow{Items: []string{"ORPHAN"}, Decision: "scrap", Due: planning.DayPlus(today, -1), Reason: "late"}), "planning.slow_due")
		refused(t, decide(planning.DecideSlow{Items: []string{"ORPHAN"}, Decision: "scrap", Due: today, Reason: " "}), "planning.slow_due")
		refused(t, decide(planning.DecideSlow{Items: []string{"ORPHAN", "NOBODY"}, Decision: "scrap", Due: today, Reason: "x"}), "masterdata.item_unknown")
		for _, what := range []string{"keep", "use_up"} {
			if err := decide(planning.DecideSlow{Items: []string{"ORPHAN"}, Decision: what, Due: planning.DayPlus(today, 9), Reason: "spare part"}); err != nil {
				t.Fatal(err)
			}
		}
		look() // a new look keeps what was decided
		if all, err := db.All[string](t.Context(), d.Read(), `SELECT decision FROM mrp_slow_decision ORDER BY id`); err != nil || strings.Join(all, " ") != "keep use_up" {
			t.Error(all, err)
		}
	})
}
