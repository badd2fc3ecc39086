package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kaiwu/internal/kit/db"
)

// File is an answer that is not JSON: a label, a workbook, an attachment.
type File struct {
	Name   string // offered to the person who saves it
	Type   string // such as application/pdf
	Inline bool   // shown by the browser rather than saved
	Size   int64  // when known
	Write  func(w io.Writer) error
}

type stream struct{ Body func(huma.Context) }

// Download registers a reading operation that answers with a file.
func Download[In any](a *API, op Op, use func(ctx context.Context, q db.Querier, in *In) (File, error)) {
	op.Method = orElse(op.Method, http.MethodGet)
	if op.Timeout == 0 {
		op.Timeout = 10 * time.Minute
	}
	h := a.operation(&op)
	h.Responses = fileResponses("The file")
	huma.Register(a.API, *h, func(ctx context.Context, in *In) (*stream, error) {
		f, err := use(ctx, a.DB.Read(), in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return &stream{f.send(ctx)}, nil
	})
	a.params(reflect.TypeFor[In](), h)
}

func fileResponses(doc string) map[string]*huma.Response {
	return map[string]*huma.Response{"200": {Description: doc, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
}

// send writes the file; once bytes are out an error can only break the connection, which the receiver notices.
func (f File) send(ctx context.Context) func(huma.Context) {
	return func(hc huma.Context) {
		_, w := humago.Unwrap(hc)
		h := w.Header()
		h.Set("Content-Type", orElse(f.Type, "application/octet-stream"))
		h.Set("Cache-Control", "private, no-store")
		disposition := "attachment"
		if f.Inline {
			disposition = "inline"
		}
		h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": f.Name}))
		if f.Size > 0 {
			h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
		}
		if err := f.Write(w); err != nil {
			if !errors.Is(err, context.Canceled) {
				in := infoOf(ctx)
				slog.ErrorContext(ctx, "file broke off", "op", in.op, "request", in.id, "err", err)
			}
			panic(http.ErrAbortHandler)
		}
	}
}
