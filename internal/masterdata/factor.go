package masterdata

import (
	"slices"
	"strings"

	"kaiwu/internal/kit/num"
)

// factors keeps a list of factors in the one form in which it is compared: one for each substitute, nil when each is
// one for one.
func factors(list []num.Dec, subs int) []num.Dec {
	out := make([]num.Dec, subs)
	for i := range out {
		out[i] = factorAt(list, i)
	}
	if !slices.ContainsFunc(out, func(f num.Dec) bool { return f != num.One }) {
		return nil
	}
	return out
}

// factorAt is how much of the nth substitute is needed for one of the item.
func factorAt(list []num.Dec, n int) num.Dec {
	if n < len(list) && list[n] > 0 {
		return list[n]
	}
	return num.One
}

// FactorOf is how much of the nth substitute of a line is needed for one of its item.
func (l *BOMLine) FactorOf(n int) num.Dec { return factorAt(l.Factors, n) }

func splitFactors(s string, subs int) []num.Dec {
	if s == "" {
		return nil
	}
	var list []num.Dec
	for w := range strings.SplitSeq(s, ";") {
		f, _ := num.Parse(w) // we wrote it; an empty place is one for one
		list = append(list, f)
	}
	return factors(list, subs)
}

func joinFactors(list []num.Dec) string {
	out := make([]string, len(list))
	for i, f := range list {
		if f != num.One && f > 0 {
			out[i] = f.String()
		}
	}
	if s := strings.Join(out, ";"); strings.Trim(s, ";") != "" {
		return s
	}
	return ""
}
