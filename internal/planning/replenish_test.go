package planning_test

import (
	"context"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/blob"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
	"kaiwu/internal/purchasing"
)

var withNotices = append(slices.Clone(schemas), db.Schema{Room: "kit", FS: blob.Schema})

// levels gives an item a reorder point and a maximum; "" leaves one out.
func (s *shop) levels(t testing.TB, item, reorder, maximum string) {
	t.Helper()
	kittest.Do(t, s.d, func(ctx context.Context, tx *db.Tx) error {
		site, err := masterdata.DefaultSite(ctx, tx)
		if err != nil {
			return err
		}
		now, err := s.Master.ItemDetail(ctx, tx, item, site.ID, tx.Today())
		if err != nil {
			return err
		}
		in := masterdata.EditItem{Rev: now.Rev}
		for _, x := range []struct {
			text string
			to   **num.Dec
		}{{reorder, &in.ReorderPoint}, {maximum, &in.MaxStock}} {
			if x.text != "" {
				v := num.MustParse(x.text)
				*x.to = &v
			}
		}
		_, err = s.Master.UpdateItem(ctx, tx, item, in)
		return err
	})
}

func (s *shop) check(t testing.TB) string {
	t.Helper()
	c, err := s.Replenish(kittest.Ctx(t), planning.Check{})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d watched %d new %d kept %d gone", c.Watched, c.Made, c.Kept, c.Gone)
}

type suggested struct {
	ID    db.ID   `db:"id"`
	Code  string  `db:"code"`
	Pos   num.Dec `db:"pos"`
	Qty   num.Dec `db:"qty"`
	Due   string  `db:"due"`
	State string  `db:"state"`
	Doc   string  `db:"doc_kind"`
	V     int64   `db:"version"`
}

func (s *shop) suggestions(t testing.TB) (out []string, ids []db.ID) {
	t.Helper()
	rows, err := db.All[suggested](t.Context(), s.d.Read(), `SELECT s.id, i.code, s.available + s.coming - s.needed AS pos, s.qty, s.due, s.state, s.doc_kind, s.version FROM mrp_suggestion s JOIN v_item i ON i.id = s.item_id ORDER BY s.made_ms, i.code, s.id`)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		out, ids = append(out, strings.TrimSpace(fmt.Sprintf("%s at %s order %s by %s %s %s", r.Code, r.Pos, r.Qty, r.Due[5:], r.State, r.Doc))), append(ids, r.ID)
	}
	return out, ids
}

func (s *shop) bells(t testing.TB) (open []string) {
	t.Helper()
	open, err := db.All[string](t.Context(), s.d.Read(), `SELECT kind || ' ' || severity || ' ' || params FROM kit_notice WHERE done_ms = 0 ORDER BY made_ms, params`)
	if err != nil {
		t.Fatal(err)
	}
	return open
}

func (s *shop) do(t testing.TB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	kittest.Do(t, s.d, fn)
}

