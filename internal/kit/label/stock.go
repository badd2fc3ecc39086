package label

import "kaiwu/internal/kit/num"

// Size of a label in tenths of a millimetre.
type Size struct{ W, H int }

var (
	Size100x60 = Size{1000, 600}
	Size60x40  = Size{600, 400}
)

// Lot is a box, pallet or reel of one lot, or one piece with a serial number.
type Lot struct {
	Item, Name, Spec string
	Lot              string
	Serial           string // set for one piece: then the code is the serial's
	Qty              num.Dec
	UoM              string
	SaidQty          num.Dec // the same in another unit of the item, printed before it: "2 box = 24 pcs"
	SaidUoM          string
	Date, Expires    string // made or received; use by
	Supplier         string
	Status           string // a word such as 待检, printed as it is
}

func (l Lot) amount() string {
	own := amount(l.Qty, l.UoM)
	if l.SaidUoM == "" || l.SaidQty == 0 {
		return own
	}
	return amount(l.SaidQty, l.SaidUoM) + " = " + own
}

func (l Lot) code() Code {
	switch {
	case l.Serial != "":
		return Code{Kind: Serial, Item: l.Item, Number: l.Serial}
	case l.Lot != "":
		return Code{Kind: ItemLot, Item: l.Item, Number: l.Lot}
	}
	return Code{Kind: Item, Number: l.Item}
}

// Lots prints one label each, in either of the two sizes.
func Lots(o Opt, s Size, list ...Lot) Doc {
	d := Doc{W: s.W, H: s.H, Title: o.word("lot"), At: o.At}
	for _, l := range list {
		if s.W < 800 || s.H < 500 {
			d.Pages = append(d.Pages, smallLot(o, s, l))
		} else {
			d.Pages = append(d.Pages, bigLot(o, s, l))
		}
	}
	return d
}

func bigLot(o Opt, s Size, l Lot) Page {
	const m, code = 30, 300
	x, w := m+code+15, s.W-2*m-code-15
	p := Page{
		Barcode{X: m - 10, Y: m - 10, W: code, H: code, Kind: QR, Content: l.code().String()},
		Text{X: x, Y: m, W: w, H: 85, S: l.Item, Size: 19, Bold: true, Fit: true, Middle: true},
		Text{X: x, Y: m + 95, W: w, H: 110, S: l.Name, Size: 12, Wrap: true, Fit: true},
		Text{X: x, Y: m + 210, W: w, H: 70, S: l.Spec, Size: 8.5, Wrap: true, Fit: true},
		Line{X1: m, Y1: 330, X2: s.W - m, Y2: 330, Width: 3},
	}
	number, word := l.Lot, "lot"
	if l.Serial != "" {
		number, word = l.Serial, "serial"
	}
	half := (s.W - 2*m) / 2
	put := func(x, y, w int, key, value string, size float64) {
		if value != "" {
			p = append(p, caption(x, y, w, o.word(key)), Text{X: x, Y: y + 28, W: w, H: 66, S: value, Size: size, Bold: size > 11, Fit: true, Middle: true})
		}
	}
	put(m, 342, half+60, word, number, 14)
	put(m+half+80, 342, half-80, "qty", l.amount(), 14)
	x = m
	for _, f := range []struct {
		key, value string
		w          int
		bold       bool
	}{{"date", l.Date, 205, false}, {"expires", l.Expires, 205, false}, {"status", l.Status, 150, true}, {"supplier", l.Supplier, s.W, false}} {
		if f.value == "" {
			continue
		}
		w := min(f.w, s.W-m-x)
		p = append(p, caption(x, 450, w-10, o.word(f.key)), Text{X: x, Y: 478, W: w - 10, H: 56, S: f.value, Size: 10, Bold: f.bold, Fit: true, Middle: true})
		x += w
	}
	if o.Company != "" {
		p = append(p, Text{X: m, Y: 548, W: s.W - 2*m, H: 32, S: o.Company, Size: 6.5, Align: Right})
	}
	return p
}

func smallLot(o Opt, s Size, l Lot) Page {
	const m, code = 20, 190
	x, w := m+code+5, s.W-2*m-code-5
	number, word := l.Lot, "lot"
	if l.Serial != "" {
		number, word = l.Serial, "serial"
	}
	p := Page{
		Barcode{X: m - 10, Y: m - 10, W: code, H: code, Kind: QR, Content: l.code().String()},
		Text{X: x, Y: m, W: w, H: 60, S: l.Item, Size: 13, Bold: true, Fit: true, Middle: true},
		Text{X: x, Y: m + 64, W: w, H: 76, S: l.Name, Size: 8.5, Wrap: true, Fit: true},
		Text{X: x, Y: m + 142, W: w, H: 36, S: l.Spec, Size: 6.5, Fit: true},
		Line{X1: m, Y1: 212, X2: s.W - m, Y2: 212, Width: 2},
	}
	half := (s.W - 2*m) * 6 / 10
	put := func(x, y, w int, key, value string, size float64) {
		if value != "" {
			p = append(p, caption(x, y, w, o.word(key)), Text{X: x, Y: y + 26, W: w, H: 48, S: value, Size: size, Bold: true, Fit: true, Middle: true})
		}
	}
	put(m, 220, half-10, word, number, 10)
	put(m+half, 220, s.W-2*m-half, "qty", l.amount(), 10)
	y := 302
	third := (s.W - 2*m) / 3
	x = m
	for _, f := range []field{{o.word("date"), l.Date, 1, false}, {o.word("expires"), l.Expires, 1, false}, {o.word("status"), l.Status, 1, true}} {
		if f.value != "" {
			p = append(p, caption(x, y, third-10, f.caption), Text{X: x, Y: y + 26, W: third - 10, H: 44, S: f.value, Size: 8, Bold: f.bold, Fit: true, Middle: true})
			x += third
		}
	}
	return p
}

