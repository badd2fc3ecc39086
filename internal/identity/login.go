package identity

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// From is where somebody stands who wants to come in.
type From struct {
	IP          string
	Agent       string
	Device      string // its name; found out by LogIn for an enrolled one
	Token       string // the session that this browser has now
	DeviceToken string // of an enrolled device
}

// LogIn is a log-in by password.
type LogIn struct {
	Login    string `json:"login" minLength:"1" maxLength:"100" doc:"Login name"`
	Password string `json:"password" minLength:"1" maxLength:"200"`
}

// BadgeLogIn is a log-in by badge, scanned or typed.
type BadgeLogIn struct {
	Badge string `json:"badge" minLength:"1" maxLength:"100" doc:"Number on the badge"`
	PIN   string `json:"pin,omitempty" maxLength:"8" doc:"4 to 8 digits; not needed for operators on a device enrolled for badges alone"`
}

// person is what deciding about a log-in needs.
type person struct {
	ID       db.ID  `db:"id"`
	Login    string `db:"login"`
	Name     string `db:"name"`
	Worker   db.ID  `db:"worker_id"`
	Password string `db:"password_hash"`
	PIN      string `db:"pin_hash"`
	Disabled bool   `db:"disabled"`
	Change   bool   `db:"must_change"`
}

// Welcome is the answer to a log-in; the token goes into a cookie.
type Welcome struct {
	Login      string `json:"login"`
	Name       string `json:"name"`
	MustChange bool   `json:"must_change" doc:"Nothing else is allowed until the password is changed"`
	Author     string `json:"author,omitempty" doc:"By badge on an enrolled tablet: what acts that wait there are sent with after this person has left it"`
	Token      string `json:"-"`
	Kind       string `json:"-"`
}

const personFrom = `SELECT id, login, name, worker_id, password_hash, pin_hash, disabled, must_change FROM id_user WHERE batch_id NOT IN (SELECT id FROM kit_batch) AND `

// wrong is the same for everything that may be wrong: nobody learns which logins exist.
func wrong(kind string) error {
	if kind == byBadge {
		return fault.Denied("identity.badge_wrong", "badge or PIN is wrong")
	}
	return fault.Denied("identity.login_wrong", "login or password is wrong")
}

// LogIn checks a password and opens a session.
func (m *Module) LogIn(ctx context.Context, in LogIn, from From) (w Welcome, err error) {
	login := strings.ToLower(strings.TrimSpace(in.Login))
	tries := []try{perLogin.on(login + "\x00" + network(from.IP)), perIP.on(network(from.IP))}
	dev, err := m.device(ctx, &from)
	if err != nil {
		return w, err
	}
	if err := m.count(ctx, tries...); err != nil {
		return w, err
	}
	p, found, err := db.Get[person](ctx, m.d.Read(), personFrom+`login = $1`, login)
	if err != nil {
		return w, fmt.Errorf("find %q: %w", login, err)
	}
	why, stale, err := judge(ctx, found, p.Disabled, p.Password, in.Password)
	if err != nil {
		return w, err
	}
	if why != "" {
		return w, m.refuse(ctx, p, byPassword, why, from)
	}
	renewed := ""
	if stale {
		if renewed, err = hashSecret(ctx, in.Password); err != nil {
			return w, err
		}
	}
	return m.enter(ctx, p, byPassword, from, dev.ID, tries, func(tx *db.Tx) {
		if renewed != "" {
			tx.Queue(`UPDATE id_user SET password_hash = $1 WHERE id = $2 AND password_hash = $3`, renewed, p.ID, p.Password)
		}
	})
}

// judge takes the same time whether there is such a person or not.
func judge(ctx context.Context, found, disabled bool, hash, secret string) (why string, stale bool, err error) {
	real := hash
	if hash == "" {
		if real, err = nobodyHash(ctx); err != nil {
			return "", false, err
		}
	}
	ok, stale, err := checkSecret(ctx, real, secret)
	switch {
	case err != nil:
		return "", false, err
	case !found:
		return "unknown", false, nil
	case hash == "":
		return "no_secret", false, nil
	case !ok:
		return "wrong", false, nil
	case disabled:
		return "disabled", false, nil
	}
	return "", stale, nil
}

