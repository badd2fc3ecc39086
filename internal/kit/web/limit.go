package web

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"kaiwu/internal/kit/fault"
)

// PerIP is a Limit: so many requests a second from one address, with a burst. A whole shop floor may stand
// behind one address, so it guards against accidents and guessing, not against use.
func (a *API) PerIP(perSecond float64, burst int) func(*http.Request) error {
	var mu sync.Mutex
	type one struct {
		l    *rate.Limiter
		seen time.Time
	}
	all := map[string]*one{}
	return func(r *http.Request) error {
		if !strings.HasPrefix(r.URL.Path, "/api/") {
			return nil
		}
		now := time.Now()
		mu.Lock()
		defer mu.Unlock()
		ip := a.IP(r)
		o := all[ip]
		if o == nil {
			if len(all) >= 10_000 { // forget who has not come for a minute, and all when that is nobody
				for k, v := range all {
					if now.Sub(v.seen) > time.Minute {
						delete(all, k)
					}
				}
				if len(all) >= 10_000 {
					clear(all)
				}
			}
			o = &one{l: rate.NewLimiter(rate.Limit(perSecond), burst)}
			all[ip] = o
		}
		o.seen = now
		if !o.l.AllowN(now, 1) {
			return fault.TooMany("web.too_many", "more than %g requests a second", perSecond)
		}
		return nil
	}
}
