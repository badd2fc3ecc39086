package label

// Person is a worker with a badge.
type Person struct {
	Name, Code, Team string
	Badge            string // what the badge says when scanned
}

// Badges prints cards of the size of a bank card (85.6 × 54 mm).
func Badges(o Opt, list ...Person) Doc {
	d := Doc{W: 856, H: 540, Title: o.word("badge"), At: o.At}
	for _, b := range list {
		const m, code = 40, 300
		w := d.W - 2*m - code - 10
		p := Page{
			Rect{X: 8, Y: 8, W: d.W - 16, H: d.H - 16, Width: 2},
			Text{X: m, Y: m - 5, W: d.W - 2*m, H: 60, S: o.Company, Size: 11, Bold: true, Fit: true, Middle: true},
			Line{X1: m, Y1: 110, X2: d.W - m, Y2: 110, Width: 4},
			Text{X: m, Y: 140, W: w, H: 110, S: b.Name, Size: 24, Bold: true, Fit: true, Middle: true},
			Barcode{X: d.W - m - code + 15, Y: 150, W: code, H: code, Kind: QR, Content: Code{Kind: Badge, Number: b.Badge}.String()},
		}
		y := 285
		for _, f := range []field{{o.word("code"), b.Code, 1, true}, {o.word("team"), b.Team, 1, false}} {
			if f.value != "" {
				p = append(p, caption(m, y, w, f.caption), Text{X: m, Y: y + 28, W: w, H: 60, S: f.value, Size: 12, Bold: f.bold, Fit: true, Middle: true})
				y += 110
			}
		}
		d.Pages = append(d.Pages, p)
	}
	return d
}
