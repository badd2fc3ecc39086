package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"kaiwu/internal/kit/fault"
)

// readXLSX takes raw values, not what the cells show: a cell that shows 1,234.5 holds 1234.5678, and one that shows
// 3/9/26 holds a day number. The library checks the announced size before it unpacks, and Go's zip reader holds
// each file to what it announced.
func readXLSX(file string, b []byte, lim Limits) (out []Table, err error) {
	broken := func(reason any) *fault.Error {
		return refuseFile(file, "sheet.broken", "%s cannot be read: %v", file, reason).With("reason", reason)
	}
	defer func() {
		if p := recover(); p != nil { // the library trusts parts of a workbook that a broken one lacks
			out, err = nil, broken(p)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{RawCellValue: true, UnzipSizeLimit: lim.Unpacked, UnzipXMLSizeLimit: min(16<<20, lim.Unpacked)})
	if err != nil {
		if strings.Contains(err.Error(), "unzip size exceeds") {
			return nil, refuseFile(file, "sheet.too_large", "%s unpacks to more than %d MB", file, lim.Unpacked>>20).With("limit", lim.Unpacked>>20)
		}
		return nil, broken(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	names := f.GetSheetList()
	if len(names) > lim.Sheets {
		return nil, refuseFile(file, "sheet.too_many_sheets", "%s has more than %d sheets", file, lim.Sheets).With("limit", lim.Sheets)
	}
	props, err := f.GetWorkbookProps()
	if err != nil {
		return nil, broken(err)
	}
	var size int64 // of all sheets together: one shared string may stand in a million cells
	for _, name := range names {
		if remark(name) {
			continue
		}
		t := Table{File: file + "!" + name, Name: name, Excel: true, from1904: props.Date1904 != nil && *props.Date1904}
		if err := t.readSheet(f, name, lim, &size, broken); err != nil {
			return nil, err
		}
		if t.Header != nil {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return nil, refuseFile(file, "sheet.no_header", "%s is empty and has no column names", file)
	}
	return out, nil
}

func (t *Table) readSheet(f *excelize.File, name string, lim Limits, size *int64, broken func(any) *fault.Error) error {
	rows, err := f.Rows(name)
	if err != nil {
		return broken(err)
	}
	defer rows.Close()
	// a workbook may announce a cell in any row; beyond what Excel has, or far beyond our limit, we do not look
	last := min(1_048_576, 2*lim.Rows+100)
	for line := 1; rows.Next(); line++ {
		if line > last {
			return t.refuse(line, "sheet.too_many_rows", "%s has more than %d rows", t.File, lim.Rows).With("limit", lim.Rows)
		}
		cells, err := rows.Columns()
		if err != nil {
			return broken(err)
		}
		for i, c := range cells {
			cells[i] = show(tidy(strings.ToValidUTF8(c, "\ufffd")))
		}
		if err := t.add(line, cells, lim, size); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return broken(err)
	}
	return nil
}

// tidy undoes the binary tail of Excel's numbers: it stores 1.1 as 1.1000000000000001 and shows 15 digits, so 15
// digits are what the person meant.
func tidy(s string) string {
	if len(s) < 17 || len(s) > 40 || !strings.ContainsAny(s, ".") || strings.Trim(s, "+-.0123456789eE") != "" {
		return s
	}
	digits := 0
	for _, c := range strings.TrimLeft(s, "-0.") {
		if c == 'e' || c == 'E' {
			break
		}
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if digits < 16 || err != nil || f == 0 || math.Abs(f) >= 1e15 {
		return s
	}
	r, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	// with 16 digits it may be exact text of ours: num.Dec has that many
	if err != nil || (digits == 16 && r != f) {
		return s
	}
	return strconv.FormatFloat(r, 'f', -1, 64)
}

// plain writes 1.5E-05 as 0.000015; other text comes back as it is.
func plain(s string) string {
	if !strings.ContainsAny(s, "eE") || len(s) > 40 {
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || math.Abs(f) > 1e15 {
		return s
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// serial turns Excel's day number into a date and the second of the day. Numbers before 1950 are years or quantities.
func (t *Table) serial(s string) (date string, second int, ok bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 18_264 || f > 2_958_465 || !t.Excel {
		return "", 0, false
	}
	// whole seconds first: 0.354166666666667 of a day is 08:30:00.00000003
	total := int64(math.Round(f * 86400))
	at, err := excelize.ExcelDateToTime(float64(total/86400), t.from1904)
	if err != nil {
		return "", 0, false
	}
	return at.Format("2006-01-02"), int(total % 86400), true
}

func clock(second int) string {
	if second%60 == 0 {
		return fmt.Sprintf("%02d:%02d", second/3600, second/60%60)
	}
	return fmt.Sprintf("%02d:%02d:%02d", second/3600, second/60%60, second%60)
}
