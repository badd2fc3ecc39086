// Package num holds exact numbers: quantities, prices, money and rates are all int64 millionths.
//
// One scale for everything keeps sums exact on both engines (BIGINT) and lets the wire form be a decimal
// string, because a JSON number is a float in a browser. Products and quotients go through 128 bits in Go,
// never through SQL, and rounding is named where it happens: MulDiv rounds half away from zero (money,
// prices), MulDivUp towards +∞ (a need), MulDivDown towards −∞ (a yield).
package num

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Dec is a decimal number in millionths: Dec(12_500_000) is 12.5. Range ±9.2e12 units.
type Dec int64

const (
	Scale = 6
	One   = Dec(1_000_000)
	// Max keeps a value inside a JavaScript integer and leaves room to add a thousand of them in an int64.
	Max = Dec(1<<53 - 1)
)

// ErrOverflow: the result does not fit; nothing was rounded or wrapped.
var ErrOverflow = errors.New("number out of range")

// ErrSyntax: the text is not a plain decimal with at most six places.
var ErrSyntax = errors.New("not a decimal number with at most six places")

// Int makes a whole number.
func Int(n int64) Dec { return Dec(n) * One }

// Parse reads a plain decimal such as "0.35" or "-12"; no exponent, no grouping, no plus sign.
func Parse(s string) (Dec, error) {
	t, neg := strings.CutPrefix(s, "-")
	whole, frac, dot := strings.Cut(t, ".")
	if whole == "" || (dot && frac == "") || len(frac) > Scale {
		return 0, fmt.Errorf("%q: %w", s, ErrSyntax)
	}
	for _, c := range whole + frac {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("%q: %w", s, ErrSyntax)
		}
	}
	n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", Scale-len(frac)), 10, 64)
	if err != nil || Dec(n) > Max {
		return 0, fmt.Errorf("%q: %w", s, ErrOverflow)
	}
	if neg {
		n = -n
	}
	return Dec(n), nil
}

// MustParse is Parse for constants in code and tests.
func MustParse(s string) Dec {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// String writes the shortest decimal: 12.5, not 12.500000.
func (d Dec) String() string {
	u := abs(int64(d))
	s := strconv.FormatUint(u/1e6, 10)
	if f := u % 1e6; f != 0 {
		t := strconv.FormatUint(1e6+f, 10)[1:]
		s += "." + strings.TrimRight(t, "0")
	}
	if d < 0 {
		s = "-" + s
	}
	return s
}

// Add returns d+e or ErrOverflow.
func (d Dec) Add(e Dec) (Dec, error) {
	s := d + e
	if (e > 0 && s < d) || (e < 0 && s > d) {
		return 0, ErrOverflow
	}
	return s, nil
}

// Mul is d×e in units (both in millionths), half away from zero.
func (d Dec) Mul(e Dec) (Dec, error) {
	r, err := MulDiv(int64(d), int64(e), int64(One))
	return Dec(r), err
}

// Div is d÷e, half away from zero.
func (d Dec) Div(e Dec) (Dec, error) {
	r, err := MulDiv(int64(d), int64(One), int64(e))
	return Dec(r), err
}

// MulDiv is a×b÷c with a 128-bit product, rounded half away from zero.
func MulDiv(a, b, c int64) (int64, error) {
	q, r, neg, err := mulDiv(a, b, c)
	if err != nil {
		return 0, err
	}
	if d := abs(c); r >= d-r {
		q++
	}
	return signed(q, neg)
}

// MulDivUp is a×b÷c rounded towards +∞: what a need asks for.
func MulDivUp(a, b, c int64) (int64, error) {
	q, r, neg, err := mulDiv(a, b, c)
	if err != nil {
		return 0, err
	}
	if r != 0 && !neg {
		q++
	}
	return signed(q, neg)
}

// MulDivDown is a×b÷c rounded towards −∞: what a yield gives.
func MulDivDown(a, b, c int64) (int64, error) {
	q, r, neg, err := mulDiv(a, b, c)
	if err != nil {
		return 0, err
	}
	if r != 0 && neg {
		q++
	}
	return signed(q, neg)
}

func mulDiv(a, b, c int64) (q, r uint64, neg bool, err error) {
	if c == 0 {
		return 0, 0, false, ErrOverflow
	}
	neg = (a < 0) != (b < 0) != (c < 0)
	hi, lo := bits.Mul64(abs(a), abs(b))
	if hi >= abs(c) {
		return 0, 0, false, ErrOverflow
	}
	q, r = bits.Div64(hi, lo, abs(c))
	return q, r, neg, nil
}

func signed(q uint64, neg bool) (int64, error) {
	if q > math.MaxInt64 {
		return 0, ErrOverflow
	}
	if neg {
		return -int64(q), nil
	}
	return int64(q), nil
}

func abs(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

// RoundUp rounds d up to the given number of decimals (0–6).
func (d Dec) RoundUp(decimals int) (Dec, error) {
	step := Dec(1)
	for range Scale - decimals {
		step *= 10
	}
	q := d / step
	if d%step > 0 {
		q++
	}
	r := q * step
	if r < d {
		return 0, ErrOverflow
	}
	return r, nil
}

// Fits says whether d has at most the given number of decimals.
func (d Dec) Fits(decimals int) bool {
	step := Dec(1)
	for range Scale - decimals {
		step *= 10
	}
	return d%step == 0
}

// Split shares total over the weights so that the parts add up to it exactly: each part is the difference of
// two rounded running totals, so the order of the weights decides who gets the odd millionth.
func Split(total Dec, weights []int64) ([]Dec, error) {
	var sum int64
	for _, w := range weights {
		if w < 0 || sum > math.MaxInt64-w {
			return nil, ErrOverflow
		}
		sum += w
	}
	if sum == 0 {
		return nil, ErrOverflow
	}
	out := make([]Dec, len(weights))
	var cum, prev int64
	for i, w := range weights {
		cum += w
		r, err := MulDiv(int64(total), cum, sum)
		if err != nil {
			return nil, err
		}
		out[i] = Dec(r - prev)
		prev = r
	}
	return out, nil
}

func (d Dec) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d *Dec) UnmarshalText(b []byte) (err error) {
	*d, err = Parse(string(b))
	return err
}

var longest = 18 // sign, ten places, point, six places

// Schema tells the OpenAPI document that a number travels as a decimal string.
func (Dec) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "decimal", Pattern: `^-?\d+(\.\d{1,6})?$`, PatternDescription: "decimal", MaxLength: &longest,
		Description: "Decimal number with up to six places", Examples: []any{"12.5"}}
}
