package masterdata

import (
	"context"
	"slices"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// OpenUse is a place that still counts on an item.
type OpenUse struct {
	Kind string  `json:"kind" enum:"bom,substitute,general_substitute,stock,sales_order,purchase_order,requisition,work_order,work_order_part,firm,planned,forecast" db:"kind" doc:"bom: a bill in force or to come; work_order_part: an order that still needs it; planned: of the live plan"`
	Site db.ID   `json:"-" db:"-"` // 0: of no site
	Name string  `json:"name" db:"name" doc:"Product and version, number of the document, or location"`
	Qty  num.Dec `json:"qty" db:"qty" doc:"What is open; of a bill for one product"`
	UoM  string  `json:"uom" db:"uom" doc:"Unit"`
	Day  string  `json:"day,omitempty" db:"day" doc:"When it is due, or the bill is in force from"`
}

// OpenUsesOf are the places that still count on an item, each kind at most mostUses.
type OpenUsesOf func(ctx context.Context, q db.Querier, item Item, today string, most int) ([]OpenUse, error)

// ItemOff says what still counts on an item before it is made inactive.
type ItemOff struct {
	Item  string      `json:"item"`
	Kinds []OpenCount `json:"kinds"`
	Uses  []OpenUse   `json:"uses" doc:"The first of each kind; those of sites that one does not see are counted only"`
}

// OpenCount is how many places of a kind there are.
type OpenCount struct {
	Kind string `json:"kind" enum:"bom,substitute,general_substitute,stock,sales_order,purchase_order,requisition,work_order,work_order_part,firm,planned,forecast"`
	N    int    `json:"n"`
	More bool   `json:"more" doc:"There are more than are counted"`
}

// mostUses of a kind are read.
const mostUses = 50

// ItemOff finds what still counts on an item: bills in force or to come, approvals, and what other rooms say.
func (m *Module) ItemOff(ctx context.Context, q db.Querier, code, today string) (ItemOff, error) {
	out := ItemOff{Item: code, Kinds: []OpenCount{}, Uses: []OpenUse{}}
	it, err := ItemByCode(ctx, q, code)
	if err != nil {
		return out, err
	}
	uses, _, err := WhereUsed(ctx, q, it, today)
	if err != nil {
		return out, err
	}
	for _, u := range uses {
		if u.Level == 1 && u.To >= today {
			kind := "bom"
			if u.As == "substitute" {
				kind = "substitute"
			}
			out.Uses = append(out.Uses, OpenUse{Kind: kind, Name: u.Item + " " + u.Version, Qty: u.Per, UoM: u.UoM, Day: u.From})
		}
	}
	general, err := db.All[OpenUse](ctx, q, `SELECT 'general_substitute' AS kind, p.code AS name, 0 AS qty, s.uom, g.valid_from AS day FROM v_general_substitute g JOIN md_item p ON p.id = g.product_id JOIN md_item s ON s.id = g.sub_id
		WHERE (g.sub_id = $1 OR g.item_id = $1 OR g.product_id = $1) AND g.valid_to >= $2 ORDER BY p.code LIMIT $3`, it.ID, today, mostUses+1)
	if err != nil {
		return out, err
	}
	out.Uses = append(out.Uses, general...)
	for _, of := range m.OpenUses {
		list, err := of(ctx, q, it, today, mostUses+1)
		if err != nil {
			return out, err
		}
		out.Uses = append(out.Uses, list...)
	}
	out.Uses = slices.DeleteFunc(out.Uses, func(u OpenUse) bool {
		at := slices.IndexFunc(out.Kinds, func(k OpenCount) bool { return k.Kind == u.Kind })
		if at < 0 {
			at = len(out.Kinds)
			out.Kinds = append(out.Kinds, OpenCount{Kind: u.Kind})
		}
		if out.Kinds[at].N == mostUses {
			out.Kinds[at].More = true
			return true
		}
		out.Kinds[at].N++
		return u.Site != 0 && identity.SeeSite(ctx, u.Site) != nil
	})
	return out, nil
}

// mayGoOff refuses to make an item inactive that something still counts on, unless whoever does it has seen that.
func (m *Module) mayGoOff(ctx context.Context, q db.Querier, code, today string) error {
	off, err := m.ItemOff(ctx, q, code, today)
	if err != nil || len(off.Kinds) == 0 {
		return err
	}
	count, first := 0, "…"
	for _, k := range off.Kinds {
		count += k.N
	}
	if len(off.Uses) > 0 {
		first = off.Uses[0].Name
	}
	return fault.Conflict("masterdata.item_in_use", "%d places still count on %s, the first is %s; confirm to make it inactive all the same", count, code, first).
		With("code", code).With("count", count).With("first", first)
}
