package db

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A backup is one engine-neutral file: gzip over lines of JSON. The first line is the header (format, when, which
// migrations had run), then for each table a line {"table","columns"} followed by one array a row, and a last line
// {"end", "rows", "sha256"} over all lines before it, so that a file that was cut or changed is refused. Attachments
// are rows of their own table and so are in it. Numbers stay numbers, JSON columns are text, booleans are 0 and 1.
const dumpFormat = "kaiwu-backup-1"

// DumpHeader is the first line of a backup.
type DumpHeader struct {
	Format     string   `json:"format"`
	Product    string   `json:"product"`
	TakenMS    int64    `json:"taken_ms"`
	Engine     Engine   `json:"engine"`
	Migrations []string `json:"migrations"`
}

// DumpInfo says what a backup holds.
type DumpInfo struct {
	Header DumpHeader       `json:"header"`
	Rows   map[string]int64 `json:"rows"`
}

type dumpTable struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

type dumpEnd struct {
	End    bool   `json:"end"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// skipped tables hold what belongs to a running process, not to the factory, and passwords of other systems.
var skipped = []string{"kit_migration", "kit_node", "kit_secret"}

// Dump writes a consistent backup while others go on working.
func (d *DB) Dump(ctx context.Context, to io.Writer) (DumpInfo, error) {
	info := DumpInfo{Header: DumpHeader{Format: dumpFormat, Product: "kaiwu", TakenMS: d.Now().UnixMilli(), Engine: d.engine}, Rows: map[string]int64{}}
	zip := gzip.NewWriter(to)
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(zip, sum), 1<<20)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err := d.View(ctx, func(q Querier) error {
		var err error
		if info.Header.Migrations, err = All[string](ctx, q, `SELECT name FROM kit_migration ORDER BY name`); err != nil {
			return err
		}
		if err := enc.Encode(info.Header); err != nil {
			return err
		}
		tables, err := d.tables(ctx, q)
		if err != nil {
			return err
		}
		for _, t := range tables {
			cols, err := d.tableColumns(ctx, q, t)
			if err != nil {
				return err
			}
			t := dumpTable{t, names(cols)}
			if err := enc.Encode(t); err != nil {
				return err
			}
			n, err := dumpRows(ctx, q, enc, t.Table, cols)
			if err != nil {
				return fmt.Errorf("table %s: %w", t.Table, err)
			}
			info.Rows[t.Table] = n
		}
		return nil
	})
	if err != nil {
		return info, err
	}
	if err := out.Flush(); err != nil {
		return info, err
	}
	var rows int64
	for _, n := range info.Rows {
		rows += n
	}
	end, err := json.Marshal(dumpEnd{true, rows, hex.EncodeToString(sum.Sum(nil))})
	if err != nil {
		return info, err
	}
	if _, err := zip.Write(append(end, '\n')); err != nil {
		return info, err
	}
	return info, zip.Close()
}

type columnInfo struct {
	Name string `db:"name"`
	Type string `db:"type"`
}

func names(cols []columnInfo) []string {
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = c.Name
	}
	return out
}

func dumpRows(ctx context.Context, q Querier, enc *json.Encoder, table string, cols []columnInfo) (int64, error) {
	exprs := make([]string, len(cols))
	for i, c := range cols {
		switch c.Type {
		case "boolean":
			exprs[i] = "CASE WHEN " + c.Name + " THEN 1 ELSE 0 END"
		case "jsonb":
			exprs[i] = "CAST(" + c.Name + " AS TEXT)"
		default:
			exprs[i] = c.Name
		}
	}
	r, err := q.query(ctx, "SELECT "+strings.Join(exprs, ", ")+" FROM "+table, nil)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	vals, dst := make([]any, len(cols)), make([]any, len(cols))
	for i := range vals {
		dst[i] = &vals[i]
	}
	var n int64
	for r.Next() {
		if err := r.Scan(dst...); err != nil {
			return n, err
		}
		for i, v := range vals {
			if b, ok := v.([]byte); ok {
				vals[i] = map[string][]byte{"b": b} // base64: the one kind of value JSON lacks
			}
		}
		if err := enc.Encode(vals); err != nil {
			return n, err
		}
		n++
	}
	return n, r.Err()
}

func (d *DB) allTables(ctx context.Context, q Querier) ([]string, error) {
	if d.engine == SQLite {
		return All[string](ctx, q, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
	}
	return All[string](ctx, q, `SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name`)
}

// tables lists all tables, each after those it refers to.
func (d *DB) tables(ctx context.Context, q Querier) ([]string, error) {
	type ref struct {
		From string `db:"from_table"`
		To   string `db:"to_table"`
	}
	all, err := d.allTables(ctx, q)
	if err != nil {
		return nil, err
	}
	find := `SELECT m.name AS from_table, f."table" AS to_table FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`
	if d.engine == Postgres {
		find = `SELECT conrelid::regclass::text AS from_table, confrelid::regclass::text AS to_table FROM pg_constraint WHERE contype = 'f'`
	}
	refs, err := All[ref](ctx, q, find)
	if err != nil {
		return nil, err
	}
	var out []string
	var visit func(t string, depth int) error
	visit = func(t string, depth int) error {
		if slices.Contains(out, t) || slices.Contains(skipped, t) {
			return nil
		}
		if depth > len(all) {
			return fmt.Errorf("tables refer to each other in a circle at %s", t)
		}
		for _, r := range refs {
			if r.From == t && r.To != t {
				if err := visit(r.To, depth+1); err != nil {
					return err
				}
			}
		}
		out = append(out, t)
		return nil
	}
	for _, t := range all {
		if err := visit(t, 0); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// tableColumns leaves generated columns out: the target makes them again.
func (d *DB) tableColumns(ctx context.Context, q Querier, table string) ([]columnInfo, error) {
	if d.engine == SQLite {
		// the declared type is INTEGER for three of ours; the CHECK that ddl() wrote tells them apart
		cols, err := All[columnInfo](ctx, q, `SELECT name, lower(type) AS type FROM pragma_table_xinfo($1) WHERE hidden = 0 ORDER BY cid`, table)
		return cols, err
	}
	return All[columnInfo](ctx, q, `SELECT column_name::text AS name, data_type::text AS type FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position`, table)
}

// ReadDump checks a backup from its first to its last byte without restoring it.
func ReadDump(from io.Reader) (DumpInfo, error) {
	return readDump(from, nil, nil)
}

func readDump(from io.Reader, onHeader func(DumpHeader) error, onRows func(t dumpTable, rows [][]any) error) (DumpInfo, error) {
	info := DumpInfo{Rows: map[string]int64{}}
	zip, err := gzip.NewReader(from)
	if err != nil {
		return info, fmt.Errorf("not a backup: %w", err)
	}
	in := bufio.NewReaderSize(zip, 1<<20)
	sum := sha256.New()
	var table dumpTable
	var rows [][]any
	var total int64
	flush := func() error {
		if len(rows) == 0 {
			return nil
		}
		r := rows
		rows = nil
		if onRows != nil {
			return onRows(table, r)
		}
		return nil
	}
	for n := 0; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return info, fmt.Errorf("the backup is cut off after line %d: %w", n, err)
		}
		var end dumpEnd
		switch {
		case n == 0:
			if err := json.Unmarshal(line, &info.Header); err != nil || info.Header.Format != dumpFormat {
				return info, fmt.Errorf("not a backup of this product (format %q)", info.Header.Format)
			}
			if onHeader != nil {
				if err := onHeader(info.Header); err != nil {
					return info, err
				}
			}
		case line[0] == '[':
			var row []any
			dec := json.NewDecoder(strings.NewReader(string(line)))
			dec.UseNumber()
			if err := dec.Decode(&row); err != nil || len(row) != len(table.Columns) {
				return info, fmt.Errorf("line %d: a row of %s is damaged", n+1, table.Table)
			}
			for i, v := range row {
				if row[i], err = undump(v); err != nil {
					return info, fmt.Errorf("line %d, column %s: %w", n+1, table.Columns[i], err)
				}
			}
			rows = append(rows, row)
			info.Rows[table.Table]++
			total++
			if len(rows) == 500 {
				if err := flush(); err != nil {
					return info, err
				}
			}
		case json.Unmarshal(line, &end) == nil && end.End:
			if err := flush(); err != nil {
				return info, err
			}
			if got := hex.EncodeToString(sum.Sum(nil)); got != end.SHA256 || total != end.Rows {
				return info, fmt.Errorf("the backup was changed: its check sum is %.12s… and should be %.12s…", got, end.SHA256)
			}
			return info, nil
		default:
			if err := flush(); err != nil {
				return info, err
			}
			table = dumpTable{}
			if err := json.Unmarshal(line, &table); err != nil || table.Table == "" {
				return info, fmt.Errorf("line %d is damaged", n+1)
			}
			info.Rows[table.Table] += 0
		}
		sum.Write(line)
	}
}

func undump(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		return v.Int64()
	case map[string]any:
		s, _ := v["b"].(string)
		var b []byte
		err := json.Unmarshal([]byte(`"`+s+`"`), &b)
		return b, err
	}
	return v, nil
}

// Restore loads a backup into an empty database: the migrations that had run when it was taken, the rows, then the
// migrations that have come since. Everything or nothing: on an error the database must be thrown away, and the
// caller (kaiwu restore) does so.
func (d *DB) Restore(ctx context.Context, from io.Reader, schemas ...Schema) (DumpInfo, error) {
	var types map[string]map[string]string
	late := dumpTable{} // events that had no number yet when the backup was taken
	var lateRows [][]any
	info, err := readDump(from, func(h DumpHeader) error {
		if n, err := d.migrateOnly(ctx, h.Migrations, schemas...); err != nil {
			return err
		} else if n > 0 {
			return errors.New("the target is not empty")
		}
		return d.Solo(ctx, func(s *Solo) error {
			tables, err := d.tables(ctx, s)
			if err != nil {
				return err
			}
			types = map[string]map[string]string{}
			for i := len(tables) - 1; i >= 0; i-- { // rows that migrations wrote come with the backup
				if err := s.Exec(ctx, "DELETE FROM "+tables[i]); err != nil {
					return err
				}
				cols, err := d.tableColumns(ctx, s, tables[i])
				if err != nil {
					return err
				}
				types[tables[i]] = map[string]string{}
				for _, c := range cols {
					types[tables[i]][c.Name] = c.Type
				}
			}
			return nil
		})
	}, func(t dumpTable, rows [][]any) error {
		have, ok := types[t.Table]
		if !ok {
			return fmt.Errorf("the backup holds table %s, which the schema does not know", t.Table)
		}
		for _, r := range rows {
			for i, c := range t.Columns {
				if have[c] == "boolean" {
					n, _ := r[i].(int64)
					r[i] = n != 0
				}
			}
		}
		if seq := slices.Index(t.Columns, "seq"); t.Table == "kit_event" && seq >= 0 {
			late = t
			rows = slices.DeleteFunc(rows, func(r []any) bool {
				if r[seq] == nil {
					lateRows = append(lateRows, r)
				}
				return r[seq] == nil
			})
		}
		return d.insertRaw(ctx, t, rows)
	})
	if err == nil {
		err = d.insertLate(ctx, late, lateRows)
	}
	if err != nil {
		return info, err
	}
	return info, d.Migrate(ctx, schemas...)
}

// insertLate stores the events that PostgreSQL had committed but not numbered yet. They come after all others, or
// the sealer would give them numbers that later rows of the backup carry; on SQLite, which has no sealer, they get
// their numbers here.
func (d *DB) insertLate(ctx context.Context, t dumpTable, rows [][]any) error {
	if len(rows) == 0 || d.engine == Postgres {
		return d.insertRaw(ctx, t, rows)
	}
	at := map[string]int{}
	for i, c := range t.Columns {
		at[c] = i
	}
	num := func(r []any, c string) int64 { n, _ := r[at[c]].(int64); return n }
	str := func(r []any, c string) string { s, _ := r[at[c]].(string); return s }
	slices.SortFunc(rows, func(a, b []any) int {
		return cmp.Or(cmp.Compare(num(a, "tx_id"), num(b, "tx_id")), cmp.Compare(num(a, "ord"), num(b, "ord")))
	})
	head, _, err := Get[headRow](ctx, d.Read(), headSQL)
	if err != nil {
		return err
	}
	for _, r := range rows {
		head.Seq++
		e := LogRow{ID: ID(num(r, "id")), Seq: head.Seq, TxID: num(r, "tx_id"), Ord: num(r, "ord"), Name: str(r, "name"), Version: num(r, "version"), Subject: str(r, "subject"),
			Site: ID(num(r, "site_id")), Partner: ID(num(r, "partner_id")), HappenedMS: num(r, "happened_ms"), RecordedMS: num(r, "recorded_ms"), ActorID: ID(num(r, "actor_id")),
			Actor: str(r, "actor"), Device: str(r, "device"), Origin: str(r, "origin"), Request: str(r, "request"), Reason: str(r, "reason"), Payload: str(r, "payload")}
		head.Hash = Chain(head.Hash, &e)
		r[at["seq"]], r[at["hash"]] = head.Seq, head.Hash
	}
	return d.insertRaw(ctx, t, rows)
}

func (d *DB) insertRaw(ctx context.Context, t dumpTable, rows [][]any) error {
	return d.once(ctx, func(tx *Tx) error {
		for len(rows) > 0 {
			n := min(len(rows), max(1, 2000/len(t.Columns)))
			args := make([]any, 0, n*len(t.Columns))
			for _, r := range rows[:n] {
				args = append(args, r...)
			}
			if _, err := tx.Exec(ctx, insertText(t.Table, t.Columns, n), args...); err != nil {
				return err
			}
			rows = rows[n:]
		}
		return nil
	})
}
