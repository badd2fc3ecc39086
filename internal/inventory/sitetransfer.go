package inventory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// NewSiteTransfer asks that a site sends goods to another.
type NewSiteTransfer struct {
	From      string            `json:"from" minLength:"1" maxLength:"64" doc:"Site that sends"`
	To        string            `json:"to,omitempty" maxLength:"64" doc:"Site that receives; default the caller's first"`
	ShipOn    string            `json:"ship_on,omitempty" maxLength:"10" doc:"Default today"`
	Due       string            `json:"due" maxLength:"10" doc:"When it should be there"`
	Lines     []NewTransferLine `json:"lines" minItems:"1" maxItems:"500"`
	Note      string            `json:"note,omitempty" maxLength:"500" doc:"Note"`
	Source    string            `json:"-"`
	WantedFor string            `json:"-"`
}

// NewTransferLine is an item of it.
type NewTransferLine struct {
	Item string  `json:"item" minLength:"1" maxLength:"200" doc:"Item"`
	Qty  num.Dec `json:"qty" doc:"Quantity"`
}

// SiteTransferPage is a transfer between sites with what became of it.
type SiteTransferPage struct {
	ID        db.ID          `json:"id" db:"id"`
	Number    string         `json:"number" db:"number"`
	From      string         `json:"from" db:"from_code"`
	FromName  string         `json:"from_name" db:"from_name"`
	To        string         `json:"to" db:"to_code"`
	ToName    string         `json:"to_name" db:"to_name"`
	ShipOn    string         `json:"ship_on" db:"ship_on"`
	Due       string         `json:"due" db:"due"`
	Source    string         `json:"source" db:"source"`
	WantedFor string         `json:"wanted_for" db:"wanted_for"`
	Note      string         `json:"note" db:"note"`
	MadeMS    int64          `json:"made_ms" db:"made_ms"`
	MadeBy    string         `json:"made_by" db:"made_by"`
	ClosedMS  int64          `json:"closed_ms" db:"closed_ms"`
	Reason    string         `json:"reason" db:"reason"`
	Status    string         `json:"status" db:"-" enum:"open,on_the_way,received,closed"`
	MaySend   bool           `json:"may_send" db:"-" doc:"You see the site that sends"`
	MayTake   bool           `json:"may_receive" db:"-" doc:"You see the site that receives"`
	Lines     []TransferLine `json:"lines" db:"-"`
	Steps     []TransferStep `json:"steps" db:"-"`

	fromID, toID db.ID
}

// TransferLine is an item of a transfer.
type TransferLine struct {
	ID        db.ID      `json:"id" db:"id"`
	Line      int64      `json:"line" db:"line"`
	Item      string     `json:"item" db:"item"`
	Name      string     `json:"name" db:"name"`
	UoM       string     `json:"uom" db:"uom"`
	Decimals  int        `json:"decimals" db:"decimals"`
	Tracking  string     `json:"tracking" db:"tracking"`
	Qty       num.Dec    `json:"qty" db:"qty"`
	Sent      num.Dec    `json:"sent" db:"sent"`
	Received  num.Dec    `json:"received" db:"received" doc:"Of what was sent"`
	Over      num.Dec    `json:"over" db:"over" doc:"Came, and was not sent"`
	Back      num.Dec    `json:"back" db:"back" doc:"Came back to the site that sent it"`
	Lost      num.Dec    `json:"lost" db:"lost" doc:"Written off on the way"`
	InTransit num.Dec    `json:"in_transit" db:"-"`
	ShipOn    string     `json:"ship_on" db:"ship_on" doc:"When what is not sent yet leaves"`
	Due       string     `json:"due" db:"due"`
	Closed    bool       `json:"closed" db:"closed" doc:"Nothing more of it is sent"`
	OnTheWay  []OnTheWay `json:"on_the_way" db:"-" doc:"What is in transit, lot by lot"`

	item db.ID
}

