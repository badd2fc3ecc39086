package web

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/sheet"
)

// GivenSpec is a list whose rows the program itself knows: at most a few thousand, not in the database. Every field of
// Row with a tag `sql:"given"` is a column that can be chosen, filtered, sorted and exported.
type GivenSpec[Row any] struct {
	Rows   func(ctx context.Context, q db.Querier) ([]Row, error) // in the default order
	Search []string                                               // columns in which q is looked for
	Titles map[string]fault.Text
	File   string
}

// Given registers GET path and GET path/export with the parameters of List.
func Given[Row any](a *API, op Op, spec GivenSpec[Row]) {
	op.Method = http.MethodGet
	g := &given[Row]{GivenSpec: spec, lister: newLister(op.ID, ListSpec[Row]{From: "given", Key: "given", Titles: spec.Titles, File: spec.File})}
	a.maskType(reflect.TypeFor[Row]())
	h := a.operation(&op)
	h.Description = strings.TrimSpace(h.Description + "\n\n" + g.describe())
	huma.Register(a.API, *h, func(ctx context.Context, in *listInput) (*reply[Page[Row]], error) {
		p, err := g.page(ctx, a.DB.Read(), in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return &reply[Page[Row]]{p}, nil
	})
	a.optional(reflect.TypeFor[Row]())

	ex := op
	ex.Path, ex.ID, ex.Summary = op.Path+"/export", "export"+strings.ToUpper(op.ID[:1])+op.ID[1:], op.Summary+" (file)"
	h = a.operation(&ex)
	h.Responses = fileResponses("The rows, with a header line in the caller's language")
	huma.Register(a.API, *h, func(ctx context.Context, in *exportInput) (*stream, error) {
		write, err := g.export(ctx, a, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return &stream{write}, nil
	})
}

type given[Row any] struct {
	GivenSpec[Row]
	*lister[Row]
}

// chosen are the rows that the filters and words leave, in the order that was asked for.
func (g *given[Row]) chosen(ctx context.Context, q db.Querier, in *ListQuery) (rows []Row, drop []string, err error) {
	act := callOf(ctx).actor
	var w db.Where // checks the filters as those of any list
	if err := g.filter(act, &w, in.Filter, false); err != nil {
		return nil, nil, err
	}
	order, err := g.order(act, in.Sort)
	if err != nil {
		return nil, nil, err
	}
	want := map[string]bool{}
	for f := range strings.SplitSeq(in.Fields, ",") {
		if f = strings.TrimSpace(f); f == "" {
			continue
		}
		if _, err := g.column(act, f); err != nil {
			return nil, nil, err
		}
		want[f] = true
	}
	for _, c := range g.cols {
		if len(want) > 0 && !want[c.name] {
			drop = append(drop, c.name)
		}
	}
	if rows, err = g.Rows(ctx, q); err != nil {
		return nil, nil, err
	}
	words := strings.Fields(strings.ToLower(in.Q))
	rows = slices.DeleteFunc(rows, func(r Row) bool {
		v := reflect.ValueOf(&r).Elem()
		text := ""
		for _, name := range g.GivenSpec.Search {
			text += strings.ToLower(fmt.Sprint(v.FieldByIndex(g.cols[g.by[name]].index).Interface())) + "\n"
		}
		return slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) ||
			slices.ContainsFunc(in.Filter, func(f string) bool { return !g.holds(v, f) })
	})
	if in.Sort != "" {
		slices.SortStableFunc(rows, func(x, y Row) int {
			for _, o := range order {
				if o.col == nil {
					continue
				}
				d := compareGiven(givenValue(reflect.ValueOf(&x).Elem(), o.col), givenValue(reflect.ValueOf(&y).Elem(), o.col))
				if d != 0 && o.desc {
					return -d
				}
				if d != 0 {
					return d
				}
			}
			return 0
		})
	}
	return rows, drop, nil
}

// holds says whether a row fulfils one filter, which filter has found sound.
func (g *given[Row]) holds(row reflect.Value, f string) bool {
	name, rest, _ := strings.Cut(f, ":")
	op, val, _ := strings.Cut(rest, ":")
	c := &g.cols[g.by[name]]
	have := givenValue(row, c)
	than := func(text string) int {
		v, err := c.parse(text)
		if err != nil {
			return -2
		}
		return compareGiven(have, v)
	}
	switch op {
	case "in":
		return slices.ContainsFunc(strings.Split(val, ","), func(p string) bool { return than(strings.TrimSpace(p)) == 0 })
	case "like":
		return strings.Contains(strings.ToLower(fmt.Sprint(have)), strings.ToLower(val))
	case "eq":
		return than(val) == 0
	case "ne":
		return than(val) != 0
	case "lt":
		return than(val) < 0
	case "le":
		return than(val) <= 0
	case "gt":
		return than(val) > 0
	}
	return than(val) >= 0
}

func givenValue(row reflect.Value, c *column) any {
	v := row.FieldByIndex(c.index)
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int64:
		return v.Int()
	}
	return v.String()
}

