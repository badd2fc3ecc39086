package blob

import (
	"context"

	"kaiwu/internal/kit/db"
)

// Pictures finds the newest picture attached to each of the subjects; those without one are missing.
func Pictures(ctx context.Context, q db.Querier, subjects []string) (map[string]db.ID, error) {
	out := map[string]db.ID{}
	if len(subjects) == 0 {
		return out, nil
	}
	type row struct {
		Subject string `db:"subject"`
		ID      db.ID  `db:"id"`
	}
	var w db.Where
	db.In(&w, "a.subject", subjects)
	w.And("a.removed_ms = 0 AND b.mime IN ('image/png', 'image/jpeg', 'image/webp', 'image/gif')")
	err := db.Each(ctx, q, `SELECT a.subject, a.id FROM kit_attachment a JOIN kit_blob b ON b.id = a.blob_id`+w.String()+` ORDER BY a.id`, w.Args,
		func(r *row) error { out[r.Subject] = r.ID; return nil })
	return out, err
}
