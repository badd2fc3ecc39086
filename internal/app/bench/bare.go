package bench

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"kaiwu/internal/kit/db"
)

// bare writes the rows of a report without reading or thinking: what the engine could do at best. It takes a real
// report of each client, keeps its rows, and writes them again and again with new identifiers, to the same tables
// with the same indexes, as few prepared statements, through the same group commit.
type bare struct {
	d       *db.DB
	tables  []string
	clients []template
	seq     atomic.Int64
	before  map[string]int64
	perOp   map[string]float64
}

type template struct {
	inserts  []insert
	op       db.ID
	balances []db.ID
	scope    string
	result   string
}

// insert is the rows of one table, written by one statement.
type insert struct {
	text string
	args []any
	set  []func(args []any, s stamp) // puts what is new in each writing into the arguments
}

type stamp struct {
	report, id db.ID
	key        string
	now        int64
	next       func() int64
}

// written are the tables that a report adds rows to, with what names the rows of report $1.
var written = []struct{ table, where string }{
	{"wo_report", "id = $1"},
	{"inv_move", "doc_id = $1"},
	{"kit_event", "subject = (SELECT 'wo:' || o.number FROM wo_report r JOIN wo_order o ON o.id = r.order_id WHERE r.id = $1) OR subject = (SELECT 'wo_report:' || o.number FROM wo_report r JOIN wo_order o ON o.id = r.order_id WHERE r.id = $1)"},
	{"kit_once", "key = (SELECT key FROM wo_report WHERE id = $1)"},
}

func newBare(ctx context.Context, f *floor, clients int) (*bare, error) {
	b := &bare{d: f.DB}
	for _, w := range written {
		b.tables = append(b.tables, w.table)
	}
	for c := range clients {
		if err := f.report(ctx, "own", c); err != nil {
			return nil, err
		}
		t, err := b.learn(ctx, orderOf("own", c))
		if err != nil {
			return nil, err
		}
		b.clients = append(b.clients, t)
	}
	b.seq.Store(1 << 40) // behind the numbers that this database has given
	var err error
	b.before, err = b.count(ctx, b.d)
	return b, err
}

// learn keeps the rows of the only report of an order.
func (b *bare) learn(ctx context.Context, order string) (t template, err error) {
	q := b.d.Read()
	id, err := db.One[db.ID](ctx, q, `SELECT r.id FROM wo_report r JOIN wo_order o ON o.id = r.order_id WHERE o.number = $1`, order)
	if err != nil {
		return t, err
	}
	for _, w := range written {
		in, err := b.rowsOf(ctx, w.table, w.where, id)
		if err != nil {
			return t, err
		}
		t.inserts = append(t.inserts, in)
	}
	if t.op, err = db.One[db.ID](ctx, q, `SELECT op_id FROM wo_report WHERE id = $1`, id); err != nil {
		return t, err
	}
	if t.balances, err = db.All[db.ID](ctx, q, `SELECT DISTINCT b.id FROM inv_move m JOIN inv_balance b ON b.item_id = m.item_id AND b.place_kind = m.from_kind AND b.place_ref = m.from_ref AND b.lot_id = m.lot_id
		WHERE m.doc_id = $1 AND b.slot IN (-1, 0) ORDER BY b.id`, id); err != nil {
		return t, err
	}
	if len(t.balances) != lines {
		return t, fmt.Errorf("a report took from %d balances, not %d", len(t.balances), lines)
	}
	once, err := db.One[onceRow](ctx, q, `SELECT scope, result FROM kit_once WHERE key = (SELECT key FROM wo_report WHERE id = $1)`, id)
	t.scope, t.result = once.Scope, once.Result
	return t, err
}

type onceRow struct {
	Scope  string `db:"scope"`
	Result string `db:"result"`
}

