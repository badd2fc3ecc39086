package web

import (
	"bytes"
	"encoding"
	"fmt"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/db"
)

// Text carries a value that travels as text through a path or query parameter: Qty web.Text[num.Dec] `query:"qty"`.
// huma reads a parameter by its kind, and would take the 12 of a decimal for twelve millionths.
type Text[T any] struct{ V T }

func (t *Text[T]) UnmarshalText(b []byte) error {
	return any(&t.V).(encoding.TextUnmarshaler).UnmarshalText(b)
}

// Schema is the value's own.
func (t Text[T]) Schema(r huma.Registry) *huma.Schema {
	if p, ok := any(t.V).(huma.SchemaProvider); ok {
		return p.Schema(r)
	}
	return &huma.Schema{Type: huma.TypeString}
}

var textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

// params lets identifiers be parameters: huma reads them as integers, which they are, and would then demand the text
// that the document promises. The type is taken out of the check and put back into the document by Spec.
func (a *API) params(in reflect.Type, h *huma.Operation) {
	for i := range in.NumField() {
		f := in.Field(i)
		name := orElse(f.Tag.Get("path"), f.Tag.Get("query"))
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			a.params(f.Type, h)
			continue
		case name == "" || f.Type.Kind() != reflect.Int64 || !reflect.PointerTo(f.Type).Implements(textUnmarshaler):
			continue
		case f.Type != reflect.TypeFor[db.ID]():
			panic(fmt.Sprintf("%s: parameter %s must be a web.Text[%v]", h.OperationID, name, f.Type)) // seen at start, by whoever wrote it
		}
		item := a.OpenAPI().Paths[h.Path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil || op.OperationID != h.OperationID {
				continue
			}
			for _, p := range op.Parameters {
				if p.Name == name && p.Schema != nil && p.Schema.Type == huma.TypeString {
					p.Schema.Type = ""
					p.Schema.Extensions = map[string]any{"x-text-type": "string"}
				}
			}
		}
	}
}

func restoreTypes(doc []byte) []byte {
	return bytes.ReplaceAll(doc, []byte(`"x-text-type": "string"`), []byte(`"type": "string"`))
}
