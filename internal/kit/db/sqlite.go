package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"modernc.org/sqlite" // SQLite without cgo

	"kaiwu/internal/kit/num"
)

func (d *DB) openSQLite(path string) error {
	// busy_timeout comes first: the other pragmas may meet a lock. The WAL is put into the file every 4,000 pages: a
	// group of reports changes some 500, many of them the same as the group before, so a shorter WAL writes and syncs
	// them again and again (1,000 pages: a third less throughput); it is overwritten in place, so it does not grow.
	dsn := func(mode string) string {
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=wal_autocheckpoint(4000)&_dqs=0" + mode
	}
	// The writer speaks to the driver itself: it is one goroutine with one connection, so the pool, the locks and the
	// conversions of database/sql would only cost time on the path that everybody waits for.
	conn, err := (&sqlite.Driver{}).Open(dsn("&_pragma=cache_size(-65536)"))
	if err != nil {
		return err
	}
	c := &sqliteConn{c: conn.(sqliteDriver), st: map[string]*sqliteStmt{}}
	if err := c.check(); err != nil {
		return errors.Join(err, c.close())
	}
	// readers look at the file through the system's own cache, which they share, rather than each keep a copy
	rdb, err := sql.Open("sqlite", dsn("&_pragma=query_only(1)&_pragma=mmap_size(2147418112)&_pragma=cache_size(-16384)"))
	if err != nil {
		return errors.Join(err, c.close())
	}
	n := d.opt.Readers
	if n == 0 {
		n = 8
	}
	rdb.SetMaxOpenConns(n)
	rdb.SetMaxIdleConns(n)
	d.read = &readPool{db: rdb, st: map[string]*sql.Stmt{}}
	d.read.open, d.read.shut = context.WithCancel(context.Background())
	d.w = &writer{d: d, c: c, q: make(chan *req, queueMax), quit: make(chan struct{}), fin: make(chan struct{}), max: groupMax}
	if d.opt.NoGroup {
		d.w.max = 1
	}
	if err := c.grouping(true); err != nil {
		return errors.Join(err, c.close(), rdb.Close())
	}
	go d.w.loop()
	return nil
}

type sqliteDriver interface {
	driver.Conn
	driver.ConnPrepareContext
}

type sqliteStmt struct {
	driver.Stmt
	exec  driver.StmtExecContext
	query driver.StmtQueryContext
}

// sqliteConn is the only connection that writes. Statements run without the request's context: one that ends
// inside a statement would make SQLite roll back the whole group.
type sqliteConn struct {
	c    sqliteDriver
	st   map[string]*sqliteStmt
	vals []driver.NamedValue // of the statement that runs; the driver copies what it keeps
	err  error               // the first failure of a queued statement
}

// check refuses an engine that would not keep the promise of a durable write.
func (s *sqliteConn) check() error {
	ctx := context.Background()
	mode, err1 := One[string](ctx, s, "PRAGMA journal_mode")
	sync, err2 := One[int64](ctx, s, "PRAGMA synchronous")
	version, err3 := One[string](ctx, s, "SELECT sqlite_version()")
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	var a, b, e int
	fmt.Sscanf(version, "%d.%d.%d", &a, &b, &e)
	if a*1_000_000+b*1000+e < minSQLite || mode != "wal" || sync != 2 {
		return fmt.Errorf("SQLite %s with journal_mode=%s synchronous=%d would not keep the promise of a durable write", version, mode, sync)
	}
	return nil
}

// grouping keeps the copies of pages that a savepoint may have to restore in memory, since writing them to a file
// costs a sixth of a group; they are no part of what makes a write durable. Work outside a group (migrations, an
// index over a large table) may need more than fits, so it has its temporary files.
func (s *sqliteConn) grouping(on bool) error {
	if on {
		return s.do("PRAGMA temp_store = MEMORY")
	}
	return s.do("PRAGMA temp_store = FILE")
}

func (s *sqliteConn) stmt(q string) (*sqliteStmt, error) {
	if st := s.st[q]; st != nil {
		return st, nil
	}
	if len(s.st) >= 2000 { // built texts (IN lists) must not grow the cache for ever
		for k, st := range s.st {
			st.Close()
			delete(s.st, k)
		}
	}
	p, err := s.c.PrepareContext(context.Background(), anonymous(q))
	if err != nil {
		return nil, err
	}
	st := &sqliteStmt{p, p.(driver.StmtExecContext), p.(driver.StmtQueryContext)}
	s.st[q] = st
	return st, nil
}

