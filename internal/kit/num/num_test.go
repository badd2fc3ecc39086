package num

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for s, want := range map[string]Dec{"0": 0, "-0": 0, "1": One, "12.5": 12_500_000, "-0.000001": -1, "0.100000": 100_000, "007": 7 * One,
		"9007199254.740991": Max, "-9007199254.740991": -Max} {
		if d, err := Parse(s); err != nil || d != want {
			t.Errorf("%q: %d %v, want %d", s, d, err, want)
		}
	}
	for s, want := range map[string]error{"": ErrSyntax, "-": ErrSyntax, ".": ErrSyntax, ".5": ErrSyntax, "5.": ErrSyntax, "+1": ErrSyntax, "--1": ErrSyntax, "1e3": ErrSyntax, "1,5": ErrSyntax, " 1": ErrSyntax,
		"0.0000001": ErrSyntax, "1.5.5": ErrSyntax, "１": ErrSyntax, "0x1": ErrSyntax, "NaN": ErrSyntax, "9007199254.740992": ErrOverflow, "-99999999999": ErrOverflow, "9999999999999999999999": ErrOverflow} {
		if d, err := Parse(s); !errors.Is(err, want) {
			t.Errorf("%q: %v %v, want %v", s, d, err, want)
		}
	}
}

// What is written is read as the same number, and is the shortest text of it.
func TestTextAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Dec(rapid.Int64Range(-int64(Max), int64(Max)).Draw(t, "d"))
		s := d.String()
		if back, err := Parse(s); err != nil || back != d {
			t.Fatal(d, s, back, err)
		}
		if strings.Contains(s, ".") && (strings.HasSuffix(s, "0") || strings.HasSuffix(s, ".")) {
			t.Fatal(s)
		}
		b, err := json.Marshal(d)
		var back Dec
		if err != nil || string(b) != `"`+s+`"` || json.Unmarshal(b, &back) != nil || back != d {
			t.Fatal(string(b), err, back)
		}
	})
}

// rounded is r as a whole number by a rule: -1 down, 0 half away from zero, 1 up.
func rounded(r *big.Rat, rule int) *big.Int {
	q, m := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int)) // towards −∞, since a denominator is positive
	switch twice := new(big.Int).Lsh(m, 1).Cmp(r.Denom()); {
	case m.Sign() == 0, rule < 0:
		return q
	case rule > 0, twice > 0, twice == 0 && r.Sign() > 0:
		return q.Add(q, big.NewInt(1))
	}
	return q
}

// any number, small ones and the ends among them
func number(t *rapid.T, name string) int64 {
	return rapid.OneOf(rapid.Int64(), rapid.Int64Range(-20, 20), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, math.MinInt64 + 1, int64(One), -int64(One)})).Draw(t, name)
}

// The three quotients are those of exact arithmetic, or the fault that there is no such number.
func TestQuotients(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := number(t, "a"), number(t, "b"), number(t, "c")
		for rule, of := range map[int]func(a, b, c int64) (int64, error){-1: MulDivDown, 0: MulDiv, 1: MulDivUp} {
			got, err := of(a, b, c)
			if c == 0 {
				if !errors.Is(err, ErrOverflow) {
					t.Fatal(err)
				}
				continue
			}
			r := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(a), big.NewInt(b)), big.NewInt(c))
			want := rounded(r, rule)
			switch {
			case err == nil:
				if want.Cmp(big.NewInt(got)) != 0 {
					t.Fatalf("%d×%d÷%d by %d: %d, want %s", a, b, c, rule, got, want)
				}
			case want.IsInt64() && want.Int64() != math.MinInt64: // the one number whose opposite is none is refused
				t.Fatalf("%d×%d÷%d by %d: %v, want %s", a, b, c, rule, err, want)
			}
		}
	})
}

