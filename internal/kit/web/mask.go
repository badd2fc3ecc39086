package web

import (
	"bytes"
	"context"
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/fault"
)

// A field tagged `mask:"price"` is for actors with the permission see.price, one tagged
// `mask:"sales_price"` with see.sales_price. Hiding works on the JSON form, so
// that a hidden decimal is absent rather than "0".

func sees(act *actor.Actor, mask string) bool { return mask == "" || act.Can("see."+mask) }

var maskedTypes sync.Map // reflect.Type -> bool: may hold a masked field somewhere below

func hasMask(t reflect.Type) bool {
	if v, ok := maskedTypes.Load(t); ok {
		return v.(bool)
	}
	has := findMask(t, map[reflect.Type]bool{})
	maskedTypes.Store(t, has)
	return has
}

func findMask(t reflect.Type, seen map[reflect.Type]bool) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return findMask(t.Elem(), seen)
	case reflect.Interface:
		return true // only the value tells
	case reflect.Struct:
		if seen[t] || opaque(t) {
			return false
		}
		seen[t] = true
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Tag.Get("mask") != "" || (f.IsExported() || f.Anonymous) && findMask(f.Type, seen) {
				return true
			}
		}
	}
	return false
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// opaque types write themselves.
func opaque(t reflect.Type) bool {
	return t.Implements(jsonMarshaler) || t.Implements(textMarshaler) || reflect.PointerTo(t).Implements(textMarshaler) || reflect.PointerTo(t).Implements(jsonMarshaler)
}

// jsonField is the name of a field on the wire, "" when it has none; inline when its fields stand in the parent.
func jsonField(f reflect.StructField) (name string, inline bool) {
	tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	switch {
	case tag == "-" || !f.IsExported() && !f.Anonymous:
		return "", false
	case tag != "":
		return tag, false
	case f.Anonymous:
		t := f.Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() == reflect.Struct {
			return "", true
		}
	}
	return f.Name, false
}

// maskType notes which JSON names of a type are masked; event payloads are stripped by these names.
func (a *API) maskType(t reflect.Type) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.noteMasks(t, map[reflect.Type]bool{})
}

// MaskedTypes makes the masks of event payloads known that appear in no operation.
func (a *API) MaskedTypes(values ...any) {
	for _, v := range values {
		a.maskType(reflect.TypeOf(v))
	}
}

func (a *API) noteMasks(t reflect.Type, seen map[reflect.Type]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		a.noteMasks(t.Elem(), seen)
	case reflect.Struct:
		if seen[t] {
			return
		}
		seen[t] = true
		for i := range t.NumField() {
			f := t.Field(i)
			if m := f.Tag.Get("mask"); m != "" {
				name, _ := jsonField(f)
				room := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:] + "." + name
				if a.masked[name] == nil {
					a.masked[name] = map[string]bool{}
				}
				if a.maskedBy[room] == nil {
					a.maskedBy[room] = map[string]bool{}
				}
				a.masked[name][m], a.maskedBy[room][m] = true, true
			}
			a.noteMasks(f.Type, seen)
		}
	}
}

// HiddenNames are the JSON names that an actor may not see in any payload.
func (a *API) HiddenNames(act *actor.Actor) map[string]bool {
	out := map[string]bool{}
	a.mu.RLock()
	defer a.mu.RUnlock()
	for name, masks := range a.masked {
		for m := range masks {
			if !sees(act, m) {
				out[name] = true
			}
		}
	}
	return out
}

// HiddenIn are the names that an actor may not see in what a room tells (sales of sales.ordered): where that room marks a
// name itself, its own mark counts and not another room's, so that who may see a sales price sees it in the news too.
func (a *API) HiddenIn(act *actor.Actor, event string) map[string]bool {
	out := a.HiddenNames(act)
	room, _, _ := strings.Cut(event, ".")
	a.mu.RLock()
	defer a.mu.RUnlock()
	for name := range out {
		own := a.maskedBy[room+"."+name]
		if len(own) > 0 && !slices.ContainsFunc(slices.Collect(maps.Keys(own)), func(m string) bool { return !sees(act, m) }) {
			delete(out, name)
		}
	}
	return out
}

// optional takes masked fields off the list of required ones: for some callers they are neither sent nor taken.
func (a *API) optional(t reflect.Type) { a.relax(t, map[reflect.Type]bool{}) }

func (a *API) relax(t reflect.Type, seen map[reflect.Type]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		a.relax(t.Elem(), seen)
	case reflect.Struct:
		if seen[t] || !hasMask(t) || opaque(t) {
			return
		}
		seen[t] = true
		for i := range t.NumField() {
			a.relax(t.Field(i).Type, seen)
		}
		var s *huma.Schema
		for name, of := range a.names {
			if of == t {
				s = a.OpenAPI().Components.Schemas.Map()[name]
			}
		}
		if s == nil {
			return
		}
		for _, f := range reflect.VisibleFields(t) {
			m := f.Tag.Get("mask")
			name, _ := jsonField(f)
			if m == "" || name == "" {
				continue
			}
			s.Required = slices.DeleteFunc(s.Required, func(r string) bool { return r == name })
			if p := s.Properties[name]; p != nil && p.Ref == "" {
				if p.Extensions == nil {
					p.Extensions = map[string]any{}
				}
				p.Extensions["x-mask"] = m
			}
		}
		s.PrecomputeMessages()
	}
}

