package planning

import (
	"testing"
	"time"

	"kaiwu/internal/kit/num"
)

// The day on which a stock is used up: by the need that takes the last of it; what needs leave lasts by their average
// when they span two weeks, by the use of the past else; nothing known, nothing said.
func TestUsedUpOn(t *testing.T) {
	today := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		stock string
		needs map[string]string
		used  string
		want  string
	}{
		"nothing left":              {"0", map[string]string{"2026-03-05": "1"}, "0", "2026-03-05 plan"},
		"by a need":                 {"10", map[string]string{"2026-03-05": "4", "2026-03-09": "6", "2026-03-20": "100"}, "0", "2026-03-09 plan"},
		"needs leave some":          {"40", map[string]string{"2026-03-02": "10", "2026-03-21": "10"}, "900", "2026-04-10 plan"}, // 20 in 20 days, 20 left
		"few days of needs":         {"40", map[string]string{"2026-03-03": "10"}, "900", "2026-03-06 use"},                      // ten a day
		"few days, no use":          {"40", map[string]string{"2026-03-03": "10"}, "0", "2026-03-09 plan"},                       // five a day
		"by use alone":              {"25", nil, "900", "2026-03-05 use"},
		"nobody knows":              {"25", nil, "0", " none"},
		"so slow that it is never":  {"1000000", nil, "1", " none"},
		"a need of today takes all": {"3", map[string]string{"2026-03-02": "3"}, "0", "2026-03-02 plan"},
	} {
		needs := map[string]num.Dec{}
		for d, q := range c.needs {
			needs[d] = num.MustParse(q)
		}
		day, basis := usedUpOn(today, num.MustParse(c.stock), needs, num.MustParse(c.used))
		if got := day + " " + basis; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
