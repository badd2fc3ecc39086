package production_test

import (
	"fmt"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
)

// TestReceivable follows two orders, one with a final inspection and one without, into stock.
func TestReceivable(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		gated, plain := f.order(t, "COFFEE", "10"), f.order(t, "PLAIN", "4")
		see := func(want string) {
			t.Helper()
			all, err := f.Receivable(kittest.Ctx(t), d.Read())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range all {
				got = append(got, fmt.Sprintf("%s %s waiting %s", map[string]string{gated: "gated", plain: "plain"}[r.Order], r.Receivable, r.Waiting))
			}
			if s := strings.Join(got, ", "); s != want {
				t.Errorf("%s, want %s", s, want)
			}
		}
		see("")
		f.issueAll(t, gated)
		must(t, d, f.Report, report(gated, "10 g10"))
		must(t, d, f.Report, report(gated, "20 g10"))
		see("")
		insp := must(t, d, f.Report, report(gated, "30 g9")).Inspection
		must(t, d, f.Report, report(plain, "10 g3"))
		see("plain 3 waiting 0, gated 0 waiting 9")
		must(t, d, f.Quality.Judge, quality.Judge{Inspection: insp, Passed: dec("6"), Failed: dec("1"), Reason: "leaks"})
		must(t, d, f.Receive, production.Receive{Order: plain})
		see("gated 6 waiting 2")
		must(t, d, f.Receive, production.Receive{Order: gated})
		see("gated 0 waiting 2")
		must(t, d, f.Quality.Judge, quality.Judge{Inspection: insp, Failed: dec("2"), Reason: "leaks"})
		see("")
	})
}
