package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/sheet"
)

const (
	exportPage = 1000
	sheetRows  = 1_000_000 // a little below what Excel holds
)

// export checks the request at once and writes the rows later, page by page on one snapshot.
func (l *lister[Row]) export(ctx context.Context, a *API, in *exportInput) (func(huma.Context), error) {
	s, err := l.selected(ctx, a.DB.Read(), &in.ListQuery)
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
	name := orElse(l.File, l.id)
	format := sheet.Format(in.Format)
	f := File{Name: fmt.Sprintf("%s-%s.%s", name, a.DB.Now().In(a.DB.Zone()).Format("20060102-1504"), in.Format), Type: format.Mime()}
	f.Write = func(w io.Writer) error {
		out, err := sheet.NewWriter(w, format)
		if err != nil {
			return err
		}
		head := make([]string, len(cols))
		for i, c := range cols {
			head[i] = c.title
		}
		return errors.Join(a.DB.View(ctx, func(q db.Querier) error {
			return l.copy(ctx, q, s, cols, a.DB.Zone(), format == sheet.XLSX, name, head, out)
		}), out.Close())
	}
	return f.send(ctx), nil
}

// copy writes every row; a sheet that is full is followed by another.
func (l *lister[Row]) copy(ctx context.Context, q db.Querier, s *selection, cols []exportColumn, zone *time.Location, xlsx bool, name string, head []string, out *sheet.Writer) error {
	if err := out.Sheet(name, head...); err != nil {
		return err
	}
	var after []any
	for n, sheets := 0, 1; ; {
		rows, last, more, err := l.rows(ctx, q, s, after, exportPage)
		if err != nil {
			return err
		}
		for i := range rows {
			rv := reflect.ValueOf(&rows[i]).Elem()
			line := make([]any, len(cols))
			for j, c := range cols {
				line[j] = c.value(rv, zone)
			}
			if err := out.Row(line...); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
		after = slices.Clone(last)
		if n += len(rows); n+exportPage >= sheetRows*sheets && xlsx {
			sheets++
			if err := out.Sheet(fmt.Sprintf("%s %d", name, sheets), head...); err != nil {
				return err
			}
		}
	}
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
	return v.Interface() // writes itself as text
}
