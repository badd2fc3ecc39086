package db_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

// The subset of docs/portable-sql.md: each text runs as it stands on both engines and answers the same. A probe
// that fails here is a construct that rooms may not use.
var portable = []db.Schema{{Room: "c", FS: fstest.MapFS{"schema/20260102T0000_c.sql": {Data: []byte(`
CREATE TABLE c_item (id BIGINT PRIMARY KEY, code TEXT NOT NULL, qty BIGINT NOT NULL, ok BOOLEAN NOT NULL, d TEXT, doc JSONB NOT NULL DEFAULT '{}', twice BIGINT GENERATED ALWAYS AS (qty * 2) STORED);
CREATE UNIQUE INDEX c_item_code ON c_item (code);
CREATE INDEX c_item_part ON c_item (qty) WHERE ok;
CREATE INDEX c_item_lower ON c_item ((lower(code)));
CREATE INDEX c_item_color ON c_item ((doc ->> 'color'));
CREATE TABLE c_bom (parent BIGINT NOT NULL REFERENCES c_item (id), child BIGINT NOT NULL REFERENCES c_item (id), per BIGINT NOT NULL, PRIMARY KEY (parent, child));
ALTER TABLE c_bom ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE c_bom RENAME COLUMN note TO remark;
ALTER TABLE c_bom DROP COLUMN remark;
CREATE VIEW v_c AS SELECT id, code FROM c_item WHERE ok;
`)}}}}

