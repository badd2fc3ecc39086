package inventory

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// between stands between the first and the last number of a range: SN0001..SN0100.
const between = ".."

// mostPieces is how many one command may name.
const mostPieces = 20_000

// pieceNumbers reads what was scanned or typed: numbers, and ranges of numbers that differ in their last digits alone.
// A prefix with a count says the same: SN0001*100.
func pieceNumbers(in []string) ([]string, error) {
	out := make([]string, 0, len(in))
	for _, s := range in {
		s = strings.TrimSpace(s)
		first, last, isRange := strings.Cut(s, between)
		n := 0
		switch {
		case isRange:
			if n = span(first, last); n == 0 {
				return nil, badRange(s)
			}
		case strings.Contains(s, "*"):
			start, count, _ := strings.Cut(s, "*")
			var err error
			if n, err = strconv.Atoi(count); err != nil || n < 1 || digits(start) == 0 {
				out = append(out, s) // a number that has a star in it
				continue
			}
			first = start
		default:
			out = append(out, s)
			continue
		}
		if len(out)+n > mostPieces {
			return nil, fault.Invalid("inventory.serial_many", "%s names %d pieces; at most %d can be booked at once", s, n, mostPieces).With("range", s).With("qty", n).With("most", mostPieces)
		}
		d := digits(first)
		stem, from := first[:len(first)-d], first[len(first)-d:]
		at, _ := strconv.ParseInt(from, 10, 64)
		if last := strconv.FormatInt(at+int64(n)-1, 10); len(last) > d {
			return nil, badRange(s)
		}
		for i := range n {
			num := strconv.FormatInt(at+int64(i), 10)
			out = append(out, stem+strings.Repeat("0", d-len(num))+num)
		}
	}
	return out, nil
}

func badRange(s string) error {
	return fault.Invalid("inventory.serial_range", "%q is no range: write SN0001..SN0100, the same letters and as many digits on both sides, the smaller number first", s).With("range", s)
}

// digits counts those at the end of a number, so many as fit into an integer.
func digits(s string) int {
	n := 0
	for n < len(s) && n < 18 && s[len(s)-1-n] >= '0' && s[len(s)-1-n] <= '9' {
		n++
	}
	return n
}

// span is how many numbers a range holds, 0 when it is none.
func span(first, last string) int {
	a, b := digits(first), digits(last)
	if a == 0 || a != b || len(first) != len(last) || first[:len(first)-a] != last[:len(last)-b] {
		return 0
	}
	from, _ := strconv.ParseInt(first[len(first)-a:], 10, 64)
	to, _ := strconv.ParseInt(last[len(last)-b:], 10, 64)
	if to < from || to-from >= 1_000_000_000 {
		return 0
	}
	return int(to-from) + 1
}

// Ranges presses numbers into ranges: ten thousand pieces in a row are one text.
func Ranges(numbers []string) []string {
	sorted := slices.Sorted(slices.Values(numbers))
	var out []string
	for i := 0; i < len(sorted); {
		j := i
		for j+1 < len(sorted) && span(sorted[j], sorted[j+1]) == 2 {
			j++
		}
		switch {
		case j > i+1:
			out = append(out, sorted[i]+between+sorted[j])
		default:
			out = append(out, sorted[i:j+1]...)
		}
		i = j + 1
	}
	return out
}

// Pieces reads numbers and ranges, as commands of other rooms take them.
func Pieces(in []string) ([]string, error) { return pieceNumbers(in) }

// lookUp finds pieces of an item by number: those that follow one another in one question.
func lookUp(ctx context.Context, q db.Querier, item db.ID, numbers []string, cond string) (map[string]piece, error) {
	wanted := make(map[string]bool, len(numbers))
	for _, n := range numbers {
		wanted[n] = true
	}
	by := make(map[string]piece, len(numbers))
	find := func(w *db.Where) error {
		if cond != "" {
			w.And(cond)
		}
		return db.Each(ctx, q, `SELECT `+pieceColumns+` FROM inv_serial`+w.String(), w.Args, func(p *piece) error {
			if wanted[p.Number] { // SN10 and SN1000 stand between SN1 and SN2
				by[p.Number] = *p
			}
			return nil
		})
	}
	var single []string
	for _, r := range Ranges(numbers) {
		first, last, isRange := strings.Cut(r, between)
		if !isRange || span(first, last) == 0 {
			single = append(single, r)
			continue
		}
		var w db.Where
		w.And("item_id = ?", item)
		w.And("number >= ?", first)
		w.And("number <= ?", last)
		if err := find(&w); err != nil {
			return nil, err
		}
	}
	for part := range slices.Chunk(single, 500) {
		var w db.Where
		w.And("item_id = ?", item)
		db.In(&w, "number", part)
		if err := find(&w); err != nil {
			return nil, err
		}
	}
	return by, nil
}
