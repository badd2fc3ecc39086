package planning_test

import (
	"context"
	"fmt"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
)

// What another site brings is suggested as a transfer, with its days on the way, and one click asks that site; the
// document counts as coming here and as needed there.
func TestReplenishFromAnotherSite(t *testing.T) {
	kittest.Each(t, withNotices, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.second(t) // F2 gets BODY from F1, three days on the way
		ctx := kittest.Ctx(t)
		line, most := num.Int(10), num.Int(25)
		s.edit(t, "BODY", "F2", masterdata.ItemValues{ReorderPoint: &line, MaxStock: &most})
		s.edit(t, "BLANK", "F2", masterdata.ItemValues{ReorderPoint: &line})
		look := func(site, want string) {
			t.Helper()
			c, err := s.Replenish(ctx, planning.Check{Site: site})
			if got := fmt.Sprintf("%d watched %d new %d kept %d gone", c.Watched, c.Made, c.Kept, c.Gone); err != nil || got != want {
				t.Errorf("%s: %s, %v; want %s", site, got, err, want)
			}
		}
		look("F2", "2 watched 2 new 0 kept 0 gone")
		type row struct {
			ID   db.ID   `db:"id"`
			Kind string  `db:"kind"`
			From string  `db:"from_code"`
			Qty  num.Dec `db:"qty"`
			Due  string  `db:"due"`
		}
		rows, err := db.All[row](ctx, d.Read(), `SELECT s.id, s.kind, coalesce(f.code, '') AS from_code, s.qty, s.due FROM mrp_suggestion s JOIN v_item i ON i.id = s.item_id LEFT JOIN v_site f ON f.id = s.from_site_id ORDER BY i.code DESC`)
		if err != nil || len(rows) != 2 || rows[0].Kind != "transfer" || rows[0].From != "F1" || rows[0].Qty != most || rows[0].Due != "2026-03-05" || rows[1].Kind != "buy" || rows[1].From != "" {
			t.Fatalf("%+v, %v", rows, err)
		}
		err = d.InTx(ctx, func(tx *db.Tx) error {
			_, err := s.ChangeSuggestion(ctx, tx, rows[0].ID, planning.ChangeSuggestion{Version: 1, Supplier: "S1"})
			return err
		})
		refused(t, err, "planning.suggestion_brought")
		buyer := as(t, "buyer", 9, "planning.replenish", "purchasing.create")
		err = d.InTx(buyer, func(tx *db.Tx) error {
			_, err := s.Accept(buyer, tx, planning.Accept{Suggestions: []db.ID{rows[0].ID, rows[1].ID}})
			return err
		})
		refused(t, err, "web.forbidden")
		var made planning.Accepted
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			made, err = s.Accept(ctx, tx, planning.Accept{Suggestions: []db.ID{rows[0].ID, rows[1].ID}})
			return err
		})
		number := made.Documents[1].Number
		if len(made.Documents) != 2 || made.Documents[0].Kind != "requisition" || made.Documents[1].Kind != "transfer" || made.Documents[1].Item != "BODY" || made.Documents[1].Qty != most {
			t.Fatalf("%+v", made.Documents)
		}
		page, err := s.inv.SiteTransfer(ctx, d.Read(), number)
		if err != nil || page.From != "F1" || page.To != "F2" || page.ShipOn != "2026-03-02" || page.Due != "2026-03-05" {
			t.Errorf("%+v, %v", page, err)
		}
		if kind, err := db.One[string](ctx, d.Read(), `SELECT doc_kind || ' ' || doc_number || ' ' || state FROM mrp_suggestion WHERE id = $1`, rows[0].ID); err != nil || kind != "transfer "+number+" ordered" {
			t.Errorf("%s, %v", kind, err)
		}
		look("F2", "2 watched 0 new 0 kept 0 gone") // it comes
		s.edit(t, "BODY", "F1", masterdata.ItemValues{ReorderPoint: &line})
		s.stock(t, "BODY", 30)
		look("F1", "1 watched 1 new 0 kept 0 gone") // thirty less the twenty-five that F2 gets
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.inv.CloseTransfer(ctx, tx, number, inventory.CloseTransfer{Reason: "not needed"})
			return err
		})
		look("F2", "2 watched 1 new 0 kept 0 gone")
		look("F1", "1 watched 0 new 0 kept 1 gone")
		// one look at all that one sees, each site told by itself
		all, err := s.Look(ctx, planning.Check{})
		if err != nil || all.Site != "" || all.Watched != 3 || all.Kept != 1 || len(all.Sites) != 2 || all.Sites[0].Site != "F1" || all.Sites[0].Watched != 1 || all.Sites[1].Watched != 2 {
			t.Errorf("%+v, %v", all, err)
		}
		f2, err := masterdata.SiteByCode(ctx, d.Read(), "F2")
		if err != nil {
			t.Fatal(err)
		}
		there := actor.With(t.Context(), &actor.Actor{Name: "there", UserID: 9, Sites: []int64{int64(f2.ID)}, Perms: map[string]bool{"*": true}})
		if one, err := s.Look(there, planning.Check{}); err != nil || one.Site != "F2" || one.Watched != 2 || len(one.Sites) != 0 {
			t.Errorf("%+v, %v", one, err)
		}
		_, err = s.Look(there, planning.Check{Site: "F1"})
		refused(t, err, "identity.not_yours")
	})
}