// An item falls to its line, is suggested up to the maximum in whole lots, told once, and ordered; the suggestion and
// its notice are over, and nothing is suggested twice. Parts on order and needs within the lead time count.
func TestReplenish(t *testing.T) {
	kittest.Each(t, withNotices, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.levels(t, "SCREW", "30", "75") // by tens, 5 days
		s.levels(t, "BLANK", "8", "")
		s.levels(t, "ORPHAN", "5", "9")
		s.stock(t, "SCREW", 31)
		s.stock(t, "BLANK", 20)
		s.stock(t, "ORPHAN", 5)
		if got := s.check(t); got != "3 watched 1 new 0 kept 0 gone" { // at the line is low
			t.Fatal(got)
		}
		s.order(t, "SO1", "SCREW", 4, "2026-03-05", 5)
		s.order(t, "SO2", "SCREW", 500, "2026-06-05", 5) // far beyond the lead time
		if got := s.check(t); got != "3 watched 1 new 1 kept 0 gone" {
			t.Fatal(got)
		}
		if got := s.check(t); got != "3 watched 0 new 2 kept 0 gone" {
			t.Fatal(got)
		}
		want := []string{"ORPHAN at 5 order 4 by 03-03 open", "SCREW at 27 order 40 by 03-07 open"} // 48 to go, 40 fit
		got, ids := s.suggestions(t)
		if !slices.Equal(got, want) {
			t.Fatalf("%q", got)
		}
		if got := s.bells(t); len(got) != 2 || !strings.Contains(got[1], `"item":"SCREW"`) || !strings.Contains(got[1], `"qty":"40"`) || !strings.Contains(got[1], `"supplier":"S1"`) {
			t.Errorf("told %q", got)
		}
		// a person's quantity stays
		qty := num.Int(50)
		s.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.ChangeSuggestion(ctx, tx, ids[1], planning.ChangeSuggestion{Version: 1, Qty: &qty, Due: "2026-03-10"})
			return err
		})
		s.order(t, "SO3", "SCREW", 1, "2026-03-05", 5)
		s.check(t)
		if got, _ := s.suggestions(t); got[1] != "SCREW at 26 order 50 by 03-10 open" {
			t.Errorf("%q", got)
		}
		// orders at once need a supplier for each, and nothing is made when one has none
		ctx := kittest.Ctx(t)
		refused(t, d.InTx(ctx, func(tx *db.Tx) error {
			_, err := s.Accept(ctx, tx, planning.Accept{Suggestions: ids, As: "order"})
			return err
		}), "planning.suggestion_no_supplier")
		var made planning.Accepted
		s.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
			made, err = s.Accept(ctx, tx, planning.Accept{Suggestions: ids[1:], As: "order"})
			return err
		})
		if len(made.Documents) != 1 || made.Documents[0].Kind != "purchase_order" {
			t.Fatalf("%+v", made)
		}
		type line struct {
			Qty num.Dec `db:"qty"`
			Due string  `db:"due"`
		}
		if l, _, err := db.Get[line](ctx, d.Read(), `SELECT qty, due FROM v_purchase_line WHERE order_number = $1`, made.Documents[0].Number); err != nil || l.Qty != num.Int(50) || l.Due != "2026-03-10" {
			t.Errorf("ordered %+v, %v", l, err)
		}
		refused(t, d.InTx(ctx, func(tx *db.Tx) error {
			_, err := s.Accept(ctx, tx, planning.Accept{Suggestions: ids[1:]})
			return err
		}), "planning.suggestion_over")
		s.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
			made, err = s.Accept(ctx, tx, planning.Accept{Suggestions: ids[:1]})
			return err
		})
		if made.Documents[0].Kind != "requisition" {
			t.Errorf("%+v", made)
		}
		if src, err := db.One[string](ctx, d.Read(), `SELECT source FROM v_requisition`); err != nil || src != "replenishment" {
			t.Errorf("asked by %q, %v", src, err)
		}
		if got := s.check(t); got != "3 watched 0 new 0 kept 0 gone" {
			t.Errorf("what is on order is suggested again: %s", got)
		}
		if got := s.bells(t); len(got) != 0 {
			t.Errorf("still told: %q", got)
		}
		// the cause goes by itself
		s.order(t, "SO4", "BLANK", 13, "2026-03-04", 5)
		if got := s.check(t); got != "3 watched 1 new 0 kept 0 gone" {
			t.Fatal(got)
		}
		s.stock(t, "BLANK", 10)
		if got := s.check(t); got != "3 watched 0 new 0 kept 1 gone" {
			t.Fatal(got)
		}
		if got, _ := s.suggestions(t); got[0] != "BLANK at 7 order 2 by 03-05 closed" {
			t.Errorf("%q", got)
		}
		if got := s.bells(t); len(got) != 0 {
			t.Errorf("still told: %q", got)
		}
	})
}

