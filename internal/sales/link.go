package sales

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// NewLink asks for a link that shows a customer one order.
type NewLink struct {
	Days   int64 `json:"days,omitempty" doc:"How long it is valid; 0: 30 days"`
	Prices bool  `json:"prices,omitempty" doc:"Shows prices too"`
}

// MadeLink is a new link. The token is told once and stored nowhere.
type MadeLink struct {
	ID        db.ID  `json:"id"`
	Token     string `json:"token"`
	Path      string `json:"path" doc:"The page, below the address of this server"`
	ExpiresMS int64  `json:"expires_ms"`
}

// Link is a link that was made, without what opens it.
type Link struct {
	ID        db.ID  `json:"id" db:"id"`
	Prices    bool   `json:"prices" db:"prices"`
	MadeMS    int64  `json:"made_ms" db:"made_ms"`
	MadeBy    string `json:"made_by" db:"made_by"`
	ExpiresMS int64  `json:"expires_ms" db:"expires_ms"`
	RevokedMS int64  `json:"revoked_ms" db:"revoked_ms"`
	OpenedMS  int64  `json:"opened_ms" db:"opened_ms"`
	Opened    int64  `json:"opened" db:"opened"`
}

// LinkEvent is the payload of sales.link_made, sales.link_revoked and sales.link_opened.
type LinkEvent struct {
	Number    string `json:"number"`
	Link      db.ID  `json:"link"`
	Prices    bool   `json:"prices"`
	ExpiresMS int64  `json:"expires_ms"`
}

func hashOf(token string) string {
	h := sha256.Sum256([]byte("kaiwu so_link " + token))
	return hex.EncodeToString(h[:])
}

