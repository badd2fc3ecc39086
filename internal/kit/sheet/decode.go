package sheet

import (
	"reflect"
	"strconv"
	"strings"

	"kaiwu/internal/kit/fault"
)

// Decode reads every row into a T. It goes on after a fault, so that a person gets the whole list at once; the
// records are complete only when the list is empty. T's columns are described by struct tags, see column.
func Decode[T any](t Table) ([]T, []fault.Field) {
	s := specOf(reflect.TypeFor[T]())
	cols, faults := t.match(s)
	out := make([]T, 0, len(t.Rows))
	for _, row := range t.Rows {
		var v T
		rv := reflect.ValueOf(&v).Elem()
		p := Pos{t.File, row.Line}
		if s.pos != nil {
			rv.FieldByIndex(s.pos).Set(reflect.ValueOf(p))
		}
		for i, c := range cols.at {
			cell := ""
			if i < len(row.Cells) {
				cell = row.Cells[i]
			}
			if c != nil {
				faults = t.read(faults, p, c, rv.FieldByIndex(c.index), cell)
			}
		}
		for _, c := range cols.absent {
			if c.def != "" {
				c.set(rv.FieldByIndex(c.index), c.def)
			}
		}
		for i := len(t.Header); i < len(row.Cells); i++ {
			if strings.TrimSpace(row.Cells[i]) != "" {
				faults = append(faults, field(p, ColumnName(i), row.Cells[i], "sheet.extra_cell"))
			}
		}
		out = append(out, v)
	}
	return out, faults
}

// Columns lists the names that T has.
func Columns[T any]() []string {
	s := specOf(reflect.TypeFor[T]())
	out := make([]string, len(s.cols))
	for i, c := range s.cols {
		out[i] = c.name
	}
	return out
}

type matched struct {
	at     []*column // by column of the table
	absent []*column
}

func (t *Table) match(s *spec) (m matched, faults []fault.Field) {
	p := Pos{t.File, t.HeadLine}
	seen := map[*column]bool{}
	m.at = make([]*column, len(t.Header))
	for i, h := range t.Header {
		c := s.find(h)
		switch {
		case h == "":
			for _, row := range t.Rows {
				if i < len(row.Cells) && strings.TrimSpace(row.Cells[i]) != "" {
					faults = append(faults, field(Pos{t.File, row.Line}, ColumnName(i), row.Cells[i], "sheet.extra_cell"))
					break
				}
			}
		case c == nil:
			en, zh := "the columns are "+s.names(), "可用的列："+s.names()
			if near := s.nearest(h); near != "" {
				en, zh = "perhaps “"+near+"” is meant", "可能应为“"+near+"”"
			}
			faults = append(faults, field(p, h, h, "sheet.unknown_column", "hint", en, "hint_zh", zh))
		case seen[c]:
			faults = append(faults, field(p, h, h, "sheet.duplicate_column"))
		default:
			seen[c], m.at[i] = true, c
		}
	}
	for _, c := range s.cols {
		if seen[c] {
			continue
		}
		m.absent = append(m.absent, c)
		if c.req && c.def == "" {
			faults = append(faults, field(p, c.name, "", "sheet.missing_column"))
		}
	}
	return m, faults
}

func (t *Table) read(faults []fault.Field, p Pos, c *column, v reflect.Value, cell string) []fault.Field {
	s := strings.TrimSpace(strings.TrimLeft(cell, "\ufeff"))
	if s == "" {
		if c.def != "" {
			c.set(v, c.def)
		} else if c.req {
			return append(faults, field(p, c.name, "", "sheet.required"))
		}
		return faults
	}
	if t.Excel {
		switch s {
		case "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!":
			return append(faults, field(p, c.name, s, "sheet.formula_error"))
		}
		if d, second, ok := t.serial(s); ok {
			switch c.kind {
			case "date":
				s = d
			case "instant":
				s = d + "T" + clock(second)
			}
		}
		if f, err := strconv.ParseFloat(s, 64); err == nil && c.kind == "time" && f >= 0 && f < 1 {
			s = clock(int(f*86400+0.5) % 86400)
		}
	}
	if code, params := c.set(v, s); code != "" {
		faults = append(faults, field(p, c.name, s, code, params...))
	}
	return faults
}

// find takes the name in any case, the Chinese title, and a star that marks it as required.
func (s *spec) find(h string) *column {
	h = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(h), "*"))
	for _, c := range s.cols {
		if strings.EqualFold(h, c.name) || (c.zh != "" && h == c.zh) {
			return c
		}
	}
	return nil
}

func (s *spec) names() string {
	out := make([]string, len(s.cols))
	for i, c := range s.cols {
		out[i] = c.name
	}
	return strings.Join(out, ", ")
}

func (s *spec) nearest(h string) string {
	best, name := 3, "" // more than two letters away is another word
	for _, c := range s.cols {
		for _, n := range []string{c.name, c.zh} {
			if d := distance([]rune(strings.ToLower(h)), []rune(n)); n != "" && d < best && d < len([]rune(n)) {
				best, name = d, n
			}
		}
	}
	return name
}

// distance is Levenshtein's.
func distance(a, b []rune) int {
	if len(a) > 60 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diag := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := 1
			if x == y {
				cost = 0
			}
			diag, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diag+cost)
		}
	}
	return row[len(b)]
}
