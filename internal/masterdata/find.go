package masterdata

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/web"
)

// Find resolves what somebody scanned or typed: exact codes first (also GTIN, bar code and badge), then codes that
// begin with it and names that contain it, five of each kind.
func (m *Module) Find(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	var out []web.Hit
	for _, f := range []struct{ kind, from, exact, page, scope string }{
		{"item", `SELECT t.code, t.name, t.spec AS more FROM md_item t`, `OR (t.gtin = $2 AND t.gtin <> '') OR (t.barcode = $2 AND t.barcode <> '')`, "items", ""},
		{"partner", `SELECT t.code, t.name, t.kinds AS more FROM md_partner t`, ``, "partners", ""},
		{"worker", `SELECT t.code, t.name, t.team AS more FROM md_worker t`, `OR (t.badge = $2 AND t.badge <> '')`, "workers", ""},
		{"work_center", `SELECT t.code, t.name, '' AS more FROM md_work_center t`, ``, "work-centers", "t.site_id"},
		{"warehouse", `SELECT t.code, t.name, '' AS more FROM md_warehouse t`, ``, "warehouses", "t.site_id"},
	} {
		ask := func(cond, order string, args ...any) ([]foundRow, error) {
			w := db.Where{Args: append([]any{batchOf(ctx), text}, args...)}
			w.And(seen("t"))
			w.And(cond)
			if f.scope != "" {
				identity.Scope(f.scope, "")(ctx, &w)
			}
			return db.All[foundRow](ctx, q, f.from+w.String()+` ORDER BY `+order+` LIMIT 5`, w.Args...)
		}
		exact := "t.code = $2 " + f.exact
		// codes are found by their indexes, as typed and in capitals
		upper := strings.ToUpper(text)
		rows, err := ask("("+exact+" OR (t.code >= $2 AND t.code < $3) OR (t.code >= $4 AND t.code < $5))", "CASE WHEN "+exact+" THEN 0 ELSE 1 END, t.code", text+last, upper, upper+last)
		if err != nil {
			return nil, err
		}
		// names, and the middle of codes, have to be read, all of them: only when nobody has found the very number yet
		if len(rows) < 5 && !web.Found(ctx) && !slices.ContainsFunc(rows, func(r foundRow) bool { return r.Code == text }) {
			named, err := ask(`(lower(t.name) LIKE lower(CAST($3 AS TEXT)) ESCAPE '\' OR lower(t.code) LIKE lower(CAST($3 AS TEXT)) ESCAPE '\') AND t.code <> $2`, "t.code", "%"+like.Replace(text)+"%")
			if err != nil {
				return nil, err
			}
			for _, r := range named {
				if !slices.Contains(rows, r) && len(rows) < 5 {
					rows = append(rows, r)
				}
			}
		}
		out = append(out, hits(rows, f.kind, f.page)...)
	}
	upper := strings.ToUpper(text)
	changes, err := db.All[foundRow](ctx, q, `SELECT number AS code, title AS name, '' AS more FROM md_change WHERE number >= $1 AND number < $2 ORDER BY number LIMIT 5`, upper, upper+last)
	return append(out, hits(changes, "change", "changes")...), err
}

// last is behind every text.
const last = "\U0010FFFF"

type foundRow struct {
	Code string `db:"code"`
	Name string `db:"name"`
	More string `db:"more"`
}

func hits(rows []foundRow, kind, page string) (out []web.Hit) {
	for _, r := range rows {
		sub := r.Name
		if r.More != "" {
			sub += " · " + r.More
		}
		out = append(out, web.Hit{Kind: kind, Title: r.Code, Sub: sub, URL: "/masterdata/" + page + "/" + url.PathEscape(r.Code)})
	}
	return out
}

var like = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
