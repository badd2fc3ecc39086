package production_test

import (
	"testing"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
)

// Material that went out on an earlier day is issued for that day by who may do that, with a reason, and only if it was there.
func TestIssueOfAnEarlierDay(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		clock := kittest.ClockOf(d)
		clock.Add(24 * time.Hour)
		first := time.UnixMilli(nowOf(t, d)).UnixMilli()
		clock.Add(24 * time.Hour)
		f.stock(t, "SHELL 5 S-NEW 2026-12-01") // came today
		keeper := &actor.Actor{Name: "keeper", Perms: map[string]bool{"production.issue": true}}
		may := &actor.Actor{Name: "keeper", Perms: map[string]bool{"production.issue": true, "inventory.backdate": true}}
		issue := func(a *actor.Actor, in production.Issue) string {
			ctx := actor.With(t.Context(), a)
			in.Order = wo
			return code(d.InTx(ctx, func(tx *db.Tx) error { _, err := f.Issue(ctx, tx, in); return err }))
		}
		for _, c := range []struct {
			name string
			who  *actor.Actor
			in   production.Issue
			want string
		}{
			{"without the permission", keeper, production.Issue{Code: "S-2", Qty: dec("4"), Reason: "forgotten", HappenedMS: first}, "inventory.backdate_perm"},
			{"without a reason", may, production.Issue{Code: "S-2", Qty: dec("4"), HappenedMS: first}, "inventory.backdate_reason"},
			{"before the order was released", may, production.Issue{Code: "S-2", Qty: dec("4"), Reason: "forgotten", HappenedMS: first - 3*86_400_000}, "production.before_release"},
			{"in the future", may, production.Issue{Code: "S-2", Qty: dec("4"), Reason: "forgotten", HappenedMS: first + 9*86_400_000}, "production.issue_future"},
			{"goods that came later", may, production.Issue{Code: "S-NEW", Qty: dec("4"), Reason: "forgotten", HappenedMS: first}, "inventory.history_negative"},
			{"with both", may, production.Issue{Code: "S-2", Qty: dec("4"), Reason: "forgotten", HappenedMS: first}, ""},
			{"now, without either", keeper, production.Issue{Code: "S-2", Qty: dec("1")}, ""},
		} {
			if got := issue(c.who, c.in); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		got, err := db.All[int64](t.Context(), d.Read(), `SELECT happened_ms FROM wo_issue ORDER BY id`)
		if err != nil || len(got) != 2 || got[0] != first || got[1] <= first {
			t.Error(got, err)
		}
		moved, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM v_move WHERE doc_kind = 'wo_issue' AND happened_ms = $1`, first)
		if err != nil || moved != 1 {
			t.Error(moved, err)
		}
	})
}

func nowOf(t *testing.T, d *db.DB) (ms int64) {
	t.Helper()
	if err := d.InTx(kittest.Ctx(t), func(tx *db.Tx) error { ms = tx.NowMS(); return nil }); err != nil {
		t.Fatal(err)
	}
	return ms
}