// OnTheWay is a lot in transit.
type OnTheWay struct {
	Lot string  `json:"lot"`
	Qty num.Dec `json:"qty"`
}

// TransferStep is a stock document of a transfer.
type TransferStep struct {
	ID         db.ID   `json:"id" db:"id"`
	Kind       string  `json:"kind" db:"kind" enum:"site_send,site_receive,site_over,site_back,site_lost"`
	Number     string  `json:"number" db:"number"`
	Line       int64   `json:"line" db:"line"`
	Lot        string  `json:"lot" db:"lot"`
	Location   string  `json:"location" db:"location"`
	Qty        num.Dec `json:"qty" db:"qty"`
	Reason     string  `json:"reason" db:"reason"`
	RecordedMS int64   `json:"recorded_ms" db:"recorded_ms"`
	Actor      string  `json:"actor" db:"actor"`
	Undone     bool    `json:"undone" db:"undone"`
}

// TransferTold is a transfer, or a step of it, as the log keeps it.
type TransferTold struct {
	Number  string               `json:"number"`
	From    string               `json:"from"`
	To      string               `json:"to"`
	ShipOn  string               `json:"ship_on,omitempty"`
	Due     string               `json:"due,omitempty"`
	Lines   []TransferLineTold   `json:"lines,omitempty" doc:"Of a new one"`
	Step    *TransferStepTold    `json:"step,omitempty"`
	Changed *TransferLineChanged `json:"changed,omitempty"`
	Closed  bool                 `json:"closed,omitempty"`
}

// TransferLineTold is what was asked for.
type TransferLineTold struct {
	Line int64   `json:"line"`
	Item string  `json:"item"`
	Qty  num.Dec `json:"qty"`
}

// TransferStepTold is what was done.
type TransferStepTold struct {
	Kind     string  `json:"kind"`
	Document string  `json:"document"`
	Line     int64   `json:"line"`
	Item     string  `json:"item"`
	Lot      string  `json:"lot,omitempty"`
	Qty      num.Dec `json:"qty"`
	Sent     num.Dec `json:"sent" doc:"Of the line, so far"`
	Arrived  num.Dec `json:"arrived" doc:"Of the line, so far, with what was not sent"`
	Reason   string  `json:"reason,omitempty"`
}

func (t *TransferLine) transit() num.Dec { return t.Sent - t.Received - t.Back - t.Lost }

func (t *TransferLine) moving() bool { return t.InTransit > 0 }

