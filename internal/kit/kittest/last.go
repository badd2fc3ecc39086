package kittest

import (
	"encoding/json"
	"testing"

	"kaiwu/internal/kit/db"
)

// Last is the payload of the newest event of a name.
func Last[T any](t testing.TB, d *db.DB, name string) (out T) {
	t.Helper()
	text, err := db.One[string](t.Context(), d.Read(), `SELECT payload FROM kit_event WHERE name = $1 ORDER BY recorded_ms DESC, id DESC LIMIT 1`, name)
	if err == nil {
		err = json.Unmarshal([]byte(text), &out)
	}
	if err != nil {
		t.Fatal(name, err)
	}
	return out
}
