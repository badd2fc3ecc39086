package sales

import (
	"context"
	"slices"
	"strconv"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// LineToll is a line that is made from material which the customer supplies.
const LineToll = "toll"

// tollLines says which lines are toll lines, and refuses what is made from somebody else's material. A line that asks
// to be one makes the customer the owner of what its bill expects from him.
func (m *Module) tollLines(ctx context.Context, tx *db.Tx, customer db.ID, in []NewLine, rows []lineRow) error {
	var items []db.ID
	for i := range rows {
		items = append(items, rows[i].Item)
	}
	owners, err := supplied(ctx, tx, items)
	if err != nil {
		return err
	}
	bad := fault.Invalid("web.invalid", "some lines are not right")
	at := func(i int, f *fault.Error) {
		f.With("line", in[i].Line)
		bad.At(fault.Field{Where: "body.lines[" + strconv.Itoa(i) + "].item", Code: f.Code, Detail: f.Detail, Value: in[i].Item, Params: f.Params})
	}
	for i := range rows {
		of := owners[rows[i].Item]
		if in[i].Kind == LineToll && len(of) == 0 {
			if f, err := m.makeTheirs(ctx, tx, customer, rows[i].Item, in[i].Item); err != nil {
				return err
			} else if f != nil {
				at(i, f)
				continue
			}
			rows[i].Kind = LineToll
			continue
		}
		if len(of) == 0 {
			continue
		}
		if other := slices.IndexFunc(of, func(id db.ID) bool { return id != customer }); other >= 0 {
			name, _, err := db.Get[string](ctx, tx, `SELECT name FROM v_partner WHERE id = $1`, of[other])
			if err != nil {
				return err
			}
			at(i, fault.Conflict("sales.others_material", "%s is made from material of %s, and only for him", in[i].Item, name).With("item", in[i].Item).With("owner", name))
			continue
		}
		rows[i].Kind = LineToll
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// supplied says which customers supply something that goes into the items, over all levels. It goes up from what
// customers own, which is little.
func supplied(ctx context.Context, q db.Querier, items []db.ID) (map[db.ID][]db.ID, error) {
	type row struct {
		Item  db.ID `db:"item"`
		Owner db.ID `db:"owner"`
	}
	out := map[db.ID][]db.ID{}
	slices.Sort(items)
	for part := range slices.Chunk(slices.Compact(items), 500) {
		var w db.Where
		db.In(&w, "u.item", part)
		if err := db.Each(ctx, q, `WITH RECURSIVE up(item, owner) AS (
				SELECT o.item_id, o.owner_id FROM v_owned_item o
				UNION SELECT b.item_id, u.owner FROM up u JOIN v_bom_line l ON l.item_id = u.item JOIN v_bom b ON b.id = l.bom_id WHERE l.role = 'component'
			) SELECT DISTINCT u.item, u.owner FROM up u`+w.String()+` ORDER BY u.item, u.owner`, w.Args, func(r *row) error {
			out[r.Item] = append(out[r.Item], r.Owner)
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// makeTheirs gives the customer what the bill of an item expects from one.
func (m *Module) makeTheirs(ctx context.Context, tx *db.Tx, customer, item db.ID, code string) (*fault.Error, error) {
	if customer == 0 {
		return fault.Invalid("sales.toll_customer", "a toll line needs a customer on the order: his material is used"), nil
	}
	ids, err := db.All[db.ID](ctx, tx, `WITH RECURSIVE down(item) AS (
			SELECT l.item_id FROM v_bom b JOIN v_bom_line l ON l.bom_id = b.id WHERE b.item_id = $1 AND l.role = 'component'
			UNION SELECT l.item_id FROM down d JOIN v_bom b ON b.item_id = d.item JOIN v_bom_line l ON l.bom_id = b.id WHERE l.role = 'component'
		) SELECT d.item FROM down d JOIN v_item i ON i.id = d.item WHERE i.kind = 'customer' ORDER BY d.item`, item)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return fault.Invalid("sales.toll_nothing", "nothing in the bill of %s is supplied by a customer", code).With("item", code), nil
	}
	p, err := masterdata.PartnerByID(ctx, tx, customer)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		it, err := masterdata.ItemByID(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if err := m.Inventory.Own(ctx, tx, it, p); err != nil {
			if f, ok := fault.As(err); ok {
				return f, nil
			}
			return nil, err
		}
	}
	return nil, nil
}
