package db

import (
	"encoding/json"
	"testing"

	"kaiwu/internal/kit/num"
)

func TestAnonymous(t *testing.T) {
	for q, want := range map[string]string{
		`INSERT INTO t (a, b) VALUES ($1, $2)`: `INSERT INTO t (a, b) VALUES (?, ?)`,
		`SELECT '$1', "a$2", $1`:               `SELECT '$1', "a$2", ?`,
		`SELECT 'it''s $9' || $1`:              `SELECT 'it''s $9' || ?`,
		`SELECT $2, $1`:                        `SELECT $2, $1`,
		`SELECT $1, $1`:                        `SELECT $1, $1`,
		`SELECT $1 -- $2`:                      `SELECT $1 -- $2`,
		`SELECT $1 /* $2 */`:                   `SELECT $1 /* $2 */`,
		`SELECT $1, '?'`:                       `SELECT $1, '?'`,
		`SELECT $x`:                            `SELECT $x`,
		`SELECT '$1`:                           `SELECT '$1`,
		`SELECT $1 - $2 / $3`:                  `SELECT ? - ? / ?`,
		`SELECT 1`:                             `SELECT 1`,
	} {
		if got := anonymous(q); got != want {
			t.Errorf("%s: %s, want %s", q, got, want)
		}
	}
}

// The writer reads rows without database/sql; what rooms put into their structs comes out the same.
func TestAssign(t *testing.T) {
	type kind string
	var (
		id   ID
		dec  num.Dec
		n    int
		b    bool
		s    string
		k    kind
		raw  []byte
		js   json.RawMessage
		p    *num.Dec
		any_ any
		u    int8
		text struct{ v string }
	)
	for _, c := range []struct {
		dst  any
		v    any
		ok   bool
		want func() bool
	}{
		{&id, int64(7), true, func() bool { return id == 7 }},
		{&dec, int64(8), true, func() bool { return dec == 8 }},
		{&n, int64(9), true, func() bool { return n == 9 }},
		{&n, "12", true, func() bool { return n == 12 }},
		{&n, nil, false, nil},
		{&n, "x", false, nil},
		{&u, int64(300), false, nil},
		{&b, int64(1), true, func() bool { return b }},
		{&b, int64(0), true, func() bool { return !b }},
		{&b, int64(2), false, nil},
		{&s, "物", true, func() bool { return s == "物" }},
		{&s, int64(5), true, func() bool { return s == "5" }},
		{&s, nil, false, nil},
		{&k, "stock", true, func() bool { return k == "stock" }},
		{&raw, []byte{1}, true, func() bool { return len(raw) == 1 }},
		{&raw, nil, true, func() bool { return raw == nil }},
		{&js, "{}", true, func() bool { return string(js) == "{}" }},
		{&p, int64(3), true, func() bool { return *p == 3 }},
		{&p, nil, true, func() bool { return p == nil }},
		{&any_, int64(1), true, func() bool { return any_ == int64(1) }},
		{&text, "x", false, nil},
	} {
		err := assign(c.dst, c.v)
		if (err == nil) != c.ok || c.ok && !c.want() {
			t.Errorf("%T from %v: %v", c.dst, c.v, err)
		}
	}
}
