package inventory

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// move is a row of the ledger, and as JSON what inventory.moved tells of it.
type move struct {
	ID          db.ID     `db:"id" json:"id"`
	Item        db.ID     `db:"item_id" json:"item"`
	Lot         db.ID     `db:"lot_id" json:"lot"`
	Qty         num.Dec   `db:"qty" json:"qty"`
	FromKind    PlaceKind `db:"from_kind" json:"from_kind"`
	FromRef     db.ID     `db:"from_ref" json:"from_ref"`
	FromStatus  string    `db:"from_status" json:"from_status"`
	ToKind      PlaceKind `db:"to_kind" json:"to_kind"`
	ToRef       db.ID     `db:"to_ref" json:"to_ref"`
	ToStatus    string    `db:"to_status" json:"to_status"`
	Owner       db.ID     `db:"owner_id" json:"owner"`
	Container   db.ID     `db:"container_id" json:"container"`
	Site        db.ID     `db:"site_id" json:"site"`
	DocKind     string    `db:"doc_kind" json:"doc_kind"`
	DocID       db.ID     `db:"doc_id" json:"doc_id"`
	DocNumber   string    `db:"doc_number" json:"doc_number"`
	DocLine     int64     `db:"doc_line" json:"doc_line"`
	Order       db.ID     `db:"order_id" json:"order"`
	HappenedMS  int64     `db:"happened_ms" json:"happened_ms"`
	RecordedMS  int64     `db:"recorded_ms" json:"recorded_ms"`
	PostingDate string    `db:"posting_date" json:"posting_date"`
	Shift       string    `db:"shift" json:"shift"`
	Actor       string    `db:"actor" json:"actor"`
	Reason      string    `db:"reason" json:"reason"`
	Reverses    db.ID     `db:"reverses" json:"reverses"`
	Batch       db.ID     `db:"batch_id" json:"-"`
	// ToContainer is the box that the goods are in afterwards. What was told before there were boxes does not name it.
	ToContainer db.ID `db:"to_container_id" json:"to_container,omitempty"`

	pieces  []piece `db:"-"`
	number  string  `db:"-"`
	expires string  `db:"-"`
}

const moveColumns = `id, item_id, lot_id, qty, from_kind, from_ref, from_status, to_kind, to_ref, to_status, owner_id, container_id, site_id,
	doc_kind, doc_id, doc_number, doc_line, order_id, happened_ms, recorded_ms, posting_date, shift, actor, reason, reverses, batch_id, to_container_id`

// key names a balance.
type key struct {
	Item      db.ID
	Kind      PlaceKind
	Ref       db.ID
	Status    string
	Lot       db.ID
	Owner     db.ID
	Container db.ID
	Site      db.ID
}

func (v *move) from() key {
	return key{v.Item, v.FromKind, v.FromRef, v.FromStatus, v.Lot, v.Owner, v.Container, v.FromKind.site(v.Site)}
}
func (v *move) to() key {
	return key{v.Item, v.ToKind, v.ToRef, v.ToStatus, v.Lot, v.Owner, v.ToContainer, v.ToKind.site(v.Site)}
}

// site is whose balance it is: what is on its way between two sites is neither's.
func (k PlaceKind) site(of db.ID) db.ID {
	if k == Transit {
		return 0
	}
	return of
}

// complete fills in what a caller may leave out: site, moment, and the refusal of a moment that is still to come.
func (doc *Doc) complete(ctx context.Context, tx *db.Tx) error {
	if doc.Kind == "" || doc.ID == 0 {
		return fault.Invalid("inventory.doc_missing", "a move needs the document that it belongs to")
	}
	if doc.Site == 0 {
		s, err := masterdata.DefaultSite(ctx, tx)
		if err != nil {
			return err
		}
		doc.Site = s.ID
	}
	if doc.HappenedMS == 0 || doc.HappenedMS > tx.NowMS() {
		doc.HappenedMS = tx.NowMS() // a device whose clock runs ahead
	}
	return nil
}

func (doc *Doc) move(ctx context.Context, tx *db.Tx) move {
	return move{ID: tx.ID(), Site: doc.Site, DocKind: doc.Kind, DocID: doc.ID, DocNumber: doc.Number, DocLine: doc.Line, Order: doc.Order, HappenedMS: doc.HappenedMS,
		RecordedMS: tx.NowMS(), PostingDate: doc.Date(tx), Actor: actor.From(ctx).Name, Reason: doc.Reason}
}

// post writes moves whose goods were chosen from rows; split says which items may have their balance shared out.
func (m *Module) post(ctx context.Context, tx *db.Tx, doc Doc, moves []move, rows []*row, split func(db.ID) bool) ([]Picked, error) {
	net := map[key]num.Dec{}
	for i := range moves {
		if v := &moves[i]; v.ToKind.Real() {
			sum, err := net[v.to()].Add(-v.Qty)
			if err != nil {
				return nil, tooMuch(v.Item)
			}
			net[v.to()] = sum
		}
	}
	return picked(moves), m.postNet(ctx, tx, doc, moves, rows, net, split)
}

