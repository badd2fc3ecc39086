// Package bench measures Kaiwu on the machine it runs on, with the limit of the same run beside each figure.
//
// What it promises: it writes to databases of its own, below the data folder or beside the named PostgreSQL
// database, and removes them afterwards; it refuses a RAM disk, where durability costs nothing; a limit writes the
// same rows and indexes with the same durability as what it is the limit of; slices of both alternate, so that a busy
// machine slows both.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
)

// ErrRAMDisk refuses to measure durability where there is none.
var ErrRAMDisk = errors.New("is on a RAM disk")

// Options say where and how long.
type Options struct {
	Data    string        // folder on a real disk; SQLite files are made below it
	DSN     string        // PostgreSQL instead
	Clients int           // how many act at once
	For     time.Duration // how long the measuring lasts, without making the data
	Log     io.Writer     // what it is doing, for people
}

func (o *Options) say(format string, args ...any) { fmt.Fprintf(o.Log, format+"\n", args...) }

// Result is a measured figure with its limit. Every number is of this run.
type Result struct {
	Bench    string   `json:"bench"`
	Engine   string   `json:"engine"`
	Clients  int      `json:"clients"`
	Seconds  float64  `json:"seconds"`
	Ops      int64    `json:"ops"`
	OpsPerS  float64  `json:"ops_per_s"`
	P50      float64  `json:"p50_ms"`
	P99      float64  `json:"p99_ms"`
	Limit    float64  `json:"limit_ops_per_s"`
	Ratio    float64  `json:"ratio"`
	Parts    []Part   `json:"parts,omitempty"`  // figures behind the figure
	Checks   []Check  `json:"checks,omitempty"` // what was promised and whether it held
	Machine  Machine  `json:"machine"`
	Explains []string `json:"explains"`
}

// Part is one of several things measured in a run.
type Part struct {
	Name    string  `json:"name"`
	Ops     int64   `json:"ops"`
	OpsPerS float64 `json:"ops_per_s"`
	P50     float64 `json:"p50_ms"`
	P99     float64 `json:"p99_ms"`
	CPU     float64 `json:"cpu_us_per_op,omitempty"` // of this process, user and system: steady on a busy machine
	Note    string  `json:"note,omitempty"`
}

// Check is a target: measured against wanted.
type Check struct {
	Name string  `json:"name"`
	Got  float64 `json:"got"`
	Want string  `json:"want"`
	OK   bool    `json:"ok"`
}

// Machine says where the figure comes from.
type Machine struct {
	Cores int    `json:"cores"`
	Disk  string `json:"disk"`
	Go    string `json:"go"`
	OS    string `json:"os"`
	Date  string `json:"date"`
}

func (r *Result) atLeast(name string, got, want float64) {
	r.Checks = append(r.Checks, Check{name, round(got), fmt.Sprintf("≥ %g", round(want)), got >= want})
}

func (r *Result) below(name string, got, want float64) {
	r.Checks = append(r.Checks, Check{name, round(got), fmt.Sprintf("< %g", round(want)), got < want})
}

// Missed lists the targets that this run did not reach.
func (r *Result) Missed() []Check {
	return slices.DeleteFunc(slices.Clone(r.Checks), func(c Check) bool { return c.OK })
}

func round(v float64) float64 { return float64(int64(v*1000+0.5)) / 1000 }

// prepare refuses what would not measure anything and describes the machine.
func (o *Options) prepare(name string) (Result, error) {
	r := Result{Bench: name, Engine: string(db.SQLite), Clients: o.Clients, Machine: Machine{Cores: runtime.NumCPU(), Go: runtime.Version(), OS: runtime.GOOS + "/" + runtime.GOARCH,
		Date: time.Now().Format(time.DateOnly)}}
	if o.DSN != "" {
		r.Engine = string(db.Postgres)
		r.Machine.Disk = "the database server's"
		return r, nil
	}
	if err := os.MkdirAll(o.Data, 0o700); err != nil {
		return r, err
	}
	kind, ram, err := diskOf(o.Data)
	if err != nil {
		return r, err
	}
	if ram {
		return r, fmt.Errorf("%s %w (%s): a durable write costs nothing there, so the figures would mean nothing; name a folder on a real disk with --data", o.Data, ErrRAMDisk, kind)
	}
	r.Machine.Disk = kind
	return r, nil
}

// fresh opens a new database that is gone after close.
func (o *Options) fresh(ctx context.Context, name string, opt db.Options) (d *db.DB, done func(), err error) {
	if o.DSN != "" {
		return o.freshPostgres(ctx, name, opt)
	}
	dir, err := os.MkdirTemp(o.Data, "bench-"+name+"-")
	if err != nil {
		return nil, nil, err
	}
	if d, err = db.Open(ctx, filepath.Join(dir, "kaiwu.db"), opt); err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return d, func() { d.Close(); os.RemoveAll(dir) }, nil
}

