package planning_test

import (
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
)

// What nothing can serve is never promised: a part that the customer has to send, a quantity that cannot be counted, a
// day so far away that nothing is planned for it.
func TestPromiseOfWhatNothingServes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := openWith(t, d, func(p *pack.Pack) {
			p.Items = append(p.Items, pack.Item{Code: "SHELL", Name: "来料外壳", UOM: "pcs", Kind: "customer", Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One})
		})
		ctx := kittest.Ctx(t)
		p, err := s.Promise(ctx, d.Read(), ask("SHELL", 100, "2026-03-20"))
		if err != nil || p.Possible != "" || p.OnTime || p.Lines[0].Possible != "" || p.Lines[0].Material != "" || p.Lines[0].OnTime || p.Lines[0].Reason != "customer_part" || p.Lines[0].Block != "SHELL" {
			t.Errorf("a hundred of the customer's: %+v, %v", p, err)
		}
		p, err = s.Promise(ctx, d.Read(), planning.AskPromise{Lines: []planning.PromiseLine{{Item: "SHELL", Qty: num.Int(1)}, {Item: "SCREW", Qty: num.Int(1)}}})
		if err != nil || p.Possible != "" || p.OnTime || p.Lines[0].OnTime || p.Lines[1].Possible != "2026-03-07" || !p.Lines[1].OnTime {
			t.Errorf("as soon as can be: %+v, %v", p, err)
		}
		for item, due := range map[string]string{"LAMP": "2200-01-01", "SCREW": "9999-12-31"} {
			_, err = s.Promise(ctx, d.Read(), ask(item, 1, due))
			refused(t, err, "planning.date_far")
		}
		_, err = s.Promise(ctx, d.Read(), ask("LAMP", int64(num.Max/num.One), "2026-03-20"))
		refused(t, err, "planning.too_much")
	})
}
