// Package label draws what is printed: labels, travelers, badges, packing lists. Values in, bytes out; it knows
// no database and no clock.
//
// A Doc is a page size in tenths of a millimetre and, per page, text, barcodes, lines and rectangles. PDF draws it
// for any printer, ZPL for label printers of the Zebra kind: barcodes are native there, text is sent as a picture
// because few of them have Chinese letters. Both renderers break lines with the same font, so that a label looks
// the same from both. The ready layouts (traveler.go, stock.go, ship.go, badge.go) take plain structs.
//
// # What our codes say
//
// A code is "KW:" + kind + ":" + number, upper case as far as the numbers are, because a QR code holds upper-case
// letters, digits and "-./:%" in little more than half the space:
//
//	KW:WO:WO2603-0001            work order
//	KW:OP:WO2603-0001/20         operation 20 of a work order
//	KW:ITM:M-1178                item
//	KW:LOT:M-1178/L2603-0004     lot of an item
//	KW:SN:A-2000/A2000-000123    serial number of an item
//	KW:LOC:R-01-03               location
//	KW:BDG:0007                  worker's badge
//	KW:SHP:SH2603-0002           shipment
//	KW:MCH:PRESS-02              machine
//	KW:TL:MOLD-7                 tool
//	KW:SO:SO2603-0001            sales order
//
// "/" and "%" inside a number, and everything that is not printable ASCII, are written as %2F. ParseCode reads
// these and bare numbers.
package label

import (
	"time"

	"kaiwu/internal/kit/fault"
)

// Doc is one printing job: pages of one size.
type Doc struct {
	W, H  int // tenths of a millimetre
	Title string
	At    time.Time // when it was made, for the PDF's properties; zero leaves a fixed date, so that equal input gives equal bytes
	Pages []Page
}

// Page is one label or one sheet.
type Page []Element

// Element is Text, Barcode, Line or Rect. All places and sizes are tenths of a millimetre from the top left corner.
type Element interface{ element() }

// Align says where a line of text stands in its box.
type Align int

const (
	Left Align = iota
	Center
	Right
)

// Text in a box. Too long text is cut with "…" unless Wrap or Fit find room for it.
type Text struct {
	X, Y, W, H int
	S          string
	Size       float64 // points
	Bold       bool
	Align      Align
	Wrap       bool // break lines at the box's width; else one line per \n
	Fit        bool // make the letters smaller, down to half, until it fits
	Middle     bool // centre between top and bottom
}

// Symbology is the kind of a barcode.
type Symbology string

const (
	QR         Symbology = "qr"
	DataMatrix Symbology = "datamatrix"
	Code128    Symbology = "code128"
)

// GS1 begins the content of a GS1 DataMatrix and separates its fields of variable length (FNC1).
const GS1 = "\x1d"

// Barcode is drawn as large as its box allows, centred, with the quiet zone that readers need inside the box.
type Barcode struct {
	X, Y, W, H int
	Kind       Symbology
	Content    string // "" draws nothing
}

// Line is horizontal or vertical.
type Line struct{ X1, Y1, X2, Y2, Width int }

// Rect is a frame, or with Shade > 0 an area in so many percent of black. A label printer knows black only and
// leaves out an area below 50 percent.
type Rect struct{ X, Y, W, H, Width, Shade int }

func (Text) element()    {}
func (Barcode) element() {}
func (Line) element()    {}
func (Rect) element()    {}

// Opt is what every layout wants to know.
type Opt struct {
	Locale  string    // zh (default) or en: the fixed words
	Company string    // printed in headers, may be empty
	At      time.Time // printing time in the site's zone, zero leaves it out
}

// Messages are the sentences of what this package refuses.
var Messages = fault.Messages{
	"label.barcode": {Zh: "“{content}”太长或含有条码不支持的字符，请改短编号或改用二维码。", En: "“{content}” is too long for this barcode or has characters that it cannot hold; shorten the number or use a QR code."},
	"label.size":    {Zh: "标签尺寸 {w}×{h} 毫米不在 10–1000 毫米之间，请改标签尺寸。", En: "a label of {w}×{h} mm is not between 10 and 1000 mm; change its size."},
	"label.dpi":     {Zh: "标签打印机的分辨率只能是 203、300 或 600 dpi，收到 {dpi}。", En: "a label printer has 203, 300 or 600 dpi, not {dpi}."},
}

func (d Doc) check() error {
	if d.W < 100 || d.W > 10_000 || d.H < 100 || d.H > 10_000 {
		return fault.Invalid("label.size", "a label of %d×%d mm is not between 10 and 1000 mm", d.W/10, d.H/10).With("w", d.W/10).With("h", d.H/10)
	}
	return nil
}