// transform is the last step before an answer is written.
func (a *API) transform(hc huma.Context, _ string, v any) (any, error) {
	c := callOf(hc.Context())
	if c == nil || c.actor == nil {
		return v, nil
	}
	if _, ok := v.(*Problem); ok || v == nil {
		return v, nil
	}
	var drop []string
	if p, ok := v.(interface{ dropped() []string }); ok {
		drop = p.dropped()
	}
	rv := reflect.ValueOf(v)
	hide, null := !c.actor.Perms["*"] && hasMask(rv.Type()), holdsNil(rv)
	if len(drop) == 0 && !hide && !null {
		return v, nil
	}
	tree, err := asTree(v)
	if err != nil {
		return nil, err
	}
	if null {
		tree = fillNil(rv, tree)
	}
	if hide {
		strip(rv, tree, c.actor, a.HiddenNames(c.actor))
	}
	if m, ok := tree.(map[string]any); ok && len(drop) > 0 {
		items, _ := m["items"].([]any)
		for _, it := range items {
			for _, d := range drop {
				delete(it.(map[string]any), d)
			}
		}
	}
	return tree, nil
}

func asTree(v any) (tree any, err error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	err = d.Decode(&tree)
	return tree, err
}

// Visible is a value as an actor may see it: its JSON without the masked fields.
func (a *API) Visible(act *actor.Actor, v any) (any, error) {
	if v == nil || act.Perms["*"] || !hasMask(reflect.TypeOf(v)) {
		return v, nil
	}
	tree, err := asTree(v)
	if err == nil {
		strip(reflect.ValueOf(v), tree, act, a.HiddenNames(act))
	}
	return tree, err
}

// strip walks a value and its JSON together and deletes what is masked. A map without a type of its own (the
// replay of a stored answer, a custom field) is stripped of the names that are masked anywhere.
func strip(v reflect.Value, node any, act *actor.Actor, names map[string]bool) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	if node == nil || !hasMask(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		m, ok := node.(map[string]any)
		if !ok || opaque(v.Type()) {
			return
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name, inline := jsonField(f)
			switch {
			case inline:
				strip(v.Field(i), m, act, names)
			case name == "":
			case !sees(act, f.Tag.Get("mask")):
				delete(m, name)
			default:
				strip(v.Field(i), m[name], act, names)
			}
		}
	case reflect.Slice, reflect.Array:
		if l, ok := node.([]any); ok {
			for i := range min(v.Len(), len(l)) {
				strip(v.Index(i), l[i], act, names)
			}
		}
	case reflect.Map:
		if m, ok := node.(map[string]any); ok {
			for it := v.MapRange(); it.Next(); {
				key := mapKey(it.Key())
				if names[key] && v.Type().Elem().Kind() == reflect.Interface {
					delete(m, key)
					continue
				}
				strip(it.Value(), m[key], act, names)
			}
		}
	}
}

// mapKey is a key as encoding/json writes it.
func mapKey(v reflect.Value) string {
	if tm, ok := v.Interface().(encoding.TextMarshaler); ok && v.Kind() != reflect.String {
		if b, err := tm.MarshalText(); err == nil {
			return string(b)
		}
	}
	return fmt.Sprint(v.Interface())
}

// refuseMasked refuses an input that sets what its sender may not see.
func refuseMasked(ctx context.Context, in any) error {
	c := callOf(ctx)
	if c == nil || c.actor.Perms["*"] || !hasMask(reflect.TypeOf(in)) {
		return nil
	}
	var bad []string
	t := reflect.TypeOf(in).Elem()
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "Body" && len(c.body) > 0 {
			var tree any
			if json.Unmarshal(c.body, &tree) == nil {
				bad = append(bad, present(f.Type, tree, "body", c.actor)...)
			}
		} else if !sees(c.actor, f.Tag.Get("mask")) && !reflect.ValueOf(in).Elem().Field(i).IsZero() {
			bad = append(bad, "query."+orElse(f.Tag.Get("query"), f.Name))
		}
	}
	if len(bad) == 0 {
		return nil
	}
	slices.Sort(bad)
	err := fault.Forbidden("web.field_forbidden", "you may not set %s", strings.Join(bad, ", ")).With("field", strings.Join(bad, ", "))
	for _, b := range bad {
		err.At(fault.Field{Where: b, Code: "web.field_forbidden", Detail: "you may not set this", Params: map[string]string{"field": strings.TrimPrefix(b, "body.")}})
	}
	return err
}

// present lists masked fields that the sent JSON sets. Names are compared as encoding/json does: without case.
func present(t reflect.Type, node any, path string, act *actor.Actor) (bad []string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if node == nil || !hasMask(t) {
		return nil
	}
	switch t.Kind() {
	case reflect.Struct:
		m, ok := node.(map[string]any)
		if !ok || opaque(t) {
			return nil
		}
		for i := range t.NumField() {
			f := t.Field(i)
			name, inline := jsonField(f)
			if inline {
				bad = append(bad, present(f.Type, m, path, act)...)
				continue
			}
			for _, k := range slices.Sorted(maps.Keys(m)) {
				if name == "" || !strings.EqualFold(k, name) || m[k] == nil {
					continue
				}
				if !sees(act, f.Tag.Get("mask")) {
					bad = append(bad, path+"."+name)
				} else {
					bad = append(bad, present(f.Type, m[k], path+"."+name, act)...)
				}
			}
		}
	case reflect.Slice, reflect.Array:
		l, _ := node.([]any)
		for i, x := range l {
			bad = append(bad, present(t.Elem(), x, fmt.Sprintf("%s[%d]", path, i), act)...)
		}
	case reflect.Map:
		m, _ := node.(map[string]any)
		for k, x := range m {
			bad = append(bad, present(t.Elem(), x, path+"."+k, act)...)
		}
	}
	return bad
}