func picked(moves []move) []Picked {
	picks := make([]Picked, len(moves))
	for i := range moves {
		v := &moves[i]
		picks[i] = Picked{Move: v.ID, Item: v.Item, Lot: v.Lot, LotNumber: v.number, From: Place{v.FromKind, v.FromRef}, To: Place{v.ToKind, v.ToRef}, Qty: v.Qty}
		if v.expires != OpenEnd {
			picks[i].ExpiresOn = v.expires
		}
		for _, s := range v.pieces {
			picks[i].Serials = append(picks[i].Serials, s.Number)
		}
	}
	return picks
}

// postNet asks the guards, takes from the rows what was planned, adds to each balance whose net is negative (it needs
// less than nothing), appends the ledger and tells.
func (m *Module) postNet(ctx context.Context, tx *db.Tx, doc Doc, moves []move, rows []*row, net map[key]num.Dec, split func(db.ID) bool) error {
	if len(m.Guards) > 0 {
		picks := picked(moves)
		for _, g := range m.Guards {
			if err := g(ctx, tx, doc, picks); err != nil {
				return err
			}
		}
	}
	if err := onlyTheirs(ctx, tx, moves); err != nil {
		return err
	}
	if err := takeRows(ctx, tx, rows); err != nil {
		return err
	}
	if err := m.addRows(ctx, tx, net, split); err != nil {
		return err
	}
	if err := db.Insert(ctx, tx, "inv_move", moves...); err != nil {
		return err
	}
	if err := movePieces(ctx, tx, moves); err != nil {
		return err
	}
	told := tell(moves)
	told.Entered = doc.said
	tx.Emit(db.Event{Name: EventMoved, Subject: doc.Kind + ":" + doc.Number, Site: doc.Site, HappenedMS: doc.HappenedMS, Reason: doc.Reason, Payload: told})
	return m.arrived(ctx, tx, doc, moves)
}

// arrived tells of goods that anybody may use from now on; what only changed its place or was undone is no news.
func (m *Module) arrived(ctx context.Context, tx *db.Tx, doc Doc, moves []move) error {
	if doc.presumed {
		return nil
	}
	var items []db.ID
	for i := range moves {
		if v := &moves[i]; news(v) && !slices.Contains(items, v.Item) {
			items = append(items, v.Item)
		}
	}
	if len(items) == 0 {
		return nil
	}
	if m.OwePolicy != nil && moves[0].FromKind != Adjust { // what somebody found or counted is no delivery
		if err := m.settleOwed(ctx, tx, doc, items, moves); err != nil {
			return err
		}
	}
	for _, hear := range m.Arrived {
		if err := hear(ctx, tx, doc.Site, items); err != nil {
			return err
		}
	}
	return nil
}

// takeRows subtracts what was planned. The WHERE clause is the lock: when somebody was faster the row no longer
// qualifies, and the whole command is planned afresh. A balance that is used up leaves no row behind, unless it is
// one slot of several: an empty slot tells its taker to look at the others.
func takeRows(ctx context.Context, tx *db.Tx, rows []*row) error {
	type group struct {
		rows  []*row
		left  num.Dec
		slots int
	}
	groups := map[key]*group{}
	var order []*group
	for _, r := range rows {
		k := r.key()
		g := groups[k]
		if g == nil {
			g = &group{}
			groups[k] = g
			order = append(order, g)
		}
		g.rows = append(g.rows, r)
		g.left += r.Qty - r.took
		if r.Slot != whole {
			g.slots++
		}
	}
	var less, gone []*row
	for _, g := range order {
		empty := g.slots > 1 && g.left == 0 // all slots were read and nothing is left: the split ends
		for _, r := range g.rows {
			switch {
			case empty, r.took > 0 && r.took == r.Qty && r.Slot == whole:
				gone = append(gone, r)
			case r.took > 0:
				less = append(less, r)
			}
		}
	}
	byID := func(a, b *row) int { return int(min(max(a.ID-b.ID, -1), 1)) }
	slices.SortFunc(less, byID) // in one order for all takers, so that none waits for another in a ring
	slices.SortFunc(gone, byID)
	if err := guarded(ctx, tx, less, func(n int) string {
		c := caseOf(n)
		return `UPDATE inv_balance SET qty = qty - ` + c + ` WHERE id IN (` + ids(n) + `) AND qty - reserved - ` + c + ` >= 0`
	}); err != nil {
		return err
	}
	return guarded(ctx, tx, gone, func(n int) string {
		return `DELETE FROM inv_balance WHERE id IN (` + ids(n) + `) AND qty = ` + caseOf(n) + ` AND reserved = 0`
	})
}

func (r *row) key() key {
	return key{r.Item, r.Kind, r.Ref, r.Status, r.Lot, r.Owner, r.Container, r.Site}
}

