package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"kaiwu/internal/app"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
)

// factory is one tenant: a database of its own with its own users, companies, sites and event chain.
type factory struct {
	host    string // "" answers every name that no other tenant has
	at      place
	app     *app.App
	sys     context.Context
	handler http.Handler
	local   *http.Server
	opened  time.Time
	close   func()
}

// openFactory takes the place, runs the migrations and makes what a first start needs.
func openFactory(ctx context.Context, host string, at place, out *door, demo bool) (*factory, error) {
	release, err := at.hold()
	if err != nil {
		return nil, err
	}
	f := &factory{host: host, at: at, sys: actor.With(ctx, actor.System), close: release}
	var clock app.Clock
	d, err := at.openAt(ctx, clock.Now)
	if err != nil {
		release()
		return nil, err
	}
	f.close = func() { d.Close(); release() }
	f.opened = time.Now()
	around := app.Surroundings{Listen: out.listen, TLS: !out.plain || out.proxied, Demo: demo}
	if !at.postgres() {
		around.Data = at.data
	}
	f.app = app.New(d, app.Options{Demo: demo, Proxied: out.proxied, Clock: &clock, Around: around})
	if err := f.prepare(d, demo); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *factory) prepare(d *db.DB, demo bool) error {
	if err := d.Migrate(f.sys, app.Schemas()...); err != nil {
		return err
	}
	if err := f.at.tidy(f.sys, d); err != nil {
		return fmt.Errorf("clear away an import that was broken off: %w", err)
	}
	if demo {
		if err := f.app.MakeDemo(f.sys, func(step string) { fmt.Fprintln(os.Stderr, "demo: "+step) }); err != nil {
			return fmt.Errorf("make the demo factory: %w", err)
		}
	}
	password, made, err := f.app.Identity.FirstAdmin(f.sys)
	if made {
		where := ""
		if f.host != "" {
			where = " at " + f.host
		}
		fmt.Fprintf(os.Stderr, "first start: log in%s as admin with the password %s and change it\n", where, password)
	}
	return err
}

// start begins the background work and listens on the socket in the folder.
func (f *factory) start(ctx context.Context) (err error) {
	f.app.Run(ctx)
	f.handler = f.app.Handler()
	if f.at.postgres() {
		return nil
	}
	if f.local, err = f.app.ListenLocal(f.at.socket(), f.handler); err != nil {
		return err
	}
	before := f.close
	f.close = func() { os.Remove(f.at.socket()); before() }
	return nil
}

// byHost hands a request to the factory whose name it was sent to; the first one answers all other names.
func byHost(all []*factory) http.Handler {
	if len(all) == 1 {
		return all[0].handler
	}
	named := map[string]http.Handler{}
	for _, f := range all[1:] {
		named[f.host] = f.handler
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, ok := named[hostName(r.Host)]
		if !ok {
			h = all[0].handler
		}
		h.ServeHTTP(w, r)
	})
}

// hostName is the name in a Host header: without port and final dot, in lower case.
func hostName(s string) string {
	if h, _, err := net.SplitHostPort(s); err == nil {
		s = h
	}
	return strings.ToLower(strings.TrimSuffix(s, "."))
}

// tenant is a factory served beside the first one, under a host name of its own.
type tenant struct {
	host string
	at   place
}

// tenants is the flag --tenant; from the environment several are separated by blanks.
type tenants []tenant

func (t *tenants) String() string { return "" }

func (t *tenants) Set(s string) error {
	for word := range strings.FieldsSeq(s) {
		host, where, ok := strings.Cut(word, "=")
		if host = hostName(host); !ok || host == "" || where == "" {
			return errors.New("say HOST=DIR or HOST=postgres://…")
		}
		for _, other := range *t {
			if other.host == host {
				return fmt.Errorf("%s is named twice", host)
			}
		}
		one := tenant{host: host, at: place{data: where}}
		if db.IsPostgres(where) {
			one.at = place{dsn: where}
		}
		*t = append(*t, one)
	}
	return nil
}