// Place is a storage location.
type Place struct{ Code, Name, Warehouse string }

// Locations prints a label to read from a forklift: the code as large as it fits.
func Locations(o Opt, s Size, list ...Place) Doc {
	d := Doc{W: s.W, H: s.H, Title: o.word("location"), At: o.At}
	for _, l := range list {
		m := s.W * 3 / 100
		side := min(s.H-2*m, s.W*42/100)
		x, w := m+side+m, s.W-side-3*m
		d.Pages = append(d.Pages, Page{
			Barcode{X: m, Y: (s.H - side) / 2, W: side, H: side, Kind: QR, Content: Code{Kind: Location, Number: l.Code}.String()},
			Text{X: x, Y: s.H * 12 / 100, W: w, H: s.H * 12 / 100, S: l.Warehouse, Size: float64(s.H) / 50, Fit: true, Middle: true},
			Text{X: x, Y: s.H * 27 / 100, W: w, H: s.H * 36 / 100, S: l.Code, Size: float64(s.H) / 17, Bold: true, Fit: true, Middle: true},
			Text{X: x, Y: s.H * 66 / 100, W: w, H: s.H * 22 / 100, S: l.Name, Size: float64(s.H) / 46, Wrap: true, Fit: true},
		})
	}
	return d
}

// Thing is a machine or a tool: what hangs on it so that a scanner knows it.
type Thing struct{ Code, Name, At string }

// Machines prints a label for each machine.
func Machines(o Opt, s Size, list ...Thing) Doc { return things(o, s, "machine", Machine, list) }

// Tools prints a label for each tool.
func Tools(o Opt, s Size, list ...Thing) Doc { return things(o, s, "tool", Tool, list) }

func things(o Opt, s Size, word string, kind Kind, list []Thing) Doc {
	d := Doc{W: s.W, H: s.H, Title: o.word(word), At: o.At}
	for _, l := range list {
		m := s.W * 3 / 100
		side := min(s.H-2*m, s.W*42/100)
		x, w := m+side+m, s.W-side-3*m
		head := o.word(word)
		if l.At != "" {
			head += " · " + l.At
		}
		d.Pages = append(d.Pages, Page{
			Barcode{X: m, Y: (s.H - side) / 2, W: side, H: side, Kind: QR, Content: Code{Kind: kind, Number: l.Code}.String()},
			Text{X: x, Y: s.H * 12 / 100, W: w, H: s.H * 12 / 100, S: head, Size: float64(s.H) / 50, Fit: true, Middle: true},
			Text{X: x, Y: s.H * 27 / 100, W: w, H: s.H * 36 / 100, S: l.Code, Size: float64(s.H) / 17, Bold: true, Fit: true, Middle: true},
			Text{X: x, Y: s.H * 66 / 100, W: w, H: s.H * 22 / 100, S: l.Name, Size: float64(s.H) / 46, Wrap: true, Fit: true},
		})
	}
	return d
}

// Box is a container with a number of its own, and what is in it when its label is printed.
type Box struct{ Code, Kind, Content string }

// Boxes prints a label for each container: the number as large as it fits.
func Boxes(o Opt, s Size, list ...Box) Doc {
	d := Doc{W: s.W, H: s.H, Title: o.word("box"), At: o.At}
	for _, b := range list {
		m := s.W * 3 / 100
		side := min(s.H-2*m, s.W*42/100)
		x, w := m+side+m, s.W-side-3*m
		d.Pages = append(d.Pages, Page{
			Barcode{X: m, Y: (s.H - side) / 2, W: side, H: side, Kind: QR, Content: Code{Kind: Container, Number: b.Code}.String()},
			Text{X: x, Y: s.H * 12 / 100, W: w, H: s.H * 12 / 100, S: b.Kind, Size: float64(s.H) / 50, Fit: true, Middle: true},
			Text{X: x, Y: s.H * 27 / 100, W: w, H: s.H * 30 / 100, S: b.Code, Size: float64(s.H) / 20, Bold: true, Fit: true, Middle: true},
			Text{X: x, Y: s.H * 60 / 100, W: w, H: s.H * 30 / 100, S: b.Content, Size: float64(s.H) / 60, Wrap: true, Fit: true},
		})
	}
	return d
}
