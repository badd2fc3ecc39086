package purchasing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// NewRequisition asks the buyer for an item.
type NewRequisition struct {
	Site     string  `json:"site,omitempty" maxLength:"64" doc:"Site code; default the caller's"`
	Item     string  `json:"item" minLength:"1" maxLength:"100" doc:"Item code"`
	Qty      num.Dec `json:"qty"`
	Due      string  `json:"due,omitempty" maxLength:"10" doc:"Default today and the item's lead time"`
	Supplier string  `json:"supplier,omitempty" maxLength:"100" doc:"Proposed partner; default the item's"`
	Note     string  `json:"note,omitempty" maxLength:"500"`

	Source    string `json:"-"` // who asks: manual, planning, replenishment, shortage
	WantedFor string `json:"-"` // the documents behind it
	Kind      string `json:"-"` // purchase or subcontract; default by the item
}

// Requested is a requisition as it was made or is now.
type Requested struct {
	Number    string  `json:"number"`
	Kind      string  `json:"kind" enum:"purchase,subcontract"`
	Item      string  `json:"item"`
	Qty       num.Dec `json:"qty"`
	Due       string  `json:"due"`
	Supplier  string  `json:"supplier" doc:"Code, empty when none is proposed"`
	Source    string  `json:"source" enum:"manual,planning,replenishment,shortage"`
	WantedFor string  `json:"wanted_for"`
	State     string  `json:"state" enum:"open,ordered,dropped"`
	Order     string  `json:"order" doc:"Purchase order that it became"`
	Line      int64   `json:"line"`
}

type requisitionRow struct {
	ID        db.ID   `db:"id"`
	Number    string  `db:"number"`
	Site      db.ID   `db:"site_id"`
	Kind      string  `db:"kind"`
	Item      db.ID   `db:"item_id"`
	Qty       num.Dec `db:"qty"`
	Due       string  `db:"due"`
	Supplier  db.ID   `db:"supplier_id"`
	Note      string  `db:"note"`
	Source    string  `db:"source"`
	WantedFor string  `db:"wanted_for"`
	State     string  `db:"state"`
	Order     db.ID   `db:"order_id"`
	Line      int64   `db:"line"`
	Reason    string  `db:"reason"`
	Version   int64   `db:"version"`
	MS        int64   `db:"requested_ms"`
	By        string  `db:"requested_by"`
}

const requisitionColumns = `r.id, r.number, r.site_id, r.kind, r.item_id, r.qty, r.due, r.supplier_id, r.note, r.source, r.wanted_for, r.state, r.order_id, r.line, r.reason, r.version, r.requested_ms, r.requested_by`

// Request stores requisitions, all or none; they come back in the order in which they were asked for.
func (m *Module) Request(ctx context.Context, tx *db.Tx, in []NewRequisition) ([]Requested, error) {
	if len(in) == 0 {
		return nil, fault.Invalid("purchasing.no_lines", "a requisition needs a line")
	}
	numbers, err := tx.Numbers("requisition", len(in))
	if err != nil {
		return nil, err
	}
	var codes, partners []string
	for i := range in {
		codes = append(codes, strings.TrimSpace(in[i].Item))
		if s := strings.TrimSpace(in[i].Supplier); s != "" && !slices.Contains(partners, s) {
			partners = append(partners, s)
		}
	}
	items, err := masterdata.ItemsByCode(ctx, tx, codes)
	if err != nil {
		return nil, err
	}
	suppliers := map[string]masterdata.Partner{}
	for _, code := range partners {
		if suppliers[code], err = supplierOf(ctx, tx, code); err != nil {
			return nil, err
		}
	}
	usual, err := usualSuppliers(ctx, tx, items)
	if err != nil {
		return nil, err
	}
	var used []db.ID
	for _, id := range usual {
		used = append(used, id)
	}
	names, err := partnerCodes(ctx, tx, used)
	if err != nil {
		return nil, err
	}
	sites := map[string]masterdata.Site{}
	rows, out := make([]requisitionRow, len(in)), make([]Requested, len(in))
	for i := range in {
		item, ok := items[codes[i]]
		if !ok {
			return nil, fault.NotFound("masterdata.item_unknown", "there is no item %s", codes[i]).With("code", codes[i])
		}
		site, ok := sites[in[i].Site]
		if !ok {
			if site, err = siteOf(ctx, tx, in[i].Site); err != nil {
				return nil, err
			}
			sites[in[i].Site] = site
		}
		l, err := newLine(ctx, tx, &orderRow{Kind: in[i].Kind}, 1, &NewLine{Item: codes[i], Qty: in[i].Qty, Due: in[i].Due}, item)
		if err != nil {
			return nil, err
		}
		r := requisitionRow{ID: tx.ID(), Number: numbers[i], Site: site.ID, Kind: l.Kind, Item: item.ID, Qty: l.Qty, Due: l.Due, Note: strings.TrimSpace(in[i].Note), Source: in[i].Source, WantedFor: in[i].WantedFor,
			State: "open", Version: 1, MS: tx.NowMS(), By: actor.From(ctx).Name}
		if r.Source == "" {
			r.Source = "manual"
		}
		supplier := suppliers[strings.TrimSpace(in[i].Supplier)]
		if r.Supplier = supplier.ID; r.Supplier == 0 {
			r.Supplier = usual[itemAt{item.ID, site.ID}]
			supplier.Code = names[r.Supplier]
		}
		rows[i] = r
		out[i] = Requested{r.Number, r.Kind, item.Code, r.Qty, r.Due, supplier.Code, r.Source, r.WantedFor, r.State, "", 0}
		tx.Emit(db.Event{Name: EventRequested, Subject: "requisition:" + r.Number, Site: r.Site, Reason: r.Note, Payload: out[i]})
	}
	return out, db.Insert(ctx, tx, "po_requisition", rows...)
}