// What was dismissed is not suggested again before the item has been above its line, or the day named has passed.
func TestDismiss(t *testing.T) {
	kittest.Each(t, withNotices, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.levels(t, "SCREW", "30", "75")
		s.levels(t, "BLANK", "8", "20")
		s.check(t)
		_, ids := s.suggestions(t)
		dismiss := func(in planning.Dismiss) error {
			return d.InTx(ctx, func(tx *db.Tx) error { _, err := s.Dismiss(ctx, tx, in); return err })
		}
		refused(t, dismiss(planning.Dismiss{Suggestions: ids, Reason: " "}), "planning.reason_missing")
		refused(t, dismiss(planning.Dismiss{Suggestions: ids, Reason: "no", Until: "2026-01-01"}), "planning.date_past")
		refused(t, dismiss(planning.Dismiss{Suggestions: []db.ID{1}, Reason: "no"}), "planning.suggestion_unknown")
		if err := dismiss(planning.Dismiss{Suggestions: ids[:1], Reason: "new model", Until: "2026-03-04"}); err != nil { // BLANK
			t.Fatal(err)
		}
		if err := dismiss(planning.Dismiss{Suggestions: ids[1:], Reason: "stopped"}); err != nil {
			t.Fatal(err)
		}
		if got := s.bells(t); len(got) != 0 {
			t.Errorf("still told: %q", got)
		}
		if got := s.check(t); got != "2 watched 0 new 0 kept 0 gone" {
			t.Error(got)
		}
		kittest.ClockOf(d).Add(3 * 24 * time.Hour)
		if got := s.check(t); got != "2 watched 1 new 0 kept 0 gone" { // BLANK's day has passed
			t.Error(got)
		}
		s.stock(t, "SCREW", 40)
		s.check(t) // above its line: forgotten
		s.do(t, func(ctx context.Context, tx *db.Tx) error {
			down := num.Int(-20)
			_, err := s.inv.Adjust(ctx, tx, inventory.AdjustStock{Item: "SCREW", Change: &down, Location: "RM", Reason: "initial"})
			return err
		})
		if got := s.check(t); got != "2 watched 1 new 1 kept 0 gone" {
			t.Error(got)
		}
	})
}

