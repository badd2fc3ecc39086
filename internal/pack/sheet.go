package pack

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Only reads one file of the format alone: from a CSV, from its sheet of a workbook or, when no sheet has its name, from
// the first one that is no remark. Nothing else is needed then, not even items.csv.
func Only(file string) Option { return func(r *reader) { r.only = file } }

func fileNamed(name string) (anyFile, error) {
	for _, f := range files {
		if f.title() == name {
			return f, nil
		}
	}
	return nil, fmt.Errorf("pack: no file %s", name)
}

func (f *file[T]) names() []string {
	out := make([]string, len(f.cols))
	for i := range f.cols {
		out[i] = f.cols[i].name
	}
	return out
}

// Columns are the columns of a file, in the order of the format.
func Columns(name string) []string {
	f, err := fileNamed(name)
	if err != nil {
		return nil
	}
	return f.names()
}

// WriteSheet writes one file of a pack as a workbook with every column, for people who go on filling it in.
func WriteSheet(p *Pack, name string, w io.Writer) error {
	f, err := fileNamed(name)
	if err != nil {
		return err
	}
	x := excelize.NewFile()
	defer x.Close()
	bold, err := x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	if err := writeSheet(x, strings.TrimSuffix(name, ".csv"), f.all(p), bold); err != nil {
		return err
	}
	if err := x.DeleteSheet("Sheet1"); err != nil {
		return err
	}
	return x.Write(w)
}

// WriteSheetCSV is WriteSheet as CSV, with the mark that makes Excel read it as UTF-8.
func WriteSheetCSV(p *Pack, name string, w io.Writer) error {
	f, err := fileNamed(name)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	return writeCSV(w, f.all(p))
}

func (p *Pack) said(file, column string) {
	if p.columns == nil {
		p.columns = map[string][]string{}
	}
	p.columns[file] = append(p.columns[file], column)
}

// KeepItems gives items what the file that was read had no column for: of items that are there already, what they have.
// A list of codes and lead times then changes lead times and nothing else.
func (p *Pack) KeepItems(old []Item) {
	of := make(map[string]*Item, len(old))
	for i := range old {
		of[old[i].Code] = &old[i]
	}
	f, err := fileNamed("items.csv")
	items, ok := f.(*file[Item])
	if err != nil || !ok {
		return
	}
	for i := range p.Items {
		was := of[p.Items[i].Code]
		if was == nil {
			continue
		}
		to, from := reflect.ValueOf(&p.Items[i]).Elem(), reflect.ValueOf(was).Elem()
		for _, c := range items.cols {
			if !slices.Contains(p.columns["items.csv"], c.name) {
				to.Field(c.field).Set(from.Field(c.field))
			}
		}
	}
}
