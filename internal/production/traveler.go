package production

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// Traveler is the data of the sheet that goes with an order.
type Traveler struct {
	Code       string         `json:"code" doc:"What the QR code of the order holds"`
	Number     string         `json:"number" db:"number"`
	Item       string         `json:"item" db:"item"`
	Name       string         `json:"name" db:"name"`
	Spec       string         `json:"spec" db:"spec"`
	UoM        string         `json:"uom" db:"uom"`
	Qty        num.Dec        `json:"qty" db:"qty"`
	Start      string         `json:"start" db:"start"`
	Due        string         `json:"due" db:"due"`
	SalesOrder string         `json:"sales_order" db:"sales_order"`
	Version    string         `json:"version" db:"version" doc:"Of bill and routing"`
	Ops        []TravelerOp   `json:"ops" db:"-"`
	Parts      []TravelerPart `json:"parts" db:"-"`
}

// TravelerOp is an operation with its own code.
type TravelerOp struct {
	Op         int64  `json:"op" db:"op"`
	Name       string `json:"name" db:"name"`
	WorkCenter string `json:"work_center" db:"work_center"`
	PlannedMS  int64  `json:"planned_ms" db:"planned_ms"`
	Code       string `json:"code" db:"-"`
}

// TravelerPart is a component to be brought or drawn.
type TravelerPart struct {
	Item  string  `json:"item" db:"item"`
	Name  string  `json:"name" db:"name"`
	Qty   num.Dec `json:"qty" db:"required"`
	UoM   string  `json:"uom" db:"uom"`
	Issue string  `json:"issue" db:"issue"`
}

// Traveler reads what the sheet shows.
func (m *Module) Traveler(ctx context.Context, q db.Querier, number string) (Traveler, error) {
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return Traveler{}, err
	}
	t, err := db.One[Traveler](ctx, q, `SELECT o.number, i.code AS item, i.name, i.spec, i.uom, o.qty, o.start, o.due, o.sales_order, o.bom_used || ' / ' || o.routing_used AS version
		FROM wo_order o JOIN v_item i ON i.id = o.item_id WHERE o.id = $1`, o.ID)
	if err != nil {
		return t, err
	}
	t.Code = label.Code{Kind: label.WorkOrder, Number: t.Number}.String()
	if t.Ops, err = db.All[TravelerOp](ctx, q, `SELECT p.op, p.name, coalesce(c.name, '') AS work_center, p.setup_ms + p.run_ms AS planned_ms
		FROM wo_op p LEFT JOIN v_work_center c ON c.id = p.work_center_id WHERE p.order_id = $1 ORDER BY p.op`, o.ID); err != nil {
		return t, err
	}
	for i := range t.Ops {
		t.Ops[i].Code = label.Code{Kind: label.WorkOrderOp, Number: t.Number, Op: int(t.Ops[i].Op)}.String()
	}
	t.Parts, err = db.All[TravelerPart](ctx, q, `SELECT i.code AS item, i.name, c.required, i.uom, c.issue
		FROM wo_component c JOIN v_item i ON i.id = c.item_id WHERE c.order_id = $1 AND c.role = 'component' ORDER BY c.line`, o.ID)
	return t, err
}

func (t Traveler) sheet() label.Traveler {
	s := label.Traveler{Number: t.Number, Item: t.Item, Name: t.Name, Spec: t.Spec, Qty: t.Qty, UoM: t.UoM, Start: t.Start, Due: t.Due, SalesOrder: t.SalesOrder, Version: t.Version}
	for _, o := range t.Ops {
		s.Ops = append(s.Ops, label.TravelerOp{No: int(o.Op), Name: o.Name, WorkCenter: o.WorkCenter, Planned: hours(o.PlannedMS)})
	}
	for _, p := range t.Parts {
		s.Parts = append(s.Parts, label.TravelerPart{Item: p.Item, Name: p.Name, Qty: p.Qty, UoM: p.UoM, Issue: p.Issue})
	}
	return s
}

// hours writes a planned time as people write it: 1:30.
func hours(ms int64) string {
	if ms <= 0 {
		return ""
	}
	min := (ms + 59_999) / 60_000
	return strconv.FormatInt(min/60, 10) + ":" + strconv.FormatInt(100+min%60, 10)[1:]
}

func (m *Module) travelerFile(ctx context.Context, q db.Querier, number, format string, now time.Time) (web.File, error) {
	t, err := m.Traveler(ctx, q, number)
	if err != nil {
		return web.File{}, err
	}
	return printed(label.Travelers(label.Opt{Locale: web.Locale(ctx), At: now}, t.sheet()), "traveler-"+number, format)
}

// lotLabels prints the label of the lot of a receipt, or one for each piece with a serial number.
func (m *Module) lotLabels(ctx context.Context, q db.Querier, receipt, format string, now time.Time) (web.File, error) {
	type row struct {
		Site    db.ID   `db:"site_id"`
		Item    string  `db:"item"`
		Name    string  `db:"name"`
		Spec    string  `db:"spec"`
		UoM     string  `db:"uom"`
		Qty     num.Dec `db:"qty"`
		Lot     string  `db:"lot"`
		Serials string  `db:"serials"`
		Expires string  `db:"expires_on"`
		Made    int64   `db:"happened_ms"`
		masterdata.Entered
	}
	r, ok, err := db.Get[row](ctx, q, `
		SELECT o.site_id, i.code AS item, i.name, i.spec, i.uom, r.qty, r.entered_qty, r.entered_uom, r.lot, r.serials, r.happened_ms,
		       coalesce((SELECT max(l.expires_on) FROM v_lot l WHERE l.item_id = r.item_id AND l.number = r.lot AND l.number <> ''), '') AS expires_on
		FROM wo_receipt r JOIN wo_order o ON o.id = r.order_id JOIN v_item i ON i.id = r.item_id WHERE r.number = $1 AND r.reverses = 0`, receipt)
	if err != nil {
		return web.File{}, err
	}
	if !ok || !actor.From(ctx).SeesSite(int64(r.Site)) {
		return web.File{}, fault.NotFound("production.receipt_unknown", "there is no receipt %s", receipt).With("number", receipt)
	}
	one := label.Lot{Item: r.Item, Name: r.Name, Spec: r.Spec, Lot: r.Lot, Qty: r.Qty, UoM: r.UoM, SaidQty: r.EnteredQty, SaidUoM: r.EnteredUoM, Date: time.UnixMilli(r.Made).In(now.Location()).Format(time.DateOnly)}
	if r.Expires != inventory.OpenEnd {
		one.Expires = r.Expires
	}
	list := []label.Lot{one}
	if serials := strings.Fields(r.Serials); len(serials) > 0 {
		list = list[:0]
		for _, s := range serials {
			one.Serial, one.Qty, one.SaidUoM = s, num.One, ""
			list = append(list, one)
		}
	}
	return printed(label.Lots(label.Opt{Locale: web.Locale(ctx), At: now}, label.Size100x60, list...), "labels-"+receipt, format)
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
