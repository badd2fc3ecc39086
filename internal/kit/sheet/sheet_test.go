package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

func read(t *testing.T, file string, b []byte) []Table {
	t.Helper()
	out, err := Read(file, bytes.NewReader(b), Default)
	if err != nil {
		t.Fatalf("read %s: %v", file, err)
	}
	return out
}

func write(t interface{ Fatal(...any) }, f Format, header []string, rows [][]any) []byte {
	var b bytes.Buffer
	w, err := NewWriter(&b, f)
	if err == nil {
		err = w.Sheet("items", header...)
	}
	for _, r := range rows {
		if err == nil {
			err = w.Row(r...)
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadCSV(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("code,name\nA,不锈钢板\n")
	if err != nil {
		t.Fatal(err)
	}
	want := Table{File: "dir/items.csv", Name: "items", Header: []string{"code", "name"}, HeadLine: 1, Rows: []Row{{2, []string{"A", "不锈钢板"}}}}
	for _, in := range []string{"code,name\nA,不锈钢板\n", "\ufeffcode,name\r\nA,不锈钢板\r\n\r\n,\r\n", "code,name\n\"A\",\"不锈钢板\"", gbk} {
		if got := read(t, "dir/items.csv", []byte(in)); !reflect.DeepEqual(got, []Table{want}) {
			t.Errorf("%q reads as %+v", in, got)
		}
	}
	got := read(t, "x.csv", []byte("\n,\ncode,name,\n\n\"a\nb\",'=1+1\nc,d,,,\n"))[0]
	if got.HeadLine != 3 || len(got.Rows) != 2 || got.Rows[0].Line != 5 || got.Rows[1].Line != 7 || got.Rows[0].Cells[1] != "=1+1" || len(got.Rows[1].Cells) != 2 {
		t.Errorf("lines: %+v", got)
	}
}

func TestRefused(t *testing.T) {
	small := Limits{Bytes: 4000, Unpacked: 100_000, Rows: 3, Columns: 4, Sheets: 1, Cell: 10}
	big := write(t, XLSX, []string{"a"}, [][]any{{"1"}, {"2"}, {"3"}, {"4"}})
	two := func() []byte {
		var b bytes.Buffer
		w, _ := NewWriter(&b, XLSX)
		if err := errors.Join(w.Sheet("a", "x"), w.Sheet("b", "x"), w.Close()); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}()
	wide := small
	wide.Bytes = 1 << 20
	for _, c := range []struct {
		name string
		in   []byte
		lim  Limits
		want string
	}{
		{"empty", nil, small, "sheet.no_header"},
		{"blank", []byte(" ,\n,\n"), small, "sheet.no_header"},
		{"bytes", bytes.Repeat([]byte("a\n"), 3000), small, "sheet.too_large"},
		{"rows", []byte("h\n1\n2\n3\n4\n"), small, "sheet.too_many_rows"},
		{"columns", []byte("a,b,c,d,e\n"), small, "sheet.too_many_columns"},
		{"cell", []byte("h\n01234567890\n"), small, "sheet.cell_long"},
		{"quotes", []byte("h\n\"a\n"), small, "sheet.broken"},
		{"xls", []byte("\xd0\xcf\x11\xe0rest"), small, "sheet.kind"},
		{"picture", []byte("\x89PNG\r\n\x1a\n\x00\x00"), small, "sheet.kind"},
		{"letters", []byte("a\n\xff\xff\xff\n"), small, "sheet.encoding"},
		{"broken zip", []byte("PK\x03\x04nonsense"), small, "sheet.broken"},
		{"xlsx rows", big, wide, "sheet.too_many_rows"},
		{"xlsx sheets", two, wide, "sheet.too_many_sheets"},
		{"bomb", bomb(t, 4<<20), wide, "sheet.too_large"},
		{"far row", far(t), Default, "sheet.too_many_rows"},
	} {
		_, err := Read("f", bytes.NewReader(c.in), c.lim)
		if !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// bomb is a workbook whose sheet is a few kilobytes packed and n bytes unpacked.
func bomb(t *testing.T, n int) []byte {
	return part(t, "xl/worksheets/sheet1.xml", `<worksheet><sheetData>`+strings.Repeat(" ", n)+`</sheetData></worksheet>`)
}

// far announces a cell in a row that no Excel has.
func far(t *testing.T) []byte {
	return part(t, "xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="99999999999"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row></sheetData></worksheet>`)
}

func part(t *testing.T, name, text string) []byte {
	good := write(t, XLSX, []string{"a"}, nil)
	zr, err := zip.NewReader(bytes.NewReader(good), int64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	for _, f := range zr.File {
		if f.Name == name {
			continue
		}
		if err := zw.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	w, err := zw.Create(name)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err = errors.Join(err, zw.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWriteReadIsIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom([]Format{CSV, Bare, XLSX}).Draw(t, "format")
		cell := rapid.OneOf(rapid.StringMatching(`'{0,2}[=+@-]?[a-z0-9 .,;"'\n不锈]{0,6}`), rapid.SampledFrom([]string{"0001", "1.10", "-12", "+86 139", "=1+1", "-", "'", "''=a", "_x000D_", "1e5", "<&>\"", " a ", "\uff1dA1", "\tx", "1.1000000000000001 mm"}))
		rows := make([][]any, rapid.IntRange(1, 5).Draw(t, "rows"))
		for i := range rows {
			rows[i] = []any{"k", cell.Draw(t, "a"), cell.Draw(t, "b"), "end"}
		}
		b := write(t, f, []string{"k", "a", "b", "z"}, rows)
		got, err := Read("items.csv", bytes.NewReader(b), Default)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range rows {
			for j, want := range r {
				if c := got[0].Rows[i].Cells[j]; c != want {
					t.Fatalf("%s: %q came back as %q", f, want, c)
				}
			}
		}
	})
}

func TestNoFormulaIsWritten(t *testing.T) {
	b := string(write(t, Bare, []string{"=cmd", "b"}, [][]any{{"=1+1", "+86 139"}, {"-2+3", "@SUM(A1)"}, {"\t=1", "\r=1"}, {"\uff1dA1", "-12.5"}, {num.MustParse("-3"), "x=1"}}))
	want := "'=cmd,b\n'=1+1,'+86 139\n'-2+3,'@SUM(A1)\n'\t=1,\"'\r=1\"\n'\uff1dA1,-12.5\n-3,x=1\n"
	if b != want {
		t.Errorf("got  %q\nwant %q", b, want)
	}
	x, err := excelize.OpenReader(bytes.NewReader(write(t, XLSX, []string{"a"}, [][]any{{"=1+1"}, {"=HYPERLINK(\"http://x\")"}})))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, at := range []string{"A2", "A3"} {
		if f, err := x.GetCellFormula("items", at); f != "" || err != nil {
			t.Errorf("%s is the formula %q (%v)", at, f, err)
		}
	}
}

func TestTypesOut(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	row := []any{num.MustParse("12.5"), num.MustParse("9007199254.740991"), 42, int64(1) << 60, true, false, at, nil, "x"}
	want := []string{"12.5", "9007199254.740991", "42", "1152921504606846976", "1", "0", "2026-03-02T08:00:00", "", "x"}
	for _, f := range []Format{Bare, XLSX} {
		got := read(t, "f", write(t, f, []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}, [][]any{row}))[0].Rows[0].Cells
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, want %q", f, got, want)
		}
	}
	w, err := NewWriter(&bytes.Buffer{}, Bare)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Sheet("a", "x")); err != nil {
		t.Fatal(err)
	}
	if w.Row(1.5) == nil || w.Sheet("b", "x") == nil {
		t.Error("a float or a second table went into a CSV")
	}
	if _, err := NewWriter(&bytes.Buffer{}, "pdf"); !fault.Is(err, "sheet.format") {
		t.Error(err)
	}
}

func TestTidy(t *testing.T) {
	for in, want := range map[string]string{"1.1000000000000001": "1.1", "0.34999999999999998": "0.35", "2.0000000000000001E-3": "0.002", "123456789012345678": "123456789012345678",
		"1.5": "1.5", "A1.1000000000000001": "A1.1000000000000001", "46090.354166666664": "46090.3541666667", "-0.10000000000000001": "-0.1", "1.2.3.4.5.6.7.8.9.0.1": "1.2.3.4.5.6.7.8.9.0.1"} {
		if got := tidy(in); got != want {
			t.Errorf("tidy(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\xef\xbb\xbfa\n\"x\ny\"\n", "a\n'=1\n", "\xc4\xe3,b\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		tables, err := Read("f.csv", bytes.NewReader(b), Limits{Bytes: 10_000, Unpacked: 1 << 20, Rows: 100, Columns: 20, Sheets: 5, Cell: 100})
		if err != nil {
			if _, ok := fault.As(err); !ok {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		for _, tab := range tables {
			Decode[item](tab)
		}
	})
}

func FuzzReadXLSX(f *testing.F) {
	good := write(f, XLSX, []string{"code", "qty"}, [][]any{{"A", 1}, {"=B", num.MustParse("2.5")}})
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := Read("f.xlsx", bytes.NewReader(b), Limits{Bytes: 100_000, Unpacked: 1 << 20, Rows: 100, Columns: 20, Sheets: 5, Cell: 100}); err != nil {
			if _, ok := fault.As(err); !ok {
				t.Fatalf("not a fault: %v", err)
			}
		}
	})
}

// The text of a sheet is what an attacker writes most easily.
func FuzzSheetXML(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`)
	f.Add(`<row r="3"><c r="XFD3" t="inlineStr"><is><t>x</t></is></c><c t="e"><v>#N/A</v></c></row>`)
	f.Add(`<row r="-1"><c r="1A"><v>1E99</v></c></row>`)
	f.Fuzz(func(t *testing.T, s string) {
		tt := &testing.T{}
		b := part(tt, "xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`+s+`</sheetData></worksheet>`)
		if _, err := Read("f.xlsx", bytes.NewReader(b), Limits{Bytes: 100_000, Unpacked: 1 << 20, Rows: 100, Columns: 20, Sheets: 5, Cell: 100}); err != nil {
			if _, ok := fault.As(err); !ok {
				t.Fatalf("not a fault: %v", err)
			}
		}
	})
}