func supplierOf(ctx context.Context, q db.Querier, code string) (masterdata.Partner, error) {
	p, err := masterdata.PartnerByCode(ctx, q, strings.TrimSpace(code))
	if err == nil && !p.Is("supplier") && !p.Is("subcontractor") {
		err = fault.Invalid("purchasing.not_supplier", "%s is neither a supplier nor a subcontractor", p.Code).With("partner", p.Code)
	}
	return p, err
}

// itemAt is an item at a site.
type itemAt struct{ item, site db.ID }

// atOnce is how many identifiers stand in one query.
const atOnce = 500

// usualSuppliers are the suppliers that items have at each site.
func usualSuppliers(ctx context.Context, q db.Querier, items map[string]masterdata.Item) (map[itemAt]db.ID, error) {
	type row struct {
		Item     db.ID `db:"item_id"`
		Site     db.ID `db:"site_id"`
		Supplier db.ID `db:"supplier_id"`
	}
	ids := make([]db.ID, 0, len(items))
	for _, it := range items {
		ids = append(ids, it.ID)
	}
	slices.Sort(ids)
	out := map[itemAt]db.ID{}
	for part := range slices.Chunk(slices.Compact(ids), atOnce) {
		var w db.Where
		db.In(&w, "item_id", part)
		if err := db.Each(ctx, q, `SELECT item_id, site_id, supplier_id FROM v_item_site`+w.String()+` AND supplier_id <> 0`, w.Args, func(r *row) error {
			out[itemAt{r.Item, r.Site}] = r.Supplier
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// partnerCodes are the codes of partners; nobody has none.
func partnerCodes(ctx context.Context, q db.Querier, ids []db.ID) (map[db.ID]string, error) {
	type row struct {
		ID   db.ID  `db:"id"`
		Code string `db:"code"`
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	out := map[db.ID]string{}
	for part := range slices.Chunk(slices.Compact(ids), atOnce) {
		var w db.Where
		db.In(&w, "id", part)
		if err := db.Each(ctx, q, `SELECT id, code FROM v_partner`+w.String(), w.Args, func(r *row) error { out[r.ID] = r.Code; return nil }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// requisitionsOf finds requisitions by number, in the order in which they are named.
func requisitionsOf(ctx context.Context, q db.Querier, numbers []string) ([]requisitionRow, error) {
	found := map[string]requisitionRow{}
	for part := range slices.Chunk(numbers, atOnce) {
		var w db.Where
		db.In(&w, "r.number", part)
		if err := db.Each(ctx, q, `SELECT `+requisitionColumns+` FROM po_requisition r`+w.String(), w.Args, func(r *requisitionRow) error { found[r.Number] = *r; return nil }); err != nil {
			return nil, err
		}
	}
	out := make([]requisitionRow, 0, len(numbers))
	for _, n := range numbers {
		r, ok := found[n]
		if !ok {
			return nil, requisitionUnknown(n)
		}
		if err := identity.SeeSite(ctx, r.Site); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func requisitionOf(ctx context.Context, q db.Querier, number string) (requisitionRow, error) {
	r, ok, err := db.Get[requisitionRow](ctx, q, `SELECT `+requisitionColumns+` FROM po_requisition r WHERE r.number = $1`, strings.TrimSpace(number))
	if err == nil && ok {
		err = identity.SeeSite(ctx, r.Site)
	}
	if err == nil && !ok {
		err = requisitionUnknown(number)
	}
	return r, err
}

func requisitionUnknown(number string) error {
	return fault.NotFound("purchasing.requisition_unknown", "there is no requisition %s", number).With("number", number)
}

// Asked is a requisition with the version that a change has to name.
type Asked struct {
	Qty     num.Dec
	Version int64
}

// Requisition finds one that is open.
func (m *Module) Requisition(ctx context.Context, q db.Querier, number string) (Asked, error) {
	r, err := requisitionOf(ctx, q, number)
	if err == nil {
		err = r.open(ctx, q)
	}
	return Asked{r.Qty, r.Version}, err
}

func (r *requisitionRow) open(ctx context.Context, q db.Querier) error {
	if r.State == "open" {
		return nil
	}
	order := ""
	if r.Order != 0 {
		order, _, _ = db.Get[string](ctx, q, `SELECT number FROM po_order WHERE id = $1`, r.Order)
	}
	return fault.Conflict("purchasing.requisition_over", "requisition %s is %s already: %s", r.Number, r.State, order).With("number", r.Number).With("state", r.State).With("order", order)
}

// ChangeRequisition changes one that is open.
type ChangeRequisition struct {
	Version  int64    `json:"version" doc:"That was looked at"`
	Qty      *num.Dec `json:"qty,omitempty"`
	Due      string   `json:"due,omitempty" maxLength:"10"`
	Supplier string   `json:"supplier,omitempty" maxLength:"100"`
	Note     *string  `json:"note,omitempty" maxLength:"500"`
}

// Change carries out a ChangeRequisition.
func (m *Module) Change(ctx context.Context, tx *db.Tx, number string, in ChangeRequisition) (Requested, error) {
	r, err := requisitionOf(ctx, tx, number)
	if err == nil {
		err = r.open(ctx, tx)
	}
	if err != nil {
		return Requested{}, err
	}
	if in.Version != r.Version {
		return Requested{}, fault.Conflict("purchasing.requisition_changed", "requisition %s was changed meanwhile", r.Number).With("number", r.Number)
	}
	item, err := masterdata.ItemByID(ctx, tx, r.Item)
	if err != nil {
		return Requested{}, err
	}
	if in.Qty != nil {
		r.Qty = *in.Qty
	}
	if in.Due != "" {
		r.Due = in.Due
	}
	if _, err := newLine(ctx, tx, &orderRow{Kind: r.Kind}, 1, &NewLine{Item: item.Code, Qty: r.Qty, Due: r.Due}, item); err != nil {
		return Requested{}, err
	}
	if in.Supplier != "" {
		p, err := supplierOf(ctx, tx, in.Supplier)
		if err != nil {
			return Requested{}, err
		}
		r.Supplier = p.ID
	}
	if in.Note != nil {
		r.Note = strings.TrimSpace(*in.Note)
	}
	tx.Queue(`UPDATE po_requisition SET qty = $1, due = $2, supplier_id = $3, note = $4, version = version + 1 WHERE id = $5`, r.Qty, r.Due, r.Supplier, r.Note, r.ID)
	return m.tellRequisition(ctx, tx, EventRequisitionChanged, &r, item.Code, "")
}

func (m *Module) tellRequisition(ctx context.Context, tx *db.Tx, event string, r *requisitionRow, item, order string) (Requested, error) {
	codes, err := partnerCodes(ctx, tx, []db.ID{r.Supplier})
	return r.tell(tx, event, item, codes[r.Supplier], order), err
}

// tell gives out what a requisition is now.
func (r *requisitionRow) tell(tx *db.Tx, event, item, supplier, order string) Requested {
	out := Requested{r.Number, r.Kind, item, r.Qty, r.Due, supplier, r.Source, r.WantedFor, r.State, order, r.Line}
	tx.Emit(db.Event{Name: event, Subject: "requisition:" + r.Number, Site: r.Site, Reason: r.Reason, Payload: out})
	return out
}

// Drop says that a requisition is not to be bought.
func (m *Module) Drop(ctx context.Context, tx *db.Tx, number, reason string) (Requested, error) {
	r, err := requisitionOf(ctx, tx, number)
	if err == nil {
		err = r.open(ctx, tx)
	}
	if err != nil {
		return Requested{}, err
	}
	if r.Reason = strings.TrimSpace(reason); r.Reason == "" {
		return Requested{}, fault.Invalid("purchasing.reason_missing", "give a reason")
	}
	item, err := masterdata.ItemByID(ctx, tx, r.Item)
	if err != nil {
		return Requested{}, err
	}
	r.State = "dropped"
	tx.Queue(`UPDATE po_requisition SET state = 'dropped', reason = $1, version = version + 1 WHERE id = $2`, r.Reason, r.ID)
	return m.tellRequisition(ctx, tx, EventRequisitionDropped, &r, item.Code, "")
}

// OrderRequisitions makes purchase orders of requisitions: one for each supplier, site and kind; those of one item and
// day become one line.
type OrderRequisitions struct {
	Numbers  []string `json:"numbers" minItems:"1" maxItems:"500"`
	Supplier string   `json:"supplier,omitempty" maxLength:"100" doc:"Of all of them; default each one's own"`
	Note     string   `json:"note,omitempty" maxLength:"500"`
}

// OrdersMade names the orders.
type OrdersMade struct {
	Orders []Created `json:"orders"`
	From   []string  `json:"from" doc:"Of each requisition, in the order in which they were named, the number of its order"`
}

// OrderAll carries out an OrderRequisitions.
func (m *Module) OrderAll(ctx context.Context, tx *db.Tx, in OrderRequisitions) (OrdersMade, error) {
	type group struct {
		site, supplier db.ID
		kind           string
	}
	var common masterdata.Partner
	var err error
	if in.Supplier != "" {
		if common, err = supplierOf(ctx, tx, in.Supplier); err != nil {
			return OrdersMade{}, err
		}
	}
	var names []group
	groups := map[group][]requisitionRow{}
	var ids, suppliers []db.ID
	var numbers []string
	seen := map[string]bool{}
	for _, number := range in.Numbers {
		if number = strings.TrimSpace(number); !seen[number] {
			numbers = append(numbers, number)
		}
		seen[number] = true
	}
	all, err := requisitionsOf(ctx, tx, numbers)
	if err != nil {
		return OrdersMade{}, err
	}
	for _, r := range all {
		if err := r.open(ctx, tx); err != nil {
			return OrdersMade{}, err
		}
		if common.ID != 0 {
			r.Supplier = common.ID
		}
		if r.Supplier == 0 {
			return OrdersMade{}, fault.Conflict("purchasing.requisition_no_one", "requisition %s names no supplier", r.Number).With("number", r.Number)
		}
		g := group{r.Site, r.Supplier, r.Kind}
		if groups[g] == nil {
			names = append(names, g)
		}
		groups[g] = append(groups[g], r)
		ids, suppliers = append(ids, r.Item), append(suppliers, r.Supplier)
	}
	items, err := masterdata.Items(ctx, tx, slices.Compact(slices.Sorted(slices.Values(ids))))
	if err != nil {
		return OrdersMade{}, err
	}
	codes, err := partnerCodes(ctx, tx, suppliers)
	if err != nil {
		return OrdersMade{}, err
	}
	out := OrdersMade{Orders: []Created{}, From: make([]string, 0, len(in.Numbers))}
	orderOf := map[string]string{}
	key, err := keyOf(ctx, tx, "po_order")
	if err != nil {
		return out, err
	}
	for _, g := range names {
		site, err := masterdata.SiteByID(ctx, tx, g.site)
		if err != nil {
			return out, err
		}
		o := NewOrder{Site: site.Code, Kind: g.kind, Supplier: codes[g.supplier], Note: in.Note}
		lineOf := map[string]int{}
		rows := groups[g]
		for i := range rows {
			r := &rows[i]
			due := max(r.Due, tx.Now().In(tx.Zone()).Format(time.DateOnly))
			k := fmt.Sprintf("%d %s", r.Item, due)
			n, ok := lineOf[k]
			if !ok {
				n = len(o.Lines)
				lineOf[k] = n
				o.Lines = append(o.Lines, NewLine{Item: items[r.Item].Code, Due: due})
			}
			o.Lines[n].Qty += r.Qty
			r.Line = int64(n + 1)
		}
		made, err := m.create(ctx, tx, o, key)
		if err != nil {
			return out, err
		}
		key = nil
		for i := range rows {
			r := &rows[i]
			r.State, r.Order = "ordered", made.ID
			orderOf[r.Number] = made.Number
			r.tell(tx, EventRequisitionOrdered, items[r.Item].Code, codes[r.Supplier], made.Number)
		}
		ordered(tx, rows, made.ID, g.supplier)
		out.Orders = append(out.Orders, made)
	}
	for _, number := range in.Numbers {
		out.From = append(out.From, orderOf[strings.TrimSpace(number)])
	}
	return out, nil
}

// ordered notes the lines that requisitions became, many in one statement.
func ordered(tx *db.Tx, rows []requisitionRow, order, supplier db.ID) {
	for part := range slices.Chunk(rows, atOnce) {
		args := []any{order, supplier}
		var v strings.Builder
		for i := range part {
			if i > 0 {
				v.WriteString(", ")
			}
			fmt.Fprintf(&v, "(CAST($%d AS BIGINT), CAST($%d AS BIGINT))", len(args)+1, len(args)+2)
			args = append(args, part[i].ID, part[i].Line)
		}
		tx.Queue(`WITH v(id, line) AS (VALUES `+v.String()+`) UPDATE po_requisition SET state = 'ordered', order_id = $1, line = v.line, supplier_id = $2, version = version + 1 FROM v WHERE po_requisition.id = v.id`, args...)
	}
}
