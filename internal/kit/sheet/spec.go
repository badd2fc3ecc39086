package sheet

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"kaiwu/internal/kit/num"
)

// column is what a struct field says about its column:
//
//	col:"lead_days"   name in the header; a field without it is not read
//	zh:"提前期"        Chinese title, accepted in the header too
//	req:"1"           the column and every cell must be filled
//	def:"pcs"         what an empty cell means
//	enum:"make=自制,buy=外购"  the choices, with the Chinese word that is accepted too
//	kind:"date"       for strings: date, instant, time, text (default)
//	min:"0" max:"100" range of a number; max of a string is its longest length in characters (default 2000)
//	doc:"…"           what it means, for the template
//
// Types: string (and named strings), []string (separated by ;), bool, int…int64, num.Dec, anything that reads text
// itself, and pointers to these, nil when the cell is empty.
type column struct {
	name, zh, doc string
	req           bool
	def           string
	choices       []choice
	kind          string
	min, max      string
	index         []int
	shape         string // text list number integer yes/no date instant time: for the template
	set           func(v reflect.Value, s string) (code string, params []string)
}

type choice struct{ value, zh string }

type spec struct {
	cols []*column
	pos  []int // index of the embedded Pos, nil without one
}

var specs sync.Map

var known = map[string]bool{"col": true, "zh": true, "req": true, "def": true, "enum": true, "kind": true, "min": true, "max": true, "doc": true}

// specOf panics on a struct that cannot be read: that is a bug, found by any test that touches it.
func specOf(t reflect.Type) *spec {
	if s, ok := specs.Load(t); ok {
		return s.(*spec)
	}
	s := &spec{}
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous {
			if f.Type == reflect.TypeFor[Pos]() {
				s.pos = f.Index
			}
			continue
		}
		name, ok := f.Tag.Lookup("col")
		if !ok || !f.IsExported() {
			continue
		}
		c := &column{name: name, index: f.Index, zh: f.Tag.Get("zh"), doc: f.Tag.Get("doc"), req: f.Tag.Get("req") == "1", def: f.Tag.Get("def"), kind: f.Tag.Get("kind"), min: f.Tag.Get("min"), max: f.Tag.Get("max")}
		if e := f.Tag.Get("enum"); e != "" {
			for _, v := range strings.Split(e, ",") {
				value, zh, _ := strings.Cut(v, "=")
				c.choices = append(c.choices, choice{value, zh})
			}
		}
		c.set = setter(f.Type, c)
		if c.set == nil || !tagsKnown(string(f.Tag)) {
			panic(fmt.Sprintf("sheet: field %s of %v: type %v or tag `%s` is not understood", f.Name, t, f.Type, f.Tag))
		}
		if c.def != "" {
			if code, _ := c.set(reflect.New(f.Type).Elem(), c.def); code != "" {
				panic(fmt.Sprintf("sheet: default of %s in %v is refused: %s", f.Name, t, code))
			}
		}
		s.cols = append(s.cols, c)
	}
	specs.Store(t, s)
	return s
}

func tagsKnown(tag string) bool {
	for tag = strings.TrimSpace(tag); tag != ""; {
		key, rest, ok := strings.Cut(tag, `:"`)
		if !ok {
			return false
		}
		end := strings.IndexByte(rest, '"')
		for end > 0 && rest[end-1] == '\\' {
			next := strings.IndexByte(rest[end+1:], '"')
			if next < 0 {
				return false
			}
			end += 1 + next
		}
		if end < 0 {
			return false
		}
		if !known[key] && key != "json" && key != "db" && key != "mask" {
			return false
		}
		tag = strings.TrimSpace(rest[end+1:])
	}
	return true
}

func setter(t reflect.Type, c *column) func(reflect.Value, string) (string, []string) {
	if t.Kind() == reflect.Pointer {
		in := setter(t.Elem(), c)
		if in == nil {
			return nil
		}
		return func(v reflect.Value, s string) (string, []string) {
			p := reflect.New(t.Elem())
			code, params := in(p.Elem(), s)
			if code == "" {
				v.Set(p)
			}
			return code, params
		}
	}
	switch {
	case t == reflect.TypeFor[num.Dec]():
		c.shape = "number"
		return c.decimal
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		c.shape = "text"
		return func(v reflect.Value, s string) (string, []string) {
			if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s)); err != nil {
				return "sheet.bad_value", []string{"reason", err.Error()}
			}
			return "", nil
		}
	}
	switch t.Kind() {
	case reflect.String:
		switch c.kind {
		case "", "text":
			c.shape = "text"
			return c.text
		case "date", "instant", "time":
			c.shape = c.kind
			return c.moment
		}
	case reflect.Bool:
		c.shape = "yes/no"
		return boolean
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Int16, reflect.Int8:
		c.shape = "integer"
		return c.integer
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			c.shape = "list"
			return c.list
		}
	}
	return nil
}
