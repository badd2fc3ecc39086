package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"

	"kaiwu/internal/kit/db"
)

// Open reads a file, a chunk at a time. Whoever reads it from beginning to end gets an error instead of the last
// bytes' EOF when they are not what was stored.
func Open(ctx context.Context, d *db.DB, id db.ID) (io.ReadSeekCloser, Blob, error) {
	b, err := Get(ctx, d.Read(), id)
	if err != nil {
		return nil, b, err
	}
	return &reader{ctx: ctx, q: d.Read(), b: b, ord: -1, sum: sha256.New()}, b, nil
}

type reader struct {
	ctx    context.Context
	q      db.Querier
	b      Blob
	off    int64
	ord    int64 // which chunk data is
	data   []byte
	sum    hash.Hash
	summed int64 // how many bytes from the beginning sum has seen
	closed bool
}

func (r *reader) Read(p []byte) (int, error) {
	switch {
	case r.closed:
		return 0, fs.ErrClosed
	case r.off >= r.b.Size:
		if r.off == r.b.Size && r.summed == r.b.Size && hex.EncodeToString(r.sum.Sum(nil)) != r.b.SHA256 {
			return 0, fmt.Errorf("attachment %s (%s) does not have the content that was stored", r.b.ID, r.b.Name)
		}
		return 0, io.EOF
	case len(p) == 0:
		return 0, nil
	}
	if ord := r.off / chunkSize; ord != r.ord {
		data, ok, err := db.Get[[]byte](r.ctx, r.q, `SELECT data FROM kit_blob_chunk WHERE content_id = $1 AND ord = $2`, r.b.Content, ord)
		if err != nil {
			return 0, err
		}
		if want := min(chunkSize, r.b.Size-ord*chunkSize); !ok || int64(len(data)) != want {
			return 0, fmt.Errorf("attachment %s (%s): chunk %d has %d bytes instead of %d", r.b.ID, r.b.Name, ord, len(data), want)
		}
		r.ord, r.data = ord, data
	}
	n := copy(p, r.data[r.off%chunkSize:])
	if r.off == r.summed {
		r.sum.Write(p[:n])
		r.summed += int64(n)
	}
	r.off += int64(n)
	return n, nil
}

// Seek lets a browser ask for a part of a long PDF.
func (r *reader) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += r.off
	case io.SeekEnd:
		off += r.b.Size
	}
	if off < 0 {
		return 0, errors.New("seek before the beginning")
	}
	r.off = off
	return off, nil
}

func (r *reader) Close() error {
	r.closed, r.data = true, nil
	return nil
}
