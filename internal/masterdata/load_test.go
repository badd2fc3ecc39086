package masterdata_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// own forgets the files that other rooms keep; stock stays, because its places are masterdata's.
func own(p *pack.Pack) *pack.Pack {
	q := *p
	q.Stock, q.SalesOrders, q.Forecasts, q.PurchaseOrders, q.WorkOrders = nil, nil, nil, nil, nil
	return &q
}

func read(t testing.TB, dir string) *pack.Pack {
	t.Helper()
	p, faults := pack.Read(filepath.Join("../../testdata", dir))
	for _, f := range faults {
		t.Fatal(pack.Text(f, "en"))
	}
	return p
}

func load(ctx context.Context, d *db.DB, p *pack.Pack) ([]masterdata.Count, error) {
	m := masterdata.New()
	faults, err := m.Check(ctx, d.Read(), p)
	if err != nil {
		return nil, err
	}
	if err := pack.Error(faults); err != nil {
		return nil, err
	}
	var counts []masterdata.Count
	err = d.InBatch(ctx, "import", func(b *db.Batch) error {
		ctx = masterdata.Loading(ctx, b)
		err := m.Load(ctx, b, p)
		counts = masterdata.LoadedCounts(ctx)
		return err
	}, func(tx *db.Tx, b *db.Batch) error { return m.Publish(ctx, tx, b) })
	return counts, err
}

func mustLoad(t testing.TB, d *db.DB, p *pack.Pack) []masterdata.Count {
	t.Helper()
	c, err := load(kittest.Ctx(t), d, p)
	if err != nil {
		if f, ok := fault.As(err); ok {
			t.Log(f.Fields)
		}
		t.Fatal(err)
	}
	return c
}

func dump(t testing.TB, d *db.DB, site string) *pack.Pack {
	t.Helper()
	s, err := masterdata.SiteByCode(kittest.Ctx(t), d.Read(), site)
	if err != nil {
		t.Fatal(err)
	}
	p := pack.New()
	if err := masterdata.New().Dump(kittest.Ctx(t), d.Read(), s.ID, p); err != nil {
		t.Fatal(err)
	}
	return p
}

func equal(t testing.TB, got, want *pack.Pack) {
	t.Helper()
	if got.Equal(want) {
		return
	}
	var a, b strings.Builder
	a.WriteString(text(t, got))
	b.WriteString(text(t, want))
	x, y := strings.Split(a.String(), "\n"), strings.Split(b.String(), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			t.Fatalf("line %d is\n%s\nwant\n%s", i, x[i], y[i])
		}
	}
	t.Fatalf("%d lines, want %d; or differ in what text does not show", len(x), len(y))
}

func text(t testing.TB, p *pack.Pack) string {
	t.Helper()
	dir := t.TempDir()
	if err := pack.Write(p, dir); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(dir + "/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	var out strings.Builder
	for _, f := range files {
		out.WriteString(readFile(t, f))
	}
	return out.String()
}

// The three factories come out as they went in, and a second import changes nothing.
func TestRoundTrip(t *testing.T) {
	for _, f := range []string{"small-appliance", "hardware", "medical-device"} {
		t.Run(f, func(t *testing.T) {
			kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
				p := read(t, "factories/"+f)
				for _, c := range mustLoad(t, d, p) {
					if c.Changed != 0 || c.Same != 0 || c.New != c.Rows {
						t.Errorf("first import %+v", c)
					}
				}
				equal(t, dump(t, d, p.Site.Code), own(p))
				for _, c := range mustLoad(t, d, p) {
					if c.Changed != 0 || c.New != 0 || c.Same != c.Rows {
						t.Errorf("second import %+v", c)
					}
				}
				equal(t, dump(t, d, p.Site.Code), own(p))
			})
		})
	}
}

