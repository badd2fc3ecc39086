// Package fault is the one error that a person is meant to read.
//
// Code is the translation key ("inventory.short"), Detail the English sentence for logs and API readers, and
// With adds the values that the translated sentence needs. Anything that is not a *fault.Error is a bug or a
// broken machine, and the web answers it with 500 and no detail.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is the HTTP status that fits the refusal.
type Kind int

const (
	KindInvalid   Kind = 422 // the input can never be right
	KindDenied    Kind = 401 // who are you?
	KindForbidden Kind = 403
	KindNotFound  Kind = 404
	KindConflict  Kind = 409 // the input could be right, but not now
	KindTooLarge  Kind = 413
	KindTooMany   Kind = 429
	KindBusy      Kind = 503
)

// Error says what was refused, where and how much.
type Error struct {
	Kind   Kind
	Code   string
	Detail string
	Params map[string]string
	Fields []Field
}

// Field names one bad input: the place (body.lines[2].qty, or file:row:column), a code with params, and an English sentence.
type Field struct {
	Where  string            `json:"location"`
	Code   string            `json:"code"`
	Detail string            `json:"message"`
	Value  string            `json:"value,omitempty"`
	Params map[string]string `json:"params,omitempty"`
}

func (e *Error) Error() string { return e.Code + ": " + e.Detail }

// With adds a value for the translated sentence.
func (e *Error) With(k string, v any) *Error {
	if e.Params == nil {
		e.Params = map[string]string{}
	}
	e.Params[k] = fmt.Sprint(v)
	return e
}

// At adds a bad field.
func (e *Error) At(f ...Field) *Error { e.Fields = append(e.Fields, f...); return e }

func mk(k Kind, code, detail string, args []any) *Error {
	if len(args) > 0 {
		detail = fmt.Sprintf(detail, args...)
	}
	return &Error{Kind: k, Code: code, Detail: detail}
}

func Invalid(code, detail string, args ...any) *Error   { return mk(KindInvalid, code, detail, args) }
func Denied(code, detail string, args ...any) *Error    { return mk(KindDenied, code, detail, args) }
func Forbidden(code, detail string, args ...any) *Error { return mk(KindForbidden, code, detail, args) }
func NotFound(code, detail string, args ...any) *Error  { return mk(KindNotFound, code, detail, args) }
func Conflict(code, detail string, args ...any) *Error  { return mk(KindConflict, code, detail, args) }
func TooLarge(code, detail string, args ...any) *Error  { return mk(KindTooLarge, code, detail, args) }
func TooMany(code, detail string, args ...any) *Error   { return mk(KindTooMany, code, detail, args) }
func Busy(code, detail string, args ...any) *Error      { return mk(KindBusy, code, detail, args) }

// As finds the fault in an error chain.
func As(err error) (*Error, bool) { return errors.AsType[*Error](err) }

// Is says whether err is the fault with this code.
func Is(err error, code string) bool {
	f, ok := As(err)
	return ok && f.Code == code
}

// Text is a sentence in both languages; {name} stands for a param.
type Text struct{ Zh, En string }

// Messages maps fault codes to their sentences; each room has one and kit/web renders them.
type Messages map[string]Text

// Render fills the sentence in the given locale ("zh" or "en").
func (t Text) Render(locale string, params map[string]string) string {
	s := t.Zh
	if locale == "en" {
		s = t.En
	}
	for k, v := range params {
		s = strings.ReplaceAll(s, "{"+k+"}", v)
	}
	return s
}
