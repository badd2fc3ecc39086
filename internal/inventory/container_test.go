package inventory

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

// boxes makes two of them: B1 at RM, B2 at FG.
func (h *house) boxes(t testing.TB) {
	t.Helper()
	h.do(t, func(ctx context.Context, tx *db.Tx) error {
		for _, b := range []string{"B1 RM", "B2 FG"} {
			code, at, _ := strings.Cut(b, " ")
			if _, err := h.NewContainers(ctx, tx, NewContainer{Code: code, Location: at}); err != nil {
				return err
			}
		}
		return nil
	})
}

// act carries out "fill B1 PUMP 3 L1 RM", "out B1 PUMP 1 L1 [place|>B2]", "move B1 FG", "merge B1 B2".
func (h *house) boxAct(ctx context.Context, tx *db.Tx, words string) (Entered, error) {
	f := append(strings.Fields(words), "", "", "", "")
	switch f[0] {
	case "fill":
		in := FillContainer{Item: f[2], Lot: strings.Trim(f[4], "-"), From: f[5]}
		if list, ok := strings.CutPrefix(f[3], "sn="); ok {
			in.Serials = strings.Split(list, ",")
		} else {
			in.Qty = num.MustParse(f[3])
		}
		return h.Fill(ctx, tx, f[1], in)
	case "out":
		in := TakeOut{Item: f[2], Qty: num.MustParse(f[3]), Lot: strings.Trim(f[4], "-")}
		if into, ok := strings.CutPrefix(f[5], ">"); ok {
			in.Into = into
		} else {
			in.To = f[5]
		}
		return h.TakeOut(ctx, tx, f[1], in)
	case "move":
		return h.MoveContainer(ctx, tx, f[1], MoveContainer{To: f[2]})
	}
	return h.MergeContainers(ctx, tx, f[1], MergeContainers{Into: f[2]})
}

