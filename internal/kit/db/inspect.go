package db

import (
	"context"
	"fmt"
	"slices"
)

// Pending lists the migrations that have not run yet: a command that only reads runs none, and says so. It is an
// error when the database was made by a newer program.
func (d *DB) Pending(ctx context.Context, schemas ...Schema) ([]string, error) {
	known, err := collect(append([]Schema{{"kit", kitSchema}}, schemas...))
	if err != nil {
		return nil, err
	}
	all, err := d.allTables(ctx, d.Read())
	if err != nil {
		return nil, err
	}
	var have []string
	if slices.Contains(all, "kit_migration") {
		if have, err = All[string](ctx, d.Read(), `SELECT name FROM kit_migration ORDER BY name`); err != nil {
			return nil, err
		}
	}
	var out, names []string
	for _, m := range known {
		names = append(names, m.name)
		if !slices.Contains(have, m.name) {
			out = append(out, m.name)
		}
	}
	for _, name := range have {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("the database was made by a newer version: it has run migration %s, which this program does not know", name)
		}
	}
	return out, nil
}

// Tables lists the tables that hold the factory, each after those it refers to; what a backup holds.
func (d *DB) Tables(ctx context.Context, q Querier) ([]string, error) { return d.tables(ctx, q) }

// Sound asks the engine whether its file is whole and every reference leads somewhere, and gives the first finding.
// PostgreSQL keeps references itself and has check sums of its own; there it finds nothing.
func (d *DB) Sound(ctx context.Context, q Querier) (found string, err error) {
	if d.engine == Postgres {
		return "", nil
	}
	type ref struct {
		Table  string `db:"table"`
		Row    int64  `db:"rowid"`
		Parent string `db:"parent"`
	}
	text, err := One[string](ctx, q, `PRAGMA integrity_check(1)`)
	if err != nil || text != "ok" {
		return text, err
	}
	r, ok, err := Get[ref](ctx, q, `SELECT "table", coalesce(rowid, 0) AS rowid, parent FROM pragma_foreign_key_check LIMIT 1`)
	if ok {
		found = fmt.Sprintf("%s row %d refers to a row of %s that is not there", r.Table, r.Row, r.Parent)
	}
	return found, err
}
