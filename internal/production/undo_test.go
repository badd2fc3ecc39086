package production_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
)

func TestUndo(t *testing.T) {
	cases := []struct {
		name  string
		given string // reports; the one marked with * is undone
		after string // what happens before the undo: judge, receive
		want  string // sums and order status, or the fault code
	}{
		{name: "the only report", given: "*10 g4 s1", want: "0/0/0 released"},
		{name: "one of two", given: "10 g3;*10 g4", want: "3/0/0 started"},
		{name: "the first of two", given: "*10 g3;10 g4", want: "4/0/0 started"},
		{name: "pieces that the next operation used", given: "*10 g5;20 g3", want: "production.used_by_next"},
		{name: "pieces that the next operation does not need", given: "10 g3;*10 g4;20 g3", want: "3/0/0 started"},
		{name: "the last report of a finished order", given: "10 g10;20 g10;*30 g10", want: "0/0/0 started"},
		{name: "scrap that finished the order", given: "10 g9;20 g9;30 g9;*10 s1", want: "9/0/0 started"},
		{name: "rework that was done since", given: "*10 g1 r2;10 g2 f", want: "production.reworked_already"},
		{name: "rework done", given: "10 g1 r2;*10 g1 s1 f", want: "1/0/2 started"},
		{name: "judged", given: "10 g10;20 g10;*30 g10", after: "judge", want: "quality.judged_already"},
		{name: "in stock", given: "10 g10;20 g10;*30 g10", after: "judge receive", want: "production.received_already"},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				wo := f.order(t, "COFFEE", "10")
				f.issueAll(t, wo)
				var undo db.ID
				var inspection string
				for given := range strings.SplitSeq(c.given, ";") {
					text, mark := strings.CutPrefix(given, "*")
					out := must(t, d, f.Report, report(wo, text))
					if mark {
						undo = out.ID
					}
					if out.Inspection != "" {
						inspection = out.Inspection
					}
				}
				if strings.Contains(c.after, "judge") {
					must(t, d, f.Quality.Judge, quality.Judge{Inspection: inspection, Passed: dec("10")})
				}
				if strings.Contains(c.after, "receive") {
					must(t, d, f.Receive, production.Receive{Order: wo})
				}
				before := f.picture(t, wo)
				out, err := run(t, d, f.Undo, production.Undo{Report: undo, Reason: "wrong count"})
				got := code(err)
				if err == nil {
					o, err := f.Order(kittest.Ctx(t), d.Read(), wo)
					if err != nil {
						t.Fatal(err)
					}
					got = fmt.Sprintf("%s/%s/%s %s", out.Good, out.Scrap, out.Rework, o.Status)
					if _, err := run(t, d, f.Undo, production.Undo{Report: undo, Reason: "again"}); code(err) != "production.undone_already" {
						t.Error("undone twice:", err)
					}
					if _, err := run(t, d, f.Undo, production.Undo{Report: out.ID, Reason: "undo the undo"}); code(err) != "production.not_undoable" {
						t.Error("the reversal was reversed:", err)
					}
				} else if after := f.picture(t, wo); after != before {
					t.Errorf("refused, and changed\n%s\nto\n%s", before, after)
				}
				if got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
				balanced(t, f)
			})
		}
	})
}

// picture is everything that a refused command must leave as it was.
func (f *floor) picture(t testing.TB, wo string) string {
	t.Helper()
	o, err := f.Order(kittest.Ctx(t), f.d.Read(), wo)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%+v", o)
}

// What an undo gives back is what the report took, lot by lot.
func TestUndoGivesBack(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		f.issueAll(t, wo)
		stock := func() string {
			rows, err := db.All[string](t.Context(), d.Read(), `SELECT concat(i.code, ' ', coalesce(l.number, ''), ' ', CAST(sum(s.qty) AS TEXT)) FROM v_stock s JOIN v_item i ON i.id = s.item_id LEFT JOIN v_lot l ON l.id = s.lot_id
				GROUP BY i.code, l.number ORDER BY i.code, l.number NULLS FIRST`)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Join(rows, "\n")
		}
		before := stock()
		out := must(t, d, f.Report, report(wo, "10 g7"))
		if stock() == before {
			t.Fatal("the report took nothing")
		}
		must(t, d, f.Undo, production.Undo{Report: out.ID, Reason: "x"})
		if after := stock(); after != before {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
	})
}

// A report takes 37 screws for three pieces, the next 36; when the first is undone, three pieces have taken 36, and
// the report after that makes up for it.
func TestUndoKeepsTheNorm(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "20")
		f.issueAll(t, wo)
		first := must(t, d, f.Report, report(wo, "10 g3"))
		must(t, d, f.Report, report(wo, "10 g3"))
		must(t, d, f.Undo, production.Undo{Report: first.ID, Reason: "x"})
		balanced(t, f)
		if got := said(must(t, d, f.Report, report(wo, "10 g3")), nil); !strings.Contains(got, "SCREW:37 ") {
			t.Error(got)
		}
		balanced(t, f)
	})
}

