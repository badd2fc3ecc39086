package label

import (
	"strconv"

	"kaiwu/internal/kit/num"
)

// Party is who sends or receives.
type Party struct{ Name, Contact, Phone, Address string }

// Parcel is one box of a shipment.
type Parcel struct {
	Shipment          string
	From, To          Party
	Orders            string // sales orders in it
	Carrier, Tracking string
	Box, Boxes        int
	Weight            string // with its unit
	Date, Note        string
}

// Parcels prints labels of 100 × 150 mm.
func Parcels(o Opt, list ...Parcel) Doc {
	d := Doc{W: 1000, H: 1500, Title: o.word("shipment"), At: o.At}
	for _, s := range list {
		const m = 40
		w := d.W - 2*m
		box := ""
		if s.Boxes > 0 {
			box = strconv.Itoa(s.Box) + " / " + strconv.Itoa(s.Boxes)
		}
		p := Page{
			Rect{X: 20, Y: 20, W: d.W - 40, H: d.H - 40, Width: 4},
			caption(m, 36, w, o.word("from")),
			Text{X: m, Y: 66, W: w, H: 50, S: join("  ", s.From.Name, s.From.Phone), Size: 10, Bold: true, Fit: true, Middle: true},
			Text{X: m, Y: 118, W: w, H: 62, S: s.From.Address, Size: 8, Wrap: true, Fit: true},
			Line{X1: 20, Y1: 190, X2: d.W - 20, Y2: 190, Width: 4},
			caption(m, 204, w, o.word("to")),
			Text{X: m, Y: 236, W: w, H: 90, S: s.To.Name, Size: 19, Bold: true, Fit: true, Middle: true},
			Text{X: m, Y: 332, W: w, H: 65, S: join("  ", s.To.Contact, s.To.Phone), Size: 14, Bold: true, Fit: true, Middle: true},
			Text{X: m, Y: 405, W: w, H: 165, S: s.To.Address, Size: 13, Wrap: true, Fit: true},
			Line{X1: 20, Y1: 585, X2: d.W - 20, Y2: 585, Width: 4},
		}
		cellAt := func(col, row int, key, value string, size float64) {
			x, y := m+col*w/3, 597+row*125
			p = append(p, caption(x, y, w/3-20, o.word(key)), Text{X: x, Y: y + 32, W: w/3 - 20, H: 80, S: value, Size: size, Bold: true, Fit: true, Middle: true})
		}
		cellAt(0, 0, "box", box, 16)
		cellAt(1, 0, "weight", s.Weight, 14)
		cellAt(2, 0, "date", s.Date, 12)
		cellAt(0, 1, "carrier", s.Carrier, 12)
		p = append(p, caption(m+w/3, 722, w*2/3, o.word("tracking")), Text{X: m + w/3, Y: 754, W: w * 2 / 3, H: 80, S: s.Tracking, Size: 14, Bold: true, Fit: true, Middle: true},
			Line{X1: 20, Y1: 850, X2: d.W - 20, Y2: 850, Width: 4},
			Barcode{X: m - 10, Y: 868, W: 330, H: 330, Kind: QR, Content: Code{Kind: Shipment, Number: s.Shipment}.String()},
			caption(m+350, 875, w-350, o.word("shipment")),
			Text{X: m + 350, Y: 905, W: w - 350, H: 85, S: s.Shipment, Size: 18, Bold: true, Fit: true, Middle: true},
			caption(m+350, 1000, w-350, o.word("sales")),
			Text{X: m + 350, Y: 1032, W: w - 350, H: 70, S: s.Orders, Size: 10, Wrap: true, Fit: true},
			caption(m+350, 1108, w-350, o.word("note")),
			Text{X: m + 350, Y: 1138, W: w - 350, H: 62, S: s.Note, Size: 9, Wrap: true, Fit: true},
			Line{X1: 20, Y1: 1215, X2: d.W - 20, Y2: 1215, Width: 4},
			Barcode{X: m, Y: 1235, W: w, H: 160, Kind: Code128, Content: s.Shipment},
			Text{X: m, Y: 1402, W: w, H: 60, S: s.Shipment, Size: 11, Align: Center, Middle: true})
		d.Pages = append(d.Pages, p)
	}
	return d
}

// PackingList lists what is in a shipment.
type PackingList struct {
	Shipment          string
	From, To          Party
	Orders            string
	Carrier, Tracking string
	Date              string
	Boxes             int
	Weight            string
	Note              string
	Lines             []PackedLine
}

