package sales_test

import (
	"context"
	"strings"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/sales"
)

func TestShipRefusals(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 500 L1")
		so := s.order(t, "CUP 10 2026-03-20", "CUP 5 2026-03-21")
		s.allocate(t, so)
		ship := func(lines []sales.ShipLine) string {
			_, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Shipped, error) {
				return s.Ship(ctx, tx, sales.Ship{Order: so, Lines: lines})
			})
			return code
		}
		if code := ship([]sales.ShipLine{}); code != "sales.ship_nothing" {
			t.Error("an empty list of lines:", code, s.state(t, so))
		}
		if code := ship([]sales.ShipLine{{Line: 1, Qty: -dec("1")}}); code != "sales.ship_qty" {
			t.Error("a negative quantity:", code)
		}
		if code := ship([]sales.ShipLine{{Line: 1, Qty: dec("10")}}); code != "" {
			t.Error(code)
		}
		if code := ship([]sales.ShipLine{{Line: 1, Qty: dec("1")}}); code != "sales.line_sent" {
			t.Error("a line that is shipped:", code)
		}
		if code := ship(nil); code != "" || !strings.HasPrefix(s.state(t, so), "shipped") {
			t.Error("without lines all that is allocated goes:", code, s.state(t, so))
		}
		if code := ship(nil); code != "sales.already_shipped" {
			t.Error("an order that is shipped:", code)
		}
	})
}

// Goods that are held take the promise of the least urgent line first, and no more of it than is missing.
func TestHeldGoodsLeaveTheRestPromised(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 100 L1")
		late, soon := s.order(t, "CUP 40 2026-03-25"), s.order(t, "CUP 60 2026-03-20")
		s.allocate(t, soon)
		s.allocate(t, late)
		must(t, s, func(ctx context.Context, tx *db.Tx) ([]inventory.Picked, error) {
			return s.Inventory.Hold(ctx, tx, inventory.Doc{Kind: "hold", ID: tx.ID(), Number: "H1", Site: s.site}, inventory.Take{Item: s.items["CUP"].ID, Qty: dec("60"), Lot: "L1"})
		})
		if a, b := s.state(t, soon), s.state(t, late); a != "open | CUP 60 s0 a40 w0" || b != "open | CUP 40 s0 a0 w0" {
			t.Error(a, "and", b)
		}
		s.balanced(t)
	})
}

func TestChannelOfEachLine(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		p := pack.New()
		p.Site.Code = plant().Site.Code
		line := func(n int, qty, channel, note string) pack.SalesLine {
			return pack.SalesLine{Order: "MIX", Line: n, Customer: "C1", Item: "CUP", Qty: dec(qty), Due: "2026-03-20", Priority: 5, Channel: channel, Note: note, Row: n + 1}
		}
		p.SalesOrders = []pack.SalesLine{line(1, "2", "jd", "red"), line(2, "3", "", ""), line(3, "4", "taobao", "blue")}
		if faults, err := s.Check(ctx, d.Read(), p); err != nil || len(faults) > 0 {
			t.Fatal(faults, err)
		}
		md, inside := masterdata.New(), ctx
		if err := d.InBatch(ctx, "import", func(b *db.Batch) error {
			inside = masterdata.Loading(ctx, b)
			if err := md.Load(inside, b, p); err != nil {
				return err
			}
			return s.Load(inside, b, p)
		}, func(tx *db.Tx, b *db.Batch) error { return md.Publish(inside, tx, b) }); err != nil {
			t.Fatal(err)
		}
		if tr := s.track(t, "MIX"); tr.Channel != "jd" || tr.Lines[1].Channel != "" || tr.Lines[2].Channel != "taobao" {
			t.Errorf("%+v", tr)
		}
		out := pack.New()
		if err := s.Dump(ctx, d.Read(), s.site, out); err != nil {
			t.Fatal(err)
		}
		if len(out.SalesOrders) != 3 {
			t.Fatal(out.SalesOrders)
		}
		for i, l := range out.SalesOrders {
			if want := p.SalesOrders[i]; l.Channel != want.Channel || l.Note != want.Note {
				t.Errorf("line %d came out as %+v", i+1, l)
			}
		}
		if faults, err := s.Check(ctx, d.Read(), p); err != nil || len(faults) > 0 {
			t.Error("the same pack again:", faults, err)
		}
	})
}
