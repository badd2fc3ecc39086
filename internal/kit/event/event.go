// Package event tells rooms, people and other systems what happened. Commands append events with tx.Emit; kit/db
// numbers and chains them; this package reads the numbered log.
//
// What it promises: a subscriber's cursor moves in the transaction of its effect, so an effect in this database
// happens exactly once for each event, in the order of the log, whatever is killed when; an event that keeps
// failing is parked with an alarm and the rest goes on; nobody is told of what they may not see.
package event

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
)

// Handler is a subscriber's effect. It may run more than once, so it does database work only, through tx.
type Handler func(ctx context.Context, tx *db.Tx, e db.LogRow) error

// Option changes how a subscriber begins.
type Option func(*subscriber)

// FromNow lets a subscriber that is new in this database begin with the next event instead of the first one ever:
// right for messages to people, wrong for anything that adds up.
func FromNow(s *subscriber) { s.fromNow = true }

// Bus knows who wants to hear what.
type Bus struct {
	d *db.DB
	// Backoff is the wait after each failure; after the last one the event is parked.
	Backoff []time.Duration

	// Guest says who a browser is that nobody has logged in at, for the event stream only: a screen on the wall that is
	// an enrolled device. nil for anybody else.
	Guest func(r *http.Request) (*actor.Actor, error)

	mu       sync.Mutex
	subs     []*subscriber
	subjects map[string]func(ctx context.Context, subject string) error
	rooms    map[string]string // first word of an event's name -> permission to hear of it
	hub      *hub
}

// New makes a bus on a database.
func New(d *db.DB) *Bus {
	b := &Bus{d: d, Backoff: []time.Duration{50 * time.Millisecond, 250 * time.Millisecond, time.Second, 5 * time.Second},
		subjects: map[string]func(context.Context, string) error{}, rooms: map[string]string{"kit": "events.manage"}}
	b.hub = &hub{b: b, conns: map[*conn]bool{}, users: map[int64]int{}}
	return b
}

// Subscribe calls fn for every event whose name matches: "inventory.issued", "inventory.*" or "*". The subscriber's
// name is its cursor's for ever; several patterns may share it, and then they hear in one order. All subscriptions
// are made before Run.
func (b *Bus) Subscribe(pattern, name string, fn Handler, opts ...Option) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var s *subscriber
	for _, old := range b.subs {
		if old.name == name {
			s = old
		}
	}
	if s == nil {
		s = &subscriber{b: b, name: name}
		b.subs = append(b.subs, s)
	}
	s.handlers = append(s.handlers, handler{pattern, fn})
	for _, o := range opts {
		o(s)
	}
}

type handler struct {
	pattern string
	fn      Handler
}

// matches compares an event's name with a pattern; a star stands at the end only.
func matches(pattern, name string) bool {
	if p, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(name, p)
	}
	return pattern == name
}

// among adds the condition "the name matches one of the patterns".
func among(w *db.Where, column string, patterns []string) {
	var or []string
	var args []any
	for _, p := range patterns {
		switch pre, star := strings.CutSuffix(p, "*"); {
		case star && pre == "":
			return
		case star: // a range rather than LIKE: the same on both engines, and an index may serve it
			or = append(or, column+" >= ? AND "+column+" < ?")
			args = append(args, pre, pre+"\U0010FFFF")
		default:
			or = append(or, column+" = ?")
			args = append(args, p)
		}
	}
	w.And("("+strings.Join(or, " OR ")+")", args...)
}

// Subject says who may read the time line of documents whose subject begins with "prefix:": those with a permission.
func (b *Bus) Subject(prefix, perm string) {
	b.SubjectFunc(prefix, func(ctx context.Context, _ string) error { return need(ctx, perm) })
}

// SubjectFunc is Subject where a permission is not enough to decide.
func (b *Bus) SubjectFunc(prefix string, may func(ctx context.Context, subject string) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.subjects[strings.TrimSuffix(prefix, ":")] = may
}

// Room says which permission is needed to hear that events named "room.…" happened; without it, "room.read".
func (b *Bus) Room(room, perm string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rooms[room] = perm
}
