package identity

import (
	"context"
	"net/netip"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// limit says how many attempts are free and how the wait grows after them.
type limit struct {
	name   string
	free   int64
	first  time.Duration // after that it doubles
	most   time.Duration
	forget time.Duration // without a further attempt
}

var (
	// a login from one address: a person who has forgotten the password
	perLogin = limit{"login", 5, time.Second, 15 * time.Minute, time.Hour}
	// an address: one that tries many logins; a whole factory may stand behind it
	perIP = limit{"ip", 30, time.Second, 5 * time.Minute, time.Hour}
	// a badge from everywhere: a PIN of four digits has 10,000 values, this leaves 34 tries a day
	perBadge = limit{"badge", 10, 5 * time.Second, time.Hour, 24 * time.Hour}
)

func (l limit) wait(fails int64) time.Duration {
	if fails <= l.free {
		return 0
	}
	return min(l.first<<min(fails-l.free-1, 20), l.most)
}

type try struct {
	limit limit
	key   string
}

func (l limit) on(what string) try { return try{l, digest(l.name + "\x00" + what)} }

// network is the address that counts: a home or a cloud machine has a whole /64 of IPv6.
func network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if a = a.Unmap(); a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

type tried struct {
	Fails  int64 `db:"fails"`
	NextMS int64 `db:"next_ms"`
	LastMS int64 `db:"last_ms"`
}

// count takes an attempt as failed before it is judged, so that a hundred guesses sent at once are a hundred
// guesses; a right one gives it back. Who must wait is refused and nothing is written: waiting at the door fills
// no log.
func (m *Module) count(ctx context.Context, tries ...try) error {
	return m.d.InTx(ctx, func(tx *db.Tx) error {
		now := tx.NowMS()
		var wait time.Duration
		got := make([]tried, len(tries))
		for i, t := range tries {
			r, found, err := db.Get[tried](ctx, tx, `SELECT fails, next_ms, last_ms FROM id_try WHERE key = $1`, t.key)
			if err != nil {
				return err
			}
			if found && now-r.LastMS >= t.limit.forget.Milliseconds() {
				r = tried{}
			}
			wait = max(wait, time.Duration(r.NextMS-now)*time.Millisecond)
			got[i] = r
		}
		if wait > 0 {
			seconds := int64((wait + time.Second - 1) / time.Second)
			return fault.TooMany("identity.too_many", "too many wrong attempts; wait %d s", seconds).With("seconds", seconds)
		}
		for i, t := range tries {
			n := got[i].Fails + 1
			tx.Queue(`INSERT INTO id_try (key, fails, next_ms, last_ms) VALUES ($1, $2, $3, $4)
				ON CONFLICT (key) DO UPDATE SET fails = excluded.fails, next_ms = excluded.next_ms, last_ms = excluded.last_ms`,
				t.key, n, now+t.limit.wait(n).Milliseconds(), now)
		}
		tx.Queue(`DELETE FROM id_try WHERE last_ms < $1`, now-(24*time.Hour).Milliseconds())
		return nil
	})
}

// right gives the attempt back: the login's count starts again, the address's goes down by this one.
func right(tx *db.Tx, tries ...try) {
	for _, t := range tries {
		if t.limit.name == perIP.name {
			tx.Queue(`UPDATE id_try SET fails = fails - 1, next_ms = 0 WHERE key = $1 AND fails > 0`, t.key)
		} else {
			tx.Queue(`DELETE FROM id_try WHERE key = $1`, t.key)
		}
	}
}
