package pack

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

const (
	maxWord = 100
	maxText = 4000
)

// problem is what is wrong with one cell.
type problem struct {
	code   string
	params []string // key, value, …
}

func wrong(code string, params ...string) *problem { return &problem{code, params} }

// set reads a cell that is not empty into its field.
func (c *column) set(field any, s string) *problem {
	switch p := field.(type) {
	case *string:
		if bad := c.check(s); bad != nil {
			return bad
		}
		*p = s
	case *int:
		d, bad := c.number(s)
		if bad != nil {
			return bad
		}
		if !d.Fits(0) {
			return wrong("pack.integer")
		}
		*p = int(d / num.One)
	case *num.Dec:
		d, bad := c.number(s)
		if bad != nil {
			return bad
		}
		*p = d
	case **num.Dec:
		d, bad := c.number(s)
		if bad != nil {
			return bad
		}
		*p = &d
	case *bool:
		if s != "0" && s != "1" {
			return wrong("pack.bool")
		}
		*p = s == "1"
	case *[]string:
		return c.setWords(p, s)
	case *[]Alternative:
		return setAlternatives(p, s)
	}
	return nil
}

func (c *column) check(s string) *problem {
	if len(c.enum) > 0 {
		if !slices.Contains(c.enum, s) {
			return wrong("pack.enum", "allowed", strings.Join(c.enum, ", "))
		}
		return nil
	}
	switch c.kind {
	case date:
		if _, err := cal.ParseDay(s); err != nil {
			return wrong("pack.date")
		}
	case hhmm:
		if m, err := cal.ParseClock(s); err != nil || (m == 1440 && c.name == "from") {
			return wrong("pack.clock")
		}
	case word, code:
		return checkWord(s, c.kind == code)
	default:
		if utf8.RuneCountInString(s) > maxText {
			return wrong("pack.long", "limit", strconv.Itoa(maxText))
		}
		if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			return wrong("pack.control")
		}
	}
	return nil
}

func checkWord(s string, isCode bool) *problem {
	if utf8.RuneCountInString(s) > maxWord {
		return wrong("pack.long", "limit", strconv.Itoa(maxWord))
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		return wrong("pack.control")
	}
	if isCode && strings.Contains(s, ";") {
		return wrong("pack.code")
	}
	return nil
}

func (c *column) number(s string) (num.Dec, *problem) {
	d, err := num.Parse(s)
	switch {
	case errors.Is(err, num.ErrOverflow):
		return 0, wrong("pack.large", "limit", num.Max.String())
	case err != nil && c.kind == integer:
		return 0, wrong("pack.integer")
	case err != nil:
		return 0, wrong("pack.number")
	case c.min != nil && d < *c.min:
		return 0, wrong("pack.min", "limit", c.min.String())
	case c.max != nil && d > *c.max:
		return 0, wrong("pack.max", "limit", c.max.String())
	case c.above != nil && d <= *c.above:
		return 0, wrong("pack.above", "limit", c.above.String())
	case c.below != nil && d >= *c.below:
		return 0, wrong("pack.below", "limit", c.below.String())
	}
	return d, nil
}

func (c *column) setWords(p *[]string, s string) *problem {
	var out []string
	for w := range strings.SplitSeq(s, ";") {
		w = strings.TrimSpace(w)
		switch {
		case w == "":
			return wrong("pack.list")
		case len(c.enum) > 0 && !slices.Contains(c.enum, w):
			return wrong("pack.enum", "allowed", strings.Join(c.enum, ", "))
		case slices.Contains(out, w):
			return wrong("pack.list_twice", "element", w)
		}
		if bad := checkWord(w, true); bad != nil {
			return bad
		}
		out = append(out, w)
	}
	*p = out
	return nil
}

func setAlternatives(p *[]Alternative, s string) *problem {
	var out []Alternative
	for w := range strings.SplitSeq(s, ";") {
		i := strings.LastIndexByte(w, ':')
		if i < 0 {
			return wrong("pack.alternative")
		}
		wc := strings.TrimSpace(w[:i])
		run, err := num.Parse(strings.TrimSpace(w[i+1:]))
		if wc == "" || err != nil || run < 0 || run > num.Int(1_000_000) {
			return wrong("pack.alternative")
		}
		if bad := checkWord(wc, true); bad != nil {
			return bad
		}
		if slices.ContainsFunc(out, func(a Alternative) bool { return a.WorkCenter == wc }) {
			return wrong("pack.list_twice", "element", wc)
		}
		out = append(out, Alternative{wc, run})
	}
	*p = out
	return nil
}

