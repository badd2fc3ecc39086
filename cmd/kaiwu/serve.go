package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"kaiwu/internal/app"
	"kaiwu/internal/kit/tlsca"
	"kaiwu/internal/kit/web"
	files "kaiwu/web"
)

func init() {
	register("serve", "[--data DIR | --db postgres://…] [--listen ADDR] [--http | --tls-cert FILE --tls-key FILE] [--tenant HOST=PLACE]…", "serve the factory; migrations run first",
		func(ctx context.Context, c *command, args []string) error { return serve(ctx, c, args, false) })
	register("demo", "[--data DIR | --db postgres://…] [--listen ADDR] [--http]", "serve the demo factory, made when there is none yet",
		func(ctx context.Context, c *command, args []string) error { return serve(ctx, c, args, true) })
}

// door is how the outside reaches the server.
type door struct {
	listen, cert, key string
	plain, proxied    bool
	names             string
	hosts             []string // those of the tenants
}

func (o *door) flags(fs *flag.FlagSet) {
	fs.StringVar(&o.listen, "listen", "127.0.0.1:8080", "address to listen on; 0.0.0.0:8443 for the local network")
	fs.BoolVar(&o.plain, "http", false, "plain http: on this machine, or behind a proxy that speaks TLS")
	fs.BoolVar(&o.proxied, "proxied", false, "a trusted proxy stands before: believe its X-Forwarded-For and -Proto")
	fs.StringVar(&o.cert, "tls-cert", "", "certificate file instead of the factory's own authority")
	fs.StringVar(&o.key, "tls-key", "", "its key file")
	fs.StringVar(&o.names, "name", "", "further host names of this server, separated by commas")
}

func serve(ctx context.Context, c *command, args []string, demo bool) error {
	fs := flags(c)
	var at place
	var out door
	at.flags(fs)
	out.flags(fs)
	var tenants tenants
	if !demo {
		fs.Var(&tenants, "tenant", "HOST=DIR or HOST=postgres://…: a further factory of its own, served under that host name; may be repeated")
	}
	level := fs.String("log", "info", "debug, info, warn or error; logs go to standard error as JSON")
	if err := parse(fs, args, nil); err != nil {
		return err
	}
	for _, t := range tenants {
		out.hosts = append(out.hosts, t.host)
	}
	if (out.cert == "") != (out.key == "") {
		return &usage{"--tls-cert and --tls-key belong together"}
	}
	var l slog.Level
	if err := l.UnmarshalText([]byte(*level)); err != nil {
		return &usage{fmt.Sprintf("--log %s: say debug, info, warn or error", *level)}
	}
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: l})))
	if !files.Built() {
		slog.Warn("this binary was built without the web application: run `make build`")
	}

	first, err := openFactory(ctx, "", at, &out, demo)
	if err != nil {
		return err
	}
	defer func() { first.close() }() // start adds to what has to be closed
	houses := []*factory{first}
	for _, t := range tenants {
		f, err := openFactory(ctx, t.host, t.at, &out, false)
		if err != nil {
			return fmt.Errorf("tenant %s: %w", t.host, err)
		}
		defer func() { f.close() }()
		houses = append(houses, f)
	}
	started := first.opened
	work, stop := context.WithCancel(first.sys)
	defer stop()
	for _, f := range houses {
		if err := f.start(work); err != nil {
			return err
		}
	}
	handler := byHost(houses)
	srv := web.Server(out.listen, handler)
	listener, err := net.Listen("tcp", out.listen)
	if err != nil {
		return err
	}
	helper, addresses, err := out.secure(ctx, srv, at.data, listener)
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	go func() {
		if srv.TLSConfig != nil {
			failed <- srv.ServeTLS(listener, "", "")
		} else {
			failed <- srv.Serve(listener)
		}
	}()
	fmt.Fprintf(os.Stderr, "\n  开物 Kaiwu %s  %s\n  ready after %d ms\n", app.Version, strings.Join(addresses, "  "), time.Since(started).Milliseconds())
	if demo {
		logins, err := first.app.Identity.DemoLogins(first.sys, first.app.DB.Read())
		if err != nil {
			return err
		}
		fmt.Fprintln(os.Stderr, "\n  log-in         password     who               badge / PIN for the floor (/m)")
		for _, u := range logins {
			badge := ""
			if u.Badge != "" {
				badge = u.Badge + " / " + u.PIN
			}
			fmt.Fprintf(os.Stderr, "  %-14s %-12s %-17s %s\n", u.Login, u.Password, u.Name, badge)
		}
		fmt.Fprintln(os.Stderr)
	}

	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	// graceful: first tell the balancer, then let running requests end, then the background work
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	servers := []*http.Server{srv, helper}
	for _, f := range houses {
		f.app.API.Drain()
		servers = append(servers, f.local)
	}
	for _, s := range servers {
		if s != nil {
			if e := s.Shutdown(end); e != nil {
				s.Close()
			}
		}
	}
	stop()
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// secure decides between plain http and TLS: on any address but this machine's own it is TLS by the factory's own
// authority, because phones give camera, installation and offline work to secure pages alone.
func (o *door) secure(ctx context.Context, srv *http.Server, data string, l net.Listener) (helper *http.Server, addresses []string, err error) {
	addr := l.Addr().(*net.TCPAddr)
	port := addr.Port
	hosts := []string{addr.IP.String()}
	if addr.IP.IsUnspecified() {
		hosts = append(tlsca.Addresses(), "localhost")
	}
	if o.plain || (addr.IP.IsLoopback() && o.cert == "") {
		for _, h := range hosts {
			addresses = append(addresses, "http://"+net.JoinHostPort(h, strconv.Itoa(port)))
		}
		return nil, addresses, nil
	}
	for _, h := range hosts {
		addresses = append(addresses, "https://"+net.JoinHostPort(h, strconv.Itoa(port)))
	}
	if o.cert != "" {
		pair, err := tls.LoadX509KeyPair(o.cert, o.key)
		if err != nil {
			return nil, nil, err
		}
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
		return nil, addresses, nil
	}
	names := o.hosts
	if o.names != "" {
		names = append(names, strings.Split(o.names, ",")...)
	}
	ca, err := tlsca.Open(filepath.Join(data, "tls"), tlsca.Options{Names: names})
	if err != nil {
		return nil, nil, err
	}
	srv.TLSConfig = ca.Config()
	fmt.Fprintf(os.Stderr, "certificate authority of this factory, SHA-256 %s\n", ca.Fingerprint())
	// the page that hands out the authority's certificate stands on the port below
	helper = web.Server(net.JoinHostPort(addr.IP.String(), strconv.Itoa(port-1)), ca.Helper(port))
	hl, err := net.Listen("tcp", helper.Addr)
	if err != nil {
		slog.Warn("no page for phones' certificates", "addr", helper.Addr, "err", err)
		return nil, addresses, nil
	}
	go helper.Serve(hl)
	page := "http://" + net.JoinHostPort(hosts[0], strconv.Itoa(port-1)) + "/"
	if qr, err := tlsca.TerminalQR(page); err == nil {
		fmt.Fprintf(os.Stderr, "\n%s\n  scan with a phone: %s\n", qr, page)
	}
	return helper, addresses, nil
}
