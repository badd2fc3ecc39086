package planning_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/sales"
)

// net runs what has changed, perhaps for one item or order only.
func (s *shop) net(t testing.TB, in planning.RunPlan) planning.Result {
	t.Helper()
	in.Mode = planning.NetChanges
	r, err := s.Run(kittest.Ctx(t), in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// looked shows what a net change looked at, as "LAMP demand, BODY above".
func looked(r planning.Result) string {
	var out []string
	for _, x := range r.Net.Items {
		out = append(out, x.Item+" "+strings.Join(x.Why, "+"))
	}
	return strings.Join(out, ", ")
}

// everything is the live plans to the last figure: orders, messages, needs, supplies and pegs.
func (s *shop) everything(t testing.TB) (out []string) {
	t.Helper()
	type order struct {
		Site     string  `db:"site"`
		N        int64   `db:"n"`
		Code     string  `db:"code"`
		Kind     string  `db:"kind"`
		Qty      num.Dec `db:"qty"`
		Yield    num.Dec `db:"yield"`
		Start    string  `db:"start"`
		Due      string  `db:"due"`
		Possible string  `db:"possible"`
		Past     bool    `db:"past"`
		Priority int64   `db:"priority"`
		Level    int64   `db:"level"`
		Version  string  `db:"bom_version"`
		Supplier db.ID   `db:"supplier_id"`
		For      string  `db:"wanted_for"`
		From     db.ID   `db:"from_site_id"`
	}
	type message struct {
		Site  string  `db:"site"`
		Code  string  `db:"code"`
		Act   string  `db:"act"`
		Doc   string  `db:"doc"`
		From  string  `db:"from_day"`
		To    string  `db:"to_day"`
		Qty   num.Dec `db:"qty"`
		Cause string  `db:"cause"`
	}
	type item struct {
		Site    string  `db:"site"`
		Code    string  `db:"code"`
		Stock   num.Dec `db:"stock"`
		Needed  num.Dec `db:"needed"`
		Coming  num.Dec `db:"coming"`
		Planned num.Dec `db:"planned"`
		Short   string  `db:"short_on"`
		Body    string  `db:"body"`
	}
	add := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	const of = ` JOIN mrp_run r ON r.id = x.run_id AND r.live JOIN v_site s ON s.id = r.site_id JOIN v_item i ON i.id = x.item_id `
	add(db.Each(t.Context(), s.d.Read(), `SELECT s.code AS site, x.n, i.code, x.kind, x.qty, x.yield, x.start, x.due, x.possible, x.past, x.priority, x.level, x.bom_version, x.supplier_id, x.wanted_for, x.from_site_id FROM mrp_order x`+of+`ORDER BY s.code, x.n`, nil, func(r *order) error {
		out = append(out, fmt.Sprintf("%+v", *r))
		return nil
	}))
	add(db.Each(t.Context(), s.d.Read(), `SELECT s.code AS site, i.code, x.act, x.doc_kind || ' ' || x.doc_number AS doc, x.from_day, x.to_day, x.qty, x.cause FROM mrp_message x`+of+`ORDER BY s.code, i.code, x.act, x.doc_number, x.doc_line, x.from_day, x.qty`, nil, func(r *message) error {
		out = append(out, fmt.Sprintf("%+v", *r))
		return nil
	}))
	add(db.Each(t.Context(), s.d.Read(), `SELECT s.code AS site, i.code, x.stock, x.needed, x.coming, x.planned, x.short_on, x.body FROM mrp_item x`+of+`ORDER BY s.code, i.code`, nil, func(r *item) error {
		out = append(out, fmt.Sprintf("%+v", *r))
		return nil
	}))
	return out
}

// same checks that a run of everything gives the plan that stands.
func (s *shop) same(t testing.TB, what string) {
	t.Helper()
	got := s.everything(t)
	s.run(t)
	if want := s.everything(t); !slices.Equal(got, want) {
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Fatalf("%s:\n got %s\nwant %s", what, got[i:min(len(got), i+1)], want[i:min(len(want), i+1)])
			}
		}
	}
}

func (s *shop) buy(t testing.TB, item string, qty int64, due string) {
	t.Helper()
	kittest.Do(t, s.d, func(ctx context.Context, tx *db.Tx) error {
		_, err := s.Purchasing.Create(ctx, tx, purchasing.NewOrder{Supplier: "S1", Lines: []purchasing.NewLine{{Item: item, Qty: num.Int(qty), Due: due}}})
		return err
	})
}

func (s *shop) safety(t testing.TB, item string, qty int64) {
	t.Helper()
	d := num.Int(qty)
	s.edit(t, item, "F1", masterdata.ItemValues{SafetyStock: &d})
}

