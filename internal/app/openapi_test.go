package app

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

// api/openapi.json is what the web's client is made of. After a change: make generate.
func TestOpenAPIIsCommitted(t *testing.T) {
	got, err := json.MarshalIndent(New(nil, Options{}).API.OpenAPI(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "../../api/openapi.json"
	got = append(got, '\n')
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, _ := os.ReadFile(file); !bytes.Equal(want, got) {
		t.Errorf("%s is stale: run make generate", file)
	}
}
