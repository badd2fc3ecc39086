package sheet

import (
	"encoding"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// Format is what Writer writes.
type Format string

const (
	CSV  Format = "csv"  // UTF-8 with the mark that makes Excel read it as such
	Bare Format = "bare" // CSV without the mark, for programs
	XLSX Format = "xlsx"
)

// Mime is the content type of a download.
func (f Format) Mime() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Writer streams tables out: Sheet, then Row by Row, at the end Close. An xlsx grows in temporary files and is
// written on Close.
type Writer struct {
	w      io.Writer
	format Format
	csv    *csv.Writer
	x      *excelize.File
	sw     *excelize.StreamWriter
	head   int // style of the header
	sheets int
	line   int
	name   string
}

// NewWriter refuses a format that it does not know.
func NewWriter(w io.Writer, f Format) (*Writer, error) {
	switch f {
	case CSV, Bare:
		return &Writer{w: w, format: f, csv: csv.NewWriter(w)}, nil
	case XLSX:
		x := excelize.NewFile()
		head, err := headStyle(x)
		if err != nil {
			return nil, err
		}
		return &Writer{w: w, format: f, x: x, head: head}, nil
	}
	return nil, fault.Invalid("sheet.format", "there is no export format %q", f).With("format", f)
}

func headStyle(x *excelize.File) (int, error) {
	return x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}},
		Border: []excelize.Border{{Type: "bottom", Color: "8899AA", Style: 1}}})
}

// Sheet begins a table. CSV holds one only.
func (w *Writer) Sheet(name string, header ...string) error {
	w.sheets++
	w.line, w.name = 0, name
	if w.format != XLSX {
		if w.sheets > 1 {
			return fmt.Errorf("a CSV file holds one table, %q is the second", name)
		}
		if w.format == CSV {
			if _, err := io.WriteString(w.w, "\ufeff"); err != nil {
				return err
			}
		}
		return w.writeCSV(header)
	}
	name = sheetName(name)
	if err := w.flush(); err != nil {
		return err
	}
	var err error
	if w.sheets == 1 {
		err = w.x.SetSheetName("Sheet1", name)
	} else {
		_, err = w.x.NewSheet(name)
	}
	if err != nil {
		return err
	}
	if w.sw, err = w.x.NewStreamWriter(name); err != nil {
		return err
	}
	for i, h := range header {
		if err := w.sw.SetColWidth(i+1, i+1, colWidth(h)); err != nil {
			return err
		}
	}
	if err := w.sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	cells := make([]any, len(header))
	for i, h := range header {
		cells[i] = excelize.Cell{StyleID: w.head, Value: h}
	}
	return w.setRow(cells)
}

// Row writes one line: text, numbers, num.Dec, booleans (1 and 0), times, and what writes itself as text; nil is an
// empty cell. Identifiers and codes must come as text: Excel keeps 15 digits of a number.
func (w *Writer) Row(cells ...any) error {
	if w.format != XLSX {
		text := make([]string, len(cells))
		for i, c := range cells {
			s, err := plainText(c)
			if err != nil {
				return err
			}
			text[i] = s
		}
		return w.writeCSV(text)
	}
	if w.sw == nil {
		return fmt.Errorf("Row before Sheet")
	}
	out := make([]any, len(cells))
	for i, c := range cells {
		v, err := cellValue(c)
		if err != nil {
			return err
		}
		if s, ok := v.(string); ok {
			if utf8.RuneCountInString(s) > 32_000 {
				return fault.Invalid("sheet.cell_long", "row %d, column %d of %s has more than 32000 characters", w.line+1, i+1, w.name).
					With("file", w.name).With("row", w.line+1).With("column", i+1).With("limit", 32_000)
			}
			if s == "" {
				v = nil
			} else if s[0] == '\'' {
				v = hide(s) // no cell of text is a formula in xlsx; this keeps reading the inverse of writing
			}
		}
		out[i] = v
	}
	return w.setRow(out)
}

func (w *Writer) setRow(cells []any) error {
	w.line++
	if w.line > 1_048_576 {
		return fault.Invalid("sheet.too_many_rows", "%s has more than %d rows", w.name, 1_048_576).With("file", w.name).With("limit", 1_048_576)
	}
	return w.sw.SetRow("A"+strconv.Itoa(w.line), cells)
}

func (w *Writer) writeCSV(cells []string) error {
	out := make([]string, len(cells))
	for i, s := range cells {
		out[i] = hide(strings.ReplaceAll(s, "\r\n", "\n"))
	}
	return w.csv.Write(out)
}

func (w *Writer) flush() error {
	if w.sw == nil {
		return nil
	}
	err := w.sw.Flush()
	w.sw = nil
	return err
}

// Close writes what is left. Without it the file is not whole.
func (w *Writer) Close() error {
	if w.format != XLSX {
		w.csv.Flush()
		return w.csv.Error()
	}
	err := w.flush()
	if err == nil {
		_, err = w.x.WriteTo(w.w)
	}
	if e := w.x.Close(); err == nil {
		err = e
	}
	return err
}

func plainText(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case bool:
		if v {
			return "1", nil
		}
		return "0", nil
	case time.Time:
		if v.IsZero() {
			return "", nil
		}
		return v.Format("2006-01-02T15:04:05"), nil
	case encoding.TextMarshaler:
		b, err := v.MarshalText()
		return string(b), err
	case float32, float64:
		return "", fmt.Errorf("a floating number %v is no quantity", v)
	}
	return fmt.Sprint(v), nil
}

// cellValue is a number where Excel keeps it exactly, else text.
func cellValue(v any) (any, error) {
	switch v := v.(type) {
	case num.Dec:
		s := v.String()
		if len(strings.TrimLeft(strings.NewReplacer("-", "", ".", "").Replace(s), "0")) <= 15 {
			return strconv.ParseFloat(s, 64)
		}
		return s, nil
	case int, int8, int16, int32, uint8, uint16, uint32:
		return v, nil
	case int64:
		if v > -1e15 && v < 1e15 {
			return v, nil
		}
		return strconv.FormatInt(v, 10), nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	}
	s, err := plainText(v)
	// what XML cannot hold would break the whole workbook
	return strings.Map(func(r rune) rune {
		if (r < ' ' && r != '\n' && r != '\t' && r != '\r') || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd")), err
}

// sheetName keeps to what Excel allows.
func sheetName(s string) string {
	s = strings.Trim(strings.NewReplacer(":", "_", `\`, "_", "/", "_", "?", "_", "*", "_", "[", "(", "]", ")").Replace(s), "'")
	if r := []rune(s); len(r) > 31 {
		s = string(r[:31])
	}
	if s == "" {
		s = "Sheet"
	}
	return s
}

// colWidth in Excel's unit, a digit; Chinese letters take two.
func colWidth(h string) float64 {
	n := 0
	for _, r := range h {
		if n++; r >= 0x2e80 {
			n++
		}
	}
	return float64(min(max(n+4, 12), 40))
}
