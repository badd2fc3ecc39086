package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// BadgeUser is a worker who logs in by badge.
type BadgeUser struct {
	Worker db.ID
	Code   string // becomes the login
	Name   string
	Badge  string
	Roles  []string // default: operator
}

// EnsureBadgeUser makes the user of one worker, or brings name and badge up to date.
func (m *Module) EnsureBadgeUser(ctx context.Context, tx *db.Tx, worker db.ID, code, name, badge string, roles ...string) error {
	return m.EnsureBadgeUsers(ctx, tx, 0, []BadgeUser{{worker, code, name, badge, roles}})
}

// EnsureBadgeUsers does it for many, in a few statements. Inside a bulk load the new users carry the batch's id
// and can log in when it is published; users that exist already are left as they are, since the load may fail.
func (m *Module) EnsureBadgeUsers(ctx context.Context, tx *db.Tx, batch db.ID, all []BadgeUser) error {
	done := Loaded{}
	for part := range slices.Chunk(all, 500) {
		made, changed, err := m.ensure(ctx, tx, batch, part)
		if err != nil {
			return fmt.Errorf("users of workers: %w", err)
		}
		done.Made, done.Changed = done.Made+made, done.Changed+changed
	}
	if done.Made+done.Changed > 0 && batch == 0 {
		tx.Emit(db.Event{Name: WorkersLoaded, Subject: "user:*", Payload: done})
	}
	m.changed(tx)
	return nil
}

func (m *Module) ensure(ctx context.Context, tx *db.Tx, batch db.ID, part []BadgeUser) (made, changed int, err error) {
	var workers []db.ID
	var logins, badges []string
	for _, u := range part {
		workers, logins = append(workers, u.Worker), append(logins, strings.ToLower(u.Code))
		if u.Badge != "" {
			badges = append(badges, u.Badge)
		}
	}
	// the placeholders are numbered first to last, so each list goes into a condition of its own
	var w db.Where
	db.In(&w, "worker_id", workers)
	known, err := db.All[userRow](ctx, tx, `SELECT `+userColumns+` FROM id_user`+w.String(), w.Args...)
	if err != nil {
		return 0, 0, err
	}
	var l db.Where
	db.In(&l, "login", logins)
	taken, err := db.All[string](ctx, tx, `SELECT login FROM id_user`+l.String(), l.Args...)
	if err != nil {
		return 0, 0, err
	}
	carried := map[string]db.ID{}
	if len(badges) > 0 {
		var b db.Where
		db.In(&b, "badge", badges)
		if err := db.Each(ctx, tx, `SELECT `+userColumns+` FROM id_user`+b.String(), b.Args, func(r *userRow) error { carried[r.Badge] = r.Worker; return nil }); err != nil {
			return 0, 0, err
		}
	}
	var users []userRow
	type role struct {
		ID    db.ID  `db:"id"`
		User  db.ID  `db:"user_id"`
		Role  string `db:"role"`
		Batch db.ID  `db:"batch_id"`
	}
	var roles []role
	for _, u := range part {
		if by, is := carried[u.Badge]; is && u.Badge != "" && by != u.Worker {
			return 0, 0, fault.Conflict("identity.badge_taken", "badge %s is carried by somebody else", u.Badge).With("badge", u.Badge)
		}
		carried[u.Badge] = u.Worker
		if i := slices.IndexFunc(known, func(r userRow) bool { return r.Worker == u.Worker }); i >= 0 {
			if r := known[i]; batch == 0 && (r.Name != u.Name || r.Badge != u.Badge) {
				tx.Queue(`UPDATE id_user SET name = $1, badge = $2, changed_ms = $3 WHERE id = $4`, u.Name, u.Badge, tx.NowMS(), r.ID)
				changed++
			}
			continue
		}
		login := strings.ToLower(u.Code)
		if slices.Contains(taken, login) || !loginForm.MatchString(login) || isDefault(login) {
			login = "w" + u.Worker.String()
		}
		taken = append(taken, login)
		r := userRow{ID: tx.ID(), Login: login, Name: u.Name, Locale: "zh", Worker: u.Worker, Badge: u.Badge, Created: tx.NowMS(), Changed: tx.NowMS(), Batch: batch}
		users = append(users, r)
		if len(u.Roles) == 0 {
			u.Roles = []string{Operator}
		}
		for _, name := range u.Roles {
			roles = append(roles, role{tx.ID(), r.ID, name, batch})
		}
	}
	if err := db.Insert(ctx, tx, "id_user", users...); err != nil {
		return 0, 0, err
	}
	return len(users), changed, db.Insert(ctx, tx, "id_user_role", roles...)
}
