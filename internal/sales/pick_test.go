package sales_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
	"kaiwu/internal/sales"
)

// A wave is walked once for several orders, and each scan is checked.
func TestPickWave(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 10 L1 2026-09-01", "CUP 10 L2 2026-08-01", "PUMP 3 P1,P2,P3", "MUG 9 M1")
		a, b := s.order(t, "CUP 12 2026-03-20", "PUMP 2 2026-03-20"), s.orderOf(t, "C2", "", "CUP 3 2026-03-20")
		make := func(orders ...string) (sales.Pick, string) {
			return act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Pick, error) {
				return s.MakePick(ctx, tx, sales.NewPick{Orders: orders})
			})
		}
		if _, code := make(a); code != "sales.nothing_to_pick" {
			t.Error(code)
		}
		s.allocate(t, a)
		s.allocate(t, b)
		p, code := make(a, b)
		if code != "" || p.Left != 4 || p.Status != "open" || len(p.Orders) != 2 {
			t.Fatal(code, p)
		}
		if _, code := make(a, b); code != "sales.nothing_to_pick" {
			t.Error("picked twice:", code)
		}
		scan := func(in sales.ScanPick) (sales.Pick, string) {
			return act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Pick, error) { return s.Scan(ctx, tx, p.Number, in) })
		}
		for _, c := range []struct {
			in   sales.ScanPick
			want string
		}{
			{sales.ScanPick{Code: "MUG"}, "sales.pick_wrong_item"},
			{sales.ScanPick{Code: "M1"}, "sales.pick_wrong_item"},
			{sales.ScanPick{Code: "NONSENSE"}, "inventory.code_unknown"},
			{sales.ScanPick{Code: "CUP"}, "sales.pick_name_lot"},
			{sales.ScanPick{Code: "L2", Qty: dec("11")}, "sales.pick_too_much"},
			{sales.ScanPick{Code: "L2", Qty: dec("0.5")}, "sales.decimals"},
			{sales.ScanPick{Code: "P3"}, "sales.pick_wrong_piece"},
			{sales.ScanPick{Code: "L2", Qty: dec("4")}, ""},
			{sales.ScanPick{Code: "L2"}, ""},
			{sales.ScanPick{Code: "L2"}, "sales.pick_wrong_lot"},
			{sales.ScanPick{Code: "P1"}, ""},
			{sales.ScanPick{Code: "P1"}, "sales.pick_twice"},
			{sales.ScanPick{Code: "P2"}, ""},
			{sales.ScanPick{Code: "L1", Qty: dec("1"), Pos: 2}, ""},
		} {
			if _, code := scan(c.in); code != c.want {
				t.Errorf("%+v: %q, want %q", c.in, code, c.want)
			}
		}
		list, err := s.PickList(kittest.Ctx(t), d.Read(), p.Number)
		if err != nil || list.Left != 2 {
			t.Fatal(list, err)
		}
		miss := func(in sales.ShortPick) (sales.Pick, string) {
			return act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Pick, error) { return s.MissPick(ctx, tx, p.Number, in) })
		}
		if _, code := miss(sales.ShortPick{Pos: 9, Why: "x"}); code != "sales.line_unknown" {
			t.Error(code)
		}
		if _, code := miss(sales.ShortPick{Pos: 2, Qty: dec("5"), Why: "x"}); code != "sales.pick_too_much" {
			t.Error(code)
		}
		if out, code := miss(sales.ShortPick{Pos: 2, Why: "shelf empty"}); code != "" || out.Lines[1].Short != dec("1") || out.Lines[1].Why != "shelf empty" {
			t.Error(code, out.Lines)
		}
		if out, code := scan(sales.ScanPick{Code: "L1"}); code != "" || out.Status != "short" || out.Left != 0 {
			t.Error(code, out)
		}
		drop := func() string {
			_, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
				return s.DropPick(ctx, tx, p.Number, sales.Undo{Reason: "x"})
			})
			return code
		}
		if a, b := drop(), drop(); a != "" || b != "sales.pick_ended" {
			t.Error(a, b)
		}
		if _, code := scan(sales.ScanPick{Code: "L1"}); code != "sales.pick_ended" {
			t.Error(code)
		}
		if _, err := s.PickList(kittest.Ctx(t), d.Read(), "PK0"); err == nil || !strings.Contains(err.Error(), "sales.pick_unknown") {
			t.Error(err)
		}
		s.balanced(t)
	})
}

