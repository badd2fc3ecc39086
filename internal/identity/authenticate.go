package identity

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
)

// seenEvery: how old the last-seen time of a session may get before a request writes it anew.
const seenEvery = time.Minute

// Authenticate finds who is behind a request: web.API.Auth. It reads the database at most every five seconds for
// each caller and writes at most once a minute.
func (m *Module) Authenticate(r *http.Request) (*actor.Actor, error) {
	if t := r.Header.Get(web.AuthorHeader); t != "" { // the door has seen that the operation may be sent later
		return m.author(r, t)
	}
	token, bearer := web.Token(r)
	if token == "" {
		return nil, nil
	}
	hash := digest(token)
	now := m.d.Now()
	m.mu.Lock()
	e, turn := m.sessions[hash], m.turn
	m.mu.Unlock()
	if e == nil || now.Sub(e.read) >= fresh {
		var err error
		if bearer {
			e, err = m.readKey(r.Context(), hash)
		} else {
			e, err = m.readSession(r.Context(), hash)
		}
		if err != nil {
			return nil, err
		}
		m.keep(hash, e, turn)
	}
	ms := now.UnixMilli()
	if e == nil || e.key != bearer || ms >= e.expires || e.idle > 0 && ms-e.seen.Load() >= e.idle {
		if bearer {
			return nil, fault.Denied("identity.key_bad", "this API key is unknown, revoked or has expired")
		}
		return nil, fault.Denied("identity.session_ended", "the session has ended; log in again")
	}
	m.touch(r.Context(), e, ms)
	return e.a, nil
}

func (m *Module) keep(hash string, e *entry, turn int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.turn != turn { // somebody changed something while we read
		return
	}
	if len(m.sessions) > 20_000 {
		clear(m.sessions)
	}
	if e == nil {
		delete(m.sessions, hash)
	} else {
		m.sessions[hash] = e
	}
}

// touch writes down that the caller is still there.
func (m *Module) touch(ctx context.Context, e *entry, now int64) {
	was := e.seen.Load()
	if now-was < seenEvery.Milliseconds() || !e.seen.CompareAndSwap(was, now) { // one request of many does it
		return
	}
	err := m.d.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		if e.key {
			tx.Queue(`UPDATE id_key SET used_ms = $1 WHERE id = $2 AND used_ms < $1`, now, e.id)
		} else {
			tx.Queue(`UPDATE id_session SET seen_ms = $1 WHERE id = $2 AND seen_ms < $1`, now, e.id)
		}
		return nil
	})
	if err != nil {
		slog.WarnContext(ctx, "note that a caller was seen", "err", err)
	}
}

func (m *Module) readSession(ctx context.Context, hash string) (*entry, error) {
	rules, err := m.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	type row struct {
		ID      db.ID  `db:"id"`
		User    db.ID  `db:"user_id"`
		Kind    string `db:"kind"`
		Device  string `db:"device"`
		Seen    int64  `db:"seen_ms"`
		Idle    int64  `db:"idle_ms"`
		Expires int64  `db:"expires_ms"`
		Name    string `db:"name"`
		Locale  string `db:"locale"`
		Partner db.ID  `db:"partner_id"`
		Worker  db.ID  `db:"worker_id"`
		Change  bool   `db:"must_change"`
	}
	var e *entry
	err = m.d.View(ctx, func(q db.Querier) error {
		s, found, err := db.Get[row](ctx, q, `SELECT s.id, s.user_id, s.kind, s.device, s.seen_ms, s.idle_ms, s.expires_ms, u.name, u.locale, u.partner_id, u.worker_id, u.must_change
			FROM `+sessionFrom+` WHERE s.token_hash = $1 AND NOT u.disabled`, hash)
		if err != nil || !found {
			return err
		}
		roles, sites, err := rolesAndSites(ctx, q, s.User)
		if err != nil {
			return err
		}
		a := &actor.Actor{UserID: int64(s.User), WorkerID: int64(s.Worker), Name: s.Name, Roles: roles, Sites: sites, Partner: int64(s.Partner),
			Session: int64(s.ID), Device: s.Device, Origin: "web", Locale: s.Locale, Perms: m.permsOf(rules, roles, nil, s.Partner)}
		if s.Kind == byBadge {
			a.Origin = "floor"
		}
		if s.Change && s.Kind == byPassword { // until then only one's own password can be changed
			a.Perms = map[string]bool{}
		}
		e = &entry{a: a, read: m.d.Now(), id: s.ID, idle: s.Idle, expires: s.Expires}
		e.seen.Store(s.Seen)
		return nil
	})
	return e, err
}

func (m *Module) readKey(ctx context.Context, hash string) (*entry, error) {
	rules, err := m.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	type row struct {
		ID      db.ID  `db:"id"`
		Name    string `db:"name"`
		Roles   string `db:"roles"`
		Perms   string `db:"perms"`
		Partner db.ID  `db:"partner_id"`
		Expires int64  `db:"expires_ms"`
		Used    int64  `db:"used_ms"`
	}
	k, found, err := db.Get[row](ctx, m.d.Read(), `SELECT id, name, roles, perms, partner_id, expires_ms, used_ms FROM id_key WHERE token_hash = $1 AND revoked_ms = 0`, hash)
	if err != nil || !found {
		return nil, err
	}
	roles := strings.Fields(k.Roles)
	e := &entry{key: true, id: k.ID, read: m.d.Now(), expires: k.Expires, a: &actor.Actor{UserID: int64(k.ID), Name: "key " + k.Name, Roles: roles,
		Partner: int64(k.Partner), Device: "key:" + k.Name, Origin: "api", Perms: m.permsOf(rules, roles, strings.Fields(k.Perms), k.Partner)}}
	e.seen.Store(k.Used)
	return e, nil
}

// permsOf adds up what roles give and takes away what the company does not use and outsiders may never have.
func (m *Module) permsOf(r *rules, roles, more []string, partner db.ID) map[string]bool {
	out := map[string]bool{}
	add := func(perms []string) {
		for _, p := range perms {
			room, _, _ := strings.Cut(p, ".")
			if p != "" && !r.off[room] && (partner == 0 || outside[p]) {
				out[p] = true
			}
		}
	}
	for _, role := range roles {
		if isOutside(role) && partner == 0 {
			continue // an outsider's role without its party would show everybody's documents
		}
		add(m.roles[role])
		add(r.roles[role])
	}
	add(more)
	return out
}
