package event

import (
	"context"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// ParkedEvent is the payload of kit.event_parked, solved and skipped.
type ParkedEvent struct {
	Subscriber string `json:"subscriber"`
	Seq        int64  `json:"seq"`
	Name       string `json:"name"`
	Subject    string `json:"subject"`
	Error      string `json:"error,omitempty"`
}

// park puts an event aside for a person and lets the cursor pass it.
func (s *subscriber) park(ctx context.Context, bad *failed) error {
	text := bad.err.Error()
	if len(text) > 2000 {
		text = text[:2000]
	}
	ctx = actor.With(ctx, &actor.Actor{Name: "system", Perms: map[string]bool{"*": true}, Origin: "event:" + s.name, Locale: "zh"})
	err := s.b.d.InTx(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE kit_cursor SET seq = $1, moved_ms = $2 WHERE subscriber = $3 AND seq = $4`, bad.e.Seq, tx.NowMS(), s.name, s.stored)
		if err != nil {
			return err
		}
		if n == 0 {
			return errMoved
		}
		if _, err := tx.Exec(ctx, `INSERT INTO kit_parked (id, subscriber, seq, error, tries, parked_ms) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (subscriber, seq) DO NOTHING`,
			tx.ID(), s.name, bad.e.Seq, text, int64(s.tries), tx.NowMS()); err != nil {
			return err
		}
		if bad.e.Name != "kit.event_parked" { // an alarm that cannot be delivered must not raise another
			tx.Emit(db.Event{Name: "kit.event_parked", Subject: "subscriber:" + s.name, Site: bad.e.Site,
				Payload: ParkedEvent{s.name, bad.e.Seq, bad.e.Name, bad.e.Subject, text}})
		}
		return nil
	})
	if err == nil {
		s.stored, s.at, s.tries = bad.e.Seq, bad.e.Seq, 0
	} else {
		s.loaded = false
	}
	return err
}

type parkedRow struct {
	Subscriber string `db:"subscriber"`
	Seq        int64  `db:"seq"`
	SolvedMS   int64  `db:"solved_ms"`
}

func parked(ctx context.Context, tx *db.Tx, id db.ID) (parkedRow, db.LogRow, error) {
	p, ok, err := db.Get[parkedRow](ctx, tx, `SELECT subscriber, seq, solved_ms FROM kit_parked WHERE id = $1`, id)
	if err == nil && !ok {
		err = fault.NotFound("event.parked_unknown", "there is no parked event %s", id).With("id", id)
	}
	if err == nil && p.SolvedMS != 0 {
		err = fault.Conflict("event.parked_solved", "event %d of %s is already dealt with", p.Seq, p.Subscriber).With("seq", p.Seq).With("subscriber", p.Subscriber)
	}
	if err != nil {
		return p, db.LogRow{}, err
	}
	e, err := db.One[db.LogRow](ctx, tx, `SELECT `+db.LogColumns+` FROM kit_event WHERE seq = $1`, p.Seq)
	return p, e, err
}

// Replay runs a parked event again, in the transaction given; when that succeeds it is solved.
func (b *Bus) Replay(ctx context.Context, tx *db.Tx, id db.ID) error {
	p, e, err := parked(ctx, tx, id)
	if err != nil {
		return err
	}
	known := false
	for _, s := range b.all() {
		if s.name != p.Subscriber {
			continue
		}
		known = true
		for _, h := range s.handlers {
			if matches(h.pattern, e.Name) {
				if err := h.fn(ctx, tx, e); err != nil {
					return err
				}
			}
		}
	}
	if !known {
		return fault.Conflict("event.subscriber_gone", "subscriber %s does not exist any more; skip the event", p.Subscriber).With("subscriber", p.Subscriber)
	}
	return solve(ctx, tx, id, p, e, "kit.event_replayed", "")
}

// Skip marks a parked event as dealt with by a person.
func (b *Bus) Skip(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	p, e, err := parked(ctx, tx, id)
	if err != nil {
		return err
	}
	return solve(ctx, tx, id, p, e, "kit.event_skipped", reason)
}

func solve(ctx context.Context, tx *db.Tx, id db.ID, p parkedRow, e db.LogRow, name, reason string) error {
	n, err := tx.Exec(ctx, `UPDATE kit_parked SET solved_ms = $1 WHERE id = $2 AND solved_ms = 0`, tx.NowMS(), id)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	tx.Emit(db.Event{Name: name, Subject: "subscriber:" + p.Subscriber, Site: e.Site, Reason: reason, Payload: ParkedEvent{Subscriber: p.Subscriber, Seq: e.Seq, Name: e.Name, Subject: e.Subject}})
	return err
}
