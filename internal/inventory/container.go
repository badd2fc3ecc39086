package inventory

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// container is a box, pallet or tote. rev is what two who handle it at once meet on.
type container struct {
	ID       db.ID  `db:"id"`
	Code     string `db:"code"`
	Kind     string `db:"kind"`
	Site     db.ID  `db:"site_id"`
	Location db.ID  `db:"location_id"`
	Note     string `db:"note"`
	MadeMS   int64  `db:"made_ms"`
	MadeBy   string `db:"made_by"`
	Rev      int64  `db:"rev"`
}

const containerColumns = `id, code, kind, site_id, location_id, note, made_ms, made_by, rev`

// containerScanned finds a container by its label or its typed code.
func containerScanned(ctx context.Context, q db.Querier, text string) (container, error) {
	code := strings.TrimSpace(text)
	if c, ok := label.ParseCode(text); ok {
		code = c.Number
	}
	c, ok, err := db.Get[container](ctx, q, `SELECT `+containerColumns+` FROM inv_container WHERE code = $1`, code)
	if err == nil && (!ok || !actor.From(ctx).SeesSite(int64(c.Site))) {
		err = fault.NotFound("inventory.container_unknown", "there is no container %s", code).With("container", code)
	}
	return c, err
}

// lock makes two who handle one container at once take turns.
func (c *container) lock(ctx context.Context, tx *db.Tx) error {
	n, err := tx.Exec(ctx, `UPDATE inv_container SET rev = rev + 1 WHERE id = $1 AND rev = $2`, c.ID, c.Rev)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	c.Rev++
	return err
}

// NewContainer makes containers; their labels are printed and stuck on.
type NewContainer struct {
	Site     string `json:"site,omitempty" doc:"Site code; default the caller's"`
	Code     string `json:"code,omitempty" maxLength:"60" doc:"What stands on it already; default the next number"`
	Kind     string `json:"kind,omitempty" enum:"box,pallet,tote" doc:"Default box"`
	Location string `json:"location" minLength:"1" doc:"Where it stands"`
	Count    int64  `json:"count,omitempty" minimum:"0" maximum:"200" doc:"How many, when they get the next numbers; default 1"`
	Note     string `json:"note,omitempty" maxLength:"200"`
}

// ContainersMade are their codes.
type ContainersMade struct {
	Codes []string `json:"codes"`
}

// NewContainers carries out a NewContainer.
func (m *Module) NewContainers(ctx context.Context, tx *db.Tx, in NewContainer) (ContainersMade, error) {
	out := ContainersMade{Codes: []string{}}
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return out, err
	}
	loc, err := LocationScanned(ctx, tx, site.ID, in.Location)
	if err != nil {
		return out, err
	}
	if in.Kind == "" {
		in.Kind = "box"
	}
	n := max(int(in.Count), 1)
	code := strings.TrimSpace(in.Code)
	if c, ok := label.ParseCode(code); ok {
		code = c.Number
	}
	switch {
	case code == "":
		if out.Codes, err = tx.Numbers("container", n); err != nil {
			return out, err
		}
	case n > 1:
		return out, fault.Invalid("inventory.container_one", "a code of its own names one container; leave the code out for several")
	default:
		if _, taken, err := db.Get[db.ID](ctx, tx, `SELECT id FROM inv_container WHERE code = $1`, code); err != nil || taken {
			if err == nil {
				err = fault.Conflict("inventory.container_taken", "there is a container %s already", code).With("container", code)
			}
			return out, err
		}
		out.Codes = []string{code}
	}
	rows := make([]container, len(out.Codes))
	for i, c := range out.Codes {
		rows[i] = container{tx.ID(), c, in.Kind, site.ID, loc.ID, strings.TrimSpace(in.Note), tx.NowMS(), actor.From(ctx).Name, 1}
		tx.Emit(db.Event{Name: EventContainerMade, Subject: "box:" + c, Site: site.ID, Payload: ContainerTold{Container: c, Kind: in.Kind, To: loc.Code}})
	}
	return out, db.Insert(ctx, tx, "inv_container", rows...)
}

