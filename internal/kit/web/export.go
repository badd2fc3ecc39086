package web

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/xuri/excelize/v2"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

const exportPage = 1000

// export checks the request at once and writes the rows later, page by page on one snapshot.
func (l *lister[Row]) export(ctx context.Context, a *API, in *exportInput) (func(huma.Context), error) {
	s, err := l.selected(ctx, &in.ListQuery)
	if err != nil {
		return nil, err
	}
	dropped := map[string]bool{}
	for _, d := range s.drop {
		dropped[d] = true
	}
	var cols []exportColumn
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Row]()) {
		name, inline := jsonField(f)
		if name == "" || inline || dropped[name] || !sees(callOf(ctx).actor, f.Tag.Get("mask")) || !writable(f.Type) {
			continue
		}
		c := column{name: name, doc: f.Tag.Get("doc")}
		cols = append(cols, exportColumn{title: c.title(l.Titles, Locale(ctx)), index: f.Index, moment: strings.HasSuffix(name, "_ms"), code: name == "id" || strings.HasSuffix(name, "_id")})
	}
	f := File{Name: fmt.Sprintf("%s-%s.%s", orElse(l.File, l.id), a.DB.Now().In(a.DB.Zone()).Format("20060102-1504"), in.Format),
		Type: "text/csv; charset=utf-8"}
	open := csvWriter
	if in.Format == "xlsx" {
		f.Type, open = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsxWriter
	}
	f.Write = func(w io.Writer) error {
		out, err := open(w)
		if err != nil {
			return err
		}
		head := make([]any, len(cols))
		for i, c := range cols {
			head[i] = c.title
		}
		if err := out.row(head); err != nil {
			return err
		}
		err = a.DB.View(ctx, func(q db.Querier) error {
			var after []any
			for {
				rows, last, more, err := l.rows(ctx, q, s, after, exportPage)
				if err != nil {
					return err
				}
				for i := range rows {
					rv := reflect.ValueOf(&rows[i]).Elem()
					line := make([]any, len(cols))
					for j, c := range cols {
						line[j] = c.value(rv, a.DB.Zone())
					}
					if err := out.row(line); err != nil {
						return err
					}
				}
				if !more {
					return nil
				}
				after = append([]any(nil), last...)
			}
		})
		if err != nil {
			return err
		}
		return out.close()
	}
	return f.send(ctx), nil
}

type exportColumn struct {
	title  string
	index  []int
	moment bool // a Unix millisecond, written as local time
	code   bool // an identifier, written as text
}

// writable says whether a value has a place in one cell of a sheet.
func writable(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return true
	}
	return t.Implements(textMarshaler)
}

func (c exportColumn) value(row reflect.Value, zone *time.Location) any {
	v, err := row.FieldByIndexErr(c.index)
	if err != nil {
		return ""
	}
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case num.Dec:
		return x
	case db.ID:
		if x == 0 {
			return ""
		}
		return x.String()
	}
	switch {
	case c.moment && v.CanInt():
		if v.Int() == 0 {
			return ""
		}
		return time.UnixMilli(v.Int()).In(zone).Format(time.DateTime)
	case c.code && v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanInt():
		return v.Int()
	case v.Kind() == reflect.Bool:
		return v.Bool()
	case v.Kind() == reflect.String:
		return v.String()
	}
	return fmt.Sprint(v.Interface())
}

type rowWriter interface {
	row([]any) error
	close() error
}

type csvOut struct{ w *csv.Writer }

// csvWriter begins with a byte order mark, without which Excel takes Chinese for Latin letters.
func csvWriter(w io.Writer) (rowWriter, error) {
	_, err := io.WriteString(w, "\ufeff")
	return &csvOut{csv.NewWriter(w)}, err
}

func (c *csvOut) row(vals []any) error {
	line := make([]string, len(vals))
	for i, v := range vals {
		if s, ok := v.(string); ok {
			line[i] = harmless(s)
		} else {
			line[i] = fmt.Sprint(v)
		}
	}
	return c.w.Write(line)
}

func (c *csvOut) close() error { c.w.Flush(); return c.w.Error() }

// harmless keeps a spreadsheet from running a name such as =cmd|' /C calc'!A0 as a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

type xlsxOut struct {
	to     io.Writer
	f      *excelize.File
	s      *excelize.StreamWriter
	sheets int
	n      int
	head   []any
}

const sheetRows = 1_048_576

func xlsxWriter(w io.Writer) (rowWriter, error) { return &xlsxOut{to: w, f: excelize.NewFile()}, nil }

// row writes text as text, never as a formula; a sheet that is full is followed by another.
func (x *xlsxOut) row(vals []any) error {
	if x.s == nil || x.n == sheetRows {
		if x.s != nil {
			if err := x.s.Flush(); err != nil {
				return err
			}
		}
		x.sheets++
		name := "Sheet" + strconv.Itoa(x.sheets)
		if x.sheets > 1 {
			if _, err := x.f.NewSheet(name); err != nil {
				return err
			}
		}
		var err error
		if x.s, err = x.f.NewStreamWriter(name); err != nil {
			return err
		}
		if err := x.s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
			return err
		}
		x.n = 0
		if x.head == nil {
			x.head = vals
		} else if err := x.put(x.head); err != nil {
			return err
		}
	}
	return x.put(vals)
}

func (x *xlsxOut) put(vals []any) error {
	x.n++
	line := make([]any, len(vals))
	for i, v := range vals {
		line[i] = v
		if d, ok := v.(num.Dec); ok {
			// a cell that can be summed; a spreadsheet knows doubles only, and 15 digits survive in one
			if f, err := strconv.ParseFloat(d.String(), 64); err == nil && len(strings.Trim(d.String(), "-.")) <= 15 {
				line[i] = f
			} else {
				line[i] = d.String()
			}
		}
	}
	return x.s.SetRow("A"+strconv.Itoa(x.n), line)
}

func (x *xlsxOut) close() error {
	defer x.f.Close()
	if x.s != nil {
		if err := x.s.Flush(); err != nil {
			return err
		}
	}
	return x.f.Write(x.to)
}