// read takes the rows of one file. A bad cell keeps its default, so that one slip is one fault and the checks
// between files still see the row; the file is not usable, and its rows are dropped, when a required column is not
// even there or the text is in another encoding.
func (f *file[T]) read(t table, p *Pack, c *faults) (usable bool) {
	header, line, err := t.next()
	if err != nil {
		t.fault(c, f.name, err)
		return false
	}
	if slices.ContainsFunc(header, func(s string) bool { return !utf8.ValidString(s) }) {
		c.add(f.name, 0, "", "", "pack.encoding")
		return false
	}
	header = slices.Clone(header)
	at, usable := f.header(header, line, c)
	encoding := true
	if p.columns == nil {
		p.columns = map[string][]string{}
	}
	for i := range f.cols {
		if at[i] >= 0 {
			p.columns[f.name] = append(p.columns[f.name], f.cols[i].name)
		}
	}
	var v, blank T
	fields, row := f.row(&v)
	bf, _ := f.row(&blank)
	for i := range f.cols {
		if d := f.cols[i].def; d != "" {
			f.cols[i].set(bf[i], d)
		}
	}
	var rows []T
	for {
		cells, line, err := t.next()
		if err != nil {
			if t.fault(c, f.name, err) {
				continue
			}
			break
		}
		if len(rows) >= maxRows {
			c.add(f.name, line, "", "", "pack.rows", "limit", strconv.Itoa(maxRows))
			break
		}
		if !slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			continue // a spreadsheet leaves rows of nothing behind
		}
		if len(cells) != len(header) && !(t.ragged() && len(cells) < len(header)) {
			c.add(f.name, line, "", "", "pack.cells", "have", strconv.Itoa(len(cells)), "want", strconv.Itoa(len(header)))
			continue
		}
		v = blank
		*row = line
		for i := range f.cols {
			col := &f.cols[i]
			s := ""
			if at[i] >= 0 && at[i] < len(cells) {
				s = strings.TrimSpace(cells[at[i]])
			}
			if !utf8.ValidString(s) {
				if encoding { // the whole file was saved so: once is enough
					c.add(f.name, line, col.name, "", "pack.encoding")
				}
				encoding = false
				continue
			}
			if s == "" {
				if col.req && at[i] >= 0 {
					c.add(f.name, line, col.name, "", "pack.required")
				}
				continue
			}
			s = t.plain(col.kind, s)
			if bad := col.set(fields[i], s); bad != nil {
				c.add(f.name, line, col.name, s, bad.code, bad.params...)
			}
		}
		rows = append(rows, v)
	}
	if f.name == "site.csv" && len(rows) > 1 {
		c.add(f.name, *row, "", "", "pack.one_site")
	}
	if usable = usable && encoding; usable {
		f.store(p, rows)
	}
	return usable
}

// header says in which cell each column stands, -1 for none, and whether all required columns are there. Where one is
// missing the cells of the others are still looked at, so that one reading lists everything.
func (f *file[T]) header(header []string, line int, c *faults) (at []int, ok bool) {
	at = make([]int, len(f.cols))
	for i := range at {
		at[i] = -1
	}
	for n, h := range header {
		h = strings.TrimSpace(h)
		i := slices.IndexFunc(f.cols, func(c column) bool { return c.name == h })
		switch {
		case i < 0:
			c.add(f.name, line, h, h, "pack.column_unknown", "columns", f.columnNames(), "position", strconv.Itoa(n+1))
		case at[i] >= 0:
			c.add(f.name, line, h, h, "pack.column_twice")
		default:
			at[i] = n
		}
	}
	ok = true
	for i, col := range f.cols {
		if col.req && at[i] < 0 {
			c.add(f.name, line, col.name, "", "pack.column_missing")
			ok = false
		}
	}
	return at, ok
}
