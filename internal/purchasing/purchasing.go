// Package purchasing knows what is ordered from outside, what of it has come, and what lies at subcontractors for it.
//
// It promises, and Verify checks: what a line has received is the sum of its receipts less what went back; nothing is received beyond the
// order and its tolerance; every receipt and every sending stands in the stock ledger with the same quantity; a
// mistake is undone by its mirror. Goods that a rule of quality names, and those that somebody doubts, are on hold until
// they are judged; what passes is released, what fails stays on hold until it goes back or is scrapped. Subcontracted pieces consume at the subcontractor what their bill of materials
// says, and are refused while not enough was sent.
//
// Its tables begin with po_; v_purchase_line is for others to read. See events.go for what it tells.
package purchasing

import (
	"context"
	"embed"
	"strings"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/quality"
)

//go:embed schema/*.sql
var Schema embed.FS

// Perms are the permissions that the room's operations ask for.
var Perms = []string{"purchasing.read", "purchasing.create", "purchasing.request", "purchasing.receive", "purchasing.send", "purchasing.undo", "purchasing.return"}

// Settings of the company.
const (
	// SettingOver is by how many percent a delivery may exceed the order.
	SettingOver = "purchasing.over_pct"
	// SettingReceiving, with a dot and the site's code behind it, is the location where goods come in.
	SettingReceiving = "purchasing.receiving_location"
)

const (
	purchase    = "purchase"
	subcontract = "subcontract"
)

// Module is the purchasing room.
type Module struct {
	Inventory *inventory.Module
	Quality   *quality.Module

	// OnAnswered hears in the same transaction of an answer to a change request: planning marks its message.
	OnAnswered []func(ctx context.Context, tx *db.Tx, r ChangeRequest) error
}

// New makes the room and names its documents.
func New(d *db.DB, inv *inventory.Module, qa *quality.Module) *Module {
	d.NumberRule("po", "PO{yymm}-{0000}")
	d.NumberRule("gr", "GR{yymm}-{0000}")
	d.NumberRule("send", "SC{yymm}-{0000}")
	d.NumberRule("return", "RT{yymm}-{0000}")
	d.NumberRule("po_change", "PC{yymm}-{0000}")
	d.NumberRule("requisition", "PR{yymm}-{0000}")
	m := &Module{Inventory: inv, Quality: qa}
	qa.OnJudged = append(qa.OnJudged, m.Judged)
	return m
}

type orderRow struct {
	ID       db.ID   `db:"id"`
	Number   string  `db:"number"`
	Kind     string  `db:"kind"`
	Site     db.ID   `db:"site_id"`
	Supplier db.ID   `db:"supplier_id"`
	Note     string  `db:"note"`
	Key      *string `db:"client_key"`
	Ordered  int64   `db:"ordered_ms"`
	By       string  `db:"ordered_by"`
	Batch    db.ID   `db:"batch_id"`
}

const orderColumns = `o.id, o.number, o.kind, o.site_id, o.supplier_id, o.note, o.client_key, o.ordered_ms, o.ordered_by, o.batch_id`

type lineRow struct {
	ID         db.ID    `db:"id"`
	Order      db.ID    `db:"order_id"`
	Line       int64    `db:"line"`
	Kind       string   `db:"kind"`
	Item       db.ID    `db:"item_id"`
	Qty        num.Dec  `db:"qty"`
	Received   num.Dec  `db:"received"`
	Due        string   `db:"due"`
	UnitPrice  *num.Dec `db:"unit_price"`
	BOMVersion string   `db:"bom_version"`
	Closed     bool     `db:"closed"`
	Ord        int64    `db:"ord"`
	Batch      db.ID    `db:"batch_id"`
	masterdata.Entered
}

const lineColumns = `l.id, l.order_id, l.line, l.kind, l.item_id, l.qty, l.received, l.due, l.unit_price, l.bom_version, l.closed, l.ord, l.batch_id, l.entered_qty, l.entered_uom`

func (l *lineRow) open() num.Dec {
	if l.Closed {
		return 0
	}
	return max(l.Qty-l.Received, 0)
}

const unpublished = `batch_id NOT IN (SELECT id FROM kit_batch)`

// orderByNumber finds an order that the actor may see.
func orderByNumber(ctx context.Context, q db.Querier, number string) (orderRow, error) {
	number = strings.TrimSpace(number)
	o, ok, err := db.Get[orderRow](ctx, q, `SELECT `+orderColumns+` FROM po_order o WHERE o.number = $1 AND o.`+unpublished, number)
	if a := actor.From(ctx); err == nil && (!ok || !a.SeesSite(int64(o.Site)) || !a.SeesPartner(int64(o.Supplier))) {
		err = fault.NotFound("purchasing.order_unknown", "there is no purchase order %s", number).With("number", number)
	}
	return o, err
}

// Visible refuses an order that the actor may not see.
func (m *Module) Visible(ctx context.Context, q db.Querier, number string) error {
	_, err := orderByNumber(ctx, q, number)
	return err
}

func linesOf(ctx context.Context, q db.Querier, order db.ID) ([]lineRow, error) {
	return db.All[lineRow](ctx, q, `SELECT `+lineColumns+` FROM po_line l WHERE l.order_id = $1 ORDER BY l.line`, order)
}

// stamp is what every fact of the room carries.
type stamp struct {
	Key      *string `db:"client_key"`
	Happened int64   `db:"happened_ms"`
	Recorded int64   `db:"recorded_ms"`
	Posting  string  `db:"posting_date"`
	Shift    string  `db:"shift"`
	Actor    string  `db:"actor"`
}

// stamped stamps a fact of the table; a key that stands there already is a command that was carried out before.
func stamped(ctx context.Context, tx *db.Tx, table string, happened int64) (stamp, error) {
	if happened == 0 || happened > tx.NowMS() {
		happened = tx.NowMS()
	}
	key, err := keyOf(ctx, tx, table)
	return stamp{Key: key, Happened: happened, Recorded: tx.NowMS(), Posting: time.UnixMilli(happened).In(tx.Zone()).Format(time.DateOnly), Actor: actor.From(ctx).Name}, err
}

// keyOf is the client's key for a fact of the table. The stored answer of a key expires, the fact does not.
func keyOf(ctx context.Context, tx *db.Tx, table string) (*string, error) {
	k := tx.Key()
	if k == "" {
		return nil, nil
	}
	old, done, err := db.Get[string](ctx, tx, `SELECT number FROM `+table+` WHERE client_key = $1`, k)
	if err == nil && done {
		err = fault.Conflict("purchasing.done_already", "this was done already, see %s", old).With("number", old)
	}
	return &k, err
}

func siteOf(ctx context.Context, q db.Querier, code string) (masterdata.Site, error) {
	if code == "" {
		return masterdata.DefaultSite(ctx, q)
	}
	s, err := masterdata.SiteByCode(ctx, q, code)
	if err == nil && !actor.From(ctx).SeesSite(int64(s.ID)) {
		err = fault.NotFound("masterdata.site_unknown", "there is no site %s", code).With("code", code)
	}
	return s, err
}