// Cartons hold exactly what leaves: no carton more, no piece less.
func TestCartons(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 10 L1 2026-08-01", "CUP 10 L2 2026-09-01", "PUMP 2 P1,P2")
		so := s.order(t, "CUP 15 2026-03-20", "PUMP 2 2026-03-20")
		s.allocate(t, so)
		cup := func(no int64, qty, lot string) sales.Carton {
			return sales.Carton{No: no, Weight: "3 kg", Lines: []sales.CartonLine{{Line: 1, Qty: dec(qty), Lot: lot}}}
		}
		pumps := sales.Carton{No: 3, Lines: []sales.CartonLine{{Line: 2, Qty: dec("1"), Serials: []string{"P2"}}, {Line: 2, Qty: dec("1")}}}
		for name, c := range map[string]struct {
			cartons []sales.Carton
			want    string
		}{
			"one is missing": {[]sales.Carton{cup(1, "14", ""), pumps}, "sales.carton_differs"},
			"too many":       {[]sales.Carton{cup(1, "16", ""), pumps}, "sales.carton_differs"},
			"wrong lot":      {[]sales.Carton{cup(1, "15", "L2"), pumps}, "sales.carton_differs"},
			"no such line":   {[]sales.Carton{cup(1, "15", ""), pumps, {No: 4, Lines: []sales.CartonLine{{Line: 8, Qty: dec("1")}}}}, "sales.carton_differs"},
			"twice":          {[]sales.Carton{cup(1, "7", ""), cup(1, "8", ""), pumps}, "sales.carton_twice"},
			"empty":          {[]sales.Carton{cup(1, "15", ""), pumps, {No: 4}}, "sales.carton_empty"},
		} {
			if _, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Shipped, error) {
				return s.Ship(ctx, tx, sales.Ship{Order: so, Packing: c.cartons})
			}); code != c.want {
				t.Errorf("%s: %q, want %q", name, code, c.want)
			}
		}
		sh := must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Shipped, error) {
			return s.Ship(ctx, tx, sales.Ship{Order: so, Packing: []sales.Carton{cup(1, "5", "L2"), cup(2, "10", ""), pumps}})
		})
		got, err := s.Shipment(kittest.Ctx(t), d.Read(), sh.Number)
		if err != nil || got.Cartons != 3 || len(got.Packing) != 3 {
			t.Fatal(got, err)
		}
		text := ""
		for _, c := range got.Packing {
			text += fmt.Sprint(c.No, c.Weight)
			for _, l := range c.Lines {
				text += fmt.Sprint(" ", l.Line, " ", l.Lot, " ", l.Qty, l.Serials)
			}
			text += "\n"
		}
		if !strings.HasPrefix(text, "13 kg 1 L2 5 []\n23 kg 1 L1 10 []\n3 2  1 [P") || !strings.Contains(text, "[P1]") || !strings.Contains(text, "[P2]") {
			t.Errorf("%q", text)
		}
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.UndoShipment(ctx, tx, sh.Number, sales.Undo{Reason: "x"})
		})
		s.balanced(t)
	})
}

