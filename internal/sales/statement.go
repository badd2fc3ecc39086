package sales

import (
	"context"
	"io"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/sheet"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// AskStatement names a customer and a span of days.
type AskStatement struct {
	Customer string `query:"customer" required:"true" minLength:"1" maxLength:"100" doc:"Customer code"`
	Site     string `query:"site" maxLength:"64" doc:"Site code; empty: the first"`
	From     string `query:"from" maxLength:"10" doc:"First day; empty: the first of this month"`
	To       string `query:"to" maxLength:"10" doc:"Last day; empty: today"`
}

// Statement is what became of a customer's material: opening + received − used − scrapped − returned + adjusted = closing.
type Statement struct {
	Customer Party           `json:"customer"`
	Site     string          `json:"site"`
	From     string          `json:"from"`
	To       string          `json:"to"`
	Lines    []StatementLine `json:"lines"`
	Uses     []StatementUse  `json:"uses" doc:"What his toll orders used against their norm"`
}

// StatementLine is one lot of an item.
type StatementLine struct {
	Item     string  `json:"item" db:"item"`
	Name     string  `json:"name" db:"name"`
	UoM      string  `json:"uom" db:"uom"`
	Lot      string  `json:"lot" db:"lot"`
	Opening  num.Dec `json:"opening" db:"opening"`
	Received num.Dec `json:"received" db:"received"`
	Used     num.Dec `json:"used" db:"used"`
	Scrapped num.Dec `json:"scrapped" db:"scrapped"`
	Returned num.Dec `json:"returned" db:"returned"`
	Adjusted num.Dec `json:"adjusted" db:"adjusted" doc:"Found more (+) or less (−) at a count"`
	Closing  num.Dec `json:"closing" db:"closing"`
	AtOrders num.Dec `json:"at_orders" db:"at_orders" doc:"Of the closing quantity, what lies at work orders"`
}

// StatementUse is what a toll order used of an item.
type StatementUse struct {
	Order   string  `json:"order" db:"number"`
	Status  string  `json:"status" db:"status"`
	Product string  `json:"product" db:"product"`
	Made    num.Dec `json:"made" db:"made" doc:"Pieces reported where the item is used"`
	Item    string  `json:"item" db:"item"`
	Name    string  `json:"name" db:"name"`
	UoM     string  `json:"uom" db:"uom"`
	Norm    num.Dec `json:"norm" db:"-" doc:"By the bill, for the pieces reported"`
	Used    num.Dec `json:"used" db:"used" doc:"Consumed and scrapped"`
	Over    num.Dec `json:"over" db:"-" doc:"More than the norm"`

	ItemID   db.ID   `json:"-" db:"item_id"`
	Qty      num.Dec `json:"-" db:"qty"`
	Scrap    num.Dec `json:"-" db:"scrap_pct"`
	Decimals int     `json:"-" db:"decimals"`
}

// Statement adds up the ledger of what a customer owns.
func (m *Module) Statement(ctx context.Context, q db.Querier, in AskStatement, today string) (Statement, error) {
	site, err := siteOf(ctx, q, in.Site)
	if err != nil {
		return Statement{}, err
	}
	p, err := customerByCode(ctx, q, in.Customer)
	if err != nil {
		return Statement{}, err
	}
	if err := identity.See(ctx, site.ID, p.ID); err != nil {
		return Statement{}, err
	}
	if in.To == "" {
		in.To = today
	}
	if in.From == "" {
		in.From = today[:8] + "01"
		in.From = min(in.From, in.To)
	}
	for _, d := range []string{in.From, in.To} {
		if _, err := cal.ParseDay(d); err != nil {
			return Statement{}, fault.Invalid("sales.day_bad", "%q is not a date such as 2026-03-09", d).With("date", d)
		}
	}
	if in.From > in.To {
		return Statement{}, fault.Invalid("sales.span_bad", "the first day %s is after the last one %s", in.From, in.To).With("from", in.From).With("to", in.To)
	}
	out := Statement{Site: site.Code, From: in.From, To: in.To, Customer: Party{Code: p.Code, Name: p.Name, Phone: p.Phone, Address: p.Address}}
	// a mirror counts as less of what it undoes
	const kind = `CASE WHEN v.reverses = 0 THEN v.from_kind ELSE v.to_kind END AS src, CASE WHEN v.reverses = 0 THEN v.to_kind ELSE v.from_kind END AS dst, CASE WHEN v.reverses = 0 THEN v.qty ELSE -v.qty END AS n,
		CASE WHEN v.to_kind IN ('stock', 'wip', 'subcontractor') THEN v.qty ELSE 0 END - CASE WHEN v.from_kind IN ('stock', 'wip', 'subcontractor') THEN v.qty ELSE 0 END AS delta,
		CASE WHEN v.to_kind = 'wip' THEN v.qty ELSE 0 END - CASE WHEN v.from_kind = 'wip' THEN v.qty ELSE 0 END AS wip`
	out.Lines, err = db.All[StatementLine](ctx, q, `SELECT i.code AS item, i.name, i.uom, coalesce(t.number, '') AS lot,
		CAST(sum(CASE WHEN x.day < $3 THEN x.delta ELSE 0 END) AS BIGINT) AS opening,
		CAST(sum(CASE WHEN x.day >= $3 AND x.src = 'customer' THEN x.n ELSE 0 END) AS BIGINT) AS received,
		CAST(sum(CASE WHEN x.day >= $3 AND x.dst = 'consumed' THEN x.n ELSE 0 END) AS BIGINT) AS used,
		CAST(sum(CASE WHEN x.day >= $3 AND x.dst = 'scrap' THEN x.n ELSE 0 END) AS BIGINT) AS scrapped,
		CAST(sum(CASE WHEN x.day >= $3 AND x.dst = 'customer' THEN x.n ELSE 0 END) AS BIGINT) AS returned,
		CAST(sum(CASE WHEN x.day >= $3 AND x.src IN ('adjust', 'supplier', 'produced') THEN x.n WHEN x.day >= $3 AND x.dst IN ('adjust', 'supplier', 'produced') THEN -x.n ELSE 0 END) AS BIGINT) AS adjusted,
		CAST(sum(x.delta) AS BIGINT) AS closing, CAST(sum(x.wip) AS BIGINT) AS at_orders
		FROM (SELECT v.item_id, v.lot_id, v.posting_date AS day, `+kind+` FROM v_move v JOIN v_owned_item o ON o.item_id = v.item_id WHERE o.owner_id = $1 AND v.site_id = $2 AND v.posting_date <= $4) x
		JOIN v_item i ON i.id = x.item_id LEFT JOIN v_lot t ON t.id = x.lot_id
		GROUP BY i.code, i.name, i.uom, t.number ORDER BY i.code, t.number NULLS FIRST`, p.ID, site.ID, in.From, in.To)
	if err != nil {
		return out, err
	}
	kept := []StatementLine{}
	for _, l := range out.Lines { // what was over before is told no more
		if l.Opening != 0 || l.Received != 0 || l.Used != 0 || l.Scrapped != 0 || l.Returned != 0 || l.Adjusted != 0 || l.Closing != 0 {
			kept = append(kept, l)
		}
	}
	out.Lines = kept
	uses, err := db.All[StatementUse](ctx, q, `SELECT w.number, w.status, f.code AS product, p.done AS made, i.code AS item, i.name, i.uom, c.item_id, c.qty, c.scrap_pct, i.decimals, CAST(coalesce(u.used, 0) AS BIGINT) AS used
		FROM v_wo_kind k JOIN v_work_order w ON w.id = k.order_id JOIN v_item f ON f.id = w.item_id JOIN v_wo_component c ON c.order_id = w.id AND c.role = 'component' JOIN v_owned_item o ON o.item_id = c.item_id AND o.owner_id = $1
		JOIN v_wo_op p ON p.id = c.report_id JOIN v_item i ON i.id = c.item_id
		LEFT JOIN (SELECT v.order_id, v.item_id, sum(CASE WHEN v.to_kind IN ('consumed', 'scrap') THEN v.qty ELSE -v.qty END) AS used, max(v.posting_date) AS last FROM v_move v JOIN v_owned_item o ON o.item_id = v.item_id
			WHERE o.owner_id = $1 AND v.order_id <> 0 AND (v.to_kind IN ('consumed', 'scrap') OR v.from_kind IN ('consumed', 'scrap')) GROUP BY v.order_id, v.item_id) u ON u.order_id = w.id AND u.item_id = c.item_id
		WHERE k.owner_id = $1 AND w.site_id = $2 AND u.last >= $3 ORDER BY w.number, i.code`, p.ID, site.ID, in.From)
	if err != nil {
		return out, err
	}
	out.Uses = []StatementUse{}
	at := map[string]int{}
	for _, u := range uses {
		norm, err := num.Gross(u.Made, u.Qty, u.Scrap)
		if err != nil {
			return out, err
		}
		if norm, err = norm.RoundUp(u.Decimals); err != nil {
			return out, err
		}
		k := u.Order + "|" + u.Item
		if i, ok := at[k]; ok { // an item on several lines of one bill
			out.Uses[i].Norm += norm
			continue
		}
		u.Norm = norm
		at[k] = len(out.Uses)
		out.Uses = append(out.Uses, u)
	}
	for i := range out.Uses {
		u := &out.Uses[i]
		u.Over = max(u.Used-u.Norm, 0)
		if actor.From(ctx).Partner != 0 {
			u.Order = ""
		}
	}
	return out, nil
}

var statementWords = map[string]fault.Text{
	"title": {Zh: "客供料对账单", En: "Statement of customer's material"}, "customer": {Zh: "客户", En: "Customer"}, "span": {Zh: "期间", En: "Period"}, "site": {Zh: "工厂", En: "Site"},
	"item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"}, "lot": {Zh: "批次", En: "Lot"}, "uom": {Zh: "单位", En: "Unit"}, "opening": {Zh: "期初", En: "Opening"}, "received": {Zh: "来料", En: "Received"},
	"used": {Zh: "耗用", En: "Used"}, "scrapped": {Zh: "报废", En: "Scrapped"}, "returned": {Zh: "退回", En: "Returned"}, "adjusted": {Zh: "盘点差异", En: "Adjusted"}, "closing": {Zh: "期末", En: "Closing"}, "at_orders": {Zh: "其中在工单", En: "of it at orders"},
	"uses": {Zh: "加工耗用与定额", En: "Use against the norm"}, "order": {Zh: "工单", En: "Work order"}, "product": {Zh: "产品", En: "Product"}, "made": {Zh: "报工数", En: "Pieces"}, "norm": {Zh: "定额", En: "Norm"}, "over": {Zh: "超耗", En: "Over"},
	"we": {Zh: "加工方", En: "For the maker"}, "he": {Zh: "客户确认", En: "For the customer"}, "return": {Zh: "客供料退回单", En: "Return of customer's material"}, "receive": {Zh: "客供料收料单", En: "Receipt of customer's material"},
	"qty": {Zh: "数量", En: "Quantity"}, "location": {Zh: "库位", En: "Location"}, "date": {Zh: "日期", En: "Date"}, "ref": {Zh: "客户送货单", En: "Customer's delivery note"}, "note": {Zh: "备注", En: "Note"}, "spec": {Zh: "规格", En: "Specification"}, "serials": {Zh: "序列号", En: "Serial numbers"},
}

