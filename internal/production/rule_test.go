package production

import (
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// norm never gives less than is needed nor a whole step more, grows with the pieces, and covers is its inverse.
func TestNormProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		decimals := rapid.IntRange(0, 6).Draw(t, "decimals")
		qty := num.Dec(rapid.Int64Range(1, 50_000_000_000).Draw(t, "qty"))
		scrap := num.Dec(rapid.Int64Range(0, 99_000_000).Draw(t, "scrap"))
		a := num.Dec(rapid.Int64Range(0, 1_000_000).Draw(t, "a")) * num.One
		b := a + num.Dec(rapid.Int64Range(0, 1000).Draw(t, "b"))*num.One
		na, err1 := norm(a, qty, scrap, decimals)
		nb, err2 := norm(b, qty, scrap, decimals)
		if err1 != nil || err2 != nil {
			if a < 100_000*num.One && qty < 1000*num.One && scrap < 50*num.One {
				t.Fatal("an ordinary quantity overflows", err1, err2)
			}
			return
		}
		if !na.Fits(decimals) || nb < na || a > 0 && na == 0 {
			t.Fatalf("norm(%s)=%s, norm(%s)=%s", a, na, b, nb)
		}
		if na > num.Max/2 {
			return
		}
		c, err := covers(na, qty, scrap)
		if err != nil || c < a && c < num.Max {
			t.Fatalf("%s is issued for %s pieces and covers %s (%v)", na, a, c, err)
		}
		if c < num.Max/4 && c > 0 {
			if n, err := norm(c, qty, scrap, decimals); err != nil || n > na {
				t.Fatalf("%s covers %s, which need %s (%v)", na, c, n, err)
			}
		}
	})
}

// Partial reports consume together what one report of all would, whatever the parts.
func TestNormSumsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := need{Qty: num.Dec(rapid.Int64Range(1, 20_000_000).Draw(t, "qty")), ScrapPct: num.Dec(rapid.Int64Range(0, 30_000_000).Draw(t, "scrap")), Decimals: rapid.IntRange(0, 3).Draw(t, "decimals")}
		var done, consumed num.Dec
		for _, part := range rapid.SliceOfN(rapid.Int64Range(1, 500), 1, 30).Draw(t, "parts") {
			take, adjust, err := n.due(done, done+num.Int(part))
			if err != nil || take < 0 {
				t.Fatal(take, err)
			}
			done, consumed, n.Adjust = done+num.Int(part), consumed+take, adjust
		}
		if all, err := norm(done, n.Qty, n.ScrapPct, n.Decimals); err != nil || all != consumed {
			t.Fatalf("in parts %s, at once %s (%v)", consumed, all, err)
		}
	})
}

// Every operation belongs to a report point, and report points form a chain from first to last.
func TestCopyOps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		reports := rapid.SliceOfN(rapid.Bool(), 0, 8).Draw(t, "report")
		var in []masterdata.RoutingOp
		for i, r := range reports {
			in = append(in, masterdata.RoutingOp{Op: 10 * (i + 1), Report: r, Inspection: "none"})
		}
		var next int64
		row := &orderRow{Qty: num.One}
		ops := copyOps(func() (id db.ID) { next++; return db.ID(next) }, row, in)
		prev := db.ID(0)
		for i, o := range ops {
			point := -1
			for j := range ops {
				if ops[j].ID == o.ReportID {
					point = j
				}
			}
			if point < 0 || !ops[point].Report || o.Report && point != i {
				t.Fatalf("operation %d counts at %d", i, point)
			}
			if o.Report {
				if o.PrevID != prev {
					t.Fatalf("operation %d gets its pieces from %d, want %d", i, o.PrevID, prev)
				}
				prev = o.ID
			} else if o.PrevID != ops[point].PrevID {
				t.Fatalf("operation %d and its report point get their pieces from different ones", i)
			}
		}
		if row.LastOp != prev || row.FirstOp == 0 {
			t.Fatalf("first %d, last %d, want last %d", row.FirstOp, row.LastOp, prev)
		}
	})
}
