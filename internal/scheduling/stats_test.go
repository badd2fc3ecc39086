package scheduling

import (
	"math/rand/v2"
	"slices"
	"testing"

	"kaiwu/internal/kit/num"
)

func TestSpread(t *testing.T) {
	one := func(v, w int64) sample { return sample{value: num.Int(v), weight: w} }
	for _, c := range []struct {
		list                  []sample
		q1, median, q3        int64
		n, outliers, heaviest int
	}{
		{[]sample{one(58, 1)}, 58, 58, 58, 1, 0, 0},
		{[]sample{one(3, 1), one(1, 1), one(2, 1)}, 1, 2, 3, 3, 0, 0},
		{[]sample{one(58, 100), one(57, 100), one(59, 100), one(58, 11), one(600, 1)}, 57, 58, 59, 4, 1, 0}, // somebody forgot to pause
		{[]sample{one(58, 100), one(57, 100), one(59, 100), one(58, 11), one(0, 1)}, 57, 58, 59, 4, 1, 0},   // reported at once
		{[]sample{one(10, 1), one(20, 98), one(30, 1)}, 20, 20, 20, 3, 0, 0},                                // a report of one piece says little
	} {
		s := spreadOf(c.list)
		if s.Q1 != num.Int(c.q1) || s.Median != num.Int(c.median) || s.Q3 != num.Int(c.q3) || s.N != c.n || s.Outliers != c.outliers {
			t.Errorf("%v: %+v", c.list, s)
		}
	}
}

// Whatever the order of the reports and however wild one of them is, the median lies among the honest ones.
func TestSpreadProperties(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		n := 5 + rnd.IntN(40)
		list := make([]sample, n)
		for i := range list {
			list[i] = sample{value: num.Int(900 + rnd.Int64N(200)), weight: 1 + rnd.Int64N(50)}
		}
		honest := spreadOf(slices.Clone(list))
		if honest.Q1 > honest.Median || honest.Median > honest.Q3 {
			t.Fatalf("%+v", honest)
		}
		with := append(slices.Clone(list), sample{value: num.Int(1_000_000), weight: 1})
		rnd.Shuffle(len(with), func(a, b int) { with[a], with[b] = with[b], with[a] })
		s := spreadOf(with)
		if s.Outliers == 0 || s.Median < num.Int(900) || s.Median > num.Int(1100) {
			t.Fatalf("%+v", s)
		}
	}
}
