package pack

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

type cell struct {
	text   string
	number bool
}

// grid is the file as written: column names and rows; nil when it is left out.
func (f *file[T]) grid(p *Pack) [][]cell {
	rows := f.load(p)
	if len(rows) == 0 && f.name != "items.csv" {
		return nil
	}
	var v T
	fields, _ := f.row(&v)
	used := make([]bool, len(f.cols))
	for i := range f.cols {
		used[i] = f.cols[i].req
	}
	for _, v = range rows {
		for i := range f.cols {
			if !used[i] {
				s, _ := f.cols[i].format(fields[i])
				used[i] = s != ""
			}
		}
	}
	return f.table(rows, used)
}

// all is grid with every column, also when there is no row.
func (f *file[T]) all(p *Pack) [][]cell {
	used := make([]bool, len(f.cols))
	for i := range used {
		used[i] = true
	}
	return f.table(f.load(p), used)
}

func (f *file[T]) table(rows []T, used []bool) [][]cell {
	var v T
	fields, _ := f.row(&v)
	out := make([][]cell, 0, len(rows)+1)
	var head []cell
	for i, c := range f.cols {
		if used[i] {
			head = append(head, cell{text: c.name})
		}
	}
	out = append(out, head)
	for _, v = range rows {
		line := make([]cell, 0, len(head))
		for i := range f.cols {
			if used[i] {
				s, n := f.cols[i].format(fields[i])
				line = append(line, cell{s, n})
			}
		}
		out = append(out, line)
	}
	return out
}

func writeCSV(w io.Writer, grid [][]cell) error {
	out := csv.NewWriter(w)
	line := make([]string, len(grid[0]))
	for _, row := range grid {
		for i, c := range row {
			line[i] = c.text
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Write puts the pack into a folder, which it makes when missing. Pack files that it does not write are removed,
// so that the folder holds this pack and nothing of an earlier one; other files stay.
func Write(p *Pack, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		name := filepath.Join(dir, f.title())
		grid := f.grid(p)
		if grid == nil {
			if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
				return err
			}
			continue
		}
		w, err := os.Create(name)
		if err != nil {
			return err
		}
		err = writeCSV(w, grid)
		if e := w.Close(); err == nil {
			err = e
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", f.title(), err)
		}
	}
	return nil
}

// WriteZip writes the pack as a zip, files at its root. The same pack gives the same bytes.
func WriteZip(p *Pack, w io.Writer) error {
	z := zip.NewWriter(w)
	for _, f := range files {
		grid := f.grid(p)
		if grid == nil {
			continue
		}
		e, err := z.Create(f.title())
		if err != nil {
			return err
		}
		if err := writeCSV(e, grid); err != nil {
			return err
		}
	}
	return z.Close()
}

// WriteXLSX writes one sheet per file. Numbers are number cells, so that a planner can add them up, unless a
// spreadsheet's float could not hold them exactly.
func WriteXLSX(p *Pack, w io.Writer) error {
	x := excelize.NewFile()
	defer x.Close()
	bold, err := x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	for _, f := range files {
		grid := f.grid(p)
		if grid == nil {
			continue
		}
		if err := writeSheet(x, strings.TrimSuffix(f.title(), ".csv"), grid, bold); err != nil {
			return err
		}
	}
	if err := x.DeleteSheet("Sheet1"); err != nil {
		return err
	}
	return x.Write(w)
}

func writeSheet(x *excelize.File, sheet string, grid [][]cell, bold int) error {
	if _, err := x.NewSheet(sheet); err != nil {
		return err
	}
	s, err := x.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	line := make([]any, len(grid[0]))
	for n, row := range grid {
		for i, c := range row {
			line[i] = c.value()
			if n == 0 {
				line[i] = excelize.Cell{StyleID: bold, Value: c.text}
			}
		}
		at, err := excelize.CoordinatesToCellName(1, n+1)
		if err != nil {
			return err
		}
		if err := s.SetRow(at, line); err != nil {
			return err
		}
	}
	return s.Flush()
}

func (c cell) value() any {
	if c.text == "" {
		return nil
	}
	if c.number {
		if f, err := strconv.ParseFloat(c.text, 64); err == nil && len(c.text) <= 15 && strconv.FormatFloat(f, 'f', -1, 64) == c.text {
			return f
		}
	}
	return c.text
}

// strip forgets on which lines the rows stood.
func (f *file[T]) strip(p *Pack) {
	rows := slices.Clone(f.load(p))
	var v T
	_, line := f.row(&v)
	for i := range rows {
		v = rows[i]
		*line = 0
		rows[i] = v
	}
	f.store(p, rows)
}

// Equal says whether two packs hold the same factory in the same order; on which lines the rows stood, and
// whether an empty file was there, makes no difference.
func (p *Pack) Equal(q *Pack) bool {
	a, b := *p, *q
	for _, side := range []*Pack{&a, &b} {
		side.Ignored, side.columns = nil, nil
		for _, f := range files {
			f.strip(side)
		}
	}
	for _, f := range files {
		ga, gb := f.grid(&a), f.grid(&b)
		if (ga == nil) != (gb == nil) || len(ga) != len(gb) {
			return false
		}
	}
	return reflect.DeepEqual(&a, &b)
}