// FillContainer puts goods into a container. They come to where it stands.
type FillContainer struct {
	Item    string   `json:"item" minLength:"1" maxLength:"640" doc:"What was scanned: a label of goods, an item code, GTIN or bar code"`
	Lot     string   `json:"lot,omitempty" maxLength:"100"`
	Serials []string `json:"serials,omitempty" maxItems:"10000" doc:"Pieces, or ranges such as SN0001..SN0100"`
	Qty     num.Dec  `json:"qty,omitempty" doc:"Not needed with serial numbers"`
	UoM     string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of the quantity, one of the item's; empty: its own"`
	From    string   `json:"from,omitempty" maxLength:"200" doc:"Location; default where the container stands"`
	Held    bool     `json:"held,omitempty" doc:"Goods on hold; they stay on hold"`
}

// Fill carries out a FillContainer.
func (m *Module) Fill(ctx context.Context, tx *db.Tx, code string, in FillContainer) (Entered, error) {
	c, err := containerScanned(ctx, tx, code)
	if err != nil {
		return Entered{}, err
	}
	from := c.Location
	if in.From != "" {
		l, err := LocationScanned(ctx, tx, c.Site, in.From)
		if err != nil {
			return Entered{}, err
		}
		from = l.ID
	}
	t, said, err := packed(ctx, tx, in.Item, in.Lot, in.Serials, in.Qty, in.UoM, in.Held)
	if err != nil {
		return Entered{}, err
	}
	t.From, t.In = Place{Stock, from}, Loose
	return m.handle(ctx, tx, "pack", []*container{&c}, Place{Stock, c.Location}, c.ID, t, said)
}

// packed reads what a scan names into a take.
func packed(ctx context.Context, q db.Querier, text, lot string, serials []string, qty num.Dec, uom string, held bool) (Take, masterdata.Entered, error) {
	var said masterdata.Entered
	item, err := goods(ctx, q, text, &lot, &serials)
	if err != nil {
		return Take{}, said, err
	}
	if serials, err = pieceNumbers(serials); err != nil {
		return Take{}, said, err
	}
	if qty, said, err = masterdata.InOwn(ctx, q, item, "qty", qty, uom); err != nil {
		return Take{}, said, err
	}
	t := Take{Item: item.ID, Qty: qty, Lot: lot, Serials: serials}
	if qty == 0 && len(serials) > 0 {
		t.Qty = num.Int(int64(len(serials)))
	}
	if held {
		t.Status = Held
	}
	return t, said, nil
}

// TakeOut takes goods out of a container: loose, or into another one.
type TakeOut struct {
	Item    string   `json:"item" minLength:"1" maxLength:"640" doc:"What was scanned"`
	Lot     string   `json:"lot,omitempty" maxLength:"100"`
	Serials []string `json:"serials,omitempty" maxItems:"10000" doc:"Pieces, or ranges such as SN0001..SN0100"`
	Qty     num.Dec  `json:"qty,omitempty"`
	UoM     string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of the quantity, one of the item's; empty: its own"`
	To      string   `json:"to,omitempty" maxLength:"200" doc:"Location; default where the container stands"`
	Into    string   `json:"into,omitempty" maxLength:"200" doc:"Another container"`
	Held    bool     `json:"held,omitempty"`
}

// TakeOut carries out a TakeOut.
func (m *Module) TakeOut(ctx context.Context, tx *db.Tx, code string, in TakeOut) (Entered, error) {
	c, err := containerScanned(ctx, tx, code)
	if err != nil {
		return Entered{}, err
	}
	all, to, into := []*container{&c}, Place{Stock, c.Location}, db.ID(0)
	switch {
	case in.Into != "" && in.To != "":
		return Entered{}, fault.Invalid("inventory.container_to_or_into", "say either a location or another container")
	case in.Into != "":
		o, err := containerScanned(ctx, tx, in.Into)
		if err != nil {
			return Entered{}, err
		}
		if o.ID == c.ID {
			return Entered{}, fault.Invalid("inventory.container_itself", "%s cannot be put into itself", c.Code).With("container", c.Code)
		}
		all, to, into = append(all, &o), Place{Stock, o.Location}, o.ID
	case in.To != "":
		l, err := LocationScanned(ctx, tx, c.Site, in.To)
		if err != nil {
			return Entered{}, err
		}
		to.Ref = l.ID
	}
	t, said, err := packed(ctx, tx, in.Item, in.Lot, in.Serials, in.Qty, in.UoM, in.Held)
	if err != nil {
		return Entered{}, err
	}
	t.From, t.In = Place{Stock, c.Location}, c.ID
	return m.handle(ctx, tx, "unpack", all, to, into, t, said)
}