// A link shows its order and nothing else, until it expires or is taken back; its token is stored nowhere.
func TestCustomerLink(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		price := dec("12.5")
		so := must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.Create(ctx, tx, sales.NewOrder{Customer: "C1", Note: "SECRET-NOTE", Lines: []sales.NewLine{{Item: "CUP", Qty: dec("10"), Due: "2026-03-20", UnitPrice: &price, Note: "SECRET-NOTE"}}})
		}).Number
		other := s.order(t, "MUG 3 2026-03-20")
		work := s.make(t, so).Orders[0].Number
		s.finish(t, work, "6")
		must(t, s, func(ctx context.Context, tx *db.Tx) (production.Reported, error) {
			return s.Production.Report(ctx, tx, production.Report{Order: work, Op: 10, Scrap: dec("1"), ScrapReason: "dimension", Workers: []string{"W1"}})
		})
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Shipped, error) {
			return s.Ship(ctx, tx, sales.Ship{Order: so, Lines: []sales.ShipLine{{Line: 1, Qty: dec("4")}}, Carrier: "SF", Waybill: "SF123", Note: "SECRET-NOTE"})
		})
		mk := func(in sales.NewLink) (sales.MadeLink, string) {
			return act(t, s, func(ctx context.Context, tx *db.Tx) (sales.MadeLink, error) { return s.MakeLink(ctx, tx, so, in) })
		}
		if _, code := mk(sales.NewLink{Days: 400}); code != "sales.link_days" {
			t.Error(code)
		}
		poor := actor.With(t.Context(), &actor.Actor{Name: "p", Perms: map[string]bool{"sales.link": true, "sales.read": true}})
		if err := d.InTx(poor, func(tx *db.Tx) error { _, err := s.MakeLink(poor, tx, so, sales.NewLink{Prices: true}); return err }); err == nil || !strings.Contains(err.Error(), "web.forbidden") {
			t.Error("who may not see prices showed them to others:", err)
		}
		plain, _ := mk(sales.NewLink{})
		priced, _ := mk(sales.NewLink{Prices: true, Days: 1})
		stranger := actor.With(t.Context(), &actor.Actor{Origin: "none"})
		see := func(token string) (string, string) {
			o, err := s.OpenLink(stranger, d, token)
			if err != nil {
				return "", err.Error()
			}
			b, err := json.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			return string(b), ""
		}
		text, bad := see(plain.Token)
		if bad != "" {
			t.Fatal(bad)
		}
		for _, secret := range []string{"SECRET", "王芳", work, other, "12.5", "SCREW", "scrap", "W1", plain.Token} {
			if strings.Contains(text, secret) {
				t.Errorf("%s reaches the customer: %s", secret, text)
			}
		}
		for _, own := range []string{so, `"shipped":"4"`, `"ready":"2"`, "SF123", "顺丰", "客户一"} {
			if !strings.Contains(text, own) {
				t.Errorf("%s is missing: %s", own, text)
			}
		}
		if text, _ := see(priced.Token); !strings.Contains(text, "12.5") {
			t.Error("the prices that were chosen are missing", text)
		}
		if _, bad := see(plain.Token + "x"); !strings.Contains(bad, "sales.link_dead") {
			t.Error(bad)
		}
		links, err := s.Links(kittest.Ctx(t), d.Read(), so)
		if err != nil || len(links) != 2 || links[0].Opened+links[1].Opened != 2 {
			t.Error(links, err)
		}
		kittest.ClockOf(d).Add(25 * time.Hour)
		if _, bad := see(priced.Token); !strings.Contains(bad, "sales.link_dead") {
			t.Error("an expired link opens:", bad)
		}
		revoke := func(number string) string {
			_, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
				return s.RevokeLink(ctx, tx, number, plain.ID)
			})
			return code
		}
		if a, b, c := revoke(other), revoke(so), revoke(so); a != "sales.link_unknown" || b != "" || c != "sales.link_unknown" {
			t.Error(a, b, c)
		}
		if _, bad := see(plain.Token); !strings.Contains(bad, "sales.link_dead") {
			t.Error("a link that was taken back opens:", bad)
		}
		for _, table := range []string{"so_link", "kit_event", "kit_once"} {
			type row struct {
				Text string `db:"x"`
			}
			col := map[string]string{"so_link": "hash", "kit_event": "payload", "kit_once": "result"}[table]
			rows, err := db.All[row](kittest.Ctx(t), d.Read(), `SELECT `+col+` AS x FROM `+table)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if strings.Contains(r.Text, plain.Token) {
					t.Errorf("the token lies in %s", table)
				}
			}
		}
	})
}
