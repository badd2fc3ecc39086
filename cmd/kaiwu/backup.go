package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"kaiwu/internal/app"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/event"
)

func init() {
	register("backup", "[--data DIR | --db …] --out FILE", "write everything to one file while others go on working", backup)
	register("restore", "[--data DIR | --db …] FILE", "load a backup into an empty folder or database", restore)
}

func backup(ctx context.Context, c *command, args []string) error {
	fs := flags(c)
	var p place
	var k keys
	p.flags(fs)
	k.sealing(fs)
	out := fs.String("out", "", "file to write")
	force := fs.Bool("force", false, "overwrite the file when it exists")
	if err := parse(fs, args, nil); err != nil {
		return err
	}
	if *out == "" {
		return &usage{"name the file with --out"}
	}
	if err := p.exists(); err != nil {
		return err
	}
	d, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	var info db.DumpInfo
	size, err := create(*out, *force, func(w io.Writer) error {
		sealed, err := k.seal(w)
		if err != nil {
			return err
		}
		if info, err = d.Dump(ctx, sealed); err != nil {
			return err
		}
		return sealed.Close()
	})
	if err != nil {
		return err
	}
	say("%s: %d rows of %d tables, %s", *out, rowsOf(info), len(info.Rows), bytesOf(size))
	done := app.BackedUp{File: filepath.Base(*out), Bytes: size, Rows: rowsOf(info), TakenMS: info.Header.TakenMS}
	if err := p.recordBackup(ctx, d, done); err != nil {
		say("the backup is good, but the go-live check will not know of it: %v", err)
	}
	return nil
}

// recordBackup remembers the backup in the data, through the server where one holds it.
func (p *place) recordBackup(ctx context.Context, d *db.DB, b app.BackedUp) error {
	release, err := p.hold()
	if errors.Is(err, errHeld) {
		var out app.BackedUp
		return p.send(ctx, "POST", "/doctor/backups", b, &out)
	}
	if err != nil {
		return err
	}
	defer release()
	ctx = asOwner(ctx)
	return d.InTx(ctx, func(tx *db.Tx) error { return app.RecordBackup(ctx, tx, b) })
}

func restore(ctx context.Context, c *command, args []string) error {
	fs := flags(c)
	var p place
	var k keys
	var files []string
	p.flags(fs)
	k.opening(fs)
	force := fs.Bool("force", false, "put the backup in the place of what the folder holds; that is kept as kaiwu.db.before-restore")
	if err := parse(fs, args, &files); err != nil {
		return err
	}
	if len(files) != 1 {
		return &usage{"name one backup file"}
	}
	release, err := p.hold()
	if errors.Is(err, errHeld) {
		return fmt.Errorf("%w; stop it, then restore", err)
	}
	if err != nil {
		return err
	}
	defer release()
	// the whole file is read once before anything is touched
	if err := k.prove(files[0]); err != nil {
		return err
	}
	if p.postgres() {
		return p.restorePostgres(ctx, &k, files[0])
	}
	return p.restoreSQLite(ctx, &k, files[0], *force)
}

// prove reads a backup from its first to its last byte; what is wrong with it is a refusal.
func (k *keys) prove(name string) error {
	var bad error
	err := k.read(name, func(r io.Reader) error { _, bad = db.ReadDump(r); return nil })
	if err == nil && bad != nil {
		err = &refused{[]string{fmt.Sprintf("%s: %v", name, bad)}}
	}
	return err
}

// read opens a backup file.
func (k *keys) read(name string, fn func(r io.Reader) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := k.open(f)
	if err != nil {
		return err
	}
	return fn(r)
}

const howToEmpty = "make an empty one: createdb -T template0 -E UTF8 -l C kaiwu_new, then name it with --db"

func (p *place) restorePostgres(ctx context.Context, k *keys, name string) error {
	d, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	tables, err := d.Tables(ctx, d.Read())
	if err != nil {
		return err
	}
	if len(tables) > 0 {
		return &refused{[]string{"the PostgreSQL database is not empty; a restore never writes over one. " + howToEmpty}}
	}
	if err := restoreInto(ctx, d, k, name); err != nil {
		return fmt.Errorf("%w\nthe database holds half of the backup: drop it and %s", err, howToEmpty)
	}
	return nil
}

// restoreSQLite fills a file beside the present one, proves it, and only then lets it take its place.
func (p *place) restoreSQLite(ctx context.Context, k *keys, name string, force bool) error {
	target := p.file()
	_, err := os.Stat(target)
	there := err == nil
	if there && !force {
		return &refused{[]string{target + " exists; name an empty folder with --data, or put the backup in its place with --force (the present file is kept)"}}
	}
	fresh := target + ".restore"
	clean := func() {
		for _, s := range []string{"", "-wal", "-shm"} {
			os.Remove(fresh + s)
		}
	}
	clean()
	defer clean()
	d, err := db.Open(ctx, fresh, db.Options{})
	if err != nil {
		return err
	}
	if err := errors.Join(restoreInto(ctx, d, k, name), d.Close()); err != nil {
		return err
	}
	if st, err := os.Stat(fresh + "-wal"); err == nil && st.Size() > 0 {
		return fmt.Errorf("%s-wal was not brought into the database; nothing was changed", fresh)
	}
	if there {
		kept, err := keepOld(ctx, target)
		if err != nil {
			return err
		}
		say("the file that was there is kept as %s", kept)
	}
	if err := os.Rename(fresh, target); err != nil {
		return err
	}
	return syncDir(filepath.Dir(target))
}

// keepOld gives the present file a second name; the first one is taken over by the new file in one step, so that at
// no moment there is none.
func keepOld(ctx context.Context, target string) (string, error) {
	kept := target + ".before-restore"
	if d, err := db.Open(ctx, target, db.Options{}); err == nil { // brings what its log file holds into it
		if err := d.Close(); err != nil {
			return "", err
		}
	}
	for _, s := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(kept + s); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	if err := os.Link(target, kept); err != nil {
		if err := os.Rename(target, kept); err != nil { // a file system without second names
			return "", err
		}
	}
	// a damaged file keeps its log; beside the new file it would be taken for its own
	if err := os.Rename(target+"-wal", kept+"-wal"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if err := os.Remove(target + "-shm"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	return kept, nil
}

// restoreInto fills an empty database and proves the chain of events.
func restoreInto(ctx context.Context, d *db.DB, k *keys, name string) error {
	var info db.DumpInfo
	if err := k.read(name, func(r io.Reader) (err error) { info, err = d.Restore(ctx, r, app.Schemas()...); return err }); err != nil {
		return err
	}
	c, err := event.Verify(ctx, d.Read(), 0)
	if err != nil {
		return fmt.Errorf("the backup was restored, but its chain of events does not hold: %w", err)
	}
	say("%d rows of %d tables as of %s; the chain of %d events holds", rowsOf(info), len(info.Rows), time.UnixMilli(info.Header.TakenMS).Format("2006-01-02 15:04:05"), c.Count)
	return nil
}
