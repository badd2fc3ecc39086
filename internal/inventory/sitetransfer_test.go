package inventory

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// second gives the house another site with one warehouse.
func (h *house) second(t testing.TB) db.ID {
	t.Helper()
	var site db.ID
	h.do(t, func(_ context.Context, tx *db.Tx) error {
		site = tx.ID()
		tx.Queue(`INSERT INTO md_site (id, code, name, time_zone, currency, today) VALUES ($1, 'F2', 'F2', 'Asia/Shanghai', 'CNY', '')`, site)
		id := tx.ID()
		tx.Queue(`INSERT INTO md_warehouse (id, site_id, code, name, kind, in_costing) VALUES ($1, $2, 'B', 'B', 'normal', TRUE)`, id, site)
		for _, place := range []string{"", "A1"} {
			l, at := masterdata.LocationCode("B", place), tx.ID()
			h.ids[l], h.names[at] = at, l
			tx.Queue(`INSERT INTO md_location (id, site_id, warehouse_id, code, place) VALUES ($1, $2, $3, $4, $5)`, at, site, id, l, place)
		}
		return nil
	})
	return site
}

func (h *house) say1(t testing.TB, fn func(ctx context.Context, tx *db.Tx) error) string {
	t.Helper()
	err := h.d.InTx(kittest.Ctx(t), func(tx *db.Tx) error { return fn(kittest.Ctx(t), tx) })
	if err == nil {
		return ""
	}
	f, ok := fault.As(err)
	if !ok {
		t.Fatal(err)
	}
	return f.Code
}

