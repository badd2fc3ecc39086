package identity

import (
	"context"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Key lets a program in.
type Key struct {
	ID        db.ID  `json:"id" db:"id" sql:"k.id"`
	Name      string `json:"name" db:"name" sql:"k.name" doc:"Name"`
	Hint      string `json:"hint" db:"hint" sql:"k.hint" doc:"First characters"`
	Roles     string `json:"roles" db:"roles" sql:"k.roles" doc:"Roles"`
	Perms     string `json:"perms" db:"perms" sql:"k.perms" doc:"Further permissions"`
	ExpiresMS int64  `json:"expires_ms" db:"expires_ms" sql:"k.expires_ms" doc:"Valid until"`
	MadeBy    string `json:"made_by" db:"made_by" sql:"k.made_by" doc:"Made by"`
	MadeMS    int64  `json:"made_ms" db:"made_ms" sql:"k.made_ms" doc:"Made"`
	UsedMS    int64  `json:"used_ms" db:"used_ms" sql:"k.used_ms" doc:"Last used, to the minute"`
	RevokedMS int64  `json:"revoked_ms" db:"revoked_ms" sql:"k.revoked_ms" doc:"Taken back"`
}

// NewKey makes one.
type NewKey struct {
	Name    string   `json:"name" minLength:"1" maxLength:"60" doc:"What it is for"`
	Roles   []string `json:"roles,omitempty"`
	Perms   []string `json:"perms,omitempty" doc:"Further permissions"`
	Partner string   `json:"partner,omitempty" doc:"Partner code, for a program of an outside party"`
	Days    int64    `json:"days,omitempty" minimum:"1" maximum:"1830" doc:"Ends after so many days; default 365"`
}

// KeyToken is a new key with the token that is told this once.
type KeyToken struct {
	Key   Key    `json:"key"`
	Token string `json:"token" doc:"Shown this once; send it as Authorization: Bearer …"`
}

const keyPrefix = "kw_"

// MakeKey makes an API key that can do no more than its maker can: whoever holds the token acts at once, and nobody
// gets behind a curtain with a key that he made himself.
func (m *Module) MakeKey(ctx context.Context, in NewKey) (KeyToken, error) {
	token := keyPrefix + newToken()
	var out Key
	err := m.d.InTx(ctx, func(tx *db.Tx) error {
		a := actor.From(ctx)
		days := in.Days
		if days == 0 {
			days = 365
		}
		k := Key{ID: tx.ID(), Name: strings.TrimSpace(in.Name), Hint: token[:len(keyPrefix)+6], Roles: words(in.Roles), Perms: words(in.Perms),
			ExpiresMS: tx.Now().Add(time.Duration(days) * 24 * time.Hour).UnixMilli(), MadeBy: a.Name, MadeMS: tx.NowMS()}
		r := userRow{ID: k.ID}
		if err := m.place(ctx, tx, &r, in.Partner, ""); err != nil {
			return err
		}
		if len(in.Roles) > 0 {
			if err := m.mayGive(ctx, tx, in.Roles, r.Partner); err != nil {
				return err
			}
		}
		if len(in.Roles)+len(in.Perms) == 0 || k.Name == "" {
			return fault.Invalid("identity.key_empty", "a key needs a name and a role or a permission")
		}
		for _, p := range in.Perms {
			if !slices.Contains(m.opt.Perms, p) {
				return fault.Invalid("identity.perm_unknown", "there is no permission %s", p).With("perm", p)
			}
		}
		own, err := ownRoles(ctx, tx)
		if err != nil {
			return err
		}
		if err := m.holds(ctx, own, in.Roles, in.Perms); err != nil {
			return err
		}
		if n, err := db.One[int64](ctx, tx, `SELECT count(*) FROM id_key WHERE name = $1`, k.Name); err != nil || n > 0 {
			return orConflict(err, "identity.key_taken", "name", k.Name)
		}
		type row struct {
			Key
			Hash    string `db:"token_hash"`
			Partner db.ID  `db:"partner_id"`
		}
		if err := db.Insert(ctx, tx, "id_key", row{k, digest(token), r.Partner}); err != nil {
			return err
		}
		tx.Emit(db.Event{Name: KeyMade, Subject: "key:" + k.Name, Payload: Change{After: k}})
		out = k
		return nil
	})
	return KeyToken{out, token}, err
}

func words(all []string) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(all))), " ")
}

// RevokeKey ends a key for ever.
func (m *Module) RevokeKey(ctx context.Context, tx *db.Tx, id db.ID) (Key, error) {
	k, found, err := db.Get[Key](ctx, tx, `SELECT id, name, hint, roles, perms, expires_ms, made_by, made_ms, used_ms, revoked_ms FROM id_key WHERE id = $1`, id)
	if err == nil && !found {
		err = fault.NotFound("identity.key_unknown", "there is no such key")
	}
	if err != nil || k.RevokedMS > 0 {
		return k, err
	}
	k.RevokedMS = tx.NowMS()
	tx.Queue(`UPDATE id_key SET revoked_ms = $1 WHERE id = $2`, k.RevokedMS, id)
	tx.Emit(db.Event{Name: KeyRevoked, Subject: "key:" + k.Name, Payload: Change{After: k}})
	m.changed(tx)
	return k, nil
}
