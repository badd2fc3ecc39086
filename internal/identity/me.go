package identity

import (
	"context"
	"slices"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
)

// Me is what a screen needs to know about the person before it.
type Me struct {
	ID         db.ID    `json:"id"`
	Login      string   `json:"login"`
	Name       string   `json:"name"`
	Locale     string   `json:"locale"`
	Kind       string   `json:"kind" doc:"How they came in: password, badge, key"`
	Device     string   `json:"device"`
	Roles      []string `json:"roles"`
	Perms      []string `json:"permissions"`
	Modules    []string `json:"modules" doc:"Switched on for the company"`
	Site       *Site    `json:"site,omitempty" doc:"The one to begin with"`
	Sites      []Site   `json:"sites" doc:"Whose documents this person sees"`
	Partner    string   `json:"partner,omitempty" doc:"The outside party this person belongs to"`
	Worker     string   `json:"worker,omitempty" doc:"Worker code"`
	MustChange bool     `json:"must_change" doc:"Nothing else is allowed until the password is changed"`
	Demo       bool     `json:"demo"`
}

// Site is a site's code and name.
type Site struct {
	Code     string `json:"code" db:"code"`
	Name     string `json:"name" db:"name"`
	TimeZone string `json:"time_zone" db:"time_zone" doc:"In which its people live"`
}

// Me describes the caller.
func (m *Module) Me(ctx context.Context, q db.Querier) (me Me, err error) {
	a := actor.From(ctx)
	me = Me{ID: db.ID(a.UserID), Name: a.Name, Locale: a.Locale, Kind: "key", Device: a.Device, Roles: append([]string{}, a.Roles...), Perms: []string{}, Modules: []string{}, Demo: m.opt.Demo}
	for p, has := range a.Perms {
		if has {
			me.Perms = append(me.Perms, p)
		}
	}
	slices.Sort(me.Perms)
	for _, mod := range modules {
		if m.ModuleOn(ctx, mod.name) {
			me.Modules = append(me.Modules, mod.name)
		}
	}
	if a.Session != 0 {
		type row struct {
			Kind   string `db:"kind"`
			Login  string `db:"login"`
			Change bool   `db:"must_change"`
		}
		r, _, err := db.Get[row](ctx, q, `SELECT s.kind, u.login, u.must_change FROM `+sessionFrom+` WHERE s.id = $1`, a.Session)
		if err != nil {
			return me, err
		}
		me.Kind, me.Login, me.MustChange = r.Kind, r.Login, r.Change && r.Kind == byPassword
	}
	if a.WorkerID != 0 {
		if me.Worker, _, err = db.Get[string](ctx, q, `SELECT code FROM v_worker WHERE id = $1`, a.WorkerID); err != nil {
			return me, err
		}
	}
	if a.Partner != 0 {
		me.Sites = []Site{} // an outside party needs no list of our sites
		me.Partner, _, err = db.Get[string](ctx, q, `SELECT code FROM v_partner WHERE id = $1`, a.Partner)
		return me, err
	}
	var w db.Where
	db.In(&w, "id", a.Sites)
	if me.Sites, err = db.All[Site](ctx, q, `SELECT code, name, time_zone FROM v_site`+w.String()+` ORDER BY code`, w.Args...); err != nil {
		return me, err
	}
	if len(me.Sites) > 0 {
		me.Site = &me.Sites[0]
	}
	return me, nil
}

// Meta is what everybody may know before log-in.
type Meta struct {
	Product string      `json:"name"`
	Version string      `json:"version"`
	Company string      `json:"company"`
	Demo    bool        `json:"demo"`
	Logins  []DemoLogin `json:"logins,omitempty" doc:"Of a demo only"`
	Secure  bool        `json:"secure" doc:"Whether this request came by TLS or from the machine itself: camera and offline work need that"`
	Trust   string      `json:"trust_url,omitempty" doc:"The page that helps a device to trust this server"`
	Device  string      `json:"device,omitempty" doc:"The name of this enrolled device"`
	Alone   bool        `json:"badge_only" doc:"Operators need no PIN on this device"`
}

func (m *Module) meta(ctx context.Context, q db.Querier, from From, secure bool) (out Meta, err error) {
	out = Meta{Product: "Kaiwu 开物", Version: m.opt.Version, Demo: m.opt.Demo, Secure: secure}
	if m.opt.TrustURL != nil && !secure {
		out.Trust = m.opt.TrustURL()
	}
	if m.opt.Company != nil {
		if out.Company, err = m.opt.Company(ctx, q); err != nil {
			return out, err
		}
	}
	if from.DeviceToken != "" {
		d, err := m.device(ctx, &from)
		if err != nil {
			return out, err
		}
		out.Device, out.Alone = d.Name, d.BadgeOnly
	}
	if m.opt.Demo {
		out.Logins, err = m.DemoLogins(ctx, q)
	}
	return out, err
}

// Profile changes what a person may change about themselves.
type Profile struct {
	Locale *string `json:"locale,omitempty" enum:"zh,en"`
}

// ChangeProfile stores it.
func (m *Module) ChangeProfile(ctx context.Context, tx *db.Tx, in Profile) (Me, error) {
	if in.Locale != nil {
		if _, err := tx.Exec(ctx, `UPDATE id_user SET locale = $1, changed_ms = $2 WHERE id = $3`, *in.Locale, tx.NowMS(), actor.From(ctx).UserID); err != nil {
			return Me{}, err
		}
		m.changed(tx)
	}
	me, err := m.Me(ctx, tx)
	if in.Locale != nil {
		me.Locale = *in.Locale
	}
	return me, err
}
