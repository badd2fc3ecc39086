package web

import (
	"reflect"
	"strings"
	"sync"
)

// A nil slice or map is written as [] or {}: the document says list and object, never null, and a client that trusts
// it must not break on an order without lines.

var listTypes sync.Map // reflect.Type -> bool: may hold a slice or a map somewhere below

func mayHoldList(t reflect.Type) bool {
	if v, ok := listTypes.Load(t); ok {
		return v.(bool)
	}
	has := findList(t, map[reflect.Type]bool{})
	listTypes.Store(t, has)
	return has
}

func findList(t reflect.Type, seen map[reflect.Type]bool) bool {
	if opaque(t) {
		return false
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Interface:
		return true
	case reflect.Pointer, reflect.Array:
		return findList(t.Elem(), seen)
	case reflect.Struct:
		if seen[t] {
			return false
		}
		seen[t] = true
		for i := range t.NumField() {
			f := t.Field(i)
			if (f.IsExported() || f.Anonymous) && findList(f.Type, seen) {
				return true
			}
		}
	}
	return false
}

// holdsNil looks for a nil list that would be written as null.
func holdsNil(v reflect.Value) bool {
	if !v.IsValid() || !mayHoldList(v.Type()) {
		return false
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && holdsNil(v.Elem())
	case reflect.Slice, reflect.Map:
		if v.IsNil() {
			return v.Type().Elem().Kind() != reflect.Uint8
		}
		if !mayHoldList(v.Type().Elem()) {
			return false
		}
		if v.Kind() == reflect.Map {
			for it := v.MapRange(); it.Next(); {
				if holdsNil(it.Value()) {
					return true
				}
			}
			return false
		}
		for i := range v.Len() {
			if holdsNil(v.Index(i)) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name, inline := jsonField(f)
			if name == "" && !inline {
				continue
			}
			if fv := v.Field(i); !(omits(f) && (fv.Kind() == reflect.Slice || fv.Kind() == reflect.Map) && fv.Len() == 0) && holdsNil(fv) {
				return true
			}
		}
	}
	return false
}

func omits(f reflect.StructField) bool {
	_, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
	return strings.Contains(opts, "omitempty")
}

// fillNil gives the JSON of a value with its nil lists empty.
func fillNil(v reflect.Value, node any) any {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		if v.IsNil() {
			return node
		}
		v = v.Elem()
	}
	if !v.IsValid() || !mayHoldList(v.Type()) {
		return node
	}
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() && v.Type().Elem().Kind() != reflect.Uint8 {
			return []any{}
		}
		if l, ok := node.([]any); ok {
			for i := range min(v.Len(), len(l)) {
				l[i] = fillNil(v.Index(i), l[i])
			}
		}
	case reflect.Map:
		if v.IsNil() {
			return map[string]any{}
		}
		if m, ok := node.(map[string]any); ok {
			for it := v.MapRange(); it.Next(); {
				key := mapKey(it.Key())
				if old, ok := m[key]; ok {
					m[key] = fillNil(it.Value(), old)
				}
			}
		}
	case reflect.Struct:
		m, ok := node.(map[string]any)
		if !ok {
			return node
		}
		for i := range v.NumField() {
			name, inline := jsonField(v.Type().Field(i))
			if inline {
				fillNil(v.Field(i), m)
			} else if old, ok := m[name]; ok && name != "" {
				m[name] = fillNil(v.Field(i), old)
			}
		}
	}
	return node
}
