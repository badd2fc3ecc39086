package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

// A screen on the wall follows what happens without a log-in once it is enrolled; any other browser hears nothing.
func TestEnrolledWallHearsTheFloor(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		w := h.logIn(identity.Admin).do("POST", "/identity/devices", `{"name":"看板"}`)
		var cookie string
		for _, c := range w.Result().Cookies() {
			if c.Name == "kaiwu_device" {
				cookie = c.Name + "=" + c.Value
			}
		}
		listen := func(cookie string) *httptest.ResponseRecorder {
			ctx, stop := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer stop()
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/events/stream", nil)
			if cookie != "" {
				r.Header.Set("Cookie", cookie)
			}
			w := httptest.NewRecorder()
			h.h.ServeHTTP(w, r)
			return w
		}
		if w := listen(""); w.Code != http.StatusUnauthorized {
			t.Errorf("a stranger: %d", w.Code)
		}
		if w := listen("kaiwu_device=nonsense"); w.Code != http.StatusUnauthorized {
			t.Errorf("a device that nobody enrolled: %d", w.Code)
		}
		if w := listen(cookie); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "event: hello") {
			t.Errorf("the enrolled screen: %d %s", w.Code, w.Body)
		}
	})
}
