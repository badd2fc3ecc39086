package sheet

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

type item struct {
	Pos
	Code  string   `col:"code" req:"1" zh:"物料编码" max:"20" doc:"never changes"`
	Name  string   `col:"name" zh:"名称"`
	Kind  string   `col:"kind" req:"1" enum:"make=自制,buy=外购"`
	UoM   string   `col:"uom" def:"pcs"`
	Qty   num.Dec  `col:"qty" min:"0"`
	Lead  int      `col:"lead_days" min:"0" max:"365"`
	Big   int64    `col:"big"`
	On    bool     `col:"on" def:"1"`
	From  string   `col:"from" kind:"date"`
	At    string   `col:"at" kind:"instant"`
	Shift string   `col:"shift" kind:"time"`
	Subs  []string `col:"subs"`
	Max   *num.Dec `col:"max"`
	Note  string
}

const head = "code,name,kind,uom,qty,lead_days,big,on,from,at,shift,subs,max\n"

func TestDecode(t *testing.T) {
	in := head + "A,钢板,make,kg,12.5,3,9007199254740993,0,2026-03-09,2026-03-09T08:30,06:00,B;C；D,1\n" +
		"B,,外购,,,,,,,,,,\n" +
		"C,x,BUY,pcs,\uff11\uff12.50,3.0,1,是,2026/3/9,2026-3-9 8:05:07,23:59:01, ;,0\n"
	got, faults := Decode[item](read(t, "items.csv", []byte(in))[0])
	if len(faults) > 0 {
		t.Fatalf("%+v", faults)
	}
	one, zero := num.Int(1), num.Dec(0)
	want := []item{
		{Pos{"items.csv", 2}, "A", "钢板", "make", "kg", num.MustParse("12.5"), 3, 9007199254740993, false, "2026-03-09", "2026-03-09T08:30", "06:00", []string{"B", "C", "D"}, &one, ""},
		{Pos{"items.csv", 3}, "B", "", "buy", "pcs", 0, 0, 0, true, "", "", "", nil, nil, ""},
		{Pos{"items.csv", 4}, "C", "x", "buy", "pcs", num.MustParse("12.5"), 3, 1, true, "2026-03-09", "2026-03-09T08:05:07", "23:59:01", []string{}, &zero, ""},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	// a column that is not there has its default
	got, faults = Decode[item](read(t, "i.csv", []byte("物料编码*, Kind \nA,make\n"))[0])
	if len(faults) > 0 || got[0].UoM != "pcs" || !got[0].On || got[0].Code != "A" {
		t.Errorf("%+v %+v", got, faults)
	}
}

func TestDecodeFaults(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"code,kind,qty,colour\nA,make,1,red\n", "items.csv:1:colour sheet.unknown_column"},
		{"code,kind,qti\nA,make,1\n", "items.csv:1:qti sheet.unknown_column"},
		{"code,kind,code\nA,make,A\n", "items.csv:1:code sheet.duplicate_column"},
		{"name,kind\nA,make\n", "items.csv:1:code sheet.missing_column"},
		{"code,kind\nA,make,x,y\n", "items.csv:2:C sheet.extra_cell, items.csv:2:D sheet.extra_cell"},
		{"code,kind,\nA,make,\nB,make,x\n", "items.csv:3:C sheet.extra_cell"},
		{"code,kind\n ,made\n", "items.csv:2:code sheet.required, items.csv:2:kind sheet.bad_choice"},
		{"code,kind,qty\nA,make,\"12,5\"\nB,make,1e3\nC,make,0.1234567\nD,make,-1\n", "items.csv:2:qty sheet.bad_number, items.csv:4:qty sheet.bad_number, items.csv:5:qty sheet.out_of_range"},
		{"code,kind,lead_days,big\nA,make,1.5,\nB,make,366,99999999999999999999\n", "items.csv:2:lead_days sheet.bad_integer, items.csv:3:lead_days sheet.out_of_range, items.csv:3:big sheet.bad_integer"},
		{"code,kind,from,at,shift,on\nA,make,2026-02-30,2026-03-09T25:00,8h,maybe\n", "items.csv:2:from sheet.bad_date, items.csv:2:at sheet.bad_instant, items.csv:2:shift sheet.bad_time, items.csv:2:on sheet.bad_bool"},
		{"code,kind,from\nA,make,3/9/26\nB,make,46090\n", "items.csv:2:from sheet.bad_date, items.csv:3:from sheet.bad_date"},
		{"code,kind\n123456789012345678901,make\na\x07b,make\n", "items.csv:2:code sheet.too_long, items.csv:3:code sheet.control"},
	} {
		_, faults := Decode[item](read(t, "items.csv", []byte(c.in))[0])
		var got []string
		for _, f := range faults {
			got = append(got, f.Where+" "+f.Code)
			for _, locale := range []string{"zh", "en"} {
				s := Messages[f.Code].Render(locale, f.Params)
				if strings.ContainsAny(s, "{}|") || s == "" || Remedy(f, locale) == "" {
					t.Errorf("%s in %s: %q", f.Code, locale, s)
				}
			}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.in, s, c.want)
		}
	}
	err := Refuse([]fault.Field{Pos{"a.csv", 3}.Fault("qty", "x", "sheet.bad_number", "no")})
	if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || Refuse(nil) != nil {
		t.Error(err)
	}
}

