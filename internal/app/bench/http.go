package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/production"
)

// server is the house behind its door, on loopback.
type server struct {
	url, key string
	client   *http.Client
	done     func()
}

// serve opens the door of a floor as `kaiwu serve` does, with the access log, subscribers and jobs running.
func (f *floor) serve(ctx context.Context, connections int, roles ...string) (*server, error) {
	boss := actor.With(ctx, actor.System)
	key, err := f.Identity.MakeKey(boss, identity.NewKey{Name: "bench " + f.DB.ID().String(), Roles: roles})
	if err != nil {
		return nil, err
	}
	log := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(io.Discard, nil))) // written, but to nowhere
	work, stop := context.WithCancel(boss)
	f.Run(work)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		stop()
		return nil, err
	}
	srv := web.Server(l.Addr().String(), f.Handler())
	go srv.Serve(l)
	tr := &http.Transport{MaxIdleConns: connections + 16, MaxIdleConnsPerHost: connections + 16, DisableCompression: true}
	return &server{url: "http://" + l.Addr().String() + "/api/v1", key: key.Token, client: &http.Client{Transport: tr, Timeout: time.Minute}, done: func() {
		tr.CloseIdleConnections()
		srv.Close()
		stop()
		slog.SetDefault(log)
	}}, nil
}

// call sends a request and reads the whole answer.
func (s *server) call(ctx context.Context, method, path, key string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+s.key)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
	}
	a, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err == nil && a.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s: %.300s", method, path, a.Status, b)
	}
	return b, err
}

// report sends one piece as the floor's page would.
func (s *server) report(ctx context.Context, key, order, worker string) error {
	body, err := json.Marshal(production.Report{Order: order, Op: 10, Good: num.One, Workers: []string{worker}})
	if err != nil {
		return err
	}
	_, err = s.call(ctx, http.MethodPost, "/production/reports", key, body)
	return err
}

// echo answers as many bytes as a report does, without doing anything: what the network and net/http leave.
func echo() (url string, done func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	answer := bytes.Repeat([]byte("x"), 700)
	srv := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Write(answer)
	})}
	go srv.Serve(l)
	return "http://" + l.Addr().String(), func() { srv.Close() }, nil
}

// HTTP measures the same reports over loopback connections, through the whole door.
func HTTP(ctx context.Context, o Options) (_ Result, err error) {
	r, err := o.prepare("http")
	if err != nil {
		return r, err
	}
	o.say("making the factory …")
	f, err := o.openFloor(ctx, "http", db.Options{})
	if err != nil {
		return r, err
	}
	defer f.done()
	s, err := f.serve(ctx, o.Clients, identity.Operator)
	if err != nil {
		return r, err
	}
	defer s.done()
	bare, stop, err := echo()
	if err != nil {
		return r, err
	}
	defer stop()
	door := &side{name: "reports over HTTP", act: func(ctx context.Context, c int) error {
		return s.report(ctx, "bench-http-"+strconv.FormatInt(int64(f.DB.ID()), 10), orderOf("own", c), fmt.Sprintf("W%03d", c))
	}}
	inside := &side{name: "limit: reports in process", act: func(ctx context.Context, c int) error { return f.report(ctx, "hot", c) }}
	empty := *s
	empty.url = bare
	nothing := &side{name: "HTTP that does nothing", act: func(ctx context.Context, _ int) error {
		_, err := empty.call(ctx, http.MethodPost, "/", "k", []byte(`{"order":"MO-own-000","op":10,"good":"1","workers":["W000"]}`))
		return err
	}}
	if err := errors.Join(door.act(ctx, 0), inside.act(ctx, 0), nothing.act(ctx, 0)); err != nil {
		return r, err
	}
	o.say("measuring %d connections for %s, the sides in turn …", o.Clients, o.For)
	if err := takeTurns(ctx, o.Clients, o.For, door, inside, nothing); err != nil {
		return r, err
	}
	r.fill(&door.all, inside.all.rate())
	r.Ratio = round(door.against(inside))
	r.Parts = []Part{door.all.part(door.name), inside.all.part(inside.name), nothing.all.part(nothing.name)}
	r.below("p99 ms against 4 × connections ÷ rate", r.P99, 4*float64(o.Clients)/r.OpsPerS*1000)
	r.Explains = []string{
		"ops_per_s: reports with a 6-line backflush a second over loopback keep-alive connections with an API key, each durable when answered; the load generator shares the machine",
		"p50_ms, p99_ms: from sending a request to having read its answer",
		"limit_ops_per_s: the same reports called in process on the same database in the same run",
		"ratio: median over the rounds of reports over HTTP ÷ reports in process in the same round",
	}
	return r, nil
}
