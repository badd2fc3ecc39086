package inventory

import (
	"context"
	"slices"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/notice"
)

// A lot that will soon expire is told once: not each night, not after its notice was read off; used up, it is taken back.
func TestExpiringIsToldOnce(t *testing.T) {
	kittest.Each(t, append(slices.Clone(schemas), db.Schema{Room: "kit", FS: notice.Schema}), func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "PUMP 10 L1 RM", "PUMP 4 L2 FG")
		ctx := kittest.Ctx(t)
		day := func(n int) string { return dayPlus(h.today(d.Read()), n) }
		exec := func(q string, args ...any) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, q, args...)
				return err
			})
		}
		look := func() (out Expiring) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) { out, err = h.TellExpiring(ctx, tx); return err })
			return out
		}
		open := func() int64 {
			n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM kit_notice WHERE done_ms = 0 AND kind = 'inventory.expiring'`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		exec(`UPDATE inv_lot SET expires_on = ''`)
		exec(`UPDATE inv_lot SET expires_on = $1 WHERE number = 'L1'`, day(31))
		if got := look(); got != (Expiring{}) || open() != 0 {
			t.Fatal("too early", got)
		}
		exec(`UPDATE inv_lot SET expires_on = $1 WHERE number = 'L1'`, day(30))
		got := look()
		if got.Lots != 1 || got.Told != got.Lots || open() != int64(got.Told) {
			t.Fatal(got, open())
		}
		n := got.Lots
		if got = look(); got.Told != 0 || open() != int64(n) {
			t.Error("told again", got)
		}
		exec(`UPDATE kit_notice SET done_ms = 1`)
		if got = look(); got.Told != 0 || open() != 0 {
			t.Error("told again after it was read off", got)
		}
		exec(`UPDATE inv_lot SET expires_on = $1 WHERE number = 'L1'`, day(10)) // found to keep shorter: that is news
		if got = look(); got.Told != n || open() != int64(n) {
			t.Error(got, open())
		}
		exec(`UPDATE inv_lot SET expires_on = $1 WHERE number = 'L1'`, day(90))
		if got = look(); got.Lots != 0 || open() != 0 {
			t.Error("it keeps, and its notice stays", got)
		}
	})
}
