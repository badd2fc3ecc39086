package sales_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
	"kaiwu/internal/sales"
)

var schemas = []db.Schema{{Room: "masterdata", FS: masterdata.Schema}, {Room: "inventory", FS: inventory.Schema},
	{Room: "quality", FS: quality.Schema}, {Room: "production", FS: production.Schema}, {Room: "sales", FS: sales.Schema}, {Room: "kit", FS: notice.Schema}}

var dec = num.MustParse

// shop is a small factory with customers: CUP is made in one step of a body that is bought; LAMP has two versions of
// its bill; PUMP carries serial numbers; SCREW is bought.
type shop struct {
	*sales.Module
	d     *db.DB
	site  db.ID
	items map[string]masterdata.Item
}

func plant() *pack.Pack {
	p := pack.New()
	p.Site.Code, p.Site.Name = "F1", "一厂"
	item := func(code, kind, tracking, family string) {
		p.Items = append(p.Items, pack.Item{Code: code, Name: strings.ToLower(code), UOM: "pcs", Kind: kind, Tracking: tracking, Family: family, LotRule: "lot_for_lot", YieldPct: 100 * num.One})
	}
	item("CUP", "make", "lot", "cups")
	item("MUG", "make", "lot", "cups")
	item("LAMP", "make", "lot", "lamps")
	item("PUMP", "make", "serial", "pumps")
	item("SCREW", "buy", "none", "")
	item("BULB", "buy", "none", "")
	item("LED", "buy", "none", "")
	line := func(product, version, item, qty, from, to string) {
		p.BOMs = append(p.BOMs, pack.BOMLine{Product: product, Version: version, Role: "component", Item: item, Qty: dec(qty), Issue: "backflush", EffectiveFrom: from, EffectiveTo: to})
	}
	line("CUP", "1", "SCREW", "1", "", "")
	line("MUG", "1", "SCREW", "2", "", "")
	line("PUMP", "1", "SCREW", "4", "", "")
	line("LAMP", "A", "BULB", "1", "", "2026-03-31")
	line("LAMP", "A", "SCREW", "3", "", "2026-03-31")
	line("LAMP", "B", "LED", "2", "2026-04-01", "")
	line("LAMP", "B", "SCREW", "3", "2026-04-01", "")
	for _, product := range []string{"CUP", "MUG", "PUMP", "LAMP"} {
		o := pack.Operation{Product: product, Version: "1", Op: 10, Name: "装配", WorkCenter: "L1", SetupMin: num.One, RunMin: num.One, Report: true, Inspection: "none"}
		if product == "CUP" {
			o.Alternatives = []pack.Alternative{{WorkCenter: "L2", RunMin: dec("0.5")}}
		}
		p.Routings = append(p.Routings, o)
	}
	for _, c := range []string{"L1", "L2"} {
		p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: c, Name: c, Calendar: "day", EfficiencyPct: 100 * num.One, Kind: "hand", Capacity: 2})
	}
	for day := 1; day <= 6; day++ {
		p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "day", Weekday: day, From: "08:00", To: "12:00"})
	}
	p.Warehouses = []pack.Warehouse{{Code: "RM", Name: "原料仓", Kind: "normal", InCosting: true}, {Code: "FG", Name: "成品仓", Kind: "normal", InCosting: true}}
	p.Workers = []pack.Worker{{Code: "W1", Name: "王芳", Badge: "8801"}}
	p.Partners = []pack.Partner{{Code: "C1", Name: "客户一", Kinds: []string{"customer"}}, {Code: "C2", Name: "客户二", Kinds: []string{"customer"}}, {Code: "SF", Name: "顺丰", Kinds: []string{"carrier"}}}
	return p
}

func open(t testing.TB, d *db.DB, more ...func(*pack.Pack)) *shop {
	t.Helper()
	inv := inventory.New(d)
	s := &shop{Module: sales.New(d, inv, production.New(d, inv, quality.New(d))), d: d}
	ctx := kittest.Ctx(t)
	md := masterdata.New()
	p := plant()
	for _, add := range more {
		add(p)
	}
	if faults, err := md.Check(ctx, d.Read(), p); err != nil || len(faults) > 0 {
		t.Fatal(faults, err)
	}
	if err := d.InBatch(ctx, "import", func(b *db.Batch) error {
		ctx = masterdata.Loading(ctx, b)
		return md.Load(ctx, b, p)
	}, func(tx *db.Tx, b *db.Batch) error { return md.Publish(ctx, tx, b) }); err != nil {
		t.Fatal(err)
	}
	s.reserveDays(t, "0")
	site, err := masterdata.DefaultSite(kittest.Ctx(t), d.Read())
	if err != nil {
		t.Fatal(err)
	}
	s.site = site.ID
	if s.items, err = masterdata.AllItems(kittest.Ctx(t), d.Read()); err != nil {
		t.Fatal(err)
	}
	s.stock(t, "SCREW 100000", "BULB 1000", "LED 1000")
	return s
}

