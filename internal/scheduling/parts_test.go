package scheduling_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/quality"
	"kaiwu/internal/scheduling"
)

type assembly struct {
	*shop
	inv  *inventory.Module
	buy  *purchasing.Module
	plan *planning.Module
}

// assemble builds a shop on Monday 2026-03-02: a lamp is cut at 10 and put together at 20 of a body and two screws; the
// body is cast of a blank. Screws and blanks are bought.
func assemble(t testing.TB, d *db.DB) *assembly {
	t.Helper()
	p := pack.New()
	p.Site.Code, p.Site.Name = "F1", "一厂"
	for _, i := range []struct{ code, kind string }{{"LAMP", "make"}, {"BODY", "make"}, {"SCREW", "buy"}, {"BLANK", "buy"}} {
		it := pack.Item{Code: i.code, Name: i.code, UOM: "pcs", Kind: i.kind, Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One, LeadDays: 1}
		if i.kind == "buy" {
			it.Supplier = "S1"
		}
		p.Items = append(p.Items, it)
	}
	line := func(product, item string, qty int64, op int, issue string) {
		p.BOMs = append(p.BOMs, pack.BOMLine{Product: product, Version: "1", Role: "component", Item: item, Qty: num.Int(qty), Op: op, Issue: issue})
	}
	line("LAMP", "BODY", 1, 20, "pick")
	line("LAMP", "SCREW", 2, 20, "backflush")
	line("BODY", "BLANK", 1, 0, "pick")
	op := func(item string, n int, center string) {
		p.Routings = append(p.Routings, pack.Operation{Product: item, Version: "1", Op: n, Name: center, WorkCenter: center, RunMin: num.One, Report: true, Inspection: "none"})
		p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: center, Name: center, Calendar: "day", EfficiencyPct: 100 * num.One, Kind: "machine", Capacity: 1})
	}
	op("LAMP", 10, "CUT")
	op("LAMP", 20, "FIT")
	op("BODY", 10, "CAST")
	p.Partners = append(p.Partners, pack.Partner{Code: "S1", Name: "供应商", Kinds: []string{"supplier"}}, pack.Partner{Code: "C1", Name: "客户", Kinds: []string{"customer"}})
	p.Warehouses = append(p.Warehouses, pack.Warehouse{Code: "RM", Name: "原料", Kind: "normal", InCosting: true})
	for day := 1; day <= 5; day++ {
		p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "day", Weekday: day, From: "08:00", To: "17:00"})
	}
	ctx := kittest.Ctx(t)
	md := masterdata.New()
	if err := d.InBatch(ctx, "import", func(b *db.Batch) error {
		ctx = masterdata.Loading(ctx, b)
		return md.Load(ctx, b, p)
	}, func(tx *db.Tx, b *db.Batch) error { return md.Publish(ctx, tx, b) }); err != nil {
		t.Fatal(err)
	}
	items, err := masterdata.AllItems(kittest.Ctx(t), d.Read())
	if err != nil {
		t.Fatal(err)
	}
	inv, qa := inventory.New(d), quality.New(d)
	a := &assembly{shop: &shop{scheduling.New(d), production.New(d, inv, qa), d, items}, inv: inv, buy: purchasing.New(d, inv, qa)}
	a.Master = md
	a.plan = planning.New(d, a.prod, a.buy)
	return a
}

func (a *assembly) stock(t testing.TB, item string, qty int64) {
	t.Helper()
	kittest.Do(t, a.d, func(ctx context.Context, tx *db.Tx) error {
		change := num.Int(qty)
		_, err := a.inv.Adjust(ctx, tx, inventory.AdjustStock{Item: item, Change: &change, Location: "RM", Reason: "initial"})
		return err
	})
}

func (a *assembly) purchase(t testing.TB, item string, qty int64, due string) string {
	t.Helper()
	var number string
	kittest.Do(t, a.d, func(ctx context.Context, tx *db.Tx) error {
		o, err := a.buy.Create(ctx, tx, purchasing.NewOrder{Supplier: "S1", Lines: []purchasing.NewLine{{Item: item, Qty: num.Int(qty), Due: due}}})
		number = o.Number
		return err
	})
	return number
}

