package identity

import (
	"context"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
)

// UserRow is a line of the list of people.
type UserRow struct {
	Login     string `json:"login" sql:"u.login" doc:"Login"`
	Name      string `json:"name" sql:"u.name" doc:"Name"`
	Roles     string `json:"roles" sql:"coalesce((SELECT string_agg(r.role, ' ' ORDER BY r.role) FROM id_user_role r WHERE r.user_id = u.id), '')" doc:"Roles, words"`
	Partner   string `json:"partner" sql:"coalesce(p.code, '')" doc:"Outside party"`
	Worker    string `json:"worker" sql:"coalesce(w.code, '')" doc:"Worker"`
	Disabled  bool   `json:"disabled" sql:"u.disabled" doc:"Disabled"`
	Badge     bool   `json:"badge" sql:"(u.badge <> '')" doc:"Has a badge"`
	PIN       bool   `json:"pin" sql:"(u.pin_hash <> '')" doc:"Has a PIN"`
	SeenMS    int64  `json:"seen_ms" sql:"coalesce((SELECT max(s.seen_ms) FROM id_session s WHERE s.user_id = u.id), 0)" doc:"Last seen"`
	ChangedMS int64  `json:"changed_ms" sql:"u.changed_ms" doc:"Changed"`
}

var userTitles = map[string]fault.Text{"login": {Zh: "登录名", En: "Login"}, "name": {Zh: "姓名", En: "Name"}, "roles": {Zh: "角色", En: "Roles"}, "partner": {Zh: "外部单位", En: "Outside party"},
	"worker": {Zh: "工号", En: "Worker"}, "disabled": {Zh: "停用", En: "Disabled"}, "badge": {Zh: "有工牌", En: "Has a badge"}, "pin": {Zh: "有PIN码", En: "Has a PIN"}, "seen_ms": {Zh: "最近在线", En: "Last seen"}, "changed_ms": {Zh: "修改时间", En: "Changed"}}

func userList() web.ListSpec[UserRow] {
	return web.ListSpec[UserRow]{From: "id_user u LEFT JOIN v_partner p ON p.id = u.partner_id LEFT JOIN v_worker w ON w.id = u.worker_id", Key: "u.id", Sort: "login",
		Search: []string{"u.login", "u.name"}, Titles: userTitles, File: "users", Where: func(_ context.Context, _ web.Params, w *db.Where) error {
			w.And("u.batch_id NOT IN (SELECT id FROM kit_batch)")
			return nil
		}}
}

// SessionRow is a line of the list of everybody's sessions.
type SessionRow struct {
	ID        db.ID  `json:"id" sql:"s.id"`
	Login     string `json:"login" sql:"u.login" doc:"Login"`
	Name      string `json:"name" sql:"u.name" doc:"Name"`
	Kind      string `json:"kind" sql:"s.kind" doc:"Kind"`
	Device    string `json:"device" sql:"s.device" doc:"Device"`
	Address   string `json:"address" sql:"s.ip" doc:"Address"`
	CreatedMS int64  `json:"created_ms" sql:"s.created_ms" doc:"Since"`
	SeenMS    int64  `json:"seen_ms" sql:"s.seen_ms" doc:"Last seen"`
	ExpiresMS int64  `json:"expires_ms" sql:"s.expires_ms" doc:"Ends"`
}

func (m *Module) sessionList() web.ListSpec[SessionRow] {
	return web.ListSpec[SessionRow]{From: sessionFrom, Key: "s.id", Sort: "-seen_ms", Search: []string{"u.login", "u.name", "s.device", "s.ip"}, File: "sessions",
		Titles: map[string]fault.Text{"login": {Zh: "登录名", En: "Login"}, "name": {Zh: "姓名", En: "Name"}, "kind": {Zh: "方式", En: "Kind"}, "device": {Zh: "设备", En: "Device"}, "address": {Zh: "地址", En: "Address"},
			"created_ms": {Zh: "登录时间", En: "Since"}, "seen_ms": {Zh: "最近在线", En: "Last seen"}, "expires_ms": {Zh: "到期", En: "Ends"}},
		Where: func(_ context.Context, _ web.Params, w *db.Where) error {
			now := m.d.Now().UnixMilli()
			w.And("s.expires_ms > ? AND s.seen_ms + s.idle_ms > ?", now, now)
			return nil
		}}
}

var keyList = web.ListSpec[Key]{From: "id_key k", Key: "k.id", Sort: "name", Search: []string{"k.name", "k.hint"}, File: "keys"}
var deviceList = web.ListSpec[Device]{From: "id_device d", Key: "d.id", Sort: "name", Search: []string{"d.name"}, File: "devices"}

// Find answers the global search: people by login or name.
func (m *Module) Find(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" || !actor.From(ctx).Can("identity.read") {
		return nil, nil
	}
	type row struct {
		Login string `db:"login"`
		Name  string `db:"name"`
	}
	like := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
	rows, err := db.All[row](ctx, q, `SELECT login, name FROM v_user WHERE login LIKE $1 ESCAPE '\' OR lower(name) LIKE $1 ESCAPE '\' ORDER BY CASE WHEN login = $2 THEN 0 ELSE 1 END, login LIMIT 5`, like, text)
	var out []web.Hit
	for _, r := range rows {
		out = append(out, web.Hit{Kind: "user", Title: r.Login, Sub: r.Name, URL: "/identity/users/" + r.Login})
	}
	return out, err
}
