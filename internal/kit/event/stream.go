package event

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
)

const (
	perUser   = 12
	perServer = 2000
	gather    = 40 * time.Millisecond // at most so many looks a second, however many commits there are
	catchUp   = 1000                  // who missed more reads its pages anew
	sendTime  = 10 * time.Second
)

// heartbeat keeps proxies from closing a silent stream; at each one the session is looked at again.
var heartbeat = 15 * time.Second

// note is what a stream tells: that something happened, not what. The browser fetches under its own rights.
type note struct {
	Seq     int64  `db:"seq" json:"seq"`
	Name    string `db:"name" json:"name"`
	Subject string `db:"subject" json:"subject"`
	Site    db.ID  `db:"site_id" json:"-"`
	Partner db.ID  `db:"partner_id" json:"-"`
}

const noteColumns = "seq, name, subject, site_id, partner_id"

// hub reads the log once for all streams of this process.
type hub struct {
	b     *Bus
	mu    sync.Mutex
	conns map[*conn]bool
	users map[int64]int
	seq   int64
	on    bool
}

type conn struct {
	user int64
	ch   chan []note
	full chan struct{} // closed when the reader is too slow
	once sync.Once
}

func (c *conn) drop() { c.once.Do(func() { close(c.full) }) }

// join adds a stream and tells from where on it is served.
func (h *hub) join(ctx context.Context, user int64) (*conn, int64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.users[user] >= perUser || len(h.conns) >= perServer {
		return nil, 0, fault.TooMany("event.streams", "at most %d streams for one person", perUser).With("max", perUser)
	}
	if !h.on {
		seq, err := h.b.head(ctx)
		if err != nil {
			return nil, 0, err
		}
		h.seq, h.on = seq, true
		go h.serve(context.WithoutCancel(ctx))
	}
	c := &conn{user: user, ch: make(chan []note, 64), full: make(chan struct{})}
	h.conns[c] = true
	h.users[user]++
	return c, h.seq, nil
}

func (h *hub) leave(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.conns, c)
	if h.users[c.user]--; h.users[c.user] <= 0 {
		delete(h.users, c.user)
	}
}

// serve runs while somebody listens.
func (h *hub) serve(ctx context.Context) {
	news, stop := h.b.d.Watch()
	defer stop()
	t := time.NewTicker(idle)
	defer t.Stop()
	for {
		rows, err := db.All[note](ctx, h.b.d.Read(), `SELECT `+noteColumns+` FROM kit_event WHERE seq > $1 ORDER BY seq LIMIT 500`, h.seq)
		h.mu.Lock()
		if err != nil && len(h.conns) > 0 {
			slog.ErrorContext(ctx, "event streams", "err", err)
		}
		if len(h.conns) == 0 {
			h.on = false
			h.mu.Unlock()
			return
		}
		if len(rows) > 0 {
			h.seq = rows[len(rows)-1].Seq
			for c := range h.conns {
				select {
				case c.ch <- rows:
				default:
					c.drop()
				}
			}
		}
		h.mu.Unlock()
		if len(rows) == 500 {
			continue
		}
		select {
		case <-news:
		case <-t.C:
		}
		time.Sleep(gather)
	}
}

// hears says whether an actor may know that an event happened.
func (b *Bus) hears(act *actor.Actor, n *note) bool {
	if act.Partner > 0 {
		return int64(n.Partner) == act.Partner
	}
	if n.Site != 0 && !act.SeesSite(int64(n.Site)) {
		return false
	}
	room, _, _ := strings.Cut(n.Name, ".")
	b.mu.Lock()
	perm, ok := b.rooms[room]
	b.mu.Unlock()
	if !ok {
		perm = room + ".read"
	}
	return perm == "" || act.Can(perm)
}

