//go:build gaps

package solver

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// How far the search is from the best known values of the public instances, which are not part of the product:
//
//	KAIWU_SCHEDULING=FOLDER go test -tags gaps -run TestGaps -v -timeout 0 ./internal/scheduling/solver -family mk -seconds 10
//
// The folder holds jsp/, fjsp/, twt/, fjsp_sdst/ and the tables bks_jsp.csv, bks_fjsp.csv, twt/best_known_twt.csv.
var (
	family  = flag.String("family", "", "mk, dpp, la, ta, twt or sdst; all if empty")
	only    = flag.String("only", "", "regular expression for the instances")
	seconds = flag.Float64("seconds", 10, "per instance")
	cpu     = flag.Bool("cpu", false, "seconds of processor time per thread instead of those of the clock, for a machine that does other things too")
	threads = flag.Int("threads", 1, "")
	seed    = flag.Uint64("seed", 1, "")
	known   = flag.Bool("known", false, "end an instance when its best known value is reached, to count how many are")
)

func cpuTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

type instance struct {
	family, name, format string
	open                 func() (*Problem, error)
	best                 float64
	tardiness            bool
}

func TestGaps(t *testing.T) {
	dir := os.Getenv("KAIWU_SCHEDULING")
	if dir == "" {
		t.Skip("KAIWU_SCHEDULING names no folder")
	}
	sums := map[string][]float64{}
	exact := map[string]int{}
	var families []string
	for _, in := range instances(t, dir) {
		if *family != "" && in.family != *family || *only != "" && !regexp.MustCompile(*only).MatchString(in.name) {
			continue
		}
		p, err := in.open()
		if err != nil {
			t.Fatal(in.name, err)
		}
		began, cpuBegan := time.Now(), cpuTime()
		last, reached := 0.0, false // with -known, which is for one thread
		spent := func() float64 {
			if reached {
				return 1
			}
			if *cpu {
				return (cpuTime() - cpuBegan) / *seconds / float64(*threads)
			}
			return time.Since(began).Seconds() / *seconds
		}
		s, err := Solve(context.Background(), p, Options{Tardiness: in.tardiness, Threads: *threads, Seed: *seed, Spent: spent,
			Found: func(cost int64) { last = spent() * *seconds; reached = *known && float64(cost) <= in.best }})
		if err != nil {
			t.Fatal(in.name, err)
		}
		if err := check(p, s); err != nil {
			t.Fatal(in.name, err)
		}
		value := float64(s.Makespan)
		if in.tardiness {
			value = float64(s.Tardiness)
		}
		gap := 0.0
		if in.best > 0 {
			gap = (value/in.best - 1) * 100
			if _, ok := sums[in.family]; !ok {
				families = append(families, in.family)
			}
			sums[in.family] = append(sums[in.family], gap)
		}
		if value <= in.best {
			exact[in.family]++
		}
		fmt.Printf("%-22s best %6.0f  ours %6.0f  gap %6.2f %%  bound %6d  last found %5.1f s of %5.1f\n", in.name, in.best, value, gap, s.LowerBound, last, spent()**seconds)
	}
	for _, f := range families {
		sum := 0.0
		for _, g := range sums[f] {
			sum += g
		}
		fmt.Printf("%-6s %3d instances, mean gap %.3f %%, %d exact\n", f, len(sums[f]), sum/float64(len(sums[f])), exact[f])
	}
}

func instances(t *testing.T, dir string) []instance {
	var all []instance
	file := func(path, format string) func() (*Problem, error) {
		return func() (*Problem, error) {
			f, err := os.Open(path)
			if err != nil {
				return nil, err
			}
			defer f.Close()
			return Parse(format, f)
		}
	}
	table := func(name string) [][]string {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows[1:]
	}
	number := func(s string) float64 { x, _ := strconv.ParseFloat(s, 64); return x }
	for _, row := range table("bks_fjsp.csv") {
		for _, name := range []string{row[0] + ".txt", strings.TrimPrefix(row[0], "dpp") + ".txt"} {
			if path := filepath.Join(dir, "fjsp", name); exists(path) {
				all = append(all, instance{family: row[1], name: row[0], open: file(path, "fjs"), best: number(row[5])})
				break
			}
		}
	}
	for _, row := range table("bks_jsp.csv") {
		for _, name := range []string{row[0] + ".txt", row[0] + "js.txt"} {
			if path := filepath.Join(dir, "jsp", name); exists(path) {
				all = append(all, instance{family: row[1], name: row[0], open: file(path, "jsp"), best: number(row[5])})
				break
			}
		}
	}
	for _, row := range table("twt/best_known_twt.csv") {
		f := int64(number(row[1])*10 + 0.5)
		path := filepath.Join(dir, "twt", row[0]+"_f15.txt")
		if !exists(path) {
			continue
		}
		all = append(all, instance{family: "twt", name: row[0] + "_" + row[1], best: number(row[2]), tardiness: true, open: func() (*Problem, error) {
			p, err := file(path, "twt")()
			if err != nil {
				return nil, err
			}
			for j := range p.Jobs() { // the published rule: due = floor(f × sum of the durations)
				sum := int64(0)
				for o := p.JobOp[j]; o < p.JobOp[j+1]; o++ {
					sum += int64(p.Mode[o].Time)
				}
				p.Due[j] = int32(sum * f / 10)
			}
			return p, nil
		}})
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "fjsp_sdst", "*.fjs"))
	for _, path := range paths {
		all = append(all, instance{family: "sdst", name: strings.TrimSuffix(filepath.Base(path), ".fjs"), open: file(path, "fjs-sdst")})
	}
	return all
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
