package scheduling

import (
	"slices"

	"kaiwu/internal/kit/num"
)

// sample is one report or one set-up: value is minutes for a piece, or minutes of the set-up; weight its pieces.
type sample struct {
	value   num.Dec
	weight  int64
	outlier bool
}

// spread is what samples say: weighted quartiles without outliers.
type spread struct {
	Q1, Median, Q3 num.Dec
	N, Outliers    int
	Weight         int64
}

// spreadOf marks outliers (Tukey: further than one and a half times the distance of the quartiles beyond them, which
// counts as at least a tenth of the median) and tells the quartiles of the others. A sample weighs as much as its
// pieces: a report of one piece says little beside one of a hundred.
func spreadOf(list []sample) spread {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case list[a].value < list[b].value:
			return -1
		case list[a].value > list[b].value:
			return 1
		}
		return 0
	})
	for i := range list {
		list[i].outlier = false
	}
	s := quartiles(list, order)
	if len(list) < 4 {
		return s
	}
	fence := max(s.Q3-s.Q1, s.Median/10)
	fence += fence / 2
	for i := range list {
		if v := list[i].value; v < s.Q1-fence || v > s.Q3+fence {
			list[i].outlier = true
			s.Outliers++
		}
	}
	if s.Outliers == 0 {
		return s
	}
	out := quartiles(list, order)
	out.Outliers = s.Outliers
	return out
}

// quartiles are the values at which a quarter, half and three quarters of the weight are reached.
func quartiles(list []sample, order []int) (s spread) {
	for _, i := range order {
		if !list[i].outlier {
			s.N++
			s.Weight += list[i].weight
		}
	}
	at := func(quarter int64) num.Dec {
		var sum int64
		for _, i := range order {
			if list[i].outlier {
				continue
			}
			sum += list[i].weight
			if sum >= s.Weight/4*quarter+(s.Weight%4*quarter+3)/4 {
				return list[i].value
			}
		}
		return 0
	}
	s.Q1, s.Median, s.Q3 = at(1), at(2), at(3)
	return s
}
