package web

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"kaiwu/internal/kit/fault"
)

// column is one field of a list's row.
type column struct {
	name  string // on the wire
	expr  string // in SQL
	alias string // c0, c1, …
	cell  int
	mask  string
	doc   string
	index []int
	typ   reflect.Type // without the pointer
	null  bool         // a pointer field: the column may be NULL
}

// cells takes any list's row; which columns it holds differs from request to request.
type cells struct {
	C0, C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13, C14, C15, C16, C17, C18, C19      any
	C20, C21, C22, C23, C24, C25, C26, C27, C28, C29, C30, C31, C32, C33, C34, C35, C36, C37, C38 any
	C39, C40, C41, C42, C43, C44, C45, C46, C47, C48, C49, C50, C51, C52, C53, C54, C55, C56, C57 any
	C58, C59                                                                                      any
	K                                                                                             any
}

const maxCells = 60

func (c *cells) at(i int) *any { return reflect.ValueOf(c).Elem().Field(i).Addr().Interface().(*any) }

func columnsOf(t reflect.Type) (out []column) {
	for _, f := range reflect.VisibleFields(t) {
		expr := f.Tag.Get("sql")
		name, inline := jsonField(f)
		if expr == "" || name == "" || inline {
			continue
		}
		c := column{name: name, expr: expr, cell: len(out), alias: "c" + strconv.Itoa(len(out)), mask: f.Tag.Get("mask"), doc: f.Tag.Get("doc"), index: f.Index, typ: f.Type}
		if c.typ.Kind() == reflect.Pointer {
			c.typ, c.null = c.typ.Elem(), true
		}
		out = append(out, c)
	}
	return out
}

func otherFields[Row any](by map[string]int) (out []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Row]()) {
		name, inline := jsonField(f)
		if _, ok := by[name]; !ok && name != "" && !inline {
			out = append(out, name)
		}
	}
	return out
}

func hasField[Row any](name string) bool { return slices.Contains(otherFields[Row](nil), name) }

// sortable makes NULL an ordinary value, so that both engines order it alike and a cursor can name it.
func (c *column) sortable(expr string) string {
	if !c.null {
		return expr
	}
	switch c.typ.Kind() {
	case reflect.String:
		return "coalesce(" + expr + ", '')"
	case reflect.Bool:
		return "coalesce(" + expr + ", FALSE)"
	}
	return "coalesce(" + expr + ", 0)"
}

// plain is the value as a parameter and in a cursor: int64, string or bool.
func (c *column) plain(v any) any {
	switch x := v.(type) {
	case nil:
		switch c.typ.Kind() {
		case reflect.String:
			return ""
		case reflect.Bool:
			return false
		}
		return int64(0)
	case []byte:
		return string(x)
	case int64:
		if c.typ.Kind() == reflect.Bool {
			return x != 0
		}
	}
	return v
}

// set puts a value from the database into the row.
func (c *column) set(row reflect.Value, v any) error {
	f := row.FieldByIndex(c.index)
	if f.Kind() == reflect.Pointer {
		if v == nil {
			return nil
		}
		f.Set(reflect.New(f.Type().Elem()))
		f = f.Elem()
	}
	if s, ok := f.Addr().Interface().(sql.Scanner); ok {
		return s.Scan(v)
	}
	switch x := v.(type) {
	case nil:
		return nil
	case int64:
		switch {
		case f.CanInt():
			f.SetInt(x)
			return nil
		case f.Kind() == reflect.Bool:
			f.SetBool(x != 0)
			return nil
		}
	case int32:
		return c.set(row, int64(x))
	case bool:
		if f.Kind() == reflect.Bool {
			f.SetBool(x)
			return nil
		}
	case []byte:
		return c.set(row, string(x))
	case string:
		switch f.Kind() {
		case reflect.String:
			f.SetString(x)
			return nil
		case reflect.Map, reflect.Slice, reflect.Struct, reflect.Interface:
			return json.Unmarshal([]byte(x), f.Addr().Interface())
		}
	case map[string]any, []any: // jsonb
		b, err := json.Marshal(x)
		if err != nil {
			return err
		}
		return json.Unmarshal(b, f.Addr().Interface())
	}
	return fmt.Errorf("column %s: a %T does not fit into %v", c.name, v, f.Type())
}

// parse reads a filter's value as the column's Go type does.
func (c *column) parse(s string) (any, error) {
	bad := func() (any, error) {
		return nil, fault.Invalid("web.filter_value", "%q does not fit column %s", s, c.name).With("column", c.name).With("value", s)
	}
	p := reflect.New(c.typ)
	if u, ok := p.Interface().(interface{ UnmarshalText([]byte) error }); ok {
		if u.UnmarshalText([]byte(s)) != nil || s == "" {
			return bad()
		}
	} else {
		switch c.typ.Kind() {
		case reflect.String:
			return s, nil
		case reflect.Bool:
			b, err := strconv.ParseBool(s)
			if err != nil {
				return bad()
			}
			return b, nil
		case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
			n, err := strconv.ParseInt(s, 10, 64)
			if err != nil {
				return bad()
			}
			return n, nil
		default:
			return bad()
		}
	}
	switch v := p.Elem(); v.Kind() {
	case reflect.Int, reflect.Int64:
		return v.Int(), nil
	case reflect.String:
		return v.String(), nil
	}
	return bad()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// title is the column's name in the caller's language.
func (c *column) title(titles map[string]fault.Text, locale string) string {
	if t, ok := titles[c.name]; ok {
		return t.Render(locale, nil)
	}
	return orElse(strings.TrimSpace(c.doc), c.name)
}
