// Package sheet reads and writes CSV and Excel. What comes in becomes Tables of text whose cells know their file,
// row and column; Decode turns a Table into structs and names every fault with its place, the value found and what
// to do about it. What goes out is streamed row by row.
//
// Promises: a file that is too large, unpacks too large or is broken is refused and never panics; what Writer wrote
// reads back as the same text; no cell that we write is taken for a formula by a spreadsheet program.
package sheet

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"kaiwu/internal/kit/fault"
)

// Table is one CSV file or one sheet of a workbook.
type Table struct {
	File   string // how a person finds it: "items.csv", "factory.xlsx!items"
	Name   string // "items"
	Header []string
	Rows   []Row // rows with nothing in them are left out

	HeadLine int  // the row that Header stands in
	Excel    bool // numbers and dates arrive as Excel keeps them
	from1904 bool // old workbooks of the Mac count days from 1904
}

// Row is one line under the header.
type Row struct {
	Line  int // from 1, as editors and spreadsheet programs count
	Cells []string
}

// Pos is where a record came from. A struct that embeds it gets it filled by Decode and can then report what only
// the room can know ("no such item") at the right place.
type Pos struct {
	File string `json:"-" db:"-"`
	Line int    `json:"-" db:"-"`
}

// Fault names a bad cell. Params are pairs for the translated sentence beside file, row, column and value.
func (p Pos) Fault(column, value, code, detail string, params ...string) fault.Field {
	f := fault.Field{Where: p.File + ":" + strconv.Itoa(p.Line) + ":" + column, Code: code, Detail: detail, Value: clip(value),
		Params: map[string]string{"file": p.File, "row": strconv.Itoa(p.Line), "column": column, "value": clip(value)}}
	for i := 0; i+1 < len(params); i += 2 {
		f.Params[params[i]] = params[i+1]
	}
	return f
}

func clip(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

// Limits of what is read.
type Limits struct {
	Bytes    int64 // of the file, and of the text in one table
	Unpacked int64 // of an xlsx
	Rows     int   // of one table
	Columns  int
	Sheets   int
	Cell     int // characters in one cell
}

// Default holds a year of a small factory with room to spare.
var Default = Limits{Bytes: 128 << 20, Unpacked: 1 << 30, Rows: 1_000_000, Columns: 300, Sheets: 100, Cell: 32_767}

// tableName is the file's name without folder and ending.
func tableName(file string) string {
	b := path.Base(strings.ReplaceAll(file, `\`, "/"))
	return strings.TrimSuffix(b, path.Ext(b))
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// add takes one raw row: the first with something in it is the header.
func (t *Table) add(line int, cells []string, lim Limits, size *int64) error {
	if blank(cells) {
		return nil
	}
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) > lim.Columns {
		return t.refuse(line, "sheet.too_many_columns", "row %d of %s has %d columns, at most %d are read", line, t.File, len(cells), lim.Columns).With("limit", lim.Columns)
	}
	for i, c := range cells {
		*size += int64(len(c))
		if len(c) > lim.Cell && len([]rune(c)) > lim.Cell {
			return t.refuse(line, "sheet.cell_long", "row %d, column %d of %s has more than %d characters", line, i+1, t.File, lim.Cell).With("limit", lim.Cell).With("column", i+1)
		}
	}
	if *size > lim.Bytes {
		return t.refuse(line, "sheet.too_large", "%s is larger than %d MB", t.File, lim.Bytes>>20).With("limit", lim.Bytes>>20)
	}
	if t.Header == nil {
		t.Header, t.HeadLine = cells, line
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		return nil
	}
	if len(t.Rows) >= lim.Rows {
		return t.refuse(line, "sheet.too_many_rows", "%s has more than %d rows", t.File, lim.Rows).With("limit", lim.Rows)
	}
	t.Rows = append(t.Rows, Row{line, cells})
	return nil
}

func (t *Table) refuse(line int, code, detail string, args ...any) *fault.Error {
	return fault.Invalid(code, detail, args...).With("file", t.File).With("row", line)
}

func refuseFile(file, code, detail string, args ...any) *fault.Error {
	return fault.Invalid(code, detail, args...).With("file", file)
}

// mostFaults is how many faults one answer carries; the rest is counted.
const mostFaults = 1000

// Refuse makes one error of the faults, nil of none.
func Refuse(list []fault.Field) error {
	if len(list) == 0 {
		return nil
	}
	return fault.Invalid("sheet.refused", "%d faults found, nothing was imported; the first: %s: %s", len(list), list[0].Where, list[0].Detail).
		With("count", len(list)).At(list[:min(len(list), mostFaults)]...)
}

// ColumnName is A, B … Z, AA.
func ColumnName(n int) string {
	s := ""
	for n++; n > 0; n = (n - 1) / 26 {
		s = fmt.Sprintf("%c", 'A'+(n-1)%26) + s
	}
	return s
}
