package planning_test

import (
	"fmt"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
)

// Where more takes longer, kits and promises count with the lead time of the quantity, as the plan does: few sets can be
// had before many.
func TestKitsByQuantity(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		per, days, routing := num.Int(20), 2, "routing"
		s.edit(t, "SCREW", "F1", masterdata.ItemValues{LeadPer: &per, LeadPerDays: &days}) // 5 days, and 2 for each begun 20
		s.edit(t, "LAMP", "F1", masterdata.ItemValues{LeadFrom: &routing})
		s.stock(t, "BODY", 1000)
		got, err := s.KitFor(ctx, d.Read(), &planning.AskKit{Item: "LAMP", Qty: web.Text[num.Dec]{V: num.Int(30)}})
		if err != nil {
			t.Fatal(err)
		}
		// 20 screws make ten lamps on 9 March, 40 make twenty on the 11th, 60 all of them on the 13th; 2 days and 30
		// minutes of working time, begun 1 day: Friday, Monday and Tuesday
		if x := fmt.Sprint(got.Steps); x != "[{2026-03-02 0} {2026-03-09 10} {2026-03-11 20} {2026-03-13 30}]" || got.Ready != "2026-03-13" || got.Done != "2026-03-18" {
			t.Errorf("steps %s, ready %s, done %s", x, got.Ready, got.Done)
		}
		p, err := s.Promise(ctx, d.Read(), planning.AskPromise{Lines: []planning.PromiseLine{{Item: "LAMP", Qty: num.Int(30)}}})
		if err != nil {
			t.Fatal(err)
		}
		if o := p.Lines[0]; o.Material != got.Done || fmt.Sprint(o.Steps) != fmt.Sprint(got.Steps) {
			t.Errorf("promised on %s in steps %v", o.Material, o.Steps)
		}
	})
}
