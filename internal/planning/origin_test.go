package planning_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/planning"
	"kaiwu/internal/purchasing"
)

// A work order, a requisition, the purchase order that it became and what went through a firm order say how their
// quantity was reckoned, also when another plan is live.
func TestOriginOfADocument(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.order(t, "SO1", "LAMP", 12, "2026-03-20", 5)
		s.run(t)
		n := map[string]int64{}
		for i, code := range s.planned(t) {
			n[code[:5]] = int64(i) + 1
		}
		var made planning.Released
		var bought purchasing.OrdersMade
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			held, err := s.Firm(ctx, tx, planning.MakeFirm{Pick: planning.Pick{Orders: []int64{n["BLANK"]}}})
			if err != nil {
				return err
			}
			made, err = s.Release(ctx, tx, planning.Release{Orders: []int64{n["LAMP "], n["SCREW"]}, Firm: held.Orders})
			return err
		})
		doc := map[string]string{}
		for _, x := range made.Documents {
			doc[x.Item] = x.Number
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			bought, err = s.Purchasing.OrderAll(ctx, tx, purchasing.OrderRequisitions{Numbers: []string{doc["SCREW"], doc["BLANK"]}})
			return err
		})
		s.order(t, "SO2", "LAMP", 100, "2026-03-27", 5)
		s.run(t)
		origin := func(kind, number, item string) (out []string) {
			got, err := s.Origin(ctx, d.Read(), &planning.AskOrigin{Kind: kind, Number: number, Item: item})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range got.Orders {
				sum := x.Why.Steps[len(x.Why.Steps)-1].Sum
				if sum != x.Taken || sum != x.Why.Qty {
					t.Errorf("%s: the arithmetic ends at %s, not %s", number, sum, x.Taken)
				}
				line := fmt.Sprintf("%s %s by %s", x.Why.Item, x.Taken, x.Through)
				for _, st := range x.Why.Steps {
					line += fmt.Sprintf(" %s%s", st.Code, st.Qty)
				}
				out = append(out, line)
			}
			return out
		}
		for _, c := range []struct {
			kind, number, item string
			want               []string
		}{
			{"work_order", doc["LAMP"], "", []string{"LAMP 12 by  needed12"}},
			{"requisition", doc["SCREW"], "", []string{"SCREW 30 by  needed24 multiple6"}},
			{"purchase_order", bought.Orders[0].Number, "SCREW", []string{"SCREW 30 by " + doc["SCREW"] + " needed24 multiple6"}},
			{"purchase_order", bought.Orders[0].Number, "BODY", nil},
			{"work_order", "MO-NONE", "", nil},
		} {
			if got := origin(c.kind, c.number, c.item); !slices.Equal(got, c.want) {
				t.Errorf("%s %s %s: %q, want %q", c.kind, c.number, c.item, got, c.want)
			}
		}
		if got := origin("purchase_order", bought.Orders[0].Number, "BLANK"); len(got) != 1 || got[0][:9] != "BLANK 12 " || got[0][len(got[0])-8:] != "needed12" {
			t.Errorf("through the firm order: %q", got)
		}
	})
}
