package identity

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/web"
)

const deviceCookie = "kaiwu_device"

// Done is the answer of an act that has nothing to tell.
type Done struct {
	Done bool `json:"done"`
}

// Told carries a secret that is shown this once.
type Told struct {
	Secret string `json:"secret,omitempty" doc:"The new password or PIN, shown this once; empty when the caller chose it"`
}

// from finds out where a request stands.
func from(a *web.API, ctx context.Context) From {
	r := web.Request(ctx)
	f := From{IP: a.IP(r), Agent: strings.ToValidUTF8(r.UserAgent(), "?")} // whatever a browser calls itself, it can be stored
	if t, bearer := web.Token(r); !bearer {
		f.Token = t
	}
	if ck, err := r.Cookie(deviceCookie); err == nil {
		f.DeviceToken = ck.Value
	}
	return f
}

func secure(a *web.API, r *http.Request) bool {
	return r.TLS != nil || a.Proxied && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// trusted says whether browsers treat the page as secure: TLS, or the machine itself.
func trusted(a *web.API, r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return secure(a, r) || host == "localhost" || err == nil && ip.IsLoopback()
}

// Routes registers the room's operations. Whatever carries a secret is an act, not a command: a command's answer
// is stored for its idempotency key, and a hash of its input too.
func (m *Module) Routes(a *web.API) {
	if a.Auth == nil { // app may stand before us: it trusts its own socket
		a.Auth = m.Authenticate
	}
	a.ModuleOn = m.ModuleOn
	a.Messages(Messages)
	m.door(a)
	m.own(a)
	m.people(a)
	m.administration(a)
}

func (m *Module) door(a *web.API) {
	come := func(ctx context.Context, w Welcome, err error) (Welcome, error) {
		if err == nil {
			web.SetSession(ctx, w.Token, lastsFor[w.Kind])
		}
		return w, err
	}
	web.Query(a, web.Op{Path: "/meta", ID: "meta", Summary: "What everybody may know before log-in", Public: true},
		func(ctx context.Context, q db.Querier, _ *struct{}) (Meta, error) {
			return m.meta(ctx, q, from(a, ctx), trusted(a, web.Request(ctx)))
		})
	web.Act(a, web.Op{Path: "/login", ID: "logIn", Summary: "Log in by password", Public: true},
		func(ctx context.Context, in *struct{ Body LogIn }) (Welcome, error) {
			w, err := m.LogIn(ctx, in.Body, from(a, ctx))
			return come(ctx, w, err)
		})
	web.Act(a, web.Op{Path: "/login/badge", ID: "logInBadge", Summary: "Log in by badge and PIN", Public: true},
		func(ctx context.Context, in *struct{ Body BadgeLogIn }) (Welcome, error) {
			w, err := m.LogInBadge(ctx, in.Body, from(a, ctx))
			return come(ctx, w, err)
		})
	web.Act(a, web.Op{Path: "/logout", ID: "logOut", Summary: "Log out", Public: true},
		func(ctx context.Context, _ *struct{}) (Done, error) {
			web.SetSession(ctx, "", 0)
			return Done{true}, m.LogOut(ctx, from(a, ctx))
		})
}

// huma fills no parameters of embedded structs, so each place in the path has its two shapes.
type byID struct {
	ID string `path:"id" pattern:"^\\d{1,19}$" patternDescription:"digits"`
}

func (b *byID) id() (id db.ID) {
	if id.UnmarshalText([]byte(b.ID)) != nil {
		return -1 // nobody has it
	}
	return id
}

type byLogin struct {
	Login string `path:"login" maxLength:"100"`
}
type byName struct {
	Name string `path:"name" maxLength:"100"`
}
type idAnd[B any] struct {
	ID   string `path:"id" pattern:"^\\d{1,19}$" patternDescription:"digits"`
	Body B
}
type loginAnd[B any] struct {
	Login string `path:"login" maxLength:"100"`
	Body  B
}
type nameAnd[B any] struct {
	Name string `path:"name" maxLength:"100"`
	Body B
}

// own: what everybody may do about themselves.
func (m *Module) own(a *web.API) {
	web.QueryView(a, web.Op{Path: "/me", ID: "me", Summary: "Who I am and what I may do"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (Me, error) { return m.Me(ctx, q) })
	web.Command(a, web.Op{Path: "/me", ID: "changeMe", Summary: "Change my language"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Profile }) (Me, error) {
			return m.ChangeProfile(ctx, tx, in.Body)
		})
	web.Act(a, web.Op{Path: "/me/password", ID: "changeMyPassword", Summary: "Change my password; my other sessions end"},
		func(ctx context.Context, in *struct{ Body NewPassword }) (Done, error) {
			return Done{true}, m.ChangePassword(ctx, in.Body)
		})
	web.Act(a, web.Op{Path: "/me/pin", ID: "changeMyPin", Summary: "Change my PIN"},
		func(ctx context.Context, in *struct{ Body NewPIN }) (Done, error) {
			return Done{true}, m.ChangePIN(ctx, in.Body)
		})
	web.Act(a, web.Op{Path: "/me/vouched", ID: "vouch", Summary: "Somebody who may allows one act of mine by badge and PIN; nobody is logged in or out"},
		func(ctx context.Context, in *struct{ Body Vouch }) (Vouched, error) {
			return m.Vouch(ctx, in.Body, from(a, ctx))
		})
	web.Query(a, web.Op{Path: "/me/sessions", ID: "listMySessions", Summary: "Where I am logged in"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (SessionList, error) {
			all, err := m.Sessions(ctx, q)
			return SessionList{all}, err
		})
	web.Command(a, web.Op{Method: http.MethodDelete, Path: "/me/sessions/{id}", ID: "endMySession", Summary: "End one of my sessions"},
		func(ctx context.Context, tx *db.Tx, in *byID) (Done, error) {
			return Done{true}, m.EndOwn(ctx, tx, in.id())
		})
	web.Command(a, web.Op{Path: "/me/sessions/end-others", ID: "endMyOtherSessions", Summary: "End all my sessions but this one"},
		func(ctx context.Context, tx *db.Tx, _ *struct{}) (Done, error) {
			return Done{true}, m.EndOthers(ctx, tx)
		})
}

// GivePIN sets somebody's PIN.
type GivePIN struct {
	PIN string `json:"pin,omitempty" maxLength:"8" doc:"4 to 8 digits; empty: one is made"`
}

// SessionList is a person's own sessions.
type SessionList struct {
	Items []Session `json:"items"`
}

func (m *Module) people(a *web.API) {
	web.List(a, web.Op{Path: "/identity/users", ID: "listUsers", Summary: "People", Perm: "identity.read"}, userList())
	web.Act(a, web.Op{Path: "/identity/users", ID: "createUser", Summary: "Create a user", Perm: "identity.users"},
		func(ctx context.Context, in *struct{ Body NewUser }) (Made, error) { return m.CreateUser(ctx, in.Body) })
	web.QueryView(a, web.Op{Path: "/identity/users/{login}", ID: "getUser", Summary: "A user", Perm: "identity.read"},
		func(ctx context.Context, q db.Querier, in *byLogin) (User, error) {
			return UserByLogin(ctx, q, in.Login)
		})
	web.Command(a, web.Op{Path: "/identity/users/{login}", ID: "changeUser", Summary: "Change a user", Perm: "identity.users"},
		func(ctx context.Context, tx *db.Tx, in *loginAnd[ChangeUser]) (User, error) {
			return m.ChangeUser(ctx, tx, in.Login, in.Body)
		})
	web.Act(a, web.Op{Path: "/identity/users/{login}/password", ID: "resetPassword", Summary: "Give a user a new password, told this once", Perm: "identity.users"},
		func(ctx context.Context, in *byLogin) (Told, error) {
			s, err := m.ResetPassword(ctx, in.Login)
			return Told{s}, err
		})
	web.Act(a, web.Op{Path: "/identity/users/{login}/pin", ID: "setPin", Summary: "Give a user a PIN", Perm: "identity.users"},
		func(ctx context.Context, in *loginAnd[GivePIN]) (Told, error) {
			s, err := m.SetPIN(ctx, in.Login, in.Body.PIN)
			return Told{s}, err
		})
	web.Command(a, web.Op{Path: "/identity/users/{login}/end-sessions", ID: "endUserSessions", Summary: "End all sessions of a user", Perm: "identity.users"},
		func(ctx context.Context, tx *db.Tx, in *byLogin) (Done, error) {
			r, err := rowOf(ctx, tx, in.Login)
			if err != nil {
				return Done{}, err
			}
			return Done{true}, m.EndAll(ctx, tx, r.ID)
		})
	web.List(a, web.Op{Path: "/identity/sessions", ID: "listSessions", Summary: "Everybody's sessions", Perm: "identity.read"}, m.sessionList())
	web.Command(a, web.Op{Path: "/identity/sessions/{id}/end", ID: "endSession", Summary: "End a session", Perm: "identity.users"},
		func(ctx context.Context, tx *db.Tx, in *byID) (Done, error) {
			return Done{true}, m.EndSession(ctx, tx, in.id())
		})
}

// RoleList is every role and every permission there is.
type RoleList struct {
	Items []Role   `json:"items"`
	Perms []string `json:"perms" doc:"Every permission of the house"`
}

// SetModule switches a module.
type SetModule struct {
	On bool `json:"on"`
}

// SwitchList is every module.
type SwitchList struct {
	Items []Switch `json:"items"`
}

func (m *Module) administration(a *web.API) {
	web.QueryView(a, web.Op{Path: "/identity/roles", ID: "listRoles", Summary: "Roles and permissions", Perm: "identity.read"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (RoleList, error) {
			all, err := m.Roles(ctx, q)
			return RoleList{all, m.opt.Perms}, err
		})
	web.Command(a, web.Op{Path: "/identity/roles", ID: "createRole", Summary: "Create a role", Perm: "identity.roles"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewRole }) (Role, error) {
			return m.CreateRole(ctx, tx, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/identity/roles/{name}", ID: "getRole", Summary: "A role", Perm: "identity.read"},
		func(ctx context.Context, q db.Querier, in *byName) (Role, error) {
			return m.RoleByName(ctx, q, in.Name)
		})
	web.Command(a, web.Op{Path: "/identity/roles/{name}", ID: "changeRole", Summary: "Change a role of the company's own", Perm: "identity.roles"},
		func(ctx context.Context, tx *db.Tx, in *nameAnd[ChangeRole]) (Role, error) {
			return m.ChangeRole(ctx, tx, in.Name, in.Body)
		})
	web.Command(a, web.Op{Method: http.MethodDelete, Path: "/identity/roles/{name}", ID: "removeRole", Summary: "Remove a role that nobody has", Perm: "identity.roles"},
		func(ctx context.Context, tx *db.Tx, in *byName) (Role, error) { return m.RemoveRole(ctx, tx, in.Name) })

	web.List(a, web.Op{Path: "/identity/keys", ID: "listKeys", Summary: "API keys", Perm: "identity.keys"}, keyList)
	web.Act(a, web.Op{Path: "/identity/keys", ID: "makeKey", Summary: "Make an API key, told this once", Perm: "identity.keys"},
		func(ctx context.Context, in *struct{ Body NewKey }) (KeyToken, error) { return m.MakeKey(ctx, in.Body) })
	web.Command(a, web.Op{Path: "/identity/keys/{id}/revoke", ID: "revokeKey", Summary: "Revoke an API key for ever", Perm: "identity.keys"},
		func(ctx context.Context, tx *db.Tx, in *byID) (Key, error) { return m.RevokeKey(ctx, tx, in.id()) })

	web.List(a, web.Op{Path: "/identity/devices", ID: "listDevices", Summary: "Enrolled tablets", Perm: "identity.read"}, deviceList)
	web.Act(a, web.Op{Path: "/identity/devices", ID: "enrolDevice", Summary: "Enrol the tablet that sends this; the session on it ends", Perm: "identity.users"},
		func(ctx context.Context, in *struct{ Body EnrolDevice }) (Device, error) {
			d, token, err := m.Enrol(ctx, in.Body, from(a, ctx))
			if err == nil {
				// 400 days is the longest that browsers keep a cookie
				web.SetCookie(ctx, &http.Cookie{Name: deviceCookie, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure(a, web.Request(ctx)), MaxAge: int(400 * 24 * time.Hour / time.Second)})
				web.SetSession(ctx, "", 0)
			}
			return d, err
		})
	web.Command(a, web.Op{Path: "/identity/devices/{id}", ID: "changeDevice", Summary: "Change an enrolled tablet", Perm: "identity.users"},
		func(ctx context.Context, tx *db.Tx, in *idAnd[ChangeDevice]) (Device, error) {
			return m.ChangeDevice(ctx, tx, (&byID{in.ID}).id(), in.Body)
		})
	web.Command(a, web.Op{Method: http.MethodDelete, Path: "/identity/devices/{id}", ID: "removeDevice", Summary: "Take a tablet's trust away", Perm: "identity.users"},
		func(ctx context.Context, tx *db.Tx, in *byID) (Device, error) {
			return m.RemoveDevice(ctx, tx, in.id())
		})

	web.Query(a, web.Op{Path: "/identity/modules", ID: "listModules", Summary: "Modules and whether they are on", Perm: "identity.read"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (SwitchList, error) {
			all, err := m.Modules(ctx, q)
			return SwitchList{all}, err
		})
	web.Command(a, web.Op{Path: "/identity/modules/{name}", ID: "switchModule", Summary: "Switch a module on or off", Perm: "identity.modules"},
		func(ctx context.Context, tx *db.Tx, in *nameAnd[SetModule]) (Switch, error) {
			return m.SwitchModule(ctx, tx, in.Name, in.Body.On)
		})
}
