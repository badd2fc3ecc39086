package masterdata

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// What BOM and routing versions have in common: a code, dates, a rev, and lines that are exchanged as a whole.

// VersionDates say when a version holds.
type VersionDates struct {
	From string `json:"effective_from,omitempty" maxLength:"10" doc:"First day, YYYY-MM-DD; empty: always has been"`
	To   string `json:"effective_to,omitempty" maxLength:"10" doc:"Last day, YYYY-MM-DD; empty: open"`
}

// refusals collect what is wrong with an input, so that all of it is told at once.
type refusals struct{ list []fault.Field }

func (r *refusals) bad(field, code, value string, params ...string) {
	r.list = append(r.list, fieldFault(field, code, value, params...))
}

func (r *refusals) err(code string) error {
	if len(r.list) == 0 {
		return nil
	}
	return fault.Invalid(code, "%d values are wrong; first: %s", len(r.list), r.list[0].Detail).With("count", len(r.list)).At(r.list...)
}

// version checks the code of a new version.
func (r *refusals) version(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || !utf8.ValidString(s) || strings.ContainsFunc(s, func(c rune) bool { return c == ';' || unicode.IsControl(c) }) {
		r.bad("version", "masterdata.code_bad", s)
	}
	return s
}

func (r *refusals) dates(d VersionDates) (from, to string) {
	ok := true
	for field, s := range map[string]string{"effective_from": d.From, "effective_to": d.To} {
		if s == "" || s == OpenEnd {
			continue
		}
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			r.bad(field, "masterdata.date_bad", s)
			ok = false
		}
	}
	to = openEnd(d.To)
	if ok && d.From > to {
		r.bad("effective_to", "masterdata.dates_order", d.To, "from", d.From)
	}
	return d.From, to
}

// text checks a short text of a line.
func (r *refusals) text(field, s string) string {
	s = strings.TrimSpace(s)
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		r.bad(field, "masterdata.text_bad", "")
	}
	return s
}

func (r *refusals) notNegative(field string, d num.Dec) num.Dec {
	if d < 0 {
		r.bad(field, "masterdata.negative", d.String())
	}
	return d
}

func closed(to string) string {
	if to == OpenEnd {
		return ""
	}
	return to
}

// taken says whether a version of an item is there, also in a load that nobody sees yet.
func taken(ctx context.Context, q db.Querier, table string, item db.ID, version string) (bool, error) {
	n, err := db.One[int64](ctx, q, `SELECT count(*) FROM `+table+` WHERE item_id = $1 AND version = $2`, item, version)
	return n > 0, err
}

// places are the export places of n lines that take the stead of old ones: those, in order; what is more stands
// behind the last of them, or behind everything.
func places(ctx context.Context, tx *db.Tx, table string, old []int64, n int) ([]int64, error) {
	out := slices.Sorted(slices.Values(old))
	if len(out) == 0 {
		last, err := db.One[int64](ctx, tx, `SELECT CAST(coalesce(max(ord), 0) AS BIGINT) FROM `+table)
		if err != nil {
			return nil, err
		}
		for i := range n {
			out = append(out, last+int64(i)+1)
		}
		return out, nil
	}
	for len(out) < n {
		out = append(out, out[len(out)-1]) // the new row's greater id tells them apart
	}
	return out[:n], nil
}
