package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/fault"
)

// Problem is RFC 9457 with what a translated message needs.
type Problem struct {
	Type     string            `json:"type" doc:"urn:kaiwu: and the code"`
	Title    string            `json:"title" doc:"The HTTP status in words"`
	Status   int               `json:"status"`
	Detail   string            `json:"detail" doc:"What was refused, where, and what to do, in the caller's language"`
	Instance string            `json:"instance,omitempty" doc:"The request id, also in the server's log"`
	Code     string            `json:"code" doc:"Stable machine code, also the key of the translated message" example:"inventory.short"`
	Params   map[string]string `json:"params,omitempty" doc:"Values in the translated message"`
	Errors   []FieldError      `json:"errors,omitempty" doc:"One entry for each bad input"`
}

// FieldError names one bad input.
type FieldError struct {
	Location string            `json:"location" doc:"body.lines[2].qty, query.limit, or file:row:column"`
	Code     string            `json:"code"`
	Message  string            `json:"message" doc:"In the caller's language"`
	Value    string            `json:"value,omitempty" doc:"What was sent"`
	Params   map[string]string `json:"params,omitempty"`
}

func (p *Problem) Error() string  { return p.Code + ": " + p.Detail }
func (p *Problem) GetStatus() int { return p.Status }
func (p *Problem) ContentType(ct string) string {
	if ct == "application/json" {
		return "application/problem+json"
	}
	return ct
}

func init() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return &Problem{Status: status, Title: http.StatusText(status), Detail: msg, Code: "web.invalid"}
	}
	// huma found the input wrong before a room saw it
	huma.NewErrorWithContext = func(hc huma.Context, status int, msg string, errs ...error) huma.StatusError {
		c := callOf(hc.Context())
		if c == nil {
			return huma.NewError(status, msg, errs...)
		}
		return c.api.problem(hc.Context(), inputFault(c.op.MaxBody, status, msg, errs))
	}
}

// problem renders an error for the caller. What is not a fault is a bug or a broken machine: it is logged and
// answered without detail.
func (a *API) problem(ctx context.Context, err error) *Problem {
	return a.render(ctx, Locale(ctx), err)
}

func (a *API) render(ctx context.Context, locale string, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	in := infoOf(ctx)
	f, ok := fault.As(err)
	switch {
	case ok:
	case errors.Is(err, context.DeadlineExceeded):
		slog.WarnContext(ctx, "ran out of time", "op", in.op, "request", in.id, "err", err)
		f = fault.Busy("web.timeout", "this took too long and was given up; nothing was changed")
	case errors.Is(err, context.Canceled):
		f = fault.Busy("web.cancelled", "the caller went away")
	default:
		slog.ErrorContext(ctx, "operation failed", "op", in.op, "request", in.id, "user", in.user, "err", err)
		f = (&fault.Error{Kind: http.StatusInternalServerError, Code: "web.internal", Detail: "internal error, reported as " + in.id}).With("request", in.id)
	}
	p := &Problem{Type: "urn:kaiwu:" + f.Code, Title: http.StatusText(int(f.Kind)), Status: int(f.Kind), Instance: in.id, Code: f.Code, Params: f.Params,
		Detail: a.say(locale, f.Code, f.Detail, f.Params)}
	for _, x := range f.Fields {
		p.Errors = append(p.Errors, FieldError{Location: x.Where, Code: x.Code, Message: a.say(locale, x.Code, x.Detail, x.Params), Value: x.Value, Params: x.Params})
	}
	if f.Code == "web.invalid" && len(p.Errors) > 0 {
		p.Detail = a.say(locale, f.Code, f.Detail, map[string]string{"count": strconv.Itoa(len(p.Errors)), "first": p.Errors[0].Message})
	}
	return p
}

// refuse writes a problem where huma is not in charge.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, locale string, err error) {
	p := a.render(r.Context(), locale, err)
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if p.Status == http.StatusTooManyRequests && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "1")
	}
	w.WriteHeader(p.Status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.Encode(p)
}

// inputFault turns huma's findings into a fault whose fields name place, value and remedy.
func inputFault(most int64, status int, msg string, errs []error) error {
	for _, e := range errs {
		if f, ok := fault.As(e); ok {
			return f
		}
		if strings.Contains(e.Error(), "request body too large") { // huma keeps the text of http.MaxBytesError only
			status = http.StatusRequestEntityTooLarge
		}
	}
	switch {
	case strings.HasPrefix(msg, "request body is required"):
		return fault.Invalid("web.body_missing", "the request needs a JSON body")
	case status == http.StatusRequestEntityTooLarge:
		return fault.TooLarge("web.too_large", "the request has more than %d bytes", most).With("max", most)
	case status >= 500:
		return fmt.Errorf("%s: %w", msg, errors.Join(errs...))
	}
	f := fault.Invalid("web.invalid", "%s", msg).With("count", len(errs)).With("first", msg)
	if status == http.StatusBadRequest || status == http.StatusUnsupportedMediaType {
		f.Kind = fault.Kind(status)
	}
	for _, e := range errs {
		d, ok := errors.AsType[*huma.ErrorDetail](e)
		if !ok {
			d = &huma.ErrorDetail{Message: e.Error(), Location: "body"}
		}
		f.At(field(d))
	}
	if len(f.Fields) > 0 {
		f.With("first", f.Fields[0].Detail)
	}
	return f
}