// LogInBadge lets a worker in by badge and PIN, or by badge alone where the tablet was enrolled for that.
func (m *Module) LogInBadge(ctx context.Context, in BadgeLogIn, from From) (w Welcome, err error) {
	badge := strings.TrimSpace(in.Badge)
	dev, err := m.device(ctx, &from)
	if err != nil {
		return w, err
	}
	pinNeeded := fault.Denied("identity.pin_needed", "type the PIN too")
	if in.PIN == "" && !dev.BadgeOnly {
		return w, pinNeeded // whoever's badge it is
	}
	tries := badgeTries(badge, from)
	if err := m.count(ctx, tries...); err != nil {
		return w, err
	}
	p, found, err := db.Get[person](ctx, m.d.Read(), personFrom+`badge = $1 AND badge <> ''`, badge)
	if err != nil {
		return w, fmt.Errorf("find badge: %w", err)
	}
	if in.PIN == "" {
		alone, err := m.alone(ctx, p.ID)
		switch {
		case err != nil:
			return w, err
		case !found:
			return w, m.refuse(ctx, p, byBadge, "unknown", from)
		case p.Disabled:
			return w, m.refuse(ctx, p, byBadge, "disabled", from)
		case !alone: // a shift leader at the operators' tablet goes on with the PIN
			if err := m.d.InTx(ctx, func(tx *db.Tx) error { right(tx, tries...); return nil }); err != nil {
				return w, err
			}
			return w, pinNeeded
		}
		return m.enter(ctx, p, byBadge, from, dev.ID, tries, nil)
	}
	why, _, err := judge(ctx, found, p.Disabled, p.PIN, in.PIN)
	if err != nil {
		return w, err
	}
	if why != "" {
		return w, m.refuse(ctx, p, byBadge, why, from)
	}
	return m.enter(ctx, p, byBadge, from, dev.ID, tries, nil)
}

func badgeTries(badge string, from From) []try {
	return []try{perLogin.on("badge\x00" + badge + "\x00" + network(from.IP)), perBadge.on(badge), perIP.on(network(from.IP))}
}

// alone: a badge can be found on the floor, so by itself it opens only an operator's work, and only on a tablet
// that the office has enrolled for that.
func (m *Module) alone(ctx context.Context, user db.ID) (bool, error) {
	n, err := db.One[int64](ctx, m.d.Read(), `SELECT count(*) FROM id_user_role WHERE user_id = $1 AND role <> $2`, user, Operator)
	return err == nil && n == 0, err
}

// refuse records a refused log-in in a transaction of its own.
func (m *Module) refuse(ctx context.Context, p person, kind, why string, from From) error {
	subject := "user:?"
	if p.Login != "" {
		subject = "user:" + p.Login
	}
	err := m.d.InTx(ctx, func(tx *db.Tx) error {
		tx.Emit(db.Event{Name: LoginRefused, Subject: subject, Payload: Entered{UserID: p.ID, Login: p.Login, How: kind, Device: from.Device, IP: from.IP, Why: why}})
		return nil
	})
	if err != nil {
		return err
	}
	return wrong(kind)
}

func (m *Module) enter(ctx context.Context, p person, kind string, from From, dev db.ID, tries []try, also func(tx *db.Tx)) (w Welcome, err error) {
	own := *actor.From(ctx) // the event is the person's who came in
	own.UserID, own.WorkerID, own.Name, own.Device = int64(p.ID), int64(p.Worker), p.Name, from.Device
	if own.Origin = "web"; kind == byBadge {
		own.Origin = "floor"
	}
	ctx = actor.With(ctx, &own)
	err = m.d.InTx(ctx, func(tx *db.Tx) error {
		// the person may have been disabled since the secret was checked
		ok, err := db.One[bool](ctx, tx, `SELECT NOT disabled FROM id_user WHERE id = $1`, p.ID)
		if err != nil {
			return err
		}
		if !ok {
			return wrong(kind)
		}
		right(tx, tries...)
		if also != nil {
			also(tx)
		}
		tx.Emit(db.Event{Name: LoggedIn, Subject: "user:" + p.Login, Payload: Entered{UserID: p.ID, Login: p.Login, How: kind, Device: from.Device, IP: from.IP}})
		token, author, err := m.open(ctx, tx, p.ID, kind, from, dev)
		w = Welcome{Login: p.Login, Name: p.Name, MustChange: p.Change && kind == byPassword, Author: author, Token: token, Kind: kind}
		return err
	})
	return w, err
}

var common = map[string]bool{"12345678": true, "123456789": true, "1234567890": true, "password": true, "password1": true, "qwertyui": true, "11111111": true, "88888888": true, "00000000": true, "66666666": true, "abcd1234": true, "a1234567": true, "iloveyou": true, "1q2w3e4r": true, "qwer1234": true}

// goodPassword refuses what others would guess; length is worth more than odd characters.
func goodPassword(login, password string) error {
	low := strings.ToLower(password)
	switch n := utf8.RuneCountInString(password); {
	case n < 8 || n > 200:
		return fault.Invalid("identity.password_short", "a password has 8 to 200 characters")
	case common[low] || login != "" && strings.Contains(low, strings.ToLower(login)) && len(low) < len(login)+5 || strings.Count(low, low[:1]) == len(low):
		return fault.Invalid("identity.password_weak", "others would guess this password; take a longer or less common one")
	}
	return nil
}

func goodPIN(pin string) error {
	if len(pin) < 4 || len(pin) > 8 || strings.Trim(pin, "0123456789") != "" {
		return fault.Invalid("identity.pin_form", "a PIN has 4 to 8 digits")
	}
	return nil
}
