package label

import (
	"strconv"

	"kaiwu/internal/kit/num"
)

// Traveler goes with a work order through the shop.
type Traveler struct {
	Number     string // of the work order
	Item       string
	Name       string
	Spec       string
	Qty        num.Dec
	UoM        string
	Start, Due string // dates
	Customer   string
	SalesOrder string
	Version    string // of BOM and routing
	Note       string
	Ops        []TravelerOp
	Parts      []TravelerPart
}

// TravelerOp is one line of the operations table; good, scrap and worker are left to a pen.
type TravelerOp struct {
	No         int
	Name       string
	WorkCenter string
	Planned    string // planned time as text, may be empty
}

// TravelerPart is one component.
type TravelerPart struct {
	Item, Name string
	Qty        num.Dec
	UoM        string
	Issue      string // pick, backflush or none
}

// Travelers prints A5 sheets, each order beginning on a new one. Every operation has its own code to scan.
func Travelers(o Opt, list ...Traveler) Doc {
	d := Doc{W: 1480, H: 2100, Title: o.word("traveler"), At: o.At}
	for _, t := range list {
		traveler(&d, o, t)
	}
	return d
}

func traveler(d *Doc, o Opt, t Traveler) {
	first := len(d.Pages)
	f := newFlow(d, o, 80, func(f *flow) {
		const code = 270
		w := f.width() - code
		f.add(Text{X: f.margin, Y: f.y, W: w, H: 45, S: o.Company, Size: 8},
			Text{X: f.margin, Y: f.y + 45, W: w, H: 90, S: o.word("traveler"), Size: 16, Bold: true, Middle: true},
			Text{X: f.margin, Y: f.y + 145, W: w, H: 100, S: t.Number, Size: 20, Bold: true, Fit: true, Middle: true},
			Barcode{X: f.margin + w, Y: f.y - 20, W: code, H: code, Kind: QR, Content: Code{Kind: WorkOrder, Number: t.Number}.String()})
		f.y += 265
	})
	f.fields(4, []field{
		{o.word("item"), t.Item, 2, true}, {o.word("name"), t.Name, 2, true},
		{o.word("spec"), t.Spec, 4, false},
		{o.word("qty"), amount(t.Qty, t.UoM), 1, true}, {o.word("start"), t.Start, 1, false}, {o.word("due"), t.Due, 1, true}, {o.word("version"), t.Version, 1, false},
		{o.word("customer"), t.Customer, 2, false}, {o.word("sales"), t.SalesOrder, 2, false},
		{o.word("note"), t.Note, 4, false},
	})
	f.y += 30
	rows := make([][]cell, len(t.Ops))
	for i, op := range t.Ops {
		rows[i] = []cell{{s: strconv.Itoa(op.No), bold: true}, {s: op.Name}, {s: op.WorkCenter}, {s: op.Planned}, {}, {}, {},
			{code: Code{Kind: WorkOrderOp, Number: t.Number, Op: op.No}.String()}}
	}
	f.table(o.word("ops"), []column{{o.word("op"), 90, Center}, {o.word("opname"), 0, Left}, {o.word("center"), 220, Left}, {o.word("planned"), 140, Center},
		{o.word("good"), 130, Center}, {o.word("scrap"), 110, Center}, {o.word("worker"), 170, Center}, {o.word("scan"), 140, Center}}, rows, 8.5, 100)
	f.y += 30
	rows = make([][]cell, len(t.Parts))
	for i, p := range t.Parts {
		issue := p.Issue
		if _, ok := words[issue]; ok {
			issue = o.word(issue)
		}
		rows[i] = []cell{{s: p.Item, bold: true}, {s: p.Name}, {s: amount(p.Qty, p.UoM)}, {s: issue}, {}}
	}
	f.table(o.word("parts"), []column{{o.word("item"), 280, Left}, {o.word("name"), 0, Left}, {o.word("need"), 190, Right}, {o.word("issue"), 175, Center}, {o.word("issued"), 245, Center}}, rows, 8.5, 64)
	f.finish(first)
}
