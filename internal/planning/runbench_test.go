package planning_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
	"kaiwu/internal/sales"
)

// BenchmarkPlan makes the plan of a factory of 20,000 items in five levels with 90,000 lines of bills and 5,000 order
// lines, from the database to the database on a real disk: of everything, and of what one more order has changed.
func BenchmarkPlan(b *testing.B) {
	const per, levels = 4000, 5
	d, err := db.Open(kittest.Ctx(b), filepath.Join(b.TempDir(), "kaiwu.db"), db.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	if err := d.Migrate(kittest.Ctx(b), schemas...); err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	code := func(level int) string { return fmt.Sprintf("L%d-%04d", level, r.IntN(per)) }
	s := openWith(b, d, func(p *pack.Pack) {
		for level := range levels {
			for i := range per {
				x := pack.Item{Code: fmt.Sprintf("L%d-%04d", level, i), Name: "件", UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "period", PeriodDays: 7, YieldPct: 100 * num.One, LeadDays: 1 + i%4}
				if level == levels-1 {
					x.Kind, x.Supplier = "buy", "S1"
				}
				p.Items = append(p.Items, x)
				if level == levels-1 {
					continue
				}
				used := map[string]bool{}
				for len(used) < 5 {
					part := code(min(level+1+r.IntN(2), levels-1))
					if !used[part] {
						used[part] = true
						p.BOMs = append(p.BOMs, pack.BOMLine{Product: x.Code, Version: "1", Role: "component", Item: part, Qty: num.Int(int64(1 + r.IntN(3))), Op: 10, Issue: "pick"})
					}
				}
				p.Routings = append(p.Routings, pack.Operation{Product: x.Code, Version: "1", Op: 10, Name: "装", WorkCenter: "W", RunMin: num.One, Report: true, Inspection: "none"})
			}
		}
	})
	order := func(lines int) {
		kittest.Do(b, d, func(ctx context.Context, tx *db.Tx) error {
			in := sales.NewOrder{Customer: "C1"}
			for range lines {
				in.Lines = append(in.Lines, sales.NewLine{Item: code(0), Qty: num.Int(int64(1 + r.IntN(20))), Due: fmt.Sprintf("2026-%02d-%02d", 4+r.IntN(6), 1+r.IntN(28)), Priority: int64(1 + r.IntN(9))})
			}
			_, err := s.sales.Create(ctx, tx, in)
			return err
		})
	}
	for range 50 {
		order(100)
	}
	s.run(b)
	for _, mode := range []string{planning.Regenerative, planning.NetChanges} {
		b.Run(mode, func(b *testing.B) {
			var x planning.Result
			for b.Loop() {
				b.StopTimer()
				order(1)
				b.StartTimer()
				if x, err = s.Run(kittest.Ctx(b), planning.RunPlan{Mode: mode}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(x.Orders), "orders")
			if x.Net != nil {
				b.ReportMetric(float64(x.Net.Looked), "looked")
			}
		})
	}
}