// bars plans anew and shows the live schedule: "10 CUT Mon 08:00 now".
func (a *assembly) bars(t testing.TB, mrp bool) map[string][]string {
	t.Helper()
	kittest.ClockOf(a.d).Add(time.Second)
	if mrp {
		if _, err := a.plan.Run(kittest.Ctx(t), planning.RunPlan{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
		t.Fatal(err)
	}
	g, err := a.Gantt(kittest.Ctx(t), a.d.Read(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]string{}
	for _, b := range g.Bars {
		of[b.ID] = b.Order
	}
	out := map[string][]string{}
	for _, b := range g.Bars {
		s := fmt.Sprintf("%d %s %s", b.Op, at(a.shop, b.StartMS), b.Why)
		if b.Part != "" {
			s += " " + b.Part + " " + at(a.shop, b.PartMS)
			if b.PartDoc == "" {
				t.Errorf("nobody says what brings it: %+v", b)
			}
		}
		if b.Why == "children" {
			s += " " + of[b.By]
		}
		out[b.Order] = append(out[b.Order], s)
	}
	return out
}

func same(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// The lamp is cut at once; it is put together when the screws are there, which planning knows of the purchase order. A
// supplier who names another date moves it, a person who says otherwise is believed, and screws in stock hold nobody up.
func TestPartsByPlan(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		a := assemble(t, d)
		a.stock(t, "BODY", 60)
		a.purchase(t, "SCREW", 120, "2026-03-05")
		lamp := a.order(t, "LAMP", 60, "2026-03-09", 5)
		same(t, "no plan yet", a.bars(t, false)[lamp], "10 Mon 08:00 now", "20 Mon 09:00 before")
		same(t, "screws on Thursday", a.bars(t, true)[lamp], "10 Mon 08:00 now", "20 Thu 08:00 parts SCREW Thu 00:00")
		got, err := a.Preview(kittest.Ctx(t), d.Read(), scheduling.Propose{Changes: []scheduling.Change{{Kind: "parts", Order: lamp, Op: 20, FromMS: kittest.Start.UnixMilli()}}})
		if err != nil || len(got.Bars) != 1 || at(a.shop, got.Bars[0].StartMS) != "Mon 09:00" || got.Bars[0].Part != "" {
			t.Errorf("parts at once: %+v %v", got.Bars, err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE po_line SET due = '2026-03-04'`)
			return err
		})
		same(t, "the supplier is quicker", a.bars(t, false)[lamp], "10 Mon 08:00 now", "20 Wed 08:00 parts SCREW Wed 00:00")
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, scheduling.SettingParts, "0")
		})
		same(t, "switched off", a.bars(t, false)[lamp], "10 Mon 08:00 now", "20 Mon 09:00 before")
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, scheduling.SettingParts, "1")
		})
		a.stock(t, "SCREW", 120)
		same(t, "in stock", a.bars(t, true)[lamp], "10 Mon 08:00 now", "20 Mon 09:00 before")
	})
}

// Two levels: the lamp is put together when the order for bodies is done, and that one is cast when the blanks come; a
// planned order that nobody has released counts with the day on which it can be there.
func TestChildOrders(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		a := assemble(t, d)
		a.stock(t, "SCREW", 1000)
		lamp := a.order(t, "LAMP", 60, "2026-03-09", 5)
		got := a.bars(t, true)[lamp] // bodies are only planned, for next Monday: begun today they are there tomorrow
		same(t, "planned bodies", got, "10 Mon 08:00 now", "20 Tue 08:00 parts BODY Tue 00:00")
		body := a.order(t, "BODY", 60, "2026-03-04", 5)
		a.stock(t, "BLANK", 60)
		bars := a.bars(t, true)
		same(t, "body", bars[body], "10 Mon 08:00 now")
		same(t, "lamp", bars[lamp], "10 Mon 08:00 now", "20 Mon 09:00 children "+body)
		d2 := a.order(t, "BODY", 540, "2026-03-03", 1) // takes the caster for the first day
		bars = a.bars(t, true)
		_ = d2
		if b := bars[lamp]; len(b) != 2 || b[0] != "10 Mon 08:00 now" || b[1][:12] == "20 Mon 09:00" {
			t.Errorf("the lamp does not wait for its bodies: %v, bodies %v and %v", b, bars[body], bars[d2])
		}
		// dropping the child in a what-if leaves the parent free
		p, err := a.Preview(kittest.Ctx(t), d.Read(), scheduling.Propose{Changes: []scheduling.Change{{Kind: "drop", Order: d2}, {Kind: "drop", Order: body}}})
		if err != nil {
			t.Fatal(err)
		}
		free := false
		for _, b := range p.Bars {
			free = free || b.Order == lamp && b.Op == 20 && at(a.shop, b.StartMS) == "Mon 09:00"
		}
		if !free {
			t.Errorf("%+v", p.Bars)
		}
	})
}