func TestPortableSQL(t *testing.T) {
	probes := []struct {
		name, sql string
		args      []any
		want      string
	}{
		{"repeated and out of order parameters", `SELECT CAST($2 AS TEXT) || CAST($1 AS TEXT) || CAST($2 AS TEXT)`, []any{"a", "b"}, "bab"},
		{"sum with cast", `SELECT CAST(coalesce(sum(qty), 0) AS BIGINT) FROM c_item`, nil, "60"},
		{"sum of nothing", `SELECT CAST(coalesce(sum(qty), 0) AS BIGINT) FROM c_item WHERE id < 0`, nil, "0"},
		{"sum over window", `SELECT CAST(sum(qty) OVER (ORDER BY id) AS BIGINT) FROM c_item ORDER BY id`, nil, "10 30 60"},
		{"filter", `SELECT count(*) FILTER (WHERE ok) FROM c_item`, nil, "2"},
		{"count over", `SELECT count(*) OVER () FROM c_item ORDER BY id LIMIT 1`, nil, "3"},
		{"row_number", `SELECT code FROM (SELECT code, row_number() OVER (PARTITION BY ok ORDER BY qty DESC) AS n FROM c_item) x WHERE n = 1 ORDER BY code`, nil, "B C"},
		{"keyset row values", `SELECT code FROM c_item WHERE (qty, id) > ($1, $2) ORDER BY qty, id LIMIT $3`, []any{int64(10), int64(1), int64(5)}, "B C"},
		{"values as CTE", `WITH v(a, n) AS (VALUES (1, 'x'), (2, 'y')) SELECT n FROM v WHERE a = 2`, nil, "y"},
		{"recursive", `WITH RECURSIVE t(id, depth) AS (SELECT CAST($1 AS BIGINT), 0 UNION ALL SELECT b.child, t.depth + 1 FROM c_bom b JOIN t ON b.parent = t.id) SELECT id FROM t ORDER BY depth, id`, []any{int64(1)}, "1 2 3"},
		{"is distinct from", `SELECT code FROM c_item WHERE d IS DISTINCT FROM $1 ORDER BY code`, []any{"2026-01-01"}, "B C"},
		{"is not distinct from", `SELECT code FROM c_item WHERE d IS NOT DISTINCT FROM $1`, []any{"2026-01-01"}, "A"},
		{"nulls last", `SELECT code FROM c_item ORDER BY d NULLS LAST, code`, nil, "A C B"},
		{"nulls first desc", `SELECT code FROM c_item ORDER BY d DESC NULLS FIRST, code`, nil, "B C A"},
		{"coalesce nullif case", `SELECT coalesce(nullif(code, 'A'), CASE WHEN ok THEN 'yes' ELSE 'no' END) FROM c_item WHERE id = 1`, nil, "yes"},
		{"string_agg ordered", `SELECT string_agg(code, ',' ORDER BY code DESC) FROM c_item`, nil, "C,B,A"},
		{"concat substr lower replace length", `SELECT concat(substr('物料编码', 2, 2), lower('AB'), replace('a-b', '-', '+'), length('物料'))`, nil, "料编aba+b2"},
		{"full join", `SELECT coalesce(a.code, b.code) FROM c_item a FULL JOIN (SELECT 'Z' AS code) b ON a.code = b.code ORDER BY 1`, nil, "A B C Z"},
		{"except", `SELECT code FROM c_item EXCEPT SELECT code FROM v_c`, nil, "C"},
		{"integer division", `SELECT CAST($1 AS BIGINT) / 2 * 10 + CAST($1 AS BIGINT) % 2`, []any{int64(-7)}, "-31"},
		{"booleans", `SELECT code FROM c_item WHERE ok = $1 AND TRUE ORDER BY code`, []any{true}, "A B"},
		{"bare boolean", `SELECT code FROM c_item WHERE NOT ok`, nil, "C"},
		{"json text", `SELECT code FROM c_item WHERE doc ->> 'color' = $1`, []any{"红"}, "A"},
		{"json number with cast", `SELECT code FROM c_item WHERE CAST(doc ->> 'n' AS BIGINT) > 10 ORDER BY code`, nil, "B"},
		{"json path by arrows", `SELECT doc -> 'a' ->> 'b' FROM c_item WHERE id = 2`, nil, "deep"},
		{"json array", `SELECT doc -> 'tags' ->> 0 FROM c_item WHERE id = 2`, nil, "t0"},
		{"json key as parameter", `SELECT doc ->> CAST($1 AS TEXT) FROM c_item WHERE id = 1`, []any{"color"}, "红"},
		{"optional filter", `SELECT code FROM c_item WHERE (CAST($1 AS TEXT) IS NULL OR code = $1) ORDER BY code`, []any{nil}, "A B C"},
		{"like with lower", `SELECT code FROM c_item WHERE lower(code) LIKE lower($1)`, []any{"a%"}, "A"},
		{"in list", `SELECT code FROM c_item WHERE id IN ($1, $2) ORDER BY code`, []any{int64(1), int64(3)}, "A C"},
		{"exists", `SELECT code FROM c_item i WHERE NOT EXISTS (SELECT 1 FROM c_bom b WHERE b.parent = i.id) ORDER BY code`, nil, "C"},
		{"update from", `UPDATE c_item SET qty = c_item.qty + v.n FROM (SELECT 3 AS id, 5 AS n) v WHERE c_item.id = v.id RETURNING c_item.qty`, nil, "35"},
		{"update as", `UPDATE c_item AS x SET qty = x.qty - 5 WHERE x.id = 3 RETURNING qty`, nil, "30"},
		{"guarded update, typed column first", `UPDATE c_item SET qty = qty - $1 WHERE id = 1 AND qty - $1 >= 0 RETURNING qty`, []any{num.Dec(4)}, "6"},
		{"guarded update refuses", `UPDATE c_item SET qty = qty - $1 WHERE id = 1 AND qty - $1 >= 0 RETURNING qty`, []any{num.Dec(7)}, ""},
		{"upsert", `INSERT INTO c_item (id, code, qty, ok) VALUES ($1, 'A', 1, TRUE) ON CONFLICT (code) DO UPDATE SET qty = c_item.qty + excluded.qty WHERE c_item.ok RETURNING qty`, []any{db.ID(9)}, "7"},
		{"insert nothing on conflict", `INSERT INTO c_item (id, code, qty, ok) VALUES (10, 'A', 1, TRUE) ON CONFLICT (code) DO NOTHING RETURNING qty`, nil, ""},
		{"insert select where true on conflict", `INSERT INTO c_item (id, code, qty, ok) SELECT id + 100, code || '2', qty, ok FROM c_item WHERE id = 2 ON CONFLICT (code) DO NOTHING RETURNING code`, nil, "B2"},
		{"delete returning", `DELETE FROM c_item WHERE id > 100 AND code = 'B2' RETURNING code`, nil, "B2"},
		{"generated column", `SELECT twice FROM c_item WHERE id = 2`, nil, "40"},
		{"byte order of text", `SELECT x FROM (SELECT 'b' AS x UNION ALL SELECT 'B' UNION ALL SELECT '物' UNION ALL SELECT 'a') s ORDER BY x`, nil, "B a b 物"},
		{"limit offset", `SELECT code FROM c_item ORDER BY code LIMIT $1 OFFSET $2`, []any{int64(1), int64(1)}, "B"},
		{"nothing of a batch", `SELECT code FROM v_c WHERE id NOT IN (SELECT id FROM kit_batch) AND id = 1`, nil, "A"},
	}
	kittest.Each(t, portable, func(t *testing.T, d *db.DB) {
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO c_item (id, code, qty, ok, d, doc) VALUES (1, 'A', 10, $1, '2026-01-01', $2), (2, 'B', 20, $1, NULL, $3), (3, 'C', 30, $4, '2026-02-01', '{}')`,
				true, `{"color":"红","n":5}`, `{"n":50,"a":{"b":"deep"},"tags":["t0"]}`, false)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `INSERT INTO c_bom (parent, child, per) VALUES (1, 2, 1), (2, 3, 1)`)
			return err
		})
		for _, p := range probes {
			var got []string
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				got = nil
				vs, err := db.All[any](ctx, tx, p.sql, p.args...)
				for _, v := range vs {
					got = append(got, fmt.Sprint(v))
				}
				if err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
				return nil
			})
			if s := strings.Join(got, " "); s != p.want {
				t.Errorf("%s: %q, want %q", p.name, s, p.want)
			}
		}
	})
}

// What SQLite alone would let pass: each must be refused on both engines.
func TestRefusedByBoth(t *testing.T) {
	kittest.Each(t, portable, func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		for name, q := range map[string]string{
			"text in a number":      `INSERT INTO c_item (id, code, qty, ok) VALUES (1, 'A', 'abc', TRUE)`,
			"broken json":           `INSERT INTO c_item (id, code, qty, ok, doc) VALUES (1, 'A', 1, TRUE, '{')`,
			"overflow in a column":  `INSERT INTO c_item (id, code, qty, ok) SELECT 1, 'A', CAST(9223372036854775807 AS BIGINT) + CAST(1 AS BIGINT), TRUE`,
			"a quoted name nobody":  `SELECT "nosuch" FROM c_item`,
			"a parent that is none": `INSERT INTO c_bom (parent, child, per) VALUES (77, 78, 1)`,
			"no name":               `INSERT INTO c_item (id, qty, ok) VALUES (1, 1, TRUE)`,
		} {
			if err := d.InTx(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, q); return err }); err == nil {
				t.Errorf("%s was taken", name)
			}
		}
		if n, err := db.One[int64](ctx, d.Read(), `SELECT count(*) FROM c_item`); n != 0 || err != nil {
			t.Error(n, err)
		}
	})
}

// Named integer types must travel as numbers although they also marshal as text.
func TestNamedTypesTravel(t *testing.T) {
	kittest.Each(t, portable, func(t *testing.T, d *db.DB) {
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO c_item (id, code, qty, ok) VALUES ($1, $2, $3, $4)`, db.ID(5), "E", num.MustParse("1.25"), true)
			return err
		})
		type r struct {
			ID  db.ID    `db:"id"`
			Qty num.Dec  `db:"qty"`
			Opt *num.Dec `db:"opt"`
			D   *string  `db:"d"`
		}
		got, err := db.One[r](t.Context(), d.Read(), `SELECT id, qty, qty AS opt, d FROM c_item WHERE id = $1 AND qty = $2`, db.ID(5), num.MustParse("1.25"))
		if err != nil || got.ID != 5 || got.Qty != 1_250_000 || *got.Opt != got.Qty || got.D != nil {
			t.Error(got, err)
		}
	})
}
