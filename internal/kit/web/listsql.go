package web

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
)

type orderBy struct {
	col  *column // nil = the key
	desc bool
}

func (l *lister[Row]) order(act *actor.Actor, text string) ([]orderBy, error) {
	var out []orderBy
	seen := map[string]bool{}
	for s := range strings.SplitSeq(text, ",") {
		name, desc := strings.CutPrefix(strings.TrimSpace(s), "-")
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		c, err := l.column(act, name)
		if err != nil {
			return nil, err
		}
		out = append(out, orderBy{c, desc})
	}
	last := false
	if len(out) > 0 {
		last = out[len(out)-1].desc // the same direction lets an index serve the whole order
	}
	return append(out, orderBy{nil, last}), nil
}

// selection is the part of a list's SQL that all pages share.
type selection struct {
	cols  []*column // what is read
	order []orderBy
	inner db.Where // on tables
	outer db.Where // on the grouped rows; numbered after inner
	sort  string   // as asked for, kept in the cursor
	drop  []string
	whole bool // narrowed by nothing but what the actor may see
}

func (l *lister[Row]) selected(ctx context.Context, q db.Querier, in *ListQuery) (*selection, error) {
	c := callOf(ctx)
	s := &selection{sort: orElse(in.Sort, l.Sort)}
	var err error
	if s.order, err = l.order(c.actor, s.sort); err != nil {
		if in.Sort != "" {
			return nil, err
		}
		s.sort = "" // the default order uses a column that this actor may not see
		if s.order, err = l.order(c.actor, ""); err != nil {
			return nil, err
		}
	}
	want := map[string]bool{}
	for f := range strings.SplitSeq(in.Fields, ",") {
		if f = strings.TrimSpace(f); f == "" {
			continue
		}
		if _, known := l.by[f]; known || !hasField[Row](f) {
			if _, err := l.column(c.actor, f); err != nil {
				return nil, err
			}
		}
		want[f] = true
	}
	for i := range l.cols {
		col := &l.cols[i]
		chosen := len(want) == 0 || want[col.name]
		if !chosen {
			s.drop = append(s.drop, col.name)
		}
		sorted := slices.ContainsFunc(s.order, func(o orderBy) bool { return o.col == col })
		if sees(c.actor, col.mask) && (chosen || sorted || l.Post != nil) {
			s.cols = append(s.cols, col)
		}
	}
	if len(want) > 0 {
		for _, f := range otherFields[Row](l.by) {
			if !want[f] {
				s.drop = append(s.drop, f)
			}
		}
	}
	if l.Scope != nil {
		l.Scope(ctx, &s.inner)
	}
	s.whole = in.Q == "" && len(in.Filter) == 0
	if l.Where != nil {
		p := Params{}
		for seg := range strings.SplitSeq(c.op.Path, "/") {
			if name, ok := strings.CutPrefix(seg, "{"); ok {
				name = strings.TrimRight(name, ".}")
				p[name] = c.r.PathValue(name)
			}
		}
		asked := c.r.URL.Query()
		for name := range l.Extra {
			p[name] = asked.Get(name)
			s.whole = s.whole && p[name] == ""
		}
		if err := l.Where(ctx, p, &s.inner); err != nil {
			return nil, err
		}
	}
	if err := l.search(ctx, q, &s.inner, strings.TrimSpace(in.Q)); err != nil {
		return nil, err
	}
	w := &s.inner
	if l.Group != "" {
		w = &s.outer
		s.outer.Args = slices.Clone(s.inner.Args)
	}
	if err := l.filter(c.actor, w, in.Filter, l.Group != ""); err != nil {
		return nil, err
	}
	return s, nil
}

// search: the beginning of a number or code, else every word must occur in one of the search expressions.
func (l *lister[Row]) search(ctx context.Context, q db.Querier, w *db.Where, text string) error {
	if text == "" {
		return nil
	}
	if len(l.Codes) > 0 && (len(l.Search) == 0 || !strings.ContainsAny(text, " \t\n")) {
		found, err := l.begins(ctx, q, w, text)
		if err != nil || found {
			return err
		}
		if len(l.Search) == 0 {
			w.And("FALSE")
			return nil
		}
	}
	for i, word := range strings.Fields(text) {
		if i == 8 || len(l.Search) == 0 {
			break
		}
		var or []string
		var args []any
		for _, e := range l.Search {
			or = append(or, contains(e))
			args = append(args, "%"+likeText.Replace(word)+"%")
		}
		w.And("("+strings.Join(or, " OR ")+")", args...)
	}
	return nil
}

