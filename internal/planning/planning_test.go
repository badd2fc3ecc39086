package planning_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/quality"
	"kaiwu/internal/sales"
)

var schemas = []db.Schema{{Room: "masterdata", FS: masterdata.Schema}, {Room: "inventory", FS: inventory.Schema}, {Room: "quality", FS: quality.Schema}, {Room: "purchasing", FS: purchasing.Schema},
	{Room: "production", FS: production.Schema}, {Room: "sales", FS: sales.Schema}, {Room: "planning", FS: planning.Schema}, {Room: "kit", FS: notice.Schema}}

type shop struct {
	*planning.Module
	d     *db.DB
	inv   *inventory.Module
	sales *sales.Module
}

// open builds a shop on Monday 2026-03-02: a lamp is made of a body (2 working days) and two screws (bought, 5 days, by
// tens), the body of a blank (bought, 3 days).
func open(t testing.TB, d *db.DB) *shop { return openWith(t, d, func(*pack.Pack) {}) }

// openWith builds it with a change.
func openWith(t testing.TB, d *db.DB, change func(*pack.Pack)) *shop {
	t.Helper()
	p := pack.New()
	p.Site.Code, p.Site.Name = "F1", "一厂"
	item := func(code, kind string, lead int, supplier string) *pack.Item {
		p.Items = append(p.Items, pack.Item{Code: code, Name: code + "名", UOM: "pcs", Kind: kind, Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One, LeadDays: lead, Supplier: supplier})
		return &p.Items[len(p.Items)-1]
	}
	item("LAMP", "make", 2, "")
	item("BODY", "make", 1, "")
	item("SCREW", "buy", 5, "S1").LotMultiple = num.Int(10)
	item("BLANK", "buy", 3, "S1")
	item("ORPHAN", "buy", 1, "")
	for _, l := range []struct {
		product, item string
		qty           int64
	}{{"LAMP", "BODY", 1}, {"LAMP", "SCREW", 2}, {"BODY", "BLANK", 1}} {
		p.BOMs = append(p.BOMs, pack.BOMLine{Product: l.product, Version: "1", Role: "component", Item: l.item, Qty: num.Int(l.qty), Op: 10, Issue: "pick"})
	}
	for _, i := range []string{"LAMP", "BODY"} {
		p.Routings = append(p.Routings, pack.Operation{Product: i, Version: "1", Op: 10, Name: "装", WorkCenter: "W", RunMin: num.One, Report: true, Inspection: "none"})
	}
	p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: "W", Name: "W", EfficiencyPct: 100 * num.One, Kind: "machine", Capacity: 1})
	p.Partners = append(p.Partners, pack.Partner{Code: "S1", Name: "供应商", Kinds: []string{"supplier"}}, pack.Partner{Code: "S2", Name: "另一家", Kinds: []string{"supplier"}}, pack.Partner{Code: "C1", Name: "客户", Kinds: []string{"customer"}})
	p.Warehouses = append(p.Warehouses, pack.Warehouse{Code: "RM", Name: "原料", Kind: "normal", InCosting: true})
	for day := 1; day <= 5; day++ {
		p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "site", Weekday: day, From: "08:00", To: "17:00"})
	}
	change(p)
	ctx := kittest.Ctx(t)
	md := masterdata.New()
	if err := d.InBatch(ctx, "import", func(b *db.Batch) error {
		ctx = masterdata.Loading(ctx, b)
		return md.Load(ctx, b, p)
	}, func(tx *db.Tx, b *db.Batch) error { return md.Publish(ctx, tx, b) }); err != nil {
		t.Fatal(err)
	}
	inv, qa := inventory.New(d), quality.New(d)
	buy, prod := purchasing.New(d, inv, qa), production.New(d, inv, qa)
	so := sales.New(d, inv, prod)
	plan := planning.New(d, prod, buy)
	plan.Sales = so
	return &shop{plan, d, inv, so}
}

