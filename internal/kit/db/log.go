package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
)

// Event is a fact that other rooms, the audit trail and the outside world hear of.
type Event struct {
	Name       string // "inventory.issued"
	Version    int    // of the payload, 0 means 1
	Subject    string // "wo:MO2603-0001": what it is about
	Site       ID
	Partner    ID     // the outside party that may see it, 0 = none
	HappenedMS int64  // the device's time, corrected; 0 = now
	Reason     string // why, where a person had to say
	Payload    any    // the whole fact as JSON, with before and after where something changed
}

// LogRow is one numbered event. Its hash covers every other column and the hash before it.
type LogRow struct {
	ID         ID     `db:"id" json:"id"`
	Seq        int64  `db:"seq" json:"seq"`
	TxID       int64  `db:"tx_id" json:"-"`
	Ord        int64  `db:"ord" json:"-"`
	Name       string `db:"name" json:"name"`
	Version    int64  `db:"version" json:"version"`
	Subject    string `db:"subject" json:"subject"`
	Site       ID     `db:"site_id" json:"site_id"`
	Partner    ID     `db:"partner_id" json:"partner_id"`
	HappenedMS int64  `db:"happened_ms" json:"happened_ms"`
	RecordedMS int64  `db:"recorded_ms" json:"recorded_ms"`
	ActorID    ID     `db:"actor_id" json:"actor_id"`
	Actor      string `db:"actor" json:"actor"`
	Device     string `db:"device" json:"device"`
	Origin     string `db:"origin" json:"origin"`
	Request    string `db:"request" json:"request"`
	Reason     string `db:"reason" json:"reason"`
	Payload    string `db:"payload" json:"payload"`
	Hash       string `db:"hash" json:"hash"`
}

type logRow = LogRow

// LogColumns lists the columns of kit_event in the order of LogRow.
const LogColumns = "id, seq, tx_id, ord, name, version, subject, site_id, partner_id, happened_ms, recorded_ms, actor_id, actor, device, origin, request, reason, payload, hash"

// Emit appends an event when the transaction commits.
func (t *Tx) Emit(e Event) {
	b, err := json.Marshal(e.Payload)
	if err != nil {
		panic(fmt.Sprintf("event %s does not marshal: %v", e.Name, err)) // a bug, never input
	}
	a := actor.From(t.ctx)
	if e.HappenedMS == 0 {
		e.HappenedMS = t.NowMS()
	}
	t.events = append(t.events, logRow{ID: t.ID(), Ord: int64(len(t.events)), Name: e.Name, Version: int64(max(e.Version, 1)), Subject: e.Subject,
		Site: e.Site, Partner: e.Partner, HappenedMS: e.HappenedMS, RecordedMS: t.NowMS(), ActorID: ID(a.UserID), Actor: a.Name, Device: a.Device,
		Origin: a.Origin, Request: a.Request, Reason: e.Reason, Payload: string(b)})
}

