package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// Every file and column of the three factories and of the golden cases comes out as it went in, through all rooms;
// a second import changes nothing.
func TestWholeRoundTrip(t *testing.T) {
	dirs, err := filepath.Glob("../../testdata/factories/*/items.csv")
	if err != nil || len(dirs) != 3 {
		t.Fatal(dirs, err)
	}
	for _, f := range dirs {
		dir := filepath.Dir(f)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) { roundTrip(t, d, dir, 2) })
		})
	}
	golden, err := filepath.Glob("../../testdata/golden-mrp/*/items.csv")
	if err != nil || len(golden) == 0 {
		t.Fatal(golden, err)
	}
	for _, f := range golden {
		dir := filepath.Dir(f)
		t.Run(filepath.Base(dir), func(t *testing.T) { roundTrip(t, kittest.SQLite(t, Schemas()), dir, 1) })
	}
}

func roundTrip(t *testing.T, d *db.DB, dir string, times int) {
	t.Helper()
	a := New(d, Options{})
	ctx := kittest.Ctx(t)
	for range times {
		p, found := a.Packs.Read(ctx, dir)
		if _, err := a.Packs.Import(ctx, p, found, nil); err != nil {
			t.Fatal(err)
		}
		got, err := a.Packs.Export(ctx, p.Site.Code)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Equal(p) {
			at, back := t.TempDir(), t.TempDir()
			if err := pack.Write(p, at); err != nil {
				t.Fatal(err)
			}
			if err := pack.Write(got, back); err != nil {
				t.Fatal(err)
			}
			differs(t, at, back)
		}
	}
}

// differs names the first line of each file that came back otherwise.
func differs(t *testing.T, at, back string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(at, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		want, got := lines(t, n), lines(t, filepath.Join(back, filepath.Base(n)))
		for i := range max(len(want), len(got)) {
			if i >= len(want) || i >= len(got) || want[i] != got[i] {
				t.Errorf("%s has %d lines, %d came back; line %d differs: %q, %q", filepath.Base(n), len(want), len(got), i+1, want[min(i, len(want)-1)], got[min(i, len(got)-1)])
				break
			}
		}
	}
	if !t.Failed() {
		t.Error("the pack came back with a difference that its text does not show")
	}
}

func lines(t *testing.T, name string) []string {
	t.Helper()
	b, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return []string{""}
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(b), "\n")
}

