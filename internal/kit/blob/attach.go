package blob

import (
	"context"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Attachment hangs a file on a subject such as "item:123".
type Attachment struct {
	ID      db.ID  `db:"id" json:"id"`
	Subject string `db:"subject" json:"subject"`
	BlobID  db.ID  `db:"blob_id" json:"blob_id"`
	Note    string `db:"note" json:"note"`
	Actor   string `db:"actor" json:"actor"`
	MadeMS  int64  `db:"created_ms" json:"created_ms"`
	Name    string `db:"name" json:"name"`
	Mime    string `db:"mime" json:"mime"`
	Size    int64  `db:"size" json:"size"`
	SHA256  string `db:"sha256" json:"sha256"`
}

// Event names; the payload is the Attachment.
const (
	EventAttached = "blob.attached"
	EventDetached = "blob.detached"
)

const attachmentSQL = `SELECT a.id, a.subject, a.blob_id, a.note, a.actor, a.created_ms, b.name, b.mime, b.size, b.sha256
	FROM kit_attachment a JOIN kit_blob b ON b.id = a.blob_id WHERE a.removed_ms = 0`

// Attach is done once: the same file on the same subject is the attachment that is there.
func Attach(ctx context.Context, tx *db.Tx, subject string, id db.ID, note string) (Attachment, error) {
	b, err := Get(ctx, tx, id)
	if err != nil {
		return Attachment{}, err
	}
	old, ok, err := db.Get[Attachment](ctx, tx, attachmentSQL+` AND a.subject = $1 AND a.blob_id = $2`, subject, id)
	if err != nil || ok {
		return old, err
	}
	who := actor.From(ctx)
	a := Attachment{tx.ID(), subject, id, note, who.Name, tx.NowMS(), b.Name, b.Mime, b.Size, b.SHA256}
	if _, err := tx.Exec(ctx, `INSERT INTO kit_attachment (id, subject, blob_id, note, actor_id, actor, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, a.Subject, a.BlobID, a.Note, who.UserID, a.Actor, a.MadeMS); err != nil {
		return Attachment{}, err
	}
	tx.Emit(db.Event{Name: EventAttached, Subject: subject, Payload: a})
	return a, nil
}

// Detach takes a file off its subject. The row and the file stay: the log refers to them.
func Detach(ctx context.Context, tx *db.Tx, id db.ID) error {
	a, ok, err := db.Get[Attachment](ctx, tx, attachmentSQL+` AND a.id = $1`, id)
	if err != nil {
		return err
	}
	if !ok {
		return fault.NotFound("blob.not_found", "there is no attachment %s", id)
	}
	if _, err := tx.Exec(ctx, `UPDATE kit_attachment SET removed_ms = $1 WHERE id = $2`, tx.NowMS(), id); err != nil {
		return err
	}
	tx.Emit(db.Event{Name: EventDetached, Subject: a.Subject, Payload: a})
	return nil
}

// List gives a subject's files, oldest first.
func List(ctx context.Context, q db.Querier, subject string) ([]Attachment, error) {
	return db.All[Attachment](ctx, q, attachmentSQL+` AND a.subject = $1 ORDER BY a.created_ms, a.id`, subject)
}

// Find gives one attachment: whoever serves it checks the rights on its subject first.
func Find(ctx context.Context, q db.Querier, id db.ID) (Attachment, error) {
	a, ok, err := db.Get[Attachment](ctx, q, attachmentSQL+` AND a.id = $1`, id)
	if err == nil && !ok {
		err = fault.NotFound("blob.not_found", "there is no attachment %s", id)
	}
	return a, err
}
