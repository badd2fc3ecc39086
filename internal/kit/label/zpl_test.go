package label

import (
	"encoding/hex"
	"flag"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"kaiwu/internal/kit/num"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

// unpack reads one picture of ^GFA back, as a printer does.
func unpack(t interface{ Fatalf(string, ...any) }, s string, per int) []string {
	var rows []string
	var row strings.Builder
	n := 0
	put := func(c byte, k int) {
		row.WriteString(strings.Repeat(string(c), k))
		if row.Len() > per*2 {
			t.Fatalf("a row of %d digits, want %d", row.Len(), per*2)
		}
		if row.Len() == per*2 {
			rows = append(rows, row.String())
			row.Reset()
		}
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c == ',':
			put('0', per*2-row.Len())
		case c == '!':
			put('F', per*2-row.Len())
		case c == ':':
			rows = append(rows, rows[len(rows)-1])
		case c >= 'G' && c <= 'Y':
			n += int(c-'G') + 1
		case c >= 'g' && c <= 'z':
			n += (int(c-'g') + 1) * 20
		default:
			put(c, max(n, 1))
			n = 0
		}
	}
	if row.Len() > 0 {
		t.Fatalf("the last row is short: %q", row.String())
	}
	return rows
}

func TestPackRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s strings.Builder
		for range rapid.IntRange(1, 6).Draw(t, "parts") {
			s.WriteString(strings.Repeat(rapid.SampledFrom([]string{"0", "F", "3", "A"}).Draw(t, "digit"), rapid.IntRange(1, 900).Draw(t, "n")))
		}
		if s.Len()%2 == 1 {
			s.WriteByte('0')
		}
		if got := unpack(t, packRow(s.String()), s.Len()/2); len(got) != 1 || got[0] != s.String() {
			t.Fatalf("%q came back as %q", s.String(), got)
		}
	})
}

var picture = regexp.MustCompile(`\^FO(\d+),(\d+)\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS`)

func TestZPL(t *testing.T) {
	for name, d := range samples() {
		for _, dpi := range []int{203, 300} {
			b, err := ZPL(d, dpi)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			s := string(b)
			if n := strings.Count(s, "^XA"); n != len(d.Pages) || n != strings.Count(s, "^XZ") {
				t.Errorf("%s: %d labels for %d pages", name, n, len(d.Pages))
			}
			for i := range len(s) {
				if s[i] > '~' || (s[i] < ' ' && s[i] != '\n') {
					t.Fatalf("%s: byte %#x: printers differ in how they read it", name, s[i])
				}
			}
			w, h := d.W*dpi/254, d.H*dpi/254
			for _, m := range picture.FindAllStringSubmatch(s, -1) {
				num := func(i int) int { n, _ := strconv.Atoi(m[i]); return n }
				rows := unpack(t, m[6], num(5))
				if len(rows)*num(5) != num(3) || num(3) != num(4) {
					t.Fatalf("%s: %d rows of %d bytes, announced %d", name, len(rows), num(5), num(3))
				}
				if num(2)+len(rows) > h || inked(rows, num(1)) > w {
					t.Errorf("%s: a picture at %d,%d leaves the label of %d×%d dots", name, num(1), num(2), w, h)
				}
			}
			if strings.Contains(name, "-long") || dpi != 203 || name == "packing" || name == "traveler" {
				continue
			}
			file := "testdata/" + name + ".zpl"
			if *update {
				if err := os.WriteFile(file, b, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != s {
				t.Errorf("%s differs; look at a print of it, then run with -update", file)
			}
		}
	}
}

// inked is how far to the right anything is black.
func inked(rows []string, x int) int {
	far := 0
	for _, r := range rows {
		b, _ := hex.DecodeString(r)
		for i, c := range b {
			for k := range 8 {
				if c&(0x80>>k) != 0 {
					far = max(far, x+i*8+k+1)
				}
			}
		}
	}
	return far
}

func TestZPLBarcodes(t *testing.T) {
	d := Doc{W: 1000, H: 600, Pages: []Page{{
		Barcode{X: 0, Y: 0, W: 300, H: 300, Kind: QR, Content: `a^b~c_d\é`},
		Barcode{X: 300, Y: 0, W: 300, H: 300, Kind: DataMatrix, Content: GS1 + "01069512345678921725123110L1\\2" + GS1 + "21S_9"},
		Barcode{X: 0, Y: 400, W: 1000, H: 120, Kind: Code128, Content: "SH2603-0002"},
		Barcode{X: 600, Y: 0, W: 300, H: 300, Kind: QR},
		Rect{X: 10, Y: 10, W: 100, H: 50, Shade: 10}, Rect{X: 10, Y: 10, W: 100, H: 50, Shade: 100}, Line{X1: 0, Y1: 390, X2: 1000, Y2: 390, Width: 4},
	}}}
	b, err := ZPL(d, 203)
	if err != nil {
		t.Fatal(err)
	}
	want := `^XA
^CI28
^PW799
^LL480
^LH0,0
^FO35,34^BY1,2,1^BQN,2,8^FH_^FDMA,a_5Eb_7Ec_5Fd_5C_C3_A9^FS
^FO260,20^BXN,9,200,0,0,6,\^FH_^FD\101069512345678921725123110L1_5C_5C2\121S_5F9^FS
^FO109,320^BY4^BCN,96,N,N,N,A^FH_^FDSH2603-0002^FS
^FO8,8^GB80,40,40^FS
^FO0,312^GB799,3,3^FS
^PQ1
^XZ
`
	if string(b) != want {
		t.Errorf("got\n%swant\n%s", b, want)
	}
}

// A box that was counted in another unit says both on its label, in either size.
func TestLabelShowsBothUnits(t *testing.T) {
	lot := sampleLots[0]
	lot.SaidQty, lot.SaidUoM = num.MustParse("2.5"), "coil"
	for _, size := range []Size{Size100x60, Size60x40} {
		var found bool
		for _, x := range Lots(en, size, lot).Pages[0] {
			if text, ok := x.(Text); ok && text.S == "2.5 coil = 137.5 kg" {
				found = true
			}
		}
		if !found {
			t.Errorf("%v: the label does not say both units", size)
		}
	}
}
