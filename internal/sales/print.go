package sales

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// printRoutes are the papers that go with a shipment.
func (m *Module) printRoutes(a *web.API) {
	type byNumber struct {
		Number string `path:"number" doc:"Shipment number"`
	}
	now := func() time.Time { return a.DB.Now().In(a.DB.Zone()) }
	web.Download(a, web.Op{Path: "/sales/shipments/{number}/packing-list.pdf", ID: "printPackingList", Summary: "The packing list of a shipment to print", Perm: "sales.read"},
		func(ctx context.Context, q db.Querier, in *byNumber) (web.File, error) {
			p, err := m.paper(ctx, q, in.Number, now())
			if err != nil {
				return web.File{}, err
			}
			return printed(label.PackingLists(p.opt, p.list()), "packing-list-"+in.Number, "pdf")
		})
	for _, format := range []string{"pdf", "zpl"} {
		suffix := map[string]string{"pdf": "Pdf", "zpl": "Zpl"}[format]
		web.Download(a, web.Op{Path: "/sales/shipments/{number}/label." + format, ID: "printParcelLabels" + suffix, Summary: "A label for each carton of a shipment (" + format + ")", Perm: "sales.read"},
			func(ctx context.Context, q db.Querier, in *byNumber) (web.File, error) {
				p, err := m.paper(ctx, q, in.Number, now())
				if err != nil {
					return web.File{}, err
				}
				return printed(label.Parcels(p.opt, p.parcels()...), "label-"+in.Number, format)
			})
	}
}

// paper is a shipment with what only paper needs: who sends it, and what the items are beside their names.
type paper struct {
	ShipmentDetail
	opt   label.Opt
	from  label.Party
	date  string
	specs map[string]string
}

func (m *Module) paper(ctx context.Context, q db.Querier, number string, now time.Time) (paper, error) {
	s, err := shipmentByNumber(ctx, q, number)
	if err != nil {
		return paper{}, err
	}
	d, err := m.Shipment(ctx, q, number)
	if err != nil {
		return paper{}, err
	}
	company, err := db.One[string](ctx, q, `SELECT name FROM v_site WHERE id = $1`, s.Site)
	if err != nil {
		return paper{}, err
	}
	p := paper{ShipmentDetail: d, from: label.Party{Name: company}, specs: map[string]string{}, date: time.UnixMilli(d.At).In(now.Location()).Format(time.DateOnly),
		opt: label.Opt{Locale: web.Locale(ctx), Company: company, At: now}}
	codes := make([]string, len(d.Lines))
	for i, l := range d.Lines {
		codes[i] = l.Item
	}
	items, err := masterdata.ItemsByCode(ctx, q, codes)
	for code, it := range items {
		p.specs[code] = it.Spec
	}
	return p, err
}

func (p paper) to() label.Party {
	return label.Party{Name: strings.TrimSpace(p.Customer.Name + "  " + p.Customer.Contact), Phone: p.Customer.Phone, Address: p.Customer.Address}
}

// list gathers what left by order line: a line that took several lots is one line of the list. Pieces with serial
// numbers are named one by one, else the lot with its quantity. Where somebody noted the cartons, the list goes carton
// by carton.
func (p paper) list() label.PackingList {
	l := label.PackingList{Shipment: p.Number, From: p.from, To: p.to(), Orders: p.Order, Carrier: p.Carrier, Tracking: p.Waybill, Date: p.date, Boxes: int(p.Cartons), Note: p.Note}
	at := map[[2]int64]int{}
	add := func(box int64, s ShippedLot) {
		k := [2]int64{box, s.Line}
		i, ok := at[k]
		if !ok {
			i = len(l.Lines)
			at[k] = i
			l.Lines = append(l.Lines, label.PackedLine{Order: p.Order + "/" + strconv.FormatInt(s.Line, 10), Item: s.Item, Name: s.Name, Spec: p.specs[s.Item], UoM: s.UoM, Box: int(box)})
		}
		line := &l.Lines[i]
		line.Qty += s.Qty
		for _, serial := range s.Serials {
			line.Lots = append(line.Lots, label.PackedLot{Number: serial})
		}
		if len(s.Serials) == 0 && s.Lot != "" {
			line.Lots = append(line.Lots, label.PackedLot{Number: s.Lot, Qty: s.Qty})
		}
	}
	if len(p.Packing) == 0 {
		for _, s := range p.Lines {
			add(0, s)
		}
	}
	for _, c := range p.Packing {
		for _, x := range c.Lines {
			s := p.item(x.Line)
			s.Line, s.Lot, s.Qty, s.Serials = x.Line, x.Lot, x.Qty, x.Serials
			add(c.No, s)
		}
	}
	return l
}

// item is what an order line of the shipment is.
func (p paper) item(line int64) ShippedLot {
	for _, s := range p.Lines {
		if s.Line == line {
			return s
		}
	}
	return ShippedLot{}
}

func (p paper) parcels() []label.Parcel {
	of := label.Parcel{Shipment: p.Number, From: p.from, To: p.to(), Orders: p.Order, Carrier: p.Carrier, Tracking: p.Waybill, Date: p.date, Note: p.Note}
	var out []label.Parcel
	for _, c := range p.Packing {
		x := of
		x.Box, x.Boxes, x.Weight = int(c.No), len(p.Packing), c.Weight
		var in []string
		for _, l := range c.Lines {
			s := p.item(l.Line)
			in = append(in, s.Item+" × "+l.Qty.String()+" "+s.UoM)
		}
		if x.Note = strings.Join(in, ", "); c.Note != "" {
			x.Note += "  " + c.Note
		}
		out = append(out, x)
	}
	for i := int64(0); len(p.Packing) == 0 && i < max(p.Cartons, 1); i++ {
		x := of
		x.Box, x.Boxes = int(i+1), int(max(p.Cartons, 1))
		out = append(out, x)
	}
	return out
}

func printed(d label.Doc, name, format string) (web.File, error) {
	render, typ := label.PDF, "application/pdf"
	if format == "zpl" {
		render, typ = func(d label.Doc) ([]byte, error) { return label.ZPL(d, 203) }, "text/plain; charset=utf-8"
	}
	b, err := render(d)
	if err != nil {
		return web.File{}, err
	}
	return web.File{Name: name + "." + format, Type: typ, Inline: format == "pdf", Size: int64(len(b)), Write: func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(b))
		return err
	}}, nil
}
