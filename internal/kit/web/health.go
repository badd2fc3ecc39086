package web

import (
	"context"
	"net/http"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// serveHealth: /healthz says that the process lives, /readyz that it can work, /metrics how it fares.
func (a *API) serveHealth() {
	a.Mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte("ok\n"))
	})
	a.Mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
		defer cancel()
		if err := a.ready(ctx); err != nil {
			a.refuse(w, r, localeOf(r, nil), err)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte("ready\n"))
	})
	a.Handle(Op{Method: "GET", Path: "/metrics", ID: "metrics"}, func(w http.ResponseWriter, r *http.Request) {
		if act := actor.From(r.Context()); !act.Can("metrics.read") && !a.local(r) {
			a.refuse(w, r, localeOf(r, act), fault.Forbidden("web.forbidden", "permission metrics.read is needed").With("perm", "metrics.read"))
			return
		}
		a.meter.serve.ServeHTTP(w, r)
	})
	a.Mux.HandleFunc("/api/", a.missing)
}

func (a *API) ready(ctx context.Context) error {
	if a.draining.Load() {
		return fault.Busy("web.shutting_down", "shutting down")
	}
	if _, err := db.One[int64](ctx, a.DB.Read(), `SELECT CAST(1 AS BIGINT)`); err != nil {
		return fault.Busy("db.busy", "the database does not answer: %v", err)
	}
	if a.Ready != nil {
		return a.Ready(ctx)
	}
	return nil
}

// Handle registers a plain handler at a path of its own, outside the OpenAPI document: event streams, metrics.
// The actor is in the request's context; asking for permissions is the handler's affair.
func (a *API) Handle(op Op, h http.HandlerFunc) {
	a.Mux.HandleFunc(op.Method+" "+op.Path, func(w http.ResponseWriter, r *http.Request) {
		act, err := a.Who(r)
		if err != nil {
			a.refuse(w, r, localeOf(r, nil), err)
			return
		}
		act.Locale = localeOf(r, act)
		in := infoOf(r.Context())
		in.op, in.user, in.device = op.ID, act.Name, act.Device
		h(w, r.WithContext(actor.With(r.Context(), act)))
	})
}

// Refuse writes a problem from a plain handler.
func (a *API) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	a.refuse(w, r, localeOf(r, actor.From(r.Context())), err)
}

// Again asks anew who sends a request that has been open for a while: sessions end and roles change meanwhile.
func (a *API) Again(r *http.Request) (*actor.Actor, error) {
	if a.Auth == nil {
		return a.Who(r)
	}
	act, err := a.Auth(r)
	if act == nil && err == nil {
		act = actor.From(context.Background())
	}
	return act, err
}
