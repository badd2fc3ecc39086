package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"

	"kaiwu/internal/app"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/pack"
)

func init() {
	register("import", "[--data DIR | --db …] PACK…", "load factory packs (folder, zip or xlsx), all or nothing", importPacks)
	register("export", "[--data DIR | --db …] [--site CODE] --out DIR|FILE.zip|FILE.xlsx", "write a site as a factory pack", exportPack)
}

func importPacks(ctx context.Context, c *command, args []string) error {
	fs := flags(c)
	var p place
	var names []string
	p.flags(fs)
	dry := fs.Bool("dry-run", false, "list the faults and what would change; write nothing")
	asJSON := fs.Bool("json", false, "print what was imported as JSON to standard output")
	if err := parse(fs, args, &names); err != nil {
		return err
	}
	if len(names) == 0 {
		return &usage{"name at least one pack: a folder, a zip or an xlsx"}
	}
	for _, name := range names {
		if _, err := os.Stat(name); err != nil {
			return &refused{[]string{faultLine(name, "", "it cannot be read; check the path")}}
		}
	}
	a, done, err := p.writing(ctx)
	var load loader
	switch {
	case errors.Is(err, errHeld):
		load = p.upload
	case err != nil:
		return err
	default:
		defer done()
		load = func(ctx context.Context, name string, dry bool) (app.Report, error) {
			return loadHere(ctx, a, name, dry)
		}
	}
	reports, err := loadAll(asOwner(ctx), names, *dry, load)
	for _, r := range reports {
		var rows int
		for _, f := range r.Files {
			rows += f.Rows
		}
		what := "imported"
		if r.Preview {
			what = "could be imported"
		}
		say("site %s: %d rows of %d files %s", r.Site, rows, len(r.Files), what)
		for _, d := range r.Diffs {
			say("changes: %s %s %s: %q becomes %q", d.File, d.Key, d.Column, d.Before, d.After)
		}
		for _, ignored := range r.Ignored {
			say("ignored: %s, which the format does not know", ignored)
		}
	}
	if err == nil && *asJSON {
		err = printJSON(reports)
	}
	return err
}

// loader imports one pack, or with dry says what would happen; faults come back as refused.
type loader func(ctx context.Context, name string, dry bool) (app.Report, error)

// loadAll looks through every pack before the first is imported.
func loadAll(ctx context.Context, names []string, dry bool, load loader) (out []app.Report, err error) {
	var bad refused
	if dry || len(names) > 1 {
		for _, name := range names {
			r, err := load(ctx, name, true)
			if f, ok := errors.AsType[*refused](err); ok {
				for _, l := range f.lines {
					if len(names) > 1 {
						l = name + ": " + l
					}
					bad.lines = append(bad.lines, l)
				}
			} else if err != nil {
				return nil, err
			}
			out = append(out, r)
		}
		if len(bad.lines) > 0 {
			return nil, &bad
		}
		if dry {
			return out, nil
		}
	}
	out = nil
	for _, name := range names {
		r, err := load(ctx, name, false)
		if err != nil {
			return out, err
		}
		out = append(out, r)
	}
	return out, nil
}

func loadHere(ctx context.Context, a *app.App, name string, dry bool) (app.Report, error) {
	p, found := a.Packs.Read(ctx, name)
	if !dry {
		r, err := a.Packs.Import(ctx, p, found, func(stage string, done, total int) { say("%s %d/%d", stage, done, total) })
		return r, wording(err)
	}
	r, faults, err := a.Packs.Preview(ctx, p, found)
	if err == nil && len(faults) > 0 {
		err = fault.Invalid("pack.refused", "%d faults", len(faults)).At(faults...)
	}
	return r, wording(err)
}

// upload hands a pack to the server that holds the folder.
func (p *place) upload(ctx context.Context, name string, dry bool) (r app.Report, err error) {
	body, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() { w.CloseWithError(errors.Join(writeForm(form, name), form.Close())) }()
	defer body.Close()
	path := "/masterdata/import"
	if dry {
		path += "?dry_run=true"
	}
	if err = p.call(ctx, "POST", path, form.FormDataContentType(), body, &r); err != nil {
		return r, err
	}
	bad := &refused{}
	for _, c := range r.Errors {
		where := c.File
		if c.Row > 0 {
			where += fmt.Sprintf(":%d", c.Row)
		}
		if c.Column != "" {
			where += ":" + c.Column
		}
		bad.lines = append(bad.lines, faultLine(where, c.Value, strings.TrimSpace(c.Message+" "+c.Remedy)))
	}
	if len(bad.lines) > 0 {
		return r, bad
	}
	return r, nil
}

// writeForm writes a file as it is; a folder's files go into a zip.
func writeForm(form *multipart.Writer, name string) error {
	st, err := os.Stat(name)
	if err != nil {
		return err
	}
	if !st.IsDir() {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		to, err := form.CreateFormFile("file", filepath.Base(name))
		if err != nil {
			return err
		}
		_, err = io.Copy(to, f)
		return err
	}
	to, err := form.CreateFormFile("file", filepath.Base(name)+".zip")
	if err != nil {
		return err
	}
	z := zip.NewWriter(to)
	files, err := os.ReadDir(name)
	if err != nil {
		return err
	}
	for _, e := range files {
		if e.IsDir() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(name, e.Name()))
		if err != nil {
			return err
		}
		w, err := z.Create(e.Name())
		if err != nil {
			return err
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return z.Close()
}

func exportPack(ctx context.Context, c *command, args []string) error {
	fs := flags(c)
	var p place
	p.flags(fs)
	site := fs.String("site", "", "code of the site; default the first")
	out := fs.String("out", "", "folder, or a name that ends in .zip or .xlsx")
	force := fs.Bool("force", false, "overwrite what is there")
	if err := parse(fs, args, nil); err != nil {
		return err
	}
	if *out == "" {
		return &usage{"say with --out where to write"}
	}
	a, err := p.reading(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	f, err := a.Packs.Export(asOwner(ctx), *site)
	if err != nil {
		return wording(err)
	}
	switch strings.ToLower(filepath.Ext(*out)) {
	case ".zip":
		_, err = create(*out, *force, func(w io.Writer) error { return pack.WriteZip(f, w) })
	case ".xlsx":
		_, err = create(*out, *force, func(w io.Writer) error { return pack.WriteXLSX(f, w) })
	default:
		if old, e := os.ReadDir(*out); e == nil && len(old) > 0 && !*force {
			return &refused{[]string{*out + " is not empty; name another folder, or overwrite it with --force"}}
		}
		err = pack.Write(f, *out)
	}
	if err == nil {
		say("site %s: %d items, %d BOM lines, %d sales order lines in %s", f.Site.Code, len(f.Items), len(f.BOMs), len(f.SalesOrders), *out)
	}
	return err
}
