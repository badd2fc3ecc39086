package identity

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// A session by password serves the office; one by badge a tablet that goes from hand to hand.
const (
	byPassword = "password"
	byBadge    = "badge"
)

var idleFor = map[string]time.Duration{byPassword: 12 * time.Hour, byBadge: 30 * time.Minute}
var lastsFor = map[string]time.Duration{byPassword: 7 * 24 * time.Hour, byBadge: 16 * time.Hour} // a badge: the longest shift

// Session is one log-in that still counts.
type Session struct {
	ID        db.ID  `json:"id" db:"id"`
	Login     string `json:"login" db:"login"`
	Name      string `json:"name" db:"name"`
	Kind      string `json:"kind" db:"kind" enum:"password,badge"`
	Device    string `json:"device" db:"device"`
	Address   string `json:"address" db:"ip"`
	Agent     string `json:"agent" db:"agent"`
	CreatedMS int64  `json:"created_ms" db:"created_ms"`
	SeenMS    int64  `json:"seen_ms" db:"seen_ms"`
	ExpiresMS int64  `json:"expires_ms" db:"expires_ms"`
	Current   bool   `json:"current" db:"-"`
}

const sessionFrom = `id_session s JOIN id_user u ON u.id = s.user_id`

// open makes a session and returns its token, which is stored nowhere, and on an enrolled tablet the author's.
func (m *Module) open(ctx context.Context, tx *db.Tx, user db.ID, kind string, from From, device db.ID) (token, author string, err error) {
	token = newToken()
	if from.Token != "" { // the one who was here before
		authorLeft(tx, digest(from.Token))
		tx.Queue(`DELETE FROM id_session WHERE token_hash = $1`, digest(from.Token))
		m.changed(tx)
	}
	now := tx.NowMS()
	tx.Queue(`DELETE FROM id_session WHERE expires_ms < $1`, now)
	type row struct {
		ID      db.ID  `db:"id"`
		Hash    string `db:"token_hash"`
		User    db.ID  `db:"user_id"`
		Kind    string `db:"kind"`
		Device  db.ID  `db:"device_id"`
		Name    string `db:"device"`
		IP      string `db:"ip"`
		Agent   string `db:"agent"`
		Created int64  `db:"created_ms"`
		Seen    int64  `db:"seen_ms"`
		Idle    int64  `db:"idle_ms"`
		Expires int64  `db:"expires_ms"`
	}
	id := tx.ID()
	if kind == byBadge && device != 0 {
		if author, err = authorOf(ctx, tx, id, user, device); err != nil {
			return "", "", err
		}
	}
	return token, author, db.Insert(ctx, tx, "id_session", row{id, digest(token), user, kind, device, from.Device, from.IP, clip(from.Agent, 300),
		now, now, idleFor[kind].Milliseconds(), now + lastsFor[kind].Milliseconds()})
}

// Sessions lists a person's own.
func (m *Module) Sessions(ctx context.Context, q db.Querier) ([]Session, error) {
	a := actor.From(ctx)
	out, err := db.All[Session](ctx, q, `SELECT s.id, u.login, u.name, s.kind, s.device, s.ip, s.agent, s.created_ms, s.seen_ms, s.expires_ms FROM `+sessionFrom+`
		WHERE s.user_id = $1 AND s.expires_ms > $2 AND s.seen_ms + s.idle_ms > $2 ORDER BY s.seen_ms DESC`, a.UserID, m.d.Now().UnixMilli())
	for i := range out {
		out[i].Current = int64(out[i].ID) == a.Session
	}
	return out, err
}

// EndOwn ends one of one's own sessions.
func (m *Module) EndOwn(ctx context.Context, tx *db.Tx, id db.ID) error {
	return m.end(ctx, tx, "s.id = $1 AND s.user_id = $2", id, actor.From(ctx).UserID)
}

// EndOthers ends all of one's own sessions but this one.
func (m *Module) EndOthers(ctx context.Context, tx *db.Tx) error {
	a := actor.From(ctx)
	err := m.end(ctx, tx, "s.user_id = $1 AND s.id <> $2", a.UserID, a.Session)
	if fault.Is(err, "identity.session_unknown") {
		err = nil // there were none
	}
	return err
}

// EndSession ends anybody's session.
func (m *Module) EndSession(ctx context.Context, tx *db.Tx, id db.ID) error {
	return m.end(ctx, tx, "s.id = $1", id)
}

// EndAll ends every session of a person.
func (m *Module) EndAll(ctx context.Context, tx *db.Tx, user db.ID) error {
	err := m.end(ctx, tx, "s.user_id = $1", user)
	if fault.Is(err, "identity.session_unknown") {
		err = nil
	}
	return err
}

func (m *Module) end(ctx context.Context, tx *db.Tx, cond string, args ...any) error {
	type row struct {
		ID    db.ID  `db:"id"`
		Login string `db:"login"`
	}
	rows, err := db.All[row](ctx, tx, `SELECT s.id, u.login FROM `+sessionFrom+` WHERE `+cond+` ORDER BY s.id`, args...)
	if err != nil {
		return fmt.Errorf("find sessions: %w", err)
	}
	if len(rows) == 0 {
		return fault.NotFound("identity.session_unknown", "there is no such session; it may have ended already")
	}
	r := Revoked{Login: rows[0].Login}
	for _, s := range rows {
		tx.Queue(`UPDATE id_author SET until_ms = 0 WHERE session_id = $1`, s.ID)
		tx.Queue(`DELETE FROM id_session WHERE id = $1`, s.ID)
		r.Sessions = append(r.Sessions, s.ID)
	}
	tx.Emit(db.Event{Name: SessionRevoked, Subject: "user:" + r.Login, Payload: r})
	m.changed(tx)
	return nil
}

// LogOut ends the session that this request came with.
func (m *Module) LogOut(ctx context.Context, from From) error {
	if from.Token == "" {
		return nil
	}
	return m.d.InTx(ctx, func(tx *db.Tx) error {
		type row struct {
			User  db.ID  `db:"user_id"`
			Login string `db:"login"`
			Kind  string `db:"kind"`
		}
		s, found, err := db.Get[row](ctx, tx, `SELECT s.user_id, u.login, s.kind FROM `+sessionFrom+` WHERE s.token_hash = $1`, digest(from.Token))
		if err != nil || !found {
			return err
		}
		authorLeft(tx, digest(from.Token))
		tx.Queue(`DELETE FROM id_session WHERE token_hash = $1`, digest(from.Token))
		tx.Emit(db.Event{Name: LoggedOut, Subject: "user:" + s.Login, Payload: Entered{UserID: s.User, Login: s.Login, How: s.Kind, Device: from.Device, IP: from.IP}})
		m.changed(tx)
		return nil
	})
}

// deviceName makes a name that a person recognises out of a browser's long one.
func deviceName(agent string) string {
	pick := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := pick("MicroMessenger", "WeChat", "Edg", "Edge", "Firefox", "Firefox", "OPR", "Opera", "HuaweiBrowser", "Huawei", "Chrome", "Chrome", "Safari", "Safari", "curl", "curl")
	system := pick("HarmonyOS", "HarmonyOS", "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS", "Mac", "Linux", "Linux")
	return strings.Trim(browser+" · "+system, " ·")
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
