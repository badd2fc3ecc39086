package planning

import "kaiwu/internal/kit/num"

var UpTo = upTo

// Levels is levels for tests.
func Levels(uses []int64, days int64, leads []int64, own int64, cycle int, service string) (levelRow, error) {
	r := levelRow{Z: factors[service]}
	var use, lead sample
	for _, u := range uses {
		use.add(u)
	}
	use.n.SetInt64(days)
	for _, l := range leads {
		lead.add(l)
	}
	return r, levels(&r, &use, &lead, own, cycle, num.Dec(0), num.Dec(0), 6)
}
