package production_test

import (
	"context"
	"strings"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/production"
)

// "A motor fails at the customer: in which machine does the next one of that make sit?" Each unit says which pieces are
// in it, and each piece in which unit it sits.
func TestComplaint14WhichPieceSitsInWhichUnit(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := bare(t, d)
		p := plant()
		p.Items = append(p.Items, pack.Item{Code: "MOTOR", Name: "motor", UOM: "pcs", Kind: "buy", Tracking: "serial", LotRule: "lot_for_lot", YieldPct: dec("100")})
		p.BOMs = append(p.BOMs, pack.BOMLine{Product: "PUMP", Version: "1", Role: "component", Item: "MOTOR", Qty: dec("1"), Op: 10, Issue: "pick"})
		f.load(t, p)
		f.stock(t, "SCREW 1000")
		f.do(t, func(ctx context.Context, tx *db.Tx) error {
			loc, err := masterdata.LocationByCode(ctx, tx, f.site, "RM")
			if err != nil {
				return err
			}
			_, err = f.Inventory.Put(ctx, tx, inventory.Doc{Kind: "adjust", ID: tx.ID(), Number: "A9", Site: f.site}, inventory.Place{Kind: inventory.Adjust},
				inventory.Put{Item: f.items["MOTOR"].ID, Qty: dec("4"), Serials: []string{"M1", "M2", "M3", "M4"}, To: inventory.Place{Kind: inventory.Stock, Ref: loc.ID}})
			return err
		})
		wo := f.order(t, "PUMP", "3")
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "MOTOR", Serials: []string{"M1", "M2", "M3"}, Qty: dec("3")})
		must(t, d, f.Report, report(wo, "10 g3"))
		bind := func(unit string, parts ...string) error {
			_, err := run(t, d, func(ctx context.Context, tx *db.Tx, in production.BindSerials) (production.Serials, error) {
				return f.Bind(ctx, tx, wo, in)
			}, production.BindSerials{Unit: unit, Parts: parts})
			return err
		}
		if err := bind("P1", "M1"); code(err) != "production.unit_unknown" {
			t.Error("before the receipt:", err)
		}
		// a receipt may say it at once; the rest is said afterwards
		r := must(t, d, f.Receive, production.Receive{Order: wo, Serials: []string{"P1", "P2", "P3"}, Parts: []production.UnitParts{{Serial: "P1", Parts: []string{"M2"}}}})
		for _, c := range []struct{ unit, parts, want string }{
			{"P2", "M4", "production.part_not_used"}, {"P2", "M2", "inventory.bound_already"}, {"P9", "M1", "production.unit_unknown"},
			{"P2", "M1 M1", "inventory.serial_twice"}, {"P2", "M1 M3", "production.unit_full"}, {"P1", "M1", "production.unit_full"},
			{"KW:SN:PUMP/P2", "KW:SN:MOTOR/M1", ""},
		} {
			if err := bind(c.unit, strings.Fields(c.parts)...); code(err) != c.want {
				t.Errorf("%s into %s: %v, want %s", c.parts, c.unit, err, c.want)
			}
		}
		see := func() string {
			s, err := f.OrderSerials(kittest.Ctx(t), d.Read(), wo)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, u := range s.Units {
				w := u.Serial
				for _, p := range u.Parts {
					w += "+" + p.Serial
				}
				out = append(out, w)
			}
			for _, p := range s.Free {
				out = append(out, p.Serial)
			}
			return strings.Join(out, " ")
		}
		if got := see(); got != "P1+M2 P2+M1 P3 M3" {
			t.Error(got)
		}
		unit, err := f.Inventory.SerialCard(kittest.Ctx(t), d.Read(), "PUMP", "P1")
		if err != nil || len(unit.Inside) != 1 || unit.Inside[0].Serial != "M2" || unit.SitsIn != nil {
			t.Errorf("%+v %v", unit.Inside, err)
		}
		part, err := f.Inventory.SerialCard(kittest.Ctx(t), d.Read(), "MOTOR", "M2")
		if err != nil || part.SitsIn == nil || part.SitsIn.UnitItem != "PUMP" || part.SitsIn.Unit != "P1" || len(part.Inside) != 0 {
			t.Errorf("%+v %v", part.SitsIn, err)
		}
		// a mistake is taken back with a reason; the piece may go elsewhere then
		loosen := func(unit, part string) error {
			_, err := run(t, d, func(ctx context.Context, tx *db.Tx, in production.LoosenSerials) (production.Serials, error) {
				return f.LoosenSerials(ctx, tx, wo, in)
			}, production.LoosenSerials{BindSerials: production.BindSerials{Unit: unit, Parts: []string{part}}, Reason: "wrong label"})
			return err
		}
		if err := loosen("P1", "M1"); code(err) != "production.not_inside" {
			t.Error(err)
		}
		if err := loosen("P1", "M2"); err != nil {
			t.Error(err)
		}
		if err := bind("P3", "M2"); err != nil {
			t.Error(err)
		}
		if got := see(); got != "P1 P2+M1 P3+M2 M3" {
			t.Error(got)
		}
		// a unit that is not received any more holds nothing
		must(t, d, f.UndoReceipt, production.UndoReceipt{Receipt: r.Number, Reason: "wrong order"})
		if got := see(); got != "M1 M2 M3" {
			t.Error("after the receipt was taken back:", got)
		}
		balanced(t, f)
	})
}
