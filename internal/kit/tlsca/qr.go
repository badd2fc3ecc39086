package tlsca

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

const quiet = 2 // modules of white around the code; phones read two, the norm asks for four

func encode(text string) (code barcode.Barcode, err error) {
	if code, err = qr.Encode(text, qr.M, qr.Auto); err != nil {
		return nil, fmt.Errorf("QR code of %q: %w", text, err)
	}
	return code, nil
}

func dark(code barcode.Barcode, x, y int) bool {
	b := code.Bounds()
	if x < 0 || y < 0 || x >= b.Dx() || y >= b.Dy() {
		return false
	}
	return color.GrayModel.Convert(code.At(b.Min.X+x, b.Min.Y+y)).(color.Gray).Y < 128
}

// TerminalQR draws a QR code of two modules a character. It sets its own colours: on a dark terminal the code
// would be inverted, which many phones do not read.
func TerminalQR(text string) (string, error) {
	code, err := encode(text)
	if err != nil {
		return "", err
	}
	n := code.Bounds().Dx()
	var b strings.Builder
	for y := -quiet; y < n+quiet; y += 2 {
		b.WriteString("  \x1b[38;5;16;48;5;231m")
		for x := -quiet; x < n+quiet; x++ {
			switch up, down := dark(code, x, y), dark(code, x, y+1); {
			case up && down:
				b.WriteString("█")
			case up:
				b.WriteString("▀")
			case down:
				b.WriteString("▄")
			default:
				b.WriteString(" ")
			}
		}
		b.WriteString("\x1b[0m\n")
	}
	return b.String(), nil
}

// svgQR draws it for a page.
func svgQR(text string) (string, error) {
	code, err := encode(text)
	if err != nil {
		return "", err
	}
	n := code.Bounds().Dx()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="%d %d %d %d" shape-rendering="crispEdges" role="img" aria-label="QR"><path fill="#fff" d="M-4-4h%dv%dh-%dz"/><path d="`, -4, -4, n+8, n+8, n+8, n+8, n+8)
	for y := range n {
		for x := range n {
			if dark(code, x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String(), nil
}