// A transfer leaves one site, is on the way, and arrives at the other: nothing is lost in between, what is more or less
// is told, and each step is undone by its mirror.
func TestSiteTransfer(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.second(t)
		h.put(t, "PUMP 20 L1 RM", "SCREW 50 - RM", "UNIT 2 - RM sn=U1,U2")
		n := num.MustParse
		plan := func(in NewSiteTransfer) (p SiteTransferPage, code string) {
			code = h.say1(t, func(ctx context.Context, tx *db.Tx) (err error) { p, err = h.PlanTransfer(ctx, tx, in); return err })
			return p, code
		}
		ok := NewSiteTransfer{From: "F1", To: "F2", ShipOn: "2026-03-10", Due: "2026-03-12", Lines: []NewTransferLine{{"PUMP", n("12")}, {"SCREW", n("30")}, {"UNIT", n("2")}}}
		for want, change := range map[string]func(in *NewSiteTransfer){
			"inventory.transfer_same_site": func(in *NewSiteTransfer) { in.To = "F1" },
			"inventory.transfer_date":      func(in *NewSiteTransfer) { in.Due = "soon" },
			"inventory.transfer_due":       func(in *NewSiteTransfer) { in.Due = "2026-03-09" },
			"inventory.qty_not_positive":   func(in *NewSiteTransfer) { in.Lines = []NewTransferLine{{"PUMP", 0}} },
			"inventory.decimals":           func(in *NewSiteTransfer) { in.Lines = []NewTransferLine{{"PUMP", n("0.5")}} },
			"inventory.transfer_kind":      func(in *NewSiteTransfer) { in.Lines = []NewTransferLine{{"THEIRS", n("5")}} },
			"masterdata.site_unknown":      func(in *NewSiteTransfer) { in.From = "F9" },
		} {
			in := ok
			change(&in)
			if _, code := plan(in); code != want {
				t.Errorf("%s, want %s", code, want)
			}
		}
		p, code := plan(ok)
		if code != "" || p.Status != "open" || len(p.Lines) != 3 {
			t.Fatal(p, code)
		}
		read := func() SiteTransferPage {
			t.Helper()
			p, err := h.SiteTransfer(kittest.Ctx(t), d.Read(), p.Number)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		var last Entered
		send := func(g TransferGoods) string {
			return h.say1(t, func(ctx context.Context, tx *db.Tx) (err error) {
				last, err = h.Send(ctx, tx, p.Number, SendTransfer{g})
				return err
			})
		}
		take := func(g TransferGoods, why string) string {
			return h.say1(t, func(ctx context.Context, tx *db.Tx) (err error) {
				last, err = h.Receive(ctx, tx, p.Number, ReceiveTransfer{g, why})
				return err
			})
		}
		settle := func(in SettleTransfer) string {
			return h.say1(t, func(ctx context.Context, tx *db.Tx) (err error) {
				last, err = h.Settle(ctx, tx, p.Number, in)
				return err
			})
		}
		expect := func(what, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %s, want %s", what, got, want)
			}
		}
		expect("nothing sent", take(TransferGoods{Item: "PUMP", Lot: "L1", Qty: n("1"), Location: "B"}, ""), "inventory.transfer_not_sent")
		expect("too much", send(TransferGoods{Item: "PUMP", Lot: "L1", Qty: n("13"), Location: "RM"}), "inventory.transfer_too_much")
		expect("not on it", send(TransferGoods{Item: "GLUE", Qty: n("1"), Location: "RM"}), "inventory.transfer_other_item")
		expect("place of the other site", send(TransferGoods{Item: "PUMP", Lot: "L1", Qty: n("1"), Location: "B"}), "masterdata.location_unknown")
		expect("send", send(TransferGoods{Item: "PUMP", Lot: "L1", Qty: n("10"), Location: "RM"}), "")
		expect("send pieces", send(TransferGoods{Item: "UNIT", Serials: []string{"U1", "U2"}, Qty: n("2"), Location: "RM"}), "")
		expect("left", h.stock(t, "PUMP"), "L1:10@RM L1:10@transit")
		if p := read(); p.Status != "on_the_way" || p.Lines[0].InTransit != n("10") || fmt.Sprint(p.Lines[0].OnTheWay) != fmt.Sprint([]OnTheWay{{"L1", n("10")}}) {
			t.Errorf("%+v", p)
		}
		balanced(t, h, d.Read())
		expect("place of the sender", take(TransferGoods{Item: "PUMP", Lot: "L1", Qty: n("4"), Location: "RM"}, ""), "masterdata.location_unknown")
		expect("part", take(TransferGoods{Item: "PUMP", Lot: "L1", Qty: n("4"), Location: "B/A1"}, ""), "")
		part := last.Number
		expect("pieces", take(TransferGoods{Item: "UNIT", Serials: []string{"U1", "U2"}, Qty: n("2"), Location: "B"}, ""), "")
		expect("more than was sent", take(TransferGoods{Item: "PUMP", Lot: "L1", Qty: n("8"), Location: "B/A1"}, ""), "inventory.transfer_over")
		expect("with a reason", take(TransferGoods{Item: "PUMP", Lot: "L1", Qty: n("8"), Location: "B/A1"}, "one carton too many"), "")
		if e := kittest.Last[TransferTold](t, d, EventTransferReceived); e.Step == nil || e.Step.Kind != "site_over" || e.Step.Qty != n("2") || e.Step.Sent != n("10") || e.Step.Arrived != n("12") {
			t.Errorf("%+v", e.Step)
		}
		if p := read(); p.Lines[0].Received != n("10") || p.Lines[0].Over != n("2") || p.Lines[0].InTransit != 0 {
			t.Errorf("%+v", p.Lines[0])
		}
		// less than was sent: it stays on the way until somebody says what became of it
		expect("screws", send(TransferGoods{Item: "SCREW", Qty: n("30"), Location: "RM"}), "")
		expect("fewer came", take(TransferGoods{Item: "SCREW", Qty: n("25"), Location: "B"}, ""), "")
		expect("back too many", settle(SettleTransfer{How: "back", Item: "SCREW", Qty: n("6"), Location: "RM", Reason: "x"}), "inventory.transfer_not_on_way")
		expect("back", settle(SettleTransfer{How: "back", Item: "SCREW", Qty: n("3"), Location: "RM", Reason: "left in the van"}), "")
		expect("lost", settle(SettleTransfer{How: "lost", Item: "SCREW", Qty: n("2"), Reason: "box broke"}), "")
		expect("screws are", h.stock(t, "SCREW"), ":23@RM :25@B")
		if l := read().Lines[1]; l.InTransit != 0 || l.Back != n("3") || l.Lost != n("2") {
			t.Errorf("%+v", l)
		}
		// a receipt is undone: the goods are on the way again
		expect("undo", h.say1(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Undo(ctx, tx, UndoEntry{Number: part, Reason: "wrong pallet"})
			return err
		}), "")
		if l := read().Lines[0]; l.InTransit != n("4") || l.Received != n("6") {
			t.Errorf("%+v", l)
		}
		balanced(t, h, d.Read())
		expect("close", h.say1(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.CloseTransfer(ctx, tx, p.Number, CloseTransfer{"enough"})
			return err
		}), "")
		expect("send on a closed one", send(TransferGoods{Item: "PUMP", Lot: "L1", Qty: n("1"), Location: "RM"}), "inventory.transfer_closed")
		expect("what is on the way comes all the same", take(TransferGoods{Item: "PUMP", Lot: "L1", Qty: n("4"), Location: "B"}, ""), "")
		// who sees one of the sites sees it and does that site's step alone
		other := actor.With(t.Context(), &actor.Actor{Name: "far", Sites: []int64{1}})
		if _, err := h.SiteTransfer(other, d.Read(), p.Number); !fault.Is(err, "inventory.transfer_unknown") {
			t.Error(err)
		}
		balanced(t, h, d.Read())
	})
}