// inBox writes what is in a container.
func (h *house) inBox(t testing.TB, q db.Querier, code string) string {
	t.Helper()
	c, err := h.Box(kittest.Ctx(t), q, code)
	if err != nil {
		return err.Error()
	}
	out := []string{"@" + c.Location}
	for _, l := range c.Contents {
		s := fmt.Sprintf("%s:%s:%s", l.Item, l.Lot, l.Qty)
		if l.Status == Held {
			s += "/hold"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestContainers(t *testing.T) {
	cases := []struct{ name, acts, want string }{ // want: what is in B1 | B2, or the refusal of the last act
		{"what lies beside it", "fill B1 PUMP 3 L1 RM", "@RM PUMP:L1:3 | @FG"},
		{"goods come to where it stands", "fill B2 PUMP 3 L1 RM", "@RM | @FG PUMP:L1:3"},
		{"more than there is", "fill B1 PUMP 11 L1 RM", "inventory.lot_short"},
		{"what is in it already is not put in again", "fill B1 PUMP 6 L1 RM; fill B1 PUMP 6 L1 RM", "inventory.lot_short"},
		{"all with one scan", "fill B1 PUMP 3 L1 RM; fill B1 SCREW 5 - RM; move B1 FG/A1", "@FG/A1 PUMP:L1:3 SCREW::5 | @FG"},
		{"there already", "move B1 RM", "inventory.container_there"},
		{"empty too", "move B1 FG", "@FG | @FG"},
		{"a part of it loose", "fill B1 PUMP 3 L1 RM; out B1 PUMP 1 L1", "@RM PUMP:L1:2 | @FG"},
		{"more than is in it", "fill B1 PUMP 3 L1 RM; out B1 PUMP 4 L1", "inventory.lot_short"},
		{"split", "fill B1 PUMP 3 L1 RM; out B1 PUMP 1 L1 >B2", "@RM PUMP:L1:2 | @FG PUMP:L1:1"},
		{"into itself", "fill B1 PUMP 3 L1 RM; out B1 PUMP 1 L1 >B1", "inventory.container_itself"},
		{"merged", "fill B1 PUMP 3 L1 RM; fill B2 PUMP 1 L1 RM; merge B1 B2", "@RM | @FG PUMP:L1:4"},
		{"nothing to merge", "merge B1 B2", "inventory.container_empty"},
		{"pieces by range", "fill B1 UNIT sn=U1..U3 - RM; move B1 FG", "@FG UNIT::3 | @FG"},
		{"ours into a customer's store", "fill B1 PUMP 1 L1 RM; move B1 CS", "inventory.customer_owned_only"},
		{"no such container", "move B9 FG", "inventory.container_unknown"},
		{"no such place", "move B1 XX", "masterdata.location_unknown"},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.boxes(t)
		h.put(t, "PUMP 10 L1 RM", "SCREW 50 - RM", "UNIT 5 - RM sn=U1,U2,U3,U4,U5")
		for _, c := range cases {
			h.try(t, func(ctx context.Context, tx *db.Tx) error {
				var err error
				for _, act := range strings.Split(c.acts, "; ") {
					if _, err = h.boxAct(ctx, tx, act); err != nil {
						break
					}
				}
				if f, ok := fault.As(err); ok {
					if f.Code != c.want {
						t.Errorf("%s: got %s, want %s", c.name, f.Code, c.want)
					}
					return err
				}
				if err != nil {
					return err
				}
				if got := h.inBox(t, tx, "B1") + " | " + h.inBox(t, tx, "B2"); got != c.want {
					t.Errorf("%s: got %s, want %s", c.name, got, c.want)
				}
				return nil
			})
		}
	})
}

// What is taken for an order leaves its container; what is held stays in it.
func TestContainersGiveAndHold(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.boxes(t)
		h.put(t, "PUMP 10 L1 RM")
		step := func(want string, fn func(ctx context.Context, tx *db.Tx) error) {
			t.Helper()
			h.do(t, fn)
			if got := h.inBox(t, h.d.Read(), "B1") + " | " + h.stock(t, "PUMP"); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			balanced(t, h, h.d.Read())
		}
		act := func(words string) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error { _, err := h.boxAct(ctx, tx, words); return err }
		}
		step("@RM PUMP:L1:8 | L1:10@RM", act("fill B1 PUMP 8 L1 RM"))
		step("@RM PUMP:L1:8 | L1:10@RM+9", func(ctx context.Context, tx *db.Tx) error { // 2 loose, 7 in the box
			_, err := h.Reserve(ctx, tx, h.doc(tx, "so"), h.parseTake("PUMP 9"))
			return err
		})
		step("@FG PUMP:L1:8 | L1:2@RM+2 L1:8@FG+7", act("move B1 FG")) // the promise goes along
		step("@FG PUMP:L1:7 | L1:1@wip L1:2@RM+2 L1:7@FG+7", func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Move(ctx, tx, h.doc(tx, "issue"), Place{WIP, 77}, h.parseTake("PUMP 1 L1"))
			return err
		})
		step("@FG PUMP:L1:7/hold | L1:1@wip L1:2@RM/hold L1:7@FG/hold", func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Hold(ctx, tx, h.doc(tx, "hold"), Take{Item: h.ids["PUMP"], Lot: "L1"})
			return err
		})
		step("@RM/A1 PUMP:L1:7/hold | L1:1@wip L1:2@RM/hold L1:7@RM/A1/hold", act("move B1 RM/A1"))
	})
}

