package web

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
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
	Walk   string   // From as the default order walks through it (CROSS JOIN keeps SQLite to it), for a list that nothing narrows
	Base   string   // the part of From that Scope speaks of, to count a list that nothing narrows; its joins must not lose rows
	Key    string   // a column that is unique and never null: the last word in every order
	Sort   string   // default order, such as "-due,number"
	Group  string   // GROUP BY, when columns are aggregates
	Search []string // expressions in which q is looked for
	Codes  []Code   // numbers and codes that q may begin: looked for before Search, by their indexes
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

// Code is a number or code that people type or scan. In a large table text is found by reading all of it, a number
// by its index: when a word begins numbers, those are meant and nothing else is looked for.
type Code struct {
	Expr   string
	Narrow string // the same as a condition on an indexed column, with two ? for the first text and the one behind the last; default on Expr
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
	totalCap  = 1000 // counting on costs more than the page, and nobody reads beyond "more than a thousand"
	maxPage   = 500
	maxFilter = 20
	maxIn     = 200
)

// ListQuery is what a caller may ask of any list; exported because huma reads exported fields only.
type ListQuery struct {
	Q      string   `query:"q" maxLength:"200" doc:"The beginning of a number or code, or text to look for without regard to case; every word must occur"`
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
		var p Page[Row]
		// on one snapshot: while others write, SQLite's readers forget every page between two snapshots
		err := a.DB.View(ctx, func(q db.Querier) (err error) { p, err = l.page(ctx, q, in); return err })
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