// Whatever is sent, received, sent back and lost in whatever order, the two sites and the way between have what there was.
func TestSiteTransferBalances(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.second(t)
		h.put(t, "SCREW 100 - RM", "SCREW 40 - FG")
		r := rand.New(rand.NewPCG(7, 7))
		var numbers []string
		for range 4 {
			h.do(t, func(ctx context.Context, tx *db.Tx) error {
				p, err := h.PlanTransfer(ctx, tx, NewSiteTransfer{From: "F1", To: "F2", ShipOn: "2026-03-10", Due: "2026-03-12", Lines: []NewTransferLine{{"SCREW", num.Int(30)}}})
				numbers = append(numbers, p.Number)
				return err
			})
		}
		var lost, over num.Dec
		for range 60 {
			number, q := numbers[r.IntN(len(numbers))], num.Int(int64(1+r.IntN(12)))
			switch r.IntN(4) {
			case 0, 1:
				h.say1(t, func(ctx context.Context, tx *db.Tx) error {
					_, err := h.Send(ctx, tx, number, SendTransfer{TransferGoods{Item: "SCREW", Qty: q, Location: []string{"RM", "FG"}[r.IntN(2)]}})
					return err
				})
			case 2:
				h.say1(t, func(ctx context.Context, tx *db.Tx) error {
					p, err := h.SiteTransfer(ctx, tx, number)
					if err != nil {
						return err
					}
					if _, err = h.Receive(ctx, tx, number, ReceiveTransfer{TransferGoods{Item: "SCREW", Qty: q, Location: "B"}, "counted"}); err == nil {
						over += max(q-p.Lines[0].InTransit, 0)
					}
					return err
				})
			case 3:
				h.say1(t, func(ctx context.Context, tx *db.Tx) error {
					_, err := h.Settle(ctx, tx, number, SettleTransfer{How: "lost", Item: "SCREW", Qty: q, Reason: "gone"})
					if err == nil {
						lost += q
					}
					return err
				})
			}
			there, err := db.One[num.Dec](kittest.Ctx(t), d.Read(), `SELECT CAST(sum(qty) AS BIGINT) FROM inv_balance WHERE item_id = $1`, h.ids["SCREW"])
			if err != nil || there != num.Int(140)+over-lost {
				t.Fatalf("%s there, %s more, %s lost: %v", there, over, lost, err)
			}
		}
		if lost == 0 || over == 0 {
			t.Fatalf("lost %s, over %s: nothing was tried", lost, over)
		}
		balanced(t, h, d.Read())
	})
}