func compareGiven(a, b any) int {
	switch x := a.(type) {
	case bool:
		y, _ := b.(bool)
		if x == y {
			return 0
		}
		if y {
			return -1
		}
		return 1
	case int64:
		y, _ := b.(int64)
		return cmp.Compare(x, y)
	}
	return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
}

func (g *given[Row]) page(ctx context.Context, q db.Querier, in *listInput) (p Page[Row], err error) {
	rows, drop, err := g.chosen(ctx, q, &in.ListQuery)
	if err != nil {
		return p, err
	}
	h := fnv.New32a()
	fmt.Fprint(h, in.Q, "\x00", in.Sort, "\x00", in.Filter)
	mark, from := fmt.Sprintf("%08x ", h.Sum32()), 0
	if in.After != "" {
		text, _ := base64.RawURLEncoding.DecodeString(in.After)
		rest, ours := strings.CutPrefix(string(text), mark)
		n, err := strconv.Atoi(rest)
		if !ours || err != nil || n < 0 {
			return p, fault.Invalid("web.cursor_bad", "the cursor does not belong to this query")
		}
		from = min(n, len(rows))
	}
	to := min(from+in.Limit, len(rows))
	p = Page[Row]{Items: slices.Clone(rows[from:to]), Total: int64(len(rows)), drop: drop}
	if p.Items == nil {
		p.Items = []Row{}
	}
	if to < len(rows) {
		p.Next = base64.RawURLEncoding.EncodeToString([]byte(mark + strconv.Itoa(to)))
	}
	return p, nil
}

func (g *given[Row]) export(ctx context.Context, a *API, in *exportInput) (func(huma.Context), error) {
	rows, drop, err := g.chosen(ctx, a.DB.Read(), &in.ListQuery)
	if err != nil {
		return nil, err
	}
	name, format := orElse(g.GivenSpec.File, g.id), sheet.Format(in.Format)
	f := File{Name: fmt.Sprintf("%s-%s.%s", name, a.DB.Now().In(a.DB.Zone()).Format("20060102-1504"), in.Format), Type: format.Mime()}
	var cols []exportColumn
	var head []string
	for _, c := range g.cols {
		if slices.Contains(drop, c.name) || !sees(callOf(ctx).actor, c.mask) {
			continue
		}
		cols = append(cols, exportColumn{index: c.index, moment: strings.HasSuffix(c.name, "_ms")})
		head = append(head, c.title(g.GivenSpec.Titles, Locale(ctx)))
	}
	f.Write = func(w io.Writer) error {
		out, err := sheet.NewWriter(w, format)
		if err != nil {
			return err
		}
		err = writeGiven(out, name, head, rows, cols, a.DB.Zone())
		if e := out.Close(); err == nil {
			err = e
		}
		return err
	}
	return f.send(ctx), nil
}

func writeGiven[Row any](out *sheet.Writer, name string, head []string, rows []Row, cols []exportColumn, zone *time.Location) error {
	if err := out.Sheet(name, head...); err != nil {
		return err
	}
	for i := range rows {
		v := reflect.ValueOf(&rows[i]).Elem()
		line := make([]any, len(cols))
		for j, c := range cols {
			line[j] = c.value(v, zone)
		}
		if err := out.Row(line...); err != nil {
			return err
		}
	}
	return nil
}
