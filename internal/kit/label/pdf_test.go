package label

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/fault"
)

// checkPDF follows the file's own cross-reference table.
func checkPDF(t *testing.T, b []byte, pages int) {
	t.Helper()
	if !bytes.HasPrefix(b, []byte("%PDF-1.")) || !bytes.HasSuffix(bytes.TrimSpace(b), []byte("%%EOF")) {
		t.Fatalf("not a PDF: %.20q … %.20q", b, b[max(0, len(b)-20):])
	}
	m := regexp.MustCompile(`startxref\s+(\d+)\s+%%EOF\s*$`).FindSubmatch(b)
	if m == nil {
		t.Fatal("no startxref")
	}
	at, _ := strconv.Atoi(string(m[1]))
	lines := strings.Split(string(b[at:]), "\n")
	if lines[0] != "xref" {
		t.Fatalf("startxref points at %q", lines[0])
	}
	for n, l := range lines[3:] { // after "xref", "0 n" and the free entry
		f := strings.Fields(l)
		if len(f) != 3 || f[2] != "n" {
			break
		}
		off, _ := strconv.Atoi(f[0])
		if want := strconv.Itoa(n+1) + " 0 obj"; !bytes.HasPrefix(b[off:], []byte(want)) {
			t.Fatalf("entry %d points at %.20q, not %q", n+1, b[off:], want)
		}
	}
	if n := len(regexp.MustCompile(`/Type /Page\b[^s]`).FindAll(b, -1)); n != pages {
		t.Fatalf("%d pages, want %d", n, pages)
	}
}

func TestPDF(t *testing.T) {
	want := map[string]int{"traveler": 2, "traveler-long": 5, "lot": 2, "lot-small": 2, "location": 2, "badge": 2, "parcel": 1, "packing": 1, "packing-long": 3}
	for name, d := range samples() {
		b, err := PDF(d)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		checkPDF(t, b, want[name])
		if len(b) > 100_000 {
			t.Errorf("%s: %d bytes: is the whole font inside?", name, len(b))
		}
		again, err := PDF(samples()[name])
		if err != nil || !bytes.Equal(b, again) {
			t.Errorf("%s: the same document gave other bytes (%v)", name, err)
		}
	}
	b, err := PDF(Doc{W: 500, H: 300})
	if err != nil {
		t.Fatal(err)
	}
	checkPDF(t, b, 1)
}

// Every element of every layout stays on its page.
func TestLayoutsStayOnThePage(t *testing.T) {
	for name, d := range samples() {
		for n, p := range d.Pages {
			for _, e := range p {
				var x, y, w, h int
				switch e := e.(type) {
				case Text:
					x, y, w, h = e.X, e.Y, e.W, e.H
					lines, size := e.set()
					for _, l := range lines {
						if l.x < 0 || l.x+l.w > float64(d.W) || l.y > float64(d.H) || l.y < size*tenthPt*above-1 {
							t.Errorf("%s page %d: %q leaves the page", name, n+1, l.s)
						}
					}
				case Barcode:
					x, y, w, h = e.X, e.Y, e.W, e.H
				case Rect:
					x, y, w, h = e.X, e.Y, e.W, e.H
				case Line:
					x, y, w, h = min(e.X1, e.X2), min(e.Y1, e.Y2), max(e.X1, e.X2)-min(e.X1, e.X2), max(e.Y1, e.Y2)-min(e.Y1, e.Y2)
				}
				if x < 0 || y < 0 || x+w > d.W || y+h > d.H {
					t.Errorf("%s page %d: %+v leaves the page", name, n+1, e)
				}
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	for name, d := range map[string]Doc{
		"label.size":    {W: 10, H: 10},
		"label.barcode": {W: 500, H: 300, Pages: []Page{{Barcode{W: 200, H: 200, Kind: Code128, Content: "批号"}}}},
	} {
		if _, err := PDF(d); !fault.Is(err, name) {
			t.Errorf("PDF: %v, want %s", err, name)
		}
		if _, err := ZPL(d, 203); !fault.Is(err, name) {
			t.Errorf("ZPL: %v, want %s", err, name)
		}
	}
	if _, err := ZPL(Doc{W: 500, H: 300}, 72); !fault.Is(err, "label.dpi") {
		t.Error(err)
	}
	if _, err := SVG(QR, strings.Repeat("长", 4000)); !fault.Is(err, "label.barcode") {
		t.Error(err)
	}
}

func TestWords(t *testing.T) {
	for _, list := range []fault.Messages{words, Messages} {
		for key, w := range list {
			if w.Zh == "" || w.En == "" {
				t.Errorf("%s lacks a language: %+v", key, w)
			}
			if s := clean(w.Zh); strings.Contains(s, "□") {
				t.Errorf("the font lacks a letter of %q", w.Zh)
			}
		}
	}
}

func TestWrap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := clean(rapid.StringMatching(`([A-Z]{1,12}[ -]?|[钢板不锈，。（）]{1,8}|[0-9]{1,20} ?){0,12}`).Draw(t, "s"))
		w, size := rapid.IntRange(40, 900).Draw(t, "w"), float64(rapid.IntRange(5, 20).Draw(t, "size"))
		lines := wrap(s, float64(w), size)
		for _, l := range lines {
			if len([]rune(l)) > 1 && width(l, size) > float64(w)+0.5 {
				t.Fatalf("%q is wider than %d", l, w)
			}
		}
		squash := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if squash(strings.Join(lines, "")) != squash(s) {
			t.Fatalf("%q became %q", s, lines)
		}
		if shown, _ := (Text{W: w, H: 60, S: s, Size: size, Fit: true, Wrap: true}).set(); s != "" {
			for _, l := range shown {
				if len([]rune(l.s)) > 2 && l.w > float64(w)+0.5 {
					t.Fatalf("%q leaves its box", l.s)
				}
			}
		}
	})
	if got := clean("a\tb\x00c😀龘\u200b"); !strings.HasPrefix(got, "a bc□") {
		t.Errorf("clean: %q", got)
	}
}
