package inventory

import (
	"context"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

// What was not sent yet gets other days or another quantity, line by line; a line ends alone; what was sent stays.
func TestChangeTransferLine(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.second(t)
		h.put(t, "PUMP 20 L1 RM", "SCREW 50 - RM")
		n := num.MustParse
		var p SiteTransferPage
		h.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
			p, err = h.PlanTransfer(ctx, tx, NewSiteTransfer{From: "F1", To: "F2", ShipOn: "2026-03-10", Due: "2026-03-12", Lines: []NewTransferLine{{"PUMP", n("12")}, {"SCREW", n("30")}}})
			return err
		})
		change := func(line int64, in ChangeTransferLine) string {
			return h.say1(t, func(ctx context.Context, tx *db.Tx) (err error) {
				next, err := h.ChangeTransferLine(ctx, tx, p.Number, line, in)
				if err == nil {
					p = next
				}
				return err
			})
		}
		send := func(item, lot, q string) string {
			return h.say1(t, func(ctx context.Context, tx *db.Tx) error {
				_, err := h.Send(ctx, tx, p.Number, SendTransfer{TransferGoods{Item: item, Lot: lot, Qty: n(q), Location: "RM"}})
				return err
			})
		}
		take := func(item, lot, q string) string {
			return h.say1(t, func(ctx context.Context, tx *db.Tx) error {
				_, err := h.Receive(ctx, tx, p.Number, ReceiveTransfer{TransferGoods{Item: item, Lot: lot, Qty: n(q), Location: "B"}, ""})
				return err
			})
		}
		expect := func(what, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		q := func(s string) *num.Dec { x := n(s); return &x }
		expect("no reason", change(1, ChangeTransferLine{Qty: q("5"), Reason: " "}), "inventory.reason_missing")
		expect("no line", change(3, ChangeTransferLine{Qty: q("5"), Reason: "x"}), "inventory.transfer_no_line")
		expect("no date", change(1, ChangeTransferLine{Due: "soon", Reason: "x"}), "inventory.transfer_date")
		expect("there before it leaves", change(1, ChangeTransferLine{Due: "2026-03-09", Reason: "x"}), "inventory.transfer_due")
		expect("a part of one", change(1, ChangeTransferLine{Qty: q("5.5"), Reason: "x"}), "inventory.decimals")
		expect("less than nothing", change(1, ChangeTransferLine{Qty: q("-1"), Reason: "x"}), "inventory.transfer_below_sent")
		expect("later", change(1, ChangeTransferLine{ShipOn: "2026-03-17", Due: "2026-03-19", Reason: "later"}), "")
		if p.Lines[0].Due != "2026-03-19" || p.Lines[0].ShipOn != "2026-03-17" || p.Lines[1].Due != "2026-03-12" || p.Status != "open" {
			t.Errorf("%+v", p.Lines)
		}
		expect("send", send("PUMP", "L1", "4"), "")
		expect("less than sent", change(1, ChangeTransferLine{Qty: q("3"), Reason: "x"}), "inventory.transfer_below_sent")
		expect("as much as sent", change(1, ChangeTransferLine{Qty: q("4"), Reason: "enough"}), "")
		expect("all is sent", change(1, ChangeTransferLine{Qty: q("6"), Reason: "more"}), "inventory.transfer_all_sent")
		expect("nothing of it", change(2, ChangeTransferLine{Qty: q("0"), Reason: "not needed"}), "")
		expect("it has ended", change(2, ChangeTransferLine{Qty: q("6"), Reason: "more"}), "inventory.transfer_closed")
		expect("so nothing is sent", send("SCREW", "", "1"), "inventory.transfer_closed")
		if l := p.Lines[1]; !l.Closed || l.Qty != n("30") || p.Status != "on_the_way" || p.ClosedMS != 0 {
			t.Errorf("%+v", p)
		}
		expect("take", take("PUMP", "L1", "4"), "")
		got, err := h.SiteTransfer(kittest.Ctx(t), d.Read(), p.Number)
		if err != nil || got.Status != "received" {
			t.Errorf("%s %v", got.Status, err)
		}
		// one of which every line ends before anything is sent is closed
		h.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
			p, err = h.PlanTransfer(ctx, tx, NewSiteTransfer{From: "F1", To: "F2", ShipOn: "2026-03-10", Due: "2026-03-12", Lines: []NewTransferLine{{"SCREW", n("3")}}})
			return err
		})
		expect("nothing of the whole", change(1, ChangeTransferLine{Qty: q("0"), Reason: "not needed"}), "")
		if p.Status != "closed" {
			t.Error(p.Status)
		}
		balanced(t, h, d.Read())
	})
}
