package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/pack"
)

// Import measures how a large factory comes in from its files while the floor of another one goes on scanning.
func Import(ctx context.Context, o Options) (Result, error) {
	r, err := o.prepare("import")
	if err != nil {
		return r, err
	}
	v := volume{site: "BIG", finished: 4000, open: 4000, sub: 6000, buy: 10_000, centers: 40, lines: 20, work: 20_000, sales: 30_000, issue: "backflush", today: time.Now()}
	return o.importing(ctx, r, &v)
}

func (o Options) importing(ctx context.Context, r Result, v *volume) (Result, error) {
	o.say("making the files of the factory …")
	dir, err := os.MkdirTemp(o.filesDir(), "bench-files-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	files := filepath.Join(dir, "factory.zip")
	rows, err := v.write(files)
	if err != nil {
		return r, err
	}
	f, err := o.openFloor(ctx, "import", db.Options{})
	if err != nil {
		return r, err
	}
	defer f.done()
	// what made the files is not part of what is measured
	debug.FreeOSMemory()
	peakReset()

	scan := func(ctx context.Context, c int) error { return f.report(ctx, "own", c) }
	alone, err := paced(ctx, o.Clients, 2*time.Second, nil, scan)
	if err != nil {
		return r, err
	}
	o.say("importing %d rows while %d clients scan …", rows, o.Clients)
	var ended atomic.Bool
	type scanned struct {
		s   sample
		err error
	}
	meanwhile := make(chan scanned, 1)
	go func() {
		s, err := paced(ctx, o.Clients, time.Hour, &ended, scan)
		meanwhile <- scanned{s, err}
	}()
	boss := actor.With(ctx, actor.System)
	start, cpu := time.Now(), cpuTime()
	p, found := f.Packs.Read(boss, files)
	read := time.Since(start)
	var stages []string
	last := time.Now()
	_, err = f.Packs.Import(boss, p, found, func(stage string, done, total int) {
		stages = append(stages, fmt.Sprintf("%.1f", time.Since(last).Seconds()))
		last = time.Now()
	})
	took := time.Since(start)
	cpu = cpuTime() - cpu
	ended.Store(true)
	during := <-meanwhile
	peak := peakRSS()
	if err = errors.Join(err, during.err); err != nil {
		return r, err
	}
	runtime.KeepAlive(p)
	o.say("writing the same rows with the engine alone …")
	bare, err := o.copyRows(ctx, f, dir)
	if err != nil {
		return r, err
	}
	r.Ops, r.Seconds, r.OpsPerS = int64(rows), round(took.Seconds()), round(float64(rows)/took.Seconds())
	r.P50, r.P99 = during.s.ms(0.5), during.s.ms(0.99)
	if bare > 0 {
		r.Limit = round(float64(rows) / bare.Seconds())
		r.Ratio = round(bare.Seconds() / took.Seconds())
	}
	scans, quiet := during.s.part("scans meanwhile"), alone.part("scans before")
	scans.CPU, quiet.CPU = 0, 0 // the process's own is the import's
	scans.Note = fmt.Sprintf("longest %.0f ms", during.s.ms(1))
	r.Parts = []Part{
		{Name: "import, rows of the files", Ops: int64(rows), OpsPerS: r.OpsPerS, CPU: round(float64(cpu.Microseconds()) / float64(rows)), Note: fmt.Sprintf("%.1f s, of which reading the files %.1f s; parts %s s", took.Seconds(), read.Seconds(), strings.Join(stages, " "))},
		scans, quiet,
	}
	r.below("seconds", took.Seconds(), 60)
	if peak > 0 {
		r.below("peak memory MiB", float64(peak)/(1<<20), 1024)
	}
	r.below("scans p99 ms meanwhile", r.P99, 100)
	r.Explains = []string{
		fmt.Sprintf("ops_per_s: rows of the files a second: %d items, %d lines of bills, %d sales orders and %d work orders with their own copies of bill and routing, read from a zip, checked, imported all or nothing",
			len(p.Items), len(p.BOMs), len(p.SalesOrders), len(p.WorkOrders)),
		fmt.Sprintf("p50_ms, p99_ms: reports with a 6-line backflush of %d clients that scan 20 times a second each while the import runs", o.Clients),
		"limit_ops_per_s: the engine alone copying all rows that the import made into empty tables with the same indexes, one INSERT … SELECT a table",
		"ratio: limit's time ÷ import's time",
		"peak memory: of the whole process from before reading the files to the end of the import, the scanning and the database's page cache in it",
	}
	return r, nil
}

func (o *Options) filesDir() string {
	if o.DSN != "" {
		return ""
	}
	return o.Data
}

// write makes the zip and counts its rows.
func (v *volume) write(name string) (rows int, err error) {
	p := v.pack()
	f, err := os.Create(name)
	if err != nil {
		return 0, err
	}
	err = errors.Join(pack.WriteZip(p, f), f.Close())
	return len(p.Items) + len(p.BOMs) + len(p.Routings) + len(p.WorkCenters) + len(p.Stock) + len(p.SalesOrders) + len(p.WorkOrders), err
}

// paced is a client that scans 20 times a second, like a line of several stations, until told to stop.
func paced(ctx context.Context, clients int, lasts time.Duration, stop *atomic.Bool, act func(ctx context.Context, client int) error) (sample, error) {
	start, cpu := time.Now(), cpuTime()
	all := make([]sample, clients)
	errs := make([]error, clients)
	done := make(chan int)
	for c := range clients {
		go func() {
			defer func() { done <- c }()
			t := time.NewTicker(50 * time.Millisecond)
			defer t.Stop()
			for time.Since(start) < lasts && (stop == nil || !stop.Load()) {
				select {
				case <-ctx.Done():
					errs[c] = ctx.Err()
					return
				case <-t.C:
				}
				at := time.Now()
				if errs[c] = act(ctx, c); errs[c] != nil {
					return
				}
				all[c].lats = append(all[c].lats, time.Since(at))
			}
		}()
	}
	for range clients {
		<-done
	}
	s := sample{took: time.Since(start), cpu: cpuTime() - cpu}
	for _, a := range all {
		s.lats = append(s.lats, a.lats...)
	}
	s.ops = int64(len(s.lats))
	return s, errors.Join(errs...)
}

// copyRows lets the engine alone write all rows of the database into empty tables with the same indexes.
func (o *Options) copyRows(ctx context.Context, f *floor, dir string) (time.Duration, error) {
	if f.DB.Engine() != db.SQLite {
		return 0, nil // PostgreSQL cannot copy between databases; it has no limit here
	}
	d, err := db.Open(ctx, filepath.Join(dir, "limit.db"), db.Options{})
	if err != nil {
		return 0, err
	}
	defer d.Close()
	if err := d.Migrate(ctx, schemas()...); err != nil {
		return 0, err
	}
	tables, err := f.DB.Tables(ctx, f.DB.Read())
	if err != nil {
		return 0, err
	}
	file, err := db.One[string](ctx, f.DB.Read(), `SELECT file FROM pragma_database_list WHERE name = 'main'`)
	if err != nil {
		return 0, err
	}
	var took time.Duration
	err = d.Solo(ctx, func(s *db.Solo) error {
		if err := s.Exec(ctx, `ATTACH DATABASE $1 AS src`, file); err != nil {
			return err
		}
		defer s.Exec(ctx, `DETACH DATABASE src`)
		for _, t := range tables {
			columns, err := db.All[string](ctx, s, `SELECT name FROM pragma_table_info($1) ORDER BY cid`, t)
			if err != nil {
				return err
			}
			if err := s.Exec(ctx, `DELETE FROM main.`+t); err != nil {
				return err
			}
			list := strings.Join(columns, ", ")
			start := time.Now()
			if err := s.Exec(ctx, `INSERT INTO main.`+t+` (`+list+`) SELECT `+list+` FROM src.`+t); err != nil {
				return err
			}
			took += time.Since(start)
		}
		return nil
	})
	return took, err
}

// peakReset forgets the largest size of this process so far, where the system can.
func peakReset() { os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// peakRSS is the largest size of this process in memory since then, in bytes; 0 where the system does not tell.
func peakRSS() int64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == "VmHWM:" {
			n, err := strconv.ParseInt(f[1], 10, 64)
			if err == nil && n < math.MaxInt64/1024 {
				return n * 1024
			}
		}
	}
	return 0
}