// An item that is made becomes a work order, one without a reorder point is watched at its safety stock, and many at
// once are told in one notice.
func TestReplenishKinds(t *testing.T) {
	d := kittest.SQLite(t, withNotices)
	s := open(t, d)
	ctx := kittest.Ctx(t)
	s.levels(t, "LAMP", "3", "10")
	s.do(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE md_item_site SET safety_stock = 7000000 WHERE item_id = (SELECT id FROM md_item WHERE code = 'BLANK')`)
		return err
	})
	s.stock(t, "BLANK", 7) // at the safety stock is enough
	if got := s.check(t); got != "2 watched 1 new 0 kept 0 gone" {
		t.Fatal(got)
	}
	s.order(t, "SO1", "BLANK", 1, "2026-03-02", 5)
	s.check(t)
	got, ids := s.suggestions(t)
	if want := []string{"BLANK at 6 order 1 by 03-05 open", "LAMP at 0 order 10 by 03-04 open"}; !slices.Equal(got, want) {
		t.Fatalf("%q", got)
	}
	s.do(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := s.Accept(ctx, tx, planning.Accept{Suggestions: ids[1:]})
		return err
	})
	if n, err := db.One[num.Dec](ctx, d.Read(), `SELECT qty FROM v_work_order`); err != nil || n != num.Int(10) {
		t.Errorf("made %s, %v", n, err)
	}
	if got := s.check(t); got != "2 watched 0 new 1 kept 0 gone" {
		t.Error(got)
	}
}

// Up to the maximum in whole lots: never above it when the lots allow, always above the line, never less than a lot.
func TestUpToProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		whole := func(name string, lo, hi int64) num.Dec { return num.Int(rapid.Int64Range(lo, hi).Draw(r, name)) }
		line, pos := whole("line", 0, 500), num.Dec(0)
		pos = line - whole("below", 0, 500)
		minLot, multiple := whole("min", 0, 60), whole("multiple", 0, 60)
		above := rapid.Bool().Draw(r, "above")
		var most *num.Dec
		if rapid.Bool().Draw(r, "has") {
			m := line + whole("max", 0, 300)
			most = &m
		}
		q, err := planning.UpTo(pos, line, above, most, minLot, multiple, num.One)
		if err != nil {
			r.Fatal(err)
		}
		step := max(multiple, num.One)
		switch {
		case q <= 0 || q%step != 0 || q < minLot:
			r.Fatalf("%s is no order by lots of %s, at least %s", q, step, minLot)
		case pos+q < line || above && pos+q == line:
			r.Fatalf("%s leaves %s at or below %s", q, pos+q, line)
		case most != nil && pos+q > *most && q-step >= max(minLot, num.One) && pos+q-step > line:
			r.Fatalf("%s is above %s though %s would do", q, *most, q-step)
		case most != nil && pos+q+step <= *most:
			r.Fatalf("another %s would still fit under %s", step, *most)
		case most == nil && q-step >= max(minLot, num.One) && (pos+q-step > line || !above && pos+q-step >= line):
			r.Fatalf("%s is more than needed", q)
		}
	})
}

// The proposal against the formula in floating point, which the program does not use.
func TestLevelsFormula(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		uses := rapid.SliceOfN(rapid.Int64Range(1, 2_000_000_000), 5, 60).Draw(r, "uses")
		days := int64(len(uses)) + rapid.Int64Range(9, 60).Draw(r, "idle")
		leads := rapid.SliceOfN(rapid.Int64Range(0, 40), 0, 12).Draw(r, "leads")
		own := rapid.Int64Range(0, 30).Draw(r, "own")
		got, err := planning.Levels(uses, days, leads, own, 14, "95")
		if err != nil {
			r.Fatal(err)
		}
		f := func(x int64) *big.Float { return new(big.Float).SetPrec(200).SetInt64(x) }
		stats := func(xs []int64, n int64) (mean, variance *big.Float) {
			sum, sq := f(0), f(0)
			for _, x := range xs {
				sum.Add(sum, f(x))
			}
			mean = new(big.Float).Quo(sum, f(n))
			for i := range n {
				x := f(0)
				if i < int64(len(xs)) {
					x = f(xs[i])
				}
				diff := new(big.Float).Sub(x, mean)
				sq.Add(sq, new(big.Float).Mul(diff, diff))
			}
			return mean, sq.Quo(sq, f(n-1))
		}
		d, vd := stats(uses, days)
		l, vl := f(own), f(0)
		if len(leads) >= 3 {
			l, vl = stats(leads, int64(len(leads)))
		}
		span := new(big.Float).Add(l, f(1))
		v := new(big.Float).Mul(span, vd)
		v.Add(v, new(big.Float).Mul(new(big.Float).Mul(d, d), vl))
		want := new(big.Float).Mul(new(big.Float).Sqrt(v), big.NewFloat(1.644854))
		near := func(name string, got num.Dec, want *big.Float) {
			w, _ := want.Float64()
			if diff := float64(got) - w; diff < -3 || diff > 3+w*1e-9 {
				r.Fatalf("%s is %d, the formula gives %f", name, int64(got), w)
			}
		}
		near("safety stock", got.Safety, want)
		near("reorder point", got.Reorder, want.Add(want, new(big.Float).Mul(d, span)))
	})
}

// From the ledger: use by day less what came back, undone moves left out, receipts for the lead time; adopted by a
// planner, with history.
func TestStockLevels(t *testing.T) {
	kittest.Each(t, withNotices, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		clock := kittest.ClockOf(d)
		s.stock(t, "SCREW", 1000)
		s.stock(t, "BLANK", 50)
		var made purchasing.Created
		ship := func(item string, qty int64) {
			s.do(t, func(ctx context.Context, tx *db.Tx) error {
				doc := inventory.Doc{Kind: "test", ID: tx.ID(), Number: "T"}
				site, err := masterdata.DefaultSite(ctx, tx)
				if err != nil {
					return err
				}
				doc.Site = site.ID
				it, err := masterdata.ItemByCode(ctx, tx, item)
				if err != nil {
					return err
				}
				loc, err := masterdata.LocationByCode(ctx, tx, site.ID, "RM")
				if err != nil {
					return err
				}
				_, err = s.inv.Move(ctx, tx, doc, inventory.Place{Kind: inventory.Consumed}, inventory.Take{Item: it.ID, Qty: num.Int(qty), From: inventory.Place{Kind: inventory.Stock, Ref: loc.ID}})
				return err
			})
		}
		for day := range 20 { // four working days in five: 10, 20, 10, 20, nothing
			if n := []int64{10, 20, 10, 20, 0}[day%5]; n > 0 {
				ship("SCREW", n)
			}
			if day%5 == 0 { // ordered now, here in 3, 5, 3, 5 days
				s.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
					made, err = s.Purchasing.Create(ctx, tx, purchasing.NewOrder{Supplier: "S1", Lines: []purchasing.NewLine{{Item: "SCREW", Qty: num.Int(10)}}})
					return err
				})
			}
			if day%5 == 3 && day%10 == 3 || day%5 == 4 && day%10 == 9 {
				s.do(t, func(ctx context.Context, tx *db.Tx) error {
					_, err := s.Purchasing.Receive(ctx, tx, purchasing.Receive{Order: made.Number, Line: 1, Qty: num.Int(10), Location: "RM"})
					return err
				})
			}
			clock.Add(24 * time.Hour)
		}
		var p planning.Proposed
		s.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
			p, err = s.ProposeStock(ctx, tx, planning.ProposeLevels{Items: []string{"SCREW", "BLANK"}})
			return err
		})
		if p.Made != 1 || p.Thin != 1 || p.Items[0] != "BLANK" {
			t.Fatalf("%+v", p)
		}
		type row struct {
			ID     db.ID   `db:"id"`
			Days   int64   `db:"days"`
			Used   num.Dec `db:"used"`
			Daily  num.Dec `db:"daily"`
			Leads  int64   `db:"leads"`
			Lead   num.Dec `db:"lead"`
			Safety num.Dec `db:"safety"`
			Order  num.Dec `db:"reorder"`
			Max    num.Dec `db:"max_stock"`
		}
		r, _, err := db.Get[row](ctx, d.Read(), `SELECT id, days, used, daily, leads, lead, safety, reorder, max_stock FROM mrp_level WHERE state = 'proposed'`)
		// 240 in 20 days = 12 a day, variance 1120/19; 4 receipts in 3, 4, 3, 4 days: mean 3.5, variance 1/3
		// safety 1.644854 × √(4.5 × 58.947 + 144 × 0.333) = 29.11 → 30; reorder 12 × 4.5 + 30 = 84; maximum 84 + 12 × 14 = 252
		if want := (row{r.ID, 20, num.Int(240), num.Int(12), 4, num.MustParse("3.5"), num.Int(30), num.Int(84), num.Int(252)}); err != nil || r != want {
			t.Errorf("proposed %+v, want %+v, %v", r, want, err)
		}
		decide := func(in planning.DecideLevels) error {
			return d.InTx(ctx, func(tx *db.Tx) error { _, err := s.Decide(ctx, tx, in); return err })
		}
		if err := decide(planning.DecideLevels{Proposals: []db.ID{r.ID}, Adopt: true, Note: "spring"}); err != nil {
			t.Fatal(err)
		}
		type now struct {
			Safety num.Dec `db:"safety_stock"`
			Order  num.Dec `db:"reorder_point"`
			Max    num.Dec `db:"max_stock"`
		}
		if got, err := db.One[now](ctx, d.Read(), `SELECT s.safety_stock, s.reorder_point, s.max_stock FROM v_item_site s JOIN v_item i ON i.id = s.item_id WHERE i.code = 'SCREW'`); err != nil || got != (now{r.Safety, r.Order, r.Max}) {
			t.Errorf("adopted %+v, %v", got, err)
		}
		refused(t, decide(planning.DecideLevels{Proposals: []db.ID{r.ID}, Adopt: false}), "planning.level_over")
		refused(t, decide(planning.DecideLevels{Proposals: []db.ID{1}}), "planning.level_unknown")
		s.do(t, func(ctx context.Context, tx *db.Tx) error {
			for range 2 {
				if _, err := s.ProposeStock(ctx, tx, planning.ProposeLevels{Service: "99.9"}); err != nil {
					return err
				}
			}
			return nil
		})
		states, err := db.All[string](ctx, d.Read(), `SELECT state FROM mrp_level ORDER BY state`)
		if got := strings.Join(states, " "); err != nil || got != "approved proposed superseded" {
			t.Errorf("history %s, %v", got, err)
		}
	})
}

// A look at many items takes no more statements than one at few.
func TestReplenishStatements(t *testing.T) {
	d := kittest.SQLite(t, withNotices)
	s := open(t, d)
	count := func() int64 {
		return kittest.Statements(t, kittest.Ctx(t), func(ctx context.Context) error { _, err := s.Replenish(ctx, planning.Check{}); return err })
	}
	s.levels(t, "SCREW", "30", "75")
	one := count()
	s.levels(t, "BLANK", "8", "20")
	s.levels(t, "ORPHAN", "8", "20")
	s.levels(t, "BODY", "8", "20")
	if four := count(); four > one+3 { // an UPDATE for what was there
		t.Errorf("one item takes %d statements, four take %d", one, four)
	}
}

func TestReplenishHTTP(t *testing.T) {
	d := kittest.SQLite(t, withNotices)
	s := open(t, d)
	s.levels(t, "SCREW", "30", "75")
	a := web.New(http.NewServeMux(), d)
	a.Messages(planning.Messages, masterdata.Messages, purchasing.Messages)
	s.Routes(a)
	h := a.Handler()
	buyer := webtest.Person("buyer", "planning.read", "planning.replenish")
	reader := webtest.Person("reader", "planning.read")
	if got := webtest.Must(t, h, buyer, "POST", "/planning/replenish", map[string]any{}); got.Str("made") != "1" {
		t.Fatal(got)
	}
	list := webtest.Must(t, h, reader, "GET", "/planning/suggestions?filter=state:eq:open", nil)
	if len(list.Items()) != 1 || list.Str("items", 0, "item") != "SCREW" || list.Str("items", 0, "qty") != "70" || list.Str("items", 0, "supplier") != "S1" {
		t.Fatal(list)
	}
	ids := map[string]any{"suggestions": []string{list.Str("items", 0, "id")}}
	webtest.Refused(t, h, reader, "POST", "/planning/suggestions/accept", ids, "web.forbidden")
	webtest.Refused(t, h, reader, "POST", "/planning/replenish", map[string]any{}, "web.forbidden")
	ids["as"] = "order"
	webtest.Refused(t, h, buyer, "POST", "/planning/suggestions/accept", ids, "web.forbidden") // may not buy
	delete(ids, "as")
	webtest.Must(t, h, buyer, "POST", "/planning/suggestions/accept", ids)
	webtest.Refused(t, h, buyer, "POST", "/planning/levels/decide", map[string]any{"proposals": []string{"1"}, "adopt": true}, "web.forbidden")
	webtest.Must(t, h, buyer, "POST", "/planning/levels", map[string]any{})
	webtest.Must(t, h, reader, "GET", "/planning/levels", nil)
}
