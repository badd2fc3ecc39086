package app

import (
	"regexp"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

// What a path names must be read: an input that embeds an unexported type silently leaves its fields empty.
func TestPathParametersAreRead(t *testing.T) {
	name := regexp.MustCompile(`\{(\w+)\}`)
	for path, item := range New(nil, Options{}).API.OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op == nil {
				continue
			}
			for _, m := range name.FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "path" && p.Name == m[1] }) {
					t.Errorf("%s %s: nothing reads %s", method, path, m[1])
				}
			}
		}
	}
}
