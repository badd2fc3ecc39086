package quality_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/quality"
)

var schemas = []db.Schema{{Room: "masterdata", FS: masterdata.Schema}, {Room: "inventory", FS: inventory.Schema}, {Room: "quality", FS: quality.Schema}}

var dec = num.MustParse

// open makes the room with one item and an inspection of ten pieces for order 7.
func open(t testing.TB, d *db.DB) (m *quality.Module, inspection string) {
	t.Helper()
	m = quality.New(d)
	kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
		item := tx.ID()
		tx.Queue(`INSERT INTO md_item (id, code, name, spec, uom, kind, tracking, family, decimals, shelf_life_days, gtin, barcode, home_site, created_ms, updated_ms)
			VALUES ($1, 'PUMP', 'pump', '', 'pcs', 'make', 'lot', '', 0, 0, '', '', 1, 0, 0)`, item)
		var err error
		inspection, err = m.Request(ctx, tx, quality.Req{Kind: "final", Doc: inventory.Doc{Kind: "wo_report", ID: 5, Number: "MO1", Site: 1}, Item: item, Qty: dec("10"), OrderID: 7, Op: 30})
		return err
	})
	return m, inspection
}

func run[In, Out any](t testing.TB, d *db.DB, use func(context.Context, *db.Tx, In) (Out, error), in In) (out Out, err error) {
	t.Helper()
	ctx := kittest.Ctx(t)
	err = d.InTx(ctx, func(tx *db.Tx) (err error) { out, err = use(ctx, tx, in); return err })
	return out, err
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

func balanced(t testing.TB, m *quality.Module, d *db.DB) {
	t.Helper()
	bad, err := m.Verify(kittest.Ctx(t), d.Read())
	if err != nil || len(bad) > 0 {
		t.Error(bad, err)
	}
}

func TestJudge(t *testing.T) {
	cases := []struct {
		name string
		in   quality.Judge
		want string
	}{
		{"unknown", quality.Judge{Inspection: "QC0", Passed: dec("1")}, "quality.inspection_unknown"},
		{"nothing", quality.Judge{}, "quality.qty_not_positive"},
		{"negative", quality.Judge{Passed: dec("3"), Failed: dec("-1")}, "quality.qty_not_positive"},
		{"half a pump", quality.Judge{Passed: dec("0.5")}, "quality.decimals"},
		{"failed without reason", quality.Judge{Passed: dec("1"), Failed: dec("1")}, "quality.reason_missing"},
		{"more than waits", quality.Judge{Passed: dec("11")}, "quality.over_judged"},
		{"a part", quality.Judge{Passed: dec("6"), Failed: dec("1"), Reason: "leaks"}, "open 3"},
		{"more than the rest", quality.Judge{Passed: dec("4")}, "quality.over_judged"},
		{"the rest", quality.Judge{Passed: dec("3")}, "judged 0"},
		{"again", quality.Judge{Passed: dec("1")}, "quality.over_judged"},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		m, number := open(t, d)
		for _, c := range cases {
			if c.in.Inspection == "" {
				c.in.Inspection = number
			}
			out, err := run(t, d, m.Judge, c.in)
			got := code(err)
			if err == nil {
				got = out.Status + " " + out.Open.String()
			}
			if got != c.want {
				t.Errorf("%s: got %s, want %s", c.name, got, c.want)
			}
		}
		passed, failed, waiting, err := m.Passed(kittest.Ctx(t), d.Read(), "final", 7)
		if err != nil || passed != dec("9") || failed != dec("1") || waiting != 0 {
			t.Error(passed, failed, waiting, err)
		}
		balanced(t, m, d)
	})
}

func TestUndoJudgement(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		m, number := open(t, d)
		var heard []string
		m.OnJudged = append(m.OnJudged, func(_ context.Context, _ *db.Tx, j quality.Judged) error {
			heard = append(heard, j.Passed.String())
			return nil
		})
		j, err := run(t, d, m.Judge, quality.Judge{Inspection: number, Passed: dec("10")})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.InTx(kittest.Ctx(t), func(tx *db.Tx) error { return m.Cancel(kittest.Ctx(t), tx, "wo_report", 5, "x") }); code(err) != "quality.judged_already" {
			t.Error("a judged inspection was cancelled:", err)
		}
		m.Guards = append(m.Guards, func(_ context.Context, _ *db.Tx, u quality.Reversal) error {
			return fault.Conflict("production.received_already", "%s are in stock", u.Passed)
		})
		if _, err := run(t, d, m.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "x"}); code(err) != "production.received_already" {
			t.Error(err)
		}
		m.Guards = nil
		u, err := run(t, d, m.UndoJudgement, quality.UndoJudgement{Judgement: j.ID, Reason: "wrong box"})
		if err != nil || u.Status != "open" || u.Open != dec("10") {
			t.Error(u, err)
		}
		for _, id := range []db.ID{j.ID, u.ID} {
			if _, err := run(t, d, m.UndoJudgement, quality.UndoJudgement{Judgement: id, Reason: "again"}); code(err) != "quality.undone_already" {
				t.Error(err)
			}
		}
		if got := strings.Join(heard, " "); got != "10 -10" {
			t.Error(got)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { return m.Cancel(ctx, tx, "wo_report", 5, "report undone") })
		if _, err := run(t, d, m.Judge, quality.Judge{Inspection: number, Passed: dec("1")}); code(err) != "quality.cancelled" {
			t.Error(err)
		}
		det, err := m.Inspection(kittest.Ctx(t), d.Read(), number)
		if err != nil || det.Status != "cancelled" || len(det.Judgements) != 2 {
			t.Errorf("%+v %v", det, err)
		}
		balanced(t, m, d)
	})
}

// Ten inspectors judge two pieces each of ten: five win.
func TestJudgeRace(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		m, number := open(t, d)
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 10 {
			wg.Go(func() {
				_, err := run(t, d, m.Judge, quality.Judge{Inspection: number, Passed: dec("2")})
				mu.Lock()
				defer mu.Unlock()
				switch code(err) {
				case "":
					won++
				case "quality.over_judged":
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 5 {
			t.Error(won, "won")
		}
		balanced(t, m, d)
	})
}