// A load that fails after every room has written leaves nothing behind, whatever refers to what.
func TestFailedLoadIsSwept(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		a := New(d, Options{})
		a.Packs.Rooms = append(a.Packs.Rooms, &rest{publish: fault.Conflict("test.stop", "stop")})
		ctx := kittest.Ctx(t)
		p, found := a.Packs.Read(ctx, "../../testdata/factories/hardware")
		if _, err := a.Packs.Import(ctx, p, found, nil); !fault.Is(err, "test.stop") {
			t.Fatal(err)
		}
		for _, tab := range []string{"md_item", "md_bom_line", "inv_lot", "inv_balance", "inv_move", "po_order", "po_line", "wo_order", "wo_op", "so_order", "so_line", "kit_batch"} {
			if n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM `+tab); err != nil || n != 0 {
				t.Errorf("%s keeps %d rows, %v", tab, n, err)
			}
		}
		a = New(d, Options{})
		if _, err := a.Packs.Import(ctx, p, found, nil); err != nil {
			t.Fatal(err)
		}
	})
}

// A later pack replaces the forecasts that it speaks of, refuses orders that it tells otherwise, and leaves the rest.
func TestSecondPack(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		a := New(d, Options{})
		ctx := kittest.Ctx(t)
		load := func(p *pack.Pack) error { _, err := a.Packs.Import(ctx, p, nil, nil); return err }
		p := factory(t, "small-appliance")
		if err := load(p); err != nil {
			t.Fatal(err)
		}
		next := pack.New()
		next.Site, next.Items = p.Site, p.Items[:1]
		f := p.Forecasts[0]
		f.Qty += 5
		next.Forecasts = []pack.Forecast{f}
		if err := load(next); err != nil {
			t.Fatal(err)
		}
		got, err := a.Packs.Export(ctx, "NB1")
		if err != nil || len(got.Forecasts) != len(p.Forecasts) || !slices.ContainsFunc(got.Forecasts, func(g pack.Forecast) bool { return g.Item == f.Item && g.Date == f.Date && g.Qty == f.Qty }) {
			t.Error(err, got.Forecasts)
		}
		p.SalesOrders[0].Qty++
		if err := load(p); !fault.Is(err, "pack.refused") || !strings.Contains(err.Error(), "1 faults") {
			t.Error(err)
		}
	})
}

// What is booked keeps its unit; what is here keeps its tracking.
func TestItemGuard(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		a := New(d, Options{})
		ctx := kittest.Ctx(t)
		p := factory(t, "small-appliance")
		if _, err := a.Packs.Import(ctx, p, nil, nil); err != nil {
			t.Fatal(err)
		}
		if len(a.Masterdata.Guards) == 0 {
			t.Fatal("nobody guards the items")
		}
		empty := p.Items[slices.IndexFunc(p.Items, func(it pack.Item) bool {
			return !slices.ContainsFunc(p.Stock, func(s pack.Stock) bool { return s.Item == it.Code })
		})].Code
		for _, c := range []struct {
			item, field string
			want        string
		}{
			{"R-PP", "uom", "app.item_booked"}, {"R-PP", "tracking", "app.item_stocked"}, {"R-PP", "decimals", "app.item_stocked"}, {"R-PP", "name", ""}, {empty, "tracking", ""}, {empty, "uom", ""},
		} {
			q := *p
			q.Stock, q.SalesOrders, q.Forecasts, q.PurchaseOrders, q.WorkOrders = nil, nil, nil, nil, nil
			q.Items = slices.Clone(p.Items)
			for i := range q.Items {
				if it := &q.Items[i]; it.Code == c.item {
					switch c.field {
					case "uom":
						it.UOM = "g"
					case "tracking":
						it.Tracking = map[string]string{"lot": "none", "none": "lot", "serial": "lot"}[it.Tracking]
					case "decimals":
						it.Decimals = 0
					case "name":
						it.Name = "x"
					}
				}
			}
			faults, err := a.Packs.Check(ctx, &q, nil)
			got := ""
			for _, f := range faults {
				got += f.Code
			}
			if err != nil || got != c.want {
				t.Errorf("%s %s: %q %v, want %q", c.item, c.field, got, err, c.want)
			}
		}
	})
}

// What a document names is not deleted; what nothing names is.
func TestDeleteItemAsksEveryRoom(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		a := New(d, Options{})
		ctx := kittest.Ctx(t)
		p := factory(t, "small-appliance")
		if _, err := a.Packs.Import(ctx, p, nil, nil); err != nil {
			t.Fatal(err)
		}
		kind := "buy"
		for _, c := range []struct{ make, where string }{{"sales", "sales_line"}, {"bought", "purchase_line"}, {"forecast", "forecast"}, {"nothing", ""}} {
			code := "NEW-" + c.make
			q := &pack.Pack{Site: p.Site, Items: []pack.Item{}}
			if err := d.InTx(ctx, func(tx *db.Tx) error {
				_, err := a.Masterdata.CreateItem(ctx, tx, masterdata.NewItem{Code: code, ItemValues: masterdata.ItemValues{Kind: &kind}})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			switch c.make {
			case "sales":
				q.SalesOrders = []pack.SalesLine{{Order: "S-NEW", Line: 1, Item: code, Qty: num.One, Due: "2026-05-01", Customer: "C01", Priority: 5}}
			case "bought":
				q.PurchaseOrders = []pack.PurchaseLine{{Order: "P-NEW", Line: 1, Item: code, Qty: num.One, Due: "2026-05-01", Supplier: "S01"}}
			case "forecast":
				q.Forecasts = []pack.Forecast{{Item: code, Date: "2026-05-01", Qty: num.One}}
			}
			if _, err := a.Packs.Import(ctx, q, nil, nil); err != nil {
				t.Fatal(err)
			}
			s, err := masterdata.DefaultSite(ctx, d.Read())
			if err != nil {
				t.Fatal(err)
			}
			it, err := a.Masterdata.ItemDetail(ctx, d.Read(), code, s.ID, "2026-03-02")
			if err != nil {
				t.Fatal(err)
			}
			err = d.InTx(ctx, func(tx *db.Tx) error {
				_, err := a.Masterdata.DeleteItem(ctx, tx, code, masterdata.SwitchItem{Rev: it.Rev})
				return err
			})
			if f, refused := fault.As(err); refused != (c.where != "") || refused && (f.Code != "masterdata.item_used" || f.Params["where"] != c.where) {
				t.Errorf("%s: %v", c.make, err)
			}
		}
	})
}
