package label

import (
	"fmt"
	"image"
	"math"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"kaiwu/internal/kit/fault"
)

// ZPL writes ZPL II for a label printer of 203, 300 or 600 dpi. Barcodes, lines and frames are the printer's own;
// every line of text is a picture drawn from our font, so it prints on printers without any Chinese font.
func ZPL(d Doc, dpi int) ([]byte, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	if dpi != 203 && dpi != 300 && dpi != 600 {
		return nil, fault.Invalid("label.dpi", "a label printer has 203, 300 or 600 dpi, not %d", dpi).With("dpi", dpi)
	}
	z := &zpl{dpi: dpi, faces: map[float64]font.Face{}}
	for _, page := range d.Pages {
		z.printf("^XA\n^CI28\n^PW%d\n^LL%d\n^LH0,0\n", z.dots(float64(d.W)), z.dots(float64(d.H)))
		for _, e := range page {
			if err := z.element(e); err != nil {
				return nil, err
			}
		}
		z.printf("^PQ1\n^XZ\n")
	}
	return []byte(z.b.String()), nil
}

type zpl struct {
	b     strings.Builder
	dpi   int
	faces map[float64]font.Face
}

func (z *zpl) printf(f string, a ...any)    { fmt.Fprintf(&z.b, f, a...) }
func (z *zpl) dots(tenths float64) int      { return int(math.Round(z.exact(tenths))) }
func (z *zpl) exact(tenths float64) float64 { return tenths * float64(z.dpi) / 254 }

func (z *zpl) element(e Element) error {
	switch e := e.(type) {
	case Line:
		w := max(1, z.dots(float64(e.Width)))
		x, y := z.dots(float64(min(e.X1, e.X2))), z.dots(float64(min(e.Y1, e.Y2)))
		z.printf("^FO%d,%d^GB%d,%d,%d^FS\n", x, y, max(w, z.dots(float64(max(e.X1, e.X2)))-x), max(w, z.dots(float64(max(e.Y1, e.Y2)))-y), w)
	case Rect:
		x, y := z.dots(float64(e.X)), z.dots(float64(e.Y))
		w, h, t := z.dots(float64(e.X+e.W))-x, z.dots(float64(e.Y+e.H))-y, max(1, z.dots(float64(e.Width)))
		if e.Shade >= 50 {
			t = min(w, h)
		}
		if e.Shade == 0 || e.Shade >= 50 {
			z.printf("^FO%d,%d^GB%d,%d,%d^FS\n", x, y, w, h, t)
		}
	case Barcode:
		return z.barcode(e)
	case Text:
		return z.text(e)
	}
	return nil
}

func (z *zpl) barcode(e Barcode) error {
	if e.Content == "" {
		return nil
	}
	s, err := encode(e.Kind, e.Content)
	if err != nil {
		return err
	}
	module, _, _, _ := s.fit(e)
	n := int(z.exact(module)) // whole dots only: a rounded-up symbol would leave its box
	if n < 1 {
		n = 1
	}
	if s.rows == 1 {
		n = min(n, 10)
		x := z.exact(float64(e.X)) + (z.exact(float64(e.W))-float64(n*s.cols))/2
		z.printf("^FO%d,%d^BY%d^BCN,%d,N,N,N,A^FH_^FD%s^FS\n", int(max(0, x)), z.dots(float64(e.Y)), n, z.dots(float64(e.H)), hexed(e.Content))
		return nil
	}
	if e.Kind == QR {
		n = min(n, 10)
	}
	x := z.exact(float64(e.X)) + (z.exact(float64(e.W))-float64(n*s.cols))/2
	y := z.exact(float64(e.Y)) + (z.exact(float64(e.H))-float64(n*s.rows))/2
	if e.Kind == QR {
		// printers move a QR code down by the bar height of ^BY, so that is made one dot
		z.printf("^FO%d,%d^BY1,2,1^BQN,2,%d^FH_^FDMA,%s^FS\n", int(max(0, x)), int(max(0, y-1)), n, hexed(e.Content))
		return nil
	}
	// the escape sign is given because its default differs between firmwares; \1 is FNC1
	text := strings.ReplaceAll(hexed(e.Content), "_5C", "_5C_5C")
	if strings.HasPrefix(e.Content, GS1) {
		text = strings.ReplaceAll(text, "_1D", `\1`)
	}
	z.printf("^FO%d,%d^BXN,%d,200,0,0,6,\\^FH_^FD%s^FS\n", int(max(0, x)), int(max(0, y)), n, text)
	return nil
}