// Two factories of one company keep apart, though both have a calendar "two" and a work center PACK.
func TestTwoSites(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		a, b := read(t, "factories/small-appliance"), read(t, "factories/hardware")
		mustLoad(t, d, a)
		mustLoad(t, d, b)
		equal(t, dump(t, d, a.Site.Code), own(a))
		equal(t, dump(t, d, b.Site.Code), own(b))
		if _, err := masterdata.WorkCenterByCode(kittest.Ctx(t), d.Read(), "PACK"); !fault.Is(err, "masterdata.work_center_twice") {
			t.Error(err)
		}
	})
}

func TestRoundTripGolden(t *testing.T) {
	for _, g := range []string{"case-1", "case-2", "case-3", "case-4", "case-5", "case-6"} {
		t.Run(g, func(t *testing.T) {
			d := kittest.SQLite(t, schemas)
			p := read(t, "golden-mrp/"+g)
			mustLoad(t, d, p)
			s, err := masterdata.DefaultSite(kittest.Ctx(t), d.Read())
			if err != nil {
				t.Fatal(err)
			}
			equal(t, dump(t, d, s.Code), own(p))
		})
	}
}

// A second pack changes what differs and leaves the rest alone.
func TestLoadChanges(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		p := read(t, "factories/small-appliance")
		mustLoad(t, d, p)
		ctx := kittest.Ctx(t)
		before, err := masterdata.ItemByCode(ctx, d.Read(), p.Items[3].Code)
		if err != nil {
			t.Fatal(err)
		}
		p.Items[3].Name = "改名"
		p.Items = append(p.Items, pack.Item{Code: "NEW-1", Name: "新物料", UOM: "pcs", Kind: "buy", Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100_000_000, Decimals: 6, Supplier: "S01"})
		p.BOMs[0].Qty *= 2
		p.Routings[0].SetupMin *= 3
		p.CalendarDays[0].From, p.CalendarDays[0].To = "08:00", "12:00"
		p.Workers[0].Badge = "B-1"
		got := map[string]masterdata.Count{}
		for _, c := range mustLoad(t, d, p) {
			got[c.File] = c
		}
		for file, want := range map[string][2]int{"items.csv": {1, 1}, "boms.csv": {0, 0}, "partners.csv": {0, 0}, "workers.csv": {0, 1}, "machines.csv": {0, 0}} {
			c := got[file]
			if file == "boms.csv" {
				if c.New != 0 || c.Changed == 0 || c.Changed > 30 {
					t.Errorf("%+v", c)
				}
				continue
			}
			if c.New != want[0] || c.Changed != want[1] {
				t.Errorf("%+v want %v", c, want)
			}
		}
		after, err := masterdata.ItemByCode(ctx, d.Read(), before.Code)
		if err != nil || after.ID != before.ID || after.Name != "改名" {
			t.Error(after, err)
		}
		back := dump(t, d, "NB1")
		slices.SortFunc(back.CalendarDays, func(a, b pack.CalendarDay) int {
			return strings.Compare(a.Calendar+a.Date+a.From, b.Calendar+b.Date+b.From)
		})
		slices.SortFunc(p.CalendarDays, func(a, b pack.CalendarDay) int {
			return strings.Compare(a.Calendar+a.Date+a.From, b.Calendar+b.Date+b.From)
		})
		equal(t, back, own(p))

		// holidays of another year stay
		next := &pack.Pack{Site: p.Site, Items: p.Items[:1], Partners: p.Partners, CalendarDays: []pack.CalendarDay{{Calendar: "two", Date: "2027-01-01"}}}
		mustLoad(t, d, next)
		if n := len(dump(t, d, "NB1").CalendarDays); n != len(p.CalendarDays)+1 {
			t.Error(n, len(p.CalendarDays))
		}
	})
}