// An undo brings goods back into their container, and the container back, as long as it has not gone on.
func TestContainersUndo(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.boxes(t)
		h.put(t, "PUMP 10 L1 RM")
		numbers := make([]string, 4)
		for i, act := range []string{"fill B1 PUMP 5 L1 RM", "move B1 FG", "out B1 PUMP 2 L1 RM", "move B1 RM/A2"} {
			h.do(t, func(ctx context.Context, tx *db.Tx) error {
				e, err := h.boxAct(ctx, tx, act)
				numbers[i] = e.Number
				return err
			})
		}
		undo := func(n int, want string) {
			t.Helper()
			ctx := kittest.Ctx(t)
			err := h.d.InTx(ctx, func(tx *db.Tx) error {
				_, err := h.Undo(ctx, tx, UndoEntry{Number: numbers[n], Reason: "x"})
				return err
			})
			got := h.inBox(t, h.d.Read(), "B1")
			if f, ok := fault.As(err); ok {
				got = f.Code
			} else if err != nil {
				t.Error(err)
			}
			if got != want {
				t.Errorf("undo %d: got %s, want %s", n, got, want)
			}
			balanced(t, h, h.d.Read())
		}
		undo(2, "inventory.container_moved_on")
		undo(1, "inventory.moved_on")
		undo(3, "@FG PUMP:L1:3")
		undo(2, "@FG PUMP:L1:5")
		undo(1, "@RM PUMP:L1:5")
		undo(0, "@RM")
	})
}

// Two put away one pallet at once: one wins, the other is told where it stands or brings it on from there; nothing is
// torn apart. Crosswise merges end too (complaint 19: deadlocks under load).
func TestComplaint19ContainerRaces(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.boxes(t)
		h.put(t, "PUMP 10 L1 RM", "SCREW 50 - RM")
		for _, act := range []string{"fill B1 PUMP 5 L1 RM", "fill B1 SCREW 9 - RM"} {
			h.do(t, func(ctx context.Context, tx *db.Tx) error { _, err := h.boxAct(ctx, tx, act); return err })
		}
		won, refused := crowd(t, h, 8, "inventory.container_there", func(ctx context.Context, tx *db.Tx, i int) error {
			_, err := h.MoveContainer(ctx, tx, "B1", MoveContainer{To: "RM/A1"})
			return err
		})
		if won != 1 || refused != 7 {
			t.Error(won, refused)
		}
		crowd(t, h, 8, "inventory.container_empty", func(ctx context.Context, tx *db.Tx, i int) error {
			from, to := "B1", "B2"
			if i%2 == 1 {
				from, to = to, from
			}
			_, err := h.MergeContainers(ctx, tx, from, MergeContainers{Into: to})
			return err
		})
		if got := h.stock(t, "PUMP"); !strings.Contains(got, ":5@RM") {
			t.Error(got)
		}
	})
}

// Whatever is done with two containers, their goods lie where they stand and nothing is lost.
func TestContainerProperties(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	h := build(t, d)
	h.boxes(t)
	h.put(t, "PUMP 10 L1 RM", "PUMP 10 L2 FG", "SCREW 50 - RM")
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(rt, "acts") {
			box := rapid.SampledFrom([]string{"B1", "B2"}).Draw(rt, "box")
			place := rapid.SampledFrom([]string{"RM", "FG", "RM/A1", "QA"}).Draw(rt, "place")
			goods := rapid.SampledFrom([]string{"PUMP %d L1", "PUMP %d L2", "SCREW %d -"}).Draw(rt, "goods")
			act := rapid.SampledFrom([]string{"fill " + box + " " + goods + " " + place, "out " + box + " " + goods + " " + place, "move " + box + " " + place, "merge B1 B2", "merge B2 B1"}).Draw(rt, "act")
			if strings.Contains(act, "%d") {
				act = fmt.Sprintf(act, rapid.IntRange(1, 6).Draw(rt, "qty"))
			}
			ctx := kittest.Ctx(t)
			if err := h.d.InTx(ctx, func(tx *db.Tx) error { _, err := h.boxAct(ctx, tx, act); return err }); !ours(err) {
				rt.Fatal(act, err)
			}
			for _, err := range h.Verify(ctx, h.d.Read()) {
				rt.Fatal(act, err)
			}
		}
		for item, want := range map[string]num.Dec{"PUMP": num.Int(20), "SCREW": num.Int(50)} {
			have, err := db.One[num.Dec](t.Context(), h.d.Read(), `SELECT CAST(sum(qty) AS BIGINT) FROM inv_balance WHERE item_id = $1`, h.ids[item])
			if err != nil || have != want {
				rt.Fatal(item, have, err)
			}
		}
	})
}