// Chain is the hash of a row given the hash of the row before it. Lengths stand before the texts, so that no
// two different rows share their bytes.
func Chain(prev string, r *LogRow) string {
	b := make([]byte, 0, 256+len(r.Payload))
	b = append(b, prev...)
	for _, n := range [...]int64{int64(r.ID), r.Seq, r.TxID, r.Ord, r.Version, int64(r.Site), int64(r.Partner), r.HappenedMS, r.RecordedMS, int64(r.ActorID)} {
		b = append(b, '\n')
		b = strconv.AppendInt(b, n, 10)
	}
	for _, s := range [...]string{r.Name, r.Subject, r.Actor, r.Device, r.Origin, r.Request, r.Reason, r.Payload} {
		b = append(b, '\n')
		b = strconv.AppendInt(b, int64(len(s)), 10)
		b = append(b, ':')
		b = append(b, s...)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

type logHead struct {
	known bool
	seq   int64
	hash  string
}

const headSQL = `SELECT seq, hash FROM kit_event WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1`

type headRow struct {
	Seq  int64  `db:"seq"`
	Hash string `db:"hash"`
}

var eventColumns = strings.Split(LogColumns, ", ")

func eventArgs(r *logRow) []any {
	return []any{int64(r.ID), r.Seq, r.TxID, r.Ord, r.Name, r.Version, r.Subject, int64(r.Site), int64(r.Partner), r.HappenedMS, r.RecordedMS,
		int64(r.ActorID), r.Actor, r.Device, r.Origin, r.Request, r.Reason, r.Payload, r.Hash}
}

// append numbers and hashes the group's events before its COMMIT: the single writer makes order and commit
// order the same thing.
func (w *writer) append(events []logRow) error {
	if len(events) == 0 {
		return nil
	}
	ctx := context.Background()
	if !w.head.known {
		h, _, err := Get[headRow](ctx, w.c, headSQL)
		if err != nil {
			return err
		}
		w.head = logHead{true, h.Seq, h.Hash}
	}
	first := w.head.seq + 1
	for i := range events {
		r := &events[i]
		w.head.seq++
		r.Seq, r.TxID = w.head.seq, first
		r.Hash = Chain(w.head.hash, r)
		w.head.hash = r.Hash
	}
	for len(events) > 0 {
		n := 32
		for n > len(events) {
			n /= 2
		}
		args := make([]any, 0, n*len(eventColumns))
		for i := range n {
			args = append(args, eventArgs(&events[i])...)
		}
		if _, err := w.c.exec(ctx, insertText("kit_event", eventColumns, n), args); err != nil {
			return err
		}
		events = events[n:]
	}
	return nil
}

// appendPostgres stores the events without a number: the sealer gives it once the commit is visible, so that
// no transaction waits for another's place in the chain.
func (d *DB) appendPostgres(ctx context.Context, c *pgConn, events []logRow) error {
	for i := range events {
		a := eventArgs(&events[i])
		c.queue(`INSERT INTO kit_event (`+LogColumns+`) VALUES ($1, NULL, pg_current_xact_id()::text::bigint, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '')`,
			append([]any{a[0]}, a[3:18]...))
	}
	return c.flush(ctx)
}

const (
	sealEvery = 50 * time.Millisecond
	sealLock  = 0x6b61697775 // "kaiwu"
)

// seal numbers committed events in the order of (transaction id, ordinal). One process at a time holds the
// lock; a late commit gets a later number, so a reader of the numbered log misses nothing.
func (d *DB) seal(ctx context.Context) {
	t := time.NewTicker(sealEvery)
	defer t.Stop()
	var seen int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		for {
			n, err := d.sealOnce(ctx)
			if err != nil {
				if ctx.Err() == nil && !missingTable(err) {
					slog.Error("seal events", "err", err)
				}
				break
			}
			if n < sealBatch {
				break
			}
		}
		// another process may have sealed: every process tells its own listeners
		if h, ok, err := Get[headRow](ctx, d.Read(), headSQL); err == nil && ok && h.Seq != seen {
			seen = h.Seq
			d.wake()
		}
	}
}

const sealBatch = 2000

func (d *DB) sealOnce(ctx context.Context) (int, error) {
	tx, err := d.pg.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	var mine bool
	if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1)`, int64(sealLock)).Scan(&mine); err != nil || !mine {
		return 0, err
	}
	q := pgRead{tx}
	todo, err := All[logRow](ctx, q, `SELECT `+strings.Replace(LogColumns, "seq", "0::bigint AS seq", 1)+` FROM kit_event WHERE seq IS NULL ORDER BY tx_id, ord LIMIT $1`, sealBatch)
	if err != nil || len(todo) == 0 {
		return 0, err
	}
	head, _, err := Get[headRow](ctx, q, headSQL)
	if err != nil {
		return 0, err
	}
	ids, seqs, hashes := make([]int64, len(todo)), make([]int64, len(todo)), make([]string, len(todo))
	for i := range todo {
		r := &todo[i]
		head.Seq++
		r.Seq = head.Seq
		head.Hash = Chain(head.Hash, r)
		ids[i], seqs[i], hashes[i] = int64(r.ID), r.Seq, head.Hash
	}
	if _, err := tx.Exec(ctx, `UPDATE kit_event e SET seq = u.seq, hash = u.hash FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS u(id, seq, hash) WHERE e.id = u.id`, ids, seqs, hashes); err != nil {
		return 0, err
	}
	return len(todo), tx.Commit(ctx)
}
