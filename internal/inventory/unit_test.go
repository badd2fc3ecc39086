package inventory

import (
	"context"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Stock is corrected, moved, put away and counted by the box; the ledger knows pieces only, the document both.
func TestStockInBoxes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "PUMP 60 L1 RM")
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			md := masterdata.New()
			it, err := md.ItemDetail(ctx, tx, "PUMP", h.site, tx.Today())
			if err != nil {
				return err
			}
			_, err = md.ChangeUnits(ctx, tx, "PUMP", masterdata.EditUnits{Rev: it.Rev, Units: []masterdata.UnitValues{{UoM: "box", Own: num.Int(12), Per: num.One, Decimals: 1}}})
			return err
		})
		act := func(fn func(ctx context.Context, tx *db.Tx) (Entered, error)) (e Entered, code string) {
			err := d.InTx(kittest.Ctx(t), func(tx *db.Tx) (err error) { e, err = fn(kittest.Ctx(t), tx); return err })
			if f, ok := fault.As(err); ok {
				return e, f.Code
			} else if err != nil {
				t.Fatal(err)
			}
			return e, ""
		}
		transfer := func(qty, to string, away bool) (Entered, string) {
			return act(func(ctx context.Context, tx *db.Tx) (Entered, error) {
				return h.Transfer(ctx, tx, TransferStock{Item: "PUMP", Lot: "L1", Qty: num.MustParse(qty), UoM: "box", From: "RM", To: to, PutAway: away})
			})
		}
		adjust := func(counted, change string) (Entered, string) {
			in := AdjustStock{Item: "PUMP", Lot: "L1", Location: "RM", UoM: "box", Reason: "looked"}
			for text, to := range map[string]**num.Dec{counted: &in.Counted, change: &in.Change} {
				if text != "" {
					n := num.MustParse(text)
					*to = &n
				}
			}
			return act(func(ctx context.Context, tx *db.Tx) (Entered, error) { return h.Adjust(ctx, tx, in) })
		}
		want := func(e Entered, code string, boxes, stock string) {
			t.Helper()
			if code != "" || e.EnteredQty != num.MustParse(boxes) || e.EnteredUoM != "box" {
				t.Errorf("%s %+v", code, e)
			}
			if got := h.stock(t, "PUMP"); got != stock {
				t.Errorf("stock %s, want %s", got, stock)
			}
			type told struct {
				Moves []move `json:"moves"`
				masterdata.Entered
			}
			if m := kittest.Last[told](t, d, EventMoved); m.EnteredQty != e.EnteredQty || m.EnteredUoM != "box" {
				t.Errorf("told %+v", m)
			}
		}
		e, code := transfer("2", "RM/A1", true)
		want(e, code, "2", "L1:24@RM/A1 L1:36@RM")
		e, code = transfer("0.5", "FG", false)
		want(e, code, "0.5", "L1:24@RM/A1 L1:30@RM L1:6@FG")
		e, code = adjust("", "-0.5")
		want(e, code, "-0.5", "L1:24@RM L1:24@RM/A1 L1:6@FG")
		e, code = adjust("3", "")
		want(e, code, "3", "L1:24@RM/A1 L1:36@RM L1:6@FG")
		for _, c := range []func() (Entered, string){func() (Entered, string) { return transfer("0.1", "FG", false) }, func() (Entered, string) { return adjust("0.1", "") }, func() (Entered, string) { return adjust("", "0.1") }} {
			if _, code := c(); code != "masterdata.unit_inexact" {
				t.Error(code)
			}
		}
		number := h.start(t, StartCount{Location: "RM"})
		count := func(qty string) (l LineCounted, code string) {
			err := d.InTx(kittest.Ctx(t), func(tx *db.Tx) (err error) {
				l, err = h.CountGoods(kittest.Ctx(t), tx, number, CountLine{Location: "RM", Item: "PUMP", Lot: "L1", Qty: num.MustParse(qty), UoM: "box"})
				return err
			})
			if f, ok := fault.As(err); ok {
				return l, f.Code
			}
			return l, ""
		}
		if _, code := count("2.7"); code != "masterdata.unit_inexact" {
			t.Error(code)
		}
		l, code := count("2.5")
		if code != "" || l.Qty != num.Int(30) || l.EnteredQty != num.MustParse("2.5") || l.EnteredUoM != "box" || *l.Diff != num.Int(-6) {
			t.Errorf("%s %+v", code, l)
		}
		if c := kittest.Last[CountedTold](t, d, EventCounted); c.Qty != num.Int(30) || c.EnteredQty != num.MustParse("2.5") || c.EnteredUoM != "box" {
			t.Errorf("%+v", c)
		}
		balanced(t, h, d.Read())
	})
}

// A container is filled and emptied by the box; what is no whole number of pieces is refused.
func TestContainersInBoxes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.boxes(t)
		h.put(t, "PUMP 60 L1 RM")
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			md := masterdata.New()
			it, err := md.ItemDetail(ctx, tx, "PUMP", h.site, tx.Today())
			if err != nil {
				return err
			}
			_, err = md.ChangeUnits(ctx, tx, "PUMP", masterdata.EditUnits{Rev: it.Rev, Units: []masterdata.UnitValues{{UoM: "box", Own: num.Int(25), Per: num.Int(2), Decimals: 0}}})
			return err
		})
		act := func(fn func(ctx context.Context, tx *db.Tx) (Entered, error)) (e Entered, code string) {
			err := d.InTx(kittest.Ctx(t), func(tx *db.Tx) (err error) { e, err = fn(kittest.Ctx(t), tx); return err })
			if f, ok := fault.As(err); ok {
				return e, f.Code
			} else if err != nil {
				t.Fatal(err)
			}
			return e, ""
		}
		fill := func(qty int64) (Entered, string) {
			return act(func(ctx context.Context, tx *db.Tx) (Entered, error) {
				return h.Fill(ctx, tx, "B1", FillContainer{Item: "PUMP", Lot: "L1", Qty: num.Int(qty), UoM: "box"})
			})
		}
		if _, code := fill(3); code != "masterdata.unit_inexact" { // 37.5 pieces
			t.Error(code)
		}
		if e, code := fill(4); code != "" || e.EnteredQty != num.Int(4) || e.EnteredUoM != "box" || e.Lines[0].Qty != num.Int(50) {
			t.Errorf("%s %+v", code, e)
		}
		out, code := act(func(ctx context.Context, tx *db.Tx) (Entered, error) {
			return h.TakeOut(ctx, tx, "B1", TakeOut{Item: "PUMP", Lot: "L1", Qty: num.Int(2), UoM: "box"})
		})
		if code != "" || out.Lines[0].Qty != num.Int(25) || out.EnteredQty != num.Int(2) {
			t.Errorf("%s %+v", code, out)
		}
		type told struct {
			masterdata.Entered
		}
		if e := kittest.Last[told](t, d, EventMoved); e.EnteredQty != num.Int(2) || e.EnteredUoM != "box" {
			t.Errorf("%+v", e)
		}
	})
}
