package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"kaiwu/internal/kit/fault"
)

// info gathers what the access log and the metrics say about a request.
type info struct {
	id, op, user, device string
}

type infoKey struct{}

// infoOf never gives nil: a call that did not come through Wrap has an empty one.
func infoOf(ctx context.Context) *info {
	if in, ok := ctx.Value(infoKey{}).(*info); ok {
		return in
	}
	return &info{}
}

// RequestID names the request in logs and problems.
func RequestID(ctx context.Context) string { return infoOf(ctx).id }

// The style may be inline because the component library writes its styles at run time; scripts may not.
const csp = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Handler is the whole stack around the mux.
func (a *API) Handler() http.Handler { return a.Wrap(a.Mux) }

// Wrap puts around a handler what every request needs: recovery, a request id, the access log, secure headers,
// refusal of other origins' commands, the limit per address, compression.
func (a *API) Wrap(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	for _, o := range a.TrustedOrigins {
		if err := cross.AddTrustedOrigin(o); err != nil {
			slog.Error("trusted origin", "origin", o, "err", err)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		in := &info{id: requestID(r)}
		r = r.WithContext(context.WithValue(r.Context(), infoKey{}, in))
		rec := &recorder{ResponseWriter: w}
		// a deadline outlives its request on a kept connection, so each request begins with its own
		http.NewResponseController(w).SetWriteDeadline(start.Add(5 * time.Minute))
		a.secureHeaders(rec, r, in.id)
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					a.log(r, in, rec, start)
					panic(p) // the server breaks the connection, as was asked
				}
				slog.ErrorContext(r.Context(), "panic", "request", in.id, "op", in.op, "err", p, "stack", string(debug.Stack()))
				if rec.status != 0 {
					a.log(r, in, rec, start)
					panic(http.ErrAbortHandler) // half an answer must not look like a whole one
				}
				a.refuse(rec, r, localeOf(r, nil), &fault.Error{Kind: 500, Code: "web.internal", Detail: "internal error", Params: map[string]string{"request": in.id}})
			}
			a.log(r, in, rec, start)
		}()
		if err := a.acceptable(cross, r); err != nil {
			a.refuse(rec, r, localeOf(r, nil), err)
			return
		}
		if z := zipped(rec, r); z != nil {
			defer z.close()
			next.ServeHTTP(z, r)
			return
		}
		next.ServeHTTP(rec, r)
	})
}

// acceptable refuses what no page of ours would send. Cookies are SameSite=Lax, so this is the second lock.
func (a *API) acceptable(cross *http.CrossOriginProtection, r *http.Request) error {
	foreign := cross.Check(r)
	if foreign == nil && strings.HasPrefix(r.URL.Path, "/api/") && r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate" && !a.trusted(r) {
		foreign = http.ErrNotSupported
	}
	if foreign != nil {
		return fault.Forbidden("web.cross_origin", "the request came from another site (%s)", r.Header.Get("Origin"))
	}
	if a.Limit != nil {
		return a.Limit(r)
	}
	return nil
}

func (a *API) trusted(r *http.Request) bool {
	for _, o := range a.TrustedOrigins {
		if o == r.Header.Get("Origin") {
			return true
		}
	}
	return false
}

func (a *API) secureHeaders(w http.ResponseWriter, r *http.Request, id string) {
	h := w.Header()
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=(self)")
	h.Set("Content-Security-Policy", csp)
	if a.secure(r) {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		h.Set("Cache-Control", "no-store")
	}
}

// secure says whether the browser reached us over TLS.
func (a *API) secure(r *http.Request) bool {
	return r.TLS != nil || a.Proxied && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// IP is the address that a request came from. Behind a trusted proxy it is the last one the proxy added: what
// stands before it was written by the caller.
func (a *API) IP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if f := r.Header.Values("X-Forwarded-For"); a.Proxied && len(f) > 0 {
		all := strings.Split(f[len(f)-1], ",")
		if ip, err := netip.ParseAddr(strings.TrimSpace(all[len(all)-1])); err == nil {
			return ip.Unmap().String()
		}
	}
	return host
}

// local says whether the request comes from this very machine.
func (a *API) local(r *http.Request) bool {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

// requestID keeps a proxy's id when it is a plain word, so that both logs can be read together.
func requestID(r *http.Request) string {
	id := r.Header.Get("X-Request-Id")
	plain := len(id) >= 8 && len(id) <= 64
	for _, c := range id {
		plain = plain && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_')
	}
	if plain {
		return id
	}
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func (a *API) log(r *http.Request, in *info, rec *recorder, start time.Time) {
	took := time.Since(start)
	status := rec.status
	if status == 0 {
		status = http.StatusOK
	}
	a.meter.request(in.op, r.Method, status, took)
	level := slog.LevelInfo
	switch {
	case status >= 500:
		level = slog.LevelError
	case in.op == "" && status < 400:
		level = slog.LevelDebug // files and probes
	}
	slog.LogAttrs(r.Context(), level, "request", slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", status),
		slog.Int64("bytes", rec.bytes), slog.Duration("took", took), slog.String("op", in.op), slog.String("user", in.user), slog.String("device", in.device),
		slog.String("ip", a.IP(r)), slog.String("request", in.id))
}

// recorder remembers status and size.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(code int) {
	if r.status == 0 && code >= 200 {
		r.status = code
	}
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Server has the timeouts that a slow or hostile caller calls for. Answers have their deadline per operation.
func Server(addr string, h http.Handler) *http.Server {
	return &http.Server{Addr: addr, Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn)}
}
