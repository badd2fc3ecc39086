package web

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Op describes one operation; the path is below /api/v1 and its first segment names tag and module.
type Op struct {
	Method      string // default POST for commands and acts, GET for queries
	Path        string
	ID          string
	Summary     string
	Description string
	Perm        string // "" = anybody who is logged in
	Public      bool   // no log-in needed
	Module      string // default: the first segment of the path
	MaxBody     int64  // default 1 MiB; uploads say more
	Stream      bool   // the body is not read beforehand: multipart uploads and large files
	Timeout     time.Duration
	Later       bool // an enrolled device may send it later, in its author's name (AuthorHeader)
}

const (
	prefix      = "/api/v1"
	defaultBody = 1 << 20
)

// Hit is what a global search or a scanned code found.
type Hit struct {
	Kind  string `json:"kind" doc:"What it is: item, work_order, lot, …"`
	Title string `json:"title" doc:"Its number or code"`
	Sub   string `json:"sub" doc:"A second line: name, quantity, state"`
	URL   string `json:"url" doc:"Its page in the office"`
}

type reply[T any] struct{ Body T }

// Command registers a use case that changes something: one transaction, once for each Idempotency-Key of an
// actor, 200 with the result. The function may run more than once, so it does database work only.
func Command[In, Out any](a *API, op Op, use func(ctx context.Context, tx *db.Tx, in *In) (Out, error)) {
	op.Method = orElse(op.Method, http.MethodPost)
	register(a, op, func(ctx context.Context, in *In) (out Out, err error) {
		c := callOf(ctx)
		err = a.DB.InTx(ctx, func(tx *db.Tx) error {
			got, err := db.Once(ctx, tx, c.scope(), c.key, c.received(), func() (Out, error) {
				fresh := *in // a second run must not see what the first one changed
				return use(ctx, tx, &fresh)
			})
			out = got
			return err
		})
		if db.KeyTaken(err, c.key) {
			err = fault.Conflict("web.key_taken", "this was carried out already for somebody else under the same key; nothing was booked twice").With("key", c.key)
		}
		return out, err
	})
}

// Act registers a change that is not one transaction: log-in, import, upload. The function opens its own.
func Act[In, Out any](a *API, op Op, use func(ctx context.Context, in *In) (Out, error)) {
	op.Method = orElse(op.Method, http.MethodPost)
	register(a, op, use)
}

// Query registers a reading operation on the reader pool; each statement sees the newest state.
func Query[In, Out any](a *API, op Op, use func(ctx context.Context, q db.Querier, in *In) (Out, error)) {
	op.Method = orElse(op.Method, http.MethodGet)
	register(a, op, func(ctx context.Context, in *In) (Out, error) { return use(ctx, a.DB.Read(), in) })
}

// QueryView is Query on one snapshot, for answers that are put together from several reads.
func QueryView[In, Out any](a *API, op Op, use func(ctx context.Context, q db.Querier, in *In) (Out, error)) {
	op.Method = orElse(op.Method, http.MethodGet)
	register(a, op, func(ctx context.Context, in *In) (out Out, err error) {
		err = a.DB.View(ctx, func(q db.Querier) error { out, err = use(ctx, q, in); return err })
		return out, err
	})
}

func register[In, Out any](a *API, op Op, use func(ctx context.Context, in *In) (Out, error)) {
	hop := a.operation(&op)
	a.maskType(reflect.TypeFor[In]())
	a.maskType(reflect.TypeFor[Out]())
	huma.Register(a.API, *hop, func(ctx context.Context, in *In) (*reply[Out], error) {
		if err := refuseMasked(ctx, in); err != nil {
			return nil, a.problem(ctx, err)
		}
		out, err := use(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return &reply[Out]{out}, nil
	})
	a.params(reflect.TypeFor[In](), hop)
	a.optional(reflect.TypeFor[In]())
	a.optional(reflect.TypeFor[Out]())
}

// operation translates Op for huma and puts the door keeper in front of it.
func (a *API) operation(op *Op) *huma.Operation {
	tag, _, _ := strings.Cut(strings.Trim(op.Path, "/"), "/")
	op.Module = orElse(op.Module, tag)
	if op.MaxBody == 0 {
		op.MaxBody = defaultBody
	}
	if op.Timeout == 0 {
		op.Timeout = 30 * time.Second
	}
	a.ops, a.opID = append(a.ops, *op), op.ID
	h := &huma.Operation{Method: op.Method, Path: prefix + op.Path, OperationID: op.ID, Summary: op.Summary, Description: op.Description, Tags: []string{tag},
		DefaultStatus: http.StatusOK, Errors: []int{400, 401, 403, 404, 409, 422, 429, 503},
		MaxBodyBytes: op.MaxBody + 1, BodyReadTimeout: -1, // the door keeper has read and measured the body
		Security:   []map[string][]string{{"session": {}}, {"key": {}}},
		Extensions: map[string]any{"x-permission": op.Perm, "x-module": op.Module}}
	if op.Stream {
		h.MaxBodyBytes = -1
	}
	if op.Public {
		h.Security = []map[string][]string{{}}
	}
	if op.Method != http.MethodGet {
		h.Parameters = append(h.Parameters, &huma.Param{Name: "Idempotency-Key", In: "header", Description: "Made by the client for this one act; sending it again gives the same answer.",
			Schema: &huma.Schema{Type: huma.TypeString, MaxLength: ptr(maxKey)}})
	}
	if op.Later {
		h.Parameters = append(h.Parameters, &huma.Param{Name: AuthorHeader, In: "header", Description: "On an enrolled device: the token of whoever did this there and has left it since; the act is his, not that of the session.",
			Schema: &huma.Schema{Type: huma.TypeString, MaxLength: ptr(maxKey)}})
	}
	o := *op
	h.Middlewares = huma.Middlewares{func(hc huma.Context, next func(huma.Context)) { a.keepDoor(&o, hc, next) }}
	return h
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func ptr[T any](v T) *T { return &v }
