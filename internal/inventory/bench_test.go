package inventory

import (
	"sync/atomic"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// BenchmarkBackflush is a report's consumption of six lines, 64 at a time.
func BenchmarkBackflush(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			open := kittest.SQLite
			if engine == "postgres" {
				open = kittest.Postgres
			}
			d := open(b, schemas)
			h := build(b, d)
			var takes []Take
			for i, p := range []string{"SCREW 9000000 - RM", "PLATE 9000000 P1 RM", "PUMP 9000000 L1 RM", "GLUE 9000000 - RM", "THEIRS 9000000 T1 CS", "PUMP 9000000 L2 RM"} {
				h.put(b, p)
				takes = append(takes, h.parseTake([]string{"SCREW 8", "PLATE 0.5", "PUMP 1", "GLUE 0.25", "THEIRS 1", "PUMP 1 L2"}[i]))
			}
			ctx := kittest.Ctx(b)
			var n atomic.Int64
			b.SetParallelism(32)
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := int(n.Add(1))
					if err := d.InTx(ctx, func(tx *db.Tx) error {
						_, err := h.Move(ctx, tx, h.raced(tx, "report", i), Place{Kind: Consumed}, takes...)
						return err
					}); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "moves/s")
		})
	}
}
