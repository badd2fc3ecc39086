// Package identity knows who may do what: people and their roles, sessions, badges and PINs, shared devices, API
// keys, and which modules the company uses.
//
// It promises: a secret is stored as a hash and told once; who is not allowed is refused before anything else
// happens; a wrong password costs as much time for a stranger as for a colleague, and the more of them the longer
// the wait, over restarts too; an outside party holds nothing beyond reading its own documents, whatever roles
// somebody gave it; somebody is always left who can administer; every act is an event, a refused log-in too.
//
// Its tables begin with id_; the view v_user (id, login, name, locale, disabled, partner_id, worker_id) may be
// joined by others. Scope and SeePartner are how rooms keep documents to those who may see them. See events.go
// for what it tells.
package identity

import (
	"context"
	"embed"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
)

//go:embed schema/*.sql
var Schema embed.FS

// Options of New.
type Options struct {
	Perms    []string // every permission of the house; Defaults cuts them into roles
	Version  string   // shown before log-in
	Company  func(ctx context.Context, q db.Querier) (string, error)
	Demo     bool          // log-ins of the demo are shown at the door
	TrustURL func() string // the page that helps a device to trust this server, "" = none
}

// Module is the identity room.
type Module struct {
	d     *db.DB
	opt   Options
	roles map[string][]string // default role -> permissions

	mu       sync.Mutex
	turn     int64 // goes up with every change: what was read before it is not kept
	sessions map[string]*entry
	rules    *rules
}

// New makes the room.
func New(d *db.DB, opt Options) *Module {
	opt.Perms = slices.Compact(slices.Sorted(slices.Values(slices.Concat(opt.Perms, Perms, KitPerms))))
	return &Module{d: d, opt: opt, roles: Defaults(opt.Perms), sessions: map[string]*entry{}}
}

// fresh is how long this process may go on with what it has read while another process changes it.
const fresh = 5 * time.Second

// entry is a caller as last read from the database.
type entry struct {
	a       *actor.Actor
	read    time.Time
	id      db.ID
	key     bool
	seen    atomic.Int64
	idle    int64
	expires int64
}

// rules are the company's roles and modules as last read.
type rules struct {
	read  time.Time
	roles map[string][]string // the company's own
	off   map[string]bool
}

// changed makes this process forget what it knows once the transaction is stored.
func (m *Module) changed(tx *db.Tx) { tx.After(m.forget) }

func (m *Module) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn++
	clear(m.sessions)
	m.rules = nil
}

func (m *Module) rulesNow(ctx context.Context) (*rules, error) {
	now := m.d.Now()
	m.mu.Lock()
	r, turn := m.rules, m.turn
	m.mu.Unlock()
	if r != nil && now.Sub(r.read) < fresh {
		return r, nil
	}
	r = &rules{read: now, roles: map[string][]string{}, off: map[string]bool{}}
	err := m.d.View(ctx, func(q db.Querier) error {
		type row struct {
			Name string `db:"name"`
			Perm string `db:"perm"`
		}
		if err := db.Each(ctx, q, `SELECT r.name, coalesce(p.perm, '') AS perm FROM id_role r LEFT JOIN id_role_perm p ON p.role_id = r.id ORDER BY r.name, p.perm`, nil, func(x *row) error {
			r.roles[x.Name] = append(r.roles[x.Name], x.Perm)
			return nil
		}); err != nil {
			return err
		}
		return db.Each(ctx, q, `SELECT name FROM id_module WHERE NOT is_on`, nil, func(name *string) error { r.off[*name] = true; return nil })
	})
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.turn == turn {
		m.rules = r
	}
	return r, nil
}
