package inventory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

func TestPieceNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"A1":             "A1",
		" A1 , B2 ":      "A1 B2",
		"SN098..SN101":   "SN098 SN099 SN100 SN101",
		"SN1..SN3":       "SN1 SN2 SN3",
		"7..9":           "7 8 9",
		"SN0009*3":       "SN0009 SN0010 SN0011",
		"A*B":            "A*B",
		"SN3..SN1":       "inventory.serial_range",
		"SN1..SX3":       "inventory.serial_range",
		"SN9..SN10":      "inventory.serial_range",
		"A..B":           "inventory.serial_range",
		"SN9*2":          "inventory.serial_range",
		"S00000..S99999": "inventory.serial_many",
	} {
		out, err := pieceNumbers(strings.Split(in, ","))
		got := strings.Join(out, " ")
		if f, ok := fault.As(err); ok {
			got = f.Code
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

// Pressing numbers into ranges and reading them again loses none and invents none.
func TestRangesProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfNDistinct(rapid.StringMatching(`(A|AB|7-)?[0-9]{1,3}`), 0, 40, rapid.ID[string]).Draw(t, "numbers")
		out, err := pieceNumbers(Ranges(in))
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(in)
		slices.Sort(out)
		if !slices.Equal(in, out) {
			t.Fatalf("%v became %v by %v", in, out, Ranges(in))
		}
	})
}

// Complaint 25: ten thousand pieces are received, moved, held, packed and shipped as a range: each step after the
// making is a few statements and a few rows, not ten thousand.
func TestComplaint25TenThousandSerials(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.boxes(t)
		n := num.Int(10_000)
		all := []string{"SN00001..SN10000"}
		unit := h.ids["UNIT"]
		steps := []struct {
			name string
			most int64
			fn   func(ctx context.Context, tx *db.Tx) error
		}{
			{"receive", 200, func(ctx context.Context, tx *db.Tx) error {
				_, err := h.Put(ctx, tx, h.doc(tx, "receipt"), Place{Supplier, h.ids["S1"]}, Put{Item: unit, Qty: n, Serials: all, To: h.at("RM"), Status: Held})
				return err
			}},
			{"release", 25, func(ctx context.Context, tx *db.Tx) error {
				_, err := h.Release(ctx, tx, h.doc(tx, "release"), Take{Item: unit, Qty: n, Serials: all})
				return err
			}},
			{"move", 25, func(ctx context.Context, tx *db.Tx) error {
				_, err := h.Transfer(ctx, tx, TransferStock{Item: "UNIT", Qty: n, Serials: all, From: "RM", To: "FG"})
				return err
			}},
			{"pack", 25, func(ctx context.Context, tx *db.Tx) error {
				_, err := h.Fill(ctx, tx, "B2", FillContainer{Item: "UNIT", Serials: all})
				return err
			}},
			{"ship", 25, func(ctx context.Context, tx *db.Tx) error {
				_, err := h.Move(ctx, tx, h.doc(tx, "shipment"), Place{Customer, h.ids["C1"]}, Take{Item: unit, Qty: n, Serials: all})
				return err
			}},
		}
		for _, s := range steps {
			before, err := db.One[int64](t.Context(), d.Read(), `SELECT CAST(count(*) AS BIGINT) FROM inv_move_serial`)
			if err != nil {
				t.Fatal(err)
			}
			ctx := kittest.Ctx(t)
			used := kittest.Statements(t, ctx, func(ctx context.Context) error {
				return d.InTx(ctx, func(tx *db.Tx) error { return s.fn(ctx, tx) })
			})
			after, err := db.One[int64](t.Context(), d.Read(), `SELECT CAST(count(*) AS BIGINT) FROM inv_move_serial`)
			if err != nil {
				t.Fatal(err)
			}
			if used > s.most || after-before > 8 {
				t.Errorf("%s: %d statements (at most %d), %d rows of runs", s.name, used, s.most, after-before)
			}
		}
		balanced(t, h, d.Read())
	})
}

// Complaint 12: goods that came in two deliveries are not mixed: who takes one delivery's lot takes nothing of the
// other's, also where the lots have no number and lie in one heap.
func TestComplaint12LotsAreNotMixed(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "GLUE 5 - RM exp=2026-09-01 st=hold", "GLUE 5 - RM exp=2026-05-01 st=hold")
		type lot struct {
			ID      db.ID  `db:"id"`
			Expires string `db:"expires_on"`
		}
		lots, err := db.All[lot](t.Context(), d.Read(), `SELECT id, expires_on FROM inv_lot WHERE item_id = $1 ORDER BY expires_on DESC`, h.ids["GLUE"])
		if err != nil || len(lots) != 2 {
			t.Fatal(lots, err)
		}
		h.do(t, func(ctx context.Context, tx *db.Tx) error { // the later delivery passed: first expiry first would free the other one
			picks, err := h.Release(ctx, tx, h.doc(tx, "inspection"), Take{Item: h.ids["GLUE"], Qty: num.Int(3), LotID: lots[0].ID})
			if err == nil && (len(picks) != 1 || picks[0].Lot != lots[0].ID) {
				err = fmt.Errorf("released %+v", picks)
			}
			return err
		})
		balanced(t, h, d.Read())
	})
}
