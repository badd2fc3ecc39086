package mrp

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/pack"
)

const testdata = "../../../testdata/"

func load(t testing.TB, dir string) *Pack {
	t.Helper()
	p, faults := pack.Read(dir)
	if err := pack.Error(faults); err != nil {
		t.Fatal(err)
	}
	m, err := FromPack(p, cal.MustDay(p.Site.Today))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func golden(t testing.TB, file string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return lines(rows)
}

func lines(rows [][]string) (out []string) {
	for _, r := range rows {
		out = append(out, strings.Join(r, ","))
	}
	return out
}

// The plan of every golden factory agrees to the last unit and day.
func TestGolden(t *testing.T) {
	cases := map[string]string{}
	dirs, _ := filepath.Glob(testdata + "golden-mrp/*")
	for _, d := range dirs {
		cases[d] = filepath.Join(d, "planned.csv")
	}
	plans, _ := filepath.Glob(testdata + "factories/*.planned.csv")
	for _, f := range plans {
		cases[strings.TrimSuffix(f, ".planned.csv")] = f
	}
	if len(cases) < 9 {
		t.Fatalf("only %d golden factories", len(cases))
	}
	for dir, want := range cases {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			m := load(t, dir)
			plan, err := Run(&m.Problem)
			if err != nil {
				t.Fatal(err)
			}
			got, want := lines(m.Planned(plan)), golden(t, want)
			differ := 0
			for i := 0; i < max(len(got), len(want)) && differ < 8; i++ {
				g, w := "-", "-"
				if i < len(got) {
					g = got[i]
				}
				if i < len(want) {
					w = want[i]
				}
				if g != w {
					t.Errorf("row %d: %s, want %s", i+1, g, w)
					differ++
				}
			}
		})
	}
}
