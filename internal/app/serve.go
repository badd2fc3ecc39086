package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"kaiwu/internal/kit/actor"
)

type localKey struct{}

// authenticate trusts the socket in the data folder, which only its owner can open; everybody else shows a session
// or a key.
func (a *App) authenticate(r *http.Request) (*actor.Actor, error) {
	if r.Context().Value(localKey{}) != nil {
		own := *actor.System
		own.Origin, own.Locale = "cli", "en"
		return &own, nil
	}
	return a.Identity.Authenticate(r)
}

// Run starts what works in the background: subscribers, jobs, sweeps. It ends with ctx.
func (a *App) Run(ctx context.Context) {
	go a.Events.Run(ctx)
	go a.Jobs.Run(ctx)
}

// ListenLocal serves the command line through a socket in the data folder while this process holds the folder.
func (a *App) ListenLocal(path string, h http.Handler) (*http.Server, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second,
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context { return context.WithValue(ctx, localKey{}, true) }}
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("local socket", "err", err)
		}
	}()
	return s, nil
}
