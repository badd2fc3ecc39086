package label

// Handover is what one shift leaves to the next.
type Handover struct {
	Number, Centers, Day, Shift string
	Note                        string
	OutBy, OutAt                string
	InBy, InAt, InNote          string
	Open, Done, Calls           []HandoverLine
}

// HandoverLine is one line of any of its tables.
type HandoverLine struct {
	Order, Item, Op, Qty, Scrap string
	State                       string // a status or a kind of call, as a word of this package when it has one
	Why                         string
}

// Handovers prints A4 sheets.
func Handovers(o Opt, list ...Handover) Doc {
	d := Doc{W: 2100, H: 2970, Title: o.word("handover"), At: o.At}
	for _, h := range list {
		handover(&d, o, h)
	}
	return d
}

func handover(d *Doc, o Opt, h Handover) {
	first := len(d.Pages)
	f := newFlow(d, o, 130, func(f *flow) {
		f.add(Text{X: f.margin, Y: f.y, W: f.width(), H: 60, S: o.Company, Size: 11, Bold: true, Fit: true},
			Text{X: f.margin, Y: f.y + 66, W: f.width() / 2, H: 110, S: o.word("handover"), Size: 22, Bold: true, Middle: true},
			Text{X: f.margin + f.width()/2, Y: f.y + 66, W: f.width() / 2, H: 110, S: h.Number, Size: 16, Bold: true, Middle: true, Align: Right, Fit: true})
		f.y += 200
	})
	f.fields(4, []field{
		{o.word("center"), h.Centers, 2, true}, {o.word("date"), h.Day, 1, true}, {o.word("shift"), h.Shift, 1, false},
		{o.word("outby"), join("  ", h.OutBy, h.OutAt), 2, true}, {o.word("inby"), join("  ", h.InBy, h.InAt), 2, true},
		{o.word("note"), h.Note, 4, false}, {o.word("innote"), h.InNote, 4, false},
	})
	f.y += 45
	said := func(code string) string {
		if w, ok := words["st_"+code]; ok {
			return w.Render(o.Locale, nil)
		}
		return code
	}
	var open, done, calls [][]cell
	for _, l := range h.Open {
		open = append(open, []cell{{s: l.Order, bold: true}, {s: l.Op}, {s: l.Item}, {s: l.Qty, bold: true}, {s: said(l.State)}, {s: l.Why}})
	}
	for _, l := range h.Done {
		done = append(done, []cell{{s: l.Order, bold: true}, {s: l.Op}, {s: l.Item}, {s: l.Qty, bold: true}, {s: l.Scrap}})
	}
	for _, l := range h.Calls {
		calls = append(calls, []cell{{s: l.Order, bold: true}, {s: l.Op}, {s: said("call_" + l.State), bold: true}, {s: l.Item}, {s: l.Why}})
	}
	f.table(o.word("leftopen"), []column{{o.word("order"), 300, Left}, {o.word("opname"), 300, Left}, {o.word("item"), 0, Left}, {o.word("qty"), 300, Right}, {o.word("status"), 170, Left}, {o.word("why"), 250, Left}}, open, 9, 70)
	f.y += 40
	f.table(o.word("made"), []column{{o.word("order"), 300, Left}, {o.word("opname"), 340, Left}, {o.word("item"), 0, Left}, {o.word("good"), 260, Right}, {o.word("bad"), 200, Right}}, done, 9, 70)
	f.y += 40
	f.table(o.word("opencalls"), []column{{o.word("order"), 300, Left}, {o.word("opname"), 340, Left}, {o.word("status"), 200, Left}, {o.word("item"), 0, Left}, {o.word("worker"), 420, Left}}, calls, 9, 70)
	f.room(180)
	f.y += 90
	for i, key := range []string{"outby", "inby"} {
		x, w := f.margin+i*f.width()/2, f.width()/2-60
		f.add(Text{X: x, Y: f.y, W: w, H: 50, S: o.word(key), Size: 9}, Line{X1: x + 260, Y1: f.y + 50, X2: x + w, Y2: f.y + 50, Width: 2})
	}
	f.finish(first)
}
