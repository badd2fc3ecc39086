package pack

import (
	"encoding/csv"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"kaiwu/internal/kit/cal"
)

// Limits that a factory does not reach and a hostile upload does.
const (
	maxFile  = 200 << 20 // bytes of one CSV
	maxPack  = 500 << 20 // bytes of all files, unpacked
	maxNames = 2000      // entries of a zip or folder
	maxRows  = 2_000_000
)

var errTooLarge = errors.New("file too large")

// table gives the rows of a file, whatever it was written with. io.EOF ends it.
type table interface {
	next() (cells []string, line int, err error)
	// fault reports an error of next and says whether reading can go on.
	fault(c *faults, file string, err error) bool
	// ragged tables leave out empty cells at the end of a row.
	ragged() bool
	// plain turns a cell as the program stores it into a cell as the format writes it.
	plain(k kind, s string) string
}

type csvTable struct {
	r     *csv.Reader
	first bool
}

// capped stops a stream at a number of bytes counted while reading: the size in a zip's directory may lie.
type capped struct {
	r    io.Reader
	left *int64 // of the whole pack
	file int64
}

func (c *capped) Read(b []byte) (int, error) {
	if c.file <= 0 || *c.left <= 0 {
		return 0, errTooLarge
	}
	n, err := c.r.Read(b)
	c.file -= int64(n)
	*c.left -= int64(n)
	return n, err
}

func newCSV(r io.Reader, left *int64, file int64) *csvTable {
	t := &csvTable{csv.NewReader(&capped{r, left, file}), true}
	t.r.FieldsPerRecord = -1
	t.r.ReuseRecord = true
	return t
}

func (t *csvTable) next() ([]string, int, error) {
	cells, err := t.r.Read()
	if err != nil {
		return nil, 0, err
	}
	line, _ := t.r.FieldPos(0)
	if t.first {
		t.first = false
		cells[0] = strings.TrimPrefix(cells[0], "\ufeff")
	}
	return cells, line, nil
}

func (t *csvTable) fault(c *faults, file string, err error) bool {
	bad, quoting := errors.AsType[*csv.ParseError](err)
	switch {
	case err == io.EOF && t.first:
		c.add(file, 0, "", "", "pack.header")
	case err == io.EOF:
	case quoting:
		c.add(file, bad.StartLine, "", "", "pack.quotes")
		return true
	default:
		c.readError(file, err)
	}
	return false
}

func (t *csvTable) ragged() bool                  { return false }
func (t *csvTable) plain(_ kind, s string) string { return s }

type sheetTable struct {
	rows  *excelize.Rows
	line  int
	first bool
}

func (t *sheetTable) next() ([]string, int, error) {
	if !t.rows.Next() {
		if err := t.rows.Error(); err != nil {
			return nil, t.line, err
		}
		return nil, t.line, io.EOF
	}
	t.line++
	cells, err := t.rows.Columns(excelize.Options{RawCellValue: true})
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if t.first && err == nil {
		if len(cells) == 0 {
			return nil, t.line, io.EOF
		}
		t.first = false
	}
	return cells, t.line, err
}

func (t *sheetTable) fault(c *faults, file string, err error) bool {
	switch {
	case err == io.EOF && t.first:
		c.add(file, 0, "", "", "pack.header")
	case err != io.EOF:
		c.readError(file, err)
	}
	return false
}

func (t *sheetTable) ragged() bool { return true }

// plain: Excel keeps dates and times as numbers, and decimals as floats such as 0.30000000000000004. Only what a
// spreadsheet did to a value is undone here; a text is left for the column to judge.
func (t *sheetTable) plain(k kind, s string) string {
	if k == integer || k == decimal || k == maybe || k == date || k == hhmm || strings.Contains(s, "E+") {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return s
		}
		switch k {
		case date:
			if d, err := excelize.ExcelDateToTime(f, false); err == nil && f >= 20_000 && f < 2958466 { // from 1954 on: 2026 alone is no day
				return cal.DayOf(d).String()
			}
		case hhmm:
			if m := int(math.Round(f * 1440)); f >= 0 && f <= 1 {
				return strconv.Itoa(m/600%10) + strconv.Itoa(m/60%10) + ":" + strconv.Itoa(m%60/10) + strconv.Itoa(m%10)
			}
		case integer, decimal, maybe:
			if _, frac, _ := strings.Cut(s, "."); len(frac) > 6 || strings.ContainsAny(s, "eE") {
				out := strconv.FormatFloat(f, 'f', 6, 64)
				if near, _ := strconv.ParseFloat(out, 64); math.Abs(near-f) > 1e-9*max(1, math.Abs(f)) {
					return s // truly more than six places
				}
				return strings.TrimRight(strings.TrimRight(out, "0"), ".")
			}
		default: // a bar code of 13 digits typed as a number; a code such as 1E+5 is what somebody typed
			if f == math.Trunc(f) && math.Abs(f) >= 1e11 && math.Abs(f) < 1<<53 {
				return strconv.FormatFloat(f, 'f', -1, 64)
			}
		}
	}
	return s
}
