package num

// Stand is how much of a thing another stands for, when factor of the other are needed for one: up to what is wanted,
// with what there is of the other. What is covered has at most decimals decimals and is rounded down, unless all that
// is wanted is covered; what is used of the other has at most otherDecimals and is rounded up.
func Stand(want, there, factor Dec, decimals, otherDecimals int) (covered, used Dec) {
	if want <= 0 || there <= 0 || factor <= 0 {
		return 0, 0
	}
	if used, err := want.Times(factor, otherDecimals); err == nil && used <= there {
		return want, used
	}
	there = there.RoundDown(otherDecimals)
	n, err := MulDivDown(int64(there), int64(One), int64(factor))
	if err != nil {
		return 0, 0
	}
	covered = min(Dec(n), want).RoundDown(decimals)
	if used, err = covered.Times(factor, otherDecimals); err != nil || covered <= 0 {
		return 0, 0
	}
	return covered, used
}

// Times is so many times a factor, rounded up to the decimals.
func (d Dec) Times(factor Dec, decimals int) (Dec, error) {
	n, err := MulDivUp(int64(d), int64(factor), int64(One))
	if err != nil {
		return 0, err
	}
	return Dec(n).RoundUp(decimals)
}

// RoundDown cuts off what has more decimals.
func (d Dec) RoundDown(decimals int) Dec {
	step := Dec(1)
	for range Scale - decimals {
		step *= 10
	}
	return d - d%step
}
