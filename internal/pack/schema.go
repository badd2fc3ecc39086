package pack

import (
	"reflect"
	"strconv"
	"strings"

	"kaiwu/internal/kit/num"
)

// file is one file of the format: its columns are read once from the tags of T.
type file[T any] struct {
	name  string
	load  func(*Pack) []T
	store func(*Pack, []T)
	cols  []column
}

type kind uint8

const (
	text kind = iota
	word
	code
	date
	hhmm
	integer
	decimal
	maybe // *num.Dec
	flag
	words
	alternatives
)

// column is a tag, taken apart.
type column struct {
	name     string
	field    int
	kind     kind
	codes    bool // the elements of words are codes
	req, key bool
	id, same bool // names the row; the same in all rows of a version
	def      string
	enum     []string
	min, max *num.Dec // inclusive
	above    *num.Dec
	below    *num.Dec
}

func newFile[T any](name string, load func(*Pack) []T, store func(*Pack, []T)) *file[T] {
	f := &file[T]{name: name, load: load, store: store}
	t := reflect.TypeFor[T]()
	for i := range t.NumField() {
		if tag, ok := t.Field(i).Tag.Lookup("pack"); ok {
			c := compile(tag, t.Field(i).Type)
			c.field = i
			f.cols = append(f.cols, c)
		}
	}
	return f
}

func list[T any](name string, rows func(*Pack) *[]T) *file[T] {
	return newFile(name, func(p *Pack) []T { return *rows(p) }, func(p *Pack, r []T) { *rows(p) = r })
}

func compile(tag string, t reflect.Type) column {
	parts := strings.Split(tag, ",")
	c := column{name: parts[0]}
	switch t {
	case reflect.TypeFor[string]():
		c.kind = text
	case reflect.TypeFor[int]():
		c.kind = integer
	case reflect.TypeFor[num.Dec]():
		c.kind = decimal
	case reflect.TypeFor[*num.Dec]():
		c.kind = maybe
	case reflect.TypeFor[bool]():
		c.kind = flag
	case reflect.TypeFor[[]string]():
		c.kind = words
	case reflect.TypeFor[[]Alternative]():
		c.kind = alternatives
	default:
		panic("pack: no way to read a " + t.String())
	}
	for _, p := range parts[1:] {
		k, v, _ := strings.Cut(p, "=")
		bound := func() *num.Dec { d := num.MustParse(v); return &d }
		switch k {
		case "req":
			c.req = true
		case "key":
			c.key = true
		case "id":
			c.id = true
		case "same":
			c.same = true
		case "def":
			c.def = v
		case "enum":
			c.enum = strings.Split(v, "|")
		case "min":
			c.min = bound()
		case "max":
			c.max = bound()
		case "above":
			c.above = bound()
		case "below":
			c.below = bound()
		case "word", "code":
			switch {
			case c.kind == words:
				c.codes = k == "code"
			case k == "code":
				c.kind = code
			default:
				c.kind = word
			}
		case "date":
			c.kind = date
		case "clock":
			c.kind = hhmm
		default:
			panic("pack: unknown tag " + p)
		}
	}
	return c
}

func (f *file[T]) title() string     { return f.name }
func (f *file[T]) columns() []column { return f.cols }

func (f *file[T]) columnNames() string {
	names := make([]string, len(f.cols))
	for i, c := range f.cols {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

// row gives the address of each column's field in *v, so that a loop over a million rows does no reflection.
func (f *file[T]) row(v *T) (fields []any, line *int) {
	r := reflect.ValueOf(v).Elem()
	fields = make([]any, len(f.cols))
	for i, c := range f.cols {
		fields[i] = r.Field(c.field).Addr().Interface()
	}
	return fields, r.FieldByName("Row").Addr().Interface().(*int)
}

// format writes a field in its canonical form; a value equal to the default is empty.
func (c *column) format(field any) (s string, number bool) {
	switch p := field.(type) {
	case *string:
		s = *p
	case *int:
		s, number = strconv.Itoa(*p), true
	case *num.Dec:
		s, number = p.String(), true
	case **num.Dec:
		if *p != nil {
			return (*p).String(), true
		}
		return "", false
	case *bool:
		s = "0"
		if *p {
			s = "1"
		}
		number = true
	case *[]string:
		s = strings.Join(*p, ";")
	case *[]Alternative:
		parts := make([]string, len(*p))
		for i, a := range *p {
			parts[i] = a.WorkCenter + ":" + a.RunMin.String()
		}
		s = strings.Join(parts, ";")
	}
	if !c.req && !c.key && s == c.empty() {
		return "", false
	}
	return s, number
}

// empty is what an empty cell means, as text.
func (c *column) empty() string {
	if c.def == "" && (c.kind == integer || c.kind == decimal || c.kind == flag) {
		return "0"
	}
	return c.def
}
