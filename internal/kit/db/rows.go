package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// All collects every row; a struct's fields are matched by the tag db or the lower-cased name.
func All[T any](ctx context.Context, q Querier, text string, args ...any) ([]T, error) {
	out := []T{}
	err := Each(ctx, q, text, args, func(v *T) error { out = append(out, *v); return nil })
	return out, err
}

// Each calls fn for every row; fn must not keep the pointer nor use q.
func Each[T any](ctx context.Context, q Querier, text string, args []any, fn func(*T) error) error {
	r, err := q.query(ctx, text, args)
	if err != nil {
		return err
	}
	defer r.Close()
	var v T
	var p *plan
	var dst []any
	rv := reflect.ValueOf(&v).Elem()
	for r.Next() {
		if p == nil {
			if p, err = planFor(rv.Type(), text, r); err != nil {
				return err
			}
			dst = make([]any, p.n())
			p.fill(rv, dst)
		}
		rv.SetZero()
		if err := r.Scan(dst...); err != nil {
			return wrap(err, text)
		}
		if err := fn(&v); err != nil {
			return err
		}
	}
	return wrap(r.Err(), text)
}

// One wants the first row and gives ErrNoRow without one.
func One[T any](ctx context.Context, q Querier, text string, args ...any) (T, error) {
	v, ok, err := Get[T](ctx, q, text, args...)
	if err == nil && !ok {
		err = wrap(ErrNoRow, text)
	}
	return v, err
}

// Get is One where no row is an ordinary answer.
func Get[T any](ctx context.Context, q Querier, text string, args ...any) (v T, found bool, err error) {
	err = Each(ctx, q, text, args, func(x *T) error { v, found = *x, true; return errStop })
	if errors.Is(err, errStop) {
		err = nil
	}
	return v, found, err
}

var errStop = errors.New("stop")

type plan struct{ idx [][]int }

func (p *plan) n() int { return max(len(p.idx), 1) }
func (p *plan) fill(v reflect.Value, dst []any) {
	if p.idx == nil {
		dst[0] = v.Addr().Interface()
		return
	}
	for i, ix := range p.idx {
		dst[i] = v.FieldByIndex(ix).Addr().Interface()
	}
}

type planKey struct {
	t reflect.Type
	q string
}

var plans sync.Map

func planFor(t reflect.Type, q string, r rows) (*plan, error) {
	if t.Kind() != reflect.Struct || reflect.PointerTo(t).Implements(reflect.TypeFor[sql.Scanner]()) {
		return &plan{}, nil
	}
	k := planKey{t, q}
	if p, ok := plans.Load(k); ok {
		return p.(*plan), nil
	}
	cols, err := r.Columns()
	if err != nil {
		return nil, err
	}
	by := columns(t)
	p := &plan{idx: make([][]int, len(cols))}
	for i, c := range cols {
		ix, ok := by[c]
		if !ok {
			return nil, fmt.Errorf("column %q has no field in %v", c, t)
		}
		p.idx[i] = ix
	}
	plans.Store(k, p)
	return p, nil
}

func columns(t reflect.Type) map[string][]int {
	by := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		by[column(f)] = f.Index
	}
	return by
}

func column(f reflect.StructField) string {
	if n := f.Tag.Get("db"); n != "" {
		return n
	}
	return strings.ToLower(f.Name)
}

// Insert writes the rows of one table, many to a statement. Fields tagged `db:"-"` are left out.
func Insert[T any](ctx context.Context, t *Tx, table string, vals ...T) error {
	rt := reflect.TypeFor[T]()
	var idx [][]int
	var cols []string
	for _, f := range reflect.VisibleFields(rt) {
		if f.Anonymous || !f.IsExported() || f.Tag.Get("db") == "-" {
			continue
		}
		idx, cols = append(idx, f.Index), append(cols, column(f))
	}
	// a power of two rows a statement keeps the number of different texts, and so of cached plans, small;
	// 2,000 parameters stay below both engines' limits
	most := 1
	for most*2*len(cols) <= 2000 {
		most *= 2
	}
	for len(vals) > 0 {
		n := most
		for n > len(vals) {
			n /= 2
		}
		args := make([]any, 0, n*len(cols))
		for i := range n {
			rv := reflect.ValueOf(&vals[i]).Elem()
			for _, ix := range idx {
				args = append(args, rv.FieldByIndex(ix).Interface())
			}
		}
		t.Queue(insertText(table, cols, n), args...)
		vals = vals[n:]
	}
	return t.c.flush(ctx)
}

type insertKey struct {
	table, cols string
	n           int
}

var insertTexts sync.Map

func insertText(table string, cols []string, n int) string {
	k := insertKey{table, strings.Join(cols, ", "), n}
	if s, ok := insertTexts.Load(k); ok {
		return s.(string)
	}
	var b strings.Builder
	b.WriteString("INSERT INTO " + table + " (" + k.cols + ") VALUES ")
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range cols {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteString("$" + strconv.Itoa(i*len(cols)+j+1))
		}
		b.WriteByte(')')
	}
	s := b.String()
	insertTexts.Store(k, s)
	return s
}

// Where builds an optional-filter condition with numbered parameters.
type Where struct {
	b    strings.Builder
	Args []any
}

// And adds a condition; each ? in it is numbered for one of the args.
func (w *Where) And(cond string, args ...any) {
	if w.b.Len() > 0 {
		w.b.WriteString(" AND ")
	}
	w.b.WriteString(w.Number(cond, args...))
}

// Number replaces each ? by the next parameter and keeps the args.
func (w *Where) Number(cond string, args ...any) string {
	var b strings.Builder
	for _, a := range args {
		i := strings.IndexByte(cond, '?')
		w.Args = append(w.Args, a)
		b.WriteString(cond[:i])
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(len(w.Args)))
		cond = cond[i+1:]
	}
	b.WriteString(cond)
	return b.String()
}

// In adds col IN ($n, …); an empty list adds nothing.
func In[T any](w *Where, col string, vals []T) {
	if len(vals) == 0 {
		return
	}
	args := make([]any, len(vals))
	for i, v := range vals {
		args[i] = v
	}
	w.And(col+" IN (?"+strings.Repeat(",?", len(vals)-1)+")", args...)
}

// String is "" or " WHERE …".
func (w *Where) String() string {
	if w.b.Len() == 0 {
		return ""
	}
	return " WHERE " + w.b.String()
}

// Cond is the condition without the word WHERE, "true" when empty.
func (w *Where) Cond() string {
	if w.b.Len() == 0 {
		return "true"
	}
	return w.b.String()
}
