package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// visitor is a browser that came to a server by one of its names.
type visitor struct {
	t         testing.TB
	url, host string
	jar       http.CookieJar
}

func (v *visitor) do(method, path, body string) (int, string) {
	v.t.Helper()
	req, err := http.NewRequest(method, v.url+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Host = v.host
	req.Header.Set("Content-Type", "application/json")
	res, err := (&http.Client{Jar: v.jar}).Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(b)
}

func newVisitor(t testing.TB, url, host string) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, url, host, jar}
}

// One process serves two factories: each has its own users, companies and chain of events, found by the host name.
func TestTenantsKeepApart(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	must(t, "import", "--data", a, filepath.Join(factories, "hardware"))
	must(t, "import", "--data", b, filepath.Join(factories, "medical-device"))
	for _, at := range []string{a, b} {
		must(t, "user", "add", "--data", at, "boss", "--name", "B", "--role", "boss")
	}
	password := func(at string) string {
		var got struct {
			Secret string `json:"secret"`
		}
		r := must(t, "user", "reset", "--data", at, "--json", "boss")
		if err := json.Unmarshal([]byte(r.out), &got); err != nil || got.Secret == "" {
			t.Fatalf("%v: %s", err, r.out)
		}
		return got.Secret
	}
	pa, pb := password(a), password(b)
	s := serving(t, "--data", a, "--tenant", "B.factory="+b)

	inA, inB := newVisitor(t, s.url, "a.factory"), newVisitor(t, s.url, "b.factory:8080")
	login := func(v *visitor, p string) int {
		code, _ := v.do("POST", "/login", `{"login":"boss","password":"`+p+`"}`)
		return code
	}
	if login(inB, pa) != http.StatusUnauthorized || login(inA, pb) != http.StatusUnauthorized {
		t.Error("a password of one factory opens the other")
	}
	if login(inA, pa) != http.StatusOK || login(inB, pb) != http.StatusOK {
		t.Fatal("no way into one's own factory")
	}
	site := func(v *visitor) string { _, body := v.do("GET", "/masterdata/sites", ""); return body }
	if sa, sb := site(inA), site(inB); sa == sb || strings.Contains(sa, "medical") || sa == "" {
		t.Errorf("both see the same sites:\n%s\n%s", sa, sb)
	}
	// a session of one factory is nobody in the other
	u, _ := url.Parse(s.url)
	thief := newVisitor(t, s.url, "b.factory")
	thief.jar.SetCookies(u, inA.jar.Cookies(u))
	if code, body := thief.do("GET", "/me", ""); code != http.StatusUnauthorized {
		t.Errorf("a session of a answers in b: %d %s", code, body)
	}
	s.end()
	for _, at := range []string{a, b} {
		must(t, "verify", "--data", at)
	}
	refuses(t, exitUsage, "named twice", "serve", "--data", a, "--tenant", "x="+b, "--tenant", "X.="+b)
	refuses(t, exitFailed, "tenant x", "serve", "--listen", "127.0.0.1:0", "--data", a, "--tenant", "x="+a) // one folder, one holder
}