func contains(expr string) string {
	return `lower(` + expr + `) LIKE lower(CAST(? AS TEXT)) ESCAPE '\'`
}

// begins asks the indexes of the numbers and codes. What begins few is found by the index; what begins many is met
// soon on the way through the list's own order, so there the index would only make a large sort of it.
func (l *lister[Row]) begins(ctx context.Context, q db.Querier, w *db.Where, text string) (bool, error) {
	for _, c := range l.Codes {
		narrow := orElse(c.Narrow, c.Expr+" >= ? AND "+c.Expr+" < ?")
		for _, t := range slices.Compact([]string{text, strings.ToUpper(text)}) {
			try := db.Where{Args: slices.Clone(w.Args)}
			and := " WHERE "
			if w.String() != "" {
				and = " AND "
			}
			cond := try.Number(narrow, t, t+"\U0010FFFF")
			n, err := db.One[int64](ctx, q, fmt.Sprintf("%sSELECT CAST(count(*) AS BIGINT) FROM (SELECT 1 FROM %s%s%s%s LIMIT %d) AS c", l.with(), l.From, w.String(), and, cond, totalCap+1), try.Args...)
			switch {
			case err != nil:
				return false, err
			case n > totalCap:
				w.And(contains(c.Expr), likeText.Replace(t)+"%")
				return true, nil
			case n > 0:
				w.And(narrow, t, t+"\U0010FFFF")
				return true, nil
			}
		}
	}
	return false, nil
}

var likeText = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// sql builds the statement for a page after the cursor. Grouped rows are filtered and ordered from outside, where
// their aggregates have names.
func (l *lister[Row]) sql(s *selection, after []any, limit int) (string, []any) {
	var sel strings.Builder
	grouped := l.Group != ""
	for _, c := range s.cols {
		sel.WriteString(c.expr + " AS " + c.alias + ", ")
	}
	sel.WriteString(l.Key + " AS k")
	expr := func(o orderBy) string {
		switch {
		case o.col == nil && grouped:
			return "k"
		case o.col == nil:
			return l.Key
		case grouped:
			return o.col.sortable(o.col.alias)
		}
		return o.col.sortable(o.col.expr)
	}
	text := l.with() + "SELECT " + sel.String() + " FROM " + l.From + s.inner.String()
	w := db.Where{Args: slices.Clone(s.inner.Args)}
	cond := ""
	if grouped {
		var names []string
		for _, c := range s.cols {
			names = append(names, c.alias)
		}
		text = l.with() + "SELECT " + strings.Join(append(names, "k"), ", ") + " FROM (SELECT " + sel.String() + " FROM " + l.From + s.inner.String() + " GROUP BY " + l.Group + ") AS g" + s.outer.String()
		w.Args = slices.Clone(s.outer.Args)
	}
	keys := !grouped && l.With == "" && strings.HasSuffix(l.Key, ".id") && !strings.Contains(l.From, "(")
	if keys { // sorted by keys alone: what the columns cost is paid for one page
		from := l.From
		if s.whole && s.sort == l.Sort && l.Walk != "" {
			from = l.Walk
		}
		text = "SELECT " + l.Key + " FROM " + from + s.inner.String()
	}
	if after != nil {
		cond = beyond(&w, s.order, expr, after)
		if (grouped && s.outer.String() != "") || (!grouped && s.inner.String() != "") {
			text += " AND " + cond
		} else {
			text += " WHERE " + cond
		}
	}
	var by []string
	for _, o := range s.order {
		e := expr(o)
		if o.desc {
			e += " DESC"
		}
		by = append(by, e)
	}
	order := " ORDER BY " + strings.Join(by, ", ")
	// the limit stands in the text: SQLite plans anew for each value of a parameter there
	text += order + " LIMIT " + strconv.Itoa(limit)
	if keys {
		text = "SELECT " + sel.String() + " FROM " + l.From + " WHERE " + l.Key + " IN (" + text + ")" + order
	}
	return text, w.Args
}

