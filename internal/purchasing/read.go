package purchasing

import (
	"context"
	"reflect"
	"strings"

	"kaiwu/internal/kit/db"
)

// read gives the rows of a list's struct for a detail page: the same columns, without paging. rest is what follows
// FROM.
func read[Row any](ctx context.Context, q db.Querier, from string, w *db.Where, rest string) ([]Row, error) {
	var cols []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Row]()) {
		if expr := f.Tag.Get("sql"); expr != "" {
			cols = append(cols, expr+` AS "`+strings.ToLower(f.Name)+`"`)
		}
	}
	return db.All[Row](ctx, q, `SELECT `+strings.Join(cols, ", ")+` FROM `+from+w.String()+rest, w.Args...)
}
