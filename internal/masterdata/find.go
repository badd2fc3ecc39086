package masterdata

import (
	"context"
	"net/url"
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
		{"item", `SELECT t.code, t.name, t.spec AS more FROM md_item t`, `t.gtin = $2 OR t.barcode = $2`, "items", ""},
		{"partner", `SELECT t.code, t.name, t.kinds AS more FROM md_partner t`, ``, "partners", ""},
		{"worker", `SELECT t.code, t.name, t.team AS more FROM md_worker t`, `t.badge = $2`, "workers", ""},
		{"work_center", `SELECT t.code, t.name, '' AS more FROM md_work_center t`, ``, "work-centers", "t.site_id"},
		{"warehouse", `SELECT t.code, t.name, '' AS more FROM md_warehouse t`, ``, "warehouses", "t.site_id"},
	} {
		exact := "t.code = $2"
		if f.exact != "" {
			exact += " OR " + f.exact
		}
		w := db.Where{Args: []any{batchOf(ctx), text, "%" + like.Replace(text) + "%", like.Replace(text) + "%"}}
		w.And(seen("t"))
		w.And(`(` + exact + ` OR lower(t.code) LIKE lower(CAST($4 AS TEXT)) ESCAPE '\' OR lower(t.name) LIKE lower(CAST($3 AS TEXT)) ESCAPE '\')`)
		if f.scope != "" {
			identity.Scope(f.scope, "")(ctx, &w)
		}
		// a scanned code is found by its index; only what is no code is looked for in all names
		only := db.Where{Args: w.Args[:2:2]}
		only.And(seen("t"))
		only.And("t.code = $2")
		if f.scope != "" {
			identity.Scope(f.scope, "")(ctx, &only)
		}
		rows, err := db.All[foundRow](ctx, q, f.from+only.String()+` ORDER BY t.code LIMIT 5`, only.Args...)
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			out = append(out, hits(rows, f.kind, f.page)...)
			continue
		}
		rows, err = db.All[foundRow](ctx, q, f.from+w.String()+` ORDER BY CASE WHEN `+exact+` THEN 0 WHEN lower(t.code) LIKE lower(CAST($4 AS TEXT)) ESCAPE '\' THEN 1 ELSE 2 END, t.code LIMIT 5`, w.Args...)
		if err != nil {
			return nil, err
		}
		out = append(out, hits(rows, f.kind, f.page)...)
	}
	return out, nil
}

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
