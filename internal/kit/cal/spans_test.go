package cal

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Spans are sets of instants: every operation agrees with counting instant by instant, and its result is in order and
// apart.
func TestSpans(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	const end = 60
	any := func() (list []Span) {
		for range r.IntN(6) {
			from := r.Int64N(end)
			list = append(list, Span{from, from + r.Int64N(12) - 1})
		}
		return list
	}
	covers := func(list []Span, ms int64) bool {
		return slices.ContainsFunc(list, func(s Span) bool { return s.From <= ms && ms < s.To })
	}
	for n := range 3000 {
		a, b := any(), any()
		from := r.Int64N(end)
		to := from + r.Int64N(20)
		merged := Merge(a, b)
		got := map[string][]Span{"merge": merged, "minus": Minus(Merge(a), b), "clip": Clip(merged, from, to)}
		want := map[string]func(ms int64) bool{
			"merge": func(ms int64) bool { return covers(a, ms) || covers(b, ms) },
			"minus": func(ms int64) bool { return covers(a, ms) && !covers(b, ms) },
			"clip":  func(ms int64) bool { return (covers(a, ms) || covers(b, ms)) && from <= ms && ms < to },
		}
		for name, list := range got {
			var length int64
			for ms := int64(-2); ms < end+20; ms++ {
				is := want[name](ms)
				if covers(list, ms) != is {
					t.Fatalf("%d: %s of %v and %v (%d to %d) is %v: wrong at %d", n, name, a, b, from, to, list, ms)
				}
				if is {
					length++
				}
			}
			if Length(list) != length || !slices.Equal(list, Merge(list)) {
				t.Fatalf("%d: %s of %v and %v is %v: not in order and apart", n, name, a, b, list)
			}
		}
		if Overlap(merged, Span{from, to}) != Length(Clip(merged, from, to)) {
			t.Fatalf("%d: overlap of %v with %d to %d", n, merged, from, to)
		}
	}
}
