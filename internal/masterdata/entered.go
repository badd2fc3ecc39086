package masterdata

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// Entered is a quantity as somebody entered it in another unit of the item, beside what it is in the item's own.
// Empty when it was entered in the item's own unit.
type Entered struct {
	EnteredQty num.Dec `json:"entered_qty,omitempty" db:"entered_qty" doc:"As it was entered in another unit of the item; left out when it was entered in the item's own"`
	EnteredUoM string  `json:"entered_uom,omitempty" db:"entered_uom" doc:"That unit"`
}

// UnitBook knows the other units of some items.
type UnitBook map[db.ID]map[string]Unit

// Units reads the other units of items in one question.
func Units(ctx context.Context, q db.Querier, items []db.ID) (UnitBook, error) {
	type row struct {
		Item db.ID `db:"item_id"`
		Unit
	}
	out := UnitBook{}
	err := inChunks(items, func(part []db.ID) error {
		w := ask(ctx, "u")
		db.In(w, "u.item_id", part)
		return db.Each(ctx, q, `SELECT u.item_id, u.uom, u.own, u.per, u.decimals FROM md_uom u`+w.String(), w.Args, func(r *row) error {
			if out[r.Item] == nil {
				out[r.Item] = map[string]Unit{}
			}
			out[r.Item][r.Unit.UoM] = r.Unit
			return nil
		})
	})
	return out, err
}

// InOwn turns what somebody entered in a unit of the item into the item's own unit, exactly: a quantity of goods is
// counted, so what would have to be rounded is refused. No unit means the item's own.
func (b UnitBook) InOwn(it Item, field string, qty num.Dec, uom string) (num.Dec, Entered, error) {
	uom = strings.TrimSpace(uom)
	if uom == "" || uom == it.UoM {
		return qty, Entered{}, nil
	}
	u, ok := b[it.ID][uom]
	if !ok {
		names := []string{it.UoM}
		for name := range b[it.ID] {
			names = append(names, name)
		}
		slices.Sort(names[1:])
		return 0, Entered{}, unitFault(fault.Invalid("masterdata.unit_not_of_item", "item %s has no unit %s; it has %s", it.Code, uom, strings.Join(names, ", ")), "uom", uom).
			With("item", it.Code).With("uom", uom).With("units", strings.Join(names, ", "))
	}
	refuse := func(code, detail string) *fault.Error {
		return unitFault(fault.Invalid(code, "%s", detail), field, qty.String()).With("item", it.Code).With("uom", uom).With("own", it.UoM)
	}
	if !qty.Fits(u.Decimals) {
		return 0, Entered{}, refuse("masterdata.unit_decimals", fmt.Sprintf("%s of %s have at most %d decimals; enter the quantity in %s", uom, it.Code, u.Decimals, it.UoM)).With("decimals", u.Decimals)
	}
	low, err := u.ToOwn(qty, it.Decimals, Down)
	if err != nil {
		return 0, Entered{}, refuse("masterdata.unit_large", fmt.Sprintf("%s %s of %s are too many", qty, uom, it.Code))
	}
	high, err := u.ToOwn(qty, it.Decimals, Up)
	if err != nil || low != high {
		return 0, Entered{}, refuse("masterdata.unit_inexact", fmt.Sprintf("%s %s of %s are between %s and %s %s; enter the quantity in %s", qty, uom, it.Code, low, high, it.UoM, it.UoM)).
			With("low", low).With("high", high)
	}
	return low, Entered{qty, uom}, nil
}

func unitFault(f *fault.Error, field, value string) *fault.Error {
	return f.At(fault.Field{Where: "body." + field, Code: f.Code, Detail: f.Detail, Value: value, Params: f.With("field", field).With("value", value).Params})
}

// InOwn is UnitBook.InOwn for one quantity; nothing is read when it is in the item's own unit.
func InOwn(ctx context.Context, q db.Querier, it Item, field string, qty num.Dec, uom string) (num.Dec, Entered, error) {
	if uom = strings.TrimSpace(uom); uom == "" || uom == it.UoM {
		return qty, Entered{}, nil
	}
	b, err := Units(ctx, q, []db.ID{it.ID})
	if err != nil {
		return 0, Entered{}, err
	}
	return b.InOwn(it, field, qty, uom)
}

// ItemUnits are the units in which quantities of an item may be entered.
type ItemUnits struct {
	Item     string     `json:"item"`
	UoM      string     `json:"uom" doc:"The item's own"`
	Decimals int        `json:"decimals"`
	Units    []ItemUnit `json:"units" doc:"The others"`
}

// UnitsOfItem reads them.
func UnitsOfItem(ctx context.Context, q db.Querier, code string) (ItemUnits, error) {
	it, err := ItemByCode(ctx, q, code)
	if err != nil {
		return ItemUnits{}, err
	}
	out := ItemUnits{Item: it.Code, UoM: it.UoM, Decimals: it.Decimals}
	out.Units, err = db.All[ItemUnit](ctx, q, `SELECT u.uom, u.factor, u.own, u.per, u.decimals FROM md_uom u WHERE `+seen("u")+` AND u.item_id = $2 ORDER BY u.ord, u.id`, batchOf(ctx), it.ID)
	return out, err
}
