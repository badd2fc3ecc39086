package label

// Statement is a paper with facts above and tables below: what somebody else is told of his goods. Its words are the
// caller's, in the reader's language.
type Statement struct {
	Title, Number string
	Facts         [][2]string
	Tables        []StatementTable
	Signs         []string // who signs below
}

// StatementTable has a head and rows of the same length. Columns before Text are to the left, the others quantities.
type StatementTable struct {
	Title string
	Head  []string
	Wide  []int // widths in tenths of a millimetre, one of them 0
	Text  int
	Rows  [][]string
}

// Statements prints A4 sheets across.
func Statements(o Opt, list ...Statement) Doc {
	d := Doc{W: 2970, H: 2100, At: o.At}
	for _, s := range list {
		if d.Title == "" {
			d.Title = s.Title
		}
		first := len(d.Pages)
		f := newFlow(&d, o, 130, func(f *flow) {
			f.add(Text{X: f.margin, Y: f.y, W: f.width(), H: 50, S: o.Company, Size: 10, Bold: true, Fit: true},
				Text{X: f.margin, Y: f.y + 55, W: f.width() * 2 / 3, H: 95, S: s.Title, Size: 19, Bold: true, Middle: true, Fit: true},
				Text{X: f.margin + f.width()*2/3, Y: f.y + 55, W: f.width() / 3, H: 95, S: s.Number, Size: 14, Bold: true, Middle: true, Align: Right, Fit: true})
			f.y += 170
		})
		var facts []field
		for _, x := range s.Facts {
			facts = append(facts, field{x[0], x[1], 1, false})
		}
		f.fields(4, facts)
		for _, t := range s.Tables {
			f.y += 40
			cols := make([]column, len(t.Head))
			for i, h := range t.Head {
				cols[i] = column{head: h, w: t.Wide[i], align: Left}
				if i >= t.Text {
					cols[i].align = Right
				}
			}
			rows := make([][]cell, len(t.Rows))
			for i, r := range t.Rows {
				for _, s := range r {
					rows[i] = append(rows[i], cell{s: s})
				}
			}
			f.table(t.Title, cols, rows, 8.5, 62)
		}
		if len(s.Signs) > 0 {
			f.y += 60
			f.room(120)
			w := f.width() / len(s.Signs)
			for i, who := range s.Signs {
				f.add(Text{X: f.margin + i*w, Y: f.y, W: w - 40, H: 40, S: who, Size: 9}, Line{X1: f.margin + i*w, Y1: f.y + 110, X2: f.margin + (i+1)*w - 60, Y2: f.y + 110, Width: 2})
			}
			f.y += 120
		}
		f.finish(first)
	}
	return d
}
