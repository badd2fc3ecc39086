package label

import (
	"strconv"
	"strings"

	"kaiwu/internal/kit/num"
)

// flow fills sheets from top to bottom and begins a new one when a row does not fit.
type flow struct {
	doc    *Doc
	opt    Opt
	page   Page
	y      int
	margin int
	head   func(f *flow) // draws the head of every page and moves y below it
}

const footer = 60 // tenths of a millimetre kept at the bottom

func newFlow(d *Doc, o Opt, margin int, head func(*flow)) *flow {
	f := &flow{doc: d, opt: o, margin: margin, head: head}
	f.y = margin
	head(f)
	return f
}

func (f *flow) add(e ...Element) { f.page = append(f.page, e...) }
func (f *flow) width() int       { return f.doc.W - 2*f.margin }
func (f *flow) left() int        { return f.doc.H - f.margin - footer - f.y }

// room makes sure that h fits below y and says whether a new page was begun for it.
func (f *flow) room(h int) bool {
	if h <= f.left() {
		return false
	}
	f.doc.Pages = append(f.doc.Pages, f.page)
	f.page, f.y = nil, f.margin
	f.head(f)
	return true
}

// finish numbers the pages from the one with index first.
func (f *flow) finish(first int) {
	f.doc.Pages = append(f.doc.Pages, f.page)
	n := len(f.doc.Pages) - first
	y := f.doc.H - f.margin - 30
	for i := range n {
		p := &f.doc.Pages[first+i]
		*p = append(*p, Text{X: f.margin, Y: y, W: f.width(), H: 30, Size: 6.5, Align: Right,
			S: f.opt.sentence("page", map[string]string{"n": strconv.Itoa(i + 1), "of": strconv.Itoa(n)})})
		if !f.opt.At.IsZero() {
			*p = append(*p, Text{X: f.margin, Y: y, W: f.width(), H: 30, Size: 6.5,
				S: f.opt.sentence("printed", map[string]string{"at": f.opt.At.Format("2006-01-02 15:04")})})
		}
	}
}

// field is a small caption above its value.
type field struct {
	caption, value string
	span           int // columns, default 1
	bold           bool
}

// fields draws a framed grid of so many columns; fields without a value keep their place only when keep is set.
func (f *flow) fields(columns int, list []field) {
	const h = 105
	x0, w := f.margin, f.width()
	col := 0
	var rows [][]field
	for _, fd := range list {
		if strings.TrimSpace(fd.value) == "" {
			continue
		}
		fd.span = min(max(fd.span, 1), columns)
		if len(rows) == 0 || col+fd.span > columns {
			rows, col = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], fd)
		col += fd.span
	}
	for _, row := range rows {
		used := 0
		for i, fd := range row {
			if i == len(row)-1 {
				fd.span = columns - used // the last one takes what is left
			}
			x, wd := x0+w*used/columns, w*fd.span/columns
			f.add(Rect{X: x, Y: f.y, W: wd, H: h, Width: 2}, caption(x+15, f.y+8, wd-30, fd.caption),
				Text{X: x + 15, Y: f.y + 38, W: wd - 30, H: 60, S: fd.value, Size: 10, Bold: fd.bold, Fit: true, Middle: true})
			used += fd.span
		}
		f.y += h
	}
}

func caption(x, y, w int, s string) Text {
	return Text{X: x, Y: y, W: w, H: 30, S: s, Size: 6.5}
}

type column struct {
	head  string
	w     int // tenths of a millimetre; 0 takes what is left
	align Align
}

type cell struct {
	s    string
	bold bool
	code string // a QR code instead of text
}

// table draws a title and rows with their head, which is repeated on every page.
func (f *flow) table(title string, cols []column, rows [][]cell, size float64, minH int) {
	if len(rows) == 0 {
		return
	}
	const pad, headH, titleH = 12, 52, 62
	rest := f.width()
	for _, c := range cols {
		rest -= c.w
	}
	at := make([]int, len(cols)+1)
	at[0] = f.margin
	for i, c := range cols {
		if c.w == 0 {
			c.w, rest = rest, 0
			cols[i].w = c.w
		}
		at[i+1] = at[i] + c.w
	}
	begin := func() {
		if title != "" {
			f.add(Text{X: f.margin, Y: f.y, W: f.width(), H: titleH, S: title, Size: 10, Bold: true, Middle: true})
			f.y += titleH
		}
		f.add(Rect{X: f.margin, Y: f.y, W: f.width(), H: headH, Shade: 9})
		for i, c := range cols {
			f.add(Rect{X: at[i], Y: f.y, W: c.w, H: headH, Width: 2},
				Text{X: at[i] + pad, Y: f.y, W: c.w - 2*pad, H: headH, S: c.head, Size: 7.5, Bold: true, Align: c.align, Middle: true, Fit: true})
		}
		f.y += headH
	}
	height := func(row []cell) int {
		h := minH
		for i, c := range row {
			if c.code != "" {
				h = max(h, min(cols[i].w, 160))
				continue
			}
			if c.s == "" {
				continue
			}
			lines, _ := Text{W: cols[i].w - 2*pad, S: c.s, Wrap: true}.fit(size)
			h = max(h, int(float64(len(lines))*size*lead*tenthPt)+2*pad)
		}
		return min(h, f.doc.H-2*f.margin-footer-titleH-headH-600) // a row is never higher than a page below its head
	}
	f.room(titleH + headH + height(rows[0]))
	begin()
	for _, row := range rows {
		h := height(row)
		if f.room(h) {
			begin()
		}
		for i, c := range row {
			w := cols[i].w
			f.add(Rect{X: at[i], Y: f.y, W: w, H: h, Width: 2})
			switch {
			case c.code != "":
				f.add(Barcode{X: at[i] + 4, Y: f.y + 4, W: w - 8, H: h - 8, Kind: QR, Content: c.code})
			case c.s != "":
				f.add(Text{X: at[i] + pad, Y: f.y + 2, W: w - 2*pad, H: h - 4, S: c.s, Size: size, Bold: c.bold, Align: cols[i].align, Wrap: true, Middle: true})
			}
		}
		f.y += h
	}
}

func amount(q num.Dec, uom string) string {
	return strings.TrimSpace(q.String() + " " + uom)
}

// join leaves out what is empty.
func join(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}
