package production

import (
	"cmp"
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// ApprovedSub is what may still stand for a component of a work order.
type ApprovedSub struct {
	Order, Item, Sub db.ID
	Qty              num.Dec // of the component
}

// ApprovedSubstitutes are those of the open work orders of a site, of each component in the order of its bill.
func (m *Module) ApprovedSubstitutes(ctx context.Context, q db.Querier, site db.ID) ([]ApprovedSub, error) {
	type comp struct {
		ID    db.ID  `db:"id"`
		Order db.ID  `db:"order_id"`
		Item  db.ID  `db:"item_id"`
		Subs  string `db:"substitutes"`
	}
	comps, err := db.All[comp](ctx, q, `SELECT DISTINCT c.id, c.order_id, c.item_id, c.substitutes FROM wo_substitute x JOIN wo_component c ON c.id = x.component_id JOIN wo_order o ON o.id = x.order_id
		WHERE x.state = 'approved' AND o.site_id = $1 AND o.status IN ('planned', 'released', 'started') ORDER BY c.order_id, c.id`, site)
	if err != nil || len(comps) == 0 {
		return nil, err
	}
	ids := make([]db.ID, len(comps))
	for i := range comps {
		ids[i] = comps[i].ID
	}
	all, err := allowances(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	var out []ApprovedSub
	for _, c := range comps {
		list, by := slices.Clone(all[c.ID]), splitIDs(c.Subs)
		slices.SortStableFunc(list, func(a, b allowance) int { return cmp.Compare(slices.Index(by, a.Sub), slices.Index(by, b.Sub)) })
		for _, a := range list {
			out = append(out, ApprovedSub{c.Order, c.Item, a.Sub, a.Qty})
		}
	}
	return out, nil
}
