package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kaiwu/internal/kit/kittest"
)

// What only a real connection shows.
func TestOverTLSAndFromThisMachine(t *testing.T) {
	a := api(kittest.SQLite(t, schemas))
	tls := httptest.NewTLSServer(a.Handler())
	defer tls.Close()
	res, err := tls.Client().Post(tls.URL+"/api/v1/parts/login", "application/json", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if c := res.Header.Get("Set-Cookie"); !strings.Contains(c, "Secure") || !strings.Contains(res.Header.Get("Strict-Transport-Security"), "max-age=") {
		t.Error(res.Header)
	}
	plain := httptest.NewServer(a.Handler())
	defer plain.Close()
	for forwarded, want := range map[string]int{"": 200, "203.0.113.9": 403} { // a proxy on this machine does not lend its address
		r, err := http.NewRequestWithContext(t.Context(), "GET", plain.URL+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Error(forwarded, res.StatusCode)
		}
	}
}

func TestAddressBehindAProxy(t *testing.T) {
	a := api(kittest.SQLite(t, schemas))
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.2:1234"
	r.Header.Set("X-Forwarded-For", "1.1.1.1, 203.0.113.9")
	r.Header.Set("X-Forwarded-Proto", "https")
	if ip := a.IP(r); ip != "10.0.0.2" {
		t.Error("an unasked header was believed:", ip)
	}
	a.Proxied = true
	if ip := a.IP(r); ip != "203.0.113.9" {
		t.Error("what the caller wrote was believed:", ip)
	}
	r.Header.Set("X-Forwarded-For", "rubbish")
	if ip := a.IP(r); ip != "10.0.0.2" {
		t.Error(ip)
	}
}
