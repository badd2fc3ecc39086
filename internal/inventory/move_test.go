package inventory

import (
	"context"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// shelfOf is what the cases of TestMove start from.
func shelfOf(t testing.TB, d *db.DB) *house {
	h := build(t, d)
	h.put(t,
		"PUMP 5 L1 RM exp=2026-04-01 rec=2026-01-05",
		"PUMP 10 L2 RM/A1 exp=2026-06-01 rec=2026-01-01",
		"PUMP 99 L3 RM exp=2026-03-02 rec=2026-01-01", // expires today
		"PUMP 99 L4 RM exp=2026-05-01 rec=2026-01-01 st=hold",
		"PUMP 99 L5 QA exp=2026-05-01 rec=2026-01-01",
		"PUMP 3 L6 LINE exp=2026-07-01 rec=2026-01-01",
		"PLATE 1.5 P1 RM rec=2026-02-01",
		"PLATE 2.25 P2 RM rec=2026-01-01",
		"SCREW 1000 - RM rec=2026-01-02",
		"SCREW 500 - RM/A2 rec=2026-01-01",
		"UNIT 3 - FG sn=U1,U2,U3 rec=2026-01-01",
		"UNIT 1 - QA sn=U4 rec=2026-01-01",
		"THEIRS 7 T1 CS rec=2026-01-01",
	)
	return h
}

func TestMove(t *testing.T) {
	cases := []struct{ name, to, take, want string }{
		{"the line first, then first expiry", "consumed", "PUMP 6", "L6:3@LINE L1:3@RM"},
		{"spills into the next lot", "consumed", "PUMP 9", "L6:3@LINE L1:5@RM L2:1@RM/A1"},
		{"all that is usable", "consumed", "PUMP 18", "L6:3@LINE L1:5@RM L2:10@RM/A1"},
		{"one more", "consumed", "PUMP 19", "inventory.short_expired"},
		{"a scanned lot wins over expiry", "consumed", "PUMP 4 L2", "L2:4@RM/A1"},
		{"a scanned lot that does not do", "consumed", "PUMP 11 L2", "inventory.lot_short"},
		{"from one place only", "consumed", "PUMP 6 - RM", "inventory.short_expired"},
		{"expires today", "consumed", "PUMP 1 L3", "inventory.expired"},
		{"on hold", "consumed", "PUMP 1 L4", "inventory.held"},
		{"in quarantine", "consumed", "PUMP 1 L5", "inventory.quarantine"},
		{"lot of another item", "consumed", "PUMP 1 P1", "inventory.lot_other_item"},
		{"unknown lot", "consumed", "PUMP 1 NOPE", "inventory.lot_unknown"},
		{"the lot lies elsewhere", "consumed", "PUMP 1 L2 RM", "inventory.lot_elsewhere"},
		{"first in where nothing expires", "consumed", "PLATE 2.5", "P2:2.25@RM P1:0.25@RM"},
		{"half a screw", "consumed", "SCREW 0.5", "inventory.decimals"},
		{"nothing", "consumed", "SCREW 0", "inventory.qty_not_positive"},
		{"less than nothing", "consumed", "SCREW -1", "inventory.qty_not_positive"},
		{"a heap, oldest first", "consumed", "SCREW 600", ":500@RM/A2 :100@RM"},
		{"pieces need their numbers", "customer", "UNIT 1", "inventory.serials_needed"},
		{"as many numbers as pieces", "customer", "UNIT 2 - - sn=U1", "inventory.serials_needed"},
		{"pieces by number", "customer", "UNIT 2 - - sn=U3,U1", ":2@FG[U3,U1]"},
		{"a piece twice", "customer", "UNIT 2 - - sn=U3,U3", "inventory.serial_twice"},
		{"an unknown piece", "customer", "UNIT 1 - - sn=U9", "inventory.serial_unknown"},
		{"a piece in quarantine", "customer", "UNIT 1 - - sn=U4", "inventory.serial_quarantine"},
		{"numbers of what has none", "customer", "PUMP 1 - - sn=U4", "inventory.serial_untracked"},
		{"a customer's own goods", "consumed", "THEIRS 5", "T1:5@CS"},
		{"expired goods may be scrapped", "scrap", "PUMP 9 L3 RM", "L3:9@RM"},
		{"held goods may be scrapped as such", "scrap", "PUMP 9 L4 RM hold", "L4:9@RM"},
		{"quarantine is left by a transfer", "FG", "PUMP 9 L5 QA", "L5:9@QA"},
		{"a transfer to where it is", "RM", "PUMP 1 L1 RM", "inventory.same_place"},
		{"ours does not enter a customer's store", "CS", "PUMP 1 L1 RM", "inventory.customer_owned_only"},
		{"goods are not produced by a move", "produced", "PUMP 1 L1", "inventory.place_bad"},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := shelfOf(t, d)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				to := Place{Kind: PlaceKind(c.to)}
				if h.ids[c.to] != 0 {
					to = h.at(c.to)
				}
				h.try(t, func(ctx context.Context, tx *db.Tx) error {
					picks, err := h.Move(ctx, tx, h.doc(tx, "test"), to, h.parseTake(c.take))
					if got := h.say(picks, err); ours(err) && got != c.want {
						t.Errorf("got %s, want %s", got, c.want)
					}
					return err
				})
			})
		}
	})
}

// A backflush is the hot path: many commands a second, each of several lines.
func TestBackflushStatements(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		var takes []Take
		for i, p := range []string{"SCREW 1000 - RM", "PLATE 100 P1 RM", "PUMP 100 L1 RM", "GLUE 100 - RM", "THEIRS 100 T1 CS", "PUMP 50 L2 LINE"} {
			h.put(t, p)
			takes = append(takes, h.parseTake([]string{"SCREW 8", "PLATE 1.5", "PUMP 1", "GLUE 0.25", "THEIRS 2", "PUMP 2"}[i]))
		}
		ctx := kittest.Ctx(t)
		n := kittest.Statements(t, ctx, func(ctx context.Context) error {
			return d.InTx(ctx, func(tx *db.Tx) error {
				_, err := h.Move(ctx, tx, h.doc(tx, "report"), Place{Kind: Consumed}, takes...)
				return err
			})
		})
		if n > 8 {
			t.Errorf("a backflush of 6 lines needs %d statements", n)
		}
		balanced(t, h, d.Read())
	})
}
