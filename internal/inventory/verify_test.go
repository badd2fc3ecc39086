package inventory

import (
	"context"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

func balanced(t testing.TB, h *house, q db.Querier) {
	t.Helper()
	for _, err := range h.Verify(t.Context(), q) {
		t.Error(err)
	}
}

func toldEach(t testing.TB, q db.Querier) func(names []string, fn func(e *db.LogRow) error) error {
	return func(names []string, fn func(e *db.LogRow) error) error {
		var w db.Where
		db.In(&w, "name", names)
		return db.Each(t.Context(), q, `SELECT id, name, payload FROM kit_event`+w.String()+` ORDER BY recorded_ms, id`, w.Args, fn)
	}
}

// One value altered in a table of the room is found, and the record is named.
func TestVerifyFinds(t *testing.T) {
	for _, c := range []struct{ name, alter, want string }{
		{"a balance", `UPDATE inv_balance SET qty = qty + 1 WHERE id = (SELECT min(id) FROM inv_balance)`, "the moves give"},
		{"a reservation", `UPDATE inv_reservation SET qty = qty - 1`, "than its reservations"},
		{"a lost piece", `DELETE FROM inv_serial WHERE number = 'U2'`, "pieces more than the balance"},
		{"a piece elsewhere", `UPDATE inv_serial SET place_ref = place_ref + 1 WHERE number = 'U2'`, "pieces more than the balance"},
		{"a mirror", `UPDATE inv_move SET to_status = 'hold' WHERE reverses <> 0`, "mirror"},
		{"a lot of another item", `UPDATE inv_lot SET item_id = item_id + 1 WHERE number = 'L1'`, "not one of its item"},
		{"a reason", `UPDATE inv_move SET reason = 'nothing' WHERE id = (SELECT max(id) FROM inv_move)`, "not what was told"},
		{"an actor", `UPDATE inv_move SET actor = 'somebody' WHERE id = (SELECT max(id) FROM inv_move)`, "not what was told"},
		{"a removed move", `DELETE FROM inv_move WHERE id = (SELECT max(id) FROM inv_move)`, "is gone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := kittest.SQLite(t, schemas)
			h := build(t, d)
			h.put(t, "PUMP 5 L1 RM", "UNIT 3 - FG sn=U1,U2,U3", "PLATE 7 P1 RM")
			h.do(t, func(ctx context.Context, tx *db.Tx) error {
				doc := h.doc(tx, "use")
				if _, err := h.Move(ctx, tx, doc, Place{Kind: Consumed}, h.parseTake("PLATE 2")); err != nil {
					return err
				}
				if err := h.Reverse(ctx, tx, h.doc(tx, "undo"), "use", doc.ID); err != nil {
					return err
				}
				_, err := h.Reserve(ctx, tx, h.doc(tx, "so"), h.parseTake("PUMP 2"))
				return err
			})
			look := func() string {
				var out []string
				for _, err := range h.Verify(t.Context(), d.Read()) {
					out = append(out, err.Error())
				}
				if _, err := h.VerifyTold(t.Context(), d.Read(), toldEach(t, d.Read())); err != nil {
					out = append(out, err.Error())
				}
				return strings.Join(out, "; ")
			}
			if s := look(); s != "" {
				t.Fatal(s)
			}
			h.do(t, func(ctx context.Context, tx *db.Tx) error {
				n, err := tx.Exec(ctx, c.alter)
				if err == nil && n == 0 {
					t.Error("nothing was altered")
				}
				return err
			})
			if s := look(); !strings.Contains(s, c.want) {
				t.Errorf("found %q, want %q", s, c.want)
			}
		})
	}
}
