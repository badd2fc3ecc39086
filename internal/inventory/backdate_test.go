package inventory

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

// "Somebody booked into last week and nobody can say what was there": a day before today needs a permission and a
// reason, what was there before that day stays as it was, and there is never less than nothing at any moment.
func TestComplaint18BackDating(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		clock := kittest.ClockOf(d)
		day := func(n int) int64 { return kittest.Start.Add(time.Duration(n) * 24 * time.Hour).UnixMilli() }
		h.put(t, "PUMP 10 L1 RM") // on day 0
		clock.Add(5 * 24 * time.Hour)
		minus := func(n string) *num.Dec { v := -num.MustParse(n); return &v }
		try := func(ctx context.Context, in AdjustStock) string {
			in.Item, in.Lot, in.Location = "PUMP", "L1", "RM"
			err := d.InTx(ctx, func(tx *db.Tx) error { _, err := h.Adjust(ctx, tx, in); return err })
			if f, ok := fault.As(err); ok {
				return f.Code
			} else if err != nil {
				t.Fatal(err)
			}
			return ""
		}
		all := kittest.Ctx(t)
		store := actor.With(t.Context(), &actor.Actor{Name: "store", Perms: map[string]bool{"inventory.adjust": true}})
		at := func(ms int64) string {
			qty, err := db.One[num.Dec](t.Context(), d.Read(), `SELECT CAST(coalesce(sum(CASE WHEN to_kind = 'stock' THEN qty ELSE 0 END - CASE WHEN from_kind = 'stock' THEN qty ELSE 0 END), 0) AS BIGINT)
				FROM inv_move WHERE item_id = $1 AND happened_ms <= $2`, h.ids["PUMP"], ms)
			if err != nil {
				t.Fatal(err)
			}
			return qty.String()
		}
		history := func() string {
			return strings.Join([]string{at(day(0) - 1), at(day(0)), at(day(1)), at(day(2)), at(day(3)), at(day(5))}, " ")
		}
		for _, c := range []struct {
			name string
			ctx  context.Context
			in   AdjustStock
			want string
			then string
		}{
			{"today needs no more than before", store, AdjustStock{Change: minus("1"), Reason: "broken"}, "", "0 10 10 10 10 9"},
			{"a day before needs a permission", store, AdjustStock{Change: minus("1"), Reason: "broken", HappenedMS: day(3)}, "inventory.backdate_perm", "0 10 10 10 10 9"},
			{"who may says why", all, AdjustStock{Change: minus("1"), HappenedMS: day(3)}, "inventory.backdate_reason", "0 10 10 10 10 9"},
			{"what was there before that day stays", all, AdjustStock{Change: minus("2"), Reason: "found late", HappenedMS: day(2)}, "", "0 10 10 8 8 7"},
			{"not before the goods came", all, AdjustStock{Change: minus("1"), Reason: "found late", HappenedMS: day(-1)}, "inventory.history_negative", "0 10 10 8 8 7"},
			{"found goods count from that day", all, AdjustStock{Change: func() *num.Dec { v := num.MustParse("3"); return &v }(), Reason: "found late", HappenedMS: day(3)}, "", "0 10 10 8 11 10"},
			{"there is enough today, but there was not then", all, AdjustStock{Change: minus("9"), Reason: "found late", HappenedMS: day(2)}, "inventory.history_negative", "0 10 10 8 11 10"},
			{"as much as there was", all, AdjustStock{Change: minus("8"), Reason: "found late", HappenedMS: day(2)}, "", "0 10 10 0 3 2"},
		} {
			moves, err := db.All[string](t.Context(), d.Read(), `SELECT concat(id, ' ', qty, ' ', happened_ms, ' ', posting_date) FROM inv_move ORDER BY id`)
			if err != nil {
				t.Fatal(err)
			}
			if got := try(c.ctx, c.in); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
			if got := history(); got != c.then {
				t.Errorf("%s: history %s, want %s", c.name, got, c.then)
			}
			// what was written stays as it was written
			after, err := db.All[string](t.Context(), d.Read(), `SELECT concat(id, ' ', qty, ' ', happened_ms, ' ', posting_date) FROM inv_move ORDER BY id`)
			if err != nil || len(after) < len(moves) || fmt.Sprint(after[:len(moves)]) != fmt.Sprint(moves) {
				t.Errorf("%s: a move was changed", c.name)
			}
		}
		// a transfer too: the place that it leaves must have had the goods
		move := func(ms int64) string {
			err := d.InTx(all, func(tx *db.Tx) error {
				_, err := h.Transfer(all, tx, TransferStock{Item: "PUMP", Lot: "L1", Qty: num.One, From: "RM", To: "FG", Reason: "moved then", HappenedMS: ms})
				return err
			})
			if f, ok := fault.As(err); ok {
				return f.Code
			} else if err != nil {
				t.Fatal(err)
			}
			return ""
		}
		if got := move(day(2)); got != "inventory.history_negative" {
			t.Errorf("transfer on day 2: %q", got)
		}
		if got := move(day(4)); got != "" {
			t.Errorf("transfer on day 4: %q", got)
		}
		balanced(t, h, d.Read())
	})
}
