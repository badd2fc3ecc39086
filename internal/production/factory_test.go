package production_test

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
)

var schemas = []db.Schema{{Room: "masterdata", FS: masterdata.Schema}, {Room: "inventory", FS: inventory.Schema},
	{Room: "quality", FS: quality.Schema}, {Room: "production", FS: production.Schema}, {Room: "kit", FS: notice.Schema}}

// floor is a small factory that makes coffee machines: assembled, cleaned (not reported), aged, packed and checked.
type floor struct {
	*production.Module
	d     *db.DB
	site  db.ID
	items map[string]masterdata.Item
}

var dec = num.MustParse

func plant() *pack.Pack {
	p := pack.New()
	p.Site.Code, p.Site.Name = "F1", "一厂"
	item := func(code, kind, tracking string, decimals int) {
		p.Items = append(p.Items, pack.Item{Code: code, Name: strings.ToLower(code), UOM: "pcs", Kind: kind, Tracking: tracking, LotRule: "lot_for_lot", YieldPct: 100 * num.One, Decimals: decimals})
	}
	item("COFFEE", "make", "lot", 0)
	item("PUMP", "make", "serial", 0)
	item("PLAIN", "make", "none", 3)
	item("SHELL", "buy", "lot", 0)
	item("KNOB", "buy", "lot", 0)
	item("KNOB2", "buy", "lot", 0)
	item("SCREW", "buy", "none", 0)
	item("GLUE", "buy", "lot", 3)
	item("BOX", "buy", "none", 0)
	item("LABEL", "buy", "none", 0)
	item("KIT", "phantom", "none", 0)
	item("WIRE", "buy", "none", 2)
	item("OTHER", "buy", "lot", 0)
	line := func(product, item, qty, scrap string, op int, issue string, subs ...string) {
		p.BOMs = append(p.BOMs, pack.BOMLine{Product: product, Version: "1", Role: "component", Item: item, Qty: dec(qty), ScrapPct: dec(scrap), Op: op, Issue: issue, Substitutes: subs})
	}
	line("COFFEE", "SHELL", "1", "0", 10, "pick")
	line("COFFEE", "KNOB", "2", "0", 10, "pick", "KNOB2")
	line("COFFEE", "SCREW", "12", "0.2", 10, "backflush")
	line("COFFEE", "GLUE", "0.333", "2.5", 15, "backflush")
	line("COFFEE", "KIT", "1", "0", 30, "backflush")
	line("COFFEE", "LABEL", "1", "0", 0, "none")
	line("KIT", "BOX", "1", "0", 0, "backflush")
	line("KIT", "WIRE", "0.25", "1", 0, "backflush")
	line("PUMP", "SCREW", "4", "0", 10, "backflush")
	line("PLAIN", "GLUE", "0.1", "0", 0, "backflush")
	p.BOMs = append(p.BOMs, pack.BOMLine{Product: "PLAIN", Version: "1", Role: "byproduct", Item: "OTHER", Qty: dec("0.5"), Issue: "pick"})
	op := func(product string, n int, name, center string, report bool, inspection, transfer string) {
		p.Routings = append(p.Routings, pack.Operation{Product: product, Version: "1", Op: n, Name: name, WorkCenter: center, SetupMin: 10 * num.One, RunMin: dec("1.5"),
			Report: report, Inspection: inspection, TransferLot: dec(transfer), PieceRate: dec("0.8")})
	}
	op("COFFEE", 10, "总装", "LINE", true, "none", "10")
	op("COFFEE", 15, "清洁", "LINE", false, "none", "0")
	op("COFFEE", 20, "老化", "AGE", true, "none", "0")
	op("COFFEE", 30, "包装", "PACK", true, "final", "0")
	op("PUMP", 10, "装配", "LINE", true, "none", "0")
	op("PLAIN", 10, "搅拌", "LINE", true, "none", "0")
	for _, c := range []string{"LINE", "AGE", "PACK"} {
		p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: c, Name: strings.ToLower(c), Calendar: "day", EfficiencyPct: 100 * num.One, Kind: "hand", Capacity: 2})
	}
	p.Machines = append(p.Machines, pack.Machine{Code: "L1", Name: "line 1", WorkCenter: "LINE", SpeedPct: 100 * num.One})
	for day := 1; day <= 6; day++ {
		p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "day", Weekday: day, From: "08:00", To: "12:00"}, pack.CalendarHours{Calendar: "day", Weekday: day, From: "20:00", To: "04:00"})
	}
	p.Warehouses = []pack.Warehouse{{Code: "RM", Name: "原料仓", Kind: "normal", InCosting: true}, {Code: "FG", Name: "成品仓", Kind: "normal", InCosting: true}, {Code: "QA", Name: "待检", Kind: "quarantine", InCosting: true}}
	p.Workers = []pack.Worker{{Code: "W1", Name: "王芳", Badge: "8801"}, {Code: "W2", Name: "李雷", Badge: "8802"}}
	return p
}

// open builds the factory with plenty of material.
func open(t testing.TB, d *db.DB) *floor {
	t.Helper()
	f := bare(t, d)
	f.load(t, plant())
	f.stock(t, "SHELL 400 S-1 2026-09-01", "SHELL 400 S-2 2026-06-01", "KNOB 500 K-1", "KNOB2 300 K-9", "SCREW 20000", "GLUE 300 G-1", "BOX 1000", "WIRE 500", "OTHER 5 O-1")
	return f
}