// hexed writes what ZPL would take as a command, and what is not ASCII, as _XX for ^FH.
func hexed(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || strings.IndexByte(`^~_\`, c) >= 0 {
			fmt.Fprintf(&b, "_%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func (z *zpl) face(size float64) (font.Face, error) {
	if f := z.faces[size]; f != nil {
		return f, nil
	}
	f, err := opentype.NewFace(typeface().f, &opentype.FaceOptions{Size: size, DPI: float64(z.dpi), Hinting: font.HintingNone})
	if err == nil {
		z.faces[size] = f
	}
	return f, err
}

func (z *zpl) text(t Text) error {
	lines, size := t.set()
	face, err := z.face(size)
	if err != nil {
		return fmt.Errorf("font of %.1f pt: %w", size, err)
	}
	em := size * float64(z.dpi) / 72
	bold := 0
	if t.Bold {
		bold = max(1, int(math.Round(em/26)))
	}
	for _, l := range lines {
		if strings.TrimSpace(l.s) == "" {
			continue
		}
		x, base := z.exact(l.x), z.exact(l.y)
		left, top := int(math.Floor(x)), int(math.Floor(base-em))
		w, h := int(math.Ceil(z.exact(l.w)))+bold+2, int(math.Ceil(em*1.3))
		img := image.NewAlpha(image.Rect(0, 0, w, h))
		dr := font.Drawer{Dst: img, Src: image.Opaque, Face: face,
			Dot: fixed.Point26_6{X: fixed.Int26_6((x - float64(left)) * 64), Y: fixed.Int26_6(math.Round(base-float64(top)) * 64)}}
		dr.DrawString(l.s)
		z.picture(max(0, left), max(0, top), bits(img, bold))
	}
	return nil
}

// bits makes a one-bit picture, row by row; bold smears each dot to the right.
func bits(img *image.Alpha, bold int) [][]byte {
	r := img.Bounds()
	out := make([][]byte, r.Dy())
	for y := range out {
		row := make([]byte, (r.Dx()+7)/8)
		for x := range r.Dx() {
			for b := 0; b <= bold && b <= x; b++ {
				if img.AlphaAt(x-b, y).A >= 104 { // a little under half: thin strokes of small letters must not break
					row[x/8] |= 0x80 >> (x % 8)
					break
				}
			}
		}
		out[y] = row
	}
	return out
}

// picture writes the rows that hold something, in ZPL's own run-length code.
func (z *zpl) picture(x, y int, rows [][]byte) {
	blank := func(r []byte) bool { return strings.Trim(string(r), "\x00") == "" }
	for len(rows) > 0 && blank(rows[0]) {
		rows, y = rows[1:], y+1
	}
	for len(rows) > 0 && blank(rows[len(rows)-1]) {
		rows = rows[:len(rows)-1]
	}
	if len(rows) == 0 {
		return
	}
	per := len(rows[0])
	z.printf("^FO%d,%d^GFA,%d,%d,%d,", x, y, per*len(rows), per*len(rows), per)
	last := ""
	for _, r := range rows {
		s := fmt.Sprintf("%X", r)
		if s == last {
			z.b.WriteByte(':')
			continue
		}
		last = s
		z.b.WriteString(packRow(s))
	}
	z.printf("^FS\n")
}

// packRow: G–Y stand for 1–19 repeats, g–z for 20–400, a comma fills the row with white, ! with black.
func packRow(s string) string {
	var b strings.Builder
	tail := byte(0)
	if t := strings.TrimRight(s, "0"); len(t) < len(s) {
		s, tail = t, ','
	} else if t := strings.TrimRight(s, "F"); len(t) < len(s) {
		s, tail = t, '!'
	}
	for i := 0; i < len(s); {
		n := 1
		for i+n < len(s) && s[i+n] == s[i] {
			n++
		}
		i += n
		if c := s[i-1]; n <= 2 {
			b.WriteString(strings.Repeat(string(c), n))
		} else {
			for ; n > 400; n -= 400 {
				b.WriteByte('z')
				b.WriteByte(c)
			}
			if n >= 20 {
				b.WriteByte("ghijklmnopqrstuvwxyz"[n/20-1])
			}
			if n%20 > 0 {
				b.WriteByte("GHIJKLMNOPQRSTUVWXY"[n%20-1])
			}
			b.WriteByte(c)
		}
	}
	if tail != 0 {
		b.WriteByte(tail)
	}
	return b.String()
}
