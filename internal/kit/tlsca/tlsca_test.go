package tlsca_test

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/kit/tlsca"
)

type world struct {
	dir   string
	now   time.Time
	local []string
}

func newWorld(t *testing.T) *world {
	return &world{dir: filepath.Join(t.TempDir(), "tls"), now: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), local: []string{"192.168.1.20", "mes.local", "127.0.0.1", "localhost", "21.7.0.9"}}
}

func (w *world) open(t *testing.T, names ...string) *tlsca.CA {
	t.Helper()
	c, err := tlsca.Open(w.dir, tlsca.Options{Names: names, Now: func() time.Time { return w.now }, Local: func() []string { return w.local }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) verify(c *tlsca.CA, leaf *x509.Certificate, name string) error {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(c.PEM())
	_, err := leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: name, CurrentTime: w.now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	return err
}

func TestAuthorityStaysAndItsKeyIsPrivate(t *testing.T) {
	w := newWorld(t)
	first := w.open(t).Fingerprint()
	if len(first) != 95 {
		t.Error(first)
	}
	key := filepath.Join(w.dir, "ca.key")
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	if again := w.open(t).Fingerprint(); again != first {
		t.Error("a second start made another authority")
	}
	for _, n := range []string{"ca.key", "server.key"} {
		st, err := os.Stat(filepath.Join(w.dir, n))
		if err != nil || st.Mode().Perm() != 0o600 {
			t.Error(n, st, err)
		}
	}
}

func TestCertificateFollowsTheAddresses(t *testing.T) {
	w := newWorld(t)
	c := w.open(t, "mes.factory", "not a name")
	w.local = append(w.local, "8.8.8.8", "2408::1") // came later
	leaf := func() *x509.Certificate {
		t.Helper()
		l, err := c.Leaf()
		if err != nil {
			t.Fatal(err)
		}
		return l.Leaf
	}
	a := leaf()
	for _, name := range []string{"192.168.1.20", "21.7.0.9", "mes.local", "mes.factory", "127.0.0.1", "localhost"} {
		if err := w.verify(c, a, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if c.Covers("8.8.8.8") || !c.Covers("mes.factory") || !c.Covers("192.168.1.20") {
		t.Error("covers the wrong hosts")
	}
	if w.now = w.now.Add(2 * time.Minute); leaf() != a {
		t.Error("renewed without a reason")
	}
	w.local = append(w.local, "10.0.0.7", "mes.example.com")
	if w.now = w.now.Add(2 * time.Minute); leaf() == a || w.verify(c, leaf(), "10.0.0.7") != nil {
		t.Error("a new address is not in the certificate")
	}
	b := leaf()
	w.now = b.NotAfter.Add(-31 * 24 * time.Hour)
	if leaf() != b {
		t.Error("renewed more than 30 days before its end")
	}
	w.now = b.NotAfter.Add(-29 * 24 * time.Hour)
	if leaf() == b || w.verify(c, leaf(), "192.168.1.20") != nil {
		t.Error("not renewed 30 days before its end")
	}
	if again := w.open(t, "mes.factory"); func() string { l, _ := again.Leaf(); return l.Leaf.SerialNumber.String() }() != leaf().SerialNumber.String() {
		t.Error("a restart made a new certificate")
	}
}

// Whoever steals the key can pose as a machine of the factory, and as nothing else.
func TestAuthorityCannotVouchForTheInternet(t *testing.T) {
	w := newWorld(t)
	c := w.open(t)
	block, _ := pem.Decode(c.PEM())
	ca, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(w.dir, "ca.crt"), filepath.Join(w.dir, "ca.key"))
	if err != nil {
		t.Fatal(err)
	}
	key := pair.PrivateKey.(*ecdsa.PrivateKey)
	forge := func(edit func(*x509.Certificate)) *x509.Certificate {
		tpl := &x509.Certificate{SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: "x"}, NotBefore: w.now.Add(-time.Hour), NotAfter: w.now.Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
		edit(tpl)
		der, err := x509.CreateCertificate(rand.Reader, tpl, ca, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		out, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, name := range []string{"www.baidu.com", "evil-local", "a.notlocal"} {
		if w.verify(c, forge(func(x *x509.Certificate) { x.DNSNames = []string{name} }), name) == nil {
			t.Errorf("vouches for %s", name)
		}
	}
	if w.verify(c, forge(func(x *x509.Certificate) { x.IPAddresses = []net.IP{net.ParseIP("8.8.8.8")} }), "8.8.8.8") == nil {
		t.Error("vouches for a public address")
	}
	if w.verify(c, forge(func(x *x509.Certificate) { x.EmailAddresses = []string{"boss@bank.com"} }), "") == nil {
		t.Error("vouches for a mail address")
	}
	if err := w.verify(c, forge(func(x *x509.Certificate) { x.DNSNames = []string{"press.factory"} }), "press.factory"); err != nil {
		t.Error(err)
	}
}

func TestServesTLS(t *testing.T) {
	w := newWorld(t)
	c := w.open(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", c.Config())
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") })}
	go s.Serve(l)
	defer s.Close()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(c.PEM())
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, Time: func() time.Time { return w.now }}}}
	defer client.CloseIdleConnections()
	r, err := client.Get("https://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
}

func TestHelperPage(t *testing.T) {
	w := newWorld(t)
	c := w.open(t)
	h := c.Helper(8443)
	get := func(method, target, host, lang string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, target, nil)
		r.Host = host
		r.Header.Set("Accept-Language", lang)
		out := httptest.NewRecorder()
		h.ServeHTTP(out, r)
		return out
	}
	zh, en := get("GET", "/", "192.168.1.20:8080", "zh-CN"), get("GET", "/", "192.168.1.20:8080", "en-US").Body.String()
	for _, want := range []string{"下载工厂证书", c.Fingerprint(), "<svg", "https://192.168.1.20:8443/m", "http://192.168.1.20:8080/"} {
		if !strings.Contains(zh.Body.String(), want) {
			t.Errorf("page lacks %q", want)
		}
	}
	if !strings.Contains(en, "Compare the fingerprint") || strings.Contains(en, "下载") {
		t.Error("the English page")
	}
	for _, tt := range []struct{ method, target, host, want string }{
		{"GET", "/production/orders?q=a%20b", "192.168.1.20:8080", "307 https://192.168.1.20:8443/production/orders?q=a%20b"},
		{"GET", "/m", "mes.local", "307 https://mes.local:8443/m"},
		{"POST", "/api/v1/login", "192.168.1.20:8080", "403 "},
	} {
		out := get(tt.method, tt.target, tt.host, "")
		if got := fmt.Sprint(out.Code, " ", out.Header().Get("Location")); got != tt.want {
			t.Errorf("%s %s on %s: %s, want %s", tt.method, tt.target, tt.host, got, tt.want)
		}
	}
	if a := tlsca.Addresses(); len(a) > 0 && !strings.Contains(get("GET", "/", "localhost:8442", "").Body.String(), "http://"+net.JoinHostPort(a[0], "8442")+"/") {
		t.Error("the code for the next device leads to that device itself")
	}
	if loc := get("GET", "/m", "evil.example", "").Header().Get("Location"); strings.Contains(loc, "evil") {
		t.Error("sends people to a host that is not ours: " + loc)
	}
	crt := get("GET", "/ca.crt", "192.168.1.20", "")
	if b, _ := pem.Decode(crt.Body.Bytes()); b == nil || crt.Header().Get("Content-Type") != "application/x-x509-ca-cert" {
		t.Error("certificate download", crt.Header())
	}
}

func TestTerminalQR(t *testing.T) {
	s, err := tlsca.TerminalQR("http://192.168.1.20:8080/")
	if err != nil || strings.Count(s, "\n") < 13 || !strings.Contains(s, "▀") {
		t.Error(s, err)
	}
}
