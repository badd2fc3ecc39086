package planning

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
)

// atOnce is how many rows one statement reads or writes.
const atOnce = 500

// mark says what a planned or firm order became.
type mark struct {
	id           db.ID
	kind, number string
}

// markAll writes marks, many in one statement. Two who act at once meet on the rows.
func markAll(tx *db.Tx, table, state string, list []mark) {
	more := ""
	if table == "mrp_firm" {
		more = ", version = version + 1"
	}
	for part := range slices.Chunk(list, atOnce) {
		args := []any{state}
		var v strings.Builder
		for i, x := range part {
			if i > 0 {
				v.WriteString(", ")
			}
			fmt.Fprintf(&v, "(CAST($%d AS BIGINT), CAST($%d AS TEXT), CAST($%d AS TEXT))", len(args)+1, len(args)+2, len(args)+3)
			args = append(args, x.id, x.kind, x.number)
		}
		tx.Queue(`WITH v(id, kind, number) AS (VALUES `+v.String()+`) UPDATE `+table+` SET state = $1, doc_kind = v.kind, doc_number = v.number`+more+` FROM v WHERE `+table+`.id = v.id`, args...)
	}
}

// firmsOf finds firm orders by number, in the order in which they are named.
func firmsOf(ctx context.Context, q db.Querier, numbers []string) ([]firmRow, error) {
	found := map[string]firmRow{}
	for part := range slices.Chunk(numbers, atOnce) {
		var w db.Where
		db.In(&w, "f.number", part)
		if err := db.Each(ctx, q, `SELECT `+firmColumns+` FROM mrp_firm f`+w.String(), w.Args, func(f *firmRow) error { found[f.Number] = *f; return nil }); err != nil {
			return nil, err
		}
	}
	out := make([]firmRow, 0, len(numbers))
	for i, n := range numbers {
		if slices.Contains(numbers[:i], n) { // said twice, released once
			continue
		}
		f, ok := found[n]
		if !ok {
			return nil, firmUnknown(n)
		}
		if err := identity.SeeSite(ctx, f.Site); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// salesLine names a line of a sales order.
type salesLine struct {
	number string
	line   int64
}

// forLine is the sales order line that an order is made for, when it is for that one alone.
func (c *candidate) forLine() (salesLine, bool) {
	if len(c.sources) != 1 || c.sources[0].Kind != "sales_order" || c.sources[0].For != "" {
		return salesLine{}, false
	}
	return salesLine{c.sources[0].Number, c.sources[0].Line}, true
}

// salesLinesOf finds the lines that work is made for alone.
func salesLinesOf(ctx context.Context, q db.Querier, list []candidate) (map[salesLine]db.ID, error) {
	var numbers []string
	for i := range list {
		if of, ok := list[i].forLine(); ok && list[i].kind == "make" {
			numbers = append(numbers, of.number)
		}
	}
	slices.Sort(numbers)
	type row struct {
		ID     db.ID  `db:"id"`
		Number string `db:"order_number"`
		Line   int64  `db:"line"`
	}
	out := map[salesLine]db.ID{}
	for part := range slices.Chunk(slices.Compact(numbers), atOnce) {
		var w db.Where
		db.In(&w, "order_number", part)
		if err := db.Each(ctx, q, `SELECT id, order_number, line FROM v_sales_line`+w.String(), w.Args, func(r *row) error {
			out[salesLine{r.Number, r.Line}] = r.ID
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
