package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"kaiwu/internal/kit/db"
)

var errHelp = errors.New("help was shown")

// flags makes a set whose defaults come from KAIWU_… variables.
func flags(c *command) *flag.FlagSet {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.Usage = func() {
		fmt.Fprintf(fs.Output(), "usage: kaiwu %s %s\n\n%s\n\n", c.name, c.args, c.does)
		fs.PrintDefaults()
	}
	return fs
}

// parse reads flags anywhere among the words, as `kaiwu match … --out x` and `kaiwu restore FILE --force` want it.
func parse(fs *flag.FlagSet, args []string, words *[]string) error {
	var err error
	fs.VisitAll(func(f *flag.Flag) {
		name := "KAIWU_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if v := os.Getenv(name); v != "" && err == nil { // an empty one is how a compose file says: not set
			if e := f.Value.Set(v); e != nil {
				err = &usage{fmt.Sprintf("%s=%q: %v", name, v, e)}
			}
		}
	})
	if err != nil {
		return err
	}
	for len(args) > 0 {
		if e := fs.Parse(args); e != nil {
			if errors.Is(e, flag.ErrHelp) {
				return errHelp
			}
			return &usage{e.Error()}
		}
		if args = fs.Args(); len(args) > 0 {
			if words == nil {
				return &usage{fmt.Sprintf("%q is not expected here", args[0])}
			}
			*words = append(*words, args[0])
			args = args[1:]
		}
	}
	return nil
}

// place is where a factory's data is: a folder with SQLite, or a PostgreSQL database.
type place struct{ data, dsn string }

func (p *place) flags(fs *flag.FlagSet) {
	fs.StringVar(&p.data, "data", "./data", "folder of the data (embedded SQLite)")
	fs.StringVar(&p.dsn, "db", "", "postgres://… instead of the folder")
}

func (p *place) postgres() bool { return p.dsn != "" }

func (p *place) open(ctx context.Context) (*db.DB, error) { return p.openAt(ctx, nil) }

// openAt opens with a clock of the caller's.
func (p *place) openAt(ctx context.Context, now func() time.Time) (*db.DB, error) {
	if p.postgres() {
		if !db.IsPostgres(p.dsn) {
			return nil, &usage{fmt.Sprintf("--db %q is not a postgres:// address; for SQLite name the folder with --data", p.dsn)}
		}
		return db.Open(ctx, p.dsn, db.Options{Now: now})
	}
	if err := os.MkdirAll(p.data, 0o700); err != nil {
		return nil, err
	}
	// the folder may be one that others can look into; what is inside is nobody else's, and SQLite's side files follow
	f, err := os.OpenFile(p.file(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	return db.Open(ctx, p.file(), db.Options{Now: now})
}

// tidy clears away what a killed process left half loaded. Who holds the folder knows that nobody is at it any more;
// on PostgreSQL another process may be, and only time tells.
func (p *place) tidy(ctx context.Context, d *db.DB) error {
	if p.postgres() {
		return nil
	}
	return d.SweepBatches(ctx, -24*time.Hour)
}

func (p *place) file() string   { return filepath.Join(p.data, "kaiwu.db") }
func (p *place) socket() string { return filepath.Join(p.data, "kaiwu.sock") }

// exists says whether there is a database to read; a reading command makes none.
func (p *place) exists() error {
	if p.postgres() {
		return nil
	}
	if _, err := os.Stat(p.file()); err != nil {
		return fmt.Errorf("there is no database in %s; name the folder with --data", p.data)
	}
	return nil
}

// errHeld: another process serves the folder.
var errHeld = errors.New("the data folder is held by a running server")

// hold takes the folder for this process; the lock ends with it, however it ends.
func (p *place) hold() (release func(), err error) {
	if p.postgres() {
		return func() {}, nil
	}
	if err := os.MkdirAll(p.data, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(p.data, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: %s", errHeld, p.data)
		}
		return nil, err
	}
	return func() { f.Close() }, nil
}

// server is a client of the process that holds the folder: writing commands go through it.
func (p *place) server() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", p.socket())
	}}}
}
