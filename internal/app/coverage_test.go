package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docs/coverage.md maps requirements to what proves them; a name in it that does not exist fails here. Columns:
// id | what | operations | permissions | events | screens | tests | missing.
func TestCoverageNamesExist(t *testing.T) {
	b, err := os.ReadFile("../../docs/coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	a := New(nil, Options{})
	ops, perms := map[string]bool{}, map[string]bool{}
	for _, op := range a.API.Ops() {
		ops[op.ID] = true
	}
	for _, p := range Perms() {
		perms[p] = true
	}
	sources := read(t, "../../internal", ".go")
	sources += read(t, "../../cmd", ".go")
	web := read(t, "../../web/src", ".ts", ".tsx") + read(t, "../../web/e2e", ".mjs")
	word := regexp.MustCompile("`([^`]+)`")
	rows := 0
	for line := range strings.Lines(string(b)) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| id ") || strings.HasPrefix(line, "| --") {
			continue
		}
		cols := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cols) != 8 {
			t.Errorf("%d columns instead of 8: %s", len(cols), line)
			continue
		}
		rows++
		each := func(col int, kind string, ok func(name string) bool) {
			for _, m := range word.FindAllStringSubmatch(cols[col], -1) {
				if !ok(m[1]) {
					t.Errorf("%s: there is no %s %s", strings.TrimSpace(cols[0]), kind, m[1])
				}
			}
		}
		each(2, "operation", func(n string) bool { return ops[n] })
		each(3, "permission", func(n string) bool { return perms[n] })
		each(4, "event", func(n string) bool { return strings.Contains(sources, `"`+n+`"`) })
		each(5, "screen", func(n string) bool { return screen(web, n) })
		each(6, "test", func(n string) bool {
			return strings.Contains(sources, "func "+n+"(") || strings.Contains(web, n)
		})
	}
	if rows < 50 {
		t.Errorf("only %d rows were read", rows)
	}
}

// screen finds a route in the router: its last fixed part stands there as a path.
func screen(web, route string) bool {
	return strings.Contains(web, "'"+route+"'") || strings.Contains(web, "'"+strings.TrimPrefix(route, "/")+"'") || strings.Contains(web, `"`+route+`"`) || strings.Contains(web, `path="`+strings.TrimPrefix(route, "/")+`"`)
}

func read(t *testing.T, root string, exts ...string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !slices.Contains(exts, filepath.Ext(p)) || strings.Contains(p, "node_modules") {
			return err
		}
		src, err := os.ReadFile(p)
		b.Write(src)
		b.WriteByte('\n')
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