// PackedLine is one item of the list.
type PackedLine struct {
	Order            string // sales order and line
	Item, Name, Spec string
	Qty              num.Dec
	UoM              string
	Lots             []PackedLot
	Box              int // the carton that it is in, 0 = not noted
}

// PackedLot is a lot or serial number; a zero quantity is not printed.
type PackedLot struct {
	Number string
	Qty    num.Dec
}

// PackingLists prints A4 sheets.
func PackingLists(o Opt, list ...PackingList) Doc {
	d := Doc{W: 2100, H: 2970, Title: o.word("packing"), At: o.At}
	for _, l := range list {
		packing(&d, o, l)
	}
	return d
}

func packing(d *Doc, o Opt, l PackingList) {
	first := len(d.Pages)
	f := newFlow(d, o, 130, func(f *flow) {
		const code = 320
		w := f.width() - code
		f.add(Text{X: f.margin, Y: f.y, W: w, H: 60, S: join("  ", o.Company), Size: 11, Bold: true, Fit: true},
			Text{X: f.margin, Y: f.y + 66, W: w, H: 110, S: o.word("packing"), Size: 22, Bold: true, Middle: true},
			Text{X: f.margin, Y: f.y + 186, W: w, H: 90, S: l.Shipment, Size: 16, Bold: true, Middle: true, Fit: true},
			Barcode{X: f.margin + w + 30, Y: f.y - 40, W: code, H: code, Kind: QR, Content: Code{Kind: Shipment, Number: l.Shipment}.String()})
		f.y += 300
	})
	boxes := ""
	if l.Boxes > 0 {
		boxes = strconv.Itoa(l.Boxes)
	}
	f.fields(4, []field{
		{o.word("to"), l.To.Name, 2, true}, {o.word("phone"), join("  ", l.To.Contact, l.To.Phone), 2, false},
		{o.word("address"), l.To.Address, 4, false},
		{o.word("from"), join("  ", l.From.Name, l.From.Phone), 2, false}, {o.word("address"), l.From.Address, 2, false},
		{o.word("date"), l.Date, 1, true}, {o.word("boxes"), boxes, 1, false}, {o.word("weight"), l.Weight, 1, false}, {o.word("lines"), strconv.Itoa(len(l.Lines)), 1, false},
		{o.word("sales"), l.Orders, 2, false}, {o.word("carrier"), join("  ", l.Carrier, l.Tracking), 2, false},
		{o.word("note"), l.Note, 4, false},
	})
	f.y += 45
	var rows [][]cell
	for i, p := range l.Lines {
		lots := make([]string, len(p.Lots))
		sep := ", "
		for j, lot := range p.Lots {
			if lots[j] = lot.Number; lot.Qty != 0 {
				lots[j], sep = lots[j]+" × "+lot.Qty.String(), "\n"
			}
		}
		// a line with very many serials goes on in rows of its own: a row must fit on a page
		const most = 30
		order := p.Order
		if p.Box > 0 {
			order = join("\n", o.word("box")+" "+strconv.Itoa(p.Box), order)
		}
		row := []cell{{s: strconv.Itoa(i + 1)}, {s: p.Item, bold: true}, {s: join("\n", p.Name, p.Spec)}, {s: order}, {s: amount(p.Qty, p.UoM), bold: true}, {s: join(sep, lots[:min(len(lots), most)]...)}}
		rows = append(rows, row)
		for n := most; n < len(lots); n += most {
			rows = append(rows, []cell{{}, {}, {}, {}, {}, {s: join(sep, lots[n:min(len(lots), n+most)]...)}})
		}
	}
	f.table("", []column{{o.word("line"), 90, Center}, {o.word("item"), 300, Left}, {o.word("name"), 0, Left}, {o.word("sales"), 280, Left}, {o.word("qty"), 210, Right}, {o.word("lots"), 480, Left}}, rows, 9, 80)
	f.room(180)
	f.y += 90
	for i, key := range []string{"packedby", "checkedby", "receivedby"} {
		x, w := f.margin+i*f.width()/3, f.width()/3-60
		f.add(Text{X: x, Y: f.y, W: w, H: 50, S: o.word(key), Size: 9}, Line{X1: x + 180, Y1: f.y + 50, X2: x + w, Y2: f.y + 50, Width: 2})
	}
	f.finish(first)
}
