// Package web is the only door: it finds out who calls, asks whether they may, opens the transaction, hides what
// they may not see, and turns a fault into problem+json in their language.
//
// What it promises: a command runs in one transaction and, given an Idempotency-Key, once; a query never writes;
// a field tagged `mask:"price"` reaches nobody without the permission see.price, by no list, filter, sort,
// export or answer; every refusal says what, where and what to do, in Chinese or English.
package web

import (
	"context"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// API is the OpenAPI document being built, the mux that serves it, and the hooks that rooms plug in.
type API struct {
	huma.API
	DB  *db.DB
	Mux *http.ServeMux

	// Auth finds the actor of a request; nil, nil when it carries no credentials. Supplied by identity.
	Auth func(r *http.Request) (*actor.Actor, error)
	// ModuleOn says whether a module is switched on; nil means all are.
	ModuleOn func(ctx context.Context, module string) bool
	// Limit may refuse a request before anything else is done for it, such as web.PerIP.
	Limit func(r *http.Request) error
	// Ready adds conditions to /readyz.
	Ready func(ctx context.Context) error
	// Proxied says that a trusted proxy stands before us, so that X-Forwarded-For and -Proto are believed.
	Proxied bool
	// TrustedOrigins may send commands from another origin, such as https://portal.example.
	TrustedOrigins []string
	// Version is shown in the API reference.
	Version string

	mu       sync.RWMutex
	messages fault.Messages
	masked   map[string]map[string]bool // JSON name -> masks that some struct puts on it
	maskedBy map[string]map[string]bool // room and JSON name -> masks that a struct of that room puts on it
	names    map[string]reflect.Type
	ops      []Op
	opID     string // the operation being registered, for the names of anonymous answers
	meter    *meter
	spec     func() []byte
	draining atomic.Bool
	gone     chan struct{}
}

// New builds an empty API on the mux.
func New(mux *http.ServeMux, d *db.DB) *API {
	a := &API{DB: d, Mux: mux, messages: maps.Clone(Messages), masked: map[string]map[string]bool{}, maskedBy: map[string]map[string]bool{}, names: map[string]reflect.Type{}, gone: make(chan struct{})}
	cfg := huma.DefaultConfig("Kaiwu", "1.0.0")
	cfg.Info.Description = "Every command takes an Idempotency-Key header: the same key with the same bytes is carried out once and answered again. " +
		"Identifiers and decimals are strings. Refusals are application/problem+json whose code is stable."
	cfg.CreateHooks = nil                                       // no $schema link in every body
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", "" // served by us, see docs.go
	cfg.Transformers = []huma.Transformer{a.transform}
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", a.schemaName)
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: CookieName, Description: "Set by logging in; HttpOnly, SameSite=Lax."},
		"key":     {Type: "http", Scheme: "bearer", Description: "An API key made by an administrator."},
	}
	a.API = humago.New(mux, cfg)
	a.meter = newMeter(a)
	a.serveDocs()
	a.serveHealth()
	return a
}

// Messages adds a room's sentences.
func (a *API) Messages(ms ...fault.Messages) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, m := range ms {
		maps.Copy(a.messages, m)
	}
}

// AllMessages is every registered sentence, for the web's locale files and the test that none is missing.
func (a *API) AllMessages() fault.Messages {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return maps.Clone(a.messages)
}

func (a *API) say(locale, code, other string, params map[string]string) string {
	a.mu.RLock()
	t, ok := a.messages[code]
	a.mu.RUnlock()
	if !ok {
		return other
	}
	return t.Render(locale, params)
}

// Sentence words a refusal that an answer carries, where nothing was refused as a whole.
func (a *API) Sentence(locale string, f *fault.Error) string {
	return a.say(locale, f.Code, f.Detail, f.Params)
}

// Ops lists every registered operation.
func (a *API) Ops() []Op { return slices.Clone(a.ops) }

// Perms lists every permission that some operation asks for.
func (a *API) Perms() []string {
	set := map[string]bool{}
	for _, op := range a.ops {
		if op.Perm != "" {
			set[op.Perm] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// Drain makes /readyz fail and ends the open event streams, so that a balancer looks elsewhere.
func (a *API) Drain() {
	if !a.draining.Swap(true) {
		close(a.gone)
	}
}

// Gone is closed when the server shuts down.
func (a *API) Gone() <-chan struct{} { return a.gone }

var pkgPath = regexp.MustCompile(`kaiwu/internal/([\w/]+)\.`)

// plain takes out of the name of an anonymous struct what may not stand in a schema's name.
var plain = strings.NewReplacer(" ", "", "{", "", "}", "", ";", "", "\"", "")

// schemaName puts the room in front, so that inventory.Issue and quality.Issue can both exist; a generic
// Page[inventory.Lot] takes the room of what it holds. Two anonymous structs that would share a name are told
// apart by a number.
func (a *API) schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if strings.HasPrefix(hint, "reply[") {
		hint = a.opID + "Response"
	}
	name := huma.DefaultSchemaNamer(t, plain.Replace(hint))
	of := t
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	room := ""
	for _, m := range pkgPath.FindAllStringSubmatch(of.PkgPath()+"."+of.Name(), -1) {
		if m[1] != "kit/web" {
			room = m[1]
		}
	}
	var b strings.Builder
	for part := range strings.SplitSeq(strings.TrimPrefix(room, "kit/"), "/") {
		if part != "" && !strings.HasPrefix(strings.ToLower(name), part) {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	name = b.String() + name
	if t.Kind() != reflect.Struct {
		return name
	}
	for n := 1; ; n++ {
		try := name
		if n > 1 {
			try += strconv.Itoa(n)
		}
		if was, ok := a.names[try]; !ok || was == t {
			a.names[try] = t
			return try
		}
	}
}
