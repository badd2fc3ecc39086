package purchasing

import (
	"context"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

func (h *house) units(t testing.TB, item string, units ...masterdata.UnitValues) {
	t.Helper()
	if err := h.do(t, func(ctx context.Context, tx *db.Tx) error {
		it, err := masterdata.New().ItemDetail(ctx, tx, item, h.p0(ctx, tx), tx.Today())
		if err != nil {
			return err
		}
		_, err = masterdata.New().ChangeUnits(ctx, tx, item, masterdata.EditUnits{Rev: it.Rev, Units: units})
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func (h *house) p0(ctx context.Context, q db.Querier) db.ID {
	s, _ := masterdata.DefaultSite(ctx, q)
	return s.ID
}

// An order and its goods come in boxes: what counts is the item's own unit, what was entered stays beside it, also on
// what takes it back; half a piece is refused and leaves nothing behind.
func TestEnteredInBoxes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.units(t, "RAW", masterdata.UnitValues{UoM: "box", Own: num.Int(25), Per: num.Int(2), Decimals: 1})
		var o Created
		if err := h.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
			o, err = h.Create(ctx, tx, NewOrder{Supplier: "S1", Lines: []NewLine{{Item: "RAW", Qty: num.Int(8), UoM: "box", Due: "2026-03-20"}, {Item: "NUT", Qty: num.Int(1), UoM: "kg"}}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		receive := func(qty, uom string) (r Received, err error) {
			return r, h.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
				r, err = h.Receive(ctx, tx, Receive{Order: o.Number, Line: 1, Qty: num.MustParse(qty), UoM: uom, Lot: "B1"})
				return err
			})
		}
		r, err := receive("2", "box")
		if err != nil || r.Qty != num.Int(25) || r.EnteredQty != num.Int(2) || r.EnteredUoM != "box" || r.Open != num.Int(75) || r.Label.Qty != num.Int(25) {
			t.Fatalf("%+v %v", r, err)
		}
		for uom, want := range map[string]string{"bag": "masterdata.unit_not_of_item", "box": "masterdata.unit_inexact"} {
			if _, err := receive("1", uom); code(err) != want {
				t.Errorf("1 %s: %v", uom, err)
			}
		}
		// what was ordered plus a twentieth is the limit, in the item's own unit: 7 boxes are 87.5, 6 are 75, 8 are 100
		if _, err := receive("8", "box"); code(err) != "purchasing.over" {
			t.Error(err)
		}
		if _, err := receive("6", "box"); err != nil {
			t.Error(err)
		}
		card, err := h.Order(kittest.Ctx(t), d.Read(), o.Number, "2026-03-02")
		if err != nil {
			t.Fatal(err)
		}
		if l := card.Lines[0]; l.Qty != num.Int(100) || l.EnteredQty != num.Int(8) || l.EnteredUoM != "box" || l.Received != num.Int(100) || card.Lines[1].EnteredUoM != "" {
			t.Errorf("%+v", card.Lines)
		}
		if err := h.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.UndoReceipt(ctx, tx, r.Number, Undo{Reason: "counted wrong"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if card, err = h.Order(kittest.Ctx(t), d.Read(), o.Number, "2026-03-02"); err != nil {
			t.Fatal(err)
		}
		var sum, boxes num.Dec
		for _, x := range card.Receipts {
			sum, boxes = sum+x.Qty, boxes+x.SaidQty
		}
		if len(card.Receipts) != 3 || sum != num.Int(75) || boxes != num.Int(6) {
			t.Errorf("%+v", card.Receipts)
		}
		type told struct {
			Lines []OrderedLine `json:"lines"`
			Qty   num.Dec       `json:"qty"`
			masterdata.Entered
		}
		if e := kittest.Last[told](t, d, EventOrdered); e.Lines[0].Qty != num.Int(100) || e.Lines[0].EnteredQty != num.Int(8) {
			t.Errorf("%+v", e)
		}
		if e := kittest.Last[told](t, d, EventUndone); e.Qty != num.Int(25) || e.EnteredQty != num.Int(2) || e.EnteredUoM != "box" {
			t.Errorf("%+v", e)
		}
		balanced(t, h, d.Read())
	})
}

// Components go out and come back by the box; the sending keeps the boxes on its first lot.
func TestSendInBoxes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.units(t, "RAW", masterdata.UnitValues{UoM: "box", Own: num.Int(25), Per: num.Int(2), Decimals: 1})
		send := func(in Send) (s Sent, err error) {
			in.Order, in.Item, in.UoM = "P2", "RAW", "box"
			return s, h.do(t, func(ctx context.Context, tx *db.Tx) (err error) { s, err = h.Send(ctx, tx, in); return err })
		}
		if _, err := send(Send{Qty: num.Int(1)}); code(err) != "masterdata.unit_inexact" {
			t.Error(err)
		}
		s, err := send(Send{Qty: num.Int(2)})
		if err != nil {
			t.Fatal(err)
		}
		var qty, boxes num.Dec
		for _, l := range s.Lines {
			qty, boxes = qty+l.Qty, boxes+l.EnteredQty
		}
		if qty != num.Int(25) || boxes != num.Int(2) || s.Lines[0].EnteredUoM != "box" {
			t.Errorf("%+v", s)
		}
		if e := kittest.Last[SendTold](t, d, EventSent); e.EnteredQty != num.Int(2) || e.EnteredUoM != "box" {
			t.Errorf("%+v", e)
		}
		if _, err := send(Send{Qty: num.MustParse("0.8"), Back: true, From: "QA"}); err != nil {
			t.Fatal(err)
		}
		card, err := h.Order(kittest.Ctx(t), d.Read(), "P2", "2026-03-02")
		if err != nil {
			t.Fatal(err)
		}
		qty, boxes = 0, 0
		for _, l := range card.Sendings {
			qty, boxes = qty+l.Qty, boxes+l.SaidQty
		}
		if qty != num.Int(15) || boxes != num.MustParse("1.2") {
			t.Errorf("%+v", card.Sendings)
		}
		balanced(t, h, d.Read())
	})
}
