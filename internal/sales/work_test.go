package sales_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
	"kaiwu/internal/production"
	"kaiwu/internal/sales"
)

func (s *shop) rules(t testing.TB, rules ...sales.WorkRule) {
	t.Helper()
	must(t, s, func(ctx context.Context, tx *db.Tx) (sales.WorkRules, error) {
		return s.SaveRules(ctx, tx, sales.WorkRules{Rules: rules})
	})
}

// The first rule that fits says which lines go together, where, with which priority, and whether they are released.
func TestWorkByRule(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		for i, c := range []struct {
			rule sales.WorkRule
			want string
		}{
			{sales.WorkRule{Name: " "}, "sales.rule_nameless"},
			{sales.WorkRule{Name: "a", Item: "NONE"}, "masterdata.item_unknown"},
			{sales.WorkRule{Name: "a", Customer: "SF"}, "sales.not_customer"},
			{sales.WorkRule{Name: "a", Site: "F9"}, "masterdata.site_unknown"},
			{sales.WorkRule{Name: "a", WorkCenter: "L9"}, "masterdata.work_center_unknown"},
		} {
			if _, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.WorkRules, error) {
				return s.SaveRules(ctx, tx, sales.WorkRules{Rules: []sales.WorkRule{c.rule}})
			}); code != c.want {
				t.Errorf("%d: %q, want %q", i, code, c.want)
			}
		}
		s.rules(t, sales.WorkRule{Name: "off", Item: "CUP", Grouping: "order"},
			sales.WorkRule{Name: "shop cups", Active: true, Family: "cups", Channel: "taobao", Grouping: "item_day", WorkCenter: "L2", Priority: 2, Release: true},
			sales.WorkRule{Name: "C2", Active: true, Customer: "C2", Grouping: "order"})
		a := s.orderOf(t, "C1", "taobao", "CUP 10 2026-03-20", "CUP 5 2026-03-21", "LAMP 1 2026-03-20")
		b := s.orderOf(t, "C2", "taobao", "CUP 7 2026-03-20")
		c := s.orderOf(t, "C2", "", "MUG 3 2026-03-22", "MUG 4 2026-03-21", "CUP 2 2026-03-25")
		e := s.orderOf(t, "C1", "", "MUG 9 2026-03-20")
		all := sales.MakeWork{Orders: []string{a, b, c, e}}
		p, err := s.PreviewWork(kittest.Ctx(t), d.Read(), all)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, l := range p.Lines {
			got = append(got, fmt.Sprintf("%s %s %s %d %v", l.Item, l.Make, l.Rule, l.Priority, l.Release))
		}
		slices.Sort(got)
		want := []string{"CUP 10 shop cups 2 true", "CUP 2 C2 5 false", "CUP 5 shop cups 2 true", "CUP 7 shop cups 2 true", "LAMP 1  5 false", "MUG 3 C2 5 false", "MUG 4 C2 5 false", "MUG 9  5 false"}
		if !slices.Equal(got, want) || p.Orders != 6 {
			t.Errorf("%d orders: %q", p.Orders, got)
		}
		made := must(t, s, func(ctx context.Context, tx *db.Tx) (sales.WorkMade, error) { return s.MakeWork(ctx, tx, all) })
		type row struct {
			Item     string `db:"code"`
			Qty      int64  `db:"qty"`
			Due      string `db:"due"`
			Priority int64  `db:"priority"`
			Status   string `db:"status"`
			Center   string `db:"center"`
			Ref      string `db:"sales_order"`
		}
		rows, err := db.All[row](kittest.Ctx(t), d.Read(), `SELECT i.code, w.qty / 1000000 AS qty, w.due, w.priority, w.status, c.code AS center, w.sales_order
			FROM v_work_order w JOIN v_item i ON i.id = w.item_id JOIN v_wo_op o ON o.order_id = w.id JOIN v_work_center c ON c.id = o.work_center_id ORDER BY i.code, w.qty`)
		if err != nil {
			t.Fatal(err)
		}
		names := strings.NewReplacer(a, "a", b, "b", c, "c", e, "e")
		text := ""
		for _, r := range rows {
			text += names.Replace(fmt.Sprintf("%s %d %s p%d %s %s [%s]\n", r.Item, r.Qty, r.Due[8:], r.Priority, r.Status, r.Center, r.Ref))
		}
		if text != "CUP 2 25 p5 planned L1 [c]\nCUP 5 21 p2 released L2 [a]\nCUP 17 20 p2 released L2 []\nLAMP 1 20 p5 planned L1 [a]\nMUG 7 21 p5 planned L1 [c]\nMUG 9 20 p5 planned L1 [e]\n" || len(made.Orders) != 6 {
			t.Errorf("made:\n%s", text)
		}
		if got := s.state(t, c); got != "planned | MUG 3 s0 a0 w3 | MUG 4 s0 a0 w4 | CUP 2 s0 a0 w2" {
			t.Error(got)
		}
		if again := must(t, s, func(ctx context.Context, tx *db.Tx) (sales.WorkMade, error) { return s.MakeWork(ctx, tx, all) }); len(again.Orders) != 0 {
			t.Errorf("made twice: %v", again.Orders)
		}
		// what is received of a shared work order serves the lines in their order
		var shared string
		for _, m := range made.Orders {
			if m.Item == "CUP" && m.Lines == 2 {
				shared = m.Number
			}
		}
		s.finish(t, shared, "12")
		if x, y := s.state(t, a), s.state(t, b); !strings.Contains(x, "CUP 10 s0 a10 w0") || y != "in_work | CUP 7 s0 a2 w5" {
			t.Error(x, y)
		}
		s.begin(t, shared, "3")
		must(t, s, func(ctx context.Context, tx *db.Tx) (production.Reported, error) {
			return s.Production.Report(ctx, tx, production.Report{Order: shared, Op: 10, Scrap: dec("2"), ScrapReason: "dimension", Workers: []string{"W1"}})
		})
		if y := s.state(t, b); y != "in_work | CUP 7 s0 a2 w3" {
			t.Error("two were scrapped and will not come:", y)
		}
		// cancelling one of them leaves the other its share
		if _, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.Cancel(ctx, tx, a, sales.Cancel{Reason: "x", Work: []sales.WorkAnswer{{Order: shared, Answer: "cancel"}}})
		}); code != "sales.answer_not_possible" && code != "sales.has_work" && code != "sales.work_begun" {
			t.Errorf("a shared work order was cancelled for one: %q", code)
		}
		s.balanced(t)
	})
}