// A pack does not know what was switched off here, nor custom fields: it leaves both.
func TestLoadKeepsWhatItDoesNotSay(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		p := read(t, "factories/small-appliance")
		mustLoad(t, d, p)
		tables := []string{"md_item", "md_partner", "md_worker", "md_work_center", "md_machine", "md_warehouse"}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			for _, tab := range tables {
				if _, err := tx.Exec(ctx, `UPDATE `+tab+` SET active = FALSE`); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, `UPDATE md_item SET ext = '{"colour": "red"}'`)
			return err
		})
		for i := range p.Items {
			p.Items[i].Name += "!"
		}
		for i := range p.Partners {
			p.Partners[i].Name += "!"
		}
		for i := range p.Workers {
			p.Workers[i].Name += "!"
		}
		for i := range p.WorkCenters {
			p.WorkCenters[i].Name += "!"
		}
		for i := range p.Machines {
			p.Machines[i].Name += "!"
		}
		for i := range p.Warehouses {
			p.Warehouses[i].Name += "!"
		}
		mustLoad(t, d, p)
		for _, tab := range tables {
			if n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM `+tab+` WHERE active OR name NOT LIKE '%!'`); err != nil || n != 0 {
				t.Error(tab, n, err)
			}
		}
		if n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM md_item WHERE ext ->> 'colour' = 'red'`); err != nil || int(n) != len(p.Items) {
			t.Error(n, err)
		}
		equal(t, dump(t, d, "NB1"), own(p))
	})
}

// Nothing of a load is seen before it is published, and nothing stays of one that fails; a context of the load sees
// its own rows.
func TestLoadUnseen(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		p, m := read(t, "factories/medical-device"), masterdata.New()
		ctx := kittest.Ctx(t)
		stop := fault.Conflict("test.stop", "stop")
		err := d.InBatch(ctx, "import", func(b *db.Batch) error {
			inside := masterdata.Loading(ctx, b)
			if err := m.Load(inside, b, p); err != nil {
				return err
			}
			if _, err := masterdata.ItemByCode(ctx, d.Read(), "IV-100"); !fault.Is(err, "masterdata.item_unknown") {
				t.Error(err)
			}
			it, err := masterdata.ItemByCode(inside, b.Read(), "IV-100")
			if err != nil {
				return err
			}
			bom, ok, err := masterdata.EffectiveBOM(inside, b.Read(), it.ID, "2026-03-02", "")
			if err != nil || !ok || len(bom.Lines) == 0 {
				t.Error(bom, ok, err)
			}
			if l, err := masterdata.LocationByCode(inside, b.Read(), masterdata.LoadedSite(inside).ID, "QR"); err != nil || l.WarehouseKind != "quarantine" {
				t.Error(l, err)
			}
			return stop
		}, nil)
		if !fault.Is(err, "test.stop") {
			t.Fatal(err)
		}
		for _, tab := range []string{"item", "item_site", "bom", "bom_line", "routing_op", "partner", "worker", "location", "calendar_hours", "site", "site_use"} {
			if n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM md_`+tab); err != nil || n != 0 {
				t.Error(tab, n, err)
			}
		}
	})
}

// An edit between plan and publishing refuses the whole load.
func TestLoadStale(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		p, m := read(t, "factories/medical-device"), masterdata.New()
		mustLoad(t, d, p)
		p.Items[0].Name, p.Items[1].Name = "甲", "乙"
		ctx := kittest.Ctx(t)
		err := d.InBatch(ctx, "import", func(b *db.Batch) error {
			ctx = masterdata.Loading(ctx, b)
			if err := m.Load(ctx, b, p); err != nil {
				return err
			}
			return d.InTx(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE md_item SET name = 'x', rev = rev + 1 WHERE code = $1`, p.Items[1].Code)
				return err
			})
		}, func(tx *db.Tx, b *db.Batch) error { return m.Publish(ctx, tx, b) })
		if !fault.Is(err, "masterdata.load_stale") {
			t.Fatal(err)
		}
		if it, err := masterdata.ItemByCode(kittest.Ctx(t), d.Read(), p.Items[0].Code); err != nil || it.Name == "甲" {
			t.Error(it, err)
		}
	})
}

