package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/app/bench"
	"kaiwu/internal/kit/db"
)

func init() {
	register("bench", "report|read|mrp|schedule|import|http [--data DIR | --db …] [--clients N] [--seconds S] [--json]", "measure this machine, with the limit of the same run beside each figure", benchmark)
}

// benches are what can be measured, each with the number of clients and the time it takes by itself.
var benches = map[string]struct {
	run     func(context.Context, bench.Options) (bench.Result, error)
	clients int
}{
	"report":   {bench.Report, 64},
	"http":     {bench.HTTP, 64},
	"import":   {bench.Import, 1},
	"read":     {bench.Read, 4},
	"mrp":      {bench.MRP, 1},
	"schedule": {bench.Schedule, 1},
}

func benchmark(ctx context.Context, c *command, args []string) error {
	fs := flags(c)
	var p place
	p.flags(fs)
	clients := fs.Int("clients", 0, "how many act at once; 0 = as many as the target asks for")
	seconds := fs.Int("seconds", 20, "how long to measure, without making the data")
	asJSON := fs.Bool("json", false, "print the figures as JSON to standard output")
	profile := fs.String("profile", "", "write a CPU profile of the run to this file (go tool pprof)")
	var words []string
	if err := parse(fs, args, &words); err != nil {
		return err
	}
	known := slices.Sorted(maps.Keys(benches))
	if len(words) != 1 || benches[words[0]].run == nil {
		return &usage{"say what to measure: " + strings.Join(known, ", ")}
	}
	if p.postgres() && !db.IsPostgres(p.dsn) {
		return &usage{fmt.Sprintf("--db %q is not a postgres:// address; for SQLite name the folder with --data", p.dsn)}
	}
	if *clients < 0 || *seconds < 1 {
		return &usage{"--clients is 0 or more, --seconds 1 or more"}
	}
	b := benches[words[0]]
	o := bench.Options{Data: p.data, DSN: p.dsn, Clients: *clients, For: time.Duration(*seconds) * time.Second, Log: os.Stderr}
	if o.Clients == 0 {
		o.Clients = b.clients
	}
	if *profile != "" {
		f, err := os.Create(filepath.Clean(*profile))
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	r, err := b.run(ctx, o)
	if errors.Is(err, bench.ErrRAMDisk) {
		return &refused{[]string{err.Error()}}
	}
	if err != nil {
		return err
	}
	tell(&r)
	if *asJSON {
		return printJSON(r)
	}
	return nil
}

// tell writes the figures for people.
func tell(r *bench.Result) {
	say("\n%s on %s, %d clients, %d cores, disk %s, %s, %s", r.Bench, r.Engine, r.Clients, r.Machine.Cores, r.Machine.Disk, r.Machine.Go, r.Machine.Date)
	say("%-44s %10s %9s %9s %9s", "", "ops/s", "p50 ms", "p99 ms", "CPU µs/op")
	for _, p := range r.Parts {
		say("%-44s %10.1f %9.2f %9.2f %9.0f  %s", p.Name, p.OpsPerS, p.P50, p.P99, p.CPU, p.Note)
	}
	say("\nops_per_s %.1f  p50_ms %.2f  p99_ms %.2f  limit_ops_per_s %.1f  ratio %.2f", r.OpsPerS, r.P50, r.P99, r.Limit, r.Ratio)
	for _, c := range r.Checks {
		say("%s  %s: %g, wanted %s", map[bool]string{true: "reached", false: "MISSED "}[c.OK], c.Name, c.Got, c.Want)
	}
	say("")
	for _, e := range r.Explains {
		say("  %s", e)
	}
	if missed := r.Missed(); len(missed) > 0 {
		say("\nbelow target in this run: %d of %d; a busy machine shows in the CPU column staying the same while the rate falls", len(missed), len(r.Checks))
	}
}
