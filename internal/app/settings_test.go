package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/sales"
	"kaiwu/internal/scheduling"
)

// notChoices are kept as settings and are nobody's choice.
var notChoices = map[string]string{"ops.last_backup_ms": "a date that the program notes", "masterdata.item_codes": "rules for item codes have a page of their own",
	"dictionary.owner": "who owns a noun is chosen on the page of the noun"}

// readSettings finds every name with which the code reads a setting, and the default that it falls back to where that
// is written in place: the third and fourth argument of masterdata.Setting.
func readSettings(t *testing.T) map[string]string {
	t.Helper()
	consts, calls := map[string]string{}, [][2]ast.Expr{}
	where := []string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
		if err != nil {
			return err
		}
		pkg := f.Name.Name
		ast.Inspect(f, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.FuncDecl:
				return x.Name.Name != "IntSetting" // reads what its callers name
			case *ast.ValueSpec:
				for i, name := range x.Names {
					if i < len(x.Values) {
						if l, ok := x.Values[i].(*ast.BasicLit); ok && l.Kind == token.STRING {
							consts[pkg+"."+name.Name], _ = strconv.Unquote(l.Value)
						}
					}
				}
			case *ast.CallExpr:
				fun := ""
				switch c := x.Fun.(type) {
				case *ast.SelectorExpr:
					if p, ok := c.X.(*ast.Ident); ok {
						fun = p.Name + "." + c.Sel.Name
					}
				case *ast.Ident:
					fun = pkg + "." + c.Name
				}
				if (fun == "masterdata.Setting" || fun == "masterdata.IntSetting") && len(x.Args) == 4 {
					calls, where = append(calls, [2]ast.Expr{x.Args[2], x.Args[3]}), append(where, pkg)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var value func(pkg string, e ast.Expr) (string, bool)
	value = func(pkg string, e ast.Expr) (string, bool) {
		switch x := e.(type) {
		case *ast.BasicLit:
			s, err := strconv.Unquote(x.Value)
			return s, err == nil
		case *ast.Ident:
			s, ok := consts[pkg+"."+x.Name]
			return s, ok
		case *ast.SelectorExpr:
			if p, ok := x.X.(*ast.Ident); ok {
				s, ok := consts[p.Name+"."+x.Sel.Name]
				return s, ok
			}
		case *ast.BinaryExpr: // a setting of each site: its name comes first
			return value(pkg, x.X)
		}
		return "", false
	}
	out := map[string]string{}
	for i, c := range calls {
		name, ok := value(where[i], c[0])
		if !ok {
			t.Errorf("%s reads a setting whose name cannot be seen: use a constant", where[i])
			continue
		}
		def, ok := value(where[i], c[1])
		if !ok {
			def = "?"
		}
		out[strings.TrimSuffix(name, ".")] = def
	}
	for name, v := range consts { // read in another way, by a constant that says what it is
		if _, word, _ := strings.Cut(name, "."); strings.HasPrefix(word, "Setting") && strings.Count(v, ".") == 1 {
			if _, ok := out[v]; !ok {
				out[v] = "?"
			}
		}
	}
	return out
}

// Every setting that the program reads can be seen and changed on the page of settings, in both languages, and the
// page tells the default that the program really falls back to.
func TestEverySettingIsOnThePage(t *testing.T) {
	specs := map[string]masterdata.SettingSpec{}
	for _, list := range [][]masterdata.SettingSpec{masterdata.Settings, inventory.Settings, production.Settings, purchasing.Settings, sales.Settings, planning.Settings, scheduling.Settings} {
		for _, s := range list {
			specs[s.Name] = s
		}
	}
	used := readSettings(t)
	if len(used) < 8 {
		t.Fatalf("found only %v: the search is broken", used)
	}
	for name, def := range used {
		if notChoices[name] != "" {
			continue
		}
		s, ok := specs[name]
		if !ok {
			t.Errorf("setting %s is read by the program and is not on the page: give it a SettingSpec", name)
			continue
		}
		if def != "?" && def != s.Default {
			t.Errorf("setting %s: the page says the default is %q, the program takes %q", name, s.Default, def)
		}
		if s.Title.Zh == "" || s.Title.En == "" || s.Help.Zh == "" || s.Help.En == "" || s.Kind == "" {
			t.Errorf("setting %s needs title, help and kind in both languages", name)
		}
	}
	for name := range specs {
		if _, ok := used[name]; !ok {
			t.Errorf("setting %s is on the page and nobody reads it", name)
		}
	}
}
