package production

import (
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// subFactors are how much of each substitute of a line is needed for one of its item; missing ones are one for one.
type subFactors []num.Dec

func (f subFactors) at(n int) num.Dec {
	if n >= 0 && n < len(f) && f[n] > 0 {
		return f[n]
	}
	return num.One
}

// factorsOf reads what joinFactors wrote.
func factorsOf(s string) (out subFactors) {
	for _, w := range strings.Fields(s) {
		f, _ := num.Parse(w)
		out = append(out, f)
	}
	return out
}

// with sets the factor of the nth substitute.
func (f subFactors) with(n int, factor num.Dec) subFactors {
	f = slices.Clone(f)
	for len(f) <= n {
		f = append(f, num.One)
	}
	f[n] = factor
	return f
}

// agree says whether substitutes of an order have the factors that a line says.
func (f subFactors) agree(have []db.ID, l *masterdata.BOMLine) bool {
	for n, s := range l.Substitutes {
		if at := slices.Index(have, s); at >= 0 && f.at(at) != l.FactorOf(n) {
			return false
		}
	}
	return true
}

func (f subFactors) join() string {
	if !slices.ContainsFunc(f, func(x num.Dec) bool { return x != num.One }) {
		return ""
	}
	out := make([]string, len(f))
	for i := range f {
		out[i] = f[i].String()
	}
	return strings.Join(out, " ")
}

// joinFactors keeps the factors of a bill's line beside its substitutes.
func joinFactors(l *masterdata.BOMLine) string { return subFactors(l.Factors).join() }