func TestMulAndDiv(t *testing.T) {
	for _, c := range []struct{ a, b, mul, div string }{
		{"2", "3", "6", "0.666667"}, {"-2", "3", "-6", "-0.666667"}, {"1", "8", "8", "0.125"}, {"0.000001", "0.5", "0.000001", "0.000002"},
		{"-0.000001", "0.5", "-0.000001", "-0.000002"}, {"0.000001", "0.4", "0", "0.000003"},
	} {
		a, b := MustParse(c.a), MustParse(c.b)
		if got, err := a.Mul(b); err != nil || got.String() != c.mul {
			t.Errorf("%s × %s = %v %v, want %s", c.a, c.b, got, err, c.mul)
		}
		if got, err := a.Div(b); err != nil || got.String() != c.div {
			t.Errorf("%s ÷ %s = %v %v, want %s", c.a, c.b, got, err, c.div)
		}
	}
	if _, err := One.Div(0); !errors.Is(err, ErrOverflow) {
		t.Error(err)
	}
}

func TestAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := number(t, "a"), number(t, "b")
		want := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		if got, err := Dec(a).Add(Dec(b)); (err == nil) != want.IsInt64() || err == nil && int64(got) != want.Int64() {
			t.Fatal(a, b, got, err)
		}
	})
}

// RoundUp is the least number with so many decimals that is not less; Fits says that it is the number itself.
func TestRoundUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := Dec(rapid.Int64Range(-int64(Max), int64(Max)).Draw(t, "d")), rapid.IntRange(0, Scale).Draw(t, "decimals")
		step := Dec(math.Pow10(Scale - n))
		r, err := d.RoundUp(n)
		if err != nil || r < d || r-d >= step || r%step != 0 || !r.Fits(n) || d.Fits(n) != (r == d) {
			t.Fatal(d, n, r, err)
		}
	})
}

// The parts add up to the whole, and none is a millionth or more away from its fair share.
func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := Dec(rapid.Int64Range(-int64(Max), int64(Max)).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 9).Draw(t, "weights")
		weights[0]++
		all := int64(0)
		for _, w := range weights {
			all += w
		}
		parts, err := Split(total, weights)
		if err != nil || len(parts) != len(weights) {
			t.Fatal(parts, err)
		}
		sum := Dec(0)
		for i, p := range parts {
			sum += p
			fair := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(total)), big.NewInt(weights[i])), big.NewInt(all))
			if away := fair.Sub(fair, new(big.Rat).SetInt64(int64(p))); away.Abs(away).Cmp(big.NewRat(1, 1)) > 0 {
				t.Fatal(total, weights, parts)
			}
		}
		if sum != total {
			t.Fatal(total, weights, parts)
		}
	})
	for _, bad := range [][]int64{{}, {0, 0}, {1, -1}, {math.MaxInt64, 1}} {
		if p, err := Split(One, bad); !errors.Is(err, ErrOverflow) {
			t.Error(bad, p, err)
		}
	}
}

// Gross is one exact quotient, rounded up once.
func TestGross(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces, per := rapid.Int64Range(0, int64(Max)).Draw(t, "pieces"), rapid.OneOf(rapid.Int64Range(0, 100*int64(One)), rapid.Int64Range(0, int64(Max))).Draw(t, "per")
		scrap := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, 100*int64(One))).Draw(t, "scrap")
		got, err := Gross(Dec(pieces), Dec(per), Dec(scrap))
		if scrap == 100*int64(One) && pieces > 0 && per > 0 {
			if !errors.Is(err, ErrOverflow) {
				t.Fatal(got, err)
			}
			return
		}
		want := new(big.Int)
		if pieces > 0 && per > 0 {
			r := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(pieces), big.NewInt(per)), big.NewInt(int64(One)))
			want = rounded(r.Mul(r, big.NewRat(100*int64(One), 100*int64(One)-scrap)), 1)
		}
		if want.Cmp(big.NewInt(int64(Max))) > 0 {
			if !errors.Is(err, ErrOverflow) {
				t.Fatal(got, err, want)
			}
		} else if err != nil || want.Cmp(big.NewInt(int64(got))) != 0 {
			t.Fatal(got, err, want)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "-1", "12.5", "9999999999.999999", "1e9", "-.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(s)
		if !ok || want.Cmp(big.NewRat(int64(d), int64(One))) != 0 {
			t.Fatalf("%q is read as %s", s, d)
		}
	})
}