func (l *lister[Row]) with() string {
	if l.With == "" {
		return ""
	}
	return "WITH " + l.With + " "
}

// beyond is the condition "after this row in this order".
func beyond(w *db.Where, order []orderBy, expr func(orderBy) string, after []any) string {
	same := true
	for _, o := range order {
		same = same && o.desc == order[0].desc
	}
	if same {
		var e, m []string
		for _, o := range order {
			e, m = append(e, expr(o)), append(m, "?")
		}
		op := " > "
		if order[0].desc {
			op = " < "
		}
		return w.Number("("+strings.Join(e, ", ")+")"+op+"("+strings.Join(m, ", ")+")", after...)
	}
	var or []string
	for i, o := range order {
		var and []string
		for j := range i {
			and = append(and, w.Number(expr(order[j])+" = ?", after[j]))
		}
		op := " > ?"
		if o.desc {
			op = " < ?"
		}
		or = append(or, strings.Join(append(and, w.Number(expr(o)+op, after[i])), " AND "))
	}
	return "(" + strings.Join(or, " OR ") + ")"
}

// rows reads a page and the cursor values of its last row.
func (l *lister[Row]) rows(ctx context.Context, q db.Querier, s *selection, after []any, limit int) (out []Row, last []any, more bool, err error) {
	text, args := l.sql(s, after, limit+1)
	out = []Row{}
	err = db.Each(ctx, q, text, args, func(c *cells) error {
		if len(out) == limit {
			more = true
			return nil
		}
		var row Row
		rv := reflect.ValueOf(&row).Elem()
		for _, col := range s.cols {
			if err := col.set(rv, *c.at(col.cell)); err != nil {
				return err
			}
		}
		last = last[:0]
		for _, o := range s.order {
			if o.col == nil {
				last = append(last, c.K)
			} else {
				last = append(last, o.col.plain(*c.at(o.col.cell)))
			}
		}
		out = append(out, row)
		return nil
	})
	if err == nil && l.Post != nil && len(out) > 0 {
		err = l.Post(ctx, q, out)
	}
	return out, last, more, err
}

func (l *lister[Row]) page(ctx context.Context, q db.Querier, in *listInput) (p Page[Row], err error) {
	s, err := l.selected(ctx, q, &in.ListQuery)
	if err != nil {
		return p, err
	}
	p.drop = s.drop
	after, err := readCursor(in.After, s)
	if err != nil {
		return p, err
	}
	var last []any
	var more bool
	if p.Items, last, more, err = l.rows(ctx, q, s, after, in.Limit); err != nil {
		return p, err
	}
	if more {
		p.Next = writeCursor(s, last)
	}
	if after == nil && !more {
		p.Total = int64(len(p.Items))
		return p, nil
	}
	p.Total, err = l.count(ctx, q, s)
	if p.Total > totalCap {
		p.Total, p.Capped = totalCap, true
	}
	return p, err
}

func (l *lister[Row]) count(ctx context.Context, q db.Querier, s *selection) (int64, error) {
	from := "SELECT 1 FROM " + l.From + s.inner.String()
	if s.whole && l.Base != "" {
		from = "SELECT 1 FROM " + l.Base + s.inner.String()
	}
	args := s.inner.Args
	if l.Group != "" {
		var sel []string
		for _, c := range l.cols {
			sel = append(sel, c.expr+" AS "+c.alias)
		}
		from = "SELECT 1 FROM (SELECT " + strings.Join(sel, ", ") + " FROM " + l.From + s.inner.String() + " GROUP BY " + l.Group + ") AS g" + s.outer.String()
		args = s.outer.Args
	}
	return db.One[int64](ctx, q, fmt.Sprintf("%sSELECT CAST(count(*) AS BIGINT) FROM (%s LIMIT %d) AS c", l.with(), from, totalCap+1), args...)
}
