// Package webtest calls an API over HTTP in tests, in the name of any actor.
package webtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kaiwu/internal/kit/actor"
)

// JSON is a decoded answer; numbers keep their text.
type JSON map[string]any

// Get walks into an answer: Get("items", 0, "number"). What is not there is nil.
func (j JSON) Get(path ...any) any {
	var at any = map[string]any(j)
	for _, p := range path {
		switch k := p.(type) {
		case string:
			m, _ := at.(map[string]any)
			at = m[k]
		case int:
			l, _ := at.([]any)
			if k >= len(l) {
				return nil
			}
			at = l[k]
		}
	}
	return at
}

// Str is Get as a string, "" when it is not one.
func (j JSON) Str(path ...any) string {
	switch v := j.Get(path...).(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// Items is the list of an answer.
func (j JSON) Items() []JSON {
	l, _ := j["items"].([]any)
	out := make([]JSON, len(l))
	for i := range l {
		m, _ := l[i].(map[string]any)
		out[i] = m
	}
	return out
}

// Person is an actor with permissions.
func Person(name string, perms ...string) *actor.Actor {
	a := &actor.Actor{UserID: 1000, Name: name, Perms: map[string]bool{}, Origin: "web", Locale: "en"}
	for _, c := range name {
		a.UserID = a.UserID*31 + int64(c)
	}
	a.UserID &= 1<<40 - 1
	for _, p := range perms {
		a.Perms[p] = true
	}
	return a
}

// Boss may do everything.
func Boss() *actor.Actor { return Person("boss", "*") }

// Do sends a request and gives the recorded answer. body is marshalled unless it is nil, []byte or string;
// headers are name, value, name, value. Paths are below /api/v1; "//healthz" is at the root. A nil actor is somebody who has not logged in.
func Do(t testing.TB, h http.Handler, act *actor.Actor, method, path string, body any, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	var rd io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		rd = strings.NewReader(b)
	case []byte:
		rd = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		rd = bytes.NewReader(raw)
	}
	switch {
	case strings.HasPrefix(path, "//"):
		path = path[1:]
	case !strings.HasPrefix(path, "/api/"):
		path = "/api/v1" + path
	}
	r := httptest.NewRequestWithContext(context.WithoutCancel(t.Context()), method, path, rd)
	if rd != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if act != nil {
		r = r.WithContext(actor.With(r.Context(), act))
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// Call is Do for JSON: paths are below /api/v1.
func Call(t testing.TB, h http.Handler, act *actor.Actor, method, path string, body any, headers ...string) (int, JSON) {
	t.Helper()
	w := Do(t, h, act, method, path, body, headers...)
	if w.Body.Len() == 0 || !strings.Contains(w.Header().Get("Content-Type"), "json") {
		return w.Code, nil
	}
	d := json.NewDecoder(w.Body)
	d.UseNumber()
	var out any
	if err := d.Decode(&out); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	if m, ok := out.(map[string]any); ok {
		return w.Code, m
	}
	return w.Code, JSON{"items": out}
}

// Must is Call that fails the test unless the answer is 200.
func Must(t testing.TB, h http.Handler, act *actor.Actor, method, path string, body any, headers ...string) JSON {
	t.Helper()
	code, out := Call(t, h, act, method, path, body, headers...)
	if code != http.StatusOK {
		t.Fatalf("%s %s: %d %v", method, path, code, out)
	}
	return out
}

// Refused is Call that fails the test unless the answer is a problem with this code.
func Refused(t testing.TB, h http.Handler, act *actor.Actor, method, path string, body any, code string, headers ...string) JSON {
	t.Helper()
	status, out := Call(t, h, act, method, path, body, headers...)
	if status < 400 || out.Str("code") != code {
		t.Fatalf("%s %s: %d %v, want the problem %s", method, path, status, out, code)
	}
	return out
}