// From stock, made, or stock first: each line as it is wanted, in one go.
func TestMadeToOrderAndFromStock(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 12 L1")
		so := must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.Create(ctx, tx, sales.NewOrder{Customer: "C1", Lines: []sales.NewLine{
				{Item: "CUP", Qty: dec("5"), Due: "2026-03-20", Supply: "make"},
				{Item: "CUP", Qty: dec("10"), Due: "2026-03-21", Supply: "both"},
				{Item: "CUP", Qty: dec("10"), Due: "2026-03-22", Supply: "both"},
				{Item: "CUP", Qty: dec("3"), Due: "2026-03-23", Supply: "stock"}}})
		}).Number
		made := s.make(t, so)
		if got := s.state(t, so); got != "planned | CUP 5 s0 a0 w5 | CUP 10 s0 a10 w0 | CUP 10 s0 a2 w8 | CUP 3 s0 a0 w0" || len(made.Orders) != 2 {
			t.Error(got, made.Orders)
		}
		s.stock(t, "CUP 9 L2")
		s.allocate(t, so)
		if got := s.state(t, so); !strings.Contains(got, "CUP 5 s0 a0 w5") {
			t.Error("a line that is made took from stock:", got)
		}
		s.balanced(t)
	})
}

// A line that names another version than the one in force on its due date is not made before somebody has answered.
func TestVersionConflict(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		if _, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
			return s.Create(ctx, tx, sales.NewOrder{Lines: []sales.NewLine{{Item: "LAMP", Qty: dec("1"), Due: "2026-03-20", BOMVersion: "Z"}}})
		}); code != "sales.version_unknown" {
			t.Error(code)
		}
		so := s.order(t, "LAMP 4 2026-04-20 A", "LAMP 2 2026-03-20 A", "LAMP 1 2026-04-20 A")
		l := s.track(t, so).Lines[0]
		if c := l.Conflict; c == nil || c.Named != "A" || c.Effective != "B" || c.Answer != "" || len(c.Differs) != 2 {
			t.Fatalf("%+v", c)
		} else if c.Differs[0].Item != "BULB" || *c.Differs[0].Named != dec("1") || c.Differs[0].Effective != nil || c.Differs[1].Item != "LED" || *c.Differs[1].Effective != dec("2") {
			t.Errorf("%+v", c.Differs)
		}
		if s.track(t, so).Lines[1].Conflict != nil {
			t.Error("version A is in force in March")
		}
		made := s.make(t, so)
		if len(made.Orders) != 1 || len(made.Skipped) != 2 || made.Skipped[0].Reason != "version" {
			t.Fatalf("%+v", made)
		}
		answer := func(line int64, a string) string {
			_, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.VersionAnswered, error) {
				return s.AnswerVersion(ctx, tx, so, sales.AnswerVersion{Line: line, Answer: a})
			})
			return code
		}
		if a, b, c := answer(2, "named"), answer(9, "named"), answer(1, "effective"); a != "sales.no_version_conflict" || b != "sales.line_unknown" || c != "" {
			t.Error(a, b, c)
		}
		if code := answer(3, "named"); code != "" {
			t.Error(code)
		}
		s.make(t, so)
		used, err := db.All[string](kittest.Ctx(t), d.Read(), `SELECT bom_version FROM v_work_order ORDER BY qty`)
		if err != nil || strings.Join(used, "") != "AAB" {
			t.Error(used, err)
		}
		if got := answer(1, "named"); got != "sales.version_in_work" {
			t.Error(got)
		}
		s.balanced(t)
	})
}

