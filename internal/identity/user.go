package identity

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// User is a person as administrators see them.
type User struct {
	ID         db.ID    `json:"id"`
	Login      string   `json:"login"`
	Name       string   `json:"name"`
	Locale     string   `json:"locale" enum:"zh,en"`
	Roles      []string `json:"roles"`
	Sites      []string `json:"sites" doc:"Codes of the sites whose documents this person sees; none = all"`
	Partner    string   `json:"partner,omitempty" doc:"Code of the outside party this person belongs to"`
	Worker     string   `json:"worker,omitempty" doc:"Code of the worker"`
	WorkerID   db.ID    `json:"-"`
	Disabled   bool     `json:"disabled"`
	Badge      bool     `json:"badge" doc:"Has a badge"`
	PIN        bool     `json:"pin" doc:"Has a PIN"`
	Password   bool     `json:"password" doc:"May log in by password"`
	MustChange bool     `json:"must_change" doc:"Has to choose a password of their own at the next log-in"`
	CreatedMS  int64    `json:"created_ms"`
	ChangedMS  int64    `json:"changed_ms"`
}

// NewUser makes a person.
type NewUser struct {
	Login    string   `json:"login" minLength:"2" maxLength:"40" doc:"Letters, digits, dot, dash, underscore or Chinese characters"`
	Name     string   `json:"name" minLength:"1" maxLength:"60"`
	Locale   string   `json:"locale,omitempty" enum:"zh,en" doc:"Default zh"`
	Roles    []string `json:"roles" minItems:"1"`
	Sites    []string `json:"sites,omitempty" doc:"Site codes; none = all"`
	Partner  string   `json:"partner,omitempty" doc:"Partner code, for people of outside parties"`
	Worker   string   `json:"worker,omitempty" doc:"Worker code"`
	Badge    string   `json:"badge,omitempty" maxLength:"100" doc:"Number on the badge"`
	Password string   `json:"password,omitempty" maxLength:"200" doc:"Empty: one is made and told once. Either way the person chooses another at the first log-in"`
	PIN      string   `json:"pin,omitempty" maxLength:"8" doc:"4 to 8 digits"`
}

// Made is a new user with the password that is told this once.
type Made struct {
	User     User   `json:"user"`
	Password string `json:"password,omitempty" doc:"Shown this once"`
}

// ChangeUser changes what is named and leaves the rest.
type ChangeUser struct {
	Name     *string   `json:"name,omitempty" minLength:"1" maxLength:"60"`
	Locale   *string   `json:"locale,omitempty" enum:"zh,en"`
	Roles    *[]string `json:"roles,omitempty" minItems:"1"`
	Sites    *[]string `json:"sites,omitempty"`
	Partner  *string   `json:"partner,omitempty"`
	Worker   *string   `json:"worker,omitempty"`
	Badge    *string   `json:"badge,omitempty" maxLength:"100"`
	Disabled *bool     `json:"disabled,omitempty"`
}

var loginForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{1,39}$`)

// userRow is id_user as this file writes it.
type userRow struct {
	ID         db.ID  `db:"id"`
	Login      string `db:"login"`
	Name       string `db:"name"`
	Locale     string `db:"locale"`
	Password   string `db:"password_hash"`
	MustChange bool   `db:"must_change"`
	Disabled   bool   `db:"disabled"`
	Partner    db.ID  `db:"partner_id"`
	Worker     db.ID  `db:"worker_id"`
	Badge      string `db:"badge"`
	PIN        string `db:"pin_hash"`
	Created    int64  `db:"created_ms"`
	Changed    int64  `db:"changed_ms"`
	Batch      db.ID  `db:"batch_id"`
}

const userColumns = `id, login, name, locale, password_hash, must_change, disabled, partner_id, worker_id, badge, pin_hash, created_ms, changed_ms, batch_id`

func rowOf(ctx context.Context, q db.Querier, login string) (userRow, error) {
	r, found, err := db.Get[userRow](ctx, q, `SELECT `+userColumns+` FROM id_user WHERE login = $1 AND batch_id NOT IN (SELECT id FROM kit_batch)`, strings.ToLower(login))
	if err == nil && !found {
		err = fault.NotFound("identity.user_unknown", "there is no user %s", login).With("login", login)
	}
	return r, err
}

// UserByLogin is a person with everything but secrets.
func UserByLogin(ctx context.Context, q db.Querier, login string) (User, error) {
	r, err := rowOf(ctx, q, login)
	if err != nil {
		return User{}, err
	}
	return full(ctx, q, r)
}

func full(ctx context.Context, q db.Querier, r userRow) (u User, err error) {
	u = User{ID: r.ID, WorkerID: r.Worker, Login: r.Login, Name: r.Name, Locale: r.Locale, Disabled: r.Disabled, Badge: r.Badge != "", PIN: r.PIN != "", Password: r.Password != "", MustChange: r.MustChange, CreatedMS: r.Created, ChangedMS: r.Changed}
	if u.Roles, err = db.All[string](ctx, q, `SELECT role FROM id_user_role WHERE user_id = $1 ORDER BY role`, r.ID); err != nil {
		return u, err
	}
	if u.Sites, err = db.All[string](ctx, q, `SELECT v.code FROM id_user_site s JOIN v_site v ON v.id = s.site_id WHERE s.user_id = $1 ORDER BY v.code`, r.ID); err != nil {
		return u, err
	}
	if r.Partner != 0 {
		if u.Partner, _, err = db.Get[string](ctx, q, `SELECT code FROM v_partner WHERE id = $1`, r.Partner); err != nil {
			return u, err
		}
	}
	if r.Worker != 0 {
		u.Worker, _, err = db.Get[string](ctx, q, `SELECT code FROM v_worker WHERE id = $1`, r.Worker)
	}
	return u, err
}

// CreateUser makes a person; hashes come from outside the transaction.
func (m *Module) CreateUser(ctx context.Context, in NewUser) (Made, error) {
	password, told := in.Password, ""
	if password == "" {
		password = newPassword()
		told = password
	} else if err := goodPassword(in.Login, password); err != nil {
		return Made{}, err
	}
	hash, pin, err := hashes(ctx, password, in.PIN)
	if err != nil {
		return Made{}, err
	}
	var u User
	err = m.d.InTx(ctx, func(tx *db.Tx) error {
		u, err = m.insert(ctx, tx, in, hash, pin, true)
		return err
	})
	return Made{u, told}, err
}

func hashes(ctx context.Context, password, pin string) (hash, pinHash string, err error) {
	if pin != "" {
		if err := goodPIN(pin); err != nil {
			return "", "", err
		}
		if pinHash, err = hashSecret(ctx, pin); err != nil {
			return "", "", err
		}
	}
	if password != "" {
		hash, err = hashSecret(ctx, password)
	}
	return hash, pinHash, err
}

func (m *Module) insert(ctx context.Context, tx *db.Tx, in NewUser, hash, pin string, mustChange bool) (u User, err error) {
	r := userRow{ID: tx.ID(), Login: strings.ToLower(strings.TrimSpace(in.Login)), Name: strings.TrimSpace(in.Name), Locale: in.Locale, Password: hash, PIN: pin,
		MustChange: mustChange, Badge: strings.TrimSpace(in.Badge), Created: tx.NowMS(), Changed: tx.NowMS()}
	if r.Locale == "" {
		r.Locale = "zh"
	}
	if !loginForm.MatchString(r.Login) || r.Name == "" {
		return u, fault.Invalid("identity.login_form", "a login has 2 to 40 letters, digits, dots, dashes or underscores").With("login", r.Login)
	}
	if n, err := db.One[int64](ctx, tx, `SELECT count(*) FROM id_user WHERE login = $1`, r.Login); err != nil || n > 0 {
		return u, orConflict(err, "identity.login_taken", "login", r.Login)
	}
	if err := m.place(ctx, tx, &r, in.Partner, in.Worker); err != nil {
		return u, err
	}
	if err := m.mayGive(ctx, tx, in.Roles, r.Partner); err != nil {
		return u, err
	}
	if err := db.Insert(ctx, tx, "id_user", r); err != nil {
		return u, err
	}
	if err := setRoles(ctx, tx, r.ID, in.Roles); err != nil {
		return u, err
	}
	if err := setSites(ctx, tx, r.ID, in.Sites); err != nil {
		return u, err
	}
	if u, err = full(ctx, tx, r); err != nil {
		return u, err
	}
	tx.Emit(db.Event{Name: UserCreated, Subject: "user:" + u.Login, Payload: Change{After: u}})
	return u, nil
}

func orConflict(err error, code, key, val string) error {
	if err != nil {
		return err
	}
	return fault.Conflict(code, "%s %s is taken", key, val).With(key, val)
}

// place finds partner and worker, and refuses a badge that somebody else carries.
func (m *Module) place(ctx context.Context, tx *db.Tx, r *userRow, partner, worker string) error {
	r.Partner, r.Worker = 0, 0
	for _, f := range []struct {
		code, sql, fault string
		id               *db.ID
	}{{partner, `SELECT id FROM v_partner WHERE code = $1`, "identity.partner_unknown", &r.Partner}, {worker, `SELECT id FROM v_worker WHERE code = $1`, "identity.worker_unknown", &r.Worker}} {
		if f.code == "" {
			continue
		}
		id, found, err := db.Get[db.ID](ctx, tx, f.sql, f.code)
		if err != nil {
			return err
		}
		if !found {
			return fault.NotFound(f.fault, "there is no %s", f.code).With("code", f.code)
		}
		*f.id = id
	}
	if r.Worker != 0 {
		if n, err := db.One[int64](ctx, tx, `SELECT count(*) FROM id_user WHERE worker_id = $1 AND id <> $2`, r.Worker, r.ID); err != nil || n > 0 {
			return orConflict(err, "identity.worker_taken", "worker", worker)
		}
	}
	if r.Badge != "" {
		if n, err := db.One[int64](ctx, tx, `SELECT count(*) FROM id_user WHERE badge = $1 AND id <> $2`, r.Badge, r.ID); err != nil || n > 0 {
			return orConflict(err, "identity.badge_taken", "badge", r.Badge)
		}
	}
	return nil
}

func setRoles(ctx context.Context, tx *db.Tx, user db.ID, roles []string) error {
	type row struct {
		ID   db.ID  `db:"id"`
		User db.ID  `db:"user_id"`
		Role string `db:"role"`
	}
	tx.Queue(`DELETE FROM id_user_role WHERE user_id = $1`, user)
	var rows []row
	for _, r := range slices.Compact(slices.Sorted(slices.Values(roles))) {
		rows = append(rows, row{tx.ID(), user, r})
	}
	return db.Insert(ctx, tx, "id_user_role", rows...)
}

func setSites(ctx context.Context, tx *db.Tx, user db.ID, codes []string) error {
	tx.Queue(`DELETE FROM id_user_site WHERE user_id = $1`, user)
	for _, code := range slices.Compact(slices.Sorted(slices.Values(codes))) {
		id, found, err := db.Get[db.ID](ctx, tx, `SELECT id FROM v_site WHERE code = $1`, code)
		if err != nil {
			return err
		}
		if !found {
			return fault.NotFound("identity.site_unknown", "there is no site %s", code).With("code", code)
		}
		tx.Queue(`INSERT INTO id_user_site (user_id, site_id) VALUES ($1, $2)`, user, id)
	}
	return nil
}

// ChangeUser changes a person; somebody disabled is out at once.
func (m *Module) ChangeUser(ctx context.Context, tx *db.Tx, login string, in ChangeUser) (User, error) {
	r, err := rowOf(ctx, tx, login)
	if err != nil {
		return User{}, err
	}
	before, err := full(ctx, tx, r)
	if err != nil {
		return User{}, err
	}
	if err := m.mayTouch(ctx, tx, before.Roles); err != nil {
		return User{}, err
	}
	want := before
	set(&r.Name, in.Name)
	set(&r.Locale, in.Locale)
	set(&r.Disabled, in.Disabled)
	set(&r.Badge, in.Badge)
	set(&want.Partner, in.Partner)
	set(&want.Worker, in.Worker)
	set(&want.Roles, in.Roles)
	r.Badge = strings.TrimSpace(r.Badge)
	if r.Disabled && r.ID == db.ID(actor.From(ctx).UserID) {
		return User{}, fault.Conflict("identity.not_oneself", "you cannot disable yourself")
	}
	if err := m.place(ctx, tx, &r, want.Partner, want.Worker); err != nil {
		return User{}, err
	}
	if in.Roles != nil || in.Partner != nil {
		if err := m.mayGive(ctx, tx, want.Roles, r.Partner); err != nil {
			return User{}, err
		}
		if err := setRoles(ctx, tx, r.ID, want.Roles); err != nil {
			return User{}, err
		}
	}
	if in.Sites != nil {
		if err := setSites(ctx, tx, r.ID, *in.Sites); err != nil {
			return User{}, err
		}
	}
	r.Changed = tx.NowMS()
	tx.Queue(`UPDATE id_user SET name = $1, locale = $2, disabled = $3, badge = $4, partner_id = $5, worker_id = $6, changed_ms = $7 WHERE id = $8`,
		r.Name, r.Locale, r.Disabled, r.Badge, r.Partner, r.Worker, r.Changed, r.ID)
	if in.Roles != nil || in.Partner != nil || r.Disabled != before.Disabled {
		if err := m.someoneLeft(ctx, tx); err != nil {
			return User{}, err
		}
	}
	after, err := full(ctx, tx, r)
	if err != nil {
		return User{}, err
	}
	tx.Emit(db.Event{Name: UserChanged, Subject: "user:" + r.Login, Payload: Change{Before: before, After: after}})
	m.changed(tx)
	if r.Disabled && !before.Disabled {
		return after, m.EndAll(ctx, tx, r.ID)
	}
	return after, nil
}

func set[T any](dst *T, v *T) {
	if v != nil {
		*dst = *v
	}
}

// someoneLeft keeps a company from locking itself out.
func (m *Module) someoneLeft(ctx context.Context, tx *db.Tx) error {
	roles, err := db.All[string](ctx, tx, `SELECT DISTINCT r.role FROM id_user_role r JOIN id_user u ON u.id = r.user_id WHERE NOT u.disabled AND u.partner_id = 0 AND u.password_hash <> ''`)
	if err != nil {
		return fmt.Errorf("who is left: %w", err)
	}
	own, err := ownRoles(ctx, tx)
	if err != nil {
		return err
	}
	for _, r := range roles {
		if slices.Contains(m.roles[r], "identity.roles") || slices.Contains(own[r], "identity.roles") {
			return nil
		}
	}
	return fault.Conflict("identity.last_admin", "nobody would be left who can administer users and roles")
}
