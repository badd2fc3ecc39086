package event

import (
	"context"

	"kaiwu/internal/kit/db"
)

// Walk calls fn for every numbered event of a stretch of the log, oldest first; to = 0 means to its end. fn must not
// keep the pointer nor use q.
func Walk(ctx context.Context, q db.Querier, from, to int64, fn func(*db.LogRow) error) error {
	w := db.Where{}
	w.And("seq >= ?", from)
	if to > 0 {
		w.And("seq <= ?", to)
	}
	return db.Each(ctx, q, `SELECT `+db.LogColumns+` FROM kit_event`+w.String()+` ORDER BY seq`, w.Args, fn)
}

// HashAt is the hash that the log holds at a number; false when the log does not reach so far.
func HashAt(ctx context.Context, q db.Querier, seq int64) (string, bool, error) {
	return db.Get[string](ctx, q, `SELECT hash FROM kit_event WHERE seq = $1`, seq)
}

// Strip takes names out of a payload at any depth and says whether there were any.
func Strip(payload string, hidden map[string]bool) (string, bool, error) {
	p, err := Payload(payload).strip(hidden)
	return string(p), string(p) != payload, err
}
