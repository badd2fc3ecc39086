package identity

import (
	"context"

	"kaiwu/internal/kit/db"
)

// FirstAdmin makes the user admin when there is nobody yet who could log in. The password is told this once:
// print it on the console.
func (m *Module) FirstAdmin(ctx context.Context) (password string, made bool, err error) {
	n, err := db.One[int64](ctx, m.d.Read(), `SELECT count(*) FROM id_user WHERE password_hash <> ''`)
	if err != nil || n > 0 {
		return "", false, err
	}
	password = newPassword()
	hash, err := hashSecret(ctx, password)
	if err != nil {
		return "", false, err
	}
	err = m.d.InTx(ctx, func(tx *db.Tx) error {
		made = false
		n, err := db.One[int64](ctx, tx, `SELECT count(*) FROM id_user WHERE password_hash <> ''`)
		if err != nil || n > 0 {
			return err // another process was first
		}
		made = true
		_, err = m.insert(ctx, tx, NewUser{Login: Admin, Name: "管理员", Roles: []string{Admin}}, hash, "", false)
		return err
	})
	if !made {
		password = ""
	}
	return password, made, err
}

// DemoPassword and DemoPIN open every account of the demo.
const (
	DemoPassword = "demo1234"
	DemoPIN      = "1234"
)

// DemoLogin is shown at the door of a demo.
type DemoLogin struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Role     string `json:"role"`
	Name     string `json:"name"`
	Badge    string `json:"badge,omitempty" doc:"Number on the badge, for the floor"`
	PIN      string `json:"pin,omitempty"`
}

var demoNames = map[string]string{Boss: "老板", Planner: "计划员", Sales: "业务员", ShiftLeader: "班组长", Operator: "操作工", Warehouse: "仓管员", Quality: "质检员",
	Maintenance: "设备员", Buyer: "采购员", Accountant: "会计", Admin: "管理员", Supplier: "供应商", Customer: "客户"}

// DemoUsers makes one user for each role: its login is the role's name. workers maps roles to worker codes whose
// badges they carry, partners the roles supplier and customer to partner codes; without its partner such a user is
// left out. Every other worker's PIN becomes DemoPIN. What exists is left alone.
func (m *Module) DemoUsers(ctx context.Context, workers, partners map[string]string) error {
	hash, pin, err := hashes(ctx, DemoPassword, DemoPIN)
	if err != nil {
		return err
	}
	return m.d.InTx(ctx, func(tx *db.Tx) error {
		for _, role := range RoleNames {
			if isOutside(role) && partners[role] == "" {
				continue
			}
			if n, err := db.One[int64](ctx, tx, `SELECT count(*) FROM id_user WHERE login = $1`, role); err != nil {
				return err
			} else if n > 0 {
				continue
			}
			if code := workers[role]; code != "" {
				// the worker's own account, made by the import, gets the role's name
				r, found, err := db.Get[userRow](ctx, tx, `SELECT `+userColumns+` FROM id_user WHERE worker_id = (SELECT id FROM v_worker WHERE code = $1)`, code)
				if err != nil {
					return err
				}
				if found {
					tx.Queue(`UPDATE id_user SET login = $1, password_hash = $2, pin_hash = $3, changed_ms = $4 WHERE id = $5`, role, hash, pin, tx.NowMS(), r.ID)
					if err := setRoles(ctx, tx, r.ID, []string{role}); err != nil {
						return err
					}
					r.Login, r.Password, r.PIN = role, hash, pin
					u, err := full(ctx, tx, r)
					if err != nil {
						return err
					}
					tx.Emit(db.Event{Name: UserChanged, Subject: "user:" + role, Payload: Change{After: u}})
					continue
				}
			}
			in := NewUser{Login: role, Name: demoNames[role], Roles: []string{role}, Worker: workers[role], Partner: partners[role]}
			if _, err := m.insert(ctx, tx, in, hash, "", false); err != nil {
				return err
			}
		}
		tx.Queue(`UPDATE id_user SET pin_hash = $1 WHERE badge <> '' AND pin_hash = ''`, pin)
		m.changed(tx)
		return nil
	})
}

// DemoLogins are the accounts of DemoUsers that exist.
func (m *Module) DemoLogins(ctx context.Context, q db.Querier) ([]DemoLogin, error) {
	out := []DemoLogin{}
	for _, role := range RoleNames {
		r, found, err := db.Get[userRow](ctx, q, `SELECT `+userColumns+` FROM id_user WHERE login = $1 AND NOT disabled`, role)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		d := DemoLogin{Login: role, Password: DemoPassword, Role: role, Name: r.Name}
		if r.Badge != "" {
			d.Badge, d.PIN = r.Badge, DemoPIN
		}
		out = append(out, d)
	}
	return out, nil
}

// Users lists everybody, for the command line.
func Users(ctx context.Context, q db.Querier) ([]User, error) {
	rows, err := db.All[userRow](ctx, q, `SELECT `+userColumns+` FROM id_user WHERE batch_id NOT IN (SELECT id FROM kit_batch) ORDER BY login`)
	if err != nil {
		return nil, err
	}
	out := make([]User, 0, len(rows))
	for _, r := range rows {
		u, err := full(ctx, q, r)
		if err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, nil
}