// handle moves a part of goods into or out of containers.
func (m *Module) handle(ctx context.Context, tx *db.Tx, kind string, all []*container, to Place, into db.ID, t Take, said masterdata.Entered) (Entered, error) {
	doc, err := enterAt(ctx, tx, kind, all[0].Site)
	if err != nil {
		return Entered{}, err
	}
	doc.said = said
	for _, c := range all {
		if err := c.lock(ctx, tx); err != nil {
			return Entered{}, err
		}
	}
	if err := doc.write(ctx, tx, 0); err != nil {
		return Entered{}, err
	}
	picks, err := m.moveInto(ctx, tx, doc, to, into, []Take{t})
	if err != nil {
		return Entered{}, err
	}
	return m.entered(ctx, tx, doc, picks)
}

func enterAt(ctx context.Context, tx *db.Tx, kind string, site db.ID) (Doc, error) {
	number, err := tx.Number("stock")
	if err != nil {
		return Doc{}, err
	}
	doc := Doc{Kind: kind, ID: tx.ID(), Number: number, Site: site}
	return doc, doc.complete(ctx, tx)
}

// MoveContainer brings a container with all that is in it to a location.
type MoveContainer struct {
	To     string `json:"to" minLength:"1" maxLength:"200" doc:"Location code or label"`
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

// MoveContainer carries out a MoveContainer.
func (m *Module) MoveContainer(ctx context.Context, tx *db.Tx, code string, in MoveContainer) (Entered, error) {
	c, err := containerScanned(ctx, tx, code)
	if err != nil {
		return Entered{}, err
	}
	to, err := LocationScanned(ctx, tx, c.Site, in.To)
	if err != nil {
		return Entered{}, err
	}
	if to.ID == c.Location {
		return Entered{}, fault.Invalid("inventory.container_there", "%s stands at %s already", c.Code, to.Code).With("container", c.Code).With("location", to.Code)
	}
	if err := c.lock(ctx, tx); err != nil {
		return Entered{}, err
	}
	doc, err := enterAt(ctx, tx, "carry", c.Site)
	if err != nil {
		return Entered{}, err
	}
	doc.Reason = strings.TrimSpace(in.Reason)
	if err := doc.write(ctx, tx, 0); err != nil {
		return Entered{}, err
	}
	was, err := masterdata.LocationByID(ctx, tx, c.Location)
	if err != nil {
		return Entered{}, err
	}
	n, err := tx.Exec(ctx, `UPDATE inv_container SET location_id = $1 WHERE id = $2 AND location_id = $3`, to.ID, c.ID, c.Location)
	if err != nil {
		return Entered{}, err
	}
	if n == 0 {
		return Entered{}, db.ErrRetry
	}
	picks, err := m.carry(ctx, tx, doc, &c, to, c.ID)
	if err != nil {
		return Entered{}, err
	}
	tx.Emit(db.Event{Name: EventContainerMoved, Subject: "box:" + c.Code, Site: c.Site, Reason: doc.Reason, Payload: ContainerTold{Container: c.Code, Kind: c.Kind, From: was.Code, To: to.Code, Document: doc.Number}})
	return m.entered(ctx, tx, doc, picks)
}

// MergeContainers puts all that is in one container into another; the first stays behind empty.
type MergeContainers struct {
	Into string `json:"into" minLength:"1" maxLength:"200" doc:"The other container"`
}

// MergeContainers carries out a MergeContainers.
func (m *Module) MergeContainers(ctx context.Context, tx *db.Tx, code string, in MergeContainers) (Entered, error) {
	c, err := containerScanned(ctx, tx, code)
	if err != nil {
		return Entered{}, err
	}
	o, err := containerScanned(ctx, tx, in.Into)
	if err != nil {
		return Entered{}, err
	}
	switch {
	case c.ID == o.ID:
		return Entered{}, fault.Invalid("inventory.container_itself", "%s cannot be put into itself", c.Code).With("container", c.Code)
	case c.Site != o.Site:
		return Entered{}, fault.Invalid("inventory.location_other_site", "container %s belongs to another site", o.Code).With("location", o.Code)
	}
	both := []*container{&c, &o}
	slices.SortFunc(both, func(a, b *container) int { return int(min(max(a.ID-b.ID, -1), 1)) }) // in one order for all, so that two who merge crosswise do not wait for each other
	for _, x := range both {
		if err := x.lock(ctx, tx); err != nil {
			return Entered{}, err
		}
	}
	to, err := masterdata.LocationByID(ctx, tx, o.Location)
	if err != nil {
		return Entered{}, err
	}
	doc, err := enterAt(ctx, tx, "merge", c.Site)
	if err != nil {
		return Entered{}, err
	}
	if err := doc.write(ctx, tx, 0); err != nil {
		return Entered{}, err
	}
	picks, err := m.carry(ctx, tx, doc, &c, to, o.ID)
	if err != nil {
		return Entered{}, err
	}
	if len(picks) == 0 {
		return Entered{}, fault.Conflict("inventory.container_empty", "there is nothing in %s", c.Code).With("container", c.Code)
	}
	return m.entered(ctx, tx, doc, picks)
}

// rowsIn reads all that is in a container.
func rowsIn(ctx context.Context, q db.Querier, id db.ID) ([]*row, error) {
	var out []*row
	err := db.Each(ctx, q, `SELECT b.id, b.item_id, b.place_kind, b.status, b.slot, b.place_ref, b.lot_id, b.owner_id, b.container_id, b.site_id, b.qty, b.reserved,
		coalesce(l.number, '') AS number, coalesce(l.expires_on, '`+OpenEnd+`') AS expires_on, coalesce(l.received_on, '`+OpenEnd+`') AS received_on,
		i.code AS item_code, i.name AS item_name, i.uom, i.decimals, i.kind AS item_kind, i.tracking, '' AS warehouse_kind, '' AS location
		FROM inv_balance b JOIN v_item i ON i.id = b.item_id LEFT JOIN inv_lot l ON l.id = b.lot_id
		WHERE b.container_id = $1 AND b.container_id <> 0 AND b.qty > 0 AND b.`+unpublished+` ORDER BY b.id`, []any{id}, func(r *row) error { c := *r; out = append(out, &c); return nil })
	return out, err
}

// carry moves all that is in a container, whatever its state. What was promised of it stays promised at the new place.
func (m *Module) carry(ctx context.Context, tx *db.Tx, doc Doc, c *container, to masterdata.Location, into db.ID) ([]Picked, error) {
	rows, err := rowsIn(ctx, tx, c.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	items := map[db.ID]masterdata.Item{}
	var promised []db.ID
	serial := false
	for _, r := range rows {
		items[r.Item] = r.item()
		serial = serial || r.Tracking == "serial"
		if r.Reserved > 0 {
			promised = append(promised, r.ID)
		}
	}
	if to.ID != c.Location {
		if err := mayEnter(ctx, tx, c.Site, to.ID, items); err != nil {
			return nil, err
		}
	}
	var pieces []piece
	if serial {
		if pieces, err = db.All[piece](ctx, tx, `SELECT `+pieceColumns+` FROM inv_serial WHERE container_id = $1 AND container_id <> 0 ORDER BY number`, c.ID); err != nil {
			return nil, err
		}
	}
	keep, err := unpromise(ctx, tx, promised)
	if err != nil {
		return nil, err
	}
	moves := make([]move, len(rows))
	for i, r := range rows {
		r.took = r.Qty
		v := doc.move(ctx, tx)
		v.Item, v.Lot, v.Qty, v.Owner, v.number, v.expires = r.Item, r.Lot, r.Qty, r.Owner, r.Number, r.Expires
		v.FromKind, v.FromRef, v.FromStatus, v.Container = r.Kind, r.Ref, r.Status, r.Container
		v.ToKind, v.ToRef, v.ToStatus, v.ToContainer = Stock, to.ID, r.Status, into
		for _, p := range pieces {
			if p.Item == r.Item && p.on(r) {
				v.pieces = append(v.pieces, p)
			}
		}
		moves[i] = v
	}
	picks, err := m.post(ctx, tx, doc, moves, rows, func(db.ID) bool { return false })
	if err != nil {
		return nil, err
	}
	return picks, m.repromise(ctx, tx, keep, rows, to, into)
}

// unpromise frees what is promised of balances, and says what it was.
func unpromise(ctx context.Context, tx *db.Tx, balances []db.ID) ([]reservation, error) {
	if len(balances) == 0 {
		return nil, nil
	}
	var w db.Where
	db.In(&w, "balance_id", balances)
	rs, err := db.All[reservation](ctx, tx, `SELECT `+reservationColumns+` FROM inv_reservation`+w.String()+` ORDER BY doc_id, id`, w.Args...)
	if err != nil {
		return nil, err
	}
	for i := 0; i < len(rs); {
		j := i + 1
		for j < len(rs) && rs[j].DocID == rs[i].DocID {
			j++
		}
		if err := free(ctx, tx, allOf(rs[i:j]), "moved"); err != nil {
			return nil, err
		}
		i = j
	}
	return rs, nil
}

// repromise promises it again where it stands now. Goods that came into quarantine or are too old keep no promise.
func (m *Module) repromise(ctx context.Context, tx *db.Tx, rs []reservation, rows []*row, to masterdata.Location, in db.ID) error {
	if to.WarehouseKind == "quarantine" {
		return nil
	}
	expires := map[db.ID]string{}
	for _, r := range rows {
		expires[r.ID] = r.Expires
	}
	for _, r := range rs {
		if expires[r.Balance] <= tx.Today() {
			continue
		}
		doc := Doc{Kind: r.DocKind, ID: r.DocID, Number: r.DocNumber, Line: r.DocLine, Site: r.Site, Reason: "moved"}
		if _, err := m.Reserve(ctx, tx, doc, Take{Item: r.Item, Qty: r.Qty, LotID: r.Lot, In: in, From: Place{Stock, to.ID}}); err != nil {
			return err
		}
	}
	return nil
}

// followContainers keeps containers beside their goods when moves are undone: one that was carried goes back, and
// nothing is put back into one that has gone on.
func followContainers(ctx context.Context, tx *db.Tx, mirrors []move) error {
	back := map[db.ID]move{}
	var touched []db.ID
	for _, v := range mirrors {
		if v.Container == v.ToContainer && v.Container != 0 && v.FromRef != v.ToRef {
			back[v.Container] = v
		}
		for _, id := range []db.ID{v.Container, v.ToContainer} {
			if id != 0 && !slices.Contains(touched, id) {
				touched = append(touched, id)
			}
		}
	}
	slices.Sort(touched)
	for _, id := range touched {
		if v, ok := back[id]; ok {
			if _, err := tx.Exec(ctx, `UPDATE inv_container SET location_id = $1 WHERE id = $2 AND location_id = $3`, v.ToRef, id, v.FromRef); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `UPDATE inv_container SET rev = rev + 1 WHERE id = $1`, id); err != nil {
			return err
		}
		code, apart, err := db.Get[string](ctx, tx, `SELECT c.code FROM inv_balance b JOIN inv_container c ON c.id = b.container_id
			WHERE b.container_id = $1 AND b.container_id <> 0 AND b.qty > 0 AND b.place_ref <> c.location_id LIMIT 1`, id)
		if err != nil {
			return err
		}
		if apart {
			return fault.Conflict("inventory.container_moved_on", "container %s has gone on or was filled since; undo that first", code).With("container", code)
		}
	}
	return nil
}

// scannedNumber is the number on a label, or what was typed.
func scannedNumber(text string) string {
	if c, ok := label.ParseCode(text); ok {
		return c.Number
	}
	return strings.TrimSpace(text)
}