// Thousands of lines in the background: part by part, and a second run makes nothing twice.
func TestWorkInTheBackground(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		r := job.New(d)
		s.Background(r)
		s.rules(t, sales.WorkRule{Name: "mugs", Active: true, Item: "MUG", Grouping: "item_day"})
		s.many(t, 40, 10)
		bad := s.order(t, "SCREW 5 2026-03-20")
		ctx := kittest.Ctx(t)
		var job1, job2 sales.Started
		job1 = must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Started, error) {
			return s.StartWork(ctx, tx, sales.MakeWork{})
		})
		job2 = must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Started, error) {
			return s.StartWork(ctx, tx, sales.MakeWork{})
		})
		if job1 != job2 {
			t.Error("two people who ask at once share a job")
		}
		for i, want := range []int{200 + 5, 0} {
			if i > 0 {
				job1 = must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Started, error) {
					return s.StartWork(ctx, tx, sales.MakeWork{})
				})
			}
			if err := r.Drain(ctx); err != nil {
				t.Fatal(err)
			}
			type row struct {
				State  string `db:"state"`
				Done   int64  `db:"done"`
				Result string `db:"result"`
				Error  string `db:"error"`
			}
			j, err := db.One[row](ctx, d.Read(), `SELECT state, done, result, error FROM kit_job WHERE id = $1`, job1.Job)
			var out sales.AllMade
			if err != nil || j.State != "done" || json.Unmarshal([]byte(j.Result), &out) != nil || out.Orders != want || out.Skipped["not_made"] != 1 || len(out.Refused) != 0 {
				t.Errorf("run %d: %+v %v", i, j, err)
			}
		}
		if got := s.state(t, bad); got != "open | SCREW 5 s0 a0 w0" {
			t.Error(got)
		}
		s.balanced(t)
	})
}