// What Excel stores differs from what it shows.
func TestDecodeExcel(t *testing.T) {
	x := excelize.NewFile()
	defer x.Close()
	day, err := x.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	for at, v := range map[string]any{"A1": "code", "B1": "kind", "C1": "qty", "D1": "from", "E1": "at", "F1": "shift", "G1": "name", "H1": "on", "I1": "lead_days",
		"A2": 1001, "B2": "buy", "C2": 0.1 + 0.2, "D2": 46090, "E2": 46090.354166666664, "F2": 0.25, "G2": 1.1, "H2": true, "I2": 5.0,
		"A4": "0001", "B4": "make", "C4": "#DIV/0!", "D4": 2026} {
		if err := x.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.SetCellStyle("Sheet1", "D2", "D2", day); err != nil {
		t.Fatal(err)
	}
	if _, err := x.NewSheet("#notes"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := x.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	tables := read(t, "f.xlsx", b.Bytes())
	if len(tables) != 1 || tables[0].File != "f.xlsx!Sheet1" {
		t.Fatalf("%+v", tables)
	}
	got, faults := Decode[item](tables[0])
	v := got[0]
	if s := fmt.Sprint(v.Code, " ", v.Qty, " ", v.From, " ", v.At, " ", v.Shift, " ", v.Name, " ", v.On, " ", v.Lead, " ", got[1].Code, " ", got[1].Line); s != "1001 0.3 2026-03-09 2026-03-09T08:30 06:00 1.1 true 5 0001 4" {
		t.Error(s)
	}
	if len(faults) != 2 || faults[0].Code != "sheet.formula_error" || faults[1].Where != "f.xlsx!Sheet1:4:from" {
		t.Errorf("%+v", faults)
	}
}

func TestTemplate(t *testing.T) {
	for _, f := range []Format{CSV, XLSX} {
		for _, locale := range []string{"zh", "en"} {
			var b bytes.Buffer
			if err := Template[item](&b, f, "items", locale); err != nil {
				t.Fatal(err)
			}
			if dir := os.Getenv("KAIWU_TEMPLATES"); dir != "" {
				if err := os.WriteFile(dir+"/items-"+locale+"."+string(f), b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			tables := read(t, "items", b.Bytes())
			if len(tables) != 1 || tables[0].Name != "items" || !reflect.DeepEqual(tables[0].Header, Columns[item]()) {
				t.Fatalf("%+v", tables)
			}
			if rows, faults := Decode[item](tables[0]); len(rows)+len(faults) > 0 {
				t.Errorf("%+v %+v", rows, faults)
			}
		}
	}
	var b bytes.Buffer
	if err := Templates(&b, "zh", SheetFor[item]("items"), SheetFor[item]("more")); err != nil {
		t.Fatal(err)
	}
	if got := read(t, "x", b.Bytes()); len(got) != 2 || got[1].Name != "more" {
		t.Errorf("%+v", got)
	}
}

func TestWrongTagsPanic(t *testing.T) {
	type float struct {
		X float64 `col:"x"`
	}
	type typo struct {
		X string `col:"x" requ:"1"`
	}
	type def struct {
		X int `col:"x" def:"one"`
	}
	for _, fn := range []func(){func() { Columns[float]() }, func() { Columns[typo]() }, func() { Columns[def]() }} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a struct that cannot be read was taken")
				}
			}()
			fn()
		}()
	}
}

func TestMessages(t *testing.T) {
	for code, m := range sentences {
		if strings.Count(m.Zh, sep) != 1 || strings.Count(m.En, sep) != 1 {
			t.Errorf("%s lacks a remedy: %+v", code, m)
		}
	}
}
