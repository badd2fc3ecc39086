package label

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/datamatrix"
	"github.com/boombuler/barcode/qr"

	"kaiwu/internal/kit/fault"
)

// symbol is a barcode as modules; rows is 1 for Code 128.
type symbol struct {
	cols, rows int
	quiet      int // modules that must stay white: all around, for Code 128 left and right
	dark       func(x, y int) bool
}

func encode(kind Symbology, content string) (symbol, error) {
	var b barcode.Barcode
	var err error
	s := symbol{quiet: 4}
	switch {
	case !validFor(kind, content):
		err = fmt.Errorf("a letter that %s does not have", kind)
	case kind == QR:
		b, err = qr.Encode(content, qr.M, qr.Auto)
	case kind == DataMatrix:
		s.quiet = 1
		// the library's marks for FNC1 are bytes, ours is the separator that scanners send
		if strings.HasPrefix(content, GS1) {
			content = strings.ReplaceAll(content, GS1, string([]byte{datamatrix.FNC1}))
		}
		b, err = datamatrix.Encode(content)
	case kind == Code128:
		s.quiet = 10
		b, err = code128.Encode(content)
	default:
		err = fmt.Errorf("unknown kind of barcode")
	}
	if err != nil {
		return symbol{}, fault.Invalid("label.barcode", "%s cannot hold %q: %v", kind, content, err).With("content", content).With("kind", kind)
	}
	r := b.Bounds()
	s.cols, s.rows = r.Dx(), r.Dy()
	if kind == Code128 {
		s.rows = 1
	}
	s.dark = func(x, y int) bool {
		c, _, _, _ := b.At(r.Min.X+x, r.Min.Y+y).RGBA()
		return c == 0
	}
	return s, nil
}

// validFor: QR takes any text; the other two are kept to ASCII, which every scanner returns unchanged.
func validFor(kind Symbology, content string) bool {
	if kind == QR {
		return true
	}
	for i, c := range content {
		if c == '\x1d' && kind == DataMatrix && (i == 0 || strings.HasPrefix(content, GS1)) {
			continue
		}
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// fit says how wide a module may be in the box and where the symbol's own corner is, quiet zone left out.
func (s symbol) fit(b Barcode) (module, x, y, h float64) {
	cols, rows := float64(s.cols+2*s.quiet), float64(s.rows+2*s.quiet)
	if s.rows == 1 {
		module = float64(b.W) / cols
		return module, float64(b.X) + module*float64(s.quiet), float64(b.Y), float64(b.H)
	}
	module = min(float64(b.W)/cols, float64(b.H)/rows)
	side := module * float64(s.cols)
	return module, float64(b.X) + (float64(b.W)-side)/2, float64(b.Y) + (float64(b.H)-side)/2, side
}

// runs calls fn for each dark stretch of a row.
func (s symbol) runs(fn func(x, y, n int)) {
	for y := range s.rows {
		for x := 0; x < s.cols; x++ {
			if !s.dark(x, y) {
				continue
			}
			from := x
			for x < s.cols && s.dark(x, y) {
				x++
			}
			fn(from, y, x-from)
		}
	}
}

// SVG draws one barcode for a screen, quiet zone included, one unit a module.
func SVG(kind Symbology, content string) (string, error) {
	s, err := encode(kind, content)
	if err != nil {
		return "", err
	}
	h, top := s.rows, s.quiet
	if s.rows == 1 {
		h, top = 40, 0
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`,
		s.cols+2*s.quiet, h+2*top, s.cols+2*s.quiet, h+2*top)
	s.runs(func(x, y, n int) {
		tall := 1
		if s.rows == 1 {
			tall = h
		}
		fmt.Fprintf(&b, "M%d %dh%dv%dh-%dz", x+s.quiet, y+top, n, tall, n)
	})
	b.WriteString(`"/></svg>`)
	return b.String(), nil
}
