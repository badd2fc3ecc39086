package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// CookieName is the session cookie.
const CookieName = "kaiwu_session"

// AuthorHeader carries the token of whoever did an act that a device has kept while the network was gone. The act
// is his, whoever is logged in by now.
const AuthorHeader = "X-Kaiwu-Author"

const maxKey = 200

// call is one request on its way through the door.
type call struct {
	api    *API
	op     *Op
	r      *http.Request
	w      http.ResponseWriter
	body   []byte
	key    string
	locale string
	actor  *actor.Actor
}

type callKey struct{}

func callOf(ctx context.Context) *call { c, _ := ctx.Value(callKey{}).(*call); return c }

// scope keeps one person's keys apart from another's.
func (c *call) scope() string { return c.op.ID + ":" + strconv.FormatInt(c.actor.UserID, 10) }

// received is what must be the same when a key comes back: the address and the bytes.
func (c *call) received() []byte {
	return append([]byte(c.r.Method+" "+c.r.URL.RequestURI()+"\n"), c.body...)
}

// Request is the HTTP request behind the context, nil outside one.
func Request(ctx context.Context) *http.Request {
	if c := callOf(ctx); c != nil {
		return c.r
	}
	return nil
}

// Locale is the language that the caller reads: zh or en.
func Locale(ctx context.Context) string {
	if c := callOf(ctx); c != nil {
		return c.locale
	}
	return localeOf(nil, actor.From(ctx))
}

// SetCookie adds a cookie to the answer; a second one with the same name replaces the first.
func SetCookie(ctx context.Context, ck *http.Cookie) {
	c := callOf(ctx)
	if c == nil {
		return
	}
	h := c.w.Header()
	old := h.Values("Set-Cookie")
	h.Del("Set-Cookie")
	for _, s := range old {
		if !strings.HasPrefix(s, ck.Name+"=") {
			h.Add("Set-Cookie", s)
		}
	}
	http.SetCookie(c.w, ck)
}

// SetSession puts the session token into the cookie; "" ends it.
func SetSession(ctx context.Context, token string, lasts time.Duration) {
	c := callOf(ctx)
	if c == nil {
		return
	}
	ck := &http.Cookie{Name: CookieName, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.api.secure(c.r), MaxAge: int(lasts / time.Second)}
	if token == "" {
		ck.MaxAge = -1
	}
	SetCookie(ctx, ck)
}

// Token is the credential that a request carries: a session's (cookie) or an API key's (bearer).
func Token(r *http.Request) (token string, bearer bool) {
	if scheme, t, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(t), true
	}
	if ck, err := r.Cookie(CookieName); err == nil {
		return ck.Value, false
	}
	return "", false
}

// keepDoor decides whether an operation runs at all, and in whose name.
func (a *API) keepDoor(op *Op, hc huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(hc)
	c := &call{api: a, op: op, r: r, w: w}
	ctx, err := a.admit(c)
	if err == nil && !op.Stream && r.Body != nil {
		err = c.read()
	}
	if err == nil {
		err = c.legible()
	}
	if err == nil {
		err = c.known(hc.Operation())
	}
	if err != nil {
		a.refuse(w, r, c.locale, err)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, op.Timeout)
	defer cancel()
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(op.Timeout + 30*time.Second)) // not every writer has one
	if op.Stream {
		http.NewResponseController(w).SetReadDeadline(time.Now().Add(op.Timeout))
		r.Body = http.MaxBytesReader(w, r.Body, op.MaxBody)
		next(huma.WithContext(hc, ctx))
		return
	}
	next(bodyContext{huma.WithContext(hc, ctx), bytes.NewReader(c.body)})
}

// admit finds the actor and asks for log-in, module and permission.
func (a *API) admit(c *call) (context.Context, error) {
	c.locale = localeOf(c.r, nil)
	ctx := context.WithValue(c.r.Context(), callKey{}, c)
	if c.r.Header.Get(AuthorHeader) != "" && !c.op.Later {
		return ctx, laterNot()
	}
	act, err := a.who(c.r)
	if err != nil && !c.op.Public {
		return ctx, err
	}
	c.actor = act
	c.locale = localeOf(c.r, act)
	act.Locale = c.locale
	ctx = actor.With(ctx, act)
	in := infoOf(ctx)
	in.op, in.user, in.device = c.op.ID, act.Name, act.Device
	if act.Origin == "none" && !c.op.Public {
		return ctx, fault.Denied("web.login_required", "log in first")
	}
	if a.ModuleOn != nil && !c.op.Public && !a.ModuleOn(ctx, c.op.Module) {
		return ctx, fault.NotFound("web.module_off", "module %s is switched off", c.op.Module).With("module", c.op.Module)
	}
	if c.op.Perm != "" && !c.op.Public && !act.Can(c.op.Perm) {
		return ctx, fault.Forbidden("web.forbidden", "permission %s is needed", c.op.Perm).With("perm", c.op.Perm)
	}
	if c.key = c.r.Header.Get("Idempotency-Key"); len(c.key) > maxKey {
		return ctx, fault.Invalid("web.key_long", "the Idempotency-Key has more than %d bytes", maxKey).With("max", maxKey)
	}
	return db.WithKey(ctx, c.key), nil
}

