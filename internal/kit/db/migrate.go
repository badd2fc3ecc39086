package db

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

//go:embed schema/*.sql
var kitSchema embed.FS

// Schema is the folder of migrations of one room: schema/20260115T0900_stock.sql, one text for both engines.
// Beside a data migration may stand X.before.sql and X.after.sql: queries that must return no row.
type Schema struct {
	Room string
	FS   fs.FS
}

type migration struct{ name, text, sum, before, after string }

// Migrate runs what has not run yet, in the order of the time stamps in the names, each file in its own
// transaction. Forward only: a file that has run and then changed is refused.
func (d *DB) Migrate(ctx context.Context, schemas ...Schema) error {
	_, err := d.migrateOnly(ctx, nil, schemas...)
	return err
}

// migrateOnly runs the named migrations, all when only is nil, and says how many had run before.
func (d *DB) migrateOnly(ctx context.Context, only []string, schemas ...Schema) (before int, err error) {
	todo, err := collect(append([]Schema{{"kit", kitSchema}}, schemas...))
	if err != nil {
		return 0, err
	}
	for _, name := range only {
		if !slices.ContainsFunc(todo, func(m migration) bool { return m.name == name }) {
			return 0, fmt.Errorf("made by a newer version: migration %s is not known here", name)
		}
	}
	return before, d.Solo(ctx, func(s *Solo) error {
		unlock, err := s.lock(ctx)
		if err != nil {
			return err
		}
		defer unlock()
		if err := s.Exec(ctx, d.ddl(`CREATE TABLE IF NOT EXISTS kit_migration (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_ms BIGINT NOT NULL);`)); err != nil {
			return err
		}
		type done struct {
			Name     string `db:"name"`
			Checksum string `db:"checksum"`
		}
		have, err := All[done](ctx, s, `SELECT name, checksum FROM kit_migration`)
		if err != nil {
			return err
		}
		before = len(have)
		sums := map[string]string{}
		for _, h := range have {
			sums[h.Name] = h.Checksum
		}
		for _, m := range todo {
			if sum, ok := sums[m.name]; ok {
				if sum != m.sum {
					return fmt.Errorf("migration %s was changed after it ran (checksum %.8s, ran as %.8s)", m.name, m.sum, sum)
				}
				delete(sums, m.name)
				continue
			}
			if only != nil && !slices.Contains(only, m.name) {
				continue
			}
			if err := s.apply(ctx, d, m); err != nil {
				return fmt.Errorf("migration %s: %w", m.name, err)
			}
		}
		for name := range sums {
			return fmt.Errorf("the database was made by a newer version: it has run migration %s, which this program does not know", name)
		}
		d.bulk, err = s.tablesWith(ctx, d, "batch_id")
		return err
	})
}

func collect(schemas []Schema) ([]migration, error) {
	var out []migration
	for _, s := range schemas {
		names, err := fs.Glob(s.FS, "schema/*.sql")
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			if strings.HasSuffix(n, ".before.sql") || strings.HasSuffix(n, ".after.sql") {
				continue
			}
			b, err := fs.ReadFile(s.FS, n)
			if err != nil {
				return nil, err
			}
			sum := sha256.Sum256(b)
			m := migration{name: strings.TrimSuffix(path.Base(n), ".sql"), text: string(b), sum: hex.EncodeToString(sum[:])}
			for suffix, dst := range map[string]*string{".before.sql": &m.before, ".after.sql": &m.after} {
				if b, err := fs.ReadFile(s.FS, strings.TrimSuffix(n, ".sql")+suffix); err == nil {
					*dst = string(b)
				}
			}
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b migration) int { return strings.Compare(a.name, b.name) })
	for i := 1; i < len(out); i++ {
		if out[i].name == out[i-1].name {
			return nil, fmt.Errorf("two migrations are named %s", out[i].name)
		}
	}
	return out, nil
}

func (s *Solo) apply(ctx context.Context, d *DB, m migration) error {
	if err := s.Exec(ctx, "BEGIN"); err != nil {
		return err
	}
	err := func() error {
		if err := s.assert(ctx, m.before); err != nil {
			return fmt.Errorf("before: %w", err)
		}
		for _, q := range statements(m.text) {
			if err := s.Exec(ctx, d.ddl(q)); err != nil {
				return err
			}
		}
		if err := s.assert(ctx, m.after); err != nil {
			return fmt.Errorf("after: %w", err)
		}
		_, err := s.exec(ctx, `INSERT INTO kit_migration (name, checksum, applied_ms) VALUES ($1, $2, $3)`, []any{m.name, m.sum, d.Now().UnixMilli()})
		return err
	}()
	if err != nil {
		return errors.Join(err, s.Exec(ctx, "ROLLBACK"))
	}
	return s.Exec(ctx, "COMMIT")
}

