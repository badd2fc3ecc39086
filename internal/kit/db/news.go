package db

import (
	"context"
	"slices"
	"strings"
)

// Mark is a place in the log: all that a snapshot saw of it.
type Mark struct {
	known bool
	seq   int64
	loose []ID // events behind it that had no number yet
}

// far is how much news is looked at; behind more, everything counts as new.
const far = 2000

type newsRow struct {
	ID   ID     `db:"id"`
	Seq  int64  `db:"seq"`
	Name string `db:"name"`
}

// News says what has come since a mark, as far as a snapshot sees it: the mark behind it, and whether any of it is of
// these rooms ("sales": events sales.…). Behind the zero mark everything is news. Whoever keeps what he has read takes
// the mark in the snapshot in which he reads it, and asks for news before he uses it again: what a transaction changes
// and the event that tells of it are seen together or not at all.
func News(ctx context.Context, q Querier, since Mark, rooms ...string) (Mark, bool, error) {
	loose, err := All[newsRow](ctx, q, `SELECT id, CAST(0 AS BIGINT) AS seq, name FROM kit_event WHERE seq IS NULL ORDER BY tx_id, ord`)
	if err != nil {
		return since, false, err
	}
	most := far + 1
	if !since.known {
		most = 1
	}
	list, err := All[newsRow](ctx, q, `SELECT id, seq, name FROM kit_event WHERE seq > $1 ORDER BY seq DESC LIMIT $2`, since.seq, most)
	if err != nil {
		return since, false, err
	}
	to, is := Mark{known: true, seq: since.seq}, !since.known || len(list) > far
	if len(list) > 0 {
		to.seq = list[0].Seq
	}
	for i := range loose {
		to.loose = append(to.loose, loose[i].ID)
	}
	for _, r := range append(list, loose...) {
		room, _, _ := strings.Cut(r.Name, ".")
		is = is || slices.Contains(rooms, room) && !slices.Contains(since.loose, r.ID)
	}
	return to, is, nil
}
