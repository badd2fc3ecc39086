package identity

import (
	"context"
	"net/http"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// authorFor is how long an enrolled tablet may still send somebody's waiting acts after he has left it.
const authorFor = 24 * time.Hour

// authorKept is how long a token that is no longer good is still recognised, so that the refusal can say why.
const authorKept = 14 * 24 * time.Hour

// authorOf gives a session by badge on an enrolled tablet the token that its waiting acts carry.
func authorOf(ctx context.Context, tx *db.Tx, session, user, device db.ID) (string, error) {
	token, now := newToken(), tx.NowMS()
	tx.Queue(`DELETE FROM id_author WHERE made_ms < $1`, now-authorKept.Milliseconds())
	type row struct {
		ID      db.ID  `db:"id"`
		Hash    string `db:"token_hash"`
		User    db.ID  `db:"user_id"`
		Device  db.ID  `db:"device_id"`
		Session db.ID  `db:"session_id"`
		Made    int64  `db:"made_ms"`
		Until   int64  `db:"until_ms"`
	}
	return token, db.Insert(ctx, tx, "id_author", row{tx.ID(), digest(token), user, device, session, now, now + (lastsFor[byBadge] + authorFor).Milliseconds()})
}

// authorLeft starts the last day of a session's token: its owner has logged out, or the next person took over.
func authorLeft(tx *db.Tx, sessionHash string) {
	tx.Queue(`UPDATE id_author SET until_ms = $1 WHERE session_id IN (SELECT id FROM id_session WHERE token_hash = $2) AND until_ms > $1`,
		tx.NowMS()+authorFor.Milliseconds(), sessionHash)
}

// author finds who did an act that an enrolled tablet sends after he has left. It reads everything anew: a person who
// was disabled and a tablet that was removed a moment ago are refused. Every refusal is forbidden and not "log in
// first": the tablet keeps the act and shows the sentence, instead of waiting for somebody.
func (m *Module) author(r *http.Request, token string) (*actor.Actor, error) {
	ctx := r.Context()
	rules, err := m.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	cookie := ""
	if ck, err := r.Cookie(deviceCookie); err == nil {
		cookie = ck.Value
	}
	type row struct {
		User     db.ID  `db:"user_id"`
		Until    int64  `db:"until_ms"`
		Live     int64  `db:"live_ms"`
		Name     string `db:"name"`
		Locale   string `db:"locale"`
		Disabled bool   `db:"disabled"`
		Partner  db.ID  `db:"partner_id"`
		Worker   db.ID  `db:"worker_id"`
		Device   string `db:"device"`
	}
	var out *actor.Actor
	err = m.d.View(ctx, func(q db.Querier) error {
		a, found, err := db.Get[row](ctx, q, `SELECT a.user_id, a.until_ms, coalesce(s.seen_ms + s.idle_ms, 0) AS live_ms, u.name, u.locale, u.disabled, u.partner_id, u.worker_id, coalesce(d.name, '') AS device
			FROM id_author a JOIN id_user u ON u.id = a.user_id LEFT JOIN id_session s ON s.id = a.session_id
			LEFT JOIN id_device d ON d.id = a.device_id AND d.token_hash = $2 WHERE a.token_hash = $1`, digest(token), digest(cookie))
		if err != nil {
			return err
		}
		now := m.d.Now().UnixMilli()
		switch {
		case !found:
			return fault.Forbidden("identity.author_unknown", "nobody knows any more who did this on this device; its author logs in here and sends it")
		case a.Device == "":
			return fault.Forbidden("identity.author_device", "this device is not the enrolled one on which %s did this, or it is enrolled no longer; %s logs in here and sends it", a.Name, a.Name).With("name", a.Name)
		case a.Disabled:
			return fault.Forbidden("identity.author_disabled", "%s was disabled meanwhile; nothing is booked in that name any more", a.Name).With("name", a.Name)
		case now >= a.Until, a.Live > 0 && now >= a.Live+authorFor.Milliseconds():
			return fault.Forbidden("identity.author_late", "%s left this device too long ago, or the log-in was ended; %s logs in here and sends it", a.Name, a.Name).With("name", a.Name)
		}
		roles, sites, err := rolesAndSites(ctx, q, a.User)
		out = &actor.Actor{UserID: int64(a.User), WorkerID: int64(a.Worker), Name: a.Name, Roles: roles, Sites: sites, Partner: int64(a.Partner),
			Device: a.Device, Origin: "device", Locale: a.Locale, Perms: m.permsOf(rules, roles, nil, a.Partner)}
		return err
	})
	return out, err
}

func rolesAndSites(ctx context.Context, q db.Querier, user db.ID) (roles []string, sites []int64, err error) {
	if roles, err = db.All[string](ctx, q, `SELECT role FROM id_user_role WHERE user_id = $1 ORDER BY role`, user); err == nil {
		sites, err = db.All[int64](ctx, q, `SELECT site_id FROM id_user_site WHERE user_id = $1 ORDER BY site_id`, user)
	}
	return roles, sites, err
}
