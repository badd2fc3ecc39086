package inventory

import (
	"bytes"
	"context"
	"io"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// PrintLabels asks for the labels of goods: of a lot, of single pieces, or of the item itself where nobody tracks it.
type PrintLabels struct {
	Item    string   `query:"item" required:"true" maxLength:"200" doc:"Item code, or what was scanned"`
	Lot     string   `query:"lot" maxLength:"100"`
	Serials []string `query:"serial,explode" maxItems:"500" doc:"One label for each piece"`
	Qty     string   `query:"qty" maxLength:"30" doc:"Quantity on the label; default what is in stock of the lot"`
	UoM     string   `query:"uom" maxLength:"100" doc:"Unit of that quantity, one of the item's; empty: its own. The label shows both"`
	Copies  int      `query:"copies" minimum:"0" maximum:"200" doc:"How many of it, default 1; of single pieces each has one"`
}

func (m *Module) labelRoutes(a *web.API) {
	for _, format := range []string{"pdf", "zpl"} {
		suffix := map[string]string{"pdf": "Pdf", "zpl": "Zpl"}[format]
		web.Download(a, web.Op{Path: "/inventory/labels." + format, ID: "printStockLabels" + suffix, Summary: "Labels of a lot, of pieces or of an item (" + format + ")", Perm: "inventory.read"},
			func(ctx context.Context, q db.Querier, in *PrintLabels) (web.File, error) {
				list, err := m.labels(ctx, q, *in)
				if err != nil {
					return web.File{}, err
				}
				return printed(label.Lots(label.Opt{Locale: web.Locale(ctx), At: a.DB.Now().In(a.DB.Zone())}, label.Size100x60, list...), format)
			})
	}
}

// labels says what stands on them.
func (m *Module) labels(ctx context.Context, q db.Querier, in PrintLabels) ([]label.Lot, error) {
	it, err := goods(ctx, q, in.Item, &in.Lot, &in.Serials)
	if err != nil {
		return nil, err
	}
	one := label.Lot{Item: it.Code, Name: it.Name, Spec: it.Spec, UoM: it.UoM}
	if in.Qty != "" {
		if one.Qty, err = num.Parse(in.Qty); err != nil {
			return nil, err
		}
		var said masterdata.Entered
		if one.Qty, said, err = masterdata.InOwn(ctx, q, it, "qty", one.Qty, in.UoM); err != nil {
			return nil, err
		}
		one.SaidQty, one.SaidUoM = said.EnteredQty, said.EnteredUoM
	}
	if in.Lot != "" {
		if err := m.lotLabel(ctx, q, it, in.Lot, &one); err != nil {
			return nil, err
		}
	}
	if len(in.Serials) == 0 {
		return slices.Repeat([]label.Lot{one}, max(in.Copies, 1)), nil
	}
	pieces, err := piecesOf(ctx, q, it, in.Serials)
	if err != nil {
		return nil, err
	}
	out := make([]label.Lot, len(pieces))
	for i, p := range pieces {
		out[i] = one
		out[i].Serial, out[i].Qty, out[i].SaidUoM = p.Number, num.One, ""
	}
	return out, nil
}

func (m *Module) lotLabel(ctx context.Context, q db.Querier, it masterdata.Item, number string, out *label.Lot) error {
	lot, err := LotByNumber(ctx, q, it.ID, number)
	if err != nil {
		return err
	}
	out.Lot, out.Date = lot.Number, lot.ReceivedOn
	if lot.ExpiresOn != OpenEnd {
		out.Expires = lot.ExpiresOn
	}
	if lot.Partner != 0 {
		p, err := masterdata.PartnerByID(ctx, q, lot.Partner)
		if err != nil {
			return err
		}
		out.Supplier = p.Name
	}
	if out.Qty != 0 {
		return nil
	}
	here, err := balances(ctx, q, it.ID, nil)
	for _, b := range here {
		if b.Lot == lot.Number && b.Kind == string(Stock) {
			out.Qty += b.Qty
		}
	}
	return err
}

func printed(d label.Doc, format string) (web.File, error) {
	render, typ := label.PDF, "application/pdf"
	if format == "zpl" {
		render, typ = func(d label.Doc) ([]byte, error) { return label.ZPL(d, 203) }, "text/plain; charset=utf-8"
	}
	b, err := render(d)
	if err != nil {
		return web.File{}, err
	}
	return web.File{Name: "labels." + format, Type: typ, Inline: format == "pdf", Size: int64(len(b)), Write: func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(b))
		return err
	}}, nil
}
