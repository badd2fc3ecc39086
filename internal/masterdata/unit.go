package masterdata

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// Unit is another unit of an item. The ratio is kept, not its quotient: Per of this unit are Own of the item's own.
type Unit struct {
	UoM      string  `db:"uom"`
	Own      num.Dec `db:"own"`
	Per      num.Dec `db:"per"`
	Decimals int     `db:"decimals"` // of quantities in this unit
}

// Rounding says to which side a converted quantity goes: that depends on what it is for.
type Rounding int

const (
	Nearest Rounding = iota // what is booked or shown
	Up                      // what is needed or bought
	Down                    // what is promised or still there
)

// ToOwn converts a quantity of this unit into the item's own, at the item's decimals.
func (u Unit) ToOwn(q num.Dec, decimals int, r Rounding) (num.Dec, error) {
	return ratio(q, u.Own, u.Per, decimals, r)
}

// FromOwn converts a quantity of the item's own unit into this one, at this unit's decimals.
func (u Unit) FromOwn(q num.Dec, r Rounding) (num.Dec, error) {
	return ratio(q, u.Per, u.Own, u.Decimals, r)
}

// Take says how much of what is there a quantity in this unit means. When what is there reads as exactly that
// quantity in this unit, all of it is meant: 0.004 of a sheet that no sheet shows can then never stay behind and hold
// up an order.
func (u Unit) Take(q, there num.Dec, decimals int) (num.Dec, error) {
	if shown, err := u.FromOwn(there, Nearest); err != nil || shown == q {
		return there, err
	}
	return u.ToOwn(q, decimals, Nearest)
}

// ratio is q × a ÷ b as one exact quotient, rounded once.
func ratio(q, a, b num.Dec, decimals int, r Rounding) (num.Dec, error) {
	if b <= 0 || a <= 0 {
		return 0, num.ErrOverflow
	}
	step := int64(1)
	for range num.Scale - decimals {
		step *= 10
	}
	n := new(big.Int).Mul(big.NewInt(int64(q)), big.NewInt(int64(a)))
	d := new(big.Int).Mul(big.NewInt(int64(b)), big.NewInt(step))
	whole, rest := new(big.Int).DivMod(n, d, new(big.Int)) // towards minus infinity, rest ≥ 0
	twice := new(big.Int).Lsh(rest, 1).Cmp(d)
	if rest.Sign() > 0 && (r == Up || r == Nearest && (twice > 0 || twice == 0 && q > 0)) {
		whole.Add(whole, big.NewInt(1))
	}
	whole.Mul(whole, big.NewInt(step))
	if !whole.IsInt64() || num.Dec(whole.Int64()) > num.Max || num.Dec(whole.Int64()) < -num.Max {
		return 0, num.ErrOverflow
	}
	return num.Dec(whole.Int64()), nil
}

// UnitOf finds a unit of an item; the item's own is one to one.
func UnitOf(ctx context.Context, q db.Querier, it Item, uom string) (Unit, error) {
	if uom == "" || uom == it.UoM {
		return Unit{it.UoM, num.One, num.One, it.Decimals}, nil
	}
	u, ok, err := db.Get[Unit](ctx, q, `SELECT u.uom, u.own, u.per, u.decimals FROM md_uom u WHERE `+seen("u")+` AND u.item_id = $2 AND u.uom = $3`, batchOf(ctx), it.ID, uom)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.unit_unknown", "item %s has no unit %s", it.Code, uom).With("item", it.Code).With("uom", uom)
	}
	return u, err
}

// UnitValues are what a person says about a unit.
type UnitValues struct {
	UoM      string  `json:"uom" minLength:"1" maxLength:"100" doc:"The other unit"`
	Per      num.Dec `json:"per" doc:"So many of the other unit …"`
	Own      num.Dec `json:"own" doc:"… are so many of the item's own"`
	Decimals int     `json:"decimals" minimum:"0" maximum:"6" doc:"Of quantities in the other unit"`
}

