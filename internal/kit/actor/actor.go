// Package actor says who is acting: it travels in the context from the door (web, job, command line) to the event log.
package actor

import (
	"context"
	"slices"
)

// Actor is a person, a device or the system itself.
type Actor struct {
	UserID   int64
	WorkerID int64 // the worker behind a badge, 0 = none
	Name     string
	Roles    []string
	Perms    map[string]bool // permission names, "*" = all
	Sites    []int64         // sites this actor may see; empty = all of the company
	Partner  int64           // >0: an outside party, sees its own documents only
	Session  int64
	Device   string // which tablet, scanner, API key
	Origin   string // web, floor, api, job, cli
	Request  string // request id
	Locale   string // zh or en
}

// System acts when no person does: migrations, jobs, the command line.
var System = &Actor{Name: "system", Perms: map[string]bool{"*": true}, Origin: "system", Locale: "zh"}

type ctxKey struct{}

// With puts the actor into the context.
func With(ctx context.Context, a *Actor) context.Context { return context.WithValue(ctx, ctxKey{}, a) }

// From finds the actor; without one it is nobody, who may do nothing.
func From(ctx context.Context) *Actor {
	if a, ok := ctx.Value(ctxKey{}).(*Actor); ok {
		return a
	}
	return &Actor{Name: "nobody", Origin: "none"}
}

// Can says whether the actor holds a permission.
func (a *Actor) Can(perm string) bool { return a.Perms["*"] || a.Perms[perm] }

// SeesSite says whether a site's documents are in the actor's scope.
func (a *Actor) SeesSite(site int64) bool { return len(a.Sites) == 0 || slices.Contains(a.Sites, site) }

// SeesPartner says whether a partner's documents are in the actor's scope.
func (a *Actor) SeesPartner(p int64) bool { return a.Partner == 0 || a.Partner == p }