func laterNot() error {
	return fault.Forbidden("web.later_not", "only what a device keeps for its author can be sent in his name (%s)", AuthorHeader)
}

// Who finds the actor of a request: a copy that carries request id and origin. Nobody is an actor too.
func (a *API) Who(r *http.Request) (*actor.Actor, error) {
	if r.Header.Get(AuthorHeader) != "" { // an author's token opens the operations that say so, and nothing else
		return &actor.Actor{Name: "nobody", Origin: "none"}, laterNot()
	}
	return a.who(r)
}

func (a *API) who(r *http.Request) (*actor.Actor, error) {
	act, err := actor.From(r.Context()), error(nil) // a call from inside the process brings its own
	if act.Origin == "none" && a.Auth != nil {
		got, e := a.Auth(r)
		if err = e; got != nil && e == nil {
			act = got
		}
	}
	own := *act
	if own.Request == "" {
		own.Request = infoOf(r.Context()).id
	}
	if own.Origin == "" {
		own.Origin = "web"
	}
	return &own, err
}

// read takes the whole body, so that its bytes can be hashed before anybody interprets them.
func (c *call) read() error {
	http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(30 * time.Second))
	b, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, c.op.MaxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.TooLarge("web.too_large", "the request has more than %d bytes", c.op.MaxBody).With("max", c.op.MaxBody)
	}
	if err != nil {
		return fault.Invalid("web.body_broken", "the request ended early: %v", err)
	}
	c.body = b
	return nil
}

// legible refuses text that is not UTF-8 or holds the character zero: PostgreSQL stores neither, and what a scanner
// sends in another encoding would be kept as a row of question marks on SQLite.
func (c *call) legible() error {
	var bad []fault.Field
	look := func(where, s string) {
		if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
			shown := strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
			if r := []rune(shown); len(r) > 60 {
				shown = string(r[:60]) + "…"
			}
			bad = append(bad, fault.Field{Where: where, Code: "web.v_text", Value: shown, Detail: where + " is not UTF-8 text", Params: map[string]string{"field": where, "value": shown}})
		}
	}
	look("path", c.r.URL.Path)
	look("Idempotency-Key", c.key)
	if strings.Contains(c.r.URL.RawQuery, "%") || !utf8.ValidString(c.r.URL.RawQuery) {
		asked := c.r.URL.Query()
		for _, name := range slices.Sorted(maps.Keys(asked)) {
			look("query", name)
			for _, v := range asked[name] {
				look("query."+strings.ToValidUTF8(name, "\ufffd"), v)
			}
		}
	}
	if !utf8.Valid(c.body) {
		look("body", string(c.body))
	} else if bytes.Contains(c.body, []byte(`\u0000`)) {
		var tree any
		if json.Unmarshal(c.body, &tree) == nil {
			walkText(tree, "body", look)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return fault.Invalid("web.invalid", "%s", bad[0].Detail).With("count", len(bad)).With("first", bad[0].Detail).At(bad...)
}

// known refuses query parameters that the operation does not have: a slip in a name would otherwise be answered with
// all there is.
func (c *call) known(op *huma.Operation) error {
	if c.r.URL.RawQuery == "" {
		return nil
	}
	var names []string
	for _, p := range op.Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	var bad []fault.Field
	for _, name := range slices.Sorted(maps.Keys(c.r.URL.Query())) {
		if slices.Contains(names, name) {
			continue
		}
		code := "web.query_unknown"
		if len(names) == 0 {
			code = "web.query_none"
		}
		f := fault.Field{Where: "query." + name, Code: code, Value: c.r.URL.Query().Get(name), Params: map[string]string{"name": name, "known": strings.Join(names, ", ")}}
		f.Detail = Messages[code].Render("en", f.Params)
		bad = append(bad, f)
	}
	if len(bad) == 0 {
		return nil
	}
	e := fault.Invalid(bad[0].Code, "%s", bad[0].Detail).At(bad...)
	return e.With("name", bad[0].Params["name"]).With("known", bad[0].Params["known"])
}

// walkText shows every text of a JSON value, names too.
func walkText(node any, at string, look func(where, s string)) {
	switch x := node.(type) {
	case string:
		look(at, x)
	case []any:
		for i, v := range x {
			walkText(v, at+"["+strconv.Itoa(i)+"]", look)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(x)) {
			look(at, k)
			walkText(x[k], at+"."+k, look)
		}
	}
}

type humaContext huma.Context

// bodyContext hands the body that was already read to huma.
type bodyContext struct {
	humaContext
	body *bytes.Reader
}

func (b bodyContext) BodyReader() io.Reader { return b.body }
func (b bodyContext) Unwrap() huma.Context  { return b.humaContext }

// localeOf: what the request asks for, else what the person chose, else Chinese.
func localeOf(r *http.Request, act *actor.Actor) string {
	if r != nil {
		for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
			switch l := strings.ToLower(strings.TrimSpace(part)); {
			case strings.HasPrefix(l, "zh"):
				return "zh"
			case strings.HasPrefix(l, "en"):
				return "en"
			}
		}
	}
	if act != nil && act.Locale == "en" {
		return "en"
	}
	return "zh"
}
