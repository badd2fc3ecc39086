package identity

import (
	"context"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/notice"
)

// Readers are the people who may get news by mail, with what they may see: all in a fixed number of reads.
func (m *Module) Readers(ctx context.Context, q db.Querier) ([]notice.Reader, error) {
	rules, err := m.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	type row struct {
		ID      db.ID  `db:"id"`
		Name    string `db:"name"`
		Locale  string `db:"locale"`
		Partner db.ID  `db:"partner_id"`
		Roles   string `db:"roles"`
	}
	rows, err := db.All[row](ctx, q, `SELECT u.id, u.name, u.locale, u.partner_id, coalesce((SELECT string_agg(r.role, ' ' ORDER BY r.role) FROM id_user_role r WHERE r.user_id = u.id), '') AS roles
		FROM v_user u WHERE NOT u.disabled ORDER BY u.id`)
	if err != nil {
		return nil, err
	}
	type place struct {
		User db.ID `db:"user_id"`
		Site int64 `db:"site_id"`
	}
	sites := map[db.ID][]int64{}
	if err := db.Each(ctx, q, `SELECT user_id, site_id FROM id_user_site ORDER BY user_id, site_id`, nil, func(p *place) error { sites[p.User] = append(sites[p.User], p.Site); return nil }); err != nil {
		return nil, err
	}
	out := make([]notice.Reader, len(rows))
	for i, r := range rows {
		out[i] = notice.Reader{ID: r.ID, Name: r.Name, Locale: r.Locale, Perms: m.permsOf(rules, strings.Fields(r.Roles), nil, r.Partner), Sites: sites[r.ID], Partner: r.Partner}
	}
	return out, nil
}
