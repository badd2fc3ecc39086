package cal

import (
	"cmp"
	"slices"
	"sort"
)

// Merge is the time that any of the spans cover: in order, apart from each other; those that touch become one, those
// without a length are left out.
func Merge(lists ...[]Span) (out []Span) {
	all := slices.Concat(lists...)
	slices.SortFunc(all, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	for _, s := range all {
		switch n := len(out); {
		case s.From >= s.To:
		case n > 0 && s.From <= out[n-1].To:
			out[n-1].To = max(out[n-1].To, s.To)
		default:
			out = append(out, s)
		}
	}
	return out
}

// Minus is what spans that are in order and apart (Merge) leave when others, in any order, are taken out.
func Minus(spans, others []Span) (out []Span) {
	others = Merge(others)
	for _, s := range spans {
		for _, o := range others[reaching(others, s.From):] {
			if o.From >= s.To {
				break
			}
			if o.From > s.From {
				out = append(out, Span{From: s.From, To: o.From})
			}
			s.From = min(o.To, s.To)
		}
		if s.From < s.To {
			out = append(out, s)
		}
	}
	return out
}

// Clip is what of spans lies between two instants.
func Clip(spans []Span, from, to int64) (out []Span) {
	for _, s := range spans {
		if s.From, s.To = max(s.From, from), min(s.To, to); s.From < s.To {
			out = append(out, s)
		}
	}
	return out
}

// Overlap is how many milliseconds of a span are covered by spans that are in order and apart (Merge).
func Overlap(spans []Span, s Span) (ms int64) {
	for _, x := range spans[reaching(spans, s.From):] {
		if x.From >= s.To {
			break
		}
		ms += min(x.To, s.To) - max(x.From, s.From)
	}
	return ms
}

// Length is how many milliseconds spans have that are apart.
func Length(spans []Span) (ms int64) {
	for _, s := range spans {
		ms += s.To - s.From
	}
	return ms
}

// reaching is the first span that ends after an instant.
func reaching(spans []Span, ms int64) int {
	return sort.Search(len(spans), func(i int) bool { return spans[i].To > ms })
}