func (s *shop) order(t testing.TB, number, item string, qty int64, due string, priority int64) {
	t.Helper()
	kittest.Do(t, s.d, func(ctx context.Context, tx *db.Tx) error {
		_, err := s.sales.Create(ctx, tx, sales.NewOrder{Number: number, Customer: "C1", Lines: []sales.NewLine{{Item: item, Qty: num.Int(qty), Due: due, Priority: priority}}})
		return err
	})
}

func (s *shop) stock(t testing.TB, item string, qty int64) {
	t.Helper()
	kittest.Do(t, s.d, func(ctx context.Context, tx *db.Tx) error {
		change := num.Int(qty)
		_, err := s.inv.Adjust(ctx, tx, inventory.AdjustStock{Item: item, Change: &change, Location: "RM", Reason: "initial"})
		return err
	})
}

func (s *shop) run(t testing.TB) planning.Result {
	t.Helper()
	r, err := s.Run(kittest.Ctx(t), planning.RunPlan{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// planned shows the live plan, as "LAMP make 10 2026-03-05>2026-03-09 SO1".
func (s *shop) planned(t testing.TB) (out []string) {
	t.Helper()
	type row struct {
		Code  string  `db:"code"`
		Kind  string  `db:"kind"`
		Qty   num.Dec `db:"qty"`
		Start string  `db:"start"`
		Due   string  `db:"due"`
		Can   string  `db:"possible"`
		For   string  `db:"wanted_for"`
	}
	rows, err := db.All[row](t.Context(), s.d.Read(), `SELECT i.code, o.kind, o.qty, o.start, o.due, o.possible, o.wanted_for FROM mrp_order o JOIN mrp_run r ON r.id = o.run_id JOIN v_item i ON i.id = o.item_id WHERE r.live ORDER BY o.n`)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		can := ""
		if r.Can != r.Due {
			can = " can " + r.Can[5:]
		}
		out = append(out, fmt.Sprintf("%s %s %s %s>%s%s %s", r.Code, r.Kind, r.Qty, r.Start[5:], r.Due[5:], can, r.For))
	}
	return out
}

func (s *shop) messages(t testing.TB) (out []string) {
	t.Helper()
	type row struct {
		Act    string `db:"act"`
		Code   string `db:"code"`
		Number string `db:"doc_number"`
		From   string `db:"from_day"`
		To     string `db:"to_day"`
		Cause  string `db:"cause"`
	}
	rows, err := db.All[row](t.Context(), s.d.Read(), `SELECT x.act, i.code, x.doc_number, x.from_day, x.to_day, x.cause FROM mrp_message x JOIN mrp_run r ON r.id = x.run_id JOIN v_item i ON i.id = x.item_id WHERE r.live ORDER BY x.act, i.code, x.doc_number`)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		out = append(out, strings.TrimRight(fmt.Sprintf("%s %s %s %s>%s %s", r.Act, r.Code, r.Number, r.From, r.To, r.Cause), " "))
	}
	return out
}

func refused(t testing.TB, err error, code string) {
	t.Helper()
	if f, ok := fault.As(err); !ok || f.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

// An order is planned down to the last part, released, and planned no second time; what it became leads back to it.
func TestFromOrderToDocuments(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.stock(t, "BODY", 4)
		s.stock(t, "SCREW", 3)
		s.order(t, "SO1", "LAMP", 10, "2026-03-20", 5)
		s.run(t)
		want := []string{"LAMP make 10 03-18>03-20 SO1", "BODY make 6 03-17>03-18 SO1", "SCREW buy 20 03-13>03-18 SO1", "BLANK buy 6 03-14>03-17 SO1"}
		if got := s.planned(t); !slices.Equal(got, want) {
			t.Fatalf("planned %q", got)
		}
		why, err := s.Why(ctx, d.Read(), "", 3)
		if err != nil {
			t.Fatal(err)
		}
		var steps []string
		for _, x := range why.Steps {
			steps = append(steps, fmt.Sprintf("%s %s=%s", x.Code, x.Qty, x.Sum))
		}
		if got := strings.Join(steps, " "); got != "needed 20=20 stock -3=17 multiple 3=20" {
			t.Errorf("the arithmetic of 20 screws is %s", got)
		}
		up, err := s.Trace(ctx, d.Read(), &planning.AskTrace{Item: "BLANK", Kind: "planned", N: 4})
		if err != nil {
			t.Fatal(err)
		}
		if len(up.Up) != 1 || up.Up[0].Entry.For != "BODY" || len(up.Up[0].Branches) != 1 || up.Up[0].Branches[0].Branches[0].Entry.Number != "SO1" {
			t.Errorf("the blank is for %+v", up.Up)
		}
		down, err := s.Trace(ctx, d.Read(), &planning.AskTrace{Item: "LAMP", Kind: "sales_order", Number: "SO1", Line: 1})
		if err != nil {
			t.Fatal(err)
		}
		if text := fmt.Sprint(down.Down); !strings.Contains(text, "BLANK") || !strings.Contains(text, "SCREW") {
			t.Errorf("the order is made of %s", text)
		}

		var made planning.Released
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			made, err = s.Release(ctx, tx, planning.Release{Orders: []int64{1, 2, 3, 4}})
			return err
		})
		var docs []string
		for _, x := range made.Documents {
			docs = append(docs, fmt.Sprintf("%s %v", x.Kind, x.From))
		}
		if got := strings.Join(docs, "; "); got != "work_order [#1]; work_order [#2]; requisition [#3]; requisition [#4]" {
			t.Errorf("released as %s", got)
		}
		if o, _, err := db.Get[string](ctx, d.Read(), `SELECT sales_order FROM v_work_order WHERE number = $1`, made.Documents[0].Number); err != nil || o != "SO1" {
			t.Errorf("the lamp's work order is for %q, %v", o, err)
		}
		err = d.InTx(ctx, func(tx *db.Tx) error {
			_, err := s.Release(ctx, tx, planning.Release{Orders: []int64{1}})
			return err
		})
		refused(t, err, "planning.taken")
		s.run(t)
		if got := s.planned(t); len(got) != 0 {
			t.Errorf("planned again: %q", got)
		}
		var bought purchasing.OrdersMade
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			bought, err = s.Purchasing.OrderAll(ctx, tx, purchasing.OrderRequisitions{Numbers: []string{made.Documents[2].Number, made.Documents[3].Number}})
			return err
		})
		if len(bought.Orders) != 1 {
			t.Errorf("bought by %v", bought)
		}
		err = d.InTx(ctx, func(tx *db.Tx) error {
			_, err := s.Purchasing.OrderAll(ctx, tx, purchasing.OrderRequisitions{Numbers: []string{made.Documents[2].Number}})
			return err
		})
		refused(t, err, "purchasing.requisition_over")
		s.run(t)
		if got := s.planned(t); len(got) != 0 {
			t.Errorf("planned again after buying: %q", got)
		}
		if got := s.messages(t); len(got) != 0 {
			t.Errorf("messages: %q", got)
		}

		// the customer wants less: what exists is too much
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE so_line SET qty = $1`, num.Int(2))
			return err
		})
		s.run(t)
		if got := s.messages(t); !slices.ContainsFunc(got, func(m string) bool { return strings.HasPrefix(m, "reduce LAMP") }) {
			t.Errorf("nobody is told that the order is too big: %q", got)
		}
	})
}

// What cannot be there in time is said, with the day that is possible and the part that makes it so.
func TestLate(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.order(t, "SO1", "LAMP", 10, "2026-03-05", 5)
		r := s.run(t)
		want := []string{"LAMP make 10 03-03>03-05 can 03-11 SO1", "BODY make 10 03-02>03-03 can 03-06 SO1", "SCREW buy 20 02-26>03-03 can 03-07 SO1", "BLANK buy 10 02-27>03-02 can 03-05 SO1"}
		if got := s.planned(t); !slices.Equal(got, want) {
			t.Errorf("planned %q", got)
		}
		if r.Late != 1 || r.Past != 2 {
			t.Errorf("%+v", r)
		}
		if got := s.messages(t); !slices.Equal(got, []string{"late LAMP SO1 2026-03-05>2026-03-11 SCREW"}) {
			t.Errorf("messages %q", got)
		}
	})
}

// A firm order is supply in the next run, can be changed, split and withdrawn, and says what it was merged from.
func TestFirm(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.order(t, "SO1", "LAMP", 10, "2026-03-18", 5)
		s.order(t, "SO2", "LAMP", 5, "2026-03-20", 5)
		s.run(t)
		var firm planning.Firmed
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			firm, err = s.Firm(ctx, tx, planning.MakeFirm{Pick: planning.Pick{Orders: []int64{1, 2}}, Merge: "week"})
			return err
		})
		if len(firm.Orders) != 1 {
			t.Fatalf("%v", firm)
		}
		s.run(t)
		if got := s.planned(t); slices.ContainsFunc(got, func(r string) bool { return strings.HasPrefix(r, "LAMP") }) || len(got) != 3 {
			t.Errorf("planned %q", got)
		}
		sources, _, err := db.Get[string](ctx, d.Read(), `SELECT sources FROM mrp_firm WHERE number = $1`, firm.Orders[0])
		if err != nil || !strings.Contains(sources, `"SO1"`) || !strings.Contains(sources, `"SO2"`) {
			t.Errorf("made for %s, %v", sources, err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			firm, err = s.Split(ctx, tx, firm.Orders[0], planning.SplitFirm{Qty: num.Int(5), Due: "2026-03-20"})
			return err
		})
		qty := num.Int(6)
		err = d.InTx(ctx, func(tx *db.Tx) error {
			_, err := s.Edit(ctx, tx, firm.Orders[0], planning.EditFirm{Version: 1, Qty: &qty})
			return err
		})
		refused(t, err, "planning.firm_changed")
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			_, err = s.Withdraw(ctx, tx, firm.Orders[1], "")
			return err
		})
		s.run(t)
		if got := s.planned(t); !slices.Contains(got, "LAMP make 5 03-18>03-20 SO2") {
			t.Errorf("planned %q", got)
		}
		// what was split off is not free a second time when the rest is given up
		n, err := db.One[int64](ctx, d.Read(), `SELECT o.n FROM mrp_order o JOIN mrp_run r ON r.id = o.run_id JOIN v_item i ON i.id = o.item_id WHERE r.live AND i.code = 'LAMP'`)
		if err != nil {
			t.Fatal(err)
		}
		for _, split := range []bool{false, true} {
			var held planning.Firmed
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
				if held, err = s.Firm(ctx, tx, planning.MakeFirm{Pick: planning.Pick{Orders: []int64{n + 1}}}); err != nil || !split {
					return err
				}
				held, err = s.Split(ctx, tx, held.Orders[0], planning.SplitFirm{Qty: num.Int(2)})
				return err
			})
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := s.Withdraw(ctx, tx, held.Orders[0], "")
				return err
			})
			if state, err := db.One[string](ctx, d.Read(), `SELECT o.state FROM mrp_order o JOIN mrp_run r ON r.id = o.run_id WHERE r.live AND o.n = $1`, n); err != nil || (state == "planned") == split {
				t.Errorf("split %v: given up it is %s, %v", split, state, err)
			}
			if split {
				kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
					_, err := s.Withdraw(ctx, tx, held.Orders[1], "")
					return err
				})
			}
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			_, err = s.Release(ctx, tx, planning.Release{Firm: firm.Orders[:1]})
			return err
		})
		err = d.InTx(ctx, func(tx *db.Tx) error {
			_, err := s.Release(ctx, tx, planning.Release{Firm: firm.Orders[:1]})
			return err
		})
		refused(t, err, "planning.firm_over")
		cmp, err := s.Compare(ctx, d.Read(), runs(t, d)[1], runs(t, d)[0])
		if err != nil || len(cmp.Items) == 0 || cmp.Items[0].Item != "LAMP" {
			t.Errorf("%+v, %v", cmp.Items, err)
		}
	})
}

func runs(t testing.TB, d *db.DB) []db.ID {
	t.Helper()
	ids, err := db.All[db.ID](t.Context(), d.Read(), `SELECT id FROM mrp_run ORDER BY recorded_ms DESC, id DESC`)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// Of two planners who release the same order at once one wins, and the other is told what it became.
func TestReleaseRace(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.order(t, "SO1", "LAMP", 10, "2026-03-20", 5)
		s.run(t)
		said := make(chan error)
		for range 4 {
			go func() {
				said <- d.InTx(ctx, func(tx *db.Tx) error {
					_, err := s.Release(ctx, tx, planning.Release{Orders: []int64{1, 3}})
					return err
				})
			}()
		}
		won := 0
		for range 4 {
			if err := <-said; err == nil {
				won++
			} else {
				refused(t, err, "planning.taken")
			}
		}
		orders, _ := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM v_work_order`)
		asked, _ := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM v_requisition`)
		if won != 1 || orders != 1 || asked != 1 {
			t.Errorf("%d won, %d work orders, %d requisitions", won, orders, asked)
		}
	})
}

// What has no supplier is not ordered, and nothing of the batch is; a wrong demand names field, value and way out.
func TestRefusals(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		_, err := s.Item(ctx, d.Read(), "LAMP", "")
		refused(t, err, "planning.no_plan")
		enter := func(in planning.NewDemand) error {
			return d.InTx(ctx, func(tx *db.Tx) error { _, err := s.Enter(ctx, tx, in); return err })
		}
		refused(t, enter(planning.NewDemand{Item: "LAMP", Due: "2026-02-01", Qty: num.One}), "planning.date_past")
		refused(t, enter(planning.NewDemand{Item: "LAMP", Due: "soon", Qty: num.One}), "planning.date_bad")
		refused(t, enter(planning.NewDemand{Item: "LAMP", Due: "9999-12-31", Qty: num.One}), "planning.date_far")
		refused(t, enter(planning.NewDemand{Item: "LAMP", Due: "2026-04-01"}), "planning.qty_not_positive")
		refused(t, enter(planning.NewDemand{Item: "NONE", Due: "2026-04-01", Qty: num.One}), "masterdata.item_unknown")
		if err := enter(planning.NewDemand{Item: "ORPHAN", Due: "2026-04-01", Qty: num.One}); err != nil {
			t.Fatal(err)
		}
		if err := enter(planning.NewDemand{Item: "LAMP", Due: "2026-04-01", Qty: num.One}); err != nil {
			t.Fatal(err)
		}
		s.run(t)
		if got := s.messages(t); !slices.Contains(got, "no_supplier ORPHAN  2026-03-31>") {
			t.Errorf("messages %q", got)
		}
		orders := len(s.planned(t))
		var all []int64
		for n := range orders {
			all = append(all, int64(n+1))
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO kit_setting (name, value) VALUES ('planning.buy_as', 'order')`)
			return err
		})
		err = d.InTx(ctx, func(tx *db.Tx) error { _, err := s.Release(ctx, tx, planning.Release{Orders: all}); return err })
		refused(t, err, "planning.no_supplier")
		if n, _ := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM v_work_order`); n != 0 {
			t.Error("a part of the batch was released")
		}
		screw := slices.IndexFunc(s.planned(t), func(r string) bool { return strings.HasPrefix(r, "SCREW") })
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			made, err := s.Release(ctx, tx, planning.Release{Orders: []int64{int64(screw + 1)}})
			if err == nil && (len(made.Documents) != 1 || made.Documents[0].Kind != "purchase_order") {
				t.Errorf("%+v", made)
			}
			return err
		})
		err = d.InTx(ctx, func(tx *db.Tx) error { _, err := s.Release(ctx, tx, planning.Release{Orders: []int64{99}}); return err })
		refused(t, err, "planning.order_unknown")
		err = d.InTx(ctx, func(tx *db.Tx) error {
			_, err := s.Firm(ctx, tx, planning.MakeFirm{Pick: planning.Pick{Run: 1, Orders: []int64{1}}})
			return err
		})
		refused(t, err, "planning.plan_changed")
	})
}

// A what-if shows what would move and leaves everything as it is; adopted, its demands are real.
func TestScenario(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.order(t, "SO1", "LAMP", 10, "2026-03-20", 5)
		s.run(t)
		before := s.planned(t)
		ten, two := num.Int(10), 20
		begin := func(changes ...planning.Change) (out planning.Scenario, err error) {
			err = d.InTx(ctx, func(tx *db.Tx) error {
				out, err = s.CreateScenario(ctx, tx, planning.NewScenario{Name: "大单", Changes: changes})
				return err
			})
			return out, err
		}
		_, err := begin(planning.Change{Kind: "demand", Item: "LAMP"})
		refused(t, err, "planning.change_bad")
		lost, err := begin(planning.Change{Kind: "supply", Number: "PO-NONE", Gone: true})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.RunScenario(ctx, lost.Number)
		refused(t, err, "planning.change_names_nothing")

		w, err := begin(planning.Change{Kind: "demand", Item: "LAMP", Qty: &ten, Day: "2026-03-18"}, planning.Change{Kind: "item", Item: "SCREW", Lead: &two}, planning.Change{Kind: "order", Number: "SO1", Day: "2026-03-19"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.RunScenario(ctx, w.Number)
		if err != nil || got.Stale || got.Diff == nil {
			t.Fatalf("%+v, %v", got, err)
		}
		if len(got.Diff.Items) != 4 || got.Diff.Items[0].Item != "LAMP" || got.Diff.Items[0].QtyIs != num.Int(20) {
			t.Errorf("%+v", got.Diff.Items)
		}
		if len(got.Diff.Late) != 2 || got.Diff.Late[1].Number != "SO1" || got.Diff.Late[1].Is != "2026-03-25" || got.Diff.Late[1].Cause != "SCREW" {
			t.Errorf("late: %+v", got.Diff.Late)
		}
		if after := s.planned(t); !slices.Equal(before, after) {
			t.Errorf("the live plan moved: %q", after)
		}
		var adopted planning.Adopted
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			adopted, err = s.Adopt(ctx, tx, w.Number, 0)
			return err
		})
		if adopted.Done != 3 || len(adopted.Left) != 0 {
			t.Errorf("%+v", adopted)
		}
		err = d.InTx(ctx, func(tx *db.Tx) error { _, err := s.Adopt(ctx, tx, w.Number, 0); return err })
		refused(t, err, "planning.scenario_over")
		s.run(t)
		if after := s.planned(t); len(after) != 5 && !slices.ContainsFunc(after, func(r string) bool { return strings.Contains(r, "大单") }) {
			t.Errorf("planned %q", after)
		}
	})
}

// What was ordered month by month gives a forecast with its error; adopted, it is a demand until orders eat it up.
func TestForecast(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		for month := 1; month <= 24; month++ {
			year, m := 2024+(month+1)/12, (month+1)%12+1 // from 2024-03 to 2026-02
			s.order(t, fmt.Sprintf("H%d", month), "LAMP", 100, fmt.Sprintf("%04d-%02d-15", year, m), 5)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE so_line SET shipped = qty`)
			return err
		})
		p, err := s.Propose(ctx, d.Read(), &planning.AskForecast{Months: 3, Past: 36}, d.Now())
		if err != nil || len(p.Items) != 1 {
			t.Fatalf("%+v, %v", p, err)
		}
		x := p.Items[0]
		if len(x.Past) != 24 || len(x.Coming) != 3 || x.Coming[0].Date != "2026-03-01" || x.Coming[2].Qty != num.Int(100) || x.Error != 0 || x.Tested != 6 {
			t.Errorf("%+v", x)
		}
		set := func(lines ...sales.SetForecast) (out sales.ForecastsSet, err error) {
			err = d.InTx(ctx, func(tx *db.Tx) error {
				out, err = s.sales.SetForecasts(ctx, tx, sales.SetForecasts{Lines: lines})
				return err
			})
			return out, err
		}
		if _, err := set(sales.SetForecast{Item: "LAMP", Date: "2026-04-01", Qty: num.Int(100)}); err != nil {
			t.Fatal(err)
		}
		again, err := set(sales.SetForecast{Item: "LAMP", Date: "2026-04-01", Qty: num.Int(80)})
		if err != nil || again.Gone != 1 || again.Was[0].Qty != num.Int(100) {
			t.Errorf("%+v, %v", again, err)
		}
		err = d.InTx(ctx, func(tx *db.Tx) error {
			out, err := s.sales.SetForecasts(ctx, tx, sales.SetForecasts{Month: true, Lines: []sales.SetForecast{{Item: "LAMP", Date: "2026-04-20", Qty: num.Int(9)}}})
			if err == nil && (out.Gone != 1 || out.Set != 1) {
				t.Errorf("the month's forecast stays beside: %+v", out)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := set(sales.SetForecast{Item: "LAMP", Date: "2026-04-20"}, sales.SetForecast{Item: "LAMP", Date: "2026-04-01", Qty: num.Int(80)}); err != nil {
			t.Fatal(err)
		}
		_, err = set(sales.SetForecast{Item: "LAMP", Date: "2026-05-01", Qty: num.Int(1)}, sales.SetForecast{Item: "LAMP", Date: "2026-05-01", Qty: num.Int(2)})
		refused(t, err, "sales.forecast_twice")
		_, err = set(sales.SetForecast{Item: "LAMP", Date: "soon", Qty: num.Int(1)})
		refused(t, err, "sales.forecast_date")
		s.order(t, "SO1", "LAMP", 30, "2026-04-10", 5)
		s.run(t)
		if got := s.planned(t); !slices.Contains(got, "LAMP make 50 03-30>04-01 2026-04-01") || !slices.Contains(got, "LAMP make 30 04-08>04-10 SO1") {
			t.Errorf("planned %q", got)
		}
	})
}