// A planner runs net changes through his day: what has changed is told from the facts, what it does not touch is left
// alone, and the plan is that of a run of everything. For one item or order the rest waits, but for what was released.
func TestNetChange(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := openWith(t, d, func(p *pack.Pack) {
			p.Items = append(p.Items, pack.Item{Code: "DESK", Name: "桌", UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One, LeadDays: 2})
			p.BOMs = append(p.BOMs, pack.BOMLine{Product: "DESK", Version: "1", Role: "component", Item: "SCREW", Qty: num.Int(8), Op: 10, Issue: "pick"})
		})
		ctx := kittest.Ctx(t)
		if r := s.net(t, planning.RunPlan{}); r.Net.Whole != "none" || r.Net.Looked != r.Net.Of || r.Mode != "net" || r.Net.Base != 0 {
			t.Errorf("without a plan: %+v", r.Net)
		}
		s.order(t, "SO1", "LAMP", 10, "2026-03-20", 5)
		s.order(t, "SO2", "DESK", 5, "2026-03-20", 5)
		r := s.net(t, planning.RunPlan{})
		if got := looked(r); got != "BLANK above, BODY above, DESK demand, LAMP demand, SCREW above" || r.Net.Looked != 5 || r.Net.Of != 6 {
			t.Errorf("two orders: %s of %d", got, r.Net.Of)
		}
		s.same(t, "two orders")
		if r = s.net(t, planning.RunPlan{}); r.Net.Looked != 0 || r.Orders == 0 {
			t.Errorf("nothing has changed: %+v", r.Net)
		}
		s.same(t, "nothing")
		before := r.Run
		s.stock(t, "BODY", 4)
		r = s.net(t, planning.RunPlan{})
		if got := looked(r); got != "BLANK above, BODY stock" {
			t.Errorf("stock: %s", got)
		}
		s.same(t, "stock")
		s.buy(t, "SCREW", 30, "2026-03-10")
		if got := looked(s.net(t, planning.RunPlan{})); got != "SCREW supply" {
			t.Errorf("a purchase: %s", got)
		}
		s.safety(t, "BLANK", 7)
		if got := looked(s.net(t, planning.RunPlan{})); got != "BLANK params" {
			t.Errorf("safety stock: %s", got)
		}
		s.same(t, "all of it")

		// for one item the other's change waits, and is found the next time
		s.order(t, "SO3", "LAMP", 3, "2026-03-23", 5)
		s.order(t, "SO4", "DESK", 2, "2026-03-24", 5)
		r = s.net(t, planning.RunPlan{Item: "DESK"})
		if got := looked(r); got != "DESK demand, SCREW above" || r.Net.Left != 1 || r.Net.Item != "DESK" {
			t.Errorf("for desks: %s, %d left", got, r.Net.Left)
		}
		if got := strings.Join(s.planned(t), "; "); strings.Contains(got, "SO3") || !strings.Contains(got, "DESK make 2") {
			t.Errorf("for desks: %s", got)
		}
		// what was released is no more planned, whatever is asked for
		n, _, err := db.Get[int64](ctx, d.Read(), `SELECT o.n + 1 FROM mrp_order o JOIN mrp_run r ON r.id = o.run_id AND r.live JOIN v_item i ON i.id = o.item_id WHERE i.code = 'LAMP'`)
		if err != nil {
			t.Fatal(err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Release(ctx, tx, planning.Release{Orders: []int64{n}})
			return err
		})
		r = s.net(t, planning.RunPlan{Order: "SO4"})
		if got := strings.Join(s.planned(t), "; "); strings.Contains(got, "LAMP make 10") {
			t.Errorf("a released order is planned again: %s (%s)", got, looked(r))
		}
		s.order(t, "SO5", "DESK", 1, "2026-03-25", 5)
		s.order(t, "SO6", "LAMP", 1, "2026-03-25", 5)
		if r = s.net(t, planning.RunPlan{Order: "SO6"}); r.Net.Left != 1 || r.Net.Order != "SO6" {
			t.Errorf("for SO6: %s, %d left", looked(r), r.Net.Left)
		}
		if got := looked(s.net(t, planning.RunPlan{})); got != "DESK demand, SCREW above" {
			t.Errorf("what waited: %s", got)
		}
		s.same(t, "what waited")

		// it is a plan like any other: it is kept, shows how it was made, and compares
		live := s.net(t, planning.RunPlan{})
		shown, err := s.PlanRun(ctx, d.Read(), live.Run)
		if err != nil || shown.Mode != "net" || shown.Net == nil || shown.Net.Base == 0 {
			t.Errorf("shown %+v, %v", shown, err)
		}
		if c, err := s.Compare(ctx, d.Read(), shown.Net.Base, live.Run); err != nil || len(c.Items) != 0 {
			t.Errorf("compared %+v, %v", c.Items, err)
		}
		if n, _, err := db.Get[int64](ctx, d.Read(), `SELECT count(DISTINCT run_id) FROM mrp_memory`); err != nil || n != 1 {
			t.Errorf("%d plans are remembered, %v", n, err)
		}

		refused(t, s.StoreOnto(ctx, before), "planning.net_moved")
		if got := s.net(t, planning.RunPlan{}); got.Net.Base != live.Run {
			t.Errorf("a refused run has taken the place of the live one")
		}
		_, err = s.Run(ctx, planning.RunPlan{Item: "LAMP"})
		refused(t, err, "planning.net_only")
		_, err = s.Run(ctx, planning.RunPlan{Mode: "net", Order: "SO99"})
		refused(t, err, "planning.net_order")
		_, err = s.Run(ctx, planning.RunPlan{Mode: "net", Item: "NIL"})
		refused(t, err, "masterdata.item_unknown")

		// another day, another setting: everything is looked at, and said to be
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, planning.SettingExpedite, "3")
		})
		if r = s.net(t, planning.RunPlan{}); r.Net.Whole != "settings" || r.Net.Looked != r.Net.Of {
			t.Errorf("another setting: %+v", r.Net)
		}
		s.same(t, "another setting")
	})
}

