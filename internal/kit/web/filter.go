package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

var filterOps = map[string]string{"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}

// filter adds "column:op:value" conditions.
func (l *lister[Row]) filter(act *actor.Actor, w *db.Where, filters []string, grouped bool) error {
	if len(filters) > maxFilter {
		return fault.Invalid("web.filter_many", "at most %d filters", maxFilter).With("max", maxFilter)
	}
	for _, f := range filters {
		bad := fault.Invalid("web.filter_bad", "filter %q is not column:op:value", f).With("filter", f)
		name, rest, ok := strings.Cut(f, ":")
		op, val, ok2 := strings.Cut(rest, ":")
		if !ok || !ok2 {
			return bad
		}
		c, err := l.column(act, name)
		if err != nil {
			return err
		}
		expr := c.expr
		if grouped {
			expr = c.alias
		}
		expr = c.sortable(expr)
		switch {
		case filterOps[op] != "":
			v, err := c.parse(val)
			if err != nil {
				return err
			}
			if c.typ.Kind() == reflect.Bool && op != "eq" && op != "ne" {
				return bad
			}
			w.And(expr+" "+filterOps[op]+" ?", v)
		case op == "in":
			parts := strings.Split(val, ",")
			if len(parts) > maxIn {
				return fault.Invalid("web.filter_many", "at most %d values", maxIn).With("max", maxIn)
			}
			vals := make([]any, 0, len(parts))
			for _, p := range parts {
				v, err := c.parse(strings.TrimSpace(p))
				if err != nil {
					return err
				}
				vals = append(vals, v)
			}
			// an even number of placeholders keeps the number of different statements small
			for n := 1; len(vals) < cap2(len(parts)); n++ {
				vals = append(vals, vals[0])
			}
			db.In(w, expr, vals)
		case op == "like" && c.typ.Kind() == reflect.String:
			w.And(`lower(`+expr+`) LIKE lower(CAST(? AS TEXT)) ESCAPE '\'`, "%"+likeText.Replace(val)+"%")
		default:
			return bad
		}
	}
	return nil
}

// cap2 is the next power of two.
func cap2(n int) int {
	p := 1
	for p < n {
		p *= 2
	}
	return p
}

// A cursor holds the order it belongs to, a mark of the condition, and the last row's values. Values carry their
// kind, since a JSON number would lose the end of an identifier.
type cursor struct {
	Sort  string   `json:"s"`
	Mark  string   `json:"m"`
	After []string `json:"a"`
}

func (s *selection) mark() string {
	h := sha256.New()
	fmt.Fprint(h, s.inner.String(), "\x00", s.outer.String(), "\x00", s.inner.Args, "\x00", s.outer.Args)
	return hex.EncodeToString(h.Sum(nil))[:12]
}

func writeCursor(s *selection, last []any) string {
	c := cursor{Sort: s.sort, Mark: s.mark()}
	for _, v := range last {
		switch x := v.(type) {
		case int64:
			c.After = append(c.After, "i"+strconv.FormatInt(x, 10))
		case int32:
			c.After = append(c.After, "i"+strconv.FormatInt(int64(x), 10))
		case bool:
			c.After = append(c.After, "b"+strconv.FormatBool(x))
		case []byte:
			c.After = append(c.After, "s"+string(x))
		default:
			c.After = append(c.After, "s"+fmt.Sprint(x))
		}
	}
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings always marshal
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func readCursor(text string, s *selection) ([]any, error) {
	if text == "" {
		return nil, nil
	}
	bad := fault.Invalid("web.cursor_bad", "the cursor does not belong to this query")
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, bad
	}
	var c cursor
	if json.Unmarshal(b, &c) != nil || c.Sort != s.sort || len(c.After) != len(s.order) || c.Mark != s.mark() {
		return nil, bad
	}
	var out []any
	for i, v := range c.After {
		if v == "" || strings.Contains(v, "\x00") {
			return nil, bad
		}
		var x any = v[1:]
		switch v[0] {
		case 'i':
			n, err := strconv.ParseInt(v[1:], 10, 64)
			if err != nil {
				return nil, bad
			}
			x = n
		case 'b':
			x = v[1:] == "true"
		}
		// a forged cursor must not reach the database with another type than the column's
		if col := s.order[i].col; col != nil && reflect.TypeOf(x) != reflect.TypeOf(col.plain(nil)) {
			return nil, bad
		}
		out = append(out, x)
	}
	return out, nil
}
