package label

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// PDF draws the document with the letters it needs embedded.
func PDF(d Doc) ([]byte, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	size := fpdf.SizeType{Wd: mm(d.W), Ht: mm(d.H)}
	p := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: size})
	at := d.At
	if at.IsZero() {
		at = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	p.SetCreationDate(at)
	p.SetModificationDate(at)
	p.SetCatalogSort(true)
	p.SetProducer("Kaiwu", true)
	p.SetTitle(clean(d.Title), true)
	p.SetMargins(0, 0, 0)
	p.SetAutoPageBreak(false, 0)
	p.AddUTF8FontFromBytes("noto", "", fontTTF)
	p.SetFont("noto", "", 9)
	for _, page := range d.Pages {
		p.AddPageFormat("P", size) // P: the size stands as it is, also when it is wider than high
		// areas first, so that nothing is hidden
		for _, e := range page {
			if r, ok := e.(Rect); ok {
				pdfRect(p, r)
			}
		}
		for _, e := range page {
			if err := pdfElement(p, e); err != nil {
				return nil, err
			}
		}
	}
	if len(d.Pages) == 0 {
		p.AddPageFormat("P", size)
	}
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		return nil, fmt.Errorf("write PDF: %w", err)
	}
	return b.Bytes(), nil
}

func mm(tenths int) float64 { return float64(tenths) / 10 }

func pdfRect(p *fpdf.Fpdf, r Rect) {
	if r.Shade > 0 {
		g := 255 - 255*min(r.Shade, 100)/100
		p.SetFillColor(g, g, g)
		p.Rect(mm(r.X), mm(r.Y), mm(r.W), mm(r.H), "F")
		return
	}
	p.SetDrawColor(0, 0, 0)
	p.SetLineWidth(mm(max(r.Width, 1)))
	p.Rect(mm(r.X), mm(r.Y), mm(r.W), mm(r.H), "D")
}

func pdfElement(p *fpdf.Fpdf, e Element) error {
	switch e := e.(type) {
	case Line:
		p.SetDrawColor(0, 0, 0)
		p.SetLineWidth(mm(max(e.Width, 1)))
		p.Line(mm(e.X1), mm(e.Y1), mm(e.X2), mm(e.Y2))
	case Text:
		lines, size := e.set()
		p.SetFontSize(size)
		p.SetDrawColor(0, 0, 0)
		if e.Bold { // the font has one weight: fill and outline
			p.SetLineWidth(size * 25.4 / 72 * 0.028)
			p.SetTextRenderingMode(2)
		}
		for _, l := range lines {
			if l.s != "" {
				p.Text(l.x/10, l.y/10, l.s)
			}
		}
		if e.Bold {
			p.SetTextRenderingMode(0)
		}
	case Barcode:
		if e.Content == "" {
			return nil
		}
		s, err := encode(e.Kind, e.Content)
		if err != nil {
			return err
		}
		m, x, y, h := s.fit(e)
		tall := m
		if s.rows == 1 {
			tall = h
		}
		p.SetFillColor(0, 0, 0)
		s.runs(func(cx, cy, n int) {
			// a hair of overlap closes the white seams that viewers draw between rows
			p.Rect((x+m*float64(cx))/10, (y+m*float64(cy))/10, m*float64(n)/10, (tall+min(0.05, 0.02*m))/10, "F")
		})
	}
	return nil
}