// assert runs queries that must find nothing.
func (s *Solo) assert(ctx context.Context, text string) error {
	for _, q := range statements(text) {
		if err := Each(ctx, s, `SELECT CAST(count(*) AS BIGINT) FROM (`+q+`) AS bad`, nil, func(n *int64) error {
			if *n > 0 {
				return fmt.Errorf("%d rows answer %q", *n, q)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

var comment = regexp.MustCompile(`(?m)--[^\n]*`)

// statements splits at the semicolons outside of literals.
func statements(text string) []string {
	var out []string
	quoted := false
	for q := range strings.FieldsFuncSeq(comment.ReplaceAllString(text, ""), func(r rune) bool {
		if r == '\'' { // a doubled quote closes and opens again
			quoted = !quoted
		}
		return r == ';' && !quoted
	}) {
		if q = strings.TrimSpace(q); q != "" {
			out = append(out, q)
		}
	}
	return out
}

var (
	sqlBool  = regexp.MustCompile(`(?i)\b(\w+)\s+BOOLEAN\b`)
	sqlJSON  = regexp.MustCompile(`(?i)\b(\w+)\s+JSONB\b`)
	sqlBytes = regexp.MustCompile(`(?i)\bBYTEA\b`)
	sqlInt   = regexp.MustCompile(`(?i)\bBIGINT\b`)
	sqlTable = regexp.MustCompile(`(?is)^CREATE TABLE\b`)
)

// ddl maps the column types of PostgreSQL to SQLite's STRICT tables; nothing else differs.
func (d *DB) ddl(q string) string {
	if d.engine == Postgres {
		return q
	}
	def := regexp.MustCompile(`(?i)\bADD COLUMN\b`).MatchString(q) || sqlTable.MatchString(q)
	if !def {
		return q // CAST(… AS BIGINT) in a view is right as it stands
	}
	q = sqlBool.ReplaceAllString(q, "$1 INTEGER CHECK ($1 IN (0, 1))")
	q = sqlJSON.ReplaceAllString(q, "$1 TEXT CHECK (json_valid($1))")
	q = sqlInt.ReplaceAllString(q, "INTEGER")
	q = sqlBytes.ReplaceAllString(q, "BLOB")
	if sqlTable.MatchString(q) {
		q = strings.TrimRight(strings.TrimSpace(q), ";") + " STRICT"
	}
	return q
}

// Solo is the connection outside any transaction of ours: migrations, backup, integrity checks.
type Solo struct {
	c interface {
		Querier
		exec(ctx context.Context, q string, args []any) (int64, error)
	}
	pg bool
}

func (s *Solo) query(ctx context.Context, q string, args []any) (rows, error) {
	return s.c.query(ctx, q, args)
}
func (s *Solo) exec(ctx context.Context, q string, args []any) (int64, error) {
	return s.c.exec(ctx, q, args)
}

// Exec runs a statement as it stands.
func (s *Solo) Exec(ctx context.Context, q string, args ...any) error {
	_, err := s.c.exec(ctx, q, args)
	return wrap(err, q)
}

// Solo lends the writing connection: while fn runs, nobody else writes on SQLite.
func (d *DB) Solo(ctx context.Context, fn func(*Solo) error) error {
	if d.engine == SQLite {
		return d.w.do(ctx, &req{ctx: ctx, solo: true, fn: func(c conn) error { return fn(&Solo{c: c.(*sqliteConn)}) }})
	}
	c, err := d.pg.Acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release()
	return fn(&Solo{c: pgSolo{c}, pg: true})
}

// lock keeps two processes from migrating at once.
func (s *Solo) lock(ctx context.Context) (unlock func(), err error) {
	if !s.pg {
		return func() {}, nil
	}
	err = s.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(sealLock+1))
	return func() { s.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(sealLock+1)) }, err
}

func (s *Solo) tablesWith(ctx context.Context, d *DB, column string) ([]string, error) {
	if d.engine == Postgres {
		return All[string](ctx, s, `SELECT table_name::text FROM information_schema.columns WHERE column_name = $1 AND table_schema = current_schema() AND table_name NOT LIKE 'v\_%' ORDER BY table_name`, column)
	}
	return All[string](ctx, s, `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = $1 WHERE m.type = 'table' ORDER BY m.name`, column)
}

func missingTable(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "42P01"
}
