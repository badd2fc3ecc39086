package event_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/event"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
)

type priced struct {
	Price num.Dec `json:"price" mask:"price"`
}

func TestAuditListIsScopedAndMasked(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		b := quick(event.New(d))
		a := web.New(http.NewServeMux(), d)
		a.MaskedTypes(priced{})
		b.Routes(a)
		b.Subject("wo", "production.read")
		h := a.Handler()
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			for i := range 6 {
				tx.Emit(db.Event{Name: "production.made", Subject: fmt.Sprintf("wo:%d", i%2), Site: db.ID(i % 3), Partner: db.ID(i / 5 * 7), Reason: "why", Payload: map[string]any{"qty": "1", "lines": []any{map[string]any{"price": "3", "n": 1}}}})
			}
			return nil
		})
		drain(t, b)
		auditor := webtest.Person("auditor", "audit.read")
		got := webtest.Must(t, h, auditor, "GET", "/events?sort=seq", nil)
		if got.Str("total") != "6" || got.Get("items", 0, "payload", "lines", 0, "price") != nil || got.Str("items", 0, "payload", "lines", 0, "n") != "1" || got.Str("items", 0, "payload", "qty") != "1" {
			t.Error(got)
		}
		if got := webtest.Must(t, h, webtest.Boss(), "GET", "/events?limit=1", nil); got.Str("items", 0, "payload", "lines", 0, "price") != "3" || got.Str("items", 0, "seq") != "6" {
			t.Error(got)
		}
		webtest.Refused(t, h, webtest.Person("w", "production.read"), "GET", "/events", nil, "web.forbidden")
		webtest.Refused(t, h, webtest.Person("w", "production.read"), "GET", "/events?subject=so:1", nil, "event.subject_closed")
		webtest.Refused(t, h, webtest.Person("w"), "GET", "/events?subject=wo:1", nil, "web.forbidden")
		if got := webtest.Must(t, h, webtest.Person("w", "production.read"), "GET", "/events?subject=wo:1", nil); got.Str("total") != "3" {
			t.Error(got)
		}
		auditor.Sites = []int64{1}
		if got := webtest.Must(t, h, auditor, "GET", "/events", nil); got.Str("total") != "4" { // its own and the company's
			t.Error(got.Str("total"))
		}
		auditor.Sites, auditor.Partner = nil, 7
		if got := webtest.Must(t, h, auditor, "GET", "/events", nil); got.Str("total") != "1" {
			t.Error(got.Str("total"))
		}
		w := webtest.Do(t, h, webtest.Person("auditor", "audit.read"), "GET", "/events/export?format=csv&fields=seq,payload&sort=seq", nil)
		if s := w.Body.String(); strings.Contains(s, "price") || !strings.Contains(s, `""qty"":""1""`) {
			t.Error(s)
		}
	})
}

// streamed reads server-sent events from a real server.
type streamed struct {
	events chan string // "fact production.made wo:1"
	body   func() error
}

func listen(t *testing.T, url, token, last string) *streamed {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 200 {
		t.Fatalf("stream: %d", res.StatusCode)
	}
	t.Cleanup(func() { res.Body.Close() })
	s := &streamed{events: make(chan string, 100), body: res.Body.Close}
	go func() {
		defer close(s.events)
		sc := bufio.NewScanner(res.Body)
		kind := ""
		for sc.Scan() {
			if k, ok := strings.CutPrefix(sc.Text(), "event: "); ok {
				kind = k
			}
			if data, ok := strings.CutPrefix(sc.Text(), "data: "); ok {
				s.events <- kind + " " + data
			}
		}
	}()
	return s
}

func (s *streamed) want(t *testing.T, parts ...string) {
	t.Helper()
	got, ok := <-s.events
	for _, p := range parts {
		if !ok || !strings.Contains(got, p) {
			t.Fatalf("got %q (open %v), want %q", got, ok, p)
		}
	}
}

func TestStream(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		b := quick(event.New(d))
		a := web.New(http.NewServeMux(), d)
		people := map[string]*actor.Actor{"worker": webtest.Person("worker", "production.read"), "site1": webtest.Person("site1", "production.read"), "supplier": webtest.Person("supplier", "production.read", "purchasing.read")}
		people["site1"].Sites = []int64{1}
		people["supplier"].Partner = 7
		var mu sync.Mutex
		a.Auth = func(r *http.Request) (*actor.Actor, error) {
			mu.Lock()
			defer mu.Unlock()
			token, _ := web.Token(r)
			return people[token], nil
		}
		b.Routes(a)
		srv := httptest.NewServer(a.Handler())
		defer srv.Close()
		url := srv.URL + "/api/v1/events/stream"
		if res, err := http.Get(url); err != nil || res.StatusCode != 401 {
			t.Fatal(res, err)
		}
		say := func(name string, site, partner db.ID) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				tx.Emit(db.Event{Name: name, Subject: "x:" + name, Site: site, Partner: partner, Payload: map[string]string{"secret": "s"}})
				return nil
			})
		}
		say("production.before", 0, 0)
		drain(t, b)
		worker, site1, supplier := listen(t, url, "worker", ""), listen(t, url, "site1", ""), listen(t, url, "supplier", "")
		for _, s := range []*streamed{worker, site1, supplier} {
			s.want(t, "hello", `"seq":1`)
		}
		say("production.a", 2, 0)
		say("purchasing.b", 1, 7)
		say("production.c", 1, 8)
		worker.want(t, "fact", `"name":"production.a"`, `"seq":2`, `"subject":"x:production.a"`)
		worker.want(t, "production.c")
		site1.want(t, "production.c")
		supplier.want(t, "purchasing.b")

		// a stream that broke takes up where it was
		again := listen(t, url+"?names=production.*", "worker", "1")
		again.want(t, "production.a")
		again.want(t, "production.c")
		again.want(t, "hello")

		// the end of a session ends the stream
		mu.Lock()
		delete(people, "worker")
		mu.Unlock()
		say("identity.session_ended", 0, 0)
		worker.want(t, "bye")
		if got, ok := <-worker.events; ok {
			t.Error(got)
		}
		// and so does the end of the server
		a.Drain()
		for range site1.events {
		}
		for range supplier.events {
		}
	})
}

func TestStreamsPerPersonAreLimited(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	b := event.New(d)
	a := web.New(http.NewServeMux(), d)
	a.Auth = func(*http.Request) (*actor.Actor, error) { return webtest.Person("w", "production.read"), nil }
	b.Routes(a)
	srv := httptest.NewServer(a.Handler())
	defer srv.Close()
	defer a.Drain()
	for range 12 {
		listen(t, srv.URL+"/api/v1/events/stream", "x", "").want(t, "hello")
	}
	res, err := http.Get(srv.URL + "/api/v1/events/stream")
	if err != nil || res.StatusCode != http.StatusTooManyRequests {
		t.Error(res, err)
	}
	res.Body.Close()
}