func TestCheck(t *testing.T) {
	base := func() *pack.Pack {
		p := pack.New()
		p.Items = []pack.Item{{Row: 2, Code: "R-PP", UOM: "kg", Kind: "buy", Tracking: "lot", LotRule: "lot_for_lot", YieldPct: 100_000_000, Decimals: 3}}
		return p
	}
	cases := []struct {
		name string
		do   func(p *pack.Pack)
		want string // where code …
	}{
		{"clean", func(p *pack.Pack) {}, ""},
		{"known by the company", func(p *pack.Pack) {
			p.Items[0].Supplier = "S01"
			p.Stock = []pack.Stock{{Row: 2, Item: "R-PP", Warehouse: "RM"}}
			p.BOMs = []pack.BOMLine{{Row: 2, Product: "M-PCBA", Version: "7", Item: "R-PP", Role: "component"}}
			p.WorkOrders = []pack.WorkOrder{{Row: 2, Order: "X", Item: "M-PCBA", BOMVersion: "7", RoutingVersion: "1"}}
		}, ""},
		{"supplier", func(p *pack.Pack) { p.Items[0].Supplier = "S99" }, "items.csv:2:supplier pack.unknown_partner"},
		{"unit", func(p *pack.Pack) { p.UOMs = []pack.UOM{{Row: 3, Item: "GONE", UOM: "t", Factor: 1}} }, "uoms.csv:3:item pack.unknown_item"},
		{"bom", func(p *pack.Pack) {
			p.BOMs = []pack.BOMLine{{Row: 2, Product: "NO", Version: "1", Item: "NOT", Role: "component", Substitutes: []string{"NEVER"}}}
		}, "boms.csv:2:product pack.unknown_item boms.csv:2:item pack.unknown_item boms.csv:2:substitutes pack.unknown_item"},
		{"routing", func(p *pack.Pack) {
			p.Routings = []pack.Operation{{Row: 2, Product: "NO", Version: "1", Op: 10, WorkCenter: "NONE", Alternatives: []pack.Alternative{{WorkCenter: "GONE"}}}}
		}, "routings.csv:2:product pack.unknown_item routings.csv:2:work_center pack.unknown_work_center routings.csv:2:alternatives pack.unknown_work_center"},
		{"machine", func(p *pack.Pack) { p.Machines = []pack.Machine{{Row: 2, Code: "M", WorkCenter: "NONE"}} }, "machines.csv:2:work_center pack.unknown_work_center"},
		{"changeover", func(p *pack.Pack) { p.Changeovers = []pack.Changeover{{Row: 2, WorkCenter: "NONE"}} }, "changeovers.csv:2:work_center pack.unknown_work_center"},
		{"stock", func(p *pack.Pack) { p.Stock = []pack.Stock{{Row: 4, Item: "NO", Warehouse: "NOWHERE"}} }, "stock.csv:4:item pack.unknown_item stock.csv:4:warehouse pack.unknown_warehouse"},
		{"sales order", func(p *pack.Pack) {
			p.SalesOrders = []pack.SalesLine{{Row: 2, Item: "R-PP", Customer: "C99", BOMVersion: "4"}}
		}, "sales_orders.csv:2:customer pack.unknown_partner sales_orders.csv:2:bom_version pack.unknown_bom"},
		{"forecast", func(p *pack.Pack) { p.Forecasts = []pack.Forecast{{Row: 2, Item: "NO"}} }, "forecasts.csv:2:item pack.unknown_item"},
		{"purchase order", func(p *pack.Pack) { p.PurchaseOrders = []pack.PurchaseLine{{Row: 2, Item: "NO", Supplier: "S99"}} }, "purchase_orders.csv:2:item pack.unknown_item purchase_orders.csv:2:supplier pack.unknown_partner"},
		{"work order", func(p *pack.Pack) { p.WorkOrders = []pack.WorkOrder{{Row: 2, Item: "M-PCBA", RoutingVersion: "9"}} }, "work_orders.csv:2:routing_version pack.unknown_routing"},
		{"slash", func(p *pack.Pack) { p.Warehouses = []pack.Warehouse{{Row: 2, Code: "A/B"}} }, "warehouses.csv:2:code masterdata.warehouse_slash"},
		{"badge", func(p *pack.Pack) { p.Workers = []pack.Worker{{Row: 2, Code: "W999", Name: "新", Badge: "88000001"}} }, "workers.csv:2:badge masterdata.badge_taken"},
		{"badge handed on", func(p *pack.Pack) {
			p.Workers = []pack.Worker{{Row: 2, Code: "W999", Name: "新", Badge: "88000001"}, {Row: 3, Code: "W001", Name: "刘勇"}}
		}, ""},
		{"loop through what is there", func(p *pack.Pack) {
			p.BOMs = []pack.BOMLine{{Row: 2, Product: "P-PCB", Version: "1", Item: "M-PCBA", Role: "component"}}
		}, "boms.csv:2:item pack.loop"},
		{"a by-product is no loop", func(p *pack.Pack) {
			p.BOMs = []pack.BOMLine{{Row: 2, Product: "P-PCB", Version: "1", Item: "M-PCBA", Role: "byproduct"}}
		}, ""},
		{"no loop once the version is replaced", func(p *pack.Pack) {
			p.BOMs = []pack.BOMLine{{Row: 2, Product: "P-PCB", Version: "1", Item: "M-PCBA", Role: "component"}, {Row: 3, Product: "M-PCBA", Version: "1", Item: "R-PP", Role: "component"}}
		}, ""},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		mustLoad(t, d, read(t, "factories/small-appliance"))
		for _, c := range cases {
			p := base()
			c.do(p)
			faults, err := masterdata.New().Check(kittest.Ctx(t), d.Read(), p)
			if err != nil {
				t.Fatal(c.name, err)
			}
			var got []string
			for _, f := range faults {
				got = append(got, f.Where+" "+f.Code)
				if strings.Contains(f.Detail, "{") || f.Detail == "" {
					t.Errorf("%s: %q", c.name, f.Detail)
				}
			}
			if g := strings.Join(got, " "); g != c.want {
				t.Errorf("%s: %s, want %s", c.name, g, c.want)
			}
		}
	})
}