func TestHTTP(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	s := open(t, d)
	s.order(t, "SO1", "LAMP", 10, "2026-03-05", 5)
	s.run(t)
	a := web.New(http.NewServeMux(), d)
	a.Messages(planning.Messages, masterdata.Messages)
	s.Routes(a)
	for _, path := range []string{"/planning/orders", "/planning/items", "/planning/messages", "/planning/runs", "/planning/firm", "/planning/demands", "/planning/items/LAMP", "/planning/orders/1/why",
		"/planning/trace?item=LAMP&kind=sales_order&number=SO1"} {
		webtest.Must(t, a.Handler(), webtest.Boss(), "GET", path, nil)
	}
	for _, path := range []string{"/planning/orders", "/planning/items", "/planning/messages"} { // by site
		at := func(site string) (string, string) {
			j := webtest.Must(t, a.Handler(), webtest.Boss(), "GET", path+"?limit=500&filter=site:eq:"+site, nil)
			return j.Str("items", 0, "site"), j.Str("items", 0, "id")
		}
		first := webtest.Must(t, a.Handler(), webtest.Boss(), "GET", path+"?limit=500", nil).Str("items", 0, "id")
		if site, id := at("F1"); site != "F1" || id == "" || id != first {
			t.Errorf("%s at F1: %s %s, first %s", path, site, id, first)
		}
		if site, id := at("F2"); id != "" {
			t.Errorf("%s at F2: %s %s", path, site, id)
		}
	}
	webtest.Refused(t, a.Handler(), webtest.Person("operator"), "GET", "/planning/orders", nil, "web.forbidden")
}