// EditUnits says which other units an item has, all of them.
type EditUnits struct {
	Rev    int64        `json:"rev" minimum:"1" doc:"rev of the item that was looked at"`
	Units  []UnitValues `json:"units" maxItems:"50"`
	Reason string       `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

// ChangeUnits exchanges the other units of an item.
func (m *Module) ChangeUnits(ctx context.Context, tx *db.Tx, code string, in EditUnits) (ItemDetail, error) {
	site, err := DefaultSite(ctx, tx)
	if err != nil {
		return ItemDetail{}, err
	}
	before, p, err := m.fresh(ctx, tx, code, site.ID, in.Rev)
	if err != nil {
		return before, err
	}
	old, err := db.All[uomRow](ctx, tx, `SELECT u.* FROM md_uom u WHERE `+seen("u")+` AND u.item_id = $2 ORDER BY u.ord, u.id`, batchOf(ctx), p.item.ID)
	if err != nil {
		return before, err
	}
	var r refusals
	rows := make([]uomRow, 0, len(in.Units))
	for i, u := range in.Units {
		at := func(field string) string { return fmt.Sprintf("units[%d].%s", i, field) }
		row := uomRow{Item: p.item.ID, UoM: r.text(at("uom"), u.UoM), Own: u.Own, Per: u.Per, Decimals: u.Decimals}
		if row.UoM == "" || row.UoM == p.item.UoM || slices.ContainsFunc(rows, func(o uomRow) bool { return o.UoM == row.UoM }) {
			r.bad(at("uom"), "masterdata.unit_twice", row.UoM, "own", p.item.UoM)
		}
		for field, d := range map[string]num.Dec{"own": u.Own, "per": u.Per} {
			if d <= 0 {
				r.bad(at(field), "masterdata.ratio_bad", d.String())
			}
		}
		if u.Own > 0 && u.Per > 0 {
			if row.Factor, err = u.Own.Div(u.Per); err != nil {
				r.bad(at("own"), "masterdata.ratio_bad", u.Own.String())
			}
		}
		rows = append(rows, row)
	}
	if err := r.err("masterdata.units_invalid"); err != nil {
		return before, err
	}
	same := len(old) == len(rows)
	for i := 0; same && i < len(rows); i++ {
		o := old[i]
		o.stamp, o.Ord = stamp{}, 0
		same = o == rows[i]
	}
	if same {
		return before, nil
	}
	ords := make([]int64, len(old))
	for i := range old {
		ords[i] = old[i].Ord
	}
	ords, err = places(ctx, tx, "md_uom", ords, len(rows))
	if err != nil {
		return before, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM md_uom WHERE item_id = $1`, p.item.ID); err != nil {
		return before, err
	}
	for i := range rows {
		rows[i].stamp, rows[i].Ord = stamp{ID: tx.ID(), Rev: 1}, ords[i]
	}
	if err := db.Insert(ctx, tx, "md_uom", rows...); err != nil {
		return before, err
	}
	return m.touched(ctx, tx, before, p, site.ID, in.Reason)
}

// fresh is an item as it is stored, still as it was looked at.
func (m *Module) fresh(ctx context.Context, tx *db.Tx, code string, site db.ID, rev int64) (ItemDetail, itemPair, error) {
	before, err := m.ItemDetail(ctx, tx, code, site, tx.Today())
	if err != nil {
		return before, itemPair{}, err
	}
	if before.Rev != rev {
		return before, itemPair{}, fault.Conflict("masterdata.item_stale", "item %s was changed by somebody else; load it again", code).With("code", code)
	}
	p, err := m.pair(ctx, tx, code, site)
	return before, p, err
}

// touched stores the item row p with a new rev and tells what became of the item.
func (m *Module) touched(ctx context.Context, tx *db.Tx, before ItemDetail, p itemPair, site db.ID, reason string) (ItemDetail, error) {
	rev := p.item.Rev
	p.item.Rev++
	p.item.UpdatedMS = tx.NowMS()
	if err := replace(ctx, tx, "md_item", p.item.ID, rev, p.item); err != nil {
		return before, err
	}
	after, err := m.ItemDetail(ctx, tx, before.Code, site, tx.Today())
	was, now := before.ItemState, after.ItemState
	was.OtherUnits, now.OtherUnits = before.Units, after.Units
	tx.Emit(db.Event{Name: EventItemChanged, Subject: "item:" + before.Code, Site: site, Reason: reason, Payload: ItemChanged{Before: &was, After: &now}})
	return after, err
}

// Converted is a quantity in two units.
type Converted struct {
	Qty   num.Dec `json:"qty" doc:"What was asked for"`
	From  string  `json:"from"`
	Value num.Dec `json:"value" doc:"The same in the other unit, rounded at its decimals"`
	To    string  `json:"to"`
	Exact bool    `json:"exact" doc:"True when nothing was rounded"`
}

// Convert turns a quantity of one unit of an item into another of its units, in one step.
func Convert(ctx context.Context, q db.Querier, code, qty, from, to, purpose string) (Converted, error) {
	it, err := ItemByCode(ctx, q, code)
	if err != nil {
		return Converted{}, err
	}
	n, err := num.Parse(strings.TrimSpace(qty))
	if err != nil || n < 0 {
		return Converted{}, fault.Invalid("masterdata.qty_bad", "%q is not a quantity", qty).With("qty", qty)
	}
	a, err := UnitOf(ctx, q, it, from)
	if err != nil {
		return Converted{}, err
	}
	b, err := UnitOf(ctx, q, it, to)
	if err != nil {
		return Converted{}, err
	}
	v, exact, err := between(n, a, b, map[string]Rounding{"need": Up, "have": Down}[purpose])
	if err != nil {
		err = fault.Invalid("masterdata.qty_large", "%s %s is too much to convert", qty, from).With("qty", qty)
	}
	return Converted{n, a.UoM, v, b.UoM, exact}, err
}

// between rounds once, also between two units that are both not the item's own.
func between(q num.Dec, a, b Unit, r Rounding) (num.Dec, bool, error) {
	down, err := between1(q, a, b, Down)
	if err != nil {
		return 0, false, err
	}
	up, err := between1(q, a, b, Up)
	if err != nil {
		return 0, false, err
	}
	v, err := between1(q, a, b, r)
	return v, up == down, err
}

func between1(q num.Dec, a, b Unit, r Rounding) (num.Dec, error) {
	x := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(a.Own)), big.NewInt(int64(b.Per))), new(big.Int).Mul(big.NewInt(int64(a.Per)), big.NewInt(int64(b.Own))))
	if !x.Num().IsInt64() || !x.Denom().IsInt64() {
		return 0, num.ErrOverflow
	}
	return ratio(q, num.Dec(x.Num().Int64()), num.Dec(x.Denom().Int64()), b.Decimals, r)
}