// stock puts goods into FG: "CUP 40 L1 2026-09-01".
func (s *shop) stock(t testing.TB, rows ...string) {
	t.Helper()
	kittest.Do(t, s.d, func(ctx context.Context, tx *db.Tx) error {
		loc, err := masterdata.LocationByCode(ctx, tx, s.site, "FG")
		if err != nil {
			return err
		}
		var puts []inventory.Put
		for _, r := range rows {
			w := append(strings.Fields(r), "", "")
			put := inventory.Put{Item: s.items[w[0]].ID, Qty: dec(w[1]), Lot: w[2], ExpiresOn: w[3], To: inventory.Place{Kind: inventory.Stock, Ref: loc.ID}}
			if s.items[w[0]].Tracking == "serial" {
				put.Lot, put.Serials = "", strings.Split(w[2], ",")
			}
			puts = append(puts, put)
		}
		_, err = s.Inventory.Put(ctx, tx, inventory.Doc{Kind: "adjust", ID: tx.ID(), Number: "A1", Site: s.site}, inventory.Place{Kind: inventory.Adjust}, puts...)
		return err
	})
}

// act runs a use case in a transaction of its own and names the refusal.
func act[Out any](t testing.TB, s *shop, use func(ctx context.Context, tx *db.Tx) (Out, error)) (out Out, code string) {
	t.Helper()
	err := s.d.InTx(kittest.Ctx(t), func(tx *db.Tx) (err error) { out, err = use(kittest.Ctx(t), tx); return err })
	if err == nil {
		return out, ""
	}
	if f, ok := fault.As(err); ok {
		if f.Code == "web.invalid" && len(f.Fields) > 0 {
			return out, f.Fields[0].Code
		}
		return out, f.Code
	}
	t.Fatal(err)
	return out, ""
}

func must[Out any](t testing.TB, s *shop, use func(ctx context.Context, tx *db.Tx) (Out, error)) Out {
	t.Helper()
	out, code := act(t, s, use)
	if code != "" {
		t.Fatal(code)
	}
	return out
}

// order enters an order of C1: "CUP 10 2026-03-20".
func (s *shop) order(t testing.TB, rows ...string) string {
	t.Helper()
	return s.orderOf(t, "C1", "", rows...)
}

func (s *shop) orderOf(t testing.TB, customer, channel string, rows ...string) string {
	t.Helper()
	in := sales.NewOrder{Customer: customer, Channel: channel}
	for _, r := range rows {
		w := append(strings.Fields(r), "", "")
		in.Lines = append(in.Lines, sales.NewLine{Item: w[0], Qty: dec(w[1]), Due: w[2], BOMVersion: w[3]})
	}
	return must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) { return s.Create(ctx, tx, in) }).Number
}

func (s *shop) make(t testing.TB, orders ...string) sales.WorkMade {
	t.Helper()
	return must(t, s, func(ctx context.Context, tx *db.Tx) (sales.WorkMade, error) {
		return s.MakeWork(ctx, tx, sales.MakeWork{Orders: orders, Release: true})
	})
}

func (s *shop) allocate(t testing.TB, order string) {
	t.Helper()
	must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Allocated, error) { return s.Allocate(ctx, tx, order) })
}

// finish reports and receives pieces of a work order.
func (s *shop) finish(t testing.TB, number, qty string) {
	t.Helper()
	s.begin(t, number, qty)
	must(t, s, func(ctx context.Context, tx *db.Tx) (production.Received, error) {
		return s.Production.Receive(ctx, tx, production.Receive{Order: number, Qty: dec(qty)})
	})
}

func (s *shop) begin(t testing.TB, number, qty string) {
	t.Helper()
	must(t, s, func(ctx context.Context, tx *db.Tx) (production.Reported, error) {
		return s.Production.Report(ctx, tx, production.Report{Order: number, Op: 10, Good: dec(qty), Workers: []string{"W1"}})
	})
}

func (s *shop) track(t testing.TB, order string) sales.Track {
	t.Helper()
	out, err := s.Track(kittest.Ctx(t), s.d.Read(), order)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// state is an order in a line of words: quantity, shipped, allocated, in work of each line.
func (s *shop) state(t testing.TB, order string) string {
	t.Helper()
	tr := s.track(t, order)
	out := tr.Status
	for _, l := range tr.Lines {
		out += fmt.Sprintf(" | %s %s s%s a%s w%s", l.Item, l.Qty, l.Shipped, l.Allocated, l.InWork)
		if l.Status == "cancelled" || l.Status == "closed" {
			out += " " + l.Status
		}
	}
	return out
}

func (s *shop) balanced(t testing.TB) {
	t.Helper()
	ctx := kittest.Ctx(t)
	for _, v := range []func(context.Context, db.Querier) ([]string, error){s.Verify, s.Production.Verify} {
		faults, err := v(ctx, s.d.Read())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range faults {
			t.Error(f)
		}
	}
	for _, f := range s.Inventory.Verify(ctx, s.d.Read()) {
		t.Error(f)
	}
}

// reserveDays sets how far ahead lines hold stock.
func (s *shop) reserveDays(t testing.TB, days string) {
	t.Helper()
	kittest.Do(t, s.d, func(ctx context.Context, tx *db.Tx) error {
		return masterdata.SetSetting(ctx, tx, inventory.SettingReserve, days)
	})
}