// guarded runs a statement over rows, a power of two at a time so that few texts exist; it must change each of them.
func guarded(ctx context.Context, tx *db.Tx, rows []*row, text func(n int) string) error {
	for len(rows) > 0 {
		n := 16
		for n > len(rows) {
			n /= 2
		}
		args := make([]any, 0, 2*n)
		for _, r := range rows[:n] {
			args = append(args, r.ID, r.took)
		}
		changed, err := tx.Exec(ctx, text(n), args...)
		if err != nil {
			return err
		}
		if changed != int64(n) {
			return db.ErrRetry
		}
		rows = rows[n:]
	}
	return nil
}

func ids(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(2*i+1))
	}
	return b.String()
}

func caseOf(n int) string {
	var b strings.Builder
	b.WriteString("CASE id")
	for i := range n {
		b.WriteString(" WHEN $" + strconv.Itoa(2*i+1) + " THEN CAST($" + strconv.Itoa(2*i+2) + " AS BIGINT)")
	}
	b.WriteString(" END")
	return b.String()
}

type balance struct {
	ID        db.ID     `db:"id"`
	Item      db.ID     `db:"item_id"`
	Kind      PlaceKind `db:"place_kind"`
	Status    string    `db:"status"`
	Slot      int64     `db:"slot"`
	Ref       db.ID     `db:"place_ref"`
	Lot       db.ID     `db:"lot_id"`
	Owner     db.ID     `db:"owner_id"`
	Container db.ID     `db:"container_id"`
	Site      db.ID     `db:"site_id"`
	Batch     db.ID     `db:"batch_id"`
	Qty       num.Dec   `db:"qty"`
	Ord       int64     `db:"ord"`
}

func (b *balance) args() []any {
	return []any{b.ID, b.Item, b.Kind, b.Status, b.Slot, b.Ref, b.Lot, b.Owner, b.Container, b.Site, b.Qty}
}

// splitFrom: a balance of at least this many units is worth sharing out, so that takers do not queue for one row.
var splitFrom = num.Int(128)

// spread makes the rows of a new quantity: one, or on an engine with several writers one for each slot.
func (m *Module) spread(tx *db.Tx, k key, qty num.Dec, may bool) []balance {
	n, _ := m.slots(tx)
	b := balance{tx.ID(), k.Item, k.Kind, k.Status, whole, k.Ref, k.Lot, k.Owner, k.Container, k.Site, 0, qty, 0}
	if n == 1 || !may || k.Kind != Stock || k.Container != 0 || qty < splitFrom {
		return []balance{b}
	}
	share := qty / num.Dec(n) / num.One * num.One // whole units, the odd rest goes to the first
	out := make([]balance, n)
	for i := range out {
		out[i] = b
		out[i].ID, out[i].Slot, out[i].Qty = tx.ID(), int64(i), share
	}
	out[0].Qty = qty - share*num.Dec(n-1)
	return out
}

// addRows adds what is negative in net to its balance, making those that do not exist.
func (m *Module) addRows(ctx context.Context, tx *db.Tx, net map[key]num.Dec, split func(db.ID) bool) error {
	var rows []balance
	for k, need := range net {
		if need < 0 {
			rows = append(rows, m.spread(tx, k, -need, split(k.Item))...)
		}
	}
	for len(rows) > 0 {
		n := 16
		for n > len(rows) {
			n /= 2
		}
		var args []any
		for i := range rows[:n] {
			args = append(args, rows[i].args()...)
		}
		changed, err := tx.Exec(ctx, upsert(n), args...)
		if err != nil {
			return err
		}
		if changed != int64(n) {
			return tooMuch(rows[0].Item)
		}
		rows = rows[n:]
	}
	return nil
}

func upsert(n int) string {
	var b strings.Builder
	b.WriteString(`INSERT INTO inv_balance (id, item_id, place_kind, status, slot, place_ref, lot_id, owner_id, container_id, site_id, qty) VALUES `)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range 11 {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteString("$" + strconv.Itoa(i*11+j+1))
		}
		b.WriteByte(')')
	}
	b.WriteString(` ON CONFLICT (item_id, place_kind, status, slot, place_ref, lot_id, owner_id, container_id, site_id, batch_id)
		DO UPDATE SET qty = inv_balance.qty + excluded.qty WHERE inv_balance.qty + excluded.qty <= ` + strconv.FormatInt(int64(num.Max), 10))
	return b.String()
}

func tooMuch(item db.ID) error {
	return fault.Invalid("inventory.too_much", "more than %s of one item at one place cannot be kept", num.Max).With("max", num.Max).With("item", item)
}

// Date is the business date on which the document happened.
func (doc *Doc) Date(tx *db.Tx) string {
	if doc.HappenedMS == 0 {
		return tx.Today()
	}
	return time.UnixMilli(doc.HappenedMS).In(tx.Zone()).Format(time.DateOnly)
}
