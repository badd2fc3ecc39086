package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"kaiwu/internal/app"
	"kaiwu/internal/kit/db"
)

func init() {
	register("verify", "[--data DIR | --db … | --backup FILE] [--chain] [--json]", "prove that the ledger, its totals and the chain of events hold", verify)
}

func verify(ctx context.Context, c *command, args []string) error {
	fs := flags(c)
	var p place
	var k keys
	p.flags(fs)
	k.opening(fs)
	file := fs.String("backup", "", "restore this backup into a temporary file and verify that")
	chain := fs.Bool("chain", false, "the chain of events alone")
	asJSON := fs.Bool("json", false, "print the result as JSON to standard output")
	if err := parse(fs, args, nil); err != nil {
		return err
	}
	if *file != "" {
		if err := k.prove(*file); err != nil {
			return err
		}
		dir, err := os.MkdirTemp("", "kaiwu-verify-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		p = place{data: dir}
		d, err := db.Open(ctx, filepath.Join(dir, "kaiwu.db"), db.Options{})
		if err != nil {
			return err
		}
		err = k.read(*file, func(r io.Reader) error { _, err := d.Restore(ctx, r, app.Schemas()...); return err })
		if err = errors.Join(err, d.Close()); err != nil {
			return err
		}
	}
	a, err := p.reading(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	v, err := a.Verify(asOwner(ctx), *chain, nil)
	if err != nil {
		return err
	}
	if *asJSON {
		if err := printJSON(v); err != nil {
			return err
		}
	}
	r := &refused{}
	for _, x := range v.Checks {
		switch {
		case !x.OK:
			r.lines = append(r.lines, fmt.Sprintf("%s: %s", x.Name, x.FirstBroken))
		case !*asJSON:
			say("%-20s %9d records, good", x.Name, x.Records)
		}
	}
	if len(r.lines) > 0 {
		return r
	}
	if !*asJSON {
		say("everything holds (%.1f s); last event %d, hash %s", v.Seconds, v.Event, v.Hash)
	}
	return nil
}