// freshPostgres makes a database beside the one that was named; that one is not touched but for the question.
func (o *Options) freshPostgres(ctx context.Context, name string, opt db.Options) (*db.DB, func(), error) {
	admin, err := db.Open(ctx, o.DSN, db.Options{Readers: 2})
	if err != nil {
		return nil, nil, err
	}
	own := fmt.Sprintf("kaiwu_bench_%s_%d", name, admin.ID())
	exec := func(q string) error {
		return admin.Solo(context.WithoutCancel(ctx), func(s *db.Solo) error { return s.Exec(context.WithoutCancel(ctx), q) })
	}
	if err := exec("CREATE DATABASE " + own + " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"); err != nil {
		return nil, nil, errors.Join(err, admin.Close())
	}
	drop := func() { exec("DROP DATABASE IF EXISTS " + own + " WITH (FORCE)"); admin.Close() }
	d, err := db.Open(ctx, another(o.DSN, own), opt)
	if err != nil {
		drop()
		return nil, nil, err
	}
	return d, func() { d.Close(); drop() }, nil
}

// another is the DSN with the name of another database.
func another(dsn, name string) string {
	scheme, rest, url := strings.Cut(dsn, "://")
	if !url {
		return dsn + " dbname=" + name
	}
	rest, query, asked := strings.Cut(rest, "?")
	host, _, _ := strings.Cut(rest, "/")
	dsn = scheme + "://" + host + "/" + name
	if asked {
		dsn += "?" + query
	}
	return dsn
}

// sample is what one slice of clients measured.
type sample struct {
	ops  int64
	took time.Duration
	cpu  time.Duration
	lats []time.Duration
}

func (s *sample) add(o sample) {
	s.ops, s.took, s.cpu, s.lats = s.ops+o.ops, s.took+o.took, s.cpu+o.cpu, append(s.lats, o.lats...)
}

func (s *sample) rate() float64 {
	if s.took == 0 {
		return 0
	}
	return float64(s.ops) / s.took.Seconds()
}

// ms is the latency below which q of all calls stayed.
func (s *sample) ms(q float64) float64 {
	if len(s.lats) == 0 {
		return 0
	}
	slices.Sort(s.lats)
	return round(float64(s.lats[int(q*float64(len(s.lats)-1))].Microseconds()) / 1000)
}

func (s *sample) part(name string) Part {
	p := Part{Name: name, Ops: s.ops, OpsPerS: round(s.rate()), P50: s.ms(0.5), P99: s.ms(0.99)}
	if s.ops > 0 {
		p.CPU = round(float64(s.cpu.Microseconds()) / float64(s.ops))
	}
	return p
}

// drive lets clients act one call after the other until the time is over; the calls that have begun are waited for.
func drive(ctx context.Context, clients int, lasts time.Duration, act func(ctx context.Context, client int) error) (sample, error) {
	var wg sync.WaitGroup
	lats := make([][]time.Duration, clients)
	errs := make([]error, clients)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	start, cpu := time.Now(), cpuTime()
	for c := range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for last := start; ctx.Err() == nil && last.Sub(start) < lasts; {
				if err := act(ctx, c); err != nil {
					errs[c] = err
					cancel(err)
					return
				}
				now := time.Now()
				lats[c] = append(lats[c], now.Sub(last))
				last = now
			}
		}()
	}
	wg.Wait()
	s := sample{took: time.Since(start), cpu: cpuTime() - cpu}
	for _, l := range lats {
		s.lats = append(s.lats, l...)
	}
	s.ops = int64(len(s.lats))
	if err := context.Cause(ctx); err != nil {
		for _, e := range errs { // the first cause, not the calls that it cancelled
			if e != nil && !errors.Is(e, context.Canceled) && !errors.Is(e, errDone) {
				return s, e
			}
		}
		return s, err
	}
	return s, nil
}

// errDone ends a drive early, without a fault.
var errDone = errors.New("done")

// operator is somebody on the floor with a tablet.
func operator(ctx context.Context, client int, worker db.ID) context.Context {
	return actor.With(ctx, &actor.Actor{UserID: int64(1000 + client), WorkerID: int64(worker), Name: fmt.Sprintf("operator %d", client+1), Perms: map[string]bool{"production.report": true},
		Device: fmt.Sprintf("tablet %d", client+1), Origin: "floor", Locale: "zh"})
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
