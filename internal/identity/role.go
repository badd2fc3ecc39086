package identity

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Role is a set of permissions with a name.
type Role struct {
	Name    string   `json:"name" doc:"Name"`
	Title   string   `json:"title" doc:"What people call it; empty for default roles, which the screens translate"`
	Default bool     `json:"default" doc:"Belongs to the program and cannot be changed"`
	Perms   []string `json:"perms" doc:"Permissions"`
	Users   int64    `json:"users" doc:"How many people have it"`
}

// NewRole makes a role of the company's own.
type NewRole struct {
	Name  string   `json:"name" minLength:"2" maxLength:"40" doc:"Lower-case letters, digits and underscores"`
	Title string   `json:"title" minLength:"1" maxLength:"60"`
	Perms []string `json:"perms"`
}

// ChangeRole changes a role of the company's own.
type ChangeRole struct {
	Title *string   `json:"title,omitempty" minLength:"1" maxLength:"60"`
	Perms *[]string `json:"perms,omitempty"`
}

var roleForm = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

// ownRoles are the company's own roles with their permissions.
func ownRoles(ctx context.Context, q db.Querier) (map[string][]string, error) {
	type row struct {
		Name string `db:"name"`
		Perm string `db:"perm"`
	}
	out := map[string][]string{}
	err := db.Each(ctx, q, `SELECT r.name, coalesce(p.perm, '') AS perm FROM id_role r LEFT JOIN id_role_perm p ON p.role_id = r.id ORDER BY r.name, p.perm`, nil, func(x *row) error {
		if out[x.Name] == nil {
			out[x.Name] = []string{}
		}
		if x.Perm != "" {
			out[x.Name] = append(out[x.Name], x.Perm)
		}
		return nil
	})
	return out, err
}

// Roles lists default roles and the company's own.
func (m *Module) Roles(ctx context.Context, q db.Querier) ([]Role, error) {
	type row struct {
		Name  string `db:"name"`
		Title string `db:"title"`
	}
	type used struct {
		Role string `db:"role"`
		N    int64  `db:"n"`
	}
	counts, err := db.All[used](ctx, q, `SELECT r.role, count(*) AS n FROM id_user_role r WHERE r.batch_id NOT IN (SELECT id FROM kit_batch) GROUP BY r.role`)
	if err != nil {
		return nil, err
	}
	users := map[string]int64{}
	for _, c := range counts {
		users[c.Role] = c.N
	}
	out := []Role{}
	for _, n := range RoleNames {
		out = append(out, Role{Name: n, Default: true, Perms: m.roles[n], Users: users[n]})
	}
	own, err := ownRoles(ctx, q)
	if err != nil {
		return nil, err
	}
	rows, err := db.All[row](ctx, q, `SELECT name, title FROM id_role ORDER BY name`)
	for _, r := range rows {
		out = append(out, Role{Name: r.Name, Title: r.Title, Perms: own[r.Name], Users: users[r.Name]})
	}
	return out, err
}

// RoleByName finds one of them.
func (m *Module) RoleByName(ctx context.Context, q db.Querier, name string) (Role, error) {
	all, err := m.Roles(ctx, q)
	if err != nil {
		return Role{}, err
	}
	if i := slices.IndexFunc(all, func(r Role) bool { return r.Name == name }); i >= 0 {
		return all[i], nil
	}
	return Role{}, fault.NotFound("identity.role_unknown", "there is no role %s", name).With("role", name)
}

// CreateRole makes a role of the company's own.
func (m *Module) CreateRole(ctx context.Context, tx *db.Tx, in NewRole) (Role, error) {
	if !roleForm.MatchString(in.Name) {
		return Role{}, fault.Invalid("identity.role_form", "a role's name has 2 to 40 lower-case letters, digits or underscores").With("role", in.Name)
	}
	n, err := db.One[int64](ctx, tx, `SELECT count(*) FROM id_role WHERE name = $1`, in.Name)
	if err != nil || n > 0 || isDefault(in.Name) {
		return Role{}, orConflict(err, "identity.role_taken", "role", in.Name)
	}
	id := tx.ID()
	tx.Queue(`INSERT INTO id_role (id, name, title, created_ms, changed_ms) VALUES ($1, $2, $3, $4, $4)`, id, in.Name, strings.TrimSpace(in.Title), tx.NowMS())
	if err := m.setPerms(ctx, tx, id, in.Perms); err != nil {
		return Role{}, err
	}
	out, err := m.RoleByName(ctx, tx, in.Name)
	if err != nil {
		return Role{}, err
	}
	tx.Emit(db.Event{Name: RoleCreated, Subject: "role:" + in.Name, Payload: Change{After: out}})
	m.changed(tx)
	return out, nil
}