func TestCheckSites(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		mustLoad(t, d, read(t, "factories/small-appliance"))
		mustLoad(t, d, read(t, "factories/hardware"))
		m, ctx := masterdata.New(), kittest.Ctx(t)
		p := pack.New()
		p.Items = []pack.Item{{Row: 2, Code: "PT-001"}}
		if faults, err := m.Check(ctx, d.Read(), p); err != nil || len(faults) != 1 || faults[0].Code != "masterdata.site_needed" {
			t.Error(faults, err)
		}
		p.Site.Code = "NB1" // its routing 1 names machines of the other factory
		p.Routings = []pack.Operation{{Row: 2, Product: "PT-001", Version: "1", Op: 10, WorkCenter: "INJ"}}
		if faults, err := m.Check(ctx, d.Read(), p); err != nil || len(faults) != 1 || faults[0].Code != "masterdata.routing_elsewhere" {
			t.Error(faults, err)
		}
		nb, err := masterdata.SiteByCode(ctx, d.Read(), "NB1")
		if err != nil {
			t.Fatal(err)
		}
		limited := actor.With(ctx, &actor.Actor{Name: "x", Sites: []int64{int64(nb.ID)}})
		for code, ok := range map[string]bool{"NB1": true, "WJ": false, "ELSE": false} {
			p := pack.New()
			p.Site.Code = code
			if _, err := m.Check(limited, d.Read(), p); fault.Is(err, "masterdata.site_forbidden") == ok {
				t.Error(code, err)
			}
		}
	})
}

// Other rooms may refuse that an item changes.
func TestCheckGuards(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		p := read(t, "factories/medical-device")
		mustLoad(t, d, p)
		m := masterdata.New()
		m.Guards = append(m.Guards, func(_ context.Context, _ db.Querier, before, after masterdata.Item) error {
			if before.Tracking != after.Tracking {
				return fault.Conflict("test.stocked", "%s is in stock", before.Code)
			}
			return nil
		})
		p.Items[0].Tracking, p.Items[1].Name = "none", "x"
		if faults, err := m.Check(kittest.Ctx(t), d.Read(), p); err != nil || len(faults) != 1 || faults[0].Code != "test.stocked" || faults[0].Where != "items.csv:2" {
			t.Error(faults, err)
		}
	})
}