// PlanTransfer makes the document. Nothing moves before the site that sends has sent.
func (m *Module) PlanTransfer(ctx context.Context, tx *db.Tx, in NewSiteTransfer) (SiteTransferPage, error) {
	to, err := siteOf(ctx, tx, strings.TrimSpace(in.To))
	if err != nil {
		return SiteTransferPage{}, err
	}
	from, err := masterdata.SiteByCode(ctx, tx, strings.TrimSpace(in.From))
	if err != nil {
		return SiteTransferPage{}, err
	}
	at := func(field string, e *fault.Error) error {
		return e.At(fault.Field{Where: "body." + field, Code: e.Code, Detail: e.Detail, Params: e.Params})
	}
	in.ShipOn = cmp.Or(in.ShipOn, tx.Today())
	switch {
	case from.ID == to.ID:
		return SiteTransferPage{}, at("from", fault.Invalid("inventory.transfer_same_site", "%s cannot send to itself", from.Code).With("site", from.Code))
	case !isDate(in.ShipOn):
		return SiteTransferPage{}, at("ship_on", fault.Invalid("inventory.transfer_date", "%q is not a date", in.ShipOn).With("date", in.ShipOn))
	case !isDate(in.Due):
		return SiteTransferPage{}, at("due", fault.Invalid("inventory.transfer_date", "%q is not a date", in.Due).With("date", in.Due))
	case in.Due < in.ShipOn:
		return SiteTransferPage{}, at("due", fault.Invalid("inventory.transfer_due", "it cannot be there on %s when it leaves on %s", in.Due, in.ShipOn).With("due", in.Due).With("ship_on", in.ShipOn))
	}
	number, err := tx.Number("site_transfer")
	if err != nil {
		return SiteTransferPage{}, err
	}
	id := tx.ID()
	told := TransferTold{Number: number, From: from.Code, To: to.Code, ShipOn: in.ShipOn, Due: in.Due}
	type line struct {
		ID       db.ID   `db:"id"`
		Transfer db.ID   `db:"transfer_id"`
		Line     int64   `db:"line"`
		Item     db.ID   `db:"item_id"`
		Qty      num.Dec `db:"qty"`
	}
	var rows []line
	for i, l := range in.Lines {
		it, err := masterdata.ItemByCode(ctx, tx, strings.TrimSpace(l.Item))
		switch {
		case err != nil:
			return SiteTransferPage{}, err
		case l.Qty <= 0 || l.Qty > num.Max:
			return SiteTransferPage{}, fault.Invalid("inventory.qty_not_positive", "the quantity of %s must be above zero, not %s", it.Code, l.Qty).With("item", it.Code).With("qty", l.Qty)
		case !l.Qty.Fits(it.Decimals):
			return SiteTransferPage{}, fault.Invalid("inventory.decimals", "%s is counted in %s", it.Code, it.UoM).With("item", it.Code).With("uom", it.UoM).With("decimals", it.Decimals).With("qty", l.Qty)
		case it.Kind == "customer" || it.Kind == "phantom":
			return SiteTransferPage{}, fault.Conflict("inventory.transfer_kind", "%s is not ours to send", it.Code).With("item", it.Code)
		}
		rows = append(rows, line{tx.ID(), id, int64(i + 1), it.ID, l.Qty})
		told.Lines = append(told.Lines, TransferLineTold{int64(i + 1), it.Code, l.Qty})
	}
	var key *string
	if k := tx.Key(); k != "" && in.Source == "" {
		key = &k
	}
	if _, err := tx.Exec(ctx, `INSERT INTO inv_site_transfer (id, number, from_site_id, to_site_id, ship_on, due, source, wanted_for, note, client_key, made_ms, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		id, number, from.ID, to.ID, in.ShipOn, in.Due, in.Source, in.WantedFor, strings.TrimSpace(in.Note), key, tx.NowMS(), actor.From(ctx).Name); err != nil {
		return SiteTransferPage{}, err
	}
	if err := db.Insert(ctx, tx, "inv_site_transfer_line", rows...); err != nil {
		return SiteTransferPage{}, err
	}
	tx.Emit(db.Event{Name: EventTransferMade, Subject: "transfer:" + number, Site: to.ID, Payload: told})
	return m.SiteTransfer(ctx, tx, number)
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// SiteTransfer reads one. Whoever sees one of the two sites sees it.
func (m *Module) SiteTransfer(ctx context.Context, q db.Querier, number string) (SiteTransferPage, error) {
	type row struct {
		SiteTransferPage
		FromID db.ID `db:"from_site_id"`
		ToID   db.ID `db:"to_site_id"`
	}
	r, ok, err := db.Get[row](ctx, q, `SELECT t.id, t.number, f.code AS from_code, f.name AS from_name, o.code AS to_code, o.name AS to_name, t.ship_on, t.due, t.source, t.wanted_for, t.note, t.made_ms, t.made_by, t.closed_ms, t.reason, t.from_site_id, t.to_site_id
		FROM inv_site_transfer t JOIN v_site f ON f.id = t.from_site_id JOIN v_site o ON o.id = t.to_site_id WHERE t.number = $1`, strings.TrimSpace(number))
	if err != nil {
		return SiteTransferPage{}, err
	}
	p := r.SiteTransferPage
	p.fromID, p.toID = r.FromID, r.ToID
	me := actor.From(ctx)
	p.MaySend, p.MayTake = me.SeesSite(int64(p.fromID)), me.SeesSite(int64(p.toID))
	if !ok || me.Partner != 0 || !p.MaySend && !p.MayTake {
		return SiteTransferPage{}, fault.NotFound("inventory.transfer_unknown", "there is no transfer %s", number).With("number", number)
	}
	type line struct {
		TransferLine
		ItemID db.ID `db:"item_id"`
	}
	lines, err := db.All[line](ctx, q, `SELECT l.id, l.line, i.code AS item, i.name, i.uom, i.decimals, i.tracking, l.qty, l.sent, l.received, l.over, l.back, l.lost, l.ship_on, l.due, CASE WHEN l.closed_ms > 0 THEN TRUE ELSE FALSE END AS closed, l.item_id
		FROM v_site_transfer_line l JOIN v_item i ON i.id = l.item_id WHERE l.transfer_id = $1 ORDER BY l.line`, p.ID)
	if err != nil {
		return p, err
	}
	type way struct {
		Item db.ID   `db:"item_id"`
		Lot  string  `db:"lot"`
		Qty  num.Dec `db:"qty"`
	}
	ways := map[db.ID][]OnTheWay{}
	if err := db.Each(ctx, q, `SELECT b.item_id, coalesce(l.number, '') AS lot, CAST(sum(b.qty) AS BIGINT) AS qty FROM inv_balance b LEFT JOIN inv_lot l ON l.id = b.lot_id
		WHERE b.place_kind = 'transit' AND b.place_ref = $1 AND b.qty > 0 AND b.`+unpublished+` GROUP BY b.item_id, l.number ORDER BY b.item_id, l.number`, []any{p.ID}, func(w *way) error {
		ways[w.Item] = append(ways[w.Item], OnTheWay{w.Lot, w.Qty})
		return nil
	}); err != nil {
		return p, err
	}
	p.Lines = []TransferLine{}
	for _, l := range lines {
		t := l.TransferLine
		t.item, t.InTransit, t.OnTheWay = l.ItemID, t.transit(), ways[l.ItemID]
		if t.InTransit == 0 || t.OnTheWay == nil {
			t.OnTheWay = []OnTheWay{}
		}
		p.Lines = append(p.Lines, t)
	}
	if p.Steps, err = db.All[TransferStep](ctx, q, `SELECT s.id, s.kind, s.number, l.line, s.lot, s.location, s.qty, s.reason, s.recorded_ms, s.actor,
		CASE WHEN EXISTS (SELECT 1 FROM inv_entry e WHERE e.undoes_id = s.id AND e.undoes_id <> 0) THEN TRUE ELSE FALSE END AS undone
		FROM inv_site_transfer_step s JOIN inv_site_transfer_line l ON l.id = s.line_id WHERE s.transfer_id = $1 ORDER BY s.recorded_ms, s.id`, p.ID); err != nil {
		return p, err
	}
	if p.Steps == nil {
		p.Steps = []TransferStep{}
	}
	p.Status = p.state()
	return p, nil
}

func (p *SiteTransferPage) state() string {
	sent, moving, open, closed := false, false, false, true
	for i := range p.Lines {
		l := &p.Lines[i]
		sent, moving, open = sent || l.Sent > l.Back, moving || l.InTransit > 0, open || l.open()
		closed = closed && l.Closed
	}
	switch {
	case moving:
		return "on_the_way"
	case closed && !sent:
		return "closed"
	case !open:
		return "received"
	}
	return "open"
}

// TransferGoods is what somebody has in hand for a line.
type TransferGoods struct {
	Item     string   `json:"item" minLength:"1" maxLength:"200" doc:"Code or label of the goods"`
	Lot      string   `json:"lot,omitempty" maxLength:"100"`
	Serials  []string `json:"serials,omitempty" maxItems:"10000"`
	Qty      num.Dec  `json:"qty"`
	Location string   `json:"location" minLength:"1" maxLength:"200" doc:"Where it is taken from, or put"`
}

// SendTransfer says what leaves.
type SendTransfer struct{ TransferGoods }

// ReceiveTransfer says what came. More than was sent needs a reason: it is found goods of the site that receives.
type ReceiveTransfer struct {
	TransferGoods
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why more came than was sent"`
}

// SettleTransfer ends what is in transit and will not arrive.
type SettleTransfer struct {
	How      string   `json:"how" enum:"back,lost" doc:"back: it came back to the site that sent it; lost: written off"`
	Item     string   `json:"item" minLength:"1" maxLength:"200"`
	Lot      string   `json:"lot,omitempty" maxLength:"100"`
	Serials  []string `json:"serials,omitempty" maxItems:"10000"`
	Qty      num.Dec  `json:"qty"`
	Location string   `json:"location,omitempty" maxLength:"200" doc:"Of what came back"`
	Reason   string   `json:"reason" minLength:"1" maxLength:"500"`
}

// lineOf finds the line that goods belong to: of several with the item the first that waits.
func (p *SiteTransferPage) lineOf(it masterdata.Item, waits func(*TransferLine) bool) (*TransferLine, error) {
	var out *TransferLine
	for i := range p.Lines {
		if l := &p.Lines[i]; l.item == it.ID && (out == nil || !waits(out) && waits(l)) {
			out = l
		}
	}
	if out == nil {
		return nil, fault.Conflict("inventory.transfer_other_item", "%s is not on %s", it.Code, p.Number).With("item", it.Code).With("name", it.Name).With("number", p.Number)
	}
	return out, nil
}

// step books one stock document of a transfer.
func (m *Module) step(ctx context.Context, tx *db.Tx, p *SiteTransferPage, l *TransferLine, kind, site, reason string, do func(doc Doc) ([]Picked, error), lot, location string, qty num.Dec) (Entered, error) {
	doc, err := enter(ctx, tx, kind, site, reason, "", 0)
	if err != nil {
		return Entered{}, err
	}
	doc.Line, doc.second = l.Line, kind == "site_over" && l.Received > 0
	if err := doc.write(ctx, tx, 0); err != nil {
		return Entered{}, err
	}
	picks, err := do(doc)
	if err != nil {
		return Entered{}, err
	}
	if lots := lotNumbers(picks); lot == "" {
		lot = strings.Join(lots, ", ")
	}
	tx.Queue(`INSERT INTO inv_site_transfer_step (id, transfer_id, line_id, kind, number, lot, location, qty, reason, recorded_ms, actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		doc.ID, p.ID, l.ID, kind, doc.Number, lot, location, qty, doc.Reason, tx.NowMS(), actor.From(ctx).Name)
	switch kind {
	case "site_send":
		l.Sent += qty
	case "site_receive":
		l.Received += qty
	case "site_over":
		l.Over += qty
	}
	name := map[string]string{"site_send": EventTransferSent, "site_receive": EventTransferReceived, "site_over": EventTransferReceived}[kind]
	tx.Emit(db.Event{Name: cmp.Or(name, EventTransferSettled), Subject: "transfer:" + p.Number, Site: doc.Site, Reason: doc.Reason,
		Payload: TransferTold{Number: p.Number, From: p.From, To: p.To, Step: &TransferStepTold{kind, doc.Number, l.Line, l.Item, lot, qty, l.Sent, l.Received + l.Over, doc.Reason}}})
	return m.entered(ctx, tx, doc, picks)
}

func lotNumbers(picks []Picked) (out []string) {
	for _, p := range picks {
		if p.LotNumber != "" && !slices.Contains(out, p.LotNumber) {
			out = append(out, p.LotNumber)
		}
	}
	return out
}

// Send puts goods on the way: they leave their place and belong to no site until they arrive.
func (m *Module) Send(ctx context.Context, tx *db.Tx, number string, in SendTransfer) (Entered, error) {
	closed := func(p *SiteTransferPage) error {
		return fault.Conflict("inventory.transfer_closed", "%s is closed", p.Number).With("number", p.Number)
	}
	p, it, l, err := m.begin(ctx, tx, number, in.Item, &in.Lot, &in.Serials, func(p *SiteTransferPage) error {
		if p.MaySend && p.ClosedMS > 0 {
			return closed(p)
		}
		return p.notYours(p.MaySend, p.From, "sends")
	}, (*TransferLine).open)
	if err != nil {
		return Entered{}, err
	}
	if l.Closed {
		return Entered{}, closed(&p)
	}
	if left := l.Qty - (l.Sent - l.Back); in.Qty > left {
		return Entered{}, fault.Conflict("inventory.transfer_too_much", "%s %s of %s are asked for still, not %s", max(left, 0), it.UoM, it.Code, in.Qty).
			With("left", max(left, 0)).With("uom", it.UoM).With("item", it.Code).With("qty", in.Qty).With("number", p.Number)
	}
	from, err := LocationScanned(ctx, tx, p.fromID, in.Location)
	if err != nil {
		return Entered{}, err
	}
	return m.step(ctx, tx, &p, l, "site_send", p.From, "", func(doc Doc) ([]Picked, error) {
		return m.Move(ctx, tx, doc, Place{Transit, p.ID}, Take{Item: it.ID, Qty: in.Qty, Lot: in.Lot, Serials: in.Serials, From: Place{Stock, from.ID}})
	}, in.Lot, from.Code, in.Qty)
}

// Receive takes goods from the way into a place. What came beyond what was sent is told apart, with its reason.
func (m *Module) Receive(ctx context.Context, tx *db.Tx, number string, in ReceiveTransfer) (Entered, error) {
	p, it, l, err := m.begin(ctx, tx, number, in.Item, &in.Lot, &in.Serials, func(p *SiteTransferPage) error { return p.notYours(p.MayTake, p.To, "receives") }, (*TransferLine).moving)
	if err != nil {
		return Entered{}, err
	}
	to, err := LocationScanned(ctx, tx, p.toID, in.Location)
	if err != nil {
		return Entered{}, err
	}
	way := l.InTransit
	if in.Lot != "" {
		way = 0
		for _, w := range l.OnTheWay {
			if w.Lot == in.Lot {
				way = min(w.Qty, l.InTransit)
			}
		}
	}
	over := in.Qty - way
	in.Reason = strings.TrimSpace(in.Reason)
	switch {
	case in.Qty <= 0:
		return Entered{}, fault.Invalid("inventory.qty_not_positive", "the quantity of %s must be above zero, not %s", it.Code, in.Qty).With("item", it.Code).With("qty", in.Qty)
	case over > 0 && l.Sent == 0:
		return Entered{}, fault.Conflict("inventory.transfer_not_sent", "nothing of %s was sent on %s yet", it.Code, p.Number).With("item", it.Code).With("name", it.Name).With("number", p.Number).With("site", p.From)
	case over > 0 && it.Tracking == "serial":
		return Entered{}, fault.Conflict("inventory.transfer_over_serial", "%s pieces of %s are on the way, not %s", way, it.Code, in.Qty).With("way", way).With("item", it.Code).With("qty", in.Qty)
	case over > 0 && in.Reason == "":
		return Entered{}, fault.Conflict("inventory.transfer_over", "%s %s of %s are on the way, %s came: say why", way, it.UoM, it.Code, in.Qty).
			With("way", way).With("uom", it.UoM).With("item", it.Code).With("name", it.Name).With("qty", in.Qty).With("over", over).With("lot", in.Lot).
			At(fault.Field{Where: "body.reason", Code: "inventory.transfer_over_why", Detail: "say why more came"})
	}
	out := Entered{Lines: []MovedLot{}}
	if part := min(in.Qty, way); part > 0 {
		if out, err = m.step(ctx, tx, &p, l, "site_receive", p.To, "", func(doc Doc) ([]Picked, error) {
			return m.Move(ctx, tx, doc, Place{Stock, to.ID}, Take{Item: it.ID, Qty: part, Lot: in.Lot, Serials: in.Serials, From: Place{Transit, p.ID}})
		}, in.Lot, to.Code, part); err != nil {
			return out, err
		}
	}
	if over <= 0 {
		return out, nil
	}
	more, err := m.step(ctx, tx, &p, l, "site_over", p.To, in.Reason, func(doc Doc) ([]Picked, error) {
		return m.Put(ctx, tx, doc, Place{Kind: Adjust}, Put{Item: it.ID, Qty: over, Lot: in.Lot, To: Place{Stock, to.ID}})
	}, in.Lot, to.Code, over)
	if out.Number == "" {
		return more, err
	}
	out.Lines = append(out.Lines, more.Lines...)
	return out, err
}

// Settle ends what is on the way and will not arrive: it came back, or it is written off.
func (m *Module) Settle(ctx context.Context, tx *db.Tx, number string, in SettleTransfer) (Entered, error) {
	p, it, l, err := m.begin(ctx, tx, number, in.Item, &in.Lot, &in.Serials, func(p *SiteTransferPage) error { return p.notYours(p.MaySend, p.From, "settles") }, (*TransferLine).moving)
	if err != nil {
		return Entered{}, err
	}
	if in.Qty > l.InTransit {
		return Entered{}, fault.Conflict("inventory.transfer_not_on_way", "%s %s of %s are on the way, not %s", l.InTransit, it.UoM, it.Code, in.Qty).With("way", l.InTransit).With("uom", it.UoM).With("item", it.Code).With("qty", in.Qty)
	}
	if strings.TrimSpace(in.Reason) == "" {
		return Entered{}, fault.Invalid("inventory.reason_missing", "say what became of the goods")
	}
	take := Take{Item: it.ID, Qty: in.Qty, Lot: in.Lot, Serials: in.Serials, From: Place{Transit, p.ID}}
	to, at := Place{Kind: Adjust}, ""
	if in.How == "back" {
		loc, err := LocationScanned(ctx, tx, p.fromID, in.Location)
		if err != nil {
			return Entered{}, err
		}
		to, at = Place{Stock, loc.ID}, loc.Code
	}
	return m.step(ctx, tx, &p, l, "site_"+in.How, p.From, in.Reason, func(doc Doc) ([]Picked, error) { return m.Move(ctx, tx, doc, to, take) }, in.Lot, at, in.Qty)
}

// CloseTransfer says that nothing more is sent.
type CloseTransfer struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// CloseTransfer carries out a CloseTransfer: what is on the way is still to come.
func (m *Module) CloseTransfer(ctx context.Context, tx *db.Tx, number string, in CloseTransfer) (SiteTransferPage, error) {
	p, err := m.SiteTransfer(ctx, tx, number)
	if err != nil {
		return p, err
	}
	reason := strings.TrimSpace(in.Reason)
	switch {
	case reason == "":
		return p, fault.Invalid("inventory.reason_missing", "say why nothing more is sent")
	case p.ClosedMS > 0:
		return p, fault.Conflict("inventory.transfer_closed", "%s is closed", p.Number).With("number", p.Number)
	}
	n, err := tx.Exec(ctx, `UPDATE inv_site_transfer SET closed_ms = $1, closed_by = $2, reason = $3 WHERE id = $4 AND closed_ms = 0`, tx.NowMS(), actor.From(ctx).Name, reason, p.ID)
	if err != nil {
		return p, err
	}
	if n == 0 {
		return p, db.ErrRetry
	}
	tx.Emit(db.Event{Name: EventTransferClosed, Subject: "transfer:" + p.Number, Site: p.toID, Reason: reason, Payload: TransferTold{Number: p.Number, From: p.From, To: p.To, Closed: true}})
	return m.SiteTransfer(ctx, tx, number)
}