func bare(t testing.TB, d *db.DB) *floor {
	t.Helper()
	return &floor{Module: production.New(d, inventory.New(d), quality.New(d)), d: d, items: map[string]masterdata.Item{}}
}

func (f *floor) tryLoad(t testing.TB, p *pack.Pack) error {
	t.Helper()
	ctx := kittest.Ctx(t)
	md := masterdata.New()
	faults, err := md.Check(ctx, f.d.Read(), p)
	if err != nil || len(faults) > 0 {
		t.Fatal(faults, err)
	}
	return f.d.InBatch(ctx, "import", func(b *db.Batch) error {
		ctx = masterdata.Loading(ctx, b)
		if err := md.Load(ctx, b, p); err != nil {
			return err
		}
		return f.Load(ctx, b, p)
	}, func(tx *db.Tx, b *db.Batch) error { return md.Publish(ctx, tx, b) })
}

func (f *floor) load(t testing.TB, p *pack.Pack) {
	t.Helper()
	if err := f.tryLoad(t, p); err != nil {
		t.Fatal(err)
	}
	ctx := kittest.Ctx(t)
	s, err := masterdata.DefaultSite(ctx, f.d.Read())
	if err != nil {
		t.Fatal(err)
	}
	f.site = s.ID
	if f.items, err = masterdata.AllItems(ctx, f.d.Read()); err != nil {
		t.Fatal(err)
	}
}

// stock puts material into RM: "SHELL 400 S-1 2026-09-01".
func (f *floor) stock(t testing.TB, rows ...string) {
	t.Helper()
	f.do(t, func(ctx context.Context, tx *db.Tx) error {
		loc, err := masterdata.LocationByCode(ctx, tx, f.site, "RM")
		if err != nil {
			return err
		}
		var puts []inventory.Put
		for _, r := range rows {
			w := append(strings.Fields(r), "", "", "")
			puts = append(puts, inventory.Put{Item: f.items[w[0]].ID, Qty: dec(w[1]), Lot: w[2], ExpiresOn: w[3], Status: w[4], To: inventory.Place{Kind: inventory.Stock, Ref: loc.ID}})
		}
		_, err = f.Inventory.Put(ctx, tx, inventory.Doc{Kind: "adjust", ID: tx.ID(), Number: "A1", Site: f.site}, inventory.Place{Kind: inventory.Adjust}, puts...)
		return err
	})
}

func (f *floor) do(t testing.TB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	kittest.Do(t, f.d, fn)
}

// order makes and releases a work order.
func (f *floor) order(t testing.TB, item, qty string) string {
	t.Helper()
	var number string
	f.do(t, func(ctx context.Context, tx *db.Tx) error {
		o, err := f.CreateOrders(ctx, tx, []production.NewOrder{{Item: f.items[item].ID, Qty: dec(qty), Due: "2026-03-20"}})
		if err != nil {
			return err
		}
		number = o[0].Number
		_, err = f.Release(ctx, tx, production.Release{Orders: []string{number}})
		return err
	})
	return number
}

// run calls a use case in a transaction of its own.
func run[In, Out any](t testing.TB, d *db.DB, use func(context.Context, *db.Tx, In) (Out, error), in In) (out Out, err error) {
	t.Helper()
	ctx := kittest.Ctx(t)
	err = d.InTx(ctx, func(tx *db.Tx) (err error) { out, err = use(ctx, tx, in); return err })
	return out, err
}

func must[In, Out any](t testing.TB, d *db.DB, use func(context.Context, *db.Tx, In) (Out, error), in In) Out {
	t.Helper()
	out, err := run(t, d, use, in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// report is a report in one line: "10 g5 s1 r2", with reasons where they are needed.
func report(order, text string) production.Report {
	r := production.Report{Order: order, Workers: []string{"W1"}}
	for i, w := range strings.Fields(text) {
		if i == 0 {
			fmt.Sscan(w, &r.Op)
			continue
		}
		switch w[0] {
		case 'g':
			r.Good = dec(w[1:])
		case 's':
			r.Scrap, r.ScrapReason = dec(w[1:]), "dimension"
		case 'r':
			r.Rework, r.ReworkReason = dec(w[1:]), "appearance"
		case 'f':
			r.FromRework = true
		}
	}
	return r
}

// issueAll brings all picked material of an order to it.
func (f *floor) issueAll(t testing.TB, order string) {
	t.Helper()
	for _, item := range []string{"SHELL", "KNOB"} {
		must(t, f.d, f.Issue, production.Issue{Order: order, Code: item})
	}
}

func code(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := fault.As(err); ok {
		return e.Code
	}
	return err.Error()
}

// balanced checks what production, inventory and quality promise.
func balanced(t testing.TB, f *floor) {
	t.Helper()
	ctx := kittest.Ctx(t)
	faults, err := f.Verify(ctx, f.d.Read())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range faults {
		t.Error(m)
	}
}

func set(t testing.TB, d *db.DB, name, value string) {
	t.Helper()
	kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { return masterdata.SetSetting(ctx, tx, name, value) })
}

// stockIssue issues more than the norm: "SHELL 12".
func (f *floor) stockIssue(t testing.TB, order string, rows ...string) {
	t.Helper()
	for _, r := range rows {
		item, qty, _ := strings.Cut(r, " ")
		must(t, f.d, f.Issue, production.Issue{Order: order, Code: item, Qty: dec(qty), OverReason: "tolerance"})
	}
}
