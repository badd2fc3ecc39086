package web

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// ListSpec says where the rows of a list come from. Every field of Row with a tag `sql:"expression"` is a column
// that can be chosen, filtered, sorted and exported; fields without it are filled by Post.
type ListSpec[Row any] struct {
	With   string   // common table expressions, without the word WITH
	From   string   // tables and joins
	Key    string   // a column that is unique and never null: the last word in every order
	Sort   string   // default order, such as "-due,number"
	Group  string   // GROUP BY, when columns are aggregates
	Search []string // expressions in which q is looked for
	// Scope limits the rows to what the actor may see.
	Scope func(ctx context.Context, w *db.Where)
	// Where adds what the path and the extra parameters ask for.
	Where func(ctx context.Context, p Params, w *db.Where) error
	// Extra query parameters and what they mean.
	Extra map[string]string
	// Titles are the columns' names in exports, by JSON name; else the doc tag.
	Titles map[string]fault.Text
	// Post fills fields that SQL does not give; it sees one page at a time.
	Post func(ctx context.Context, q db.Querier, rows []Row) error
	// File is the name of an exported file, default the operation's id.
	File string
}

// Params are the path's and the extra query's values.
type Params map[string]string

// Page is one page of a list.
type Page[Row any] struct {
	Items  []Row  `json:"items"`
	Next   string `json:"next" doc:"Cursor of the next page, empty on the last one"`
	Total  int64  `json:"total" doc:"How many rows match in all"`
	Capped bool   `json:"total_capped" doc:"True when counting stopped at total"`

	drop []string
}

func (p Page[Row]) dropped() []string { return p.drop }

const (
	totalCap  = 10_000
	maxPage   = 500
	maxFilter = 20
	maxIn     = 200
)

// ListQuery is what a caller may ask of any list; exported because huma reads exported fields only.
type ListQuery struct {
	Q      string   `query:"q" maxLength:"200" doc:"Text to look for, without regard to case; every word must occur"`
	Sort   string   `query:"sort" maxLength:"200" doc:"Columns, - before one for descending: -due,number"`
	Filter []string `query:"filter,explode" maxItems:"20" doc:"column:op:value with op eq ne lt le gt ge in like; in takes values separated by commas. May be repeated, all must hold"`
	Fields string   `query:"fields" maxLength:"2000" doc:"Columns to answer, separated by commas; default all"`
}

type listInput struct {
	ListQuery
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	After string `query:"after" maxLength:"4000" doc:"The cursor that the page before gave as next"`
}

type exportInput struct {
	ListQuery
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx"`
}

// List registers GET path, a list paged by keyset, and GET path/export, the same rows as a file.
func List[Row any](a *API, op Op, spec ListSpec[Row]) {
	op.Method = http.MethodGet
	l := newLister(op.ID, spec)
	a.maskType(reflect.TypeFor[Row]())

	h := a.operation(&op)
	h.Description = strings.TrimSpace(h.Description + "\n\n" + l.describe())
	document(h, op.Path, spec.Extra)
	huma.Register(a.API, *h, func(ctx context.Context, in *listInput) (*reply[Page[Row]], error) {
		p, err := l.page(ctx, a.DB.Read(), in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return &reply[Page[Row]]{p}, nil
	})
	a.optional(reflect.TypeFor[Row]())

	ex := op
	ex.Path, ex.ID, ex.Summary = op.Path+"/export", "export"+strings.ToUpper(op.ID[:1])+op.ID[1:], op.Summary+" (file)"
	if op.Timeout == 0 {
		ex.Timeout = 10 * time.Minute
	}
	h = a.operation(&ex)
	document(h, op.Path, spec.Extra)
	h.Responses = fileResponses("The rows, with a header line in the caller's language")
	huma.Register(a.API, *h, func(ctx context.Context, in *exportInput) (*stream, error) {
		write, err := l.export(ctx, a, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return &stream{write}, nil
	})
}

// document lists the parameters that no input struct declares.
func document(h *huma.Operation, path string, extra map[string]string) {
	for seg := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(seg, "{"); ok {
			h.Parameters = append(h.Parameters, &huma.Param{Name: strings.TrimRight(name, ".}"), In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
		}
	}
	for _, name := range sortedKeys(extra) {
		h.Parameters = append(h.Parameters, &huma.Param{Name: name, In: "query", Description: extra[name], Schema: &huma.Schema{Type: huma.TypeString}})
	}
}

type lister[Row any] struct {
	ListSpec[Row]
	id   string
	cols []column
	by   map[string]int
}

func newLister[Row any](id string, spec ListSpec[Row]) *lister[Row] {
	l := &lister[Row]{ListSpec: spec, id: id, cols: columnsOf(reflect.TypeFor[Row]()), by: map[string]int{}}
	for i, c := range l.cols {
		l.by[c.name] = i
	}
	if spec.Key == "" || spec.From == "" || len(l.cols) == 0 {
		panic("web.List " + id + ": From, Key and at least one column are needed") // seen at start, by whoever wrote it
	}
	if len(l.cols) > maxCells {
		panic(fmt.Sprintf("web.List %s: more than %d columns", id, maxCells))
	}
	if _, err := l.order(nil, spec.Sort); err != nil {
		panic("web.List " + id + ": " + err.Error())
	}
	return l
}

func (l *lister[Row]) describe() string {
	var names []string
	for _, c := range l.cols {
		names = append(names, c.name)
	}
	return "Columns: " + strings.Join(names, ", ") + "."
}

// column finds a column that this actor may use; a masked one is as good as forbidden.
func (l *lister[Row]) column(act *actor.Actor, name string) (*column, error) {
	i, ok := l.by[name]
	if !ok {
		var names []string
		for _, c := range l.cols {
			if act == nil || sees(act, c.mask) {
				names = append(names, c.name)
			}
		}
		return nil, fault.Invalid("web.column_unknown", "there is no column %q", name).With("column", name).With("allowed", strings.Join(names, ", "))
	}
	if act != nil && !sees(act, l.cols[i].mask) {
		return nil, fault.Forbidden("web.field_forbidden", "you may not see %s", name).With("field", name)
	}
	return &l.cols[i], nil
}

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
}

func (l *lister[Row]) selected(ctx context.Context, in *ListQuery) (*selection, error) {
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
	if l.Where != nil {
		p := Params{}
		for seg := range strings.SplitSeq(c.op.Path, "/") {
			if name, ok := strings.CutPrefix(seg, "{"); ok {
				name = strings.TrimRight(name, ".}")
				p[name] = c.r.PathValue(name)
			}
		}
		q := c.r.URL.Query()
		for name := range l.Extra {
			p[name] = q.Get(name)
		}
		if err := l.Where(ctx, p, &s.inner); err != nil {
			return nil, err
		}
	}
	l.search(&s.inner, in.Q)
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

// search: every word of q must occur in one of the search expressions.
func (l *lister[Row]) search(w *db.Where, q string) {
	for i, word := range strings.Fields(q) {
		if i == 8 || len(l.Search) == 0 {
			return
		}
		var or []string
		var args []any
		for _, e := range l.Search {
			or = append(or, `lower(`+e+`) LIKE lower(CAST(? AS TEXT)) ESCAPE '\'`)
			args = append(args, "%"+likeText.Replace(word)+"%")
		}
		w.And("("+strings.Join(or, " OR ")+")", args...)
	}
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
	return text + " ORDER BY " + strings.Join(by, ", ") + w.Number(" LIMIT ?", int64(limit)), w.Args
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
	s, err := l.selected(ctx, &in.ListQuery)
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