// rowsOf reads whole rows, whatever their columns are.
func (b *bare) rowsOf(ctx context.Context, table, where string, id db.ID) (in insert, err error) {
	q := b.d.Read()
	columns, err := b.columns(ctx, table)
	if err != nil {
		return in, err
	}
	n, err := db.One[int64](ctx, q, `SELECT count(*) FROM `+table+` WHERE `+where, id)
	if err != nil {
		return in, err
	}
	if n == 0 {
		return in, fmt.Errorf("a report left no row in %s", table)
	}
	in.args = make([]any, int(n)*len(columns))
	for j, c := range columns {
		vals, err := db.All[any](ctx, q, `SELECT `+c+` FROM `+table+` WHERE `+where+` ORDER BY `+columns[0]+`, `+columns[1], id)
		if err != nil {
			return in, err
		}
		for i, v := range vals {
			in.args[i*len(columns)+j] = v
		}
	}
	var text strings.Builder
	text.WriteString("INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES ")
	for i := range int(n) {
		text.WriteString(map[bool]string{true: ", (", false: "("}[i > 0])
		for j, c := range columns {
			k := i*len(columns) + j
			text.WriteString(map[bool]string{true: ", $", false: "$"}[j > 0] + strconv.Itoa(k+1))
			switch c {
			case "id":
				in.set = append(in.set, func(a []any, s stamp) {
					if a[k] = b.d.ID(); table == "wo_report" {
						a[k] = s.report
					}
				})
			case "doc_id":
				in.set = append(in.set, func(a []any, s stamp) { a[k] = s.report })
			case "key":
				in.set = append(in.set, func(a []any, s stamp) { a[k] = s.key })
			case "recorded_ms", "happened_ms", "created_ms", "start_ms":
				in.set = append(in.set, func(a []any, s stamp) { a[k] = s.now })
			case "seq":
				in.set = append(in.set, func(a []any, s stamp) {
					if a[k] = s.next(); b.d.Engine() == db.Postgres {
						a[k] = nil // the sealer numbers it, as it does for a report
					}
				})
			case "result":
				in.set = append(in.set, func(a []any, s stamp) { a[k] = "" }) // the answer comes when it is known
			}
		}
		text.WriteByte(')')
	}
	in.text = text.String()
	return in, nil
}

func (b *bare) columns(ctx context.Context, table string) ([]string, error) {
	if b.d.Engine() == db.Postgres {
		return db.All[string](ctx, b.d.Read(), `SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 AND table_schema = current_schema() ORDER BY ordinal_position`, table)
	}
	return db.All[string](ctx, b.d.Read(), `SELECT name FROM pragma_table_info($1) ORDER BY cid`, table)
}

// write stores the rows of one report.
func (b *bare) write(ctx context.Context, client int) error {
	t := &b.clients[client]
	return b.d.InTx(ctx, func(tx *db.Tx) error {
		s := stamp{report: tx.ID(), now: tx.NowMS(), next: func() int64 { return b.seq.Add(1) }}
		s.key = "bench-0000-" + strconv.FormatInt(int64(s.report), 10)
		for i := range t.inserts {
			in := &t.inserts[i]
			args := slices.Clone(in.args)
			for _, set := range in.set {
				set(args, s)
			}
			tx.Queue(in.text, args...)
		}
		tx.Queue(`UPDATE wo_op SET good = good + $1, scrap = scrap + $2, rework = rework + $3 WHERE id = $4`, 1_000_000, 0, 0, t.op)
		for _, id := range t.balances {
			tx.Queue(`UPDATE inv_balance SET qty = qty - $1 WHERE id = $2`, 1_000_000, id)
		}
		tx.Queue(`UPDATE kit_once SET result = $1 WHERE scope = $2 AND key = $3`, t.result, t.scope, s.key)
		return nil
	})
}

func (b *bare) count(ctx context.Context, d *db.DB) (map[string]int64, error) {
	out := map[string]int64{}
	for _, table := range b.tables {
		n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM `+table)
		if err != nil {
			return nil, err
		}
		out[table] = n
	}
	return out, nil
}

// sameRows proves that the limit has written as many rows a report as the reports did.
func (b *bare) sameRows(ctx context.Context, real *db.DB, before map[string]int64, reports, writes int64) error {
	after, err := b.count(ctx, real)
	if err != nil {
		return err
	}
	own, err := b.count(ctx, b.d)
	if err != nil {
		return err
	}
	b.perOp = map[string]float64{}
	for _, t := range b.tables {
		is, limit := float64(after[t]-before[t])/float64(reports), float64(own[t]-b.before[t])/float64(writes)
		if is != limit {
			return fmt.Errorf("a report writes %g rows to %s, the limit %g: they cannot be compared", is, t, limit)
		}
		b.perOp[t] = is
	}
	return nil
}

// rows says what one report writes.
func (b *bare) rows() string {
	var w []string
	for _, t := range b.tables {
		w = append(w, fmt.Sprintf("%g %s", b.perOp[t], t))
	}
	return "rows a report: " + strings.Join(w, ", ") + fmt.Sprintf("; updates: 1 wo_op, %d inv_balance, 1 kit_once", lines)
}
