package sales_test

import (
	"context"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/sales"
)

// Goods go to the address that the order names, else to the one for deliveries, else to the customer's own.
func TestShipToAddress(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		md := masterdata.New()
		var rev int64 = 1
		edit := func(ship bool) {
			rev = must(t, s, func(ctx context.Context, tx *db.Tx) (masterdata.PartnerPage, error) {
				return md.EditPartner(ctx, tx, "C1", masterdata.EditPartner{Edited: masterdata.Edited{Rev: rev}, PartnerValues: masterdata.PartnerValues{
					Address:   ptr("总部路 1 号"),
					Addresses: &[]masterdata.Address{{Label: "杭州仓", Address: "余杭 2 号", Contact: "陈", Phone: "139"}, {Label: "总仓", Address: "鄞州 1 号", ShipTo: ship}}}})
			}).Rev
		}
		at := func(number string) string {
			t.Helper()
			o, err := s.Track(kittest.Ctx(t), d.Read(), number)
			if err != nil {
				t.Fatal(err)
			}
			return o.Customer.ShipTo + "|" + o.Customer.Address + "|" + o.Customer.Contact + "|" + o.Customer.Phone
		}
		so := s.order(t, "CUP 1 2026-03-20")
		if got := at(so); got != "|||" {
			t.Error("without any address:", got)
		}
		edit(false)
		if got := at(so); got != "|总部路 1 号||" {
			t.Error("the customer's own:", got)
		}
		edit(true)
		if got := at(so); got != "总仓|鄞州 1 号||" {
			t.Error("the one for deliveries:", got)
		}
		if _, code := s.change(t, so, sales.ChangeOrder{ShipTo: ptr("杭州仓")}); code != "" || at(so) != "杭州仓|余杭 2 号|陈|139" {
			t.Error("the one that the order names:", code, at(so))
		}
		if _, code := s.change(t, so, sales.ChangeOrder{ShipTo: ptr("月球")}); code != "sales.ship_to_unknown" || at(so) != "杭州仓|余杭 2 号|陈|139" {
			t.Error("one that nobody knows:", code, at(so))
		}
		if _, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.Create(ctx, tx, sales.NewOrder{Customer: "C1", ShipTo: "月球", Lines: []sales.NewLine{{Item: "CUP", Qty: dec("1"), Due: "2026-03-20"}}})
		}); code != "sales.ship_to_unknown" {
			t.Error("a new order:", code)
		}
		// what leaves says so too
		s.stock(t, "CUP 1 L1 2026-09-01")
		s.allocate(t, so)
		shipped := must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Shipped, error) {
			return s.Ship(ctx, tx, sales.Ship{Order: so})
		})
		doc, err := s.Shipment(kittest.Ctx(t), d.Read(), shipped.Number)
		if err != nil || doc.Customer.Address != "余杭 2 号" || doc.Customer.Contact != "陈" {
			t.Error(doc.Customer, err)
		}
		// orders that go to different addresses stay apart; a part that is split off goes where the whole went
		a, b := s.order(t, "CUP 2 2026-03-20"), s.order(t, "CUP 2 2026-03-20")
		s.change(t, a, sales.ChangeOrder{ShipTo: ptr("杭州仓")})
		merge := func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.Merge(ctx, tx, sales.MergeOrders{Into: a, Orders: []string{b}})
		}
		if _, code := act(t, s, merge); code != "sales.merge_ship_to" {
			t.Error("merged over two addresses:", code)
		}
		s.change(t, b, sales.ChangeOrder{ShipTo: ptr("杭州仓")})
		if _, code := act(t, s, merge); code != "" {
			t.Error("of one address:", code)
		}
		// another customer begins without it
		if _, code := s.change(t, a, sales.ChangeOrder{Customer: ptr("C2")}); code != "" || at(a) != "|||" {
			t.Error("another customer:", code, at(a))
		}
	})
}