func (s *Statement) rows() (lines, uses [][]string) {
	for _, l := range s.Lines {
		lines = append(lines, []string{l.Item, l.Name, l.Lot, l.UoM, l.Opening.String(), l.Received.String(), l.Used.String(), l.Scrapped.String(), l.Returned.String(), l.Adjusted.String(), l.Closing.String(), l.AtOrders.String()})
	}
	for _, u := range s.Uses {
		uses = append(uses, []string{u.Order, u.Product, u.Item, u.Name, u.UoM, u.Made.String(), u.Norm.String(), u.Used.String(), u.Over.String()})
	}
	return lines, uses
}

var (
	statementHead = []string{"item", "name", "lot", "uom", "opening", "received", "used", "scrapped", "returned", "adjusted", "closing", "at_orders"}
	useHead       = []string{"order", "product", "item", "name", "uom", "made", "norm", "used", "over"}
)

func say(locale string, words ...string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = statementWords[w].Render(locale, nil)
	}
	return out
}

func (m *Module) supplyRoutes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number" doc:"Document"`
	}
	now := func() time.Time { return a.DB.Now().In(a.DB.Zone()) }
	web.List(a, web.Op{Path: "/sales/supplies", ID: "listSupplies", Summary: "Customers' own material that came and went back", Perm: "sales.read"},
		web.ListSpec[SupplyRow]{From: supplyFrom, Key: "l.id", Sort: "-at_ms", Search: []string{"s.number", "i.code", "i.name", "p.name", "l.lot", "s.ref"}, Scope: seen("s.site_id", "s.customer_id", "")})
	web.List(a, web.Op{Path: "/sales/supplies/stock", ID: "listSuppliedStock", Summary: "Customers' own material that lies here", Perm: "sales.read"},
		web.ListSpec[SupplyStock]{From: supplyStockFrom, Key: "b.id", Sort: "customer,item,lot", Search: []string{"i.code", "i.name", "p.name", "t.number"}, Scope: seen("b.site_id", "o.owner_id", "")})
	web.Command(a, web.Op{Path: "/sales/supplies", ID: "supplyMaterial", Summary: "Receive a customer's own material, or return it to him", Perm: "sales.supply"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Supply }) (Supplied, error) {
			return m.Supply(ctx, tx, in.Body)
		})
	web.Query(a, web.Op{Path: "/sales/supplies/{number}", ID: "getSupply", Summary: "A document of customer's material", Perm: "sales.read"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (Supplied, error) {
			return m.Supplied(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/sales/supplies/{number}/undo", ID: "undoSupply", Summary: "Take a document of customer's material back", Perm: "sales.supply"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Undo
		}) (Supplied, error) {
			return m.UndoSupply(ctx, tx, in.Number, in.Body)
		})
	web.Download(a, web.Op{Path: "/sales/supplies/{number}/document.pdf", ID: "printSupply", Summary: "A document of customer's material to print", Perm: "sales.read"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (web.File, error) {
			s, err := m.Supplied(ctx, q, in.Number)
			if err != nil {
				return web.File{}, err
			}
			company, err := db.One[string](ctx, q, `SELECT name FROM v_site WHERE id = $1`, s.Site)
			if err != nil {
				return web.File{}, err
			}
			loc := web.Locale(ctx)
			t := label.StatementTable{Head: say(loc, "item", "name", "spec", "lot", "serials", "location", "qty", "uom"), Wide: []int{330, 0, 400, 330, 400, 260, 240, 130}, Text: 6}
			for _, l := range s.Lines {
				t.Rows = append(t.Rows, []string{l.Item, l.Name, l.Spec, l.Lot, l.Text, l.Location, l.Qty.String(), l.UoM})
			}
			w := say(loc, s.Kind, "customer", "date", "ref", "note", "we", "he")
			return printed(label.Statements(label.Opt{Locale: loc, Company: company, At: now()}, label.Statement{Title: w[0], Number: s.Number,
				Facts: [][2]string{{w[1], s.Customer + " " + s.Name}, {w[2], time.UnixMilli(s.AtMS).In(a.DB.Zone()).Format(time.DateOnly)}, {w[3], s.Ref}, {w[4], s.Note}}, Tables: []label.StatementTable{t}, Signs: w[5:]}), s.Number, "pdf")
		})
	for _, format := range []string{"pdf", "zpl"} {
		suffix := map[string]string{"pdf": "Pdf", "zpl": "Zpl"}[format]
		web.Download(a, web.Op{Path: "/sales/supplies/{number}/labels." + format, ID: "printSupplyLabels" + suffix, Summary: "Labels for a customer's material (" + format + ")", Perm: "sales.read"},
			func(ctx context.Context, q db.Querier, in *ByNumber) (web.File, error) {
				s, err := m.Supplied(ctx, q, in.Number)
				if err != nil {
					return web.File{}, err
				}
				list := make([]label.Lot, len(s.Lines))
				for i, l := range s.Lines {
					list[i] = label.Lot{Item: l.Item, Name: l.Name, Spec: l.Spec, Lot: l.Lot, Qty: l.Qty, UoM: l.UoM, Supplier: s.Name, Date: time.UnixMilli(s.AtMS).In(a.DB.Zone()).Format(time.DateOnly), Status: say(web.Locale(ctx), "customer")[0] + " " + s.Customer}
				}
				return printed(label.Lots(label.Opt{Locale: web.Locale(ctx), At: now()}, label.Size100x60, list...), "labels-"+s.Number, format)
			})
	}
	web.Query(a, web.Op{Path: "/sales/supplies-statement", ID: "getSupplyStatement", Summary: "What became of a customer's own material", Perm: "sales.read"},
		func(ctx context.Context, q db.Querier, in *AskStatement) (Statement, error) {
			return m.Statement(ctx, q, *in, now().Format(time.DateOnly))
		})
	web.Download(a, web.Op{Path: "/sales/supplies-statement.pdf", ID: "printSupplyStatement", Summary: "The statement of a customer's material to print", Perm: "sales.read"},
		func(ctx context.Context, q db.Querier, in *AskStatement) (web.File, error) {
			s, err := m.Statement(ctx, q, *in, now().Format(time.DateOnly))
			if err != nil {
				return web.File{}, err
			}
			site, err := masterdata.SiteByCode(ctx, q, s.Site)
			if err != nil {
				return web.File{}, err
			}
			loc := web.Locale(ctx)
			lines, uses := s.rows()
			w := say(loc, "title", "customer", "span", "site", "uses", "we", "he")
			doc := label.Statement{Title: w[0], Number: s.From + " – " + s.To, Facts: [][2]string{{w[1], s.Customer.Code + " " + s.Customer.Name}, {w[2], s.From + " – " + s.To}, {w[3], site.Name}}, Signs: w[5:],
				Tables: []label.StatementTable{{Head: say(loc, statementHead...), Wide: []int{270, 0, 260, 110, 200, 200, 200, 200, 200, 200, 200, 200}, Text: 4, Rows: lines},
					{Title: w[4], Head: say(loc, useHead...), Wide: []int{330, 330, 330, 0, 130, 240, 240, 240, 240}, Text: 5, Rows: uses}}}
			return printed(label.Statements(label.Opt{Locale: loc, Company: site.Name, At: now()}, doc), "statement-"+s.Customer.Code+"-"+s.To, "pdf")
		})
	web.Download(a, web.Op{Path: "/sales/supplies-statement.xlsx", ID: "exportSupplyStatement", Summary: "The statement of a customer's material as a spreadsheet", Perm: "sales.read"},
		func(ctx context.Context, q db.Querier, in *AskStatement) (web.File, error) {
			s, err := m.Statement(ctx, q, *in, now().Format(time.DateOnly))
			if err != nil {
				return web.File{}, err
			}
			loc := web.Locale(ctx)
			return web.File{Name: "statement-" + s.Customer.Code + "-" + s.To + ".xlsx", Type: sheet.XLSX.Mime(), Write: func(w io.Writer) error {
				out, err := sheet.NewWriter(w, sheet.XLSX)
				if err != nil {
					return err
				}
				if err := out.Sheet(say(loc, "title")[0], say(loc, statementHead...)...); err != nil {
					return err
				}
				for _, l := range s.Lines {
					if err := out.Row(l.Item, l.Name, l.Lot, l.UoM, l.Opening, l.Received, l.Used, l.Scrapped, l.Returned, l.Adjusted, l.Closing, l.AtOrders); err != nil {
						return err
					}
				}
				if err := out.Sheet(say(loc, "uses")[0], say(loc, useHead...)...); err != nil {
					return err
				}
				for _, u := range s.Uses {
					if err := out.Row(u.Order, u.Product, u.Item, u.Name, u.UoM, u.Made, u.Norm, u.Used, u.Over); err != nil {
						return err
					}
				}
				return out.Close()
			}}, nil
		})
}
