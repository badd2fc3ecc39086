// Package blob keeps attachments inside the database, so that one backup holds them on either engine.
//
// A file is stored in chunks of at most 256 KiB, each in a short transaction of its own: a large photo never holds
// the writer, and nothing of it is kept in memory. The last row, in kit_blob, publishes it; chunks without one are
// an abandoned upload and are swept. Equal content (by SHA-256) is stored once, whatever its names.
//
// Promises: what Open reads is what Put was given, or an error; a file is seen whole or not at all; only pictures
// and PDF whose bytes say so are ever shown inside a browser page.
package blob

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

//go:embed schema/*.sql
var Schema embed.FS

// Messages are the sentences of what this package refuses.
var Messages = fault.Messages{
	"blob.too_large": {Zh: "文件 {name} 超过 {limit} MB，请压缩或拆分后再上传。", En: "the file {name} is larger than {limit} MB; compress or split it."},
	"blob.empty":     {Zh: "文件 {name} 是空的，请重新选择文件。", En: "the file {name} is empty; choose another one."},
	"blob.not_found": {Zh: "找不到该附件，可能已被删除，请刷新页面。", En: "there is no such attachment, it may have been removed; reload the page."},
}

const chunkSize = 256 << 10

// Blob is one stored file.
type Blob struct {
	ID        db.ID  `db:"id" json:"id"`
	Content   db.ID  `db:"content_id" json:"-"`
	SHA256    string `db:"sha256" json:"sha256"`
	Size      int64  `db:"size" json:"size"`
	Name      string `db:"name" json:"name"`
	Mime      string `db:"mime" json:"mime"`
	ActorID   db.ID  `db:"actor_id" json:"-"`
	Actor     string `db:"actor" json:"actor"`
	CreatedMS int64  `db:"created_ms" json:"created_ms"`
}

const blobColumns = "id, content_id, sha256, size, name, mime, actor_id, actor, created_ms"

type chunk struct {
	ID      db.ID  `db:"id"`
	Content db.ID  `db:"content_id"`
	Ord     int64  `db:"ord"`
	AtMS    int64  `db:"at_ms"`
	Data    []byte `db:"data"`
}

// Put stores what r gives, at most limit bytes. Putting the same file again gives the same Blob.
func Put(ctx context.Context, d *db.DB, r io.Reader, name, mime string, limit int64) (Blob, error) {
	name = cleanName(name)
	content := d.ID()
	b, n, err := store(ctx, d, io.LimitReader(r, limit+1), content)
	switch {
	case err != nil:
	case b.Size > limit:
		err = fault.TooLarge("blob.too_large", "the file %s is larger than %d MB", name, max(1, limit>>20)).With("name", name).With("limit", max(1, limit>>20))
	case b.Size == 0:
		err = fault.Invalid("blob.empty", "the file %s is empty", name).With("name", name)
	default:
		b.Name, b.Mime = name, sniff(b.head, mime, name)
		b.Blob, err = publish(ctx, d, b.Blob, n)
	}
	if err != nil || b.Content != content {
		// refused, failed, or known already: the chunks are nobody's. Where this fails too, Sweep finds them.
		if e := drop(context.WithoutCancel(ctx), d, content); e != nil {
			slog.WarnContext(ctx, "chunks of an upload wait for the next sweep", "content", content, "err", e)
		}
	}
	if err != nil {
		return Blob{}, err
	}
	return b.Blob, nil
}

type stored struct {
	Blob
	head []byte // the first bytes, which tell the type
}

// store writes the chunks and says how many.
func store(ctx context.Context, d *db.DB, r io.Reader, content db.ID) (b stored, n int64, err error) {
	b.Content = content
	sum := sha256.New()
	buf := make([]byte, chunkSize)
	for {
		k, err := io.ReadFull(r, buf)
		if k > 0 {
			if n == 0 {
				b.head = append(b.head, buf[:min(k, 512)]...)
			}
			sum.Write(buf[:k])
			b.Size += int64(k)
			if err := d.InTx(ctx, func(tx *db.Tx) error {
				return db.Insert(ctx, tx, "kit_blob_chunk", chunk{tx.ID(), content, n, tx.NowMS(), buf[:k]})
			}); err != nil {
				return b, n, fmt.Errorf("store chunk %d: %w", n, err)
			}
			n++
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			b.SHA256 = hex.EncodeToString(sum.Sum(nil))
			return b, n, nil
		}
		if err != nil {
			return b, n, fmt.Errorf("read the upload: %w", err)
		}
	}
}

// publish makes the file visible, or gives the one that has the same content.
func publish(ctx context.Context, d *db.DB, b Blob, chunks int64) (out Blob, err error) {
	err = d.InTx(ctx, func(tx *db.Tx) error {
		same, err := db.All[Blob](ctx, tx, `SELECT `+blobColumns+` FROM kit_blob WHERE sha256 = $1 ORDER BY id`, b.SHA256)
		if err != nil {
			return err
		}
		out = b
		for _, s := range same {
			if s.Name == b.Name && s.Mime == b.Mime {
				out = s
				return nil
			}
			out.Content = s.Content
		}
		if out.Content == b.Content {
			have, err := db.One[int64](ctx, tx, `SELECT count(*) FROM kit_blob_chunk WHERE content_id = $1`, b.Content)
			if err != nil {
				return err
			}
			if have != chunks {
				return fmt.Errorf("the upload of %s was swept while it ran: %d of %d chunks are left", b.Name, have, chunks)
			}
		}
		a := actor.From(ctx)
		out.ID, out.ActorID, out.Actor, out.CreatedMS = tx.ID(), db.ID(a.UserID), a.Name, tx.NowMS()
		return db.Insert(ctx, tx, "kit_blob", out)
	})
	return out, err
}

// drop deletes an unpublished content, a few chunks at a time so that the writer is free between.
func drop(ctx context.Context, d *db.DB, content db.ID) error {
	for {
		var n int64
		err := d.InTx(ctx, func(tx *db.Tx) (err error) {
			n, err = tx.Exec(ctx, `DELETE FROM kit_blob_chunk WHERE id IN (SELECT id FROM kit_blob_chunk WHERE content_id = $1 LIMIT 16)
				AND NOT EXISTS (SELECT 1 FROM kit_blob WHERE content_id = $1)`, content)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// Sweep deletes the chunks of uploads that ended without being published and have been silent for so long. It says
// how many uploads it removed.
func Sweep(ctx context.Context, d *db.DB, silent time.Duration) (int, error) {
	left, err := db.All[db.ID](ctx, d.Read(), `SELECT c.content_id FROM kit_blob_chunk c LEFT JOIN kit_blob b ON b.content_id = c.content_id
		WHERE b.id IS NULL GROUP BY c.content_id HAVING max(c.at_ms) < $1`, d.Now().Add(-silent).UnixMilli())
	if err != nil {
		return 0, err
	}
	for i, content := range left {
		if err := drop(ctx, d, content); err != nil {
			return i, err
		}
	}
	return len(left), nil
}

// Get finds a file without reading it.
func Get(ctx context.Context, q db.Querier, id db.ID) (Blob, error) {
	b, ok, err := db.Get[Blob](ctx, q, `SELECT `+blobColumns+` FROM kit_blob WHERE id = $1`, id)
	if err == nil && !ok {
		err = fault.NotFound("blob.not_found", "there is no attachment %s", id)
	}
	return b, err
}
