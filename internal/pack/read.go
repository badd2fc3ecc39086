package pack

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"kaiwu/internal/kit/fault"
)

// Ref is something that a row names and the pack does not hold.
type Ref struct {
	Noun    string // item, partner, work_center, warehouse, bom, routing
	Code    string // for bom and routing the product
	Version string // for bom and routing
}

// Option changes how a pack is read.
type Option func(*reader)

// Known lets rows refer to what a company already has. Without it a pack stands alone: references are then
// checked against the files that are present, so that orders may name customers which no file lists.
func Known(has func(Ref) bool) Option { return func(r *reader) { r.known = has } }

type reader struct {
	p       *Pack
	c       *faults
	known   func(Ref) bool
	present map[string]bool // files that are there
	usable  map[string]bool // of these, the ones whose columns could be read
	opened  bool
	was     func() *Pack // what the company has, for the columns that a list came without
	left    int64        // bytes that the pack may still unpack
	file    int64        // bytes that one of its files may have
	only    string       // one list, not a factory: its file
}

func newReader(opts []Option) *reader {
	r := &reader{p: New(), c: &faults{}, present: map[string]bool{}, usable: map[string]bool{}, left: maxPack, file: maxFile}
	for _, o := range opts {
		o(r)
	}
	return r
}

// Read reads a folder, a zip or an xlsx. When there are faults the pack is only good for looking at.
func Read(name string, opts ...Option) (*Pack, []fault.Field) {
	r := newReader(opts)
	st, err := os.Stat(name)
	if err != nil {
		r.c.readError(path.Base(strings.ReplaceAll(name, `\`, "/")), err)
		return r.p, r.c.fields()
	}
	if st.IsDir() {
		root, err := os.OpenRoot(name) // a link inside cannot lead out of the folder
		if err != nil {
			r.c.readError(st.Name(), err)
			return r.p, r.c.fields()
		}
		defer root.Close()
		r.folder(root.FS(), st.Name())
		return r.finish()
	}
	f, err := os.Open(name)
	if err != nil {
		r.c.readError(st.Name(), err)
		return r.p, r.c.fields()
	}
	defer f.Close()
	return ReadFrom(f, st.Size(), st.Name(), opts...)
}

// ReadFS reads a pack from the root of a file system, such as one embedded in the binary.
func ReadFS(fsys fs.FS, opts ...Option) (*Pack, []fault.Field) {
	r := newReader(opts)
	r.folder(fsys, "pack")
	return r.finish()
}

// ReadFrom reads a zip or an xlsx, whatever it is called; name is for the faults.
func ReadFrom(f io.ReaderAt, size int64, name string, opts ...Option) (*Pack, []fault.Field) {
	r := newReader(opts)
	z, err := zip.NewReader(f, size)
	switch {
	case err != nil && !errors.Is(err, zip.ErrInsecurePath) && r.only != "":
		r.csvs(map[string]func() (io.ReadCloser, error){r.only: func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(f, 0, size)), nil }})
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		r.c.readError(name, err)
		return r.p, r.c.fields()
	case len(z.File) > maxNames:
		r.c.add(name, 0, "", "", "pack.entries", "limit", fmt.Sprint(maxNames))
		return r.p, r.c.fields()
	case slices.ContainsFunc(z.File, func(e *zip.File) bool { return e.Name == "xl/workbook.xml" }):
		r.xlsx(io.NewSectionReader(f, 0, size), name)
	case r.only != "":
		r.c.add(name, 0, "", "", "pack.not_list")
		return r.p, r.c.fields()
	default:
		r.zip(z, name)
	}
	return r.finish()
}

func (r *reader) folder(fsys fs.FS, name string) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		r.c.readError(name, err)
		return
	}
	found := map[string]func() (io.ReadCloser, error){}
	for _, e := range entries {
		st, err := fs.Stat(fsys, e.Name())
		if err != nil || !st.Mode().IsRegular() {
			continue // a folder, or a pipe that would never end
		}
		found[e.Name()] = func() (io.ReadCloser, error) { return fsys.Open(e.Name()) }
	}
	r.csvs(found)
}

func (r *reader) zip(z *zip.Reader, name string) {
	found := map[string]func() (io.ReadCloser, error){}
	home := ""
	for _, e := range z.File {
		n := strings.TrimPrefix(strings.ReplaceAll(e.Name, `\`, "/"), "./")
		dir, base := path.Split(n)
		switch {
		case strings.HasSuffix(n, "/") || strings.HasPrefix(n, "__MACOSX/") || strings.HasPrefix(base, "."):
			continue
		case !fs.ValidPath(n):
			r.c.add(name, 0, "", e.Name, "pack.path")
		case strings.Count(dir, "/") > 1:
			r.p.Ignored = append(r.p.Ignored, n)
		case !slices.ContainsFunc(files, func(f anyFile) bool { return f.title() == base }):
			r.p.Ignored = append(r.p.Ignored, n)
		case len(found) > 0 && (dir != home || found[base] != nil):
			r.c.add(base, 0, "", "", "pack.folders")
		default:
			home = dir
			found[base] = func() (io.ReadCloser, error) { return e.Open() }
		}
	}
	if len(r.c.list) == 0 {
		r.csvs(found)
	}
}

func (r *reader) csvs(found map[string]func() (io.ReadCloser, error)) {
	r.opened = true
	for _, f := range files {
		open := found[f.title()]
		if open == nil {
			continue
		}
		delete(found, f.title())
		r.present[f.title()] = true
		in, err := open()
		if err != nil {
			r.c.readError(f.title(), err)
			continue
		}
		r.usable[f.title()] = f.read(newCSV(in, &r.left, r.file), r.p, r.c)
		in.Close()
	}
	for n := range found {
		r.p.Ignored = append(r.p.Ignored, n)
	}
	slices.Sort(r.p.Ignored)
}

func (r *reader) xlsx(in io.Reader, name string) {
	defer func() {
		if v := recover(); v != nil { // the library trusts the file in places; a hostile one is a fault, not our end
			r.c.readError(name, fmt.Errorf("broken workbook: %v", v))
		}
	}()
	x, err := excelize.OpenReader(in, excelize.Options{UnzipSizeLimit: maxPack, UnzipXMLSizeLimit: 64 << 20})
	if err != nil {
		r.c.readError(name, err)
		return
	}
	defer x.Close()
	r.opened = true
	sheets := x.GetSheetList()
	for _, f := range files {
		sheet := strings.TrimSuffix(f.title(), ".csv")
		i := slices.Index(sheets, sheet)
		if i < 0 && f.title() == r.only {
			i = 0 // whatever Excel calls it
		}
		if i < 0 || r.only != "" && f.title() != r.only {
			continue
		}
		sheet = sheets[i]
		sheets = slices.Delete(sheets, i, i+1)
		r.present[f.title()] = true
		rows, err := x.Rows(sheet)
		if err != nil {
			r.c.readError(f.title(), err)
			continue
		}
		r.usable[f.title()] = f.read(&sheetTable{rows: rows, first: true}, r.p, r.c)
		rows.Close()
	}
	if r.only == "" {
		r.p.Ignored = append(r.p.Ignored, sheets...)
	}
}

// finish checks what the rows say about each other.
func (r *reader) finish() (*Pack, []fault.Field) {
	if r.opened && r.only == "" && !r.present["items.csv"] {
		r.c.add("items.csv", 0, "", "", "pack.missing")
	}
	if r.was != nil && r.only != "" {
		fileOf(strings.TrimSuffix(r.only, ".csv")).keep(r.p, r.was)
	}
	r.check()
	return r.p, r.c.fields()
}