// many enters n orders of k lines, half cups and half mugs, over five days.
func (s *shop) many(t testing.TB, n, k int) {
	t.Helper()
	for i := range n {
		var rows []string
		for j := range k {
			rows = append(rows, fmt.Sprintf("%s %d 2026-03-%d", []string{"CUP", "MUG"}[j%2], 1+(i+j)%9, 20+(i+j)%5))
		}
		s.order(t, rows...)
	}
}

// No query for each line: ten lines and five hundred take about the same number of statements.
func TestMakeWorkStatements(t *testing.T) {
	count := func(lines int) int64 {
		s := open(t, kittest.SQLite(t, schemas))
		s.many(t, lines/10, 10)
		return kittest.Statements(t, kittest.Ctx(t), func(ctx context.Context) error {
			return s.d.InTx(ctx, func(tx *db.Tx) error {
				out, err := s.MakeWork(ctx, tx, sales.MakeWork{Release: true})
				if err == nil && len(out.Orders) != lines {
					err = fmt.Errorf("%d work orders of %d lines", len(out.Orders), lines)
				}
				return err
			})
		})
	}
	few, many := count(10), count(500)
	t.Logf("10 lines: %d statements, 500 lines: %d", few, many)
	if many > few+40 { // inserts and lists of identifiers are cut into parts
		t.Errorf("10 lines take %d statements, 500 take %d", few, many)
	}
}

// Nor one for each part: a product of five parts and one of two hundred take about the same number of statements.
func TestPartsStatements(t *testing.T) {
	count := func(parts int) int64 {
		s := open(t, kittest.SQLite(t, schemas), func(p *pack.Pack) {
			made := func(code string) {
				p.Items = append(p.Items, pack.Item{Code: code, Name: code, UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One})
				p.Routings = append(p.Routings, pack.Operation{Product: code, Version: "1", Op: 10, WorkCenter: "L1", RunMin: num.One, Report: true, Inspection: "none"})
			}
			made("KIT")
			for i := range parts {
				part := fmt.Sprintf("PART%d", i)
				made(part)
				p.BOMs = append(p.BOMs, pack.BOMLine{Product: "KIT", Version: "1", Role: "component", Item: part, Qty: num.One, Issue: "pick"},
					pack.BOMLine{Product: part, Version: "1", Role: "component", Item: "SCREW", Qty: num.One, Issue: "pick"})
			}
		})
		s.stock(t, "PART0 3", "PART1 10")
		s.order(t, "KIT 10 2026-03-20")
		return kittest.Statements(t, kittest.Ctx(t), func(ctx context.Context) error {
			return s.d.InTx(ctx, func(tx *db.Tx) error {
				out, err := s.MakeWork(ctx, tx, sales.MakeWork{Parts: true})
				if err == nil && (len(out.Orders) != parts || out.Orders[1].Item != "PART0" || out.Orders[1].Qty != dec("7")) { // the kit, and no order for the second part
					err = fmt.Errorf("%d work orders of %d parts: %+v", len(out.Orders), parts, out.Orders[1])
				}
				return err
			})
		})
	}
	few, many := count(5), count(200)
	t.Logf("5 parts: %d statements, 200 parts: %d", few, many)
	if many > few+60 { // inserts and lists of identifiers are cut into parts
		t.Errorf("5 parts take %d statements, 200 take %d", few, many)
	}
}

// BenchmarkMakeWork makes work orders of 5,000 lines as the job does; the budget is 30 s.
func BenchmarkMakeWork(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := open(b, kittest.SQLite(b, schemas))
		s.many(b, 500, 10)
		ctx := kittest.Ctx(b)
		b.StartTimer()
		out, err := s.MakeAll(ctx, s.d.Read(), sales.MakeWork{Release: true}, func(ctx context.Context, fn func(*db.Tx) error) error { return s.d.InTx(ctx, fn) }, func(int64, int64) error { return nil })
		if err != nil || out.Orders != 5000 {
			b.Fatal(out.Orders, err)
		}
	}
}