// anonymous writes ? for $1, $2, … where each stands once and in order: SQLite finds an anonymous parameter by its
// place, a named one by walking through all names, for each of them.
func anonymous(q string) string {
	if strings.IndexByte(q, '?') >= 0 {
		return q
	}
	var b strings.Builder
	next := 1
	for i := 0; i < len(q); {
		switch c := q[i]; {
		case c == '\'' || c == '"':
			end := strings.IndexByte(q[i+1:], c)
			if end < 0 {
				return q
			}
			b.WriteString(q[i : i+end+2])
			i += end + 2
		case c == '-' && strings.HasPrefix(q[i:], "--"), c == '/' && strings.HasPrefix(q[i:], "/*"):
			return q
		case c == '$':
			j := i + 1
			for j < len(q) && q[j] >= '0' && q[j] <= '9' {
				j++
			}
			if n, err := strconv.Atoi(q[i+1 : j]); err != nil || n != next {
				return q
			}
			next++
			b.WriteByte('?')
			i = j
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// bind turns arguments into what the driver takes.
func (s *sqliteConn) bind(args []any) ([]driver.NamedValue, error) {
	s.vals = s.vals[:0]
	for i, a := range args {
		v := driver.NamedValue{Ordinal: i + 1}
		switch x := a.(type) {
		case int64, string, nil, []byte, bool, float64:
			v.Value = x
		case ID:
			v.Value = int64(x)
		case num.Dec:
			v.Value = int64(x)
		case int:
			v.Value = int64(x)
		default:
			var err error
			if v.Value, err = driver.DefaultParameterConverter.ConvertValue(a); err != nil {
				return nil, fmt.Errorf("argument $%d: %w", i+1, err)
			}
		}
		s.vals = append(s.vals, v)
	}
	return s.vals, nil
}

func (s *sqliteConn) exec(_ context.Context, q string, args []any) (int64, error) {
	if s.err != nil {
		return 0, s.err
	}
	st, err := s.stmt(q)
	if err != nil {
		return 0, err
	}
	vals, err := s.bind(args)
	if err != nil {
		return 0, err
	}
	r, err := st.exec.ExecContext(context.Background(), vals)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (s *sqliteConn) query(_ context.Context, q string, args []any) (rows, error) {
	if s.err != nil {
		return nil, s.err
	}
	st, err := s.stmt(q)
	if err != nil {
		return nil, err
	}
	vals, err := s.bind(args)
	if err != nil {
		return nil, err
	}
	r, err := st.query.QueryContext(context.Background(), vals)
	if err != nil {
		return nil, err
	}
	return &sqliteRows{r: r, vals: make([]driver.Value, len(r.Columns()))}, nil
}

func (s *sqliteConn) queue(q string, args []any) {
	if _, err := s.exec(nil, q, args); err != nil && s.err == nil {
		s.err = wrap(err, q)
	}
}

func (s *sqliteConn) flush(context.Context) error { return s.err }

func (s *sqliteConn) do(q string) error {
	s.err = nil
	_, err := s.exec(nil, q, nil)
	return err
}

func (s *sqliteConn) close() error {
	for q, st := range s.st {
		st.Close()
		delete(s.st, q)
	}
	return s.c.Close()
}

// sqliteRows reads the driver's rows as database/sql would, for the kinds of fields that rooms use.
type sqliteRows struct {
	r    driver.Rows
	vals []driver.Value
	err  error
}

func (r *sqliteRows) Next() bool {
	if r.err == nil {
		r.err = r.r.Next(r.vals)
	}
	return r.err == nil
}

func (r *sqliteRows) Err() error {
	if r.err == io.EOF {
		return nil
	}
	return r.err
}

func (r *sqliteRows) Close() error               { return r.r.Close() }
func (r *sqliteRows) Columns() ([]string, error) { return r.r.Columns(), nil }

func (r *sqliteRows) Scan(dst ...any) error {
	if len(dst) != len(r.vals) {
		return fmt.Errorf("%d columns for %d fields", len(r.vals), len(dst))
	}
	for i, v := range r.vals {
		if err := assign(dst[i], v); err != nil {
			return fmt.Errorf("column %q: %w", r.r.Columns()[i], err)
		}
	}
	return nil
}

// assign puts a value of the driver into a field. What is not handled here goes the way of database/sql.
func assign(dst any, v driver.Value) error {
	switch p := dst.(type) {
	case sql.Scanner:
		return p.Scan(v)
	case *any:
		*p = v
		return nil
	case *[]byte:
		switch x := v.(type) {
		case nil:
			*p = nil
			return nil
		case []byte:
			*p = x
			return nil
		}
	}
	switch x := v.(type) {
	case int64:
		switch p := dst.(type) {
		case *int64:
			*p = x
			return nil
		case *ID:
			*p = ID(x)
			return nil
		case *num.Dec:
			*p = num.Dec(x)
			return nil
		case *bool:
			if x == 0 || x == 1 {
				*p = x == 1
				return nil
			}
		}
	case string:
		if p, ok := dst.(*string); ok {
			*p = x
			return nil
		}
	}
	f := reflect.ValueOf(dst).Elem()
	switch f.Kind() {
	case reflect.Pointer:
		if v == nil {
			f.SetZero()
			return nil
		}
		f.Set(reflect.New(f.Type().Elem()))
		return assign(f.Interface(), v)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		var n sql.NullInt64
		if err := scanned(&n, v); err != nil {
			return err
		}
		if f.OverflowInt(n.Int64) {
			return fmt.Errorf("%d does not fit into %v", n.Int64, f.Type())
		}
		f.SetInt(n.Int64)
	case reflect.String:
		var s sql.NullString
		if err := scanned(&s, v); err != nil {
			return err
		}
		f.SetString(s.String)
	case reflect.Bool:
		var b sql.NullBool
		if err := scanned(&b, v); err != nil {
			return err
		}
		f.SetBool(b.Bool)
	case reflect.Float64:
		var x sql.NullFloat64
		if err := scanned(&x, v); err != nil {
			return err
		}
		f.SetFloat(x.Float64)
	case reflect.Slice:
		if f.Type().Elem().Kind() != reflect.Uint8 {
			return fmt.Errorf("%T does not go into %v", v, f.Type())
		}
		switch x := v.(type) {
		case nil:
			f.SetZero()
		case []byte:
			f.SetBytes(x)
		case string:
			f.SetBytes([]byte(x))
		default:
			return fmt.Errorf("%T does not go into %v", v, f.Type())
		}
	default:
		return fmt.Errorf("%T does not go into %v", v, f.Type())
	}
	return nil
}

func scanned(n sql.Scanner, v driver.Value) error {
	if v == nil {
		return errors.New("NULL where a value is wanted")
	}
	return n.Scan(v)
}