// Whatever people report, rework, undo and report again: sums are sums of facts, in = good + scrap + rework + WIP,
// nothing is negative, and what was consumed is the norm of the pieces, rounded once.
func TestBalanceLawProperty(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			d := map[string]func(testing.TB, []db.Schema) *db.DB{"sqlite": kittest.SQLite, "postgres": kittest.Postgres}[engine](t, schemas)
			f := open(t, d)
			f.stock(t, "SHELL 30000 S-9", "KNOB 60000 K-8", "SCREW 400000", "GLUE 20000 G-7", "BOX 30000", "WIRE 9000")
			checks := 30
			if engine == "postgres" {
				checks = 8
			}
			for seed := range checks {
				t.Run(fmt.Sprint(seed), func(t *testing.T) {
					example := rapid.Custom(func(r *rapid.T) []step { return rapid.SliceOfN(genStep(), 30, 60).Draw(r, "steps") }).Example(seed)
					f.walk(t, example)
				})
			}
			balanced(t, f)
		})
	}
}

type step struct {
	op                  int64
	good, scrap, rework int64
	from, undo          bool
	which               int
}

func genStep() *rapid.Generator[step] {
	return rapid.Custom(func(t *rapid.T) step {
		n := rapid.Int64Range(0, 4)
		return step{op: rapid.SampledFrom([]int64{10, 10, 20, 30}).Draw(t, "op"), good: n.Draw(t, "good"), scrap: rapid.Int64Range(0, 1).Draw(t, "scrap"), rework: rapid.Int64Range(0, 1).Draw(t, "rework"),
			from: rapid.IntRange(0, 5).Draw(t, "from") == 0, undo: rapid.IntRange(0, 3).Draw(t, "undo") == 0, which: rapid.IntRange(0, 30).Draw(t, "which")}
	})
}

// walk tries the steps on a new order of 60 and keeps its own books: what is accepted must be what the books allow.
func (f *floor) walk(t *testing.T, steps []step) {
	t.Helper()
	wo := f.order(t, "COFFEE", "60")
	f.issueAll(t, wo)
	type sums = struct{ good, scrap, rework int64 }
	at := map[int64]*sums{10: {}, 20: {}, 30: {}}
	in := func(op int64) int64 {
		if op == 10 {
			return 60
		}
		return at[op-10].good
	}
	type fact struct {
		id   db.ID
		step step
		from bool
		gone bool
	}
	var facts []*fact
	for i, s := range steps {
		if s.undo && len(facts) > 0 {
			x := facts[s.which%len(facts)]
			a := at[x.step.op]
			good, rework := a.good-x.step.good, a.rework-x.step.rework
			if x.from {
				rework = a.rework + x.step.good + x.step.scrap
			}
			may := !x.gone && rework >= 0 && (x.step.op == 30 || total(at[x.step.op+10]) <= good)
			_, err := run(t, f.d, f.Undo, production.Undo{Report: x.id, Reason: "test"})
			if (err == nil) != may {
				t.Fatalf("step %d undo %+v: %v, the books say %v", i, x, err, may)
			}
			if err == nil {
				a.good, a.scrap, a.rework, x.gone = good, a.scrap-x.step.scrap, rework, true
			}
			continue
		}
		a := at[s.op]
		r := report(wo, fmt.Sprintf("%d g%d s%d", s.op, s.good, s.scrap))
		n := s.good + s.scrap
		may := n > 0 && n <= a.rework
		if s.from {
			r.FromRework = true
		} else {
			r.Rework, r.ReworkReason = num.Int(s.rework), "function"
			n += s.rework
			may = n > 0 && n <= in(s.op)-total(a)
		}
		if r.ScrapReason != "" && s.scrap == 0 {
			r.ScrapReason = ""
		}
		out, err := run(t, f.d, f.Report, r)
		if (err == nil) != may && code(err) != "production.finished" {
			t.Fatalf("step %d %+v: %v, the books say %v", i, s, err, may)
		}
		if err != nil {
			continue
		}
		if s.from {
			a.rework -= n
		} else {
			a.rework += s.rework
		}
		a.good, a.scrap = a.good+s.good, a.scrap+s.scrap
		if out.Good != num.Int(a.good) || out.Scrap != num.Int(a.scrap) || out.Rework != num.Int(a.rework) || out.Remaining != num.Int(in(s.op)-total(a)) {
			t.Fatalf("step %d: answered %+v, the books say %+v", i, out, a)
		}
		facts = append(facts, &fact{id: out.ID, step: s, from: s.from})
	}
	o, err := f.Order(kittest.Ctx(t), f.d.Read(), wo)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range o.Ops {
		if a := at[p.Op]; a != nil && (p.Good != num.Int(a.good) || p.Scrap != num.Int(a.scrap) || p.Rework != num.Int(a.rework) || p.WIP < 0) {
			t.Errorf("operation %d: %+v, the books say %+v", p.Op, p, a)
		}
	}
	balanced(t, f)
}

func total(a *struct{ good, scrap, rework int64 }) int64 { return a.good + a.scrap + a.rework }
