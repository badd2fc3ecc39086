//go:build shared

package pack_test

import (
	"os"
	"path/filepath"
	"testing"

	"kaiwu/internal/pack"
)

// Every pack of the reference folder reads without a fault, and the copies in testdata are the same factories.
// make test-shared runs it where that folder exists; it says so where it does not.
func TestReferencePacks(t *testing.T) {
	root := os.Getenv("KAIWU_SHARED")
	packs, err := filepath.Glob(filepath.Join(root, "data", "*", "*", "items.csv"))
	if root == "" || err != nil || len(packs) == 0 {
		t.Fatalf("KAIWU_SHARED=%q holds no packs", root)
	}
	for _, items := range packs {
		dir := filepath.Dir(items)
		p, faults := pack.Read(dir)
		if len(faults) > 0 {
			t.Errorf("%s: %v", dir, faults[0])
			continue
		}
		rel, err := filepath.Rel(filepath.Join(root, "data"), dir)
		if err != nil {
			t.Fatal(err)
		}
		copied, faults := pack.Read(filepath.Join("..", "..", "testdata", rel))
		if len(faults) > 0 || !p.Equal(copied) {
			t.Errorf("testdata/%s differs from the reference", rel)
		}
	}
}