func (m *Module) setPerms(ctx context.Context, tx *db.Tx, role db.ID, perms []string) error {
	tx.Queue(`DELETE FROM id_role_perm WHERE role_id = $1`, role)
	for _, p := range slices.Compact(slices.Sorted(slices.Values(perms))) {
		if !slices.Contains(m.opt.Perms, p) {
			return fault.Invalid("identity.perm_unknown", "there is no permission %s", p).With("perm", p)
		}
		tx.Queue(`INSERT INTO id_role_perm (role_id, perm) VALUES ($1, $2)`, role, p)
	}
	return nil
}

func (m *Module) ownRole(ctx context.Context, tx *db.Tx, name string) (db.ID, Role, error) {
	r, err := m.RoleByName(ctx, tx, name)
	if err != nil {
		return 0, r, err
	}
	if r.Default {
		return 0, r, fault.Conflict("identity.role_default", "the role %s belongs to the program; make one of your own instead", name).With("role", name)
	}
	id, err := db.One[db.ID](ctx, tx, `SELECT id FROM id_role WHERE name = $1`, name)
	return id, r, err
}

// ChangeRole changes title or permissions; people who have the role are affected at once.
func (m *Module) ChangeRole(ctx context.Context, tx *db.Tx, name string, in ChangeRole) (Role, error) {
	id, before, err := m.ownRole(ctx, tx, name)
	if err != nil {
		return Role{}, err
	}
	title := before.Title
	set(&title, in.Title)
	tx.Queue(`UPDATE id_role SET title = $1, changed_ms = $2 WHERE id = $3`, title, tx.NowMS(), id)
	if in.Perms != nil {
		if err := m.setPerms(ctx, tx, id, *in.Perms); err != nil {
			return Role{}, err
		}
		if err := m.someoneLeft(ctx, tx); err != nil {
			return Role{}, err
		}
	}
	after, err := m.RoleByName(ctx, tx, name)
	if err != nil {
		return Role{}, err
	}
	tx.Emit(db.Event{Name: RoleChanged, Subject: "role:" + name, Payload: Change{Before: before, After: after}})
	m.changed(tx)
	return after, nil
}

// RemoveRole removes a role that nobody has any more.
func (m *Module) RemoveRole(ctx context.Context, tx *db.Tx, name string) (Role, error) {
	id, before, err := m.ownRole(ctx, tx, name)
	if err != nil {
		return Role{}, err
	}
	if before.Users > 0 {
		return Role{}, fault.Conflict("identity.role_used", "%d people have the role %s; give them another first", before.Users, name).With("role", name).With("users", before.Users)
	}
	tx.Queue(`DELETE FROM id_role_perm WHERE role_id = $1`, id)
	tx.Queue(`DELETE FROM id_role WHERE id = $1`, id)
	tx.Emit(db.Event{Name: RoleRemoved, Subject: "role:" + name, Payload: Change{Before: before}})
	m.changed(tx)
	return before, nil
}

// mayGive: roles must exist, suit the person's side of the fence, and hold no more than the giver has, unless the
// giver administers roles.
func (m *Module) mayGive(ctx context.Context, q db.Querier, roles []string, partner db.ID) error {
	own, err := ownRoles(ctx, q)
	if err != nil {
		return err
	}
	if len(roles) == 0 {
		return fault.Invalid("identity.role_none", "a person needs at least one role")
	}
	for _, r := range roles {
		switch _, is := own[r]; {
		case !is && !isDefault(r):
			return fault.NotFound("identity.role_unknown", "there is no role %s", r).With("role", r)
		case isOutside(r) && partner == 0:
			return fault.Invalid("identity.partner_needed", "the role %s is for people of an outside party; say which", r).With("role", r)
		case isDefault(r) && !isOutside(r) && partner != 0:
			return fault.Invalid("identity.partner_role", "people of an outside party cannot have the role %s", r).With("role", r)
		}
	}
	return m.covers(ctx, own, roles, nil)
}

// mayTouch: who could not give somebody's roles may not take over that person's account either.
func (m *Module) mayTouch(ctx context.Context, q db.Querier, roles []string) error {
	own, err := ownRoles(ctx, q)
	if err != nil {
		return err
	}
	return m.covers(ctx, own, roles, nil)
}

func (m *Module) covers(ctx context.Context, own map[string][]string, roles, perms []string) error {
	if actor.From(ctx).Can("identity.roles") {
		return nil
	}
	return m.holds(ctx, own, roles, perms)
}

// holds says whether the actor has all of these rights.
func (m *Module) holds(ctx context.Context, own map[string][]string, roles, perms []string) error {
	a := actor.From(ctx)
	perms = slices.Clone(perms)
	for _, r := range roles {
		perms = append(perms, m.roles[r]...)
		perms = append(perms, own[r]...)
	}
	for _, p := range perms {
		if !a.Can(p) {
			return fault.Forbidden("identity.more_than_own", "that needs the permission %s, which you do not have yourself", p).With("perm", p)
		}
	}
	return nil
}