// MakeLink makes a link. Who may not see prices cannot show them to others.
func (m *Module) MakeLink(ctx context.Context, tx *db.Tx, number string, in NewLink) (MadeLink, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return MadeLink{}, err
	}
	if in.Days == 0 {
		in.Days = 30
	}
	if in.Days < 1 || in.Days > 366 {
		return MadeLink{}, fault.Invalid("sales.link_days", "a link is valid for 1 to 366 days, not %d", in.Days).With("days", in.Days)
	}
	if in.Prices && !actor.From(ctx).Can("see.sales_price") {
		return MadeLink{}, fault.Forbidden("web.forbidden", "permission see.sales_price is needed").With("perm", "see.sales_price")
	}
	secret := make([]byte, 24)
	if _, err := rand.Read(secret); err != nil {
		return MadeLink{}, err
	}
	out := MadeLink{ID: tx.ID(), Token: base64.RawURLEncoding.EncodeToString(secret), ExpiresMS: tx.NowMS() + in.Days*24*3600*1000}
	out.Path = "/c/" + out.Token
	if _, err := tx.Exec(ctx, `INSERT INTO so_link (id, order_id, hash, prices, made_ms, made_by, expires_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		out.ID, o.ID, hashOf(out.Token), in.Prices, tx.NowMS(), actor.From(ctx).Name, out.ExpiresMS); err != nil {
		return MadeLink{}, err
	}
	tx.Emit(db.Event{Name: "sales.link_made", Subject: "so:" + number, Site: o.Site, Payload: LinkEvent{number, out.ID, in.Prices, out.ExpiresMS}})
	return out, nil
}

// Links are the links of an order, the newest first.
func (m *Module) Links(ctx context.Context, q db.Querier, number string) ([]Link, error) {
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return nil, err
	}
	out, err := db.All[Link](ctx, q, `SELECT id, prices, made_ms, made_by, expires_ms, revoked_ms, opened_ms, opened FROM so_link WHERE order_id = $1 ORDER BY made_ms DESC, id DESC`, o.ID)
	if out == nil {
		out = []Link{}
	}
	return out, err
}

// RevokeLink takes a link back at once.
func (m *Module) RevokeLink(ctx context.Context, tx *db.Tx, number string, id db.ID) (Created, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return Created{}, err
	}
	n, err := tx.Exec(ctx, `UPDATE so_link SET revoked_ms = $1 WHERE id = $2 AND order_id = $3 AND revoked_ms = 0`, tx.NowMS(), id, o.ID)
	if err != nil {
		return Created{}, err
	}
	if n == 0 {
		return Created{}, fault.NotFound("sales.link_unknown", "order %s has no such link", number).With("number", number)
	}
	tx.Emit(db.Event{Name: "sales.link_revoked", Subject: "so:" + number, Site: o.Site, Payload: LinkEvent{Number: number, Link: id}})
	return Created{o.ID, number}, nil
}

// Opening is what a customer's browser sends.
type Opening struct {
	Token string `json:"token" maxLength:"100"`
}

// CustomerOrder is all that a customer sees of his order.
type CustomerOrder struct {
	Number    string             `json:"number"`
	Seller    string             `json:"seller"`
	TimeZone  string             `json:"time_zone" doc:"In which the seller's days are"`
	Customer  string             `json:"customer"`
	Status    string             `json:"status" enum:"open,in_work,ready,part_shipped,shipped,closed,cancelled"`
	OrderedMS int64              `json:"ordered_ms"`
	Lines     []CustomerLine     `json:"lines"`
	Shipments []CustomerShipment `json:"shipments"`
	ExpiresMS int64              `json:"expires_ms" doc:"When this page ends"`
}

// CustomerLine is one ordered item as its customer sees it.
type CustomerLine struct {
	Line       int64   `json:"line"`
	Item       string  `json:"item"`
	Name       string  `json:"name"`
	UoM        string  `json:"uom"`
	Qty        num.Dec `json:"qty"`
	Due        string  `json:"due"`
	Status     string  `json:"status" enum:"open,in_work,ready,part_shipped,shipped,closed,cancelled"`
	Ready      num.Dec `json:"ready" doc:"Finished and waiting for him"`
	Shipped    num.Dec `json:"shipped"`
	ExpectedMS int64   `json:"expected_ms" doc:"When the rest is expected; 0 unknown"`
	Price      string  `json:"price_each,omitempty" doc:"Only when the seller chose to show prices"`
}

// CustomerShipment is a parcel that left.
type CustomerShipment struct {
	Number    string  `json:"number"`
	Carrier   string  `json:"carrier"`
	Waybill   string  `json:"waybill"`
	Cartons   int64   `json:"cartons"`
	ShippedMS int64   `json:"shipped_ms"`
	Lines     []int64 `json:"lines" doc:"Order lines in it"`
}

const linkQuiet = 10 * 60 * 1000

// OpenLink shows the order of a link, and notes that it was opened, at most once in ten minutes. Whether a link never
// was, has expired or was taken back is not told.
func (m *Module) OpenLink(ctx context.Context, d *db.DB, token string) (CustomerOrder, error) {
	type row struct {
		ID      db.ID  `db:"id"`
		Order   string `db:"number"`
		Prices  bool   `db:"prices"`
		Expires int64  `db:"expires_ms"`
		Revoked int64  `db:"revoked_ms"`
		Opened  int64  `db:"opened_ms"`
		Seller  string `db:"seller"`
		Zone    string `db:"time_zone"`
		Site    db.ID  `db:"site_id"`
	}
	now := d.Now().UnixMilli()
	inside := actor.With(ctx, &actor.Actor{Name: "link", Perms: map[string]bool{"sales.read": true}, Origin: "link"})
	var l row
	var out CustomerOrder
	err := d.View(ctx, func(q db.Querier) (err error) {
		var ok bool
		l, ok, err = db.Get[row](ctx, q, `SELECT k.id, o.number, k.prices, k.expires_ms, k.revoked_ms, k.opened_ms, s.name AS seller, s.time_zone, o.site_id
			FROM so_link k JOIN so_order o ON o.id = k.order_id JOIN v_site s ON s.id = o.site_id WHERE k.hash = $1`, hashOf(token))
		if err != nil {
			return err
		}
		if !ok || l.Revoked > 0 || l.Expires <= now {
			return fault.NotFound("sales.link_dead", "this link is not valid")
		}
		t, err := m.Track(inside, q, l.Order)
		out = t.forLink(l.Prices)
		out.Seller, out.TimeZone, out.ExpiresMS = l.Seller, l.Zone, l.Expires
		return err
	})
	if err != nil || now-l.Opened < linkQuiet {
		return out, err
	}
	return out, d.InTx(inside, func(tx *db.Tx) error {
		n, err := tx.Exec(inside, `UPDATE so_link SET opened_ms = $1, opened = opened + 1 WHERE id = $2 AND opened_ms = $3 AND revoked_ms = 0`, now, l.ID, l.Opened)
		if n == 1 {
			tx.Emit(db.Event{Name: "sales.link_opened", Subject: "so:" + l.Order, Site: l.Site, Payload: LinkEvent{l.Order, l.ID, l.Prices, l.Expires}})
		}
		return err
	})
}

// told is a status as a customer hears it: a work order that nobody has begun is none to him.
func told(status string) string {
	if status == "planned" {
		return "open"
	}
	return status
}

// forLink is what a customer may see: built up from nothing, so that what is added to Track later stays inside.
func (t *Track) forLink(prices bool) CustomerOrder {
	o := CustomerOrder{Number: t.Number, Customer: t.Customer.Name, Status: told(t.Status), OrderedMS: t.OrderedMS, Lines: []CustomerLine{}, Shipments: []CustomerShipment{}}
	for _, l := range t.Lines {
		c := CustomerLine{Line: l.Line, Item: l.Item, Name: l.Name, UoM: l.UoM, Qty: l.Qty, Due: l.Due, Status: told(l.Status), Ready: l.Allocated, Shipped: l.Shipped, ExpectedMS: l.ExpectedMS}
		if prices && l.UnitPrice != nil {
			c.Price = l.UnitPrice.String()
		}
		o.Lines = append(o.Lines, c)
	}
	for _, s := range t.Shipments {
		if s.Reversed > 0 {
			continue
		}
		c := CustomerShipment{Number: s.Number, Carrier: s.Carrier, Waybill: s.Waybill, Cartons: s.Cartons, ShippedMS: s.At, Lines: []int64{}}
		for _, l := range s.Lines {
			if len(c.Lines) == 0 || c.Lines[len(c.Lines)-1] != l.Line {
				c.Lines = append(c.Lines, l.Line)
			}
		}
		o.Shipments = append(o.Shipments, c)
	}
	return o
}
