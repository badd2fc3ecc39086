package inventory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

var schemas = []db.Schema{{Room: "masterdata", FS: masterdata.Schema}, {Room: "inventory", FS: Schema}}

// house is a small factory: two ordinary warehouses, one at the line, one in quarantine and one of a customer.
type house struct {
	*Module
	d     *db.DB
	site  db.ID
	ids   map[string]db.ID // items, locations and partners by code
	names map[db.ID]string
}

func build(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{Module: New(d), d: d, ids: map[string]db.ID{}, names: map[db.ID]string{}}
	h.do(t, func(ctx context.Context, tx *db.Tx) error {
		add := func(code string) db.ID { id := tx.ID(); h.ids[code], h.names[id] = id, code; return id }
		h.site = tx.ID()
		tx.Queue(`INSERT INTO md_site (id, code, name, time_zone, currency, today) VALUES ($1, 'F1', 'F1', 'Asia/Shanghai', 'CNY', '')`, h.site)
		for _, it := range strings.Fields("SCREW:none:0:buy PLATE:lot:3:buy PUMP:lot:0:buy UNIT:serial:0:make GLUE:none:3:buy THEIRS:lot:0:customer GHOST:none:0:phantom") {
			f := strings.Split(it, ":")
			tx.Queue(`INSERT INTO md_item (id, code, name, spec, uom, kind, tracking, family, decimals, shelf_life_days, gtin, barcode, home_site, created_ms, updated_ms)
				VALUES ($1, $2, $3, '', 'pcs', $4, $5, '', CAST($6 AS BIGINT), 0, '', '', $7, 0, 0)`, add(f[0]), f[0], strings.ToLower(f[0]), f[3], f[1], int64(f[2][0]-'0'), h.site)
		}
		for _, wh := range strings.Fields("RM:normal LINE:line FG:normal QA:quarantine CS:customer_owned") {
			code, kind, _ := strings.Cut(wh, ":")
			id := tx.ID()
			tx.Queue(`INSERT INTO md_warehouse (id, site_id, code, name, kind, in_costing) VALUES ($1, $2, $3, $3, $4, TRUE)`, id, h.site, code, kind)
			for _, place := range []string{"", "A1", "A2"} {
				l := masterdata.LocationCode(code, place)
				tx.Queue(`INSERT INTO md_location (id, site_id, warehouse_id, code, place) VALUES ($1, $2, $3, $4, $5)`, add(l), h.site, id, l, place)
			}
		}
		for _, p := range []string{"S1", "C1"} {
			tx.Queue(`INSERT INTO md_partner (id, code, name, kinds, phone, email, address) VALUES ($1, $2, $2, 'supplier;customer;subcontractor', '', '', '')`, add(p), p)
		}
		return nil
	})
	return h
}

func (h *house) do(t testing.TB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	kittest.Do(t, h.d, fn)
}

func (h *house) at(code string) Place { return Place{Stock, h.ids[code]} }

var docs int64

func (h *house) doc(tx *db.Tx, kind string) Doc {
	docs++
	return Doc{Kind: kind, ID: tx.ID(), Number: fmt.Sprintf("%s-%d", kind, docs), Site: h.site}
}

// put brings goods in from the supplier: "PUMP 10 L1 RM exp=2026-05-01 rec=2026-02-01".
func (h *house) put(t testing.TB, words ...string) (doc Doc) {
	t.Helper()
	h.do(t, func(ctx context.Context, tx *db.Tx) error {
		doc = h.doc(tx, "receipt")
		var puts []Put
		for _, w := range words {
			puts = append(puts, h.parsePut(w))
		}
		_, err := h.Put(ctx, tx, doc, Place{Supplier, h.ids["S1"]}, puts...)
		return err
	})
	return doc
}

var errUndo = errors.New("tried only")

// try runs fn, checks what the room promises, and takes everything back. Of a refused command the transaction is taken
// back by its caller, so the promises are not looked at then. What is no refusal goes to InTx, which may start over.
func (h *house) try(t testing.TB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	ctx := kittest.Ctx(t)
	if err := h.d.InTx(ctx, func(tx *db.Tx) error {
		err := fn(ctx, tx)
		if _, refused := fault.As(err); err != nil && !refused {
			return err
		} else if !refused {
			balanced(t, h, tx)
		}
		return errUndo
	}); !errors.Is(err, errUndo) {
		t.Error(err)
	}
}

// ours: an outcome of the use case, not of the engine.
func ours(err error) bool {
	_, refused := fault.As(err)
	return err == nil || refused
}

func (h *house) parsePut(words string) Put {
	f := strings.Fields(words)
	p := Put{Item: h.ids[f[0]], Qty: num.MustParse(f[1]), Lot: strings.Trim(f[2], "-"), To: h.at(f[3])}
	for _, w := range f[4:] {
		k, v, _ := strings.Cut(w, "=")
		switch k {
		case "exp":
			p.ExpiresOn = v
		case "rec":
			p.ReceivedOn = v
		case "st":
			p.Status = v
		case "sn":
			p.Serials = strings.Split(v, ",")
		}
	}
	return p
}

// take is "PUMP 5 [L1|-] [RM|-] [hold] [sn=a,b]".
func (h *house) parseTake(words string) Take {
	f := strings.Fields(words)
	t := Take{Item: h.ids[f[0]], Qty: num.MustParse(f[1])}
	for i, w := range f[2:] {
		switch sn, ok := strings.CutPrefix(w, "sn="); {
		case ok:
			t.Serials = strings.Split(sn, ",")
		case w == Held:
			t.Status = Held
		case w == "-":
		case i == 0:
			t.Lot = w
		default:
			t.From = h.at(w)
		}
	}
	return t
}

// say writes picks as lot:qty@place, or the code of the refusal.
func (h *house) say(picks []Picked, err error) string {
	if f, ok := fault.As(err); ok {
		return f.Code
	}
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, p := range picks {
		s := fmt.Sprintf("%s:%s@%s", p.LotNumber, p.Qty, h.names[p.From.Ref])
		if len(p.Serials) > 0 {
			s += "[" + strings.Join(p.Serials, ",") + "]"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// stock writes all of an item: lot:qty@place/status, reserved after a plus.
func (h *house) stock(t testing.TB, item string) string {
	t.Helper()
	type line struct {
		Kind     PlaceKind `db:"place_kind"`
		Ref      db.ID     `db:"place_ref"`
		Status   string    `db:"status"`
		Number   string    `db:"number"`
		Qty      num.Dec   `db:"qty"`
		Reserved num.Dec   `db:"reserved"`
	}
	rows, err := db.All[line](t.Context(), h.d.Read(), `SELECT b.place_kind, b.place_ref, b.status, coalesce(l.number, '') AS number, CAST(sum(b.qty) AS BIGINT) AS qty, CAST(sum(b.reserved) AS BIGINT) AS reserved
		FROM inv_balance b LEFT JOIN inv_lot l ON l.id = b.lot_id WHERE b.item_id = $1 GROUP BY b.place_kind, b.place_ref, b.status, l.number HAVING sum(b.qty) > 0`, h.ids[item])
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		place := h.names[r.Ref]
		if r.Kind != Stock {
			place = string(r.Kind)
		}
		s := fmt.Sprintf("%s:%s@%s", r.Number, r.Qty, place)
		if r.Status == Held {
			s += "/hold"
		}
		if r.Reserved > 0 {
			s += "+" + r.Reserved.String()
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}