// Whatever happens in a random factory, a net change gives the plan of a run of everything to the last unit and date.
func TestNetChangeProperty(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		r := rand.New(rand.NewPCG(3, 4))
		s.run(t)
		day := func() string { return fmt.Sprintf("2026-03-%02d", 3+r.IntN(26)) }
		sold, gone := 0, 0
		for round := range 14 {
			for range 1 + r.IntN(3) {
				switch r.IntN(7) {
				case 0, 1:
					sold++
					s.order(t, fmt.Sprintf("SO%d", sold), []string{"LAMP", "BODY", "SCREW"}[r.IntN(3)], int64(1+r.IntN(20)), day(), int64(1+r.IntN(9)))
				case 2:
					s.stock(t, []string{"LAMP", "BODY", "SCREW", "BLANK"}[r.IntN(4)], int64(1+r.IntN(6)))
				case 3:
					s.buy(t, []string{"SCREW", "BLANK"}[r.IntN(2)], int64(1+r.IntN(30)), day())
				case 4:
					s.safety(t, []string{"LAMP", "BODY", "SCREW", "BLANK"}[r.IntN(4)], int64(r.IntN(8)))
				case 5:
					kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
						_, err := s.Enter(ctx, tx, planning.NewDemand{Item: "BODY", Due: day(), Qty: num.Int(int64(1 + r.IntN(9)))})
						return err
					})
				case 6:
					if sold > gone {
						gone = sold
						kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
							_, err := s.sales.Cancel(ctx, tx, fmt.Sprintf("SO%d", sold), sales.Cancel{Reason: "不要了"})
							return err
						})
					}
				}
			}
			if x := s.net(t, planning.RunPlan{}); x.Net.Whole != "" {
				t.Fatalf("round %d: %+v", round, x.Net)
			}
			s.same(t, fmt.Sprint("round ", round))
		}
	})
}

// Sites that bring each other items are planned together by a net change too, and each is told of its own items.
func TestNetChangeBetweenSites(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.second(t)
		s.run(t)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.sales.Create(ctx, tx, sales.NewOrder{Site: "F2", Number: "SO1", Customer: "C1", Lines: []sales.NewLine{{Item: "BODY", Qty: num.Int(4), Due: "2026-03-25"}}})
			return err
		})
		r := s.net(t, planning.RunPlan{})
		if got := looked(r); got != "BLANK above, BODY above" {
			t.Errorf("at F1: %s", got)
		}
		type row struct {
			Site   string `db:"code"`
			Looked int64  `db:"looked"`
			Of     int64  `db:"of_items"`
		}
		rows, err := db.All[row](t.Context(), d.Read(), `SELECT s.code, r.looked, r.of_items FROM mrp_run r JOIN v_site s ON s.id = r.site_id WHERE r.live ORDER BY s.code`)
		if err != nil || fmt.Sprint(rows) != "[{F1 2 5} {F2 1 5}]" {
			t.Errorf("%v, %v", rows, err)
		}
		s.same(t, "two sites")
		// asked for at the other end it is the same plan, with other numbers: everything is looked at
		if x := s.net(t, planning.RunPlan{Site: "F2"}); x.Net.Whole != "sites" || x.Site != "F2" {
			t.Errorf("from the other end: %+v", x.Net)
		}
	})
}
