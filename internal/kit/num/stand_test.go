package num

import (
	"math/rand/v2"
	"testing"
)

// What stands for something never uses more than there is, and one unit less would not do.
func TestStand(t *testing.T) {
	for _, c := range []struct {
		want, there, factor string
		a, b                int
		covered, used       string
	}{
		{"100", "48", "1.2", 0, 0, "40", "48"},
		{"100", "50", "1.2", 0, 0, "41", "50"},
		{"10", "100", "1.2", 3, 3, "10", "12"},
		{"3", "2", "0.5", 0, 0, "3", "2"},
		{"3", "2.5", "2", 0, 0, "1", "2"},
		{"3", "1", "2", 0, 0, "0", "0"},
		{"3", "1", "2", 3, 0, "0.5", "1"},
	} {
		covered, used := Stand(MustParse(c.want), MustParse(c.there), MustParse(c.factor), c.a, c.b)
		if covered != MustParse(c.covered) || used != MustParse(c.used) {
			t.Errorf("%+v: %s %s", c, covered, used)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		a, b := r.IntN(4), r.IntN(4)
		want, there, factor := Dec(r.Int64N(1_000_000_000)).RoundDown(a), Dec(r.Int64N(1_000_000_000)), Dec(1+r.Int64N(5_000_000))
		covered, used := Stand(want, there, factor, a, b)
		if covered > want || used > there || !covered.Fits(a) || !used.Fits(b) {
			t.Fatalf("%s of %s at %s: %s %s", want, there, factor, covered, used)
		}
		if need, _ := covered.Times(factor, b); need != used {
			t.Fatalf("%s uses %s, want %s", covered, used, need)
		}
		if next := covered + MustParse("1").RoundDown(0); covered < want && next <= want {
			if need, err := next.Times(factor, b); err == nil && need <= there && a == 0 {
				t.Fatalf("%s of %s at %s: one more would do", want, there, factor)
			}
		}
	}
}
