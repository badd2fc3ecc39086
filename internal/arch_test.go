// Package internal_test holds the plan of the house as a test: who may import whom, who owns which table, and
// which words belong to kit alone. A change here is a design decision; make it in its own commit.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rooms from the ground up: a room may import kit and any room named before it. News travels down the list as
// events. pack is the file format of a whole factory: values only, so it stands below all rooms.
var rooms = []string{
	"pack", "identity", "compliance", "masterdata", "inventory", "equipment", "quality",
	"purchasing", "production", "sales", "planning", "scheduling", "costing", "payroll",
	"traceability", "supplier", "integration", "analytics", "lowcode", "app",
}

// prefixes of tables; v_ is a view that its owner promises to keep, and anybody may read it.
var prefixes = map[string]string{
	"kit": "kit", "id": "identity", "cmp": "compliance", "md": "masterdata", "inv": "inventory", "eq": "equipment",
	"qa": "quality", "po": "purchasing", "wo": "production", "so": "sales", "mrp": "planning", "aps": "scheduling",
	"cost": "costing", "pay": "payroll", "tr": "traceability", "sup": "supplier", "int": "integration", "an": "analytics", "lc": "lowcode",
}

func TestRoomsOnlyImportRoomsBeforeThem(t *testing.T) {
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		for _, imp := range f.ast.Imports {
			other, ok := strings.CutPrefix(strings.Trim(imp.Path.Value, `"`), "kaiwu/internal/")
			if other, _, _ = strings.Cut(other, "/"); !ok || other == "kit" || other == f.room {
				continue
			}
			if f.room == "kit" || slices.Index(rooms, other) >= slices.Index(rooms, f.room) {
				t.Errorf("%s: %s may not import %s", f.path, f.room, other)
			}
		}
	}
}

var (
	create  = regexp.MustCompile(`(?i)CREATE (?:TABLE|VIEW) (?:IF NOT EXISTS )?(\w+)`)
	touches = regexp.MustCompile(`\b(INSERT INTO|UPDATE|DELETE FROM|FROM|JOIN) ([a-z]+)_(\w+)`)
)

func TestTablesAreTouchedOnlyByTheirRoom(t *testing.T) {
	owner := map[string]string{}
	walk(t, ".sql", func(room, path, src string) {
		for _, m := range create.FindAllStringSubmatch(src, -1) {
			if was, ok := owner[m[1]]; ok && was != room { // a room may make its view anew
				t.Errorf("%s: %s already belongs to %s", path, m[1], was)
			}
			owner[m[1]] = room
			prefix, _, _ := strings.Cut(m[1], "_")
			if prefix != "v" && prefixes[prefix] != room {
				t.Errorf("%s: %s does not carry the prefix of %s", path, m[1], room)
			}
		}
	})
	for _, f := range sources(t) {
		if f.test || f.room == "app" {
			continue
		}
		for _, m := range touches.FindAllStringSubmatch(f.src, -1) {
			verb, table := m[1], m[2]+"_"+m[3]
			if m[2] == "v" && (verb == "FROM" || verb == "JOIN") {
				if owner[table] == "" {
					t.Errorf("%s: %s %s: nobody promises that view", f.path, verb, table)
				}
				continue
			}
			if own, is := prefixes[m[2]]; is && own != f.room && !(own == "kit" && (table == "kit_batch" && verb == "FROM" || table == "kit_setting")) {
				t.Errorf("%s: %s %s, which belongs to %s", f.path, verb, table, own)
			}
		}
	}
}

// Words that are kept to one place, each with its reason.
func TestForbiddenWords(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || f.room == "kit" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			word := x.Name + "." + sel.Sel.Name
			switch {
			case word == "time.Now" && f.room != "app":
				t.Errorf("%s: time.Now: the clock is injected, use tx.Now or d.Now", f.path)
			case word == "sql.Open":
				t.Errorf("%s: sql.Open: only kit/db knows that there are engines", f.path)
			case word == "context.Background" && f.room != "app":
				t.Errorf("%s: context.Background: a room acts in somebody's name", f.path)
			}
			return true
		})
		if slices.Contains([]string{"inventory", "production", "costing", "sales", "purchasing", "masterdata"}, f.room) {
			ast.Inspect(f.ast, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && (id.Name == "float64" || id.Name == "float32") {
					t.Errorf("%s: %s: quantities and money are num.Dec", f.path, id.Name)
				}
				return true
			})
		}
	}
}

type source struct {
	room, path, src string
	test            bool
	ast             *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	walk(t, ".go", func(room, path, src string) {
		f, err := parser.ParseFile(token.NewFileSet(), path, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, source{room, path, src, strings.HasSuffix(path, "_test.go"), f})
	})
	return out
}

func walk(t *testing.T, ext string, fn func(room, path, src string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(p) != ext || !strings.Contains(p, string(filepath.Separator)) {
			return err
		}
		room, _, _ := strings.Cut(filepath.ToSlash(p), "/")
		if room != "kit" && !slices.Contains(rooms, room) {
			t.Errorf("%s: %q is not on the house plan", p, room)
			return nil
		}
		src, err := os.ReadFile(p)
		if err == nil {
			fn(room, p, string(src))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
