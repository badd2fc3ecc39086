package identity

import (
	"context"
	"strconv"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// NewPassword changes one's own password.
type NewPassword struct {
	Current string `json:"current_password" minLength:"1" maxLength:"200"`
	New     string `json:"new_password" minLength:"1" maxLength:"200" doc:"At least 8 characters"`
}

// NewPIN changes one's own PIN.
type NewPIN struct {
	Current string `json:"current_password" minLength:"1" maxLength:"200" doc:"The password; after a log-in by badge the old PIN"`
	PIN     string `json:"pin" minLength:"4" maxLength:"8" doc:"4 to 8 digits"`
}

// self finds who asks and checks that it is really they: the tablet may have been left lying about.
func (m *Module) self(ctx context.Context, current string, byPIN bool) (userRow, error) {
	a := actor.From(ctx)
	t := perLogin.on("self\x00" + strconv.FormatInt(a.UserID, 10))
	if a.Session == 0 {
		return userRow{}, fault.Forbidden("identity.people_only", "only a person who has logged in can do this")
	}
	if err := m.count(ctx, t); err != nil {
		return userRow{}, err
	}
	r, err := db.One[userRow](ctx, m.d.Read(), `SELECT `+userColumns+` FROM id_user WHERE id = $1`, a.UserID)
	if err != nil {
		return r, err
	}
	hash := r.Password
	if byPIN {
		hash = r.PIN
	}
	why, _, err := judge(ctx, true, false, hash, current)
	if err != nil {
		return r, err
	}
	if why != "" {
		return r, fault.Invalid("identity.current_wrong", "the present password or PIN is wrong").At(fault.Field{Where: "body.current_password", Code: "identity.current_wrong", Detail: "wrong"})
	}
	return r, m.d.InTx(ctx, func(tx *db.Tx) error { right(tx, t); return nil })
}

// ChangePassword changes one's own password and ends one's other sessions.
func (m *Module) ChangePassword(ctx context.Context, in NewPassword) error {
	r, err := m.self(ctx, in.Current, false)
	if err != nil {
		return err
	}
	if err := goodPassword(r.Login, in.New); err != nil {
		return err
	}
	if in.New == in.Current {
		return fault.Invalid("identity.password_same", "the new password is the old one")
	}
	hash, err := hashSecret(ctx, in.New)
	if err != nil {
		return err
	}
	return m.d.InTx(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE id_user SET password_hash = $1, must_change = FALSE, changed_ms = $2 WHERE id = $3 AND password_hash = $4`, hash, tx.NowMS(), r.ID, r.Password)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Conflict("identity.changed_meanwhile", "somebody changed this account at the same moment; look again")
		}
		tx.Emit(db.Event{Name: PasswordChanged, Subject: "user:" + r.Login, Payload: Entered{UserID: r.ID, Login: r.Login, How: "self"}})
		m.changed(tx)
		return m.EndOthers(ctx, tx)
	})
}

// ChangePIN changes one's own PIN.
func (m *Module) ChangePIN(ctx context.Context, in NewPIN) error {
	if err := goodPIN(in.PIN); err != nil {
		return err
	}
	r, err := m.self(ctx, in.Current, actor.From(ctx).Origin == "floor")
	if err != nil {
		return err
	}
	return m.storePIN(ctx, r, in.PIN, "self")
}

func (m *Module) storePIN(ctx context.Context, r userRow, pin, how string) error {
	hash, err := hashSecret(ctx, pin)
	if err != nil {
		return err
	}
	return m.d.InTx(ctx, func(tx *db.Tx) error {
		tx.Queue(`UPDATE id_user SET pin_hash = $1, changed_ms = $2 WHERE id = $3`, hash, tx.NowMS(), r.ID)
		tx.Queue(`DELETE FROM id_try WHERE key = $1`, perBadge.on(r.Badge).key)
		tx.Emit(db.Event{Name: PINChanged, Subject: "user:" + r.Login, Payload: Entered{UserID: r.ID, Login: r.Login, How: how}})
		m.changed(tx)
		return nil
	})
}

// SetPIN gives somebody a PIN; "" makes one, which is told this once.
func (m *Module) SetPIN(ctx context.Context, login, pin string) (string, error) {
	r, err := m.another(ctx, login)
	if err != nil {
		return "", err
	}
	told := ""
	if pin == "" {
		pin = newPIN()
		told = pin
	}
	if err := goodPIN(pin); err != nil {
		return "", err
	}
	return told, m.storePIN(ctx, r, pin, "admin")
}

func (m *Module) another(ctx context.Context, login string) (r userRow, err error) {
	err = m.d.View(ctx, func(q db.Querier) error {
		if r, err = rowOf(ctx, q, login); err != nil {
			return err
		}
		u, err := full(ctx, q, r)
		if err != nil {
			return err
		}
		return m.mayTouch(ctx, q, u.Roles)
	})
	return r, err
}

// ResetPassword gives somebody a new password, which is told this once and must be changed at the next log-in;
// all their sessions end.
func (m *Module) ResetPassword(ctx context.Context, login string) (string, error) {
	r, err := m.another(ctx, login)
	if err != nil {
		return "", err
	}
	password := newPassword()
	hash, err := hashSecret(ctx, password)
	if err != nil {
		return "", err
	}
	return password, m.d.InTx(ctx, func(tx *db.Tx) error {
		tx.Queue(`UPDATE id_user SET password_hash = $1, must_change = TRUE, changed_ms = $2 WHERE id = $3`, hash, tx.NowMS(), r.ID)
		tx.Emit(db.Event{Name: PasswordChanged, Subject: "user:" + r.Login, Payload: Entered{UserID: r.ID, Login: r.Login, How: "admin"}})
		m.changed(tx)
		return m.EndAll(ctx, tx, r.ID)
	})
}
