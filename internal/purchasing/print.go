package purchasing

import (
	"bytes"
	"context"
	"io"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// PrintReceipt asks for the labels of a goods receipt.
type PrintReceipt struct {
	Number string `path:"number" doc:"Receipt number"`
	Copies int    `query:"copies" minimum:"0" maximum:"200" doc:"How many of each, default 1: one for every box"`
}

// printRoutes are the labels that go onto what came in.
func (m *Module) printRoutes(a *web.API) {
	for _, format := range []string{"pdf", "zpl"} {
		suffix := map[string]string{"pdf": "Pdf", "zpl": "Zpl"}[format]
		web.Download(a, web.Op{Path: "/purchasing/receipts/{number}/labels." + format, ID: "printGoodsLabels" + suffix, Summary: "Labels for the goods of a receipt (" + format + ")", Perm: "purchasing.read"},
			func(ctx context.Context, q db.Querier, in *PrintReceipt) (web.File, error) {
				list, err := m.goodsLabels(ctx, q, in.Number)
				if err != nil {
					return web.File{}, err
				}
				all := make([]label.Lot, 0, len(list)*max(in.Copies, 1))
				for _, l := range list {
					for range max(in.Copies, 1) {
						all = append(all, l)
					}
				}
				d := label.Lots(label.Opt{Locale: web.Locale(ctx), At: a.DB.Now().In(a.DB.Zone())}, label.Size100x60, all...)
				return printed(d, "labels-"+in.Number, format)
			})
	}
}

// goodsLabels are what stands on them. A receipt that was taken back has none: its goods are not there.
func (m *Module) goodsLabels(ctx context.Context, q db.Querier, number string) ([]label.Lot, error) {
	type came struct {
		Item     string  `db:"item"`
		Name     string  `db:"name"`
		Spec     string  `db:"spec"`
		UoM      string  `db:"uom"`
		Lot      string  `db:"lot"`
		Expires  string  `db:"expires_on"`
		Supplier string  `db:"supplier"`
		Qty      num.Dec `db:"qty"`
		On       string  `db:"posting_date"`
		Undone   bool    `db:"undone"`
		masterdata.Entered
	}
	var w db.Where
	w.And("r.number = ? AND r.reverses = 0", number)
	identity.Scope("r.site_id", "r.supplier_id")(ctx, &w)
	rows, err := db.All[came](ctx, q, `SELECT i.code AS item, i.name, i.spec, i.uom, r.lot, r.expires_on, coalesce(p.name, '') AS supplier, r.qty, r.entered_qty, r.entered_uom, r.posting_date,
		EXISTS (SELECT 1 FROM po_receipt u WHERE u.reverses = r.id AND u.reverses <> 0) AS undone FROM `+receiptFrom+w.String()+` ORDER BY r.id`, w.Args...)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fault.NotFound("purchasing.receipt_unknown", "there is no goods receipt %s", number).With("number", number)
	}
	out := make([]label.Lot, len(rows))
	for i, r := range rows {
		if r.Undone {
			return nil, fault.Conflict("purchasing.undone_no_label", "receipt %s was taken back", number).With("number", number)
		}
		out[i] = label.Lot{Item: r.Item, Name: r.Name, Spec: r.Spec, Lot: r.Lot, Qty: r.Qty, UoM: r.UoM, SaidQty: r.EnteredQty, SaidUoM: r.EnteredUoM, Expires: r.Expires, Supplier: r.Supplier, Date: r.On}
	}
	return out, nil
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
