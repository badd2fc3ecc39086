package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/scheduling/solver"
)

// formats are those of the instances, and the factory pack.
var formats = append(slices.Clone(solver.Formats), "pack")

func init() {
	register("solve", "FILE --format "+strings.Join(formats, "|")+" [--seconds S] [--threads N] [--seed N] [--objective makespan|tardiness] --out schedule.json",
		"solve a scheduling instance", solveFile)
}

func solveFile(ctx context.Context, c *command, args []string) error {
	fs := flags(c)
	format := fs.String("format", "", "format of the file: "+strings.Join(formats, ", "))
	seconds := fs.Float64("seconds", 10, "time for the search; it ends sooner when the schedule is proved to be the best")
	threads := fs.Int("threads", runtime.NumCPU(), "threads that search")
	seed := fs.Uint64("seed", 1, "seed of the search")
	moves := fs.Int64("moves", 0, "end after so many moves; with --threads 1 and enough seconds the schedule is then the same each time")
	objective := fs.String("objective", "", "makespan or tardiness; default tardiness for twt and pack, else makespan")
	out := fs.String("out", "", "file for the schedule")
	asJSON := fs.Bool("json", false, "print makespan, tardiness, lower bound and seconds as JSON to standard output")
	var files []string
	if err := parse(fs, args, &files); err != nil {
		return err
	}
	switch {
	case len(files) != 1 || *out == "":
		return &usage{"name one instance file, and the file for the schedule with --out"}
	case !slices.Contains(formats, *format):
		return &usage{fmt.Sprintf("--format %q: say one of %s", *format, strings.Join(formats, ", "))}
	case !(*seconds > 0) || *seconds > 1e7:
		return &usage{fmt.Sprintf("--seconds %v: say a time above 0, such as 10", *seconds)}
	case *threads < 1 || *threads > 1024:
		return &usage{fmt.Sprintf("--threads %d: say a number from 1 to 1024", *threads)}
	case *moves < 0:
		return &usage{fmt.Sprintf("--moves %d: say a number above 0, or leave it out", *moves)}
	case !slices.Contains([]string{"", "makespan", "tardiness"}, *objective):
		return &usage{fmt.Sprintf("--objective %q: say makespan or tardiness", *objective)}
	}
	if *format == "pack" {
		return solvePack(ctx, files[0], packSearch{seconds: *seconds, threads: *threads, seed: *seed, moves: int(*moves), makespan: *objective == "makespan", out: *out, json: *asJSON})
	}
	tardiness := *objective == "tardiness" || *objective == "" && *format == "twt"
	if tardiness && *format != "twt" {
		return &refused{[]string{fmt.Sprintf("%s: instances of the format %s have no due dates: search for the makespan, or use the format twt", files[0], *format)}}
	}
	began := time.Now()
	f, err := os.Open(files[0])
	if err != nil {
		return err
	}
	defer f.Close()
	p, err := solver.Parse(*format, f)
	if r, ok := errors.AsType[*solver.Refused](err); ok {
		for i, l := range r.Lines {
			r.Lines[i] = files[0] + ": " + l
		}
		return &refused{r.Lines}
	} else if err != nil {
		return err
	}
	elapsed := func() float64 { return time.Since(began).Seconds() }
	opt := solver.Options{Tardiness: tardiness, Threads: *threads, Seed: *seed, Moves: *moves, Spent: func() float64 { return elapsed() / *seconds }}
	what := "makespan"
	if tardiness {
		what = "tardiness"
	}
	told := math.Inf(-1)
	opt.Found = func(cost int64) {
		if now := elapsed(); now-told >= 0.5 {
			told = now
			say("%6.1f s  %s %d", now, what, cost)
		}
	}
	s, err := solver.Solve(ctx, p, opt)
	if err != nil {
		return err
	}
	s.Seconds = math.Round(elapsed()*1000) / 1000
	write := func(w io.Writer) error { return json.NewEncoder(w).Encode(s) }
	if *out == "-" {
		err = write(os.Stdout)
	} else {
		_, err = create(*out, true, write)
	}
	if err != nil {
		return err
	}
	value := s.Makespan
	if tardiness {
		value = s.Tardiness
	}
	switch {
	case value <= s.LowerBound:
		say("%6.1f s  %s %d, which is the best there can be", s.Seconds, what, value)
	default:
		say("%6.1f s  %s %d; none can be below %d", s.Seconds, what, value, s.LowerBound)
	}
	if *asJSON {
		return printJSON(map[string]any{"makespan": s.Makespan, "tardiness": s.Tardiness, "lower_bound": s.LowerBound, "seconds": s.Seconds})
	}
	return nil
}