// stream answers GET /api/v1/events/stream: server-sent events with names, subjects and numbers. ?names=a.*,b.c
// limits it; Last-Event-ID (or ?after=) takes up where a broken stream ended.
func (b *Bus) stream(a *web.API, w http.ResponseWriter, r *http.Request) {
	act, err := b.guest(r, actor.From(r.Context()))
	if err == nil && act.Origin == "none" {
		err = fault.Denied("web.login_required", "log in first")
	}
	if err != nil {
		a.Refuse(w, r, err)
		return
	}
	var patterns []string
	if names := r.URL.Query().Get("names"); names != "" {
		patterns = strings.Split(names, ",")
	}
	wants := func(n *note) bool {
		if len(patterns) == 0 {
			return b.hears(act, n)
		}
		for _, p := range patterns {
			if matches(p, n.Name) {
				return b.hears(act, n)
			}
		}
		return false
	}
	c, from, err := b.hub.join(r.Context(), act.UserID)
	if err != nil {
		a.Refuse(w, r, err)
		return
	}
	defer b.hub.leave(c)
	s := &sender{w: w, rc: http.NewResponseController(w)}
	s.rc.SetReadDeadline(time.Time{})
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	s.text("retry: 2000\n\n")

	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		last = r.URL.Query().Get("after")
	}
	if after, err := strconv.ParseInt(last, 10, 64); err == nil && after < from {
		missed, err := db.All[note](r.Context(), b.d.Read(), `SELECT `+noteColumns+` FROM kit_event WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3`, after, from, catchUp+1)
		switch {
		case err != nil:
			return
		case len(missed) > catchUp:
			s.event("reset", from, nil)
		default:
			s.notes(missed, wants)
		}
	}
	s.event("hello", from, nil)

	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for s.err == nil {
		again := false
		select {
		case <-r.Context().Done():
			return
		case <-a.Gone():
			return
		case <-c.full:
			return
		case rows := <-c.ch:
			s.notes(rows, wants)
			for i := range rows { // roles and sessions may have changed
				again = again || strings.HasPrefix(rows[i].Name, "identity.")
			}
		case <-beat.C:
			s.text(": beat\n\n")
			again = true
		}
		if again {
			now, err := a.Again(r)
			if err == nil {
				now, err = b.guest(r, now)
			}
			if err != nil || now.Origin == "none" || now.UserID != act.UserID {
				s.event("bye", 0, nil)
				return
			}
			act = now
		}
	}
}

func (b *Bus) guest(r *http.Request, act *actor.Actor) (*actor.Actor, error) {
	if act.Origin != "none" || b.Guest == nil {
		return act, nil
	}
	g, err := b.Guest(r)
	if g == nil || err != nil {
		return act, err
	}
	return g, nil
}

type sender struct {
	w   http.ResponseWriter
	rc  *http.ResponseController
	err error
}

func (s *sender) text(t string) {
	if s.err != nil {
		return
	}
	s.rc.SetWriteDeadline(time.Now().Add(sendTime))
	if _, s.err = s.w.Write([]byte(t)); s.err == nil {
		s.err = s.rc.Flush()
	}
}

func (s *sender) event(name string, seq int64, data any) {
	if data == nil {
		data = map[string]int64{"seq": seq}
	}
	b, err := json.Marshal(data)
	if err != nil {
		s.err = err
		return
	}
	id := ""
	if seq > 0 {
		id = fmt.Sprintf("id: %d\n", seq)
	}
	s.text(fmt.Sprintf("%sevent: %s\ndata: %s\n\n", id, name, b))
}

func (s *sender) notes(rows []note, wants func(*note) bool) {
	var b strings.Builder
	for i := range rows {
		if !wants(&rows[i]) {
			continue
		}
		data, err := json.Marshal(rows[i])
		if err != nil {
			s.err = err
			return
		}
		fmt.Fprintf(&b, "id: %d\nevent: fact\ndata: %s\n\n", rows[i].Seq, data)
	}
	if b.Len() > 0 {
		s.text(b.String())
	}
}
