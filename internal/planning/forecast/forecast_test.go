package forecast

import (
	"math"
	"math/rand/v2"
	"testing"
)

func near(got, want, part float64) bool { return math.Abs(got-want) <= part*math.Abs(want)+1e-9 }

// A history that follows a rule is carried on by the method that knows the rule.
func TestKnownShapes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	season := []float64{80, 90, 120, 150, 100, 60, 50, 60, 90, 130, 170, 100}
	for _, c := range []struct {
		name   string
		at     func(t int) float64
		n      int
		season int
		method []Method
		part   float64
	}{
		{"the same every month", func(int) float64 { return 100 }, 24, 12, []Method{Mean}, 0},
		{"with a season", func(t int) float64 { return season[t%12] + r.Float64()*4 }, 48, 12, []Method{Seasonal}, 0.15},
		{"every fourth month", func(t int) float64 { return float64(btoi(t%4 == 0) * 30) }, 30, 12, []Method{Before}, 0},
		{"growing", func(t int) float64 { return 100 + 5*float64(t) }, 24, 0, []Method{Trend}, 0.1},
		{"a step up", func(t int) float64 {
			if t < 10 {
				return 50
			}
			return 100
		}, 30, 0, []Method{Simple, Trend}, 0.05},
	} {
		t.Run(c.name, func(t *testing.T) {
			var x []float64
			for i := range c.n {
				x = append(x, c.at(i))
			}
			f, err := Make(x, c.season, 6)
			if err != nil {
				t.Fatal(err)
			}
			ok := false
			for _, m := range c.method {
				ok = ok || f.Method == m
			}
			if !ok {
				t.Errorf("chose %s", f.Method)
			}
			for h, v := range f.Values {
				if want := c.at(c.n + h); !near(v, want, c.part) {
					t.Errorf("period %d: %.1f, want %.1f", h, v, want)
				}
			}
			if c.name == "with a season" && f.Error > f.Naive*1.5 {
				t.Errorf("errs by %.2f, naively %.2f", f.Error, f.Naive)
			}
		})
	}
}

// Demand that comes rarely is not forecast as if it came every month, nor as the last month was.
func TestRare(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var x []float64
	for range 60 {
		v := 0.0
		if r.IntN(4) == 0 {
			v = 20
		}
		x = append(x, v)
	}
	f, err := Make(x, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range f.Values {
		if v < 1 || v > 10 {
			t.Errorf("%s says %v", f.Method, f.Values)
		}
	}
}

// Nothing below zero, nothing endless, whatever the history; too little of it gives the average and says that nothing
// was tested.
func TestAnyHistory(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		x := make([]float64, 1+r.IntN(60))
		for i := range x {
			if r.IntN(3) > 0 {
				x[i] = float64(r.IntN(1000))
			}
		}
		f, err := Make(x, []int{0, 4, 12}[r.IntN(3)], 5)
		if err != nil || len(f.Values) != 5 {
			t.Fatal(f, err)
		}
		for _, v := range f.Values {
			if v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%v gives %v", x, f)
			}
		}
		if len(x) < 6 && (f.Tested != 0 || f.Method != Mean) {
			t.Fatalf("%d periods: %+v", len(x), f)
		}
	}
	if _, err := Make(nil, 12, 3); err == nil {
		t.Error("a forecast of nothing")
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
