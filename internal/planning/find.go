package planning

import (
	"context"
	"net/url"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// Find resolves the number of a firm order for the global search: the exact one, then up to five that begin so.
func (m *Module) Find(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	text = strings.TrimSpace(text)
	if text == "" || !actor.From(ctx).Can("planning.read") {
		return nil, nil
	}
	type hit struct {
		Number string  `db:"number"`
		Sub    string  `db:"sub"`
		Qty    num.Dec `db:"qty"`
	}
	var w db.Where
	w.And("f.number >= ? AND f.number < ?", text, text+"\U0010FFFF")
	identity.Scope("f.site_id", "")(ctx, &w)
	rows, err := db.All[hit](ctx, q, `SELECT f.number, i.code || ' ' || i.name AS sub, f.qty FROM mrp_firm f JOIN v_item i ON i.id = f.item_id`+w.String()+` ORDER BY f.number LIMIT 5`, w.Args...)
	var out []web.Hit
	for _, h := range rows {
		out = append(out, web.Hit{Kind: "firm_order", Title: h.Number, Sub: h.Sub + " · " + h.Qty.String(), URL: "/planning/firm/" + url.PathEscape(h.Number)})
	}
	return out, err
}
